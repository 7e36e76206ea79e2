/* Invoices that are looked at when they are recorded; corrections, deliveries, and what metrics make of them. */
#include "../support/ledger_case.h"
#include "../support/calls.h"

static const arc_day DAY = 20089; /* 2025-01-01 */

#define FINDINGS(expected, ...) REPORT_IS(expected, .report = ARC_REPORT_FINDINGS, __VA_ARGS__)

static const char *figure(struct ledger_case *c, arc_day day, const char *metric) {
  static char value[40];
  arc_report *report;
  assert_int_equal(call_figures(&report, c->ledger, day, 90, ARC_BY_CURRENCY, &c->err), ARC_OK);
  strcpy(value, "none");
  for (size_t row = 0; row < arc_report_rows(report); row++)
    if (strcmp(arc_report_text(report, row, 0, NULL), metric) == 0)
      snprintf(value, sizeof value, "%s",
               arc_report_is_null(report, row, 2) ? "null" : arc_report_text(report, row, 2, NULL));
  arc_report_free(report);
  return value;
}

/* Nothing is looked at unless the customer's checks say so. */
static void test_checks_are_switched_on_per_customer(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A"), .terms_days = 30));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY, .amount = 100, .lines_total = 99));
  FINDINGS("", .customer = T("A"));
  INVALID(CUSTOMER(.key = T("B"), .checks = ARC_FAULT_OTHER));
  FIELD(16);
  INVALID(CUSTOMER(.key = T("B"), .checks = UINT32_MAX));
  OK(CUSTOMER(.key = T("A"), .terms_days = 30, .checks = 31, .options = ARC_REPLACE));
  FINDINGS("", .customer = T("A")); /* what is recorded is not looked at again */
  ALREADY(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY, .amount = 100, .lines_total = 99));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY + 3, .due = DAY, .amount = 100));
  FINDINGS("A|J|J|2025-01-04|USD|1.00|po-number|\nA|J|J|2025-01-04|USD|1.00|contact|\n"
           "A|J|J|2025-01-04|USD|1.00|terms|\nA|J|J|2025-01-04|USD|1.00|lines|\n"
           "A|J|J|2025-01-04|USD|1.00|duplicate|I\n", .customer = T("A"));
  FINDINGS("", .as_of = DAY + 2);
  FINDINGS("", .from = DAY + 4);
  FINDINGS("", .invoice = T("I"));
  OK(CONTACT(.key = T("K"), .customer = T("A"), .email = T("a@b.example")));
  OK(INVOICE(.key = T("L"), .customer = T("A"), .issued = DAY + 11, .amount = 100, .lines_total = 100,
             .po_number = T("4500")));
  FINDINGS("A|J|J|2025-01-04|USD|1.00|po-number|\nA|J|J|2025-01-04|USD|1.00|terms|\n"
           "A|J|J|2025-01-04|USD|1.00|lines|\nA|J|J|2025-01-04|USD|1.00|duplicate|I\n", .customer = T("A"));
  case_reopen(c);
  assert_int_equal(arc_ledger_verify(c->ledger, &c->err), ARC_OK);
}

/* Two sums in one invoice: nothing tells which of them is owed. */
static void test_lines_that_add_up_to_something_else_refuse(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A"), .checks = ARC_FAULT_AMOUNT));
  REFUSED(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 100, .lines_total = 99));
  FIELD(15);
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 100, .lines_total = -1));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 100, .lines_total = 100));
  FINDINGS("", .customer = T("A"));
}

