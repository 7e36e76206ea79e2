/* Status codes, text, error detail, sized structs and the heap's functions. */
#include "error.h"
#include "heap.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/test_heap.h"

static void test_status_names(void **state) {
  (void)state;
  assert_string_equal(arc_status_name(ARC_OK), "ARC_OK");
  assert_string_equal(arc_status_name(ARC_ALREADY), "ARC_ALREADY");
  assert_string_equal(arc_status_name(ARC_E_NOMEM), "ARC_E_NOMEM");
  assert_string_equal(arc_status_name(ARC_E_READ_ONLY), "ARC_E_READ_ONLY");
  for (arc_status status = ARC_E_READ_ONLY; status <= ARC_ALREADY; status++) {
    assert_string_not_equal(arc_status_name(status), "ARC_E_UNKNOWN");
    for (arc_status other = ARC_E_READ_ONLY; other < status; other++) {
      assert_string_not_equal(arc_status_name(status), arc_status_name(other));
      assert_string_not_equal(arc_status_text(status), arc_status_text(other));
    }
  }
  const arc_status unknown[] = {ARC_E_READ_ONLY - 1, ARC_ALREADY + 1, INT32_MIN, INT32_MAX};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
    assert_string_equal(arc_status_name(unknown[i]), "ARC_E_UNKNOWN");
    assert_true(strlen(arc_status_text(unknown[i])) > 0);
  }
  assert_int_equal(arc_library_version(), 1000);
}

static void test_utf8(void **state) {
  (void)state;
  static const char *const good[] = {"",
                                     "plain",
                                     "\x7f",
                                     "\xc2\x80",
                                     "\xdf\xbf",
                                     "\xe0\xa0\x80",
                                     "\xed\x9f\xbf",
                                     "\xee\x80\x80",
                                     "\xef\xbf\xbf",
                                     "\xf0\x90\x80\x80",
                                     "\xf4\x8f\xbf\xbf",
                                     "Gr\xc3\xbc\xc3\x9f"};
  static const char *const bad[] = {
      "\x80",             /* continuation without a beginning */
      "\xc3",             /* cut off */
      "\xc0\xaf",         /* overlong, two bytes */
      "\xc1\xbf",         /* the same */
      "\xe0\x9f\xbf",     /* overlong, three */
      "\xf0\x8f\xbf\xbf", /* overlong, four */
      "\xed\xa0\x80",     /* surrogate */
      "\xed\xbf\xbf",     /* surrogate */
      "\xf4\x90\x80\x80", /* above U+10FFFF */
      "\xf8\x88\x80\x80\x80",
      "\xff",
      "\xe2\x82",
      "\xe2\x28\xa1",
      "a\xf0\x90\x80",
  };
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    assert_true(arc__text_is_utf8(good[i], strlen(good[i])));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(arc__text_is_utf8(bad[i], strlen(bad[i])));
}

/* Every number is encoded here and must come back; what is no character must not. */
static void test_every_character(void **state) {
  (void)state;
  for (uint32_t number = 0; number < 0x200000; number++) {
    char bytes[4] = {(char)number};
    size_t size = number < 0x80 ? 1 : number < 0x800 ? 2 : number < 0x10000 ? 3 : 4;
    if (size > 1) {
      static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
      for (size_t i = size; i-- > 0;)
        bytes[i] = (char)((number >> 6 * (size - 1 - i) & (i ? 0x3fu : 0xffu)) |
                          (i ? 0x80u : marks[size]));
    }
    uint32_t read = UINT32_MAX;
    size_t got = arc__text_character(bytes, size, &read);
    if (number > 0x10ffff || (number >= 0xd800 && number < 0xe000)) {
      assert_int_equal(got, 0);
      continue;
    }
    assert_int_equal(got, size);
    assert_int_equal(read, number);
    assert_int_equal(arc__text_character(bytes, size - 1, &read), 0);
    assert_int_equal(arc__text_whole(bytes, size), size);
    for (size_t cut = 1; cut < size; cut++)
      assert_int_equal(arc__text_whole(bytes, cut), 0);
  }
}

static arc_status check(const char *data, size_t size, int kind) {
  arc_text text = {data, size};
  return arc__text_check(&text, 1, 8, kind, "name", 0, 0, NULL);
}

