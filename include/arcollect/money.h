/** Currencies of ISO 4217 and exact amounts in minor units. No floating point, no locale. */
#ifndef ARCOLLECT_MONEY_H
#define ARCOLLECT_MONEY_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ARC_CURRENCY_UNKNOWN (-1)       /**< not an ISO 4217 code in use */
#define ARC_CURRENCY_NO_MINOR_UNIT (-2) /**< a code without a minor unit, such as XAU */

/** Digits after the decimal point of a currency: 0 (JPY), 2 (USD), 3 (KWD) or 4 (CLF); or one of the
 * two negative values above. `code` is three capital letters, NUL-terminated; NULL is unknown.
 * Source: ISO 4217 list one. Since 0.1. */
ARC_API int32_t arc_currency_digits(const char *code);

/** Reads a decimal amount such as "-1234.56" or "1234" into minor units. Plain ASCII digits, one optional
 * leading '-' or '+', at most the currency's digits after one '.', a digit on both sides of it; no
 * grouping, no exponent, no blanks. `size` may be ARC_NUL_TERMINATED.
 * @return ARC_OK, ARC_E_SYNTAX (column says where), ARC_E_OVERFLOW, or ARC_E_INVALID for an unknown
 * currency; *minor is untouched on failure. Since 0.1. */
ARC_API arc_status arc_money_parse(int64_t *minor, const char *text, size_t size, const char *currency,
                                   arc_error *err);

/** Writes minor units as a decimal such as "-1234.56" with exactly the currency's digits, NUL-terminated.
 * 24 bytes suffice for every amount. @param size  receives the length without NUL; may be NULL.
 * @return ARC_OK, or ARC_E_INVALID (unknown currency, or cap too small; nothing written). Since 0.1. */
ARC_API arc_status arc_money_format(char *buf, size_t cap, size_t *size, int64_t minor,
                                    const char *currency, arc_error *err);

/** amount * numerator / denominator, rounded half to even, with a 128-bit intermediate.
 * @return ARC_OK, ARC_E_OVERFLOW, or ARC_E_INVALID for a denominator <= 0; *out untouched on failure.
 * Since 0.1. */
ARC_API arc_status arc_money_scale(int64_t *out, int64_t amount, int64_t numerator, int64_t denominator,
                                   arc_error *err);

/** Splits `total` (>= 0) over `count` weights (each >= 0, not all 0) by largest remainder, ties to the
 * lower index: the parts add up to the total exactly. @param parts  receives count amounts.
 * @return ARC_OK, ARC_E_INVALID or ARC_E_OVERFLOW; parts untouched on failure. Since 0.1. */
ARC_API arc_status arc_money_split(int64_t *parts, int64_t total, const int64_t *weights, size_t count,
                                   arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
