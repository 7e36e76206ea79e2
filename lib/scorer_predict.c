/*
 * The payment model behind the scorer's face: training, bytes, predictions and what makes them up.
 *
 * An explanation runs the model level by level and feature by feature, each time with one more, and states the
 * difference: so its parts add up to the prediction without a rest.
 */
#include "scorer_internal.h"

#include <string.h>

#include "arcollect/money.h"
#include "currency.h"
#include "report.h"
#include "text.h"

arc_status arc_scorer_train(arc_scorer *scorer, arc_day cut, arc_error *err) {
  if (!scorer) return arc__fail(err, ARC_E_INVALID, "scorer must not be NULL");
  if (cut <= ARC_DAY_FIRST || cut > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "cut must be a day of the years 1 to 9999, and not the first");
  arc__order_forget(&scorer->order, arc__ledger_heap(scorer->ledger));
  return arc__model_train(&scorer->model, scorer->ledger, cut, &arc__training_usual, err);
}

arc_status arc_scorer_save(const void **bytes, size_t *size, arc_scorer *scorer, arc_error *err) {
  if (!bytes || !size || !scorer) return arc__fail(err, ARC_E_INVALID, "bytes, size and scorer must not be NULL");
  scorer->bytes.failed = 0;
  arc__model_save(&scorer->model, &scorer->bytes);
  *bytes = scorer->bytes.failed ? NULL : scorer->bytes.data;
  *size = scorer->bytes.failed ? 0 : scorer->bytes.size;
  return scorer->bytes.failed ? arc__fail_nomem(err) : ARC_OK;
}

arc_status arc_scorer_load(arc_scorer *scorer, const void *bytes, size_t size, arc_error *err) {
  if (!scorer) return arc__fail(err, ARC_E_INVALID, "scorer must not be NULL");
  arc__order_forget(&scorer->order, arc__ledger_heap(scorer->ledger));
  return arc__model_load(&scorer->model, arc__ledger_heap(scorer->ledger), bytes, size, err);
}

static int64_t prediction_ppm(int64_t share) {
  return (share * 1000000 + ARC__ONE / 2) / ARC__ONE;
}

/* ---- predictions ---- */

typedef struct prediction {
  const arc_scorer *scorer;
  arc__view view;
  arc__payment_history history;
  arc__payment_outlook outlook;
  arc_report *report;
} prediction;

static int64_t prediction_open(const arc__payment_item *item) {
  return item->amount - item->paid - item->gone;
}

static void prediction_day(prediction *p, const arc__payment_item *item, int64_t tenths) {
  int32_t late = arc__outlook_quantile(&p->outlook, (uint32_t)(tenths * ARC__ONE / 10));
  if (late >= ARC__LATE_LAST) arc__report_add_null(p->report);
  else arc__report_add_integer(p->report, item->due + late);
}

static void prediction_row(prediction *p, uint32_t account, size_t row) {
  const arc__tables *t = p->view.tables;
  const arc__payment_item *item = &p->history.items[row];
  arc_text customer = arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account));
  arc_text invoice = arc__text(t, ARC__INVOICE_KEY, item->invoice);
  char code[4];
  arc__model_predict(&p->scorer->model, &p->history, row, ARC__BY_ALL, &p->outlook);
  arc__currency_unpack(code, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  arc__report_add_text(p->report, customer.data, customer.size);
  arc__report_add_text(p->report, invoice.data, invoice.size);
  arc__report_add_integer(p->report, arc__instalment_number(t, item->instalment));
  arc__report_add_string(p->report, code);
  arc__report_add_integer(p->report, prediction_open(item));
  arc__report_add_integer(p->report, item->due);
  arc__report_add_integer(p->report, prediction_ppm(ARC__ONE - arc__outlook_paid(&p->outlook, 0)));
  arc__report_add_integer(p->report, prediction_ppm(ARC__ONE - arc__outlook_paid(&p->outlook, 30)));
  arc__report_add_integer(p->report, prediction_ppm(arc__outlook_paid(&p->outlook, p->outlook.today + 29)));
  prediction_day(p, item, 1);
  prediction_day(p, item, 5);
  prediction_day(p, item, 9);
  arc__report_add_integer(p->report, p->history.settled);
}

static arc_status prediction_account(prediction *p, uint32_t account, arc_error *err) {
  if (!arc__u32(p->view.tables, ARC__ACCOUNT_INVOICE, account)) return ARC_OK;
  ARC__TRY(arc__history_load(&p->history, account, err));
  arc__history_advance(&p->history, p->view.day + 1);
  for (size_t i = 0; i < p->history.item_count; i++)
    if (prediction_open(&p->history.items[i]) > 0) prediction_row(p, account, i);
  return ARC_OK;
}

