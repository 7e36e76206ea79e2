/*
 * Dates as people write them, in English, German, French and Spanish, relative to the day of writing.
 *
 * Each reader_date_... function tries one form at one word and consumes nothing if it is not there; arc__reader_date tries
 * them from the longest on. A day without a year is the next one ahead, and the last one looking back. What cannot be, or
 * can be two things, is said to be so and has no day: a wrong day is worse than none. Constant work for each word.
 */
#include "reader_internal.h"

#include "text.h"

#include <string.h>

/* ---- words ---- */

typedef struct reader_list {
  uint32_t languages;
  const char *words;
} reader_list;

/* The place that a word has in the lists of the text's language, modulo `modulus`; English is read in all of them but
 * only where `english` says so. 0: none. */
static int reader_place(const reader_text *t, size_t i, const reader_list *lists, size_t count, int modulus) {
  for (size_t l = 0; l < count; l++) {
    if (!(lists[l].languages & t->language)) continue;
    int place = arc__reader_among(t, i, lists[l].words);
    if (place) return (place - 1) % modulus + 1;
  }
  return 0;
}
#define READER_PLACE(t, i, lists, modulus) reader_place(t, i, lists, sizeof(lists) / sizeof((lists)[0]), modulus)

#define READER_ENGLISH (READER_EN | READER_HI)

static int reader_month(const reader_text *t, size_t i) {
  static const reader_list months[] = {
      {READER_ANY, "january february march april may june july august september october november december"},
      {READER_ENGLISH | READER_DE, "jan feb mar apr may jun jul aug sep oct nov dec"},
      {READER_ENGLISH, "jan feb mar apr may jun jul aug sept oct nov dec"},
      {READER_DE, "januar februar marz april mai juni juli august september oktober november dezember "
                  "janner feber maerz apr mai jun jul aug sept okt nov dez"},
      {READER_FR, "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
                  "janv fevr mars avr mai juin juil aout sept oct nov dec"},
      {READER_FR, "jan fev mars avr mai juin jui aou sep oct nov dec"},
      {READER_ES, "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
                  "ene feb mar abr may jun jul ago sept oct nov dic"},
      {READER_ES, "ene feb mar abr may jun jul ago setiembre oct nov dic ene feb mar abr may jun jul ago sep oct nov dic"},
      {READER_FR | READER_ES, "jan feb mrz apr mai jun jul aug sep oct nov dec"},
  };
  return READER_PLACE(t, i, months, 12);
}

static int reader_weekday(const reader_text *t, size_t i) {
  static const reader_list days[] = {
      {READER_ENGLISH, "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun "
                       "mondays tues weds thur fridays saturdays sundays monday tuesdays wednesdays thurs friday saturday sunday"},
      {READER_DE, "montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so "
                  "montags dienstags mittwochs donnerstags freitags sonnabend sonntags"},
      {READER_FR, "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim"},
      {READER_ES, "lunes martes miercoles jueves viernes sabado domingo lun mar mie jue vie sab dom "
                  "lun mar mierc juev vier sab dom"},
  };
  int day = READER_PLACE(t, i, days, 7);
  const reader_word *w = arc__reader_word(t, i);
  if (!day) return 0;
  /* Two letters are a day only before a date: "Mo, 3.5." */
  if (w->size < 3) {
    const reader_word *next = arc__reader_word(t, i + 1);
    if (!next || next->type == READER_WORD) return 0;
    const reader_word *then = arc__reader_word(t, i + 2);
    if (next->type == READER_SIGN && (!then || then->type != READER_NUMBER)) return 0;
  }
  /* "mar" is Tuesday or March, "sun" and "sat" are words: only with a point, a comma or a date. */
  if (w->size == 3 && (arc__reader_is(t, i, "sun") || arc__reader_is(t, i, "sat") || arc__reader_is(t, i, "mar") || arc__reader_is(t, i, "mer"))) {
    const reader_word *next = arc__reader_word(t, i + 1);
    if (!next || next->type == READER_WORD) return 0;
  }
  return day;
}

/* Cardinals up to twelve and some more. */
static int reader_cardinal(const reader_text *t, size_t i) {
  static const reader_list small[] = {
      {READER_ENGLISH, "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"},
      {READER_DE, "ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn "
                  "einer zwo drei vier fuenf sechs sieben acht neun zehn elf zwoelf dreizehn vierzehn fuenfzehn "
                  "einem zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn"},
      {READER_FR, "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
                  "une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze"},
      {READER_ES, "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
                  "una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
                  "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"},
      {READER_ENGLISH, "a couple"},
  };
  const reader_word *w = arc__reader_word(t, i);
  if (!w) return 0;
  if (w->type == READER_NUMBER) return w->value > 0 && w->value <= 400 ? w->value : 0;
  if (t->language & READER_ENGLISH && arc__reader_is(t, i, "an")) return 1;
  return READER_PLACE(t, i, small, 15);
}

static int reader_ordinal_word(const reader_text *t, size_t i) {
  static const reader_list ordinals[] = {
      {READER_ENGLISH, "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
                       "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"},
      {READER_DE, "ersten zweiten dritten vierten funften sechsten siebten achten neunten zehnten elften zwolften dreizehnten "
                  "vierzehnten funfzehnten sechzehnten siebzehnten achtzehnten neunzehnten zwanzigsten "
                  "erster zweiter dritter vierter funfter sechster siebter achter neunter zehnter elfter zwolfter dreizehnter "
                  "vierzehnter funfzehnter sechzehnter siebzehnter achtzehnter neunzehnter zwanzigster "
                  "erste zweite dritte vierte funfte sechste siebte achte neunte zehnte elfte zwolfte dreizehnte "
                  "vierzehnte funfzehnte sechzehnte siebzehnte achtzehnte neunzehnte zwanzigste"},
      {READER_FR, "premier deuxieme troisieme quatrieme cinquieme"},
      {READER_ES, "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo"},
      {READER_ES, "primer segundo tercer cuarto quinto"},
      {READER_FR, "premiere seconde troisieme quatrieme cinquieme"},
  };
  return READER_PLACE(t, i, ordinals, 20);
}

