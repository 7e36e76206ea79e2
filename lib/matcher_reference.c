/*
 * What the text names, as proposals: the items named, the ways to read what is misspelt, ranges, and what explains a
 * difference between them and the cash. Costs the items named, times the readings of misspelt numbers.
 */
#include "matcher_internal.h"

#define REFERENCE_SETS_MAX 64 /* readings of misspelt numbers that are tried */
#define REFERENCE_WORDS    6  /* misspelt numbers that are put right in one text */

/* What the words name, and the ways to read those that are misspelt. */
typedef struct reference_reading {
  const arc__decision *d;
  size_t base;     /* lines of the match: named exactly */
  size_t base_count;
  size_t near[REFERENCE_WORDS], near_count; /* words */
  size_t fits;     /* readings with which the amounts are equal */
  int dropped;     /* a reading means an item that is settled by now */
  uint64_t doubts;
  int open_ended;  /* the text may name others */
} reference_reading;

static int reference_has_line(const arc__match_line *lines, size_t count, uint32_t invoice) {
  for (size_t i = 0; i < count; i++)
    if (lines[i].invoice == invoice) return 1;
  return 0;
}

static arc_status reference_add_meant(const arc__decision *d, size_t first, uint32_t invoice, int *added) {
  arc__match_lines *lines = &d->match->lines;
  const arc__match_line *in_pool = arc__match_in_pool(d->match, invoice);
  arc__match_line line;
  *added = 0;
  if (reference_has_line(arc__match_lines_from(lines, first), lines->count - first, invoice)) return ARC_OK;
  if (in_pool)
    line = *in_pool;
  else
    ARC__TRY(arc__match_line_of(d, invoice, &line));
  *added = line.open > 0;
  return line.open > 0 ? arc__match_lines_add(d, lines, &line) : ARC_OK;
}

/* The items that words name, each once; what the run takes already is settled. */
static arc_status reference_base(reference_reading *r) {
  arc__match *match = r->d->match;
  r->base = match->lines.count;
  for (size_t i = 0; i < match->word_count; i++) {
    arc__match_word *word = &match->words[i];
    int added;
    if (!word->invoice) continue;
    ARC__TRY(reference_add_meant(r->d, r->base, word->invoice, &added));
    if (!added && !reference_has_line(arc__match_lines_from(&match->lines, r->base), match->lines.count - r->base, word->invoice)) {
      word->kind = ARC__WORD_SETTLED;
      word->near[0] = word->invoice;
      word->invoice = 0;
    }
  }
  r->base_count = match->lines.count - r->base;
  for (size_t i = 0; i < match->word_count && r->near_count < REFERENCE_WORDS; i++)
    if (match->words[i].kind == ARC__WORD_NEAR || (match->words[i].kind == ARC__WORD_SEVERAL && match->words[i].near_count))
      r->near[r->near_count++] = i;
  return ARC_OK;
}

static int reference_has_weak(const arc__match *match) {
  return arc__match_has(match, ARC__WORD_DIGITS) || arc__match_has(match, ARC__WORD_PO);
}

/* What is left over would pay for another item of the payer's: perhaps it is meant to. */
static int reference_leaves_an_item(const reference_reading *r, size_t first) {
  const arc__match *match = r->d->match;
  const arc__match_line *lines = arc__match_lines_from(&match->lines, first);
  size_t count = match->lines.count - first;
  int64_t left = match->cash;
  for (size_t i = 0; i < count; i++)
    left -= lines[i].amount;
  for (size_t i = 0; i < match->pool.count; i++) {
    const arc__match_line *line = &match->pool.data[i];
    if (line->open > 0 && !reference_has_line(lines, count, line->invoice) && line->open - line->disputed - line->early <= left) return 1;
  }
  return 0;
}

int arc__match_other_fits(const arc__decision *d, const arc__match_line *lines, size_t count, int64_t tolerance) {
  const arc__match *match = d->match;
  for (size_t i = 0; i < match->pool.count; i++) {
    const arc__match_line *line = &match->pool.data[i];
    int64_t left = line->open - line->disputed - match->cash, least = left - line->early;
    if (line->open == line->disputed || reference_has_line(lines, count, line->invoice)) continue;
    if ((left <= tolerance && left >= -tolerance) || (least <= tolerance && least >= -tolerance)) return 1;
  }
  return 0;
}

