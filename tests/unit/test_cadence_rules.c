/* What the policy language says comes to pass: each rule, each complaint of the field about reminders and dunning,
 * and each contact rule by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cadence_book.h"
#include "../support/info.h"

#define END "step +365d decide end\n"

static void open_with(struct book *b, const char *policy) {
  book_open(b, NULL);
  add_policy(b, "default", policy, DUE - 400);
  set_customer(b, "c", "", 0);
}

static void set_party(struct book *b, const char *key, const char *segment, const char *terms, uint32_t flags) {
  arc_error err = ARC_ERROR_INIT;
  arc_customer row = ARC_CUSTOMER_INIT;
  row.options = ARC_REPLACE;
  row.key = text_of(key);
  row.segment = text_of(segment);
  row.terms = text_of(terms);
  row.flags = flags;
  ok(arc_ledger_post_customers(b->ledger, &row, 1, &err), &err);
}

static void say_outcome(struct book *b, const char *touch, arc_day day, int32_t status, const char *who) {
  arc_error err = ARC_ERROR_INIT;
  arc_touch_outcome row = ARC_TOUCH_OUTCOME_INIT;
  row.touch = text_of(touch);
  row.day = day;
  row.status = status;
  row.detail = text_of(who);
  ok(arc_ledger_post_touch_outcomes(b->ledger, &row, 1, &err), &err);
}

static uint32_t touch_row(const struct book *b, const char *key) {
  uint32_t row = arc__index_find(arc__ledger_tables(b->ledger), ARC__INDEX_TOUCH, text_of(key), 0);
  if (!row) fail_msg("no touch %s", key);
  return row;
}

/* ---- which policy ---- */

static void test_selection(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"d\"\nstep +1d email firm default\n" END);
  add_policy(&b, "smb", "cadence \"s\"\nfor segment \"smb\"\nstep +1d email firm smb\n" END, DUE);
  add_policy(&b, "smb-eur", "cadence \"e\"\nfor segment \"smb\", currency EUR\nstep +1d email firm smb-eur\n" END, DUE);
  add_policy(&b, "big", "cadence \"b\"\nfor balance >= 100.00\nstep +1d email firm big\n" END, DUE);
  add_policy(&b, "small", "cadence \"l\"\nfor balance < 1.00\nnever\n", DUE);
  add_policy(&b, "terms", "cadence \"t\"\nfor terms \"net 10\"\nstep +1d email firm terms\n" END, DUE);
  add_policy(&b, "key", "cadence \"k\"\nfor strategic\nstep +1d email firm key\n" END, DUE);
  set_party(&b, "s", "smb", "", 0);
  set_party(&b, "t", "other", "net 10", 0);
  set_party(&b, "k", "", "", ARC_CUSTOMER_STRATEGIC);
  set_customer(&b, "own", "terms", ARC_CUSTOMER_STRATEGIC);
  set_customer(&b, "none", "none", 0);
  add_invoice(&b, "C", "c", DUE, 500);
  add_invoice(&b, "S", "s", DUE, 500);
  add_invoice_in(&b, "J", "s", "JPY", DUE, 50);
  add_invoice(&b, "T", "t", DUE, 500);
  add_invoice(&b, "K", "k", DUE, 500);
  add_invoice(&b, "O", "own", DUE, 500);
  add_invoice(&b, "N", "none", DUE, 500);
  set_customer(&b, "rich", "", 0);
  add_invoice(&b, "R", "rich", DUE, 10000);
  set_customer(&b, "poor", "", 0);
  add_invoice(&b, "P", "poor", DUE, 99);
  assert_string_equal(plan(&b, DUE + 1), "default email [C#1=500] C is 1 day past due\n"
                                         "smb-eur email [S#1=500] S is 1 day past due\n"
                                         "smb email [J#1=50] J is 1 day past due\n"
                                         "terms email [T#1=500] T is 1 day past due\n"
                                         "key email [K#1=500] K is 1 day past due\n"
                                         "terms email [O#1=500] O is 1 day past due\n"
                                         "big email [R#1=10000] R is 1 day past due\n");
  add_invoice(&b, "P2", "poor", DUE + 20, 1); /* no longer below 1.00 */
  assert_string_equal(plan(&b, DUE + 2), "default email [P#1=99] P is 2 days past due\n");
  book_close(&b);
}

static void test_versions_are_kept(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  open_with(&b, "cadence \"one\"\nstep +1d email firm a\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  plan(&b, DUE + 1);
  add_policy(&b, "default", "cadence \"two\"\nstep +1d email firm a\nstep +3d email firm b\n" END, DUE + 2);
  plan(&b, DUE + 3);
  const arc__tables *t = arc__ledger_tables(b.ledger);
  assert_int_equal(arc__u32(t, ARC__TOUCH_VERSION, touch_row(&b, "c|EUR|A#1|1d|a")), 1);
  assert_int_equal(arc__u32(t, ARC__TOUCH_VERSION, touch_row(&b, "c|EUR|A#1|3d|b")), 2);
  query.report = ARC_REPORT_POLICIES; /* the latest first */
  ok(arc_ledger_report(&report, b.ledger, &query, &err), &err);
  assert_int_equal(arc_report_rows(report), 2);
  assert_string_equal(arc_report_text(report, 0, 0, NULL), "default");
  assert_int_equal(arc_report_integer(report, 0, 1), 2);
  assert_int_equal(arc_report_integer(report, 0, 2), DUE + 2);
  assert_non_null(strstr(arc_report_text(report, 0, 3, NULL), "\"two\""));
  assert_string_equal(arc_report_text(report, 1, 0, NULL), "default");
  assert_int_equal(arc_report_integer(report, 1, 1), 1);
  assert_non_null(strstr(arc_report_text(report, 1, 3, NULL), "\"one\""));
  arc_report_free(report);
  query.as_of = DUE + 1;
  ok(arc_ledger_report(&report, b.ledger, &query, &err), &err);
  assert_int_equal(arc_report_rows(report), 1);
  assert_int_equal(arc_report_integer(report, 0, 1), 1);
  arc_report_free(report);
  query.customer = text_of("c");
  ok(arc_ledger_report(&report, b.ledger, &query, &err), &err);
  assert_int_equal(arc_report_rows(report), 0); /* they are of no customer */
  arc_report_free(report);
  book_close(&b);
}

/* ---- which step ---- */

static void test_by_invoice(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  arc_instalment parts[2] = {{(uint32_t)sizeof parts[0], DUE, 700}, {(uint32_t)sizeof parts[0], DUE + 2, 300}};
  arc_invoice row = ARC_INVOICE_INIT;
  open_with(&b, "cadence \"i\"\ngroup by invoice\nstep +1d email firm a\nstep +5d email firm b\n" END);
  row.key = text_of("A");
  row.customer = text_of("c");
  row.issued = DUE - 30;
  row.amount = 1000;
  row.instalments = parts;
  row.instalment_count = 2;
  ok(arc_ledger_post_invoices(b.ledger, &row, 1, &err), &err);
  add_invoice(&b, "B", "c", DUE, 200);
  plan_span(&b, DUE, DUE + 5,
            "+1: a email [A#1=700] A is 1 day past due\n"
            "+1: a email [B#1=200] B is 1 day past due\n"
            "+5: b email [A#1=700 A#2=300] A is 5 days past due\n"
            "+5: b email [B#1=200] B is 5 days past due\n");
  book_close(&b);
}

static void test_enter_at_first(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"f\"\nenter at first\nstep -3d email friendly early\nstep +2d email firm one\n"
                "step +7d email firm two\nstep +20d email final three\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  plan_span(&b, DUE + 40, DUE + 60,
            "+40: one email [A#1=500] A is 40 days past due\n"
            "+45: two email [A#1=500] A is 45 days past due\n"
            "+58: three email [A#1=500] A is 58 days past due\n");
  book_close(&b);
}

