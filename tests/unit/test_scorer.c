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

/* ---- the first so many ---- */

enum { LIFE_CUSTOMERS = 24, LIFE_KEYS = 60, LIFE_STEPS = 500 };

static int life_owner[3 * LIFE_STEPS]; /* whose invoice a number is of */

static const char *life_key(char text[16], char kind, int64_t number) {
  snprintf(text, 16, "%c%d", kind, (int)number);
  return text;
}

static void life_invoice(arc_ledger *l, uint64_t *random, int number, arc_day today) {
  char key[16], customer[16];
  int owner = life_owner[number] = (int)book_random_below(random, LIFE_CUSTOMERS);
  arc_day issued = today - (arc_day)book_random_below(random, 40);
  arc_invoice row = book_invoice_of(life_key(key, 'I', number),
                                    life_key(customer, 'C', owner), issued,
                                    issued + (arc_day)book_random_below(random, 50), 1);
  static const char currencies[3][4] = {"USD", "JPY", "KWD"};
  switch (*random % 4) { /* many of the same; tiny ones, which rounding decides; one that is most of all */
  case 0: row.amount = 1000 * (1 + book_random_below(random, 2)); break;
  case 1: row.amount += book_random_below(random, 9); break;
  case 2: row.amount = book_random_below(random, 5) ? 900 : 700000; break;
  default: row.amount += book_random_below(random, 5000); break;
  }
  if (book_random_below(random, 60) == 0) row.amount = INT64_MAX / 2000000;
  memcpy(row.currency, currencies[book_random_below(random, 8) % 3 * (book_random_below(random, 3) == 0)], 4);
  (void)arc_ledger_post_invoices(l, &row, 1, NULL);
}

/* A command, which may be one that is refused. */
static void life_say(arc_ledger *l, uint64_t *random, int number, arc_day today) {
  char key[16], other[16], third[16];
  int64_t recent = number - 1 - book_random_below(random, LIFE_KEYS);
  arc_day day = today - (arc_day)book_random_below(random, 6);
  arc_text invoice = book_text(life_key(other, 'I', recent));
  arc_text mine = book_text(life_key(key, 'K', number));
  arc_text customer = book_text(life_key(third, 'C', recent < 0 ? 0 : life_owner[recent]));
  switch (book_random_below(random, 16)) {
  case 0: {
    arc_payment row = book_payment_of(key, third, day, 1 + book_random_below(random, 6000), "");
    arc_application application = ARC_APPLICATION_INIT;
    application.credit = mine;
    application.invoice = invoice;
    application.day = today;
    application.amount = row.amount / 2;
    (void)arc_ledger_post_payments(l, &row, 1, NULL);
    (void)arc_ledger_post_applications(l, &application, 1, NULL);
    break;
  }
  case 1: {
    arc_reversal row = ARC_REVERSAL_INIT;
    row.payment = book_text(life_key(other, 'K', recent));
    row.day = today;
    (void)arc_ledger_post_reversals(l, &row, 1, NULL);
    break;
  }
  case 2: {
    arc_dispute row = ARC_DISPUTE_INIT;
    row.key = mine;
    row.invoice = invoice;
    row.opened = day + (arc_day)book_random_below(random, 8);
    row.amount = book_random_below(random, 2) * 100;
    (void)arc_ledger_post_disputes(l, &row, 1, NULL);
    break;
  }
  case 3: {
    arc_end row = ARC_END_INIT;
    row.kind = ARC_END_DISPUTE;
    row.key = book_text(life_key(other, 'K', recent));
    row.day = today + (arc_day)book_random_below(random, 4);
    (void)arc_ledger_post_ends(l, &row, 1, NULL);
    break;
  }
  case 4:
  case 5: {
    arc_promise row = ARC_PROMISE_INIT;
    row.key = mine;
    row.invoice = invoice;
    row.made = day;
    row.pay_by = day + (arc_day)book_random_below(random, 5);
    row.amount = 1 + book_random_below(random, 300);
    (void)arc_ledger_post_promises(l, &row, 1, NULL);
    break;
  }
  case 6:
  case 7: {
    arc_touch row = ARC_TOUCH_INIT;
    arc_touch_outcome sent = ARC_TOUCH_OUTCOME_INIT;
    arc_touch_item item = {(uint32_t)sizeof item, 1, invoice, 100};
    row.key = sent.touch = mine;
    row.customer = customer;
    row.anchor = invoice;
    row.step = row.policy = row.reason = book_text("overdue");
    memcpy(row.currency, "USD", 4);
    row.day = sent.day = day;
    row.channel = ARC_CHANNEL_EMAIL;
    row.anchor_instalment = row.item_count = 1;
    row.items = &item;
    sent.status = ARC_TOUCH_SENT;
    (void)arc_ledger_post_touches(l, &row, 1, NULL);
    if (book_random_below(random, 2)) (void)arc_ledger_post_touch_outcomes(l, &sent, 1, NULL);
    break;
  }
  case 9: {
    arc_touch_outcome sent = ARC_TOUCH_OUTCOME_INIT;
    sent.touch = book_text(life_key(other, 'K', recent));
    sent.day = today;
    sent.status = ARC_TOUCH_SENT;
    (void)arc_ledger_post_touch_outcomes(l, &sent, 1, NULL);
    break;
  }
  case 8: {
    arc_writeoff row = ARC_WRITEOFF_INIT;
    row.key = mine;
    row.invoice = invoice;
    row.day = today;
    row.amount = book_random_below(random, 2) ? 700000 : 1 + book_random_below(random, 3000);
    (void)arc_ledger_post_writeoffs(l, &row, 1, NULL);
    break;
  }
  default:
    life_invoice(l, random, number, today);
    break;
  }
}

