#include <string.h>

#include "error.h"
#include "ledger_internal.h"
#include "struct_sizes.h"

/* Owns the way between records and state: recording one, replaying those of a journal, and checking that both come
 * to the same. */

/* Says in an error that was filled already which record, or row of a call, is at fault. */
void arc__ledger_say_record(arc_error *err, arc_status status, uint64_t record) {
  if (!err || err->struct_size < ARC__FIRST_arc_error) return;
  err->status = status;
  err->record = record;
}

/* ---- records ---- */

typedef struct replay_record_kind {
  arc__fields_function fields;
  arc__apply_function apply;
} replay_record_kind;

/* The record functions of each type behind one signature. */
#define ARC__R(number, upper, lower)                                                               \
  static void replay_fields_##lower(arc__codec *codec, void *record) {                             \
    arc__fields_##lower(codec, record);                                                            \
  }                                                                                                \
  static void replay_apply_##lower(arc_ledger *ledger, const void *record) {                       \
    arc__apply_##lower(ledger, record);                                                            \
  }                                                                                                \
  static arc_status replay_replay_##lower(arc_ledger *ledger, const unsigned char *payload,        \
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

static const replay_record_kind replay_kinds[ARC__RECORD_COUNT + 1] = {
#define ARC__R(number, upper, lower) [number] = {replay_fields_##lower, replay_apply_##lower},
    ARC__RECORD_LIST(ARC__R)
#undef ARC__R
};

arc_status arc__ledger_record(arc_ledger *ledger, uint16_t type, const void *record, arc_error *err) {
  arc__codec codec = {&ledger->commit, NULL};
  size_t begun = arc__commit_record_begin(&ledger->commit, type, ARC__RECORD_VERSION);
  /* Writing does not change the record; the one function that reads and writes cannot say so. */
  replay_kinds[type].fields(&codec, (void *)(uintptr_t)record);
  arc__commit_record_end(&ledger->commit, begun);
  ledger->recorded_seq = ledger->next_seq + ledger->pending + (ledger->next_seq == 1); /* the book's comes first */
  ledger->pending++;
  arc__state_known(ledger);
  replay_kinds[type].apply(ledger, record);
  if (ledger->commit.failed || ARC__L(ledger)->failed) return arc__fail_nomem(err);
  if (!ledger->overflowed) return ARC_OK;
  return arc__fail(err, ARC_E_OVERFLOW, "a balance would exceed 64 bits of minor units");
}

static arc_status replay_unknown(uint16_t type, uint16_t version, arc_error *err) {
  return arc__fail(err, ARC_E_ABI, "record type %u version %u is not known to this library: use a newer one", type,
                   version);
}

static arc_status replay_replay(void *user, uint64_t seq, int64_t instant, uint16_t type,
                                uint16_t version, const unsigned char *payload, size_t size,
                                arc_error *err) {
  arc_ledger *ledger = user;
  arc_status status;
  int known = arc__record_is_known(type, version);
  ledger->instant = ledger->recorded_at = instant;
  ledger->recorded_seq = seq;
  arc__state_known(ledger);
  if (!known && type & ARC__RECORD_OPTIONAL) return ARC_OK;
  if (!known) status = replay_unknown(type, version, err);
  else if ((type == ARC__RECORD_BOOK) != (seq == 1))
    status = arc__fail(err, ARC_E_CORRUPT, "the journal does not begin with its book");
  else {
    switch (type) {
#define ARC__R(number, upper, lower)                                                               \
  case number: status = replay_replay_##lower(ledger, payload, size, err); break;
      ARC__RECORD_LIST(ARC__R)
#undef ARC__R
    default: status = replay_unknown(type, version, err); break;
    }
    if (status >= 0 && ARC__L(ledger)->failed) status = arc__fail_nomem(err);
    else if (status >= 0 && ledger->overflowed)
      status = arc__fail(err, ARC_E_CORRUPT, "a sum does not fit");
    else if (status < 0 && status != ARC_E_NOMEM && status != ARC_E_ABI)
      status = ARC_E_CORRUPT; /* the detail says what; a journal holds nothing that a command refuses */
  }
  if (status < 0) arc__ledger_say_record(err, status, seq);
  return status;
}

/* ---- reading the journal ---- */

