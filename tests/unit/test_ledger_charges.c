/* Charges, waivers, recoveries, refunds, terms of payment, closed periods, and the interest of an invoice. */
#include "../support/ledger_case.h"
#include "../support/info.h"
#include "../support/calls.h"

static const arc_day DAY = 20089; /* Wednesday 2025-01-01 */

static void party(struct ledger_case *c) {
  OK(CUSTOMER(.key = T("A"), .name = T("A"), .terms_days = 30));
}

static void invoice(struct ledger_case *c, const char *key, arc_day issued, int64_t amount) {
  OK(INVOICE(.key = T(key), .customer = T("A"), .issued = issued, .amount = amount));
}

/* ---- terms ---- */

static void test_terms_give_instalments_and_discounts(void **state) {
  struct ledger_case *c = *state;
  const arc__tables *t = arc__ledger_tables(c->ledger);
  party(c);
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1001,
             .terms = T("3/10, 1/20, 30% on issue, balance +60d")));
  REPORT_IS("A|I|I|1|2025-01-01|2025-01-01|USD|3.00|3.00|0.00|0\n"
            "A|I|I|2|2025-01-01|2025-03-02|USD|7.01|7.01|0.00|-60\n",
            .report = ARC_REPORT_OPEN_ITEMS, .as_of = DAY);
  assert_int_equal(arc__invoice_discount(t, 1, DAY + 10), 300);
  assert_int_equal(arc__invoice_discount(t, 1, DAY + 11), 100);
  assert_int_equal(arc__invoice_discount(t, 1, DAY + 21), 0);
  case_reopen(c);
  assert_int_equal(arc__invoice_discount(arc__ledger_tables(c->ledger), 1, DAY + 10), 300);
}

/* The customer's terms count where the invoice says nothing; said again after they changed, it is the same invoice. */
static void test_customers_terms(void **state) {
  struct ledger_case *c = *state;
  const arc__tables *t = arc__ledger_tables(c->ledger);
  OK(CUSTOMER(.key = T("A"), .terms = T("2/10 net 45 eom"), .terms_days = 7, .discount_bp = 100, .discount_days = 3));
  ALREADY(CUSTOMER(.key = T("A"), .terms = T("2/10 net 45 eom"), .terms_days = 7, .discount_bp = 100, .discount_days = 3));
  EXISTS(CUSTOMER(.key = T("A"), .terms = T("2/10 net 30"), .terms_days = 7, .discount_bp = 100, .discount_days = 3));
  invoice(c, "I", DAY, 1000);
  assert_int_equal(arc__i32(t, ARC__INSTALMENT_DUE, 1), D(2025, 3, 17)); /* 31 January + 45 */
  assert_int_equal(arc__invoice_discount(t, 1, DAY + 10), 200);
  OK(CUSTOMER(.options = ARC_REPLACE, .key = T("A"), .terms = T("net 5")));
  ALREADY(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000));
  ALREADY(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000, .terms = T("2/10 net 45 eom")));
  EXISTS(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000, .terms = T("net 5")));
  EXISTS(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000, .due = D(2025, 3, 17)));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY, .amount = 1000, .due = DAY + 2)); /* its own due day */
  assert_int_equal(arc__invoice_discount(t, 2, DAY), 0);
}

static void test_terms_are_checked(void **state) {
  struct ledger_case *c = *state;
  party(c);
  GIVES(ARC_E_SYNTAX, CUSTOMER(.key = T("B"), .terms = T("net thirty")));
  FIELD(15);
  assert_int_equal(c->err.column, 5);
  GIVES(ARC_E_SYNTAX, INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .terms = T("2/10 net")));
  FIELD(14);
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .terms = T("net 3"), .due = DAY));
  FIELD(14);
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .terms = T("net 3"), .discount_bp = 1));
  FIELD(14);
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .terms = T("5.00 on issue, balance +9d")));
  FIELD(14);
}

