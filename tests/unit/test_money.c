/* Currencies, amounts as text, scaling and splitting. */
#include "arcollect/money.h"
#include "currency.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint64_t random_next(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

/* Of any magnitude, from 0 on. */
static int64_t random_amount(void) {
  uint64_t bits = random_next();
  return (int64_t)(bits >> 1 >> random_next() % 63);
}

static const int64_t grid[] = {INT64_MIN,
                               INT64_MIN + 1,
                               INT64_MIN / 2,
                               -10001,
                               -10000,
                               -9999,
                               -1001,
                               -1000,
                               -999,
                               -101,
                               -100,
                               -99,
                               -11,
                               -10,
                               -9,
                               -2,
                               -1,
                               0,
                               1,
                               2,
                               3,
                               9,
                               10,
                               11,
                               99,
                               100,
                               101,
                               999,
                               1000,
                               1001,
                               9999,
                               10000,
                               10001,
                               INT64_MAX / 2,
                               INT64_MAX - 1,
                               INT64_MAX};
#define GRID (sizeof grid / sizeof *grid)

static void test_currency_digits(void **state) {
  (void)state;
  assert_int_equal(arc_currency_digits("JPY"), 0);
  assert_int_equal(arc_currency_digits("USD"), 2);
  assert_int_equal(arc_currency_digits("EUR"), 2);
  assert_int_equal(arc_currency_digits("KWD"), 3);
  assert_int_equal(arc_currency_digits("CLF"), 4);
  assert_int_equal(arc_currency_digits("AED"), 2); /* the first and the last of the table */
  assert_int_equal(arc_currency_digits("ZWG"), 2);
  assert_int_equal(arc_currency_digits("XAU"), ARC_CURRENCY_NO_MINOR_UNIT);
  assert_int_equal(arc_currency_digits("XXX"), ARC_CURRENCY_NO_MINOR_UNIT);
  static const char *const unknown[] = {"",    "U",   "US",  "USDX", "usd", "Usd",         "DEM",
                                        "ABC", "AAA", "ZZZ", "U D",  "1SD", "\xc3\xa4\x41"};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
    assert_int_equal(arc_currency_digits(unknown[i]), ARC_CURRENCY_UNKNOWN);
  assert_int_equal(arc_currency_digits(NULL), ARC_CURRENCY_UNKNOWN);
}

/* Every three letters: as many codes of each kind as ISO 4217 has, and packing agrees. */
static void test_currency_codes(void **state) {
  (void)state;
  int counts[7] = {0};
  char code[4] = "AAA", back[4];
  for (code[0] = 'A'; code[0] <= 'Z'; code[0]++)
    for (code[1] = 'A'; code[1] <= 'Z'; code[1]++)
      for (code[2] = 'A'; code[2] <= 'Z'; code[2]++) {
        int32_t digits = arc_currency_digits(code);
        assert_in_range(digits + 2, 0, 6);
        counts[digits + 2]++;
        uint32_t packed = arc__currency_pack(code);
        if (digits < 0) {
          assert_int_equal(packed, ARC__CURRENCY_NONE);
          continue;
        }
        assert_int_equal(packed,
                         (uint32_t)code[0] | (uint32_t)code[1] << 8 | (uint32_t)code[2] << 16);
        arc__currency_unpack(back, packed);
        assert_string_equal(back, code);
      }
  /* No minor unit, unknown, then 0 to 4 digits. */
  static const int expected[7] = {13, 26 * 26 * 26 - 178, 17, 0, 139, 7, 2};
  for (int i = 0; i < 7; i++)
    assert_int_equal(counts[i], expected[i]);
  assert_int_equal(arc__currency_pack(""), ARC__CURRENCY_NONE);
  assert_int_equal(arc__currency_pack("US"), ARC__CURRENCY_NONE);
  assert_int_equal(arc__currency_pack("USDX"), arc__currency_pack("USD"));
  arc__currency_unpack(back, ARC__CURRENCY_NONE);
  assert_string_equal(back, "");
}

