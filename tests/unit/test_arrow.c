/* Rows in through the Arrow C stream interface. */
#include "arcollect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/test_heap.h"

#define MOST 16

/* A stream of `chunks` slices of the same arrays, which counts what is not released yet. */
struct source {
  struct ArrowArrayStream stream;
  struct ArrowSchema fields[MOST], *field_pointers[MOST];
  struct ArrowArray arrays[MOST], *array_pointers[MOST];
  int count, chunks, given, live, fail_schema, fail_next;
  int64_t rows;
  arc_ledger *ledger; /* called back into, if there is one */
  const void *row_bits[1];
  int64_t row_nulls;
};

static void release_schema(struct ArrowSchema *schema) {
  --*(int *)schema->private_data;
  schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
  --*(int *)array->private_data;
  array->release = NULL;
}

static void stay(struct ArrowArray *array) {
  (void)array;
}

static int source_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  struct source *s = stream->private_data;
  struct ArrowSchema schema = {"+s",           "",      NULL, 0, s->count, s->field_pointers, NULL,
                               release_schema, &s->live};
  if (s->fail_schema) return s->fail_schema;
  s->live++;
  *out = schema;
  return 0;
}

static int source_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  struct source *s = stream->private_data;
  struct ArrowArray batch = {s->rows / s->chunks,
                             s->row_nulls,
                             s->rows / s->chunks * s->given,
                             1,
                             s->count,
                             s->row_bits,
                             s->array_pointers,
                             NULL,
                             release_array,
                             &s->live};
  if (s->ledger) assert_int_equal(arc_ledger_post_customers(s->ledger, NULL, 0, NULL), ARC_E_BUSY);
  if (s->fail_next && s->given) return s->fail_next;
  memset(out, 0, sizeof *out);
  if (s->given == s->chunks) return 0;
  s->given++;
  s->live++;
  *out = batch;
  return 0;
}

static const char *source_error(struct ArrowArrayStream *stream) {
  (void)stream;
  return "the disk is on fire";
}

static void source_release(struct ArrowArrayStream *stream) {
  stream->release = NULL;
}

static void begin(struct source *s, int64_t rows, int chunks) {
  memset(s, 0, sizeof *s);
  s->rows = rows;
  s->chunks = chunks;
  s->stream.get_schema = source_schema;
  s->stream.get_next = source_next;
  s->stream.get_last_error = source_error;
  s->stream.release = source_release;
  s->stream.private_data = s;
}

/* Adds a column; `buffers` are of it alone. */
static struct ArrowArray *add(struct source *s, const char *name, const char *format, const void **buffers,
                              int64_t count) {
  struct ArrowSchema field = {format, name,           NULL,    ARROW_FLAG_NULLABLE, 0, NULL,
                              NULL,   release_schema, &s->live};
  struct ArrowArray array = {s->rows, buffers[0] ? -1 : 0, 0, count, 0, buffers, NULL, NULL, stay, NULL};
  assert_true(s->count < MOST);
  s->fields[s->count] = field;
  s->arrays[s->count] = array;
  s->field_pointers[s->count] = &s->fields[s->count];
  s->array_pointers[s->count] = &s->arrays[s->count];
  return &s->arrays[s->count++];
}

/* Three invoices. */
static const int32_t key_offsets[] = {0, 2, 4, 6};
static const int32_t customer_offsets[] = {0, 2, 4, 6};
static const int32_t issued[] = {20000, 20001, 20002};
static const int64_t amounts[] = {119000, 5000, 1};
static const void *keys[] = {NULL, key_offsets, "I1I2I3"};
static const void *customers[] = {NULL, customer_offsets, "C1C2C1"};
static const void *days[] = {NULL, issued};
static const void *cents[] = {NULL, amounts};

static void invoices(struct source *s, int chunks) {
  begin(s, 3, chunks);
  add(s, "key", "u", keys, 3);
  add(s, "customer", "u", customers, 3);
  add(s, "issued", "tdD", days, 2);
  add(s, "amount", "l", cents, 2);
}

