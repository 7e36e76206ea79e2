/*
 * The change of DSO between two days, split into its parts.
 *
 * Per account and day: sales of the window, what is open, in four parts that add up to it, and the
 * billing gap, which lies before. All of it is integer arithmetic in millionths of a day; the mix
 * takes what rounding leaves, so that the parts add up. Costs one walk of the accounts' invoices
 * and credits per day.
 */
#include "metrics_internal.h"

#include <string.h>

#define DSO_DAYS_MAX 3660

#include "arcollect/money.h"
#include "checked.h"
#include "currency.h"
#include "report.h"

enum { DSO_GAP, DSO_TERMS, DSO_DELAY, DSO_DISPUTES, DSO_UNAPPLIED, DSO_PARTS };
static const char *const dso_names[DSO_PARTS] = {"billing gap", "terms", "delay", "disputes",
                                                 "unapplied"};

/* A part's days are its amount by what it is measured against. */
enum { DSO_SALES, DSO_FULFILLED, DSO_BASES };

typedef struct dso_account {
  int64_t base[DSO_BASES]; /* sales of the window; of them, invoices that state when they were
                              fulfilled */
  int64_t
      amount[DSO_PARTS]; /* open; of the gap: of the latter, times days from fulfilment to issue */
} dso_account;

static int dso_base(int part) {
  return part == DSO_GAP ? DSO_FULFILLED : DSO_SALES;
}

typedef struct dso {
  arc__view view[2];
  int32_t days;
  dso_account *accounts[2]; /* by row */
  size_t rows;
  arc_report *report;
  arc_error *err;
} dso;

static arc_status dso_overflow(arc_error *err) {
  return arc__fail(err, ARC_E_OVERFLOW, "the amounts of an account do not add up within 64 bits");
}

static arc_status dso_add(dso *d, int64_t *sum, int64_t amount) {
  return arc__add(sum, *sum, amount) ? ARC_OK : dso_overflow(d->err);
}

/* ---- gathering ---- */

static int dso_in_window(const dso *d, const arc__view *v, arc_day day) {
  return day > v->day - d->days && day <= v->day;
}

static arc_status dso_invoice(dso *d, const arc__view *v, uint32_t invoice, dso_account *a) {
  const arc__tables *t = v->tables;
  arc_day issued = arc__i32(t, ARC__INVOICE_ISSUED, invoice),
          fulfilled = arc__i32(t, ARC__INVOICE_FULFILLED, invoice);
  int64_t amount = arc__i64(t, ARC__INVOICE_AMOUNT, invoice), days;
  if (!dso_in_window(d, v, issued)) return ARC_OK;
  ARC__TRY(dso_add(d, &a->base[DSO_SALES], amount));
  if (fulfilled == ARC_DAY_NONE || arc__u8(t, ARC__INVOICE_KIND, invoice) != ARC__INVOICE_SALE)
    return ARC_OK;
  ARC__TRY(arc_money_scale(&days, amount, issued - fulfilled, 1, d->err));
  ARC__TRY(dso_add(d, &a->base[DSO_FULFILLED], amount));
  return dso_add(d, &a->amount[DSO_GAP], days);
}

static arc_status dso_sales(dso *d, const arc__view *v, uint32_t account, dso_account *a) {
  const arc__tables *t = v->tables;
  for (uint32_t i = arc__u32(t, ARC__ACCOUNT_INVOICE, account); i;
       i = arc__u32(t, ARC__INVOICE_NEXT, i))
    if (i <= arc__view_rows(v, ARC__TABLE_INVOICE)) ARC__TRY(dso_invoice(d, v, i, a));
  for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account); c;
       c = arc__u32(t, ARC__CREDIT_NEXT, c))
    if (arc__view_knows_credit(v, c) && arc__u8(t, ARC__CREDIT_KIND, c) == ARC_CREDIT_CREDIT_NOTE &&
        dso_in_window(d, v, arc__i32(t, ARC__CREDIT_DAY, c)))
      ARC__TRY(dso_add(d, &a->base[DSO_SALES], -arc__i64(t, ARC__CREDIT_AMOUNT, c)));
  return ARC_OK;
}

static int64_t dso_cover(int64_t *open, int64_t unapplied) {
  int64_t covered = *open < unapplied ? *open : unapplied;
  *open -= covered;
  return covered;
}

