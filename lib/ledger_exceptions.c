#include "ledger_internal.h"

#include "arcollect/transport.h"
#include "error.h"
#include "ledger_report.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns what interrupts the normal course: promises to pay and holds; disputes are in ledger_disputes.c, plans in
 * ledger_plans.c. They are rows of one table, chained to their invoice or customer, each with the days it counts. */

#define EXCEPTIONS_GRACE_MAX 366

uint32_t arc__exception_add(arc_ledger *ledger, int kind, arc_text key, uint32_t customer, uint32_t invoice,
                            arc_day from) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_EXCEPTION);
  int chain = invoice    ? ARC__INVOICE_EXCEPTION
              : customer ? ARC__CUSTOMER_EXCEPTION
                         : ARC__BOOK_EXCEPTION;
  uint32_t owner = invoice ? invoice : customer ? customer : 1;
  if (!row) return 0;
  arc__put_text(t, ARC__EXCEPTION_KEY, row, key);
  arc__put(t, ARC__EXCEPTION_KIND, row, kind);
  arc__put(t, ARC__EXCEPTION_CUSTOMER, row, customer);
  arc__put(t, ARC__EXCEPTION_INVOICE, row, invoice);
  arc__put(t, ARC__EXCEPTION_FROM, row, from);
  arc__put(t, ARC__EXCEPTION_UNTIL, row, ARC_DAY_NONE);
  arc__put(t, ARC__EXCEPTION_CLOSED, row, ARC_DAY_NONE);
  arc__put(t, ARC__EXCEPTION_NEXT, row, arc__u32(t, chain, owner));
  arc__put(t, chain, owner, row);
  if (invoice) arc__put(t, ARC__ACCOUNT_EXCEPTION, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice), 1);
  arc__index_add(t, ARC__INDEX_EXCEPTION, row);
  return row;
}

void arc__exception_changed(arc_ledger *ledger, uint32_t row) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t invoice = t->failed ? 0 : arc__u32(t, ARC__EXCEPTION_INVOICE, row);
  uint32_t customer = t->failed ? 0 : arc__u32(t, ARC__EXCEPTION_CUSTOMER, row);
  if (invoice) arc__state_account_changed(ledger, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice));
  else if (customer) arc__state_customer_changed(ledger, customer);
  for (uint32_t a = 1; !invoice && !customer && !t->failed && a <= t->rows[ARC__TABLE_ACCOUNT]; a++)
    arc__state_account_changed(ledger, a); /* of everybody */
}

arc_status arc__exception_check(const arc_ledger *ledger, int kind, arc_text key, uint32_t invoice, arc_day from,
                                uint32_t field, const char *what, arc_error *err) {
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_EXCEPTION, key, kind, what, err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_INVOICE, invoice, "invoice", err));
  return arc__check_day(from, field, "the day it begins", err);
}

arc_status arc__exception_check_amount(const arc_ledger *ledger, int64_t amount, uint32_t invoice, const char *what,
                                       arc_error *err) {
  ARC__TRY(arc__check_amount(amount, 9, what, err));
  if (amount <= arc__i64(ARC__L(ledger), ARC__INVOICE_AMOUNT, invoice)) return ARC_OK;
  return arc__fail_field(err, ARC_E_REFUSED, 0, 9, "%s is %lld, the invoice is only %lld", what, (long long)amount,
                   (long long)arc__i64(ARC__L(ledger), ARC__INVOICE_AMOUNT, invoice));
}

arc_status arc__exception_check_close(const arc_ledger *ledger, int kind, uint32_t row, arc_day day,
                                      arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_EXCEPTION, row, "exception", err));
  ARC__TRY(arc__check_day(day, 5, "day", err));
  if (arc__u8(t, ARC__EXCEPTION_KIND, row) != kind)
    return arc__fail(err, ARC_E_REFUSED, "this record closes something of another kind");
  if (arc__i32(t, ARC__EXCEPTION_CLOSED, row) != ARC_DAY_NONE)
    return arc__fail(err, ARC_E_REFUSED, "it was closed already");
  if (day < arc__i32(t, ARC__EXCEPTION_FROM, row))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 5, "the day is before it began");
  return ARC_OK;
}

