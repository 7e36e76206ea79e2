/* The file storage when the power fails, when writes fail and when syncs fail, on a simulated disk.
 *
 * usage: crash_file PART [--full] [--seed S]
 *
 *   bytes   a journal of 10,000 records is cut off at every byte: what is opened is the whole commits before
 *   calls   a process ends after each of its changing calls of the system; of what was not synced some arrives
 *   writes  each write fails in several ways at each byte
 *   syncs   each sync fails, and what it was to keep arrives in part
 *   drop    a process ends after each changing call while a journal is dropped, and gone on with; and each sync
 *           fails meanwhile
 *
 * Whatever happens: the book opens, holds whole commits only, in their order, at least those that were
 * acknowledged, verifies, and takes the next command. Prints one line of counts; exit 1 for violations. */
#include "simulated_disk.h"

#include "../golden/story_0_1.h"
#include "journal.h"
#include "ledger_view.h"
#include "../support/info.h"
#include "../support/calls.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int full;
static uint64_t seed = 1;
static const char *part;
static unsigned long violations;

static void violation(const char *format, ...) {
  va_list arguments;
  if (++violations > 20) return;
  fprintf(stderr, "crash_file %s: ", part);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputs("\n", stderr);
}

#define CHECK(condition, ...)                                                                      \
  do {                                                                                             \
    if (!(condition)) violation(__VA_ARGS__);                                                      \
  } while (0)

static uint32_t below(uint32_t limit) {
  seed ^= seed >> 12;
  seed ^= seed << 25;
  seed ^= seed >> 27;
  return (uint32_t)((seed * 2685821657736338717u >> 33) % limit);
}

/* ---- the library's memory: thrown away with the process ---- */

enum { ARENA = 256 << 20 };
static unsigned char *arena;
static size_t arena_used;

static void *arena_resize(void *user, void *ptr, size_t old, size_t size) {
  (void)user;
  if (size == 0) return NULL;
  size_t at = (arena_used + 15) & ~(size_t)15;
  if (size > ARENA - at) return NULL;
  arena_used = at + size;
  if (ptr) memcpy(arena + at, ptr, old < size ? old : size);
  return arena + at;
}

static const arc_allocator allocator = {(uint32_t)sizeof allocator, 0, NULL, arena_resize};

static void forget_memory(void) {
  arena_used = 0;
}

/* ---- books ---- */

static arc_status open_storage(arc_storage *storage) {
  arc_error err = ARC_ERROR_INIT;
  arc_status status = call_file(storage, DISK_BOOK, &allocator, &err);
  if (status != ARC_OK) violation("the storage does not open: %s", err.text);
  return status;
}

static arc_status open_ledger(arc_ledger **ledger) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_storage storage;
  *ledger = NULL;
  arc_status status = open_storage(&storage);
  if (status != ARC_OK) return status;
  options.allocator = &allocator;
  options.storage = &storage;
  options.book = (arc_text)STORY_TEXT("crash");
  memcpy(options.currency, "USD", 4);
  status = arc_ledger_open(ledger, &options, &err);
  if (status != ARC_OK) violation("the book does not open: %s", err.text);
  return status;
}

/* A state that the book went through, after each commit; state 0 is the new book. */
struct state {
  uint64_t next_seq;
  size_t end; /* of the journal */
  uint8_t head[32];
  unsigned char digest[32];
};

static struct state *states;
static size_t state_count;

static struct state state_of(const arc_ledger *ledger) {
  struct state state;
  memset(&state, 0, sizeof state);
  state.next_seq = info_of(ledger).next_sequence;
  memcpy(state.head, info_of(ledger).head, 32);
  arc__tables_digest(arc__ledger_tables(ledger), state.digest);
  return state;
}

static void remember_state(const arc_ledger *ledger) {
  struct state state = state_of(ledger);
  const struct disk_file *journal = disk_find(DISK_JOURNAL);
  if (state_count && states[state_count - 1].next_seq == state.next_seq) return;
  if ((state_count & (state_count - 1)) == 0) states = realloc(states, (state_count ? 2 * state_count : 1) * sizeof *states);
  if (!states) abort();
  state.end = journal ? journal->size : 0;
  states[state_count++] = state;
}

/* Which state that is; state_count if none. */
static size_t find_state(uint64_t next_seq) {
  size_t low = 0, high = state_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (states[middle].next_seq < next_seq) low = middle + 1;
    else high = middle;
  }
  return low < state_count && states[low].next_seq == next_seq ? low : state_count;
}

