/* Scorer: the order of the worklist, what raises a priority, and that its parts add up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/small_book.h"
#include "../support/calls.h"

#define TODAY "2024-06-30"

struct score {
  struct book book;
  arc_scorer *scorer;
};

static void score_open(struct score *s) {
  arc_error err = ARC_ERROR_INIT;
  memset(s, 0, sizeof *s);
  book_open(&s->book);
  book_check(arc_scorer_open(&s->scorer, s->book.ledger, &err), &err);
}

static void score_close(struct score *s) {
  arc_scorer_close(s->scorer);
  book_close(&s->book);
}

static arc_report *worklist(struct score *s, arc_day as_of, size_t limit) {
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  book_check(call_worklist(&report, s->scorer, as_of, limit, &err), &err);
  return report;
}

static arc_report *why(struct score *s, const char *customer, arc_day as_of) {
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  book_check(call_score(&report, s->scorer, ARC_SCORE_PRIORITY, customer, ARC_NUL_TERMINATED, as_of, &err), &err);
  return report;
}

/* The customer's priority; the parts that `why` tells add up to it. */
static int64_t priority(struct score *s, const char *customer, arc_day as_of) {
  arc_report *list = worklist(s, as_of, 0), *parts = why(s, customer, as_of);
  int64_t found = 0, sum = 0;
  for (size_t i = 0; i < arc_report_rows(list); i++)
    if (strcmp(book_cell(list, i, "customer"), customer) == 0)
      found += book_number(list, i, "priority");
  for (size_t i = 0; i < arc_report_rows(parts); i++) {
    assert_string_equal(book_cell(parts, i, "customer"), customer);
    sum += book_number(parts, i, "contribution");
  }
  assert_int_equal(sum, found);
  arc_report_free(list);
  arc_report_free(parts);
  return found;
}

static void late_invoice(struct score *s, const char *key, const char *customer, int32_t days,
                         int64_t amount) {
  arc_day due = book_day(TODAY) - days;
  arc_invoice row = book_invoice_of(key, customer, due - 30, due, amount);
  book_post_invoice(&s->book, &row);
}

static void reminder(struct score *s, const char *key, const char *customer, const char *invoice,
                     int64_t amount, arc_day day) {
  arc_touch row = ARC_TOUCH_INIT;
  arc_touch_outcome sent = ARC_TOUCH_OUTCOME_INIT;
  arc_touch_item item = {(uint32_t)sizeof item, 1, book_text(invoice), amount};
  arc_error err = ARC_ERROR_INIT;
  row.key = sent.touch = book_text(key);
  row.customer = book_text(customer);
  row.anchor = book_text(invoice);
  row.step = book_text("overdue");
  row.reason = book_text("overdue +7d");
  row.policy = book_text("net 30");
  memcpy(row.currency, "USD", 4);
  row.day = sent.day = day;
  row.channel = ARC_CHANNEL_EMAIL;
  row.anchor_instalment = 1;
  row.item_count = 1;
  row.items = &item;
  sent.status = ARC_TOUCH_SENT;
  book_check(arc_ledger_post_touches(s->book.ledger, &row, 1, &err), &err);
  book_check(arc_ledger_post_touch_outcomes(s->book.ledger, &sent, 1, &err), &err);
}

static void test_checks(void **state) {
  (void)state;
  struct score s;
  arc_scorer *scorer;
  arc_report *report = NULL;
  score_open(&s);
  book_customer(&s.book, "A");
  assert_int_equal(arc_scorer_open(NULL, s.book.ledger, NULL), ARC_E_INVALID);
  assert_int_equal(arc_scorer_open(&scorer, NULL, NULL), ARC_E_INVALID);
  assert_int_equal(call_worklist(NULL, s.scorer, 20000, 0, NULL), ARC_E_INVALID);
  assert_int_equal(call_worklist(&report, NULL, 20000, 0, NULL), ARC_E_INVALID);
  assert_int_equal(call_worklist(&report, s.scorer, ARC_DAY_NONE, 0, NULL), ARC_E_INVALID);
  assert_int_equal(call_score(&report, s.scorer, ARC_SCORE_PRIORITY, "A", 1, ARC_DAY_NONE, NULL), ARC_E_INVALID);
  assert_int_equal(call_score(&report, s.scorer, ARC_SCORE_PRIORITY, "B", 1, 20000, NULL), ARC_E_NOT_FOUND);
  assert_int_equal(call_score(&report, s.scorer, ARC_SCORE_PRIORITY, NULL, 0, 20000, NULL), ARC_E_NOT_FOUND);
  assert_null(report);
  report = worklist(&s, 20000, 0);
  assert_int_equal(arc_report_rows(report), 0);
  arc_report_free(report);
  report = why(&s, "A", 20000);
  assert_int_equal(arc_report_rows(report), 0);
  arc_report_free(report);
  arc_scorer_close(NULL);
  score_close(&s);
}

