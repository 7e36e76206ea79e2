/* Touches out of decisions, in memory of the plan. */
#include "cadence_plan.h"

#include "currency.h"
#include "error.h"
#include "text.h"

#include <string.h>

#define TOUCH_BLOCK      16384
#define TOUCH_ALIGN      16
#define TOUCH_REASON_MAX 512
#define TOUCH_ITEMS_MAX  100000u /* that the ledger takes in a touch */

/* ---- memory ---- */

struct arc__cadence_block {
  arc__cadence_block *next;
  size_t size, used; /* both with this head */
};

void arc__cadence_plan_init(arc__cadence_plan *plan, arc_cadence *cadence) {
  memset(plan, 0, sizeof *plan);
  plan->cadence = cadence;
  arc__buffer_init(&plan->text, cadence->heap);
}

void arc__cadence_plan_free(arc__cadence_plan *plan) {
  const arc__heap *heap = plan->cadence->heap;
  for (arc__cadence_block *block = plan->blocks, *next; block; block = next) {
    next = block->next;
    arc__free(heap, block, block->size);
  }
  arc__free(heap, plan->accounts, plan->account_capacity * sizeof *plan->accounts);
  arc__free(heap, plan->wakes, plan->wake_capacity * sizeof *plan->wakes);
  arc__free(heap, plan->touches, plan->touch_capacity * sizeof *plan->touches);
  arc__free(heap, plan->charges, plan->charge_capacity * sizeof *plan->charges);
  arc__buffer_free(&plan->text);
}

void *arc__cadence_keep(arc__cadence_plan *plan, size_t size) {
  size_t head = (sizeof(arc__cadence_block) + TOUCH_ALIGN - 1) / TOUCH_ALIGN * TOUCH_ALIGN;
  size = (size + TOUCH_ALIGN - 1) / TOUCH_ALIGN * TOUCH_ALIGN;
  if (!plan->blocks || size > plan->blocks->size - plan->blocks->used) {
    size_t whole = head + size > TOUCH_BLOCK ? head + size : TOUCH_BLOCK;
    arc__cadence_block *block = arc__alloc(plan->cadence->heap, whole);
    if (!block) return NULL;
    block->next = plan->blocks;
    block->size = whole;
    block->used = head;
    plan->blocks = block;
  }
  void *kept = (char *)plan->blocks + plan->blocks->used;
  plan->blocks->used += size;
  return kept;
}

arc_status arc__cadence_keep_text(arc__cadence_plan *plan, arc_text *kept, arc_error *err) {
  size_t size = plan->text.size;
  char *data = plan->text.failed ? NULL : arc__cadence_keep(plan, size + 1);
  if (!data) return arc__fail_nomem(err);
  if (size) memcpy(data, plan->text.data, size);
  kept->data = data;
  kept->size = size;
  plan->text.size = 0;
  return ARC_OK;
}

/* ---- a touch ---- */

/* What one of a decision's touches has of its own. */
typedef struct touch_part {
  const char *step;    /* its name */
  const char *besides; /* behind the name */
  int32_t offset;
  int32_t channel;
  int32_t tone;
  int32_t items_by; /* the channel by which items are listed */
  int withheld;
  arc_text reason;
} touch_part;

static int touch_is_main(const arc__cadence_decision *d, const touch_part *part) {
  return d->step && part->step == d->step->name && !*part->besides;
}