static void test_missed(void **state) {
  (void)state;
  static const char steps[] = "step 0d email neutral zero\nstep +3d email firm three\nstep +5d email firm five\n" END;
  static const struct {
    const char *rule, *expected;
  } cases[] = {
      {"latest", "+6: five email [A#1=5] A is 6 days past due\n"},
      {"all", "+6: zero email [A#1=5] A is 6 days past due\n"
              "+7: three email [A#1=5] A is 7 days past due\n"
              "+8: five email [A#1=5] A is 8 days past due\n"},
      {"skip", ""},
  };
  for (size_t i = 0; i < 3; i++) {
    struct book b;
    char policy[512];
    snprintf(policy, sizeof policy, "cadence \"m\"\nmissed %s\n%s", cases[i].rule, steps);
    open_with(&b, policy);
    add_invoice(&b, "A", "c", DUE, 5);
    plan_span(&b, DUE + 6, DUE + 12, cases[i].expected);
    book_close(&b);
  }
  struct book b; /* the first day after a quiet one is in time */
  char policy[512];
  snprintf(policy, sizeof policy, "cadence \"m\"\nmissed skip\nquiet weekends\n%s", steps);
  open_with(&b, policy);
  add_invoice(&b, "A", "c", DUE - 2, 5); /* a Wednesday: +3d is a Saturday */
  plan_span(&b, DUE - 1, DUE + 9, "+3: five email [A#1=5] A is 5 days past due\n");
  book_close(&b);
}

static void test_share(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"s\"\nstep +1d email friendly low\nstep +2d email firm high share >= 50%\n" END);
  add_invoice(&b, "A", "c", DUE, 499);
  add_invoice(&b, "B", "c", DUE + 20, 501);
  plan_span(&b, DUE, DUE + 10, "+1: low email [A#1=499] A is 1 day past due\n");
  add_invoice(&b, "C", "c", DUE, 2); /* 501 of 1,002 */
  assert_string_equal(plan(&b, DUE + 11), "high email [A#1=499 C#1=2] A is 11 days past due\n");
  book_close(&b);
}

static void test_resume(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"r\"\nresume after 4d\nstep +1d email firm a\nstep +20d email firm b\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  add_promise(&b, "p", "A", DUE, DUE + 5, 1);
  plan_span(&b, DUE, DUE + 15,
            "+1: a email withheld: promise A until 2024-10-09\n"
            "+11: a email [A#1=500] A is 11 days past due\n");
  add_dispute(&b, "d", "A", DUE + 16, 0);
  resolve(&b, "d", DUE + 19);
  plan_span(&b, DUE + 16, DUE + 25,
            "+20: b email withheld: resumes on 2024-10-27 after dispute A\n"
            "+23: b email [A#1=500] A is 23 days past due\n");
  book_close(&b);
}

static void test_triggers(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\nstep +1d email firm a\n" END
                "escalate owner when age >= 4d\nescalate credit-hold when balance >= 10.00, age >= 2d\n");
  add_invoice(&b, "A", "c", DUE, 600);
  add_invoice(&b, "B", "c", DUE + 5, 400);
  plan_span(&b, DUE, DUE + 8,
            "+1: a email [A#1=600] A is 1 day past due\n"
            "+4: owner+escalate call [A#1=600] A is 4 days past due; escalate owner\n"
            "+6: credit-hold+escalate call [A#1=600 B#1=400] A is 6 days past due; escalate credit-hold\n");
  add_payment(&b, "P", "c", DUE + 8, 600);
  apply(&b, "P", "A", DUE + 8, 600);
  plan_span(&b, DUE + 9, DUE + 12, /* an escalation is no step */
            "+9: a email [B#1=400] B is 4 days past due\n"
            "+9: owner+escalate call [B#1=400] B is 4 days past due; escalate owner\n");
  book_close(&b);
}

/* ---- to whom ---- */

static void test_recipients(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\nstep +1d email firm a to executive, copy owner, copy payables, template stern\n"
                "step +3d email firm b else sms\nstep +5d letter firm c else email\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  set_contact(&b, "kp", "c", ARC_ROLE_PAYABLES, "p@x", "", "", 0);
  set_contact(&b, "ke", "c", ARC_ROLE_EXECUTIVE, "e@x", "", "", 0);
  plan(&b, DUE + 1);
  const arc__tables *t = arc__ledger_tables(b.ledger);
  uint32_t touch = touch_row(&b, "c|EUR|A#1|1d|a"), contact;
  assert_int_equal(arc__u8(t, ARC__TOUCH_ROLES, touch), 1u << ARC_ROLE_EXECUTIVE);
  assert_int_equal(arc__u8(t, ARC__TOUCH_COPIES, touch), 1u << ARC_ROLE_OWNER | 1u << ARC_ROLE_PAYABLES);
  assert_string_equal(arc__name(t, arc__u32(t, ARC__TOUCH_TEMPLATE, touch)).data, "stern");
  assert_int_equal(arc__contact_of_role(t, arc__find_customer(t, text_of("c")), ARC_CHANNEL_EMAIL,
                                        1u << ARC_ROLE_EXECUTIVE, &contact),
                   ARC__CONTACT_FOUND);
  assert_string_equal(arc__text(t, ARC__CONTACT_KEY, contact).data, "ke");
  set_contact(&b, "kp", "c", ARC_ROLE_PAYABLES, "", "1", "", 0);
  set_contact(&b, "ke", "c", ARC_ROLE_EXECUTIVE, "", "", "", 0);
  assert_string_equal(plan(&b, DUE + 3), "b sms [A#1=500] A is 3 days past due\n");
  set_contact(&b, "ke", "c", ARC_ROLE_EXECUTIVE, "e@x", "", "", 1u << ARC_CHANNEL_EMAIL);
  assert_string_equal(plan(&b, DUE + 5), "c email withheld: opted out of email\n");
  book_close(&b);
}

/* ---- approvals ---- */

static void test_approval(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\nstep +1d email firm a needs approval\nstep +9d email firm b needs approval\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  plan_span(&b, DUE, DUE + 3, "+1: a email withheld: needs approval\n");
  say_outcome(&b, "c|EUR|A#1|1d|a|withheld", DUE + 4, ARC_TOUCH_REFUSED, "ann");
  plan_span(&b, DUE + 4, DUE + 5, "");
  say_outcome(&b, "c|EUR|A#1|1d|a|withheld", DUE + 6, ARC_TOUCH_APPROVED, "bob");
  assert_string_equal(plan(&b, DUE + 6), "a email [A#1=500] A is 6 days past due\n");
  const arc__tables *t = arc__ledger_tables(b.ledger);
  assert_true(arc__u32(t, ARC__TOUCH_CHECKS, touch_row(&b, "c|EUR|A#1|1d|a")) & ARC_CHECK_APPROVAL);
  plan_span(&b, DUE + 7, DUE + 10, "+9: b email withheld: needs approval\n"); /* each step for itself */
  book_close(&b);
}

