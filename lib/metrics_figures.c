/*
 * Figures: quotients of sums in exact integers, rounded half to even to two decimals, and what is
 * counted by calendar months. What would divide by nothing is undefined. A figure by months costs
 * the invoices of its group once more.
 */
#include "metrics_internal.h"

#include "arcollect/dates.h"
#include "arcollect/money.h"
#include "checked.h"

#include <string.h>

arc_status arc__metrics_quotient(arc__metrics *m, arc__figure *figure, int64_t amount,
                                 int64_t factor, int64_t by) {
  figure->defined = by > 0;
  figure->hundredths = 0;
  return figure->defined ? arc_money_scale(&figure->hundredths, amount, factor * 100, by, m->err)
                         : ARC_OK;
}

arc_status arc__metrics_percent(arc__metrics *m, arc__figure *figure, int64_t part, int64_t whole) {
  return arc__metrics_quotient(m, figure, part, 100, whole);
}

static int32_t metrics_month(arc_day day) {
  int32_t year, month, day_of_month;
  if (arc_day_to_civil(day, &year, &month, &day_of_month) < 0) return 0;
  return year * 12 + month - 1;
}

/* The days of a month that lie in the book's time: all of it, or until the end of the window. */
static int32_t metrics_month_days(const arc__metrics *m, int32_t month) {
  arc_day first = arc_day_from_civil(month / 12, month % 12 + 1, 1);
  if (month == metrics_month(m->end)) return m->end - first + 1;
  return arc_day_from_civil((month + 1) / 12, (month + 1) % 12 + 1, 1) - first;
}

/* Rows of a time follow each other: most are of the month of the one before. */
static int32_t metrics_month_near(arc__metrics *m, arc_day day) {
  if (day < m->near_first || day >= m->near_end) {
    int32_t month = metrics_month(day);
    m->near_month = month;
    m->near_first = arc_day_from_civil(month / 12, month % 12 + 1, 1);
    m->near_end = arc_day_from_civil((month + 1) / 12, (month + 1) % 12 + 1, 1);
  }
  return m->near_month;
}

static arc_status metrics_add_month(arc__metrics *m, arc_day day, int64_t amount) {
  if (day > m->end) return ARC_OK;
  return arc__metrics_add(m, &m->months[metrics_month_near(m, day) - m->first_month], amount);
}

static arc_status metrics_month_of_invoice(arc__metrics *m, uint32_t invoice) {
  const arc__tables *t = m->now.tables;
  return metrics_add_month(m, arc__i32(t, ARC__INVOICE_ISSUED, invoice),
                           arc__i64(t, ARC__INVOICE_AMOUNT, invoice));
}

static arc_status metrics_month_of_credit(arc__metrics *m, uint32_t credit) {
  const arc__tables *t = m->now.tables;
  if (arc__u8(t, ARC__CREDIT_KIND, credit) != ARC_CREDIT_CREDIT_NOTE) return ARC_OK;
  return metrics_add_month(m, arc__i32(t, ARC__CREDIT_DAY, credit),
                           -arc__i64(t, ARC__CREDIT_AMOUNT, credit));
}

/* Through the accounts of the group: what is theirs lies far apart. */
static arc_status metrics_months_of_accounts(arc__metrics *m, const arc__group *group) {
  const arc__tables *t = m->now.tables;
  for (uint32_t a = group->first_account; a; a = m->groups.next_account[a]) {
    for (uint32_t i = arc__u32(t, ARC__ACCOUNT_INVOICE, a); i;
         i = arc__u32(t, ARC__INVOICE_NEXT, i))
      if (i <= m->now.invoices) ARC__TRY(metrics_month_of_invoice(m, i));
    for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, a); c; c = arc__u32(t, ARC__CREDIT_NEXT, c))
      if (arc__view_knows_credit(&m->now, c)) ARC__TRY(metrics_month_of_credit(m, c));
  }
  return ARC_OK;
}

/* From the sums of the days, of all that is recorded. 0: they do not say. */
static int metrics_months_of_days(arc__metrics *m, uint32_t currency) {
  const arc__tables *t = m->now.tables;
  const uint32_t control = arc__find_control(t, currency);
  if (m->now.known != UINT32_MAX) return 0;
  for (int32_t month = m->first_month; month <= m->last_month; month++) {
    arc_day first = arc_day_from_civil(month / 12, month % 12 + 1, 1);
    arc_day last = first + metrics_month_days(m, month) - 1;
    int64_t billed, credited;
    if (!arc__sums_between(t, ARC__DAY_BILLED, control, first, last, &billed) ||
        !arc__sums_between(t, ARC__DAY_CREDITED, control, first, last, &credited) ||
        !arc__subtract(&m->months[month - m->first_month], billed, credited))
      return 0;
  }
  return 1;
}

