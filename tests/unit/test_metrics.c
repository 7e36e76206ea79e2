/* Metrics: aging against a naive model, key figures against published worked numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/small_book.h"
#include "../support/calls.h"

static arc_report *aging_of(struct book *b, const arc_metrics_query *options) {
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_metrics_report(&report, b->ledger, options, &err), &err);
  return report;
}

static arc_report *aging(struct book *b, arc_day as_of, int32_t by) {
  arc_metrics_query options = AGING_INIT;
  options.as_of = as_of;
  options.by = by;
  return aging_of(b, &options);
}

/* ---- aging ---- */

static void test_aging_checks(void **state) {
  (void)state;
  struct book b;
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  static const int32_t falling[] = {30, 30}, zero[] = {0, 30};
  arc_metrics_query good = AGING_INIT, o;
  good.as_of = 20000;
  book_open(&b);
  assert_int_equal(arc_metrics_report(NULL, b.ledger, &good, &err), ARC_E_INVALID);
  assert_int_equal(arc_metrics_report(&report, NULL, &good, &err), ARC_E_INVALID);
  assert_int_equal(arc_metrics_report(&report, b.ledger, NULL, &err), ARC_E_INVALID);
  o = good, o.struct_size = 4;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_ABI);
  o = good, o.as_of = ARC_DAY_NONE;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 2);
  o = good, o.by = ARC_BY_TAG + ARC_TAGS;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 5);
  o = good, o.basis = 2;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 6);
  o = good, o.breakpoints = falling, o.breakpoint_count = 2;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 8);
  o = good, o.breakpoints = zero, o.breakpoint_count = 2;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 8);
  o = good, o.breakpoint_count = 1;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  o = good, o.breakpoints = falling, o.breakpoint_count = 33;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 7);
  o = good, o.report = 4;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 1);
  o = good, o.days = 3661;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 4);
  o = good, o.report = ARC_METRICS_FIGURES, o.customer = book_text("nobody");
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 9);
  o = good, o.customer = book_text("nobody");
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_NOT_FOUND);
  assert_int_equal(err.field, 9);
  o.by = ARC_BY_OWNER;
  assert_int_equal(arc_metrics_report(&report, b.ledger, &o, &err), ARC_E_INVALID);
  assert_null(report);
  report = aging(&b, 20000, ARC_BY_CUSTOMER);
  assert_int_equal(arc_report_rows(report), 0);
  arc_report_free(report);
  book_close(&b);
}

static void test_aging_columns(void **state) {
  (void)state;
  static const char *const names[] = {"segment", "currency", "not_due",   "1-7",
                                      "8-14",    "over_14",  "unapplied", "balance"};
  static const int32_t breakpoints[] = {7, 14};
  struct book b;
  arc_metrics_query options = AGING_INIT;
  book_open(&b);
  options.as_of = 20000;
  options.by = ARC_BY_SEGMENT;
  options.breakpoints = breakpoints;
  options.breakpoint_count = 2;
  arc_report *report = aging_of(&b, &options);
  assert_int_equal(arc_report_columns(report), 8);
  for (size_t i = 0; i < 8; i++)
    assert_string_equal(arc_report_column_name(report, i), names[i]);
  arc_report_free(report);
  static const int32_t by[] = {ARC_BY_CUSTOMER, ARC_BY_OWNER, ARC_BY_CURRENCY};
  static const char *const first[] = {"customer", "owner", "currency"};
  for (size_t i = 0; i < 3; i++) {
    report = aging(&b, 20000, by[i]);
    assert_string_equal(arc_report_column_name(report, 0), first[i]);
    assert_int_equal(arc_report_columns(report), by[i] == ARC_BY_CURRENCY ? 8 : 9);
    arc_report_free(report);
  }
  book_close(&b);
}

/* Each day past due lies in exactly one bucket; due today is not late. */
static void test_aging_boundaries(void **state) {
  (void)state;
  static const struct {
    int32_t days;
    const char *column;
  } cases[] = {{-40, "not_due"}, {0, "not_due"}, {1, "1-30"},   {30, "1-30"},    {31, "31-60"},
               {60, "31-60"},    {61, "61-90"},  {90, "61-90"}, {91, "over_90"}, {400, "over_90"}};
  static const char *const columns[] = {"not_due", "1-30", "31-60", "61-90", "over_90"};
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  arc_day due = book_day("2024-03-01");
  arc_invoice row = book_invoice_of("INV-1", "A", due - 60, due, 100);
  book_post_invoice(&b, &row);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    arc_report *report = aging(&b, due + cases[i].days, ARC_BY_CUSTOMER);
    assert_int_equal(arc_report_rows(report), 1);
    for (size_t k = 0; k < 5; k++)
      assert_int_equal(book_number(report, 0, columns[k]),
                       strcmp(columns[k], cases[i].column) ? 0 : 100);
    assert_int_equal(book_number(report, 0, "balance"), 100);
    arc_report_free(report);
  }
  arc_metrics_query options = AGING_INIT;
  options.as_of = due - 10; /* 50 days after issue, not yet due */
  options.basis = ARC_AGING_BY_INVOICE_DATE;
  arc_report *report = aging_of(&b, &options);
  assert_int_equal(book_number(report, 0, "31-60"), 100);
  arc_report_free(report);
  report = aging(&b, due - 61, ARC_BY_CUSTOMER); /* not yet issued */
  assert_int_equal(arc_report_rows(report), 0);
  arc_report_free(report);
  book_close(&b);
}

static void add_customer(struct book *b, const char *key, const char *owner, const char *segment) {
  arc_customer row = ARC_CUSTOMER_INIT;
  row.key = row.name = book_text(key);
  row.owner = book_text(owner);
  row.segment = book_text(segment);
  book_post_customer(b, &row);
}

