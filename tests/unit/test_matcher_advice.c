/* Remittance advice apart from the funds: what is recorded, which payment it is of, and what it settles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/match_run.h"
#include "../support/info.h"
#include "../support/calls.h"

#include <stdlib.h>

#define LINES_MAX 40

static arc_remittance_line line_of(const char *reference, int64_t amount, int64_t discount, int64_t deduction,
                                   const char *reason) {
  arc_remittance_line line = {sizeof line, 0, book_text(reference), book_text(reason), amount, discount, deduction};
  return line;
}

static arc_remittance advice_of(const char *key, const char *customer, const char *reference, const char *received,
                                const arc_remittance_line *lines, size_t count) {
  arc_remittance row = ARC_REMITTANCE_INIT;
  row.key = book_text(key);
  row.customer = book_text(customer);
  row.reference = book_text(reference);
  row.received = book_day(received);
  row.lines = lines;
  row.line_count = (uint32_t)count;
  return row;
}

static void post(struct run *r, const arc_remittance *row) {
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_ledger_post_remittances(r->book.ledger, row, 1, &err), &err);
}

/* Customer A with ten items "INV-2024-0001" to "INV-2024-0010" of 100.00 more each, B with one of 100.00. */
static void open_ten(struct run *r) {
  run_open(r);
  book_customer(&r->book, "A");
  book_customer(&r->book, "B");
  for (int i = 1; i <= 10; i++) {
    char key[20], order[20];
    snprintf(key, sizeof key, "INV-2024-%04d", i);
    snprintf(order, sizeof order, "45000%03d", i);
    arc_invoice row = book_invoice_of(key, "A", book_day("2024-01-01"), book_day("2024-01-31"), 10000 * i);
    row.po_number = book_text(order);
    row.discount_bp = 200;
    row.discount_days = 10;
    book_post_invoice(&r->book, &row);
  }
  book_invoice(&r->book, "INV-2024-0099", "B", "2024-01-01", "2024-01-31", 10000);
}

static const char *dispute_row(struct run *r, char *text, size_t size) {
  arc_report *report;
  arc_query query = ARC_QUERY_INIT;
  arc_error err = ARC_ERROR_INIT;
  query.report = ARC_REPORT_DISPUTES;
  book_check(arc_ledger_report(&report, r->book.ledger, &query, &err), &err);
  text[0] = 0;
  for (size_t i = 0; i < arc_report_rows(report); i++)
    snprintf(text + strlen(text), size - strlen(text), "%s %s %s %s %s %s;", book_cell(report, i, "dispute"),
             book_cell(report, i, "invoice"), book_cell(report, i, "amount"), book_cell(report, i, "kind"),
             book_cell(report, i, "payment"), book_cell(report, i, "source"));
  arc_report_free(report);
  return text;
}

/* ---- what is recorded ---- */

static void test_posting(void **state) {
  (void)state;
  struct run r;
  arc_error err = ARC_ERROR_INIT;
  run_small(&r);
  arc_remittance_line lines[2] = {line_of("INV-1", 70000, 0, 0, ""), line_of("INV-10", 40000, 0, 10000, "price")};
  arc_remittance row = advice_of("R1", "A", "CHQ 88123", "2024-02-01", lines, 2), other;
  book_payment(&r.book, "P1", "A", "2024-02-10", 110000, "");
  book_payment(&r.book, "P2", "A", "2024-02-10", 110000, "");
  uint64_t before = info_of(r.book.ledger).next_sequence;
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &row, 1, &err), ARC_OK);
  assert_int_equal(info_of(r.book.ledger).next_sequence, before + 3);
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &row, 1, &err), ARC_ALREADY);
  other = row;
  other.reference = book_text("CHQ 88124");
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &other, 1, &err), ARC_E_EXISTS);
  lines[1].amount = 39999;
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &row, 1, &err), ARC_E_EXISTS);
  lines[1].amount = 40000;
  row.payment = book_text("P1"); /* which payment it is of may be said later, or by its key alone */
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &row, 1, &err), ARC_OK);
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &row, 1, &err), ARC_ALREADY);
  arc_remittance brief = ARC_REMITTANCE_INIT;
  brief.key = row.key;
  brief.payment = book_text("P2");
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &brief, 1, &err), ARC_E_EXISTS);
  brief.options = ARC_REPLACE;
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &brief, 1, &err), ARC_OK);
  other = advice_of("R2", "A", "", "2024-02-01", lines, 2);
  other.payment = book_text("P2");
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &other, 1, &err), ARC_E_REFUSED); /* it has one */
  assert_int_equal(err.field, 4);
  assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
  run_close(&r);
}