static uint64_t next_record(const arc_ledger *ledger) {
  arc_ledger_info info = ARC_LEDGER_INFO_INIT;
  assert_int_equal(arc_ledger_describe(&info, ledger, NULL), ARC_OK);
  return info.next_sequence;
}

static arc_ledger *book(struct test_heap *counted) {
  arc_ledger *ledger;
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_allocator allocator = {0, 0, NULL, NULL};
  arc_customer rows[2] = {ARC_CUSTOMER_INIT, ARC_CUSTOMER_INIT};
  if (counted) {
    allocator = test_heap_allocator(counted);
    options.allocator = &allocator;
  }
  memcpy(options.currency, "EUR", 4);
  assert_int_equal(arc_ledger_open(&ledger, &options, NULL), ARC_OK);
  rows[0].key = (arc_text)ARC_TEXT("C1");
  rows[1].key = (arc_text)ARC_TEXT("C2");
  memcpy(rows[1].currency, "JPY", 4);
  assert_int_equal(arc_ledger_post_customers(ledger, rows, 2, NULL), ARC_OK);
  return ledger;
}

static void expect_open(arc_ledger *ledger, size_t row, const char *invoice, const char *currency,
                        int64_t open) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  size_t column = 0;
  query.report = ARC_REPORT_OPEN_ITEMS;
  assert_int_equal(arc_ledger_report(&report, ledger, &query, NULL), ARC_OK);
  int64_t found = -1;
  const char *key = "", *code = "";
  for (; column < arc_report_columns(report); column++) {
    const char *name = arc_report_column_name(report, column);
    if (strcmp(name, "open") == 0) found = arc_report_integer(report, row, column);
    if (strcmp(name, "invoice") == 0) key = arc_report_text(report, row, column, NULL);
    if (strcmp(name, "currency") == 0) code = arc_report_text(report, row, column, NULL);
  }
  assert_string_equal(key, invoice);
  assert_string_equal(code, currency);
  assert_true(found == open);
  arc_report_free(report);
}

static void test_invoices(void **state) {
  (void)state;
  for (int chunks = 1; chunks <= 3; chunks += 2) {
    struct test_heap counted = {0};
    arc_ledger *ledger = book(&counted);
    struct source s;
    arc_report *faults = (arc_report *)&s;
    uint64_t before = next_record(ledger);
    invoices(&s, chunks);
    s.ledger = ledger;
    assert_int_equal(arc_ledger_post_arrow(&faults, ledger, ARC_ROWS_INVOICES, 0, &s.stream, NULL), ARC_OK);
    assert_null(faults);
    assert_int_equal(s.live, 0);
    assert_non_null(s.stream.release); /* it is the host's */
    assert_int_equal(next_record(ledger), before + 3);
    expect_open(ledger, 0, "I1", "EUR", 119000);
    expect_open(ledger, 1, "I2", "JPY", 5000);
    expect_open(ledger, 2, "I3", "EUR", 1);
    invoices(&s, chunks);
    assert_int_equal(arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_INVOICES, 0, &s.stream, NULL), ARC_ALREADY);
    begin(&s, 0, 1);
    add(&s, "key", "n", keys, 0);
    add(&s, "customer", "n", keys, 0);
    add(&s, "issued", "n", keys, 0);
    add(&s, "amount", "n", keys, 0);
    assert_int_equal(arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_INVOICES, 0, &s.stream, NULL), ARC_ALREADY);
    assert_int_equal(arc_ledger_verify(ledger, NULL), ARC_OK);
    arc_ledger_close(ledger);
    assert_int_equal(counted.live, 0);
  }
}