/* The business-day rule goes by the ledger's calendar, and what it gave is recorded. */
static void test_terms_by_the_calendar(void **state) {
  struct ledger_case *c = *state;
  const arc_day holidays[] = {D(2025, 1, 31)};
  arc_calendar *calendar = NULL;
  arc_storage storage = c->memory;
  arc_ledger_options options = case_options(c, &storage);
  storage.close = NULL;
  party(c);
  arc_ledger_close(c->ledger);
  assert_int_equal(call_calendar(&calendar, ARC_WEEKEND_SATURDAY_SUNDAY, holidays, 1, &c->allocator, &c->err), ARC_OK);
  options.calendar = calendar;
  assert_int_equal(arc_ledger_open(&c->ledger, &options, &c->err), ARC_OK);
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .terms = T("net 30, following")));
  arc_ledger_close(c->ledger);
  arc_calendar_free(calendar);
  c->ledger = NULL;
  case_reopen(c);
  assert_int_equal(arc__i32(arc__ledger_tables(c->ledger), ARC__INSTALMENT_DUE, 1), D(2025, 2, 3)); /* Friday was one */
}

/* Said again, an invoice is what it was, though the calendar changed since. */
static void test_terms_are_kept_as_they_came_out(void **state) {
  struct ledger_case *c = *state;
  const arc_day holidays[] = {D(2025, 1, 31)};
  arc_calendar *calendar = NULL;
  arc_storage storage = c->memory;
  arc_ledger_options options = case_options(c, &storage);
  storage.close = NULL;
  party(c);
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .terms = T("net 30, following")));
  arc_ledger_close(c->ledger);
  assert_int_equal(call_calendar(&calendar, ARC_WEEKEND_SATURDAY_SUNDAY, holidays, 1, &c->allocator, &c->err), ARC_OK);
  options.calendar = calendar;
  assert_int_equal(arc_ledger_open(&c->ledger, &options, &c->err), ARC_OK);
  ALREADY(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .terms = T("net 30, following")));
  EXISTS(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 2, .terms = T("net 30, following")));
  OK(CUSTOMER(.key = T("B"), .terms = T("2/10 net 30")));
  INVALID(INVOICE(.key = T("J"), .customer = T("B"), .issued = DAY, .amount = 1, .discount_bp = 100));
  FIELD(9);
  arc_ledger_close(c->ledger);
  arc_calendar_free(calendar);
  c->ledger = NULL;
  case_reopen(c);
}

/* Said again without a currency, a charge is in that which it was recorded in. */
static void test_a_charge_keeps_its_currency(void **state) {
  struct ledger_case *c = *state;
  party(c);
  OK(CHARGE(.key = T("F"), .customer = T("A"), .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 34));
  OK(CUSTOMER(.options = ARC_REPLACE, .key = T("A"), .currency = "EUR"));
  ALREADY(CHARGE(.key = T("F"), .customer = T("A"), .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 34));
}

/* ---- charges ---- */

static void test_a_charge_is_an_item_of_its_own(void **state) {
  struct ledger_case *c = *state;
  party(c);
  invoice(c, "I", DAY, 100000);
  OK(CHARGE(.key = T("F"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .reason = T("reminder"), .issued = DAY + 40,
            .amount = 500));
  ALREADY(CHARGE(.key = T("F"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .reason = T("reminder"), .issued = DAY + 40,
                 .amount = 500));
  EXISTS(CHARGE(.key = T("F"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .issued = DAY + 40, .amount = 500));
  EXISTS(CHARGE(.key = T("I"), .customer = T("A"), .kind = ARC_CHARGE_FEE, .issued = DAY + 40, .amount = 500));
  EXISTS(INVOICE(.key = T("F"), .customer = T("A"), .issued = DAY + 40, .due = DAY + 40, .amount = 500));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY + 50, .amount = 100000));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 50, .amount = 100000));
  assert_int_equal(OPEN("F", 0, DAY + 50), 500); /* the invoice's payment does not settle it */
  AGING_IS("A|USD|0.00|5.00|0.00|0.00|0.00|0.00|5.00\n", DAY + 50);
  OK(PAYMENT(.key = T("Q"), .customer = T("A"), .received = DAY + 51, .amount = 200));
  OK(APPLY(.credit = T("Q"), .invoice = T("F"), .day = DAY + 51, .amount = 200));
  assert_int_equal(RECEIVABLE("A", DAY + 51), 300);
  REPORT_IS("4|2025-02-10|receivables|USD|5.00|A|F|fee\n4|2025-02-10|fees|USD|-5.00|A|F|fee\n",
            .report = ARC_REPORT_POSTINGS, .invoice = T("F"), .as_of = DAY + 40);
}

