/* Payments, applications, unapplications and reversals, through commands. */
#include "../support/ledger_case.h"

static const arc_day DAY = 20089; /* 2025-01-01 */

/* A owes I (1,000 in 300 + 300 + 400) and J (500); B owes K (700). */
static void begin(struct ledger_case *c) {
  OK(CUSTOMER(.key = T("A")));
  OK(CUSTOMER(.key = T("B"), .parent = T("A")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000,
             INSTALMENTS(PART(DAY + 30, 300), PART(DAY + 60, 300), PART(DAY + 90, 400))));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 500));
  OK(INVOICE(.key = T("K"), .customer = T("B"), .issued = DAY, .due = DAY + 30, .amount = 700));
}

#define PAID(payment_key, payment_day, payment_amount)                                             \
  OK(PAYMENT(.key = T(payment_key), .customer = T("A"), .received = payment_day, .amount = payment_amount))

/* ---- payments ---- */

static void test_payment_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  begin(c);
#define SAME(...)                                                                                  \
  PAYMENT(.key = T("P"), .customer = T("A"), .payer_name = T("Anna"), .payer_account = T("DE1"),   \
          .bank_reference = T("r1"), .remittance = T("I\nJ"), .received = DAY + 1, .amount = 100, __VA_ARGS__)
  OK(SAME(.reserved = 0));
  ALREADY(SAME(.reserved = 0));
  ALREADY(SAME(.value_day = DAY + 1));
  ALREADY(SAME(.currency = "USD"));
  EXISTS(SAME(.customer = T("B")));
  EXISTS(SAME(.customer = T("")));
  EXISTS(SAME(.payer_name = T("")));
  EXISTS(SAME(.payer_account = T("")));
  EXISTS(SAME(.bank_reference = T("")));
  EXISTS(SAME(.remittance = T("I J")));
  EXISTS(SAME(.currency = "EUR"));
  EXISTS(SAME(.received = DAY + 2));
  EXISTS(SAME(.value_day = DAY + 2));
  EXISTS(SAME(.amount = 101));
#undef SAME
  assert_int_equal(UNAPPLIED("A", DAY), 0);
  assert_int_equal(UNAPPLIED("A", DAY + 1), 100);
  assert_int_equal(RECEIVABLE("A", DAY + 1), 1500);
}

static void test_payment_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  static char free_text[4098];
  begin(c);
  memset(free_text, 'x', 4097);
  INVALID(PAYMENT(.customer = T("A"), .received = DAY, .amount = 1));
  FIELD(2);
  NOT_FOUND(PAYMENT(.key = T("P"), .customer = T("nobody"), .received = DAY, .amount = 1));
  FIELD(3);
  INVALID(PAYMENT(.key = T("P"), .payer_name = T("a\nb"), .received = DAY, .amount = 1));
  FIELD(4);
  INVALID(PAYMENT(.key = T("P"), .remittance = T(free_text), .received = DAY, .amount = 1));
  FIELD(7);
  INVALID(PAYMENT(.key = T("P"), .remittance = T("a\x01"), .received = DAY, .amount = 1));
  FIELD(7);
  INVALID(PAYMENT(.key = T("P"), .currency = "???", .received = DAY, .amount = 1));
  FIELD(8);
  INVALID(PAYMENT(.key = T("P"), .received = ARC_DAY_NONE, .amount = 1));
  INVALID(PAYMENT(.key = T("P"), .received = DAY, .value_day = ARC_DAY_LAST + 1, .amount = 1));
  INVALID(PAYMENT(.key = T("P"), .received = DAY, .amount = 0));
  INVALID(PAYMENT(.key = T("P"), .received = DAY, .amount = INT64_MIN));
  INVALID(PAYMENT(.key = T("P"), .received = DAY, .amount = 1, .reserved = 1));
  free_text[4096] = 0;
  OK(PAYMENT(.key = T("P"), .remittance = T(free_text), .received = DAY, .amount = 1));
}

/* ---- applications ---- */

