/*
 * Decides one payment: who may have paid, what the text names, how the cash is made up of it, and how sure that is.
 *
 * Every explanation becomes a proposal; the best is carried out by itself if it is sure enough and no other one comes
 * near it. Nothing is kept between payments but memory. A payment whose words are all numbers of items costs its
 * words; any other also the open items of the payer.
 */
#include "matcher_internal.h"

#include "checked.h"
#include "text.h"

#define DECIDE_CUT_SIZE 139     /* banks cut a remittance text at 140 characters */
#define DECIDE_MARGIN   20000   /* ppm by which the best proposal must lead */
#define DECIDE_SETS_MAX 64      /* readings of misspelt numbers that are tried */
#define DECIDE_WORDS    6       /* misspelt numbers that are put right in one text */
#define DECIDE_CREDITS_MAX 256  /* payments of an account among which one that came before is looked for */
#define DECIDE_DIGITS      4    /* digits of a word that is a number */
#define DECIDE_BIT(rule) ((uint64_t)1 << (rule))

/* ---- proposals ---- */

static int decide_same_items(const arc__match_line *a, size_t a_count, const arc__match_line *b, size_t b_count) {
  if (a_count != b_count) return 0;
  for (size_t i = 0; i < a_count; i++) {
    size_t k = 0;
    while (k < b_count && b[k].invoice != a[i].invoice)
      k++;
    if (k == b_count) return 0;
  }
  return 1;
}

static uint64_t decide_payer_doubts(const arc__match *match) {
  uint64_t doubts = 0;
  if (match->payer == ARC__PAYER_ITEMS) doubts |= DECIDE_BIT(ARC__DOUBT_ITEMS);
  if (match->other_name) doubts |= DECIDE_BIT(ARC__DOUBT_OTHER_NAME);
  if (match->payer == ARC__PAYER_ALIAS || match->payer == ARC__PAYER_ACCOUNT) doubts |= DECIDE_BIT(ARC__DOUBT_ALIAS);
  if (match->payer == ARC__PAYER_SIMILAR) doubts |= DECIDE_BIT(ARC__DOUBT_SIMILAR);
  if (match->payer_count > 1) doubts |= DECIDE_BIT(ARC__DOUBT_SEVERAL_PAYERS);
  return doubts;
}

static void decide_stage(arc__match_proposal *p) {
  p->how = ARC_HOW_REFERENCE;
  p->stage = ARC__STAGE_REFERENCE;
  if (p->kind <= ARC__RULE_RANGE) p->stage = ARC__STAGE_EXACT;
  if (p->kind == ARC__RULE_ON_ACCOUNT || p->kind == ARC__RULE_TWICE) p->stage = ARC__STAGE_EXACT;
  if (p->kind >= ARC__RULE_ONE_ITEM && p->kind <= ARC__RULE_GUESS) {
    p->stage = ARC__STAGE_AMOUNT;
    p->how = p->kind <= ARC__RULE_ONE_DISCOUNTED ? ARC_HOW_AMOUNT : ARC_HOW_SUM;
  }
  if (p->kind == ARC__RULE_OLDEST) {
    p->stage = ARC__STAGE_OLDEST;
    p->how = ARC_HOW_OLDEST_FIRST;
  }
}

/* The best first; of the same items only the best stays. */
static void decide_insert(arc__match *match, const arc__match_proposal *p) {
  size_t i = 0;
  for (; i < match->proposal_count; i++) {
    const arc__match_proposal *other = &match->proposals[i];
    if (!decide_same_items(arc__match_lines_from(&match->lines, p->first), p->count, arc__match_lines_from(&match->lines, other->first), other->count))
      continue;
    if (other->confidence >= p->confidence) return;
    match->proposal_count--;
    memmove(match->proposals + i, match->proposals + i + 1, (match->proposal_count - i) * sizeof *match->proposals);
    break;
  }
  for (i = match->proposal_count; i > 0 && match->proposals[i - 1].confidence < p->confidence; i--)
    if (i < ARC__MATCH_PROPOSALS_MAX) match->proposals[i] = match->proposals[i - 1];
  if (i == ARC__MATCH_PROPOSALS_MAX) return;
  match->proposals[i] = *p;
  if (match->proposal_count < ARC__MATCH_PROPOSALS_MAX) match->proposal_count++;
}

/* Whether a human refused these items for the payment. */
static arc_status decide_is_refused(const arc__decision *d, const arc__match_line *lines, size_t count, int *refused) {
  const arc__tables *t = d->view->tables;
  arc__buffer list;
  uint32_t before = 0;
  *refused = 0;
  if (arc__u32(t, ARC__CREDIT_REJECTION, d->match->payment) == 0) return ARC_OK;
  arc__buffer_init(&list, d->m->heap);
  for (size_t k = 0; k < count; k++) { /* rising: refusals are few, and so are items */
    uint32_t next = UINT32_MAX;
    for (size_t i = 0; i < count; i++)
      if (lines[i].invoice > before && lines[i].invoice < next) next = lines[i].invoice;
    if (next == UINT32_MAX) break;
    arc__buffer_u32(&list, next);
    arc__buffer_i64(&list, 0);
    before = next;
  }
  arc_text set = {(const char *)list.data, list.size};
  *refused = !list.failed && arc__rejection_of(t, d->match->payment, set) != 0;
  int failed = list.failed;
  arc__buffer_free(&list);
  return failed ? arc__fail_nomem(d->err) : ARC_OK;
}

