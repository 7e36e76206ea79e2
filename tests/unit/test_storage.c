/* The storages: one contract for all of them, then what each promises beyond it. With
 * ARC_TEST_SQLITE defined, the SQLite example takes part. The system's fdatasync is replaced here,
 * to count it and to make it fail. */
#if !defined(_WIN32)
#define _DEFAULT_SOURCE 1
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

#include "arcollect/storage.h"

#include "journal.h"

#ifdef ARC_TEST_SQLITE
#include "../../examples/storage_sqlite/storage_sqlite.h"
#endif

#include "../support/test_heap.h"
#include "../support/calls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a book of commits ---- */

#define COMMITS 12

struct book {
  unsigned char *bytes;
  size_t size;
  size_t ends[COMMITS];
  uint64_t first_seqs[COMMITS];
  uint32_t counts[COMMITS];
  uint64_t next_seq;
};

static size_t begin_of(const struct book *book, size_t commit) {
  return commit ? book->ends[commit - 1] : 0;
}

static const unsigned char *commit_bytes(const struct book *book, size_t commit) {
  return book->bytes + begin_of(book, commit);
}

static size_t commit_size(const struct book *book, size_t commit) {
  return book->ends[commit] - begin_of(book, commit);
}

/* Commits of 1 to 3 records; `salt` tells books apart, `bulk` makes one commit that large. */
static struct book *book_new(unsigned salt, size_t bulk) {
  struct book *book = calloc(1, sizeof *book);
  unsigned char *payload = calloc(1, bulk + 64);
  arc__heap heap;
  arc__buffer b;
  arc__commit commit = {0};
  assert_non_null(book);
  assert_non_null(payload);
  assert_int_equal(arc__heap_init(&heap, NULL, NULL), ARC_OK);
  arc__buffer_init(&b, &heap);
  book->next_seq = 1;
  for (size_t i = 0; i < COMMITS; i++) {
    book->counts[i] = (uint32_t)(1 + (i + salt) % 3);
    book->first_seqs[i] = book->next_seq;
    commit.first_seq = book->next_seq;
    arc__commit_begin(&b);
    for (uint32_t r = 0; r < book->counts[i]; r++, book->next_seq++) {
      memset(payload, (int)(book->next_seq * 7 + salt), bulk + 64);
      arc__commit_record(&b, 1, 1, payload, (i == 5 ? bulk : 0) + (size_t)(book->next_seq % 30));
    }
    assert_int_equal(arc__commit_finish(&b, &commit, NULL), ARC_OK);
    book->bytes = realloc(book->bytes, book->size + b.size);
    assert_non_null(book->bytes);
    memcpy(book->bytes + book->size, b.data, b.size);
    book->size += b.size;
    book->ends[i] = book->size;
  }
  arc__buffer_free(&b);
  free(payload);
  return book;
}

static void book_free(struct book *book) {
  free(book->bytes);
  free(book);
}

static int32_t append(arc_storage *storage, const struct book *book, size_t commit) {
  return storage->append(storage->user, book->first_seqs[commit], book->counts[commit],
                         commit_bytes(book, commit), commit_size(book, commit));
}

static void append_all(arc_storage *storage, const struct book *book, size_t from, size_t to) {
  for (size_t i = from; i < to; i++)
    assert_int_equal(append(storage, book, i), ARC_OK);
}

/* Reads a stream to its end in pieces and compares. */
static void assert_stream(arc_storage *storage, uint64_t first_seq, const unsigned char *bytes,
                          size_t size, size_t piece) {
  unsigned char *buf = malloc(piece);
  size_t got = 0, given;
  assert_non_null(buf);
  for (;;) {
    memset(buf, 0xee, piece);
    int32_t status = storage->read(storage->user, first_seq, got, buf, piece, &given);
    if (status == ARC_DONE) break;
    assert_int_equal(status, ARC_OK);
    assert_true(given >= 1 && given <= piece && given <= size - got);
    assert_memory_equal(buf, bytes + got, given);
    got += given;
  }
  assert_int_equal(given, 0);
  assert_int_equal(got, size);
  free(buf);
}

static void assert_holds(arc_storage *storage, const struct book *book, size_t commits) {
  assert_stream(storage, 1, book->bytes, commits ? book->ends[commits - 1] : 0, 4096);
}

static int32_t read_byte(arc_storage *storage, uint64_t first_seq, uint64_t offset) {
  unsigned char byte;
  size_t size = 77;
  int32_t status = storage->read(storage->user, first_seq, offset, &byte, 1, &size);
  assert_int_equal(size, status == ARC_OK ? 1 : 0);
  return status;
}

static arc_status count_record(void *user, uint64_t seq, int64_t instant, uint16_t type,
                               uint16_t version, const unsigned char *payload, size_t size,
                               arc_error *err) {
  (void)seq, (void)instant, (void)type, (void)version, (void)payload, (void)size, (void)err;
  ++*(uint64_t *)user;
  return ARC_OK;
}

/* Scans from the first record on; *bad is the record that the scan complains about. */
static arc_status scan(arc_storage *storage, uint64_t *records, uint64_t *bad) {
  arc__heap heap;
  arc__scan s = {.next_seq = 1};
  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc__heap_init(&heap, NULL, NULL), ARC_OK);
  *records = 0;
  arc_status status = arc__journal_scan(storage, &heap, &s, 0, count_record, records, &err);
  *bad = err.record;
  return status;
}

/* ---- files ---- */

static const char *path_of(const char *suffix) {
  static char paths[4][300];
  static unsigned turn;
  char *path = paths[turn++ % 4];
#ifdef _WIN32
  snprintf(path, sizeof paths[0], "arcollect_test_storage%s", suffix);
#else
  const char *folder = getenv("TMPDIR");
  snprintf(path, sizeof paths[0], "%s/arcollect_test_storage_%u%s", folder ? folder : "/tmp",
           (unsigned)getpid(), suffix);
#endif
  return path;
}

static void remove_files(void) {
  static const char *const suffixes[] = {"",        ".snapshot", ".snapshot.tmp", ".db",
                                         ".db-wal", ".db-shm",   ".db-journal"};
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
    remove(path_of(suffixes[i]));
}

