#include "arcollect/ledger.h"

#include <string.h>

#include "currency.h"
#include "error.h"
#include "hash.h"
#include "ledger_internal.h"
#include "text.h"

/*
 * Owns the handle: opening, how commands become commits, snapshots, verification.
 *
 * A command changes the tables at once, under a mark, and gathers records. Whatever fails, down to the
 * storage's append, rolls the tables back to the mark; what succeeds forgets the mark. So nothing is ever half
 * done, without any code of a command having to think of it.
 */

#define LEDGER_SNAPSHOT_MAGIC 0x53435241u /* "ARCS" */
#define LEDGER_SNAPSHOT_VERSION 1u

static const arc__column_spec ledger_columns[ARC__COLUMN_COUNT] = {
#define LEDGER_WIDTH_U8 1, 0
#define LEDGER_WIDTH_U16 2, 0
#define LEDGER_WIDTH_U32 4, 0
#define LEDGER_WIDTH_I32 4, 0
#define LEDGER_WIDTH_I64 8, 0
#define LEDGER_WIDTH_TEXT 4, 1
#define ARC__X(name, table, kind) {ARC__TABLE_##table, LEDGER_WIDTH_##kind},
    ARC__COLUMN_LIST(ARC__X)
#undef ARC__X
};

static const arc__index_spec ledger_indexes[ARC__INDEX_COUNT] = {
    {ARC__TABLE_NAME, ARC__NAME_TEXT, -1},
    {ARC__TABLE_CUSTOMER, ARC__CUSTOMER_KEY, -1},
    {ARC__TABLE_CONTACT, ARC__CONTACT_KEY, -1},
    {ARC__TABLE_INVOICE, ARC__INVOICE_KEY, -1},
    {ARC__TABLE_CREDIT, ARC__CREDIT_KEY, ARC__CREDIT_KIND},
    {ARC__TABLE_ENTRY, ARC__ENTRY_KEY, ARC__ENTRY_KIND},
    {ARC__TABLE_EXCEPTION, ARC__EXCEPTION_KEY, ARC__EXCEPTION_KIND},
    {ARC__TABLE_TOUCH, ARC__TOUCH_KEY, -1},
    {ARC__TABLE_NOTE, ARC__NOTE_KEY, -1},
    {ARC__TABLE_POLICY, ARC__POLICY_NAME, -1},
};

static const arc__schema ledger_schema = {ledger_columns, ledger_indexes, ARC__COLUMN_COUNT,
                                          ARC__INDEX_COUNT, ARC__TABLE_COUNT};

const arc__tables *arc__ledger_tables(const arc_ledger *ledger) {
  return &ledger->tables;
}

const arc__heap *arc__ledger_heap(const arc_ledger *ledger) {
  return &ledger->heap;
}

void arc__ledger_callback(arc_ledger *ledger, int inside) {
  ledger->in_callback = inside;
}

arc_status arc__ledger_outside(const arc_ledger *ledger, arc_error *err) {
  if (!ledger->in_callback) return ARC_OK;
  return arc__fail(err, ARC_E_BUSY, "the ledger was called from inside one of its callbacks");
}

/* ---- the book record ---- */

/* A new book has its row before its record: when it is read back, because another process began the same book
 * first, it must be the same. */
arc_status arc__check_book(const arc_ledger *ledger, const arc__book_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_currency(r->currency, err));
  if (!t->rows[ARC__TABLE_BOOK] || (arc__text_equal(r->name, arc__text(t, ARC__BOOK_NAME, 1)) &&
                                    r->currency == arc__u32(t, ARC__BOOK_CURRENCY, 1)))
    return ARC_OK;
  return arc__fail(err, ARC_E_INVALID, "the storage holds another book, or a book of another currency");
}

void arc__apply_book(arc_ledger *ledger, const arc__book_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = t->rows[ARC__TABLE_BOOK];
  if (row) return;
  row = arc__append_row(t, ARC__TABLE_BOOK);
  arc__put_text(t, ARC__BOOK_NAME, row, r->name);
  arc__put(t, ARC__BOOK_CURRENCY, row, r->currency);
  arc__put(t, ARC__BOOK_LAST_DAY_RUN, row, ARC_DAY_NONE);
  arc__put(t, ARC__BOOK_MATCHED_DAY, row, ARC_DAY_NONE);
  arc__put(t, ARC__BOOK_PLANNED_DAY, row, ARC_DAY_NONE);
  arc__put(t, ARC__BOOK_MAX_DAY, row, ARC_DAY_NONE);
}

/* ---- records ---- */

typedef struct ledger_record_kind {
  arc__fields_function fields;
  arc__apply_function apply;
} ledger_record_kind;

