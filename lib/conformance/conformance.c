/* The clauses of the storage contract, and running them. Each clause begins at an emptied place and
 * says in c->result.text why it failed; what it leaves open is closed after it. */
#include "conformance_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what clauses are made of ---- */

static void conformance_say(arc__conformance *c, int32_t outcome, const char *format,
                            va_list arguments) {
  c->result.outcome = outcome;
  vsnprintf(c->result.text, sizeof c->result.text, format, arguments);
}

int arc__conformance_fail(arc__conformance *c, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  conformance_say(c, ARC_CONFORMANCE_FAILED, format, arguments);
  va_end(arguments);
  return 0;
}

/* Ends a clause that cannot be run. */
static int conformance_skip(arc__conformance *c, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  conformance_say(c, ARC_CONFORMANCE_SKIPPED, format, arguments);
  va_end(arguments);
  return 0;
}

static int conformance_open_other(arc__conformance *c, arc_storage *out) {
  arc_error err = ARC_ERROR_INIT;
  memset(out, 0, sizeof *out);
  out->struct_size = sizeof *out;
  arc_status status = c->host->open(c->host->user, out, &err);
  if (status != ARC_OK)
    return arc__conformance_fail(c, "open gave %s (%d): %.120s", arc_status_name(status),
                                 (int)status, err.text);
  if (out->struct_size == sizeof *out && out->flags == 0 && out->append && out->read &&
      !out->save_snapshot == !out->load_snapshot)
    return 1;
  return arc__conformance_fail(
      c,
      "open gave a storage without append or read, with half of the snapshot functions, or with a "
      "struct_size or flags other than arc_storage's and 0");
}

int arc__conformance_open(arc__conformance *c) {
  return c->is_open = conformance_open_other(c, &c->storage);
}

void arc__conformance_close(arc__conformance *c) {
  if (c->is_open && c->storage.close) c->storage.close(c->storage.user);
  c->is_open = 0;
}

int arc__conformance_reopen(arc__conformance *c) {
  arc__conformance_close(c);
  return arc__conformance_open(c);
}

int arc__conformance_wipe(arc__conformance *c) {
  arc__conformance_close(c);
  arc_status status = c->host->wipe(c->host->user);
  return status == ARC_OK || arc__conformance_fail(c, "wipe gave %d", (int)status);
}

/* As a crash leaves it, if the host can have one. */
static int conformance_stop(arc__conformance *c) {
  if (!c->host->crash) {
    arc__conformance_close(c);
    return 1;
  }
  c->is_open = 0;
  arc_status status = c->host->crash(c->host->user, &c->storage);
  return status == ARC_OK || arc__conformance_fail(c, "crash gave %d", (int)status);
}

static int32_t conformance_append(arc_storage *storage, const arc__conformance_book *book,
                                  size_t i) {
  const arc__conformance_commit *commit = &book->commits[i];
  return storage->append(storage->user, commit->first_seq, commit->count, book->bytes + commit->at,
                         commit->size);
}

static int conformance_expect_append(arc__conformance *c, arc_storage *storage,
                                     const arc__conformance_book *book, size_t i, int32_t wanted) {
  int32_t code = conformance_append(storage, book, i);
  if (code == wanted) return 1;
  return arc__conformance_fail(c, "append of record %llu on gave %s (%d) instead of %s",
                               (unsigned long long)book->commits[i].first_seq,
                               arc_status_name(code), (int)code, arc_status_name(wanted));
}

static int conformance_append_all(arc__conformance *c, const arc__conformance_book *book,
                                  size_t from, size_t to) {
  for (size_t i = from; i < to; i++)
    if (!conformance_expect_append(c, &c->storage, book, i, ARC_OK)) return 0;
  return 1;
}

#define CONFORMANCE_GUARD 8

/* One read into cap bytes: what it gave must be `bytes` or, if those are none, nothing. */
static int conformance_read(arc__conformance *c, arc_storage *storage, uint64_t first_seq,
                            uint64_t offset, size_t cap, const unsigned char *bytes, size_t left,
                            size_t *given) {
  unsigned long long seq = first_seq, at = offset;
  unsigned char *buf = malloc(cap + CONFORMANCE_GUARD);
  if (!buf) return arc__conformance_fail(c, "the kit is out of memory");
  memset(buf, 0xee, cap + CONFORMANCE_GUARD);
  *given = SIZE_MAX;
  int32_t code = storage->read(storage->user, first_seq, offset, buf, cap, given);
  int beyond = 0;
  for (size_t i = 0; i < CONFORMANCE_GUARD; i++)
    beyond |= buf[cap + i] != 0xee;
  int same =
      left && code == ARC_OK && *given <= cap && *given <= left && memcmp(buf, bytes, *given) == 0;
  free(buf);
  if (beyond)
    return arc__conformance_fail(c, "read(%llu, %llu) wrote behind the buffer's end", seq, at);
  if (code != (left ? ARC_OK : ARC_DONE))
    return arc__conformance_fail(
        c, "read(%llu, %llu) of %llu bytes gave %s (%d) where %llu bytes are left", seq, at,
        (unsigned long long)cap, arc_status_name(code), (int)code, (unsigned long long)left);
  if (left ? *given == 0 || *given > cap || *given > left : *given != 0)
    return arc__conformance_fail(
        c, "read(%llu, %llu) set size to %llu with room for %llu and %llu left", seq, at,
        (unsigned long long)*given, (unsigned long long)cap, (unsigned long long)left);
  if (left && !same)
    return arc__conformance_fail(
        c, "read(%llu, %llu) of %llu bytes gave other bytes than were appended", seq, at,
        (unsigned long long)cap);
  return 1;
}

