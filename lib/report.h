/* Building reports. Failure to get memory is remembered and told by arc__report_finish, so that
 * NULL for a report is fine everywhere. */
#ifndef ARC_REPORT_H
#define ARC_REPORT_H

#include "arcollect/dates.h"
#include "arcollect/report.h"
#include "heap.h"

typedef struct arc__report_column {
  const char *name; /* copied */
  int32_t type;     /* ARC_COLUMN_* */
} arc__report_column;

/* An empty report with these columns, one at least; NULL: no memory. The heap is copied. */
arc_report *arc__report_new(const arc__heap *heap, const arc__report_column *columns, size_t count);

/* Cells are added left to right, row by row; a row must be complete before the next begins. */
void arc__report_add_text(arc_report *report, const char *data, size_t size);
void arc__report_add_string(arc_report *report, const char *nul_terminated);
/* Money, days, integers, ppm; ARC_DAY_NONE in a column of days is a null. */
void arc__report_add_integer(arc_report *report, int64_t value);
void arc__report_add_integers(arc_report *report, const int64_t *values, size_t count);
void arc__report_add_null(arc_report *report);

/* Hands the report over, or frees it, with *out NULL: ARC_E_NOMEM, or ARC_E_CORRUPT if a cell did
 * not fit its column or the last row is not complete. */
arc_status arc__report_finish(arc_report **out, arc_report *report, arc_error *err);

#endif
