/*
 * Today's list: the next best action of every account with something overdue, and which of them fit the day.
 *
 * Each capacity is a knapsack of minutes. An action takes the same minutes for every account, so that of those with
 * the same minutes only the most valuable can be chosen, no more than fit; what is left is solved exactly by minutes.
 * Costs the worklist, and at most some ten million steps a capacity.
 */
#include "scorer_internal.h"

#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "currency.h"
#include "report.h"
#include "text.h"
#include "struct_sizes.h"

#define TODAY_MINUTES 10000
#define TODAY_CAPACITIES 1024
#define TODAY_QUIET 7   /* days after a reminder without another */
#define TODAY_OLD 90    /* days late from which it is handed on */

static const char *const today_names[ARC_WORK_KINDS] = {"remind", "call", "settle dispute", "escalate"};
static const uint32_t today_minutes[ARC_WORK_KINDS] = {3, 15, 30, 30};

typedef struct today_task {
  arc__priority of;
  int32_t action;   /* -1: nothing to do */
  const char *reason;
  uint32_t minutes;
  size_t capacity;  /* it draws on, or SIZE_MAX */
  int chosen;
} today_task;

typedef struct today {
  const arc_scorer *scorer;
  const arc__heap *heap;
  arc__view view;
  arc_today_options options;
  arc_capacity *capacities;
  today_task *tasks;
  size_t count;
  arc_report *report;
} today;

/* ---- what to do ---- */

/* The last day a reminder went out to the account; ARC_DAY_NONE: never. */
static arc_day today_last_touch(const today *d, uint32_t account) {
  const arc__tables *t = d->view.tables;
  arc_day last = ARC_DAY_NONE;
  for (uint32_t touch = arc__u32(t, ARC__ACCOUNT_TOUCH, account); touch; touch = arc__u32(t, ARC__TOUCH_NEXT, touch)) {
    int status = arc__u8(t, ARC__TOUCH_STATUS, touch);
    arc_day day = arc__i32(t, ARC__TOUCH_DAY, touch);
    if (touch > arc__view_rows(&d->view, ARC__TABLE_TOUCH) || day > d->view.day || day <= last) continue;
    if (status == ARC_TOUCH_SENT || status == ARC_TOUCH_DELIVERED) last = day;
  }
  return last;
}

/* Whether all that is overdue waits for a promise or plan, or is held. */
static arc_status today_waits(const today *d, uint32_t account, arc__open_items *items, int *waits, arc_error *err) {
  const unsigned kinds = 1u << ARC__EXCEPTION_PROMISE | 1u << ARC__EXCEPTION_PLAN | 1u << ARC__EXCEPTION_HOLD;
  ARC__TRY(arc__view_open_items(&d->view, account, items, err));
  *waits = 1;
  for (size_t i = 0; i < items->count && items->data[i].due < d->view.day; i++)
    if (!arc__view_pause(&d->view, items->data[i].invoice, 0, kinds)) *waits = 0;
  return ARC_OK;
}

/* The first rule that fits. */
static void today_decide(const today *d, today_task *task, int waits) {
  const arc__tables *t = d->view.tables;
  const arc__priority *p = &task->of;
  uint32_t flags = arc__u32(t, ARC__CUSTOMER_FLAGS, arc__u32(t, ARC__ACCOUNT_CUSTOMER, p->account));
  arc_day touched = today_last_touch(d, p->account);
  static const struct {
    int32_t action;
    const char *reason;
  } rules[] = {
      {-1, "legal, insolvency or do not contact"},
      {-1, "a promise, plan or hold covers all that is overdue"},
      {ARC_WORK_DISPUTE, "all that is overdue is disputed"},
      {ARC_WORK_CALL, "a promise was broken"},
      {ARC_WORK_ESCALATE, "more than 90 days late"},
      {-1, "a reminder went out within 7 days"},
      {ARC_WORK_CALL, "no payment since the last reminder"},
      {ARC_WORK_DISPUTE, "a dispute blocks a part"},
      {ARC_WORK_CALL, "pays later than it used to"},
      {ARC_WORK_REMIND, "overdue"},
  };
  const int fits[] = {(flags & (ARC_CUSTOMER_LEGAL | ARC_CUSTOMER_INSOLVENT | ARC_CUSTOMER_DECEASED | ARC_CUSTOMER_DO_NOT_CONTACT)) != 0,
                      waits, p->priority == 0 && p->disputed, p->broken > 0, p->oldest_days > TODAY_OLD,
                      touched != ARC_DAY_NONE && d->view.day - touched < TODAY_QUIET, p->silent, p->disputed, p->worse, 1};
  size_t rule = 0;
  while (!fits[rule]) rule++;
  task->action = rules[rule].action;
  task->reason = rules[rule].reason;
  task->minutes = task->action < 0 ? 0 : d->options.minutes[task->action];
}

