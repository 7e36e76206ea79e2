/**
 * The storage conformance kit: runs the contract of storage.h against a storage that you wrote.
 *
 * It is for tests. It comes as a static library of its own, arcollect-conformance, which arcollect.h does not
 * include; being linked in whole, it is not part of the ABI. You say how your storage is opened and
 * emptied and, as far as you can, how its process crashes and its medium fails; the kit appends real commits,
 * reads them back, and reports every clause of the contract by name.
 *
 *   arc_conformance_host host = ARC_CONFORMANCE_HOST_INIT;
 *   host.user = &place; host.open = open_mine; host.wipe = wipe_mine; host.report = print_result;
 *   arc_error err = ARC_ERROR_INIT;
 *   if (arc_conformance_run(&host, &err) != ARC_OK) puts(err.text);
 *
 * The kit has one thread: that two writers do not meet half way inside your append is for your own tests.
 */
#ifndef ARCOLLECT_CONFORMANCE_H
#define ARCOLLECT_CONFORMANCE_H

#include "storage.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Outcome of a clause. */
#define ARC_CONFORMANCE_PASSED 0
#define ARC_CONFORMANCE_FAILED 1
#define ARC_CONFORMANCE_SKIPPED 2 /**< what it needs is missing; the text says what */

/** How the medium fails. */
#define ARC_CONFORMANCE_SOUND 0 /**< no longer */
#define ARC_CONFORMANCE_NO_SPACE 1
#define ARC_CONFORMANCE_WRITE_ERROR 2
#define ARC_CONFORMANCE_SYNC_ERROR 3

typedef struct arc_conformance_result {
  uint32_t struct_size;
  int32_t outcome;     /**< ARC_CONFORMANCE_* */
  const char *clause;  /**< its name, such as "torn-tail"; static */
  const char *promise; /**< what the contract says, one sentence; static */
  char text[224];      /**< why it failed or was skipped; may say how it passed; else empty */
} arc_conformance_result;

/** The host's functions. They return ARC_OK; anything else but what is named here fails the clause. All of
 * them work on one place, such as a file or a database. */
typedef struct arc_conformance_host {
  uint32_t struct_size;
  uint32_t flags; /**< 0 */
  void *user;     /**< passed to every function */

  /** Opens a storage on what is stored at the place, into *out, whose struct_size is set. The kit calls its
   * close. While another one is open: a second handle on the same place, or ARC_E_BUSY. */
  arc_status (*open)(void *user, arc_storage *out, arc_error *err);

  /** Empties the place: journal and snapshot. No storage is open. */
  arc_status (*wipe)(void *user);

  /** Optional. Drops an open storage as a crash of its process would: close is not called and nothing more
   * is written; memory and locks are freed. */
  arc_status (*crash)(void *user, arc_storage *storage);

  /** Optional, for storages that can be cut anywhere. No storage is open; of the `size` bytes stored by the
   * last append only the first `keep` shall have arrived. */
  arc_status (*tear)(void *user, size_t size, size_t keep);

  /** Optional. From now on the medium fails in this way (ARC_CONFORMANCE_*). ARC_DONE: it cannot. */
  arc_status (*fail)(void *user, int32_t how);

  /** Optional. Called for every clause, in order, when it is through. */
  void (*report)(void *user, const arc_conformance_result *result);
} arc_conformance_host;
#define ARC_CONFORMANCE_HOST_INIT {(uint32_t)sizeof(arc_conformance_host), 0, 0, 0, 0, 0, 0, 0, 0}

/** Runs all clauses, each at an emptied place; what is stored there is lost. Takes memory by malloc, about
 * 20 MB. @return ARC_OK: none failed; ARC_E_STORAGE: some did, err tells the first one; ARC_E_INVALID,
 * ARC_E_ABI or ARC_E_NOMEM: no clause was run. Since 0.1. */
arc_status arc_conformance_run(const arc_conformance_host *host, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
