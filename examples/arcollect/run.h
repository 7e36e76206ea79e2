/* Run: day by day, what was imported for the day is posted, and the collector does its cycle. */
#ifndef RUN_H
#define RUN_H

#include "cycle.h"
#include "print.h"

typedef struct run_options {
  arc_day from; /* ARC_DAY_NONE: the day after the last one that was run */
  arc_day to;
  const char *outbox; /* folder */
  int dry;
  int32_t matching;    /* enum cycle_matching */
  int32_t unmatched;   /* ARC_UNMATCHED_* */
  print_options print; /* of the list that a dry run gives */
} run_options;

/* @return 0 or an exit code, after messages. */
int run_days(book *b, const run_options *options);

#endif
