/* See life.h. */
#include "life.h"

#include "ledger_internal.h"
#include "../support/info.h"
#include "../support/calls.h"

#include <stdlib.h>
#include <string.h>

enum { HOST_CODE = 4711, CRASHED = -4712 };
static const struct fault calm = {FAULT_NONE, 0};

const char *const fault_names[FAULT_KINDS] = {"none",
                                              "no memory",
                                              "no memory from then on",
                                              "storage refuses",
                                              "storage has no memory",
                                              "outcome unknown, lost",
                                              "outcome unknown, stored",
                                              "crash before",
                                              "crash after"};
const char *const step_names[STEP_KINDS] = {"say",    "begin",    "commit", "commit by bytes",
                                            "abort",  "snapshot", "reopen", "kill",
                                            "verify", "refresh",  "look",   "open",
                                            "close"};
static const char *const process_names[PROCESSES] = {"first", "second", "copy"};

/* ---- the storage as a process sees it ---- */

static int strikes(struct life *l) {
  if (l->fault.kind < FAULT_REFUSED || ++l->calls != l->fault.at) return 0;
  l->met = l->fault.kind;
  return 1;
}

static void crash(struct life *l) {
  longjmp(l->crash, 1);
}

static int32_t process_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes,
                              size_t size) {
  struct process *p = user;
  struct life *l = p->life;
  int32_t status = ARC_OK;
  int struck = strikes(l);
  if (struck && l->met == FAULT_REFUSED) return HOST_CODE;
  if (struck && l->met == FAULT_NO_ROOM) return ARC_E_NOMEM;
  if (struck && l->met == FAULT_LOST) return ARC_E_UNKNOWN_OUTCOME;
  if (struck && l->met == FAULT_CRASH_BEFORE) crash(l);
  status = l->disk.append(l->disk.user, first_seq, count, bytes, size);
  if (struck && l->met == FAULT_CRASH_AFTER) {
    if (status != ARC_OK) l->met = FAULT_CRASH_BEFORE;
    crash(l);
  }
  if (struck && status != ARC_OK) l->met = FAULT_NONE;
  return struck && status == ARC_OK ? ARC_E_UNKNOWN_OUTCOME : status;
}

/* What calls other than append answer instead of doing their work; ARC_OK: they do it. */
static int32_t struck_down(struct life *l) {
  if (!strikes(l)) return ARC_OK;
  if (l->met >= FAULT_CRASH_BEFORE) crash(l);
  if (l->met == FAULT_NO_ROOM) return ARC_E_NOMEM;
  l->met = FAULT_REFUSED;
  return HOST_CODE;
}

static size_t piece_of(const struct process *p, size_t cap) {
  return p->piece && (size_t)p->piece < cap ? (size_t)p->piece : cap;
}

static int32_t process_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap,
                            size_t *size) {
  struct process *p = user;
  int32_t status = struck_down(p->life);
  if (status != ARC_OK) return status;
  return p->life->disk.read(p->life->disk.user, first_seq, offset, buf, piece_of(p, cap), size);
}

static int32_t process_save(void *user, uint64_t next_seq, const void *bytes, size_t size) {
  struct process *p = user;
  struct life *l = p->life;
  int32_t status = l->fault.kind == FAULT_CRASH_AFTER ? ARC_OK : struck_down(l);
  if (status != ARC_OK) return status;
  status = l->disk.save_snapshot(l->disk.user, next_seq, bytes, size);
  if (l->fault.kind == FAULT_CRASH_AFTER) (void)struck_down(l);
  return status;
}

static int32_t process_load(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset,
                            void *buf, size_t cap, size_t *size) {
  struct process *p = user;
  int32_t status = struck_down(p->life);
  if (status != ARC_OK) return status;
  return p->life->disk.load_snapshot(p->life->disk.user, next_seq, total, offset, buf,
                                     piece_of(p, cap), size);
}

/* ---- calls that meet a fault ---- */

static void drop_memory(struct test_heap *heap) {
  for (size_t i = 0; i < TEST_HEAP_BUCKETS; i++)
    while (heap->buckets[i])
      test_heap_take(heap, heap->buckets[i] + 1, heap->buckets[i]->is.size);
}

