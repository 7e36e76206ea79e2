/* What-if: the days of a book again, under its own policy and under others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "small_book.h"
#include "../support/info.h"

#define CUSTOMERS 12

static const char usual[] =
    "cadence \"usual\"\ngroup by invoice\npause on dispute cash\nstep 0d email friendly due\n"
    "step +7d email firm late\nstep +21d letter final last\nstep +60d decide now\nlimit 1 per 3d\n";

struct days {
  struct book b;
  arc_collector *c;
  arc_day from, to;
};

static void days_policy(struct days *d, const char *text, arc_day day) {
  arc_policy row = ARC_POLICY_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.name = book_text("default");
  row.text = book_text(text);
  row.day = day;
  book_check(arc_ledger_post_policies(d->b.ledger, &row, 1, &err), &err);
}

/* Invoices and payments on their days, and a run of each. */
static void days_live(struct days *d, int customers, arc_day from, arc_day to, uint64_t seed) {
  arc_error err = ARC_ERROR_INIT;
  struct {
    char key[16];
    int customer;
    arc_day paid;
    int64_t amount;
  } open[400];
  int count = 0, at = 0;
  memset(d, 0, sizeof *d);
  book_open(&d->b);
  d->from = from;
  d->to = to;
  days_policy(d, usual, from);
  for (int c = 0; c < customers; c++) {
    char key[16];
    arc_contact contact = ARC_CONTACT_INIT;
    snprintf(key, sizeof key, "C%d", c);
    book_customer(&d->b, key);
    contact.key = contact.customer = contact.name = book_text(key);
    contact.email = book_text("a@b.example");
    contact.phone = book_text("+1 555 0100");
    contact.postal = book_text("A Street 1");
    book_check(arc_ledger_post_contacts(d->b.ledger, &contact, 1, &err), &err);
  }
  book_check(arc_collector_open(&d->c, d->b.ledger, NULL, &err), &err);
  for (arc_day day = from; day <= to; day++) {
    if (count < 400 && book_random_below(&seed, 3)) {
      char customer[16];
      open[count].customer = (int)book_random_below(&seed, customers);
      open[count].amount = 1000 + book_random_below(&seed, 100000);
      open[count].paid = day + 10 + (arc_day)book_random_below(&seed, 45);
      snprintf(open[count].key, sizeof open[count].key, "V%d", count);
      snprintf(customer, sizeof customer, "C%d", open[count].customer);
      arc_invoice row =
          book_invoice_of(open[count].key, customer, day, day + 14, open[count].amount);
      book_post_invoice(&d->b, &row);
      count++;
    }
    for (int i = 0; i < count; i++)
      if (open[i].paid == day) {
        char payment[16], customer[16];
        snprintf(payment, sizeof payment, "P%d", at++);
        snprintf(customer, sizeof customer, "C%d", open[i].customer);
        arc_payment cash = book_payment_of(payment, customer, day, open[i].amount, "");
        book_post_payment(&d->b, &cash);
        book_apply(&d->b, payment, open[i].key, day, open[i].amount, ARC_HOW_REFERENCE);
      }
    book_check(arc_collector_run_day(d->c, day, NULL, &err), &err);
  }
}

static void days_close(struct days *d) {
  arc_collector_close(d->c);
  book_close(&d->b);
}

static arc_report *whatif(struct days *d, const char *policy, arc_day from, arc_day to) {
  arc_whatif_options options = ARC_WHATIF_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  options.from = from;
  options.to = to;
  options.policy = book_text(policy);
  options.cost[ARC_CHANNEL_EMAIL] = 2;
  options.cost[ARC_CHANNEL_LETTER] = 150;
  options.cost[ARC_CHANNEL_CALL] = 600;
  book_check(arc_collector_whatif(&report, d->c, &options, &err), &err);
  return report;
}

static size_t row_of(const arc_report *report, const char *measure, const char *detail) {
  for (size_t i = 0; i < arc_report_rows(report); i++)
    if (!strcmp(book_cell(report, i, "measure"), measure) &&
        (!detail || !strcmp(book_cell(report, i, "detail"), detail)))
      return i;
  return arc_report_rows(report);
}

