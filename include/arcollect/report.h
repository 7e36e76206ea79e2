/** What every report and explanation comes out as: named, typed columns and rows. */
#ifndef ARCOLLECT_REPORT_H
#define ARCOLLECT_REPORT_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct arc_report arc_report;

#define ARC_COLUMN_TEXT 1    /**< UTF-8 */
#define ARC_COLUMN_MONEY 2   /**< minor units of the currency in the column "currency", or in the nearest column
                                  before it whose name ends in "_currency" */
#define ARC_COLUMN_DAY 3     /**< arc_day */
#define ARC_COLUMN_INTEGER 4 /**< a count, a number of days, a sequence number */
#define ARC_COLUMN_PPM 5     /**< a share or probability in parts per million */

ARC_API size_t arc_report_rows(const arc_report *report);    /**< Since 0.1. */
ARC_API size_t arc_report_columns(const arc_report *report); /**< Since 0.1. */

/** The name of a column, NUL-terminated, valid as long as the report; NULL if there is none. Since 0.1. */
ARC_API const char *arc_report_column_name(const arc_report *report, size_t column);

/** One of ARC_COLUMN_*, 0 if there is no such column. Since 0.1. */
ARC_API int32_t arc_report_column_type(const arc_report *report, size_t column);

/** 1 if the cell has no value (undefined, which is not zero), or does not exist. Since 0.1. */
ARC_API int32_t arc_report_is_null(const arc_report *report, size_t row, size_t column);

/** The number in a cell; 0 for text, a null and a cell that does not exist. Since 0.1. */
ARC_API int64_t arc_report_integer(const arc_report *report, size_t row, size_t column);

/** The text of a TEXT cell, NUL-terminated, valid as long as the report; "" for anything else.
 * @param size  receives the bytes without NUL; may be NULL. Since 0.1. */
ARC_API const char *arc_report_text(const arc_report *report, size_t row, size_t column, size_t *size);

/** Writes any cell as text: money as a decimal of its currency, days ISO, ppm as a decimal of six
 * digits, null as nothing. NUL-terminated and cut at cap, between characters; *size receives the full length
 * and may be NULL. @return ARC_OK or ARC_E_INVALID (no such cell, or money in a row without a currency).
 * Since 0.1. */
ARC_API arc_status arc_report_format(const arc_report *report, size_t row, size_t column, char *buf,
                                     size_t cap, size_t *size);

ARC_API void arc_report_free(arc_report *report); /**< NULL is fine. Since 0.1. */

#ifdef __cplusplus
}
#endif
#endif
