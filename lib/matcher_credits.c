/*
 * What a payer may take off a payment: credit notes, and what earlier payments left on account.
 *
 * Credit is taken in full or not at all, and only where the arithmetic is exact: the items less the credit are the
 * cash. Which credit settles how much of which item is kept with the proposal, since each is an application of its
 * own. Costs nothing where the account has no credit but the payment; else a look at the account's latest credits.
 */
#include "matcher_internal.h"

#include "checked.h"
#include "text.h"

#define CREDITS_LOOK   256 /* of an account, the latest first */
#define CREDITS_NAME   4   /* characters that name a credit note, at least */

/* ---- which there are ---- */

/* What an earlier payment left: none that is decided with this one, nor one that a human refused items for. */
static int credits_is_left_over(const arc__decision *d, uint32_t credit) {
  const arc__tables *t = d->view->tables;
  return credit <= arc__u32(t, ARC__BOOK_MATCHED_CREDIT, 1) && arc__u32(t, ARC__CREDIT_REJECTION, credit) == 0 &&
         arc__i32(t, ARC__CREDIT_DAY, credit) <= arc__i32(t, ARC__BOOK_MATCHED_DAY, 1) &&
         !arc__match_plan_find(d->m, d->plan, credit);
}

/* Open on the view's day and today, less what the plan takes. */
static int64_t credits_open(const arc__decision *d, uint32_t credit) {
  const arc__tables *t = d->view->tables;
  int64_t open = arc__view_credit_open(d->view, credit), now = arc__i64(t, ARC__CREDIT_OPEN, credit);
  if (credit == d->match->payment || now == 0) return 0;
  if (arc__u8(t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_PAYMENT && !credits_is_left_over(d, credit)) return 0;
  return (open < now ? open : now) - arc__match_planned_credit(d->plan, credit);
}

/* By day and key: what settles what does not depend on the order in which credits were recorded. */
static int credits_come_before(const arc__tables *t, uint32_t a, uint32_t b) {
  arc_day x = arc__i32(t, ARC__CREDIT_DAY, a), y = arc__i32(t, ARC__CREDIT_DAY, b);
  arc_text m = arc__text(t, ARC__CREDIT_KEY, a), n = arc__text(t, ARC__CREDIT_KEY, b);
  if (x != y) return x < y;
  if (m.size != n.size) return m.size < n.size;
  int order = memcmp(m.data, n.data, m.size);
  return order ? order < 0 : arc__u8(t, ARC__CREDIT_KIND, a) < arc__u8(t, ARC__CREDIT_KIND, b);
}

static void credits_load_one(const arc__decision *d, uint32_t credit, int64_t open) {
  arc__match *match = d->match;
  size_t i = match->credit_count++;
  for (; i > 0 && credits_come_before(d->view->tables, credit, match->credits[i - 1].credit); i--)
    match->credits[i] = match->credits[i - 1];
  match->credits[i] = (arc__match_credit){credit, open, 0};
}

/* All of them or none: the only one among some may be one of several. */
void arc__match_load_credits(const arc__decision *d) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  uint32_t account = match->payer_count == 1 ? arc__find_account(t, match->payers[0], d->currency) : 0;
  match->credit_count = 0;
  if (!account) return;
  int64_t others = arc__i64(t, ARC__ACCOUNT_UNAPPLIED, account); /* that were not seen yet */
  if (arc__u32(t, ARC__CREDIT_ACCOUNT, match->payment) == account) others -= arc__i64(t, ARC__CREDIT_OPEN, match->payment);
  uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account);
  for (int looked = 0; c && others > 0 && looked < CREDITS_LOOK; looked++, c = arc__u32(t, ARC__CREDIT_NEXT, c)) {
    int64_t open = credits_open(d, c);
    if (c != match->payment) others -= arc__i64(t, ARC__CREDIT_OPEN, c);
    if (open > 0 && match->credit_count == ARC__MATCH_CREDITS_MAX) break;
    if (open > 0) credits_load_one(d, c, open);
  }
  if (others > 0 || match->credit_count == ARC__MATCH_CREDITS_MAX) match->credit_count = 0;
}

/* ---- which the text names ---- */

