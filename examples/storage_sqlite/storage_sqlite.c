/* The SQLite storage. It keeps its statements prepared and, while a commit is read in pieces, a
 * copy of that commit, so that no statement stays open between calls: that would hold a read
 * transaction against the host. Only a snapshot that is being loaded is held open, as it may be
 * large. */
#include "storage_sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  SQL_NEXT,
  SQL_INSERT,
  SQL_STORED,
  SQL_READ,
  SQL_SAVE,
  SQL_SNAPSHOT,
  SQL_BEGIN,
  SQL_COMMIT,
  SQL_ROLLBACK,
  SQL_SAVEPOINT,
  SQL_RELEASE,
  SQL_ROLLBACK_TO,
  SQL_FIRST,
  SQL_HAS,
  SQL_DROP,
  SQL_COUNT
};

static const char *const sql_text[SQL_COUNT] = {
    "SELECT first_seq + count FROM arcollect_journal ORDER BY first_seq DESC LIMIT 1",
    "INSERT INTO arcollect_journal(first_seq, count, bytes) VALUES(?1, ?2, ?3)",
    "SELECT bytes = ?2 FROM arcollect_journal WHERE first_seq = ?1",
    "SELECT first_seq, count, bytes FROM arcollect_journal WHERE first_seq >= ?1 ORDER BY 1",
    ("INSERT OR REPLACE INTO arcollect_snapshot(id, next_seq, bytes) SELECT 1, ?1, ?2"
     " WHERE ifnull((SELECT min(first_seq) FROM arcollect_journal), 1) <= ?1"),
    "SELECT next_seq FROM arcollect_snapshot WHERE id = 1",
    "BEGIN IMMEDIATE",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT arcollect_append",
    "RELEASE arcollect_append",
    "ROLLBACK TO arcollect_append",
    "SELECT min(first_seq) FROM arcollect_journal",
    "SELECT 1 FROM arcollect_journal WHERE first_seq = ?1",
    "DELETE FROM arcollect_journal WHERE first_seq < ?1",
};

static const char sql_tables[] =
    "CREATE TABLE IF NOT EXISTS arcollect_journal("
    " first_seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, bytes BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS arcollect_snapshot("
    " id INTEGER PRIMARY KEY CHECK (id = 1), next_seq INTEGER NOT NULL, bytes BLOB NOT NULL)";

typedef struct storage_sqlite {
  sqlite3 *db;
  int owns_db;
  sqlite3_stmt *sql[SQL_COUNT];

  /* Where the last read ended: in the stream that begins at stream_seq, the commit commit_seq
   * begins at commit_offset. If it was given in part, its bytes are in `commit`. */
  uint64_t stream_seq, commit_seq, commit_offset;
  unsigned char *commit; /* NULL: none */
  size_t commit_size;
  uint32_t commit_count;

  sqlite3_blob *snapshot; /* being loaded; NULL: none */
  uint64_t snapshot_seq;
} storage_sqlite;

/* The result of a function of SQLite as a host's code, which is no status of the library's. */
static int32_t host_code(storage_sqlite *s, int result) {
  int extended = sqlite3_extended_errcode(s->db);
  return STORAGE_SQLITE_ERROR + ((extended & 0xff) == (result & 0xff) ? extended : result);
}

static void forget_commit(storage_sqlite *s) {
  free(s->commit);
  s->commit = NULL;
}

static void close_snapshot(storage_sqlite *s) {
  sqlite3_blob_close(s->snapshot);
  s->snapshot = NULL;
}

/* Ends the use of a statement. */
static void done(sqlite3_stmt *sql) {
  sqlite3_reset(sql);
  sqlite3_clear_bindings(sql);
}

/* Runs a statement that gives no row. */
static int run(storage_sqlite *s, int which) {
  int result = sqlite3_step(s->sql[which]);
  done(s->sql[which]);
  return result;
}

/* *next: the number that the next record gets. */
static int find_next(storage_sqlite *s, uint64_t *next) {
  sqlite3_stmt *sql = s->sql[SQL_NEXT];
  int result = sqlite3_step(sql);
  *next = result == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(sql, 0) : 1;
  done(sql);
  return result == SQLITE_ROW ? SQLITE_DONE : result;
}

