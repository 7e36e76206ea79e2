/* Applications of a credit in one currency to an invoice in another, through commands. The book is in USD. */
#include "../support/ledger_case.h"

static const arc_day DAY = 20089; /* 2025-01-01 */

static void invoice_in_parts(struct ledger_case *c) {
  OK(INVOICE(.key = T("I"), .customer = T("A"), .currency = "EUR", .issued = DAY, .amount = 100000,
             INSTALMENTS(PART(DAY + 30, 33333), PART(DAY + 60, 33333), PART(DAY + 90, 33334))));
}

/* A owes I (EUR 1,000.00 in 333.33 + 333.33 + 333.34), Y (JPY 50,000), W (KWD 10.000) and U (USD 700.00); B is A's
 * parent. */
static void begin(struct ledger_case *c) {
  OK(CUSTOMER(.key = T("B")));
  OK(CUSTOMER(.key = T("A"), .parent = T("B")));
  invoice_in_parts(c);
  OK(INVOICE(.key = T("Y"), .customer = T("A"), .currency = "JPY", .issued = DAY, .due = DAY + 30, .amount = 50000));
  OK(INVOICE(.key = T("W"), .customer = T("A"), .currency = "KWD", .issued = DAY, .due = DAY + 30, .amount = 10000));
  OK(INVOICE(.key = T("U"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 70000));
}

static void paid(struct ledger_case *c, const char *key, const char *currency, int64_t amount) {
  arc_payment p = ARC_PAYMENT_INIT;
  p.key = T(key);
  p.customer = T("A");
  memcpy(p.currency, currency, 4);
  p.received = DAY;
  p.amount = amount;
  OK(arc_ledger_post_payments(c->ledger, &p, 1, &c->err));
}

static int64_t left(struct ledger_case *c, const char *currency, arc_day day) {
  int64_t unapplied = -1;
  OK(arc_ledger_balance(c->ledger, NULL, &unapplied, "A", 1, currency, day, &c->err));
  return unapplied;
}

#define DAY1 .day = DAY + 1
#define FROM(payment_key) .credit = T(payment_key), DAY1
#define POSTED(expected) REPORT_IS(expected, .report = ARC_REPORT_POSTINGS, .from = DAY + 1)
#define EXCHANGED(expected) REPORT_IS(expected, .report = ARC_REPORT_EXCHANGES)

/* ---- what is posted ---- */

/* Carried at USD 1,100.00, paid by USD 1,110.00: a gain of 10.00, and nothing is left open. */
static void test_exchange_settles_and_posts_the_difference(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  paid(c, "P", "USD", 111000);
  OK(APPLY(FROM("P"), .invoice = T("I"), .instalment = 1, .amount = 36999, .settled = 33333, .invoice_value = 36666));
  POSTED("9|2025-01-02|unapplied_cash|USD|369.99|A|P|application\n"
         "9|2025-01-02|exchange|USD|-369.99|A|P|application\n"
         "9|2025-01-02|exchange|USD|3.33|A|P|application\n"
         "9|2025-01-02|exchange_difference|USD|-3.33|A|P|application\n"
         "9|2025-01-02|exchange|EUR|333.33|A|P|application\n"
         "9|2025-01-02|receivables|EUR|-333.33|A|P|application\n");
  OK(APPLY(FROM("P"), .invoice = T("I"), .amount = 74001, .settled = 66667, .invoice_value = 73334));
  assert_int_equal(OPEN("I", 0, DAY + 1), 0);
  assert_int_equal(left(c, "USD", DAY + 1), 0);
  assert_int_equal(left(c, "EUR", DAY + 1), 0);
  assert_int_equal(OPEN("I", 0, DAY), 100000);
  assert_int_equal(left(c, "USD", DAY), 111000);
  EXCHANGED("P|I|1|2025-01-02|application|EUR|333.33|USD|369.99|||USD|366.66|369.99|3.33\n"
            "P|I|2|2025-01-02|application|EUR|333.33|USD|370.00|||USD|366.66|370.00|3.34\n"
            "P|I|3|2025-01-02|application|EUR|333.34|USD|370.01|||USD|366.68|370.01|3.33\n");
  REPORT_IS("P|I|2025-01-02|EUR|333.33|0.00|0.00|given|1.000000|application|1\n"
            "P|I|2025-01-02|EUR|333.33|0.00|0.00|given|1.000000|application|2\n"
            "P|I|2025-01-02|EUR|333.34|0.00|0.00|given|1.000000|application|3\n",
            .report = ARC_REPORT_APPLICATIONS);
  REPORT_IS("9|2025-01-02|application|A|I|EUR|333.33|P: 369.99 USD, exchange difference 3.33 USD\n"
            "10|2025-01-02|application|A|I|EUR|333.33|P: 370.00 USD, exchange difference 3.34 USD\n"
            "11|2025-01-02|application|A|I|EUR|333.34|P: 370.01 USD, exchange difference 3.33 USD\n",
            .report = ARC_REPORT_TIMELINE, .from = DAY + 1);
}

/* The other way round: cash of another currency for an invoice in the book's, at a loss. */
static void test_exchange_into_the_books_currency(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  paid(c, "P", "EUR", 63000);
  OK(APPLY(FROM("P"), .invoice = T("U"), .amount = 63000, .settled = 70000, .credit_value = 69300));
  POSTED("9|2025-01-02|unapplied_cash|EUR|630.00|A|P|application\n"
         "9|2025-01-02|exchange|EUR|-630.00|A|P|application\n"
         "9|2025-01-02|exchange|USD|-7.00|A|P|application\n"
         "9|2025-01-02|exchange_difference|USD|7.00|A|P|application\n"
         "9|2025-01-02|exchange|USD|700.00|A|P|application\n"
         "9|2025-01-02|receivables|USD|-700.00|A|P|application\n");
  assert_int_equal(OPEN("U", 0, DAY + 1), 0);
  assert_int_equal(left(c, "EUR", DAY + 1), 0);
}

/* Neither is the book's: both values are stated, or no difference is. */
static void test_three_currencies(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  paid(c, "P", "EUR", 40000);
  OK(APPLY(FROM("P"), .invoice = T("Y"), .amount = 30000, .settled = 48000, .invoice_value = 32000,
           .credit_value = 33000));
  OK(APPLY(FROM("P"), .invoice = T("Y"), .instalment = 1, .amount = 1250, .settled = 1995, .discount = 3,
           .tolerance = 2));
  assert_int_equal(OPEN("Y", 0, DAY + 1), 0);
  assert_int_equal(left(c, "EUR", DAY + 1), 40000 - 31250);
  EXCHANGED("P|Y|1|2025-01-02|application|JPY|48000|EUR|300.00|||USD|320.00|330.00|10.00\n"
            "P|Y|1|2025-01-02|application|JPY|1995|EUR|12.50||||||\n");
  POSTED("9|2025-01-02|unapplied_cash|EUR|300.00|A|P|application\n"
         "9|2025-01-02|exchange|EUR|-300.00|A|P|application\n"
         "9|2025-01-02|exchange|USD|10.00|A|P|application\n"
         "9|2025-01-02|exchange_difference|USD|-10.00|A|P|application\n"
         "9|2025-01-02|exchange|JPY|48000|A|P|application\n"
         "9|2025-01-02|receivables|JPY|-48000|A|P|application\n"
         "10|2025-01-02|unapplied_cash|EUR|12.50|A|P|application\n"
         "10|2025-01-02|exchange|EUR|-12.50|A|P|application\n"
         "10|2025-01-02|exchange|JPY|1995|A|P|application\n"
         "10|2025-01-02|receivables|JPY|-1995|A|P|application\n"
         "10|2025-01-02|discounts_allowed|JPY|3|A|P|application\n"
         "10|2025-01-02|receivables|JPY|-3|A|P|application\n"
         "10|2025-01-02|tolerance|JPY|2|A|P|application\n"
         "10|2025-01-02|receivables|JPY|-2|A|P|application\n");
}

static void test_credit_note_in_another_currency(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .currency = "EUR", .issued = DAY, .amount = 5000));
  OK(APPLY(FROM("N"), .credit_kind = ARC_CREDIT_CREDIT_NOTE, .invoice = T("U"), .amount = 5000, .settled = 5500));
  POSTED("9|2025-01-02|unapplied_credits|EUR|50.00|A|N|application\n"
         "9|2025-01-02|exchange|EUR|-50.00|A|N|application\n"
         "9|2025-01-02|exchange|USD|55.00|A|N|application\n"
         "9|2025-01-02|receivables|USD|-55.00|A|N|application\n");
  assert_int_equal(left(c, "EUR", DAY + 1), 0);
}

