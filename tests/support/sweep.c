/* See sweep.h. */
#define _GNU_SOURCE
#include "sweep.h"

#include "ledger_internal.h"
#include "info.h"
#include "calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SWEEP_LEDGERS   64
#define SWEEP_HOST_CODE 4077
#define SWEEP_SPARED    100 /* exit status of a child that met no fault */
#define SWEEP_FUNCTIONS 512

enum sweep_place { SWEEP_NOWHERE, SWEEP_ALLOCATION, SWEEP_STORAGE, SWEEP_PLACES };

/* Everything that a failing call must leave alone. */
struct sweep_mark {
  unsigned char digest[32], chain[32];
  uint64_t next_seq;
  int64_t instant, known_at;
  uint32_t pending;
  int state, read_only;
};

struct sweep_watched {
  arc_ledger *ledger;
  struct sweep_mark now, before_batch;
};

struct sweep_storage {
  arc_storage real;
  int closed;
};

/* A function's later calls: one of many meets the faults, unless ARC_TEST_LONG asks for all. */
struct sweep_calls {
  const char *function;
  unsigned long long count;
};

enum { SWEEP_ALL_OF_FIRST = 64, SWEEP_ONE_OF_LATER = 16, SWEEP_FORKS_PER_SAMPLE = 4 /* processes cost more */ };

static struct {
  int depth;
  int armed, opening;
  size_t at, count; /* the fault comes at the at-th allocation or storage call */
  enum sweep_place met;
  struct sweep_watched watched[SWEEP_LEDGERS];
  size_t watched_count;
  unsigned long long calls, spared, absorbed, unwatched, failures[SWEEP_PLACES];
  struct sweep_calls by_function[SWEEP_FUNCTIONS]; /* at the hash of the name's address */
  int every_call;
  pid_t process;
} sweep;

/* ---- faults ---- */

static int sweep_strikes(enum sweep_place place) {
  if (!sweep.armed || ++sweep.count != sweep.at) return 0;
  sweep.met = place;
  return 1;
}

int sweep_refuses_allocation(void);
int sweep_refuses_allocation(void) {
  return sweep_strikes(SWEEP_ALLOCATION);
}

#ifdef ARC_TEST_SWEEP
/* The program reallocates nothing itself, so the default allocator can be told by its calls. */
void *__real_realloc(void *ptr, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void *__wrap_realloc(void *ptr, size_t size) {
  return sweep_strikes(SWEEP_ALLOCATION) ? NULL : __real_realloc(ptr, size);
}
#define realloc __real_realloc
#endif

/* The default allocator, for programs that bring none. */
static void *sweep_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
  (void)user;
  (void)old_size;
  if (new_size != 0) return sweep_strikes(SWEEP_ALLOCATION) ? NULL : realloc(ptr, new_size);
  free(ptr);
  return NULL;
}

static int32_t sweep_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes, size_t size) {
  struct sweep_storage *s = user;
  if (sweep_strikes(SWEEP_STORAGE)) return SWEEP_HOST_CODE;
  return s->real.append(s->real.user, first_seq, count, bytes, size);
}

static int32_t sweep_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap, size_t *size) {
  struct sweep_storage *s = user;
  if (sweep_strikes(SWEEP_STORAGE)) return SWEEP_HOST_CODE;
  return s->real.read(s->real.user, first_seq, offset, buf, cap, size);
}

static int32_t sweep_save_snapshot(void *user, uint64_t next_seq, const void *bytes, size_t size) {
  struct sweep_storage *s = user;
  if (sweep_strikes(SWEEP_STORAGE)) return SWEEP_HOST_CODE;
  return s->real.save_snapshot(s->real.user, next_seq, bytes, size);
}

static int32_t sweep_load_snapshot(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset, void *buf,
                                   size_t cap, size_t *size) {
  struct sweep_storage *s = user;
  if (sweep_strikes(SWEEP_STORAGE)) return SWEEP_HOST_CODE;
  return s->real.load_snapshot(s->real.user, next_seq, total, offset, buf, cap, size);
}

static int32_t sweep_drop(void *user, uint64_t first_seq) {
  struct sweep_storage *s = user;
  if (sweep_strikes(SWEEP_STORAGE)) return SWEEP_HOST_CODE;
  return s->real.drop(s->real.user, first_seq);
}

static void sweep_storage_free(struct sweep_storage *s) {
  if (s->real.close) s->real.close(s->real.user);
  free(s);
}