static arc_status dso_open(dso *d, const arc__view *v, uint32_t account, arc__open_items *items,
                           dso_account *a) {
  int64_t unapplied = arc__view_unapplied(v, account);
  ARC__TRY(arc__view_open_items(v, account, items, d->err));
  for (size_t i = 0; i < items->count; i++) {
    const arc__open_item *item = &items->data[i];
    int64_t chaseable = arc__view_undisputed(v, item->instalment);
    ARC__TRY(dso_add(d, &a->amount[DSO_DISPUTES], item->open - chaseable));
    ARC__TRY(dso_add(d, &a->amount[item->due < v->day ? DSO_DELAY : DSO_TERMS], chaseable));
  }
  if (unapplied <= 0) return ARC_OK;
  int64_t covered = dso_cover(&a->amount[DSO_DELAY], unapplied);
  a->amount[DSO_UNAPPLIED] = covered + dso_cover(&a->amount[DSO_TERMS], unapplied - covered);
  return ARC_OK;
}

static arc_status dso_gather(dso *d) {
  const arc__heap *heap = arc__ledger_heap(d->view[0].ledger);
  arc__open_items items = {heap, NULL, 0, 0};
  arc_status status = ARC_OK;
  for (int when = 0; when < 2; when++)
    for (uint32_t a = 1; a < d->rows && status == ARC_OK; a++) {
      status = dso_open(d, &d->view[when], a, &items, &d->accounts[when][a]);
      if (status == ARC_OK) status = dso_sales(d, &d->view[when], a, &d->accounts[when][a]);
    }
  arc__open_items_free(&items);
  return status;
}

/* ---- splitting ---- */

typedef struct dso_split {
  uint32_t currency;
  int64_t base[DSO_BASES][2];
  int64_t days[2][DSO_PARTS], change[DSO_PARTS];
  int64_t simple[2]; /* of all that is open */
} dso_split;

static int dso_defined(const dso_split *s, int part, int when) {
  return s->base[dso_base(part)][when] > 0;
}

static int dso_both(const dso_split *s, int part) {
  return dso_defined(s, part, 0) && dso_defined(s, part, 1);
}

/* An amount's days, in millionths: amount / base, times the window's days unless it has days in it.
 */
static int64_t dso_factor(const dso *d, int part) {
  return part == DSO_GAP ? 1000000 : (int64_t)d->days * 1000000;
}

static arc_status dso_totals_of(dso *d, dso_split *s, int when) {
  const arc__tables *t = d->view[0].tables;
  int64_t amounts[DSO_PARTS] = {0}, open = 0;
  for (uint32_t a = 1; a < d->rows; a++) {
    const dso_account *account = &d->accounts[when][a];
    if (arc__u32(t, ARC__ACCOUNT_CURRENCY, a) != s->currency) continue;
    for (int b = 0; b < DSO_BASES; b++)
      ARC__TRY(dso_add(d, &s->base[b][when], account->base[b]));
    for (int k = 0; k < DSO_PARTS; k++)
      ARC__TRY(dso_add(d, &amounts[k], account->amount[k]));
  }
  for (int k = 0; k < DSO_PARTS; k++) {
    if (k != DSO_GAP) ARC__TRY(dso_add(d, &open, amounts[k]));
    if (dso_defined(s, k, when))
      ARC__TRY(arc_money_scale(&s->days[when][k], amounts[k], dso_factor(d, k),
                               s->base[dso_base(k)][when], d->err));
  }
  if (!dso_defined(s, DSO_TERMS, when)) return ARC_OK;
  return arc_money_scale(&s->simple[when], open, dso_factor(d, DSO_TERMS), s->base[DSO_SALES][when],
                         d->err);
}

/* Twice what an account adds to a part: w1 (d2 - d1) + w2 (d2 - d1). Nothing without sales on both
 * sides, or with so little that its days pass 64 bits: it is in the mix then. */
static int64_t dso_account_part(const dso *d, const dso_split *s, uint32_t account, int part) {
  const int base = dso_base(part);
  int64_t days[2], twice = 0;
  for (int when = 0; when < 2; when++) {
    const dso_account *a = &d->accounts[when][account];
    if (a->base[base] <= 0) return 0;
    if (arc_money_scale(&days[when], a->amount[part], dso_factor(d, part), a->base[base], NULL) < 0)
      return 0;
  }
  for (int when = 0; when < 2; when++) {
    int64_t weighted[2], weight = d->accounts[when][account].base[base];
    for (int of = 0; of < 2; of++)
      if (arc_money_scale(&weighted[of], days[of], weight, s->base[base][when], NULL) < 0) return 0;
    if (!arc__add(&twice, twice, weighted[1]) || !arc__subtract(&twice, twice, weighted[0]))
      return 0;
  }
  return twice;
}

