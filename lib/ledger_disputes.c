#include "ledger_internal.h"

#include <string.h>

#include "error.h"
#include "ledger_report.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns disputes: opened by hand, from a reply, or by a short pay, which is a deduction. What is said of one as it is
 * opened stays; what changes later stands in rows of its own, each from its day on. */

#define DISPUTES_ANSWER_MAX 3660
#define DISPUTES_DEDUCTION_FIELD 14 /* of arc_application */

/* ---- what is recorded ---- */

static arc_status disputes_check_answer(uint32_t answer_days, arc_day opened, arc_error *err) {
  if (answer_days <= DISPUTES_ANSWER_MAX && (int64_t)opened + answer_days <= ARC_DAY_LAST) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 12, "answer_days is at most %d", DISPUTES_ANSWER_MAX);
}

static arc_status disputes_check_deduction(const arc_ledger *ledger, const arc__dispute_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  int64_t open = arc__invoice_open(t, r->invoice);
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_ENTRY, r->entry, "application", err));
  if (arc__u8(t, ARC__ENTRY_KIND, r->entry) != ARC__ENTRY_APPLICATION ||
      arc__entry_invoice(t, r->entry) != r->invoice || arc__i32(t, ARC__ENTRY_DAY, r->entry) != r->opened)
    return arc__fail(err, ARC_E_INVALID, "a deduction is of the invoice and the day of its application");
  if (r->amount <= open) return ARC_OK;
  return arc__fail_field(err, ARC_E_REFUSED, 0, 9, "%lld is deducted, the application leaves only %lld open",
                         (long long)r->amount, (long long)open);
}

arc_status arc__check_dispute(const arc_ledger *ledger, const arc__dispute_record *r, arc_error *err) {
  ARC__TRY(arc__exception_check(ledger, ARC__EXCEPTION_DISPUTE, r->key, r->invoice, r->opened, 7, "dispute", err));
  ARC__TRY(arc__exception_check_amount(ledger, r->amount, r->invoice, "the amount in dispute", err));
  ARC__TRY(disputes_check_answer(r->answer_days, r->opened, err));
  return r->entry ? disputes_check_deduction(ledger, r, err) : ARC_OK;
}

static arc_day disputes_answer_by(arc_day opened, uint32_t answer_days) {
  return answer_days ? opened + (arc_day)answer_days : ARC_DAY_NONE;
}

void arc__apply_dispute(arc_ledger *ledger, const arc__dispute_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__exception_add(ledger, ARC__EXCEPTION_DISPUTE, r->key, 0, r->invoice, r->opened);
  arc__put(t, ARC__EXCEPTION_AMOUNT, row, r->amount);
  arc__put(t, ARC__EXCEPTION_UNTIL, row, disputes_answer_by(r->opened, r->answer_days));
  arc__put(t, ARC__EXCEPTION_ENTRY, row, r->entry);
  arc__put(t, ARC__EXCEPTION_WHAT, row, arc__state_name(ledger, r->kind));
  arc__put(t, ARC__EXCEPTION_OWNER, row, arc__state_name(ledger, r->owner));
  arc__put_text(t, ARC__EXCEPTION_REASON, row, r->reason);
  arc__put_text(t, ARC__EXCEPTION_SOURCE, row, r->source);
  arc__put_text(t, ARC__EXCEPTION_DOCUMENTS, row, r->documents);
  arc__exception_changed(ledger, row);
}

/* What of a dispute can never change. */
static int disputes_same_claim(const arc__tables *t, const arc__dispute_record *r, uint32_t row) {
  return r->invoice == arc__u32(t, ARC__EXCEPTION_INVOICE, row) &&
         r->entry == arc__u32(t, ARC__EXCEPTION_ENTRY, row) &&
         r->opened == arc__i32(t, ARC__EXCEPTION_FROM, row) &&
         r->amount == arc__i64(t, ARC__EXCEPTION_AMOUNT, row) &&
         arc__erasure_same(r->source, arc__text(t, ARC__EXCEPTION_SOURCE, row));
}