static void test_text_check(void **state) {
  (void)state;
  assert_int_equal(check("a", 1, ARC__TEXT_LINE), ARC_OK);
  assert_int_equal(check("12345678", 8, ARC__TEXT_LINE), ARC_OK);
  assert_int_equal(check("12345678", ARC_NUL_TERMINATED, ARC__TEXT_LINE), ARC_OK);
  assert_int_equal(check("", 0, ARC__TEXT_LINE), ARC_E_INVALID);
  assert_int_equal(check(NULL, 0, ARC__TEXT_LINE), ARC_E_INVALID);
  assert_int_equal(check(NULL, 3, ARC__TEXT_LINE), ARC_E_INVALID);
  assert_int_equal(check(NULL, ARC_NUL_TERMINATED, ARC__TEXT_LINE), ARC_E_INVALID);
  assert_int_equal(check("123456789", 9, ARC__TEXT_LINE), ARC_E_INVALID);
  assert_int_equal(check("123456789", ARC_NUL_TERMINATED, ARC__TEXT_LINE), ARC_E_INVALID);
  assert_int_equal(check("a\0b", 3, ARC__TEXT_FREE), ARC_E_INVALID);
  assert_int_equal(check("\xff", 1, ARC__TEXT_FREE), ARC_E_INVALID);

  /* Control characters: none in a line, three in free text. */
  static const char *const controls[] = {"\x01",     "\x1f",     "\x7f",         "\xc2\x80",
                                         "\xc2\x9f", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
  for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
    assert_int_equal(check(controls[i], ARC_NUL_TERMINATED, ARC__TEXT_LINE), ARC_E_INVALID);
    assert_int_equal(check(controls[i], ARC_NUL_TERMINATED, ARC__TEXT_FREE), ARC_E_INVALID);
  }
  for (const char *c = "\n\r\t"; *c; c++) {
    assert_int_equal(check(c, 1, ARC__TEXT_LINE), ARC_E_INVALID);
    assert_int_equal(check(c, 1, ARC__TEXT_FREE), ARC_OK);
  }
  assert_int_equal(check("\xc2\xa0", 2, ARC__TEXT_LINE), ARC_OK);
  assert_int_equal(check("\xe2\x80\xa7", 3, ARC__TEXT_LINE), ARC_OK);

  arc_text empty = {NULL, 0};
  assert_int_equal(arc__text_check(&empty, 0, 8, ARC__TEXT_LINE, "name", 0, 0, NULL), ARC_OK);

  arc_text named = ARC_TEXT("Ann");
  assert_int_equal(arc__text_check(&named, 1, 8, ARC__TEXT_LINE, "name", 0, 0, NULL), ARC_OK);
  assert_int_equal(named.size, 3);
  arc_text refused = ARC_TEXT("An\nn");
  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc__text_check(&refused, 1, 8, ARC__TEXT_LINE, "customer's name", 7, 4, &err),
                   ARC_E_INVALID);
  assert_int_equal(refused.size, ARC_NUL_TERMINATED);
  assert_int_equal(err.status, ARC_E_INVALID);
  assert_int_equal(err.record, 7);
  assert_int_equal(err.field, 4);
  assert_non_null(strstr(err.text, "customer's name"));
  assert_non_null(strstr(err.text, "byte 3"));
}

static int compare(const char *a, const char *b) {
  arc_text left = {a, strlen(a)}, right = {b, strlen(b)};
  int order = arc__text_compare(left, right);
  assert_int_equal(arc__text_equal(left, right), order == 0);
  return (order > 0) - (order < 0);
}

static void test_comparison(void **state) {
  (void)state;
  assert_int_equal(compare("", ""), 0);
  assert_int_equal(compare("a", "a"), 0);
  assert_int_equal(compare("", "a"), -1);
  assert_int_equal(compare("a", "ab"), -1);
  assert_int_equal(compare("b", "ab"), 1);
  assert_int_equal(compare("a", "B"), 1);
  assert_int_equal(compare("z", "\xc3\xa4"), -1); /* bytes are unsigned */
  arc_text none = {NULL, 0}, empty = {"", 0};
  assert_true(arc__text_equal(none, empty));
  assert_int_equal(arc__text_compare(none, none), 0);
}