static arc_status touch_put_items(arc__cadence_plan *plan, const arc__cadence_decision *d,
                                  const touch_part *part, arc_touch *touch, arc_error *err) {
  const arc__cadence_eval *eval = &plan->eval;
  size_t count = 0, listed = 0, charges = 0;
  for (size_t i = 0; i < eval->items.count; i++)
    count += arc__cadence_asked(eval, d, i, part->items_by) > 0;
  if (touch_is_main(d, part)) charges = arc__cadence_charges_max(d->step, count);
  if (count + charges > TOUCH_ITEMS_MAX) count = TOUCH_ITEMS_MAX - charges; /* the oldest */
  arc_touch_item *items = arc__cadence_keep(plan, (count + charges) * sizeof *items);
  if (!items) return arc__fail_nomem(err);
  touch->items = items;
  for (size_t i = 0; listed < count; i++) {
    const arc__open_item *item = &eval->items.data[i];
    int64_t amount = arc__cadence_asked(eval, d, i, part->items_by);
    if (amount <= 0) continue;
    items[listed].struct_size = (uint32_t)sizeof *items;
    items[listed].instalment = arc__instalment_number(eval->tables, item->instalment);
    items[listed].invoice = arc__text(eval->tables, ARC__INVOICE_KEY, item->invoice);
    items[listed++].amount = amount;
  }
  if (charges) ARC__TRY(arc__cadence_charge(plan, d, touch, items, &listed, err));
  touch->item_count = (uint32_t)listed;
  return ARC_OK;
}

static void touch_put_step(const arc__cadence_decision *d, const touch_part *part,
                           arc_touch *touch) {
  const arc__cadence_step *step = d->step;
  if (!step || part->withheld) return;
  touch->template_name.data = step->template_name;
  touch->template_name.size = strlen(step->template_name);
  touch->roles = step->roles;
  touch->copies = step->copies;
  touch->checks = d->checks;
}

static arc_status touch_add(arc__cadence_plan *plan, const arc__cadence_decision *d,
                            const touch_part *part, arc_error *err) {
  const arc__tables *t = plan->eval.tables;
  if (arc__grow(plan->cadence->heap, (void **)&plan->touches, &plan->touch_capacity,
                plan->touch_count + 1, sizeof *plan->touches) != ARC_OK)
    return arc__fail_nomem(err);
  arc_touch *touch = &plan->touches[plan->touch_count];
  uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, d->anchor);
  memset(touch, 0, sizeof *touch);
  touch->struct_size = (uint32_t)sizeof *touch;
  touch->customer = arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, d->account));
  touch->anchor = arc__text(t, ARC__INVOICE_KEY, invoice);
  touch->policy = d->choice.name;
  touch->policy_version = d->choice.version;
  touch->reason = part->reason;
  arc__currency_unpack(touch->currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, d->account));
  touch->day = plan->eval.day;
  touch->offset = part->offset;
  touch->channel = part->channel;
  touch->tone = part->tone;
  touch->status = part->withheld ? ARC_TOUCH_WITHHELD : ARC_TOUCH_PLANNED;
  touch->anchor_instalment = arc__instalment_number(t, d->anchor);
  touch_put_step(d, part, touch);
  arc__buffer_string(&plan->text, part->step);
  arc__buffer_string(&plan->text, part->besides);
  ARC__TRY(arc__cadence_keep_text(plan, &touch->step, err));
  arc__cadence_put_key(&plan->text, t, d, part->step, part->besides, part->withheld);
  ARC__TRY(arc__cadence_keep_text(plan, &touch->key, err));
  if (!part->withheld) ARC__TRY(touch_put_items(plan, d, part, touch, err));
  plan->touch_count++;
  plan->withheld += part->withheld != 0;
  return ARC_OK;
}

/* "<reason><word><role>", cut to what the ledger takes. */
static arc_status touch_keep_reason(arc__cadence_plan *plan, arc_text reason, const char *word,
                                    const char *role, arc_text *kept, arc_error *err) {
  arc__buffer_bytes(&plan->text, reason.data, reason.size);
  arc__buffer_string(&plan->text, word);
  arc__buffer_string(&plan->text, role);
  if (plan->text.size > TOUCH_REASON_MAX)
    plan->text.size = arc__text_whole((const char *)plan->text.data, TOUCH_REASON_MAX);
  return arc__cadence_keep_text(plan, kept, err);
}

/* ---- what happens besides ---- */

static touch_part touch_besides(const arc__cadence_decision *d, const char *besides,
                                int32_t items_by) {
  touch_part part = {d->step->name, besides, d->step->offset, ARC_CHANNEL_CALL, d->step->tone,
                     items_by,      0,       {NULL, 0}};
  return part;
}