/* The whole table against the published list, when it is at hand. */
static void test_currency_list(void **state) {
  (void)state;
  const char *data = getenv("ARC_TEST_DATA");
  char path[1024], line[1024];
  snprintf(path, sizeof path, "%s/calendar/iso4217_codes.csv", data ? data : "../shared/data");
  FILE *file = fopen(path, "r");
  if (!file) {
    print_message("skipped: no %s\n", path);
    skip();
  }
  int codes = 0;
  assert_non_null(fgets(line, sizeof line, file));
  while (fgets(line, sizeof line, file)) {
    /* From the right, since names may be quoted: code, number, minor unit, date of withdrawal. */
    line[strcspn(line, "\r\n")] = 0;
    char *fields[4];
    for (int i = 3; i >= 0; i--) {
      fields[i] = strrchr(line, ',');
      assert_non_null(fields[i]);
      *fields[i]++ = 0;
    }
    if (*fields[0] == 0 || *fields[3] != 0) continue;
    int32_t expected = *fields[2] == '-' ? ARC_CURRENCY_NO_MINOR_UNIT : atoi(fields[2]);
    assert_int_equal(arc_currency_digits(fields[0]), expected);
    codes++;
  }
  fclose(file);
  assert_true(codes > 178);
}

static void expect_text(int64_t minor, const char *currency, const char *expected) {
  char buf[24];
  size_t size = 99;
  assert_int_equal(arc_money_format(buf, sizeof buf, &size, minor, currency, NULL), ARC_OK);
  assert_string_equal(buf, expected);
  assert_int_equal(size, strlen(expected));
}

static void test_format(void **state) {
  (void)state;
  expect_text(0, "JPY", "0");
  expect_text(0, "USD", "0.00");
  expect_text(0, "CLF", "0.0000");
  expect_text(-1, "JPY", "-1");
  expect_text(-1, "USD", "-0.01");
  expect_text(-1, "KWD", "-0.001");
  expect_text(-1, "CLF", "-0.0001");
  expect_text(100, "USD", "1.00");
  expect_text(123456, "KWD", "123.456");
  expect_text(INT64_MAX, "JPY", "9223372036854775807");
  expect_text(INT64_MIN, "JPY", "-9223372036854775808");
  expect_text(INT64_MAX, "USD", "92233720368547758.07");
  expect_text(INT64_MIN, "USD", "-92233720368547758.08");
  expect_text(INT64_MIN, "KWD", "-9223372036854775.808");
  expect_text(INT64_MIN, "CLF", "-922337203685477.5808");

  char buf[8] = "before";
  size_t size = 99;
  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc_money_format(buf, 4, &size, 123, "USD", &err), ARC_E_INVALID);
  assert_int_equal(arc_money_format(NULL, 24, &size, 123, "USD", &err), ARC_E_INVALID);
  assert_int_equal(arc_money_format(buf, sizeof buf, &size, 123, "XAU", &err), ARC_E_INVALID);
  assert_non_null(strstr(err.text, "XAU"));
  assert_int_equal(arc_money_format(buf, sizeof buf, &size, 123, "usd", &err), ARC_E_INVALID);
  assert_int_equal(arc_money_format(buf, sizeof buf, &size, 123, NULL, &err), ARC_E_INVALID);
  assert_string_equal(buf, "before");
  assert_int_equal(size, 99);
  assert_int_equal(arc_money_format(buf, 5, NULL, 123, "USD", NULL), ARC_OK);
  assert_string_equal(buf, "1.23");
}