/* Another item fits at least as well: perhaps the number is wrong. */
static int reference_is_rivalled(const reference_reading *r, size_t first, int fit) {
  const arc__match_lines *lines = &r->d->match->lines;
  int64_t tolerance = fit > ARC__FIT_TOLERANCE ? r->d->m->options.tolerance : 0;
  return fit >= ARC__FIT_TOLERANCE &&
         arc__match_other_fits(r->d, arc__match_lines_from(lines, first), lines->count - first, tolerance);
}

static arc_status reference_propose_fit(reference_reading *r, size_t first, size_t taken, int fit, int near) {
  static const struct {
    int rule;
    const char *verdict;
  } fits[] = {[ARC__FIT_EQUAL] = {ARC__RULE_EQUAL, "settles the items named"},
              [ARC__FIT_DISCOUNT] = {ARC__RULE_DISCOUNT, "settles the items named, less discount"},
              [ARC__FIT_UNCLEAR] = {ARC__RULE_DISCOUNT, "settles the items named, less discount of some"},
              [ARC__FIT_TOLERANCE] = {ARC__RULE_TOLERANCE, "settles the items named, but for cents"},
              [ARC__FIT_CREDIT] = {ARC__RULE_CREDIT, "settles the items named, less credit that the payer has"},
              [ARC__FIT_SHORT] = {ARC__RULE_SHORT, "settles the items named but for a deduction, which stays open"},
              [ARC__FIT_PART] = {ARC__RULE_PART, "settles a part of the item named, the rest stays open"},
              [ARC__FIT_MORE] = {ARC__RULE_MORE, "settles the items named, the rest stays on account"}};
  const arc__match *match = r->d->match;
  uint64_t doubts = r->doubts;
  int rule = fits[fit].rule;
  for (size_t i = 0; i < r->near_count && near; i++) {
    if (match->words[r->near[i]].checked) doubts |= ARC__RULE_BIT(ARC__DOUBT_CHECK_DIGIT);
    if (match->words[r->near[i]].next) doubts |= ARC__RULE_BIT(ARC__DOUBT_NEXT);
  }
  if (fit == ARC__FIT_UNCLEAR || reference_is_rivalled(r, first, fit)) doubts |= ARC__RULE_BIT(ARC__DOUBT_RIVAL);
  if (arc__match_has(match, ARC__WORD_CREDIT)) {
    if (fit == ARC__FIT_CREDIT)
      rule = ARC__RULE_CREDIT_NAMED;
    else
      doubts |= ARC__RULE_BIT(ARC__DOUBT_UNREAD);
  }
  if (near && fit <= ARC__FIT_UNCLEAR)
    rule = ARC__RULE_NEAR;
  else if (near)
    doubts |= ARC__RULE_BIT(r->dropped ? ARC__DOUBT_RIVAL : ARC__DOUBT_NEAR);
  /* What is paid of items that the text names leaves nothing for others it may name; what is paid beyond does. */
  if (fit == ARC__FIT_MORE && (r->open_ended || reference_leaves_an_item(r, first)))
    doubts |= ARC__RULE_BIT(match->cut ? ARC__DOUBT_CUT : ARC__DOUBT_LEFT_OVER);
  else if (fit >= ARC__FIT_SHORT && r->open_ended)
    doubts |= ARC__RULE_BIT(match->cut ? ARC__DOUBT_CUT : ARC__DOUBT_NUMBER);
  return arc__match_propose_less(r->d, rule, doubts, fits[fit].verdict, arc__match_lines_from(&match->lines, first),
                                 match->lines.count - first, taken);
}

/* Credit explains a difference better than anything else: all that the text names does, or else, exactly, some of it. */
static arc_status reference_fit(const arc__decision *d, arc__match_line *lines, size_t count, int *fit) {
  int fits;
  *fit = ARC__FIT_CREDIT;
  int named = arc__match_has(d->match, ARC__WORD_CREDIT);
  if (named) {
    ARC__TRY(arc__match_fit_credits(d, lines, count, 1, &fits));
    if (fits) return ARC_OK;
  }
  ARC__TRY(arc__match_fit(d, lines, count, d->match->cash, fit));
  if (named || (*fit > ARC__FIT_NONE && *fit <= ARC__FIT_TOLERANCE)) return ARC_OK;
  int before = *fit;
  ARC__TRY(arc__match_fit_credits(d, lines, count, 0, &fits));
  *fit = fits ? ARC__FIT_CREDIT : before;
  return fits ? ARC_OK : arc__match_fit(d, lines, count, d->match->cash, fit);
}

