/*
 * Scorer: the expected cash at risk of each account, from a rule table, and the worklist in its
 * order.
 *
 * It owns its payment model. The risk of an item rises with its age, by the rule table or by what the trained model has
 * counted of the account, and with what is known of the account; it never falls, and is capped. The priority is
 * the sum over the overdue items of undisputed amount times risk. A worklist costs the open items of all accounts
 * and a sort of those with something overdue; the silence rule also walks the account's touches and
 * payments, and the model its invoices.
 */
#include "scorer_internal.h"

#include "checked.h"
#include "currency.h"
#include "report.h"
#include "text.h"
#include "struct_sizes.h"

#include <stdlib.h>
#include <string.h>

#define SCORER_CERTAIN 1000000

/* The risk of an item that is so many days late; between two of them it rises in a straight line.
 */
static const struct scorer_age {
  int32_t days, risk;
  const char *rule; /* for items from this age on */
} scorer_ages[] = {
    {1, 100000, "1 to 30 days late"},
    {31, 250000, "31 to 60 days late"},
    {61, 450000, "61 to 90 days late"},
    {91, 700000, "over 90 days late"},
};
#define SCORER_AGES (sizeof scorer_ages / sizeof *scorer_ages)

/* What is known of the account adds to the risk of each of its items. */
enum { SCORER_PROMISES, SCORER_SILENCE, SCORER_DISPUTES, SCORER_WORSENING, SCORER_CONCENTRATION, SCORER_SIGNS };
static const struct scorer_sign {
  int32_t risk, at_most; /* each time; so many times */
  const char *rule;
} scorer_signs[SCORER_SIGNS] = {
    {150000, 3, "promises broken"},
    {50000, 1, "no payment since a reminder of what is overdue"},
    {50000, 1, "a dispute on what is overdue"},
    {100000, 1, "pays later than it used to"},
    {50000, 1, "a large part of all that is owed"},
};
#define SCORER_WORSE 7      /* days that the last payments came later than those before */
#define SCORER_LARGE 5      /* a fifth of all that is owed ... */
#define SCORER_ACCOUNTS 10  /* ... among so many accounts, at least */

/* An account with something overdue. */
typedef struct scorer_score {
  uint32_t account;
  int32_t oldest_days;
  int32_t signs[SCORER_SIGNS]; /* how often each was found, up to its limit */
  int64_t overdue, priority;
  int64_t age_count[SCORER_AGES], age_amount[SCORER_AGES], age_part[SCORER_AGES];
  int64_t sign_part[SCORER_SIGNS]; /* with the parts of the ages they add up to the priority */
  int64_t rank_whole, rank_part;   /* the priority in whole units of the currency and 1/10,000 */
} scorer_score;

arc_status arc_scorer_open(arc_scorer **out, arc_ledger *ledger, arc_error *err) {
  if (!out || !ledger) return arc__fail(err, ARC_E_INVALID, "out and ledger must not be NULL");
  *out = arc__alloc(arc__ledger_heap(ledger), sizeof **out);
  if (!*out) return arc__fail_nomem(err);
  (*out)->ledger = ledger;
  arc__model_prior(&(*out)->model);
  arc__buffer_init(&(*out)->bytes, arc__ledger_heap(ledger));
  return ARC_OK;
}

void arc_scorer_close(arc_scorer *scorer) {
  if (!scorer) return;
  const arc__heap *heap = arc__ledger_heap(scorer->ledger);
  arc__model_free(&scorer->model, heap);
  arc__buffer_free(&scorer->bytes);
  arc__order_forget(&scorer->order, heap);
  arc__free(heap, scorer, sizeof *scorer);
}

/* ---- risk ---- */

static size_t scorer_age_of(int32_t days) {
  size_t i = SCORER_AGES - 1;
  while (i > 0 && days < scorer_ages[i].days)
    i--;
  return i;
}

int32_t arc__rule_risk(int32_t days) {
  size_t i = scorer_age_of(days);
  const struct scorer_age *from = &scorer_ages[i];
  if (i + 1 == SCORER_AGES) return from->risk;
  const struct scorer_age *to = from + 1;
  return from->risk + (to->risk - from->risk) * (days - from->days) / (to->days - from->days);
}