static void test_round_trip(void **state) {
  (void)state;
  static const char *const currencies[] = {"JPY", "USD", "KWD", "CLF"};
  for (size_t c = 0; c < 4; c++)
    for (size_t i = 0; i < GRID + 2000; i++) {
      int64_t minor = i < GRID ? grid[i] : i % 2 ? random_amount() : -random_amount(), back = 1;
      char buf[24];
      size_t size;
      assert_int_equal(arc_money_format(buf, sizeof buf, &size, minor, currencies[c], NULL),
                       ARC_OK);
      assert_int_equal(arc_money_parse(&back, buf, size, currencies[c], NULL), ARC_OK);
      assert_true(back == minor);
    }
}

static void expect_amount(const char *text, const char *currency, int64_t expected) {
  int64_t minor = 77;
  assert_int_equal(arc_money_parse(&minor, text, strlen(text), currency, NULL), ARC_OK);
  assert_true(minor == expected);
  minor = 77;
  assert_int_equal(arc_money_parse(&minor, text, ARC_NUL_TERMINATED, currency, NULL), ARC_OK);
  assert_true(minor == expected);
}

static void expect_no_amount(const char *text, const char *currency, arc_status status,
                             uint32_t column) {
  int64_t minor = 77;
  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc_money_parse(&minor, text, strlen(text), currency, &err), status);
  assert_int_equal(minor, 77);
  assert_int_equal(err.status, status);
  assert_int_equal(err.column, column);
  assert_true(strlen(err.text) > 0);
}

static void test_parse(void **state) {
  (void)state;
  expect_amount("0", "USD", 0);
  expect_amount("-0", "USD", 0);
  expect_amount("-0.00", "USD", 0);
  expect_amount("+1", "USD", 100);
  expect_amount("1.5", "USD", 150);
  expect_amount("-1234.56", "USD", -123456);
  expect_amount("000000000000000000000000000001.23", "USD", 123);
  expect_amount("1", "JPY", 1);
  expect_amount("1.5", "KWD", 1500);
  expect_amount("1.0001", "CLF", 10001);
  expect_amount("9223372036854775807", "JPY", INT64_MAX);
  expect_amount("-9223372036854775808", "JPY", INT64_MIN);
  expect_amount("92233720368547758.07", "USD", INT64_MAX);
  expect_amount("-92233720368547758.08", "USD", INT64_MIN);

  expect_no_amount("9223372036854775808", "JPY", ARC_E_OVERFLOW, 0);
  expect_no_amount("-9223372036854775809", "JPY", ARC_E_OVERFLOW, 0);
  expect_no_amount("92233720368547758.08", "USD", ARC_E_OVERFLOW, 0);
  expect_no_amount("-92233720368547758.09", "USD", ARC_E_OVERFLOW, 0);
  expect_no_amount("92233720368547759", "USD", ARC_E_OVERFLOW, 0);
  expect_no_amount("184467440737095516.16", "USD", ARC_E_OVERFLOW, 0); /* 2^64 */
  expect_no_amount("99999999999999999999999999", "USD", ARC_E_OVERFLOW, 0);

  expect_no_amount("", "USD", ARC_E_SYNTAX, 1);
  expect_no_amount("-", "USD", ARC_E_SYNTAX, 2);
  expect_no_amount("+-1", "USD", ARC_E_SYNTAX, 2);
  expect_no_amount(" 1", "USD", ARC_E_SYNTAX, 1);
  expect_no_amount("1 ", "USD", ARC_E_SYNTAX, 2);
  expect_no_amount(".5", "USD", ARC_E_SYNTAX, 1);
  expect_no_amount("1.", "USD", ARC_E_SYNTAX, 3);
  expect_no_amount("1.234", "USD", ARC_E_SYNTAX, 5);
  expect_no_amount("1.2.3", "USD", ARC_E_SYNTAX, 4);
  expect_no_amount("1,000.00", "USD", ARC_E_SYNTAX, 2);
  expect_no_amount("1e3", "USD", ARC_E_SYNTAX, 2);
  expect_no_amount("1.0", "JPY", ARC_E_SYNTAX, 2);
  expect_no_amount("1.", "JPY", ARC_E_SYNTAX, 2);
  expect_no_amount("12345678901234567890123x", "USD", ARC_E_SYNTAX, 24);

  expect_no_amount("1", "XAU", ARC_E_INVALID, 0);
  expect_no_amount("1", "ABC", ARC_E_INVALID, 0);
  expect_no_amount("1", "", ARC_E_INVALID, 0);
  int64_t minor = 77;
  assert_int_equal(arc_money_parse(&minor, "1\0", 2, "USD", NULL), ARC_E_SYNTAX);
  assert_int_equal(arc_money_parse(&minor, "1", 1, NULL, NULL), ARC_E_INVALID);
  assert_int_equal(arc_money_parse(&minor, NULL, 1, "USD", NULL), ARC_E_INVALID);
  assert_int_equal(arc_money_parse(&minor, NULL, 0, "USD", NULL), ARC_E_SYNTAX);
  assert_int_equal(arc_money_parse(NULL, "1", 1, "USD", NULL), ARC_E_INVALID);
  assert_int_equal(minor, 77);
}

