#include <string.h>

#include "error.h"
#include "hash.h"
#include "ledger_internal.h"

/* Owns snapshots: the tables as bytes, bound to the commit they follow. Where the journal has everything, one that is
 * damaged, of another journal or of another version is not used: the journal alone is the truth. Where the journal was
 * dropped, the snapshot is all there is of what was before: then it is used or the book does not open. */

#define SNAPSHOT_MAGIC 0x53435241u /* "ARCS" */
#define SNAPSHOT_VERSION 2u
/* magic, version, next_seq, last commit, chain, instant, CRC-32C of all the rest, the tables. */
#define SNAPSHOT_CRC_AT 64
#define SNAPSHOT_HEADER 68

arc_status arc_ledger_snapshot(arc_ledger *ledger, arc_error *err) {
  unsigned char digest[ARC__DIGEST_BYTES];
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (ledger->state != ARC__LEDGER_IDLE) return arc__fail(err, ARC_E_BUSY, "a batch is open");
  return arc__ledger_save_snapshot(ledger, digest, err);
}

static void snapshot_digest(unsigned char digest[ARC__DIGEST_BYTES], const arc__buffer *bytes) {
  arc__blake2b h;
  arc__blake2b_init(&h);
  arc__blake2b_update(&h, bytes->data, bytes->size);
  arc__blake2b_final(&h, digest);
}

arc_status arc__ledger_save_snapshot(arc_ledger *ledger, unsigned char digest[ARC__DIGEST_BYTES], arc_error *err) {
  arc__buffer out;
  int32_t code = ARC_E_NOMEM;
  if (!ledger->storage.save_snapshot || ledger->flags & ARC_LEDGER_DETACHED || ledger->next_seq == 1)
    return arc__fail(err, ARC_E_INVALID, "there is nothing to keep a snapshot of, or nowhere");
  arc__buffer_init(&out, &ledger->heap);
  arc__tables_save(ARC__L(ledger), &out);
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
    arc__buffer_u32(&out, arc__crc32c(arc__crc32c(0, out.data, SNAPSHOT_CRC_AT), out.data + SNAPSHOT_HEADER, body));
    out.size += body;
    snapshot_digest(digest, &out);
    ledger->in_callback = 1;
    code = ledger->storage.save_snapshot(ledger->storage.user, ledger->next_seq, out.data, out.size);
    ledger->in_callback = 0;
  }
  arc__buffer_free(&out);
  if (code == ARC_OK) return ARC_OK;
  if (code == ARC_E_NOMEM) return arc__fail_nomem(err);
  if (code == ARC_E_CONFLICT)
    return arc__fail_host(err, ARC_E_STALE, code, "another process dropped the journal beyond this handle: reopen it");
  return arc__fail_host(err, ARC_E_STORAGE, code, "the storage did not keep the snapshot (code %d)",
                        (int)code);
}

#define SNAPSHOT_PIECE ((size_t)256 * 1024)

/* A snapshot as it is read: in pieces that go into the tables at once, so that memory holds it once. */
typedef struct snapshot_source {
  arc_ledger *ledger;
  arc__buffer bytes;      /* what the reader has */
  uint64_t offset, total; /* read of it so far, and its size */
  uint32_t crc;           /* of what was read, but for its own place */
  arc__blake2b digest;    /* of all that was read */
  arc_status status;      /* other than ARC_OK: the storage's failure, or ARC_DONE where there is none */
  arc_error *err;
} snapshot_source;

static void snapshot_take_crc(snapshot_source *s, const unsigned char *piece, size_t size) {
  uint64_t from = s->offset, to = s->offset + size;
  uint64_t before = to < SNAPSHOT_CRC_AT ? to : SNAPSHOT_CRC_AT, after = from > SNAPSHOT_HEADER ? from : SNAPSHOT_HEADER;
  if (from < before) s->crc = arc__crc32c(s->crc, piece, (size_t)(before - from));
  if (after < to) s->crc = arc__crc32c(s->crc, piece + (size_t)(after - from), (size_t)(to - after));
}

/* Appends the next piece to what the reader has. */
static arc_status snapshot_read_piece(snapshot_source *s) {
  const arc_storage *storage = &s->ledger->storage;
  unsigned char *to = s->bytes.data + s->bytes.size;
  size_t room = s->bytes.capacity - s->bytes.size, size = 0;
  uint64_t next_seq;
  int32_t code;
  s->ledger->in_callback = 1;
  code = storage->load_snapshot(storage->user, &next_seq, &s->total, s->offset, to, room, &size);
  s->ledger->in_callback = 0;
  if (code == ARC_DONE) return ARC_DONE;
  if (code != ARC_OK || size > room || size == 0)
    return arc__fail_host(s->err, ARC_E_STORAGE, code, "the snapshot cannot be read (code %d)", (int)code);
  snapshot_take_crc(s, to, size);
  if (s->ledger->first_seq > 1) arc__blake2b_update(&s->digest, to, size);
  s->bytes.size += size;
  s->offset += size;
  return ARC_OK;
}

