/*
 * Cash: what comes in by day, week or month, and how far it may be off.
 *
 * Expected cash is the sum over open instalments of what is open times the chance of being paid then. Its variance is
 * that of independent instalments times a factor, because a customer's invoices are paid together and good and bad
 * weeks hit all: the factor is the mean squared error of earlier weeks, measured in that variance, as the model would
 * have predicted them on past Mondays; it begins at 4, as if that had been seen three times. Costs one outlook an
 * instalment.
 */
#include "scorer_internal.h"

#include <string.h>

#include "arcollect/money.h"
#include "checked.h"
#include "currency.h"
#include "report.h"
#include "struct_sizes.h"

#define FORECAST_ORIGINS 16  /* Mondays before the cut to learn from, that of its own week among them */
#define FORECAST_PERIODS 400
#define FORECAST_Q90 134061  /* of Student's t with 15 degrees of freedom, as the variance is learned from as many weeks;
                                1/100,000 */

typedef struct forecast_sum {
  int64_t expected; /* minor units */
  int64_t variance; /* of units of `scale`, 1/1,024 */
  int64_t actual;
} forecast_sum;

/* What is open of an instalment that counts as open, minor units. */
static int64_t forecast_open(const arc__payment_item *item) {
  int64_t open = item->amount - item->paid - item->gone;
  return item->live && open > 0 ? open : 0;
}

/* P(still open) after `days` days from the morning on. */
static uint32_t forecast_still_open(const arc__payment_outlook *o, const arc__payment_item *item, arc_day morning, int32_t days) {
  int64_t late = (int64_t)morning + days - 1 - item->due;
  return days <= 0 || late < ARC__LATE_FIRST ? (uint32_t)ARC__ONE : (uint32_t)ARC__ONE - arc__outlook_paid(o, late);
}

static arc_status forecast_overflow(arc_error *err) {
  return arc__fail(err, ARC_E_OVERFLOW, "the cash of a period does not add up within 64 bits");
}

/* Adds an instalment to the periods that end before each of edges[1..count]. */
static arc_status forecast_add(forecast_sum *sums, const int32_t *edges, size_t count, const arc__payment_outlook *o,
                               const arc__payment_item *item, arc_day morning, int64_t scale, arc_error *err) {
  int64_t amount = forecast_open(item), units = (amount + scale / 2) / scale;
  for (size_t k = 0; k < count; k++) {
    int64_t share = (int64_t)forecast_still_open(o, item, morning, edges[k]) - forecast_still_open(o, item, morning, edges[k + 1]);
    int64_t expected;
    ARC__TRY(arc_money_scale(&expected, amount, share, ARC__ONE, err));
    if (!arc__add(&sums[k].expected, sums[k].expected, expected)) return forecast_overflow(err);
    sums[k].variance += units * units * ((share >> 15) * ((ARC__ONE - share) >> 15) >> 20);
  }
  return ARC_OK;
}

/* Amounts are squared in units of which the largest invoice issued by a day has 2^16, at most: none that came later. */
static int64_t forecast_scale(const arc__tables *t, arc_day day) {
  int64_t most = 1;
  for (uint32_t i = 1; i <= t->rows[ARC__TABLE_INVOICE]; i++)
    if (arc__i32(t, ARC__INVOICE_ISSUED, i) <= day && arc__i64(t, ARC__INVOICE_AMOUNT, i) > most)
      most = arc__i64(t, ARC__INVOICE_AMOUNT, i);
  return most / 65536 + 1;
}

/* ---- weeks of the past ---- */

typedef struct forecast_past {
  const arc__payment_model *model;
  arc__payment_history history;
  arc_day *settled; /* of the items, as is known at the end */
  size_t settled_capacity;
  int64_t scale;
  int64_t drawn; /* about so many are asked of the whole model when learning */
} forecast_past;

static void forecast_past_close(forecast_past *p) {
  arc__free(p->history.heap, p->settled, p->settled_capacity * sizeof *p->settled);
  arc__history_free(&p->history);
}

