/*
 * Weekdays: "Friday", "next Friday", "vendredi prochain", "Friday of next week", "Friday the 15th",
 * "two Fridays from now".
 *
 * A weekday alone is the next one; written on that very day it may be today, and is ambiguous.
 * Constant work for each word.
 */
#include "reader_dates.h"

/* The next day that is both this weekday and this day of its month. */
static arc_day reader_weekday_and_day(const reader_text *t, int weekday, int day) {
  int32_t y, m, d;
  arc__reader_civil(t->written, &y, &m, &d);
  for (int n = 0; n < 14; n++) {
    arc_day at = arc_day_from_civil(y + (m - 1 + n) / 12, (m - 1 + n) % 12 + 1, day);
    if (at != ARC_DAY_NONE && at >= t->written && arc_day_weekday(at) == weekday) return at;
  }
  return ARC_DAY_NONE;
}

/* The n-th such weekday behind the day of writing. */
static arc_day reader_upcoming(const reader_text *t, int weekday, int nth) {
  arc_day at = t->written + (weekday - arc_day_weekday(t->written) + 7) % 7;
  return at + 7 * (at == t->written ? nth : nth - 1);
}

/* "three Fridays from now" */
static int reader_date_weekdays(const reader_text *t, size_t i, reader_date *out) {
  size_t at;
  int count = arc__reader_count(t, i, &at), weekday = count ? arc__reader_weekday(t, at) : 0;
  if (!weekday || count > 52) return 0;
  size_t end = arc__reader_row(t, at + 1, "from now");
  if (!end) end = arc__reader_row(t, at + 1, "from today");
  if (!end && arc__reader_among(t, at + 1, "later hence")) end = at + 2;
  return end ? arc__reader_date_one(out, i, end, reader_upcoming(t, weekday, count)) : 0;
}

/* What follows a weekday and moves it by weeks: "after next", "in two weeks", "en huit". */
static int reader_date_weekday_far(const reader_text *t, size_t i, size_t end, int weekday,
                                   reader_date *out) {
  size_t behind, units;
  arc_day upcoming = reader_upcoming(t, weekday, 1);
  if ((behind = arc__reader_row(t, end, "after next")) != 0 ||
      (behind = arc__reader_row(t, end, "nach dem nachsten")) != 0)
    return arc__reader_date_one(out, i, behind, upcoming + 7);
  if (t->language == READER_FR && arc__reader_is(t, end, "en") &&
      arc__reader_among(t, end + 1, "huit 8 quinze 15"))
    return arc__reader_date_one(out, i, end + 2,
                                upcoming + (arc__reader_among(t, end + 1, "huit 8") ? 7 : 14) -
                                    (weekday == arc_day_weekday(t->written) ? 7 : 0));
  if (t->language & READER_ENGLISH && arc__reader_is(t, end, "week"))
    return arc__reader_date_one(out, i, end + 1, upcoming + 7);
  size_t at = end + (arc__reader_among(t, end, "in dans en") != 0), after;
  int count = arc__reader_count(t, at, &after);
  if (!count || arc__reader_unit(t, after, &units) != READER_WEEK) return 0;
  after += units;
  size_t now = arc__reader_row(t, after, "from now");
  if (at == end && !now) return 0;
  return arc__reader_date_one(out, i, now ? now : after,
                              arc__reader_monday(t) + 7 * count + weekday - 1);
}

/* A day of the month behind a weekday without its month: "Friday the 15th". */
static int reader_date_weekday_day(const reader_text *t, size_t i, size_t end, int weekday,
                                   reader_date *out) {
  size_t date = arc__reader_skip_sign(t, end, ','), behind, units;
  size_t from = date;
  if (arc__reader_among(t, date, "the der den dem le el")) date++;
  if (t->language == READER_ES && arc__reader_is(t, date, "dia")) date++;
  int sure, day = arc__reader_day_number(t, date, &behind, &sure);
  const reader_word *w = arc__reader_word(t, date),
                    *then = day ? arc__reader_word(t, behind) : NULL;
  if (!day || (!sure && date == from && w->type != READER_NUMBER)) return 0;
  if (arc__reader_among(t, behind, ": % h uhr am pm o") || arc__reader_unit(t, behind, &units))
    return 0;
  if (then && then->type == READER_NUMBER) return arc__reader_date_doubt(out, i, behind);
  arc_day both = reader_weekday_and_day(t, weekday, day);
  if (both == ARC_DAY_NONE) return arc__reader_date_doubt(out, i, behind);
  return arc__reader_date_one(out, i, behind, both);
}