/* The first so many are the first of all, cell by cell; all are scored anew each time. */
static void first_are_those_of_all(arc_scorer *scorer, arc_day as_of, size_t limit) {
  arc_report *all, *first;
  arc_error err = ARC_ERROR_INIT;
  book_check(call_worklist(&first, scorer, as_of, limit, &err), &err);
  book_check(call_worklist(&all, scorer, as_of, 0, &err), &err);
  assert_int_equal(arc_report_rows(first), arc_report_rows(all) < limit ? arc_report_rows(all) : limit);
  for (size_t row = 0; row < arc_report_rows(first); row++)
    for (size_t column = 0; column < 8; column++) {
      if (column == 1 || column == 2 || column == 7)
        assert_string_equal(arc_report_text(first, row, column, NULL), arc_report_text(all, row, column, NULL));
      else
        assert_int_equal(arc_report_integer(first, row, column), arc_report_integer(all, row, column));
    }
  arc_report_free(first);
  arc_report_free(all);
}

/* Scorers that live as long as the book, by the rules and trained, keep up with whatever is said, taken back, or
 * looked at as of another day; and so do those of a fork. */
static void life_of_order(uint64_t seed) {
  struct score s;
  arc_scorer *trained;
  arc_day today = book_day(TODAY);
  uint64_t random = seed;
  int in_batch = 0;
  score_open(&s);
  for (int i = 0; i < LIFE_CUSTOMERS; i++) {
    char customer[16];
    book_customer(&s.book, life_key(customer, 'C', i));
  }
  book_check(arc_scorer_open(&trained, s.book.ledger, NULL), NULL);
  for (int step = 0; step < LIFE_STEPS; step++) {
    int64_t what = book_random_below(&random, 40);
    if (what < 2 && !in_batch) in_batch = arc_batch_begin(s.book.ledger, NULL) == ARC_OK;
    else if (what < 4 && in_batch) in_batch = 0, arc_batch_abort(s.book.ledger);
    else if (what < 5 && in_batch) in_batch = arc_batch_commit(s.book.ledger, NULL) < 0;
    else if (what < 6) today += (arc_day)book_random_below(&random, 12);
    else if (what == 7 && step % 16 == 0) (void)arc_scorer_train(trained, today - 5, NULL);
    else life_say(s.book.ledger, &random, step, today);
    arc_day as_of = book_random_below(&random, 25) ? today : today + 3 - (arc_day)book_random_below(&random, 30);
    first_are_those_of_all(s.scorer, as_of, 1 + (size_t)book_random_below(&random, 9));
    if (step % 4 == 0) first_are_those_of_all(trained, as_of, 1 + (size_t)book_random_below(&random, 9));
    if (step % 64 == 0 && !in_batch) {
      arc_ledger *fork;
      arc_scorer *other;
      book_check(arc_ledger_fork(&fork, s.book.ledger, 0, NULL), NULL);
      book_check(arc_scorer_open(&other, fork, NULL), NULL);
      for (int i = 0; i < 8; i++) {
        life_say(fork, &random, LIFE_STEPS + step + i, today);
        first_are_those_of_all(other, today, 3);
      }
      first_are_those_of_all(s.scorer, today, 3);
      arc_scorer_close(other);
      arc_ledger_close(fork);
    }
  }
  if (in_batch) arc_batch_abort(s.book.ledger);
  arc_scorer_close(trained);
  score_close(&s);
}

static void test_first_of_all(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 10; seed++)
    life_of_order(seed);
}

/* An account becomes a large part of all that is owed by what another one no longer owes. */
static void test_large_at_last(void **state) {
  (void)state;
  static const int64_t giants[] = {900000, 230000}, written_off[] = {900000, 110000};
  for (int i = 0; i < 2; i++) {
    struct score s;
    score_open(&s);
    for (int k = 0; k < 12; k++) {
      char customer[16], invoice[16];
      book_customer(&s.book, life_key(customer, 'C', k));
      late_invoice(&s, life_key(invoice, 'I', k), customer, k == 1 ? 61 : k == 2 ? 2 : -10,
                   k == 0 ? giants[i] : k == 1 ? 20000 : k == 2 ? 60000 : 10000);
    }
    arc_report *list = worklist(&s, book_day(TODAY), 2);
    assert_string_equal(book_cell(list, 0, "customer"), "C1");
    arc_report_free(list);
    book_writeoff(&s.book, "W", "I0", book_day(TODAY), written_off[i]);
    list = worklist(&s, book_day(TODAY), 1);
    assert_string_equal(book_cell(list, 0, "customer"), "C2");
    arc_report_free(list);
    first_are_those_of_all(s.scorer, book_day(TODAY), 1);
    score_close(&s);
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
  for (int kind = 0; kind < 3; kind++)
    for (int once = 0; once < 2; once++)
      for (size_t k = 1;; k++) {
        arc_scorer *scorer;
        arc_report *report = NULL;
        test_heap_fail(&s.book.heap, k, once);
        arc_status status = arc_scorer_open(&scorer, s.book.ledger, NULL);
        if (status == ARC_OK) {
          status = kind == 2 ? call_score(&report, scorer, ARC_SCORE_PRIORITY, "C3", 2, book_day(TODAY), NULL)
                             : call_worklist(&report, scorer, book_day(TODAY), kind ? 5 : 0, NULL);
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
      cmocka_unit_test(test_monotone),   cmocka_unit_test(test_first_of_all),
      cmocka_unit_test(test_large_at_last),
      cmocka_unit_test(test_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
