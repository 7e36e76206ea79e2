/*
 * Amounts and shares as people write them: "EUR 1.234,56", "$5k", "1 200 euros", "half", "50 %".
 *
 * A number is an amount only with a currency beside it, or in the reply's own currency if it has
 * its decimals. "1.234" is read by the habit of the language; where that does not tell, it is
 * ambiguous. Integers only; constant work per word.
 */
#include "reader_dates.h"

#include "arcollect/money.h"

#include "checked.h"
#include "text.h"

#include <string.h>

/* The currency that a word or two name from i on, and where it ends; NULL: none. */
static const char *reader_currency_at(const reader_text *t, size_t i, const char *own,
                                      size_t *end) {
  for (const reader_list *l = NULL;
       (l = arc__reader_list_of(t, i, READER_CURRENCIES, l)) != NULL;) {
    if (l->then[0] && !arc__reader_among(t, i + 1, l->then)) continue;
    *end = i + 1 + (l->then[0] != 0);
    if (l->code[0] != '$') return l->code;
    return own[0] && own[2] == 'D' ? own : "USD";
  }
  return NULL;
}

typedef struct reader_number {
  int64_t whole, fraction;
  int digits; /* of the fraction */
  int ambiguous;
  size_t end;
} reader_number;

static char reader_separator(const reader_text *t, size_t i) {
  const reader_word *s = arc__reader_word(t, i), *n = arc__reader_word(t, i + 1);
  if (!s || !n || n->type != READER_NUMBER) return 0;
  /* Groups apart: "1 234". */
  if (s->type == READER_NUMBER) return 0;
  char c = (char)t->folded.data[s->folded];
  return s->type == READER_SIGN && s->glued && n->glued && (c == '.' || c == ',' || c == '\'') ? c
                                                                                               : 0;
}

static int reader_number_at(const reader_text *t, size_t i, reader_number *out) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type != READER_NUMBER || w->value < 0 || w->size > 9) return 0;
  memset(out, 0, sizeof *out);
  out->whole = w->value;
  size_t at = i + 1;
  char group = 0;
  int groups = 0;
  uint32_t first = w->size;
  for (;;) {
    const reader_word *next = arc__reader_word(t, at);
    /* A group of three behind a blank. */
    if (next && next->type == READER_NUMBER && !next->glued && next->size == 3 &&
        (group == 0 || group == ' ') && first <= 3 &&
        next->start == arc__reader_word(t, at - 1)->end + 1) {
      if (out->whole > INT64_C(1000000000000)) return 0;
      out->whole = out->whole * 1000 + next->value;
      group = ' ';
      at++;
      continue;
    }
    char c = reader_separator(t, at);
    if (!c) break;
    next = arc__reader_word(t, at + 1);
    if (next->size == 3 && first <= 3 && (group == 0 || group == c) && groups < 4) {
      if (next->value < 0 || out->whole > INT64_C(1000000000000)) return 0;
      out->whole = out->whole * 1000 + next->value;
      group = c;
      groups++;
      at += 2;
      continue;
    }
    if (next->size > 2 || c == '\'' || c == group) return 0; /* a date, a version, an address */
    out->fraction = next->value;
    out->digits = (int)next->size;
    at += 2;
    break;
  }
  int english = (t->language & (READER_EN | READER_HI)) != 0;
  if (groups == 1 && out->digits == 0 && ((group == '.' && english) || (group == ',' && !english)))
    out->ambiguous = 1;
  out->end = at;
  return !reader_separator(t, at);
}

static int reader_share(const reader_text *t, size_t i, reader_amount *out) {
  const reader_list *l = arc__reader_list_of(t, i, READER_SHARES, NULL);
  if (l) {
    out->first = i, out->count = 1, out->minor = l->value;
    return 1;
  }
  const reader_word *w = arc__reader_word(t, i);
  if (w->type != READER_NUMBER || w->value < 1 || w->value > 100 || (i > 0 && w->glued)) return 0;
  if (!arc__reader_among(t, i + 1, "% percent prozent")) return 0;
  out->first = i, out->count = 2, out->minor = (int64_t)w->value * 10000;
  return 1;
}

/* What "thousand" and the like multiply by, all of them that follow; 1: none, 0: more than is
 * money. */