/* Through all rows in their order: better for the few groups that are whole currencies. */
static arc_status metrics_months_of_currency(arc__metrics *m, const arc__group *group) {
  const arc__tables *t = m->now.tables;
  const uint32_t invoices = arc__view_rows(&m->now, ARC__TABLE_INVOICE);
  const uint32_t credits = arc__view_rows(&m->now, ARC__TABLE_CREDIT);
  if (metrics_months_of_days(m, group->currency)) return ARC_OK;
  memset(m->months, 0, m->month_count * sizeof *m->months);
  for (uint32_t i = 1; i <= invoices; i++)
    if (&m->groups.data[m->groups.of_account[arc__u32(t, ARC__INVOICE_ACCOUNT, i)]] == group)
      ARC__TRY(metrics_month_of_invoice(m, i));
  for (uint32_t c = 1; c <= credits; c++)
    if (arc__u32(t, ARC__CREDIT_CURRENCY, c) == group->currency)
      ARC__TRY(metrics_month_of_credit(m, c));
  return ARC_OK;
}

static arc_status metrics_sales_by_month(arc__metrics *m, const arc__group *group) {
  if (m->months_of == group) return ARC_OK;
  m->months_of = group;
  memset(m->months, 0, m->month_count * sizeof *m->months);
  return m->groups.by == ARC_BY_CURRENCY ? metrics_months_of_currency(m, group)
                                         : metrics_months_of_accounts(m, group);
}

/* Walks back month by month until the sales use up the receivables; undefined if they never do. */
arc_status arc__metrics_count_back(arc__metrics *m, const arc__group *group, int64_t receivables,
                                   arc__figure *figure) {
  int64_t left = receivables, days = 0;
  figure->defined = 1;
  figure->hundredths = 0;
  if (left <= 0) return ARC_OK;
  ARC__TRY(metrics_sales_by_month(m, group));
  for (int32_t month = m->last_month; month >= m->first_month; month--) {
    int64_t sales = m->months[month - m->first_month];
    if (left < sales) {
      int64_t part;
      ARC__TRY(arc_money_scale(&part, left, metrics_month_days(m, month) * 100, sales, m->err));
      figure->hundredths = days * 100 + part;
      return ARC_OK;
    }
    if (!arc__subtract(&left, left, sales)) return arc__metrics_overflow(m->err);
    days += metrics_month_days(m, month);
    if (left == 0) {
      figure->hundredths = days * 100;
      return ARC_OK;
    }
  }
  figure->defined = 0;
  return ARC_OK;
}

/* (opening + sales / N - ending) / (opening + sales / N - not due) * 100, N = per / of. Both sides
 * are multiplied by per, so that nothing is rounded before the end. */
arc_status arc__metrics_effectiveness(arc__metrics *m, arc__figure *figure,
                                      const arc__metrics_sums *s, int64_t sales, int32_t per,
                                      int32_t of) {
  int64_t top, base, part, ended = s->receivables - s->overdue, all, not_due;
  ARC__TRY(arc_money_scale(&base, s->opening, per, 1, m->err));
  ARC__TRY(arc_money_scale(&part, sales, of, 1, m->err));
  ARC__TRY(arc_money_scale(&all, s->receivables, per, 1, m->err));
  ARC__TRY(arc_money_scale(&not_due, ended, per, 1, m->err));
  ARC__TRY(arc__metrics_add(m, &base, part));
  if (!arc__subtract(&top, base, all) || !arc__subtract(&base, base, not_due))
    return arc__metrics_overflow(m->err);
  return arc__metrics_percent(m, figure, top, base);
}

/* Sales of the last calendar months, the one of the end among them, and their days. */
arc_status arc__metrics_rolling(arc__metrics *m, const arc__group *group, int64_t receivables,
                                arc__figure *figure) {
  int64_t sales = 0;
  int32_t days = 0;
  figure->defined = 0;
  if (m->last_month - m->first_month < 2) return ARC_OK;
  ARC__TRY(metrics_sales_by_month(m, group));
  for (int32_t month = m->last_month; month > m->last_month - 3; month--) {
    ARC__TRY(arc__metrics_add(m, &sales, m->months[month - m->first_month]));
    days += metrics_month_days(m, month);
  }
  return arc__metrics_quotient(m, figure, receivables, days, sales);
}

/* ---- the months there are ---- */

/* From the month of the first invoice or credit note until that of the end. */
arc_status arc__metrics_months_open(arc__metrics *m) {
  const arc__tables *t = m->now.tables;
  arc_day first = m->end;
  for (uint32_t i = 1, rows = arc__view_rows(&m->now, ARC__TABLE_INVOICE); i <= rows; i++)
    if (arc__i32(t, ARC__INVOICE_ISSUED, i) < first) first = arc__i32(t, ARC__INVOICE_ISSUED, i);
  for (uint32_t i = 1, rows = arc__view_rows(&m->now, ARC__TABLE_CREDIT); i <= rows; i++)
    if (arc__i32(t, ARC__CREDIT_DAY, i) < first) first = arc__i32(t, ARC__CREDIT_DAY, i);
  m->first_month = metrics_month(first);
  m->last_month = metrics_month(m->end);
  m->month_count = (size_t)(m->last_month - m->first_month + 1);
  m->months = arc__alloc(m->groups.heap, m->month_count * sizeof *m->months);
  return m->months ? ARC_OK : arc__fail_nomem(m->err);
}
