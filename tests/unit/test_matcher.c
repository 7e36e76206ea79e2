/* Matcher: what it settles and what it leaves, its explanations, repeated and failing runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/match_run.h"
#include "../support/info.h"
#include "../support/calls.h"

/* ---- opening ---- */

static void test_open_checks(void **state) {
  (void)state;
  struct book book;
  arc_matcher *matcher = NULL;
  arc_error err = ARC_ERROR_INIT;
  static const struct {
    arc_matcher_options options;
    uint32_t field;
  } wrong[] = {
      {{sizeof(arc_matcher_options), 1, 0, 0, 0, 0, 0}, 1},
      {{sizeof(arc_matcher_options), 0, 2, 0, 0, 0, 0}, 2},
      {{sizeof(arc_matcher_options), 0, -1, 0, 0, 0, 0}, 2},
      {{sizeof(arc_matcher_options), 0, 0, 1000001, 0, 0, 0}, 3},
      {{sizeof(arc_matcher_options), 0, 0, 0, -1, 0, 0}, 4},
      {{sizeof(arc_matcher_options), 0, 0, 0, 0, 0, 1}, 6},
  };
  book_open(&book);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(arc_matcher_open(&matcher, book.ledger, &wrong[i].options, &err),
                     ARC_E_INVALID);
    assert_int_equal(err.field, wrong[i].field);
    assert_null(matcher);
  }
  arc_matcher_options small = ARC_MATCHER_OPTIONS_INIT;
  small.struct_size = 3;
  assert_int_equal(arc_matcher_open(&matcher, book.ledger, &small, &err), ARC_E_ABI);
  assert_int_equal(arc_matcher_open(NULL, book.ledger, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_matcher_open(&matcher, NULL, NULL, &err), ARC_E_INVALID);
  arc_matcher_close(NULL);
  book_close(&book);
}

static void test_run_checks(void **state) {
  (void)state;
  struct run r;
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  run_small(&r);
  assert_int_equal(arc_matcher_run(NULL, 0, NULL, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_matcher_run(r.matcher, ARC_DAY_NONE, NULL, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_matcher_run(r.matcher, book_day("2024-02-01"), NULL, NULL, &err), ARC_OK);
  assert_int_equal(arc_matcher_why(&report, r.matcher, "P", 1, book_day("2024-02-01"), &err),
                   ARC_E_NOT_FOUND);
  assert_int_equal(arc_matcher_why(&report, r.matcher, NULL, 0, book_day("2024-02-01"), &err),
                   ARC_E_NOT_FOUND);
  assert_int_equal(arc_matcher_why(&report, r.matcher, "P", 1, ARC_DAY_NONE, &err), ARC_E_INVALID);
  assert_int_equal(arc_matcher_why(NULL, r.matcher, "P", 1, book_day("2024-02-01"), &err),
                   ARC_E_INVALID);
  assert_null(report);
  run_close(&r);
}

/* ---- references ---- */

/* One payment into the small book; what comes of it. */
static void test_texts(void **state) {
  (void)state;
  static const struct {
    const char *customer;
    int64_t amount;
    const char *text, *applied;
  } cases[] = {
      {"A", 70000, "INV-1", "P>INV-1 700.00 reference;"},
      {"A", 70000, "inv 1", "P>INV-1 700.00 reference;"},
      {"A", 70000, "payment of inv1, thanks", "P>INV-1 700.00 reference;"},
      {"A", 50000, "/RFB/INV-10", "P>INV-10 500.00 reference;"},
      {"A", 50000, "invoice (INV-1 0)", ""}, /* names INV-1 and something else */
      {"A", 70000, "INV-100", ""},           /* no substring, and a number of nobody's */
      {"A", 50000, "INV-2", ""},             /* of another customer */
      {"A", 50000, "PO 77812", "P>INV-10 500.00 reference;"},
      {"A", 50000, "77812", ""}, /* not the whole order number; amount decides */
      {"A", 120000, "INV-1 + INV-10", "P>INV-1 700.00 reference;P>INV-10 500.00 reference;"},
      {"A", 120000, "INV-10\nINV-1\n", "P>INV-1 700.00 reference;P>INV-10 500.00 reference;"},
      {"A", 60000, "INV-1", "P>INV-1 600.00 reference;"}, /* short: the rest stays open */
      {"A", 75000, "INV-1", "P>INV-1 700.00 reference;"}, /* over: the rest stays on account */
      /* Short on two: taken from the larger one, where it stays open. */
      {"A", 110000, "INV-1 INV-10", "P>INV-1 600.00 reference;P>INV-10 500.00 reference;"},
      {"A", 90000, "INV-1 INV-10", ""}, /* far too short: which one is not paid? */
      {"A", 70000, "INV-1 INV-10", ""}, /* names more than it pays: suggested only */
      {"", 70000, "INV-1", "P>INV-1 700.00 reference;"}, /* the reference tells who paid */
      {"", 70000, "", ""},                               /* nobody knows who paid */
      {"", 100000, "INV-1 INV-2", ""},                   /* of two customers */
      {"", 60000, "INV-1", ""},                          /* neither payer nor amount are sure */
      {"A", 70000, "", "P>INV-1 700.00 amount;"},
      {"A", 70000, "THANK YOU", "P>INV-1 700.00 amount;"},
      {"A", 120000, "", "P>INV-1 700.00 sum;P>INV-10 500.00 sum;"},
      {"A", 70000, "XYZ-100", "P>INV-1 700.00 amount;"}, /* not how this book numbers invoices */
      {"A", 70000, "PREPAYMENT", ""},
      {"A", 70000, "on account", ""},
      {"A", 12345, "", ""},
      {"B", 70000, "", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct run r;
    run_small(&r);
    book_payment(&r.book, "P", cases[i].customer, "2024-02-10", cases[i].amount, cases[i].text);
    run_day(&r, "2024-02-10");
    if (strcmp(cases[i].text, "77812") == 0)
      assert_string_equal(r.text, "P>INV-10 500.00 amount;");
    else if (strcmp(r.text, cases[i].applied) != 0)
      fail_msg("case %u '%s': %s", (unsigned)i, cases[i].text, r.text);
    assert_int_equal(r.applied + r.left, 1);
    assert_int_equal(r.applied, r.text[0] != 0 || strcmp(cases[i].text, "PREPAYMENT") == 0 ||
                                    strcmp(cases[i].text, "on account") == 0);
    assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
    run_close(&r);
  }
}

/* Mere digits count within the payer's own open items, and only if one has them. */
static void test_digits(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  book_customer(&r.book, "B");
  book_invoice(&r.book, "INV-2024-0000123", "A", "2024-01-01", "2024-01-31", 70000);
  book_invoice(&r.book, "INV-2023-0000500", "A", "2024-01-01", "2024-01-31", 80000);
  book_invoice(&r.book, "INV-2024-0000500", "A", "2024-01-01", "2024-01-31", 90000);
  book_invoice(&r.book, "INV-2024-0000777", "B", "2024-01-01", "2024-01-31", 60000);
  book_payment(&r.book, "P1", "A", "2024-02-10", 70000, "PAYMENT 0000123");
  book_payment(&r.book, "P2", "A", "2024-02-10", 11111, "0000500"); /* two items */
  book_payment(&r.book, "P3", "A", "2024-02-10", 22222, "0000777"); /* somebody else's */
  book_payment(&r.book, "P4", "", "2024-02-10", 60000, "0000777");  /* the only one in the book */
  book_payment(&r.book, "P5", "A", "2024-02-10", 90000, "20240000500");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text,
                      "P1>INV-2024-0000123 700.00 reference;P4>INV-2024-0000777 600.00 reference;"
                      "P5>INV-2024-0000500 900.00 reference;");
  assert_true(run_why(&r, "P2", "2024-02-09", "decision", "leave: it is received later"));
  run_close(&r);
}

static void test_broken_number(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  book_invoice(&r.book, "INV-2024-0000123", "A", "2024-01-01", "2024-01-31", 70000);
  book_payment(&r.book, "P", "A", "2024-02-10", 60000, "INV-202 4-0000123");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P>INV-2024-0000123 600.00 reference;");
  run_close(&r);
}

/* The bank's own reference may hold an invoice number, but its digits mean nothing. */
static void test_bank_reference(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  book_invoice(&r.book, "INV-2024-0000123", "A", "2024-01-01", "2024-01-31", 70000);
  book_invoice(&r.book, "INV-2024-0000124", "A", "2024-01-01", "2024-01-31", 80000);
  arc_payment p = book_payment_of("P", "A", book_day("2024-02-10"), 60000, "");
  p.bank_reference = book_text("INV-2024-0000123");
  book_post_payment(&r.book, &p);
  p = book_payment_of("Q", "A", book_day("2024-02-10"), 60000, "");
  p.bank_reference = book_text("0000124");
  book_post_payment(&r.book, &p);
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P>INV-2024-0000123 600.00 reference;");
  run_close(&r);
}

/* A parent pays for its child; two children of one parent may be paid together. */
static void test_family(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "PARENT");
  arc_customer child = ARC_CUSTOMER_INIT;
  child.key = child.name = book_text("C1");
  child.parent = book_text("PARENT");
  book_post_customer(&r.book, &child);
  child.key = child.name = book_text("C2");
  book_post_customer(&r.book, &child);
  book_invoice(&r.book, "INV-1", "C1", "2024-01-01", "2024-01-31", 70000);
  book_invoice(&r.book, "INV-2", "C2", "2024-01-01", "2024-01-31", 30000);
  book_invoice(&r.book, "INV-3", "C2", "2024-01-01", "2024-01-31", 20000);
  book_payment(&r.book, "P1", "PARENT", "2024-02-10", 70000, "INV-1");
  book_payment(&r.book, "P2", "", "2024-02-10", 50000, "INV-2 INV-3");
  run_day(&r, "2024-02-10");
  assert_string_equal(
      r.text, "P1>INV-1 700.00 reference;P2>INV-2 300.00 reference;P2>INV-3 200.00 reference;");
  run_close(&r);
}

/* Two invoices may bear one number; then it names neither. */
static void test_same_number(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  for (int i = 0; i < 2; i++) {
    arc_invoice row = book_invoice_of(i ? "K2" : "K1", "A", book_day("2024-01-01"),
                                      book_day("2024-01-31"), 10000 + i);
    row.number = book_text("INV-5");
    book_post_invoice(&r.book, &row);
  }
  book_payment(&r.book, "P", "A", "2024-02-10", 9000, "INV-5");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "");
  assert_true(run_why(&r, "P", "2024-02-10", "reference", "INV5: fits several open items"));
  run_close(&r);
}

