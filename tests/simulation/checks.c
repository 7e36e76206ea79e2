/* See checks.h. */
#include "checks.h"

#include "currency.h"
#include "ledger_internal.h"
#include "../support/calls.h"

#include <stdlib.h>
#include <string.h>

void sim_must(arc_status status, arc_status expected, const char *what, const arc_error *err) {
  if (status == expected) return;
  fprintf(stderr, "%s instead of %s\n", arc_status_name(status), arc_status_name(expected));
  sim_die(what, status < 0 && err ? err->text : "");
}

void sim_equal(int64_t got, int64_t wanted, const char *what, const char *of) {
  if (got == wanted) return;
  fprintf(stderr, "%lld, the model says %lld\n", (long long)got, (long long)wanted);
  sim_die(what, of);
}

static size_t column(const arc_report *report, const char *name) {
  for (size_t i = 0; i < arc_report_columns(report); i++)
    if (strcmp(arc_report_column_name(report, i), name) == 0) return i;
  sim_die("no column", name);
}

static arc_report *ask(struct book b, int32_t kind, const char *customer, arc_day day) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  query.report = kind;
  query.customer.data = customer;
  query.customer.size = strlen(customer);
  query.as_of = day;
  sim_must(arc_ledger_report(&report, b.ledger, &query, &err), ARC_OK, "a report", &err);
  return report;
}

static int currency_of(const char *code) {
  for (int i = 0; i < MODEL_CURRENCIES; i++)
    if (strcmp(code, sim_currency(i)) == 0) return i;
  return -1;
}

static int64_t open[MODEL_INVOICES * MODEL_PARTS], left[MODEL_CREDITS];

/* Per customer (the last: unknown payers) and currency. */
struct sums {
  int64_t open[MODEL_CUSTOMERS + 1][MODEL_CURRENCIES], left[MODEL_CUSTOMERS + 1][MODEL_CURRENCIES];
  int64_t buckets[MODEL_CUSTOMERS + 1][MODEL_CURRENCIES][5];
};

/* Fills `open` and `left`, too. */
static void add_up(const struct model *m, arc_day day, struct sums *s) {
  static const int ends[] = {0, 30, 60, 90};
  memset(s, 0, sizeof *s);
  model_open(m, day, open, left);
  for (int i = 0; i < m->instalment_count; i++) {
    const struct model_invoice *v = &m->invoices[m->instalments[i].invoice];
    int bucket = 0;
    while (bucket < 4 && day - m->instalments[i].due > ends[bucket])
      bucket++;
    s->open[v->customer][v->currency] += open[i];
    s->buckets[v->customer][v->currency][bucket] += open[i];
  }
  for (int c = 0; c < m->credit_count; c++) {
    int owner = model_owner(&m->credits[c], day);
    s->left[owner < 0 ? MODEL_CUSTOMERS : owner][m->credits[c].currency] += left[c];
  }
}

static int customer_of(struct book b, const char *key) {
  int customer;
  if (!key[0]) return MODEL_CUSTOMERS;
  customer = model_find_customer(b.model, atoi(key + 1));
  if (customer < 0) sim_die("an unknown customer in a report", key);
  return customer;
}

static void check_balances(struct book b, arc_day day, const struct sums *s) {
  for (int i = 0; i < b.model->customer_count; i++)
    for (int k = 0; k < MODEL_CURRENCIES; k++) {
      char key[24];
      int64_t receivable, unapplied;
      arc_error err = ARC_ERROR_INIT;
      int size = snprintf(key, sizeof key, "C%d", b.model->customers[i].key);
      sim_must(arc_ledger_balance(b.ledger, &receivable, &unapplied, key, (size_t)size,
                                  sim_currency(k), day, &err),
               ARC_OK, "a balance", &err);
      sim_equal(receivable, s->open[i][k], "receivable", key);
      sim_equal(unapplied, s->left[i][k], "unapplied", key);
    }
}

static void check_open_items(struct book b, arc_day day) {
  const struct model *m = b.model;
  arc_report *report = ask(b, ARC_REPORT_OPEN_ITEMS, "", day);
  size_t rows = 0;
  for (int i = 0; i < m->instalment_count; i++) {
    char key[24];
    if (open[i] == 0) continue;
    if (rows >= arc_report_rows(report)) sim_die("an open item is missing", "");
    snprintf(key, sizeof key, "I%d", m->invoices[m->instalments[i].invoice].key);
    if (strcmp(arc_report_text(report, rows, 1, NULL), key) != 0)
      sim_die("another open item than", key);
    sim_equal(arc_report_integer(report, rows, 3),
              i - m->invoices[m->instalments[i].invoice].first + 1, "instalment", key);
    sim_equal(arc_report_integer(report, rows, 5), m->instalments[i].due, "due", key);
    sim_equal(arc_report_integer(report, rows, 8), open[i], "open", key);
    sim_equal(arc_report_integer(report, rows, 9), model_disputed(m, i, open, day), "disputed",
              key);
    rows++;
  }
  sim_equal((int64_t)arc_report_rows(report), (int64_t)rows, "open items", "");
  arc_report_free(report);
}