static void expect_scaled(int64_t amount, int64_t numerator, int64_t denominator,
                          int64_t expected) {
  int64_t out = 77;
  assert_int_equal(arc_money_scale(&out, amount, numerator, denominator, NULL), ARC_OK);
  assert_true(out == expected);
}

static void test_scale_half_even(void **state) {
  (void)state;
  static const int64_t halves[][2] = {{0, 0}, {1, 0}, {2, 1}, {3, 2}, {4, 2},
                                      {5, 2}, {6, 3}, {7, 4}, {9, 4}};
  for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
    expect_scaled(halves[i][0], 1, 2, halves[i][1]);
    expect_scaled(-halves[i][0], 1, 2, -halves[i][1]);
    expect_scaled(halves[i][0], -1, 2, -halves[i][1]);
    expect_scaled(-halves[i][0], -1, 2, halves[i][1]);
  }
  expect_scaled(1, 1, 3, 0);
  expect_scaled(2, 1, 3, 1);
  expect_scaled(12345, 200, 10000, 247); /* 246.9 */
  expect_scaled(12325, 200, 10000, 246); /* 246.5 */
  expect_scaled(12375, 200, 10000, 248); /* 247.5 */
  expect_scaled(-12325, 200, 10000, -246);
  /* The same halves where the product needs more than 64 bits. */
  int64_t half = INT64_C(1) << 61;
  expect_scaled(half, 5, half * 2, 2);
  expect_scaled(half, 7, half * 2, 4);
  expect_scaled(half, 7, half * 2 + 1, 3);
  expect_scaled(half + 1, 5, half * 2, 3);
}

static void test_scale_limits(void **state) {
  (void)state;
  expect_scaled(INT64_MAX, 1, 1, INT64_MAX);
  expect_scaled(INT64_MIN, 1, 1, INT64_MIN);
  expect_scaled(INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX);
  expect_scaled(INT64_MIN, INT64_MAX, INT64_MAX, INT64_MIN);
  expect_scaled(-INT64_MAX, -INT64_MAX, INT64_MAX, INT64_MAX);
  expect_scaled(INT64_MAX, INT64_MIN, INT64_MAX, INT64_MIN);
  expect_scaled(INT64_MAX - 1, INT64_MAX, INT64_MAX, INT64_MAX - 1);
  expect_scaled(0, INT64_MIN, 1, 0);
  expect_scaled(1, 1, INT64_MAX, 0);
}

static void expect_scale_fails(int64_t amount, int64_t numerator, int64_t denominator,
                               arc_status status) {
  int64_t out = 77;
  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc_money_scale(&out, amount, numerator, denominator, &err), status);
  assert_int_equal(out, 77);
  assert_int_equal(err.status, status);
}

#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 wide;

