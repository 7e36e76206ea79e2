#include "ledger_view.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "ledger_internal.h"
#include "text.h"

/*
 * Owns reading as of a day. The tables hold what all recorded events come to; a view of an earlier day adds
 * back what takes effect later, or was recorded later than asked for. Chunks of entries that end before the day
 * are skipped by their zone.
 */

/* ---- adjustments ---- */

static int view_adjust(const arc__heap *heap, int64_t **chunks, uint32_t row, int64_t delta) {
  int64_t **chunk = &chunks[row >> ARC__CHUNK_SHIFT];
  if (!*chunk) *chunk = arc__alloc(heap, ARC__CHUNK_ROWS * sizeof **chunk);
  if (!*chunk) return 0;
  (*chunk)[row & (ARC__CHUNK_ROWS - 1)] += delta;
  return 1;
}

static int view_counts(const arc__view *v, arc_day from, arc_day undone) {
  return from <= v->day && (undone == ARC_DAY_NONE || undone > v->day);
}

/* ---- what was known ---- */

/* A day that was recorded later than the rest of its row; `known` is the column that says when. */
static arc_day view_known_day(const arc__view *v, int column, int known, uint32_t row) {
  return arc__u32(v->tables, known, row) <= v->known ? arc__i32(v->tables, column, row) : ARC_DAY_NONE;
}

/* The instalments of an invoice lie behind those of the invoice before it. */
static uint32_t view_instalments(const arc__view *v) {
  const arc__tables *t = v->tables;
  if (v->invoices >= t->rows[ARC__TABLE_INVOICE]) return t->rows[ARC__TABLE_INSTALMENT];
  return arc__u32(t, ARC__INVOICE_INSTALMENT, v->invoices + 1) - 1;
}

uint32_t arc__view_rows(const arc__view *v, int table) {
  uint32_t known = v->touches;
  switch (table) {
  case ARC__TABLE_INSTALMENT: return view_instalments(v);
  case ARC__TABLE_INVOICE: known = v->invoices; break;
  case ARC__TABLE_CREDIT: known = v->credits; break;
  case ARC__TABLE_ENTRY: known = v->entries; break;
  case ARC__TABLE_EXCEPTION: known = v->exceptions; break;
  default: break;
  }
  return known < v->tables->rows[table] ? known : v->tables->rows[table];
}

int arc__view_knows_entry(const arc__view *v, uint32_t e) {
  return e <= v->entries;
}

arc_day arc__view_entry_undone(const arc__view *v, uint32_t e) {
  return view_known_day(v, ARC__ENTRY_UNDONE, ARC__ENTRY_UNDONE_KNOWN, e);
}

int arc__view_knows_credit(const arc__view *v, uint32_t c) {
  return c <= v->credits;
}

arc_day arc__view_credit_reversed(const arc__view *v, uint32_t c) {
  return view_known_day(v, ARC__CREDIT_REVERSED, ARC__CREDIT_REVERSED_KNOWN, c);
}

static int view_entry_counts(const arc__view *v, uint32_t e) {
  return arc__view_knows_entry(v, e) &&
         view_counts(v, arc__i32(v->tables, ARC__ENTRY_DAY, e), arc__view_entry_undone(v, e));
}

/* The rows that were there before the first instant after the one asked for. Instants rise. */
static void view_limit(arc__view *v, int64_t known_at) {
  const arc__tables *t = v->tables;
  uint32_t low = 1, high = t->rows[ARC__TABLE_KNOWN] + 1;
  v->known = v->invoices = v->credits = v->entries = v->exceptions = v->touches = UINT32_MAX;
  v->dispute_changes = v->corrections = v->deliveries = v->contacts = v->replies = UINT32_MAX;
  while (known_at && low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (arc__i64(t, ARC__KNOWN_INSTANT, middle) > known_at) high = middle;
    else low = middle + 1;
  }
  if (!known_at || low > t->rows[ARC__TABLE_KNOWN]) return;
  v->known = low - 1;
  v->invoices = arc__u32(t, ARC__KNOWN_INVOICES, low);
  v->credits = arc__u32(t, ARC__KNOWN_CREDITS, low);
  v->entries = arc__u32(t, ARC__KNOWN_ENTRIES, low);
  v->exceptions = arc__u32(t, ARC__KNOWN_EXCEPTIONS, low);
  v->touches = arc__u32(t, ARC__KNOWN_TOUCHES, low);
  v->dispute_changes = arc__u32(t, ARC__KNOWN_DISPUTE_CHANGES, low);
  v->corrections = arc__u32(t, ARC__KNOWN_CORRECTIONS, low);
  v->deliveries = arc__u32(t, ARC__KNOWN_DELIVERIES, low);
  v->contacts = arc__u32(t, ARC__KNOWN_CONTACTS, low);
  v->replies = arc__u32(t, ARC__KNOWN_REPLIES, low);
}