static arc_status forecast_past_load(forecast_past *p, uint32_t account, arc_error *err) {
  arc__payment_history *h = &p->history;
  ARC__TRY(arc__history_load(h, account, err));
  if (arc__grow(h->heap, (void **)&p->settled, &p->settled_capacity, h->item_count + 1, sizeof *p->settled) < 0)
    return arc__fail_nomem(err);
  arc__history_advance(h, ARC_DAY_LAST);
  for (size_t i = 0; i < h->item_count; i++) p->settled[i] = h->items[i].settled;
  arc__history_rewind(h);
  return ARC_OK;
}

static const int32_t forecast_weeks[ARC__WEEKS + 1] = {0, 7, 14, 21, 28, 35, 42, 49, 56};

/* Adds what a level of the model says of an item for some weeks after a Monday. */
static arc_status forecast_past_expect(const forecast_past *p, uint32_t row, int level, arc_day monday, int weeks,
                                       forecast_sum *sums, arc_error *err) {
  const arc__payment_item *item = &p->history.items[row];
  arc__payment_outlook outlook;
  int32_t last = arc__late_clip((int64_t)monday + 7 * weeks - 1 - item->due);
  arc__model_predict_until(p->model, &p->history, row, level, last, &outlook);
  return forecast_add(sums, forecast_weeks, (size_t)weeks, &outlook, item, monday, p->scale, err);
}

/* Adds what came of it. */
static arc_status forecast_past_actual(const forecast_past *p, uint32_t row, arc_day monday, int weeks, forecast_sum *sums,
                                       arc_error *err) {
  arc_day settled = p->settled[row];
  if (settled == ARC_DAY_NONE || settled < monday || settled >= monday + 7 * weeks) return ARC_OK;
  forecast_sum *sum = &sums[(settled - monday) / 7];
  return arc__add(&sum->actual, sum->actual, forecast_open(&p->history.items[row])) ? ARC_OK : forecast_overflow(err);
}

/* The weeks after a Monday for an account brought to its morning: what the model says, and what came. */
static arc_status forecast_past_weeks(const forecast_past *p, arc_day monday, forecast_sum sums[ARC__WEEKS], arc_error *err) {
  const arc__payment_history *h = &p->history;
  for (size_t l = 0; l < h->live_count; l++) {
    if (h->items[h->live[l]].issued >= monday) continue;
    ARC__TRY(forecast_past_expect(p, h->live[l], ARC__BY_ALL, monday, ARC__WEEKS, sums, err));
    ARC__TRY(forecast_past_actual(p, h->live[l], monday, ARC__WEEKS, sums, err));
  }
  return ARC_OK;
}

/* ---- learning how far it may be off ---- */

/* Squared error in units of the variance, 1/256; at most 100. */
static int64_t forecast_error(const forecast_sum *s, int64_t scale) {
  int64_t off = (s->actual - s->expected) / scale, variance = s->variance / 1024 + 1;
  if (off < 0) off = -off;
  if (off > INT64_C(1) << 27) return 100 * 256;
  int64_t error = off * off / variance >= 100 ? 100 * 256 : off * off * 256 / variance;
  return error;
}

/* The weeks after one Monday. In a large book the tables speak for all instalments and the whole model for those drawn:
 * what it says of those against what the tables say of them corrects the sums of all. */
typedef struct forecast_origin {
  arc_day monday;
  int weeks; /* that were over at the cut */
  forecast_sum all[ARC__WEEKS], drawn[ARC__WEEKS], drawn_tables[ARC__WEEKS];
} forecast_origin;

/* By the hash of its keys. */
static int forecast_is_drawn(const forecast_past *p, uint32_t row) {
  int64_t draw = (int64_t)(p->history.items[row].hash >> 32);
  return p->model->settled <= p->drawn || draw < INT64_C(4294967296) * p->drawn / p->model->settled;
}