/* Every type that a column may be of, each with a null and a value in a slice. */
static void test_types(void **state) {
  (void)state;
  struct source s;
  arc_ledger *ledger = book(NULL);
  static const unsigned char bits[] = {0xfd}; /* row 1 is null */
  static const int64_t large[] = {0, 2, 2, 4};
  static const unsigned char picks[] = {1, 77, 0};
  static const int32_t names[] = {0, 2, 4};
  static const void *name_buffers[] = {NULL, names, "C1C2"};
  static const char views[48] = "\2\0\0\0P1\0\0\0\0\0\0\0\0\0\0"
                                "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                "\15\0\0\0the \0\0\0\0\1\0\0\0";
  static const int64_t view_sizes[] = {20};
  static const int64_t moments[] = {(int64_t)20000 * 86400 * 1000000, 5, (int64_t)-719162 * 86400 * 1000000};
  const uint16_t one = 1;
  if (!*(const unsigned char *)&one)
    skip(); /* the views and decimals here are those of little-endian machines */
  static const uint64_t decimals[] = {119000, 0, 77, 0, (uint64_t)5000 * 1000000, 0};
  const void *key_buffers[] = {NULL, large, "P1P3"};
  const void *customer_buffers[] = {bits, picks};
  const void *view_buffers[] = {bits, views, "-the third payment--", view_sizes};
  const void *moment_buffers[] = {bits, moments};
  const void *decimal_buffers[] = {bits, decimals};
  begin(&s, 3, 3);
  add(&s, "key", "U", key_buffers, 3);
  struct ArrowArray *customer = add(&s, "customer", "C", customer_buffers, 2);
  struct ArrowSchema values = {"u", NULL, NULL, 0, 0, NULL, NULL, release_schema, &s.live};
  struct ArrowArray dictionary = {2, 0, 0, 3, 0, name_buffers, NULL, NULL, stay, NULL};
  s.fields[1].dictionary = &values;
  customer->dictionary = &dictionary;
  add(&s, "remittance", "vu", view_buffers, 4);
  add(&s, "received", "tsu:", moment_buffers, 2);
  add(&s, "amount", "d:38,6", decimal_buffers, 2);
  add(&s, "value_day", "n", view_buffers, 0);
  arc_report *faults;
  assert_int_equal(
      arc_ledger_post_arrow(&faults, ledger, ARC_ROWS_PAYMENTS, ARC_SKIP_FAULTS, &s.stream, NULL), ARC_OK);
  assert_int_equal(arc_report_rows(faults), 2);
  assert_int_equal(arc_report_integer(faults, 0, 0), 0); /* 0.119 yen */
  assert_string_equal(arc_report_text(faults, 0, 1, NULL), "P1");
  assert_string_equal(arc_report_text(faults, 0, 2, NULL), "amount");
  assert_string_equal(arc_report_text(faults, 0, 3, NULL), "ARC_E_INVALID");
  assert_string_equal(arc_report_text(faults, 0, 4, NULL), "amount has more decimals than its currency");
  assert_int_equal(arc_report_integer(faults, 1, 0), 1); /* no key */
  assert_int_equal(arc_report_is_null(faults, 1, 1), 1);
  assert_string_equal(arc_report_text(faults, 1, 2, NULL), "key");
  arc_report_free(faults);
  int64_t receivable, unapplied;
  assert_int_equal(arc_ledger_balance(ledger, &receivable, &unapplied, "C1", 2, "EUR", ARC_DAY_NONE, NULL),
                   ARC_OK);
  assert_int_equal(unapplied, 500000);
  assert_int_equal(s.live, 0);
  arc_ledger_close(ledger);
}

/* What an amount may be written as, of an invoice of C1, whose currency has two digits; -1: not taken. */
static int64_t amount_of(const char *format, const void *value, int64_t size, uint32_t options) {
  arc_ledger *ledger = book(NULL);
  struct source s;
  arc_error err = ARC_ERROR_INIT;
  const int32_t offsets[] = {0, (int32_t)size};
  const void *text[] = {NULL, offsets, value}, *number[] = {NULL, value};
  invoices(&s, 1);
  s.count = 3;
  s.rows = 1;
  for (int i = 0; i < 3; i++)
    s.arrays[i].length = 1;
  add(&s, "amount", format, size ? text : number, size ? 3 : 2);
  arc_status status = arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_INVOICES, options, &s.stream, &err);
  int64_t receivable = -1;
  if (status < 0) {
    assert_int_equal(status, ARC_E_INVALID);
    assert_int_equal(err.record, 0);
    assert_true(err.field == 10 || err.field == 0);
  } else {
    assert_int_equal(arc_ledger_balance(ledger, &receivable, NULL, "C1", 2, "EUR", ARC_DAY_NONE, NULL),
                     ARC_OK);
  }
  assert_int_equal(s.live, 0);
  arc_ledger_close(ledger);
  return receivable;
}