static void check_aging(struct book b, arc_day day, const struct sums *s) {
  arc_metrics_query options = AGING_INIT;
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  size_t rows = 0;
  options.as_of = day;
  sim_must(arc_metrics_report(&report, b.ledger, &options, &err), ARC_OK, "aging", &err);
  for (int i = 0; i <= MODEL_CUSTOMERS; i++)
    for (int k = 0; k < MODEL_CURRENCIES; k++)
      rows += s->open[i][k] || s->left[i][k];
  sim_equal((int64_t)arc_report_rows(report), (int64_t)rows, "rows of the aging", "");
  for (size_t row = 0; row < rows; row++) {
    const char *key = arc_report_text(report, row, 0, NULL);
    int i = customer_of(b, key), k = currency_of(arc_report_text(report, row, 1, NULL));
    for (size_t n = 0; n < 5; n++)
      sim_equal(arc_report_integer(report, row, 2 + n), s->buckets[i][k][n], "bucket", key);
    sim_equal(arc_report_integer(report, row, 7), s->left[i][k], "unapplied of the aging", key);
    sim_equal(arc_report_integer(report, row, 8), s->open[i][k] - s->left[i][k],
              "balance of the aging", key);
  }
  arc_report_free(report);
}

/* What whole currencies come to, which is kept by day, is what their items come to. */
static void check_currencies(struct book b, arc_day day, const struct sums *s) {
  static const int32_t ends[] = {30, 60, 90};
  arc_metrics_query options = AGING_INIT;
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  size_t rows = 0, at = 0;
  options.as_of = day;
  options.by = ARC_BY_CURRENCY;
  options.breakpoints = ends;
  options.breakpoint_count = 3;
  sim_must(arc_metrics_report(&report, b.ledger, &options, &err), ARC_OK, "aging by currency", &err);
  for (int k = 0; k < MODEL_CURRENCIES; k++) {
    int64_t cells[6] = {0};
    for (int i = 0; i <= MODEL_CUSTOMERS; i++) {
      for (int n = 0; n < 5; n++)
        cells[n] += s->buckets[i][k][n];
      cells[5] += s->left[i][k];
    }
    if (!(cells[0] || cells[1] || cells[2] || cells[3] || cells[4] || cells[5])) continue;
    rows++;
    for (at = 0; at < arc_report_rows(report); at++)
      if (currency_of(arc_report_text(report, at, 0, NULL)) == k) break;
    if (at == arc_report_rows(report)) sim_die("a currency is missing", sim_currency(k));
    for (size_t n = 0; n < 6; n++)
      sim_equal(arc_report_integer(report, at, 1 + n), cells[n], "aging by currency", sim_currency(k));
  }
  sim_equal((int64_t)arc_report_rows(report), (int64_t)rows, "currencies of the aging", "");
  arc_report_free(report);
}

/* The key figures of whole currencies are those of their customers put together, which none of them has a tag of. */
static void check_figures(struct book b, arc_day day) {
  arc_report *of[2];
  arc_error err = ARC_ERROR_INIT;
  static const int32_t by[] = {ARC_BY_CURRENCY, ARC_BY_TAG + ARC_TAGS - 1};
  if (day == ARC_DAY_LAST) return;
  for (int i = 0; i < 2; i++)
    sim_must(call_figures(&of[i], b.ledger, day, 60, by[i], &err), ARC_OK, "key figures", &err);
  sim_equal((int64_t)arc_report_rows(of[0]), (int64_t)arc_report_rows(of[1]), "rows of the key figures", "");
  for (size_t row = 0; row < arc_report_rows(of[0]); row++)
    for (size_t column = 0; column < 6; column++) {
      const char *one = arc_report_text(of[0], row, column, NULL), *other = arc_report_text(of[1], row, column, NULL);
      if (!one != !other || (one && strcmp(one, other) != 0))
        sim_die("a key figure of the currency is another", arc_report_text(of[0], row, 0, NULL));
    }
  arc_report_free(of[0]);
  arc_report_free(of[1]);
}

/* What was open, as the sums of the days have it. */
static void check_sums(struct book b, arc_day day, const struct sums *s) {
  arc__view view;
  if (arc__view_open(&view, b.ledger, day, NULL) != ARC_OK) sim_die("no view", "");
  for (int k = 0; k < MODEL_CURRENCIES && view.known == UINT32_MAX; k++) {
    int64_t open, wanted = 0;
    uint32_t control = arc__find_control(view.tables, arc__currency_pack(sim_currency(k)));
    for (int i = 0; i < MODEL_CUSTOMERS; i++)
      wanted += s->open[i][k];
    if (!arc__sums_open(view.tables, control, day, &open)) sim_die("sums are unknown", sim_currency(k));
    sim_equal(open, wanted, "open by the sums of the days", sim_currency(k));
  }
  arc__view_close(&view);
}

