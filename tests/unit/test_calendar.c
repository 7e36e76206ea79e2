/* Business days. */
#include "arcollect/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/test_heap.h"
#include "../support/calls.h"

static arc_day on(int year, int month, int day) {
  arc_day found = arc_day_from_civil(year, month, day);
  assert_int_not_equal(found, ARC_DAY_NONE);
  return found;
}

/* Christmas 2024 on a Wednesday and Thursday, New Year 2025 on a Wednesday; not in order, one
 * twice. */
static arc_calendar *year_end(const arc_allocator *allocator) {
  const arc_day holidays[] = {on(2025, 1, 1), on(2024, 12, 25), on(2024, 12, 26), on(2025, 1, 1)};
  arc_calendar *calendar = NULL;
  assert_int_equal(call_calendar(&calendar, 0, holidays, 4, allocator, NULL), ARC_OK);
  return calendar;
}

static void test_business_days(void **state) {
  (void)state;
  arc_calendar *calendar = year_end(NULL);
  assert_true(call_is_business(calendar, on(2024, 12, 24)));
  assert_false(call_is_business(calendar, on(2024, 12, 25)));
  assert_false(call_is_business(calendar, on(2024, 12, 26)));
  assert_true(call_is_business(calendar, on(2024, 12, 27)));
  assert_false(call_is_business(calendar, on(2024, 12, 28)));
  assert_true(call_is_weekend(calendar, on(2024, 12, 28)));
  assert_false(call_is_weekend(calendar, on(2024, 12, 25)));
  assert_false(call_is_business(calendar, on(2025, 1, 1)));
  assert_true(call_is_business(calendar, on(2025, 1, 2)));
  assert_true(call_is_business(calendar, on(2030, 1, 1)));
  assert_true(call_is_business(calendar, on(1999, 1, 1)));
  assert_true(call_is_business(NULL, on(2024, 12, 25)));
  assert_false(call_is_business(NULL, on(2024, 12, 28)));
  assert_true(call_is_weekend(NULL, on(2024, 12, 29)));
  static const arc_day outside[] = {ARC_DAY_NONE, ARC_DAY_FIRST - 1, ARC_DAY_LAST + 1, INT32_MAX};
  for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
    assert_false(call_is_business(calendar, outside[i]));
    assert_false(call_is_weekend(calendar, outside[i]));
    assert_int_equal(arc_calendar_adjust(calendar, outside[i], ARC_ADJUST_NONE), ARC_DAY_NONE);
    assert_int_equal(arc_calendar_add_business_days(calendar, outside[i], 0), ARC_DAY_NONE);
    assert_int_equal(arc_calendar_add_business_days(calendar, outside[i], 5), ARC_DAY_NONE);
    assert_int_equal(arc_calendar_add_business_days(calendar, outside[i], -5), ARC_DAY_NONE);
  }
  arc_calendar_free(calendar);
  arc_calendar_free(NULL);
}

/* Every subset of weekdays that is a weekend. */
static void test_weekends(void **state) {
  (void)state;
  for (uint32_t weekend = 0; weekend < 1u << 8; weekend++) {
    arc_calendar *calendar = NULL;
    uint32_t free_days = weekend == ARC_WEEKEND_NONE ? 0 : weekend == 0 ? 0xc0u : weekend;
    arc_status expected = weekend == 0xfe || (weekend & 1 && weekend != 1) ? ARC_E_INVALID : ARC_OK;
    assert_int_equal(call_calendar(&calendar, weekend, NULL, 0, NULL, NULL), expected);
    if (expected != ARC_OK) {
      assert_null(calendar);
      continue;
    }
    for (arc_day day = on(2025, 6, 2), weekday = 1; weekday <= 7; day++, weekday++) {
      int is_free = (free_days & ARC_WEEKEND_DAY(weekday)) != 0;
      assert_int_equal(call_is_weekend(calendar, day), is_free);
      assert_int_equal(call_is_business(calendar, day), !is_free);
    }
    arc_calendar_free(calendar);
  }
}