/* ---- adjusting ---- */

/* Gives back, or takes again, what an entry does not count for on the day, or did count for then. */
static int view_adjust_entry(arc__view *v, const arc__heap *heap, uint32_t e) {
  const arc__tables *t = v->tables;
  int now = arc__i32(t, ARC__ENTRY_UNDONE, e) == ARC_DAY_NONE, then = view_entry_counts(v, e);
  uint32_t credit = arc__u32(t, ARC__ENTRY_CREDIT, e), instalment = arc__u32(t, ARC__ENTRY_INSTALMENT, e);
  int64_t settled;
  if (now == then) return 1;
  settled = arc__i64(t, ARC__ENTRY_AMOUNT, e) + arc__i64(t, ARC__ENTRY_DISCOUNT, e) +
            arc__i64(t, ARC__ENTRY_TOLERANCE, e);
  return (!instalment || view_adjust(heap, v->instalment_adjust, instalment, (now - then) * settled)) &&
         (!credit || view_adjust(heap, v->credit_adjust, credit, (now - then) * arc__entry_taken(t, e)));
}

static int view_adjust_entries(arc__view *v, const arc__heap *heap) {
  const arc__tables *t = v->tables;
  for (uint32_t zone = 1; zone <= t->rows[ARC__TABLE_ENTRY_ZONE]; zone++) {
    uint32_t e = (zone - 1) << ARC__CHUNK_SHIFT, end = zone << ARC__CHUNK_SHIFT;
    if (v->known == UINT32_MAX && arc__i32(t, ARC__ENTRY_ZONE_MAX_DAY, zone) <= v->day) continue;
    for (e = e ? e : 1; e < end && e <= t->rows[ARC__TABLE_ENTRY]; e++)
      if (!view_adjust_entry(v, heap, e)) return 0;
  }
  return 1;
}

/* A payment reversed later had its amount then: only its applications were undone, and they are entries. */
static int view_adjust_credits(arc__view *v, const arc__heap *heap) {
  const arc__tables *t = v->tables;
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CREDIT] && c <= v->credits; c++) {
    if (arc__i32(t, ARC__CREDIT_REVERSED, c) != ARC_DAY_NONE &&
        view_counts(v, arc__i32(t, ARC__CREDIT_DAY, c), arc__view_credit_reversed(v, c)) &&
        !view_adjust(heap, v->credit_adjust, c, arc__i64(t, ARC__CREDIT_AMOUNT, c)))
      return 0;
  }
  return 1;
}

arc_status arc__view_known(arc__view *v, const arc_ledger *ledger, arc_error *err) {
  memset(v, 0, sizeof *v);
  ARC__TRY(arc__ledger_outside(ledger, err));
  v->ledger = ledger;
  v->tables = ARC__L(ledger);
  v->day = ARC_DAY_LAST;
  view_limit(v, ledger->known_at);
  return ARC_OK;
}