arc_status arc__match_propose(const arc__decision *d, int kind, uint64_t doubts, const char *verdict,
                              const arc__match_line *lines, size_t count) {
  arc__match *match = d->match;
  arc__match_proposal p;
  int refused;
  ARC__TRY(decide_is_refused(d, lines, count, &refused));
  if (refused) return ARC_OK;
  memset(&p, 0, sizeof p);
  p.kind = kind;
  p.rules = DECIDE_BIT(kind) | doubts | decide_payer_doubts(match);
  p.verdict = verdict;
  for (int i = 0; i < ARC__RULES; i++)
    if (p.rules >> i & 1) p.confidence += arc__match_rules[i].ppm;
  if (p.confidence < 0) p.confidence = 0;
  decide_stage(&p);
  int inside = match->lines.data && lines >= match->lines.data && lines < match->lines.data + match->lines.count;
  p.first = inside ? (size_t)(lines - match->lines.data) : match->lines.count;
  p.count = count;
  for (size_t i = 0; i < count && !inside; i++)
    ARC__TRY(arc__match_lines_add(d, &match->lines, &lines[i]));
  decide_insert(match, &p);
  return ARC_OK;
}

/* ---- who paid ---- */

static void decide_one_payer(arc__match *match, int payer, uint32_t customer) {
  match->payer = payer;
  match->customer = match->payers[0] = customer;
  match->payer_count = 1;
}

