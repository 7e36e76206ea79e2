/*
 * Feeds a book to the matcher day by day and prints what it proposes: for match_books.py, which knows the truth.
 *
 * Commands on standard input, one a line, fields separated by tabs, days as ISO, amounts in minor units:
 *   C key name                                         a customer
 *   I key number order customer issued due amount bp days currency
 *   P key customer payer account day amount currency text
 *   D day                                              prints the proposals for the payments received until then
 *   T payment invoice day amount discount key          what a person applied
 *   X key invoice day amount | R key day               a dispute | its end
 *   V payment day | W key invoice day amount           a payment returned | a write-off
 *   E day                                              the payments were looked at
 *   A key customer day amount currency number:paid:discount:deduction,...   a remittance advice
 */
#include "arcollect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static arc_ledger *ledger;
static arc_matcher *matcher;
static arc_error error = ARC_ERROR_INIT;
static char *fields[16];
static unsigned long line_number;
static double proposing;

static void need(arc_status status) {
  if (status >= 0) return;
  fprintf(stderr, "line %lu (%s): %s: %s\n", line_number, fields[0], arc_status_name(status), error.text);
  exit(1);
}

static arc_text text(int i) {
  arc_text t = {fields[i], strlen(fields[i])};
  return t;
}

static arc_day day(int i) {
  arc_day d = ARC_DAY_NONE;
  need(arc_day_parse(&d, fields[i], strlen(fields[i]), &error));
  return d;
}

static int64_t number(int i) {
  return strtoll(fields[i], NULL, 10);
}

static void split(char *line) {
  int n = 0;
  line[strcspn(line, "\n")] = 0;
  fields[n++] = line;
  for (char *p = line; *p && n < 16; p++)
    if (*p == '\t') {
      *p = 0;
      fields[n++] = p + 1;
    }
  static char none[] = "";
  while (n < 16)
    fields[n++] = none;
}

static void post_invoice(void) {
  arc_invoice row = ARC_INVOICE_INIT;
  row.key = text(1);
  row.number = text(2);
  row.po_number = text(3);
  row.customer = text(4);
  row.issued = day(5);
  row.due = day(6);
  row.amount = number(7);
  row.discount_bp = (uint32_t)number(8);
  row.discount_days = (uint32_t)number(9);
  memcpy(row.currency, fields[10], 4);
  need(arc_ledger_post_invoices(ledger, &row, 1, &error));
}

static void post_payment(void) {
  arc_payment row = ARC_PAYMENT_INIT;
  row.key = text(1);
  row.customer = text(2);
  row.payer_name = text(3);
  row.payer_account = text(4);
  row.received = day(5);
  row.amount = number(6);
  memcpy(row.currency, fields[7], 4);
  row.remittance = text(8);
  need(arc_ledger_post_payments(ledger, &row, 1, &error));
}

static void post_application(void) {
  arc_application row = ARC_APPLICATION_INIT;
  row.credit = text(1);
  row.invoice = text(2);
  row.day = day(3);
  row.amount = number(4);
  row.discount = number(5);
  row.key = text(6);
  row.how = ARC_HOW_CONFIRMED;
  need(arc_ledger_post_applications(ledger, &row, 1, &error));
}

static void post_dispute(void) {
  arc_dispute row = ARC_DISPUTE_INIT;
  row.key = text(1);
  row.invoice = text(2);
  row.opened = day(3);
  row.amount = number(4);
  need(arc_ledger_post_disputes(ledger, &row, 1, &error));
}

static void post_resolution(void) {
  arc_end row = ARC_END_INIT;
  row.kind = ARC_END_DISPUTE;
  row.key = text(1);
  row.day = day(2);
  need(arc_ledger_post_ends(ledger, &row, 1, &error));
}

static void post_reversal(void) {
  arc_reversal row = ARC_REVERSAL_INIT;
  row.payment = text(1);
  row.day = day(2);
  need(arc_ledger_post_reversals(ledger, &row, 1, &error));
}

static void post_writeoff(void) {
  arc_writeoff row = ARC_WRITEOFF_INIT;
  row.key = text(1);
  row.invoice = text(2);
  row.day = day(3);
  row.amount = number(4);
  need(arc_ledger_post_writeoffs(ledger, &row, 1, &error));
}