/* ---- rates ---- */

/* The amount that is not stated, rounded half to even; yen have no cents, dinars have three digits. */
static void test_rate_gives_the_other_amount(void **state) {
  struct ledger_case *c = *state;
  const struct {
    const char *currency, *invoice;
    int64_t amount, settled, rate_invoice, rate_credit, taken, settles;
  } cases[] = {
      {"USD", "I", 10834, 0, 10000, 10834, 10834, 10000},   /* USD 1.0834 for EUR 1 */
      {"USD", "I", 0, 10000, 10000, 10834, 10834, 10000},
      {"USD", "I", 10834, 10000, 10000, 10834, 10834, 10000},
      {"USD", "I", 10835, 10000, 10000, 10834, 0, 0},       /* neither makes the other: 100.01 and 108.34 */
      {"USD", "I", 1, 0, 1, 2, 0, 0},                       /* half a cent is none */
      {"USD", "I", 3, 0, 1, 2, 3, 2},                       /* one and a half are two */
      {"USD", "I", 5, 0, 1, 2, 5, 2},                       /* two and a half are two */
      {"USD", "Y", 10000, 0, 156, 1, 10000, 15600},
      {"USD", "Y", 0, 15601, 156, 1, 10001, 15601},         /* 100.00641... */
      {"USD", "Y", 10001, 15601, 156, 1, 10001, 15601},     /* 15,601.56 is not, but 100.01 is */
      {"JPY", "U", 15600, 0, 1, 156, 15600, 10000},
      {"USD", "W", 3250, 0, 308, 1000, 3250, 10010},        /* 32.50 at 0.308: 10.010, ten too many */
      {"USD", "W", 0, 10000, 308, 1000, 3247, 10000},       /* 32.4675... */
      {"KWD", "U", 1, 0, 1000, 308, 1, 0},                  /* 0.001: 0.32 of a cent */
      {"EUR", "U", 1, 0, INT64_C(100000000000000), 1, 0, 0}, /* more than there is */
  };
  begin(c);
  paid(c, "EUR", "EUR", 40000);
  paid(c, "USD", "USD", 400000);
  paid(c, "JPY", "JPY", 400000);
  paid(c, "KWD", "KWD", 400000);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char key[3] = {'k', (char)('a' + i), 0};
    int64_t before = OPEN(cases[i].invoice, 0, DAY + 1), had = left(c, cases[i].currency, DAY + 1);
    int works = cases[i].taken && cases[i].settles && cases[i].settles <= before;
    arc_application a = ARC_APPLICATION_INIT;
    a.key = T(key);
    a.credit = T(cases[i].currency);
    a.invoice = T(cases[i].invoice);
    a.day = DAY + 1;
    a.amount = cases[i].amount;
    a.settled = cases[i].settled;
    a.rate_invoice = cases[i].rate_invoice;
    a.rate_credit = cases[i].rate_credit;
    if (works) OK(arc_ledger_post_applications(c->ledger, &a, 1, &c->err));
    else assert_true(arc_ledger_post_applications(c->ledger, &a, 1, &c->err) < 0);
    assert_int_equal(before - OPEN(cases[i].invoice, 0, DAY + 1), works ? cases[i].settles : 0);
    assert_int_equal(had - left(c, cases[i].currency, DAY + 1), works ? cases[i].taken : 0);
    if (works) ALREADY(arc_ledger_post_applications(c->ledger, &a, 1, &c->err));
  }
  REPORT_IS("USD|Y|1|2025-01-02|application|JPY|15600|USD|100.00|156|1||||\n"
            "USD|Y|1|2025-01-02|application|JPY|15601|USD|100.01|156|1||||\n"
            "USD|Y|1|2025-01-02|application|JPY|15601|USD|100.01|156|1||||\n",
            .report = ARC_REPORT_EXCHANGES, .invoice = T("Y"));
}