static size_t decide_payers_by_name(const arc__decision *d, arc_text account, arc_text name) {
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

static int decide_may_be_payer(const arc__decision *d, uint32_t customer) {
  const arc__tables *t = d->view->tables;
  const arc__match *match = d->match;
  for (size_t i = 0; i < match->payer_count; i++)
    if (match->payers[i] == customer || arc__match_family(t, match->payers[i]) == arc__match_family(t, customer))
      return 1;
  return 0;
}

/* Whose items are named: all of one customer, or of one family. 0 if of none or of several; *several says. */
static uint32_t decide_named_customer(const arc__decision *d, int *several) {
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
typedef struct decide_votes {
  uint32_t customers[ARC__MATCH_PAYERS_MAX], votes[ARC__MATCH_PAYERS_MAX];
  size_t last[ARC__MATCH_PAYERS_MAX]; /* the word that voted last: one word, one vote */
  size_t count;
} decide_votes;

static void decide_vote(decide_votes *v, uint32_t customer, size_t word) {
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
static uint32_t decide_weak_customer(const arc__decision *d) {
  const arc__tables *t = d->view->tables;
  const arc__match *match = d->match;
  decide_votes v;
  uint32_t best = 0, most = 0, known = 0;
  int ties = 0, known_ties = 0;
  v.count = 0;
  for (size_t i = 0; i < match->word_count; i++) {
    const arc__match_word *word = &match->words[i];
    uint32_t place = 0, invoice;
    if (word->digits < DECIDE_DIGITS || word->strong_only || word->kind == ARC__WORD_NUMBER) continue;
    while ((invoice = arc__match_index_weak(d->m, match->text + word->at, word->size, &place)) != 0)
      if (arc__u32(t, ARC__ACCOUNT_CURRENCY, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice)) == d->currency &&
          arc__match_is_open(d->view, invoice))
        decide_vote(&v, arc__match_customer(d->view, invoice), i);
  }
  for (size_t i = 0; i < v.count; i++) {
    if (v.votes[i] > most) most = v.votes[i];
  }
  for (size_t i = 0; i < v.count; i++) {
    if (v.votes[i] < most) continue;
    best = v.customers[i];
    ties++;
    if (!decide_may_be_payer(d, best)) continue;
    known = best;
    known_ties++;
  }
  return ties == 1 ? best : known_ties == 1 ? known : 0;
}

/* A name is a hint, a number proof enough to choose among its customers; numbers of nobody it could be speak for the
 * customer they belong to. */
static void decide_payer(const arc__decision *d) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  int several;
  if (match->payer == ARC__PAYER_STATED) return;
  decide_payers_by_name(d, arc__text(t, ARC__CREDIT_PAYER_ACCOUNT, match->payment),
                        arc__text(t, ARC__CREDIT_PAYER_NAME, match->payment));
  uint32_t named = decide_named_customer(d, &several);
  if (several) {
    match->payer = ARC__PAYER_UNKNOWN;
    match->customer = 0;
    match->payer_count = 0;
    match->verdict = "the text names items of customers that do not belong together";
    return;
  }
  if (!named) named = decide_weak_customer(d);
  if (!named) return;
  int known = decide_may_be_payer(d, named);
  if (known && match->payer_count == 1) return;
  match->other_name = !known && match->payer == ARC__PAYER_NAME;
  decide_one_payer(match, known ? match->payer : ARC__PAYER_ITEMS, named);
}

/* ---- by reference ---- */

/* What the words name, and the ways to read those that are misspelt. */
typedef struct decide_reading {
  const arc__decision *d;
  size_t base;     /* lines of the match: named exactly */
  size_t base_count;
  size_t near[DECIDE_WORDS], near_count; /* words */
  size_t fits;     /* readings with which the amounts are equal */
  int dropped;     /* a reading means an item that is settled by now */
  uint64_t doubts;
  int open_ended;  /* the text may name others */
} decide_reading;

static int decide_has_line(const arc__match_line *lines, size_t count, uint32_t invoice) {
  for (size_t i = 0; i < count; i++)
    if (lines[i].invoice == invoice) return 1;
  return 0;
}

static arc_status decide_add_meant(const arc__decision *d, size_t first, uint32_t invoice, int *added) {
  arc__match_lines *lines = &d->match->lines;
  const arc__match_line *in_pool = arc__match_in_pool(d->match, invoice);
  arc__match_line line;
  *added = 0;
  if (decide_has_line(arc__match_lines_from(lines, first), lines->count - first, invoice)) return ARC_OK;
  if (in_pool)
    line = *in_pool;
  else
    ARC__TRY(arc__match_line_of(d, invoice, &line));
  *added = line.open > 0;
  return line.open > 0 ? arc__match_lines_add(d, lines, &line) : ARC_OK;
}

/* The items that words name, each once; what the run takes already is settled. */
static arc_status decide_base(decide_reading *r) {
  arc__match *match = r->d->match;
  r->base = match->lines.count;
  for (size_t i = 0; i < match->word_count; i++) {
    arc__match_word *word = &match->words[i];
    int added;
    if (!word->invoice) continue;
    ARC__TRY(decide_add_meant(r->d, r->base, word->invoice, &added));
    if (!added && !decide_has_line(arc__match_lines_from(&match->lines, r->base), match->lines.count - r->base, word->invoice)) {
      word->kind = ARC__WORD_SETTLED;
      word->near[0] = word->invoice;
      word->invoice = 0;
    }
  }
  r->base_count = match->lines.count - r->base;
  for (size_t i = 0; i < match->word_count && r->near_count < DECIDE_WORDS; i++)
    if (match->words[i].kind == ARC__WORD_NEAR || (match->words[i].kind == ARC__WORD_SEVERAL && match->words[i].near_count))
      r->near[r->near_count++] = i;
  return ARC_OK;
}

static int decide_has_weak(const arc__match *match) {
  return arc__match_has(match, ARC__WORD_DIGITS) || arc__match_has(match, ARC__WORD_PO);
}

/* What is left over would pay for another item of the payer's: perhaps it is meant to. */
static int decide_leaves_an_item(const decide_reading *r, size_t first) {
  const arc__match *match = r->d->match;
  const arc__match_line *lines = arc__match_lines_from(&match->lines, first);
  size_t count = match->lines.count - first;
  int64_t left = match->cash;
  for (size_t i = 0; i < count; i++)
    left -= lines[i].amount;
  for (size_t i = 0; i < match->pool.count; i++) {
    const arc__match_line *line = &match->pool.data[i];
    if (line->open > 0 && !decide_has_line(lines, count, line->invoice) && line->open - line->disputed - line->early <= left) return 1;
  }
  return 0;
}

static arc_status decide_propose_fit(decide_reading *r, size_t first, int fit, int near) {
  static const struct {
    int rule;
    const char *verdict;
  } fits[] = {[ARC__FIT_EQUAL] = {ARC__RULE_EQUAL, "settles the items named"},
              [ARC__FIT_DISCOUNT] = {ARC__RULE_DISCOUNT, "settles the items named, less discount"},
              [ARC__FIT_UNCLEAR] = {ARC__RULE_DISCOUNT, "settles the items named, less discount of some"},
              [ARC__FIT_TOLERANCE] = {ARC__RULE_TOLERANCE, "settles the items named, but for cents"},
              [ARC__FIT_SHORT] = {ARC__RULE_SHORT, "settles the items named but for a deduction, which stays open"},
              [ARC__FIT_PART] = {ARC__RULE_PART, "settles a part of the item named, the rest stays open"},
              [ARC__FIT_MORE] = {ARC__RULE_MORE, "settles the items named, the rest stays on account"}};
  const arc__match *match = r->d->match;
  uint64_t doubts = r->doubts;
  int rule = fits[fit].rule;
  for (size_t i = 0; i < r->near_count && near; i++) {
    if (match->words[r->near[i]].checked) doubts |= DECIDE_BIT(ARC__DOUBT_CHECK_DIGIT);
    if (match->words[r->near[i]].next) doubts |= DECIDE_BIT(ARC__DOUBT_NEXT);
  }
  if (fit == ARC__FIT_UNCLEAR) doubts |= DECIDE_BIT(ARC__DOUBT_RIVAL);
  if (near && fit <= ARC__FIT_UNCLEAR)
    rule = ARC__RULE_NEAR;
  else if (near)
    doubts |= DECIDE_BIT(r->dropped ? ARC__DOUBT_RIVAL : ARC__DOUBT_NEAR);
  /* What is paid of items that the text names leaves nothing for others it may name; what is paid beyond does. */
  if (fit == ARC__FIT_MORE && (r->open_ended || decide_leaves_an_item(r, first)))
    doubts |= DECIDE_BIT(match->cut ? ARC__DOUBT_CUT : ARC__DOUBT_LEFT_OVER);
  else if (fit >= ARC__FIT_SHORT && r->open_ended)
    doubts |= DECIDE_BIT(match->cut ? ARC__DOUBT_CUT : ARC__DOUBT_NUMBER);
  return arc__match_propose(r->d, rule, doubts, fits[fit].verdict, arc__match_lines_from(&match->lines, first), match->lines.count - first);
}

/* One reading: the items named, and one meaning for each misspelt number. */
static arc_status decide_try(decide_reading *r, const uint32_t *meant, size_t count, int only_equal, int *fit) {
  const arc__decision *d = r->d;
  arc__match_lines *lines = &d->match->lines;
  size_t first = lines->count;
  int added, put_right = 0;
  *fit = ARC__FIT_NONE;
  for (size_t i = 0; i < r->base_count; i++) {
    arc__match_line line = lines->data[r->base + i];
    ARC__TRY(arc__match_lines_add(d, lines, &line));
  }
  for (size_t i = 0; i < count; i++) {
    /* A number and an order that both mean one item are fine; a number written twice is not what was meant. */
    if (d->match->words[r->near[i]].near_count == 1 &&
        decide_has_line(arc__match_lines_from(lines, first), lines->count - first, meant[i]))
      continue;
    ARC__TRY(decide_add_meant(d, first, meant[i], &added));
    put_right += added;
    if (!added) {
      r->dropped = 1;
      lines->count = first;
      return ARC_OK;
    }
  }
  size_t n = lines->count - first;
  if (n == 0) return ARC_OK;
  ARC__TRY(arc__match_fit(d, arc__match_lines_from(lines, first), n, d->match->cash, fit));
  if (only_equal && *fit > ARC__FIT_TOLERANCE) *fit = ARC__FIT_NONE;
  if (*fit == ARC__FIT_NONE) {
    lines->count = first;
    return ARC_OK;
  }
  return decide_propose_fit(r, first, *fit, put_right);
}

/* All readings in turn, counted as a number with one digit per misspelt word. */
static arc_status decide_readings(decide_reading *r, int only_equal) {
  arc__match *match = r->d->match;
  size_t digits[DECIDE_WORDS] = {0};
  for (size_t tried = 0; tried < DECIDE_SETS_MAX; tried++) {
    uint32_t meant[DECIDE_WORDS];
    int fit;
    for (size_t i = 0; i < r->near_count; i++)
      meant[i] = match->words[r->near[i]].near[digits[i]];
    ARC__TRY(decide_try(r, meant, r->near_count, only_equal, &fit));
    r->fits += fit != ARC__FIT_NONE;
    size_t i = 0;
    while (i < r->near_count && ++digits[i] >= match->words[r->near[i]].near_count)
      digits[i++] = 0;
    if (i == r->near_count) break;
  }
  return ARC_OK;
}

/* The named items that are paid, if the text names more than that. */
static arc_status decide_fewer(decide_reading *r) {
  const arc__decision *d = r->d;
  arc__match_lines *lines = &d->match->lines;
  arc__subset_value values[DECIDE_SETS_MAX];
  uint8_t found[DECIDE_SETS_MAX];
  arc__subsets subsets = {0, 0, found, 0};
  size_t first = lines->count;
  if (r->base_count < 2 || r->base_count > DECIDE_SETS_MAX) return ARC_OK;
  for (size_t i = 0; i < r->base_count; i++)
    values[i] = (arc__subset_value){lines->data[r->base + i].open, 0};
  ARC__TRY(arc__subsets_find(d->m->heap, values, r->base_count, d->match->cash, ARC__SUBSETS_BUDGET / 8, &subsets, d->err));
  if (subsets.result != ARC__SUBSETS_UNIQUE) return ARC_OK;
  for (size_t i = 0; i < r->base_count; i++) {
    arc__match_line line = lines->data[r->base + i];
    if (!found[i]) continue;
    line.amount = line.open;
    ARC__TRY(arc__match_lines_add(d, lines, &line));
  }
  return arc__match_propose(d, ARC__RULE_SUBSET, r->doubts, "settles the only items named that add up to it",
                            arc__match_lines_from(lines, first), lines->count - first);
}

/* If with discounts and without there are several ways, each of them has a rival. */
static void decide_rest_rivals(arc__match *match) {
  for (size_t i = 0; i < match->proposal_count; i++) {
    arc__match_proposal *p = &match->proposals[i];
    if ((p->kind != ARC__RULE_REST && p->kind != ARC__RULE_REST_SUM) || p->rules >> ARC__DOUBT_RIVAL & 1) continue;
    p->rules |= DECIDE_BIT(ARC__DOUBT_RIVAL);
    p->confidence += arc__match_rules[ARC__DOUBT_RIVAL].ppm;
  }
}

/* More is paid than the items named: others the text may name, that make up the amount. */
static arc_status decide_rest(decide_reading *r) {
  const arc__decision *d = r->d;
  arc__match *match = d->match;
  size_t bytes = r->base_count * sizeof(arc__match_line);
  int64_t early = 0;
  int found = 0, several = 0;
  arc_status status = ARC_OK;
  if (r->base_count == 0) return ARC_OK;
  arc__match_line *named = arc__alloc(d->m->heap, bytes);
  if (!named) return arc__fail_nomem(d->err);
  for (int way = 2; way >= 1 && status >= 0; way--) { /* with discount, and without */
    for (size_t i = 0; i < r->base_count; i++) {
      named[i] = match->lines.data[r->base + i];
      named[i].discount = way == 2 ? named[i].early : 0;
      named[i].amount = named[i].open - named[i].disputed - named[i].discount;
      early += named[i].early;
    }
    match->search.done = 0;
    status = arc__match_sums(d, named, r->base_count);
    if (match->search.done) {
      found += match->search.result != ARC__SUBSETS_NONE;
      several |= match->search.result == ARC__SUBSETS_AMBIGUOUS || match->search.result == ARC__SUBSETS_GAVE_UP;
    }
    if (early == 0) break;
  }
  arc__free(d->m->heap, named, bytes);
  if (found > 1 || several) decide_rest_rivals(match);
  return status;
}

static arc_status decide_range(const arc__decision *d, int *found) {
  arc__match *match = d->match;
  const arc__tables *t = d->view->tables;
  *found = 0;
  for (size_t w = 0; w < match->word_count; w++) {
    if (match->words[w].kind != ARC__WORD_RANGE) continue;
    char from[ARC__MATCH_NUMBER_MAX], to[ARC__MATCH_NUMBER_MAX], number[ARC__MATCH_NUMBER_MAX];
    size_t size = arc__match_normalise(from, sizeof from, arc__invoice_number(t, match->words[w].near[0]));
    arc__match_normalise(to, sizeof to, arc__invoice_number(t, match->words[w].near[1]));
    *found = 1;
    for (size_t i = 0; i < match->pool.count; i++) {
      arc__match_line line = match->pool.data[i];
      size_t other = arc__match_normalise(number, sizeof number, arc__invoice_number(t, line.invoice));
      if (line.open == 0 || other != size || memcmp(number, from, size) < 0 || memcmp(number, to, size) > 0) continue;
      ARC__TRY(arc__match_lines_add(d, &match->lines, &line));
    }
  }
  return ARC_OK;
}

static void decide_keep_pool(arc__match *match, size_t first) {
  size_t kept = 0;
  for (size_t i = 0; i < match->pool.count; i++)
    if (decide_has_line(arc__match_lines_from(&match->lines, first), match->lines.count - first, match->pool.data[i].invoice))
      match->pool.data[kept++] = match->pool.data[i];
  match->pool.count = kept;
}

/* A range: all of it, or its ends and some between. */
static arc_status decide_by_range(const arc__decision *d, int *found) {
  arc__match *match = d->match;
  size_t first = match->lines.count;
  int fit;
  ARC__TRY(decide_range(d, found));
  size_t count = match->lines.count - first;
  if (!*found || count == 0) return ARC_OK;
  ARC__TRY(arc__match_fit(d, arc__match_lines_from(&match->lines, first), count, match->cash, &fit));
  if (fit >= ARC__FIT_EQUAL && fit <= ARC__FIT_TOLERANCE)
    return arc__match_propose(d, ARC__RULE_RANGE, 0, "settles the items of the range named", arc__match_lines_from(&match->lines, first),
                              count);
  if (fit == ARC__FIT_MORE || fit == ARC__FIT_PART) return ARC_OK;
  decide_keep_pool(match, first);
  arc__match_line ends[2];
  size_t n = 0;
  for (size_t w = 0; w < match->word_count && n < 2; w++)
    for (size_t k = 0; match->words[w].kind == ARC__WORD_RANGE && k < 2 && n < 2; k++) {
      const arc__match_line *line = arc__match_in_pool(match, match->words[w].near[k]);
      if (!line || (n == 1 && ends[0].invoice == line->invoice)) continue;
      ends[n] = *line;
      ends[n].amount = line->open - line->disputed - line->early;
      ends[n].discount = line->early;
      n++;
    }
  int64_t left = match->cash;
  for (size_t i = 0; i < n; i++)
    left -= ends[i].amount;
  if (n == 2 && left == 0)
    return arc__match_propose(d, ARC__RULE_REST, 0, "settles the two ends of the range named", ends, n);
  ARC__TRY(arc__match_sums(d, ends, n));
  if (match->proposal_count == 0 && fit == ARC__FIT_SHORT)
    return arc__match_propose(d, ARC__RULE_SHORT, DECIDE_BIT(ARC__DOUBT_UNREAD),
                              "settles the items of the range named but for a deduction", arc__match_lines_from(&match->lines, first), count);
  return ARC_OK;
}

/* The rest is paid of an item that a payment settled in part before: more than that is not explained by it. */
static int decide_is_partly_paid(const arc__decision *d, const arc__match_line *line) {
  return line->open < arc__i64(d->view->tables, ARC__INVOICE_AMOUNT, line->invoice) && line->disputed == 0;
}

/* The text names other items, or may: it is cut, or has words that were not understood. */
static int decide_open_ended(const arc__match *match) {
  return match->cut || arc__match_unread(match) > 0 || arc__match_has(match, ARC__WORD_CUT) ||
         arc__match_has(match, ARC__WORD_SETTLED);
}

/* Another open item of just this amount: perhaps the number is wrong. */
static int decide_other_fits(const arc__match *match, const arc__match_line *named) {
  for (size_t i = 0; i < match->pool.count; i++) {
    const arc__match_line *line = &match->pool.data[i];
    int64_t value = line->open - line->disputed;
    if (line->open > 0 && line->invoice != named->invoice && (value == match->cash || value - line->early == match->cash)) return 1;
  }
  return 0;
}

static uint64_t decide_reading_doubts(const arc__match *match) {
  uint64_t doubts = 0;
  if (decide_has_weak(match)) doubts |= DECIDE_BIT(ARC__DOUBT_WEAK);
  if (arc__match_has(match, ARC__WORD_SETTLED)) doubts |= DECIDE_BIT(ARC__DOUBT_SETTLED);
  return doubts;
}

static arc_status decide_difference(decide_reading *r) {
  const arc__match *match = r->d->match;
  arc__match_lines *lines = &r->d->match->lines;
  int64_t open = 0;
  for (size_t i = 0; i < r->base_count; i++)
    open += lines->data[r->base + i].open; /* fits: arc__match_fit added them before */
  if (r->base_count && match->cash > open - open / 20) ARC__TRY(decide_rest(r));
  ARC__TRY(decide_fewer(r));
  if (r->base_count == 1 && match->cash < open && decide_other_fits(match, &lines->data[r->base]))
    r->doubts |= DECIDE_BIT(ARC__DOUBT_RIVAL);
  if (match->cash > open)
    for (size_t i = 0; i < r->base_count; i++)
      if (decide_is_partly_paid(r->d, &lines->data[r->base + i])) r->doubts |= DECIDE_BIT(ARC__DOUBT_RIVAL);
  return decide_readings(r, 0);
}

static arc_status decide_by_reference(const arc__decision *d, int *named) {
  decide_reading r;
  arc__match *match = d->match;
  int range = 0;
  memset(&r, 0, sizeof r);
  r.d = d;
  if (arc__match_has(match, ARC__WORD_RANGE)) ARC__TRY(decide_by_range(d, &range));
  *named = range;
  if (range) return ARC_OK;
  ARC__TRY(decide_base(&r));
  *named = r.base_count + r.near_count > 0;
  if (!*named) return ARC_OK;
  r.doubts = decide_reading_doubts(match);
  r.open_ended = decide_open_ended(match);
  ARC__TRY(decide_readings(&r, 1));
  if (r.fits == 0) ARC__TRY(decide_difference(&r));
  return ARC_OK;
}

/* ---- without a reference ---- */

static int decide_is_of(const arc__decision *d, uint32_t credit, uint32_t invoice) {
  const arc__tables *t = d->view->tables;
  if (arc__match_plan_takes(d->m, d->plan, credit, invoice)) return 1;
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, credit); e; e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e))
    if (arc__entry_invoice(t, e) == invoice && arc__i32(t, ARC__ENTRY_UNDONE, e) == ARC_DAY_NONE) return 1;
  return 0;
}

