/*
 * Days relative to another: "tomorrow", "in 10 days", "two weeks after 3 May", and holidays by
 * name.
 *
 * A distance counts from the day of writing, or from the date that is named with it; from anything
 * else ("10 days after receipt") it is ambiguous. Constant work for each word.
 */
#include "reader_dates.h"

#include "dates.h"

/* ---- today and around ---- */

/* A day of business that ends: "COB", "end of day", of the day that is named beside it, else of
 * today. */
int arc__reader_date_close(const reader_text *t, size_t i, reader_date *out) {
  static const char *const rows[] = {"close of business",
                                     "end of business",
                                     "close of play",
                                     "end of the day",
                                     "end of day",
                                     "fin de journee",
                                     "fin del dia",
                                     "cob",
                                     "eob",
                                     "eod",
                                     "feierabend"};
  size_t end = 0;
  for (size_t n = 0; n < sizeof rows / sizeof rows[0] && !end; n++)
    end = arc__reader_row(t, i, rows[n]);
  if (!end) return 0;
  const reader_word *before = i > 0 ? arc__reader_word(t, i - 1) : NULL;
  if (before && (before->type == READER_NUMBER || arc__reader_weekday(t, i - 1) ||
                 arc__reader_month(t, i - 1) ||
                 arc__reader_among(t, i - 1, "tomorrow today tmrw demain manana morgen heute by")))
    if (!arc__reader_is(t, i - 1, "by")) return 0;
  reader_date named;
  size_t at = end + (arc__reader_among(t, end, "on , of am le el") != 0);
  if (arc__reader_date_plain(t, at, &named)) {
    *out = named;
    out->count = named.first + named.count - i;
    out->first = i;
    return 1;
  }
  return arc__reader_date_one(out, i, end, t->written);
}

int arc__reader_date_near(const reader_text *t, size_t i, reader_date *out) {
  for (const reader_list *l = NULL; (l = arc__reader_list_of(t, i, READER_NEARS, l)) != NULL;) {
    size_t end = l->then[0] ? arc__reader_row(t, i + 1, l->then) : i + 1;
    if (!end || (t->language == READER_ES && arc__reader_among(t, i, "el dia") &&
                 arc__reader_word(t, end) && arc__reader_word(t, end)->type == READER_NUMBER))
      continue;
    /* "am Morgen", "por la manana", "heute morgen": the time of day. */
    if (t->language & (READER_DE | READER_ES) && arc__reader_among(t, i, "morgen manana") &&
        i > 0 && arc__reader_among(t, i - 1, "am guten la jeden esta heute gestern"))
      return 0;
    return arc__reader_date_one(out, i, end, t->written + l->value);
  }
  /* "We pay now.", but not "we now see" */
  if (arc__reader_place(t, i, READER_NOW)) {
    const reader_word *w = arc__reader_word(t, i), *next = arc__reader_word(t, i + 1);
    if (!next || next->type == READER_SIGN || next->sentence != w->sentence)
      return arc__reader_date_one(out, i, i + 1, t->written);
  }
  return 0;
}

/* ---- distances ---- */

typedef struct reader_distance {
  size_t end;
  int count, unit, sign; /* sign 0: nothing said */
  int about, range;
} reader_distance;

/* "in the next", "within", "dans les", "en los proximos": what says that a distance goes ahead or
 * back, and where its number is. */
static size_t reader_distance_sign(const reader_text *t, size_t i, reader_distance *d) {
  size_t at = arc__reader_row(t, i, "il y a");
  if (at && t->language == READER_FR) {
    d->sign = -1;
    return at;
  }
  at = i;
  d->sign = arc__reader_place(t, i, READER_DISTANCE_AHEAD)  ? 1
            : arc__reader_place(t, i, READER_DISTANCE_BACK) ? -1
                                                            : 0;
  if (d->sign)
    at++;
  else if (t->language == READER_FR && arc__reader_is(t, i, "d") && arc__reader_is(t, i + 2, "ici"))
    d->sign = 1, at = i + 3;
  if (d->sign && arc__reader_place(t, at, READER_DISTANCE_ARTICLES)) at++;
  if (arc__reader_place(t, at, READER_DISTANCE_NEXT)) {
    d->sign = 1;
    at++;
  }
  if (d->sign && arc__reader_place(t, at, READER_DISTANCE_ABOUT)) {
    d->about = 1;
    at++;
    at = arc__reader_skip_sign(t, at, '.');
  }
  return at;
}

