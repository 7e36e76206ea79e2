/* The commands that only look: they read a ledger that records nothing. */
#ifndef REPORTS_H
#define REPORTS_H

#include "book.h"
#include "print.h"

enum report_command {
  REPORT_AGING,
  REPORT_WORKLIST,
  REPORT_METRICS,
  REPORT_STATEMENT,
  REPORT_APPLICATIONS,
  REPORT_EXCHANGES,
  REPORT_TOUCHES,
  REPORT_POSTINGS,
  REPORT_TIMELINE,
  REPORT_EXCEPTIONS,
  REPORT_PREVIEW,
  REPORT_COMPARE,
  REPORT_DISPUTES,
  REPORT_INVOICES,
  REPORT_FINDINGS,
  REPORT_HOLDS,
  REPORT_CREDIT,
  REPORT_WHY_TOUCH,
  REPORT_WHY_MATCH,
  REPORT_WHY_PRIORITY,
  REPORT_PREDICT,
  REPORT_FORECAST,
  REPORT_TODAY,
  REPORT_CUSTOMERS,
  REPORT_CHASE,
  REPORT_BACKTEST,
  REPORT_DSO,
  REPORT_WHY_PAYMENT,
  REPORT_MATCH,
  REPORT_WHATIF,
  REPORT_REPLIES,
  REPORT_TASKS,
  REPORT_COVERAGE,
  REPORT_PAGE
};

typedef struct report_options {
  int32_t command; /* enum report_command */
  arc_day as_of;   /* ARC_DAY_NONE: the last day run; lists: all that was imported if none was */
  arc_day from;
  int32_t by;           /* ARC_BY_* */
  uint32_t days;        /* window of the metrics, or to look ahead; 0: the default */
  size_t limit;         /* of the worklist; 0: all */
  const char *customer; /* NULL: all */
  const char *invoice;
  const char *key;   /* of why; of compare, the file; of match, NULL: all payments that wait */
  int32_t unmatched; /* ARC_UNMATCHED_*, for why match */
  int32_t period;    /* ARC_PERIOD_* */
  uint32_t minutes;  /* of today's list */
  uint32_t moments;  /* of a back-test, ARC_MOMENT_* */
  int32_t cash;      /* back-test the cash */
  arc_day cut;
  int64_t cost; /* of chasing an item, minor units of the book's currency */
  const char *policy; /* the text of another one, for what-if; "": the book's */
  int64_t costs[ARC_WHATIF_CHANNELS]; /* of a touch, minor units of the book's currency */
  const char *html; /* where the page goes */
  print_options print;
} report_options;

/* @return 0 or an exit code after a message. */
int report_print(book *b, const report_options *options);

#endif