/* Whether an earlier payment of this amount settled what this one names: an item by its number, or whatever the same
 * text with a number in it named. */
static int decide_repeats(const arc__decision *d, uint32_t credit) {
  const arc__tables *t = d->view->tables;
  const arc__match *match = d->match;
  int number = 0;
  for (size_t i = 0; i < match->word_count; i++) {
    const arc__match_word *word = &match->words[i];
    number |= word->digits >= DECIDE_DIGITS && !word->strong_only;
    if (word->kind == ARC__WORD_SETTLED && decide_is_of(d, credit, word->near[0])) return 1;
  }
  if (arc__i64(t, ARC__CREDIT_OPEN, credit) != 0 && !arc__match_plan_takes(d->m, d->plan, credit, 0)) return 0;
  return number && arc__text_equal(arc__text(t, ARC__CREDIT_REMITTANCE, credit),
                                   arc__text(t, ARC__CREDIT_REMITTANCE, match->payment));
}

static int decide_is_twice(const arc__decision *d) {
  const arc__tables *t = d->view->tables;
  const arc__match *match = d->match;
  uint32_t account = match->customer ? arc__find_account(t, match->customer, d->currency) : 0;
  uint32_t c = account ? arc__u32(t, ARC__ACCOUNT_CREDIT, account) : 0;
  for (int looked = 0; c && looked < DECIDE_CREDITS_MAX; looked++, c = arc__u32(t, ARC__CREDIT_NEXT, c)) {
    if (c == match->payment || arc__u8(t, ARC__CREDIT_KIND, c) != ARC_CREDIT_PAYMENT) continue;
    if (arc__i64(t, ARC__CREDIT_AMOUNT, c) != arc__i64(t, ARC__CREDIT_AMOUNT, match->payment)) continue;
    if (arc__i32(t, ARC__CREDIT_REVERSED, c) == ARC_DAY_NONE && decide_repeats(d, c)) return 1;
  }
  return 0;
}

