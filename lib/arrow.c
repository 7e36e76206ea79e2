/* Columns of other makers: types are told by their format strings, cells are read byte by byte as the machine
 * has them, so that no alignment is asked for, and every number that leads to other memory is looked at
 * first. What cannot be known is whether a buffer is as long as its array says. Amounts and days are taken
 * exactly or not at all. */
#include "arrow.h"

#include "arcollect/money.h"
#include "error.h"
#include "wide.h"

#include <string.h>

#define ARROW_MOST               (INT64_MAX / 64) /* rows, so that no place of one overflows */
#define ARROW_SCALE_MAX          76
#define ARROW_MILLISECONDS_A_DAY 86400000

/* ---- types ---- */

/* "d:19,4" or "d:19,4,128" */
static int arrow_decimal(arc__arrow_column *column, const char *format) {
  int32_t numbers[3] = {0, 0, 128};
  for (int i = 0; i < 3; i++) {
    int negative = *format == '-', digits = 0;
    format += negative;
    for (numbers[i] = 0; *format >= '0' && *format <= '9' && digits < 4; format++, digits++)
      numbers[i] = numbers[i] * 10 + (*format - '0');
    if (digits == 0 || digits == 4) return 0;
    if (negative) numbers[i] = -numbers[i];
    if (i == 1 && *format == 0) {
      numbers[2] = 128;
      break;
    }
    if (*format++ != (i < 2 ? ',' : 0)) return 0;
  }
  column->kind = ARC__ARROW_DECIMAL;
  column->scale = numbers[1];
  column->width = numbers[2] / 8;
  return numbers[1] >= -ARROW_SCALE_MAX && numbers[1] <= ARROW_SCALE_MAX &&
         (numbers[2] == 32 || numbers[2] == 64 || numbers[2] == 128);
}

/* "tsm:" of milliseconds; a time zone behind it makes it no day. */
static int arrow_moment(arc__arrow_column *column, const char *format) {
  static const char units[] = "smun";
  const char *unit = format[0] ? strchr(units, format[0]) : NULL;
  if (!unit || format[1] != ':' || format[2] != 0) return 0;
  column->kind = ARC__ARROW_MOMENT;
  column->width = 8;
  for (column->a_day = 86400; unit > units; unit--)
    column->a_day *= 1000;
  return 1;
}

static int arrow_integer_type(arc__arrow_column *column, char letter) {
  static const char letters[] = "cCsSiIlL";
  const char *at = strchr(letters, letter);
  if (!letter || !at) return 0;
  column->kind = ARC__ARROW_INTEGER;
  column->width = 1 << (at - letters) / 2;
  column->is_signed = (at - letters) % 2 == 0;
  return 1;
}

static int arrow_text_type(const char *format) {
  return strcmp(format, "u") == 0    ? ARC__ARROW_TEXT
         : strcmp(format, "U") == 0  ? ARC__ARROW_LARGE_TEXT
         : strcmp(format, "vu") == 0 ? ARC__ARROW_TEXT_VIEW
                                     : 0;
}

static int arrow_type(arc__arrow_column *column, const struct ArrowSchema *field) {
  const char *format = field->format;
  if (field->dictionary) {
    column->values = field->dictionary->format ? arrow_text_type(field->dictionary->format) : 0;
    if (!arrow_integer_type(column, format[0]) || format[1] || !column->values ||
        field->dictionary->dictionary)
      return 0;
    column->kind = ARC__ARROW_DICTIONARY;
    return 1;
  }
  if ((column->kind = arrow_text_type(format)) != 0) return 1;
  if (strcmp(format, "n") == 0) {
    column->kind = ARC__ARROW_NULLS;
    return 1;
  }
  if (strncmp(format, "d:", 2) == 0) return arrow_decimal(column, format + 2);
  if (strncmp(format, "ts", 2) == 0) return arrow_moment(column, format + 2);
  if (strcmp(format, "tdD") == 0) {
    column->kind = ARC__ARROW_DAY;
    column->width = 4;
    return 1;
  }
  if (strcmp(format, "tdm") == 0) {
    column->kind = ARC__ARROW_MOMENT;
    column->width = 8;
    column->a_day = ARROW_MILLISECONDS_A_DAY;
    return 1;
  }
  return format[0] && !format[1] && arrow_integer_type(column, format[0]);
}

