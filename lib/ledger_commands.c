#include <string.h>

#include "error.h"
#include "ledger_internal.h"
#include "text.h"

/*
 * Owns how commands become commits. A command changes the tables at once, under a mark, and gathers records.
 * Whatever fails, down to the storage's append, rolls the tables back to the mark; what succeeds forgets the mark.
 * So nothing is ever half done, without any code of a command having to think of it.
 */

static void commands_open_commit(arc_ledger *ledger) {
  arc__commit_begin(&ledger->commit);
  ledger->pending = 0;
  ledger->overflowed = 0;
  ledger->recorded_at = ledger->instant;
  ledger->batch = arc__tables_mark(ARC__L(ledger));
}

static void commands_drop_commit(arc_ledger *ledger) {
  arc__tables_rollback(ARC__L(ledger), &ledger->batch);
  arc__tables_keep(ARC__L(ledger));
  ledger->commit.failed = ledger->list.failed = 0;
  ledger->pending = 0;
  ledger->overflowed = 0;
  ledger->state = ARC__LEDGER_IDLE;
}

/* The first commit of a book begins with the record that says so. The book's row is there since open. */
static void commands_prepend_book(arc_ledger *ledger) {
  arc__tables *t = ARC__L(ledger);
  arc__book_record record;
  arc__buffer rest;
  arc__codec codec = {&ledger->commit, NULL};
  size_t begun;
  record.name = arc__text(t, ARC__BOOK_NAME, 1);
  record.currency = arc__u32(t, ARC__BOOK_CURRENCY, 1);
  rest = ledger->commit;
  arc__buffer_init(&ledger->commit, &ledger->heap);
  arc__commit_begin(&ledger->commit);
  begun = arc__commit_record_begin(&ledger->commit, ARC__RECORD_BOOK, ARC__RECORD_VERSION);
  arc__fields_book(&codec, &record);
  arc__commit_record_end(&ledger->commit, begun);
  arc__buffer_bytes(&ledger->commit, rest.data + ARC__COMMIT_HEADER, rest.size - ARC__COMMIT_HEADER);
  arc__buffer_free(&rest);
  ledger->pending++;
}

/* Makes the commit's bytes ready; the header goes to ledger->sealed. */
static arc_status commands_seal(arc_ledger *ledger, arc_error *err) {
  arc__commit *sealed = &ledger->sealed;
  if (ledger->next_seq == 1 && !ledger->commit.failed) commands_prepend_book(ledger);
  if (ledger->commit.failed) return arc__fail_nomem(err);
  memset(sealed, 0, sizeof *sealed);
  sealed->first_seq = ledger->next_seq;
  sealed->count = ledger->pending;
  sealed->instant = ledger->recorded_at;
  memcpy(sealed->chain, ledger->chain, sizeof sealed->chain);
  return arc__commit_finish(&ledger->commit, sealed, err);
}

/* The sealed commit is durable: the state says so. */
static void commands_publish(arc_ledger *ledger) {
  ledger->last_commit = ledger->next_seq;
  ledger->next_seq += ledger->pending;
  memcpy(ledger->chain, ledger->sealed.chain, sizeof ledger->chain);
  arc__tables_keep(ARC__L(ledger));
  ledger->pending = 0;
  ledger->state = ARC__LEDGER_IDLE;
}

static arc_status commands_append(arc_ledger *ledger, arc_error *err) {
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

static arc_status commands_commit(arc_ledger *ledger, arc_error *err) {
  arc_status status;
  if (ledger->pending == 0) {
    commands_drop_commit(ledger);
    return ARC_ALREADY;
  }
  status = commands_seal(ledger, err);
  if (status >= 0) status = commands_append(ledger, err);
  if (status < 0) commands_drop_commit(ledger);
  else commands_publish(ledger);
  return status;
}

arc_status arc__ledger_commit_record(arc_ledger *ledger, uint16_t type, const void *record, arc_error *err) {
  arc_status status;
  commands_open_commit(ledger);
  status = arc__ledger_record(ledger, type, record, err);
  if (status >= 0) return commands_commit(ledger, err);
  commands_drop_commit(ledger);
  return status;
}

arc_status arc_batch_begin(arc_ledger *ledger, arc_error *err) {
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open already");
  commands_open_commit(ledger);
  if (ledger->commit.failed) {
    commands_drop_commit(ledger);
    return arc__fail_nomem(err);
  }
  ledger->state = ARC__LEDGER_BATCH;
  return ARC_OK;
}

static arc_status commands_in_batch(const arc_ledger *ledger, arc_error *err) {
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_BATCH) return arc__fail(err, ARC_E_BUSY, "no batch is open");
  return ARC_OK;
}

arc_status arc_batch_commit(arc_ledger *ledger, arc_error *err) {
  ARC__TRY(commands_in_batch(ledger, err));
  return commands_commit(ledger, err);
}

