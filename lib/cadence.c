/* The engine: which accounts are looked at on a day, and that what comes of it is recorded. It owns
 * a calendar queue of accounts by the day on which time alone may change what
 * is decided. Whatever else may change a decision is a command, and the ledger lists the accounts
 * by last change. So a plan costs in proportion to the accounts that are due or changed. Until a
 * plan is recorded, nothing of the queue changes; planning into a caller's batch, which may yet be
 * dropped, leaves it as it is too. */
#include "cadence_plan.h"

#include "cadence.h"

#include "error.h"
#include "text.h"
#include "struct_sizes.h"

#include <string.h>

/* ---- the queue ---- */

static uint32_t *cadence_slot(arc_cadence *cadence, arc_day day) {
  return &cadence->first[(uint32_t)day % ARC__CADENCE_DAYS];
}

static void cadence_unqueue(arc_cadence *cadence, uint32_t account) {
  arc__cadence_place *place = &cadence->places[account];
  if (place->wake == ARC_DAY_NONE) return;
  if (place->next) cadence->places[place->next].before = place->before;
  if (place->before)
    cadence->places[place->before].next = place->next;
  else
    *cadence_slot(cadence, place->wake) = place->next;
}

static void cadence_queue(arc_cadence *cadence, uint32_t account, arc_day wake) {
  arc__cadence_place *place = &cadence->places[account];
  uint32_t *slot = cadence_slot(cadence, wake);
  cadence_unqueue(cadence, account);
  place->wake = wake;
  place->before = 0;
  place->next = 0;
  if (wake == ARC_DAY_NONE) return;
  place->next = *slot;
  if (place->next) cadence->places[place->next].before = account;
  *slot = account;
}

static arc_status cadence_reserve_places(arc_cadence *cadence, arc_error *err) {
  static const arc__cadence_place nowhere = {0, 0, ARC_DAY_NONE};
  size_t need = (size_t)arc__ledger_tables(cadence->ledger)->rows[ARC__TABLE_ACCOUNT] + 1;
  size_t before = cadence->place_capacity;
  if (arc__grow(cadence->heap, (void **)&cadence->places, &cadence->place_capacity, need,
                sizeof *cadence->places) != ARC_OK)
    return arc__fail_nomem(err);
  for (size_t i = before; i < cadence->place_capacity; i++)
    cadence->places[i] = nowhere;
  return ARC_OK;
}

/* ---- which accounts ---- */

static arc_status cadence_look_at(arc__cadence_plan *plan, uint32_t account, arc_error *err) {
  if (arc__grow(plan->cadence->heap, (void **)&plan->accounts, &plan->account_capacity,
                plan->count + 1, sizeof *plan->accounts) != ARC_OK)
    return arc__fail_nomem(err);
  plan->accounts[plan->count++] = account;
  return ARC_OK;
}

static arc_status cadence_find_due(arc__cadence_plan *plan, arc_day day, arc_error *err) {
  const arc_cadence *cadence = plan->cadence;
  arc_day from =
      day - cadence->drained > ARC__CADENCE_DAYS ? day - ARC__CADENCE_DAYS : cadence->drained;
  for (arc_day slot = from + 1; slot <= day; slot++)
    for (uint32_t account = cadence->first[(uint32_t)slot % ARC__CADENCE_DAYS]; account;
         account = cadence->places[account].next)
      if (cadence->places[account].wake <= day) ARC__TRY(cadence_look_at(plan, account, err));
  return ARC_OK;
}

static arc_status cadence_find_changed(arc__cadence_plan *plan, arc_error *err) {
  const arc__tables *t = plan->eval.tables;
  for (uint32_t account = arc__u32(t, ARC__BOOK_CHANGED_ACCOUNT, 1);
       account && arc__i64(t, ARC__ACCOUNT_CHANGED, account) > plan->cadence->seen;
       account = arc__u32(t, ARC__ACCOUNT_CHANGED_BEFORE, account))
    ARC__TRY(cadence_look_at(plan, account, err));
  return ARC_OK;
}

static void cadence_sink(uint32_t *heap, size_t at, size_t count) {
  uint32_t sinking = heap[at];
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && heap[child] < heap[child + 1]) child++;
    if (heap[child] <= sinking) break;
    heap[at] = heap[child];
  }
  heap[at] = sinking;
}

/* By row, each once: the order in which touches are recorded. In place, so that it cannot fail. */
static void cadence_sort_accounts(arc__cadence_plan *plan) {
  uint32_t *accounts = plan->accounts;
  size_t kept = 0;
  for (size_t i = plan->count / 2; i > 0; i--)
    cadence_sink(accounts, i - 1, plan->count);
  for (size_t last = plan->count; last > 1; last--) {
    uint32_t largest = accounts[0];
    accounts[0] = accounts[last - 1];
    accounts[last - 1] = largest;
    cadence_sink(accounts, 0, last - 1);
  }
  for (size_t i = 0; i < plan->count; i++)
    if (kept == 0 || accounts[kept - 1] != accounts[i]) accounts[kept++] = accounts[i];
  plan->count = kept;
}