/* While a ledger is opened its storage stays open for the next attempt. */
static void sweep_storage_close(void *user) {
  struct sweep_storage *s = user;
  s->closed = 1;
  if (!sweep.opening) sweep_storage_free(s);
}

/* ---- reports ---- */

static void sweep_stop(const struct sweep *s, const char *what) {
  fprintf(stderr, "sweep: %s, with a failing %s, the %llu. of the call: %s\n", s->function,
          sweep.met == SWEEP_STORAGE ? "storage call" : "allocation", (unsigned long long)sweep.at, what);
  abort();
}

static void sweep_print(void) {
  const char *path = getenv("ARC_TEST_SWEEP_LOG");
  FILE *out = path ? fopen(path, "a") : stdout;
  if (getpid() != sweep.process || !out) return;
  fprintf(out, "sweep: %llu calls met %llu allocation failures and %llu storage failures in every place, "
         "%llu of them absorbed; 0 violations\n",
         sweep.calls - sweep.spared, sweep.failures[SWEEP_ALLOCATION], sweep.failures[SWEEP_STORAGE], sweep.absorbed);
  if (sweep.spared) fprintf(out, "sweep: %llu later calls of the same functions were spared\n", sweep.spared);
  if (sweep.unwatched) fprintf(out, "sweep: %llu ledgers too many to watch\n", sweep.unwatched);
  fflush(out);
}

/* ---- ledgers ---- */

static struct sweep_mark sweep_mark_of(arc_ledger *ledger) {
  struct sweep_mark mark;
  memset(&mark, 0, sizeof mark);
  arc__tables_digest(arc__ledger_tables(ledger), mark.digest);
  memcpy(mark.chain, info_of(ledger).head, 32);
  mark.next_seq = info_of(ledger).next_sequence;
  mark.instant = ledger->instant;
  mark.known_at = ledger->known_at;
  mark.pending = ledger->pending;
  mark.state = ledger->state;
  mark.read_only = ledger->read_only;
  return mark;
}

void sweep_watch(arc_ledger *ledger) {
  if (sweep.depth != 0) return;
  if (sweep.watched_count == SWEEP_LEDGERS)
    sweep.unwatched++;
  else
    sweep.watched[sweep.watched_count++].ledger = ledger;
}

static void sweep_mark_all(void) {
  for (size_t i = 0; i < sweep.watched_count; i++) {
    struct sweep_watched *w = &sweep.watched[i];
    w->now = sweep_mark_of(w->ledger);
    if (w->now.state == ARC__LEDGER_IDLE) w->before_batch = w->now;
  }
}

static void sweep_check_all(const struct sweep *s) {
  for (size_t i = 0; i < sweep.watched_count; i++) {
    const struct sweep_watched *w = &sweep.watched[i];
    struct sweep_mark now = sweep_mark_of(w->ledger), expected = w->now;
    if (s->way == SWEEP_DROPS && w->now.state != ARC__LEDGER_IDLE) {
      expected = w->before_batch;
      expected.instant = w->now.instant; /* the clock goes on */
    }
    if (s->way == SWEEP_IN_PARTS) {
      arc_status status = arc_ledger_verify(w->ledger, NULL);
      if (status < 0 && status != ARC_E_BUSY && status != ARC_E_STALE) sweep_stop(s, "the book does not verify any more");
    } else if (memcmp(&now, &expected, sizeof now) != 0)
      sweep_stop(s, "a ledger has changed");
  }
}

void __real_arc_ledger_close(arc_ledger *ledger);
void __wrap_arc_ledger_close(arc_ledger *ledger);
void __wrap_arc_ledger_close(arc_ledger *ledger) {
  for (size_t i = 0; i < sweep.watched_count; i++)
    if (sweep.watched[i].ledger == ledger) {
      sweep.watched[i] = sweep.watched[--sweep.watched_count];
      break;
    }
  __real_arc_ledger_close(ledger);
}

/* ---- a call ---- */

static int sweep_forks(const struct sweep *s) {
  return s->way == SWEEP_READS || s->way == SWEEP_DROPS || s->way == SWEEP_IN_PARTS;
}

static int sweep_spares(const struct sweep *s) {
  const unsigned scale = sweep_forks(s) ? SWEEP_FORKS_PER_SAMPLE : 1;
  size_t i = (size_t)s->function / sizeof(void *) % SWEEP_FUNCTIONS;
  while (sweep.by_function[i].function && sweep.by_function[i].function != s->function) i = (i + 1) % SWEEP_FUNCTIONS;
  sweep.by_function[i].function = s->function;
  const unsigned long long count = ++sweep.by_function[i].count;
  return count > SWEEP_ALL_OF_FIRST / scale && count % (SWEEP_ONE_OF_LATER * scale) != 0 && !sweep.every_call;
}

