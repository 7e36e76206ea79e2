/* The conformance kit: the library's storages and the SQLite example pass it, and for each clause
 * there is a storage, broken in one way, that fails it. Where fsync can be replaced, it is
 * replaced, to make it fail. */
#if !defined(_WIN32)
#define _DEFAULT_SOURCE 1
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

#include "arcollect.h"
#include "arcollect/conformance.h"

#include "../support/calls.h"

#ifdef ARC_TEST_SQLITE
#include "../../examples/storage_sqlite/storage_sqlite.h"
#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- what a run said ---- */

#define CLAUSES 22

struct results {
  arc_conformance_result rows[CLAUSES + 10];
  size_t count;
};

static void keep_result(struct results *results, const arc_conformance_result *result) {
  static const char *const words[] = {"passed", "FAILED", "skipped"};
  assert_int_equal(result->struct_size, sizeof *result);
  assert_true(results->count < sizeof results->rows / sizeof *results->rows);
  assert_true(result->outcome >= 0 && result->outcome <= 2);
  assert_true(result->clause[0] && result->promise[0]);
  assert_true(result->outcome == ARC_CONFORMANCE_PASSED || result->text[0]);
  results->rows[results->count++] = *result;
  print_message("  %-7s %-21s %s\n", words[result->outcome], result->clause, result->text);
}

static const arc_conformance_result *find_result(const struct results *results,
                                                 const char *clause) {
  for (size_t i = 0; i < results->count; i++)
    if (strcmp(results->rows[i].clause, clause) == 0) return &results->rows[i];
  fail_msg("no clause %s", clause);
  return NULL;
}

/* Everything passed but what is named here, each name followed by a blank. */
static void assert_skipped_only(const struct results *results, const char *skipped) {
  size_t found = 0, expected = 0;
  for (const char *at = skipped; *at; at++)
    expected += *at == ' ';
  assert_int_equal(results->count, CLAUSES);
  for (size_t i = 0; i < results->count; i++) {
    char name[40];
    snprintf(name, sizeof name, "%s ", results->rows[i].clause);
    if (results->rows[i].outcome == ARC_CONFORMANCE_SKIPPED && strstr(skipped, name))
      found++;
    else
      assert_int_equal(results->rows[i].outcome, ARC_CONFORMANCE_PASSED);
  }
  assert_int_equal(found, expected);
}

/* ---- the storage in memory ---- */

struct memory_place {
  struct results results;
  arc_storage storage;
  int full; /* no memory */
};

static void *memory_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
  const struct memory_place *place = user;
  (void)old_size;
  if (new_size) return place->full ? NULL : realloc(ptr, new_size);
  free(ptr);
  return NULL;
}

static arc_status memory_open(void *user, arc_storage *out, arc_error *err) {
  struct memory_place *place = user;
  arc_allocator allocator = {(uint32_t)sizeof allocator, 0, place, memory_resize};
  if (!place->storage.append) {
    arc_status status = call_memory(&place->storage, &allocator, err);
    if (status < 0) return status;
  }
  *out = place->storage;
  out->close = NULL; /* what is stored outlives the handle */
  return ARC_OK;
}

static arc_status memory_wipe(void *user) {
  struct memory_place *place = user;
  if (place->storage.close) place->storage.close(place->storage.user);
  memset(&place->storage, 0, sizeof place->storage);
  return ARC_OK;
}

static arc_status memory_crash(void *user, arc_storage *storage) {
  (void)user, (void)storage;
  return ARC_OK;
}

static arc_status memory_fail(void *user, int32_t how) {
  struct memory_place *place = user;
  if (how > ARC_CONFORMANCE_NO_SPACE) return ARC_DONE;
  place->full = how == ARC_CONFORMANCE_NO_SPACE;
  return ARC_OK;
}

static void memory_report(void *user, const arc_conformance_result *result) {
  keep_result(&((struct memory_place *)user)->results, result);
}

static void test_memory(void **state) {
  struct memory_place *place = calloc(1, sizeof *place);
  arc_conformance_host host = ARC_CONFORMANCE_HOST_INIT;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  host.user = place;
  host.open = memory_open;
  host.wipe = memory_wipe;
  host.report = memory_report;
  assert_int_equal(arc_conformance_run(&host, &err), ARC_OK);
  assert_skipped_only(&place->results,
                      "crash torn-tail snapshot-failed drop-failed no-space write-error sync-error ");
  host.crash = memory_crash;
  host.fail = memory_fail;
  place->results.count = 0;
  assert_int_equal(arc_conformance_run(&host, &err), ARC_OK);
  assert_skipped_only(&place->results, "torn-tail drop-failed write-error sync-error ");
  memory_wipe(place);
  free(place);
}