int32_t arc__added_risk(int32_t promises, int silent, int disputed, int large) {
  const int32_t most = scorer_signs[SCORER_PROMISES].at_most;
  return (promises < most ? promises : most) * scorer_signs[SCORER_PROMISES].risk +
         silent * scorer_signs[SCORER_SILENCE].risk + disputed * scorer_signs[SCORER_DISPUTES].risk +
         large * scorer_signs[SCORER_CONCENTRATION].risk;
}

/* How the risk of an account's items rises with their age: the chance that they are open still 30 days later, by what the
 * model has counted of the account. It never falls with age, nor with the amount, whatever was counted. */
typedef struct scorer_curve {
  int32_t risk[ARC__LATE_LAST + 1]; /* by days late; [0]: not trained, the rule table stands */
} scorer_curve;

static int32_t scorer_age_risk(const scorer_curve *curve, int32_t days) {
  if (!curve->risk[0]) return arc__rule_risk(days);
  return curve->risk[days < ARC__LATE_LAST ? days : ARC__LATE_LAST];
}

static void scorer_draw_curve(scorer_curve *curve, const arc__payment_model *model, const arc__payment_history *h) {
  arc__payment_outlook outlook;
  arc__account_chances(model, h, &outlook);
  for (int32_t late = 1; late <= ARC__LATE_LAST; late++) {
    int32_t from = late <= ARC__LATE_LAST - 30 ? late : ARC__LATE_LAST - 30;
    uint32_t now = outlook.open[from - ARC__LATE_FIRST], then = outlook.open[from + 30 - ARC__LATE_FIRST];
    int32_t risk = now ? (int32_t)((int64_t)then * SCORER_CERTAIN / now) : SCORER_CERTAIN;
    curve->risk[late] = late > 1 && risk < curve->risk[late - 1] ? curve->risk[late - 1] : risk;
  }
  curve->risk[0] = 1;
}

static arc_status scorer_overflow(arc_error *err) {
  return arc__fail(err, ARC_E_OVERFLOW,
                   "the overdue items of an account do not add up within 64 bits");
}

/* Adds an item, rule by rule: what a rule contributes is what the priority rises by when it joins
 * those before it, so that the contributions add up without a remainder. */
static arc_status scorer_add_item(scorer_score *score, const scorer_curve *curve, int64_t amount, int32_t days,
                                  arc_error *err) {
  size_t age = scorer_age_of(days);
  int32_t risk = scorer_age_risk(curve, days);
  if (risk > ARC__RISK_CAP) risk = ARC__RISK_CAP;
  int64_t before, after;
  ARC__TRY(arc_money_scale(&before, amount, risk, SCORER_CERTAIN, err));
  if (!arc__add(&score->overdue, score->overdue, amount)) return scorer_overflow(err);
  score->age_count[age]++;
  score->age_amount[age] += amount;
  score->age_part[age] += before;
  for (int i = 0; i < SCORER_SIGNS; i++) {
    if (score->signs[i] == 0) continue;
    risk += score->signs[i] * scorer_signs[i].risk;
    if (risk > ARC__RISK_CAP) risk = ARC__RISK_CAP;
    ARC__TRY(arc_money_scale(&after, amount, risk, SCORER_CERTAIN, err));
    score->sign_part[i] += after - before;
    before = after;
  }
  score->priority += before;
  return ARC_OK;
}

/* ---- signs ---- */

static int scorer_broken_promises(const arc__view *view, uint32_t invoice) {
  const arc__tables *t = view->tables;
  int count = 0;
  for (uint32_t e = arc__u32(t, ARC__INVOICE_EXCEPTION, invoice); e;
       e = arc__u32(t, ARC__EXCEPTION_NEXT, e))
    if (arc__u8(t, ARC__EXCEPTION_KIND, e) == ARC__EXCEPTION_PROMISE &&
        arc__view_promise(view, e, NULL) == ARC__PROMISE_BROKEN &&
        count < scorer_signs[SCORER_PROMISES].at_most)
      count++;
  return count;
}

/* The first instalment of an invoice that is overdue stands for the invoice's promises. */
static int scorer_is_first_overdue(const arc__view *view, const arc__open_item *item) {
  uint32_t first = arc__u32(view->tables, ARC__INVOICE_INSTALMENT, item->invoice);
  for (uint32_t i = first; i < item->instalment; i++)
    if (arc__view_instalment_open(view, i) > 0) return 0;
  return 1;
}