#define READER_DAY 1
#define READER_WEEK 2
#define READER_MONTH 3
#define READER_YEAR 4
#define READER_BUSINESS_DAY 5

/* The unit at word i, and in *count how many words it takes. */
static int reader_unit(const reader_text *t, size_t i, size_t *count) {
  static const reader_list units[] = {
      {READER_ENGLISH, "day week month year days weeks months years day weeks month yrs"},
      {READER_DE, "tag woche monat jahr tage wochen monate jahre tagen wochen monaten jahren tages woche monats jahres"},
      {READER_FR, "jour semaine mois an jours semaines mois ans jours semaines mois annees jour semaine mois annee"},
      {READER_ES, "dia semana mes ano dias semanas meses anos"},
  };
  static const reader_list business[] = {
      {READER_DE, "werktag werktage werktagen arbeitstag arbeitstage arbeitstagen bankarbeitstagen banktagen"},
  };
  static const char *const before = "business working bank banking";
  static const char *const after = "ouvrables ouvrable ouvres ouvre habiles habil laborables laborable";
  *count = 1;
  if (READER_PLACE(t, i, business, 100)) return READER_BUSINESS_DAY;
  if (arc__reader_among(t, i, before) && arc__reader_among(t, i + 1, "day days")) {
    *count = 2;
    return READER_BUSINESS_DAY;
  }
  int unit = READER_PLACE(t, i, units, 4);
  if (unit == READER_DAY && arc__reader_among(t, i + 1, after)) {
    *count = 2;
    return READER_BUSINESS_DAY;
  }
  return unit;
}

/* "next" and the like before or after what they stand with: +1 next, 0 this, -1 last; READER_NO_RELATION. */
#define READER_NO_RELATION 9
static int reader_relation(const reader_text *t, size_t i) {
  static const reader_list next[] = {
      {READER_ENGLISH, "next following"},
      {READER_DE, "nachste nachsten nachster nachstes nachstem naechste naechsten naechster kommende kommenden kommender "
                  "kommendem folgenden folgender"},
      {READER_FR, "prochain prochaine suivant suivante"},
      {READER_ES, "proximo proxima siguiente viene entrante"},
  };
  static const reader_list now[] = {
      {READER_ENGLISH, "this current"},
      {READER_DE, "diese diesen dieser dieses diesem laufenden"},
      {READER_FR, "ce cette cet courant"},
      {READER_ES, "este esta presente"},
  };
  static const reader_list last[] = {
      {READER_ENGLISH, "last past previous"},
      {READER_DE, "letzte letzten letzter letztes letztem vergangenen vergangene vergangener"},
      {READER_FR, "dernier derniere passe passee"},
      {READER_ES, "pasado pasada"},
  };
  if (READER_PLACE(t, i, next, 1)) return 1;
  if (READER_PLACE(t, i, now, 1)) return 0;
  if (READER_PLACE(t, i, last, 1)) return -1;
  return READER_NO_RELATION;
}

/* Articles and prepositions of no weight, skipped up to two. */
static size_t reader_skip(const reader_text *t, size_t i) {
  static const reader_list small[] = {
      {READER_ENGLISH, "the of in on"},
      {READER_DE, "der die das den dem des im in"},
      {READER_FR, "le la les l de du d au en"},
      {READER_ES, "el la los las de del en que"},
  };
  for (int n = 0; n < 2 && READER_PLACE(t, i, small, 1 << 20); n++)
    i++;
  if (arc__reader_is(t, i, "'") || arc__reader_is(t, i, "\xe2\x80\x99")) i++;
  return i;
}

static size_t reader_skip_sign(const reader_text *t, size_t i, char c) {
  char sign[2] = {c, 0};
  return arc__reader_is(t, i, sign) ? i + 1 : i;
}

/* ---- calculating ---- */

static arc_day reader_month_end(int32_t year, int32_t month) {
  arc_day first = arc_day_from_civil(year, month, 1);
  return first == ARC_DAY_NONE ? first : arc_day_add_months(first, 1) - 1;
}

static void reader_civil(arc_day day, int32_t *y, int32_t *m, int32_t *d) {
  *y = *m = *d = 1;
  (void)arc_day_to_civil(day, y, m, d);
}

static int reader_date_set(reader_date *out, size_t first, size_t end, int32_t state, arc_day day, arc_day past) {
  out->first = first;
  out->count = end - first;
  out->state = state;
  out->day = day;
  out->past = past;
  return 1;
}

static int reader_date_one(reader_date *out, size_t first, size_t end, arc_day day) {
  if (day == ARC_DAY_NONE) return reader_date_set(out, first, end, READER_DATE_IMPOSSIBLE, day, day);
  return reader_date_set(out, first, end, READER_DATE_DAY, day, day);
}

