/* Payment plans: what they cover, how they stand on a day, and that reminders wait for them. */
#include "../support/ledger_case.h"

static const arc_day DAY = 20089; /* Wednesday 2025-01-01 */

/* Two invoices of 100.00 and 50.00, due on DAY, and two parts of 75.00. */
static void book(struct ledger_case *c) {
  OK(POLICY(.name = T("p"), .day = DAY, .text = T("cadence \"p\"\npause on plan\nstep +7d email firm overdue\n"
                                                "step +20d email final last\n")));
  OK(CUSTOMER(.key = T("A"), .name = T("A"), .policy = T("p")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY - 30, .due = DAY, .amount = 10000));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY - 30, .due = DAY, .amount = 5000));
}

#define AGREED                                                                                     \
  .key = T("L"), .agreed_by = T("Ann"), COVERS(T("I"), T("J")),                                    \
  INSTALMENTS(PART(DAY + 10, 7500), PART(DAY + 40, 7500)), .made = DAY + 5, .grace_days = 3

static void pay(struct ledger_case *c, const char *key, const char *invoice, arc_day day, int64_t amount) {
  OK(PAYMENT(.key = T(key), .customer = T("A"), .received = day, .amount = amount));
  OK(APPLY(.credit = T(key), .invoice = T(invoice), .day = day, .amount = amount));
}

#define PLANS_ARE(expected, day) REPORT_IS(expected, .report = ARC_REPORT_PLANS, .as_of = day)

static void test_a_plan_is_kept(void **state) {
  struct ledger_case *c = *state;
  book(c);
  OK(PAYMENT_PLAN(AGREED));
  ALREADY(PAYMENT_PLAN(AGREED));
  EXISTS(PAYMENT_PLAN(AGREED, .grace_days = 4));
  PLANS_ARE("", DAY + 4);
  PLANS_ARE("L|A|2025-01-06|USD|150.00|0.00|running||2025-01-11|75.00|2|0\n", DAY + 5);
  pay(c, "P", "I", DAY + 13, 7500); /* the last day of grace */
  PLANS_ARE("L|A|2025-01-06|USD|150.00|75.00|running||2025-02-10|75.00|2|0\n", DAY + 14);
  ALREADY(PAYMENT_PLAN(AGREED)); /* though less is open now */
  pay(c, "Q", "I", DAY + 30, 2500);
  PLANS_ARE("L|A|2025-01-06|USD|150.00|100.00|running||2025-02-10|50.00|2|0\n", DAY + 30);
  pay(c, "R", "J", DAY + 31, 5000);
  case_reopen(c);
  PLANS_ARE("L|A|2025-01-06|USD|150.00|150.00|kept|||0.00|2|0\n", DAY + 31);
}

static void test_a_missed_instalment_breaks_it_for_good(void **state) {
  struct ledger_case *c = *state;
  book(c);
  OK(PAYMENT_PLAN(AGREED));
  pay(c, "P", "I", DAY + 10, 7499);
  PLANS_ARE("L|A|2025-01-06|USD|150.00|74.99|running||2025-01-11|0.01|2|0\n", DAY + 13);
  PLANS_ARE("L|A|2025-01-06|USD|150.00|74.99|broken|2025-01-11|2025-01-11|0.01|2|0\n", DAY + 14);
  pay(c, "Q", "I", DAY + 15, 2501);
  pay(c, "R", "J", DAY + 15, 5000);
  PLANS_ARE("L|A|2025-01-06|USD|150.00|150.00|broken|2025-01-11||0.00|2|0\n", DAY + 15);
}

/* A payment that bounces breaks the plan that it had kept. */
static void test_a_plan_stands_on_what_stayed_paid(void **state) {
  struct ledger_case *c = *state;
  book(c);
  OK(PAYMENT_PLAN(AGREED));
  pay(c, "P", "I", DAY + 10, 7500);
  OK(REVERSE(.payment = T("P"), .day = DAY + 20));
  PLANS_ARE("L|A|2025-01-06|USD|150.00|75.00|running||2025-02-10|75.00|2|0\n", DAY + 19);
  PLANS_ARE("L|A|2025-01-06|USD|150.00|0.00|broken|2025-01-11|2025-01-11|75.00|2|0\n", DAY + 20);
}