static arc_status cadence_find_accounts(arc__cadence_plan *plan, arc_day day, arc_error *err) {
  if (plan->cadence->all_due) {
    uint32_t rows = plan->eval.tables->rows[ARC__TABLE_ACCOUNT];
    for (uint32_t account = 1; account <= rows; account++)
      ARC__TRY(cadence_look_at(plan, account, err));
    return ARC_OK;
  }
  ARC__TRY(cadence_find_due(plan, day, err));
  ARC__TRY(cadence_find_changed(plan, err));
  cadence_sort_accounts(plan);
  return ARC_OK;
}

static void cadence_sooner(arc_day *wake, arc_day day) {
  if (day != ARC_DAY_NONE && (*wake == ARC_DAY_NONE || day < *wake)) *wake = day;
}

static arc_status cadence_decide_account(arc__cadence_plan *plan, size_t i, arc_error *err) {
  arc__cadence_decision d;
  arc_status status;
  plan->wakes[i] = ARC_DAY_NONE;
  ARC__TRY(arc__cadence_begin(&plan->eval, plan->accounts[i], err));
  while ((status = arc__cadence_decide(&plan->eval, &d, err)) == ARC_OK) {
    ARC__TRY(arc__cadence_add(plan, &d, err));
    plan->limited += d.outcome == ARC__CADENCE_LIMITED;
    cadence_sooner(&plan->wakes[i], d.wake);
  }
  return status;
}

static arc_status cadence_decide_all(arc__cadence_plan *plan, arc_error *err) {
  if (plan->count && arc__grow(plan->cadence->heap, (void **)&plan->wakes, &plan->wake_capacity,
                               plan->count, sizeof *plan->wakes) != ARC_OK)
    return arc__fail_nomem(err);
  for (size_t i = 0; i < plan->count; i++)
    ARC__TRY(cadence_decide_account(plan, i, err));
  return ARC_OK;
}

/* ---- cash of unknown payers ---- */

/* Whether a credit may still turn out to be somebody's on the day or later. */
static int cadence_may_be_anybodys(const arc__tables *t, uint32_t credit, arc_day day) {
  return !arc__u32(t, ARC__CREDIT_ACCOUNT, credit) && arc__i64(t, ARC__CREDIT_OPEN, credit) > 0 &&
         arc__i32(t, ARC__CREDIT_DAY, credit) > day - ARC__CADENCE_ARRIVED;
}

/* Keeps up with the credits recorded since, so that no plan looks at all of them. */
static arc_status cadence_see_credits(arc_cadence *cadence, arc_day day, arc_error *err) {
  const arc__tables *t = arc__ledger_tables(cadence->ledger);
  size_t kept = 0;
  for (size_t i = 0; i < cadence->arrived_count; i++)
    if (cadence_may_be_anybodys(t, cadence->arrived[i], day))
      cadence->arrived[kept++] = cadence->arrived[i];
  cadence->arrived_count = kept;
  for (uint32_t credit = cadence->credits_seen + 1; credit <= t->rows[ARC__TABLE_CREDIT];
       credit++) {
    if (cadence_may_be_anybodys(t, credit, day)) {
      if (arc__grow(cadence->heap, (void **)&cadence->arrived, &cadence->arrived_capacity,
                    cadence->arrived_count + 1, sizeof *cadence->arrived) != ARC_OK)
        return arc__fail_nomem(err);
      cadence->arrived[cadence->arrived_count++] = credit;
    }
    cadence->credits_seen = credit;
  }
  return ARC_OK;
}

/* ---- the plan of a day ---- */

/* Decides everything; the ledger and the queue are as before. */
static arc_status cadence_prepare(arc__cadence_plan *plan, arc_day day, int own_batch,
                                  arc_error *err) {
  ARC__TRY(arc__cadence_refresh(plan->cadence, err));
  ARC__TRY(cadence_reserve_places(plan->cadence, err));
  if (own_batch) ARC__TRY(cadence_see_credits(plan->cadence, day, err));
  ARC__TRY(arc__cadence_eval_open(&plan->eval, plan->cadence, day, err));
  arc_status status = cadence_find_accounts(plan, day, err);
  if (status >= 0) status = cadence_decide_all(plan, err);
  arc__cadence_eval_close(&plan->eval);
  return status;
}

/* Records the touches, in a batch of its own that is opened already or in the caller's. */
static arc_status cadence_record(arc__cadence_plan *plan, arc_day day, int own_batch,
                                 arc_error *err) {
  arc_ledger *ledger = plan->cadence->ledger;
  arc__savepoint before;
  arc_status status = ARC_OK;
  arc__ledger_savepoint(ledger, &before);
  if (plan->charge_count)
    status = arc_ledger_post_charges(ledger, plan->charges, plan->charge_count, err);
  if (plan->touch_count && status >= 0)
    status = arc_ledger_post_touches(ledger, plan->touches, plan->touch_count, err);
  if (plan->touch_count && status >= 0) status = arc_ledger_post_day(ledger, day, ARC_DAY_IS_PLANNED, err);
  if (!own_batch && status < 0) arc__ledger_back_to(ledger, &before);
  if (!own_batch) return status;
  if (status >= 0 && plan->touch_count) return arc_batch_commit(ledger, err);
  arc_batch_abort(ledger);
  return status;
}