static arc_status post_note(arc_ledger *ledger, const char *key, size_t size) {
  static char text[4096];
  arc_note row = ARC_NOTE_INIT;
  memset(text, 'n', sizeof text);
  row.key = (arc_text){key, strlen(key)};
  row.customer = (arc_text)STORY_TEXT("C1");
  row.text = (arc_text){text, size};
  row.day = STORY_DAY + 60;
  return arc_ledger_post_notes(ledger, &row, 1, NULL);
}

/* Opens the book as it is on the disk now: a state between `least` and `most`, which verifies. */
static size_t check_recovered(size_t least, size_t most, const char *when) {
  arc_ledger *ledger;
  arc_error err = ARC_ERROR_INIT;
  forget_memory();
  if (open_ledger(&ledger) != ARC_OK) {
    violation("... %s", when);
    return state_count;
  }
  struct state now = state_of(ledger);
  size_t found = find_state(now.next_seq);
  if (found == state_count)
    violation("%s: %llu is no border of commits", when, (unsigned long long)now.next_seq);
  else if (memcmp(now.head, states[found].head, 32) || memcmp(now.digest, states[found].digest, 32))
    violation("%s: the state is not the one after record %llu", when, (unsigned long long)now.next_seq - 1);
  else if (found < least || found > most)
    violation("%s: the book is in state %zu, of %zu to %zu", when, found, least, most);
  if (now.next_seq > 1 && arc_ledger_verify(ledger, &err) != ARC_OK) violation("%s: %s", when, err.text);
  arc_ledger_close(ledger);
  return found;
}

/* ... and goes on. */
static void check_goes_on(const char *when) {
  arc_ledger *ledger;
  if (open_ledger(&ledger) != ARC_OK) return;
  uint64_t next_seq = info_of(ledger).next_sequence;
  arc_status status = arc_ledger_post_day(ledger, STORY_DAY + 1000, ARC_DAY_IS_RUN, NULL);
  CHECK(status == ARC_OK, "%s: the next command answers %s", when, arc_status_name(status));
  arc_ledger_close(ledger);
  if (open_ledger(&ledger) != ARC_OK) return;
  CHECK(info_of(ledger).next_sequence > next_seq, "%s: what was said next is not there", when);
  arc_ledger_close(ledger);
}

/* ---- bytes ---- */

static unsigned records_wanted = 10000;

static void bulk_key(char key[32], arc_text *text, const char *kind, unsigned number) {
  snprintf(key, 32, "%s%u", kind, number);
  *text = (arc_text){key, strlen(key)};
}

static arc_status bulk_command(arc_ledger *ledger, unsigned number, arc_error *err) {
  char key[32], other[32];
  if (number < 50) {
    arc_customer row = ARC_CUSTOMER_INIT;
    bulk_key(key, &row.key, "C", number);
    return arc_ledger_post_customers(ledger, &row, 1, err);
  }
  if (number % 3 == 0) {
    arc_payment row = ARC_PAYMENT_INIT;
    bulk_key(key, &row.key, "P", number);
    bulk_key(other, &row.customer, "C", number % 50);
    row.received = STORY_DAY + (arc_day)(number / 40);
    row.amount = 5000;
    return arc_ledger_post_payments(ledger, &row, 1, err);
  }
  if (number % 3 == 1 && number > 60) {
    arc_application row = ARC_APPLICATION_INIT;
    bulk_key(key, &row.credit, "P", number - 1);
    bulk_key(other, &row.invoice, "I", number + 1 - 50 * 3);
    row.day = STORY_DAY + (arc_day)(number / 40);
    row.amount = 1;
    if (number > 50 * 4 && arc_ledger_post_applications(ledger, &row, 1, err) >= 0) return ARC_OK;
  }
  arc_invoice row = ARC_INVOICE_INIT;
  bulk_key(key, &row.key, "I", number);
  bulk_key(other, &row.customer, "C", number % 50);
  row.issued = STORY_DAY + (arc_day)(number / 40);
  row.due = row.issued + 30;
  row.amount = 100 + (int64_t)below(1000000);
  return arc_ledger_post_invoices(ledger, &row, 1, err);
}

/* A journal of commits of 1, of some, and of several hundred records. */
static void build_bulk(void) {
  arc_ledger *ledger;
  arc_error err = ARC_ERROR_INIT;
  disk_clear();
  forget_memory();
  if (open_ledger(&ledger) != ARC_OK) exit(2);
  remember_state(ledger);
  for (unsigned number = 0; info_of(ledger).next_sequence <= records_wanted;) {
    unsigned count = below(100) == 0 ? 200 + below(300) : below(3) ? 1 : 1 + below(12);
    arc_status status = arc_batch_begin(ledger, &err);
    for (unsigned i = 0; i < count && status >= 0; i++) status = bulk_command(ledger, number++, &err);
    if (status >= 0) status = arc_batch_commit(ledger, &err);
    if (status < 0) violation("building the journal: %s", err.text), exit(1);
    remember_state(ledger);
  }
  arc_ledger_close(ledger);
}