static void test_application_takes_the_oldest_instalments_first(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY + 10, 700);
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 650));
  assert_int_equal(OPEN("I", 1, DAY + 10), 0);
  assert_int_equal(OPEN("I", 2, DAY + 10), 0);
  assert_int_equal(OPEN("I", 3, DAY + 10), 350);
  assert_int_equal(OPEN("I", 0, DAY + 9), 1000);
  assert_int_equal(UNAPPLIED("A", DAY + 10), 50);
  assert_int_equal(RECEIVABLE("A", DAY + 10), 850);
  ALREADY(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 650));
  EXISTS(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 600));
  EXISTS(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 649, .tolerance = 1));
}

static void test_application_to_a_named_instalment(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY + 10, 700);
  INVALID(APPLY(.credit = T("P"), .invoice = T("I"), .instalment = 4, .day = DAY + 10, .amount = 1));
  FIELD(6);
  REFUSED(APPLY(.credit = T("P"), .invoice = T("I"), .instalment = 2, .day = DAY + 10, .amount = 301));
  FIELD(9);
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .instalment = 2, .day = DAY + 10, .amount = 300));
  ALREADY(APPLY(.credit = T("P"), .invoice = T("I"), .instalment = 2, .day = DAY + 10, .amount = 300));
  assert_int_equal(OPEN("I", 1, DAY + 10), 300);
  assert_int_equal(OPEN("I", 2, DAY + 10), 0);
  /* Another natural key: the oldest ones, around the one that is settled. */
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 400));
  assert_int_equal(OPEN("I", 1, DAY + 10), 0);
  assert_int_equal(OPEN("I", 3, DAY + 10), 300);
  ALREADY(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 400));
  ALREADY(APPLY(.credit = T("P"), .invoice = T("I"), .instalment = 2, .day = DAY + 10, .amount = 300));
}

/* Commands that follow each other on one credit, invoice and day are kept apart, in every order of keys. */
static void test_applications_in_a_row_are_told_apart(void **state) {
  static const char *const orders[][3] = {{"k1", "", "k2"}, {"", "k1", "k2"}, {"k1", "k2", ""}};
  static const int64_t amounts[] = {350, 250, 200}; /* the first two reach over instalments */
  (void)state;
  for (size_t order = 0; order < 3; order++) {
    struct ledger_case self, *c = &self;
    case_begin(c);
    begin(c);
    PAID("P", DAY + 10, 1000);
    for (size_t i = 0; i < 3; i++) {
      OK(APPLY(.key = T(orders[order][i]), .credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = amounts[i]));
      for (size_t k = 0; k <= i; k++) {
        ALREADY(APPLY(.key = T(orders[order][k]), .credit = T("P"), .invoice = T("I"), .day = DAY + 10,
                      .amount = amounts[k]));
        EXISTS(APPLY(.key = T(orders[order][k]), .credit = T("P"), .invoice = T("I"), .day = DAY + 10,
                     .amount = amounts[k] - 1));
      }
    }
    assert_int_equal(OPEN("I", 0, DAY + 10), 200);
    case_reopen(c);
    OK(arc_ledger_verify(c->ledger, &c->err));
    for (size_t k = 0; k < 3; k++)
      ALREADY(APPLY(.key = T(orders[order][k]), .credit = T("P"), .invoice = T("I"), .day = DAY + 10,
                    .amount = amounts[k]));
    case_end(c);
  }
}

static void test_application_key_is_of_one_command(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY + 10, 700);
  PAID("Q", DAY + 10, 700);
  OK(APPLY(.key = T("a"), .credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 100));
  EXISTS(APPLY(.key = T("a"), .credit = T("P"), .invoice = T("J"), .day = DAY + 10, .amount = 100));
  EXISTS(APPLY(.key = T("a"), .credit = T("Q"), .invoice = T("I"), .day = DAY + 10, .amount = 100));
  EXISTS(APPLY(.key = T("a"), .credit = T("P"), .invoice = T("I"), .day = DAY + 11, .amount = 100));
  EXISTS(APPLY(.key = T("a"), .credit = T("P"), .invoice = T("I"), .instalment = 1, .day = DAY + 10, .amount = 100));
  EXISTS(APPLY(.key = T("a"), .credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 100, .discount = 1));
  ALREADY(APPLY(.key = T("a"), .credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 100));
  OK(WRITEOFF(.key = T("a"), .invoice = T("I"), .day = DAY + 10, .amount = 1)); /* keys count per kind */
}