static arc_status decide_nearly(const arc__decision *d) {
  arc__match *match = d->match;
  int fit;
  size_t open = 0, shown = 0;
  for (size_t i = 0; i < match->pool.count; i++)
    open += match->pool.data[i].open > 0;
  for (size_t i = 0; i < match->pool.count && shown < ARC__MATCH_NEAR_MAX; i++) {
    arc__match_line line = match->pool.data[i];
    if (line.open == 0) continue;
    shown++;
    ARC__TRY(arc__match_fit(d, &line, 1, match->cash, &fit));
    if (fit != ARC__FIT_SHORT) continue;
    int rule = open == 1 ? ARC__RULE_ONLY_SHORT : ARC__RULE_GUESS;
    ARC__TRY(arc__match_propose(d, rule, 0, "a little less is paid than is open", &line, 1));
  }
  return ARC_OK;
}

static arc_status decide_by_amount(const arc__decision *d) {
  arc__match *match = d->match;
  size_t unread = arc__match_unread(match);
  ARC__TRY(arc__match_sums(d, NULL, 0));
  for (size_t i = 0; i < match->proposal_count && unread; i++) {
    match->proposals[i].rules |= DECIDE_BIT(ARC__DOUBT_NUMBER);
    match->proposals[i].confidence += arc__match_rules[ARC__DOUBT_NUMBER].ppm;
  }
  if (match->proposal_count == 0) ARC__TRY(decide_nearly(d));
  return ARC_OK;
}

