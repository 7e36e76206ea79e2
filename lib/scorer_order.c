/*
 * The order of the worklist: per account the most that its priority can be on a day, in a tree of maxima.
 *
 * The bound of an account takes its open items, with the signs that it may have, and is never less than its priority;
 * what was scored exactly is its own bound until the account changes. Who looks for the first so many takes the
 * account of the highest bound, scores it, and goes on until no bound is above the last one wanted: so that the
 * answer is that of scoring all. It follows the ledger by its list of changed accounts: each costs its open items and
 * the height of the tree. Another day, or a rollback of what was seen, makes it anew, for the price of the open items.
 */
#include "scorer_internal.h"

#include "arcollect/money.h"
#include "currency.h"

#include <string.h>

#define ORDER_FAN 16
#define ORDER_AHEAD 8
#define ORDER_TOUCHES 16     /* so many are looked at to find the latest */
#define ORDER_PART 10        /* of all that is owed: who owes so much may be large (a fifth) until half is paid */
#define ORDER_CERTAIN 1000000

static int64_t order_scaled(int64_t amount, int64_t factor) {
  return amount <= INT64_MAX / factor ? amount * factor : INT64_MAX;
}

/* ---- bounds ---- */

/* Whether a payment came for sure since the last reminder: the newest of both say so, or nothing does. */
static int order_may_be_silent(const arc__tables *t, uint32_t account) {
  uint32_t credit = arc__u32(t, ARC__ACCOUNT_CREDIT, account), touch = arc__u32(t, ARC__ACCOUNT_TOUCH, account);
  arc_day paid;
  if (!touch) return 0;
  if (!credit || arc__u8(t, ARC__CREDIT_KIND, credit) != ARC_CREDIT_PAYMENT ||
      arc__i32(t, ARC__CREDIT_REVERSED, credit) != ARC_DAY_NONE)
    return 1;
  paid = arc__i32(t, ARC__CREDIT_DAY, credit);
  for (int i = 0; touch && i < ORDER_TOUCHES; i++, touch = arc__u32(t, ARC__TOUCH_NEXT, touch))
    if (arc__i32(t, ARC__TOUCH_DAY, touch) > paid) return 1;
  return touch != 0;
}

/* What is known of an account's open items may add to their risk. */
static void order_exceptions(const arc__tables *t, uint32_t account, int32_t *promises, int *disputed) {
  uint32_t first = arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, account);
  for (uint32_t i = first; i < first + arc__u32(t, ARC__ACCOUNT_OPEN_COUNT, account); i++) {
    uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, arc__u32(t, ARC__OPEN_ITEM_INSTALMENT, i));
    for (uint32_t e = arc__u32(t, ARC__INVOICE_EXCEPTION, invoice); e; e = arc__u32(t, ARC__EXCEPTION_NEXT, e)) {
      *promises += arc__u8(t, ARC__EXCEPTION_KIND, e) == ARC__EXCEPTION_PROMISE;
      *disputed |= arc__u8(t, ARC__EXCEPTION_KIND, e) == ARC__EXCEPTION_DISPUTE;
    }
  }
}

static int32_t order_added_risk(const arc__order *o, const arc__tables *t, uint32_t account, int64_t receivable,
                                const arc__order_currency *currency) {
  int32_t promises = 0;
  int disputed = 0;
  if (o->trained) return ARC__RISK_CAP; /* what the account's history says is not known yet */
  if (arc__u8(t, ARC__ACCOUNT_EXCEPTION, account)) order_exceptions(t, account, &promises, &disputed);
  return arc__added_risk(promises, order_may_be_silent(t, account), disputed, receivable >= currency->large);
}

static arc__order_currency *order_currency(const arc__order *o, const arc__tables *t, uint32_t account) {
  size_t row = 1;
  while (row + 1 < o->currency_rows &&
         arc__u32(t, ARC__CONTROL_CURRENCY, (uint32_t)row) != arc__u32(t, ARC__ACCOUNT_CURRENCY, account))
    row++;
  return &o->currencies[row];
}

