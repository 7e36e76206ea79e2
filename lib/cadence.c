/* The engine: which accounts are looked at on a day, and the touches that come of it. It owns the
 * compiled policies and a calendar queue of accounts by the day on which time alone may change what
 * is decided. Whatever else may change a decision is a command, and the ledger lists the accounts
 * by last change. So a plan costs in proportion to the accounts that are due or changed. Until a
 * plan is recorded, nothing of the queue changes; planning into a caller's batch, which may yet be
 * dropped, leaves it as it is too. */
#include "cadence_internal.h"

#include "currency.h"
#include "error.h"
#include "text.h"

#include <string.h>

#define CADENCE_BLOCK      16384
#define CADENCE_ALIGN      16
#define CADENCE_REASON_MAX 512
#define CADENCE_ITEMS_MAX  100000u   /* that the ledger takes in a touch */
#define CADENCE_DEFAULT    "default" /* the policy of a customer that names none */

/* ---- policies of the book ---- */

static void cadence_compiled_free(const arc__heap *heap, arc__cadence_compiled *compiled) {
  arc__free(heap, compiled->policy, sizeof *compiled->policy);
  arc__free(heap, compiled->text, compiled->size);
  memset(compiled, 0, sizeof *compiled);
}

static arc_status cadence_parse_named(arc__cadence_policy *policy, arc_text name, arc_text text,
                                      arc_error *err) {
  arc_error detail = ARC_ERROR_INIT;
  arc_status status = arc__cadence_policy_parse(policy, text.data, text.size, &detail);
  if (status >= 0) return status;
  return arc__fail_at(err, ARC_E_SYNTAX, detail.line, detail.column, "policy \"%.*s\": %s",
                      (int)name.size, name.data, detail.text);
}

static arc_status cadence_compile(arc_cadence *cadence, uint32_t row, arc_error *err) {
  const arc__tables *t = arc__ledger_tables(cadence->ledger);
  arc_text text = arc__text(t, ARC__POLICY_TEXT, row);
  arc__cadence_compiled *old = &cadence->policies[row];
  arc__cadence_compiled fresh = {NULL, NULL, text.size};
  if (old->policy && old->size == text.size && memcmp(old->text, text.data, text.size) == 0)
    return ARC_OK;
  fresh.policy = arc__alloc(cadence->heap, sizeof *fresh.policy);
  arc_status status =
      fresh.policy
          ? cadence_parse_named(fresh.policy, arc__text(t, ARC__POLICY_NAME, row), text, err)
          : arc__fail_nomem(err);
  if (status >= 0) fresh.text = arc__alloc(cadence->heap, text.size);
  if (status >= 0 && !fresh.text) status = arc__fail_nomem(err);
  if (status < 0) {
    cadence_compiled_free(cadence->heap, &fresh);
    return status;
  }
  memcpy(fresh.text, text.data, text.size);
  cadence_compiled_free(cadence->heap, old);
  *old = fresh;
  cadence->all_due = 1;
  return ARC_OK;
}

arc_status arc__cadence_refresh(arc_cadence *cadence, arc_error *err) {
  uint32_t rows = arc__ledger_tables(cadence->ledger)->rows[ARC__TABLE_POLICY];
  size_t before = cadence->policy_capacity;
  if (arc__grow(cadence->heap, (void **)&cadence->policies, &cadence->policy_capacity,
                (size_t)rows + 1, sizeof *cadence->policies) != ARC_OK)
    return arc__fail_nomem(err);
  memset(cadence->policies + before, 0,
         (cadence->policy_capacity - before) * sizeof *cadence->policies);
  for (uint32_t row = 1; row <= rows; row++)
    ARC__TRY(cadence_compile(cadence, row, err));
  return ARC_OK;
}

const arc__cadence_policy *arc__cadence_named(const arc_cadence *cadence, arc_text name) {
  static const arc_text fallback = {CADENCE_DEFAULT, sizeof CADENCE_DEFAULT - 1};
  const arc__tables *t = arc__ledger_tables(cadence->ledger);
  uint32_t row = name.size ? arc__index_find(t, ARC__INDEX_POLICY, name, 0) : 0;
  if (row) return cadence->policies[row].policy;
  return arc__text_equal(name, fallback) ? &cadence->built_in : NULL;
}

arc__cadence_choice arc__cadence_choose(const arc_cadence *cadence, uint32_t customer) {
  static const arc_text none = {"none", 4};
  static const arc_text fallback = {CADENCE_DEFAULT, sizeof CADENCE_DEFAULT - 1};
  const arc__tables *t = arc__ledger_tables(cadence->ledger);
  arc_text own = arc__name(t, arc__u32(t, ARC__CUSTOMER_POLICY, customer));
  arc__cadence_choice choice = {NULL, own, {NULL, 0}};
  if (arc__text_equal(own, none)) return choice;
  choice.policy = arc__cadence_named(cadence, own);
  if (choice.policy) return choice;
  choice.policy = arc__cadence_named(cadence, fallback);
  choice.name = fallback;
  choice.unknown = own;
  return choice;
}

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

