/* Products of 64-bit numbers, kept in two words, since no wider integer is portable. */
#ifndef ARC_WIDE_H
#define ARC_WIDE_H

#include <stdint.h>

typedef struct arc__wide {
  uint64_t high, low;
} arc__wide;

static inline arc__wide arc__wide_multiply(uint64_t a, uint64_t b) {
  uint64_t a_low = a & UINT32_MAX, a_high = a >> 32, b_low = b & UINT32_MAX, b_high = b >> 32;
  uint64_t low = a_low * b_low;
  uint64_t middle = a_high * b_low + (low >> 32); /* cannot overflow: (2^32 - 1)^2 + 2^32 - 1 */
  uint64_t other = a_low * b_high + (middle & UINT32_MAX);
  arc__wide product = {a_high * b_high + (middle >> 32) + (other >> 32),
                       other << 32 | (low & UINT32_MAX)};
  return product;
}

/* The sum must fit. */
static inline arc__wide arc__wide_add(arc__wide a, arc__wide b) {
  arc__wide sum = {a.high + b.high, a.low + b.low};
  sum.high += sum.low < a.low;
  return sum;
}

/* The quotient; needs high < divisor < 2^63. 64 steps if the number needs more than 64 bits, else
 * one instruction. */
static inline uint64_t arc__wide_divide(arc__wide number, uint64_t divisor, uint64_t *remainder) {
  uint64_t rest = number.high, quotient = number.low;
  if (rest == 0) {
    *remainder = quotient % divisor;
    return quotient / divisor;
  }
  /* Bits move from the low word into the rest at one end, and bits of the quotient follow at the
   * other. */
  for (int i = 0; i < 64; i++) {
    rest = rest << 1 | quotient >> 63;
    quotient <<= 1;
    if (rest >= divisor) {
      rest -= divisor;
      quotient |= 1;
    }
  }
  *remainder = rest;
  return quotient;
}

#endif
