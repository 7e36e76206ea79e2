/* Tokens of a policy's text. Linear, without memory of its own. */
#include "cadence_reader.h"

#include "arcollect/money.h"
#include "error.h"
#include "text.h"

#include <string.h>

#define READER_AMOUNT_DIGITS   14 /* before the point: 14 + 4 digits fit 64 bits */
#define READER_AMOUNT_DECIMALS 4

arc_status arc__policy_fail(const arc__policy_reader *r, const char *expected) {
  if (r->kind == ARC__POLICY_END)
    return arc__fail_at(r->err, ARC_E_SYNTAX, r->line_number, r->column,
                        "expected %s, found the end of the line", expected);
  size_t shown = r->size <= 40 ? r->size : arc__text_whole(r->token, 40);
  return arc__fail_at(r->err, ARC_E_SYNTAX, r->line_number, r->column,
                      "expected %s, found \"%.*s\"", expected, (int)shown, r->token);
}

static int policy_blank(char c) {
  return c == ' ' || c == '\t';
}

static int policy_in_word(char c) {
  return !policy_blank(c) && c != ',' && c != '#' && c != '"';
}

arc_status arc__policy_next(arc__policy_reader *r) {
  while (r->at < r->line_end && policy_blank(*r->at))
    r->at++;
  r->column = (uint32_t)(r->at - r->line) + 1;
  r->token = r->at;
  r->size = 0;
  r->kind = ARC__POLICY_END;
  if (r->at == r->line_end || *r->at == '#') return ARC_OK;
  if (*r->at == ',') {
    r->kind = ARC__POLICY_COMMA;
    r->at++;
    r->size = 1;
    return ARC_OK;
  }
  if (*r->at == '"') {
    r->token = ++r->at;
    while (r->at < r->line_end && *r->at != '"')
      r->at++;
    if (r->at == r->line_end)
      return arc__fail_at(r->err, ARC_E_SYNTAX, r->line_number, r->column,
                          "expected a closing '\"' before the end of the line");
    r->kind = ARC__POLICY_STRING;
    r->size = (size_t)(r->at++ - r->token);
    return ARC_OK;
  }
  r->kind = ARC__POLICY_WORD;
  while (r->at < r->line_end && policy_in_word(*r->at))
    r->at++;
  r->size = (size_t)(r->at - r->token);
  return ARC_OK;
}

void arc__policy_line(arc__policy_reader *r, const char *start) {
  const char *end = start;
  while (end < r->text_end && *end != '\n')
    end++;
  r->line = r->at = start;
  r->line_end = end > start && end < r->text_end && end[-1] == '\r' ? end - 1 : end;
  r->line_number++;
}

arc_status arc__policy_next_line(arc__policy_reader *r, int *more) {
  *more = 1;
  for (;;) {
    const char *end = r->line_end;
    while (end < r->text_end && *end != '\n')
      end++;
    if (end == r->text_end) {
      *more = 0;
      return ARC_OK;
    }
    arc__policy_line(r, end + 1);
    ARC__TRY(arc__policy_next(r));
    if (r->kind != ARC__POLICY_END) return ARC_OK;
  }
}

int arc__policy_is(const arc__policy_reader *r, const char *word) {
  return r->kind == ARC__POLICY_WORD && r->size == strlen(word) &&
         memcmp(r->token, word, r->size) == 0;
}

arc_status arc__policy_expect(arc__policy_reader *r, const char *word, const char *expected) {
  return arc__policy_is(r, word) ? arc__policy_next(r) : arc__policy_fail(r, expected);
}

arc_status arc__policy_expect_end(const arc__policy_reader *r) {
  return r->kind == ARC__POLICY_END ? ARC_OK : arc__policy_fail(r, "the end of the line");
}

int32_t arc__policy_find(const arc__policy_reader *r, const char *const *words, int32_t count) {
  for (int32_t i = 0; i < count; i++)
    if (words[i][0] && arc__policy_is(r, words[i])) return i;
  return -1;
}

int arc__policy_digits(const char **at, const char *end, int64_t max, int64_t *value) {
  const char *start = *at;
  int64_t v = 0;
  while (*at < end && arc__is_digit(**at)) {
    int digit = *(*at)++ - '0';
    if (v > (max - digit) / 10) return 0;
    v = v * 10 + digit;
  }
  *value = v;
  return *at > start && (*start != '0' || *at == start + 1);
}

int arc__policy_number(const arc__policy_reader *r, int64_t max, char unit, int32_t *value) {
  const char *at = r->token, *end = r->token + r->size;
  int64_t v = 0;
  if (r->kind != ARC__POLICY_WORD || !arc__policy_digits(&at, end, max, &v) || v == 0) return 0;
  if (unit && (at == end || *at++ != unit)) return 0;
  *value = (int32_t)v;
  return at == end;
}

arc_status arc__policy_name(arc__policy_reader *r, char out[ARC__CADENCE_WORD_MAX + 1],
                            const char *expected) {
  if (r->kind != ARC__POLICY_WORD || r->size > ARC__CADENCE_WORD_MAX)
    return arc__policy_fail(r, expected);
  for (size_t i = 0; i < r->size; i++) {
    char c = r->token[i];
    if (!(c >= 'a' && c <= 'z') && !arc__is_digit(c) && c != '-')
      return arc__policy_fail(r, expected);
  }
  memcpy(out, r->token, r->size);
  out[r->size] = 0;
  return arc__policy_next(r);
}

arc_status arc__policy_string(arc__policy_reader *r, char out[ARC__CADENCE_NAME_MAX + 1],
                              const char *expected) {
  if (r->kind != ARC__POLICY_STRING || r->size == 0 || r->size > ARC__CADENCE_NAME_MAX)
    return arc__policy_fail(r, expected);
  memcpy(out, r->token, r->size);
  out[r->size] = 0;
  return arc__policy_next(r);
}

arc_status arc__policy_amount(arc__policy_reader *r, arc__cadence_amount *amount) {
  static const char expected[] = "an amount such as 500.00, of at most 14 digits and 4 decimals";
  const char *at = r->token, *end = r->token + r->size;
  int64_t whole = 0;
  if (r->kind != ARC__POLICY_WORD || !arc__policy_digits(&at, end, INT64_MAX, &whole) ||
      at - r->token > READER_AMOUNT_DIGITS)
    return arc__policy_fail(r, expected);
  amount->decimals = 0;
  if (at < end) {
    size_t decimals = (size_t)(end - at) - 1;
    if (*at++ != '.' || decimals == 0 || decimals > READER_AMOUNT_DECIMALS)
      return arc__policy_fail(r, expected);
    amount->decimals = (uint8_t)decimals;
  }
  for (size_t i = 0; i < READER_AMOUNT_DECIMALS; i++) {
    whole *= 10;
    if (at == end) continue;
    if (!arc__is_digit(*at)) return arc__policy_fail(r, expected);
    whole += *at++ - '0';
  }
  amount->value = whole;
  amount->is_set = 1;
  return arc__policy_next(r);
}

arc_status arc__policy_currency(arc__policy_reader *r, char out[4]) {
  char code[4] = "";
  if (r->kind == ARC__POLICY_WORD && r->size == 3) memcpy(code, r->token, 3);
  if (!code[0] || arc_currency_digits(code) < 0)
    return arc__policy_fail(r, "a currency's code such as EUR");
  memcpy(out, code, 4);
  return arc__policy_next(r);
}