static void check_promises(struct book b, arc_day day) {
  arc__view view;
  const struct model *m = b.model;
  if (arc__view_open(&view, b.ledger, day, NULL) != ARC_OK) sim_die("no view", "");
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_thing *t = &m->things[i];
    char key[24];
    arc_text text = {key, 0};
    int64_t paid, wanted = model_promise_paid(m, t, day);
    int standing, expected;
    if (t->said.kind != MODEL_SAY_PROMISE) continue;
    text.size = (size_t)snprintf(key, sizeof key, "M%d", t->said.key);
    standing = arc__view_promise(
        &view, arc__index_find(view.tables, ARC__INDEX_EXCEPTION, text, ARC__EXCEPTION_PROMISE),
        &paid);
    expected = t->said.day > day || (t->closed != MODEL_NEVER && t->closed <= day) ? ARC__PROMISE_NOT_YET
               : wanted >= t->said.amount             ? ARC__PROMISE_KEPT
               : day <= t->said.until + t->said.grace ? ARC__PROMISE_PENDING
               : wanted                               ? ARC__PROMISE_PARTLY_KEPT
                                                      : ARC__PROMISE_BROKEN;
    sim_equal(standing, expected, "a promise's standing", key);
    if (standing != ARC__PROMISE_NOT_YET) sim_equal(paid, wanted, "paid towards a promise", key);
  }
  arc__view_close(&view);
}

static int plan_state(const struct model *m, const struct model_thing *t, arc_day day) {
  const struct model_command *c = &t->said;
  int64_t planned = 0;
  if (c->day > day) return ARC__PLAN_NOT_YET;
  for (int i = 0; i < c->parts; i++) {
    arc_day last = c->part_due[i] + c->grace;
    planned += c->part_amount[i];
    if (last < day && model_plan_paid(m, t, last, day) < planned) return ARC__PLAN_BROKEN;
  }
  if (model_plan_paid(m, t, day, day) >= planned) return ARC__PLAN_KEPT;
  return t->closed != MODEL_NEVER && t->closed <= day ? ARC__PLAN_ENDED : ARC__PLAN_RUNNING;
}

static void check_plans(struct book b, arc_day day) {
  arc__view view;
  const struct model *m = b.model;
  if (arc__view_open(&view, b.ledger, day, NULL) != ARC_OK) sim_die("no view", "");
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_thing *t = &m->things[i];
    char key[24];
    arc_text text = {key, 0};
    arc__plan plan;
    if (t->said.kind != MODEL_SAY_PLAN) continue;
    text.size = (size_t)snprintf(key, sizeof key, "L%d", t->said.key);
    arc__view_plan(&view, arc__index_find(view.tables, ARC__INDEX_EXCEPTION, text, ARC__EXCEPTION_PLAN), &plan);
    sim_equal(plan.state, plan_state(m, t, day), "a plan's standing", key);
    if (plan.state != ARC__PLAN_NOT_YET)
      sim_equal(plan.paid, model_plan_paid(m, t, day, day), "paid towards a plan", key);
  }
  arc__view_close(&view);
}

/* Until its last day an invoice's terms give their discount. */
static void check_discounts(struct book b) {
  const arc__tables *t = arc__ledger_tables(b.ledger);
  for (int i = 0; i < b.model->invoice_count; i++) {
    const struct model_invoice *v = &b.model->invoices[i];
    char key[24];
    arc_text text = {key, 0};
    uint32_t row;
    text.size = (size_t)snprintf(key, sizeof key, "I%d", v->key);
    row = arc__find_invoice(t, text);
    sim_equal(arc__invoice_discount(t, row, v->issued), v->discount_bp, "a discount", key);
    if (!v->discount_bp) continue;
    sim_equal(arc__invoice_discount(t, row, v->discount_last), v->discount_bp, "a discount", key);
    sim_equal(arc__invoice_discount(t, row, v->discount_last + 1), 0, "a discount too late", key);
  }
}

void check_day(struct book b, arc_day day) {
  struct sums s;
  add_up(b.model, day, &s);
  check_balances(b, day, &s);
  check_open_items(b, day);
  check_aging(b, day, &s);
  check_currencies(b, day, &s);
  check_sums(b, day, &s);
  if (day % 16 == 0) check_figures(b, day);
  check_promises(b, day);
  check_plans(b, day);
}

/* ---- reports ---- */

