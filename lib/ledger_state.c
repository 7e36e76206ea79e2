#include "ledger_internal.h"

#include <string.h>

#include "checked.h"
#include "currency.h"
#include "error.h"

/*
 * Owns what several kinds of record change: balances, accounts, names, the open instalments of an account,
 * and the list of accounts by last change. Invariants, checked by arc__state_check: an account's balances
 * are the sums of its items and credits, per currency they equal the control accounts, and the control
 * accounts sum to zero. Every change costs O(1) amortised.
 */

#define STATE_FIRST_CLASS 2 /* the smallest block of open instalments has four */

void arc__state_add(arc_ledger *ledger, int column, uint32_t row, int64_t delta) {
  int64_t sum;
  if (ARC__L(ledger)->failed) return;
  if (!arc__add(&sum, arc__i64(ARC__L(ledger), column, row), delta)) {
    ledger->overflowed = 1;
    return;
  }
  arc__put_i64(ARC__L(ledger), column, row, sum);
}

uint32_t arc__state_name(arc_ledger *ledger, arc_text text) {
  arc__tables *t = ARC__L(ledger);
  uint32_t name = arc__find_name(t, text);
  if (name || text.size == 0) return name;
  name = arc__append_row(t, ARC__TABLE_NAME);
  arc__put_text(t, ARC__NAME_TEXT, name, text);
  arc__index_add(t, ARC__INDEX_NAME, name);
  return name;
}

uint32_t arc__state_account(arc_ledger *ledger, uint32_t customer, uint32_t currency) {
  arc__tables *t = ARC__L(ledger);
  uint32_t account = arc__find_account(t, customer, currency);
  if (account) return account;
  account = arc__append_row(t, ARC__TABLE_ACCOUNT);
  if (!account) return 0;
  arc__put(t, ARC__ACCOUNT_CUSTOMER, account, customer);
  arc__put(t, ARC__ACCOUNT_CURRENCY, account, currency);
  arc__put(t, ARC__ACCOUNT_NEXT, account, arc__u32(t, ARC__CUSTOMER_ACCOUNT, customer));
  arc__put(t, ARC__CUSTOMER_ACCOUNT, customer, account);
  uint32_t control = arc__state_control(ledger, currency);
  if (control && !arc__u32(t, ARC__CONTROL_ACCOUNT, control)) arc__put(t, ARC__CONTROL_ACCOUNT, control, account);
  return account;
}

uint32_t arc__state_control(arc_ledger *ledger, uint32_t currency) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__find_control(t, currency);
  if (row) return row;
  row = arc__append_row(t, ARC__TABLE_CONTROL);
  arc__put(t, ARC__CONTROL_CURRENCY, row, currency);
  return row;
}

void arc__state_post(arc_ledger *ledger, uint32_t currency, int debit, int credit, int64_t amount) {
  uint32_t row;
  if (amount == 0) return;
  row = arc__state_control(ledger, currency);
  arc__state_add(ledger, debit, row, amount);
  arc__state_add(ledger, credit, row, -amount);
}

/* ---- accounts by last change ---- */

static void state_unlink(arc__tables *t, uint32_t account) {
  uint32_t before = arc__u32(t, ARC__ACCOUNT_CHANGED_BEFORE, account);
  uint32_t after = arc__u32(t, ARC__ACCOUNT_CHANGED_AFTER, account);
  if (after) arc__put_u32(t, ARC__ACCOUNT_CHANGED_BEFORE, after, before);
  if (before) arc__put_u32(t, ARC__ACCOUNT_CHANGED_AFTER, before, after);
}

void arc__state_account_changed(arc_ledger *ledger, uint32_t account) {
  arc__tables *t = ARC__L(ledger);
  uint32_t head;
  int64_t generation;
  if (t->failed) return;
  head = arc__u32(t, ARC__BOOK_CHANGED_ACCOUNT, 1);
  generation = arc__i64(t, ARC__BOOK_GENERATION, 1) + 1;
  arc__put_i64(t, ARC__BOOK_GENERATION, 1, generation);
  if (head != account) {
    if (arc__i64(t, ARC__ACCOUNT_CHANGED, account)) state_unlink(t, account);
    arc__put_u32(t, ARC__ACCOUNT_CHANGED_BEFORE, account, head);
    arc__put_u32(t, ARC__ACCOUNT_CHANGED_AFTER, account, 0);
    if (head) arc__put_u32(t, ARC__ACCOUNT_CHANGED_AFTER, head, account);
    arc__put_u32(t, ARC__BOOK_CHANGED_ACCOUNT, 1, account);
  }
  arc__put_i64(t, ARC__ACCOUNT_CHANGED, account, generation);
}