static void test_amounts(void **state) {
  (void)state;
  const int8_t tiny = -3;
  const uint8_t byte = 200;
  const int16_t small = 300;
  const uint16_t word = 65535;
  const int32_t usual = 119000, thousandths = 1190005, cents_and_zeros = 1190050;
  const uint32_t positive = 4000000000u;
  const int64_t large = INT64_MAX / 100 + 1, long_cents = 119000;
  const uint64_t beyond = UINT64_MAX;
  const double real = 1190.0;
  const uint64_t wide[2] = {1, 1}; /* 2^64 + 1 */
  assert_int_equal(amount_of("c", &tiny, 0, 0), -1);
  assert_int_equal(amount_of("C", &byte, 0, 0), 200);
  assert_int_equal(amount_of("C", &byte, 0, ARC_WHOLE_UNITS), 20000);
  assert_int_equal(amount_of("s", &small, 0, 0), 300);
  assert_int_equal(amount_of("S", &word, 0, 0), 65535);
  assert_int_equal(amount_of("i", &usual, 0, 0), 119000);
  assert_int_equal(amount_of("I", &positive, 0, 0), 4000000000);
  assert_true(amount_of("l", &large, 0, 0) == large);
  assert_int_equal(amount_of("l", &large, 0, ARC_WHOLE_UNITS), -1);
  assert_int_equal(amount_of("L", &beyond, 0, 0), -1);
  assert_int_equal(amount_of("d:9,3,32", &cents_and_zeros, 0, 0), 119005);
  assert_int_equal(amount_of("d:9,3,32", &thousandths, 0, ARC_WHOLE_UNITS), -1);
  assert_int_equal(amount_of("d:9,0,32", &usual, 0, 0), 11900000);
  assert_int_equal(amount_of("d:9,-2,32", &usual, 0, 0), 1190000000);
  assert_int_equal(amount_of("d:18,2,64", &long_cents, 0, 0), 119000);
  assert_int_equal(amount_of("d:18,2,256", &long_cents, 0, 0), -1);
  assert_int_equal(amount_of("d:38,2", wide, 0, 0), -1);
  assert_int_equal(amount_of("g", &real, 0, 0), -1);
  assert_int_equal(amount_of("u", "1190.00", 7, 0), 119000);
  assert_int_equal(amount_of("u", "1190", 4, 0), 119000);
  assert_int_equal(amount_of("u", "1190.001", 8, 0), -1);
  assert_int_equal(amount_of("u", "1,190.00", 8, 0), -1);
}

static void test_days(void **state) {
  (void)state;
  struct source s;
  static const int64_t moments[] = {(int64_t)20000 * 86400000, (int64_t)20001 * 86400000 + 1,
                                    (int64_t)INT64_MAX / 86400000 * 86400000};
  static const int32_t texts[] = {0, 10, 20, 25};
  const void *moment_buffers[] = {NULL, moments},
             *text_buffers[] = {NULL, texts, "2024-10-042024-10-322024-"};
  for (int text = 0; text < 2; text++) {
    arc_ledger *ledger = book(NULL);
    arc_report *faults;
    invoices(&s, 1);
    s.count = 2;
    add(&s, "issued", text ? "u" : "tdm", text ? text_buffers : moment_buffers, text ? 3 : 2);
    add(&s, "amount", "l", cents, 2);
    assert_int_equal(
        arc_ledger_post_arrow(&faults, ledger, ARC_ROWS_INVOICES, ARC_SKIP_FAULTS, &s.stream, NULL), ARC_OK);
    assert_int_equal(arc_report_rows(faults), 2);
    for (size_t i = 0; i < 2; i++)
      assert_string_equal(arc_report_text(faults, i, 2, NULL), "issued");
    expect_open(ledger, 0, "I1", "EUR", 119000);
    arc_report_free(faults);
    arc_ledger_close(ledger);
  }
}