static void test_aging_groups(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  add_customer(&b, "A", "ann", "retail");
  add_customer(&b, "B", "", "retail");
  add_customer(&b, "C", "ann", "");
  book_invoice(&b, "INV-1", "A", "2024-01-01", "2024-01-31", 1000);
  book_invoice(&b, "INV-2", "B", "2024-01-01", "2024-01-31", 2000);
  arc_invoice euro =
      book_invoice_of("INV-3", "C", book_day("2024-01-01"), book_day("2024-01-31"), 4000);
  memcpy(euro.currency, "EUR", 4);
  book_post_invoice(&b, &euro);
  book_credit_note(&b, "CN", "A", "2024-01-05", 300);
  book_payment(&b, "P", "", "2024-01-10", 50, "nobody's");
  static const struct {
    int32_t by;
    const char *column;
    struct {
      const char *group, *currency;
      int64_t late, unapplied;
    } rows[4];
    size_t count;
  } cases[] = {
      {ARC_BY_CUSTOMER,
       "customer",
       {{"A", "USD", 1000, 300}, {"B", "USD", 2000, 0}, {"C", "EUR", 4000, 0}, {"", "USD", 0, 50}},
       4},
      {ARC_BY_OWNER,
       "owner",
       {{"ann", "USD", 1000, 300}, {"", "USD", 2000, 50}, {"ann", "EUR", 4000, 0}, {0}},
       3},
      {ARC_BY_SEGMENT,
       "segment",
       {{"retail", "USD", 3000, 300}, {"", "EUR", 4000, 0}, {"", "USD", 0, 50}, {0}},
       3},
      {ARC_BY_CURRENCY,
       "currency",
       {{"USD", "USD", 3000, 350}, {"EUR", "EUR", 4000, 0}, {0}, {0}},
       2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int past = 0; past < 2; past++) { /* the day itself, and the same day seen from later on */
      if (past && i == 0) book_payment(&b, "LATER", "B", "2024-06-01", 7777, "");
      arc_report *report = aging(&b, book_day("2024-02-10"), cases[i].by);
      assert_int_equal(arc_report_rows(report), cases[i].count);
      for (size_t k = 0; k < cases[i].count; k++) {
        assert_string_equal(book_cell(report, k, cases[i].column), cases[i].rows[k].group);
        assert_string_equal(book_cell(report, k, "currency"), cases[i].rows[k].currency);
        assert_int_equal(book_number(report, k, "1-30"), cases[i].rows[k].late);
        assert_int_equal(book_number(report, k, "unapplied"), cases[i].rows[k].unapplied);
        assert_int_equal(book_number(report, k, "balance"),
                         cases[i].rows[k].late - cases[i].rows[k].unapplied);
      }
      arc_report_free(report);
    }
  book_close(&b);
}

/* What was paid since stands in the aging of a past day; a bounced payment reopens with the old due
 * date. */
static void test_aging_past(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  book_invoice(&b, "INV-1", "A", "2024-01-01", "2024-01-31", 1000);
  book_payment(&b, "P", "A", "2024-03-10", 1000, "");
  book_apply(&b, "P", "INV-1", book_day("2024-03-12"), 1000, ARC_HOW_GIVEN);
  book_reverse(&b, "P", book_day("2024-03-20"));
  static const struct {
    const char *day;
    int64_t middle, old, unapplied;
  } cases[] = {
      {"2024-03-09", 1000, 0, 0}, {"2024-03-11", 1000, 0, 1000}, {"2024-03-12", 0, 0, 0},
      {"2024-03-20", 1000, 0, 0}, {"2024-04-15", 0, 1000, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    arc_report *report = aging(&b, book_day(cases[i].day), ARC_BY_CUSTOMER);
    if (arc_report_rows(report) == 0) {
      assert_int_equal(cases[i].middle + cases[i].old + cases[i].unapplied, 0);
    } else {
      assert_int_equal(book_number(report, 0, "31-60"), cases[i].middle);
      assert_int_equal(book_number(report, 0, "61-90"), cases[i].old);
      assert_int_equal(book_number(report, 0, "unapplied"), cases[i].unapplied);
    }
    arc_report_free(report);
  }
  book_close(&b);
}

static void test_aging_overflow(void **state) {
  (void)state;
  struct book b;
  arc_report *report;
  arc_metrics_query options = AGING_INIT;
  book_open(&b);
  book_customer(&b, "A");
  book_customer(&b, "B");
  arc_invoice row = book_invoice_of("INV-1", "A", 19000, 19030, INT64_MAX / 2 + 2);
  book_post_invoice(&b, &row);
  options.as_of = 19100;
  options.by = ARC_BY_CURRENCY;
  report = aging_of(&b, &options);
  assert_int_equal(book_number(report, 0, "balance"), INT64_MAX / 2 + 2);
  arc_report_free(report);
  row.key = book_text("INV-2"); /* the control account would overflow, so the book refuses it */
  row.customer = book_text("B");
  assert_true(arc_ledger_post_invoices(b.ledger, &row, 1, NULL) < 0);
  book_close(&b);
}

/* ---- a naive model of the book, from the commands alone ---- */

#define MODEL_CUSTOMERS 5
#define MODEL_INVOICES  24
#define MODEL_PAYMENTS  24
#define MODEL_ENTRIES   400

struct model {
  struct {
    int customer, count;
    arc_day issued, due[3];
    int64_t amount[3], open[3];
  } invoices[MODEL_INVOICES];
  struct {
    int customer; /* -1: not known */
    arc_day day, identified, reversed;
    int64_t amount, open;
    int note;
  } credits[MODEL_PAYMENTS];
  struct {
    int invoice, instalment, credit; /* -1: write-off */
    arc_day day, undone;
    int64_t amount;
  } entries[MODEL_ENTRIES];
  int invoice_count, credit_count, entry_count;
};

static void model_settle(struct model *m, int invoice, int credit, arc_day day, int64_t amount) {
  for (int i = 0; i < m->invoices[invoice].count && amount > 0; i++) {
    int64_t part = m->invoices[invoice].open[i] < amount ? m->invoices[invoice].open[i] : amount;
    if (part == 0) continue;
    assert_in_range(m->entry_count, 0, MODEL_ENTRIES - 1);
    int e = m->entry_count++;
    m->entries[e].invoice = invoice;
    m->entries[e].instalment = i;
    m->entries[e].credit = credit;
    m->entries[e].day = day;
    m->entries[e].undone = ARC_DAY_NONE;
    m->entries[e].amount = part;
    m->invoices[invoice].open[i] -= part;
    if (credit >= 0) m->credits[credit].open -= part;
    amount -= part;
  }
  assert_int_equal(amount, 0);
}

/* Undoes what a credit settled of an invoice (-1: of all). */
static void model_undo(struct model *m, int credit, int invoice, arc_day day) {
  for (int e = 0; e < m->entry_count; e++)
    if (m->entries[e].credit == credit && m->entries[e].undone == ARC_DAY_NONE &&
        (invoice < 0 || m->entries[e].invoice == invoice)) {
      m->entries[e].undone = day;
      m->invoices[m->entries[e].invoice].open[m->entries[e].instalment] += m->entries[e].amount;
      m->credits[credit].open += m->entries[e].amount;
    }
}

static int model_counts(const struct model *m, int entry, arc_day day) {
  return m->entries[entry].day <= day &&
         (m->entries[entry].undone == ARC_DAY_NONE || m->entries[entry].undone > day);
}

/* Buckets by days past due, and credits not applied in the last cell, of a customer (-1: nobody).
 */
static void model_aging(const struct model *m, int customer, arc_day day, int64_t cells[6]) {
  memset(cells, 0, 6 * sizeof *cells);
  for (int v = 0; v < m->invoice_count; v++) {
    if (m->invoices[v].customer != customer || m->invoices[v].issued > day) continue;
    for (int i = 0; i < m->invoices[v].count; i++) {
      int32_t late = day - m->invoices[v].due[i];
      int64_t open = m->invoices[v].amount[i];
      for (int e = 0; e < m->entry_count; e++)
        if (m->entries[e].invoice == v && m->entries[e].instalment == i && model_counts(m, e, day))
          open -= m->entries[e].amount;
      cells[late <= 0 ? 0 : late <= 30 ? 1 : late <= 60 ? 2 : late <= 90 ? 3 : 4] += open;
    }
  }
  for (int c = 0; c < m->credit_count; c++) {
    int owner = m->credits[c].identified != ARC_DAY_NONE && m->credits[c].identified > day
                    ? -1
                    : m->credits[c].customer;
    if (owner != customer || m->credits[c].day > day) continue;
    if (m->credits[c].reversed != ARC_DAY_NONE && m->credits[c].reversed <= day) continue;
    cells[5] += m->credits[c].amount;
    for (int e = 0; e < m->entry_count; e++)
      if (m->entries[e].credit == c && model_counts(m, e, day)) cells[5] -= m->entries[e].amount;
  }
}

static const char *model_key(char *buffer, const char *kind, int number) {
  snprintf(buffer, 16, "%s%d", kind, number);
  return buffer;
}

static void model_invoice(struct book *b, struct model *m, uint64_t *random) {
  char key[16], customer[16];
  arc_instalment parts[3];
  int v = m->invoice_count;
  if (v == MODEL_INVOICES) return;
  m->invoices[v].customer = (int)book_random_below(random, MODEL_CUSTOMERS);
  m->invoices[v].issued = 19000 + (arc_day)book_random_below(random, 200);
  m->invoices[v].count = 1 + (int)book_random_below(random, 3);
  arc_day due = m->invoices[v].issued;
  arc_invoice row =
      book_invoice_of(model_key(key, "V", v), model_key(customer, "C", m->invoices[v].customer),
                      m->invoices[v].issued, ARC_DAY_NONE, 0);
  for (int i = 0; i < m->invoices[v].count; i++) {
    due += 1 + (arc_day)book_random_below(random, 60);
    m->invoices[v].due[i] = due;
    m->invoices[v].amount[i] = m->invoices[v].open[i] = 1 + book_random_below(random, 10000);
    parts[i] = (arc_instalment){sizeof *parts, due, m->invoices[v].amount[i]};
    row.amount += m->invoices[v].amount[i];
  }
  row.instalments = parts;
  row.instalment_count = (uint32_t)m->invoices[v].count;
  book_post_invoice(b, &row);
  m->invoice_count++;
}

static void model_credit(struct book *b, struct model *m, uint64_t *random) {
  char key[16], customer[16];
  int c = m->credit_count;
  if (c == MODEL_PAYMENTS) return;
  m->credits[c].customer = (int)book_random_below(random, MODEL_CUSTOMERS + 1) - 1;
  m->credits[c].note = m->credits[c].customer >= 0 && book_random_below(random, 5) == 0;
  m->credits[c].day = 19000 + (arc_day)book_random_below(random, 300);
  m->credits[c].identified = m->credits[c].reversed = ARC_DAY_NONE;
  m->credits[c].amount = m->credits[c].open = 1 + book_random_below(random, 15000);
  m->credit_count++;
  model_key(key, "P", c);
  model_key(customer, "C", m->credits[c].customer);
  if (m->credits[c].note) {
    char day[11];
    arc_day_format(day, m->credits[c].day);
    book_credit_note(b, key, customer, day, m->credits[c].amount);
    return;
  }
  arc_payment row = book_payment_of(key, m->credits[c].customer < 0 ? "" : customer,
                                    m->credits[c].day, m->credits[c].amount, "");
  book_post_payment(b, &row);
}

static void model_apply(struct book *b, struct model *m, uint64_t *random, int command) {
  char key[16], invoice[16], own[16];
  if (m->invoice_count == 0 || m->credit_count == 0) return;
  int v = (int)book_random_below(random, m->invoice_count),
      c = (int)book_random_below(random, m->credit_count);
  arc_day day = 19000 + (arc_day)book_random_below(random, 400);
  arc_application row = ARC_APPLICATION_INIT;
  row.key = book_text(model_key(own, "A", command));
  row.credit = book_text(model_key(key, "P", c));
  row.invoice = book_text(model_key(invoice, "V", v));
  row.credit_kind = m->credits[c].note;
  row.day = day;
  row.amount = 1 + book_random_below(random, 9000);
  if (arc_ledger_post_applications(b->ledger, &row, 1, NULL) != ARC_OK) return;
  if (m->credits[c].customer < 0) {
    m->credits[c].customer = m->invoices[v].customer;
    m->credits[c].identified = day;
  }
  model_settle(m, v, c, day, row.amount);
}

static void model_unapply(struct book *b, struct model *m, uint64_t *random) {
  char key[16], invoice[16];
  if (m->entry_count == 0) return;
  int e = (int)book_random_below(random, m->entry_count), c = m->entries[e].credit;
  if (c < 0 || m->entries[e].undone != ARC_DAY_NONE) return;
  arc_unapplication row = ARC_UNAPPLICATION_INIT;
  row.credit = book_text(model_key(key, "P", c));
  row.invoice = book_text(model_key(invoice, "V", m->entries[e].invoice));
  row.credit_kind = m->credits[c].note;
  row.day = m->entries[e].day + (arc_day)book_random_below(random, 60);
  if (arc_ledger_post_unapplications(b->ledger, &row, 1, NULL) == ARC_OK)
    model_undo(m, c, m->entries[e].invoice, row.day);
}

static void model_reverse(struct book *b, struct model *m, uint64_t *random) {
  char key[16];
  if (m->credit_count == 0) return;
  int c = (int)book_random_below(random, m->credit_count);
  arc_reversal row = ARC_REVERSAL_INIT;
  row.payment = book_text(model_key(key, "P", c));
  row.day = 19000 + (arc_day)book_random_below(random, 450);
  if (m->credits[c].note || arc_ledger_post_reversals(b->ledger, &row, 1, NULL) != ARC_OK) return;
  model_undo(m, c, -1, row.day);
  m->credits[c].reversed = row.day;
}

static void model_writeoff(struct book *b, struct model *m, uint64_t *random, int command) {
  char key[16], invoice[16];
  if (m->invoice_count == 0) return;
  int v = (int)book_random_below(random, m->invoice_count);
  arc_writeoff row = ARC_WRITEOFF_INIT;
  row.key = book_text(model_key(key, "W", command));
  row.invoice = book_text(model_key(invoice, "V", v));
  row.day = 19000 + (arc_day)book_random_below(random, 400);
  row.amount = 1 + book_random_below(random, 5000);
  if (arc_ledger_post_writeoffs(b->ledger, &row, 1, NULL) == ARC_OK)
    model_settle(m, v, -1, row.day, row.amount);
}

static void model_command(struct book *b, struct model *m, uint64_t *random, int command) {
  switch (book_random_below(random, 10)) {
  case 0:
  case 1:
    model_invoice(b, m, random);
    break;
  case 2:
  case 3:
    model_credit(b, m, random);
    break;
  case 4:
    model_unapply(b, m, random);
    break;
  case 5:
    if (book_random_below(random, 3) == 0) model_reverse(b, m, random);
    break;
  case 6:
    model_writeoff(b, m, random, command);
    break;
  default:
    model_apply(b, m, random, command);
  }
}

/* The report's rows are the model's, and every row adds up. */
static void model_compare(struct book *b, const struct model *m, arc_day day) {
  static const char *const columns[] = {"not_due", "1-30",    "31-60",
                                        "61-90",   "over_90", "unapplied"};
  arc_report *report = aging(b, day, ARC_BY_CUSTOMER);
  size_t expected = 0;
  for (int c = -1; c < MODEL_CUSTOMERS; c++) {
    char key[16] = "";
    int64_t cells[6], any = 0;
    size_t row = 0;
    model_aging(m, c, day, cells);
    for (int i = 0; i < 6; i++)
      any |= cells[i];
    if (!any) continue;
    expected++;
    if (c >= 0) model_key(key, "C", c);
    while (row < arc_report_rows(report) && strcmp(arc_report_text(report, row, 0, NULL), key) != 0)
      row++;
    assert_true(row < arc_report_rows(report));
    for (int i = 0; i < 6; i++)
      assert_int_equal(book_number(report, row, columns[i]), cells[i]);
    assert_int_equal(book_number(report, row, "balance"),
                     cells[0] + cells[1] + cells[2] + cells[3] + cells[4] - cells[5]);
  }
  assert_int_equal(arc_report_rows(report), expected);
  size_t found = 0;
  for (int c = 0; c < MODEL_CUSTOMERS; c++) { /* each alone says the same as among all */
    arc_metrics_query options = AGING_INIT;
    char key[16];
    options.as_of = day;
    options.customer = book_text(model_key(key, "C", c));
    arc_report *alone = aging_of(b, &options);
    for (size_t row = 0; row < arc_report_rows(alone); row++, found++) {
      size_t all = 0;
      while (all < arc_report_rows(report) && strcmp(arc_report_text(report, all, 0, NULL), key) != 0) all++;
      assert_string_equal(arc_report_text(alone, row, 0, NULL), key);
      for (size_t i = 0; i < 6; i++)
        assert_int_equal(book_number(alone, row, columns[i]), book_number(report, all, columns[i]));
      assert_int_equal(book_number(alone, row, "balance"), book_number(report, all, "balance"));
    }
    arc_report_free(alone);
  }
  for (size_t row = 0; row < arc_report_rows(report); row++) found -= *arc_report_text(report, row, 0, NULL) != 0;
  assert_int_equal(found, 0);
  arc_report_free(report);
}

static const char *figure(arc_report *report, const char *metric, const char *variant) {
  for (size_t i = 0; i < arc_report_rows(report); i++)
    if (strcmp(arc_report_text(report, i, 0, NULL), metric) == 0 &&
        strcmp(arc_report_text(report, i, 1, NULL), variant) == 0)
      return arc_report_is_null(report, i, 2) ? "undefined" : arc_report_text(report, i, 2, NULL);
  fail_msg("no figure %s %s", metric, variant);
  return NULL;
}

static arc_report *figures(struct book *b, const char *as_of, uint32_t days, int32_t by) {
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  book_check(call_figures(&report, b->ledger, book_day(as_of), days, by, &err), &err);
  return report;
}

/* Receivables of the key figures are the buckets of the aging. */
static void model_compare_totals(struct book *b, arc_day day) {
  arc_report *aged = aging(b, day, ARC_BY_CURRENCY), *report = NULL;
  char text[24] = "0.00", iso[11];
  if (arc_report_rows(aged)) {
    int64_t sum = book_number(aged, 0, "balance") + book_number(aged, 0, "unapplied");
    arc_money_format(text, sizeof text, NULL, sum, "USD", NULL);
    arc_day_format(iso, day);
    report = figures(b, iso, 60, ARC_BY_CURRENCY);
    assert_string_equal(figure(report, "receivables", "sum"), text);
    arc_money_format(text, sizeof text, NULL, sum - book_number(aged, 0, "not_due"), "USD", NULL);
    assert_string_equal(figure(report, "overdue", "sum"), text);
    assert_string_equal(figure(report, "unapplied", "sum"), book_cell(aged, 0, "unapplied"));
    arc_report_free(report);
  }
  arc_report_free(aged);
}

static void test_aging_model(void **state) {
  (void)state;
  uint64_t random = 0x9e3779b97f4a7c15u;
  for (int round = 0; round < 60; round++) {
    struct book b;
    struct model m;
    memset(&m, 0, sizeof m);
    book_open(&b);
    for (int c = 0; c < MODEL_CUSTOMERS; c++) {
      char key[16];
      book_customer(&b, model_key(key, "C", c));
    }
    for (int command = 0; command < 150; command++)
      model_command(&b, &m, &random, command);
    assert_true(m.entry_count > 5);
    for (int i = 0; i < 12; i++)
      model_compare(&b, &m, 18990 + (arc_day)book_random_below(&random, 560));
    model_compare(&b, &m, 30000);
    model_compare_totals(&b, 19000 + (arc_day)book_random_below(&random, 400));
    assert_int_equal(arc_ledger_verify(b.ledger, NULL), ARC_OK);
    book_close(&b);
  }
}

/* ---- key figures ---- */

static void test_report_checks(void **state) {
  (void)state;
  struct book b;
  arc_report *report = NULL;
  book_open(&b);
  assert_int_equal(call_figures(NULL, b.ledger, 20000, 0, ARC_BY_CURRENCY, NULL),
                   ARC_E_INVALID);
  assert_int_equal(call_figures(&report, NULL, 20000, 0, ARC_BY_CURRENCY, NULL),
                   ARC_E_INVALID);
  assert_int_equal(call_figures(&report, b.ledger, ARC_DAY_NONE, 0, ARC_BY_CURRENCY, NULL),
                   ARC_E_INVALID);
  assert_int_equal(call_figures(&report, b.ledger, 20000, 3661, ARC_BY_CURRENCY, NULL),
                   ARC_E_INVALID);
  assert_int_equal(call_figures(&report, b.ledger, 20000, 0, ARC_BY_TAG + ARC_TAGS, NULL),
                   ARC_E_INVALID);
  assert_null(report);
  report = figures(&b, "2024-01-01", 0, ARC_BY_CURRENCY);
  assert_int_equal(arc_report_rows(report), 0);
  arc_report_free(report);
  book_close(&b);
}

/* 150,000 / 1,800,000 x 365 = 30.42. */
static void test_dso_simple(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  book_invoice(&b, "INV-1", "A", "2023-02-01", "2023-03-03", 165000000);
  book_invoice(&b, "INV-2", "A", "2023-12-01", "2024-01-31", 15000000);
  book_payment(&b, "P", "A", "2023-03-03", 165000000, "");
  book_apply(&b, "P", "INV-1", book_day("2023-03-03"), 165000000, ARC_HOW_AMOUNT);
  arc_report *report = figures(&b, "2023-12-31", 365, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "dso", "simple"), "30.42");
  assert_string_equal(figure(report, "dso", "average-balance"), "15.21");
  assert_string_equal(figure(report, "average_payment_delay", "paid"), "0.00");
  assert_string_equal(figure(report, "auto_applied_share", "by value"), "100.00");
  assert_string_equal(figure(report, "credit_sales", "sum"), "1800000.00");
  assert_string_equal(figure(report, "collection_efficiency", "cash / fell due"), "100.00");
  assert_string_equal(figure(report, "written_off", "sum"), "0.00");
  assert_string_equal(figure(report, "promise_kept_rate", "by value"), "undefined");
  for (size_t i = 0; i < arc_report_rows(report); i++)
    assert_string_equal(book_cell(report, i, "currency"), "USD");
  arc_report_free(report);
  book_close(&b);
}

/* 212 on 100, 80 and 70 in months of 31, 28 and 31 days: 73.17, not the 73.7 of months of 30. */
static void test_dso_count_back(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  book_invoice(&b, "JAN", "A", "2023-01-10", "2023-04-10", 7000);
  book_invoice(&b, "FEB", "A", "2023-02-10", "2023-05-10", 8000);
  book_invoice(&b, "MAR", "A", "2023-03-10", "2023-06-10", 10000);
  book_payment(&b, "P", "A", "2023-03-20", 3800, "");
  book_apply(&b, "P", "JAN", book_day("2023-03-20"), 3800, ARC_HOW_GIVEN);
  arc_report *report = figures(&b, "2023-03-31", 90, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "dso", "count-back"), "73.17");
  assert_string_equal(figure(report, "auto_applied_share", "by value"), "0.00");
  assert_string_equal(figure(report, "dso", "simple"), "76.32");
  arc_report_free(report);
  /* All that was ever sold is open: exhausted exactly in January. */
  report = figures(&b, "2023-03-19", 30, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "dso", "count-back"), "78.00");
  arc_report_free(report);
  /* A credit note takes sales away, so that the receivables never are used up. */
  book_credit_note(&b, "CN", "A", "2023-01-20", 6000);
  report = figures(&b, "2023-03-31", 90, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "dso", "count-back"), "undefined");
  arc_report_free(report);
  book_close(&b);
}

