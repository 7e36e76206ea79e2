/* Building and reading reports. */
#include "report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/test_heap.h"

static const arc__report_column columns[] = {
    {"customer", ARC_COLUMN_TEXT}, {"currency", ARC_COLUMN_TEXT}, {"balance", ARC_COLUMN_MONEY},
    {"due", ARC_COLUMN_DAY},       {"days", ARC_COLUMN_INTEGER},  {"risk", ARC_COLUMN_PPM},
};
#define COLUMNS (sizeof columns / sizeof *columns)

static arc_report *sample(const arc__heap *heap) {
  arc_report *report = arc__report_new(heap, columns, COLUMNS);
  arc__report_add_string(report, "ACME");
  arc__report_add_text(report, "USDandmore", 3);
  arc__report_add_integer(report, -123456);
  arc__report_add_integer(report, 20088);
  arc__report_add_integer(report, -3);
  arc__report_add_integer(report, 1234567);

  arc__report_add_text(report, "", 0);
  arc__report_add_string(report, "JPY");
  arc__report_add_integer(report, INT64_MIN);
  arc__report_add_integer(report, ARC_DAY_NONE);
  arc__report_add_integer(report, INT64_MAX);
  arc__report_add_integer(report, -1);

  for (size_t i = 0; i < COLUMNS; i++)
    arc__report_add_null(report);

  arc__report_add_string(report, "Z\xc3\xbcrich");
  arc__report_add_null(report); /* no currency, so that the money has no form */
  arc__report_add_integer(report, 5);
  arc__report_add_integer(report, (int64_t)ARC_DAY_LAST + 1);
  arc__report_add_integer(report, 0);
  arc__report_add_integer(report, INT64_MIN);
  return report;
}

static arc__heap heap_of(struct test_heap *counted) {
  arc_allocator allocator = test_heap_allocator(counted);
  arc__heap heap;
  assert_int_equal(arc__heap_init(&heap, &allocator, NULL), ARC_OK);
  return heap;
}

static void expect_cell(const arc_report *report, size_t row, size_t column, const char *expected) {
  char buf[64];
  size_t size = 99;
  memset(buf, '#', sizeof buf);
  assert_int_equal(arc_report_format(report, row, column, buf, sizeof buf, &size), ARC_OK);
  assert_string_equal(buf, expected);
  assert_int_equal(size, strlen(expected));
}

static void check_sample(const arc_report *report) {
  assert_int_equal(arc_report_rows(report), 4);
  assert_int_equal(arc_report_columns(report), COLUMNS);
  for (size_t i = 0; i < COLUMNS; i++) {
    assert_string_equal(arc_report_column_name(report, i), columns[i].name);
    assert_int_equal(arc_report_column_type(report, i), columns[i].type);
  }

  size_t size = 99;
  assert_string_equal(arc_report_text(report, 0, 0, &size), "ACME");
  assert_int_equal(size, 4);
  assert_string_equal(arc_report_text(report, 0, 1, NULL), "USD");
  assert_string_equal(arc_report_text(report, 1, 0, &size), "");
  assert_int_equal(size, 0);
  assert_int_equal(arc_report_integer(report, 0, 2), -123456);
  assert_true(arc_report_integer(report, 1, 2) == INT64_MIN);
  assert_true(arc_report_integer(report, 1, 4) == INT64_MAX);

  /* Text has no number, numbers have no text, nulls have neither. */
  assert_int_equal(arc_report_integer(report, 0, 0), 0);
  assert_string_equal(arc_report_text(report, 0, 2, &size), "");
  assert_int_equal(size, 0);
  assert_int_equal(arc_report_is_null(report, 1, 0), 0); /* empty is not null */
  assert_int_equal(arc_report_is_null(report, 3, 4), 0); /* nor is zero */
  assert_int_equal(arc_report_is_null(report, 1, 3), 1); /* but no day is */
  assert_int_equal(arc_report_integer(report, 1, 3), 0);
  for (size_t i = 0; i < COLUMNS; i++) {
    assert_int_equal(arc_report_is_null(report, 0, i), 0);
    assert_int_equal(arc_report_is_null(report, 2, i), 1);
    assert_int_equal(arc_report_integer(report, 2, i), 0);
    assert_string_equal(arc_report_text(report, 2, i, &size), "");
    expect_cell(report, 2, i, "");
  }

  expect_cell(report, 0, 0, "ACME");
  expect_cell(report, 0, 1, "USD");
  expect_cell(report, 0, 2, "-1234.56");
  expect_cell(report, 0, 3, "2024-12-31");
  expect_cell(report, 0, 4, "-3");
  expect_cell(report, 0, 5, "1.234567");
  expect_cell(report, 1, 2, "-9223372036854775808");
  expect_cell(report, 1, 3, "");
  expect_cell(report, 1, 5, "-0.000001");
  expect_cell(report, 3, 5, "-9223372036854.775808");
  expect_cell(report, 3, 4, "0");
}

