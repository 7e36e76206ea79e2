/*
 * Bitemporal reads: what a handle tells with known_at is what a book tells that holds only the commands recorded
 * by then; for any day asked for. The commands are random, many dated back or ahead; seeds are printed.
 */
#include "arcollect.h"
#include "../support/calls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CUSTOMERS 5
#define STEPS 160
#define FIRST_DAY 19000
#define SPAN 200

static uint64_t chance;

static uint32_t pick(uint32_t limit) {
  chance ^= chance << 13;
  chance ^= chance >> 7;
  chance ^= chance << 17;
  return (uint32_t)(chance % limit);
}

static arc_text name(char buf[16], char letter, uint32_t number) {
  arc_text t = {buf, 0};
  t.size = (size_t)snprintf(buf, 16, "%c%u", letter, number);
  return t;
}

static arc_day any_day(void) {
  return FIRST_DAY + (arc_day)pick(SPAN);
}

/* One command, drawn from the state of `chance` alone: refused or not, every book is told the same. */
static void say(arc_ledger *ledger, uint32_t step) {
  char a[16], b[16], c[16];
  arc_day day = any_day();
  assert_true(arc_ledger_set_clock(ledger, 1000 * (int64_t)(step + 1), NULL) >= 0);
  switch (pick(10)) {
  case 0:
  case 1: {
    arc_invoice v = ARC_INVOICE_INIT;
    v.key = name(a, 'I', step);
    v.customer = name(b, 'C', pick(CUSTOMERS));
    v.issued = day;
    v.due = day + (arc_day)pick(40);
    v.amount = 1000 + pick(5000);
    (void)arc_ledger_post_invoices(ledger, &v, 1, NULL);
    break;
  }
  case 2:
  case 3: {
    arc_payment p = ARC_PAYMENT_INIT;
    p.key = name(a, 'P', step);
    if (pick(4)) p.customer = name(b, 'C', pick(CUSTOMERS));
    p.received = day;
    p.amount = 500 + pick(6000);
    (void)arc_ledger_post_payments(ledger, &p, 1, NULL);
    break;
  }
  case 4:
  case 5:
  case 6: {
    arc_application ap = ARC_APPLICATION_INIT;
    ap.key = name(c, 'A', step);
    ap.credit = name(a, 'P', pick(step + 1));
    ap.invoice = name(b, 'I', pick(step + 1));
    ap.day = day;
    ap.amount = 100 + pick(3000);
    ap.discount = pick(3) ? 0 : pick(100);
    (void)arc_ledger_post_applications(ledger, &ap, 1, NULL);
    break;
  }
  case 7: {
    arc_reversal r = ARC_REVERSAL_INIT;
    r.payment = name(a, 'P', pick(step + 1));
    r.day = day;
    (void)arc_ledger_post_reversals(ledger, &r, 1, NULL);
    break;
  }
  case 8: {
    arc_dispute d = ARC_DISPUTE_INIT;
    d.key = name(a, 'D', step);
    d.invoice = name(b, 'I', pick(step + 1));
    d.opened = day;
    d.amount = 1 + pick(900);
    (void)arc_ledger_post_disputes(ledger, &d, 1, NULL);
    break;
  }
  default: {
    arc_end d = ARC_END_INIT;
    arc_writeoff w = ARC_WRITEOFF_INIT;
    d.kind = ARC_END_DISPUTE;
    d.key = name(a, 'D', pick(step + 1));
    d.day = day;
    (void)arc_ledger_post_ends(ledger, &d, 1, NULL);
    w.key = name(a, 'W', step);
    w.invoice = name(b, 'I', pick(step + 1));
    w.day = day;
    w.amount = 1 + pick(200);
    (void)arc_ledger_post_writeoffs(ledger, &w, 1, NULL);
    break;
  }
  }
}

static arc_ledger *book_of(uint64_t seed, uint32_t steps) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_ledger *ledger;
  memcpy(options.currency, "EUR", 4);
  assert_int_equal(arc_ledger_open(&ledger, &options, NULL), ARC_OK);
  for (uint32_t i = 0; i < CUSTOMERS; i++) {
    char key[16];
    arc_customer customer = ARC_CUSTOMER_INIT;
    customer.key = customer.name = name(key, 'C', i);
    assert_int_equal(arc_ledger_post_customers(ledger, &customer, 1, NULL), ARC_OK);
  }
  chance = seed * 2654435761u + 88172645463325252u;
  for (uint32_t step = 0; step < steps; step++) say(ledger, step);
  return ledger;
}

/* A report as text, line by line. */
static void tell(char *out, size_t cap, const arc_report *report) {
  size_t at = strlen(out);
  for (size_t row = 0; row < arc_report_rows(report); row++)
    for (size_t column = 0; column < arc_report_columns(report); column++) {
      char cell[256];
      assert_int_equal(arc_report_format(report, row, column, cell, sizeof cell, NULL), ARC_OK);
      at += (size_t)snprintf(out + at, cap - at, "%s%s", cell, column + 1 == arc_report_columns(report) ? "\n" : ",");
      assert_true(at < cap);
    }
}