/* In the unit of arc__rank. What is overdue times risk is at most the receivable times a million. */
static int64_t order_most(const arc__order *o, const arc__tables *t, uint32_t account) {
  const arc__order_currency *currency = order_currency(o, t, account);
  int64_t receivable = arc__i64(t, ARC__ACCOUNT_RECEIVABLE, account), sum = 0;
  uint32_t i = arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, account), end = i + arc__u32(t, ARC__ACCOUNT_OPEN_COUNT, account);
  int32_t added;
  if (receivable <= 0) return 0;
  if (receivable > INT64_MAX / ORDER_CERTAIN) return INT64_MAX;
  added = order_added_risk(o, t, account, receivable, currency);
  while (i < end) { /* items of one chunk at a time */
    uint32_t at = i & (ARC__CHUNK_ROWS - 1), left = ARC__CHUNK_ROWS - at, n = end - i < left ? end - i : left;
    const int32_t *due = &ARC__CELL(int32_t, t, ARC__OPEN_ITEM_DUE, i);
    const char *open = t->columns[ARC__OPEN_ITEM_OPEN].chunks[i >> ARC__CHUNK_SHIFT];
    for (uint32_t k = 0; k < n; k++) { /* without branches, which would be guessed wrong */
      int32_t days = o->day - due[k], late = days < ARC__RISK_DAYS ? days : ARC__RISK_DAYS - 1;
      int32_t risk = o->risk[late > 0 ? late : 0] + (late > 0 ? added : 0);
      sum += arc__chunk_i64(open, at + k) * (risk < ARC__RISK_CAP ? risk : ARC__RISK_CAP);
    }
    i += n;
  }
  if (sum == 0) return 0;
  return order_scaled(sum / ORDER_CERTAIN + 1 + arc__u32(t, ARC__ACCOUNT_OPEN_COUNT, account), currency->scale);
}

int64_t arc__rank(int64_t priority, uint32_t currency) {
  char code[4];
  int64_t scale = 10000;
  arc__currency_unpack(code, currency);
  for (int32_t digits = arc_currency_digits(code); digits > 0; digits--)
    scale /= 10;
  return order_scaled(priority, scale);
}

/* ---- the tree ---- */

static int64_t order_max(const int64_t *of, size_t count) {
  int64_t most = 0;
  for (size_t i = 0; i < count; i++)
    most = of[i] > most ? of[i] : most;
  return most;
}

static size_t order_count(const arc__order *o, int level, size_t place) {
  size_t left = o->places[level] - place * ORDER_FAN;
  return left < ORDER_FAN ? left : ORDER_FAN;
}

void arc__order_set(arc__order *o, uint32_t account, int64_t most) {
  size_t place = account;
  o->most[place] = most;
  for (int level = 1; level < o->levels; level++) {
    place /= ORDER_FAN;
    o->most[o->first[level] + place] =
        order_max(&o->most[o->first[level - 1] + place * ORDER_FAN], order_count(o, level - 1, place));
  }
}

uint32_t arc__order_best(const arc__order *o, int64_t *most) {
  size_t place = 0;
  *most = o->most[o->first[o->levels - 1]];
  for (int level = o->levels - 1; level > 0; level--) {
    place *= ORDER_FAN;
    while (o->most[o->first[level - 1] + place] != *most)
      place++;
  }
  return *most > 0 ? (uint32_t)place : 0;
}

static void order_build_tree(arc__order *o) {
  for (int level = 1; level < o->levels; level++)
    for (size_t place = 0; place < o->places[level]; place++)
      o->most[o->first[level] + place] =
          order_max(&o->most[o->first[level - 1] + place * ORDER_FAN], order_count(o, level - 1, place));
}

/* ---- keeping up ---- */

void arc__order_forget(arc__order *o, const arc__heap *heap) {
  arc__free(heap, o->most, o->held * sizeof *o->most);
  arc__free(heap, o->owes, o->places[0]);
  arc__free(heap, o->currencies, o->currency_rows * sizeof *o->currencies);
  memset(o, 0, sizeof *o);
}

