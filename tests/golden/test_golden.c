/* Golden journals: what was written by a released format is read for ever, and says what it said. */
#include "journal.h"
#include "records.h"

#include "golden.h"
#include "story_0_1.h"
#include "../support/info.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct golden stored, dropped;
static struct golden_text expected, expected_dropped;

static size_t load(const char *name, void *bytes, size_t cap) {
  char path[1024];
  const char *directory = getenv("ARC_TEST_GOLDEN");
  FILE *file;
  size_t size;
  snprintf(path, sizeof path, "%s/%s", directory ? directory : "tests/golden", name);
  file = fopen(path, "rb");
  if (!file) fail_msg("cannot read %s", path);
  size = fread(bytes, 1, cap, file);
  if (!feof(file)) fail_msg("%s is too large", path);
  fclose(file);
  return size;
}

static int load_all(void **state) {
  (void)state;
  stored.size = load("journal_0_1.bin", stored.bytes, sizeof stored.bytes);
  stored.next_seq = 0; /* read-only */
  expected.size = load("journal_0_1.txt", expected.data, sizeof expected.data - 1);
  dropped.size = load("dropped_0_1.bin", dropped.bytes, sizeof dropped.bytes);
  dropped.snapshot_size = load("dropped_0_1.snapshot", dropped.snapshot, sizeof dropped.snapshot);
  dropped.first_seq = (uint64_t)dropped.bytes[8] | (uint64_t)dropped.bytes[9] << 8;
  expected_dropped.size = load("dropped_0_1.txt", expected_dropped.data, sizeof expected_dropped.data - 1);
  return 0;
}

static arc_ledger *open_stored(void) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  if (golden_open(&stored, &ledger, 0, &err) != ARC_OK) fail_msg("record %d: %s", (int)err.record, err.text);
  return ledger;
}

static void test_it_says_what_it_said(void **state) {
  static struct golden_text text;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = open_stored();
  (void)state;
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
  assert_int_equal(golden_describe(&text, ledger, &err), ARC_OK);
  assert_string_equal(text.data, expected.data);
  assert_int_equal(text.size, expected.size);
  arc_ledger_close(ledger);
}

/* A snapshot that is all there is of a journal's beginning is read for ever, too. */
static void test_a_dropped_one_says_what_it_said(void **state) {
  static struct golden_text text;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  (void)state;
  if (golden_open(&dropped, &ledger, 0, &err) != ARC_OK) fail_msg("%s", err.text);
  assert_int_equal(info_of(ledger).first_sequence, dropped.first_seq);
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
  assert_int_equal(golden_describe(&text, ledger, &err), ARC_OK);
  assert_string_equal(text.data, expected_dropped.data);
  arc_ledger_close(ledger);
}

/* The same story gives the same bytes, on every platform and build. */
static void test_it_is_written_again_byte_for_byte(void **state) {
  static struct golden again;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  (void)state;
  again.next_seq = 1;
  assert_int_equal(golden_open(&again, &ledger, 0, &err), ARC_OK);
  for (int step = 0; step < STORY_STEPS; step++)
    if (story_step(ledger, step, &err) != ARC_OK) fail_msg("step %d: %s", step, err.text);
  arc_ledger_close(ledger);
  assert_int_equal(again.size, stored.size);
  assert_memory_equal(again.bytes, stored.bytes, stored.size);
}

static uint32_t u32_at(const unsigned char *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static int count_records(const struct golden *g, int seen[ARC__RECORD_COUNT + 1]) {
  int commits = 0;
  size_t at = 0;
  while (at < g->size) {
    size_t end = at + 80 + u32_at(g->bytes + at + 20);
    assert_memory_equal(g->bytes + at, "ARCJ\1\0\0\0", 8);
    assert_true(end <= g->size);
    commits++;
    for (at += 80; at < end; at += 8 + u32_at(g->bytes + at + 4)) {
      int type = g->bytes[at] | g->bytes[at + 1] << 8;
      assert_in_range(type, 1, ARC__RECORD_COUNT);
      seen[type]++;
    }
    assert_int_equal(at, end);
  }
  return commits;
}

/* Read by hand, without the library: every record type of the format is there. */
static void test_every_record_type_occurs(void **state) {
  int seen[ARC__RECORD_COUNT + 1] = {0};
  (void)state;
  assert_int_equal(count_records(&stored, seen), STORY_STEPS);
  assert_int_equal(count_records(&dropped, seen), 2);
#define ARC__R(number, upper, lower)                                                               \
  if (!seen[number]) fail_msg("no record of type %d: the story has to tell it, too", number);
  ARC__RECORD_LIST(ARC__R)
#undef ARC__R
}

/* A book of the format can be gone on with: here without touching the file. */
static void test_it_goes_on(void **state) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  (void)state;
  assert_int_equal(golden_open(&stored, &ledger, ARC_LEDGER_DETACHED, &err), ARC_OK);
  assert_int_equal(arc_ledger_post_day(ledger, STORY_DAY + 100, ARC_DAY_IS_RUN, &err), ARC_OK);
  assert_int_equal(arc_ledger_set_clock(ledger, STORY_INSTANT, &err), ARC_E_INVALID); /* the clock went on */
  assert_int_equal(story_cash(ledger, 16, &err), ARC_ALREADY); /* said before */
  arc_ledger_close(ledger);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_it_says_what_it_said),
      cmocka_unit_test(test_a_dropped_one_says_what_it_said),
      cmocka_unit_test(test_it_is_written_again_byte_for_byte),
      cmocka_unit_test(test_every_record_type_occurs),
      cmocka_unit_test(test_it_goes_on),
  };
  return cmocka_run_group_tests(tests, load_all, NULL);
}