static int disputes_same(const arc__tables *t, const arc__dispute_record *r, uint32_t row) {
  return disputes_same_claim(t, r, row) &&
         disputes_answer_by(r->opened, r->answer_days) == arc__i32(t, ARC__EXCEPTION_UNTIL, row) &&
         arc__text_equal(r->kind, arc__name(t, arc__u32(t, ARC__EXCEPTION_WHAT, row))) &&
         arc__text_equal(r->owner, arc__name(t, arc__u32(t, ARC__EXCEPTION_OWNER, row))) &&
         arc__erasure_same(r->reason, arc__text(t, ARC__EXCEPTION_REASON, row)) &&
         arc__erasure_same(r->documents, arc__text(t, ARC__EXCEPTION_DOCUMENTS, row));
}

/* ---- changes ---- */

arc_status arc__check_dispute_change(const arc_ledger *ledger, const arc__dispute_change_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc_day opened;
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_EXCEPTION, r->exception, "dispute", err));
  ARC__TRY(arc__check_day(r->day, 13, "changed", err));
  if (arc__u8(t, ARC__EXCEPTION_KIND, r->exception) != ARC__EXCEPTION_DISPUTE)
    return arc__fail(err, ARC_E_INVALID, "this record changes something of another kind");
  opened = arc__i32(t, ARC__EXCEPTION_FROM, r->exception);
  if (r->day < opened) return arc__fail_field(err, ARC_E_REFUSED, 0, 13, "changed is before the dispute was opened");
  if (arc__i32(t, ARC__EXCEPTION_CLOSED, r->exception) != ARC_DAY_NONE)
    return arc__fail(err, ARC_E_REFUSED, "the dispute was resolved already");
  for (uint32_t c = arc__u32(t, ARC__EXCEPTION_CHANGE, r->exception); c; c = arc__u32(t, ARC__DISPUTE_CHANGE_NEXT, c))
    if (arc__i32(t, ARC__DISPUTE_CHANGE_DAY, c) == r->day)
      return arc__fail_field(err, ARC_E_EXISTS, 0, 13, "the dispute was changed on that day already, to something else");
  return disputes_check_answer(r->answer_days, opened, err);
}

void arc__apply_dispute_change(arc_ledger *ledger, const arc__dispute_change_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_DISPUTE_CHANGE);
  arc__put(t, ARC__DISPUTE_CHANGE_DAY, row, r->day);
  arc__put(t, ARC__DISPUTE_CHANGE_KIND, row, arc__state_name(ledger, r->kind));
  arc__put(t, ARC__DISPUTE_CHANGE_OWNER, row, arc__state_name(ledger, r->owner));
  arc__put_text(t, ARC__DISPUTE_CHANGE_REASON, row, r->reason);
  arc__put_text(t, ARC__DISPUTE_CHANGE_DOCUMENTS, row, r->documents);
  arc__put(t, ARC__DISPUTE_CHANGE_UNTIL, row,
           disputes_answer_by(arc__i32(t, ARC__EXCEPTION_FROM, r->exception), r->answer_days));
  arc__put(t, ARC__DISPUTE_CHANGE_NEXT, row, arc__u32(t, ARC__EXCEPTION_CHANGE, r->exception));
  arc__put(t, ARC__EXCEPTION_CHANGE, r->exception, row);
}

/* Whether the change was recorded: the natural key is the dispute and the day. */
static int disputes_changed(const arc__tables *t, const arc__dispute_change_record *r) {
  arc_day until = disputes_answer_by(arc__i32(t, ARC__EXCEPTION_FROM, r->exception), r->answer_days);
  for (uint32_t c = arc__u32(t, ARC__EXCEPTION_CHANGE, r->exception); c; c = arc__u32(t, ARC__DISPUTE_CHANGE_NEXT, c))
    if (arc__i32(t, ARC__DISPUTE_CHANGE_DAY, c) == r->day)
      return until == arc__i32(t, ARC__DISPUTE_CHANGE_UNTIL, c) &&
             arc__text_equal(r->kind, arc__name(t, arc__u32(t, ARC__DISPUTE_CHANGE_KIND, c))) &&
             arc__text_equal(r->owner, arc__name(t, arc__u32(t, ARC__DISPUTE_CHANGE_OWNER, c))) &&
             arc__erasure_same(r->reason, arc__text(t, ARC__DISPUTE_CHANGE_REASON, c)) &&
             arc__erasure_same(r->documents, arc__text(t, ARC__DISPUTE_CHANGE_DOCUMENTS, c));
  return 0;
}

