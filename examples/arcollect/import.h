/* Import: files are read, proved against the ledger, and staged in one transaction, or not at all.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "book.h"
#include "layout.h"

typedef struct import_options {
  const char *path; /* of a folder, or of one .csv or .csv.gz file */
  layout_options layout;
  int skip_bad;
} import_options;

/* @return 0 or an exit code, after messages. */
int import_files(book *b, const import_options *options);

#endif
