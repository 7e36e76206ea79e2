#include "ledger_internal.h"

#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns what a human refused of the matcher's proposals: a payment, and the set of invoices that it is not for. A set
 * is kept as its invoices' rows, rising; refusing it twice is nothing new. Moves no money. */

#define REJECTIONS_INVOICES_MAX 500

static int rejections_is_rising(arc_text list) {
  uint32_t before = 0, invoice;
  int64_t amount;
  for (size_t i = 0; i < arc__list_count(list); i++) {
    arc__list_get(list, i, &invoice, &amount);
    if (invoice <= before || amount != 0) return 0;
    before = invoice;
  }
  return 1;
}

arc_status arc__check_rejection(const arc_ledger *ledger, const arc__rejection_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  size_t count = arc__list_count(r->invoices);
  uint32_t last = 0;
  int64_t amount;
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CREDIT, r->credit, "payment", err));
  ARC__TRY(arc__check_day(r->day, 7, "day", err));
  if (r->evidence > ARC__EVIDENCE_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 8, "evidence is at most %d", ARC__EVIDENCE_MAX);
  if (arc__u8(t, ARC__CREDIT_KIND, r->credit) != ARC_CREDIT_PAYMENT)
    return arc__fail(err, ARC_E_REFUSED, "only proposals for payments are refused");
  if (r->invoices.size % ARC__REJECTION_INVOICE_BYTES || count > REJECTIONS_INVOICES_MAX ||
      !rejections_is_rising(r->invoices))
    return arc__fail(err, ARC_E_INVALID, "a refused set has up to %d invoices, each once", REJECTIONS_INVOICES_MAX);
  if (count) arc__list_get(r->invoices, count - 1, &last, &amount);
  return count ? arc__check_row(ledger, ARC__TABLE_INVOICE, last, "invoice", err) : ARC_OK;
}

void arc__apply_rejection(arc_ledger *ledger, const arc__rejection_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t author = arc__state_name(ledger, r->author), row = arc__append_row(t, ARC__TABLE_REJECTION);
  if (!row) return;
  arc__put(t, ARC__REJECTION_CREDIT, row, r->credit);
  arc__put(t, ARC__REJECTION_DAY, row, r->day);
  arc__put_text(t, ARC__REJECTION_INVOICES, row, r->invoices);
  arc__put(t, ARC__REJECTION_AUTHOR, row, author);
  arc__put_text(t, ARC__REJECTION_REASON, row, r->reason);
  arc__put(t, ARC__REJECTION_NEXT, row, arc__u32(t, ARC__CREDIT_REJECTION, r->credit));
  arc__put(t, ARC__CREDIT_REJECTION, r->credit, row);
  arc__evidence_refused(ledger, r->evidence);
}

uint32_t arc__rejection_of(const arc__tables *t, uint32_t credit, arc_text invoices) {
  for (uint32_t row = arc__u32(t, ARC__CREDIT_REJECTION, credit); row; row = arc__u32(t, ARC__REJECTION_NEXT, row))
    if (arc__text_equal(arc__text(t, ARC__REJECTION_INVOICES, row), invoices)) return row;
  return 0;
}

/* The invoices' rows, rising. */
static arc_status rejections_list(const arc__input *in, arc_ledger *ledger, const arc_rejection *p,
                                  arc__rejection_record *r) {
  uint32_t rows[REJECTIONS_INVOICES_MAX];
  arc__buffer *list = &ledger->list;
  if (p->invoice_count > REJECTIONS_INVOICES_MAX || (p->invoice_count && !p->invoices))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 5, "at most %d invoices", REJECTIONS_INVOICES_MAX);
  for (uint32_t i = 0; i < p->invoice_count; i++) {
    arc_text key = p->invoices[i];
    uint32_t invoice, at = i;
    ARC__TRY(arc__input_invoice(in, &key, 5, 0, &invoice));
    for (; at > 0 && rows[at - 1] > invoice; at--)
      rows[at] = rows[at - 1];
    rows[at] = invoice;
  }
  list->size = 0;
  for (uint32_t i = 0; i < p->invoice_count; i++)
    arc__list_add(list, rows[i], 0);
  if (list->failed) return arc__fail_nomem(in->err);
  r->invoices.data = (const char *)list->data;
  r->invoices.size = list->size;
  return ARC_OK;
}

static arc_status rejections_one(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_rejection *p = row;
  arc__rejection_record r = {0};
  ARC__TRY(arc__input_options(&in, p->options, 0, p->reserved));
  ARC__TRY(arc__input_credit(&in, &p->payment, ARC_CREDIT_PAYMENT, 2, &r.credit));
  ARC__TRY(arc__input_line(&in, &p->author, 3, "author"));
  ARC__TRY(arc__input_line(&in, &p->reason, 4, "reason"));
  ARC__TRY(arc__input_day(&in, p->day, 7, "day"));
  ARC__TRY(rejections_list(&in, ledger, p, &r));
  if (arc__rejection_of(ARC__L(ledger), r.credit, r.invoices)) return ARC_ALREADY;
  r.author = p->author;
  r.reason = p->reason;
  r.day = p->day;
  r.evidence = p->evidence;
  ARC__TRY(arc__check_rejection(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_REJECTION, &r, err);
}

arc_status arc_ledger_post_rejections(arc_ledger *ledger, const arc_rejection *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_rejection, ledger, rows, count, rejections_one, err);
}
