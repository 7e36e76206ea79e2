/* The cadence on a real ledger: who is touched when, who is not and why, and that planning day by
 * day, from anew, after a failure or after a dropped batch comes to the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cadence_book.h"
#include "../support/info.h"
#include "../support/calls.h"

/* ---- the timetable ---- */

static void test_timetable(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 60000);
  plan_span(
      &b, DUE - 29, DUE + 120,
      "-3: upcoming email [A#1=60000] A is due in 3 days\n"
      "+0: due-today email [A#1=60000] A is due today\n"
      "+7: overdue email [A#1=60000] A is 7 days past due\n"
      "+14: second-notice email [A#1=60000] A is 14 days past due\n"
      "+14: second-notice+call call [A#1=60000] A is 14 days past due; call ap\n"
      "+30: final-notice letter [A#1=60000] A is 30 days past due; credit hold warning\n"
      "+30: final-notice+escalate call [A#1=60000] A is 30 days past due; credit hold warning; "
      "escalate owner\n"
      "+60: demand letter withheld: needs approval\n"
      "+90: agency place [A#1=60000] A is 90 days past due\n");
  const arc__tables *t = arc__ledger_tables(b.ledger);
  assert_string_equal(arc__text(t, ARC__TOUCH_KEY, 1).data, "c|EUR|A#1|-3d|upcoming");
  assert_string_equal(arc__text(t, ARC__TOUCH_KEY, 5).data, "c|EUR|A#1|14d|second-notice+call");
  assert_string_equal(arc__text(t, ARC__TOUCH_KEY, 8).data, "c|EUR|A#1|60d|demand|withheld");
  assert_string_equal(arc__name(t, arc__u32(t, ARC__TOUCH_POLICY, 1)).data, "default");
  assert_int_equal(arc__u8(t, ARC__TOUCH_TONE, 9), ARC_TONE_FINAL);
  book_close(&b);
}

static void test_missed_days_collapse(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 10000);
  add_invoice(&b, "B", "c", DUE + 20, 2000);
  plan_span(
      &b, DUE + 45, DUE + 52,
      "+45: final-notice letter [A#1=10000 B#1=2000] A is 45 days past due; credit hold warning\n"
      "+45: final-notice+escalate call [A#1=10000 B#1=2000] A is 45 days past due; credit hold "
      "warning; "
      "escalate owner\n");
  book_close(&b);
}

static void test_residuals_and_anchors(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 10000);
  add_invoice(&b, "B", "c", DUE + 5, 2000);
  add_payment(&b, "P", "c", DUE + 1, 12000);
  assert_string_equal(plan(&b, DUE), "due-today email [A#1=10000] A is due today\n");
  apply(&b, "P", "A", DUE + 1, 9000); /* 3,000 stay unapplied */
  assert_string_equal(plan(&b, DUE + 7), "overdue email withheld: unapplied cash\n");
  apply(&b, "P", "B", DUE + 8, 1999);
  add_payment(&b, "Q", "c", DUE + 9, 1);
  apply(&b, "P", "A", DUE + 9, 999);
  assert_string_equal(plan(&b, DUE + 9), "");
  apply(&b, "P", "A", DUE + 10, 1);
  apply(&b, "Q", "B", DUE + 9, 1);
  assert_string_equal(plan(&b, DUE + 30), "");
  book_close(&b);

  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 10000);
  add_invoice(&b, "B", "c", DUE + 5, 2000);
  assert_string_equal(plan(&b, DUE), "due-today email [A#1=10000] A is due today\n");
  assert_string_equal(plan(&b, DUE + 7),
                      "overdue email [A#1=10000 B#1=2000] A is 7 days past due\n");
  add_payment(&b, "P", "c", DUE + 8, 11500);
  apply(&b, "P", "A", DUE + 8, 10000);
  apply(&b, "P", "B", DUE + 8, 1500);
  /* B was listed at an age of 2 days: its own step of 7 days comes next */
  plan_span(&b, DUE + 8, DUE + 13, "+12: overdue email [B#1=500] B is 7 days past due\n");
  book_close(&b);
}

static void test_instalments(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  arc_instalment parts[2] = {{(uint32_t)sizeof parts[0], DUE, 700},
                             {(uint32_t)sizeof parts[0], DUE + 9, 300}};
  arc_invoice row = ARC_INVOICE_INIT;
  open_simple(&b);
  row.key = text_of("A");
  row.customer = text_of("c");
  row.issued = DUE - 30;
  row.amount = 1000;
  row.instalments = parts;
  row.instalment_count = 2;
  ok(arc_ledger_post_invoices(b.ledger, &row, 1, &err), &err);
  add_dispute(&b, "d", "A", DUE - 1, 400);
  plan_span(&b, DUE - 1, DUE + 14,
            "-1: upcoming email [A#1=600] A is due in 1 day\n"
            "+0: due-today email [A#1=600] A is due today\n"
            "+7: overdue email [A#1=600] A is 7 days past due\n"
            "+14: second-notice email [A#1=600] A is 14 days past due\n"
            "+14: second-notice+call call [A#1=600] A is 14 days past due; call ap\n");
  resolve(&b, "d", DUE + 15);
  add_payment(&b, "P", "c", DUE + 15, 700);
  apply(&b, "P", "A", DUE + 15, 700);
  assert_string_equal(plan(&b, DUE + 15), "due-today email [A#2=300] A is 6 days past due\n");
  assert_string_equal(plan(&b, DUE + 16), "overdue email [A#2=300] A is 7 days past due\n");
  book_close(&b);
}

/* ---- what holds a touch back ---- */

