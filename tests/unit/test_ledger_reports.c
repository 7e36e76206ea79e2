/* The ledger's reports: what each lists, its filters, and that they add up to the balances. */
#include "../support/ledger_case.h"

static const arc_day DAY = 20089; /* 2025-01-01 */

/* A story with every event that moves money. */
static void begin(struct ledger_case *c) {
  OK(CUSTOMER(.key = T("A"), .name = T("Anna")));
  OK(CUSTOMER(.key = T("B"), .name = T("Ben")));
  OK(INVOICE(.key = T("I"), .number = T("2025-1"), .customer = T("A"), .issued = DAY, .amount = 1000,
             INSTALMENTS(PART(DAY + 30, 400), PART(DAY + 60, 600))));
  OK(INVOICE(.key = T("K"), .customer = T("B"), .issued = DAY + 1, .due = DAY + 31, .amount = 700));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .remittance = T("2025-1"), .received = DAY + 10, .amount = 900));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 500, .discount = 20, .tolerance = 1,
           .how = ARC_HOW_AMOUNT, .confidence_ppm = 990000));
  OK(APPLY(.credit = T("P"), .invoice = T("K"), .day = DAY + 11, .amount = 300));
  OK(UNAPPLY(.credit = T("P"), .invoice = T("I"), .reason = T("wrong"), .day = DAY + 12));
  OK(CREDIT_NOTE(.key = T("N"), .number = T("CN-1"), .customer = T("B"), .invoice = T("K"), .reason = T("returned"),
                 .issued = DAY + 13, .amount = 50));
  OK(APPLY(.credit = T("N"), .credit_kind = ARC_CREDIT_CREDIT_NOTE, .invoice = T("K"), .day = DAY + 13, .amount = 50));
  OK(PAYMENT(.key = T("U"), .received = DAY + 14, .amount = 80));
  OK(APPLY(.credit = T("U"), .invoice = T("K"), .day = DAY + 15, .amount = 80));
  OK(WRITEOFF(.key = T("W"), .invoice = T("K"), .reason = T("small"), .day = DAY + 20, .amount = 270));
  OK(REVERSE(.payment = T("P"), .reason = T("no funds"), .day = DAY + 25));
}

static void test_applications(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  REPORT_IS("P|I|2025-01-11|USD|3.79|0.20|0.01|amount|0.990000|application|1\n"
            "P|I|2025-01-13|USD|-3.79|-0.20|-0.01|amount|0.990000|unapplication|1\n"
            "P|I|2025-01-11|USD|1.21|0.00|0.00|amount|0.990000|application|2\n"
            "P|I|2025-01-13|USD|-1.21|0.00|0.00|amount|0.990000|unapplication|2\n"
            "P|K|2025-01-12|USD|3.00|0.00|0.00|given|1.000000|application|1\n"
            "P|K|2025-01-26|USD|-3.00|0.00|0.00|given|1.000000|unapplication|1\n"
            "N|K|2025-01-14|USD|0.50|0.00|0.00|given|1.000000|application|1\n"
            "U|K|2025-01-16|USD|0.80|0.00|0.00|given|1.000000|application|1\n"
            "|K|2025-01-21|USD|0.00|0.00|2.70|writeoff||writeoff|1\n",
            .report = ARC_REPORT_APPLICATIONS);
  REPORT_IS("P|I|2025-01-11|USD|3.79|0.20|0.01|amount|0.990000|application|1\n"
            "P|I|2025-01-11|USD|1.21|0.00|0.00|amount|0.990000|application|2\n",
            .report = ARC_REPORT_APPLICATIONS, .customer = T("A"), .as_of = DAY + 12 - 1);
  REPORT_IS("|K|2025-01-21|USD|0.00|0.00|2.70|writeoff||writeoff|1\n",
            .report = ARC_REPORT_APPLICATIONS, .invoice = T("K"), .from = DAY + 16, .as_of = DAY + 24);
}

