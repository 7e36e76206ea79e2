/*
 * Weeks, months, quarters and years, their beginnings, middles and ends, and days counted within a
 * month.
 *
 * A period's day is the last business day that fits: "in May" is 31 May at the latest. Constant
 * work for each word.
 */
#include "reader_dates.h"

/* A year behind a date, "2024" or ", 2024" or "'24". */
int32_t arc__reader_year_behind(const reader_text *t, size_t i, size_t *end) {
  size_t at = arc__reader_skip_sign(t, i, ',');
  if (t->language & (READER_ES | READER_FR) && arc__reader_among(t, at, "de del")) at++;
  at = arc__reader_skip_sign(t, at, '\'');
  const reader_word *w = arc__reader_word(t, at);
  if (!w || w->type != READER_NUMBER ||
      !(w->size == 4 || (w->size == 2 && at > i && arc__reader_is(t, at - 1, "'"))))
    return 0;
  const reader_word *next = arc__reader_word(t, at + 1);
  if (next && next->glued && next->type == READER_NUMBER) return 0;
  /* Buddhist era */
  if (w->value >= 2443 && w->value <= 2742 && arc__reader_is(t, at + 1, "be")) {
    *end = at + 2;
    return w->value - 543;
  }
  if (w->size == 4 && (w->value < 1900 || w->value > 2199)) return 0;
  *end = at + 1;
  return w->size == 4 ? w->value : w->value + (w->value < 70 ? 2000 : 1900);
}

/* A unit with its "next" or "this" on either side: the periods from this one, or
 * READER_NO_RELATION. */
static int reader_unit_phrase(const reader_text *t, size_t i, int unit, size_t *end) {
  size_t at = arc__reader_skip(t, i), units;
  int relation = arc__reader_relation(t, at);
  if (relation != READER_NO_RELATION && arc__reader_unit(t, at + 1, &units) == unit) {
    *end = at + 1 + units;
    return relation;
  }
  if (arc__reader_unit(t, at, &units) != unit) return READER_NO_RELATION;
  at += units;
  if (t->language == READER_FR && arc__reader_is(t, at, "d") &&
      arc__reader_is(t, at + 2, "apres")) {
    *end = at + 3;
    return 1;
  }
  if (t->language == READER_ES && arc__reader_is(t, at, "que")) at++;
  relation =
      t->language & (READER_FR | READER_ES) ? arc__reader_relation(t, at) : READER_NO_RELATION;
  if (relation != READER_NO_RELATION) *end = at + 1;
  return relation;
}

int arc__reader_week_phrase(const reader_text *t, size_t i, size_t *end) {
  return reader_unit_phrase(t, i, READER_WEEK, end);
}

/* The month that a phrase names: "March", "March 2025", "next month", "the month", "mois prochain";
 * 0 if none. */
int arc__reader_month_phrase(const reader_text *t, size_t i, size_t *end, int32_t *year,
                             int32_t *month) {
  int32_t y, m, d;
  arc__reader_civil(t->written, &y, &m, &d);
  size_t at = arc__reader_skip(t, i), units;
  int relation = arc__reader_relation(t, at);
  int named = arc__reader_month(t, at + (relation != READER_NO_RELATION));
  if (named) {
    *end = arc__reader_skip_sign(t, at + 1 + (relation != READER_NO_RELATION), '.');
    *month = named;
    *year = arc__reader_year_behind(t, *end, end);
    if (!*year) *year = named < m ? y + 1 : y;
    return 1;
  }
  relation = reader_unit_phrase(t, i, READER_MONTH, end);
  if (relation == READER_NO_RELATION) {
    if (arc__reader_unit(t, at, &units) != READER_MONTH) return 0;
    *end = at + 1;
    relation = 0;
  }
  *year = y + (m - 1 + relation + 12) / 12 - 1;
  *month = (m - 1 + relation + 12) % 12 + 1;
  return 1;
}

/* ---- spans ---- */

typedef struct reader_span {
  arc_day from, to;
  size_t end;
  int unit, named; /* a name or a relation, not just "the month" */
} reader_span;

static int reader_span_months(reader_span *s, int unit, int32_t year, int32_t month,
                              int32_t months) {
  s->unit = unit;
  s->from = arc_day_from_civil(year, month, 1);
  s->to = s->from == ARC_DAY_NONE ? s->from : arc_day_add_months(s->from, months) - 1;
  return s->from != ARC_DAY_NONE;
}

/* "Q2", "Q2 2024", "2. Quartal", "second quarter": the next of them. */
static int reader_span_quarter(const reader_text *t, size_t i, reader_span *s) {
  size_t at = arc__reader_skip(t, i), end = at, units;
  const reader_word *n = arc__reader_word(t, at + 1);
  int quarter = 0, sure;
  if (arc__reader_among(t, at, "q t") && n && n->glued && n->type == READER_NUMBER &&
      n->size == 1) {
    quarter = n->value;
    end = at + 2;
  } else if ((quarter = arc__reader_day_number(t, at, &end, &sure)) != 0) {
    if (!sure || arc__reader_unit(t, end, &units) != READER_QUARTER) return 0;
    end++;
  }
  if (quarter < 1 || quarter > 4) return 0;
  int32_t y, m, d, year = arc__reader_year_behind(t, end, &end);
  arc__reader_civil(t->written, &y, &m, &d);
  if (!year) year = quarter * 3 < m ? y + 1 : y;
  s->end = end;
  s->named = 1;
  return reader_span_months(s, READER_QUARTER, year, quarter * 3 - 2, 3);
}