/* ---- which capacity ---- */

static arc_text today_owner(const today *d, uint32_t account) {
  const arc__tables *t = d->view.tables;
  return arc__name(t, arc__u32(t, ARC__CUSTOMER_OWNER, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)));
}

static size_t today_capacity(const today *d, const today_task *task) {
  arc_text owner = today_owner(d, task->of.account), none = {"", 0};
  for (int step = 0; step < 4; step++)
    for (size_t i = 0; i < d->options.capacity_count; i++) {
      const arc_capacity *c = &d->capacities[i];
      if (c->action == (step % 2 ? -1 : task->action) && arc__text_equal(c->owner, step < 2 ? owner : none)) return i;
    }
  return SIZE_MAX;
}

/* ---- the optimum ---- */

typedef struct today_knapsack {
  today_task **tasks; /* candidates, in the order of the worklist */
  int64_t *best;      /* by minutes used at most */
  unsigned char *taken; /* tasks * (minutes + 1) bits */
  size_t count, room;
  uint32_t minutes;
} today_knapsack;

/* Of tasks with the same minutes the first, as many as fit. */
static void today_candidates(today *d, today_knapsack *k, size_t capacity) {
  uint32_t used[ARC_WORK_KINDS] = {0};
  for (size_t i = 0; i < d->count; i++) {
    today_task *task = &d->tasks[i];
    size_t alike = 0; /* the first action that takes as long */
    if (task->capacity != capacity || task->action < 0) continue;
    while (d->options.minutes[alike] != task->minutes) alike++;
    if (used[alike] + task->minutes > k->minutes) continue;
    used[alike] += task->minutes;
    k->tasks[k->count++] = task;
  }
}

static void today_solve(today_knapsack *k) {
  size_t width = (size_t)k->minutes + 1;
  for (size_t i = 0; i < k->count; i++) {
    uint32_t need = k->tasks[i]->minutes;
    for (size_t m = width; m-- > need;) {
      int64_t with = k->best[m - need] + k->tasks[i]->of.worth;
      if (with <= k->best[m]) continue;
      k->best[m] = with;
      k->taken[(i * width + m) / 8] = (unsigned char)(k->taken[(i * width + m) / 8] | 1u << (i * width + m) % 8);
    }
  }
  size_t left = k->minutes;
  for (size_t i = k->count; i-- > 0;) {
    if (!(k->taken[(i * width + left) / 8] >> (i * width + left) % 8 & 1)) continue;
    k->tasks[i]->chosen = 1;
    left -= k->tasks[i]->minutes;
  }
}

/* At most minutes / 1 + minutes / 2 + ... candidates for the four actions: 4 * minutes. */
static arc_status today_choose(today *d, size_t capacity, arc_error *err) {
  today_knapsack k;
  memset(&k, 0, sizeof k);
  k.minutes = d->capacities[capacity].minutes;
  k.room = d->count < (size_t)4 * k.minutes ? d->count : (size_t)4 * k.minutes;
  if (!k.room) return ARC_OK;
  size_t width = (size_t)k.minutes + 1, bits;
  k.tasks = arc__alloc(d->heap, k.room * sizeof *k.tasks);
  if (!k.tasks) return arc__fail_nomem(err);
  today_candidates(d, &k, capacity);
  bits = (k.count * width + 8) / 8;
  k.best = arc__alloc(d->heap, width * sizeof *k.best);
  k.taken = arc__alloc(d->heap, bits);
  arc_status status = k.best && k.taken ? ARC_OK : arc__fail_nomem(err);
  if (status == ARC_OK) today_solve(&k);
  arc__free(d->heap, k.tasks, k.room * sizeof *k.tasks);
  arc__free(d->heap, k.best, width * sizeof *k.best);
  arc__free(d->heap, k.taken, bits);
  return status;
}