static void test_postings(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  REPORT_IS("4|2025-01-01|receivables|USD|10.00|A|I|invoice\n"
            "4|2025-01-01|sales|USD|-10.00|A|I|invoice\n"
            "5|2025-01-02|receivables|USD|7.00|B|K|invoice\n"
            "5|2025-01-02|sales|USD|-7.00|B|K|invoice\n"
            "6|2025-01-11|cash|USD|9.00|A|P|payment\n"
            "6|2025-01-11|unapplied_cash|USD|-9.00|A|P|payment\n"
            "7|2025-01-11|unapplied_cash|USD|3.79|A|P|application\n"
            "7|2025-01-11|receivables|USD|-3.79|A|P|application\n"
            "7|2025-01-11|discounts_allowed|USD|0.20|A|P|application\n"
            "7|2025-01-11|receivables|USD|-0.20|A|P|application\n"
            "7|2025-01-11|tolerance|USD|0.01|A|P|application\n"
            "7|2025-01-11|receivables|USD|-0.01|A|P|application\n"
            "8|2025-01-11|unapplied_cash|USD|1.21|A|P|application\n"
            "8|2025-01-11|receivables|USD|-1.21|A|P|application\n"
            "9|2025-01-12|unapplied_cash|USD|3.00|A|P|application\n"
            "9|2025-01-12|receivables|USD|-3.00|B|P|application\n"
            "10|2025-01-13|unapplied_cash|USD|-1.21|A|P|unapplication\n"
            "10|2025-01-13|receivables|USD|1.21|A|P|unapplication\n"
            "11|2025-01-13|unapplied_cash|USD|-3.79|A|P|unapplication\n"
            "11|2025-01-13|receivables|USD|3.79|A|P|unapplication\n"
            "11|2025-01-13|discounts_allowed|USD|-0.20|A|P|unapplication\n"
            "11|2025-01-13|receivables|USD|0.20|A|P|unapplication\n"
            "11|2025-01-13|tolerance|USD|-0.01|A|P|unapplication\n"
            "11|2025-01-13|receivables|USD|0.01|A|P|unapplication\n"
            "12|2025-01-14|sales_returns|USD|0.50|B|N|credit note\n"
            "12|2025-01-14|unapplied_credits|USD|-0.50|B|N|credit note\n"
            "13|2025-01-14|unapplied_credits|USD|0.50|B|N|application\n"
            "13|2025-01-14|receivables|USD|-0.50|B|N|application\n"
            "14|2025-01-15|cash|USD|0.80||U|payment\n"
            "14|2025-01-15|unidentified_cash|USD|-0.80||U|payment\n"
            "15|2025-01-16|unidentified_cash|USD|0.80||U|payer identified\n"
            "15|2025-01-16|unapplied_cash|USD|-0.80|B|U|payer identified\n"
            "16|2025-01-16|unapplied_cash|USD|0.80|B|U|application\n"
            "16|2025-01-16|receivables|USD|-0.80|B|U|application\n"
            "17|2025-01-21|bad_debt|USD|2.70|B|W|write-off\n"
            "17|2025-01-21|receivables|USD|-2.70|B|W|write-off\n"
            "18|2025-01-26|unapplied_cash|USD|-3.00|A|P|unapplication\n"
            "18|2025-01-26|receivables|USD|3.00|B|P|unapplication\n"
            "19|2025-01-26|unapplied_cash|USD|9.00|A|P|payment returned\n"
            "19|2025-01-26|cash|USD|-9.00|A|P|payment returned\n",
            .report = ARC_REPORT_POSTINGS);
  REPORT_IS("17|2025-01-21|bad_debt|USD|2.70|B|W|write-off\n"
            "17|2025-01-21|receivables|USD|-2.70|B|W|write-off\n",
            .report = ARC_REPORT_POSTINGS, .customer = T("B"), .from = DAY + 20, .as_of = DAY + 24);
}

/* The sum of a column over rows whose account and customer are these. */
static int64_t posted(struct ledger_case *c, const char *account, const char *customer, arc_day as_of) {
  arc_report *report = QUERY(.report = ARC_REPORT_POSTINGS, .as_of = as_of);
  int64_t sum = 0;
  for (size_t row = 0; row < arc_report_rows(report); row++)
    if ((!account || strcmp(arc_report_text(report, row, 2, NULL), account) == 0) &&
        (!customer || strcmp(arc_report_text(report, row, 5, NULL), customer) == 0))
      sum += arc_report_integer(report, row, 4);
  arc_report_free(report);
  return sum;
}