arc_status arc__arrow_field(arc__arrow_column *column, const struct ArrowSchema *field, arc_error *err) {
  memset(column, 0, sizeof *column);
  if (field->format && arrow_type(column, field)) return ARC_OK;
  return arc__fail(err, ARC_E_INVALID,
                   "column %s is of Arrow's type \"%.40s\": cast it to utf8, an integer, decimal128, date32 "
                   "or a timestamp "
                   "without a time zone",
                   field->name ? field->name : "", field->format ? field->format : "");
}

int arc__arrow_is_text(const arc__arrow_column *column) {
  return (column->kind >= ARC__ARROW_TEXT && column->kind <= ARC__ARROW_TEXT_VIEW) ||
         column->kind == ARC__ARROW_DICTIONARY;
}

/* ---- arrays ---- */

/* What can be wrong with an array of a kind from row `first` on; NULL: nothing that can be told. */
static const char *arrow_wrong(const struct ArrowArray *array, int kind, int64_t first, int64_t count) {
  int64_t buffers = kind == ARC__ARROW_NULLS                                   ? 0
                    : kind == ARC__ARROW_TEXT || kind == ARC__ARROW_LARGE_TEXT ? 3
                                                                               : 2;
  if (!array || !array->release) return "is released";
  if (array->length < 0 || array->offset < 0 || array->length > ARROW_MOST || array->offset > ARROW_MOST)
    return "has a length or an offset that cannot be";
  if (first > array->length || count > array->length - first) return "is shorter than its table";
  if (array->null_count < -1 || array->null_count > array->length)
    return "has a count of nulls that cannot be";
  if (kind == ARC__ARROW_TEXT_VIEW ? array->n_buffers < 3 || array->n_buffers > ARROW_MOST
                                   : array->n_buffers != buffers)
    return "has another number of buffers than its type";
  if (array->n_buffers == 0) return NULL;
  if (!array->buffers) return "has no buffers";
  if (array->null_count > 0 && !array->buffers[0]) return "has nulls, but does not say which";
  if (count > 0 && !array->buffers[1]) return "has no values";
  return kind == ARC__ARROW_TEXT_VIEW && array->n_buffers > 3 && !array->buffers[array->n_buffers - 1]
             ? "does not say how long its buffers are"
             : NULL;
}

arc_status arc__arrow_take(arc__arrow_column *column, const struct ArrowArray *array, const char *name,
                           int64_t first, int64_t count, arc_error *err) {
  const char *wrong = arrow_wrong(array, column->kind, first, count);
  if (!wrong && column->kind == ARC__ARROW_DICTIONARY) {
    wrong = arrow_wrong(array->dictionary, column->values, 0, 0);
    if (!wrong && array->dictionary->length > 0 && !array->dictionary->buffers[1])
      wrong = "has no values in its dictionary";
  }
  if (wrong) return arc__fail(err, ARC_E_INVALID, "the array of column %s %s", name, wrong);
  column->array = array;
  column->first = array->offset + first;
  return ARC_OK;
}

/* ---- cells ---- */

static int arrow_bit(const struct ArrowArray *array, int64_t at) {
  const unsigned char *bits = array->buffers[0];
  return !bits || (bits[at / 8] >> at % 8 & 1);
}

static const unsigned char *arrow_value(const arc__arrow_column *column, int64_t row) {
  return (const unsigned char *)column->array->buffers[1] +
         (size_t)(column->first + row) * (size_t)column->width;
}

int arc__arrow_row_is_null(const struct ArrowArray *array, int64_t row) {
  return array->null_count != 0 && array->n_buffers > 0 && !arrow_bit(array, array->offset + row);
}

static int arrow_is_little(void) {
  const uint16_t one = 1;
  unsigned char first;
  memcpy(&first, &one, 1);
  return first;
}