static void test_host_is_checked(void **state) {
  arc_conformance_host host = ARC_CONFORMANCE_HOST_INIT;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  assert_int_equal(arc_conformance_run(NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_conformance_run(&host, &err), ARC_E_INVALID);
  assert_int_equal(err.status, ARC_E_INVALID);
  host.open = memory_open;
  assert_int_equal(arc_conformance_run(&host, NULL), ARC_E_INVALID);
  host.wipe = memory_wipe;
  host.struct_size++;
  assert_int_equal(arc_conformance_run(&host, &err), ARC_E_ABI);
  host.struct_size = 0;
  assert_int_equal(arc_conformance_run(&host, &err), ARC_E_INVALID);
}

/* ---- storages in files ---- */

#if defined(__linux__)

static struct {
  int fails;
  size_t calls;
} syncs;

static int sync_or_fail(void) {
  syncs.calls++;
  if (!syncs.fails) return 0;
  errno = EIO;
  return -1;
}

int fdatasync(int file) {
  (void)file;
  return sync_or_fail();
}

int fsync(int file) {
  (void)file;
  return sync_or_fail();
}

static void limit_file_size(rlim_t size) {
  struct rlimit limit;
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = size;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

#define FILES 5

struct file_place {
  struct results results;
  char paths[FILES][300]; /* the main one first */
  int is_sqlite;
#ifdef ARC_TEST_SQLITE
  sqlite3 *attached; /* the host's own connection; NULL: the storage has one */
  int attaches;
  void (*close)(void *user);
#endif
};

static struct file_place *file_place_new(const char *name, const char *const suffixes[FILES]) {
  struct file_place *place = calloc(1, sizeof *place);
  const char *folder = getenv("TMPDIR");
  assert_non_null(place);
  for (size_t i = 0; i < FILES; i++)
    snprintf(place->paths[i], sizeof place->paths[i], "%s/arcollect_conformance_%u_%s%s",
             folder ? folder : "/tmp", (unsigned)getpid(), name, suffixes[i]);
  return place;
}

static arc_status file_wipe(void *user) {
  struct file_place *place = user;
  for (size_t i = 0; i < FILES; i++)
    remove(place->paths[i]);
  return ARC_OK;
}

/* Closing may write; what was in the files before is what a crash leaves. */
static arc_status file_crash(void *user, arc_storage *storage) {
  struct file_place *place = user;
  char *bytes[FILES] = {0};
  size_t sizes[FILES];
  for (size_t i = 0; i < FILES; i++) {
    FILE *file = fopen(place->paths[i], "rb");
    struct stat status;
    if (!file) continue;
    assert_int_equal(fstat(fileno(file), &status), 0);
    sizes[i] = (size_t)status.st_size;
    bytes[i] = malloc(sizes[i] + 1);
    assert_int_equal(fread(bytes[i], 1, sizes[i], file), sizes[i]);
    fclose(file);
  }
  storage->close(storage->user);
  file_wipe(place);
  for (size_t i = 0; i < FILES; i++) {
    if (!bytes[i]) continue;
    FILE *file = fopen(place->paths[i], "wb");
    assert_int_equal(fwrite(bytes[i], 1, sizes[i], file), sizes[i]);
    fclose(file);
    free(bytes[i]);
  }
  return ARC_OK;
}

static arc_status file_tear(void *user, size_t size, size_t keep) {
  struct file_place *place = user;
  struct stat status;
  assert_int_equal(stat(place->paths[0], &status), 0);
  return truncate(place->paths[0], status.st_size - (off_t)(size - keep)) == 0 ? ARC_OK
                                                                               : ARC_E_HOST;
}

/* Out of space some bytes still arrive, and none in the middle of a write error. */
static arc_status file_fail(void *user, int32_t how) {
  struct file_place *place = user;
  struct stat status;
  assert_int_equal(stat(place->paths[0], &status), 0);
  syncs.fails = how == ARC_CONFORMANCE_SYNC_ERROR;
  limit_file_size(how == ARC_CONFORMANCE_NO_SPACE      ? (rlim_t)status.st_size + 100
                  : how == ARC_CONFORMANCE_WRITE_ERROR ? 50
                                                       : RLIM_INFINITY);
  return ARC_OK;
}

static void file_report(void *user, const arc_conformance_result *result) {
  keep_result(&((struct file_place *)user)->results, result);
}

static arc_conformance_host file_host(struct file_place *place) {
  arc_conformance_host host = ARC_CONFORMANCE_HOST_INIT;
  host.user = place;
  host.wipe = file_wipe;
  host.crash = file_crash;
  host.fail = file_fail;
  host.report = file_report;
  return host;
}

static arc_status file_open(void *user, arc_storage *out, arc_error *err) {
  struct file_place *place = user;
  return call_file(out, place->paths[0], NULL, err);
}

static void test_file(void **state) {
  static const char *const suffixes[FILES] = {"", ".snapshot", ".snapshot.tmp", "_", "__"};
  struct file_place *place = file_place_new("journal", suffixes);
  arc_conformance_host host = file_host(place);
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  host.open = file_open;
  host.tear = file_tear;
  assert_int_equal(arc_conformance_run(&host, &err), ARC_OK);
  assert_skipped_only(&place->results, "");
  assert_true(strstr(find_result(&place->results, "two-writers")->text, "single writer") != NULL);
  assert_true(syncs.calls > 10000);
  file_wipe(place);
  free(place);
}

/* ---- SQLite ---- */

#ifdef ARC_TEST_SQLITE

static arc_status sqlite_open(void *user, arc_storage *out, arc_error *err) {
  struct file_place *place = user;
  return storage_sqlite_open(out, place->paths[0], err);
}

static const char *const sqlite_suffixes[FILES] = {"", "-wal", "-shm", "-journal", "_"};

static void test_sqlite(void **state) {
  struct file_place *place = file_place_new("db", sqlite_suffixes);
  arc_conformance_host host = file_host(place);
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  host.open = sqlite_open;
  syncs.calls = 0;
  assert_int_equal(arc_conformance_run(&host, &err), ARC_OK);
  assert_skipped_only(&place->results, syncs.calls ? "torn-tail " : "torn-tail sync-error ");
  file_wipe(place);
  free(place);
}

/* On connections of the host's, with a rollback journal, and full where SQLite says so. */
struct attached {
  arc_storage storage;
  struct file_place *place;
  sqlite3 *db;
};

static int32_t attached_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes,
                               size_t size) {
  struct attached *a = user;
  return a->storage.append(a->storage.user, first_seq, count, bytes, size);
}

static int32_t attached_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap,
                             size_t *size) {
  struct attached *a = user;
  return a->storage.read(a->storage.user, first_seq, offset, buf, cap, size);
}