static int64_t number(const arc_report *report, const char *measure, const char *detail,
                      const char *column) {
  size_t row = row_of(report, measure, detail);
  if (row == arc_report_rows(report) && !strcmp(measure, "touches"))
    return 0; /* none on either side */
  assert_true(row < arc_report_rows(report));
  return book_number(report, row, column);
}

/* Under the policy that was in force the days come out as they did, touch for touch. */
static void test_same_policy_same_days(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    struct days d;
    arc_error err = ARC_ERROR_INIT;
    days_live(&d, CUSTOMERS, 20000, 20180, seed * 77);
    uint64_t before = info_of(d.b.ledger).next_sequence;
    for (int part = 0; part < 2; part++) { /* all days, and those from the middle on */
      arc_report *report = whatif(&d, part ? "" : usual, part ? 20090 : 20000, 20180);
      assert_true(number(report, "touches", "all", "recorded") > 20);
      for (size_t row = 0; row < arc_report_rows(report); row++)
        if (!arc_report_is_null(report, row, 3))
          assert_int_equal(book_number(report, row, "recorded"),
                           book_number(report, row, "replayed"));
      assert_int_equal(number(report, "touches", "all", "replayed_amount"),
                       2 * number(report, "touches", "email", "replayed") +
                           150 * number(report, "touches", "letter", "replayed"));
      int64_t cash = number(report, "cash", NULL, "recorded_amount");
      assert_true(cash > 0);
      assert_int_equal(number(report, "cash", NULL, "replayed_amount"), cash);
      assert_int_equal(number(report, "cash", NULL, "low"), cash);
      assert_int_equal(number(report, "cash", NULL, "high"), cash);
      arc_report_free(report);
    }
    assert_int_equal(info_of(d.b.ledger).next_sequence,
                     before); /* nothing was recorded, and the book is whole */
    book_check(arc_ledger_verify(d.b.ledger, &err), &err);
    assert_int_equal(arc_collector_run_day(d.c, 20181, NULL, &err), ARC_OK);
    days_close(&d);
  }
}

static void test_other_policies(void **state) {
  (void)state;
  struct days d;
  days_live(&d, CUSTOMERS, 20000, 20180, 4242);
  arc_report *report = whatif(
      &d, "cadence \"calls\"\nstep +3d call firm ring\nstep +60d decide now\n", 20030, 20180);
  assert_int_equal(number(report, "touches", "email", "replayed"), 0);
  assert_true(number(report, "touches", "call", "replayed") > 5);
  assert_int_equal(number(report, "touches", "call", "recorded"), 0);
  assert_int_equal(number(report, "touches", "all", "replayed_amount"),
                   600 * number(report, "touches", "call", "replayed"));
  assert_int_equal(number(report, "limited", NULL, "replayed"), 0);
  assert_true(number(report, "cash", NULL, "low") <=
              number(report, "cash", NULL, "replayed_amount"));
  assert_true(number(report, "cash", NULL, "replayed_amount") <=
              number(report, "cash", NULL, "high"));
  assert_true(number(report, "cash", NULL, "low") < number(report, "cash", NULL, "high"));
  arc_report_free(report);
  /* Many steps and a narrow cap: it is hit. Never: nothing goes out. */
  report = whatif(&d,
                  "cadence \"much\"\ngroup by invoice\nmissed all\nstep -5d email friendly a\nstep "
                  "-1d email friendly b\n"
                  "step +1d email firm c\nstep +4d email firm d\nstep +9d email firm e\nstep +60d "
                  "decide now\nlimit 1 per 10d\n",
                  20030, 20180);
  assert_true(number(report, "limited", NULL, "replayed") > 10);
  arc_report_free(report);
  report = whatif(&d, "cadence \"none\"\nnever\n", 20030, 20180);
  assert_int_equal(number(report, "touches", "all", "replayed"), 0);
  assert_int_equal(number(report, "windows", NULL, "replayed"), 0);
  arc_report_free(report);
  days_close(&d);
}

