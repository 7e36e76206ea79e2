/*
 * Payments of another currency than the items they name: what they may settle, as proposals. None is carried out
 * without a human, since a rate that nobody stated is a guess; the exchange that was recorded last for the two
 * currencies tells whether the cash is about what is open. Costs the items named, and a look at EXCHANGE_LOOK
 * exchanges.
 */
#include "matcher_internal.h"

#include "arcollect/money.h"
#include "checked.h"

#define EXCHANGE_LOOK  1000
#define EXCHANGE_SHARE 20 /* a rate may have moved by one part in so many */

/* The only open item of another currency that the word is the number of, and that the payer may settle; 0: none. */
static uint32_t exchange_item(const arc__decision *d, const arc__match_word *word) {
  const arc__tables *t = d->view->tables;
  const char *number = d->match->text + word->at;
  arc__match_place place = {0, 0, 0};
  uint32_t found = 0, i;
  while ((i = arc__match_index_find(d->m, number, word->size, &place)) != 0) {
    if (arc__invoice_currency(t, i) == d->currency || !arc__match_is_open(d->view, i)) continue;
    if (d->match->payer_count && !arc__match_may_be_payer(d, arc__match_customer(d->view, i))) continue;
    if (found) return 0;
    found = i;
  }
  return found;
}

/* The items named, of one currency and family, behind each other in the match's lines; none if they are not. */
static arc_status exchange_items(const arc__decision *d, size_t first, int64_t *open, int64_t *early) {
  const arc__tables *t = d->view->tables;
  arc__match_lines *lines = &d->match->lines;
  *open = *early = 0;
  for (size_t w = 0; w < d->match->word_count; w++) {
    arc__match_line line;
    int again = 0;
    uint32_t invoice = d->match->words[w].kind == ARC__WORD_FOREIGN ? exchange_item(d, &d->match->words[w]) : 0;
    for (size_t i = first; i < lines->count; i++)
      again |= lines->data[i].invoice == invoice;
    if (!invoice || again) continue;
    ARC__TRY(arc__match_line_of(d, invoice, &line));
    if (line.open == line.disputed) continue;
    if (lines->count > first &&
        (arc__invoice_currency(t, invoice) != arc__invoice_currency(t, lines->data[first].invoice) ||
         arc__match_family(t, line.customer) != arc__match_family(t, lines->data[first].customer))) {
      lines->count = first;
      return ARC_OK;
    }
    if (!arc__add(open, *open, line.open - line.disputed))
      return arc__fail(d->err, ARC_E_OVERFLOW, "open items do not add up within 64 bits");
    *early += line.early;
    ARC__TRY(arc__match_lines_add(d, lines, &line));
  }
  return ARC_OK;
}

uint32_t arc__match_last_exchange(const arc__tables *t, uint32_t of_invoice, uint32_t of_credit) {
  uint32_t last = t->rows[ARC__TABLE_EXCHANGE];
  for (uint32_t x = last; x > 0 && last - x < EXCHANGE_LOOK; x--) {
    uint32_t entry = arc__u32(t, ARC__EXCHANGE_ENTRY, x);
    if (arc__i32(t, ARC__ENTRY_UNDONE, entry) == ARC_DAY_NONE && arc__i64(t, ARC__ENTRY_AMOUNT, entry) > 0 &&
        arc__i64(t, ARC__EXCHANGE_TAKEN, x) > 0 && arc__invoice_currency(t, arc__entry_invoice(t, entry)) == of_invoice &&
        arc__u32(t, ARC__CREDIT_CURRENCY, arc__u32(t, ARC__ENTRY_CREDIT, entry)) == of_credit)
      return x;
  }
  return 0;
}

/* What an amount of the items' currency was in the payment's, by an exchange; 0: that does not fit. */
static int64_t exchange_made(const arc__tables *t, uint32_t exchange, int64_t settled) {
  int64_t taken = 0;
  if (arc_money_scale(&taken, settled, arc__i64(t, ARC__EXCHANGE_TAKEN, exchange),
                      arc__i64(t, ARC__ENTRY_AMOUNT, arc__u32(t, ARC__EXCHANGE_ENTRY, exchange)), NULL) < 0)
    return 0;
  return taken;
}

static int exchange_is_about(int64_t cash, int64_t made) {
  int64_t off = cash > made ? cash - made : made - cash;
  return made > 0 && off <= made / EXCHANGE_SHARE;
}

/* Gives each item what it has open, less discount, and its share of the cash: shares add up. */
static void exchange_take(const arc__decision *d, arc__match_line *lines, size_t count, int64_t all, int discounted) {
  int64_t before = 0, taken = 0;
  for (size_t i = 0; i < count; i++) {
    arc__match_line *line = &lines[i];
    int64_t until = 0;
    line->discount = discounted ? line->early : 0;
    line->settled = line->open - line->disputed - line->discount;
    before += line->settled;
    (void)arc_money_scale(&until, d->match->cash, before, all, NULL); /* no more than the cash */
    line->amount = until - taken;
    taken = until;
  }
}

arc_status arc__match_exchange(const arc__decision *d) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  size_t first = match->lines.count;
  int64_t open, early;
  uint64_t doubts = 0;
  int discounted = 0;
  ARC__TRY(exchange_items(d, first, &open, &early));
  size_t count = match->lines.count - first;
  if (count == 0) return ARC_OK;
  arc__match_line *lines = arc__match_lines_from(&match->lines, first);
  uint32_t exchange = arc__match_last_exchange(t, arc__invoice_currency(t, lines->invoice), d->currency);
  if (exchange) {
    int64_t whole = exchange_made(t, exchange, open), less = exchange_made(t, exchange, open - early);
    discounted = early > 0 && match->cash < less + (whole - less) / 2;
    if (!exchange_is_about(match->cash, discounted ? less : whole)) {
      match->verdict = "the item named is of another currency, and the cash is not what it was worth when one was last "
                       "exchanged";
      return ARC_OK;
    }
  } else
    doubts |= ARC__RULE_BIT(ARC__DOUBT_RATE);
  exchange_take(d, lines, count, discounted ? open - early : open, discounted);
  for (size_t i = 0; i < count; i++)
    if (lines[i].amount == 0) return ARC_OK; /* less than a cent of it each */
  if (match->payer_count == 0) arc__match_one_payer(match, ARC__PAYER_ITEMS, lines->customer);
  return arc__match_propose(d, ARC__RULE_EXCHANGE, doubts, "settles the items named, which are of another currency", lines,
                            count);
}
