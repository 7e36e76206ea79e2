/*
 * Fixed-point numbers: exponential, logarithm, root and odds in 64-bit integers.
 *
 * They take a few dozen nanoseconds, and their results depend on no compiler, processor or mathematical library.
 * Errors are below 2^-18 of a result; what matters is that they are the same everywhere.
 */
#include "scorer_internal.h"

#define FIXED_LOG2_E INT64_C(1512775)  /* 1 / ln 2, of 2^20 */
#define FIXED_LN_2 INT64_C(726817)     /* ln 2, of 2^20 */

/* 2^x = 2^whole * 2^part, the second factor by its series, coefficients ln(2)^n / n! of 2^30. */
int64_t arc__fixed_exp(int64_t x) {
  static const int64_t series[] = {1073741824, 744261118, 257941248, 59597083, 10327387, 1431680, 165394};
  const int64_t limit = 9 * ARC__UNIT;
  if (x > limit) x = limit;
  if (x < -limit) x = -limit;
  int64_t power = x * FIXED_LOG2_E / ARC__UNIT, whole = power / ARC__UNIT, part = power % ARC__UNIT;
  if (part < 0) {
    part += ARC__UNIT;
    whole--;
  }
  int64_t sum = series[6];
  for (int i = 5; i >= 0; i--) sum = series[i] + sum * part / ARC__UNIT;
  return whole >= -10 ? sum / 1024 * (INT64_C(1) << (whole + 10)) / 1024 : sum / 1024 / (INT64_C(1) << -whole);
}

/* ln(2^n * m) with m from 1 to 2: n * ln 2 + 2 artanh((m - 1) / (m + 1)). */
int64_t arc__fixed_log(int64_t ratio) {
  int64_t whole = 0, scaled = ratio < 1 ? 1 : ratio;
  while (scaled >= 2 * ARC__UNIT * 1024) {
    scaled /= 2;
    whole++;
  }
  while (scaled < ARC__UNIT * 1024) {
    scaled *= 2;
    whole--;
  }
  int64_t z = (scaled - ARC__ONE) * ARC__UNIT / ((scaled + ARC__ONE) / 1024) / 1024;
  int64_t square = z * z / ARC__UNIT, sum = 0;
  for (int64_t n = 11; n >= 1; n -= 2) sum = ARC__UNIT / n + sum * square / ARC__UNIT;
  return (whole + 10) * FIXED_LN_2 + 2 * (z * sum / ARC__UNIT);
}

int64_t arc__fixed_root(int64_t x) {
  uint64_t left = x > 0 ? (uint64_t)x : 0, root = 0, bit = UINT64_C(1) << 62;
  while (bit > left) bit >>= 2;
  for (; bit; bit >>= 2) {
    if (left >= root + bit) {
      left -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return (int64_t)root;
}

int64_t arc__fixed_divide(int64_t a, int64_t b) {
  const int64_t most = INT64_MAX / ARC__UNIT;
  while (a > most || a < -most) {
    a /= 2;
    b /= 2;
  }
  return a * ARC__UNIT / (b > 0 ? b : 1);
}

uint32_t arc__fixed_odds(uint32_t probability, int64_t factor) {
  uint64_t odds = (uint64_t)probability * (uint64_t)factor / (uint64_t)ARC__UNIT;
  uint64_t all = odds + (uint64_t)ARC__ONE - probability;
  for (; odds >= UINT64_C(1) << 33; odds >>= 1) all >>= 1;
  return (uint32_t)((odds << 30) / all);
}
