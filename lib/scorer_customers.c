/*
 * Customers by how they pay, and whether chasing an item pays.
 *
 * Both walk every account's history once; the second asks the model for each overdue item.
 */
#include "scorer_internal.h"

#include <stdlib.h>
#include <string.h>

#include "arcollect/money.h"
#include "checked.h"
#include "currency.h"
#include "report.h"
#include "struct_sizes.h"

#define CUSTOMERS_TREND_DAYS 5
#define CUSTOMERS_NEW 3          /* payments from which a customer is known */
#define CUSTOMERS_DOUBTFUL 60    /* days of delay, or of the oldest open item */
#define CUSTOMERS_LATE 5         /* days of delay that are none yet */

/* ---- customers ---- */

typedef struct customers_row {
  uint32_t account;
  int64_t settled, late, late_sum, recent_sum, billed, open, overdue;
  int32_t recent_count, oldest;
  char size;
} customers_row;

typedef struct customers {
  const arc__heap *heap;
  arc__view view;
  arc__payment_history history;
  customers_row *rows;
  size_t count, capacity;
  arc_report *report;
} customers;

static int customers_add(int64_t *sum, int64_t amount) {
  return arc__add(sum, *sum, amount);
}

static arc_status customers_gather(customers *c, uint32_t account, arc_error *err) {
  const arc__payment_history *h = &c->history;
  ARC__TRY(arc__history_load(&c->history, account, err));
  if (!h->item_count) return ARC_OK;
  arc__history_advance(&c->history, c->view.day + 1);
  if (arc__grow(c->heap, (void **)&c->rows, &c->capacity, c->count + 1, sizeof *c->rows) < 0) return arc__fail_nomem(err);
  customers_row *row = &c->rows[c->count++];
  memset(row, 0, sizeof *row);
  row->account = account;
  row->settled = h->settled;
  row->late = h->late;
  row->late_sum = h->late_sum;
  row->recent_count = h->recent_count;
  for (int i = 0; i < h->recent_count; i++) row->recent_sum += h->recent[i];
  int fits = 1;
  for (size_t i = 0; i < h->item_count; i++) {
    const arc__payment_item *item = &h->items[i];
    int64_t open = item->amount - item->paid - item->gone;
    int32_t late = arc__late_clip((int64_t)c->view.day - item->due);
    if (item->issued > c->view.day - 365) fits &= customers_add(&row->billed, item->amount);
    if (open <= 0) continue;
    fits &= customers_add(&row->open, open);
    if (late > 0) fits &= customers_add(&row->overdue, open);
    if (late > row->oldest) row->oldest = late;
  }
  return fits ? ARC_OK : arc__fail(err, ARC_E_OVERFLOW, "the invoices of an account do not add up within 64 bits");
}

static int customers_compare_billed(const void *a, const void *b) {
  const customers_row *const *x = a, *const *y = b;
  if ((*x)->billed != (*y)->billed) return (*x)->billed > (*y)->billed ? -1 : 1;
  return (*x)->account < (*y)->account ? -1 : 1;
}

/* Sizes within a currency: those before whom less than 80 % is billed, 95 %. */
static arc_status customers_size(customers_row **sorted, size_t count, const arc__tables *t, uint32_t currency, arc_error *err) {
  int64_t all = 0, before = 0, most, more;
  for (size_t i = 0; i < count; i++)
    if (arc__u32(t, ARC__ACCOUNT_CURRENCY, sorted[i]->account) == currency && !customers_add(&all, sorted[i]->billed))
      return arc__fail(err, ARC_E_OVERFLOW, "the invoices of a year do not add up within 64 bits");
  ARC__TRY(arc_money_scale(&most, all, 80, 100, err));
  ARC__TRY(arc_money_scale(&more, all, 95, 100, err));
  for (size_t i = 0; i < count; i++) {
    if (arc__u32(t, ARC__ACCOUNT_CURRENCY, sorted[i]->account) != currency) continue;
    sorted[i]->size = before < most ? 'A' : before < more ? 'B' : 'C';
    before += sorted[i]->billed;
  }
  return ARC_OK;
}

