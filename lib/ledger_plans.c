#include "ledger_internal.h"

#include <string.h>

#include "checked.h"
#include "error.h"
#include "ledger_report.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns payment plans: instalments agreed for what is open of one or several invoices. A plan is one exception for
 * each invoice, in rows one after the other; how it stands is never stored but worked out from what was settled. */

#define PLANS_GRACE_MAX 366
#define PLANS_INVOICES_MAX 1000
#define PLANS_PARTS_MAX 120

/* ---- records ---- */

/* A plan of before that still stands on the day: it was not ended, and its last day is not over. */
static int plans_planned(const arc__tables *t, uint32_t invoice, arc_day day) {
  for (uint32_t x = arc__u32(t, ARC__INVOICE_EXCEPTION, invoice); x; x = arc__u32(t, ARC__EXCEPTION_NEXT, x))
    if (arc__u8(t, ARC__EXCEPTION_KIND, x) == ARC__EXCEPTION_PLAN &&
        arc__i32(t, ARC__EXCEPTION_CLOSED, x) == ARC_DAY_NONE &&
        arc__i32(t, ARC__EXCEPTION_UNTIL, x) + (arc_day)arc__u16(t, ARC__EXCEPTION_GRACE, x) >= day)
      return 1;
  return 0;
}

static arc_status plans_check_invoices(const arc_ledger *ledger, const arc__plan_record *r, int64_t *sum,
                                       arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  size_t count = arc__list_count(r->invoices);
  uint32_t invoice, account = 0;
  int64_t open;
  if (r->invoices.size % ARC__INSTALMENT_BYTES || count < 1 || count > PLANS_INVOICES_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 4, "a plan is for 1 to %d invoices", PLANS_INVOICES_MAX);
  *sum = 0;
  for (size_t i = 0; i < count; i++) {
    arc__list_get(r->invoices, i, &invoice, &open);
    ARC__TRY(arc__check_row(ledger, ARC__TABLE_INVOICE, invoice, "invoice", err));
    if (i == 0) account = arc__u32(t, ARC__INVOICE_ACCOUNT, invoice);
    if (arc__u32(t, ARC__INVOICE_ACCOUNT, invoice) != account)
      return arc__fail_field(err, ARC_E_REFUSED, 0, 4, "the invoices of a plan are of one customer and currency");
    if (open < 1 || open != arc__invoice_open(t, invoice))
      return arc__fail_field(err, ARC_E_REFUSED, 0, 4, "nothing is open of an invoice of the plan");
    if (plans_planned(t, invoice, r->made))
      return arc__fail_field(err, ARC_E_REFUSED, 0, 4, "an invoice has a plan already: end it first");
    for (size_t k = 0; k < i; k++) {
      uint32_t before;
      int64_t ignored;
      arc__list_get(r->invoices, k, &before, &ignored);
      if (before == invoice) return arc__fail_field(err, ARC_E_INVALID, 0, 4, "an invoice is named twice");
    }
    if (!arc__add(sum, *sum, open)) return arc__fail(err, ARC_E_OVERFLOW, "the plan does not fit into 64 bits");
  }
  return ARC_OK;
}

static arc_status plans_check_parts(const arc__plan_record *r, int64_t open, arc_error *err) {
  size_t count = arc__list_count(r->instalments);
  arc_day before = r->made;
  int64_t sum = 0, amount;
  uint32_t due;
  if (r->instalments.size % ARC__INSTALMENT_BYTES || count < 1 || count > PLANS_PARTS_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 6, "a plan has 1 to %d instalments", PLANS_PARTS_MAX);
  for (size_t i = 0; i < count; i++) {
    arc__list_get(r->instalments, i, &due, &amount);
    ARC__TRY(arc__check_day((arc_day)due, 6, "due", err));
    ARC__TRY(arc__check_amount(amount, 6, "the amount of an instalment", err));
    if ((arc_day)due < before || (arc_day)due > ARC_DAY_LAST - PLANS_GRACE_MAX - 1)
      return arc__fail_field(err, ARC_E_INVALID, 0, 6, "the due days rise, from the day the plan is made");
    before = (arc_day)due;
    if (!arc__add(&sum, sum, amount)) sum = 0; /* then it cannot be what is open */
  }
  if (sum == open) return ARC_OK;
  return arc__fail_field(err, ARC_E_REFUSED, 0, 6, "the instalments add up to %lld minor units, %lld are open",
                         (long long)sum, (long long)open);
}

