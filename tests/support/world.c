#include "world.h"

#include "commit_frame.h"
#include "ledger_view.h"
#include "info.h"
#include "calls.h"

#include <stdarg.h>
#include <unistd.h>

/* Owns the faults, the bookkeeping of a run, and the sweeps. The library's memory and the storage's
 * are heaps of their own: a crash throws the first away, whatever is in it, and keeps the second.
 */

/* Sanitizers, which make a run many times slower, look at every fourth allocation that fails: without them each does. */
#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define WORLD_SANITIZED 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__ || defined WORLD_SANITIZED
enum { WORLD_STRIDE = 4 };
#else
enum { WORLD_STRIDE = 1 };
#endif

enum { WORLD_RAN, WORLD_STOPPED, WORLD_CRASHED, WORLD_VIOLATED };

static struct {
  size_t allocations, storage, transport, crashes, short_reads, violations, runs;
} world_totals;

/* ---- texts ---- */

static void world_append(struct world_text *text, const void *bytes, size_t size) {
  if (text->capacity - text->size < size + 1) {
    text->capacity = 2 * text->capacity + size + 1024;
    text->data = realloc(text->data, text->capacity);
    if (!text->data) abort();
  }
  if (size) memcpy(text->data + text->size, bytes, size);
  text->size += size;
  text->data[text->size] = 0;
}

