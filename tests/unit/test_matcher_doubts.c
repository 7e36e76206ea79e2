/* What contradicts a number that a payment names: found in books of made settings, each wrong cash once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/small_book.h"

struct run {
  struct book book;
  arc_matcher *matcher;
  char text[512]; /* of the payment asked for: "decision: invoice amount, ..." of the first proposal */
};

static void run_open(struct run *r) {
  arc_error err = ARC_ERROR_INIT;
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  memset(r, 0, sizeof *r);
  options.tolerance = 25;
  book_open(&r->book);
  book_check(arc_matcher_open(&r->matcher, r->book.ledger, &options, &err), &err);
  book_customer(&r->book, "A");
  book_customer(&r->book, "B");
}

static void run_close(struct run *r) {
  arc_matcher_close(r->matcher);
  book_close(&r->book);
}

static void add(struct run *r, const char *number, const char *customer, int64_t amount) {
  book_invoice(&r->book, number, customer, "2024-01-01", "2024-01-31", amount);
}

static void pay(struct run *r, const char *key, const char *customer, int64_t amount, const char *text) {
  book_payment(&r->book, key, customer, "2024-02-10", amount, text);
}

/* What a run would do with a payment: "apply", "on account" or "leave", and with which invoices. */
static const char *proposed(struct run *r, const char *payment) {
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_matcher_propose(&report, r->matcher, NULL, 0, book_day("2024-02-10"), &err), &err);
  r->text[0] = 0;
  for (size_t i = 0; i < arc_report_rows(report); i++) {
    if (strcmp(book_cell(report, i, "payment"), payment) != 0 || arc_report_integer(report, i, 1) > 1) continue;
    size_t n = strlen(r->text);
    const char *decision = book_cell(report, i, "decision");
    if (n == 0) n = (size_t)snprintf(r->text, 64, "%.*s", (int)strcspn(decision, ":"), decision);
    if (*book_cell(report, i, "invoice"))
      snprintf(r->text + n, sizeof r->text - n, " %s=%s", book_cell(report, i, "invoice"), book_cell(report, i, "amount"));
  }
  arc_report_free(report);
  return r->text;
}

/* The number is of one item, the amount of another: neither a part of the one, nor more than it. */
static void test_other_amount(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "INV-1001", "A", 70000);
  add(&r, "INV-1002", "A", 30000);
  add(&r, "INV-1055", "B", 99900);
  pay(&r, "MORE", "A", 70000, "INV-1002");
  pay(&r, "PART", "A", 30000, "INV-1001");
  pay(&r, "NEARLY", "A", 30003, "INV-1001");
  pay(&r, "SLIP", "A", 30000, "INV-1801"); /* no item, but one slip from the first */
  assert_memory_equal(proposed(&r, "MORE"), "leave", 5);
  assert_memory_equal(proposed(&r, "PART"), "leave", 5);
  assert_memory_equal(proposed(&r, "NEARLY"), "leave", 5);
  assert_memory_equal(proposed(&r, "SLIP"), "leave", 5);
  run_close(&r);
  run_open(&r);
  add(&r, "INV-1001", "A", 70000);
  add(&r, "INV-1002", "A", 30000);
  pay(&r, "PART", "A", 20000, "INV-1001");
  assert_string_equal(proposed(&r, "PART"), "apply INV-1001=200.00");
  run_close(&r);
}

/* Within the tolerance of the item named, but exactly another one's. */
static void test_tolerance(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "INV-1001", "A", 5010);
  pay(&r, "P", "A", 5000, "INV-1001");
  assert_string_equal(proposed(&r, "P"), "apply INV-1001=50.00");
  add(&r, "INV-1002", "A", 5000);
  assert_memory_equal(proposed(&r, "P"), "leave", 5);
  run_close(&r);
}

/* The item named, with others that make up the amount, while one item is all of it. */
static void test_rest(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "INV-1001", "A", 10000);
  add(&r, "INV-1002", "A", 25000);
  pay(&r, "P", "A", 35000, "INV-1001");
  assert_string_equal(proposed(&r, "P"), "apply INV-1001=100.00 INV-1002=250.00");
  add(&r, "INV-1003", "A", 35000);
  assert_memory_equal(proposed(&r, "P"), "leave", 5);
  run_close(&r);
}

