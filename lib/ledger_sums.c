#include "ledger_internal.h"

#include "checked.h"
#include "error.h"

/*
 * Owns the sums by currency and day of what stands: what a report of whole currencies asks for costs days then, not
 * items. They are derived, one by one with the rows they are of, so that undoing, forks and snapshots have them as
 * they have the rows; arc__sums_check compares. A sum that once passed 64 bits is no longer known.
 *
 * The days of a currency are a tree of blocks of 64 rows, four deep, of which only those are there that have been
 * asked for: a sum costs O(1), whatever days a book has.
 */

#define SUMS_UNKNOWN INT64_MIN
#define SUMS_BITS 6
#define SUMS_TOP 18 /* the days that a block of the root stands for, as a power of two */
#define SUMS_MASK (ARC__SUMS_DAYS - 1u)

_Static_assert(ARC__SUMS_DAYS == 1 << SUMS_BITS, "a block is a level of the tree");
_Static_assert((ARC_DAY_LAST - ARC_DAY_FIRST) >> SUMS_TOP < ARC__SUMS_DAYS, "the tree holds all days");

static uint32_t sums_place(arc_day day) {
  return (uint32_t)(day - ARC_DAY_FIRST);
}

/* ---- the tree ---- */

/* New rows that share their chunk; 0 if memory ran out. */
static uint32_t sums_new_block(arc__tables *t, int table) {
  uint32_t row;
  do row = arc__append_row(t, table);
  while (row & SUMS_MASK);
  for (uint32_t i = 1; row && i < ARC__SUMS_DAYS; i++)
    if (!arc__append_row(t, table)) return 0;
  return row;
}

/* The row of a day, which is made if it is not there; 0 if memory ran out. */
static uint32_t sums_find_row(arc__tables *t, uint32_t control, uint32_t place) {
  uint32_t row = control, block;
  int column = ARC__CONTROL_DAYS;
  for (int shift = SUMS_TOP; shift >= 0; shift -= SUMS_BITS) {
    block = arc__u32(t, column, row);
    if (!block) {
      block = sums_new_block(t, shift ? ARC__TABLE_DAY_NODE : ARC__TABLE_DAY);
      arc__put(t, column, row, block);
      if (!block) return 0;
    }
    row = block + (place >> shift & SUMS_MASK);
    column = ARC__DAY_NODE_BELOW;
  }
  return t->failed ? 0 : row;
}

/* Most rows are of days near those before them: their blocks are remembered. */
static uint32_t sums_row(arc__tables *t, uint32_t control, arc_day day) {
  uint32_t place = sums_place(day), number = place >> SUMS_BITS, row;
  uint64_t *memo = &t->memo[number % ARC__MEMO], name = (uint64_t)control << 16 | number;
  if (*memo >> 32 == name) return (uint32_t)*memo + (place & SUMS_MASK);
  row = sums_find_row(t, control, place);
  if (row && control <= UINT16_MAX) *memo = name << 32 | (row & ~SUMS_MASK);
  return row;
}

uint32_t arc__sums_block(const arc__tables *t, uint32_t control, arc_day *day, arc_day last) {
  uint32_t place = *day > ARC_DAY_FIRST ? sums_place(*day) & ~SUMS_MASK : 0, end = sums_place(last), block;
  int shift;
  while (place <= end) {
    block = arc__u32(t, ARC__CONTROL_DAYS, control);
    for (shift = SUMS_TOP; block && shift; shift -= SUMS_BITS)
      block = arc__u32(t, ARC__DAY_NODE_BELOW, block + (place >> shift & SUMS_MASK));
    if (block) {
      *day = ARC_DAY_FIRST + (arc_day)place;
      return block;
    }
    shift += SUMS_BITS; /* nothing below: on to what follows it */
    place = ((place >> shift) + 1) << shift;
  }
  return 0;
}

/* ---- adding ---- */

uint32_t arc__find_control(const arc__tables *t, uint32_t currency) {
  for (uint32_t row = 1; row <= t->rows[ARC__TABLE_CONTROL]; row++)
    if (arc__u32(t, ARC__CONTROL_CURRENCY, row) == currency) return row;
  return 0;
}

static void sums_add(arc__tables *t, uint32_t control, int column, arc_day day, int64_t delta) {
  uint32_t row;
  int64_t sum;
  if (t->failed || delta == 0) return;
  row = sums_row(t, control, day);
  if (!row) return;
  sum = arc__i64(t, column, row);
  if (sum == SUMS_UNKNOWN || !arc__add(&sum, sum, delta)) sum = SUMS_UNKNOWN;
  arc__put_i64(t, column, row, sum);
}

/* Each to the sums in one place from the rows in another, most often the same. */

static void sums_of_instalment(arc__tables *to, const arc__tables *t, uint32_t i) {
  uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, i);
  uint32_t control = arc__find_control(to, arc__invoice_currency(t, invoice));
  arc_day issued = arc__i32(t, ARC__INVOICE_ISSUED, invoice);
  int64_t amount = arc__i64(t, ARC__INSTALMENT_AMOUNT, i);
  sums_add(to, control, ARC__DAY_BILLED, issued, amount);
  sums_add(to, control, ARC__DAY_OPENED, issued, amount);
  sums_add(to, control, ARC__DAY_DUE_OPEN, arc__i32(t, ARC__INSTALMENT_DUE, i), amount);
}

static void sums_of_credit(arc__tables *to, const arc__tables *t, uint32_t c) {
  if (arc__u8(t, ARC__CREDIT_KIND, c) != ARC_CREDIT_CREDIT_NOTE) return;
  sums_add(to, arc__find_control(to, arc__u32(t, ARC__CREDIT_CURRENCY, c)), ARC__DAY_CREDITED,
           arc__i32(t, ARC__CREDIT_DAY, c), arc__i64(t, ARC__CREDIT_AMOUNT, c));
}