static int world_text_equal(const struct world_text *a, const struct world_text *b) {
  return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

static void world_result_free(struct world_result *result) {
  free(result->journal.data);
  free(result->records.data);
  free(result->transcript.data);
  free(result->said.data);
  free(result->final.data);
  free(result->outbox);
  memset(result, 0, sizeof *result);
}

arc_text world_text(const char *text) {
  return (arc_text){text, ARC_NUL_TERMINATED};
}

arc_day world_day(const char *iso) {
  arc_day day = ARC_DAY_NONE;
  if (arc_day_parse(&day, iso, ARC_NUL_TERMINATED, NULL) != ARC_OK) abort();
  return day;
}

/* ---- violations ---- */

static const char *world_fault_name(const struct world *w) {
  static const char *const names[] = {"no fault",
                                      "no memory",
                                      "refused",
                                      "conflict",
                                      "storage has no memory",
                                      "unknown outcome, lost",
                                      "unknown outcome, stored",
                                      "read too long",
                                      "read of nothing",
                                      "crash before",
                                      "crash after",
                                      "not now",
                                      "send fails",
                                      "send pends"};
  return names[w->fault];
}

static void world_tell(struct world *w, const char *file, int line, const char *format,
                       va_list arguments) {
  static const char *const places[] = {"allocation", "storage call", "message"};
  if (!w->failed) world_totals.violations++;
  w->failed = 1;
  if (world_totals.violations > 40) return;
  fprintf(stderr, "%s:%d: %s, %s at %s %zu%s%s: ", file, line, w->scenario, world_fault_name(w),
          places[w->place], w->fails_at, w->once ? "" : " and after",
          w->anew ? ", begun anew" : "");
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n    in: %s\n    error: %s\n", w->step_text ? w->step_text : "", w->err.text);
}

void world_violation(struct world *w, const char *file, int line, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  world_tell(w, file, line, format, arguments);
  va_end(arguments);
  longjmp(w->stop, WORLD_VIOLATED);
}

/* ---- faults ---- */

/* Counts a call; 1 if it is to fail. */
static int world_fails(struct world *w, enum world_place place) {
  if (w->calm) return 0;
  w->calls[place]++;
  if (w->fault == WORLD_SOUND || w->place != place) return 0;
  if (w->once ? w->calls[place] != w->fails_at : w->calls[place] < w->fails_at) return 0;
  w->fired = 1;
  w->hits++;
  return 1;
}

static void *world_resize(struct world *w, struct test_heap *heap, void *ptr, size_t old,
                          size_t size) {
  if (size && world_fails(w, WORLD_ALLOCATION)) {
    w->fitting = ARC_E_NOMEM;
    return NULL;
  }
  return test_heap_resize(heap, ptr, old, size);
}

static void *world_heap_resize(void *user, void *ptr, size_t old, size_t size) {
  struct world *w = user;
  return world_resize(w, &w->heap, ptr, old, size);
}

static void *world_disk_resize(void *user, void *ptr, size_t old, size_t size) {
  struct world *w = user;
  return world_resize(w, &w->disk_heap, ptr, old, size);
}

static int world_unknown(const struct world *w) {
  return w->fault == WORLD_UNKNOWN_LOST || w->fault == WORLD_UNKNOWN_STORED;
}

/* What the storage answers, and what the ledger is to make of it. */
static int32_t world_answer(struct world *w, int appends) {
  static const int32_t codes[] = {[WORLD_REFUSED] = WORLD_HOST_CODE,
                                  [WORLD_CONFLICT] = ARC_E_CONFLICT,
                                  [WORLD_STORAGE_NOMEM] = ARC_E_NOMEM,
                                  [WORLD_UNKNOWN_LOST] = ARC_E_UNKNOWN_OUTCOME,
                                  [WORLD_UNKNOWN_STORED] = ARC_E_UNKNOWN_OUTCOME};
  int32_t code = codes[w->fault];
  w->host_code = code;
  w->fitting = ARC_E_STORAGE;
  if (code == ARC_E_NOMEM || (appends && code != WORLD_HOST_CODE)) w->fitting = code;
  return code;
}

static void world_crash_if(struct world *w, int fails, enum world_fault kind) {
  if (!fails || w->fault != kind) return;
  w->dead = 1;
  longjmp(w->stop, WORLD_CRASHED);
}

static int world_is_of_reads(const struct world *w) {
  return w->fault == WORLD_TOO_LONG || w->fault == WORLD_EMPTY;
}

/* A call that writes; faults of reads pass it by. */
static int world_write_fails(struct world *w) {
  if (!world_is_of_reads(w)) return world_fails(w, WORLD_STORAGE);
  w->calls[WORLD_STORAGE]++;
  return 0;
}

static int world_is_crash(const struct world *w) {
  return w->fault == WORLD_CRASH_BEFORE || w->fault == WORLD_CRASH_AFTER;
}

static int32_t world_storage_append(void *user, uint64_t first_seq, uint32_t count,
                                    const void *bytes, size_t size) {
  struct world *w = user;
  int fails = world_write_fails(w);
  int32_t code = fails && !world_is_crash(w) ? world_answer(w, 1) : ARC_OK;
  world_crash_if(w, fails, WORLD_CRASH_BEFORE);
  if (!fails || w->fault == WORLD_UNKNOWN_STORED || w->fault == WORLD_CRASH_AFTER) {
    int32_t stored = w->disk.append(w->disk.user, first_seq, count, bytes, size);
    world_crash_if(w, fails, WORLD_CRASH_AFTER);
    if (stored != ARC_OK) {
      if (fails) w->hits = 0; /* it failed for a reason of its own */
      return stored;
    }
  }
  return code;
}

static int32_t world_storage_read(void *user, uint64_t first_seq, uint64_t offset, void *buf,
                                  size_t cap, size_t *size) {
  struct world *w = user;
  int fails = world_fails(w, WORLD_STORAGE);
  int32_t code;
  if (fails && world_is_crash(w)) world_crash_if(w, 1, w->fault);
  if (fails && !world_is_of_reads(w)) {
    *size = 0;
    return world_answer(w, 0);
  }
  if (w->piece && cap > w->piece) cap = w->piece;
  code = w->disk.read(w->disk.user, first_seq, offset, buf, cap, size);
  if (!fails) return code;
  w->fitting = ARC_E_STORAGE;
  w->host_code = 0;
  *size = w->fault == WORLD_EMPTY ? 0 : SIZE_MAX;
  return ARC_OK;
}

static int32_t world_storage_save(void *user, uint64_t next_seq, const void *bytes, size_t size) {
  struct world *w = user;
  int fails = world_write_fails(w);
  int32_t code = ARC_OK;
  if (fails && !world_is_crash(w)) {
    code = world_answer(w, 0);
    if (code == ARC_E_CONFLICT) w->fitting = ARC_E_STALE; /* somebody dropped what it is of */
    return code;
  }
  world_crash_if(w, fails, WORLD_CRASH_BEFORE);
  code = w->disk.save_snapshot(w->disk.user, next_seq, bytes, size);
  world_crash_if(w, fails, WORLD_CRASH_AFTER);
  return code;
}

/* A ledger that cannot load its snapshot reads the whole journal: the fault is absorbed. */
static int32_t world_storage_load(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset,
                                  void *buf, size_t cap, size_t *size) {
  struct world *w = user;
  int fails = world_fails(w, WORLD_STORAGE);
  int32_t code;
  if (fails && world_is_crash(w)) world_crash_if(w, 1, w->fault);
  if (fails) w->absorbs = 1;
  *size = 0;
  if (fails && !world_is_of_reads(w)) return world_answer(w, 0);
  if (w->piece && cap > w->piece) cap = w->piece;
  code = w->disk.load_snapshot(w->disk.user, next_seq, total, offset, buf, cap, size);
  if (fails) *size = w->fault == WORLD_EMPTY ? 0 : SIZE_MAX;
  w->fitting = ARC_E_STORAGE;
  return code;
}

static void world_storage_close(void *user) {
  struct world *w = user;
  w->opened--;
  if (w->path) {
    w->disk.close(w->disk.user);
    memset(&w->disk, 0, sizeof w->disk);
  }
}

/* ---- the transport ---- */

static uint64_t world_hash(uint64_t hash, const void *bytes, size_t size) {
  const unsigned char *at = bytes;
  for (size_t i = 0; i < size; i++)
    hash = (hash ^ at[i]) * UINT64_C(1099511628211);
  return (hash ^ 0xff) * UINT64_C(1099511628211);
}

static uint64_t world_content(const arc_message *m) {
  const arc_text texts[] = {
      m->idempotency_key, m->customer, m->customer_name, m->recipient, m->address,
      m->language,        m->step,     m->subject,       m->body,      m->html};
  uint64_t hash = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    hash = world_hash(hash, texts[i].data, texts[i].size);
  hash = world_hash(hash, &m->amount, sizeof m->amount);
  hash = world_hash(hash, &m->day, sizeof m->day);
  hash = world_hash(hash, &m->channel, sizeof m->channel);
  for (uint32_t i = 0; i < m->item_count; i++) {
    hash = world_hash(hash, m->items[i].key.data, m->items[i].key.size);
    hash = world_hash(hash, &m->items[i].amount, sizeof m->items[i].amount);
  }
  return hash;
}

static struct world_message *world_find_message(const struct world_result *result,
                                                const char *key) {
  for (size_t i = 0; i < result->outbox_count; i++)
    if (strcmp(result->outbox[i].key, key) == 0) return &result->outbox[i];
  return NULL;
}

/* Under one key there is one message, and it asks for what its items add up to. */
static void world_deliver(struct world *w, const arc_message *m) {
  struct world_result *result = &w->result;
  struct world_message message, *known;
  int64_t sum = 0;
  memset(&message, 0, sizeof message);
  if (m->idempotency_key.size == 0 || m->idempotency_key.size >= sizeof message.key)
    world_violation(w, __FILE__, __LINE__, "a message's key has %zu bytes",
                    m->idempotency_key.size);
  memcpy(message.key, m->idempotency_key.data, m->idempotency_key.size);
  message.content = world_content(m);
  for (uint32_t i = 0; i < m->item_count; i++)
    sum += m->items[i].amount;
  if (m->item_count == 0 || sum != m->amount)
    world_violation(w, __FILE__, __LINE__, "message %s: items and amount differ", message.key);
  known = world_find_message(result, message.key);
  if (known && known->content != message.content)
    world_violation(w, __FILE__, __LINE__, "two messages under the key %s", message.key);
  if (known) return;
  result->outbox = realloc(result->outbox, (result->outbox_count + 1) * sizeof message);
  if (!result->outbox) abort();
  result->outbox[result->outbox_count++] = message;
}

static int32_t world_send(void *user, const arc_message *m) {
  struct world *w = user;
  int fails = world_fails(w, WORLD_TRANSPORT);
  world_crash_if(w, fails, WORLD_CRASH_BEFORE);
  if (fails && w->fault == WORLD_NOT_NOW) {
    w->fitting = ARC_E_HOST;
    w->host_code = WORLD_NOT_NOW_CODE;
    return WORLD_NOT_NOW_CODE;
  }
  if (fails && w->fault == WORLD_SEND_FAILS) {
    w->absorbs = w->changed = 1;
    return ARC_FAILED;
  }
  world_deliver(w, m);
  world_crash_if(w, fails, WORLD_CRASH_AFTER);
  if (!fails) return ARC_SENT;
  w->absorbs = w->changed = 1;
  return ARC_PENDING;
}

/* ---- handles ---- */

/* The ledger takes the storage and closes it, also when it cannot open. */
arc_status world_open_ledger(struct world *w) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_status status;
  int opened = w->opened;
  if (w->place == WORLD_STORAGE) w->absorbs = 1; /* what fails with a snapshot is read without it */
  if (w->path) {
    status = call_file(&w->disk, w->path, &w->disk_allocator, &w->err);
    if (status < 0) return status;
  }
  w->opened++;
  options.flags = w->ledger_flags;
  options.allocator = &w->allocator;
  options.storage = &w->storage;
  options.book = world_text("book");
  memcpy(options.currency, "USD", 4);
  options.hash_seed[0] = 1;
  options.hash_seed[1] = 2;
  status = arc_ledger_open(&w->ledger, &options, &w->err);
  if (status < 0 && w->ledger)
    world_violation(w, __FILE__, __LINE__, "a failed open gives a ledger");
  if (status < 0 && w->opened != opened)
    world_violation(w, __FILE__, __LINE__, "a failed open did not close its storage once");
  return status;
}

