/*
 * Back-tests the payment model on a book of the data folder, as evaluate.py tells it.
 *
 *   backtest CUT predictions.csv cash.csv < EVENTS
 *
 * ARC_UNTIL names the last day of predictions, else it is that of the book.
 * EVENTS: a letter and fields, in the order of days: C key currency segment | I day key customer due amount discount_bp
 * discount_days | P day key customer amount invoice discount applied | W day key invoice amount.
 * Prints how long training took and the whole back-test; the clock is used for that alone.
 */
#define _POSIX_C_SOURCE 200809L
#include "arcollect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GROUP 512

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void check(arc_status status, const arc_error *err, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s: %s\n", what, arc_status_name(status), err->text);
  exit(1);
}

static arc_text text_of(const char *s) {
  arc_text text = {s, strlen(s)};
  return text;
}

static arc_day day_of(const char *s) {
  return (arc_day)strtol(s, NULL, 10);
}

static void post_customer(arc_ledger *l, char **f) {
  arc_customer row = ARC_CUSTOMER_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.key = row.name = text_of(f[0]);
  memcpy(row.currency, f[1], 4);
  row.segment = text_of(strcmp(f[2], "-") ? f[2] : "");
  check(arc_ledger_post_customers(l, &row, 1, &err), &err, f[0]);
}

static void post_invoice(arc_ledger *l, char **f) {
  arc_invoice row = ARC_INVOICE_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.issued = day_of(f[0]);
  row.key = text_of(f[1]);
  row.customer = text_of(f[2]);
  row.due = day_of(f[3]);
  row.amount = strtoll(f[4], NULL, 10);
  row.discount_bp = (uint32_t)strtoul(f[5], NULL, 10);
  row.discount_days = (uint32_t)strtoul(f[6], NULL, 10);
  check(arc_ledger_post_invoices(l, &row, 1, &err), &err, f[1]);
}

static void post_payment(arc_ledger *l, char **f) {
  arc_payment row = ARC_PAYMENT_INIT;
  arc_application apply = ARC_APPLICATION_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.received = day_of(f[0]);
  row.key = apply.credit = text_of(f[1]);
  apply.credit_kind = ARC_CREDIT_PAYMENT;
  row.customer = text_of(f[2]);
  row.amount = apply.amount = strtoll(f[3], NULL, 10);
  apply.invoice = text_of(f[4]);
  apply.discount = strtoll(f[5], NULL, 10);
  apply.day = day_of(f[6]);
  check(arc_ledger_post_payments(l, &row, 1, &err), &err, f[1]);
  check(arc_ledger_post_applications(l, &apply, 1, &err), &err, f[1]);
}

static void post_writeoff(arc_ledger *l, char **f) {
  arc_writeoff row = ARC_WRITEOFF_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.day = day_of(f[0]);
  row.key = text_of(f[1]);
  row.invoice = text_of(f[2]);
  row.amount = strtoll(f[3], NULL, 10);
  row.reason = text_of("uncollectable");
  check(arc_ledger_post_writeoffs(l, &row, 1, &err), &err, f[1]);
}

static size_t read_events(arc_ledger *l) {
  char line[512];
  size_t count = 0;
  arc_error err = ARC_ERROR_INIT;
  while (fgets(line, sizeof line, stdin)) {
    char *fields[8] = {0}, *at = strtok(line + 1, " \n");
    for (int n = 0; at && n < 8; n++, at = strtok(NULL, " \n")) fields[n] = at;
    if (count++ % GROUP == 0) {
      if (count > 1) check(arc_batch_commit(l, &err), &err, "commit");
      check(arc_batch_begin(l, &err), &err, "begin");
    }
    switch (line[0]) {
    case 'C': post_customer(l, fields); break;
    case 'I': post_invoice(l, fields); break;
    case 'P': post_payment(l, fields); break;
    case 'W': post_writeoff(l, fields); break;
    default: fprintf(stderr, "unknown event %c\n", line[0]); exit(1);
    }
  }
  if (count) check(arc_batch_commit(l, &err), &err, "commit");
  return count;
}

static void write_report(const arc_report *report, const char *path) {
  FILE *file = fopen(path, "w");
  if (!file) exit(1);
  for (size_t c = 0; c < arc_report_columns(report); c++)
    fprintf(file, "%s%s", c ? "," : "", arc_report_column_name(report, c));
  fputc('\n', file);
  for (size_t r = 0; r < arc_report_rows(report); r++) {
    for (size_t c = 0; c < arc_report_columns(report); c++) {
      char cell[128] = "";
      arc_report_format(report, r, c, cell, sizeof cell, NULL);
      fprintf(file, "%s%s", c ? "," : "", cell);
    }
    fputc('\n', file);
  }
  fclose(file);
}

int main(int argc, char **argv) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  arc_scorer *scorer;
  arc_report *report;
  arc_backtest_options back = ARC_BACKTEST_OPTIONS_INIT;
  if (argc != 4) return 2;
  options.book = text_of("evaluation");
  memcpy(options.currency, "USD", 4);
  check(arc_ledger_open(&ledger, &options, &err), &err, "open");
  double began = seconds();
  size_t events = read_events(ledger);
  double posted = seconds();
  check(arc_day_parse(&back.cut, argv[1], strlen(argv[1]), &err), &err, argv[1]);
  if (getenv("ARC_UNTIL"))
    check(arc_day_parse(&back.until, getenv("ARC_UNTIL"), ARC_NUL_TERMINATED, &err), &err, "ARC_UNTIL");
  check(arc_scorer_open(&scorer, ledger, &err), &err, "scorer");
  check(arc_scorer_train(scorer, back.cut, &err), &err, "train");
  double trained = seconds();
  check(arc_scorer_backtest(&report, scorer, &back, &err), &err, "backtest");
  double tested = seconds();
  fprintf(stderr, "%zu events %.2f s, training %.2f s, back-test %.2f s, %zu predictions\n", events, posted - began,
          trained - posted, tested - trained, arc_report_rows(report));
  write_report(report, argv[2]);
  arc_report_free(report);
  back.of = ARC_BACKTEST_CASH;
  check(arc_scorer_backtest(&report, scorer, &back, &err), &err, "cash");
  fprintf(stderr, "cash %.2f s\n", seconds() - tested);
  write_report(report, argv[3]);
  arc_report_free(report);
  arc_scorer_close(scorer);
  arc_ledger_close(ledger);
  return 0;
}