/* The host's rule for cash that names nothing. */
static arc_status decide_oldest(const arc__decision *d) {
  arc__match *match = d->match;
  int64_t left = match->cash;
  size_t first = match->lines.count;
  for (size_t i = 0; i < match->pool.count && left > 0; i++) {
    arc__match_line line = match->pool.data[i];
    int64_t most = line.open - line.disputed;
    if (most == 0) continue;
    line.amount = most < left ? most : left;
    left -= line.amount;
    ARC__TRY(arc__match_lines_add(d, &match->lines, &line));
  }
  if (match->lines.count == first) {
    match->stage = ARC__STAGE_NEVER;
    match->verdict = "the payer has no open item";
    return ARC_OK;
  }
  match->proposal_count = 0;
  return arc__match_propose(d, ARC__RULE_OLDEST, 0, "settles the oldest items, by the rule for cash without a reference",
                            arc__match_lines_from(&match->lines, first), match->lines.count - first);
}

/* ---- all together ---- */

static arc_status decide_without_reference(const arc__decision *d, int stage) {
  arc__match *match = d->match;
  if (match->payer_count == 0) {
    match->verdict = "it is not known who paid";
  } else if (decide_is_twice(d)) {
    return arc__match_propose(d, ARC__RULE_TWICE, 0, "the same payment came before and settled its items: on account",
                              NULL, 0);
  } else if (arc__match_has(match, ARC__WORD_SETTLED)) {
    match->verdict = "the text names an item with nothing open";
  } else if (arc__match_has(match, ARC__WORD_FOREIGN)) {
    match->verdict = "the text names an item of another customer or currency";
  } else if (arc__match_has(match, ARC__WORD_UNKNOWN)) {
    match->verdict = "the text names an invoice that the payer does not have";
  } else if (stage < ARC__STAGE_AMOUNT) {
    match->stage = ARC__STAGE_AMOUNT;
    match->verdict = "names no item";
  } else {
    ARC__TRY(decide_by_amount(d));
    if (match->proposal_count) return ARC_OK;
    match->verdict = match->pool.count ? "no open item of the payer has this amount" : "the payer has no open item";
    if (d->m->options.unmatched == ARC_UNMATCHED_OLDEST_FIRST && match->payer_count == 1) {
      match->stage = ARC__STAGE_OLDEST;
      if (stage == ARC__STAGE_OLDEST) return decide_oldest(d);
    }
  }
  return ARC_OK;
}