/* ---- charges ---- */

static void open_charging(struct book *b, const char *policy) {
  static const arc_interest_rule rule = ARC_INTEREST_RULE_CONTRACT(365000); /* 36.5 %: 10 a day on 10,000 */
  static const arc_compensation_band bands[] = {ARC_COMPENSATION_EU, ARC_COMPENSATION_UK};
  arc_error err = ARC_ERROR_INIT;
  arc_cadence_options options = ARC_CADENCE_OPTIONS_INIT;
  open_with(b, policy);
  arc_cadence_close(b->cadence);
  options.interest_rule = &rule;
  options.compensations = bands;
  options.compensation_count = 4;
  ok(arc_cadence_open(&b->cadence, b->ledger, &options, &err), &err);
}

/* The items of a touch that are no invoices of the host, as "kind amount" lines. */
static void assert_charges(struct book *b, const char *touch, const char *expected) {
  const arc__tables *t = arc__ledger_tables(b->ledger);
  uint32_t row = touch_row(b, touch), first = arc__u32(t, ARC__TOUCH_ITEM, row);
  b->said[0] = 0;
  for (uint32_t i = first; i < first + arc__u32(t, ARC__TOUCH_ITEMS, row); i++) {
    uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, i));
    char line[64];
    int kind = arc__u8(t, ARC__INVOICE_KIND, invoice);
    if (kind == ARC__INVOICE_SALE) continue;
    snprintf(line, sizeof line, "%s %lld\n", arc__item_name(kind), (long long)arc__i64(t, ARC__TOUCH_ITEM_AMOUNT, i));
    say_string(b, line);
  }
  assert_string_equal(b->said, expected);
}

static void test_charges(void **state) {
  (void)state;
  struct book b;
  open_charging(&b, "cadence \"t\"\nstep +1d email firm a charge compensation\n"
                    "step +5d email firm b charge fee EUR 5.00, charge interest\n"
                    "step +10d email firm c charge interest, charge compensation\nstep +20d letter final d "
                    "charge fee USD 3\n" END);
  add_invoice(&b, "A", "c", DUE, 10000);
  plan(&b, DUE + 1);
  assert_charges(&b, "c|EUR|A#1|1d|a", "compensation 4000\n");
  plan(&b, DUE + 5);
  assert_charges(&b, "c|EUR|A#1|5d|b", "compensation 4000\nfee 500\ninterest 50\n");
  plan(&b, DUE + 5);
  reopen(&b);
  plan(&b, DUE + 6);
  const arc__tables *t = arc__ledger_tables(b.ledger);
  assert_int_equal(t->rows[ARC__TABLE_CHARGE], 3); /* once, however often it runs */
  arc_cadence_close(b.cadence);
  arc_error err = ARC_ERROR_INIT;
  ok(arc_cadence_open(&b.cadence, b.ledger, NULL, &err), &err);
  assert_int_equal(arc_cadence_plan(b.cadence, DUE + 10, NULL, NULL, &err), ARC_E_INVALID);
  assert_non_null(strstr(err.text, "interest_rule"));
  book_close(&b);
}

/* ---- cash ---- */

static void test_cash_of_an_unknown_payer(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\npause on cash\nstep +1d email firm a\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  add_invoice(&b, "B", "c", DUE, 300);
  add_payment(&b, "P", "", DUE, 800);
  plan_span(&b, DUE, DUE + 9,
            "+1: a email withheld: cash received of an unknown payer\n"
            "+7: a email [A#1=500 B#1=300] A is 7 days past due\n");
  book_close(&b);

  open_with(&b, "cadence \"t\"\npause on cash\nstep +1d email firm a\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  add_payment(&b, "P", "", DUE, 501);
  assert_string_equal(plan(&b, DUE + 1), "a email [A#1=500] A is 1 day past due\n");
  book_close(&b);
}

static void test_cash_on_account(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\npause on cash\nstep +1d email firm a\nstep +5d email firm b\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  add_invoice(&b, "B", "c", DUE + 1, 800);
  add_payment(&b, "P", "c", DUE, 500); /* could pay A, not B */
  plan_span(&b, DUE, DUE + 9,
            "+1: a email withheld: unapplied cash\n"
            "+2: a email [B#1=800] B is 1 day past due\n"
            "+5: b email withheld: unapplied cash\n"
            "+6: b email [B#1=800] B is 5 days past due\n");
  book_close(&b);
}

/* ---- contact rules: 12 CFR 1006 and the like ---- */

static const char consumer[] = "cadence \"t\"\nprofile consumer-us\nmissed all\nstep +1d call firm s1\n"
                               "step +2d call firm s2\nstep +3d voice firm s3\nstep +4d call firm s4\n"
                               "step +5d call firm s5\nstep +6d call firm s6\nstep +7d call firm s7\n"
                               "step +8d call firm s8\nstep +9d call firm s9 also call home\n" END;

static void test_rule_seven_calls_in_seven_days(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\nprofile consumer-us\nstep +1d call firm s1 also call a\nstep +2d call firm s2 also call b\n"
                "step +3d voice firm s3 also call c\nstep +4d call firm s4 also call d\nstep +5d call firm s5\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  plan_span(&b, DUE, DUE + 10,
            "+1: s1 call [A#1=500] A is 1 day past due\n"
            "+1: s1+call call [A#1=500] A is 1 day past due; call a\n"
            "+2: s2 call [A#1=500] A is 2 days past due\n"
            "+2: s2+call call [A#1=500] A is 2 days past due; call b\n"
            "+3: s3 voice [A#1=500] A is 3 days past due\n"
            "+3: s3+call call [A#1=500] A is 3 days past due; call c\n"
            "+4: s4 call [A#1=500] A is 4 days past due\n"
            "+4: s4+call call withheld: limit of calls until 2024-10-12\n"
            "+8: s5 call [A#1=500] A is 8 days past due\n");
  const arc__tables *t = arc__ledger_tables(b.ledger);
  assert_true(arc__u32(t, ARC__TOUCH_CHECKS, touch_row(&b, "c|EUR|A#1|5d|s5")) & ARC_CHECK_LIMIT);
  book_close(&b);
}

static void test_rule_seven_days_after_a_conversation(void **state) {
  (void)state;
  struct book b;
  open_with(&b, consumer);
  add_invoice(&b, "A", "c", DUE, 500);
  assert_string_equal(plan(&b, DUE + 1), "s1 call [A#1=500] A is 1 day past due\n");
  say_outcome(&b, "c|EUR|A#1|1d|s1", DUE + 1, ARC_TOUCH_DELIVERED, "spoke with Ann");
  /* the day of the conversation is day 1: the first call is on day 8 */
  plan_span(&b, DUE + 2, DUE + 8, "+8: s2 call [A#1=500] A is 8 days past due\n");
  const arc__tables *t = arc__ledger_tables(b.ledger);
  assert_true(arc__u32(t, ARC__TOUCH_CHECKS, touch_row(&b, "c|EUR|A#1|2d|s2")) & ARC_CHECK_CONVERSATION);
  book_close(&b);
}

static void test_rule_an_attempt_is_no_conversation(void **state) {
  (void)state;
  struct book b;
  open_with(&b, consumer);
  add_invoice(&b, "A", "c", DUE, 500);
  plan(&b, DUE + 1);
  say_outcome(&b, "c|EUR|A#1|1d|s1", DUE + 1, ARC_TOUCH_SENT, "no answer");
  assert_string_equal(plan(&b, DUE + 2), "s2 call [A#1=500] A is 2 days past due\n");
  book_close(&b);
}