static void test_sample(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc__heap heap = heap_of(&counted);
  arc_report *report = NULL;
  assert_int_equal(arc__report_finish(&report, sample(&heap), NULL), ARC_OK);
  memset(&heap, 0, sizeof heap); /* the report has its own copy */
  check_sample(report);

  char buf[8] = "before";
  size_t size = 99;
  assert_int_equal(arc_report_format(report, 3, 2, buf, sizeof buf, &size), ARC_E_INVALID);
  assert_int_equal(arc_report_format(report, 3, 3, buf, sizeof buf, &size), ARC_E_INVALID);
  assert_int_equal(arc_report_format(report, 0, 0, NULL, 8, &size), ARC_E_INVALID);
  assert_int_equal(arc_report_format(report, 4, 0, buf, sizeof buf, &size), ARC_E_INVALID);
  assert_int_equal(arc_report_format(report, 0, COLUMNS, buf, sizeof buf, &size), ARC_E_INVALID);
  assert_int_equal(arc_report_format(report, SIZE_MAX, SIZE_MAX, buf, sizeof buf, &size),
                   ARC_E_INVALID);
  assert_string_equal(buf, "before");
  assert_int_equal(size, 99);
  arc_report_free(report);
  assert_int_equal(counted.live, 0);
}

static void test_cells_that_do_not_exist(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc__heap heap = heap_of(&counted);
  arc_report *report = NULL;
  assert_int_equal(arc__report_finish(&report, sample(&heap), NULL), ARC_OK);
  const arc_report *const reports[] = {report, NULL};
  for (size_t i = 0; i < 2; i++) {
    size_t size = 99;
    assert_null(arc_report_column_name(reports[i], COLUMNS));
    assert_int_equal(arc_report_column_type(reports[i], COLUMNS), 0);
    assert_int_equal(arc_report_is_null(reports[i], 4, 0), 1);
    assert_int_equal(arc_report_is_null(reports[i], 0, COLUMNS), 1);
    assert_int_equal(arc_report_integer(reports[i], 4, 2), 0);
    assert_int_equal(arc_report_integer(reports[i], 0, SIZE_MAX), 0);
    assert_string_equal(arc_report_text(reports[i], SIZE_MAX, 0, &size), "");
    assert_int_equal(size, 0);
  }
  assert_int_equal(arc_report_rows(NULL), 0);
  assert_int_equal(arc_report_columns(NULL), 0);
  assert_int_equal(arc_report_format(NULL, 0, 0, NULL, 0, NULL), ARC_E_INVALID);
  arc_report_free(NULL);
  arc_report_free(report);
  assert_int_equal(counted.live, 0);
}

static void test_cut(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc__heap heap = heap_of(&counted);
  arc_report *report = NULL;
  assert_int_equal(arc__report_finish(&report, sample(&heap), NULL), ARC_OK);
  static const char *const cut[] = {"",
                                    "",
                                    "Z",
                                    "Z",
                                    "Z\xc3\xbc",
                                    "Z\xc3\xbcr",
                                    "Z\xc3\xbcri",
                                    "Z\xc3\xbcric",
                                    "Z\xc3\xbcrich",
                                    "Z\xc3\xbcrich"};
  for (size_t cap = 0; cap < sizeof cut / sizeof *cut; cap++) {
    char buf[16];
    size_t size = 99;
    memset(buf, '#', sizeof buf);
    assert_int_equal(arc_report_format(report, 3, 0, buf, cap, &size), ARC_OK);
    assert_int_equal(size, 7);
    if (cap > 0) assert_string_equal(buf, cut[cap]);
    for (size_t i = cap; i < sizeof buf; i++)
      assert_int_equal(buf[i], '#');
  }
  char buf[4];
  size_t size = 0;
  assert_int_equal(arc_report_format(report, 0, 2, buf, sizeof buf, &size), ARC_OK);
  assert_string_equal(buf, "-12");
  assert_int_equal(size, 8);
  assert_int_equal(arc_report_format(report, 0, 2, NULL, 0, &size), ARC_OK);
  arc_report_free(report);
  assert_int_equal(counted.live, 0);
}

