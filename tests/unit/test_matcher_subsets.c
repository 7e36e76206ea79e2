/* Subset sums: the same as by trying all sets, the worst cases within the budget, and one slip of the pen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/small_book.h"
#include "matcher_internal.h"
#include "matcher_subsets.h"

#define MOST 16

static uint64_t random_state = 88172645463325252u;

static int64_t below(int64_t n) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (int64_t)(random_state % (uint64_t)n);
}

/* How many ways there are, by trying all. */
static unsigned count_ways(const arc__subset_value *values, size_t count, int64_t sum) {
  if (count == 0) return sum == 0;
  unsigned ways = count_ways(values + 1, count - 1, sum) + count_ways(values + 1, count - 1, sum - values->amount);
  if (values->otherwise && values->otherwise != values->amount)
    ways += count_ways(values + 1, count - 1, sum - values->otherwise);
  return ways;
}

static arc_status find(const arc__subset_value *values, size_t count, int64_t sum, uint64_t budget, arc__subsets *out) {
  struct test_heap heap;
  memset(&heap, 0, sizeof heap);
  arc_allocator allocator = test_heap_allocator(&heap);
  arc__heap inside;
  assert_int_equal(arc__heap_init(&inside, &allocator, NULL), ARC_OK);
  arc_status status = arc__subsets_find(&inside, values, count, sum, budget, out, NULL);
  assert_int_equal(heap.live, 0);
  return status;
}

static void check_sum(const arc__subset_value *values, size_t count, int64_t sum, const arc__subsets *s) {
  for (size_t i = 0; i < count; i++)
    sum -= s->found[i] == 1 ? values[i].amount : s->found[i] == 2 ? values[i].otherwise : 0;
  assert_int_equal(sum, 0);
}

/* Each case by sorted lists and by bits: a budget of less than the lists need leaves the bits. */
static void test_brute_force(void **state) {
  (void)state;
  unsigned seen[4] = {0};
  for (int k = 0; k < 2000; k++) {
    arc__subset_value values[MOST];
    uint8_t found[MOST];
    arc__subsets s = {0, 0, found, 1};
    int alternatives = k % 3 == 0;
    size_t count = 1 + (size_t)below(alternatives ? 9 : 14);
    int64_t range = (int64_t[]){12, 200, 5000, 90000}[below(4)], sum = 0;
    for (size_t i = 0; i < count; i++) {
      values[i].amount = 1 + below(range);
      values[i].otherwise = alternatives && below(2) ? values[i].amount - values[i].amount / 10 : 0;
      if (below(2)) sum += values[i].otherwise && below(2) ? values[i].otherwise : values[i].amount;
    }
    if (sum == 0 || below(3) == 0) sum = 1 + below(range * (int64_t)count);
    unsigned ways = count_ways(values, count, sum);
    int expected = ways == 0 ? ARC__SUBSETS_NONE : ways == 1 ? ARC__SUBSETS_UNIQUE : ARC__SUBSETS_AMBIGUOUS;
    assert_int_equal(find(values, count, sum, ARC__SUBSETS_BUDGET, &s), ARC_OK);
    if (s.result != expected) fail_msg("case %d: %d for %u ways", k, s.result, ways);
    if (ways) check_sum(values, count, sum, &s);
    assert_int_equal(find(values, count, sum, (uint64_t)count * (uint64_t)(sum / 64 + 2), &s), ARC_OK);
    if (s.result != ARC__SUBSETS_GAVE_UP && s.result != expected) fail_msg("case %d, small: %d for %u ways", k, s.result, ways);
    if (s.result == ARC__SUBSETS_UNIQUE) check_sum(values, count, sum, &s);
    seen[s.result]++;
  }
  for (int i = 0; i < 3; i++)
    assert_true(seen[i] > 100);
}