static arc_status touch_add_call(arc__cadence_plan *plan, const arc__cadence_decision *d,
                                 arc_text reason, arc_error *err) {
  touch_part call = touch_besides(d, ARC__CADENCE_CALL, ARC_CHANNEL_CALL);
  arc_text why = arc__cadence_withhold_call(&plan->eval, d);
  call.withheld = why.size > 0;
  if (call.withheld)
    ARC__TRY(touch_keep_reason(plan, why, "", "", &call.reason, err));
  else
    ARC__TRY(touch_keep_reason(plan, reason, "; call ", d->step->call, &call.reason, err));
  if (plan->eval.reason.failed) return arc__fail_nomem(err);
  plan->eval.planned_calls += !call.withheld;
  return touch_add(plan, d, &call, err);
}

static arc_status touch_add_step(arc__cadence_plan *plan, const arc__cadence_decision *d,
                                 arc_error *err) {
  touch_part part = {d->step->name,
                     "",
                     d->step->offset,
                     d->channel,
                     d->step->tone,
                     d->channel,
                     d->outcome == ARC__CADENCE_WITHHOLD,
                     {NULL, 0}};
  ARC__TRY(touch_keep_reason(plan, d->reason, "", "", &part.reason, err));
  ARC__TRY(touch_add(plan, d, &part, err));
  if (part.withheld) return ARC_OK;
  if (d->step->call[0]) ARC__TRY(touch_add_call(plan, d, part.reason, err));
  if (!d->step->escalate[0]) return ARC_OK;
  touch_part escalation = touch_besides(d, ARC__CADENCE_ESCALATE, d->channel);
  ARC__TRY(touch_keep_reason(plan, part.reason, "; escalate ", d->step->escalate,
                             &escalation.reason, err));
  return touch_add(plan, d, &escalation, err);
}

/* An escalation of its own: a task for a human, of no step. */
static arc_status touch_add_trigger(arc__cadence_plan *plan, const arc__cadence_decision *d,
                                    const arc__cadence_trigger *trigger, arc_error *err) {
  const arc__open_item *item = &plan->eval.items.data[d->lead];
  const arc__tables *t = plan->eval.tables;
  arc__cadence_decision of_lead = *d;
  touch_part part = {trigger->who,
                     ARC__CADENCE_ESCALATE,
                     ARC__STEP_NONE,
                     ARC_CHANNEL_CALL,
                     ARC_TONE_FINAL,
                     ARC_CHANNEL_NONE,
                     0,
                     {NULL, 0}};
  of_lead.step = NULL;
  of_lead.anchor = item->instalment;
  of_lead.due = item->due;
  arc_text number = arc__invoice_number(t, item->invoice);
  arc__buffer_bytes(&plan->text, number.data, number.size);
  int32_t age = plan->eval.day - item->due;
  arc__buffer_format(&plan->text, " is %d day%s past due; escalate %s", age, age == 1 ? "" : "s",
                     trigger->who);
  arc_text none = {"", 0};
  ARC__TRY(touch_keep_reason(plan, none, "", "", &part.reason, err));
  return touch_add(plan, &of_lead, &part, err);
}

arc_status arc__cadence_add(arc__cadence_plan *plan, const arc__cadence_decision *d,
                            arc_error *err) {
  const arc__cadence_policy *policy = d->choice.policy;
  if (d->outcome == ARC__CADENCE_WITHHOLD || d->outcome == ARC__CADENCE_PLAN)
    ARC__TRY(touch_add_step(plan, d, err));
  for (size_t i = 0; policy && i < policy->trigger_count; i++)
    if (arc__cadence_triggered(&plan->eval, d, &policy->triggers[i]))
      ARC__TRY(touch_add_trigger(plan, d, &policy->triggers[i], err));
  return plan->eval.reason.failed ? arc__fail_nomem(err) : ARC_OK;
}
