/* Cadence, matcher, scorer and metrics under every fault of memory and storage: a call that failed
 * leaves its engine as it was, and said again it gives what it would have given. */
#include "world.h"

#include "world_book.h"
#include "../support/info.h"
#include "../support/calls.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char strict_policy[] = "cadence \"strict\"\n"
                                    "pause on dispute promise hold\n"
                                    "step +1d email neutral first also call ap\n"
                                    "step +5d letter firm second also escalate owner\n"
                                    "step +9d place agency needs approval\n"
                                    "limit 2 per 3d\n";

static arc_status strict_customer(struct world *w) {
  arc_customer row = ARC_CUSTOMER_INIT;
  row.key = world_text("c3");
  row.policy = world_text("strict");
  return POST(w, customers, row);
}

static void post_overdue_book(struct world *w) {
  DO(w, book_customer(w, "c1"));
  DO(w, book_customer(w, "c2"));
  DO(w, strict_customer(w));
  DO(w, book_contact(w, "pat", "c1"));
  DO(w, book_contact(w, "kim", "c3"));
  DO(w, book_invoice(w, "i1", "c1", "2025-01-03", "2025-02-02", 10000));
  DO(w, book_invoice(w, "i2", "c1", "2025-01-06", "2025-02-05", 20000));
  DO(w, book_invoice(w, "i3", "c2", "2025-01-03", "2025-02-02", 30000));
  DO(w, book_invoice(w, "i4", "c3", "2025-01-03", "2025-02-07", 40000));
  DO(w, book_invoice(w, "i5", "c3", "2024-09-03", "2024-10-03", 50000));
  DO(w, book_dispute(w, "d1", "i2", "2025-02-06", 0));
  DO(w, book_hold(w, "h1", "i5", "", "2025-02-01"));
  DO(w, book_promise(w, "m1", "i4", "2025-02-08", "2025-02-09", 0));
}

/* ---- cadence ---- */

static void plan(struct world *w, const char *day) {
  size_t planned = 0, withheld = 0;
  DO_ONCE(w, arc_cadence_plan(w->cadence, world_day(day), &planned, &withheld, &w->err));
  world_say(w, "%zu planned, %zu withheld\n", planned, withheld);
}

/* Begun anew, the book may hold a policy already that does not parse. */
static void why(struct world *w, const char *key, const char *day) {
  if (w->anew) return;
  DO(w, arc_cadence_why(&w->report, w->cadence, key, ARC_NUL_TERMINATED, world_day(day), &w->err));
  world_take(w);
}

static arc_status check_and_print(struct world *w) {
  char text[4096];
  size_t size = 0;
  arc_status status = arc_cadence_print(NULL, 0, NULL, strict_policy, sizeof strict_policy - 1, &w->err);
  if (status >= 0)
    status = arc_cadence_print(text, sizeof text, &size, strict_policy, sizeof strict_policy - 1,
                               &w->err);
  if (status >= 0) status = arc_cadence_print(NULL, 0, NULL, text, size, &w->err);
  return status;
}

static void scenario_cadence(struct world *w) {
  world_open(w);
  DO(w, check_and_print(w));
  world_batch(w, post_overdue_book);
  world_open_cadence(w);
  DO_ONCE(w, book_policy(w, "strict", strict_policy, "2025-01-01"));
  plan(w, "2025-02-10");
  why(w, "c1", "2025-02-10");
  why(w, "c3", "2025-02-10");
  DO(w, book_resolution(w, "d1", "2025-02-11"));
  DO(w, book_release(w, "h1", "2025-02-11"));
  plan(w, "2025-02-17");
  why(w, "c1|USD|i1#1|7d|overdue", "2025-02-17");
  if (!w->anew)
    DO_AS(w, ARC_E_NOT_FOUND,
          arc_cadence_why(&w->report, w->cadence, "x", 1, world_day("2025-02-17"), &w->err));
  DO_ONCE(w, book_policy(w, "strict", "cadence \"strict\"\nstep +1d email angry\n", "2025-02-18"));
  if (!w->anew)
    DO_AS(w, ARC_E_SYNTAX,
          arc_cadence_plan(w->cadence, world_day("2025-02-18"), NULL, NULL, &w->err));
  DO_ONCE(
      w, book_policy(w, "strict", "cadence \"strict\"\nstep +8d email firm third\n", "2025-02-19"));
  plan(w, "2025-02-19");
  why(w, "c3", "2025-02-19");
}

/* ---- matcher ---- */