static int decide_has_rival(const arc__match *match) {
  return match->proposal_count > 1 &&
         match->proposals[1].confidence + DECIDE_MARGIN > match->proposals[0].confidence;
}

/* Whether the best proposal stands alone and is sure enough. */
static void decide_verdict(const arc__decision *d) {
  arc__match *match = d->match;
  const arc__match_proposal *best = &match->proposals[0];
  if (match->proposal_count == 0) {
    if (!match->verdict) match->verdict = "nothing that is open explains it";
    return;
  }
  match->stage = ARC__STAGE_NEVER;
  if (best->rules & DECIDE_BIT(ARC__DOUBT_RIVAL) || decide_has_rival(match)) {
    match->verdict = best->kind == ARC__RULE_ONE_ITEM && match->search.result == ARC__SUBSETS_AMBIGUOUS
                         ? "several open items of the payer have this amount, or add up to it"
                         : "there are several ways to explain it";
  } else if (best->rules & DECIDE_BIT(ARC__DOUBT_CHANCE)) {
    match->verdict = "among so many open items, sums are equal by chance";
  } else if ((uint32_t)best->confidence < d->m->options.apply_ppm) {
    match->verdict = "not sure enough to be applied without a human";
  } else {
    match->stage = best->stage;
    match->verdict = best->verdict;
    match->decided = 1;
  }
}

