/*
 * Metrics: the key figures of a window, each with the variant of its formula and its population.
 *
 * Sums per group come from metrics_sums.c; the figures are their quotients (metrics_figures.c).
 * Each row says what it is a figure of; what is undefined is null.
 */
#include "arcollect/metrics.h"

#include "arcollect/dates.h"
#include "arcollect/money.h"
#include "checked.h"
#include "currency.h"
#include "metrics_internal.h"
#include "report.h"
#include "struct_sizes.h"

#include <string.h>

#define METRICS_DAYS_MAX     3660
#define METRICS_DAYS_DEFAULT 90
#define METRICS_TOP          5

/* ---- the report ---- */

typedef struct metrics_writer {
  arc_report *report;
  arc__buffer scratch;
  char window[23], end[11], code[4];
  arc_text group;
} metrics_writer;

/* One row: `population` is followed by the window or the moment it speaks of. */
static void metrics_row(metrics_writer *w, const char *metric, const char *variant,
                        const char *value, const char *unit, const char *population,
                        const char *when) {
  arc__report_add_string(w->report, metric);
  arc__report_add_string(w->report, variant);
  if (value)
    arc__report_add_string(w->report, value);
  else
    arc__report_add_null(w->report);
  arc__report_add_string(w->report, unit);
  w->scratch.size = 0;
  arc__buffer_format(&w->scratch, "%s %s", population, when);
  arc__report_add_text(w->report, (const char *)w->scratch.data, w->scratch.size);
  arc__report_add_string(w->report, w->code);
  arc__report_add_text(w->report, w->group.data, w->group.size);
}

static void metrics_money(metrics_writer *w, const char *metric, int64_t amount,
                          const char *population, const char *when) {
  char value[24] = "";
  arc_money_format(value, sizeof value, NULL, amount, w->code, NULL);
  metrics_row(w, metric, "sum", value, w->code, population, when);
}

/* Two decimals are what most currencies have, so their notation serves for days and percent. */
static void metrics_number(metrics_writer *w, const char *metric, const char *variant,
                           arc__figure figure, const char *unit, const char *population) {
  char value[24] = "";
  if (figure.defined) arc_money_format(value, sizeof value, NULL, figure.hundredths, "USD", NULL);
  metrics_row(w, metric, variant, figure.defined ? value : NULL, unit, population, w->window);
}

static void metrics_write_amounts(metrics_writer *w, const arc__metrics_sums *s, int64_t sales) {
  metrics_money(w, "receivables", s->receivables, "open items, credits not deducted, on", w->end);
  metrics_money(w, "unapplied", s->unapplied, "cash and credit notes not applied on", w->end);
  metrics_money(w, "overdue", s->overdue, "open items due before", w->end);
  metrics_money(w, "credit_sales", sales, "invoices issued, less credit notes,", w->window);
  metrics_money(w, "cash_collected", s->collected, "payments received, less those reversed,",
                w->window);
  metrics_money(w, "written_off", s->written_off, "write-offs dated", w->window);
}

static arc_status metrics_write_turnover(metrics_writer *w, arc__metrics *m,
                                         const arc__group *group, const arc__metrics_sums *s,
                                         int64_t sales) {
  static const char *const all =
      "open items, credits not deducted, and all invoices issued, less credit notes,";
  arc__figure simple, best, late, figure;
  int64_t both = s->opening, twice;
  ARC__TRY(arc__metrics_quotient(m, &simple, s->receivables, m->days, sales));
  ARC__TRY(arc__metrics_quotient(m, &best, s->receivables - s->overdue, m->days, sales));
  late = (arc__figure){simple.defined, simple.hundredths - best.hundredths};
  metrics_number(w, "dso", "simple", simple, "days", all);
  ARC__TRY(arc__metrics_add(m, &both, s->receivables));
  if (!arc__add(&twice, sales, sales)) return arc__metrics_overflow(m->err);
  ARC__TRY(arc__metrics_quotient(m, &figure, both, m->days, twice));
  metrics_number(w, "dso", "average-balance", figure, "days", all);
  ARC__TRY(arc__metrics_count_back(m, group, s->receivables, &figure));
  metrics_number(w, "dso", "count-back", figure, "days",
                 "open items against the sales of whole calendar months back from the end of");
  metrics_number(w, "best_possible_dso", "simple", best, "days",
                 "open items not past due, and sales,");
  metrics_number(w, "average_days_delinquent", "simple", late, "days",
                 "dso less best_possible_dso,");
  ARC__TRY(arc__metrics_effectiveness(m, &figure, s, sales, m->days, 30));
  metrics_number(w, "collection_effectiveness", "CRF /N, N = days / 30", figure, "percent", all);
  ARC__TRY(arc__metrics_effectiveness(m, &figure, s, sales, 1, 1));
  metrics_number(w, "collection_effectiveness", "plain", figure, "percent", all);
  return ARC_OK;
}