/* The day of the latest reminder that went out when something was overdue since `due`. */
static arc_day scorer_last_touch(const arc__view *view, uint32_t account, arc_day due) {
  const arc__tables *t = view->tables;
  arc_day last = ARC_DAY_NONE;
  for (uint32_t touch = arc__u32(t, ARC__ACCOUNT_TOUCH, account); touch;
       touch = arc__u32(t, ARC__TOUCH_NEXT, touch)) {
    arc_day day = arc__i32(t, ARC__TOUCH_DAY, touch);
    int status = arc__u8(t, ARC__TOUCH_STATUS, touch);
    if (touch > arc__view_rows(view, ARC__TABLE_TOUCH)) continue;
    if (status != ARC_TOUCH_SENT && status != ARC_TOUCH_DELIVERED) continue;
    if (day > due && day < view->day && day > last) last = day;
  }
  return last;
}

static int scorer_is_silent(const arc__view *view, uint32_t account, arc_day due) {
  const arc__tables *t = view->tables;
  arc_day touch = scorer_last_touch(view, account, due);
  if (touch == ARC_DAY_NONE) return 0;
  for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account); c;
       c = arc__u32(t, ARC__CREDIT_NEXT, c)) {
    arc_day day = arc__i32(t, ARC__CREDIT_DAY, c), reversed = arc__view_credit_reversed(view, c);
    if (!arc__view_knows_credit(view, c) || arc__u8(t, ARC__CREDIT_KIND, c) != ARC_CREDIT_PAYMENT) continue;
    if (reversed != ARC_DAY_NONE && reversed <= view->day) continue;
    if (day >= touch && day <= view->day) return 0;
  }
  return 1;
}

/* ---- scores ---- */

static void scorer_rank(scorer_score *score, uint32_t currency) {
  char code[4];
  int64_t unit = 1, rest = 10000;
  arc__currency_unpack(code, currency);
  for (int32_t digits = arc_currency_digits(code); digits > 0; digits--) {
    unit *= 10;
    rest /= 10;
  }
  score->rank_whole = score->priority / unit;
  score->rank_part = score->priority % unit * rest;
}

/* What scoring an account needs of the book. */
typedef struct scorer_context {
  const arc_scorer *scorer;
  arc__view view;
  arc__open_items items;
  arc__payment_history history; /* of the account scored last, if the scorer was trained */
  int64_t *owed;                /* per row of CONTROL: all that is owed in a currency */
  uint32_t *owing;              /* ... by so many accounts */
  size_t currencies;
} scorer_context;

static void scorer_context_close(scorer_context *c) {
  const arc__heap *heap = arc__ledger_heap(c->scorer->ledger);
  arc__open_items_free(&c->items);
  arc__history_free(&c->history);
  arc__free(heap, c->owed, c->currencies * sizeof *c->owed);
  arc__free(heap, c->owing, c->currencies * sizeof *c->owing);
  arc__view_close(&c->view);
}

static size_t scorer_currency(const scorer_context *c, uint32_t account) {
  const arc__tables *t = c->view.tables;
  size_t row = 1;
  while (row + 1 < c->currencies && arc__u32(t, ARC__CONTROL_CURRENCY, (uint32_t)row) != arc__u32(t, ARC__ACCOUNT_CURRENCY, account))
    row++;
  return row;
}

static arc_status scorer_sum_owed(scorer_context *c, arc_error *err) {
  for (uint32_t a = 1; a <= c->view.tables->rows[ARC__TABLE_ACCOUNT]; a++) {
    int64_t owed = arc__view_receivable(&c->view, a);
    size_t row = scorer_currency(c, a);
    if (owed <= 0) continue;
    c->owing[row]++;
    if (!arc__add(&c->owed[row], c->owed[row], owed)) return scorer_overflow(err);
  }
  return ARC_OK;
}

/* What the ledger and the order of the accounts, brought to the view, have kept. */
static void scorer_take_owed(scorer_context *c, const arc__order *order) {
  for (uint32_t row = 1; row < c->currencies; row++) {
    c->owed[row] = arc__i64(c->view.tables, ARC__CONTROL_RECEIVABLES, row);
    c->owing[row] = order->currencies[row].owing;
  }
}

