/* What may be chased of each item of an account: what is open of it, less what an exception, a dispute, a policy that still
 * waits, or cash on account takes out. Cost: the exceptions of the items. */
#include "cadence_internal.h"

#include "error.h"

uint32_t arc__cadence_held(const arc__cadence_eval *eval, uint32_t invoice, int32_t channel) {
  return arc__view_pause(&eval->view, invoice, channel, 1u << ARC__EXCEPTION_HOLD);
}

uint32_t arc__cadence_paused(const arc__cadence_eval *eval, uint32_t invoice) {
  return arc__view_pause(&eval->view, invoice, 0,
                         1u << ARC__EXCEPTION_HOLD | 1u << ARC__EXCEPTION_PROMISE |
                             1u << ARC__EXCEPTION_PLAN);
}

/* An exception after whose end the policy still waits; 0: none. */
static uint32_t chase_resuming(const arc__cadence_eval *eval, uint32_t exception) {
  const arc__tables *t = eval->tables;
  for (; exception; exception = arc__u32(t, ARC__EXCEPTION_NEXT, exception)) {
    arc_day end = arc__cadence_exception_end(eval, exception);
    if (end != ARC_DAY_NONE && end <= eval->day &&
        eval->day < end + eval->choice.policy->resume_days)
      return exception;
  }
  return 0;
}

uint32_t arc__cadence_waits(const arc__cadence_eval *eval, uint32_t invoice) {
  const arc__tables *t = eval->tables;
  if (!eval->choice.policy->resume_days) return 0;
  uint32_t own = chase_resuming(eval, arc__u32(t, ARC__INVOICE_EXCEPTION, invoice));
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, eval->account);
  if (!own) own = chase_resuming(eval, arc__u32(t, ARC__CUSTOMER_EXCEPTION, customer));
  return own ? own : chase_resuming(eval, arc__u32(t, ARC__BOOK_EXCEPTION, 1));
}

static arc__cadence_chase chase_of(const arc__cadence_eval *eval, const arc__open_item *item) {
  arc__cadence_chase none = {0, ARC__CADENCE_HELD}, chase = {item->open, ARC__CADENCE_FREE};
  if (arc__cadence_paused(eval, item->invoice)) return none;
  int64_t undisputed = arc__view_undisputed(&eval->view, item->instalment);
  if (undisputed < chase.amount) chase.amount = undisputed;
  none.held = chase.amount <= 0                         ? ARC__CADENCE_DISPUTED
              : arc__cadence_waits(eval, item->invoice) ? ARC__CADENCE_RESUMING
                                                        : ARC__CADENCE_FREE;
  if (none.held || !(eval->choice.policy->pauses & ARC__CADENCE_PAUSE_CASH))
    return none.held ? none : chase;
  none.held = ARC__CADENCE_COVERED;
  return eval->unapplied >= chase.amount ? none : chase;
}

arc_status arc__cadence_find_chase(arc__cadence_eval *eval, size_t *lead, arc_error *err) {
  size_t count = eval->items.count;
  if (arc__grow(eval->cadence->heap, (void **)&eval->chase, &eval->chase_capacity, count,
                sizeof *eval->chase) != ARC_OK)
    return arc__fail_nomem(err);
  for (size_t i = 0; i < count; i++)
    eval->chase[i] = chase_of(eval, &eval->items.data[i]);
  for (*lead = 0; *lead < count && !eval->chase[*lead].amount;)
    ++*lead;
  return ARC_OK;
}

/* A touch lists what is due, and what is due together with an anchor that is not yet. */
static int chase_listed(const arc__cadence_eval *eval, const arc__cadence_decision *d, size_t i) {
  arc_day last = d->due > eval->day ? d->due : eval->day;
  return eval->items.data[i].due <= last && eval->chase[i].amount > 0;
}

int64_t arc__cadence_asked(const arc__cadence_eval *eval, const arc__cadence_decision *d, size_t i,
                           int32_t channel) {
  if (!chase_listed(eval, d, i)) return 0;
  return arc__cadence_held(eval, eval->items.data[i].invoice, channel) ? 0 : eval->chase[i].amount;
}