static void post_paid_book(struct world *w) {
  DO(w, book_customer(w, "c1"));
  DO(w, book_customer(w, "c2"));
  DO(w, book_invoice(w, "RE-1001", "c1", "2025-01-03", "2025-02-02", 10000));
  DO(w, book_invoice(w, "RE-1002", "c1", "2025-01-03", "2025-02-05", 20000));
  DO(w, book_invoice(w, "RE-1003", "c2", "2025-01-03", "2025-02-02", 33333));
  DO(w, book_invoice(w, "RE-1004", "c2", "2025-01-03", "2025-02-02", 7100));
  DO(w, book_invoice(w, "RE-1005", "c2", "2025-01-03", "2025-02-02", 2911));
  DO(w, book_payment(w, "p1", "", "2025-02-03", 10000, "invoice RE-1001"));
  DO(w, book_payment(w, "p2", "c1", "2025-02-03", 20000, ""));
  DO(w, book_payment(w, "p3", "c2", "2025-02-03", 10011, ""));
  DO(w, book_payment(w, "p4", "c2", "2025-02-03", 5555, ""));
  DO(w, book_payment(w, "p5", "", "2025-02-05", 33333, "RE 1003"));
}

static void match(struct world *w, const char *day) {
  size_t applied = 0, left = 0;
  DO_ONCE(w, arc_matcher_run(w->matcher, world_day(day), &applied, &left, &w->err));
  world_say(w, "%zu applied, %zu left\n", applied, left);
}

static void why_payment(struct world *w, const char *payment) {
  DO(w, arc_matcher_why(&w->report, w->matcher, payment, ARC_NUL_TERMINATED,
                        world_day("2025-02-06"), &w->err));
  world_take(w);
}

static void scenario_matcher(struct world *w) {
  static const char *const payments[] = {"p1", "p2", "p3", "p4", "p5"};
  world_open(w);
  world_batch(w, post_paid_book);
  world_open_matcher(w);
  why_payment(w, "p3");
  match(w, "2025-02-04");
  match(w, "2025-02-06");
  for (size_t i = 0; i < sizeof payments / sizeof *payments; i++)
    why_payment(w, payments[i]);
  DO_AS(w, ARC_E_NOT_FOUND,
        arc_matcher_why(&w->report, w->matcher, "p9", 2, world_day("2025-02-06"), &w->err));
}

static void scenario_matcher_oldest_first(struct world *w) {
  w->matcher_options.unmatched = ARC_UNMATCHED_OLDEST_FIRST;
  w->matcher_options.tolerance = 10;
  w->matcher_options.discount_grace_days = 2;
  world_open(w);
  world_batch(w, post_paid_book);
  world_open_matcher(w);
  match(w, "2025-02-06");
  why_payment(w, "p4");
}

/* ---- engines within the host's batch ---- */

static void match_and_plan(struct world *w) {
  DO(w, book_payment(w, "p1", "", "2025-02-03", 10000, "invoice i1"));
  DO(w, arc_matcher_run(w->matcher, world_day("2025-02-10"), NULL, NULL, &w->err));
  DO(w, arc_cadence_plan(w->cadence, world_day("2025-02-10"), NULL, NULL, &w->err));
}

static void scenario_in_batch(struct world *w) {
  uint64_t sequence;
  world_open(w);
  world_batch(w, post_overdue_book);
  world_open_cadence(w);
  world_open_matcher(w);
  sequence = info_of(w->ledger).next_sequence;
  DO(w, arc_batch_begin(w->ledger, &w->err));
  match_and_plan(w);
  arc_batch_abort(w->ledger);
  CHECK(w, info_of(w->ledger).next_sequence == sequence);
  CHECK(w, book_balance(w, "c1", NULL) == 30000);
  world_batch(w, match_and_plan);
  CHECK(w, book_balance(w, "c1", NULL) == 20000);
  DO(w, arc_ledger_verify(w->ledger, &w->err));
  why(w, "c1", "2025-02-10");
}

/* An engine's call in the host's batch is several commands. Batches grow by 12 bytes, no more than
 * the last command's record has, so that it is also that one that finds no room: then the others
 * must go, too. */
static arc_status long_note(struct world *w, size_t size) {
  static char text[700];
  arc_note row = ARC_NOTE_INIT;
  memset(text, 'x', sizeof text);
  row.key = world_text("o1");
  row.customer = world_text("c1");
  row.text = (arc_text){text, size};
  row.day = world_day("2025-02-03");
  return POST(w, notes, row);
}