static void test_one_plan_at_a_time(void **state) {
  struct ledger_case *c = *state;
  book(c);
  OK(PAYMENT_PLAN(AGREED));
  REFUSED(PAYMENT_PLAN(.key = T("M"), COVERS(T("J")), INSTALMENTS(PART(DAY + 60, 5000)), .made = DAY + 8));
  NOT_FOUND(PLAN_END(.key = T("M"), .day = DAY + 8));
  REFUSED(PLAN_END(.key = T("L"), .day = DAY + 4));
  OK(PLAN_END(.key = T("L"), .reason = T("another one"), .day = DAY + 8));
  ALREADY(PLAN_END(.key = T("L"), .reason = T("another one"), .day = DAY + 8));
  EXISTS(PLAN_END(.key = T("L"), .day = DAY + 9));
  OK(PAYMENT_PLAN(.key = T("M"), COVERS(T("J")), INSTALMENTS(PART(DAY + 60, 5000)), .made = DAY + 8));
  PLANS_ARE("L|A|2025-01-06|USD|150.00|0.00|running||2025-01-11|75.00|2|0\n", DAY + 7);
  PLANS_ARE("L|A|2025-01-06|USD|150.00|0.00|ended||2025-01-11|75.00|2|0\n"
            "M|A|2025-01-09|USD|50.00|0.00|running||2025-03-02|50.00|1|1\n",
            DAY + 8);
}

static void test_a_plan_covers_what_is_open(void **state) {
  struct ledger_case *c = *state;
  book(c);
  OK(CUSTOMER(.key = T("B"), .name = T("B")));
  OK(INVOICE(.key = T("K"), .customer = T("B"), .issued = DAY - 30, .due = DAY, .amount = 100));
  REFUSED(PAYMENT_PLAN(AGREED, INSTALMENTS(PART(DAY + 10, 7500), PART(DAY + 40, 7499))));
  REFUSED(PAYMENT_PLAN(AGREED, COVERS(T("I"), T("K")), INSTALMENTS(PART(DAY + 10, 10100))));
  INVALID(PAYMENT_PLAN(AGREED, COVERS(T("I"), T("I")), INSTALMENTS(PART(DAY + 10, 20000))));
  INVALID(PAYMENT_PLAN(AGREED, INSTALMENTS(PART(DAY + 40, 7500), PART(DAY + 10, 7500))));
  INVALID(PAYMENT_PLAN(AGREED, INSTALMENTS(PART(DAY + 4, 7500), PART(DAY + 40, 7500))));
  INVALID(PAYMENT_PLAN(AGREED, .grace_days = 367));
  INVALID(PAYMENT_PLAN(AGREED, .invoice_count = 0));
  INVALID(PAYMENT_PLAN(AGREED, .instalment_count = 0));
  NOT_FOUND(PAYMENT_PLAN(AGREED, COVERS(T("I"), T("nobody"))));
  pay(c, "P", "J", DAY, 5000);
  REFUSED(PAYMENT_PLAN(AGREED, INSTALMENTS(PART(DAY + 10, 10000)))); /* nothing is open of J */
}

/* The days of touches from DAY on, by a cadence that looks every day. */
static void test_reminders_wait_for_a_plan(void **state) {
  struct ledger_case *c = *state;
  arc_cadence *cadence;
  arc_day touched[4] = {0};
  size_t touches = 0;
  book(c);
  OK(PAYMENT_PLAN(AGREED));
  arc_cadence_options options = ARC_CADENCE_OPTIONS_INIT;
  assert_int_equal(arc_cadence_open(&cadence, c->ledger, &options, &c->err), ARC_OK);
  for (arc_day day = DAY; day < DAY + 50; day++) {
    size_t planned = 0, withheld = 0;
    arc_status status = arc_cadence_plan(cadence, day, &planned, &withheld, &c->err);
    assert_true(status >= 0);
    if (planned && touches < 4) touched[touches++] = day;
  }
  arc_cadence_close(cadence);
  /* Silent from DAY + 5 on; broken on DAY + 14, when 7 days overdue are long over. */
  assert_int_equal(touches, 2);
  assert_int_equal(touched[0], DAY + 14);
  assert_int_equal(touched[1], DAY + 20);
  /* Due days stay what they were. */
  AGING_IS("A|USD|0.00|0.00|150.00|0.00|0.00|0.00|150.00\n", DAY + 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_a_plan_is_kept),
      LEDGER_TEST(test_a_missed_instalment_breaks_it_for_good),
      LEDGER_TEST(test_a_plan_stands_on_what_stayed_paid),
      LEDGER_TEST(test_one_plan_at_a_time),
      LEDGER_TEST(test_a_plan_covers_what_is_open),
      LEDGER_TEST(test_reminders_wait_for_a_plan),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
