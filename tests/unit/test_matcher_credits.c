/* Credit that a payer takes off a payment: credit notes, and what earlier payments left on account. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/match_run.h"

static void note(struct run *r, const char *key, const char *number, const char *invoice, int64_t amount) {
  arc_credit_note row = ARC_CREDIT_NOTE_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.key = book_text(key);
  row.number = book_text(number);
  row.customer = book_text("A");
  row.invoice = book_text(invoice);
  row.issued = book_day("2024-01-20");
  row.amount = amount;
  book_check(arc_ledger_post_credit_notes(r->book.ledger, &row, 1, &err), &err);
}

static void pay(struct run *r, const char *key, int64_t amount, const char *text) {
  book_payment(&r->book, key, "A", "2024-02-10", amount, text);
}

static void run_then(struct run *r, const char *applications) {
  run_day(r, "2024-02-10");
  assert_string_equal(r->text, applications);
  assert_int_equal(arc_ledger_verify(r->book.ledger, NULL), ARC_OK);
}

static void test_named(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  note(&r, "N1", "CN-2024-55", "", 10000);
  note(&r, "N2", "CN-2024-56", "", 10000); /* of the same amount: the text says which */
  pay(&r, "P", 110000, "INV-1 INV-10 LESS CN 2024 56");
  run_then(&r, "N2>INV-1 100.00 reference;P>INV-1 600.00 reference;P>INV-10 500.00 reference;");
  run_close(&r);
}

static void test_of_an_invoice(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  note(&r, "CN-2024-55", "", "INV-10", 10000);
  note(&r, "CN-2024-56", "", "INV-1", 5000);
  pay(&r, "P", 105000, "INV-1, INV-10");
  run_then(&r, "CN-2024-55>INV-10 100.00 reference;CN-2024-56>INV-1 50.00 reference;P>INV-1 650.00 reference;"
               "P>INV-10 400.00 reference;");
  run_close(&r);
}

/* Which of two equal ones is meant, only the payer knows; and a note whose amount is not the difference explains
 * nothing. */
static void test_unclear(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  note(&r, "CN-2024-55", "", "", 10000);
  note(&r, "CN-2024-56", "", "", 10000);
  pay(&r, "P", 60000, "INV-1");
  run_then(&r, "P>INV-1 600.00 reference;"); /* a deduction, as if there were none */
  run_close(&r);
  run_small(&r);
  note(&r, "CN-2024-55", "", "", 10000);
  pay(&r, "P", 61000, "INV-1 CN-2024-55");
  run_then(&r, "");
  run_close(&r);
  run_small(&r);
  note(&r, "CN-2024-55", "", "", 10000);
  pay(&r, "P", 70000, "INV-1 CN-2024-55"); /* named, but not taken off */
  run_then(&r, "");
  run_close(&r);
}

static void test_earlier_overpayment(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  book_payment(&r.book, "P0", "A", "2024-02-05", 75000, "INV-1");
  run_day(&r, "2024-02-05");
  assert_string_equal(r.text, "P0>INV-1 700.00 reference;");
  pay(&r, "P", 45000, "INV-10 less what we paid too much");
  run_then(&r, "P0>INV-1 700.00 reference;P0>INV-10 50.00 reference;P>INV-10 450.00 reference;");
  run_close(&r);
}

/* Two payments that are decided together: neither is credit for the other, and neither gets what both take. */
static void test_competing(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  note(&r, "CN-2024-55", "", "", 10000);
  pay(&r, "P", 60000, "INV-1 CN-2024-55");
  pay(&r, "Q", 40000, "INV-10 CN-2024-55");
  run_then(&r, "");
  assert_int_equal(r.left, 2);
  run_close(&r);
  run_small(&r);
  pay(&r, "P", 10000, "as agreed by phone");
  pay(&r, "Q", 40000, "INV-10");
  run_then(&r, "P>INV-10 100.00 amount;Q>INV-10 400.00 reference;");
  run_close(&r);
}

