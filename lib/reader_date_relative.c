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

typedef struct reader_near {
  uint32_t languages;
  const char *row;
  int days;
} reader_near;

static const reader_near reader_nears[] = {
    {READER_ENGLISH, "the day after tomorrow", 2},
    {READER_ENGLISH, "day after tomorrow", 2},
    {READER_ENGLISH, "the day after tmrw", 2},
    {READER_ENGLISH, "day before yesterday", -2},
    {READER_ENGLISH, "tomorrow", 1},
    {READER_ENGLISH, "tomorrows", 1},
    {READER_ENGLISH, "tmrw", 1},
    {READER_ENGLISH, "tomorow", 1},
    {READER_ENGLISH, "tommorow", 1},
    {READER_ENGLISH, "tommorrow", 1},
    {READER_ENGLISH, "today", 0},
    {READER_ENGLISH, "tonight", 0},
    {READER_ENGLISH, "this morning", 0},
    {READER_ENGLISH, "this afternoon", 0},
    {READER_ENGLISH, "this evening", 0},
    {READER_ENGLISH, "this day", 0},
    {READER_ENGLISH, "yesterday", -1},
    {READER_ENGLISH, "next day", 1},
    {READER_ENGLISH, "next hour", 0},
    {READER_ENGLISH, "after an hour", 0},
    {READER_ENGLISH, "in several hours", 0},
    {READER_ENGLISH, "in a few hours", 0},
    {READER_DE, "ubermorgen", 2},
    {READER_DE, "uebermorgen", 2},
    {READER_DE, "vorgestern", -2},
    {READER_DE, "gestern", -1},
    {READER_DE, "heute", 0},
    {READER_DE, "morgen", 1},
    {READER_FR, "apres - demain", 2},
    {READER_FR, "apres demain", 2},
    {READER_FR, "avant - hier", -2},
    {READER_FR, "avant hier", -2},
    {READER_FR, "demain", 1},
    {READER_FR, "hier", -1},
    {READER_FR, "aujourd ' hui", 0},
    {READER_FR, "aujourd \xe2\x80\x99 hui", 0},
    {READER_FR, "lendemain", 1},
    {READER_FR, "ce jour", 0},
    {READER_FR, "ce matin", 0},
    {READER_FR, "ce soir", 0},
    {READER_FR, "cet apres - midi", 0},
    {READER_FR, "dans la journee", 0},
    {READER_ES, "el dia despues de manana", 2},
    {READER_ES, "dia despues de manana", 2},
    {READER_ES, "pasado manana", 2},
    {READER_ES, "anteayer", -2},
    {READER_ES, "ayer", -1},
    {READER_ES, "hoy", 0},
    {READER_ES, "esta tarde", 0},
    {READER_ES, "esta noche", 0},
    {READER_ES, "esta manana", 0},
    {READER_ES, "manana", 1},
    {READER_ES, "dia siguiente", 1},
    {READER_ES, "el proximo dia", 1},
    {READER_HI, "aaj", 0},
    {READER_HI, "parso", 2},
};

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
  for (size_t n = 0; n < sizeof reader_nears / sizeof reader_nears[0]; n++) {
    size_t end =
        reader_nears[n].languages & t->language ? arc__reader_row(t, i, reader_nears[n].row) : 0;
    if (!end || (t->language == READER_ES && arc__reader_among(t, i, "el dia") &&
                 arc__reader_word(t, end) && arc__reader_word(t, end)->type == READER_NUMBER))
      continue;
    /* "am Morgen", "por la manana", "heute morgen": the time of day. */
    if (t->language & (READER_DE | READER_ES) && arc__reader_among(t, i, "morgen manana") &&
        i > 0 && arc__reader_among(t, i - 1, "am guten la jeden esta heute gestern"))
      return 0;
    return arc__reader_date_one(out, i, end, t->written + reader_nears[n].days);
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

/* A day of a month, or days from Easter Sunday (month 0). */
static const struct {
  uint32_t languages;
  const char *row;
  int month, day;
} reader_holidays[] = {
    {READER_ENGLISH, "christmas eve", 12, 24},
    {READER_ENGLISH, "christmas day", 12, 25},
    {READER_ENGLISH, "christmas", 12, 25},
    {READER_ENGLISH, "xmas", 12, 25},
    {READER_ENGLISH, "boxing day", 12, 26},
    {READER_ENGLISH, "new year ' s eve", 12, 31},
    {READER_ENGLISH, "new years eve", 12, 31},
    {READER_ENGLISH, "new year ' s day", 1, 1},
    {READER_ENGLISH, "new year ' s", 1, 1},
    {READER_ENGLISH, "new year day", 1, 1},
    {READER_ENGLISH, "new years", 1, 1},
    {READER_ENGLISH, "new year", 1, 1},
    {READER_ENGLISH, "good friday", 0, -2},
    {READER_ENGLISH, "easter monday", 0, 1},
    {READER_ENGLISH, "easter sunday", 0, 0},
    {READER_ENGLISH, "easter", 0, 0},
    {READER_ENGLISH, "ascension day", 0, 39},
    {READER_ENGLISH, "whit monday", 0, 50},
    {READER_ENGLISH, "halloween", 10, 31},
    {READER_ENGLISH, "saint patrick", 3, 17},
    {READER_DE, "heiligabend", 12, 24},
    {READER_DE, "ersten weihnachtsfeiertag", 12, 25},
    {READER_DE, "ersten weihnachtstag", 12, 25},
    {READER_DE, "zweiten weihnachtsfeiertag", 12, 26},
    {READER_DE, "zweiten weihnachtstag", 12, 26},
    {READER_DE, "weihnachten", 12, 25},
    {READER_DE, "silvester", 12, 31},
    {READER_DE, "neujahr", 1, 1},
    {READER_DE, "heilige drei konige", 1, 6},
    {READER_DE, "tag der arbeit", 5, 1},
    {READER_DE, "tag der deutschen einheit", 10, 3},
    {READER_DE, "reformationstag", 10, 31},
    {READER_DE, "allerheiligen", 11, 1},
    {READER_DE, "nikolaus", 12, 6},
    {READER_DE, "rosenmontag", 0, -48},
    {READER_DE, "fastnachtssamstag", 0, -50},
    {READER_DE, "fastnachtssonntag", 0, -49},
    {READER_DE, "grundonnerstag", 0, -3},
    {READER_DE, "karfreitag", 0, -2},
    {READER_DE, "karsamstag", 0, -1},
    {READER_DE, "ostersonntag", 0, 0},
    {READER_DE, "ostermontag", 0, 1},
    {READER_DE, "ostern", 0, 0},
    {READER_DE, "christi himmelfahrt", 0, 39},
    {READER_DE, "himmelfahrt", 0, 39},
    {READER_DE, "pfingstmontag", 0, 50},
    {READER_DE, "pfingstsonntag", 0, 49},
    {READER_DE, "pfingsten", 0, 49},
    {READER_DE, "fronleichnam", 0, 60},
    {READER_FR, "jour de noel", 12, 25},
    {READER_FR, "noel", 12, 25},
    {READER_FR, "jour de l ' an", 1, 1},
    {READER_FR, "nouvel an", 1, 1},
    {READER_FR, "fete du travail", 5, 1},
    {READER_FR, "fete nationale", 7, 14},
    {READER_FR, "assomption", 8, 15},
    {READER_FR, "toussaint", 11, 1},
    {READER_FR, "armistice", 11, 11},
    {READER_FR, "vendredi saint", 0, -2},
    {READER_FR, "lundi de paques", 0, 1},
    {READER_FR, "paques", 0, 0},
    {READER_FR, "ascension", 0, 39},
    {READER_FR, "lundi de pentecote", 0, 50},
    {READER_FR, "pentecote", 0, 49},
    {READER_ES, "nochebuena", 12, 24},
    {READER_ES, "navidad", 12, 25},
    {READER_ES, "nochevieja", 12, 31},
    {READER_ES, "ano nuevo", 1, 1},
    {READER_ES, "dia de reyes", 1, 6},
    {READER_ES, "dia del trabajador", 5, 1},
    {READER_ES, "todos los santos", 11, 1},
    {READER_ES, "jueves santo", 0, -3},
    {READER_ES, "viernes santo", 0, -2},
    {READER_ES, "domingo de pascua", 0, 0},
    {READER_ES, "lunes de pascua", 0, 1},
    {READER_ES, "pascua", 0, 0},
};

/* Sundays counted back from the fourth of Advent: "Totensonntag" is five weeks before. */
static int reader_date_advent(const reader_text *t, size_t i, reader_date *out) {
  int weeks = arc__reader_among(t, i, "totensonntag ewigkeitssonntag") ? 4
              : arc__reader_is(t, i, "volkstrauertag")                 ? 5
                                                                       : 0;
  size_t end = i + 1;
  int32_t y, m, d;
  if (!weeks || t->language != READER_DE) return 0;
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
  for (size_t n = 0; n < sizeof reader_holidays / sizeof reader_holidays[0]; n++) {
    size_t end = reader_holidays[n].languages & t->language
                     ? arc__reader_row(t, at, reader_holidays[n].row)
                     : 0;
    if (!end) continue;
    int month = reader_holidays[n].month, days = reader_holidays[n].day;
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