/* With sign -1 what an entry settled is open again, from a later day on. */
static void sums_of_settled(arc__tables *to, const arc__tables *t, uint32_t e, arc_day day, int sign) {
  uint32_t instalment = arc__u32(t, ARC__ENTRY_INSTALMENT, e), control;
  int64_t settled = arc__i64(t, ARC__ENTRY_AMOUNT, e) + arc__i64(t, ARC__ENTRY_DISCOUNT, e) +
                    arc__i64(t, ARC__ENTRY_TOLERANCE, e);
  if (!instalment) return; /* a refund */
  control = arc__find_control(to, arc__invoice_currency(t, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment)));
  sums_add(to, control, ARC__DAY_OPENED, day, -sign * settled);
  sums_add(to, control, ARC__DAY_DUE_OPEN, arc__i32(t, ARC__INSTALMENT_DUE, instalment), -sign * settled);
}

void arc__sums_instalment(arc_ledger *ledger, uint32_t instalment) {
  sums_of_instalment(ARC__L(ledger), ARC__L(ledger), instalment);
}

void arc__sums_credit(arc_ledger *ledger, uint32_t credit) {
  sums_of_credit(ARC__L(ledger), ARC__L(ledger), credit);
}

void arc__sums_entry(arc_ledger *ledger, uint32_t entry) {
  const arc__tables *t = ARC__L(ledger);
  sums_of_settled(ARC__L(ledger), t, entry, arc__i32(t, ARC__ENTRY_DAY, entry), 1);
}

void arc__sums_entry_undone(arc_ledger *ledger, uint32_t entry, arc_day day) {
  sums_of_settled(ARC__L(ledger), ARC__L(ledger), entry, day, -1);
}

/* ---- reading ---- */

int arc__sums_between(const arc__tables *t, int column, uint32_t control, arc_day from, arc_day to, int64_t *sum) {
  int64_t total = 0;
  uint32_t block;
  *sum = 0;
  if (from > to || to < ARC_DAY_FIRST || !control) return 1;
  for (arc_day day = from; (block = arc__sums_block(t, control, &day, to)) != 0; day += ARC__SUMS_DAYS) {
    uint32_t first = from > day ? (uint32_t)(from - day) : 0;
    uint32_t end = to - day < (arc_day)SUMS_MASK ? (uint32_t)(to - day) + 1 : ARC__SUMS_DAYS;
    int64_t part = 0;
    if (!arc__sum_i64(t, column, block + first, end - first, &part) || !arc__add(&total, total, part)) return 0;
  }
  *sum = total;
  return 1;
}

int arc__sums_open(const arc__tables *t, uint32_t control, arc_day day, int64_t *open) {
  int64_t since;
  *open = 0;
  if (!control) return 1;
  return arc__sums_between(t, ARC__DAY_OPENED, control, day + 1, arc__i32(t, ARC__BOOK_MAX_DAY, 1), &since) &&
         arc__subtract(open, arc__i64(t, ARC__CONTROL_RECEIVABLES, control), since);
}

/* ---- from the rows ---- */

static void sums_of_all(arc__tables *to, const arc__tables *t) {
  for (uint32_t i = 1; i <= t->rows[ARC__TABLE_INSTALMENT]; i++) sums_of_instalment(to, t, i);
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CREDIT]; c++) sums_of_credit(to, t, c);
  for (uint32_t e = 1; e <= t->rows[ARC__TABLE_ENTRY]; e++) {
    arc_day undone = arc__i32(t, ARC__ENTRY_UNDONE, e);
    sums_of_settled(to, t, e, arc__i32(t, ARC__ENTRY_DAY, e), 1);
    if (undone != ARC_DAY_NONE) sums_of_settled(to, t, e, undone, -1);
  }
}

/* A day that the other does not have has sums of 0. Those of a day that passed 64 bits, perhaps in one order of
 * adding only, are not compared. */
static int sums_same(const arc__tables *t, const arc__tables *other, uint32_t control) {
  for (arc_day day = ARC_DAY_FIRST, same;; day += ARC__SUMS_DAYS) {
    uint32_t block = arc__sums_block(t, control, &day, ARC_DAY_LAST), again;
    if (!block) return 1;
    same = day;
    again = arc__sums_block(other, control, &same, day);
    for (uint32_t i = 0; i < ARC__SUMS_DAYS; i++)
      for (int c = ARC__DAY_OPENED; c <= ARC__DAY_DUE_OPEN; c++) {
        int64_t a = arc__i64(t, c, block + i), b = again ? arc__i64(other, c, again + i) : 0;
        if (a != b && a != SUMS_UNKNOWN && b != SUMS_UNKNOWN) return 0;
      }
  }
}

static arc_status sums_compare(arc__tables *again, const arc__tables *t, arc_error *err) {
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CONTROL]; c++)
    arc__put(again, ARC__CONTROL_CURRENCY, arc__append_row(again, ARC__TABLE_CONTROL),
             arc__u32(t, ARC__CONTROL_CURRENCY, c));
  sums_of_all(again, t);
  if (again->failed) return arc__fail_nomem(err);
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CONTROL]; c++)
    if (!sums_same(t, again, c) || !sums_same(again, t, c))
      return ARC__FAIL_CHECK(err, "the sums by day of currency %u are not those of its items", c);
  return ARC_OK;
}

arc_status arc__sums_check(const arc_ledger *ledger, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__tables again;
  arc_status status;
  ARC__TRY(arc__tables_init(&again, &t->heap, t->schema, t->hash_seed, err));
  status = sums_compare(&again, t, err);
  arc__tables_free(&again);
  return status;
}
