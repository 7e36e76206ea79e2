/* Reports as text: a table for people, CSV and JSON for programs. */
#ifndef PRINT_H
#define PRINT_H

#include <arcollect.h>

#include <stdio.h>

enum print_format {
  PRINT_TABLE,
  PRINT_CSV,
  PRINT_JSON,
  PRINT_LEDGER,   /* postings only */
  PRINT_BEANCOUNT /* postings only */
};

typedef struct print_options {
  int32_t format;            /* enum print_format */
  int spreadsheet_safe;      /* CSV: text that a spreadsheet would run begins with ' */
  const char *unless_column; /* rows whose column of this name ... */
  const char *unless_text;   /* ... holds this text are left out; NULL: all rows */
} print_options;

/* @return 0 or an exit code after a message: the output cannot be written. */
int print_report(const arc_report *report, const print_options *options, FILE *out);

/* Ends any output. @return as print_report. */
int print_end(FILE *out);

#endif
