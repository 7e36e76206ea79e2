/* Arithmetic that notices overflow: 1 if the result fits (and is stored), 0 if not. */
#ifndef ARC_CHECKED_H
#define ARC_CHECKED_H

#include <stdint.h>

static inline int arc__add(int64_t *out, int64_t a, int64_t b) {
  if ((b > 0 && a > INT64_MAX - b) || (b < 0 && a < INT64_MIN - b)) return 0;
  *out = a + b;
  return 1;
}

static inline int arc__subtract(int64_t *out, int64_t a, int64_t b) {
  if ((b < 0 && a > INT64_MAX + b) || (b > 0 && a < INT64_MIN + b)) return 0;
  *out = a - b;
  return 1;
}

static inline int arc__multiply(int64_t *out, int64_t a, int32_t b) {
  if (a > INT32_MAX || a < INT32_MIN) { /* else no product passes 64 bits */
    if (a == INT64_MIN || b == INT32_MIN) return 0;
    if (b != 0 && (a < 0 ? -a : a) > INT64_MAX / (b < 0 ? -b : b)) return 0;
  }
  *out = a * b;
  return 1;
}

#endif
