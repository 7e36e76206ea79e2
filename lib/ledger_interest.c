#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "error.h"
#include "struct_sizes.h"

/* Owns the interest of an invoice: its open amounts from day to day, as arc_interest_accrue wants them. */

typedef struct accrual_change {
  arc_day day;
  uint32_t order; /* as found, so that no two are equal */
  int64_t amount;
} accrual_change;

/* What is worked out for one query. `lines` are gathered whole before any is given out. */
typedef struct accrual_work {
  const arc_ledger *ledger;
  const arc_interest_query *query;
  arc__view view;
  accrual_change *changes;
  size_t change_count, change_capacity;
  arc_interest_balance *balances;
  size_t balance_count, balance_capacity;
  arc_interest_line *lines;
  size_t line_count, line_capacity;
  int64_t total;
  arc_error *err;
} accrual_work;

static arc_status accrual_change_add(accrual_work *w, arc_day day, int64_t amount) {
  if (arc__grow(&w->ledger->heap, (void **)&w->changes, &w->change_capacity, w->change_count + 1,
                sizeof *w->changes) < 0)
    return arc__fail_nomem(w->err);
  w->changes[w->change_count].day = day;
  w->changes[w->change_count].order = (uint32_t)w->change_count;
  w->changes[w->change_count++].amount = amount;
  return ARC_OK;
}

static int accrual_compare(const void *a, const void *b) {
  const accrual_change *x = a, *y = b;
  if (x->day != y->day) return x->day < y->day ? -1 : 1;
  return x->order < y->order ? -1 : 1;
}

/* Every day on which the instalment's open amount changed, and by how much. */
static arc_status accrual_changes(accrual_work *w, uint32_t instalment) {
  const arc__tables *t = w->view.tables;
  w->change_count = 0;
  for (uint32_t e = arc__u32(t, ARC__INSTALMENT_ENTRY, instalment); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, e)) {
    int64_t settled = arc__i64(t, ARC__ENTRY_AMOUNT, e) + arc__i64(t, ARC__ENTRY_DISCOUNT, e) +
                      arc__i64(t, ARC__ENTRY_TOLERANCE, e);
    arc_day undone = arc__view_entry_undone(&w->view, e);
    if (!arc__view_knows_entry(&w->view, e)) continue;
    ARC__TRY(accrual_change_add(w, arc__i32(t, ARC__ENTRY_DAY, e), -settled));
    if (undone != ARC_DAY_NONE) ARC__TRY(accrual_change_add(w, undone, settled));
  }
  if (w->change_count > 1) qsort(w->changes, w->change_count, sizeof *w->changes, accrual_compare);
  return ARC_OK;
}

static arc_status accrual_balance(accrual_work *w, arc_day day, int64_t open) {
  arc_interest_balance *last = w->balance_count ? &w->balances[w->balance_count - 1] : NULL;
  if (!last || last->day < day) {
    if (arc__grow(&w->ledger->heap, (void **)&w->balances, &w->balance_capacity, w->balance_count + 1,
                  sizeof *w->balances) < 0)
      return arc__fail_nomem(w->err);
    last = &w->balances[w->balance_count++];
    memset(last, 0, sizeof *last);
    last->struct_size = sizeof *last;
    last->day = day;
  }
  last->open = open;
  return ARC_OK;
}

/* The balances that count: that of the due day, and later ones. */
static arc_status accrual_balances(accrual_work *w, uint32_t instalment, arc_day due) {
  int64_t open = arc__i64(w->view.tables, ARC__INSTALMENT_AMOUNT, instalment);
  w->balance_count = 0;
  ARC__TRY(accrual_balance(w, due, open));
  for (size_t i = 0; i < w->change_count; i++) {
    arc_day day = w->changes[i].day;
    open += w->changes[i].amount;
    ARC__TRY(accrual_balance(w, day < due ? due : day, open));
  }
  return ARC_OK;
}