static arc_status metrics_write_delay(metrics_writer *w, arc__metrics *m,
                                      const arc__metrics_sums *s) {
  arc__figure figure;
  int64_t amount = s->settled, weighted = s->settled_days;
  ARC__TRY(arc__metrics_quotient(m, &figure, weighted, 1, amount));
  metrics_number(w, "average_payment_delay", "paid", figure, "days",
                 "payments applied, weighted by amount, due date to receipt, early negative,");
  ARC__TRY(arc__metrics_add(m, &amount, s->overdue));
  ARC__TRY(arc__metrics_add(m, &weighted, s->overdue_days));
  ARC__TRY(arc__metrics_quotient(m, &figure, weighted, 1, amount));
  metrics_number(w, "average_payment_delay", "paid and open", figure, "days",
                 "payments applied, and open items past due as if paid at the end,");
  return ARC_OK;
}

static const char *const metrics_receipts = "payments received; of them, those applied in full by "
                                            "the end without a human, not undone within 30 days,";

static arc_status metrics_write_shares(metrics_writer *w, arc__metrics *m,
                                       const arc__metrics_sums *s, int64_t sales) {
  arc__figure figure;
  ARC__TRY(arc__metrics_percent(m, &figure, s->overdue, s->receivables));
  metrics_number(w, "overdue_share", "by value", figure, "percent", "open items at the end of");
  ARC__TRY(arc__metrics_percent(m, &figure, s->unapplied, s->receivables));
  metrics_number(w, "unapplied_share", "of receivables", figure, "percent",
                 "cash and credit notes not applied, and open items, at the end of");
  ARC__TRY(arc__metrics_percent(m, &figure, s->unapplied_cash, s->received));
  metrics_number(w, "unapplied_share", "of cash received", figure, "percent",
                 "payments not applied at the end of, and all payments received,");
  ARC__TRY(arc__metrics_percent(m, &figure, s->collected, s->fell_due));
  metrics_number(w, "collection_efficiency", "cash / fell due", figure, "percent",
                 "payments received, less those reversed, and instalments due,");
  ARC__TRY(arc__metrics_percent(m, &figure, s->disputed, s->invoiced));
  metrics_number(w, "dispute_rate", "by value", figure, "percent", "all invoices issued");
  ARC__TRY(arc__metrics_percent(m, &figure, s->invoices_disputed, s->invoices));
  metrics_number(w, "dispute_rate", "by count", figure, "percent", "all invoices issued");
  ARC__TRY(arc__metrics_percent(m, &figure, s->kept, s->promised));
  metrics_number(w, "promise_kept_rate", "by value", figure, "percent",
                 "promises whose day and grace ended, partly kept ones in part,");
  ARC__TRY(arc__metrics_percent(m, &figure, s->applied_by_itself, s->applied));
  metrics_number(w, "auto_applied_share", "by value", figure, "percent", "payments applied");
  ARC__TRY(arc__metrics_percent(m, &figure, s->untouched, s->received));
  metrics_number(w, "auto_match_rate", "by value", figure, "percent", metrics_receipts);
  ARC__TRY(arc__metrics_percent(m, &figure, s->receipts_untouched, s->receipts));
  metrics_number(w, "auto_match_rate", "by count", figure, "percent", metrics_receipts);
  ARC__TRY(arc__metrics_percent(m, &figure, s->written_off, sales));
  metrics_number(w, "bad_debt_ratio", "of credit sales", figure, "percent",
                 "write-offs, and invoices issued less credit notes,");
  return ARC_OK;
}

static arc_status metrics_write_disputes(metrics_writer *w, arc__metrics *m,
                                         const arc__metrics_sums *s, size_t group) {
  static const char *const open = "disputes open at the end, from the day they were opened,",
                           *const resolved = "disputes resolved, from the day they were opened,";
  arc__figure figure;
  ARC__TRY(arc__metrics_quotient(m, &figure, s->dispute_days, 1, s->disputes));
  metrics_number(w, "dispute_age", "mean", figure, "days", open);
  metrics_number(w, "dispute_age", "p90, nearest rank",
                 arc__metrics_ninth_tenth(m, group, 0, s->disputes), "days", open);
  ARC__TRY(arc__metrics_quotient(m, &figure, s->resolved_days, 1, s->resolved));
  metrics_number(w, "dispute_resolution_time", "mean", figure, "days", resolved);
  metrics_number(w, "dispute_resolution_time", "p90, nearest rank",
                 arc__metrics_ninth_tenth(m, group, 1, s->resolved), "days", resolved);
  return ARC_OK;
}

