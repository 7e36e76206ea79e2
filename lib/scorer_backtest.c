/*
 * Back-test: what the model would have said in the past.
 *
 * It owns the models it trains on the way, one a month, each on what was known on its first morning, and walks every
 * account forward once a month. Costs a training a month and one outlook per instalment and moment.
 */
#include "scorer_internal.h"

#include <string.h>

#include "report.h"
#include "struct_sizes.h"

typedef struct backtest {
  arc_scorer *scorer;
  arc__view view;
  arc__payment_model model;
  arc__payment_history history;
  arc_report *report;
  arc_backtest_options options;
  arc_day begin, end; /* of this month: moments from, to before */
} backtest;

static const char *const backtest_moments[3] = {"issue", "due", "due15"};

static int32_t backtest_bucket(const arc__payment_outlook *o) {
  static const int32_t edges[] = {0, 30, 60, 90};
  uint32_t before = 0, most = 0;
  int32_t best = 0;
  for (int32_t b = 0; b < 5; b++) {
    uint32_t paid = b < 4 ? arc__outlook_paid(o, edges[b]) : (uint32_t)ARC__ONE;
    if (paid - before > most) {
      most = paid - before;
      best = b;
    }
    before = paid;
  }
  return best;
}

static int64_t backtest_ppm(uint32_t share) {
  return ((int64_t)share * 1000000 + ARC__ONE / 2) / ARC__ONE;
}

static void backtest_row(backtest *b, size_t row, int moment, const arc__payment_outlook *o) {
  const arc__tables *t = b->view.tables;
  const arc__payment_item *item = &b->history.items[row];
  arc_text key = arc__text(t, ARC__INVOICE_KEY, item->invoice);
  arc__report_add_text(b->report, key.data, key.size);
  arc__report_add_integer(b->report, arc__instalment_number(t, item->instalment));
  arc__report_add_string(b->report, backtest_moments[moment]);
  arc__report_add_integer(b->report, b->history.morning);
  arc__report_add_integer(b->report, item->due);
  arc__report_add_integer(b->report, 1000000 - backtest_ppm(arc__outlook_paid(o, 0)));
  arc__report_add_integer(b->report, 1000000 - backtest_ppm(arc__outlook_paid(o, 30)));
  arc__report_add_integer(b->report, backtest_bucket(o));
  arc__report_add_integer(b->report, arc__outlook_mean(o) * 1000);
  for (int64_t q = 5; q <= 95; q += 5) arc__report_add_integer(b->report, arc__outlook_quantile(o, (uint32_t)(q * ARC__ONE / 100)));
}

/* The moments of an account in this month, in the order in which they come. */
static arc_status backtest_account(backtest *b, uint32_t account, arc_error *err) {
  arc__payment_history *h = &b->history;
  arc__payment_outlook outlook;
  ARC__TRY(arc__history_load(h, account, err));
  for (arc_day day = b->begin; day < b->end; day++)
    for (size_t i = 0; i < h->item_count; i++) {
      const arc_day days[] = {h->items[i].issued, h->items[i].due, h->items[i].due + 15};
      for (int m = 0; m < 3; m++) {
        if (days[m] != day || day < h->items[i].issued || !(b->options.moments & 1u << m)) continue;
        arc__history_advance(h, day);
        if (!h->items[i].live) continue;
        arc__model_predict(&b->model, h, i, ARC__BY_ALL, &outlook);
        backtest_row(b, i, m, &outlook);
      }
    }
  return ARC_OK;
}

static arc_status backtest_month(backtest *b, arc_error *err) {
  ARC__TRY(arc__model_train(&b->model, b->scorer->ledger, b->begin, &arc__training_usual, err));
  for (uint32_t a = 1; a <= b->view.tables->rows[ARC__TABLE_ACCOUNT]; a++) ARC__TRY(backtest_account(b, a, err));
  return ARC_OK;
}

