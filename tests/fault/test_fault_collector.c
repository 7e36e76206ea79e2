/* The daily cycle under every fault of memory, storage and transport. Whatever breaks, no message
 * goes out under two keys, none is lost, and the book ends as if nothing had happened. */
#include "world.h"

#include "world_book.h"
#include "../support/info.h"
#include "../support/calls.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static arc_status new_calendar(struct world *w) {
  const arc_day holidays[] = {world_day("2025-02-12"), world_day("2025-05-01"),
                              world_day("2025-02-12")};
  return call_calendar(&w->calendar, ARC_WEEKEND_SATURDAY_SUNDAY, holidays, 3, &w->allocator, &w->err);
}

static void post_book(struct world *w) {
  DO(w, book_customer(w, "c1"));
  DO(w, book_customer(w, "c2"));
  DO(w, book_contact(w, "pat", "c1"));
  DO(w, book_contact(w, "kim", "c2"));
  DO(w, book_invoice(w, "RE-1", "c1", "2025-01-03", "2025-02-03", 10000));
  DO(w, book_invoice(w, "RE-2", "c1", "2025-01-03", "2025-02-10", 20000));
  DO(w, book_invoice(w, "RE-3", "c2", "2025-01-03", "2025-02-03", 30000));
  DO(w, book_payment(w, "p1", "", "2025-02-07", 20000, "invoice RE-2"));
}

/* Days that were run already are over. */
static void run_day(struct world *w, const char *iso) {
  arc_day day = world_day(iso);
  arc_day_report report = ARC_DAY_REPORT_INIT;
  if (info_of(w->ledger).run > day) return;
  DO_PARTS(w, arc_collector_run_day(w->collector, day, &report, &w->err));
  if (report.day != day) world_violation(w, __FILE__, __LINE__, "the report is of another day");
}

static void scenario_days(struct world *w) {
  world_open(w);
  DO(w, new_calendar(w));
  world_batch(w, post_book);
  w->collector_options.calendar = w->calendar;
  w->collector_options.sender = world_text("Example Ltd");
  world_open_collector(w);
  run_day(w, "2025-02-10");
  DO(w, book_payment(w, "p2", "c2", "2025-02-11", 30000, "RE-3"));
  run_day(w, "2025-02-12");
  run_day(w, "2025-02-17");
  DO_AS(w, ARC_ALREADY,
        arc_collector_run_day(w->collector, world_day("2025-02-17"), NULL, &w->err));
  DO_AS(w, ARC_E_REFUSED,
        arc_collector_run_day(w->collector, world_day("2025-02-10"), NULL, &w->err));
  DO(w, arc_cadence_why(&w->report, arc_collector_cadence(w->collector), "c1", 2,
                        world_day("2025-02-17"), &w->err));
  world_take(w);
  DO(w, arc_matcher_why(&w->report, arc_collector_matcher(w->collector), "p1", 2,
                        world_day("2025-02-17"), &w->err));
  world_take(w);
  DO(w, call_worklist(&w->report, arc_collector_scorer(w->collector), world_day("2025-02-17"), 0, &w->err));
  world_take(w);
}

/* More messages on a day than one group of outcomes takes. */
static void post_many(struct world *w) {
  char customer[16], invoice[16];
  for (int i = 0; i < 70; i++) {
    snprintf(customer, sizeof customer, "c%d", i);
    snprintf(invoice, sizeof invoice, "i%d", i);
    DO(w, book_customer(w, customer));
    DO(w, book_invoice(w, invoice, customer, "2025-01-03", "2025-02-03", 10000 + i));
  }
}

static void scenario_groups(struct world *w) {
  world_open(w);
  world_batch(w, post_many);
  w->collector_options.flags = ARC_COLLECTOR_NO_MATCHING;
  world_open_collector(w);
  run_day(w, "2025-02-10");
  DO(w, arc_ledger_verify(w->ledger, &w->err));
}

/* Without a transport touches stay planned; with one, a later day sends them. */
static void scenario_outbox(struct world *w) {
  world_open(w);
  world_batch(w, post_book);
  w->collector_options.transport = NULL;
  world_open_collector(w);
  run_day(w, "2025-02-10");
  if (!w->anew && w->result.outbox_count)
    world_violation(w, __FILE__, __LINE__, "a message went out");
  arc_collector_close(w->collector);
  w->collector = NULL;
  w->collector_options.transport = &w->transport;
  world_open_collector(w);
  run_day(w, "2025-02-11");
}

/* A reply is acted on in full, with its reasons, or not at all. */
static void reply(struct world *w, const char *key, const char *customer, const char *text, uint32_t flags) {
  arc_incoming in = ARC_INCOMING_INIT;
  in.key = world_text(key);
  in.customer = world_text(customer);
  in.sender = world_text("kim@example.com");
  in.text = world_text(text);
  in.day = world_day("2025-02-11");
  in.channel = ARC_CHANNEL_EMAIL;
  in.flags = flags;
  DO(w, arc_collector_reply(&w->report, w->collector, &in, &w->err));
  world_take(w);
}

static void scenario_replies(struct world *w) {
  arc_end undo = ARC_END_INIT;
  world_open(w);
  world_batch(w, post_book);
  world_open_collector(w);
  run_day(w, "2025-02-10");
  reply(w, "r1", "c1", "We will pay the invoice RE-1 on 20 February 2025.", 0);
  reply(w, "r0", "c1", "Please send us a copy of the invoice RE-1.", ARC_INCOMING_DRY_RUN);
  reply(w, "r2", "c2", "The price on invoice RE-3 is wrong.", 0);
  reply(w, "r3", "c2", "Something that nobody understands.", 0);
  undo.kind = ARC_END_REPLY;
  undo.key = world_text("r2");
  undo.day = world_day("2025-02-12");
  DO(w, arc_ledger_post_ends(w->ledger, &undo, 1, &w->err));
}

/* ---- */

#define SWEEP(name, flags)                                                                         \
  static void test_##name(void **state) {                                                          \
    (void)state;                                                                                   \
    assert_int_equal(world_sweep(scenario_##name, #name, flags), 0);                               \
  }
SWEEP(days, WORLD_FREE_BORDERS)
SWEEP(groups, WORLD_FREE_BORDERS)
SWEEP(outbox, WORLD_FREE_BORDERS)
SWEEP(replies, WORLD_FREE_BORDERS)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_days),
      cmocka_unit_test(test_groups),
      cmocka_unit_test(test_outbox),
      cmocka_unit_test(test_replies),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  world_print_totals("fault_collector");
  return failed;
}
