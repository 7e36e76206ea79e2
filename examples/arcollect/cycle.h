/* The collector with what the book knows for it: its letterhead, and whether cash is matched. */
#ifndef CYCLE_H
#define CYCLE_H

#include "book.h"
#include "letterhead.h"

enum cycle_matching { CYCLE_MATCH_UNLESS_GIVEN, CYCLE_MATCH, CYCLE_NO_MATCH };

typedef struct cycle {
  arc_collector *collector;
  letterhead letterhead;
} cycle;

/* @param transport  NULL: nothing is sent. @return 0 or an exit code after a message; cycle_close
 * is needed in both cases, before the ledger is closed. */
int cycle_open(cycle *out, book *b, arc_ledger *ledger, const arc_transport *transport, int32_t matching,
               int32_t unmatched);
void cycle_close(cycle *c);

#endif
