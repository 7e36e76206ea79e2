/*
 * Metrics: the key figures of a window, each with the variant of its formula and its population.
 *
 * Sums per group are gathered in one pass over each table; the figures are quotients of them in
 * exact integers, rounded half to even to two decimals. What would divide by nothing is undefined:
 * null. Costs the book once, and the invoices of a group once more for its count-back.
 */
#include "arcollect/metrics.h"

#include "arcollect/dates.h"
#include "arcollect/money.h"
#include "checked.h"
#include "currency.h"
#include "metrics_internal.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

#define METRICS_DAYS_MAX     3660
#define METRICS_DAYS_DEFAULT 90

#define METRICS_BUCKETS 4     /* not due, 1-30, 31-60, 61-90; what is older rolls nowhere */
#define METRICS_RISK_DAYS 90
#define METRICS_TOP 5

/* What is summed of a group: minor units, or minor units times days. The window are the days after
 * `begin` until `end`. */
typedef struct metrics_sums {
  int64_t opening;           /* open items at the end of the day before the window */
  int64_t receivables;       /* open items at its end */
  int64_t overdue;           /* of them, past due */
  int64_t overdue_days;      /* times days past due */
  int64_t unapplied;         /* credits not applied at its end */
  int64_t invoiced;          /* invoices issued in the window */
  int64_t credited;          /* credit notes issued in it */
  int64_t disputed;          /* of invoiced, what was ever disputed */
  int64_t fell_due;          /* instalments due in it */
  int64_t collected;         /* payments received in it, less those reversed */
  int64_t settled;           /* by applications of payments dated in it, discounts included */
  int64_t settled_days;      /* times days from due to receipt */
  int64_t applied;           /* cash of all applications dated in it */
  int64_t applied_by_itself; /* of it, found without a human */
  int64_t written_off;       /* in it */
  int64_t promised;          /* promises whose day and grace ended in it */
  int64_t kept;              /* of it, paid in time */
  int64_t invoices;          /* issued in the window: how many */
  int64_t invoices_disputed; /* of them, those ever disputed */
  int64_t sold;              /* issued in the window, charges not counted: how many */
  int64_t wrong;             /* of them, those corrected, credited or disputed for an error of ours by its end */
  int64_t fulfilled;         /* of sold, what states when it was fulfilled: minor units */
  int64_t fulfilled_days;    /* times days from then to issue */
  int64_t disputes;          /* not resolved at its end: how many */
  int64_t dispute_days;      /* their ages */
  int64_t resolved;          /* disputes resolved in it: how many */
  int64_t resolved_days;     /* from opening to resolution */
  int64_t billed_before, at_risk; /* issued in the window that ended 90 days earlier; of it, open at the end */
  int64_t rolling[METRICS_BUCKETS], rolled[METRICS_BUCKETS]; /* in a bucket at the beginning; in the next at the end */
} metrics_sums;

/* A figure in hundredths; undefined where there is nothing to divide by. */
typedef struct metrics_figure {
  int defined;
  int64_t hundredths;
} metrics_figure;

/* The days that a dispute took, or is open. Rows are unique, so any sort gives the one order. */
typedef struct metrics_age {
  uint32_t group, row;
  int32_t days;
  int resolved;
} metrics_age;

typedef struct metrics {
  arc_day begin, end;
  int32_t days;
  arc__view then, now; /* at the ends of begin and end */
  arc__groups groups;
  metrics_sums *sums;
  size_t sums_held;
  metrics_age *ages; /* of disputes, by group, open ones first, days rising */
  size_t age_count, ages_held;
  unsigned char *errors; /* per invoice row: whether it was wrong */
  size_t errors_held;
  int64_t *months; /* credit sales of a group per calendar month, oldest first; scratch */
  int32_t first_month, last_month;
  arc_error *err;
} metrics;

static arc_status metrics_overflow(arc_error *err) {
  return arc__fail(err, ARC_E_OVERFLOW, "the amounts of a group do not add up within 64 bits");
}

static arc_status metrics_add(metrics *m, int64_t *sum, int64_t amount) {
  return arc__add(sum, *sum, amount) ? ARC_OK : metrics_overflow(m->err);
}

static arc_status metrics_add_days(metrics *m, int64_t *sum, int64_t amount, int32_t days) {
  int64_t product;
  ARC__TRY(arc_money_scale(&product, amount, days, 1, m->err));
  return metrics_add(m, sum, product);
}

static int metrics_in_window(const metrics *m, arc_day day) {
  return day > m->begin && day <= m->end;
}

/* Later than the window, or never. */
static int metrics_not_yet(const metrics *m, arc_day day) {
  return day == ARC_DAY_NONE || day > m->end;
}

static metrics_sums *metrics_of_invoice(const metrics *m, uint32_t invoice) {
  return &m->sums[m->groups.of_account[arc__u32(m->now.tables, ARC__INVOICE_ACCOUNT, invoice)]];
}

