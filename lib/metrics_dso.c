/*
 * The change of DSO between two days, split into its parts.
 *
 * Per account and day: sales of the window, and what is open, in four parts that add up to it. All of it is integer
 * arithmetic in millionths of a day; the mix takes what rounding leaves, so that the parts add up. Costs one walk of the
 * accounts' invoices and credits per day.
 */
#include "metrics_internal.h"

#include <string.h>

#include "arcollect/money.h"
#include "checked.h"
#include "currency.h"
#include "report.h"

enum { DSO_TERMS, DSO_DELAY, DSO_DISPUTES, DSO_UNAPPLIED, DSO_PARTS };
static const char *const dso_names[DSO_PARTS] = {"terms", "delay", "disputes", "unapplied"};

typedef struct dso_account {
  int64_t sales, open[DSO_PARTS];
} dso_account;

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

static arc_status dso_sales(dso *d, const arc__view *v, uint32_t account, int64_t *sales) {
  const arc__tables *t = v->tables;
  for (uint32_t i = arc__u32(t, ARC__ACCOUNT_INVOICE, account); i; i = arc__u32(t, ARC__INVOICE_NEXT, i))
    if (i <= arc__view_rows(v, ARC__TABLE_INVOICE) && dso_in_window(d, v, arc__i32(t, ARC__INVOICE_ISSUED, i)))
      ARC__TRY(dso_add(d, sales, arc__i64(t, ARC__INVOICE_AMOUNT, i)));
  for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account); c; c = arc__u32(t, ARC__CREDIT_NEXT, c))
    if (arc__view_knows_credit(v, c) && arc__u8(t, ARC__CREDIT_KIND, c) == ARC_CREDIT_CREDIT_NOTE &&
        dso_in_window(d, v, arc__i32(t, ARC__CREDIT_DAY, c)))
      ARC__TRY(dso_add(d, sales, -arc__i64(t, ARC__CREDIT_AMOUNT, c)));
  return ARC_OK;
}

static int64_t dso_cover(int64_t *open, int64_t unapplied) {
  int64_t covered = *open < unapplied ? *open : unapplied;
  *open -= covered;
  return covered;
}

static arc_status dso_open(dso *d, const arc__view *v, uint32_t account, arc__open_items *items, dso_account *a) {
  int64_t unapplied = arc__view_unapplied(v, account);
  ARC__TRY(arc__view_open_items(v, account, items, d->err));
  for (size_t i = 0; i < items->count; i++) {
    const arc__open_item *item = &items->data[i];
    int64_t chaseable = arc__view_undisputed(v, item->instalment);
    ARC__TRY(dso_add(d, &a->open[DSO_DISPUTES], item->open - chaseable));
    ARC__TRY(dso_add(d, &a->open[item->due < v->day ? DSO_DELAY : DSO_TERMS], chaseable));
  }
  if (unapplied <= 0) return ARC_OK;
  int64_t covered = dso_cover(&a->open[DSO_DELAY], unapplied);
  a->open[DSO_UNAPPLIED] = covered + dso_cover(&a->open[DSO_TERMS], unapplied - covered);
  return ARC_OK;
}

static arc_status dso_gather(dso *d) {
  const arc__heap *heap = arc__ledger_heap(d->view[0].ledger);
  arc__open_items items = {heap, NULL, 0, 0};
  arc_status status = ARC_OK;
  for (int when = 0; when < 2; when++)
    for (uint32_t a = 1; a < d->rows && status == ARC_OK; a++) {
      status = dso_open(d, &d->view[when], a, &items, &d->accounts[when][a]);
      if (status == ARC_OK) status = dso_sales(d, &d->view[when], a, &d->accounts[when][a].sales);
    }
  arc__open_items_free(&items);
  return status;
}

/* ---- splitting ---- */

typedef struct dso_split {
  uint32_t currency;
  int64_t sales[2];
  int64_t days[2][DSO_PARTS + 1], change[DSO_PARTS + 1]; /* the last: all */
} dso_split;

/* amount / sales * days, in millionths */
static arc_status dso_days(dso *d, int64_t *days, int64_t amount, int64_t sales) {
  return arc_money_scale(days, amount, (int64_t)d->days * 1000000, sales, d->err);
}

static arc_status dso_totals(dso *d, dso_split *s) {
  const arc__tables *t = d->view[0].tables;
  for (int when = 0; when < 2; when++) {
    int64_t open[DSO_PARTS + 1] = {0};
    for (uint32_t a = 1; a < d->rows; a++) {
      const dso_account *account = &d->accounts[when][a];
      if (arc__u32(t, ARC__ACCOUNT_CURRENCY, a) != s->currency) continue;
      ARC__TRY(dso_add(d, &s->sales[when], account->sales));
      for (int k = 0; k < DSO_PARTS; k++) {
        ARC__TRY(dso_add(d, &open[k], account->open[k]));
        ARC__TRY(dso_add(d, &open[DSO_PARTS], account->open[k]));
      }
    }
    for (int k = 0; k <= DSO_PARTS && s->sales[when] > 0; k++)
      ARC__TRY(dso_days(d, &s->days[when][k], open[k], s->sales[when]));
  }
  s->change[DSO_PARTS] = s->days[1][DSO_PARTS] - s->days[0][DSO_PARTS];
  return ARC_OK;
}

