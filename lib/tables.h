/*
 * Tables: rows of fixed-width columns in chunks, texts in an arena, rows found by key, and undo.
 *
 * Rows are numbered from 1; 0 in a column that refers to a row means none. Columns are chunks of 1,024
 * rows, so growing never copies; a chunk in which every cell still has the column's initial value is one that all
 * share, so that what a book does not use costs nothing, and a chunk of 8-byte numbers takes 4 bytes each until one
 * does not fit. Between arc__tables_mark and arc__tables_rollback every change can be
 * taken back; running out of memory is remembered in `failed`, and whoever set the mark then rolls back.
 * A fork shares what neither side has changed since.
 */
#ifndef ARC_TABLES_H
#define ARC_TABLES_H

#include "buffer.h"

#define ARC__CHUNK_SHIFT 10
#define ARC__CHUNK_ROWS (1u << ARC__CHUNK_SHIFT)
#define ARC__ROWS_MAX 0xfffffffeu
#define ARC__TABLES_MAX 40
#define ARC__MEMO 8

/* What a column holds: numbers, initially 0; texts, which are 4 bytes wide and initially empty; or days and the
 * like, which are 4 bytes wide and initially INT32_MIN. */
#define ARC__COLUMN_NUMBER 0
#define ARC__COLUMN_TEXT 1
#define ARC__COLUMN_DAY 2

/* A column: its table, its width in bytes (1, 2, 4, 8), and what it holds. */
typedef struct arc__column_spec {
  uint8_t table, width, kind;
} arc__column_spec;

/* An index over a key column; rows with an empty key are not in it. Keys are unique among rows with the
 * same value in the tag column (-1: no tag). */
typedef struct arc__index_spec {
  int table, key, tag;
} arc__index_spec;

typedef struct arc__schema {
  const arc__column_spec *columns;
  const arc__index_spec *indexes;
  size_t column_count, index_count, table_count;
} arc__schema;

/* Equal pieces of memory, reached through a directory. Forks share directories and chunks until one of them
 * changes something; the counts are not atomic, so forks stay on one thread. */
typedef struct arc__directory {
  size_t refs, count, capacity;
  void *chunks[];
} arc__directory;

/* A chunk of 8-byte numbers that are kept in 8 bytes is referred to by its second byte. */
static inline int arc__chunk_is_wide(const void *chunk) {
  return (int)((uintptr_t)chunk & 1);
}

typedef struct arc__column {
  void **chunks; /* of the directory; NULL: none yet */
  arc__directory *directory;
  void *blank; /* stands for each chunk of initial values, never written; NULL: there is none */
  uint32_t count;
  uint8_t table, width; /* of a column of rows */
} arc__column;

typedef struct arc__index {
  arc__column slots; /* u64: hash << 32 | row; 0: free; row 0 otherwise: was in use */
  size_t capacity;   /* a power of two, or 0 */
  size_t used;       /* slots that are not free */
} arc__index;

typedef struct arc__undo {
  int64_t old;
  uint32_t row;
  uint32_t column;
} arc__undo;

/* Where rolling back leads. */
typedef struct arc__mark {
  uint32_t rows[ARC__TABLES_MAX];
  uint64_t strings;
  size_t undo;
} arc__mark;

typedef struct arc__tables {
  arc__heap heap;
  const arc__schema *schema;
  uint64_t hash_seed[2];
  arc__column *columns;
  arc__index *indexes;
  uint32_t rows[ARC__TABLES_MAX]; /* highest row in use; row 0 exists and has initial values */
  uint32_t first_of_table[ARC__TABLES_MAX + 1]; /* columns of a table are neighbours */
  arc__column strings; /* the arena of texts */
  uint64_t string_size;
  int forked; /* chunks may be shared: look before writing */
  int brief_texts; /* the next chunk of texts is a small one */
  arc__undo *undo;
  size_t undo_size, undo_capacity;
  arc__mark mark; /* the innermost; rows above mark.rows need no undo: while there is none, all */
  int failed; /* no memory since the mark */
  uint64_t rollbacks; /* that took something back */
  uint64_t memo[ARC__MEMO]; /* where something was found last, for whom asks often; a rollback forgets it */
} arc__tables;

arc_status arc__tables_init(arc__tables *t, const arc__heap *heap, const arc__schema *schema,
                            const uint64_t hash_seed[2], arc_error *err);
void arc__tables_free(arc__tables *t);

/* Tables with the same rows, at the cost of the number of columns. Not while marked. ARC_E_NOMEM. */
arc_status arc__tables_fork(arc__tables *fork, arc__tables *t, arc_error *err);

/* Begins recording changes. Marks nest: keep the returned one and give it back. */
arc__mark arc__tables_mark(arc__tables *t);
/* Takes back everything since the mark, and what was current before it is so again. */
void arc__tables_rollback(arc__tables *t, const arc__mark *to);
/* Forgets how to go back: what happened stays. */
void arc__tables_keep(arc__tables *t);

/* A new row of initial values; 0 if there is no memory or no number left (then `failed`). */
uint32_t arc__append_row(arc__tables *t, int table);

/* Changes a cell; the value must fit the column's width. Row 0 is what a failed arc__append_row gives. */
void arc__put(arc__tables *t, int column, uint32_t row, int64_t value);
/* The same where memory comes first: a chunk of its own, or room to undo. */
void arc__put_slowly(arc__tables *t, int column, uint32_t row, int64_t value);