static void test_dispute(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 10000);
  add_invoice(&b, "B", "c", DUE + 10, 2000);
  add_dispute(&b, "d", "A", DUE - 10, 0);
  plan_span(&b, DUE - 9, DUE + 20,
            "-3: upcoming email withheld: dispute A\n"
            "+0: due-today email withheld: dispute A\n"
            "+7: upcoming email [B#1=2000] B is due in 3 days\n"
            "+8: overdue email withheld: dispute A\n"
            "+10: due-today email [B#1=2000] B is due today\n"
            "+14: second-notice email withheld: dispute A\n"
            "+17: overdue email [B#1=2000] B is 7 days past due\n");
  resolve(&b, "d", DUE + 21);
  plan_span(&b, DUE + 21, DUE + 29,
            "+21: second-notice email [A#1=10000 B#1=2000] A is 21 days past due\n"
            "+21: second-notice+call call [A#1=10000 B#1=2000] A is 21 days past due; call ap\n");
  add_dispute(&b, "e", "A", DUE + 30, 4000);
  assert_string_equal(
      plan(&b, DUE + 30),
      "final-notice letter [A#1=6000 B#1=2000] A is 30 days past due; credit hold warning\n"
      "final-notice+escalate call [A#1=6000 B#1=2000] A is 30 days past due; "
      "credit hold warning; escalate owner\n");
  book_close(&b);
}

static void test_promise(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 10000);
  add_promise(&b, "p", "A", DUE + 1, DUE + 8, 2);
  plan_span(&b, DUE, DUE + 13,
            "+0: due-today email [A#1=10000] A is due today\n"
            "+7: overdue email withheld: promise A until 2024-10-12\n"
            "+11: overdue email [A#1=10000] A is 11 days past due\n");
  book_close(&b);
}

static void test_holds(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 10000);
  add_invoice(&b, "B", "c", DUE, 300);
  add_hold(&b, "h1", "", "A", DUE + 5, DUE + 9, 0, "");
  add_hold(&b, "h2", "c", "", DUE + 12, DUE + 15, ARC_CHANNEL_EMAIL, "audit");
  add_hold(&b, "h3", "c", "", DUE + 28, ARC_DAY_NONE, 0, "talks");
  add_hold(&b, "h4", "", "B", DUE + 16, DUE + 20, ARC_CHANNEL_CALL, "");
  plan_span(&b, DUE, DUE + 40,
            "+0: due-today email [A#1=10000 B#1=300] A is due today\n"
            "+7: overdue email [B#1=300] B is 7 days past due\n"
            "+8: overdue email withheld: hold A until 2024-10-13\n"
            "+10: overdue email [A#1=10000 B#1=300] A is 10 days past due\n"
            "+14: second-notice email withheld: hold c by email until 2024-10-19: audit\n"
            "+16: second-notice email [A#1=10000 B#1=300] A is 16 days past due\n"
            "+16: second-notice+call call [A#1=10000] A is 16 days past due; call ap\n"
            "+30: final-notice letter withheld: hold c: talks\n");
  arc_end release = ARC_END_INIT;
  arc_error err = ARC_ERROR_INIT;
  release.kind = ARC_END_HOLD;
  release.key = text_of("h3");
  release.day = DUE + 43;
  ok(arc_ledger_post_ends(b.ledger, &release, 1, &err), &err);
  assert_string_equal(plan(&b, DUE + 42), "");
  assert_true(strncmp(plan(&b, DUE + 43), "final-notice letter [A#1=10000 B#1=300]", 39) == 0);
  book_close(&b);
}

static void test_flags(void **state) {
  (void)state;
  static const struct {
    uint32_t flag;
    const char *expected;
  } cases[] = {
      {ARC_CUSTOMER_DO_NOT_CONTACT, "overdue email withheld: do not contact\n"},
      {ARC_CUSTOMER_INSOLVENT, "overdue email withheld: insolvent\n"},
      {ARC_CUSTOMER_DECEASED, "overdue email withheld: deceased\n"},
      {ARC_CUSTOMER_LEGAL, "overdue email withheld: legal\n"},
      {ARC_CUSTOMER_STRATEGIC | ARC_CUSTOMER_CREDIT_HOLD,
       "overdue email [A#1=5] A is 7 days past due\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct book b;
    open_simple(&b);
    add_invoice(&b, "A", "c", DUE, 5);
    set_customer(&b, "c", "", cases[i].flag);
    assert_string_equal(plan(&b, DUE + 7), cases[i].expected);
    assert_string_equal(plan(&b, DUE + 8), "");
    set_customer(&b, "c", "", 0);
    assert_string_equal(plan(&b, DUE + 9),
                        i < 4 ? "overdue email [A#1=5] A is 9 days past due\n" : "");
    book_close(&b);
  }
}

static void test_contacts(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 5);
  set_contact(&b, "k1", "c", ARC_ROLE_OWNER, "o@x", "", "", 1u << ARC_CHANNEL_EMAIL);
  assert_string_equal(plan(&b, DUE), "due-today email withheld: opted out of email\n");
  set_contact(&b, "k2", "c", ARC_ROLE_PAYABLES, "p@x", "", "", 0);
  assert_string_equal(plan(&b, DUE + 1), "due-today email [A#1=5] A is 1 day past due\n");
  set_contact(&b, "k1", "c", ARC_ROLE_OWNER, "", "", "", 0);
  set_contact(&b, "k2", "c", ARC_ROLE_PAYABLES, "", "1", "Street 1", 0);
  assert_string_equal(plan(&b, DUE + 7), "overdue letter [A#1=5] A is 7 days past due\n");
  set_contact(&b, "k2", "c", ARC_ROLE_PAYABLES, "", "1", "", 0);
  assert_string_equal(plan(&b, DUE + 14), "second-notice email withheld: no address for email\n");
  set_contact(&b, "k2", "c", ARC_ROLE_PAYABLES, "p@x", "1", "", 1u << ARC_CHANNEL_CALL);
  assert_string_equal(plan(&b, DUE + 15), "second-notice email [A#1=5] A is 15 days past due\n"
                                          "second-notice+call call withheld: opted out of call\n");
  set_contact(&b, "k2", "c", ARC_ROLE_PAYABLES, "", "", "Street 1", 1u << ARC_CHANNEL_LETTER);
  assert_string_equal(plan(&b, DUE + 30), "final-notice letter withheld: opted out of letter\n");
  book_close(&b);
}