/* ---- the report ---- */

static void today_row(today *d, const arc_capacity *c, const today_task *task, int64_t rank) {
  const arc__tables *t = d->view.tables;
  arc_text owner = today_owner(d, task->of.account);
  arc_text customer = arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, task->of.account));
  char code[4];
  arc__currency_unpack(code, arc__u32(t, ARC__ACCOUNT_CURRENCY, task->of.account));
  if (c->owner.size) owner = c->owner;
  arc__report_add_text(d->report, owner.data, owner.size);
  arc__report_add_string(d->report, today_names[task->action]);
  arc__report_add_integer(d->report, rank);
  arc__report_add_text(d->report, customer.data, customer.size);
  arc__report_add_string(d->report, code);
  arc__report_add_integer(d->report, task->of.priority);
  arc__report_add_integer(d->report, task->of.worth);
  arc__report_add_integer(d->report, task->minutes);
  arc__report_add_string(d->report, task->reason);
  arc__report_add_null(d->report);
  arc__report_add_null(d->report);
}

static arc_status today_write(today *d, size_t capacity, arc_error *err) {
  const arc_capacity *c = &d->capacities[capacity];
  int64_t worth = 0, left = 0, minutes = 0, rank = 0;
  for (size_t i = 0; i < d->count; i++) {
    const today_task *task = &d->tasks[i];
    if (task->capacity != capacity || task->action < 0) continue;
    int64_t *sum = task->chosen ? &worth : &left;
    if (!arc__add(sum, *sum, task->of.worth)) return arc__fail(err, ARC_E_OVERFLOW, "the worth of the day does not add up within 64 bits");
    minutes += task->chosen ? task->minutes : 0;
  }
  arc__report_add_text(d->report, c->owner.data, c->owner.size);
  arc__report_add_string(d->report, c->action < 0 ? "" : today_names[c->action]);
  arc__report_add_integer(d->report, 0);
  arc__report_add_string(d->report, "");
  arc__report_add_string(d->report, "");
  arc__report_add_null(d->report);
  arc__report_add_integer(d->report, worth);
  arc__report_add_integer(d->report, minutes);
  arc__report_add_string(d->report, "");
  arc__report_add_integer(d->report, left);
  arc__report_add_integer(d->report, 0);
  for (size_t i = 0; i < d->count; i++)
    if (d->tasks[i].capacity == capacity && d->tasks[i].chosen) today_row(d, c, &d->tasks[i], ++rank);
  return ARC_OK;
}

/* ---- the call ---- */

static arc_status today_check(today *d, const arc_today_options *options, arc_error *err) {
  arc_today_options *o = &d->options;
  ARC__TRY(ARC__READ(arc_today_options, o, options, err));
  if (o->as_of < ARC_DAY_FIRST || o->as_of >= ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "as_of must be a day of the years 1 to 9999, and not the last");
  if (o->capacity_count > TODAY_CAPACITIES || (o->capacity_count && !o->capacities) || o->reserved)
    return arc__fail(err, ARC_E_INVALID, "at most %d capacities, and reserved 0", TODAY_CAPACITIES);
  for (int a = 0; a < ARC_WORK_KINDS; a++) {
    if (o->minutes[a] > TODAY_MINUTES) return arc__fail(err, ARC_E_INVALID, "an action takes at most %d minutes", TODAY_MINUTES);
    if (o->minutes[a] == 0) o->minutes[a] = today_minutes[a];
  }
  return ARC_OK;
}