static arc_status forecast_learn_weeks(const forecast_past *p, forecast_origin *o, arc_error *err) {
  const arc__payment_history *h = &p->history;
  for (size_t l = 0; l < h->live_count; l++) {
    uint32_t row = h->live[l];
    if (h->items[row].issued >= o->monday) continue;
    ARC__TRY(forecast_past_expect(p, row, ARC__BY_HOLIDAYS, o->monday, o->weeks, o->all, err));
    ARC__TRY(forecast_past_actual(p, row, o->monday, o->weeks, o->all, err));
    if (!forecast_is_drawn(p, row)) continue;
    ARC__TRY(forecast_past_expect(p, row, ARC__BY_HOLIDAYS, o->monday, o->weeks, o->drawn_tables, err));
    ARC__TRY(forecast_past_expect(p, row, ARC__BY_ALL, o->monday, o->weeks, o->drawn, err));
  }
  return ARC_OK;
}

/* Where nothing was drawn, or the correction is out of all bounds, the tables stand. */
static forecast_sum forecast_corrected(const forecast_origin *o, int week) {
  const forecast_sum *drawn = &o->drawn[week], *tables = &o->drawn_tables[week];
  forecast_sum sum = o->all[week];
  if (tables->expected > 0) (void)arc_money_scale(&sum.expected, sum.expected, drawn->expected, tables->expected, NULL);
  if (tables->variance > 0) (void)arc_money_scale(&sum.variance, sum.variance, drawn->variance, tables->variance, NULL);
  return sum;
}

static void forecast_learn_from(arc__payment_model *model, const forecast_origin *origins, int64_t scale) {
  for (int w = 0; w < ARC__WEEKS; w++) {
    int64_t errors = 3 * 4 * 256, seen = 3;
    for (int o = 0; o < FORECAST_ORIGINS; o++) {
      forecast_sum sum = forecast_corrected(&origins[o], w);
      if (w >= origins[o].weeks || !sum.variance) continue;
      errors += forecast_error(&sum, scale);
      seen++;
    }
    model->dependence[w] = (uint32_t)(errors / seen);
  }
}

/* The Mondays from the first on; that of the cut's own week has no week that is over. */
static void forecast_origins(forecast_origin *origins, arc_day cut) {
  memset(origins, 0, FORECAST_ORIGINS * sizeof *origins);
  for (int o = 0; o < FORECAST_ORIGINS; o++) {
    int weeks = FORECAST_ORIGINS - 1 - o;
    origins[o].monday = cut - arc__weekday(cut) - 7 * weeks;
    origins[o].weeks = weeks < ARC__WEEKS ? weeks : ARC__WEEKS;
  }
}

arc_status arc__forecast_learn(arc__payment_model *model, const arc_ledger *ledger, const arc__training_effort *effort,
                               arc_error *err) {
  forecast_past p;
  arc__view view;
  forecast_origin origins[FORECAST_ORIGINS];
  memset(&p, 0, sizeof p);
  ARC__TRY(arc__view_known(&view, ledger, err));
  view.day = model->cut - 1;
  p.model = model;
  p.scale = forecast_scale(view.tables, view.day);
  p.drawn = effort->weeks;
  arc__history_init(&p.history, &view);
  forecast_origins(origins, model->cut);
  arc_status status = ARC_OK;
  for (uint32_t a = 1; a <= view.tables->rows[ARC__TABLE_ACCOUNT] && status == ARC_OK; a++) {
    status = forecast_past_load(&p, a, err);
    for (int o = 0; o < FORECAST_ORIGINS - 1 && status == ARC_OK && p.history.item_count; o++) {
      arc__history_advance(&p.history, origins[o].monday);
      status = forecast_learn_weeks(&p, &origins[o], err);
    }
  }
  forecast_past_close(&p);
  if (status == ARC_OK) forecast_learn_from(model, origins, p.scale);
  return status;
}

/* ---- the interval ---- */