static int32_t attached_save(void *user, uint64_t next_seq, const void *bytes, size_t size) {
  struct attached *a = user;
  return a->storage.save_snapshot(a->storage.user, next_seq, bytes, size);
}

static int32_t attached_load(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset,
                             void *buf, size_t cap, size_t *size) {
  struct attached *a = user;
  return a->storage.load_snapshot(a->storage.user, next_seq, total, offset, buf, cap, size);
}

static void attached_close(void *user) {
  struct attached *a = user;
  a->storage.close(a->storage.user);
  assert_int_equal(sqlite3_close(a->db), SQLITE_OK);
  if (a->place->attached == a->db) a->place->attached = NULL;
  free(a);
}

static arc_status attached_open(void *user, arc_storage *out, arc_error *err) {
  struct attached *a = calloc(1, sizeof *a);
  a->place = user;
  assert_int_equal(sqlite3_open(a->place->paths[0], &a->db), SQLITE_OK);
  assert_int_equal(storage_sqlite_attach(&a->storage, a->db, err), ARC_OK);
  a->place->attached = a->db;
  *out = (arc_storage){
      (uint32_t)sizeof *out, 0, a, attached_append, attached_read, attached_save, attached_load,
      attached_close, NULL};
  return ARC_OK;
}

static arc_status attached_fail(void *user, int32_t how) {
  struct file_place *place = user;
  if (how == ARC_CONFORMANCE_NO_SPACE)
    return sqlite3_exec(place->attached, "PRAGMA max_page_count = 1", NULL, NULL, NULL) == SQLITE_OK
               ? ARC_OK
               : ARC_E_HOST;
  sqlite3_exec(place->attached, "PRAGMA max_page_count = 1000000", NULL, NULL, NULL);
  return file_fail(user, how);
}

