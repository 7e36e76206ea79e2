/*
 * The boosted correction: small trees on log-odds, grown on binned features, applied to whole ranges of days.
 *
 * Growing sums integers, so that neither the order of rows nor the machine matters; equal gains go to the first
 * feature and the lowest threshold. A tree is grown on half of the rows, drawn anew for each, so that they err in ways of
 * their own; a level of it costs one pass over half of those. Features of the day rise with
 * it, so that a tree is walked once for all days of an outlook: it splits the range instead of asking every day.
 */
#include "scorer_internal.h"

#include <stdlib.h>
#include <string.h>

#define TREES_COUNT 120
#define TREES_DEPTH 5
#define TREES_BINS 64
#define TREES_RATE_PPM 73000
#define TREES_PENALTY 30           /* added to the curvature of a leaf */
#define TREES_LEAST_CURVATURE 8
#define TREES_GROUP_NODES (1u << TREES_DEPTH)
#define TREES_LIMIT (2 * ARC__UNIT) /* of a leaf */

/* ---- applying ---- */

typedef struct trees_walk {
  const arc__payment_model *model;
  const arc__payment_outlook *outlook;
  int64_t *difference;
  int feature; /* see arc__trees_apply */
  int32_t days[ARC__DAY_FEATURES][ARC__LATE_DAYS]; /* the features that depend on the day */
} trees_walk;

static void trees_add(const trees_walk *w, int32_t from, int32_t to, int64_t value) {
  if (from > to) return;
  w->difference[from - ARC__LATE_FIRST] += value;
  w->difference[to + 1 - ARC__LATE_FIRST] -= value;
}

/* The last day from `from` to `to` on which a feature of the day is at most the threshold; from - 1: none. */
static int32_t trees_last_below(const trees_walk *w, int feature, int32_t threshold, int32_t from, int32_t to) {
  const int32_t *days = w->days[feature] - ARC__LATE_FIRST;
  int32_t low = from - 1, high = to;
  while (low < high) {
    int32_t middle = low + (high - low + 1) / 2;
    if (days[middle] <= threshold) low = middle;
    else high = middle - 1;
  }
  return low;
}

static void trees_node(const trees_walk *w, uint32_t tree, uint32_t at, int32_t from, int32_t to);

static void trees_side(const trees_walk *w, uint32_t tree, const arc__tree_node *node, int side, int32_t from, int32_t to) {
  uint32_t child = node->child + (uint32_t)side;
  if (from > to) return;
  if (w->feature == node->feature) trees_add(w, from, to, (int64_t)w->model->nodes[tree + child].value - node->value);
  trees_node(w, tree, child, from, to);
}

/* A feature that rises and falls with the day: one stretch of days after the other. */
static void trees_stretches(const trees_walk *w, uint32_t tree, const arc__tree_node *node, int32_t from, int32_t to) {
  const int32_t *days = w->days[node->feature] - ARC__LATE_FIRST;
  while (from <= to) {
    int side = days[from] > node->threshold;
    int32_t last = from;
    while (last < to && (days[last + 1] > node->threshold) == side) last++;
    trees_side(w, tree, node, side, from, last);
    from = last + 1;
  }
}

static void trees_node(const trees_walk *w, uint32_t tree, uint32_t at, int32_t from, int32_t to) {
  const arc__tree_node *node = &w->model->nodes[tree + at];
  if (!node->child) {
    if (w->feature < 0) trees_add(w, from, to, node->value);
  } else if (node->feature < ARC__RISING_FEATURES) {
    int32_t last = trees_last_below(w, node->feature, node->threshold, from, to);
    trees_side(w, tree, node, 0, from, last);
    trees_side(w, tree, node, 1, last + 1, to);
  } else if (node->feature < ARC__DAY_FEATURES) {
    trees_stretches(w, tree, node, from, to);
  } else {
    trees_side(w, tree, node, w->outlook->features[node->feature] > node->threshold, from, to);
  }
}

