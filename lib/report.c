/* Reports are built row by row and kept by columns, see report_internal.h. A first chunk doubles until it is full,
 * after which nothing is moved any more.
 *
 * A report under construction remembers its first failure and takes no cells after it; a finished
 * one never changes, so pointers into its arenas stay good. Reading a cell costs a constant. */
#include "report_internal.h"

#include "arcollect/money.h"
#include "error.h"
#include "text.h"

#include <string.h>

#define REPORT_FIRST_ROWS 8

/* ---- building ---- */

/* Adds a text to an arena; its place. */
static size_t report_store_text(arc_report *report, arc__buffer *arena, const char *data, size_t size) {
  size_t place = arena->size;
  if (size > UINT32_MAX || !arc__buffer_reserve(arena, size + 5)) {
    report->failed = ARC_E_NOMEM;
    return 0;
  }
  arc__buffer_u32(arena, (uint32_t)size);
  arc__buffer_bytes(arena, data, size);
  arc__buffer_u8(arena, 0);
  return place;
}

/* 1 if a column names currencies of its own, such as "credit_currency". */
static int report_is_currency(const arc__report_column *column) {
  size_t size = strlen(column->name);
  return column->type == ARC_COLUMN_TEXT && size > 9 && strcmp(column->name + size - 9, "_currency") == 0;
}

static void report_find_currencies(arc_report *report, const arc__report_column *columns, size_t count) {
  size_t currency = count;
  for (size_t i = 0; i < count && currency == count; i++)
    if (columns[i].type == ARC_COLUMN_TEXT && strcmp(columns[i].name, "currency") == 0) currency = i;
  for (size_t i = 0; i < count; i++) {
    if (report_is_currency(&columns[i])) currency = i;
    report->columns[i].currency = currency;
  }
}

arc_report *arc__report_new(const arc__heap *heap, const arc__report_column *columns,
                            size_t count) {
  arc_report *report = arc__alloc(heap, sizeof *report);
  if (!report) return NULL;
  report->heap = *heap;
  arc__owners_join(&report->owners);
  arc__buffer_init(&report->names, &report->heap);
  for (int form = 0; form < 2; form++) arc__buffer_init(&report->metadata[form], &report->heap);
  report->columns = arc__alloc(heap, count * sizeof *report->columns);
  if (!report->columns) {
    arc_report_free(report);
    return NULL;
  }
  report->column_count = count;
  for (size_t i = 0; i < count; i++) {
    report->columns[i].name = report_store_text(report, &report->names, columns[i].name, strlen(columns[i].name));
    report->columns[i].type = columns[i].type;
  }
  report_find_currencies(report, columns, count);
  if (report->failed) {
    arc_report_free(report);
    return NULL;
  }
  return report;
}

static void report_free_chunk(arc_report *report, arc__report_chunk *chunk) {
  for (int form = 0; form < 2; form++)
    arc__free(&report->heap, (void *)chunk->batches[form].buffers, chunk->batches[form].size);
  arc__buffer_free(&chunk->arena);
  arc__free(&report->heap, chunk->block, arc__report_block_size(report, chunk->capacity));
}

/* Gives a chunk a block of `capacity` rows with the rows it has; 0: no memory. */
static int report_enlarge(arc_report *report, arc__report_chunk *chunk, size_t capacity) {
  arc__report_chunk larger = *chunk;
  larger.capacity = capacity;
  larger.block = arc__resize(&report->heap, NULL, 0, arc__report_block_size(report, capacity));
  if (!larger.block) return 0;
  for (size_t i = 0; i < report->column_count; i++) {
    memset(arc__report_bits(report, &larger, i), 0xff, capacity / 8);
    *arc__report_nulls(&larger, i) = 0;
    if (!chunk->block) continue;
    memcpy(arc__report_cells(report, &larger, i), arc__report_cells(report, chunk, i), 8 * chunk->capacity);
    memcpy(arc__report_bits(report, &larger, i), arc__report_bits(report, chunk, i), chunk->capacity / 8);
    *arc__report_nulls(&larger, i) = *arc__report_nulls(chunk, i);
  }
  arc__free(&report->heap, chunk->block, arc__report_block_size(report, chunk->capacity));
  *chunk = larger;
  return 1;
}