/* One reading: the items named, and one meaning for each misspelt number. */
static arc_status reference_try_reading(reference_reading *r, const uint32_t *meant, size_t count, int most, int *fit) {
  const arc__decision *d = r->d;
  arc__match_lines *lines = &d->match->lines;
  size_t first = lines->count, taken = d->match->takings.count;
  int added, put_right = 0;
  *fit = ARC__FIT_NONE;
  for (size_t i = 0; i < r->base_count; i++) {
    arc__match_line line = lines->data[r->base + i];
    ARC__TRY(arc__match_lines_add(d, lines, &line));
  }
  for (size_t i = 0; i < count; i++) {
    /* A number and an order that both mean one item are fine; a number written twice is not what was meant. */
    if (d->match->words[r->near[i]].near_count == 1 &&
        reference_has_line(arc__match_lines_from(lines, first), lines->count - first, meant[i]))
      continue;
    ARC__TRY(reference_add_meant(d, first, meant[i], &added));
    put_right += added;
    if (!added) {
      r->dropped = 1;
      lines->count = first;
      return ARC_OK;
    }
  }
  size_t n = lines->count - first;
  if (n == 0) return ARC_OK;
  ARC__TRY(reference_fit(d, arc__match_lines_from(lines, first), n, fit));
  if (*fit > most) *fit = ARC__FIT_NONE;
  if (*fit == ARC__FIT_NONE) {
    lines->count = first;
    return ARC_OK;
  }
  return reference_propose_fit(r, first, taken, *fit, put_right);
}

/* All readings in turn, counted as a number with one digit per misspelt word. */
static arc_status reference_readings(reference_reading *r, int most) {
  arc__match *match = r->d->match;
  size_t digits[REFERENCE_WORDS] = {0};
  if (r->near_count && most <= ARC__FIT_CREDIT) { /* what is named exactly may be all that is meant */
    int fit;
    ARC__TRY(reference_try_reading(r, NULL, 0, most, &fit));
    r->fits += fit != ARC__FIT_NONE;
    if (r->fits) return ARC_OK;
  }
  for (size_t tried = 0; tried < REFERENCE_SETS_MAX; tried++) {
    uint32_t meant[REFERENCE_WORDS];
    int fit;
    for (size_t i = 0; i < r->near_count; i++)
      meant[i] = match->words[r->near[i]].near[digits[i]];
    ARC__TRY(reference_try_reading(r, meant, r->near_count, most, &fit));
    r->fits += fit != ARC__FIT_NONE;
    size_t i = 0;
    while (i < r->near_count && ++digits[i] >= match->words[r->near[i]].near_count)
      digits[i++] = 0;
    if (i == r->near_count) break;
  }
  return ARC_OK;
}

