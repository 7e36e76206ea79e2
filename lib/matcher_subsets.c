/*
 * Exact subset sums: none, one or several, and which.
 *
 * Few values: all sums of either half as sorted lists, and two fingers along them; 3^(n/2) steps at most. Many: bits
 * of the sums that are reached, and reached twice, n * sum / 64 words, after common factors are taken out; a set
 * without alternatives may be looked for by what it leaves out. What needs more steps than the budget is given up
 * before it is begun, so that the same question always gets the same answer. Nothing is approximate.
 */
#include "matcher_subsets.h"

#include "checked.h"
#include "error.h"

#include <string.h>

typedef struct subset_search {
  const arc__heap *heap;
  arc__subset_value *values; /* none above the sum */
  size_t *places;            /* of the caller's values */
  size_t count;
  int64_t sum;
  uint64_t budget;
  arc__subsets *out;
  arc_error *err;
} subset_search;

/* ---- sorted lists of all sums ---- */

typedef struct subset_sum {
  int64_t sum;
  uint64_t set; /* two bits per value of the half */
} subset_sum;

#define SUBSET_HALF_MAX 31 /* values of a half: two bits each */

static size_t subset_list_size(const subset_search *s, size_t from, size_t to, uint64_t most) {
  uint64_t size = 1;
  for (size_t i = from; i < to && size <= most; i++)
    size *= s->values[i].otherwise ? 3 : 2;
  return (size_t)size;
}

/* Merges the list with itself raised by `amount`, whose sets get `bit`; sums above the target are dropped. */
static size_t subset_merge(const subset_sum *old, size_t count, int64_t amount, uint64_t bit, int64_t most,
                           const subset_sum *base, size_t base_count, subset_sum *out) {
  size_t a = 0, b = 0, n = 0;
  while (a < count || b < base_count) {
    int second = a == count || (b < base_count && base[b].sum + amount < old[a].sum);
    subset_sum next = second ? base[b++] : old[a++];
    if (second) {
      if (next.sum > most - amount) {
        b = base_count;
        continue;
      }
      next.sum += amount;
      next.set |= bit;
    }
    out[n++] = next;
  }
  return n;
}

/* All sums of a half, rising. `list` and `spare` have room; the result is in *list. */
static size_t subset_list(const subset_search *s, size_t from, size_t to, subset_sum **list, subset_sum **spare,
                          subset_sum *base) {
  size_t count = 1;
  (*list)[0] = (subset_sum){0, 0};
  for (size_t i = from; i < to; i++) {
    const arc__subset_value *v = &s->values[i];
    size_t base_count = count;
    memcpy(base, *list, count * sizeof *base);
    for (int way = 1; way <= (v->otherwise ? 2 : 1); way++) {
      subset_sum *old = *list;
      count = subset_merge(old, count, way == 1 ? v->amount : v->otherwise, (uint64_t)way << 2 * (i - from), s->sum,
                           base, base_count, *spare);
      *list = *spare;
      *spare = old;
    }
    s->out->steps += count;
  }
  return count;
}

static void subset_take(const subset_search *s, size_t from, size_t to, uint64_t set) {
  for (size_t i = from; i < to; i++)
    s->out->found[s->places[i]] = (uint8_t)(set >> 2 * (i - from) & 3);
}

static void subset_meet(const subset_search *s, size_t half, const subset_sum *a, size_t a_count, const subset_sum *b,
                        size_t b_count) {
  uint64_t ways = 0;
  size_t i = 0, j = b_count;
  while (i < a_count && j > 0 && ways < 2) {
    int64_t rest = s->sum - a[i].sum;
    if (b[j - 1].sum > rest) {
      j--;
    } else if (b[j - 1].sum < rest) {
      i++;
    } else {
      if (ways++ == 0) {
        subset_take(s, 0, half, a[i].set);
        subset_take(s, half, s->count, b[j - 1].set);
      }
      /* Another one has the same sum on either side, or it is further on. */
      if (j > 1 && b[j - 2].sum == rest)
        j--;
      else
        i++;
    }
  }
  s->out->steps += a_count + b_count;
  s->out->result = ways > 1 ? ARC__SUBSETS_AMBIGUOUS : ways ? ARC__SUBSETS_UNIQUE : ARC__SUBSETS_NONE;
}