arc_status arc__view_open(arc__view *v, const arc_ledger *ledger, arc_day day, arc_error *err) {
  const arc__heap *heap = &ledger->heap;
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__view_known(v, ledger, err));
  if (day != ARC_DAY_NONE) v->day = day;
  if (v->day < ARC_DAY_FIRST || v->day > ARC_DAY_LAST) {
    memset(v, 0, sizeof *v);
    return arc__fail(err, ARC_E_INVALID, "as_of must be a day of the years 1 to 9999");
  }
  v->current = v->day >= arc__i32(t, ARC__BOOK_MAX_DAY, 1) && v->known == UINT32_MAX;
  if (v->current) return ARC_OK;
  v->instalment_chunks = (t->rows[ARC__TABLE_INSTALMENT] >> ARC__CHUNK_SHIFT) + 1;
  v->credit_chunks = (t->rows[ARC__TABLE_CREDIT] >> ARC__CHUNK_SHIFT) + 1;
  v->instalment_adjust = arc__alloc(heap, v->instalment_chunks * sizeof *v->instalment_adjust);
  v->credit_adjust = arc__alloc(heap, v->credit_chunks * sizeof *v->credit_adjust);
  if (v->instalment_adjust && v->credit_adjust && view_adjust_entries(v, heap) &&
      view_adjust_credits(v, heap))
    return ARC_OK;
  arc__view_close(v);
  return arc__fail_nomem(err);
}

static void view_free_chunks(const arc__heap *heap, int64_t **chunks, size_t count) {
  for (size_t i = 0; chunks && i < count; i++)
    arc__free(heap, chunks[i], ARC__CHUNK_ROWS * sizeof **chunks);
  arc__free(heap, chunks, count * sizeof *chunks);
}

void arc__view_close(arc__view *v) {
  if (!v->ledger) return;
  view_free_chunks(&v->ledger->heap, v->instalment_adjust, v->instalment_chunks);
  view_free_chunks(&v->ledger->heap, v->credit_adjust, v->credit_chunks);
  memset(v, 0, sizeof *v);
}

/* ---- amounts ---- */

static int64_t view_adjustment(int64_t *const *chunks, uint32_t row) {
  const int64_t *chunk = chunks ? chunks[row >> ARC__CHUNK_SHIFT] : NULL;
  return chunk ? chunk[row & (ARC__CHUNK_ROWS - 1)] : 0;
}

int64_t arc__view_instalment_open(const arc__view *v, uint32_t i) {
  const arc__tables *t = v->tables;
  uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, i);
  if (!v->current && (invoice > v->invoices || arc__i32(t, ARC__INVOICE_ISSUED, invoice) > v->day)) return 0;
  return arc__i64(t, ARC__INSTALMENT_OPEN, i) + view_adjustment(v->instalment_adjust, i);
}

int64_t arc__view_credit_open(const arc__view *v, uint32_t c) {
  if (!v->current && (!arc__view_knows_credit(v, c) || arc__i32(v->tables, ARC__CREDIT_DAY, c) > v->day)) return 0;
  return arc__i64(v->tables, ARC__CREDIT_OPEN, c) + view_adjustment(v->credit_adjust, c);
}

uint32_t arc__view_credit_account(const arc__view *v, uint32_t c) {
  arc_day identified = arc__i32(v->tables, ARC__CREDIT_IDENTIFIED, c);
  if (identified != ARC_DAY_NONE &&
      (identified > v->day || arc__u32(v->tables, ARC__CREDIT_IDENTIFIED_KNOWN, c) > v->known))
    return 0;
  return arc__u32(v->tables, ARC__CREDIT_ACCOUNT, c);
}

int64_t arc__view_receivable(const arc__view *v, uint32_t account) {
  const arc__tables *t = v->tables;
  int64_t sum = 0;
  if (v->current) return arc__i64(t, ARC__ACCOUNT_RECEIVABLE, account);
  for (uint32_t r = arc__u32(t, ARC__ACCOUNT_INVOICE, account); r; r = arc__u32(t, ARC__INVOICE_NEXT, r)) {
    uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, r);
    for (uint32_t i = 0; i < arc__u16(t, ARC__INVOICE_INSTALMENTS, r); i++)
      sum += arc__view_instalment_open(v, first + i);
  }
  return sum;
}

/* Payments that were returned later are in no balance that was checked: their sum may pass 64 bits, so it is
 * taken modulo 2^64. */