static void test_terms_agreed(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A"), .checks = ARC_FAULT_TERMS, .terms_days = 30, .discount_bp = 200, .discount_days = 10));
  OK(CUSTOMER(.key = T("B"), .checks = ARC_FAULT_TERMS, .terms = T("30% on issue, balance +60d")));
#define SENT(name, of, ...) OK(INVOICE(.key = T(name), .customer = T(of), .issued = DAY, .amount = 1000, __VA_ARGS__))
  SENT("1", "A", .due = ARC_DAY_NONE);
  SENT("2", "A", .due = DAY + 30);
  SENT("3", "A", .due = DAY + 31);
  SENT("4", "A", .discount_bp = 200, .discount_days = 10);
  SENT("5", "A", .discount_bp = 300, .discount_days = 10);
  SENT("6", "A", .terms = T("net 30")); /* no discount in it */
  SENT("7", "A", INSTALMENTS(PART(DAY + 30, 1000)));
  SENT("8", "B", .due = ARC_DAY_NONE);
  SENT("9", "B", .terms = T("30% on issue, balance +60d"));
  SENT("a", "B", INSTALMENTS(PART(DAY, 300), PART(DAY + 60, 700)));
  SENT("b", "B", INSTALMENTS(PART(DAY, 400), PART(DAY + 60, 600)));
  SENT("c", "B", .due = DAY + 60);
  FINDINGS("A|3|3|2025-01-01|USD|10.00|terms|\nA|5|5|2025-01-01|USD|10.00|terms|\nA|6|6|2025-01-01|USD|10.00|terms|\n"
           "B|b|b|2025-01-01|USD|10.00|terms|\nB|c|c|2025-01-01|USD|10.00|terms|\n", .from = DAY);
#undef SENT
}

static void test_duplicates_are_suspected(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A"), .checks = ARC_FAULT_DUPLICATE));
  OK(CUSTOMER(.key = T("B"), .checks = ARC_FAULT_DUPLICATE));
#define SENT(name, of, day, sum, ...)                                                              \
  OK(INVOICE(.key = T(name), .customer = T(of), .issued = day, .amount = sum, __VA_ARGS__))
  SENT("1", "A", DAY, 100, .po_number = T("P"));
  SENT("2", "A", DAY, 100, .po_number = T("Q"));
  SENT("3", "A", DAY, 101, .po_number = T("P"));
  SENT("4", "A", DAY, 100, .po_number = T("P"), .currency = "EUR");
  SENT("5", "B", DAY, 100, .po_number = T("P"));
  SENT("6", "A", DAY + 8, 100, .po_number = T("P"));
  SENT("7", "A", DAY - 7, 100, .po_number = T("P"));
  SENT("8", "A", DAY + 9, 100, .po_number = T("P"));
  OK(CHARGE(.key = T("F"), .customer = T("B"), .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 70));
  SENT("9", "B", DAY, 70, .po_number = T(""));
  FINDINGS("A|7|7|2024-12-25|USD|1.00|duplicate|1\nA|8|8|2025-01-10|USD|1.00|duplicate|6\n", .from = DAY - 10);
  /* Looked at and dismissed: it counts against nothing. */
  OK(CORRECT(.options = ARC_FALSE_ALARM, .key = T("Q"), .invoice = T("8"), .reason = T("two deliveries"),
             .day = DAY + 12, .faults = ARC_FAULT_DUPLICATE));
  FINDINGS("A|7|7|2024-12-25|USD|1.00|duplicate|1\n", .as_of = DAY + 12);
  FINDINGS("A|7|7|2024-12-25|USD|1.00|duplicate|1\nA|8|8|2025-01-10|USD|1.00|duplicate|6\n", .as_of = DAY + 11);
  REPORT_IS("14|2025-01-13|false alarm|A|8|||two deliveries\n", .report = ARC_REPORT_TIMELINE, .from = DAY + 12);
  assert_string_equal(figure(c, DAY + 20, "invoice_accuracy"), "100.00");
#undef SENT
}

static void begin(struct ledger_case *c) {
  OK(CUSTOMER(.key = T("A"), .checks = ARC_FAULT_PO_NUMBER));
  OK(CUSTOMER(.key = T("B")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 1000,
             .fulfilled = DAY - 9));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 3000, .po_number = T("X"),
             .fulfilled = DAY + 1));
  OK(INVOICE(.key = T("K"), .customer = T("B"), .issued = DAY, .due = DAY + 30, .amount = 500));
}