static void test_ascii(void **state) {
  (void)state;
  for (int c = 0; c < 256; c++) {
    int lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';
    assert_int_equal(arc__upper((char)c), (char)(lower ? c - 32 : c));
    assert_int_equal(!!arc__is_alpha((char)c), lower || upper);
    assert_int_equal(!!arc__is_digit((char)c), c >= '0' && c <= '9');
  }
}

static void expect_decimal(int64_t v, int32_t digits, const char *expected) {
  char buf[24];
  memset(buf, '#', sizeof buf);
  assert_int_equal(arc__format_decimal(buf, v, digits), strlen(expected));
  assert_string_equal(buf, expected);
}

static void test_decimals(void **state) {
  (void)state;
  char buf[21];
  assert_int_equal(arc__format_integer(buf, INT64_MIN), 20);
  assert_string_equal(buf, "-9223372036854775808");
  assert_int_equal(arc__format_integer(buf, INT64_MAX), 19);
  assert_string_equal(buf, "9223372036854775807");
  assert_int_equal(arc__format_integer(buf, 0), 1);
  assert_string_equal(buf, "0");
  assert_int_equal(arc__format_integer(buf, -10), 3);
  assert_string_equal(buf, "-10");
  expect_decimal(0, 2, "0.00");
  expect_decimal(-1, 6, "-0.000001");
  expect_decimal(1000000, 6, "1.000000");
  expect_decimal(INT64_MIN, 18, "-9.223372036854775808");
  expect_decimal(INT64_MIN, 1, "-922337203685477580.8");
}

static void test_errors(void **state) {
  (void)state;
  assert_int_equal(arc__fail(NULL, ARC_E_BUSY, "nobody listens"), ARC_E_BUSY);

  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc__fail_field(&err, ARC_E_INVALID, 12, 3, "%s: %d", "amount", -5),
                   ARC_E_INVALID);
  assert_int_equal(err.status, ARC_E_INVALID);
  assert_int_equal(err.record, 12);
  assert_int_equal(err.field, 3);
  assert_string_equal(err.text, "amount: -5");

  assert_int_equal(arc__fail_at(&err, ARC_E_SYNTAX, 2, 9, "expected a word"), ARC_E_SYNTAX);
  assert_int_equal(err.line, 2);
  assert_int_equal(err.column, 9);
  assert_int_equal(err.record, 0); /* nothing is left of the error before */
  assert_int_equal(err.field, 0);

  assert_int_equal(arc__fail_host(&err, ARC_E_STORAGE, -77, "append failed"), ARC_E_STORAGE);
  assert_int_equal(err.host_code, -77);
  assert_int_equal(err.line, 0);
  assert_string_equal(err.text, "append failed");

  assert_int_equal(arc__fail(&err, ARC_E_CORRUPT, "commit 9: %s", err.text), ARC_E_CORRUPT);
  assert_string_equal(err.text, "commit 9: append failed");
  assert_int_equal(err.host_code, 0);
  assert_int_equal(err.struct_size, sizeof err);

  assert_int_equal(arc__fail_nomem(&err), ARC_E_NOMEM);
  assert_int_equal(err.status, ARC_E_NOMEM);
  assert_true(strlen(err.text) > 0);
}

static void test_error_text_is_one_line_of_utf8(void **state) {
  (void)state;
  arc_error err = ARC_ERROR_INIT;
  arc__fail(&err, ARC_E_INVALID, "key \"%.*s\"", 7, "a\n\xff\xc3\xa4\xe2\x82");
  assert_string_equal(err.text, "key \"a??\xc3\xa4??\"");

  /* Cut between characters: 223 bytes are left, an odd number, of which each character takes two.
   */
  char text[600];
  for (size_t i = 0; i < sizeof text - 2; i += 2)
    memcpy(text + i, "\xc3\xa4", 2);
  text[sizeof text - 2] = 0;
  arc__fail(&err, ARC_E_INVALID, "%s", text);
  assert_int_equal(strlen(err.text), 222);
  assert_memory_equal(err.text, text, 222);
  arc__fail(&err, ARC_E_INVALID, "x%s", text);
  assert_int_equal(strlen(err.text), 223);
}

