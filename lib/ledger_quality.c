#include "ledger_internal.h"

#include <string.h>

#include "currency.h"
#include "error.h"
#include "ledger_report.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns what makes an invoice right and shows that it was: what is found wrong when it is recorded, corrections of
 * that, and how it was delivered. Looking for a duplicate costs at most QUALITY_LOOK_BACK invoices of its account. */

#define QUALITY_LOOK_BACK 1000
#define QUALITY_NEAR_DAYS 7
#define QUALITY_FAULTS 63u
#define QUALITY_FOUND 31u /* what an invoice can be looked at for */

arc_text arc__invoice_po(const arc__tables *t, uint32_t invoice) {
  for (uint32_t c = arc__u32(t, ARC__INVOICE_CORRECTION, invoice); c; c = arc__u32(t, ARC__CORRECTION_NEXT, c))
    if (arc__text(t, ARC__CORRECTION_PO_NUMBER, c).size) return arc__text(t, ARC__CORRECTION_PO_NUMBER, c);
  return arc__text(t, ARC__INVOICE_PO_NUMBER, invoice);
}

/* ---- what is found ---- */

/* An invoice of the same amount, order and nearly the same day; 0: none among the latest of the account. */
static uint32_t quality_duplicate(const arc__tables *t, const arc__invoice_record *r) {
  uint32_t account = arc__find_account(t, r->customer, r->currency), left = QUALITY_LOOK_BACK;
  uint32_t i = account ? arc__u32(t, ARC__ACCOUNT_INVOICE, account) : 0;
  for (; i && left; i = arc__u32(t, ARC__INVOICE_NEXT, i), left--) {
    int64_t apart = (int64_t)arc__i32(t, ARC__INVOICE_ISSUED, i) - r->issued;
    if (arc__u8(t, ARC__INVOICE_KIND, i) == ARC__INVOICE_SALE && arc__i64(t, ARC__INVOICE_AMOUNT, i) == r->amount &&
        apart >= -QUALITY_NEAR_DAYS && apart <= QUALITY_NEAR_DAYS &&
        arc__text_equal(arc__invoice_po(t, i), r->po_number))
      return i;
  }
  return 0;
}

arc_status arc__quality_look(const arc__input *in, const arc_invoice *v, int terms_agreed, arc__invoice_record *r) {
  const arc__tables *t = ARC__L(in->ledger);
  uint32_t checks = arc__u32(t, ARC__CUSTOMER_CHECKS, r->customer);
  if (checks & ARC_FAULT_AMOUNT && v->lines_total && v->lines_total != r->amount)
    return arc__fail_field(in->err, ARC_E_REFUSED, in->index, 15,
                           "the lines add up to %lld minor units, the invoice is %lld", (long long)v->lines_total,
                           (long long)r->amount);
  if (!r->po_number.size) r->findings |= checks & ARC_FAULT_PO_NUMBER;
  if (!arc__u32(t, ARC__CUSTOMER_CONTACT, r->customer)) r->findings |= checks & ARC_FAULT_CONTACT;
  if (!terms_agreed) r->findings |= checks & ARC_FAULT_TERMS;
  if (!v->lines_total) r->findings |= checks & ARC_FAULT_AMOUNT;
  if (checks & ARC_FAULT_DUPLICATE) r->duplicate_of = quality_duplicate(t, r);
  if (r->duplicate_of) r->findings |= ARC_FAULT_DUPLICATE;
  return ARC_OK;
}

arc_status arc__quality_check(const arc_ledger *ledger, const arc__invoice_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  if (r->findings & ~QUALITY_FOUND || !r->duplicate_of != !(r->findings & ARC_FAULT_DUPLICATE))
    return arc__fail(err, ARC_E_INVALID, "what was found of the invoice cannot be");
  if (!r->duplicate_of) return ARC_OK;
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_INVOICE, r->duplicate_of, "invoice", err));
  if (arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, r->duplicate_of)) == r->customer) return ARC_OK;
  return arc__fail(err, ARC_E_INVALID, "a duplicate is of the same customer");
}