/* Parts of all amounts add up to the whole, however odd, and an invoice paid in any number of steps is paid. */
static void test_parts_add_up(void **state) {
  struct ledger_case *c = *state;
  int64_t paid_so_far = 0, valued = 0;
  arc_report *report;
  begin(c);
  paid(c, "P", "USD", 111111);
  OK(APPLY(.key = T("1"), FROM("P"), .invoice = T("I"), .amount = 77777, .settled = 70000, .invoice_value = 76543));
  OK(APPLY(.key = T("2"), FROM("P"), .invoice = T("I"), .amount = 33334, .settled = 29990, .invoice_value = 3,
           .tolerance = 10));
  assert_int_equal(OPEN("I", 0, DAY + 1), 0);
  assert_int_equal(left(c, "USD", DAY + 1), 0);
  report = QUERY(.report = ARC_REPORT_EXCHANGES);
  assert_int_equal(arc_report_rows(report), 4);
  for (size_t row = 0; row < 4; row++) {
    paid_so_far += arc_report_integer(report, row, 8);
    valued += arc_report_integer(report, row, 12);
  }
  arc_report_free(report);
  assert_int_equal(paid_so_far, 111111);
  assert_int_equal(valued, 76546);
}

/* ---- said again ---- */

static void test_exchange_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  paid(c, "P", "USD", 200000);
#define SAME(...) APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 1, .amount = 55000, .settled = 50000, \
                        .rate_invoice = 10, .rate_credit = 11, .invoice_value = 54000, __VA_ARGS__)
  OK(SAME(.evidence = 0));
  for (int again = 0; again < 2; again++) {
    ALREADY(SAME(.evidence = 0));
    ALREADY(SAME(.settled = 0));
    ALREADY(SAME(.amount = 0));
    ALREADY(SAME(.credit_value = 55000));
    EXISTS(SAME(.rate_invoice = 0, .rate_credit = 0));
    EXISTS(SAME(.rate_invoice = 20, .rate_credit = 22));
    EXISTS(SAME(.invoice_value = 54001));
    EXISTS(SAME(.invoice_value = 0));
    EXISTS(SAME(.amount = 54989, .settled = 49990));
    EXISTS(SAME(.discount = 1));
    case_reopen(c);
    OK(arc_ledger_verify(c->ledger, &c->err));
  }
