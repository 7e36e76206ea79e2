/* The payment model: fixed-point numbers, no look into the future, the same bytes for every order, bytes that are
 * checked, parts that add up, forecasts that agree with predictions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "../support/small_book.h"
#include "scorer_internal.h"
#include "../support/calls.h"

#define FIRST 18000 /* a Monday is 18001 + 7n + 2: what matters is that it is fixed */
#define DAYS 500

/* ---- a made-up book whose customers have habits ---- */

struct story {
  struct book book;
  arc_scorer *scorer;
};

static uint32_t pick(uint32_t a, uint32_t b, uint32_t limit) {
  uint64_t x = ((uint64_t)a << 20 | b) * UINT64_C(0x9e3779b97f4a7c15);
  x ^= x >> 29;
  x *= UINT64_C(0xbf58476d1ce4e5b9);
  return (uint32_t)((x >> 33) % limit);
}

#ifdef ARC_TEST_SWEEP
#define INVOICES 60
#else
#define INVOICES 360 /* enough for trees */
#endif
#define CUSTOMERS 12

static uint32_t invoices = INVOICES; /* of the story */

static arc_day issued_on(uint32_t i) {
  return FIRST + (arc_day)(i * DAYS / invoices);
}

/* Customer c pays about 3 c days late, on what day of the week ever, the last one on Fridays. */
static arc_day paid_on(uint32_t i) {
  uint32_t c = i % CUSTOMERS;
  arc_day day = issued_on(i) + 30 + (arc_day)(c * 3) - 5 + (arc_day)pick(i, 1, 11);
  while (c + 1 == CUSTOMERS && arc__weekday(day) != 4) day++;
  return pick(i, 2, 40) == 0 ? ARC_DAY_NONE : day;
}

static void tell_invoice(struct story *s, uint32_t i, arc_day until) {
  char key[16], customer[16], payment[16];
  snprintf(key, sizeof key, "I%u", i);
  snprintf(customer, sizeof customer, "C%u", i % CUSTOMERS);
  snprintf(payment, sizeof payment, "P%u", i);
  int64_t amount = 1000 + (int64_t)pick(i, 3, 100000);
  if (issued_on(i) > until) return;
  arc_invoice row = book_invoice_of(key, customer, issued_on(i), issued_on(i) + 30, amount);
  book_post_invoice(&s->book, &row);
  if (paid_on(i) == ARC_DAY_NONE || paid_on(i) > until) return;
  arc_payment paid = book_payment_of(payment, customer, paid_on(i), amount, "");
  book_post_payment(&s->book, &paid);
  book_apply(&s->book, payment, key, paid_on(i), amount, ARC_HOW_GIVEN);
}

/* The story until a day, recorded from the front or the back. */
static void story_open(struct story *s, arc_day until, int backwards) {
  arc_error err = ARC_ERROR_INIT;
  memset(s, 0, sizeof *s);
  book_open(&s->book);
  for (uint32_t c = 0; c < CUSTOMERS; c++) {
    char customer[16];
    snprintf(customer, sizeof customer, "C%u", backwards ? CUSTOMERS - 1 - c : c);
    book_customer(&s->book, customer);
  }
  for (uint32_t i = 0; i < invoices; i++) tell_invoice(s, backwards ? invoices - 1 - i : i, until);
  book_check(arc_scorer_open(&s->scorer, s->book.ledger, &err), &err);
}

static void story_close(struct story *s) {
  arc_scorer_close(s->scorer);
  book_close(&s->book);
}

static void train(struct story *s, arc_day cut) {
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_scorer_train(s->scorer, cut, &err), &err);
}

#define TOLD (FIRST + 450) /* the last day of most stories */

/* The model of the story until then: trained once, for those to whom it matters what it says, not how it is made. */
static struct {
  void *bytes;
  size_t size;
} trained;

static int forget_trained(void **state) {
  (void)state;
  free(trained.bytes);
  return 0;
}

/* The story until TOLD, with its model. */
static void story_trained(struct story *s) {
  arc_error err = ARC_ERROR_INIT;
  story_open(s, TOLD, 0);
  book_check(arc_scorer_load(s->scorer, trained.bytes, trained.size, &err), &err);
}

/* The model's bytes, to be freed. */
static void *saved(struct story *s, size_t *size) {
  const void *bytes;
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_scorer_save(&bytes, size, s->scorer, &err), &err);
  void *copy = malloc(*size);
  assert_non_null(copy);
  return memcpy(copy, bytes, *size);
}

static int train_once(void **state) {
  (void)state;
  struct story s;
  story_open(&s, TOLD, 0);
  train(&s, TOLD);
  trained.bytes = saved(&s, &trained.size);
  story_close(&s);
  return 0;
}