void world_open(struct world *w) {
  DO(w, world_open_ledger(w));
}

void world_open_cadence(struct world *w) {
  DO(w, arc_cadence_open(&w->cadence, w->ledger, &w->cadence_options, &w->err));
}

void world_open_matcher(struct world *w) {
  DO(w, arc_matcher_open(&w->matcher, w->ledger, &w->matcher_options, &w->err));
}

void world_open_scorer(struct world *w) {
  DO(w, arc_scorer_open(&w->scorer, w->ledger, &w->err));
}

void world_open_collector(struct world *w) {
  DO(w, arc_collector_open(&w->collector, w->ledger, &w->collector_options, &w->err));
}

void world_close(struct world *w) {
  int opened = w->opened - (w->ledger != NULL);
  arc_collector_close(w->collector);
  arc_scorer_close(w->scorer);
  arc_matcher_close(w->matcher);
  arc_cadence_close(w->cadence);
  arc_ledger_close(w->ledger);
  w->collector = NULL;
  w->scorer = NULL;
  w->matcher = NULL;
  w->cadence = NULL;
  w->ledger = NULL;
  if (w->opened != opened)
    world_violation(w, __FILE__, __LINE__, "closing the ledger did not close its storage once");
}

static void world_need(struct world *w, arc_status status) {
  if (status < 0)
    world_violation(w, __FILE__, __LINE__, "reopening answers %s", arc_status_name(status));
}