static int clean(void **state) {
  (void)state;
  remove_files();
  return 0;
}

static void write_file(const char *suffix, const void *bytes, size_t size) {
  FILE *file = fopen(path_of(suffix), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

static unsigned char *read_file(const char *suffix, size_t *size) {
  FILE *file = fopen(path_of(suffix), "rb");
  unsigned char *bytes = calloc(1, (size_t)1 << 20);
  assert_non_null(file);
  assert_non_null(bytes);
  *size = fread(bytes, 1, (size_t)1 << 20, file);
  assert_int_equal(fclose(file), 0);
  return bytes;
}

static void assert_file(const char *suffix, const void *bytes, size_t size) {
  size_t have;
  unsigned char *got = read_file(suffix, &have);
  assert_int_equal(have, size);
  if (size) assert_memory_equal(got, bytes, size);
  free(got);
}

static arc_storage open_file(void) {
  arc_storage storage;
  arc_error err = ARC_ERROR_INIT;
  arc_status status = call_file(&storage, path_of(""), NULL, &err);
  if (status != ARC_OK) fail_msg("%d: %s", status, err.text);
  return storage;
}

/* ---- the contract, for every storage ---- */

struct kind {
  const char *name;
  int kept; /* what was stored is there after opening again */
  arc_status (*open)(arc_storage *out, arc_error *err);
};

static arc_status open_memory_kind(arc_storage *out, arc_error *err) {
  return call_memory(out, NULL, err);
}

static arc_status open_file_kind(arc_storage *out, arc_error *err) {
  return call_file(out, path_of(""), NULL, err);
}

#ifdef ARC_TEST_SQLITE
static arc_status open_sqlite_kind(arc_storage *out, arc_error *err) {
  return storage_sqlite_open(out, path_of(".db"), err);
}

static sqlite3 *attached;

static void close_attached(void *user) {
  (void)user;
  sqlite3_close(attached);
}

static void (*close_storage)(void *user);

static void close_attached_kind(void *user) {
  close_storage(user);
  close_attached(NULL);
}

static arc_status open_attached_kind(arc_storage *out, arc_error *err) {
  assert_int_equal(sqlite3_open(path_of(".db"), &attached), SQLITE_OK);
  arc_status status = storage_sqlite_attach(out, attached, err);
  close_storage = out->close;
  out->close = close_attached_kind;
  return status;
}
#endif

static const struct kind kinds[] = {
    {"memory", 0, open_memory_kind},
    {"file", 1, open_file_kind},
#ifdef ARC_TEST_SQLITE
    {"SQLite", 1, open_sqlite_kind},
    {"SQLite on the host's connection", 1, open_attached_kind},
#endif
};

static arc_storage open_kind(const struct kind *kind) {
  arc_storage storage;
  arc_error err = ARC_ERROR_INIT;
  arc_status status = kind->open(&storage, &err);
  if (status != ARC_OK) fail_msg("%s: %d %s", kind->name, status, err.text);
  assert_int_equal(storage.struct_size, sizeof storage);
  assert_int_equal(storage.flags, 0);
  return storage;
}

static void contract_empty(const struct kind *kind) {
  arc_storage storage = open_kind(kind);
  uint64_t next_seq, total;
  size_t size;
  unsigned char byte;
  assert_int_equal(read_byte(&storage, 1, 0), ARC_DONE);
  assert_int_equal(read_byte(&storage, 1, 100), ARC_DONE);
  assert_int_equal(read_byte(&storage, 0, 0), ARC_DONE);
  assert_int_equal(read_byte(&storage, 2, 0), ARC_E_NOT_FOUND);
  assert_int_equal(read_byte(&storage, UINT64_MAX, 0), ARC_E_NOT_FOUND);
  assert_int_equal(storage.load_snapshot(storage.user, &next_seq, &total, 0, &byte, 1, &size),
                   ARC_DONE);
  storage.close(storage.user);
}

static void contract_reads(const struct kind *kind) {
  static const size_t pieces[] = {1, 7, 4096, (size_t)1 << 20};
  struct book *book = book_new(0, 20000);
  arc_storage storage = open_kind(kind);
  append_all(&storage, book, 0, COMMITS);
  for (int again = 0; again <= kind->kept; again++) {
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
      for (size_t i = 0; i < COMMITS; i++)
        assert_stream(&storage, book->first_seqs[i], commit_bytes(book, i),
                      book->size - begin_of(book, i), pieces[p]);
      assert_stream(&storage, book->next_seq, NULL, 0, pieces[p]);
    }
    uint64_t seq = 1;
    for (size_t i = 0; i < COMMITS; i++) {
      for (; seq < book->first_seqs[i]; seq++)
        assert_int_equal(read_byte(&storage, seq, 0), ARC_E_NOT_FOUND);
      seq++;
    }
    assert_int_equal(read_byte(&storage, book->next_seq - 1, 0),
                     book->first_seqs[COMMITS - 1] == book->next_seq - 1 ? ARC_OK
                                                                         : ARC_E_NOT_FOUND);
    assert_int_equal(read_byte(&storage, book->next_seq + 1, 0), ARC_E_NOT_FOUND);
    /* Any order of places, as several readers of one handle would ask. */
    for (uint64_t turn = 0, random = 1; turn < 2000; turn++) {
      unsigned char buf[300];
      size_t commit = (size_t)((random >> 33) % COMMITS), size;
      uint64_t length = book->size - begin_of(book, commit),
               offset = (random >> 13) % (length + 50);
      random = random * 6364136223846793005u + 1442695040888963407u;
      int32_t status = storage.read(storage.user, book->first_seqs[commit], offset, buf,
                                    (size_t)(1 + turn % sizeof buf), &size);
      if (offset >= length) {
        assert_int_equal(status, ARC_DONE);
      } else {
        assert_int_equal(status, ARC_OK);
        assert_true(size >= 1 && size <= 1 + turn % sizeof buf && size <= length - offset);
        assert_memory_equal(buf, commit_bytes(book, commit) + offset, size);
      }
    }
    uint64_t records, bad;
    assert_int_equal(scan(&storage, &records, &bad), ARC_OK);
    assert_int_equal(records, book->next_seq - 1);
    storage.close(storage.user);
    if (again < kind->kept) storage = open_kind(kind);
  }
  book_free(book);
}

static void contract_conflicts(const struct kind *kind) {
  struct book *book = book_new(1, 0), *other = book_new(2, 0);
  arc_storage storage = open_kind(kind);
  for (size_t next = 0; next < COMMITS; next++) {
    for (size_t i = 0; i < COMMITS; i++) {
      if (i != next) assert_int_equal(append(&storage, book, i), ARC_E_CONFLICT);
      if (other->first_seqs[i] != book->first_seqs[next])
        assert_int_equal(append(&storage, other, i), ARC_E_CONFLICT);
    }
    assert_holds(&storage, book, next);
    assert_int_equal(append(&storage, book, next), ARC_OK);
    assert_holds(&storage, book, next + 1);
    assert_int_equal(read_byte(&storage, book->first_seqs[next], 0), ARC_OK);
  }
  assert_true(storage.append(storage.user, book->next_seq, 0, book->bytes, book->ends[0]) < 0);
  assert_true(storage.append(storage.user, book->next_seq, 1, NULL, 80) < 0);
  assert_true(storage.append(storage.user, book->next_seq, 1, book->bytes, 0) < 0);
  assert_holds(&storage, book, COMMITS);
  storage.close(storage.user);
  book_free(book);
  book_free(other);
}

static void assert_snapshot(arc_storage *storage, uint64_t seq, const unsigned char *bytes,
                            size_t size, size_t piece) {
  unsigned char buf[4096];
  size_t got = 0, given = 77;
  uint64_t next_seq, total;
  do {
    assert_int_equal(
        storage->load_snapshot(storage->user, &next_seq, &total, got, buf, piece, &given), ARC_OK);
    assert_int_equal(next_seq, seq);
    assert_int_equal(total, size);
    assert_true(given <= piece && given <= size - got && (given || got == size));
    if (given) assert_memory_equal(buf, bytes + got, given);
    got += given;
  } while (got < size);
  assert_int_equal(
      storage->load_snapshot(storage->user, &next_seq, &total, size + 5, buf, 1, &given), ARC_OK);
  assert_int_equal(given, 0);
}

static void contract_snapshots(const struct kind *kind) {
  struct book *book = book_new(0, 0);
  arc_storage storage = open_kind(kind);
  unsigned char bytes[5000];
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (unsigned char)(i * 11 & 0xff);
  for (size_t i = 0; i < COMMITS; i++) {
    size_t size = i == 3 ? 0 : sizeof bytes - i * 100;
    assert_int_equal(append(&storage, book, i), ARC_OK);
    assert_int_equal(storage.save_snapshot(storage.user, book->first_seqs[i], bytes + i, size),
                     ARC_OK);
    assert_snapshot(&storage, book->first_seqs[i], bytes + i, size, i % 2 ? 4096 : 7);
    assert_true(storage.save_snapshot(storage.user, 0, bytes, 1) < 0);
    assert_true(storage.save_snapshot(storage.user, 1, NULL, 1) < 0);
    if (kind->kept) {
      storage.close(storage.user);
      storage = open_kind(kind);
    }
    assert_snapshot(&storage, book->first_seqs[i], bytes + i, size, i % 2 ? 1 : 4096);
    assert_holds(&storage, book, i + 1);
  }
  storage.close(storage.user);
  book_free(book);
}

static void test_contract(void **state) {
  static void (*const parts[])(const struct kind *) = {contract_empty, contract_reads,
                                                       contract_conflicts, contract_snapshots};
  (void)state;
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
      print_message("%s, part %zu\n", kinds[k].name, p + 1);
      remove_files();
      parts[p](&kinds[k]);
    }
  }
}

