/*
 * Aging: open amounts per instalment by days past due, and credits not applied, per group.
 *
 * Buckets are half open in days and disjoint; balance = sum of the buckets - unapplied in every
 * row. Costs the open instalments while nothing takes effect after the day, of one customer only
 * those, by currency the days on which something is due; else all instalments and credits.
 */
#include "arcollect/metrics.h"

#include "arcollect/money.h"
#include "checked.h"
#include "currency.h"
#include "metrics_internal.h"
#include "report.h"

#include <string.h>

#define METRICS_BREAKPOINTS_MAX 32

static const int32_t metrics_aging_breakpoints[] = {30, 60, 90};

#define METRICS_DAYS_LISTED 512
#define METRICS_ACCOUNTS_AHEAD 8

typedef struct metrics_aging {
  arc_metrics_query query;
  uint8_t bucket[METRICS_DAYS_LISTED]; /* by days past due; from days_listed on it is counted */
  int32_t days_listed;
  arc__view view;
  arc__groups groups;
  int64_t *cells;            /* per group: the buckets, then the credits not applied */
  size_t width, groups_held; /* cells of a group; groups there is room for */
} metrics_aging;

/* 0: not due; then one per breakpoint; then the rest. */
static size_t metrics_aging_count(const arc_metrics_query *o, int32_t days) {
  size_t bucket = days > 0;
  for (uint32_t i = 0; i < o->breakpoint_count; i++)
    bucket += days > o->breakpoints[i];
  return bucket;
}

static void metrics_aging_list_days(metrics_aging *a) {
  int32_t last = a->query.breakpoints[a->query.breakpoint_count - 1];
  a->days_listed = last < METRICS_DAYS_LISTED - 1 ? last + 2 : METRICS_DAYS_LISTED;
  for (int32_t days = 0; days < a->days_listed; days++)
    a->bucket[days] = (uint8_t)metrics_aging_count(&a->query, days);
}

static arc_status metrics_aging_check(metrics_aging *a, arc_error *err) {
  arc_metrics_query *o = &a->query;
  if (o->as_of < ARC_DAY_FIRST || o->as_of > ARC_DAY_LAST)
    return arc__fail_field(err, ARC_E_INVALID, 0, 2, "as_of must be a day of the years 1 to 9999");
  if (o->by < ARC_BY_CUSTOMER || o->by >= ARC_BY_TAG + ARC_TAGS)
    return arc__fail_field(err, ARC_E_INVALID, 0, 5, "by must be one of ARC_BY_*, not %d",
                           (int)o->by);
  if (o->basis != ARC_AGING_BY_DUE_DATE && o->basis != ARC_AGING_BY_INVOICE_DATE)
    return arc__fail_field(err, ARC_E_INVALID, 0, 6, "basis must be one of ARC_AGING_*, not %d",
                           (int)o->basis);
  if (!o->breakpoints && o->breakpoint_count == 0) {
    o->breakpoints = metrics_aging_breakpoints;
    o->breakpoint_count = sizeof metrics_aging_breakpoints / sizeof *metrics_aging_breakpoints;
  }
  if (!o->breakpoints || o->breakpoint_count == 0 || o->breakpoint_count > METRICS_BREAKPOINTS_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 7,
                           "there must be 1 to %d breakpoints, or none and NULL",
                           METRICS_BREAKPOINTS_MAX);
  for (uint32_t i = 0; i < o->breakpoint_count; i++)
    if (o->breakpoints[i] < 1 || (i > 0 && o->breakpoints[i] <= o->breakpoints[i - 1]))
      return arc__fail_field(err, ARC_E_INVALID, 0, 8,
                             "breakpoints must rise, from 1 on: number %u is %d", i + 1,
                             (int)o->breakpoints[i]);
  a->width = o->breakpoint_count + 3u;
  metrics_aging_list_days(a);
  return ARC_OK;
}

static arc_status metrics_aging_add(int64_t *cell, int64_t amount, arc_error *err) {
  if (arc__add(cell, *cell, amount)) return ARC_OK;
  return arc__fail(err, ARC_E_OVERFLOW, "the amounts of a group do not add up within 64 bits");
}