static int32_t arrow_int32_at(const unsigned char *at) {
  int32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static int64_t arrow_int64_at(const unsigned char *at) {
  int64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

/* An integer of 1, 2, 4 or 8 bytes; 0 if it is not signed and has no place in int64. */
static int arrow_integer_at(int64_t *out, const unsigned char *at, int width, int is_signed) {
  int16_t two;
  uint16_t unsigned_two;
  int8_t one;
  uint32_t unsigned_four;
  switch (width) {
  case 1:
    memcpy(&one, at, sizeof one);
    *out = is_signed ? one : (int64_t)*at;
    return 1;
  case 2:
    memcpy(&two, at, sizeof two);
    memcpy(&unsigned_two, at, sizeof unsigned_two);
    *out = is_signed ? two : (int64_t)unsigned_two;
    return 1;
  case 4:
    memcpy(&unsigned_four, at, sizeof unsigned_four);
    *out = is_signed ? arrow_int32_at(at) : (int64_t)unsigned_four;
    return 1;
  default:
    *out = arrow_int64_at(at);
    return is_signed || *out >= 0;
  }
}

static const char *arrow_text_at(arc_text *out, const struct ArrowArray *array, int kind, int64_t at) {
  const unsigned char *offsets =
      (const unsigned char *)array->buffers[1] + (size_t)at * (kind == ARC__ARROW_LARGE_TEXT ? 8 : 4);
  int64_t begin = kind == ARC__ARROW_LARGE_TEXT ? arrow_int64_at(offsets) : arrow_int32_at(offsets);
  int64_t end = kind == ARC__ARROW_LARGE_TEXT ? arrow_int64_at(offsets + 8) : arrow_int32_at(offsets + 4);
  if (begin < 0 || end < begin) return "is a text that ends before it begins";
  if ((uint64_t)end >= SIZE_MAX) return "is a text beyond what memory can be";
  if (end > begin && !array->buffers[2]) return "is a text without bytes";
  out->size = (size_t)(end - begin);
  out->data = out->size ? (const char *)array->buffers[2] + begin : NULL;
  return NULL;
}

/* Sixteen bytes: the size, then up to 12 bytes of text, or the first four of it, a buffer and a place there.
 */
static const char *arrow_view_at(arc_text *out, const struct ArrowArray *array, int64_t at) {
  const unsigned char *view = (const unsigned char *)array->buffers[1] + (size_t)at * 16;
  int32_t size = arrow_int32_at(view), buffer = arrow_int32_at(view + 8), place = arrow_int32_at(view + 12);
  if (size < 0) return "is a text of less than no bytes";
  out->size = (size_t)size;
  out->data = (const char *)view + 4;
  if (size <= 12) return NULL;
  if (buffer < 0 || buffer >= array->n_buffers - 3 || place < 0)
    return "is a text in a buffer that is not there";
  int64_t room =
      arrow_int64_at((const unsigned char *)array->buffers[array->n_buffers - 1] + (size_t)buffer * 8);
  if (place > room || size > room - place || !array->buffers[2 + buffer])
    return "is a text beyond its buffer";
  out->data = (const char *)array->buffers[2 + buffer] + place;
  return NULL;
}

static const char *arrow_texts(arc_text *out, const struct ArrowArray *array, int kind, int64_t at) {
  return kind == ARC__ARROW_TEXT_VIEW ? arrow_view_at(out, array, at) : arrow_text_at(out, array, kind, at);
}

/* The place of a cell's text in its dictionary; -1: it is not there. */
static int64_t arrow_entry(const arc__arrow_column *column, int64_t row) {
  int64_t entry;
  int fits = arrow_integer_at(&entry, arrow_value(column, row), column->width, column->is_signed);
  return fits && entry >= 0 && entry < column->array->dictionary->length ? entry : -1;
}

int arc__arrow_is_null(const arc__arrow_column *column, int64_t row) {
  if (column->kind == ARC__ARROW_NULLS) return 1;
  if (!arrow_bit(column->array, column->first + row)) return 1;
  if (column->kind != ARC__ARROW_DICTIONARY) return 0;
  const struct ArrowArray *dictionary = column->array->dictionary;
  int64_t entry = arrow_entry(column, row);
  return entry >= 0 && !arrow_bit(dictionary, dictionary->offset + entry);
}

const char *arc__arrow_text(arc_text *out, const arc__arrow_column *column, int64_t row) {
  if (column->kind != ARC__ARROW_DICTIONARY)
    return arrow_texts(out, column->array, column->kind, column->first + row);
  int64_t entry = arrow_entry(column, row);
  if (entry < 0) return "is not in its dictionary";
  return arrow_texts(out, column->array->dictionary, column->values,
                     column->array->dictionary->offset + entry);
}

/* ---- numbers ---- */

/* Divides by ten as often as `digits` says; 0 if something would be left over. */
static int arrow_divide(arc__wide *number, int32_t digits) {
  for (; digits > 0 && (number->high || number->low); digits--) {
    uint64_t rest;
    arc__wide part = {number->high % 10, number->low};
    number->high /= 10;
    number->low = arc__wide_divide(part, 10, &rest);
    if (rest) return 0;
  }
  return 1;
}

static int arrow_multiply(arc__wide *number, int32_t digits) {
  for (; digits > 0 && (number->high || number->low); digits--) {
    if (number->high) return 0;
    *number = arc__wide_multiply(number->low, 10);
  }
  return 1;
}

static arc__wide arrow_decimal_at(const unsigned char *at, int width, int *negative) {
  arc__wide number = {0, 0};
  int64_t high;
  if (width <= 8) {
    arrow_integer_at(&high, at, width, 1);
    *negative = high < 0;
    number.low = high < 0 ? 0 - (uint64_t)high : (uint64_t)high;
    return number;
  }
  memcpy(&number.low, at + (arrow_is_little() ? 0 : 8), 8);
  memcpy(&number.high, at + (arrow_is_little() ? 8 : 0), 8);
  *negative = number.high >> 63 != 0;
  if (*negative) {
    number.low = 0 - number.low;
    number.high = ~number.high + (number.low == 0);
  }
  return number;
}

/* A decimal times ten to the power of `digits`. */
static const char *arrow_scaled(int64_t *out, const arc__arrow_column *column, int64_t row, int32_t digits,
                                const char *too_many) {
  int negative, shift = digits - column->scale;
  arc__wide number = arrow_decimal_at(arrow_value(column, row), column->width, &negative);
  if (shift < 0 && !arrow_divide(&number, -shift)) return too_many;
  if (!arrow_multiply(&number, shift) || number.high || number.low > INT64_MAX)
    return "does not fit into 64 bits";
  *out = negative ? -(int64_t)number.low : (int64_t)number.low;
  return NULL;
}

const char *arc__arrow_integer(int64_t *out, const arc__arrow_column *column, int64_t row) {
  if (column->kind == ARC__ARROW_DECIMAL) return arrow_scaled(out, column, row, 0, "has decimals");
  return arrow_integer_at(out, arrow_value(column, row), column->width, column->is_signed)
             ? NULL
             : "does not fit into 64 bits";
}

const char *arc__arrow_day(arc_day *out, const arc__arrow_column *column, int64_t row) {
  int64_t day;
  arc_text text;
  if (arc__arrow_is_text(column)) {
    const char *wrong = arc__arrow_text(&text, column, row);
    if (wrong) return wrong;
    return arc_day_parse(out, text.data ? text.data : "", text.size, NULL) < 0
               ? "is no day such as 2025-03-31"
               : NULL;
  }
  arrow_integer_at(&day, arrow_value(column, row), column->width, 1);
  if (column->kind == ARC__ARROW_MOMENT) {
    if (day % column->a_day != 0) return "is a moment within a day: cast it to a date";
    day /= column->a_day;
  }
  if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST) return "must be a day of the years 1 to 9999";
  *out = (arc_day)day;
  return NULL;
}

const char *arc__arrow_money(int64_t *out, const arc__arrow_column *column, int64_t row, int whole,
                             const char *currency) {
  int32_t digits = 0;
  if (column->kind == ARC__ARROW_INTEGER && !whole) return arc__arrow_integer(out, column, row);
  digits = arc_currency_digits(currency);
  if (digits < 0) return "is an amount without a currency of ISO 4217";
  if (arc__arrow_is_text(column)) {
    arc_text text;
    const char *wrong = arc__arrow_text(&text, column, row);
    if (wrong) return wrong;
    return arc_money_parse(out, text.data ? text.data : "", text.size, currency, NULL) < 0
               ? "is no amount such as 1190.00 in its currency"
               : NULL;
  }
  if (column->kind == ARC__ARROW_DECIMAL)
    return arrow_scaled(out, column, row, digits, "has more decimals than its currency");
  const char *wrong = arc__arrow_integer(out, column, row);
  if (wrong) return wrong;
  for (; digits > 0; digits--) {
    if (*out > INT64_MAX / 10 || *out < -(INT64_MAX / 10)) return "does not fit into 64 bits";
    *out *= 10;
  }
  return NULL;
}