static void test_charges_are_checked(void **state) {
  struct ledger_case *c = *state;
  party(c);
  OK(CUSTOMER(.key = T("B"), .name = T("B")));
  invoice(c, "I", DAY, 100000);
  INVALID(CHARGE(.key = T("F"), .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 1));
  FIELD(4);
  INVALID(CHARGE(.key = T("F"), .customer = T("A"), .issued = DAY, .amount = 1));
  FIELD(8);
  INVALID(CHARGE(.key = T("F"), .customer = T("A"), .kind = 4, .issued = DAY, .amount = 1));
  INVALID(CHARGE(.key = T("F"), .customer = T("A"), .kind = -1, .issued = DAY, .amount = 1));
  INVALID(CHARGE(.key = T("F"), .customer = T("A"), .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 0));
  INVALID(CHARGE(.key = T("F"), .customer = T("A"), .kind = ARC_CHARGE_INTEREST, .issued = DAY, .from = DAY, .amount = 1));
  INVALID(CHARGE(.key = T("F"), .customer = T("A"), .kind = ARC_CHARGE_INTEREST, .issued = DAY, .from = DAY,
                 .to = DAY - 1, .amount = 1));
  REFUSED(CHARGE(.key = T("F"), .customer = T("B"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 1));
  REFUSED(CHARGE(.key = T("F"), .invoice = T("I"), .currency = "EUR", .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 1));
  REFUSED(CHARGE(.key = T("F"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .issued = DAY - 1, .amount = 1));
  OK(CHARGE(.key = T("F"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 1));
  REFUSED(CHARGE(.key = T("G"), .invoice = T("F"), .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 1));
}

static void test_a_charge_is_waived_from_income(void **state) {
  struct ledger_case *c = *state;
  party(c);
  invoice(c, "I", DAY, 100000);
  OK(CHARGE(.key = T("F"), .invoice = T("I"), .kind = ARC_CHARGE_COMPENSATION, .issued = DAY + 40, .amount = 4000));
  REFUSED(WAIVE(.key = T("W"), .invoice = T("I"), .day = DAY + 41, .amount = 1));
  REFUSED(WAIVE(.key = T("W"), .invoice = T("F"), .day = DAY + 41, .amount = 4001));
  OK(WAIVE(.key = T("W"), .invoice = T("F"), .reason = T("goodwill"), .approved_by = T("Ida"), .day = DAY + 41, .amount = 1500));
  ALREADY(WAIVE(.key = T("W"), .invoice = T("F"), .reason = T("goodwill"), .approved_by = T("Ida"), .day = DAY + 41, .amount = 1500));
  EXISTS(WAIVE(.key = T("W"), .invoice = T("F"), .day = DAY + 41, .amount = 1501));
  OK(WRITEOFF(.key = T("W"), .invoice = T("F"), .day = DAY + 42, .amount = 100)); /* keys are of their kind */
  assert_int_equal(OPEN("F", 0, DAY + 40), 4000);
  assert_int_equal(OPEN("F", 0, DAY + 41), 2500);
  assert_int_equal(OPEN("F", 0, DAY + 42), 2400);
  REPORT_IS("5|2025-02-11|compensation|USD|15.00|A|W|waiver\n5|2025-02-11|receivables|USD|-15.00|A|W|waiver\n",
            .report = ARC_REPORT_POSTINGS, .from = DAY + 41, .as_of = DAY + 41);
}

/* ---- recoveries ---- */

static void test_what_was_written_off_is_owed_again(void **state) {
  struct ledger_case *c = *state;
  party(c);
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000,
             INSTALMENTS(PART(DAY + 10, 600), PART(DAY + 20, 400))));
  REFUSED(RECOVER(.key = T("R"), .invoice = T("I"), .day = DAY + 50, .amount = 1));
  OK(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY + 40, .amount = 900));
  REFUSED(RECOVER(.key = T("R"), .invoice = T("I"), .day = DAY + 39, .amount = 1)); /* not written off yet */
  REFUSED(RECOVER(.key = T("R"), .invoice = T("I"), .day = DAY + 50, .amount = 901));
  OK(RECOVER(.key = T("R"), .invoice = T("I"), .reason = T("estate"), .day = DAY + 50, .amount = 700));
  ALREADY(RECOVER(.key = T("R"), .invoice = T("I"), .reason = T("estate"), .day = DAY + 50, .amount = 700));
  assert_int_equal(OPEN("I", 0, DAY + 40), 100);
  assert_int_equal(OPEN("I", 1, DAY + 50), 600);
  assert_int_equal(OPEN("I", 2, DAY + 50), 200);
  REFUSED(RECOVER(.key = T("S"), .invoice = T("I"), .day = DAY + 45, .amount = 201)); /* 700 come back later */
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY + 30, .amount = 800));
  REFUSED(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 45, .amount = 800)); /* 100 were open then */
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 50, .amount = 800));
  assert_int_equal(RECEIVABLE("A", DAY + 50), 0);
  REPORT_IS("6|2025-02-20|receivables|USD|6.00|A|R|recovery\n6|2025-02-20|bad_debt_recovered|USD|-6.00|A|R|recovery\n"
            "7|2025-02-20|receivables|USD|1.00|A|R|recovery\n7|2025-02-20|bad_debt_recovered|USD|-1.00|A|R|recovery\n"
            "9|2025-02-20|unapplied_cash|USD|6.00|A|P|application\n9|2025-02-20|receivables|USD|-6.00|A|P|application\n"
            "10|2025-02-20|unapplied_cash|USD|2.00|A|P|application\n10|2025-02-20|receivables|USD|-2.00|A|P|application\n",
            .report = ARC_REPORT_POSTINGS, .from = DAY + 50, .invoice = T("I"), .as_of = DAY + 50);
}

