#include "arcollect/ledger.h"

#include <string.h>

#include "currency.h"
#include "error.h"
#include "ledger_internal.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns the handle: the tables of a book, opening and closing it, and other handles on the same book. */

static const arc__column_spec ledger_columns[ARC__COLUMN_COUNT] = {
#define LEDGER_WIDTH_U8 1, ARC__COLUMN_NUMBER
#define LEDGER_WIDTH_U16 2, ARC__COLUMN_NUMBER
#define LEDGER_WIDTH_U32 4, ARC__COLUMN_NUMBER
#define LEDGER_WIDTH_I32 4, ARC__COLUMN_NUMBER
#define LEDGER_WIDTH_I64 8, ARC__COLUMN_NUMBER
#define LEDGER_WIDTH_TEXT 4, ARC__COLUMN_TEXT
#define LEDGER_WIDTH_PERSONAL 4, ARC__COLUMN_TEXT
#define LEDGER_WIDTH_DAY 4, ARC__COLUMN_DAY
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
    {ARC__TABLE_TEMPLATE, ARC__TEMPLATE_NAME, -1},
    {ARC__TABLE_UNAPPLICATION, ARC__UNAPPLICATION_KEY, -1},
    {ARC__TABLE_CORRECTION, ARC__CORRECTION_KEY, -1},
    {ARC__TABLE_REMITTANCE, ARC__REMITTANCE_KEY, -1},
    {ARC__TABLE_REPLY, ARC__REPLY_KEY, -1},
};

_Static_assert(ARC__TABLE_COUNT <= ARC__TABLES_MAX, "raise ARC__TABLES_MAX");

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
  arc__put(t, ARC__BOOK_CLOSED_DAY, row, ARC_DAY_NONE);
  arc__put(t, ARC__BOOK_MATCHED_DAY, row, ARC_DAY_NONE);
  arc__put(t, ARC__BOOK_PLANNED_DAY, row, ARC_DAY_NONE);
  arc__put(t, ARC__BOOK_MAX_DAY, row, ARC_DAY_NONE);
}

/* ---- opening ---- */

void arc__ledger_free(arc_ledger *ledger) {
  arc__heap heap = ledger->heap;
  arc__tables_free(&ledger->tables);
  arc__buffer_free(&ledger->commit);
  arc__buffer_free(&ledger->list);
  arc__buffer_free(&ledger->unsaved);
  if (ledger->storage.close) ledger->storage.close(ledger->storage.user);
  arc__free(&heap, ledger, sizeof *ledger);
}

