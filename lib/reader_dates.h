/* Dates in texts, inside: the words that they are made of, and the forms that they take. */
#ifndef ARC_READER_DATES_H
#define ARC_READER_DATES_H

#include "reader_lists.h"

/* ---- reader_date_words.c ---- */
/* The words of a row "a b c" from i on: behind them, or 0. */
size_t arc__reader_row_at(const reader_text *t, size_t i, const char *row);
static inline size_t arc__reader_row(const reader_text *t, size_t i, const char *row) {
  const reader_word *w = arc__reader_word(t, i);
  /* Most rows begin with another letter. */
  return w && t->folded.data[w->folded] == (unsigned char)*row ? arc__reader_row_at(t, i, row) : 0;
}

int arc__reader_month(const reader_text *t, size_t i);   /* 1 to 12, or 0 */
int arc__reader_weekday(const reader_text *t, size_t i); /* 1 is Monday, or 0 */
/* Digits or words of numbers up to 400: the number and where it ends, or 0. */
int arc__reader_count(const reader_text *t, size_t i, size_t *end);
int arc__reader_ordinal(const reader_text *t, size_t i, size_t *end); /* in words */

#define READER_DAY          1
#define READER_WEEK         2
#define READER_MONTH        3
#define READER_YEAR         4
#define READER_BUSINESS_DAY 5
#define READER_QUARTER      6
#define READER_FORTNIGHT    7
#define READER_HOUR         8
int arc__reader_unit(const reader_text *t, size_t i,
                     size_t *count); /* and in *count how many words it takes */

/* "next" and the like: +1 next, 0 this, -1 last; READER_NO_RELATION. */
#define READER_NO_RELATION 9
int arc__reader_relation(const reader_text *t, size_t i);

/* Behind articles and prepositions of no weight, up to two. */
size_t arc__reader_skip(const reader_text *t, size_t i);
size_t arc__reader_skip_sign(const reader_text *t, size_t i, char c);

/* ---- reader_dates.c ---- */
void arc__reader_civil(arc_day day, int32_t *y, int32_t *m, int32_t *d);
arc_day arc__reader_month_end(int32_t year, int32_t month);
arc_day arc__reader_monday(const reader_text *t); /* of the week of writing */
int arc__reader_date_set(reader_date *out, size_t first, size_t end, int32_t state, arc_day day,
                         arc_day past);
int arc__reader_date_one(reader_date *out, size_t first, size_t end,
                         arc_day day); /* ARC_DAY_NONE: impossible */
int arc__reader_date_doubt(reader_date *out, size_t first, size_t end); /* ambiguous */
/* A period's day moved to a business day by `rule`. */
int arc__reader_date_about(const reader_text *t, reader_date *out, size_t first, size_t end,
                           int32_t state, arc_day day, int32_t rule);
/* The next such day of the month, and the last one; a weekday other than 0 must agree. */
int arc__reader_date_yearless(const reader_text *t, reader_date *out, size_t first, size_t end,
                              int month, int day, int weekday);
arc_day arc__reader_later(const reader_text *t, arc_day from, int unit, int count);

/* A date that others are counted from: no distance, so that they do not nest. */
int arc__reader_date_plain(const reader_text *t, size_t i, reader_date *out);

/* ---- forms: each tries its own at one word, and says 0 if it is not there ---- */
/* reader_date_days.c: a day of a month. `first` is where the date as a whole begins. */
int arc__reader_date_numeric(const reader_text *t, size_t i, size_t first, int weekday,
                             reader_date *out);
int arc__reader_date_day_month(const reader_text *t, size_t i, size_t first, int weekday,
                               reader_date *out);
int arc__reader_date_month_day(const reader_text *t, size_t i, size_t first, int weekday,
                               reader_date *out);
int arc__reader_date_day_alone(const reader_text *t, size_t i, reader_date *out);
int arc__reader_day_number(const reader_text *t, size_t i, size_t *end, int *sure);
/* reader_date_weekdays.c */
int arc__reader_date_weekday(const reader_text *t, size_t i, reader_date *out);
/* reader_date_periods.c */
int arc__reader_week_phrase(const reader_text *t, size_t i, size_t *end);
int arc__reader_month_phrase(const reader_text *t, size_t i, size_t *end, int32_t *year,
                             int32_t *month);
int32_t arc__reader_year_behind(const reader_text *t, size_t i, size_t *end);
int arc__reader_date_period(const reader_text *t, size_t i, reader_date *out);
int arc__reader_date_nth(const reader_text *t, size_t i, reader_date *out);
/* reader_date_relative.c */
/* The day that a business day's end is of: "COB Friday". */
int arc__reader_date_close(const reader_text *t, size_t i, reader_date *out);
int arc__reader_date_near(const reader_text *t, size_t i, reader_date *out);
int arc__reader_date_distance(const reader_text *t, size_t i, reader_date *out);
int arc__reader_date_holiday(const reader_text *t, size_t i, reader_date *out);

#endif