/* ---- refunds ---- */

static void test_refunds_take_what_is_left(void **state) {
  struct ledger_case *c = *state;
  party(c);
  invoice(c, "I", DAY, 1000);
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY + 5, .amount = 1500));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 6, .amount = 1000));
  REFUSED(REFUND(.key = T("B"), .credit = T("P"), .day = DAY + 4, .amount = 1));
  REFUSED(REFUND(.key = T("B"), .credit = T("P"), .day = DAY + 7, .amount = 501));
  OK(REFUND(.key = T("B"), .credit = T("P"), .reason = T("paid too much"), .day = DAY + 7, .amount = 300));
  ALREADY(REFUND(.key = T("B"), .credit = T("P"), .reason = T("paid too much"), .day = DAY + 7, .amount = 300));
  EXISTS(REFUND(.key = T("B"), .credit = T("P"), .day = DAY + 8, .amount = 300));
  assert_int_equal(UNAPPLIED("A", DAY + 6), 500);
  assert_int_equal(UNAPPLIED("A", DAY + 7), 200);
  REFUSED(REVERSE(.payment = T("P"), .day = DAY + 9)); /* part of it went back already */
  assert_int_equal(OPEN("I", 0, DAY + 9), 0);
  OK(UNAPPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 10)); /* leaves the refund alone */
  assert_int_equal(UNAPPLIED("A", DAY + 10), 1200);
  REFUSED(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 7, .amount = 300)); /* 200 were left then */
  REPORT_IS("P|I|2025-01-07|USD|10.00|0.00|0.00|given|1.000000|application|1\n"
            "P|I|2025-01-11|USD|-10.00|0.00|0.00|given|1.000000|unapplication|1\n"
            "P||2025-01-08|USD|3.00|0.00|0.00|refund||refund|\n",
            .report = ARC_REPORT_APPLICATIONS, .customer = T("A"));
  REPORT_IS("|opening balance|||USD|0.00|0.00\n2025-01-01|invoice|I|2025-01-31|USD|10.00|10.00\n"
            "2025-01-06|payment|P||USD|-15.00|-5.00\n2025-01-08|refund|P||USD|3.00|-2.00\n"
            "|closing balance|||USD|0.00|-2.00\n2025-01-01|open item|I|2025-01-31|USD|10.00|\n",
            .report = ARC_REPORT_STATEMENT, .customer = T("A"));
}

