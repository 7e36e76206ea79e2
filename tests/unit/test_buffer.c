/* The byte buffer and the reader. */
#include "buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/test_heap.h"

struct fixture {
  struct test_heap counted;
  arc__heap heap;
};

static void fixture_init(struct fixture *f) {
  memset(f, 0, sizeof *f);
  arc_allocator allocator = test_heap_allocator(&f->counted);
  assert_int_equal(arc__heap_init(&f->heap, &allocator, NULL), ARC_OK);
}

static void write_everything(arc__buffer *b) {
  arc__buffer_u8(b, 0x01);
  arc__buffer_u16(b, 0x0302);
  arc__buffer_u32(b, 0x07060504);
  arc__buffer_u64(b, 0x0f0e0d0c0b0a0908u);
  arc__buffer_i64(b, -2);
  arc__buffer_text(b, "abc", 3);
  arc__buffer_text(b, NULL, 0);
  arc__buffer_bytes(b, "xyz", 2);
  arc__buffer_bytes(b, NULL, 0);
  arc__buffer_string(b, "string");
  arc__buffer_format(b, "%d-%s", 42, "formatted");
  arc__buffer_format(b, "%s", "");
}

static void test_layout(void **state) {
  (void)state;
  struct fixture f;
  fixture_init(&f);
  arc__buffer b;
  arc__buffer_init(&b, &f.heap);
  write_everything(&b);
  assert_false(b.failed);
  static const char tail[] = "\xfe\xff\xff\xff\xff\xff\xff\xff\x03" "abc\0xystring42-formatted";
  assert_int_equal(b.size, 15 + sizeof tail - 1);
  for (unsigned i = 0; i < 15; i++)
    assert_int_equal(b.data[i], i + 1);
  assert_memory_equal(b.data + 15, tail, sizeof tail - 1);
  arc__buffer_free(&b);
  assert_int_equal(b.size, 0);
  assert_int_equal(f.counted.live, 0);
  arc__buffer_u8(&b, 7); /* a freed buffer is an empty one */
  assert_int_equal(b.size, 1);
  arc__buffer_free(&b);
  assert_int_equal(f.counted.live, 0);
}

static void test_round_trip(void **state) {
  (void)state;
  static const int64_t grid[] = {0, 1, -1, INT64_MIN, INT64_MIN + 1, INT64_MAX, 255, -256, 1 << 30};
  struct fixture f;
  fixture_init(&f);
  arc__buffer b;
  arc__buffer_init(&b, &f.heap);
  for (size_t i = 0; i < sizeof grid / sizeof *grid; i++)
    arc__buffer_i64(&b, grid[i]);
  arc__buffer_u8(&b, UINT8_MAX);
  arc__buffer_u16(&b, UINT16_MAX);
  arc__buffer_u32(&b, UINT32_MAX);
  arc__buffer_u64(&b, UINT64_MAX);
  char longest[UINT16_MAX];
  memset(longest, 'l', sizeof longest);
  arc__buffer_text(&b, longest, sizeof longest);
  arc__buffer_text(&b, "", 0);
  assert_false(b.failed);

  arc__reader r;
  arc__reader_init(&r, b.data, b.size);
  for (size_t i = 0; i < sizeof grid / sizeof *grid; i++)
    assert_true(arc__reader_i64(&r) == grid[i]);
  assert_int_equal(arc__reader_u8(&r), UINT8_MAX);
  assert_int_equal(arc__reader_u16(&r), UINT16_MAX);
  assert_int_equal(arc__reader_u32(&r), UINT32_MAX);
  assert_true(arc__reader_u64(&r) == UINT64_MAX);
  arc_text text = arc__reader_text(&r);
  assert_int_equal(text.size, sizeof longest);
  assert_memory_equal(text.data, longest, sizeof longest);
  text = arc__reader_text(&r);
  assert_int_equal(text.size, 0);
  assert_ptr_equal(r.at, r.end);
  assert_false(r.failed);
  arc__buffer_free(&b);
  assert_int_equal(f.counted.live, 0);
}

static void test_reader_behind_the_end(void **state) {
  (void)state;
  static const unsigned char bytes[] = {1, 2, 3};
  arc__reader r;
  arc__reader_init(&r, bytes, 3);
  assert_int_equal(arc__reader_u16(&r), 0x0201);
  assert_int_equal(arc__reader_u16(&r), 0);
  assert_true(r.failed);
  assert_int_equal(arc__reader_u8(&r), 0); /* though one byte is there: it would be misread */

  static const unsigned char text[] = {4, 'a', 'b', 'c'};
  arc__reader_init(&r, text, sizeof text);
  arc_text got = arc__reader_text(&r);
  assert_int_equal(got.size, 0);
  assert_true(r.failed);

  arc__reader_init(&r, NULL, 0);
  assert_false(r.failed);
  assert_true(arc__reader_u64(&r) == 0);
  assert_true(r.failed);
}