/* 15,000 / 10,000 x 30 = 45, of which 4,000 are not due: 12, so 33 days are delinquent. */
static void test_best_possible(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  book_invoice(&b, "OLD", "A", "2024-03-01", "2024-03-31", 500000);
  book_invoice(&b, "LATE", "A", "2024-06-02", "2024-06-10", 600000);
  book_invoice(&b, "NEW", "A", "2024-06-20", "2024-07-20", 400000);
  arc_report *report = figures(&b, "2024-06-30", 30, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "dso", "simple"), "45.00");
  assert_string_equal(figure(report, "best_possible_dso", "simple"), "12.00");
  assert_string_equal(figure(report, "average_days_delinquent", "simple"), "33.00");
  assert_string_equal(figure(report, "overdue", "sum"), "11000.00");
  assert_string_equal(figure(report, "overdue_share", "by value"), "73.33");
  arc_report_free(report);
  book_close(&b);
}

/* Begin 100,000, sales 1,000,000, end 120,000 of which 100,000 not due: 98.0 %. */
static void test_effectiveness(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  book_invoice(&b, "OLD", "A", "2024-03-01", "2024-03-31", 10000000);
  book_invoice(&b, "PAID", "A", "2024-06-02", "2024-06-10", 90000000);
  book_invoice(&b, "NEW", "A", "2024-06-20", "2024-07-20", 10000000);
  book_payment(&b, "P1", "A", "2024-06-12", 90000000, "");
  book_apply(&b, "P1", "PAID", book_day("2024-06-12"), 90000000, ARC_HOW_GIVEN);
  book_payment(&b, "P2", "A", "2024-06-12", 8000000, "");
  book_apply(&b, "P2", "OLD", book_day("2024-06-12"), 8000000, ARC_HOW_GIVEN);
  arc_report *report = figures(&b, "2024-06-30", 30, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "collection_effectiveness", "plain"), "98.00");
  assert_string_equal(figure(report, "collection_effectiveness", "CRF /N, N = days / 30"), "98.00");
  arc_report_free(report);
  /* Two months: (100,000 + 500,000 - 120,000) / (100,000 + 500,000 - 100,000). */
  report = figures(&b, "2024-06-30", 60, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "collection_effectiveness", "plain"), "98.00");
  assert_string_equal(figure(report, "collection_effectiveness", "CRF /N, N = days / 30"), "96.00");
  arc_report_free(report);
  book_close(&b);
}