static void test_sqlite_attached(void **state) {
  struct file_place *place = file_place_new("attached", sqlite_suffixes);
  arc_conformance_host host = file_host(place);
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  host.open = attached_open;
  host.fail = attached_fail;
  syncs.calls = 0;
  assert_int_equal(arc_conformance_run(&host, &err), ARC_OK);
  assert_skipped_only(&place->results, syncs.calls ? "torn-tail drop drop-failed " : "torn-tail drop drop-failed sync-error ");
  file_wipe(place);
  free(place);
}

#endif
#endif

/* ---- a storage that is broken in one way ---- */

enum fault {
  SOUND,
  NOTHING_IS_AN_ERROR,
  STREAM_ENDS_WITH_ITS_COMMIT,
  OFFSET_IS_TAKEN_FOR_GRANTED,
  UNKNOWN_IS_EMPTY,
  END_IS_AN_EMPTY_PIECE,
  OLD_COMMIT_IS_FINE,
  CLOSE_LOSES_THE_LAST,
  CRASH_LOSES_THE_LAST,
  TORN_COMMIT_COUNTS,
  RETRY_IS_FINE,
  EACH_HANDLE_COUNTS_ALONE,
  SNAPSHOT_FROM_ITS_START,
  SNAPSHOT_GROWS_ONLY,
  FAILED_SNAPSHOT_REPLACES,
  DROP_KEEPS,
  FAILED_DROP_DROPS_HALF,
  FULL_STORES_NEVERTHELESS,
  UNWRITTEN_IS_ACKNOWLEDGED,
  UNSYNCED_IS_DENIED,
  LARGE_IS_CUT,
  MANY_ARE_REFUSED,
  LARGE_READ_IS_WRONG,
  FAULTS
};

static const char *const broken_clauses[FAULTS] = {NULL,
                                                   "empty",
                                                   "read-pieces",
                                                   "read-offsets",
                                                   "read-unknown",
                                                   "read-past-end",
                                                   "conflict",
                                                   "durable",
                                                   "crash",
                                                   "torn-tail",
                                                   "lost-acknowledgement",
                                                   "two-writers",
                                                   "snapshot-pieces",
                                                   "snapshot-replaced",
                                                   "snapshot-failed",
                                                   "drop",
                                                   "drop-failed",
                                                   "no-space",
                                                   "write-error",
                                                   "sync-error",
                                                   "large-commit",
                                                   "many-commits",
                                                   "ledger-life"};

struct stored {
  uint64_t first_seq;
  uint32_t count;
  size_t size;
};

struct broken_place {
  struct results results;
  enum fault fault;
  arc_storage memory;
  struct stored *stored;
  size_t count, capacity;
  int dropped; /* the beginning */
  size_t snapshot_size;
  int32_t how; /* the medium fails */
};

struct broken {
  struct broken_place *place;
  uint64_t next;       /* what this handle takes for the next number */
  uint64_t stream, at; /* where its last read ended */
};

static int32_t place_append(struct broken_place *p, uint64_t first_seq, uint32_t count,
                            const void *bytes, size_t size) {
  int32_t code = p->memory.append(p->memory.user, first_seq, count, bytes, size);
  if (code != ARC_OK) return code;
  if (p->count == p->capacity) {
    p->capacity = 2 * p->capacity + 16;
    p->stored = realloc(p->stored, p->capacity * sizeof *p->stored);
    assert_non_null(p->stored);
  }
  p->stored[p->count++] = (struct stored){first_seq, count, size};
  return ARC_OK;
}

static uint64_t place_next(const struct broken_place *p) {
  return p->count ? p->stored[p->count - 1].first_seq + p->stored[p->count - 1].count : 1;
}

