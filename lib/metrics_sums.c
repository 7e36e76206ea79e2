/*
 * The sums per group that the key figures are quotients of, gathered in one pass over each table,
 * and the ages of disputes. Costs the book once.
 */
#include "metrics_internal.h"

#include "arcollect/money.h"
#include "checked.h"

#include <stdlib.h>
#include <string.h>

#define METRICS_RISK_DAYS   90
#define METRICS_UNDONE_DAYS 30

arc_status arc__metrics_overflow(arc_error *err) {
  return arc__fail(err, ARC_E_OVERFLOW, "the amounts of a group do not add up within 64 bits");
}

arc_status arc__metrics_add(arc__metrics *m, int64_t *sum, int64_t amount) {
  return arc__add(sum, *sum, amount) ? ARC_OK : arc__metrics_overflow(m->err);
}

arc_status arc__metrics_add_days(arc__metrics *m, int64_t *sum, int64_t amount, int32_t days) {
  int64_t product;
  if (!arc__multiply(&product, amount, days)) return arc__metrics_overflow(m->err);
  return arc__metrics_add(m, sum, product);
}

static int metrics_in_window(const arc__metrics *m, arc_day day) {
  return day > m->begin && day <= m->end;
}

/* Later than the window, or never. */
static int metrics_not_yet(const arc__metrics *m, arc_day day) {
  return day == ARC_DAY_NONE || day > m->end;
}

static arc__metrics_sums *metrics_of_invoice(const arc__metrics *m, uint32_t invoice) {
  return &m->sums[m->groups.of_account[arc__u32(m->now.tables, ARC__INVOICE_ACCOUNT, invoice)]];
}

static int metrics_bucket(int32_t days_late) {
  return days_late <= 0    ? 0
         : days_late <= 30 ? 1
         : days_late <= 60 ? 2
         : days_late <= 90 ? 3
                           : ARC__METRICS_BUCKETS;
}

/* Instalments are followed one by one, not balances. */
static arc_status metrics_roll(arc__metrics *m, arc__metrics_sums *s, int64_t opening, int64_t open,
                               arc_day due) {
  int then = metrics_bucket(m->begin - due), now = metrics_bucket(m->end - due);
  if (opening <= 0 || then == ARC__METRICS_BUCKETS) return ARC_OK;
  ARC__TRY(arc__metrics_add(m, &s->rolling[then], opening));
  if (open <= 0 || now != then + 1) return ARC_OK;
  return arc__metrics_add(m, &s->rolled[then], open < opening ? open : opening);
}

static arc_status metrics_instalment(arc__metrics *m, uint32_t instalment) {
  const arc__tables *t = m->now.tables;
  uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, instalment);
  if (arc__i32(t, ARC__INVOICE_ISSUED, invoice) > m->end) return ARC_OK;
  arc__metrics_sums *s = metrics_of_invoice(m, invoice);
  arc_day due = arc__i32(t, ARC__INSTALMENT_DUE, instalment);
  int64_t opening = arc__view_instalment_open(&m->then, instalment);
  int64_t open = arc__view_instalment_open(&m->now, instalment);
  ARC__TRY(arc__metrics_add(m, &s->opening, opening));
  ARC__TRY(arc__metrics_add(m, &s->receivables, open));
  ARC__TRY(metrics_roll(m, s, opening, open, due));
  if (metrics_in_window(m, due))
    ARC__TRY(arc__metrics_add(m, &s->fell_due, arc__i64(t, ARC__INSTALMENT_AMOUNT, instalment)));
  if (due >= m->end) return ARC_OK;
  ARC__TRY(arc__metrics_add(m, &s->overdue, open));
  return arc__metrics_add_days(m, &s->overdue_days, open, m->end - due);
}

/* What was in dispute by the end of the window, resolved since or not, at most the invoice's
 * amount. */