#undef SAME
}

/* ---- what is wrong ---- */

static void test_exchange_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  paid(c, "P", "USD", 50000);
  paid(c, "E", "EUR", 50000);
  REFUSED(APPLY(FROM("P"), .invoice = T("I"), .amount = 100));
  FIELD(15);
  assert_non_null(strstr(c->err.text, "of USD, the invoice of EUR"));
  REFUSED(APPLY(FROM("P"), .invoice = T("I"), .settled = 100));
  REFUSED(APPLY(FROM("P"), .invoice = T("I"), .discount = 100));
  REFUSED(APPLY(FROM("P"), .invoice = T("I"), .discount = 100, .rate_invoice = 1, .rate_credit = 1));
  INVALID(APPLY(FROM("P"), .invoice = T("I"), .amount = -1, .settled = 100));
  INVALID(APPLY(FROM("P"), .invoice = T("I"), .amount = 100, .settled = -1));
  INVALID(APPLY(FROM("P"), .invoice = T("I"), .amount = 100, .settled = 100, .invoice_value = -1));
  INVALID(APPLY(FROM("P"), .invoice = T("I"), .amount = 100, .settled = 100, .credit_value = -1));
  FIELD(15);
  INVALID(APPLY(FROM("P"), .invoice = T("I"), .amount = 100, .rate_invoice = 1));
  FIELD(16);
  INVALID(APPLY(FROM("P"), .invoice = T("I"), .amount = 100, .rate_invoice = -1, .rate_credit = 1));
  INVALID(APPLY(FROM("P"), .invoice = T("I"), .amount = 100, .rate_invoice = 1, .rate_credit = INT64_C(100000000000001)));
  FIELD(16);
  INVALID(APPLY(FROM("P"), .invoice = T("I"), .amount = 100, .settled = 90, .rate_invoice = 1, .rate_credit = 1));
  FIELD(16);
  GIVES(ARC_E_OVERFLOW, APPLY(FROM("P"), .invoice = T("I"), .amount = INT64_MAX, .rate_invoice = 2, .rate_credit = 1));
  FIELD(16);
  GIVES(ARC_E_INVALID, APPLY(FROM("P"), .invoice = T("I"), .amount = 1, .settled = INT64_MAX, .discount = 1));
  FIELD(9);
  INVALID(APPLY(FROM("P"), .invoice = T("I"), .amount = 100, .settled = 90, .credit_value = 99));
  FIELD(19);
  INVALID(APPLY(FROM("E"), .invoice = T("U"), .amount = 100, .settled = 90, .invoice_value = 99));
  FIELD(18);
  INVALID(APPLY(FROM("E"), .invoice = T("Y"), .amount = 100, .settled = 90, .invoice_value = 99));
  FIELD(19);
  INVALID(APPLY(FROM("E"), .invoice = T("Y"), .amount = 100, .settled = 90, .credit_value = 99));
  FIELD(18);
  /* Of one currency: nothing of it. */
  INVALID(APPLY(FROM("P"), .invoice = T("U"), .amount = 100, .settled = 99));
  INVALID(APPLY(FROM("P"), .invoice = T("U"), .amount = 100, .rate_invoice = 1, .rate_credit = 1));
  INVALID(APPLY(FROM("P"), .invoice = T("U"), .amount = 100, .invoice_value = 100));
  INVALID(APPLY(FROM("P"), .invoice = T("U"), .amount = 100, .credit_value = 100));
  FIELD(15);
  OK(APPLY(FROM("P"), .invoice = T("U"), .amount = 100, .settled = 100));
  /* More than is open, in the one currency, or left, in the other. */
  REFUSED(APPLY(FROM("P"), .invoice = T("I"), .amount = 1, .settled = 100001));
  REFUSED(APPLY(FROM("P"), .invoice = T("I"), .amount = 49901, .settled = 1));
  assert_non_null(strstr(c->err.text, "takes 49901, the credit has 49900 left"));
  OK(APPLY(FROM("P"), .invoice = T("I"), .amount = 49900, .settled = 1));
}

