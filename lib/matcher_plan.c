/*
 * The plan of a run: all payments to decide, and what they take.
 *
 * Stage by stage, references before amounts: every payment is decided as if it were alone with what the stages before
 * left; where several then ask more of an item than is open, none of them gets it. So the result does not depend on
 * the order in which they were recorded. Payments that are alike in everything are the exception, since it does not
 * matter which of them settles the item. Costs the payments, and twice those that are decided by amount.
 */
#include "matcher_internal.h"

#include "text.h"

#include <stdlib.h>

#define MATCHER_PLAN_CONTESTED 1 /* another payment asks for the same */
#define MATCHER_PLAN_AGAIN     2 /* one like it has it: to be decided again */

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
  for (uint32_t e = matcher_plan_find(plan, invoice, 0); e; e = matcher_plan_find(plan, invoice, e)) {
    const arc__match_entry *entry = &plan->entries[e - 1];
    if (!entry->claim && entry->stage < plan->until && entry->payment != plan->except)
      sum += entry->amount + entry->discount + entry->tolerance + entry->deduction;
  }
  return sum;
}

int64_t arc__match_planned_credit(const arc__match_plan *plan, uint32_t credit) {
  int64_t sum = 0;
  for (uint32_t e = plan->credit_head; e; e = plan->entries[e - 1].next_credit) {
    const arc__match_entry *entry = &plan->entries[e - 1];
    if (entry->credit == credit && !entry->claim && entry->stage < plan->until && entry->payment != plan->except)
      sum += entry->amount;
  }
  return sum;
}