/* Money of an unknown payer goes back where it came from; whoever turns out to have paid gets the rest. */
static void test_refund_to_an_unknown_payer(void **state) {
  struct ledger_case *c = *state;
  party(c);
  invoice(c, "I", DAY, 1000);
  OK(PAYMENT(.key = T("U"), .received = DAY + 5, .amount = 900));
  OK(REFUND(.key = T("B"), .credit = T("U"), .day = DAY + 7, .amount = 200));
  REFUSED(APPLY(.credit = T("U"), .invoice = T("I"), .day = DAY + 7, .amount = 100)); /* that day it was nobody's */
  OK(APPLY(.credit = T("U"), .invoice = T("I"), .day = DAY + 8, .amount = 100));
  OK(REFUND(.key = T("C"), .credit = T("U"), .day = DAY + 8, .amount = 50));
  assert_int_equal(UNAPPLIED("A", DAY + 8), 550);
  REPORT_IS("5|2025-01-08|unidentified_cash|USD|2.00||B|refund\n5|2025-01-08|cash|USD|-2.00||B|refund\n"
            "6|2025-01-09|unidentified_cash|USD|7.00||U|payer identified\n"
            "6|2025-01-09|unapplied_cash|USD|-7.00|A|U|payer identified\n"
            "7|2025-01-09|unapplied_cash|USD|1.00|A|U|application\n7|2025-01-09|receivables|USD|-1.00|A|U|application\n"
            "8|2025-01-09|unapplied_cash|USD|0.50|A|C|refund\n8|2025-01-09|cash|USD|-0.50|A|C|refund\n",
            .report = ARC_REPORT_POSTINGS, .from = DAY + 7);
}

static void test_a_credit_note_is_paid_out(void **state) {
  struct ledger_case *c = *state;
  party(c);
  OK(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = DAY, .amount = 700));
  NOT_FOUND(REFUND(.key = T("B"), .credit = T("N"), .day = DAY, .amount = 1));
  OK(REFUND(.key = T("B"), .credit = T("N"), .credit_kind = ARC_CREDIT_CREDIT_NOTE, .day = DAY + 1, .amount = 700));
  assert_int_equal(UNAPPLIED("A", DAY + 1), 0);
}

/* ---- closed periods ---- */

static void test_a_closed_period_takes_no_postings(void **state) {
  struct ledger_case *c = *state;
  party(c);
  assert_int_equal(info_of(c->ledger).closed, ARC_DAY_NONE);
  invoice(c, "I", DAY, 1000);
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY + 5, .amount = 500));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 6, .amount = 100));
  OK(CLOSE(DAY + 30));
  ALREADY(CLOSE(DAY + 30));
  ALREADY(CLOSE(DAY + 29)); /* it is closed with the later one */
  INVALID(CLOSE(ARC_DAY_NONE));
  case_reopen(c);
  assert_int_equal(info_of(c->ledger).closed, DAY + 30);
  ALREADY(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000));
  ALREADY(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 6, .amount = 100));
  REFUSED(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY + 30, .amount = 1));
  FIELD(7);
  REFUSED(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = DAY + 30, .amount = 1));
  REFUSED(PAYMENT(.key = T("Q"), .customer = T("A"), .received = DAY + 30, .amount = 1));
  REFUSED(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 30, .amount = 1));
  REFUSED(UNAPPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 30));
  REFUSED(REVERSE(.payment = T("P"), .day = DAY + 30));
  REFUSED(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY + 30, .amount = 1));
  REFUSED(CHARGE(.key = T("F"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .issued = DAY + 30, .amount = 1));
  REFUSED(REFUND(.key = T("B"), .credit = T("P"), .day = DAY + 30, .amount = 1));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 31, .amount = 1));
  OK(DISPUTE(.key = T("D"), .invoice = T("I"), .opened = DAY + 2, .amount = 1)); /* moves no money */
  OK(REVERSE(.payment = T("P"), .day = DAY + 31));
}

/* ---- interest ---- */

static int64_t interest(struct ledger_case *c, const char *invoice, arc_day until, int32_t ppm, int64_t *charged) {
  arc_interest_rule rule = ARC_INTEREST_RULE_CONTRACT(ppm);
  arc_interest_query query = ARC_INTEREST_QUERY_INIT;
  arc_interest_line lines[8];
  size_t count = 0;
  int64_t total = -1, sum = 0;
  lines[0].struct_size = sizeof *lines;
  query.invoice = T(invoice);
  query.until = until;
  query.rule = &rule;
  OK(arc_ledger_interest(&total, charged, lines, 8, &count, c->ledger, &query, &c->err));
  for (size_t i = 0; i < count && i < 8; i++) sum += lines[i].amount;
  if (count <= 8) assert_int_equal(sum, total);
  return total;
}