/* Reads the stream that begins with commit `from` to its end, in pieces, and once past it. */
static int conformance_stream(arc__conformance *c, arc_storage *storage,
                              const arc__conformance_book *book, size_t from, size_t commits,
                              size_t piece) {
  size_t at = from < book->count ? book->commits[from].at : book->size;
  size_t end = commits < book->count ? book->commits[commits].at : book->size;
  uint64_t first_seq =
      from ? book->commits[from - 1].first_seq + book->commits[from - 1].count : (uint64_t)1;
  const unsigned char *bytes = book->bytes + at;
  size_t given, size = end - at;
  for (size_t got = 0; got <= size; got += given) {
    if (!conformance_read(c, storage, first_seq, got, piece, bytes + got, size - got, &given))
      return 0;
    if (got == size) break;
  }
  return 1;
}

/* The book is there up to a commit, and nothing after it. */
static int conformance_holds(arc__conformance *c, arc_storage *storage,
                             const arc__conformance_book *book, size_t commits) {
  return conformance_stream(c, storage, book, 0, commits, 4096) &&
         conformance_stream(c, storage, book, commits, commits, 4096);
}

/* ---- appending and reading ---- */

static int conformance_empty(arc__conformance *c) {
  uint64_t next_seq, total;
  size_t size = 0;
  unsigned char byte;
  if (!arc__conformance_open(c) || !conformance_holds(c, &c->storage, &c->book, 0)) return 0;
  if (!c->storage.load_snapshot) return 1;
  int32_t code = c->storage.load_snapshot(c->storage.user, &next_seq, &total, 0, &byte, 1, &size);
  return code == ARC_DONE ||
         arc__conformance_fail(c,
                               "load_snapshot gave %s (%d) instead of ARC_DONE where there is none",
                               arc_status_name(code), (int)code);
}

static int conformance_pieces(arc__conformance *c) {
  static const size_t pieces[] = {7, 4096, (size_t)1 << 20};
  const arc__conformance_book *book = &c->book;
  if (!arc__conformance_open(c) || !conformance_append_all(c, book, 0, book->count)) return 0;
  for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++)
    for (size_t i = 0; i < book->count; i++)
      if (!conformance_stream(c, &c->storage, book, i, book->count, pieces[p])) return 0;
  return conformance_stream(c, &c->storage, book, 0, book->count, 1);
}

/* Any order of places, as several readers of one handle would ask. */
static int conformance_offsets(arc__conformance *c) {
  const arc__conformance_book *book = &c->book;
  uint64_t random = 1;
  size_t given;
  if (!arc__conformance_open(c) || !conformance_append_all(c, book, 0, book->count)) return 0;
  for (size_t turn = 0; turn < 1000; turn++) {
    const arc__conformance_commit *commit = &book->commits[(random >> 33) % book->count];
    size_t length = book->size - commit->at, offset = (size_t)(random >> 13) % length;
    random = random * 6364136223846793005u + 1442695040888963407u;
    if (!conformance_read(c, &c->storage, commit->first_seq, offset, 1 + turn % 300,
                          book->bytes + commit->at + offset, length - offset, &given))
      return 0;
  }
  return 1;
}

static int conformance_expect_not_found(arc__conformance *c, uint64_t first_seq) {
  unsigned char byte;
  size_t size = 0;
  int32_t code = c->storage.read(c->storage.user, first_seq, 0, &byte, 1, &size);
  if (code == ARC_E_NOT_FOUND) return 1;
  return arc__conformance_fail(c,
                               "read(%llu, 0) gave %s (%d), but no commit begins with that record",
                               (unsigned long long)first_seq, arc_status_name(code), (int)code);
}

static int conformance_unknown(arc__conformance *c) {
  const arc__conformance_book *book = &c->book;
  uint64_t seq = 1;
  if (!arc__conformance_open(c) || !conformance_expect_not_found(c, 2) ||
      !conformance_append_all(c, book, 0, book->count))
    return 0;
  for (size_t i = 0; i < book->count; i++) {
    for (; seq < book->commits[i].first_seq; seq++)
      if (!conformance_expect_not_found(c, seq)) return 0;
    seq++;
  }
  seq = book->commits[book->count - 1].first_seq + book->commits[book->count - 1].count;
  return conformance_expect_not_found(c, seq + 1) && conformance_expect_not_found(c, UINT64_MAX);
}

