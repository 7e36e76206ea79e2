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

typedef struct arc_calendar_options {
  uint32_t struct_size;
  uint32_t weekend;         /**< ARC_WEEKEND_*; with a country, 0: its own */
  const arc_day *holidays;  /**< in any order, doubles allowed; with a country, those besides its own. Copied */
  uint32_t holiday_count;
  char country[4];          /**< "": none. "AT", "BE", "DE", "ES", "FR", "GB" (England and Wales), "IT", "NL", "US"
                                 (federal), "EU" (closing days of the euro's payment system); weekends only: "AE",
                                 "EG", "IL", "SA" */
  int32_t first_year;       /**< of a country: from January of this one ... */
  int32_t last_year;        /**< ... to December of this one, within 1900..2199; without a country 0 */
  const arc_allocator *allocator; /**< copied; NULL: malloc */
} arc_calendar_options;
#define ARC_CALENDAR_OPTIONS_INIT {(uint32_t)sizeof(arc_calendar_options), 0, 0, 0, {0}, 0, 0, 0}

/** A calendar with a weekend and holidays; or that of a country: its weekend, and the holidays of the whole country by
 * rule, with the days off instead of those at a weekend (US, GB). Regional holidays, days of one year only and holidays
 * that follow the moon are yours to add.
 * @return ARC_OK; ARC_E_INVALID (a day or year out of range, or all seven weekdays free); ARC_E_NOT_FOUND for a country
 * that is not known; ARC_E_ABI; ARC_E_NOMEM. Free it with arc_calendar_free. Immutable: any number of handles on any
 * threads may read one. Since 0.1. */
ARC_API arc_status arc_calendar_new(arc_calendar **out, const arc_calendar_options *options, arc_error *err);
ARC_API void arc_calendar_free(arc_calendar *calendar); /**< NULL is fine. Since 0.1. */

#define ARC_CALENDAR_NONE 0     /**< not from ARC_DAY_FIRST to ARC_DAY_LAST */
#define ARC_CALENDAR_BUSINESS 1 /**< business is done on that day */
#define ARC_CALENDAR_WEEKEND 2
#define ARC_CALENDAR_HOLIDAY 3  /**< on no weekend */

/** What a day is: one of ARC_CALENDAR_*. A NULL calendar has Saturday and Sunday off and no holidays. Since 0.1. */
ARC_API int32_t arc_calendar_kind(const arc_calendar *calendar, arc_day day);

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