static const char *const accounts[MODEL_ACCOUNTS] = {
    [MODEL_RECEIVABLES] = "receivables",
    [MODEL_UNAPPLIED_CASH] = "unapplied_cash",
    [MODEL_UNAPPLIED_CREDITS] = "unapplied_credits",
    [MODEL_UNIDENTIFIED_CASH] = "unidentified_cash",
    [MODEL_CASH] = "cash",
    [MODEL_SALES] = "sales",
    [MODEL_SALES_RETURNS] = "sales_returns",
    [MODEL_DISCOUNTS_ALLOWED] = "discounts_allowed",
    [MODEL_TOLERANCE] = "tolerance",
    [MODEL_BAD_DEBT] = "bad_debt",
    [MODEL_BAD_DEBT_RECOVERED] = "bad_debt_recovered",
    [MODEL_FEES] = "fees",
    [MODEL_INTEREST_INCOME] = "interest",
    [MODEL_COMPENSATION_INCOME] = "compensation",
    [MODEL_EXCHANGE] = "exchange",
    [MODEL_EXCHANGE_DIFFERENCE] = "exchange_difference",
};

static int account_of(const char *name) {
  for (int i = 0; i < MODEL_ACCOUNTS; i++)
    if (strcmp(name, accounts[i]) == 0) return i;
  sim_die("an unknown account", name);
}

/* The report of a customer alone lists its postings, and no others. */
static void check_postings_of(struct book b, arc_day day, int customer) {
  int64_t owed[MODEL_CURRENCIES] = {0};
  struct sums s;
  char key[24];
  arc_report *report;
  snprintf(key, sizeof key, "C%d", b.model->customers[customer].key);
  report = ask(b, ARC_REPORT_POSTINGS, key, day);
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    int of = account_of(arc_report_text(report, row, column(report, "account"), NULL));
    int k = currency_of(arc_report_text(report, row, column(report, "currency"), NULL));
    if (customer_of(b, arc_report_text(report, row, column(report, "customer"), NULL)) != customer)
      sim_die("a posting of another than", key);
    if (of == MODEL_RECEIVABLES || of == MODEL_UNAPPLIED_CASH || of == MODEL_UNAPPLIED_CREDITS)
      owed[k] += arc_report_integer(report, row, column(report, "amount"));
  }
  arc_report_free(report);
  add_up(b.model, day, &s);
  for (int k = 0; k < MODEL_CURRENCIES; k++)
    sim_equal(owed[k], s.open[customer][k] - s.left[customer][k], "postings of a customer", key);
}

/* The postings up to a day: zero per currency, the control accounts' balances, and per customer
 * what the book says. */
static void check_postings(struct book b, arc_day day) {
  static int64_t receivables[MODEL_CUSTOMERS + 1][MODEL_CURRENCIES],
      credits[MODEL_CUSTOMERS + 1][MODEL_CURRENCIES];
  int64_t posted[MODEL_ACCOUNTS][MODEL_CURRENCIES], wanted[MODEL_ACCOUNTS][MODEL_CURRENCIES],
      all[MODEL_CURRENCIES] = {0};
  struct sums s;
  arc_report *report = ask(b, ARC_REPORT_POSTINGS, "", day);
  size_t account = column(report, "account"), amount = column(report, "amount"),
         currency = column(report, "currency"), customer = column(report, "customer");
  memset(receivables, 0, sizeof receivables);
  memset(credits, 0, sizeof credits);
  memset(posted, 0, sizeof posted);
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    int of = account_of(arc_report_text(report, row, account, NULL));
    int i = customer_of(b, arc_report_text(report, row, customer, NULL));
    int k = currency_of(arc_report_text(report, row, currency, NULL));
    int64_t cents = arc_report_integer(report, row, amount);
    all[k] += cents;
    posted[of][k] += cents;
    if (of == MODEL_RECEIVABLES) receivables[i][k] += cents;
    if (of == MODEL_UNAPPLIED_CASH || of == MODEL_UNAPPLIED_CREDITS ||
        of == MODEL_UNIDENTIFIED_CASH)
      credits[i][k] -= cents;
  }
  arc_report_free(report);
  add_up(b.model, day, &s);
  model_balances(b.model, day, wanted);
  for (int k = 0; k < MODEL_CURRENCIES; k++) {
    sim_equal(all[k], 0, "the sum of postings", sim_currency(k));
    for (int i = 0; i < MODEL_ACCOUNTS; i++)
      sim_equal(posted[i][k], wanted[i][k], "a control account", accounts[i]);
    for (int i = 0; i <= MODEL_CUSTOMERS; i++) {
      sim_equal(receivables[i][k], s.open[i][k], "receivables posted", sim_currency(k));
      sim_equal(credits[i][k], s.left[i][k], "credits posted", sim_currency(k));
    }
  }
}

/* What the report lists up to a day, by its kinds: of each invoice, and refunded of each credit (of
 * both kinds of credits: their keys are the same). */
enum {
  LISTED_APPLIED,
  LISTED_UNAPPLIED,
  LISTED_WRITTEN_OFF,
  LISTED_RECOVERED,
  LISTED_WAIVED,
  LISTED
};
static const char *const listed_names[LISTED] = {"application", "unapplication", "writeoff",
                                                 "recovery", "waiver"};
static int64_t listed[MODEL_INVOICES][LISTED], refunded[MODEL_CREDITS];