/* *first: the number of the first record held; 1 if none is. */
static int find_first(storage_sqlite *s, uint64_t *first) {
  sqlite3_stmt *sql = s->sql[SQL_FIRST];
  int result = sqlite3_step(sql);
  int held = result == SQLITE_ROW && sqlite3_column_type(sql, 0) == SQLITE_INTEGER;
  *first = held ? (uint64_t)sqlite3_column_int64(sql, 0) : 1;
  done(sql);
  return result == SQLITE_ROW ? SQLITE_DONE : result;
}

/* Whether the commit is there with these bytes: 1 or 0, -1 if that cannot be read. */
static int is_stored(storage_sqlite *s, uint64_t first_seq, const void *bytes, size_t size) {
  sqlite3_stmt *sql = s->sql[SQL_STORED];
  sqlite3_bind_int64(sql, 1, (sqlite3_int64)first_seq);
  int result = sqlite3_bind_blob64(sql, 2, bytes, size, SQLITE_STATIC);
  if (result == SQLITE_OK) result = sqlite3_step(sql);
  int stored = result == SQLITE_ROW ? sqlite3_column_int(sql, 0) : result == SQLITE_DONE ? 0 : -1;
  done(sql);
  return stored;
}

/* Inside a transaction: checks that the commit is the next one and inserts it. */
static int32_t insert(storage_sqlite *s, uint64_t first_seq, uint32_t count, const void *bytes,
                      size_t size) {
  uint64_t next;
  int result = find_next(s, &next);
  if (result != SQLITE_DONE) return host_code(s, result);
  if (first_seq != next) return ARC_E_CONFLICT;
  if (first_seq > INT64_MAX - (uint64_t)count) return ARC_E_OVERFLOW;
  sqlite3_stmt *sql = s->sql[SQL_INSERT];
  sqlite3_bind_int64(sql, 1, (sqlite3_int64)first_seq);
  sqlite3_bind_int64(sql, 2, (sqlite3_int64)count);
  result = sqlite3_bind_blob64(sql, 3, bytes, size, SQLITE_STATIC);
  if (result == SQLITE_OK) result = sqlite3_step(sql);
  int32_t code = result == SQLITE_DONE ? ARC_OK : host_code(s, result);
  done(sql);
  return code;
}

/* COMMIT failed. If the transaction is still open, it can be undone. If SQLite ended it, then a
 * read tells what became of it; but after a failed write or sync the next start of the database may
 * find a commit that nobody sees now. */
static int32_t after_failed_commit(storage_sqlite *s, int32_t code, uint64_t first_seq,
                                   const void *bytes, size_t size) {
  if (!sqlite3_get_autocommit(s->db))
    return run(s, SQL_ROLLBACK) == SQLITE_DONE ? code : ARC_E_UNKNOWN_OUTCOME;
  if (((code - STORAGE_SQLITE_ERROR) & 0xff) == SQLITE_IOERR) return ARC_E_UNKNOWN_OUTCOME;
  int stored = is_stored(s, first_seq, bytes, size);
  return stored < 0 ? ARC_E_UNKNOWN_OUTCOME : stored ? ARC_OK : code;
}

static int32_t storage_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes,
                              size_t size) {
  storage_sqlite *s = user;
  if (count == 0 || !bytes || size == 0) return ARC_E_INVALID;
  close_snapshot(s);
  int joins = !s->owns_db && !sqlite3_get_autocommit(s->db);
  int result = run(s, joins ? SQL_SAVEPOINT : SQL_BEGIN);
  if (result != SQLITE_DONE) return host_code(s, result);
  int32_t code = insert(s, first_seq, count, bytes, size);
  if (code == ARC_OK) {
    result = run(s, joins ? SQL_RELEASE : SQL_COMMIT);
    if (result == SQLITE_DONE) return ARC_OK;
    code = host_code(s, result);
    if (!joins) return after_failed_commit(s, code, first_seq, bytes, size);
  }
  /* Some failures make SQLite end the whole transaction by itself. */
  if (joins && !sqlite3_get_autocommit(s->db)) {
    run(s, SQL_ROLLBACK_TO);
    run(s, SQL_RELEASE);
  } else if (!sqlite3_get_autocommit(s->db)) {
    run(s, SQL_ROLLBACK);
  }
  return code;
}