static int conformance_past_end(arc__conformance *c) {
  const arc__conformance_book *book = &c->book;
  size_t given;
  if (!arc__conformance_open(c)) return 0;
  for (size_t n = 0; n < book->count; n++) {
    if (!conformance_append_all(c, book, n, n + 1)) return 0;
    for (size_t i = 0; i <= n; i++) {
      size_t end = book->commits[n].at + book->commits[n].size - book->commits[i].at;
      for (size_t beyond = 0; beyond < 10000; beyond = 3 * beyond + 1)
        if (!conformance_read(c, &c->storage, book->commits[i].first_seq, end + beyond, 64, NULL, 0,
                              &given))
          return 0;
    }
  }
  return 1;
}

/* ---- one order of commits ---- */

static int conformance_conflicts_at(arc__conformance *c, size_t next) {
  const arc__conformance_book *book = &c->book, *single = &c->single;
  for (size_t i = 0; i < book->count; i++) /* before, the same again, and after */
    if (i != next &&
        (!conformance_expect_append(c, &c->storage, book, i, ARC_E_CONFLICT) ||
         (i < next && !conformance_expect_append(c, &c->storage, &c->rivals, i, ARC_E_CONFLICT))))
      return 0;
  for (size_t i = 0; i < single->count; i++) /* numbers that are inside stored commits */
    if (single->commits[i].first_seq != book->commits[next].first_seq &&
        !conformance_expect_append(c, &c->storage, single, i, ARC_E_CONFLICT))
      return 0;
  return conformance_holds(c, &c->storage, book, next);
}

static int conformance_conflict(arc__conformance *c) {
  if (!arc__conformance_open(c)) return 0;
  for (size_t next = 0; next < c->book.count; next++)
    if (!conformance_conflicts_at(c, next) || !conformance_append_all(c, &c->book, next, next + 1))
      return 0;
  return conformance_holds(c, &c->storage, &c->book, c->book.count);
}

static int conformance_race(arc__conformance *c, arc_storage *second) {
  for (size_t i = 0; i < c->book.count; i++) {
    arc_storage *winner = i % 3 ? second : &c->storage, *loser = i % 3 ? &c->storage : second;
    if (!conformance_expect_append(c, winner, &c->book, i, ARC_OK) ||
        !conformance_expect_append(c, loser, &c->rivals, i, ARC_E_CONFLICT) ||
        !conformance_holds(c, winner, &c->book, i + 1) ||
        !conformance_holds(c, loser, &c->book, i + 1))
      return 0;
  }
  return 1;
}

static int conformance_writers(arc__conformance *c) {
  arc_storage second = ARC_STORAGE_INIT;
  arc_error err = ARC_ERROR_INIT;
  if (!arc__conformance_open(c)) return 0;
  if (c->host->open(c->host->user, &second, &err) == ARC_E_BUSY) {
    snprintf(c->result.text, sizeof c->result.text,
             "single writer: the second opener gets ARC_E_BUSY");
    return conformance_append_all(c, &c->book, 0, c->book.count) &&
           conformance_holds(c, &c->storage, &c->book, c->book.count);
  }
  if (!second.append || !second.read)
    return arc__conformance_fail(c, "a second open gave neither a storage nor ARC_E_BUSY: %.120s",
                                 err.text);
  int passed = conformance_race(c, &second);
  if (second.close) second.close(second.user);
  return passed && arc__conformance_reopen(c) &&
         conformance_holds(c, &c->storage, &c->book, c->book.count);
}

/* ---- what was acknowledged stays ---- */

static int conformance_durable(arc__conformance *c) {
  if (!arc__conformance_open(c)) return 0;
  for (size_t i = 0; i < c->book.count; i++)
    if (!conformance_append_all(c, &c->book, i, i + 1) || !arc__conformance_reopen(c) ||
        !conformance_holds(c, &c->storage, &c->book, i + 1))
      return 0;
  return 1;
}

static int conformance_crash(arc__conformance *c) {
  if (!c->host->crash) return conformance_skip(c, "the host gives no crash");
  if (!arc__conformance_open(c)) return 0;
  for (size_t i = 0; i < c->book.count; i++)
    if (!conformance_append_all(c, &c->book, i, i + 1) || !conformance_stop(c) ||
        !arc__conformance_open(c) || !conformance_holds(c, &c->storage, &c->book, i + 1))
      return 0;
  return 1;
}

/* Tears the commit at every byte; then the commits before it are there and it can be appended
 * again. */
static int conformance_tear(arc__conformance *c, size_t commit) {
  size_t size = c->book.commits[commit].size;
  for (size_t keep = 0; keep <= size; keep++) {
    if (!conformance_append_all(c, &c->book, commit, commit + 1) || !conformance_stop(c)) return 0;
    arc_status status = c->host->tear(c->host->user, size, keep);
    if (status != ARC_OK) return arc__conformance_fail(c, "tear gave %d", (int)status);
    if (!arc__conformance_open(c) ||
        !conformance_holds(c, &c->storage, &c->book, commit + (keep == size))) {
      char why[150];
      snprintf(why, sizeof why, "%.149s", c->result.text);
      return arc__conformance_fail(c, "cut after %llu of %llu bytes: %s", (unsigned long long)keep,
                                   (unsigned long long)size, why);
    }
  }
  return 1;
}

