/* The library's own storages under every fault of memory, and with the ledger on top under every
 * fault of storage. */
#include "world.h"

#include "world_book.h"
#include "../support/calls.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void post_book(struct world *w) {
  DO(w, book_customer(w, "c1"));
  DO(w, book_invoice(w, "i1", "c1", "2025-01-03", "2025-02-03", 10000));
}

static void scenario_file(struct world *w) {
  world_open(w);
  world_batch(w, post_book);
  DO(w, book_payment(w, "p1", "c1", "2025-02-07", 10000, "i1"));
  world_close(w);
  world_open(w);
  DO(w, arc_ledger_snapshot(w->ledger, &w->err));
  DO(w, book_application(w, "", ARC_CREDIT_PAYMENT, "p1", "i1", "2025-02-08", 10000, 0, 0));
  world_close(w);
  world_open(w);
  CHECK(w, book_balance(w, "c1", NULL) == 0);
  DO(w, arc_ledger_verify(w->ledger, &w->err));
}

/* ---- a storage without a ledger ---- */

/* What is appended is read back, and a failed append has stored nothing. */
static arc_status append(struct world *w, const arc_storage *storage, uint64_t first_seq,
                         const char *bytes) {
  unsigned char read[16];
  size_t size = 0;
  int32_t code = storage->append(storage->user, first_seq, 1, bytes, strlen(bytes));
  int32_t found = storage->read(storage->user, first_seq, 0, read, sizeof read, &size);
  if (code == ARC_E_NOMEM) {
    if (found != ARC_DONE)
      world_violation(w, __FILE__, __LINE__, "a failed append has stored something");
    w->err.status = code;
    strcpy(w->err.text, "append");
  } else if (found != ARC_OK || size != strlen(bytes) || memcmp(read, bytes, size) != 0) {
    world_violation(w, __FILE__, __LINE__, "what was appended is not there");
  }
  return code;
}

static arc_status save(struct world *w, const arc_storage *storage, uint64_t next_seq,
                       const char *bytes) {
  unsigned char read[16];
  size_t size = 0;
  uint64_t seq = 0, total = 0;
  int32_t code = storage->save_snapshot(storage->user, next_seq, bytes, strlen(bytes));
  int32_t found = storage->load_snapshot(storage->user, &seq, &total, 0, read, sizeof read, &size);
  if (code == ARC_E_NOMEM) {
    if (found == ARC_OK && seq == next_seq)
      world_violation(w, __FILE__, __LINE__, "a failed snapshot was kept");
    w->err.status = code;
    strcpy(w->err.text, "save_snapshot");
  } else if (found != ARC_OK || seq != next_seq || size != strlen(bytes) ||
             memcmp(read, bytes, size) != 0) {
    world_violation(w, __FILE__, __LINE__, "the snapshot is not there");
  }
  return code;
}

static void scenario_memory(struct world *w) {
  arc_storage storage = {0};
  DO(w, call_memory(&storage, &w->disk_allocator, &w->err));
  /* A sweep that stops here leaves the storage to the heap, which is dropped with the process. */
  for (uint64_t seq = 1; seq <= 20; seq++)
    DO(w, append(w, &storage, seq, seq % 3 ? "commit" : "another"));
  DO(w, save(w, &storage, 7, "one"));
  DO(w, save(w, &storage, 21, "the other"));
  storage.close(storage.user);
}

/* ---- calendars ---- */

static arc_status new_calendar(struct world *w) {
  arc_day holidays[40];
  for (int i = 0; i < 40; i++)
    holidays[i] = world_day("2025-12-24") - 7 * (i % 30);
  return call_calendar(&w->calendar, ARC_WEEKEND_DAY(5) | ARC_WEEKEND_DAY(6), holidays, 40, &w->allocator, &w->err);
}

static void scenario_calendar(struct world *w) {
  DO(w, new_calendar(w));
  CHECK(w, call_is_business(w->calendar, world_day("2025-12-24")) == 0);
  CHECK(w, call_is_business(w->calendar, world_day("2025-12-25")) == 1);
}

/* ---- */

#define SWEEP(name, flags)                                                                         \
  static void test_##name(void **state) {                                                          \
    (void)state;                                                                                   \
    assert_int_equal(world_sweep(scenario_##name, #name, flags), 0);                               \
  }
SWEEP(file, WORLD_FILE)
SWEEP(memory, 0)
SWEEP(calendar, 0)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_file),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_calendar),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  world_print_totals("fault_storage");
  return failed;
}
