/*
 * A day of a month as people write it: in digits, with the month's name, or as "the 25th".
 *
 * Digits that could be two days are ambiguous, and chains of digits that are numbers of something
 * else are no date. Constant work for each word.
 */
#include "reader_dates.h"

#include <string.h>

static int32_t reader_year_of(const reader_word *w) {
  if (w->size == 4) return w->value >= 1900 && w->value <= 2199 ? w->value : 0;
  return w->size == 2 ? (w->value < 70 ? 2000 : 1900) + w->value : 0;
}

/* With a year, and perhaps a weekday that must agree. */
static int reader_date_full(reader_date *out, size_t first, size_t end, int32_t year, int month,
                            int day, int weekday) {
  arc_day at = arc_day_from_civil(year, month, day);
  if (at != ARC_DAY_NONE && weekday && arc_day_weekday(at) != weekday)
    return arc__reader_date_set(out, first, end, READER_DATE_SLIP, at, at);
  return arc__reader_date_one(out, first, end, at);
}

static char reader_sign_at(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i);
  return w && w->type == READER_SIGN && w->size == 1 ? (char)t->folded.data[w->folded] : 0;
}

/* Nothing of its line beside it, or a word before it that goes with dates. */
static int reader_stands_for_date(const reader_text *t, size_t first, size_t end) {
  static const char *const before =
      "on by until till for due am bis zum vom den ab le du au avant el del para hasta antes";
  if (first > 0 && arc__reader_among(t, first - 1, before)) return 1;
  return (first == 0 || reader_sign_at(t, first - 1)) &&
         (end >= t->count || reader_sign_at(t, end));
}

/* Two numbers without a year where the sign alone does not make them a date: "15.3", "2-15", "2 /
 * 15". */
static int reader_pair_is_date(const reader_text *t, size_t i, size_t first, char sign,
                               int weekday) {
  const reader_word *a = arc__reader_word(t, i), *b = arc__reader_word(t, i + 2);
  size_t units;
  if (arc__reader_unit(t, i + 3, &units) || reader_sign_at(t, i + 3) == '%') return 0;
  int known = (a->value > 12) != (b->value > 12) && a->value <= 31 && b->value <= 31 &&
              a->value > 0 && b->value > 0;
  if (sign == '.') {
    if (t->language == READER_DE) {
      if (reader_sign_at(t, i + 3) == '.') return 1;
      if (a->size == 2 && b->size == 2 && b->value <= 12 && first == 0 && t->count == 3) return 1;
      return weekday || (first > 0 && arc__reader_among(t, first - 1, "am bis zum vom den ab"));
    }
    return known &&
           (weekday || (first > 0 && arc__reader_among(t, first - 1, "on by until due el le")));
  }
  if (sign == '-') return known && (weekday || reader_stands_for_date(t, first, i + 3));
  return b->glued || (known && reader_stands_for_date(t, first, i + 3));
}

/* 20240315 where a date is expected */
static int reader_date_digits(const reader_text *t, size_t i, size_t first, int weekday,
                              reader_date *out) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type != READER_NUMBER || w->size != 8 || w->value / 1000000 != 20 ||
      !reader_stands_for_date(t, first, i + 1))
    return 0;
  int32_t year = w->value / 10000, month = w->value / 100 % 100, day = w->value % 100;
  return arc_day_from_civil(year, month, day) != ARC_DAY_NONE &&
         reader_date_full(out, first, i + 1, year, month, day, weekday);
}

/* What would be a date but for its year, "12.04.1024": none, where a date is expected; 0 elsewhere.
 */
static int reader_date_no_year(const reader_text *t, size_t first, size_t end, int weekday,
                               reader_date *out) {
  return (weekday || reader_stands_for_date(t, first, end)) &&
         arc__reader_date_one(out, first, end, ARC_DAY_NONE);
}