/* A day and month without a year, ahead and back; 29 February waits for its year. */
static int reader_date_yearless(const reader_text *t, reader_date *out, size_t first, size_t end, int month, int day, int weekday) {
  int32_t year, m, d;
  reader_civil(t->written, &year, &m, &d);
  arc_day ahead = ARC_DAY_NONE, back = ARC_DAY_NONE;
  for (int32_t y = year; y <= year + 8 && ahead == ARC_DAY_NONE; y++) {
    arc_day at = arc_day_from_civil(y, month, day);
    if (at != ARC_DAY_NONE && at >= t->written) ahead = at;
  }
  for (int32_t y = year; y >= year - 8 && back == ARC_DAY_NONE; y--) {
    arc_day at = arc_day_from_civil(y, month, day);
    if (at != ARC_DAY_NONE && at <= t->written) back = at;
  }
  if (ahead == ARC_DAY_NONE) return reader_date_set(out, first, end, READER_DATE_IMPOSSIBLE, ahead, ahead);
  /* A weekday that is not that day's: a slip of one of the two. */
  if (weekday && arc_day_weekday(ahead) != weekday)
    return reader_date_set(out, first, end, READER_DATE_AMBIGUOUS, ARC_DAY_NONE, ARC_DAY_NONE);
  return reader_date_set(out, first, end, READER_DATE_DAY, ahead, back);
}

static int32_t reader_year_of(const reader_word *w) {
  if (w->size == 4) return w->value >= 1900 && w->value <= 2199 ? w->value : 0;
  return w->size == 2 ? (w->value < 70 ? 2000 : 1900) + w->value : 0;
}

/* With a year, and perhaps a weekday that must agree. */
static int reader_date_full(reader_date *out, size_t first, size_t end, int32_t year, int month, int day, int weekday) {
  arc_day at = arc_day_from_civil(year, month, day);
  if (at != ARC_DAY_NONE && weekday && arc_day_weekday(at) != weekday)
    return reader_date_set(out, first, end, READER_DATE_AMBIGUOUS, ARC_DAY_NONE, ARC_DAY_NONE);
  return reader_date_one(out, first, end, at);
}

/* ---- forms ---- */

/* 2024-03-15, 15.3.2024, 3/15, ... */
static int reader_date_numeric(const reader_text *t, size_t i, size_t first, int weekday, reader_date *out) {
  const reader_word *a = arc__reader_word(t, i), *s = arc__reader_word(t, i + 1), *b = arc__reader_word(t, i + 2);
  if (!a || !s || !b || a->type != READER_NUMBER || b->type != READER_NUMBER || s->type != READER_SIGN) return 0;
  char sign = (char)t->folded.data[s->folded];
  if (!strchr("-./", sign) || !s->glued || (!b->glued && !(sign == '.' && t->language == READER_DE))) return 0;
  const reader_word *s2 = arc__reader_word(t, i + 3), *c = arc__reader_word(t, i + 4);
  int three = s2 && c && s2->type == READER_SIGN && c->type == READER_NUMBER && (char)t->folded.data[s2->folded] == sign && s2->glued &&
              (c->glued || (sign == '.' && t->language == READER_DE && c->size == 4));
  const reader_word *after = arc__reader_word(t, i + (three ? 5 : 3));
  /* Longer chains are phone numbers, addresses and versions. */
  if (after && after->glued && (after->type != READER_SIGN || strchr("-/", (char)t->folded.data[after->folded]))) return 0;
  const reader_word *before = i > 0 ? arc__reader_word(t, i - 1) : NULL;
  if (before && a->glued && (before->type != READER_SIGN || strchr("-./#,", (char)t->folded.data[before->folded]))) return 0;
  if (a->size == 4) {
    if (!three || b->size > 2 || c->size > 2 || !reader_year_of(a)) return 0;
    return reader_date_full(out, first, i + 5, a->value, b->value, c->value, weekday);
  }
  if (a->size > 2 || b->size > 2) return 0;
  if (three && c->size != 2 && c->size != 4) three = 0;
  if (!three && sign == '-') return 0; /* 2-3 is a range */
  size_t end = i + (three ? 5 : 3);
  if (!three && sign == '.') {
    /* 15.3. is a date, 15.3 is one behind "am" only. */
    int dot = arc__reader_is(t, i + 3, ".");
    if (t->language != READER_DE) return 0;
    if (!dot && !(i > 0 && arc__reader_among(t, i - 1, "am bis zum vom den ab"))) return 0;
    end += (size_t)dot;
  }
  int32_t x = a->value, y = b->value;
  int swap = x <= 12 && y > 12 ? 1 : x > 12 ? 0 : sign == '.' ? 0 : t->month_first;
  if (x != y && swap < 0) return reader_date_set(out, first, end, READER_DATE_AMBIGUOUS, ARC_DAY_NONE, ARC_DAY_NONE);
  int32_t day = swap > 0 ? y : x, month = swap > 0 ? x : y;
  if (three) return reader_year_of(c) ? reader_date_full(out, first, end, reader_year_of(c), month, day, weekday) : 0;
  if (month < 1 || month > 12 || day < 1 || day > 31) return three ? reader_date_one(out, first, end, ARC_DAY_NONE) : 0;
  return reader_date_yearless(t, out, first, end, month, day, weekday);
}

/* "15", "15th", "15.", "1er", "fifteenth": the day, and *end behind it; *sure if it can be nothing but an ordinal. */
static int reader_day_number(const reader_text *t, size_t i, size_t *end, int *sure) {
  const reader_word *w = arc__reader_word(t, i);
  *sure = 0;
  if (!w) return 0;
  if (w->type == READER_NUMBER) {
    if (w->size > 2 || w->value < 1 || w->value > 31) return 0;
    *end = i + 1;
    const reader_word *next = arc__reader_word(t, i + 1);
    if (!next || !next->glued) return w->value;
    if (arc__reader_among(t, i + 1, "st nd rd th er ere eme o ro do to ten te ter") ||
        arc__reader_is(t, i + 1, "\xc2\xba") || (arc__reader_is(t, i + 1, ".") && t->language == READER_DE)) {
      const reader_word *then = arc__reader_word(t, i + 2);
      if (then && then->glued && then->type == READER_NUMBER) return 0;
      *sure = 1;
      *end = i + 2;
    } else if (next->type == READER_WORD ? !reader_month(t, i + 1)
                                         : arc__reader_among(t, i + 1, ". : /") && arc__reader_word(t, i + 2) && arc__reader_word(t, i + 2)->glued) {
      return 0;
    }
    return w->value;
  }
  /* "twenty second": of words of more than one part only the whole would be right. */
  if (i > 0 && arc__reader_among(t, i - 1, "twenty thirty vigesimo trigesimo y et und -")) return 0;
  if (arc__reader_among(t, i + 1, "y et last")) return 0;
  int day = reader_ordinal_word(t, i);
  *end = i + 1;
  *sure = day != 0;
  if (!day && t->language == READER_ES) day = reader_cardinal(t, i);
  return day;
}

