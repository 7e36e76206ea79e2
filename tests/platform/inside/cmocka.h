/* The part of cmocka that the unit tests use, for platforms without one, and without longjmp as WebAssembly is: the
 * first assertion that fails ends the program. Needs nothing but what a C library always has. */
#ifndef ARC_TEST_PLATFORM_CMOCKA_H
#define ARC_TEST_PLATFORM_CMOCKA_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
  const char *name;
  void (*test)(void **state);
  int (*setup)(void **state), (*teardown)(void **state);
};

static const char *test_skipped; /* why, while it is being left */

static inline void test_stop(const char *file, int line, const char *what) {
  printf("%s:%d: %s\n", file, line, what);
  exit(1);
}

static inline void test_equal(uint64_t a, uint64_t b, int want, const char *file, int line, const char *what) {
  if ((a == b) == want) return;
  printf("%lld and %lld: ", (long long)a, (long long)b);
  test_stop(file, line, what);
}

static inline void test_around(const char *name, int (*function)(void **state), void **state) {
  if (function && function(state)) test_stop(name, 0, "what goes around the tests fails");
}

static inline int test_group(const char *name, const struct CMUnitTest *tests, size_t count,
                             int (*before)(void **state), int (*after)(void **state)) {
  unsigned skipped = 0;
  void *shared = NULL;
  test_around(name, before, &shared);
  for (size_t i = 0; i < count; i++) {
    void *state = shared;
    test_skipped = NULL;
    test_around(tests[i].name, tests[i].setup, &state);
    tests[i].test(&state);
    test_around(tests[i].name, tests[i].teardown, &state);
    skipped += test_skipped != NULL;
  }
  test_around(name, after, &shared);
  printf("%s: %u test(s) run, %u left out\n", name, (unsigned)count, skipped);
  return 0;
}

#define TEST_AT(what)  __FILE__, __LINE__, what
#define TEST_WORD(x)   ((uint64_t)(x))
#define print_message  printf
#define print_error    printf
#define fail()         test_stop(TEST_AT("fails"))
#define fail_msg(...)  (printf(__VA_ARGS__), fail())
#define skip()         do { test_skipped = "skipped"; return; } while (0)
#define assert_true(x) ((x) ? (void)0 : test_stop(TEST_AT(#x)))

#define assert_false(x)            assert_true(!(x))
#define assert_null(x)             assert_true((x) == NULL)
#define assert_non_null(x)         assert_true((x) != NULL)
#define assert_ptr_equal(a, b)     assert_true((const void *)(a) == (const void *)(b))
#define assert_int_equal(a, b)     test_equal(TEST_WORD(a), TEST_WORD(b), 1, TEST_AT(#a " is not " #b))
#define assert_int_not_equal(a, b) test_equal(TEST_WORD(a), TEST_WORD(b), 0, TEST_AT(#a " is " #b))
#define assert_in_range(x, a, b)   assert_true(TEST_WORD(x) >= TEST_WORD(a) && TEST_WORD(x) <= TEST_WORD(b))
#define assert_memory_equal(a, b, size)     assert_true(memcmp(a, b, size) == 0)
#define assert_memory_not_equal(a, b, size) assert_true(memcmp(a, b, size) != 0)
#define assert_string_equal(a, b)                                                                  \
  do {                                                                                             \
    const char *test_a = (a), *test_b = (b);                                                       \
    if (strcmp(test_a, test_b) != 0)                                                               \
      printf("\"%s\" and \"%s\": ", test_a, test_b), test_stop(TEST_AT(#a " is not " #b));         \
  } while (0)
#define assert_string_not_equal(a, b) assert_true(strcmp(a, b) != 0)

#define cmocka_unit_test(test)                             {#test, test, NULL, NULL}
#define cmocka_unit_test_setup_teardown(test, before, after) {#test, test, before, after}
#define cmocka_run_group_tests(tests, before, after)       cmocka_run_group_tests_name(#tests, tests, before, after)
#define cmocka_run_group_tests_name(name, tests, before, after)                                     \
  test_group(name, tests, sizeof(tests) / sizeof *(tests), before, after)

#endif
