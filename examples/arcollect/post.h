/* Posting rows into a ledger. */
#ifndef POST_H
#define POST_H

#include "rows.h"

/* Called for a row that the ledger refuses. `column` names the own column at fault, "" if it is
 * none. */
typedef void post_refused(void *user, row *r, const char *column, const arc_error *err);

/* Posts rows in the order given, neighbours of one kind together; refused ones are told and left
 * out.
 * @return 0, or an exit code after a message: storage, memory. */
int post_rows(arc_ledger *ledger, row **rows, size_t count, post_refused *refused, void *user);

#endif