void arc__exception_close(arc_ledger *ledger, uint32_t row, arc_day day) {
  arc__put(ARC__L(ledger), ARC__EXCEPTION_CLOSED, row, day);
  arc__put(ARC__L(ledger), ARC__EXCEPTION_CLOSED_KNOWN, row, arc__state_known_row(ledger));
  arc__exception_changed(ledger, row);
}

/* ---- promises ---- */

arc_status arc__check_promise(const arc_ledger *ledger, const arc__promise_record *r, arc_error *err) {
  ARC__TRY(arc__exception_check(ledger, ARC__EXCEPTION_PROMISE, r->key, r->invoice, r->made, 5, "promise", err));
  ARC__TRY(arc__check_day(r->pay_by, 6, "pay_by", err));
  if (r->pay_by < r->made || r->grace_days > EXCEPTIONS_GRACE_MAX ||
      r->pay_by > ARC_DAY_LAST - EXCEPTIONS_GRACE_MAX - 1)
    return arc__fail_field(err, ARC_E_INVALID, 0, 6, "pay_by is not before made, grace_days is at most %d",
                     EXCEPTIONS_GRACE_MAX);
  return arc__exception_check_amount(ledger, r->amount, r->invoice, "the amount promised", err);
}

void arc__apply_promise(arc_ledger *ledger, const arc__promise_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__exception_add(ledger, ARC__EXCEPTION_PROMISE, r->key, 0, r->invoice, r->made);
  arc__put(t, ARC__EXCEPTION_UNTIL, row, r->pay_by);
  arc__put(t, ARC__EXCEPTION_GRACE, row, r->grace_days);
  arc__put(t, ARC__EXCEPTION_AMOUNT, row, r->amount);
  arc__put_text(t, ARC__EXCEPTION_BY, row, r->made_by);
  arc__exception_changed(ledger, row);
}

/* The amount is not compared where the host left it to be what was open. */
static int exceptions_same_promise(const arc__tables *t, const arc__promise_record *r, uint32_t row) {
  return r->invoice == arc__u32(t, ARC__EXCEPTION_INVOICE, row) &&
         r->made == arc__i32(t, ARC__EXCEPTION_FROM, row) &&
         r->pay_by == arc__i32(t, ARC__EXCEPTION_UNTIL, row) &&
         r->grace_days == arc__u16(t, ARC__EXCEPTION_GRACE, row) &&
         (r->amount == 0 || r->amount == arc__i64(t, ARC__EXCEPTION_AMOUNT, row)) &&
         arc__erasure_same(r->made_by, arc__text(t, ARC__EXCEPTION_BY, row));
}

int64_t arc__invoice_open(const arc__tables *t, uint32_t invoice) {
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  int64_t open = 0;
  for (uint32_t i = 0; i < arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice); i++)
    open += arc__i64(t, ARC__INSTALMENT_OPEN, first + i);
  return open;
}