static void test_empty(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc__heap heap = heap_of(&counted);
  arc_report *report = NULL;
  assert_int_equal(arc__report_finish(&report, arc__report_new(&heap, columns, COLUMNS), NULL),
                   ARC_OK);
  assert_int_equal(arc_report_rows(report), 0);
  assert_int_equal(arc_report_columns(report), COLUMNS);
  assert_int_equal(arc_report_is_null(report, 0, 0), 1);
  arc_report_free(report);
  assert_int_equal(counted.live, 0);
}

static void test_wrong_cells(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc__heap heap = heap_of(&counted);
  arc_error err = ARC_ERROR_INIT;
  for (int fault = 0; fault < 3; fault++) {
    arc_report *report = arc__report_new(&heap, columns, COLUMNS), *out = report;
    if (fault == 0) arc__report_add_integer(report, 1); /* a number among text */
    arc__report_add_string(report, "ACME");
    arc__report_add_string(report, "USD");
    if (fault == 1) arc__report_add_string(report, "text among money");
    for (int i = 2; i < (int)COLUMNS - (fault == 2); i++)
      arc__report_add_integer(report, i);
    assert_int_equal(arc__report_finish(&out, report, &err), ARC_E_CORRUPT);
    assert_null(out);
    assert_int_equal(counted.live, 0);
  }
}

static void test_many_rows(void **state) {
  (void)state;
  enum { ROWS = 20000 };
  struct test_heap counted = {0};
  arc__heap heap = heap_of(&counted);
  arc_report *report = arc__report_new(&heap, columns, COLUMNS);
  char name[32];
  for (int row = 0; row < ROWS; row++) {
    snprintf(name, sizeof name, "customer %d", row);
    arc__report_add_string(report, name);
    arc__report_add_string(report, "EUR");
    arc__report_add_integer(report, row * 7);
    if (row % 3 == 0)
      arc__report_add_null(report);
    else
      arc__report_add_integer(report, row);
    arc__report_add_integer(report, -row);
    arc__report_add_null(report);
  }
  assert_int_equal(arc__report_finish(&report, report, NULL), ARC_OK);
  assert_int_equal(arc_report_rows(report), ROWS);
  for (size_t row = 0; row < ROWS; row++) {
    snprintf(name, sizeof name, "customer %d", (int)row);
    assert_string_equal(arc_report_text(report, row, 0, NULL), name);
    assert_int_equal(arc_report_integer(report, row, 2), (int)row * 7);
    assert_int_equal(arc_report_is_null(report, row, 3), row % 3 == 0);
    assert_int_equal(arc_report_integer(report, row, 4), -(int)row);
    assert_int_equal(arc_report_is_null(report, row, 5), 1);
  }
  arc_report_free(report);
  assert_int_equal(counted.live, 0);
}

static void test_allocation_failure(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc__heap heap = heap_of(&counted);
  for (int once = 0; once <= 1; once++) {
    size_t k = 1;
    for (;; k++) {
      arc_error err = ARC_ERROR_INIT;
      arc_report *out = NULL;
      test_heap_fail(&counted, k, once);
      arc_report *report = sample(&heap);
      arc_status status = arc__report_finish(&out, report, &err);
      if (!test_heap_failed(&counted)) {
        assert_int_equal(status, ARC_OK);
        check_sample(out);
        arc_report_free(out);
        break;
      }
      assert_int_equal(status, ARC_E_NOMEM);
      assert_int_equal(err.status, ARC_E_NOMEM);
      assert_null(out);
      assert_int_equal(counted.live, 0);
    }
    assert_true(k > 5);
    assert_int_equal(counted.live, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sample),
      cmocka_unit_test(test_cells_that_do_not_exist),
      cmocka_unit_test(test_cut),
      cmocka_unit_test(test_empty),
      cmocka_unit_test(test_wrong_cells),
      cmocka_unit_test(test_many_rows),
      cmocka_unit_test(test_allocation_failure),
  };
  return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