static int64_t reader_scale(const reader_text *t, size_t i, size_t *end) {
  int64_t scale = 1;
  *end = i;
  for (int more = 0; more < 3; more++) {
    const reader_list *l = arc__reader_list_of(t, *end, READER_SCALES, NULL);
    if (!l) break;
    /* "50 cents" in French: the coins. */
    size_t behind;
    if (l->value == 100 && t->language == READER_FR &&
        !reader_currency_at(t, *end + 1, "", &behind))
      break;
    if (scale > INT64_C(1000000000000) / l->value) return 0;
    scale *= l->value;
    *end = arc__reader_is(t, *end + 1, ".") && t->language == READER_DE && l->value > 100
               ? *end + 2
               : *end + 1;
  }
  return scale;
}

/* Coins behind an amount: "3 dollars 50 cents", "15 euros et 50", or -1. */
static int64_t reader_coins(const reader_text *t, size_t i, size_t *end) {
  size_t at = arc__reader_among(t, i, "and und et y con") ? i + 1 : i, behind;
  const reader_word *w = arc__reader_word(t, at);
  int count = arc__reader_count(t, at, &behind);
  if (!count || count > 99) return -1;
  const reader_word *next = arc__reader_word(t, behind), *then = arc__reader_word(t, behind + 1);
  int named = arc__reader_place(t, behind, READER_COINS) != 0;
  int closed = !next || next->sentence != w->sentence ||
               (next->type == READER_SIGN && !(then && then->glued && then->type == READER_NUMBER));
  if (!named && !(w->type == READER_NUMBER && w->size == 2 && closed)) return -1;
  *end = behind + (size_t)named;
  return count;
}

/* The number at i, in digits or words. */
static int reader_quantity(const reader_text *t, size_t i, reader_number *out) {
  if (reader_number_at(t, i, out)) return 1;
  const reader_word *w = arc__reader_word(t, i);
  memset(out, 0, sizeof *out);
  if (!w || w->type != READER_WORD) return 0;
  out->whole = arc__reader_count(t, i, &out->end);
  return out->whole > 0;
}

/* The minor units of a number times `scale`; 0: there is no such amount. */
static int reader_minor(const reader_number *number, int64_t scale, int32_t digits,
                        int64_t *minor) {
  int64_t unit = scale;
  for (int32_t n = 0; n < digits; n++)
    unit *= 10;
  int64_t part = unit;
  for (int n = 0; n < number->digits; n++) {
    if (part % 10 != 0) return 0; /* less than the least coin */
    part /= 10;
  }
  if (number->whole > INT64_MAX / unit / 2) return 0;
  return arc__add(minor, number->whole * unit, number->fraction * part);
}

/* A minus at i: a number hangs on it, and it on nothing but a currency. */
static int reader_minus(const reader_text *t, size_t i, int behind_currency) {
  const reader_word *w = arc__reader_word(t, i), *next = arc__reader_word(t, i + 1);
  return w && next && arc__reader_among(t, i, "- \xe2\x88\x92") && (!w->glued || behind_currency) &&
         next->glued && next->type == READER_NUMBER;
}

/* Digits in front, apart by a blank as groups are: the number began before i. */
static int reader_continues(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i),
                    *before = i > 0 ? arc__reader_word(t, i - 1) : NULL;
  return before && w->type == READER_NUMBER && before->type == READER_NUMBER && w->size == 3 &&
         before->size <= 3 && !w->glued && w->start == before->end + 1;
}

int arc__reader_amount(const reader_text *t, size_t i, const char *currency, reader_amount *out) {
  memset(out, 0, sizeof *out);
  if (!arc__reader_word(t, i)) return 0;
  if (reader_share(t, i, out)) return 1;
  size_t at = i, end;
  const char *code = reader_currency_at(t, i, currency, &at);
  int minus = reader_minus(t, at, code != NULL);
  at += (size_t)minus;
  const reader_word *w = arc__reader_word(t, at);
  if (!w || w->type == READER_SIGN) return 0;
  /* The rest of a number that was no amount. */
  if (!code && !minus && w->glued && i > 1 && arc__reader_word(t, i - 1)->glued &&
      arc__reader_among(t, i - 1, ". ,") && arc__reader_word(t, i - 2)->type == READER_NUMBER)
    return 0;
  if (!code && reader_continues(t, i)) return 0;
  if (!code && !minus && w->glued && i > 0 && arc__reader_word(t, i - 1)->type != READER_SIGN)
    return 0;
  reader_number number;
  if (!reader_quantity(t, at, &number)) return 0;
  int64_t scale = reader_scale(t, number.end, &end);
  if (scale == 0) return 0;
  if (!code) {
    size_t of =
        end + (arc__reader_among(t, end, "de d") != 0 && t->language & (READER_FR | READER_ES));
    of += of > end && arc__reader_among(t, of, "' \xe2\x80\x99") != 0;
    code = reader_currency_at(t, of, currency, &of);
    if (code)
      end = of;
    else if (w->type == READER_NUMBER && scale == 1 && number.digits == 2 && currency[0] &&
             arc_currency_digits(currency) == 2)
      code = currency;
  } else if (scale == 1) {
    /* "75 USD million" has its scale behind. */
    scale = reader_scale(t, end, &end);
  }
  if (code && scale == 1 && end > number.end) scale = reader_scale(t, end, &end);
  if (!code || scale == 0) return 0;
  memcpy(out->currency, code, 3);
  int32_t digits = arc_currency_digits(out->currency);
  if (digits < 0 || !reader_minor(&number, scale, digits, &out->minor)) return 0;
  int64_t coins = number.digits == 0 && scale == 1 && digits == 2 && end > number.end
                      ? reader_coins(t, end, &end)
                      : -1;
  if (coins >= 0 && !arc__add(&out->minor, out->minor, coins)) return 0;
  if (minus) out->minor = -out->minor;
  out->first = i;
  out->count = end - i;
  out->ambiguous = number.ambiguous && scale == 1;
  return 1;
}