/* The process ends: what it had in memory is gone, with the copy that lived in it. */
static void end_process(struct process *p) {
  drop_memory(p->memory);
  p->ledger = NULL;
  p->in_batch = 0;
  for (int i = 0; i < PROCESSES; i++)
    if (p->life->process[i].memory == p->memory)
      p->life->process[i].ledger = NULL, p->life->process[i].in_batch = 0;
}

typedef arc_status (*call_function)(struct process *p, const void *argument, arc_error *err);

static arc_status attempt(struct process *p, struct fault fault, call_function call,
                          const void *argument, arc_error *err) {
  struct life *l = p->life;
  volatile arc_status status = CRASHED;
  *err = (arc_error)ARC_ERROR_INIT;
  l->fault = fault;
  l->calls = 0;
  l->met = FAULT_NONE;
  if (fault.kind == FAULT_MEMORY || fault.kind == FAULT_MEMORY_FROM)
    test_heap_fail(p->memory, (size_t)fault.at, fault.kind == FAULT_MEMORY);
  if (setjmp(l->crash) == 0) status = call(p, argument, err);
  if (test_heap_failed(p->memory)) l->met = fault.kind;
  test_heap_fail(p->memory, 0, 0);
  l->fault = calm;
  l->totals->faults[l->met]++;
  if (status == CRASHED) end_process(p);
  return status;
}

/* Whether the call failed for the fault that it met. Else it went as if there had been none. */
static int undone(const struct life *l, arc_status status) {
  switch (l->met) {
  case FAULT_NONE:
    return 0;
  case FAULT_REFUSED:
    return status == ARC_E_STORAGE;
  case FAULT_LOST:
  case FAULT_STORED:
    return status == ARC_E_UNKNOWN_OUTCOME;
  case FAULT_CRASH_BEFORE:
  case FAULT_CRASH_AFTER:
    return status == CRASHED;
  default:
    return status == ARC_E_NOMEM;
  }
}

static void digest(const struct process *p, unsigned char out[32]) {
  memset(out, 0, 32);
  if (p->ledger) arc__tables_digest(arc__ledger_tables(p->ledger), out);
}

static void unchanged(const struct process *p, const unsigned char before[32], const char *what,
                      const arc_error *err) {
  unsigned char after[32];
  digest(p, after);
  if (p->ledger && memcmp(before, after, 32) != 0) sim_die(what, err->text);
}

/* A call that failed has changed nothing, and says why. */
static void check_undone(const struct process *p, const unsigned char before[32], arc_status status,
                         const arc_error *err) {
  if (status == CRASHED) return;
  unchanged(p, before, "a call that failed changed the book", err);
  if (!err->text[0] || err->status != status) sim_die("a bare error", err->text);
  if (status == ARC_E_STORAGE) sim_equal(err->host_code, HOST_CODE, "the host's code", err->text);
}

static void start(struct process *p, struct fault fault);

/* A call that can simply be made again after a fault, on a handle of the same book after a crash.
 */
static arc_status insist(struct process *p, struct fault fault, call_function call,
                         const void *argument, arc_error *err) {
  unsigned char before[32];
  arc_status status;
  digest(p, before);
  status = attempt(p, fault, call, argument, err);
  if (!undone(p->life, status)) return status;
  check_undone(p, before, status, err);
  if (status == CRASHED && p->is_copy) return status;
  if (status == CRASHED) start(p, calm);
  return attempt(p, calm, call, argument, err);
}

/* ---- opening and closing ---- */

static arc_status call_open(struct process *p, const void *argument, arc_error *err) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  (void)argument;
  options.allocator = &p->allocator;
  options.storage = &p->storage;
  options.flags = p->is_copy ? ARC_LEDGER_DETACHED : 0;
  options.book.data = "arcollect"; /* as the example host names its books: it reads what a life leaves */
  options.book.size = 9;
  options.hash_seed[0] = p->life->seed;
  memcpy(options.currency, "USD", 4);
  return arc_ledger_open(&p->ledger, &options, err);
}

static arc_status call_fork(struct process *p, const void *argument, arc_error *err) {
  (void)argument;
  return arc_ledger_fork(&p->ledger, p->life->process[PROCESS_FIRST].ledger, 0, err);
}

