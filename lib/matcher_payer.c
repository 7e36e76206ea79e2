/*
 * Who paid: as stated, else by account and name, and by whose items the text names. A name is a hint; whole numbers
 * are proof enough to choose among its customers. Costs the words, and the customers that bear the name.
 */
#include "matcher_internal.h"

#include "text.h"

void arc__match_one_payer(arc__match *match, int payer, uint32_t customer) {
  match->payer = payer;
  match->customer = match->payers[0] = customer;
  match->payer_count = 1;
}

static size_t payer_by_name(const arc__decision *d, arc_text account, arc_text name) {
  arc__match *match = d->match;
  static const struct {
    size_t (*find)(const arc_matcher *, arc_text, uint32_t *, size_t);
    int payer;
  } ways[] = {{arc__match_names_account, ARC__PAYER_ACCOUNT},
              {arc__match_names_exact, ARC__PAYER_NAME},
              {arc__match_names_alias, ARC__PAYER_ALIAS},
              {arc__match_names_similar, ARC__PAYER_SIMILAR}};
  for (size_t i = 0; i < sizeof ways / sizeof *ways && match->payer_count == 0; i++) {
    match->payer_count = ways[i].find(d->m, i == 0 ? account : name, match->payers, ARC__MATCH_PAYERS_MAX);
    match->payer = match->payer_count ? ways[i].payer : ARC__PAYER_UNKNOWN;
  }
  match->customer = match->payer_count == 1 ? match->payers[0] : 0;
  return match->payer_count;
}

int arc__match_may_be_payer(const arc__decision *d, uint32_t customer) {
  const arc__tables *t = d->view->tables;
  const arc__match *match = d->match;
  for (size_t i = 0; i < match->payer_count; i++)
    if (match->payers[i] == customer || arc__match_family(t, match->payers[i]) == arc__match_family(t, customer))
      return 1;
  return 0;
}

/* Whose items are named: all of one customer, or of one family. 0 if of none or of several; *several says. */
static uint32_t payer_named_customer(const arc__decision *d, int *several) {
  const arc__tables *t = d->view->tables;
  const arc__match *match = d->match;
  uint32_t named = 0;
  *several = 0;
  for (size_t i = 0; i < match->word_count; i++) {
    if (match->words[i].kind != ARC__WORD_NUMBER) continue;
    uint32_t customer = arc__match_customer(d->view, match->words[i].invoice);
    if (named == 0 || named == customer)
      named = customer;
    else if (arc__match_family(t, named) == arc__match_family(t, customer))
      named = arc__match_family(t, customer);
    else {
      *several = 1;
      return 0;
    }
  }
  return named;
}

/* Votes for the customers whose items words may name. */
typedef struct payer_votes {
  uint32_t customers[ARC__MATCH_PAYERS_MAX], votes[ARC__MATCH_PAYERS_MAX];
  size_t last[ARC__MATCH_PAYERS_MAX]; /* the word that voted last: one word, one vote */
  size_t count;
} payer_votes;

static void payer_vote(payer_votes *v, uint32_t customer, size_t word) {
  size_t i = 0;
  while (i < v->count && v->customers[i] != customer)
    i++;
  if (i == ARC__MATCH_PAYERS_MAX) return;
  if (i == v->count) {
    v->customers[v->count] = customer;
    v->votes[v->count++] = 0;
    v->last[i] = SIZE_MAX;
  }
  if (v->last[i] != word) v->votes[i]++;
  v->last[i] = word;
}

/* Words that are the end of an open number, or the order, of items: the customer most of them speak for. Between
 * equals the payer's name decides. 0: none, or several. */
static uint32_t payer_weak_customer(const arc__decision *d) {
  const arc__tables *t = d->view->tables;
  const arc__match *match = d->match;
  payer_votes v;
  uint32_t best = 0, most = 0, known = 0;
  int ties = 0, known_ties = 0;
  v.count = 0;
  for (size_t i = 0; i < match->word_count; i++) {
    const arc__match_word *word = &match->words[i];
    uint32_t place = 0, invoice;
    if (word->digits < ARC__MATCH_DIGITS || word->strong_only || word->kind == ARC__WORD_NUMBER) continue;
    while ((invoice = arc__match_index_weak(d->m, match->text + word->at, word->size, &place)) != 0)
      if (arc__u32(t, ARC__ACCOUNT_CURRENCY, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice)) == d->currency &&
          arc__match_is_open(d->view, invoice))
        payer_vote(&v, arc__match_customer(d->view, invoice), i);
  }
  for (size_t i = 0; i < v.count; i++) {
    if (v.votes[i] > most) most = v.votes[i];
  }
  for (size_t i = 0; i < v.count; i++) {
    if (v.votes[i] < most) continue;
    best = v.customers[i];
    ties++;
    if (!arc__match_may_be_payer(d, best)) continue;
    known = best;
    known_ties++;
  }
  return ties == 1 ? best : known_ties == 1 ? known : 0;
}

/* A name is a hint, a number proof enough to choose among its customers; numbers of nobody it could be speak for the
 * customer they belong to. */
void arc__match_payer(const arc__decision *d) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  int several;
  if (match->payer == ARC__PAYER_STATED) return;
  payer_by_name(d, arc__text(t, ARC__CREDIT_PAYER_ACCOUNT, match->payment),
                        arc__text(t, ARC__CREDIT_PAYER_NAME, match->payment));
  uint32_t named = payer_named_customer(d, &several);
  if (several) {
    match->payer = ARC__PAYER_UNKNOWN;
    match->customer = 0;
    match->payer_count = 0;
    match->verdict = "the text names items of customers that do not belong together";
    return;
  }
  if (!named) named = payer_weak_customer(d);
  if (!named) return;
  int known = arc__match_may_be_payer(d, named);
  if (known && match->payer_count == 1) return;
  match->other_name = !known && match->payer == ARC__PAYER_NAME;
  arc__match_one_payer(match, known ? match->payer : ARC__PAYER_ITEMS, named);
}
