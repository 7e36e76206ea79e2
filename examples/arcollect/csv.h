/* A streaming reader of comma-separated values (RFC 4180), plain or gzip-compressed. */
#ifndef CSV_H
#define CSV_H

#include <stddef.h>

typedef struct csv_reader csv_reader;

#define CSV_ROW   0
#define CSV_END   1
#define CSV_BAD   2 /* this record is malformed, csv_complaint says why; the next one can be read */
#define CSV_FAULT 3 /* the file cannot be read on, csv_complaint says why */

/* NULL with errno if the file cannot be opened. A leading byte order mark of UTF-8 is skipped. */
csv_reader *csv_open(const char *path);
void csv_close(csv_reader *reader); /* NULL is fine */

/* Reads the next record. Lines end in LF, CRLF or CR; a line without anything in it is no record.
 * Cells are NUL-terminated, stay until the next call, and hold no NUL themselves. */
int csv_next(csv_reader *reader, const char *const **cells, size_t *count);

size_t csv_line(const csv_reader *reader); /* 1-based line on which the record begins */
const char *csv_complaint(const csv_reader *reader);

#endif