void arc__state_customer_changed(arc_ledger *ledger, uint32_t customer) {
  arc__tables *t = ARC__L(ledger);
  uint32_t account = t->failed ? 0 : arc__u32(t, ARC__CUSTOMER_ACCOUNT, customer);
  for (; account; account = arc__u32(t, ARC__ACCOUNT_NEXT, account))
    arc__state_account_changed(ledger, account);
}

void arc__state_known(arc_ledger *ledger) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t row = t->rows[ARC__TABLE_KNOWN];
  if (!row || arc__i64(t, ARC__KNOWN_INSTANT, row) < ledger->recorded_at) arc__state_known_anew(ledger);
}

uint32_t arc__state_known_anew(arc_ledger *ledger) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_KNOWN);
  arc__put(t, ARC__KNOWN_INSTANT, row, ledger->recorded_at);
  arc__put(t, ARC__KNOWN_INVOICES, row, t->rows[ARC__TABLE_INVOICE]);
  arc__put(t, ARC__KNOWN_CREDITS, row, t->rows[ARC__TABLE_CREDIT]);
  arc__put(t, ARC__KNOWN_ENTRIES, row, t->rows[ARC__TABLE_ENTRY]);
  arc__put(t, ARC__KNOWN_EXCEPTIONS, row, t->rows[ARC__TABLE_EXCEPTION]);
  arc__put(t, ARC__KNOWN_TOUCHES, row, t->rows[ARC__TABLE_TOUCH]);
  arc__put(t, ARC__KNOWN_DISPUTE_CHANGES, row, t->rows[ARC__TABLE_DISPUTE_CHANGE]);
  arc__put(t, ARC__KNOWN_CORRECTIONS, row, t->rows[ARC__TABLE_CORRECTION]);
  arc__put(t, ARC__KNOWN_DELIVERIES, row, t->rows[ARC__TABLE_DELIVERY]);
  arc__put(t, ARC__KNOWN_CONTACTS, row, t->rows[ARC__TABLE_CONTACT]);
  arc__put(t, ARC__KNOWN_REPLIES, row, t->rows[ARC__TABLE_REPLY]);
  return row;
}

uint32_t arc__state_known_row(const arc_ledger *ledger) {
  return ARC__L(ledger)->rows[ARC__TABLE_KNOWN];
}

void arc__state_money_day(arc_ledger *ledger, arc_day day) {
  arc__tables *t = ARC__L(ledger);
  if (!t->failed && day > arc__i32(t, ARC__BOOK_MAX_DAY, 1)) arc__put(t, ARC__BOOK_MAX_DAY, 1, day);
}

/* ---- open instalments of an account, in one block ---- */

static uint32_t state_take_block(arc__tables *t, unsigned class) {
  uint32_t first;
  while (t->rows[ARC__TABLE_OPEN_FREE] <= class)
    if (!arc__append_row(t, ARC__TABLE_OPEN_FREE)) return 0;
  first = arc__u32(t, ARC__OPEN_FREE_FIRST, class + 1);
  if (first) {
    arc__put(t, ARC__OPEN_FREE_FIRST, class + 1, arc__u32(t, ARC__OPEN_ITEM_INSTALMENT, first));
    return first;
  }
  first = arc__append_row(t, ARC__TABLE_OPEN_ITEM);
  for (uint32_t i = 1; i < 1u << class; i++)
    if (!arc__append_row(t, ARC__TABLE_OPEN_ITEM)) return 0;
  return first;
}

static void state_give_block(arc__tables *t, uint32_t first, unsigned class) {
  arc__put(t, ARC__OPEN_ITEM_INSTALMENT, first, arc__u32(t, ARC__OPEN_FREE_FIRST, class + 1));
  arc__put(t, ARC__OPEN_FREE_FIRST, class + 1, first);
}