/* Gives what fits of one commit, and keeps a copy of it if that is not its end. */
static int32_t give(storage_sqlite *s, const unsigned char *bytes, size_t size, uint64_t offset,
                    unsigned char *buf, size_t cap, size_t *given) {
  size_t skip = offset > s->commit_offset ? (size_t)(offset - s->commit_offset) : 0;
  size_t piece = size - skip < cap - *given ? size - skip : cap - *given;
  memcpy(buf + *given, bytes + skip, piece);
  *given += piece;
  if (skip + piece == size || s->commit) return ARC_OK;
  s->commit = malloc(size);
  if (!s->commit) return ARC_E_NOMEM;
  memcpy(s->commit, bytes, size);
  s->commit_size = size;
  return ARC_OK;
}

/* Steps over the commit that `give` or a skip has dealt with. */
static void advance(storage_sqlite *s, uint32_t count, size_t size) {
  forget_commit(s);
  s->commit_seq += count;
  s->commit_offset += size;
}

/* No commit begins with stream_seq: it is either the next one to come, or wrong. */
static int32_t nothing_there(storage_sqlite *s) {
  uint64_t next;
  int result = find_next(s, &next);
  if (result != SQLITE_DONE) return host_code(s, result);
  return s->stream_seq == next ? ARC_DONE : ARC_E_NOT_FOUND;
}

/* Gives from the rows on, from commit_seq. */
static int32_t give_rows(storage_sqlite *s, uint64_t offset, unsigned char *buf, size_t cap,
                         size_t *given) {
  sqlite3_stmt *sql = s->sql[SQL_READ];
  int result = SQLITE_ROW;
  sqlite3_bind_int64(sql, 1, (sqlite3_int64)s->commit_seq);
  while (*given < cap && (result = sqlite3_step(sql)) == SQLITE_ROW) {
    if ((uint64_t)sqlite3_column_int64(sql, 0) != s->commit_seq)
      return s->commit_seq == s->stream_seq ? ARC_E_NOT_FOUND : ARC_E_CORRUPT;
    s->commit_count = (uint32_t)sqlite3_column_int64(sql, 1);
    size_t size = (size_t)sqlite3_column_bytes(sql, 2);
    if (s->commit_offset + size > offset) {
      const unsigned char *bytes = sqlite3_column_blob(sql, 2);
      if (!bytes) return ARC_E_NOMEM;
      int32_t code = give(s, bytes, size, offset, buf, cap, given);
      if (code != ARC_OK || s->commit) return code;
    }
    advance(s, s->commit_count, size);
  }
  if (*given == cap) return ARC_OK;
  if (result != SQLITE_DONE) return host_code(s, result);
  if (*given) return ARC_OK;
  return s->commit_seq == s->stream_seq ? nothing_there(s) : ARC_DONE;
}

static int32_t storage_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap,
                            size_t *size) {
  storage_sqlite *s = user;
  size_t given = 0;
  *size = 0;
  if (first_seq > INT64_MAX) return ARC_E_NOT_FOUND;
  close_snapshot(s);
  if (first_seq == 0) {
    int result = find_first(s, &first_seq);
    if (result != SQLITE_DONE) return host_code(s, result);
  }
  /* From the start of a stream everything is read anew: the host may have rolled back since. */
  if (first_seq != s->stream_seq || offset == 0 || offset < s->commit_offset) {
    forget_commit(s);
    s->stream_seq = s->commit_seq = first_seq;
    s->commit_offset = 0;
  }
  if (s->commit && offset < s->commit_offset + s->commit_size)
    give(s, s->commit, s->commit_size, offset, buf, cap, &given);
  if (s->commit && offset + given >= s->commit_offset + s->commit_size)
    advance(s, s->commit_count, s->commit_size);
  int32_t code = ARC_OK;
  if (!s->commit && given < cap) {
    code = give_rows(s, offset, buf, cap, &given);
    done(s->sql[SQL_READ]);
  }
  *size = code == ARC_OK ? given : 0;
  return code;
}

