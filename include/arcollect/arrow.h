/**
 * Columns in and out without copying: the Arrow C data and stream interfaces.
 *
 * A report goes out as a stream of record batches that any Arrow library, data frame or database reads where they lie
 * (arc_report_arrow), and customers, invoices, payments and more come in from such a stream (arc_ledger_post_arrow in
 * ledger.h). The structs below are those of https://arrow.apache.org/docs/format/CDataInterface.html and
 * CStreamInterface.html, declared once in a program whoever declares them; nothing of Arrow is needed.
 */
#ifndef ARCOLLECT_ARROW_H
#define ARCOLLECT_ARROW_H

#include "report.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};
#endif

struct ArrowArrayStream; /* where somebody else declares it */

/** Option of arc_report_arrow and arc_ledger_post_arrow: amounts are whole units of their currencies, such as 1190.00 for
 * EUR 1,190.00. Without it integers are minor units (119000), as everywhere in this library. */
#define ARC_WHOLE_UNITS 8u

/** Hands a report over as a stream of record batches of 65,536 rows, the last one shorter, none for no rows. A column is
 *
 *   ARC_COLUMN_TEXT     utf8
 *   ARC_COLUMN_DAY      date32
 *   ARC_COLUMN_INTEGER  int64
 *   ARC_COLUMN_MONEY    int64, minor units; with ARC_WHOLE_UNITS decimal128(23, 4), whatever the currencies of the rows;
 *                       null then, too, where a row names no currency
 *   ARC_COLUMN_PPM      int64, parts per million; with ARC_WHOLE_UNITS decimal128(19, 6)
 *
 * and never another type, whatever the rows hold. All are nullable. Amounts and shares say in their field's metadata what
 * they are: "arcollect:type" is "money" or "ppm", "arcollect:unit" is "minor", "ppm" or "whole", and "arcollect:currency"
 * is the name of the column with an amount's currency.
 *
 * Numbers, days and their validity are not copied: a consumer gets the memory that the report lies in. Texts (the Arrow
 * layout has no NUL behind each), and with ARC_WHOLE_UNITS amounts and shares, are copied together in this call, the
 * first time alone.
 *
 * The report stays yours and as it is; free it when you like: what was handed out lives until it is released, which may be
 * on any thread and at the same time on several. The allocator of the report's ledger is then called there, and must
 * stand that (malloc does) and be there.
 *
 * @param out      receives the stream, to be released by whoever reads it; its release is NULL after a failure
 * @param options  0 or ARC_WHOLE_UNITS
 * @return ARC_OK; ARC_E_INVALID; ARC_E_NOMEM; ARC_E_OVERFLOW if a column has more than 2 GiB of text in a batch.
 * Since 0.1. */
ARC_API arc_status arc_report_arrow(struct ArrowArrayStream *out, arc_report *report, uint32_t options, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