/* 60 days late at 400 ranks below 10 days late at 80,000. */
static void test_worklist(void **state) {
  (void)state;
  struct score s;
  score_open(&s);
  book_customer(&s.book, "SMALL");
  book_customer(&s.book, "LARGE");
  book_customer(&s.book, "TWIN1");
  book_customer(&s.book, "TWIN2");
  book_customer(&s.book, "NOTDUE");
  book_customer(&s.book, "TODAY");
  late_invoice(&s, "I1", "SMALL", 60, 40000);
  late_invoice(&s, "I2", "LARGE", 10, 8000000);
  late_invoice(&s, "I3", "TWIN2", 91, 100000);
  late_invoice(&s, "I4", "TWIN1", 91, 100000);
  late_invoice(&s, "I5", "NOTDUE", -1, 9000000);
  late_invoice(&s, "I6", "TODAY", 0, 9000000);
  book_payment(&s.book, "P", "LARGE", "2024-06-01", 1000000, "");
  arc_report *report = worklist(&s, book_day(TODAY), 0);
  /* Twins tie; the account that did business first comes first. */
  static const char *const order[] = {"LARGE", "TWIN2", "TWIN1", "SMALL"};
  assert_int_equal(arc_report_rows(report), 4);
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(book_number(report, i, "rank"), i + 1);
    assert_string_equal(book_cell(report, i, "customer"), order[i]);
  }
  assert_int_equal(book_number(report, 0, "balance"), 7000000);
  assert_int_equal(book_number(report, 0, "overdue"), 8000000);
  assert_int_equal(book_number(report, 0, "oldest_days"), 10);
  assert_int_equal(book_number(report, 0, "priority"), 1160000); /* 0.145 of it */
  assert_int_equal(book_number(report, 1, "priority"), 70000);
  assert_string_equal(book_cell(report, 0, "reason"), "80000.00 overdue, oldest 10 days");
  arc_report_free(report);
  report = worklist(&s, book_day(TODAY), 2);
  assert_int_equal(arc_report_rows(report), 2);
  arc_report_free(report);
  score_close(&s);
}

/* Each sign of trouble raises the risk by its own amount, up to the cap. */
static void test_signs(void **state) {
  (void)state;
  struct score s;
  arc_day today = book_day(TODAY);
  score_open(&s);
  book_customer(&s.book, "A");
  late_invoice(&s, "I1", "A", 1, 100000);
  assert_int_equal(priority(&s, "A", today + 0), 10000);
  book_promise(&s.book, "M1", "I1", "2024-06-20", "2024-06-25", 50000);
  assert_int_equal(priority(&s, "A", today), 25000);
  book_promise(&s.book, "M2", "I1", "2024-06-20", "2024-06-26", 50000);
  assert_int_equal(priority(&s, "A", today), 40000);
  book_promise(&s.book, "M3", "I1", "2024-06-20", "2024-07-26", 50000); /* not yet broken */
  assert_int_equal(priority(&s, "A", today), 40000);
  reminder(&s, "T1", "A", "I1", 100000, today);
  assert_int_equal(priority(&s, "A", today), 40000); /* sent today: no silence yet */
  int64_t next_day = priority(&s, "A", today + 1);
  assert_int_equal(next_day, 45500); /* 0.105 for two days, 0.30, 0.05 */
  book_dispute(&s.book, "D1", "I1", "2024-06-28", 40000);
  assert_int_equal(priority(&s, "A", today + 1), 30300); /* of 600.00, at 0.05 more */
  arc_payment p = book_payment_of("P", "A", today + 1, 1, "");
  book_post_payment(&s.book, &p);
  assert_int_equal(priority(&s, "A", today + 1), 27300);   /* no longer silent */
  assert_int_equal(priority(&s, "A", today + 200), 57000); /* 0.70 + 0.45 + 0.05: at most 0.95 */
  arc_report *report = worklist(&s, today + 1, 0);
  assert_string_equal(book_cell(report, 0, "reason"),
                      "600.00 overdue, oldest 2 days; 2 promises broken; a dispute blocks a part");
  arc_report_free(report);
  score_close(&s);
}