static int conformance_torn(arc__conformance *c) {
  if (!c->host->tear) return conformance_skip(c, "the host gives no tear");
  if (!arc__conformance_open(c)) return 0;
  for (size_t commit = 0; commit < 4; commit++)
    if (!conformance_tear(c, commit)) return 0;
  return conformance_append_all(c, &c->book, 4, c->book.count) &&
         conformance_holds(c, &c->storage, &c->book, c->book.count);
}

/* The storage stored it, but nobody heard so. */
static int conformance_lost(arc__conformance *c) {
  const size_t lost = 3;
  if (!arc__conformance_open(c) || !conformance_append_all(c, &c->book, 0, lost + 1) ||
      !conformance_stop(c) || !arc__conformance_open(c))
    return 0;
  return conformance_expect_append(c, &c->storage, &c->book, lost, ARC_E_CONFLICT) &&
         conformance_expect_append(c, &c->storage, &c->rivals, lost, ARC_E_CONFLICT) &&
         conformance_holds(c, &c->storage, &c->book, lost + 1) &&
         conformance_append_all(c, &c->book, lost + 1, c->book.count) &&
         conformance_holds(c, &c->storage, &c->book, c->book.count) &&
         arc__conformance_lost_command(c);
}

/* ---- a medium that fails ---- */

/* Makes the medium fail; 0 if it cannot or will not. */
static int conformance_break(arc__conformance *c, int32_t how) {
  if (!c->host->fail) return conformance_skip(c, "the host gives no fail");
  arc_status status = c->host->fail(c->host->user, how);
  if (status == ARC_DONE) return conformance_skip(c, "the host's medium cannot fail in this way");
  return status == ARC_OK || arc__conformance_fail(c, "fail gave %d", (int)status);
}

/* Whether the storage that was opened anew holds the commit whose outcome was unknown. */
static int conformance_is_stored(arc__conformance *c, uint64_t first_seq) {
  unsigned char byte;
  size_t size = 0;
  return c->storage.read(c->storage.user, first_seq, 0, &byte, 1, &size) == ARC_OK;
}

/* After the refused append of commit n, the medium being sound again: nothing is lost, nothing
 * half. */
static int conformance_after_failure(arc__conformance *c, size_t n, int32_t code, int32_t how) {
  const arc__conformance_book *book = &c->book;
  if (code == ARC_E_CONFLICT)
    return arc__conformance_fail(c, "append gave ARC_E_CONFLICT where the medium failed");
  if (code != ARC_E_UNKNOWN_OUTCOME) {
    if (!conformance_holds(c, &c->storage, book, n)) return 0;
    if (how == ARC_CONFORMANCE_NO_SPACE && !conformance_append_all(c, book, n, n + 1)) return 0;
    n += how == ARC_CONFORMANCE_NO_SPACE;
  }
  if (!arc__conformance_reopen(c)) return 0;
  if (code == ARC_E_UNKNOWN_OUTCOME && conformance_is_stored(c, book->commits[n].first_seq)) n++;
  return conformance_holds(c, &c->storage, book, n) &&
         conformance_append_all(c, book, n, book->count) &&
         conformance_holds(c, &c->storage, book, book->count);
}

static int conformance_failing(arc__conformance *c, int32_t how) {
  const arc__conformance_book *book = &c->book;
  int32_t code = ARC_OK;
  size_t n = 2;
  if (!arc__conformance_open(c) || !conformance_append_all(c, book, 0, n) ||
      !conformance_break(c, how))
    return 0;
  while (n < book->count - 1 && (code = conformance_append(&c->storage, book, n)) == ARC_OK)
    n++;
  if (c->host->fail(c->host->user, ARC_CONFORMANCE_SOUND) != ARC_OK)
    return arc__conformance_fail(c, "fail did not make the medium sound again");
  if (code != ARC_OK) return conformance_after_failure(c, n, code, how);
  if (!arc__conformance_reopen(c) || !conformance_holds(c, &c->storage, book, n)) return 0;
  return conformance_skip(c, "no append was refused: the host's fail had no effect");
}

static int conformance_no_space(arc__conformance *c) {
  return conformance_failing(c, ARC_CONFORMANCE_NO_SPACE);
}

static int conformance_write_error(arc__conformance *c) {
  return conformance_failing(c, ARC_CONFORMANCE_WRITE_ERROR);
}

static int conformance_sync_error(arc__conformance *c) {
  return conformance_failing(c, ARC_CONFORMANCE_SYNC_ERROR);
}

/* ---- sizes ---- */