static arc_status accrual_instalment(accrual_work *w, uint32_t instalment) {
  arc_interest_claim claim = ARC_INTEREST_CLAIM_INIT;
  int64_t total;
  size_t count;
  claim.due = arc__i32(w->view.tables, ARC__INSTALMENT_DUE, instalment);
  claim.until = w->query->until;
  claim.rule = w->query->rule;
  claim.rates = w->query->rates;
  claim.rate_count = w->query->rate_count;
  ARC__TRY(accrual_changes(w, instalment));
  ARC__TRY(accrual_balances(w, instalment, claim.due));
  claim.balances = w->balances;
  claim.balance_count = (uint32_t)w->balance_count;
  ARC__TRY(arc_interest_accrue(&total, NULL, 0, &count, &claim, w->err));
  if (!arc__add(&w->total, w->total, total))
    return arc__fail(w->err, ARC_E_OVERFLOW, "the interest of all instalments does not fit into 64 bits");
  if (count == 0) return ARC_OK;
  if (arc__grow(&w->ledger->heap, (void **)&w->lines, &w->line_capacity, w->line_count + count, sizeof *w->lines) < 0)
    return arc__fail_nomem(w->err);
  w->lines[w->line_count].struct_size = sizeof *w->lines;
  ARC__TRY(arc_interest_accrue(&total, w->lines + w->line_count, count, &count, &claim, w->err));
  w->line_count += count;
  return ARC_OK;
}

static arc_status accrual_charged(const accrual_work *w, uint32_t invoice, int64_t *charged) {
  const arc__tables *t = w->view.tables;
  *charged = 0;
  for (uint32_t c = arc__u32(t, ARC__INVOICE_CHARGE, invoice); c; c = arc__u32(t, ARC__CHARGE_NEXT, c)) {
    uint32_t item = arc__u32(t, ARC__CHARGE_ITEM, c);
    if (item > w->view.invoices || arc__u8(t, ARC__INVOICE_KIND, item) != ARC_CHARGE_INTEREST) continue;
    if (!arc__add(charged, *charged, arc__i64(t, ARC__INVOICE_AMOUNT, item)))
      return arc__fail(w->err, ARC_E_OVERFLOW, "the interest charged does not fit into 64 bits");
  }
  return ARC_OK;
}

static arc_status accrual_invoice(accrual_work *w, uint32_t *invoice) {
  arc__input in = {w->ledger, 0, w->err};
  arc_text key = w->query->invoice;
  ARC__TRY(arc__input_invoice(&in, &key, 2, 0, invoice));
  if (*invoice > w->view.invoices)
    return arc__fail_field(w->err, ARC_E_NOT_FOUND, 0, 2, "the invoice was not known then");
  if (arc__u8(w->view.tables, ARC__INVOICE_KIND, *invoice) == ARC__INVOICE_SALE) return ARC_OK;
  return arc__fail_field(w->err, ARC_E_INVALID, 0, 2, "charges bear no interest here");
}

static arc_status accrual_work_out(accrual_work *w, int64_t *charged) {
  const arc__tables *t = w->view.tables;
  uint32_t invoice, first;
  ARC__TRY(accrual_invoice(w, &invoice));
  first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  for (uint32_t i = 0; i < arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice); i++)
    ARC__TRY(accrual_instalment(w, first + i));
  return accrual_charged(w, invoice, charged);
}

arc_status arc_ledger_interest(int64_t *total, int64_t *charged, arc_interest_line *lines, size_t capacity,
                               size_t *count, const arc_ledger *ledger, const arc_interest_query *given,
                               arc_error *err) {
  arc_interest_query query;
  accrual_work w;
  int64_t known = 0;
  arc_status status;
  memset(&w, 0, sizeof w);
  if (!total || !ledger) return arc__fail(err, ARC_E_INVALID, "total or ledger is NULL");
  ARC__TRY(ARC__READ(arc_interest_query, &query, given, err));
  if (query.reserved) return arc__fail_field(err, ARC_E_INVALID, 0, 4, "reserved must be 0");
  ARC__TRY(ARC__CHECK_ROWS(arc_interest_line, lines, capacity, err));
  ARC__TRY(arc__view_known(&w.view, ledger, err));
  w.ledger = ledger;
  w.query = &query;
  w.err = err;
  status = accrual_work_out(&w, &known);
  if (status >= 0) {
    for (size_t i = 0; i < w.line_count && i < capacity; i++) arc__write_row(lines, i, &w.lines[i], sizeof *w.lines);
    *total = w.total;
    if (charged) *charged = known;
    if (count) *count = w.line_count;
  }
  arc__free(&ledger->heap, w.changes, w.change_capacity * sizeof *w.changes);
  arc__free(&ledger->heap, w.balances, w.balance_capacity * sizeof *w.balances);
  arc__free(&ledger->heap, w.lines, w.line_capacity * sizeof *w.lines);
  return status;
}