/* Heads for so many entries. */
static arc_status matcher_plan_rehash(const arc_matcher *m, arc__match_plan *plan, size_t entries, arc_error *err) {
  size_t count = plan->head_count ? plan->head_count : 64;
  while (count < entries)
    count *= 2;
  if (count == plan->head_count) return ARC_OK;
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

static arc_status matcher_plan_reserve(const arc_matcher *m, arc__match_plan *plan, size_t entries, arc_error *err) {
  void *data = plan->entries;
  ARC__TRY(matcher_plan_rehash(m, plan, entries, err));
  if (arc__grow(m->heap, &data, &plan->entry_capacity, entries, sizeof *plan->entries) < 0) return arc__fail_nomem(err);
  plan->entries = data;
  return ARC_OK;
}

static arc_status matcher_plan_entry(const arc_matcher *m, arc__match_plan *plan,
                                     const arc__match_entry *entry, arc_error *err) {
  ARC__TRY(matcher_plan_reserve(m, plan, plan->entry_count + 1, err));
  plan->entries[plan->entry_count] = *entry;
  size_t slot = matcher_plan_slot(plan, entry->invoice);
  plan->entries[plan->entry_count].next = plan->heads[slot];
  plan->heads[slot] = (uint32_t)++plan->entry_count;
  if (entry->credit) {
    plan->entries[plan->entry_count - 1].next_credit = plan->credit_head;
    plan->credit_head = (uint32_t)plan->entry_count;
  }
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

arc_status arc__match_plan_around(arc_matcher *m, arc__match_plan *plan, uint32_t payment, arc_error *err) {
  const arc__tables *t = m->tables;
  uint32_t account = arc__u32(t, ARC__CREDIT_ACCOUNT, payment);
  arc_day day = arc__i32(t, ARC__CREDIT_DAY, payment);
  int added;
  ARC__TRY(arc__match_plan_add(m, plan, payment, &added, err));
  for (uint32_t c = account ? arc__u32(t, ARC__ACCOUNT_CREDIT, account) : 0; c; c = arc__u32(t, ARC__CREDIT_NEXT, c))
    if (c != payment && arc__i32(t, ARC__CREDIT_DAY, c) == day) ARC__TRY(arc__match_plan_add(m, plan, c, &added, err));
  return ARC_OK;
}

/* Keys of one length compare as numbers do; no two payments have the same. */
static int matcher_plan_compare(const void *a, const void *b) {
  const arc__match_payment *x = a, *y = b;
  if (x->day != y->day) return x->day < y->day ? -1 : 1;
  if (x->key.size != y->key.size) return x->key.size < y->key.size ? -1 : 1;
  return memcmp(x->key.data, y->key.data, x->key.size);
}

const arc__match_payment *arc__match_plan_find(const arc_matcher *m, const arc__match_plan *plan, uint32_t payment) {
  arc__match_payment wanted;
  memset(&wanted, 0, sizeof wanted);
  wanted.key = arc__text(m->tables, ARC__CREDIT_KEY, payment);
  wanted.day = arc__i32(m->tables, ARC__CREDIT_DAY, payment);
  if (plan->payment_count == 0) return NULL;
  return bsearch(&wanted, plan->payments, plan->payment_count, sizeof wanted, matcher_plan_compare);
}

int arc__match_plan_takes(const arc_matcher *m, const arc__match_plan *plan, uint32_t payment, uint32_t invoice) {
  const arc__match_payment *p = arc__match_plan_find(m, plan, payment);
  if (!p || !p->applied || invoice == 0) return p && p->applied;
  for (uint32_t e = matcher_plan_find(plan, invoice, 0); e; e = matcher_plan_find(plan, invoice, e)) {
    const arc__match_entry *entry = &plan->entries[e - 1];
    if (entry->payment == (size_t)(p - plan->payments) && !entry->claim && entry->amount > 0) return 1;
  }
  return 0;
}

/* ---- deciding ---- */

static arc_status matcher_plan_take(arc_matcher *m, arc__match_plan *plan, size_t payment, const arc__match *match,
                                    int claim, arc_error *err) {
  const arc__match_proposal *best = &match->proposals[0];
  arc__match_payment *p = &plan->payments[payment];
  p->decided_at = match->stage;
  p->customer = match->customer;
  p->stage = ARC__STAGE_NEVER;
  p->decided = 1;
  p->applied = best->count > 0;
  p->advice = best->kind == ARC__RULE_ADVICE ? match->advice : 0;
  for (size_t i = 0; i < best->count; i++) {
    const arc__match_line *line = &match->lines.data[best->first + i];
    arc__match_entry entry = {.payment = payment, .invoice = line->invoice, .stage = match->stage, .how = best->how,
                              .claim = claim, .kind = best->kind, .amount = line->amount, .discount = line->discount,
                              .tolerance = line->tolerance, .confidence = best->confidence};
    if (best->kind == ARC__RULE_ADVICE) {
      entry.deduction = line->deduction;
      entry.reason = line->reason;
    }
    if (arc__match_is_void(&entry)) continue;
    ARC__TRY(matcher_plan_entry(m, plan, &entry, err));
  }
  for (size_t i = 0; i < best->taken_count; i++) {
    const arc__match_taking *taking = &match->takings.data[best->taken + i];
    arc__match_entry entry = {.payment = payment, .invoice = taking->invoice, .stage = match->stage, .how = best->how,
                              .claim = claim, .kind = -1, .amount = taking->amount, .confidence = best->confidence,
                              .credit = taking->credit};
    ARC__TRY(matcher_plan_entry(m, plan, &entry, err));
  }
  return ARC_OK;
}

/* Two payments of one payer and amount: whichever settles the item, the book is the same but for their keys. */
static int matcher_plan_are_alike(const arc_matcher *m, const arc__match_payment *a, const arc__match_payment *b) {
  const arc__tables *t = m->tables;
  return a->customer == b->customer && a->decided_at == b->decided_at && a->decided_at != ARC__STAGE_AMOUNT &&
         arc__i64(t, ARC__CREDIT_AMOUNT, a->row) == arc__i64(t, ARC__CREDIT_AMOUNT, b->row);
}

/* All claims on the invoice, by payments: whether they fit into what is open of it together. */
static arc_status matcher_plan_is_over(const arc__decision *d, const arc__match_entry *entry, int *over) {
  const arc__match_plan *plan = d->plan;
  arc__match_line line;
  int64_t open;
  ARC__TRY(arc__match_line_of(d, entry->invoice, &line));
  open = line.open;
  for (uint32_t e = matcher_plan_find(plan, entry->invoice, 0); e; e = matcher_plan_find(plan, entry->invoice, e)) {
    const arc__match_entry *other = &plan->entries[e - 1];
    if (other->claim) open -= other->amount + other->discount + other->tolerance + other->deduction;
  }
  *over = open < 0;
  return ARC_OK;
}

/* One claim alone was made on what is open. */
static int matcher_plan_is_claimed_twice(const arc__match_plan *plan, const arc__match_entry *entry) {
  for (uint32_t e = matcher_plan_find(plan, entry->invoice, 0); e; e = matcher_plan_find(plan, entry->invoice, e))
    if (plan->entries[e - 1].claim && &plan->entries[e - 1] != entry) return 1;
  return 0;
}

/* Credit that two payments would take off goes to neither. */
static void matcher_plan_contest_credit(arc__match_plan *plan) {
  for (uint32_t e = plan->credit_head; e; e = plan->entries[e - 1].next_credit)
    for (uint32_t o = plan->entries[e - 1].claim ? plan->entries[e - 1].next_credit : 0; o; o = plan->entries[o - 1].next_credit) {
      const arc__match_entry *entry = &plan->entries[e - 1], *other = &plan->entries[o - 1];
      if (!other->claim || other->credit != entry->credit || other->payment == entry->payment) continue;
      plan->payments[entry->payment].contested = plan->payments[other->payment].contested = MATCHER_PLAN_CONTESTED;
    }
}

/* An item that the claims of a stage ask too much of goes to nobody, unless they are alike: then the first of them
 * has it, and the others are decided again. */
static arc_status matcher_plan_contest(const arc__decision *d, arc__match_plan *plan) {
  matcher_plan_contest_credit(plan);
  for (size_t i = 0; i < plan->entry_count; i++) {
    const arc__match_entry *entry = &plan->entries[i];
    int over = 0;
    if (!entry->claim || !matcher_plan_is_claimed_twice(plan, entry)) continue;
    ARC__TRY(matcher_plan_is_over(d, entry, &over));
    for (uint32_t e = over ? matcher_plan_find(plan, entry->invoice, 0) : 0; e;
         e = matcher_plan_find(plan, entry->invoice, e)) {
      const arc__match_entry *other = &plan->entries[e - 1];
      if (!other->claim || other->payment == entry->payment) continue;
      arc__match_payment *a = &plan->payments[entry->payment], *b = &plan->payments[other->payment];
      if (matcher_plan_are_alike(d->m, a, b)) {
        arc__match_payment *later = entry->payment < other->payment ? b : a;
        if (!later->contested) later->contested = MATCHER_PLAN_AGAIN;
      } else {
        a->contested = b->contested = MATCHER_PLAN_CONTESTED;
      }
    }
  }
  return ARC_OK;
}

/* Claims that nobody contests count from here on, the others are gone. */
static int matcher_plan_settle_claims(arc__match_plan *plan, int stage) {
  int again = 0;
  for (size_t i = 0; i < plan->entry_count; i++) {
    arc__match_entry *entry = &plan->entries[i];
    if (entry->claim && plan->payments[entry->payment].contested)
      entry->amount = entry->discount = entry->tolerance = entry->deduction = 0;
    entry->claim = 0;
  }
  for (size_t i = 0; i < plan->payment_count; i++) {
    arc__match_payment *p = &plan->payments[i];
    if (!p->contested || p->decided_at != stage) continue;
    p->applied = p->decided = 0;
    if (p->contested == MATCHER_PLAN_AGAIN) {
      p->contested = 0;
      p->again = 1;
      p->stage = stage;
      again = 1;
    }
  }
  return again;
}

static arc_status matcher_plan_stage(arc_matcher *m, const arc__view *view, arc__match_plan *plan, int stage,
                                     int competing, arc_error *err) {
  for (size_t i = 0; i < plan->payment_count; i++) {
    arc__match_payment *p = &plan->payments[i];
    if (p->stage != stage) continue;
    ARC__TRY(arc__match_decide(m, view, plan, p->row, stage, &m->scratch, err));
    p->stage = m->scratch.stage;
    p->decided_at = p->stage <= stage ? stage : ARC__STAGE_NEVER;
    /* What a reference left open is looked at once more when all references have been carried out. */
    if (p->stage == ARC__STAGE_NEVER && stage < ARC__STAGE_AMOUNT) p->stage = ARC__STAGE_AMOUNT;
    if (p->stage > stage || !m->scratch.decided) continue;
    if (p->advised && m->scratch.proposals[0].kind != ARC__RULE_ADVICE) continue;
    m->scratch.stage = stage;
    ARC__TRY(matcher_plan_take(m, plan, i, &m->scratch, competing, err));
  }
  return ARC_OK;
}

/* Of one stage, every payment is decided as if it were alone; then those that compete. What alike payments leave for
 * the later of them is decided in the order of day and key. */
static arc_status matcher_plan_solve(arc_matcher *m, const arc__view *view, arc__match_plan *plan, int stage,
                                     arc_error *err) {
  arc__decision d = {m, view, plan, &m->scratch, 0, 0, err};
  plan->until = stage + 1;
  plan->except = SIZE_MAX;
  int competing = stage < ARC__STAGE_OLDEST;
  ARC__TRY(matcher_plan_stage(m, view, plan, stage, competing, err));
  if (!competing) return ARC_OK;
  ARC__TRY(matcher_plan_contest(&d, plan));
  return matcher_plan_settle_claims(plan, stage) ? matcher_plan_stage(m, view, plan, stage, 0, err) : ARC_OK;
}

arc_status arc__match_plan_decide(arc_matcher *m, const arc__view *view, arc__match_plan *plan, arc_error *err) {
  size_t sorted = 1;
  while (sorted < plan->payment_count && matcher_plan_compare(&plan->payments[sorted - 1], &plan->payments[sorted]) < 0)
    sorted++;
  if (sorted < plan->payment_count)
    qsort(plan->payments, plan->payment_count, sizeof *plan->payments, matcher_plan_compare);
  ARC__TRY(matcher_plan_reserve(m, plan, plan->payment_count, err));
  for (int stage = ARC__STAGE_EXACT; stage < ARC__STAGE_NEVER; stage++)
    ARC__TRY(matcher_plan_solve(m, view, plan, stage, err));
  return ARC_OK;
}

arc_status arc__match_plan_explain(arc_matcher *m, const arc__view *view, arc__match_plan *plan, size_t payment,
                                   arc__match *match, arc_error *err) {
  const arc__match_payment *p = &plan->payments[payment];
  int known = p->decided || p->contested;
  plan->until = known ? p->decided_at + p->again : ARC__STAGE_NEVER;
  plan->except = payment;
  plan->explaining = 1;
  arc_status status = arc__match_decide(m, view, plan, p->row, known ? p->decided_at : ARC__STAGE_OLDEST, match, err);
  plan->explaining = 0;
  return status;
}

void arc__match_plan_free(const arc_matcher *m, arc__match_plan *plan) {
  arc__free(m->heap, plan->payments, plan->payment_capacity * sizeof *plan->payments);
  arc__free(m->heap, plan->entries, plan->entry_capacity * sizeof *plan->entries);
  arc__free(m->heap, plan->heads, plan->head_count * sizeof *plan->heads);
}