/* Half of the interval that holds 8 in 10. */
static arc_status forecast_half(int64_t *half, const forecast_sum *s, uint32_t dependence, int64_t scale, arc_error *err) {
  int64_t spread = arc__fixed_root(s->variance) * arc__fixed_root((int64_t)dependence << 8), units; /* 1/32, 1/256 */
  ARC__TRY(arc_money_scale(&units, spread, FORECAST_Q90, INT64_C(32) * 256 * 1000, err));
  return arc_money_scale(half, units, scale, 100, err);
}

static arc_status forecast_interval(arc_report *report, const forecast_sum *s, uint32_t dependence, int64_t scale,
                                    arc_error *err) {
  int64_t half, high;
  ARC__TRY(forecast_half(&half, s, dependence, scale, err));
  if (!arc__add(&high, s->expected, half)) return forecast_overflow(err);
  arc__report_add_integer(report, s->expected);
  arc__report_add_integer(report, half < s->expected ? s->expected - half : 0);
  arc__report_add_integer(report, high);
  return ARC_OK;
}

/* ---- the forecast ---- */

typedef struct forecast {
  arc_scorer *scorer;
  arc__view view;
  arc__payment_history history;
  arc_forecast_options options;
  arc_report *report;
  arc_day morning;
  int32_t *edges;     /* periods + 1: days from the morning to where each begins */
  forecast_sum *sums; /* periods of a group */
  int64_t scale;
  uint32_t currency;
} forecast;

static int32_t forecast_edge(const forecast *f, uint32_t period) {
  switch (f->options.period) {
  case ARC_PERIOD_DAY: return (int32_t)period;
  case ARC_PERIOD_WEEK: return 7 * (int32_t)period;
  default: break;
  }
  int32_t year, month, day;
  arc_day_to_civil(f->morning, &year, &month, &day);
  return period ? arc_day_add_months(arc_day_from_civil(year, month, 1), (int32_t)period) - f->morning : 0;
}

/* The factor of the week in whose middle a period lies. */
static uint32_t forecast_dependence(const forecast *f, uint32_t period) {
  int32_t week = (f->edges[period] + f->edges[period + 1]) / 2 / 7;
  return f->scorer->model.dependence[week < ARC__WEEKS ? week : ARC__WEEKS - 1];
}

static arc_status forecast_account(forecast *f, uint32_t account, arc_error *err) {
  arc__payment_history *h = &f->history;
  arc__payment_outlook outlook;
  if (!arc__u32(f->view.tables, ARC__ACCOUNT_INVOICE, account)) return ARC_OK;
  ARC__TRY(arc__history_load(h, account, err));
  arc__history_advance(h, f->morning);
  for (size_t l = 0; l < h->live_count; l++) {
    arc__model_predict(&f->scorer->model, h, h->live[l], ARC__BY_ALL, &outlook);
    ARC__TRY(forecast_add(f->sums, f->edges, f->options.count, &outlook, &h->items[h->live[l]], f->morning, f->scale, err));
  }
  return ARC_OK;
}

static arc_status forecast_write(forecast *f, arc_text group, arc_error *err) {
  char code[4];
  arc__currency_unpack(code, f->currency);
  for (uint32_t k = 0; k < f->options.count; k++) {
    arc__report_add_text(f->report, group.data, group.size);
    arc__report_add_string(f->report, code);
    arc__report_add_integer(f->report, f->morning + f->edges[k]);
    arc__report_add_integer(f->report, f->morning + f->edges[k + 1] - 1);
    ARC__TRY(forecast_interval(f->report, &f->sums[k], forecast_dependence(f, k), f->scale, err));
  }
  memset(f->sums, 0, f->options.count * sizeof *f->sums);
  return ARC_OK;
}

static arc_status forecast_by_customer(forecast *f, arc_error *err) {
  const arc__tables *t = f->view.tables;
  for (uint32_t a = 1; a <= t->rows[ARC__TABLE_ACCOUNT]; a++) {
    f->history.live_count = 0;
    ARC__TRY(forecast_account(f, a, err));
    f->currency = arc__u32(t, ARC__ACCOUNT_CURRENCY, a);
    if (f->history.live_count)
      ARC__TRY(forecast_write(f, arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, a)), err));
  }
  return ARC_OK;
}