static void test_why(void **state) {
  (void)state;
  struct score s;
  score_open(&s);
  book_customer(&s.book, "A");
  late_invoice(&s, "I1", "A", 1, 100000);
  late_invoice(&s, "I2", "A", 16, 200000);
  late_invoice(&s, "I3", "A", 100, 12345);
  book_promise(&s.book, "M1", "I3", "2024-06-20", "2024-06-25", 0);
  arc_report *report = why(&s, "A", book_day(TODAY));
  static const struct {
    const char *rule, *input;
    int64_t risk, part;
  } rows[] = {
      {"1 to 30 days late", "3000.00 in 2 items", 150000, 45000},
      {"over 90 days late", "123.45 in 1 item", 700041,
       8642},                                  /* 8,641.5 to even, and what that makes */
      {"promises broken", "1", 150000, 46851}, /* to 10,493.25 of the last one */
      {"no payment since a reminder of what is overdue", "0", 0, 0},
      {"a dispute on what is overdue", "0", 0, 0},
      {"pays later than it used to", "0", 0, 0},
      {"a large part of all that is owed", "0", 0, 0},
  };
  assert_int_equal(arc_report_rows(report), 7);
  int64_t sum = 0;
  for (size_t i = 0; i < 7; i++) {
    assert_string_equal(book_cell(report, i, "rule"), rows[i].rule);
    assert_string_equal(book_cell(report, i, "input"), rows[i].input);
    assert_int_equal(book_number(report, i, "risk_ppm"), rows[i].risk);
    assert_int_equal(book_number(report, i, "contribution"), rows[i].part);
    sum += rows[i].part;
  }
  assert_int_equal(sum, priority(&s, "A", book_day(TODAY)));
  arc_report_free(report);
  score_close(&s);
}

/* Currencies are compared one to one in whole units, whatever their digits. */
static void test_currencies(void **state) {
  (void)state;
  struct score s;
  static const struct {
    const char *customer, *currency;
    int64_t amount;
  } rows[] = {{"USD1", "USD", 100000},
              {"JPY1", "JPY", 1001},
              {"KWD1", "KWD", 999999},
              {"CLF1", "CLF", 10000001}};
  score_open(&s);
  for (size_t i = 0; i < 4; i++) {
    char key[16];
    book_customer(&s.book, rows[i].customer);
    snprintf(key, sizeof key, "I%u", (unsigned)i);
    arc_invoice row = book_invoice_of(key, rows[i].customer, book_day(TODAY) - 130,
                                      book_day(TODAY) - 100, rows[i].amount);
    memcpy(row.currency, rows[i].currency, 4);
    book_post_invoice(&s.book, &row);
  }
  arc_report *report = worklist(&s, book_day(TODAY), 0);
  static const char *const order[] = {"JPY1", "CLF1", "USD1",
                                      "KWD1"}; /* 701, 700.0001, 700.00, 699.999 */
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(book_cell(report, i, "customer"), order[i]);
  arc_report_free(report);
  score_close(&s);
}