static void tell_all(char *out, size_t cap, arc_ledger *ledger, arc_day day) {
  static const int32_t lists[] = {ARC_REPORT_APPLICATIONS, ARC_REPORT_POSTINGS, ARC_REPORT_TIMELINE, ARC_REPORT_OPEN_ITEMS};
  arc_metrics_query aging = AGING_INIT;
  arc_report *report;
  arc_scorer *scorer;
  out[0] = 0;
  aging.as_of = day;
  assert_int_equal(arc_metrics_report(&report, ledger, &aging, NULL), ARC_OK);
  tell(out, cap, report);
  arc_report_free(report);
  assert_int_equal(call_figures(&report, ledger, day, 60, ARC_BY_CURRENCY, NULL), ARC_OK);
  tell(out, cap, report);
  arc_report_free(report);
  assert_int_equal(arc_scorer_open(&scorer, ledger, NULL), ARC_OK);
  assert_int_equal(call_worklist(&report, scorer, day, 0, NULL), ARC_OK);
  tell(out, cap, report);
  arc_report_free(report);
  arc_scorer_close(scorer);
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    arc_query query = ARC_QUERY_INIT;
    query.report = lists[i];
    query.as_of = day;
    assert_int_equal(arc_ledger_report(&report, ledger, &query, NULL), ARC_OK);
    tell(out, cap, report);
    arc_report_free(report);
  }
  for (uint32_t i = 0; i < CUSTOMERS; i++) {
    char key[16];
    arc_query query = ARC_QUERY_INIT;
    query.report = ARC_REPORT_STATEMENT;
    query.customer = name(key, 'C', i);
    query.as_of = day;
    assert_int_equal(arc_ledger_report(&report, ledger, &query, NULL), ARC_OK);
    tell(out, cap, report);
    arc_report_free(report);
  }
}

static void test_known_at(void **state) {
  static char expected[1 << 18], told[1 << 18];
  unsigned compared = 0;
  (void)state;
  for (uint64_t seed = 1; seed <= 40; seed++) {
    arc_ledger *whole = book_of(seed, STEPS);
    for (uint32_t k = 0; k < 5; k++) {
      uint32_t steps = (uint32_t)((seed * 37 + k * 31) % STEPS) + 1;
      arc_ledger *past = book_of(seed, steps), *fork;
      assert_int_equal(arc_ledger_fork(&fork, whole, 1000 * (int64_t)steps, NULL), ARC_OK);
      for (int d = 0; d < 4; d++) {
        arc_day day = FIRST_DAY + (arc_day)((seed * 13 + steps * 7 + (unsigned)d * 53) % (SPAN + 40));
        tell_all(expected, sizeof expected, past, day);
        tell_all(told, sizeof told, fork, day);
        if (strcmp(expected, told) != 0) {
          size_t at = 0;
          while (expected[at] == told[at]) at++;
          while (at && expected[at - 1] != '\n') at--;
          fail_msg("seed %llu, %u of %u steps, day %d:\n%.300s\nagainst\n%.300s", (unsigned long long)seed, steps, STEPS,
                   (int)day, expected + at, told + at);
        }
        compared++;
      }
      arc_ledger_close(fork);
      arc_ledger_close(past);
    }
    assert_int_equal(arc_ledger_verify(whole, NULL), ARC_OK);
    arc_ledger_close(whole);
  }
  print_message("%u comparisons, known by one of 200 instants as of one of 4 days each\n", compared);
}

static void test_commands_are_refused(void **state) {
  arc_ledger *ledger = book_of(1, 10), *fork;
  arc_customer customer = ARC_CUSTOMER_INIT;
  (void)state;
  customer.key.data = "new";
  customer.key.size = 3;
  assert_int_equal(arc_ledger_fork(&fork, ledger, 3000, NULL), ARC_OK);
  assert_int_equal(arc_ledger_post_customers(fork, &customer, 1, NULL), ARC_E_READ_ONLY);
  assert_int_equal(arc_ledger_set_clock(fork, 4000000, NULL), ARC_E_READ_ONLY);
  arc_ledger_close(fork);
  assert_int_equal(arc_ledger_fork(&fork, ledger, -1, NULL), ARC_E_INVALID);
  assert_int_equal(arc_ledger_fork(&fork, ledger, 0, NULL), ARC_OK);
  assert_int_equal(arc_ledger_post_customers(fork, &customer, 1, NULL), ARC_OK);
  arc_ledger_close(fork);
  assert_int_equal(arc_ledger_post_customers(ledger, &customer, 1, NULL), ARC_OK);
  assert_int_equal(arc_batch_begin(ledger, NULL), ARC_OK);
  assert_int_equal(arc_ledger_fork(&fork, ledger, 3000, NULL), ARC_E_BUSY);
  arc_batch_abort(ledger);
  arc_ledger_close(ledger);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_known_at), cmocka_unit_test(test_commands_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