static void test_balance(void **state) {
  (void)state;
  struct book b;
  book_open(&b, NULL);
  add_policy(&b, "default",
             "cadence \"b\"\nstep 0d email firm low balance >= 2\nstep +5d email firm mid balance "
             ">= 0.005\n"
             "step +10d email firm high balance >= 100.5\n",
             DUE - 100);
  set_customer(&b, "c", "", 0);
  add_invoice_in(&b, "E", "c", "EUR", DUE, 10049);
  add_invoice_in(&b, "J", "c", "JPY", DUE, 100);
  add_invoice_in(&b, "K", "c", "KWD", DUE, 4); /* 0.004 */
  assert_string_equal(plan(&b, DUE + 12), "mid email [E#1=10049] E is 12 days past due\n"
                                          "mid email [J#1=100] J is 12 days past due\n");
  assert_string_equal(plan(&b, DUE + 13), "");
  add_invoice_in(&b, "E2", "c", "EUR", DUE + 14, 1); /* counts from the day after it is due */
  add_invoice_in(&b, "J2", "c", "JPY", DUE + 1, 1);  /* 101 */
  assert_string_equal(plan(&b, DUE + 14), "high email [J#1=100 J2#1=1] J is 14 days past due\n");
  assert_string_equal(plan(&b, DUE + 15), "high email [E#1=10049 E2#1=1] E is 15 days past due\n");
  book_close(&b);
}

static void test_quiet_days_and_limits(void **state) {
  (void)state;
  struct book b;
  arc_calendar *calendar;
  arc_error err = ARC_ERROR_INIT;
  const arc_day holiday = DUE + 7; /* a Friday too */
  ok(call_calendar(&calendar, ARC_WEEKEND_SATURDAY_SUNDAY, &holiday, 1, NULL, &err), &err);
  book_open(&b, calendar);
  add_policy(
      &b, "default",
      "cadence \"q\"\nstep -4d email firm early\nstep 0d email firm a\nstep +7d email firm b\n"
      "step +9d email firm c\nstep +11d email firm d\nquiet weekends holidays 20:00-08:00\n"
      "limit 1 per 3d\n",
      DUE - 100);
  set_customer(&b, "c", "", 0);
  add_invoice(&b, "A", "c", DUE, 5);
  assert_int_equal(arc_day_weekday(DUE), 5);
  plan_span(&b, DUE - 5, DUE + 20,
            "-4: early email [A#1=5] A is due in 4 days\n"
            "+0: a email [A#1=5] A is due today\n"
            "+10: c email [A#1=5] A is 10 days past due\n"
            "+13: d email [A#1=5] A is 13 days past due\n");
  book_close(&b);
  arc_calendar_free(calendar);
}

static void test_call_limits(void **state) {
  (void)state;
  struct book b;
  book_open(&b, NULL);
  add_policy(
      &b, "default",
      "cadence \"q\"\nstep +1d call firm a also escalate boss\nstep +2d email firm b also call ap\n"
      "step +3d voice firm c\nstep +10d call firm d also call ap\nlimit calls 2 per 7d\n",
      DUE - 100);
  set_customer(&b, "c", "", 0);
  add_invoice(&b, "A", "c", DUE, 5);
  plan_span(&b, DUE, DUE + 20,
            "+1: a call [A#1=5] A is 1 day past due\n"
            "+1: a+escalate call [A#1=5] A is 1 day past due; escalate boss\n"
            "+2: b email [A#1=5] A is 2 days past due\n"
            "+2: b+call call [A#1=5] A is 2 days past due; call ap\n"
            "+8: c voice [A#1=5] A is 8 days past due\n"
            "+10: d call [A#1=5] A is 10 days past due\n"
            "+10: d+call call withheld: limit of calls until 2024-10-19\n");
  book_close(&b);
}

/* ---- money of later days ---- */

static void test_later_days(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 10000);
  add_invoice(&b, "B", "c", DUE + 40, 700); /* issued DUE + 10 */
  add_payment(&b, "P", "c", DUE + 13, 10000);
  apply(&b, "P", "A", DUE + 20, 4000);
  assert_string_equal(plan(&b, DUE), "due-today email [A#1=6000] A is due today\n");
  assert_string_equal(plan(&b, DUE + 7), "overdue email [A#1=6000] A is 7 days past due\n");
  /* the cash on account could pay either of them, until most of it is paid back */
  plan_span(
      &b, DUE + 8, DUE + 40,
      "+14: second-notice email withheld: unapplied cash\n"
      "+30: final-notice letter withheld: unapplied cash\n");
  arc_error err = ARC_ERROR_INIT;
  arc_refund refund = ARC_REFUND_INIT;
  refund.key = text_of("R");
  refund.credit = text_of("P");
  refund.day = DUE + 41;
  refund.amount = 5000;
  ok(arc_ledger_post_refunds(b.ledger, &refund, 1, &err), &err);
  assert_string_equal(
      plan(&b, DUE + 41),
      "final-notice letter [A#1=6000] A is 41 days past due; credit hold warning\n"
      "final-notice+escalate call [A#1=6000] A is 41 days past due; "
      "credit hold warning; escalate owner\n");
  book_close(&b);
}

/* ---- policies of customers ---- */