int64_t arc__view_unapplied(const arc__view *v, uint32_t account) {
  const arc__tables *t = v->tables;
  uint64_t sum = 0;
  if (v->current) return arc__i64(t, ARC__ACCOUNT_UNAPPLIED, account);
  for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account); c; c = arc__u32(t, ARC__CREDIT_NEXT, c))
    if (arc__view_credit_account(v, c) == account) sum += (uint64_t)arc__view_credit_open(v, c);
  return (int64_t)sum;
}

/* ---- open items ---- */

void arc__open_items_free(arc__open_items *items) {
  arc__free(items->heap, items->data, items->capacity * sizeof *items->data);
  items->data = NULL;
  items->count = items->capacity = 0;
}

static arc_status view_add_item(const arc__view *v, arc__open_items *items, uint32_t instalment, arc_day due, int64_t open) {
  arc__open_item *item;
  if (open == 0) return ARC_OK;
  ARC__TRY(arc__grow(items->heap, (void **)&items->data, &items->capacity, items->count + 1,
                     sizeof *items->data));
  item = &items->data[items->count++];
  item->instalment = instalment;
  item->invoice = arc__u32(v->tables, ARC__INSTALMENT_INVOICE, instalment);
  item->due = due;
  item->open = open;
  return ARC_OK;
}

/* No two items are equal, so any sort gives the one order. */
static int view_compare_items(const void *a, const void *b) {
  const arc__open_item *x = a, *y = b;
  if (x->due != y->due) return x->due < y->due ? -1 : 1;
  return x->instalment < y->instalment ? -1 : 1;
}

static arc_status view_collect(const arc__view *v, uint32_t account, arc__open_items *items) {
  const arc__tables *t = v->tables;
  if (v->current) {
    uint32_t first = arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, account);
    for (uint32_t i = first; i < first + arc__u32(t, ARC__ACCOUNT_OPEN_COUNT, account); i++)
      ARC__TRY(view_add_item(v, items, arc__u32(t, ARC__OPEN_ITEM_INSTALMENT, i), arc__i32(t, ARC__OPEN_ITEM_DUE, i),
                             arc__i64(t, ARC__OPEN_ITEM_OPEN, i)));
    return ARC_OK;
  }
  for (uint32_t r = arc__u32(t, ARC__ACCOUNT_INVOICE, account); r; r = arc__u32(t, ARC__INVOICE_NEXT, r)) {
    uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, r);
    for (uint32_t i = first; i < first + arc__u16(t, ARC__INVOICE_INSTALMENTS, r); i++)
      ARC__TRY(view_add_item(v, items, i, arc__i32(t, ARC__INSTALMENT_DUE, i), arc__view_instalment_open(v, i)));
  }
  return ARC_OK;
}

arc_status arc__view_open_items(const arc__view *v, uint32_t account, arc__open_items *items,
                                arc_error *err) {
  items->count = 0;
  if (view_collect(v, account, items) < 0) return arc__fail_nomem(err);
  if (items->count > 1) qsort(items->data, items->count, sizeof *items->data, view_compare_items);
  return ARC_OK;
}

/* ---- exceptions ---- */

arc_day arc__view_exception_closed(const arc__view *v, uint32_t x) {
  return view_known_day(v, ARC__EXCEPTION_CLOSED, ARC__EXCEPTION_CLOSED_KNOWN, x);
}

static int view_exception_counts(const arc__view *v, uint32_t x) {
  return x <= v->exceptions &&
         view_counts(v, arc__i32(v->tables, ARC__EXCEPTION_FROM, x), arc__view_exception_closed(v, x));
}

int64_t arc__view_disputed(const arc__view *v, uint32_t invoice) {
  const arc__tables *t = v->tables;
  int64_t left = arc__i64(t, ARC__INVOICE_AMOUNT, invoice), sum = 0;
  for (uint32_t x = arc__u32(t, ARC__INVOICE_EXCEPTION, invoice); x && left;
       x = arc__u32(t, ARC__EXCEPTION_NEXT, x)) {
    int64_t amount = arc__i64(t, ARC__EXCEPTION_AMOUNT, x);
    if (arc__u8(t, ARC__EXCEPTION_KIND, x) != ARC__EXCEPTION_DISPUTE || !view_exception_counts(v, x))
      continue;
    if (amount > left) amount = left;
    sum += amount;
    left -= amount;
  }
  return sum;
}