static void test_error_of_another_size(void **state) {
  (void)state;
  arc_error err;
  memset(&err, 'x', sizeof err);
  arc_error before = err;
  const uint32_t unknown[] = {0, 4, sizeof err - 1, 5000, UINT32_MAX};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
    err.struct_size = before.struct_size = unknown[i];
    assert_int_equal(arc__fail(&err, ARC_E_BUSY, "text"), ARC_E_BUSY);
    assert_memory_equal(&err, &before, sizeof err);
  }
  struct {
    arc_error error;
    char newer[8];
  } longer = {ARC_ERROR_INIT, "kept"};
  longer.error.struct_size = sizeof longer;
  arc__fail(&longer.error, ARC_E_BUSY, "text");
  assert_string_equal(longer.error.text, "text");
  assert_int_equal(longer.error.struct_size, sizeof longer);
  assert_string_equal(longer.newer, "kept");
}

struct old_struct {
  uint32_t struct_size;
  uint32_t a;
};

struct known_struct {
  uint32_t struct_size;
  uint32_t a;
  uint64_t b;
};

struct new_struct {
  uint32_t struct_size;
  uint32_t a;
  uint64_t b, c;
};

static arc_status read_struct(struct known_struct *dst, const void *src, arc_error *err) {
  return arc__read_struct(dst, sizeof *dst, sizeof(struct old_struct), src, "arc_thing", err);
}

static void test_read_struct(void **state) {
  (void)state;
  arc_error err = ARC_ERROR_INIT;
  struct known_struct got = {1, 2, 3}, known = {sizeof known, 5, 6};
  assert_int_equal(read_struct(&got, &known, &err), ARC_OK);
  assert_memory_equal(&got, &known, sizeof got);

  struct old_struct old = {sizeof old, 7};
  assert_int_equal(read_struct(&got, &old, &err), ARC_OK);
  assert_int_equal(got.a, 7);
  assert_int_equal(got.b, 0);
  assert_int_equal(got.struct_size, sizeof got);

  struct new_struct longer = {sizeof longer, 8, 9, 0};
  assert_int_equal(read_struct(&got, &longer, &err), ARC_OK);
  assert_int_equal(got.b, 9);
  assert_int_equal(got.struct_size, sizeof got);

  struct known_struct before = got;
  longer.c = (uint64_t)1 << 40;
  assert_int_equal(read_struct(&got, &longer, &err), ARC_E_ABI);
  assert_non_null(strstr(err.text, "arc_thing"));
  const uint32_t unknown[] = {0, 4, sizeof old - 1, 4097, UINT32_MAX};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
    known.struct_size = unknown[i];
    assert_int_equal(read_struct(&got, &known, &err), ARC_E_ABI);
  }
  assert_int_equal(read_struct(&got, NULL, &err), ARC_E_INVALID);
  assert_memory_equal(&got, &before, sizeof got);
}

static void test_write_struct(void **state) {
  (void)state;
  arc_error err = ARC_ERROR_INIT;
  const struct known_struct src = {sizeof src, 5, 6};
  struct known_struct known = {sizeof known, 0, 0};
  assert_int_equal(
      arc__write_struct(&known, &src, sizeof src, sizeof(struct old_struct), "x", &err), ARC_OK);
  assert_memory_equal(&known, &src, sizeof src);

  struct known_struct room = {sizeof(struct old_struct), 0,
                              77}; /* only the old part is the caller's */
  assert_int_equal(arc__write_struct(&room, &src, sizeof src, sizeof(struct old_struct), "x", &err),
                   ARC_OK);
  assert_int_equal(room.struct_size, sizeof(struct old_struct));
  assert_int_equal(room.a, 5);
  assert_int_equal(room.b, 77);

  struct new_struct longer = {sizeof longer, 0, 0, 0};
  assert_int_equal(
      arc__write_struct(&longer, &src, sizeof src, sizeof(struct old_struct), "x", &err), ARC_OK);
  assert_int_equal(longer.struct_size, sizeof longer);
  assert_int_equal(longer.b, 6);
  assert_int_equal(longer.c, 0);

  known.struct_size = 4;
  known.a = 42;
  assert_int_equal(
      arc__write_struct(&known, &src, sizeof src, sizeof(struct old_struct), "x", &err), ARC_E_ABI);
  assert_int_equal(known.a, 42);
  assert_int_equal(arc__write_struct(NULL, &src, sizeof src, 8, "x", &err), ARC_E_INVALID);
}