/* ---- memory ---- */

static void test_memory_without_memory(void **state) {
  struct book *book = book_new(0, 3000);
  (void)state;
  for (int once = 0; once < 2; once++) {
    size_t failures = 0;
    for (size_t k = 1;; k++) {
      struct test_heap heap = {0};
      arc_allocator allocator = test_heap_allocator(&heap);
      arc_storage storage = {0};
      test_heap_fail(&heap, k, once);
      if (call_memory(&storage, &allocator, NULL) == ARC_OK) {
        for (size_t i = 0; i < COMMITS; i++) {
          int32_t status = append(&storage, book, i);
          assert_holds(&storage, book, i + (status == ARC_OK));
          if (status == ARC_OK) continue;
          assert_int_equal(status, ARC_E_NOMEM);
          if (!once) test_heap_fail(&heap, 0, 0);
          failures++;
          assert_int_equal(append(&storage, book, i), ARC_OK);
        }
        int32_t status = storage.save_snapshot(storage.user, 1, "first", 5);
        if (status == ARC_OK) status = storage.save_snapshot(storage.user, 2, "second", 6);
        if (status != ARC_OK) {
          uint64_t next_seq = 77, total;
          size_t size;
          char buf[10];
          assert_int_equal(status, ARC_E_NOMEM);
          status =
              storage.load_snapshot(storage.user, &next_seq, &total, 0, buf, sizeof buf, &size);
          assert_int_equal(status, next_seq ? ARC_OK : ARC_DONE);
          assert_true(next_seq == 0 ||
                      (next_seq == 1 && size == 5 && memcmp(buf, "first", 5) == 0));
          failures++;
        }
        storage.close(storage.user);
      } else {
        assert_true(test_heap_failed(&heap));
      }
      assert_int_equal(heap.live, 0);
      if (k > 1 && !test_heap_failed(&heap) && heap.fail_at == k) break;
    }
    assert_true(failures > 3);
  }
  book_free(book);
}

/* ---- the file: opening ---- */

