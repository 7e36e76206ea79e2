/* Journals and snapshots whose bytes are not what was written.
 *
 * usage: damage flips [--full]     every single bit of a journal of about 64 KiB, and of a snapshot
 *        damage commits [--full]   commits and sectors zeroed, cut, lost, doubled, swapped, misdirected
 *        damage snapshots          every snapshot of 20 states of two books with every journal of 20 states
 *
 * On a storage of plain bytes, which a host's database stands for, damage is found: ARC_E_CORRUPT. The file
 * storage takes damage of the last commit alone for a torn tail and cuts that off; else it is found, too.
 * Prints one line of counts; exit 1 for violations. */
#include "simulated_disk.h"

#include "../golden/story_0_1.h"
#include "hash.h"
#include "journal.h"
#include "ledger_internal.h"
#include "../support/info.h"
#include "../support/calls.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long violations, found_open, found_verify, torn, same, checks;

static void violation(const char *format, ...) {
  va_list arguments;
  if (++violations > 20) return;
  fputs("damage: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputs("\n", stderr);
}

static uint32_t below(uint32_t limit) {
  static uint64_t seed = 88172645463325252u;
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return (uint32_t)((seed >> 32) % limit);
}

/* ---- a storage of plain bytes, with the index of commits that a database keeps besides ---- */

enum { COMMITS_MAX = 1024, BYTES_MAX = 256 * 1024 };

struct plain {
  unsigned char *bytes;
  size_t size, count;
  struct {
    uint64_t first_seq;
    size_t at;
  } commits[COMMITS_MAX + 1]; /* the last one: the end */
  unsigned char *snapshot;
  size_t snapshot_size;
  uint64_t snapshot_seq;
};

static int32_t plain_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes, size_t size) {
  struct plain *p = user;
  if (first_seq != p->commits[p->count].first_seq) return ARC_E_CONFLICT;
  if (p->count == COMMITS_MAX || size > BYTES_MAX - p->size) return ARC_E_STORAGE;
  memcpy(p->bytes + p->size, bytes, size);
  p->size += size;
  p->count++;
  p->commits[p->count].first_seq = first_seq + count;
  p->commits[p->count].at = p->size;
  return ARC_OK;
}

static int32_t plain_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap, size_t *size) {
  const struct plain *p = user;
  size_t i = 0;
  *size = 0;
  while (i < p->count && p->commits[i].first_seq != first_seq) i++;
  if (i == p->count && first_seq != p->commits[i].first_seq) return ARC_E_NOT_FOUND;
  if (offset >= p->size - p->commits[i].at) return ARC_DONE;
  size_t at = p->commits[i].at + (size_t)offset;
  *size = p->size - at < cap ? p->size - at : cap;
  memcpy(buf, p->bytes + at, *size);
  return ARC_OK;
}

static int32_t plain_save(void *user, uint64_t next_seq, const void *bytes, size_t size) {
  struct plain *p = user;
  free(p->snapshot);
  p->snapshot = malloc(size);
  if (!p->snapshot) return ARC_E_NOMEM;
  memcpy(p->snapshot, bytes, p->snapshot_size = size);
  p->snapshot_seq = next_seq;
  return ARC_OK;
}

static int32_t plain_load(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset, void *buf, size_t cap,
                          size_t *size) {
  const struct plain *p = user;
  *size = 0;
  *next_seq = p->snapshot_seq;
  *total = p->snapshot_size;
  if (!p->snapshot) return ARC_DONE;
  *size = p->snapshot_size - (size_t)offset < cap ? p->snapshot_size - (size_t)offset : cap;
  memcpy(buf, p->snapshot + offset, *size);
  return ARC_OK;
}

static struct plain *plain_new(void) {
  struct plain *p = calloc(1, sizeof *p);
  if (!p || !(p->bytes = malloc(BYTES_MAX))) abort();
  p->commits[0].first_seq = 1;
  return p;
}

static void plain_free(struct plain *p) {
  free(p->bytes);
  free(p->snapshot);
  free(p);
}

static arc_status open_on(arc_ledger **ledger, const arc_storage *storage, arc_error *err) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  *err = (arc_error)ARC_ERROR_INIT;
  options.storage = storage;
  options.book = (arc_text)STORY_TEXT("damage");
  memcpy(options.currency, "USD", 4);
  return arc_ledger_open(ledger, &options, err);
}