/* Bits and lists agree where both can be done. */
static void test_ways_agree(void **state) {
  (void)state;
  for (int k = 0; k < 40; k++) {
    arc__subset_value values[31];
    uint8_t found[31];
    arc__subsets a = {0, 0, found, 1}, b = {0, 0, found, 1};
    int64_t sum = 0;
    for (size_t i = 0; i < 30; i++) {
      values[i] = (arc__subset_value){1 + below(40000), 0};
      if (below(3) == 0) sum += values[i].amount;
    }
    if (sum == 0) continue;
    assert_int_equal(find(values, 30, sum, ARC__SUBSETS_BUDGET, &a), ARC_OK); /* the bits are fewer */
    for (size_t i = 0; i < 30; i++)
      values[i].amount *= 1000003;
    values[30] = (arc__subset_value){1, 0}; /* in no set, and no factor is common: too much for bits */
    assert_int_equal(find(values, 31, sum * 1000003, ARC__SUBSETS_BUDGET, &b), ARC_OK);
    assert_int_equal(a.result, b.result);
    if (b.result == ARC__SUBSETS_UNIQUE) check_sum(values, 31, sum * 1000003, &b);
  }
}

static void test_worst(void **state) {
  (void)state;
  static arc__subset_value values[2000];
  static uint8_t found[2000];
  arc__subsets s = {0, 0, found, 1};
  for (size_t i = 0; i < 2000; i++)
    values[i] = (arc__subset_value){90000, 0};
  assert_int_equal(find(values, 40, 20 * 90000, ARC__SUBSETS_BUDGET, &s), ARC_OK); /* equal amounts */
  assert_int_equal(s.result, ARC__SUBSETS_AMBIGUOUS);
  assert_true(s.steps <= ARC__SUBSETS_BUDGET);
  assert_int_equal(find(values, 40, 20 * 90000 + 1, ARC__SUBSETS_BUDGET, &s), ARC_OK);
  assert_int_equal(s.result, ARC__SUBSETS_NONE);
  assert_int_equal(find(values, 40, 40 * 90000, ARC__SUBSETS_BUDGET, &s), ARC_OK); /* all of them */
  assert_int_equal(s.result, ARC__SUBSETS_UNIQUE);
  for (size_t i = 0; i < 40; i++)
    values[i].amount = 50000 + 700 * (int64_t)i; /* in arithmetic progression */
  assert_int_equal(find(values, 40, 20 * 50000 + 700 * 390, ARC__SUBSETS_BUDGET, &s), ARC_OK);
  assert_int_equal(s.result, ARC__SUBSETS_AMBIGUOUS);
  for (size_t i = 0; i < 2000; i++)
    values[i].amount = 100000000007 + (int64_t)i * (int64_t)i * 7919; /* many, large, without a common factor */
  assert_int_equal(find(values, 2000, 100000000007 * 900 + 13, ARC__SUBSETS_BUDGET, &s), ARC_OK);
  assert_int_equal(s.result, ARC__SUBSETS_GAVE_UP);
  assert_true(s.steps <= ARC__SUBSETS_BUDGET);
  for (size_t i = 0; i < 40; i++)
    values[i].amount = INT64_MAX / 3;
  assert_int_equal(find(values, 40, INT64_MAX, ARC__SUBSETS_BUDGET, &s), ARC_E_OVERFLOW);
  assert_int_equal(find(values, 0, 5, ARC__SUBSETS_BUDGET, &s), ARC_OK);
  assert_int_equal(s.result, ARC__SUBSETS_NONE);
}

static void test_slips(void **state) {
  (void)state;
  static const struct {
    const char *a, *b;
    int near;
  } cases[] = {
      {"INV1001", "INV1001", 1}, {"INV1001", "INV101", 1},  {"INV101", "INV1001", 1},  {"INV1002", "INV1001", 1},
      {"INV1010", "INV1001", 1}, {"1NV1OO1", "INV1001", 1}, {"INV1001", "INV1112", 0}, {"INV1001", "INV10", 0},
      {"1NV1OO2", "INV1001", 1}, {"", "A", 1},              {"AB", "BA", 1},           {"ABC", "CBA", 0},
      {"INV2001", "INV1002", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (arc__match_one_slip(cases[i].a, strlen(cases[i].a), cases[i].b, strlen(cases[i].b)) != cases[i].near)
      fail_msg("%s and %s", cases[i].a, cases[i].b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_brute_force),
      cmocka_unit_test(test_ways_agree),
      cmocka_unit_test(test_worst),
      cmocka_unit_test(test_slips),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