/* What was said of an invoice stays; what is right stands beside it, from its day on. */
static void test_an_order_number_is_corrected(void **state) {
  struct ledger_case *c = *state;
  arc_ledger *book;
  begin(c);
#define Q(...) CORRECT(.key = T("Q"), .invoice = T("I"), .reason = T("missed"), .author = T("Ida"), .day = DAY + 4, \
                       .faults = ARC_FAULT_PO_NUMBER, __VA_ARGS__)
  OK(arc_ledger_set_clock(c->ledger, 5000, &c->err));
  OK(Q(.po_number = T("4500")));
  ALREADY(Q(.po_number = T("4500")));
  EXISTS(Q(.po_number = T("4501")));
  EXISTS(Q(.po_number = T("4500"), .reason = T("")));
  EXISTS(Q(.po_number = T("4500"), .author = T("")));
  EXISTS(Q(.po_number = T("4500"), .invoice = T("J")));
  EXISTS(Q(.po_number = T("4500"), .day = DAY + 5));
  EXISTS(Q(.po_number = T("4500"), .faults = ARC_FAULT_OTHER));
#undef Q
  /* Said again as before, or as it is right now: both are this invoice. */
  ALREADY(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 1000, .fulfilled = DAY - 9));
  ALREADY(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 1000, .fulfilled = DAY - 9,
                  .po_number = T("4500")));
  EXISTS(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 1000, .fulfilled = DAY - 9,
                 .po_number = T("4501")));
  EXISTS(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 1000));
  REPORT_IS("A|I|I||2025-01-01|2024-12-23|9|USD|10.00|||0|0\n", .report = ARC_REPORT_INVOICES, .invoice = T("I"),
            .as_of = DAY + 3);
  REPORT_IS("A|I|I|4500|2025-01-01|2024-12-23|9|USD|10.00|||0|1\n", .report = ARC_REPORT_INVOICES, .invoice = T("I"));
  FINDINGS("", .as_of = DAY + 4);
  FINDINGS("A|I|I|2025-01-01|USD|10.00|po-number|\n", .as_of = DAY + 3);
  book = c->ledger;
  OK(arc_ledger_fork(&c->ledger, book, 4000, &c->err));
  FINDINGS("A|I|I|2025-01-01|USD|10.00|po-number|\n", .as_of = DAY + 4);
  arc_ledger_close(c->ledger);
  c->ledger = book;
  assert_int_equal(OPEN("I", 0, DAY + 10), 1000); /* no amount is touched */
}

static void test_corrections_are_checked(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .invoice = T("J"), .issued = DAY + 3, .amount = 3000));
  OK(CREDIT_NOTE(.key = T("M"), .customer = T("B"), .issued = DAY + 3, .amount = 1));
  OK(CHARGE(.key = T("F"), .customer = T("A"), .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 70));
#define WRONG(...) CORRECT(.key = T("Q"), .invoice = T("J"), .day = DAY + 4, .faults = ARC_FAULT_AMOUNT, __VA_ARGS__)
  INVALID(WRONG(.faults = 0));
  FIELD(10);
  INVALID(WRONG(.faults = 64));
  INVALID(WRONG(.faults = 256));
  INVALID(WRONG(.options = ARC_REPLACE));
  INVALID(WRONG(.key = T("")));
  NOT_FOUND(WRONG(.invoice = T("Z")));
  REFUSED(WRONG(.invoice = T("F")));
  REFUSED(WRONG(.day = DAY - 1));
  FIELD(9);
  INVALID(WRONG(.day = ARC_DAY_NONE));
  NOT_FOUND(WRONG(.credit_note = T("Z")));
  REFUSED(WRONG(.credit_note = T("M")));
  FIELD(7);
  NOT_FOUND(WRONG(.reissued = T("Z")));
  REFUSED(WRONG(.reissued = T("J")));
  REFUSED(WRONG(.reissued = T("K")));
  FIELD(8);
  INVALID(WRONG(.options = ARC_FALSE_ALARM, .po_number = T("4500")));
  INVALID(WRONG(.options = ARC_FALSE_ALARM, .credit_note = T("N")));
  OK(WRONG(.credit_note = T("N"), .reissued = T("I"), .reason = T("price of last year")));
  REPORT_IS("10|2025-01-05|invoice corrected|A|J|||price of last year\n", .report = ARC_REPORT_TIMELINE, .from = DAY + 4);
#undef WRONG
  case_reopen(c);
  assert_int_equal(arc_ledger_verify(c->ledger, &c->err), ARC_OK);
}

