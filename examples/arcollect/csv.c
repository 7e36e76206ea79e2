/*
 * Reads CSV byte by byte from a window that zlib fills (gzread hands plain files through). Memory:
 * one window and the longest record, which may have 1 MiB and 256 cells, so that a hostile file
 * costs no more.
 */
#include "csv.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define CSV_WINDOW     65536
#define CSV_RECORD_MAX ((size_t)1 << 20)
#define CSV_CELLS_MAX  256
#define CSV_EOF        (-1)

struct csv_reader {
  gzFile file;
  size_t at;
  size_t filled;
  int ended;
  int broken;
  size_t line;   /* of the byte to come */
  size_t record; /* on which the record began */
  buffer bytes;  /* the record's cells, each NUL-terminated */
  size_t starts[CSV_CELLS_MAX];
  const char *cells[CSV_CELLS_MAX];
  char complaint[160];
  unsigned char window[CSV_WINDOW];
};

static void csv_fill(csv_reader *r) {
  int got = gzread(r->file, r->window, CSV_WINDOW);
  int code = Z_OK;
  const char *text;
  r->at = 0;
  r->filled = got > 0 ? (size_t)got : 0;
  if (r->filled != 0) return;
  r->ended = 1;
  text = gzerror(r->file, &code);
  if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
    r->broken = 1;
    if (code == Z_BUF_ERROR)
      snprintf(r->complaint, sizeof r->complaint, "the compressed file is cut off");
    else
      snprintf(r->complaint, sizeof r->complaint, "cannot be read: %s",
               code == Z_ERRNO ? "the system reports a read error" : text);
  }
}

/* The next byte without taking it. */
static int csv_peek(csv_reader *r) {
  if (r->at == r->filled) {
    if (!r->ended) csv_fill(r);
    if (r->ended) return CSV_EOF;
  }
  return r->window[r->at];
}

/* Takes a byte and counts lines by their LF; a lone CR is counted by csv_line_end. */
static int csv_take(csv_reader *r) {
  int c = csv_peek(r);
  if (c != CSV_EOF) r->at++;
  if (c == '\n') r->line++;
  return c;
}

csv_reader *csv_open(const char *path) {
  csv_reader *r;
  gzFile file = gzopen(path, "rb");
  if (!file) return NULL;
  gzbuffer(file, 1u << 17);
  r = memory_new(sizeof *r);
  r->file = file;
  r->line = 1;
  if (csv_peek(r) == 0xEF && r->filled >= 3 && r->window[1] == 0xBB && r->window[2] == 0xBF)
    r->at = 3;
  return r;
}

void csv_close(csv_reader *r) {
  if (!r) return;
  gzclose(r->file);
  buffer_free(&r->bytes);
  free(r);
}

size_t csv_line(const csv_reader *r) {
  return r->record;
}

const char *csv_complaint(const csv_reader *r) {
  return r->complaint;
}

/* Ends the line after `c`, which was taken: CR takes the LF behind it. */
static void csv_line_end(csv_reader *r, int c) {
  if (c != '\r') return;
  if (csv_peek(r) == '\n')
    csv_take(r);
  else
    r->line++;
}

static int csv_bad(csv_reader *r, int c, const char *complaint) {
  if (r->broken) return CSV_FAULT;
  snprintf(r->complaint, sizeof r->complaint, "%s", complaint);
  while (c != CSV_EOF && c != '\n' && c != '\r')
    c = csv_take(r);
  csv_line_end(r, c);
  return CSV_BAD;
}

/* A cell in quotes, the opening one taken. @return the byte behind it, or -2 with *complaint. */
static int csv_quoted(csv_reader *r, const char **complaint) {
  for (;;) {
    int c = csv_take(r);
    if (c == '"') {
      c = csv_take(r);
      if (c == ',' || c == '\n' || c == '\r' || c == CSV_EOF) return c;
      if (c != '"') {
        *complaint = "text stands behind a closing quote; a quote inside a cell is written twice";
        return -2;
      }
    } else if (c == CSV_EOF) {
      *complaint = "a quote opens a cell and is never closed";
      return -2;
    }
    if (c == 0 || r->bytes.size >= CSV_RECORD_MAX) {
      *complaint =
          c == 0 ? "a NUL byte; the file must be UTF-8 text" : "the record is longer than 1 MiB";
      return -2;
    }
    buffer_byte(&r->bytes, (char)c);
  }
}

static int csv_plain(csv_reader *r, int c, const char **complaint) {
  while (c != ',' && c != '\n' && c != '\r' && c != CSV_EOF) {
    if (c == 0 || c == '"' || r->bytes.size >= CSV_RECORD_MAX) {
      *complaint = c == 0 ? "a NUL byte; the file must be UTF-8 text"
                   : c == '"'
                       ? "a quote inside a cell without quotes; quote the cell and write it twice"
                       : "the record is longer than 1 MiB";
      return -2;
    }
    buffer_byte(&r->bytes, (char)c);
    c = csv_take(r);
  }
  return c;
}

/* One record, also an empty one. */
static int csv_record(csv_reader *r, size_t *count) {
  size_t cells = 0;
  int c;
  r->bytes.size = 0;
  r->record = r->line;
  if (csv_peek(r) == CSV_EOF) return r->broken ? CSV_FAULT : CSV_END;
  do {
    const char *complaint = NULL;
    if (cells == CSV_CELLS_MAX) return csv_bad(r, csv_take(r), "more than 256 cells");
    r->starts[cells++] = r->bytes.size;
    c = csv_take(r);
    c = c == '"' ? csv_quoted(r, &complaint) : csv_plain(r, c, &complaint);
    if (c == -2) return csv_bad(r, csv_peek(r) == CSV_EOF ? CSV_EOF : csv_take(r), complaint);
    buffer_byte(&r->bytes, '\0');
  } while (c == ',');
  csv_line_end(r, c);
  if (r->broken) return CSV_FAULT;
  *count = cells;
  return CSV_ROW;
}

int csv_next(csv_reader *r, const char *const **cells, size_t *count) {
  int found;
  do {
    found = csv_record(r, count);
  } while (found == CSV_ROW && *count == 1 && r->bytes.size == 1);
  if (found == CSV_ROW) {
    size_t i;
    for (i = 0; i < *count; i++)
      r->cells[i] = r->bytes.data + r->starts[i];
    *cells = r->cells;
  }
  return found;
}
