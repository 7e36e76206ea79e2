#include <stdlib.h>

#include "error.h"
#include "ledger_report.h"

/* Owns the statement of account: what a customer's balance was, what moved it, and what is open. The balance
 * is what is owed less what is not applied; applying cash within the customer's account moves nothing. */

typedef struct statement_line {
  arc_day day;
  const char *kind;
  arc_text reference;
  arc_day due;
  int64_t amount;
  uint64_t source; /* invoices before credits, each in the order of first record */
  uint32_t order;  /* as found, so that no two lines are equal */
} statement_line;

typedef struct statement {
  const arc__heap *heap;
  const arc__tables *t;
  const arc__query *query;
  const arc__view *view;
  statement_line *lines;
  size_t count, capacity;
  uint64_t source; /* of the lines that are added now */
  int begun; /* something of the account was known */
  int failed;
} statement;

static void statement_add(statement *s, arc_day day, const char *kind, arc_text reference, arc_day due,
                          int64_t amount) {
  statement_line *line;
  if (amount == 0 || day > s->query->as_of || s->failed) return;
  if (arc__grow(s->heap, (void **)&s->lines, &s->capacity, s->count + 1, sizeof *s->lines) < 0) {
    s->failed = 1;
    return;
  }
  line = &s->lines[s->count];
  line->day = day;
  line->kind = kind;
  line->reference = reference;
  line->due = due;
  line->amount = amount;
  line->source = s->source;
  line->order = (uint32_t)s->count++;
}

/* A line, and the opposite line on the day it was undone. */
static void statement_add_undoable(statement *s, uint32_t e, const char *kind, const char *undone,
                                   arc_text reference, int64_t amount) {
  arc_day day = arc__view_entry_undone(s->view, e);
  if (!arc__view_knows_entry(s->view, e)) return;
  statement_add(s, arc__i32(s->t, ARC__ENTRY_DAY, e), kind, reference, ARC_DAY_NONE, amount);
  if (day != ARC_DAY_NONE) statement_add(s, day, undone, reference, ARC_DAY_NONE, -amount);
}

/* Whether an account is the credit's customer's, maybe in another currency. */
static int statement_is_own(const arc__tables *t, uint32_t credit, uint32_t account) {
  return arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__CREDIT_ACCOUNT, credit)) ==
         arc__u32(t, ARC__ACCOUNT_CUSTOMER, account);
}

static void statement_add_entry(statement *s, uint32_t e, uint32_t account) {
  const arc__tables *t = s->t;
  uint32_t credit = arc__u32(t, ARC__ENTRY_CREDIT, e);
  arc_text number = arc__invoice_number(t, arc__entry_invoice(t, e));
  if (!credit) {
    int kind = arc__u8(t, ARC__ENTRY_KIND, e);
    const char *name = kind == ARC__ENTRY_WAIVER ? "waiver" : kind == ARC__ENTRY_RECOVERY ? "recovery" : "write-off";
    if (arc__view_knows_entry(s->view, e)) /* these are never undone */
      statement_add(s, arc__i32(t, ARC__ENTRY_DAY, e), name, number, ARC_DAY_NONE, -arc__i64(t, ARC__ENTRY_AMOUNT, e));
    return;
  }
  statement_add_undoable(s, e, "discount", "discount undone", number, -arc__i64(t, ARC__ENTRY_DISCOUNT, e));
  statement_add_undoable(s, e, "tolerance", "tolerance undone", number, -arc__i64(t, ARC__ENTRY_TOLERANCE, e));
  if (arc__u32(t, ARC__CREDIT_ACCOUNT, credit) == account) return;
  if (statement_is_own(t, credit, account))
    statement_add_undoable(s, e, "paid in another currency", "returned in another currency", number,
                           -arc__i64(t, ARC__ENTRY_AMOUNT, e));
  else
    statement_add_undoable(s, e, "paid by another", "returned to another", number,
                           -arc__i64(t, ARC__ENTRY_AMOUNT, e));
}

static void statement_add_invoice(statement *s, uint32_t invoice, uint32_t account) {
  const arc__tables *t = s->t;
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  if (invoice > s->view->invoices) return;
  s->begun = 1;
  s->source = invoice;
  for (uint32_t i = first; i < first + arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice); i++) {
    statement_add(s, arc__i32(t, ARC__INVOICE_ISSUED, invoice),
                  arc__item_name(arc__u8(t, ARC__INVOICE_KIND, invoice)), arc__invoice_number(t, invoice),
                  arc__i32(t, ARC__INSTALMENT_DUE, i), arc__i64(t, ARC__INSTALMENT_AMOUNT, i));
    for (uint32_t e = arc__u32(t, ARC__INSTALMENT_ENTRY, i); e;
         e = arc__u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, e))
      statement_add_entry(s, e, account);
  }
}

/* What a credit settled of another account. */
static void statement_add_elsewhere(statement *s, uint32_t e, uint32_t credit, uint32_t invoice) {
  arc_text number = arc__invoice_number(s->t, invoice);
  int64_t taken = arc__entry_taken(s->t, e);
  if (statement_is_own(s->t, credit, arc__u32(s->t, ARC__INVOICE_ACCOUNT, invoice)))
    statement_add_undoable(s, e, "exchanged", "exchange undone", number, taken);
  else
    statement_add_undoable(s, e, "paid for another", "returned from another", number, taken);
}