/* The second of three rows is at fault, as its customer is not there. */
static void test_faults(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc_ledger *ledger = book(&counted);
  struct source s;
  arc_report *faults;
  arc_error err = ARC_ERROR_INIT;
  uint64_t before = next_record(ledger);
  const void *strangers[] = {NULL, customer_offsets, "C1X9C1"};
  for (int skip_them = 0; skip_them < 2; skip_them++) {
    invoices(&s, 1);
    s.arrays[1].buffers = strangers;
    arc_status status = arc_ledger_post_arrow(&faults, ledger, ARC_ROWS_INVOICES,
                                              skip_them ? ARC_SKIP_FAULTS : 0, &s.stream, &err);
    assert_int_equal(arc_report_rows(faults), 1);
    assert_int_equal(arc_report_integer(faults, 0, 0), 1);
    assert_string_equal(arc_report_text(faults, 0, 1, NULL), "I2");
    assert_string_equal(arc_report_text(faults, 0, 2, NULL), "customer");
    assert_string_equal(arc_report_text(faults, 0, 3, NULL), "ARC_E_NOT_FOUND");
    assert_string_equal(arc_report_text(faults, 0, 4, NULL), "no customer has the key \"X9\"");
    arc_report_free(faults);
    if (skip_them) {
      assert_int_equal(status, ARC_OK);
      assert_int_equal(next_record(ledger), before + 2);
    } else {
      assert_int_equal(status, ARC_E_NOT_FOUND);
      assert_int_equal(err.record, 1);
      assert_int_equal(err.field, 4);
      assert_int_equal(next_record(ledger), before);
    }
  }
  expect_open(ledger, 1, "I3", "EUR", 1);
  arc_ledger_close(ledger);
  assert_int_equal(counted.live, 0);
}

/* Within a batch of the host's, what it said before stays. */
static void test_batch(void **state) {
  (void)state;
  arc_ledger *ledger = book(NULL);
  struct source s;
  arc_customer other = ARC_CUSTOMER_INIT;
  uint64_t before = next_record(ledger);
  const void *strangers[] = {NULL, customer_offsets, "C1C2X9"};
  other.key = (arc_text)ARC_TEXT("C3");
  assert_int_equal(arc_batch_begin(ledger, NULL), ARC_OK);
  assert_int_equal(arc_ledger_post_customers(ledger, &other, 1, NULL), ARC_OK);
  invoices(&s, 3);
  s.arrays[1].buffers = strangers;
  assert_int_equal(arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_INVOICES, 0, &s.stream, NULL),
                   ARC_E_NOT_FOUND);
  invoices(&s, 3);
  assert_int_equal(arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_INVOICES, 0, &s.stream, NULL), ARC_OK);
  assert_int_equal(next_record(ledger), before);
  assert_int_equal(arc_batch_commit(ledger, NULL), ARC_OK);
  assert_int_equal(next_record(ledger), before + 4);
  assert_int_equal(arc_ledger_verify(ledger, NULL), ARC_OK);
  arc_ledger_close(ledger);
}

static void test_replaced(void **state) {
  (void)state;
  arc_ledger *ledger = book(NULL);
  struct source s;
  const void *words[] = {NULL, key_offsets, "AaBbCc"}, *whom[] = {NULL, key_offsets, "C1C2C3"};
  for (int replace = 0; replace < 2; replace++) {
    begin(&s, 3, 1);
    add(&s, "key", "u", whom, 3);
    add(&s, "tag_4", "u", words, 3);
    assert_int_equal(
        arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_CUSTOMERS, replace ? ARC_REPLACE : 0, &s.stream, NULL),
        replace ? ARC_OK : ARC_E_EXISTS);
  }
  invoices(&s, 1);
  assert_int_equal(arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_INVOICES, ARC_REPLACE, &s.stream, NULL),
                   ARC_E_INVALID);
  arc_ledger_close(ledger);
}