static arc_status subset_by_lists(const subset_search *s, size_t half, size_t a_most, size_t b_most) {
  size_t most = a_most > b_most ? a_most : b_most;
  size_t bytes = most * sizeof(subset_sum);
  subset_sum *lists[4] = {0};
  arc_status status = ARC_OK;
  for (int i = 0; i < 4 && status == ARC_OK; i++)
    if (!(lists[i] = arc__alloc(s->heap, bytes))) status = arc__fail_nomem(s->err);
  if (status == ARC_OK) {
    size_t a = subset_list(s, 0, half, &lists[0], &lists[3], lists[2]);
    size_t b = subset_list(s, half, s->count, &lists[1], &lists[3], lists[2]);
    subset_meet(s, half, lists[0], a, lists[1], b);
  }
  for (int i = 0; i < 4; i++)
    arc__free(s->heap, lists[i], bytes);
  return status;
}

/* ---- bits of sums ---- */

#define SUBSET_BITS_MAX (1 << 24) /* 4 MB of bits, 32 MB for the way back */

static int64_t subset_factor(const subset_search *s) {
  int64_t factor = s->sum;
  for (size_t i = 0; i < s->count; i++)
    for (int way = 0; way < 2; way++) {
      int64_t a = factor, b = way ? s->values[i].otherwise : s->values[i].amount;
      while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
      }
      factor = a;
    }
  return factor;
}

/* Word `i` of the bits moved up by `shift`. */
static uint64_t subset_shifted(const uint64_t *bits, size_t i, size_t words, unsigned shift) {
  if (i < words) return 0;
  uint64_t low = bits[i - words];
  if (shift == 0) return low;
  return low << shift | (i > words ? bits[i - words - 1] >> (64 - shift) : 0);
}

/* Adds a value to what is reached, and reached twice, from the top down so that both stay those before it below. */
static void subset_add(uint64_t *reached, uint64_t *twice, size_t top, const arc__subset_value *v) {
  size_t words = (size_t)v->amount / 64, words2 = (size_t)v->otherwise / 64;
  unsigned shift = (unsigned)(v->amount % 64), shift2 = (unsigned)(v->otherwise % 64);
  size_t least = v->otherwise && words2 < words ? words2 : words;
  if (!v->otherwise && shift) { /* the usual case, without a branch in the loop */
    for (size_t i = top; i > words; i--) {
      uint64_t more = reached[i - words] << shift | reached[i - words - 1] >> (64 - shift);
      uint64_t again = twice[i - words] << shift | twice[i - words - 1] >> (64 - shift);
      twice[i] |= again | (reached[i] & more);
      reached[i] |= more;
    }
    if (words <= top) {
      uint64_t more = reached[0] << shift;
      twice[words] |= twice[0] << shift | (reached[words] & more);
      reached[words] |= more;
    }
    return;
  }
  for (size_t i = top + 1; i-- > least;) {
    /* All is read before any of it is written: a small value moves bits within their word. */
    uint64_t more = subset_shifted(reached, i, words, shift), other = 0;
    uint64_t again = subset_shifted(twice, i, words, shift);
    if (v->otherwise) {
      other = subset_shifted(reached, i, words2, shift2);
      again |= subset_shifted(twice, i, words2, shift2) | (more & other);
    }
    twice[i] |= again | (reached[i] & (more | other));
    reached[i] |= more | other;
  }
}