static void test_rule_b2b_has_no_such_limits(void **state) {
  (void)state;
  struct book b;
  char policy[1024];
  snprintf(policy, sizeof policy, "cadence \"t\"\nprofile b2b%s", strchr(strchr(consumer, '\n') + 1, '\n'));
  open_with(&b, policy);
  add_invoice(&b, "A", "c", DUE, 500);
  for (int day = 1; day <= 8; day++)
    assert_int_equal(strncmp(plan(&b, DUE + day), "s", 1), 0);
  book_close(&b);
}

#define HOUR 3600000LL

static int64_t at(arc_day day, int hour, int minute) {
  return (int64_t)day * 24 * HOUR + hour * HOUR + minute * 60000LL;
}

static void set_zone(struct book *b, int32_t minutes) {
  arc_error err = ARC_ERROR_INIT;
  arc_contact row = ARC_CONTACT_INIT;
  row.options = ARC_REPLACE;
  row.key = text_of("k");
  row.customer = text_of("c");
  row.email = text_of("a@x");
  row.phone = text_of("1");
  row.utc_offset_minutes = minutes;
  ok(arc_ledger_post_contacts(b->ledger, &row, 1, &err), &err);
}

static void assert_send_from(struct book *b, int64_t instant, int64_t expected) {
  arc_error err = ARC_ERROR_INIT;
  int64_t from = 0;
  ok(arc_cadence_send_from(&from, b->cadence, "c|EUR|A#1|1d|a", ARC_NUL_TERMINATED, instant, &err), &err);
  assert_int_equal(from, expected);
}

static void test_rule_quiet_hours_in_the_debtors_time(void **state) {
  (void)state;
  struct book b;
  int64_t from;
  arc_error err = ARC_ERROR_INIT;
  /* Thursday; the profile's hours are 21:00 to 8:00, the policy's begin earlier */
  open_with(&b, "cadence \"t\"\nprofile consumer-us\nquiet 19:00-20:00 weekends\nstep +1d email firm a\n" END);
  set_zone(&b, -300);
  add_invoice(&b, "A", "c", DUE - 2, 500);
  plan(&b, DUE - 1);
  assert_send_from(&b, at(DUE - 1, 13, 0), at(DUE - 1, 13, 0));  /* 8:00 */
  assert_send_from(&b, at(DUE - 1, 12, 59), at(DUE - 1, 13, 0)); /* 7:59 */
  assert_send_from(&b, at(DUE, 0, 30), at(DUE, 1, 0));           /* 19:30 on Thursday: until 20:00 */
  assert_send_from(&b, at(DUE, 2, 0), at(DUE, 13, 0));           /* 21:00 on Thursday */
  assert_send_from(&b, at(DUE + 1, 1, 59), at(DUE + 1, 1, 59));  /* 20:59 on Friday, already Saturday in London */
  assert_send_from(&b, at(DUE + 1, 2, 0), at(DUE + 3, 13, 0));   /* 21:00 on Friday: Monday */
  set_zone(&b, -240); /* the offset of summer time */
  assert_send_from(&b, at(DUE - 1, 11, 59), at(DUE - 1, 12, 0));
  set_zone(&b, 840);
  assert_send_from(&b, at(DUE, 18, 0), at(DUE + 2, 18, 0)); /* Saturday there already */
  assert_send_from(&b, at(DUE + 2, 17, 59) + 59999, at(DUE + 2, 18, 0));
  set_zone(&b, -210); /* not whole hours, milliseconds kept when free */
  assert_send_from(&b, at(DUE - 1, 15, 7) + 123, at(DUE - 1, 15, 7) + 123);
  assert_int_equal(arc_cadence_send_from(&from, b.cadence, "x", 1, 0, &err), ARC_E_NOT_FOUND);
  assert_int_equal(arc_cadence_send_from(NULL, b.cadence, "x", 1, 0, &err), ARC_E_INVALID);
  assert_int_equal(arc_cadence_send_from(&from, b.cadence, "x", 1, INT64_MAX, &err), ARC_E_INVALID);
  add_policy(&b, "default", "cadence \"t\"\nprofile consumer-us\nquiet 08:00-21:00\nstep +2d email firm a\n" END, DUE);
  add_invoice(&b, "B", "c", DUE - 3, 500);
  book_close(&b);
}

static void assert_key_from(struct book *b, const char *key, int64_t instant, int64_t expected) {
  arc_error err = ARC_ERROR_INIT;
  int64_t from = 0;
  ok(arc_cadence_send_from(&from, b->cadence, key, ARC_NUL_TERMINATED, instant, &err), &err);
  assert_int_equal(from, expected);
}

/* The same instants for debtors in four zones: each is left alone from 21:00 to 8:00 of the own clock. */
static void test_rule_quiet_hours_across_time_zones(void **state) {
  static const struct {
    const char *key;
    int32_t minutes; /* to UTC */
    int until;       /* minutes of UTC at which 8:00 comes */
  } zones[] = {{"hawaii", -600, 18 * 60}, {"newfoundland", -210, 11 * 60 + 30}, {"london", 0, 8 * 60},
               {"kathmandu", 345, 2 * 60 + 15}, {"kiritimati", 840, -6 * 60}};
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  char touch[64];
  open_with(&b, "cadence \"t\"\nprofile consumer-us\nstep +1d email firm a\n" END);
  for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
    arc_contact row = ARC_CONTACT_INIT;
    set_customer(&b, zones[i].key, "", 0);
    row.key = row.customer = text_of(zones[i].key);
    row.email = text_of("a@x");
    row.utc_offset_minutes = zones[i].minutes;
    ok(arc_ledger_post_contacts(b.ledger, &row, 1, &err), &err);
    add_invoice(&b, zones[i].key, zones[i].key, DUE, 500);
  }
  plan(&b, DUE + 1);
  for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
    for (int minute = -12 * 60; minute < 36 * 60; minute += 15) {
      int64_t instant = at(DUE + 1, 0, 0) + minute * 60000LL;
      int since = minute - zones[i].until; /* 8:00 there */
      int day = since < 0 ? (since - 24 * 60 + 1) / (24 * 60) : since / (24 * 60), of_day = since - day * 24 * 60;
      int wait = of_day < 13 * 60 ? 0 : 24 * 60 - of_day;
      snprintf(touch, sizeof touch, "%s|EUR|%s#1|1d|a", zones[i].key, zones[i].key);
      assert_key_from(&b, touch, instant, instant + wait * 60000LL);
    }
  book_close(&b);
}