static void expect_refused(struct source *s, arc_status expected, const char *words) {
  arc_ledger *ledger = book(NULL);
  arc_error err = ARC_ERROR_INIT;
  arc_report *faults = (arc_report *)&err;
  uint64_t before = next_record(ledger);
  assert_int_equal(arc_ledger_post_arrow(&faults, ledger, ARC_ROWS_INVOICES, 0, &s->stream, &err), expected);
  arc_report_free(faults);
  if (!strstr(err.text, words)) fail_msg("\"%s\" does not say \"%s\"", err.text, words);
  assert_int_equal(s->live, 0);
  assert_int_equal(next_record(ledger), before);
  arc_ledger_close(ledger);
}

static void test_schemas(void **state) {
  (void)state;
  struct source s;
  invoices(&s, 1);
  s.count = 3;
  expect_refused(&s, ARC_E_INVALID, "invoices need a column \"amount\"");
  invoices(&s, 1);
  s.fields[3].name = "amuont";
  expect_refused(&s, ARC_E_INVALID, "have no column \"amuont\"");
  invoices(&s, 1);
  s.fields[3].name = "key";
  expect_refused(&s, ARC_E_INVALID, "\"key\" is there twice");
  invoices(&s, 1);
  s.fields[3].name = NULL;
  expect_refused(&s, ARC_E_INVALID, "no column \"\"");
  static const char *const formats[] = {
      "",          "g",           "z",       "+s", "d:", "d:9", "d:9,",    "d:9,2,", "d:9,2,16", "d:9,2,256",
      "d:99999,2", "d:9,2,128,3", "d:9,200", "ll", "ts", "tss", "tss:UTC", "tsx:",   "tdD",      "tDm"};
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    invoices(&s, 1);
    s.fields[3].format = formats[i];
    expect_refused(&s, ARC_E_INVALID, "is of Arrow's type");
  }
  invoices(&s, 1);
  s.fields[3].format = NULL;
  expect_refused(&s, ARC_E_INVALID, "is of Arrow's type");
  invoices(&s, 1);
  s.fields[0].format = "l";
  expect_refused(&s, ARC_E_INVALID, "cast it to text");
  invoices(&s, 1);
  s.fields[0].dictionary = &s.fields[1];
  expect_refused(&s, ARC_E_INVALID, "is of Arrow's type");
  invoices(&s, 1);
  s.field_pointers[2] = NULL;
  expect_refused(&s, ARC_E_INVALID, "not there");
  invoices(&s, 1);
  s.count = -1;
  expect_refused(&s, ARC_E_INVALID, "none of tables");
  invoices(&s, 1);
  s.fail_schema = 5;
  expect_refused(&s, ARC_E_HOST, "no schema: the disk is on fire");
  invoices(&s, 3);
  s.fail_next = 6;
  expect_refused(&s, ARC_E_HOST, "no rows: the disk is on fire");
  invoices(&s, 1);
  s.stream.get_last_error = NULL;
  s.fail_schema = 5;
  expect_refused(&s, ARC_E_HOST, "does not say why");
}