void world_reopen(struct world *w) {
  int cadence = w->cadence != NULL, matcher = w->matcher != NULL, scorer = w->scorer != NULL;
  int collector = w->collector != NULL;
  arc_ledger_close(w->other);
  w->other = NULL;
  world_close(w);
  world_need(w, world_open_ledger(w));
  if (w->instant) world_need(w, arc_ledger_set_clock(w->ledger, w->instant, &w->err));
  if (cadence)
    world_need(w, arc_cadence_open(&w->cadence, w->ledger, &w->cadence_options, &w->err));
  if (matcher)
    world_need(w, arc_matcher_open(&w->matcher, w->ledger, &w->matcher_options, &w->err));
  if (scorer) world_need(w, arc_scorer_open(&w->scorer, w->ledger, &w->err));
  if (collector)
    world_need(w, arc_collector_open(&w->collector, w->ledger, &w->collector_options, &w->err));
}

static void world_close_all(struct world *w) {
  arc_report_free(w->report);
  w->report = NULL;
  arc_ledger_close(w->other);
  w->other = NULL;
  world_close(w);
  arc_calendar_free(w->calendar);
  w->calendar = NULL;
}

/* ---- steps ---- */

static void world_digest(const struct world *w, unsigned char digest[32]) {
  memset(digest, 0, 32);
  if (w->ledger) arc__tables_digest(arc__ledger_tables(w->ledger), digest);
}

/* Of all ledgers that are open. */
static void world_digest_all(const struct world *w, unsigned char digest[64]) {
  world_digest(w, digest);
  memset(digest + 32, 0, 32);
  if (w->other) arc__tables_digest(arc__ledger_tables(w->other), digest + 32);
}

void world_step(struct world *w, const char *text, int parts) {
  w->step_text = text;
  w->parts = parts;
  w->absorbs = 0;
  if (w->fault == WORLD_SOUND || (w->fired && w->once)) return;
  world_digest_all(w, w->before);
  w->before_seq = info_of(w->ledger).next_sequence;
}

void world_try(struct world *w) {
  arc_error fresh = ARC_ERROR_INIT;
  w->err = fresh;
  w->hits = 0;
}

static void world_check_unchanged(struct world *w, const char *file, int line) {
  unsigned char now[64];
  if (w->parts) {
    /* Part of the step is recorded: then the journal says so. */
    if (w->once && !world_unknown(w) && arc_ledger_verify(w->ledger, &w->err) != ARC_OK)
      world_violation(w, file, line, "after the failed step the book does not verify");
    return;
  }
  world_digest_all(w, now);
  if (memcmp(now, w->before, sizeof now) != 0)
    world_violation(w, file, line, "the failed step has changed the state");
  if (info_of(w->ledger).next_sequence != w->before_seq)
    world_violation(w, file, line, "the failed step has changed the next sequence number");
}

static void world_check_error(struct world *w, arc_status status, const char *file, int line) {
  int32_t code = w->place == WORLD_ALLOCATION ? 0 : w->host_code;
  if (status != w->fitting)
    world_violation(w, file, line, "the step answers %s, it should be %s", arc_status_name(status),
                    arc_status_name(w->fitting));
  if (w->err.status != status || !w->err.text[0])
    world_violation(w, file, line, "the error says %s, the step %s", arc_status_name(w->err.status),
                    arc_status_name(status));
  if (status == ARC_E_STORAGE && w->err.host_code != code)
    world_violation(w, file, line, "host_code is %d, the storage said %d", (int)w->err.host_code,
                    (int)code);
}

