/* Reports: cells of eight bytes in the order of the rows, one bit per cell for nulls, and one arena
 * for all text (a size, the bytes and a NUL each; a text cell holds its place there).
 *
 * A report under construction remembers its first failure and takes no cells after it; a finished
 * one never changes, so pointers into its arena stay good. Reading a cell costs a constant. */
#include "report.h"

#include "arcollect/money.h"
#include "buffer.h"
#include "error.h"
#include "text.h"

#include <string.h>

struct report_column {
  size_t name; /* place in the arena */
  int32_t type;
  size_t currency; /* the column with the currency of its money; column_count: none */
};

struct arc_report {
  arc__heap heap;
  struct report_column *columns;
  size_t column_count;
  size_t next_column; /* of the cell to come */
  int64_t *cells;
  size_t cell_count, cell_capacity, row_count; /* row_count: of whole ones */
  unsigned char *nulls;
  size_t null_capacity;
  arc__buffer arena;
  arc_status failed; /* ARC_OK so far */
};

/* ---- building ---- */

/* Adds a text to the arena; its place. */
static size_t report_store_text(arc_report *report, const char *data, size_t size) {
  size_t place = report->arena.size;
  if (size > UINT32_MAX || !arc__buffer_reserve(&report->arena, size + 5)) {
    report->failed = ARC_E_NOMEM;
    return 0;
  }
  unsigned char *at = report->arena.data + place;
  for (int byte = 0; byte < 4; byte++)
    *at++ = (unsigned char)(size >> 8 * byte);
  if (size) memcpy(at, data, size);
  at[size] = 0;
  report->arena.size += size + 5;
  return place;
}

static const char *report_stored_text(const arc_report *report, size_t place, size_t *size) {
  arc__reader reader;
  arc__reader_init(&reader, report->arena.data + place, 4);
  *size = arc__reader_u32(&reader);
  return (const char *)report->arena.data + place + 4;
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
  arc__buffer_init(&report->arena, &report->heap);
  report->columns = arc__alloc(heap, count * sizeof *report->columns);
  if (!report->columns) {
    arc_report_free(report);
    return NULL;
  }
  report->column_count = count;
  for (size_t i = 0; i < count; i++) {
    report->columns[i].name = report_store_text(report, columns[i].name, strlen(columns[i].name));
    report->columns[i].type = columns[i].type;
  }
  report_find_currencies(report, columns, count);
  if (report->failed) {
    arc_report_free(report);
    return NULL;
  }
  return report;
}

static int report_make_room(arc_report *report, size_t count) {
  void *cells = report->cells, *nulls = report->nulls;
  if (count <= report->cell_capacity && (count + 7) / 8 <= report->null_capacity) return 1;
  if (arc__grow(&report->heap, &cells, &report->cell_capacity, count, sizeof *report->cells) < 0 ||
      arc__grow(&report->heap, &nulls, &report->null_capacity, (count + 7) / 8, 1) < 0)
    report->failed = ARC_E_NOMEM;
  report->cells = cells;
  report->nulls = nulls;
  return !report->failed;
}

/* Makes room for the next cell; 0 if there is none or the cell would not fit its column. */
static int report_next_cell(arc_report *report, int is_text, int is_null) {
  if (!report || report->failed) return 0;
  int32_t type = report->columns[report->next_column].type;
  if (!is_null && is_text != (type == ARC_COLUMN_TEXT)) {
    report->failed = ARC_E_CORRUPT;
    return 0;
  }
  return report_make_room(report, report->cell_count + 1);
}

static void report_add_cell(arc_report *report, int64_t value, int is_null) {
  size_t cell = report->cell_count++;
  if (++report->next_column == report->column_count) {
    report->next_column = 0;
    report->row_count++;
  }
  report->cells[cell] = value;
  if (cell % 8 == 0) report->nulls[cell / 8] = 0;
  if (is_null) report->nulls[cell / 8] = (unsigned char)(report->nulls[cell / 8] | 1u << cell % 8);
}

void arc__report_add_text(arc_report *report, const char *data, size_t size) {
  if (!report_next_cell(report, 1, 0)) return;
  size_t place = report_store_text(report, data, size);
  if (!report->failed) report_add_cell(report, (int64_t)place, 0);
}

void arc__report_add_string(arc_report *report, const char *nul_terminated) {
  arc__report_add_text(report, nul_terminated, strlen(nul_terminated));
}

void arc__report_add_integer(arc_report *report, int64_t value) {
  if (!report_next_cell(report, 0, 0)) return;
  int32_t type = report->columns[report->next_column].type;
  int is_null = type == ARC_COLUMN_DAY && value == ARC_DAY_NONE;
  report_add_cell(report, is_null ? 0 : value, is_null);
}

void arc__report_add_integers(arc_report *report, const int64_t *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    arc__report_add_integer(report, values[i]);
}

void arc__report_add_null(arc_report *report) {
  if (report_next_cell(report, 0, 1)) report_add_cell(report, 0, 1);
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
  if (!report) return;
  arc__heap heap = report->heap;
  arc__buffer_free(&report->arena);
  arc__free(&heap, report->nulls, report->null_capacity);
  arc__free(&heap, report->cells, report->cell_capacity * sizeof *report->cells);
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
  return report_stored_text(report, report->columns[column].name, &size);
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
  size_t cell = row * report->column_count + column;
  return report->nulls[cell / 8] >> cell % 8 & 1;
}

/* What a cell that is there holds, null or not. */
static int64_t report_cell(const arc_report *report, size_t row, size_t column) {
  return report->cells[row * report->column_count + column];
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
  return report_stored_text(report, (size_t)report_cell(report, row, column), size);
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