static void test_policies(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  size_t planned = 5;
  book_open(&b, NULL);
  set_customer(&b, "own", "key", 0);
  set_customer(&b, "none", "none", 0);
  set_customer(&b, "lost", "gone", 0);
  set_customer(&b, "plain", "", 0);
  add_policy(&b, "key", "cadence \"k\"\nstep +5d sms firm hello\n", DUE);
  add_invoice(&b, "O", "own", DUE, 1);
  add_invoice(&b, "N", "none", DUE, 1);
  add_invoice(&b, "L", "lost", DUE, 1);
  add_invoice(&b, "P", "plain", DUE, 1);
  assert_string_equal(plan(&b, DUE + 5), "hello sms [O#1=1] O is 5 days past due\n"
                                         "due-today email [L#1=1] L is 5 days past due\n"
                                         "due-today email [P#1=1] P is 5 days past due\n");

  /* a text that does not parse stops everything before anything is recorded */
  uint32_t touches = arc__ledger_tables(b.ledger)->rows[ARC__TABLE_TOUCH];
  uint64_t next = info_of(b.ledger).next_sequence;
  add_policy(&b, "bad", "cadence \"x\"\nstep 5d email firm a\n", DUE);
  next++;
  assert_int_equal(arc_cadence_plan(b.cadence, DUE + 8, &planned, NULL, &err), ARC_E_SYNTAX);
  assert_int_equal(err.line, 2);
  assert_int_equal(err.column, 6);
  assert_non_null(strstr(err.text, "\"bad\""));
  assert_int_equal(planned, 5);
  assert_int_equal(arc__ledger_tables(b.ledger)->rows[ARC__TABLE_TOUCH], touches);
  assert_int_equal(info_of(b.ledger).next_sequence, next);

  /* a policy that changes counts at once, for accounts that nothing else changed */
  add_policy(&b, "bad", "cadence \"x\"\nstep 0d email firm a\n", DUE);
  add_policy(&b, "key", "cadence \"k\"\nstep +5d sms firm hello\nstep +7d sms firm again\n", DUE);
  add_policy(&b, "default", "cadence \"d\"\nstep +6d portal firm six\n", DUE);
  assert_string_equal(plan(&b, DUE + 8), "again sms [O#1=1] O is 8 days past due\n"
                                         "six portal [L#1=1] L is 8 days past due\n"
                                         "six portal [P#1=1] P is 8 days past due\n");
  set_customer(&b, "none", "", 0);
  assert_string_equal(plan(&b, DUE + 8), ""); /* a day is planned once */
  assert_string_equal(plan(&b, DUE + 9), "six portal [N#1=1] N is 9 days past due\n");
  book_close(&b);
}

/* ---- days, batches, failures ---- */

static void test_days(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  arc_cadence *cadence = NULL;
  arc_cadence_options options = ARC_CADENCE_OPTIONS_INIT;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 5);
  assert_string_equal(plan(&b, DUE + 7), "overdue email [A#1=5] A is 7 days past due\n");
  uint64_t next = info_of(b.ledger).next_sequence;
  assert_string_equal(plan(&b, DUE + 7), "");
  reopen(&b); /* in the middle of the day */
  assert_string_equal(plan(&b, DUE + 7), "");
  assert_int_equal(info_of(b.ledger).next_sequence, next);
  assert_int_equal(arc_cadence_plan(b.cadence, DUE + 6, NULL, NULL, &err), ARC_E_REFUSED);
  assert_int_equal(arc_cadence_plan(b.cadence, ARC_DAY_NONE, NULL, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_cadence_plan(b.cadence, ARC_DAY_LAST + 1, NULL, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_cadence_plan(NULL, DUE, NULL, NULL, &err), ARC_E_INVALID);
  assert_string_equal(plan(&b, DUE + 8), "");
  assert_int_equal(arc_cadence_open(NULL, b.ledger, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_cadence_open(&cadence, NULL, NULL, &err), ARC_E_INVALID);
  options.flags = 1u << 31;
  assert_int_equal(arc_cadence_open(&cadence, b.ledger, &options, &err), ARC_E_INVALID);
  options.struct_size = 3;
  assert_int_equal(arc_cadence_open(&cadence, b.ledger, &options, &err), ARC_E_ABI);
  assert_null(cadence);
  arc_cadence_close(NULL);
  book_close(&b);
}

static void test_far_days(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", ARC_DAY_FIRST + 30, 5);
  assert_string_equal(plan(&b, ARC_DAY_FIRST), "");
  assert_string_equal(plan(&b, ARC_DAY_FIRST + 29), "upcoming email [A#1=5] A is due in 1 day\n");
  add_invoice(&b, "B", "c", ARC_DAY_LAST, 5);
  assert_true(strlen(plan(&b, ARC_DAY_LAST - 1)) > 0);
  assert_string_equal(plan(&b, ARC_DAY_LAST), "");
  book_close(&b);
}

static void test_batches(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 5);
  assert_string_equal(plan(&b, DUE), "due-today email [A#1=5] A is due today\n");
  for (int round = 0; round < 2; round++) {
    ok(arc_batch_begin(b.ledger, &err), &err);
    set_customer(&b, "new", "", 0);
    add_invoice(&b, "N", "new", DUE, 7);
    assert_string_equal(plan(&b, DUE + 7), "overdue email [A#1=5] A is 7 days past due\n"
                                           "overdue email [N#1=7] N is 7 days past due\n");
    assert_string_equal(plan(&b, DUE + 7), "");
    if (round == 0)
      arc_batch_abort(b.ledger);
    else
      ok(arc_batch_commit(b.ledger, &err), &err);
  }
  assert_string_equal(plan(&b, DUE + 7), "");
  assert_true(strlen(plan(&b, DUE + 14)) > 0);
  book_close(&b);
}

static void digest(const struct book *b, unsigned char out[32]) {
  arc__tables_digest(arc__ledger_tables(b->ledger), out);
}

static void test_storage_failure(void **state) {
  (void)state;
  struct book b;
  unsigned char before[32], after[32];
  arc_error err = ARC_ERROR_INIT;
  size_t planned = 5, withheld = 6;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 5);
  assert_string_equal(plan(&b, DUE - 5), "");
  digest(&b, before);
  b.refuse = 1;
  assert_int_equal(arc_cadence_plan(b.cadence, DUE, &planned, &withheld, &err), ARC_E_STORAGE);
  assert_int_equal(err.host_code, 77);
  assert_int_equal(planned, 5);
  assert_int_equal(withheld, 6);
  digest(&b, after);
  assert_memory_equal(before, after, sizeof before);
  b.refuse = 0;
  assert_string_equal(plan(&b, DUE - 1), "upcoming email [A#1=5] A is due in 1 day\n");
  book_close(&b);
}

