/* UTF-8 text: checks and comparisons that know no locale. */
#ifndef ARC_TEXT_H
#define ARC_TEXT_H

#include "arcollect/status.h"

/* What a text may hold. */
#define ARC__TEXT_LINE 0 /* no control characters (C0, DEL, C1, U+2028, U+2029): for headers */
#define ARC__TEXT_FREE 1 /* also \n, \r and \t */

/* Resolves ARC_NUL_TERMINATED and checks length, UTF-8 (no overlong forms, no surrogates) and the
 * characters allowed. `what` names the field in the error. */
arc_status arc__text_check(arc_text *text, size_t min, size_t max, int kind, const char *what,
                           uint64_t record, uint32_t field, arc_error *err);

int arc__text_is_utf8(const char *data, size_t size);
/* Bytes (1..4) of the character that data begins with, and its number; 0 if it is not UTF-8. */
size_t arc__text_character(const char *data, size_t size, uint32_t *number);
int arc__text_is_control(uint32_t number); /* C0, DEL, C1, U+2028, U+2029 */
/* The size of UTF-8 that was cut there, less a last character that is not whole. */
size_t arc__text_whole(const char *data, size_t size);
/* The size in bytes, ARC_NUL_TERMINATED resolved; NULL then has none. */
size_t arc__text_size(const char *data, size_t size);
int arc__text_equal(arc_text a, arc_text b);
int arc__text_compare(arc_text a, arc_text b); /* by bytes, shorter first: < 0, 0, > 0 */
/* ASCII only, whatever the locale. */
static inline char arc__upper(char c) {
  return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}
static inline int arc__is_digit(char c) {
  return c >= '0' && c <= '9';
}
static inline int arc__is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Decimal digits of v, NUL-terminated, into at least 21 bytes; returns the length. */
size_t arc__format_integer(char *buf, int64_t v);
/* The same with a point before the last `digits` (0..18) of them, into at least 24 bytes. */
size_t arc__format_decimal(char *buf, int64_t v, int32_t digits);

#endif