static arc_status prediction_open_view(prediction *p, const arc_scorer *scorer, arc_day as_of, arc_error *err) {
  memset(p, 0, sizeof *p);
  if (as_of < ARC_DAY_FIRST || as_of >= ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "as_of must be a day of the years 1 to 9999, and not the last");
  ARC__TRY(arc__view_known(&p->view, scorer->ledger, err));
  p->view.day = as_of;
  p->scorer = scorer;
  arc__history_init(&p->history, &p->view);
  return ARC_OK;
}

static arc_status prediction_finish(arc_report **out, prediction *p, arc_status status, arc_error *err) {
  arc__history_free(&p->history);
  if (status == ARC_OK) return arc__report_finish(out, p->report, err);
  arc_report_free(p->report);
  return status;
}

arc_status arc__scorer_predictions(arc_report **out, arc_scorer *scorer, const arc_score_query *q, arc_error *err) {
  static const arc__report_column columns[] = {
      {"customer", ARC_COLUMN_TEXT}, {"invoice", ARC_COLUMN_TEXT}, {"instalment", ARC_COLUMN_INTEGER},
      {"currency", ARC_COLUMN_TEXT}, {"open", ARC_COLUMN_MONEY},   {"due", ARC_COLUMN_DAY},
      {"p_late", ARC_COLUMN_PPM},    {"p_late30", ARC_COLUMN_PPM}, {"p_month", ARC_COLUMN_PPM},
      {"early", ARC_COLUMN_DAY},     {"likely", ARC_COLUMN_DAY},   {"late", ARC_COLUMN_DAY},
      {"payments", ARC_COLUMN_INTEGER}};
  prediction p;
  ARC__TRY(prediction_open_view(&p, scorer, q->as_of, err));
  const arc__tables *t = p.view.tables;
  uint32_t only = q->customer.size ? arc__find_customer(t, q->customer) : 0;
  if (q->customer.size && !only) return arc__fail(err, ARC_E_NOT_FOUND, "no customer has this key");
  p.report = arc__report_new(arc__ledger_heap(scorer->ledger), columns, sizeof columns / sizeof *columns);
  arc_status status = ARC_OK;
  for (uint32_t a = 1; a <= t->rows[ARC__TABLE_ACCOUNT] && status == ARC_OK; a++)
    if (!only || arc__u32(t, ARC__ACCOUNT_CUSTOMER, a) == only) status = prediction_account(&p, a, err);
  return prediction_finish(out, &p, status, err);
}

/* ---- explanations ---- */

static const char *const explain_levels[] = {"the book", "weekday of the due day", "the customer's payments",
                                             "the customer's payments by weekday", "pay runs", "holidays", "correction"};
static const char *const explain_weekdays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

typedef struct explain {
  prediction p;
  size_t row;
  int32_t horizon; /* still open after this day late: the prediction */
  int64_t total;   /* ppm so far */
  arc__buffer value, words;
} explain;

static int64_t explain_total(const explain *e) {
  return prediction_ppm(ARC__ONE - arc__outlook_paid(&e->p.outlook, e->horizon));
}

static void explain_row(explain *e, const char *factor, int64_t total) {
  const arc__tables *t = e->p.view.tables;
  const arc__payment_item *item = &e->p.history.items[e->row];
  arc_text invoice = arc__text(t, ARC__INVOICE_KEY, item->invoice);
  arc__report_add_text(e->p.report, invoice.data, invoice.size);
  arc__report_add_integer(e->p.report, arc__instalment_number(t, item->instalment));
  arc__report_add_string(e->p.report, factor);
  arc__report_add_text(e->p.report, (const char *)e->value.data, e->value.size);
  arc__report_add_integer(e->p.report, total - e->total);
  arc__report_add_integer(e->p.report, total);
  arc__report_add_text(e->p.report, (const char *)e->words.data, e->words.size);
  e->total = total;
  e->value.size = e->words.size = 0;
}

static void explain_percent(arc__buffer *b, int64_t ppm) {
  arc__buffer_format(b, "%lld.%lld %%", (long long)(ppm / 10000), (long long)(ppm / 1000 % 10));
}