/* The last bucket is that of all days after the last breakpoint: where that is listed, all are. */
static size_t metrics_aging_bucket(const metrics_aging *a, int32_t days) {
  if (days <= 0) return 0;
  if (days < a->days_listed) return a->bucket[days];
  return metrics_aging_count(&a->query, days);
}

static arc_status metrics_aging_item(const metrics_aging *a, int64_t *cells, arc_day from,
                                     int64_t open, arc_error *err) {
  if (open == 0) return ARC_OK;
  return metrics_aging_add(&cells[metrics_aging_bucket(a, a->view.day - from)], open,
                           err);
}

static arc_day metrics_aging_issued(const metrics_aging *a, uint32_t instalment) {
  const arc__tables *t = a->view.tables;
  return arc__i32(t, ARC__INVOICE_ISSUED, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment));
}

/* Makes room for a group of cash of unknown payers, too. */
static arc_status metrics_aging_hold_groups(metrics_aging *a, arc_error *err) {
  void *cells = a->cells;
  size_t held = a->groups_held;
  if (a->groups.count <= held) return ARC_OK;
  if (arc__grow(a->groups.heap, &cells, &held, a->groups.count, a->width * sizeof *a->cells) < 0)
    return arc__fail_nomem(err);
  a->cells = cells;
  memset(a->cells + a->groups_held * a->width, 0,
         (held - a->groups_held) * a->width * sizeof *a->cells);
  a->groups_held = held;
  return ARC_OK;
}

static arc_status metrics_aging_unapplied(metrics_aging *a, size_t group, int64_t amount,
                                          arc_error *err) {
  ARC__TRY(metrics_aging_hold_groups(a, err));
  return metrics_aging_add(&a->cells[group * a->width + a->width - 1], amount, err);
}

/* Of an open item, the day that its age is counted from. */
static arc_day metrics_aging_from(const metrics_aging *a, uint32_t item) {
  const arc__tables *t = a->view.tables;
  if (a->query.basis == ARC_AGING_BY_DUE_DATE) return arc__i32(t, ARC__OPEN_ITEM_DUE, item);
  return metrics_aging_issued(a, arc__u32(t, ARC__OPEN_ITEM_INSTALMENT, item));
}

/* All that is open of an account, which is no more than its balance: no sum passes 64 bits. */
static void metrics_aging_block(const metrics_aging *a, uint32_t account, int64_t *cells) {
  const arc__tables *t = a->view.tables;
  uint32_t i = arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, account);
  const uint32_t end = i + arc__u32(t, ARC__ACCOUNT_OPEN_COUNT, account);
  const int32_t day = a->view.day, listed = a->days_listed - 1;
  if (a->query.basis != ARC_AGING_BY_DUE_DATE || a->days_listed == METRICS_DAYS_LISTED) {
    for (; i < end; i++)
      cells[metrics_aging_bucket(a, day - metrics_aging_from(a, i))] += arc__i64(t, ARC__OPEN_ITEM_OPEN, i);
    return;
  }
  while (i < end) { /* items of one chunk at a time, without branches, which would be guessed wrong */
    uint32_t at = i & (ARC__CHUNK_ROWS - 1), left = ARC__CHUNK_ROWS - at, n = end - i < left ? end - i : left;
    const int32_t *due = &ARC__CELL(int32_t, t, ARC__OPEN_ITEM_DUE, i);
    const char *open = t->columns[ARC__OPEN_ITEM_OPEN].chunks[i >> ARC__CHUNK_SHIFT];
    for (uint32_t k = 0; k < n; k++) {
      int32_t late = due[k] < day ? day - due[k] : 0;
      cells[a->bucket[late < listed ? late : listed]] += arc__chunk_i64(open, at + k);
    }
    i += n;
  }
}

/* What is read of an account that comes soon: its open items and its customer's key lie anywhere. */
static void metrics_aging_soon(const arc__tables *t, uint32_t account) {
  uint32_t first;
  if (account > t->rows[ARC__TABLE_ACCOUNT]) return;
  first = arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, account);
  arc__text_soon(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account));
  if (!first) return;
  arc__cells_soon(t, ARC__OPEN_ITEM_DUE, first);
  arc__cells_soon(t, ARC__OPEN_ITEM_OPEN, first);
}