static arc_status disputes_change(const arc__input *in, arc_ledger *ledger, const arc_dispute *d,
                                  const arc__dispute_record *said, uint32_t known) {
  arc__dispute_change_record r = {known, d->changed, said->kind, said->owner, said->reason, said->documents,
                                  said->answer_days};
  if (!disputes_same_claim(ARC__L(ledger), said, known))
    return arc__fail_field(in->err, ARC_E_REFUSED, in->index, 2,
                           "invoice, source, opened and amount of a dispute do not change: resolve it, open another");
  if (disputes_changed(ARC__L(ledger), &r)) return ARC_ALREADY;
  ARC__TRY(arc__check_dispute_change(ledger, &r, in->err));
  return arc__ledger_record(ledger, ARC__RECORD_DISPUTE_CHANGE, &r, in->err);
}

/* ---- the command ---- */

/* All but what a deduction has from its application: the invoice, the day, the entry. */
static arc_status disputes_resolve(const arc__input *in, arc_dispute *d, uint32_t options, arc__dispute_record *r) {
  ARC__TRY(arc__input_options(in, d->options, options, d->reserved));
  ARC__TRY(arc__input_key(in, &d->key, 2, "key"));
  ARC__TRY(arc__input_line(in, &d->kind, 4, "kind"));
  ARC__TRY(arc__input_line(in, &d->owner, 5, "owner"));
  ARC__TRY(arc__input_line(in, &d->reason, 6, "reason"));
  ARC__TRY(arc__input_line(in, &d->source, 10, "source"));
  ARC__TRY(arc__input_free_text(in, &d->documents, 11, "documents"));
  r->key = d->key;
  r->kind = d->kind;
  r->owner = d->owner;
  r->reason = d->reason;
  r->source = d->source;
  r->documents = d->documents;
  r->answer_days = d->answer_days;
  r->amount = d->amount;
  return disputes_check_answer(d->answer_days, 0, in->err);
}