static void growing_batches(struct world *w, arc_status (*call)(struct world *w)) {
  world_open(w);
  DO(w, book_customer(w, "c1"));
  DO(w, book_invoice(w, "i1", "c1", "2025-01-03", "2025-02-02", 10000));
  DO(w, book_payment(w, "p1", "", "2025-02-03", 10000, "i1"));
  DO(w, book_invoice(w, "i2", "c1", "2025-01-03", "2025-02-02", 20000));
  world_open_cadence(w);
  world_open_matcher(w);
  for (size_t size = 0; size < 700; size += 12) {
    DO(w, arc_batch_begin(w->ledger, &w->err));
    DO(w, long_note(w, size));
    DO(w, call(w));
    arc_batch_abort(w->ledger);
  }
}

static arc_status match_now(struct world *w) {
  return arc_matcher_run(w->matcher, world_day("2025-02-10"), NULL, NULL, &w->err);
}

static arc_status plan_now(struct world *w) {
  return arc_cadence_plan(w->cadence, world_day("2025-02-10"), NULL, NULL, &w->err);
}

static void scenario_growing_matches(struct world *w) {
  growing_batches(w, match_now);
}

static void scenario_growing_plans(struct world *w) {
  growing_batches(w, plan_now);
}

/* ---- scorer ---- */

static void scenario_scorer(struct world *w) {
  static const char *const customers[] = {"c1", "c2", "c3"};
  world_open(w);
  world_batch(w, post_overdue_book);
  world_open_scorer(w);
  for (size_t limit = 0; limit < 3; limit++) {
    DO(w, call_worklist(&w->report, w->scorer, world_day("2025-02-20"), limit, &w->err));
    world_take(w);
  }
  DO(w, call_worklist(&w->report, w->scorer, world_day("2025-02-03"), 0, &w->err));
  world_take(w);
  for (size_t i = 0; i < sizeof customers / sizeof *customers; i++) {
    DO(w, call_score(&w->report, w->scorer, ARC_SCORE_PRIORITY, customers[i], 2, world_day("2025-02-20"), &w->err));
    world_take(w);
  }
  DO_AS(w, ARC_E_NOT_FOUND,
        call_score(&w->report, w->scorer, ARC_SCORE_PRIORITY, "x", 1, world_day("2025-02-20"), &w->err));
}

/* ---- metrics ---- */

static void post_measured_book(struct world *w) {
  post_overdue_book(w);
  DO(w, book_payment(w, "p1", "c1", "2025-02-06", 10000, ""));
  DO(w, book_payment(w, "p2", "", "2025-02-06", 777, ""));
  DO(w, book_application(w, "", ARC_CREDIT_PAYMENT, "p1", "i1", "2025-02-06", 9000, 0, 0));
  DO(w, book_writeoff(w, "w1", "i3", "2025-02-12", 100));
}

static void scenario_metrics(struct world *w) {
  static const char *const days[] = {"2025-02-20", "2025-02-05"};
  static const int32_t breakpoints[] = {7, 14};
  arc_metrics_query aging = AGING_INIT;
  world_open(w);
  world_batch(w, post_measured_book);
  for (size_t day = 0; day < 2; day++)
    for (int32_t by = ARC_BY_CUSTOMER; by <= ARC_BY_CURRENCY; by++) {
      aging.as_of = world_day(days[day]);
      aging.by = by;
      aging.basis = by % 2 ? ARC_AGING_BY_INVOICE_DATE : ARC_AGING_BY_DUE_DATE;
      aging.breakpoints = by < 2 ? NULL : breakpoints;
      aging.breakpoint_count = by < 2 ? 0 : 2;
      DO(w, arc_metrics_report(&w->report, w->ledger, &aging, &w->err));
      world_take(w);
      DO(w, call_figures(&w->report, w->ledger, aging.as_of, by == 1 ? 30 : 0, by, &w->err));
      world_take(w);
    }
  aging.by = 99;
  DO_AS(w, ARC_E_INVALID, arc_metrics_report(&w->report, w->ledger, &aging, &w->err));
}

/* ---- */

#define SWEEP(name)                                                                                \
  static void test_##name(void **state) {                                                          \
    (void)state;                                                                                   \
    assert_int_equal(world_sweep(scenario_##name, #name, 0), 0);                                   \
  }
SWEEP(cadence)
SWEEP(matcher)
SWEEP(matcher_oldest_first)
SWEEP(in_batch)
SWEEP(growing_matches)
SWEEP(growing_plans)
SWEEP(scorer)
SWEEP(metrics)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cadence),
      cmocka_unit_test(test_matcher),
      cmocka_unit_test(test_matcher_oldest_first),
      cmocka_unit_test(test_in_batch),
      cmocka_unit_test(test_growing_matches),
      cmocka_unit_test(test_growing_plans),
      cmocka_unit_test(test_scorer),
      cmocka_unit_test(test_metrics),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  world_print_totals("fault_engines");
  return failed;
}
