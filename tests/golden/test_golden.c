/* Golden journals: what was written by a released format is read for ever, and says what it said. */
#include "journal.h"
#include "records.h"

#include "golden.h"
#include "story_0_1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct golden stored;
static struct golden_text expected;

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

/* Read by hand, without the library: every record type of the format is there. */
static void test_every_record_type_occurs(void **state) {
  int seen[ARC__RECORD_COUNT + 1] = {0}, commits = 0;
  size_t at = 0;
  (void)state;
  while (at < stored.size) {
    size_t end = at + 80 + u32_at(stored.bytes + at + 20);
    assert_memory_equal(stored.bytes + at, "ARCJ\1\0\0\0", 8);
    assert_true(end <= stored.size);
    commits++;
    for (at += 80; at < end; at += 8 + u32_at(stored.bytes + at + 4)) {
      int type = stored.bytes[at] | stored.bytes[at + 1] << 8;
      assert_in_range(type, 1, ARC__RECORD_COUNT);
      seen[type]++;
    }
    assert_int_equal(at, end);
  }
  assert_int_equal(commits, STORY_STEPS);
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
  assert_int_equal(arc_ledger_post_day_run(ledger, STORY_DAY + 100, &err), ARC_OK);
  assert_int_equal(arc_ledger_set_clock(ledger, STORY_INSTANT, &err), ARC_E_INVALID); /* the clock went on */
  assert_int_equal(story_cash(ledger, 16, &err), ARC_ALREADY); /* said before */
  arc_ledger_close(ledger);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_it_says_what_it_said),
      cmocka_unit_test(test_it_is_written_again_byte_for_byte),
      cmocka_unit_test(test_every_record_type_occurs),
      cmocka_unit_test(test_it_goes_on),
  };
  return cmocka_run_group_tests(tests, load_all, NULL);
}