/* ---- gathering ---- */

static int metrics_bucket(int32_t days_late) {
  return days_late <= 0 ? 0 : days_late <= 30 ? 1 : days_late <= 60 ? 2 : days_late <= 90 ? 3 : METRICS_BUCKETS;
}

/* Instalments are followed one by one, not balances. */
static arc_status metrics_roll(metrics *m, metrics_sums *s, int64_t opening, int64_t open, arc_day due) {
  int then = metrics_bucket(m->begin - due), now = metrics_bucket(m->end - due);
  if (opening <= 0 || then == METRICS_BUCKETS) return ARC_OK;
  ARC__TRY(metrics_add(m, &s->rolling[then], opening));
  if (open <= 0 || now != then + 1) return ARC_OK;
  return metrics_add(m, &s->rolled[then], open < opening ? open : opening);
}

static arc_status metrics_instalment(metrics *m, uint32_t instalment) {
  const arc__tables *t = m->now.tables;
  uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, instalment);
  if (arc__i32(t, ARC__INVOICE_ISSUED, invoice) > m->end) return ARC_OK;
  metrics_sums *s = metrics_of_invoice(m, invoice);
  arc_day due = arc__i32(t, ARC__INSTALMENT_DUE, instalment);
  int64_t open = arc__view_instalment_open(&m->now, instalment);
  ARC__TRY(metrics_add(m, &s->opening, arc__view_instalment_open(&m->then, instalment)));
  ARC__TRY(metrics_add(m, &s->receivables, open));
  ARC__TRY(metrics_roll(m, s, arc__view_instalment_open(&m->then, instalment), open, due));
  if (metrics_in_window(m, due))
    ARC__TRY(metrics_add(m, &s->fell_due, arc__i64(t, ARC__INSTALMENT_AMOUNT, instalment)));
  if (due >= m->end) return ARC_OK;
  ARC__TRY(metrics_add(m, &s->overdue, open));
  return metrics_add_days(m, &s->overdue_days, open, m->end - due);
}

/* What was in dispute by the end of the window, resolved since or not, at most the invoice's
 * amount. */
static int64_t metrics_ever_disputed(const metrics *m, uint32_t invoice) {
  const arc__tables *t = m->now.tables;
  int64_t amount = arc__i64(t, ARC__INVOICE_AMOUNT, invoice), left = amount;
  for (uint32_t e = arc__u32(t, ARC__INVOICE_EXCEPTION, invoice); e;
       e = arc__u32(t, ARC__EXCEPTION_NEXT, e)) {
    if (arc__u8(t, ARC__EXCEPTION_KIND, e) != ARC__EXCEPTION_DISPUTE) continue;
    if (e > m->now.exceptions || arc__i32(t, ARC__EXCEPTION_FROM, e) > m->end) continue;
    int64_t part = arc__i64(t, ARC__EXCEPTION_AMOUNT, e);
    left -= part == 0 || part > left ? left : part;
  }
  return amount - left;
}

static arc_status metrics_sale(metrics *m, metrics_sums *s, uint32_t invoice) {
  const arc__tables *t = m->now.tables;
  arc_day fulfilled = arc__i32(t, ARC__INVOICE_FULFILLED, invoice);
  int64_t amount = arc__i64(t, ARC__INVOICE_AMOUNT, invoice);
  s->sold++;
  s->wrong += m->errors[invoice];
  if (fulfilled == ARC_DAY_NONE) return ARC_OK;
  ARC__TRY(metrics_add(m, &s->fulfilled, amount));
  return metrics_add_days(m, &s->fulfilled_days, amount, arc__i32(t, ARC__INVOICE_ISSUED, invoice) - fulfilled);
}

static arc_status metrics_risk(metrics *m, uint32_t invoice) {
  const arc__tables *t = m->now.tables;
  arc_day issued = arc__i32(t, ARC__INVOICE_ISSUED, invoice);
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  metrics_sums *s = metrics_of_invoice(m, invoice);
  if (!metrics_in_window(m, issued + METRICS_RISK_DAYS)) return ARC_OK;
  ARC__TRY(metrics_add(m, &s->billed_before, arc__i64(t, ARC__INVOICE_AMOUNT, invoice)));
  for (uint32_t i = 0; i < arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice); i++)
    ARC__TRY(metrics_add(m, &s->at_risk, arc__view_instalment_open(&m->now, first + i)));
  return ARC_OK;
}