void arc__quality_apply(arc_ledger *ledger, const arc__invoice_record *r, uint32_t invoice) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = r->findings ? arc__append_row(t, ARC__TABLE_FINDING) : 0;
  if (!row) return;
  arc__put(t, ARC__FINDING_INVOICE, row, invoice);
  arc__put(t, ARC__FINDING_FAULTS, row, r->findings);
  arc__put(t, ARC__FINDING_OTHER, row, r->duplicate_of);
}

/* ---- corrections ---- */

static arc_status quality_check_day(const arc_ledger *ledger, uint32_t invoice, arc_day day, uint32_t field,
                                    arc_error *err) {
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_INVOICE, invoice, "invoice", err));
  ARC__TRY(arc__check_day(day, field, "day", err));
  if (day >= arc__i32(ARC__L(ledger), ARC__INVOICE_ISSUED, invoice)) return ARC_OK;
  return arc__fail_field(err, ARC_E_REFUSED, 0, field, "the day is before the invoice was issued");
}

/* What takes the invoice's place is of its customer, and another one. */
static arc_status quality_check_remedy(const arc_ledger *ledger, const arc__correction_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, r->invoice));
  if (r->reissued) {
    ARC__TRY(arc__check_row(ledger, ARC__TABLE_INVOICE, r->reissued, "invoice", err));
    if (r->reissued == r->invoice ||
        arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, r->reissued)) != customer)
      return arc__fail_field(err, ARC_E_REFUSED, 0, 8, "an invoice is issued anew as another one of its customer");
  }
  if (!r->credit) return ARC_OK;
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CREDIT, r->credit, "credit note", err));
  if (arc__u8(t, ARC__CREDIT_KIND, r->credit) != ARC_CREDIT_CREDIT_NOTE ||
      arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__CREDIT_ACCOUNT, r->credit)) != customer)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 7, "an invoice is credited by a credit note of its customer");
  return ARC_OK;
}

arc_status arc__check_correction(const arc_ledger *ledger, const arc__correction_record *r, arc_error *err) {
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_CORRECTION, r->key, 0, "correction", err));
  ARC__TRY(quality_check_day(ledger, r->invoice, r->day, 9, err));
  if (!r->faults || r->faults & ~QUALITY_FAULTS || r->false_alarm > 1)
    return arc__fail_field(err, ARC_E_INVALID, 0, 10, "faults says what was wrong: one or more of ARC_FAULT_*");
  if (arc__u8(ARC__L(ledger), ARC__INVOICE_KIND, r->invoice) != ARC__INVOICE_SALE)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 3, "a charge is not corrected but waived");
  if (r->false_alarm && (r->po_number.size || r->reissued || r->credit))
    return arc__fail(err, ARC_E_INVALID, "what was no fault needs no order number, credit note or other invoice");
  return quality_check_remedy(ledger, r, err);
}

void arc__apply_correction(arc_ledger *ledger, const arc__correction_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_CORRECTION);
  if (!row) return;
  arc__put_text(t, ARC__CORRECTION_KEY, row, r->key);
  arc__put(t, ARC__CORRECTION_INVOICE, row, r->invoice);
  arc__put(t, ARC__CORRECTION_DAY, row, r->day);
  arc__put(t, ARC__CORRECTION_FAULTS, row, r->faults);
  arc__put(t, ARC__CORRECTION_FALSE_ALARM, row, r->false_alarm);
  arc__put_text(t, ARC__CORRECTION_REASON, row, r->reason);
  arc__put(t, ARC__CORRECTION_AUTHOR, row, arc__state_name(ledger, r->author));
  arc__put_text(t, ARC__CORRECTION_PO_NUMBER, row, r->po_number);
  arc__put(t, ARC__CORRECTION_REISSUED, row, r->reissued);
  arc__put(t, ARC__CORRECTION_CREDIT, row, r->credit);
  arc__put(t, ARC__CORRECTION_NEXT, row, arc__u32(t, ARC__INVOICE_CORRECTION, r->invoice));
  arc__put(t, ARC__INVOICE_CORRECTION, r->invoice, row);
  arc__index_add(t, ARC__INDEX_CORRECTION, row);
}

