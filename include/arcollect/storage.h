/**
 * Storage, the host's first door: where the journal's bytes live.
 *
 * A book is a sequence of commits. Each commit holds records that are numbered through the whole book, from
 * 1 on; a commit is named by the number of its first record. The host keeps the commits in order and gives
 * their bytes back; it never looks inside them.
 */
#ifndef ARCOLLECT_STORAGE_H
#define ARCOLLECT_STORAGE_H

#include "memory.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The host's functions. Each returns ARC_OK (0), ARC_E_NOMEM, a status named below, or any other number of
 * the host's own (best from 1,000 on, clear of the library's), which reaches the caller in
 * arc_error.host_code with ARC_E_STORAGE. They are called on the thread of the library call they serve and
 * may not call into that handle (ARC_E_BUSY). The kit of conformance.h tests what is promised here. */
typedef struct arc_storage {
  uint32_t struct_size;
  uint32_t flags; /**< 0 */
  void *user;     /**< passed to every function */

  /** Stores one commit of `count` records, the first numbered first_seq: durable and whole before it
   * returns ARC_OK, or not at all. first_seq that is not the next number (1 in an empty book):
   * ARC_E_CONFLICT, nothing stored, also when the very same commit is there already. Cannot tell whether it
   * was stored: ARC_E_UNKNOWN_OUTCOME; opened again, the storage holds it whole or not at all. After any
   * other failure it is not stored and will not turn up later. */
  int32_t (*append)(void *user, uint64_t first_seq, uint32_t count, const void *bytes, size_t size);

  /** Copies stored bytes: the stream that begins at the commit whose first record is first_seq, from
   * `offset` bytes into that stream on, over as many commits as fit. Any piece of 1..cap bytes is fine
   * (cap is at least 1). At its end and beyond, and from the next number on, where no commit is yet:
   * ARC_DONE with *size 0. Any other first_seq that no commit begins with: ARC_E_NOT_FOUND. Damaged there
   * or before: ARC_E_CORRUPT. */
  int32_t (*read)(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap, size_t *size);

  /** Optional (both or neither NULL). Stores a snapshot of the state before record next_seq, at least 1
   * byte; it may drop earlier ones. If it fails, the one before is still loaded, whole; or the new one,
   * whole, where only its being durable is in doubt. A storage that drops its beginning refuses with
   * ARC_E_CONFLICT what another process may still offer: a next_seq before the first commit it holds. */
  int32_t (*save_snapshot)(void *user, uint64_t next_seq, const void *bytes, size_t size);

  /** Copies a piece of 1..cap bytes of the latest snapshot from `offset` on, which is below its size, and
   * tells its next_seq and total size every time. No snapshot: ARC_DONE. */
  int32_t (*load_snapshot)(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset, void *buf,
                           size_t cap, size_t *size);

  /** Optional. Called once, when the ledger that was opened with this storage closes or cannot open. */
  void (*close)(void *user);

  /** Optional. Drops every commit before the one that begins with first_seq, for good: no byte of them is left
   * in what the storage keeps, as far as that is in its hands. Numbers go on as they were, and what was
   * dropped is ARC_E_NOT_FOUND from then on. Called only when a snapshot of the state before first_seq was
   * stored and the commit first_seq was appended, so both must be durable when it returns ARC_OK. A
   * first_seq that no commit begins with: ARC_E_NOT_FOUND, nothing dropped; and ARC_E_CONFLICT where the snapshot
   * stored is of before first_seq, because another process replaced it meanwhile: nothing but it would tell what
   * was dropped. If it fails, or the process ends
   * in it, all of them are there still, or none is. When nothing is before first_seq it cleans up what an
   * earlier call may have left. A storage that has this function reads the stream that begins at the first
   * commit it holds when `read` is asked for first_seq 0, and has the snapshot functions, too. */
  int32_t (*drop)(void *user, uint64_t first_seq);
} arc_storage;
#define ARC_STORAGE_INIT {(uint32_t)sizeof(arc_storage), 0, 0, 0, 0, 0, 0, 0, 0}

/** A storage in memory. What is in it lives as long as the storage: until close is called, by the ledger
 * that owns it or by the host.
 * @param out  receives the functions; set struct_size (ARC_STORAGE_INIT)
 * @param allocator  NULL: malloc. @return ARC_OK, ARC_E_INVALID, ARC_E_ABI, ARC_E_NOMEM. Since 0.1. */
ARC_API arc_status arc_storage_memory_new(arc_storage *out, const arc_allocator *allocator,
                                          arc_error *err);

/** A storage in one file (made if absent) beside which a snapshot file `path` + ".snapshot" may stand.
 * Appends are synced before they return. A torn tail, left by a crash, is cut off at open; a file that is
 * damaged before its tail is kept as it is, reported when read, and takes no appends (ARC_E_CORRUPT). The
 * file finds commits by their own headers: bytes that are no commit of the library's are ARC_E_INVALID.
 * A failed sync makes the storage refuse further appends (ARC_E_UNKNOWN_OUTCOME for the one at fault,
 * ARC_E_READ_ONLY after it): reopen. The file is open once at a time (lock): the second gets ARC_E_BUSY.
 * Dropping writes the rest to a new file that takes the old one's name; the disk may keep the old one's bytes
 * unnamed until it needs the space. POSIX systems and Windows have it; where files cannot be locked, as in
 * WebAssembly, opening one is ARC_E_STORAGE.
 * @param out  as above
 * @param path  NUL-terminated, in the platform's file name encoding (UTF-8 on Windows). Since 0.1. */
ARC_API arc_status arc_storage_file_open(arc_storage *out, const char *path,
                                         const arc_allocator *allocator, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