/* Opens the handle on what is stored. */
static void start(struct process *p, struct fault fault) {
  struct life *l = p->life;
  arc_error err;
  arc_status status = attempt(p, fault, call_open, NULL, &err);
  if (undone(l, status)) {
    if (p->ledger) sim_die("a handle of an open that failed", err.text);
    if (!p->is_copy)
      sim_equal((int64_t)p->heap.live, 0, "blocks left by an open that failed", err.text);
    status = attempt(p, calm, call_open, NULL, &err);
  }
  sim_must(status, ARC_OK, "open", &err);
  model_copy(&p->model, &l->truth);
  p->starts++;
  p->in_batch = 0;
  p->seq = info_of(p->ledger).next_sequence;
  sim_equal((int64_t)p->seq, (int64_t)l->seq, "the next record's number", "open");
}

static void stop(struct process *p) {
  if (!p->ledger) return;
  if (p == &p->life->process[PROCESS_FIRST]) stop(&p->life->process[PROCESS_COPY]);
  arc_ledger_close(p->ledger);
  p->ledger = NULL;
  p->in_batch = 0;
  if (!p->is_copy)
    sim_equal((int64_t)p->heap.live, 0, "blocks left by a handle that was closed", "");
}

static int is_stale(const struct process *p) {
  return !p->is_copy && p->seq != p->life->seq;
}

static void restart(struct process *p, int killed, struct fault fault) {
  unsigned char before[32], after[32];
  uint8_t head[32], again[32];
  int same = !is_stale(p) && !p->in_batch;
  digest(p, before);
  memcpy(head, info_of(p->ledger).head, 32);
  if (killed)
    end_process(p);
  else
    stop(p);
  start(p, fault);
  digest(p, after);
  memcpy(again, info_of(p->ledger).head, 32);
  if (same && (memcmp(before, after, 32) != 0 || memcmp(head, again, 32) != 0))
    sim_die("reopened", "another state");
}

/* The copy begins where the first handle stands, as a fork, or where the storage does. */
static void copy(struct process *p, int fork, struct fault fault) {
  struct process *from = &p->life->process[PROCESS_FIRST];
  arc_error err;
  arc_status status;
  if (from->in_batch) return;
  if (fault.kind > FAULT_MEMORY_FROM) fault = calm;
  if (!fork) {
    start(p, fault);
    return;
  }
  status = attempt(p, fault, call_fork, NULL, &err);
  if (undone(p->life, status)) status = attempt(p, calm, call_fork, NULL, &err);
  sim_must(status, ARC_OK, "fork", &err);
  model_copy(&p->model, &from->model);
  p->in_batch = 0;
}

/* ---- saying ---- */

/* What the handle says now is stored. */
static void stored(struct process *p, const struct sim_call *calls, int count, int64_t instant) {
  struct life *l = p->life;
  model_copy(&l->truth, &p->model);
  for (int i = 0; i < count; i++)
    l->log[l->log_count++] = (struct recorded_call){instant, calls[i]};
}

static void published(struct process *p) {
  uint64_t seq = info_of(p->ledger).next_sequence;
  if (seq <= p->seq) sim_die("published", "without a record");
  p->seq = p->life->seq = seq;
}

/* After a crash, or an outcome that the storage could not tell: the handle is opened again, and
 * shows how it was. `was_stored`: the model has it already. */
static void recover(struct process *p, int was_stored) {
  struct life *l = p->life;
  arc_error err = ARC_ERROR_INIT;
  stop(p);
  if (was_stored) {
    /* Only the storage knows the number now. */
    uint64_t before = l->seq;
    sim_must(attempt(p, calm, call_open, NULL, &err), ARC_OK, "open", &err);
    l->seq = info_of(p->ledger).next_sequence;
    if (l->seq <= before) sim_die("stored", "but not there");
    stop(p);
  }
  start(p, calm);
}

static void set_clock(struct process *p) {
  arc_error err = ARC_ERROR_INIT;
  sim_must(arc_ledger_set_clock(p->ledger, p->life->now, &err), ARC_OK, "clock", &err);
}

static arc_status call_tell(struct process *p, const void *argument, arc_error *err) {
  return sim_tell(p->ledger, argument, err);
}