int64_t arc__view_undisputed(const arc__view *v, uint32_t instalment) {
  const arc__tables *t = v->tables;
  uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, instalment);
  uint32_t end = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice) + arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice);
  int64_t open = arc__view_instalment_open(v, instalment), disputed;
  if (open == 0 || !arc__u32(t, ARC__INVOICE_EXCEPTION, invoice)) return open;
  disputed = arc__view_disputed(v, invoice);
  for (uint32_t i = instalment + 1; i < end && disputed > 0; i++) disputed -= arc__view_instalment_open(v, i);
  if (disputed <= 0) return open;
  return disputed < open ? open - disputed : 0;
}

int64_t arc__view_settled_between(const arc__view *v, uint32_t invoice, arc_day from, arc_day to) {
  const arc__tables *t = v->tables;
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  int64_t sum = 0;
  for (uint32_t i = 0; i < arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice); i++)
    for (uint32_t e = arc__u32(t, ARC__INSTALMENT_ENTRY, first + i); e;
         e = arc__u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, e)) {
      arc_day day = arc__i32(t, ARC__ENTRY_DAY, e);
      if (arc__u8(t, ARC__ENTRY_KIND, e) == ARC__ENTRY_APPLICATION && day >= from && day <= to &&
          view_entry_counts(v, e))
        sum += arc__i64(t, ARC__ENTRY_AMOUNT, e) + arc__i64(t, ARC__ENTRY_DISCOUNT, e) +
               arc__i64(t, ARC__ENTRY_TOLERANCE, e);
    }
  return sum;
}

int arc__view_promise(const arc__view *v, uint32_t x, int64_t *paid) {
  const arc__tables *t = v->tables;
  arc_day made = arc__i32(t, ARC__EXCEPTION_FROM, x);
  arc_day last = arc__i32(t, ARC__EXCEPTION_UNTIL, x) + (arc_day)arc__u16(t, ARC__EXCEPTION_GRACE, x);
  int64_t amount = arc__i64(t, ARC__EXCEPTION_AMOUNT, x), settled;
  if (paid) *paid = 0;
  if (!view_exception_counts(v, x)) return ARC__PROMISE_NOT_YET;
  settled = arc__view_settled_between(v, arc__u32(t, ARC__EXCEPTION_INVOICE, x), made, last);
  if (paid) *paid = settled;
  if (settled >= amount) return ARC__PROMISE_KEPT;
  if (v->day <= last) return ARC__PROMISE_PENDING;
  return settled ? ARC__PROMISE_PARTLY_KEPT : ARC__PROMISE_BROKEN;
}

static int view_hold_counts(const arc__view *v, uint32_t x, int channel) {
  const arc__tables *t = v->tables;
  arc_day until = arc__i32(t, ARC__EXCEPTION_UNTIL, x);
  int held = arc__u8(t, ARC__EXCEPTION_CHANNEL, x);
  return arc__u8(t, ARC__EXCEPTION_KIND, x) == ARC__EXCEPTION_HOLD && view_exception_counts(v, x) &&
         (until == ARC_DAY_NONE || until >= v->day) && (held == 0 || held == channel);
}

static int view_pauses(const arc__view *v, uint32_t x, int channel) {
  arc__plan plan;
  switch (arc__u8(v->tables, ARC__EXCEPTION_KIND, x)) {
  case ARC__EXCEPTION_PLAN: arc__view_plan(v, x, &plan); return plan.state == ARC__PLAN_RUNNING;
  case ARC__EXCEPTION_DISPUTE: return view_exception_counts(v, x);
  case ARC__EXCEPTION_PROMISE: return arc__view_promise(v, x, NULL) == ARC__PROMISE_PENDING;
  default: return view_hold_counts(v, x, channel);
  }
}