static int listed_kind(const struct model_entry *e) {
  return e->kind == MODEL_SAY_APPLICATION ? LISTED_APPLIED
         : e->kind == MODEL_SAY_WRITEOFF  ? LISTED_WRITTEN_OFF
         : e->kind == MODEL_SAY_RECOVERY  ? LISTED_RECOVERED
                                          : LISTED_WAIVED;
}

static void list(const struct model *m, arc_day day, int customer) {
  memset(listed, 0, sizeof listed);
  memset(refunded, 0, sizeof refunded);
  for (int i = 0; i < m->entry_count; i++) {
    const struct model_entry *e = &m->entries[i];
    int64_t settled = e->amount + e->discount + e->tolerance, *of;
    int of_customer = e->instalment < 0
                          ? model_owner(&m->credits[e->credit], e->day)
                          : m->invoices[m->instalments[e->instalment].invoice].customer;
    if (e->day > day || (customer >= 0 && of_customer != customer)) continue;
    if (e->kind == MODEL_SAY_REFUND) {
      refunded[m->credits[e->credit].key] += e->amount;
      continue;
    }
    of = listed[m->instalments[e->instalment].invoice];
    of[listed_kind(e)] += settled;
    if (e->undone != MODEL_NEVER && e->undone <= day) of[LISTED_UNAPPLIED] -= settled;
  }
}

/* Of a customer's items, and refunded to it; -1: of all. */
static void check_applications(struct book b, arc_day day, int customer) {
  const struct model *m = b.model;
  char name_of[24] = "";
  arc_report *report;
  if (customer >= 0) snprintf(name_of, sizeof name_of, "C%d", m->customers[customer].key);
  report = ask(b, ARC_REPORT_APPLICATIONS, name_of, day);
  size_t invoice = column(report, "invoice"), amount = column(report, "amount"),
         discount = column(report, "discount"), writeoff = column(report, "writeoff"),
         kinds = column(report, "kind"), payment = column(report, "payment");
  list(m, day, customer);
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    const char *key = arc_report_text(report, row, invoice, NULL),
               *name = arc_report_text(report, row, kinds, NULL);
    int64_t settled = arc_report_integer(report, row, amount) +
                      arc_report_integer(report, row, discount) +
                      arc_report_integer(report, row, writeoff);
    int i = key[0] ? model_find_invoice(m, atoi(key + 1)) : -1, kind = 0;
    if (strcmp(name, "refund") == 0) {
      int credit = atoi(arc_report_text(report, row, payment, NULL) + 1);
      if (key[0] || credit < 0 || credit >= MODEL_CREDITS) sim_die("a refund of", key);
      refunded[credit] -= arc_report_integer(report, row, amount);
      sim_equal(settled, arc_report_integer(report, row, amount), "refunded as", "cash");
      continue;
    }
    if (i < 0) sim_die("an unknown invoice in a report", key);
    while (kind < LISTED && strcmp(name, listed_names[kind]) != 0)
      kind++;
    if (kind == LISTED) sim_die("an unknown kind in a report", name);
    listed[i][kind] -= settled;
  }
  arc_report_free(report);
  for (int i = 0; i < m->invoice_count; i++)
    for (int kind = 0; kind < LISTED; kind++)
      sim_equal(-listed[i][kind], 0, "listed, besides what was settled", listed_names[kind]);
  for (int i = 0; i < MODEL_CREDITS; i++)
    sim_equal(-refunded[i], 0, "listed, besides what was refunded", "");
}

static void check_touches(struct book b, arc_day day) {
  const struct model *m = b.model;
  arc_report *report = ask(b, ARC_REPORT_TOUCHES, "", day);
  size_t key = column(report, "key"), amount = column(report, "amount"), row = 0;
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_command *said = &m->things[i].said;
    char name[24];
    int64_t asked = 0;
    if (said->kind != MODEL_SAY_TOUCH || said->day > day) continue;
    snprintf(name, sizeof name, "T%d", said->key);
    for (int k = 0; k < said->parts; k++)
      asked += said->part_amount[k];
    if (strcmp(arc_report_text(report, row, key, NULL), name) != 0)
      sim_die("another touch than", name);
    sim_equal(arc_report_integer(report, row, amount), asked, "asked for by a touch", name);
    row++;
  }
  sim_equal((int64_t)arc_report_rows(report), (int64_t)row, "touches", "");
  arc_report_free(report);
}