static arc_report *predict(struct story *s, const char *customer, arc_day as_of) {
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  book_check(call_score(&report, s->scorer, ARC_SCORE_PREDICTIONS, customer, customer ? strlen(customer) : 0, as_of, &err), &err);
  return report;
}

static arc_report *forecast(struct story *s, arc_day as_of, int32_t by, int32_t period, uint32_t count) {
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  arc_forecast_options o = ARC_FORECAST_OPTIONS_INIT;
  o.as_of = as_of, o.by = by, o.period = period, o.count = count;
  book_check(arc_scorer_forecast(&report, s->scorer, &o, &err), &err);
  return report;
}

static void same_reports(const arc_report *a, const arc_report *b) {
  assert_int_equal(arc_report_rows(a), arc_report_rows(b));
  for (size_t r = 0; r < arc_report_rows(a); r++)
    for (size_t c = 0; c < arc_report_columns(a); c++) {
      char x[300], y[300];
      assert_int_equal(arc_report_format(a, r, c, x, sizeof x, NULL), ARC_OK);
      assert_int_equal(arc_report_format(b, r, c, y, sizeof y, NULL), ARC_OK);
      assert_string_equal(x, y);
    }
}

/* ---- numbers ---- */

static void test_fixed(void **state) {
  (void)state;
  double want = 1;
  for (int i = 0; i < 900; i++) want /= 1.0100501670841680575; /* e^0.01 */
  for (int i = -900; i <= 900; i++, want *= 1.0100501670841680575) {
    double x = i / 100.0;
    double got = (double)arc__fixed_exp(i * ARC__UNIT / 100) / (double)ARC__UNIT;
    double off = got - want, log_off = (double)arc__fixed_log((int64_t)(want * (double)ARC__UNIT)) / (double)ARC__UNIT - x;
    assert_true(off * off < (want * 2e-4 + 3e-6) * (want * 2e-4 + 3e-6));
    assert_true(log_off * log_off < 0.0004);
  }
  for (int64_t i = 0; i < 2000; i++) assert_int_equal(arc__fixed_root(i * i + i), i);
  assert_int_equal(arc__fixed_root(INT64_MAX), INT64_C(3037000499));
  assert_int_equal(arc__fixed_exp(0), ARC__UNIT);
  assert_int_equal(arc__fixed_odds((uint32_t)(ARC__ONE / 2), ARC__UNIT), ARC__ONE / 2);
  assert_int_equal(arc__fixed_odds((uint32_t)(ARC__ONE / 2), 3 * ARC__UNIT), ARC__ONE / 4 * 3);
  assert_int_equal(arc__fixed_odds(0, 8000 * ARC__UNIT), 0);
  assert_int_equal(arc__fixed_odds((uint32_t)ARC__ONE, 8000 * ARC__UNIT), ARC__ONE);
  assert_true(arc__fixed_odds((uint32_t)(ARC__ONE / 1000 * 999), 8000 * ARC__UNIT) <= ARC__ONE);
  assert_int_equal(arc__fixed_divide(7, 2), 7 * ARC__UNIT / 2);
  assert_int_equal(arc__fixed_divide(INT64_MAX / 2, INT64_MAX / 8) / ARC__UNIT, 4);
}

/* ---- bad input ---- */

static void test_checks(void **state) {
  (void)state;
  struct story s;
  arc_report *report = NULL;
  const void *bytes;
  size_t size;
  arc_backtest_options back = ARC_BACKTEST_OPTIONS_INIT;
  arc_forecast_options ahead = ARC_FORECAST_OPTIONS_INIT;
  story_open(&s, FIRST + 60, 0);
  assert_int_equal(arc_scorer_train(NULL, FIRST, NULL), ARC_E_INVALID);
  assert_int_equal(arc_scorer_train(s.scorer, ARC_DAY_NONE, NULL), ARC_E_INVALID);
  assert_int_equal(arc_scorer_save(NULL, &size, s.scorer, NULL), ARC_E_INVALID);
  assert_int_equal(arc_scorer_save(&bytes, &size, NULL, NULL), ARC_E_INVALID);
  assert_int_equal(arc_scorer_load(s.scorer, NULL, 0, NULL), ARC_E_CORRUPT);
  assert_int_equal(call_score(&report, s.scorer, ARC_SCORE_PREDICTIONS, NULL, 0, ARC_DAY_NONE, NULL), ARC_E_INVALID);
  assert_int_equal(call_score(&report, s.scorer, ARC_SCORE_PREDICTIONS, "nobody", 6, FIRST, NULL), ARC_E_NOT_FOUND);
  assert_int_equal(call_explanation(&report, s.scorer, "I0", 2, 1, FIRST - 1, NULL), ARC_E_NOT_FOUND);
  assert_int_equal(call_explanation(&report, s.scorer, "I0", 2, 2, FIRST, NULL), ARC_E_NOT_FOUND);
  assert_int_equal(call_explanation(&report, s.scorer, "", 0, 1, FIRST, NULL), ARC_E_NOT_FOUND);
  assert_int_equal(arc_scorer_backtest(&report, s.scorer, &back, NULL), ARC_E_INVALID);
  back.cut = FIRST + 30, back.moments = 8;
  assert_int_equal(arc_scorer_backtest(&report, s.scorer, &back, NULL), ARC_E_INVALID);
  back.of = ARC_BACKTEST_CASH;
  assert_int_equal(arc_scorer_backtest(&report, s.scorer, &back, NULL), ARC_E_INVALID);
  back.moments = 0, back.of = 2;
  assert_int_equal(arc_scorer_backtest(&report, s.scorer, &back, NULL), ARC_E_INVALID);
  assert_int_equal(arc_scorer_forecast(&report, s.scorer, &ahead, NULL), ARC_E_INVALID);
  ahead.as_of = FIRST + 30, ahead.by = 2;
  assert_int_equal(arc_scorer_forecast(&report, s.scorer, &ahead, NULL), ARC_E_INVALID);
  ahead.by = 0, ahead.period = 3;
  assert_int_equal(arc_scorer_forecast(&report, s.scorer, &ahead, NULL), ARC_E_INVALID);
  ahead.period = 0, ahead.count = 401;
  assert_int_equal(arc_scorer_forecast(&report, s.scorer, &ahead, NULL), ARC_E_INVALID);
  assert_null(report);
  story_close(&s);
}

