/*
 * Prints any report by its columns' types. Money is a decimal of the row's currency, in JSON as a
 * string so that no reader rounds it; a value that is undefined is an empty cell, in JSON null.
 */
#include "print.h"
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void cell_text(const arc_report *report, size_t row, size_t column, buffer *out) {
  size_t size = 0;
  out->size = 0;
  buffer_reserve(out, 31);
  arc_report_format(report, row, column, out->data, out->capacity, &size);
  if (size >= out->capacity) {
    buffer_reserve(out, size);
    arc_report_format(report, row, column, out->data, out->capacity, &size);
  }
  out->size = size;
}

static int is_text(const arc_report *report, size_t column) {
  return arc_report_column_type(report, column) == ARC_COLUMN_TEXT;
}

/* Numbers stand to the right, text and dates to the left. */
static int is_number(const arc_report *report, size_t column) {
  int32_t type = arc_report_column_type(report, column);
  return type == ARC_COLUMN_MONEY || type == ARC_COLUMN_INTEGER || type == ARC_COLUMN_PPM;
}

static int is_left_out(const arc_report *report, size_t row, const print_options *options) {
  size_t c;
  for (c = 0; options->unless_column && c < arc_report_columns(report); c++) {
    if (strcmp(arc_report_column_name(report, c), options->unless_column) == 0)
      return strcmp(arc_report_text(report, row, c, NULL), options->unless_text) == 0;
  }
  return 0;
}

/* ---- CSV ---- */

static void csv_cell(FILE *out, const char *text, size_t size, int guard) {
  int risky = guard && size != 0 && strchr("=+-@\t\r", text[0]) != NULL;
  size_t i;
  if (!risky && !memchr(text, ',', size) && !memchr(text, '"', size) && !memchr(text, '\n', size) &&
      !memchr(text, '\r', size)) {
    fwrite(text, 1, size, out);
    return;
  }
  fputs(risky ? "\"'" : "\"", out);
  for (i = 0; i < size; i++) {
    if (text[i] == '"') fputc('"', out);
    fputc(text[i], out);
  }
  fputc('"', out);
}

static void print_csv(const arc_report *report, const print_options *options, FILE *out,
                      buffer *cell) {
  size_t r, c, columns = arc_report_columns(report);
  for (c = 0; c < columns; c++)
    fprintf(out, "%s%s", c != 0 ? "," : "", arc_report_column_name(report, c));
  fputc('\n', out);
  for (r = 0; r < arc_report_rows(report); r++) {
    if (is_left_out(report, r, options)) continue;
    for (c = 0; c < columns; c++) {
      cell_text(report, r, c, cell);
      if (c != 0) fputc(',', out);
      csv_cell(out, cell->data, cell->size, options->spreadsheet_safe && is_text(report, c));
    }
    fputc('\n', out);
  }
}

/* ---- JSON ---- */

static void json_string(FILE *out, const char *text, size_t size) {
  size_t i;
  fputc('"', out);
  for (i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c == '"' || c == '\\')
      fprintf(out, "\\%c", c);
    else if (c == '\n')
      fputs("\\n", out);
    else if (c == '\r')
      fputs("\\r", out);
    else if (c == '\t')
      fputs("\\t", out);
    else if (c < 0x20 || c == 0x7F)
      fprintf(out, "\\u%04x", c);
    else
      fputc(c, out);
  }
  fputc('"', out);
}

static void json_value(const arc_report *report, size_t row, size_t column, FILE *out,
                       buffer *cell) {
  int32_t type = arc_report_column_type(report, column);
  if (arc_report_is_null(report, row, column)) {
    fputs("null", out);
    return;
  }
  cell_text(report, row, column, cell);
  if (type == ARC_COLUMN_INTEGER || type == ARC_COLUMN_PPM)
    fwrite(cell->data, 1, cell->size, out);
  else
    json_string(out, cell->data, cell->size);
}

