/* Holidays of countries by rule, for the years asked for. The rules are those of the whole country;
 * regions, days of one year only, and holidays that follow the moon are the host's to add. */
#include "calendar.h"

#include "dates.h"
#include "error.h"
#include "heap.h"

#include <string.h>

#define COUNTRIES_FIRST_YEAR 1900
#define COUNTRIES_LAST_YEAR  2199
#define COUNTRIES_MORE_MAX   100000u

#define COUNTRIES_AT 1u
#define COUNTRIES_BE 2u
#define COUNTRIES_DE 4u
#define COUNTRIES_ES 8u
#define COUNTRIES_EU 16u /* the euro's payment system */
#define COUNTRIES_FR 32u
#define COUNTRIES_GB 64u /* England and Wales */
#define COUNTRIES_IT 128u
#define COUNTRIES_NL 256u
#define COUNTRIES_US 512u

/* How a holiday at a weekend moves. */
enum { COUNTRIES_STAYS, COUNTRIES_NEAREST, COUNTRIES_NEXT_FREE };

static const struct countries_country {
  char code[3];
  uint16_t bit;    /* 0: weekends only */
  uint8_t weekend; /* ARC_WEEKEND_DAY bits; 0: Saturday and Sunday */
  uint8_t moves;
} countries_known[] = {
    {"AE", 0, 0, COUNTRIES_STAYS},
    {"AT", COUNTRIES_AT, 0, COUNTRIES_STAYS},
    {"BE", COUNTRIES_BE, 0, COUNTRIES_STAYS},
    {"DE", COUNTRIES_DE, 0, COUNTRIES_STAYS},
    {"EG", 0, ARC_WEEKEND_DAY(5) | ARC_WEEKEND_DAY(6), COUNTRIES_STAYS},
    {"ES", COUNTRIES_ES, 0, COUNTRIES_STAYS},
    {"EU", COUNTRIES_EU, 0, COUNTRIES_STAYS},
    {"FR", COUNTRIES_FR, 0, COUNTRIES_STAYS},
    {"GB", COUNTRIES_GB, 0, COUNTRIES_NEXT_FREE},
    {"IL", 0, ARC_WEEKEND_DAY(5) | ARC_WEEKEND_DAY(6), COUNTRIES_STAYS},
    {"IT", COUNTRIES_IT, 0, COUNTRIES_STAYS},
    {"NL", COUNTRIES_NL, 0, COUNTRIES_STAYS},
    {"SA", 0, ARC_WEEKEND_DAY(5) | ARC_WEEKEND_DAY(6), COUNTRIES_STAYS},
    {"US", COUNTRIES_US, 0, COUNTRIES_NEAREST},
};

/* A day of a month, the n-th weekday of a month (n 1..4; 5: the last), or days from Easter Sunday
 * (month 0). */
static const struct countries_rule {
  uint16_t countries;
  int16_t since;
  int8_t month, day, weekday, n;
} countries_rules[] = {
    {0x3ff, 0, 1, 1, 0, 0},                                                      /* New Year */
    {COUNTRIES_AT | COUNTRIES_ES | COUNTRIES_IT, 0, 1, 6, 0, 0},                 /* Epiphany */
    {COUNTRIES_US, 1986, 1, 0, 1, 3},                                            /* King */
    {COUNTRIES_US, 0, 2, 0, 1, 3},                                               /* Washington */
    {COUNTRIES_DE | COUNTRIES_ES | COUNTRIES_EU | COUNTRIES_GB, 0, 0, -2, 0, 0}, /* Good Friday */
    {0x3ff & ~(COUNTRIES_US | COUNTRIES_ES), 0, 0, 1, 0, 0},                     /* Easter Monday */
    {COUNTRIES_IT, 1946, 4, 25, 0, 0},                                           /* Liberation */
    {COUNTRIES_NL, 2014, 4, 27, 0, 0},                                           /* King's Day */
    {0x3ff & ~(COUNTRIES_US | COUNTRIES_GB | COUNTRIES_NL), 0, 5, 1, 0, 0},      /* Labour Day */
    {COUNTRIES_GB, 1978, 5, 0, 1, 1},                                            /* early May */
    {COUNTRIES_FR, 1982, 5, 8, 0, 0},                                            /* Victory 1945 */
    {COUNTRIES_US | COUNTRIES_GB, 1971, 5, 0, 1, 5}, /* Memorial, spring */
    {COUNTRIES_AT | COUNTRIES_BE | COUNTRIES_DE | COUNTRIES_FR | COUNTRIES_NL, 0, 0, 39, 0,
     0}, /* Ascension */
    {COUNTRIES_AT | COUNTRIES_BE | COUNTRIES_DE | COUNTRIES_FR | COUNTRIES_NL, 0, 0, 50, 0,
     0},                               /* Whit Monday */
    {COUNTRIES_AT, 0, 0, 60, 0, 0},    /* Corpus Christi */
    {COUNTRIES_IT, 1948, 6, 2, 0, 0},  /* Republic */
    {COUNTRIES_US, 2021, 6, 19, 0, 0}, /* Juneteenth */
    {COUNTRIES_US, 0, 7, 4, 0, 0},     /* Independence */
    {COUNTRIES_FR, 0, 7, 14, 0, 0},    /* 14 July */
    {COUNTRIES_BE, 0, 7, 21, 0, 0},    /* Belgium's day */
    {COUNTRIES_AT | COUNTRIES_BE | COUNTRIES_ES | COUNTRIES_FR | COUNTRIES_IT, 0, 8, 15, 0,
     0},                                /* Assumption */
    {COUNTRIES_GB, 1971, 8, 0, 1, 5},   /* summer */
    {COUNTRIES_US, 0, 9, 0, 1, 1},      /* Labor Day */
    {COUNTRIES_DE, 1990, 10, 3, 0, 0},  /* Unity */
    {COUNTRIES_US, 1971, 10, 0, 1, 2},  /* Columbus */
    {COUNTRIES_ES, 0, 10, 12, 0, 0},    /* Spain's day */
    {COUNTRIES_AT, 1967, 10, 26, 0, 0}, /* Austria's day */
    {COUNTRIES_AT | COUNTRIES_BE | COUNTRIES_ES | COUNTRIES_FR | COUNTRIES_IT, 0, 11, 1, 0,
     0},                                                           /* All Saints */
    {COUNTRIES_US | COUNTRIES_BE | COUNTRIES_FR, 0, 11, 11, 0, 0}, /* Armistice, veterans */
    {COUNTRIES_US, 1942, 11, 0, 4, 4},                             /* Thanksgiving */
    {COUNTRIES_ES, 1979, 12, 6, 0, 0},                             /* Constitution */
    {COUNTRIES_AT | COUNTRIES_ES | COUNTRIES_IT, 0, 12, 8, 0, 0},  /* Conception */
    {0x3ff, 0, 12, 25, 0, 0},                                      /* Christmas */
    {0x3ff & ~(COUNTRIES_US | COUNTRIES_BE | COUNTRIES_ES | COUNTRIES_FR), 0, 12, 26, 0,
     0}, /* the day after */
};