static arc_status today_read_capacities(today *d, arc_error *err) {
  uint32_t stride = 0;
  if (!d->options.capacity_count) return ARC_OK;
  d->capacities = arc__alloc(d->heap, d->options.capacity_count * sizeof *d->capacities);
  if (!d->capacities) return arc__fail_nomem(err);
  memcpy(&stride, d->options.capacities, sizeof stride);
  for (uint32_t i = 0; i < d->options.capacity_count; i++) {
    arc_capacity *c = &d->capacities[i];
    ARC__TRY(ARC__READ(arc_capacity, c, (const char *)d->options.capacities + (size_t)i * stride, err));
    ARC__TRY(arc__text_check(&c->owner, 0, 512, ARC__TEXT_LINE, "owner", i, 2, err));
    if (c->action < -1 || c->action >= ARC_WORK_KINDS || c->minutes > TODAY_MINUTES || c->reserved)
      return arc__fail_field(err, ARC_E_INVALID, i, 1, "action must be one of ARC_WORK_* or -1, minutes at most %d", TODAY_MINUTES);
  }
  return ARC_OK;
}

static arc_status today_tasks(today *d, const arc__priority *rows, arc_error *err) {
  arc__open_items items = {d->heap, NULL, 0, 0};
  arc_status status = ARC_OK;
  for (size_t i = 0; i < d->count && status == ARC_OK; i++) {
    int waits = 0;
    d->tasks[i].of = rows[i];
    status = today_waits(d, rows[i].account, &items, &waits, err);
    if (status < 0) break;
    today_decide(d, &d->tasks[i], waits);
    d->tasks[i].capacity = d->tasks[i].action < 0 ? SIZE_MAX : today_capacity(d, &d->tasks[i]);
  }
  arc__open_items_free(&items);
  for (size_t c = 0; c < d->options.capacity_count && status == ARC_OK; c++) status = today_choose(d, c, err);
  for (size_t c = 0; c < d->options.capacity_count && status == ARC_OK; c++) status = today_write(d, c, err);
  return status;
}

static arc_status today_run(today *d, arc_error *err) {
  arc__priority *rows;
  size_t capacity, count;
  ARC__TRY(today_read_capacities(d, err));
  ARC__TRY(arc__priorities(&rows, &count, &capacity, d->scorer, d->options.as_of, err));
  d->count = count;
  d->tasks = arc__alloc(d->heap, (count + 1) * sizeof *d->tasks);
  arc_status status = d->tasks ? today_tasks(d, rows, err) : arc__fail_nomem(err);
  arc__free(d->heap, d->tasks, (count + 1) * sizeof *d->tasks);
  arc__free(d->heap, rows, capacity * sizeof *rows);
  return status;
}

arc_status arc_scorer_today(arc_report **out, arc_scorer *scorer, const arc_today_options *options, arc_error *err) {
  static const arc__report_column columns[] = {
      {"owner", ARC_COLUMN_TEXT},    {"action", ARC_COLUMN_TEXT},    {"rank", ARC_COLUMN_INTEGER},
      {"customer", ARC_COLUMN_TEXT}, {"currency", ARC_COLUMN_TEXT},  {"priority", ARC_COLUMN_MONEY},
      {"worth", ARC_COLUMN_INTEGER}, {"minutes", ARC_COLUMN_INTEGER}, {"reason", ARC_COLUMN_TEXT},
      {"left", ARC_COLUMN_INTEGER},  {"gap", ARC_COLUMN_INTEGER}};
  today d;
  if (!out || !scorer) return arc__fail(err, ARC_E_INVALID, "out and scorer must not be NULL");
  *out = NULL;
  memset(&d, 0, sizeof d);
  d.scorer = scorer;
  d.heap = arc__ledger_heap(scorer->ledger);
  ARC__TRY(today_check(&d, options, err));
  ARC__TRY(arc__view_open(&d.view, scorer->ledger, d.options.as_of, err));
  d.report = arc__report_new(d.heap, columns, sizeof columns / sizeof *columns);
  arc_status status = today_run(&d, err);
  arc__free(d.heap, d.capacities, d.options.capacity_count * sizeof *d.capacities);
  arc__view_close(&d.view);
  if (status == ARC_OK) return arc__report_finish(out, d.report, err);
  arc_report_free(d.report);
  return status;
}