/* ---- the future, and the order ---- */

/* From the cut on: payments from before it come back, what was open is credited or written off, what was applied is taken
 * back, and a new customer owes a thousand times as much as anybody. */
static void upset(struct story *s, arc_day cut) {
  for (uint32_t i = 0; i < invoices; i++) {
    char invoice[16], payment[16], key[16], day[11];
    snprintf(invoice, sizeof invoice, "I%u", i);
    snprintf(payment, sizeof payment, "P%u", i);
    snprintf(key, sizeof key, "X%u", i);
    arc_day_format(day, cut + (arc_day)i % 7);
    arc_day paid = paid_on(i);
    if (issued_on(i) >= cut) break;
    if (paid != ARC_DAY_NONE && paid < cut && i % 3 == 0) book_reverse(&s->book, payment, cut + (arc_day)i % 7);
    if (paid != ARC_DAY_NONE && paid < cut && i % 3 == 1) book_unapply(&s->book, payment, invoice, day);
    if (paid == ARC_DAY_NONE) book_writeoff(&s->book, key, invoice, cut, 1 + i);
  }
  book_customer(&s->book, "LATER");
  for (int i = 0; i < 20; i++) {
    char key[16];
    snprintf(key, sizeof key, "L%d", i);
    arc_invoice row = book_invoice_of(key, "LATER", cut + i, cut + i + 30, 100000000);
    book_post_invoice(&s->book, &row);
  }
}

/* What happens on or after the cut changes no bit of the model, nor of a prediction or forecast at the cut. */
static void test_no_leak(void **state) {
  (void)state;
  struct story whole, part;
  const arc_day cut = FIRST + 400;
  size_t whole_size, part_size;
  story_open(&whole, FIRST + 2 * DAYS, 0);
  story_open(&part, cut - 1, 0);
  upset(&whole, cut);
  train(&whole, cut);
  train(&part, cut);
  void *a = saved(&whole, &whole_size), *b = saved(&part, &part_size);
  assert_int_equal(whole_size, part_size);
  assert_memory_equal(a, b, whole_size);
  free(a);
  free(b);
  arc_report *x = predict(&whole, NULL, cut - 1), *y = predict(&part, NULL, cut - 1);
  assert_true(arc_report_rows(x) > 3);
  same_reports(x, y);
  arc_report_free(x);
  arc_report_free(y);
  for (int by = ARC_FORECAST_BY_CURRENCY; by <= ARC_FORECAST_BY_CUSTOMER; by++) {
    x = forecast(&whole, cut - 1, by, ARC_PERIOD_WEEK, 8);
    y = forecast(&part, cut - 1, by, ARC_PERIOD_WEEK, 8);
    same_reports(x, y);
    arc_report_free(x);
    arc_report_free(y);
  }
  story_close(&whole);
  story_close(&part);
}