/* The storage alone, opened on the journal cut off at `cut`: what is left ends at a commit, and the commit that
 * was torn can be appended again. */
static void check_cut(const unsigned char *bytes, size_t cut, size_t state) {
  struct disk_file *journal = disk_find(DISK_JOURNAL);
  const struct state *is = &states[state];
  unsigned char header[ARC__COMMIT_HEADER];
  arc_storage storage;
  arc__commit commit;
  size_t size = 0;
  disk_set_size(journal, cut);
  forget_memory();
  if (open_storage(&storage) != ARC_OK) return;
  if (journal->size != is->end || journal->durable_size != is->end || journal->op_count)
    violation("cut off at %zu, the journal ends at %zu instead of %zu", cut, journal->size, is->end);
  if (storage.read(storage.user, is->next_seq, 0, header, sizeof header, &size) != ARC_DONE)
    violation("cut off at %zu, something is behind the last commit", cut);
  if (state + 1 < state_count) {
    size_t next = states[state + 1].end - is->end;
    if (arc__commit_header(&commit, bytes + is->end, NULL) != ARC_OK) abort();
    if (storage.append(storage.user, commit.first_seq, commit.count, bytes + is->end, next) != ARC_OK)
      violation("cut off at %zu, the next commit is refused", cut);
    if (storage.read(storage.user, commit.first_seq, 0, header, sizeof header, &size) != ARC_OK ||
        size != sizeof header || memcmp(header, bytes + is->end, size))
      violation("cut off at %zu, the next commit is not what was appended", cut);
  }
  storage.close(storage.user);
}

/* A snapshot before the commit, so that the storage begins there. */
static void put_snapshot(size_t state) {
  arc_storage storage;
  forget_memory();
  disk_set_size(disk_find(DISK_JOURNAL), states[state].end);
  if (open_storage(&storage) != ARC_OK) return;
  if (storage.save_snapshot(storage.user, states[state].next_seq, "x", 1) != ARC_OK)
    violation("a snapshot is refused");
  storage.close(storage.user);
}

static void drop_snapshot(void) {
  disk.history[0][DISK_SNAPSHOT] = disk.history[0][DISK_TEMPORARY] = -1;
  disk.changes = 0;
}

static void test_bytes(void) {
  unsigned long near = 0, far = 0, ledgers = 0;
  build_bulk();
  size_t size = disk_find(DISK_JOURNAL)->size;
  unsigned char *bytes = malloc(size);
  if (!bytes) abort();
  memcpy(bytes, disk_find(DISK_JOURNAL)->now, size);
  /* Every byte, from a snapshot before the torn commit on. */
  for (size_t state = 0; state < state_count; state++) {
    size_t end = state + 1 < state_count ? states[state + 1].end : size + 1;
    if (state) put_snapshot(state);
    for (size_t cut = states[state].end; cut < end; cut++, near++) check_cut(bytes, cut, state);
  }
  drop_snapshot();
  /* Without a snapshot each opening reads all that is there: every byte takes minutes. */
  for (size_t state = 0, cut = 0; cut <= size; cut += full ? 1 : 1 + below(997), far++) {
    while (state + 1 < state_count && states[state + 1].end <= cut) state++;
    check_cut(bytes, cut, state);
  }
  CHECK(memcmp(bytes, disk_find(DISK_JOURNAL)->now, size) == 0, "the journal is not what it was");
  /* The ledger at the borders of commits and next to them, and somewhere. */
  for (size_t state = 0; state < state_count; state++) {
    if (!full && below(24)) continue;
    for (int off = -1; off <= 2; off++) {
      size_t cut = off == 2 ? below((uint32_t)size) : states[state].end + (size_t)off, expected = 0;
      if (cut > size) continue;
      for (size_t low = 0, high = state_count - 1; low <= high && states[low].end <= cut; low++) expected = low;
      disk_set_size(disk_find(DISK_JOURNAL), cut);
      check_recovered(expected, expected, "cut off");
      ledgers++;
    }
  }
  printf("crash points: %zu records in %zu commits, %zu bytes: %lu cuts opened from a snapshot on (every byte), "
         "%lu from the beginning, %lu verified as books; %lu violations\n",
         (size_t)(states[state_count - 1].next_seq - 1), state_count - 1, size, near, far, ledgers, violations);
  free(bytes);
}

/* ---- the scenario of calls, writes and syncs ---- */

enum { SCENARIO = STORY_STEPS + 12 };