void arc__trees_apply(const arc__payment_model *model, const arc__payment_outlook *outlook, int feature, int32_t last,
                      int64_t difference[ARC__LATE_DAYS + 1]) {
  trees_walk w;
  w.model = model;
  w.outlook = outlook;
  w.difference = difference;
  w.feature = feature;
  for (int k = 0; k < ARC__DAY_FEATURES; k++)
    for (int32_t late = outlook->today; late <= last; late++)
      w.days[k][late - ARC__LATE_FIRST] = arc__feature_on(outlook, k, late);
  for (size_t i = 0; i < model->tree_count; i++) {
    if (feature == ARC__FEATURES) trees_add(&w, outlook->today, last, model->nodes[model->trees[i]].value);
    else trees_node(&w, model->trees[i], 0, outlook->today, last);
  }
}

/* ---- growing ---- */

typedef struct trees_bin {
  int64_t gradient, curvature;
} trees_bin;

typedef struct trees_part {
  uint32_t begin, end; /* of the order of rows */
  uint32_t node;       /* of the tree */
  trees_bin sum;
  trees_bin *bins;     /* ARC__FEATURES * TREES_BINS */
} trees_part;

typedef struct trees_split {
  int64_t gain;
  int feature, bin;
  trees_bin left; /* the sum of the first child */
} trees_split;

typedef struct trees_forest {
  const arc__heap *heap;
  const arc__training_rows *rows;
  arc__payment_model *model;
  int32_t cuts[ARC__FEATURES][TREES_BINS]; /* the highest value of each bin but the last */
  int cut_count[ARC__FEATURES];
  uint8_t *bins;                           /* of each row */
  int64_t *log_odds;                       /* of each row, the trees so far */
  int32_t *gradient, *curvature;
  uint32_t *order, *scratch;
  trees_bin *store; /* bins of the parts of two levels */
  size_t count;
  uint32_t tree;
  uint64_t draw; /* of rows for this tree */
  int columns[ARC__FEATURES], column_count; /* of this tree */
} trees_forest;

static int trees_compare_values(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return x < y ? -1 : x > y;
}

/* Cuts at equal shares of the values of at most 5,000 rows, drawn by what is in the rows. */
static arc_status trees_find_cuts(trees_forest *f) {
  size_t step = f->count / 5000 + 1, sampled = (f->count + step - 1) / step;
  int32_t *values = arc__alloc(f->heap, sampled * sizeof *values);
  if (!values) return ARC_E_NOMEM;
  for (int feature = 0; feature < ARC__FEATURES; feature++) {
    int n = 0;
    for (size_t i = 0; i < sampled; i++) values[i] = f->rows->data[i * step].features[feature];
    qsort(values, sampled, sizeof *values, trees_compare_values);
    for (size_t b = 1; b < TREES_BINS; b++) {
      int32_t value = values[(sampled - 1) * b / TREES_BINS];
      if ((n == 0 || value > f->cuts[feature][n - 1]) && value < values[sampled - 1]) f->cuts[feature][n++] = value;
    }
    f->cut_count[feature] = n;
  }
  arc__free(f->heap, values, sampled * sizeof *values);
  return ARC_OK;
}

static uint8_t trees_bin_of(const trees_forest *f, int feature, int32_t value) {
  int low = 0, high = f->cut_count[feature];
  while (low < high) {
    int middle = (low + high) / 2;
    if (f->cuts[feature][middle] < value) low = middle + 1;
    else high = middle;
  }
  return (uint8_t)low;
}

static void trees_fill_bins(trees_forest *f) {
  for (size_t i = 0; i < f->count; i++)
    for (int k = 0; k < ARC__FEATURES; k++)
      f->bins[i * ARC__FEATURES + (size_t)k] = trees_bin_of(f, k, f->rows->data[i].features[k]);
}