static int64_t metrics_ever_disputed(const arc__metrics *m, uint32_t invoice) {
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

static arc_status metrics_sale(arc__metrics *m, arc__metrics_sums *s, uint32_t invoice) {
  const arc__tables *t = m->now.tables;
  arc_day fulfilled = arc__i32(t, ARC__INVOICE_FULFILLED, invoice);
  int64_t amount = arc__i64(t, ARC__INVOICE_AMOUNT, invoice);
  s->sold++;
  s->wrong += m->errors[invoice];
  if (fulfilled == ARC_DAY_NONE) return ARC_OK;
  ARC__TRY(arc__metrics_add(m, &s->fulfilled, amount));
  return arc__metrics_add_days(m, &s->fulfilled_days, amount,
                               arc__i32(t, ARC__INVOICE_ISSUED, invoice) - fulfilled);
}

static arc_status metrics_risk(arc__metrics *m, uint32_t invoice) {
  const arc__tables *t = m->now.tables;
  arc_day issued = arc__i32(t, ARC__INVOICE_ISSUED, invoice);
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  arc__metrics_sums *s = metrics_of_invoice(m, invoice);
  if (!metrics_in_window(m, issued + METRICS_RISK_DAYS)) return ARC_OK;
  ARC__TRY(arc__metrics_add(m, &s->billed_before, arc__i64(t, ARC__INVOICE_AMOUNT, invoice)));
  for (uint32_t i = 0; i < arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice); i++)
    ARC__TRY(arc__metrics_add(m, &s->at_risk, arc__view_instalment_open(&m->now, first + i)));
  return ARC_OK;
}

static arc_status metrics_invoice(arc__metrics *m, uint32_t invoice) {
  const arc__tables *t = m->now.tables;
  ARC__TRY(metrics_risk(m, invoice));
  if (!metrics_in_window(m, arc__i32(t, ARC__INVOICE_ISSUED, invoice))) return ARC_OK;
  arc__metrics_sums *s = metrics_of_invoice(m, invoice);
  int64_t disputed = metrics_ever_disputed(m, invoice);
  s->invoices++;
  s->invoices_disputed += disputed > 0;
  if (arc__u8(t, ARC__INVOICE_KIND, invoice) == ARC__INVOICE_SALE)
    ARC__TRY(metrics_sale(m, s, invoice));
  ARC__TRY(arc__metrics_add(m, &s->invoiced, arc__i64(t, ARC__INVOICE_AMOUNT, invoice)));
  return arc__metrics_add(m, &s->disputed, disputed);
}

/* Room for the sums of all groups; those of unknown payers come up on the way. */
static arc_status metrics_hold_groups(arc__metrics *m) {
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

/* Whether a payment was applied in full by the end of the window without a human, and not undone
 * within 30 days. */
static int metrics_untouched(const arc__metrics *m, uint32_t credit) {
  const arc__tables *t = m->now.tables;
  int entries = 0;
  if (arc__view_credit_open(&m->now, credit) ||
      !metrics_not_yet(m, arc__view_credit_reversed(&m->now, credit)))
    return 0;
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, credit); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e)) {
    arc_day day = arc__i32(t, ARC__ENTRY_DAY, e), undone = arc__view_entry_undone(&m->now, e);
    int how = arc__u8(t, ARC__ENTRY_HOW, e);
    if (!arc__view_knows_entry(&m->now, e) || day > m->end) continue;
    if (arc__u8(t, ARC__ENTRY_KIND, e) != ARC__ENTRY_APPLICATION || how == ARC_HOW_GIVEN ||
        how == ARC_HOW_CONFIRMED)
      return 0;
    if (!metrics_not_yet(m, undone) && undone - day <= METRICS_UNDONE_DAYS) return 0;
    entries++;
  }
  return entries > 0;
}

static arc_status metrics_receipt(arc__metrics *m, arc__metrics_sums *s, uint32_t credit) {
  int64_t amount = arc__i64(m->now.tables, ARC__CREDIT_AMOUNT, credit);
  int untouched = metrics_untouched(m, credit);
  s->receipts++;
  s->receipts_untouched += untouched;
  if (untouched) ARC__TRY(arc__metrics_add(m, &s->untouched, amount));
  ARC__TRY(arc__metrics_add(m, &s->received, amount));
  if (!metrics_not_yet(m, arc__view_credit_reversed(&m->now, credit))) return ARC_OK;
  return arc__metrics_add(m, &s->collected, amount);
}