/* (140 x 7 + 85 x 55) / 225 = 25.13; with 100 open since 20 days: (5,655 + 2,000) / 325 = 23.55. */
static void test_payment_delay(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  book_invoice(&b, "INV-1", "A", "2024-03-01", "2024-04-01", 14000);
  book_invoice(&b, "INV-2", "A", "2024-03-01", "2024-04-01", 8500);
  book_invoice(&b, "INV-3", "A", "2024-03-01", "2024-06-10", 10000);
  book_payment(&b, "P1", "A", "2024-04-08", 14000, "");
  book_payment(&b, "P2", "A", "2024-05-26", 8500, "");
  book_apply(&b, "P1", "INV-1", book_day("2024-04-20"), 14000, ARC_HOW_GIVEN); /* receipt counts */
  book_apply(&b, "P2", "INV-2", book_day("2024-05-26"), 8500, ARC_HOW_REFERENCE);
  arc_report *report = figures(&b, "2024-06-30", 90, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "average_payment_delay", "paid"), "25.13");
  assert_string_equal(figure(report, "average_payment_delay", "paid and open"), "23.55");
  assert_string_equal(figure(report, "auto_applied_share", "by value"), "37.78");
  arc_report_free(report);
  book_close(&b);
}

/* Early is negative. */
static void test_paid_early(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  book_invoice(&b, "INV-1", "A", "2024-05-01", "2024-06-20", 14000);
  book_payment(&b, "P1", "A", "2024-06-10", 14000, "");
  book_apply(&b, "P1", "INV-1", book_day("2024-06-10"), 14000, ARC_HOW_GIVEN);
  arc_report *report = figures(&b, "2024-06-30", 90, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "average_payment_delay", "paid"), "-10.00");
  arc_report_free(report);
  book_close(&b);
}

