/* Groups of accounts, as the reports of the metrics form them, and what is summed of a group. */
#ifndef ARC_METRICS_INTERNAL_H
#define ARC_METRICS_INTERNAL_H

#include "arcollect/metrics.h"
#include "ledger_view.h"

/* A customer's, owner's or segment's business in one currency, or all of a currency. */
typedef struct arc__group {
  uint32_t key; /* CUSTOMER or NAME row; 0: none, and all cash of unknown payers */
  uint32_t currency;
  uint32_t first_account; /* chain by next_account */
  uint32_t next;          /* group with the same key, plus 1 */
} arc__group;

typedef struct arc__groups {
  const arc__heap *heap;
  const arc__tables *tables;
  int32_t by;
  arc__group *data; /* in the order of first record, those without an account last */
  size_t count, capacity;
  uint32_t *of_account, *next_account; /* per account row */
  uint32_t *of_key;                    /* per key: its newest group, plus 1 */
  size_t account_rows, key_rows;
} arc__groups;

/* Puts every account into its group. ARC_E_INVALID for an unknown ARC_BY_*, ARC_E_NOMEM. */
arc_status arc__groups_open(arc__groups *groups, const arc_ledger *ledger, int32_t by,
                            arc_error *err);
void arc__groups_close(arc__groups *groups);

/* Finds, or makes, the group without a name in a currency. ARC_E_NOMEM. */
arc_status arc__groups_unnamed(arc__groups *groups, uint32_t currency, size_t *group,
                               arc_error *err);

arc_text arc__group_text(const arc__groups *groups, const arc__group *group);

/* The group of a credit at the end of the view's day. ARC_E_NOMEM. */
arc_status arc__groups_of_credit(arc__groups *groups, const arc__view *view, uint32_t credit,
                                 size_t *group, arc_error *err);

/* The reports that have files of their own; days of the query is set. */
arc_status arc__metrics_aging(arc_report **out, const arc_ledger *ledger, const arc_metrics_query *query,
                              arc_error *err);
arc_status arc__metrics_dso_change(arc_report **out, const arc_ledger *ledger, const arc_metrics_query *q,
                                   arc_error *err);

#define ARC__METRICS_BUCKETS 4 /* not due, 1-30, 31-60, 61-90; what is older rolls nowhere */

/* What is summed of a group: minor units, or minor units times days. The window are the days after
 * `begin` until `end`. */
typedef struct arc__metrics_sums {
  int64_t opening;             /* open items at the end of the day before the window */
  int64_t receivables;         /* open items at its end */
  int64_t overdue;             /* of them, past due */
  int64_t overdue_days;        /* times days past due */
  int64_t unapplied;           /* credits not applied at its end */
  int64_t unapplied_cash;      /* of them, payments */
  int64_t invoiced;            /* invoices issued in the window */
  int64_t credited;            /* credit notes issued in it */
  int64_t disputed;            /* of invoiced, what was ever disputed */
  int64_t fell_due;            /* instalments due in it */
  int64_t collected;           /* payments received in it, less those reversed */
  int64_t received, untouched; /* payments received in it; of them, those that needed nobody */
  int64_t receipts, receipts_untouched; /* how many */
  int64_t settled;           /* by applications of payments dated in it, discounts included */
  int64_t settled_days;      /* times days from due to receipt */
  int64_t applied;           /* cash of all applications dated in it */
  int64_t applied_by_itself; /* of it, found without a human */
  int64_t written_off;       /* in it */
  int64_t promised;          /* promises whose day and grace ended in it */
  int64_t kept;              /* of it, paid in time */
  int64_t invoices;          /* issued in the window: how many */
  int64_t invoices_disputed; /* of them, those ever disputed */
  int64_t sold;              /* issued in the window, charges not counted: how many */
  int64_t
      wrong; /* of them, those corrected, credited or disputed for an error of ours by its end */
  int64_t fulfilled;      /* of sold, what states when it was fulfilled: minor units */
  int64_t fulfilled_days; /* times days from then to issue */
  int64_t disputes;       /* not resolved at its end: how many */
  int64_t dispute_days;   /* their ages */
  int64_t resolved;       /* disputes resolved in it: how many */
  int64_t resolved_days;  /* from opening to resolution */
  int64_t billed_before,
      at_risk; /* issued in the window that ended 90 days earlier; of it, open at the end */
  int64_t rolling[ARC__METRICS_BUCKETS],
      rolled[ARC__METRICS_BUCKETS]; /* in a bucket at the beginning; in the next at the end */
} arc__metrics_sums;

/* A figure in hundredths; undefined where there is nothing to divide by. */
typedef struct arc__figure {
  int defined;
  int64_t hundredths;
} arc__figure;

/* The days that a dispute took, or is open. Rows are unique, so any sort gives the one order. */
typedef struct arc__metrics_age {
  uint32_t group, row;
  int32_t days;
  int resolved;
} arc__metrics_age;

typedef struct arc__metrics {
  arc_day begin, end;
  int32_t days;
  arc__view then, now; /* at the ends of begin and end */
  arc__groups groups;
  arc__metrics_sums *sums;
  size_t sums_held;
  arc__metrics_age *ages; /* of disputes, by group, open ones first, days rising */
  size_t age_count, ages_held;
  unsigned char *errors; /* per invoice row: whether it was wrong */
  size_t errors_held;
  int64_t *months; /* credit sales of a group per calendar month, oldest first; scratch */
  size_t month_count;
  const arc__group *months_of;  /* whose they are */
  int32_t near_month;           /* the month found last ... */
  arc_day near_first, near_end; /* ... and its days */
  int32_t first_month, last_month;
  arc_error *err;
} arc__metrics;

/* metrics_sums.c */
arc_status arc__metrics_overflow(arc_error *err);
arc_status arc__metrics_add(arc__metrics *m, int64_t *sum, int64_t amount);
arc_status arc__metrics_add_days(arc__metrics *m, int64_t *sum, int64_t amount, int32_t days);
/* Fills the sums and the ages. ARC_E_NOMEM, ARC_E_OVERFLOW. */
arc_status arc__metrics_gather(arc__metrics *m);
/* The days that nine in ten disputes of a group, open or resolved, do not exceed: the nearest rank.
 */
arc__figure arc__metrics_ninth_tenth(const arc__metrics *m, size_t group, int resolved,
                                     int64_t count);

/* metrics_figures.c: amount * factor / by, and part / whole in percent. */
arc_status arc__metrics_quotient(arc__metrics *m, arc__figure *figure, int64_t amount,
                                 int64_t factor, int64_t by);
arc_status arc__metrics_percent(arc__metrics *m, arc__figure *figure, int64_t part, int64_t whole);
/* Room for the months from the first invoice or credit note until the end of the window.
 * ARC_E_NOMEM. */
arc_status arc__metrics_months_open(arc__metrics *m);
arc_status arc__metrics_count_back(arc__metrics *m, const arc__group *group, int64_t receivables,
                                   arc__figure *figure);
arc_status arc__metrics_rolling(arc__metrics *m, const arc__group *group, int64_t receivables,
                                arc__figure *figure);
arc_status arc__metrics_effectiveness(arc__metrics *m, arc__figure *figure,
                                      const arc__metrics_sums *s, int64_t sales, int32_t per,
                                      int32_t of);

#endif