/* Half to even by another road: the distance to both neighbours. */
static wide wide_scale(wide amount, wide numerator, wide denominator) {
  wide product = amount * numerator, low = product / denominator;
  if (low * denominator > product) low--;
  wide below = product - low * denominator, above = denominator - below;
  if (below < above) return low;
  if (above < below) return low + 1;
  return low % 2 == 0 ? low : low + 1;
}

static void compare_scale(int64_t amount, int64_t numerator, int64_t denominator) {
  wide expected = wide_scale(amount, numerator, denominator);
  if (expected < INT64_MIN || expected > INT64_MAX)
    expect_scale_fails(amount, numerator, denominator, ARC_E_OVERFLOW);
  else
    expect_scaled(amount, numerator, denominator, (int64_t)expected);
}
#endif

static void test_scale_against_wide_integers(void **state) {
  (void)state;
#ifdef __SIZEOF_INT128__
  for (size_t a = 0; a < GRID; a++)
    for (size_t n = 0; n < GRID; n++)
      for (size_t d = 0; d < GRID; d++)
        if (grid[d] > 0) compare_scale(grid[a], grid[n], grid[d]);
  for (int i = 0; i < 300000; i++) {
    uint64_t signs = random_next();
    int64_t amount = random_amount(), numerator = random_amount(), denominator = random_amount();
    if (denominator == 0) denominator = 1;
    compare_scale(signs & 1 ? -amount : amount, signs & 2 ? -numerator : numerator, denominator);
  }
#else
  print_message("skipped: the compiler has no 128-bit integers to compare with\n");
  skip();
#endif
}

static void test_scale_errors(void **state) {
  (void)state;
  expect_scale_fails(1, 1, 0, ARC_E_INVALID);
  expect_scale_fails(1, 1, -1, ARC_E_INVALID);
  expect_scale_fails(1, 1, INT64_MIN, ARC_E_INVALID);
  expect_scale_fails(INT64_MIN, -1, 1, ARC_E_OVERFLOW);
  expect_scale_fails(INT64_MIN, INT64_MIN, INT64_MAX, ARC_E_OVERFLOW);
  expect_scale_fails(INT64_MAX, 2, 1, ARC_E_OVERFLOW);
  expect_scale_fails(INT64_MAX, INT64_MAX, 1, ARC_E_OVERFLOW);
  expect_scale_fails(INT64_MIN, INT64_MIN, 1, ARC_E_OVERFLOW);
  assert_int_equal(arc_money_scale(NULL, 1, 1, 1, NULL), ARC_E_INVALID);
}