/* The storage could not tell: the handle reads only, and reopening shows how it was. */
static void world_go_on_after_unknown(struct world *w, const char *file, int line) {
  int64_t amount;
  arc_status status = arc_batch_begin(w->ledger, &w->err);
  if (status != ARC_E_READ_ONLY)
    world_violation(w, file, line, "after an unknown outcome a batch begins with %s",
                    arc_status_name(status));
  status = arc_ledger_balance(w->ledger, &amount, NULL, "nobody", 6, "USD", ARC_DAY_NONE, &w->err);
  if (status != ARC_E_NOT_FOUND)
    world_violation(w, file, line, "a handle that reads only reads with %s",
                    arc_status_name(status));
  w->resumed = 1;
  world_reopen(w);
}

static int world_answers(const struct world *w, arc_status status, arc_status expected) {
  return status == expected || (status == ARC_ALREADY && expected == ARC_OK && w->resumed);
}

/* 1: the step met the fault, as it should, and is to be tried again. */
int world_again(struct world *w, arc_status status, arc_status expected, const char *file,
                int line) {
  if (w->dead) world_violation(w, file, line, "the call went on after the crash");
  /* A step that is to be refused may be refused for either reason. */
  if (w->hits == 0 || ((w->absorbs || expected < 0) && world_answers(w, status, expected))) {
    if (!world_answers(w, status, expected))
      world_violation(w, file, line, "the step answers %s, it should be %s",
                      arc_status_name(status), arc_status_name(expected));
    return 0;
  }
  world_check_error(w, status, file, line);
  world_check_unchanged(w, file, line);
  if (!w->once) longjmp(w->stop, WORLD_STOPPED);
  if (world_unknown(w) && status == ARC_E_UNKNOWN_OUTCOME) world_go_on_after_unknown(w, file, line);
  return 1;
}

int world_once(struct world *w) {
  return ++w->once_at > w->once_done;
}

void world_once_done(struct world *w) {
  if (w->once_done < w->once_at) w->once_done = w->once_at;
}

void world_batch(struct world *w, void (*posts)(struct world *w)) {
  unsigned char before[64];
  arc_status status;
  do {
    world_digest_all(w, before);
    DO(w, arc_batch_begin(w->ledger, &w->err));
    posts(w);
    world_step(w, "arc_batch_commit", 0);
    memcpy(w->before, before, sizeof before);
    world_try(w);
    status = arc_batch_commit(w->ledger, &w->err);
  } while (world_again(w, status, ARC_OK, __FILE__, __LINE__));
}

void world_clock(struct world *w, int64_t instant) {
  arc_status status = arc_ledger_set_clock(w->ledger, instant, &w->err);
  w->instant = instant;
  if (status != ARC_OK && !(w->anew && status == ARC_E_INVALID))
    world_violation(w, __FILE__, __LINE__, "the clock answers %s", arc_status_name(status));
}

/* ---- what the steps give ---- */

void world_say(struct world *w, const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  world_append(&w->result.said, line,
               size < 0                     ? 0
               : (size_t)size < sizeof line ? (size_t)size
                                            : 511);
}

static void world_write_report(struct world_text *to, const arc_report *report) {
  char cell[5000];
  size_t size;
  for (size_t c = 0; c < arc_report_columns(report); c++) {
    world_append(to, arc_report_column_name(report, c), strlen(arc_report_column_name(report, c)));
    world_append(to, ",", 1);
  }
  for (size_t r = 0; r < arc_report_rows(report); r++) {
    world_append(to, "\n", 1);
    for (size_t c = 0; c < arc_report_columns(report); c++) {
      if (arc_report_format(report, r, c, cell, sizeof cell, &size) != ARC_OK) size = 0;
      world_append(to, cell, size < sizeof cell ? size : sizeof cell - 1);
      world_append(to, ",", 1);
    }
  }
  world_append(to, "\n", 1);
}

void world_take(struct world *w) {
  if (!w->report) world_violation(w, __FILE__, __LINE__, "there is no report");
  world_write_report(&w->result.transcript, w->report);
  arc_report_free(w->report);
  w->report = NULL;
}

/* ---- the end of a run ---- */

static void world_final_report(struct world *w, int32_t kind, arc_text customer) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *report = NULL;
  arc_status status;
  query.report = kind;
  query.customer = customer;
  status = arc_ledger_report(&report, w->ledger, &query, &w->err);
  if (status != ARC_OK)
    world_violation(w, __FILE__, __LINE__, "report %d in the end answers %s", (int)kind,
                    arc_status_name(status));
  world_write_report(&w->result.final, report);
  arc_report_free(report);
}

