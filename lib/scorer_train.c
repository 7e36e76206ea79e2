/*
 * Training: from a ledger to a model, by what was known on one morning.
 *
 * Accounts are taken in the order of their keys, and rows are drawn by hashes of the invoices' keys, so that the order in
 * which a book was recorded does not matter. Three passes: the book's tables; how strongly accounts are drawn to
 * them, by likelihood; the rows that the trees are grown on, person-days at issue, at the due day and 15 days
 * after it, each with what was known that morning. Accounts of which a pass draws nothing are not loaded for it. Memory:
 * one account, 40 bytes for each other, and at most some 200,000 rows.
 */
#include "scorer_internal.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define TRAINING_PRIOR 20      /* settlements that the prior counts for in the book's table */
#define TRAINING_WEEKDAY 100   /* settlements that the book counts for in a weekday's */
#define TRAINING_LEAST 200     /* settlements without which no trees are grown */
#define TRAINING_UNPAID 10     /* days without a payment for a day with one */
#define TRAINING_WEIGHT 256    /* days without a payment that one stands for, at most */

const arc__training_effort arc__training_usual = {6000, 20000, 8000};

typedef struct training_moment {
  arc_day day;
  uint32_t row;
  int32_t kind;
} training_moment;

typedef struct training_outcome {
  int32_t until; /* days late at the settlement, or on the last day known to be open */
  int settled;
} training_outcome;

enum { TRAINING_TABLES, TRAINING_SHRINK, TRAINING_CORRECTION, TRAINING_PASSES };

typedef struct training_account {
  arc_text key;
  uint32_t currency, account;
  uint32_t draw[TRAINING_PASSES]; /* the lowest of its moments in a pass */
} training_account;

typedef struct training {
  const arc__heap *heap;
  const arc__tables *tables;
  arc__view view;
  arc_day cut;
  const arc__training_effort *effort;
  arc__payment_model *model;
  arc__payment_history history;
  training_account *accounts;
  size_t account_count;
  training_moment *moments;
  training_outcome *outcomes;
  size_t moment_count, moment_capacity, outcome_capacity;
  int64_t paid[8][ARC__LATE_DAYS], risk[8][ARC__LATE_DAYS + 1];
  int64_t late_sum, moment_total;
  int32_t settled[ARC__HOLIDAY_DAYS]; /* on each of the last days before the cut */
  arc__training_rows rows;
  int64_t likelihood[6]; /* by choice of how much to shrink */
  int level;
} training;

static const int32_t training_shrinks[6] = {2, 5, 10, 20, 40, 80};

/* ---- accounts, in the order of their keys ---- */

static int training_compare_accounts(const void *a, const void *b) {
  const training_account *x = a, *y = b;
  int order = arc__text_compare(x->key, y->key);
  if (order) return order;
  return x->currency < y->currency ? -1 : x->currency > y->currency;
}

static arc_status training_accounts(training *t) {
  size_t n = t->tables->rows[ARC__TABLE_ACCOUNT];
  if (!n) return ARC_OK;
  t->accounts = arc__alloc(t->heap, n * sizeof *t->accounts);
  if (!t->accounts) return ARC_E_NOMEM;
  t->account_count = n;
  for (uint32_t a = 1; a <= n; a++) {
    training_account *account = &t->accounts[a - 1];
    account->key = arc__text(t->tables, ARC__CUSTOMER_KEY, arc__u32(t->tables, ARC__ACCOUNT_CUSTOMER, a));
    account->currency = arc__u32(t->tables, ARC__ACCOUNT_CURRENCY, a);
    account->account = a;
  }
  if (n > 1) qsort(t->accounts, n, sizeof *t->accounts, training_compare_accounts);
  return ARC_OK;
}

/* ---- one account ---- */

static int training_compare_moments(const void *a, const void *b) {
  const training_moment *x = a, *y = b;
  if (x->day != y->day) return x->day < y->day ? -1 : 1;
  if (x->row != y->row) return x->row < y->row ? -1 : 1;
  return x->kind < y->kind ? -1 : x->kind > y->kind;
}

static arc_status training_find_moments(training *t) {
  const arc__payment_history *h = &t->history;
  t->moment_count = 0;
  ARC__TRY(arc__grow(t->heap, (void **)&t->moments, &t->moment_capacity, 3 * h->item_count + 1, sizeof *t->moments));
  for (uint32_t i = 0; i < h->item_count; i++) {
    const arc_day days[] = {h->items[i].issued, h->items[i].due, h->items[i].due + 15};
    for (int32_t kind = 0; kind < 3; kind++)
      if (days[kind] < t->cut && days[kind] >= h->items[i].issued) {
        training_moment *m = &t->moments[t->moment_count++];
        m->day = days[kind];
        m->row = i;
        m->kind = kind;
      }
  }
  if (t->moment_count > 1) qsort(t->moments, t->moment_count, sizeof *t->moments, training_compare_moments);
  return ARC_OK;
}