/* With an order, which is brought to the view; not if the view is not current: then it is of no use. */
static arc_status scorer_context_fill(scorer_context *c, arc__order *order, arc_error *err) {
  const arc__heap *heap = arc__ledger_heap(c->scorer->ledger);
  c->items.heap = heap;
  arc__history_init(&c->history, &c->view);
  c->currencies = (size_t)c->view.tables->rows[ARC__TABLE_CONTROL] + 1;
  c->owed = arc__alloc(heap, c->currencies * sizeof *c->owed);
  c->owing = arc__alloc(heap, c->currencies * sizeof *c->owing);
  if (!c->owed || !c->owing) return arc__fail_nomem(err);
  if (!order || !c->view.current) return scorer_sum_owed(c, err);
  ARC__TRY(arc__order_refresh(order, &c->view, c->scorer->model.cut != ARC_DAY_NONE, err));
  scorer_take_owed(c, order);
  return ARC_OK;
}

static arc_status scorer_context_open(scorer_context *c, const arc_scorer *scorer, arc__order *order, arc_day as_of,
                                      arc_error *err) {
  memset(c, 0, sizeof *c);
  c->scorer = scorer;
  ARC__TRY(arc__view_open(&c->view, scorer->ledger, as_of, err));
  arc_status status = scorer_context_fill(c, order, err);
  if (status < 0) scorer_context_close(c);
  return status;
}

/* The last five payments against all of them. */
static int scorer_is_worse(const arc__payment_history *h) {
  int64_t recent = 0;
  if (h->recent_count < ARC__RECENT || h->settled < 2 * ARC__RECENT) return 0;
  for (int i = 0; i < ARC__RECENT; i++) recent += h->recent[i];
  return recent * h->settled >= (h->late_sum + SCORER_WORSE * h->settled) * ARC__RECENT;
}

/* What the model adds: the curve of the account, and two signs. */
static arc_status scorer_learned(scorer_score *score, scorer_context *c, uint32_t account, scorer_curve *curve, arc_error *err) {
  size_t row = scorer_currency(c, account);
  curve->risk[0] = 0;
  score->signs[SCORER_CONCENTRATION] = c->owing[row] >= SCORER_ACCOUNTS &&
                                       arc__view_receivable(&c->view, account) >= c->owed[row] / SCORER_LARGE;
  if (c->scorer->model.cut == ARC_DAY_NONE) return ARC_OK;
  ARC__TRY(arc__history_load(&c->history, account, err));
  arc__history_advance(&c->history, c->view.day + 1);
  score->signs[SCORER_WORSENING] = scorer_is_worse(&c->history);
  scorer_draw_curve(curve, &c->scorer->model, &c->history);
  return ARC_OK;
}

