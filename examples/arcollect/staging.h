/* The staging table: imported rows, posted to the ledger on their day by `run`. Rows are never
 * removed. */
#ifndef STAGING_H
#define STAGING_H

#include "book.h"
#include "rows.h"

/* Adds the rows of the days after `after` up to `through` to `into`, with what was refused if that
 * is wanted.
 * @return 0 or an exit code after a message, as all of these. */
int staging_load(book *b, row_book *into, arc_day after, arc_day through, int with_refused);

/* The youngest row's id; 0 if there is none. */
int staging_last_id(book *b, int64_t *id);

/* Stores rows, in this order, in the transaction that is open: new ones, which get their ids, and
 * changed ones in their old place. */
int staging_store(book *b, row *const *rows, size_t count);

/* One refused row and why. */
typedef struct refusal {
  int64_t id;
  char *reason;
} refusal;

/* Marks rows as refused, for good: they are not tried again. One transaction of its own. */
int staging_refuse(book *b, const refusal *refusals, size_t count);

#endif
