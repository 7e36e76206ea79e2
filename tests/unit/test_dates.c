/* Civil days. */
#include "arcollect/dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int leap(int year) {
  return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

static int month_length(int year, int month) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return lengths[month - 1] + (month == 2 && leap(year));
}

static void test_constants(void **state) {
  (void)state;
  assert_int_equal(arc_day_from_civil(1, 1, 1), ARC_DAY_FIRST);
  assert_int_equal(arc_day_from_civil(9999, 12, 31), ARC_DAY_LAST);
  assert_int_equal(arc_day_from_civil(1970, 1, 1), 0);
  assert_int_equal(arc_day_from_civil(2000, 2, 29), 11016);
  assert_int_equal(arc_day_from_civil(2024, 12, 31), 20088);
  assert_int_equal(arc_day_from_civil(1582, 10, 15), -141427);
}

/* Every day there is, counted on by hand from the first one. */
static void test_every_day(void **state) {
  (void)state;
  arc_day day = ARC_DAY_FIRST;
  int weekday = 1;
  for (int year = 1; year <= 9999; year++)
    for (int month = 1; month <= 12; month++)
      for (int of_month = 1; of_month <= month_length(year, month); of_month++, day++) {
        int32_t y = 0, m = 0, d = 0;
        if (arc_day_from_civil(year, month, of_month) != day ||
            arc_day_to_civil(day, &y, &m, &d) != ARC_OK || y != year || m != month ||
            d != of_month || arc_day_weekday(day) != weekday)
          fail_msg("%04d-%02d-%02d", year, month, of_month);
        weekday = weekday % 7 + 1;
      }
  assert_int_equal(day - 1, ARC_DAY_LAST);
}

static void test_text_of_400_years(void **state) {
  (void)state;
  for (arc_day day = arc_day_from_civil(1799, 12, 31); day < arc_day_from_civil(2200, 1, 2);
       day++) {
    int32_t y, m, d;
    char text[11], expected[48];
    arc_day back = ARC_DAY_NONE;
    assert_int_equal(arc_day_to_civil(day, &y, &m, &d), ARC_OK);
    snprintf(expected, sizeof expected, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
    assert_int_equal(arc_day_format(text, day), ARC_OK);
    assert_string_equal(text, expected);
    assert_int_equal(arc_day_parse(&back, text, 10, NULL), ARC_OK);
    assert_int_equal(back, day);
  }
}

static void test_no_such_date(void **state) {
  (void)state;
  static const int32_t none[][3] = {
      {0, 1, 1},
      {-1, 1, 1},
      {10000, 1, 1},
      {2023, 0, 1},
      {2023, 13, 1},
      {2023, -1, 1},
      {2023, 1, 0},
      {2023, 1, 32},
      {2023, 2, 29},
      {1900, 2, 29},
      {2100, 2, 29},
      {2024, 2, 30},
      {2023, 4, 31},
      {2023, 6, 31},
      {2023, 9, 31},
      {2023, 11, 31},
      {2023, 12, 32},
      {INT32_MIN, 1, 1},
      {INT32_MAX, 1, 1},
      {2023, INT32_MAX, 1},
      {2023, 1, INT32_MAX},
      {2023, INT32_MIN, 1},
      {2023, 1, INT32_MIN},
  };
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    assert_int_equal(arc_day_from_civil(none[i][0], none[i][1], none[i][2]), ARC_DAY_NONE);
}

static void test_outside_the_range(void **state) {
  (void)state;
  static const arc_day outside[] = {ARC_DAY_NONE, INT32_MIN + 1, ARC_DAY_FIRST - 1,
                                    ARC_DAY_LAST + 1, INT32_MAX};
  for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
    int32_t y = 7, m = 8, d = 9;
    char text[11] = "before";
    assert_int_equal(arc_day_to_civil(outside[i], &y, &m, &d), ARC_E_INVALID);
    assert_true(y == 7 && m == 8 && d == 9);
    assert_int_equal(arc_day_weekday(outside[i]), 0);
    assert_int_equal(arc_day_add_months(outside[i], 0), ARC_DAY_NONE);
    if (outside[i] == ARC_DAY_NONE) continue;
    assert_int_equal(arc_day_format(text, outside[i]), ARC_E_INVALID);
    assert_string_equal(text, "before");
  }
  char text[11] = "before";
  assert_int_equal(arc_day_format(text, ARC_DAY_NONE), ARC_OK);
  assert_string_equal(text, "");
  assert_int_equal(arc_day_format(NULL, 0), ARC_E_INVALID);
  int32_t y, m;
  assert_int_equal(arc_day_to_civil(0, &y, &m, NULL), ARC_E_INVALID);
}