static int32_t storage_save_snapshot(void *user, uint64_t next_seq, const void *bytes,
                                     size_t size) {
  storage_sqlite *s = user;
  sqlite3_stmt *sql = s->sql[SQL_SAVE];
  if (next_seq == 0 || next_seq > INT64_MAX || (size && !bytes)) return ARC_E_INVALID;
  close_snapshot(s);
  sqlite3_bind_int64(sql, 1, (sqlite3_int64)next_seq);
  int result = sqlite3_bind_blob64(sql, 2, size ? bytes : "", size, SQLITE_STATIC);
  if (result == SQLITE_OK) result = sqlite3_step(sql);
  int32_t code = result == SQLITE_DONE ? ARC_OK : host_code(s, result);
  done(sql);
  return code == ARC_OK && sqlite3_changes(s->db) == 0 ? ARC_E_CONFLICT : code;
}

/* Opens the latest snapshot: ARC_OK, or ARC_DONE if there is none. */
static int32_t open_snapshot(storage_sqlite *s) {
  sqlite3_stmt *sql = s->sql[SQL_SNAPSHOT];
  int result = sqlite3_step(sql);
  if (result == SQLITE_ROW) {
    s->snapshot_seq = (uint64_t)sqlite3_column_int64(sql, 0);
    result = sqlite3_blob_open(s->db, "main", "arcollect_snapshot", "bytes", 1, 0, &s->snapshot);
  }
  int32_t code = result == SQLITE_OK     ? ARC_OK
                 : result == SQLITE_DONE ? ARC_DONE
                                         : host_code(s, result);
  done(sql);
  if (code != ARC_OK) close_snapshot(s);
  return code;
}

static int32_t storage_load_snapshot(void *user, uint64_t *next_seq, uint64_t *total,
                                     uint64_t offset, void *buf, size_t cap, size_t *size) {
  storage_sqlite *s = user;
  *next_seq = *total = *size = 0;
  if (offset == 0) close_snapshot(s);
  int32_t code = s->snapshot ? ARC_OK : open_snapshot(s);
  if (code != ARC_OK) return code;
  uint64_t have = (uint64_t)sqlite3_blob_bytes(s->snapshot);
  uint64_t left = offset < have ? have - offset : 0;
  size_t piece = left < cap ? (size_t)left : cap;
  int result = piece ? sqlite3_blob_read(s->snapshot, buf, (int)piece, (int)offset) : SQLITE_OK;
  code = result == SQLITE_OK ? ARC_OK : host_code(s, result);
  if (code != ARC_OK || piece == left) close_snapshot(s);
  if (code != ARC_OK) return code;
  *next_seq = s->snapshot_seq;
  *total = have;
  *size = piece;
  return ARC_OK;
}

/* Inside a transaction: deletes what is before a commit that is there. */
static int32_t delete_before(storage_sqlite *s, uint64_t first_seq) {
  sqlite3_stmt *sql = s->sql[SQL_HAS];
  sqlite3_bind_int64(sql, 1, (sqlite3_int64)first_seq);
  int result = sqlite3_step(sql);
  done(sql);
  if (result == SQLITE_DONE) return ARC_E_NOT_FOUND;
  if (result != SQLITE_ROW) return host_code(s, result);
  sql = s->sql[SQL_SNAPSHOT];
  result = sqlite3_step(sql);
  int covered = result == SQLITE_ROW && (uint64_t)sqlite3_column_int64(sql, 0) >= first_seq;
  done(sql);
  if (result != SQLITE_ROW && result != SQLITE_DONE) return host_code(s, result);
  if (!covered) return ARC_E_CONFLICT;
  sqlite3_bind_int64(s->sql[SQL_DROP], 1, (sqlite3_int64)first_seq);
  result = run(s, SQL_DROP);
  return result == SQLITE_DONE ? ARC_OK : host_code(s, result);
}

/* SQLite overwrites what it deletes (secure_delete). What it freed before that was switched on, and the log of
 * pages beside the database, go by rewriting the database and emptying the log: of a database of our own. In a
 * host's, both are the host's, who says when. */