static arc_status call_refresh(struct process *p, const void *argument, arc_error *err) {
  (void)argument;
  return arc_ledger_refresh(p->ledger, err);
}

static void refresh(struct process *p, struct fault fault) {
  arc_error err;
  int starts = p->starts, was_stale = is_stale(p);
  arc_status status = insist(p, fault, call_refresh, NULL, &err);
  sim_must(status, was_stale && p->starts == starts ? ARC_OK : ARC_ALREADY, "refresh", &err);
  model_copy(&p->model, &p->life->truth);
  p->seq = info_of(p->ledger).next_sequence;
  sim_equal((int64_t)p->seq, (int64_t)p->life->seq, "the next record's number", "refresh");
}

static void count_call(struct life *l, const struct sim_call *call, arc_status status) {
  int kind = call->rows[0].kind;
  if (status == ARC_OK)
    l->totals->recorded[kind]++, l->totals->rows += (uint64_t)call->count;
  else if (status == ARC_ALREADY)
    l->totals->repeated[kind]++;
  else
    l->totals->refused[kind]++;
}

static void judge(const struct sim_call *call, arc_status status, int verdict,
                  const arc_error *err) {
  char text[320];
  if (status >= 0 ? status == verdict : verdict < 0 && status != ARC_E_CONFLICT) {
    if (status < 0 &&
        (!err->text[0] || err->status != status || err->record >= (uint64_t)call->count))
      sim_die("a bare error", err->text);
    return;
  }
  sim_print(stderr, call);
  snprintf(text, sizeof text, "%s, the model says %d: %s", arc_status_name(status), verdict,
           status < 0 ? err->text : "");
  fprintf(stderr, "\n");
  sim_die("another verdict", text);
}

/* Until the book has answered it, in spite of the fault and of the other process. */
static void say(struct process *p, const struct sim_call *call, struct fault fault) {
  struct life *l = p->life;
  unsigned char before[32];
  arc_error err;
  arc_status status;
  int verdict;
  if (p->in_batch && p->pending_count == LIFE_BATCH) return;
  set_clock(p);
  digest(p, before);
  status = attempt(p, fault, call_tell, call, &err);
  if (undone(l, status)) {
    int was_stored = l->met == FAULT_STORED || l->met == FAULT_CRASH_AFTER;
    check_undone(p, before, status, &err);
    if (was_stored) {
      sim_equal(sim_judge(&p->model, call), 0, "a call that was stored", "unknown outcome");
      stored(p, call, 1, l->now);
    }
    if (status == ARC_E_UNKNOWN_OUTCOME)
      sim_must(arc_ledger_post_day(p->ledger, SIM_FIRST_DAY, ARC_DAY_IS_RUN, &err), ARC_E_READ_ONLY,
               "after an unknown outcome", &err);
    if (status == ARC_E_UNKNOWN_OUTCOME || status == CRASHED) recover(p, was_stored);
    say(p, call, calm);
    return;
  }
  verdict = sim_judge(&p->model, call);
  if (verdict == 0 && is_stale(p) && !p->in_batch) {
    sim_must(status, ARC_E_CONFLICT, "saying what a book no longer is", &err);
    unchanged(p, before, "a conflict changed the book", &err);
    l->totals->conflicts++;
    refresh(p, calm);
    say(p, call, calm);
    return;
  }
  judge(call, status, verdict, &err);
  if (status != ARC_OK)
    unchanged(p, before, "a command that recorded nothing changed the book", &err);
  count_call(l, call, status);
  if (p->in_batch && status >= 0) {
    p->pending[p->pending_count++] = *call;
    p->news |= status == ARC_OK;
  } else if (status == ARC_OK && !p->is_copy) {
    stored(p, call, 1, l->now);
    published(p);
  }
}

/* ---- batches ---- */

static arc_status call_begin(struct process *p, const void *argument, arc_error *err) {
  (void)argument;
  return arc_batch_begin(p->ledger, err);
}

static void begin(struct process *p, struct fault fault) {
  arc_error err;
  set_clock(p);
  digest(p, p->batch_digest);
  sim_must(insist(p, fault, call_begin, NULL, &err), ARC_OK, "begin", &err);
  model_copy(&p->before, &p->model);
  p->in_batch = 1;
  p->news = p->pending_count = 0;
  p->batch_instant = p->life->now;
}

