/* Reports out through the Arrow C stream interface. */
#include "arcollect.h"
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
    {"customer", ARC_COLUMN_TEXT}, {"currency", ARC_COLUMN_TEXT}, {"open", ARC_COLUMN_MONEY},
    {"due", ARC_COLUMN_DAY},       {"days", ARC_COLUMN_INTEGER},  {"risk", ARC_COLUMN_PPM},
};
#define COLUMNS (sizeof columns / sizeof *columns)

static arc__heap heap_of(struct test_heap *counted) {
  arc_allocator allocator = test_heap_allocator(counted);
  arc__heap heap;
  assert_int_equal(arc__heap_init(&heap, &allocator, NULL), ARC_OK);
  return heap;
}

static void add_row(arc_report *report, const char *customer, const char *currency, int64_t open,
                    int64_t due) {
  arc__report_add_string(report, customer);
  if (currency)
    arc__report_add_string(report, currency);
  else
    arc__report_add_null(report);
  arc__report_add_integer(report, open);
  arc__report_add_integer(report, due);
  arc__report_add_integer(report, -3);
  arc__report_add_integer(report, 250000);
}

static arc_report *finished(arc_report *report) {
  arc_report *out = NULL;
  assert_int_equal(arc__report_finish(&out, report, NULL), ARC_OK);
  return out;
}

static arc_report *sample(struct test_heap *counted) {
  arc__heap heap = heap_of(counted);
  arc_report *report = arc__report_new(&heap, columns, COLUMNS);
  add_row(report, "Orchard", "EUR", 119000, 20088);
  add_row(report, "", "JPY", -5, ARC_DAY_NONE);
  for (size_t i = 0; i < COLUMNS; i++)
    arc__report_add_null(report);
  add_row(report, "Z\xc3\xbcrich", "KWD", INT64_MIN, ARC_DAY_LAST);
  add_row(report, "none", NULL, 7, ARC_DAY_FIRST);
  add_row(report, "odd", "EURO", 8, 0);
  return finished(report);
}

/* The value behind a key of a field's metadata, "" if it has none. */
static const char *metadata(const struct ArrowSchema *field, const char *key) {
  static char value[64];
  const char *at = field->metadata;
  int32_t pairs = 0, size;
  value[0] = 0;
  if (at) memcpy(&pairs, at, 4), at += 4;
  for (; pairs > 0; pairs--) {
    memcpy(&size, at, 4);
    int same = (size_t)size == strlen(key) && memcmp(at + 4, key, (size_t)size) == 0;
    at += 4 + size;
    memcpy(&size, at, 4);
    if (same) memcpy(value, at + 4, (size_t)size), value[size] = 0;
    at += 4 + size;
  }
  return value;
}

static int bit(const struct ArrowArray *array, int at) {
  const unsigned char *bits = array->buffers[0];
  return !bits || bits[at / 8] >> at % 8 & 1;
}

static void expect_text(const struct ArrowArray *array, int at, const char *expected) {
  const int32_t *offsets = array->buffers[1];
  assert_int_equal(offsets[at + 1] - offsets[at], strlen(expected));
  assert_memory_equal((const char *)array->buffers[2] + offsets[at], expected, strlen(expected));
}

/* A decimal128 that fits into 64 bits. */
static void expect_decimal(const struct ArrowArray *array, int at, int64_t expected) {
  const uint64_t *words = (const uint64_t *)array->buffers[1] + 2 * at;
  const uint16_t one = 1;
  int little = *(const unsigned char *)&one;
  assert_true((int64_t)words[!little] == expected);
  assert_true(words[little] == (expected < 0 ? UINT64_MAX : 0));
}

static void expect_schema(struct ArrowArrayStream *stream, const char *const formats[COLUMNS],
                          const char *money) {
  struct ArrowSchema schema, kept;
  assert_int_equal(stream->get_schema(stream, &schema), 0);
  assert_string_equal(schema.format, "+s");
  assert_int_equal(schema.n_children, COLUMNS);
  for (size_t i = 0; i < COLUMNS; i++) {
    assert_string_equal(schema.children[i]->format, formats[i]);
    assert_string_equal(schema.children[i]->name, columns[i].name);
    assert_int_equal(schema.children[i]->flags, ARROW_FLAG_NULLABLE);
    assert_null(schema.children[i]->dictionary);
  }
  assert_null(schema.children[0]->metadata);
  assert_null(schema.children[3]->metadata);
  assert_string_equal(metadata(schema.children[5], "arcollect:type"), "ppm");
  kept = *schema.children[2]; /* a child may outlive the rest */
  schema.children[2]->release = NULL;
  schema.release(&schema);
  assert_null(schema.release);
  assert_string_equal(kept.name, "open");
  assert_string_equal(metadata(&kept, "arcollect:type"), "money");
  assert_string_equal(metadata(&kept, "arcollect:unit"), money);
  assert_string_equal(metadata(&kept, "arcollect:currency"), "currency");
  kept.release(&kept);
}