/* A payment in another currency settles nothing of this one. */
static void test_currency(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  arc_payment p = book_payment_of("P", "A", book_day("2024-02-10"), 70000, "INV-1");
  memcpy(p.currency, "EUR", 4);
  book_post_payment(&r.book, &p);
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "");
  assert_int_equal(r.left, 1);
  run_close(&r);
}

/* One of several numbers is garbled: the only item that makes up the amount is taken for it. */
static void test_rest(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  book_invoice(&r.book, "INV-1001", "A", "2024-01-01", "2024-01-31", 10100);
  book_invoice(&r.book, "INV-1002", "A", "2024-01-01", "2024-01-31", 20300);
  book_invoice(&r.book, "INV-1003", "A", "2024-01-01", "2024-01-31", 40700);
  book_invoice(&r.book, "INV-1004", "A", "2024-01-01", "2024-01-31", 80900);
  book_payment(&r.book, "P", "A", "2024-02-10", 30400, "INV-1001 1NV-1OO2");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P>INV-1001 101.00 reference;P>INV-1002 203.00 reference;");
  book_payment(&r.book, "Q", "A", "2024-02-11", 40701, "INV-1003 1NV-1OO4");
  run_day(&r, "2024-02-11");
  assert_int_equal(r.applied, 0);
  assert_int_equal(r.left, 1);
  run_close(&r);
}

/* ---- discounts, tolerance, disputes, instalments ---- */

static void add_discounted(struct run *r, const char *key, int64_t amount) {
  arc_invoice row =
      book_invoice_of(key, "A", book_day("2024-01-01"), book_day("2024-01-31"), amount);
  row.discount_bp = 200;
  row.discount_days = 10;
  book_post_invoice(&r->book, &row);
}

static void test_discounts(void **state) {
  (void)state;
  static const struct {
    const char *received;
    int64_t amount;
    const char *text, *applied;
  } cases[] = {
      {"2024-01-11", 98000, "INV-1", "P>INV-1 980.00-20.00 reference;"},
      {"2024-01-12", 98000, "INV-1", "P>INV-1 980.00 reference;"}, /* late: a part payment */
      {"2024-01-11", 294000, "INV-1 INV-2",
       "P>INV-1 980.00-20.00 reference;P>INV-2 1960.00-40.00 reference;"},
      {"2024-01-11", 298000, "INV-1 INV-2",
       "P>INV-1 980.00-20.00 reference;P>INV-2 2000.00 reference;"},
      {"2024-01-11", 296000, "INV-1 INV-2",
       "P>INV-1 1000.00 reference;P>INV-2 1960.00-40.00 reference;"},
      {"2024-01-11", 300000, "INV-1 INV-2", "P>INV-1 1000.00 reference;P>INV-2 2000.00 reference;"},
      {"2024-01-11", 98000, "", "P>INV-1 980.00-20.00 amount;"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct run r;
    run_open(&r);
    book_customer(&r.book, "A");
    add_discounted(&r, "INV-1", 100000);
    add_discounted(&r, "INV-2", 200000);
    book_payment(&r.book, "P", "A", cases[i].received, cases[i].amount, cases[i].text);
    run_day(&r, "2024-01-15"); /* the value day counts, not that of the run */
    if (strcmp(r.text, cases[i].applied) != 0) fail_msg("case %u: %s", (unsigned)i, r.text);
    run_close(&r);
  }
}

/* Equal discounts: which of the two was taken cannot be known. */
static void test_discount_ambiguous(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  add_discounted(&r, "INV-1", 100000);
  add_discounted(&r, "INV-2", 100000);
  book_payment(&r.book, "P", "A", "2024-01-05", 198000, "INV-1 INV-2");
  run_day(&r, "2024-01-05");
  assert_string_equal(r.text, "");
  run_close(&r);
}

/* A disputed invoice is not paid early in full, whatever is paid of it. */
static void test_discount_disputed(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  add_discounted(&r, "INV-1", 100000);
  book_dispute(&r.book, "D", "INV-1", "2024-01-02", 10000);
  book_payment(&r.book, "P", "A", "2024-01-05", 98000, "INV-1");
  run_day(&r, "2024-01-05");
  assert_string_equal(r.text, "P>INV-1 980.00 reference;");
  run_close(&r);
}

static void test_discount_grace_and_part(void **state) {
  (void)state;
  struct run r;
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  options.discount_grace_days = 2;
  run_open_with(&r, &options);
  book_customer(&r.book, "A");
  add_discounted(&r, "INV-1", 100000);
  add_discounted(&r, "INV-2", 100000);
  book_payment(&r.book, "P1", "A", "2024-01-13", 98000, "INV-1");
  book_payment(&r.book, "P2", "A", "2024-01-05", 50000, "INV-2");
  run_day(&r, "2024-01-13");
  /* After a part payment the discount is gone: 490.00 is a part, not 500.00 less 2 %. */
  book_payment(&r.book, "P3", "A", "2024-01-06", 49000, "INV-2");
  run_day(&r, "2024-01-14");
  assert_string_equal(r.text, "P1>INV-1 980.00-20.00 reference;P2>INV-2 500.00 reference;"
                              "P3>INV-2 490.00 reference;");
  run_close(&r);
}

static void test_tolerance(void **state) {
  (void)state;
  static const struct {
    int64_t amount;
    const char *text, *applied;
  } cases[] = {
      {99997, "INV-1", "P>INV-1 999.97~0.03 reference;"},
      {99994, "INV-1", "P>INV-1 999.94 reference;"}, /* beyond: a part */
      {299997, "INV-1 INV-2", "P>INV-1 1000.00 reference;P>INV-2 1999.97~0.03 reference;"},
      {97999, "INV-1", "P>INV-1 979.99-20.00~0.01 reference;"},
      {98002, "INV-1", "P>INV-1 980.02-19.98 reference;"}, /* a little less discount */
      {99997, "", ""},                                     /* no tolerance without a reference */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct run r;
    arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
    options.tolerance = 5;
    run_open_with(&r, &options);
    book_customer(&r.book, "A");
    add_discounted(&r, "INV-1", 100000);
    add_discounted(&r, "INV-2", 200000);
    book_payment(&r.book, "P", "A", "2024-01-05", cases[i].amount, cases[i].text);
    run_day(&r, "2024-01-05");
    if (strcmp(r.text, cases[i].applied) != 0) fail_msg("case %u: %s", (unsigned)i, r.text);
    run_close(&r);
  }
}

static void test_disputes(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  book_invoice(&r.book, "INV-1", "A", "2024-01-01", "2024-01-31", 70000);
  book_invoice(&r.book, "INV-2", "A", "2024-01-01", "2024-01-31", 5000);
  book_dispute(&r.book, "D1", "INV-1", "2024-01-05", 10000);
  book_dispute(&r.book, "D2", "INV-2", "2024-01-05", 0);    /* all of it */
  book_payment(&r.book, "P1", "A", "2024-02-10", 5000, ""); /* disputed: no candidate */
  book_payment(&r.book, "P2", "A", "2024-02-10", 60000, "");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P2>INV-1 600.00 amount;");
  run_close(&r);
}

static void add_instalments(struct run *r) {
  arc_instalment parts[2] = {{sizeof(arc_instalment), 0, 30000},
                             {sizeof(arc_instalment), 0, 40000}};
  parts[0].due = book_day("2024-01-31");
  parts[1].due = book_day("2024-02-29");
  arc_invoice row = book_invoice_of("INV-1", "A", book_day("2024-01-01"), ARC_DAY_NONE, 70000);
  row.instalments = parts;
  row.instalment_count = 2;
  book_post_invoice(&r->book, &row);
}

static void test_instalments(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  add_instalments(&r);
  book_payment(&r.book, "P1", "A", "2024-01-20", 30000, ""); /* the oldest instalment */
  run_day(&r, "2024-01-20");
  assert_string_equal(r.text, "P1>INV-1 300.00 amount;");
  book_payment(&r.book, "P2", "A", "2024-01-21", 40000, "INV-1");
  run_day(&r, "2024-01-21");
  assert_string_equal(r.text, "P1>INV-1 300.00 amount;P2>INV-1 400.00 reference;");
  run_close(&r);
  run_open(&r); /* both in one run */
  book_customer(&r.book, "A");
  add_instalments(&r);
  book_payment(&r.book, "P1", "A", "2024-01-20", 30000, "INV-1");
  book_payment(&r.book, "P2", "", "2024-01-20", 40000, "INV-1");
  run_day(&r, "2024-01-20");
  assert_string_equal(r.text, "P1>INV-1 300.00 reference;P2>INV-1 400.00 reference;");
  run_close(&r);
  run_open(&r); /* money goes to the oldest first */
  book_customer(&r.book, "A");
  add_instalments(&r);
  book_payment(&r.book, "P", "A", "2024-01-20", 50000, "INV-1");
  run_day(&r, "2024-01-20");
  assert_string_equal(r.text, "P>INV-1 200.00 reference;P>INV-1 300.00 reference;");
  run_close(&r);
}

/* ---- amounts ---- */

static void test_ambiguous_amount(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  book_invoice(&r.book, "INV-1", "A", "2024-01-01", "2024-01-31", 70000);
  book_invoice(&r.book, "INV-2", "A", "2024-01-02", "2024-01-31", 70000);
  book_payment(&r.book, "P", "A", "2024-02-10", 70000, "");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "");
  assert_true(run_why(&r, "P", "2024-02-10", "decision", "leave: several open items"));
  assert_true(run_why(&r, "P", "2024-02-10", "item", "INV-1: 700.00"));
  assert_true(run_why(&r, "P", "2024-02-10", "alternative", "INV-2: 700.00"));
  assert_true(run_why(&r, "P", "2024-02-10", "searched", "sets of 2 open items that make up 700.00: several"));
  assert_true(run_why(&r, "P", "2024-02-10", "missing", "the number of one item"));
  run_close(&r);
}