/* Discount and tolerance settle first, so that cash never overshoots; all are undone together. */
static void test_discount_and_tolerance_settle_too(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY + 5, 490);
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = 488, .discount = 10, .tolerance = 2,
           .how = ARC_HOW_REFERENCE, .confidence_ppm = 999000));
  assert_int_equal(OPEN("J", 0, DAY + 5), 0);
  assert_int_equal(UNAPPLIED("A", DAY + 5), 2);
  ALREADY(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = 488, .discount = 10, .tolerance = 2));
  EXISTS(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = 488, .discount = 12));
  REPORT_IS("P|J|2025-01-06|USD|4.88|0.10|0.02|reference|0.999000|application|1\n",
            .report = ARC_REPORT_APPLICATIONS);
  OK(UNAPPLY(.credit = T("P"), .invoice = T("J"), .reason = T("mistake"), .day = DAY + 6));
  assert_int_equal(OPEN("J", 0, DAY + 5), 0);
  assert_int_equal(OPEN("J", 0, DAY + 6), 500);
  assert_int_equal(UNAPPLIED("A", DAY + 6), 490);
  REPORT_IS("P|J|2025-01-06|USD|4.88|0.10|0.02|reference|0.999000|application|1\n"
            "P|J|2025-01-07|USD|-4.88|-0.10|-0.02|reference|0.999000|unapplication|1\n",
            .report = ARC_REPORT_APPLICATIONS);
}

static void test_discount_over_instalments(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY + 5, 1000);
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 5, .amount = 645, .discount = 350, .tolerance = 5));
  assert_int_equal(OPEN("I", 0, DAY + 5), 0);
  assert_int_equal(UNAPPLIED("A", DAY + 5), 355);
  REPORT_IS("P|I|2025-01-06|USD|0.00|3.00|0.00|given|1.000000|application|1\n"
            "P|I|2025-01-06|USD|2.45|0.50|0.05|given|1.000000|application|2\n"
            "P|I|2025-01-06|USD|4.00|0.00|0.00|given|1.000000|application|3\n",
            .report = ARC_REPORT_APPLICATIONS, .invoice = T("I"));
}

static void test_too_much_is_refused(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY + 5, 450);
  PAID("Q", DAY + 5, 5000);
  REFUSED(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = 451)); /* of the payment */
  assert_non_null(strstr(c->err.text, "450"));
  REFUSED(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 5, .amount = 501)); /* of the invoice */
  REFUSED(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 5, .amount = 500, .discount = 1));
  REFUSED(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 5, .amount = 500, .tolerance = 1));
  REFUSED(APPLY(.credit = T("Q"), .invoice = T("I"), .day = DAY + 5, .amount = 1001));
  INVALID(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 5, .amount = INT64_MAX, .discount = 1));
  FIELD(9);
  REFUSED(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 5, .amount = INT64_MAX));
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = 450));
  REFUSED(APPLY(.key = T("again"), .credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = 1));
  OK(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 5, .amount = 50));
  REFUSED(APPLY(.key = T("again"), .credit = T("Q"), .invoice = T("J"), .day = DAY + 5, .amount = 1));
}