/* The number of a credit note, or its key where it has none, as normalised words. */
static size_t credits_name(const arc__decision *d, uint32_t credit, char *name) {
  const arc__tables *t = d->view->tables;
  if (arc__u8(t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_PAYMENT) return 0;
  size_t size = arc__match_normalise(name, ARC__MATCH_NUMBER_MAX, arc__text(t, ARC__CREDIT_REFERENCE, credit));
  if (size == 0) size = arc__match_normalise(name, ARC__MATCH_NUMBER_MAX, arc__text(t, ARC__CREDIT_KEY, credit));
  return size < CREDITS_NAME || arc__match_tail(name, size) == 0 ? 0 : size;
}

void arc__match_name_credits(const arc__decision *d) {
  arc__match *match = d->match;
  char name[ARC__MATCH_NUMBER_MAX];
  for (size_t i = 0; i < match->credit_count; i++) {
    size_t size = credits_name(d, match->credits[i].credit, name), first, last;
    if (!size || !arc__match_names(match, name, size, &first, &last)) continue;
    match->credits[i].named = 1;
    for (size_t w = first; w <= last; w++)
      if (match->words[w].kind != ARC__WORD_NUMBER) match->words[w].kind = ARC__WORD_CREDIT;
  }
}

uint32_t arc__match_find_credit(const arc__decision *d, arc_text reference) {
  const arc__match *match = d->match;
  char name[ARC__MATCH_NUMBER_MAX], other[ARC__MATCH_NUMBER_MAX];
  size_t size = arc__match_normalise(name, sizeof name, reference);
  for (size_t i = 0; i < match->credit_count && size; i++)
    if (credits_name(d, match->credits[i].credit, other) == size && memcmp(name, other, size) == 0)
      return (uint32_t)i + 1;
  return 0;
}

/* ---- what they settle ---- */

static arc_status credits_take_of(const arc__decision *d, arc__match_line *line, uint32_t credit, int64_t amount) {
  arc__match_takings *takings = &d->match->takings;
  void *data = takings->data;
  if (arc__grow(d->m->heap, &data, &takings->capacity, takings->count + 1, sizeof *takings->data) < 0)
    return arc__fail_nomem(d->err);
  takings->data = data;
  takings->data[takings->count++] = (arc__match_taking){credit, line->invoice, amount};
  line->amount -= amount;
  line->credited += amount;
  return ARC_OK;
}

/* The item that a credit note names, else the largest. */
static arc__match_line *credits_line(const arc__decision *d, uint32_t credit, arc__match_line *lines, size_t count) {
  uint32_t meant = arc__u32(d->view->tables, ARC__CREDIT_INVOICE, credit);
  arc__match_line *line = lines;
  for (size_t i = 0; i < count; i++) {
    if (lines[i].amount > 0 && lines[i].invoice == meant) return &lines[i];
    if (lines[i].amount > line->amount) line = &lines[i];
  }
  return line;
}

arc_status arc__match_take_credit(const arc__decision *d, arc__match_line *lines, size_t count, uint32_t credit,
                                  int64_t amount) {
  while (amount > 0) {
    arc__match_line *line = credits_line(d, credit, lines, count);
    int64_t part = line->amount < amount ? line->amount : amount;
    ARC__TRY(credits_take_of(d, line, credit, part));
    amount -= part;
  }
  return ARC_OK;
}

/* Lines in full, or less the discounts that are earned; what they come to. */
static int64_t credits_fill(arc__match_line *lines, size_t count, int discounted) {
  int64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    lines[i].discount = discounted ? lines[i].early : 0;
    lines[i].amount = lines[i].open - lines[i].disputed - lines[i].discount;
    lines[i].tolerance = lines[i].deduction = lines[i].credited = 0;
    sum += lines[i].amount; /* fits: arc__match_fit added them before */
  }
  return sum;
}

static arc_status credits_take(const arc__decision *d, arc__match_line *lines, size_t count, const uint8_t *found) {
  const arc__match *match = d->match;
  for (size_t i = 0; i < match->credit_count; i++)
    if (found[i]) ARC__TRY(arc__match_take_credit(d, lines, count, match->credits[i].credit, match->credits[i].open));
  return ARC_OK;
}

/* All that the text names, if that is the difference. */
static int credits_named(const arc__match *match, int64_t difference, uint8_t *found) {
  int64_t sum = 0;
  for (size_t i = 0; i < match->credit_count; i++) {
    found[i] = match->credits[i].named != 0;
    if (found[i] && !arc__add(&sum, sum, match->credits[i].open)) return 0;
  }
  return sum == difference;
}

/* The only credits that make up the difference. */
static arc_status credits_search(const arc__decision *d, int64_t difference, uint8_t *found, int *fits) {
  const arc__match *match = d->match;
  arc__subset_value values[ARC__MATCH_CREDITS_MAX];
  arc__subsets subsets = {0, 0, found, 0};
  for (size_t i = 0; i < match->credit_count; i++)
    values[i] = (arc__subset_value){match->credits[i].open, 0};
  ARC__TRY(arc__subsets_find(d->m->heap, values, match->credit_count, difference, ARC__SUBSETS_BUDGET / 16, &subsets, d->err));
  *fits = subsets.result == ARC__SUBSETS_UNIQUE;
  return ARC_OK;
}

arc_status arc__match_fit_credits(const arc__decision *d, arc__match_line *lines, size_t count, int named, int *fits) {
  const arc__match *match = d->match;
  uint8_t found[ARC__MATCH_CREDITS_MAX];
  int64_t before = -1;
  *fits = 0;
  for (int discounted = 0; discounted < 2 && match->credit_count; discounted++) {
    int64_t sum = credits_fill(lines, count, discounted), difference = sum - match->cash;
    if (difference <= 0 || sum == before) return ARC_OK;
    before = sum;
    if (named)
      *fits = credits_named(match, difference, found);
    else
      ARC__TRY(credits_search(d, difference, found, fits));
    if (*fits) return credits_take(d, lines, count, found);
  }
  return ARC_OK;
}

/* ---- the balance of the account ---- */

arc_status arc__match_balance(const arc__decision *d) {
  arc__match *match = d->match;
  arc__match_lines *lines = &match->lines;
  size_t first = lines->count, taken = match->takings.count;
  uint8_t found[ARC__MATCH_CREDITS_MAX];
  int64_t credit = 0, sum = 0;
  for (size_t i = 0; i < match->credit_count; i++) {
    found[i] = 1;
    if (!arc__add(&credit, credit, match->credits[i].open)) return ARC_OK;
  }
  for (size_t i = 0; i < match->pool.count && credit; i++) {
    arc__match_line line = match->pool.data[i];
    line.amount = line.open - line.disputed;
    if (line.amount == 0) continue;
    if (!arc__add(&sum, sum, line.amount)) return ARC_OK;
    ARC__TRY(arc__match_lines_add(d, lines, &line));
  }
  if (sum - credit != match->cash || credit == 0) return ARC_OK;
  ARC__TRY(credits_take(d, arc__match_lines_from(lines, first), lines->count - first, found));
  return arc__match_propose_less(d, ARC__RULE_BALANCE, 0, "settles all open items, less the credit on the account",
                                 arc__match_lines_from(lines, first), lines->count - first, taken);
}
