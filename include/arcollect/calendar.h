/** Business days: a weekend and a list of holidays. */
#ifndef ARCOLLECT_CALENDAR_H
#define ARCOLLECT_CALENDAR_H

#include "dates.h"
#include "memory.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct arc_calendar arc_calendar;

#define ARC_WEEKEND_SATURDAY_SUNDAY 0u /**< the default */
/** Bit for a day of the weekend: 1 Monday .. 7 Sunday. ARC_WEEKEND_NONE: every weekday is worked. */
#define ARC_WEEKEND_DAY(weekday) (1u << (weekday))
#define ARC_WEEKEND_NONE 1u

/** How a day that is not a business day moves (ISDA's names). */
#define ARC_ADJUST_NONE 0
#define ARC_ADJUST_FOLLOWING 1
#define ARC_ADJUST_MODIFIED_FOLLOWING 2 /**< following, unless that is another month: then preceding */
#define ARC_ADJUST_PRECEDING 3
#define ARC_ADJUST_MODIFIED_PRECEDING 4

/** A calendar with the given weekend bits and holidays (any order, doubles allowed; copied).
 * @param allocator  NULL: malloc. @return ARC_OK, ARC_E_NOMEM, or ARC_E_INVALID (a day out of range, or all
 * seven weekdays free). Free it with arc_calendar_free. Immutable: any number of handles on any threads
 * may read one. Since 0.1. */
ARC_API arc_status arc_calendar_new(arc_calendar **out, uint32_t weekend, const arc_day *holidays,
                                    size_t count, const arc_allocator *allocator, arc_error *err);
/** The calendar of a country, from January of first_year to December of last_year: its weekend, and the holidays of
 * the whole country by rule, with the days off instead of those at a weekend (US, GB). Regional holidays, days of one
 * year only and holidays that follow the moon are yours to add.
 * @param country  "AT", "BE", "DE", "ES", "FR", "GB" (England and Wales), "IT", "NL", "US" (federal), "EU" (closing days
 *   of the euro's payment system); weekends only: "AE", "EG", "IL", "SA"
 * @param more     further holidays, in any order; NULL with 0
 * @return ARC_OK; ARC_E_NOT_FOUND for another country; ARC_E_INVALID (years outside of 1900..2199, or as
 * arc_calendar_new); ARC_E_NOMEM. Since 0.1. */
ARC_API arc_status arc_calendar_new_country(arc_calendar **out, const char *country, int32_t first_year,
                                            int32_t last_year, const arc_day *more, size_t count,
                                            const arc_allocator *allocator, arc_error *err);
ARC_API void arc_calendar_free(arc_calendar *calendar); /**< NULL is fine. Since 0.1. */

/** 1 if business is done on that day, else 0. A NULL calendar has Saturday and Sunday off and no
 * holidays. Since 0.1. */
ARC_API int32_t arc_calendar_is_business_day(const arc_calendar *calendar, arc_day day);

/** 1 if the day is a weekend day (0: holiday or business day). NULL calendar as above. Since 0.1. */
ARC_API int32_t arc_calendar_is_weekend(const arc_calendar *calendar, arc_day day);

/** The day moved by one of the ARC_ADJUST rules; the day itself if it is a business day, ARC_DAY_NONE if
 * there is none within 366 days, or no such rule. Since 0.1. */
ARC_API arc_day arc_calendar_adjust(const arc_calendar *calendar, arc_day day, int32_t rule);

/** The n-th business day after (n > 0) or before (n < 0) a day, which itself is not counted; n = 0 gives
 * ARC_ADJUST_FOLLOWING. Since 0.1. */
ARC_API arc_day arc_calendar_add_business_days(const arc_calendar *calendar, arc_day day, int32_t n);

#ifdef __cplusplus
}
#endif
#endif