/* ---- the plan of a day ---- */

typedef struct cadence_block {
  struct cadence_block *next;
  size_t size, used; /* both with this head */
} cadence_block;

typedef struct cadence_plan {
  arc_cadence *cadence;
  arc__cadence_eval eval;
  uint32_t *accounts; /* to look at, rising */
  arc_day *wakes;     /* of each, what was decided */
  size_t count, account_capacity, wake_capacity;
  arc_touch *touches;
  size_t touch_count, touch_capacity, withheld;
  cadence_block *blocks; /* what the touches point to */
  arc__buffer text;      /* being put together */
} cadence_plan;

static void cadence_plan_free(cadence_plan *plan) {
  const arc__heap *heap = plan->cadence->heap;
  for (cadence_block *block = plan->blocks, *next; block; block = next) {
    next = block->next;
    arc__free(heap, block, block->size);
  }
  arc__free(heap, plan->accounts, plan->account_capacity * sizeof *plan->accounts);
  arc__free(heap, plan->wakes, plan->wake_capacity * sizeof *plan->wakes);
  arc__free(heap, plan->touches, plan->touch_capacity * sizeof *plan->touches);
  arc__buffer_free(&plan->text);
}

static void *cadence_keep(cadence_plan *plan, size_t size) {
  size_t head = (sizeof(cadence_block) + CADENCE_ALIGN - 1) / CADENCE_ALIGN * CADENCE_ALIGN;
  size = (size + CADENCE_ALIGN - 1) / CADENCE_ALIGN * CADENCE_ALIGN;
  if (!plan->blocks || size > plan->blocks->size - plan->blocks->used) {
    size_t whole = head + size > CADENCE_BLOCK ? head + size : CADENCE_BLOCK;
    cadence_block *block = arc__alloc(plan->cadence->heap, whole);
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

/* Keeps what is in plan->text, and empties it. */
static arc_status cadence_keep_text(cadence_plan *plan, arc_text *kept, arc_error *err) {
  size_t size = plan->text.size;
  char *data = plan->text.failed ? NULL : cadence_keep(plan, size + 1);
  if (!data) return arc__fail_nomem(err);
  if (size) memcpy(data, plan->text.data, size);
  kept->data = data;
  kept->size = size;
  plan->text.size = 0;
  return ARC_OK;
}

/* ---- which accounts ---- */

static arc_status cadence_look_at(cadence_plan *plan, uint32_t account, arc_error *err) {
  if (arc__grow(plan->cadence->heap, (void **)&plan->accounts, &plan->account_capacity,
                plan->count + 1, sizeof *plan->accounts) != ARC_OK)
    return arc__fail_nomem(err);
  plan->accounts[plan->count++] = account;
  return ARC_OK;
}

static arc_status cadence_find_due(cadence_plan *plan, arc_day day, arc_error *err) {
  const arc_cadence *cadence = plan->cadence;
  arc_day from =
      day - cadence->drained > ARC__CADENCE_DAYS ? day - ARC__CADENCE_DAYS : cadence->drained;
  for (arc_day slot = from + 1; slot <= day; slot++)
    for (uint32_t account = cadence->first[(uint32_t)slot % ARC__CADENCE_DAYS]; account;
         account = cadence->places[account].next)
      if (cadence->places[account].wake <= day) ARC__TRY(cadence_look_at(plan, account, err));
  return ARC_OK;
}

static arc_status cadence_find_changed(cadence_plan *plan, arc_error *err) {
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
static void cadence_sort_accounts(cadence_plan *plan) {
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

static arc_status cadence_find_accounts(cadence_plan *plan, arc_day day, arc_error *err) {
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

/* ---- touches ---- */

/* What one of a decision's touches has of its own. */
typedef struct cadence_part {
  const char *besides; /* behind the step's name */
  int32_t channel;
  int32_t items_by; /* the channel by which items are listed */
  int withheld;
  arc_text reason;
} cadence_part;

static arc_status cadence_put_key(cadence_plan *plan, const arc__cadence_decision *d,
                                  const cadence_part *part, arc_touch *touch, arc_error *err) {
  arc__buffer *b = &plan->text;
  arc__buffer_bytes(b, touch->customer.data, touch->customer.size);
  arc__buffer_format(b, "|%s|", touch->currency);
  arc__buffer_bytes(b, touch->anchor.data, touch->anchor.size);
  arc__buffer_format(b, "#%u|%dd|%s%s%s", touch->anchor_instalment, touch->offset, d->step->name,
                     part->besides, part->withheld ? "|withheld" : "");
  return cadence_keep_text(plan, &touch->key, err);
}

static arc_status cadence_put_items(cadence_plan *plan, const arc__cadence_decision *d,
                                    int32_t channel, arc_touch *touch, arc_error *err) {
  const arc__cadence_eval *eval = &plan->eval;
  size_t count = 0;
  for (size_t i = 0; i < eval->items.count; i++)
    count += arc__cadence_asked(eval, d, i, channel) > 0;
  if (count > CADENCE_ITEMS_MAX) count = CADENCE_ITEMS_MAX; /* the oldest */
  arc_touch_item *items = cadence_keep(plan, count * sizeof *items);
  if (!items) return arc__fail_nomem(err);
  touch->items = items;
  touch->item_count = (uint32_t)count;
  for (size_t i = 0, listed = 0; listed < count; i++) {
    int64_t amount = arc__cadence_asked(eval, d, i, channel);
    if (amount <= 0) continue;
    listed++;
    const arc__open_item *item = &eval->items.data[i];
    items->struct_size = (uint32_t)sizeof *items;
    items->instalment = arc__instalment_number(eval->tables, item->instalment);
    items->invoice = arc__text(eval->tables, ARC__INVOICE_KEY, item->invoice);
    items->amount = amount;
    items++;
  }
  return ARC_OK;
}

static arc_status cadence_add_touch(cadence_plan *plan, const arc__cadence_decision *d,
                                    const cadence_part *part, arc_error *err) {
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
  touch->reason = part->reason;
  arc__currency_unpack(touch->currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, d->account));
  touch->day = plan->eval.day;
  touch->offset = d->step->offset;
  touch->channel = part->channel;
  touch->tone = d->step->tone;
  touch->status = part->withheld ? ARC_TOUCH_WITHHELD : ARC_TOUCH_PLANNED;
  touch->anchor_instalment = arc__instalment_number(t, d->anchor);
  arc__buffer_string(&plan->text, d->step->name);
  arc__buffer_string(&plan->text, part->besides);
  ARC__TRY(cadence_keep_text(plan, &touch->step, err));
  ARC__TRY(cadence_put_key(plan, d, part, touch, err));
  if (!part->withheld) ARC__TRY(cadence_put_items(plan, d, part->items_by, touch, err));
  plan->touch_count++;
  plan->withheld += part->withheld != 0;
  return ARC_OK;
}

/* "<reason><word><role>", cut to what the ledger takes. */
static arc_status cadence_keep_reason(cadence_plan *plan, arc_text reason, const char *word,
                                      const char *role, arc_text *kept, arc_error *err) {
  arc__buffer_bytes(&plan->text, reason.data, reason.size);
  arc__buffer_string(&plan->text, word);
  arc__buffer_string(&plan->text, role);
  if (plan->text.size > CADENCE_REASON_MAX)
    plan->text.size = arc__text_whole((const char *)plan->text.data, CADENCE_REASON_MAX);
  return cadence_keep_text(plan, kept, err);
}

static arc_status cadence_add_call(cadence_plan *plan, const arc__cadence_decision *d,
                                   arc_text reason, arc_error *err) {
  cadence_part call = {ARC__CADENCE_CALL, ARC_CHANNEL_CALL, ARC_CHANNEL_CALL, 0, {NULL, 0}};
  arc_text why = arc__cadence_withhold_call(&plan->eval, d);
  call.withheld = why.size > 0;
  if (call.withheld)
    ARC__TRY(cadence_keep_reason(plan, why, "", "", &call.reason, err));
  else
    ARC__TRY(cadence_keep_reason(plan, reason, "; call ", d->step->call, &call.reason, err));
  if (plan->eval.reason.failed) return arc__fail_nomem(err);
  return cadence_add_touch(plan, d, &call, err);
}

static arc_status cadence_add(cadence_plan *plan, const arc__cadence_decision *d, arc_error *err) {
  cadence_part part = {"", d->channel, d->channel, d->outcome == ARC__CADENCE_WITHHOLD, {NULL, 0}};
  if (d->outcome != ARC__CADENCE_WITHHOLD && d->outcome != ARC__CADENCE_PLAN) return ARC_OK;
  ARC__TRY(cadence_keep_reason(plan, d->reason, "", "", &part.reason, err));
  ARC__TRY(cadence_add_touch(plan, d, &part, err));
  if (part.withheld) return ARC_OK;
  if (d->step->call[0]) ARC__TRY(cadence_add_call(plan, d, part.reason, err));
  if (!d->step->escalate[0]) return ARC_OK;
  cadence_part escalation = {ARC__CADENCE_ESCALATE, ARC_CHANNEL_CALL, d->channel, 0, {NULL, 0}};
  ARC__TRY(cadence_keep_reason(plan, part.reason, "; escalate ", d->step->escalate,
                               &escalation.reason, err));
  return cadence_add_touch(plan, d, &escalation, err);
}

static arc_status cadence_decide_all(cadence_plan *plan, arc_error *err) {
  arc__cadence_decision d;
  if (plan->count && arc__grow(plan->cadence->heap, (void **)&plan->wakes, &plan->wake_capacity,
                               plan->count, sizeof *plan->wakes) != ARC_OK)
    return arc__fail_nomem(err);
  for (size_t i = 0; i < plan->count; i++) {
    ARC__TRY(arc__cadence_decide(&plan->eval, plan->accounts[i], &d, err));
    ARC__TRY(cadence_add(plan, &d, err));
    plan->wakes[i] = d.wake;
  }
  return ARC_OK;
}

/* Decides everything; the ledger and the queue are as before. */
static arc_status cadence_prepare(cadence_plan *plan, arc_day day, arc_error *err) {
  ARC__TRY(arc__cadence_refresh(plan->cadence, err));
  ARC__TRY(cadence_reserve_places(plan->cadence, err));
  ARC__TRY(arc__cadence_eval_open(&plan->eval, plan->cadence, day, err));
  arc_status status = cadence_find_accounts(plan, day, err);
  if (status >= 0) status = cadence_decide_all(plan, err);
  arc__cadence_eval_close(&plan->eval);
  return status;
}

/* Records the touches, in a batch of its own that is opened already or in the caller's. */
static arc_status cadence_record(cadence_plan *plan, arc_day day, int own_batch, arc_error *err) {
  arc_ledger *ledger = plan->cadence->ledger;
  arc__savepoint before;
  arc_status status = ARC_OK;
  arc__ledger_savepoint(ledger, &before);
  if (plan->touch_count)
    status = arc_ledger_post_touches(ledger, plan->touches, plan->touch_count, err);
  if (plan->touch_count && status >= 0) status = arc_ledger_post_planning(ledger, day, err);
  if (!own_batch && status < 0) arc__ledger_back_to(ledger, &before);
  if (!own_batch) return status;
  if (status >= 0 && plan->touch_count) return arc_batch_commit(ledger, err);
  arc_batch_abort(ledger);
  return status;
}

/* What was planned is recorded: the queue follows. */
static void cadence_advance(cadence_plan *plan, arc_day day, int64_t seen) {
  arc_cadence *cadence = plan->cadence;
  for (size_t i = 0; i < plan->count; i++)
    cadence_queue(cadence, plan->accounts[i], plan->wakes[i]);
  cadence->seen = seen;
  cadence->drained = day;
  cadence->all_due = 0;
}

static arc_status cadence_plan_day(cadence_plan *plan, arc_day day, int own_batch, arc_error *err) {
  arc_ledger *ledger = plan->cadence->ledger;
  int64_t seen = arc__i64(arc__ledger_tables(ledger), ARC__BOOK_GENERATION, 1);
  arc_status status = cadence_prepare(plan, day, err);
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
  cadence_plan plan = {0};
  plan.cadence = cadence;
  arc__buffer_init(&plan.text, cadence->heap);
  arc_status status = cadence_plan_day(&plan, day, begun >= 0, err);
  if (status >= 0 && planned) *planned = plan.touch_count - plan.withheld;
  if (status >= 0 && withheld) *withheld = plan.withheld;
  cadence_plan_free(&plan);
  return status;
}

/* ---- the handle ---- */

arc_status arc_cadence_open(arc_cadence **out, arc_ledger *ledger,
                            const arc_cadence_options *options, arc_error *err) {
  arc_cadence_options known = ARC_CADENCE_OPTIONS_INIT;
  if (!out || !ledger)
    return arc__fail(err, ARC_E_INVALID, "arc_cadence_open: out and the ledger must not be NULL");
  if (options)
    ARC__TRY(
        arc__read_struct(&known, sizeof known, sizeof known, options, "arc_cadence_options", err));
  if (known.flags != 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "arc_cadence_options: flags must be 0");
  const arc__heap *heap = arc__ledger_heap(ledger);
  arc_cadence *cadence = arc__alloc(heap, sizeof *cadence);
  if (!cadence) return arc__fail_nomem(err);
  cadence->heap = heap;
  cadence->ledger = ledger;
  cadence->calendar = known.calendar;
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
  for (size_t i = 0; i < cadence->policy_capacity; i++)
    cadence_compiled_free(heap, &cadence->policies[i]);
  arc__free(heap, cadence->policies, cadence->policy_capacity * sizeof *cadence->policies);
  arc__free(heap, cadence->places, cadence->place_capacity * sizeof *cadence->places);
  arc__free(heap, cadence, sizeof *cadence);
}