/* "of 41 invoices due on a Friday, 30 were paid on the Monday, 3 days after" */
static void explain_weekday_habit(explain *e) {
  const arc__payment_history *h = &e->p.history;
  int32_t count[ARC__LATE_DAYS] = {0}, all = 0, best = 0;
  int weekday = arc__weekday(h->items[e->row].due);
  for (size_t i = 0; i < h->item_count; i++) {
    if (h->items[i].settled == ARC_DAY_NONE || arc__weekday(h->items[i].due) != weekday) continue;
    all++;
    count[arc__late_clip((int64_t)h->items[i].settled - h->items[i].due) - ARC__LATE_FIRST]++;
  }
  for (int32_t d = 1; d < ARC__LATE_DAYS; d++)
    if (count[d] > count[best]) best = d;
  arc__buffer_format(&e->value, "%d", (int)all);
  if (!all) {
    arc__buffer_format(&e->words, "no invoice due on a %s was paid yet", explain_weekdays[weekday]);
    return;
  }
  int32_t late = best + ARC__LATE_FIRST;
  arc__buffer_format(&e->words, "of %d invoices due on a %s, %d were paid on a %s, ", (int)all, explain_weekdays[weekday],
                     (int)count[best], explain_weekdays[(weekday + late % 7 + 7) % 7]);
  if (late == 0) arc__buffer_string(&e->words, "the due day");
  else arc__buffer_format(&e->words, "%d day%s %s", (int)(late < 0 ? -late : late), late == 1 || late == -1 ? "" : "s",
                          late < 0 ? "before" : "after");
}

static void explain_level_words(explain *e, int level) {
  const arc__payment_history *h = &e->p.history;
  switch (level) {
  case ARC__BY_BOOK:
    arc__buffer_format(&e->value, "%lld", (long long)e->p.scorer->model.settled);
    arc__buffer_format(&e->words, "as of all invoices of the book, %lld of them paid", (long long)e->p.scorer->model.settled);
    break;
  case ARC__BY_WEEKDAY:
    arc__buffer_string(&e->value, explain_weekdays[arc__weekday(h->items[e->row].due)]);
    arc__buffer_format(&e->words, "it is due on a %s", explain_weekdays[arc__weekday(h->items[e->row].due)]);
    break;
  case ARC__BY_ACCOUNT:
    arc__buffer_format(&e->value, "%lld", (long long)h->settled);
    arc__buffer_format(&e->words, "of %lld paid invoices of the customer, %lld were late", (long long)h->settled, (long long)h->late);
    break;
  case ARC__BY_ACCOUNT_WEEKDAY: explain_weekday_habit(e); break;
  case ARC__BY_RUNS: arc__buffer_string(&e->words, "the days on which the customer usually pays"); break;
  default:
    arc__buffer_string(&e->value, e->p.scorer->model.country);
    arc__buffer_format(&e->words, "on holidays (%s) hardly anything is paid, and more on the day after", e->p.scorer->model.country);
    break;
  }
}

/* How features are kept: in parts of so much, and what they are called. */
static const struct explain_unit {
  int32_t parts;
  const char *unit;
} explain_units[ARC__FEATURES] = {
    {1, ""}, {1, ""}, {1, ""}, {1, ""}, {1, ""}, {1, ""}, {1, ""}, {1, ""}, {1, ""}, {1, ""}, {0, ""}, {1, "days"}, {1, "days"}, {1, "days"}, {1, ""},
    {1, "invoices"}, {8, "days"}, {8, "days"}, {8, "days"}, {1, "days"}, {1, "days"}, {8, "days"}, {8, "days"},
    {1024, "of 1"}, {1024, "of 1"}, {8, "days"}, {1, "days"}, {1, "invoices"}, {1, "invoices"}, {0, ""}, {1024, "of 1"},
    {1, "days"}, {8, "days"}, {0, ""}, {8, "days"}, {1, "days"}, {1, "basis points"},
    {1024, "of 1"}, {1024, "of 1"}, {8, "days"}, {8, "invoices"}};

static void explain_feature_words(explain *e, int feature, int64_t change) {
  const struct explain_unit *unit = &explain_units[feature];
  int32_t value = e->p.outlook.features[feature];
  if (feature >= ARC__DAY_FEATURES && unit->parts && value != INT32_MIN) {
    int64_t tenths = (int64_t)value * 10 / unit->parts;
    arc__buffer_format(&e->value, "%s%lld.%lld %s", tenths < 0 ? "-" : "", (long long)((tenths < 0 ? -tenths : tenths) / 10),
                       (long long)((tenths < 0 ? -tenths : tenths) % 10), unit->unit);
  }
  arc__buffer_string(&e->words, arc__feature_names[feature]);
  if (e->value.size) arc__buffer_format(&e->words, " (%.*s)", (int)e->value.size, (const char *)e->value.data);
  arc__buffer_string(&e->words, change < 0 ? ": makes it less likely by " : ": makes it more likely by ");
  explain_percent(&e->words, change < 0 ? -change : change);
}