static void test_order(void **state) {
  (void)state;
  struct story forwards, backwards;
  const arc_day cut = TOLD;
  size_t size, other_size;
  story_open(&forwards, FIRST + 480, 0);
  story_open(&backwards, FIRST + 480, 1);
  train(&forwards, cut);
  train(&backwards, cut);
  void *a = saved(&forwards, &size), *b = saved(&backwards, &other_size);
  assert_int_equal(size, other_size);
  assert_memory_equal(a, b, size);
  free(a);
  free(b);
  for (int c = 0; c < CUSTOMERS; c++) {
    char customer[16];
    snprintf(customer, sizeof customer, "C%d", c);
    arc_report *x = predict(&forwards, customer, cut), *y = predict(&backwards, customer, cut);
    same_reports(x, y);
    arc_report_free(x);
    arc_report_free(y);
  }
  story_close(&forwards);
  story_close(&backwards);
}

#ifndef ARC_TEST_SWEEP

#define FEW 400
static const arc__training_effort little = {300, 300, FEW};

/* What cash varies by is learned from instalments drawn about as from all of them. */
static void drawn_as_all(const struct story *s, const arc__payment_model *model) {
  arc_error err = ARC_ERROR_INIT;
  arc__payment_model all = *model;
  assert_true(model->settled > 2 * FEW);
  book_check(arc__forecast_learn(&all, s->book.ledger, &arc__training_usual, &err), &err);
  int differ = 0;
  for (int w = 0; w < ARC__WEEKS; w++) {
    differ += all.dependence[w] != model->dependence[w];
    assert_in_range(all.dependence[w], model->dependence[w] / 4 * 3, model->dependence[w] / 3 * 4);
  }
  assert_true(differ);
}

/* Looking less far ahead tells the same of the days that are looked at. */
static void near_as_far(const struct story *s, const arc__payment_model *model) {
  arc_error err = ARC_ERROR_INIT;
  arc__view view;
  arc__payment_history h;
  arc__payment_outlook far, near;
  size_t seen = 0;
  book_check(arc__view_known(&view, s->book.ledger, &err), &err);
  arc__history_init(&h, &view);
  book_check(arc__history_load(&h, 1, &err), &err);
  arc__history_advance(&h, model->cut);
  for (size_t l = 0; l < h.live_count; l++) {
    arc__model_predict(model, &h, h.live[l], ARC__BY_ALL, &far);
    for (int32_t last = far.today - 1; last <= ARC__LATE_LAST; last += 29) {
      arc__model_predict_until(model, &h, h.live[l], ARC__BY_ALL, last, &near);
      for (int32_t late = far.today; late <= last; late++, seen++) {
        assert_int_equal(far.chance[late - ARC__LATE_FIRST], near.chance[late - ARC__LATE_FIRST]);
        assert_int_equal(far.open[late + 1 - ARC__LATE_FIRST], near.open[late + 1 - ARC__LATE_FIRST]);
      }
    }
  }
  assert_true(seen > 1000);
  arc__history_free(&h);
}

/* A book that is large for the effort, so that not everything is looked at in training. */
static void test_large(void **state) {
  (void)state;
  struct story forwards, backwards;
  arc__payment_model a, b;
  arc_error err = ARC_ERROR_INIT;
  const arc_day cut = TOLD;
  invoices = 1200;
  story_open(&forwards, FIRST + 480, 0);
  story_open(&backwards, FIRST + 480, 1);
  invoices = INVOICES;
  arc__model_prior(&a);
  arc__model_prior(&b);
  book_check(arc__model_train(&a, forwards.book.ledger, cut, &little, &err), &err);
  book_check(arc__model_train(&b, backwards.book.ledger, cut, &little, &err), &err);
  assert_memory_equal(a.dependence, b.dependence, sizeof a.dependence);
  assert_int_equal(a.node_count, b.node_count);
  assert_int_equal(a.rows, b.rows);
  for (size_t i = 0; i < a.node_count; i++) assert_int_equal(a.nodes[i].value, b.nodes[i].value);
  drawn_as_all(&forwards, &a);
  near_as_far(&forwards, &a);
  arc__model_free(&a, arc__ledger_heap(forwards.book.ledger));
  arc__model_free(&b, arc__ledger_heap(backwards.book.ledger));
  story_close(&forwards);
  story_close(&backwards);
}

#endif

/* ---- bytes ---- */

static void test_bytes(void **state) {
  (void)state;
  struct story s;
  size_t size, again_size;
  story_trained(&s);
  unsigned char *bytes = saved(&s, &size);
  assert_int_equal(size, trained.size);
  assert_memory_equal(bytes, trained.bytes, size);
  arc_report *before = predict(&s, NULL, TOLD);
  train(&s, FIRST + 100);
  assert_int_equal(arc_scorer_load(s.scorer, bytes, size, NULL), ARC_OK);
  arc_report *after = predict(&s, NULL, TOLD);
  same_reports(before, after);
  arc_report_free(before);
  arc_report_free(after);
  unsigned char *again = saved(&s, &again_size);
  assert_int_equal(size, again_size);
  assert_memory_equal(bytes, again, size);
  free(again);
#ifndef ARC_TEST_SWEEP
  for (size_t cut = 0; cut < size; cut += 97) assert_int_equal(arc_scorer_load(s.scorer, bytes, cut, NULL), ARC_E_CORRUPT);
  for (size_t i = 0; i < size; i += 61) {
    bytes[i] ^= 16;
    assert_int_equal(arc_scorer_load(s.scorer, bytes, size, NULL), ARC_E_CORRUPT);
    bytes[i] ^= 16;
  }
#endif
  assert_int_equal(arc_scorer_load(s.scorer, bytes, size, NULL), ARC_OK);
  free(bytes);
  story_close(&s);
}