static void test_balance(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  note(&r, "CN-2024-55", "", "", 10000);
  pay(&r, "P", 110000, "");
  run_then(&r, "CN-2024-55>INV-1 100.00 sum;P>INV-1 600.00 sum;P>INV-10 500.00 sum;");
  run_close(&r);
}

static void test_with_discount(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  arc_invoice row = book_invoice_of("INV-1", "A", book_day("2024-02-05"), book_day("2024-03-05"), 100000);
  row.discount_bp = 200;
  row.discount_days = 10;
  book_post_invoice(&r.book, &row);
  note(&r, "CN-2024-55", "", "", 10000);
  pay(&r, "P", 88000, "INV-1");
  run_then(&r, "CN-2024-55>INV-1 100.00 reference;P>INV-1 880.00-20.00 reference;");
  run_close(&r);
}

static void test_advice(void **state) {
  (void)state;
  struct run r;
  arc_error err = ARC_ERROR_INIT;
  arc_remittance_line lines[] = {{sizeof *lines, 0, book_text("INV-1"), {0, 0}, 70000, 0, 0},
                                 {sizeof *lines, 0, book_text("INV-10"), {0, 0}, 50000, 0, 0},
                                 {sizeof *lines, 0, book_text("CN-2024-55"), {0, 0}, -10000, 0, 0}};
  arc_remittance row = ARC_REMITTANCE_INIT;
  row.key = book_text("R");
  row.customer = book_text("A");
  row.received = book_day("2024-02-09");
  row.lines = lines;
  row.line_count = 3;
  run_small(&r);
  note(&r, "N1", "CN-2024-55", "INV-10", 10000);
  pay(&r, "P", 110000, "");
  book_check(arc_ledger_post_remittances(r.book.ledger, &row, 1, &err), &err);
  run_then(&r, "N1>INV-10 100.00 reference;P>INV-1 700.00 reference;P>INV-10 400.00 reference;");
  run_close(&r);
}

static void test_told(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  note(&r, "CN-2024-55", "", "", 10000);
  pay(&r, "P", 60000, "INV-1 CN-2024-55");
  assert_true(run_why(&r, "P", "2024-02-10", "arithmetic", "600.00 = 700.00 - 100.00 credit"));
  assert_true(run_why(&r, "P", "2024-02-10", "credit", "CN-2024-55: 100.00 of INV-1"));
  assert_true(run_why(&r, "P", "2024-02-10", "reference", "CN202455: a credit note of the payer"));
  run_close(&r);
}

/* What a human confirms applies the credit with it; what he takes back of the payment leaves the credit's part. */
static void test_answers(void **state) {
  (void)state;
  struct run r;
  arc_error err = ARC_ERROR_INIT;
  arc_match_answer answer = ARC_MATCH_ANSWER_INIT;
  arc_matcher_options careful = ARC_MATCHER_OPTIONS_INIT;
  careful.apply_ppm = 999999;
  run_small(&r);
  arc_matcher_close(r.matcher);
  book_check(arc_matcher_open(&r.matcher, r.book.ledger, &careful, &err), &err);
  note(&r, "CN-2024-55", "", "", 10000);
  pay(&r, "P", 60000, "INV-1");
  run_then(&r, "");
  answer.payment = book_text("P");
  answer.day = book_day("2024-02-11");
  answer.answer = ARC_ANSWER_CONFIRM;
  book_check(arc_matcher_answer(r.matcher, &answer, &err), &err);
  run_read(&r);
  assert_string_equal(r.text, "CN-2024-55>INV-1 100.00 confirmed;P>INV-1 600.00 confirmed;");
  answer.day = book_day("2024-02-12");
  answer.answer = ARC_ANSWER_UNDO;
  book_check(arc_matcher_answer(r.matcher, &answer, &err), &err);
  assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
  run_close(&r);
}

#define MADE_BOOKS 100
#define MADE_ITEMS 6
#define MADE_NOTES 3

