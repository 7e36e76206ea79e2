/* Business days. A calendar holds one bit for each day from its first holiday to its last (1,200
 * bytes for 26 years), so that a look-up costs the same for any number of holidays, and neither
 * their order nor doubles matter. */
#include "calendar.h"

#include "dates.h"
#include "error.h"
#include "heap.h"
#include "struct_sizes.h"

#define CALENDAR_ALL_WEEKDAYS 0xfeu
#define CALENDAR_ADJUST_LIMIT 366

struct arc_calendar {
  arc__heap heap;
  uint32_t weekend;        /* ARC_WEEKEND_DAY bits */
  arc_day first;           /* the day of the first bit */
  uint32_t days;           /* bits that are there */
  unsigned char *holidays; /* NULL without any */
};

static size_t calendar_bytes(uint32_t days) {
  return ((size_t)days + 7) / 8;
}

/* Turns the caller's weekend bits into bits of weekdays. */
static arc_status calendar_weekend(uint32_t *out, uint32_t weekend, arc_error *err) {
  if (weekend == ARC_WEEKEND_SATURDAY_SUNDAY) {
    *out = ARC_WEEKEND_DAY(6) | ARC_WEEKEND_DAY(7);
    return ARC_OK;
  }
  if (weekend == ARC_WEEKEND_NONE) {
    *out = 0;
    return ARC_OK;
  }
  if ((weekend & ~CALENDAR_ALL_WEEKDAYS) != 0 || weekend == CALENDAR_ALL_WEEKDAYS)
    return arc__fail(
        err, ARC_E_INVALID,
        "weekend is %u, must be ARC_WEEKEND_NONE or ARC_WEEKEND_DAY bits of six weekdays at most",
        (unsigned)weekend);
  *out = weekend;
  return ARC_OK;
}

/* The first and the last of the holidays, of which there is one at least. */
static arc_status calendar_span(arc_day *first, arc_day *last, const arc_day *holidays,
                                size_t count, arc_error *err) {
  if (!holidays) return arc__fail(err, ARC_E_INVALID, "holidays is NULL, but holiday_count is not 0");
  *first = ARC_DAY_LAST;
  *last = ARC_DAY_FIRST;
  for (size_t i = 0; i < count; i++) {
    if (!arc__day_in_range(holidays[i]))
      return arc__fail_field(err, ARC_E_INVALID, i, 0,
                             "holiday is %d, must be from ARC_DAY_FIRST to ARC_DAY_LAST",
                             (int)holidays[i]);
    if (holidays[i] < *first) *first = holidays[i];
    if (holidays[i] > *last) *last = holidays[i];
  }
  return ARC_OK;
}

arc_status arc__calendar_make(arc_calendar **out, uint32_t weekend, const arc_day *holidays,
                              size_t count, const arc_allocator *allocator, arc_error *err) {
  struct arc_calendar made = {0};
  arc_day last = 0;
  ARC__TRY(arc__heap_init(&made.heap, allocator, err));
  ARC__TRY(calendar_weekend(&made.weekend, weekend, err));
  if (count != 0) {
    ARC__TRY(calendar_span(&made.first, &last, holidays, count, err));
    made.days = (uint32_t)(last - made.first) + 1;
    made.holidays = arc__alloc(&made.heap, calendar_bytes(made.days));
    if (!made.holidays) return arc__fail_nomem(err);
  }
  arc_calendar *calendar = arc__alloc(&made.heap, sizeof *calendar);
  if (!calendar) {
    arc__free(&made.heap, made.holidays, calendar_bytes(made.days));
    return arc__fail_nomem(err);
  }
  for (size_t i = 0; i < count; i++) {
    uint32_t bit = (uint32_t)(holidays[i] - made.first);
    made.holidays[bit / 8] = (unsigned char)(made.holidays[bit / 8] | 1u << bit % 8);
  }
  *calendar = made;
  *out = calendar;
  return ARC_OK;
}