static void test_posting_checks(void **state) {
  (void)state;
  struct run r;
  run_small(&r);
  arc_remittance_line line = line_of("INV-1", 70000, 0, 0, "");
  const arc_remittance_line wrong[] = {line_of("x", 0, 0, 0, ""), line_of("x", 1, -1, 0, ""), line_of("x", 1, 0, -1, ""),
                                       line_of("x\n", 1, 0, 0, "")};
  uint64_t before = info_of(r.book.ledger).next_sequence;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    arc_remittance row = advice_of("R", "A", "", "2024-02-01", &wrong[i], 1);
    arc_error err = ARC_ERROR_INIT;
    row.amount = 100;
    assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &row, 1, &err), ARC_E_INVALID);
    assert_int_equal(err.field, 10);
  }
  arc_remittance short_row = advice_of("R", "A", "", "2024-02-01", &line, 1);
  line.struct_size = 8;
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &short_row, 1, NULL), ARC_E_ABI);
  line.struct_size = sizeof line;
  static const struct {
    const char *key, *customer, *payment, *day;
    int64_t amount;
    uint32_t lines, reserved;
    arc_status status;
    uint32_t field;
  } rows[] = {{"", "A", "", "2024-02-01", 1, 1, 0, ARC_E_INVALID, 2},  {"R", "Z", "", "2024-02-01", 1, 1, 0, ARC_E_NOT_FOUND, 3},
              {"R", "A", "P9", "2024-02-01", 1, 1, 0, ARC_E_NOT_FOUND, 4}, {"R", "A", "", NULL, 1, 1, 0, ARC_E_INVALID, 8},
              {"R", "A", "", "2024-02-01", -5, 1, 0, ARC_E_INVALID, 9}, {"R", "A", "", "2024-02-01", 0, 0, 0, ARC_E_INVALID, 9},
              {"R", "A", "", "2024-02-01", 1, 1001, 0, ARC_E_INVALID, 11}, {"R", "A", "", "2024-02-01", 1, 1, 1, ARC_E_INVALID, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    arc_remittance row = ARC_REMITTANCE_INIT;
    arc_error err = ARC_ERROR_INIT;
    row.key = book_text(rows[i].key);
    row.customer = book_text(rows[i].customer);
    row.payment = book_text(rows[i].payment);
    row.received = rows[i].day ? book_day(rows[i].day) : ARC_DAY_NONE;
    row.amount = rows[i].amount;
    row.lines = &line;
    row.line_count = rows[i].lines;
    row.reserved = rows[i].reserved;
    if (arc_ledger_post_remittances(r.book.ledger, &row, 1, &err) != rows[i].status || err.field != rows[i].field)
      fail_msg("case %u: field %u, %s", (unsigned)i, err.field, err.text);
  }
  arc_remittance_line much[2] = {line_of("INV-1", INT64_MAX, 0, 0, ""), line_of("INV-1", 1, 0, 0, "")};
  arc_remittance row = advice_of("R", "A", "", "2024-02-01", much, 2);
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &row, 1, NULL), ARC_E_OVERFLOW);
  row.struct_size = 3;
  assert_int_equal(arc_ledger_post_remittances(r.book.ledger, &row, 1, NULL), ARC_E_ABI);
  assert_int_equal(info_of(r.book.ledger).next_sequence, before);
  run_close(&r);
}

/* ---- which payment it is of ---- */