/* Past days: what was not yet known to be late, paid or promised then does not count. */
static void test_past(void **state) {
  (void)state;
  struct score s;
  arc_day today = book_day(TODAY);
  score_open(&s);
  book_customer(&s.book, "A");
  late_invoice(&s, "I1", "A", 40, 100000);
  book_promise(&s.book, "M1", "I1", "2024-06-20", "2024-06-25", 50000);
  book_payment(&s.book, "P", "A", "2024-06-29", 100000, "");
  book_apply(&s.book, "P", "I1", book_day("2024-06-29"), 100000, ARC_HOW_GIVEN);
  assert_int_equal(priority(&s, "A", today), 0);
  assert_int_equal(priority(&s, "A", today - 40), 0);
  assert_int_equal(priority(&s, "A", today - 39), 10000);
  assert_int_equal(priority(&s, "A", today - 10), 24500);
  assert_int_equal(priority(&s, "A", today - 2), 44667); /* 0.296666 and a promise broken */
  score_close(&s);
}

/* ---- monotone ---- */

struct account {
  int64_t amounts[3];
  int32_t days[3];
  int promises, items;
};

static int64_t account_priority(const struct account *a) {
  struct score s;
  score_open(&s);
  book_customer(&s.book, "A");
  for (int i = 0; i < a->items; i++) {
    char key[16];
    snprintf(key, sizeof key, "I%d", i);
    late_invoice(&s, key, "A", a->days[i], a->amounts[i]);
  }
  for (int i = 0; i < a->promises; i++) {
    char key[16];
    snprintf(key, sizeof key, "M%d", i);
    book_promise(&s.book, key, "I0", "2024-06-20", "2024-06-25", 1);
  }
  int64_t result = priority(&s, "A", book_day(TODAY));
  score_close(&s);
  return result;
}

/* More owed, later, another item, another promise broken: never lower, all else equal. */
static void test_monotone(void **state) {
  (void)state;
  uint64_t random = 0x2545f4914f6cdd1du;
  for (int round = 0; round < 300; round++) {
    struct account a, more;
    memset(&a, 0, sizeof a);
    a.items = 1 + (int)book_random_below(&random, 2);
    a.promises = (int)book_random_below(&random, 4);
    for (int i = 0; i < 3; i++) {
      a.amounts[i] = 1 + book_random_below(&random, round % 2 ? 50 : 5000000);
      a.days[i] = 1 + (int32_t)book_random_below(&random, 130);
    }
    more = a;
    int item = (int)book_random_below(&random, a.items);
    switch (round % 4) {
    case 0:
      more.amounts[item] += 1 + book_random_below(&random, 100);
      break;
    case 1:
      more.days[item] += 1 + (int32_t)book_random_below(&random, 40);
      break;
    case 2:
      more.items++;
      break;
    default:
      more.promises++;
      break;
    }
    assert_true(account_priority(&more) >= account_priority(&a));
  }
}

static void test_no_memory(void **state) {
  (void)state;
  struct score s;
  score_open(&s);
  for (int i = 0; i < 20; i++) {
    char customer[16], invoice[16];
    snprintf(customer, sizeof customer, "C%d", i);
    snprintf(invoice, sizeof invoice, "I%d", i);
    book_customer(&s.book, customer);
    late_invoice(&s, invoice, customer, 10 + i, 1000);
  }
  for (int kind = 0; kind < 2; kind++)
    for (int once = 0; once < 2; once++)
      for (size_t k = 1;; k++) {
        arc_scorer *scorer;
        arc_report *report = NULL;
        test_heap_fail(&s.book.heap, k, once);
        arc_status status = arc_scorer_open(&scorer, s.book.ledger, NULL);
        if (status == ARC_OK) {
          status = kind ? call_score(&report, scorer, ARC_SCORE_PRIORITY, "C3", 2, book_day(TODAY), NULL)
                        : call_worklist(&report, scorer, book_day(TODAY), 0, NULL);
          arc_scorer_close(scorer);
        }
        int failed = test_heap_failed(&s.book.heap);
        test_heap_fail(&s.book.heap, 0, 0);
        assert_int_equal(status, failed ? ARC_E_NOMEM : ARC_OK);
        if (failed) assert_null(report);
        arc_report_free(report);
        if (!failed) break;
      }
  score_close(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_checks),     cmocka_unit_test(test_worklist),
      cmocka_unit_test(test_signs),      cmocka_unit_test(test_why),
      cmocka_unit_test(test_currencies), cmocka_unit_test(test_past),
      cmocka_unit_test(test_monotone),   cmocka_unit_test(test_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