/* Nothing takes effect after the day: what is maintained is what counts. */
static arc_status metrics_aging_current(metrics_aging *a, arc_error *err) {
  const arc__tables *t = a->view.tables;
  for (uint32_t account = 1; account <= t->rows[ARC__TABLE_ACCOUNT]; account++) {
    uint32_t group = a->groups.of_account[account];
    int64_t cells[METRICS_BREAKPOINTS_MAX + 3] = {0};
    metrics_aging_soon(t, account + METRICS_ACCOUNTS_AHEAD);
    metrics_aging_block(a, account, cells);
    for (size_t i = 0; i + 1 < a->width; i++)
      ARC__TRY(metrics_aging_add(&a->cells[group * a->width + i], cells[i], err));
    ARC__TRY(metrics_aging_unapplied(a, group, arc__i64(t, ARC__ACCOUNT_UNAPPLIED, account), err));
  }
  for (uint32_t control = 1; control <= t->rows[ARC__TABLE_CONTROL]; control++) {
    int64_t unidentified = -arc__i64(t, ARC__CONTROL_UNIDENTIFIED_CASH, control);
    size_t group;
    if (unidentified == 0) continue;
    ARC__TRY(
        arc__groups_unnamed(&a->groups, arc__u32(t, ARC__CONTROL_CURRENCY, control), &group, err));
    ARC__TRY(metrics_aging_unapplied(a, group, unidentified, err));
  }
  return ARC_OK;
}

static arc_status metrics_aging_past(metrics_aging *a, arc_error *err) {
  const arc__tables *t = a->view.tables;
  int by_due = a->query.basis == ARC_AGING_BY_DUE_DATE;
  for (uint32_t i = 1; i <= t->rows[ARC__TABLE_INSTALMENT]; i++) {
    uint32_t account = arc__u32(t, ARC__INVOICE_ACCOUNT, arc__u32(t, ARC__INSTALMENT_INVOICE, i));
    int64_t *cells = &a->cells[a->groups.of_account[account] * a->width];
    ARC__TRY(metrics_aging_item(
        a, cells, by_due ? arc__i32(t, ARC__INSTALMENT_DUE, i) : metrics_aging_issued(a, i),
        arc__view_instalment_open(&a->view, i), err));
  }
  /* Groups of unknown payers come in the same order as today's. */
  for (uint32_t control = 1; control <= t->rows[ARC__TABLE_CONTROL]; control++) {
    size_t group;
    ARC__TRY(
        arc__groups_unnamed(&a->groups, arc__u32(t, ARC__CONTROL_CURRENCY, control), &group, err));
  }
  ARC__TRY(metrics_aging_hold_groups(a, err));
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CREDIT]; c++) {
    int64_t open = arc__view_credit_open(&a->view, c);
    size_t group;
    if (open == 0) continue;
    ARC__TRY(arc__groups_of_credit(&a->groups, &a->view, c, &group, err));
    ARC__TRY(metrics_aging_unapplied(a, group, open, err));
  }
  return ARC_OK;
}

/* ---- the report ---- */

static const char *metrics_aging_group_column(int32_t by) {
  static const char *const names[] = {"customer", "owner", "segment", "currency"};
  return by < ARC_BY_TAG ? names[by] : "tag";
}

static arc_report *metrics_aging_report_new(const metrics_aging *a) {
  arc__report_column columns[METRICS_BREAKPOINTS_MAX + 6];
  char names[METRICS_BREAKPOINTS_MAX + 1][32];
  const arc_metrics_query *o = &a->query;
  size_t count = 0;
  if (o->by != ARC_BY_CURRENCY)
    columns[count++] = (arc__report_column){metrics_aging_group_column(o->by), ARC_COLUMN_TEXT};
  columns[count++] = (arc__report_column){"currency", ARC_COLUMN_TEXT};
  columns[count++] = (arc__report_column){"not_due", ARC_COLUMN_MONEY};
  arc__buffer name;
  arc__buffer_init(&name, a->groups.heap);
  for (uint32_t i = 0; i <= o->breakpoint_count; i++) {
    name.size = 0;
    if (i < o->breakpoint_count)
      arc__buffer_format(&name, "%d-%d", i ? (int)o->breakpoints[i - 1] + 1 : 1,
                         (int)o->breakpoints[i]);
    else
      arc__buffer_format(&name, "over_%d", (int)o->breakpoints[i - 1]);
    size_t size = name.size < sizeof names[i] - 1 ? name.size : sizeof names[i] - 1;
    if (size) memcpy(names[i], name.data, size);
    names[i][size] = 0;
    columns[count++] = (arc__report_column){names[i], ARC_COLUMN_MONEY};
  }
  columns[count++] = (arc__report_column){"unapplied", ARC_COLUMN_MONEY};
  columns[count++] = (arc__report_column){"balance", ARC_COLUMN_MONEY};
  arc_report *report = name.failed ? NULL : arc__report_new(a->groups.heap, columns, count);
  arc__buffer_free(&name);
  return report;
}

