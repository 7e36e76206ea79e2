#include <string.h>

#include "error.h"
#include "hash.h"
#include "ledger_internal.h"

/* Owns snapshots: the tables as bytes, bound to the commit they follow. One that is damaged, of another journal or
 * of another version is not used: the journal alone is the truth. */

#define SNAPSHOT_MAGIC 0x53435241u /* "ARCS" */
#define SNAPSHOT_VERSION 1u
/* magic, version, next_seq, last commit, chain, instant, CRC-32C of what follows, the tables. */
#define SNAPSHOT_HEADER 68

arc_status arc_ledger_snapshot(arc_ledger *ledger, arc_error *err) {
  arc__buffer out;
  int32_t code = ARC_E_NOMEM;
  uint32_t crc;
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open");
  if (!ledger->storage.save_snapshot || ledger->flags & ARC_LEDGER_DETACHED || ledger->next_seq == 1)
    return arc__fail(err, ARC_E_INVALID, "there is nothing to keep a snapshot of, or nowhere");
  arc__buffer_init(&out, &ledger->heap);
  arc__tables_save(ARC__L(ledger), &out);
  crc = arc__crc32c(0, out.data, out.size);
  if (arc__buffer_reserve(&out, SNAPSHOT_HEADER)) {
    size_t body = out.size;
    memmove(out.data + SNAPSHOT_HEADER, out.data, body);
    out.size = 0;
    arc__buffer_u32(&out, SNAPSHOT_MAGIC);
    arc__buffer_u32(&out, SNAPSHOT_VERSION);
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
static arc_status snapshot_read_snapshot(arc_ledger *ledger, arc__buffer *out, arc_error *err) {
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
static arc_status snapshot_snapshot_fits(arc_ledger *ledger, arc_error *err) {
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

static arc_status snapshot_parse_snapshot(arc_ledger *ledger, const arc__buffer *bytes, arc_error *err) {
  arc__reader in;
  uint32_t crc;
  arc__reader_init(&in, bytes->data, bytes->size);
  if (arc__reader_u32(&in) != SNAPSHOT_MAGIC || arc__reader_u32(&in) != SNAPSHOT_VERSION)
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
  return snapshot_snapshot_fits(ledger, err);
}

arc_status arc__ledger_load_snapshot(arc_ledger *ledger, arc_error *err) {
  arc__buffer bytes;
  arc_status status;
  if (!ledger->storage.load_snapshot) return ARC_OK;
  arc__buffer_init(&bytes, &ledger->heap);
  status = snapshot_read_snapshot(ledger, &bytes, err);
  if (status == ARC_OK) status = snapshot_parse_snapshot(ledger, &bytes, err);
  arc__buffer_free(&bytes);
  return status == ARC_DONE ? ARC_OK : status;
}
