#include "ledger_internal.h"

#include "checked.h"
#include "arcollect/money.h"
#include "error.h"
#include "ledger_report.h"

/* Owns the advice whether to take another order: what a customer owes, how late, and against which limits. It weighs
 * amounts by their age, so that neither many cents nor one young invoice stop a customer. Costs its open items. */

typedef struct credit_standing {
  int64_t owed, unapplied;
  int64_t overdue;     /* past due and not in dispute */
  int64_t amount_days; /* times days past due */
  int64_t oldest_days;
} credit_standing;

static arc_status credit_overflow(arc_error *err) {
  return arc__fail(err, ARC_E_OVERFLOW, "amounts times days do not fit into 64 bits");
}

static arc_status credit_stand(const arc__view *v, uint32_t account, arc__open_items *items, credit_standing *s,
                               arc_error *err) {
  *s = (credit_standing){arc__view_receivable(v, account), arc__view_unapplied(v, account), 0, 0, 0};
  ARC__TRY(arc__view_open_items(v, account, items, err));
  for (size_t i = 0; i < items->count && items->data[i].due < v->day; i++) {
    int64_t amount = arc__view_undisputed(v, items->data[i].instalment), weighted;
    int32_t days = v->day - items->data[i].due;
    if (amount == 0) continue;
    if (s->oldest_days == 0) s->oldest_days = days; /* the oldest come first */
    ARC__TRY(arc_money_scale(&weighted, amount, days, 1, err));
    if (!arc__add(&s->overdue, s->overdue, amount) || !arc__add(&s->amount_days, s->amount_days, weighted))
      return credit_overflow(err);
  }
  return ARC_OK;
}

/* Why to hold orders; NULL: no reason. */
static arc_status credit_reason(const arc__tables *t, uint32_t customer, const credit_standing *s, int64_t used,
                                const char **reason, arc_error *err) {
  int64_t least = arc__i64(t, ARC__CUSTOMER_HOLD_AMOUNT, customer), limit = arc__i64(t, ARC__CUSTOMER_CREDIT_LIMIT, customer);
  int64_t weight = 0;
  *reason = limit && used > limit ? "over the credit limit" : NULL;
  if (!least || s->overdue < least) return ARC_OK;
  ARC__TRY(arc_money_scale(&weight, least, (int32_t)arc__u32(t, ARC__CUSTOMER_HOLD_DAYS, customer), 1, err));
  if (s->amount_days >= weight) *reason = *reason ? "over the credit limit, and overdue" : "overdue";
  return ARC_OK;
}

static arc_status credit_add_row(arc_report *report, const arc__view *v, uint32_t account, arc__open_items *items,
                                 arc_error *err) {
  const arc__tables *t = v->tables;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, account), currency = arc__u32(t, ARC__ACCOUNT_CURRENCY, account);
  uint32_t flags = arc__u32(t, ARC__CUSTOMER_FLAGS, customer);
  int64_t limit = arc__i64(t, ARC__CUSTOMER_CREDIT_LIMIT, customer), used;
  int limits = currency == arc__u32(t, ARC__CUSTOMER_CURRENCY, customer); /* are in that currency */
  const char *reason = NULL;
  credit_standing s;
  ARC__TRY(credit_stand(v, account, items, &s, err));
  if (!arc__subtract(&used, s.owed, s.unapplied)) return credit_overflow(err);
  if (limits) ARC__TRY(credit_reason(t, customer, &s, used, &reason, err));
  arc__report_add_arc_text(report, arc__text(t, ARC__CUSTOMER_KEY, customer));
  arc__report_add_currency(report, currency);
  arc__report_add_integer(report, s.owed);
  arc__report_add_integer(report, s.unapplied);
  arc__report_add_integer(report, s.overdue);
  arc__report_add_integer(report, s.oldest_days);
  arc__report_add_integer(report, s.amount_days);
  if (limits && limit) arc__report_add_integer(report, limit);
  else arc__report_add_null(report);
  if (limits && limit) arc__report_add_integer(report, limit - used);
  else arc__report_add_null(report);
  arc__report_add_string(report, reason ? "hold" : "none");
  arc__report_add_string(report, reason ? reason : "");
  arc__report_add_integer(report, (flags & ARC_CUSTOMER_CREDIT_HOLD) != 0);
  return ARC_OK;
}

arc_status arc__report_credit(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__open_items items = {&ledger->heap, NULL, 0, 0};
  arc__view view;
  arc_status status = ARC_OK;
  if (q->as_of == ARC_DAY_LAST) return arc__fail_field(err, ARC_E_INVALID, 0, 4, "advice is for a day: name it");
  ARC__TRY(arc__view_open(&view, ledger, q->as_of, err));
  for (uint32_t a = 1; a <= t->rows[ARC__TABLE_ACCOUNT] && status >= 0; a++)
    if (!q->customer || arc__u32(t, ARC__ACCOUNT_CUSTOMER, a) == q->customer)
      status = credit_add_row(report, &view, a, &items, err);
  arc__open_items_free(&items);
  arc__view_close(&view);
  return status;
}
