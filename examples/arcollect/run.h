/* Run: day by day, what was imported for the day is posted, and the collector does its cycle. */
#ifndef RUN_H
#define RUN_H

#include "cycle.h"
#include "print.h"

/* 16:00: day enough for most debtors, from 8:00 on the west coast of America to the evening in India. */
#define RUN_AT_MINUTE (16 * 60)

typedef struct run_options {
  arc_day from; /* ARC_DAY_NONE: the day after the last one that was run */
  arc_day to;
  const char *outbox; /* folder */
  int32_t at;         /* the minute of the day, UTC, at which every day is run: quiet hours go by it */
  int at_given;       /* then the last day run may be asked for again: what waits is offered at that minute */
  int hourly;         /* what waits for quiet hours is offered at each full hour until the next day is run */
  int dry;
  int32_t matching;    /* enum cycle_matching */
  int32_t unmatched;   /* ARC_UNMATCHED_* */
  print_options print; /* of the list that a dry run gives */
} run_options;

/* @return 0 or an exit code, after messages. */
int run_days(book *b, const run_options *options);

#endif