/* A number and a unit, perhaps with what gives them a direction. */
static int reader_distance_at(const reader_text *t, size_t i, reader_distance *d) {
  static const struct {
    uint32_t languages;
    const char *row;
    int sign;
  } behind[] = {
      {READER_ENGLISH, "ago", -1}, {READER_ENGLISH, "hence", 1}, {READER_ENGLISH, "later", 1},
      {READER_DE, "spater", 1},    {READER_FR, "plus tard", 1},  {READER_ENGLISH, "from now", 1},
      {READER_ES, "mas tarde", 1}, {READER_ES, "despues", 1},    {READER_ENGLISH, "' time", 1}};
  *d = (reader_distance){0, 0, 0, 0, 0, 0};
  size_t at = reader_distance_sign(t, i, d), units;
  if (t->language == READER_FR && d->sign && arc__reader_among(t, at, "huitaine quinzaine")) {
    d->count = arc__reader_is(t, at, "huitaine") ? 7 : 15, d->unit = READER_DAY, d->end = at + 1;
    return 1;
  }
  d->count = arc__reader_count(t, at, &at);
  if (!d->count) return 0;
  if (arc__reader_among(t, at, "- \xe2\x80\x93 to or bis oder a ou o")) {
    size_t then;
    int more = arc__reader_count(t, at + 1, &then);
    if (more && arc__reader_unit(t, then, &units)) d->range = 1, d->count = more, at = then;
  }
  if (arc__reader_among(t, at, "upcoming more") && arc__reader_is(t, at, "upcoming"))
    d->sign = 1, at++;
  d->unit = arc__reader_unit(t, at, &units);
  if (!d->unit) return 0;
  d->end = at + units;
  for (size_t n = 0; n < sizeof behind / sizeof behind[0]; n++) {
    size_t end = behind[n].languages & t->language ? arc__reader_row(t, d->end, behind[n].row) : 0;
    reader_date named;
    if (!end || (behind[n].row[0] == 'd' &&
                 (arc__reader_is(t, end, "de") || arc__reader_date_plain(t, end, &named))))
      continue;
    if (behind[n].sign > 0 || !d->sign) d->sign = behind[n].sign;
    d->end = end;
    break;
  }
  return 1;
}

/* Where the date that a distance counts from begins: behind "after", "from", "before"; *sign is its
 * direction; 0: none. */
static size_t reader_anchor(const reader_text *t, size_t i, int *sign) {
  static const struct {
    uint32_t languages;
    const char *row;
    int sign;
  } anchors[] = {{READER_ENGLISH, "after the", 1},
                 {READER_ENGLISH, "after", 1},
                 {READER_ENGLISH, "from the", 1},
                 {READER_ENGLISH, "from", 1},
                 {READER_ENGLISH, "following", 1},
                 {READER_ENGLISH, "of", 1},
                 {READER_ENGLISH, "before", -1},
                 {READER_ENGLISH, "prior to", -1},
                 {READER_ENGLISH, "upon", 1},
                 {READER_DE, "nach dem", 1},
                 {READER_DE, "nach der", 1},
                 {READER_DE, "nach", 1},
                 {READER_DE, "ab dem", 1},
                 {READER_DE, "ab", 1},
                 {READER_DE, "vor dem", -1},
                 {READER_DE, "vor", -1},
                 {READER_FR, "apres", 1},
                 {READER_FR, "a compter de", 1},
                 {READER_FR, "a compter du", 1},
                 {READER_FR, "avant", -1},
                 {READER_FR, "suivant", 1},
                 {READER_FR, "a partir de", 1},
                 {READER_FR, "a partir du", 1},
                 {READER_ES, "despues de", 1},
                 {READER_ES, "despues del", 1},
                 {READER_ES, "a partir de", 1},
                 {READER_ES, "a partir del", 1},
                 {READER_ES, "desde", 1},
                 {READER_ES, "antes de", -1},
                 {READER_ES, "antes del", -1},
                 {READER_ES, "tras", 1}};
  for (size_t n = 0; n < sizeof anchors / sizeof anchors[0]; n++) {
    size_t at = anchors[n].languages & t->language ? arc__reader_row(t, i, anchors[n].row) : 0;
    if (!at) continue;
    *sign = anchors[n].sign;
    return at;
  }
  return 0;
}

/* Counted from another date: "two weeks after 3 May", "the day after Christmas", "le lendemain du
 * 13". */
static int reader_date_anchored(const reader_text *t, size_t first, const reader_distance *d,
                                reader_date *out) {
  int sign = 0;
  size_t at = reader_anchor(t, d->end, &sign);
  if (!at) return 0;
  reader_date named;
  if (!arc__reader_date_plain(t, at, &named))
    return d->sign || sign < 0 ? arc__reader_date_doubt(out, first, at)
                               : 0; /* from what nobody knows here */
  size_t end = named.first + named.count;
  int yearless = d->unit == READER_YEAR &&
                 named.past != named.day; /* "a year after Christmas": of which year */
  if (named.state != READER_DATE_DAY || d->range || d->unit == READER_HOUR || yearless)
    return arc__reader_date_doubt(out, first, end);
  return arc__reader_date_one(out, first, end,
                              arc__reader_later(t, named.day, d->unit, sign * d->count));
}

/* "in 10 days", "within two weeks", "3 weeks from now", "vor drei Tagen", "dans une semaine", "hace
 * 2 dias". */