static void test_links(void **state) {
  (void)state;
  /* All pay INV-2024-0002 and -0003 (500.00), which the payment itself does not name. */
  static const struct {
    const char *customer, *stated, *reference; /* of the advice */
    const char *payer, *text, *bank;           /* of the payment */
    int other_payment, other_advice;           /* another of the same amount */
    int applied;
  } cases[] = {
      {"A", "", "", "A", "", "", 0, 0, 1},                          /* payer and amount */
      {"A", "", "CHQ-88123", "", "", "88123", 0, 0, 0},             /* part of a reference is none */
      {"A", "", "CHQ-88123", "", "paid by chq 88123", "", 0, 0, 1}, /* nobody else may have written that */
      {"A", "", "TRN8812399", "", "", "TRN 8812399", 0, 0, 1},      /* an unknown payer, by reference */
      {"", "", "TRN8812399", "", "", "TRN8812399", 0, 0, 1},        /* the items say whose it is */
      {"", "P", "", "", "", "", 0, 0, 1},
      {"A", "", "", "", "", "", 0, 0, 0},                           /* the amount alone is a hint */
      {"A", "", "", "A", "", "", 1, 0, 0},                          /* which of two payments? */
      {"A", "", "", "A", "", "", 0, 1, 0},                          /* which of two advices? */
      {"A", "", "TRN8812399", "A", "", "TRN8812399", 1, 1, 1},
      {"B", "", "", "A", "", "", 0, 0, 0},                          /* of somebody else */
      {"A", "", "12", "", "12", "", 0, 0, 0},                       /* too short to be one */
  };
  for (int after = 0; after < 2; after++)
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      struct run r;
      arc_remittance_line lines[2] = {line_of("INV-2024-0002", 20000, 0, 0, ""), line_of("INV-2024-0003", 30000, 0, 0, "")};
      arc_remittance_line others[1] = {line_of("INV-2024-0005", 50000, 0, 0, "")};
      arc_remittance row = advice_of("R", cases[i].customer, cases[i].reference, "2024-02-08", lines, 2);
      arc_remittance other = advice_of("S", "A", "", "2024-02-08", others, 1);
      open_ten(&r);
      if (!after && !*cases[i].stated) post(&r, &row);
      if (cases[i].other_advice) post(&r, &other);
      arc_payment p = book_payment_of("P", cases[i].payer, book_day("2024-02-10"), 50000, cases[i].text);
      p.bank_reference = book_text(cases[i].bank);
      book_post_payment(&r.book, &p);
      if (cases[i].other_payment) book_payment(&r.book, "Q", "A", "2024-02-10", 50000, "PREPAYMENT");
      row.payment = book_text(cases[i].stated);
      if (!after && *cases[i].stated) post(&r, &row);
      run_day(&r, "2024-02-10");
      int settled = after && strstr(r.text, "P>INV-2024-0005") != NULL;
      if (after) {
        post(&r, &row);
        run_day(&r, "2024-02-12");
      }
      int applied = strstr(r.text, "P>INV-2024-0002 200.00 reference;P>INV-2024-0003 300.00 reference;") != NULL;
      /* Without the advice the amount may be that of one item alone: what that settled is not looked at again. */
      if (applied != (cases[i].applied && !settled)) fail_msg("case %u, after %d: %s", (unsigned)i, after, r.text);
      assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
      run_close(&r);
    }
}

/* Funds first: the payment is looked at again, once and for the advice alone. */
static void test_after_the_funds(void **state) {
  (void)state;
  struct run r;
  open_ten(&r);
  book_payment(&r.book, "P", "A", "2024-02-10", 37000, "");
  book_payment(&r.book, "Q", "A", "2024-02-10", 36500, "");
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "");
  arc_remittance_line lines[2] = {line_of("INV-2024-0001", 10000, 0, 0, ""), line_of("INV-2024-0003", 27000, 0, 3000, "damaged")};
  arc_remittance row = advice_of("R", "A", "", "2024-02-14", lines, 2);
  post(&r, &row);
  assert_true(run_why(&r, "P", "2024-02-14", "advice", "R, by payer and amount"));
  run_day(&r, "2024-02-14");
  assert_int_equal(r.applied, 1);
  assert_int_equal(r.left, 0);
  assert_string_equal(r.text, "P>INV-2024-0001 100.00 reference;P>INV-2024-0003 270.00 reference;");
  uint64_t sequence = info_of(r.book.ledger).next_sequence;
  run_day(&r, "2024-02-14"); /* nothing is new */
  assert_int_equal(info_of(r.book.ledger).next_sequence, sequence);
  /* The advice is used up: the next payment of the amount is not settled by it. */
  book_payment(&r.book, "S", "A", "2024-02-15", 37000, "");
  run_day(&r, "2024-02-15");
  assert_int_equal(r.applied, 0);
  run_close(&r);
}