static const char *const minor_formats[] = {"u", "u", "l", "tdD", "l", "l"};
static const char *const whole_formats[] = {"u", "u", "d:23,4", "tdD", "l", "d:19,6"};

static void expect_rest(const struct ArrowArray *batch) {
  static const int nulls[] = {1, 2, 1, 2, 1, 1};
  assert_int_equal(batch->length, 6);
  assert_int_equal(batch->null_count, 0);
  assert_int_equal(batch->offset, 0);
  assert_int_equal(batch->n_children, COLUMNS);
  for (size_t i = 0; i < COLUMNS; i++) {
    const struct ArrowArray *column = batch->children[i];
    assert_int_equal(column->length, 6);
    assert_int_equal(column->n_buffers, i < 2 ? 3 : 2);
    if (i != 2) assert_int_equal(column->null_count, nulls[i]);
    assert_false(bit(column, 2));
    assert_true(bit(column, 0));
  }
  expect_text(batch->children[0], 0, "Orchard");
  expect_text(batch->children[0], 1, "");
  assert_true(bit(batch->children[0], 1));
  expect_text(batch->children[0], 2, "");
  expect_text(batch->children[0], 3, "Z\xc3\xbcrich");
  expect_text(batch->children[1], 3, "KWD");
  assert_false(bit(batch->children[1], 4));
  const int32_t *due = batch->children[3]->buffers[1];
  assert_int_equal(due[0], 20088);
  assert_int_equal(due[3], ARC_DAY_LAST);
  assert_int_equal(due[4], ARC_DAY_FIRST);
  assert_false(bit(batch->children[3], 1));
  assert_int_equal(((const int64_t *)batch->children[4]->buffers[1])[0], -3);
}

static void test_report(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc_report *report = sample(&counted);
  struct ArrowArrayStream stream, again;
  struct ArrowArray batch, same, none;
  assert_int_equal(arc_report_arrow(&stream, report, 0, NULL), ARC_OK);
  assert_int_equal(arc_report_arrow(&again, report, 0, NULL), ARC_OK);
  assert_string_equal(arc_report_text(report, 0, 0, NULL), "Orchard"); /* it is as it was */
  arc_report_free(report);
  expect_schema(&stream, minor_formats, "minor");
  assert_int_equal(stream.get_next(&stream, &batch), 0);
  assert_int_equal(stream.get_next(&stream, &none), 0);
  assert_null(none.release);
  assert_int_equal(again.get_next(&again, &same), 0);
  expect_rest(&batch);
  const int64_t *open = batch.children[2]->buffers[1];
  assert_int_equal(batch.children[2]->null_count, 1);
  assert_int_equal(open[0], 119000);
  assert_int_equal(open[1], -5);
  assert_true(open[3] == INT64_MIN);
  assert_int_equal(open[4], 7);
  for (size_t i = 0; i < COLUMNS; i++) /* nothing was copied again */
    for (int b = 0; b < batch.children[i]->n_buffers; b++)
      assert_ptr_equal(batch.children[i]->buffers[b], same.children[i]->buffers[b]);
  stream.release(&stream);
  assert_null(stream.release);
  same.release(&same);
  again.release(&again);
  struct ArrowArray kept = *batch.children[0]; /* a child may outlive the rest */
  batch.children[0]->release = NULL;
  batch.release(&batch);
  assert_null(batch.release);
  expect_text(&kept, 3, "Z\xc3\xbcrich");
  kept.release(&kept);
  assert_null(kept.release);
  assert_int_equal(counted.live, 0);
}

static void test_whole_units(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc_report *report = sample(&counted);
  struct ArrowArrayStream stream;
  struct ArrowArray batch;
  assert_int_equal(arc_report_arrow(&stream, report, ARC_WHOLE_UNITS, NULL), ARC_OK);
  expect_schema(&stream, whole_formats, "whole");
  assert_int_equal(stream.get_next(&stream, &batch), 0);
  stream.release(&stream); /* before the end */
  expect_rest(&batch);
  const struct ArrowArray *open = batch.children[2];
  assert_int_equal(open->null_count, 3); /* amounts in no currency are none */
  expect_decimal(open, 0, 11900000);
  expect_decimal(open, 1, -50000);
  const uint64_t *words = (const uint64_t *)open->buffers[1] + 2 * 3;
  const uint16_t one = 1;
  int little = *(const unsigned char *)&one;
  assert_true(words[!little] == 0 && words[little] == (uint64_t)-5); /* -2^63 * 10 */
  for (int at = 0; at < 6; at++)
    assert_int_equal(bit(open, at), at == 0 || at == 1 || at == 3);
  assert_int_equal(batch.children[5]->null_count, 1);
  expect_decimal(batch.children[5], 0, 250000);
  batch.release(&batch);
  assert_int_equal(arc_report_integer(report, 0, 2), 119000);
  arc_report_free(report);
  assert_int_equal(counted.live, 0);
}