/* Appends a book of its own kind, and reads it before and after opening again. */
static int conformance_size(arc__conformance *c, const arc__conformance_recipe *recipe) {
  arc__conformance_book book = {0};
  int passed = arc__conformance_make(&book, NULL, recipe, NULL) >= 0 ||
               arc__conformance_fail(c, "the kit is out of memory");
  passed = passed && arc__conformance_open(c) && conformance_append_all(c, &book, 0, book.count) &&
           conformance_holds(c, &c->storage, &book, book.count) && arc__conformance_reopen(c) &&
           conformance_holds(c, &c->storage, &book, book.count);
  for (size_t i = 0; passed && i < book.count; i += 1 + book.count / 50) {
    const arc__conformance_commit *commit = &book.commits[i];
    size_t given;
    passed = conformance_read(c, &c->storage, commit->first_seq, 0, 80, book.bytes + commit->at,
                              book.size - commit->at, &given) &&
             conformance_expect_append(c, &c->storage, &book, i, ARC_E_CONFLICT);
  }
  arc__conformance_free(&book);
  return passed;
}

static int conformance_large(arc__conformance *c) {
  static const arc__conformance_recipe recipe = {3, 1, 1, 1200};
  return conformance_size(c, &recipe);
}

static int conformance_many(arc__conformance *c) {
  static const arc__conformance_recipe recipe = {10000, 2, 0, 0};
  return conformance_size(c, &recipe);
}

/* ---- snapshots ---- */

#define CONFORMANCE_SNAPSHOT 100000

/* The byte of a snapshot, which is named by its next_seq. */
static unsigned char conformance_byte(uint64_t next_seq, size_t at) {
  return (unsigned char)((at * 31 + at / 251 + next_seq * 101) & 0xff);
}

static int32_t conformance_save(arc__conformance *c, uint64_t next_seq, size_t size) {
  unsigned char *bytes = malloc(size);
  if (!bytes) return ARC_E_NOMEM;
  for (size_t i = 0; i < size; i++)
    bytes[i] = conformance_byte(next_seq, i);
  int32_t code = c->storage.save_snapshot(c->storage.user, next_seq, bytes, size);
  free(bytes);
  return code;
}

static int conformance_expect_save(arc__conformance *c, uint64_t next_seq, size_t size) {
  int32_t code = conformance_save(c, next_seq, size);
  if (code == ARC_OK) return 1;
  return arc__conformance_fail(c, "save_snapshot of %llu bytes gave %s (%d)",
                               (unsigned long long)size, arc_status_name(code), (int)code);
}

static int conformance_snapshot(arc__conformance *c, uint64_t next_seq, size_t size, size_t piece) {
  unsigned char buf[4096];
  size_t given;
  for (size_t got = 0; got < size; got += given) {
    uint64_t seq = 0, total = 0;
    given = 0;
    int32_t code = c->storage.load_snapshot(c->storage.user, &seq, &total, got, buf, piece, &given);
    if (code != ARC_OK)
      return arc__conformance_fail(c, "load_snapshot at %llu gave %s (%d)", (unsigned long long)got,
                                   arc_status_name(code), (int)code);
    if (seq != next_seq || total != size || given == 0 || given > piece || given > size - got)
      return arc__conformance_fail(c,
                                   "load_snapshot at %llu gave %llu of %llu bytes, next_seq %llu, "
                                   "instead of 1 to %llu of %llu, %llu",
                                   (unsigned long long)got, (unsigned long long)given,
                                   (unsigned long long)total, (unsigned long long)seq,
                                   (unsigned long long)piece, (unsigned long long)size,
                                   (unsigned long long)next_seq);
    for (size_t i = 0; i < given; i++)
      if (buf[i] != conformance_byte(next_seq, got + i))
        return arc__conformance_fail(c, "load_snapshot gave a wrong byte at %llu",
                                     (unsigned long long)(got + i));
  }
  return 1;
}

static int conformance_begin_snapshots(arc__conformance *c) {
  if (!arc__conformance_open(c) || !conformance_append_all(c, &c->book, 0, 4)) return 0;
  return c->storage.save_snapshot || conformance_skip(c, "the storage keeps no snapshots");
}

static int conformance_snapshot_pieces(arc__conformance *c) {
  if (!conformance_begin_snapshots(c) || !conformance_expect_save(c, 5, CONFORMANCE_SNAPSHOT))
    return 0;
  for (int again = 0; again < 2; again++)
    if (!conformance_snapshot(c, 5, CONFORMANCE_SNAPSHOT, 1) ||
        !conformance_snapshot(c, 5, CONFORMANCE_SNAPSHOT, 7) ||
        !conformance_snapshot(c, 5, CONFORMANCE_SNAPSHOT, 4096) || !arc__conformance_reopen(c))
      return 0;
  return conformance_holds(c, &c->storage, &c->book, 4); /* the journal is another thing */
}