/* Room for the accounts there are and as many again as a quarter of them. */
static arc_status order_make_room(arc__order *o, const arc__heap *heap, const arc__tables *t, arc_error *err) {
  size_t accounts = (size_t)t->rows[ARC__TABLE_ACCOUNT] + 1;
  o->places[0] = accounts + accounts / 4 + ORDER_FAN;
  o->held = o->places[0];
  for (o->levels = 1; o->places[o->levels - 1] > 1; o->levels++) {
    o->first[o->levels] = o->held;
    o->places[o->levels] = (o->places[o->levels - 1] + ORDER_FAN - 1) / ORDER_FAN;
    o->held += o->places[o->levels];
  }
  o->currency_rows = (size_t)t->rows[ARC__TABLE_CONTROL] + 1;
  o->most = arc__alloc(heap, o->held * sizeof *o->most);
  o->owes = arc__alloc(heap, o->places[0]);
  o->currencies = arc__alloc(heap, o->currency_rows * sizeof *o->currencies);
  return o->most && o->owes && o->currencies ? ARC_OK : arc__fail_nomem(err);
}

static void order_count_owing(arc__order *o, const arc__tables *t, uint32_t account) {
  unsigned char owes = arc__i64(t, ARC__ACCOUNT_RECEIVABLE, account) > 0;
  if (owes == o->owes[account]) return;
  order_currency(o, t, account)->owing += owes ? 1 : UINT32_MAX;
  o->owes[account] = owes;
}

static void order_fill(arc__order *o, const arc__tables *t) {
  for (uint32_t c = 1; c < o->currency_rows; c++) {
    o->currencies[c].scale = arc__rank(1, arc__u32(t, ARC__CONTROL_CURRENCY, c));
    o->currencies[c].owed = arc__i64(t, ARC__CONTROL_RECEIVABLES, c);
    o->currencies[c].large = o->currencies[c].owed / ORDER_PART;
  }
  for (int32_t days = 0; days < ARC__RISK_DAYS; days++)
    o->risk[days] = days ? arc__rule_risk(days) : 0;
  for (uint32_t a = 1; a <= t->rows[ARC__TABLE_ACCOUNT]; a++) {
    uint32_t ahead = a + ORDER_AHEAD <= t->rows[ARC__TABLE_ACCOUNT] ? a + ORDER_AHEAD : a;
    uint32_t first = arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, ahead);
    if (first) { /* blocks of open items lie anywhere */
      arc__cells_soon(t, ARC__OPEN_ITEM_DUE, first);
      arc__cells_soon(t, ARC__OPEN_ITEM_OPEN, first);
    }
    order_count_owing(o, t, a);
    o->most[a] = order_most(o, t, a);
  }
  order_build_tree(o);
}

/* Who was not large when it was made is not large now, unless half of what was owed is paid. If it has doubled, too
 * many may be. */
static int order_holds(const arc__order *o, const arc__tables *t, arc_day day, int trained) {
  if (!o->most || o->day != day || o->trained != trained || o->rollbacks != t->rollbacks) return 0;
  if (t->rows[ARC__TABLE_ACCOUNT] >= o->places[0] || t->rows[ARC__TABLE_CONTROL] >= o->currency_rows) return 0;
  for (uint32_t c = 1; c < o->currency_rows; c++) {
    int64_t owed = arc__i64(t, ARC__CONTROL_RECEIVABLES, c), was = o->currencies[c].owed;
    if (owed < was - was / 2 || owed / 2 > was) return 0;
  }
  return 1;
}

arc_status arc__order_refresh(arc__order *o, const arc__view *view, int trained, arc_error *err) {
  const arc__tables *t = view->tables;
  const arc__heap *heap = arc__ledger_heap(view->ledger);
  if (order_holds(o, t, view->day, trained)) {
    for (uint32_t a = arc__u32(t, ARC__BOOK_CHANGED_ACCOUNT, 1); a && arc__i64(t, ARC__ACCOUNT_CHANGED, a) > o->seen;
         a = arc__u32(t, ARC__ACCOUNT_CHANGED_BEFORE, a)) {
      order_count_owing(o, t, a);
      arc__order_set(o, a, order_most(o, t, a));
    }
  } else {
    arc__order_forget(o, heap);
    o->day = view->day;
    o->trained = trained;
    o->rollbacks = t->rollbacks;
    if (order_make_room(o, heap, t, err) < 0) {
      arc__order_forget(o, heap);
      return ARC_E_NOMEM;
    }
    order_fill(o, t);
  }
  o->seen = arc__i64(t, ARC__BOOK_GENERATION, 1);
  return ARC_OK;
}

int arc__order_may_be_large(const arc__order *o, const arc__tables *t, uint32_t account) {
  return arc__i64(t, ARC__ACCOUNT_RECEIVABLE, account) >= order_currency(o, t, account)->large;
}