static void test_rates(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  add_customer(&b, "A", "ann", "");
  add_customer(&b, "B", "bob", "");
  book_invoice(&b, "INV-1", "A", "2024-05-01", "2024-05-31", 10000);
  book_invoice(&b, "INV-2", "A", "2024-05-01", "2024-05-31", 30000);
  book_invoice(&b, "INV-3", "B", "2024-05-01", "2024-05-31", 50000);
  book_dispute(&b, "D1", "INV-1", "2024-05-05", 4000);
  book_promise(&b, "M1", "INV-1", "2024-06-01", "2024-06-10", 6000);
  book_promise(&b, "M2", "INV-2", "2024-06-01", "2024-06-10", 30000);
  book_promise(&b, "M3", "INV-2", "2024-06-01", "2024-07-10", 30000); /* not over */
  book_promise(&b, "M4", "INV-2", "2024-06-01", "2024-06-30",
               30000); /* not over before the day is */
  book_payment(&b, "P1", "A", "2024-06-05", 6000, "");
  book_apply(&b, "P1", "INV-1", book_day("2024-06-05"), 6000, ARC_HOW_GIVEN);
  book_payment(&b, "P2", "A", "2024-06-06", 1000, "");
  book_payment(&b, "P3", "A", "2024-06-07", 9999, "");
  book_reverse(&b, "P3", book_day("2024-06-09"));
  book_writeoff(&b, "W", "INV-3", book_day("2024-06-20"), 5000);
  arc_report *report = figures(&b, "2024-06-30", 90, ARC_BY_OWNER);
  assert_string_equal(book_cell(report, 0, "group"), "ann");
  assert_string_equal(figure(report, "dispute_rate", "by value"), "10.00");
  assert_string_equal(figure(report, "promise_kept_rate", "by value"), "16.67");
  assert_string_equal(figure(report, "unapplied_share", "of receivables"), "2.94");
  assert_string_equal(figure(report, "cash_collected", "sum"), "70.00");
  assert_string_equal(figure(report, "collection_efficiency", "cash / fell due"), "17.50");
  assert_string_equal(figure(report, "bad_debt_ratio", "of credit sales"), "0.00");
  size_t row = arc_report_rows(report);
  assert_string_equal(book_cell(report, row - 1, "group"), "bob");
  while (strcmp(book_cell(report, row - 1, "metric"), "bad_debt_ratio")) row--;
  assert_string_equal(book_cell(report, row - 1, "group"), "bob");
  assert_string_equal(book_cell(report, row - 1, "value"), "10.00");
  assert_string_equal(book_cell(report, row - 1, "unit"), "percent");
  assert_string_equal(book_cell(report, row - 1, "population"),
                      "write-offs, and invoices issued less credit notes, 2024-04-02..2024-06-30");
  arc_report_free(report);
  /* No sales, no turnover: undefined, not 0. */
  report = figures(&b, "2024-12-31", 30, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "dso", "simple"), "undefined");
  assert_string_equal(figure(report, "bad_debt_ratio", "of credit sales"), "undefined");
  assert_string_equal(figure(report, "receivables", "sum"), "790.00");
  arc_report_free(report);
  book_close(&b);
}

/* Instalments are followed one by one: what is paid does not roll, what falls in late is no part of the base. */
static void test_course(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  book_customer(&b, "B");
  book_invoice(&b, "I1", "A", "2024-04-01", "2024-05-20", 10000); /* 11 days late at the beginning, 41 at the end */
  book_invoice(&b, "I2", "A", "2024-04-01", "2024-05-10", 30000); /* 21, 51, a half of it paid */
  book_invoice(&b, "I3", "B", "2024-06-05", "2024-06-10", 50000); /* not there at the beginning */
  book_invoice(&b, "I4", "B", "2024-03-10", "2024-06-15", 20000); /* not due, 15 */
  book_invoice(&b, "I5", "B", "2024-03-20", "2024-07-15", 60000); /* not due, not due */
  book_payment(&b, "P", "A", "2024-06-20", 15000, "");
  book_apply(&b, "P", "I2", book_day("2024-06-20"), 15000, ARC_HOW_GIVEN);
  book_dispute(&b, "D1", "I1", "2024-06-10", 1000);
  book_dispute(&b, "D2", "I3", "2024-06-20", 1000);
  arc_report *report = figures(&b, "2024-06-30", 30, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "roll_rate", "1-30 to 31-60"), "62.50");
  assert_string_equal(figure(report, "roll_rate", "not due to 1-30"), "25.00");
  assert_string_equal(figure(report, "roll_rate", "61-90 to over 90"), "undefined");
  assert_string_equal(figure(report, "at_risk_rate", "open 90 days after issue"), "87.50"); /* 105,000 of 120,000 */
  assert_string_equal(figure(report, "dispute_age", "mean"), "15.00");
  assert_string_equal(figure(report, "dispute_resolution_time", "mean"), "undefined");
  assert_string_equal(figure(report, "concentration", "largest customer"), "83.87"); /* 130,000 of 155,000 */
  assert_string_equal(figure(report, "concentration", "five largest customers"), "100.00");
  assert_string_equal(figure(report, "concentration", "Herfindahl index, 10000: one customer"), "7294.48");
  assert_string_equal(figure(report, "dso", "rolling, 3 months"), "156.72"); /* 155,000 / 90,000 * 91 */
  arc_report_free(report);
  book_close(&b);
}