static void state_place(arc__tables *t, uint32_t row, uint32_t instalment) {
  arc__put_u32(t, ARC__OPEN_ITEM_INSTALMENT, row, instalment);
  arc__put_u32(t, ARC__OPEN_ITEM_DUE, row, (uint32_t)arc__i32(t, ARC__INSTALMENT_DUE, instalment));
  arc__put_i64(t, ARC__OPEN_ITEM_OPEN, row, arc__i64(t, ARC__INSTALMENT_OPEN, instalment));
  arc__put_u32(t, ARC__INSTALMENT_OPEN_ITEM, instalment, row);
}

static void state_move(arc__tables *t, uint32_t row, uint32_t from) {
  uint32_t instalment = arc__u32(t, ARC__OPEN_ITEM_INSTALMENT, from);
  arc__put_u32(t, ARC__OPEN_ITEM_INSTALMENT, row, instalment);
  arc__put_u32(t, ARC__OPEN_ITEM_DUE, row, arc__u32(t, ARC__OPEN_ITEM_DUE, from));
  arc__put_i64(t, ARC__OPEN_ITEM_OPEN, row, arc__i64(t, ARC__OPEN_ITEM_OPEN, from));
  arc__put_u32(t, ARC__INSTALMENT_OPEN_ITEM, instalment, row);
}

/* Moves the account's block to one of twice the size. */
static void state_widen(arc__tables *t, uint32_t account) {
  uint32_t old = arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, account);
  uint32_t count = arc__u32(t, ARC__ACCOUNT_OPEN_COUNT, account);
  unsigned class = old ? arc__u8(t, ARC__ACCOUNT_OPEN_CLASS, account) + 1u : STATE_FIRST_CLASS;
  uint32_t first = state_take_block(t, class);
  if (!first) return;
  for (uint32_t i = 0; i < count; i++)
    state_move(t, first + i, old + i);
  if (old) state_give_block(t, old, class - 1);
  arc__put(t, ARC__ACCOUNT_OPEN_FIRST, account, first);
  arc__put(t, ARC__ACCOUNT_OPEN_CLASS, account, class);
}

static void state_open_add(arc__tables *t, uint32_t account, uint32_t instalment) {
  uint32_t count = arc__u32(t, ARC__ACCOUNT_OPEN_COUNT, account);
  if (!arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, account) ||
      count == 1u << arc__u8(t, ARC__ACCOUNT_OPEN_CLASS, account))
    state_widen(t, account);
  if (t->failed) return;
  state_place(t, arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, account) + count, instalment);
  arc__put_u32(t, ARC__ACCOUNT_OPEN_COUNT, account, count + 1);
}

static void state_open_remove(arc__tables *t, uint32_t account, uint32_t instalment) {
  uint32_t count = arc__u32(t, ARC__ACCOUNT_OPEN_COUNT, account) - 1;
  uint32_t last = arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, account) + count;
  uint32_t row = arc__u32(t, ARC__INSTALMENT_OPEN_ITEM, instalment);
  state_move(t, row, last);
  arc__put_u32(t, ARC__OPEN_ITEM_INSTALMENT, last, 0);
  arc__put_u32(t, ARC__INSTALMENT_OPEN_ITEM, instalment, 0);
  arc__put_u32(t, ARC__ACCOUNT_OPEN_COUNT, account, count);
}

void arc__state_instalment_add(arc_ledger *ledger, uint32_t instalment, int64_t delta) {
  arc__tables *t = ARC__L(ledger);
  uint32_t account;
  int64_t before;
  if (t->failed) return;
  account = arc__u32(t, ARC__INVOICE_ACCOUNT, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment));
  before = arc__i64(t, ARC__INSTALMENT_OPEN, instalment);
  arc__state_add(ledger, ARC__INSTALMENT_OPEN, instalment, delta);
  arc__state_add(ledger, ARC__ACCOUNT_RECEIVABLE, account, delta);
  if (t->failed || ledger->overflowed) return;
  if (before == 0) state_open_add(t, account, instalment);
  else if (before + delta == 0) state_open_remove(t, account, instalment);
  else arc__put_i64(t, ARC__OPEN_ITEM_OPEN, arc__u32(t, ARC__INSTALMENT_OPEN_ITEM, instalment), before + delta);
  arc__state_account_changed(ledger, account);
}