/* Makes room for the row to come; 0: no memory. */
static int report_next_row(arc_report *report) {
  arc__report_chunk *last = report->chunk_count ? &report->chunks[report->chunk_count - 1] : NULL;
  size_t at = report->row_count % ARC__REPORT_CHUNK;
  if (report->row_count < report->chunk_count * ARC__REPORT_CHUNK)
    return at < last->capacity || report_enlarge(report, last, 2 * last->capacity);
  void *chunks = report->chunks;
  if (arc__grow(&report->heap, &chunks, &report->chunk_capacity, report->chunk_count + 1, sizeof *last) < 0) return 0;
  report->chunks = chunks;
  arc__report_chunk chunk = {0};
  arc__buffer_init(&chunk.arena, &report->heap);
  if (!report_enlarge(report, &chunk, last ? ARC__REPORT_CHUNK : REPORT_FIRST_ROWS)) return 0;
  report->chunks[report->chunk_count++] = chunk;
  return 1;
}

/* Makes room for the next cell and gives its chunk; NULL if there is none or the cell would not fit its column. */
static arc__report_chunk *report_next_cell(arc_report *report, int is_text, int is_null) {
  if (!report || report->failed) return NULL;
  if (!is_null && is_text != (report->columns[report->next_column].type == ARC_COLUMN_TEXT)) {
    report->failed = ARC_E_CORRUPT;
    return NULL;
  }
  if (report->next_column == 0 && !report_next_row(report)) {
    report->failed = ARC_E_NOMEM;
    return NULL;
  }
  return &report->chunks[report->chunk_count - 1];
}

static void report_add_cell(arc_report *report, const arc__report_chunk *chunk, int64_t value) {
  size_t column = report->next_column, at = report->row_count % ARC__REPORT_CHUNK;
  void *cells = arc__report_cells(report, chunk, column);
  if (report->columns[column].type == ARC_COLUMN_DAY)
    ((int32_t *)cells)[at] = (int32_t)value;
  else
    ((int64_t *)cells)[at] = value;
  if (++report->next_column < report->column_count) return;
  report->next_column = 0;
  report->row_count++;
}

void arc__report_add_text(arc_report *report, const char *data, size_t size) {
  arc__report_chunk *chunk = report_next_cell(report, 1, 0);
  if (!chunk) return;
  size_t place = report_store_text(report, &chunk->arena, data, size);
  if (!report->failed) report_add_cell(report, chunk, (int64_t)place);
}

void arc__report_add_string(arc_report *report, const char *nul_terminated) {
  arc__report_add_text(report, nul_terminated, strlen(nul_terminated));
}

void arc__report_add_integer(arc_report *report, int64_t value) {
  arc__report_chunk *chunk = report_next_cell(report, 0, 0);
  if (!chunk) return;
  if (report->columns[report->next_column].type == ARC_COLUMN_DAY) {
    if (value == ARC_DAY_NONE) {
      arc__report_add_null(report);
      return;
    }
    if (value < INT32_MIN || value > INT32_MAX) {
      report->failed = ARC_E_CORRUPT;
      return;
    }
  }
  report_add_cell(report, chunk, value);
}

void arc__report_add_integers(arc_report *report, const int64_t *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    arc__report_add_integer(report, values[i]);
}

void arc__report_add_null(arc_report *report) {
  arc__report_chunk *chunk = report_next_cell(report, 0, 1);
  if (!chunk) return;
  size_t column = report->next_column, at = report->row_count % ARC__REPORT_CHUNK;
  unsigned char *bits = arc__report_bits(report, chunk, column) + at / 8;
  *bits = (unsigned char)(*bits & ~(1u << at % 8));
  ++*arc__report_nulls(chunk, column);
  report_add_cell(report, chunk, 0);
}

arc_status arc__report_finish(arc_report **out, arc_report *report, arc_error *err) {
  *out = NULL;
  arc_status failed = report ? report->failed : ARC_E_NOMEM;
  if (!failed && report->next_column != 0) failed = ARC_E_CORRUPT;
  if (!failed) {
    *out = report;
    return ARC_OK;
  }
  arc_report_free(report);
  if (failed == ARC_E_NOMEM) return arc__fail_nomem(err);
  return arc__fail(err, failed, "a report's cells do not fit its columns");
}

