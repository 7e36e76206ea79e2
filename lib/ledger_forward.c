#include "ledger_internal.h"

#include <string.h>

#include "error.h"

/*
 * Owns where the journal begins. A journal that was dropped up to a record begins with a commit that brings forward what
 * was before: the link of the chain it follows, and the digest of the snapshot that took the older records' place.
 * Invariants: the snapshot is stored before that commit, the commit before anything is dropped, so that a crash between
 * any two leaves either the whole journal or one whose beginning is covered.
 */

/* A commit's header, a record's header, and two texts of 32 bytes. */
#define FORWARD_BYTES (ARC__COMMIT_HEADER + ARC__RECORD_HEADER + 2 * (1 + ARC__DIGEST_BYTES))

arc_status arc__check_brought_forward(const arc_ledger *ledger, const arc__brought_forward_record *r, arc_error *err) {
  (void)ledger;
  if (r->previous.size == ARC__DIGEST_BYTES && r->snapshot.size == ARC__DIGEST_BYTES) return ARC_OK;
  return arc__fail(err, ARC_E_INVALID, "what is brought forward is named by two digests of %d bytes", ARC__DIGEST_BYTES);
}

/* A row of KNOWN of its own tells what was there before from what came later at the same instant. */
void arc__apply_brought_forward(arc_ledger *ledger, const arc__brought_forward_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_FORWARD);
  (void)r;
  arc__put(t, ARC__FORWARD_RECORD, row, (int64_t)ledger->recorded_seq);
  arc__put(t, ARC__FORWARD_KNOWN, row, arc__state_known_anew(ledger));
}

uint32_t arc__ledger_forward_known(const arc_ledger *ledger) {
  const arc__tables *t = ARC__L(ledger);
  for (uint32_t row = t->rows[ARC__TABLE_FORWARD]; row && ledger->first_seq > 1; row--)
    if (arc__i64(t, ARC__FORWARD_RECORD, row) == (int64_t)ledger->first_seq) return arc__u32(t, ARC__FORWARD_KNOWN, row);
  return 0;
}

/* ---- finding it ---- */

static arc_status forward_read(arc_ledger *ledger, unsigned char *bytes, size_t *have, arc_error *err) {
  const arc_storage *storage = &ledger->storage;
  *have = 0;
  while (*have < FORWARD_BYTES) {
    size_t size = 0;
    int32_t code;
    ledger->in_callback = 1;
    code = storage->read(storage->user, 0, *have, bytes + *have, FORWARD_BYTES - *have, &size);
    ledger->in_callback = 0;
    if (code == ARC_DONE) return ARC_OK;
    if (code == ARC_E_NOMEM) return arc__fail_nomem(err);
    if (code == ARC_E_CORRUPT)
      return arc__fail_field(err, ARC_E_CORRUPT, 1, 0, "journal: storage is damaged at its beginning");
    if (code != ARC_OK || size == 0 || size > FORWARD_BYTES - *have)
      return arc__fail_host(err, ARC_E_STORAGE, code, "storage could not read the beginning of the journal");
    *have += size;
  }
  return ARC_OK;
}

/* Whether the bytes are those of a commit that brings forward; *commit is its header. */
static int forward_parse(arc__commit *commit, arc__brought_forward_record *r, const unsigned char *bytes, size_t size) {
  arc__reader in;
  if (size < FORWARD_BYTES || arc__commit_header(commit, bytes, NULL) < 0) return 0;
  arc__reader_init(&in, bytes + ARC__COMMIT_HEADER, ARC__RECORD_HEADER);
  return commit->count == 1 && commit->size == FORWARD_BYTES - ARC__COMMIT_HEADER &&
         arc__reader_u16(&in) == ARC__RECORD_BROUGHT_FORWARD && arc__reader_u16(&in) == ARC__RECORD_VERSION &&
         arc__reader_u32(&in) == commit->size - ARC__RECORD_HEADER &&
         arc__read_brought_forward(r, bytes + ARC__COMMIT_HEADER + ARC__RECORD_HEADER,
                                   commit->size - ARC__RECORD_HEADER) &&
         arc__check_brought_forward(NULL, r, NULL) == ARC_OK;
}

arc_status arc__ledger_find_beginning(arc_ledger *ledger, arc_error *err) {
  unsigned char bytes[FORWARD_BYTES];
  arc__brought_forward_record r;
  arc__commit commit;
  size_t size;
  if (!ledger->storage.drop) return ARC_OK;
  ARC__TRY(forward_read(ledger, bytes, &size, err));
  if (size < ARC__COMMIT_HEADER || arc__commit_header(&commit, bytes, NULL) < 0 || commit.first_seq == 1)
    return ARC_OK; /* whatever else is wrong with it, reading it from record 1 on tells */
  if (!forward_parse(&commit, &r, bytes, size) ||
      arc__commit_check(&commit, bytes, (const unsigned char *)r.previous.data, NULL) < 0)
    return arc__fail_field(err, ARC_E_CORRUPT, 1, 0, "the journal's records before %llu are missing",
                           (unsigned long long)commit.first_seq);
  ledger->first_seq = commit.first_seq;
  memcpy(ledger->first_chain, r.previous.data, ARC__DIGEST_BYTES);
  memcpy(ledger->first_snapshot, r.snapshot.data, ARC__DIGEST_BYTES);
  return ARC_OK;
}

/* ---- dropping ---- */

static arc_status forward_drop(arc_ledger *ledger, uint64_t seq, arc_error *err) {
  int32_t code;
  ledger->in_callback = 1;
  code = ledger->storage.drop(ledger->storage.user, seq);
  ledger->in_callback = 0;
  if (code == ARC_OK) return ARC_OK;
  arc__ledger_find_beginning(ledger, NULL); /* it may have dropped them before it failed */
  if (code == ARC_E_NOMEM) return arc__fail_nomem(err);
  if (code == ARC_E_CONFLICT)
    return arc__fail_host(err, code, code, "another process stored an older snapshot meanwhile: say it again");
  return arc__fail_host(err, ARC_E_STORAGE, code, "the storage did not drop the journal before record %llu (code %d)",
                        (unsigned long long)seq, (int)code);
}

arc_status arc_ledger_drop_journal(arc_ledger *ledger, arc_error *err) {
  arc__brought_forward_record r;
  unsigned char digest[ARC__DIGEST_BYTES], previous[ARC__DIGEST_BYTES];
  uint64_t seq;
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open");
  if (!ledger->storage.drop || ledger->flags & ARC_LEDGER_DETACHED || ledger->next_seq == 1)
    return arc__fail(err, ARC_E_INVALID, "there is no journal to drop, or the storage cannot drop one");
  seq = ledger->next_seq;
  if (ledger->first_seq > 1 && seq == ledger->first_seq + 1) { /* nothing is older: the storage may clean up again */
    ARC__TRY(forward_drop(ledger, ledger->first_seq, err));
    return ARC_ALREADY;
  }
  ARC__TRY(arc__ledger_save_snapshot(ledger, digest, err));
  memcpy(previous, ledger->chain, sizeof previous);
  r.previous.data = (const char *)previous;
  r.snapshot.data = (const char *)digest;
  r.previous.size = r.snapshot.size = ARC__DIGEST_BYTES;
  ARC__TRY(arc__ledger_commit_record(ledger, ARC__RECORD_BROUGHT_FORWARD, &r, err));
  ARC__TRY(forward_drop(ledger, seq, err));
  ledger->first_seq = seq;
  memcpy(ledger->first_chain, previous, sizeof previous);
  memcpy(ledger->first_snapshot, digest, sizeof digest);
  return ARC_OK;
}