/* Loads an account, finds what became of its items by the cut, and goes back to the beginning. */
static arc_status training_load(training *t, uint32_t account, arc_error *err) {
  arc__payment_history *h = &t->history;
  ARC__TRY(arc__history_load(h, account, err));
  arc__history_advance(h, t->cut);
  if (arc__grow(t->heap, (void **)&t->outcomes, &t->outcome_capacity, h->item_count + 1, sizeof *t->outcomes) < 0 ||
      training_find_moments(t) < 0)
    return arc__fail_nomem(err);
  for (size_t i = 0; i < h->item_count; i++) {
    const arc__payment_item *item = &h->items[i];
    arc_day end = item->settled != ARC_DAY_NONE ? item->settled : item->live ? t->cut : item->left;
    t->outcomes[i].settled = item->settled != ARC_DAY_NONE;
    t->outcomes[i].until = arc__late_clip((int64_t)(end == ARC_DAY_NONE ? item->issued : end) - item->due);
  }
  return ARC_OK;
}

/* ---- the book's tables ---- */

static void training_count(training *t) {
  const arc__payment_history *h = &t->history;
  for (size_t i = 0; i < h->item_count; i++) {
    const arc__payment_item *item = &h->items[i];
    const training_outcome *o = &t->outcomes[i];
    int32_t from = arc__late_clip((int64_t)item->issued - item->due), end = o->until + o->settled;
    const int tables[2] = {7, (int)arc__weekday(item->due)};
    if (from > o->until) from = o->until;
    for (int k = 0; k < 2; k++) {
      if (o->settled) t->paid[tables[k]][o->until - ARC__LATE_FIRST]++;
      t->risk[tables[k]][from - ARC__LATE_FIRST]++;
      t->risk[tables[k]][end - ARC__LATE_FIRST]--;
    }
    t->model->settled += o->settled;
    if (o->settled && t->cut - 1 - item->settled < ARC__HOLIDAY_DAYS) t->settled[t->cut - 1 - item->settled]++;
    t->late_sum += o->settled ? o->until : 0;
  }
  for (size_t i = 0; i < t->moment_count; i++) {
    const training_outcome *o = &t->outcomes[t->moments[i].row];
    t->moment_total += o->until >= arc__late_clip((int64_t)t->moments[i].day - h->items[t->moments[i].row].due);
  }
}

static void training_tables(training *t) {
  arc__payment_model *m = t->model;
  int64_t risk[8] = {0};
  for (int d = 0; d < ARC__LATE_DAYS - 1; d++) {
    for (int w = 0; w < 8; w++) risk[w] += t->risk[w][d];
    m->book[d] = (uint32_t)((t->paid[7][d] * ARC__ONE + TRAINING_PRIOR * (int64_t)m->book[d]) / (risk[7] + TRAINING_PRIOR));
    if (m->book[d] < 1024) m->book[d] = 1024;
    for (int w = 0; w < 7; w++) {
      int64_t chance = (t->paid[w][d] * ARC__ONE + TRAINING_WEEKDAY * (int64_t)m->book[d]) / (risk[w] + TRAINING_WEEKDAY);
      int64_t book = m->book[d], most = ARC__ONE - 1024;
      if (chance > most) chance = most;
      if (book > most) book = most;
      /* (chance / (1 - chance)) / (book / (1 - book)), in two steps that fit */
      int64_t ratio = chance * ARC__UNIT / book, rest = (ARC__ONE - book) * ARC__UNIT / (ARC__ONE - chance);
      int64_t factor = ratio / 1024 * (rest / 1024);
      if (rest / 1024 > INT64_C(1) << 24) factor = 8000 * ARC__UNIT;
      m->weekday[w][d] = (uint32_t)(factor > 4000 * ARC__UNIT ? 4000 * ARC__UNIT : factor < 64 ? 64 : factor);
    }
  }
  m->mean_late = m->settled ? (int32_t)(8 * t->late_sum / m->settled) : m->mean_late;
}

/* ---- drawing ---- */

static uint32_t training_draw(uint64_t hash, int32_t kind, int32_t late) {
  uint64_t x = hash + (uint64_t)(kind * 1000 + late + 500) * UINT64_C(0x9e3779b97f4a7c15);
  x ^= x >> 30;
  x *= UINT64_C(0xbf58476d1ce4e5b9);
  x ^= x >> 27;
  x *= UINT64_C(0x94d049bb133111eb);
  return (uint32_t)(x >> 32);
}