static void test_bad_input(void **state) {
  (void)state;
  arc_error err = ARC_ERROR_INIT;
  arc_calendar *calendar = NULL;
  arc_day holidays[] = {0, ARC_DAY_FIRST, ARC_DAY_LAST, ARC_DAY_NONE};
  assert_int_equal(call_calendar(&calendar, 0, holidays, 4, NULL, &err), ARC_E_INVALID);
  assert_int_equal(err.record, 3);
  holidays[3] = ARC_DAY_LAST + 1;
  assert_int_equal(call_calendar(&calendar, 0, holidays, 4, NULL, &err), ARC_E_INVALID);
  assert_int_equal(call_calendar(&calendar, 0, NULL, 1, NULL, &err), ARC_E_INVALID);
  assert_int_equal(call_calendar(&calendar, 1u << 8, NULL, 0, NULL, &err), ARC_E_INVALID);
  assert_int_equal(call_calendar(&calendar, UINT32_MAX, NULL, 0, NULL, &err), ARC_E_INVALID);
  assert_int_equal(call_calendar(NULL, 0, NULL, 0, NULL, &err), ARC_E_INVALID);
  arc_allocator broken = {sizeof broken, 0, NULL, NULL};
  assert_int_equal(call_calendar(&calendar, 0, NULL, 0, &broken, &err), ARC_E_INVALID);
  assert_null(calendar);
  /* The whole range is fine. */
  assert_int_equal(call_calendar(&calendar, ARC_WEEKEND_NONE, holidays, 3, NULL, &err), ARC_OK);
  assert_false(call_is_business(calendar, ARC_DAY_FIRST));
  assert_true(call_is_business(calendar, ARC_DAY_FIRST + 1));
  assert_false(call_is_business(calendar, 0));
  assert_true(call_is_business(calendar, ARC_DAY_LAST - 1));
  assert_false(call_is_business(calendar, ARC_DAY_LAST));
  assert_int_equal(arc_calendar_adjust(calendar, ARC_DAY_LAST, ARC_ADJUST_FOLLOWING), ARC_DAY_NONE);
  assert_int_equal(arc_calendar_adjust(calendar, ARC_DAY_LAST, ARC_ADJUST_PRECEDING),
                   ARC_DAY_LAST - 1);
  assert_int_equal(arc_calendar_adjust(calendar, ARC_DAY_FIRST, ARC_ADJUST_PRECEDING),
                   ARC_DAY_NONE);
  arc_calendar_free(calendar);
}

static void test_adjust(void **state) {
  (void)state;
  static const int32_t rules[] = {ARC_ADJUST_NONE, ARC_ADJUST_FOLLOWING,
                                  ARC_ADJUST_MODIFIED_FOLLOWING, ARC_ADJUST_PRECEDING,
                                  ARC_ADJUST_MODIFIED_PRECEDING};
  const struct {
    arc_day day, moved[5];
  } cases[] = {
      /* a business day stays */
      {on(2024, 12, 24),
       {on(2024, 12, 24), on(2024, 12, 24), on(2024, 12, 24), on(2024, 12, 24), on(2024, 12, 24)}},
      /* holidays within a month */
      {on(2024, 12, 25),
       {on(2024, 12, 25), on(2024, 12, 27), on(2024, 12, 27), on(2024, 12, 24), on(2024, 12, 24)}},
      /* the first of a year: back would be another month */
      {on(2025, 1, 1),
       {on(2025, 1, 1), on(2025, 1, 2), on(2025, 1, 2), on(2024, 12, 31), on(2025, 1, 2)}},
      /* Saturday at a month's end: on would be another month */
      {on(2024, 11, 30),
       {on(2024, 11, 30), on(2024, 12, 2), on(2024, 11, 29), on(2024, 11, 29), on(2024, 11, 29)}},
      /* Sunday at a month's beginning */
      {on(2025, 6, 1),
       {on(2025, 6, 1), on(2025, 6, 2), on(2025, 6, 2), on(2025, 5, 30), on(2025, 6, 2)}},
  };
  arc_calendar *calendar = year_end(NULL);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (size_t r = 0; r < 5; r++)
      assert_int_equal(arc_calendar_adjust(calendar, cases[i].day, rules[r]), cases[i].moved[r]);
  assert_int_equal(arc_calendar_adjust(calendar, 0, 5), ARC_DAY_NONE);
  assert_int_equal(arc_calendar_adjust(calendar, 0, -1), ARC_DAY_NONE);
  arc_calendar_free(calendar);
}

/* The search ends after 366 days. */
static void test_adjust_limit(void **state) {
  (void)state;
  arc_day holidays[367];
  for (int i = 0; i < 367; i++)
    holidays[i] = 366 - i;
  for (size_t count = 366; count <= 367; count++) {
    arc_calendar *calendar = NULL;
    /* days 0 (or 1) to 366 */
    assert_int_equal(call_calendar(&calendar, ARC_WEEKEND_NONE, holidays, count, NULL, NULL),
                     ARC_OK);
    assert_int_equal(arc_calendar_adjust(calendar, 1, ARC_ADJUST_FOLLOWING), 367);
    assert_int_equal(arc_calendar_adjust(calendar, 0, ARC_ADJUST_FOLLOWING),
                     count == 367 ? ARC_DAY_NONE : 0);
    assert_int_equal(arc_calendar_adjust(calendar, 366, ARC_ADJUST_PRECEDING),
                     count == 367 ? ARC_DAY_NONE : 0);
    assert_int_equal(arc_calendar_add_business_days(calendar, 5, 1),
                     367); /* which has no such limit */
    arc_calendar_free(calendar);
  }
}