static arc_status metrics_invoice(metrics *m, uint32_t invoice) {
  const arc__tables *t = m->now.tables;
  ARC__TRY(metrics_risk(m, invoice));
  if (!metrics_in_window(m, arc__i32(t, ARC__INVOICE_ISSUED, invoice))) return ARC_OK;
  metrics_sums *s = metrics_of_invoice(m, invoice);
  int64_t disputed = metrics_ever_disputed(m, invoice);
  s->invoices++;
  s->invoices_disputed += disputed > 0;
  if (arc__u8(t, ARC__INVOICE_KIND, invoice) == ARC__INVOICE_SALE) ARC__TRY(metrics_sale(m, s, invoice));
  ARC__TRY(metrics_add(m, &s->invoiced, arc__i64(t, ARC__INVOICE_AMOUNT, invoice)));
  return metrics_add(m, &s->disputed, disputed);
}

/* Room for the sums of all groups; those of unknown payers come up on the way. */
static arc_status metrics_hold_groups(metrics *m) {
  void *sums = m->sums;
  size_t held = m->sums_held;
  if (m->groups.count <= held) return ARC_OK;
  if (arc__grow(m->groups.heap, &sums, &held, m->groups.count, sizeof *m->sums) < 0)
    return arc__fail_nomem(m->err);
  m->sums = sums;
  memset(m->sums + m->sums_held, 0, (held - m->sums_held) * sizeof *m->sums);
  m->sums_held = held;
  return ARC_OK;
}

