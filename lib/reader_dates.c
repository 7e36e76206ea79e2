/*
 * Dates as people write them, in English, German, French and Spanish, relative to the day of
 * writing.
 *
 * arc__reader_date tries the forms at one word, from the longest on. A day without a year is the
 * next one ahead, and the last one looking back. What cannot be, or can be two things, is said to
 * be so and has no day: a wrong day is worse than none. Constant work for each word.
 */
#include "reader_dates.h"

/* ---- calculating ---- */

arc_day arc__reader_month_end(int32_t year, int32_t month) {
  arc_day first = arc_day_from_civil(year, month, 1);
  return first == ARC_DAY_NONE ? first : arc_day_add_months(first, 1) - 1;
}

void arc__reader_civil(arc_day day, int32_t *y, int32_t *m, int32_t *d) {
  *y = *m = *d = 1;
  (void)arc_day_to_civil(day, y, m, d);
}

arc_day arc__reader_monday(const reader_text *t) {
  return t->written - (arc_day_weekday(t->written) - 1);
}

arc_day arc__reader_later(const reader_text *t, arc_day from, int unit, int count) {
  if (unit == READER_BUSINESS_DAY) return arc_calendar_add_business_days(t->calendar, from, count);
  if (unit == READER_MONTH) return arc_day_add_months(from, count);
  if (unit == READER_QUARTER) return arc_day_add_months(from, 3 * count);
  if (unit == READER_YEAR) return arc_day_add_months(from, 12 * count);
  return from + count * (unit == READER_WEEK ? 7 : unit == READER_FORTNIGHT ? 14 : 1);
}

/* ---- what was found ---- */

int arc__reader_date_set(reader_date *out, size_t first, size_t end, int32_t state, arc_day day,
                         arc_day past) {
  out->first = first;
  out->count = end - first;
  out->state = state;
  out->day = day;
  out->past = past;
  return 1;
}

int arc__reader_date_one(reader_date *out, size_t first, size_t end, arc_day day) {
  return arc__reader_date_set(
      out, first, end, day == ARC_DAY_NONE ? READER_DATE_IMPOSSIBLE : READER_DATE_DAY, day, day);
}

int arc__reader_date_doubt(reader_date *out, size_t first, size_t end) {
  return arc__reader_date_set(out, first, end, READER_DATE_AMBIGUOUS, ARC_DAY_NONE, ARC_DAY_NONE);
}

int arc__reader_date_about(const reader_text *t, reader_date *out, size_t first, size_t end,
                           int32_t state, arc_day day, int32_t rule) {
  return arc__reader_date_set(out, first, end, state, arc_calendar_adjust(t->calendar, day, rule),
                              ARC_DAY_NONE);
}

/* 29 February waits for its year. */
int arc__reader_date_yearless(const reader_text *t, reader_date *out, size_t first, size_t end,
                              int month, int day, int weekday) {
  int32_t year, m, d;
  arc__reader_civil(t->written, &year, &m, &d);
  arc_day ahead = ARC_DAY_NONE, back = ARC_DAY_NONE;
  for (int32_t y = year; y <= year + 8 && ahead == ARC_DAY_NONE; y++) {
    arc_day at = arc_day_from_civil(y, month, day);
    if (at != ARC_DAY_NONE && at >= t->written) ahead = at;
  }
  for (int32_t y = year; y >= year - 8 && back == ARC_DAY_NONE; y--) {
    arc_day at = arc_day_from_civil(y, month, day);
    if (at != ARC_DAY_NONE && at <= t->written) back = at;
  }
  if (ahead == ARC_DAY_NONE) return arc__reader_date_one(out, first, end, ahead);
  /* A weekday that is not that day's: a slip of one of the two. */
  int slip = weekday && arc_day_weekday(ahead) != weekday;
  return arc__reader_date_set(out, first, end, slip ? READER_DATE_SLIP : READER_DATE_DAY, ahead,
                              back);
}

/* ---- the forms ---- */

int arc__reader_date_plain(const reader_text *t, size_t i, reader_date *out) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type == READER_SIGN) return 0;
  return arc__reader_date_weekday(t, i, out) || arc__reader_date_nth(t, i, out) ||
         arc__reader_date_numeric(t, i, i, 0, out) || arc__reader_date_day_month(t, i, i, 0, out) ||
         arc__reader_date_month_day(t, i, i, 0, out) || arc__reader_date_near(t, i, out) ||
         arc__reader_date_holiday(t, i, out) || arc__reader_date_day_alone(t, i, out);
}

int arc__reader_date(const reader_text *t, size_t i, reader_date *out) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type == READER_SIGN) return 0;
  int found = arc__reader_date_distance(t, i, out) || arc__reader_date_holiday(t, i, out) ||
              arc__reader_date_nth(t, i, out) || arc__reader_date_weekday(t, i, out) ||
              arc__reader_date_numeric(t, i, i, 0, out) ||
              arc__reader_date_day_month(t, i, i, 0, out) ||
              arc__reader_date_month_day(t, i, i, 0, out) || arc__reader_date_close(t, i, out) ||
              arc__reader_date_near(t, i, out) || arc__reader_date_period(t, i, out) ||
              arc__reader_date_day_alone(t, i, out);
  if (found && out->day != ARC_DAY_NONE && (out->day < ARC_DAY_FIRST || out->day > ARC_DAY_LAST))
    out->state = READER_DATE_IMPOSSIBLE, out->day = out->past = ARC_DAY_NONE;
  return found;
}