static void test_file_open_refuses(void **state) {
  arc_storage storage;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  assert_int_equal(arc_storage_file_open(NULL, path_of(""), NULL, &err), ARC_E_INVALID);
  assert_int_equal(call_file(&storage, NULL, NULL, &err), ARC_E_INVALID);
  assert_int_equal(call_file(&storage, "", NULL, &err), ARC_E_INVALID);
  assert_int_equal(call_file(&storage, path_of("/no/such/folder"), NULL, &err),
                   ARC_E_STORAGE);
  assert_int_not_equal(err.host_code, 0);
  assert_int_equal(call_file(&storage, ".", NULL, &err), ARC_E_STORAGE);
  assert_int_equal(arc_storage_memory_new(NULL, NULL, &err), ARC_E_INVALID);
}

static void test_file_is_locked(void **state) {
  arc_storage first = open_file(), second;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  assert_int_equal(call_file(&second, path_of(""), NULL, &err), ARC_E_BUSY);
  assert_int_equal(err.status, ARC_E_BUSY);
  first.close(first.user);
  second = open_file();
  second.close(second.user);
}

static void test_file_without_memory(void **state) {
  (void)state;
  for (int once = 0; once < 2; once++) {
    for (size_t k = 1;; k++) {
      struct test_heap heap = {0};
      arc_allocator allocator = test_heap_allocator(&heap);
      arc_storage storage;
      test_heap_fail(&heap, k, once);
      arc_status status = call_file(&storage, path_of(""), &allocator, NULL);
      if (status == ARC_OK) {
        assert_true(k > 3);
        storage.close(storage.user);
      } else {
        assert_int_equal(status, ARC_E_NOMEM);
      }
      assert_int_equal(heap.live, 0);
      if (status == ARC_OK) break;
    }
  }
}

static void test_file_takes_only_whole_commits(void **state) {
  struct book *book = book_new(0, 0);
  arc_storage storage = open_file();
  unsigned char *bytes = malloc(book->size + 1);
  size_t size = book->ends[0];
  (void)state;
  assert_non_null(bytes);
  memcpy(bytes, book->bytes, book->size);
  bytes[book->size] = 0;
  assert_int_equal(storage.append(storage.user, 1, book->counts[0], bytes, size - 1),
                   ARC_E_INVALID);
  assert_int_equal(storage.append(storage.user, 1, book->counts[0], bytes, size + 1),
                   ARC_E_INVALID);
  assert_int_equal(storage.append(storage.user, 1, book->counts[0], bytes, 79), ARC_E_INVALID);
  assert_int_equal(storage.append(storage.user, 1, book->counts[0] + 1, bytes, size),
                   ARC_E_INVALID);
  assert_int_equal(storage.append(storage.user, 2, book->counts[0], bytes, size), ARC_E_INVALID);
  for (size_t i = 0; i < size; i++) {
    bytes[i] ^= 0x10;
    assert_int_equal(storage.append(storage.user, 1, book->counts[0], bytes, size), ARC_E_INVALID);
    bytes[i] ^= 0x10;
  }
  assert_holds(&storage, book, 0);
  append_all(&storage, book, 0, 2);
  storage.close(storage.user);
  assert_file("", book->bytes, book->ends[1]);
  free(bytes);
  book_free(book);
}

/* ---- the file: torn tails and damage ---- */

/* Opens what is in the file, expects so many whole commits and that the next one can be appended.
 */
static void assert_recovers(const struct book *book, size_t commits) {
  arc_storage storage = open_file();
  assert_holds(&storage, book, commits);
  assert_file("", book->bytes, commits ? book->ends[commits - 1] : 0);
  assert_int_equal(append(&storage, book, commits), ARC_OK);
  storage.close(storage.user);
  storage = open_file();
  assert_holds(&storage, book, commits + 1);
  storage.close(storage.user);
}

/* Opens what is in the file, expects that it is kept as it is, that the scan names the record, and
 * that nothing can be appended. */
static void assert_kept(const struct book *book, const unsigned char *bytes, size_t size,
                        uint64_t seq) {
  uint64_t records, bad;
  arc_storage storage = open_file();
  assert_int_equal(scan(&storage, &records, &bad), ARC_E_CORRUPT);
  assert_int_equal(bad, seq);
  assert_int_equal(records, seq - 1);
  for (size_t i = 0; i < COMMITS; i++)
    assert_int_equal(append(&storage, book, i), ARC_E_CORRUPT);
  for (size_t i = 0; i < COMMITS; i++) {
    int32_t status = read_byte(&storage, book->first_seqs[i], 0);
    assert_int_equal(status, book->first_seqs[i] <= seq ? ARC_OK : ARC_E_CORRUPT);
  }
  storage.close(storage.user);
  assert_file("", bytes, size);
}

static void test_file_torn_at_every_byte(void **state) {
  struct book *book = book_new(0, 0);
  unsigned char *bytes = calloc(1, book->size);
  (void)state;
  assert_non_null(bytes);
  for (size_t cut = 0, commits = 0; cut < book->ends[4]; cut++) {
    if (cut == book->ends[commits]) commits++;
    write_file("", book->bytes, cut); /* short */
    assert_recovers(book, commits);
    memcpy(bytes, book->bytes, cut);
    write_file("", bytes, book->ends[commits]); /* the rest is zero */
    assert_recovers(book, commits);
    memset(bytes + cut, 'x', book->ends[commits] - cut); /* the rest is old garbage */
    write_file("", bytes, book->ends[commits]);
    size_t arrived =
        cut - begin_of(book, commits); /* unless it looks like a newer format, or no journal */
    if (cut >= 4 && arrived != 4 && arrived != 5) assert_recovers(book, commits);
    if (commits) {
      size_t hole = begin_of(book, commits); /* what is before the cut never arrived */
      memset(bytes + hole, 0, cut - hole);
      memcpy(bytes + cut, book->bytes + cut, book->ends[commits] - cut);
      write_file("", bytes, book->ends[commits]);
      if (cut > hole + 1) assert_recovers(book, commits);
    }
    memset(bytes, 0, book->size);
  }
  free(bytes);
  book_free(book);
}