static int snapshot_refill(void *user, arc__reader *in, size_t need) {
  snapshot_source *s = user;
  size_t left = (size_t)(in->end - in->at);
  if (left) memmove(s->bytes.data, in->at, left);
  s->bytes.size = left;
  if (!arc__buffer_reserve(&s->bytes, need < SNAPSHOT_PIECE ? SNAPSHOT_PIECE : need)) {
    s->status = arc__fail_nomem(s->err);
    if (!s->bytes.data) return 0; /* `in` is at its end, which stays */
  }
  while (s->status == ARC_OK && s->bytes.size < need && (s->offset == 0 || s->offset < s->total))
    s->status = snapshot_read_piece(s);
  in->at = s->bytes.data;
  in->end = in->at + s->bytes.size;
  return s->status == ARC_OK && s->bytes.size >= need;
}

/* The snapshot that the journal was dropped for has the digest in the journal's first commit; that it has the chain
 * before it as well, that commit's link tells. */
static arc_status snapshot_brought_forward(arc_ledger *ledger, arc__blake2b *digest, arc_error *err) {
  unsigned char again[ARC__DIGEST_BYTES];
  arc__blake2b_final(digest, again);
  if (memcmp(again, ledger->first_snapshot, sizeof again) == 0) return ARC_OK;
  return arc__fail(err, ARC_E_CORRUPT, "it is not the one that the journal was dropped for");
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
    if (code == ARC_E_NOMEM) return arc__fail_nomem(err);
    if (code == ARC_DONE || code == ARC_E_NOT_FOUND || code == ARC_E_CORRUPT)
      return arc__fail(err, ARC_E_CORRUPT, "the snapshot is not of this journal");
    if (code != ARC_OK || size == 0 || size > sizeof header - have)
      return arc__fail_host(err, ARC_E_STORAGE, code, "the commit before the snapshot cannot be read (code %d)", (int)code);
    have += size;
  }
  ARC__TRY(arc__commit_header(&commit, header, err));
  if (commit.first_seq == ledger->last_commit && commit.first_seq + commit.count == ledger->next_seq &&
      memcmp(commit.chain, ledger->chain, sizeof commit.chain) == 0)
    return ARC_OK;
  return arc__fail(err, ARC_E_CORRUPT, "the snapshot is not of this journal");
}

static arc_status snapshot_parse_snapshot(arc_ledger *ledger, arc__reader *in, uint32_t *crc, arc_error *err) {
  if (arc__reader_u32(in) != SNAPSHOT_MAGIC || arc__reader_u32(in) != SNAPSHOT_VERSION)
    return arc__fail(err, ARC_E_CORRUPT, "this is no snapshot of this version");
  ledger->next_seq = arc__reader_u64(in);
  ledger->last_commit = arc__reader_u64(in);
  for (size_t i = 0; i < sizeof ledger->chain; i++) ledger->chain[i] = arc__reader_u8(in);
  ledger->instant = arc__reader_i64(in);
  *crc = arc__reader_u32(in);
  ARC__TRY(arc__tables_load(ARC__L(ledger), in, err));
  if (ARC__L(ledger)->rows[ARC__TABLE_BOOK] != 1)
    return arc__fail(err, ARC_E_CORRUPT, "the snapshot holds no book");
  return ARC_OK;
}

/* The tables take any bytes safely, so what they took is compared with its CRC in the end. */
arc_status arc__ledger_load_snapshot(arc_ledger *ledger, arc_error *err) {
  arc_error detail = ARC_ERROR_INIT; /* what reading said comes before what the reader makes of missing bytes */
  snapshot_source source = {.ledger = ledger, .err = &detail};
  arc__reader in;
  uint32_t crc = 0;
  arc_status status;
  if (!ledger->storage.load_snapshot) return ARC_OK;
  arc__buffer_init(&source.bytes, &ledger->heap);
  arc__blake2b_init(&source.digest);
  arc__reader_init(&in, "", 0);
  in.refill = snapshot_refill;
  in.user = &source;
  status = snapshot_parse_snapshot(ledger, &in, &crc, err);
  arc__buffer_free(&source.bytes);
  if (source.status == ARC_DONE && source.offset == 0) return ARC_OK;
  if (source.status == ARC_DONE) return arc__fail(err, ARC_E_STORAGE, "the snapshot ends before its size");
  if (source.status != ARC_OK) return arc__fail_host(err, source.status, detail.host_code, "%s", detail.text);
  ARC__TRY(status);
  if (crc != source.crc || source.offset != source.total)
    return arc__fail(err, ARC_E_CORRUPT, "the snapshot is damaged");
  if (ledger->first_seq == 1 || ledger->next_seq > ledger->first_seq) return snapshot_snapshot_fits(ledger, err);
  if (ledger->next_seq == ledger->first_seq) return snapshot_brought_forward(ledger, &source.digest, err);
  return arc__fail(err, ARC_E_CORRUPT, "it ends before record %llu", (unsigned long long)ledger->next_seq);
}
