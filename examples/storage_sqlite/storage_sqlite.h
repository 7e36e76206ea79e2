/**
 * A storage in an SQLite database: the journal in one table, the latest snapshot in another.
 *
 *   arcollect_journal(first_seq INTEGER PRIMARY KEY, count INTEGER, bytes BLOB)
 *   arcollect_snapshot(id INTEGER PRIMARY KEY CHECK (id = 1), next_seq INTEGER, bytes BLOB)
 *
 * What SQLite refuses reaches arc_error.host_code as STORAGE_SQLITE_ERROR + its extended result
 * code. A commit or a snapshot may be as large as SQLite lets a value be (SQLITE_LIMIT_LENGTH). One
 * database holds one book; several connections and processes may append to it, the slower one gets
 * ARC_E_CONFLICT.
 */
#ifndef STORAGE_SQLITE_H
#define STORAGE_SQLITE_H

#include <arcollect/storage.h>
#include <sqlite3.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STORAGE_SQLITE_ERROR 100000

/** Opens a database of its own (made if absent) in WAL mode with synchronous=FULL: an append that
 * returned is durable. It waits 5 s for another writer. */
arc_status storage_sqlite_open(arc_storage *out, const char *path, arc_error *err);

/** Uses the host's connection, which stays open when the storage closes and must outlive it; its
 * journal mode, synchronous setting and busy timeout are the host's. An append inside the host's
 * transaction joins it: durable when the host commits, gone if it rolls back, and then the ledger
 * must be reopened. */
arc_status storage_sqlite_attach(arc_storage *out, sqlite3 *db, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