static void test_empty(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc__heap heap = heap_of(&counted);
  arc_report *report = finished(arc__report_new(&heap, columns, COLUMNS));
  struct ArrowArrayStream stream;
  struct ArrowArray none;
  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc_report_arrow(NULL, report, 0, &err), ARC_E_INVALID);
  assert_int_equal(arc_report_arrow(&stream, NULL, 0, &err), ARC_E_INVALID);
  assert_int_equal(arc_report_arrow(&stream, report, 1, &err), ARC_E_INVALID);
  assert_null(stream.release);
  assert_int_equal(arc_report_arrow(&stream, report, ARC_WHOLE_UNITS, &err), ARC_OK);
  arc_report_free(report);
  expect_schema(&stream, whole_formats, "whole");
  assert_int_equal(stream.get_next(&stream, &none), 0);
  assert_null(none.release);
  assert_null(stream.get_last_error(&stream));
  stream.release(&stream);
  assert_int_equal(counted.live, 0);
}

static void test_many_rows(void **state) {
  (void)state;
  enum { ROWS = 140000 };
  struct test_heap counted = {0};
  arc__heap heap = heap_of(&counted);
  arc_report *report = arc__report_new(&heap, columns, COLUMNS);
  struct ArrowArrayStream stream;
  struct ArrowArray batch;
  char name[16];
  int64_t row = 0;
  for (int i = 0; i < ROWS; i++) {
    snprintf(name, sizeof name, "C%d", i);
    add_row(report, name, i % 2 ? "EUR" : "JPY", i, i % 3 ? i : ARC_DAY_NONE);
  }
  report = finished(report);
  assert_int_equal(arc_report_rows(report), ROWS);
  assert_int_equal(arc_report_arrow(&stream, report, ARC_WHOLE_UNITS, NULL), ARC_OK);
  for (;;) {
    assert_int_equal(stream.get_next(&stream, &batch), 0);
    if (!batch.release) break;
    assert_true(batch.length == 65536 || row + batch.length == ROWS);
    for (int i = 0; i < batch.length; i += 997) {
      snprintf(name, sizeof name, "C%d", (int)row + i);
      expect_text(batch.children[0], i, name);
      expect_decimal(batch.children[2], i, (row + i) * ((row + i) % 2 ? 100 : 10000));
      assert_int_equal(bit(batch.children[3], i), (row + i) % 3 != 0);
      assert_string_equal(arc_report_text(report, (size_t)(row + i), 0, NULL), name);
      assert_int_equal(arc_report_integer(report, (size_t)(row + i), 2), row + i);
    }
    row += batch.length;
    batch.release(&batch);
  }
  assert_int_equal(row, ROWS);
  stream.release(&stream);
  arc_report_free(report);
  assert_int_equal(counted.live, 0);
}

static void test_out_of_memory(void **state) {
  (void)state;
  struct test_heap counted = {0};
  for (size_t k = 1;; k++) {
    arc_report *report = sample(&counted);
    arc_error err = ARC_ERROR_INIT;
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    size_t live = counted.live;
    test_heap_fail(&counted, k, 1);
    arc_status status = arc_report_arrow(&stream, report, k % 2 ? 0 : ARC_WHOLE_UNITS, &err);
    if (status < 0) {
      assert_int_equal(status, ARC_E_NOMEM);
      assert_null(stream.release);
      assert_int_equal(err.status, ARC_E_NOMEM);
      assert_true(counted.live <= live + 2); /* what was made stays for the next time */
    } else {
      int failed = stream.get_schema(&stream, &schema);
      if (failed)
        assert_string_equal(stream.get_last_error(&stream), "no memory");
      else
        schema.release(&schema);
      failed |= stream.get_next(&stream, &batch);
      assert_int_equal(failed, test_heap_failed(&counted) ? 12 : 0);
      if (failed && test_heap_failed(&counted))
        assert_string_equal(stream.get_last_error(&stream), "no memory");
      if (batch.release) batch.release(&batch);
      stream.release(&stream);
    }
    arc_report_free(report);
    assert_int_equal(counted.live, 0);
    int met = test_heap_failed(&counted);
    test_heap_fail(&counted, 0, 0);
    if (!met) break;
    assert_true(k < 100);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_report),
      cmocka_unit_test(test_whole_units),
      cmocka_unit_test(test_empty),
      cmocka_unit_test(test_many_rows),
      cmocka_unit_test(test_out_of_memory),
  };
  return cmocka_run_group_tests_name("report_arrow", tests, NULL, NULL);
}
