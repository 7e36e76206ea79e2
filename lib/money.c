/* Amounts as text, scaled and split, exactly. Products are kept in 128 bits; nothing allocates. A
 * division costs 64 steps when the product needs more than 64 bits, else one instruction. */
#include "arcollect/money.h"

#include "checked.h"
#include "error.h"
#include "text.h"
#include "wide.h"

#include <string.h>

static uint64_t money_magnitude(int64_t v) {
  return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

/* 1 if the amount fits and is stored, else 0. */
static int money_from_magnitude(int64_t *out, uint64_t magnitude, int negative) {
  if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0)) return 0;
  if (negative && magnitude > 0)
    *out = -(int64_t)(magnitude - 1) - 1;
  else
    *out = (int64_t)magnitude;
  return 1;
}

/* ---- text ---- */

static arc_status money_currency_digits(int32_t *digits, const char *currency, arc_error *err) {
  *digits = arc_currency_digits(currency);
  if (*digits >= 0) return ARC_OK;
  if (*digits == ARC_CURRENCY_NO_MINOR_UNIT)
    return arc__fail(err, ARC_E_INVALID, "currency %s has no minor unit, so it holds no amounts",
                     currency);
  return arc__fail(err, ARC_E_INVALID,
                   "currency \"%.*s\" is no ISO 4217 code in use, such as \"EUR\"", 8,
                   currency ? currency : "");
}

static arc_status money_fail_syntax(size_t at, const char *currency, int32_t digits,
                                    arc_error *err) {
  return arc__fail_at(
      err, ARC_E_SYNTAX, 1, (uint32_t)at + 1,
      "not an amount from column %u on: expected digits, in %s with %s%d after one '.'",
      (unsigned)at + 1, currency, digits ? "at most " : "", (int)digits);
}

/* Appends a digit; remembers in *fits whether the number still does. */
static void money_append(uint64_t *value, int *fits, char digit) {
  uint64_t v = (uint64_t)(digit - '0');
  if (*value > (UINT64_MAX - v) / 10)
    *fits = 0;
  else
    *value = *value * 10 + v;
}

arc_status arc_money_parse(int64_t *minor, const char *text, size_t size, const char *currency,
                           arc_error *err) {
  int32_t digits;
  if (!minor || (!text && size != 0))
    return arc__fail(err, ARC_E_INVALID, "%s is NULL", minor ? "text" : "minor");
  ARC__TRY(money_currency_digits(&digits, currency, err));
  size = arc__text_size(text, size);

  int negative = size > 0 && text[0] == '-', fits = 1;
  size_t at = negative || (size > 0 && text[0] == '+'), first = at;
  uint64_t value = 0;
  while (at < size && arc__is_digit(text[at]))
    money_append(&value, &fits, text[at++]);
  if (at == first) return money_fail_syntax(at, currency, digits, err);

  int32_t decimals = 0;
  if (at < size && text[at] == '.' && digits > 0) {
    for (at++; at < size && decimals < digits && arc__is_digit(text[at]); decimals++)
      money_append(&value, &fits, text[at++]);
    if (decimals == 0) return money_fail_syntax(at, currency, digits, err);
  }
  if (at < size) return money_fail_syntax(at, currency, digits, err);
  for (; decimals < digits; decimals++)
    money_append(&value, &fits, '0');

  if (!fits || !money_from_magnitude(minor, value, negative))
    return arc__fail(err, ARC_E_OVERFLOW, "the amount does not fit 64 bits of minor units of %s",
                     currency);
  return ARC_OK;
}

arc_status arc_money_format(char *buf, size_t cap, size_t *size, int64_t minor,
                            const char *currency, arc_error *err) {
  int32_t digits;
  ARC__TRY(money_currency_digits(&digits, currency, err));
  char text[24];
  size_t length = arc__format_decimal(text, minor, digits);
  if (!buf || cap <= length)
    return arc__fail(err, ARC_E_INVALID, "buf has room for %llu bytes, the amount needs %llu",
                     buf ? (unsigned long long)cap : 0, (unsigned long long)length + 1);
  memcpy(buf, text, length + 1);
  if (size) *size = length;
  return ARC_OK;
}