/* The named items that are paid, if the text names more than that. */
static arc_status reference_fewer(reference_reading *r) {
  const arc__decision *d = r->d;
  arc__match_lines *lines = &d->match->lines;
  arc__subset_value values[REFERENCE_SETS_MAX];
  uint8_t found[REFERENCE_SETS_MAX];
  arc__subsets subsets = {0, 0, found, 0};
  size_t first = lines->count;
  if (r->base_count < 2 || r->base_count > REFERENCE_SETS_MAX) return ARC_OK;
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
static void reference_rest_rivals(arc__match *match) {
  for (size_t i = 0; i < match->proposal_count; i++) {
    arc__match_proposal *p = &match->proposals[i];
    if ((p->kind != ARC__RULE_REST && p->kind != ARC__RULE_REST_SUM) || p->rules >> ARC__DOUBT_RIVAL & 1) continue;
    p->rules |= ARC__RULE_BIT(ARC__DOUBT_RIVAL);
    p->confidence += arc__match_rules[ARC__DOUBT_RIVAL].ppm;
  }
}

/* More is paid than the items named: others the text may name, that make up the amount. */
static arc_status reference_rest(reference_reading *r) {
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
  if (found > 1 || several) reference_rest_rivals(match);
  return status;
}

static arc_status reference_range(const arc__decision *d, int *found) {
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

static void reference_keep_pool(arc__match *match, size_t first) {
  size_t kept = 0;
  for (size_t i = 0; i < match->pool.count; i++)
    if (reference_has_line(arc__match_lines_from(&match->lines, first), match->lines.count - first, match->pool.data[i].invoice))
      match->pool.data[kept++] = match->pool.data[i];
  match->pool.count = kept;
}

/* A range: all of it, or its ends and some between. */
static arc_status reference_by_range(const arc__decision *d, int *found) {
  arc__match *match = d->match;
  size_t first = match->lines.count;
  int fit;
  ARC__TRY(reference_range(d, found));
  size_t count = match->lines.count - first;
  if (!*found || count == 0) return ARC_OK;
  ARC__TRY(arc__match_fit(d, arc__match_lines_from(&match->lines, first), count, match->cash, &fit));
  if (fit >= ARC__FIT_EQUAL && fit <= ARC__FIT_TOLERANCE)
    return arc__match_propose(d, ARC__RULE_RANGE, 0, "settles the items of the range named", arc__match_lines_from(&match->lines, first),
                              count);
  if (fit == ARC__FIT_MORE || fit == ARC__FIT_PART) return ARC_OK;
  reference_keep_pool(match, first);
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
    return arc__match_propose(d, ARC__RULE_SHORT, ARC__RULE_BIT(ARC__DOUBT_UNREAD),
                              "settles the items of the range named but for a deduction", arc__match_lines_from(&match->lines, first), count);
  return ARC_OK;
}

/* The rest is paid of an item that a payment settled in part before: more than that is not explained by it. */
static int reference_is_partly_paid(const arc__decision *d, const arc__match_line *line) {
  return line->open < arc__i64(d->view->tables, ARC__INVOICE_AMOUNT, line->invoice) && line->disputed == 0;
}

/* The text names other items, or may: it is cut, or has words that were not understood. */
static int reference_open_ended(const arc__match *match) {
  return match->cut || arc__match_unread(match) > 0 || arc__match_has(match, ARC__WORD_CUT) ||
         arc__match_has(match, ARC__WORD_SETTLED);
}

static uint64_t reference_reading_doubts(const arc__match *match) {
  uint64_t doubts = 0;
  if (reference_has_weak(match)) doubts |= ARC__RULE_BIT(ARC__DOUBT_WEAK);
  if (arc__match_has(match, ARC__WORD_SETTLED)) doubts |= ARC__RULE_BIT(ARC__DOUBT_SETTLED);
  return doubts;
}

static arc_status reference_difference(reference_reading *r) {
  const arc__match *match = r->d->match;
  arc__match_lines *lines = &r->d->match->lines;
  int64_t open = 0;
  for (size_t i = 0; i < r->base_count; i++)
    open += lines->data[r->base + i].open; /* fits: arc__match_fit added them before */
  if (r->base_count && match->cash > open - open / 20) ARC__TRY(reference_rest(r));
  ARC__TRY(reference_fewer(r));
  if (match->cash > open)
    for (size_t i = 0; i < r->base_count; i++)
      if (reference_is_partly_paid(r->d, &lines->data[r->base + i])) r->doubts |= ARC__RULE_BIT(ARC__DOUBT_RIVAL);
  return reference_readings(r, ARC__FIT_MORE);
}

arc_status arc__match_by_reference(const arc__decision *d, int *named) {
  reference_reading r;
  arc__match *match = d->match;
  int range = 0;
  memset(&r, 0, sizeof r);
  r.d = d;
  if (arc__match_has(match, ARC__WORD_RANGE)) ARC__TRY(reference_by_range(d, &range));
  *named = range;
  if (range) return ARC_OK;
  ARC__TRY(reference_base(&r));
  *named = r.base_count + r.near_count > 0;
  if (!*named) return ARC_OK;
  r.doubts = reference_reading_doubts(match);
  r.open_ended = reference_open_ended(match);
  ARC__TRY(reference_readings(&r, ARC__FIT_CREDIT));
  if (r.fits == 0) ARC__TRY(reference_difference(&r));
  return ARC_OK;
}

/* Every word that could be a number is one, and the amounts are equal: nothing else needs to be looked at. */
arc_status arc__match_plainly(const arc__decision *d, int *done) {
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
  reference_reading r;
  memset(&r, 0, sizeof r);
  r.d = d;
  ARC__TRY(reference_base(&r));
  if (r.base_count == 0) return ARC_OK;
  r.doubts = reference_reading_doubts(match);
  ARC__TRY(reference_readings(&r, ARC__FIT_UNCLEAR));
  *done = r.fits > 0;
  return ARC_OK;
}