static arc_status metrics_credit(metrics *m, uint32_t credit) {
  const arc__tables *t = m->now.tables;
  arc_day day = arc__i32(t, ARC__CREDIT_DAY, credit);
  int64_t amount = arc__i64(t, ARC__CREDIT_AMOUNT, credit);
  size_t group;
  if (day > m->end) return ARC_OK;
  ARC__TRY(arc__groups_of_credit(&m->groups, &m->now, credit, &group, m->err));
  ARC__TRY(metrics_hold_groups(m));
  metrics_sums *s = &m->sums[group];
  ARC__TRY(metrics_add(m, &s->unapplied, arc__view_credit_open(&m->now, credit)));
  if (!metrics_in_window(m, day)) return ARC_OK;
  if (arc__u8(t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_CREDIT_NOTE)
    return metrics_add(m, &s->credited, amount);
  if (!metrics_not_yet(m, arc__view_credit_reversed(&m->now, credit))) return ARC_OK;
  return metrics_add(m, &s->collected, amount);
}

static arc_status metrics_application(metrics *m, metrics_sums *s, uint32_t entry) {
  const arc__tables *t = m->now.tables;
  int64_t amount = arc__i64(t, ARC__ENTRY_AMOUNT, entry), settled = amount;
  uint32_t credit = arc__u32(t, ARC__ENTRY_CREDIT, entry);
  int how = arc__u8(t, ARC__ENTRY_HOW, entry);
  if (arc__u8(t, ARC__CREDIT_KIND, credit) != ARC_CREDIT_PAYMENT) return ARC_OK;
  arc_day due = arc__i32(t, ARC__INSTALMENT_DUE, arc__u32(t, ARC__ENTRY_INSTALMENT, entry));
  ARC__TRY(metrics_add(m, &settled, arc__i64(t, ARC__ENTRY_DISCOUNT, entry)));
  ARC__TRY(metrics_add(m, &s->settled, settled));
  ARC__TRY(
      metrics_add_days(m, &s->settled_days, settled, arc__i32(t, ARC__CREDIT_DAY, credit) - due));
  ARC__TRY(metrics_add(m, &s->applied, amount));
  if (how == ARC_HOW_GIVEN || how == ARC_HOW_CONFIRMED) return ARC_OK;
  return metrics_add(m, &s->applied_by_itself, amount);
}

static arc_status metrics_entry(metrics *m, uint32_t entry) {
  const arc__tables *t = m->now.tables;
  if (!metrics_in_window(m, arc__i32(t, ARC__ENTRY_DAY, entry))) return ARC_OK;
  if (!metrics_not_yet(m, arc__view_entry_undone(&m->now, entry))) return ARC_OK;
  uint32_t invoice = arc__entry_invoice(t, entry);
  if (!invoice) return ARC_OK; /* a refund settles nothing */
  metrics_sums *s = metrics_of_invoice(m, invoice);
  switch (arc__u8(t, ARC__ENTRY_KIND, entry)) {
  case ARC__ENTRY_WRITEOFF:
  case ARC__ENTRY_RECOVERY:
    return metrics_add(m, &s->written_off, arc__i64(t, ARC__ENTRY_AMOUNT, entry));
  case ARC__ENTRY_WAIVER:
    return metrics_add(m, &s->credited, arc__i64(t, ARC__ENTRY_AMOUNT, entry));
  default: return metrics_application(m, s, entry);
  }
}

static arc_status metrics_promise(metrics *m, uint32_t exception) {
  const arc__tables *t = m->now.tables;
  if (arc__u8(t, ARC__EXCEPTION_KIND, exception) != ARC__EXCEPTION_PROMISE) return ARC_OK;
  arc_day last =
      arc__i32(t, ARC__EXCEPTION_UNTIL, exception) + arc__u16(t, ARC__EXCEPTION_GRACE, exception);
  if (last < m->begin || last >= m->end) return ARC_OK; /* its day must be over */
  int64_t amount = arc__i64(t, ARC__EXCEPTION_AMOUNT, exception), paid = 0;
  metrics_sums *s = metrics_of_invoice(m, arc__u32(t, ARC__EXCEPTION_INVOICE, exception));
  arc__view_promise(&m->now, exception, &paid);
  ARC__TRY(metrics_add(m, &s->promised, amount));
  return metrics_add(m, &s->kept, paid < amount ? paid : amount);
}

/* ---- ages of disputes ---- */

static arc_status metrics_dispute(metrics *m, uint32_t exception) {
  const arc__tables *t = m->now.tables;
  arc_day opened = arc__i32(t, ARC__EXCEPTION_FROM, exception);
  arc_day closed = arc__view_exception_closed(&m->now, exception);
  if (arc__u8(t, ARC__EXCEPTION_KIND, exception) != ARC__EXCEPTION_DISPUTE) return ARC_OK;
  if (opened > m->end || (closed != ARC_DAY_NONE && closed <= m->begin)) return ARC_OK;
  int resolved = closed != ARC_DAY_NONE && closed <= m->end;
  int32_t days = (resolved ? closed : m->end) - opened;
  metrics_sums *s = metrics_of_invoice(m, arc__u32(t, ARC__EXCEPTION_INVOICE, exception));
  *(resolved ? &s->resolved : &s->disputes) += 1;
  *(resolved ? &s->resolved_days : &s->dispute_days) += days;
  if (arc__grow(m->groups.heap, (void **)&m->ages, &m->ages_held, m->age_count + 1, sizeof *m->ages) < 0)
    return arc__fail_nomem(m->err);
  m->ages[m->age_count++] = (metrics_age){(uint32_t)(s - m->sums), exception, days, resolved};
  return ARC_OK;
}

static int metrics_compare_ages(const void *left, const void *right) {
  const metrics_age *a = left, *b = right;
  if (a->group != b->group) return a->group < b->group ? -1 : 1;
  if (a->resolved != b->resolved) return a->resolved < b->resolved ? -1 : 1;
  if (a->days != b->days) return a->days < b->days ? -1 : 1;
  return a->row < b->row ? -1 : 1;
}

/* The days that nine in ten disputes of a group do not exceed: the nearest rank. */
static metrics_figure metrics_ninth_tenth(const metrics *m, size_t group, int resolved, int64_t count) {
  const metrics_age least = {(uint32_t)group, 0, 0, resolved};
  size_t first = 0, end = m->age_count;
  if (count == 0) return (metrics_figure){0, 0};
  while (first < end) {
    size_t middle = first + (end - first) / 2;
    if (metrics_compare_ages(&m->ages[middle], &least) < 0) first = middle + 1;
    else end = middle;
  }
  return (metrics_figure){1, (int64_t)m->ages[first + (size_t)((count * 9 + 9) / 10) - 1].days * 100};
}

/* Marks the invoices that turned out wrong by the end of the window. */
static arc_status metrics_find_errors(metrics *m) {
  const arc__tables *t = m->now.tables;
  m->errors_held = (size_t)t->rows[ARC__TABLE_INVOICE] + 1;
  m->errors = arc__alloc(m->groups.heap, m->errors_held);
  if (!m->errors) return arc__fail_nomem(m->err);
  for (uint32_t i = 1; i <= t->rows[ARC__TABLE_CORRECTION] && i <= m->now.corrections; i++)
    if (!arc__u8(t, ARC__CORRECTION_FALSE_ALARM, i) && arc__i32(t, ARC__CORRECTION_DAY, i) <= m->end)
      m->errors[arc__u32(t, ARC__CORRECTION_INVOICE, i)] = 1;
  for (uint32_t i = 1; i <= arc__view_rows(&m->now, ARC__TABLE_CREDIT); i++)
    if (arc__u8(t, ARC__CREDIT_OUR_ERROR, i) && arc__i32(t, ARC__CREDIT_DAY, i) <= m->end)
      m->errors[arc__u32(t, ARC__CREDIT_INVOICE, i)] = 1;
  for (uint32_t i = 1; i <= arc__view_rows(&m->now, ARC__TABLE_EXCEPTION); i++)
    if (arc__u8(t, ARC__EXCEPTION_OUR_ERROR, i) && !metrics_not_yet(m, arc__view_exception_closed(&m->now, i)))
      m->errors[arc__u32(t, ARC__EXCEPTION_INVOICE, i)] = 1;
  return ARC_OK;
}

static arc_status metrics_gather(metrics *m) {
  ARC__TRY(metrics_hold_groups(m));
  ARC__TRY(metrics_find_errors(m));
  for (uint32_t i = 1; i <= arc__view_rows(&m->now, ARC__TABLE_INSTALMENT); i++)
    ARC__TRY(metrics_instalment(m, i));
  for (uint32_t i = 1; i <= arc__view_rows(&m->now, ARC__TABLE_INVOICE); i++)
    ARC__TRY(metrics_invoice(m, i));
  for (uint32_t i = 1; i <= arc__view_rows(&m->now, ARC__TABLE_CREDIT); i++)
    ARC__TRY(metrics_credit(m, i));
  for (uint32_t i = 1; i <= arc__view_rows(&m->now, ARC__TABLE_ENTRY); i++)
    ARC__TRY(metrics_entry(m, i));
  for (uint32_t i = 1; i <= arc__view_rows(&m->now, ARC__TABLE_EXCEPTION); i++)
    ARC__TRY(metrics_promise(m, i));
  for (uint32_t i = 1; i <= arc__view_rows(&m->now, ARC__TABLE_EXCEPTION); i++)
    ARC__TRY(metrics_dispute(m, i));
  if (m->age_count > 1) qsort(m->ages, m->age_count, sizeof *m->ages, metrics_compare_ages);
  return ARC_OK;
}

/* ---- quotients ---- */

static arc_status metrics_quotient(metrics *m, metrics_figure *figure, int64_t amount,
                                   int64_t factor, int64_t by) {
  figure->defined = by > 0;
  figure->hundredths = 0;
  return figure->defined ? arc_money_scale(&figure->hundredths, amount, factor * 100, by, m->err)
                         : ARC_OK;
}

static arc_status metrics_percent(metrics *m, metrics_figure *figure, int64_t part, int64_t whole) {
  return metrics_quotient(m, figure, part, 100, whole);
}

static int32_t metrics_month(arc_day day) {
  int32_t year, month, day_of_month;
  if (arc_day_to_civil(day, &year, &month, &day_of_month) < 0) return 0;
  return year * 12 + month - 1;
}

/* The days of a month that lie in the book's time: all of it, or until the end of the window. */
static int32_t metrics_month_days(const metrics *m, int32_t month) {
  arc_day first = arc_day_from_civil(month / 12, month % 12 + 1, 1);
  if (month == metrics_month(m->end)) return m->end - first + 1;
  return arc_day_from_civil((month + 1) / 12, (month + 1) % 12 + 1, 1) - first;
}

static arc_status metrics_add_month(metrics *m, arc_day day, int64_t amount) {
  if (day > m->end) return ARC_OK;
  return metrics_add(m, &m->months[metrics_month(day) - m->first_month], amount);
}

static arc_status metrics_sales_by_month(metrics *m, const arc__group *group) {
  const arc__tables *t = m->now.tables;
  memset(m->months, 0, (size_t)(m->last_month - m->first_month + 1) * sizeof *m->months);
  for (uint32_t a = group->first_account; a; a = m->groups.next_account[a]) {
    for (uint32_t i = arc__u32(t, ARC__ACCOUNT_INVOICE, a); i;
         i = arc__u32(t, ARC__INVOICE_NEXT, i))
      if (i <= m->now.invoices)
        ARC__TRY(metrics_add_month(m, arc__i32(t, ARC__INVOICE_ISSUED, i),
                                 arc__i64(t, ARC__INVOICE_AMOUNT, i)));
    for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, a); c; c = arc__u32(t, ARC__CREDIT_NEXT, c))
      if (arc__u8(t, ARC__CREDIT_KIND, c) == ARC_CREDIT_CREDIT_NOTE &&
          arc__view_knows_credit(&m->now, c))
        ARC__TRY(metrics_add_month(m, arc__i32(t, ARC__CREDIT_DAY, c),
                                   -arc__i64(t, ARC__CREDIT_AMOUNT, c)));
  }
  return ARC_OK;
}