void sweep_begin(struct sweep *s, const char *function, enum sweep_way way, arc_error *err) {
  memset(s, 0, sizeof *s);
  s->function = function;
  s->way = way;
  s->err = err;
  s->inside = sweep.depth != 0;
  if (s->inside) return;
  if (sweep.process == 0) {
    sweep.process = getpid();
    sweep.every_call = getenv("ARC_TEST_LONG") != NULL;
    atexit(sweep_print);
  }
  if (err) s->err_before = *err;
  sweep.at = 0;
  sweep.calls++;
  s->spared = sweep_spares(s);
  sweep.spared += (unsigned)s->spared;
  /* Of a spared call only what a batch begins with is wanted: to drop it leads back there. */
  if (!s->spared || strcmp(function, "arc_batch_begin") == 0) sweep_mark_all();
}

/* 1; 0 where the journal begins later, which storages that drop it read from then on. */
static uint64_t sweep_first(const struct sweep_storage *s) {
  unsigned char byte;
  size_t size;
  return s->real.read(s->real.user, 1, 0, &byte, 1, &size) != ARC_E_NOT_FOUND;
}

/* The snapshot of what was dropped, and something in its place that can be dropped again. */
static void sweep_copy_forward(arc_storage *copy, const struct sweep_storage *s, uint64_t first_seq) {
  uint64_t next_seq, total = 1, at = 0;
  unsigned char *bytes = NULL;
  size_t size;
  for (; at < total; at += size) {
    if (!bytes && !(bytes = malloc(1 << 22))) abort();
    if (s->real.load_snapshot(s->real.user, &next_seq, &total, at, bytes + at, (1 << 22) - (size_t)at, &size) != ARC_OK)
      abort();
  }
  if (copy->save_snapshot(copy->user, next_seq, bytes, (size_t)total) != ARC_OK ||
      copy->append(copy->user, 1, (uint32_t)(first_seq - 1), "x", 1) != ARC_OK)
    abort();
  free(bytes);
}

/* A child must not write where its parent will: it goes on in memory. */
static void sweep_leave_storage(void) {
  for (size_t i = 0; i < sweep.watched_count; i++) {
    arc_storage *storage = &sweep.watched[i].ledger->storage, copy;
    unsigned char *bytes = NULL;
    size_t size = 0, piece = 0;
    if (storage->append != sweep_append) continue;
    struct sweep_storage *s = storage->user;
    for (;;) {
      bytes = realloc(bytes, size + (1 << 20));
      if (!bytes || s->real.read(s->real.user, sweep_first(s), size, bytes + size, 1 << 20, &piece) != ARC_OK) break;
      size += piece;
    }
    if (!bytes || call_memory(&copy, NULL, NULL) != ARC_OK) abort();
    if (!sweep_first(s)) sweep_copy_forward(&copy, s, sweep.watched[i].ledger->first_seq);
    for (size_t at = 0; at < size;) {
      arc__commit commit;
      size_t whole;
      if (arc__commit_header(&commit, bytes + at, NULL) != ARC_OK) abort();
      whole = ARC__COMMIT_HEADER + commit.size;
      if (copy.append(copy.user, commit.first_seq, commit.count, bytes + at, whole) != ARC_OK) abort();
      at += whole;
    }
    if (!sweep_first(s) && copy.drop(copy.user, sweep.watched[i].ledger->first_seq) != ARC_OK) abort();
    free(bytes);
    s->real = copy;
  }
}

/* 1 in the child, which makes the attempt; the parent waits for it, and makes the attempt once a child met no fault. */
static int sweep_fork(struct sweep *s) {
  fflush(NULL);
  pid_t child = fork();
  int status = 0;
  if (child < 0) sweep_stop(s, "no child process");
  if (child == 0) {
    s->in_child = 1;
    sweep.depth = 1;
    sweep_leave_storage();
    return 1;
  }
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) sweep_stop(s, "the child process failed");
  if (WEXITSTATUS(status) == SWEEP_SPARED) return 0;
  if (WEXITSTATUS(status) >= SWEEP_PLACES) sweep_stop(s, "the child process failed");
  sweep.failures[WEXITSTATUS(status)]++;
  return -1;
}

