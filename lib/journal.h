/*
 * The journal's framing: commits of records, CRC-32C and the hash chain. Little endian throughout.
 *
 * A commit is a header of 80 bytes (its layout is in commit_frame.h) and its records. The header's
 * chain is BLAKE2b-256(chain of the commit before ‖ header bytes 0..31 ‖ records); the first commit
 * follows the chain of 32 zero bytes.
 *
 * A record: u16 type, u16 version, u32 payload size, payload. Its layout is records.h's.
 */
#ifndef ARC_JOURNAL_H
#define ARC_JOURNAL_H

#include "arcollect/storage.h"
#include "buffer.h"
#include "commit_frame.h"

/* Begins a commit in `b`, which is emptied and no longer failed: room for the header is left. */
void arc__commit_begin(arc__buffer *b);
/* Adds a record whose payload is what is written to `b` between the two; what the first returns goes
 * to the second. */
size_t arc__commit_record_begin(arc__buffer *b, uint16_t type, uint16_t version);
void arc__commit_record_end(arc__buffer *b, size_t begun);
/* The same of a payload that is there; it may not lie in `b`. */
void arc__commit_record(arc__buffer *b, uint16_t type, uint16_t version, const void *payload,
                        size_t size);
/* Writes the header. In: commit->first_seq, instant, and chain, the link before. Out: count, size,
 * crc, and chain, this commit's. ARC_E_NOMEM if the buffer failed, ARC_E_OVERFLOW if the commit is
 * too large, ARC_E_INVALID if it holds no record; *commit is then as it was. */
arc_status arc__commit_finish(arc__buffer *b, arc__commit *commit, arc_error *err);

/* Checks a whole commit (header and commit->size bytes) whose header was read into *commit: the
 * CRC, the link before it, and that its bytes are commit->count records. */
arc_status arc__commit_check(const arc__commit *commit, const unsigned char *bytes,
                             const unsigned char previous[32], arc_error *err);

/* What a scan calls for each record in order. The payload lives during the call. */
typedef arc_status (*arc__record_function)(void *user, uint64_t seq, int64_t instant, uint16_t type,
                                           uint16_t version, const unsigned char *payload,
                                           size_t size, arc_error *err);

typedef struct arc__scan {
  uint64_t next_seq;       /* in: where to begin; out: behind the last whole commit */
  unsigned char chain[32]; /* in: the link before that; out: the last link */
  int64_t instant;         /* out: of the last commit */
  uint64_t last_commit;    /* out: first sequence number of the last commit read; else as it was */
} arc__scan;

/* Reads commits from storage until it has no more, checks each whole and then calls `each` for its
 * records. `upto`: stop before the commit that begins with this number (0: read all). Errors:
 * ARC_E_CORRUPT with err->record = the first sequence number of the bad commit, ARC_E_STORAGE,
 * ARC_E_NOMEM, or what `each` returned; *scan then says how far it came. */
arc_status arc__journal_scan(const arc_storage *storage, const arc__heap *heap, arc__scan *scan,
                             uint64_t upto, arc__record_function each, void *user, arc_error *err);

#endif
