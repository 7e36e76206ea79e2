/** Structured payment references: check digits, and what a mistyped one may have been. They know no ledger. */
#ifndef ARCOLLECT_REFERENCES_H
#define ARCOLLECT_REFERENCES_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Schemes. Blanks are ignored in all of them, letters may be small. */
#define ARC_REFERENCE_RF 1             /**< ISO 11649: RF, two digits, 1..21 letters or digits; mod 97 is 1 */
#define ARC_REFERENCE_SWISS 2          /**< QR reference and ESR: 2..27 digits, recursive mod 10; filled up to 27 */
#define ARC_REFERENCE_FINNISH 3        /**< 4..20 digits, weights 7, 3, 1 from the right */
#define ARC_REFERENCE_BELGIAN 4        /**< OGM/VCS: 10 digits and their remainder by 97 (0: 97); +++ddd/dddd/ddddd+++ or 12
                                            digits */
#define ARC_REFERENCE_KID_10 5         /**< Norwegian KID: 2..25 digits, mod 10 (Luhn) */
#define ARC_REFERENCE_KID_11 6         /**< Norwegian KID: 2..25, mod 11, weights 2..7; the last may be - */
#define ARC_REFERENCE_OCR 7            /**< Swedish OCR: 2..25 digits, mod 10 (Luhn) */
#define ARC_REFERENCE_OCR_LENGTH 8     /**< the same with the total length, mod 10, before the check digit */

#define ARC_REFERENCE_SIZE 28 /**< bytes of a reference, NUL included */

typedef struct arc_reference {
  uint32_t struct_size;
  int32_t scheme;                 /**< ARC_REFERENCE_* */
  char text[ARC_REFERENCE_SIZE];  /**< normalised: capital letters and digits only, NUL-terminated */
} arc_reference;
#define ARC_REFERENCE_INIT {(uint32_t)sizeof(arc_reference), 0, {0}}

/** Checks a reference and writes it normalised into *out (may be NULL).
 * @param size  bytes, or ARC_NUL_TERMINATED
 * @return ARC_OK; ARC_E_INVALID: no such scheme, or what is wrong (length, form, check digit); ARC_E_ABI. Since 0.1. */
ARC_API arc_status arc_reference_check(arc_reference *out, int32_t scheme, const char *text, size_t size,
                                       arc_error *err);

/** What a reference with a wrong check digit may have been: all valid ones with one digit or letter changed, or two
 * neighbours swapped, in the order of the place that is changed. One of them may be right, none of them is sure.
 * @param rows      receives `capacity` at most, which lie rows->struct_size bytes apart; NULL with capacity 0
 * @param count     receives how many there are; 0 for a valid reference
 * @return ARC_OK; ARC_E_INVALID: no such scheme, or not of its form at all; ARC_E_ABI. Since 0.1. */
ARC_API arc_status arc_reference_repairs(arc_reference *rows, size_t capacity, size_t *count, int32_t scheme,
                                         const char *text, size_t size, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