static void print_json(const arc_report *report, const print_options *options, FILE *out,
                       buffer *cell) {
  size_t r, c, printed = 0;
  fputc('[', out);
  for (r = 0; r < arc_report_rows(report); r++) {
    if (is_left_out(report, r, options)) continue;
    fputs(printed++ != 0 ? ",\n  {" : "\n  {", out);
    for (c = 0; c < arc_report_columns(report); c++) {
      const char *name = arc_report_column_name(report, c);
      if (c != 0) fputs(", ", out);
      json_string(out, name, strlen(name));
      fputs(": ", out);
      json_value(report, r, c, out, cell);
    }
    fputc('}', out);
  }
  fputs(printed != 0 ? "\n]\n" : "]\n", out);
}

/* ---- table ---- */

#define TABLE_CELL_MAX 60 /* characters; longer text ends in "..." */

/* Characters of UTF-8 text, taken as one place each. */
static size_t places(const char *text) {
  size_t count = 0;
  for (; *text; text++)
    count += ((unsigned char)*text & 0xC0) != 0x80;
  return count;
}

/* Keeps a cell in its line and its width. */
static void fit_cell(buffer *cell) {
  size_t i, count = 0, cut = 0;
  for (i = 0; i < cell->size; i++) {
    unsigned char c = (unsigned char)cell->data[i];
    if (c < 0x20 || c == 0x7F) cell->data[i] = ' ';
    if ((c & 0xC0) != 0x80 && ++count == TABLE_CELL_MAX - 2) cut = i;
  }
  if (count > TABLE_CELL_MAX) {
    cell->size = cut;
    buffer_text(cell, "...");
  }
}

static void table_cell(FILE *out, const char *text, size_t width, int right, int last) {
  size_t size = places(text), padding = width > size ? width - size : 0;
  if (right) fprintf(out, "%*s", (int)padding, "");
  fputs(text, out);
  if (!right && !last) fprintf(out, "%*s", (int)padding, "");
  if (!last) fputs("  ", out);
}

static size_t table_widths(const arc_report *report, const print_options *options, size_t *widths,
                           buffer *cell) {
  size_t r, c, rows = 0;
  for (c = 0; c < arc_report_columns(report); c++)
    widths[c] = places(arc_report_column_name(report, c));
  for (r = 0; r < arc_report_rows(report); r++) {
    if (is_left_out(report, r, options)) continue;
    rows++;
    for (c = 0; c < arc_report_columns(report); c++) {
      size_t width;
      cell_text(report, r, c, cell);
      fit_cell(cell);
      width = places(cell->data);
      widths[c] = width > widths[c] ? width : widths[c];
    }
  }
  return rows;
}

static void print_table(const arc_report *report, const print_options *options, FILE *out,
                        buffer *cell) {
  size_t r, c, columns = arc_report_columns(report);
  size_t *widths = memory_array(NULL, columns, sizeof *widths);
  size_t rows = table_widths(report, options, widths, cell);
  for (c = 0; c < columns; c++)
    table_cell(out, arc_report_column_name(report, c), widths[c], is_number(report, c),
               c + 1 == columns);
  fputc('\n', out);
  for (r = 0; r < arc_report_rows(report); r++) {
    if (is_left_out(report, r, options)) continue;
    for (c = 0; c < columns; c++) {
      cell_text(report, r, c, cell);
      fit_cell(cell);
      table_cell(out, cell->data, widths[c], is_number(report, c), c + 1 == columns);
    }
    fputc('\n', out);
  }
  if (rows == 0) fputs("(nothing)\n", out);
  free(widths);
}

int print_end(FILE *out) {
  if (fflush(out) != 0 || ferror(out))
    return fail_fault("the output cannot be written: %s", strerror(errno));
  return 0;
}

int print_report(const arc_report *report, const print_options *options, FILE *out) {
  buffer cell = {NULL, 0, 0};
  if (options->format == PRINT_JSON)
    print_json(report, options, out, &cell);
  else if (options->format == PRINT_CSV)
    print_csv(report, options, out, &cell);
  else
    print_table(report, options, out, &cell);
  buffer_free(&cell);
  return print_end(out);
}