/* Cuts the last commit; nothing of it stays if keep is 0. */
static void place_cut(struct broken_place *p, size_t keep) {
  arc_storage old = p->memory;
  size_t count = p->count;
  if (count == 0 || p->dropped) return; /* that loses the last in other clauses */
  assert_int_equal(call_memory(&p->memory, NULL, NULL), ARC_OK);
  p->count = 0;
  for (size_t i = 0; i < count; i++) {
    size_t size = i + 1 < count ? p->stored[i].size : keep, got = 0, given;
    char *bytes = malloc(size + 1);
    for (; got < size; got += given)
      assert_int_equal(
          old.read(old.user, p->stored[i].first_seq, got, bytes + got, size - got, &given), ARC_OK);
    if (size)
      assert_int_equal(place_append(p, p->stored[i].first_seq, p->stored[i].count, bytes, size),
                       ARC_OK);
    free(bytes);
  }
  old.close(old.user);
}

static int32_t broken_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes,
                             size_t size) {
  struct broken *b = user;
  struct broken_place *p = b->place;
  uint64_t next = place_next(p);
  if (p->fault == OLD_COMMIT_IS_FINE && first_seq < next) return ARC_OK;
  if (p->fault == RETRY_IS_FINE && p->count && first_seq == p->stored[p->count - 1].first_seq &&
      b->next == next)
    return ARC_OK;
  if (p->fault == EACH_HANDLE_COUNTS_ALONE && first_seq == b->next && first_seq < next) {
    b->next += count;
    return ARC_OK;
  }
  if (p->fault == LARGE_IS_CUT && size > 1000000) size = 1000000;
  if (p->fault == MANY_ARE_REFUSED && p->count == 5000) return 28;
  if (first_seq != next) return ARC_E_CONFLICT;
  switch (p->how) {
  case ARC_CONFORMANCE_NO_SPACE:
    if (p->fault == FULL_STORES_NEVERTHELESS) place_append(p, first_seq, count, bytes, size);
    return 28;
  case ARC_CONFORMANCE_WRITE_ERROR:
    return p->fault == UNWRITTEN_IS_ACKNOWLEDGED ? ARC_OK : ARC_E_STORAGE;
  case ARC_CONFORMANCE_SYNC_ERROR:
    place_append(p, first_seq, count, bytes, size);
    return p->fault == UNSYNCED_IS_DENIED ? ARC_E_STORAGE : ARC_E_UNKNOWN_OUTCOME;
  default:
    b->next =
        first_seq + count + (p->fault == RETRY_IS_FINE); /* a handle that appended knows better */
    return place_append(p, first_seq, count, bytes, size);
  }
}

static int32_t broken_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap,
                           size_t *size) {
  struct broken *b = user;
  struct broken_place *p = b->place;
  *size = 0;
  if (p->fault == NOTHING_IS_AN_ERROR && p->count == 0) return ARC_E_NOT_FOUND;
  if (p->fault == OFFSET_IS_TAKEN_FOR_GRANTED && offset && first_seq == b->stream) offset = b->at;
  for (size_t i = 0; p->fault == STREAM_ENDS_WITH_ITS_COMMIT && i < p->count; i++) {
    if (p->stored[i].first_seq != first_seq) continue;
    if (offset >= p->stored[i].size) return ARC_DONE;
    if (cap > p->stored[i].size - offset) cap = (size_t)(p->stored[i].size - offset);
  }
  int32_t code = p->memory.read(p->memory.user, first_seq, offset, buf, cap, size);
  b->stream = first_seq;
  b->at = offset + *size;
  if (p->fault == LARGE_READ_IS_WRONG && cap >= 100000 && *size)
    ((unsigned char *)buf)[*size - 1] ^= 1;
  if (p->fault == UNKNOWN_IS_EMPTY && code == ARC_E_NOT_FOUND) return ARC_DONE;
  if (p->fault == END_IS_AN_EMPTY_PIECE && code == ARC_DONE) return ARC_OK;
  return code;
}

static int32_t broken_save(void *user, uint64_t next_seq, const void *bytes, size_t size) {
  struct broken_place *p = ((struct broken *)user)->place;
  if (p->fault == SNAPSHOT_GROWS_ONLY && size < p->snapshot_size) return ARC_OK;
  if (p->how && p->fault == FAILED_SNAPSHOT_REPLACES)
    p->memory.save_snapshot(p->memory.user, next_seq, bytes, size / 2);
  if (p->how) return 28;
  p->snapshot_size = size;
  return p->memory.save_snapshot(p->memory.user, next_seq, bytes, size);
}

