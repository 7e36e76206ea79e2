/*
 * Each command that predicts trains the model anew, on all that stood at the end of its day: seconds for a hundred thousand
 * invoices, and nothing to keep up to date. A host that asks often keeps arc_scorer_save's bytes instead.
 */
#include "scores.h"

#include "memory.h"

#include <string.h>

static arc_status score_forecast(arc_report **out, arc_scorer *scorer, const report_options *o, arc_day as_of,
                                 arc_error *err) {
  arc_forecast_options options = ARC_FORECAST_OPTIONS_INIT;
  options.as_of = as_of;
  options.by = o->by == ARC_BY_CUSTOMER ? ARC_FORECAST_BY_CUSTOMER : ARC_FORECAST_BY_CURRENCY;
  options.period = o->period;
  options.count = (uint32_t)o->limit;
  return arc_scorer_forecast(out, scorer, &options, err);
}

static arc_status score_today(arc_report **out, arc_scorer *scorer, const report_options *o, arc_day as_of,
                              arc_error *err) {
  arc_today_options options = ARC_TODAY_OPTIONS_INIT;
  arc_capacity all = ARC_CAPACITY_INIT;
  all.minutes = o->minutes;
  options.as_of = as_of;
  options.capacities = &all;
  options.capacity_count = 1;
  return arc_scorer_today(out, scorer, &options, err);
}

static arc_status score_chase(arc_report **out, arc_scorer *scorer, const report_options *o, arc_day as_of,
                              arc_error *err) {
  arc_chase_options options = ARC_CHASE_OPTIONS_INIT;
  options.as_of = as_of;
  options.days = o->days;
  options.cost = o->cost;
  return arc_scorer_chase(out, scorer, &options, err);
}

static arc_status score_backtest(arc_report **out, arc_scorer *scorer, const report_options *o, arc_day as_of,
                                 arc_error *err) {
  arc_backtest_options options = ARC_BACKTEST_OPTIONS_INIT;
  options.cut = o->cut;
  options.until = as_of;
  options.moments = o->moments;
  options.of = o->cash ? ARC_BACKTEST_CASH : ARC_BACKTEST_PAYMENTS;
  return arc_scorer_backtest(out, scorer, &options, err);
}

static arc_status score_with(arc_report **out, arc_scorer *scorer, const report_options *o, arc_day as_of,
                             arc_error *err) {
  arc_score_query query = ARC_SCORE_QUERY_INIT;
  arc_status status;
  query.as_of = as_of;
  if (o->command == REPORT_BACKTEST) return score_backtest(out, scorer, o, as_of, err);
  if (o->command == REPORT_CUSTOMERS) {
    query.report = ARC_SCORE_CUSTOMERS;
    return arc_scorer_report(out, scorer, &query, err);
  }
  status = arc_scorer_train(scorer, as_of + 1, err);
  if (status < 0) return status;
  switch (o->command) {
  case REPORT_PREDICT:
    query.report = ARC_SCORE_PREDICTIONS;
    if (o->customer) query.customer = text_of(o->customer);
    return arc_scorer_report(out, scorer, &query, err);
  case REPORT_WHY_PAYMENT:
    query.report = ARC_SCORE_EXPLANATION;
    query.invoice = text_of(o->key);
    query.instalment = 1;
    return arc_scorer_report(out, scorer, &query, err);
  case REPORT_FORECAST:
    return score_forecast(out, scorer, o, as_of, err);
  case REPORT_TODAY:
    return score_today(out, scorer, o, as_of, err);
  default:
    return score_chase(out, scorer, o, as_of, err);
  }
}

arc_status score_report(arc_report **out, arc_ledger *ledger, const report_options *o, arc_day as_of, arc_error *err) {
  arc_scorer *scorer = NULL;
  arc_status status = arc_scorer_open(&scorer, ledger, err);
  if (status == ARC_OK) status = score_with(out, scorer, o, as_of, err);
  arc_scorer_close(scorer);
  return status;
}