#define COUNTRIES_RULES (sizeof countries_rules / sizeof *countries_rules)

static arc_day countries_nth(int32_t year, const struct countries_rule *rule) {
  arc_day first = arc_day_from_civil(year, rule->month, 1);
  arc_day next = arc_day_add_months(first, 1);
  arc_day day = first + (rule->weekday - arc_day_weekday(first) + 7) % 7 + 7 * (rule->n - 1);
  return day < next ? day : day - 7; /* the fifth is the last */
}

static arc_day countries_day(int32_t year, const struct countries_rule *rule) {
  if (rule->month == 0) return arc__easter_sunday(year) + rule->day;
  if (rule->weekday) return countries_nth(year, rule);
  return arc_day_from_civil(year, rule->month, rule->day);
}

static int countries_has(const arc_day *days, size_t count, arc_day day) {
  for (size_t i = 0; i < count; i++)
    if (days[i] == day) return 1;
  return 0;
}

/* Days off instead of holidays at a weekend, behind the `count` days of the year. */
static size_t countries_moved(arc_day *days, size_t count, int moves) {
  size_t end = count;
  for (size_t i = 0; i < count && moves != COUNTRIES_STAYS; i++) {
    int32_t weekday = arc_day_weekday(days[i]);
    arc_day moved = days[i] + (weekday == 6 && moves == COUNTRIES_NEAREST ? -1 : 1);
    if (weekday < 6) continue;
    while (moves == COUNTRIES_NEXT_FREE &&
           (arc_day_weekday(moved) > 5 || countries_has(days, end, moved)))
      moved++;
    days[end++] = moved;
  }
  return end;
}

static size_t countries_year(arc_day *days, int32_t year, const struct countries_country *country) {
  size_t count = 0;
  for (size_t i = 0; i < COUNTRIES_RULES; i++)
    if (countries_rules[i].countries & country->bit && year >= countries_rules[i].since)
      days[count++] = countries_day(year, &countries_rules[i]);
  return countries_moved(days, count, country->moves);
}

static const struct countries_country *countries_find(const char code[4]) {
  for (size_t i = 0; i < sizeof countries_known / sizeof *countries_known; i++)
    if (strncmp(countries_known[i].code, code, 4) == 0) return &countries_known[i];
  return NULL;
}

arc_status arc__calendar_country(arc_calendar **out, const arc_calendar_options *options, arc_error *err) {
  const struct countries_country *known = countries_find(options->country);
  const size_t count = options->holiday_count;
  arc__heap heap;
  size_t total = 0;
  if (!known)
    return arc__fail_field(
        err, ARC_E_NOT_FOUND, 0, 4,
        "no holidays are known of this country: AE, AT, BE, DE, EG, ES, EU, FR, GB, IL, IT, NL, "
        "SA and US are");
  if (options->weekend)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "weekend must be 0 with a country, which has its own");
  if (options->first_year < COUNTRIES_FIRST_YEAR || options->last_year > COUNTRIES_LAST_YEAR ||
      options->first_year > options->last_year)
    return arc__fail_field(err, ARC_E_INVALID, 0, 5,
                           "the years must be from 1900 to 2199, the first not after the last");
  if (count > COUNTRIES_MORE_MAX || (count && !options->holidays))
    return arc__fail_field(err, ARC_E_INVALID, 0, 2, "holidays must hold holiday_count days, 100,000 at most");
  ARC__TRY(arc__heap_init(&heap, options->allocator, err));
  /* New Year of the year after may be a day off in the last December */
  size_t room = (size_t)(options->last_year - options->first_year + 2) * 2 * COUNTRIES_RULES + count;
  arc_day *days = arc__alloc(&heap, room * sizeof *days);
  if (!days) return arc__fail_nomem(err);
  for (int32_t year = options->first_year; year <= options->last_year + 1; year++)
    total += countries_year(days + total, year, known);
  if (count) memcpy(days + total, options->holidays, count * sizeof *days);
  arc_status status = arc__calendar_make(out, known->weekend, days, total + count, options->allocator, err);
  arc__free(&heap, days, room * sizeof *days);
  return status;
}