static void test_application_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY + 5, 450);
  OK(PAYMENT(.key = T("E"), .customer = T("A"), .currency = "EUR", .received = DAY, .amount = 100));
  NOT_FOUND(APPLY(.credit = T("X"), .invoice = T("J"), .day = DAY + 5, .amount = 1));
  FIELD(3);
  NOT_FOUND(APPLY(.credit = T("P"), .credit_kind = ARC_CREDIT_CREDIT_NOTE, .invoice = T("J"), .day = DAY + 5, .amount = 1));
  FIELD(3);
  INVALID(APPLY(.credit = T("P"), .credit_kind = 2, .invoice = T("J"), .day = DAY + 5, .amount = 1));
  FIELD(5);
  NOT_FOUND(APPLY(.credit = T("P"), .invoice = T("X"), .day = DAY + 5, .amount = 1));
  FIELD(4);
  INVALID(APPLY(.credit = T("P"), .invoice = T("J"), .day = ARC_DAY_NONE, .amount = 1));
  FIELD(7);
  INVALID(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = 1, .how = 6));
  FIELD(8);
  INVALID(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = 1, .confidence_ppm = 1000001));
  FIELD(8);
  INVALID(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = 0));
  FIELD(9);
  INVALID(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = -1, .discount = 2));
  FIELD(9);
  INVALID(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .amount = 1, .evidence = 64));
  REFUSED(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 4, .amount = 1)); /* before the payment */
  REFUSED(APPLY(.credit = T("E"), .invoice = T("J"), .day = DAY + 5, .amount = 1)); /* another currency */
  OK(PAYMENT(.key = T("early"), .customer = T("A"), .received = DAY - 9, .amount = 100));
  REFUSED(APPLY(.credit = T("early"), .invoice = T("J"), .day = DAY - 1, .amount = 1)); /* before the invoice */
  OK(APPLY(.credit = T("early"), .invoice = T("J"), .day = DAY, .amount = 1));
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 5, .discount = 1)); /* no cash, a discount alone */
}

/* The parent pays for the child: each one's balance moves by its own part. */
static void test_payment_for_another_customer(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY + 5, 700);
  OK(APPLY(.credit = T("P"), .invoice = T("K"), .day = DAY + 6, .amount = 700));
  assert_int_equal(RECEIVABLE("B", DAY + 6), 0);
  assert_int_equal(UNAPPLIED("A", DAY + 6), 0);
  assert_int_equal(UNAPPLIED("B", DAY + 6), 0);
  REPORT_IS("6|2025-01-01|receivables|USD|7.00|B|K|invoice\n"
            "6|2025-01-01|sales|USD|-7.00|B|K|invoice\n"
            "8|2025-01-07|receivables|USD|-7.00|B|P|application\n",
            .report = ARC_REPORT_POSTINGS, .customer = T("B"));
  REPORT_IS("7|2025-01-06|cash|USD|7.00|A|P|payment\n"
            "7|2025-01-06|unapplied_cash|USD|-7.00|A|P|payment\n"
            "8|2025-01-07|unapplied_cash|USD|7.00|A|P|application\n",
            .report = ARC_REPORT_POSTINGS, .customer = T("A"), .from = DAY + 1);
}

/* ---- dated entries ---- */

/* Room is what is open on every day from the application's on. */
static void test_application_dated_around_undone_ones(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY, 2000);
  PAID("Q", DAY, 2000);
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 10, .amount = 400));
  OK(UNAPPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 20));
  /* 500 until day 9, 100 until day 19, 500 from day 20 on. */
  REFUSED(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 5, .amount = 101));
  REFUSED(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 19, .amount = 101));
  OK(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 5, .amount = 100));
  REFUSED(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 19, .amount = 1));
  REFUSED(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 20, .amount = 401));
  OK(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 20, .amount = 400));
  for (arc_day day = DAY; day < DAY + 30; day++)
    assert_int_equal(OPEN("J", 0, day), day < DAY + 5 ? 500 : day < DAY + 10 ? 400 : 0);
}

/* The same for what a credit has left. */
static void test_credit_is_never_used_twice_on_a_day(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY, 500);
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 10, .amount = 400));
  OK(UNAPPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 20));
  REFUSED(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 5, .amount = 101));
  assert_non_null(strstr(c->err.text, "100 left"));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 5, .amount = 100));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 20, .amount = 400));
  for (arc_day day = DAY; day < DAY + 30; day++)
    assert_int_equal(UNAPPLIED("A", day), day < DAY + 5 ? 500 : day < DAY + 10 ? 400 : 0);
}

