/* The journal's framing: writing commits into a buffer, and reading them back from a storage.
 *
 * What reaches a record function was checked whole first: place in the sequence, CRC, link of the
 * chain, and that the commit's bytes are exactly its records. A scan holds the bytes of one read
 * and at most one unfinished commit; its buffer grows with the bytes that arrived, never by a size
 * that a header states. */
#include "journal.h"

#include "error.h"
#include "hash.h"

#include <string.h>

/* Bytes wanted from a storage at once: many commits per call, and still within a core's cache. */
#define JOURNAL_PIECE ((size_t)256 * 1024)

void arc__commit_begin(arc__buffer *b) {
  static const unsigned char room[ARC__COMMIT_HEADER];
  b->size = 0;
  b->failed = 0;
  arc__buffer_bytes(b, room, sizeof room);
}

size_t arc__commit_record_begin(arc__buffer *b, uint16_t type, uint16_t version) {
  arc__buffer_u16(b, type);
  arc__buffer_u16(b, version);
  arc__buffer_u32(b, 0);
  return b->size;
}

/* A payload beyond 32 bits is refused when the commit is finished. */
void arc__commit_record_end(arc__buffer *b, size_t begun) {
  if (!b->failed) arc__store_u32(b->data + begun - 4, (uint32_t)(b->size - begun));
}

void arc__commit_record(arc__buffer *b, uint16_t type, uint16_t version, const void *payload,
                        size_t size) {
  size_t begun = arc__commit_record_begin(b, type, version);
  arc__buffer_bytes(b, payload, size);
  arc__commit_record_end(b, begun);
}

/* Reads a record's header and steps over its payload, which is returned; NULL if it is cut short.
 */
static const unsigned char *journal_record(arc__reader *r, uint16_t *type, uint16_t *version,
                                           uint32_t *size) {
  *type = arc__reader_u16(r);
  *version = arc__reader_u16(r);
  *size = arc__reader_u32(r);
  if (r->failed || *size > (size_t)(r->end - r->at)) return NULL;
  const unsigned char *payload = r->at;
  r->at += *size;
  return payload;
}

/* Counts the records that the bytes consist of; 0 if they do not come out even. */
static uint32_t journal_count(const unsigned char *bytes, size_t size) {
  arc__reader r;
  uint32_t count = 0, payload_size;
  uint16_t type, version;
  arc__reader_init(&r, bytes, size);
  for (; r.at != r.end; count++)
    if (!journal_record(&r, &type, &version, &payload_size)) return 0;
  return count;
}

static void journal_chain(unsigned char chain[32], const unsigned char previous[32],
                          const unsigned char *commit, size_t size) {
  arc__blake2b h;
  arc__blake2b_init(&h);
  arc__blake2b_update(&h, previous, 32);
  arc__blake2b_update(&h, commit, ARC__COMMIT_CHAIN_AT);
  arc__blake2b_update(&h, commit + ARC__COMMIT_HEADER, size);
  arc__blake2b_final(&h, chain);
}

static uint32_t journal_crc(const unsigned char *commit, size_t size) {
  return arc__crc32c(arc__commit_crc_begin(commit), commit + ARC__COMMIT_HEADER, size);
}

static unsigned char *journal_store(unsigned char *at, uint64_t v, unsigned bytes) {
  for (unsigned i = 0; i < bytes; i++)
    *at++ = (unsigned char)(v >> 8 * i & 0xff);
  return at;
}

arc_status arc__commit_finish(arc__buffer *b, arc__commit *commit, arc_error *err) {
  if (b->failed) return arc__fail_nomem(err);
  size_t size = b->size - ARC__COMMIT_HEADER;
  if (size > ARC__COMMIT_MAX)
    return arc__fail(err, ARC_E_OVERFLOW, "a commit may hold at most %u bytes of records: split it",
                     ARC__COMMIT_MAX);
  uint32_t count = journal_count(b->data + ARC__COMMIT_HEADER, size);
  if (count == 0) return arc__fail(err, ARC_E_INVALID, "a commit must hold at least one record");
  if (commit->first_seq == 0 || commit->first_seq > UINT64_MAX - count)
    return arc__fail(err, ARC_E_OVERFLOW, "the book has no sequence numbers left");
  commit->count = count;
  commit->size = (uint32_t)size;
  unsigned char *at = b->data;
  memcpy(at, ARC__COMMIT_MAGIC, 4);
  at = journal_store(at + 4, ARC__COMMIT_VERSION, 2);
  at = journal_store(at, 0, 2);
  at = journal_store(at, commit->first_seq, 8);
  at = journal_store(at, commit->count, 4);
  at = journal_store(at, commit->size, 4);
  at = journal_store(at, (uint64_t)commit->instant, 8);
  journal_chain(commit->chain, commit->chain, b->data, size);
  memcpy(at, commit->chain, sizeof commit->chain);
  commit->crc = journal_crc(b->data, size);
  at = journal_store(at + sizeof commit->chain, commit->crc, 4);
  memset(at, 0, (size_t)(b->data + ARC__COMMIT_HEADER - at));
  return ARC_OK;
}

arc_status arc__commit_check(const arc__commit *commit, const unsigned char *bytes,
                             const unsigned char previous[32], arc_error *err) {
  unsigned char chain[32];
  if (journal_crc(bytes, commit->size) != commit->crc)
    return arc__fail(err, ARC_E_CORRUPT, "the commit's bytes do not have the CRC in its header");
  journal_chain(chain, previous, bytes, commit->size);
  if (memcmp(chain, commit->chain, sizeof chain) != 0)
    return arc__fail(err, ARC_E_CORRUPT, "the commit is not chained to the one before it");
  if (journal_count(bytes + ARC__COMMIT_HEADER, commit->size) != commit->count)
    return arc__fail(err, ARC_E_CORRUPT, "the commit does not consist of the %u records it states",
                     commit->count);
  return ARC_OK;
}