static void test_postings_add_up_to_the_balances_of_every_day(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  for (arc_day day = DAY - 1; day < DAY + 30; day++) {
    assert_int_equal(posted(c, NULL, NULL, day), 0);
    for (const char *customer = "A\0B\0"; *customer; customer += 2) {
      assert_int_equal(posted(c, "receivables", customer, day), RECEIVABLE(customer, day));
      assert_int_equal(-posted(c, "unapplied_cash", customer, day) - posted(c, "unapplied_credits", customer, day),
                       UNAPPLIED(customer, day));
    }
    assert_int_equal(posted(c, "unidentified_cash", NULL, day), posted(c, "unidentified_cash", "", day));
  }
}

static void test_timeline(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(CONTACT(.key = T("k"), .customer = T("A"), .name = T("Kim")));
  OK(DISPUTE(.key = T("D"), .invoice = T("I"), .kind = T("price"), .opened = DAY + 30, .amount = 100));
  OK(RESOLVE(.key = T("D"), .reason = T("invalid"), .day = DAY + 31));
  OK(PROMISE(.key = T("M"), .invoice = T("I"), .made_by = T("Kim"), .made = DAY + 31, .pay_by = DAY + 40));
  OK(HOLD(.key = T("H"), .customer = T("A"), .reason = T("talks"), .from = DAY + 32));
  OK(HOLD(.key = T("H2"), .invoice = T("I"), .reason = T("review"), .from = DAY + 32));
  OK(RELEASE(.key = T("H"), .reason = T("over"), .day = DAY + 33));
  OK(TOUCH(.key = T("t"), .customer = T("A"), .anchor = T("I"), .anchor_instalment = 1, .step = T("first"),
           .day = DAY + 34, .channel = ARC_CHANNEL_EMAIL, ITEMS(ITEM("I", 1, 400))));
  OK(TOUCH(.key = T("t2"), .customer = T("A"), .anchor = T("I"), .anchor_instalment = 1, .step = T("second"),
           .reason = T("held"), .day = DAY + 34, .channel = ARC_CHANNEL_EMAIL, .status = ARC_TOUCH_WITHHELD));
  OK(OUTCOME(.touch = T("t"), .day = DAY + 34, .status = ARC_TOUCH_SENT));
  OK(OUTCOME(.touch = T("t"), .day = DAY + 35, .detail = T("bounced"), .status = ARC_TOUCH_FAILED));
  OK(NOTE(.key = T("n"), .customer = T("A"), .invoice = T("I"), .text = T("will call"), .day = DAY + 36));
  OK(POLICY(.name = T("std"), .text = T("..."), .day = DAY + 36));
  OK(arc_ledger_post_day(c->ledger, DAY + 36, ARC_DAY_IS_MATCHED, &c->err));
  OK(arc_ledger_post_day(c->ledger, DAY + 36, ARC_DAY_IS_PLANNED, &c->err));
  OK(arc_ledger_post_day(c->ledger, DAY + 36, ARC_DAY_IS_RUN, &c->err));
  OK(CUSTOMER(.options = ARC_REPLACE, .key = T("A"), .name = T("Anna B.")));
  OK(CONTACT(.options = ARC_REPLACE, .key = T("k"), .customer = T("A"), .name = T("Kim B.")));
  REPORT_IS("1||book||||" "|case\n"
            "2||customer|A||||Anna\n"
            "3||customer|B||||Ben\n"
            "4|2025-01-01|invoice|A|I|USD|10.00|2025-1\n"
            "5|2025-01-02|invoice|B|K|USD|7.00|\n"
            "6|2025-01-11|payment|A||USD|9.00|2025-1\n"
            "7|2025-01-11|application|A|I|USD|4.00|P\n"
            "8|2025-01-11|application|A|I|USD|1.21|P\n"
            "9|2025-01-12|application|B|K|USD|3.00|P\n"
            "10|2025-01-13|unapplication|A|I|USD|-1.21|wrong\n"
            "11|2025-01-13|unapplication|A|I|USD|-4.00|wrong\n"
            "12|2025-01-14|credit note|B|K|USD|0.50|returned\n"
            "13|2025-01-14|application|B|K|USD|0.50|N\n"
            "14|2025-01-15|payment|||USD|0.80|\n"
            "15|2025-01-16|payer identified|B||USD|0.80|\n"
            "16|2025-01-16|application|B|K|USD|0.80|U\n"
            "17|2025-01-21|write-off|B|K|USD|2.70|small\n"
            "18|2025-01-26|unapplication|B|K|USD|-3.00|no funds\n"
            "19|2025-01-26|payment returned|A||USD|-9.00|no funds\n"
            "20||contact|A||||Kim\n"
            "21|2025-01-31|dispute|A|I|USD|1.00|price\n"
            "22|2025-02-01|dispute resolved|A|I|||invalid\n"
            "23|2025-02-01|promise|A|I|USD|10.00|Kim\n"
            "24|2025-02-02|hold|A||||talks\n"
            "25|2025-02-02|hold|A|I|||review\n"
            "26|2025-02-03|hold released|A||||over\n"
            "27|2025-02-04|touch planned|A|I|||first\n"
            "28|2025-02-04|touch withheld|A|I|||held\n"
            "29|2025-02-04|touch sent|A|I|||first\n"
            "30|2025-02-05|touch failed|A|I|||bounced\n"
            "31|2025-02-06|note|A|I|||will call\n"
            "32|2025-02-06|policy|||||std\n"
            "33|2025-02-06|payments looked at|||||\n"
            "34|2025-02-06|touches planned|||||\n"
            "35|2025-02-06|day run|||||\n"
            "36||customer changed|A||||Anna B.\n"
            "37||contact changed|A||||Kim B.\n",
            .report = ARC_REPORT_TIMELINE);
  REPORT_IS("5|2025-01-02|invoice|B|K|USD|7.00|\n"
            "9|2025-01-12|application|B|K|USD|3.00|P\n",
            .report = ARC_REPORT_TIMELINE, .invoice = T("K"), .as_of = DAY + 12);
  REPORT_IS("30|2025-02-05|touch failed|A|I|||bounced\n"
            "31|2025-02-06|note|A|I|||will call\n",
            .report = ARC_REPORT_TIMELINE, .customer = T("A"), .from = DAY + 35);
}

