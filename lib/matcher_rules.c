/*
 * What each kind of evidence is worth to the matcher: the table that its confidence is read from, and what the answers
 * of a book's people add to it.
 *
 * The table stands for as many payments of the book as LEARNED_PRIOR; those that were confirmed, that stand, or were
 * refused or undone are added, and the lower bound of the share that is right (Wilson's, one-sided 90 %) moves by as
 * much as the confidence does. It rises only by what humans confirmed, so that nothing becomes surer because nobody
 * looked; and what rests on an amount alone never rises.
 */
#include "matcher_internal.h"

#define LEARNED_PRIOR 50
#define LEARNED_COUNT 1000000 /* beyond so many payments a share is known */
#define LEARNED_MOST  999000

/* Evidence is worth its share of right decisions in generated books of other seeds and in sets of other makers, by its
 * lower bound where it is rare; a doubt is worth what it took from that. */
const arc__match_rule arc__match_rules[ARC__RULES] = {
    [ARC__RULE_EQUAL] = {"the text names the items, and the amounts are equal", 999000},
    [ARC__RULE_DISCOUNT] = {"the text names the items, and the amounts are equal less early-payment discount", 995000},
    [ARC__RULE_TOLERANCE] = {"the text names the items, and the amounts differ within the tolerance", 985000},
    [ARC__RULE_NEAR] = {"misspelt numbers are read as the only items with which the amounts are equal", 990000},
    [ARC__RULE_RANGE] = {"the text names a range of items, and the amounts are equal", 985000},
    [ARC__RULE_SHORT] = {"the text names the items, and a little less is paid: a deduction", 975000},
    [ARC__RULE_PART] = {"the text names one item, and a part of it is paid", 970000},
    [ARC__RULE_MORE] = {"the text names the items, and more than they is paid", 965000},
    [ARC__RULE_SUBSET] = {"the text names more items than are paid, and only these add up", 900000},
    [ARC__RULE_REST] = {"the text names the items but one, or a run of them, and only these make up the amount", 980000},
    [ARC__RULE_REST_SUM] = {"the text names some items, and only one set of others makes up the amount", 965000},
    [ARC__RULE_ONE_ITEM] = {"the amount is that of one open item and of no other", 965000},
    [ARC__RULE_ONE_DISCOUNTED] = {"the amount is that of one open item less early-payment discount, and of no other", 965000},
    [ARC__RULE_RUN] = {"the amount is that of items that fall due one after the other, and of no others", 960000},
    [ARC__RULE_ALL_ITEMS] = {"the amount is that of all open items together", 960000},
    [ARC__RULE_SUM] = {"the amount is that of one set of open items and of no other", 956000},
    [ARC__RULE_ONLY_SHORT] = {"a little less is paid than the only open item", 700000},
    [ARC__RULE_GUESS] = {"a guess: nothing contradicts it, and little speaks for it", 300000},
    [ARC__RULE_OLDEST] = {"the host's rule: cash that names no item settles the oldest", 1000000},
    [ARC__RULE_ON_ACCOUNT] = {"the text says that it is not for an invoice", 990000},
    [ARC__RULE_TWICE] = {"the item named was settled by a payment of the same amount", 970000},
    [ARC__RULE_ADVICE] = {"the remittance advice says what is paid of each item, and adds up to the payment", 995000},
    [ARC__RULE_EXCHANGE] = {"the text names items of another currency, and the cash is about what they were worth last",
                            700000},
    [ARC__RULE_ABOUT] = {"a guess: items that fall due one after the other are about what is paid", 200000},
    [ARC__RULE_CREDIT_NAMED] = {"the text names the items and credit notes, and the amounts are equal less these", 985000},
    [ARC__RULE_CREDIT] = {"the text names the items, and the amounts are equal less credit that the payer has", 965000},
    [ARC__RULE_BALANCE] = {"the amount is that of all open items together, less all credit that the payer has", 960000},
    [ARC__DOUBT_WEAK] = {"an item is named by its last digits or its purchase order only", -2000},
    [ARC__DOUBT_NEAR] = {"a number had to be put right", -5000},
    [ARC__DOUBT_CHECK_DIGIT] = {"a reference has a wrong check digit: a human says what was meant", -200000},
    [ARC__DOUBT_NEXT] = {"a number put right may be that of an invoice yet to be recorded", -50000},
    [ARC__DOUBT_ITEMS] = {"the payer is known from the items named only", -26000},
    [ARC__DOUBT_OTHER_NAME] = {"the payer bears the name of another customer", -20000},
    [ARC__DOUBT_ALIAS] = {"the payer is known by the name that earlier payments bore", -2000},
    [ARC__DOUBT_SIMILAR] = {"the payer is known by a similar name only", -8000},
    [ARC__DOUBT_SEVERAL_PAYERS] = {"several customers may be the payer", -4000},
    [ARC__DOUBT_SETTLED] = {"the text names an item with nothing open, too", -20000},
    [ARC__DOUBT_NUMBER] = {"the text has a number that names nothing", -5000},
    [ARC__DOUBT_LEFT_OVER] = {"what is left over would pay for an item that the text does not name", -400000},
    [ARC__DOUBT_UNREAD] = {"the text has words that may be numbers of other items", -50000},
    [ARC__DOUBT_CUT] = {"the bank cut the text, which may name other items", -400000},
    [ARC__DOUBT_CHANCE] = {"so many sets add up that this one may by chance", -250000},
    [ARC__DOUBT_RIVAL] = {"another reading fits as well", -300000},
    [ARC__DOUBT_ADVICE_PAYER] = {"the remittance advice is known to be of the payment by payer and amount only", -10000},
    [ARC__DOUBT_ADVICE_AMOUNT] = {"the remittance advice has the amount of the payment, and nothing else tells", -200000},
    [ARC__DOUBT_ADVICE_LINES] = {"the remittance advice has lines that name no open item, or adds up to another amount", -300000},
    [ARC__DOUBT_RATE] = {"the book has no exchange between the currencies to compare with", -300000},
};