/* A report whose rows are made one after the other, in the caller's cells. */
static arc_report *metrics_aging_report_of(metrics_aging *a, arc__group *group, int64_t *cells) {
  const arc__tables *t = a->view.tables;
  a->groups = (arc__groups){.heap = arc__ledger_heap(a->view.ledger), .tables = t, .data = group};
  a->cells = cells;
  return metrics_aging_report_new(a);
}

static arc_status metrics_aging_row(arc_report *report, const metrics_aging *a, size_t group,
                                    arc_error *err) {
  const arc__group *g = &a->groups.data[group];
  const int64_t *cells = &a->cells[group * a->width];
  int64_t balance = 0, any = 0;
  for (size_t i = 0; i < a->width; i++)
    any |= cells[i];
  if (!any) return ARC_OK;
  for (size_t i = 0; i + 1 < a->width; i++)
    ARC__TRY(metrics_aging_add(&balance, cells[i], err));
  if (!arc__subtract(&balance, balance, cells[a->width - 1]))
    return arc__fail(err, ARC_E_OVERFLOW, "the amounts of a group do not add up within 64 bits");
  char code[4];
  arc__currency_unpack(code, g->currency);
  arc_text text = arc__group_text(&a->groups, g);
  if (a->query.by != ARC_BY_CURRENCY) arc__report_add_text(report, text.data, text.size);
  arc__report_add_string(report, code);
  arc__report_add_integers(report, cells, a->width);
  arc__report_add_integer(report, balance);
  return ARC_OK;
}

/* ---- one customer ---- */

/* The account recorded next after another one; 0: none. Chains are newest first. */
static uint32_t metrics_aging_next_account(const arc__tables *t, uint32_t customer,
                                           uint32_t after) {
  uint32_t next = 0;
  for (uint32_t a = arc__u32(t, ARC__CUSTOMER_ACCOUNT, customer); a > after;
       a = arc__u32(t, ARC__ACCOUNT_NEXT, a))
    next = a;
  return next;
}

static arc_status metrics_aging_account(metrics_aging *a, uint32_t account, arc__open_items *items,
                                        arc_error *err) {
  memset(a->cells, 0, a->width * sizeof *a->cells);
  ARC__TRY(arc__view_open_items(&a->view, account, items, err));
  for (size_t i = 0; i < items->count; i++) {
    const arc__open_item *item = &items->data[i];
    arc_day from = a->query.basis == ARC_AGING_BY_DUE_DATE
                       ? item->due
                       : metrics_aging_issued(a, item->instalment);
    ARC__TRY(metrics_aging_item(a, a->cells, from, item->open, err));
  }
  a->cells[a->width - 1] = arc__view_unapplied(&a->view, account);
  return ARC_OK;
}

/* Its accounts one by one, as if each were the only group. */
static arc_status metrics_aging_customer(arc_report **out, metrics_aging *a, uint32_t customer,
                                         arc_error *err) {
  const arc__tables *t = a->view.tables;
  int64_t cells[METRICS_BREAKPOINTS_MAX + 3];
  arc__open_items items = {arc__ledger_heap(a->view.ledger), NULL, 0, 0};
  arc__group group = {customer, 0, 0, 0};
  arc_status status = ARC_OK;
  arc_report *report = metrics_aging_report_of(a, &group, cells);
  for (uint32_t account = metrics_aging_next_account(t, customer, 0); account && status == ARC_OK;
       account = metrics_aging_next_account(t, customer, account)) {
    group.currency = arc__u32(t, ARC__ACCOUNT_CURRENCY, account);
    status = metrics_aging_account(a, account, &items, err);
    if (status == ARC_OK) status = metrics_aging_row(report, a, 0, err);
  }
  arc__open_items_free(&items);
  if (status == ARC_OK) return arc__report_finish(out, report, err);
  arc_report_free(report);
  return status;
}