static arc_status forecast_by_currency(forecast *f, arc_error *err) {
  const arc__tables *t = f->view.tables;
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CONTROL]; c++) {
    arc_text none = {"", 0};
    f->currency = arc__u32(t, ARC__CONTROL_CURRENCY, c);
    for (uint32_t a = 1; a <= t->rows[ARC__TABLE_ACCOUNT]; a++)
      if (arc__u32(t, ARC__ACCOUNT_CURRENCY, a) == f->currency) ARC__TRY(forecast_account(f, a, err));
    ARC__TRY(forecast_write(f, none, err));
  }
  return ARC_OK;
}

static arc_status forecast_check(forecast *f, arc_error *err) {
  const arc_forecast_options *o = &f->options;
  if (o->as_of < ARC_DAY_FIRST || o->as_of > ARC_DAY_LAST - 40 * FORECAST_PERIODS)
    return arc__fail(err, ARC_E_INVALID, "as_of must be a day, some years before 9999");
  if (o->by != ARC_FORECAST_BY_CURRENCY && o->by != ARC_FORECAST_BY_CUSTOMER)
    return arc__fail(err, ARC_E_INVALID, "by must be one of ARC_FORECAST_BY_*");
  if (o->period < ARC_PERIOD_WEEK || o->period > ARC_PERIOD_MONTH || o->count > FORECAST_PERIODS)
    return arc__fail(err, ARC_E_INVALID, "period must be one of ARC_PERIOD_*, count at most %d", FORECAST_PERIODS);
  return ARC_OK;
}

static arc_status forecast_run(forecast *f, arc_error *err) {
  static const arc__report_column columns[] = {
      {"customer", ARC_COLUMN_TEXT},  {"currency", ARC_COLUMN_TEXT}, {"from", ARC_COLUMN_DAY}, {"to", ARC_COLUMN_DAY},
      {"expected", ARC_COLUMN_MONEY}, {"low", ARC_COLUMN_MONEY},     {"high", ARC_COLUMN_MONEY}};
  const arc__heap *heap = arc__ledger_heap(f->scorer->ledger);
  f->edges = arc__alloc(heap, (f->options.count + 1) * sizeof *f->edges);
  f->sums = arc__alloc(heap, f->options.count * sizeof *f->sums);
  f->report = arc__report_new(heap, columns, sizeof columns / sizeof *columns);
  if (!f->edges || !f->sums || !f->report) return arc__fail_nomem(err);
  for (uint32_t k = 0; k <= f->options.count; k++) f->edges[k] = forecast_edge(f, k);
  f->scale = forecast_scale(f->view.tables, f->view.day);
  return f->options.by == ARC_FORECAST_BY_CUSTOMER ? forecast_by_customer(f, err) : forecast_by_currency(f, err);
}

arc_status arc_scorer_forecast(arc_report **out, arc_scorer *scorer, const arc_forecast_options *options, arc_error *err) {
  forecast f;
  if (!out || !scorer) return arc__fail(err, ARC_E_INVALID, "out and scorer must not be NULL");
  *out = NULL;
  memset(&f, 0, sizeof f);
  f.scorer = scorer;
  ARC__TRY(ARC__READ(arc_forecast_options, &f.options, options, err));
  ARC__TRY(forecast_check(&f, err));
  if (!f.options.count) f.options.count = 8;
  ARC__TRY(arc__view_known(&f.view, scorer->ledger, err));
  f.view.day = f.options.as_of;
  f.morning = f.options.as_of + 1;
  arc__history_init(&f.history, &f.view);
  const arc__heap *heap = arc__ledger_heap(scorer->ledger);
  arc_status status = forecast_run(&f, err);
  arc__history_free(&f.history);
  arc__free(heap, f.edges, (f.options.count + 1) * sizeof *f.edges);
  arc__free(heap, f.sums, f.options.count * sizeof *f.sums);
  if (status == ARC_OK) return arc__report_finish(out, f.report, err);
  arc_report_free(f.report);
  return status;
}

