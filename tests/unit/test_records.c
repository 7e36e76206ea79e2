/* The layouts of records: each written and read back, at every length, and byte for byte as documented. */
#include "records.h"

#include "../support/test_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t seed = 88172645463325252u;

static uint64_t next_number(void) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return seed;
}

static arc__heap plain_heap(void) {
  arc__heap heap;
  assert_int_equal(arc__heap_init(&heap, NULL, NULL), ARC_OK);
  return heap;
}

/* For each type: random bytes are read as a record wherever they can be, and that record, written, gives the
 * same bytes again. So no field is left out, doubled or narrowed. */
#define ARC__R(number, upper, lower)                                                               \
  static void round_trip_##lower(const arc__heap *heap, size_t *read) {                            \
    for (int round = 0; round < 4000; round++) {                                                   \
      unsigned char bytes[220];                                                                    \
      arc__##lower##_record record, again;                                                         \
      arc__buffer out;                                                                             \
      arc__codec codec = {&out, NULL};                                                             \
      size_t size = 0;                                                                             \
      for (size_t i = 0; i < sizeof bytes; i++)                                                    \
        bytes[i] = (unsigned char)(next_number() % 4 ? 0 : next_number() >> 20 & (i % 3 ? 7 : 255)); \
      while (size <= sizeof bytes && !arc__read_##lower(&record, bytes, size)) size++;             \
      if (size > sizeof bytes) continue;                                                           \
      ++*read;                                                                                     \
      arc__buffer_init(&out, heap);                                                                \
      arc__fields_##lower(&codec, &record);                                                        \
      assert_int_equal(out.failed, 0);                                                             \
      assert_int_equal(out.size, size);                                                            \
      assert_memory_equal(out.data, bytes, size);                                                  \
      /* One byte more or less is no such record. */                                               \
      assert_false(arc__read_##lower(&again, bytes, size - 1));                                    \
      assert_false(arc__read_##lower(&again, bytes, size + 1 > sizeof bytes ? size - 1 : size + 1)); \
      arc__buffer_free(&out);                                                                      \
    }                                                                                              \
  }
ARC__RECORD_LIST(ARC__R)
#undef ARC__R

static void test_every_record_round_trips(void **state) {
  arc__heap heap = plain_heap();
  (void)state;
#define ARC__R(number, upper, lower)                                                               \
  do {                                                                                             \
    size_t read = 0;                                                                               \
    round_trip_##lower(&heap, &read);                                                              \
    if (read < 20) fail_msg(#lower ": only %d random payloads were records", (int)read);          \
  } while (0);
  ARC__RECORD_LIST(ARC__R)
#undef ARC__R
}

/* Numbers of types are in the journal for ever; they rise, and none is of the optional ones'. */
static void test_types_are_numbered(void **state) {
  (void)state;
  int last = 0;
#define ARC__R(number, upper, lower)                                                               \
  assert_true(number > last && number < (int)ARC__RECORD_OPTIONAL);                                \
  assert_true(arc__record_is_known(number, 1) && !arc__record_is_known(number, 2));                \
  assert_false(arc__record_is_known(number | ARC__RECORD_OPTIONAL, 1));                            \
  assert_int_equal(ARC__RECORD_##upper, last = number);
  ARC__RECORD_LIST(ARC__R)
#undef ARC__R
  assert_int_equal(ARC__RECORD_COUNT, last);
  assert_int_equal(ARC__RECORD_PAYMENT, 6);
  assert_int_equal(ARC__RECORD_TOUCH, 17);
}

/* One record by hand: what the comment in records.h says lies where. */
static void test_layout_of_an_invoice(void **state) {
  static const unsigned char expected[] = {
      1,    'I',                                             /* key: its size, its bytes */
      0,                                                     /* number */
      2,    'P',  'O',                                       /* po_number */
      3,    'n',  '/',  '9',                                 /* terms */
      0xf8, 0xac, 0xd1, 0x91, 0x01,                          /* customer: 0x12345678 by seven bits */
      0xd5, 0xa6, 0x91, 0x02,                                /* currency: "USD" */
      0xff, 0xff, 0xff, 0xff, 0x0f,                          /* issued: -1 of 32 bits */
      0x88, 0x8e, 0x98, 0xa8, 0xc0, 0xe0, 0x80, 0x81, 0x01,  /* amount */
      24,                                                    /* instalments: their size */
      30,   0,    0,    0,    1,    0,    0,    0,    0,    0,    0,    0,
      60,   0,    0,    0,    0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0,                                                     /* discounts: their size */
      0xfe, 0xff, 0xff, 0xff, 0x0f, 17, 9,                   /* fulfilled: -2, findings, duplicate_of */
  };
  arc__heap heap = plain_heap();
  arc__buffer out, list;
  arc__codec codec = {&out, NULL};
  arc__invoice_record r = {{"I", 1}, {"", 0}, {"PO", 2}, {"n/9", 3}, 0x12345678, 'U' | 'S' << 8 | 'D' << 16, -1,
                           INT64_C(0x0102030405060708), {"", 0}, {"", 0}, -2, 17, 9};
  uint32_t due;
  int64_t amount;
  (void)state;
  arc__buffer_init(&out, &heap);
  arc__buffer_init(&list, &heap);
  arc__list_add(&list, 30, 1);
  arc__list_add(&list, 60, -2);
  r.instalments.data = (const char *)list.data;
  r.instalments.size = list.size;
  assert_int_equal(arc__list_count(r.instalments), 2);
  arc__list_get(r.instalments, 1, &due, &amount);
  assert_int_equal(due, 60);
  assert_int_equal(amount, -2);
  arc__fields_invoice(&codec, &r);
  assert_int_equal(out.size, sizeof expected);
  assert_memory_equal(out.data, expected, sizeof expected);
  arc__buffer_free(&out);
  arc__buffer_free(&list);
}

/* A size in a record never makes a reader look beyond its bytes. */
static void test_sizes_that_lie(void **state) {
  arc__invoice_record r;
  arc__book_record b;
  unsigned char bytes[64];
  (void)state;
  memset(bytes, 0xff, sizeof bytes);
  for (size_t size = 0; size <= sizeof bytes; size++) {
    unsigned char *exact = malloc(size ? size : 1); /* so that a sanitizer sees a byte too far */
    memcpy(exact, bytes, size);
    assert_false(arc__read_invoice(&r, exact, size));
    assert_false(arc__read_book(&b, exact, size));
    free(exact);
  }
  assert_false(arc__read_book(&b, NULL, 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_record_round_trips),
      cmocka_unit_test(test_types_are_numbered),
      cmocka_unit_test(test_layout_of_an_invoice),
      cmocka_unit_test(test_sizes_that_lie),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