static void test_add_business_days(void **state) {
  (void)state;
  arc_calendar *calendar = year_end(NULL);
  assert_int_equal(arc_calendar_add_business_days(calendar, on(2024, 12, 24), 0), on(2024, 12, 24));
  assert_int_equal(arc_calendar_add_business_days(calendar, on(2024, 12, 25), 0), on(2024, 12, 27));
  assert_int_equal(arc_calendar_add_business_days(calendar, on(2024, 12, 24), 1), on(2024, 12, 27));
  assert_int_equal(arc_calendar_add_business_days(calendar, on(2024, 12, 24), 2), on(2024, 12, 30));
  assert_int_equal(arc_calendar_add_business_days(calendar, on(2024, 12, 24), 4), on(2025, 1, 2));
  assert_int_equal(arc_calendar_add_business_days(calendar, on(2024, 12, 25), 1), on(2024, 12, 27));
  assert_int_equal(arc_calendar_add_business_days(calendar, on(2025, 1, 2), -4), on(2024, 12, 24));
  assert_int_equal(arc_calendar_add_business_days(calendar, on(2024, 12, 28), -1),
                   on(2024, 12, 27));
  assert_int_equal(arc_calendar_add_business_days(NULL, on(2025, 6, 6), 260), on(2026, 6, 5));
  assert_int_equal(arc_calendar_add_business_days(calendar, 0, INT32_MAX), ARC_DAY_NONE);
  assert_int_equal(arc_calendar_add_business_days(calendar, 0, INT32_MIN), ARC_DAY_NONE);
  assert_int_equal(arc_calendar_add_business_days(calendar, ARC_DAY_LAST, 1), ARC_DAY_NONE);
  assert_int_equal(arc_calendar_add_business_days(calendar, ARC_DAY_FIRST, -1), ARC_DAY_NONE);
  /* There and back again, over ten years. */
  for (arc_day day = on(2020, 1, 1); day < on(2030, 1, 1); day++) {
    if (!call_is_business(calendar, day)) continue;
    for (int32_t n = 1; n <= 7; n++) {
      arc_day there = arc_calendar_add_business_days(calendar, day, n);
      assert_true(call_is_business(calendar, there));
      assert_int_equal(arc_calendar_add_business_days(calendar, there, -n), day);
    }
  }
  arc_calendar_free(calendar);
}

static void test_memory(void **state) {
  (void)state;
  struct test_heap heap = {0};
  arc_allocator allocator = test_heap_allocator(&heap);
  arc_calendar *calendar = year_end(&allocator);
  memset(&allocator, 0, sizeof allocator); /* the calendar has its own copy */
  arc_calendar_free(calendar);
  assert_int_equal(heap.live, 0);

  allocator = test_heap_allocator(&heap);
  const arc_day holidays[] = {5, 50};
  for (int once = 0; once <= 1; once++) {
    size_t k = 1;
    for (;; k++) {
      calendar = NULL;
      arc_error err = ARC_ERROR_INIT;
      test_heap_fail(&heap, k, once);
      arc_status status = call_calendar(&calendar, 0, holidays, 2, &allocator, &err);
      if (!test_heap_failed(&heap)) {
        assert_int_equal(status, ARC_OK);
        break;
      }
      assert_int_equal(status, ARC_E_NOMEM);
      assert_int_equal(err.status, ARC_E_NOMEM);
      assert_null(calendar);
      assert_int_equal(heap.live, 0);
    }
    assert_int_equal(k, 3);
    arc_calendar_free(calendar);
    assert_int_equal(heap.live, 0);
  }
}

/* ---- countries ---- */