/* A standing order names its first invoice for ever; the same payment twice does so once more. */
static void test_standing_order(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "INV-1001", "A", 4900);
  book_payment(&r.book, "P1", "A", "2024-01-20", 4900, "RENT INV-1001");
  book_apply(&r.book, "P1", "INV-1001", book_day("2024-01-20"), 4900, ARC_HOW_CONFIRMED);
  pay(&r, "P2", "A", 4900, "RENT INV-1001");
  assert_string_equal(proposed(&r, "P2"), "on account");
  add(&r, "INV-1002", "A", 4900);
  assert_memory_equal(proposed(&r, "P2"), "leave", 5);
  run_close(&r);
}

/* A settled number is not settled again by whatever another payment of the day settles. */
static void test_settled_number(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "INV-1001", "A", 4900);
  add(&r, "INV-1002", "A", 8800);
  book_payment(&r.book, "P1", "A", "2024-01-20", 4900, "INV-1001");
  book_apply(&r.book, "P1", "INV-1001", book_day("2024-01-20"), 4900, ARC_HOW_CONFIRMED);
  pay(&r, "P2", "A", 8800, "INV-1002");
  pay(&r, "P3", "A", 8800, "INV-1001");
  assert_string_equal(proposed(&r, "P2"), "apply INV-1002=88.00");
  assert_memory_equal(proposed(&r, "P3"), "leave", 5);
  run_close(&r);
}

/* An item of which everything is disputed is not settled with nothing. */
static void test_nothing_of_a_named_item(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "INV-1001", "A", 5000);
  add(&r, "INV-1002", "A", 30000);
  book_dispute(&r.book, "D", "INV-1001", "2024-01-05", 0);
  pay(&r, "P", "A", 30000, "INV-1001");
  assert_memory_equal(proposed(&r, "P"), "leave", 5);
  run_close(&r);
}

/* Where no text is longer than one line of a bank, one of that length may have lost its end. */
static void test_one_line(void **state) {
  (void)state;
  static const char text[] = "INVOICES 24001001;24001002;24001003";
  struct run r;
  run_open(&r);
  assert_int_equal(strlen(text), 35);
  add(&r, "24001001", "A", 10000);
  add(&r, "24001002", "A", 20000);
  add(&r, "24001003", "A", 40000);
  add(&r, "24001999", "A", 99999);
  pay(&r, "P", "A", 75000, text);
  assert_memory_equal(proposed(&r, "P"), "leave", 5);
  pay(&r, "Q", "B", 100, "a text that is longer than a line of 35 characters");
  assert_memory_equal(proposed(&r, "P"), "apply", 5);
  run_close(&r);
}

/* Numbers with strokes are whole numbers, also a stranger's and settled ones. */
static void test_strokes(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "INV/2024/00144", "A", 10000);
  add(&r, "INV/2024/00174", "A", 20000);
  add(&r, "INV/2024/00184", "B", 30000);
  pay(&r, "P1", "", 10000, "payment of INV/2024/00144 of 2024-01-01");
  assert_string_equal(proposed(&r, "P1"), "apply INV/2024/00144=100.00");
  book_payment(&r.book, "P0", "A", "2024-01-20", 10000, "");
  book_apply(&r.book, "P0", "INV/2024/00144", book_day("2024-01-20"), 10000, ARC_HOW_CONFIRMED);
  pay(&r, "P2", "A", 15000, "INV/2024/00144"); /* one slip from 00174, but a number of its own */
  assert_memory_equal(proposed(&r, "P2"), "leave", 5);
  pay(&r, "P3", "A", 15000, "INV/2024/00184");
  assert_memory_equal(proposed(&r, "P3"), "leave", 5);
  run_close(&r);
}

/* Three digits name nothing, but contradict where they are the number of another item of this amount. */
static void test_short_numbers(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "301", "A", 4900);
  add(&r, "302", "B", 4900);
  add(&r, "303", "B", 9900);
  add(&r, "304", "A", 4900);
  book_payment(&r.book, "P0", "A", "2024-01-20", 4900, "");
  book_apply(&r.book, "P0", "304", book_day("2024-01-20"), 4900, ARC_HOW_CONFIRMED);
  pay(&r, "P1", "A", 4900, "MEMBER 302"); /* B's, of this amount */
  assert_memory_equal(proposed(&r, "P1"), "leave", 5);
  pay(&r, "P2", "A", 4900, "MEMBER 304"); /* settled */
  assert_memory_equal(proposed(&r, "P2"), "leave", 5);
  run_close(&r);
  run_open(&r);
  add(&r, "301", "A", 4900);
  add(&r, "303", "B", 9900);
  pay(&r, "P3", "A", 4900, "MEMBER 303"); /* B's, but of another amount: some other number */
  assert_string_equal(proposed(&r, "P3"), "apply 301=49.00");
  run_close(&r);
}

