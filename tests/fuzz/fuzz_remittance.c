/*
 * A payment with any text, name and amount against a small book with credit notes: the run ends, applies no more than the payment and no
 * more than is open, and the books balance. The first bytes are the amount, the currency of thought; the rest is split
 * at NULs into text, payer's name and the lines of a remittance advice, before the funds or after them.
 */
#include "arcollect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void need(arc_status status) {
  if (status < 0) abort();
}

static arc_text text_of(const char *s) {
  arc_text t = {s, strlen(s)};
  return t;
}

static arc_ledger *make_book(void) {
  static const struct {
    const char *key, *order;
    int64_t amount;
  } items[] = {{"INV-2024-0001001", "45001001", 12300}, {"INV-2024-0001002", "45001002", 45600},
               {"INV-2024-0001003", "", 78900},         {"INV-2024-0001014", "45001014", 12300},
               {"RF451234512345", "", 5000},            {"210000000003139471430009017", "", 99900},
               {"7", "8", 100}};
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_customer customer = ARC_CUSTOMER_INIT;
  arc_ledger *ledger;
  options.book = text_of("fuzz");
  memcpy(options.currency, "EUR", 4);
  need(arc_ledger_open(&ledger, &options, NULL));
  for (int i = 0; i < 2; i++) {
    customer.key = text_of(i ? "B" : "A");
    customer.name = text_of(i ? "Bergström & Söhne GmbH" : "Acme Foods Ltd");
    need(arc_ledger_post_customers(ledger, &customer, 1, NULL));
  }
  for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
    arc_invoice row = ARC_INVOICE_INIT;
    row.key = text_of(items[i].key);
    row.po_number = text_of(items[i].order);
    row.customer = text_of(i % 3 == 2 ? "B" : "A");
    row.issued = 19800;
    row.due = 19830 + (arc_day)i;
    row.amount = items[i].amount;
    row.discount_bp = i % 2 ? 200 : 0;
    row.discount_days = 60;
    need(arc_ledger_post_invoices(ledger, &row, 1, NULL));
  }
  for (int i = 0; i < 4; i++) {
    static const char *const notes[] = {"CN-2024-071", "CN-2024-072", "G7", "0000815"};
    arc_credit_note row = ARC_CREDIT_NOTE_INIT;
    row.key = text_of(notes[i]);
    row.customer = text_of(i == 3 ? "B" : "A");
    row.invoice = text_of(i == 1 ? "INV-2024-0001002" : "");
    row.issued = 19820;
    row.amount = i < 2 ? 2300 : 1000;
    need(arc_ledger_post_credit_notes(ledger, &row, 1, NULL));
  }
  return ledger;
}

#define ADVICE_LINES 12

/* Lines of the advice end with '\n'; each begins with three bytes of amounts. An advice that cannot be is not posted. */
static void post_advice(arc_ledger *ledger, int flags, int64_t amount, const char *at, size_t size) {
  arc_remittance row = ARC_REMITTANCE_INIT;
  arc_remittance_line lines[ADVICE_LINES];
  memset(lines, 0, sizeof lines);
  row.key = text_of("R");
  if (flags & 1) row.customer = text_of("A");
  row.reference = text_of("TRN8812399");
  row.received = 19846;
  row.amount = flags & 2 ? 0 : amount;
  row.lines = lines;
  while (size > 3 && row.line_count < ADVICE_LINES) {
    arc_remittance_line *line = &lines[row.line_count++];
    const char *end = memchr(at + 3, '\n', size - 3);
    size_t used = end ? (size_t)(end - at) : size;
    line->amount = ((int64_t)(uint8_t)at[0] | (int64_t)(signed char)at[1] * 256) * 100;
    line->deduction = (uint8_t)at[2] & 0x7f;
    line->discount = (uint8_t)at[2] & 0x80 ? 246 : 0;
    line->reference.data = at + 3;
    line->reference.size = used - 3;
    if ((uint8_t)at[2] & 1) line->reason = text_of("price");
    at += used + (end != NULL);
    size -= used + (end != NULL);
  }
  (void)arc_ledger_post_remittances(ledger, &row, 1, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static arc_ledger *book;
  arc_ledger *ledger;
  arc_matcher *matcher;
  arc_report *report;
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  arc_payment p = ARC_PAYMENT_INIT;
  size_t applied = 0, left = 0, later = 0;
  const char *advice = NULL;
  if (size < 4) return 0;
  if (!book) book = make_book();
  need(arc_ledger_fork(&ledger, book, 0, NULL));
  p.key = text_of("P");
  if (bytes[0] & 1) p.customer = text_of(bytes[0] & 2 ? "A" : "B");
  options.tolerance = bytes[0] >> 4;
  p.amount = 1 + (bytes[1] | (int64_t)bytes[2] << 8 | (int64_t)(bytes[3] & 3) << 16);
  p.remittance.data = (const char *)bytes + 4;
  p.remittance.size = size - 4;
  const void *end = memchr(bytes + 4, 0, size - 4);
  if (end) {
    p.payer_name.data = (const char *)end + 1;
    p.payer_name.size = (size_t)(bytes + size - (const uint8_t *)end - 1);
    advice = memchr(p.payer_name.data, 0, p.payer_name.size);
    if (advice) p.payer_name.size = (size_t)(advice++ - p.payer_name.data);
    p.remittance.size = (size_t)((const uint8_t *)end - bytes - 4);
  }
  p.received = 19845;
  if (bytes[3] & 4) p.bank_reference = text_of("TRN 88 12399");
  size_t advice_size = advice ? (size_t)((const char *)bytes + size - advice) : 0;
  if (advice && bytes[3] & 8) post_advice(ledger, bytes[3] >> 4, p.amount, advice, advice_size);
  if (arc_ledger_post_payments(ledger, &p, 1, NULL) == ARC_OK) {
    int64_t before = 0, after = 0, receivable, unapplied;
    for (int i = 0; i < 2; i++) {
      need(arc_ledger_balance(ledger, &receivable, &unapplied, i ? "B" : "A", 1, "EUR", ARC_DAY_NONE, NULL));
      before += receivable;
    }
    need(arc_matcher_open(&matcher, ledger, &options, NULL));
    need(arc_matcher_propose(&report, matcher, "P", 1, 19845, NULL));
    arc_report_free(report);
    need(arc_matcher_why(&report, matcher, "P", 1, 19845, NULL));
    arc_report_free(report);
    need(arc_matcher_run(matcher, 19845, &applied, &left, NULL));
    if (applied + left != 1) abort();
    if (advice && !(bytes[3] & 8)) post_advice(ledger, bytes[3] >> 4, p.amount, advice, advice_size);
    need(arc_matcher_run(matcher, 19850, &later, &left, NULL));
    if (applied + later > 1 || left > 0) abort();
    need(arc_ledger_verify(ledger, NULL));
    for (int i = 0; i < 2; i++) {
      need(arc_ledger_balance(ledger, &receivable, &unapplied, i ? "B" : "A", 1, "EUR", ARC_DAY_NONE, NULL));
      after += receivable;
    }
    if (after > before || after < 0) abort();
    arc_matcher_close(matcher);
  }
  arc_ledger_close(ledger);
  return 0;
}