static void test_with_a_new_matcher(void **state) {
  (void)state;
  struct run r;
  open_ten(&r);
  arc_remittance_line lines[1] = {line_of("INV-2024-0003", 27000, 0, 3000, "damaged")};
  arc_remittance row = advice_of("R", "A", "", "2024-02-14", lines, 1);
  book_payment(&r.book, "P", "A", "2024-02-10", 27000, "");
  run_day(&r, "2024-02-10");
  arc_matcher_close(r.matcher);
  assert_int_equal(arc_batch_begin(r.book.ledger, NULL), ARC_OK);
  assert_int_equal(arc_matcher_open(&r.matcher, r.book.ledger, NULL, NULL), ARC_OK);
  post(&r, &row);
  run_day(&r, "2024-02-14");
  assert_string_equal(r.text, "P>INV-2024-0003 270.00 reference;");
  arc_batch_abort(r.book.ledger); /* the advice is gone, and so is what it settled */
  run_day(&r, "2024-02-14");
  assert_string_equal(r.text, "");
  post(&r, &row);
  run_day(&r, "2024-02-15");
  assert_string_equal(r.text, "P>INV-2024-0003 270.00 reference;");
  run_close(&r);
}

/* ---- what it settles ---- */

static void test_lines(void **state) {
  (void)state;
  static const struct {
    int64_t cash;
    arc_remittance_line lines[3];
    const char *applied, *disputes;
  } cases[] = {
#define L(reference, reason, amount, discount, deduction)                                                             \
  {sizeof(arc_remittance_line), 0, {reference, sizeof reference - 1}, {reason, sizeof reason - 1}, amount, discount, deduction}
      /* as many as are named, with an earned discount on one */
      {29800, {L("INV-2024-0001", "", 9800, 200, 0), L("inv 2024 0002", "", 20000, 0, 0)},
       "P>INV-2024-0001 98.00-2.00 reference;P>INV-2024-0002 200.00 reference;", ""},
      /* more discount than is earned stays open */
      {9500, {L("INV-2024-0001", "", 9500, 500, 0)}, "P>INV-2024-0001 95.00-2.00 reference;", ""},
      /* by order, by the end of the number, by one slip with the amount as judge */
      {60000, {L("45000001", "", 10000, 0, 0), L("0002", "", 20000, 0, 0), L("INV-2024-00O3O", "", 30000, 0, 0)},
       "P>INV-2024-0001 100.00 reference;P>INV-2024-0002 200.00 reference;P>INV-2024-0003 300.00 reference;", ""},
      /* a part of one, as the line says; a deduction without a code is one, too */
      {14000, {L("INV-2024-0002", "", 5000, 0, 0), L("INV-2024-0001", "", 9000, 0, 1000)},
       "P>INV-2024-0001 90.00 reference;P>INV-2024-0002 50.00 reference;",
       "P/INV-2024-0001 INV-2024-0001 10.00  P R;"},
      /* one item in two lines, the second takes off */
      {17500, {L("INV-2024-0002", "", 20000, 0, 0), L("INV-2024-0002", "shortage", -2500, 0, 0)},
       "P>INV-2024-0002 175.00 reference;", "P/INV-2024-0002 INV-2024-0002 25.00 shortage P R;"},
      /* a debit note of no item in particular is taken off the largest */
      {47000, {L("INV-2024-0002", "", 20000, 0, 0), L("INV-2024-0003", "", 30000, 0, 0), L("", "freight", -3000, 0, 0)},
       "P>INV-2024-0002 200.00 reference;P>INV-2024-0003 270.00 reference;",
       "P/INV-2024-0003 INV-2024-0003 30.00 freight P R;"},
      /* what is for no item stays on account */
      {25000, {L("INV-2024-0002", "", 20000, 0, 0), L("", "", 5000, 0, 0)}, "P>INV-2024-0002 200.00 reference;", ""},
      /* a line that names nothing, too much for an item, another's item: left to a human */
      {60000, {L("INV-2024-0002", "", 20000, 0, 0), L("4711", "", 40000, 0, 0)}, "", ""},
      {41000, {L("INV-2024-0002", "", 21000, 0, 0), L("INV-2024-0003", "", 20000, 0, 0)}, "", ""},
      {30000, {L("INV-2024-0002", "", 20000, 0, 0), L("INV-2024-0099", "", 10000, 0, 0)}, "", ""},
#undef L
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct run r;
    char disputes[400];
    size_t count = 0;
    open_ten(&r);
    while (count < 3 && cases[i].lines[count].amount)
      count++;
    arc_remittance row = advice_of("R", "A", "TRN8812399", "2024-01-08", cases[i].lines, count);
    post(&r, &row);
    arc_payment p = book_payment_of("P", "A", book_day("2024-01-10"), cases[i].cash, "");
    p.bank_reference = book_text("TRN8812399");
    book_post_payment(&r.book, &p);
    run_day(&r, "2024-01-10");
    if (strcmp(r.text, cases[i].applied) != 0) {
      run_why(&r, "P", "2024-01-10", "decision", "show");
      fail_msg("case %u: %s", (unsigned)i, r.text);
    }
    if (strcmp(dispute_row(&r, disputes, sizeof disputes), cases[i].disputes) != 0)
      fail_msg("case %u: %s", (unsigned)i, disputes);
    assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
    run_close(&r);
  }
}

