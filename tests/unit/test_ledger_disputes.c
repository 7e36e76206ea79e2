/* Disputes in full: deductions born of a short pay, service levels, documents, changes of hands, outcomes. */
#include "../support/ledger_case.h"
#include "../support/info.h"
#include "../support/calls.h"

static const arc_day DAY = 20089; /* 2025-01-01 */

/* A owes I (1,000 in 600 + 400) and J (500); P of 5,000 is there to pay them. */
static void begin(struct ledger_case *c) {
  OK(CUSTOMER(.key = T("A")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000,
             INSTALMENTS(PART(DAY + 30, 600), PART(DAY + 60, 400))));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 500));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 5000));
}

#define DEDUCTION(...)                                                                             \
  .deduction = &(arc_dispute) { .struct_size = sizeof(arc_dispute), .opened = ARC_DAY_NONE, __VA_ARGS__ }
#define SHORT_PAY(...)                                                                             \
  APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 900, __VA_ARGS__)

static int64_t undisputed(struct ledger_case *c, uint32_t instalment, arc_day day) {
  arc__view view;
  assert_int_equal(arc__view_open(&view, c->ledger, day, NULL), ARC_OK);
  int64_t amount = arc__view_undisputed(&view, instalment);
  arc__view_close(&view);
  return amount;
}

/* The difference is held from the day of the application on, and nothing else. */
static void test_a_short_pay_opens_a_dispute(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  uint64_t seq = info_of(c->ledger).next_sequence;
  OK(SHORT_PAY(DEDUCTION(.key = T("D"), .kind = T("R07"), .owner = T("Omar"), .amount = 80, .answer_days = 5)));
  assert_int_equal(info_of(c->ledger).next_sequence, seq + 3); /* two parts and the dispute, in one commit */
  assert_int_equal(OPEN("I", 2, DAY + 10), 100);
  assert_int_equal(undisputed(c, 2, DAY + 10), 20);
  assert_int_equal(undisputed(c, 2, DAY + 9), 400);
  REPORT_IS("D|A|I|USD|0.80|R07|Omar|2025-01-11|open|2025-01-16|||5|P||\n", .report = ARC_REPORT_DISPUTES,
            .as_of = DAY + 15);
  REPORT_IS("D|A|I|USD|0.80|R07|Omar|2025-01-11|overdue|2025-01-16|||6|P||\n", .report = ARC_REPORT_DISPUTES,
            .as_of = DAY + 16);
  REPORT_IS("", .report = ARC_REPORT_DISPUTES, .as_of = DAY + 9);
  REPORT_IS("6|2025-01-11|application|A|I|USD|6.00|P\n7|2025-01-11|application|A|I|USD|3.00|P\n"
            "8|2025-01-11|deduction|A|I|USD|0.80|R07\n",
            .report = ARC_REPORT_TIMELINE, .from = DAY + 10, .invoice = T("I"));
}

static void test_a_deduction_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  begin(c);
#define SAME .key = T("D"), .kind = T("R07"), .amount = 80, .documents = T("X-1\nX-2")
  OK(SHORT_PAY(DEDUCTION(SAME)));
  ALREADY(SHORT_PAY(DEDUCTION(SAME)));
  ALREADY(SHORT_PAY(DEDUCTION(SAME, .invoice = T("I"), .opened = DAY + 10)));
  EXISTS(SHORT_PAY(.evidence = 0)); /* without */
  EXISTS(SHORT_PAY(DEDUCTION(SAME, .key = T("E"))));
  EXISTS(SHORT_PAY(DEDUCTION(SAME, .amount = 81)));
  EXISTS(SHORT_PAY(DEDUCTION(SAME, .documents = T("X-1"))));
  /* Its key is a dispute's; as a dispute by hand it is another one. */
  EXISTS(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 10, .amount = 1, DEDUCTION(SAME)));
  EXISTS(DISPUTE(.key = T("D"), .invoice = T("I"), .kind = T("R07"), .opened = DAY + 10, .amount = 80,
                 .documents = T("X-1\nX-2")));
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 10, .amount = 1));
  EXISTS(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 10, .amount = 1, DEDUCTION(.key = T("F"), .amount = 1)));
#undef SAME
}

static void test_a_deduction_is_of_what_stays_open(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  REFUSED(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = 101)));
  FIELD(14);
  INVALID(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = 0)));
  INVALID(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = -1)));
  INVALID(SHORT_PAY(DEDUCTION(.amount = 100)));
  FIELD(14);
  INVALID(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = 100, .invoice = T("J"))));
  NOT_FOUND(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = 100, .invoice = T("K"))));
  INVALID(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = 100, .opened = DAY + 11)));
  INVALID(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = 100, .options = ARC_REPLACE)));
  INVALID(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = 100, .answer_days = 3661)));
  INVALID(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = 100, .documents = T("a\x01"))));
  GIVES(ARC_E_ABI, SHORT_PAY(.deduction = &(arc_dispute){.struct_size = 8}));
  OK(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = 100)));
  assert_int_equal(undisputed(c, 2, DAY + 10), 0);
}

