/*
 * Amounts and shares as people write them: "EUR 1.234,56", "$5k", "1 200 euros", "half", "50 %".
 *
 * A number is an amount only with a currency beside it, or in the reply's own currency if it has
 * its decimals. "1.234" is read by the habit of the language; where that does not tell, it is
 * ambiguous. Integers only; constant work per word.
 */
#include "reader_internal.h"

#include "arcollect/money.h"

#include "checked.h"
#include "text.h"

#include <string.h>

static const char *reader_currency_at(const reader_text *t, size_t i, const char *own) {
  static const struct {
    const char *words, *code;
  } names[] = {{"\xe2\x82\xac euro euros", "EUR"},
               {"\xc2\xa3 pound pounds quid pfund", "GBP"},
               {"dollar dollars", "$"},
               {"$", "$"},
               {"\xe2\x82\xb9 rs inr rupees", "INR"},
               {"franken sfr", "CHF"},
               {"\xc2\xa5", "JPY"}};
  static const char *const codes[] = {"EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD",
                                      "SEK", "NOK", "DKK", "PLN", "CZK", "MXN", "INR"};
  const reader_word *w = arc__reader_word(t, i);
  if (!w) return NULL;
  for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
    if (arc__reader_among(t, i, names[n].words)) {
      if (names[n].code[0] != '$') return names[n].code;
      return own[0] && own[2] == 'D' ? own : "USD";
    }
  for (size_t n = 0; n < sizeof codes / sizeof codes[0]; n++) {
    char small[4] = {(char)(codes[n][0] | 32), (char)(codes[n][1] | 32), (char)(codes[n][2] | 32),
                     0};
    if (arc__reader_is(t, i, small)) return codes[n];
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
  static const struct {
    const char *words;
    int64_t ppm;
  } shares[] = {
      {"half halfte haelfte moitie mitad aadha", 500000},
      {"full whole entire vollstandig vollstaendig gesamten gesamte totalite totalidad integralite",
       1000000}};
  for (size_t n = 0; n < sizeof shares / sizeof shares[0]; n++)
    if (arc__reader_among(t, i, shares[n].words)) {
      out->first = i, out->count = 1, out->minor = shares[n].ppm;
      return 1;
    }
  const reader_word *w = arc__reader_word(t, i);
  if (w->type != READER_NUMBER || w->value < 1 || w->value > 100 || (i > 0 && w->glued)) return 0;
  if (!arc__reader_among(t, i + 1, "% percent prozent")) return 0;
  out->first = i, out->count = 2, out->minor = (int64_t)w->value * 10000;
  return 1;
}

int arc__reader_amount(const reader_text *t, size_t i, const char *currency, reader_amount *out) {
  memset(out, 0, sizeof *out);
  if (!arc__reader_word(t, i)) return 0;
  if (reader_share(t, i, out)) return 1;
  const char *code = reader_currency_at(t, i, currency);
  size_t at = i + (code != NULL);
  const reader_word *w = arc__reader_word(t, at);
  if (!w || w->type != READER_NUMBER ||
      (!code && w->glued && i > 0 && arc__reader_word(t, i - 1)->type != READER_SIGN))
    return 0;
  reader_number number;
  if (!reader_number_at(t, at, &number)) return 0;
  size_t end = number.end;
  int64_t thousands = 1;
  if (arc__reader_among(t, end, "k tsd") ||
      (arc__reader_is(t, end, "mil") && t->language == READER_ES))
    thousands = 1000, end++;
  if (!code) {
    code = reader_currency_at(t, end, currency);
    if (code)
      end++;
    else if (number.digits == 2 && currency[0] && arc_currency_digits(currency) == 2)
      code = currency;
  }
  if (!code) return 0;
  memcpy(out->currency, code, 3);
  out->first = i;
  out->count = end - i;
  out->ambiguous = number.ambiguous;
  int32_t digits = arc_currency_digits(out->currency);
  if (digits < 0 || (thousands == 1 && number.digits > digits)) return 0;
  int64_t scale = 1, fraction = number.fraction;
  for (int32_t n = 0; n < digits; n++)
    scale *= 10;
  scale *= thousands;
  int64_t unit = scale;
  for (int n = 0; n < number.digits; n++)
    unit /= 10;
  int64_t whole;
  if (number.whole > INT64_MAX / scale / 2) return 0;
  whole = number.whole * scale;
  return arc__add(&out->minor, whole, fraction * unit);
}