/* A list that the bank cut at 140 characters is decided by the advice, and by nothing else. */
static void test_long_list(void **state) {
  (void)state;
  struct run r;
  static char references[LINES_MAX][20];
  char text[LINES_MAX * 20] = "";
  arc_remittance_line lines[LINES_MAX];
  int64_t sum = 0;
  run_open(&r);
  book_customer(&r.book, "A");
  for (int i = 0; i < LINES_MAX + 20; i++) {
    char key[20];
    snprintf(key, sizeof key, "INV-2024-%04d", i);
    book_invoice(&r.book, key, "A", "2024-01-01", "2024-01-31", 10000 + 137 * i);
    if (i >= LINES_MAX) continue;
    snprintf(references[i], sizeof references[i], "%s", key);
    lines[i] = line_of(references[i], 10000 + 137 * i, 0, 0, "");
    sum += 10000 + 137 * i;
    if (strlen(text) + strlen(key) < 140) strcat(strcat(text, key), " ");
  }
  lines[7].amount -= 1500;
  lines[7].deduction = 1500;
  lines[7].reason = book_text("price");
  book_payment(&r.book, "P", "A", "2024-02-10", sum - 1500, text);
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "");
  arc_remittance row = advice_of("R", "A", "", "2024-02-13", lines, LINES_MAX);
  post(&r, &row);
  run_day(&r, "2024-02-13");
  assert_int_equal(r.applied, 1);
  assert_non_null(strstr(r.text, "P>INV-2024-0007 94.59 reference;"));
  char disputes[200];
  assert_string_equal(dispute_row(&r, disputes, sizeof disputes), "P/INV-2024-0007 INV-2024-0007 15.00 price P R;");
  assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
  run_close(&r);
}

