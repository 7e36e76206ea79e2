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
#define DECIDE_LINE_SIZE 35     /* or after some lines */
#define DECIDE_ABOUT_LESS  8    /* a deduction that is guessed is at most one part in so many, ... */
#define DECIDE_ABOUT_MORE  6    /* ... and a surplus */
#define DECIDE_ABOUT_ITEMS 200  /* among more, nothing is guessed */
#define DECIDE_MARGIN   20000   /* ppm by which the best proposal must lead */
#define DECIDE_CREDITS_MAX 256  /* payments of an account among which one that came before is looked for */

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
  if (match->payer == ARC__PAYER_ITEMS) doubts |= ARC__RULE_BIT(ARC__DOUBT_ITEMS);
  if (match->other_name) doubts |= ARC__RULE_BIT(ARC__DOUBT_OTHER_NAME);
  if (match->payer == ARC__PAYER_ALIAS || match->payer == ARC__PAYER_ACCOUNT) doubts |= ARC__RULE_BIT(ARC__DOUBT_ALIAS);
  if (match->payer == ARC__PAYER_SIMILAR) doubts |= ARC__RULE_BIT(ARC__DOUBT_SIMILAR);
  if (match->payer_count > 1) doubts |= ARC__RULE_BIT(ARC__DOUBT_SEVERAL_PAYERS);
  return doubts;
}