/* One step; a snapshot is taken, or the book reopened, after some. */
static arc_status scenario_step(arc_ledger *ledger, int step, arc_error *err) {
  char key[32];
  if (step < STORY_STEPS) return story_step(ledger, step, err);
  snprintf(key, sizeof key, "note%d", step);
  return post_note(ledger, key, step % 3 == 0 ? 4096 : (size_t)(step - STORY_STEPS) * 97);
}

static size_t acknowledged;
static arc_ledger *scenario_ledger;

static arc_status scenario_reopen(void) {
  arc_ledger_close(scenario_ledger);
  scenario_ledger = NULL;
  return open_ledger(&scenario_ledger);
}

static void scenario_run(int remembers) {
  arc_error err = ARC_ERROR_INIT;
  scenario_ledger = NULL;
  if (scenario_reopen() != ARC_OK) return;
  if (remembers) remember_state(scenario_ledger);
  for (int step = 0; step < SCENARIO; step++) {
    arc_status status = scenario_step(scenario_ledger, step, &err);
    if (status < 0) violation("step %d: %s", step, arc_status_name(status));
    if (remembers) remember_state(scenario_ledger);
    acknowledged = find_state(info_of(scenario_ledger).next_sequence);
    if (step % 13 == 7 && arc_ledger_snapshot(scenario_ledger, &err) != ARC_OK) violation("snapshot: %s", err.text);
    if (step % 9 == 4 && scenario_reopen() != ARC_OK) return;
  }
  arc_ledger_close(scenario_ledger);
}

static void build_scenario(void) {
  disk_clear();
  forget_memory();
  disk_arm(0);
  scenario_run(1);
  if (violations) exit(1);
}

/* ---- calls ---- */

static struct disk crashed;
static unsigned long images, nested;

static void check_image(size_t names, const struct disk_choice choices[DISK_FILES], const char *when) {
  static struct disk recovering;
  disk_copy(&disk, &crashed);
  disk_settle(names, choices);
  images++;
  size_t most = acknowledged + 1 < state_count ? acknowledged + 1 : acknowledged;
  disk_arm(0);
  int nests = images % 16 == 0;
  if (nests) disk_copy(&recovering, &disk);
  check_recovered(acknowledged, most, when);
  unsigned long calls = disk_control.calls;
  if (images % 4 == 0) check_goes_on(when);
  /* Crashes while it recovers; the disk is as bad as it can be or as good. */
  for (unsigned long at = 1; nests && at <= calls; at++)
    for (int kept = 0; kept < 2; kept++) {
      struct disk_choice all[DISK_FILES];
      disk_copy(&disk, &recovering);
      disk_arm(at);
      for (size_t i = 0; i < DISK_FILES; i++) all[i] = (struct disk_choice){kept ? DISK_OPS : 0, DISK_PREFIX, 0};
      if (setjmp(disk_control.crash) == 0) {
        arc_storage storage;
        forget_memory();
        if (open_storage(&storage) == ARC_OK) storage.close(storage.user);
        continue;
      }
      disk_settle(kept ? disk.changes : 0, all);
      disk_arm(0);
      check_recovered(acknowledged, most, "after a crash while it recovered");
      nested++;
    }
}

/* All that can have arrived of a file's unsynced writes; the other files are settled by chance. */
static void check_images_of(size_t names, size_t file) {
  struct disk_choice choices[DISK_FILES];
  size_t op_count = crashed.files[file].op_count;
  for (size_t i = 0; i < DISK_FILES; i++)
    choices[i] = (struct disk_choice){below(DISK_OPS), (enum disk_tear)below(4), below(8192)};
  for (size_t others = 0; others < (size_t)1 << op_count; others++) {
    choices[file] = (struct disk_choice){0, DISK_OTHERS, others};
    check_image(names, choices, "some writes lost");
  }
  for (size_t op = 0; op < op_count; op++) {
    size_t size = crashed.files[file].ops[op].size;
    unsigned stride = full || size < 600 ? 1 : 5;
    for (size_t bytes = 1; bytes < size; bytes += 1 + below(2 * stride - 1)) {
      choices[file] = (struct disk_choice){op, DISK_PREFIX, bytes};
      check_image(names, choices, "a write torn");
      choices[file].tear = DISK_PREFIX_ZEROS;
      check_image(names, choices, "a write torn, zeros behind");
      choices[file].tear = DISK_SECTORS;
      choices[file].bytes = below(1 << 30);
      /* Nothing but the very first commit may lose its first sector: that of a file that holds nothing else. */
      if (states[acknowledged].end == 0) choices[file].bytes |= 1;
      check_image(names, choices, "sectors lost");
      choices[file] = (struct disk_choice){op, DISK_SUFFIX, bytes};
      if (states[acknowledged].end && (full || bytes % 4 == 0)) check_image(names, choices, "the beginning of a write lost");
    }
  }
}