/* 2024-03-15, 15.3.2024, 3/15, ... */
int arc__reader_date_numeric(const reader_text *t, size_t i, size_t first, int weekday,
                             reader_date *out) {
  const reader_word *a = arc__reader_word(t, i), *s = arc__reader_word(t, i + 1),
                    *b = arc__reader_word(t, i + 2);
  if (reader_date_digits(t, i, first, weekday, out)) return 1;
  if (!a || !s || !b || a->type != READER_NUMBER || b->type != READER_NUMBER) return 0;
  char sign = reader_sign_at(t, i + 1);
  if (!sign || !strchr("-./", sign) || s->glued != b->glued) {
    if (!(sign == '.' && s->glued && t->language == READER_DE)) return 0;
  }
  const reader_word *s2 = arc__reader_word(t, i + 3), *c = arc__reader_word(t, i + 4);
  int three = s2 && c && c->type == READER_NUMBER && reader_sign_at(t, i + 3) == sign &&
              s2->glued == s->glued &&
              (c->glued == s->glued || (sign == '.' && t->language == READER_DE && c->size == 4));
  if (!s->glued && sign == '.') return 0;
  const reader_word *after = arc__reader_word(t, i + (three ? 5 : 3));
  /* Longer chains are phone numbers, addresses and versions. */
  if (after && after->glued &&
      (after->type != READER_SIGN || strchr("-/", reader_sign_at(t, i + (three ? 5 : 3)))))
    return 0;
  if (i > 0 && a->glued &&
      (arc__reader_word(t, i - 1)->type != READER_SIGN ||
       strchr("-./#,", reader_sign_at(t, i - 1))))
    return 0;
  if (a->size == 4) {
    if (!three || b->size > 2 || c->size > 2) return 0;
    if (!reader_year_of(a)) return reader_date_no_year(t, first, i + 5, weekday, out);
    return reader_date_full(out, first, i + 5, a->value, b->value, c->value, weekday);
  }
  if (a->size > 2 || b->size > 2) return 0;
  if (three && (c->size == 2 || c->size == 4 ? !reader_year_of(c) : c->size > 2))
    return a->value <= 31 && b->value <= 31 && reader_date_no_year(t, first, i + 5, weekday, out);
  if (three && c->size == 1) three = 0;
  size_t end = i + (three ? 5 : 3);
  if (!three && !reader_pair_is_date(t, i, first, sign, weekday)) return 0;
  if (!three && sign == '.' && reader_sign_at(t, i + 3) == '.') end++;
  int32_t x = a->value, y = b->value;
  int swap = x <= 12 && y > 12                         ? 1
             : x > 12                                  ? 0
             : sign == '.' && t->language == READER_DE ? 0
                                                       : t->month_first;
  if (x != y && swap < 0) return arc__reader_date_doubt(out, first, end);
  int32_t day = swap > 0 ? y : x, month = swap > 0 ? x : y;
  if (three) return reader_date_full(out, first, end, reader_year_of(c), month, day, weekday);
  if (month < 1 || month > 12 || day < 1 || day > 31) return 0;
  return arc__reader_date_yearless(t, out, first, end, month, day, weekday);
}

/* The day of a month at i: "15", "15th", "15.", "1er", "fifteenth", and *end behind it; *sure if it
 * can be nothing but an ordinal. */
int arc__reader_day_number(const reader_text *t, size_t i, size_t *end, int *sure) {
  const reader_word *w = arc__reader_word(t, i);
  *sure = 0;
  if (!w) return 0;
  if (w->type == READER_NUMBER) {
    if (w->size > 2 || w->value < 1 || w->value > 31) return 0;
    *end = i + 1;
    const reader_word *next = arc__reader_word(t, i + 1);
    if (!next || !next->glued) return w->value;
    size_t mark =
        arc__reader_is(t, i + 1, ".") && arc__reader_among(t, i + 2, "\xc2\xba \xc2\xaa o") ? i + 2
                                                                                            : i + 1;
    if (arc__reader_among(
            t, mark, "st nd rd th er ere eme o ro do to ten te ter \xc2\xba \xc2\xb0 \xc2\xaa") ||
        (arc__reader_is(t, mark, ".") && t->language == READER_DE)) {
      const reader_word *then = arc__reader_word(t, mark + 1);
      if (then && then->glued && then->type == READER_NUMBER) return 0;
      *sure = 1;
      *end = mark + 1;
    } else if (next->type == READER_WORD
                   ? !arc__reader_month(t, i + 1)
                   : arc__reader_among(t, i + 1, ". : /") && arc__reader_word(t, i + 2) &&
                         arc__reader_word(t, i + 2)->glued && !arc__reader_month(t, i + 2)) {
      return 0;
    }
    return w->value;
  }
  int day = arc__reader_ordinal(t, i, end);
  *sure = day != 0;
  if (!day && !w->number) return 0;
  /* "the second last day" */
  if (day && arc__reader_among(t, *end, "last letzte letzten dernier ultimo")) return 0;
  if (!day && arc__reader_among(t, i, "a an un une una ein eine einen einem einer")) return 0;
  if (!day) day = arc__reader_count(t, i, end);
  return day <= 31 ? day : 0;
}

/* A day with its month in words or "7. vierter", "el 17 del 11": the month and where it ends, or 0.
 */
