/*
 * Rows in SQLite: the fields of a row stand in one text, separated by 0x1F, which no text of the
 * ledger may hold. Whole periods are read at once; nothing is looked up row by row.
 */
#include "staging.h"

#include <string.h>

#define SEPARATOR '\x1F'

static int staging_decode(book *b, row_book *into, sqlite3_stmt *statement) {
  int32_t kind = sqlite3_column_int(statement, 2);
  const char *text = (const char *)sqlite3_column_text(statement, 3);
  const char *end = text ? text + sqlite3_column_bytes(statement, 3) : NULL;
  size_t field = 0, count = row_field_count(kind);
  row *r;
  if (count == 0 || !text)
    return fail_fault(
        "%s: imported row %lld is of unknown kind %d; the book was written by a newer "
        "arcollect, or is damaged",
        b->path, (long long)sqlite3_column_int64(statement, 0), (int)kind);
  r = row_new(into, kind, sqlite3_column_int(statement, 1));
  r->id = sqlite3_column_int64(statement, 0);
  r->refused = sqlite3_column_type(statement, 4) != SQLITE_NULL;
  while (text <= end) {
    const char *stop = memchr(text, SEPARATOR, (size_t)(end - text));
    stop = stop ? stop : end;
    if (field < count) row_set(into, r, field, text, (size_t)(stop - text));
    field++;
    text = stop + 1;
  }
  if (field != count)
    return fail_fault(
        "%s: imported row %lld has %zu fields where a %s has %zu: the book is damaged", b->path,
        (long long)r->id, field, row_kind_name(kind), count);
  row_book_add(into, r);
  return 0;
}

int staging_load(book *b, row_book *into, arc_day after, arc_day through, int with_refused) {
  sqlite3_stmt *statement = NULL;
  int step = SQLITE_ERROR, code = 0;
  if (sqlite3_prepare_v2(b->db,
                         with_refused ? "SELECT id,day,kind,fields,refused FROM arcollect_rows"
                                        " WHERE day>? AND day<=? ORDER BY id"
                                      : "SELECT id,day,kind,fields,refused FROM arcollect_rows"
                                        " WHERE day>? AND day<=? AND refused IS NULL",
                         -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_bind_int(statement, 1, after) == SQLITE_OK &&
      sqlite3_bind_int(statement, 2, through) == SQLITE_OK) {
    while (code == 0 && (step = sqlite3_step(statement)) == SQLITE_ROW)
      code = staging_decode(b, into, statement);
  }
  if (code == 0 && step != SQLITE_DONE) code = book_fail(b, "read the imported rows");
  sqlite3_finalize(statement);
  return code;
}

int staging_last_id(book *b, int64_t *id) {
  sqlite3_stmt *statement = NULL;
  int done = sqlite3_prepare_v2(b->db, "SELECT ifnull(max(id),0) FROM arcollect_rows", -1,
                                &statement, NULL) == SQLITE_OK &&
             sqlite3_step(statement) == SQLITE_ROW;
  *id = done ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  return done ? 0 : book_fail(b, "read the imported rows");
}

static void staging_encode(buffer *out, const row *r) {
  size_t i, count = row_field_count(r->kind);
  out->size = 0;
  for (i = 0; i < count; i++) {
    if (i != 0) buffer_byte(out, SEPARATOR);
    buffer_text(out, r->fields[i]);
  }
}

static const char staging_insert[] = "INSERT INTO arcollect_rows(day,kind,fields) VALUES(?,?,?)",
                  staging_update[] =
                      "UPDATE arcollect_rows SET day=?,kind=?,fields=?,refused=NULL WHERE id=?";

int staging_store(book *b, row *const *rows, size_t count) {
  sqlite3_stmt *statement = NULL, *change = NULL;
  buffer text = {NULL, 0, 0};
  size_t i = 0;
  int code = 0;
  if (sqlite3_prepare_v2(b->db, staging_insert, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_prepare_v2(b->db, staging_update, -1, &change, NULL) == SQLITE_OK) {
    for (; i < count; i++) {
      sqlite3_stmt *with = rows[i]->id != 0 ? change : statement;
      staging_encode(&text, rows[i]);
      if (sqlite3_bind_int(with, 1, rows[i]->day) != SQLITE_OK ||
          sqlite3_bind_int(with, 2, rows[i]->kind) != SQLITE_OK ||
          sqlite3_bind_text64(with, 3, text.data, text.size, SQLITE_STATIC, SQLITE_UTF8) !=
              SQLITE_OK ||
          (with == change && sqlite3_bind_int64(with, 4, rows[i]->id) != SQLITE_OK) ||
          sqlite3_step(with) != SQLITE_DONE || sqlite3_reset(with) != SQLITE_OK)
        break;
      if (with == statement) rows[i]->id = sqlite3_last_insert_rowid(b->db);
    }
  }
  sqlite3_finalize(change);
  if (!statement || i < count) code = book_fail(b, "store the imported rows");
  sqlite3_finalize(statement);
  buffer_free(&text);
  return code;
}

int staging_refuse(book *b, const refusal *refusals, size_t count) {
  sqlite3_stmt *statement = NULL;
  size_t i = 0;
  int code = book_execute(b, "BEGIN IMMEDIATE");
  if (code != 0) return code;
  if (sqlite3_prepare_v2(b->db, "UPDATE arcollect_rows SET refused=? WHERE id=?", -1, &statement,
                         NULL) == SQLITE_OK) {
    for (; i < count; i++) {
      if (sqlite3_bind_text(statement, 1, refusals[i].reason, -1, SQLITE_STATIC) != SQLITE_OK ||
          sqlite3_bind_int64(statement, 2, refusals[i].id) != SQLITE_OK ||
          sqlite3_step(statement) != SQLITE_DONE || sqlite3_reset(statement) != SQLITE_OK)
        break;
    }
  }
  if (!statement || i < count) code = book_fail(b, "mark what was refused");
  sqlite3_finalize(statement);
  if (code == 0) return book_execute(b, "COMMIT");
  sqlite3_exec(b->db, "ROLLBACK", NULL, NULL, NULL);
  return code;
}