/* The record functions of each type behind one signature. */
#define ARC__R(number, upper, lower)                                                               \
  static void ledger_fields_##lower(arc__codec *codec, void *record) {                             \
    arc__fields_##lower(codec, record);                                                            \
  }                                                                                                \
  static void ledger_apply_##lower(arc_ledger *ledger, const void *record) {                       \
    arc__apply_##lower(ledger, record);                                                            \
  }                                                                                                \
  static arc_status ledger_replay_##lower(arc_ledger *ledger, const unsigned char *payload,        \
                                          size_t size, arc_error *err) {                           \
    arc__##lower##_record record;                                                                  \
    if (!arc__read_##lower(&record, payload, size))                                                \
      return arc__fail(err, ARC_E_CORRUPT, "a " #lower " record has a wrong length");              \
    ARC__TRY(arc__check_##lower(ledger, &record, err));                                            \
    arc__apply_##lower(ledger, &record);                                                           \
    return ARC_OK;                                                                                 \
  }
ARC__RECORD_LIST(ARC__R)
#undef ARC__R

static const ledger_record_kind ledger_kinds[ARC__RECORD_COUNT + 1] = {
#define ARC__R(number, upper, lower) [number] = {ledger_fields_##lower, ledger_apply_##lower},
    ARC__RECORD_LIST(ARC__R)
#undef ARC__R
};

void arc__ledger_record(arc_ledger *ledger, uint16_t type, const void *record) {
  arc__codec codec = {&ledger->payload, NULL};
  ledger->payload.size = 0;
  /* Writing does not change the record; the one function that reads and writes cannot say so. */
  ledger_kinds[type].fields(&codec, (void *)(uintptr_t)record);
  arc__commit_record(&ledger->commit, type, ARC__RECORD_VERSION, ledger->payload.data,
                     ledger->payload.size);
  ledger->pending++;
  arc__state_known(ledger);
  ledger_kinds[type].apply(ledger, record);
  if (ledger->payload.failed || ledger->commit.failed) ARC__L(ledger)->failed = 1;
}

/* Says in an error that was filled already which record, or row of a call, is at fault. */
static void ledger_say_record(arc_error *err, arc_status status, uint64_t record) {
  if (!err || err->struct_size < sizeof *err) return;
  err->status = status;
  err->record = record;
}

static arc_status ledger_replay(void *user, uint64_t seq, int64_t instant, uint16_t type,
                                uint16_t version, const unsigned char *payload, size_t size,
                                arc_error *err) {
  arc_ledger *ledger = user;
  arc_status status;
  ledger->instant = ledger->recorded_at = instant;
  arc__state_known(ledger);
  if (type == 0 || type > ARC__RECORD_COUNT || version != ARC__RECORD_VERSION)
    status = arc__fail(err, ARC_E_ABI, "record type %u version %u is not known to this library: use a newer one",
                       type, version);
  else if ((type == ARC__RECORD_BOOK) != (seq == 1))
    status = arc__fail(err, ARC_E_CORRUPT, "the journal does not begin with its book");
  else {
    switch (type) {
#define ARC__R(number, upper, lower)                                                               \
  case number: status = ledger_replay_##lower(ledger, payload, size, err); break;
      ARC__RECORD_LIST(ARC__R)
#undef ARC__R
    default: status = ARC_OK; break;
    }
    if (status >= 0 && ARC__L(ledger)->failed) status = arc__fail_nomem(err);
    else if (status >= 0 && ledger->overflowed)
      status = arc__fail(err, ARC_E_CORRUPT, "a sum does not fit");
    else if (status < 0 && status != ARC_E_NOMEM && status != ARC_E_ABI)
      status = ARC_E_CORRUPT; /* the detail says what; a journal holds nothing that a command refuses */
  }
  if (status < 0) ledger_say_record(err, status, seq);
  return status;
}

/* ---- opening ---- */

static void ledger_free(arc_ledger *ledger) {
  arc__heap heap = ledger->heap;
  arc__tables_free(&ledger->tables);
  arc__buffer_free(&ledger->commit);
  arc__buffer_free(&ledger->payload);
  arc__buffer_free(&ledger->list);
  arc__buffer_free(&ledger->unsaved);
  if (ledger->storage.close) ledger->storage.close(ledger->storage.user);
  arc__free(&heap, ledger, sizeof *ledger);
}

/* A handle without a book yet. The storage is not taken: closing it stays with the caller. */
static arc_status ledger_new(arc_ledger **out, const arc__heap *heap, const uint64_t hash_seed[2],
                             arc_error *err) {
  arc_ledger *ledger = arc__alloc(heap, sizeof *ledger);
  arc_status status;
  if (!ledger) return arc__fail_nomem(err);
  ledger->heap = *heap;
  ledger->next_seq = 1;
  arc__buffer_init(&ledger->commit, &ledger->heap);
  arc__buffer_init(&ledger->payload, &ledger->heap);
  arc__buffer_init(&ledger->list, &ledger->heap);
  arc__buffer_init(&ledger->unsaved, &ledger->heap);
  status = arc__tables_init(&ledger->tables, &ledger->heap, &ledger_schema, hash_seed, err);
  if (status < 0) {
    arc__free(heap, ledger, sizeof *ledger);
    return status;
  }
  *out = ledger;
  return ARC_OK;
}

/* Replays what is stored from the handle's place on, up to record `upto` (0: all). */
static arc_status ledger_catch_up(arc_ledger *ledger, const arc_storage *storage, uint64_t upto,
                                  arc_error *err) {
  arc__scan scan;
  arc_status status;
  memset(&scan, 0, sizeof scan);
  scan.next_seq = ledger->next_seq;
  memcpy(scan.chain, ledger->chain, sizeof scan.chain);
  scan.instant = ledger->instant;
  scan.last_commit = ledger->last_commit;
  ledger->in_callback = 1;
  status = arc__journal_scan(storage, &ledger->heap, &scan, upto, ledger_replay, ledger, err);
  ledger->in_callback = 0;
  if (status < 0) return status;
  ledger->next_seq = scan.next_seq;
  ledger->last_commit = scan.last_commit;
  ledger->instant = scan.instant;
  memcpy(ledger->chain, scan.chain, sizeof scan.chain);
  return ARC_OK;
}

static arc_status ledger_begin_book(arc_ledger *ledger, const arc_ledger_options *options,
                                    arc_error *err) {
  arc__book_record record = {options->book, arc__currency_pack(options->currency)};
  if (!options->currency[0] || options->currency[3] || !record.currency)
    return arc__fail_field(err, ARC_E_INVALID, 0, 5,
                           "a new book needs its currency: an ISO 4217 code such as \"USD\"");
  arc__apply_book(ledger, &record);
  return ARC__L(ledger)->failed ? arc__fail_nomem(err) : ARC_OK;
}

static arc_status ledger_check_book(const arc_ledger *ledger, const arc_ledger_options *options,
                                    arc_error *err) {
  arc_text name = arc__text(ARC__L(ledger), ARC__BOOK_NAME, 1);
  if (options->book.size == 0 || arc__text_equal(options->book, name)) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 4, "this storage holds the book \"%.*s\"", (int)name.size,
                         name.data);
}

static arc_status ledger_load_snapshot(arc_ledger *ledger, arc_error *err);

/* Loads the snapshot if it is sound and of this journal; otherwise the journal alone is the truth. */
static arc_status ledger_load(arc_ledger **slot, const uint64_t hash_seed[2], arc_error *err) {
  arc_ledger *ledger = *slot, *fresh;
  arc_status status = ledger_load_snapshot(ledger, NULL);
  if (status == ARC_OK) status = ledger_catch_up(ledger, &ledger->storage, 0, NULL);
  if (status == ARC_OK) return ARC_OK;
  if (status == ARC_E_NOMEM) return arc__fail_nomem(err);
  ARC__TRY(ledger_new(&fresh, &ledger->heap, hash_seed, err));
  fresh->storage = ledger->storage;
  fresh->flags = ledger->flags;
  memset(&ledger->storage, 0, sizeof ledger->storage);
  ledger_free(ledger);
  *slot = fresh;
  return ledger_catch_up(fresh, &fresh->storage, 0, err);
}

static arc_status ledger_start(arc_ledger **slot, const arc_ledger_options *options, arc_error *err) {
  arc_ledger *ledger;
  ARC__TRY(ledger_load(slot, options->hash_seed, err));
  ledger = *slot;
  if (ledger->next_seq == 1) ARC__TRY(ledger_begin_book(ledger, options, err));
  ledger->unsaved_seq = ledger->next_seq;
  arc__currency_unpack(ledger->currency, arc__u32(ARC__L(ledger), ARC__BOOK_CURRENCY, 1));
  return ledger_check_book(ledger, options, err);
}

static arc_status ledger_options(arc_ledger_options *options, arc_storage *storage, arc__heap *heap,
                                 const arc_ledger_options *given, arc_error *err) {
  memset(storage, 0, sizeof *storage);
  ARC__TRY(arc__read_struct(options, sizeof *options, sizeof *options, given, "arc_ledger_options", err));
  if (options->storage)
    ARC__TRY(arc__read_struct(storage, sizeof *storage, sizeof *storage, options->storage, "arc_storage",
                              err));
  if (storage->flags) return arc__fail_field(err, ARC_E_INVALID, 0, 3, "arc_storage: flags must be 0");
  if (options->storage && (!storage->append || !storage->read))
    return arc__fail_field(err, ARC_E_INVALID, 0, 3, "a storage needs append and read");
  if (!storage->save_snapshot != !storage->load_snapshot)
    return arc__fail_field(err, ARC_E_INVALID, 0, 3, "a storage has both snapshot functions or none");
  if (options->flags & ~ARC_LEDGER_DETACHED)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "flags has bits that are not defined here");
  if (options->reserved) return arc__fail_field(err, ARC_E_INVALID, 0, 6, "reserved must be 0");
  ARC__TRY(arc__text_check(&options->book, 0, ARC__KEY_MAX, ARC__TEXT_LINE, "book", 0, 4, err));
  ARC__TRY(arc__heap_init(heap, options->allocator, err));
  return options->storage ? ARC_OK : arc_storage_memory_new(storage, options->allocator, err);
}

arc_status arc_ledger_open(arc_ledger **out, const arc_ledger_options *given, arc_error *err) {
  arc_ledger_options options;
  arc_storage storage;
  arc__heap heap;
  arc_ledger *ledger = NULL;
  arc_status status;
  if (!out) return arc__fail(err, ARC_E_INVALID, "out is NULL");
  *out = NULL;
  status = ledger_options(&options, &storage, &heap, given, err);
  if (status >= 0) status = ledger_new(&ledger, &heap, options.hash_seed, err);
  if (status < 0) {
    if (storage.close) storage.close(storage.user);
    return status;
  }
  ledger->storage = storage;
  ledger->flags = options.flags;
  status = ledger_start(&ledger, &options, err);
  if (status < 0) {
    ledger_free(ledger);
    return status;
  }
  *out = ledger;
  return ARC_OK;
}

void arc_ledger_close(arc_ledger *ledger) {
  if (ledger) ledger_free(ledger);
}

/* ---- what anybody may ask ---- */

uint64_t arc_ledger_next_sequence(const arc_ledger *ledger) {
  return ledger ? ledger->next_seq : 0;
}

void arc_ledger_head(const arc_ledger *ledger, uint8_t head[32]) {
  if (!head) return;
  if (ledger) memcpy(head, ledger->chain, 32);
  else memset(head, 0, 32);
}

const char *arc_ledger_currency(const arc_ledger *ledger) {
  return ledger ? ledger->currency : "";
}

static arc_status ledger_usable(const arc_ledger *ledger, arc_error *err) {
  if (!ledger) return arc__fail(err, ARC_E_INVALID, "ledger is NULL");
  ARC__TRY(arc__ledger_outside(ledger, err));
  if (ledger->known_at)
    return arc__fail(err, ARC_E_READ_ONLY, "the ledger reads as known at an instant of the past");
  if (ledger->read_only)
    return arc__fail(err, ARC_E_READ_ONLY,
                     "the storage could not tell whether it stored a commit: reopen the ledger");
  if (ledger->state == ARC__LEDGER_SEALED)
    return arc__fail(err, ARC_E_BUSY, "the batch's bytes were handed out: publish or abort it first");
  return ARC_OK;
}

arc_status arc_ledger_set_known_at(arc_ledger *ledger, int64_t instant, arc_error *err) {
  if (!ledger) return arc__fail(err, ARC_E_INVALID, "ledger is NULL");
  if (ledger->in_callback || ledger->state != ARC__LEDGER_IDLE)
    return arc__fail(err, ARC_E_BUSY, "not within a batch or a callback");
  if (instant < 0) return arc__fail(err, ARC_E_INVALID, "instant is 0 or later");
  ledger->known_at = instant;
  return ARC_OK;
}

arc_status arc_ledger_set_clock(arc_ledger *ledger, int64_t instant, arc_error *err) {
  ARC__TRY(ledger_usable(ledger, err));
  if (instant < ledger->instant)
    return arc__fail(err, ARC_E_INVALID, "the clock goes back from %lld to %lld ms",
                     (long long)ledger->instant, (long long)instant);
  ledger->instant = instant;
  return ARC_OK;
}

/* ---- other handles on the same book ---- */

arc_status arc_ledger_fork(arc_ledger **out, arc_ledger *ledger, arc_error *err) {
  arc_ledger *fork;
  arc_status status;
  if (!out) return arc__fail(err, ARC_E_INVALID, "out is NULL");
  *out = NULL;
  ARC__TRY(ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open");
  ARC__TRY(ledger_new(&fork, &ledger->heap, ledger->tables.hash_seed, err));
  arc__tables_free(&fork->tables);
  arc__buffer_bytes(&fork->unsaved, ledger->unsaved.data, ledger->unsaved.size);
  status = fork->unsaved.failed ? arc__fail_nomem(err)
                                : arc__tables_fork(&fork->tables, &ledger->tables, err);
  if (status < 0) {
    ledger_free(fork);
    return status;
  }
  fork->storage.read = ledger->storage.read;
  fork->storage.user = ledger->storage.user;
  fork->flags = ARC_LEDGER_DETACHED;
  fork->next_seq = ledger->next_seq;
  fork->unsaved_seq = ledger->flags & ARC_LEDGER_DETACHED ? ledger->unsaved_seq : ledger->next_seq;
  fork->last_commit = ledger->last_commit;
  fork->instant = ledger->instant;
  memcpy(fork->chain, ledger->chain, sizeof fork->chain);
  memcpy(fork->currency, ledger->currency, sizeof fork->currency);
  *out = fork;
  return ARC_OK;
}

/* What others appended is applied under a mark: if the journal cannot be read to its end, nothing is. */
arc_status arc_ledger_refresh(arc_ledger *ledger, arc_error *err) {
  uint64_t before;
  int64_t instant;
  arc__mark mark;
  arc_status status;
  ARC__TRY(ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open");
  if (ledger->flags & ARC_LEDGER_DETACHED)
    return arc__fail(err, ARC_E_INVALID, "a detached ledger does not follow the storage");
  before = ledger->next_seq;
  instant = ledger->instant;
  mark = arc__tables_mark(ARC__L(ledger));
  ledger->overflowed = 0;
  status = ledger_catch_up(ledger, &ledger->storage, 0, err);
  if (status < 0) arc__tables_rollback(ARC__L(ledger), &mark);
  arc__tables_keep(ARC__L(ledger));
  ledger->overflowed = 0;
  if (status < 0 || ledger->instant < instant) ledger->instant = instant; /* the clock never goes back */
  if (status < 0) return status;
  return ledger->next_seq > before ? ARC_OK : ARC_ALREADY;
}

/* ---- commands and batches ---- */

static void ledger_open_commit(arc_ledger *ledger) {
  arc__commit_begin(&ledger->commit);
  ledger->pending = 0;
  ledger->overflowed = 0;
  ledger->recorded_at = ledger->instant;
  ledger->batch = arc__tables_mark(ARC__L(ledger));
}

static void ledger_drop_commit(arc_ledger *ledger) {
  arc__tables_rollback(ARC__L(ledger), &ledger->batch);
  arc__tables_keep(ARC__L(ledger));
  ledger->commit.failed = ledger->payload.failed = ledger->list.failed = 0;
  ledger->pending = 0;
  ledger->overflowed = 0;
  ledger->state = ARC__LEDGER_IDLE;
}

/* The first commit of a book begins with the record that says so. The book's row is there since open. */
static void ledger_prepend_book(arc_ledger *ledger) {
  arc__tables *t = ARC__L(ledger);
  arc__book_record record;
  arc__buffer rest;
  arc__codec codec = {&ledger->payload, NULL};
  record.name = arc__text(t, ARC__BOOK_NAME, 1);
  record.currency = arc__u32(t, ARC__BOOK_CURRENCY, 1);
  rest = ledger->commit;
  arc__buffer_init(&ledger->commit, &ledger->heap);
  arc__commit_begin(&ledger->commit);
  ledger->payload.size = 0;
  arc__fields_book(&codec, &record);
  arc__commit_record(&ledger->commit, ARC__RECORD_BOOK, ARC__RECORD_VERSION, ledger->payload.data,
                     ledger->payload.size);
  arc__buffer_bytes(&ledger->commit, rest.data + ARC__COMMIT_HEADER, rest.size - ARC__COMMIT_HEADER);
  arc__buffer_free(&rest);
  ledger->pending++;
}

/* Makes the commit's bytes ready; the header goes to ledger->sealed. */
static arc_status ledger_seal(arc_ledger *ledger, arc_error *err) {
  arc__commit *sealed = &ledger->sealed;
  if (ledger->next_seq == 1 && !ledger->commit.failed) ledger_prepend_book(ledger);
  if (ledger->payload.failed || ledger->commit.failed) return arc__fail_nomem(err);
  memset(sealed, 0, sizeof *sealed);
  sealed->first_seq = ledger->next_seq;
  sealed->count = ledger->pending;
  sealed->instant = ledger->recorded_at;
  memcpy(sealed->chain, ledger->chain, sizeof sealed->chain);
  return arc__commit_finish(&ledger->commit, sealed, err);
}

/* The sealed commit is durable: the state says so. */
static void ledger_publish(arc_ledger *ledger) {
  ledger->last_commit = ledger->next_seq;
  ledger->next_seq += ledger->pending;
  memcpy(ledger->chain, ledger->sealed.chain, sizeof ledger->chain);
  arc__tables_keep(ARC__L(ledger));
  ledger->pending = 0;
  ledger->state = ARC__LEDGER_IDLE;
}

static arc_status ledger_append(arc_ledger *ledger, arc_error *err) {
  int32_t code;
  if (ledger->flags & ARC_LEDGER_DETACHED) {
    arc__buffer_bytes(&ledger->unsaved, ledger->commit.data, ledger->commit.size);
    if (!ledger->unsaved.failed) return ARC_OK;
    ledger->unsaved.failed = 0;
    return arc__fail_nomem(err);
  }
  ledger->in_callback = 1;
  code = ledger->storage.append(ledger->storage.user, ledger->sealed.first_seq, ledger->sealed.count,
                                ledger->commit.data, ledger->commit.size);
  ledger->in_callback = 0;
  switch (code) {
  case ARC_OK: return ARC_OK;
  case ARC_E_NOMEM: return arc__fail_nomem(err);
  case ARC_E_CONFLICT:
    return arc__fail_host(err, code, code, "another process appended record %llu first",
                          (unsigned long long)ledger->sealed.first_seq);
  case ARC_E_UNKNOWN_OUTCOME:
    ledger->read_only = 1;
    return arc__fail_host(err, code, code, "the storage cannot tell whether it stored record %llu: reopen",
                          (unsigned long long)ledger->sealed.first_seq);
  default:
    return arc__fail_host(err, ARC_E_STORAGE, code, "the storage refused record %llu (code %d)",
                          (unsigned long long)ledger->sealed.first_seq, (int)code);
  }
}

static arc_status ledger_commit(arc_ledger *ledger, arc_error *err) {
  arc_status status;
  if (ledger->pending == 0) {
    ledger_drop_commit(ledger);
    return ARC_ALREADY;
  }
  status = ledger_seal(ledger, err);
  if (status >= 0) status = ledger_append(ledger, err);
  if (status < 0) ledger_drop_commit(ledger);
  else ledger_publish(ledger);
  return status;
}

arc_status arc_batch_begin(arc_ledger *ledger, arc_error *err) {
  ARC__TRY(ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open already");
  ledger_open_commit(ledger);
  if (ledger->commit.failed) {
    ledger_drop_commit(ledger);
    return arc__fail_nomem(err);
  }
  ledger->state = ARC__LEDGER_BATCH;
  return ARC_OK;
}

static arc_status ledger_in_batch(const arc_ledger *ledger, arc_error *err) {
  ARC__TRY(ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_BATCH) return arc__fail(err, ARC_E_BUSY, "no batch is open");
  return ARC_OK;
}

arc_status arc_batch_commit(arc_ledger *ledger, arc_error *err) {
  ARC__TRY(ledger_in_batch(ledger, err));
  return ledger_commit(ledger, err);
}

arc_status arc_batch_bytes(arc_ledger *ledger, uint64_t *first_seq, uint32_t *count, const void **bytes,
                           size_t *size, arc_error *err) {
  arc_status status;
  ARC__TRY(ledger_in_batch(ledger, err));
  if (!first_seq || !count || !bytes || !size)
    return arc__fail(err, ARC_E_INVALID, "an output of arc_batch_bytes is NULL");
  if (ledger->flags & ARC_LEDGER_DETACHED)
    return arc__fail(err, ARC_E_INVALID, "a detached ledger has nothing to store: commit the batch");
  *size = 0;
  if (ledger->pending == 0) return ARC_ALREADY;
  status = ledger_seal(ledger, err);
  if (status < 0) {
    ledger_drop_commit(ledger);
    return status;
  }
  *first_seq = ledger->sealed.first_seq;
  *count = ledger->sealed.count;
  *bytes = ledger->commit.data;
  *size = ledger->commit.size;
  ledger->state = ARC__LEDGER_SEALED;
  return ARC_OK;
}

void arc_batch_publish(arc_ledger *ledger) {
  if (ledger && ledger->state == ARC__LEDGER_SEALED) ledger_publish(ledger);
}

void arc_batch_abort(arc_ledger *ledger) {
  if (ledger && ledger->state != ARC__LEDGER_IDLE && !ledger->in_callback) ledger_drop_commit(ledger);
}

void arc__ledger_savepoint(arc_ledger *ledger, arc__savepoint *here) {
  here->mark = arc__tables_mark(ARC__L(ledger));
  here->commit_size = ledger->commit.size;
  here->pending = ledger->pending;
}

void arc__ledger_back_to(arc_ledger *ledger, const arc__savepoint *to) {
  arc__tables_rollback(ARC__L(ledger), &to->mark);
  ledger->commit.failed = ledger->payload.failed = ledger->list.failed = 0;
  ledger->commit.size = to->commit_size;
  ledger->pending = to->pending;
  ledger->overflowed = 0;
}

static arc_status ledger_run(arc_ledger *ledger, const void *rows, size_t count, size_t size,
                             const char *what, arc__command_function one, arc_error *err) {
  union {
    unsigned char bytes[ARC__COMMAND_ROW_MAX];
    int64_t aligned;
    void *pointer;
  } row;
  const unsigned char *at = rows;
  int recorded = 0;
  uint32_t stride;
  memcpy(&stride, rows, sizeof stride);
  for (size_t i = 0; i < count; i++, at += stride) {
    arc_status status = arc__read_struct(row.bytes, size, size, at, what, err);
    if (status >= 0) status = one(ledger, row.bytes, i, err);
    if (status >= 0 && ARC__L(ledger)->failed) status = arc__fail_nomem(err);
    if (status >= 0 && ledger->overflowed)
      status = arc__fail(err, ARC_E_OVERFLOW, "a balance would exceed 64 bits of minor units");
    if (status < 0) {
      ledger_say_record(err, status, i);
      return status;
    }
    recorded |= status == ARC_OK;
  }
  return recorded ? ARC_OK : ARC_ALREADY;
}

#ifdef ARC_CHECK_BALANCES
/* Debug builds: every account that a command changed is in balance after it, and so are the books (P5). */
static arc_status ledger_check_changed(const arc_ledger *ledger, int64_t since, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  for (uint32_t a = arc__u32(t, ARC__BOOK_CHANGED_ACCOUNT, 1);
       a && arc__i64(t, ARC__ACCOUNT_CHANGED, a) > since; a = arc__u32(t, ARC__ACCOUNT_CHANGED_BEFORE, a))
    ARC__TRY(arc__state_check_account(ledger, a, err));
  return arc__state_check_sums(ledger, err);
}
#endif

arc_status arc__ledger_post(arc_ledger *ledger, const void *rows, size_t count, size_t size,
                            const char *what, arc__command_function one, arc_error *err) {
  arc__savepoint savepoint;
  int alone;
  arc_status status;
  ARC__TRY(ledger_usable(ledger, err));
  if (count == 0) return ARC_ALREADY;
  if (!rows) return arc__fail(err, ARC_E_INVALID, "rows is NULL");
  alone = ledger->state == ARC__LEDGER_IDLE;
  if (alone) ledger_open_commit(ledger);
  arc__ledger_savepoint(ledger, &savepoint);
  ledger->overflowed = 0;
#ifdef ARC_CHECK_BALANCES
  int64_t generation = arc__i64(ARC__L(ledger), ARC__BOOK_GENERATION, 1);
#endif
  status = ledger_run(ledger, rows, count, size, what, one, err);
#ifdef ARC_CHECK_BALANCES
  if (status == ARC_OK) status = ledger_check_changed(ledger, generation, err);
#endif
  if (status < 0) {
    if (alone) ledger_drop_commit(ledger);
    else arc__ledger_back_to(ledger, &savepoint);
    return status;
  }
  return alone ? ledger_commit(ledger, err) : status;
}

/* ---- reading the journal ---- */

static int32_t ledger_read_unsaved(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap,
                                   size_t *size) {
  const arc_ledger *ledger = user;
  uint64_t left;
  *size = 0;
  if (first_seq != ledger->unsaved_seq) return ARC_E_NOT_FOUND;
  if (offset >= ledger->unsaved.size) return ARC_DONE;
  left = ledger->unsaved.size - offset;
  *size = left < cap ? (size_t)left : cap;
  memcpy(buf, ledger->unsaved.data + offset, *size);
  return ARC_OK;
}

arc_status arc__ledger_scan(arc_ledger *ledger, arc__record_function each, void *user, arc_error *err) {
  arc_storage unsaved;
  arc__scan scan;
  arc_status status;
  memset(&scan, 0, sizeof scan);
  scan.next_seq = 1;
  if (ledger->unsaved_seq > 1 || !(ledger->flags & ARC_LEDGER_DETACHED)) {
    uint64_t upto = ledger->flags & ARC_LEDGER_DETACHED ? ledger->unsaved_seq : ledger->next_seq;
    if (upto == 1) return ARC_OK;
    ledger->in_callback = 1;
    status = arc__journal_scan(&ledger->storage, &ledger->heap, &scan, upto, each, user, err);
    ledger->in_callback = 0;
    ARC__TRY(status);
  }
  if (ledger->unsaved.size == 0) return ARC_OK;
  memset(&unsaved, 0, sizeof unsaved);
  unsaved.struct_size = sizeof unsaved;
  unsaved.user = ledger;
  unsaved.read = ledger_read_unsaved;
  return arc__journal_scan(&unsaved, &ledger->heap, &scan, 0, each, user, err);
}

/* ---- snapshots ---- */

/* magic, version, next_seq, last commit, chain, instant, CRC-32C of what follows, the tables. */
#define LEDGER_SNAPSHOT_HEADER 68

arc_status arc_ledger_snapshot(arc_ledger *ledger, arc_error *err) {
  arc__buffer out;
  int32_t code = ARC_E_NOMEM;
  uint32_t crc;
  ARC__TRY(ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open");
  if (!ledger->storage.save_snapshot || ledger->flags & ARC_LEDGER_DETACHED || ledger->next_seq == 1)
    return arc__fail(err, ARC_E_INVALID, "there is nothing to keep a snapshot of, or nowhere");
  arc__buffer_init(&out, &ledger->heap);
  arc__tables_save(ARC__L(ledger), &out);
  crc = arc__crc32c(0, out.data, out.size);
  if (arc__buffer_reserve(&out, LEDGER_SNAPSHOT_HEADER)) {
    size_t body = out.size;
    memmove(out.data + LEDGER_SNAPSHOT_HEADER, out.data, body);
    out.size = 0;
    arc__buffer_u32(&out, LEDGER_SNAPSHOT_MAGIC);
    arc__buffer_u32(&out, LEDGER_SNAPSHOT_VERSION);
    arc__buffer_u64(&out, ledger->next_seq);
    arc__buffer_u64(&out, ledger->last_commit);
    arc__buffer_bytes(&out, ledger->chain, sizeof ledger->chain);
    arc__buffer_i64(&out, ledger->instant);
    arc__buffer_u32(&out, crc);
    out.size += body;
    ledger->in_callback = 1;
    code = ledger->storage.save_snapshot(ledger->storage.user, ledger->next_seq, out.data, out.size);
    ledger->in_callback = 0;
  }
  arc__buffer_free(&out);
  if (code == ARC_OK) return ARC_OK;
  if (code == ARC_E_NOMEM) return arc__fail_nomem(err);
  return arc__fail_host(err, ARC_E_STORAGE, code, "the storage did not keep the snapshot (code %d)",
                        (int)code);
}

/* Reads the whole snapshot in growing pieces, so that memory follows the bytes that are really there. */
static arc_status ledger_read_snapshot(arc_ledger *ledger, arc__buffer *out, arc_error *err) {
  uint64_t next_seq, total = 0;
  for (;;) {
    size_t want = out->size < 65536 ? 65536 : out->size, size = 0;
    int32_t code;
    if (!arc__buffer_reserve(out, want)) return arc__fail_nomem(err);
    ledger->in_callback = 1;
    code = ledger->storage.load_snapshot(ledger->storage.user, &next_seq, &total, out->size,
                                         out->data + out->size, want, &size);
    ledger->in_callback = 0;
    if (code == ARC_DONE) return ARC_DONE;
    if (code != ARC_OK || size > want || size == 0)
      return arc__fail_host(err, ARC_E_STORAGE, code, "the snapshot cannot be read (code %d)", (int)code);
    out->size += size;
    if (out->size >= total) return out->size == total ? ARC_OK : ARC_E_CORRUPT;
  }
}

/* The snapshot belongs to this journal if the last commit before it is where the snapshot says. */
static arc_status ledger_snapshot_fits(arc_ledger *ledger, arc_error *err) {
  unsigned char header[ARC__COMMIT_HEADER];
  arc__commit commit;
  size_t have = 0;
  while (have < sizeof header) {
    size_t size = 0;
    int32_t code;
    ledger->in_callback = 1;
    code = ledger->storage.read(ledger->storage.user, ledger->last_commit, have, header + have,
                                sizeof header - have, &size);
    ledger->in_callback = 0;
    if (code != ARC_OK || size == 0 || size > sizeof header - have)
      return arc__fail(err, ARC_E_CORRUPT, "the snapshot is not of this journal");
    have += size;
  }
  ARC__TRY(arc__commit_header(&commit, header, err));
  if (commit.first_seq == ledger->last_commit && commit.first_seq + commit.count == ledger->next_seq &&
      memcmp(commit.chain, ledger->chain, sizeof commit.chain) == 0)
    return ARC_OK;
  return arc__fail(err, ARC_E_CORRUPT, "the snapshot is not of this journal");
}

static arc_status ledger_parse_snapshot(arc_ledger *ledger, const arc__buffer *bytes, arc_error *err) {
  arc__reader in;
  uint32_t crc;
  arc__reader_init(&in, bytes->data, bytes->size);
  if (arc__reader_u32(&in) != LEDGER_SNAPSHOT_MAGIC || arc__reader_u32(&in) != LEDGER_SNAPSHOT_VERSION)
    return arc__fail(err, ARC_E_CORRUPT, "this is no snapshot of this version");
  ledger->next_seq = arc__reader_u64(&in);
  ledger->last_commit = arc__reader_u64(&in);
  for (size_t i = 0; i < sizeof ledger->chain; i++) ledger->chain[i] = arc__reader_u8(&in);
  ledger->instant = arc__reader_i64(&in);
  crc = arc__reader_u32(&in);
  if (in.failed || crc != arc__crc32c(0, in.at, (size_t)(in.end - in.at)))
    return arc__fail(err, ARC_E_CORRUPT, "the snapshot is damaged");
  ARC__TRY(arc__tables_load(ARC__L(ledger), &in, err));
  if (ARC__L(ledger)->rows[ARC__TABLE_BOOK] != 1)
    return arc__fail(err, ARC_E_CORRUPT, "the snapshot holds no book");
  return ledger_snapshot_fits(ledger, err);
}

static arc_status ledger_load_snapshot(arc_ledger *ledger, arc_error *err) {
  arc__buffer bytes;
  arc_status status;
  if (!ledger->storage.load_snapshot) return ARC_OK;
  arc__buffer_init(&bytes, &ledger->heap);
  status = ledger_read_snapshot(ledger, &bytes, err);
  if (status == ARC_OK) status = ledger_parse_snapshot(ledger, &bytes, err);
  arc__buffer_free(&bytes);
  return status == ARC_DONE ? ARC_OK : status;
}

/* ---- verification ---- */

static arc_status ledger_compare(const arc_ledger *ledger, const arc_ledger *replayed, arc_error *err) {
  unsigned char live[32], again[32];
  arc__tables_digest(ARC__L(ledger), live);
  arc__tables_digest(ARC__L(replayed), again);
  if (memcmp(live, again, sizeof live) == 0 &&
      memcmp(ledger->chain, replayed->chain, sizeof ledger->chain) == 0)
    return ARC_OK;
  return arc__fail(err, ARC_E_CORRUPT, "replaying the journal does not give the state in memory");
}

arc_status arc_ledger_verify(arc_ledger *ledger, arc_error *err) {
  arc_ledger *replayed;
  arc_status status;
  ARC__TRY(ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open");
  ARC__TRY(arc__state_check(ledger, err));
  if (ledger->flags & ARC_LEDGER_DETACHED || ledger->next_seq == 1) return ARC_OK;
  ARC__TRY(ledger_new(&replayed, &ledger->heap, ledger->tables.hash_seed, err));
  ledger->in_callback = 1;
  status = ledger_catch_up(replayed, &ledger->storage, ledger->next_seq, err);
  ledger->in_callback = 0;
  if (status >= 0 && replayed->next_seq < ledger->next_seq)
    status = arc__fail_field(err, ARC_E_CORRUPT, replayed->next_seq, 0,
                             "the storage no longer holds record %llu", (unsigned long long)replayed->next_seq);
  if (status >= 0) status = ledger_compare(ledger, replayed, err);
  ledger_free(replayed);
  return status < 0 ? status : ARC_OK;
}