/* What does not change is not written: most cells of most rows keep their initial value. */
#define ARC__PUT(type, t, column, row, value)                                                      \
  do {                                                                                             \
    const arc__column *c = &(t)->columns[column];                                                  \
    type *chunk, *cell;                                                                            \
    if ((t)->failed) return;                                                                       \
    chunk = c->chunks[(row) >> ARC__CHUNK_SHIFT];                                                  \
    cell = chunk + ((row) & (ARC__CHUNK_ROWS - 1));                                                \
    if (*cell == (type)(value)) return;                                                            \
    if (chunk == c->blank || (t)->forked || (t)->undo_size == (t)->undo_capacity) {                \
      arc__put_slowly((t), (column), (row), (int64_t)(value));                                     \
      return;                                                                                      \
    }                                                                                              \
    if ((row) <= (t)->mark.rows[c->table])                                                         \
      (t)->undo[(t)->undo_size++] = (arc__undo){(int64_t)*cell, (row), (uint32_t)(column)};        \
    *cell = (type)(value);                                                                         \
  } while (0)

/* As arc__put, where much is put and the width is known. */
static inline void arc__put_u32(arc__tables *t, int column, uint32_t row, uint32_t value) {
  ARC__PUT(uint32_t, t, column, row, value);
}
void arc__put_i64(arc__tables *t, int column, uint32_t row, int64_t value);
/* Keeps a text and puts its reference; an empty one is 0. */
void arc__put_text(arc__tables *t, int column, uint32_t row, arc_text text);

/* Adds a row to an index after its key (and tag) were put. The key must be new. */
void arc__index_add(arc__tables *t, int index, uint32_t row);
/* Brings nearer what finding these keys soon will touch, for all of them at once, so that none waits for the memory
 * of the one before it. Changes nothing. */
#define ARC__SOON_MAX 16
void arc__index_soon(const arc__tables *t, int index, const arc_text *keys, const int64_t *tags, size_t count);
/* The row with this key and tag; 0 if none. */
uint32_t arc__index_find(const arc__tables *t, int index, arc_text key, int64_t tag);

#define ARC__CELL(type, t, column, row)                                                            \
  (((const type *)(t)->columns[column].chunks[(row) >> ARC__CHUNK_SHIFT])[(row) &                  \
                                                                          (ARC__CHUNK_ROWS - 1)])

static inline uint8_t arc__u8(const arc__tables *t, int column, uint32_t row) {
  return ARC__CELL(uint8_t, t, column, row);
}
static inline uint16_t arc__u16(const arc__tables *t, int column, uint32_t row) {
  return ARC__CELL(uint16_t, t, column, row);
}
static inline uint32_t arc__u32(const arc__tables *t, int column, uint32_t row) {
  return ARC__CELL(uint32_t, t, column, row);
}
static inline int32_t arc__i32(const arc__tables *t, int column, uint32_t row) {
  return ARC__CELL(int32_t, t, column, row);
}
/* A cell of a chunk of 8-byte numbers. */
static inline int64_t arc__chunk_i64(const char *chunk, uint32_t at) {
  return arc__chunk_is_wide(chunk) ? ((const int64_t *)(const void *)(chunk - 1))[at]
                                   : ((const int32_t *)(const void *)chunk)[at];
}
static inline int64_t arc__i64(const arc__tables *t, int column, uint32_t row) {
  return arc__chunk_i64(t->columns[column].chunks[row >> ARC__CHUNK_SHIFT], row & (ARC__CHUNK_ROWS - 1));
}
/* A hint where the compiler knows one, and nothing depends on it: that what lies there is read soon. */
#if defined(__GNUC__)
#define ARC__SOON(address) __builtin_prefetch(address)
#else
#define ARC__SOON(address) ((void)(address))
#endif
/* The same of up to a hundred bytes' worth of cells from a row on. */
static inline void arc__cells_soon(const arc__tables *t, int column, uint32_t row) {
  const char *chunk = t->columns[column].chunks[row >> ARC__CHUNK_SHIFT];
  uint32_t at = row & (ARC__CHUNK_ROWS - 1);
  const char *cell = chunk + (arc__chunk_is_wide(chunk) ? at * 8 - 1 : at * 4);
  ARC__SOON(cell);
  ARC__SOON(cell + 64);
}

/* Adds `count` cells of an 8-byte column from `row` on, all of one chunk, to a sum. 0 if it passes 64 bits, or a cell
 * is INT64_MIN. */
int arc__sum_i64(const arc__tables *t, int column, uint32_t row, uint32_t count, int64_t *sum);
/* Hints that a text is read soon. */
void arc__text_soon(const arc__tables *t, int column, uint32_t row);
/* The text of a text column's cell, NUL-terminated; valid until the row is rolled back. */
arc_text arc__text(const arc__tables *t, int column, uint32_t row);

/* BLAKE2b of all rows by content: equal states have equal digests, however they came about. */
void arc__tables_digest(const arc__tables *t, unsigned char digest[32]);

/* All rows as bytes, the same on every platform for the same rows, however they came about: a text that was replaced
 * or rolled back is not in them. And back into empty tables of the same schema, or of one that has grown since: more
 * tables at the end, more columns at the end of a table. Indexes are made anew. Errors: ARC_E_NOMEM, ARC_E_CORRUPT;
 * the tables are then to be freed. */
void arc__tables_save(const arc__tables *t, arc__buffer *out);
arc_status arc__tables_load(arc__tables *t, arc__reader *in, arc_error *err);

#endif