static arc_status metrics_write_invoices(metrics_writer *w, arc__metrics *m,
                                         const arc__metrics_sums *s) {
  arc__figure figure;
  ARC__TRY(arc__metrics_percent(m, &figure, s->sold - s->wrong, s->sold));
  metrics_number(w, "invoice_accuracy", "by count", figure, "percent",
                 "invoices issued, less those corrected, credited or disputed for an error of ours "
                 "by the end,");
  ARC__TRY(arc__metrics_quotient(m, &figure, s->fulfilled_days, 1, s->fulfilled));
  metrics_number(w, "billing_gap", "by value", figure, "days",
                 "invoices issued that state when they were fulfilled, from then to issue,");
  return ARC_OK;
}

/* Shares of accounts in what the group is owed: the five largest, and the sum of squares (10,000:
 * one account alone). */
static arc_status metrics_write_concentration(metrics_writer *w, arc__metrics *m,
                                              const arc__group *group, int64_t whole) {
  int64_t top[METRICS_TOP] = {0}, most = 0, squares = 0;
  arc__figure figure, index = {whole > 0, 0};
  for (uint32_t a = group->first_account; a && whole > 0; a = m->groups.next_account[a]) {
    int64_t owed = arc__view_receivable(&m->now, a), share;
    ARC__TRY(arc_money_scale(&share, owed, 1000000000, whole, m->err));
    squares += share * share / 1000000000;
    for (int i = 0; i < METRICS_TOP; i++)
      if (owed > top[i]) {
        int64_t less = top[i];
        top[i] = owed;
        owed = less;
      }
  }
  for (int i = 0; i < METRICS_TOP; i++)
    most += top[i];
  index.hundredths = (squares + 500) / 1000;
  ARC__TRY(arc__metrics_percent(m, &figure, top[0], whole));
  metrics_number(w, "concentration", "largest customer", figure, "percent",
                 "open items by customer at the end of");
  ARC__TRY(arc__metrics_percent(m, &figure, most, whole));
  metrics_number(w, "concentration", "five largest customers", figure, "percent",
                 "open items by customer at the end of");
  metrics_number(w, "concentration", "Herfindahl index, 10000: one customer", index, "index",
                 "open items by customer at the end of");
  return ARC_OK;
}

static arc_status metrics_write_course(metrics_writer *w, arc__metrics *m,
                                       const arc__metrics_sums *s) {
  static const char *const rolls[ARC__METRICS_BUCKETS] = {"not due to 1-30", "1-30 to 31-60",
                                                          "31-60 to 61-90", "61-90 to over 90"};
  arc__figure figure;
  for (int b = 0; b < ARC__METRICS_BUCKETS; b++) {
    ARC__TRY(arc__metrics_percent(m, &figure, s->rolled[b], s->rolling[b]));
    metrics_number(w, "roll_rate", rolls[b], figure, "percent",
                   "instalments open at the beginning, each followed to the end, of");
  }
  ARC__TRY(arc__metrics_percent(m, &figure, s->at_risk, s->billed_before));
  metrics_number(w, "at_risk_rate", "open 90 days after issue", figure, "percent",
                 "invoices issued 90 days before, open at the end of");
  return ARC_OK;
}

static arc_status metrics_write_group(metrics_writer *w, arc__metrics *m, size_t index) {
  const arc__group *group = &m->groups.data[index];
  const arc__metrics_sums *s = &m->sums[index];
  arc__figure figure;
  int64_t sales;
  if (!arc__subtract(&sales, s->invoiced, s->credited)) return arc__metrics_overflow(m->err);
  arc__currency_unpack(w->code, group->currency);
  w->group = arc__group_text(&m->groups, group);
  metrics_write_amounts(w, s, sales);
  ARC__TRY(metrics_write_turnover(w, m, group, s, sales));
  ARC__TRY(metrics_write_delay(w, m, s));
  ARC__TRY(metrics_write_invoices(w, m, s));
  ARC__TRY(metrics_write_disputes(w, m, s, index));
  ARC__TRY(metrics_write_shares(w, m, s, sales));
  ARC__TRY(arc__metrics_rolling(m, group, s->receivables, &figure));
  metrics_number(w, "dso", "rolling, 3 months", figure, "days",
                 "open items against the sales of the last three calendar months up to the end of");
  ARC__TRY(metrics_write_concentration(w, m, group, s->receivables));
  return metrics_write_course(w, m, s);
}