static void world_final_reports(struct world *w) {
  const arc__tables *t = arc__ledger_tables(w->ledger);
  arc_text all = {NULL, 0};
  for (int32_t kind = ARC_REPORT_APPLICATIONS; kind <= ARC_REPORT_OPEN_ITEMS; kind++)
    if (kind != ARC_REPORT_STATEMENT) world_final_report(w, kind, all);
  for (uint32_t row = 1; row <= t->rows[ARC__TABLE_CUSTOMER]; row++)
    world_final_report(w, ARC_REPORT_STATEMENT, arc__text(t, ARC__CUSTOMER_KEY, row));
}

static void world_read_journal(struct world *w) {
  struct world_text *journal = &w->result.journal;
  unsigned char piece[4096];
  arc__commit commit;
  size_t size, at = 0;
  while (w->disk.read(w->disk.user, 1, journal->size, piece, sizeof piece, &size) == ARC_OK)
    world_append(journal, piece, size);
  while (at < journal->size) {
    const unsigned char *header = (const unsigned char *)journal->data + at;
    if (journal->size - at < ARC__COMMIT_HEADER || arc__commit_header(&commit, header, NULL) < 0)
      world_violation(w, __FILE__, __LINE__, "the journal is not made of commits");
    at += ARC__COMMIT_HEADER;
    world_append(&w->result.records, journal->data + at, commit.size);
    at += commit.size;
  }
}

/* Looks at the whole book, and again after reopening it. */
static void world_finish(struct world *w) {
  unsigned char again[32];
  w->step_text = "the end";
  w->calm = 1;
  memcpy(w->scenario_calls, w->calls, sizeof w->calls);
  if (!w->ledger) return;
  if (arc_ledger_verify(w->ledger, &w->err) != ARC_OK)
    world_violation(w, __FILE__, __LINE__, "in the end the book does not verify");
  world_digest(w, w->result.digest);
  world_final_reports(w);
  if (w->ledger_flags & ARC_LEDGER_DETACHED) return;
  world_read_journal(w);
  world_reopen(w);
  world_digest(w, again);
  if (memcmp(again, w->result.digest, sizeof again) != 0)
    world_violation(w, __FILE__, __LINE__, "reopening gives another state");
}

/* ---- a run ---- */

static void world_remove_files(const char *path) {
  static const char *const besides[] = {"", ".snapshot", ".snapshot.tmp"};
  char name[512];
  for (size_t i = 0; i < sizeof besides / sizeof *besides; i++) {
    snprintf(name, sizeof name, "%s%s", path, besides[i]);
    remove(name);
  }
}

static void world_prepare(struct world *w, const char *scenario, const char *path) {
  memset(w, 0, sizeof *w);
  w->scenario = scenario;
  w->path = path;
  w->once = 1;
  w->allocator = (arc_allocator){(uint32_t)sizeof w->allocator, 0, w, world_heap_resize};
  w->disk_allocator = (arc_allocator){(uint32_t)sizeof w->disk_allocator, 0, w, world_disk_resize};
  w->storage = (arc_storage){(uint32_t)sizeof w->storage,
                             0,
                             w,
                             world_storage_append,
                             world_storage_read,
                             world_storage_save,
                             world_storage_load,
                             world_storage_close,
                             NULL};
  w->transport = (arc_transport){(uint32_t)sizeof w->transport, 0, w, world_send};
  w->cadence_options = (arc_cadence_options)ARC_CADENCE_OPTIONS_INIT;
  w->matcher_options = (arc_matcher_options)ARC_MATCHER_OPTIONS_INIT;
  w->collector_options = (arc_collector_options)ARC_COLLECTOR_OPTIONS_INIT;
  w->collector_options.transport = &w->transport;
  if (path) {
    world_remove_files(path);
  } else if (call_memory(&w->disk, &w->disk_allocator, NULL) != ARC_OK) {
    abort();
  }
  memset(w->calls, 0, sizeof w->calls);
}

static void world_drop_blocks(struct test_heap *heap) {
  for (size_t i = 0; i < TEST_HEAP_BUCKETS; i++)
    while (heap->buckets[i])
      test_heap_take(heap, heap->buckets[i] + 1, heap->buckets[i]->is.size);
}

/* The process ends: its memory is gone, its files are closed, what is stored stays. */
static void world_end_process(struct world *w) {
  world_drop_blocks(&w->heap);
  if (w->path && w->disk.close) w->disk.close(w->disk.user);
  if (w->path) memset(&w->disk, 0, sizeof w->disk);
  w->opened = 0;
  w->ledger = w->other = NULL;
  w->calendar = NULL;
  w->cadence = NULL;
  w->matcher = NULL;
  w->scorer = NULL;
  w->collector = NULL;
  w->report = NULL;
  w->dead = 0;
}