int sweep_try(struct sweep *s) {
  if (s->over) return 0;
  if (s->inside) return s->over = 1;
  sweep.at++;
  if (!s->spared && sweep_forks(s)) {
    int forked;
    do
      forked = sweep_fork(s);
    while (forked < 0 && sweep.at++);
    if (!forked) sweep.at = 0;
  }
  sweep.count = 0;
  sweep.met = SWEEP_NOWHERE;
  sweep.depth = 1;
  sweep.armed = !s->spared && (!s->refused || s->way == SWEEP_OPENS); /* a snapshot that cannot be read: the journal is, and may be damaged */
  return 1;
}

/* The program's own storage may refuse things, too, with codes of its own. */
static int sweep_fits(const struct sweep *s, arc_status status) {
  if (sweep.met != SWEEP_STORAGE) return status == ARC_E_NOMEM;
  return status == ARC_E_STORAGE && (!s->err || s->err->host_code == SWEEP_HOST_CODE);
}

void sweep_tell(struct sweep *s, arc_status status) {
  if (s->inside) return;
  sweep.armed = 0;
  if (sweep.met == SWEEP_NOWHERE) {
    if (s->in_child) _exit(SWEEP_SPARED);
    s->over = 1;
    sweep.depth = 0;
    if (s->refused && status != s->refused && s->way != SWEEP_OPENS)
      sweep_stop(s, "refused for another reason than without the fault");
    return;
  }
  sweep.failures[sweep.met]++;
  if (status < 0) {
    if (s->err && (s->err->status != status || !s->err->text[0])) sweep_stop(s, "the error does not explain the status");
    sweep_check_all(s);
    if (!sweep_fits(s, status)) s->refused = status;
  }
  if (s->in_child) _exit((int)sweep.met);
  sweep.met = SWEEP_NOWHERE;
  sweep.depth = 0;
  /* What answers well despite the fault is done; what is refused must be refused without the fault, too. */
  if (status >= 0) {
    sweep.absorbed++;
    s->over = s->way != SWEEP_OPENS;
    return;
  }
  if (s->err) *s->err = s->err_before;
}

/* ---- opening ---- */

static int sweep_is_sound(const arc_storage *storage) {
  return storage->struct_size == sizeof *storage && storage->flags == 0 && storage->append && storage->read &&
         !storage->save_snapshot == !storage->load_snapshot;
}

/* A copy of the storage that fails; NULL for one that the ledger is to refuse. */
static struct sweep_storage *sweep_wrap(arc_storage *storage) {
  struct sweep_storage *s = sweep_is_sound(storage) ? malloc(sizeof *s) : NULL;
  if (!s) return NULL;
  s->real = *storage;
  s->closed = 0;
  storage->user = s;
  storage->append = sweep_append;
  storage->read = sweep_read;
  if (storage->drop) storage->drop = sweep_drop;
  if (storage->save_snapshot) storage->save_snapshot = sweep_save_snapshot;
  if (storage->load_snapshot) storage->load_snapshot = sweep_load_snapshot;
  storage->close = sweep_storage_close;
  return s;
}

arc_status __real_arc_ledger_open(arc_ledger **out, const arc_ledger_options *options, arc_error *err);
arc_status __wrap_arc_ledger_open(arc_ledger **out, const arc_ledger_options *options, arc_error *err);
arc_status __wrap_arc_ledger_open(arc_ledger **out, const arc_ledger_options *options, arc_error *err) {
  struct sweep s;
  struct sweep_storage *storage = NULL;
  arc_ledger_options mine;
  arc_storage outer;
  arc_allocator allocator = {(uint32_t)sizeof allocator, 0, NULL, sweep_resize};
  arc_status status = ARC_OK;
  if (sweep.depth == 0 && options && options->struct_size == sizeof *options) {
    mine = *options;
    if (!mine.allocator) mine.allocator = &allocator;
    if (mine.storage) outer = *mine.storage, mine.storage = &outer;
    if (mine.storage) storage = sweep_wrap(&outer);
    options = &mine;
  }
  sweep_begin(&s, "arc_ledger_open", SWEEP_OPENS, err);
  while (sweep_try(&s)) {
    sweep.opening = 1;
    if (storage) storage->closed = 0;
    status = __real_arc_ledger_open(out, options, err);
    if (storage && status < 0 && !storage->closed) sweep_stop(&s, "the storage was not closed");
    if (status >= 0 && sweep.met != SWEEP_NOWHERE) __real_arc_ledger_close(*out);
    sweep.opening = 0;
    sweep_tell(&s, status);
  }
  if (storage && storage->closed) sweep_storage_free(storage);
  if (status >= 0 && out && *out) sweep_watch(*out);
  return status;
}