/* A year behind a date, "2024" or ", 2024" or "'24". */
static int32_t reader_year_behind(const reader_text *t, size_t i, size_t *end) {
  size_t at = reader_skip_sign(t, i, ',');
  if (t->language & (READER_ES | READER_FR) && arc__reader_among(t, at, "de del")) at++;
  at = reader_skip_sign(t, at, '\'');
  const reader_word *w = arc__reader_word(t, at);
  if (!w || w->type != READER_NUMBER || !(w->size == 4 || (w->size == 2 && at > i && arc__reader_is(t, at - 1, "'")))) return 0;
  const reader_word *next = arc__reader_word(t, at + 1);
  if (next && next->glued && next->type == READER_NUMBER) return 0;
  int32_t year = reader_year_of(w);
  if (year) *end = at + 1;
  return year;
}

/* "15 March 2024", "15th of March", "15. Maerz", "le 1er mars", "15 de marzo de 2024". */
static int reader_date_day_month(const reader_text *t, size_t i, size_t first, int weekday, reader_date *out) {
  size_t end;
  int sure, day = reader_day_number(t, i, &end, &sure);
  if (!day) return 0;
  for (int n = 0; n < 2 && arc__reader_among(t, end, "of de del"); n++)
    end++;
  end = reader_skip_sign(t, end, '-');
  const reader_word *m = arc__reader_word(t, end);
  int month = reader_month(t, end);
  /* "el 17 del 11" */
  if (!month && t->language == READER_ES && arc__reader_is(t, end - 1, "del") && m && m->type == READER_NUMBER && m->value >= 1 && m->value <= 12)
    month = m->value;
  if (!month) return 0;
  end = reader_skip_sign(t, end + 1, '.');
  int32_t year = reader_year_behind(t, reader_skip_sign(t, end, '-'), &end);
  if (year) return reader_date_full(out, first, end, year, month, day, weekday);
  return reader_date_yearless(t, out, first, end, month, day, weekday);
}

/* "March 15th, 2024" */
static int reader_date_month_day(const reader_text *t, size_t i, size_t first, int weekday, reader_date *out) {
  int month = reader_month(t, i);
  if (!month) return 0;
  size_t end, at = reader_skip_sign(t, reader_skip_sign(t, reader_skip_sign(t, i + 1, '.'), '-'), '/');
  if (arc__reader_is(t, at, ",") && arc__reader_among(t, at + 2, "st nd rd th")) at++;
  if (t->language & READER_ENGLISH && arc__reader_is(t, at, "the")) at++;
  int sure, day = reader_day_number(t, at, &end, &sure);
  if (!day) return 0;
  if (t->language == READER_ES && !(t->language & READER_ENGLISH) && arc__reader_word(t, at)->type != READER_NUMBER) return 0;
  const reader_word *next = arc__reader_word(t, end);
  if (next && next->glued && arc__reader_among(t, end, ". : /") && arc__reader_word(t, end + 1) && arc__reader_word(t, end + 1)->glued) return 0;
  int32_t year = reader_year_behind(t, reader_skip_sign(t, end, '-'), &end);
  if (year) return reader_date_full(out, first, end, year, month, day, weekday);
  return reader_date_yearless(t, out, first, end, month, day, weekday);
}

static arc_day reader_monday(const reader_text *t) {
  return t->written - (arc_day_weekday(t->written) - 1);
}

/* "week" with its "next" or "this" on either side: the week's number from this one, or READER_NO_RELATION. */
static int reader_week_phrase(const reader_text *t, size_t i, size_t *end) {
  size_t at = reader_skip(t, i), units;
  int relation = reader_relation(t, at);
  if (relation != READER_NO_RELATION && reader_unit(t, at + 1, &units) == READER_WEEK) {
    *end = at + 2;
    return relation;
  }
  if (reader_unit(t, at, &units) != READER_WEEK) return READER_NO_RELATION;
  at++;
  if (t->language == READER_ES && arc__reader_is(t, at, "que")) at++;
  relation = t->language & (READER_FR | READER_ES) ? reader_relation(t, at) : READER_NO_RELATION;
  if (relation != READER_NO_RELATION) *end = at + 1;
  return relation;
}

/* The next day that is both this weekday and this day of its month. */
static arc_day reader_weekday_and_day(const reader_text *t, int weekday, int day) {
  int32_t y, m, d;
  reader_civil(t->written, &y, &m, &d);
  for (int n = 0; n < 14; n++) {
    arc_day at = arc_day_from_civil(y + (m - 1 + n) / 12, (m - 1 + n) % 12 + 1, day);
    if (at != ARC_DAY_NONE && at >= t->written && arc_day_weekday(at) == weekday) return at;
  }
  return ARC_DAY_NONE;
}