static int32_t storage_drop(void *user, uint64_t first_seq) {
  storage_sqlite *s = user;
  if (first_seq == 0 || first_seq > INT64_MAX) return ARC_E_NOT_FOUND;
  close_snapshot(s);
  forget_commit(s);
  s->stream_seq = 0;
  int joins = !s->owns_db && !sqlite3_get_autocommit(s->db);
  int result = sqlite3_exec(s->db, "PRAGMA secure_delete=ON", NULL, NULL, NULL);
  if (result == SQLITE_OK) result = run(s, joins ? SQL_SAVEPOINT : SQL_BEGIN);
  if (result != SQLITE_DONE) return host_code(s, result);
  int32_t code = delete_before(s, first_seq);
  if (code == ARC_OK) {
    result = run(s, joins ? SQL_RELEASE : SQL_COMMIT);
    if (result != SQLITE_DONE) code = host_code(s, result);
  }
  if (code != ARC_OK && !sqlite3_get_autocommit(s->db)) {
    run(s, joins ? SQL_ROLLBACK_TO : SQL_ROLLBACK);
    if (joins) run(s, SQL_RELEASE);
  }
  if (code != ARC_OK || !s->owns_db) return code;
  result = sqlite3_exec(s->db, "VACUUM", NULL, NULL, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  return result == SQLITE_OK ? ARC_OK : host_code(s, result);
}

static void storage_close(void *user) {
  storage_sqlite *s = user;
  close_snapshot(s);
  forget_commit(s);
  for (int i = 0; i < SQL_COUNT; i++)
    sqlite3_finalize(s->sql[i]);
  if (s->owns_db) sqlite3_close(s->db);
  free(s);
}

static arc_status fail(arc_error *err, arc_status status, int32_t code, const char *what,
                       const char *why) {
  if (!err || err->struct_size < sizeof *err) return status;
  arc_error detail = ARC_ERROR_INIT;
  detail.struct_size = err->struct_size;
  detail.status = status;
  detail.host_code = code;
  snprintf(detail.text, sizeof detail.text, "%s: %s", what, why);
  memcpy(err, &detail, sizeof detail);
  return status;
}

static int prepare(storage_sqlite *s) {
  int result = sqlite3_exec(s->db, sql_tables, NULL, NULL, NULL);
  for (int i = 0; i < SQL_COUNT && result == SQLITE_OK; i++)
    result =
        sqlite3_prepare_v3(s->db, sql_text[i], -1, SQLITE_PREPARE_PERSISTENT, &s->sql[i], NULL);
  return result;
}

static arc_status storage_new(arc_storage *out, sqlite3 *db, int owns_db, arc_error *err) {
  storage_sqlite *s = calloc(1, sizeof *s);
  if (!s) {
    if (owns_db) sqlite3_close(db);
    return fail(err, ARC_E_NOMEM, 0, "SQLite storage", "out of memory");
  }
  s->db = db;
  s->owns_db = owns_db;
  int result = prepare(s);
  if (result != SQLITE_OK) {
    fail(err, ARC_E_STORAGE, host_code(s, result), "SQLite cannot make or use its tables",
         sqlite3_errmsg(db));
    storage_close(s);
    return ARC_E_STORAGE;
  }
  memset(out, 0, sizeof *out);
  out->struct_size = sizeof *out;
  out->user = s;
  out->append = storage_append;
  out->read = storage_read;
  out->save_snapshot = storage_save_snapshot;
  out->load_snapshot = storage_load_snapshot;
  out->close = storage_close;
  out->drop = storage_drop;
  return ARC_OK;
}

arc_status storage_sqlite_attach(arc_storage *out, sqlite3 *db, arc_error *err) {
  if (!out || !db) return fail(err, ARC_E_INVALID, 0, "SQLite storage", "out and db must be given");
  return storage_new(out, db, 0, err);
}

arc_status storage_sqlite_open(arc_storage *out, const char *path, arc_error *err) {
  sqlite3 *db = NULL;
  if (!out || !path)
    return fail(err, ARC_E_INVALID, 0, "SQLite storage", "out and path must be given");
  int result = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  if (result == SQLITE_OK) result = sqlite3_busy_timeout(db, 5000);
  if (result == SQLITE_OK)
    result = sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON", NULL, NULL, NULL);
  if (result == SQLITE_OK) return storage_new(out, db, 1, err);
  fail(err, ARC_E_STORAGE, STORAGE_SQLITE_ERROR + result, "SQLite cannot open the database",
       db ? sqlite3_errmsg(db) : sqlite3_errstr(result));
  sqlite3_close(db);
  return ARC_E_STORAGE;
}