static void test_arrays(void **state) {
  (void)state;
  struct source s;
  const void *none[] = {NULL, NULL, NULL};
  static const int32_t backwards[] = {0, 4, 2, 6}, negative[] = {0, 2, 4, -6}, nothing[] = {0, 0, 0, 0};
  for (int fault = 0; fault < 16; fault++) {
    invoices(&s, 1);
    const void *other[] = {NULL, fault == 12 ? backwards : fault == 13 ? negative : nothing, "I1I2I3"};
    struct ArrowArray *amount = &s.arrays[3], *key = &s.arrays[0];
    if (fault == 0) amount->length = 2;
    if (fault == 1) amount->length = -1;
    if (fault == 2) amount->offset = -1;
    if (fault == 3) amount->offset = INT64_MAX;
    if (fault == 4) amount->n_buffers = 3;
    if (fault == 5) amount->buffers = NULL;
    if (fault == 6) amount->buffers = none;
    if (fault == 7) amount->null_count = 4;
    if (fault == 8) amount->null_count = 1;
    if (fault == 9) amount->release = NULL;
    if (fault == 10) s.array_pointers[3] = NULL;
    if (fault == 11) key->buffers[0] = NULL, key->buffers = none;
    if (fault == 12 || fault == 13 || fault == 14) key->buffers = other;
    if (fault == 14) other[1] = key_offsets, other[2] = NULL;
    if (fault == 15) s.rows = -3;
    expect_refused(&s, ARC_E_INVALID, "");
  }
  static const unsigned char second[] = {0x05};
  invoices(&s, 1);
  s.row_bits[0] = second;
  s.row_nulls = 1;
  expect_refused(&s, ARC_E_INVALID, "the row is null");
  static const unsigned char pick[] = {0, 1, 9};
  static const int8_t below[] = {0, 1, -1};
  const void *picks[] = {NULL, pick}, *belows[] = {NULL, below};
  struct ArrowSchema values = {"u", NULL, NULL, 0, 0, NULL, NULL, release_schema, &s.live};
  struct ArrowArray dictionary = {2, 0, 0, 3, 0, customers, NULL, NULL, stay, NULL};
  for (int fault = 0; fault < 4; fault++) {
    invoices(&s, 1);
    s.fields[1].format = fault == 1 ? "c" : "C";
    s.fields[1].dictionary = &values;
    s.arrays[1].buffers = fault == 1 ? belows : picks;
    s.arrays[1].n_buffers = 2;
    s.arrays[1].dictionary = fault == 2 ? NULL : &dictionary;
    dictionary.buffers = fault == 3 ? none : customers;
    expect_refused(&s, ARC_E_INVALID,
                   fault < 2    ? "not in its dictionary"
                   : fault == 2 ? "released"
                                : "no values");
  }
}

static void test_views(void **state) {
  (void)state;
  const uint16_t one = 1;
  if (!*(const unsigned char *)&one) skip();
  struct source s;
  static const int64_t sizes[] = {10};
  unsigned char views[48] = "\2\0\0\0I1\0\0\0\0\0\0\0\0\0\0"
                            "\2\0\0\0I2\0\0\0\0\0\0\0\0\0\0";
  static const unsigned char bad[][16] = {"\377\377\377\377", "\15\0\0\0aaaa\0\0\0\0\0\0\0",
                                          "\15\0\0\0aaaa\1\0\0\0\0\0\0", "\15\0\0\0aaaa\0\0\0\0\377\377\377",
                                          "\15\0\0\0aaaa\0\0\0\377\0\0\0"};
  const void *buffers[] = {NULL, views, "0123456789", sizes}, *unknown[] = {NULL, views, "0123456789", NULL};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    memcpy(views + 32, bad[i], 16);
    invoices(&s, 1);
    s.fields[0].format = "vu";
    s.arrays[0].buffers = buffers;
    s.arrays[0].n_buffers = 4;
    expect_refused(&s, ARC_E_INVALID, "key is a text");
  }
  invoices(&s, 1);
  s.fields[0].format = "vu";
  s.arrays[0].buffers = unknown;
  s.arrays[0].n_buffers = 4;
  expect_refused(&s, ARC_E_INVALID, "how long");
}