static void test_competing_amounts(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-10", 70000, "");
  book_payment(&r.book, "P2", "A", "2024-02-10", 70000, "");
  book_payment(&r.book, "P3", "A", "2024-02-10", 50000, "");
  assert_true(run_why(&r, "P1", "2024-02-10", "decision", "leave: another payment"));
  assert_true(run_why(&r, "P3", "2024-02-10", "decision", "apply: settles the only open item"));
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P3>INV-10 500.00 amount;");
  assert_int_equal(r.left, 2);
  run_close(&r);
}

/* References win over amounts, whichever came first. */
static void test_reference_first(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-10", 70000, "");
  book_payment(&r.book, "P2", "A", "2024-02-10", 70000, "INV-1");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P2>INV-1 700.00 reference;");
  run_close(&r);
}

/* Paid twice on one day: once is settled, once stays on account. */
static void test_duplicate(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  book_payment(&r.book, "P10", "A", "2024-02-10", 70000, "INV-1");
  book_payment(&r.book, "P9", "A", "2024-02-10", 70000, "INV-1");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P9>INV-1 700.00 reference;");
  assert_true(run_why(&r, "P10", "2024-02-10", "decision",
                      "on account: the same payment came before and settled its items"));
  run_close(&r);
}

static void test_oldest_first(void **state) {
  (void)state;
  struct run r;
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  options.unmatched = ARC_UNMATCHED_OLDEST_FIRST;
  run_open_with(&r, &options);
  book_customer(&r.book, "A");
  book_invoice(&r.book, "INV-3", "A", "2024-01-03", "2024-01-20", 30000);
  book_invoice(&r.book, "INV-1", "A", "2024-01-01", "2024-01-31", 70000);
  book_invoice(&r.book, "INV-2", "A", "2024-01-02", "2024-01-25", 40000);
  book_dispute(&r.book, "D", "INV-3", "2024-01-05", 10000);
  book_payment(&r.book, "P1", "A", "2024-02-10", 45000, "");
  book_payment(&r.book, "P2", "A", "2024-02-10", 99, "PREPAYMENT");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P1>INV-2 250.00 oldest-first;P1>INV-3 200.00 oldest-first;");
  book_payment(&r.book, "P3", "A", "2024-02-11", 500000, "");
  run_day(&r, "2024-02-11");
  book_payment(&r.book, "P4", "A", "2024-02-12", 1, "");
  run_day(&r, "2024-02-12");
  assert_int_equal(r.left, 1);
  assert_true(run_why(&r, "P4", "2024-02-12", "decision", "leave: the payer has no open item"));
  run_close(&r);
}

static void test_confidence_bound(void **state) {
  (void)state;
  struct run r;
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  options.apply_ppm = 990000;
  run_open_with(&r, &options);
  book_customer(&r.book, "A");
  book_invoice(&r.book, "INV-1", "A", "2024-01-01", "2024-01-31", 70000);
  book_invoice(&r.book, "INV-2", "A", "2024-01-02", "2024-01-31", 50000);
  book_payment(&r.book, "P1", "A", "2024-02-10", 70000, "");
  book_payment(&r.book, "P2", "A", "2024-02-10", 50000, "INV-2");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P2>INV-2 500.00 reference;");
  assert_true(run_why(&r, "P1", "2024-02-10", "decision", "leave: not sure enough"));
  assert_true(run_why(&r, "P1", "2024-02-10", "item", "INV-1: 700.00"));
  run_close(&r);
}

/* ---- runs ---- */

static void test_runs(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-12", 70000,
               "INV-1"); /* received later than the first run */
  book_payment(&r.book, "P2", "B", "2024-02-10", 30000, "INV-2");
  run_day(&r, "2024-02-10");
  assert_int_equal(r.applied, 1);
  assert_int_equal(r.left, 0);
  run_day(&r, "2024-02-11");
  assert_int_equal(r.applied + r.left, 0);
  run_day(&r, "2024-02-12");
  assert_string_equal(r.text, "P1>INV-1 700.00 reference;P2>INV-2 300.00 reference;");
  uint64_t sequence = info_of(r.book.ledger).next_sequence;
  run_day(&r, "2024-02-13");
  assert_int_equal(r.applied + r.left, 0);
  assert_int_equal(info_of(r.book.ledger).next_sequence, sequence);
  run_close(&r);
}

/* The application is dated with the run, not before what it settles. */
static void test_day(void **state) {
  (void)state;
  struct run r;
  arc_report *report;
  arc_query query = ARC_QUERY_INIT;
  run_small(&r);
  book_payment(&r.book, "P", "A", "2024-02-10", 70000, "INV-1");
  run_day(&r, "2024-02-14");
  query.report = ARC_REPORT_APPLICATIONS;
  assert_int_equal(arc_ledger_report(&report, r.book.ledger, &query, NULL), ARC_OK);
  assert_int_equal(arc_report_integer(report, 0, 2), book_day("2024-02-14"));
  arc_report_free(report);
  run_close(&r);
}