/* Six receipts of 100: applied by itself, in two parts, in part, by a human, and undone early or late. */
static void test_receipts(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  book_invoice(&b, "I", "A", "2024-01-01", "2024-01-31", 100000);
  book_invoice(&b, "J", "A", "2024-01-01", "2024-01-31", 100000);
  for (int i = 0; i < 6; i++) {
    char key[16];
    book_payment(&b, model_key(key, "P", i), "A", "2024-02-01", 10000, "");
  }
  arc_day day = book_day("2024-02-02");
  book_apply(&b, "P0", "I", day, 10000, ARC_HOW_REFERENCE);
  book_apply(&b, "P1", "I", day, 4000, ARC_HOW_SUM);
  book_apply(&b, "P1", "J", day, 6000, ARC_HOW_AMOUNT);
  book_apply(&b, "P2", "I", day, 9999, ARC_HOW_REFERENCE);
  book_apply(&b, "P3", "I", day, 10000, ARC_HOW_CONFIRMED);
  book_apply(&b, "P4", "I", day, 10000, ARC_HOW_REFERENCE);
  book_unapply(&b, "P4", "I", "2024-03-03");
  book_apply(&b, "P4", "I", book_day("2024-03-04"), 10000, ARC_HOW_REFERENCE);
  book_apply(&b, "P5", "I", day, 10000, ARC_HOW_REFERENCE);
  book_unapply(&b, "P5", "I", "2024-03-04");
  book_apply(&b, "P5", "I", book_day("2024-03-04"), 10000, ARC_HOW_REFERENCE);
  arc_report *report = figures(&b, "2024-03-31", 90, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "auto_match_rate", "by count"), "50.00"); /* P0, P1, P5 */
  assert_string_equal(figure(report, "auto_match_rate", "by value"), "50.00");
  assert_string_equal(figure(report, "unapplied_share", "of cash received"), "0.00"); /* a cent */
  arc_report_free(report);
  report = figures(&b, "2024-03-03", 90, ARC_BY_CURRENCY); /* P5 is applied yet, P4 not */
  assert_string_equal(figure(report, "auto_match_rate", "by count"), "50.00");
  assert_string_equal(figure(report, "unapplied_share", "of cash received"), "16.67");
  arc_report_free(report);
  report = figures(&b, "2024-01-31", 30, ARC_BY_CURRENCY);
  assert_string_equal(figure(report, "auto_match_rate", "by count"), "undefined");
  arc_report_free(report);
  book_close(&b);
}

/* Published numbers: what is sold and open, in amounts without cents, and what comes of it. */
static void test_worked_numbers(void **state) {
  (void)state;
  static const struct {
    int64_t opening, sales, ending, current;
    int days;
    const char *metric, *variant, *value;
  } cases[] = {
      {0, 1800000, 150000, 150000, 365, "dso", "simple", "30.42"},
      {0, 750000, 500000, 500000, 30, "dso", "simple", "20.00"},
      {0, 15000, 25000, 6000, 30, "dso", "simple", "50.00"}, /* 25,000: 10,000 of them are older than the window */
      {0, 15000, 25000, 6000, 30, "best_possible_dso", "simple", "12.00"},
      {0, 15000, 25000, 6000, 30, "average_days_delinquent", "simple", "38.00"},
      {0, 10000, 15000, 4000, 30, "best_possible_dso", "simple", "12.00"},
      {0, 10000, 15000, 4000, 30, "average_days_delinquent", "simple", "33.00"},
      {15000, 15000, 25000, 6000, 30, "dso", "average-balance", "40.00"},
      {6200, 10890, 6340, 3590, 90, "collection_effectiveness", "CRF /N, N = days / 30", "55.93"},
      {6200, 10890, 6340, 3590, 90, "collection_effectiveness", "plain", "79.63"},
      {100000, 1000000, 120000, 100000, 30, "collection_effectiveness", "plain", "98.00"},
  };
  const arc_day end = 20000;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const int64_t old = cases[i].ending > cases[i].sales ? cases[i].ending - cases[i].sales : 0;
    const int64_t before = cases[i].opening ? cases[i].opening : old;
    struct book b;
    char iso[11];
    book_open(&b);
    book_customer(&b, "A");
    const arc_day begin = end - cases[i].days;
    arc_invoice row = book_invoice_of("OLD", "A", begin - 10, begin - 5, before * 100);
    if (before) book_post_invoice(&b, &row);
    row = book_invoice_of("NOT-DUE", "A", begin + 1, end, cases[i].current * 100);
    book_post_invoice(&b, &row);
    row = book_invoice_of("DUE", "A", begin + 1, end - 1, (cases[i].sales - cases[i].current) * 100);
    if (row.amount) book_post_invoice(&b, &row);
    int64_t paid = before + cases[i].sales - cases[i].ending, of_due = cases[i].sales - cases[i].current;
    if (paid > 0) {
      arc_payment cash = book_payment_of("P", "A", end, paid * 100, "");
      book_post_payment(&b, &cash);
      if (of_due > paid) of_due = paid;
      if (of_due) book_apply(&b, "P", "DUE", end, of_due * 100, ARC_HOW_GIVEN);
      if (paid > of_due && before) {
        int64_t of_old = paid - of_due < before ? paid - of_due : before;
        book_apply(&b, "P", "OLD", end, of_old * 100, ARC_HOW_GIVEN);
      }
    }
    arc_day_format(iso, end);
    arc_report *report = figures(&b, iso, (uint32_t)cases[i].days, ARC_BY_CURRENCY);
    assert_string_equal(figure(report, cases[i].metric, cases[i].variant), cases[i].value);
    arc_report_free(report);
    book_close(&b);
  }
}

/* Sums of groups are the whole, by whatever it is grouped; shares and days are not, and need not be. */
static void test_groups_are_the_whole(void **state) {
  (void)state;
  static const char *const sums[] = {"receivables", "unapplied", "overdue", "credit_sales", "cash_collected", "written_off"};
  static const char *const owners[] = {"ann", "bob", ""}, *const regions[] = {"north", "south", "west", ""};
  uint64_t seed = 5;
  for (int n = 0; n < 10; n++) {
    struct book b;
    book_open(&b);
    for (int c = 0; c < 6; c++) {
      char key[16];
      arc_customer row = ARC_CUSTOMER_INIT;
      row.key = row.name = book_text(model_key(key, "C", c));
      row.owner = book_text(owners[book_random_below(&seed, 3)]);
      row.tags[1] = book_text(regions[book_random_below(&seed, 4)]);
      book_post_customer(&b, &row);
    }
    for (int i = 0; i < 40; i++) {
      char customer[16], invoice[16], key[16];
      arc_day day = 19700 + (arc_day)book_random_below(&seed, 150);
      int64_t amount = 1 + book_random_below(&seed, 100000);
      arc_invoice row = book_invoice_of(model_key(invoice, "V", i), model_key(customer, "C", (int)book_random_below(&seed, 6)),
                                        day, day + 30, amount);
      book_post_invoice(&b, &row);
      if (book_random_below(&seed, 3) == 0) book_writeoff(&b, model_key(key, "W", i), invoice, day + 70, 1);
      if (book_random_below(&seed, 2)) continue;
      arc_payment cash = book_payment_of(model_key(key, "P", i), book_random_below(&seed, 4) ? customer : "", day + 20, amount, "");
      book_post_payment(&b, &cash);
      if (cash.customer.size && book_random_below(&seed, 2)) book_apply(&b, key, invoice, cash.received, amount - 1, ARC_HOW_GIVEN);
    }
    arc_report *whole = figures(&b, "2024-05-15", 90, ARC_BY_CURRENCY), *aged = aging(&b, 19858, ARC_BY_CURRENCY);
    for (int32_t by = ARC_BY_CUSTOMER; by < ARC_BY_TAG + ARC_TAGS; by++) {
      arc_report *parts = figures(&b, "2024-05-15", 90, by), *aged_parts = aging(&b, 19858, by);
      for (size_t k = 0; k < 6; k++) {
        int64_t sum = 0;
        char text[24];
        for (size_t i = 0; i < arc_report_rows(parts); i++)
          if (!strcmp(arc_report_text(parts, i, 0, NULL), sums[k])) {
            int64_t amount;
            const char *value = book_cell(parts, i, "value");
            assert_int_equal(arc_money_parse(&amount, value, strlen(value), "USD", NULL), ARC_OK);
            sum += amount;
          }
        arc_money_format(text, sizeof text, NULL, sum, "USD", NULL);
        assert_string_equal(text, figure(whole, sums[k], "sum"));
      }
      for (size_t c = 0; c < arc_report_columns(aged); c++) {
        const char *column = arc_report_column_name(aged, c);
        int64_t sum = 0;
        if (!strcmp(column, "currency")) continue;
        for (size_t i = 0; i < arc_report_rows(aged_parts); i++) sum += book_number(aged_parts, i, column);
        assert_int_equal(sum, book_number(aged, 0, column));
      }
      if (by == ARC_BY_TAG + 1) assert_string_equal(arc_report_column_name(aged_parts, 0), "tag");
      if (by == ARC_BY_TAG) assert_int_equal(arc_report_rows(aged_parts), 1); /* nobody has one */
      arc_report_free(parts);
      arc_report_free(aged_parts);
    }
    arc_report_free(whole);
    arc_report_free(aged);
    book_close(&b);
  }
}