static void decide_begin(const arc__decision *d, uint32_t payment) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  uint32_t account = arc__u32(t, ARC__CREDIT_ACCOUNT, payment);
  arc_text text = arc__text(t, ARC__CREDIT_REMITTANCE, payment);
  match->payment = payment;
  match->payer = ARC__PAYER_UNKNOWN;
  match->other_name = 0;
  match->customer = 0;
  match->payer_count = 0;
  if (account) decide_one_payer(match, ARC__PAYER_STATED, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account));
  match->cash = arc__view_credit_open(d->view, payment);
  match->stage = ARC__STAGE_NEVER;
  match->verdict = NULL;
  match->decided = 0;
  match->cut = text.size >= DECIDE_CUT_SIZE;
  match->lengths = 0;
  match->proposal_count = 0;
  memset(&match->search, 0, sizeof match->search);
  match->lines.count = match->pool.count = 0;
  match->word_count = 0;
  arc__match_read(match, text, 0);
  arc__match_read(match, arc__text(t, ARC__CREDIT_REFERENCE, payment), 1);
}

/* Every word that could be a number is one, and the amounts are equal: nothing else needs to be looked at. */
static arc_status decide_plainly(const arc__decision *d, int *done) {
  arc__match *match = d->match;
  size_t named = 0;
  *done = 0;
  for (size_t i = 0; i < match->word_count; i++) {
    if (match->words[i].kind == ARC__WORD_NUMBER)
      named++;
    else if (match->words[i].digits || match->words[i].kind == ARC__WORD_JOINED)
      return ARC_OK;
  }
  if (named == 0 || match->payer_count != 1) return ARC_OK;
  decide_reading r;
  memset(&r, 0, sizeof r);
  r.d = d;
  ARC__TRY(decide_base(&r));
  if (r.base_count == 0) return ARC_OK;
  r.doubts = decide_reading_doubts(match);
  ARC__TRY(decide_readings(&r, 1));
  *done = r.fits > 0;
  return ARC_OK;
}

arc_status arc__match_decide(arc_matcher *m, const arc__view *view, const arc__match_plan *plan, uint32_t payment,
                             int stage, arc__match *match, arc_error *err) {
  arc__decision d = {m,
                     view,
                     plan,
                     match,
                     arc__u32(view->tables, ARC__CREDIT_CURRENCY, payment),
                     arc__i32(view->tables, ARC__CREDIT_VALUE_DAY, payment),
                     err};
  int named = 0, done = 0;
  decide_begin(&d, payment);
  arc__match_numbers(&d);
  decide_payer(&d);
  if (match->verdict) return ARC_OK;
  ARC__TRY(decide_plainly(&d, &done));
  if (!done && arc__match_says_on_account(match) && !arc__match_has(match, ARC__WORD_NUMBER)) {
    ARC__TRY(arc__match_propose(&d, ARC__RULE_ON_ACCOUNT, 0, "the text says that it is not for an invoice", NULL, 0));
    done = 1;
  }
  if (!done) {
    ARC__TRY(arc__match_load_pool(&d));
    ARC__TRY(arc__match_words_in_pool(&d));
    ARC__TRY(decide_by_reference(&d, &named));
    if (!named) {
      ARC__TRY(decide_without_reference(&d, stage));
      if (match->stage != ARC__STAGE_NEVER && match->proposal_count == 0) return ARC_OK; /* at a later stage */
    }
  }
  decide_verdict(&d);
  return ARC_OK;
}

void arc__match_free(const arc_matcher *m, arc__match *match) {
  arc__free(m->heap, match->lines.data, match->lines.capacity * sizeof *match->lines.data);
  arc__free(m->heap, match->pool.data, match->pool.capacity * sizeof *match->pool.data);
}
