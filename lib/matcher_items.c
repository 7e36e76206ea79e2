/*
 * What a payer may settle: open items less what the plan of the run takes already, and what is disputed of them.
 *
 * Costs the payer's open items. The order of the pool is that of due days and keys, so that it does not depend on the
 * order in which things were recorded.
 */
#include "matcher_internal.h"

#include "arcollect/money.h"
#include "text.h"

#include <stdlib.h>

/* Open at the end of the day; 0 where anything happens after it, so that what is applied on a past day never exceeds
 * what is open on a later one. */
static int64_t items_instalment_open(const arc__view *view, uint32_t instalment) {
  const arc__tables *t = view->tables;
  if (!view->current)
    for (uint32_t e = arc__u32(t, ARC__INSTALMENT_ENTRY, instalment); e;
         e = arc__u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, e)) {
      arc_day undone = arc__i32(t, ARC__ENTRY_UNDONE, e);
      if (arc__i32(t, ARC__ENTRY_DAY, e) > view->day || (undone != ARC_DAY_NONE && undone > view->day)) return 0;
    }
  return arc__view_instalment_open(view, instalment);
}

int arc__match_is_open(const arc__view *view, uint32_t invoice) {
  uint32_t first = arc__u32(view->tables, ARC__INVOICE_INSTALMENT, invoice);
  for (uint32_t i = 0; i < arc__u16(view->tables, ARC__INVOICE_INSTALMENTS, invoice); i++)
    if (items_instalment_open(view, first + i) > 0) return 1;
  return 0;
}

uint32_t arc__match_customer(const arc__view *view, uint32_t invoice) {
  const arc__tables *t = view->tables;
  return arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice));
}

uint32_t arc__match_family(const arc__tables *t, uint32_t customer) {
  uint32_t parent;
  while ((parent = arc__u32(t, ARC__CUSTOMER_PARENT, customer)) != 0)
    customer = parent;
  return customer;
}

/* The early-payment discount, if it is earned and the invoice otherwise unpaid and undisputed. */
static arc_status items_early(const arc__decision *d, arc__match_line *line) {
  const arc__tables *t = d->view->tables;
  uint32_t bp = arc__invoice_discount(t, line->invoice, (int64_t)d->value_day - d->m->options.discount_grace_days);
  if (bp == 0 || line->disputed > 0) return ARC_OK;
  if (line->open != arc__i64(t, ARC__INVOICE_AMOUNT, line->invoice)) return ARC_OK;
  return arc_money_scale(&line->early, line->open, bp, 10000, d->err);
}

arc_status arc__match_line_of(const arc__decision *d, uint32_t invoice, arc__match_line *line) {
  const arc__tables *t = d->view->tables;
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  uint32_t end = first + arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice);
  int64_t planned = arc__match_planned(d->plan, invoice);
  memset(line, 0, sizeof *line);
  line->invoice = invoice;
  line->customer = arc__match_customer(d->view, invoice);
  for (uint32_t i = first; i < end; i++) {
    int64_t open = items_instalment_open(d->view, i);
    int64_t taken = open < planned ? open : planned;
    planned -= taken;
    open -= taken;
    if (line->first == 0) {
      line->first = open;
      line->due = arc__i32(t, ARC__INSTALMENT_DUE, i);
    }
    line->open += open;
  }
  if (line->open == 0) return ARC_OK;
  line->disputed = arc__view_disputed(d->view, invoice);
  if (line->disputed > line->open) line->disputed = line->open;
  return items_early(d, line);
}

arc_status arc__match_lines_add(const arc__decision *d, arc__match_lines *lines, const arc__match_line *line) {
  void *data = lines->data;
  if (arc__grow(d->m->heap, &data, &lines->capacity, lines->count + 1, sizeof *lines->data) < 0)
    return arc__fail_nomem(d->err);
  lines->data = data;
  lines->data[lines->count++] = *line;
  return ARC_OK;
}