static void check_crash(void) {
  disk_copy(&crashed, &disk);
  for (size_t names = 0; names <= crashed.changes; names++)
    for (size_t file = 0; file < DISK_FILES; file++)
      if (crashed.files[file].used && (crashed.files[file].op_count || file == 0)) check_images_of(names, file);
}

static void test_calls(void) {
  build_scenario();
  unsigned long calls = disk_control.calls;
  for (unsigned long at = 1; at <= calls; at++) {
    disk_clear();
    disk_arm(at);
    forget_memory();
    acknowledged = 0;
    if (setjmp(disk_control.crash) == 0) {
      scenario_run(0);
      violation("call %lu was not met", at);
    } else {
      check_crash();
    }
  }
  disk_free(&crashed);
  printf("crash points: %lu calls of the system over %zu commits, %lu images of the disk after a crash, %lu crashes "
         "during recovery; %lu violations\n",
         calls, state_count - 1, images, nested, violations);
}

/* ---- writes ---- */

static void commit_of(arc__buffer *b, arc__commit *commit, size_t size) {
  static unsigned char payload[8192];
  memset(payload, (int)(commit->first_seq * 7 + 1), sizeof payload);
  memset(commit->chain, 0, sizeof commit->chain);
  arc__commit_begin(b);
  arc__commit_record(b, 1, 1, payload, size - ARC__COMMIT_HEADER - ARC__RECORD_HEADER);
  if (arc__commit_finish(b, commit, NULL) != ARC_OK) abort();
}

static int storage_holds(arc_storage *storage, uint64_t first_seq) {
  unsigned char byte;
  size_t size;
  return storage->read(storage->user, first_seq, 0, &byte, 1, &size) == ARC_OK;
}

/* One append whose write fails at `byte` of the commit; whether cutting it off or the sync after that fails, too. */
static void check_write(const struct disk *before, const arc__commit *commit, const arc__buffer *b, size_t byte,
                        enum disk_failure failure, int cut_fails, int sync_fails) {
  arc_storage storage;
  struct disk_choice none[DISK_FILES] = {{0, DISK_PREFIX, 0}};
  disk_copy(&disk, before);
  disk_arm(0);
  forget_memory();
  disk_end_process();
  if (open_storage(&storage) != ARC_OK) return;
  size_t tail = disk_find(DISK_JOURNAL)->size;
  disk_control.failure = failure;
  disk_control.failure_at = tail + byte;
  disk_control.cut_fails = cut_fails;
  disk_control.sync_fails = (unsigned)sync_fails;
  int32_t code = storage.append(storage.user, commit->first_seq, commit->count, b->data, b->size);
  unsigned long failed = disk_control.failed;
  disk_arm(0);
  int passes = failure == DISK_SHORT || failure == DISK_INTERRUPTED;
  int32_t expected = passes && !sync_fails ? ARC_OK : cut_fails || sync_fails ? ARC_E_UNKNOWN_OUTCOME : ARC_E_STORAGE;
  CHECK(failed || (failure == DISK_SHORT && byte == 0), "the write of %zu bytes did not fail at byte %zu", b->size, byte);
  CHECK(code == expected, "failure %d at byte %zu of %zu: %d instead of %d", (int)failure, byte, b->size, (int)code,
        (int)expected);
  if (code == ARC_E_UNKNOWN_OUTCOME) {
    CHECK(storage.append(storage.user, commit->first_seq, commit->count, b->data, b->size) == ARC_E_READ_ONLY,
          "after an unknown outcome there is another append");
  } else {
    CHECK(storage_holds(&storage, commit->first_seq) == (code == ARC_OK), "the commit is there, or not, against its word");
    CHECK(disk_find(DISK_JOURNAL)->size == tail + (code == ARC_OK ? b->size : 0), "the file has another length");
    if (code == ARC_E_STORAGE) {
      CHECK(disk_find(DISK_JOURNAL)->op_count == 0, "what was taken back is not synced");
      if (byte % 3 == 0) code = storage.append(storage.user, commit->first_seq, commit->count, b->data, b->size);
      CHECK(code == (byte % 3 == 0 ? ARC_OK : ARC_E_STORAGE), "said again, it is refused");
    }
  }
  /* The power fails: what was acknowledged is there, what was refused is not. */
  storage.close(storage.user);
  disk_settle(0, none);
  forget_memory();
  if (open_storage(&storage) != ARC_OK) return;
  if (code != ARC_E_UNKNOWN_OUTCOME)
    CHECK(storage_holds(&storage, commit->first_seq) == (code == ARC_OK), "after the power failed it is otherwise");
  if (commit->first_seq > 1) CHECK(storage_holds(&storage, commit->first_seq - 1), "the commit before is gone");
  storage.close(storage.user);
}