/* Walks back month by month until the sales use up the receivables; undefined if they never do. */
static arc_status metrics_count_back(metrics *m, const arc__group *group, int64_t receivables,
                                     metrics_figure *figure) {
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
    if (!arc__subtract(&left, left, sales)) return metrics_overflow(m->err);
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
static arc_status metrics_effectiveness(metrics *m, metrics_figure *figure, const metrics_sums *s,
                                        int64_t sales, int32_t per, int32_t of) {
  int64_t top, base, part, ended = s->receivables - s->overdue, all, not_due;
  ARC__TRY(arc_money_scale(&base, s->opening, per, 1, m->err));
  ARC__TRY(arc_money_scale(&part, sales, of, 1, m->err));
  ARC__TRY(arc_money_scale(&all, s->receivables, per, 1, m->err));
  ARC__TRY(arc_money_scale(&not_due, ended, per, 1, m->err));
  ARC__TRY(metrics_add(m, &base, part));
  if (!arc__subtract(&top, base, all) || !arc__subtract(&base, base, not_due))
    return metrics_overflow(m->err);
  return metrics_percent(m, figure, top, base);
}

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
                           metrics_figure figure, const char *unit, const char *population) {
  char value[24] = "";
  if (figure.defined) arc_money_format(value, sizeof value, NULL, figure.hundredths, "USD", NULL);
  metrics_row(w, metric, variant, figure.defined ? value : NULL, unit, population, w->window);
}

