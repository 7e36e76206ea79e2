/** Civil days of the proleptic Gregorian calendar. No clock, no time zone. */
#ifndef ARCOLLECT_DATES_H
#define ARCOLLECT_DATES_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Days since 1970-01-01 (the same as Arrow's date32); from year 1 to 9999. */
typedef int32_t arc_day;
#define ARC_DAY_NONE INT32_MIN   /**< no date */
#define ARC_DAY_FIRST (-719162)  /**< 0001-01-01 */
#define ARC_DAY_LAST 2932896     /**< 9999-12-31 */

/** The day of a civil date; ARC_DAY_NONE if there is no such date (month 13, 30 February, year 0).
 * Since 0.1. */
ARC_API arc_day arc_day_from_civil(int32_t year, int32_t month, int32_t day);

/** Year 1..9999, month 1..12 and day 1..31 of a day. ARC_E_INVALID outside the range. Since 0.1. */
ARC_API arc_status arc_day_to_civil(arc_day day, int32_t *year, int32_t *month, int32_t *day_of_month);

/** Monday 1 to Sunday 7 (ISO 8601); 0 outside the range. Since 0.1. */
ARC_API int32_t arc_day_weekday(arc_day day);

/** The same day of the month `months` later (or earlier), clamped to the month's last day; ARC_DAY_NONE
 * outside the range. Since 0.1. */
ARC_API arc_day arc_day_add_months(arc_day day, int32_t months);

/** Reads "YYYY-MM-DD", exactly; `size` may be ARC_NUL_TERMINATED. @return ARC_OK, or ARC_E_SYNTAX with the
 * column. Since 0.1. */
ARC_API arc_status arc_day_parse(arc_day *out, const char *text, size_t size, arc_error *err);

/** Writes "YYYY-MM-DD" and a NUL into 11 bytes; an empty string for ARC_DAY_NONE. ARC_E_INVALID outside
 * the range. Since 0.1. */
ARC_API arc_status arc_day_format(char buf[11], arc_day day);

#ifdef __cplusplus
}
#endif
#endif