static arc_status call_commit(struct process *p, const void *argument, arc_error *err) {
  (void)argument;
  return arc_batch_commit(p->ledger, err);
}

/* The host stores the bytes itself. */
static arc_status call_bytes(struct process *p, const void *argument, arc_error *err) {
  uint64_t first_seq;
  uint32_t count;
  const void *bytes;
  size_t size;
  arc_status status = arc_batch_bytes(p->ledger, &first_seq, &count, &bytes, &size, err);
  (void)argument;
  if (status < 0) return status;
  if (status == ARC_OK) {
    int32_t code = p->storage.append(p->storage.user, first_seq, count, bytes, size);
    if (code == ARC_OK) {
      arc_batch_publish(p->ledger);
      return ARC_OK;
    }
    status = code == HOST_CODE ? ARC_E_STORAGE : code;
    err->status = status;
    err->host_code = code;
    snprintf(err->text, sizeof err->text, "the host's own append");
  }
  arc_batch_abort(p->ledger);
  return status;
}

static void end_batch(struct process *p, int by_bytes, struct fault fault);

/* The batch is gone: all of it is said again. */
static void batch_again(struct process *p) {
  struct sim_call *calls = malloc(sizeof p->pending);
  int count = p->pending_count;
  if (!calls) sim_die("no memory", "for the simulation itself");
  memcpy(calls, p->pending, (size_t)count * sizeof *calls);
  begin(p, calm);
  for (int i = 0; i < count; i++)
    say(p, &calls[i], calm);
  free(calls);
  end_batch(p, 0, calm);
}

static void end_batch(struct process *p, int by_bytes, struct fault fault) {
  struct life *l = p->life;
  arc_error err;
  arc_status status;
  int pending = p->pending_count, was_stored;
  status = attempt(p, fault, by_bytes && !p->is_copy ? call_bytes : call_commit, NULL, &err);
  p->in_batch = 0;
  if (undone(l, status)) {
    was_stored = l->met == FAULT_STORED || l->met == FAULT_CRASH_AFTER;
    check_undone(p, p->batch_digest, status, &err);
    if (was_stored)
      stored(p, p->pending, pending, p->batch_instant);
    else
      model_copy(&p->model, &p->before);
    if (status == ARC_E_UNKNOWN_OUTCOME || status == CRASHED) recover(p, was_stored);
    if (!was_stored) batch_again(p);
    return;
  }
  if (p->news && is_stale(p)) {
    sim_must(status, ARC_E_CONFLICT, "a batch on what a book no longer is", &err);
    unchanged(p, p->batch_digest, "a conflict changed the book", &err);
    l->totals->conflicts++;
    refresh(p, calm);
    batch_again(p);
    return;
  }
  sim_must(status, p->news ? ARC_OK : ARC_ALREADY, "commit", &err);
  if (!p->news || p->is_copy) return;
  stored(p, p->pending, pending, p->batch_instant);
  published(p);
}

static void abort_batch(struct process *p) {
  arc_error none = ARC_ERROR_INIT;
  arc_batch_abort(p->ledger);
  p->in_batch = 0;
  model_copy(&p->model, &p->before);
  unchanged(p, p->batch_digest, "an aborted batch left something", &none);
}

/* ---- looking ---- */

static arc_status call_snapshot(struct process *p, const void *argument, arc_error *err) {
  (void)argument;
  return arc_ledger_snapshot(p->ledger, err);
}

static arc_status call_verify(struct process *p, const void *argument, arc_error *err) {
  (void)argument;
  return arc_ledger_verify(p->ledger, err);
}

static arc_status call_report(struct process *p, const void *argument, arc_error *err) {
  const struct step *s = argument;
  arc_query query = ARC_QUERY_INIT;
  arc_metrics_query options = AGING_INIT;
  arc_report *report = NULL;
  int32_t reports[] = {ARC_REPORT_APPLICATIONS, ARC_REPORT_TOUCHES, ARC_REPORT_POSTINGS,
                       ARC_REPORT_TIMELINE, ARC_REPORT_OPEN_ITEMS};
  arc_status status;
  query.as_of = options.as_of = s->days[0];
  query.report = reports[s->choice % 5];
  if (s->choice % 7 == 0)
    status = arc_metrics_report(&report, p->ledger, &options, err);
  else if (s->choice % 7 == 1)
    status = call_figures(&report, p->ledger, SIM_FIRST_DAY + s->choice % 200, 60, ARC_BY_CUSTOMER, err);
  else
    status = arc_ledger_report(&report, p->ledger, &query, err);
  arc_report_free(report);
  return status;
}