/* What was deducted stays in dispute when the payment bounces: the rest is owed and chased again. */
static void test_a_deduction_outlives_its_payment(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(SHORT_PAY(DEDUCTION(.key = T("D"), .amount = 100)));
  OK(REVERSE(.payment = T("P"), .reason = T("no funds"), .day = DAY + 12));
  assert_int_equal(OPEN("I", 0, DAY + 12), 1000);
  assert_int_equal(undisputed(c, 1, DAY + 12), 600);
  assert_int_equal(undisputed(c, 2, DAY + 12), 300);
  OK(RESOLVE(.key = T("D"), .reason = T("withdrawn"), .day = DAY + 13));
  assert_int_equal(undisputed(c, 2, DAY + 13), 400);
}

/* Each day sees who owned it then, and each instant what was known then. */
static void test_a_dispute_changes_hands(void **state) {
  struct ledger_case *c = *state;
  arc_ledger *book;
  begin(c);
#define CLAIM(...) DISPUTE(.key = T("D"), .invoice = T("I"), .opened = DAY + 5, .source = T("mail 7"), __VA_ARGS__)
  OK(CLAIM(.kind = T("price"), .owner = T("Omar"), .amount = 200, .answer_days = 3));
  OK(arc_ledger_set_clock(c->ledger, 5000, &c->err));
  OK(CLAIM(.options = ARC_REPLACE, .kind = T("freight"), .owner = T("Ida"), .documents = T("X"), .answer_days = 9,
       .changed = DAY + 7));
  ALREADY(CLAIM(.options = ARC_REPLACE, .kind = T("freight"), .owner = T("Ida"), .documents = T("X"), .answer_days = 9,
            .changed = DAY + 7));
  ALREADY(CLAIM(.kind = T("price"), .owner = T("Omar"), .amount = 200, .answer_days = 3)); /* as it was opened */
  EXISTS(CLAIM(.options = ARC_REPLACE, .kind = T("freight"), .owner = T("Kim"), .changed = DAY + 7));
  REFUSED(CLAIM(.options = ARC_REPLACE, .owner = T("Kim"), .amount = 300, .changed = DAY + 8));
  REFUSED(CLAIM(.options = ARC_REPLACE, .owner = T("Kim"), .changed = DAY + 4));
  INVALID(CLAIM(.options = ARC_REPLACE, .owner = T("Kim"), .changed = ARC_DAY_NONE));
  INVALID(CLAIM(.options = 2 * ARC_OUR_ERROR, .owner = T("Kim")));
  REPORT_IS("D|A|I|USD|2.00|price|Omar|2025-01-06|open|2025-01-09|||1||mail 7|\n", .report = ARC_REPORT_DISPUTES,
            .as_of = DAY + 6);
  REPORT_IS("D|A|I|USD|2.00|freight|Ida|2025-01-06|open|2025-01-15|||4||mail 7|X\n", .report = ARC_REPORT_DISPUTES,
            .as_of = DAY + 9);
  book = c->ledger;
  OK(arc_ledger_fork(&c->ledger, book, 4000, &c->err));
  REPORT_IS("D|A|I|USD|2.00|price|Omar|2025-01-06|overdue|2025-01-09|||4||mail 7|\n", .report = ARC_REPORT_DISPUTES,
            .as_of = DAY + 9);
  arc_ledger_close(c->ledger);
  c->ledger = book;
  REPORT_IS("7|2025-01-08|dispute changed|A|I|||Ida\n", .report = ARC_REPORT_TIMELINE, .from = DAY + 7);
  OK(RESOLVE(.options = ARC_OUR_ERROR, .key = T("D"), .reason = T("valid"), .day = DAY + 20));
  REFUSED(CLAIM(.options = ARC_REPLACE, .owner = T("Kim"), .changed = DAY + 21));
  ALREADY(RESOLVE(.options = ARC_OUR_ERROR, .key = T("D"), .reason = T("valid"), .day = DAY + 20));
  EXISTS(RESOLVE(.key = T("D"), .reason = T("valid"), .day = DAY + 20));
  EXISTS(RESOLVE(.options = ARC_OUR_ERROR, .key = T("D"), .reason = T("other"), .day = DAY + 20));
  INVALID(RESOLVE(.options = ARC_REPLACE, .key = T("D"), .reason = T("valid"), .day = DAY + 20));
  REPORT_IS("D|A|I|USD|2.00|freight|Ida|2025-01-06|resolved|2025-01-15|2025-01-21|valid|15||mail 7|X\n",
            .report = ARC_REPORT_DISPUTES, .customer = T("A"));
  REPORT_IS("", .report = ARC_REPORT_DISPUTES, .invoice = T("J"));
  case_reopen(c);
  ALREADY(CLAIM(.options = ARC_REPLACE, .kind = T("freight"), .owner = T("Ida"), .documents = T("X"), .answer_days = 9,
            .changed = DAY + 7));
#undef CLAIM
}