static int32_t broken_load(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset,
                           void *buf, size_t cap, size_t *size) {
  struct broken_place *p = ((struct broken *)user)->place;
  if (p->fault == SNAPSHOT_FROM_ITS_START) offset = 0;
  return p->memory.load_snapshot(p->memory.user, next_seq, total, offset, buf, cap, size);
}

static int32_t broken_drop(void *user, uint64_t first_seq) {
  struct broken_place *p = ((struct broken *)user)->place;
  if (p->fault == DROP_KEEPS) return ARC_OK;
  if (p->how && p->fault == FAILED_DROP_DROPS_HALF) p->memory.drop(p->memory.user, p->stored[2].first_seq);
  if (p->how) return 28;
  p->dropped = 1;
  return p->memory.drop(p->memory.user, first_seq);
}

static void broken_close(void *user) {
  struct broken *b = user;
  if (b->place->fault == CLOSE_LOSES_THE_LAST) place_cut(b->place, 0);
  free(b);
}

static arc_status broken_open(void *user, arc_storage *out, arc_error *err) {
  struct broken *b = calloc(1, sizeof *b);
  (void)err;
  b->place = user;
  b->next = place_next(b->place);
  *out = (arc_storage){(uint32_t)sizeof *out, 0,           b,           broken_append,
                       broken_read,           broken_save, broken_load, broken_close, broken_drop};
  return ARC_OK;
}

static arc_status broken_wipe(void *user) {
  struct broken_place *p = user;
  if (p->memory.close) p->memory.close(p->memory.user);
  p->count = p->snapshot_size = 0;
  p->dropped = 0;
  return call_memory(&p->memory, NULL, NULL);
}

static arc_status broken_crash(void *user, arc_storage *storage) {
  struct broken_place *p = user;
  if (p->fault == CRASH_LOSES_THE_LAST) place_cut(p, 0);
  free(storage->user);
  return ARC_OK;
}

static arc_status broken_tear(void *user, size_t size, size_t keep) {
  struct broken_place *p = user;
  if (keep < size) place_cut(p, p->fault == TORN_COMMIT_COUNTS ? keep : 0);
  return ARC_OK;
}

static arc_status broken_fail(void *user, int32_t how) {
  ((struct broken_place *)user)->how = how;
  return ARC_OK;
}

static void broken_report(void *user, const arc_conformance_result *result) {
  keep_result(&((struct broken_place *)user)->results, result);
}

static void run_broken(enum fault fault, struct broken_place *place, arc_status expected,
                       arc_error *err) {
  arc_conformance_host host = ARC_CONFORMANCE_HOST_INIT;
  memset(place, 0, sizeof *place);
  place->fault = fault;
  host.user = place;
  host.open = broken_open;
  host.wipe = broken_wipe;
  host.crash = broken_crash;
  host.tear = broken_tear;
  host.fail = broken_fail;
  host.report = broken_report;
  assert_int_equal(arc_conformance_run(&host, err), expected);
  place->memory.close(place->memory.user);
  free(place->stored);
  assert_int_equal(place->results.count, CLAUSES);
}

static void test_broken(void **state) {
  struct broken_place *place = calloc(1, sizeof *place);
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  assert_int_equal(FAULTS, CLAUSES + 1);
  run_broken(SOUND, place, ARC_OK, &err);
  assert_skipped_only(&place->results, "");
  for (int fault = SOUND + 1; fault < FAULTS; fault++) {
    print_message("broken: %s\n", broken_clauses[fault]);
    run_broken((enum fault)fault, place, ARC_E_STORAGE, &err);
    assert_int_equal(find_result(&place->results, broken_clauses[fault])->outcome,
                     ARC_CONFORMANCE_FAILED);
    size_t first = 0;
    while (place->results.rows[first].outcome != ARC_CONFORMANCE_FAILED)
      first++;
    assert_memory_equal(err.text, place->results.rows[first].clause,
                        strlen(place->results.rows[first].clause));
  }
  free(place);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_host_is_checked),
    cmocka_unit_test(test_memory),
#if defined(__linux__)
    cmocka_unit_test(test_file),
#ifdef ARC_TEST_SQLITE
    cmocka_unit_test(test_sqlite),
    cmocka_unit_test(test_sqlite_attached),
#endif
#endif
    cmocka_unit_test(test_broken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