static void check_disputes(struct book b, arc_day day) {
  const struct model *m = b.model;
  arc_report *report = ask(b, ARC_REPORT_DISPUTES, "", day);
  size_t row = 0;
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_thing *t = &m->things[i];
    const struct model_command *now = model_dispute(m, t, day);
    int resolved = t->closed != MODEL_NEVER && t->closed <= day;
    const char *status = resolved ? "resolved" : now->grace && day > t->said.day + now->grace && day < ARC_DAY_LAST ? "overdue" : "open";
    char name[24], owner[24] = "";
    if (t->said.kind != MODEL_SAY_DISPUTE || t->said.day > day) continue;
    if (row >= arc_report_rows(report)) sim_die("a dispute is missing", "");
    snprintf(name, sizeof name, "D%d", t->said.key);
    if (now->text) snprintf(owner, sizeof owner, "o%d", now->text);
    if (strcmp(arc_report_text(report, row, 0, NULL), name) != 0) sim_die("another dispute than", name);
    if (strcmp(arc_report_text(report, row, column(report, "owner"), NULL), owner) != 0)
      sim_die("another owner of a dispute", name);
    if (strcmp(arc_report_text(report, row, column(report, "status"), NULL), status) != 0)
      sim_die("another status of a dispute", name);
    if (!arc_report_text(report, row, column(report, "payment"), NULL)[0] != !t->said.deducts)
      sim_die("a deduction or none", name);
    sim_equal(arc_report_integer(report, row, column(report, "amount")), t->said.amount, "in dispute", name);
    if (resolved || day < ARC_DAY_LAST)
      sim_equal(arc_report_integer(report, row, column(report, "age_days")),
              (resolved ? t->closed : day) - t->said.day, "age of a dispute", name);
    row++;
  }
  sim_equal((int64_t)arc_report_rows(report), (int64_t)row, "disputes", "");
  arc_report_free(report);
}

static void check_invoices(struct book b, arc_day day) {
  const struct model *m = b.model;
  arc_report *report = ask(b, ARC_REPORT_INVOICES, "", day);
  size_t row = 0;
  for (int i = 0; i < m->invoice_count; i++) {
    const struct model_invoice *v = &m->invoices[i];
    int po = model_po(m, i, day), deliveries = 0;
    arc_day first = ARC_DAY_LAST;
    char key[24], number[24] = "";
    if (v->charge || v->issued > day) continue;
    if (row >= arc_report_rows(report)) sim_die("an invoice is missing", "");
    for (int k = 0; k < m->thing_count; k++) {
      const struct model_command *c = &m->things[k].said;
      if (c->kind != MODEL_SAY_DELIVERY || c->invoice != v->key || c->day > day) continue;
      deliveries++;
      if (c->day < first) first = c->day;
    }
    snprintf(key, sizeof key, "I%d", v->key);
    if (po) snprintf(number, sizeof number, "p%d", po);
    if (strcmp(arc_report_text(report, row, 1, NULL), key) != 0) sim_die("another invoice than", key);
    if (strcmp(arc_report_text(report, row, 3, NULL), number) != 0) sim_die("another order number", key);
    if (v->fulfilled)
      sim_equal(arc_report_integer(report, row, column(report, "billing_gap")), v->issued - v->fulfilled, "gap", key);
    if (deliveries)
      sim_equal(arc_report_integer(report, row, column(report, "delivered")), first, "delivered", key);
    sim_equal(arc_report_integer(report, row, column(report, "deliveries")), deliveries, "deliveries", key);
    sim_equal(arc_report_integer(report, row, column(report, "corrections")), model_corrections(m, i, day),
              "corrections", key);
    row++;
  }
  sim_equal((int64_t)arc_report_rows(report), (int64_t)row, "invoices", "");
  arc_report_free(report);
}

static void check_findings(struct book b, arc_day day) {
  static const char *const faults[] = {"po-number", "contact", "terms", "lines", "duplicate"};
  const struct model *m = b.model;
  arc_report *report = ask(b, ARC_REPORT_FINDINGS, "", day);
  size_t row = 0;
  for (int i = 0; i < m->invoice_count; i++) {
    int found = m->invoices[i].issued <= day ? model_findings(m, i, day) : 0;
    for (int bit = 0; bit < 5; bit++) {
      char key[24], other[24] = "";
      if (!(found & 1 << bit)) continue;
      if (row >= arc_report_rows(report)) sim_die("a finding is missing", faults[bit]);
      snprintf(key, sizeof key, "I%d", m->invoices[i].key);
      if (bit == 4) snprintf(other, sizeof other, "I%d", m->invoices[m->invoices[i].other].key);
      if (strcmp(arc_report_text(report, row, 1, NULL), key) != 0 ||
          strcmp(arc_report_text(report, row, 6, NULL), faults[bit]) != 0 ||
          strcmp(arc_report_text(report, row, 7, NULL), other) != 0)
        sim_die("another finding of", key);
      row++;
    }
  }
  sim_equal((int64_t)arc_report_rows(report), (int64_t)row, "findings", "");
  arc_report_free(report);
}

static int is_wrong(const struct model *m, int invoice, arc_day day) {
  if (model_corrections(m, invoice, day)) return 1;
  for (int i = 0; i < m->credit_count; i++)
    if (m->credits[i].error && m->credits[i].invoice == invoice && m->credits[i].day <= day) return 1;
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_thing *t = &m->things[i];
    if (t->said.kind == MODEL_SAY_DISPUTE && t->said.invoice == m->invoices[invoice].key && t->status &&
        t->closed != MODEL_NEVER && t->closed <= day)
      return 1;
  }
  return 0;
}