static void test_later_applications_leave_no_room_before(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY, 500);
  PAID("Q", DAY, 500);
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 50, .amount = 500)); /* in the future */
  REFUSED(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 1, .amount = 1));
  assert_int_equal(OPEN("J", 0, DAY + 49), 500);
  assert_int_equal(OPEN("J", 0, DAY + 50), 0);
}

/* ---- unapplication ---- */

static void test_unapplication_undoes_exactly(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY, 1200);
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 1, .amount = 600));
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 1, .amount = 500));
  REFUSED(UNAPPLY(.credit = T("P"), .invoice = T("I"), .day = DAY)); /* before the application */
  OK(UNAPPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 2));
  ALREADY(UNAPPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 2));
  REFUSED(UNAPPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 3));
  FIELD(3);
  assert_int_equal(OPEN("I", 1, DAY + 2), 300);
  assert_int_equal(OPEN("I", 0, DAY + 2), 1000);
  assert_int_equal(OPEN("J", 0, DAY + 2), 0); /* the other one stands */
  assert_int_equal(UNAPPLIED("A", DAY + 2), 700);
  assert_int_equal(OPEN("I", 0, DAY + 1), 400);
  REFUSED(UNAPPLY(.credit = T("P"), .invoice = T("K"), .day = DAY + 3));
}

/* Applied again since: saying the unapplication again undoes nothing more, on another day it does. */
static void test_unapplication_said_again(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY, 500);
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 1, .amount = 500));
  OK(UNAPPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 2));
  ALREADY(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 1, .amount = 500)); /* the same as before */
  OK(APPLY(.key = T("2"), .credit = T("P"), .invoice = T("J"), .day = DAY + 2, .amount = 500));
  ALREADY(UNAPPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 2));
  assert_int_equal(OPEN("J", 0, DAY + 2), 0);
  OK(UNAPPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 3));
  assert_int_equal(OPEN("J", 0, DAY + 3), 500);
}

static void test_unapplication_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY, 500);
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY, .amount = 500));
  NOT_FOUND(UNAPPLY(.credit = T("X"), .invoice = T("J"), .day = DAY));
  FIELD(2);
  NOT_FOUND(UNAPPLY(.credit = T("P"), .invoice = T("X"), .day = DAY));
  FIELD(3);
  INVALID(UNAPPLY(.credit = T("P"), .credit_kind = 7, .invoice = T("J"), .day = DAY));
  FIELD(5);
  INVALID(UNAPPLY(.credit = T("P"), .invoice = T("J"), .day = ARC_DAY_NONE));
  FIELD(6);
  INVALID(UNAPPLY(.options = 1, .credit = T("P"), .invoice = T("J"), .day = DAY));
  FIELD(1);
  OK(UNAPPLY(.credit = T("P"), .invoice = T("J"), .day = DAY));
}