/* "next Friday", "Friday", "vendredi prochain", "Friday of next week", "Friday, 15 March", "Friday the 15th". */
static int reader_date_weekday(const reader_text *t, size_t i, reader_date *out) {
  size_t at = i, end;
  int relation = reader_relation(t, at);
  if (relation != READER_NO_RELATION) at++;
  if (t->language == READER_ES && relation == 0 && reader_relation(t, at) == 1) at++;
  if (t->language & READER_ENGLISH && arc__reader_among(t, at, "coming upcoming")) at++, relation = 0;
  size_t week_end;
  int first_week = reader_week_phrase(t, i, &week_end);
  if (first_week != READER_NO_RELATION && reader_weekday(t, week_end))
    return reader_date_one(out, i, week_end + 1, reader_monday(t) + 7 * first_week + reader_weekday(t, week_end) - 1);
  int weekday = reader_weekday(t, at);
  if (!weekday) return 0;
  end = reader_skip_sign(t, at + 1, '.');
  size_t date = reader_skip_sign(t, end, ',');
  if (arc__reader_among(t, date, "the der den dem le el")) date++;
  if (t->language == READER_ES && arc__reader_is(t, date, "dia")) date++;
  if (reader_date_numeric(t, date, i, weekday, out) || reader_date_day_month(t, date, i, weekday, out) ||
      reader_date_month_day(t, date, i, weekday, out))
    return 1;
  size_t behind;
  int sure, day = reader_day_number(t, date, &behind, &sure);
  size_t units;
  /* "two Fridays from now", "Friday after next", "Mittwoch in zwei Wochen", "mercredi d'apres": read too differently. */
  int far = arc__reader_among(t, end, "after from later nach despues d") || (i > 0 && reader_cardinal(t, i - 1)) ||
            arc__reader_among(t, date, "thirty twenty treinta veinte") ||
            (arc__reader_among(t, end, "in two three dans en") && reader_cardinal(t, end + 1) && !arc__reader_among(t, end + 1, "8 15 huit quinze")) ||
            (reader_cardinal(t, end) && reader_unit(t, end + 1, &units)) || (day && reader_ordinal_word(t, behind)) ||
            (t->language == READER_FR && arc__reader_among(t, end, "suivant"));
  if (day && t->language == READER_DE) {
    const reader_word *then = arc__reader_word(t, behind);
    far |= then && then->type == READER_NUMBER;
  }
  if (far || (date + 1 < t->count && arc__reader_word(t, date)->type == READER_NUMBER && !day))
    return reader_date_set(out, i, end, READER_DATE_AMBIGUOUS, ARC_DAY_NONE, ARC_DAY_NONE);
  if (day && (sure || date > reader_skip_sign(t, end, ',') || arc__reader_word(t, date)->type == READER_NUMBER) &&
      !arc__reader_among(t, behind, ": % h uhr am pm o") && !reader_unit(t, behind, &units)) {
    arc_day both = reader_weekday_and_day(t, weekday, day);
    if (both == ARC_DAY_NONE) return reader_date_set(out, i, behind, READER_DATE_AMBIGUOUS, both, both);
    return reader_date_one(out, i, behind, both);
  }
  int week = reader_week_phrase(t, date, &behind);
  if (week != READER_NO_RELATION)
    return reader_date_one(out, i, behind, reader_monday(t) + 7 * week + weekday - 1);
  arc_day upcoming = t->written + (weekday - arc_day_weekday(t->written) + 7) % 7, last = upcoming - 7;
  if (upcoming == t->written) upcoming += 7;
  if (t->language & (READER_FR | READER_ES)) {
    size_t after = end;
    if (t->language == READER_ES && arc__reader_is(t, after, "que")) after++;
    int behind_it = reader_relation(t, after);
    if (behind_it == 1) return reader_date_one(out, i, after + 1, upcoming);
    if (behind_it == -1) return reader_date_one(out, i, after + 1, last);
    /* "mardi en huit": a week after the next one. */
    if (t->language == READER_FR && arc__reader_is(t, after, "en") && arc__reader_among(t, after + 1, "huit 8 quinze 15"))
      return reader_date_one(out, i, after + 2, last + 7 + (arc__reader_among(t, after + 1, "huit 8") ? 7 : 14));
  }
  if (arc__reader_among(t, end, "week")) return reader_date_one(out, i, end + 1, upcoming + 7);
  if (relation == -1) return reader_date_one(out, i, end, last);
  if (relation == 1 && !(t->language & (READER_DE | READER_FR)) && !(t->language == READER_ES && arc__reader_among(t, i, "este"))) {
    /* "next Friday" is next week's; on a day whose week's Friday is still to come, many mean that one. */
    return reader_date_set(out, i, end, READER_DATE_DAY, reader_monday(t) + 7 + weekday - 1, ARC_DAY_NONE);
  }
  return reader_date_set(out, i, end, READER_DATE_DAY, upcoming, last);
}