static void test_file_flip_in_last_commit_is_a_torn_tail(void **state) {
  struct book *book = book_new(0, 0);
  (void)state;
  for (size_t commit = 0; commit < 3; commit++) {
    for (size_t at = begin_of(book, commit); at < book->ends[commit]; at++) {
      size_t in_header = at - begin_of(book, commit);
      book->bytes[at] ^= 0x20;
      write_file("", book->bytes, book->ends[commit]);
      /* A newer format and a file that begins like no journal are never cut. */
      /* Nor is a first commit that begins with another record than 1: what was before it was dropped. */
      int kept = in_header == 4 || in_header == 5 || (commit == 0 && (in_header < 4 || (in_header >= 8 && in_header < 16)));
      if (kept) assert_kept(book, book->bytes, book->ends[commit], book->first_seqs[commit]);
      book->bytes[at] ^= 0x20;
      if (!kept) assert_recovers(book, commit);
    }
  }
  book_free(book);
}

static void test_file_damage_is_kept(void **state) {
  struct book *book = book_new(0, 0);
  (void)state;
  for (size_t commit = 0; commit < 4; commit++) {
    for (size_t at = begin_of(book, commit); at < book->ends[commit]; at++) {
      unsigned char bit = (unsigned char)(1 << at % 8);
      book->bytes[at] ^= bit;
      write_file("", book->bytes, book->ends[4]);
      assert_kept(book, book->bytes, book->ends[4], book->first_seqs[commit]);
      write_file("", book->bytes, book->ends[4] + 30); /* and a torn tail behind it */
      assert_kept(book, book->bytes, book->ends[4] + 30, book->first_seqs[commit]);
      book->bytes[at] ^= bit;
    }
  }
  book_free(book);
}

static void test_file_lost_and_strange_ranges_are_kept(void **state) {
  struct book *book = book_new(0, 0);
  unsigned char *bytes = malloc(2 * book->size);
  (void)state;
  assert_non_null(bytes);
  for (size_t from = 0; from < 4; from++) {
    for (size_t to = from + 1; to < 6; to++) {
      size_t begin = begin_of(book, from), end = begin_of(book, to);
      memcpy(bytes, book->bytes, book->size);
      memset(bytes + begin, 0, end - begin); /* whole commits became zeros */
      write_file("", bytes, book->size);
      assert_kept(book, bytes, book->size, book->first_seqs[from]);
      memcpy(bytes, book->bytes, book->size);
      memmove(bytes + begin + 13, bytes + begin,
              book->size - begin); /* something was put between */
      write_file("", bytes, book->size + 13);
      assert_kept(book, bytes, book->size + 13, book->first_seqs[from]);
    }
  }
  /* The last two commits are damaged: a crash tears one alone. */
  memcpy(bytes, book->bytes, book->size);
  bytes[book->ends[3] - 1] ^= 1;
  bytes[book->ends[4] - 1] ^= 1;
  write_file("", bytes, book->ends[4]);
  assert_kept(book, bytes, book->ends[4], book->first_seqs[3]);
  free(bytes);
  book_free(book);
}

static void test_file_that_is_no_journal_is_kept(void **state) {
  static const char *const texts[] = {"Dear Sir or Madam", "x", "ARC", "A", "ARCI", "PK\003\004"};
  unsigned char zeros[70000] = {0};
  struct book *book = book_new(0, 0);
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    size_t size = strlen(texts[i]);
    write_file("", texts[i], size);
    if (strncmp("ARCJ", texts[i], size) == 0)
      assert_recovers(book, 0);
    else
      assert_kept(book, (const unsigned char *)texts[i], size, 1);
  }
  write_file("", zeros, sizeof zeros);
  assert_recovers(book, 0);
  zeros[sizeof zeros - 1] = 1;
  write_file("", zeros, sizeof zeros);
  assert_kept(book, zeros, sizeof zeros, 1);
  book_free(book);
}

/* A record may hold bytes that look like a commit: far off the sequence they prove nothing. */
static void test_file_torn_commit_with_a_commit_in_it(void **state) {
  struct book *book = book_new(0, 0);
  unsigned char bytes[1000];
  size_t size = book->ends[0];
  (void)state;
  memcpy(bytes, book->bytes, size);
  memcpy(bytes + size, book->bytes + size, 100);           /* how the second commit begins, */
  memcpy(bytes + size + 100, commit_bytes(book, 11), 100); /* one of far later, */
  memcpy(bytes + size + 200, book->bytes, size);           /* and one of before, */
  bytes[size + 20] = (unsigned char)(size + 200 - 80); /* all of it within the second one by its own size, */
  bytes[size + 21] = (unsigned char)((size + 200 - 80) >> 8);
  bytes[size + 22] = bytes[size + 23] = 0;             /* which is at 20 of its header */
  write_file("", bytes, 2 * size + 200);
  assert_recovers(book, 1);
  book_free(book);
}

/* ---- the file: snapshots ---- */

static void test_file_torn_snapshot_is_none(void **state) {
  struct book *book = book_new(0, 0);
  arc_storage storage = open_file();
  size_t size, given;
  uint64_t next_seq, total;
  char buf[100];
  (void)state;
  append_all(&storage, book, 0, 3);
  assert_int_equal(storage.save_snapshot(storage.user, book->first_seqs[3], "what is so far", 14),
                   ARC_OK);
  storage.close(storage.user);
  unsigned char *bytes = read_file(".snapshot", &size);
  assert_int_equal(size, 40 + 14);
  for (size_t i = 0; i < size; i++) {
    for (int bit = 0; bit < 10; bit++) {
      if (bit >= 8) { /* cut here, or longer */
        write_file(".snapshot", bytes, bit == 8 ? i : size + 1 + i);
      } else {
        bytes[i] ^= (unsigned char)(1 << bit);
        write_file(".snapshot", bytes, size);
        bytes[i] ^= (unsigned char)(1 << bit);
      }
      storage = open_file();
      assert_int_equal(
          storage.load_snapshot(storage.user, &next_seq, &total, 0, buf, sizeof buf, &given),
          ARC_DONE);
      assert_int_equal(given, 0);
      assert_holds(&storage, book, 3);
      storage.close(storage.user);
    }
  }
  write_file(".snapshot", bytes, size);
  write_file(".snapshot.tmp", bytes, 20); /* a save that a crash cut short */
  storage = open_file();
  assert_snapshot(&storage, book->first_seqs[3], (const unsigned char *)"what is so far", 14, 100);
  assert_int_equal(storage.save_snapshot(storage.user, book->first_seqs[3], "new", 3), ARC_OK);
  assert_snapshot(&storage, book->first_seqs[3], (const unsigned char *)"new", 3, 100);
  assert_int_equal(remove(path_of(".snapshot")), 0);
  assert_int_equal(
      storage.load_snapshot(storage.user, &next_seq, &total, 0, buf, sizeof buf, &given),
      ARC_E_STORAGE);
  storage.close(storage.user);
  free(bytes);
  book_free(book);
}

