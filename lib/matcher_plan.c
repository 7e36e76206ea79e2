/*
 * The plan of a run: all payments to decide, and what they take.
 *
 * Payments are taken in the order of their day and key, stage by stage, so that the result does not
 * depend on the order in which they were recorded. References come before amounts. Payments that
 * would settle the same item by amount alone are left, all of them.
 */
#include "matcher_internal.h"

#include "checked.h"

#include <stdlib.h>
#include <string.h>

/* ---- entries by invoice ---- */

static size_t matcher_plan_slot(const arc__match_plan *plan, uint32_t invoice) {
  return (size_t)(invoice * 2654435761u) & (plan->head_count - 1);
}

/* The entry of an invoice behind another; entry numbers count from 1. */
static uint32_t matcher_plan_find(const arc__match_plan *plan, uint32_t invoice, uint32_t after) {
  if (plan->head_count == 0) return 0;
  uint32_t e =
      after ? plan->entries[after - 1].next : plan->heads[matcher_plan_slot(plan, invoice)];
  while (e && plan->entries[e - 1].invoice != invoice)
    e = plan->entries[e - 1].next;
  return e;
}

int64_t arc__match_planned(const arc__match_plan *plan, uint32_t invoice) {
  int64_t sum = 0;
  for (uint32_t e = matcher_plan_find(plan, invoice, 0); e;
       e = matcher_plan_find(plan, invoice, e)) {
    const arc__match_entry *entry = &plan->entries[e - 1];
    /* Claims by amount compete: none of them counts before all are known. */
    if (entry->stage != ARC__STAGE_AMOUNT)
      sum += entry->amount + entry->discount + entry->tolerance;
  }
  return sum;
}

static arc_status matcher_plan_rehash(const arc_matcher *m, arc__match_plan *plan, arc_error *err) {
  size_t count = plan->head_count ? plan->head_count * 2 : 64;
  uint32_t *heads = arc__alloc(m->heap, count * sizeof *heads);
  if (!heads) return arc__fail_nomem(err);
  arc__free(m->heap, plan->heads, plan->head_count * sizeof *plan->heads);
  plan->heads = heads;
  plan->head_count = count;
  for (size_t i = 0; i < plan->entry_count; i++) {
    arc__match_entry *entry = &plan->entries[i];
    size_t slot = matcher_plan_slot(plan, entry->invoice);
    entry->next = heads[slot];
    heads[slot] = (uint32_t)(i + 1);
  }
  return ARC_OK;
}

static arc_status matcher_plan_entry(const arc_matcher *m, arc__match_plan *plan,
                                     const arc__match_entry *entry, arc_error *err) {
  void *entries = plan->entries;
  if (plan->entry_count >= plan->head_count) ARC__TRY(matcher_plan_rehash(m, plan, err));
  if (arc__grow(m->heap, &entries, &plan->entry_capacity, plan->entry_count + 1,
                sizeof *plan->entries) < 0)
    return arc__fail_nomem(err);
  plan->entries = entries;
  plan->entries[plan->entry_count] = *entry;
  size_t slot = matcher_plan_slot(plan, entry->invoice);
  plan->entries[plan->entry_count].next = plan->heads[slot];
  plan->heads[slot] = (uint32_t)++plan->entry_count;
  return ARC_OK;
}

/* ---- payments ---- */

arc_status arc__match_plan_add(arc_matcher *m, arc__match_plan *plan, uint32_t payment, int *added,
                               arc_error *err) {
  const arc__tables *t = m->tables;
  void *payments = plan->payments;
  *added = 0;
  if (arc__u8(t, ARC__CREDIT_KIND, payment) != ARC_CREDIT_PAYMENT) return ARC_OK;
  if (arc__i64(t, ARC__CREDIT_OPEN, payment) == 0) return ARC_OK; /* applied or reversed */
  if (arc__grow(m->heap, &payments, &plan->payment_capacity, plan->payment_count + 1,
                sizeof *plan->payments) < 0)
    return arc__fail_nomem(err);
  plan->payments = payments;
  arc__match_payment *p = &plan->payments[plan->payment_count++];
  memset(p, 0, sizeof *p);
  p->key = arc__text(t, ARC__CREDIT_KEY, payment);
  p->day = arc__i32(t, ARC__CREDIT_DAY, payment);
  p->row = payment;
  /* What a human began to apply, or undid, is his. */
  if (arc__u32(t, ARC__CREDIT_ENTRY, payment)) p->stage = ARC__STAGE_NEVER;
  *added = 1;
  return ARC_OK;
}