static arc_status open_plain(arc_ledger **ledger, struct plain *p, int with_snapshot, arc_error *err) {
  arc_storage storage;
  memset(&storage, 0, sizeof storage);
  storage.struct_size = sizeof storage;
  storage.user = p;
  storage.append = plain_append;
  storage.read = plain_read;
  if (with_snapshot) storage.save_snapshot = plain_save, storage.load_snapshot = plain_load;
  return open_on(ledger, &storage, err);
}

/* The bytes as the file of a file storage. */
static arc_status open_file(arc_ledger **ledger, const unsigned char *bytes, size_t size, arc_error *err) {
  arc_storage storage;
  disk_store(DISK_JOURNAL, bytes, size);
  disk_end_process();
  disk_arm(0);
  arc_status status = call_file(&storage, DISK_BOOK, NULL, err);
  return status == ARC_OK ? open_on(ledger, &storage, err) : status;
}

/* ---- the book, and its states after each commit ---- */

static struct plain *book;
static struct state {
  uint64_t next_seq;
  int64_t instant;
  uint8_t head[32];
  unsigned char digest[32];
} states[COMMITS_MAX + 1];

static struct state state_of(const arc_ledger *ledger) {
  struct state state;
  memset(&state, 0, sizeof state);
  state.next_seq = info_of(ledger).next_sequence;
  state.instant = ledger->instant;
  memcpy(state.head, info_of(ledger).head, 32);
  arc__tables_digest(arc__ledger_tables(ledger), state.digest);
  return state;
}

/* The story, then notes: about `size` bytes; `salt` tells books apart whose records have the same sizes. */
static struct plain *make_book(size_t size, char salt, struct state *remembers, struct plain **snapshots,
                               size_t snapshot_count) {
  struct plain *p = plain_new();
  arc_error err;
  arc_ledger *ledger;
  if (open_plain(&ledger, p, 1, &err) != ARC_OK) abort();
  for (int step = 0; p->size < size || (size_t)step < 2 * snapshot_count; step++) {
    char key[16], text[200];
    arc_note row = ARC_NOTE_INIT;
    snprintf(key, sizeof key, "note%d", step);
    memset(text, salt, sizeof text);
    row.key = (arc_text){key, strlen(key)};
    row.customer = (arc_text)STORY_TEXT("C1");
    row.text = (arc_text){text, (size_t)step % 200};
    row.day = STORY_DAY + 60;
    if (remembers) remembers[p->count] = state_of(ledger);
    arc_status status = step == 1 || step >= STORY_STEPS ? arc_ledger_post_notes(ledger, &row, 1, &err) : ARC_OK;
    if (step < STORY_STEPS) status = story_step(ledger, step, &err);
    if (status != ARC_OK) fprintf(stderr, "%s\n", err.text), abort();
    if (snapshots && step % 2 && (size_t)step / 2 < snapshot_count) {
      struct plain *copy = plain_new();
      if (arc_ledger_snapshot(ledger, &err) != ARC_OK) abort();
      memcpy(copy->bytes, p->bytes, p->size);
      memcpy(copy->commits, p->commits, sizeof p->commits);
      copy->size = p->size;
      copy->count = p->count;
      plain_save(copy, p->snapshot_seq, p->snapshot, p->snapshot_size);
      snapshots[step / 2] = copy;
    }
  }
  if (remembers) remembers[p->count] = state_of(ledger);
  arc_ledger_close(ledger);
  return p;
}

/* Opens a damaged journal. What is not found must be harmless: the state is that of all commits, or, where
 * `least` commits are sound and nothing behind them is, of those. */
static void check_opened(arc_status status, arc_ledger *ledger, arc_error *err, size_t least, int may_tear, const char *what,
                         size_t where) {
  checks++;
  if (status != ARC_OK) {
    found_open++;
    if (status != ARC_E_CORRUPT || err->record == 0 || !err->text[0])
      violation("%s %zu: opening says %s at record %llu: %s", what, where, arc_status_name(status),
                (unsigned long long)err->record, err->text);
    return;
  }
  struct state now = state_of(ledger);
  status = arc_ledger_verify(ledger, err);
  if (status != ARC_OK)
    found_verify++;
  else if (memcmp(&now, &states[book->count], sizeof now) == 0)
    same++;
  else if (may_tear && memcmp(&now, &states[least], sizeof now) == 0)
    torn++;
  else
    violation("%s %zu: it opens, verifies, and is in another state: %llu records", what, where,
              (unsigned long long)now.next_seq - 1);
  arc_ledger_close(ledger);
}