/* Replaying the journal from its first record on gives the same state. */
static void check_replay(const struct process *p) {
  struct process *other = calloc(1, sizeof *other);
  unsigned char live[32], replayed[32];
  arc_error err = ARC_ERROR_INIT;
  if (!other) sim_die("no memory", "for the simulation itself");
  *other = *p;
  other->memory = &other->heap;
  memset(&other->heap, 0, sizeof other->heap);
  other->allocator = test_heap_allocator(&other->heap);
  other->storage.user = other;
  other->storage.save_snapshot = NULL;
  other->storage.load_snapshot = NULL;
  other->is_copy = 0;
  sim_must(call_open(other, NULL, &err), ARC_OK, "replay", &err);
  digest(p, live);
  digest(other, replayed);
  if (memcmp(live, replayed, 32) != 0) sim_die("replay", "another state than the live one");
  arc_ledger_close(other->ledger);
  free(other);
}

/* What was known at some instants of the past is what a book says that was told only what was
 * recorded by then. */
static void check_known(struct process *p, const struct step *s) {
  static struct model past;
  struct life *l = p->life;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *fork;
  int at = 0;
  model_init(&past);
  for (int part = 1; part <= 3; part++) {
    int64_t instant = 1 + l->now * part / 3 - s->choice % 1000;
    if (instant < 1) continue;
    for (; at < l->log_count && l->log[at].instant <= instant; at++)
      if (sim_judge(&past, &l->log[at].call) < 0) sim_die("the log", "does not replay");
    sim_must(arc_ledger_fork(&fork, p->ledger, instant, &err), ARC_OK, "known at", &err);
    for (int i = 0; i < 2; i++)
      check_day((struct book){fork, &past}, s->days[i]);
    check_day((struct book){fork, &past}, ARC_DAY_LAST);
    check_reports((struct book){fork, &past}, s->days[part % 2], s->choice);
    arc_ledger_close(fork);
    l->totals->known++;
  }
}

static void look(struct process *p, const struct step *s, struct fault fault) {
  struct life *l = p->life;
  arc_error err;
  struct book book = {NULL, &p->model};
  sim_must(
      insist(p, p->is_copy && fault.kind > FAULT_MEMORY_FROM ? calm : fault, call_report, s, &err),
      ARC_OK, "a report", &err);
  book.ledger = p->ledger;
  for (arc_day day = s->days[0]; day < s->days[0] + 5; day++)
    check_day(book, day);
  for (int i = 0; i < PROCESSES; i++) /* nobody was touched by what others did */
    if (l->process[i].ledger)
      check_day((struct book){l->process[i].ledger, &l->process[i].model}, ARC_DAY_LAST);
  if (p->in_batch) return;
  check_reports(book, ARC_DAY_LAST, s->choice);
  check_reports(book, s->days[1], s->choice / 3);
  if (p->is_copy || is_stale(p) || l->seq == 1) return;
  check_replay(p);
  check_known(p, s);
}

/* ---- steps ---- */