/* A handle without a book yet. The storage is not taken: closing it stays with the caller. */
arc_status arc__ledger_new(arc_ledger **out, const arc__heap *heap, const uint64_t hash_seed[2],
                             arc_error *err) {
  arc_ledger *ledger = arc__alloc(heap, sizeof *ledger);
  arc_status status;
  if (!ledger) return arc__fail_nomem(err);
  ledger->heap = *heap;
  ledger->next_seq = ledger->first_seq = 1;
  arc__buffer_init(&ledger->commit, &ledger->heap);
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

/* A book whose journal was dropped: nothing but its snapshot can say what was before. */
static arc_status ledger_load_forward(arc_ledger *ledger, arc_error *err) {
  arc_error detail = ARC_ERROR_INIT;
  arc_status status = arc__ledger_load_snapshot(ledger, &detail);
  if (status == ARC_OK && ledger->next_seq >= ledger->first_seq)
    return arc__ledger_catch_up(ledger, &ledger->storage, 0, err);
  if (status == ARC_E_NOMEM) return arc__fail_nomem(err);
  if (status == ARC_E_STORAGE)
    return arc__fail_host(err, status, detail.host_code, "the journal begins at record %llu: %s",
                          (unsigned long long)ledger->first_seq, detail.text);
  return arc__fail_field(err, ARC_E_CORRUPT, 1, 0, "the journal begins at record %llu, and no snapshot says what was before%s%s",
                         (unsigned long long)ledger->first_seq, status == ARC_OK ? "" : ": ",
                         status == ARC_OK ? "" : detail.text);
}

/* Loads the snapshot if it is sound and of this journal; otherwise the journal alone is the truth. */
static arc_status ledger_load(arc_ledger **slot, const uint64_t hash_seed[2], arc_error *err) {
  arc_ledger *ledger = *slot, *fresh = NULL;
  arc_status status;
  ARC__TRY(arc__ledger_find_beginning(ledger, err));
  if (ledger->first_seq > 1) return ledger_load_forward(ledger, err);
  status = arc__ledger_load_snapshot(ledger, NULL);
  if (status == ARC_OK) status = arc__ledger_catch_up(ledger, &ledger->storage, 0, NULL);
  if (status == ARC_OK) return ARC_OK;
  if (status == ARC_E_NOMEM) return arc__fail_nomem(err);
  ARC__TRY(arc__ledger_new(&fresh, &ledger->heap, hash_seed, err));
  fresh->storage = ledger->storage;
  fresh->flags = ledger->flags;
  fresh->calendar = ledger->calendar;
  memset(&ledger->storage, 0, sizeof ledger->storage);
  arc__ledger_free(ledger);
  *slot = fresh;
  return arc__ledger_catch_up(fresh, &fresh->storage, 0, err);
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
  ARC__TRY(ARC__READ(arc_ledger_options, options, given, err));
  if (options->storage)
    ARC__TRY(ARC__READ(arc_storage, storage, options->storage, err));
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
  if (options->storage) return ARC_OK;
  storage->struct_size = sizeof *storage;
  return arc_storage_memory_new(storage, options->allocator, err);
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
  if (status >= 0) status = arc__ledger_new(&ledger, &heap, options.hash_seed, err);
  if (status < 0) {
    if (storage.close) storage.close(storage.user);
    return status;
  }
  ledger->storage = storage;
  ledger->flags = options.flags;
  ledger->calendar = options.calendar;
  status = ledger_start(&ledger, &options, err);
  if (status < 0) {
    arc__ledger_free(ledger);
    return status;
  }
  *out = ledger;
  return ARC_OK;
}

void arc_ledger_close(arc_ledger *ledger) {
  if (ledger) arc__ledger_free(ledger);
}

/* ---- what anybody may ask ---- */

arc_status arc_ledger_describe(arc_ledger_info *out, const arc_ledger *ledger, arc_error *err) {
  const arc__tables *t;
  arc_ledger_info info = ARC_LEDGER_INFO_INIT;
  if (!ledger) return arc__fail(err, ARC_E_INVALID, "ledger is NULL");
  t = &ledger->tables;
  memcpy(info.currency, ledger->currency, sizeof info.currency);
  info.first_sequence = ledger->first_seq;
  info.next_sequence = ledger->next_seq;
  info.matched = arc__i32(t, ARC__BOOK_MATCHED_DAY, 1);
  info.planned = arc__i32(t, ARC__BOOK_PLANNED_DAY, 1);
  info.run = arc__ledger_last_day_run(ledger);
  info.closed = arc__ledger_closed_through(ledger);
  info.instant = ledger->instant;
  memcpy(info.head, ledger->chain, sizeof info.head);
  return ARC__WRITE(arc_ledger_info, out, &info, err);
}

uint64_t arc__ledger_next_sequence(const arc_ledger *ledger) {
  return ledger->next_seq;
}

arc_status arc__ledger_usable(const arc_ledger *ledger, arc_error *err) {
  if (!ledger) return arc__fail(err, ARC_E_INVALID, "ledger is NULL");
  ARC__TRY(arc__ledger_outside(ledger, err));
  if (ledger->known_at)
    return arc__fail(err, ARC_E_READ_ONLY, "a fork that reads as known at an instant takes no commands");
  if (ledger->read_only)
    return arc__fail(err, ARC_E_READ_ONLY,
                     "the storage could not tell whether it stored a commit: reopen the ledger");
  if (ledger->state == ARC__LEDGER_SEALED)
    return arc__fail(err, ARC_E_BUSY, "the batch's bytes were handed out: publish or abort it first");
  return ARC_OK;
}

arc_status arc_ledger_set_clock(arc_ledger *ledger, int64_t instant, arc_error *err) {
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (instant < ledger->instant)
    return arc__fail(err, ARC_E_INVALID, "the clock goes back from %lld to %lld ms",
                     (long long)ledger->instant, (long long)instant);
  ledger->instant = instant;
  return ARC_OK;
}

/* ---- other handles on the same book ---- */

arc_status arc_ledger_fork(arc_ledger **out, arc_ledger *ledger, int64_t known_at, arc_error *err) {
  arc_ledger *fork = NULL;
  arc_status status;
  if (!out) return arc__fail(err, ARC_E_INVALID, "out is NULL");
  *out = NULL;
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open");
  if (known_at < 0) return arc__fail(err, ARC_E_INVALID, "known_at is 0 or later");
  ARC__TRY(arc__ledger_new(&fork, &ledger->heap, ledger->tables.hash_seed, err));
  arc__tables_free(&fork->tables);
  arc__buffer_bytes(&fork->unsaved, ledger->unsaved.data, ledger->unsaved.size);
  status = fork->unsaved.failed ? arc__fail_nomem(err)
                                : arc__tables_fork(&fork->tables, &ledger->tables, err);
  if (status < 0) {
    arc__ledger_free(fork);
    return status;
  }
  fork->storage.read = ledger->storage.read;
  fork->storage.user = ledger->storage.user;
  fork->storage.drop = ledger->storage.drop; /* never called: it says that the journal may begin later */
  fork->flags = ARC_LEDGER_DETACHED;
  fork->next_seq = ledger->next_seq;
  fork->unsaved_seq = ledger->flags & ARC_LEDGER_DETACHED ? ledger->unsaved_seq : ledger->next_seq;
  fork->last_commit = ledger->last_commit;
  fork->first_seq = ledger->first_seq;
  memcpy(fork->first_chain, ledger->first_chain, sizeof fork->first_chain);
  fork->instant = ledger->instant;
  fork->known_at = known_at;
  fork->calendar = ledger->calendar;
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
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open");
  if (ledger->flags & ARC_LEDGER_DETACHED)
    return arc__fail(err, ARC_E_INVALID, "a detached ledger does not follow the storage");
  ARC__TRY(arc__ledger_find_beginning(ledger, err));
  if (ledger->first_seq > ledger->next_seq)
    return arc__fail(err, ARC_E_STALE, "the journal before record %llu was dropped: reopen the ledger",
                     (unsigned long long)ledger->first_seq);
  before = ledger->next_seq;
  instant = ledger->instant;
  mark = arc__tables_mark(ARC__L(ledger));
  ledger->overflowed = 0;
  status = arc__ledger_catch_up(ledger, &ledger->storage, 0, err);
  if (status < 0) arc__tables_rollback(ARC__L(ledger), &mark);
  arc__tables_keep(ARC__L(ledger));
  ledger->overflowed = 0;
  if (status < 0 || ledger->instant < instant) ledger->instant = instant; /* the clock never goes back */
  if (status < 0) return status;
  return ledger->next_seq > before ? ARC_OK : ARC_ALREADY;
}