/* Numbers of any size come back, each in one form only, and none beyond what is asked for. */
static void test_numbers(void **state) {
  static const struct {
    const char *bytes;
    size_t size;
  } refused[] = {{"\x80", 1}, {"\x80\0", 2}, {"\xff\x80\0", 3}, {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10},
                 {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\0", 11}};
  struct fixture f;
  arc__buffer b;
  arc__reader r;
  (void)state;
  fixture_init(&f);
  arc__buffer_init(&b, &f.heap);
  for (unsigned bits = 0; bits < 64; bits++)
    for (uint64_t near = 0; near < 3; near++) {
      uint64_t number = (UINT64_C(1) << bits) + near - 1;
      size_t bytes = 1;
      while (bytes < 10 && number >> 7 * bytes) bytes++;
      b.size = 0;
      arc__buffer_number(&b, number);
      assert_int_equal(b.size, bytes);
      arc__reader_init(&r, b.data, b.size);
      assert_true(arc__reader_number(&r, number) == number);
      assert_true(arc__reader_ended(&r));
      arc__reader_init(&r, b.data, b.size - 1);
      assert_true(arc__reader_number(&r, number) == 0);
      assert_true(r.failed);
      if (number <= 128) continue; /* one byte is not compared */
      arc__reader_init(&r, b.data, b.size);
      assert_true(arc__reader_number(&r, number - 1) == 0);
      assert_true(r.failed);
    }
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    arc__reader_init(&r, refused[i].bytes, refused[i].size);
    assert_true(arc__reader_number(&r, UINT64_MAX) == 0);
    assert_true(r.failed);
  }
  arc__buffer_free(&b);
  assert_int_equal(f.counted.live, 0);
}

static void test_limits(void **state) {
  (void)state;
  struct fixture f;
  fixture_init(&f);
  arc__buffer b;
  arc__buffer_init(&b, &f.heap);
  arc__buffer_u8(&b, 1);
  static char long_text[UINT16_MAX + 1];
  arc__buffer_text(&b, long_text, sizeof long_text);
  assert_true(b.failed);
  assert_int_equal(b.size, 1);
  arc__buffer_free(&b);
  assert_false(b.failed);
  arc__buffer_u8(&b, 1);
  assert_int_equal(arc__buffer_reserve(&b, SIZE_MAX), 0);
  assert_true(b.failed);
  arc__buffer_free(&b);
  assert_int_equal(f.counted.live, 0);
}

/* Growth: few allocations, whatever the pieces. */
static void test_growth(void **state) {
  (void)state;
  struct fixture f;
  fixture_init(&f);
  arc__buffer b;
  arc__buffer_init(&b, &f.heap);
  for (unsigned i = 0; i < 100000; i++)
    arc__buffer_u8(&b, (uint8_t)(i * 31));
  for (unsigned i = 0; i < 100000; i++)
    assert_int_equal(b.data[i], (uint8_t)(i * 31));
  assert_in_range(f.counted.count, 1, 12);
  size_t calls = f.counted.count;
  assert_true(arc__buffer_reserve(&b, b.capacity - b.size));
  assert_int_equal(f.counted.count, calls);
  arc__buffer_free(&b);
  assert_int_equal(f.counted.live, 0);
}

static void test_allocation_failure(void **state) {
  (void)state;
  struct fixture f;
  fixture_init(&f);
  for (int once = 0; once <= 1; once++) {
    size_t k = 1;
    for (;; k++) {
      arc__buffer b;
      arc__buffer_init(&b, &f.heap);
      test_heap_fail(&f.counted, k, once);
      for (int i = 0; i < 20; i++)
        write_everything(&b);
      int injected = test_heap_failed(&f.counted);
      assert_int_equal(b.failed, injected); /* also when later calls would have worked */
      size_t size = b.size;
      arc__buffer_u64(&b, 1);
      assert_int_equal(b.size, injected ? size : size + 8);
      arc__buffer_free(&b);
      assert_int_equal(f.counted.live, 0);
      if (!injected) break;
    }
    assert_true(k > 3);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_layout),
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_reader_behind_the_end),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_growth),
      cmocka_unit_test(test_allocation_failure),
  };
  return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