/* "KW 15", "week 15" of the calendar (ISO 8601). */
static int reader_span_calendar_week(const reader_text *t, size_t i, reader_span *s) {
  const reader_word *n = arc__reader_word(t, i + 1);
  size_t units;
  if (!arc__reader_place(t, i, READER_WEEK_NAMES) || !n || n->type != READER_NUMBER ||
      n->value < 1 || n->value > 53 || n->size > 2)
    return 0;
  if (arc__reader_unit(t, i + 2, &units) || arc__reader_month(t, i + 2)) return 0;
  int32_t y, m, d;
  arc__reader_civil(t->written, &y, &m, &d);
  for (int32_t year = y; year <= y + 1; year++) {
    arc_day fourth = arc_day_from_civil(year, 1, 4);
    s->from = fourth - (arc_day_weekday(fourth) - 1) + 7 * (n->value - 1);
    if (s->from + 6 >= t->written) break;
  }
  s->to = s->from + 4;
  s->end = i + 2;
  s->unit = READER_WEEK;
  s->named = 1;
  return 1;
}

/* The week, month, quarter or year at i; `alone` is that "the month" without more is this one. */
static int reader_span_at(const reader_text *t, size_t i, int alone, reader_span *s) {
  int32_t y, m, d, year, month;
  size_t noun = arc__reader_skip(t, i), units;
  arc__reader_civil(t->written, &y, &m, &d);
  if (reader_span_quarter(t, i, s) || reader_span_calendar_week(t, i, s)) return 1;
  s->named = 1;
  if (arc__reader_month_phrase(t, i, &s->end, &year, &month)) {
    s->named = arc__reader_month(t, s->end - 1) || s->end > noun + 1;
    return (alone || s->named) && reader_span_months(s, READER_MONTH, year, month, 1);
  }
  static const int unit[] = {READER_WEEK, READER_QUARTER, READER_YEAR};
  for (int u = 0; u < 3; u++) {
    int relation = reader_unit_phrase(t, i, unit[u], &s->end);
    if (relation == READER_NO_RELATION) {
      if (!alone || arc__reader_unit(t, noun, &units) != unit[u]) continue;
      relation = 0;
      s->end = noun + 1;
    }
    if (unit[u] == READER_YEAR) return reader_span_months(s, READER_YEAR, y + relation, 1, 12);
    if (unit[u] == READER_QUARTER) {
      int32_t q = (m - 1) / 3 + relation;
      return reader_span_months(s, READER_QUARTER, y + (q + 4) / 4 - 1, (q + 4) % 4 * 3 + 1, 3);
    }
    s->unit = READER_WEEK;
    s->from = arc__reader_monday(t) + 7 * relation;
    s->to = s->from + 4;
    return 1;
  }
  return 0;
}

/* ---- forms ---- */

/* "month end", "Quartalsende", "EOM", "year-end": one word or two for the end of what runs. */
static int reader_date_end(const reader_text *t, size_t i, reader_date *out) {
  static const struct {
    const char *row;
    int unit;
  } ends[] = {{"monatsende", READER_MONTH},
              {"eom", READER_MONTH},
              {"month end", READER_MONTH},
              {"month - end", READER_MONTH},
              {"ultimo", READER_MONTH},
              {"quartalsende", READER_QUARTER},
              {"quarter end", READER_QUARTER},
              {"quarter - end", READER_QUARTER},
              {"eoq", READER_QUARTER},
              {"jahresende", READER_YEAR},
              {"year end", READER_YEAR},
              {"year - end", READER_YEAR},
              {"eoy", READER_YEAR},
              {"wochenende", READER_WEEK},
              {"eow", READER_WEEK},
              {"week end", READER_WEEK}};
  int32_t y, m, d;
  arc__reader_civil(t->written, &y, &m, &d);
  for (size_t n = 0; n < sizeof ends / sizeof ends[0]; n++) {
    size_t end = arc__reader_row(t, i, ends[n].row);
    if (!end || (ends[n].row[0] == 'u' && t->language != READER_DE)) continue;
    arc_day day = ends[n].unit == READER_WEEK      ? arc__reader_monday(t) + 4
                  : ends[n].unit == READER_MONTH   ? arc__reader_month_end(y, m)
                  : ends[n].unit == READER_QUARTER ? arc__reader_month_end(y, (m + 2) / 3 * 3)
                                                   : arc__reader_month_end(y, 12);
    return arc__reader_date_about(t, out, i, end, READER_DATE_ABOUT, day, ARC_ADJUST_PRECEDING);
  }
  return 0;
}