/* The value that reached each sum first: from it the way back goes over values before it only. */
static void subset_way_back(const subset_search *s, const uint16_t *first) {
  int64_t left = s->sum;
  while (left > 0) {
    uint16_t mark = first[left];
    const arc__subset_value *v = &s->values[(mark - 1) / 2];
    s->out->found[s->places[(mark - 1) / 2]] = mark % 2 ? 1 : 2;
    left -= mark % 2 ? v->amount : v->otherwise;
  }
}

static void subset_mark(const subset_search *s, uint64_t *reached, uint64_t *before, uint16_t *first, size_t words,
                        size_t i, int way) {
  int64_t amount = way == 1 ? s->values[i].amount : s->values[i].otherwise;
  size_t skip = (size_t)amount / 64;
  unsigned shift = (unsigned)(amount % 64);
  for (size_t w = words; w-- > skip;) {
    uint64_t fresh = subset_shifted(before, w, skip, shift) & ~reached[w];
    reached[w] |= fresh;
    for (size_t bit = 0; fresh; bit++, fresh >>= 1)
      if ((fresh & 1) && w * 64 + bit <= (size_t)s->sum) first[w * 64 + bit] = (uint16_t)(2 * i + (size_t)way);
  }
}

static arc_status subset_find_way(const subset_search *s, uint64_t *reached, uint64_t *before, size_t words) {
  size_t bytes = ((size_t)s->sum + 1) * sizeof(uint16_t);
  uint16_t *first = arc__alloc(s->heap, bytes);
  if (!first) return arc__fail_nomem(s->err);
  memset(reached, 0, words * sizeof *reached);
  reached[0] = 1;
  for (size_t i = 0; i < s->count && first[s->sum] == 0; i++) {
    memcpy(before, reached, words * sizeof *before);
    subset_mark(s, reached, before, first, words, i, 1);
    if (s->values[i].otherwise) subset_mark(s, reached, before, first, words, i, 2);
  }
  subset_way_back(s, first);
  arc__free(s->heap, first, bytes);
  return ARC_OK;
}

static arc_status subset_by_bits(const subset_search *s) {
  size_t words = (size_t)s->sum / 64 + 1;
  uint64_t *reached = arc__alloc(s->heap, 2 * words * sizeof *reached);
  if (!reached) return arc__fail_nomem(s->err);
  uint64_t *twice = reached + words;
  uint64_t total = 0;
  arc_status status = ARC_OK;
  reached[0] = 1;
  for (size_t i = 0; i < s->count; i++) {
    const arc__subset_value *v = &s->values[i];
    total += (uint64_t)(v->amount > v->otherwise ? v->amount : v->otherwise);
    size_t top = total < (uint64_t)s->sum ? (size_t)total / 64 : words - 1;
    subset_add(reached, twice, top, v);
    s->out->steps += top + 1;
  }
  size_t word = (size_t)s->sum / 64;
  unsigned bit = (unsigned)(s->sum % 64);
  s->out->result = twice[word] >> bit & 1     ? ARC__SUBSETS_AMBIGUOUS
                   : reached[word] >> bit & 1 ? ARC__SUBSETS_UNIQUE
                                              : ARC__SUBSETS_NONE;
  if (s->out->result == ARC__SUBSETS_UNIQUE || (s->out->result == ARC__SUBSETS_AMBIGUOUS && s->out->any))
    status = subset_find_way(s, reached, twice, words);
  arc__free(s->heap, reached, 2 * words * sizeof *reached);
  return status;
}

/* ---- which way ---- */

static int subset_has_alternatives(const subset_search *s) {
  for (size_t i = 0; i < s->count; i++)
    if (s->values[i].otherwise) return 1;
  return 0;
}

static void subset_divide(subset_search *s, int64_t factor) {
  for (size_t i = 0; i < s->count; i++) {
    s->values[i].amount /= factor;
    s->values[i].otherwise /= factor;
  }
  s->sum /= factor;
}

/* Where the lists are cut in two so that the longer one is shortest; the sizes in *a and *b. */
static size_t subset_half(const subset_search *s, size_t *a, size_t *b, uint64_t most) {
  size_t half = s->count / 2;
  *a = subset_list_size(s, 0, half, most);
  *b = subset_list_size(s, half, s->count, most);
  return half;
}

