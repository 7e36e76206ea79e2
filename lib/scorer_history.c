/*
 * The payment history of an account, as it was known morning by morning.
 *
 * It owns the items of one account and what happened to them in the order in which it became known, and, as of the
 * morning it was brought to, the counts that the model's tables and features are made of. A settlement counts
 * half as much 240 days later: instead of shrinking all counts day by day, newer ones are entered with a greater
 * weight. What is undone is taken out with the weight it went in. Loading costs a sort of the account's events;
 * advancing costs the events passed.
 */
#include "scorer_internal.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"

#define HISTORY_HALF_LIFE 240
#define HISTORY_BITS 12      /* the weight 1 */
#define HISTORY_HALVINGS 24  /* after so many the base moves */

enum { HISTORY_ISSUED, HISTORY_PAID, HISTORY_GONE };

int32_t arc__late_clip(int64_t days) {
  if (days < ARC__LATE_FIRST) return ARC__LATE_FIRST;
  return days > ARC__LATE_LAST ? ARC__LATE_LAST : (int32_t)days;
}

int32_t arc__weekday(arc_day day) {
  int32_t weekday = (int32_t)(((int64_t)day + 3) % 7);
  return weekday < 0 ? weekday + 7 : weekday;
}

void arc__history_init(arc__payment_history *h, const arc__view *view) {
  memset(h, 0, sizeof *h);
  h->view = view;
  h->heap = arc__ledger_heap(view->ledger);
}

void arc__history_free(arc__payment_history *h) {
  arc__free(h->heap, h->items, h->item_capacity * sizeof *h->items);
  arc__free(h->heap, h->events, h->event_capacity * sizeof *h->events);
  arc__free(h->heap, h->live, h->live_capacity * sizeof *h->live);
  memset(h, 0, sizeof *h);
}

/* ---- loading ---- */

static uint64_t history_hash(const arc__tables *t, uint32_t invoice, uint32_t number) {
  static const uint64_t key[2] = {UINT64_C(0x7061796d656e7473), UINT64_C(0x6c69626172636f6c)};
  arc_text text = arc__text(t, ARC__INVOICE_KEY, invoice);
  return arc__siphash(key, text.data, text.size) + number * UINT64_C(0x9e3779b97f4a7c15);
}

static arc_status payment_event_add(arc__payment_history *h, arc_day morning, int kind, int64_t amount) {
  ARC__TRY(arc__grow(h->heap, (void **)&h->events, &h->event_capacity, h->event_count + 1, sizeof *h->events));
  arc__payment_event *e = &h->events[h->event_count++];
  e->morning = morning;
  e->kind = kind;
  e->item = (uint32_t)h->item_count - 1;
  e->amount = amount;
  return ARC_OK;
}

/* A settlement by cash, credit note or write-off is known on the next morning, and so is that it was undone. */
static arc_status history_entry(arc__payment_history *h, uint32_t entry) {
  const arc__view *v = h->view;
  const arc__tables *t = v->tables;
  arc_day day = arc__i32(t, ARC__ENTRY_DAY, entry), undone = arc__view_entry_undone(v, entry);
  uint32_t credit = arc__u32(t, ARC__ENTRY_CREDIT, entry);
  int64_t amount = arc__i64(t, ARC__ENTRY_AMOUNT, entry) + arc__i64(t, ARC__ENTRY_DISCOUNT, entry) +
                   arc__i64(t, ARC__ENTRY_TOLERANCE, entry);
  int kind = HISTORY_GONE;
  if (!arc__view_knows_entry(v, entry) || day > v->day) return ARC_OK;
  if (arc__u8(t, ARC__ENTRY_KIND, entry) == ARC__ENTRY_APPLICATION &&
      arc__u8(t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_PAYMENT)
    kind = HISTORY_PAID;
  ARC__TRY(payment_event_add(h, day + 1, kind, amount));
  return undone == ARC_DAY_NONE || undone > v->day ? ARC_OK : payment_event_add(h, undone + 1, kind, -amount);
}

static arc_status history_instalment(arc__payment_history *h, uint32_t invoice, uint32_t number) {
  const arc__tables *t = h->view->tables;
  uint32_t instalment = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice) + number;
  ARC__TRY(arc__grow(h->heap, (void **)&h->items, &h->item_capacity, h->item_count + 1, sizeof *h->items));
  ARC__TRY(arc__grow(h->heap, (void **)&h->live, &h->live_capacity, h->item_count + 1, sizeof *h->live));
  arc__payment_item *item = &h->items[h->item_count++];
  memset(item, 0, sizeof *item);
  item->invoice = invoice;
  item->instalment = instalment;
  item->issued = arc__i32(t, ARC__INVOICE_ISSUED, invoice);
  item->due = arc__i32(t, ARC__INSTALMENT_DUE, instalment);
  item->amount = arc__i64(t, ARC__INSTALMENT_AMOUNT, instalment);
  item->hash = history_hash(t, invoice, number);
  item->log_amount = (int32_t)(arc__fixed_log((item->amount < INT64_MAX >> 20 ? item->amount : INT64_MAX >> 20)
                                              * ARC__UNIT) / (ARC__UNIT / 256));
  item->settled = ARC_DAY_NONE;
  ARC__TRY(payment_event_add(h, item->issued, HISTORY_ISSUED, 0));
  for (uint32_t e = arc__u32(t, ARC__INSTALMENT_ENTRY, instalment); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, e))
    ARC__TRY(history_entry(h, e));
  return ARC_OK;
}