static int conformance_snapshot_replaced(arc__conformance *c) {
  static const size_t sizes[] = {3000, CONFORMANCE_SNAPSHOT, 1, 50000};
  if (!conformance_begin_snapshots(c)) return 0;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    uint64_t next_seq = c->book.commits[i + 4].first_seq;
    if (!conformance_expect_save(c, next_seq, sizes[i]) ||
        !conformance_snapshot(c, next_seq, sizes[i], 4096) ||
        !conformance_append_all(c, &c->book, i + 4, i + 5) || !conformance_stop(c) ||
        !arc__conformance_open(c) || !conformance_snapshot(c, next_seq, sizes[i], 4096))
      return 0;
  }
  return conformance_holds(c, &c->storage, &c->book, 8);
}

/* A save that failed: the one before, or the new one where only its being durable was in doubt. */
static int conformance_one_of_both(arc__conformance *c, uint64_t before, uint64_t after) {
  return conformance_snapshot(c, before, CONFORMANCE_SNAPSHOT / 2, 4096) ||
         conformance_snapshot(c, after, CONFORMANCE_SNAPSHOT, 4096);
}

static int conformance_snapshot_failing(arc__conformance *c, int32_t how, int *refused) {
  arc_status status = c->host->fail(c->host->user, how);
  if (status == ARC_DONE) return 1; /* not in this way */
  if (status != ARC_OK) return arc__conformance_fail(c, "fail gave %d", (int)status);
  int32_t code = conformance_save(c, 9, CONFORMANCE_SNAPSHOT);
  if (c->host->fail(c->host->user, ARC_CONFORMANCE_SOUND) != ARC_OK)
    return arc__conformance_fail(c, "fail did not make the medium sound again");
  *refused |= code != ARC_OK;
  for (int again = 0; again < 2; again++) {
    if (code == ARC_OK ? !conformance_snapshot(c, 9, CONFORMANCE_SNAPSHOT, 4096)
                       : !conformance_one_of_both(c, 5, 9))
      return 0;
    if (!arc__conformance_reopen(c)) return 0;
  }
  return conformance_expect_save(c, 5, CONFORMANCE_SNAPSHOT / 2) &&
         conformance_holds(c, &c->storage, &c->book, 4);
}

static int conformance_snapshot_failed(arc__conformance *c) {
  int refused = 0;
  if (!c->host->fail) return conformance_skip(c, "the host gives no fail");
  if (!conformance_begin_snapshots(c) || !conformance_expect_save(c, 5, CONFORMANCE_SNAPSHOT / 2))
    return 0;
  for (int32_t how = ARC_CONFORMANCE_NO_SPACE; how <= ARC_CONFORMANCE_SYNC_ERROR; how++)
    if (!conformance_snapshot_failing(c, how, &refused)) return 0;
  c->result.text[0] = 0; /* of snapshots that were looked for and are the other one */
  c->result.outcome = ARC_CONFORMANCE_PASSED;
  return refused ||
         conformance_skip(c, "no save_snapshot was refused: the host's fail had no effect");
}

/* ---- dropping the beginning ---- */

/* Whether the book is there from one commit on and nothing before it; from 0: all of it. */
static int conformance_begins_at(arc__conformance *c, size_t from, size_t commits) {
  const arc__conformance_book *book = &c->book;
  size_t end = commits < book->count ? book->commits[commits].at : book->size, at = book->commits[from].at, given;
  for (size_t i = 0; i < from; i++)
    if (!conformance_expect_not_found(c, book->commits[i].first_seq)) return 0;
  for (size_t got = 0; got < end - at; got += given)
    if (!conformance_read(c, &c->storage, 0, got, 4096, book->bytes + at + got, end - at - got, &given)) return 0;
  for (size_t i = from; i <= commits && i < book->count; i++)
    if (!conformance_stream(c, &c->storage, book, i, commits, 4096)) return 0;
  return 1;
}

static int conformance_expect_drop(arc__conformance *c, uint64_t first_seq, int32_t wanted) {
  int32_t code = c->storage.drop(c->storage.user, first_seq);
  if (code == wanted) return 1;
  return arc__conformance_fail(c, "drop(%llu) gave %s (%d) instead of %s", (unsigned long long)first_seq,
                               arc_status_name(code), (int)code, arc_status_name(wanted));
}

/* Eight commits, and the snapshot of what is before the sixth. 0: failed, or skipped. */
static int conformance_begin_drop(arc__conformance *c) {
  if (!arc__conformance_open(c)) return 0;
  if (!c->storage.drop) return conformance_skip(c, "the storage cannot drop its beginning") && 0;
  if (!c->storage.save_snapshot) return arc__conformance_fail(c, "a storage that drops must keep snapshots");
  return conformance_append_all(c, &c->book, 0, 8) &&
         conformance_expect_save(c, c->book.commits[5].first_seq, CONFORMANCE_SNAPSHOT);
}

static int conformance_skipped(const arc__conformance *c) {
  return c->result.outcome == ARC_CONFORMANCE_SKIPPED;
}