static arc_status dso_parts(dso *d, dso_split *s) {
  const arc__tables *t = d->view[0].tables;
  for (int k = 0; k < DSO_PARTS; k++) {
    int64_t twice = 0;
    for (uint32_t a = 1; a < d->rows && dso_both(s, k); a++)
      if (arc__u32(t, ARC__ACCOUNT_CURRENCY, a) == s->currency)
        ARC__TRY(dso_add(d, &twice, dso_account_part(d, s, a, k)));
    s->change[k] = twice / 2;
  }
  return ARC_OK;
}

/* ---- the report ---- */

static void dso_cell(dso *d, int defined, int64_t days) {
  if (defined)
    arc__report_add_integer(d->report, days);
  else
    arc__report_add_null(d->report);
}

/* days: of both sides; NULL: the part has none of its own. */
static void dso_row(dso *d, const dso_split *s, const char *name, int part, const int64_t days[2],
                    int64_t change) {
  char code[4];
  arc__currency_unpack(code, s->currency);
  arc__report_add_string(d->report, code);
  arc__report_add_string(d->report, name);
  for (int when = 0; when < 2; when++)
    dso_cell(d, days && dso_defined(s, part, when), days ? days[when] : 0);
  dso_cell(d, dso_both(s, part), change);
}

static arc_status dso_currency(dso *d, uint32_t currency) {
  dso_split s;
  int64_t all[2], mix;
  memset(&s, 0, sizeof s);
  s.currency = currency;
  for (int when = 0; when < 2; when++)
    ARC__TRY(dso_totals_of(d, &s, when));
  if (dso_both(&s, DSO_TERMS)) ARC__TRY(dso_parts(d, &s));
  for (int when = 0; when < 2; when++) { /* a gap that is known on one side only changes nothing */
    all[when] = s.simple[when];
    if (dso_both(&s, DSO_GAP)) ARC__TRY(dso_add(d, &all[when], s.days[when][DSO_GAP]));
  }
  mix = all[1] - all[0];
  for (int k = 0; k < DSO_PARTS; k++) {
    const int64_t days[2] = {s.days[0][k], s.days[1][k]};
    dso_row(d, &s, dso_names[k], k, days, s.change[k]);
    mix -= s.change[k];
  }
  dso_row(d, &s, "mix", DSO_TERMS, NULL, mix);
  dso_row(d, &s, "change", DSO_TERMS, all, all[1] - all[0]);
  return ARC_OK;
}

static arc_status dso_run(dso *d) {
  static const arc__report_column columns[] = {{"currency", ARC_COLUMN_TEXT},
                                               {"part", ARC_COLUMN_TEXT},
                                               {"before", ARC_COLUMN_PPM},
                                               {"after", ARC_COLUMN_PPM},
                                               {"change", ARC_COLUMN_PPM}};
  const arc__tables *t = d->view[0].tables;
  const arc__heap *heap = arc__ledger_heap(d->view[0].ledger);
  d->rows = (size_t)t->rows[ARC__TABLE_ACCOUNT] + 1;
  for (int when = 0; when < 2; when++)
    d->accounts[when] = arc__alloc(heap, d->rows * sizeof **d->accounts);
  d->report = arc__report_new(heap, columns, sizeof columns / sizeof *columns);
  if (!d->accounts[0] || !d->accounts[1]) return arc__fail_nomem(d->err);
  ARC__TRY(dso_gather(d));
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CONTROL]; c++)
    ARC__TRY(dso_currency(d, arc__u32(t, ARC__CONTROL_CURRENCY, c)));
  return ARC_OK;
}

static arc_status dso_with_view(dso *d, const arc_ledger *ledger, arc_day to) {
  const arc__heap *heap = arc__ledger_heap(ledger);
  ARC__TRY(arc__view_open(&d->view[1], ledger, to, d->err));
  arc_status status = dso_run(d);
  for (int when = 0; when < 2; when++)
    arc__free(heap, d->accounts[when], d->rows * sizeof **d->accounts);
  arc__view_close(&d->view[1]);
  return status;
}

arc_status arc__metrics_dso_change(arc_report **out, const arc_ledger *ledger, const arc_metrics_query *q,
                                   arc_error *err) {
  dso d;
  if (q->from < ARC_DAY_FIRST + DSO_DAYS_MAX || q->from > q->as_of || q->as_of > ARC_DAY_LAST)
    return arc__fail_field(err, ARC_E_INVALID, 0, 3,
                           "from must be a day of the years 11 to 9999, as_of not before it");
  memset(&d, 0, sizeof d);
  d.days = (int32_t)q->days;
  d.err = err;
  ARC__TRY(arc__view_open(&d.view[0], ledger, q->from, err));
  arc_status status = dso_with_view(&d, ledger, q->as_of);
  arc__view_close(&d.view[0]);
  if (status == ARC_OK) return arc__report_finish(out, d.report, err);
  arc_report_free(d.report);
  return status;
}
