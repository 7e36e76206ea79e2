/* What a decision looks at besides an account's items: touches recorded before, as of the day, and
 * cash of unknown payers; and the memory that goes from account to account. Cost: what is listed;
 * of a plan, the credits recorded since the one before. */
#include "cadence_internal.h"

#include "error.h"

#include <stdlib.h>
#include <string.h>

/* ---- touches before ---- */

uint32_t arc__cadence_next_touch(const arc__cadence_eval *eval, uint32_t touch) {
  const arc__tables *t = eval->tables;
  touch =
      touch ? arc__u32(t, ARC__TOUCH_NEXT, touch) : arc__u32(t, ARC__ACCOUNT_TOUCH, eval->account);
  while (eval->past && touch &&
         (touch > eval->view.touches || arc__i32(t, ARC__TOUCH_DAY, touch) > eval->day))
    touch = arc__u32(t, ARC__TOUCH_NEXT, touch);
  return touch;
}

/* The offset that a touch has brought an instalment to; ARC__STEP_NONE: it does not name it. */
static int32_t eval_touch_offset(const arc__tables *t, uint32_t touch, uint32_t instalment) {
  int32_t offset = arc__i32(t, ARC__TOUCH_OFFSET, touch);
  uint32_t item = arc__u32(t, ARC__TOUCH_ITEM, touch),
           end = item + arc__u32(t, ARC__TOUCH_ITEMS, touch);
  int32_t age = arc__i32(t, ARC__TOUCH_DAY, touch) - arc__i32(t, ARC__INSTALMENT_DUE, instalment);
  if (arc__u32(t, ARC__TOUCH_ANCHOR, touch) == instalment) return offset;
  for (; item && item < end; item++)
    if (arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, item) == instalment)
      return age < offset ? age : offset;
  return ARC__STEP_NONE;
}

int32_t arc__cadence_step_done(const arc__cadence_eval *eval, uint32_t instalment, int withheld) {
  const arc__tables *t = eval->tables;
  int32_t done = ARC__STEP_NONE;
  if (!eval->past)
    return arc__i32(t, withheld ? ARC__INSTALMENT_STEP_WITHHELD : ARC__INSTALMENT_STEP, instalment);
  for (uint32_t touch = arc__cadence_next_touch(eval, 0); touch;
       touch = arc__cadence_next_touch(eval, touch)) {
    if (arc__touch_withheld(t, touch) != withheld) continue;
    int32_t offset = eval_touch_offset(t, touch, instalment);
    if (offset > done) done = offset;
  }
  return done;
}

/* ---- cash of unknown payers ---- */

static int eval_compare_arrivals(const void *a, const void *b) {
  const arc__cadence_arrival *x = a, *y = b;
  if (x->currency != y->currency) return x->currency < y->currency ? -1 : 1;
  return x->amount < y->amount ? -1 : x->amount > y->amount;
}

int arc__cadence_arrived(const arc__cadence_eval *eval, int64_t amount) {
  arc__cadence_arrival arrival = {amount,
                                  arc__u32(eval->tables, ARC__ACCOUNT_CURRENCY, eval->account)};
  return eval->arrival_count && bsearch(&arrival, eval->arrivals, eval->arrival_count,
                                        sizeof arrival, eval_compare_arrivals) != NULL;
}

static arc_status eval_add_arrival(arc__cadence_eval *eval, uint32_t credit, arc_error *err) {
  const arc__tables *t = eval->tables;
  arc_day day = arc__i32(t, ARC__CREDIT_DAY, credit);
  int64_t open = 0;
  if (day > eval->day || day <= eval->day - ARC__CADENCE_ARRIVED ||
      arc__view_credit_account(&eval->view, credit))
    return ARC_OK;
  open = arc__view_credit_open(&eval->view, credit);
  if (open <= 0) return ARC_OK;
  if (arc__grow(eval->cadence->heap, (void **)&eval->arrivals, &eval->arrival_capacity,
                eval->arrival_count + 1, sizeof *eval->arrivals) != ARC_OK)
    return arc__fail_nomem(err);
  eval->arrivals[eval->arrival_count].amount = open;
  eval->arrivals[eval->arrival_count++].currency = arc__u32(t, ARC__CREDIT_CURRENCY, credit);
  return ARC_OK;
}

static int eval_unidentified(const arc__tables *t) {
  for (uint32_t row = 1; row <= t->rows[ARC__TABLE_CONTROL]; row++)
    if (arc__i64(t, ARC__CONTROL_UNIDENTIFIED_CASH, row)) return 1;
  return 0;
}

/* What a plan has seen before is known without looking at every credit; equal rows may lie in any
 * order, since they are only looked for. */
static arc_status eval_arrivals(arc__cadence_eval *eval, arc_error *err) {
  const arc_cadence *cadence = eval->cadence;
  const arc__tables *t = eval->tables;
  uint32_t seen = eval->day < cadence->drained ? 0 : cadence->credits_seen;
  if (eval->view.current && !eval_unidentified(t)) return ARC_OK;
  for (size_t i = 0; i < cadence->arrived_count && seen; i++)
    ARC__TRY(eval_add_arrival(eval, cadence->arrived[i], err));
  for (uint32_t credit = seen + 1; credit <= t->rows[ARC__TABLE_CREDIT]; credit++)
    ARC__TRY(eval_add_arrival(eval, credit, err));
  if (eval->arrival_count)
    qsort(eval->arrivals, eval->arrival_count, sizeof *eval->arrivals, eval_compare_arrivals);
  return ARC_OK;
}

/* ---- the scratch memory ---- */

arc_status arc__cadence_eval_open(arc__cadence_eval *eval, const arc_cadence *cadence, arc_day day,
                                  arc_error *err) {
  memset(eval, 0, sizeof *eval);
  ARC__TRY(arc__view_open(&eval->view, cadence->ledger, day, err));
  eval->cadence = cadence;
  eval->tables = arc__ledger_tables(cadence->ledger);
  eval->day = day;
  eval->past =
      eval->view.touches != UINT32_MAX || arc__i32(eval->tables, ARC__BOOK_PLANNED_DAY, 1) > day;
  eval->as_of = eval->past || cadence->options.flags & ARC_CADENCE_AS_OF;
  eval->all.heap = eval->items.heap = cadence->heap;
  arc__buffer_init(&eval->reason, cadence->heap);
  arc_status status = eval_arrivals(eval, err);
  if (status < 0) arc__cadence_eval_close(eval);
  return status;
}

void arc__cadence_eval_close(arc__cadence_eval *eval) {
  const arc__heap *heap = eval->cadence->heap;
  arc__view_close(&eval->view);
  arc__open_items_free(&eval->all);
  arc__open_items_free(&eval->items);
  arc__free(heap, eval->chase, eval->chase_capacity * sizeof *eval->chase);
  arc__free(heap, eval->arrivals, eval->arrival_capacity * sizeof *eval->arrivals);
  arc__free(heap, eval->old, sizeof *eval->old);
  arc__buffer_free(&eval->reason);
}