static int reader_month_behind(const reader_text *t, size_t at, size_t *end) {
  size_t from = at;
  if (t->language & READER_ENGLISH && arc__reader_is(t, at, "day") &&
      arc__reader_is(t, at + 1, "of"))
    from++;
  for (int n = 0; n < 2 && arc__reader_among(t, from, "of de del"); n++)
    from++;
  from = arc__reader_skip_sign(
      t, arc__reader_skip_sign(t, arc__reader_skip_sign(t, from, '-'), '/'), ',');
  int month = arc__reader_month(t, from), sure;
  *end = from + 1;
  if (month) return month;
  const reader_word *m = arc__reader_word(t, from);
  if (t->language == READER_ES && from == at + 1 && arc__reader_is(t, at, "del") && m &&
      m->type == READER_NUMBER && m->value >= 1 && m->value <= 12)
    return m->value;
  if (t->language != READER_DE || !m) return 0;
  month = arc__reader_day_number(t, from, end, &sure);
  return sure && month <= 12 ? month : 0;
}

/* Four digits where a year would stand, and no amount: behind them, or 0. */
static size_t reader_no_year(const reader_text *t, size_t at) {
  reader_amount amount;
  at = arc__reader_skip_sign(t, at, ',');
  at += t->language & (READER_ES | READER_FR) && arc__reader_among(t, at, "de del");
  const reader_word *w = arc__reader_word(t, at), *next = arc__reader_word(t, at + 1);
  if (!w || w->type != READER_NUMBER || w->size != 4 || w->glued) return 0;
  if (next && next->glued && next->type != READER_SIGN) return 0;
  return arc__reader_amount(t, at, "EUR", &amount) ? 0 : at + 1;
}

static int reader_day_of_month(const reader_text *t, reader_date *out, size_t first, size_t end,
                               int month, int day, int weekday) {
  int32_t year = arc__reader_year_behind(
      t, arc__reader_skip_sign(t, arc__reader_skip_sign(t, end, '-'), '/'), &end);
  if (year) return reader_date_full(out, first, end, year, month, day, weekday);
  size_t behind = reader_no_year(t, end);
  if (behind) return arc__reader_date_one(out, first, behind, ARC_DAY_NONE);
  return arc__reader_date_yearless(t, out, first, end, month, day, weekday);
}

/* "10-15 May", "between 10 and 15 May", "18 or 19 June": the last of them, about. */
static int reader_date_days(const reader_text *t, size_t i, size_t first, reader_date *out) {
  size_t end, last_end;
  int sure, day = arc__reader_day_number(t, i, &end, &sure);
  if (!day || !arc__reader_among(t, end, "- \xe2\x80\x93 to and or bis und oder au et ou al a y o"))
    return 0;
  size_t at = end + 1;
  if (arc__reader_among(t, at, "the der dem den le el")) at++;
  int last = arc__reader_day_number(t, at, &last_end, &sure);
  int month = last ? reader_month_behind(t, last_end, &end) : 0;
  if (!month || last <= day) return 0;
  end = arc__reader_skip_sign(t, end, '.');
  if (!reader_day_of_month(t, out, first, end, month, last, 0)) return 0;
  if (out->state == READER_DATE_DAY) out->state = READER_DATE_ABOUT;
  return 1;
}

/* "15 March 2024", "15th of March", "15. Maerz", "le 1er mars", "15 de marzo de 2024". */
int arc__reader_date_day_month(const reader_text *t, size_t i, size_t first, int weekday,
                               reader_date *out) {
  if (reader_date_days(t, i, first, out)) return 1;
  size_t end;
  int sure, day = arc__reader_day_number(t, i, &end, &sure);
  int month = day ? reader_month_behind(t, end, &end) : 0;
  if (!month) return 0;
  return reader_day_of_month(t, out, first, arc__reader_skip_sign(t, end, '.'), month, day,
                             weekday);
}

/* "March 15th, 2024" */
int arc__reader_date_month_day(const reader_text *t, size_t i, size_t first, int weekday,
                               reader_date *out) {
  int month = arc__reader_month(t, i);
  if (!month) return 0;
  size_t end, at = arc__reader_skip_sign(
                  t, arc__reader_skip_sign(t, arc__reader_skip_sign(t, i + 1, '.'), '-'), '/');
  if (arc__reader_is(t, at, ",") && arc__reader_among(t, at + 2, "st nd rd th")) at++;
  if (t->language & READER_ENGLISH && arc__reader_is(t, at, "the")) at++;
  int sure, day = arc__reader_day_number(t, at, &end, &sure);
  if (!day) return 0;
  if (arc__reader_among(t, end, ". : /") && arc__reader_word(t, end)->glued &&
      arc__reader_word(t, end + 1) && arc__reader_word(t, end + 1)->glued &&
      arc__reader_word(t, end + 1)->type == READER_NUMBER && reader_sign_at(t, end) != '/')
    return 0;
  if (arc__reader_among(
          t, end,
          "instalments installments items invoices days weeks raten rechnungen factures facturas"))
    return 0;
  return reader_day_of_month(t, out, first, end, month, day, weekday);
}

/* What follows a number or an ordinal that is no day: "2. Mahnlauf", "the 3rd reminder", "the 25
 * %". */