/* Opening begins at the snapshot: what is damaged before it does not keep the book from going on,
 * and is still reported to whoever reads it. */
static void test_file_opens_at_the_snapshot(void **state) {
  struct book *book = book_new(0, 0), *other = book_new(1, 0);
  arc_storage storage = open_file();
  uint64_t records, bad;
  (void)state;
  append_all(&storage, book, 0, 5);
  assert_int_equal(storage.save_snapshot(storage.user, book->first_seqs[5], "s", 1), ARC_OK);
  append_all(&storage, book, 5, 7);
  storage.close(storage.user);
  book->bytes[70] ^= 1;
  write_file("", book->bytes, book->ends[6] + 3);
  storage = open_file();
  assert_stream(&storage, book->first_seqs[5], commit_bytes(book, 5), book->ends[6] - book->ends[4],
                64);
  assert_int_equal(append(&storage, book, 7), ARC_OK);
  assert_int_equal(scan(&storage, &records, &bad), ARC_E_CORRUPT);
  assert_int_equal(bad, 1);
  storage.close(storage.user);
  book->bytes[70] ^= 1;
  for (size_t commits = 0; commits < COMMITS - 1; commits++) { /* the snapshot of another journal */
    write_file("", other->bytes, commits ? other->ends[commits - 1] : 0);
    assert_recovers(other, commits);
    write_file("", book->bytes, commits ? book->ends[commits - 1] : 0); /* an older journal */
    assert_recovers(book, commits);
  }
  book_free(book);
  book_free(other);
}

/* ---- the file: a system that fails ---- */

#if defined(__linux__)

static struct {
  int calls, fail_at; /* the call that fails; 0: none */
  off_t size;         /* of the file at the last call */
} syncs;

int fdatasync(int file) {
  struct stat status;
  if (fstat(file, &status) == 0) syncs.size = status.st_size;
  syncs.calls++;
  if (syncs.fail_at && syncs.calls >= syncs.fail_at) {
    errno = EIO;
    return -1;
  }
  return 0;
}

static void fail_sync(int at) {
  syncs.calls = 0;
  syncs.fail_at = at;
}