static void check_plain(struct plain *p, const char *what, size_t where) {
  arc_ledger *ledger = NULL;
  arc_error err;
  arc_status status = open_plain(&ledger, p, 0, &err);
  check_opened(status, ledger, &err, 0, 0, what, where);
}

/* `sound`: how many commits from the first one on are as they were; nothing behind is, if there is only one. */
static void check_file(const unsigned char *bytes, size_t size, size_t sound, int may_tear, const char *what, size_t where) {
  arc_ledger *ledger = NULL;
  arc_error err = ARC_ERROR_INIT;
  disk_clear();
  arc_status status = open_file(&ledger, bytes, size, &err);
  check_opened(status, ledger, &err, sound, may_tear, what, where);
}

static size_t commit_at(size_t byte) {
  size_t i = 0;
  while (i + 1 < book->count && book->commits[i + 1].at <= byte) i++;
  return i;
}

/* ---- flips ---- */

static arc_status take_record(void *user, uint64_t seq, int64_t instant, uint16_t type, uint16_t version,
                              const unsigned char *payload, size_t size, arc_error *err) {
  (void)user, (void)seq, (void)instant, (void)type, (void)version, (void)payload, (void)size, (void)err;
  return ARC_OK;
}

/* The journal's own check, from the commit with the flip on. */
static void scan_flip(const arc__heap *heap, size_t commit, size_t bit) {
  arc_storage storage;
  arc__scan scan;
  arc_error err = ARC_ERROR_INIT;
  memset(&storage, 0, sizeof storage);
  memset(&scan, 0, sizeof scan);
  storage.user = book;
  storage.read = plain_read;
  scan.next_seq = states[commit].next_seq;
  memcpy(scan.chain, states[commit].head, 32);
  uint64_t end = commit + 1 < book->count ? states[commit + 1].next_seq : 0;
  arc_status status = arc__journal_scan(&storage, heap, &scan, end, take_record, NULL, &err);
  if (status != ARC_E_CORRUPT || err.record != states[commit].next_seq)
    violation("bit %zu, scanned: %s at record %llu", bit, arc_status_name(status), (unsigned long long)err.record);
}

