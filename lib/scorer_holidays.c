/*
 * Holidays: days of business on which next to nothing is paid, because banks are closed.
 *
 * Whose holidays a book keeps is read off its own payments: on those of the right country much less was paid than on the
 * same weekday one and two weeks before and after. Nothing is guessed of a country of which fewer than three holidays
 * tell. Finding costs a calendar a country and a look at each of its holidays in the last three years; applying one
 * look-up a day.
 */
#include "scorer_internal.h"

#include <string.h>

#define HOLIDAYS_FIRST_YEAR 1900
#define HOLIDAYS_LAST_YEAR 2199
#define HOLIDAYS_LEAST 3    /* that tell */
#define HOLIDAYS_ENOUGH 20  /* settlements that were to be expected on them */

static const char *const holidays_countries[] = {"US", "EU", "GB", "DE", "FR", "IT", "ES", "NL", "BE", "AT"};

/* What was paid on a country's holidays, and what was to be expected, in quarters of a settlement. */
typedef struct holidays_sum {
  int64_t paid, expected;
  int count;
} holidays_sum;

static int holidays_is_one(const arc_calendar *calendar, arc_day day) {
  return arc_calendar_kind(calendar, day) == ARC_CALENDAR_HOLIDAY;
}

/* On the same weekday of the weeks around, in quarters; 0: there are not two that are no holidays themselves. */
static int64_t holidays_expected(const arc_calendar *calendar, arc_day cut, int32_t back, const int32_t *paid) {
  int64_t sum = 0, count = 0;
  for (int32_t at = back - 14; at <= back + 14; at += 7) {
    if (at < 0 || at >= ARC__HOLIDAY_DAYS || holidays_is_one(calendar, cut - 1 - at)) continue;
    sum += paid[at];
    count++;
  }
  return count < 2 ? 0 : 4 * sum / count;
}

static holidays_sum holidays_count(const arc_calendar *calendar, arc_day cut, const int32_t *paid) {
  holidays_sum sum = {0, 0, 0};
  for (int32_t back = 0; back < ARC__HOLIDAY_DAYS; back++) {
    if (!holidays_is_one(calendar, cut - 1 - back)) continue;
    int64_t expected = holidays_expected(calendar, cut, back, paid);
    if (!expected) continue;
    sum.paid += 4 * (int64_t)paid[back];
    sum.expected += expected;
    sum.count++;
  }
  return sum;
}

static arc_status holidays_calendar(arc_calendar **out, const arc__heap *heap, const char *country) {
  const arc_allocator allocator = {(uint32_t)sizeof allocator, 0, heap->user, heap->resize};
  arc_calendar_options options = ARC_CALENDAR_OPTIONS_INIT;
  for (size_t i = 0; i < sizeof options.country - 1 && country[i]; i++) options.country[i] = country[i];
  options.first_year = HOLIDAYS_FIRST_YEAR;
  options.last_year = HOLIDAYS_LAST_YEAR;
  options.allocator = &allocator;
  return arc_calendar_new(out, &options, NULL);
}

arc_status arc__holidays_open(arc__payment_model *model, const arc__heap *heap) {
  if (!model->country[0]) return ARC_OK;
  arc_status status = holidays_calendar(&model->holidays, heap, model->country);
  return status == ARC_OK || status == ARC_E_NOMEM ? status : ARC_E_CORRUPT;
}

/* The country on whose holidays the most is missing, if it is two thirds of what was to be expected. */
arc_status arc__holidays_find(arc__payment_model *model, const arc__heap *heap, const int32_t paid[ARC__HOLIDAY_DAYS]) {
  int64_t most = 0;
  for (size_t i = 0; i < sizeof holidays_countries / sizeof *holidays_countries; i++) {
    arc_calendar *calendar;
    ARC__TRY(holidays_calendar(&calendar, heap, holidays_countries[i]));
    holidays_sum sum = holidays_count(calendar, model->cut, paid);
    arc_calendar_free(calendar);
    int64_t missing = sum.expected - 2 * sum.paid;
    if (sum.count < HOLIDAYS_LEAST || sum.expected < 4 * HOLIDAYS_ENOUGH || 3 * sum.paid > sum.expected || missing <= most) continue;
    most = missing;
    memcpy(model->country, holidays_countries[i], sizeof model->country);
    model->holiday_share = (uint32_t)((sum.paid + 4) * ARC__ONE / (sum.expected + 4));
  }
  return arc__holidays_open(model, heap);
}

void arc__holidays_apply(const arc__payment_model *model, arc_day due, int32_t today, uint32_t chance[ARC__LATE_DAYS]) {
  uint64_t one = (uint64_t)ARC__ONE, stays = one; /* of what is to come later, that nothing of it is left over */
  if (!model->holidays) return;
  for (int at = today - ARC__LATE_FIRST; at < ARC__LATE_DAYS - 1; at++) {
    arc_day day = due + at + ARC__LATE_FIRST;
    if (holidays_is_one(model->holidays, day)) {
      uint64_t comes = (uint64_t)chance[at] * model->holiday_share >> 30;
      stays = stays * (one - (chance[at] - comes)) >> 30;
      chance[at] = (uint32_t)comes;
    } else if (stays < one && arc_calendar_kind(model->holidays, day) == ARC_CALENDAR_BUSINESS) {
      chance[at] = (uint32_t)(one - ((one - chance[at]) * stays >> 30));
      stays = one;
    }
  }
}