/* ---- undone ---- */

static void check_undone(struct ledger_case *c, arc_day day) {
  assert_int_equal(OPEN("I", 1, day), 33333);
  assert_int_equal(OPEN("I", 0, day), 100000);
  assert_int_equal(left(c, "EUR", day), 0);
}

static void test_unapplication_and_reversal_restore_exactly(void **state) {
  struct ledger_case *c = *state;
  arc_ledger *fork = NULL;
  begin(c);
  paid(c, "P", "USD", 60000);
  OK(arc_ledger_set_clock(c->ledger, 1000, &c->err));
  OK(APPLY(FROM("P"), .invoice = T("I"), .amount = 55000, .settled = 50000, .invoice_value = 54321, .discount = 7));
  OK(arc_ledger_set_clock(c->ledger, 2000, &c->err));
  OK(UNAPPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 3));
  check_undone(c, DAY + 3);
  assert_int_equal(left(c, "USD", DAY + 3), 60000);
  assert_int_equal(OPEN("I", 0, DAY + 2), 49993);
  assert_int_equal(left(c, "USD", DAY + 2), 5000);
  REPORT_IS("P|I|1|2025-01-02|application|EUR|333.26|USD|366.59|||USD|362.06|366.59|4.53\n"
            "P|I|2|2025-01-02|application|EUR|166.74|USD|183.41|||USD|181.15|183.41|2.26\n",
            .report = ARC_REPORT_EXCHANGES, .as_of = DAY + 2);
  REPORT_IS("11|2025-01-04|unapplied_cash|USD|-183.41|A|P|unapplication\n"
            "11|2025-01-04|exchange|USD|183.41|A|P|unapplication\n"
            "11|2025-01-04|exchange|USD|-2.26|A|P|unapplication\n"
            "11|2025-01-04|exchange_difference|USD|2.26|A|P|unapplication\n"
            "11|2025-01-04|exchange|EUR|-166.74|A|P|unapplication\n"
            "11|2025-01-04|receivables|EUR|166.74|A|P|unapplication\n"
            "12|2025-01-04|unapplied_cash|USD|-366.59|A|P|unapplication\n"
            "12|2025-01-04|exchange|USD|366.59|A|P|unapplication\n"
            "12|2025-01-04|exchange|USD|-4.53|A|P|unapplication\n"
            "12|2025-01-04|exchange_difference|USD|4.53|A|P|unapplication\n"
            "12|2025-01-04|exchange|EUR|-333.26|A|P|unapplication\n"
            "12|2025-01-04|receivables|EUR|333.26|A|P|unapplication\n"
            "12|2025-01-04|discounts_allowed|EUR|-0.07|A|P|unapplication\n"
            "12|2025-01-04|receivables|EUR|0.07|A|P|unapplication\n",
            .report = ARC_REPORT_POSTINGS, .from = DAY + 3);
  /* As it was known before the unapplication was. */
  OK(arc_ledger_fork(&fork, c->ledger, 1500, &c->err));
  {
    int64_t unapplied, receivable;
    OK(arc_ledger_balance(fork, NULL, &unapplied, "A", 1, "USD", ARC_DAY_NONE, &c->err));
    OK(arc_ledger_balance(fork, &receivable, NULL, "A", 1, "EUR", ARC_DAY_NONE, &c->err));
    assert_int_equal(unapplied, 5000);
    assert_int_equal(receivable, 49993);
  }
  arc_ledger_close(fork);
  OK(APPLY(.key = T("again"), .credit = T("P"), .invoice = T("I"), .day = DAY + 4, .amount = 60000, .settled = 100000));
  assert_int_equal(OPEN("I", 0, DAY + 4), 0);
  OK(REVERSE(.payment = T("P"), .day = DAY + 5));
  check_undone(c, DAY + 5);
  assert_int_equal(left(c, "USD", DAY + 5), 0);
  assert_int_equal(left(c, "USD", DAY + 3), 60000);
  case_reopen(c);
  OK(arc_ledger_verify(c->ledger, &c->err));
  check_undone(c, DAY + 5);
  OK(arc_ledger_snapshot(c->ledger, &c->err));
  case_reopen(c);
  OK(arc_ledger_verify(c->ledger, &c->err));
}

