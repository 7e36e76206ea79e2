/* The kinds of rows that arc_ledger_post_arrow takes. */
#ifndef ARC_LEDGER_ARROW_H
#define ARC_LEDGER_ARROW_H

#include "arcollect/ledger.h"

/* What a column fills. */
#define ARC__IMPORT_TEXT   0 /* an arc_text */
#define ARC__IMPORT_CODE   1 /* a currency */
#define ARC__IMPORT_DAY    2
#define ARC__IMPORT_NUMBER 3 /* int32_t */
#define ARC__IMPORT_COUNT  4 /* uint32_t */
#define ARC__IMPORT_MONEY  5

typedef struct arc__import_field {
  const char *name;
  int type;
  size_t at;       /* in the row */
  uint32_t number; /* as errors have it */
  int is_needed;
} arc__import_field;

#define ARC__IMPORT_FIELDS 24 /* a kind has fewer */

typedef struct arc__import_kind {
  const char *name;
  const arc__import_field *fields;
  size_t field_count, size;
  const void *empty; /* a row in which nothing is said */
  arc_status (*post)(arc_ledger *ledger, const void *rows, size_t count, arc_error *err);
  uint32_t options; /* that its rows may have */
} arc__import_kind;

const arc__import_kind *arc__import_kind_of(int32_t rows); /* ARC_ROWS_*; NULL: there is none */

#endif