/* ---- what it learns ---- */

/* Without history the prior; with it, customers differ as they do, and Friday's customer pays on Fridays. */
static void test_learns(void **state) {
  (void)state;
  struct story s;
  arc_report *report;
  story_open(&s, TOLD, 0);
  report = predict(&s, "C0", FIRST);
  assert_int_equal(arc_report_rows(report), 1);
  assert_in_range(book_number(report, 0, "p_late"), 300000, 700000);
  assert_int_equal(book_number(report, 0, "payments"), 0);
  arc_report_free(report);
#ifndef ARC_TEST_SWEEP
  assert_int_equal(arc_scorer_load(s.scorer, trained.bytes, trained.size, NULL), ARC_OK);
  int64_t likely[CUSTOMERS] = {0};
  for (int c = 0; c < CUSTOMERS; c++) {
    char customer[16];
    snprintf(customer, sizeof customer, "C%d", c);
    report = predict(&s, customer, TOLD);
    for (size_t i = 0; i < arc_report_rows(report); i++) {
      int64_t due = book_number(report, i, "due");
      assert_true(book_number(report, i, "p_late") >= book_number(report, i, "p_late30"));
      if (due < FIRST + 465 || likely[c]) continue;
      likely[c] = book_number(report, i, "likely") - due + 1000;
      assert_true(book_number(report, i, "early") <= book_number(report, i, "likely"));
      if (c + 1 == CUSTOMERS) assert_int_equal(arc__weekday((arc_day)book_number(report, i, "likely")), 4);
    }
    arc_report_free(report);
  }
  assert_in_range(likely[0], 995, 1004);
  assert_in_range(likely[5], 1011, 1019);
  assert_in_range(likely[10], 1025, 1034);
#endif
  story_close(&s);
}

/* ---- pay runs ---- */

/* The run on or after a day: 0: the Friday nearest to the end of a month; 1: the 15th, or the Friday before; 2: the last
 * day of a month, or the Monday after; 3: every other Tuesday. */
static arc_day run_after(int kind, arc_day day) {
  for (;; day++) {
    int32_t year, month, of_month, back;
    int weekday = arc__weekday(day);
    arc_day_to_civil(day, &year, &month, &of_month);
    arc_day_to_civil(day + 4, &year, &month, &back);
    if (kind == 0 && weekday == 4 && (of_month <= 3 || back <= 4)) return day;
    if (kind == 1 && weekday < 5 && (of_month == 15 || (weekday == 4 && (of_month == 14 || of_month == 13)))) return day;
    arc_day_to_civil(day + 1, &year, &month, &back);
    if (kind == 2 && weekday < 5 && (back == 1 || (weekday == 0 && of_month <= 2))) return day;
    if (kind == 3 && weekday == 1 && day / 7 % 2 == 0) return day;
  }
}

#ifdef ARC_TEST_SWEEP
#define RUN_INVOICES 24
#else
#define RUN_INVOICES 60
#endif

/* Accounts that pay on runs: what is due is expected on the next one, in a book that never was trained. */
static void test_runs(void **state) {
  (void)state;
  for (int kind = 0; kind < 4; kind++) {
    struct story s;
    arc_day day = FIRST, told = FIRST + 6 * RUN_INVOICES;
    memset(&s, 0, sizeof s);
    book_open(&s.book);
    book_customer(&s.book, "C");
    for (int i = 0; i < RUN_INVOICES; i++, day += 6) {
      char key[16], payment[16];
      arc_day paid = run_after(kind, day + 30);
      snprintf(key, sizeof key, "I%d", i);
      snprintf(payment, sizeof payment, "P%d", i);
      arc_invoice row = book_invoice_of(key, "C", day, day + 30, 1000);
      book_post_invoice(&s.book, &row);
      if (paid >= told) continue;
      arc_payment cash = book_payment_of(payment, "C", paid, 1000, "");
      book_post_payment(&s.book, &cash);
      book_apply(&s.book, payment, key, paid, 1000, ARC_HOW_GIVEN);
    }
    arc_error err = ARC_ERROR_INIT;
    book_check(arc_scorer_open(&s.scorer, s.book.ledger, &err), &err);
    arc_report *list = predict(&s, NULL, told - 1);
    assert_true(arc_report_rows(list) >= 4);
    for (size_t i = 0; i < arc_report_rows(list) && RUN_INVOICES > 30; i++)
      assert_int_equal(book_number(list, i, "likely"), run_after(kind, (arc_day)book_number(list, i, "due")));
    arc_report_free(list);
    story_close(&s);
  }
}