void arc__state_credit_add(arc_ledger *ledger, uint32_t credit, int64_t delta) {
  arc__tables *t = ARC__L(ledger);
  uint32_t account;
  if (t->failed) return;
  account = arc__u32(t, ARC__CREDIT_ACCOUNT, credit);
  arc__state_add(ledger, ARC__CREDIT_OPEN, credit, delta);
  if (!account) return;
  arc__state_add(ledger, ARC__ACCOUNT_UNAPPLIED, account, delta);
  arc__state_account_changed(ledger, account);
}

/* ---- the balance checks ---- */

static int64_t state_settled(const arc__tables *t, uint32_t instalment) {
  int64_t sum = 0;
  for (uint32_t e = arc__u32(t, ARC__INSTALMENT_ENTRY, instalment); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, e))
    if (arc__i32(t, ARC__ENTRY_UNDONE, e) == ARC_DAY_NONE)
      sum += arc__i64(t, ARC__ENTRY_AMOUNT, e) + arc__i64(t, ARC__ENTRY_DISCOUNT, e) +
             arc__i64(t, ARC__ENTRY_TOLERANCE, e);
  return sum;
}

static int64_t state_applied(const arc__tables *t, uint32_t credit) {
  int64_t sum = 0;
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, credit); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e))
    if (arc__i32(t, ARC__ENTRY_UNDONE, e) == ARC_DAY_NONE) sum += arc__entry_taken(t, e);
  return sum;
}

static arc_status state_check_instalment(const arc__tables *t, uint32_t i, arc_error *err) {
  int64_t open = arc__i64(t, ARC__INSTALMENT_OPEN, i), amount = arc__i64(t, ARC__INSTALMENT_AMOUNT, i);
  uint32_t item = arc__u32(t, ARC__INSTALMENT_OPEN_ITEM, i);
  if (open < 0 || open > amount || open != amount - state_settled(t, i))
    return ARC__FAIL_CHECK(err, "instalment %u: open is %lld of %lld, settled %lld", i, (long long)open,
                           (long long)amount, (long long)state_settled(t, i));
  if ((open != 0) != (item != 0) ||
      (item && (arc__u32(t, ARC__OPEN_ITEM_INSTALMENT, item) != i || arc__i64(t, ARC__OPEN_ITEM_OPEN, item) != open ||
                arc__i32(t, ARC__OPEN_ITEM_DUE, item) != arc__i32(t, ARC__INSTALMENT_DUE, i))))
    return ARC__FAIL_CHECK(err, "instalment %u is not listed as open, or wrongly", i);
  return ARC_OK;
}

static arc_status state_check_credit(const arc__tables *t, uint32_t c, arc_error *err) {
  int64_t open = arc__i64(t, ARC__CREDIT_OPEN, c);
  int64_t has = arc__i32(t, ARC__CREDIT_REVERSED, c) == ARC_DAY_NONE ? arc__i64(t, ARC__CREDIT_AMOUNT, c)
                                                                     : 0;
  if (open < 0 || open != has - state_applied(t, c))
    return ARC__FAIL_CHECK(err, "credit %u: %lld is unapplied of %lld, applied %lld", c, (long long)open,
                           (long long)has, (long long)state_applied(t, c));
  return ARC_OK;
}

arc_status arc__state_check_account(const arc_ledger *ledger, uint32_t account, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  int64_t receivable = 0, unapplied = 0;
  uint32_t open = 0;
  for (uint32_t v = arc__u32(t, ARC__ACCOUNT_INVOICE, account); v; v = arc__u32(t, ARC__INVOICE_NEXT, v)) {
    uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, v);
    for (uint32_t i = first; i < first + arc__u16(t, ARC__INVOICE_INSTALMENTS, v); i++) {
      ARC__TRY(state_check_instalment(t, i, err));
      receivable += arc__i64(t, ARC__INSTALMENT_OPEN, i);
      open += arc__i64(t, ARC__INSTALMENT_OPEN, i) != 0;
    }
  }
  for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account); c; c = arc__u32(t, ARC__CREDIT_NEXT, c)) {
    ARC__TRY(state_check_credit(t, c, err));
    unapplied += arc__i64(t, ARC__CREDIT_OPEN, c);
  }
  if (receivable != arc__i64(t, ARC__ACCOUNT_RECEIVABLE, account) ||
      unapplied != arc__i64(t, ARC__ACCOUNT_UNAPPLIED, account) ||
      open != arc__u32(t, ARC__ACCOUNT_OPEN_COUNT, account))
    return ARC__FAIL_CHECK(err, "account %u: its balance is not the sum of its items", account);
  return ARC_OK;
}

