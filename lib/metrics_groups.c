/* Groups: one per customer, owner or segment and currency, or per currency, found by table and a
 * short chain, so that forming them costs the accounts. */
#include "metrics_internal.h"

#include <string.h>

static uint32_t metrics_groups_key(const arc__groups *groups, uint32_t account) {
  const arc__tables *t = groups->tables;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, account);
  switch (groups->by) {
  case ARC_BY_CUSTOMER:
    return customer;
  case ARC_BY_OWNER:
    return arc__u32(t, ARC__CUSTOMER_OWNER, customer);
  case ARC_BY_SEGMENT:
    return arc__u32(t, ARC__CUSTOMER_SEGMENT, customer);
  case ARC_BY_CURRENCY:
    return 0;
  default:
    return arc__u32(t, ARC__CUSTOMER_TAG + groups->by - ARC_BY_TAG, customer);
  }
}

static arc_status metrics_groups_find(arc__groups *groups, uint32_t key, uint32_t currency,
                                      size_t *group, arc_error *err) {
  for (uint32_t g = groups->of_key[key]; g; g = groups->data[g - 1].next)
    if (groups->data[g - 1].currency == currency) {
      *group = g - 1;
      return ARC_OK;
    }
  void *data = groups->data;
  if (arc__grow(groups->heap, &data, &groups->capacity, groups->count + 1, sizeof *groups->data) <
      0)
    return arc__fail_nomem(err);
  groups->data = data;
  *group = groups->count++;
  groups->data[*group] = (arc__group){key, currency, 0, groups->of_key[key]};
  groups->of_key[key] = (uint32_t)groups->count;
  return ARC_OK;
}

static arc_status metrics_groups_fill(arc__groups *groups, arc_error *err) {
  const arc__tables *t = groups->tables;
  uint32_t accounts = t->rows[ARC__TABLE_ACCOUNT];
  uint32_t customers = t->rows[ARC__TABLE_CUSTOMER], names = t->rows[ARC__TABLE_NAME];
  groups->account_rows = (size_t)accounts + 1;
  groups->key_rows = (size_t)(customers > names ? customers : names) + 1;
  groups->of_account = arc__alloc(groups->heap, groups->account_rows * sizeof *groups->of_account);
  groups->next_account =
      arc__alloc(groups->heap, groups->account_rows * sizeof *groups->next_account);
  groups->of_key = arc__alloc(groups->heap, groups->key_rows * sizeof *groups->of_key);
  if (!groups->of_account || !groups->next_account || !groups->of_key) return arc__fail_nomem(err);
  for (uint32_t a = 1; a <= accounts; a++) {
    size_t group = 0;
    ARC__TRY(metrics_groups_find(groups, metrics_groups_key(groups, a),
                                 arc__u32(t, ARC__ACCOUNT_CURRENCY, a), &group, err));
    groups->of_account[a] = (uint32_t)group;
    groups->next_account[a] = groups->data[group].first_account;
    groups->data[group].first_account = a;
  }
  return ARC_OK;
}

arc_status arc__groups_open(arc__groups *groups, const arc_ledger *ledger, int32_t by,
                            arc_error *err) {
  if (by < ARC_BY_CUSTOMER || by >= ARC_BY_TAG + ARC_TAGS)
    return arc__fail(err, ARC_E_INVALID, "by must be one of ARC_BY_*, not %d", (int)by);
  memset(groups, 0, sizeof *groups);
  groups->heap = arc__ledger_heap(ledger);
  groups->tables = arc__ledger_tables(ledger);
  groups->by = by;
  arc_status status = metrics_groups_fill(groups, err);
  if (status < 0) arc__groups_close(groups);
  return status;
}

void arc__groups_close(arc__groups *groups) {
  arc__free(groups->heap, groups->data, groups->capacity * sizeof *groups->data);
  arc__free(groups->heap, groups->of_account, groups->account_rows * sizeof *groups->of_account);
  arc__free(groups->heap, groups->next_account,
            groups->account_rows * sizeof *groups->next_account);
  arc__free(groups->heap, groups->of_key, groups->key_rows * sizeof *groups->of_key);
}

arc_status arc__groups_unnamed(arc__groups *groups, uint32_t currency, size_t *group,
                               arc_error *err) {
  return metrics_groups_find(groups, 0, currency, group, err);
}

arc_text arc__group_text(const arc__groups *groups, const arc__group *group) {
  if (groups->by == ARC_BY_CUSTOMER && group->key)
    return arc__text(groups->tables, ARC__CUSTOMER_KEY, group->key);
  return arc__name(groups->tables, group->key);
}

arc_status arc__groups_of_credit(arc__groups *groups, const arc__view *view, uint32_t credit,
                                 size_t *group, arc_error *err) {
  uint32_t account = arc__view_credit_account(view, credit);
  if (!account)
    return arc__groups_unnamed(groups, arc__u32(view->tables, ARC__CREDIT_CURRENCY, credit), group,
                               err);
  *group = groups->of_account[account];
  return ARC_OK;
}