/* Replays what is stored from the handle's place on, up to record `upto` (0: all). */
arc_status arc__ledger_catch_up(arc_ledger *ledger, const arc_storage *storage, uint64_t upto,
                                  arc_error *err) {
  arc__scan scan;
  arc_status status;
  memset(&scan, 0, sizeof scan);
  scan.next_seq = ledger->next_seq;
  memcpy(scan.chain, ledger->chain, sizeof scan.chain);
  scan.instant = ledger->instant;
  scan.last_commit = ledger->last_commit;
  ledger->in_callback = 1;
  status = arc__journal_scan(storage, &ledger->heap, &scan, upto, replay_replay, ledger, err);
  ledger->in_callback = 0;
  if (status < 0) return status;
  ledger->next_seq = scan.next_seq;
  ledger->last_commit = scan.last_commit;
  ledger->instant = scan.instant;
  memcpy(ledger->chain, scan.chain, sizeof scan.chain);
  return ARC_OK;
}

static int32_t replay_read_unsaved(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap,
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
  scan.next_seq = ledger->first_seq;
  memcpy(scan.chain, ledger->first_chain, sizeof scan.chain);
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
  unsaved.read = replay_read_unsaved;
  return arc__journal_scan(&unsaved, &ledger->heap, &scan, 0, each, user, err);
}

/* ---- verification ---- */

static arc_status replay_compare(const arc_ledger *ledger, const arc_ledger *replayed, arc_error *err) {
  unsigned char live[32], again[32];
  arc__tables_digest(ARC__L(ledger), live);
  arc__tables_digest(ARC__L(replayed), again);
  if (memcmp(live, again, sizeof live) == 0 &&
      memcmp(ledger->chain, replayed->chain, sizeof ledger->chain) == 0)
    return ARC_OK;
  return arc__fail(err, ARC_E_CORRUPT, "replaying the journal does not give the state in memory");
}

static arc_status replay_ignore(void *user, uint64_t seq, int64_t instant, uint16_t type, uint16_t version,
                                const unsigned char *payload, size_t size, arc_error *err) {
  (void)user, (void)seq, (void)instant, (void)type, (void)version, (void)payload, (void)size, (void)err;
  return ARC_OK;
}

/* Where the journal's beginning was dropped, the second state begins with the stored snapshot; what the journal has
 * before that is at least whole and chained. */
static arc_status replay_begin(arc_ledger *ledger, arc_ledger *replayed, arc_error *err) {
  arc__scan scan;
  arc_status status;
  if (ledger->first_seq == 1) return ARC_OK;
  replayed->storage = ledger->storage;
  replayed->first_seq = ledger->first_seq;
  memcpy(replayed->first_snapshot, ledger->first_snapshot, sizeof replayed->first_snapshot);
  ledger->in_callback = 1;
  status = arc__ledger_load_snapshot(replayed, err);
  memset(&replayed->storage, 0, sizeof replayed->storage);
  memset(&scan, 0, sizeof scan);
  scan.next_seq = ledger->first_seq;
  memcpy(scan.chain, ledger->first_chain, sizeof scan.chain);
  if (status >= 0 && scan.next_seq < replayed->next_seq)
    status = arc__journal_scan(&ledger->storage, &ledger->heap, &scan, replayed->next_seq, replay_ignore, NULL, err);
  ledger->in_callback = 0;
  if (status >= 0 && replayed->next_seq < ledger->first_seq)
    status = arc__fail_field(err, ARC_E_CORRUPT, 1, 0, "the snapshot of what was before record %llu is missing",
                             (unsigned long long)ledger->first_seq);
  if (status >= 0 && replayed->next_seq > ledger->next_seq)
    status = arc__fail(err, ARC_E_STALE, "the snapshot is newer than this handle: refresh it");
  return status;
}

arc_status arc_ledger_verify(arc_ledger *ledger, arc_error *err) {
  arc_ledger *replayed;
  arc_status status;
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open");
  ARC__TRY(arc__state_check(ledger, err));
  if (ledger->flags & ARC_LEDGER_DETACHED || ledger->next_seq == 1) return ARC_OK;
  ARC__TRY(arc__ledger_find_beginning(ledger, err));
  if (ledger->first_seq > ledger->next_seq)
    return arc__fail(err, ARC_E_STALE, "the journal before record %llu was dropped: reopen the ledger",
                     (unsigned long long)ledger->first_seq);
  ARC__TRY(arc__ledger_new(&replayed, &ledger->heap, ledger->tables.hash_seed, err));
  status = replay_begin(ledger, replayed, err);
  ledger->in_callback = 1;
  if (status >= 0) status = arc__ledger_catch_up(replayed, &ledger->storage, ledger->next_seq, err);
  ledger->in_callback = 0;
  if (status >= 0 && replayed->next_seq < ledger->next_seq)
    status = arc__fail_field(err, ARC_E_CORRUPT, replayed->next_seq, 0,
                             "the storage no longer holds record %llu", (unsigned long long)replayed->next_seq);
  if (status >= 0) status = replay_compare(ledger, replayed, err);
  arc__ledger_free(replayed);
  return status < 0 ? status : ARC_OK;
}