static arc_status metrics_aging_of_customer(arc_report **out, metrics_aging *a,
                                            const arc_ledger *ledger, arc_error *err) {
  const arc_text *key = &a->query.customer;
  if (a->query.by != ARC_BY_CUSTOMER)
    return arc__fail_field(err, ARC_E_INVALID, 0, 9, "the aging of one customer is by customer");
  uint32_t customer = key->data ? arc__find_customer(arc__ledger_tables(ledger), *key) : 0;
  if (!customer)
    return arc__fail_field(err, ARC_E_NOT_FOUND, 0, 9, "no customer has this key");
  ARC__TRY(arc__view_open(&a->view, ledger, a->query.as_of, err));
  arc_status status = metrics_aging_customer(out, a, customer, err);
  arc__view_close(&a->view);
  return status;
}

/* ---- by currency ---- */

/* The currency whose first account was recorded next after another one's; those without an account come last. */
static uint32_t metrics_aging_next_currency(const arc__tables *t, uint32_t after) {
  uint32_t next = 0, least = after ? arc__u32(t, ARC__CONTROL_ACCOUNT, after) - 1 : 0, before = 0;
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CONTROL]; c++) {
    uint32_t account = arc__u32(t, ARC__CONTROL_ACCOUNT, c) - 1; /* none is the greatest of all */
    if (after && (account < least || (account == least && c <= after))) continue;
    if (next && account >= before) continue;
    next = c;
    before = account;
  }
  return next;
}

/* The open amounts that are due from one day to another, both included. */
static int metrics_aging_due(const metrics_aging *a, uint32_t control, int64_t from, int64_t to, int64_t *cell) {
  return arc__sums_between(a->view.tables, ARC__DAY_DUE_OPEN, control,
                           from < ARC_DAY_FIRST ? ARC_DAY_FIRST : (arc_day)from,
                           to < ARC_DAY_FIRST ? ARC_DAY_FIRST - 1 : (arc_day)to, cell);
}

/* 0: the sums of the days are not known. */
static int metrics_aging_sums(metrics_aging *a, uint32_t control) {
  const arc__tables *t = a->view.tables;
  const arc_metrics_query *o = &a->query;
  int64_t day = a->view.day, to = day - 1;
  if (!metrics_aging_due(a, control, day, ARC_DAY_LAST, &a->cells[0])) return 0;
  for (uint32_t i = 0; i < o->breakpoint_count; i++) {
    if (!metrics_aging_due(a, control, day - o->breakpoints[i], to, &a->cells[i + 1])) return 0;
    to = day - o->breakpoints[i] - 1;
  }
  if (!metrics_aging_due(a, control, ARC_DAY_FIRST, to, &a->cells[a->width - 2])) return 0;
  a->cells[a->width - 1] = 0;
  for (int c = ARC__CONTROL_UNAPPLIED_CASH; c <= ARC__CONTROL_UNAPPLIED_CREDITS; c++)
    if (!arc__subtract(&a->cells[a->width - 1], a->cells[a->width - 1], arc__i64(t, c, control))) return 0;
  return 1;
}

/* From the sums of the days, while nothing takes effect after the day. ARC_DONE: they do not say. */
static arc_status metrics_aging_currencies(arc_report **out, metrics_aging *a, arc_error *err) {
  const arc__tables *t = a->view.tables;
  int64_t cells[METRICS_BREAKPOINTS_MAX + 3];
  arc__group group = {0, 0, 0, 0};
  arc_status status = ARC_OK;
  if (!a->view.current || a->query.by != ARC_BY_CURRENCY || a->query.basis != ARC_AGING_BY_DUE_DATE)
    return ARC_DONE;
  arc_report *report = metrics_aging_report_of(a, &group, cells);
  for (uint32_t c = metrics_aging_next_currency(t, 0); c && status == ARC_OK; c = metrics_aging_next_currency(t, c)) {
    group.currency = arc__u32(t, ARC__CONTROL_CURRENCY, c);
    status = metrics_aging_sums(a, c) ? metrics_aging_row(report, a, 0, err) : ARC_DONE;
  }
  a->cells = NULL;
  if (status == ARC_OK) return arc__report_finish(out, report, err);
  arc_report_free(report);
  return status;
}