/* With a key a retry knows what was done, whatever was applied since. */
static void test_unapplication_has_a_key(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY, 1200);
#define UNDO(undo_key, ...) UNAPPLY(.key = T(undo_key), .credit = T("P"), .invoice = T("I"), __VA_ARGS__)
  for (int i = 0; i < 3; i++) { /* three times on one day */
    char key[2] = {(char)('1' + i), 0};
    OK(APPLY(.key = T(key), .credit = T("P"), .invoice = T("I"), .day = DAY + 1, .amount = 700));
    ALREADY(APPLY(.key = T(key), .credit = T("P"), .invoice = T("I"), .day = DAY + 1, .amount = 700));
    OK(UNDO(key, .reason = T("wrong one"), .day = DAY + 1));
    ALREADY(UNDO(key, .reason = T("wrong one"), .day = DAY + 1));
    assert_int_equal(OPEN("I", 0, DAY + 1), 1000);
  }
  EXISTS(UNDO("1", .day = DAY + 2));
  EXISTS(UNDO("1", .day = DAY + 1, .instalment = 1));
  EXISTS(UNDO("1", .day = DAY + 1, .application = T("1")));
  EXISTS(UNAPPLY(.key = T("1"), .credit = T("P"), .invoice = T("J"), .day = DAY + 1));
  OK(APPLY(.key = T("4"), .credit = T("P"), .invoice = T("I"), .day = DAY + 1, .amount = 700));
  case_reopen(c);
  OK(arc_ledger_verify(c->ledger, &c->err));
  ALREADY(UNDO("3", .day = DAY + 1));
  assert_int_equal(OPEN("I", 0, DAY + 1), 300);
  REFUSED(UNDO("4", .day = DAY));
  INVALID(UNDO("a\nb", .day = DAY + 1));
  FIELD(7);
}

/* One application of several between a credit and an invoice, or one instalment. */
static void test_one_allocation_is_undone_alone(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY, 1200);
  PAID("Q", DAY, 100);
  OK(APPLY(.key = T("1"), .credit = T("P"), .invoice = T("I"), .day = DAY + 1, .amount = 350, .discount = 50));
  OK(APPLY(.key = T("2"), .credit = T("P"), .invoice = T("I"), .day = DAY + 1, .amount = 300));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 1, .amount = 100));
  OK(APPLY(.key = T("q"), .credit = T("Q"), .invoice = T("J"), .day = DAY + 1, .amount = 100));
  NOT_FOUND(UNDO("u", .day = DAY + 2, .application = T("3")));
  FIELD(8);
  REFUSED(UNDO("u", .day = DAY + 2, .application = T("q")));
  FIELD(8);
  INVALID(UNDO("u", .day = DAY + 2, .application = T("a\nb")));
  FIELD(8);
  INVALID(UNDO("u", .day = DAY + 2, .instalment = 4));
  FIELD(9);
  INVALID(UNDO("u", .day = DAY + 2, .reserved = 1));
  OK(UNDO("u", .day = DAY + 2, .application = T("2"))); /* 200 of the second, 100 of the third instalment */
  ALREADY(UNDO("u", .day = DAY + 2, .application = T("2")));
  REFUSED(UNDO("v", .day = DAY + 2, .application = T("2")));
  ALREADY(UNDO("", .day = DAY + 2, .application = T("2")));
  assert_int_equal(OPEN("I", 1, DAY + 2), 0);
  assert_int_equal(OPEN("I", 2, DAY + 2), 200);
  assert_int_equal(OPEN("I", 3, DAY + 2), 300);
  OK(UNDO("", .day = DAY + 3, .instalment = 1)); /* what the first one settled, with the discount */
  ALREADY(UNDO("", .day = DAY + 3, .instalment = 1));
  assert_int_equal(OPEN("I", 1, DAY + 3), 300);
  assert_int_equal(OPEN("I", 2, DAY + 3), 200);
  assert_int_equal(UNAPPLIED("A", DAY + 3), 1200 - 350 - 300 - 100 + 300 + 250);
  case_reopen(c);
  OK(arc_ledger_verify(c->ledger, &c->err));
  ALREADY(UNDO("u", .day = DAY + 2, .application = T("2")));
#undef UNDO
}

/* ---- reversal ---- */

