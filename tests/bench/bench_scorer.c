/*
 * What the payment model costs on a made-up book of three years whose customers have habits: seconds of training, open
 * instalments predicted a second, heap at its peak. bench_scorer.py compares it with its peers on the same invoices.
 *
 *   bench_scorer INVOICES ROWS
 *
 * ROWS gets a line an invoice: customer,issued,due,amount,paid (empty: not by the last day). Prints four numbers: seconds
 * of training and of predicting, instalments predicted, bytes that training took beyond the book. Seconds are the
 * processor's, as others may use the machine.
 */
#define _POSIX_C_SOURCE 200809L
#include "arcollect.h"
#include "../support/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DAYS 1096
#define PER_CUSTOMER 40
#define GROUP 512
#define FIRST 19000

static struct {
  size_t live, peak;
} heap;

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void check(arc_status status, const arc_error *err) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s\n", arc_status_name(status), err->text);
  exit(1);
}

static void *counted(void *user, void *ptr, size_t old_size, size_t new_size) {
  void *block = NULL;
  (void)user;
  if (new_size) {
    block = realloc(ptr, new_size);
    if (!block) return NULL;
  } else {
    free(ptr);
  }
  heap.live += new_size - (ptr ? old_size : 0);
  if (heap.live > heap.peak) heap.peak = heap.live;
  return block;
}

static uint32_t pick(uint32_t a, uint32_t b, uint32_t limit) {
  uint64_t x = ((uint64_t)a << 24 ^ b) * UINT64_C(0x9e3779b97f4a7c15);
  x ^= x >> 29;
  x *= UINT64_C(0xbf58476d1ce4e5b9);
  x ^= x >> 32;
  return (uint32_t)(x % limit);
}

/* ---- the book ---- */

static arc_day paid_on(uint32_t i, uint32_t customer, arc_day due) {
  arc_day day = due + (arc_day)pick(customer, 7, 40) - 8 + (arc_day)pick(i, 1, 4 + pick(customer, 8, 30));
  while (pick(customer, 9, 3) == 0 && day % 7 != 1) day++; /* on Fridays */
  if (pick(i, 2, 25) == 0) day += 40;
  return pick(i, 3, 60) == 0 ? ARC_DAY_NONE : day;
}

static arc_text name_of(char buffer[16], char kind, uint32_t number) {
  arc_text text = {buffer, (size_t)snprintf(buffer, 16, "%c%u", kind, (unsigned)number)};
  return text;
}

static void post_invoice(arc_ledger *ledger, uint32_t i, uint32_t customers, uint32_t invoices, FILE *rows) {
  char key[16], of[16], cash[16];
  uint32_t c = pick(i, 4, customers);
  arc_invoice row = ARC_INVOICE_INIT;
  arc_payment payment = ARC_PAYMENT_INIT;
  arc_application application = ARC_APPLICATION_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.key = name_of(key, 'I', i);
  row.customer = payment.customer = name_of(of, 'C', c);
  row.issued = FIRST + (arc_day)((uint64_t)i * DAYS / invoices);
  row.due = row.issued + (pick(c, 5, 2) ? 30 : 14);
  row.amount = payment.amount = application.amount = 1000 + (int64_t)pick(i, 6, 1000000);
  check(arc_ledger_post_invoices(ledger, &row, 1, &err), &err);
  arc_day paid = paid_on(i, c, row.due);
  int known = paid != ARC_DAY_NONE && paid < FIRST + DAYS;
  if (paid < row.issued) paid = row.issued;
  fprintf(rows, "%u,%d,%d,%lld,", (unsigned)c, (int)row.issued, (int)row.due, (long long)row.amount);
  if (known) fprintf(rows, "%d", (int)paid);
  fputc('\n', rows);
  if (!known) return;
  payment.key = application.credit = name_of(cash, 'P', i);
  payment.received = application.day = paid;
  application.credit_kind = ARC_CREDIT_PAYMENT;
  application.invoice = row.key;
  check(arc_ledger_post_payments(ledger, &payment, 1, &err), &err);
  check(arc_ledger_post_applications(ledger, &application, 1, &err), &err);
}

static void post_book(arc_ledger *ledger, uint32_t invoices, FILE *rows) {
  uint32_t customers = invoices / PER_CUSTOMER + 1;
  arc_error err = ARC_ERROR_INIT;
  check(arc_batch_begin(ledger, &err), &err);
  for (uint32_t c = 0; c < customers; c++) {
    char key[16];
    arc_customer row = ARC_CUSTOMER_INIT;
    row.key = row.name = name_of(key, 'C', c);
    check(arc_ledger_post_customers(ledger, &row, 1, &err), &err);
  }
  for (uint32_t i = 0; i < invoices; i++) {
    if (i % GROUP == 0) {
      check(arc_batch_commit(ledger, &err), &err);
      check(arc_batch_begin(ledger, &err), &err);
    }
    post_invoice(ledger, i, customers, invoices, rows);
  }
  check(arc_batch_commit(ledger, &err), &err);
}

int main(int argc, char **argv) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  arc_scorer *scorer;
  arc_report *report;
  if (argc != 3) return 2;
  FILE *rows = fopen(argv[2], "w");
  if (!rows) return 1;
  options.book = (arc_text){"bench", 5};
  options.currency[0] = 'U', options.currency[1] = 'S', options.currency[2] = 'D';
  const arc_allocator allocator = {(uint32_t)sizeof allocator, 0, NULL, counted};
  options.allocator = &allocator;
  check(arc_ledger_open(&ledger, &options, &err), &err);
  post_book(ledger, (uint32_t)strtoul(argv[1], NULL, 10), rows);
  fclose(rows);
  check(arc_scorer_open(&scorer, ledger, &err), &err);
  size_t book = heap.peak = heap.live;
  double began = seconds();
  check(arc_scorer_train(scorer, FIRST + DAYS, &err), &err);
  double trained = seconds();
  size_t peak = heap.peak;
  check(call_score(&report, scorer, ARC_SCORE_PREDICTIONS, NULL, 0, FIRST + DAYS - 1, &err), &err);
  printf("%.3f %.3f %zu %zu\n", trained - began, seconds() - trained, arc_report_rows(report), peak - book);
  arc_report_free(report);
  arc_scorer_close(scorer);
  arc_ledger_close(ledger);
  return 0;
}
