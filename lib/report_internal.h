/* How a report lies in memory: shared by report.c and report_arrow.c.
 *
 * Rows are kept in chunks of ARC__REPORT_CHUNK, the last of which is not full. In a chunk each column is an
 * array of its own, as the Arrow columnar format has it: int64 for numbers, int32 for days, and bits, the
 * lowest first, that say which rows have a value. A cell of text holds its place in the chunk's arena, where
 * a size, the bytes and a NUL stand. */
#ifndef ARC_REPORT_INTERNAL_H
#define ARC_REPORT_INTERNAL_H

#include "buffer.h"
#include "owners.h"
#include "report.h"

#define ARC__REPORT_CHUNK 65536u

/* What the Arrow interface hands out of a chunk in one of its two forms: three buffers a column. */
typedef struct arc__report_batch {
  const void **buffers; /* NULL: not made yet. It begins one block with what is not zero-copy */
  size_t size;          /* of the block */
} arc__report_batch;

typedef struct arc__report_chunk {
  unsigned char *block;
  size_t capacity; /* rows */
  arc__buffer arena;
  arc__report_batch batches[2]; /* money and shares as integers, and in whole units */
} arc__report_chunk;

typedef struct arc__report_kept_column {
  size_t name; /* place in the names */
  int32_t type;
  size_t currency; /* the column with the currency of its money; column_count: none */
} arc__report_kept_column;

struct arc_report {
  arc__heap heap;
  arc__owners owners; /* the host, and whatever was handed out */
  arc__report_kept_column *columns;
  size_t column_count;
  arc__buffer names;
  arc__report_chunk *chunks;
  size_t chunk_count, chunk_capacity;
  size_t row_count;        /* complete ones */
  size_t next_column;      /* of the cell to come */
  arc_status failed;       /* ARC_OK so far */
  arc__buffer metadata[2]; /* of Arrow's fields, by form; empty: not made yet */
};

/* A column's cells, its bits, and how many of them are 0. Columns lie eight cells more apart than they have
 * room, so that the cells of a row do not all fall into one set of the processor's cache. */
static inline unsigned char *arc__report_cells(const arc_report *report, const arc__report_chunk *chunk,
                                               size_t column) {
  return chunk->block + 8 * (report->column_count + column * (chunk->capacity + 8));
}
static inline unsigned char *arc__report_bits(const arc_report *report, const arc__report_chunk *chunk,
                                              size_t column) {
  return arc__report_cells(report, chunk, report->column_count) + column * (chunk->capacity / 8);
}
static inline int64_t *arc__report_nulls(const arc__report_chunk *chunk, size_t column) {
  return (int64_t *)(void *)chunk->block + column;
}
static inline size_t arc__report_block_size(const arc_report *report, size_t capacity) {
  return report->column_count * (8 + 8 * (capacity + 8) + capacity / 8);
}
static inline size_t arc__report_chunk_rows(const arc_report *report, size_t chunk) {
  size_t left = report->row_count - chunk * ARC__REPORT_CHUNK;
  return left < ARC__REPORT_CHUNK ? left : ARC__REPORT_CHUNK;
}
static inline int arc__report_has_value(const arc_report *report, const arc__report_chunk *chunk, size_t at,
                                        size_t column) {
  return arc__report_bits(report, chunk, column)[at / 8] >> at % 8 & 1;
}

/* A text where it stands in an arena. */
static inline const char *arc__report_stored(const arc__buffer *arena, size_t place, size_t *size) {
  *size = arc__load_u32(arena->data + place);
  return (const char *)arena->data + place + 4;
}

#endif