/* In a pass; of a moment, by its item and kind. */
static uint32_t training_moment_draw(const training *t, const training_moment *m, int pass) {
  return training_draw(t->history.items[m->row].hash, m->kind, pass == TRAINING_SHRINK ? -400 : -300);
}

/* Of all moments of the book about so many are taken as are enough for a pass. */
static int training_takes(const training *t, uint32_t draw, int pass) {
  int64_t total = t->moment_total, wanted = pass == TRAINING_SHRINK ? t->effort->sample : t->effort->moments;
  return (int64_t)draw < (total > wanted ? wanted * INT64_C(4294967296) / total : INT64_C(4294967296));
}

static void training_lowest_draws(const training *t, training_account *account) {
  for (int pass = TRAINING_SHRINK; pass < TRAINING_PASSES; pass++) {
    account->draw[pass] = UINT32_MAX;
    for (size_t i = 0; i < t->moment_count; i++) {
      uint32_t draw = training_moment_draw(t, &t->moments[i], pass);
      if (draw < account->draw[pass]) account->draw[pass] = draw;
    }
  }
}

/* ---- how much to shrink ---- */

/* Log-likelihood of what became of an item, given that it was open that morning. */
static int64_t training_likelihood(const arc__payment_outlook *outlook, const training_outcome *o) {
  uint64_t product = (uint64_t)ARC__ONE;
  int64_t shifts = 0;
  for (int32_t late = outlook->today; late < o->until + o->settled && late < ARC__LATE_LAST; late++) {
    uint64_t chance = outlook->chance[late - ARC__LATE_FIRST];
    if (chance < 1024) chance = 1024;
    if (chance > (uint64_t)ARC__ONE - 1024) chance = (uint64_t)ARC__ONE - 1024;
    product = product * (late == o->until ? chance : (uint64_t)ARC__ONE - chance) >> 30;
    for (; product < UINT64_C(1) << 24; product <<= 1) shifts++;
  }
  return arc__fixed_log((int64_t)product) - shifts * arc__fixed_log(2 * ARC__UNIT);
}

static void training_try_shrinks(training *t, const training_moment *m) {
  arc__payment_outlook outlook;
  arc__payment_model *model = t->model;
  if (!training_takes(t, training_moment_draw(t, m, TRAINING_SHRINK), TRAINING_SHRINK)) return;
  int32_t shrink = model->shrink, shrink_weekday = model->shrink_weekday;
  for (int i = 0; i < 6; i++) {
    if (t->level == ARC__BY_ACCOUNT) model->shrink = training_shrinks[i];
    else model->shrink_weekday = training_shrinks[i];
    arc__tables_chances(model, &t->history, m->row, t->level, &outlook);
    t->likelihood[i] += training_likelihood(&outlook, &t->outcomes[m->row]);
  }
  model->shrink = shrink;
  model->shrink_weekday = shrink_weekday;
}

static int32_t training_best_shrink(const training *t) {
  int best = 0;
  for (int i = 1; i < 6; i++)
    if (t->likelihood[i] > t->likelihood[best]) best = i;
  return training_shrinks[best];
}

/* ---- rows for the trees ---- */

static arc_status training_row(training *t, const arc__payment_outlook *outlook, int32_t late, int paid, int32_t weight) {
  arc__training_rows *r = &t->rows;
  ARC__TRY(arc__grow(t->heap, (void **)&r->data, &r->capacity, r->count + 1, sizeof *r->data));
  arc__training_row *row = &r->data[r->count++];
  for (int k = 0; k < ARC__FEATURES; k++) row->features[k] = arc__feature_on(outlook, k, late);
  row->chance = outlook->chance[late - ARC__LATE_FIRST];
  row->paid = paid;
  row->weight = weight;
  return ARC_OK;
}

/* How many days without a payment one of this chance stands for: those on which a payment was hardly to be expected tell
 * little, so that there need to be few of them. */
static int32_t training_weight(uint32_t chance) {
  int64_t weight = ARC__ONE / (TRAINING_UNPAID * ((int64_t)chance + 1));
  return (int32_t)(weight < 1 ? 1 : weight > TRAINING_WEIGHT ? TRAINING_WEIGHT : weight);
}