static arc_status customers_sizes(customers *c, arc_error *err) {
  const arc__tables *t = c->view.tables;
  if (!c->count) return ARC_OK;
  customers_row **sorted = arc__alloc(c->heap, c->count * sizeof *sorted);
  if (!sorted) return arc__fail_nomem(err);
  for (size_t i = 0; i < c->count; i++) sorted[i] = &c->rows[i];
  if (c->count > 1) qsort(sorted, c->count, sizeof *sorted, customers_compare_billed);
  arc_status status = ARC_OK;
  for (uint32_t k = 1; k <= t->rows[ARC__TABLE_CONTROL] && status == ARC_OK; k++)
    status = customers_size(sorted, c->count, t, arc__u32(t, ARC__CONTROL_CURRENCY, k), err);
  arc__free(c->heap, sorted, c->count * sizeof *sorted);
  return status;
}

/* Millionths of a day; what there is to divide by is positive. */
static int64_t customers_days(int64_t sum, int64_t count) {
  return sum * 1000000 / count;
}

static const char *customers_segment(const customers_row *row) {
  if (row->oldest > CUSTOMERS_DOUBTFUL) return "doubtful";
  if (row->settled < CUSTOMERS_NEW) return "new";
  if (row->late_sum > CUSTOMERS_DOUBTFUL * row->settled) return "doubtful";
  return row->late_sum > CUSTOMERS_LATE * row->settled ? "late" : "on time";
}

static const char *customers_grade(const customers_row *row) {
  static const char *const grades[] = {"A", "B", "C", "D"};
  int64_t days = row->oldest;
  if (row->settled && row->late_sum > days * row->settled) days = (row->late_sum + row->settled - 1) / row->settled;
  return grades[days <= 30 ? 0 : days <= 60 ? 1 : days <= 90 ? 2 : 3];
}

/* recent_sum / 5 against late_sum / settled */
static void customers_trend(arc_report *report, const customers_row *row) {
  int64_t off = row->recent_sum * row->settled - row->late_sum * ARC__RECENT;
  int64_t much = (int64_t)CUSTOMERS_TREND_DAYS * ARC__RECENT * row->settled;
  if (row->settled < 2 * ARC__RECENT || row->recent_count < ARC__RECENT) arc__report_add_null(report);
  else arc__report_add_string(report, off > much ? "worse" : off < -much ? "better" : "stable");
}

static void customers_write(customers *c, const customers_row *row) {
  const arc__tables *t = c->view.tables;
  arc_text customer = arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, row->account));
  char code[4];
  arc__currency_unpack(code, arc__u32(t, ARC__ACCOUNT_CURRENCY, row->account));
  arc__report_add_text(c->report, customer.data, customer.size);
  arc__report_add_string(c->report, code);
  arc__report_add_text(c->report, &row->size, 1);
  arc__report_add_string(c->report, customers_segment(row));
  arc__report_add_string(c->report, customers_grade(row));
  customers_trend(c->report, row);
  arc__report_add_integer(c->report, row->settled);
  if (row->settled) arc__report_add_integer(c->report, customers_days(row->late_sum, row->settled));
  else arc__report_add_null(c->report);
  if (row->recent_count) arc__report_add_integer(c->report, customers_days(row->recent_sum, row->recent_count));
  else arc__report_add_null(c->report);
  if (row->settled) arc__report_add_integer(c->report, row->late * 1000000 / row->settled);
  else arc__report_add_null(c->report);
  arc__report_add_integer(c->report, row->billed);
  arc__report_add_integer(c->report, row->open);
  arc__report_add_integer(c->report, row->overdue);
}