/* "today", "uebermorgen", "apres-demain", "pasado manana". */
static int reader_date_near(const reader_text *t, size_t i, reader_date *out) {
  static const struct {
    uint32_t languages;
    const char *words; /* in a row */
    int days;
  } near[] = {
      {READER_ENGLISH, "the day after tomorrow", 2}, {READER_ENGLISH, "day after tomorrow", 2},
      {READER_ENGLISH, "day before yesterday", -2}, {READER_ENGLISH, "tomorrow", 1}, {READER_ENGLISH, "tmrw", 1},
      {READER_ENGLISH, "tomorow", 1}, {READER_ENGLISH, "today", 0}, {READER_ENGLISH, "tonight", 0}, {READER_ENGLISH, "eod", 0},
      {READER_ENGLISH, "yesterday", -1}, {READER_ENGLISH, "next day", 1}, {READER_DE, "ubermorgen", 2}, {READER_DE, "uebermorgen", 2}, {READER_DE, "vorgestern", -2},
      {READER_DE, "gestern", -1}, {READER_DE, "heute", 0}, {READER_DE, "morgen", 1}, {READER_FR, "apres - demain", 2},
      {READER_FR, "apres demain", 2}, {READER_FR, "avant - hier", -2}, {READER_FR, "avant hier", -2}, {READER_FR, "demain", 1},
      {READER_FR, "hier", -1}, {READER_FR, "aujourd ' hui", 0}, {READER_FR, "aujourd \xe2\x80\x99 hui", 0}, {READER_FR, "lendemain", 1},
      {READER_FR, "ce jour", 0}, {READER_ES, "pasado manana", 2}, {READER_ES, "anteayer", -2}, {READER_ES, "ayer", -1},
      {READER_ES, "hoy", 0}, {READER_ES, "manana", 1}, {READER_ES, "dia siguiente", 1}, {READER_HI, "aaj", 0}, {READER_HI, "parso", 2}};
  for (size_t n = 0; n < sizeof near / sizeof near[0]; n++) {
    if (!(near[n].languages & t->language)) continue;
    size_t at = i;
    const char *list = near[n].words;
    while (*list) {
      char word[16];
      size_t size = strcspn(list, " ");
      memcpy(word, list, size);
      word[size] = 0;
      if (!arc__reader_is(t, at, word)) break;
      at++;
      list += size + (list[size] == ' ');
    }
    if (*list) continue;
    /* "am Morgen", "por la manana", "heute morgen": the time of day. */
    if (t->language & (READER_DE | READER_ES) && arc__reader_among(t, i, "morgen manana") && i > 0 &&
        arc__reader_among(t, i - 1, "am guten la jeden esta heute gestern"))
      return 0;
    return reader_date_one(out, i, at, t->written + near[n].days);
  }
  return 0;
}

static arc_day reader_later(const reader_text *t, arc_day from, int unit, int count) {
  if (unit == READER_BUSINESS_DAY) return arc_calendar_add_business_days(t->calendar, from, count);
  if (unit == READER_MONTH) return arc_day_add_months(from, count);
  if (unit == READER_YEAR) return arc_day_add_months(from, 12 * count);
  return from + count * (unit == READER_WEEK ? 7 : 1);
}

/* "in 10 days", "within two weeks", "3 weeks from now", "vor drei Tagen", "dans une semaine", "hace 2 dias". */
static int reader_date_distance(const reader_text *t, size_t i, reader_date *out) {
  static const reader_list ahead[] = {
      {READER_ENGLISH, "in within"}, {READER_DE, "in innerhalb binnen"}, {READER_FR, "dans sous d"}, {READER_ES, "en dentro"}};
  static const reader_list back[] = {{READER_DE, "vor"}, {READER_ES, "hace"}};
  size_t at = i, units;
  int sign = READER_PLACE(t, i, ahead, 1) ? 1 : READER_PLACE(t, i, back, 1) ? -1 : 0;
  if (t->language == READER_FR && arc__reader_is(t, i, "il") && arc__reader_is(t, i + 1, "y") && arc__reader_is(t, i + 2, "a"))
    sign = -1, at += 2;
  if (sign) at++;
  if (sign && arc__reader_among(t, at, "the next den nachsten von de d ici les prochains los proximos")) at++;
  if (sign && arc__reader_among(t, at, "next nachsten prochains proximos ici")) at++;
  if (t->language & READER_ENGLISH && arc__reader_is(t, at, "a") && arc__reader_is(t, at + 1, "fortnight") && sign)
    return reader_date_one(out, i, at + 2, t->written + 14);
  int count = reader_cardinal(t, at);
  if (!count) return 0;
  if (arc__reader_is(t, at + 1, "-") || arc__reader_among(t, at + 1, "to or bis oder a ou o") || arc__reader_is(t, at + 1, "\xe2\x80\x93"))
    if (reader_cardinal(t, at + 2) && reader_unit(t, at + 3, &units)) {
      if (!sign) return 0;
      return reader_date_set(out, i, at + 3 + units, READER_DATE_AMBIGUOUS, ARC_DAY_NONE, ARC_DAY_NONE);
    }
  int unit = reader_unit(t, at + 1, &units);
  if (!unit) return 0;
  size_t end = at + 1 + units;
  arc_day from = t->written;
  if (!sign) {
    if (arc__reader_is(t, end, "ago")) sign = -1, end++;
    else if (arc__reader_among(t, end, "hence later")) sign = 1, end++;
    else if (t->language == READER_DE && arc__reader_among(t, end, "spater")) sign = 1, end++;
    else if (t->language == READER_FR && arc__reader_is(t, end, "plus") && arc__reader_is(t, end + 1, "tard")) sign = 1, end += 2;
    else if (arc__reader_is(t, end, "from") || (arc__reader_is(t, end, "after") && arc__reader_among(t, end + 1, "today tomorrow"))) {
      if (arc__reader_among(t, end + 1, "now today")) sign = 1, end += 2;
      else if (arc__reader_among(t, end + 1, "tomorrow tmrw")) sign = 1, from++, end += 2;
    } else if (t->language == READER_ES && arc__reader_is(t, end, "a") && arc__reader_is(t, end + 1, "partir") &&
               arc__reader_among(t, end + 3, "hoy ahora"))
      sign = 1, end += 4;
    if (!sign) return 0;
  }
  return reader_date_one(out, i, end, reader_later(t, from, unit, sign * count));
}