/* Hundredths of a quotient, rounded half to even, as text; none of nothing. */
static void quotient(char text[40], int64_t top, int64_t by) {
  int64_t all = top < 0 ? -top : top, whole, rest;
  if (by == 0) {
    strcpy(text, "null");
    return;
  }
  whole = all / by * 100 + all % by * 100 / by, rest = all % by * 100 % by;
  whole += rest * 2 > by || (rest * 2 == by && whole % 2);
  snprintf(text, 40, "%s%lld.%02lld", top < 0 && whole ? "-" : "", (long long)(whole / 100), (long long)(whole % 100));
}

static void check_quality(struct book b, arc_day day) {
  const struct model *m = b.model;
  int64_t sold[MODEL_CURRENCIES] = {0}, right[MODEL_CURRENCIES] = {0}, amount[MODEL_CURRENCIES] = {0},
          days[MODEL_CURRENCIES] = {0};
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  if (day < SIM_FIRST_DAY - 1000 || day > 60000) return; /* a window of metrics is within the years 11 to 9999 */
  for (int i = 0; i < m->invoice_count; i++) {
    const struct model_invoice *v = &m->invoices[i];
    if (v->charge || v->issued > day || v->issued <= day - 90) continue;
    sold[v->currency]++;
    right[v->currency] += !is_wrong(m, i, day);
    if (!v->fulfilled) continue;
    amount[v->currency] += v->amount;
    days[v->currency] += v->amount * (v->issued - v->fulfilled);
  }
  sim_must(call_figures(&report, b.ledger, day, 90, ARC_BY_CURRENCY, &err), ARC_OK, "metrics", &err);
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    const char *metric = arc_report_text(report, row, 0, NULL);
    int k = currency_of(arc_report_text(report, row, 5, NULL)), gap = strcmp(metric, "billing_gap") == 0;
    char wanted[40];
    if (!gap && strcmp(metric, "invoice_accuracy") != 0) continue;
    quotient(wanted, gap ? days[k] : right[k] * 100, gap ? amount[k] : sold[k]);
    if (strcmp(wanted, arc_report_is_null(report, row, 2) ? "null" : arc_report_text(report, row, 2, NULL)) != 0)
      sim_die(metric, wanted);
  }
  arc_report_free(report);
}

/* Of an invoice, through a channel (0: of all channels alone), by a hold of it, its customer or everybody. */
static int is_held(const struct model *m, int invoice, int channel, arc_day day) {
  const struct model_invoice *v = &m->invoices[invoice];
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_command *c = &m->things[i].said;
    if (c->kind != MODEL_SAY_HOLD || c->day > day || (c->until != MODEL_NEVER && c->until < day)) continue;
    if (m->things[i].closed != MODEL_NEVER && m->things[i].closed <= day) continue;
    if (c->channel && c->channel != channel) continue;
    if (c->flags || c->invoice == v->key || (c->invoice < 0 && c->customer == m->customers[v->customer].key)) return 1;
  }
  return 0;
}

static void check_holds(struct book b, arc_day day) {
  const struct model *m = b.model;
  arc_report *report = ask(b, ARC_REPORT_HOLDS, "", day);
  arc__view view;
  size_t row = 0;
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_thing *t = &m->things[i];
    char key[24];
    const char *status = t->closed != MODEL_NEVER && t->closed <= day ? "released"
                         : t->said.until != MODEL_NEVER && t->said.until < day && day < ARC_DAY_LAST ? "expired"
                                                                                                     : "held";
    if (t->said.kind != MODEL_SAY_HOLD || t->said.day > day) continue;
    if (row >= arc_report_rows(report)) sim_die("a hold is missing", "");
    snprintf(key, sizeof key, "H%d", t->said.key);
    if (strcmp(arc_report_text(report, row, 0, NULL), key) != 0) sim_die("another hold than", key);
    if (strcmp(arc_report_text(report, row, column(report, "status"), NULL), status) != 0)
      sim_die("another status of a hold", key);
    row++;
  }
  sim_equal((int64_t)arc_report_rows(report), (int64_t)row, "holds", "");
  arc_report_free(report);
  if (arc__view_open(&view, b.ledger, day, NULL) != ARC_OK) sim_die("no view", "");
  for (int i = 0; i < m->invoice_count; i++) {
    char key[24];
    arc_text text = {key, 0};
    text.size = (size_t)snprintf(key, sizeof key, "I%d", m->invoices[i].key);
    for (int channel = 0; channel < 3; channel++)
      sim_equal(arc__view_pause(&view, arc__find_invoice(view.tables, text), channel, 1u << ARC__EXCEPTION_HOLD) != 0,
                is_held(m, i, channel, day), "held", key);
  }
  arc__view_close(&view);
}