/* One feature's share of the trees after the other, on the chances of the tables. */
static void explain_features(explain *e) {
  const arc__payment_model *model = &e->p.scorer->model;
  arc__payment_outlook *o = &e->p.outlook;
  int64_t log_odds[ARC__LATE_DAYS] = {0};
  uint32_t chance[ARC__LATE_DAYS], before[ARC__LATE_DAYS + 1], open[ARC__LATE_DAYS + 1];
  static const char *const general = "what is true of all alike";
  memcpy(chance, o->chance, sizeof chance);
  memcpy(before, o->open, sizeof before);
  arc__features_fill(model, &e->p.history, e->row, o);
  for (int k = ARC__FEATURES; k >= 0; k--) {
    int feature = k == ARC__FEATURES ? ARC__FEATURES : ARC__FEATURES - 1 - k;
    int64_t difference[ARC__LATE_DAYS + 1] = {0}, sum = 0;
    int touched = 0;
    memcpy(o->open, before, sizeof before);
    memcpy(o->chance, chance, sizeof chance);
    arc__trees_apply(model, o, feature, ARC__LATE_LAST, difference);
    for (int d = o->today - ARC__LATE_FIRST; d < ARC__LATE_DAYS - 1; d++) {
      sum += difference[d];
      log_odds[d] += sum;
      touched |= sum != 0;
      o->chance[d] = arc__fixed_odds(chance[d], arc__fixed_exp(log_odds[d]));
    }
    if (!touched) continue;
    arc__outlook_finish(o);
    memcpy(open, o->open, sizeof open);
    int64_t total = explain_total(e);
    if (feature == ARC__FEATURES) arc__buffer_string(&e->words, general);
    else explain_feature_words(e, feature, total - e->total);
    explain_row(e, feature == ARC__FEATURES ? "correction" : arc__feature_names[feature], total);
    memcpy(o->open, open, sizeof open);
  }
}

static void explain_fill(explain *e) {
  const arc__payment_model *model = &e->p.scorer->model;
  for (int level = ARC__BY_BOOK; level < ARC__BY_ALL; level++) {
    arc__model_predict(model, &e->p.history, e->row, level, &e->p.outlook);
    if (level == ARC__BY_BOOK) e->horizon = e->p.outlook.today <= 0 ? 0 : e->p.outlook.today + 29;
    int64_t total = explain_total(e);
    if (level >= ARC__BY_RUNS && total == e->total) continue;
    explain_level_words(e, level);
    explain_row(e, explain_levels[level], total);
  }
  explain_features(e);
  arc__model_predict(model, &e->p.history, e->row, ARC__BY_ALL, &e->p.outlook);
  if (e->p.outlook.today <= 0) arc__buffer_string(&e->words, "chance to be paid after the due day, or not at all: ");
  else arc__buffer_string(&e->words, "chance to be open still after 30 more days: ");
  int64_t total = explain_total(e);
  explain_percent(&e->words, total);
  explain_row(e, "prediction", total);
}

arc_status arc__scorer_explanation(arc_report **out, arc_scorer *scorer, const arc_score_query *q, arc_error *err) {
  static const arc__report_column columns[] = {
      {"invoice", ARC_COLUMN_TEXT}, {"instalment", ARC_COLUMN_INTEGER}, {"factor", ARC_COLUMN_TEXT},
      {"value", ARC_COLUMN_TEXT},   {"contribution", ARC_COLUMN_PPM},   {"total", ARC_COLUMN_PPM},
      {"words", ARC_COLUMN_TEXT}};
  explain e;
  memset(&e, 0, sizeof e);
  ARC__TRY(prediction_open_view(&e.p, scorer, q->as_of, err));
  const arc__tables *t = e.p.view.tables;
  const arc__heap *heap = arc__ledger_heap(scorer->ledger);
  uint32_t row = q->invoice.size ? arc__find_invoice(t, q->invoice) : 0;
  if (!row || q->instalment < 1 || q->instalment > arc__u16(t, ARC__INVOICE_INSTALMENTS, row))
    return arc__fail(err, ARC_E_NOT_FOUND, "no invoice has this key, or it has no such instalment");
  arc_status status = arc__history_load(&e.p.history, arc__u32(t, ARC__INVOICE_ACCOUNT, row), err);
  arc__history_advance(&e.p.history, q->as_of + 1);
  e.row = arc__history_find(&e.p.history, arc__u32(t, ARC__INVOICE_INSTALMENT, row) + q->instalment - 1);
  if (status == ARC_OK && (e.row == SIZE_MAX || prediction_open(&e.p.history.items[e.row]) <= 0))
    status = arc__fail(err, ARC_E_NOT_FOUND, "this instalment is not open on that day");
  arc__buffer_init(&e.value, heap);
  arc__buffer_init(&e.words, heap);
  if (status == ARC_OK) {
    e.p.report = arc__report_new(heap, columns, sizeof columns / sizeof *columns);
    explain_fill(&e);
    if (e.value.failed || e.words.failed) status = arc__fail_nomem(err);
  }
  arc__buffer_free(&e.value);
  arc__buffer_free(&e.words);
  return prediction_finish(out, &e.p, status, err);
}