/* ---- by customer, while nothing takes effect after the day ---- */

/* Cash of unknown payers comes last. */
static arc_status metrics_aging_unidentified(arc_report *report, metrics_aging *a, arc_error *err) {
  const arc__tables *t = a->view.tables;
  arc__group *group = &a->groups.data[0];
  group->key = 0;
  for (uint32_t control = 1; control <= t->rows[ARC__TABLE_CONTROL]; control++) {
    group->currency = arc__u32(t, ARC__CONTROL_CURRENCY, control);
    memset(a->cells, 0, a->width * sizeof *a->cells);
    a->cells[a->width - 1] = -arc__i64(t, ARC__CONTROL_UNIDENTIFIED_CASH, control);
    ARC__TRY(metrics_aging_row(report, a, 0, err));
  }
  return ARC_OK;
}

static arc_status metrics_aging_accounts(arc_report *report, metrics_aging *a, arc_error *err) {
  const arc__tables *t = a->view.tables;
  arc__group *group = &a->groups.data[0];
  for (uint32_t account = 1; account <= t->rows[ARC__TABLE_ACCOUNT]; account++) {
    metrics_aging_soon(t, account + METRICS_ACCOUNTS_AHEAD);
    memset(a->cells, 0, a->width * sizeof *a->cells);
    metrics_aging_block(a, account, a->cells);
    a->cells[a->width - 1] = arc__i64(t, ARC__ACCOUNT_UNAPPLIED, account);
    group->key = arc__u32(t, ARC__ACCOUNT_CUSTOMER, account);
    group->currency = arc__u32(t, ARC__ACCOUNT_CURRENCY, account);
    ARC__TRY(metrics_aging_row(report, a, 0, err));
  }
  return metrics_aging_unidentified(report, a, err);
}

/* An account is a customer's business in one currency: each is a row. */
static arc_status metrics_aging_customers(arc_report **out, metrics_aging *a, arc_error *err) {
  int64_t cells[METRICS_BREAKPOINTS_MAX + 3];
  arc__group group = {0, 0, 0, 0};
  arc_report *report = metrics_aging_report_of(a, &group, cells);
  arc_status status = metrics_aging_accounts(report, a, err);
  a->cells = NULL;
  if (status == ARC_OK) return arc__report_finish(out, report, err);
  arc_report_free(report);
  return status;
}

/* ---- all ---- */

static arc_status metrics_aging_run(arc_report **out, metrics_aging *a, arc_error *err) {
  ARC__TRY(metrics_aging_hold_groups(a, err));
  ARC__TRY(a->view.current ? metrics_aging_current(a, err) : metrics_aging_past(a, err));
  arc_report *report = metrics_aging_report_new(a);
  for (size_t g = 0; g < a->groups.count; g++) {
    arc_status status = metrics_aging_row(report, a, g, err);
    if (status < 0) {
      arc_report_free(report);
      return status;
    }
  }
  return arc__report_finish(out, report, err);
}

static arc_status metrics_aging_groups(arc_report **out, metrics_aging *a, arc_error *err) {
  if (a->view.current && a->query.by == ARC_BY_CUSTOMER) return metrics_aging_customers(out, a, err);
  ARC__TRY(arc__groups_open(&a->groups, a->view.ledger, a->query.by, err));
  arc_status status = metrics_aging_run(out, a, err);
  arc__free(a->groups.heap, a->cells, a->groups_held * a->width * sizeof *a->cells);
  arc__groups_close(&a->groups);
  return status;
}

arc_status arc__metrics_aging(arc_report **out, const arc_ledger *ledger,
                              const arc_metrics_query *query, arc_error *err) {
  metrics_aging a;
  memset(&a, 0, sizeof a);
  a.query = *query;
  ARC__TRY(metrics_aging_check(&a, err));
  ARC__TRY(arc__ledger_outside(ledger, err));
  if (a.query.customer.size) return metrics_aging_of_customer(out, &a, ledger, err);
  ARC__TRY(arc__view_open(&a.view, ledger, a.query.as_of, err));
  arc_status status = metrics_aging_currencies(out, &a, err);
  if (status == ARC_DONE) status = metrics_aging_groups(out, &a, err);
  arc__view_close(&a.view);
  return status;
}