/* ---- statements, and who pays ---- */

static void test_statement_shows_both_sides(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A")));
  invoice_in_parts(c);
  paid(c, "P", "USD", 111000);
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 1, .amount = 111000, .settled = 100000));
  OK(UNAPPLY(.credit = T("P"), .invoice = T("I"), .instalment = 3, .day = DAY + 2));
  REPORT_IS("|opening balance|||USD|0.00|0.00\n"
            "2025-01-01|payment|P||USD|-1110.00|-1110.00\n"
            "2025-01-02|exchanged|I||USD|370.01|-739.99\n"
            "2025-01-02|exchanged|I||USD|369.99|-370.00\n"
            "2025-01-02|exchanged|I||USD|370.00|0.00\n"
            "2025-01-03|exchange undone|I||USD|-370.01|-370.01\n"
            "|closing balance|||USD|0.00|-370.01\n"
            "|opening balance|||EUR|0.00|0.00\n"
            "2025-01-01|invoice|I|2025-01-31|EUR|333.33|333.33\n"
            "2025-01-01|invoice|I|2025-03-02|EUR|333.33|666.66\n"
            "2025-01-01|invoice|I|2025-04-01|EUR|333.34|1000.00\n"
            "2025-01-02|paid in another currency|I||EUR|-333.33|666.67\n"
            "2025-01-02|paid in another currency|I||EUR|-333.33|333.34\n"
            "2025-01-02|paid in another currency|I||EUR|-333.34|0.00\n"
            "2025-01-03|returned in another currency|I||EUR|333.34|333.34\n"
            "|closing balance|||EUR|0.00|333.34\n"
            "2025-01-01|open item|I|2025-04-01|EUR|333.34|\n",
            .report = ARC_REPORT_STATEMENT, .customer = T("A"));
}