static arc_status exceptions_promise(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_promise *p = row;
  arc__promise_record r = {0};
  uint32_t known;
  ARC__TRY(arc__input_options(&in, p->options, 0, p->reserved));
  ARC__TRY(arc__input_key(&in, &p->key, 2, "key"));
  ARC__TRY(arc__input_invoice(&in, &p->invoice, 3, 0, &r.invoice));
  ARC__TRY(arc__input_line(&in, &p->made_by, 4, "made_by"));
  r.key = p->key;
  r.made_by = p->made_by;
  r.made = p->made;
  r.pay_by = p->pay_by;
  r.grace_days = p->grace_days;
  r.amount = p->amount;
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_EXCEPTION, p->key, ARC__EXCEPTION_PROMISE);
  if (known && exceptions_same_promise(ARC__L(ledger), &r, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, p->key, "promise");
  if (r.amount == 0) r.amount = arc__invoice_open(ARC__L(ledger), r.invoice);
  ARC__TRY(arc__check_promise(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_PROMISE, &r, err);
}

arc_status arc_ledger_post_promises(arc_ledger *ledger, const arc_promise *rows, size_t count,
                                    arc_error *err) {
  return ARC__POST(arc_promise, ledger, rows, count, exceptions_promise, err);
}

/* ---- holds ---- */

arc_status arc__check_hold(const arc_ledger *ledger, const arc__hold_record *r, arc_error *err) {
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_EXCEPTION, r->key, ARC__EXCEPTION_HOLD, "hold", err));
  if (r->customer && r->invoice)
    return arc__fail(err, ARC_E_INVALID, "a hold names a customer or an invoice, not both");
  if (r->invoice) ARC__TRY(arc__check_row(ledger, ARC__TABLE_INVOICE, r->invoice, "invoice", err));
  else if (r->customer) ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  ARC__TRY(arc__check_day(r->from, 7, "from", err));
  if (r->until != ARC_DAY_NONE) ARC__TRY(arc__check_day(r->until, 8, "until", err));
  if (r->until != ARC_DAY_NONE && r->until < r->from)
    return arc__fail_field(err, ARC_E_INVALID, 0, 8, "until is before from");
  if (r->channel > ARC_CHANNEL_PLACEMENT) return arc__fail(err, ARC_E_INVALID, "channel is out of its range");
  return ARC_OK;
}

void arc__apply_hold(arc_ledger *ledger, const arc__hold_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__exception_add(ledger, ARC__EXCEPTION_HOLD, r->key, r->customer, r->invoice, r->from);
  arc__put(t, ARC__EXCEPTION_UNTIL, row, r->until);
  arc__put(t, ARC__EXCEPTION_CHANNEL, row, r->channel);
  arc__put(t, ARC__EXCEPTION_WHAT, row, arc__state_name(ledger, r->author));
  arc__put_text(t, ARC__EXCEPTION_REASON, row, r->reason);
  arc__exception_changed(ledger, row);
}

static int exceptions_same_hold(const arc__tables *t, const arc__hold_record *r, uint32_t row) {
  return r->customer == arc__u32(t, ARC__EXCEPTION_CUSTOMER, row) &&
         r->invoice == arc__u32(t, ARC__EXCEPTION_INVOICE, row) &&
         r->from == arc__i32(t, ARC__EXCEPTION_FROM, row) &&
         r->until == arc__i32(t, ARC__EXCEPTION_UNTIL, row) &&
         r->channel == arc__u8(t, ARC__EXCEPTION_CHANNEL, row) &&
         arc__text_equal(r->author, arc__name(t, arc__u32(t, ARC__EXCEPTION_WHAT, row))) &&
         arc__erasure_same(r->reason, arc__text(t, ARC__EXCEPTION_REASON, row));
}

static arc_status exceptions_hold(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_hold *h = row;
  arc__hold_record r = {0};
  uint32_t known;
  ARC__TRY(arc__input_options(&in, h->options, ARC_EVERYBODY, h->reserved));
  ARC__TRY(arc__input_key(&in, &h->key, 2, "key"));
  ARC__TRY(arc__input_customer(&in, &h->customer, 3, 1, &r.customer));
  ARC__TRY(arc__input_invoice(&in, &h->invoice, 4, 1, &r.invoice));
  if (h->options & ARC_EVERYBODY ? r.customer || r.invoice : !r.customer == !r.invoice)
    return arc__fail_field(err, ARC_E_INVALID, index, 3,
                           "a hold names a customer or an invoice, or with ARC_EVERYBODY neither");
  ARC__TRY(arc__input_line(&in, &h->reason, 5, "reason"));
  ARC__TRY(arc__input_line(&in, &h->author, 6, "author"));
  if (h->channel < 0)
    return arc__fail_field(err, ARC_E_INVALID, index, 9, "channel must be one of ARC_CHANNEL_*");
  r.key = h->key;
  r.reason = h->reason;
  r.author = h->author;
  r.from = h->from;
  r.until = h->until;
  r.channel = (uint32_t)h->channel;
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_EXCEPTION, h->key, ARC__EXCEPTION_HOLD);
  if (known && exceptions_same_hold(ARC__L(ledger), &r, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, h->key, "hold");
  ARC__TRY(arc__check_hold(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_HOLD, &r, err);
}

arc_status arc_ledger_post_holds(arc_ledger *ledger, const arc_hold *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_hold, ledger, rows, count, exceptions_hold, err);
}