/* The library knows no zone's rules: the host tells the offset that counts, and what waits already goes by it. */
static void test_rule_quiet_hours_over_a_daylight_change(void **state) {
  (void)state;
  struct book b;
  arc_day spring = arc_day_from_civil(2025, 3, 9), autumn = arc_day_from_civil(2025, 11, 2);
  open_with(&b, "cadence \"t\"\nprofile consumer-us\nstep +1d email firm a\n" END);
  set_zone(&b, -300);
  add_invoice(&b, "A", "c", spring - 2, 500);
  plan(&b, spring - 1);
  assert_send_from(&b, at(spring, 2, 30), at(spring, 13, 0));  /* 21:30 the evening before: 8:00 by winter time */
  assert_send_from(&b, at(spring, 12, 30), at(spring, 13, 0)); /* 7:30, as long as the host has said nothing */
  set_zone(&b, -240);                                          /* the clock went forward at 2:00 */
  assert_send_from(&b, at(spring, 12, 30), at(spring, 12, 30)); /* it is 8:30 */
  assert_send_from(&b, at(spring, 11, 30), at(spring, 12, 0));
  assert_send_from(&b, at(spring + 1, 1, 0), at(spring + 1, 12, 0)); /* 21:00 comes an hour earlier, too */
  assert_send_from(&b, at(autumn, 12, 30), at(autumn, 12, 30));
  set_zone(&b, -300); /* and back */
  assert_send_from(&b, at(autumn, 12, 30), at(autumn, 13, 0));
  assert_send_from(&b, at(autumn + 1, 1, 0), at(autumn + 1, 1, 0));
  book_close(&b);
}

static void test_rule_no_hour_left(void **state) {
  (void)state;
  struct book b;
  int64_t from = 77;
  arc_error err = ARC_ERROR_INIT;
  open_with(&b, "cadence \"t\"\nprofile consumer-us\nquiet 08:00-21:00\nstep +1d email firm a\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  plan(&b, DUE + 1);
  assert_int_equal(arc_cadence_send_from(&from, b.cadence, "c|EUR|A#1|1d|a", ARC_NUL_TERMINATED, 0, &err),
                   ARC_E_REFUSED);
  assert_int_equal(from, 77);
  book_close(&b);
}

static void test_rule_a_minimum_gap_wins_over_a_trigger(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\nstep +1d email firm a\nstep +2d email firm b\nstep +3d email firm c\nlimit 1 per 5d\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  plan_span(&b, DUE, DUE + 12, "+1: a email [A#1=500] A is 1 day past due\n"
                               "+6: c email [A#1=500] A is 6 days past due\n");
  book_close(&b);
}

/* A limitation period is data: behind it nothing threatens, or is handed to who enforces; a human may still decide. */
static void test_rule_what_is_time_barred_is_not_enforced(void **state) {
  static const struct {
    const char *steps;
    int day;
    const char *said;
  } cases[] = {
      {"step +30d letter final b\n", 1095, "b letter [A#1=500] A is 1095 days past due\n"},
      {"step +30d letter final b\n", 1096, "b letter withheld: time-barred since 2027-10-05\n"},
      {"step +30d letter firm b\n", 1096, "b letter [A#1=500] A is 1096 days past due\n"},
      {"step +30d place agency\n", 1095, "agency place [A#1=500] A is 1095 days past due\n"},
      {"step +30d place agency\n", 1096, "agency place withheld: time-barred since 2027-10-05\n"},
      {"step +30d decide what\n", 1096, "what place [A#1=500] A is 1096 days past due\n"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct book b;
    char policy[256];
    snprintf(policy, sizeof policy, "cadence \"t\"\nbarred after 1095d\nstep +1d email firm a\n%s", cases[i].steps);
    open_with(&b, policy);
    add_invoice(&b, "A", "c", DUE, 500);
    assert_string_equal(plan(&b, DUE + cases[i].day), cases[i].said);
    if (i == 0) {
      const arc__tables *t = arc__ledger_tables(b.ledger);
      assert_true(arc__u32(t, ARC__TOUCH_CHECKS, touch_row(&b, "c|EUR|A#1|30d|b")) & ARC_CHECK_NOT_BARRED);
    }
    book_close(&b);
  }
}

/* Whatever a policy says of pauses: disputes, promises, plans and holds always pause. */
static void test_rule_no_policy_can_leave_a_pause_out(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\nstep +1d email firm a\n" END);
  add_invoice(&b, "A", "c", DUE, 500);
  add_dispute(&b, "d", "A", DUE, 0);
  set_customer(&b, "e", "", 0);
  add_invoice(&b, "E", "e", DUE, 500);
  add_promise(&b, "p", "E", DUE, DUE + 5, 0);
  set_customer(&b, "f", "", 0);
  add_invoice(&b, "F", "f", DUE, 500);
  add_hold(&b, "h", "f", "", DUE, DUE + 5, 0, "");
  assert_string_equal(plan(&b, DUE + 1), "a email withheld: dispute A\n"
                                         "a email withheld: promise E until 2024-10-09\n"
                                         "a email withheld: hold f until 2024-10-09\n");
  book_close(&b);
}

/* ---- complaints of the field ---- */

static void test_field_14_15_a_part_payment_is_reminded_of_with_the_rest(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 10000);
  add_payment(&b, "P", "c", DUE, 4000);
  apply(&b, "P", "A", DUE, 4000);
  assert_string_equal(plan(&b, DUE + 7), "overdue email [A#1=6000] A is 7 days past due\n");
  book_close(&b);
}

static void test_field_16_what_is_overdue_is_the_sum_of_overdue_instalments(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  arc_instalment parts[3] = {{(uint32_t)sizeof parts[0], DUE, 500},
                             {(uint32_t)sizeof parts[0], DUE + 6, 300},
                             {(uint32_t)sizeof parts[0], DUE + 30, 200}};
  arc_invoice row = ARC_INVOICE_INIT;
  open_simple(&b);
  row.key = text_of("A");
  row.customer = text_of("c");
  row.issued = DUE - 30;
  row.amount = 1000;
  row.instalments = parts;
  row.instalment_count = 3;
  ok(arc_ledger_post_invoices(b.ledger, &row, 1, &err), &err);
  assert_string_equal(plan(&b, DUE + 7), "overdue email [A#1=500 A#2=300] A is 7 days past due\n");
  book_close(&b);
}

static void test_field_17_what_is_paid_is_never_reminded_of(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 10000);
  add_payment(&b, "P", "c", DUE + 7, 10000);
  apply(&b, "P", "A", DUE + 7, 10000);
  plan_span(&b, DUE + 7, DUE + 100, "");
  book_close(&b);
}

static void test_field_20_a_missed_day_still_sends(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 10000);
  assert_string_equal(plan(&b, DUE + 8), "overdue email [A#1=10000] A is 8 days past due\n");
  book_close(&b);
}

static void test_field_21_a_sign_means_what_it_says(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\nstep +60d letter final late\n" END);
  add_invoice(&b, "A", "c", DUE, 10000);
  plan_span(&b, DUE - 70, DUE + 61, "+60: late letter [A#1=10000] A is 60 days past due\n");
  book_close(&b);
}

static void test_field_22_running_often_repeats_nothing(void **state) {
  (void)state;
  struct book b;
  open_charging(&b, "cadence \"t\"\nstep +1d email firm a charge fee EUR 5\n" END);
  add_invoice(&b, "A", "c", DUE, 10000);
  size_t touches = 0;
  for (int i = 0; i < 22; i++) {
    touches += strlen(plan(&b, DUE + 1)) > 0;
    reopen(&b);
  }
  assert_int_equal(touches, 1);
  assert_int_equal(arc__ledger_tables(b.ledger)->rows[ARC__TABLE_CHARGE], 1);
  book_close(&b);
}

static int why_says(struct book *b, const char *key, arc_day day, const char *fact, const char *value);