static int quality_same_correction(const arc__tables *t, const arc__correction_record *r, uint32_t row) {
  return r->invoice == arc__u32(t, ARC__CORRECTION_INVOICE, row) && r->day == arc__i32(t, ARC__CORRECTION_DAY, row) &&
         r->faults == arc__u8(t, ARC__CORRECTION_FAULTS, row) &&
         r->false_alarm == arc__u8(t, ARC__CORRECTION_FALSE_ALARM, row) &&
         r->reissued == arc__u32(t, ARC__CORRECTION_REISSUED, row) &&
         r->credit == arc__u32(t, ARC__CORRECTION_CREDIT, row) &&
         arc__erasure_same(r->reason, arc__text(t, ARC__CORRECTION_REASON, row)) &&
         arc__text_equal(r->author, arc__name(t, arc__u32(t, ARC__CORRECTION_AUTHOR, row))) &&
         arc__text_equal(r->po_number, arc__text(t, ARC__CORRECTION_PO_NUMBER, row));
}

static arc_status quality_correction(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_correction *c = row;
  arc__correction_record r = {0};
  uint32_t known;
  ARC__TRY(arc__input_options(&in, c->options, ARC_FALSE_ALARM, 0));
  ARC__TRY(arc__input_key(&in, &c->key, 2, "key"));
  ARC__TRY(arc__input_invoice(&in, &c->invoice, 3, 0, &r.invoice));
  ARC__TRY(arc__input_line(&in, &c->reason, 4, "reason"));
  ARC__TRY(arc__input_line(&in, &c->author, 5, "author"));
  ARC__TRY(arc__input_line(&in, &c->po_number, 6, "po_number"));
  if (c->credit_note.size) ARC__TRY(arc__input_credit(&in, &c->credit_note, ARC_CREDIT_CREDIT_NOTE, 7, &r.credit));
  ARC__TRY(arc__input_invoice(&in, &c->reissued, 8, 1, &r.reissued));
  if (c->faults > QUALITY_FAULTS)
    return arc__fail_field(err, ARC_E_INVALID, index, 10, "faults has bits that are not defined here");
  r.key = c->key;
  r.day = c->day;
  r.faults = c->faults;
  r.false_alarm = (c->options & ARC_FALSE_ALARM) != 0;
  r.reason = c->reason;
  r.author = c->author;
  r.po_number = c->po_number;
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_CORRECTION, c->key, 0);
  if (known && quality_same_correction(ARC__L(ledger), &r, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, c->key, "correction");
  ARC__TRY(arc__check_correction(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_CORRECTION, &r, err);
}

arc_status arc_ledger_post_corrections(arc_ledger *ledger, const arc_correction *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_correction, ledger, rows, count, quality_correction, err);
}

/* ---- deliveries ---- */

arc_status arc__check_delivery(const arc_ledger *ledger, const arc__delivery_record *r, arc_error *err) {
  ARC__TRY(quality_check_day(ledger, r->invoice, r->day, 4, err));
  if (r->channel >= ARC_CHANNEL_EMAIL && r->channel <= ARC_CHANNEL_PLACEMENT) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 5, "channel must be one of ARC_CHANNEL_*");
}

void arc__apply_delivery(arc_ledger *ledger, const arc__delivery_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_DELIVERY);
  if (!row) return;
  arc__put(t, ARC__DELIVERY_DAY, row, r->day);
  arc__put(t, ARC__DELIVERY_CHANNEL, row, r->channel);
  arc__put_text(t, ARC__DELIVERY_DETAIL, row, r->detail);
  arc__put(t, ARC__DELIVERY_NEXT, row, arc__u32(t, ARC__INVOICE_DELIVERY, r->invoice));
  arc__put(t, ARC__INVOICE_DELIVERY, r->invoice, row);
}