static void post_advice(void) {
  static arc_remittance_line lines[1000];
  arc_remittance row = ARC_REMITTANCE_INIT;
  row.key = text(1);
  row.customer = text(2);
  row.received = day(3);
  row.amount = number(4);
  memcpy(row.currency, fields[5], 4);
  row.lines = lines;
  for (char *at = fields[6]; *at && row.line_count < 1000; row.line_count++) {
    arc_remittance_line *line = &lines[row.line_count];
    memset(line, 0, sizeof *line);
    line->reference.data = at;
    line->reference.size = strcspn(at, ":");
    at += line->reference.size + 1;
    line->amount = strtoll(at, &at, 10);
    line->discount = strtoll(at + 1, &at, 10);
    line->deduction = strtoll(at + 1, &at, 10);
    at += *at == ',';
  }
  need(arc_ledger_post_remittances(ledger, &row, 1, &error));
}

static void post_customer(void) {
  arc_customer row = ARC_CUSTOMER_INIT;
  row.key = text(1);
  row.name = text(2);
  need(arc_ledger_post_customers(ledger, &row, 1, &error));
}

static arc_text cell(const arc_report *report, size_t row, size_t column) {
  arc_text t;
  t.data = arc_report_text(report, row, column, &t.size);
  return t;
}

static void propose(void) {
  arc_report *report;
  clock_t before = clock();
  need(arc_matcher_propose(&report, matcher, NULL, 0, day(1), &error));
  proposing += (double)(clock() - before) / CLOCKS_PER_SEC;
  for (size_t i = 0; i < arc_report_rows(report); i++) {
    arc_text payment = cell(report, i, 0), invoice = cell(report, i, 2);
    arc_text decision = cell(report, i, 9), evidence = cell(report, i, 10);
    int alone = strncmp(decision.data, "apply", 5) == 0 || strncmp(decision.data, "on account", 10) == 0;
    if (arc_report_integer(report, i, 1) == 0) continue;
    printf("%.*s,%lld,%.*s,%lld,%lld,%lld,%d,%.6f,\"%.*s | %.*s\"\n", (int)payment.size, payment.data,
           (long long)arc_report_integer(report, i, 1), (int)invoice.size, invoice.data,
           (long long)arc_report_integer(report, i, 4),
           (long long)(arc_report_integer(report, i, 5) + arc_report_integer(report, i, 6)),
           (long long)arc_report_integer(report, i, 7), alone, (double)arc_report_integer(report, i, 8) / 1e6,
           (int)evidence.size, evidence.data, (int)decision.size, decision.data);
  }
  arc_report_free(report);
}

static void command(void) {
  switch (fields[0][0]) {
  case 'C':
    post_customer();
    break;
  case 'I':
    post_invoice();
    break;
  case 'P':
    post_payment();
    break;
  case 'D':
    propose();
    break;
  case 'T':
    post_application();
    break;
  case 'X':
    post_dispute();
    break;
  case 'R':
    post_resolution();
    break;
  case 'V':
    post_reversal();
    break;
  case 'W':
    post_writeoff();
    break;
  case 'A':
    post_advice();
    break;
  case 'E':
    need(arc_ledger_post_day(ledger, day(1), ARC_DAY_IS_MATCHED, &error));
    break;
  default:
    fprintf(stderr, "line %lu: no such command\n", line_number);
    exit(1);
  }
}

int main(int argc, char **argv) {
  static char line[65536];
  arc_ledger_options book = ARC_LEDGER_OPTIONS_INIT;
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  book.book.data = "evaluation";
  book.book.size = 10;
  memcpy(book.currency, "USD", 4);
  options.tolerance = argc > 1 ? strtoll(argv[1], NULL, 10) : 0;
  options.discount_grace_days = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
  static char none[] = "";
  fields[0] = none;
  need(arc_ledger_open(&ledger, &book, &error));
  need(arc_matcher_open(&matcher, ledger, &options, &error));
  puts("payment,rank,invoice,cash,discount,deduction,auto,confidence,why");
  while (fgets(line, sizeof line, stdin)) {
    line_number++;
    split(line);
    command();
  }
  arc_matcher_close(matcher);
  arc_ledger_close(ledger);
  fprintf(stderr, "proposing took %.3f s\n", proposing);
  return 0;
}