static unsigned long check_writes_of(size_t size, int empty) {
  static struct disk before;
  unsigned long count = 0;
  arc__heap heap;
  arc__buffer b;
  arc__commit commit;
  arc_storage storage;
  memset(&commit, 0, sizeof commit);
  disk_clear();
  disk_arm(0);
  forget_memory();
  arc__heap_init(&heap, NULL, NULL);
  arc__buffer_init(&b, &heap);
  commit.first_seq = 1;
  if (open_storage(&storage) != ARC_OK) return 0;
  if (!empty) {
    commit_of(&b, &commit, 200);
    if (storage.append(storage.user, 1, 1, b.data, b.size) != ARC_OK) violation("the first commit is refused");
    commit.first_seq = 2;
  }
  storage.close(storage.user);
  disk_copy(&before, &disk);
  commit_of(&b, &commit, size);
  for (size_t byte = size > 4096 ? size - 4096 : 0; byte < size; byte++) {
    for (int failure = DISK_SHORT_THEN_FULL; failure <= DISK_INTERRUPTED; failure++, count++)
      check_write(&before, &commit, &b, byte, (enum disk_failure)failure, 0, 0);
    check_write(&before, &commit, &b, byte, DISK_SHORT_THEN_FULL, 1, 0);
    check_write(&before, &commit, &b, byte, DISK_ERROR, 0, 1);
    check_write(&before, &commit, &b, byte, DISK_INTERRUPTED, 0, 1);
    count += 3;
  }
  arc__buffer_free(&b);
  disk_free(&before);
  return count;
}

/* Each command of the scenario, whose write fails at each byte: nothing has changed, and it can be said again. */
static unsigned long check_commands(void) {
  unsigned long count = 0;
  arc_error err = ARC_ERROR_INIT;
  disk_clear();
  disk_arm(0);
  forget_memory();
  scenario_ledger = NULL;
  if (scenario_reopen() != ARC_OK) return 0;
  for (int step = 0; step < SCENARIO; step++) {
    size_t end = states[step].end, size = states[step + 1].end - end;
    for (size_t byte = 0; byte < size; byte += full ? 1 : 1 + below(7), count++) {
      disk_control.failure = count % 2 ? DISK_SHORT_THEN_FULL : DISK_ERROR;
      disk_control.failure_at = end + byte;
      if (step < STORY_STEPS) arc_ledger_set_clock(scenario_ledger, STORY_INSTANT + step * 1000, NULL);
      arc_status status = scenario_step(scenario_ledger, step, &err);
      CHECK(status == ARC_E_STORAGE, "step %d, byte %zu: %s", step, byte, arc_status_name(status));
      CHECK(memcmp(state_of(scenario_ledger).digest, states[step].digest, 32) == 0, "step %d has changed the state", step);
    }
    disk_arm(0);
    if (scenario_step(scenario_ledger, step, &err) != ARC_OK) violation("step %d, said again: %s", step, err.text);
    if (full || step % 8 == 0) {
      CHECK(arc_ledger_verify(scenario_ledger, &err) == ARC_OK, "after step %d: %s", step, err.text);
      if (scenario_reopen() != ARC_OK) return count;
      forget_memory();
      arc_ledger_close(scenario_ledger);
      if (open_ledger(&scenario_ledger) != ARC_OK) return count;
    }
  }
  CHECK(memcmp(state_of(scenario_ledger).head, states[SCENARIO].head, 32) == 0, "the journal came out otherwise");
  arc_ledger_close(scenario_ledger);
  return count;
}

static void test_writes(void) {
  static const size_t sizes[] = {88, 89, 333, 511, 1000, 2048, 4096, 5000};
  unsigned long appends = 0;
  build_scenario();
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (int empty = 0; empty < 2; empty++)
      if (full || !empty || sizes[i] < 1000) appends += check_writes_of(sizes[i], empty);
  unsigned long commands = check_commands();
  printf("write failures: %lu appends and %lu commands that met one; %lu violations\n", appends, commands, violations);
}

/* ---- syncs ---- */