/* A small book with something of everything. */
static void fill(struct book *b) {
  open_simple(b);
  add_policy(b, "key", "cadence \"k\"\nstep +5d sms firm hello also call x\n", DUE);
  set_customer(b, "k", "key", 0);
  set_contact(b, "kc", "k", ARC_ROLE_PAYABLES, "e@x", "1", "Street", 0);
  add_invoice(b, "A", "c", DUE, 5);
  add_invoice(b, "B", "c", DUE - 3, 50);
  add_invoice_in(b, "J", "c", "JPY", DUE - 15, 50);
  add_invoice(b, "K", "k", DUE, 9);
  add_dispute(b, "d", "B", DUE, 0);
  add_promise(b, "p", "A", DUE, DUE + 40, 0);
  add_payment(b, "P", "k", DUE + 90, 4);
}

static void test_allocations(void **state) {
  (void)state;
  for (int once = 0; once < 2; once++) {
    struct book b;
    arc_error err = ARC_ERROR_INIT;
    unsigned char before[32], after[32];
    fill(&b);
    arc_cadence_close(b.cadence);
    b.cadence = NULL;
    size_t live = b.heap.live;
    for (size_t k = 1;; k++) {
      test_heap_fail(&b.heap, k, once);
      arc_status status = arc_cadence_open(&b.cadence, b.ledger, NULL, &err);
      if (!test_heap_failed(&b.heap)) break;
      assert_int_equal(status, ARC_E_NOMEM);
      assert_null(b.cadence);
      assert_int_equal(b.heap.live, live);
    }
    digest(&b, before);
    size_t failures = 0, planned = 0, withheld = 0;
    for (size_t k = 1;; k++) {
      test_heap_fail(&b.heap, k, once);
      arc_status status = arc_cadence_plan(b.cadence, DUE + 7, &planned, &withheld, &err);
      int failed = test_heap_failed(&b.heap);
      test_heap_fail(&b.heap, 0, 0);
      if (status == ARC_OK) {
        if (!failed) break;
        fail_msg("planned although allocation %u failed", (unsigned)k);
      }
      failures++;
      assert_int_equal(status, ARC_E_NOMEM);
      digest(&b, after);
      assert_memory_equal(before, after, sizeof before);
    }
    assert_true(failures > 10);
    assert_int_equal(planned, 4);
    assert_int_equal(withheld, 1);
    live = b.heap.live;
    arc_report *report = NULL;
    for (size_t k = 1;; k++) {
      test_heap_fail(&b.heap, k, once);
      arc_status status = arc_cadence_why(&report, b.cadence, "c", 1, DUE + 8, &err);
      if (!test_heap_failed(&b.heap)) break;
      assert_int_equal(status, ARC_E_NOMEM);
      assert_null(report);
      assert_int_equal(b.heap.live, live);
    }
    arc_report_free(report);
    test_heap_fail(&b.heap, 0, 0);
    assert_int_equal(b.heap.live, live);
    book_close(&b);
  }
}

/* ---- why ---- */

/* All rows as "subject fact=value\n". */
static const char *why(struct book *b, const char *key, arc_day day) {
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  ok(arc_cadence_why(&report, b->cadence, key, ARC_NUL_TERMINATED, day, &err), &err);
  assert_int_equal(arc_report_columns(report), 3);
  assert_string_equal(arc_report_column_name(report, 0), "subject");
  b->said[0] = 0;
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    assert_string_equal(arc_report_text(report, row, 0, NULL), key);
    say_string(b, arc_report_text(report, row, 1, NULL));
    say_string(b, "=");
    say_string(b, arc_report_text(report, row, 2, NULL));
    say_string(b, "\n");
  }
  arc_report_free(report);
  return b->said;
}

static void test_why(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  fill(&b);
  plan(&b, DUE + 7);
  assert_string_equal(
      why(&b, "k|EUR|K#1|5d|hello", DUE + 7),
      "customer=k\nday=2024-10-11\npolicy=key\nstep=hello\nanchor=K#1\ndue=2024-10-04\nage=7\n"
      "offset=5\nchannel=sms\ntone=firm\nstatus=planned\nreason=K is 7 days past due\n"
      "amount=EUR 0.09\nitem=K#1 EUR 0.09\nversion=1\n"
      "checked=open, not disputed, not promised, no plan, no hold, may be contacted, not opted out, once\n"
      "quiet day=no\ntouch before=none\ncontact=kc\n"
      "paused=none of its items\n");
  assert_string_equal(
      why(&b, "c|EUR|B#1|7d|overdue|withheld", DUE + 7),
      "customer=c\nday=2024-10-11\npolicy=default\nstep=overdue\nanchor=B#1\ndue=2024-10-01\n"
      "age=10\noffset=7\nchannel=email\ntone=firm\nstatus=withheld\nreason=dispute B\nversion=1\n"
      "quiet day=no\n");
  assert_string_equal(
      why(&b, "c", DUE + 8),
      "currency=EUR\npolicy=default\noutcome=paused\nreason=dispute B\nopen=EUR 0.55\n"
      "may be chased=EUR 0.00\nunapplied=EUR 0.00\nanchor=B#1\ndue=2024-10-01\nage=11\n"
      "last touch=c|EUR|B#1|7d|overdue|withheld\nlooked at again=2024-10-15\n"
      "currency=JPY\npolicy=default\noutcome=nothing due until 2024-10-19\nopen=JPY 50\n"
      "may be chased=JPY 50\nunapplied=JPY 0\nanchor=J#1\ndue=2024-09-19\nage=23\n"
      "last touch=c|JPY|J#1|14d|second-notice+call\nlooked at again=2024-10-19\n");
  assert_non_null(
      strstr(why(&b, "c", DUE + 15), "outcome=to be planned\nreason=J is 30 days past due"));
  set_customer(&b, "lost", "gone", 0);
  assert_string_equal(why(&b, "lost", DUE + 8), "outcome=nothing open\n");
  add_invoice(&b, "L", "lost", DUE + 90, 1);
  assert_non_null(
      strstr(why(&b, "lost", DUE + 8), "policy=default: the book has no policy gone\n"));
  set_customer(&b, "lost", "none", 0);
  assert_string_equal(why(&b, "lost", DUE + 8), "currency=EUR\npolicy=none\noutcome=never chased\n"
                                                "looked at again=when the ledger changes\n");
  assert_int_equal(arc_cadence_why(&report, b.cadence, "nobody", 6, DUE, &err), ARC_E_NOT_FOUND);
  assert_int_equal(arc_cadence_why(&report, b.cadence, "", 0, DUE, &err), ARC_E_NOT_FOUND);
  assert_int_equal(arc_cadence_why(&report, b.cadence, "c", 1, ARC_DAY_NONE, &err), ARC_E_INVALID);
  assert_int_equal(arc_cadence_why(NULL, b.cadence, "c", 1, DUE, &err), ARC_E_INVALID);
  assert_null(report);
  book_close(&b);
}