/* ---- its back-test ---- */

typedef struct forecast_test {
  forecast_past past;
  arc_scorer *scorer;
  arc__view view;
  arc__payment_model model;
  arc_report *report;
} forecast_test;

static arc_status forecast_test_monday(forecast_test *f, arc_day monday, arc_error *err) {
  const arc__tables *t = f->view.tables;
  f->past.scale = forecast_scale(t, monday - 1);
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CONTROL]; c++) {
    forecast_sum sums[ARC__WEEKS];
    char code[4];
    uint32_t currency = arc__u32(t, ARC__CONTROL_CURRENCY, c);
    memset(sums, 0, sizeof sums);
    for (uint32_t a = 1; a <= t->rows[ARC__TABLE_ACCOUNT]; a++) {
      if (arc__u32(t, ARC__ACCOUNT_CURRENCY, a) != currency) continue;
      ARC__TRY(forecast_past_load(&f->past, a, err));
      arc__history_advance(&f->past.history, monday);
      ARC__TRY(forecast_past_weeks(&f->past, monday, sums, err));
    }
    arc__currency_unpack(code, currency);
    for (int w = 0; w < ARC__WEEKS; w++) {
      arc__report_add_integer(f->report, monday);
      arc__report_add_integer(f->report, w + 1);
      arc__report_add_string(f->report, code);
      ARC__TRY(forecast_interval(f->report, &sums[w], f->model.dependence[w], f->past.scale, err));
      if (monday + 7 * (w + 1) > arc__i32(t, ARC__BOOK_MAX_DAY, 1)) arc__report_add_null(f->report);
      else arc__report_add_integer(f->report, sums[w].actual);
    }
  }
  return ARC_OK;
}

/* Trained at the first Monday of a month, as the other back-test. */
static arc_status forecast_test_run(forecast_test *f, const arc_backtest_options *o, arc_error *err) {
  arc_day trained = ARC_DAY_NONE, next = o->cut;
  int32_t month = 0;
  for (arc_day monday = o->cut + (7 - arc__weekday(o->cut)) % 7; monday <= o->until; monday += 7) {
    for (; monday >= next; next = arc_day_add_months(o->cut, ++month)) trained = next;
    if (f->model.cut != trained) ARC__TRY(arc__model_train(&f->model, f->scorer->ledger, trained, &arc__training_usual, err));
    ARC__TRY(forecast_test_monday(f, monday, err));
  }
  return ARC_OK;
}

arc_status arc__scorer_backtest_cash(arc_report **out, arc_scorer *scorer, const arc_backtest_options *options,
                                     arc_error *err) {
  static const arc__report_column columns[] = {
      {"origin", ARC_COLUMN_DAY},     {"week", ARC_COLUMN_INTEGER}, {"currency", ARC_COLUMN_TEXT},
      {"expected", ARC_COLUMN_MONEY}, {"low", ARC_COLUMN_MONEY},    {"high", ARC_COLUMN_MONEY},
      {"actual", ARC_COLUMN_MONEY}};
  forecast_test f;
  memset(&f, 0, sizeof f);
  ARC__TRY(arc__view_known(&f.view, scorer->ledger, err));
  const arc__heap *heap = arc__ledger_heap(scorer->ledger);
  f.scorer = scorer;
  f.past.model = &f.model;
  arc__history_init(&f.past.history, &f.view);
  arc__model_prior(&f.model);
  f.report = arc__report_new(heap, columns, sizeof columns / sizeof *columns);
  arc_status status = forecast_test_run(&f, options, err);
  forecast_past_close(&f.past);
  arc__model_free(&f.model, heap);
  if (status == ARC_OK) return arc__report_finish(out, f.report, err);
  arc_report_free(f.report);
  return status;
}