/* What was planned is recorded: the queue follows. */
static void cadence_advance(arc__cadence_plan *plan, arc_day day, int64_t seen) {
  arc_cadence *cadence = plan->cadence;
  for (size_t i = 0; i < plan->count; i++)
    cadence_queue(cadence, plan->accounts[i], plan->wakes[i]);
  cadence->seen = seen;
  cadence->limited += plan->limited;
  cadence->drained = day;
  cadence->all_due = 0;
}

static arc_status cadence_plan_day(arc__cadence_plan *plan, arc_day day, int own_batch,
                                   arc_error *err) {
  arc_ledger *ledger = plan->cadence->ledger;
  int64_t seen = arc__i64(arc__ledger_tables(ledger), ARC__BOOK_GENERATION, 1);
  arc_status status = cadence_prepare(plan, day, own_batch, err);
  if (status < 0) {
    if (own_batch) arc_batch_abort(ledger);
    return status;
  }
  ARC__TRY(cadence_record(plan, day, own_batch, err));
  if (own_batch) cadence_advance(plan, day, seen);
  plan->cadence->last = day;
  return ARC_OK;
}

arc_status arc_cadence_plan(arc_cadence *cadence, arc_day day, size_t *planned, size_t *withheld,
                            arc_error *err) {
  if (!cadence)
    return arc__fail(err, ARC_E_INVALID, "arc_cadence_plan: the cadence must not be NULL");
  if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID,
                     "arc_cadence_plan: the day must be in the years 1 to 9999");
  ARC__TRY(arc__ledger_outside(cadence->ledger, err));
  arc_day recorded = arc__i32(arc__ledger_tables(cadence->ledger), ARC__BOOK_PLANNED_DAY, 1);
  if (day == recorded) {
    if (planned) *planned = 0;
    if (withheld) *withheld = 0;
    return ARC_ALREADY;
  }
  if (recorded < cadence->last) recorded = cadence->last;
  if (day < recorded) {
    char last[11] = "";
    arc_day_format(last, recorded);
    return arc__fail(err, ARC_E_REFUSED, "%s was planned already: plan that day or a later one",
                     last);
  }
  arc_status begun = arc_batch_begin(cadence->ledger, err);
  if (begun < 0 && begun != ARC_E_BUSY) return begun;
  arc__cadence_plan plan;
  arc__cadence_plan_init(&plan, cadence);
  arc_status status = cadence_plan_day(&plan, day, begun >= 0, err);
  if (status >= 0 && planned) *planned = plan.touch_count - plan.withheld;
  if (status >= 0 && withheld) *withheld = plan.withheld;
  arc__cadence_plan_free(&plan);
  return status;
}

/* ---- the handle ---- */

uint64_t arc__cadence_limited(const arc_cadence *cadence) {
  return cadence->limited;
}

arc_status arc_cadence_open(arc_cadence **out, arc_ledger *ledger,
                            const arc_cadence_options *options, arc_error *err) {
  arc_cadence_options known = ARC_CADENCE_OPTIONS_INIT;
  if (!out || !ledger)
    return arc__fail(err, ARC_E_INVALID, "arc_cadence_open: out and the ledger must not be NULL");
  if (options)
    ARC__TRY(
        ARC__READ(arc_cadence_options, &known, options, err));
  if (known.flags & ~ARC_CADENCE_AS_OF)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "arc_cadence_options: flags has bits that are not defined here");
  const arc__heap *heap = arc__ledger_heap(ledger);
  arc_cadence *cadence = arc__alloc(heap, sizeof *cadence);
  if (!cadence) return arc__fail_nomem(err);
  cadence->heap = heap;
  cadence->ledger = ledger;
  cadence->calendar = known.calendar;
  cadence->options = known;
  cadence->all_due = 1;
  cadence->last = cadence->drained = ARC_DAY_NONE;
  const char *text = arc_cadence_default_policy();
  arc_status status = arc__cadence_policy_parse(&cadence->built_in, text, strlen(text), err);
  if (status < 0) {
    arc_cadence_close(cadence);
    return status;
  }
  *out = cadence;
  return ARC_OK;
}

void arc_cadence_close(arc_cadence *cadence) {
  if (!cadence) return;
  const arc__heap *heap = cadence->heap;
  arc__cadence_forget(cadence);
  arc__free(heap, cadence->arrived, cadence->arrived_capacity * sizeof *cadence->arrived);
  arc__free(heap, cadence->places, cadence->place_capacity * sizeof *cadence->places);
  arc__free(heap, cadence, sizeof *cadence);
}