static void decide_stage(arc__match_proposal *p) {
  p->how = ARC_HOW_REFERENCE;
  p->stage = ARC__STAGE_REFERENCE;
  if (p->kind <= ARC__RULE_RANGE) p->stage = ARC__STAGE_EXACT;
  if (p->kind == ARC__RULE_CREDIT_NAMED) p->stage = ARC__STAGE_EXACT;
  if (p->kind == ARC__RULE_ON_ACCOUNT || p->kind == ARC__RULE_TWICE || p->kind == ARC__RULE_ADVICE) p->stage = ARC__STAGE_EXACT;
  if (p->kind >= ARC__RULE_ONE_ITEM && p->kind <= ARC__RULE_GUESS) {
    p->stage = ARC__STAGE_AMOUNT;
    p->how = p->kind <= ARC__RULE_ONE_DISCOUNTED ? ARC_HOW_AMOUNT : ARC_HOW_SUM;
  }
  if (p->kind == ARC__RULE_ABOUT || p->kind == ARC__RULE_BALANCE) {
    p->stage = ARC__STAGE_AMOUNT;
    p->how = ARC_HOW_SUM;
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
  return arc__match_propose_less(d, kind, doubts, verdict, lines, count, d->match->takings.count);
}

arc_status arc__match_propose_less(const arc__decision *d, int kind, uint64_t doubts, const char *verdict,
                                   const arc__match_line *lines, size_t count, size_t taken) {
  arc__match *match = d->match;
  arc__match_proposal p;
  int refused;
  ARC__TRY(decide_is_refused(d, lines, count, &refused));
  if (refused) return ARC_OK;
  memset(&p, 0, sizeof p);
  p.kind = kind;
  p.rules = ARC__RULE_BIT(kind) | doubts | decide_payer_doubts(match);
  p.verdict = verdict;
  for (int i = 0; p.rules >> i; i++)
    if (p.rules >> i & 1) p.confidence += arc__match_rules[i].ppm;
  p.confidence += d->m->learned[kind];
  if (p.confidence < 0) p.confidence = 0;
  decide_stage(&p);
  int inside = match->lines.data && lines >= match->lines.data && lines < match->lines.data + match->lines.count;
  p.first = inside ? (size_t)(lines - match->lines.data) : match->lines.count;
  p.count = count;
  p.taken = taken;
  p.taken_count = match->takings.count - taken;
  for (size_t i = 0; i < count && !inside; i++)
    ARC__TRY(arc__match_lines_add(d, &match->lines, &lines[i]));
  decide_insert(match, &p);
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
    number |= word->digits >= ARC__MATCH_DIGITS && !word->strong_only;
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

/* How far a sum is from the cash, in 100,000ths of it; -1: too far to be called a deduction or a surplus. */
static int64_t decide_distance(int64_t sum, int64_t cash) {
  int64_t off = sum > cash ? sum - cash : cash - sum;
  if (sum <= 0 || off > sum / (sum > cash ? DECIDE_ABOUT_LESS : DECIDE_ABOUT_MORE)) return -1;
  return off / (sum / 100000 + 1);
}

/* The items that fall due one after the other, or the one, of which the sum is nearest to the cash. */
static arc_status decide_about(const arc__decision *d) {
  arc__match *match = d->match;
  size_t first = match->lines.count, best_from = 0, best_to = 0;
  int64_t best = -1;
  int fit;
  for (size_t from = 0; from < match->pool.count && match->pool.count <= DECIDE_ABOUT_ITEMS; from++) {
    int64_t sum = 0;
    for (size_t to = from; to < match->pool.count; to++) {
      const arc__match_line *line = &match->pool.data[to];
      if (line->open == 0) continue;
      if (!arc__add(&sum, sum, line->open - line->disputed)) break;
      int64_t distance = decide_distance(sum, match->cash);
      if (distance >= 0 && (best < 0 || distance < best)) {
        best = distance;
        best_from = from;
        best_to = to;
      }
    }
  }
  if (best < 0) return ARC_OK;
  for (size_t i = best_from; i <= best_to; i++)
    if (match->pool.data[i].open > match->pool.data[i].disputed) {
      arc__match_line line = match->pool.data[i];
      ARC__TRY(arc__match_lines_add(d, &match->lines, &line));
    }
  size_t count = match->lines.count - first;
  arc__match_line *lines = arc__match_lines_from(&match->lines, first);
  ARC__TRY(arc__match_fit(d, lines, count, match->cash, &fit));
  if (fit != ARC__FIT_SHORT && fit != ARC__FIT_MORE) return ARC_OK;
  return arc__match_propose(d, ARC__RULE_ABOUT, 0, "is about what is open", lines, count);
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
  ARC__TRY(arc__match_balance(d));
  for (size_t i = 0; i < match->proposal_count && unread; i++) {
    match->proposals[i].rules |= ARC__RULE_BIT(ARC__DOUBT_NUMBER);
    match->proposals[i].confidence += arc__match_rules[ARC__DOUBT_NUMBER].ppm;
  }
  if (match->proposal_count == 0) ARC__TRY(decide_nearly(d));
  if (match->proposal_count == 0 && d->m->options.unmatched == ARC_UNMATCHED_ON_ACCOUNT) ARC__TRY(decide_about(d));
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

static void decide_read(const arc__decision *d) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  match->word_count = 0;
  arc__match_read(match, arc__text(t, ARC__CREDIT_REMITTANCE, match->payment), 0);
  arc__match_read(match, arc__text(t, ARC__CREDIT_REFERENCE, match->payment), 1);
  arc__match_numbers(d);
}

/* An advice speaks for the payment; what its text says besides may only contradict. */
static int decide_advised(const arc__decision *d) {
  const arc__match *match = d->match;
  decide_read(d);
  return match->proposal_count > 0 && (uint32_t)match->proposals[0].confidence >= d->m->options.apply_ppm &&
         !arc__match_has(match, ARC__WORD_NUMBER);
}

static arc_status decide_without_reference(const arc__decision *d, int stage) {
  arc__match *match = d->match;
  if (arc__match_has(match, ARC__WORD_FOREIGN)) {
    ARC__TRY(arc__match_exchange(d));
    if (match->verdict || match->proposal_count) return ARC_OK;
  }
  if (match->payer_count == 0) {
    match->verdict = "it is not known who paid";
  } else if (decide_is_twice(d)) {
    /* Or it is a standing order, which names its first item for ever. */
    uint64_t doubts = arc__match_other_fits(d, NULL, 0, d->m->options.tolerance) ? ARC__RULE_BIT(ARC__DOUBT_RIVAL) : 0;
    return arc__match_propose(d, ARC__RULE_TWICE, doubts, "the same payment came before and settled its items: on account",
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

int arc__match_has_rival(const arc__match *match) {
  return match->proposals[0].rules & ARC__RULE_BIT(ARC__DOUBT_RIVAL) ||
         (match->proposal_count > 1 &&
          match->proposals[1].confidence + DECIDE_MARGIN > match->proposals[0].confidence);
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
  if (best->kind == ARC__RULE_EXCHANGE) {
    match->verdict = "the items named are of another currency: a human says at which rate";
  } else if (arc__match_has_rival(match)) {
    match->verdict = best->kind == ARC__RULE_ONE_ITEM && match->search.result == ARC__SUBSETS_AMBIGUOUS
                         ? "several open items of the payer have this amount, or add up to it"
                         : "there are several ways to explain it";
  } else if (best->rules & ARC__RULE_BIT(ARC__DOUBT_CHANCE)) {
    match->verdict = "among so many open items, sums are equal by chance";
  } else if ((uint32_t)best->confidence < d->m->options.apply_ppm) {
    match->verdict = "not sure enough to be applied without a human";
  } else {
    match->stage = best->stage;
    match->verdict = best->verdict;
    match->decided = 1;
  }
}

/* Where no text of the book is longer than some lines of a bank, one that fills them may have lost its end. */
static int decide_is_cut(const arc_matcher *m, size_t size) {
  return size >= DECIDE_CUT_SIZE ||
         (size > 0 && size % DECIDE_LINE_SIZE == 0 && size == arc__match_names_longest(m));
}

static void decide_begin(const arc__decision *d, uint32_t payment) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  uint32_t account = arc__u32(t, ARC__CREDIT_ACCOUNT, payment);
  match->payment = payment;
  match->payer = ARC__PAYER_UNKNOWN;
  match->other_name = 0;
  match->customer = 0;
  match->payer_count = 0;
  if (account) arc__match_one_payer(match, ARC__PAYER_STATED, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account));
  match->cash = arc__view_credit_open(d->view, payment);
  match->stage = ARC__STAGE_NEVER;
  match->verdict = NULL;
  match->decided = 0;
  match->cut = decide_is_cut(d->m, arc__text(t, ARC__CREDIT_REMITTANCE, payment).size);
  match->lengths = 0;
  match->proposal_count = 0;
  memset(&match->search, 0, sizeof match->search);
  match->lines.count = match->pool.count = match->takings.count = match->credit_count = 0;
  decide_read(d);
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
  arc__match_payer(&d);
  ARC__TRY(arc__match_by_advice(&d));
  if (match->verdict) return ARC_OK;
  if (match->advice) done = decide_advised(&d);
  if (!done) ARC__TRY(arc__match_plainly(&d, &done));
  if (!done && arc__match_says_on_account(match) && !arc__match_has(match, ARC__WORD_NUMBER)) {
    ARC__TRY(arc__match_propose(&d, ARC__RULE_ON_ACCOUNT, 0, "the text says that it is not for an invoice", NULL, 0));
    done = 1;
  }
  if (!done) {
    ARC__TRY(arc__match_load_pool(&d));
    arc__match_load_credits(&d);
    arc__match_name_credits(&d);
    ARC__TRY(arc__match_words_in_pool(&d));
    ARC__TRY(arc__match_by_reference(&d, &named));
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
  arc__free(m->heap, match->takings.data, match->takings.capacity * sizeof *match->takings.data);
  arc__free(m->heap, match->pool.data, match->pool.capacity * sizeof *match->pool.data);
}