int arc__reader_date_distance(const reader_text *t, size_t i, reader_date *out) {
  reader_distance d;
  size_t at = arc__reader_is(t, i, "the") && arc__reader_is(t, i + 1, "day") ? i + 1 : i;
  if (arc__reader_is(t, at, "day") && t->language & READER_ENGLISH) {
    d = (reader_distance){at + 1, 1, READER_DAY, 0, 0, 0};
    return arc__reader_among(t, at + 1, "after before following") &&
           reader_date_anchored(t, i, &d, out);
  }
  at = arc__reader_is(t, i, "le") ? i + 1 : i;
  if (t->language == READER_FR && arc__reader_is(t, at, "lendemain")) {
    reader_date named;
    if (!arc__reader_among(t, at + 1, "du de") || !arc__reader_date_plain(t, at + 2, &named) ||
        named.day == ARC_DAY_NONE)
      return 0;
    return arc__reader_date_one(out, i, named.first + named.count, named.day + 1);
  }
  if (!reader_distance_at(t, i, &d)) return 0;
  if (reader_date_anchored(t, i, &d, out)) return 1;
  if (!d.sign) return 0;
  if (d.range) return arc__reader_date_doubt(out, i, d.end);
  /* "in 3 days on Friday", "in two months from today on Tuesday" */
  if (arc__reader_among(t, d.end, "on am le el") && arc__reader_weekday(t, d.end + 1))
    return arc__reader_date_doubt(out, i, d.end + 2);
  if (d.unit == READER_HOUR) {
    int days = d.count / 24;
    if (d.count % 24 && d.count > 8) return arc__reader_date_doubt(out, i, d.end);
    if (arc__reader_among(t, d.end - 1, "minute minutes min mins minuten minuto minutos")) days = 0;
    return arc__reader_date_one(out, i, d.end, t->written + d.sign * days);
  }
  arc_day day = arc__reader_later(t, t->written, d.unit, d.sign * d.count);
  size_t then;
  int more = arc__reader_count(t, d.end, &then);
  size_t units;
  /* "in two weeks and 3 days" */
  if (more && !arc__reader_among(t, d.end, "a an") &&
      arc__reader_unit(t, then, &units) == READER_DAY)
    day += d.sign * more, d.end = then + units;
  if (d.about)
    return arc__reader_date_about(t, out, i, d.end, READER_DATE_ABOUT, day, ARC_ADJUST_FOLLOWING);
  return arc__reader_date_one(out, i, d.end, day);
}

/* ---- holidays ---- */

/* Sundays counted back from the fourth of Advent: "Totensonntag" is five weeks before. */
static int reader_date_advent(const reader_text *t, size_t i, reader_date *out) {
  int weeks = t->language != READER_DE                                   ? 0
              : arc__reader_among(t, i, "totensonntag ewigkeitssonntag") ? 4
              : arc__reader_is(t, i, "volkstrauertag")                   ? 5
                                                                         : 0;
  size_t end = i + 1;
  int32_t y, m, d;
  if (!weeks) return 0;
  int32_t year = arc__reader_year_behind(t, end, &end);
  arc__reader_civil(t->written, &y, &m, &d);
  for (int32_t at = year ? year : y;; at++) {
    arc_day eve = arc_day_from_civil(at, 12, 24), day = eve - arc_day_weekday(eve) % 7 - 7 * weeks;
    if (year || day >= t->written) return arc__reader_date_one(out, i, end, day);
  }
}

/* "Easter", "ostern 2025", "next Christmas". */
int arc__reader_date_holiday(const reader_text *t, size_t i, reader_date *out) {
  size_t at = arc__reader_relation(t, i) == 1 || arc__reader_is(t, i, "this") ? i + 1 : i;
  if (reader_date_advent(t, i, out)) return 1;
  for (const reader_list *l = NULL; (l = arc__reader_list_of(t, at, READER_HOLIDAYS, l)) != NULL;) {
    size_t end = l->then[0] ? arc__reader_row(t, at + 1, l->then) : at + 1;
    if (!end) continue;
    int month = l->value >= 1000 ? l->value / 1000 : 0, days = l->value - 1000 * month;
    int32_t y, m, d, year = arc__reader_year_behind(t, end, &end);
    arc__reader_civil(t->written, &y, &m, &d);
    if (!year && t->language == READER_DE && arc__reader_row(t, end, "im nachsten jahr"))
      year = y + 1, end += 3;
    if (month && !year) return arc__reader_date_yearless(t, out, i, end, month, days, 0);
    if (month) return arc__reader_date_one(out, i, end, arc_day_from_civil(year, month, days));
    if (year) return arc__reader_date_one(out, i, end, arc__easter_sunday(year) + days);
    arc_day ahead = arc__easter_sunday(y) + days;
    arc_day past = ahead <= t->written ? ahead : arc__easter_sunday(y - 1) + days;
    return arc__reader_date_set(out, i, end, READER_DATE_DAY,
                                ahead >= t->written ? ahead : arc__easter_sunday(y + 1) + days,
                                past);
  }
  return 0;
}
