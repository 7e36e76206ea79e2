/*
 * The book file. Tables of this program: arcollect_facts (name, value), which says that the file is
 * a book, and arcollect_rows (see staging.c). The journal's tables belong to the storage adapter,
 * on the same connection. Every commit is synced before it counts (WAL, synchronous = FULL).
 */
#include "book.h"
#include "memory.h"

#include <storage_sqlite.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BOOK_FORMAT "1"

static const char book_tables[] =
    "CREATE TABLE arcollect_facts(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    /* fields: as in rows.h, separated by 0x1F; kind is also the order within the day */
    "CREATE TABLE arcollect_rows(id INTEGER PRIMARY KEY, day INTEGER NOT NULL, kind INTEGER NOT "
    "NULL,"
    " fields TEXT NOT NULL, refused TEXT);"
    "CREATE INDEX arcollect_rows_by_day ON arcollect_rows(day);";

int book_fail(book *b, const char *doing) {
  return fail_fault("%s: cannot %s: %s", b->path, doing,
                    b->db ? sqlite3_errmsg(b->db) : "out of memory");
}

int book_execute(book *b, const char *sql) {
  return sqlite3_exec(b->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0
                                                                 : book_fail(b, "write the book");
}

static int book_set_fact(book *b, const char *name, const char *value) {
  sqlite3_stmt *statement = NULL;
  int done = sqlite3_prepare_v2(b->db, "INSERT OR REPLACE INTO arcollect_facts VALUES(?,?)", -1,
                                &statement, NULL) == SQLITE_OK &&
             sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
             sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC) == SQLITE_OK &&
             sqlite3_step(statement) == SQLITE_DONE;
  sqlite3_finalize(statement);
  return done ? 0 : book_fail(b, "write the book");
}

/* Copies a fact; an empty string if there is none. */
static int book_fact(book *b, const char *name, char *value, size_t size) {
  sqlite3_stmt *statement = NULL;
  int step = SQLITE_ERROR;
  value[0] = '\0';
  if (sqlite3_prepare_v2(b->db, "SELECT value FROM arcollect_facts WHERE name=?", -1, &statement,
                         NULL) == SQLITE_OK &&
      sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) == SQLITE_OK) {
    step = sqlite3_step(statement);
    if (step == SQLITE_ROW)
      snprintf(value, size, "%s", (const char *)sqlite3_column_text(statement, 0));
  }
  sqlite3_finalize(statement);
  return step == SQLITE_ROW || step == SQLITE_DONE ? 0 : book_fail(b, "read the book");
}

