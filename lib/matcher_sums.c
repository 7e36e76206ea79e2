/*
 * Which open items add up to the cash, where the text does not say: one item, items that fall due one after the other,
 * or any set.
 *
 * Finding a set is cheap, being right is not: among many items, sums are equal by chance. How many sets of up to that
 * size would be, is about their number over the spread of a sum, (C(n,1) + ... + C(n,k)) / (2.5 s sqrt(k)); above
 * SUMS_CHANCE the set says nothing. One item, and a run by due day, are few and stand for themselves. What is settled
 * without a human is the only one that fits, after everything was searched. Costs n for items, n^2 for runs, and the
 * budget of matcher_subsets.h.
 */
#include "matcher_internal.h"

#include "checked.h"

#define SUMS_CHANCE   20000 /* millionths */
#define SUMS_RUN_MAX  2000  /* items among which runs are searched */
#define SUMS_SHOWN    4     /* ways that are proposed */

typedef struct sums_search {
  const arc__decision *d;
  const arc__match_line *named;
  size_t named_count;
  size_t *items;   /* indexes into the pool: not named, not disputed in full */
  size_t count;
  int64_t sum;     /* what they have to make up */
  uint64_t doubts; /* of all proposals */
  size_t ways;
} sums_search;

static const arc__match_line *sums_item(const sums_search *s, size_t i) {
  return &s->d->match->pool.data[s->items[i]];
}

static int64_t sums_value(const arc__match_line *line) {
  return line->open - line->disputed;
}

/* ---- chance ---- */

static int64_t sums_expected(const sums_search *s, size_t size) {
  double n = (double)s->count, mean = 0, spread = 0, sets = 0, choose = 1, root = 1;
  for (size_t i = 0; i < s->count; i++)
    mean += (double)sums_value(sums_item(s, i)) / n;
  for (size_t i = 0; i < s->count; i++) {
    double x = (double)sums_value(sums_item(s, i)) - mean;
    spread += x * x / n;
  }
  spread = (spread + mean * mean / 4) * (double)size;
  for (size_t k = 1; k <= size; k++) {
    choose = choose * (n - (double)k + 1) / (double)k;
    sets += choose;
  }
  root = spread > 1 ? spread : 1;
  for (int i = 0; i < 80; i++) /* Newton's, from above: the same on every platform */
    root = (root + spread / root) / 2;
  double expected = sets * 1e6 / (2.5 * root > 1 ? 2.5 * root : 1);
  return expected > 1e15 ? (int64_t)1000000000000000 : (int64_t)expected;
}

/* ---- proposals ---- */

/* The named items in full, with discount if that is meant, and these. */
static arc_status sums_propose(const sums_search *s, int kind, uint64_t doubts, const uint8_t *found, size_t from,
                               size_t to) {
  const arc__decision *d = s->d;
  static const char *const verdicts[] = {"settles the only open item with this amount",
                                         "settles open items that add up to it",
                                         "settles the items named, and the only others that make up the amount"};
  arc__match_lines *lines = &d->match->lines;
  size_t first = lines->count, count = 0;
  for (size_t i = 0; i < s->named_count; i++, count++)
    ARC__TRY(arc__match_lines_add(d, lines, &s->named[i]));
  for (size_t i = from; i <= to; i++) {
    arc__match_line line = *sums_item(s, i);
    if (!found[i]) continue;
    line.amount = sums_value(&line);
    if (found[i] == 2) {
      line.amount -= line.early;
      line.discount = line.early;
    } else if (found[i] == 3)
      line.amount = line.first;
    ARC__TRY(arc__match_lines_add(d, lines, &line));
    count++;
  }
  const char *verdict = verdicts[s->named_count ? 2 : count > 1];
  arc_status status = arc__match_propose(d, kind, s->doubts | doubts, verdict, arc__match_lines_from(lines, first), count);
  return status;
}

/* ---- one item ---- */