static void world_begin_anew(struct world *w) {
  world_end_process(w);
  w->anew = w->resumed = 1;
  w->once_at = 0;
  w->instant = 0;
  w->cadence_options = (arc_cadence_options)ARC_CADENCE_OPTIONS_INIT;
  w->matcher_options = (arc_matcher_options)ARC_MATCHER_OPTIONS_INIT;
  w->collector_options = (arc_collector_options)ARC_COLLECTOR_OPTIONS_INIT;
  w->collector_options.transport = &w->transport;
}

/* Runs the scenario up to its end, where it stops, or a violation. */
static int world_run(struct world *w, void (*scenario)(struct world *w)) {
  switch (setjmp(w->stop)) {
  case WORLD_STOPPED:
    return WORLD_STOPPED;
  case WORLD_VIOLATED:
    return WORLD_VIOLATED;
  case WORLD_CRASHED:
    world_begin_anew(w);
    break;
  default:
    break;
  }
  scenario(w);
  world_finish(w);
  return WORLD_RAN;
}

static void world_check_closed(struct world *w) {
  w->step_text = "closing";
  if (setjmp(w->stop)) return;
  world_close_all(w);
  if (w->heap.live)
    world_violation(w, __FILE__, __LINE__, "%zu blocks are left, %zu bytes", w->heap.live,
                    w->heap.live_bytes);
  if (w->path && w->disk_heap.live)
    world_violation(w, __FILE__, __LINE__, "%zu blocks of the storage are left", w->disk_heap.live);
}

static void world_leave(struct world *w, int how) {
  if (how != WORLD_VIOLATED) world_check_closed(w);
  world_end_process(w);
  if (w->disk.close) w->disk.close(w->disk.user);
  if (w->disk_heap.live) world_drop_blocks(&w->disk_heap);
}

static int world_compare_outbox(const struct world_result *a, const struct world_result *b) {
  if (a->outbox_count != b->outbox_count) return 0;
  for (size_t i = 0; i < a->outbox_count; i++) {
    const struct world_message *other = world_find_message(b, a->outbox[i].key);
    if (!other || other->content != a->outbox[i].content) return 0;
  }
  return 1;
}

static void world_first_difference(struct world *w, const struct world_text *now,
                                   const struct world_text *plain, const char *what) {
  size_t i = 0, from;
  while (i < now->size && i < plain->size && now->data[i] == plain->data[i])
    i++;
  from = i < 120 ? 0 : i - 120;
  world_violation(
      w, __FILE__, __LINE__,
      "%s differs from the plain run's at byte %zu:\n--- now\n%.300s\n--- plain\n%.300s", what, i,
      now->data ? now->data + from : "", plain->data ? plain->data + from : "");
}

static void world_compare(struct world *w, const struct world_result *plain, unsigned flags) {
  const struct world_result *now = &w->result;
  w->step_text = "comparing with the plain run";
  if (setjmp(w->stop)) return;
  if (!world_text_equal(&now->final, &plain->final))
    world_first_difference(w, &now->final, &plain->final, "what is reported in the end");
  if (!w->anew && !world_text_equal(&now->transcript, &plain->transcript))
    world_first_difference(w, &now->transcript, &plain->transcript, "a report taken");
  if (!w->resumed && !world_text_equal(&now->said, &plain->said))
    world_first_difference(w, &now->said, &plain->said, "what the scenario said");
  if (memcmp(now->digest, plain->digest, sizeof now->digest) != 0)
    world_violation(w, __FILE__, __LINE__, "the state differs from the plain run's");
  if (!world_text_equal(&now->records, &plain->records))
    world_violation(w, __FILE__, __LINE__, "the journal's records differ from the plain run's");
  if (!(flags & WORLD_FREE_BORDERS && w->place != WORLD_STORAGE) &&
      !world_text_equal(&now->journal, &plain->journal))
    world_violation(w, __FILE__, __LINE__, "the journal's bytes differ from the plain run's");
  if (!world_compare_outbox(now, plain))
    world_violation(w, __FILE__, __LINE__, "the messages differ from the plain run's");
}

/* ---- sweeps ---- */

struct world_sweeping {
  struct world world;
  void (*scenario)(struct world *w);
  const char *name, *path;
  char directory[400], file[420];
  unsigned flags;
  struct world_result plain;
  size_t calls[WORLD_PLACES];
};

static void world_count(const struct world *w) {
  world_totals.runs++;
  if (!w->fired) return;
  if (w->anew)
    world_totals.crashes++;
  else if (w->place == WORLD_ALLOCATION)
    world_totals.allocations++;
  else if (w->place == WORLD_STORAGE)
    world_totals.storage++;
  else
    world_totals.transport++;
}