/* What a later day settles is not settled again on an earlier one. */
static void test_past_day(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-10", 70000, "");
  book_payment(&r.book, "P2", "A", "2024-02-20", 70000, "");
  book_apply(&r.book, "P2", "INV-1", book_day("2024-02-20"), 70000, ARC_HOW_GIVEN);
  run_day(&r, "2024-02-15");
  assert_string_equal(r.text, "P2>INV-1 700.00 given;");
  assert_int_equal(r.left, 1);
  run_close(&r);
}

static void test_human(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-10", 70000, "INV-1");
  book_payment(&r.book, "P2", "A", "2024-02-10", 40000, "INV-10");
  book_payment(&r.book, "P3", "B", "2024-02-10", 30000, "INV-2");
  book_apply(&r.book, "P1", "INV-1", book_day("2024-02-10"), 70000, ARC_HOW_GIVEN);
  book_unapply(&r.book, "P1", "INV-1", "2024-02-10");
  book_apply(&r.book, "P2", "INV-10", book_day("2024-02-10"), 10000, ARC_HOW_GIVEN);
  book_reverse(&r.book, "P3", book_day("2024-02-10"));
  book_credit_note(&r.book, "C1", "B", "2024-02-10", 30000);
  run_day(&r, "2024-02-10");
  assert_int_equal(r.applied, 0);
  assert_int_equal(r.left, 2); /* what a human undid or began is his; the rest is nobody's */
  assert_true(
      run_why(&r, "P1", "2024-02-10", "applied", "INV-1: 700.00 on 2024-02-10, given by the host"));
  assert_true(run_why(&r, "P2", "2024-02-10", "decision",
                      "what is not applied is left to a human: 300.00"));
  assert_true(run_why(&r, "P3", "2024-02-10", "decision", "reversed on 2024-02-10"));
  run_close(&r);
}

/* A batch that is dropped takes the run back with it, and the next run does it again. */
static void test_dropped_batch(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-10", 70000, "INV-1");
  assert_int_equal(arc_batch_begin(r.book.ledger, NULL), ARC_OK);
  book_invoice(&r.book, "INV-3", "B", "2024-01-03", "2024-02-02", 10000);
  book_payment(&r.book, "P2", "B", "2024-02-10", 10000, "INV-3");
  run_day(&r, "2024-02-10");
  assert_int_equal(r.applied, 2);
  arc_batch_abort(r.book.ledger);
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P1>INV-1 700.00 reference;");
  run_close(&r);
}

/* Other invoices and payments stand on the rows of those that a dropped batch took with it. */
static void test_replaced_rows(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-10", 70000, "INV-1");
  assert_int_equal(arc_batch_begin(r.book.ledger, NULL), ARC_OK);
  book_invoice(&r.book, "INV-3", "B", "2024-01-03", "2024-02-02", 10000);
  book_payment(&r.book, "P2", "B", "2024-02-10", 10000, "INV-3");
  run_day(&r, "2024-02-10");
  arc_batch_abort(r.book.ledger);
  assert_int_equal(arc_batch_begin(r.book.ledger, NULL), ARC_OK);
  book_invoice(&r.book, "INV-4", "B", "2024-01-03", "2024-02-02", 20000);
  book_payment(&r.book, "P3", "B", "2024-02-10", 20000, "INV-4");
  run_day(&r, "2024-02-10");
  assert_int_equal(r.applied, 2);
  assert_int_equal(arc_batch_commit(r.book.ledger, NULL), ARC_OK);
  run_read(&r);
  assert_string_equal(r.text, "P1>INV-1 700.00 reference;P3>INV-4 200.00 reference;");
  run_close(&r);
}

static void test_new_matcher(void **state) {
  (void)state;
  struct run r;
  arc_matcher *again;
  size_t applied, left;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-10", 70000, "INV-1");
  book_payment(&r.book, "P2", "A", "2024-02-10", 123, "");
  run_day(&r, "2024-02-10");
  assert_int_equal(arc_matcher_open(&again, r.book.ledger, NULL, NULL), ARC_OK);
  assert_int_equal(arc_matcher_run(again, book_day("2024-02-10"), &applied, &left, NULL), ARC_OK);
  assert_int_equal(applied, 0);
  assert_int_equal(left, 0); /* a payment is decided once, by whichever handle */
  arc_matcher_close(again);
  run_close(&r);
}

/* The longest texts the ledger takes, all words. */
static void test_long_texts(void **state) {
  (void)state;
  struct run r;
  char text[4097], reference[513], number[513];
  run_small(&r);
  for (size_t i = 0; i < 4096; i++)
    text[i] = i % 2 ? ' ' : '7';
  for (size_t i = 0; i < 512; i++) {
    reference[i] = i % 2 ? '1' : '/';
    number[i] = 'N';
  }
  memcpy(text + 4090, " INV-1", 7);
  reference[512] = number[512] = 0;
  arc_invoice long_number =
      book_invoice_of("K", "A", book_day("2024-01-01"), book_day("2024-02-01"), 999);
  long_number.number = book_text(number);
  book_post_invoice(&r.book, &long_number);
  arc_payment p = book_payment_of("P", "A", book_day("2024-02-10"), 70000, text);
  p.bank_reference = book_text(reference);
  book_post_payment(&r.book, &p);
  memset(text, 'x', 4096);
  p = book_payment_of("Q", "A", book_day("2024-02-10"), 4711, text);
  p.bank_reference = book_text(number);
  book_post_payment(&r.book, &p);
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P>INV-1 700.00 reference;");
  assert_int_equal(r.left, 1);
  run_close(&r);
}

/* ---- proposals and answers ---- */

struct proposed {
  size_t rows;
  char first[64], decision[128];
  int64_t rank;
};

static void propose(struct run *r, const char *payment, const char *day, struct proposed *out) {
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_matcher_propose(&report, r->matcher, payment, payment ? ARC_NUL_TERMINATED : 0, book_day(day), &err), &err);
  out->rows = arc_report_rows(report);
  snprintf(out->first, sizeof out->first, "%s", out->rows ? arc_report_text(report, 0, 2, NULL) : "");
  snprintf(out->decision, sizeof out->decision, "%s", out->rows ? arc_report_text(report, 0, 9, NULL) : "");
  out->rank = arc_report_integer(report, 0, 1);
  arc_report_free(report);
}

static arc_match_answer answer_of(const char *payment, uint32_t rank, const char *day) {
  arc_match_answer a = ARC_MATCH_ANSWER_INIT;
  a.payment = book_text(payment);
  a.rank = rank;
  a.day = book_day(day);
  a.author = book_text("Ida");
  a.reason = book_text("asked the customer");
  return a;
}

/* A rehearsal says what the run does, and records nothing. */
static void test_propose(void **state) {
  (void)state;
  struct run r;
  struct proposed p;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-10", 70000, "INV-1");
  book_payment(&r.book, "P2", "A", "2024-02-10", 99, "PREPAYMENT");
  book_payment(&r.book, "P3", "", "2024-02-10", 99, "");
  uint64_t sequence = info_of(r.book.ledger).next_sequence;
  propose(&r, "P1", "2024-02-10", &p);
  assert_string_equal(p.first, "INV-1");
  assert_string_equal(p.decision, "apply");
  propose(&r, "P2", "2024-02-10", &p);
  assert_string_equal(p.first, "");
  assert_string_equal(p.decision, "on account");
  propose(&r, "P3", "2024-02-10", &p);
  assert_int_equal(p.rank, 0);
  assert_string_equal(p.decision, "leave: it is not known who paid");
  propose(&r, NULL, "2024-02-10", &p);
  assert_int_equal(p.rows, 3);
  assert_int_equal(info_of(r.book.ledger).next_sequence, sequence);
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P1>INV-1 700.00 reference;");
  propose(&r, NULL, "2024-02-10", &p);
  assert_int_equal(p.rows, 0);
  arc_report *report;
  assert_int_equal(arc_matcher_propose(&report, r.matcher, "P9", 2, book_day("2024-02-10"), NULL), ARC_E_NOT_FOUND);
  assert_int_equal(arc_matcher_propose(&report, r.matcher, NULL, 0, book_day("2024-02-09"), NULL), ARC_E_REFUSED);
  assert_int_equal(arc_matcher_propose(&report, r.matcher, "P9", 0, book_day("2024-02-10"), NULL), ARC_OK); /* all */
  arc_report_free(report);
  assert_int_equal(arc_matcher_propose(NULL, r.matcher, NULL, 0, book_day("2024-02-10"), NULL), ARC_E_INVALID);
  run_close(&r);
}