/* Fills a score; its overdue amount is 0 if the account has nothing to work. */
static arc_status scorer_account(scorer_score *score, scorer_context *c, uint32_t account, arc_error *err) {
  const arc__view *view = &c->view;
  const arc__tables *t = view->tables;
  arc__open_items *items = &c->items;
  scorer_curve curve;
  memset(score, 0, sizeof *score);
  score->account = account;
  ARC__TRY(arc__view_open_items(view, account, items, err));
  size_t overdue = 0;
  for (; overdue < items->count && items->data[overdue].due < view->day; overdue++) {
    const arc__open_item *item = &items->data[overdue];
    int32_t *signs = score->signs;
    if (scorer_is_first_overdue(view, item)) {
      signs[SCORER_PROMISES] += scorer_broken_promises(view, item->invoice);
      if (signs[SCORER_PROMISES] > scorer_signs[SCORER_PROMISES].at_most)
        signs[SCORER_PROMISES] = scorer_signs[SCORER_PROMISES].at_most;
    }
    if (arc__view_undisputed(view, item->instalment) < item->open) signs[SCORER_DISPUTES] = 1;
  }
  if (overdue == 0) return ARC_OK;
  score->signs[SCORER_SILENCE] = scorer_is_silent(view, account, items->data[0].due);
  ARC__TRY(scorer_learned(score, c, account, &curve, err));
  for (size_t i = 0; i < overdue; i++) {
    int64_t amount = arc__view_undisputed(view, items->data[i].instalment);
    int32_t days = view->day - items->data[i].due;
    if (amount <= 0) continue;
    if (days > score->oldest_days) score->oldest_days = days;
    ARC__TRY(scorer_add_item(score, &curve, amount, days, err));
  }
  scorer_rank(score, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  return ARC_OK;
}

/* Highest priority first; currencies are compared one to one, as the ledger knows no rates. */
static int scorer_compare(const void *a, const void *b) {
  const scorer_score *x = a, *y = b;
  if (x->rank_whole != y->rank_whole) return x->rank_whole > y->rank_whole ? -1 : 1;
  if (x->rank_part != y->rank_part) return x->rank_part > y->rank_part ? -1 : 1;
  return x->account < y->account ? -1 : 1;
}

typedef struct scorer_list {
  scorer_score *data;
  size_t count, capacity;
} scorer_list;

/* Scores an account behind those in the list, which it joins if it has something to work. */
static arc_status scorer_join(scorer_list *list, scorer_context *c, uint32_t account, arc_error *err) {
  void *data = list->data;
  if (arc__grow(arc__ledger_heap(c->scorer->ledger), &data, &list->capacity, list->count + 1, sizeof *list->data) < 0)
    return arc__fail_nomem(err);
  list->data = data;
  ARC__TRY(scorer_account(&list->data[list->count], c, account, err));
  if (list->data[list->count].overdue > 0) list->count++;
  return ARC_OK;
}

static arc_status scorer_collect(scorer_list *list, scorer_context *c, arc_error *err) {
  for (uint32_t a = 1; a <= c->view.tables->rows[ARC__TABLE_ACCOUNT]; a++)
    ARC__TRY(scorer_join(list, c, a, err));
  return ARC_OK;
}

/* The ranks of the first so many, the lowest on top of a heap. */
typedef struct scorer_ranks {
  int64_t *data;
  size_t count, capacity, limit;
} scorer_ranks;

static void scorer_sink_rank(scorer_ranks *ranks) {
  int64_t sinking = ranks->data[0];
  size_t at = 0;
  for (size_t child; (child = 2 * at + 1) < ranks->count; at = child) {
    if (child + 1 < ranks->count && ranks->data[child + 1] < ranks->data[child]) child++;
    if (ranks->data[child] >= sinking) break;
    ranks->data[at] = ranks->data[child];
  }
  ranks->data[at] = sinking;
}

static arc_status scorer_add_rank(scorer_ranks *ranks, const arc__heap *heap, int64_t rank, arc_error *err) {
  size_t at = ranks->count;
  if (at == ranks->limit) {
    if (rank <= ranks->data[0]) return ARC_OK;
    ranks->data[0] = rank;
    scorer_sink_rank(ranks);
    return ARC_OK;
  }
  if (arc__grow(heap, (void **)&ranks->data, &ranks->capacity, at + 1, sizeof *ranks->data) < 0)
    return arc__fail_nomem(err);
  ranks->count++;
  for (; at > 0 && ranks->data[(at - 1) / 2] > rank; at = (at - 1) / 2)
    ranks->data[at] = ranks->data[(at - 1) / 2];
  ranks->data[at] = rank;
  return ARC_OK;
}

/* An account that was scored, which is out of the order meanwhile, and the bound it gets back. */
typedef struct scorer_pick {
  uint32_t account;
  int64_t most;
} scorer_pick;

typedef struct scorer_picks {
  scorer_pick *data;
  size_t count, capacity;
} scorer_picks;

static arc_status scorer_pick_best(scorer_list *list, scorer_context *c, arc__order *order, scorer_picks *picks,
                                   scorer_ranks *ranks, arc_error *err) {
  const arc__tables *t = c->view.tables;
  const arc__heap *heap = arc__ledger_heap(c->scorer->ledger);
  int64_t most;
  for (uint32_t a; (a = arc__order_best(order, &most)) != 0;) {
    size_t before = list->count;
    if (ranks->count == ranks->limit && most < ranks->data[0]) break;
    if (arc__grow(heap, (void **)&picks->data, &picks->capacity, picks->count + 1, sizeof *picks->data) < 0)
      return arc__fail_nomem(err);
    picks->data[picks->count++] = (scorer_pick){a, most};
    arc__order_set(order, a, 0);
    ARC__TRY(scorer_join(list, c, a, err));
    int64_t rank = arc__rank(list->data[before].priority, arc__u32(t, ARC__ACCOUNT_CURRENCY, a));
    if (list->count > before) ARC__TRY(scorer_add_rank(ranks, heap, rank, err));
    if (!arc__order_may_be_large(order, t, a)) picks->data[picks->count - 1].most = list->count > before ? rank + (rank == 0) : 0;
  }
  return ARC_OK;
}

/* The first `limit`, and those that had to be scored to find them. */
static arc_status scorer_collect_best(scorer_list *list, scorer_context *c, arc__order *order, size_t limit,
                                      arc_error *err) {
  const arc__heap *heap = arc__ledger_heap(c->scorer->ledger);
  scorer_picks picks = {NULL, 0, 0};
  scorer_ranks ranks = {NULL, 0, 0, limit};
  arc_status status = scorer_pick_best(list, c, order, &picks, &ranks, err);
  for (size_t i = 0; i < picks.count; i++)
    arc__order_set(order, picks.data[i].account, picks.data[i].most);
  arc__free(heap, picks.data, picks.capacity * sizeof *picks.data);
  arc__free(heap, ranks.data, ranks.capacity * sizeof *ranks.data);
  return status;
}

arc_status arc__priorities(arc__priority **rows, size_t *count, size_t *capacity, const arc_scorer *scorer,
                           arc_day as_of, arc_error *err) {
  scorer_context c;
  scorer_list list = {NULL, 0, 0};
  const arc__heap *heap = arc__ledger_heap(scorer->ledger);
  *rows = NULL;
  *count = *capacity = 0;
  ARC__TRY(scorer_context_open(&c, scorer, NULL, as_of, err));
  arc_status status = scorer_collect(&list, &c, err);
  if (status == ARC_OK && list.count > 1) qsort(list.data, list.count, sizeof *list.data, scorer_compare);
  if (status == ARC_OK && arc__grow(heap, (void **)rows, capacity, list.count + 1, sizeof **rows) < 0)
    status = arc__fail_nomem(err);
  for (size_t i = 0; i < list.count && status == ARC_OK; i++) {
    const scorer_score *s = &list.data[i];
    arc__priority *row = &(*rows)[(*count)++];
    *row = (arc__priority){s->account, s->oldest_days, s->signs[SCORER_PROMISES], s->signs[SCORER_SILENCE],
                           s->signs[SCORER_DISPUTES], s->signs[SCORER_WORSENING], s->overdue, s->priority,
                           s->rank_whole < INT64_MAX / 100 - 1 ? s->rank_whole * 100 + s->rank_part / 100 : INT64_MAX - 1};
  }
  arc__free(heap, list.data, list.capacity * sizeof *list.data);
  scorer_context_close(&c);
  return status;
}

/* ---- the worklist ---- */

static const char *scorer_plural(int64_t count) {
  return count == 1 ? "" : "s";
}

static void scorer_reason(arc__buffer *text, const scorer_score *score, const char *currency) {
  char money[24] = "";
  arc_money_format(money, sizeof money, NULL, score->overdue, currency, NULL);
  text->size = 0;
  arc__buffer_format(text, "%s overdue, oldest %d day%s", money, (int)score->oldest_days,
                     scorer_plural(score->oldest_days));
  if (score->signs[SCORER_PROMISES])
    arc__buffer_format(text, "; %d promise%s broken", (int)score->signs[SCORER_PROMISES],
                       scorer_plural(score->signs[SCORER_PROMISES]));
  if (score->signs[SCORER_SILENCE])
    arc__buffer_string(text, "; no payment since the last reminder");
  else if (score->signs[SCORER_DISPUTES])
    arc__buffer_string(text, "; a dispute blocks a part");
  if (score->signs[SCORER_WORSENING]) arc__buffer_string(text, "; pays later than it used to");
}

static void scorer_add_party(arc_report *report, const arc__tables *t, uint32_t account,
                             char code[4]) {
  arc_text key = arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account));
  arc__currency_unpack(code, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  arc__report_add_text(report, key.data, key.size);
  arc__report_add_string(report, code);
}