void life_do(struct life *l, const struct step *s) {
  struct process *p = &l->process[s->who];
  arc_error err = ARC_ERROR_INIT;
  struct fault fault = s->fault;
  l->now += s->advance;
  if ((s->kind == STEP_OPEN) != !p->ledger) return; /* possible after other steps were left out */
  if (s->kind >= STEP_COMMIT && s->kind <= STEP_ABORT
          ? !p->in_batch
          : s->kind != STEP_SAY && s->kind != STEP_LOOK && p->in_batch)
    return;
  if (s->kind == STEP_SAY && s->call.count == 0) return;
  l->totals->did[s->kind]++;
  switch (s->kind) {
  case STEP_SAY:
    say(p, &s->call, fault);
    break;
  case STEP_BEGIN:
    begin(p, fault);
    break;
  case STEP_COMMIT:
    end_batch(p, 0, fault);
    break;
  case STEP_BYTES:
    end_batch(p, 1, fault);
    break;
  case STEP_ABORT:
    abort_batch(p);
    break;
  case STEP_SNAPSHOT:
    if (p->seq > 1 && !p->is_copy)
      sim_must(insist(p, fault, call_snapshot, NULL, &err), ARC_OK, "snapshot", &err);
    break;
  case STEP_REOPEN:
  case STEP_KILL:
    if (!p->is_copy) restart(p, s->kind == STEP_KILL, fault);
    break;
  case STEP_VERIFY:
    if (p->is_copy && fault.kind > FAULT_MEMORY_FROM) fault = calm;
    sim_must(insist(p, fault, call_verify, NULL, &err), ARC_OK, "verify", &err);
    break;
  case STEP_REFRESH:
    if (!p->is_copy) refresh(p, fault);
    break;
  case STEP_LOOK:
    look(p, s, fault);
    break;
  case STEP_OPEN:
    p->piece = s->choice % 2 ? 1 + s->choice % 100 : 0;
    if (p->is_copy)
      copy(p, s->choice % 3, fault);
    else
      start(p, fault);
    break;
  default:
    if (s->who != PROCESS_FIRST) stop(p);
    break;
  }
  if (!p->ledger) return;
  sim_must(arc__state_check(p->ledger, &err), ARC_OK, "the balances", &err);
  for (int i = 0; i < 2; i++)
    check_day((struct book){p->ledger, &p->model}, s->days[i]);
  check_day((struct book){p->ledger, &p->model}, ARC_DAY_LAST);
  /* Not part of check_day: both tell today's day though the handle shows what was known once. */
  sim_equal(info_of(p->ledger).closed, p->model.closed, "closed through", "");
  sim_equal(info_of(p->ledger).run, p->model.day_run, "the last day run", "");
  l->totals->days += 3;
}

static arc_day some_day(struct life *l, int number) {
  if (chance_one_in(&l->chance, 20))
    return chance_one_in(&l->chance, 2) ? ARC_DAY_FIRST : ARC_DAY_LAST - 5;
  return SIM_FIRST_DAY - 70 + chance_below(&l->chance, number / 4 + 120);
}

static int some_kind(struct life *l, const struct process *p) {
  /* One in so many steps, each. */
  static const int rare[STEP_KINDS] = {[STEP_SNAPSHOT] = 60, [STEP_REOPEN] = 80,  [STEP_KILL] = 120,
                                       [STEP_VERIFY] = 100,  [STEP_REFRESH] = 40, [STEP_LOOK] = 80};
  if (!p->ledger) return STEP_OPEN;
  if (p->in_batch && chance_one_in(&l->chance, 5)) return STEP_COMMIT + chance_below(&l->chance, 3);
  if (!p->in_batch && chance_one_in(&l->chance, 20)) return STEP_BEGIN;
  if (p != &l->process[PROCESS_FIRST] && chance_one_in(&l->chance, 25)) return STEP_CLOSE;
  for (int kind = STEP_SNAPSHOT; kind <= STEP_LOOK; kind++)
    if (chance_one_in(&l->chance, rare[kind]) &&
        !(l->calm && (kind == STEP_REFRESH || kind == STEP_KILL)))
      return kind;
  return STEP_SAY;
}

void life_make(struct life *l, int number, struct step *s) {
  struct chance *chance = &l->chance;
  struct process *p;
  memset(s, 0, sizeof *s);
  if (!l->calm && chance_one_in(chance, 3)) {
    s->who = 1 + chance_below(chance, PROCESSES - 1);
    if (!l->process[s->who].ledger && !chance_one_in(chance, 8)) s->who = PROCESS_FIRST;
  }
  p = &l->process[s->who];
  s->kind = some_kind(l, p);
  s->choice = chance_below(chance, 1 << 20);
  s->advance = chance_one_in(chance, 3) ? 0 : chance_below(chance, 10000);
  for (int i = 0; i < 2; i++)
    s->days[i] = some_day(l, number);
  if (!l->calm && chance_one_in(chance, 5)) {
    s->fault.kind = 1 + chance_below(chance, FAULT_KINDS - 1);
    s->fault.at = s->fault.kind <= FAULT_MEMORY_FROM
                      ? 1 + chance_below(chance, chance_one_in(chance, 3) ? 40 : 3)
                  : s->kind == STEP_SAY ? 1
                                        : 1 + chance_below(chance, 4);
  }
  if (s->kind != STEP_SAY) return;
  if (l->said && chance_one_in(chance, 7)) {
    s->call = l->history[chance_below(chance, l->said < 64 ? l->said : 64)];
    if (chance_one_in(chance, 3)) sim_alter(chance, &s->call);
  } else {
    sim_make(chance, &p->model, SIM_FIRST_DAY + number / 4, &s->call);
  }
  l->history[l->said++ % 64] = s->call;
}