static arc_status subset_decide(subset_search *s, int64_t total) {
  size_t a, b, half = subset_half(s, &a, &b, s->budget);
  uint64_t lists = (uint64_t)a + b;
  int may_lists = half + 1 < SUBSET_HALF_MAX && lists <= s->budget / 8;
  if (may_lists && lists <= 4096) return subset_by_lists(s, half, a, b);
  int inverse = !subset_has_alternatives(s) && total - s->sum < s->sum;
  if (inverse) s->sum = total - s->sum;
  subset_divide(s, subset_factor(s));
  uint64_t words = (uint64_t)s->sum / 64 + 1;
  int may_bits = words <= s->budget / s->count && s->sum <= SUBSET_BITS_MAX && s->count < UINT16_MAX / 2;
  arc_status status = ARC_OK;
  if (may_lists && (!may_bits || 4 * lists < words * s->count))
    status = subset_by_lists(s, half, a, b);
  else if (may_bits)
    status = subset_by_bits(s);
  if (inverse)
    for (size_t i = 0; i < s->count; i++)
      s->out->found[s->places[i]] ^= 1;
  return status;
}

static arc_status subset_take_over(subset_search *s, const arc__subset_value *values, size_t count, int64_t *total) {
  *total = 0;
  for (size_t i = 0; i < count; i++) {
    arc__subset_value v = values[i];
    if (v.otherwise == v.amount || v.otherwise > s->sum) v.otherwise = 0;
    if (v.amount > s->sum) {
      v.amount = v.otherwise;
      v.otherwise = 0;
    }
    if (v.amount <= 0) continue;
    if (!arc__add(total, *total, v.amount))
      return arc__fail(s->err, ARC_E_OVERFLOW, "open items do not add up within 64 bits");
    s->places[s->count] = i;
    s->values[s->count++] = v;
  }
  return ARC_OK;
}

static arc_status subset_search_all(subset_search *s, const arc__subset_value *values, size_t count) {
  int64_t total;
  ARC__TRY(subset_take_over(s, values, count, &total));
  int64_t most = 0;
  for (size_t i = 0; i < s->count; i++)
    most += s->values[i].amount > s->values[i].otherwise ? s->values[i].amount : s->values[i].otherwise;
  if (most < s->sum) return ARC_OK; /* none */
  s->out->result = ARC__SUBSETS_GAVE_UP;
  if (!subset_has_alternatives(s) && total == s->sum) {
    for (size_t i = 0; i < s->count; i++)
      s->out->found[s->places[i]] = 1;
    s->out->result = ARC__SUBSETS_UNIQUE;
    return ARC_OK;
  }
  return subset_decide(s, total);
}

/* A value whose greater amount was too large counts by its other one: found says 1 where 2 is meant. */
static void subset_say(const arc__subset_value *values, size_t count, int64_t sum, uint8_t *found) {
  for (size_t i = 0; i < count; i++)
    if (found[i] == 1 && values[i].amount > sum) found[i] = 2;
}

arc_status arc__subsets_find(const arc__heap *heap, const arc__subset_value *values, size_t count, int64_t sum,
                             uint64_t budget, arc__subsets *out, arc_error *err) {
  subset_search s = {heap, NULL, NULL, 0, sum, budget, out, err};
  out->result = ARC__SUBSETS_NONE;
  out->steps = 0;
  if (count == 0) return ARC_OK;
  memset(out->found, 0, count);
  size_t bytes = count * (sizeof *s.values + sizeof *s.places);
  s.values = arc__alloc(heap, bytes);
  if (!s.values) return arc__fail_nomem(err);
  s.places = (size_t *)(void *)(s.values + count);
  arc_status status = subset_search_all(&s, values, count);
  if (status == ARC_OK) subset_say(values, count, sum, out->found);
  arc__free(heap, s.values, bytes);
  return status;
}