static void limit_file_size(rlim_t size) {
  struct rlimit limit;
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = size;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_file_syncs_what_it_acknowledges(void **state) {
  struct book *book = book_new(0, 0);
  arc_storage storage = open_file();
  (void)state;
  for (size_t i = 0; i < COMMITS; i++) {
    fail_sync(0);
    assert_int_equal(append(&storage, book, i), ARC_OK);
    assert_int_equal(syncs.calls, 1);
    assert_int_equal(syncs.size, book->ends[i]);
  }
  storage.close(storage.user);
  fail_sync(0);
  storage = open_file(); /* the process before may have died between writing and syncing */
  assert_int_equal(syncs.calls, 1);
  storage.close(storage.user);
  book_free(book);
}

static void test_file_failed_sync_is_final(void **state) {
  struct book *book = book_new(0, 0);
  arc_storage storage = open_file();
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  append_all(&storage, book, 0, 3);
  fail_sync(1);
  assert_int_equal(append(&storage, book, 3), ARC_E_UNKNOWN_OUTCOME);
  fail_sync(0);
  assert_int_equal(append(&storage, book, 3), ARC_E_READ_ONLY);
  assert_int_equal(append(&storage, book, 4), ARC_E_READ_ONLY);
  assert_holds(&storage, book, 3);
  storage.close(storage.user);
  fail_sync(1);
  assert_int_equal(call_file(&storage, path_of(""), NULL, &err), ARC_E_STORAGE);
  assert_int_equal(err.host_code, EIO);
  fail_sync(0);
  storage = open_file(); /* here the bytes did arrive */
  assert_holds(&storage, book, 4);
  append_all(&storage, book, 4, 6);
  storage.close(storage.user);
  book_free(book);
}

static void test_file_full_disk_changes_nothing(void **state) {
  struct book *book = book_new(0, 0);
  arc_storage storage = open_file();
  (void)state;
  append_all(&storage, book, 0, 2);
  for (size_t room = 0; room < commit_size(book, 2); room++) {
    limit_file_size(book->ends[1] + room);
    assert_int_equal(append(&storage, book, 2), ARC_E_STORAGE);
    limit_file_size(RLIM_INFINITY);
    assert_file("", book->bytes, book->ends[1]);
    assert_holds(&storage, book, 2);
  }
  append_all(&storage, book, 2, 4);
  limit_file_size(book->ends[3] + 10);
  fail_sync(1); /* nor can what was written be taken back for good */
  assert_int_equal(append(&storage, book, 4), ARC_E_UNKNOWN_OUTCOME);
  fail_sync(0);
  limit_file_size(RLIM_INFINITY);
  assert_int_equal(append(&storage, book, 4), ARC_E_READ_ONLY);
  storage.close(storage.user);
  assert_recovers(book, 4);
  book_free(book);
}

static void test_file_failed_snapshot_keeps_the_one_before(void **state) {
  struct book *book = book_new(0, 0);
  arc_storage storage = open_file();
  unsigned char bytes[1000] = {1, 2, 3};
  (void)state;
  append_all(&storage, book, 0, 4);
  assert_int_equal(storage.save_snapshot(storage.user, 1, "old", 3), ARC_OK);
  for (size_t room = 0; room < sizeof bytes + 40; room += 13) {
    limit_file_size(room);
    assert_int_equal(storage.save_snapshot(storage.user, 2, bytes, sizeof bytes), ARC_E_STORAGE);
    limit_file_size(RLIM_INFINITY);
    assert_snapshot(&storage, 1, (const unsigned char *)"old", 3, 100);
    assert_null(fopen(path_of(".snapshot.tmp"), "rb"));
  }
  fail_sync(1);
  assert_int_equal(storage.save_snapshot(storage.user, 2, bytes, sizeof bytes), ARC_E_STORAGE);
  fail_sync(0);
  assert_int_equal(mkdir(path_of(".snapshot.tmp"), 0700), 0);
  assert_int_equal(storage.save_snapshot(storage.user, 2, bytes, sizeof bytes), ARC_E_STORAGE);
  assert_int_equal(rmdir(path_of(".snapshot.tmp")), 0);
  assert_snapshot(&storage, 1, (const unsigned char *)"old", 3, 100);
  assert_int_equal(append(&storage, book, 4), ARC_OK); /* the journal does not suffer */
  storage.close(storage.user);
  storage = open_file();
  assert_snapshot(&storage, 1, (const unsigned char *)"old", 3, 100);
  storage.close(storage.user);
  book_free(book);
}

static void test_file_snapshot_is_as_private_as_the_journal(void **state) {
  struct stat status;
  (void)state;
  write_file("", "", 0);
  assert_int_equal(chmod(path_of(""), 0600), 0);
  arc_storage storage = open_file();
  assert_int_equal(storage.save_snapshot(storage.user, 1, "s", 1), ARC_OK);
  storage.close(storage.user);
  assert_int_equal(stat(path_of(".snapshot"), &status), 0);
  assert_int_equal(status.st_mode & 0777, 0600);
}

#endif

/* ---- SQLite ---- */

#ifdef ARC_TEST_SQLITE

static void sql(sqlite3 *db, const char *text) {
  if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
    fail_msg("%s: %s", text, sqlite3_errmsg(db));
}

static sqlite3 *open_db(void) {
  sqlite3 *db;
  assert_int_equal(sqlite3_open(path_of(".db"), &db), SQLITE_OK);
  return db;
}

static arc_storage attach(sqlite3 *db) {
  arc_storage storage;
  arc_error err = ARC_ERROR_INIT;
  arc_status status = storage_sqlite_attach(&storage, db, &err);
  if (status != ARC_OK) fail_msg("%d: %s", status, err.text);
  return storage;
}

static void test_sqlite_joins_the_hosts_transaction(void **state) {
  struct book *book = book_new(0, 20000);
  sqlite3 *db = open_db();
  (void)state;
  sql(db, "PRAGMA journal_mode=WAL; CREATE TABLE orders(id INTEGER PRIMARY KEY)");
  arc_storage storage = attach(db);
  append_all(&storage, book, 0, 2);
  sql(db, "BEGIN; INSERT INTO orders VALUES(1)");
  append_all(&storage, book, 2, 6);
  assert_int_equal(append(&storage, book, 2), ARC_E_CONFLICT);
  assert_stream(&storage, 1, book->bytes, book->ends[5], 999);
  unsigned char buf[200];
  size_t size; /* a commit is left half read */
  assert_int_equal(storage.read(storage.user, book->first_seqs[2], 0, buf, 90, &size), ARC_OK);
  sql(db, "ROLLBACK");
  assert_holds(&storage, book, 2);
  sql(db, "BEGIN; INSERT INTO orders VALUES(1)");
  append_all(&storage, book, 2, 4);
  sql(db, "COMMIT");
  storage.close(storage.user); /* leaves the connection to its owner */
  sql(db, "INSERT INTO orders VALUES(2)");
  sqlite3_close(db);
  assert_int_equal(storage_sqlite_open(&storage, path_of(".db"), NULL), ARC_OK);
  assert_holds(&storage, book, 4);
  storage.close(storage.user);
  book_free(book);
}

static void test_sqlite_two_writers(void **state) {
  struct book *book = book_new(0, 0);
  arc_storage one, two;
  (void)state;
  assert_int_equal(storage_sqlite_open(&one, path_of(".db"), NULL), ARC_OK);
  assert_int_equal(storage_sqlite_open(&two, path_of(".db"), NULL), ARC_OK);
  for (size_t i = 0; i < COMMITS; i++) {
    arc_storage *first = i % 3 ? &one : &two, *second = i % 3 ? &two : &one;
    assert_int_equal(append(first, book, i), ARC_OK);
    assert_int_equal(append(second, book, i), ARC_E_CONFLICT);
    assert_holds(second, book, i + 1);
  }
  one.close(one.user);
  two.close(two.user);
  book_free(book);
}

static int refuse_commit(void *user) {
  (void)user;
  return 1;
}

static void test_sqlite_failures_store_nothing(void **state) {
  struct book *book = book_new(0, 0);
  sqlite3 *db = open_db(), *rival = open_db();
  (void)state;
  arc_storage storage = attach(db);
  append_all(&storage, book, 0, 2);

  sql(rival, "BEGIN IMMEDIATE"); /* no lock */
  assert_int_equal(append(&storage, book, 2), STORAGE_SQLITE_ERROR + SQLITE_BUSY);
  sql(rival, "ROLLBACK");
  assert_holds(&storage, book, 2);

  sqlite3_commit_hook(db, refuse_commit, NULL); /* COMMIT fails and ends the transaction */
  assert_int_equal(append(&storage, book, 2), STORAGE_SQLITE_ERROR + SQLITE_CONSTRAINT_COMMITHOOK);
  sqlite3_commit_hook(db, NULL, NULL);
  assert_int_equal(sqlite3_get_autocommit(db), 1);
  assert_holds(&storage, book, 2);

  sql(db, "PRAGMA foreign_keys=ON; CREATE TABLE parent(id INTEGER PRIMARY KEY);"
          "CREATE TABLE child(id REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED);"
          "CREATE TRIGGER broken AFTER INSERT ON arcollect_journal BEGIN INSERT INTO child "
          "VALUES(9); END");
  assert_int_equal(append(&storage, book, 2), /* COMMIT fails and leaves the transaction open */
                   STORAGE_SQLITE_ERROR + SQLITE_CONSTRAINT_FOREIGNKEY);
  assert_int_equal(sqlite3_get_autocommit(db), 1);
  sql(db, "DROP TRIGGER broken");
  assert_holds(&storage, book, 2);

  sql(db, "CREATE TRIGGER broken BEFORE INSERT ON arcollect_journal BEGIN SELECT raise(ABORT, "
          "'no'); END");
  assert_int_equal(append(&storage, book, 2), STORAGE_SQLITE_ERROR + SQLITE_CONSTRAINT_TRIGGER);
  sql(db, "BEGIN; INSERT INTO parent VALUES(1)"); /* and the host's transaction stays as it is */
  assert_int_equal(append(&storage, book, 2), STORAGE_SQLITE_ERROR + SQLITE_CONSTRAINT_TRIGGER);
  sql(db, "COMMIT; DROP TRIGGER broken; DELETE FROM parent WHERE id = 1");
  assert_int_equal(sqlite3_changes(db), 1);
  assert_holds(&storage, book, 2);

  append_all(&storage, book, 2, COMMITS);
  assert_holds(&storage, book, COMMITS);
  storage.close(storage.user);
  sqlite3_close(db);
  sqlite3_close(rival);
  book_free(book);
}

static void test_sqlite_open_refuses(void **state) {
  arc_storage storage;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  assert_int_equal(storage_sqlite_open(NULL, path_of(".db"), &err), ARC_E_INVALID);
  assert_int_equal(storage_sqlite_open(&storage, NULL, &err), ARC_E_INVALID);
  assert_int_equal(storage_sqlite_attach(&storage, NULL, &err), ARC_E_INVALID);
  assert_int_equal(storage_sqlite_open(&storage, path_of("/no/such/folder"), &err), ARC_E_STORAGE);
  assert_int_equal(err.host_code, STORAGE_SQLITE_ERROR + SQLITE_CANTOPEN);
  write_file(".db", "this is not a database, whatever its name may say ....", 54);
  assert_int_equal(storage_sqlite_open(&storage, path_of(".db"), &err), ARC_E_STORAGE);
  assert_int_equal(err.host_code, STORAGE_SQLITE_ERROR + SQLITE_NOTADB);
  remove_files();
  sqlite3 *db = open_db(); /* somebody else's table of that name */
  sql(db, "CREATE TABLE arcollect_journal(id)");
  assert_int_equal(storage_sqlite_attach(&storage, db, &err), ARC_E_STORAGE);
  assert_int_equal(err.host_code, STORAGE_SQLITE_ERROR + SQLITE_ERROR);
  sql(db, "DROP TABLE arcollect_journal"); /* the connection is still its owner's */
  sqlite3_close(db);
}

static void test_sqlite_missing_commit_is_no_end(void **state) {
  struct book *book = book_new(0, 0);
  sqlite3 *db = open_db();
  arc_storage storage = attach(db);
  uint64_t records, bad;
  (void)state;
  append_all(&storage, book, 0, 5);
  char text[100];
  snprintf(text, sizeof text, "DELETE FROM arcollect_journal WHERE first_seq = %u",
           (unsigned)book->first_seqs[2]);
  sql(db, text);
  assert_int_equal(scan(&storage, &records, &bad), ARC_E_CORRUPT);
  storage.close(storage.user);
  sqlite3_close(db);
  book_free(book);
}

#if defined(__linux__)
static void test_sqlite_failed_sync_is_unknown(void **state) {
  struct book *book = book_new(0, 0);
  arc_storage storage;
  (void)state;
  fail_sync(0);
  assert_int_equal(storage_sqlite_open(&storage, path_of(".db"), NULL), ARC_OK);
  append_all(&storage, book, 0, 2);
  if (syncs.calls == 0) skip(); /* this SQLite does not call the fdatasync above */
  fail_sync(1);
  assert_int_equal(append(&storage, book, 2), ARC_E_UNKNOWN_OUTCOME);
  fail_sync(0);
  storage.close(storage.user);
  assert_int_equal(storage_sqlite_open(&storage, path_of(".db"), NULL), ARC_OK);
  int stored = read_byte(&storage, book->first_seqs[2], 0) == ARC_OK; /* either way, but whole */
  assert_holds(&storage, book, stored ? 3 : 2);
  storage.close(storage.user);
  book_free(book);
}
#endif

#endif

#define TEST(function) cmocka_unit_test_setup_teardown(function, clean, clean)

int main(void) {
  const struct CMUnitTest tests[] = {
    TEST(test_contract),
    TEST(test_memory_without_memory),
    TEST(test_file_open_refuses),
    TEST(test_file_is_locked),
    TEST(test_file_without_memory),
    TEST(test_file_takes_only_whole_commits),
    TEST(test_file_torn_at_every_byte),
    TEST(test_file_flip_in_last_commit_is_a_torn_tail),
    TEST(test_file_damage_is_kept),
    TEST(test_file_lost_and_strange_ranges_are_kept),
    TEST(test_file_that_is_no_journal_is_kept),
    TEST(test_file_torn_commit_with_a_commit_in_it),
    TEST(test_file_torn_snapshot_is_none),
    TEST(test_file_opens_at_the_snapshot),
#if defined(__linux__)
    TEST(test_file_syncs_what_it_acknowledges),
    TEST(test_file_failed_sync_is_final),
    TEST(test_file_full_disk_changes_nothing),
    TEST(test_file_failed_snapshot_keeps_the_one_before),
    TEST(test_file_snapshot_is_as_private_as_the_journal),
#endif
#ifdef ARC_TEST_SQLITE
    TEST(test_sqlite_joins_the_hosts_transaction),
    TEST(test_sqlite_two_writers),
    TEST(test_sqlite_failures_store_nothing),
    TEST(test_sqlite_open_refuses),
    TEST(test_sqlite_missing_commit_is_no_end),
#if defined(__linux__)
    TEST(test_sqlite_failed_sync_is_unknown),
#endif
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