static void test_arguments(void **state) {
  (void)state;
  arc_ledger *ledger = book(NULL);
  struct source s;
  arc_error err = ARC_ERROR_INIT;
  invoices(&s, 1);
  assert_int_equal(arc_ledger_post_arrow(NULL, NULL, ARC_ROWS_INVOICES, 0, &s.stream, &err), ARC_E_INVALID);
  assert_int_equal(arc_ledger_post_arrow(NULL, ledger, 0, 0, &s.stream, &err), ARC_E_INVALID);
  assert_int_equal(arc_ledger_post_arrow(NULL, ledger, 6, 0, &s.stream, &err), ARC_E_INVALID);
  assert_int_equal(arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_INVOICES, 32, &s.stream, &err),
                   ARC_E_INVALID);
  assert_int_equal(arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_INVOICES, 0, NULL, &err), ARC_E_INVALID);
  s.stream.release(&s.stream);
  assert_int_equal(arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_INVOICES, 0, &s.stream, &err), ARC_E_INVALID);
  arc_ledger_close(ledger);
}

/* A storage that refuses everything: nothing is recorded, and nothing is told of rows. */
static int32_t refuse(void *user, uint64_t first_seq, uint32_t count, const void *bytes, size_t size) {
  (void)user, (void)first_seq, (void)count, (void)bytes, (void)size;
  return -77;
}
static int32_t nothing_there(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap,
                             size_t *size) {
  (void)user, (void)first_seq, (void)offset, (void)buf, (void)cap;
  *size = 0;
  return ARC_DONE;
}

static void test_storage(void **state) {
  (void)state;
  arc_ledger *ledger;
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_storage storage;
  struct source s;
  arc_report *faults;
  const void *holes[] = {NULL, (const int32_t[]){0, 2, 2, 4}, "C1C2"};
  memset(&storage, 0, sizeof storage);
  storage.struct_size = (uint32_t)sizeof storage;
  storage.append = refuse;
  storage.read = nothing_there;
  options.storage = &storage;
  memcpy(options.currency, "EUR", 4);
  assert_int_equal(arc_ledger_open(&ledger, &options, NULL), ARC_OK);
  begin(&s, 3, 1);
  add(&s, "key", "u", holes, 3);
  assert_int_equal(
      arc_ledger_post_arrow(&faults, ledger, ARC_ROWS_CUSTOMERS, ARC_SKIP_FAULTS, &s.stream, NULL),
      ARC_E_STORAGE);
  assert_null(faults);
  assert_int_equal(next_record(ledger), 1);
  arc_ledger_close(ledger);
}

static void test_out_of_memory(void **state) {
  (void)state;
  struct test_heap counted = {0};
  const void *strangers[] = {NULL, customer_offsets, "C1X9C1"};
  arc_ledger *ledger = book(&counted);
  uint64_t before = next_record(ledger);
  for (size_t k = 1;; k++) {
    struct source s;
    arc_report *faults;
    invoices(&s, 3);
    s.arrays[1].buffers = strangers;
    test_heap_fail(&counted, k, 1);
    arc_status status =
        arc_ledger_post_arrow(&faults, ledger, ARC_ROWS_INVOICES, ARC_SKIP_FAULTS, &s.stream, NULL);
    int met = test_heap_failed(&counted);
    test_heap_fail(&counted, 0, 0);
    assert_int_equal(s.live, 0);
    assert_int_equal(arc_report_rows(faults), met ? 0 : 1);
    arc_report_free(faults);
    if (!met) {
      assert_int_equal(status, ARC_OK);
      break;
    }
    assert_int_equal(status, ARC_E_NOMEM);
    assert_int_equal(next_record(ledger), before);
    assert_true(k < 1000);
  }
  assert_int_equal(next_record(ledger), before + 2);
  arc_ledger_close(ledger);
  assert_int_equal(counted.live, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_out_of_memory),
      cmocka_unit_test(test_invoices),
      cmocka_unit_test(test_types),
      cmocka_unit_test(test_amounts),
      cmocka_unit_test(test_days),
      cmocka_unit_test(test_faults),
      cmocka_unit_test(test_batch),
      cmocka_unit_test(test_replaced),
      cmocka_unit_test(test_schemas),
      cmocka_unit_test(test_arrays),
      cmocka_unit_test(test_views),
      cmocka_unit_test(test_arguments),
      cmocka_unit_test(test_storage),
  };
  return cmocka_run_group_tests_name("arrow", tests, NULL, NULL);
}