/* The step's sync fails; of its write arrives what `choice` says when the power fails, or all if it does not. */
static void check_sync(const struct disk *before, int step, int drops, const struct disk_choice *choice) {
  arc_error err = ARC_ERROR_INIT;
  int64_t amount;
  disk_copy(&disk, before);
  disk_end_process();
  disk_arm(0);
  forget_memory();
  if (open_ledger(&scenario_ledger) != ARC_OK) return;
  disk_control.sync_fails = 1;
  disk_control.sync_drops = drops;
  arc_status status = scenario_step(scenario_ledger, step, &err);
  CHECK(status == ARC_E_UNKNOWN_OUTCOME, "step %d whose sync failed: %s", step, arc_status_name(status));
  disk_arm(0);
  status = scenario_step(scenario_ledger, step, &err);
  CHECK(status == ARC_E_READ_ONLY, "step %d again after its sync failed: %s", step, arc_status_name(status));
  status = arc_ledger_snapshot(scenario_ledger, &err);
  CHECK(status < 0, "a handle in doubt takes a snapshot");
  status = arc_ledger_balance(scenario_ledger, &amount, NULL, "C1", 2, "USD", ARC_DAY_NONE, &err);
  CHECK(status == (step ? ARC_OK : ARC_E_NOT_FOUND), "a handle in doubt reads with %s", arc_status_name(status));
  arc_ledger_close(scenario_ledger);
  if (choice) {
    struct disk_choice choices[DISK_FILES];
    for (size_t i = 0; i < DISK_FILES; i++) choices[i] = *choice;
    disk_settle(disk.changes, choices);
  }
  size_t found = check_recovered((size_t)step, (size_t)step + 1, "after a failed sync");
  if (open_ledger(&scenario_ledger) != ARC_OK) return;
  status = scenario_step(scenario_ledger, step, &err);
  CHECK(found == (size_t)step ? status == ARC_OK : status == ARC_ALREADY || status == ARC_OK,
        "step %d, reopened: %s", step, arc_status_name(status));
  arc_ledger_close(scenario_ledger);
}

static void test_syncs(void) {
  static struct disk before;
  unsigned long count = 0;
  build_scenario();
  disk_clear();
  for (int step = 0; step < SCENARIO; step++) {
    arc_error err = ARC_ERROR_INIT;
    size_t size = states[step + 1].end - states[step].end;
    forget_memory();
    disk_arm(0);
    disk_copy(&before, &disk);
    for (int drops = 0; drops < 2; drops++) {
      check_sync(&before, step, drops, NULL);
      count++;
      for (size_t byte = 0; byte <= size; byte += full ? 1 : 1 + below(size / 8 + 8), count++) {
        struct disk_choice choice = {0, byte % 2 ? DISK_PREFIX_ZEROS : DISK_PREFIX, byte};
        check_sync(&before, step, drops, &choice);
      }
    }
    disk_copy(&disk, &before);
    disk_end_process();
    disk_arm(0);
    forget_memory();
    if (open_ledger(&scenario_ledger) != ARC_OK) return;
    if (scenario_step(scenario_ledger, step, &err) != ARC_OK) violation("step %d: %s", step, err.text);
    arc_ledger_close(scenario_ledger);
  }
  disk_free(&before);
  printf("sync failures: %lu commands that met one; %lu violations\n", count, violations);
}

/* ---- dropping the journal ---- */

/* After these steps the journal begins anew. */
enum { DROPS = 8 };
static uint64_t begins; /* what was acknowledged: the first record that may be there; 0: any */

static arc_status drop_step(arc_ledger *ledger, int step, arc_error *err) {
  char key[32];
  if (step == 1 || step == 4 || step == 6) return arc_ledger_drop_journal(ledger, err);
  if (step == 3) return arc_ledger_snapshot(ledger, err);
  snprintf(key, sizeof key, "dropped%d", step);
  return post_note(ledger, key, 300);
}

static void drop_run(int remembers) {
  arc_error err = ARC_ERROR_INIT;
  if (open_ledger(&scenario_ledger) != ARC_OK) return;
  for (int step = 0; step < DROPS; step++) {
    arc_status status = drop_step(scenario_ledger, step, &err);
    if (status < 0) violation("step %d of dropping: %s", step, err.text);
    if (remembers) remember_state(scenario_ledger);
    acknowledged = find_state(info_of(scenario_ledger).next_sequence);
    begins = info_of(scenario_ledger).first_sequence;
    if (step == 4 && scenario_reopen() != ARC_OK) return;
  }
  arc_ledger_close(scenario_ledger);
}

/* What was dropped stays so, and no file has it. */
static void check_dropped(const char *when) {
  arc_ledger *ledger;
  if (open_ledger(&ledger) != ARC_OK) return;
  CHECK(info_of(ledger).first_sequence >= begins, "%s: the journal begins at %llu again, not at %llu", when,
        (unsigned long long)info_of(ledger).first_sequence, (unsigned long long)begins);
  arc_ledger_close(ledger);
}

static void check_drop_image(size_t names, size_t file, struct disk_choice choice, const char *when) {
  struct disk_choice choices[DISK_FILES];
  for (size_t i = 0; i < DISK_FILES; i++)
    choices[i] = (struct disk_choice){below(DISK_OPS + 1), (enum disk_tear)below(4), below(70000)};
  choices[file] = choice;
  check_image(names, choices, when);
  check_dropped(when);
}