static void test_field_23_nothing_is_swallowed_without_a_reason(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\nmissed skip\nstep +1d email firm a\nquiet weekends\nlimit 1 per 3d\n" END);
  add_invoice(&b, "A", "c", DUE, 1); /* +1d is a Saturday */
  plan(&b, DUE + 1);
  assert_true(why_says(&b, "c", DUE + 1, "outcome", "quiet day until 2024-10-07"));
  set_customer(&b, "d", "", 0);
  add_invoice(&b, "B", "d", DUE + 3, 1);
  plan(&b, DUE + 5); /* a day was missed */
  assert_true(why_says(&b, "d", DUE + 5, "reason", "the policy skips what was missed: a"));
  book_close(&b);
}

static void test_field_25_one_message_lists_everything(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 1);
  add_invoice(&b, "B", "c", DUE + 1, 2);
  add_invoice(&b, "C", "c", DUE + 2, 3);
  add_invoice_in(&b, "J", "c", "JPY", DUE, 4);
  assert_string_equal(plan(&b, DUE + 7), "overdue email [A#1=1 B#1=2 C#1=3] A is 7 days past due\n"
                                         "overdue email [J#1=4] J is 7 days past due\n");
  book_close(&b);
}

static void test_field_27_a_hold_ends_by_itself_with_its_reason(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 1);
  add_hold(&b, "h", "", "A", DUE, DUE + 9, 0, "asked for a copy");
  plan_span(&b, DUE + 7, DUE + 10, "+7: overdue email withheld: hold A until 2024-10-13: asked for a copy\n"
                                   "+10: overdue email [A#1=1] A is 10 days past due\n");
  book_close(&b);
}

static void test_field_28_a_fee_is_asked_for_and_paid_alone(void **state) {
  (void)state;
  struct book b;
  open_charging(&b, "cadence \"t\"\nstep +1d email firm a charge fee EUR 5\nstep +9d email firm b charge fee EUR 5\n" END);
  add_invoice(&b, "A", "c", DUE, 10000);
  plan(&b, DUE + 1);
  add_payment(&b, "P", "c", DUE + 2, 10000);
  apply(&b, "P", "A", DUE + 2, 10000);
  /* the fee goes through the steps of its own age, and bears no fee itself */
  assert_int_equal(strncmp(plan(&b, DUE + 2), "a email [fee-", 13), 0);
  plan_span(&b, DUE + 3, DUE + 9, "");
  assert_int_equal(strncmp(plan(&b, DUE + 10), "b email [fee-", 13), 0);
  assert_int_equal(arc__ledger_tables(b.ledger)->rows[ARC__TABLE_CHARGE], 1);
  book_close(&b);
}

/* Paying the principal neither forgets the fee nor keeps it silently: who waives it says so, by name and reason. */
static void test_field_29_a_fee_is_chased_until_it_is_waived(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  arc_writeoff row = ARC_WRITEOFF_INIT;
  arc_report *report = NULL;
  arc_query query = ARC_QUERY_INIT;
  open_charging(&b, "cadence \"t\"\nstep +1d email firm a charge fee EUR 5\nstep +9d email firm b\n" END);
  add_invoice(&b, "A", "c", DUE, 10000);
  plan(&b, DUE + 1);
  add_payment(&b, "P", "c", DUE + 2, 10000);
  apply(&b, "P", "A", DUE + 2, 10000);
  assert_int_equal(strncmp(plan(&b, DUE + 2), "a email [fee-", 13), 0); /* kept */
  const arc__tables *t = arc__ledger_tables(b.ledger);
  char key[128];
  arc_text fee = arc__text(t, ARC__INVOICE_KEY, t->rows[ARC__TABLE_INVOICE]);
  snprintf(key, sizeof key, "%.*s", (int)fee.size, fee.data);
  row.key = text_of("W");
  row.invoice = text_of(key);
  row.reason = text_of("usual in the trade");
  row.approved_by = text_of("Ida");
  row.day = DUE + 3;
  row.amount = 500;
  row.kind = ARC_WRITEOFF_WAIVER;
  ok(arc_ledger_post_writeoffs(b.ledger, &row, 1, &err), &err);
  plan_span(&b, DUE + 3, DUE + 100, "");
  query.report = ARC_REPORT_TIMELINE;
  query.from = DUE + 3;
  ok(arc_ledger_report(&report, b.ledger, &query, &err), &err);
  assert_string_equal(arc_report_text(report, 0, 2, NULL), "waiver");
  arc_report_free(report);
  book_close(&b);
}

static void test_field_33_holds_of_none_one_and_two_customers(void **state) {
  (void)state;
  for (int held = 0; held <= 2; held++) {
    struct book b;
    size_t withheld = 0;
    open_simple(&b);
    set_customer(&b, "d", "", 0);
    add_invoice(&b, "A", "c", DUE, 1);
    add_invoice(&b, "B", "d", DUE, 1);
    if (held > 0) add_hold(&b, "h1", "c", "", DUE, ARC_DAY_NONE, 0, "");
    if (held > 1) add_hold(&b, "h2", "d", "", DUE, ARC_DAY_NONE, 0, "");
    const char *said = plan(&b, DUE + 7);
    for (const char *at_hold = said; (at_hold = strstr(at_hold, "withheld: hold")); at_hold++) withheld++;
    assert_int_equal(withheld, held);
    book_close(&b);
  }
}

static void test_field_34_38_a_credit_clears_what_was_due(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  arc_credit_note note = ARC_CREDIT_NOTE_INIT;
  arc_application row = ARC_APPLICATION_INIT;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 100);
  plan(&b, DUE + 7);
  note.key = text_of("N");
  note.customer = text_of("c");
  note.issued = DUE + 8;
  note.amount = 100;
  ok(arc_ledger_post_credit_notes(b.ledger, &note, 1, &err), &err);
  row.credit = text_of("N");
  row.credit_kind = ARC_CREDIT_CREDIT_NOTE;
  row.invoice = text_of("A");
  row.day = DUE + 8;
  row.amount = 100;
  ok(arc_ledger_post_applications(b.ledger, &row, 1, &err), &err);
  plan_span(&b, DUE + 8, DUE + 100, "");
  book_close(&b);
}

static void test_field_35_the_next_instalment_counts_by_its_own_age(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 100);
  add_invoice(&b, "B", "c", DUE + 20, 50);
  plan(&b, DUE + 14);
  add_payment(&b, "P", "c", DUE + 15, 100);
  apply(&b, "P", "A", DUE + 15, 100);
  plan_span(&b, DUE + 15, DUE + 27, "+17: upcoming email [B#1=50] B is due in 3 days\n"
                                    "+20: due-today email [B#1=50] B is due today\n"
                                    "+27: overdue email [B#1=50] B is 7 days past due\n");
  book_close(&b);
}

/* ---- every condition of the language, against arithmetic ---- */

struct debtor {
  int segment, terms, strategic, yen;
  int64_t late, later; /* minor units due on DUE, and after the days that are looked at */
};

static int64_t unit_of(const struct debtor *d) {
  return d->yen ? 1 : 100;
}
static int is_segment(const struct debtor *d, int age) { return (void)age, d->segment; }
static int is_terms(const struct debtor *d, int age) { return (void)age, d->terms; }
static int is_euro(const struct debtor *d, int age) { return (void)age, !d->yen; }
static int is_strategic(const struct debtor *d, int age) { return (void)age, d->strategic; }
static int owes_five(const struct debtor *d, int age) { return (void)age, d->late + d->later >= 5 * unit_of(d); }
static int owes_less(const struct debtor *d, int age) { return !owes_five(d, age); }
static int owes_between(const struct debtor *d, int age) {
  return owes_five(d, age) && d->late + d->later < 9 * unit_of(d);
}
static int late_by_three(const struct debtor *d, int age) { return (void)age, d->late >= 3 * unit_of(d); }
static int late_share(const struct debtor *d, int age) {
  return (void)age, d->late * 100 >= 40 * (d->late + d->later);
}
static int both_minima(const struct debtor *d, int age) { return late_by_three(d, age) && late_share(d, age); }
static int old_enough(const struct debtor *d, int age) { return (void)d, age >= 3; }
static int old_and_large(const struct debtor *d, int age) { return age >= 3 && late_by_three(d, age); }