static void test_reversal_reopens_exactly(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY, 1200);
  PAID("Q", DAY, 100);
  OK(APPLY(.credit = T("Q"), .invoice = T("I"), .instalment = 1, .day = DAY + 1, .amount = 100));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 5, .amount = 590, .discount = 10));
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 6, .amount = 400));
  REFUSED(REVERSE(.payment = T("P"), .day = DAY + 5)); /* before one of its applications */
  OK(REVERSE(.payment = T("P"), .reason = T("no funds"), .day = DAY + 9));
  ALREADY(REVERSE(.payment = T("P"), .reason = T("no funds"), .day = DAY + 9));
  EXISTS(REVERSE(.payment = T("P"), .day = DAY + 10));
  assert_int_equal(OPEN("I", 1, DAY + 9), 200); /* the other payment's part stands */
  assert_int_equal(OPEN("I", 2, DAY + 9), 300);
  assert_int_equal(OPEN("J", 0, DAY + 9), 500);
  assert_int_equal(UNAPPLIED("A", DAY + 9), 0);
  assert_int_equal(OPEN("I", 0, DAY + 8), 300);
  assert_int_equal(UNAPPLIED("A", DAY + 8), 210);
  REPORT_IS("A|I|I|1|2025-01-01|2025-01-31|USD|3.00|2.00|0.00|-21\n" /* with the original due dates */
            "A|I|I|2|2025-01-01|2025-03-02|USD|3.00|3.00|0.00|-51\n"
            "A|I|I|3|2025-01-01|2025-04-01|USD|4.00|4.00|0.00|-81\n"
            "A|J|J|1|2025-01-01|2025-01-31|USD|5.00|5.00|0.00|-21\n",
            .report = ARC_REPORT_OPEN_ITEMS, .customer = T("A"), .as_of = DAY + 9);
  REFUSED(APPLY(.key = T("x"), .credit = T("P"), .invoice = T("J"), .day = DAY + 9, .amount = 1));
  REFUSED(APPLY(.key = T("x"), .credit = T("P"), .invoice = T("J"), .day = DAY + 9, .discount = 1));
  REFUSED(UNAPPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 10));
  EXISTS(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 1201));
  ALREADY(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 1200));
}

static void test_reversal_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAID("P", DAY + 3, 500);
  OK(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = DAY, .amount = 5));
  NOT_FOUND(REVERSE(.payment = T("N"), .day = DAY)); /* a credit note is no payment */
  FIELD(2);
  INVALID(REVERSE(.payment = T("P"), .day = ARC_DAY_NONE));
  FIELD(4);
  INVALID(REVERSE(.payment = T("P"), .reason = T("a\n"), .day = DAY + 3));
  FIELD(3);
  INVALID(REVERSE(.payment = T("P"), .day = DAY + 3, .reserved = 1));
  REFUSED(REVERSE(.payment = T("P"), .day = DAY + 2));
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 4, .amount = 500));
  OK(UNAPPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 8));
  REFUSED(REVERSE(.payment = T("P"), .day = DAY + 7)); /* the money was still applied then */
  OK(REVERSE(.payment = T("P"), .day = DAY + 8));
}

/* ---- unidentified payers ---- */

static void test_application_identifies_the_payer(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(PAYMENT(.key = T("U"), .payer_name = T("?"), .received = DAY + 1, .amount = 800));
  assert_int_equal(UNAPPLIED("A", DAY + 1), 0);
  AGING_IS("A|USD|15.00|0.00|0.00|0.00|0.00|0.00|15.00\n"
           "B|USD|7.00|0.00|0.00|0.00|0.00|0.00|7.00\n"
           "|USD|0.00|0.00|0.00|0.00|0.00|8.00|-8.00\n",
           DAY + 1);
  REFUSED(APPLY(.credit = T("U"), .invoice = T("K"), .day = DAY, .amount = 600)); /* before it was received */
  REFUSED(APPLY(.credit = T("U"), .invoice = T("K"), .day = DAY + 5, .amount = 701)); /* identifies nobody */
  OK(APPLY(.credit = T("U"), .invoice = T("K"), .day = DAY + 5, .amount = 600));
  ALREADY(APPLY(.credit = T("U"), .invoice = T("K"), .day = DAY + 5, .amount = 600));
  ALREADY(PAYMENT(.key = T("U"), .payer_name = T("?"), .received = DAY + 1, .amount = 800));
  EXISTS(PAYMENT(.key = T("U"), .customer = T("B"), .payer_name = T("?"), .received = DAY + 1, .amount = 800));
  assert_int_equal(UNAPPLIED("B", DAY + 4), 0);
  assert_int_equal(UNAPPLIED("B", DAY + 5), 200);
  AGING_IS("A|USD|15.00|0.00|0.00|0.00|0.00|0.00|15.00\n"
           "B|USD|7.00|0.00|0.00|0.00|0.00|0.00|7.00\n"
           "|USD|0.00|0.00|0.00|0.00|0.00|8.00|-8.00\n",
           DAY + 4);
  AGING_IS("A|USD|15.00|0.00|0.00|0.00|0.00|0.00|15.00\n"
           "B|USD|1.00|0.00|0.00|0.00|0.00|2.00|-1.00\n",
           DAY + 5);
  /* Nobody could have applied it before anybody knew whose it was. */
  REFUSED(APPLY(.credit = T("U"), .invoice = T("K"), .day = DAY + 4, .amount = 100));
  OK(APPLY(.credit = T("U"), .invoice = T("J"), .day = DAY + 6, .amount = 200)); /* for the parent, too */
  assert_int_equal(OPEN("J", 0, DAY + 6), 300);
  OK(REVERSE(.payment = T("U"), .day = DAY + 7));
  assert_int_equal(OPEN("K", 0, DAY + 7), 700);
  assert_int_equal(OPEN("J", 0, DAY + 7), 500);
  assert_int_equal(UNAPPLIED("B", DAY + 7), 0);
}