static void check_drop_crash(void) {
  disk_copy(&crashed, &disk);
  for (size_t names = 0; names <= crashed.changes; names++)
    for (size_t file = 0; file < DISK_FILES; file++) {
      const struct disk_file *f = &crashed.files[file];
      if (!f->used || (!f->op_count && file)) continue;
      for (size_t op = 0; op <= f->op_count; op++) {
        size_t size = op < f->op_count ? f->ops[op].size : 1;
        for (size_t bytes = 0; bytes < size; bytes += 1 + below(full ? 20 : (uint32_t)size / 4 + 1))
          for (int tear = DISK_PREFIX; tear <= DISK_SECTORS; tear++)
            check_drop_image(names, file, (struct disk_choice){op, (enum disk_tear)tear, bytes}, "dropping");
      }
    }
}

/* A sync that fails while dropping: the call says so, and reopened the book is whole. */
static void check_drop_sync(const struct disk *before, unsigned which, int drops) {
  struct disk_choice none[DISK_FILES] = {{0, DISK_PREFIX, 0}};
  arc_error err = ARC_ERROR_INIT;
  disk_copy(&disk, before);
  disk_end_process();
  disk_arm(0);
  forget_memory();
  if (open_ledger(&scenario_ledger) != ARC_OK) return;
  if (drop_step(scenario_ledger, 0, &err) != ARC_OK) violation("a note is refused: %s", err.text);
  size_t least = find_state(info_of(scenario_ledger).next_sequence);
  disk_control.sync_fails = which;
  disk_control.sync_drops = drops;
  arc_status status = arc_ledger_drop_journal(scenario_ledger, &err);
  unsigned long failed = disk_control.failed;
  disk_arm(0);
  CHECK(!failed || status < 0, "sync %u failed, and dropping says %s", which, arc_status_name(status));
  CHECK(failed || status == ARC_OK, "dropping says %s: %s", arc_status_name(status), err.text);
  arc_ledger_close(scenario_ledger);
  disk_copy(&crashed, &disk);
  for (int lost = 0; lost < 2; lost++) {
    disk_copy(&disk, &crashed);
    disk_end_process();
    if (lost) disk_settle(0, none);
    check_recovered(failed ? least : least + 1, least + 1, "after a sync failed while dropping");
    check_goes_on("after a sync failed while dropping");
  }
}

static void test_drop(void) {
  static struct disk before;
  build_scenario();
  disk_copy(&before, &disk);
  disk_arm(0);
  forget_memory();
  drop_run(1);
  unsigned long calls = disk_control.calls;
  if (violations) exit(1);
  for (unsigned long at = 1; at <= calls; at++) {
    disk_copy(&disk, &before);
    disk_end_process();
    disk_arm(at);
    forget_memory();
    acknowledged = state_count - 1;
    begins = 0;
    acknowledged = find_state(states[SCENARIO].next_seq);
    if (setjmp(disk_control.crash) == 0) {
      drop_run(0);
      violation("call %lu was not met", at);
    } else {
      check_drop_crash();
    }
  }
  unsigned long syncs = 0;
  for (unsigned which = 1; which < 8; which++)
    for (int drops = 0; drops < 2; drops++, syncs++) check_drop_sync(&before, which, drops);
  disk_free(&crashed);
  disk_free(&before);
  printf("crash points: %lu calls of the system while a journal is dropped three times, %lu images of the disk after "
         "a crash, %lu crashes during recovery, %lu failed syncs; %lu violations\n",
         calls, images, nested, syncs, violations);
}

/* ---- */

int main(int argc, char **argv) {
  uint64_t first_seed;
  part = argc > 1 ? argv[1] : "";
  for (int i = 2; i < argc; i++) {
    if (strcmp(argv[i], "--full") == 0) full = 1;
    else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) seed = strtoull(argv[++i], NULL, 10) * 2 + 1;
  }
  first_seed = seed;
  arena = malloc(ARENA);
  if (!arena) return 2;
  if (strcmp(part, "bytes") == 0) test_bytes();
  else if (strcmp(part, "calls") == 0) test_calls();
  else if (strcmp(part, "writes") == 0) test_writes();
  else if (strcmp(part, "syncs") == 0) test_syncs();
  else if (strcmp(part, "drop") == 0) test_drop();
  else return fprintf(stderr, "usage: crash_file bytes|calls|writes|syncs|drop [--full] [--seed S]\n"), 2;
  if (violations) fprintf(stderr, "crash_file %s: seed %llu\n", part, (unsigned long long)(first_seed - 1) / 2);
  disk_clear();
  free(states);
  free(arena);
  return violations != 0;
}