/* ---- scanning ---- */

typedef struct journal_stream {
  const arc_storage *storage;
  uint64_t first_seq, offset; /* what the storage is asked for: a stream and a place in it */
  arc__buffer bytes;
  size_t at; /* in bytes: everything before it was used */
} journal_stream;

static arc_status journal_corrupt(arc_error *err, uint64_t seq, const char *why) {
  return arc__fail_field(err, ARC_E_CORRUPT, seq, 0, "journal, commit of record %llu: %s",
                         (unsigned long long)seq, why);
}

/* Moves what is unfinished to the front and reads on behind it: ARC_OK with at least one new byte.
 */
static arc_status journal_read(journal_stream *s, uint64_t seq, arc_error *err) {
  arc__buffer *b = &s->bytes;
  if (s->at) {
    b->size -= s->at;
    memmove(b->data, b->data + s->at, b->size);
    s->at = 0;
  }
  if (b->capacity - b->size < b->size && !arc__buffer_reserve(b, b->size))
    return arc__fail_nomem(err);
  size_t room = b->capacity - b->size, size = 0;
  int32_t code =
      s->storage->read(s->storage->user, s->first_seq, s->offset, b->data + b->size, room, &size);
  if (code == ARC_DONE) return ARC_DONE;
  if (code == ARC_E_NOT_FOUND)
    return journal_corrupt(err, seq, "storage has no commit that begins here");
  if (code == ARC_E_CORRUPT) return journal_corrupt(err, seq, "storage is damaged here or before");
  if (code == ARC_E_NOMEM) return arc__fail_nomem(err);
  if (code != ARC_OK)
    return arc__fail_host(err, ARC_E_STORAGE, code, "storage could not read at record %llu",
                          (unsigned long long)seq);
  if (size == 0 || size > room)
    return arc__fail(err, ARC_E_STORAGE, "storage's read must give 1 to %llu bytes, it gave %llu",
                     (unsigned long long)room, (unsigned long long)size);
  b->size += size;
  s->offset += size;
  return ARC_OK;
}

/* Brings the whole next commit to s->at: ARC_OK, or ARC_DONE where the journal ends. */
static arc_status journal_next(journal_stream *s, uint64_t seq, arc__commit *commit,
                               arc_error *err) {
  arc_error detail = ARC_ERROR_INIT;
  size_t need = ARC__COMMIT_HEADER;
  for (;;) {
    size_t have = s->bytes.size - s->at;
    if (have >= need && need == ARC__COMMIT_HEADER) {
      if (arc__commit_header(commit, s->bytes.data + s->at, &detail) < 0)
        return journal_corrupt(err, seq, detail.text);
      if (commit->first_seq != seq)
        return journal_corrupt(err, seq, "its header names another record");
      need += commit->size;
    }
    if (have >= need) return ARC_OK;
    arc_status status = journal_read(s, seq, err);
    if (status == ARC_DONE && have)
      return journal_corrupt(err, seq, "cut short at the end of storage");
    if (status != ARC_OK) return status;
  }
}

static arc_status journal_deliver(const arc__commit *commit, const unsigned char *bytes,
                                  arc__record_function each, void *user, arc_error *err) {
  arc__reader r;
  arc__reader_init(&r, bytes + ARC__COMMIT_HEADER, commit->size);
  for (uint32_t i = 0; i < commit->count; i++) {
    uint16_t type, version;
    uint32_t size;
    const unsigned char *payload = journal_record(&r, &type, &version, &size);
    ARC__TRY(each(user, commit->first_seq + i, commit->instant, type, version, payload, size, err));
  }
  return ARC_OK;
}

static arc_status journal_scan_stream(journal_stream *s, arc__scan *scan, uint64_t upto,
                                      arc__record_function each, void *user, arc_error *err) {
  arc_error detail = ARC_ERROR_INIT;
  arc__commit commit;
  if (!arc__buffer_reserve(&s->bytes, JOURNAL_PIECE)) return arc__fail_nomem(err);
  while (upto == 0 || scan->next_seq < upto) {
    arc_status status = journal_next(s, scan->next_seq, &commit, err);
    if (status != ARC_OK) return status;
    const unsigned char *bytes = s->bytes.data + s->at;
    if (arc__commit_check(&commit, bytes, scan->chain, &detail) < 0)
      return journal_corrupt(err, commit.first_seq, detail.text);
    ARC__TRY(journal_deliver(&commit, bytes, each, user, err));
    s->at += ARC__COMMIT_HEADER + (size_t)commit.size;
    scan->last_commit = commit.first_seq;
    scan->next_seq += commit.count;
    scan->instant = commit.instant;
    memcpy(scan->chain, commit.chain, sizeof scan->chain);
  }
  return ARC_OK;
}

arc_status arc__journal_scan(const arc_storage *storage, const arc__heap *heap, arc__scan *scan,
                             uint64_t upto, arc__record_function each, void *user, arc_error *err) {
  journal_stream s = {.storage = storage, .first_seq = scan->next_seq};
  arc__buffer_init(&s.bytes, heap);
  arc_status status = journal_scan_stream(&s, scan, upto, each, user, err);
  arc__buffer_free(&s.bytes);
  return status < 0 ? status : ARC_OK;
}