static void check_tasks(struct book b, arc_day day) {
  const struct model *m = b.model;
  arc_report *report = ask(b, ARC_REPORT_TASKS, "", day);
  size_t row = 0;
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_thing *t = &m->things[i];
    char key[24];
    const char *status = t->closed != MODEL_NEVER && t->closed <= day ? "done"
                         : t->said.grace && t->said.day + t->said.grace < day && day < ARC_DAY_LAST ? "overdue"
                                                                                                    : "open";
    if (t->said.kind != MODEL_SAY_TASK || t->said.day > day) continue;
    if (row >= arc_report_rows(report)) sim_die("a task is missing", "");
    snprintf(key, sizeof key, "K%d", t->said.key);
    if (strcmp(arc_report_text(report, row, 0, NULL), key) != 0) sim_die("another task than", key);
    if (strcmp(arc_report_text(report, row, column(report, "status"), NULL), status) != 0)
      sim_die("another status of a task", key);
    row++;
  }
  sim_equal((int64_t)arc_report_rows(report), (int64_t)row, "tasks", "");
  arc_report_free(report);
}

/* A row of the message, and one of what was made. */
static void check_replies(struct book b, arc_day day) {
  const struct model *m = b.model;
  arc_report *report = ask(b, ARC_REPORT_REPLIES, "", day);
  size_t row = 0;
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_thing *t = &m->things[i];
    char key[24];
    if (t->said.kind != MODEL_SAY_REPLY || t->said.day > day) continue;
    snprintf(key, sizeof key, "R%d", t->said.key);
    for (int fact = 0; fact <= (t->said.credit_kind != 0); fact++, row++) {
      if (row >= arc_report_rows(report)) sim_die("a reply is missing", key);
      if (strcmp(arc_report_text(report, row, 0, NULL), key) != 0) sim_die("another reply than", key);
      sim_equal(arc_report_is_null(report, row, column(report, "undone")), t->closed == MODEL_NEVER || t->closed > day,
                "undone", key);
    }
  }
  sim_equal((int64_t)arc_report_rows(report), (int64_t)row, "replies", "");
  arc_report_free(report);
}

static int64_t owed(const struct sums *s, int customer, int currency) {
  return s->open[customer][currency] - s->left[customer][currency];
}

/* Each currency opens and closes with what is owed less what is not applied; the movements lead
 * from the one to the other, and the open items are what is owed. */
static void check_statement(struct book b, arc_day from, arc_day day, int customer) {
  static struct sums before, s;
  int64_t balance = 0, items[MODEL_CURRENCIES] = {0};
  char key[24];
  arc_query query = ARC_QUERY_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_report *report;
  if (from > day) return;
  memset(&before, 0, sizeof before);
  if (from != ARC_DAY_NONE && from > ARC_DAY_FIRST) add_up(b.model, from - 1, &before);
  add_up(b.model, day, &s);
  query.report = ARC_REPORT_STATEMENT;
  query.customer.data = key;
  query.customer.size = (size_t)snprintf(key, sizeof key, "C%d", b.model->customers[customer].key);
  query.as_of = day;
  query.from = from;
  sim_must(arc_ledger_report(&report, b.ledger, &query, &err), ARC_OK, "a statement", &err);
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    int k = currency_of(arc_report_text(report, row, 4, NULL));
    const char *kind = arc_report_text(report, row, 1, NULL);
    int64_t amount = arc_report_integer(report, row, 5), now = arc_report_integer(report, row, 6);
    if (strcmp(kind, "open item") == 0) {
      items[k] += amount;
      continue;
    }
    if (strcmp(kind, "opening balance") == 0)
      sim_equal(balance = now, owed(&before, customer, k), "opening balance", key);
    balance += amount;
    sim_equal(now, balance, "balance of a statement", kind);
    if (strcmp(kind, "closing balance") == 0)
      sim_equal(now, owed(&s, customer, k), "closing balance", key);
  }
  arc_report_free(report);
  for (int k = 0; k < MODEL_CURRENCIES; k++)
    sim_equal(items[k], s.open[customer][k], "open items of a statement", key);
}

void check_reports(struct book b, arc_day day, int customer) {
  check_postings(b, day);
  check_discounts(b);
  check_applications(b, day, -1);
  check_touches(b, day);
  check_disputes(b, day);
  check_holds(b, day);
  check_tasks(b, day);
  check_replies(b, day);
  check_invoices(b, day);
  check_findings(b, day);
  check_quality(b, day);
  if (!b.model->customer_count) return;
  check_postings_of(b, day, customer % b.model->customer_count);
  check_applications(b, day, customer % b.model->customer_count);
  check_statement(b, ARC_DAY_NONE, day, customer % b.model->customer_count);
  check_statement(b, SIM_FIRST_DAY - 60 + customer % 180, day, customer % b.model->customer_count);
}