/* A deduction changes like any dispute, and is then still the same deduction when its application is said again. */
static void test_a_changed_deduction_is_still_the_same(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(SHORT_PAY(DEDUCTION(.key = T("D"), .kind = T("R07"), .amount = 80)));
  OK(DISPUTE(.options = ARC_REPLACE, .key = T("D"), .invoice = T("I"), .kind = T("R09"), .opened = DAY + 10,
             .changed = DAY + 10));
  ALREADY(SHORT_PAY(DEDUCTION(.key = T("D"), .kind = T("R07"), .amount = 80)));
  REPORT_IS("D|A|I|USD|0.80|R09||2025-01-11|open||||0|P||\n", .report = ARC_REPORT_DISPUTES, .as_of = DAY + 10);
  assert_int_equal(arc_ledger_verify(c->ledger, &c->err), ARC_OK);
}

static const char *figure(arc_report *report, const char *metric, const char *variant) {
  for (size_t row = 0; row < arc_report_rows(report); row++)
    if (strcmp(arc_report_text(report, row, 0, NULL), metric) == 0 &&
        strcmp(arc_report_text(report, row, 1, NULL), variant) == 0)
      return arc_report_is_null(report, row, 2) ? "null" : arc_report_text(report, row, 2, NULL);
  fail_msg("no %s %s", metric, variant);
  return "";
}

/* Ten disputes of 1, 2, .. 10 days, of which the even ones are resolved on the last day. */
static void test_ages_of_disputes(void **state) {
  struct ledger_case *c = *state;
  arc_report *report;
  begin(c);
  assert_int_equal(call_figures(&report, c->ledger, DAY + 30, 30, ARC_BY_CURRENCY, &c->err), ARC_OK);
  assert_string_equal(figure(report, "dispute_age", "mean"), "null");
  assert_string_equal(figure(report, "dispute_resolution_time", "p90, nearest rank"), "null");
  arc_report_free(report);
  for (int i = 10; i > 0; i--) {
    char key[] = {(char)('a' + i), 0};
    OK(DISPUTE(.key = T(key), .invoice = T("I"), .opened = DAY + 30 - i, .amount = 1));
    if (i % 2 == 0) OK(RESOLVE(.key = T(key), .day = DAY + 30));
  }
  assert_int_equal(call_figures(&report, c->ledger, DAY + 30, 31, ARC_BY_CURRENCY, &c->err), ARC_OK);
  assert_string_equal(figure(report, "dispute_age", "mean"), "5.00"); /* 1 3 5 7 9 */
  assert_string_equal(figure(report, "dispute_age", "p90, nearest rank"), "9.00");
  assert_string_equal(figure(report, "dispute_resolution_time", "mean"), "6.00"); /* 2 4 6 8 10 */
  assert_string_equal(figure(report, "dispute_resolution_time", "p90, nearest rank"), "10.00");
  assert_string_equal(figure(report, "dispute_rate", "by count"), "50.00"); /* I of I and J */
  arc_report_free(report);
  assert_int_equal(call_figures(&report, c->ledger, DAY + 29, 31, ARC_BY_CURRENCY, &c->err), ARC_OK);
  assert_string_equal(figure(report, "dispute_age", "mean"), "4.50"); /* the day before, all are open: 0 to 9 days */
  assert_string_equal(figure(report, "dispute_age", "p90, nearest rank"), "8.00");
  assert_string_equal(figure(report, "dispute_resolution_time", "mean"), "null");
  arc_report_free(report);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_a_short_pay_opens_a_dispute),
      LEDGER_TEST(test_a_deduction_is_recorded_once),
      LEDGER_TEST(test_a_deduction_is_of_what_stays_open),
      LEDGER_TEST(test_a_deduction_outlives_its_payment),
      LEDGER_TEST(test_a_dispute_changes_hands),
      LEDGER_TEST(test_a_changed_deduction_is_still_the_same),
      LEDGER_TEST(test_ages_of_disputes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