/* What is refused is not proposed again; what is confirmed is applied, and teaches who pays under that name. */
static void test_answers(void **state) {
  (void)state;
  struct run r;
  struct proposed p;
  run_open(&r);
  book_customer(&r.book, "A");
  book_customer(&r.book, "B");
  book_invoice(&r.book, "INV-1", "A", "2024-01-01", "2024-01-31", 70000);
  book_invoice(&r.book, "INV-2", "A", "2024-01-02", "2024-01-31", 70000);
  book_invoice(&r.book, "INV-3", "A", "2024-01-02", "2024-02-05", 30000);
  arc_payment row = book_payment_of("P", "A", book_day("2024-02-10"), 70000, "");
  row.payer_name = book_text("Central Paying Office 7");
  book_post_payment(&r.book, &row);
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "");
  arc_match_answer a = answer_of("P", 1, "2024-02-11");
  propose(&r, "P", "2024-02-11", &p);
  assert_string_equal(p.first, "INV-1");
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_REJECT, NULL), ARC_OK);
  propose(&r, "P", "2024-02-11", &p);
  assert_string_equal(p.first, "INV-2"); /* the other one, and no longer the first */
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_CONFIRM, NULL), ARC_OK);
  run_read(&r);
  assert_string_equal(r.text, "P>INV-2 700.00 confirmed;");
  assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
  /* The name is known from here on. */
  row = book_payment_of("Q", "", book_day("2024-02-12"), 30000, "");
  row.payer_name = book_text("CENTRAL PAYING OFFICE 7");
  book_post_payment(&r.book, &row);
  assert_true(run_why(&r, "Q", "2024-02-12", "payer", "A, by a name of earlier payments"));
  run_day(&r, "2024-02-12");
  assert_string_equal(r.text, "P>INV-2 700.00 confirmed;Q>INV-3 300.00 amount;");
  run_close(&r);
}

static void test_undo(void **state) {
  (void)state;
  struct run r;
  struct proposed p;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-10", 120000, "INV-1 INV-10");
  book_payment(&r.book, "P2", "B", "2024-02-10", 30000, "INV-2");
  run_day(&r, "2024-02-10");
  arc_match_answer a = answer_of("P1", 0, "2024-02-11");
  a.invoice = book_text("INV-10");
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_UNDO, NULL), ARC_OK);
  int64_t receivable, unapplied;
  assert_int_equal(arc_ledger_balance(r.book.ledger, &receivable, &unapplied, "A", 1, "", ARC_DAY_NONE, NULL), ARC_OK);
  assert_int_equal(receivable, 50000);
  assert_int_equal(unapplied, 50000);
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_UNDO, NULL), ARC_E_NOT_FOUND); /* it settles that one no longer */
  a.invoice = book_text("");
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_UNDO, NULL), ARC_OK);
  assert_int_equal(arc_ledger_balance(r.book.ledger, &receivable, NULL, "B", 1, "", ARC_DAY_NONE, NULL), ARC_OK);
  assert_int_equal(receivable, 0);
  run_day(&r, "2024-02-12"); /* it is a human's now */
  assert_int_equal(r.applied, 0);
  propose(&r, "P1", "2024-02-12", &p);
  assert_true(p.rank == 0 || strcmp(p.decision, "apply") != 0);
  assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
  run_close(&r);
}

static void test_answer_checks(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  book_payment(&r.book, "P1", "A", "2024-02-10", 99, "PREPAYMENT");
  arc_match_answer a = answer_of("P1", 1, "2024-02-10"), none = answer_of("P9", 1, "2024-02-10");
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_CONFIRM, NULL), ARC_E_REFUSED); /* nothing to record */
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_REJECT, NULL), ARC_OK);
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_CONFIRM, NULL), ARC_E_NOT_FOUND);
  assert_int_equal(call_answer(r.matcher, &none, ARC_ANSWER_CONFIRM, NULL), ARC_E_NOT_FOUND);
  assert_int_equal(call_answer(r.matcher, &none, ARC_ANSWER_REJECT, NULL), ARC_E_NOT_FOUND);
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_UNDO, NULL), ARC_E_NOT_FOUND);
  assert_int_equal(arc_matcher_answer(r.matcher, NULL, NULL), ARC_E_INVALID);
  assert_int_equal(call_answer(NULL, &a, ARC_ANSWER_CONFIRM, NULL), ARC_E_INVALID);
  a.struct_size = 3;
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_REJECT, NULL), ARC_E_ABI);
  run_close(&r);
}

/* ---- learning ---- */

#ifndef ARC_TEST_SWEEP /* many runs, of which none is unlike the others */
#define LEARN_ITEMS 60

/* Customer A with many items of different amounts, far apart. */
static void learn_open(struct run *r, uint32_t apply_ppm) {
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  options.apply_ppm = apply_ppm;
  run_open_with(r, &options);
  for (int i = 0; i < LEARN_ITEMS; i++) {
    char key[16], customer[16];
    snprintf(key, sizeof key, "INV-%d", 3000 + 11 * i);
    snprintf(customer, sizeof customer, "C%d", i);
    book_customer(&r->book, customer);
    book_invoice(&r->book, key, customer, "2024-01-01", "2024-01-31", 10000 + 731 * i);
  }
}

/* Pays item i: less a tenth by its number, or in full without one. Returns whether it was applied without a human. */
static int learn_pay(struct run *r, int i, int by_number) {
  char key[16], text[16], customer[16];
  int64_t amount = 10000 + 731 * i;
  snprintf(key, sizeof key, "P%d", i);
  snprintf(customer, sizeof customer, "C%d", i);
  snprintf(text, sizeof text, "INV-%d", 3000 + 11 * i);
  book_payment(&r->book, key, customer, "2024-02-10", by_number ? amount - amount / 10 : amount, by_number ? text : "");
  run_day(r, "2024-02-10");
  return r->applied == 1;
}

static void learn_answer(struct run *r, int i, int32_t answer) {
  char key[16];
  arc_error err = ARC_ERROR_INIT;
  snprintf(key, sizeof key, "P%d", i);
  arc_match_answer a = answer_of(key, 1, "2024-02-10");
  a.answer = answer;
  book_check(arc_matcher_answer(r->matcher, &a, &err), &err);
}

/* What humans confirm becomes surer, until it is applied; refused, it is left again. */
static void test_learns_from_answers(void **state) {
  (void)state;
  struct run r;
  int i = 0;
  learn_open(&r, 985000);
  while (i < LEARN_ITEMS - 5 && !learn_pay(&r, i, 1))
    learn_answer(&r, i++, ARC_ANSWER_CONFIRM);
  assert_in_range(i, 5, 40); /* a deduction is worth 0.975 by the table */
  assert_true(run_why(&r, "P0", "2024-02-10", "applied", "INV-3000: 90.00 on 2024-02-10, confirmed by a human"));
  i++;
  for (int wrong = 0; wrong < 3; wrong++) {
    while (learn_pay(&r, i, 1)) /* one that is applied is wrong, as it turns out */
      learn_answer(&r, i++, ARC_ANSWER_UNDO);
    learn_answer(&r, i++, ARC_ANSWER_REJECT);
  }
  assert_false(learn_pay(&r, i, 1));
  char key[16], learned[80];
  snprintf(key, sizeof key, "P%d", i);
  snprintf(learned, sizeof learned, "-0.0");
  assert_true(run_why(&r, key, "2024-02-10", "learned", learned));
  assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
  run_close(&r);
}

/* However often an amount alone was confirmed, it is applied no sooner; but undone, it is left sooner. */
static void test_learns_nothing_of_amounts(void **state) {
  (void)state;
  struct run r;
  learn_open(&r, 970000);
  for (int i = 0; i < LEARN_ITEMS; i++) {
    assert_false(learn_pay(&r, i, 0));
    learn_answer(&r, i, ARC_ANSWER_CONFIRM);
  }
  run_close(&r);
  learn_open(&r, 0);
  assert_true(learn_pay(&r, 0, 0));
  book_reverse(&r.book, "P0", book_day("2024-02-10")); /* a payment that bounced tells nothing */
  assert_true(learn_pay(&r, 1, 0));
  learn_answer(&r, 1, ARC_ANSWER_UNDO);
  assert_false(learn_pay(&r, 2, 0));
  assert_true(run_why(&r, "P2", "2024-02-10", "learned", "-0.0"));
  run_close(&r);
}

