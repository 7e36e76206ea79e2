/* Run: day by day, what was imported for the day is posted, and the collector does its cycle. */
#ifndef RUN_H
#define RUN_H

#include "book.h"
#include "print.h"

enum run_matching { RUN_MATCH_UNLESS_GIVEN, RUN_MATCH, RUN_NO_MATCH };

typedef struct run_options {
  arc_day from; /* ARC_DAY_NONE: the day after the last one that was run */
  arc_day to;
  const char *outbox; /* folder */
  int dry;
  int32_t matching;    /* enum run_matching */
  int32_t unmatched;   /* ARC_UNMATCHED_* */
  print_options print; /* of the list that a dry run gives */
} run_options;

/* @return 0 or an exit code, after messages. */
int run_days(book *b, const run_options *options);

#endif