static void test_weekdays(void **state) {
  (void)state;
  assert_int_equal(arc_day_weekday(0), 4); /* a Thursday */
  assert_int_equal(arc_day_weekday(arc_day_from_civil(2024, 12, 25)), 3);
  assert_int_equal(arc_day_weekday(arc_day_from_civil(2025, 6, 1)), 7);
  assert_int_equal(arc_day_weekday(ARC_DAY_LAST), 5);
}

static void expect_months(int y, int m, int d, int32_t months, int y2, int m2, int d2) {
  assert_int_equal(arc_day_add_months(arc_day_from_civil(y, m, d), months),
                   arc_day_from_civil(y2, m2, d2));
}

static void test_add_months(void **state) {
  (void)state;
  expect_months(2024, 1, 31, 0, 2024, 1, 31);
  expect_months(2024, 1, 31, 1, 2024, 2, 29);
  expect_months(2023, 1, 31, 1, 2023, 2, 28);
  expect_months(2023, 3, 31, -1, 2023, 2, 28);
  expect_months(2024, 2, 29, 12, 2025, 2, 28);
  expect_months(2024, 2, 29, 48, 2028, 2, 29);
  expect_months(2024, 12, 15, 1, 2025, 1, 15);
  expect_months(2024, 1, 15, -1, 2023, 12, 15);
  expect_months(2024, 5, 31, 6, 2024, 11, 30);
  expect_months(2024, 6, 30, 1, 2024, 7, 30);
  expect_months(1, 1, 1, 9999 * 12 - 1, 9999, 12, 1);
  expect_months(9999, 12, 31, -(9999 * 12 - 1), 1, 1, 31);
  assert_int_equal(arc_day_add_months(ARC_DAY_FIRST, -1), ARC_DAY_NONE);
  assert_int_equal(arc_day_add_months(ARC_DAY_LAST, 1), ARC_DAY_NONE);
  assert_int_equal(arc_day_add_months(0, INT32_MAX), ARC_DAY_NONE);
  assert_int_equal(arc_day_add_months(0, INT32_MIN), ARC_DAY_NONE);
}

static void expect_no_date(const char *text, uint32_t column) {
  arc_day day = 77;
  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc_day_parse(&day, text, strlen(text), &err), ARC_E_SYNTAX);
  assert_int_equal(day, 77);
  assert_int_equal(err.status, ARC_E_SYNTAX);
  assert_int_equal(err.column, column);
}

static void test_parse(void **state) {
  (void)state;
  arc_day day = 77;
  assert_int_equal(arc_day_parse(&day, "0001-01-01", 10, NULL), ARC_OK);
  assert_int_equal(day, ARC_DAY_FIRST);
  assert_int_equal(arc_day_parse(&day, "9999-12-31", ARC_NUL_TERMINATED, NULL), ARC_OK);
  assert_int_equal(day, ARC_DAY_LAST);
  assert_int_equal(arc_day_parse(&day, "2024-02-29T00", 10, NULL), ARC_OK);
  assert_int_equal(day, arc_day_from_civil(2024, 2, 29));

  expect_no_date("", 1);
  expect_no_date("2024", 5);
  expect_no_date("2024-1-01", 7);
  expect_no_date("2024/01/01", 5);
  expect_no_date("2024-01-01 ", 11);
  expect_no_date("2024-01-011", 11);
  expect_no_date(" 2024-01-01", 1);
  expect_no_date("-024-01-01", 1);
  expect_no_date("+024-01-01", 1);
  expect_no_date("20x4-01-01", 3);
  expect_no_date("0000-01-01", 1);
  expect_no_date("2024-00-01", 6);
  expect_no_date("2024-13-01", 6);
  expect_no_date("2024-01-00", 9);
  expect_no_date("2024-01-32", 9);
  expect_no_date("2023-02-29", 9);
  day = 77;
  assert_int_equal(arc_day_parse(&day, NULL, 10, NULL), ARC_E_INVALID);
  assert_int_equal(arc_day_parse(&day, NULL, 0, NULL), ARC_E_SYNTAX);
  assert_int_equal(arc_day_parse(NULL, "2024-01-01", 10, NULL), ARC_E_INVALID);
  assert_int_equal(day, 77);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_constants),         cmocka_unit_test(test_every_day),
      cmocka_unit_test(test_text_of_400_years), cmocka_unit_test(test_no_such_date),
      cmocka_unit_test(test_outside_the_range), cmocka_unit_test(test_weekdays),
      cmocka_unit_test(test_add_months),        cmocka_unit_test(test_parse),
  };
  return cmocka_run_group_tests_name("dates", tests, NULL, NULL);
}
