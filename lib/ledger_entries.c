#include "ledger_internal.h"

/*
 * Owns entries: the parts of applications, write-offs and the like that settle instalments or use up credits. An entry counts from its
 * day until the day it is undone, so what was open at the end of any day is the amount less the entries
 * that counted then. Invariant: that is never below zero, on any day, for instalments and credits alike.
 */

static void entries_zone(arc_ledger *ledger, uint32_t entry, arc_day day) {
  arc__tables *t = ARC__L(ledger);
  uint32_t zone = (entry >> ARC__CHUNK_SHIFT) + 1;
  while (!t->failed && t->rows[ARC__TABLE_ENTRY_ZONE] < zone) {
    uint32_t row = arc__append_row(t, ARC__TABLE_ENTRY_ZONE);
    arc__put(t, ARC__ENTRY_ZONE_MAX_DAY, row, ARC_DAY_NONE);
  }
  if (!t->failed && day > arc__i32(t, ARC__ENTRY_ZONE_MAX_DAY, zone))
    arc__put(t, ARC__ENTRY_ZONE_MAX_DAY, zone, day);
  arc__state_money_day(ledger, day);
}

void arc__entry_add(arc_ledger *ledger, const arc__entry *e) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_ENTRY);
  if (!row) return;
  arc__put_text(t, ARC__ENTRY_KEY, row, e->key);
  arc__put(t, ARC__ENTRY_KIND, row, e->kind);
  arc__put_u32(t, ARC__ENTRY_INSTALMENT, row, e->instalment);
  arc__put_u32(t, ARC__ENTRY_CREDIT, row, e->credit);
  arc__put_u32(t, ARC__ENTRY_DAY, row, (uint32_t)e->day);
  arc__put_i64(t, ARC__ENTRY_AMOUNT, row, e->amount);
  arc__put_i64(t, ARC__ENTRY_DISCOUNT, row, e->discount);
  arc__put_i64(t, ARC__ENTRY_TOLERANCE, row, e->tolerance);
  arc__put(t, ARC__ENTRY_ASKED, row, e->asked);
  arc__put(t, ARC__ENTRY_HOW, row, e->how);
  arc__put_u32(t, ARC__ENTRY_CONFIDENCE, row, e->confidence_ppm);
  if (e->instalment) {
    arc__put_u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, row, arc__u32(t, ARC__INSTALMENT_ENTRY, e->instalment));
    arc__put_u32(t, ARC__INSTALMENT_ENTRY, e->instalment, row);
    arc__state_instalment_add(ledger, e->instalment, -(e->amount + e->discount + e->tolerance));
  }
  if (e->credit) {
    arc__put_u32(t, ARC__ENTRY_NEXT_OF_CREDIT, row, arc__u32(t, ARC__CREDIT_ENTRY, e->credit));
    arc__put_u32(t, ARC__CREDIT_ENTRY, e->credit, row);
    arc__state_credit_add(ledger, e->credit, -e->taken);
  }
  arc__index_add(t, ARC__INDEX_ENTRY, row);
  arc__sums_entry(ledger, row);
  entries_zone(ledger, row, e->day);
}

/* Entries of another currency are few, and their rows rise with them. */
uint32_t arc__entry_exchange(const arc__tables *t, uint32_t entry) {
  uint32_t low = 1, high = t->rows[ARC__TABLE_EXCHANGE] + 1;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2, found = arc__u32(t, ARC__EXCHANGE_ENTRY, middle);
    if (found == entry) return middle;
    if (found < entry) low = middle + 1;
    else high = middle;
  }
  return 0;
}

int64_t arc__entry_taken(const arc__tables *t, uint32_t entry) {
  uint32_t exchange = arc__entry_exchange(t, entry);
  return exchange ? arc__i64(t, ARC__EXCHANGE_TAKEN, exchange) : arc__i64(t, ARC__ENTRY_AMOUNT, entry);
}