static arc_status sums_one(sums_search *s, uint8_t *found, size_t i, int way) {
  memset(found, 0, s->count);
  found[i] = (uint8_t)way;
  s->ways++;
  if (s->ways > SUMS_SHOWN) return ARC_OK;
  int kind = s->named_count ? ARC__RULE_REST : way == 2 ? ARC__RULE_ONE_DISCOUNTED : ARC__RULE_ONE_ITEM;
  return sums_propose(s, kind, 0, found, i, i);
}

static arc_status sums_ones(sums_search *s, uint8_t *found) {
  for (size_t i = 0; i < s->count; i++) {
    const arc__match_line *line = sums_item(s, i);
    int64_t value = sums_value(line);
    int way = value == s->sum                                   ? 1
              : line->early && value - line->early == s->sum    ? 2
              : line->first == s->sum && line->disputed == 0    ? 3
                                                                : 0;
    if (way) ARC__TRY(sums_one(s, found, i, way));
  }
  return ARC_OK;
}

/* ---- runs ---- */

/* Items from..to, with or without discount (way 2 or 1). */
static arc_status sums_run(sums_search *s, uint8_t *found, size_t from, size_t to, int way) {
  memset(found, 0, s->count);
  for (size_t i = from; i <= to; i++)
    found[i] = (uint8_t)(way == 2 && sums_item(s, i)->early ? 2 : 1);
  s->ways++;
  if (s->ways > SUMS_SHOWN) return ARC_OK;
  int all = to - from + 1 == s->count;
  int kind = s->named_count ? ARC__RULE_REST : all ? ARC__RULE_ALL_ITEMS : ARC__RULE_RUN;
  return sums_propose(s, kind, 0, found, from, to);
}

static int64_t sums_amount(const arc__match_line *line, int way) {
  return sums_value(line) - (way == 2 ? line->early : 0);
}

/* Windows of two items or more, by two fingers since all amounts are positive. */
static arc_status sums_runs(sums_search *s, uint8_t *found, int way) {
  size_t from = 0;
  int64_t sum = 0, early = 0;
  for (size_t to = 0; to < s->count; to++) {
    sum += sums_amount(sums_item(s, to), way); /* all of them fit 64 bits */
    early += sums_item(s, to)->early;
    while (from <= to && sum > s->sum) {
      sum -= sums_amount(sums_item(s, from), way);
      early -= sums_item(s, from)->early;
      from++;
    }
    if (sum == s->sum && to > from && (way == 1 || early > 0)) ARC__TRY(sums_run(s, found, from, to, way));
  }
  return ARC_OK;
}

/* ---- any set ---- */

static size_t sums_size(const sums_search *s, const uint8_t *found, size_t *from, size_t *to) {
  size_t size = 0;
  for (size_t i = 0; i < s->count; i++)
    if (found[i]) {
      if (size++ == 0) *from = i;
      *to = i;
    }
  return size;
}

/* Everything is searched before anything is proposed: whether a single item or a run is the only way, too. */
static arc_status sums_look(sums_search *s, uint8_t *found) {
  const arc__decision *d = s->d;
  arc__match_search *search = &d->match->search;
  arc__subsets subsets = {0, 0, found, d->plan->explaining};
  for (size_t i = 0; i < s->count; i++) {
    const arc__match_line *line = sums_item(s, i);
    d->m->values[i] = (arc__subset_value){sums_value(line), line->early ? sums_value(line) - line->early : 0};
  }
  ARC__TRY(arc__subsets_find(d->m->heap, d->m->values, s->count, s->sum, ARC__SUBSETS_BUDGET, &subsets, d->err));
  search->done = 1;
  search->result = subsets.result;
  search->steps = subsets.steps;
  search->items = s->count;
  search->sum = s->sum;
  return ARC_OK;
}

static arc_status sums_set(sums_search *s, const uint8_t *found) {
  arc__match_search *search = &s->d->match->search;
  size_t from = 0, to = 0, size = sums_size(s, found, &from, &to);
  search->expected = sums_expected(s, size);
  if (s->ways > 0) return ARC_OK; /* found already, as one item or a run */
  uint64_t doubts = search->expected > SUMS_CHANCE ? (uint64_t)1 << ARC__DOUBT_CHANCE : 0;
  return sums_propose(s, s->named_count ? ARC__RULE_REST_SUM : ARC__RULE_SUM, doubts, found, from, to);
}

