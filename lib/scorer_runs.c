/*
 * Pay runs: an account that pays on one day of every week, fortnight, 30 days or month.
 *
 * A run is found when it fits 8 in 10 of the account's last days of payment. Months have runs of two kinds: a weekday in a
 * window of seven days ("the Friday nearest to the month's end"), and a date that a weekend moves back or on. On a run
 * the chance of being paid is counted by day late over the runs that were, as a share of what was open then; it
 * gives way to what the tables would have had since the run before. Costs the account's last items times its last
 * runs whenever something happened to it, and nothing while nothing does.
 */
#include "scorer_internal.h"

#include "arcollect/dates.h"

#include <string.h>

#define RUNS_DAYS 4       /* fewer days of payment tell nothing of runs */
#define RUNS_MONTHS 3     /* ... of monthly ones */
#define RUNS_NEAR 5       /* days late that are taken together, at most ... */
#define RUNS_ENOUGH 8     /* ... until so many instalments are seen */
#define RUNS_PRIOR 1      /* instalments that the tables count for on a run */
#define RUNS_ITEMS 1000   /* instalments that are looked at, the last ones */
#define RUNS_FIRST (-6)   /* windows and dates of a month begin so many days before its first one, which is 1 */
#define RUNS_LAST 28
#define RUNS_PLACES (RUNS_LAST - RUNS_FIRST + 1)

enum { RUNS_WINDOW = 1, RUNS_BACK, RUNS_ON }; /* periods of a month; those from 7 on are days */

static int32_t runs_rest(arc_day day, int32_t period) {
  int32_t rest = day % period;
  return rest < 0 ? rest + period : rest;
}

static int32_t runs_days(const arc__payment_history *h) {
  return (int32_t)(h->day_count < ARC__RECENT_DAYS ? h->day_count : ARC__RECENT_DAYS);
}

/* ---- runs every so many days ---- */

/* A run of 30 days that falls on a weekend is paid on the Monday after; those of every 7 or 14 days have a weekday. */
static int runs_back(int32_t period, arc_day day) {
  return arc__weekday(day) == 0 && period == 30 ? 2 : 0;
}

static arc__payment_run runs_of_days(const arc__payment_history *h, int32_t period) {
  int32_t hits[30] = {0}, days = runs_days(h);
  arc__payment_run best = {0, 0, 0, 0, days};
  for (int32_t i = 0; i < days; i++)
    for (int back = runs_back(period, h->days[i]); back >= 0; back--) hits[runs_rest(h->days[i] - back, period)]++;
  for (int32_t r = 0; r < period; r++)
    if (hits[r] > best.hits) {
      best.phase = r;
      best.hits = hits[r];
    }
  best.period = days >= RUNS_DAYS && best.hits * 10 >= days * 8 ? period : 0;
  return best;
}

/* ---- runs of a month ---- */

/* The first day of its month, or of one before or after it; ARC_DAY_NONE: beyond the calendar. */
static arc_day runs_month(arc_day day, int32_t months) {
  int32_t year, month, of_month;
  if (arc_day_to_civil(day, &year, &month, &of_month) < 0) return ARC_DAY_NONE;
  return arc_day_add_months(day - of_month + 1, months);
}

void arc__month_place(arc__month_day *place, arc_day day) {
  arc_day first = runs_month(day, 0), next = runs_month(day, 1);
  place->of_month = (int8_t)(day - first + 1);
  place->length = next == ARC_DAY_NONE ? 31 : (int8_t)(next - first);
}

/* Windows or dates from one day of a month to another, those near its end also as seen from the month after. */
static void runs_add(int32_t hits[RUNS_PLACES], int32_t from, int32_t to, int32_t length) {
  for (int32_t at = from; at <= to; at++) {
    int32_t before = at - length;
    if (at >= RUNS_FIRST && at <= RUNS_LAST) hits[at - RUNS_FIRST]++;
    if (before >= RUNS_FIRST && before <= 0) hits[before - RUNS_FIRST]++;
  }
}

static void runs_best(arc__payment_run *best, const int32_t hits[RUNS_PLACES], int32_t period, int32_t weekday) {
  for (int32_t at = 0; at < RUNS_PLACES; at++)
    if (hits[at] > best->hits) *best = (arc__payment_run){period, at + RUNS_FIRST, weekday, hits[at], best->days};
}

/* The weekday on which most of the last days fell. */
static int32_t runs_weekday(const arc__payment_history *h) {
  int32_t counts[7] = {0}, best = 0;
  for (int32_t i = 0; i < runs_days(h); i++) counts[arc__weekday(h->days[i])]++;
  for (int32_t w = 1; w < 7; w++)
    if (counts[w] > counts[best]) best = w;
  return best;
}

static arc__payment_run runs_of_months(const arc__payment_history *h) {
  int32_t window[RUNS_PLACES] = {0}, back[RUNS_PLACES] = {0}, on[RUNS_PLACES] = {0};
  int32_t days = runs_days(h), weekday = runs_weekday(h);
  arc__payment_run best = {0, 0, 0, 0, days};
  for (int32_t i = 0; i < days; i++) {
    int32_t length = h->places[i].length, at = h->places[i].of_month, of_week = arc__weekday(h->days[i]);
    if (of_week == weekday) runs_add(window, at - 6, at, length);
    runs_add(back, at, of_week == 4 ? at + 2 : at, length);
    runs_add(on, of_week == 0 ? at - 2 : at, at, length);
  }
  runs_best(&best, back, RUNS_BACK, 0);
  runs_best(&best, on, RUNS_ON, 0);
  runs_best(&best, window, RUNS_WINDOW, weekday);
  if (days < RUNS_MONTHS || best.hits * 10 < days * 8) best.period = 0;
  return best;
}