/* No touch was ever recorded: nothing shows what one would bring. */
static void test_undefined(void **state) {
  (void)state;
  struct days d;
  days_live(&d, 2, 20000, 20013, 5);
  arc_report *report =
      whatif(&d, "cadence \"x\"\nstep -3d email friendly a\nstep +60d decide now\n", 20000, 20013);
  assert_int_equal(number(report, "touches", "all", "recorded"), 0);
  assert_true(number(report, "touches", "all", "replayed") > 0);
  size_t row = row_of(report, "cash", NULL);
  for (size_t column = 6; column < 9; column++)
    assert_int_equal(arc_report_is_null(report, row, column), 1);
  arc_report_free(report);
  days_close(&d);
}

static void test_checks(void **state) {
  (void)state;
  struct days d;
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  arc_whatif_options good = ARC_WHATIF_OPTIONS_INIT, o;
  days_live(&d, 1, 20000, 20001, 5);
  good.from = 20000;
  good.to = 20001;
  assert_int_equal(arc_collector_whatif(NULL, d.c, &good, &err), ARC_E_INVALID);
  assert_int_equal(arc_collector_whatif(&report, NULL, &good, &err), ARC_E_INVALID);
  assert_int_equal(arc_collector_whatif(&report, d.c, NULL, &err), ARC_E_INVALID);
  o = good, o.struct_size = 3;
  assert_int_equal(arc_collector_whatif(&report, d.c, &o, &err), ARC_E_ABI);
  o = good, o.flags = 1;
  assert_int_equal(arc_collector_whatif(&report, d.c, &o, &err), ARC_E_INVALID);
  o = good, o.to = 19999;
  assert_int_equal(arc_collector_whatif(&report, d.c, &o, &err), ARC_E_INVALID);
  o = good, o.from = ARC_DAY_NONE;
  assert_int_equal(arc_collector_whatif(&report, d.c, &o, &err), ARC_E_INVALID);
  o = good, o.to = 20000 + 3660;
  assert_int_equal(arc_collector_whatif(&report, d.c, &o, &err), ARC_E_INVALID);
  o = good, o.cost[1] = -1;
  assert_int_equal(arc_collector_whatif(&report, d.c, &o, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 6);
  o = good, o.policy = book_text("cadence \"x\"\nstep");
  assert_int_equal(arc_collector_whatif(&report, d.c, &o, &err), ARC_E_SYNTAX);
  assert_int_equal(err.line, 2);
  assert_int_equal(arc_batch_begin(d.b.ledger, &err), ARC_OK);
  assert_int_equal(arc_collector_whatif(&report, d.c, &good, &err), ARC_E_BUSY);
  arc_batch_abort(d.b.ledger);
  assert_null(report);
  days_close(&d);
}

static void test_no_memory(void **state) {
  (void)state;
  struct days d;
  days_live(&d, 2, 20000, 20034, 9);
  arc_whatif_options options = ARC_WHATIF_OPTIONS_INIT;
  options.from = 20020;
  options.to = 20033;
  options.policy = book_text("cadence \"x\"\nstep -9d email friendly a\nstep +60d decide now\n");
  size_t live = d.b.heap.live;
  for (size_t k = 1;; k += 1 + k / 8) { /* a training takes many */
    arc_report *report = NULL;
    test_heap_fail(&d.b.heap, k, 0);
    arc_status status = arc_collector_whatif(&report, d.c, &options, NULL);
    int failed = test_heap_failed(&d.b.heap);
    test_heap_fail(&d.b.heap, 0, 0);
    assert_int_equal(status, failed ? ARC_E_NOMEM : ARC_OK);
    arc_report_free(report);
    assert_int_equal(d.b.heap.live, live);
    if (!failed) break;
  }
  days_close(&d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_policy_same_days),
      cmocka_unit_test(test_other_policies),
      cmocka_unit_test(test_undefined),
      cmocka_unit_test(test_checks),
      cmocka_unit_test(test_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