arc_status arc__check_plan(const arc_ledger *ledger, const arc__plan_record *r, arc_error *err) {
  int64_t open = 0;
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_EXCEPTION, r->key, ARC__EXCEPTION_PLAN, "plan", err));
  ARC__TRY(arc__check_day(r->made, 8, "made", err));
  if (r->grace_days > PLANS_GRACE_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 9, "grace_days is at most %d", PLANS_GRACE_MAX);
  ARC__TRY(plans_check_invoices(ledger, r, &open, err));
  return plans_check_parts(r, open, err);
}

void arc__apply_plan(arc_ledger *ledger, const arc__plan_record *r) {
  arc__tables *t = ARC__L(ledger);
  const arc_text none = {"", 0};
  size_t invoices = arc__list_count(r->invoices), parts = arc__list_count(r->instalments);
  uint32_t plan = arc__append_row(t, ARC__TABLE_PLAN), number, last;
  int64_t amount;
  if (!plan) return;
  arc__put(t, ARC__PLAN_EXCEPTION, plan, (int64_t)t->rows[ARC__TABLE_EXCEPTION] + 1);
  arc__put(t, ARC__PLAN_EXCEPTIONS, plan, (int64_t)invoices);
  arc__put(t, ARC__PLAN_FIRST_PART, plan, (int64_t)t->rows[ARC__TABLE_PLAN_PART] + 1);
  arc__put(t, ARC__PLAN_PARTS, plan, (int64_t)parts);
  for (size_t i = 0; i < parts; i++) {
    uint32_t part = arc__append_row(t, ARC__TABLE_PLAN_PART);
    arc__list_get(r->instalments, i, &number, &amount);
    arc__put(t, ARC__PLAN_PART_DUE, part, (arc_day)number);
    arc__put(t, ARC__PLAN_PART_AMOUNT, part, amount);
  }
  arc__list_get(r->instalments, parts - 1, &last, &amount);
  for (size_t i = 0; i < invoices && !t->failed; i++) {
    arc__list_get(r->invoices, i, &number, &amount);
    uint32_t x = arc__exception_add(ledger, ARC__EXCEPTION_PLAN, i == 0 ? r->key : none, 0, number, r->made);
    arc__put(t, ARC__EXCEPTION_OF_PLAN, x, plan);
    arc__put(t, ARC__EXCEPTION_UNTIL, x, (arc_day)last);
    arc__put(t, ARC__EXCEPTION_GRACE, x, r->grace_days);
    arc__put(t, ARC__EXCEPTION_AMOUNT, x, amount);
    arc__put_text(t, ARC__EXCEPTION_BY, x, r->agreed_by);
    arc__exception_changed(ledger, x);
  }
}

arc_status arc__check_plan_end(const arc_ledger *ledger, const arc__plan_end_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__exception_check_close(ledger, ARC__EXCEPTION_PLAN, r->exception, r->day, err));
  if (arc__u32(t, ARC__PLAN_EXCEPTION, arc__u32(t, ARC__EXCEPTION_OF_PLAN, r->exception)) == r->exception) return ARC_OK;
  return arc__fail(err, ARC_E_INVALID, "a plan is ended as a whole");
}

void arc__apply_plan_end(arc_ledger *ledger, const arc__plan_end_record *r) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t count = arc__u32(t, ARC__PLAN_EXCEPTIONS, arc__u32(t, ARC__EXCEPTION_OF_PLAN, r->exception));
  for (uint32_t i = 0; i < count && !t->failed; i++) arc__exception_close(ledger, r->exception + i, r->day);
}

/* ---- commands ---- */

static int plans_same(const arc__tables *t, const arc__plan_record *r, uint32_t exception) {
  uint32_t plan = arc__u32(t, ARC__EXCEPTION_OF_PLAN, exception), number;
  uint32_t first = arc__u32(t, ARC__PLAN_FIRST_PART, plan), parts = arc__u32(t, ARC__PLAN_PARTS, plan);
  uint32_t invoices = arc__u32(t, ARC__PLAN_EXCEPTIONS, plan);
  int64_t amount;
  if (r->made != arc__i32(t, ARC__EXCEPTION_FROM, exception) ||
      r->grace_days != arc__u16(t, ARC__EXCEPTION_GRACE, exception) ||
      !arc__erasure_same(r->agreed_by, arc__text(t, ARC__EXCEPTION_BY, exception)) ||
      arc__list_count(r->instalments) != parts || arc__list_count(r->invoices) != invoices)
    return 0;
  for (uint32_t i = 0; i < parts; i++) {
    arc__list_get(r->instalments, i, &number, &amount);
    if ((arc_day)number != arc__i32(t, ARC__PLAN_PART_DUE, first + i) ||
        amount != arc__i64(t, ARC__PLAN_PART_AMOUNT, first + i))
      return 0;
  }
  for (uint32_t i = 0; i < invoices; i++) {
    arc__list_get(r->invoices, i, &number, &amount); /* what was open then is not asked for again */
    if (number != arc__u32(t, ARC__EXCEPTION_INVOICE, exception + i)) return 0;
  }
  return 1;
}