/* The month that a phrase names: "March", "March 2025", "next month", "the month", "mois prochain"; 0 if none. */
static int reader_month_phrase(const reader_text *t, size_t i, size_t *end, int32_t *year, int32_t *month) {
  int32_t y, m, d;
  reader_civil(t->written, &y, &m, &d);
  size_t at = reader_skip(t, i), units;
  int relation = reader_relation(t, at);
  int named = reader_month(t, at + (relation != READER_NO_RELATION));
  if (named) {
    *end = reader_skip_sign(t, at + 1 + (relation != READER_NO_RELATION), '.');
    *month = named;
    *year = reader_year_behind(t, *end, end);
    if (!*year) *year = named < m ? y + 1 : y;
    return 1;
  }
  if (relation != READER_NO_RELATION && reader_unit(t, at + 1, &units) == READER_MONTH) {
    *end = at + 2;
  } else if (reader_unit(t, at, &units) == READER_MONTH) {
    *end = at + 1;
    relation = 0;
    size_t after = t->language == READER_ES && arc__reader_is(t, *end, "que") ? *end + 1 : *end;
    if (t->language & (READER_FR | READER_ES) && reader_relation(t, after) != READER_NO_RELATION)
      relation = reader_relation(t, after), *end = after + 1;
  } else {
    return 0;
  }
  *year = y + (m - 1 + relation + 12) / 12 - 1;
  *month = (m - 1 + relation + 12) % 12 + 1;
  return 1;
}

/* "the 25th", "am 25.", "le 25", "el dia 25", "the 5th of next month", "15th of the month". */
static int reader_date_day_alone(const reader_text *t, size_t i, reader_date *out) {
  size_t at = i, end, behind, units;
  int article = arc__reader_among(t, at, "the le el den am zum dem der dia") != 0;
  if (article) at++;
  if (article && t->language == READER_ES && arc__reader_is(t, at, "dia")) at++;
  int sure, day = reader_day_number(t, at, &end, &sure);
  if (!day) return 0;
  if (arc__reader_among(t, end, "day")) end++;
  const reader_word *w = arc__reader_word(t, at);
  int32_t year, month;
  if (arc__reader_among(t, end, "of de du del des") || (sure && reader_relation(t, end) != READER_NO_RELATION)) {
    if (reader_month_phrase(t, end, &behind, &year, &month))
      return reader_date_one(out, i, behind, arc_day_from_civil(year, month, day));
  }
  /* "d" of "25th." alone needs its article, a plain number needs one that says so. */
  if (w->type != READER_NUMBER) return 0;
  if (!article) {
    if (!sure || !(t->language & READER_ENGLISH)) return 0;
  } else if (!sure && !(t->language & (READER_FR | READER_ES))) {
    const reader_word *then = arc__reader_word(t, end);
    if (then && (then->type != READER_SIGN || then->glued == 0 || !arc__reader_among(t, end, ". , ; !"))) return 0;
  }
  if (reader_unit(t, end, &units) || arc__reader_among(t, end, "% h uhr heures horas invoice rechnung : / - , euros eur") ||
      reader_month(t, end))
    return 0;
  const reader_word *next = arc__reader_word(t, end);
  /* "den 2. Mahnlauf": a noun, which is written with a capital letter, follows the ordinal. */
  if (next && next->type == READER_WORD && next->sentence == w->sentence && t->language == READER_DE &&
      t->text.data[next->start] >= 'A' && t->text.data[next->start] <= 'Z')
    return 0;
  if (t->language & READER_ENGLISH && next && arc__reader_among(t, end, "reminder time invoice letter notice one party instalment payment half"))
    return 0;
  int32_t y, m, d;
  reader_civil(t->written, &y, &m, &d);
  arc_day ahead = ARC_DAY_NONE, back = ARC_DAY_NONE;
  for (int n = 0; n < 3 && ahead == ARC_DAY_NONE; n++) {
    arc_day day_at = arc_day_from_civil(y + (m - 1 + n) / 12, (m - 1 + n) % 12 + 1, day);
    /* "the 31st" in a month of 30 days, with nothing said: impossible. */
    if (day_at == ARC_DAY_NONE) return reader_date_one(out, i, end, day_at);
    if (day_at >= t->written) ahead = day_at;
  }
  back = arc_day_add_months(ahead, -1);
  return reader_date_set(out, i, end, READER_DATE_DAY, ahead, back);
}

/* "first Monday of next month", "letzter Freitag im Maerz". */
static int reader_date_nth_weekday(const reader_text *t, size_t i, reader_date *out) {
  size_t at = arc__reader_among(t, i, "the le el der den am") ? i + 1 : i, end;
  int last = reader_relation(t, at) == -1, nth = reader_ordinal_word(t, at);
  if (t->language == READER_ES && arc__reader_is(t, at, "ultimo")) last = 1;
  if (!last && (nth < 1 || nth > 5)) return 0;
  int weekday = reader_weekday(t, at + 1);
  int32_t year, month;
  if (!weekday || reader_skip(t, at + 2) == at + 2 || !reader_month_phrase(t, at + 2, &end, &year, &month)) return 0;
  arc_day first = arc_day_from_civil(year, month, 1), final = reader_month_end(year, month);
  arc_day day = last ? final - (arc_day_weekday(final) - weekday + 7) % 7
                     : first + (weekday - arc_day_weekday(first) + 7) % 7 + 7 * (nth - 1);
  return reader_date_one(out, i, end, day > final ? ARC_DAY_NONE : day);
}

static int reader_date_about(const reader_text *t, reader_date *out, size_t first, size_t end, int32_t state, arc_day day, int32_t rule) {
  return reader_date_set(out, first, end, state, arc_calendar_adjust(t->calendar, day, rule), ARC_DAY_NONE);
}