/* ---- any book, day by day ---- */

static uint64_t random_next(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

static int random_below(uint64_t *seed, int n) {
  return (int)(random_next(seed) % (uint64_t)n);
}

#define RANDOM_CUSTOMERS 6

static const char *const random_policies[] = {
    "cadence \"a\"\npause on dispute promise plan hold cash\nstep -3d email friendly up\n"
    "step 0d email neutral due\nstep +4d email firm late also call ap\nstep +9d sms firm later\n"
    "step +15d call final phone balance >= 3.00\nstep +21d letter final demand needs approval\n"
    "step +28d place agency balance >= 5.5\nquiet weekends holidays\nlimit 1 per 3d, calls 2 per "
    "7d\n",
    "cadence \"b\"\npause on dispute promise hold\nstep +1d email firm one balance >= 2\n"
    "step +2d email firm two\nstep +8d letter final three also escalate owner\nlimit 2 per 9d\n",
    "cadence \"c\"\npause on cash hold dispute promise\nstep -10d portal friendly early balance >= "
    "1\n"
    "step +6d email firm late\nstep +7d email firm later\nstep +20d voice final last also call "
    "ap\n",
    "cadence \"d\"\ngroup by invoice\nenter at first\npause on cash\nresume after 2d\n"
    "step -2d email friendly soon\nstep +2d email firm one share >= 20%\nstep +5d call firm two "
    "else email, to owner\nstep +9d letter final three charge fee EUR 0.01, needs approval\nstep "
    "+12d decide what\nescalate boss when age >= 6d, balance >= 1\nquiet weekends\nlimit 3 per 2d, "
    "calls none 3d after conversation\n",
    "cadence \"e\"\nfor currency JPY, balance >= 50\nprofile consumer-us\nmissed all\npause on cash\n"
    "step 0d email friendly zero\nstep +1d sms firm one\nstep +2d call firm two needs approval\n"
    "step +3d voice firm three also call ap\nstep +8d place agency\nescalate owner when age >= 3d\n",
    "cadence \"f\"\nfor segment \"s\"\nmissed skip\nresume after 4d\nstep -1d email friendly eve "
    "balance >= 1\nstep +1d email firm one\nstep +2d letter firm two\nstep +6d email final six "
    "copy owner\nquiet weekends holidays\n",
};
#define RANDOM_POLICIES (sizeof random_policies / sizeof *random_policies)

struct random_book {
  uint64_t seed;
  int invoices, payments, exceptions;
  arc_day day;
};

/* One command, the same on both books; what the ledger refuses, both refuse. */
static void random_command(struct random_book *r, struct book *books[2]) {
  char key[48], other[32], customer[32];
  uint64_t start = r->seed, end = start;
  for (int i = 0; i < 2; i++) {
    arc_ledger *ledger = books[i]->ledger;
    uint64_t *seed = &r->seed;
    *seed = start;
    int what = random_below(seed, 19);
    int64_t amount = 1 + random_below(seed, 700);
    arc_day day = r->day + random_below(seed, 12) - 6;
    arc_status status = ARC_OK;
    snprintf(customer, sizeof customer, "c%d", random_below(seed, RANDOM_CUSTOMERS));
    snprintf(other, sizeof other, "i%d", random_below(seed, r->invoices + 1));
    if (what < 4) {
      arc_invoice row = ARC_INVOICE_INIT;
      snprintf(key, sizeof key, "i%d", r->invoices);
      row.key = text_of(key);
      row.customer = text_of(customer);
      if (random_below(seed, 4) == 0) memcpy(row.currency, "JPY", 4);
      row.issued = day;
      row.due = day + random_below(seed, 20);
      row.amount = amount;
      status = arc_ledger_post_invoices(ledger, &row, 1, NULL);
    } else if (what == 4) {
      arc_payment row = ARC_PAYMENT_INIT;
      snprintf(key, sizeof key, "p%d", r->payments);
      row.key = text_of(key);
      if (random_below(seed, 3)) row.customer = text_of(customer);
      row.received = day;
      row.amount = amount;
      status = arc_ledger_post_payments(ledger, &row, 1, NULL);
    } else if (what < 8) {
      arc_application row = ARC_APPLICATION_INIT;
      snprintf(key, sizeof key, "p%d", random_below(seed, r->payments + 1));
      row.credit = text_of(key);
      row.invoice = text_of(other);
      row.day = day;
      row.amount = 1 + random_below(seed, 300);
      status = arc_ledger_post_applications(ledger, &row, 1, NULL);
    } else if (what == 8) {
      arc_reversal row = ARC_REVERSAL_INIT;
      arc_unapplication undo = ARC_UNAPPLICATION_INIT;
      snprintf(key, sizeof key, "p%d", random_below(seed, r->payments + 1));
      row.payment = undo.credit = text_of(key);
      undo.invoice = text_of(other);
      row.day = undo.day = day;
      status = random_below(seed, 2) ? arc_ledger_post_reversals(ledger, &row, 1, NULL)
                                     : arc_ledger_post_unapplications(ledger, &undo, 1, NULL);
    } else if (what == 9) {
      arc_dispute row = ARC_DISPUTE_INIT;
      snprintf(key, sizeof key, "x%d", r->exceptions);
      row.key = text_of(key);
      row.invoice = text_of(other);
      row.opened = day;
      row.amount = random_below(seed, 2) ? 0 : 1 + random_below(seed, 100);
      status = arc_ledger_post_disputes(ledger, &row, 1, NULL);
    } else if (what == 10) {
      arc_end row = ARC_END_INIT;
      snprintf(key, sizeof key, "x%d", random_below(seed, r->exceptions + 1));
      row.kind = ARC_END_DISPUTE;
      row.key = text_of(key);
      row.day = day;
      status = arc_ledger_post_ends(ledger, &row, 1, NULL);
    } else if (what == 11) {
      arc_promise row = ARC_PROMISE_INIT;
      snprintf(key, sizeof key, "x%d", r->exceptions);
      row.key = text_of(key);
      row.invoice = text_of(other);
      row.made = day;
      row.pay_by = day + random_below(seed, 8);
      row.grace_days = (uint32_t)random_below(seed, 3);
      row.amount = random_below(seed, 2) ? 0 : 1 + random_below(seed, 100);
      status = arc_ledger_post_promises(ledger, &row, 1, NULL);
    } else if (what == 12) {
      arc_hold row = ARC_HOLD_INIT;
      snprintf(key, sizeof key, "x%d", r->exceptions);
      row.key = text_of(key);
      if (random_below(seed, 2))
        row.customer = text_of(customer);
      else
        row.invoice = text_of(other);
      row.from = day;
      row.until = random_below(seed, 4) ? day + random_below(seed, 9) : ARC_DAY_NONE;
      row.channel = random_below(seed, 2) ? 0 : 1 + random_below(seed, 5);
      status = arc_ledger_post_holds(ledger, &row, 1, NULL);
    } else if (what == 13) {
      arc_end row = ARC_END_INIT;
      snprintf(key, sizeof key, "x%d", random_below(seed, r->exceptions + 1));
      row.kind = ARC_END_HOLD;
      row.key = text_of(key);
      row.day = day;
      status = arc_ledger_post_ends(ledger, &row, 1, NULL);
    } else if (what == 14) {
      arc_customer row = ARC_CUSTOMER_INIT;
      static const char *const names[] = {"", "", "key", "gone", "none"};
      row.options = ARC_REPLACE;
      row.key = text_of(customer);
      row.policy = text_of(names[random_below(seed, 5)]);
      row.segment = text_of(random_below(seed, 3) ? "" : "s");
      row.flags = random_below(seed, 3) ? 0 : 1u << random_below(seed, 6);
      status = arc_ledger_post_customers(ledger, &row, 1, NULL);
    } else if (what == 15) {
      arc_contact row = ARC_CONTACT_INIT;
      snprintf(key, sizeof key, "k%d%s", random_below(seed, 2), customer);
      row.options = ARC_REPLACE;
      row.key = text_of(key);
      row.customer = text_of(customer);
      row.email = text_of(random_below(seed, 3) ? "e@x" : "");
      row.phone = text_of(random_below(seed, 3) ? "1" : "");
      row.postal = text_of(random_below(seed, 3) ? "S" : "");
      row.role = random_below(seed, 4);
      row.opt_outs = random_below(seed, 3) ? 0 : 1u << random_below(seed, 7);
      status = arc_ledger_post_contacts(ledger, &row, 1, NULL);
    } else if (what < 18) {
      const arc__tables *t = arc__ledger_tables(ledger);
      arc_touch_outcome row = ARC_TOUCH_OUTCOME_INIT;
      uint32_t touch = 1 + (uint32_t)random_below(seed, 1 + (int)t->rows[ARC__TABLE_TOUCH]);
      if (touch > t->rows[ARC__TABLE_TOUCH]) continue;
      row.touch = arc__text(t, ARC__TOUCH_KEY, touch);
      row.day = day;
      row.status = random_below(seed, 2) ? ARC_TOUCH_DELIVERED : ARC_TOUCH_APPROVED;
      row.detail = text_of("ann");
      status = arc_ledger_post_touch_outcomes(ledger, &row, 1, NULL);
    } else if (random_below(seed, 4) == 0) {
      static const char *const names[] = {"key", "default", "yen"};
      arc_policy row = ARC_POLICY_INIT;
      row.name = text_of(names[random_below(seed, 3)]);
      row.text = text_of(random_policies[random_below(seed, (int)RANDOM_POLICIES)]);
      row.day = day;
      status = arc_ledger_post_policies(ledger, &row, 1, NULL);
    }
    assert_true(status >= 0 || status == ARC_E_INVALID || status == ARC_E_NOT_FOUND ||
                status == ARC_E_REFUSED || status == ARC_E_EXISTS);
    end = *seed;
    if (i == 1 && status == ARC_OK) {
      r->invoices += what < 4;
      r->payments += what == 4;
      r->exceptions += what == 9 || what == 11 || what == 12;
    }
  }
  r->seed = end;
}

/* What may never be, of every touch planned since a row (P6). */
static void check_touches(const struct book *b, uint32_t after, arc_day day) {
  const arc__tables *t = arc__ledger_tables(b->ledger);
  arc__view view;
  assert_int_equal(arc__view_open(&view, b->ledger, day, NULL), ARC_OK);
  for (uint32_t touch = after + 1; touch <= t->rows[ARC__TABLE_TOUCH]; touch++) {
    uint32_t account = arc__u32(t, ARC__TOUCH_ACCOUNT, touch),
             anchor = arc__u32(t, ARC__TOUCH_ANCHOR, touch);
    uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, account), listed = 0;
    int channel = arc__u8(t, ARC__TOUCH_CHANNEL, touch);
    arc_text step = arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch));
    int withheld = arc__touch_withheld(t, touch);
    int main_touch = !memchr(step.data, '+', step.size);
    assert_true(arc__i32(t, ARC__TOUCH_OFFSET, touch) <=
                day - arc__i32(t, ARC__INSTALMENT_DUE, anchor));
    assert_false(strcmp(arc__name(t, arc__u32(t, ARC__CUSTOMER_POLICY, customer)).data, "none") ==
                 0);
    for (uint32_t before = arc__u32(t, ARC__TOUCH_NEXT, touch); before;
         before = arc__u32(t, ARC__TOUCH_NEXT, before)) {
      int before_withheld = arc__touch_withheld(t, before);
      if (arc__u32(t, ARC__TOUCH_ANCHOR, before) == anchor && before_withheld == withheld &&
          arc__text_equal(step, arc__name(t, arc__u32(t, ARC__TOUCH_STEP, before))))
        assert_true(arc__i32(t, ARC__TOUCH_OFFSET, before) < arc__i32(t, ARC__TOUCH_OFFSET, touch));
    }
    if (withheld) continue;
    assert_int_equal(arc__u32(t, ARC__CUSTOMER_FLAGS, customer) &
                         (ARC_CUSTOMER_DO_NOT_CONTACT | ARC_CUSTOMER_INSOLVENT |
                          ARC_CUSTOMER_DECEASED | ARC_CUSTOMER_LEGAL),
                     0);
    for (uint32_t i = 0; i < arc__u32(t, ARC__TOUCH_ITEMS, touch); i++) {
      uint32_t item = arc__u32(t, ARC__TOUCH_ITEM, touch) + i;
      uint32_t instalment = arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, item);
      uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, instalment);
      int64_t asked = arc__i64(t, ARC__TOUCH_ITEM_AMOUNT, item);
      assert_true(asked > 0 && asked <= arc__view_undisputed(&view, instalment));
      assert_true(asked <= arc__i64(t, ARC__INSTALMENT_OPEN, instalment));
      assert_int_equal(arc__view_pause(&view, invoice, 0,
                                       1u << ARC__EXCEPTION_PROMISE | 1u << ARC__EXCEPTION_HOLD |
                                           1u << ARC__EXCEPTION_PLAN),
                       0);
      if (main_touch)
        assert_int_equal(arc__view_pause(&view, invoice, channel, 1u << ARC__EXCEPTION_HOLD), 0);
      listed += instalment == anchor;
    }
    assert_int_equal(listed, 1);
  }
  arc__view_close(&view);
}