/* ---- the change of DSO ---- */

static arc_report *dso_change(struct book *b, const char *from, const char *to, uint32_t days) {
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  book_check(call_dso_change(&report, b->ledger, book_day(from), book_day(to), days, &err), &err);
  return report;
}

static int64_t part(const arc_report *report, const char *name, const char *column) {
  for (size_t i = 0; i < arc_report_rows(report); i++)
    if (!strcmp(book_cell(report, i, "part"), name)) return book_number(report, i, column);
  fail_msg("no part %s", name);
  return 0;
}

static void test_dso_change_checks(void **state) {
  (void)state;
  struct book b;
  arc_report *report = NULL;
  book_open(&b);
  assert_int_equal(call_dso_change(NULL, b.ledger, 19000, 19100, 0, NULL), ARC_E_INVALID);
  assert_int_equal(call_dso_change(&report, NULL, 19000, 19100, 0, NULL), ARC_E_INVALID);
  assert_int_equal(call_dso_change(&report, b.ledger, 19101, 19100, 0, NULL), ARC_E_INVALID);
  assert_int_equal(call_dso_change(&report, b.ledger, ARC_DAY_NONE, 19100, 0, NULL), ARC_E_INVALID);
  assert_int_equal(call_dso_change(&report, b.ledger, 19000, 19100, 3661, NULL), ARC_E_INVALID);
  assert_null(report);
  book_close(&b);
}

/* One customer, the same sales: each part is what it says. */
static void test_dso_change_parts(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "A");
  book_invoice(&b, "I1", "A", "2024-01-05", "2024-02-20", 90000); /* not due on the first day */
  book_invoice(&b, "I2", "A", "2024-04-05", "2024-04-20", 30000); /* late on the second */
  book_invoice(&b, "I3", "A", "2024-04-05", "2024-05-20", 60000);
  book_dispute(&b, "D", "I3", "2024-04-10", 15000);
  book_payment(&b, "P1", "A", "2024-02-20", 90000, "");
  book_apply(&b, "P1", "I1", book_day("2024-02-20"), 90000, ARC_HOW_GIVEN);
  book_payment(&b, "P2", "A", "2024-04-29", 6000, "");
  arc_report *report = dso_change(&b, "2024-01-31", "2024-04-30", 30);
  assert_int_equal(part(report, "terms", "before"), 30000000);
  assert_int_equal(part(report, "terms", "change"), -15000000); /* 45,000 / 90,000 * 30 */
  assert_int_equal(part(report, "delay", "change"), 8000000);   /* 24,000 */
  assert_int_equal(part(report, "disputes", "change"), 5000000);
  assert_int_equal(part(report, "unapplied", "change"), 2000000);
  assert_int_equal(part(report, "mix", "change"), 0);
  assert_int_equal(part(report, "change", "change"), 0);
  assert_int_equal(part(report, "change", "after"), 30000000);
  arc_report_free(report);
  report = dso_change(&b, "2023-01-31", "2024-04-30", 30); /* no sales at first */
  for (size_t i = 0; i < arc_report_rows(report); i++) assert_int_equal(arc_report_is_null(report, i, 4), 1);
  arc_report_free(report);
  book_close(&b);
}

/* Deliveries that are invoiced later by as many days: none of it is in DSO, all of it in the days to cash. Of a customer
 * with next to no sales the days pass all bounds: it is mix. */
static void test_dso_change_gap(void **state) {
  (void)state;
  struct book b;
  static const struct {
    const char *key, *customer, *issued, *fulfilled;
    int64_t amount;
  } rows[] = {{"I1", "A", "2024-01-05", "2024-01-03", 90000}, {"I2", "B", "2024-01-05", "2024-01-05", 30000},
              {"I3", "A", "2024-04-05", "2024-03-31", 90000}, {"I4", "B", "2024-04-05", NULL, 30000}};
  book_open(&b);
  book_customer(&b, "A");
  book_customer(&b, "B");
  for (size_t i = 0; i < 4; i++) {
    arc_day issued = book_day(rows[i].issued);
    arc_invoice row = book_invoice_of(rows[i].key, rows[i].customer, issued, issued + 60, rows[i].amount);
    if (rows[i].fulfilled) row.fulfilled = book_day(rows[i].fulfilled);
    book_post_invoice(&b, &row);
    char payment[8];
    snprintf(payment, sizeof payment, "P%d", (int)i);
    arc_payment cash = book_payment_of(payment, rows[i].customer, issued + 50, rows[i].amount, "");
    book_post_payment(&b, &cash);
    book_apply(&b, payment, rows[i].key, issued + 50, rows[i].amount, ARC_HOW_GIVEN);
  }
  arc_report *report = dso_change(&b, "2024-01-31", "2024-04-30", 30);
  assert_int_equal(part(report, "billing gap", "before"), 1500000); /* 2 days of 90,000, none of 30,000 */
  assert_int_equal(part(report, "billing gap", "after"), 5000000);  /* 5 days; what B's were is not said */
  assert_int_equal(part(report, "billing gap", "change"), 2625000); /* (0.75 + 1) / 2 * (5 - 2) */
  assert_int_equal(part(report, "mix", "change"), 875000);
  assert_int_equal(part(report, "change", "before"), 31500000);
  assert_int_equal(part(report, "change", "change"), 3500000);
  arc_report_free(report);
  report = dso_change(&b, "2024-01-31", "2024-06-30", 30); /* no sales at the end */
  assert_int_equal(part(report, "billing gap", "before"), 1500000);
  for (size_t i = 0; i < arc_report_rows(report); i++) assert_int_equal(arc_report_is_null(report, i, 4), 1);
  arc_report_free(report);
  book_invoice(&b, "OLD", "B", "2024-03-01", "2024-03-31", INT64_C(10000000000000));
  book_invoice(&b, "CENT", "B", "2024-07-05", "2024-07-31", 1);
  book_invoice(&b, "MUCH", "A", "2024-07-05", "2024-07-31", INT64_C(10000000000000));
  report = dso_change(&b, "2024-04-30", "2024-07-31", 30);
  assert_int_equal(part(report, "delay", "change") + part(report, "terms", "change") + part(report, "mix", "change"),
                   part(report, "change", "change"));
  arc_report_free(report);
  book_close(&b);
}