/* gov.uk's debt of 1,000.00 at 8.5 %, 50 days late: 11.64 exactly (per day rounded it would be 11.50). */
static void test_interest_of_an_invoice(void **state) {
  struct ledger_case *c = *state;
  int64_t charged = -1;
  party(c);
  invoice(c, "I", DAY, 100000); /* due DAY + 30 */
  assert_int_equal(interest(c, "I", DAY + 80, 85000, &charged), 1164);
  assert_int_equal(charged, 0);
  assert_int_equal(interest(c, "I", DAY + 30, 85000, NULL), 0);
  OK(CHARGE(.key = T("C1"), .invoice = T("I"), .kind = ARC_CHARGE_INTEREST, .issued = DAY + 60, .from = DAY + 31,
            .to = DAY + 60, .amount = interest(c, "I", DAY + 60, 85000, NULL)));
  OK(CHARGE(.key = T("C2"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .issued = DAY + 60, .amount = 5));
  assert_int_equal(interest(c, "I", DAY + 80, 85000, &charged), 1164);
  assert_int_equal(charged, 699); /* 1,000 x 8.5 % x 30 / 365 = 6.986 */
}

/* On the declining balance: 600 of 1,000.00 are paid after 20 days, and bounce 10 days later. */
static void test_interest_follows_the_balance(void **state) {
  struct ledger_case *c = *state;
  party(c);
  invoice(c, "I", DAY, 100000);
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY + 50, .amount = 60000));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 50, .amount = 60000));
  OK(REVERSE(.payment = T("P"), .day = DAY + 60));
  /* 365 per mille a year: 0.1 % a day. 20 days on 1,000, 10 on 400, 20 on 1,000. */
  assert_int_equal(interest(c, "I", DAY + 80, 365000, NULL), 20 * 100 + 10 * 40 + 20 * 100);
}

static void test_interest_of_instalments(void **state) {
  struct ledger_case *c = *state;
  party(c);
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 100000,
             INSTALMENTS(PART(DAY + 10, 40000), PART(DAY + 20, 60000))));
  assert_int_equal(interest(c, "I", DAY + 30, 365000, NULL), 20 * 40 + 10 * 60);
}

static void test_interest_is_checked(void **state) {
  struct ledger_case *c = *state;
  arc_interest_rule rule = ARC_INTEREST_RULE_EU;
  arc_interest_query query = ARC_INTEREST_QUERY_INIT;
  int64_t total = 77;
  party(c);
  invoice(c, "I", DAY, 1000);
  OK(CHARGE(.key = T("F"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .issued = DAY, .amount = 1));
  query.until = DAY + 50;
  query.rule = &rule;
  query.invoice = T("nobody");
  NOT_FOUND(arc_ledger_interest(&total, NULL, NULL, 0, NULL, c->ledger, &query, &c->err));
  query.invoice = T("F");
  INVALID(arc_ledger_interest(&total, NULL, NULL, 0, NULL, c->ledger, &query, &c->err));
  query.invoice = T("I");
  INVALID(arc_ledger_interest(&total, NULL, NULL, 0, NULL, c->ledger, &query, &c->err)); /* no reference rate */
  INVALID(arc_ledger_interest(NULL, NULL, NULL, 0, NULL, c->ledger, &query, &c->err));
  query.reserved = 1;
  INVALID(arc_ledger_interest(&total, NULL, NULL, 0, NULL, c->ledger, &query, &c->err));
  assert_int_equal(total, 77);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_terms_give_instalments_and_discounts),
      LEDGER_TEST(test_customers_terms),
      LEDGER_TEST(test_terms_are_checked),
      LEDGER_TEST(test_terms_by_the_calendar),
      LEDGER_TEST(test_terms_are_kept_as_they_came_out),
      LEDGER_TEST(test_a_charge_keeps_its_currency),
      LEDGER_TEST(test_a_charge_is_an_item_of_its_own),
      LEDGER_TEST(test_charges_are_checked),
      LEDGER_TEST(test_a_charge_is_waived_from_income),
      LEDGER_TEST(test_what_was_written_off_is_owed_again),
      LEDGER_TEST(test_refunds_take_what_is_left),
      LEDGER_TEST(test_refund_to_an_unknown_payer),
      LEDGER_TEST(test_a_credit_note_is_paid_out),
      LEDGER_TEST(test_a_closed_period_takes_no_postings),
      LEDGER_TEST(test_interest_of_an_invoice),
      LEDGER_TEST(test_interest_follows_the_balance),
      LEDGER_TEST(test_interest_of_instalments),
      LEDGER_TEST(test_interest_is_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