/* One wrong among many that stand is one among many. */
static void test_learns_by_share(void **state) {
  (void)state;
  struct run r;
  learn_open(&r, 0);
  for (int i = 0; i < LEARN_ITEMS - 1; i++)
    assert_true(learn_pay(&r, i, 0));
  learn_answer(&r, 7, ARC_ANSWER_UNDO);
  assert_true(learn_pay(&r, LEARN_ITEMS - 1, 0));
  run_close(&r);
}

#endif

/* A proposal that is confirmed stands against those above it. */
static void test_confirm_second(void **state) {
  (void)state;
  struct run r;
  struct proposed p;
  run_open(&r);
  book_customer(&r.book, "A");
  book_invoice(&r.book, "INV-1", "A", "2024-01-01", "2024-01-31", 70000);
  book_invoice(&r.book, "INV-2", "A", "2024-01-02", "2024-01-31", 70000);
  book_payment(&r.book, "P", "A", "2024-02-10", 70000, "");
  run_day(&r, "2024-02-10");
  arc_match_answer a = answer_of("P", 2, "2024-02-11");
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_CONFIRM, NULL), ARC_OK);
  run_read(&r);
  assert_string_equal(r.text, "P>INV-2 700.00 confirmed;");
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_UNDO, NULL), ARC_OK);
  propose(&r, "P", "2024-02-11", &p);
  assert_int_equal(p.rank, 0); /* both are refused */
  run_close(&r);
}

/* ---- another currency ---- */

static void add_in(struct run *r, const char *key, const char *currency, int64_t amount) {
  arc_invoice row = book_invoice_of(key, "A", book_day("2024-01-01"), book_day("2024-01-31"), amount);
  memcpy(row.currency, currency, 4);
  row.discount_bp = strcmp(key, "EUR-3") == 0 ? 300 : 0;
  row.discount_days = row.discount_bp ? 60 : 0;
  book_post_invoice(&r->book, &row);
}

/* Cash of another currency than the items it names: proposed with the equation, whatever the host's threshold, and
 * settled exactly when confirmed. */
static void test_exchange(void **state) {
  (void)state;
  struct run r;
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  options.apply_ppm = 1;
  run_open_with(&r, &options);
  book_customer(&r.book, "A");
  book_customer(&r.book, "B");
  add_in(&r, "EUR-1", "EUR", 50000);
  add_in(&r, "EUR-2", "EUR", 33333);
  add_in(&r, "EUR-3", "EUR", 100000);
  add_in(&r, "GBP-4", "GBP", 100000);
  book_payment(&r.book, "P1", "A", "2024-02-10", 90500, "EUR-1 EUR-2"); /* of the book's currency, USD */
  book_payment(&r.book, "P2", "A", "2024-02-10", 90500, "EUR-1 GBP-4"); /* of two currencies */
  book_payment(&r.book, "P3", "B", "2024-02-10", 90500, "EUR-1");       /* another's */
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "");
  assert_true(run_why(&r, "P1", "2024-02-10", "arithmetic", "905.00 USD = 500.00 EUR + 333.33 EUR"));
  assert_true(run_why(&r, "P1", "2024-02-10", "rule", "-0.300000: the book has no exchange"));
  assert_true(run_why(&r, "P1", "2024-02-10", "decision", "leave: the items named are of another currency"));
  assert_true(run_why(&r, "P2", "2024-02-10", "decision", "leave: the text names an item of another"));
  assert_true(run_why(&r, "P3", "2024-02-10", "decision", "leave: the text names an item of another"));
  arc_match_answer a = answer_of("P1", 1, "2024-02-10");
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_CONFIRM, NULL), ARC_OK);
  int64_t receivable, unapplied;
  assert_int_equal(arc_ledger_balance(r.book.ledger, &receivable, NULL, "A", 1, "EUR", ARC_DAY_NONE, NULL), ARC_OK);
  assert_int_equal(receivable, 100000);
  assert_int_equal(arc_ledger_balance(r.book.ledger, NULL, &unapplied, "A", 1, "USD", ARC_DAY_NONE, NULL), ARC_OK);
  assert_int_equal(unapplied, 90500); /* of P2 */
  /* From here on the book knows what was exchanged. */
  book_payment(&r.book, "P4", "A", "2024-02-11", 106000, "EUR-3"); /* less its discount */
  book_payment(&r.book, "P5", "A", "2024-02-11", 50000, "EUR-3");  /* not about what it was worth */
  run_day(&r, "2024-02-11");
  assert_true(run_why(&r, "P4", "2024-02-11", "rate", "1053.43 USD by the exchange recorded last, on 2024-02-10"));
  assert_true(run_why(&r, "P4", "2024-02-11", "arithmetic", "1060.00 USD = 970.00 EUR"));
  assert_true(run_why(&r, "P5", "2024-02-11", "decision", "leave: the item named is of another currency, and the cash is not"));
  a = answer_of("P4", 1, "2024-02-11");
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_CONFIRM, NULL), ARC_OK);
  assert_int_equal(arc_ledger_balance(r.book.ledger, &receivable, NULL, "A", 1, "EUR", ARC_DAY_NONE, NULL), ARC_OK);
  assert_int_equal(receivable, 0);
  assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
  run_close(&r);
}

/* ---- misspelt numbers, ranges, check digits ---- */

static void test_slips_in_text(void **state) {
  (void)state;
  static const struct {
    int64_t amount;
    const char *text, *applied;
  } cases[] = {
      {11100, "INV-2024-000171", "P>INV-2024-0000171 111.00 reference;"},    /* one lost */
      {11100, "INV-2O24-OOOO171", "P>INV-2024-0000171 111.00 reference;"},   /* look-alikes */
      {11100, "INV-2042-0000171", "P>INV-2024-0000171 111.00 reference;"},   /* swapped */
      {11100, "INV-2024-0000181", "P>INV-2024-0000171 111.00 reference;"},   /* near to two: the amount is the judge */
      {22200, "INV-2024-0000181", "P>INV-2024-0000182 222.00 reference;"},
      {55500, "INV-2024-0000181", ""},                                       /* near to two, and neither's amount */
      {33300, "INV-2024-0000184", ""},                                       /* perhaps the next one, not recorded yet */
      {33300, "000184", ""},
      {33300, "INV-2024-0000193", ""},
      {33300, "INV-2024-0000173", "P>INV-2024-0000183 333.00 reference;"},   /* there is none of that number */
      {11100, "INV-2024-0000999", ""},                                       /* of nobody */
      {66600, "INV 2024-0000171-0183", "P>INV-2024-0000171 111.00 reference;P>INV-2024-0000182 222.00 reference;"
                                       "P>INV-2024-0000183 333.00 reference;"},
      {44400, "INV-2024-0000171-183", "P>INV-2024-0000171 111.00 reference;P>INV-2024-0000183 333.00 reference;"},
      {33300, "4500017890045000178911", "P>INV-2024-0000171 111.00 reference;P>INV-2024-0000182 222.00 reference;"},
      {5000, "RF45 1234 5123 45", "P>RF451234512345 50.00 reference;"},
      {5000, "RF45 1234 5123 46", ""},                                       /* a wrong check digit */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct run r;
    run_open(&r);
    book_customer(&r.book, "A");
    static const char *const keys[] = {"INV-2024-0000171", "INV-2024-0000182", "INV-2024-0000183"};
    static const char *const orders[] = {"45000178900", "45000178911", ""};
    for (int k = 0; k < 3; k++) {
      arc_invoice row = book_invoice_of(keys[k], "A", book_day("2024-01-01"), book_day("2024-01-31"), 11100 * (k + 1));
      row.po_number = book_text(orders[k]);
      book_post_invoice(&r.book, &row);
    }
    book_invoice(&r.book, "RF451234512345", "A", "2024-01-01", "2024-01-31", 5000);
    book_payment(&r.book, "P", "A", "2024-02-10", cases[i].amount, cases[i].text);
    run_day(&r, "2024-02-10");
    if (strcmp(r.text, cases[i].applied) != 0) fail_msg("case %u '%s': %s", (unsigned)i, cases[i].text, r.text);
    run_close(&r);
  }
}