static int conformance_drop(arc__conformance *c) {
  const arc__conformance_book *book = &c->book;
  uint64_t sixth = book->commits[5].first_seq, next = book->commits[8].first_seq;
  if (!conformance_begin_drop(c)) return conformance_skipped(c);
  if (!conformance_expect_drop(c, next, ARC_E_NOT_FOUND) || !conformance_expect_drop(c, 0, ARC_E_NOT_FOUND) ||
      !conformance_expect_drop(c, UINT64_MAX, ARC_E_NOT_FOUND) || !conformance_begins_at(c, 0, 8) ||
      !conformance_expect_drop(c, book->commits[2].first_seq, ARC_OK) || !conformance_begins_at(c, 2, 8) ||
      !conformance_expect_drop(c, sixth, ARC_OK) || !conformance_begins_at(c, 5, 8) ||
      !conformance_expect_drop(c, sixth, ARC_OK) || !conformance_expect_drop(c, book->commits[4].first_seq, ARC_E_NOT_FOUND))
    return 0;
  /* Nothing takes the place of the snapshot that tells what was dropped, nor goes beyond it. */
  int32_t code = conformance_save(c, book->commits[4].first_seq, 100);
  if (code != ARC_E_CONFLICT)
    return arc__conformance_fail(c, "a snapshot of what was dropped before was saved, or gave %d", (int)code);
  if (!conformance_expect_drop(c, book->commits[7].first_seq, ARC_E_CONFLICT) || !conformance_begins_at(c, 5, 8) ||
      !conformance_snapshot(c, sixth, CONFORMANCE_SNAPSHOT, 4096))
    return 0;
  /* Numbers go on, whoever opens it next, after a crash as well; and the snapshot is there. */
  if (!conformance_expect_append(c, &c->storage, book, 5, ARC_E_CONFLICT) ||
      !conformance_expect_append(c, &c->storage, book, 0, ARC_E_CONFLICT) || !conformance_stop(c) ||
      !arc__conformance_open(c) || !conformance_begins_at(c, 5, 8) || !conformance_append_all(c, book, 8, 10) ||
      !arc__conformance_reopen(c) || !conformance_begins_at(c, 5, 10))
    return 0;
  return conformance_snapshot(c, sixth, CONFORMANCE_SNAPSHOT, 4096);
}

/* All that was to be dropped is there still, or nothing of it. */
static int conformance_all_or_none(arc__conformance *c, size_t from, size_t to, size_t *begins) {
  char why[sizeof c->result.text];
  *begins = from;
  if (conformance_begins_at(c, from, 8)) return 1;
  memcpy(why, c->result.text, sizeof why);
  *begins = to;
  if (conformance_begins_at(c, to, 8)) return 1;
  return arc__conformance_fail(c, "a drop that failed left something else than all or none: %.120s", why);
}

static int conformance_drop_failing(arc__conformance *c, int32_t how, size_t *begins, int *refused) {
  arc_status status = c->host->fail(c->host->user, how);
  size_t again;
  if (status == ARC_DONE) return 1; /* not in this way */
  if (status != ARC_OK) return arc__conformance_fail(c, "fail gave %d", (int)status);
  int32_t code = c->storage.drop(c->storage.user, c->book.commits[5].first_seq);
  if (c->host->fail(c->host->user, ARC_CONFORMANCE_SOUND) != ARC_OK)
    return arc__conformance_fail(c, "fail did not make the medium sound again");
  *refused |= code != ARC_OK;
  if (code == ARC_OK) *begins = 5;
  if (!conformance_all_or_none(c, *begins, 5, begins) || !arc__conformance_reopen(c) ||
      !conformance_all_or_none(c, *begins == 5 && code == ARC_OK ? 5 : 0, 5, &again))
    return 0;
  *begins = again;
  return conformance_snapshot(c, c->book.commits[5].first_seq, CONFORMANCE_SNAPSHOT, 4096);
}

static int conformance_drop_failed(arc__conformance *c) {
  int refused = 0;
  size_t begins = 0;
  if (!c->host->fail) return conformance_skip(c, "the host gives no fail");
  if (!conformance_begin_drop(c)) return conformance_skipped(c);
  for (int32_t how = ARC_CONFORMANCE_NO_SPACE; how <= ARC_CONFORMANCE_SYNC_ERROR; how++)
    if (!conformance_drop_failing(c, how, &begins, &refused)) return 0;
  if (!conformance_expect_drop(c, c->book.commits[5].first_seq, ARC_OK) || !conformance_begins_at(c, 5, 8) ||
      !conformance_append_all(c, &c->book, 8, 9) || !conformance_begins_at(c, 5, 9))
    return 0;
  c->result.text[0] = 0; /* of what was looked for and is the other one */
  c->result.outcome = ARC_CONFORMANCE_PASSED;
  return refused || conformance_skip(c, "no drop was refused: the host's fail had no effect");
}

/* ---- running ---- */

typedef struct conformance_clause {
  const char *name, *promise;
  int (*run)(arc__conformance *c);
} conformance_clause;