arc_status arc_batch_bytes(arc_ledger *ledger, uint64_t *first_seq, uint32_t *count, const void **bytes,
                           size_t *size, arc_error *err) {
  arc_status status;
  ARC__TRY(commands_in_batch(ledger, err));
  if (!first_seq || !count || !bytes || !size)
    return arc__fail(err, ARC_E_INVALID, "an output of arc_batch_bytes is NULL");
  if (ledger->flags & ARC_LEDGER_DETACHED)
    return arc__fail(err, ARC_E_INVALID, "a detached ledger has nothing to store: commit the batch");
  *size = 0;
  if (ledger->pending == 0) return ARC_ALREADY;
  status = commands_seal(ledger, err);
  if (status < 0) {
    commands_drop_commit(ledger);
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
  if (ledger && ledger->state == ARC__LEDGER_SEALED) commands_publish(ledger);
}

void arc_batch_abort(arc_ledger *ledger) {
  if (ledger && ledger->state != ARC__LEDGER_IDLE && !ledger->in_callback) commands_drop_commit(ledger);
}

void arc__ledger_savepoint(arc_ledger *ledger, arc__savepoint *here) {
  here->mark = arc__tables_mark(ARC__L(ledger));
  here->commit_size = ledger->commit.size;
  here->pending = ledger->pending;
}

void arc__ledger_back_to(arc_ledger *ledger, const arc__savepoint *to) {
  arc__tables_rollback(ARC__L(ledger), &to->mark);
  ledger->commit.failed = ledger->list.failed = 0;
  ledger->commit.size = to->commit_size;
  ledger->pending = to->pending;
  ledger->overflowed = 0;
}

/* What a row says before anything of it was checked: what cannot be a key is left out. */
static int commands_key(const arc__command_key *key, const unsigned char *row, arc_text *text, int64_t *tag) {
  int32_t said = key->tag;
  memcpy(text, row + key->at, sizeof *text);
  if (key->tag_at) memcpy(&said, row + key->tag_at, sizeof said);
  *tag = said;
  if (!text->data) return 0;
  text->size = arc__text_size(text->data, text->size);
  return text->size >= 1 && text->size <= ARC__KEY_MAX;
}

/* Of rows of the size that this library knows. */
static void commands_look_ahead(const arc_ledger *ledger, const arc__command *c, const unsigned char *row,
                                size_t count) {
  arc_text texts[ARC__SOON_MAX];
  int64_t tags[ARC__SOON_MAX];
  for (size_t k = 0; k < c->key_count; k++) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
      found += (size_t)commands_key(&c->keys[k], row + i * c->size, &texts[found], &tags[found]);
    arc__index_soon(ARC__L(ledger), c->keys[k].index, texts, tags, found);
  }
}

static arc_status commands_run(arc_ledger *ledger, const void *rows, size_t count, const arc__command *c,
                               arc_error *err) {
  union {
    unsigned char bytes[ARC__COMMAND_ROW_MAX];
    int64_t aligned;
    void *pointer;
  } row;
  const unsigned char *at = rows;
  int recorded = 0;
  uint32_t stride;
  memcpy(&stride, at, sizeof stride);
  for (size_t i = 0; i < count; i++, at += stride) {
    size_t left = count - i;
    arc_status status;
    if (c->key_count && stride == c->size && i % ARC__SOON_MAX == 0 && left > 1)
      commands_look_ahead(ledger, c, at, left < ARC__SOON_MAX ? left : ARC__SOON_MAX);
    status = arc__read_struct(row.bytes, c->size, c->oldest, at, c->what, err);
    if (status >= 0) status = c->one(ledger, row.bytes, i, err);
    if (status < 0) {
      arc__ledger_say_record(err, status, i);
      return status;
    }
    recorded |= status == ARC_OK;
  }
  return recorded ? ARC_OK : ARC_ALREADY;
}

#ifdef ARC_CHECK_BALANCES
/* Debug builds: every account that a command changed is in balance after it, and so are the books (P5). */
static arc_status commands_check_changed(const arc_ledger *ledger, int64_t since, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  for (uint32_t a = arc__u32(t, ARC__BOOK_CHANGED_ACCOUNT, 1);
       a && arc__i64(t, ARC__ACCOUNT_CHANGED, a) > since; a = arc__u32(t, ARC__ACCOUNT_CHANGED_BEFORE, a))
    ARC__TRY(arc__state_check_account(ledger, a, err));
  return arc__state_check_sums(ledger, err);
}
#endif

arc_status arc__ledger_post(arc_ledger *ledger, const void *rows, size_t count, const arc__command *command,
                            arc_error *err) {
  arc__savepoint savepoint;
  int alone;
  arc_status status;
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (count == 0) return ARC_ALREADY;
  if (!rows) return arc__fail(err, ARC_E_INVALID, "rows is NULL");
  alone = ledger->state == ARC__LEDGER_IDLE;
  if (alone) commands_open_commit(ledger);
  arc__ledger_savepoint(ledger, &savepoint);
  ledger->overflowed = 0;
#ifdef ARC_CHECK_BALANCES
  int64_t generation = arc__i64(ARC__L(ledger), ARC__BOOK_GENERATION, 1);
#endif
  status = commands_run(ledger, rows, count, command, err);
#ifdef ARC_CHECK_BALANCES
  if (status == ARC_OK) status = commands_check_changed(ledger, generation, err);
#endif
  if (status < 0) {
    if (alone) commands_drop_commit(ledger);
    else arc__ledger_back_to(ledger, &savepoint);
    return status;
  }
  return alone ? commands_commit(ledger, err) : status;
}