static arc_status quality_delivery(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  const arc__tables *t = ARC__L(ledger);
  arc_delivery *d = row;
  arc__delivery_record r = {0};
  ARC__TRY(arc__input_options(&in, d->options, 0, 0));
  ARC__TRY(arc__input_invoice(&in, &d->invoice, 2, 0, &r.invoice));
  ARC__TRY(arc__input_line(&in, &d->detail, 3, "detail"));
  r.day = d->day;
  r.channel = d->channel < 0 ? UINT32_MAX : (uint32_t)d->channel;
  r.detail = d->detail;
  for (uint32_t k = arc__u32(t, ARC__INVOICE_DELIVERY, r.invoice); k; k = arc__u32(t, ARC__DELIVERY_NEXT, k)) {
    if (arc__i32(t, ARC__DELIVERY_DAY, k) != r.day || arc__u8(t, ARC__DELIVERY_CHANNEL, k) != r.channel) continue;
    if (arc__erasure_same(r.detail, arc__text(t, ARC__DELIVERY_DETAIL, k))) return ARC_ALREADY;
    return arc__input_exists(&in, d->invoice, "delivery");
  }
  ARC__TRY(arc__check_delivery(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_DELIVERY, &r, err);
}

arc_status arc_ledger_post_deliveries(arc_ledger *ledger, const arc_delivery *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_delivery, ledger, rows, count, quality_delivery, err);
}

/* ---- the reports ---- */

static int quality_counts(const arc__view *v, uint32_t correction) {
  return correction <= v->corrections && arc__i32(v->tables, ARC__CORRECTION_DAY, correction) <= v->day;
}

static void quality_add_invoice(arc_report *report, const arc__view *v, uint32_t i) {
  const arc__tables *t = v->tables;
  uint32_t account = arc__u32(t, ARC__INVOICE_ACCOUNT, i), first = 0;
  arc_day issued = arc__i32(t, ARC__INVOICE_ISSUED, i), fulfilled = arc__i32(t, ARC__INVOICE_FULFILLED, i);
  arc_text po = arc__text(t, ARC__INVOICE_PO_NUMBER, i);
  int64_t corrections = 0, deliveries = 0;
  for (uint32_t c = arc__u32(t, ARC__INVOICE_CORRECTION, i); c; c = arc__u32(t, ARC__CORRECTION_NEXT, c)) {
    if (!quality_counts(v, c)) continue;
    if (po.data == arc__text(t, ARC__INVOICE_PO_NUMBER, i).data && arc__text(t, ARC__CORRECTION_PO_NUMBER, c).size)
      po = arc__text(t, ARC__CORRECTION_PO_NUMBER, c); /* the latest recorded comes first */
    corrections += !arc__u8(t, ARC__CORRECTION_FALSE_ALARM, c);
  }
  for (uint32_t d = arc__u32(t, ARC__INVOICE_DELIVERY, i); d; d = arc__u32(t, ARC__DELIVERY_NEXT, d)) {
    if (d > v->deliveries || arc__i32(t, ARC__DELIVERY_DAY, d) > v->day) continue;
    if (!first || arc__i32(t, ARC__DELIVERY_DAY, d) <= arc__i32(t, ARC__DELIVERY_DAY, first)) first = d;
    deliveries++;
  }
  arc__report_add_arc_text(report, arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)));
  arc__report_add_arc_text(report, arc__text(t, ARC__INVOICE_KEY, i));
  arc__report_add_arc_text(report, arc__invoice_number(t, i));
  arc__report_add_arc_text(report, po);
  arc__report_add_day(report, issued);
  arc__report_add_day(report, fulfilled);
  if (fulfilled == ARC_DAY_NONE) arc__report_add_null(report);
  else arc__report_add_integer(report, (int64_t)issued - fulfilled);
  arc__report_add_currency(report, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  arc__report_add_integer(report, arc__i64(t, ARC__INVOICE_AMOUNT, i));
  arc__report_add_day(report, first ? arc__i32(t, ARC__DELIVERY_DAY, first) : ARC_DAY_NONE);
  arc__report_add_string(report, first ? arc__channel_name(arc__u8(t, ARC__DELIVERY_CHANNEL, first)) : "");
  arc__report_add_integer(report, deliveries);
  arc__report_add_integer(report, corrections);
}