/* ---- all together ---- */

static arc_status sums_room(const arc__decision *d, size_t count) {
  arc_matcher *m = d->m;
  void *values = m->values, *found = m->found;
  arc_status a = arc__grow(m->heap, &values, &m->value_capacity, count, sizeof *m->values);
  m->values = values;
  arc_status b = a < 0 ? a : arc__grow(m->heap, &found, &m->found_capacity, count, sizeof *m->found);
  m->found = found;
  return b < 0 ? arc__fail_nomem(d->err) : ARC_OK;
}

static int sums_is_named(const sums_search *s, uint32_t invoice) {
  for (size_t i = 0; i < s->named_count; i++)
    if (s->named[i].invoice == invoice) return 1;
  return 0;
}

/* What makes up the rest of the amount may be chance if something else says that the item named is the wrong one: the
 * name of another customer, or an item of the whole amount. */
static int sums_is_contradicted(const sums_search *s) {
  const arc__match *match = s->d->match;
  if (s->named_count == 0) return 0;
  for (size_t i = 0; i < s->count; i++) {
    const arc__match_line *line = sums_item(s, i);
    if (sums_value(line) == match->cash || sums_value(line) - line->early == match->cash) return 1;
  }
  return match->other_name;
}

static arc_status sums_search_all(sums_search *s, uint8_t *mark) {
  uint8_t *found = s->d->m->found;
  const arc__match_search *search = &s->d->match->search;
  ARC__TRY(sums_look(s, found));
  if (search->result == ARC__SUBSETS_AMBIGUOUS || search->result == ARC__SUBSETS_GAVE_UP || sums_is_contradicted(s))
    s->doubts |= (uint64_t)1 << ARC__DOUBT_RIVAL;
  ARC__TRY(sums_ones(s, mark));
  if (s->count <= SUMS_RUN_MAX) {
    ARC__TRY(sums_runs(s, mark, 2));
    ARC__TRY(sums_runs(s, mark, 1));
  }
  /* One of several sets is worth showing, and only then looked for. */
  if (search->result == ARC__SUBSETS_UNIQUE || (search->result == ARC__SUBSETS_AMBIGUOUS && s->d->plan->explaining))
    return sums_set(s, found);
  return ARC_OK;
}

arc_status arc__match_sums(const arc__decision *d, const arc__match_line *named, size_t named_count) {
  sums_search s;
  const arc__match_lines *pool = &d->match->pool;
  int64_t total = 0;
  memset(&s, 0, sizeof s);
  s.d = d;
  s.named = named;
  s.named_count = named_count;
  s.sum = d->match->cash;
  for (size_t i = 0; i < named_count; i++) {
    if (named[i].amount <= 0) return ARC_OK; /* nothing would be paid of an item that is named: disputed */
    s.sum -= named[i].amount;
  }
  if (s.sum <= 0 || pool->count == 0) return ARC_OK;
  ARC__TRY(sums_room(d, pool->count));
  size_t bytes = pool->count * (sizeof *s.items + 1);
  s.items = arc__alloc(d->m->heap, bytes);
  if (!s.items) return arc__fail_nomem(d->err);
  arc_status status = ARC_OK;
  for (size_t i = 0; i < pool->count && status == ARC_OK; i++) {
    int64_t value = sums_value(&pool->data[i]);
    if (value <= 0 || sums_is_named(&s, pool->data[i].invoice)) continue;
    s.items[s.count++] = i;
    if (!arc__add(&total, total, value))
      status = arc__fail(d->err, ARC_E_OVERFLOW, "open items do not add up within 64 bits");
  }
  if (status == ARC_OK && s.count) status = sums_search_all(&s, (uint8_t *)(s.items + pool->count));
  arc__free(d->m->heap, s.items, bytes);
  return status;
}