/* A number of letters and digits is found one slip away, if the amount is its item's. */
static void test_slip_of_letters(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "7F3K9QXA", "A", 4900);
  add(&r, "2ZD8MMTB", "A", 8800);
  pay(&r, "P", "A", 8800, "2ZD3MMTB");
  assert_string_equal(proposed(&r, "P"), "apply 2ZD8MMTB=88.00");
  run_close(&r);
}

/* Amounts in the text are no numbers one slip away, and what is named exactly and equal needs nothing else. */
static void test_amounts_in_the_text(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "10476", "A", 26477);
  add(&r, "10617", "A", 1067088);
  add(&r, "10975", "A", 74175);
  add(&r, "10300", "A", 20000);
  pay(&r, "P1", "A", 1093565, "10476, 10617 EUR 10935,65");
  assert_string_equal(proposed(&r, "P1"), "apply 10476=264.77 10617=10670.88");
  pay(&r, "P2", "A", 20000, "10300, 10915 pieces");
  assert_string_equal(proposed(&r, "P2"), "apply 10300=200.00");
  run_close(&r);
}

/* Look-alikes are no slip: the item that is the number but for these goes before its neighbours. */
static void test_look_alikes(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "24001550", "A", 10000);
  add(&r, "24001551", "A", 20000);
  add(&r, "24001552", "A", 30000);
  add(&r, "24001553", "A", 40000);
  add(&r, "24001554", "A", 50000);
  add(&r, "24001555", "A", 60000);
  pay(&r, "P", "A", 10000, "2400l550");
  assert_string_equal(proposed(&r, "P"), "apply 24001550=100.00");
  run_close(&r);
}

static void test_before_the_invoice(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  add(&r, "INV-1001", "A", 4900);
  pay(&r, "P", "A", 4900, "proforma 520692");
  assert_string_equal(proposed(&r, "P"), "on account");
  run_close(&r);
}

/* Who is meant does not depend on which of the names comes first. */
static void test_names_in_another_order(void **state) {
  (void)state;
  static const char *const payers[] = {"HADDOCK-Archibald", "Haddock, Archibald", "haddock archibald", "Mr Nobody Else"};
  struct run r;
  run_open(&r);
  arc_customer row = ARC_CUSTOMER_INIT;
  row.key = book_text("H");
  row.name = book_text("Archibald Haddock");
  book_post_customer(&r.book, &row);
  row.key = book_text("S");
  row.name = book_text("Søren Ångström");
  book_post_customer(&r.book, &row);
  add(&r, "INV-1001", "H", 4900);
  add(&r, "INV-1002", "S", 8800);
  for (size_t i = 0; i < 4; i++) {
    char key[8];
    snprintf(key, sizeof key, "P%d", (int)i);
    arc_payment p = book_payment_of(key, "", book_day("2024-02-10"), 4900, "");
    p.payer_name = book_text(payers[i]);
    book_post_payment(&r.book, &p);
    if (i < 3) assert_string_equal(strchr(proposed(&r, key), ' '), " INV-1001=49.00");
    else assert_null(strchr(proposed(&r, key), '='));
  }
  arc_payment p = book_payment_of("Q", "", book_day("2024-02-10"), 8800, "");
  p.payer_name = book_text("ANGSTROM SOREN");
  book_post_payment(&r.book, &p);
  assert_string_equal(proposed(&r, "Q"), "apply INV-1002=88.00");
  run_close(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_other_amount),    cmocka_unit_test(test_tolerance),
      cmocka_unit_test(test_rest),            cmocka_unit_test(test_standing_order),
      cmocka_unit_test(test_settled_number),  cmocka_unit_test(test_nothing_of_a_named_item),
      cmocka_unit_test(test_one_line),        cmocka_unit_test(test_strokes),
      cmocka_unit_test(test_short_numbers),   cmocka_unit_test(test_before_the_invoice),
      cmocka_unit_test(test_names_in_another_order), cmocka_unit_test(test_slip_of_letters),
      cmocka_unit_test(test_amounts_in_the_text), cmocka_unit_test(test_look_alikes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