static void metrics_write_amounts(metrics_writer *w, const metrics_sums *s, int64_t sales) {
  metrics_money(w, "receivables", s->receivables, "open items, credits not deducted, on", w->end);
  metrics_money(w, "unapplied", s->unapplied, "cash and credit notes not applied on", w->end);
  metrics_money(w, "overdue", s->overdue, "open items due before", w->end);
  metrics_money(w, "credit_sales", sales, "invoices issued, less credit notes,", w->window);
  metrics_money(w, "cash_collected", s->collected, "payments received, less those reversed,",
                w->window);
  metrics_money(w, "written_off", s->written_off, "write-offs dated", w->window);
}

static arc_status metrics_write_turnover(metrics_writer *w, metrics *m, const arc__group *group,
                                         const metrics_sums *s, int64_t sales) {
  static const char *const all =
      "open items, credits not deducted, and all invoices issued, less credit notes,";
  metrics_figure simple, best, late, figure;
  int64_t both = s->opening, twice;
  ARC__TRY(metrics_quotient(m, &simple, s->receivables, m->days, sales));
  ARC__TRY(metrics_quotient(m, &best, s->receivables - s->overdue, m->days, sales));
  late = (metrics_figure){simple.defined, simple.hundredths - best.hundredths};
  metrics_number(w, "dso", "simple", simple, "days", all);
  ARC__TRY(metrics_add(m, &both, s->receivables));
  if (!arc__add(&twice, sales, sales)) return metrics_overflow(m->err);
  ARC__TRY(metrics_quotient(m, &figure, both, m->days, twice));
  metrics_number(w, "dso", "average-balance", figure, "days", all);
  ARC__TRY(metrics_count_back(m, group, s->receivables, &figure));
  metrics_number(w, "dso", "count-back", figure, "days",
                 "open items against the sales of whole calendar months back from the end of");
  metrics_number(w, "best_possible_dso", "simple", best, "days",
                 "open items not past due, and sales,");
  metrics_number(w, "average_days_delinquent", "simple", late, "days",
                 "dso less best_possible_dso,");
  ARC__TRY(metrics_effectiveness(m, &figure, s, sales, m->days, 30));
  metrics_number(w, "collection_effectiveness", "CRF /N, N = days / 30", figure, "percent", all);
  ARC__TRY(metrics_effectiveness(m, &figure, s, sales, 1, 1));
  metrics_number(w, "collection_effectiveness", "plain", figure, "percent", all);
  return ARC_OK;
}

static arc_status metrics_write_delay(metrics_writer *w, metrics *m, const metrics_sums *s) {
  metrics_figure figure;
  int64_t amount = s->settled, weighted = s->settled_days;
  ARC__TRY(metrics_quotient(m, &figure, weighted, 1, amount));
  metrics_number(w, "average_payment_delay", "paid", figure, "days",
                 "payments applied, weighted by amount, due date to receipt, early negative,");
  ARC__TRY(metrics_add(m, &amount, s->overdue));
  ARC__TRY(metrics_add(m, &weighted, s->overdue_days));
  ARC__TRY(metrics_quotient(m, &figure, weighted, 1, amount));
  metrics_number(w, "average_payment_delay", "paid and open", figure, "days",
                 "payments applied, and open items past due as if paid at the end,");
  return ARC_OK;
}

static arc_status metrics_write_shares(metrics_writer *w, metrics *m, const metrics_sums *s,
                                       int64_t sales) {
  metrics_figure figure;
  ARC__TRY(metrics_percent(m, &figure, s->overdue, s->receivables));
  metrics_number(w, "overdue_share", "by value", figure, "percent", "open items at the end of");
  ARC__TRY(metrics_percent(m, &figure, s->unapplied, s->receivables));
  metrics_number(w, "unapplied_share", "of receivables", figure, "percent",
                 "cash and credit notes not applied, and open items, at the end of");
  ARC__TRY(metrics_percent(m, &figure, s->collected, s->fell_due));
  metrics_number(w, "collection_efficiency", "cash / fell due", figure, "percent",
                 "payments received, less those reversed, and instalments due,");
  ARC__TRY(metrics_percent(m, &figure, s->disputed, s->invoiced));
  metrics_number(w, "dispute_rate", "by value", figure, "percent", "all invoices issued");
  ARC__TRY(metrics_percent(m, &figure, s->invoices_disputed, s->invoices));
  metrics_number(w, "dispute_rate", "by count", figure, "percent", "all invoices issued");
  ARC__TRY(metrics_percent(m, &figure, s->kept, s->promised));
  metrics_number(w, "promise_kept_rate", "by value", figure, "percent",
                 "promises whose day and grace ended, partly kept ones in part,");
  ARC__TRY(metrics_percent(m, &figure, s->applied_by_itself, s->applied));
  metrics_number(w, "auto_applied_share", "by value", figure, "percent", "payments applied");
  ARC__TRY(metrics_percent(m, &figure, s->written_off, sales));
  metrics_number(w, "bad_debt_ratio", "of credit sales", figure, "percent",
                 "write-offs, and invoices issued less credit notes,");
  return ARC_OK;
}