static arc_status scorer_list_report(arc_report **out, const arc__view *view,
                                     const scorer_list *list, size_t limit, arc_error *err) {
  static const arc__report_column columns[] = {
      {"rank", ARC_COLUMN_INTEGER},   {"customer", ARC_COLUMN_TEXT},
      {"currency", ARC_COLUMN_TEXT},  {"balance", ARC_COLUMN_MONEY},
      {"overdue", ARC_COLUMN_MONEY},  {"oldest_days", ARC_COLUMN_INTEGER},
      {"priority", ARC_COLUMN_MONEY}, {"reason", ARC_COLUMN_TEXT},
  };
  const arc__heap *heap = arc__ledger_heap(view->ledger);
  arc_report *report = arc__report_new(heap, columns, sizeof columns / sizeof *columns);
  arc__buffer text;
  arc__buffer_init(&text, heap);
  for (size_t i = 0; i < list->count && i < limit; i++) {
    const scorer_score *score = &list->data[i];
    char code[4];
    arc__report_add_integer(report, (int64_t)i + 1);
    scorer_add_party(report, view->tables, score->account, code);
    scorer_reason(&text, score, code);
    arc__report_add_integer(report, arc__view_receivable(view, score->account) -
                                        arc__view_unapplied(view, score->account));
    arc__report_add_integer(report, score->overdue);
    arc__report_add_integer(report, score->oldest_days);
    arc__report_add_integer(report, score->priority);
    arc__report_add_text(report, (const char *)text.data, text.size);
  }
  int failed = text.failed;
  arc__buffer_free(&text);
  if (failed) {
    arc_report_free(report);
    return arc__fail_nomem(err);
  }
  return arc__report_finish(out, report, err);
}