/* Among many items a sum says nothing; among few the only one does. */
static void test_sums(void **state) {
  (void)state;
  struct run r;
  run_open(&r);
  book_customer(&r.book, "A");
  book_customer(&r.book, "B");
  static const int64_t few[] = {111100, 222300, 471100, 903700};
  for (int i = 0; i < 4; i++) {
    char key[16], due[16];
    snprintf(key, sizeof key, "F-%d", i);
    snprintf(due, sizeof due, "2024-01-%02d", 20 + i);
    book_invoice(&r.book, key, "A", "2024-01-01", due, few[i]);
  }
  for (int i = 0; i < 24; i++) {
    char key[16], due[16];
    snprintf(key, sizeof key, "M-%d", i);
    snprintf(due, sizeof due, "2024-01-%02d", 2 + i);
    book_invoice(&r.book, key, "B", "2024-01-01", due, 900 + 37 * ((i * 7) % 24));
  }
  book_payment(&r.book, "P1", "A", "2024-02-10", few[0] + few[2], "");
  book_payment(&r.book, "P2", "B", "2024-02-10", 9 * 900 + 37 * 100, "");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "P1>F-0 1111.00 sum;P1>F-2 4711.00 sum;");
  assert_true(run_why(&r, "P2", "2024-02-10", "decision", "leave:"));
  run_close(&r);
}