/* ---- holidays ---- */

/* Ten settlements on every day of business of a country before the cut, and one on its holidays. */
static void pay_by(int32_t paid[ARC__HOLIDAY_DAYS], const char *country, arc_day cut) {
  arc_calendar *calendar = NULL;
  arc_error err = ARC_ERROR_INIT;
  arc_calendar_options options = ARC_CALENDAR_OPTIONS_INIT;
  options.first_year = 2000, options.last_year = 2040;
  if (country) snprintf(options.country, sizeof options.country, "%s", country);
  if (country) book_check(arc_calendar_new(&calendar, &options, &err), &err);
  for (int32_t back = 0; back < ARC__HOLIDAY_DAYS; back++) {
    arc_day day = cut - 1 - back;
    int32_t kind = arc_calendar_kind(calendar, day);
    paid[back] = kind == ARC_CALENDAR_WEEKEND ? 0 : kind == ARC_CALENDAR_BUSINESS ? 10 : 1;
  }
  arc_calendar_free(calendar);
}

/* What would be paid on the 4th of July, a Friday, is paid on the Monday after. */
static void pays_after(const arc__payment_model *model, arc_day fourth) {
  uint32_t chance[ARC__LATE_DAYS], tenth = (uint32_t)(ARC__ONE / 10), at = 5 - ARC__LATE_FIRST;
  for (int d = 0; d < ARC__LATE_DAYS; d++) chance[d] = tenth;
  arc__holidays_apply(model, fourth - 5, 0, chance);
  assert_in_range(chance[at], tenth / 12, tenth / 8);
  assert_int_equal(chance[at - 1], tenth);
  assert_int_equal(chance[at + 1], tenth);
  assert_in_range(chance[at + 3], tenth * 9 / 5, tenth * 2);
  assert_int_equal(chance[at + 4], tenth);
}

static void test_holidays(void **state) {
  (void)state;
  static const char *const countries[] = {"US", "EU", "GB", "DE", "FR", "IT", "ES", "NL", "BE", "AT"};
  static const arc__heap *heap;
  struct story s;
  int32_t paid[ARC__HOLIDAY_DAYS];
  arc__payment_model model, loaded;
  arc__buffer bytes;
  const arc_day fourth = arc_day_from_civil(2025, 7, 4);
  story_open(&s, FIRST, 0);
  heap = arc__ledger_heap(s.book.ledger);
  arc__buffer_init(&bytes, heap);
  arc__model_prior(&model);
  arc__model_prior(&loaded);
  model.cut = arc_day_from_civil(2025, 1, 1);
  pay_by(paid, NULL, model.cut);
  assert_int_equal(arc__holidays_find(&model, heap, paid), ARC_OK);
  assert_string_equal(model.country, "");
  assert_null(model.holidays);
  for (size_t c = 0; c < sizeof countries / sizeof *countries; c++) {
    arc__model_free(&model, heap);
    model.cut = arc_day_from_civil(2025, 1, 1);
    pay_by(paid, countries[c], model.cut);
    assert_int_equal(arc__holidays_find(&model, heap, paid), ARC_OK);
    assert_string_equal(model.country, countries[c]);
    assert_in_range(model.holiday_share, ARC__ONE / 12, ARC__ONE / 8);
    if (c == 0) pays_after(&model, fourth);
  }
  arc__model_save(&model, &bytes);
  assert_int_equal(arc__model_load(&loaded, heap, bytes.data, bytes.size, NULL), ARC_OK);
  assert_string_equal(loaded.country, model.country);
  assert_int_equal(loaded.holiday_share, model.holiday_share);
  assert_non_null(loaded.holidays);
  model.country[1] = '?';
  arc__model_save(&model, &bytes);
  assert_int_equal(arc__model_load(&loaded, heap, bytes.data, bytes.size, NULL), ARC_E_CORRUPT);
  assert_string_equal(loaded.country, countries[9]);
  arc__model_free(&model, heap);
  arc__model_free(&loaded, heap);
  arc__buffer_free(&bytes);
  story_close(&s);
}

/* ---- invoices alike ---- */