#define SELECTED(line)  "cadence \"x\"\n" line "\nstep +1d email firm chosen\n" END
#define STEPPED(clause) "cadence \"x\"\nstep +1d email firm chosen " clause "\n" END
#define FIRED(when)     "cadence \"x\"\nstep +300d email firm late\n" END "escalate chosen when " when "\n"

static const struct {
  const char *policy, *name;
  int (*holds)(const struct debtor *, int age);
} conditions[] = {
    {SELECTED("for segment \"smb\""), "sel", is_segment},
    {SELECTED("for terms \"net 10\""), "sel", is_terms},
    {SELECTED("for currency EUR"), "sel", is_euro},
    {SELECTED("for strategic"), "sel", is_strategic},
    {SELECTED("for balance >= 5"), "sel", owes_five},
    {SELECTED("for balance < 5.0000"), "sel", owes_less},
    {SELECTED("for balance >= 5, balance < 9"), "sel", owes_between},
    {STEPPED("balance >= 3"), "default", late_by_three},
    {STEPPED("share >= 40%"), "default", late_share},
    {STEPPED("balance >= 3, share >= 40%"), "default", both_minima},
    {FIRED("age >= 3d"), "default", old_enough},
    {FIRED("age >= 3d, balance >= 3"), "default", old_and_large},
};

static uint32_t chance(uint32_t *seed, uint32_t limit) {
  *seed = *seed * 1664525u + 1013904223u;
  return (*seed >> 8) % limit;
}

static void add_debtor(struct book *b, int i, const struct debtor *d) {
  char key[16], other[16];
  snprintf(key, sizeof key, "n%02d", i);
  snprintf(other, sizeof other, "o%02d", i);
  set_party(b, key, d->segment ? "smb" : "", d->terms ? "net 10" : "", d->strategic ? ARC_CUSTOMER_STRATEGIC : 0);
  add_invoice_in(b, key, key, d->yen ? "JPY" : "EUR", DUE, d->late);
  if (d->later) add_invoice_in(b, other, key, d->yen ? "JPY" : "EUR", DUE + 20, d->later);
}

/* Who gets the touch of the policy with the condition, by the first day on which that holds. */
static void assert_condition(size_t which, uint32_t *seed) {
  struct book b;
  struct debtor debtors[40];
  int fired[40] = {0}, yes = 0;
  open_with(&b, "cadence \"d\"\nstep +300d email firm other\n" END);
  add_policy(&b, conditions[which].name, conditions[which].policy, DUE - 300);
  for (int i = 0; i < 40; i++) {
    struct debtor d = {(int)chance(seed, 2), (int)chance(seed, 2), (int)chance(seed, 2), (int)chance(seed, 2), 0, 0};
    d.late = unit_of(&d) * (1 + chance(seed, 6)) - chance(seed, 2) * (d.yen ? 0 : 1);
    d.later = chance(seed, 3) ? unit_of(&d) * (1 + chance(seed, 8)) : 0;
    debtors[i] = d;
    add_debtor(&b, i, &d);
  }
  for (int age = 0; age < 6; age++) {
    const arc__tables *t = arc__ledger_tables(b.ledger);
    uint32_t before = t->rows[ARC__TABLE_TOUCH];
    plan(&b, DUE + age);
    for (uint32_t touch = before + 1; touch <= t->rows[ARC__TABLE_TOUCH]; touch++) {
      arc_text step = arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch)), key = arc__text(t, ARC__TOUCH_KEY, touch);
      if (step.size >= 6 && memcmp(step.data, "chosen", 6) == 0) fired[atoi(key.data + 1)]++;
    }
    for (int i = 0; i < 40; i++)
      if (fired[i] != (age > 0 && conditions[which].holds(&debtors[i], age)))
        fail_msg("condition %d, day %d: debtor %d with %d late, %d later, yen %d", (int)which, age, i,
                 (int)debtors[i].late, (int)debtors[i].later, debtors[i].yen);
  }
  for (int i = 0; i < 40; i++) yes += fired[i];
  assert_true(yes > 0 && (yes < 40 || conditions[which].holds == old_enough)); /* both were there */
  book_close(&b);
}

static void test_field_36_every_condition_is_what_it_says(void **state) {
  uint32_t seed = 7;
  (void)state;
  for (size_t which = 0; which < sizeof conditions / sizeof *conditions; which++) assert_condition(which, &seed);
}

static void test_field_37_the_policy_says_what_happens_at_the_end(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\nstep +1d email firm a\nstep +9d decide write-off\n");
  add_invoice(&b, "A", "c", DUE, 100);
  plan_span(&b, DUE, DUE + 400, "+1: a email [A#1=100] A is 1 day past due\n"
                                "+9: write-off place [A#1=100] A is 9 days past due\n");
  book_close(&b);
}

static void test_field_49_a_credit_hold_is_advised_by_amount_and_age(void **state) {
  (void)state;
  struct book b;
  open_with(&b, "cadence \"t\"\nstep +1d email firm a\n" END "escalate credit-hold when age >= 10d, balance >= 50.00\n");
  add_invoice(&b, "A", "c", DUE, 3); /* cents, however late, are no reason */
  plan_span(&b, DUE + 1, DUE + 30, "+1: a email [A#1=3] A is 1 day past due\n");
  add_invoice(&b, "B", "c", DUE + 25, 4997);
  assert_string_equal(plan(&b, DUE + 31),
                      "credit-hold+escalate call [A#1=3 B#1=4997] A is 31 days past due; escalate credit-hold\n");
  book_close(&b);
}

/* ---- the certificate ---- */

static void assert_coverage(struct book *b, arc_day day, uint64_t touched, uint64_t withheld, uint64_t failed,
                            const char *reasons) {
  arc_error err = ARC_ERROR_INIT;
  arc_cadence_sums sums = ARC_CADENCE_SUMS_INIT;
  arc_report *report = NULL;
  ok(arc_cadence_coverage(&report, &sums, b->cadence, day, &err), &err);
  b->said[0] = 0;
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    say_string(b, arc_report_text(report, row, 0, NULL));
    say_string(b, " ");
    say_string(b, arc_report_text(report, row, 3, NULL));
    say_string(b, ": ");
    say_string(b, arc_report_text(report, row, 4, NULL));
    say_string(b, "\n");
  }
  assert_string_equal(b->said, reasons);
  assert_int_equal(sums.overdue, arc_report_rows(report));
  assert_int_equal(sums.touched, touched);
  assert_int_equal(sums.withheld, withheld);
  assert_int_equal(sums.failed, failed);
  assert_int_equal(sums.overdue, sums.touched + sums.withheld + sums.failed);
  arc_report_free(report);
}