/* "end of May", "mid-March", "Anfang naechster Woche", "fin de mes". */
static int reader_date_part(const reader_text *t, size_t i, reader_date *out) {
  int place = arc__reader_place(t, i, READER_PERIOD_PARTS), part = place ? (place - 1) % 3 + 1 : 0;
  if (!part) return 0;
  size_t at = arc__reader_skip_sign(t, i + 1, '-');
  reader_span s;
  if (!reader_span_at(t, at, 1, &s)) return 0;
  if (part == 3)
    return arc__reader_date_about(t, out, i, s.end, READER_DATE_ABOUT, s.to, ARC_ADJUST_PRECEDING);
  arc_day day = s.unit == READER_WEEK    ? s.from + 2 * part - 2
                : s.unit == READER_MONTH ? s.from + (part == 1 ? 4 : 14)
                                         : s.from + (s.to - s.from) / (part == 1 ? 6 : 2);
  if (day < t->written && s.unit == READER_MONTH && arc__reader_month(t, arc__reader_skip(t, at)))
    day = arc_day_add_months(day, 12);
  return arc__reader_date_about(t, out, i, s.end, READER_DATE_ABOUT, day, ARC_ADJUST_FOLLOWING);
}

/* "in May", "next week", "this month", "in Q2", "KW 15". */
int arc__reader_date_period(const reader_text *t, size_t i, reader_date *out) {
  if (reader_date_end(t, i, out) || reader_date_part(t, i, out)) return 1;
  reader_span s;
  int preposition = arc__reader_place(t, i, READER_PERIOD_IN) != 0,
      relation = arc__reader_relation(t, i);
  size_t at = i + (size_t)preposition;
  if (preposition && arc__reader_date_month_day(t, at, i, 0, out)) return 1;
  if (!preposition && arc__reader_skip(t, i) != i && !arc__reader_is(t, i, "q")) return 0;
  if (!reader_span_at(t, at, 0, &s) || s.to < t->written) return 0;
  /* A month's name alone may be a word ("may") or looks back; "last week" is over. */
  if (s.unit == READER_MONTH && !preposition && relation == READER_NO_RELATION &&
      arc__reader_month(t, i))
    return 0;
  if (relation == 0 && arc__reader_month(t, i + 1)) return 0;
  return arc__reader_date_about(t, out, i, s.end, READER_DATE_PERIOD, s.to, ARC_ADJUST_PRECEDING);
}

/* The n-th, or the n-th last, of the days that `weekday` (0: any) and `business` say. */
static arc_day reader_nth_day(const reader_text *t, arc_day from, arc_day to, int nth, int last,
                              int weekday, int business) {
  int step = last ? -1 : 1, found = 0;
  for (arc_day day = last ? to : from; day >= from && day <= to; day += step) {
    if (weekday && arc_day_weekday(day) != weekday) continue;
    if (business && arc_calendar_kind(t->calendar, day) != ARC_CALENDAR_BUSINESS) continue;
    if (++found == nth) return day;
  }
  return ARC_DAY_NONE;
}

/* "first Monday of next month", "letzter Freitag im Maerz", "last working day of May", "third day
 * of October", "first week of May". */
int arc__reader_date_nth(const reader_text *t, size_t i, reader_date *out) {
  size_t at = arc__reader_place(t, i, READER_NTH_ARTICLES) ? i + 1 : i, end, units = 1;
  at = arc__reader_skip_sign(t, at, '\'');
  int last = 0, sure = 1, nth = arc__reader_day_number(t, at, &end, &sure);
  if (nth && !sure) return 0;
  if (!nth) {
    nth = arc__reader_ordinal(t, at, &end);
    if (!nth) nth = 1, end = at;
    last = arc__reader_relation(t, end) == -1 ||
           (t->language == READER_ES && arc__reader_among(t, end, "ultimo ultima"));
    if (!last) return 0;
    end++;
  } else if (arc__reader_relation(t, end) == -1) {
    last = 1;
    end++;
  }
  int weekday = arc__reader_weekday(t, end), unit = weekday ? 0 : arc__reader_unit(t, end, &units);
  if (!weekday && unit != READER_DAY && unit != READER_BUSINESS_DAY && unit != READER_WEEK)
    return 0;
  reader_span s;
  end += units;
  if (arc__reader_skip(t, end) == end || !reader_span_at(t, end, 1, &s) || s.unit == READER_WEEK)
    return 0;
  end = s.end;
  if (unit == READER_WEEK) {
    size_t on = arc__reader_among(t, end, "on am le el") ? end + 1 : end;
    if (arc__reader_weekday(t, on)) return arc__reader_date_doubt(out, i, on + 1);
    arc_day day = last ? s.to : s.from + 7 * (nth - 1);
    arc_day friday = day - arc_day_weekday(day) + 5;
    return arc__reader_date_about(t, out, i, end, READER_DATE_ABOUT, friday > s.to ? s.to : friday,
                                  ARC_ADJUST_PRECEDING);
  }
  return arc__reader_date_one(
      out, i, end,
      reader_nth_day(t, s.from, s.to, nth, last, weekday, unit == READER_BUSINESS_DAY));
}