static void test_parent_pays_in_another_currency(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(PAYMENT(.key = T("P"), .customer = T("B"), .received = DAY, .amount = 500));
  OK(APPLY(.credit = T("P"), .invoice = T("W"), .day = DAY + 1, .amount = 500, .settled = 1540));
  REPORT_IS("|opening balance|||USD|0.00|0.00\n"
            "2025-01-01|payment|P||USD|-5.00|-5.00\n"
            "2025-01-02|paid for another|W||USD|5.00|0.00\n"
            "|closing balance|||USD|0.00|0.00\n",
            .report = ARC_REPORT_STATEMENT, .customer = T("B"));
  REPORT_IS("9|2025-01-02|exchange|KWD|1.540|A|P|application\n"
         "9|2025-01-02|receivables|KWD|-1.540|A|P|application\n",
            .report = ARC_REPORT_POSTINGS, .from = DAY + 1, .customer = T("A"));
  REPORT_IS("9|2025-01-02|unapplied_cash|USD|5.00|B|P|application\n"
         "9|2025-01-02|exchange|USD|-5.00|B|P|application\n",
            .report = ARC_REPORT_POSTINGS, .from = DAY + 1, .customer = T("B"));
}

/* Nobody is known to have paid until it is applied; a part may have gone back before. */
static void test_unknown_payer_in_another_currency(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(PAYMENT(.key = T("P"), .received = DAY, .amount = 500));
  OK(REFUND(.key = T("R"), .credit = T("P"), .day = DAY, .amount = 100));
  OK(APPLY(.credit = T("P"), .invoice = T("W"), .day = DAY + 1, .amount = 300, .settled = 920));
  assert_int_equal(left(c, "USD", DAY), 0);
  assert_int_equal(left(c, "USD", DAY + 1), 100);
  OK(REFUND(.key = T("S"), .credit = T("P"), .day = DAY + 1, .amount = 100));
  REFUSED(REFUND(.key = T("S2"), .credit = T("P"), .day = DAY + 1, .amount = 1));
  REFUSED(REVERSE(.payment = T("P"), .day = DAY + 2));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_exchange_settles_and_posts_the_difference),
      LEDGER_TEST(test_exchange_into_the_books_currency),
      LEDGER_TEST(test_three_currencies),
      LEDGER_TEST(test_credit_note_in_another_currency),
      LEDGER_TEST(test_rate_gives_the_other_amount),
      LEDGER_TEST(test_parts_add_up),
      LEDGER_TEST(test_exchange_is_recorded_once),
      LEDGER_TEST(test_exchange_input_is_checked),
      LEDGER_TEST(test_unapplication_and_reversal_restore_exactly),
      LEDGER_TEST(test_statement_shows_both_sides),
      LEDGER_TEST(test_parent_pays_in_another_currency),
      LEDGER_TEST(test_unknown_payer_in_another_currency),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