static int reader_is_counted(const reader_text *t, size_t end, const reader_word *day) {
  static const char *const things =
      "reminder time invoice letter notice one party instalment payment half installment order "
      "item "
      "quarter floor delivery line attempt request email message bill person person's of";
  const reader_word *next = arc__reader_word(t, end);
  size_t units;
  if (arc__reader_unit(t, end, &units) || arc__reader_month(t, end) ||
      arc__reader_among(t, end, "% h uhr heures horas invoice rechnung : / - , euros eur"))
    return !(arc__reader_is(t, end, ",") &&
             !(arc__reader_word(t, end)->glued && arc__reader_word(t, end + 1) &&
               arc__reader_word(t, end + 1)->type == READER_NUMBER));
  if (!next || next->sentence != day->sentence) return 0;
  /* "den 2. Mahnlauf": a noun, which is written with a capital letter, follows the ordinal. */
  if (next->type == READER_WORD && t->language == READER_DE && t->text.data[next->start] >= 'A' &&
      t->text.data[next->start] <= 'Z')
    return 1;
  return t->language & READER_ENGLISH && arc__reader_among(t, end, things) != 0;
}

/* The next such day of a month from the day of writing on. */
static int reader_date_next_day(const reader_text *t, reader_date *out, size_t first, size_t end,
                                int day) {
  int32_t y, m, d;
  arc__reader_civil(t->written, &y, &m, &d);
  arc_day ahead = ARC_DAY_NONE;
  for (int n = 0; n < 3 && ahead == ARC_DAY_NONE; n++) {
    arc_day at = arc_day_from_civil(y + (m - 1 + n) / 12, (m - 1 + n) % 12 + 1, day);
    /* "the 31st" in a month of 30 days, with nothing said: impossible. */
    if (at == ARC_DAY_NONE) return arc__reader_date_one(out, first, end, at);
    if (at >= t->written) ahead = at;
  }
  return arc__reader_date_set(out, first, end, READER_DATE_DAY, ahead,
                              arc_day_add_months(ahead, -1));
}

/* "the 25th", "am 25.", "le 25", "el dia 25", "the 5th of next month", "15th of the month". */
int arc__reader_date_day_alone(const reader_text *t, size_t i, reader_date *out) {
  size_t at = i, end, behind;
  int article = arc__reader_place(t, at, READER_DAY_ARTICLES) != 0;
  if (article) at++;
  if (article && t->language == READER_ES && arc__reader_is(t, at, "dia")) at++;
  if (at > i && arc__reader_date_day_month(t, at, i, 0, out)) return 1;
  int dia = t->language == READER_ES && at > i && arc__reader_is(t, at - 1, "dia");
  int sure, day = arc__reader_day_number(t, at, &end, &sure);
  if (!day) return 0;
  if (arc__reader_among(t, end, "day")) end++;
  const reader_word *w = arc__reader_word(t, at);
  int32_t year, month, y, m, d;
  arc__reader_civil(t->written, &y, &m, &d);
  if (arc__reader_among(t, end, "of de du del des") ||
      (sure && arc__reader_relation(t, end) != READER_NO_RELATION)) {
    if ((sure || w->type == READER_NUMBER) &&
        arc__reader_month_phrase(t, end, &behind, &year, &month)) {
      arc_day on = arc_day_from_civil(year, month, day);
      /* "the 15th of the month" when it is over: of the next. */
      if (on != ARC_DAY_NONE && on < t->written && behind == end + 3 &&
          !arc__reader_month(t, behind - 1) &&
          arc__reader_relation(t, behind - 2) == READER_NO_RELATION)
        on = arc_day_add_months(on, 1);
      return arc__reader_date_one(out, i, behind, on);
    }
  }
  if (w->type != READER_NUMBER) {
    /* "the twenty second", "on the first": words are days behind "the" only, and where nothing is
     * counted. */
    const reader_word *next = arc__reader_word(t, end);
    int closed = !next || next->sentence != w->sentence || next->type == READER_SIGN;
    if (!(dia && !sure) && !(sure && closed && article && t->language & READER_ENGLISH &&
                             (day > 3 || (i > 0 && arc__reader_is(t, i - 1, "on")))))
      return 0;
    return reader_date_next_day(t, out, i, end, day);
  }
  /* A plain number needs an article that says so. */
  if (!article) {
    if (!sure) return 0;
    if (t->language == READER_DE && !(at == 0 && end >= t->count)) return 0;
    if (t->language & (READER_FR)) return 0;
  } else if (!sure && !(t->language & (READER_FR | READER_ES))) {
    const reader_word *then = arc__reader_word(t, end);
    if (then && (then->type != READER_SIGN || !arc__reader_among(t, end, ". , ; !"))) return 0;
  }
  if (reader_is_counted(t, end, w)) return 0;
  return reader_date_next_day(t, out, i, end, day);
}