/* ---- numbers without a currency ---- */

/* Where a number that stands alone ends; 0: it is a part of something, or begins a date. */
static size_t reader_alone(const reader_text *t, size_t i, reader_number *number) {
  const reader_word *w = arc__reader_word(t, i), *next;
  reader_date date;
  if (!w || w->type != READER_NUMBER || (w->glued && i > 0) || reader_continues(t, i)) return 0;
  if (arc__reader_date(t, i, &date) || !reader_number_at(t, i, number)) return 0;
  next = arc__reader_word(t, number->end);
  if (next && next->glued &&
      (next->type != READER_SIGN ||
       (arc__reader_word(t, number->end + 1) && arc__reader_word(t, number->end + 1)->glued)))
    return 0;
  return number->end;
}

/* Whether what stands at i leaves the number before it an amount, and no count of things. */
static int reader_ends_amount(const reader_text *t, size_t i, uint32_t sentence) {
  const reader_word *w = arc__reader_word(t, i);
  reader_date date;
  if (!w || w->sentence != sentence || w->type == READER_SIGN || arc__reader_date(t, i, &date))
    return 1;
  return arc__reader_among(
             t, i,
             "by on now today tomorrow this next and to before until at in then right "
             "immediately am bis zum und an le avant et el antes y para bhej de "
             "transfer kar abhi") != 0;
}

int arc__reader_bare_amount(const reader_text *t, size_t i, const char *currency,
                            reader_amount *out) {
  reader_number number;
  const reader_word *w = arc__reader_word(t, i);
  int32_t digits = currency[0] ? arc_currency_digits(currency) : -1;
  size_t end = digits < 0 ? 0 : reader_alone(t, i, &number), before = i;
  if (!end || number.ambiguous || number.whole == 0) return 0;
  if (!reader_ends_amount(t, end, w->sentence)) return 0;
  while (before > 0 && i - before < 2 && arc__reader_place(t, before - 1, READER_PAY_FILLERS))
    before--;
  int paid = before > 0 && arc__reader_place(t, before - 1, READER_PAY_VERBS);
  if (t->language == READER_HI)
    for (size_t at = end; at < end + 3 && !paid; at++)
      paid = arc__reader_among(t, at, "bhej de transfer kar dal dunga denge") != 0;
  /* "300 on the 1st and 300 on the 15th" */
  reader_date date;
  if (!paid && before > 0 && arc__reader_among(t, before - 1, "and , then und et y puis luego") &&
      (arc__reader_date(t, end, &date) ||
       (arc__reader_among(t, end, "on by at am bis le el") && arc__reader_date(t, end + 1, &date))))
    paid = 1;
  memset(out, 0, sizeof *out);
  if (!paid || !reader_minor(&number, 1, digits, &out->minor)) return 0;
  memcpy(out->currency, currency, 3);
  out->first = i;
  out->count = end - i;
  return 1;
}

size_t arc__reader_unexplained(const reader_text *t, size_t i) {
  reader_number number;
  const reader_word *w = arc__reader_word(t, i);
  size_t end = reader_alone(t, i, &number);
  if (!end || arc__reader_place(t, end, READER_COUNTED)) return 0;
  /* "3 of 5" */
  if (w->size < 2 && !arc__reader_among(t, end, "of von sur de")) return 0;
  if (w->size == 4 && end == i + 1 && w->value >= 1900 && w->value < 2200) return 0;
  for (size_t near = 1; near <= 2 && near <= i; near++)
    if (arc__reader_place(t, i - near, READER_NUMBERED)) return 0;
  return end;
}