/* A payment of some items less some notes that the text names: what is settled is that, whatever else is open. */
static void test_made(void **state) {
  (void)state;
  uint64_t chance = 20240210;
  for (int book = 0; book < MADE_BOOKS; book++) {
    struct run r;
    char text[200] = "", keys[MADE_ITEMS + MADE_NOTES][16];
    int64_t cash = 0, settled[2] = {0, 0};
    run_open(&r);
    book_customer(&r.book, "A");
    for (int i = 0; i < MADE_ITEMS + MADE_NOTES; i++) {
      int is_note = i >= MADE_ITEMS;
      int64_t amount = is_note ? 500 + book_random_below(&chance, 3000) : 40000 + book_random_below(&chance, 90000);
      snprintf(keys[i], sizeof keys[i], "%s-%d", is_note ? "CR" : "INV", 710400 + 37 * i);
      if (is_note)
        note(&r, keys[i], "", "", amount);
      else
        book_invoice(&r.book, keys[i], "A", "2024-01-01", "2024-01-31", amount);
      if (i != 0 && book_random_below(&chance, 2)) continue;
      strcat(strcat(text, " "), keys[i]);
      cash += is_note ? -amount : amount;
      settled[is_note] += amount;
    }
    pay(&r, "P", cash, text);
    run_day(&r, "2024-02-10");
    assert_int_equal(r.applied, 1);
    int64_t by[2] = {0, 0};
    for (const char *line = r.text; *line; line = strchr(line, ';') + 1) {
      double amount = 0;
      assert_int_equal(sscanf(strchr(line, '>'), ">%*s %lf", &amount), 1);
      by[*line == 'C'] += (int64_t)(amount * 100 + 0.5);
    }
    assert_int_equal(by[1], settled[1]);
    assert_int_equal(by[0], cash);
    assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
    run_close(&r);
  }
}

/* Which credit settles which item does not depend on the order in which credits were recorded. */
static void test_any_order(void **state) {
  (void)state;
  static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  static const char *const keys[] = {"CN-2024-51", "CN-2024-52", "CN-2024-53"};
  static const int64_t amounts[] = {30000, 17000, 5000};
  char first[8192] = "";
  for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
    struct run r;
    run_small(&r);
    for (int i = 0; i < 3; i++)
      note(&r, keys[orders[o][i]], "", "", amounts[orders[o][i]]);
    pay(&r, "P", 68000, "INV-1 INV-10");
    run_day(&r, "2024-02-10");
    assert_int_equal(r.applied, 1);
    if (o == 0) strcpy(first, r.text);
    assert_string_equal(r.text, first);
    run_close(&r);
  }
}

/* Where there are more credits than are looked at, none is called the only one. */
static void test_too_many(void **state) {
  (void)state;
  for (int others = 0; others < 80; others += 40) {
    struct run r;
    run_small(&r);
    for (int i = 0; i < others; i++) {
      char key[20];
      snprintf(key, sizeof key, "OTHER-%04d", i);
      note(&r, key, "", "", 20000 + 37 * i);
    }
    note(&r, "CN-2024-55", "", "", 10000);
    pay(&r, "P", 60000, "INV-1");
    run_then(&r, others ? "P>INV-1 600.00 reference;" : "CN-2024-55>INV-1 100.00 reference;P>INV-1 600.00 reference;");
    run_close(&r);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_named),         cmocka_unit_test(test_of_an_invoice), cmocka_unit_test(test_unclear),
      cmocka_unit_test(test_earlier_overpayment), cmocka_unit_test(test_competing), cmocka_unit_test(test_balance),
      cmocka_unit_test(test_with_discount), cmocka_unit_test(test_advice),        cmocka_unit_test(test_told),
      cmocka_unit_test(test_answers),       cmocka_unit_test(test_made),
      cmocka_unit_test(test_any_order),     cmocka_unit_test(test_too_many)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
