/* The report for people: one HTML page that needs nothing else. */
#ifndef PAGE_H
#define PAGE_H

#include "cycle.h"

/* Writes the page of a day, from the reports that the commands print. Nothing is left at `path` unless it is whole.
 * @return 0 or an exit code after a message. */
int page_write(const char *path, book *b, arc_ledger *ledger, arc_day as_of);

#endif