static int view_all_disputed(const arc__view *v, uint32_t invoice) {
  uint32_t first = arc__u32(v->tables, ARC__INVOICE_INSTALMENT, invoice);
  for (uint32_t i = 0; i < arc__u16(v->tables, ARC__INVOICE_INSTALMENTS, invoice); i++)
    if (arc__view_undisputed(v, first + i)) return 0;
  return 1;
}

uint32_t arc__view_pause(const arc__view *v, uint32_t invoice, int channel, unsigned kinds) {
  const arc__tables *t = v->tables;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice));
  for (uint32_t x = arc__u32(t, ARC__INVOICE_EXCEPTION, invoice); x; x = arc__u32(t, ARC__EXCEPTION_NEXT, x)) {
    unsigned kind = arc__u8(t, ARC__EXCEPTION_KIND, x);
    if (!(kinds & 1u << kind) || !view_pauses(v, x, channel)) continue;
    if (kind != ARC__EXCEPTION_DISPUTE || view_all_disputed(v, invoice)) return x;
  }
  if (!(kinds & 1u << ARC__EXCEPTION_HOLD)) return 0;
  for (uint32_t x = arc__u32(t, ARC__CUSTOMER_EXCEPTION, customer); x;
       x = arc__u32(t, ARC__EXCEPTION_NEXT, x))
    if (view_hold_counts(v, x, channel)) return x;
  for (uint32_t x = arc__u32(t, ARC__BOOK_EXCEPTION, 1); x; x = arc__u32(t, ARC__EXCEPTION_NEXT, x))
    if (view_hold_counts(v, x, channel)) return x;
  return 0;
}

/* ---- contacts ---- */

arc_text arc__contact_address(const arc__tables *t, uint32_t contact, int32_t channel) {
  arc_text none = {"", 0};
  switch (channel) {
  case ARC_CHANNEL_EMAIL: return arc__text(t, ARC__CONTACT_EMAIL, contact);
  case ARC_CHANNEL_LETTER:
  case ARC_CHANNEL_REGISTERED_LETTER: return arc__text(t, ARC__CONTACT_POSTAL, contact);
  case ARC_CHANNEL_SMS:
  case ARC_CHANNEL_CALL:
  case ARC_CHANNEL_VOICE: return arc__text(t, ARC__CONTACT_PHONE, contact);
  default: return none;
  }
}

/* A portal or a webhook has the host's address. What bounced is no address until it is repaired. */
static int view_reachable(const arc__tables *t, uint32_t contact, int32_t channel) {
  if (arc__u16(t, ARC__CONTACT_BOUNCED, contact) & 1u << channel) return 0;
  return channel == ARC_CHANNEL_PORTAL || channel == ARC_CHANNEL_WEBHOOK ||
         arc__contact_address(t, contact, channel).size > 0;
}

static int view_contact(const arc__tables *t, uint32_t customer, int32_t channel, uint32_t roles,
                        uint32_t *contact) {
  uint32_t row = arc__u32(t, ARC__CUSTOMER_CONTACT, customer);
  int addresses = 0, found_payables = 0;
  *contact = 0;
  if (!row || channel == ARC_CHANNEL_PLACEMENT) return ARC__CONTACT_HOST;
  for (; row; row = arc__u32(t, ARC__CONTACT_NEXT, row)) { /* newest first: the last one found counts */
    int payables = arc__u8(t, ARC__CONTACT_ROLE, row) == ARC_ROLE_PAYABLES;
    if (!view_reachable(t, row, channel)) continue;
    if (roles && !(roles & 1u << arc__u8(t, ARC__CONTACT_ROLE, row))) continue;
    addresses = 1;
    if (arc__u32(t, ARC__CONTACT_OPT_OUTS, row) & 1u << channel || (found_payables && !payables)) continue;
    found_payables = payables;
    *contact = row;
  }
  if (*contact) return ARC__CONTACT_FOUND;
  return addresses ? ARC__CONTACT_OPTED_OUT : ARC__CONTACT_NO_ADDRESS;
}

int arc__contact_for(const arc__tables *t, uint32_t customer, int32_t channel, uint32_t *contact) {
  return view_contact(t, customer, channel, 0, contact);
}