/* ---- arithmetic ---- */

arc_status arc_money_scale(int64_t *out, int64_t amount, int64_t numerator, int64_t denominator,
                           arc_error *err) {
  if (!out) return arc__fail(err, ARC_E_INVALID, "out is NULL");
  if (denominator <= 0)
    return arc__fail(err, ARC_E_INVALID, "denominator is %lld, must be greater than 0",
                     (long long)denominator);
  uint64_t divisor = (uint64_t)denominator, rest = 0, quotient = UINT64_MAX;
  arc__wide product = arc__wide_multiply(money_magnitude(amount), money_magnitude(numerator));
  if (product.high < divisor) quotient = arc__wide_divide(product, divisor, &rest);
  /* A quotient at the very top overflows with or without rounding, so it may stay as it is. */
  if (quotient != UINT64_MAX &&
      (rest > divisor - rest || (rest == divisor - rest && quotient % 2 == 1)))
    quotient++;
  if (!money_from_magnitude(out, quotient, (amount < 0) != (numerator < 0)))
    return arc__fail(err, ARC_E_OVERFLOW, "%lld * %lld / %lld does not fit 64 bits",
                     (long long)amount, (long long)numerator, (long long)denominator);
  return ARC_OK;
}

static arc_status money_sum_weights(int64_t *sum, const int64_t *weights, size_t count,
                                    arc_error *err) {
  *sum = 0;
  for (size_t i = 0; i < count; i++) {
    if (weights[i] < 0)
      return arc__fail_field(err, ARC_E_INVALID, i, 0, "weight is %lld, must not be negative",
                             (long long)weights[i]);
    if (!arc__add(sum, *sum, weights[i]))
      return arc__fail_field(err, ARC_E_OVERFLOW, i, 0,
                             "the sum of the weights does not fit 64 bits");
  }
  if (*sum == 0) return arc__fail(err, ARC_E_INVALID, "one weight at least must be greater than 0");
  return ARC_OK;
}

static size_t money_count_above(const int64_t *values, size_t count, int64_t limit) {
  size_t above = 0;
  for (size_t i = 0; i < count; i++)
    above += values[i] > limit;
  return above;
}

/* The smallest limit that at most `wanted` of the values, all below `end`, exceed: found by
 * halving, which needs no memory for an order of the values. */
static int64_t money_limit(const int64_t *values, size_t count, size_t wanted, int64_t end) {
  int64_t low = 0, high = end - 1;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (money_count_above(values, count, middle) <= wanted)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* total * weight / sum, rounded down. */
static int64_t money_share(int64_t total, int64_t weight, int64_t sum, int64_t *remainder) {
  uint64_t rest;
  uint64_t share =
      arc__wide_divide(arc__wide_multiply((uint64_t)total, (uint64_t)weight), (uint64_t)sum, &rest);
  *remainder = (int64_t)rest;
  return (int64_t)share;
}

arc_status arc_money_split(int64_t *parts, int64_t total, const int64_t *weights, size_t count,
                           arc_error *err) {
  int64_t sum, remainder;
  if (count != 0 && (!parts || !weights))
    return arc__fail(err, ARC_E_INVALID, "%s is NULL", parts ? "weights" : "parts");
  if (total < 0)
    return arc__fail(err, ARC_E_INVALID, "total is %lld, must not be negative", (long long)total);
  ARC__TRY(money_sum_weights(&sum, weights, count, err));

  /* The parts hold the remainders first, to see who gets one of the units that are left. */
  int64_t left = total; /* what rounding down leaves: fewer units than there are remainders */
  for (size_t i = 0; i < count; i++)
    left -= money_share(total, weights[i], sum, &parts[i]);
  int64_t limit = money_limit(parts, count, (size_t)left, sum);
  size_t ties = (size_t)left - money_count_above(parts, count, limit);
  for (size_t i = 0; i < count; i++) {
    int tie = parts[i] == limit && ties > 0;
    if (tie) ties--;
    int64_t more = tie || parts[i] > limit;
    parts[i] = money_share(total, weights[i], sum, &remainder) + more;
  }
  return ARC_OK;
}