static arc_status quality_view(arc__view *view, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  ARC__TRY(arc__view_known(view, ledger, err));
  view->day = q->as_of;
  return ARC_OK;
}

static int quality_asked(const arc__query *q, const arc__view *v, uint32_t invoice) {
  return invoice <= v->invoices && arc__query_invoice(q, v->tables, invoice) &&
         arc__query_day(q, arc__i32(v->tables, ARC__INVOICE_ISSUED, invoice));
}

arc_status arc__report_invoices(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  arc__view view;
  ARC__TRY(quality_view(&view, ledger, q, err));
  for (uint32_t i = 1; i <= arc__view_rows(&view, ARC__TABLE_INVOICE); i++)
    if (arc__u8(view.tables, ARC__INVOICE_KIND, i) == ARC__INVOICE_SALE && quality_asked(q, &view, i))
      quality_add_invoice(report, &view, i);
  return ARC_OK;
}

/* A contact that was recorded since needs no correction. */
uint32_t arc__view_open_faults(const arc__view *v, uint32_t finding) {
  const arc__tables *t = v->tables;
  uint32_t invoice = arc__u32(t, ARC__FINDING_INVOICE, finding), faults = arc__u8(t, ARC__FINDING_FAULTS, finding);
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice));
  for (uint32_t c = arc__u32(t, ARC__INVOICE_CORRECTION, invoice); c; c = arc__u32(t, ARC__CORRECTION_NEXT, c))
    if (quality_counts(v, c)) faults &= ~(uint32_t)arc__u8(t, ARC__CORRECTION_FAULTS, c);
  for (uint32_t k = arc__u32(t, ARC__CUSTOMER_CONTACT, customer); k; k = arc__u32(t, ARC__CONTACT_NEXT, k))
    if (k <= v->contacts) return faults & ~ARC_FAULT_CONTACT;
  return faults;
}

static void quality_add_finding(arc_report *report, const arc__tables *t, uint32_t finding, const char *fault) {
  uint32_t invoice = arc__u32(t, ARC__FINDING_INVOICE, finding), other = arc__u32(t, ARC__FINDING_OTHER, finding);
  uint32_t account = arc__u32(t, ARC__INVOICE_ACCOUNT, invoice);
  arc__report_add_arc_text(report, arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)));
  arc__report_add_arc_text(report, arc__text(t, ARC__INVOICE_KEY, invoice));
  arc__report_add_arc_text(report, arc__invoice_number(t, invoice));
  arc__report_add_day(report, arc__i32(t, ARC__INVOICE_ISSUED, invoice));
  arc__report_add_currency(report, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  arc__report_add_integer(report, arc__i64(t, ARC__INVOICE_AMOUNT, invoice));
  arc__report_add_string(report, fault);
  if (other && strcmp(fault, "duplicate") == 0) arc__report_add_arc_text(report, arc__text(t, ARC__INVOICE_KEY, other));
  else arc__report_add_string(report, "");
}

arc_status arc__report_findings(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  static const char *const faults[] = {"po-number", "contact", "terms", "lines", "duplicate"};
  const arc__tables *t = ARC__L(ledger);
  arc__view view;
  ARC__TRY(quality_view(&view, ledger, q, err));
  for (uint32_t f = 1; f <= t->rows[ARC__TABLE_FINDING]; f++) {
    uint32_t open = quality_asked(q, &view, arc__u32(t, ARC__FINDING_INVOICE, f)) ? arc__view_open_faults(&view, f) : 0;
    for (unsigned bit = 0; bit < sizeof faults / sizeof *faults; bit++)
      if (open & 1u << bit) quality_add_finding(report, t, f, faults[bit]);
  }
  return ARC_OK;
}