arc_status arc__check_hold_release(const arc_ledger *ledger, const arc__hold_release_record *r,
                                   arc_error *err) {
  return arc__exception_check_close(ledger, ARC__EXCEPTION_HOLD, r->exception, r->day, err);
}

void arc__apply_hold_release(arc_ledger *ledger, const arc__hold_release_record *r) {
  arc__exception_close(ledger, r->exception, r->day);
}

/* ---- the report of holds ---- */

static int exceptions_hold_asked(const arc__query *q, const arc__view *v, uint32_t x) {
  uint32_t invoice = arc__u32(v->tables, ARC__EXCEPTION_INVOICE, x);
  if (arc__u8(v->tables, ARC__EXCEPTION_KIND, x) != ARC__EXCEPTION_HOLD ||
      !arc__query_day(q, arc__i32(v->tables, ARC__EXCEPTION_FROM, x)))
    return 0;
  if (invoice) return arc__query_invoice(q, v->tables, invoice);
  return !q->invoice && (!q->customer || arc__u32(v->tables, ARC__EXCEPTION_CUSTOMER, x) == q->customer);
}

static void exceptions_add_hold(arc_report *report, const arc__view *v, uint32_t x) {
  const arc__tables *t = v->tables;
  uint32_t invoice = arc__u32(t, ARC__EXCEPTION_INVOICE, x), customer = arc__u32(t, ARC__EXCEPTION_CUSTOMER, x);
  uint32_t channel = arc__u8(t, ARC__EXCEPTION_CHANNEL, x);
  arc_day until = arc__i32(t, ARC__EXCEPTION_UNTIL, x), closed = arc__view_exception_closed(v, x);
  int released = closed != ARC_DAY_NONE && closed <= v->day, expired = until != ARC_DAY_NONE && until < v->day;
  arc_text none = {"", 0};
  if (invoice) customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice));
  arc__report_add_arc_text(report, arc__text(t, ARC__EXCEPTION_KEY, x));
  arc__report_add_string(report, invoice ? "invoice" : customer ? "customer" : channel ? "channel" : "everything");
  arc__report_add_arc_text(report, customer ? arc__text(t, ARC__CUSTOMER_KEY, customer) : none);
  arc__report_add_arc_text(report, invoice ? arc__text(t, ARC__INVOICE_KEY, invoice) : none);
  arc__report_add_string(report, channel ? arc__channel_name(channel) : "");
  arc__report_add_arc_text(report, arc__text(t, ARC__EXCEPTION_REASON, x));
  arc__report_add_arc_text(report, arc__name(t, arc__u32(t, ARC__EXCEPTION_WHAT, x)));
  arc__report_add_day(report, arc__i32(t, ARC__EXCEPTION_FROM, x));
  arc__report_add_day(report, until);
  arc__report_add_day(report, released ? closed : ARC_DAY_NONE);
  arc__report_add_string(report, released ? "released" : expired && v->day < ARC_DAY_LAST ? "expired" : "held");
}

arc_status arc__report_holds(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  arc__view view;
  ARC__TRY(arc__view_known(&view, ledger, err));
  view.day = q->as_of;
  for (uint32_t x = 1; x <= arc__view_rows(&view, ARC__TABLE_EXCEPTION); x++)
    if (exceptions_hold_asked(q, &view, x)) exceptions_add_hold(report, &view, x);
  return ARC_OK;
}