static void test_statement(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  REPORT_IS("|opening balance|||USD|0.00|0.00\n"
            "2025-01-01|invoice|2025-1|2025-01-31|USD|4.00|4.00\n"
            "2025-01-01|invoice|2025-1|2025-03-02|USD|6.00|10.00\n"
            "2025-01-11|discount|2025-1||USD|-0.20|9.80\n"
            "2025-01-11|tolerance|2025-1||USD|-0.01|9.79\n"
            "2025-01-11|payment|P||USD|-9.00|0.79\n"
            "2025-01-12|paid for another|K||USD|3.00|3.79\n"
            "2025-01-13|discount undone|2025-1||USD|0.20|3.99\n"
            "2025-01-13|tolerance undone|2025-1||USD|0.01|4.00\n"
            "2025-01-26|payment returned|P||USD|9.00|13.00\n"
            "2025-01-26|returned from another|K||USD|-3.00|10.00\n"
            "|closing balance|||USD|0.00|10.00\n"
            "2025-01-01|open item|2025-1|2025-01-31|USD|4.00|\n"
            "2025-01-01|open item|2025-1|2025-03-02|USD|6.00|\n",
            .report = ARC_REPORT_STATEMENT, .customer = T("A"));
  REPORT_IS("2025-01-13|opening balance|||USD|0.00|4.00\n"
            "2025-01-14|credit note|N||USD|-0.50|3.50\n"
            "2025-01-16|payment|U||USD|-0.80|2.70\n"
            "2025-01-20|closing balance|||USD|0.00|2.70\n"
            "2025-01-02|open item|K|2025-02-01|USD|2.70|\n",
            .report = ARC_REPORT_STATEMENT, .customer = T("B"), .from = DAY + 12, .as_of = DAY + 19);
}

/* Lines of one day stand in the order of the book. */
static void test_statement_of_a_busy_day(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A")));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 1));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY, .amount = 2));
  OK(PAYMENT(.key = T("Q"), .customer = T("A"), .received = DAY, .amount = 3));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY, .due = DAY, .amount = 4));
  REPORT_IS("|opening balance|||USD|0.00|0.00\n"
            "2025-01-01|invoice|I|2025-01-01|USD|0.02|0.02\n"
            "2025-01-01|invoice|J|2025-01-01|USD|0.04|0.06\n"
            "2025-01-01|payment|P||USD|-0.01|0.05\n"
            "2025-01-01|payment|Q||USD|-0.03|0.02\n"
            "|closing balance|||USD|0.00|0.02\n"
            "2025-01-01|open item|I|2025-01-01|USD|0.02|\n"
            "2025-01-01|open item|J|2025-01-01|USD|0.04|\n",
            .report = ARC_REPORT_STATEMENT, .customer = T("A"));
}