static void test_deliveries(void **state) {
  struct ledger_case *c = *state;
  begin(c);
#define SENT(...) DELIVER(.invoice = T("I"), .day = DAY + 2, .channel = ARC_CHANNEL_EMAIL, __VA_ARGS__)
  OK(SENT(.detail = T("ap@a.example")));
  ALREADY(SENT(.detail = T("ap@a.example")));
  EXISTS(SENT(.detail = T("other@a.example")));
  OK(SENT(.day = DAY + 1, .channel = ARC_CHANNEL_LETTER));
  OK(SENT(.day = DAY + 9));
  REFUSED(SENT(.day = DAY - 1));
  FIELD(4);
  INVALID(SENT(.channel = 0));
  FIELD(5);
  INVALID(SENT(.channel = -1));
  INVALID(SENT(.channel = 10));
  NOT_FOUND(SENT(.invoice = T("Z")));
  INVALID(SENT(.options = 1));
#undef SENT
  REPORT_IS("A|I|I||2025-01-01|2024-12-23|9|USD|10.00|2025-01-02|letter|2|0\n", .report = ARC_REPORT_INVOICES,
            .invoice = T("I"), .as_of = DAY + 3);
  REPORT_IS("A|I|I||2025-01-01|2024-12-23|9|USD|10.00|||0|0\nA|J|J|X|2025-01-01|2025-01-02|-1|USD|30.00|||0|0\n",
            .report = ARC_REPORT_INVOICES, .customer = T("A"), .as_of = DAY);
  REPORT_IS("7|2025-01-03|invoice delivered|A|I|||ap@a.example\n", .report = ARC_REPORT_TIMELINE, .from = DAY + 2,
            .as_of = DAY + 2);
  REPORT_IS("8|2025-01-02|invoice delivered|A|I|||letter\n", .report = ARC_REPORT_TIMELINE, .from = DAY + 1,
            .as_of = DAY + 1);
}

/* One in three is wrong, however often; the gap is weighted by amount. */
static void test_accuracy_and_billing_gap(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  assert_string_equal(figure(c, DAY - 1, "invoice_accuracy"), "null");
  assert_string_equal(figure(c, DAY - 1, "billing_gap"), "null");
  assert_string_equal(figure(c, DAY + 9, "invoice_accuracy"), "100.00");
  assert_string_equal(figure(c, DAY + 9, "billing_gap"), "1.50"); /* (9 x 10 - 1 x 30) / 40 */
  OK(CORRECT(.key = T("Q"), .invoice = T("J"), .day = DAY + 4, .faults = ARC_FAULT_AMOUNT));
  OK(CREDIT_NOTE(.options = ARC_OUR_ERROR, .key = T("N"), .customer = T("A"), .invoice = T("J"), .issued = DAY + 5,
                 .amount = 3000));
  assert_string_equal(figure(c, DAY + 3, "invoice_accuracy"), "100.00");
  assert_string_equal(figure(c, DAY + 5, "invoice_accuracy"), "66.67");
  OK(CREDIT_NOTE(.key = T("M"), .customer = T("B"), .invoice = T("K"), .issued = DAY + 5, .amount = 100)); /* goodwill */
  OK(DISPUTE(.key = T("D"), .invoice = T("K"), .opened = DAY + 6));
  assert_string_equal(figure(c, DAY + 6, "invoice_accuracy"), "66.67");
  OK(RESOLVE(.options = ARC_OUR_ERROR, .key = T("D"), .day = DAY + 7));
  assert_string_equal(figure(c, DAY + 6, "invoice_accuracy"), "66.67");
  assert_string_equal(figure(c, DAY + 7, "invoice_accuracy"), "33.33");
  EXISTS(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .invoice = T("J"), .issued = DAY + 5, .amount = 3000));
  INVALID(CREDIT_NOTE(.options = ARC_REPLACE, .key = T("O"), .customer = T("A"), .issued = DAY + 5, .amount = 3000));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_checks_are_switched_on_per_customer),
      LEDGER_TEST(test_lines_that_add_up_to_something_else_refuse),
      LEDGER_TEST(test_terms_agreed),
      LEDGER_TEST(test_duplicates_are_suspected),
      LEDGER_TEST(test_an_order_number_is_corrected),
      LEDGER_TEST(test_corrections_are_checked),
      LEDGER_TEST(test_deliveries),
      LEDGER_TEST(test_accuracy_and_billing_gap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
