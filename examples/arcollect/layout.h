/* Layouts of import files: which of their columns is which of ours, and how dates and amounts are
 * written. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "values.h"

/* In the order in which an import reads them, but applications last. */
enum file_kind {
  FILE_CUSTOMERS,
  FILE_INVOICES,
  FILE_PAYMENTS,
  FILE_APPLICATIONS,
  FILE_EVENTS,
  FILE_REMITTANCES,
  FILE_KINDS
};

/* All columns that any file can have. */
enum column {
  COLUMN_KEY,
  COLUMN_NAME,
  COLUMN_PARENT,
  COLUMN_SEGMENT,
  COLUMN_OWNER,
  COLUMN_CURRENCY,
  COLUMN_TERMS_DAYS,
  COLUMN_DISCOUNT_BP,
  COLUMN_DISCOUNT_DAYS,
  COLUMN_CREDIT_LIMIT,
  COLUMN_FLAGS,
  COLUMN_POLICY,
  COLUMN_EMAIL,
  COLUMN_PHONE,
  COLUMN_POSTAL,
  COLUMN_CONTACT,
  COLUMN_LANGUAGE,
  COLUMN_UTC_OFFSET,
  COLUMN_NUMBER,
  COLUMN_CUSTOMER,
  COLUMN_ISSUED,
  COLUMN_DUE,
  COLUMN_AMOUNT,
  COLUMN_PO,
  COLUMN_SETTLED,
  COLUMN_RECEIVED,
  COLUMN_VALUE_DAY,
  COLUMN_PAYER,
  COLUMN_PAYER_ACCOUNT,
  COLUMN_BANK_REFERENCE,
  COLUMN_REMITTANCE,
  COLUMN_DATE,
  COLUMN_TYPE,
  COLUMN_INVOICE,
  COLUMN_PAYMENT,
  COLUMN_TEXT,
  COLUMN_UNTIL,
  COLUMN_DISCOUNT,
  COLUMN_TOLERANCE,
  COLUMN_DEDUCTION,
  COLUMN_TERMS,
  COLUMN_KIND,
  COLUMN_FROM,
  COLUMN_APPROVED_BY,
  COLUMN_CREDIT_NOTE,
  COLUMN_RATE,
  COLUMN_INVOICE_VALUE,
  COLUMN_CREDIT_VALUE,
  COLUMN_CHECKS,
  COLUMN_HOLD_DAYS,
  COLUMN_HOLD_AMOUNT,
  COLUMN_ROLE,
  COLUMN_OPT_OUTS,
  COLUMN_LINES_TOTAL,
  COLUMN_FULFILLED,
  COLUMN_PAID,
  COLUMN_TAG1, /* and the others follow it */
  COLUMN_TAG2,
  COLUMN_TAG3,
  COLUMN_TAG4,
  COLUMNS
};

/* What --map, --minor and --date-format say. */
typedef struct layout_options {
  const char *const *maps; /* "theirs=ours" */
  size_t map_count;
  int minor;
  const char *date_format; /* NULL: not stated */
} layout_options;

typedef struct layout {
  int32_t kind;     /* enum file_kind */
  const char *name; /* "own", "books", "IBM receivables" */
  int minor;
  const char *date_format;   /* NULL: ISO */
  int32_t position[COLUMNS]; /* of the cell in the file; -1: the file has no such column */
  size_t cells;
  char *theirs[COLUMNS]; /* header as the file spells it, in the arena; NULL as above */
} layout;

/* Reads a header. @param kind  of the file, or -1 to find it out by its columns. @return 1, or 0
 * with a complaint; `ignored` receives the columns that are not used, separated by ", ". */
int layout_read(layout *out, int32_t kind, const char *const *header, size_t count,
                const layout_options *options, arena *texts, buffer *ignored,
                char complaint[COMPLAINT_SIZE]);

/* Checks that each --map names a column of ours. */
int layout_options_check(const layout_options *options, char complaint[COMPLAINT_SIZE]);

/* 1 if a header has the column that a --map names as theirs. */
int layout_map_applies(const char *map, const char *const *header, size_t count);

const char *layout_file_name(int32_t kind);     /* "customers" ... */
const char *layout_column_name(int32_t column); /* ours; NULL for others than enum column */

#endif