/* The closing balance of every day is what is owed less what is not applied, in each currency. */
static void test_statements_close_with_the_balances(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(INVOICE(.key = T("E"), .customer = T("A"), .currency = "EUR", .issued = DAY + 2, .due = DAY + 3, .amount = 42));
  for (arc_day day = DAY - 1; day < DAY + 30; day++)
    for (const char *customer = "A\0B\0"; *customer; customer += 2) {
      arc_report *report = QUERY(.report = ARC_REPORT_STATEMENT, .customer = T(customer), .as_of = day);
      int closings = 0;
      for (size_t row = 0; row < arc_report_rows(report); row++)
        if (strcmp(arc_report_text(report, row, 1, NULL), "closing balance") == 0) {
          int usd = strcmp(arc_report_text(report, row, 4, NULL), "USD") == 0;
          closings++;
          assert_int_equal(arc_report_integer(report, row, 6),
                           usd ? RECEIVABLE(customer, day) - UNAPPLIED(customer, day) : day >= DAY + 2 ? 42 : 0);
        }
      assert_int_equal(closings, *customer == 'A' ? 2 : 1);
      arc_report_free(report);
    }
}

static void test_open_items(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(DISPUTE(.key = T("D"), .invoice = T("I"), .opened = DAY + 26, .amount = 700));
  REPORT_IS("A|I|2025-1|1|2025-01-01|2025-01-31|USD|4.00|4.00|1.00|0\n"
            "A|I|2025-1|2|2025-01-01|2025-03-02|USD|6.00|6.00|6.00|-30\n"
            "B|K|K|1|2025-01-02|2025-02-01|USD|7.00|3.00|0.00|-1\n",
            .report = ARC_REPORT_OPEN_ITEMS, .as_of = DAY + 30);
  REPORT_IS("B|K|K|1|2025-01-02|2025-02-01|USD|7.00|4.00|0.00|-19\n", .report = ARC_REPORT_OPEN_ITEMS,
            .customer = T("B"), .as_of = DAY + 12);
  REPORT_IS("", .report = ARC_REPORT_OPEN_ITEMS, .invoice = T("K"), .as_of = DAY);
  REPORT_IS("A|I|2025-1|1|2025-01-01|2025-01-31|USD|4.00|4.00|1.00|0\n"
            "A|I|2025-1|2|2025-01-01|2025-03-02|USD|6.00|6.00|6.00|0\n",
            .report = ARC_REPORT_OPEN_ITEMS, .customer = T("A"));
}

static void test_query_is_checked(void **state) {
  struct ledger_case *c = *state;
  arc_report *report = (arc_report *)&report;
  arc_query query = ARC_QUERY_INIT;
  begin(c);
#define ASK(expected, field_number)                                                                \
  do {                                                                                             \
    GIVES(expected, arc_ledger_report(&report, c->ledger, &query, &c->err));                       \
    FIELD(field_number);                                                                           \
    assert_null(report);                                                                           \
    query = (arc_query)ARC_QUERY_INIT;                                                             \
    query.report = ARC_REPORT_TIMELINE;                                                            \
  } while (0)
  ASK(ARC_E_INVALID, 1);
  query.report = 200;
  ASK(ARC_E_INVALID, 1);
  query.customer = T("X");
  ASK(ARC_E_NOT_FOUND, 2);
  query.invoice = T("X");
  ASK(ARC_E_NOT_FOUND, 3);
  query.as_of = ARC_DAY_LAST + 1;
  ASK(ARC_E_INVALID, 4);
  query.from = ARC_DAY_FIRST - 1;
  ASK(ARC_E_INVALID, 5);
  query.report = ARC_REPORT_STATEMENT;
  ASK(ARC_E_INVALID, 2);
  query.struct_size = 4;
  ASK(ARC_E_ABI, 0);
#undef ASK
  assert_int_equal(arc_ledger_report(NULL, c->ledger, &query, NULL), ARC_E_INVALID);
  assert_int_equal(arc_ledger_report(&report, NULL, &query, NULL), ARC_E_INVALID);
  assert_int_equal(arc_ledger_report(&report, c->ledger, NULL, NULL), ARC_E_INVALID);
}