/* "end of May", "mid-March", "Anfang naechster Woche", "fin de mes", "month end", "in May", "next week". */
static int reader_date_period(const reader_text *t, size_t i, reader_date *out) {
  static const reader_list parts[] = {
      {READER_ENGLISH, "beginning middle end start mid eom early middle close"},
      {READER_DE, "anfang mitte ende beginn mitte schluss"},
      {READER_FR, "debut mi fin debut milieu fin"},
      {READER_ES, "principios mediados finales inicios mediados fin comienzos mitad final"},
  };
  static const reader_list in[] = {{READER_ENGLISH, "in during by"}, {READER_DE, "im bis"}, {READER_FR, "en courant"}, {READER_ES, "en para"}};
  size_t at = i, end;
  int32_t year, month, y, m, d;
  reader_civil(t->written, &y, &m, &d);
  if (arc__reader_among(t, at, "monatsende eom") || (arc__reader_is(t, at, "month") && arc__reader_is(t, at + 1, "end")))
    return reader_date_about(t, out, i, at + 1 + (size_t)arc__reader_is(t, at, "month"), READER_DATE_ABOUT, reader_month_end(y, m), ARC_ADJUST_PRECEDING);
  if (arc__reader_among(t, at, "wochenende weekend")) return 0;
  int part = READER_PLACE(t, at, parts, 3);
  if (part) {
    at = reader_skip_sign(t, at + 1, '-');
    int week = reader_week_phrase(t, at, &end);
    size_t units, noun = reader_skip(t, at);
    if (week == READER_NO_RELATION && part == 3 && reader_unit(t, noun, &units) == READER_WEEK) week = 0, end = noun + 1;
    if (week != READER_NO_RELATION)
      return reader_date_about(t, out, i, end, READER_DATE_ABOUT, reader_monday(t) + 7 * week + 2 * part - 2, ARC_ADJUST_PRECEDING);
    if (reader_month_phrase(t, at, &end, &year, &month)) {
      if (part == 3) return reader_date_about(t, out, i, end, READER_DATE_ABOUT, reader_month_end(year, month), ARC_ADJUST_PRECEDING);
      arc_day about = arc_day_from_civil(year, month, part == 1 ? 5 : 15);
      if (about != ARC_DAY_NONE && about < t->written && reader_month(t, reader_skip(t, at))) about = arc_day_add_months(about, 12);
      return reader_date_about(t, out, i, end, READER_DATE_ABOUT, about, ARC_ADJUST_FOLLOWING);
    }
    return 0;
  }
  int week = reader_week_phrase(t, at, &end);
  if (week == 0 || week == 1)
    return reader_date_about(t, out, i, end, READER_DATE_PERIOD, reader_monday(t) + 7 * week + 4, ARC_ADJUST_PRECEDING);
  int preposition = READER_PLACE(t, at, in, 1) != 0, relation = reader_relation(t, at);
  size_t inside = at + (size_t)preposition;
  if (!(preposition && reader_month(t, inside)) && relation != 1 && !(relation == 0 && !reader_month(t, at + 1)) &&
      !(t->language & (READER_FR | READER_ES) && arc__reader_among(t, at, "mois mes")))
    return 0;
  if (!reader_month_phrase(t, inside, &end, &year, &month)) return 0;
  if (arc__reader_among(t, at, "mois mes") && end == at + 1) return 0; /* "mois" alone */
  if (year < y || (year == y && month < m)) return 0;
  return reader_date_about(t, out, i, end, READER_DATE_PERIOD, reader_month_end(year, month), ARC_ADJUST_PRECEDING);
}

/* "Weihnachten": the few holidays with a day of their own that promises name. */
static int reader_date_holiday(const reader_text *t, size_t i, reader_date *out) {
  static const struct {
    const char *words;
    int month, day;
  } fixed[] = {{"christmas weihnachten navidad noel", 12, 25}, {"heiligabend nochebuena", 12, 24}, {"silvester nochevieja", 12, 31},
               {"allerheiligen toussaint", 11, 1}};
  for (size_t n = 0; n < sizeof fixed / sizeof fixed[0]; n++)
    if (arc__reader_among(t, i, fixed[n].words) && !reader_relation(t, i + 1))
      return 0;
    else if (arc__reader_among(t, i, fixed[n].words))
      return reader_date_yearless(t, out, i, i + 1, fixed[n].month, fixed[n].day, 0);
  return 0;
}

/* "two weeks after 3 May", "before Christmas", "3 days from Friday": not the day that is named. */
static int reader_is_anchor(const reader_text *t, size_t i) {
  static const char *const prepositions = "after before from nach vor apres avant despues antes partir lendemain to du de following";
  size_t units;
  for (size_t back = 1; back <= 3 && back < i; back++) {
    if (arc__reader_among(t, i - back, "the le la el der dem den")) continue;
    if (!arc__reader_among(t, i - back, prepositions)) return 0;
    if (reader_unit(t, i - back - 1, &units) || arc__reader_among(t, i - back - 1, "closest nearest lendemain")) return 1;
    if (arc__reader_among(t, i - back, "after before apres avant antes despues") && !arc__reader_among(t, i - back, "de du")) return 0;
  }
  return 0;
}

int arc__reader_date(const reader_text *t, size_t i, reader_date *out) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type == READER_SIGN) return 0;
  int found = reader_date_nth_weekday(t, i, out) || reader_date_weekday(t, i, out) || reader_date_numeric(t, i, i, 0, out) ||
              reader_date_day_month(t, i, i, 0, out) || reader_date_month_day(t, i, i, 0, out) || reader_date_near(t, i, out) ||
              reader_date_distance(t, i, out) || reader_date_period(t, i, out) || reader_date_day_alone(t, i, out) ||
              reader_date_holiday(t, i, out);
  if (found && reader_is_anchor(t, i)) out->state = READER_DATE_AMBIGUOUS, out->day = out->past = ARC_DAY_NONE;
  if (found && out->day != ARC_DAY_NONE && (out->day < ARC_DAY_FIRST || out->day > ARC_DAY_LAST))
    out->state = READER_DATE_IMPOSSIBLE, out->day = out->past = ARC_DAY_NONE;
  return found;
}