static arc_status scorer_worklist(arc_report **out, arc_scorer *scorer, arc_day as_of, size_t limit,
                                  arc_error *err) {
  scorer_context c;
  arc__order *order = limit ? &scorer->order : NULL;
  ARC__TRY(scorer_context_open(&c, scorer, order, as_of, err));
  scorer_list list = {NULL, 0, 0};
  arc_status status = order && c.view.current ? scorer_collect_best(&list, &c, order, limit, err)
                                              : scorer_collect(&list, &c, err);
  if (status == ARC_OK) {
    if (list.count > 1) qsort(list.data, list.count, sizeof *list.data, scorer_compare);
    status = scorer_list_report(out, &c.view, &list, limit ? limit : list.count, err);
  }
  arc__free(arc__ledger_heap(scorer->ledger), list.data, list.capacity * sizeof *list.data);
  scorer_context_close(&c);
  return status;
}

/* ---- why ---- */

static void scorer_why_row(arc_report *report, const arc__tables *t, uint32_t account,
                           const char *rule, arc__buffer *input, int64_t risk, int64_t part) {
  char code[4];
  scorer_add_party(report, t, account, code);
  arc__report_add_string(report, rule);
  arc__report_add_text(report, (const char *)input->data, input->size);
  arc__report_add_integer(report, risk);
  arc__report_add_integer(report, part);
  input->size = 0;
}

/* Items of one age range: their mean risk by amount, and what they contribute. */
static arc_status scorer_why_age(arc_report *report, const arc__tables *t,
                                 const scorer_score *score, size_t age, arc__buffer *input,
                                 arc_error *err) {
  char code[4], money[24] = "";
  int64_t risk;
  ARC__TRY(
      arc_money_scale(&risk, score->age_part[age], SCORER_CERTAIN, score->age_amount[age], err));
  arc__currency_unpack(code, arc__u32(t, ARC__ACCOUNT_CURRENCY, score->account));
  arc_money_format(money, sizeof money, NULL, score->age_amount[age], code, NULL);
  arc__buffer_format(input, "%s in %lld item%s", money, (long long)score->age_count[age],
                     scorer_plural(score->age_count[age]));
  scorer_why_row(report, t, score->account, scorer_ages[age].rule, input, risk,
                 score->age_part[age]);
  return ARC_OK;
}