const arc__match_line *arc__match_in_pool(const arc__match *match, uint32_t invoice) {
  for (size_t i = 0; i < match->pool.count; i++)
    if (match->pool.data[i].invoice == invoice) return &match->pool.data[i];
  return NULL;
}

/* An invoice stands in the list of open items once per instalment: the oldest speaks for it. */
static int items_is_oldest(const arc__decision *d, const arc__open_item *item) {
  for (uint32_t i = arc__u32(d->view->tables, ARC__INVOICE_INSTALMENT, item->invoice); i < item->instalment; i++)
    if (arc__view_instalment_open(d->view, i) > 0) return 0;
  return 1;
}

static arc_status items_load(const arc__decision *d, uint32_t customer) {
  uint32_t account = arc__find_account(d->view->tables, customer, d->currency);
  if (!account) return ARC_OK;
  d->m->items.count = 0;
  ARC__TRY(arc__view_open_items(d->view, account, &d->m->items, d->err));
  for (size_t i = 0; i < d->m->items.count; i++) {
    const arc__open_item *item = &d->m->items.data[i];
    arc__match_line line;
    if (!items_is_oldest(d, item)) continue;
    ARC__TRY(arc__match_line_of(d, item->invoice, &line));
    /* What the run took already stays, with nothing open: a word means what it meant before. */
    if (line.open == 0 || line.open > line.disputed) ARC__TRY(arc__match_lines_add(d, &d->match->pool, &line));
  }
  return ARC_OK;
}

typedef struct items_order {
  arc__match_line line;
  arc_text key;
} items_order;

static int items_compare(const void *a, const void *b) {
  const items_order *x = a, *y = b;
  if (x->line.due != y->line.due) return x->line.due < y->line.due ? -1 : 1;
  if (x->key.size != y->key.size) return x->key.size < y->key.size ? -1 : 1;
  return memcmp(x->key.data, y->key.data, x->key.size);
}

static int items_are_sorted(const arc__decision *d) {
  const arc__match_lines *pool = &d->match->pool;
  for (size_t i = 1; i < pool->count; i++) {
    items_order a = {pool->data[i - 1], arc__text(d->view->tables, ARC__INVOICE_KEY, pool->data[i - 1].invoice)};
    items_order b = {pool->data[i], arc__text(d->view->tables, ARC__INVOICE_KEY, pool->data[i].invoice)};
    if (items_compare(&a, &b) > 0) return 0;
  }
  return 1;
}

static arc_status items_sort(const arc__decision *d) {
  arc__match_lines *pool = &d->match->pool;
  if (items_are_sorted(d)) return ARC_OK;
  items_order *order = arc__alloc(d->m->heap, pool->count * sizeof *order);
  if (!order) return arc__fail_nomem(d->err);
  for (size_t i = 0; i < pool->count; i++)
    order[i] = (items_order){pool->data[i], arc__text(d->view->tables, ARC__INVOICE_KEY, pool->data[i].invoice)};
  qsort(order, pool->count, sizeof *order, items_compare);
  for (size_t i = 0; i < pool->count; i++)
    pool->data[i] = order[i].line;
  arc__free(d->m->heap, order, pool->count * sizeof *order);
  return ARC_OK;
}

arc_status arc__match_load_pool(const arc__decision *d) {
  arc__match *match = d->match;
  match->pool.count = 0;
  for (size_t i = 0; i < match->payer_count; i++)
    ARC__TRY(items_load(d, match->payers[i]));
  for (size_t i = 0; i < match->word_count; i++) {
    const arc__match_word *word = &match->words[i];
    arc__match_line line;
    if (word->kind != ARC__WORD_NUMBER || arc__match_in_pool(match, word->invoice)) continue;
    ARC__TRY(arc__match_line_of(d, word->invoice, &line));
    ARC__TRY(arc__match_lines_add(d, &match->pool, &line));
  }
  return items_sort(d);
}