/* The largest number whose square is not above v. */
static int64_t rules_root(int64_t v) {
  int64_t root = 0;
  for (int64_t bit = (int64_t)1 << 31; bit; bit >>= 1)
    if ((root + bit) * (root + bit) <= v) root += bit;
  return root;
}

/* Wilson's lower bound, ppm, of a share of `count` payments; `right` is in millionths of a payment. z is 1.2816. */
static int64_t rules_bound(int64_t right, int64_t count) {
  while (count > LEARNED_COUNT) {
    count /= 2;
    right /= 2;
  }
  int64_t p = right / count;
  if (p > 1000000) p = 1000000; /* halves were rounded */
  int64_t spread = rules_root(p * (1000000 - p) / count + INT64_C(410600000000) / (count * count));
  return ((p + 821200 / count) * 10000 - 12816 * spread) / 10000 * (count * 10000) / (count * 10000 + 16424);
}

int32_t arc__match_learned(const arc__tables *t, int kind) {
  const int64_t worth = arc__match_rules[kind].ppm, one = 1000000;
  arc__evidence n;
  if (kind == ARC__RULE_OLDEST) return 0;
  arc__evidence_counts(t, (uint32_t)kind + 1, &n);
  int64_t right = (int64_t)n.confirmed + n.applied, prior = worth * LEARNED_PRIOR;
  if (right + n.wrong == 0) return 0;
  int64_t before = rules_bound(prior, LEARNED_PRIOR);
  int64_t learned = rules_bound(prior + right * one, LEARNED_PRIOR + right + n.wrong) - before;
  int64_t told = rules_bound(prior + n.confirmed * one, LEARNED_PRIOR + (int64_t)n.confirmed + n.wrong) - before;
  int64_t most = told < LEARNED_MOST - worth ? told : LEARNED_MOST - worth;
  if (most < 0 || kind == ARC__RULE_ABOUT || kind == ARC__RULE_BALANCE || (kind >= ARC__RULE_ONE_ITEM && kind <= ARC__RULE_GUESS)) most = 0;
  return (int32_t)(learned < most ? learned : most);
}