void step_print(FILE *to, const struct step *s) {
  fprintf(to, "%s: ", process_names[s->who]);
  if (s->kind == STEP_SAY)
    sim_print(to, &s->call);
  else
    fprintf(to, "%s", step_names[s->kind]);
  if (s->fault.kind) fprintf(to, "  [%s, call %d]", fault_names[s->fault.kind], s->fault.at);
}

/* ---- a life ---- */

struct life *life_new(struct totals *totals, int is_calm) {
  struct life *l = calloc(1, sizeof *l);
  if (l) l->log = malloc((size_t)LIFE_STEPS * 2 * sizeof *l->log);
  if (!l || !l->log) abort();
  l->totals = totals;
  l->calm = is_calm;
  return l;
}

void life_free(struct life *l) {
  free(l->log);
  free(l);
}

void life_begin(struct life *l, uint64_t seed) {
  arc_error err = ARC_ERROR_INIT;
  chance_seed(&l->chance, seed);
  l->seed = seed;
  l->seq = l->now = 1;
  l->log_count = l->said = 0;
  l->fault = calm;
  model_init(&l->truth);
  sim_must(call_memory(&l->disk, NULL, &err), ARC_OK, "storage", &err);
  for (int i = 0; i < PROCESSES; i++) {
    struct process *p = &l->process[i];
    p->life = l;
    p->is_copy = i == PROCESS_COPY;
    memset(&p->heap, 0, sizeof p->heap);
    p->memory = p->is_copy ? &l->process[PROCESS_FIRST].heap : &p->heap;
    p->allocator = test_heap_allocator(p->memory);
    p->storage = (arc_storage){(uint32_t)sizeof p->storage,
                               0,
                               p,
                               process_append,
                               process_read,
                               process_save,
                               process_load,
                               NULL,
                               NULL};
    p->ledger = NULL;
    p->piece = seed % 3 ? 0 : 1 + (int)(seed % 50);
    p->starts = p->in_batch = 0;
  }
  start(&l->process[PROCESS_FIRST], calm);
}

/* The journal as it is stored, commit after commit. */
static void leave_book(struct life *l) {
  unsigned char bytes[4096];
  size_t size;
  uint64_t at = 0;
  FILE *file = fopen(l->leaves, "wb");
  if (!file) sim_die("cannot write", l->leaves);
  for (; l->disk.read(l->disk.user, 1, at, bytes, sizeof bytes, &size) == ARC_OK; at += size)
    if (fwrite(bytes, 1, size, file) != size) sim_die("cannot write", l->leaves);
  if (fclose(file) != 0) sim_die("cannot write", l->leaves);
}

void life_end(struct life *l) {
  struct process *p = &l->process[PROCESS_FIRST];
  struct step s = {.days = {SIM_FIRST_DAY, SIM_FIRST_DAY + 100}, .choice = 12345};
  arc_error err = ARC_ERROR_INIT;
  for (int i = PROCESSES - 1; i >= 0; i--)
    if (l->process[i].ledger && l->process[i].in_batch) end_batch(&l->process[i], 0, calm);
  stop(&l->process[PROCESS_SECOND]);
  if (is_stale(p)) refresh(p, calm);
  look(p, &s, calm);
  sim_must(arc_ledger_verify(p->ledger, &err), ARC_OK, "verify", &err);
  restart(p, 0, calm);
  stop(p);
  l->totals->events += l->seq - 1;
  l->totals->lives++;
  if (l->leaves) leave_book(l);
  l->disk.close(l->disk.user);
}