/* A contradiction between advice and text is left to a human. */
static void test_contradiction(void **state) {
  (void)state;
  struct run r;
  open_ten(&r);
  arc_remittance_line lines[1] = {line_of("INV-2024-0003", 27000, 0, 3000, "damaged")};
  arc_remittance row = advice_of("R", "A", "TRN8812399", "2024-02-08", lines, 1);
  arc_invoice odd = book_invoice_of("INV-2024-0011", "A", book_day("2024-01-01"), book_day("2024-01-31"), 27000);
  book_post_invoice(&r.book, &odd);
  post(&r, &row);
  arc_payment p = book_payment_of("P", "A", book_day("2024-02-10"), 27000, "INV-2024-0011");
  p.bank_reference = book_text("TRN8812399");
  book_post_payment(&r.book, &p);
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "");
  assert_true(run_why(&r, "P", "2024-02-10", "alternative", "INV-2024-0003: 270.00"));
  run_close(&r);
}

static void pay(struct run *r, const char *key, int64_t amount, const char *reference) {
  arc_payment p = book_payment_of(key, "A", book_day("2024-02-10"), amount, "");
  p.bank_reference = book_text(reference);
  book_post_payment(&r->book, &p);
}

/* What one payment deducts, another cannot settle: then a human decides. */
static void test_competing(void **state) {
  (void)state;
  for (int deducted = 0; deducted < 2; deducted++) {
    struct run r;
    open_ten(&r);
    arc_remittance_line whole = line_of("INV-2024-0002", 15000, 0, deducted ? 5000 : 0, "price");
    arc_remittance_line rest = line_of("INV-2024-0002", 5000, 0, 0, "");
    arc_remittance one = advice_of("R1", "A", "TRN8812399", "2024-02-08", &whole, 1);
    arc_remittance two = advice_of("R2", "A", "TRN7712388", "2024-02-08", &rest, 1);
    post(&r, &one);
    post(&r, &two);
    pay(&r, "A", 5000, "TRN7712388"); /* its key comes first */
    pay(&r, "B", 15000, "TRN8812399");
    run_day(&r, "2024-02-10");
    assert_string_equal(r.text, deducted ? "" : "A>INV-2024-0002 50.00 reference;B>INV-2024-0002 150.00 reference;");
    assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
    run_close(&r);
  }
}

/* One advice, two payments that bear its reference: it is of one of them, and the other is left. */
static void test_paid_twice(void **state) {
  (void)state;
  struct run r;
  open_ten(&r);
  arc_remittance_line line = line_of("INV-2024-0002", 18000, 0, 2000, "price");
  arc_remittance row = advice_of("R", "A", "TRN8812399", "2024-02-08", &line, 1);
  post(&r, &row);
  pay(&r, "P", 18000, "TRN8812399");
  pay(&r, "Q", 18000, "TRN8812399");
  run_day(&r, "2024-02-10");
  assert_int_equal(r.applied, 1);
  assert_string_equal(r.text, "P>INV-2024-0002 180.00 reference;");
  assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
  run_close(&r);
}

/* The key that a deduction's dispute would have is taken, or longer than keys are. */
static void test_dispute_keys(void **state) {
  (void)state;
  struct run r;
  char disputes[400];
  static const char longest[] = "a-payment-with-a-key-of-as-many-characters-as-a-key-may-have-000";
  open_ten(&r);
  arc_dispute taken = ARC_DISPUTE_INIT;
  taken.key = book_text("P/INV-2024-0002");
  taken.invoice = book_text("INV-2024-0009");
  taken.opened = book_day("2024-02-01");
  taken.amount = 100;
  assert_int_equal(arc_ledger_post_disputes(r.book.ledger, &taken, 1, NULL), ARC_OK);
  arc_remittance_line lines[2] = {line_of("INV-2024-0002", 18000, 0, 2000, ""), line_of("INV-2024-0003", 27000, 0, 3000, "")};
  arc_remittance one = advice_of("R1", "A", "", "2024-02-08", &lines[0], 1);
  arc_remittance two = advice_of("R2", "A", "", "2024-02-08", &lines[1], 1);
  post(&r, &one);
  post(&r, &two);
  pay(&r, "P", 18000, "");
  pay(&r, longest, 27000, "");
  run_day(&r, "2024-02-10");
  assert_int_equal(r.applied, 2);
  dispute_row(&r, disputes, sizeof disputes);
  assert_non_null(strstr(disputes, "P/INV-2024-0002/2 INV-2024-0002 20.00"));
  assert_non_null(strstr(disputes, "deduction-"));
  run_close(&r);
}