/* Large invoices are paid 20 days late, small ones on time; what is said of one is as the others like it were. */
static void test_alike(void **state) {
  (void)state;
  struct story s;
  arc__view view;
  arc__payment_history h;
  arc_error err = ARC_ERROR_INIT;
  arc_day day = FIRST;
  memset(&s, 0, sizeof s);
  book_open(&s.book);
  book_customer(&s.book, "C");
  for (int i = 0; i < 24; i++, day += 7) {
    char key[16], payment[16];
    int64_t amount = i % 2 ? 900000 + i : 1000 + i;
    snprintf(key, sizeof key, "I%d", i);
    snprintf(payment, sizeof payment, "P%d", i);
    arc_invoice row = book_invoice_of(key, "C", day, day + 14, amount);
    book_post_invoice(&s.book, &row);
    arc_day paid = day + 14 + (i % 2 ? 20 : 0);
    if (i >= 22) continue;
    arc_payment cash = book_payment_of(payment, "C", paid, amount, "");
    book_post_payment(&s.book, &cash);
    book_apply(&s.book, payment, key, paid, amount, ARC_HOW_GIVEN);
  }
  book_check(arc__view_known(&view, s.book.ledger, &err), &err);
  arc__history_init(&h, &view);
  book_check(arc__history_load(&h, 1, &err), &err);
  arc__history_advance(&h, day + 60);
  for (size_t i = 22; i < 24; i++) {
    arc__payment_alike alike;
    arc__alike_find(&alike, &h, &h.items[i]);
    int large = h.items[i].amount > 500000;
    assert_in_range(large ? alike.late : -alike.late, 200, 512);
    assert_int_equal(alike.late, alike.late_of_weekday);
    assert_in_range(large ? alike.days : -alike.days, 8 * 4, 8 * 15);
    assert_in_range(alike.count, 8 * 3, 8 * 11);
  }
  arc__history_rewind(&h);
  arc__history_advance(&h, h.items[0].issued);
  arc__payment_alike none;
  arc__alike_find(&none, &h, &h.items[0]);
  assert_int_equal(none.count, 0);
  assert_int_equal(none.late, 0);
  arc__history_free(&h);
  book_close(&s.book);
}

/* ---- explanations ---- */

static void test_explain(void **state) {
  (void)state;
  struct story s;
  arc_error err = ARC_ERROR_INIT;
  const arc_day day = TOLD;
  story_trained(&s);
  arc_report *list = predict(&s, NULL, day);
  for (size_t i = 0; i < arc_report_rows(list); i++) {
    arc_report *why = NULL;
    const char *invoice = book_cell(list, i, "invoice");
    book_check(call_explanation(&why, s.scorer, invoice, ARC_NUL_TERMINATED, 1, day, &err), &err);
    size_t rows = arc_report_rows(why);
    int64_t sum = 0;
    assert_true(rows >= 5);
    for (size_t r = 0; r < rows; r++) {
      sum += book_number(why, r, "contribution");
      assert_int_equal(book_number(why, r, "total"), sum);
      assert_true(strlen(book_cell(why, r, "words")) > 10);
    }
    assert_string_equal(book_cell(why, rows - 1, "factor"), "prediction");
    assert_int_equal(book_number(why, rows - 1, "contribution"), 0);
    if (book_number(list, i, "due") > day) assert_int_equal(sum, book_number(list, i, "p_late"));
    else assert_in_range(sum + book_number(list, i, "p_month"), 999999, 1000001);
    arc_report_free(why);
  }
  arc_report_free(list);
  story_close(&s);
}

/* ---- forecasts ---- */

static int64_t column_sum(const arc_report *report, const char *column) {
  int64_t sum = 0;
  for (size_t i = 0; i < arc_report_rows(report); i++) sum += book_number(report, i, column);
  return sum;
}

/* Days, weeks and customers add up to the same, but for rounding; months are whole after the first; and all of it is what
 * is open, less what is expected not to come. */
static void test_forecast(void **state) {
  (void)state;
  struct story s;
  const arc_day day = TOLD;
  story_trained(&s);
  arc_report *days = forecast(&s, day, ARC_FORECAST_BY_CURRENCY, ARC_PERIOD_DAY, 28);
  arc_report *weeks = forecast(&s, day, ARC_FORECAST_BY_CURRENCY, ARC_PERIOD_WEEK, 4);
  arc_report *customers = forecast(&s, day, ARC_FORECAST_BY_CUSTOMER, ARC_PERIOD_WEEK, 4);
  arc_report *months = forecast(&s, day, ARC_FORECAST_BY_CURRENCY, ARC_PERIOD_MONTH, 12);
  arc_report *list = predict(&s, NULL, day);
  assert_int_equal(arc_report_rows(days), 28);
  assert_int_equal(arc_report_rows(weeks), 4);
  int64_t off = column_sum(days, "expected") - column_sum(weeks, "expected");
  assert_in_range(off + 2000, 0, 4000);
  assert_int_equal(column_sum(customers, "expected"), column_sum(weeks, "expected"));
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(book_number(weeks, i, "from"), day + 1 + 7 * (arc_day)i);
    assert_int_equal(book_number(weeks, i, "to"), day + 7 + 7 * (arc_day)i);
    assert_true(book_number(weeks, i, "low") <= book_number(weeks, i, "expected"));
    assert_true(book_number(weeks, i, "high") >= book_number(weeks, i, "expected"));
  }
  assert_int_equal(book_number(months, 0, "from"), day + 1);
  for (size_t i = 1; i < 12; i++) {
    int32_t year, month, first;
    arc_day_to_civil((arc_day)book_number(months, i, "from"), &year, &month, &first);
    assert_int_equal(first, 1);
    assert_int_equal(book_number(months, i, "from"), book_number(months, i - 1, "to") + 1);
  }
  assert_true(column_sum(months, "expected") <= column_sum(list, "open"));
  assert_true(column_sum(months, "expected") * 10 >= column_sum(list, "open") * 5);
  arc_report_free(days);
  arc_report_free(weeks);
  arc_report_free(customers);
  arc_report_free(months);
  arc_report_free(list);
  story_close(&s);
}