static void test_unidentified_payment_that_bounced(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(PAYMENT(.key = T("U"), .received = DAY + 1, .amount = 800));
  OK(REVERSE(.payment = T("U"), .day = DAY + 2));
  REFUSED(APPLY(.credit = T("U"), .invoice = T("K"), .day = DAY + 1, .amount = 1));
  REFUSED(APPLY(.credit = T("U"), .invoice = T("K"), .day = DAY + 3, .discount = 1));
  AGING_IS("A|USD|15.00|0.00|0.00|0.00|0.00|0.00|15.00\n"
           "B|USD|7.00|0.00|0.00|0.00|0.00|0.00|7.00\n",
           DAY + 2);
  REPORT_IS("7|2025-01-02|cash|USD|8.00||U|payment\n"
            "7|2025-01-02|unidentified_cash|USD|-8.00||U|payment\n"
            "8|2025-01-03|unidentified_cash|USD|8.00||U|payment returned\n"
            "8|2025-01-03|cash|USD|-8.00||U|payment returned\n",
            .report = ARC_REPORT_POSTINGS, .from = DAY + 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_payment_is_recorded_once),
      LEDGER_TEST(test_payment_input_is_checked),
      LEDGER_TEST(test_application_takes_the_oldest_instalments_first),
      LEDGER_TEST(test_application_to_a_named_instalment),
      cmocka_unit_test(test_applications_in_a_row_are_told_apart),
      LEDGER_TEST(test_application_key_is_of_one_command),
      LEDGER_TEST(test_discount_and_tolerance_settle_too),
      LEDGER_TEST(test_discount_over_instalments),
      LEDGER_TEST(test_too_much_is_refused),
      LEDGER_TEST(test_application_input_is_checked),
      LEDGER_TEST(test_payment_for_another_customer),
      LEDGER_TEST(test_application_dated_around_undone_ones),
      LEDGER_TEST(test_credit_is_never_used_twice_on_a_day),
      LEDGER_TEST(test_later_applications_leave_no_room_before),
      LEDGER_TEST(test_unapplication_undoes_exactly),
      LEDGER_TEST(test_unapplication_said_again),
      LEDGER_TEST(test_unapplication_input_is_checked),
      LEDGER_TEST(test_unapplication_has_a_key),
      LEDGER_TEST(test_one_allocation_is_undone_alone),
      LEDGER_TEST(test_reversal_reopens_exactly),
      LEDGER_TEST(test_reversal_input_is_checked),
      LEDGER_TEST(test_application_identifies_the_payer),
      LEDGER_TEST(test_unidentified_payment_that_bounced),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
