/* Civil days by arithmetic alone. Years are counted from March on, so that the leap day is the last
 * of its year and the months' lengths follow a line: month m (0 = March) begins on day (153 m + 2)
 * / 5. */
#include "dates.h"

#include "error.h"
#include "text.h"

#include <stddef.h>

#define DATES_PER_CENTURIES 146097 /* days in 400 years */
#define DATES_BEFORE_EPOCH  719468 /* days from 0000-03-01 to 1970-01-01 */

static int32_t dates_month_length(int32_t year, int32_t month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

arc_day arc_day_from_civil(int32_t year, int32_t month, int32_t day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
      day > dates_month_length(year, month))
    return ARC_DAY_NONE;
  int32_t march_year = month > 2 ? year : year - 1;
  int32_t march_month = month > 2 ? month - 3 : month + 9;
  return march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 +
         (153 * march_month + 2) / 5 + day - 1 - DATES_BEFORE_EPOCH;
}

arc_status arc_day_to_civil(arc_day day, int32_t *year, int32_t *month, int32_t *day_of_month) {
  if (!arc__day_in_range(day) || !year || !month || !day_of_month) return ARC_E_INVALID;
  int32_t days = day + DATES_BEFORE_EPOCH;
  int32_t in_centuries = days % DATES_PER_CENTURIES;
  /* Leap days before that day, taken out, leave years of 365 days. */
  int32_t in_years =
      in_centuries - in_centuries / 1460 + in_centuries / 36524 - in_centuries / 146096;
  int32_t march_year = in_years / 365;
  int32_t in_year = in_centuries - (march_year * 365 + march_year / 4 - march_year / 100);
  int32_t march_month = (5 * in_year + 2) / 153;
  *day_of_month = in_year - (153 * march_month + 2) / 5 + 1;
  *month = march_month < 10 ? march_month + 3 : march_month - 9;
  *year = days / DATES_PER_CENTURIES * 400 + march_year + (*month <= 2);
  return ARC_OK;
}

int32_t arc_day_weekday(arc_day day) {
  /* 0001-01-01 was a Monday. */
  return arc__day_in_range(day) ? (day - ARC_DAY_FIRST) % 7 + 1 : 0;
}

arc_day arc_day_add_months(arc_day day, int32_t months) {
  int32_t year, month, day_of_month;
  if (arc_day_to_civil(day, &year, &month, &day_of_month) != ARC_OK) return ARC_DAY_NONE;
  int64_t total = (int64_t)year * 12 + month - 1 + months;
  if (total < 12 || total >= 10000 * 12) return ARC_DAY_NONE;
  year = (int32_t)(total / 12);
  month = (int32_t)(total % 12) + 1;
  int32_t last = dates_month_length(year, month);
  return arc_day_from_civil(year, month, day_of_month < last ? day_of_month : last);
}

static arc_status dates_fail_syntax(size_t at, const char *expected, arc_error *err) {
  return arc__fail_at(err, ARC_E_SYNTAX, 1, (uint32_t)at + 1,
                      "not a date at column %u: expected %s", (unsigned)at + 1, expected);
}

arc_status arc_day_parse(arc_day *out, const char *text, size_t size, arc_error *err) {
  static const char form[] = "YYYY-MM-DD";
  if (!out || (!text && size != 0))
    return arc__fail(err, ARC_E_INVALID, "%s is NULL", out ? "text" : "out");
  size = arc__text_size(text, size);
  int32_t numbers[3] = {0, 0, 0}; /* year, month, day */
  size_t number = 0;
  for (size_t at = 0; at < sizeof form - 1; at++) {
    int dash = form[at] == '-';
    if (at == size || (dash ? text[at] != '-' : !arc__is_digit(text[at])))
      return dates_fail_syntax(at, dash ? "'-' as in YYYY-MM-DD" : "a digit as in YYYY-MM-DD", err);
    if (dash)
      number++;
    else
      numbers[number] = numbers[number] * 10 + (text[at] - '0');
  }
  if (size != sizeof form - 1)
    return dates_fail_syntax(sizeof form - 1, "the end after YYYY-MM-DD", err);
  if (numbers[0] == 0) return dates_fail_syntax(0, "a year from 0001 on", err);
  if (numbers[1] < 1 || numbers[1] > 12) return dates_fail_syntax(5, "a month from 01 to 12", err);
  arc_day day = arc_day_from_civil(numbers[0], numbers[1], numbers[2]);
  if (day == ARC_DAY_NONE) return dates_fail_syntax(8, "a day that this month has", err);
  *out = day;
  return ARC_OK;
}

arc_status arc_day_format(char buf[11], arc_day day) {
  if (!buf) return ARC_E_INVALID;
  if (day == ARC_DAY_NONE) {
    buf[0] = 0;
    return ARC_OK;
  }
  int32_t year, month, day_of_month;
  ARC__TRY(arc_day_to_civil(day, &year, &month, &day_of_month));
  const int32_t places[10] = {
      year / 1000, year / 100 % 10,   year / 10 % 10,   year % 10, -1, month / 10, month % 10,
      -1,          day_of_month / 10, day_of_month % 10};
  for (int i = 0; i < 10; i++)
    buf[i] = places[i] < 0 ? '-' : (char)('0' + places[i]);
  buf[10] = 0;
  return ARC_OK;
}

/* Easter Sunday of the Gregorian calendar (the anonymous algorithm of Nature, 1876). */
arc_day arc__easter_sunday(int32_t year) {
  int32_t a = year % 19, b = year / 100, c = year % 100;
  int32_t h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  int32_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  int32_t m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
  return arc_day_from_civil(year, n / 31, n % 31 + 1);
}