/* Twice what an account adds to a part: w1 (d2 - d1) + w2 (d2 - d1). */
static arc_status dso_account_part(dso *d, const dso_split *s, uint32_t account, int part, int64_t *twice) {
  const dso_account *one = &d->accounts[0][account], *two = &d->accounts[1][account];
  int64_t amount, days;
  *twice = 0;
  ARC__TRY(arc_money_scale(&amount, two->open[part], one->sales, two->sales, d->err)); /* w1 d2 */
  ARC__TRY(dso_days(d, &days, amount, s->sales[0]));
  *twice += days;
  ARC__TRY(dso_days(d, &days, one->open[part], s->sales[0])); /* w1 d1 */
  *twice -= days;
  ARC__TRY(dso_days(d, &days, two->open[part], s->sales[1])); /* w2 d2 */
  *twice += days;
  ARC__TRY(arc_money_scale(&amount, one->open[part], two->sales, one->sales, d->err)); /* w2 d1 */
  ARC__TRY(dso_days(d, &days, amount, s->sales[1]));
  *twice -= days;
  return ARC_OK;
}

static arc_status dso_parts(dso *d, dso_split *s) {
  const arc__tables *t = d->view[0].tables;
  for (int k = 0; k < DSO_PARTS; k++) {
    int64_t twice = 0, part;
    for (uint32_t a = 1; a < d->rows; a++) {
      if (arc__u32(t, ARC__ACCOUNT_CURRENCY, a) != s->currency) continue;
      if (d->accounts[0][a].sales <= 0 || d->accounts[1][a].sales <= 0) continue;
      ARC__TRY(dso_account_part(d, s, a, k, &part));
      ARC__TRY(dso_add(d, &twice, part));
    }
    s->change[k] = twice / 2;
  }
  return ARC_OK;
}

/* ---- the report ---- */

static void dso_cell(dso *d, int defined, int64_t days) {
  if (defined) arc__report_add_integer(d->report, days);
  else arc__report_add_null(d->report);
}

static void dso_row(dso *d, const dso_split *s, const char *part, const int64_t *before, const int64_t *after, int defined,
                    int64_t change) {
  char code[4];
  arc__currency_unpack(code, s->currency);
  arc__report_add_string(d->report, code);
  arc__report_add_string(d->report, part);
  dso_cell(d, before && s->sales[0] > 0, before ? *before : 0);
  dso_cell(d, after && s->sales[1] > 0, after ? *after : 0);
  dso_cell(d, defined, change);
}

static arc_status dso_currency(dso *d, uint32_t currency) {
  dso_split s;
  memset(&s, 0, sizeof s);
  s.currency = currency;
  ARC__TRY(dso_totals(d, &s));
  int defined = s.sales[0] > 0 && s.sales[1] > 0;
  if (defined) ARC__TRY(dso_parts(d, &s));
  int64_t mix = s.change[DSO_PARTS];
  dso_row(d, &s, "billing gap", NULL, NULL, 0, 0);
  for (int k = 0; k < DSO_PARTS; k++) {
    dso_row(d, &s, dso_names[k], &s.days[0][k], &s.days[1][k], defined, s.change[k]);
    mix -= s.change[k];
  }
  dso_row(d, &s, "mix", NULL, NULL, defined, mix);
  dso_row(d, &s, "change", &s.days[0][DSO_PARTS], &s.days[1][DSO_PARTS], defined, s.change[DSO_PARTS]);
  return ARC_OK;
}

static arc_status dso_run(dso *d) {
  static const arc__report_column columns[] = {{"currency", ARC_COLUMN_TEXT}, {"part", ARC_COLUMN_TEXT},
                                               {"before", ARC_COLUMN_PPM},    {"after", ARC_COLUMN_PPM},
                                               {"change", ARC_COLUMN_PPM}};
  const arc__tables *t = d->view[0].tables;
  const arc__heap *heap = arc__ledger_heap(d->view[0].ledger);
  d->rows = (size_t)t->rows[ARC__TABLE_ACCOUNT] + 1;
  for (int when = 0; when < 2; when++) d->accounts[when] = arc__alloc(heap, d->rows * sizeof **d->accounts);
  d->report = arc__report_new(heap, columns, sizeof columns / sizeof *columns);
  if (!d->accounts[0] || !d->accounts[1]) return arc__fail_nomem(d->err);
  ARC__TRY(dso_gather(d));
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CONTROL]; c++) ARC__TRY(dso_currency(d, arc__u32(t, ARC__CONTROL_CURRENCY, c)));
  return ARC_OK;
}

static arc_status dso_with_view(dso *d, const arc_ledger *ledger, arc_day to) {
  const arc__heap *heap = arc__ledger_heap(ledger);
  ARC__TRY(arc__view_open(&d->view[1], ledger, to, d->err));
  arc_status status = dso_run(d);
  for (int when = 0; when < 2; when++) arc__free(heap, d->accounts[when], d->rows * sizeof **d->accounts);
  arc__view_close(&d->view[1]);
  return status;
}

arc_status arc_metrics_dso_change(arc_report **out, const arc_ledger *ledger, arc_day from, arc_day to, uint32_t days,
                                  arc_error *err) {
  dso d;
  if (!out || !ledger) return arc__fail(err, ARC_E_INVALID, "out and ledger must not be NULL");
  *out = NULL;
  if (days > 3660 || from < ARC_DAY_FIRST + 3660 || from > to || to > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "from must be a day of the years 11 to 9999, to not before it, days at most 3660");
  memset(&d, 0, sizeof d);
  d.days = days ? (int32_t)days : 90;
  d.err = err;
  ARC__TRY(arc__view_open(&d.view[0], ledger, from, err));
  arc_status status = dso_with_view(&d, ledger, to);
  arc__view_close(&d.view[0]);
  if (status == ARC_OK) return arc__report_finish(out, d.report, err);
  arc_report_free(d.report);
  return status;
}