static void run_random(uint64_t seed, int days, size_t *touches) {
  struct book kept, fresh;
  struct book *books[2] = {&kept, &fresh};
  struct random_book r = {seed, 0, 0, 0, DUE};
  arc_calendar *calendar;
  arc_error err = ARC_ERROR_INIT;
  arc_cadence_options options = ARC_CADENCE_OPTIONS_INIT;
  arc_day holidays[5];
  for (int i = 0; i < 5; i++)
    holidays[i] = DUE + random_below(&r.seed, days);
  ok(call_calendar(&calendar, ARC_WEEKEND_SATURDAY_SUNDAY, holidays, 5, NULL, &err), &err);
  options.calendar = calendar;
  for (int i = 0; i < 2; i++) {
    book_open(books[i], calendar);
    for (int c = 0; c < RANDOM_CUSTOMERS; c++) {
      char key[32];
      snprintf(key, sizeof key, "c%d", c);
      set_customer(books[i], key, c == 1 ? "key" : "", 0);
    }
    add_policy(books[i], "default", random_policies[seed % RANDOM_POLICIES], DUE);
    add_policy(books[i], "key", random_policies[(seed / 7) % RANDOM_POLICIES], DUE);
  }
  for (int day = 0; day < days; day++, r.day++) {
    for (int n = random_below(&r.seed, 6); n > 0; n--)
      random_command(&r, books);
    if (random_below(&r.seed, 5) == 0) continue; /* a day that is not run */
    if (random_below(&r.seed, 6) == 0) {         /* a batch that is dropped */
      for (int i = 0; i < 2; i++)
        ok(arc_batch_begin(books[i]->ledger, &err), &err);
      struct random_book dropped = r;
      for (int n = 3; n > 0; n--)
        random_command(&dropped, books);
      ok(arc_cadence_plan(kept.cadence, r.day, NULL, NULL, &err), &err);
      for (int i = 0; i < 2; i++)
        arc_batch_abort(books[i]->ledger);
    }
    uint32_t before = arc__ledger_tables(kept.ledger)->rows[ARC__TABLE_TOUCH];
    arc_cadence_close(fresh.cadence);
    ok(arc_cadence_open(&fresh.cadence, fresh.ledger, &options, &err), &err);
    for (int i = 0; i < 2; i++)
      ok(arc_cadence_plan(books[i]->cadence, r.day, NULL, NULL, &err), &err);
    unsigned char a[32], b[32];
    digest(&kept, a);
    digest(&fresh, b);
    if (memcmp(a, b, sizeof a) != 0)
      fail_msg("seed %llu differs on day %d", (unsigned long long)seed, day);
    check_touches(&kept, before, r.day);
  }
  *touches += arc__ledger_tables(kept.ledger)->rows[ARC__TABLE_TOUCH];
  ok(arc_ledger_verify(kept.ledger, &err), &err);
  for (int i = 0; i < 2; i++)
    book_close(books[i]);
  arc_calendar_free(calendar);
}

static void test_any_book(void **state) {
  (void)state;
  size_t touches = 0;
  for (uint64_t seed = 1; seed <= 60; seed++)
    run_random(seed * 0x9e3779b97f4a7c15u, 90, &touches);
  assert_true(touches > 1000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_timetable),
      cmocka_unit_test(test_missed_days_collapse),
      cmocka_unit_test(test_residuals_and_anchors),
      cmocka_unit_test(test_instalments),
      cmocka_unit_test(test_dispute),
      cmocka_unit_test(test_promise),
      cmocka_unit_test(test_holds),
      cmocka_unit_test(test_flags),
      cmocka_unit_test(test_contacts),
      cmocka_unit_test(test_balance),
      cmocka_unit_test(test_quiet_days_and_limits),
      cmocka_unit_test(test_call_limits),
      cmocka_unit_test(test_later_days),
      cmocka_unit_test(test_policies),
      cmocka_unit_test(test_days),
      cmocka_unit_test(test_far_days),
      cmocka_unit_test(test_batches),
      cmocka_unit_test(test_storage_failure),
      cmocka_unit_test(test_allocations),
      cmocka_unit_test(test_why),
      cmocka_unit_test(test_any_book),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