static int book_connect(book *b, const char *path, int flags) {
  memset(b, 0, sizeof *b);
  b->path = path;
  b->posted_through = ARC_DAY_FIRST - 1;
  if (sqlite3_open_v2(path, &b->db, flags, NULL) != SQLITE_OK) return book_fail(b, "open the book");
  sqlite3_busy_timeout(b->db, 5000);
  if (sqlite3_exec(b->db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", NULL, NULL, NULL) !=
      SQLITE_OK)
    return book_fail(b, "open the book");
  return 0;
}

/* 1 if the file is a book, 0 if not, -1 if it cannot be read. */
static int book_is_one(book *b) {
  sqlite3_stmt *statement = NULL;
  int step = SQLITE_ERROR;
  if (sqlite3_prepare_v2(b->db, "SELECT 1 FROM sqlite_master WHERE name='arcollect_facts'", -1,
                         &statement, NULL) == SQLITE_OK)
    step = sqlite3_step(statement);
  sqlite3_finalize(statement);
  return step == SQLITE_ROW ? 1 : step == SQLITE_DONE ? 0 : -1;
}

static int book_post_policy(book *b, const char *text) {
  arc_policy policy = ARC_POLICY_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = NULL;
  arc_status status;
  int code = book_ledger(b, 0, &ledger);
  if (code != 0) return code;
  policy.name = (arc_text)ARC_TEXT("default"); /* the one of customers that name none */
  policy.text = text_of(text);
  policy.day = 0;
  status = arc_ledger_post_policies(ledger, &policy, 1, &err);
  arc_ledger_close(ledger);
  return status < 0 ? fail_status("record the policy", status, &err) : 0;
}

int book_create(book *b, const char *path, const char *currency, const char *policy) {
  int code = book_connect(b, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  int found = code == 0 ? book_is_one(b) : -1;
  if (code == 0 && found == 1)
    code = fail_refused(
        "%s is a book already; 'import' adds to it, another --book FILE makes a new one", path);
  else if (code == 0 && found < 0)
    code = book_fail(b, "read the file");
  snprintf(b->currency, sizeof b->currency, "%s", currency);
  if (code == 0 && policy) code = book_post_policy(b, policy);
  /* The tables come last: they make the file a book, and a book has its policy. */
  if (code == 0) code = book_execute(b, "BEGIN IMMEDIATE");
  if (code == 0) code = book_execute(b, book_tables);
  if (code == 0) code = book_set_fact(b, "format", BOOK_FORMAT);
  if (code == 0) code = book_set_fact(b, "currency", currency);
  if (code == 0) code = book_execute(b, "COMMIT");
  if (code != 0) book_close(b);
  return code;
}

int book_refresh(book *b) {
  char value[32];
  int code = book_fact(b, "format", value, sizeof value);
  if (code == 0 && strcmp(value, BOOK_FORMAT) != 0)
    code = fail_fault("%s: a book of format %s; this arcollect reads format %s", b->path, value,
                      BOOK_FORMAT);
  if (code == 0) code = book_fact(b, "currency", b->currency, sizeof b->currency);
  if (code == 0) code = book_fact(b, "posted_through", value, sizeof value);
  if (code == 0 && value[0] != '\0') b->posted_through = (arc_day)strtol(value, NULL, 10);
  if (code == 0) code = book_fact(b, "applications_given", value, sizeof value);
  b->applications_given = value[0] == '1';
  return code;
}

int book_open(book *b, const char *path) {
  int code, found;
  if (access(path, F_OK) != 0)
    return fail_refused("there is no book %s; make one: arcollect --book %s init --currency USD",
                        path, path);
  code = book_connect(b, path, SQLITE_OPEN_READWRITE);
  found = code == 0 ? book_is_one(b) : -1;
  if (code == 0 && found == 0)
    code = fail_refused("%s is a database but not a book; make one: arcollect --book FILE init "
                        "--currency USD",
                        path);
  else if (code == 0 && found < 0)
    code = book_fail(b, "read the book");
  if (code == 0) code = book_refresh(b);
  if (code != 0) book_close(b);
  return code;
}

void book_close(book *b) {
  sqlite3_close(b->db);
  b->db = NULL;
}

/* A secret for the ledger's hash tables. Without one it works as well, only predictably. */
static void random_seed(uint64_t seed[2]) {
  FILE *source = fopen("/dev/urandom", "rb");
  if (!source) return;
  if (fread(seed, sizeof seed[0], 2, source) != 2) seed[0] = seed[1] = 0;
  fclose(source);
}

int book_ledger(book *b, uint32_t flags, arc_ledger **out) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_storage storage;
  arc_error err = ARC_ERROR_INIT;
  arc_status status = storage_sqlite_attach(&storage, b->db, &err);
  if (status != ARC_OK) return fail_status("open the journal", status, &err);
  options.flags = flags;
  options.storage = &storage;
  options.book = (arc_text)ARC_TEXT("arcollect");
  memcpy(options.currency, b->currency, sizeof options.currency);
  random_seed(options.hash_seed);
  status = arc_ledger_open(out, &options, &err);
  return status != ARC_OK ? fail_status("open the ledger", status, &err) : 0;
}

arc_ledger_info book_info(const arc_ledger *ledger) {
  arc_ledger_info info = ARC_LEDGER_INFO_INIT;
  arc_ledger_describe(&info, ledger, NULL); /* cannot fail: the struct is this header's */
  return info;
}

int book_set_posted_through(book *b, arc_day day) {
  char value[16];
  snprintf(value, sizeof value, "%d", (int)day);
  b->posted_through = day;
  return book_set_fact(b, "posted_through", value);
}

int book_set_applications_given(book *b) {
  b->applications_given = 1;
  return book_set_fact(b, "applications_given", "1");
}

int book_letterhead(book *b, char *text, size_t size) {
  return book_fact(b, "letterhead", text, size);
}

int book_set_letterhead(book *b, const char *text) {
  return book_set_fact(b, "letterhead", text);
}

int book_forget(book *b, int64_t *waiting) {
  sqlite3_stmt *statement = NULL;
  char sql[128];
  int code, done;
  snprintf(sql, sizeof sql, "DELETE FROM arcollect_rows WHERE day<=%d", (int)b->posted_through);
  code = book_execute(b, "PRAGMA secure_delete=ON");
  if (code == 0) code = book_execute(b, sql);
  if (code == 0) code = book_execute(b, "VACUUM");
  if (code == 0) code = book_execute(b, "PRAGMA wal_checkpoint(TRUNCATE)");
  if (code != 0) return code;
  done = sqlite3_prepare_v2(b->db, "SELECT count(*) FROM arcollect_rows", -1, &statement, NULL) ==
             SQLITE_OK &&
         sqlite3_step(statement) == SQLITE_ROW;
  *waiting = done ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  return done ? 0 : book_fail(b, "read the imported rows");
}