static arc_status metrics_write_disputes(metrics_writer *w, metrics *m, const metrics_sums *s, size_t group) {
  static const char *const open = "disputes open at the end, from the day they were opened,",
                          *const resolved = "disputes resolved, from the day they were opened,";
  metrics_figure figure;
  ARC__TRY(metrics_quotient(m, &figure, s->dispute_days, 1, s->disputes));
  metrics_number(w, "dispute_age", "mean", figure, "days", open);
  metrics_number(w, "dispute_age", "p90, nearest rank", metrics_ninth_tenth(m, group, 0, s->disputes), "days", open);
  ARC__TRY(metrics_quotient(m, &figure, s->resolved_days, 1, s->resolved));
  metrics_number(w, "dispute_resolution_time", "mean", figure, "days", resolved);
  metrics_number(w, "dispute_resolution_time", "p90, nearest rank", metrics_ninth_tenth(m, group, 1, s->resolved),
                 "days", resolved);
  return ARC_OK;
}

static arc_status metrics_write_invoices(metrics_writer *w, metrics *m, const metrics_sums *s) {
  metrics_figure figure;
  ARC__TRY(metrics_percent(m, &figure, s->sold - s->wrong, s->sold));
  metrics_number(w, "invoice_accuracy", "by count", figure, "percent",
                 "invoices issued, less those corrected, credited or disputed for an error of ours by the end,");
  ARC__TRY(metrics_quotient(m, &figure, s->fulfilled_days, 1, s->fulfilled));
  metrics_number(w, "billing_gap", "by value", figure, "days",
                 "invoices issued that state when they were fulfilled, from then to issue,");
  return ARC_OK;
}

/* Sales of the last calendar months, the one of the end among them, and their days. */
static arc_status metrics_rolling(metrics *m, const arc__group *group, int64_t receivables, metrics_figure *figure) {
  int64_t sales = 0;
  int32_t days = 0;
  figure->defined = 0;
  if (m->last_month - m->first_month < 2) return ARC_OK;
  ARC__TRY(metrics_sales_by_month(m, group));
  for (int32_t month = m->last_month; month > m->last_month - 3; month--) {
    ARC__TRY(metrics_add(m, &sales, m->months[month - m->first_month]));
    days += metrics_month_days(m, month);
  }
  return metrics_quotient(m, figure, receivables, days, sales);
}

/* Shares of accounts in what the group is owed: the five largest, and the sum of squares (10,000: one account alone). */
static arc_status metrics_write_concentration(metrics_writer *w, metrics *m, const arc__group *group, int64_t whole) {
  int64_t top[METRICS_TOP] = {0}, most = 0, squares = 0;
  metrics_figure figure, index = {whole > 0, 0};
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
  for (int i = 0; i < METRICS_TOP; i++) most += top[i];
  index.hundredths = (squares + 500) / 1000;
  ARC__TRY(metrics_percent(m, &figure, top[0], whole));
  metrics_number(w, "concentration", "largest customer", figure, "percent", "open items by customer at the end of");
  ARC__TRY(metrics_percent(m, &figure, most, whole));
  metrics_number(w, "concentration", "five largest customers", figure, "percent", "open items by customer at the end of");
  metrics_number(w, "concentration", "Herfindahl index, 10000: one customer", index, "index", "open items by customer at the end of");
  return ARC_OK;
}

static arc_status metrics_write_course(metrics_writer *w, metrics *m, const metrics_sums *s) {
  static const char *const rolls[METRICS_BUCKETS] = {"not due to 1-30", "1-30 to 31-60", "31-60 to 61-90", "61-90 to over 90"};
  metrics_figure figure;
  for (int b = 0; b < METRICS_BUCKETS; b++) {
    ARC__TRY(metrics_percent(m, &figure, s->rolled[b], s->rolling[b]));
    metrics_number(w, "roll_rate", rolls[b], figure, "percent", "instalments open at the beginning, each followed to the end, of");
  }
  ARC__TRY(metrics_percent(m, &figure, s->at_risk, s->billed_before));
  metrics_number(w, "at_risk_rate", "open 90 days after issue", figure, "percent",
                 "invoices issued 90 days before, open at the end of");
  return ARC_OK;
}