/* Keys of one length compare as numbers do; no two payments have the same. */
static int matcher_plan_compare(const void *a, const void *b) {
  const arc__match_payment *x = a, *y = b;
  if (x->day != y->day) return x->day < y->day ? -1 : 1;
  if (x->key.size != y->key.size) return x->key.size < y->key.size ? -1 : 1;
  return memcmp(x->key.data, y->key.data, x->key.size);
}

/* ---- deciding ---- */

/* Two payments that claim one item by amount: neither gets it. */
static void matcher_plan_contest(arc__match_plan *plan, size_t payment, uint32_t invoice) {
  for (uint32_t e = matcher_plan_find(plan, invoice, 0); e;
       e = matcher_plan_find(plan, invoice, e)) {
    const arc__match_entry *other = &plan->entries[e - 1];
    if (other->stage != ARC__STAGE_AMOUNT || other->payment == payment) continue;
    plan->payments[other->payment].contested = 1;
    plan->payments[payment].contested = 1;
  }
}

static arc_status matcher_plan_take(arc_matcher *m, arc__match_plan *plan, size_t payment,
                                    const arc__match *match, arc_error *err) {
  for (size_t i = 0; i < match->lines.count; i++) {
    const arc__match_line *line = &match->lines.data[i];
    arc__match_entry entry = {payment,        line->invoice,   0,
                              match->stage,   match->how,      line->amount,
                              line->discount, line->tolerance, match->confidence};
    if (entry.amount + entry.discount + entry.tolerance == 0) continue;
    if (match->stage == ARC__STAGE_AMOUNT) matcher_plan_contest(plan, payment, line->invoice);
    ARC__TRY(matcher_plan_entry(m, plan, &entry, err));
  }
  plan->payments[payment].stage = ARC__STAGE_NEVER;
  plan->payments[payment].applied = 1;
  return ARC_OK;
}

/* Claims by amount that nobody contests count from here on, the others are gone. */
static void matcher_plan_settle_claims(arc__match_plan *plan) {
  for (size_t i = 0; i < plan->entry_count; i++) {
    arc__match_entry *entry = &plan->entries[i];
    if (entry->stage != ARC__STAGE_AMOUNT) continue;
    if (plan->payments[entry->payment].contested)
      entry->amount = entry->discount = entry->tolerance = 0;
    entry->stage = ARC__STAGE_EXACT;
  }
  for (size_t i = 0; i < plan->payment_count; i++)
    if (plan->payments[i].contested) plan->payments[i].applied = 0;
}

static arc_status matcher_plan_stage(arc_matcher *m, const arc__view *view, arc__match_plan *plan,
                                     int stage, uint32_t traced, arc__match *trace,
                                     arc_error *err) {
  for (size_t i = 0; i < plan->payment_count; i++) {
    arc__match_payment *p = &plan->payments[i];
    arc__match *match = trace && p->row == traced ? trace : &m->scratch;
    if (p->stage != stage) continue;
    ARC__TRY(arc__match_decide(m, view, plan, p->row, stage, match, err));
    p->stage = match->stage;
    if (match->stage <= stage) ARC__TRY(matcher_plan_take(m, plan, i, match, err));
  }
  return ARC_OK;
}

arc_status arc__match_plan_decide(arc_matcher *m, const arc__view *view, arc__match_plan *plan,
                                  uint32_t traced, arc__match *trace, arc_error *err) {
  if (plan->payment_count > 1)
    qsort(plan->payments, plan->payment_count, sizeof *plan->payments, matcher_plan_compare);
  for (int stage = ARC__STAGE_EXACT; stage < ARC__STAGE_NEVER; stage++) {
    ARC__TRY(matcher_plan_stage(m, view, plan, stage, traced, trace, err));
    if (stage == ARC__STAGE_AMOUNT) matcher_plan_settle_claims(plan);
  }
  return ARC_OK;
}

void arc__match_plan_free(const arc_matcher *m, arc__match_plan *plan) {
  arc__free(m->heap, plan->payments, plan->payment_capacity * sizeof *plan->payments);
  arc__free(m->heap, plan->entries, plan->entry_capacity * sizeof *plan->entries);
  arc__free(m->heap, plan->heads, plan->head_count * sizeof *plan->heads);
}