static void test_heap_init_checks(void **state) {
  (void)state;
  arc_error err = ARC_ERROR_INIT;
  struct test_heap counted = {0};
  arc_allocator allocator = test_heap_allocator(&counted);
  arc__heap heap = {NULL, NULL};

  allocator.struct_size = 3;
  assert_int_equal(arc__heap_init(&heap, &allocator, &err), ARC_E_ABI);
  allocator = test_heap_allocator(&counted);
  allocator.flags = 1;
  assert_int_equal(arc__heap_init(&heap, &allocator, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 1);
  allocator = test_heap_allocator(&counted);
  allocator.resize = NULL;
  assert_int_equal(arc__heap_init(&heap, &allocator, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 3);
  assert_null(heap.resize);

  assert_int_equal(arc__heap_init(&heap, NULL, &err), ARC_OK);
  unsigned char *block = arc__alloc(&heap, 100);
  assert_non_null(block);
  for (size_t i = 0; i < 100; i++)
    assert_int_equal(block[i], 0);
  block[99] = 9;
  block = arc__resize(&heap, block, 100, 200);
  assert_non_null(block);
  assert_int_equal(block[99], 9);
  arc__free(&heap, block, 200);
  arc__free(&heap, NULL, 0);
}

static void test_grow(void **state) {
  (void)state;
  struct test_heap counted = {0};
  arc_allocator allocator = test_heap_allocator(&counted);
  arc__heap heap;
  assert_int_equal(arc__heap_init(&heap, &allocator, NULL), ARC_OK);

  uint32_t *array = NULL;
  size_t capacity = 0;
  assert_int_equal(arc__grow(&heap, (void **)&array, &capacity, 1, sizeof *array), ARC_OK);
  assert_int_equal(capacity, 8);
  for (uint32_t i = 0; i < 8; i++)
    array[i] = i;
  assert_int_equal(arc__grow(&heap, (void **)&array, &capacity, 8, sizeof *array), ARC_OK);
  assert_int_equal(counted.count, 1);
  assert_int_equal(arc__grow(&heap, (void **)&array, &capacity, 9, sizeof *array), ARC_OK);
  assert_int_equal(capacity, 16);
  assert_int_equal(arc__grow(&heap, (void **)&array, &capacity, 100, sizeof *array), ARC_OK);
  assert_int_equal(capacity, 100);
  for (uint32_t i = 0; i < 8; i++)
    assert_int_equal(array[i], i);

  uint32_t *before = array;
  test_heap_fail(&counted, 1, 1);
  assert_int_equal(arc__grow(&heap, (void **)&array, &capacity, 101, sizeof *array), ARC_E_NOMEM);
  assert_ptr_equal(array, before);
  assert_int_equal(capacity, 100);
  test_heap_fail(&counted, 0, 0);
  assert_int_equal(arc__grow(&heap, (void **)&array, &capacity, SIZE_MAX / 2, sizeof *array),
                   ARC_E_NOMEM);
  assert_int_equal(counted.count, 0);
  assert_ptr_equal(array, before);
  arc__free(&heap, array, capacity * sizeof *array);
  assert_int_equal(counted.live, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_status_names),
      cmocka_unit_test(test_utf8),
      cmocka_unit_test(test_every_character),
      cmocka_unit_test(test_text_check),
      cmocka_unit_test(test_comparison),
      cmocka_unit_test(test_ascii),
      cmocka_unit_test(test_decimals),
      cmocka_unit_test(test_errors),
      cmocka_unit_test(test_error_text_is_one_line_of_utf8),
      cmocka_unit_test(test_error_of_another_size),
      cmocka_unit_test(test_read_struct),
      cmocka_unit_test(test_write_struct),
      cmocka_unit_test(test_heap_init_checks),
      cmocka_unit_test(test_grow),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