static void world_run_fault(struct world_sweeping *s, enum world_place place, size_t k,
                            enum world_fault fault, int once) {
  struct world *w = &s->world;
  int how;
  world_prepare(w, s->name, s->path);
  w->fault = fault;
  w->place = place;
  w->fails_at = k;
  w->once = once;
  how = world_run(w, s->scenario);
  world_count(w);
  if (how == WORLD_RAN && !w->changed) world_compare(w, &s->plain, s->flags);
  world_leave(w, w->failed ? WORLD_VIOLATED : how);
  world_result_free(&w->result);
}

/* Reads that give at most so many bytes at once are as good as long ones. */
static void world_run_pieces(struct world_sweeping *s, size_t piece) {
  struct world *w = &s->world;
  int how;
  world_prepare(w, s->name, s->path);
  w->piece = piece;
  how = world_run(w, s->scenario);
  world_totals.short_reads += w->calls[WORLD_STORAGE];
  if (how == WORLD_RAN) world_compare(w, &s->plain, s->flags);
  world_leave(w, w->failed ? WORLD_VIOLATED : how);
  world_result_free(&w->result);
}

static void world_run_plain(struct world_sweeping *s) {
  struct world *w = &s->world;
  int how;
  world_prepare(w, s->name, s->path);
  how = world_run(w, s->scenario);
  memcpy(s->calls, w->scenario_calls, sizeof s->calls);
  s->plain = w->result;
  memset(&w->result, 0, sizeof w->result);
  world_leave(w, how);
}

static void world_sweep_storage(struct world_sweeping *s) {
  for (size_t k = 1; k <= s->calls[WORLD_STORAGE]; k++) {
    for (int fault = WORLD_REFUSED; fault <= WORLD_CRASH_AFTER; fault++)
      world_run_fault(s, WORLD_STORAGE, k, (enum world_fault)fault, 1);
    world_run_fault(s, WORLD_STORAGE, k, WORLD_REFUSED, 0);
  }
  world_run_pieces(s, 1);
  world_run_pieces(s, 7);
}

static void world_sweep_transport(struct world_sweeping *s) {
  for (size_t k = 1; k <= s->calls[WORLD_TRANSPORT]; k++) {
    for (int fault = WORLD_NOT_NOW; fault <= WORLD_SEND_PENDS; fault++)
      world_run_fault(s, WORLD_TRANSPORT, k, (enum world_fault)fault, 1);
    world_run_fault(s, WORLD_TRANSPORT, k, WORLD_CRASH_BEFORE, 1);
    world_run_fault(s, WORLD_TRANSPORT, k, WORLD_CRASH_AFTER, 1);
    world_run_fault(s, WORLD_TRANSPORT, k, WORLD_NOT_NOW, 0);
  }
}

static void world_make_directory(struct world_sweeping *s) {
  const char *parent = getenv("TMPDIR");
  snprintf(s->directory, sizeof s->directory, "%s/arc-world-XXXXXX",
           parent && *parent ? parent : "/tmp");
  if (!mkdtemp(s->directory)) abort();
  snprintf(s->file, sizeof s->file, "%s/book.arc", s->directory);
  s->path = s->file;
}

static void world_remove_directory(struct world_sweeping *s) {
  world_remove_files(s->path);
  rmdir(s->directory);
}

size_t world_sweep(void (*scenario)(struct world *w), const char *name, unsigned flags) {
  static struct world_sweeping s;
  size_t before = world_totals.violations;
  memset(&s, 0, sizeof s);
  s.scenario = scenario;
  s.name = name;
  s.flags = flags;
  if (flags & WORLD_FILE) world_make_directory(&s);
  world_run_plain(&s);
  for (size_t k = 1; k <= s.calls[WORLD_ALLOCATION] && world_totals.violations == before; k += WORLD_STRIDE) {
    world_run_fault(&s, WORLD_ALLOCATION, k, WORLD_NO_MEMORY, 1);
    world_run_fault(&s, WORLD_ALLOCATION, k, WORLD_NO_MEMORY, 0);
  }
  world_sweep_storage(&s);
  world_sweep_transport(&s);
  world_result_free(&s.plain);
  if (flags & WORLD_FILE) world_remove_directory(&s);
  return world_totals.violations - before;
}

void world_print_totals(const char *program) {
  printf("%s: %zu allocation failures, %zu storage failures, %zu transport failures, %zu crashes "
         "injected in "
         "%zu runs, %zu storage calls with short reads; %zu violations\n",
         program, world_totals.allocations, world_totals.storage, world_totals.transport,
         world_totals.crashes, world_totals.runs, world_totals.short_reads,
         world_totals.violations);
}