static const conformance_clause conformance_clauses[] = {
    {"empty", "an empty place has no record and no snapshot, and that is no error",
     conformance_empty},
    {"read-pieces", "what was appended is read equal, in pieces of any size, from any commit on",
     conformance_pieces},
    {"read-offsets", "any offset of any stream can be read, in any order", conformance_offsets},
    {"read-unknown", "reading from a record that no commit begins with is ARC_E_NOT_FOUND",
     conformance_unknown},
    {"read-past-end", "reading at or past the end is ARC_DONE with size 0", conformance_past_end},
    {"conflict",
     "an append whose first_seq is not the next number is ARC_E_CONFLICT and stores nothing",
     conformance_conflict},
    {"durable", "what was acknowledged is there after closing and opening again",
     conformance_durable},
    {"crash", "what was acknowledged is there after a crash", conformance_crash},
    {"torn-tail", "an append cut short at any byte leaves the whole commits before it",
     conformance_torn},
    {"lost-acknowledgement",
     "a stored commit whose acknowledgement was lost is found whole, and a retry conflicts",
     conformance_lost},
    {"two-writers",
     "of two appends with the same first_seq exactly one wins, or there is one writer only",
     conformance_writers},
    {"snapshot-pieces", "the latest snapshot is loaded equal, in pieces of any size",
     conformance_snapshot_pieces},
    {"snapshot-replaced", "a snapshot replaces the one before as a whole, also for a crash",
     conformance_snapshot_replaced},
    {"snapshot-failed", "a snapshot that could not be saved leaves a whole one",
     conformance_snapshot_failed},
    {"drop", "dropping takes all before a commit, for good, and nothing else", conformance_drop},
    {"drop-failed", "a drop that failed left all or took all", conformance_drop_failed},
    {"no-space",
     "out of space, an append is refused, stores nothing, and succeeds when there is room",
     conformance_no_space},
    {"write-error", "after a failed write nothing is lost, half there, or wrongly acknowledged",
     conformance_write_error},
    {"sync-error", "after a failed sync nothing is lost, half there, or wrongly acknowledged",
     conformance_sync_error},
    {"large-commit", "a commit of several megabytes is one commit", conformance_large},
    {"many-commits", "ten thousand small commits are kept and found", conformance_many},
    {"ledger-life", "a ledger lives on it and verifies", arc__conformance_ledger_life},
};

/* Runs one clause; 1 unless it failed. */
static int conformance_run_clause(arc__conformance *c, const conformance_clause *clause) {
  c->result = (arc_conformance_result){
      .struct_size = sizeof c->result, .clause = clause->name, .promise = clause->promise};
  int passed = arc__conformance_wipe(c) && clause->run(c);
  arc__conformance_close(c);
  if (!passed && c->result.outcome == ARC_CONFORMANCE_PASSED)
    c->result.outcome = ARC_CONFORMANCE_FAILED;
  if (c->host->report) c->host->report(c->host->user, &c->result);
  return c->result.outcome != ARC_CONFORMANCE_FAILED;
}

static arc_status conformance_fill_error(arc_error *err, arc_status status, const char *what,
                                         const char *why) {
  if (!err || err->struct_size != sizeof *err) return status;
  *err = (arc_error)ARC_ERROR_INIT;
  err->status = status;
  snprintf(err->text, sizeof err->text, "%.40s: %.180s", what, why);
  return status;
}

static arc_status conformance_run_all(arc__conformance *c, arc_error *err) {
  arc_status status = ARC_OK;
  for (size_t i = 0; i < sizeof conformance_clauses / sizeof *conformance_clauses; i++)
    if (!conformance_run_clause(c, &conformance_clauses[i]) && status == ARC_OK)
      status = conformance_fill_error(err, ARC_E_STORAGE, c->result.clause, c->result.text);
  return status;
}

arc_status arc_conformance_run(const arc_conformance_host *host, arc_error *err) {
  static const arc__conformance_recipe ordinary = {12, 3, 5, 3}, single = {12, 1, 0, 0};
  arc__conformance c = {.host = host};
  if (!host || !host->struct_size)
    return conformance_fill_error(err, ARC_E_INVALID, "arc_conformance_run",
                                  "host and its struct_size must be set");
  if (host->struct_size != sizeof *host || host->flags)
    return conformance_fill_error(err, ARC_E_ABI, "arc_conformance_run",
                                  "host is of another version of the kit");
  if (!host->open || !host->wipe)
    return conformance_fill_error(err, ARC_E_INVALID, "arc_conformance_run",
                                  "open and wipe must be given");
  arc_status status = arc__conformance_make(&c.book, &c.rivals, &ordinary, err);
  if (status >= 0) status = arc__conformance_make(&c.single, NULL, &single, err);
  if (status >= 0)
    status = conformance_run_all(&c, err);
  else
    conformance_fill_error(err, status, "arc_conformance_run", "out of memory");
  arc__conformance_free(&c.book);
  arc__conformance_free(&c.rivals);
  arc__conformance_free(&c.single);
  return status;
}