/* Columns as the header documents them. */
static void test_columns(void **state) {
  static const char *const columns[] = {
      [ARC_REPORT_APPLICATIONS] = "payment,invoice,date,currency,amount,discount,writeoff,how,confidence,kind,instalment,",
      [ARC_REPORT_TOUCHES] = "date,customer,step,channel,tone,status,reason,currency,amount,invoices,key,policy,",
      [ARC_REPORT_POSTINGS] = "seq,date,account,currency,amount,customer,reference,event,",
      [ARC_REPORT_TIMELINE] = "seq,date,event,customer,invoice,currency,amount,text,",
      [ARC_REPORT_STATEMENT] = "date,kind,reference,due,currency,amount,balance,",
      [ARC_REPORT_OPEN_ITEMS] = "customer,invoice,number,instalment,issued,due,currency,amount,open,disputed,days_past_due,",
  };
  struct ledger_case *c = *state;
  begin(c);
  for (int32_t kind = ARC_REPORT_APPLICATIONS; kind <= ARC_REPORT_OPEN_ITEMS; kind++) {
    char names[200] = "";
    arc_report *report = QUERY(.report = kind, .customer = T("A"));
    for (size_t column = 0; column < arc_report_columns(report); column++) {
      strcat(names, arc_report_column_name(report, column));
      strcat(names, ",");
    }
    assert_string_equal(names, columns[kind]);
    arc_report_free(report);
  }
}

static void test_reports_without_memory(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(TOUCH(.key = T("t"), .customer = T("A"), .anchor = T("I"), .anchor_instalment = 1, .day = DAY + 34,
           .channel = ARC_CHANNEL_EMAIL, ITEMS(ITEM("I", 1, 400))));
  size_t live = c->heap.live;
  for (int32_t kind = ARC_REPORT_APPLICATIONS; kind <= ARC_REPORT_OPEN_ITEMS; kind++)
    for (int once = 0; once < 2; once++)
      for (size_t k = 1;; k++) {
        arc_query query = ARC_QUERY_INIT;
        arc_report *report;
        query.report = kind;
        query.customer = T("A");
        query.as_of = DAY + 11;
        test_heap_fail(&c->heap, k, once);
        arc_status status = arc_ledger_report(&report, c->ledger, &query, &c->err);
        int failed = test_heap_failed(&c->heap);
        test_heap_fail(&c->heap, 0, 0);
        if (!failed) {
          assert_int_equal(status, ARC_OK);
          arc_report_free(report);
          break;
        }
        assert_int_equal(status, ARC_E_NOMEM);
        assert_null(report);
        assert_int_equal(c->heap.live, live);
      }
  assert_int_equal(c->heap.live, live);
}

/* A report does not depend on the ledger it came from. */
static void test_report_outlives_its_ledger(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  arc_report *report = QUERY(.report = ARC_REPORT_OPEN_ITEMS, .customer = T("A"), .as_of = DAY);
  case_reopen(c);
  case_text_equal(case_text(report),
                  "A|I|2025-1|1|2025-01-01|2025-01-31|USD|4.00|4.00|0.00|-30\n"
                  "A|I|2025-1|2|2025-01-01|2025-03-02|USD|6.00|6.00|0.00|-60\n",
                  __FILE__, __LINE__);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_applications),
      LEDGER_TEST(test_postings),
      LEDGER_TEST(test_postings_add_up_to_the_balances_of_every_day),
      LEDGER_TEST(test_timeline),
      LEDGER_TEST(test_statement),
      LEDGER_TEST(test_statement_of_a_busy_day),
      LEDGER_TEST(test_statements_close_with_the_balances),
      LEDGER_TEST(test_open_items),
      LEDGER_TEST(test_query_is_checked),
      LEDGER_TEST(test_columns),
      LEDGER_TEST(test_reports_without_memory),
      LEDGER_TEST(test_report_outlives_its_ledger),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