/* All days of payment of the moments drawn, and some of the days without, with the weight of all. */
static arc_status training_add_rows(training *t, const training_moment *m) {
  const training_outcome *o = &t->outcomes[m->row];
  uint64_t hash = t->history.items[m->row].hash;
  arc__payment_outlook outlook;
  if (!training_takes(t, training_moment_draw(t, m, TRAINING_CORRECTION), TRAINING_CORRECTION)) return ARC_OK;
  arc__model_predict(t->model, &t->history, m->row, ARC__BY_HOLIDAYS, &outlook);
  arc__features_fill(t->model, &t->history, m->row, &outlook);
  for (int32_t late = outlook.today; late < o->until + o->settled && late < ARC__LATE_LAST; late++) {
    int paid = o->settled && late == o->until;
    int32_t weight = paid ? 1 : training_weight(outlook.chance[late - ARC__LATE_FIRST]);
    if (training_draw(hash, m->kind, late) % (uint32_t)weight) continue;
    ARC__TRY(training_row(t, &outlook, late, paid, weight));
  }
  return ARC_OK;
}

/* ---- passes ---- */

static arc_status training_moments(training *t, int pass, arc_error *err) {
  arc__history_rewind(&t->history);
  for (size_t i = 0; i < t->moment_count; i++) {
    const training_moment *m = &t->moments[i];
    arc__history_advance(&t->history, m->day);
    if (!t->history.items[m->row].live) continue;
    if (pass == TRAINING_SHRINK) training_try_shrinks(t, m);
    else if (training_add_rows(t, m) < 0) return arc__fail_nomem(err);
  }
  return ARC_OK;
}

static arc_status training_pass(training *t, int pass, arc_error *err) {
  for (size_t i = 0; i < t->account_count; i++) {
    training_account *account = &t->accounts[i];
    if (pass != TRAINING_TABLES && !training_takes(t, account->draw[pass], pass)) continue;
    ARC__TRY(training_load(t, account->account, err));
    if (pass != TRAINING_TABLES) {
      ARC__TRY(training_moments(t, pass, err));
      continue;
    }
    training_count(t);
    training_lowest_draws(t, account);
  }
  return ARC_OK;
}

static arc_status training_shrink(training *t, int level, int32_t *shrink, arc_error *err) {
  t->level = level;
  memset(t->likelihood, 0, sizeof t->likelihood);
  ARC__TRY(training_pass(t, TRAINING_SHRINK, err));
  *shrink = training_best_shrink(t);
  return ARC_OK;
}

static arc_status training_run(training *t, arc_error *err) {
  if (training_accounts(t) < 0) return arc__fail_nomem(err);
  ARC__TRY(training_pass(t, TRAINING_TABLES, err));
  training_tables(t);
  if (t->model->settled < TRAINING_LEAST) return ARC_OK;
  if (arc__holidays_find(t->model, t->heap, t->settled) < 0) return arc__fail_nomem(err);
  ARC__TRY(training_shrink(t, ARC__BY_ACCOUNT, &t->model->shrink, err));
  ARC__TRY(training_shrink(t, ARC__BY_ACCOUNT_WEEKDAY, &t->model->shrink_weekday, err));
  ARC__TRY(training_pass(t, TRAINING_CORRECTION, err));
  t->model->rows = (int64_t)t->rows.count;
  return t->rows.count ? arc__trees_grow(t->model, &t->rows, err) : ARC_OK;
}

static void training_close(training *t) {
  arc__history_free(&t->history);
  arc__free(t->heap, t->accounts, t->account_count * sizeof *t->accounts);
  arc__free(t->heap, t->moments, t->moment_capacity * sizeof *t->moments);
  arc__free(t->heap, t->outcomes, t->outcome_capacity * sizeof *t->outcomes);
  arc__free(t->heap, t->rows.data, t->rows.capacity * sizeof *t->rows.data);
}

arc_status arc__model_train(arc__payment_model *model, const arc_ledger *ledger, arc_day cut, const arc__training_effort *effort,
                            arc_error *err) {
  const arc__heap *heap = arc__ledger_heap(ledger);
  training *t = arc__alloc(heap, sizeof *t);
  if (!t) return arc__fail_nomem(err);
  arc__payment_model made;
  arc__model_prior(&made);
  made.cut = cut;
  t->heap = t->rows.heap = heap;
  t->tables = arc__ledger_tables(ledger);
  t->cut = cut;
  t->effort = effort;
  t->model = &made;
  arc_status status = arc__view_known(&t->view, ledger, err);
  t->view.day = cut - 1;
  arc__history_init(&t->history, &t->view);
  if (status == ARC_OK) status = training_run(t, err);
  if (status == ARC_OK && made.settled) status = arc__forecast_learn(&made, ledger, effort, err);
  training_close(t);
  arc__free(heap, t, sizeof *t);
  if (status == ARC_OK) {
    arc__model_free(model, heap);
    *model = made;
  } else {
    arc__model_free(&made, heap);
  }
  return status;
}