arc_status arc_calendar_new(arc_calendar **out, const arc_calendar_options *options, arc_error *err) {
  arc_calendar_options o;
  if (!out) return arc__fail(err, ARC_E_INVALID, "out is NULL");
  ARC__TRY(ARC__READ(arc_calendar_options, &o, options, err));
  if (o.country[0]) return arc__calendar_country(out, &o, err);
  if (o.first_year || o.last_year)
    return arc__fail_field(err, ARC_E_INVALID, 0, 5, "the years are for the calendar of a country");
  return arc__calendar_make(out, o.weekend, o.holidays, o.holiday_count, o.allocator, err);
}

void arc_calendar_free(arc_calendar *calendar) {
  if (!calendar) return;
  arc__heap heap = calendar->heap;
  arc__free(&heap, calendar->holidays, calendar_bytes(calendar->days));
  arc__free(&heap, calendar, sizeof *calendar);
}

static int calendar_is_holiday(const arc_calendar *calendar, arc_day day) {
  if (!calendar || day < calendar->first) return 0;
  uint32_t bit = (uint32_t)(day - calendar->first);
  return bit < calendar->days && (calendar->holidays[bit / 8] >> bit % 8 & 1) != 0;
}

int32_t arc_calendar_kind(const arc_calendar *calendar, arc_day day) {
  uint32_t weekend = calendar ? calendar->weekend : ARC_WEEKEND_DAY(6) | ARC_WEEKEND_DAY(7);
  if (!arc__day_in_range(day)) return ARC_CALENDAR_NONE;
  if (weekend & ARC_WEEKEND_DAY(arc_day_weekday(day))) return ARC_CALENDAR_WEEKEND;
  return calendar_is_holiday(calendar, day) ? ARC_CALENDAR_HOLIDAY : ARC_CALENDAR_BUSINESS;
}

/* The nearest business day in the direction of `step`, the day itself included. */
static arc_day calendar_seek(const arc_calendar *calendar, arc_day day, int32_t step) {
  for (int i = 0; i <= CALENDAR_ADJUST_LIMIT && arc__day_in_range(day); i++, day += step)
    if (arc_calendar_kind(calendar, day) == ARC_CALENDAR_BUSINESS) return day;
  return ARC_DAY_NONE;
}

static int calendar_same_month(arc_day a, arc_day b) {
  int32_t year_a, year_b, month_a, month_b, day_of_month;
  return arc_day_to_civil(a, &year_a, &month_a, &day_of_month) == ARC_OK &&
         arc_day_to_civil(b, &year_b, &month_b, &day_of_month) == ARC_OK && year_a == year_b &&
         month_a == month_b;
}

static arc_day calendar_seek_in_month(const arc_calendar *calendar, arc_day day, int32_t step) {
  arc_day moved = calendar_seek(calendar, day, step);
  return calendar_same_month(day, moved) ? moved : calendar_seek(calendar, day, -step);
}

arc_day arc_calendar_adjust(const arc_calendar *calendar, arc_day day, int32_t rule) {
  if (!arc__day_in_range(day)) return ARC_DAY_NONE;
  switch (rule) {
  case ARC_ADJUST_NONE:
    return day;
  case ARC_ADJUST_FOLLOWING:
    return calendar_seek(calendar, day, 1);
  case ARC_ADJUST_MODIFIED_FOLLOWING:
    return calendar_seek_in_month(calendar, day, 1);
  case ARC_ADJUST_PRECEDING:
    return calendar_seek(calendar, day, -1);
  case ARC_ADJUST_MODIFIED_PRECEDING:
    return calendar_seek_in_month(calendar, day, -1);
  default:
    return ARC_DAY_NONE;
  }
}

arc_day arc_calendar_add_business_days(const arc_calendar *calendar, arc_day day, int32_t n) {
  if (n == 0) return arc_calendar_adjust(calendar, day, ARC_ADJUST_FOLLOWING);
  if (!arc__day_in_range(day)) return ARC_DAY_NONE;
  int32_t step = n > 0 ? 1 : -1;
  while (n != 0) {
    day += step;
    if (!arc__day_in_range(day)) return ARC_DAY_NONE;
    if (arc_calendar_kind(calendar, day) == ARC_CALENDAR_BUSINESS) n -= step;
  }
  return day;
}