static arc_status customers_open(customers *c, const arc_scorer *scorer, arc_day as_of, arc_error *err) {
  memset(c, 0, sizeof *c);
  if (as_of < ARC_DAY_FIRST + 3660 || as_of >= ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "as_of must be a day of the years 11 to 9999, and not the last");
  ARC__TRY(arc__view_known(&c->view, scorer->ledger, err));
  c->view.day = as_of;
  c->heap = arc__ledger_heap(scorer->ledger);
  arc__history_init(&c->history, &c->view);
  return ARC_OK;
}

static arc_status customers_close(arc_report **out, customers *c, arc_status status, arc_error *err) {
  arc__history_free(&c->history);
  arc__free(c->heap, c->rows, c->capacity * sizeof *c->rows);
  if (status == ARC_OK) return arc__report_finish(out, c->report, err);
  arc_report_free(c->report);
  return status;
}

arc_status arc__scorer_customers(arc_report **out, arc_scorer *scorer, arc_day as_of, arc_error *err) {
  static const arc__report_column columns[] = {
      {"customer", ARC_COLUMN_TEXT}, {"currency", ARC_COLUMN_TEXT}, {"size", ARC_COLUMN_TEXT},
      {"segment", ARC_COLUMN_TEXT},  {"grade", ARC_COLUMN_TEXT},    {"trend", ARC_COLUMN_TEXT},
      {"payments", ARC_COLUMN_INTEGER}, {"average_delay", ARC_COLUMN_PPM}, {"recent_delay", ARC_COLUMN_PPM},
      {"late_share", ARC_COLUMN_PPM}, {"billed", ARC_COLUMN_MONEY}, {"open", ARC_COLUMN_MONEY},
      {"overdue", ARC_COLUMN_MONEY}};
  customers c;
  ARC__TRY(customers_open(&c, scorer, as_of, err));
  c.report = arc__report_new(c.heap, columns, sizeof columns / sizeof *columns);
  arc_status status = ARC_OK;
  for (uint32_t a = 1; a <= c.view.tables->rows[ARC__TABLE_ACCOUNT] && status == ARC_OK; a++)
    status = customers_gather(&c, a, err);
  if (status == ARC_OK) status = customers_sizes(&c, err);
  for (size_t i = 0; i < c.count && status == ARC_OK; i++) customers_write(&c, &c.rows[i]);
  return customers_close(out, &c, status, err);
}

/* ---- whether chasing pays ---- */

typedef struct chase {
  customers c;
  const arc_scorer *scorer;
  arc_chase_options options;
  arc__buffer words;
} chase;

/* P(paid within so many days). Beyond the 120th day late the chance of a day is the mean of the last 30 of the range. */
static uint32_t chase_recovered(const chase *k, size_t row) {
  const arc__payment_history *h = &k->c.history;
  const arc__payment_item *item = &h->items[row];
  arc__payment_outlook outlook;
  int64_t late = (int64_t)h->morning - item->due, end = late + k->options.days - 1;
  uint64_t open = (uint64_t)ARC__ONE;
  if (late < ARC__LATE_LAST) {
    arc__model_predict(&k->scorer->model, h, row, ARC__BY_ALL, &outlook);
    open = outlook.open[arc__late_clip(end < ARC__LATE_LAST ? end + 1 : ARC__LATE_LAST) - ARC__LATE_FIRST];
    late = ARC__LATE_LAST;
  }
  arc__account_chances(&k->scorer->model, h, &outlook);
  uint64_t daily = 0;
  for (int d = ARC__LATE_DAYS - 31; d < ARC__LATE_DAYS - 1; d++) daily += outlook.chance[d];
  for (; late <= end; late++) open = open * ((uint64_t)ARC__ONE - daily / 30) >> 30;
  return (uint32_t)((uint64_t)ARC__ONE - open);
}