static arc_status metrics_write_group(metrics_writer *w, metrics *m, size_t index) {
  const arc__group *group = &m->groups.data[index];
  const metrics_sums *s = &m->sums[index];
  metrics_figure figure;
  int64_t sales;
  if (!arc__subtract(&sales, s->invoiced, s->credited)) return metrics_overflow(m->err);
  arc__currency_unpack(w->code, group->currency);
  w->group = arc__group_text(&m->groups, group);
  metrics_write_amounts(w, s, sales);
  ARC__TRY(metrics_write_turnover(w, m, group, s, sales));
  ARC__TRY(metrics_write_delay(w, m, s));
  ARC__TRY(metrics_write_invoices(w, m, s));
  ARC__TRY(metrics_write_disputes(w, m, s, index));
  ARC__TRY(metrics_write_shares(w, m, s, sales));
  ARC__TRY(metrics_rolling(m, group, s->receivables, &figure));
  metrics_number(w, "dso", "rolling, 3 months", figure, "days", "open items against the sales of the last three calendar months up to the end of");
  ARC__TRY(metrics_write_concentration(w, m, group, s->receivables));
  return metrics_write_course(w, m, s);
}

static arc_status metrics_write(arc_report **out, metrics *m) {
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

static size_t metrics_month_count(const metrics *m) {
  return (size_t)(m->last_month - m->first_month + 1);
}

/* From the month of the first invoice or credit note until that of the end. */
static arc_status metrics_months_open(metrics *m) {
  const arc__tables *t = m->now.tables;
  arc_day first = m->end;
  for (uint32_t i = 1; i <= arc__view_rows(&m->now, ARC__TABLE_INVOICE); i++)
    if (arc__i32(t, ARC__INVOICE_ISSUED, i) < first) first = arc__i32(t, ARC__INVOICE_ISSUED, i);
  for (uint32_t i = 1; i <= arc__view_rows(&m->now, ARC__TABLE_CREDIT); i++)
    if (arc__i32(t, ARC__CREDIT_DAY, i) < first) first = arc__i32(t, ARC__CREDIT_DAY, i);
  m->first_month = metrics_month(first);
  m->last_month = metrics_month(m->end);
  m->months = arc__alloc(m->groups.heap, metrics_month_count(m) * sizeof *m->months);
  return m->months ? ARC_OK : arc__fail_nomem(m->err);
}

static arc_status metrics_with_groups(arc_report **out, metrics *m) {
  ARC__TRY(metrics_months_open(m));
  arc_status status = metrics_gather(m);
  if (status == ARC_OK) status = metrics_write(out, m);
  arc__free(m->groups.heap, m->errors, m->errors_held);
  arc__free(m->groups.heap, m->ages, m->ages_held * sizeof *m->ages);
  arc__free(m->groups.heap, m->sums, m->sums_held * sizeof *m->sums);
  arc__free(m->groups.heap, m->months, metrics_month_count(m) * sizeof *m->months);
  return status;
}

static arc_status metrics_with_views(arc_report **out, metrics *m, int32_t by) {
  ARC__TRY(arc__groups_open(&m->groups, m->now.ledger, by, m->err));
  arc_status status = metrics_with_groups(out, m);
  arc__groups_close(&m->groups);
  return status;
}

arc_status arc_metrics_report(arc_report **out, const arc_ledger *ledger, arc_day as_of,
                              uint32_t days, int32_t by, arc_error *err) {
  if (!out || !ledger) return arc__fail(err, ARC_E_INVALID, "out and ledger must not be NULL");
  *out = NULL;
  if (days == 0) days = METRICS_DAYS_DEFAULT;
  if (days > METRICS_DAYS_MAX)
    return arc__fail(err, ARC_E_INVALID, "days must be 1 to %d, or 0 for %d", METRICS_DAYS_MAX,
                     METRICS_DAYS_DEFAULT);
  if (as_of > ARC_DAY_LAST || as_of < ARC_DAY_FIRST + METRICS_DAYS_MAX)
    return arc__fail(err, ARC_E_INVALID, "as_of must be a day of the years 11 to 9999");
  metrics m;
  memset(&m, 0, sizeof m);
  m.err = err;
  m.end = as_of;
  m.days = (int32_t)days;
  m.begin = as_of - m.days;
  ARC__TRY(arc__view_open(&m.now, ledger, m.end, err));
  arc_status status = arc__view_open(&m.then, ledger, m.begin, err);
  if (status == ARC_OK) {
    status = metrics_with_views(out, &m, by);
    arc__view_close(&m.then);
  }
  arc__view_close(&m.now);
  return status;
}