/* Confirmed by a human, an uncertain one does the same; undone, its dispute is resolved by whoever undid it. */
static void test_confirmed(void **state) {
  (void)state;
  struct run r;
  char disputes[200];
  open_ten(&r);
  arc_remittance_line lines[1] = {line_of("INV-2024-0003", 27000, 0, 3000, "damaged")};
  arc_remittance row = advice_of("R", "A", "", "2024-02-08", lines, 1);
  post(&r, &row);
  book_payment(&r.book, "P", "", "2024-02-10", 27000, ""); /* of nobody known */
  run_day(&r, "2024-02-10");
  assert_string_equal(r.text, "");
  arc_match_answer a = ARC_MATCH_ANSWER_INIT;
  a.payment = book_text("P");
  a.day = book_day("2024-02-11");
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_CONFIRM, NULL), ARC_OK);
  run_read(&r);
  assert_string_equal(r.text, "P>INV-2024-0003 270.00 confirmed;");
  assert_string_equal(dispute_row(&r, disputes, sizeof disputes), "P/INV-2024-0003 INV-2024-0003 30.00 damaged P R;");
  assert_int_equal(call_answer(r.matcher, &a, ARC_ANSWER_UNDO, NULL), ARC_OK);
  run_read(&r);
  assert_string_equal(r.text, "P>INV-2024-0003 -270.00 confirmed;P>INV-2024-0003 270.00 confirmed;");
  int64_t receivable, unapplied;
  assert_int_equal(arc_ledger_balance(r.book.ledger, &receivable, &unapplied, "A", 1, "", ARC_DAY_NONE, NULL), ARC_OK);
  assert_int_equal(receivable, 550000);
  assert_int_equal(unapplied, 27000);
  assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
  run_close(&r);
}

/* ---- no memory ---- */

static void test_no_memory(void **state) {
  (void)state;
  for (size_t k = 1;; k++) {
    struct run r;
    size_t applied = 77;
    open_ten(&r);
    arc_remittance_line lines[2] = {line_of("0001", 10000, 0, 0, ""), line_of("INV-2024-0003", 27000, 0, 3000, "damaged")};
    arc_remittance row = advice_of("R", "A", "", "2024-02-14", lines, 2);
    book_payment(&r.book, "P", "A", "2024-02-10", 37000, "");
    run_day(&r, "2024-02-10");
    post(&r, &row);
    uint64_t sequence = info_of(r.book.ledger).next_sequence;
    test_heap_fail(&r.book.heap, k, 1);
    arc_status status = arc_matcher_run(r.matcher, book_day("2024-02-14"), &applied, NULL, NULL);
    int failed = test_heap_failed(&r.book.heap);
    test_heap_fail(&r.book.heap, 0, 0);
    if (status == ARC_E_NOMEM) {
      assert_int_equal(info_of(r.book.ledger).next_sequence, sequence);
      status = arc_matcher_run(r.matcher, book_day("2024-02-14"), &applied, NULL, NULL);
    }
    assert_int_equal(status, ARC_OK);
    assert_int_equal(applied, 1);
    assert_int_equal(arc_ledger_verify(r.book.ledger, NULL), ARC_OK);
    run_close(&r);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_posting),        cmocka_unit_test(test_posting_checks),
      cmocka_unit_test(test_links),          cmocka_unit_test(test_after_the_funds),
      cmocka_unit_test(test_with_a_new_matcher), cmocka_unit_test(test_lines),
      cmocka_unit_test(test_long_list),      cmocka_unit_test(test_contradiction),
      cmocka_unit_test(test_competing),      cmocka_unit_test(test_paid_twice),
      cmocka_unit_test(test_dispute_keys),
      cmocka_unit_test(test_confirmed),      cmocka_unit_test(test_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