static void test_split_known(void **state) {
  (void)state;
  static const struct {
    int64_t total;
    size_t count;
    int64_t weights[4], parts[4];
  } cases[] = {
      {100, 3, {1, 1, 1}, {34, 33, 33}},
      {101, 3, {1, 1, 1}, {34, 34, 33}},
      {1, 3, {1, 1, 1}, {1, 0, 0}},
      {0, 3, {1, 2, 3}, {0, 0, 0}},
      {10, 2, {0, 5}, {0, 10}},
      {7, 3, {0, 1, 1}, {0, 4, 3}},
      {10, 3, {1, 2, 4}, {1, 3, 6}}, /* 1.43 2.86 5.71 */
      {11, 3, {1, 2, 4}, {2, 3, 6}}, /* 1.57 3.14 6.29 */
      {INT64_MAX, 2, {1, 1}, {INT64_MAX / 2 + 1, INT64_MAX / 2}},
      {INT64_MAX, 1, {INT64_MAX}, {INT64_MAX}},
      {INT64_MAX, 2, {INT64_MAX - 1, 1}, {INT64_MAX - 1, 1}},
      {5, 4, {INT64_MAX / 4, INT64_MAX / 4, INT64_MAX / 4, INT64_MAX / 4}, {2, 1, 1, 1}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t parts[4];
    assert_int_equal(arc_money_split(parts, cases[i].total, cases[i].weights, cases[i].count, NULL),
                     ARC_OK);
    for (size_t p = 0; p < cases[i].count; p++)
      assert_true(parts[p] == cases[i].parts[p]);
  }
}

static void test_split_errors(void **state) {
  (void)state;
  static const int64_t good[2] = {1, 2}, zero[2] = {0, 0}, negative[2] = {3, -1},
                       large[3] = {INT64_MAX, 0, 1};
  int64_t parts[3] = {7, 8, 9};
  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc_money_split(parts, -1, good, 2, &err), ARC_E_INVALID);
  assert_int_equal(arc_money_split(parts, INT64_MIN, good, 2, &err), ARC_E_INVALID);
  assert_int_equal(arc_money_split(parts, 5, zero, 2, &err), ARC_E_INVALID);
  assert_int_equal(arc_money_split(parts, 5, good, 0, &err), ARC_E_INVALID);
  assert_int_equal(arc_money_split(parts, 5, NULL, 0, &err), ARC_E_INVALID);
  assert_int_equal(arc_money_split(parts, 5, NULL, 2, &err), ARC_E_INVALID);
  assert_int_equal(arc_money_split(NULL, 5, good, 2, &err), ARC_E_INVALID);
  assert_int_equal(arc_money_split(parts, 5, negative, 2, &err), ARC_E_INVALID);
  assert_int_equal(err.record, 1);
  assert_int_equal(arc_money_split(parts, 5, large, 3, &err), ARC_E_OVERFLOW);
  assert_int_equal(err.record, 2);
  assert_int_equal(parts[0], 7);
  assert_int_equal(parts[1], 8);
  assert_int_equal(parts[2], 9);
}

/* For random totals and weights: the parts add up; each is its exact share rounded down or up;
 * nothing goes to a weight of 0; no smaller remainder, and no later equal one, is served before
 * another. */
static void test_split_properties(void **state) {
  (void)state;
  for (int round = 0; round < 20000; round++) {
    int64_t weights[12], parts[12], sum = 0, added = 0;
    size_t count = 1 + random_next() % 12;
    int64_t total = random_amount();
    for (size_t i = 0; i < count; i++) {
      weights[i] = random_next() % 5 == 0 ? 0
                   : random_next() % 2    ? random_amount() / 12
                                          : random_amount() % 10;
      sum += weights[i];
    }
    if (sum == 0) sum = weights[0] = 1;
    assert_int_equal(arc_money_split(parts, total, weights, count, NULL), ARC_OK);
    for (size_t i = 0; i < count; i++) {
      assert_true(parts[i] >= 0 && parts[i] <= total - added);
      if (weights[i] == 0) assert_true(parts[i] == 0);
      added += parts[i];
    }
    assert_true(added == total);
#ifdef __SIZEOF_INT128__
    for (size_t i = 0; i < count; i++) {
      wide share = (wide)total * weights[i] / sum, rest = (wide)total * weights[i] % sum;
      int up = parts[i] != share;
      assert_true(parts[i] == share + up);
      for (size_t j = 0; j < i; j++) {
        wide other = (wide)total * weights[j] % sum;
        int other_up = parts[j] != (wide)total * weights[j] / sum;
        if (other >= rest)
          assert_true(other_up >= up);
        else
          assert_true(up >= other_up);
      }
    }
#endif
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_currency_digits),
      cmocka_unit_test(test_currency_codes),
      cmocka_unit_test(test_currency_list),
      cmocka_unit_test(test_format),
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_parse),
      cmocka_unit_test(test_scale_half_even),
      cmocka_unit_test(test_scale_limits),
      cmocka_unit_test(test_scale_against_wide_integers),
      cmocka_unit_test(test_scale_errors),
      cmocka_unit_test(test_split_known),
      cmocka_unit_test(test_split_errors),
      cmocka_unit_test(test_split_properties),
  };
  return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