void arc_report_free(arc_report *report) {
  if (!report || !arc__owners_leave(&report->owners)) return;
  arc__heap heap = report->heap;
  for (size_t i = 0; i < report->chunk_count; i++) report_free_chunk(report, &report->chunks[i]);
  arc__free(&heap, report->chunks, report->chunk_capacity * sizeof *report->chunks);
  for (int form = 0; form < 2; form++) arc__buffer_free(&report->metadata[form]);
  arc__buffer_free(&report->names);
  arc__free(&heap, report->columns, report->column_count * sizeof *report->columns);
  arc__free(&heap, report, sizeof *report);
}

/* ---- reading ---- */

size_t arc_report_rows(const arc_report *report) {
  return report ? report->row_count : 0;
}

size_t arc_report_columns(const arc_report *report) {
  return report ? report->column_count : 0;
}

const char *arc_report_column_name(const arc_report *report, size_t column) {
  size_t size;
  if (column >= arc_report_columns(report)) return NULL;
  return arc__report_stored(&report->names, report->columns[column].name, &size);
}

int32_t arc_report_column_type(const arc_report *report, size_t column) {
  return column < arc_report_columns(report) ? report->columns[column].type : 0;
}

/* Whether there is such a cell. */
static int report_has(const arc_report *report, size_t row, size_t column) {
  return row < arc_report_rows(report) && column < report->column_count;
}

int32_t arc_report_is_null(const arc_report *report, size_t row, size_t column) {
  if (!report_has(report, row, column)) return 1;
  return !arc__report_has_value(report, &report->chunks[row / ARC__REPORT_CHUNK], row % ARC__REPORT_CHUNK, column);
}

/* What a cell that is there holds, null or not. */
static int64_t report_cell(const arc_report *report, size_t row, size_t column) {
  const void *cells = arc__report_cells(report, &report->chunks[row / ARC__REPORT_CHUNK], column);
  size_t at = row % ARC__REPORT_CHUNK;
  return report->columns[column].type == ARC_COLUMN_DAY ? ((const int32_t *)cells)[at] : ((const int64_t *)cells)[at];
}

int64_t arc_report_integer(const arc_report *report, size_t row, size_t column) {
  if (arc_report_is_null(report, row, column) || report->columns[column].type == ARC_COLUMN_TEXT)
    return 0;
  return report_cell(report, row, column);
}

const char *arc_report_text(const arc_report *report, size_t row, size_t column, size_t *size) {
  size_t ignored;
  if (!size) size = &ignored;
  *size = 0;
  if (arc_report_is_null(report, row, column) || report->columns[column].type != ARC_COLUMN_TEXT)
    return "";
  return arc__report_stored(&report->chunks[row / ARC__REPORT_CHUNK].arena, (size_t)report_cell(report, row, column), size);
}

/* Any cell but a text that is no null, into at least 24 bytes. */
static arc_status report_format_number(const arc_report *report, size_t row, size_t column,
                                       char *buf, size_t *size) {
  int64_t value = report_cell(report, row, column);
  switch (report->columns[column].type) {
  case ARC_COLUMN_MONEY:
    return arc_money_format(buf, 24, size, value,
                            arc_report_text(report, row, report->columns[column].currency, NULL), NULL);
  case ARC_COLUMN_DAY:
    if (value < ARC_DAY_FIRST || value > ARC_DAY_LAST) return ARC_E_INVALID;
    *size = 10;
    return arc_day_format(buf, (arc_day)value);
  case ARC_COLUMN_PPM:
    *size = arc__format_decimal(buf, value, 6);
    return ARC_OK;
  default:
    *size = arc__format_integer(buf, value);
    return ARC_OK;
  }
}

arc_status arc_report_format(const arc_report *report, size_t row, size_t column, char *buf,
                             size_t cap, size_t *size) {
  char number[24];
  const char *text = number;
  size_t length = 0;
  if (!report_has(report, row, column) || (!buf && cap != 0)) return ARC_E_INVALID;
  if (report->columns[column].type == ARC_COLUMN_TEXT)
    text = arc_report_text(report, row, column, &length);
  else if (!arc_report_is_null(report, row, column))
    ARC__TRY(report_format_number(report, row, column, number, &length));
  if (cap != 0) {
    size_t written = length < cap ? length : arc__text_whole(text, cap - 1);
    memcpy(buf, text, written);
    buf[written] = 0;
  }
  if (size) *size = length;
  return ARC_OK;
}