/* "Friday, 15 March", "Friday the 15th" */
static int reader_date_weekday_dated(const reader_text *t, size_t i, size_t end, int weekday,
                                     reader_date *out) {
  size_t date = arc__reader_skip_sign(t, arc__reader_skip_sign(t, end, ','), '(');
  if (arc__reader_among(t, date, "the der den dem le el")) date++;
  if (t->language == READER_ES && arc__reader_is(t, date, "dia")) date++;
  return arc__reader_date_numeric(t, date, i, weekday, out) ||
         arc__reader_date_day_month(t, date, i, weekday, out) ||
         arc__reader_date_month_day(t, date, i, weekday, out) ||
         reader_date_weekday_day(t, i, end, weekday, out);
}

static int reader_date_weekday_behind(const reader_text *t, size_t i, size_t end, int weekday,
                                      int relation, reader_date *out) {
  size_t behind, units, cardinal_end;
  size_t date = arc__reader_skip_sign(t, end, ',');
  int week = arc__reader_week_phrase(t, date, &behind);
  if (week != READER_NO_RELATION)
    return arc__reader_date_one(out, i, behind, arc__reader_monday(t) + 7 * week + weekday - 1);
  if (reader_date_weekday_far(t, i, end, weekday, out)) return 1;
  /* "Friday after the run", "Friday two weeks later": read too differently. */
  if (arc__reader_among(t, end, "after from later nach despues") ||
      (arc__reader_count(t, end, &cardinal_end) && arc__reader_unit(t, cardinal_end, &units)))
    return arc__reader_date_doubt(out, i, end);
  arc_day upcoming = reader_upcoming(t, weekday, 1);
  arc_day last = t->written - (arc_day_weekday(t->written) - weekday + 7) % 7 -
                 (weekday == arc_day_weekday(t->written) ? 7 : 0);
  if (t->language & (READER_FR | READER_ES)) {
    size_t after = t->language == READER_ES && arc__reader_is(t, end, "que") ? end + 1 : end;
    int around = arc__reader_relation(t, after), following = arc__reader_is(t, end, "suivant");
    size_t apres = t->language == READER_FR && arc__reader_is(t, end, "d") &&
                           arc__reader_is(t, end + 2, "apres")
                       ? end + 3
                       : 0;
    if (apres || (following && t->language == READER_FR))
      return arc__reader_date_one(out, i, apres ? apres : end + 1,
                                  arc__reader_monday(t) + 7 + weekday - 1);
    if (around == 1) return arc__reader_date_one(out, i, after + 1, upcoming);
    if (around == -1) return arc__reader_date_one(out, i, after + 1, last);
  }
  if (relation == -1) return arc__reader_date_one(out, i, end, last);
  /* "next Friday" is next week's. */
  if (relation == 1 && t->language & READER_ENGLISH)
    return arc__reader_date_set(out, i, end, READER_DATE_DAY,
                                arc__reader_monday(t) + 7 + weekday - 1, ARC_DAY_NONE);
  if (relation == 1 && t->language == READER_ES && !arc__reader_among(t, i, "este"))
    return arc__reader_date_set(out, i, end, READER_DATE_DAY,
                                arc__reader_monday(t) + 7 + weekday - 1, ARC_DAY_NONE);
  if (relation == READER_NO_RELATION && weekday == arc_day_weekday(t->written))
    return arc__reader_date_set(out, i, end, READER_DATE_AMBIGUOUS, ARC_DAY_NONE, last);
  return arc__reader_date_set(out, i, end, READER_DATE_DAY, upcoming, last);
}

int arc__reader_date_weekday(const reader_text *t, size_t i, reader_date *out) {
  if (reader_date_weekdays(t, i, out)) return 1;
  size_t at = i, week_end;
  int relation = arc__reader_relation(t, at);
  if (relation != READER_NO_RELATION) at++;
  if (t->language == READER_ES && relation == 0 && arc__reader_relation(t, at) == 1) at++;
  if (t->language & READER_ENGLISH && arc__reader_among(t, at, "coming upcoming"))
    at++, relation = 0;
  int week = arc__reader_week_phrase(t, i, &week_end);
  if (week != READER_NO_RELATION) {
    size_t then = arc__reader_among(t, week_end, "on am le el") ? week_end + 1 : week_end;
    if (arc__reader_weekday(t, then))
      return arc__reader_date_one(
          out, i, then + 1, arc__reader_monday(t) + 7 * week + arc__reader_weekday(t, then) - 1);
  }
  int weekday = arc__reader_weekday(t, at);
  if (!weekday) return 0;
  size_t end = arc__reader_skip_sign(t, at + 1, '.');
  if (reader_date_weekday_dated(t, i, end, weekday, out)) return 1;
  return reader_date_weekday_behind(t, i, end, weekday, relation, out);
}
