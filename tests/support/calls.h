/* Calls in one line, where the library takes a struct. */
#ifndef TESTS_CALLS_H
#define TESTS_CALLS_H

#include "arcollect/calendar.h"
#include "arcollect/matcher.h"
#include "arcollect/metrics.h"
#include "arcollect/scorer.h"
#include "arcollect/storage.h"

#define AGING_INIT                                                                                 \
  {(uint32_t)sizeof(arc_metrics_query), ARC_METRICS_AGING, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0, 0, 0, {0, 0}}

static inline arc_status call_figures(arc_report **out, const arc_ledger *ledger, arc_day as_of, uint32_t days,
                                      int32_t by, arc_error *err) {
  arc_metrics_query q = ARC_METRICS_QUERY_INIT;
  q.report = ARC_METRICS_FIGURES;
  q.as_of = as_of;
  q.days = days;
  q.by = by;
  return arc_metrics_report(out, ledger, &q, err);
}

static inline arc_status call_dso_change(arc_report **out, const arc_ledger *ledger, arc_day from, arc_day to,
                                         uint32_t days, arc_error *err) {
  arc_metrics_query q = ARC_METRICS_QUERY_INIT;
  q.report = ARC_METRICS_DSO_CHANGE;
  q.from = from;
  q.as_of = to;
  q.days = days;
  return arc_metrics_report(out, ledger, &q, err);
}

static inline arc_status call_score(arc_report **out, arc_scorer *scorer, int32_t report, const char *customer,
                                    size_t size, arc_day as_of, arc_error *err) {
  arc_score_query q = ARC_SCORE_QUERY_INIT;
  q.report = report;
  q.customer.data = customer;
  q.customer.size = size;
  q.as_of = as_of;
  return arc_scorer_report(out, scorer, &q, err);
}

static inline arc_status call_worklist(arc_report **out, arc_scorer *scorer, arc_day as_of, size_t limit,
                                       arc_error *err) {
  arc_score_query q = ARC_SCORE_QUERY_INIT;
  q.report = ARC_SCORE_WORKLIST;
  q.as_of = as_of;
  q.limit = (uint32_t)limit;
  return arc_scorer_report(out, scorer, &q, err);
}

static inline arc_status call_explanation(arc_report **out, arc_scorer *scorer, const char *invoice, size_t size,
                                          uint32_t instalment, arc_day as_of, arc_error *err) {
  arc_score_query q = ARC_SCORE_QUERY_INIT;
  q.report = ARC_SCORE_EXPLANATION;
  q.invoice.data = invoice;
  q.invoice.size = size;
  q.instalment = instalment;
  q.as_of = as_of;
  return arc_scorer_report(out, scorer, &q, err);
}

static inline arc_status call_answer(arc_matcher *matcher, const arc_match_answer *given, int32_t answer,
                                     arc_error *err) {
  arc_match_answer a = *given;
  a.answer = answer;
  return arc_matcher_answer(matcher, &a, err);
}

static inline arc_status call_calendar(arc_calendar **out, uint32_t weekend, const arc_day *holidays, size_t count,
                                       const arc_allocator *allocator, arc_error *err) {
  arc_calendar_options o = ARC_CALENDAR_OPTIONS_INIT;
  o.weekend = weekend;
  o.holidays = holidays;
  o.holiday_count = (uint32_t)count;
  o.allocator = allocator;
  return arc_calendar_new(out, &o, err);
}

static inline arc_status call_country(arc_calendar **out, const char *country, int32_t first_year, int32_t last_year,
                                      const arc_day *more, size_t count, arc_error *err) {
  arc_calendar_options o = ARC_CALENDAR_OPTIONS_INIT;
  for (size_t i = 0; country[i] && i < sizeof o.country; i++) o.country[i] = country[i];
  o.first_year = first_year;
  o.last_year = last_year;
  o.holidays = more;
  o.holiday_count = (uint32_t)count;
  return arc_calendar_new(out, &o, err);
}

static inline arc_status call_memory(arc_storage *out, const arc_allocator *allocator, arc_error *err) {
  const arc_storage fresh = ARC_STORAGE_INIT;
  *out = fresh;
  return arc_storage_memory_new(out, allocator, err);
}

static inline arc_status call_file(arc_storage *out, const char *path, const arc_allocator *allocator, arc_error *err) {
  const arc_storage fresh = ARC_STORAGE_INIT;
  *out = fresh;
  return arc_storage_file_open(out, path, allocator, err);
}

static inline int call_is_business(const arc_calendar *calendar, arc_day day) {
  return arc_calendar_kind(calendar, day) == ARC_CALENDAR_BUSINESS;
}

static inline int call_is_weekend(const arc_calendar *calendar, arc_day day) {
  return arc_calendar_kind(calendar, day) == ARC_CALENDAR_WEEKEND;
}

#endif