static void statement_add_credit(statement *s, uint32_t credit, uint32_t account) {
  const arc__tables *t = s->t;
  int payment = arc__u8(t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_PAYMENT;
  arc_day identified = arc__i32(t, ARC__CREDIT_IDENTIFIED, credit), day = identified;
  arc_day reversed = arc__view_credit_reversed(s->view, credit);
  arc_text key = arc__text(t, ARC__CREDIT_KEY, credit);
  int64_t amount = arc__i64(t, ARC__CREDIT_AMOUNT, credit);
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, credit); e; e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e))
    if (arc__i32(t, ARC__ENTRY_DAY, e) < identified) amount -= arc__i64(t, ARC__ENTRY_AMOUNT, e);
  if (!arc__view_knows_credit(s->view, credit) || arc__view_credit_account(s->view, credit) != account) return;
  s->begun = 1;
  s->source = (uint64_t)1 << 32 | credit;
  if (day == ARC_DAY_NONE) day = arc__i32(t, ARC__CREDIT_DAY, credit);
  statement_add(s, day, payment ? "payment" : "credit note", key, ARC_DAY_NONE, -amount);
  if (reversed != ARC_DAY_NONE) statement_add(s, reversed, "payment returned", key, ARC_DAY_NONE, amount);
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, credit); e; e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e)) {
    uint32_t invoice = arc__entry_invoice(t, e);
    if (!invoice && arc__i32(t, ARC__ENTRY_DAY, e) >= identified && arc__view_knows_entry(s->view, e))
      statement_add(s, arc__i32(t, ARC__ENTRY_DAY, e), "refund", key, ARC_DAY_NONE, arc__i64(t, ARC__ENTRY_AMOUNT, e));
    else if (invoice && arc__u32(t, ARC__INVOICE_ACCOUNT, invoice) != account)
      statement_add_elsewhere(s, e, credit, invoice);
  }
}

static int statement_compare(const void *a, const void *b) {
  const statement_line *x = a, *y = b;
  if (x->day != y->day) return x->day < y->day ? -1 : 1;
  if (x->source != y->source) return x->source < y->source ? -1 : 1;
  return x->order < y->order ? -1 : 1;
}

static void statement_cell(arc_report *report, arc_day day, const char *kind, arc_text reference,
                           arc_day due, uint32_t currency, int64_t amount) {
  arc__report_add_day(report, day);
  arc__report_add_string(report, kind);
  arc__report_add_arc_text(report, reference);
  arc__report_add_day(report, due);
  arc__report_add_currency(report, currency);
  arc__report_add_integer(report, amount);
}

static void statement_print(const statement *s, arc_report *report, uint32_t currency) {
  const arc_text none = {"", 0};
  arc_day closing = s->query->as_of == ARC_DAY_LAST ? ARC_DAY_NONE : s->query->as_of;
  int64_t balance = 0;
  size_t i = 0;
  for (; i < s->count && s->query->from != ARC_DAY_NONE && s->lines[i].day < s->query->from; i++)
    balance += s->lines[i].amount;
  statement_cell(report, s->query->from, "opening balance", none, ARC_DAY_NONE, currency, 0);
  arc__report_add_integer(report, balance);
  for (; i < s->count; i++) {
    const statement_line *line = &s->lines[i];
    balance += line->amount;
    statement_cell(report, line->day, line->kind, line->reference, line->due, currency, line->amount);
    arc__report_add_integer(report, balance);
  }
  statement_cell(report, closing, "closing balance", none, ARC_DAY_NONE, currency, 0);
  arc__report_add_integer(report, balance);
}

static arc_status statement_open_items(arc_report *report, const arc__view *v, uint32_t account,
                                       arc__open_items *items, arc_error *err) {
  const arc__tables *t = v->tables;
  ARC__TRY(arc__view_open_items(v, account, items, err));
  for (size_t i = 0; i < items->count; i++) {
    const arc__open_item *item = &items->data[i];
    statement_cell(report, arc__i32(t, ARC__INVOICE_ISSUED, item->invoice), "open item",
                   arc__invoice_number(t, item->invoice), item->due,
                   arc__u32(t, ARC__ACCOUNT_CURRENCY, account), item->open);
    arc__report_add_null(report);
  }
  return ARC_OK;
}

static arc_status statement_account(arc_report *report, statement *s, const arc__view *v, uint32_t account,
                                    arc__open_items *items, arc_error *err) {
  const arc__tables *t = s->t;
  s->count = 0;
  s->begun = 0;
  for (uint32_t r = arc__u32(t, ARC__ACCOUNT_INVOICE, account); r; r = arc__u32(t, ARC__INVOICE_NEXT, r))
    statement_add_invoice(s, r, account);
  for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account); c; c = arc__u32(t, ARC__CREDIT_NEXT, c))
    statement_add_credit(s, c, account);
  if (s->failed) return arc__fail_nomem(err);
  if (!s->begun) return ARC_OK; /* nothing in this currency was known */
  if (s->count > 1) qsort(s->lines, s->count, sizeof *s->lines, statement_compare);
  statement_print(s, report, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  return statement_open_items(report, v, account, items, err);
}

arc_status arc__report_statement(arc_report *report, arc_ledger *ledger, const arc__query *q,
                                 arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__view view;
  statement s = {&ledger->heap, t, q, &view, NULL, 0, 0, 0, 0, 0};
  arc__open_items items = {&ledger->heap, NULL, 0, 0};
  arc_status status = arc__view_open(&view, ledger, q->as_of, err);
  for (uint32_t a = arc__u32(t, ARC__CUSTOMER_ACCOUNT, q->customer); a && status >= 0;
       a = arc__u32(t, ARC__ACCOUNT_NEXT, a))
    status = statement_account(report, &s, &view, a, &items, err);
  if (status >= 0 || view.ledger) arc__view_close(&view);
  arc__open_items_free(&items);
  arc__free(s.heap, s.lines, s.capacity * sizeof *s.lines);
  return status;
}