/* Two customers that change nothing but their shares: all of it is mix. */
static void test_dso_change_mix(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  book_customer(&b, "FAST");
  book_customer(&b, "SLOW");
  static const struct {
    const char *key, *customer, *issued;
    int64_t amount, paid;
  } rows[] = {{"F1", "FAST", "2024-01-05", 100000, 90000}, {"S1", "SLOW", "2024-01-05", 100000, 10000},
              {"F2", "FAST", "2024-04-05", 40000, 36000},  {"S2", "SLOW", "2024-04-05", 160000, 16000}};
  for (size_t i = 0; i < 4; i++) {
    char payment[8];
    snprintf(payment, sizeof payment, "P%d", (int)i);
    arc_day day = book_day(rows[i].issued);
    arc_invoice row = book_invoice_of(rows[i].key, rows[i].customer, day, day + 60, rows[i].amount);
    book_post_invoice(&b, &row);
    arc_payment cash = book_payment_of(payment, rows[i].customer, day + 5, rows[i].amount, "");
    book_post_payment(&b, &cash);
    book_apply(&b, payment, rows[i].key, day + 5, rows[i].paid, ARC_HOW_GIVEN);
    if (i < 2) book_apply(&b, payment, rows[i].key, day + 50, rows[i].amount - rows[i].paid, ARC_HOW_GIVEN);
    else book_reverse(&b, payment, day + 80);
  }
  arc_report *report = dso_change(&b, "2024-01-31", "2024-04-30", 30);
  assert_int_equal(part(report, "change", "before"), 15000000); /* 100,000 of 200,000 */
  assert_int_equal(part(report, "change", "after"), 22200000);  /* 148,000 of 200,000 */
  assert_int_equal(part(report, "mix", "change"), 7200000);
  arc_report_free(report);
  book_close(&b);
}

/* Whatever happened, the parts add up to the change, and the parts of a day to its DSO. */
static void test_dso_change_adds_up(void **state) {
  (void)state;
  static const char *const parts[] = {"billing gap", "terms", "delay", "disputes", "unapplied", "mix"};
  uint64_t seed = 11;
  for (int n = 0; n < 30; n++) {
    struct book b;
    book_open(&b);
    for (int c = 0; c < 4; c++) {
      char customer[16];
      book_customer(&b, model_key(customer, "C", c));
    }
    for (int i = 0; i < 30; i++) {
      char customer[16], invoice[16], key[16];
      arc_day day = book_day("2024-01-01") + (arc_day)book_random_below(&seed, 120);
      int64_t amount = 1 + book_random_below(&seed, 1000000);
      model_key(customer, "C", (int)book_random_below(&seed, 4));
      arc_invoice row = book_invoice_of(model_key(invoice, "V", i), customer, day, day + (arc_day)book_random_below(&seed, 60), amount);
      if (n % 3 && book_random_below(&seed, 4)) row.fulfilled = day - (arc_day)book_random_below(&seed, 30);
      book_post_invoice(&b, &row);
      if (book_random_below(&seed, 2)) {
        arc_payment cash = book_payment_of(model_key(key, "P", i), customer, day + (arc_day)book_random_below(&seed, 90), amount, "");
        book_post_payment(&b, &cash);
        if (book_random_below(&seed, 2)) book_apply(&b, key, invoice, cash.received, amount, ARC_HOW_GIVEN);
      } else if (book_random_below(&seed, 3) == 0) {
        char opened[11];
        arc_day_format(opened, day + 3);
        book_dispute(&b, model_key(key, "D", i), invoice, opened, 1 + book_random_below(&seed, amount));
      }
    }
    arc_report *report = dso_change(&b, "2024-02-28", "2024-05-15", 60);
    int64_t change = 0, before = 0, after = 0;
    for (size_t i = 0; i < 6; i++) {
      change += part(report, parts[i], "change");
      before += part(report, parts[i], "before");
      after += part(report, parts[i], "after");
    }
    assert_int_equal(change, part(report, "change", "change"));
    assert_int_equal(change, part(report, "change", "after") - part(report, "change", "before"));
    for (int when = 0; when < 2; when++) { /* what it splits is what the key figures say */
      static const char *const day[] = {"2024-02-28", "2024-05-15"}, *const column[] = {"before", "after"};
      arc_report *said = figures(&b, day[when], 60, ARC_BY_CURRENCY);
      char text[24];
      int64_t hundredths;
      assert_int_equal(arc_money_scale(&hundredths, part(report, "change", column[when]) - part(report, "billing gap", column[when]), 1, 10000, NULL), ARC_OK);
      arc_money_format(text, sizeof text, NULL, hundredths, "USD", NULL);
      assert_string_equal(figure(said, "dso", "simple"), text);
      arc_money_scale(&hundredths, part(report, "billing gap", column[when]), 1, 10000, NULL);
      arc_money_format(text, sizeof text, NULL, hundredths, "USD", NULL);
      assert_string_equal(figure(said, "billing_gap", "by value"), n % 3 ? text : "undefined");
      arc_report_free(said);
    }
    assert_in_range(before - part(report, "change", "before") + 4, 0, 8); /* each is rounded */
    assert_in_range(after - part(report, "change", "after") + 4, 0, 8);
    arc_report_free(report);
    book_close(&b);
  }
}

/* ---- no memory ---- */

static void test_no_memory(void **state) {
  (void)state;
  struct book b;
  book_open(&b);
  for (int i = 0; i < 12; i++) {
    char customer[16], invoice[16];
    add_customer(&b, model_key(customer, "C", i), i % 2 ? "ann" : "", "");
    arc_invoice row = book_invoice_of(model_key(invoice, "V", i), customer, 19000, 19030, 1000 + i);
    book_post_invoice(&b, &row);
  }
  book_payment(&b, "P", "", "2024-01-10", 50, "");
  book_apply(&b, "P", "V3", book_day("2024-02-10"), 20, ARC_HOW_GIVEN);
  for (int kind = 0; kind < 4; kind++)
    for (int once = 0; once < 2; once++)
      for (size_t k = 1;; k++) {
        arc_report *report;
        arc_metrics_query options = AGING_INIT;
        options.as_of = book_day("2024-01-15");
        if (kind == 3) options.customer = book_text("C3");
        test_heap_fail(&b.heap, k, once);
        arc_status status =
            kind == 2 ? call_dso_change(&report, b.ledger, options.as_of - 20, options.as_of, 0, NULL)
            : kind == 1 ? call_figures(&report, b.ledger, options.as_of, 0, ARC_BY_OWNER, NULL)
                 : arc_metrics_report(&report, b.ledger, &options, NULL);
        int failed = test_heap_failed(&b.heap);
        test_heap_fail(&b.heap, 0, 0);
        assert_int_equal(status, failed ? ARC_E_NOMEM : ARC_OK);
        if (failed) assert_null(report);
        arc_report_free(report);
        if (!failed) break;
      }
  book_close(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_aging_checks),
      cmocka_unit_test(test_aging_columns),
      cmocka_unit_test(test_aging_boundaries),
      cmocka_unit_test(test_aging_groups),
      cmocka_unit_test(test_aging_past),
      cmocka_unit_test(test_aging_overflow),
      cmocka_unit_test(test_aging_model),
      cmocka_unit_test(test_report_checks),
      cmocka_unit_test(test_dso_simple),
      cmocka_unit_test(test_dso_count_back),
      cmocka_unit_test(test_best_possible),
      cmocka_unit_test(test_effectiveness),
      cmocka_unit_test(test_payment_delay),
      cmocka_unit_test(test_paid_early),
      cmocka_unit_test(test_rates),
      cmocka_unit_test(test_course),
      cmocka_unit_test(test_receipts),
      cmocka_unit_test(test_worked_numbers),
      cmocka_unit_test(test_groups_are_the_whole),
      cmocka_unit_test(test_dso_change_checks),
      cmocka_unit_test(test_dso_change_parts),
      cmocka_unit_test(test_dso_change_gap),
      cmocka_unit_test(test_dso_change_mix),
      cmocka_unit_test(test_dso_change_adds_up),
      cmocka_unit_test(test_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
