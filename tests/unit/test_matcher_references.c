/* Books whose invoices have numbers with check digits: a payment with a wrong digit is never applied by itself, and
 * what was meant is among what is proposed. Usage: test_matcher_references [ERRORS PER SCHEME] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/small_book.h"

#include <stdlib.h>

#define INVOICES 240
#define BATCH    500

static unsigned errors = 2000;
static uint64_t state = 88172645463325252u;

static unsigned below(unsigned n) {
  return (unsigned)book_random_below(&state, (int64_t)n);
}

/* A random reference of the scheme: its check digits are tried. */
static void make(int32_t scheme, char *text) {
  static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  size_t size = scheme == ARC_REFERENCE_SWISS ? 27 : scheme == ARC_REFERENCE_BELGIAN ? 12 : 8 + below(12);
  for (;;) {
    for (size_t i = 0; i < size; i++)
      text[i] = letters[below(scheme == ARC_REFERENCE_RF && i > 3 ? 36 : 10)];
    if (scheme == ARC_REFERENCE_RF) memcpy(text, "RF", 2);
    text[size] = 0;
    int first = scheme == ARC_REFERENCE_KID_11 && below(8) == 0 ? 100 : 0; /* its check digit may be a dash */
    for (int k = first; k < first + 100; k++) {
      size_t at = scheme == ARC_REFERENCE_RF ? 2 : size - 2;
      text[at] = (char)('0' + k / 10 % 10);
      text[at + 1] = k < 100 ? (char)('0' + k % 10) : '-';
      if (arc_reference_check(NULL, scheme, text, ARC_NUL_TERMINATED, NULL) == ARC_OK) return;
    }
  }
}

static void make_wrong(const char *text, char *wrong) {
  size_t at;
  strcpy(wrong, text);
  do
    at = below((unsigned)strlen(text));
  while (wrong[at] < '0' || wrong[at] > '9');
  wrong[at] = (char)('0' + (wrong[at] - '0' + 1 + (int)below(9)) % 10);
}

struct numbers {
  char text[INVOICES][ARC_REFERENCE_SIZE], key[INVOICES][8], customer[8];
  int64_t amount[INVOICES];
};

static void fill(struct book *b, struct numbers *n, int32_t scheme) {
  for (int i = 0; i < INVOICES; i++) {
    snprintf(n->key[i], sizeof n->key[i], "I%d", i);
    snprintf(n->customer, sizeof n->customer, "C%d", i / 40);
    if (i % 40 == 0) book_customer(b, n->customer);
    make(scheme, n->text[i]);
    n->amount[i] = 1000 + (int64_t)below(90000);
    arc_invoice row = book_invoice_of(n->key[i], n->customer, book_day("2024-01-01"), book_day("2024-01-31"), n->amount[i]);
    row.number = book_text(n->text[i]);
    book_post_invoice(b, &row);
  }
}

/* Payments with one wrong digit: of the amount of the invoice mostly, some of another one. */
static void pay_wrongly(struct book *b, const struct numbers *n, int *meant) {
  arc_payment rows[BATCH];
  char keys[BATCH][8], texts[BATCH][ARC_REFERENCE_SIZE + 16], customers[BATCH][8];
  arc_error err = ARC_ERROR_INIT;
  for (int k = 0; k < BATCH; k++) {
    char wrong[ARC_REFERENCE_SIZE];
    int i = meant[k] = (int)below(INVOICES);
    make_wrong(n->text[i], wrong);
    snprintf(keys[k], sizeof keys[k], "P%d", k);
    snprintf(customers[k], sizeof customers[k], "C%d", i / 40);
    snprintf(texts[k], sizeof texts[k], "%s%s", below(2) ? "REF " : "", wrong);
    rows[k] = book_payment_of(keys[k], customers[k], book_day("2024-02-10"), n->amount[i] + (below(4) ? 0 : (int64_t)below(5000)),
                              texts[k]);
  }
  book_check(arc_ledger_post_payments(b->ledger, rows, BATCH, &err), &err);
}

static void check(const arc_report *report, const struct numbers *n, const int *meant, int32_t scheme) {
  unsigned offered[BATCH] = {0};
  for (size_t i = 0; i < arc_report_rows(report); i++) {
    int k = atoi(book_cell(report, i, "payment") + 1);
    const char *decision = book_cell(report, i, "decision");
    if (strncmp(decision, "apply", 5) == 0)
      fail_msg("scheme %d: a payment for %s is applied: %s", (int)scheme, n->text[meant[k]], book_cell(report, i, "evidence"));
    offered[k] |= strcmp(book_cell(report, i, "invoice"), n->key[meant[k]]) == 0;
  }
  for (int k = 0; k < BATCH; k++)
    if (!offered[k]) fail_msg("scheme %d: %s is not offered", (int)scheme, n->text[meant[k]]);
}

static void test_wrong_digits(void **unused) {
  (void)unused;
  static struct numbers n;
  int meant[BATCH];
  for (int32_t scheme = ARC_REFERENCE_RF; scheme <= ARC_REFERENCE_OCR_LENGTH; scheme++)
    for (unsigned done = 0; done < errors; done += BATCH) {
      struct book b;
      arc_matcher *matcher;
      arc_report *report;
      arc_error err = ARC_ERROR_INIT;
      book_open(&b);
      fill(&b, &n, scheme);
      pay_wrongly(&b, &n, meant);
      book_check(arc_matcher_open(&matcher, b.ledger, NULL, &err), &err);
      book_check(arc_matcher_propose(&report, matcher, NULL, 0, book_day("2024-02-10"), &err), &err);
      check(report, &n, meant, scheme);
      arc_report_free(report);
      arc_matcher_close(matcher);
      book_close(&b);
    }
}

int main(int argc, char **argv) {
  if (argc > 1) errors = (unsigned)atoi(argv[1]);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_wrong_digits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