/* ---- back-tests ---- */

static void test_backtest(void **state) {
  (void)state;
  struct story s;
  arc_report *report = NULL, *cash = NULL;
  arc_error err = ARC_ERROR_INIT;
  arc_backtest_options o = ARC_BACKTEST_OPTIONS_INIT;
  o.cut = FIRST + 400;
  o.until = FIRST + 420;
  story_open(&s, FIRST + 2 * DAYS, 0);
  book_check(arc_scorer_backtest(&report, s.scorer, &o, &err), &err);
  o.of = ARC_BACKTEST_CASH;
  book_check(arc_scorer_backtest(&cash, s.scorer, &o, &err), &err);
  assert_true(arc_report_rows(report) > 0);
  /* What it says of a moment is what a model trained at the cut says on that morning. */
  train(&s, o.cut);
  for (size_t i = 0; i < arc_report_rows(report); i++) {
    if (strcmp(book_cell(report, i, "moment"), "due")) continue;
    arc_report *list = predict(&s, NULL, (arc_day)book_number(report, i, "day") - 1);
    int found = 0;
    for (size_t r = 0; r < arc_report_rows(list); r++) {
      if (strcmp(book_cell(list, r, "invoice"), book_cell(report, i, "invoice"))) continue;
      assert_in_range(book_number(list, r, "p_late") - book_number(report, i, "p_late") + 20000, 0, 40000);
      found = 1;
    }
    assert_int_equal(found, 1);
    arc_report_free(list);
    break;
  }
  assert_int_equal(arc_report_rows(cash) % ARC__WEEKS, 0);
#ifndef ARC_TEST_SWEEP
  int64_t expected = 0, actual = 0;
  for (size_t i = 0; i < arc_report_rows(cash); i++) {
    if (book_number(cash, i, "week") > 4) continue;
    expected += book_number(cash, i, "expected");
    actual += book_number(cash, i, "actual");
  }
  assert_true(expected * 10 > actual * 8 && expected * 10 < actual * 12);
#endif
  arc_report_free(report);
  arc_report_free(cash);
  story_close(&s);
}

/* ---- memory ---- */

static void test_no_memory(void **state) {
  (void)state;
#ifndef ARC_TEST_SWEEP
  struct story s;
  invoices = 280;
  story_open(&s, TOLD, 0);
  invoices = INVOICES;
  for (size_t k = 1;; k += k / 4 + 1) {
    size_t size, after_size;
    void *before = saved(&s, &size);
    test_heap_fail(&s.book.heap, k, 0);
    arc_status status = arc_scorer_train(s.scorer, TOLD, NULL);
    int failed = test_heap_failed(&s.book.heap);
    test_heap_fail(&s.book.heap, 0, 0);
    assert_int_equal(status, failed ? ARC_E_NOMEM : ARC_OK);
    void *after = saved(&s, &after_size);
    if (failed) {
      assert_int_equal(size, after_size);
      assert_memory_equal(before, after, size);
    }
    free(before);
    free(after);
    if (!failed) break;
  }
  assert_true(s.scorer->model.tree_count > 0);
  story_close(&s);
#endif
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fixed),    cmocka_unit_test(test_checks),   cmocka_unit_test(test_no_leak),
      cmocka_unit_test(test_order),    cmocka_unit_test(test_bytes),    cmocka_unit_test(test_learns), cmocka_unit_test(test_runs),
      cmocka_unit_test(test_holidays),
      cmocka_unit_test(test_alike), cmocka_unit_test(test_explain),  cmocka_unit_test(test_forecast), cmocka_unit_test(test_backtest),
      cmocka_unit_test(test_no_memory),
#ifndef ARC_TEST_SWEEP
      cmocka_unit_test(test_large),
#endif
  };
  return cmocka_run_group_tests(tests, train_once, forget_trained);
}