static arc_status metrics_write(arc_report **out, arc__metrics *m) {
  static const arc__report_column columns[] = {
      {"metric", ARC_COLUMN_TEXT}, {"variant", ARC_COLUMN_TEXT},    {"value", ARC_COLUMN_TEXT},
      {"unit", ARC_COLUMN_TEXT},   {"population", ARC_COLUMN_TEXT}, {"currency", ARC_COLUMN_TEXT},
      {"group", ARC_COLUMN_TEXT},
  };
  metrics_writer w;
  memset(&w, 0, sizeof w);
  arc_day_format(w.window, m->begin + 1);
  memcpy(w.window + 10, "..", 2);
  arc_day_format(w.window + 12, m->end);
  arc_day_format(w.end, m->end);
  arc__buffer_init(&w.scratch, m->groups.heap);
  w.report = arc__report_new(m->groups.heap, columns, sizeof columns / sizeof *columns);
  arc_status status = ARC_OK;
  for (size_t g = 0; g < m->groups.count && status == ARC_OK; g++)
    status = metrics_write_group(&w, m, g);
  if (status == ARC_OK && w.scratch.failed) status = arc__fail_nomem(m->err);
  arc__buffer_free(&w.scratch);
  if (status == ARC_OK) return arc__report_finish(out, w.report, m->err);
  arc_report_free(w.report);
  return status;
}

/* ---- the call ---- */

static arc_status metrics_with_groups(arc_report **out, arc__metrics *m) {
  ARC__TRY(arc__metrics_months_open(m));
  arc_status status = arc__metrics_gather(m);
  if (status == ARC_OK) status = metrics_write(out, m);
  arc__free(m->groups.heap, m->errors, m->errors_held);
  arc__free(m->groups.heap, m->ages, m->ages_held * sizeof *m->ages);
  arc__free(m->groups.heap, m->sums, m->sums_held * sizeof *m->sums);
  arc__free(m->groups.heap, m->months, m->month_count * sizeof *m->months);
  return status;
}

static arc_status metrics_with_views(arc_report **out, arc__metrics *m, int32_t by) {
  ARC__TRY(arc__groups_open(&m->groups, m->now.ledger, by, m->err));
  arc_status status = metrics_with_groups(out, m);
  arc__groups_close(&m->groups);
  return status;
}

static arc_status metrics_figures(arc_report **out, const arc_ledger *ledger, const arc_metrics_query *q,
                                  arc_error *err) {
  arc__metrics m;
  if (q->as_of > ARC_DAY_LAST || q->as_of < ARC_DAY_FIRST + METRICS_DAYS_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 2, "as_of must be a day of the years 11 to 9999");
  memset(&m, 0, sizeof m);
  m.err = err;
  m.end = q->as_of;
  m.days = (int32_t)q->days;
  m.begin = q->as_of - m.days;
  ARC__TRY(arc__view_open(&m.now, ledger, m.end, err));
  arc_status status = arc__view_open(&m.then, ledger, m.begin, err);
  if (status == ARC_OK) {
    status = metrics_with_views(out, &m, q->by);
    arc__view_close(&m.then);
  }
  arc__view_close(&m.now);
  return status;
}

arc_status arc_metrics_report(arc_report **out, const arc_ledger *ledger, const arc_metrics_query *query,
                              arc_error *err) {
  arc_metrics_query q;
  if (!out || !ledger) return arc__fail(err, ARC_E_INVALID, "out and ledger must not be NULL");
  *out = NULL;
  ARC__TRY(ARC__READ(arc_metrics_query, &q, query, err));
  if (q.days > METRICS_DAYS_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 4, "days must be 1 to %d, or 0 for %d", METRICS_DAYS_MAX,
                           METRICS_DAYS_DEFAULT);
  if (q.days == 0) q.days = METRICS_DAYS_DEFAULT;
  if (q.report != ARC_METRICS_AGING && q.customer.size)
    return arc__fail_field(err, ARC_E_INVALID, 0, 9, "customer is for ARC_METRICS_AGING");
  switch (q.report) {
  case ARC_METRICS_AGING: return arc__metrics_aging(out, ledger, &q, err);
  case ARC_METRICS_FIGURES: return metrics_figures(out, ledger, &q, err);
  case ARC_METRICS_DSO_CHANGE: return arc__metrics_dso_change(out, ledger, &q, err);
  default: return arc__fail_field(err, ARC_E_INVALID, 0, 1, "report must be one of ARC_METRICS_*, not %d", (int)q.report);
  }
}