/* The run of the month that begins on a day. */
static arc_day runs_in_month(const arc__payment_run *run, arc_day first) {
  arc_day day = first + run->phase - 1;
  int32_t weekday = arc__weekday(day);
  switch (run->period) {
  case RUNS_WINDOW: return day + (run->weekday - weekday + 7) % 7;
  case RUNS_BACK: return weekday > 4 ? day - (weekday - 4) : day;
  default: return weekday > 4 ? day + (7 - weekday) : day;
  }
}

/* ---- what was paid on runs ---- */

static int runs_was_open(const arc__payment_item *item, arc_day day) {
  if (item->issued > day || (item->settled != ARC_DAY_NONE && item->settled < day)) return 0;
  return item->live || item->settled != ARC_DAY_NONE || (item->left != ARC_DAY_NONE && item->left >= day);
}

static void runs_count(arc__payment_runs *r, const arc__payment_history *h) {
  size_t end = arc__history_issued(h), begin = end > RUNS_ITEMS ? end - RUNS_ITEMS : 0;
  memset(r->paid, 0, sizeof r->paid);
  memset(r->open, 0, sizeof r->open);
  for (int32_t i = 0; i < runs_days(h); i++)
    for (size_t k = begin; k < end; k++) {
      const arc__payment_item *item = &h->items[k];
      int32_t late = arc__late_clip((int64_t)h->days[i] - item->due) - ARC__LATE_FIRST;
      if (!runs_was_open(item, h->days[i])) continue;
      r->open[late]++;
      if (item->settled == h->days[i]) r->paid[late]++;
    }
}

void arc__runs_find(arc__payment_runs *r, const arc__payment_history *h) {
  static const int32_t periods[] = {30, 14, 7};
  if (r->day_count != h->day_count) r->run = runs_of_months(h);
  for (size_t p = 0; p < sizeof periods / sizeof *periods && r->day_count != h->day_count && !r->run.period; p++)
    r->run = runs_of_days(h, periods[p]);
  r->day_count = h->day_count;
  if (r->run.period) runs_count(r, h);
}

/* ---- applying ---- */

/* Of what was as late on a run, or nearly so where little was. */
static uint32_t runs_chance(const arc__payment_runs *r, int32_t at, uint64_t prior) {
  int64_t paid = r->paid[at], open = r->open[at];
  for (int32_t near = 1; near <= RUNS_NEAR && open < RUNS_ENOUGH; near++) {
    if (at >= near) {
      paid += r->paid[at - near];
      open += r->open[at - near];
    }
    if (at + near < ARC__LATE_DAYS) {
      paid += r->paid[at + near];
      open += r->open[at + near];
    }
  }
  return (uint32_t)((paid * ARC__ONE + RUNS_PRIOR * (int64_t)prior) / (open + RUNS_PRIOR));
}

typedef struct runs_calendar {
  const arc__payment_run *run;
  arc_day next, month; /* the next run, and the first day of the month it is of */
} runs_calendar;

/* Goes on to the run of the next month, if there is one. */
static void runs_go_on(runs_calendar *c) {
  c->month = runs_month(c->month, 1);
  c->next = c->month == ARC_DAY_NONE ? INT32_MAX : runs_in_month(c->run, c->month);
}

/* Whether a day is a run; to be asked day by day. */
static int runs_is_run(runs_calendar *c, arc_day day) {
  if (c->run->period >= 7) {
    for (int back = runs_back(c->run->period, day); back >= 0; back--)
      if (runs_rest(day - back, c->run->period) == c->run->phase) return 1;
    return 0;
  }
  while (c->next < day) runs_go_on(c);
  return c->next == day;
}

/* What the tables say is mixed in, with the weight of the days of payment that were no runs, and half a one more: a
 * rule that no longer holds costs little. */
void arc__runs_apply(const arc__payment_runs *r, arc_day due, int32_t today, uint32_t chance[ARC__LATE_DAYS]) {
  runs_calendar c = {&r->run, INT32_MIN, runs_month(due + today, -2)}; /* a run may lie in the month before its own */
  uint64_t one = (uint64_t)ARC__ONE, since = one; /* open since the run before */
  uint64_t by_runs = one * 2 * (uint64_t)(r->run.hits + 1) / (uint64_t)(2 * r->run.days + 3);
  uint64_t by_tables = one - by_runs;
  for (int32_t at = today - ARC__LATE_FIRST; at < ARC__LATE_DAYS - 1; at++) {
    uint64_t table = chance[at], run = 0, all = by_runs + by_tables;
    since = since * (one - table) >> 30;
    if (runs_is_run(&c, due + at + ARC__LATE_FIRST)) {
      run = runs_chance(r, at, one - since);
      since = one;
    }
    if (all) chance[at] = (uint32_t)((by_runs * run + by_tables * table) / all);
    by_runs = by_runs * (one - run) >> 30;
    by_tables = by_tables * (one - table) >> 30;
  }
}