/* Where nothing fits, what is nearest is shown and never applied. */
static void test_guesses(void **state) {
  (void)state;
  static const struct {
    int64_t cash;
    const char *first;
    int items;
  } cases[] = {{117000, "F-0", 2}, /* less a deduction: 500.00 + 700.00 */
               {250000, "F-1", 2}, /* a surplus beyond 700.00 + 1,700.00 */
               {52000, "F-0", 1},  {20000, NULL, 0}, {900000, NULL, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct run r;
    struct proposed p;
    run_open(&r);
    book_customer(&r.book, "A");
    book_invoice(&r.book, "F-0", "A", "2024-01-01", "2024-01-20", 50000);
    book_invoice(&r.book, "F-1", "A", "2024-01-01", "2024-01-21", 70000);
    book_invoice(&r.book, "F-2", "A", "2024-01-01", "2024-01-22", 170000);
    book_payment(&r.book, "P", "A", "2024-02-10", cases[i].cash, "");
    run_day(&r, "2024-02-10");
    assert_string_equal(r.text, "");
    propose(&r, "P", "2024-02-10", &p);
    if (cases[i].first) {
      assert_string_equal(p.first, cases[i].first);
      assert_int_equal(p.rows, cases[i].items);
      assert_string_equal(p.decision, "leave: not sure enough to be applied without a human");
    } else
      assert_int_equal(p.rank, 0);
    run_close(&r);
  }
}

/* ---- explanations ---- */

static void test_why(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  add_discounted(&r, "INV-5", 100000);
  book_payment(&r.book, "P1", "A", "2024-01-10", 148000, "INV-5 INV-10");
  assert_true(run_why(&r, "P1", "2024-01-10", "amount", "1480.00 USD"));
  assert_true(run_why(&r, "P1", "2024-01-10", "payer", "A, stated with the payment"));
  assert_true(run_why(&r, "P1", "2024-01-10", "reference", "INV5: the number of open item INV-5"));
  assert_true(
      run_why(&r, "P1", "2024-01-10", "arithmetic", "1480.00 = 1000.00 - 20.00 discount + 500.00"));
  assert_true(run_why(&r, "P1", "2024-01-10", "item", "INV-5: 980.00, discount 20.00"));
  assert_true(run_why(&r, "P1", "2024-01-10", "rule", "0.995000: the text names the items"));
  assert_true(run_why(&r, "P1", "2024-01-10", "confidence", "0.995000, applied from 0.950000"));
  assert_true(run_why(&r, "P1", "2024-01-10", "decision", "apply: settles the items named"));
  run_day(&r, "2024-01-10");
  assert_true(run_why(&r, "P1", "2024-01-10", "applied",
                      "INV-5: 980.00 on 2024-01-10, by reference, confidence 0.995000"));
  book_payment(&r.book, "P2", "A", "2024-02-10", 75000, "INV-1");
  assert_true(run_why(&r, "P2", "2024-02-10", "arithmetic", "750.00 = 700.00 + 50.00 not applied"));
  book_payment(&r.book, "P3", "A", "2024-02-11", 60000, "INV-1");
  assert_true(run_why(&r, "P3", "2024-02-11", "arithmetic", "600.00 = 700.00 - 100.00 deduction"));
  book_payment(&r.book, "P7", "A", "2024-02-11", 20000, "INV-1");
  assert_true(run_why(&r, "P7", "2024-02-11", "arithmetic", "200.00 = 700.00 - 500.00 left open"));
  book_payment(&r.book, "P4", "", "2024-02-11", 60000, "INV-7");
  assert_true(run_why(&r, "P4", "2024-02-11", "payer", "not known"));
  assert_true(run_why(&r, "P4", "2024-02-11", "decision", "leave: it is not known who paid"));
  book_payment(&r.book, "P5", "A", "2024-02-11", 60000, "INV-2");
  assert_true(
      run_why(&r, "P5", "2024-02-11", "reference", "INV2: the number of an item of another"));
  book_payment(&r.book, "P6", "B", "2024-02-11", 30000, "INV-3");
  assert_true(run_why(&r, "P6", "2024-02-11", "decision",
                      "leave: the text names an invoice that the payer"));
  run_close(&r);
}

/* ---- properties ---- */

#define SHUFFLE_CUSTOMERS 4
#define SHUFFLE_ITEMS     12
#define SHUFFLE_PAYMENTS  14
#define SHUFFLE_ADVICE    4

struct shuffle_case {
  char texts[SHUFFLE_PAYMENTS][64], customers[SHUFFLE_PAYMENTS][16], keys[SHUFFLE_PAYMENTS][16];
  int64_t amounts[SHUFFLE_PAYMENTS];
  int64_t items[SHUFFLE_ITEMS];
};

static void shuffle_fill(struct shuffle_case *c, uint64_t *random) {
  for (int i = 0; i < SHUFFLE_ITEMS; i++)
    c->items[i] = 100 * (1 + book_random_below(random, 6));
  for (int i = 0; i < SHUFFLE_PAYMENTS; i++) {
    int item = (int)book_random_below(random, SHUFFLE_ITEMS);
    int other = (item + SHUFFLE_CUSTOMERS) % SHUFFLE_ITEMS; /* of the same customer */
    snprintf(c->keys[i], sizeof c->keys[i], "P%d", i);
    snprintf(c->customers[i], sizeof c->customers[i], "C%d", item % SHUFFLE_CUSTOMERS);
    c->texts[i][0] = 0;
    c->amounts[i] = c->items[item] + 50 * (book_random_below(random, 4) == 0);
    switch (book_random_below(random, 4)) {
    case 0:
      snprintf(c->texts[i], sizeof c->texts[i], "INV-%d", 1000 + item);
      break;
    case 1:
      snprintf(c->texts[i], sizeof c->texts[i], "INV-%d INV-%d", 1000 + item, 1000 + other);
      c->amounts[i] += c->items[other];
      break;
    case 2:
      if (book_random_below(random, 3) == 0) c->customers[i][0] = 0;
      break;
    default:
      break;
    }
  }
}

struct shuffle_order {
  int customers[SHUFFLE_CUSTOMERS], items[SHUFFLE_ITEMS], payments[SHUFFLE_PAYMENTS], advice[SHUFFLE_ADVICE];
};

static void shuffle_some(int *order, int count, uint64_t *random) {
  for (int i = 0; i < count; i++)
    order[i] = i;
  for (int i = count - 1; i > 0 && random; i--) {
    int k = (int)book_random_below(random, i + 1), swap = order[i];
    order[i] = order[k];
    order[k] = swap;
  }
}

/* As they are, or in any order. */
static void shuffle_all(struct shuffle_order *o, uint64_t *random) {
  shuffle_some(o->customers, SHUFFLE_CUSTOMERS, random);
  shuffle_some(o->items, SHUFFLE_ITEMS, random);
  shuffle_some(o->payments, SHUFFLE_PAYMENTS, random);
  shuffle_some(o->advice, SHUFFLE_ADVICE, random);
}

/* An advice for one of the payments, and what it says to be paid of one or two items. */
static void shuffle_advise(struct run *r, const struct shuffle_case *c, int i) {
  int item = i * 5 % SHUFFLE_ITEMS, of = i * 7 % SHUFFLE_PAYMENTS;
  char key[16], customer[16], number[16];
  arc_remittance row = ARC_REMITTANCE_INIT;
  arc_remittance_line line = {sizeof line, 0, {0, 0}, {0, 0}, c->amounts[of], 0, 0};
  arc_error err = ARC_ERROR_INIT;
  snprintf(key, sizeof key, "R%d", i);
  snprintf(customer, sizeof customer, "C%d", item % SHUFFLE_CUSTOMERS);
  snprintf(number, sizeof number, "INV-%d", 1000 + item);
  row.key = book_text(key);
  row.customer = book_text(customer);
  row.received = book_day("2024-02-09");
  line.reference = book_text(number);
  row.lines = &line;
  row.line_count = 1;
  book_check(arc_ledger_post_remittances(r->book.ledger, &row, 1, &err), &err);
}

/* The book with its rows in this order, run once. */
static void shuffle_run(const struct shuffle_case *c, const struct shuffle_order *o, int advised, int32_t unmatched,
                        char *text) {
  struct run r;
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  options.unmatched = unmatched;
  run_open_with(&r, &options);
  for (int i = 0; i < SHUFFLE_CUSTOMERS; i++) {
    char key[16];
    snprintf(key, sizeof key, "C%d", o->customers[i]);
    book_customer(&r.book, key);
  }
  for (int i = 0; i < SHUFFLE_ITEMS; i++) {
    char key[32], customer[16];
    int item = o->items[i];
    snprintf(key, sizeof key, "INV-%d", 1000 + item);
    snprintf(customer, sizeof customer, "C%d", item % SHUFFLE_CUSTOMERS);
    book_invoice(&r.book, key, customer, "2024-01-01", "2024-01-31", c->items[item]);
  }
  for (int i = 0; i < SHUFFLE_ADVICE && advised; i++)
    shuffle_advise(&r, c, o->advice[i]);
  for (int i = 0; i < SHUFFLE_PAYMENTS; i++)
    book_payment(&r.book, c->keys[o->payments[i]], c->customers[o->payments[i]], "2024-02-10",
                 c->amounts[o->payments[i]], c->texts[o->payments[i]]);
  run_day(&r, "2024-02-10");
  assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
  strcpy(text, r.text);
  run_close(&r);
}

static void test_shuffled(void **state) {
  (void)state;
  uint64_t random = 88172645463325252u;
  size_t applications = 0;
  for (int round = 0; round < 200; round++) {
    struct shuffle_case c;
    char first[8192], other[8192];
    struct shuffle_order as_is, any;
    int32_t unmatched = round % 3 == 0 ? ARC_UNMATCHED_OLDEST_FIRST : ARC_UNMATCHED_ON_ACCOUNT;
    shuffle_fill(&c, &random);
    shuffle_all(&as_is, NULL);
    shuffle_all(&any, &random);
    shuffle_run(&c, &as_is, round % 2, unmatched, first);
    shuffle_run(&c, &any, round % 2, unmatched, other);
    if (strcmp(first, other) != 0) fail_msg("round %d: %s\nagainst %s", round, first, other);
    for (const char *p = first; *p; p++)
      applications += *p == ';';
  }
  assert_true(applications > 500);
}

/* ---- no memory ---- */

static void sweep_book(struct run *r) {
  run_small(r);
  for (int i = 0; i < 70; i++) { /* so that the plan and the index grow */
    char key[16];
    snprintf(key, sizeof key, "INV-%d", 2000 + i);
    book_invoice(&r->book, key, "B", "2024-01-03", "2024-02-02", 100 + i);
  }
  for (int i = 0; i < 70; i++) {
    char key[16], text[16];
    snprintf(key, sizeof key, "P%d", i);
    snprintf(text, sizeof text, "INV-%d", 2000 + i);
    book_payment(&r->book, key, i % 2 ? "B" : "", "2024-02-10", 100 + i, i % 5 ? text : "");
  }
  book_payment(&r->book, "LATER", "A", "2024-02-20", 70000, "");
}

static void test_no_memory(void **state) {
  (void)state;
  for (int once = 0; once < 2; once++)
    for (size_t k = 1;; k++) {
      struct run r;
      arc_error err = ARC_ERROR_INIT;
      size_t applied = 77;
      sweep_book(&r);
      uint64_t sequence = info_of(r.book.ledger).next_sequence;
      test_heap_fail(&r.book.heap, k, once);
      arc_status status = arc_matcher_run(r.matcher, book_day("2024-02-10"), &applied, NULL, &err);
      int failed = test_heap_failed(&r.book.heap);
      test_heap_fail(&r.book.heap, 0, 0);
      if (status == ARC_E_NOMEM) {
        assert_int_equal(applied, 77);
        assert_int_equal(info_of(r.book.ledger).next_sequence, sequence);
        book_check(arc_matcher_run(r.matcher, book_day("2024-02-10"), &applied, NULL, &err), &err);
      } else
        book_check(status, &err);
      assert_int_equal(applied, 63);
      assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
      run_close(&r);
      if (!failed) break;
    }
}

static void test_no_memory_why(void **state) {
  (void)state;
  struct run r;
  sweep_book(&r);
  for (int once = 0; once < 2; once++)
    for (size_t k = 1;; k++) {
      arc_report *report;
      arc_matcher *matcher;
      test_heap_fail(&r.book.heap, k, once);
      arc_status status = arc_matcher_open(&matcher, r.book.ledger, NULL, NULL);
      if (status == ARC_OK) {
        status = arc_matcher_why(&report, matcher, "P1", 2, book_day("2024-02-10"), NULL);
        arc_matcher_close(matcher);
      } else
        report = NULL;
      int failed = test_heap_failed(&r.book.heap);
      test_heap_fail(&r.book.heap, 0, 0);
      if (failed) {
        assert_int_equal(status, ARC_E_NOMEM);
        assert_null(report);
        continue;
      }
      assert_int_equal(status, ARC_OK);
      arc_report_free(report);
      break;
    }
  run_close(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_open_checks),
      cmocka_unit_test(test_run_checks),
      cmocka_unit_test(test_texts),
      cmocka_unit_test(test_digits),
      cmocka_unit_test(test_broken_number),
      cmocka_unit_test(test_bank_reference),
      cmocka_unit_test(test_family),
      cmocka_unit_test(test_same_number),
      cmocka_unit_test(test_currency),
      cmocka_unit_test(test_rest),
      cmocka_unit_test(test_discounts),
      cmocka_unit_test(test_discount_ambiguous),
      cmocka_unit_test(test_discount_disputed),
      cmocka_unit_test(test_discount_grace_and_part),
      cmocka_unit_test(test_tolerance),
      cmocka_unit_test(test_disputes),
      cmocka_unit_test(test_instalments),
      cmocka_unit_test(test_ambiguous_amount),
      cmocka_unit_test(test_competing_amounts),
      cmocka_unit_test(test_reference_first),
      cmocka_unit_test(test_duplicate),
      cmocka_unit_test(test_oldest_first),
      cmocka_unit_test(test_confidence_bound),
      cmocka_unit_test(test_runs),
      cmocka_unit_test(test_day),
      cmocka_unit_test(test_past_day),
      cmocka_unit_test(test_human),
      cmocka_unit_test(test_dropped_batch),
      cmocka_unit_test(test_replaced_rows),
      cmocka_unit_test(test_new_matcher),
      cmocka_unit_test(test_long_texts),
      cmocka_unit_test(test_propose),
      cmocka_unit_test(test_answers),
      cmocka_unit_test(test_undo),
      cmocka_unit_test(test_answer_checks),
#ifndef ARC_TEST_SWEEP
      cmocka_unit_test(test_learns_from_answers),
      cmocka_unit_test(test_learns_nothing_of_amounts),
      cmocka_unit_test(test_learns_by_share),
#endif
      cmocka_unit_test(test_confirm_second),
      cmocka_unit_test(test_exchange),
      cmocka_unit_test(test_slips_in_text),
      cmocka_unit_test(test_sums),
      cmocka_unit_test(test_guesses),
      cmocka_unit_test(test_why),
      cmocka_unit_test(test_shuffled),
      cmocka_unit_test(test_no_memory),
      cmocka_unit_test(test_no_memory_why),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