static arc_status metrics_credit(arc__metrics *m, uint32_t credit) {
  const arc__tables *t = m->now.tables;
  arc_day day = arc__i32(t, ARC__CREDIT_DAY, credit);
  int note = arc__u8(t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_CREDIT_NOTE;
  size_t group;
  if (day > m->end) return ARC_OK;
  ARC__TRY(arc__groups_of_credit(&m->groups, &m->now, credit, &group, m->err));
  ARC__TRY(metrics_hold_groups(m));
  arc__metrics_sums *s = &m->sums[group];
  ARC__TRY(arc__metrics_add(m, &s->unapplied, arc__view_credit_open(&m->now, credit)));
  if (!note)
    ARC__TRY(arc__metrics_add(m, &s->unapplied_cash, arc__view_credit_open(&m->now, credit)));
  if (!metrics_in_window(m, day)) return ARC_OK;
  if (note) return arc__metrics_add(m, &s->credited, arc__i64(t, ARC__CREDIT_AMOUNT, credit));
  return metrics_receipt(m, s, credit);
}

static arc_status metrics_application(arc__metrics *m, arc__metrics_sums *s, uint32_t entry) {
  const arc__tables *t = m->now.tables;
  int64_t amount = arc__i64(t, ARC__ENTRY_AMOUNT, entry), settled = amount;
  uint32_t credit = arc__u32(t, ARC__ENTRY_CREDIT, entry);
  int how = arc__u8(t, ARC__ENTRY_HOW, entry);
  if (arc__u8(t, ARC__CREDIT_KIND, credit) != ARC_CREDIT_PAYMENT) return ARC_OK;
  arc_day due = arc__i32(t, ARC__INSTALMENT_DUE, arc__u32(t, ARC__ENTRY_INSTALMENT, entry));
  ARC__TRY(arc__metrics_add(m, &settled, arc__i64(t, ARC__ENTRY_DISCOUNT, entry)));
  ARC__TRY(arc__metrics_add(m, &s->settled, settled));
  ARC__TRY(arc__metrics_add_days(m, &s->settled_days, settled,
                                 arc__i32(t, ARC__CREDIT_DAY, credit) - due));
  ARC__TRY(arc__metrics_add(m, &s->applied, amount));
  if (how == ARC_HOW_GIVEN || how == ARC_HOW_CONFIRMED) return ARC_OK;
  return arc__metrics_add(m, &s->applied_by_itself, amount);
}

static arc_status metrics_entry(arc__metrics *m, uint32_t entry) {
  const arc__tables *t = m->now.tables;
  if (!metrics_in_window(m, arc__i32(t, ARC__ENTRY_DAY, entry))) return ARC_OK;
  if (!metrics_not_yet(m, arc__view_entry_undone(&m->now, entry))) return ARC_OK;
  uint32_t invoice = arc__entry_invoice(t, entry);
  if (!invoice) return ARC_OK; /* a refund settles nothing */
  arc__metrics_sums *s = metrics_of_invoice(m, invoice);
  switch (arc__u8(t, ARC__ENTRY_KIND, entry)) {
  case ARC__ENTRY_WRITEOFF:
  case ARC__ENTRY_RECOVERY:
    return arc__metrics_add(m, &s->written_off, arc__i64(t, ARC__ENTRY_AMOUNT, entry));
  case ARC__ENTRY_WAIVER:
    return arc__metrics_add(m, &s->credited, arc__i64(t, ARC__ENTRY_AMOUNT, entry));
  default:
    return metrics_application(m, s, entry);
  }
}

static arc_status metrics_promise(arc__metrics *m, uint32_t exception) {
  const arc__tables *t = m->now.tables;
  if (arc__u8(t, ARC__EXCEPTION_KIND, exception) != ARC__EXCEPTION_PROMISE ||
      arc__view_promise(&m->now, exception, NULL) == ARC__PROMISE_NOT_YET)
    return ARC_OK; /* one that was undone was none */
  arc_day last =
      arc__i32(t, ARC__EXCEPTION_UNTIL, exception) + arc__u16(t, ARC__EXCEPTION_GRACE, exception);
  if (last < m->begin || last >= m->end) return ARC_OK; /* its day must be over */
  int64_t amount = arc__i64(t, ARC__EXCEPTION_AMOUNT, exception), paid = 0;
  arc__metrics_sums *s = metrics_of_invoice(m, arc__u32(t, ARC__EXCEPTION_INVOICE, exception));
  arc__view_promise(&m->now, exception, &paid);
  ARC__TRY(arc__metrics_add(m, &s->promised, amount));
  return arc__metrics_add(m, &s->kept, paid < amount ? paid : amount);
}

/* ---- disputes ---- */

static arc_status metrics_dispute(arc__metrics *m, uint32_t exception) {
  const arc__tables *t = m->now.tables;
  arc_day opened = arc__i32(t, ARC__EXCEPTION_FROM, exception);
  arc_day closed = arc__view_exception_closed(&m->now, exception);
  if (arc__u8(t, ARC__EXCEPTION_KIND, exception) != ARC__EXCEPTION_DISPUTE) return ARC_OK;
  if (opened > m->end || (closed != ARC_DAY_NONE && closed <= m->begin)) return ARC_OK;
  int resolved = closed != ARC_DAY_NONE && closed <= m->end;
  int32_t days = (resolved ? closed : m->end) - opened;
  arc__metrics_sums *s = metrics_of_invoice(m, arc__u32(t, ARC__EXCEPTION_INVOICE, exception));
  *(resolved ? &s->resolved : &s->disputes) += 1;
  *(resolved ? &s->resolved_days : &s->dispute_days) += days;
  if (arc__grow(m->groups.heap, (void **)&m->ages, &m->ages_held, m->age_count + 1,
                sizeof *m->ages) < 0)
    return arc__fail_nomem(m->err);
  m->ages[m->age_count++] = (arc__metrics_age){(uint32_t)(s - m->sums), exception, days, resolved};
  return ARC_OK;
}

static int metrics_compare_ages(const void *left, const void *right) {
  const arc__metrics_age *a = left, *b = right;
  if (a->group != b->group) return a->group < b->group ? -1 : 1;
  if (a->resolved != b->resolved) return a->resolved < b->resolved ? -1 : 1;
  if (a->days != b->days) return a->days < b->days ? -1 : 1;
  return a->row < b->row ? -1 : 1;
}

/* The days that nine in ten disputes of a group do not exceed: the nearest rank. */
arc__figure arc__metrics_ninth_tenth(const arc__metrics *m, size_t group, int resolved,
                                     int64_t count) {
  const arc__metrics_age least = {(uint32_t)group, 0, 0, resolved};
  size_t first = 0, end = m->age_count;
  if (count == 0) return (arc__figure){0, 0};
  while (first < end) {
    size_t middle = first + (end - first) / 2;
    if (metrics_compare_ages(&m->ages[middle], &least) < 0)
      first = middle + 1;
    else
      end = middle;
  }
  return (arc__figure){1, (int64_t)m->ages[first + (size_t)((count * 9 + 9) / 10) - 1].days * 100};
}

/* Marks the invoices that turned out wrong by the end of the window. */
static arc_status metrics_find_errors(arc__metrics *m) {
  const arc__tables *t = m->now.tables;
  m->errors_held = (size_t)t->rows[ARC__TABLE_INVOICE] + 1;
  m->errors = arc__alloc(m->groups.heap, m->errors_held);
  if (!m->errors) return arc__fail_nomem(m->err);
  for (uint32_t i = 1; i <= t->rows[ARC__TABLE_CORRECTION] && i <= m->now.corrections; i++)
    if (!arc__u8(t, ARC__CORRECTION_FALSE_ALARM, i) &&
        arc__i32(t, ARC__CORRECTION_DAY, i) <= m->end)
      m->errors[arc__u32(t, ARC__CORRECTION_INVOICE, i)] = 1;
  for (uint32_t i = 1, rows = arc__view_rows(&m->now, ARC__TABLE_CREDIT); i <= rows; i++)
    if (arc__u8(t, ARC__CREDIT_OUR_ERROR, i) && arc__i32(t, ARC__CREDIT_DAY, i) <= m->end)
      m->errors[arc__u32(t, ARC__CREDIT_INVOICE, i)] = 1;
  for (uint32_t i = 1, rows = arc__view_rows(&m->now, ARC__TABLE_EXCEPTION); i <= rows; i++)
    if (arc__u8(t, ARC__EXCEPTION_OUR_ERROR, i) &&
        !metrics_not_yet(m, arc__view_exception_closed(&m->now, i)))
      m->errors[arc__u32(t, ARC__EXCEPTION_INVOICE, i)] = 1;
  return ARC_OK;
}

static arc_status metrics_each(arc__metrics *m, int table, arc_status (*each)(arc__metrics *, uint32_t)) {
  const uint32_t rows = arc__view_rows(&m->now, table);
  for (uint32_t i = 1; i <= rows; i++)
    ARC__TRY(each(m, i));
  return ARC_OK;
}

arc_status arc__metrics_gather(arc__metrics *m) {
  ARC__TRY(metrics_hold_groups(m));
  ARC__TRY(metrics_find_errors(m));
  ARC__TRY(metrics_each(m, ARC__TABLE_INSTALMENT, metrics_instalment));
  ARC__TRY(metrics_each(m, ARC__TABLE_INVOICE, metrics_invoice));
  ARC__TRY(metrics_each(m, ARC__TABLE_CREDIT, metrics_credit));
  ARC__TRY(metrics_each(m, ARC__TABLE_ENTRY, metrics_entry));
  ARC__TRY(metrics_each(m, ARC__TABLE_EXCEPTION, metrics_promise));
  ARC__TRY(metrics_each(m, ARC__TABLE_EXCEPTION, metrics_dispute));
  if (m->age_count > 1) qsort(m->ages, m->age_count, sizeof *m->ages, metrics_compare_ages);
  return ARC_OK;
}