/* Instalments of one day come in the order of their hashes: the order in which a book was recorded does not matter. */
static int history_compare_items(const void *a, const void *b) {
  const arc__payment_item *x = a, *y = b;
  if (x->issued != y->issued) return x->issued < y->issued ? -1 : 1;
  if (x->due != y->due) return x->due < y->due ? -1 : 1;
  if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
  return x->instalment < y->instalment ? -1 : 1;
}

static int history_compare_events(const void *a, const void *b) {
  const arc__payment_event *x = a, *y = b;
  if (x->morning != y->morning) return x->morning < y->morning ? -1 : 1;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  if (x->item != y->item) return x->item < y->item ? -1 : 1;
  if (x->amount != y->amount) return x->amount > y->amount ? -1 : 1;
  return 0; /* equal in all that counts */
}

/* Events name items by their place in the order in which they were read; that order is sorted afterwards. */
static arc_status history_sort(arc__payment_history *h) {
  for (size_t i = 0; i < h->item_count; i++) h->items[i].live = (uint32_t)i;
  if (h->item_count > 1) qsort(h->items, h->item_count, sizeof *h->items, history_compare_items);
  for (size_t i = 0; i < h->item_count; i++) h->live[h->items[i].live] = (uint32_t)i;
  for (size_t i = 0; i < h->event_count; i++) h->events[i].item = h->live[h->events[i].item];
  if (h->event_count > 1) qsort(h->events, h->event_count, sizeof *h->events, history_compare_events);
  return ARC_OK;
}

void arc__history_rewind(arc__payment_history *h) {
  h->next_event = h->live_count = 0;
  h->morning = ARC_DAY_FIRST;
  h->base = h->event_count ? h->events[0].morning : 0;
  memset(&h->counts, 0, sizeof h->counts);
  h->settled = h->late = h->late30 = h->late_sum = h->late_squares = 0;
  h->paid_sum = h->paid_weighted = h->log_sum = h->moving = 0;
  h->recent_count = 0;
  h->day_count = 0;
  h->last_paid = ARC_DAY_NONE;
  h->runs.run.period = 0;
  h->runs.day_count = 0;
  for (size_t i = 0; i < h->item_count; i++) {
    arc__payment_item *item = &h->items[i];
    item->paid = item->gone = item->weight = 0;
    item->settled = item->left = ARC_DAY_NONE;
    item->live = 0;
  }
}

arc_status arc__history_load(arc__payment_history *h, uint32_t account, arc_error *err) {
  const arc__view *v = h->view;
  const arc__tables *t = v->tables;
  h->item_count = h->event_count = 0;
  for (uint32_t i = arc__u32(t, ARC__ACCOUNT_INVOICE, account); i; i = arc__u32(t, ARC__INVOICE_NEXT, i)) {
    if (i > arc__view_rows(v, ARC__TABLE_INVOICE) || arc__i32(t, ARC__INVOICE_ISSUED, i) > v->day)
      continue;
    for (uint32_t n = 0; n < arc__u16(t, ARC__INVOICE_INSTALMENTS, i); n++)
      if (history_instalment(h, i, n) < 0) return arc__fail_nomem(err);
  }
  ARC__TRY(history_sort(h));
  arc__history_rewind(h);
  return ARC_OK;
}

size_t arc__history_find(const arc__payment_history *h, uint32_t instalment) {
  for (size_t i = 0; i < h->item_count; i++)
    if (h->items[i].instalment == instalment) return i;
  return SIZE_MAX;
}