/* The two lists lie in the ledger's buffer, one behind the other. */
static arc_status plans_list(const arc__input *in, arc_ledger *ledger, const arc_plan *p, arc__plan_record *r) {
  arc__buffer *list = &ledger->list;
  const unsigned char *at = (const unsigned char *)p->instalments;
  size_t border;
  if (!p->invoice_count || p->invoice_count > PLANS_INVOICES_MAX || !p->invoices)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 4, "a plan is for 1 to %d invoices", PLANS_INVOICES_MAX);
  if (!p->instalment_count || p->instalment_count > PLANS_PARTS_MAX || !p->instalments)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 6, "a plan has 1 to %d instalments", PLANS_PARTS_MAX);
  list->size = 0;
  for (uint32_t i = 0; i < p->invoice_count; i++) {
    arc_text key = p->invoices[i];
    uint32_t invoice;
    ARC__TRY(arc__input_invoice(in, &key, 4, 0, &invoice));
    arc__list_add(list, invoice, arc__invoice_open(ARC__L(ledger), invoice));
  }
  border = list->size;
  for (uint32_t i = 0; i < p->instalment_count; i++, at += p->instalments->struct_size) {
    arc_instalment part;
    ARC__TRY(ARC__READ(arc_instalment, &part, at, in->err));
    arc__list_add(list, (uint32_t)part.due, part.amount);
  }
  if (list->failed) return arc__fail_nomem(in->err);
  r->invoices.data = (const char *)list->data;
  r->invoices.size = border;
  r->instalments.data = (const char *)list->data + border;
  r->instalments.size = list->size - border;
  return ARC_OK;
}

static arc_status plans_plan(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_plan *p = row;
  arc__plan_record r = {0};
  uint32_t known;
  ARC__TRY(arc__input_options(&in, p->options, 0, 0));
  ARC__TRY(arc__input_key(&in, &p->key, 2, "key"));
  ARC__TRY(arc__input_line(&in, &p->agreed_by, 3, "agreed_by"));
  ARC__TRY(arc__input_day(&in, p->made, 8, "made"));
  ARC__TRY(plans_list(&in, ledger, p, &r));
  r.key = p->key;
  r.agreed_by = p->agreed_by;
  r.made = p->made;
  r.grace_days = p->grace_days;
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_EXCEPTION, p->key, ARC__EXCEPTION_PLAN);
  if (known && plans_same(ARC__L(ledger), &r, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, p->key, "plan");
  ARC__TRY(arc__check_plan(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_PLAN, &r, err);
}

arc_status arc_ledger_post_plans(arc_ledger *ledger, const arc_plan *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_plan, ledger, rows, count, plans_plan, err);
}

/* ---- how a plan stands ---- */

/* What was settled of its invoices from the day it was made to another. */
static int64_t plans_paid(const arc__view *v, uint32_t plan, arc_day to) {
  const arc__tables *t = v->tables;
  uint32_t first = arc__u32(t, ARC__PLAN_EXCEPTION, plan);
  int64_t sum = 0;
  for (uint32_t x = first; x < first + arc__u32(t, ARC__PLAN_EXCEPTIONS, plan); x++)
    sum += arc__view_settled_between(v, arc__u32(t, ARC__EXCEPTION_INVOICE, x), arc__i32(t, ARC__EXCEPTION_FROM, x), to);
  return sum;
}