static void test_snapshot_flips(int full) {
  arc_error err;
  arc_ledger *ledger = NULL;
  unsigned long flips = 0;
  size_t size = book->snapshot_size;
  for (size_t bit = 0; bit < 8 * size; bit += full || bit < 8 * 80 ? 1 : 1 + below(400), flips++) {
    book->snapshot[bit / 8] ^= (unsigned char)(1 << bit % 8);
    arc_status status = open_plain(&ledger, book, 1, &err);
    if (status != ARC_OK) {
      violation("bit %zu of the snapshot: %s: %s", bit, arc_status_name(status), err.text);
    } else {
      struct state now = state_of(ledger);
      if (memcmp(&now, &states[book->count], sizeof now) != 0)
        violation("bit %zu of the snapshot: another state, instant %lld", bit, (long long)now.instant);
      arc_ledger_close(ledger);
    }
    book->snapshot[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  printf("damage: %lu bits of a snapshot of %zu bytes flipped; %lu violations\n", flips, size, violations);
}

static void test_flips(int full) {
  arc__heap heap;
  unsigned long scanned = 0;
  arc__heap_init(&heap, NULL, NULL);
  for (size_t bit = 0, commit = 0; bit < 8 * book->size; bit++) {
    while (book->commits[commit + 1].at <= bit / 8) commit++;
    book->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    scan_flip(&heap, commit, bit);
    scanned++;
    if (full || below(400) == 0) {
      check_plain(book, "bit", bit);
      check_file(book->bytes, book->size, commit, commit + 1 == book->count, "bit of a file", bit);
    }
    book->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  /* The last commit of a file in any case. */
  for (size_t bit = 8 * book->commits[book->count - 1].at; bit < 8 * book->size; bit++) {
    book->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    check_file(book->bytes, book->size, book->count - 1, 1, "bit of a file's last commit", bit);
    book->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  printf("damage: %lu bits of a journal of %zu bytes flipped, every one found; %lu books opened: %lu found when opened, "
         "%lu when verified, %lu torn tails cut off, %lu without effect; %lu violations\n",
         scanned, book->size, checks, found_open, found_verify, torn, same, violations);
  test_snapshot_flips(full);
}

/* ---- commits ---- */

static struct plain *bad; /* a copy of the book, to be damaged */

static void copy_book(void) {
  memcpy(bad->bytes, book->bytes, book->size);
  memcpy(bad->commits, book->commits, sizeof book->commits);
  bad->size = book->size;
  bad->count = book->count;
}

/* What the storage's index says remains; the bytes of the commits are those in `order`. */
static void arrange(const size_t *order, size_t count) {
  bad->size = bad->count = 0;
  for (size_t i = 0; i < count; i++) {
    size_t at = book->commits[order[i]].at, size = book->commits[order[i] + 1].at - at;
    bad->commits[i].first_seq = book->commits[i].first_seq;
    bad->commits[i].at = bad->size;
    memcpy(bad->bytes + bad->size, book->bytes + at, size);
    bad->size += size;
  }
  bad->count = count;
  bad->commits[count].first_seq = book->commits[count < book->count ? count : book->count].first_seq;
  bad->commits[count].at = bad->size;
}

static void check_both(size_t sound, int may_tear, const char *what, size_t where) {
  check_plain(bad, what, where);
  check_file(bad->bytes, bad->size, sound, may_tear, what, where);
}

static void test_arranged(int full) {
  static size_t order[COMMITS_MAX + 1];
  size_t count = book->count;
  for (size_t i = 0; i < count; i++) {
    int last = i + 1 == count;
    for (size_t k = 0, n = 0; k < count; k++)
      if (k != i) order[n++] = k;
    if (!last) { /* a journal that ends early is sound in itself */
      arrange(order, count - 1);
      check_both(i, i + 2 == count, "lost commit", i);
    }
    for (size_t k = 0, n = 0; k < count; k++) {
      order[n++] = k;
      if (k == i) order[n++] = k;
    }
    arrange(order, count + 1);
    check_both(count, last, "doubled commit", i);
    for (size_t k = i + 1; k < count; k += full ? 1 : 1 + below(200)) {
      for (size_t n = 0; n < count; n++) order[n] = n == i ? k : n == k ? i : n;
      arrange(order, count);
      check_both(i, 0, "swapped commit", i);
      order[k] = k; /* the k-th one written to the place of the i-th, too */
      arrange(order, count);
      check_both(i, last, "misdirected commit", i);
    }
  }
}

static void test_spoilt(int full, const struct plain *other) {
  for (size_t i = 0; i < book->count; i++) {
    size_t at = book->commits[i].at, size = book->commits[i + 1].at - at;
    int last = i + 1 == book->count;
    copy_book();
    memset(bad->bytes + at, 0, size);
    check_both(i, last, "zeroed commit", i);
    copy_book();
    memset(bad->bytes + at + 80, 0, size - 80);
    check_both(i, last, "commit with zeroed records", i);
    if (memcmp(book->bytes + at, other->bytes + at, size) != 0) { /* of another book, with the same numbers */
      copy_book();
      memcpy(bad->bytes + at, other->bytes + at, size);
      check_both(i, 0, "commit of another book", i);
    }
    for (size_t cut = 1; cut < size; cut += full ? 1 : 1 + below(60)) {
      copy_book();
      memmove(bad->bytes + at + size - cut, bad->bytes + at + size, bad->size - at - size);
      bad->size -= cut;
      for (size_t k = i + 1; k <= bad->count; k++) bad->commits[k].at -= cut;
      /* With less than its records take at least, what follows is no later commit to the file storage. */
      int no_room = size - cut < ARC__RECORD_HEADER * (size_t)(states[i + 1].next_seq - states[i].next_seq);
      check_both(i, last || (no_room && i + 2 == book->count), "commit that is too short", i);
    }
  }
  for (size_t unit = 16; unit <= 4096; unit *= full ? 2 : 4)
    for (size_t at = 0; at < book->size; at += full || unit > 100 ? unit : unit * (1 + below(20))) {
      size_t end = at + unit < book->size ? at + unit : book->size;
      copy_book();
      memset(bad->bytes + at, 0, end - at);
      if (memcmp(bad->bytes, book->bytes, book->size) == 0) continue;
      /* A file finds later commits by their headers: without those of the last two nothing says that they were
       * there. With that of the one before the last, what lies behind its end does. */
      size_t last = book->commits[book->count - 1].at, before = book->commits[book->count - 2].at;
      check_both(commit_at(at), end > last && (at >= last || at < before + ARC__COMMIT_HEADER), "zeroed sector at", at);
    }
}

static void test_commits(int full) {
  struct plain *other = make_book(full ? 16384 : 8192, 'o', NULL, NULL, 0);
  bad = plain_new();
  test_arranged(full);
  test_spoilt(full, other);
  plain_free(bad);
  plain_free(other);
  printf("damage: %lu journals with commits or sectors zeroed, cut, lost, doubled, swapped or misdirected: %lu found when "
         "opened, %lu when verified, %lu torn tails cut off, %lu without effect; %lu violations\n",
         checks, found_open, found_verify, torn, same, violations);
}

/* ---- snapshots ---- */

enum { STATES = 20 };

/* The journal's state counts, whatever the snapshot says. */
static void check_pair(struct plain *journal, const struct plain *snapshot, const char *what) {
  struct plain pair = *journal;
  arc_ledger *ledger = NULL;
  arc_error err;
  checks++;
  pair.snapshot = snapshot->snapshot;
  pair.snapshot_size = snapshot->snapshot_size;
  pair.snapshot_seq = snapshot->snapshot_seq;
  arc_status status = open_plain(&ledger, &pair, 1, &err);
  if (status != ARC_OK) {
    violation("%s: %s: %s", what, arc_status_name(status), err.text);
    return;
  }
  struct state now = state_of(ledger);
  if (memcmp(&now, &states[journal->count], sizeof now) != 0) violation("%s: another state", what);
  if (arc_ledger_verify(ledger, &err) != ARC_OK) violation("%s: %s", what, err.text);
  arc_ledger_close(ledger);
}

/* The same with the files of a file storage. */
static void check_files(const struct plain *journal, const struct plain *snapshot_of, const char *what) {
  arc_ledger *ledger = NULL;
  arc_error err = ARC_ERROR_INIT;
  disk_clear();
  if (open_file(&ledger, snapshot_of->bytes, snapshot_of->size, &err) != ARC_OK ||
      arc_ledger_snapshot(ledger, &err) != ARC_OK) {
    violation("%s: %s", what, err.text);
    return;
  }
  arc_ledger_close(ledger);
  checks++;
  if (open_file(&ledger, journal->bytes, journal->size, &err) != ARC_OK) {
    violation("%s, in files: %s", what, err.text);
    return;
  }
  struct state now = state_of(ledger);
  if (memcmp(&now, &states[journal->count], sizeof now) != 0) violation("%s, in files: another state", what);
  if (arc_ledger_verify(ledger, &err) != ARC_OK) violation("%s, in files: %s", what, err.text);
  arc_ledger_close(ledger);
}

static void test_snapshots(void) {
  static struct plain *of_book[STATES], *of_other[STATES];
  struct plain *mine = make_book(0, 'n', states, of_book, STATES), *other = make_book(0, 'o', NULL, of_other, STATES);
  for (size_t i = 0; i < STATES; i++)
    for (size_t k = 0; k < STATES; k++) {
      const char *what = i < k ? "a newer snapshot" : i > k ? "an older snapshot" : "its own snapshot";
      check_pair(of_book[i], of_book[k], what);
      check_files(of_book[i], of_book[k], what);
      check_pair(of_book[i], of_other[k], "another book's snapshot");
      check_files(of_book[i], of_other[k], "another book's snapshot");
    }
  for (size_t i = 0; i < STATES; i++) plain_free(of_book[i]), plain_free(of_other[i]);
  plain_free(mine);
  plain_free(other);
  printf("damage: %lu pairs of a journal and a snapshot of %d states of two books; %lu violations\n", checks, STATES,
         violations);
}

int main(int argc, char **argv) {
  const char *part = argc > 1 ? argv[1] : "";
  int full = argc > 2 && strcmp(argv[2], "--full") == 0;
  int commits = strcmp(part, "commits") == 0;
  disk_clear();
  book = make_book(!commits ? 64 * 1024 : full ? 16384 : 8192, 'n', states, NULL, 0);
  arc_error err;
  arc_ledger *ledger;
  if (open_plain(&ledger, book, 1, &err) != ARC_OK || arc_ledger_snapshot(ledger, &err) != ARC_OK) abort();
  arc_ledger_close(ledger);
  if (strcmp(part, "flips") == 0) test_flips(full);
  else if (commits) test_commits(full);
  else if (strcmp(part, "snapshots") == 0) test_snapshots();
  else fputs("usage: damage flips|commits|snapshots [--full]\n", stderr), violations = 1;
  plain_free(book);
  disk_clear();
  return violations != 0;
}