void arc__entry_undo(arc_ledger *ledger, uint32_t entry, arc_day day) {
  arc__tables *t = ARC__L(ledger);
  uint32_t credit = arc__u32(t, ARC__ENTRY_CREDIT, entry);
  int64_t amount = arc__i64(t, ARC__ENTRY_AMOUNT, entry);
  arc__put(t, ARC__ENTRY_UNDONE, entry, day);
  arc__put(t, ARC__ENTRY_UNDONE_KNOWN, entry, arc__state_known_row(ledger));
  if (credit) arc__state_credit_add(ledger, credit, arc__entry_taken(t, entry));
  arc__state_instalment_add(ledger, arc__u32(t, ARC__ENTRY_INSTALMENT, entry),
                            amount + arc__i64(t, ARC__ENTRY_DISCOUNT, entry) +
                                arc__i64(t, ARC__ENTRY_TOLERANCE, entry));
  arc__sums_entry_undone(ledger, entry, day);
  entries_zone(ledger, entry, day);
}

/* ---- room: the least that is open on any day from a day on ---- */

/* One chain of entries, of an instalment or of a credit. */
typedef struct entries_chain {
  const arc__tables *t;
  uint32_t first;
  int next;          /* column of the chain */
  int of_instalment; /* settled by discount and tolerance, too; a credit, in its own currency */
  int64_t amount, open;
} entries_chain;

static int64_t entries_worth(const entries_chain *c, uint32_t e) {
  if (!c->of_instalment) return arc__entry_taken(c->t, e);
  return arc__i64(c->t, ARC__ENTRY_AMOUNT, e) + arc__i64(c->t, ARC__ENTRY_DISCOUNT, e) +
         arc__i64(c->t, ARC__ENTRY_TOLERANCE, e);
}

static int64_t entries_open_on(const entries_chain *c, arc_day day) {
  int64_t open = c->amount;
  for (uint32_t e = c->first; e; e = arc__u32(c->t, c->next, e)) {
    arc_day undone = arc__i32(c->t, ARC__ENTRY_UNDONE, e);
    if (arc__i32(c->t, ARC__ENTRY_DAY, e) <= day && (undone == ARC_DAY_NONE || undone > day))
      open -= entries_worth(c, e);
  }
  return open;
}

/* The open amount only falls below where it stands in the end before something is opened again later: an entry
 * undone, or a write-off recovered. It can be lowest on the day asked for and on days when an entry begins. */
static int64_t entries_room(const entries_chain *c, arc_day day) {
  int64_t room = c->open;
  int opened_later = 0;
  for (uint32_t e = c->first; e; e = arc__u32(c->t, c->next, e))
    opened_later |= (arc__i32(c->t, ARC__ENTRY_UNDONE, e) != ARC_DAY_NONE &&
                     arc__i32(c->t, ARC__ENTRY_UNDONE, e) > day) ||
                    (entries_worth(c, e) < 0 && arc__i32(c->t, ARC__ENTRY_DAY, e) > day);
  if (!opened_later) return room;
  for (uint32_t e = c->first; e; e = arc__u32(c->t, c->next, e)) {
    arc_day begins = arc__i32(c->t, ARC__ENTRY_DAY, e);
    int64_t open = entries_open_on(c, begins > day ? begins : day);
    if (open < room) room = open;
  }
  return room;
}

int64_t arc__entry_room(const arc__tables *t, uint32_t instalment, arc_day day) {
  entries_chain c = {t, arc__u32(t, ARC__INSTALMENT_ENTRY, instalment), ARC__ENTRY_NEXT_OF_INSTALMENT, 1,
                     arc__i64(t, ARC__INSTALMENT_AMOUNT, instalment),
                     arc__i64(t, ARC__INSTALMENT_OPEN, instalment)};
  return entries_room(&c, day);
}

int64_t arc__entry_credit_room(const arc__tables *t, uint32_t credit, arc_day day) {
  entries_chain c = {t, arc__u32(t, ARC__CREDIT_ENTRY, credit), ARC__ENTRY_NEXT_OF_CREDIT, 0,
                     arc__i64(t, ARC__CREDIT_AMOUNT, credit), arc__i64(t, ARC__CREDIT_OPEN, credit)};
  return entries_room(&c, day);
}