void arc__view_plan(const arc__view *v, uint32_t exception, arc__plan *plan) {
  const arc__tables *t = v->tables;
  uint32_t row = arc__u32(t, ARC__EXCEPTION_OF_PLAN, exception), first = arc__u32(t, ARC__PLAN_FIRST_PART, row);
  arc_day closed = arc__view_exception_closed(v, exception);
  arc_day grace = (arc_day)arc__u16(t, ARC__EXCEPTION_GRACE, exception);
  memset(plan, 0, sizeof *plan);
  plan->missed = plan->next_due = ARC_DAY_NONE;
  if (exception > v->exceptions || arc__i32(t, ARC__EXCEPTION_FROM, exception) > v->day) return;
  plan->paid = plans_paid(v, row, v->day);
  for (uint32_t p = first; p < first + arc__u32(t, ARC__PLAN_PARTS, row); p++) {
    arc_day due = arc__i32(t, ARC__PLAN_PART_DUE, p);
    plan->planned += arc__i64(t, ARC__PLAN_PART_AMOUNT, p);
    if (plan->missed == ARC_DAY_NONE && due + grace < v->day && plans_paid(v, row, due + grace) < plan->planned)
      plan->missed = due;
    if (plan->next_due == ARC_DAY_NONE && plan->paid < plan->planned) {
      plan->next_due = due;
      plan->next_amount = plan->planned - plan->paid;
    }
  }
  if (plan->missed != ARC_DAY_NONE) plan->state = ARC__PLAN_BROKEN;
  else if (plan->paid >= plan->planned) plan->state = ARC__PLAN_KEPT;
  else plan->state = closed != ARC_DAY_NONE && closed <= v->day ? ARC__PLAN_ENDED : ARC__PLAN_RUNNING;
}

/* ---- the report ---- */

static uint32_t plans_customer(const arc__tables *t, uint32_t exception) {
  uint32_t invoice = arc__u32(t, ARC__EXCEPTION_INVOICE, exception);
  return arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice));
}

static int plans_asked(const arc__query *q, const arc__tables *t, uint32_t plan) {
  uint32_t first = arc__u32(t, ARC__PLAN_EXCEPTION, plan);
  if (q->customer && plans_customer(t, first) != q->customer) return 0;
  if (!q->invoice) return 1;
  for (uint32_t x = first; x < first + arc__u32(t, ARC__PLAN_EXCEPTIONS, plan); x++)
    if (arc__u32(t, ARC__EXCEPTION_INVOICE, x) == q->invoice) return 1;
  return 0;
}

/* The customer's plans before this one, which shows who asks for one after the other. */
static int64_t plans_before(const arc__tables *t, uint32_t plan) {
  uint32_t customer = plans_customer(t, arc__u32(t, ARC__PLAN_EXCEPTION, plan));
  int64_t count = 0;
  for (uint32_t p = 1; p < plan; p++) count += plans_customer(t, arc__u32(t, ARC__PLAN_EXCEPTION, p)) == customer;
  return count;
}

static void plans_add_row(arc_report *report, const arc__view *v, uint32_t plan) {
  static const char *const names[] = {"", "running", "kept", "broken", "ended"};
  const arc__tables *t = v->tables;
  uint32_t first = arc__u32(t, ARC__PLAN_EXCEPTION, plan);
  uint32_t account = arc__u32(t, ARC__INVOICE_ACCOUNT, arc__u32(t, ARC__EXCEPTION_INVOICE, first));
  arc__plan p;
  arc__view_plan(v, first, &p);
  if (p.state == ARC__PLAN_NOT_YET) return;
  arc__report_add_arc_text(report, arc__text(t, ARC__EXCEPTION_KEY, first));
  arc__report_add_arc_text(report, arc__text(t, ARC__CUSTOMER_KEY, plans_customer(t, first)));
  arc__report_add_day(report, arc__i32(t, ARC__EXCEPTION_FROM, first));
  arc__report_add_currency(report, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  arc__report_add_integer(report, p.planned);
  arc__report_add_integer(report, p.paid);
  arc__report_add_string(report, names[p.state]);
  arc__report_add_day(report, p.missed);
  arc__report_add_day(report, p.next_due);
  arc__report_add_integer(report, p.next_amount);
  arc__report_add_integer(report, arc__u32(t, ARC__PLAN_EXCEPTIONS, plan));
  arc__report_add_integer(report, plans_before(t, plan));
}

arc_status arc__report_plans(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__view view;
  ARC__TRY(arc__view_open(&view, ledger, q->as_of, err));
  for (uint32_t plan = 1; plan <= t->rows[ARC__TABLE_PLAN]; plan++)
    if (plans_asked(q, t, plan)) plans_add_row(report, &view, plan);
  arc__view_close(&view);
  return ARC_OK;
}