/* The holidays of a year that fall on weekdays, as the countries' governments list them. */
static const struct {
  const char *country;
  int32_t year;
  const char *days;
} country_years[] = {
    {"US", 2021, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"},
    {"US", 2023, "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25"},
    {"GB", 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"},
    {"GB", 2023, "01-02 04-07 04-10 05-01 05-29 08-28 12-25 12-26"},
    {"GB", 2016, "01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27"},
    {"DE", 2024, "01-01 03-29 04-01 05-01 05-09 05-20 10-03 12-25 12-26"},
    {"FR", 2024, "01-01 04-01 05-01 05-08 05-09 05-20 08-15 11-01 11-11 12-25"},
    {"ES", 2024, "01-01 03-29 05-01 08-15 11-01 12-06 12-25"},
    {"IT", 2024, "01-01 04-01 04-25 05-01 08-15 11-01 12-25 12-26"},
    {"NL", 2023, "04-10 04-27 05-18 05-29 12-25 12-26"},
    {"AT", 2024, "01-01 04-01 05-01 05-09 05-20 05-30 08-15 11-01 12-25 12-26"},
    {"BE", 2023, "04-10 05-01 05-18 05-29 07-21 08-15 11-01 12-25"},
    {"EU", 2024, "01-01 03-29 04-01 05-01 12-25 12-26"},
    {"AE", 2024, ""},
};

static void test_countries(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof country_years / sizeof *country_years; i++) {
    arc_calendar *calendar;
    arc_error err = ARC_ERROR_INIT;
    char found[256] = "", date[11];
    arc_day first = arc_day_from_civil(country_years[i].year, 1, 1);
    arc_day last = arc_day_from_civil(country_years[i].year, 12, 31);
    assert_int_equal(call_country(&calendar, country_years[i].country, country_years[i].year, country_years[i].year, NULL, 0, &err),
                     ARC_OK);
    for (arc_day day = first; day <= last; day++) {
      if (call_is_weekend(calendar, day) || call_is_business(calendar, day)) continue;
      arc_day_format(date, day);
      snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", *found ? " " : "", date + 5);
    }
    if (strcmp(found, country_years[i].days) != 0)
      fail_msg("%s %d: %s", country_years[i].country, (int)country_years[i].year, found);
    arc_calendar_free(calendar);
  }
}

/* Easter by the tables of the United States Naval Observatory. */
static void test_easter(void **state) {
  (void)state;
  static const int easters[][3] = {{1900, 4, 15}, {1913, 3, 23}, {1943, 4, 25}, {1954, 4, 18}, {1981, 4, 19}, {2000, 4, 23},
                                   {2008, 3, 23}, {2011, 4, 24}, {2024, 3, 31}, {2025, 4, 20}, {2038, 4, 25}, {2049, 4, 18},
                                   {2076, 4, 19}, {2199, 4, 14}};
  for (size_t i = 0; i < sizeof easters / sizeof *easters; i++) {
    arc_calendar *calendar;
    arc_day easter = arc_day_from_civil(easters[i][0], easters[i][1], easters[i][2]);
    assert_int_equal(call_country(&calendar, "DE", easters[i][0], easters[i][0], NULL, 0, NULL), ARC_OK);
    assert_int_equal(arc_day_weekday(easter), 7);
    assert_false(call_is_business(calendar, easter - 2));
    assert_false(call_is_business(calendar, easter + 1));
    assert_false(call_is_business(calendar, easter + 39));
    assert_true(call_is_business(calendar, easter - 3));
    assert_true(call_is_business(calendar, easter + 2));
    arc_calendar_free(calendar);
  }
}

static void test_country_input(void **state) {
  (void)state;
  arc_calendar *calendar = NULL;
  arc_error err = ARC_ERROR_INIT;
  const arc_day own = arc_day_from_civil(2024, 8, 14);
  assert_int_equal(call_country(&calendar, "SA", 2024, 2024, &own, 1, &err), ARC_OK);
  assert_true(call_is_weekend(calendar, arc_day_from_civil(2024, 8, 16)));  /* Friday */
  assert_false(call_is_weekend(calendar, arc_day_from_civil(2024, 8, 18))); /* Sunday */
  assert_false(call_is_business(calendar, own));
  arc_calendar_free(calendar);
  calendar = NULL;
  assert_int_equal(call_country(&calendar, "XX", 2024, 2024, NULL, 0, &err), ARC_E_NOT_FOUND);
  assert_int_equal(call_country(&calendar, "USA", 2024, 2024, NULL, 0, &err), ARC_E_NOT_FOUND);
  assert_int_equal(call_country(&calendar, "US", 2025, 2024, NULL, 0, &err), ARC_E_INVALID);
  assert_int_equal(call_country(&calendar, "US", 1899, 2024, NULL, 0, &err), ARC_E_INVALID);
  assert_int_equal(call_country(&calendar, "US", 2024, 2200, NULL, 0, &err), ARC_E_INVALID);
  assert_int_equal(call_country(&calendar, "US", 2024, 2024, NULL, 1, &err), ARC_E_INVALID);
  assert_int_equal(call_country(NULL, "US", 2024, 2024, NULL, 0, &err), ARC_E_INVALID);
  assert_null(calendar);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_countries),
      cmocka_unit_test(test_easter),
      cmocka_unit_test(test_country_input),
      cmocka_unit_test(test_business_days), cmocka_unit_test(test_weekends),
      cmocka_unit_test(test_bad_input),     cmocka_unit_test(test_adjust),
      cmocka_unit_test(test_adjust_limit),  cmocka_unit_test(test_add_business_days),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
