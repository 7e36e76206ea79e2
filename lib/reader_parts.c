/*
 * Promises in parts: "half now, the rest in May", "300 on the 1st and 300 on the 15th".
 *
 * Amounts and days in turn, as pairs in one order throughout, the days rising, the rest last.
 * Whatever does not fit into that is no promise in parts: nothing is guessed. Linear in the text.
 */
#include "reader_dates.h"

#include <stdint.h>
#include <string.h>

#define PARTS_TOKENS_MOST (2 * READER_PARTS_MOST)

typedef struct parts_token {
  size_t first, end;
  int is_day, is_rest;
  arc_day day;
  reader_amount amount;
} parts_token;

/* ---- days, amounts and the rest ---- */

static int parts_day(const reader_text *t, size_t i, parts_token *out, int *clear) {
  reader_date date;
  if (arc__reader_date(t, i, &date)) {
    *clear = date.state <= READER_DATE_PERIOD && date.day != ARC_DAY_NONE;
    out->day = date.day;
    out->end = i + date.count;
  } else if (arc__reader_among(t, i, "now immediately jetzt sofort maintenant ahora abhi")) {
    *clear = 1;
    out->day = t->written;
    out->end = i + 1;
  } else {
    return 0;
  }
  out->is_day = 1;
  return 1;
}

static int parts_amount(const reader_text *t, size_t i, const char *currency, parts_token *out,
                        int *clear) {
  if (!arc__reader_amount(t, i, currency, &out->amount) &&
      !arc__reader_bare_amount(t, i, currency, &out->amount))
    return 0;
  *clear = !out->amount.ambiguous && out->amount.minor > 0;
  out->end = i + out->amount.count;
  return 1;
}

static int parts_rest(const reader_text *t, size_t i, parts_token *out) {
  if (!arc__reader_among(t, i,
                         "rest remainder remaining balance restliche restlichen restbetrag reste "
                         "solde resto saldo baki baaki"))
    return 0;
  out->is_rest = 1;
  out->end = i + 1;
  return 1;
}

/* What stands at i, if it is one of these: *clear if there is no doubt what it says. */
static int parts_token_at(const reader_text *t, size_t i, const char *currency, parts_token *out,
                          int *clear) {
  memset(out, 0, sizeof *out);
  out->first = i;
  *clear = 1;
  return parts_day(t, i, out, clear) || parts_amount(t, i, currency, out, clear) ||
         parts_rest(t, i, out);
}

/* "The remaining half" is a half, "the rest, EUR 500" is 500; "the remaining balance" is one rest.
 */
static int parts_joins(parts_token *last, const parts_token *next) {
  if (last->is_day || next->is_day || next->first > last->end + 2) return 0;
  if (!last->is_rest && !next->is_rest) return 0;
  if (last->is_rest && !next->is_rest) {
    last->amount = next->amount;
    last->is_rest = 0;
  }
  last->end = next->end;
  return 1;
}

static size_t parts_tokens(const reader_text *t, const char *currency,
                           parts_token tokens[PARTS_TOKENS_MOST]) {
  size_t count = 0;
  for (size_t i = 0; i < t->count;) {
    parts_token token;
    int clear;
    if (!parts_token_at(t, i, currency, &token, &clear)) {
      i += arc__reader_unexplained(t, i) ? t->count : 1;
      continue;
    }
    if (!clear || count == PARTS_TOKENS_MOST) return 0;
    i = token.end;
    if (count == 0 || !parts_joins(&tokens[count - 1], &token)) tokens[count++] = token;
  }
  return count;
}

/* ---- pairs ---- */

static size_t parts_pairs(const reader_text *t, const parts_token *tokens, size_t count,
                          reader_part parts[READER_PARTS_MOST]) {
  if (count < 4 || count % 2) return 0;
  for (size_t n = 0; n < count; n += 2) {
    const parts_token *day = &tokens[n + !tokens[0].is_day],
                      *amount = &tokens[n + (size_t)tokens[0].is_day];
    reader_part *part = &parts[n / 2];
    if (!day->is_day || amount->is_day || (amount->is_rest && n + 2 < count)) return 0;
    part->day = day->day;
    part->amount = amount->amount;
    part->first = tokens[n].first;
    part->count = tokens[n + 1].end - tokens[n].first;
    if (n > 0 && part->day <= parts[n / 2 - 1].day) return 0;
  }
  return parts[0].day < t->written ? 0 : count / 2;
}

size_t arc__reader_parts(const reader_text *t, const char *currency,
                         reader_part parts[READER_PARTS_MOST], size_t *rest) {
  parts_token tokens[PARTS_TOKENS_MOST];
  size_t count = parts_tokens(t, currency, tokens), paired = parts_pairs(t, tokens, count, parts);
  int some = 0;
  *rest = SIZE_MAX;
  for (size_t n = 0; n < count && !paired; n++) {
    /* "The full balance" has no rest. */
    some |= !tokens[n].is_day && !tokens[n].is_rest &&
            (tokens[n].amount.currency[0] || tokens[n].amount.minor < 1000000);
    if (some && tokens[n].is_rest) *rest = tokens[n].first;
  }
  return paired;
}