static arc_status chase_row(chase *k, uint32_t account, size_t row, arc_error *err) {
  const arc__tables *t = k->c.view.tables;
  const arc__payment_item *item = &k->c.history.items[row];
  arc_text customer = arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account));
  arc_text invoice = arc__text(t, ARC__INVOICE_KEY, item->invoice);
  arc_report *report = k->c.report;
  int64_t open = item->amount - item->paid - item->gone, expected;
  uint32_t recovered = chase_recovered(k, row);
  int64_t ppm = ((int64_t)recovered * 1000000 + ARC__ONE / 2) / ARC__ONE;
  char code[4], money[24] = "", cost[24] = "";
  ARC__TRY(arc_money_scale(&expected, open, ppm, 1000000, err));
  arc__currency_unpack(code, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  arc_money_format(money, sizeof money, NULL, expected, code, NULL);
  arc_money_format(cost, sizeof cost, NULL, k->options.cost, code, NULL);
  k->words.size = 0;
  arc__buffer_format(&k->words, "within %u days %lld.%lld %% are expected to come, %s; chasing costs %s", k->options.days,
                     (long long)(ppm / 10000), (long long)(ppm / 1000 % 10), money, cost);
  arc__report_add_text(report, customer.data, customer.size);
  arc__report_add_text(report, invoice.data, invoice.size);
  arc__report_add_integer(report, arc__instalment_number(t, item->instalment));
  arc__report_add_string(report, code);
  arc__report_add_integer(report, open);
  arc__report_add_integer(report, k->c.view.day - item->due);
  arc__report_add_integer(report, ppm);
  arc__report_add_integer(report, expected);
  arc__report_add_integer(report, k->options.cost);
  arc__report_add_string(report, expected < k->options.cost ? "write off" : "chase");
  arc__report_add_text(report, (const char *)k->words.data, k->words.size);
  return ARC_OK;
}

static arc_status chase_account(chase *k, uint32_t account, arc_error *err) {
  arc__payment_history *h = &k->c.history;
  ARC__TRY(arc__history_load(h, account, err));
  arc__history_advance(h, k->c.view.day + 1);
  for (size_t i = 0; i < h->item_count; i++)
    if (h->items[i].due < k->c.view.day && h->items[i].amount - h->items[i].paid - h->items[i].gone > 0)
      ARC__TRY(chase_row(k, account, i, err));
  return ARC_OK;
}

arc_status arc_scorer_chase(arc_report **out, arc_scorer *scorer, const arc_chase_options *options, arc_error *err) {
  static const arc__report_column columns[] = {
      {"customer", ARC_COLUMN_TEXT},   {"invoice", ARC_COLUMN_TEXT},      {"instalment", ARC_COLUMN_INTEGER},
      {"currency", ARC_COLUMN_TEXT},   {"open", ARC_COLUMN_MONEY},        {"days_late", ARC_COLUMN_INTEGER},
      {"p_recovered", ARC_COLUMN_PPM}, {"expected", ARC_COLUMN_MONEY},    {"cost", ARC_COLUMN_MONEY},
      {"advice", ARC_COLUMN_TEXT},     {"assumptions", ARC_COLUMN_TEXT}};
  chase k;
  if (!out || !scorer) return arc__fail(err, ARC_E_INVALID, "out and scorer must not be NULL");
  *out = NULL;
  memset(&k, 0, sizeof k);
  ARC__TRY(ARC__READ(arc_chase_options, &k.options, options, err));
  if (!k.options.days) k.options.days = 180;
  if (k.options.days > 3660 || k.options.cost < 0 || k.options.reserved)
    return arc__fail(err, ARC_E_INVALID, "days must be 1 to 3660, cost not below 0, reserved 0");
  ARC__TRY(customers_open(&k.c, scorer, k.options.as_of, err));
  k.scorer = scorer;
  arc__buffer_init(&k.words, k.c.heap);
  k.c.report = arc__report_new(k.c.heap, columns, sizeof columns / sizeof *columns);
  arc_status status = ARC_OK;
  for (uint32_t a = 1; a <= k.c.view.tables->rows[ARC__TABLE_ACCOUNT] && status == ARC_OK; a++)
    status = chase_account(&k, a, err);
  if (status == ARC_OK && k.words.failed) status = arc__fail_nomem(err);
  arc__buffer_free(&k.words);
  return customers_close(out, &k.c, status, err);
}