static arc_status scorer_why_account(arc_report *report, const arc__tables *t,
                                     const scorer_score *score, arc__buffer *input,
                                     arc_error *err) {
  if (score->overdue == 0) return ARC_OK;
  for (size_t age = 0; age < SCORER_AGES; age++)
    if (score->age_count[age]) ARC__TRY(scorer_why_age(report, t, score, age, input, err));
  for (int i = 0; i < SCORER_SIGNS; i++) {
    arc__buffer_format(input, "%d", (int)score->signs[i]);
    scorer_why_row(report, t, score->account, scorer_signs[i].rule, input,
                   score->signs[i] * scorer_signs[i].risk, score->sign_part[i]);
  }
  return ARC_OK;
}

static arc_status scorer_why_customer(arc_report *report, scorer_context *c, uint32_t customer,
                                      arc__buffer *input, arc_error *err) {
  const arc__tables *t = c->view.tables;
  arc_status status = ARC_OK;
  for (uint32_t a = arc__u32(t, ARC__CUSTOMER_ACCOUNT, customer); a && status == ARC_OK;
       a = arc__u32(t, ARC__ACCOUNT_NEXT, a)) {
    scorer_score score;
    status = scorer_account(&score, c, a, err);
    if (status == ARC_OK) status = scorer_why_account(report, t, &score, input, err);
  }
  if (status == ARC_OK && input->failed) return arc__fail_nomem(err);
  return status;
}

static arc_status scorer_why(arc_report **out, arc_scorer *scorer, arc_text customer, arc_day as_of, arc_error *err) {
  static const arc__report_column columns[] = {
      {"customer", ARC_COLUMN_TEXT}, {"currency", ARC_COLUMN_TEXT},
      {"rule", ARC_COLUMN_TEXT},     {"input", ARC_COLUMN_TEXT},
      {"risk_ppm", ARC_COLUMN_PPM},  {"contribution", ARC_COLUMN_MONEY},
  };
  uint32_t row = customer.size ? arc__find_customer(arc__ledger_tables(scorer->ledger), customer) : 0;
  if (!row) return arc__fail(err, ARC_E_NOT_FOUND, "no customer has this key");
  scorer_context c;
  ARC__TRY(scorer_context_open(&c, scorer, &scorer->order, as_of, err));
  const arc__heap *heap = arc__ledger_heap(scorer->ledger);
  arc_report *report = arc__report_new(heap, columns, sizeof columns / sizeof *columns);
  arc__buffer input;
  arc__buffer_init(&input, heap);
  arc_status status = scorer_why_customer(report, &c, row, &input, err);
  arc__buffer_free(&input);
  scorer_context_close(&c);
  if (status == ARC_OK) return arc__report_finish(out, report, err);
  arc_report_free(report);
  return status;
}

/* ---- what it lists ---- */

arc_status arc_scorer_report(arc_report **out, arc_scorer *scorer, const arc_score_query *query, arc_error *err) {
  arc_score_query q;
  if (!out || !scorer) return arc__fail(err, ARC_E_INVALID, "out and scorer must not be NULL");
  *out = NULL;
  ARC__TRY(ARC__READ(arc_score_query, &q, query, err));
  if (q.reserved) return arc__fail_field(err, ARC_E_INVALID, 0, 7, "reserved must be 0");
  q.customer.size = arc__text_size(q.customer.data, q.customer.size);
  q.invoice.size = arc__text_size(q.invoice.data, q.invoice.size);
  if (q.as_of < ARC_DAY_FIRST || q.as_of > ARC_DAY_LAST)
    return arc__fail_field(err, ARC_E_INVALID, 0, 5, "as_of must be a day of the years 1 to 9999");
  switch (q.report) {
  case ARC_SCORE_PREDICTIONS: return arc__scorer_predictions(out, scorer, &q, err);
  case ARC_SCORE_EXPLANATION: return arc__scorer_explanation(out, scorer, &q, err);
  case ARC_SCORE_WORKLIST: return scorer_worklist(out, scorer, q.as_of, q.limit, err);
  case ARC_SCORE_PRIORITY: return scorer_why(out, scorer, q.customer, q.as_of, err);
  case ARC_SCORE_CUSTOMERS: return arc__scorer_customers(out, scorer, q.as_of, err);
  default: return arc__fail_field(err, ARC_E_INVALID, 0, 1, "report must be one of ARC_SCORE_*, not %d", (int)q.report);
  }
}