/* What the exchange clearing account of a currency holds: what was taken in it, and settled in it, and in the book's
 * own the differences. Sums of what stands may pass 64 bits on the way: modulo 2^64. */
static int64_t state_exchanged(const arc__tables *t, uint32_t currency) {
  uint64_t sum = 0;
  for (uint32_t x = 1; x <= t->rows[ARC__TABLE_EXCHANGE]; x++) {
    uint32_t e = arc__u32(t, ARC__EXCHANGE_ENTRY, x);
    if (arc__i32(t, ARC__ENTRY_UNDONE, e) != ARC_DAY_NONE) continue;
    if (arc__u32(t, ARC__CREDIT_CURRENCY, arc__u32(t, ARC__ENTRY_CREDIT, e)) == currency)
      sum -= (uint64_t)arc__i64(t, ARC__EXCHANGE_TAKEN, x);
    if (arc__invoice_currency(t, arc__entry_invoice(t, e)) == currency)
      sum += (uint64_t)arc__i64(t, ARC__ENTRY_AMOUNT, e);
    if (arc__u32(t, ARC__BOOK_CURRENCY, 1) == currency) sum += (uint64_t)arc__exchange_difference(t, x);
  }
  return (int64_t)sum;
}

static arc_status state_check_control(const arc__tables *t, uint32_t control, arc_error *err) {
  uint32_t currency = arc__u32(t, ARC__CONTROL_CURRENCY, control);
  int64_t receivable = 0, unapplied = 0, unidentified = 0;
  for (uint32_t a = 1; a <= t->rows[ARC__TABLE_ACCOUNT]; a++) {
    if (arc__u32(t, ARC__ACCOUNT_CURRENCY, a) != currency) continue;
    receivable += arc__i64(t, ARC__ACCOUNT_RECEIVABLE, a);
    unapplied += arc__i64(t, ARC__ACCOUNT_UNAPPLIED, a);
  }
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CREDIT]; c++)
    if (!arc__u32(t, ARC__CREDIT_ACCOUNT, c) && arc__u32(t, ARC__CREDIT_CURRENCY, c) == currency)
      unidentified += arc__i64(t, ARC__CREDIT_OPEN, c);
  if (receivable == arc__i64(t, ARC__CONTROL_RECEIVABLES, control) &&
      -unapplied == arc__i64(t, ARC__CONTROL_UNAPPLIED_CASH, control) +
                        arc__i64(t, ARC__CONTROL_UNAPPLIED_CREDITS, control) &&
      -unidentified == arc__i64(t, ARC__CONTROL_UNIDENTIFIED_CASH, control) &&
      state_exchanged(t, currency) == arc__i64(t, ARC__CONTROL_EXCHANGE, control))
    return ARC_OK;
  return ARC__FAIL_CHECK(err, "the books of currency %u of %u do not balance", control,
                         t->rows[ARC__TABLE_CONTROL]);
}

arc_status arc__state_check_sums(const arc_ledger *ledger, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  for (uint32_t control = 1; control <= t->rows[ARC__TABLE_CONTROL]; control++) {
    uint64_t sum = 0; /* modulo 2^64: halves of a balanced sum may exceed what it comes to */
    for (int c = ARC__CONTROL_RECEIVABLES; c <= ARC__CONTROL_EXCHANGE_DIFFERENCE; c++)
      sum += (uint64_t)arc__i64(t, c, control);
    if (sum)
      return ARC__FAIL_CHECK(err, "the control accounts of currency %u of %u do not sum to zero", control,
                             t->rows[ARC__TABLE_CONTROL]);
  }
  return ARC_OK;
}

arc_status arc__state_check(const arc_ledger *ledger, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  for (uint32_t a = 1; a <= t->rows[ARC__TABLE_ACCOUNT]; a++)
    ARC__TRY(arc__state_check_account(ledger, a, err));
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CREDIT]; c++) ARC__TRY(state_check_credit(t, c, err));
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CONTROL]; c++) ARC__TRY(state_check_control(t, c, err));
  ARC__TRY(arc__state_check_sums(ledger, err));
  return arc__sums_check(ledger, err);
}