static arc_status backtest_run(backtest *b, arc_error *err) {
  arc_status status = ARC_OK;
  arc__history_init(&b->history, &b->view);
  arc__model_prior(&b->model);
  for (int32_t month = 0; status == ARC_OK; month++) {
    b->begin = arc_day_add_months(b->options.cut, month);
    b->end = arc_day_add_months(b->options.cut, month + 1);
    if (b->begin > b->options.until) break;
    if (b->end > b->options.until + 1) b->end = b->options.until + 1;
    status = backtest_month(b, err);
  }
  arc__history_free(&b->history);
  arc__model_free(&b->model, arc__ledger_heap(b->scorer->ledger));
  return status;
}

static arc_status backtest_options(arc_backtest_options *o, const arc_scorer *scorer, const arc_backtest_options *given,
                                 arc_error *err) {
  ARC__TRY(ARC__READ(arc_backtest_options, o, given, err));
  if (o->moments == 0) o->moments = 7;
  if (o->until == ARC_DAY_NONE) o->until = arc__i32(arc__ledger_tables(scorer->ledger), ARC__BOOK_MAX_DAY, 1);
  if (o->cut <= ARC_DAY_FIRST || o->cut > ARC_DAY_LAST || o->until > ARC_DAY_LAST - 100 || o->moments > 7)
    return arc__fail(err, ARC_E_INVALID, "cut and until must be days, and moments be of ARC_MOMENT_*");
  if (o->of != ARC_BACKTEST_PAYMENTS && o->of != ARC_BACKTEST_CASH)
    return arc__fail_field(err, ARC_E_INVALID, 0, 4, "of must be one of ARC_BACKTEST_*");
  return ARC_OK;
}

arc_status arc_scorer_backtest(arc_report **out, arc_scorer *scorer, const arc_backtest_options *options,
                               arc_error *err) {
  static const arc__report_column columns[] = {
      {"invoice", ARC_COLUMN_TEXT}, {"instalment", ARC_COLUMN_INTEGER}, {"moment", ARC_COLUMN_TEXT},
      {"day", ARC_COLUMN_DAY}, {"due", ARC_COLUMN_DAY}, {"p_late", ARC_COLUMN_PPM}, {"p_late30", ARC_COLUMN_PPM},
      {"bucket", ARC_COLUMN_INTEGER}, {"mean", ARC_COLUMN_PPM},
#define BACKTEST_Q(n) {"q" n, ARC_COLUMN_INTEGER}
      BACKTEST_Q("05"), BACKTEST_Q("10"), BACKTEST_Q("15"), BACKTEST_Q("20"), BACKTEST_Q("25"), BACKTEST_Q("30"),
      BACKTEST_Q("35"), BACKTEST_Q("40"), BACKTEST_Q("45"), BACKTEST_Q("50"), BACKTEST_Q("55"), BACKTEST_Q("60"),
      BACKTEST_Q("65"), BACKTEST_Q("70"), BACKTEST_Q("75"), BACKTEST_Q("80"), BACKTEST_Q("85"), BACKTEST_Q("90"),
      BACKTEST_Q("95"),
#undef BACKTEST_Q
  };
  if (!out || !scorer) return arc__fail(err, ARC_E_INVALID, "out and scorer must not be NULL");
  *out = NULL;
  backtest b;
  memset(&b, 0, sizeof b);
  b.scorer = scorer;
  ARC__TRY(backtest_options(&b.options, scorer, options, err));
  if (b.options.of == ARC_BACKTEST_CASH) return arc__scorer_backtest_cash(out, scorer, &b.options, err);
  ARC__TRY(arc__view_known(&b.view, scorer->ledger, err));
  b.report = arc__report_new(arc__ledger_heap(scorer->ledger), columns, sizeof columns / sizeof *columns);
  arc_status status = backtest_run(&b, err);
  if (status == ARC_OK) return arc__report_finish(out, b.report, err);
  arc_report_free(b.report);
  return status;
}