static void test_coverage(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  open_with(&b, "cadence \"t\"\nstep +2d email firm a\nstep +20d email firm b\nlimit 1 per 3d\n" END);
  static const char *const names[] = {"ok", "late", "held", "bad", "never", "young", "later"};
  for (size_t i = 0; i < 7; i++) {
    set_customer(&b, names[i], i == 4 ? "none" : "", 0);
    add_invoice(&b, names[i], names[i], i == 1 ? DUE - 2 : i == 5 ? DUE + 1 : i == 6 ? DUE + 9 : DUE, 100);
  }
  add_hold(&b, "h", "held", "", DUE, ARC_DAY_NONE, 0, "talks");
  plan(&b, DUE + 2);
  say_outcome(&b, "bad|EUR|bad#1|2d|a", DUE + 2, ARC_TOUCH_FAILED, "mailbox full");
  assert_coverage(&b, DUE + 2, 2, 3, 1,
                  "ok touched: \nlate touched: 2 days after its day\nheld withheld: hold held: talks\n"
                  "bad failed: mailbox full\nnever withheld: never chased: policy none\n"
                  "young withheld: no step is due before 2024-10-07\n");
  plan(&b, DUE + 30);
  /* the past stays what it was */
  assert_coverage(&b, DUE + 2, 2, 3, 1,
                  "ok touched: \nlate touched: 2 days after its day\nheld withheld: hold held: talks\n"
                  "bad failed: mailbox full\nnever withheld: never chased: policy none\n"
                  "young withheld: no step is due before 2024-10-07\n");
  assert_int_equal(arc_cadence_coverage(&report, NULL, b.cadence, DUE + 31, &err), ARC_E_REFUSED);
  assert_int_equal(arc_cadence_coverage(&report, NULL, b.cadence, ARC_DAY_NONE, &err), ARC_E_INVALID);
  assert_int_equal(arc_cadence_coverage(NULL, NULL, b.cadence, DUE, &err), ARC_E_INVALID);
  book_close(&b);
}

/* ---- the future and the past ---- */

/* A day on which nothing was due leaves no touch: that it was run is enough, also for another process. */
static void test_coverage_of_a_day_without_touches(void **state) {
  (void)state;
  struct book b;
  arc_error err = ARC_ERROR_INIT;
  open_with(&b, "cadence \"t\"\nstep +5d email firm a\n" END);
  add_invoice(&b, "A", "c", DUE, 100);
  plan(&b, DUE + 1);
  ok(arc_ledger_post_day(b.ledger, DUE + 1, ARC_DAY_IS_RUN, &err), &err);
  reopen(&b);
  assert_coverage(&b, DUE + 1, 0, 1, 0, "c withheld: no step is due before 2024-10-09\n");
  book_close(&b);
}

static int why_says(struct book *b, const char *key, arc_day day, const char *fact, const char *value) {
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  int found = 0;
  ok(arc_cadence_why(&report, b->cadence, key, ARC_NUL_TERMINATED, day, &err), &err);
  for (size_t row = 0; row < arc_report_rows(report); row++)
    found += strcmp(arc_report_text(report, row, 1, NULL), fact) == 0 &&
             strcmp(arc_report_text(report, row, 2, NULL), value) == 0;
  arc_report_free(report);
  return found;
}

static void test_why_of_a_day_long_gone(void **state) {
  (void)state;
  struct book b;
  open_simple(&b);
  add_invoice(&b, "A", "c", DUE, 100);
  for (arc_day day = DUE; day <= DUE + 40; day++)
    plan(&b, day);
  add_policy(&b, "default", "cadence \"new\"\nnever\n", DUE + 41);
  plan(&b, DUE + 41);
  assert_true(why_says(&b, "c", DUE + 7, "touch", "c|EUR|A#1|7d|overdue"));
  assert_true(why_says(&b, "c", DUE + 7, "outcome", "nothing due until 2024-10-18"));
  assert_true(why_says(&b, "c", DUE + 6, "outcome", "nothing due until 2024-10-11"));
  assert_true(why_says(&b, "c", DUE + 6, "last touch", "c|EUR|A#1|0d|due-today"));
  assert_true(why_says(&b, "c", DUE + 41, "outcome", "never chased"));
  assert_true(why_says(&b, "c|EUR|A#1|7d|overdue", DUE + 41, "version", "1"));
  assert_true(why_says(&b, "c|EUR|A#1|7d|overdue", DUE + 41, "checked",
                       "open, not disputed, not promised, no plan, no hold, no cash that could pay it, "
                       "may be contacted, once"));
  book_close(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_selection), cmocka_unit_test(test_versions_are_kept), cmocka_unit_test(test_by_invoice),
      cmocka_unit_test(test_enter_at_first), cmocka_unit_test(test_missed), cmocka_unit_test(test_share),
      cmocka_unit_test(test_resume), cmocka_unit_test(test_triggers), cmocka_unit_test(test_recipients),
      cmocka_unit_test(test_approval), cmocka_unit_test(test_charges),
      cmocka_unit_test(test_cash_of_an_unknown_payer), cmocka_unit_test(test_cash_on_account),
      cmocka_unit_test(test_rule_seven_calls_in_seven_days),
      cmocka_unit_test(test_rule_seven_days_after_a_conversation),
      cmocka_unit_test(test_rule_an_attempt_is_no_conversation), cmocka_unit_test(test_rule_b2b_has_no_such_limits),
      cmocka_unit_test(test_rule_quiet_hours_in_the_debtors_time), cmocka_unit_test(test_rule_no_hour_left),
      cmocka_unit_test(test_rule_quiet_hours_across_time_zones),
      cmocka_unit_test(test_rule_quiet_hours_over_a_daylight_change),
      cmocka_unit_test(test_rule_a_minimum_gap_wins_over_a_trigger),
      cmocka_unit_test(test_rule_what_is_time_barred_is_not_enforced),
      cmocka_unit_test(test_rule_no_policy_can_leave_a_pause_out),
      cmocka_unit_test(test_field_14_15_a_part_payment_is_reminded_of_with_the_rest),
      cmocka_unit_test(test_field_16_what_is_overdue_is_the_sum_of_overdue_instalments),
      cmocka_unit_test(test_field_23_nothing_is_swallowed_without_a_reason),
      cmocka_unit_test(test_field_49_a_credit_hold_is_advised_by_amount_and_age),
      cmocka_unit_test(test_field_17_what_is_paid_is_never_reminded_of),
      cmocka_unit_test(test_field_20_a_missed_day_still_sends),
      cmocka_unit_test(test_field_21_a_sign_means_what_it_says),
      cmocka_unit_test(test_field_22_running_often_repeats_nothing),
      cmocka_unit_test(test_field_25_one_message_lists_everything),
      cmocka_unit_test(test_field_27_a_hold_ends_by_itself_with_its_reason),
      cmocka_unit_test(test_field_28_a_fee_is_asked_for_and_paid_alone),
      cmocka_unit_test(test_field_29_a_fee_is_chased_until_it_is_waived),
      cmocka_unit_test(test_field_33_holds_of_none_one_and_two_customers),
      cmocka_unit_test(test_field_36_every_condition_is_what_it_says),
      cmocka_unit_test(test_field_34_38_a_credit_clears_what_was_due),
      cmocka_unit_test(test_field_35_the_next_instalment_counts_by_its_own_age),
      cmocka_unit_test(test_field_37_the_policy_says_what_happens_at_the_end), cmocka_unit_test(test_coverage),
      cmocka_unit_test(test_coverage_of_a_day_without_touches), cmocka_unit_test(test_why_of_a_day_long_gone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