int arc__contact_of_role(const arc__tables *t, uint32_t customer, int32_t channel, uint32_t roles,
                         uint32_t *contact) {
  int found = roles ? view_contact(t, customer, channel, roles, contact) : ARC__CONTACT_NO_ADDRESS;
  return found == ARC__CONTACT_NO_ADDRESS ? view_contact(t, customer, channel, 0, contact) : found;
}

int arc__touch_withheld(const arc__tables *t, uint32_t touch) {
  uint8_t status = arc__u8(t, ARC__TOUCH_STATUS, touch);
  return status >= ARC_TOUCH_WITHHELD && status <= ARC_TOUCH_REFUSED;
}

/* ---- lookups ---- */

arc_text arc__invoice_number(const arc__tables *t, uint32_t invoice) {
  arc_text number = arc__text(t, ARC__INVOICE_NUMBER, invoice);
  return number.size ? number : arc__text(t, ARC__INVOICE_KEY, invoice);
}

arc_text arc__name(const arc__tables *t, uint32_t name) {
  arc_text empty = {"", 0};
  return name ? arc__text(t, ARC__NAME_TEXT, name) : empty;
}

uint32_t arc__find_name(const arc__tables *t, arc_text text) {
  return arc__index_find(t, ARC__INDEX_NAME, text, 0);
}

uint32_t arc__find_customer(const arc__tables *t, arc_text key) {
  return arc__index_find(t, ARC__INDEX_CUSTOMER, key, 0);
}

uint32_t arc__find_invoice(const arc__tables *t, arc_text key) {
  return arc__index_find(t, ARC__INDEX_INVOICE, key, 0);
}

uint32_t arc__find_credit(const arc__tables *t, int kind, arc_text key) {
  return arc__index_find(t, ARC__INDEX_CREDIT, key, kind);
}

uint32_t arc__find_account(const arc__tables *t, uint32_t customer, uint32_t currency) {
  uint32_t account = arc__u32(t, ARC__CUSTOMER_ACCOUNT, customer);
  while (account && arc__u32(t, ARC__ACCOUNT_CURRENCY, account) != currency)
    account = arc__u32(t, ARC__ACCOUNT_NEXT, account);
  return account;
}

uint32_t arc__entry_invoice(const arc__tables *t, uint32_t entry) {
  uint32_t instalment = arc__u32(t, ARC__ENTRY_INSTALMENT, entry);
  return instalment ? arc__u32(t, ARC__INSTALMENT_INVOICE, instalment) : 0;
}

uint32_t arc__invoice_currency(const arc__tables *t, uint32_t invoice) {
  return arc__u32(t, ARC__ACCOUNT_CURRENCY, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice));
}

uint32_t arc__instalment_number(const arc__tables *t, uint32_t instalment) {
  return instalment - arc__u32(t, ARC__INVOICE_INSTALMENT, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment)) + 1;
}

arc_status arc_ledger_balance(const arc_ledger *ledger, int64_t *receivable, int64_t *unapplied,
                              const char *customer, size_t customer_size, const char *currency,
                              arc_day as_of, arc_error *err) {
  arc__input in = {ledger, 0, err};
  arc_text key = {customer, customer_size};
  uint32_t row, packed, account;
  arc__view view;
  if (!ledger) return arc__fail(err, ARC_E_INVALID, "ledger is NULL");
  ARC__TRY(arc__input_customer(&in, &key, 4, 0, &row));
  ARC__TRY(arc__input_currency(&in, currency ? currency : "",
                               arc__u32(ARC__L(ledger), ARC__CUSTOMER_CURRENCY, row), 6, &packed));
  ARC__TRY(arc__view_open(&view, ledger, as_of, err));
  account = arc__find_account(ARC__L(ledger), row, packed);
  if (receivable) *receivable = account ? arc__view_receivable(&view, account) : 0;
  if (unapplied) *unapplied = account ? arc__view_unapplied(&view, account) : 0;
  arc__view_close(&view);
  return ARC_OK;
}