static arc_status disputes_dispute(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  const arc__tables *t = ARC__L(ledger);
  arc_dispute *d = row;
  arc__dispute_record r = {0};
  uint32_t known;
  ARC__TRY(disputes_resolve(&in, d, ARC_REPLACE, &r));
  ARC__TRY(arc__input_invoice(&in, &d->invoice, 3, 0, &r.invoice));
  r.opened = d->opened;
  known = arc__index_find(t, ARC__INDEX_EXCEPTION, d->key, ARC__EXCEPTION_DISPUTE);
  if (known && d->options & ARC_REPLACE) {
    r.entry = arc__u32(t, ARC__EXCEPTION_ENTRY, known); /* a deduction is changed like others */
    if (!r.amount) r.amount = arc__i64(t, ARC__EXCEPTION_AMOUNT, known);
    return disputes_change(&in, ledger, d, &r, known);
  }
  if (!r.amount) r.amount = arc__i64(t, ARC__INVOICE_AMOUNT, r.invoice);
  if (known && disputes_same(t, &r, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, d->key, "dispute");
  ARC__TRY(arc__check_dispute(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_DISPUTE, &r, err);
}

arc_status arc_ledger_post_disputes(arc_ledger *ledger, const arc_dispute *rows, size_t count,
                                    arc_error *err) {
  return ARC__POST(arc_dispute, ledger, rows, count, disputes_dispute, err);
}

/* ---- deductions ---- */

static arc_status disputes_resolve_deduction(const arc__input *in, const arc_dispute *deduction, uint32_t entry,
                                             arc_dispute *d, arc__dispute_record *r) {
  const arc__tables *t = ARC__L(in->ledger);
  ARC__TRY(ARC__READ(arc_dispute, d, deduction, in->err));
  ARC__TRY(disputes_resolve(in, d, 0, r));
  ARC__TRY(arc__input_invoice(in, &d->invoice, 3, 1, &r->invoice));
  r->entry = entry;
  r->opened = arc__i32(t, ARC__ENTRY_DAY, entry);
  if ((r->invoice && r->invoice != arc__entry_invoice(t, entry)) ||
      (d->opened != ARC_DAY_NONE && d->opened != r->opened))
    return arc__fail(in->err, ARC_E_INVALID, "a deduction is of the invoice and the day of its application");
  r->invoice = arc__entry_invoice(t, entry);
  return ARC_OK;
}

static arc_status disputes_deduct(const arc__input *in, arc_ledger *ledger, const arc_dispute *deduction,
                                  uint32_t entry) {
  arc_dispute d;
  arc__dispute_record r = {0};
  ARC__TRY(disputes_resolve_deduction(in, deduction, entry, &d, &r));
  if (arc__index_find(ARC__L(ledger), ARC__INDEX_EXCEPTION, d.key, ARC__EXCEPTION_DISPUTE))
    return arc__input_exists(in, d.key, "dispute");
  ARC__TRY(arc__check_dispute(ledger, &r, in->err));
  return arc__ledger_record(ledger, ARC__RECORD_DISPUTE, &r, in->err);
}

arc_status arc__dispute_deduct(const arc__input *in, arc_ledger *ledger, const arc_dispute *deduction, uint32_t entry) {
  arc_status status = disputes_deduct(in, ledger, deduction, entry);
  return status < 0 ? arc__input_of_field(in, status, DISPUTES_DEDUCTION_FIELD) : status;
}

/* The dispute that was opened with an application; 0: none. */
static uint32_t disputes_of_entry(const arc__tables *t, uint32_t entry) {
  uint32_t x = arc__u32(t, ARC__INVOICE_EXCEPTION, arc__entry_invoice(t, entry));
  while (x && (arc__u8(t, ARC__EXCEPTION_KIND, x) != ARC__EXCEPTION_DISPUTE ||
               arc__u32(t, ARC__EXCEPTION_ENTRY, x) != entry))
    x = arc__u32(t, ARC__EXCEPTION_NEXT, x);
  return x;
}

arc_status arc__dispute_deducted(const arc__input *in, const arc_dispute *deduction, uint32_t entry, int *same) {
  const arc__tables *t = ARC__L(in->ledger);
  uint32_t known = disputes_of_entry(t, entry);
  arc_dispute d;
  arc__dispute_record r = {0};
  arc_status status;
  *same = !known && !deduction;
  if (!known || !deduction) return ARC_OK;
  status = disputes_resolve_deduction(in, deduction, entry, &d, &r);
  if (status < 0) return arc__input_of_field(in, status, DISPUTES_DEDUCTION_FIELD);
  *same = disputes_same(t, &r, known) && arc__text_equal(r.key, arc__text(t, ARC__EXCEPTION_KEY, known));
  return ARC_OK;
}

/* ---- resolutions ---- */

arc_status arc__check_dispute_resolution(const arc_ledger *ledger, const arc__dispute_resolution_record *r,
                                         arc_error *err) {
  if (r->our_error > 1) return arc__fail(err, ARC_E_INVALID, "a resolution says in more than one bit whose error it was");
  return arc__exception_check_close(ledger, ARC__EXCEPTION_DISPUTE, r->exception, r->day, err);
}

void arc__apply_dispute_resolution(arc_ledger *ledger, const arc__dispute_resolution_record *r) {
  arc__put(ARC__L(ledger), ARC__EXCEPTION_OUTCOME, r->exception, arc__state_name(ledger, r->outcome));
  arc__put(ARC__L(ledger), ARC__EXCEPTION_OUR_ERROR, r->exception, r->our_error);
  arc__exception_close(ledger, r->exception, r->day);
}

/* ---- reading ---- */

void arc__view_dispute(const arc__view *v, uint32_t x, arc__dispute *d) {
  const arc__tables *t = v->tables;
  arc_day since = ARC_DAY_NONE; /* the lowest day there is */
  *d = (arc__dispute){arc__u32(t, ARC__EXCEPTION_WHAT, x), arc__u32(t, ARC__EXCEPTION_OWNER, x),
                      arc__text(t, ARC__EXCEPTION_REASON, x), arc__text(t, ARC__EXCEPTION_DOCUMENTS, x),
                      arc__i32(t, ARC__EXCEPTION_UNTIL, x)};
  for (uint32_t c = arc__u32(t, ARC__EXCEPTION_CHANGE, x); c; c = arc__u32(t, ARC__DISPUTE_CHANGE_NEXT, c)) {
    arc_day day = arc__i32(t, ARC__DISPUTE_CHANGE_DAY, c);
    if (c > v->dispute_changes || day > v->day || day < since) continue;
    since = day;
    *d = (arc__dispute){arc__u32(t, ARC__DISPUTE_CHANGE_KIND, c), arc__u32(t, ARC__DISPUTE_CHANGE_OWNER, c),
                        arc__text(t, ARC__DISPUTE_CHANGE_REASON, c), arc__text(t, ARC__DISPUTE_CHANGE_DOCUMENTS, c),
                        arc__i32(t, ARC__DISPUTE_CHANGE_UNTIL, c)};
  }
}

/* ---- the report ---- */

static void disputes_add_row(arc_report *report, const arc__view *v, uint32_t x) {
  const arc__tables *t = v->tables;
  uint32_t invoice = arc__u32(t, ARC__EXCEPTION_INVOICE, x), account = arc__u32(t, ARC__INVOICE_ACCOUNT, invoice);
  uint32_t entry = arc__u32(t, ARC__EXCEPTION_ENTRY, x);
  arc_day opened = arc__i32(t, ARC__EXCEPTION_FROM, x), closed = arc__view_exception_closed(v, x);
  int resolved = closed != ARC_DAY_NONE && closed <= v->day;
  arc__dispute d;
  arc_text none = {"", 0};
  arc__view_dispute(v, x, &d);
  arc__report_add_arc_text(report, arc__text(t, ARC__EXCEPTION_KEY, x));
  arc__report_add_arc_text(report, arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)));
  arc__report_add_arc_text(report, arc__text(t, ARC__INVOICE_KEY, invoice));
  arc__report_add_currency(report, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  arc__report_add_integer(report, arc__i64(t, ARC__EXCEPTION_AMOUNT, x));
  arc__report_add_arc_text(report, arc__name(t, d.kind));
  arc__report_add_arc_text(report, arc__name(t, d.owner));
  arc__report_add_day(report, opened);
  arc__report_add_string(report, resolved                                                                   ? "resolved"
                                 : d.answer_by != ARC_DAY_NONE && v->day > d.answer_by && v->day < ARC_DAY_LAST ? "overdue"
                                                                                                            : "open");
  arc__report_add_day(report, d.answer_by);
  arc__report_add_day(report, resolved ? closed : ARC_DAY_NONE);
  arc__report_add_arc_text(report, resolved ? arc__name(t, arc__u32(t, ARC__EXCEPTION_OUTCOME, x)) : none);
  if (!resolved && v->day == ARC_DAY_LAST) arc__report_add_null(report);
  else arc__report_add_integer(report, (int64_t)(resolved ? closed : v->day) - opened);
  arc__report_add_arc_text(report,
                           entry ? arc__text(t, ARC__CREDIT_KEY, arc__u32(t, ARC__ENTRY_CREDIT, entry)) : none);
  arc__report_add_arc_text(report, arc__text(t, ARC__EXCEPTION_SOURCE, x));
  arc__report_add_arc_text(report, d.documents);
}

arc_status arc__report_disputes(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__view view;
  ARC__TRY(arc__view_known(&view, ledger, err));
  view.day = q->as_of;
  for (uint32_t x = 1; x <= arc__view_rows(&view, ARC__TABLE_EXCEPTION); x++) {
    if (arc__u8(t, ARC__EXCEPTION_KIND, x) != ARC__EXCEPTION_DISPUTE ||
        !arc__query_invoice(q, t, arc__u32(t, ARC__EXCEPTION_INVOICE, x)) ||
        !arc__query_day(q, arc__i32(t, ARC__EXCEPTION_FROM, x)))
      continue;
    disputes_add_row(report, &view, x);
  }
  return ARC_OK;
}
