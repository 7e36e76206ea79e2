/* Reading columns that come in through the Arrow C data interface, whoever made them. Nothing is copied:
 * texts point into what came in. */
#ifndef ARC_ARROW_H
#define ARC_ARROW_H

#include "arcollect/arrow.h"
#include "arcollect/dates.h"

/* A column: what its schema says, and the part of it that lies in the present array. */
typedef struct arc__arrow_column {
  int kind;                       /* ARC__ARROW_*, 0: none that is read here */
  int width;                      /* bytes of a value */
  int is_signed;                  /* integers */
  int32_t scale;                  /* decimals: digits after the point */
  int64_t a_day;                  /* moments: units that a day has */
  int32_t values;                 /* dictionaries: the kind of their texts */
  const struct ArrowArray *array; /* the present one */
  int64_t first;                  /* the row of its buffers that is row 0 here */
} arc__arrow_column;

#define ARC__ARROW_NULLS      1 /* nothing but nulls */
#define ARC__ARROW_TEXT       2 /* 32-bit offsets */
#define ARC__ARROW_LARGE_TEXT 3 /* 64-bit offsets */
#define ARC__ARROW_TEXT_VIEW  4
#define ARC__ARROW_INTEGER    5
#define ARC__ARROW_DECIMAL    6
#define ARC__ARROW_DAY        7
#define ARC__ARROW_MOMENT     8 /* without a time zone */
#define ARC__ARROW_DICTIONARY 9 /* of texts */

int arc__arrow_is_text(const arc__arrow_column *column); /* 1 if it is read as text */

/* Reads a field's type. ARC_E_INVALID if it is none of the above; says what would be. */
arc_status arc__arrow_field(arc__arrow_column *column, const struct ArrowSchema *field, arc_error *err);

/* Takes the rows from `first` on, `count` of them, of an array. ARC_E_INVALID if the array cannot hold them,
 * as far as that can be told: the interface does not say how large buffers are. */
arc_status arc__arrow_take(arc__arrow_column *column, const struct ArrowArray *array, const char *name,
                           int64_t first, int64_t count, arc_error *err);

/* Cells of the rows taken. Each gives NULL, or what is wrong with the cell. */
int arc__arrow_is_null(const arc__arrow_column *column, int64_t row);
const char *arc__arrow_text(arc_text *out, const arc__arrow_column *column, int64_t row);
const char *arc__arrow_integer(int64_t *out, const arc__arrow_column *column, int64_t row);
const char *arc__arrow_day(arc_day *out, const arc__arrow_column *column, int64_t row);
/* An amount in minor units of a currency; `whole`: integers are whole units. Integers that are minor units
 * need no currency. */
const char *arc__arrow_money(int64_t *out, const arc__arrow_column *column, int64_t row, int whole,
                             const char *currency);

/* 1 if a struct array's own bits say that a row is null. */
int arc__arrow_row_is_null(const struct ArrowArray *array, int64_t row);

#endif
