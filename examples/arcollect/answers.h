/* What a person says to the matcher's proposals. */
#ifndef ANSWERS_H
#define ANSWERS_H

#include "book.h"

enum answer { ANSWER_CONFIRM, ANSWER_REJECT, ANSWER_UNDO };

/* @param day  of the answer; ARC_DAY_NONE: the last day run
 * @param invoice  of undo, NULL: all. @return 0 or an exit code after a message. */
int answer_match(book *b, enum answer answer, const char *payment, uint32_t rank, const char *invoice, arc_day day);

#endif
