/* Groups of accounts, as both reports of the metrics form them. */
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

#endif