/* Every other row, by its place, as rows come in an order of their own. */
static int trees_is_drawn(const trees_forest *f, size_t row) {
  uint64_t x = ((uint64_t)row + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ f->draw;
  return (int)(x * UINT64_C(0xbf58476d1ce4e5b9) >> 63);
}

/* Of the rows drawn: gradient and curvature of the likelihood, weighted, of 2^20 and of 2^16 for large weights. */
static void trees_slopes(trees_forest *f) {
  for (size_t i = 0; i < f->count; i++) {
    const arc__training_row *r = &f->rows->data[i];
    if (!trees_is_drawn(f, i)) continue;
    int64_t chance = arc__fixed_odds(r->chance, arc__fixed_exp(f->log_odds[i])) >> 10, weight = r->weight;
    f->gradient[i] = (int32_t)((chance - (r->paid ? ARC__UNIT : 0)) * weight / 16);
    f->curvature[i] = (int32_t)(chance * (ARC__UNIT - chance) / ARC__UNIT * weight / 16);
  }
}

static void trees_sum(const trees_forest *f, trees_part *part) {
  memset(part->bins, 0, (size_t)ARC__FEATURES * TREES_BINS * sizeof *part->bins);
  for (uint32_t i = part->begin; i < part->end; i++) {
    uint32_t row = f->order[i];
    if (!trees_is_drawn(f, row)) continue;
    const uint8_t *bins = &f->bins[(size_t)row * ARC__FEATURES];
    int64_t gradient = f->gradient[row], curvature = f->curvature[row];
    for (int c = 0; c < f->column_count; c++) {
      int k = f->columns[c];
      trees_bin *bin = &part->bins[k * TREES_BINS + bins[k]];
      bin->gradient += gradient;
      bin->curvature += curvature;
    }
  }
}

/* What is of the one part is not of the other. */
static void trees_rest(trees_part *rest, const trees_part *whole, const trees_part *other) {
  for (size_t i = 0; i < (size_t)ARC__FEATURES * TREES_BINS; i++) {
    rest->bins[i].gradient = whole->bins[i].gradient - other->bins[i].gradient;
    rest->bins[i].curvature = whole->bins[i].curvature - other->bins[i].curvature;
  }
}

#define TREES_SCALE (ARC__UNIT / 16) /* of gradients and curvatures */

static int64_t trees_gain(int64_t gradient, int64_t curvature) {
  int64_t slope = arc__fixed_divide(gradient, curvature + TREES_PENALTY * TREES_SCALE);
  return gradient / 1024 * slope / 1024;
}

static trees_split trees_best(const trees_forest *f, const trees_part *part) {
  trees_split best = {0, -1, 0, {0, 0}};
  int64_t whole = trees_gain(part->sum.gradient, part->sum.curvature);
  for (int c = 0; c < f->column_count; c++) {
    int k = f->columns[c];
    trees_bin left = {0, 0};
    for (int b = 0; b < f->cut_count[k]; b++) {
      const trees_bin *bin = &part->bins[k * TREES_BINS + b];
      if (!bin->gradient && !bin->curvature) continue; /* no rows: as good as the threshold before */
      left.gradient += bin->gradient;
      left.curvature += bin->curvature;
      trees_bin right = {part->sum.gradient - left.gradient, part->sum.curvature - left.curvature};
      if (left.curvature < TREES_LEAST_CURVATURE * TREES_SCALE) continue;
      if (right.curvature < TREES_LEAST_CURVATURE * TREES_SCALE) break; /* curvatures are positive: it only falls */
      int64_t gain = trees_gain(left.gradient, left.curvature) + trees_gain(right.gradient, right.curvature) - whole;
      if (gain <= best.gain) continue;
      best = (trees_split){gain, k, b, left};
    }
  }
  return best;
}

static int32_t trees_value(const trees_bin *sum) {
  int64_t slope = -arc__fixed_divide(sum->gradient, sum->curvature + TREES_PENALTY * TREES_SCALE);
  if (slope > TREES_LIMIT) slope = TREES_LIMIT;
  if (slope < -TREES_LIMIT) slope = -TREES_LIMIT;
  return (int32_t)(slope * TREES_RATE_PPM / 1000000);
}

/* Rows of the first child first; both keep their order. */
static uint32_t trees_divide(trees_forest *f, const trees_part *part, const trees_split *split) {
  uint32_t left = part->begin, right = 0;
  for (uint32_t i = part->begin; i < part->end; i++) {
    uint32_t row = f->order[i];
    if (f->bins[(size_t)row * ARC__FEATURES + (size_t)split->feature] <= split->bin) f->order[left++] = row;
    else f->scratch[right++] = row;
  }
  memcpy(&f->order[left], f->scratch, right * sizeof *f->scratch);
  return left;
}

static arc_status trees_new_node(trees_forest *f, const trees_bin *sum) {
  arc__payment_model *m = f->model;
  ARC__TRY(arc__grow(f->heap, (void **)&m->nodes, &m->node_capacity, m->node_count + 1, sizeof *m->nodes));
  arc__tree_node *node = &m->nodes[m->node_count++];
  memset(node, 0, sizeof *node);
  node->value = trees_value(sum);
  return ARC_OK;
}

static trees_bin trees_total(const trees_part *part) {
  trees_bin sum = {0, 0};
  for (int b = 0; b < TREES_BINS; b++) {
    sum.gradient += part->bins[b].gradient;
    sum.curvature += part->bins[b].curvature;
  }
  return sum;
}

static void trees_settle(trees_forest *f, const trees_part *part) {
  int64_t value = f->model->nodes[f->tree + part->node].value;
  for (uint32_t i = part->begin; i < part->end; i++) f->log_odds[f->order[i]] += value;
}

/* Splits a part in two, if anything is gained; the smaller one is summed from its rows unless both are leaves. */
static arc_status trees_split_part(trees_forest *f, const trees_part *part, trees_part next[2], int leaves, int *done) {
  trees_split split = trees_best(f, part);
  *done = split.feature >= 0;
  if (!*done) return ARC_OK;
  uint32_t middle = trees_divide(f, part, &split), child = (uint32_t)f->model->node_count - f->tree;
  next[0].begin = part->begin;
  next[0].end = next[1].begin = middle;
  next[1].end = part->end;
  next[0].sum = split.left;
  next[1].sum.gradient = part->sum.gradient - split.left.gradient;
  next[1].sum.curvature = part->sum.curvature - split.left.curvature;
  int small = next[1].end - next[1].begin < next[0].end - next[0].begin;
  if (!leaves) {
    trees_sum(f, &next[small]);
    trees_rest(&next[!small], part, &next[small]);
  }
  for (int side = 0; side < 2; side++) {
    next[side].node = child + (uint32_t)side;
    ARC__TRY(trees_new_node(f, &next[side].sum));
  }
  arc__tree_node *node = &f->model->nodes[f->tree + part->node];
  node->child = (uint16_t)child;
  node->feature = (uint8_t)split.feature;
  node->threshold = f->cuts[split.feature][split.bin];
  return ARC_OK;
}

/* Three in five of the columns, and all of the day's. */
static void trees_draw_columns(trees_forest *f, size_t tree) {
  uint64_t x = (uint64_t)(tree + 1) * UINT64_C(0x9e3779b97f4a7c15);
  f->column_count = 0;
  for (int k = 0; k < ARC__FEATURES; k++) {
    x ^= x >> 29;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 32;
    if (k < ARC__DAY_FEATURES || x % 5 < 3) f->columns[f->column_count++] = k;
  }
}

static arc_status trees_grow_one(trees_forest *f, size_t number) {
  arc__payment_model *m = f->model;
  trees_part parts[2][TREES_GROUP_NODES];
  size_t count = 1, size = (size_t)ARC__FEATURES * TREES_BINS;
  ARC__TRY(arc__grow(f->heap, (void **)&m->trees, &m->tree_capacity, m->tree_count + 1, sizeof *m->trees));
  f->tree = (uint32_t)m->node_count;
  m->trees[m->tree_count++] = f->tree;
  for (size_t level = 0; level < 2; level++)
    for (size_t i = 0; i < TREES_GROUP_NODES; i++) parts[level][i].bins = f->store + (level * TREES_GROUP_NODES + i) * size;
  trees_part *root = &parts[0][0];
  root->begin = root->node = 0;
  root->end = (uint32_t)f->count;
  for (uint32_t i = 0; i < root->end; i++) f->order[i] = i;
  trees_draw_columns(f, number);
  trees_sum(f, root);
  root->sum = trees_total(root);
  ARC__TRY(trees_new_node(f, &root->sum));
  for (int depth = 0; depth < TREES_DEPTH && count; depth++) {
    size_t next = 0;
    for (size_t i = 0; i < count; i++) {
      int done;
      const trees_part *part = &parts[depth % 2][i];
      ARC__TRY(trees_split_part(f, part, &parts[(depth + 1) % 2][next], depth + 1 == TREES_DEPTH, &done));
      if (done) next += 2;
      else trees_settle(f, part);
    }
    count = next;
  }
  for (size_t i = 0; i < count; i++) trees_settle(f, &parts[TREES_DEPTH % 2][i]);
  return ARC_OK;
}

static arc_status trees_grow_all(trees_forest *f) {
  ARC__TRY(trees_find_cuts(f));
  trees_fill_bins(f);
  for (size_t tree = 0; tree < TREES_COUNT; tree++) {
    f->draw = (uint64_t)(tree + 1) * UINT64_C(0x94d049bb133111eb);
    trees_slopes(f);
    ARC__TRY(trees_grow_one(f, tree));
  }
  return ARC_OK;
}

arc_status arc__trees_grow(arc__payment_model *model, const arc__training_rows *rows, arc_error *err) {
  trees_forest *f = arc__alloc(rows->heap, sizeof *f);
  size_t n = rows->count, bins = (size_t)2 * TREES_GROUP_NODES * ARC__FEATURES * TREES_BINS;
  arc_status status = ARC_E_NOMEM;
  if (!f) return arc__fail_nomem(err);
  f->heap = rows->heap;
  f->rows = rows;
  f->model = model;
  f->count = n;
  f->bins = arc__alloc(f->heap, n * ARC__FEATURES);
  f->log_odds = arc__alloc(f->heap, n * sizeof *f->log_odds);
  f->gradient = arc__alloc(f->heap, n * sizeof *f->gradient);
  f->curvature = arc__alloc(f->heap, n * sizeof *f->curvature);
  f->order = arc__alloc(f->heap, n * sizeof *f->order);
  f->scratch = arc__alloc(f->heap, n * sizeof *f->scratch);
  f->store = arc__alloc(f->heap, bins * sizeof *f->store);
  if (f->bins && f->log_odds && f->gradient && f->curvature && f->order && f->scratch && f->store)
    status = trees_grow_all(f);
  arc__free(f->heap, f->bins, n * ARC__FEATURES);
  arc__free(f->heap, f->log_odds, n * sizeof *f->log_odds);
  arc__free(f->heap, f->gradient, n * sizeof *f->gradient);
  arc__free(f->heap, f->curvature, n * sizeof *f->curvature);
  arc__free(f->heap, f->order, n * sizeof *f->order);
  arc__free(f->heap, f->scratch, n * sizeof *f->scratch);
  arc__free(f->heap, f->store, bins * sizeof *f->store);
  arc__free(rows->heap, f, sizeof *f);
  return status == ARC_OK ? ARC_OK : arc__fail_nomem(err);
}