size_t arc__history_issued(const arc__payment_history *h) {
  size_t low = 0, high = h->item_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (h->items[middle].issued <= h->morning) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* ---- counting ---- */

/* 2^(days / 240) by repeated squaring of 2^(1 / 240), of 2^30. */
static int64_t history_power(int32_t days) {
  int64_t power = ARC__ONE, base = INT64_C(1076847394);
  for (int32_t left = days % HISTORY_HALF_LIFE; left; left /= 2) {
    if (left % 2) power = power * base / ARC__ONE;
    base = base * base / ARC__ONE;
  }
  return (power >> (30 - HISTORY_BITS)) << (days / HISTORY_HALF_LIFE);
}

int64_t arc__history_weight(const arc__payment_history *h, arc_day day) {
  int32_t days = day - h->base;
  if (days < 0) return 1;
  return history_power(days < HISTORY_HALF_LIFE * (HISTORY_HALVINGS + 2) ? days
                                                                         : HISTORY_HALF_LIFE * (HISTORY_HALVINGS + 2));
}

/* Moves the base on, so that weights stay small. */
static void history_rebase(arc__payment_history *h, arc_day day) {
  while (day - h->base > HISTORY_HALF_LIFE * HISTORY_HALVINGS) {
    for (int w = 0; w < 8; w++)
      for (int d = 0; d < ARC__LATE_DAYS; d++) {
        h->counts.paid[w][d] /= INT64_C(1) << HISTORY_HALVINGS;
        h->counts.risk[w][d] /= INT64_C(1) << HISTORY_HALVINGS;
      }
    for (size_t i = 0; i < h->item_count; i++) h->items[i].weight /= INT64_C(1) << HISTORY_HALVINGS;
    h->base += HISTORY_HALF_LIFE * HISTORY_HALVINGS;
  }
}

static void history_count(arc__payment_history *h, const arc__payment_item *item, int32_t late, int64_t weight) {
  int32_t from = arc__late_clip((int64_t)item->issued - item->due), at = late - ARC__LATE_FIRST;
  const int tables[2] = {7, (int)arc__weekday(item->due)};
  if (from > late) from = late;
  for (int i = 0; i < 2; i++) {
    h->counts.paid[tables[i]][at] += weight;
    h->counts.risk[tables[i]][from - ARC__LATE_FIRST] += weight;
    h->counts.risk[tables[i]][at + 1] -= weight;
  }
}

static void history_sums(arc__payment_history *h, const arc__payment_item *item, int32_t late, int sign) {
  int64_t weight = item->amount / 128 < INT32_MAX ? item->amount / 128 + 1 : INT32_MAX;
  h->settled += sign;
  h->late += late > 0 ? sign : 0;
  h->late30 += late > 30 ? sign : 0;
  h->late_sum += sign * late;
  h->late_squares += sign * late * late;
  h->paid_sum += sign * weight;
  h->paid_weighted += sign * weight * late;
  h->log_sum += sign * item->log_amount;
}

static void history_pay(arc__payment_history *h, arc__payment_item *item, arc_day day) {
  int32_t late = arc__late_clip((int64_t)day - item->due);
  history_rebase(h, day);
  item->settled = day;
  item->weight = arc__history_weight(h, day);
  history_count(h, item, late, item->weight);
  h->moving = h->settled ? (h->moving * 3 + (int64_t)late * 256) / 4 : (int64_t)late * 256;
  history_sums(h, item, late, 1);
  memmove(h->recent + 1, h->recent, (ARC__RECENT - 1) * sizeof *h->recent);
  h->recent[0] = late;
  if (h->recent_count < ARC__RECENT) h->recent_count++;
  if (h->last_paid == ARC_DAY_NONE || day > h->last_paid) {
    h->last_paid = day;
    h->days[h->day_count % ARC__RECENT_DAYS] = day;
    arc__month_place(&h->places[h->day_count++ % ARC__RECENT_DAYS], day);
  }
}

static void history_unpay(arc__payment_history *h, arc__payment_item *item) {
  int32_t late = arc__late_clip((int64_t)item->settled - item->due);
  history_count(h, item, late, -item->weight);
  history_sums(h, item, late, -1);
  item->settled = ARC_DAY_NONE;
}

static void history_set_live(arc__payment_history *h, uint32_t row, int live) {
  arc__payment_item *item = &h->items[row];
  if (live == (item->live > 0)) return;
  if (live) {
    h->live[h->live_count++] = row;
    item->live = (uint32_t)h->live_count;
  } else {
    uint32_t last = h->live[--h->live_count];
    h->live[item->live - 1] = last;
    h->items[last].live = item->live;
    item->live = 0;
  }
}

/* An item counts as paid once half of it is: what is short of that is a deduction, not a delay. */
static void history_apply(arc__payment_history *h, const arc__payment_event *e) {
  arc__payment_item *item = &h->items[e->item];
  if (e->kind == HISTORY_PAID) item->paid += e->amount;
  if (e->kind == HISTORY_GONE) item->gone += e->amount;
  int settled = item->paid > 0 && item->paid >= item->amount - item->paid;
  if (settled && item->settled == ARC_DAY_NONE) history_pay(h, item, e->morning - 1);
  if (!settled && item->settled != ARC_DAY_NONE) history_unpay(h, item);
  int live = !settled && item->paid + item->gone < item->amount && item->issued <= e->morning;
  if (item->live && !live) item->left = e->morning - 1;
  history_set_live(h, e->item, live);
}

void arc__history_advance(arc__payment_history *h, arc_day morning) {
  size_t before = h->next_event;
  for (; h->next_event < h->event_count && h->events[h->next_event].morning <= morning; h->next_event++)
    history_apply(h, &h->events[h->next_event]);
  h->morning = morning;
  if (h->next_event > before) arc__runs_find(&h->runs, h);
}
