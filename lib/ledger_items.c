#include "ledger_internal.h"

#include "checked.h"
#include "error.h"
#include "text.h"

/* Owns what is owed: invoices with their instalments, and write-offs. An invoice's instalments add up to it
 * and lie in rows one after the other. */

#define ITEMS_INSTALMENTS_MAX 1000
#define ITEMS_DISCOUNT_DAYS_MAX 3660

/* ---- invoices ---- */

static arc_status items_check_instalments(const arc__invoice_record *r, arc_error *err) {
  size_t count = arc__list_count(r->instalments);
  int64_t sum = 0;
  arc_day before = ARC_DAY_FIRST;
  if (r->instalments.size % ARC__INSTALMENT_BYTES || count < 1 || count > ITEMS_INSTALMENTS_MAX)
    return arc__fail(err, ARC_E_INVALID, "an invoice has 1 to %d instalments", ITEMS_INSTALMENTS_MAX);
  for (size_t i = 0; i < count; i++) {
    uint32_t due;
    int64_t amount;
    arc__list_get(r->instalments, i, &due, &amount);
    ARC__TRY(arc__check_day((arc_day)due, 12, "due", err));
    ARC__TRY(arc__check_amount(amount, 12, "the amount of an instalment", err));
    if ((arc_day)due < before)
      return arc__fail_field(err, ARC_E_INVALID, 0, 12, "the due dates of instalments must rise");
    before = (arc_day)due;
    if (!arc__add(&sum, sum, amount)) sum = 0; /* then it cannot be the invoice's amount */
  }
  if (sum == r->amount) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 12, "the instalments add up to %lld minor units, the invoice is %lld",
                   (long long)sum, (long long)r->amount);
}

arc_status arc__check_invoice(const arc_ledger *ledger, const arc__invoice_record *r, arc_error *err) {
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_INVOICE, r->key, 0, "invoice", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  ARC__TRY(arc__check_currency(r->currency, err));
  ARC__TRY(arc__check_day(r->issued, 7, "issued", err));
  ARC__TRY(arc__check_amount(r->amount, 10, "the amount of an invoice", err));
  if (r->discount_bp > 10000 || r->discount_days > ITEMS_DISCOUNT_DAYS_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 9, "discount_bp goes to 10,000, discount_days to %d",
                     ITEMS_DISCOUNT_DAYS_MAX);
  return items_check_instalments(r, err);
}

static void items_apply_instalment(arc_ledger *ledger, uint32_t invoice, arc_day due, int64_t amount) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_INSTALMENT);
  arc__put(t, ARC__INSTALMENT_INVOICE, row, invoice);
  arc__put(t, ARC__INSTALMENT_DUE, row, due);
  arc__put(t, ARC__INSTALMENT_AMOUNT, row, amount);
  arc__put(t, ARC__INSTALMENT_STEP, row, ARC__STEP_NONE);
  arc__put(t, ARC__INSTALMENT_STEP_WITHHELD, row, ARC__STEP_NONE);
  arc__state_instalment_add(ledger, row, amount);
}

void arc__apply_invoice(arc_ledger *ledger, const arc__invoice_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t account = arc__state_account(ledger, r->customer, r->currency);
  uint32_t row = arc__append_row(t, ARC__TABLE_INVOICE);
  size_t count = arc__list_count(r->instalments);
  if (!row || !account) return;
  arc__put_text(t, ARC__INVOICE_KEY, row, r->key);
  arc__put_text(t, ARC__INVOICE_NUMBER, row, r->number);
  arc__put_text(t, ARC__INVOICE_PO_NUMBER, row, r->po_number);
  arc__put(t, ARC__INVOICE_ACCOUNT, row, account);
  arc__put(t, ARC__INVOICE_ISSUED, row, r->issued);
  arc__put(t, ARC__INVOICE_AMOUNT, row, r->amount);
  arc__put(t, ARC__INVOICE_DISCOUNT_BP, row, r->discount_bp);
  arc__put(t, ARC__INVOICE_DISCOUNT_DAYS, row, r->discount_days);
  arc__put(t, ARC__INVOICE_INSTALMENT, row, (int64_t)t->rows[ARC__TABLE_INSTALMENT] + 1);
  arc__put(t, ARC__INVOICE_INSTALMENTS, row, (int64_t)count);
  arc__put(t, ARC__INVOICE_NEXT, row, arc__u32(t, ARC__ACCOUNT_INVOICE, account));
  arc__put(t, ARC__ACCOUNT_INVOICE, account, row);
  arc__index_add(t, ARC__INDEX_INVOICE, row);
  for (size_t i = 0; i < count; i++) {
    uint32_t due;
    int64_t amount;
    arc__list_get(r->instalments, i, &due, &amount);
    items_apply_instalment(ledger, row, (arc_day)due, amount);
  }
  arc__state_post(ledger, r->currency, ARC__CONTROL_RECEIVABLES, ARC__CONTROL_SALES, r->amount);
  arc__state_money_day(ledger, r->issued);
}

static int items_same_instalments(const arc__tables *t, arc_text list, uint32_t invoice) {
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  if (arc__list_count(list) != arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice)) return 0;
  for (uint32_t i = 0; i < arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice); i++) {
    uint32_t due;
    int64_t amount;
    arc__list_get(list, i, &due, &amount);
    if ((arc_day)due != arc__i32(t, ARC__INSTALMENT_DUE, first + i) ||
        amount != arc__i64(t, ARC__INSTALMENT_AMOUNT, first + i))
      return 0;
  }
  return 1;
}

static int items_same_invoice(const arc__tables *t, const arc__invoice_record *r, uint32_t row) {
  uint32_t account = arc__u32(t, ARC__INVOICE_ACCOUNT, row);
  return r->customer == arc__u32(t, ARC__ACCOUNT_CUSTOMER, account) &&
         r->currency == arc__u32(t, ARC__ACCOUNT_CURRENCY, account) &&
         r->issued == arc__i32(t, ARC__INVOICE_ISSUED, row) &&
         r->amount == arc__i64(t, ARC__INVOICE_AMOUNT, row) &&
         r->discount_bp == arc__u16(t, ARC__INVOICE_DISCOUNT_BP, row) &&
         r->discount_days == arc__u16(t, ARC__INVOICE_DISCOUNT_DAYS, row) &&
         arc__text_equal(r->number, arc__text(t, ARC__INVOICE_NUMBER, row)) &&
         arc__text_equal(r->po_number, arc__text(t, ARC__INVOICE_PO_NUMBER, row)) &&
         items_same_instalments(t, r->instalments, row);
}

/* What counts where an invoice says nothing: the customer's terms. For an invoice recorded before they are
 * those of then, so that the same command is the same invoice though the customer's terms changed since. */
typedef struct items_terms {
  uint32_t currency, discount_bp, discount_days;
  arc_day due;
} items_terms;

static items_terms items_terms_of(const arc__tables *t, const arc_invoice *v, uint32_t customer,
                                  uint32_t known) {
  items_terms terms;
  if (known) {
    terms.currency = arc__u32(t, ARC__ACCOUNT_CURRENCY, arc__u32(t, ARC__INVOICE_ACCOUNT, known));
    terms.discount_bp = arc__u16(t, ARC__INVOICE_DISCOUNT_BP, known);
    terms.discount_days = arc__u16(t, ARC__INVOICE_DISCOUNT_DAYS, known);
    terms.due = arc__i32(t, ARC__INSTALMENT_DUE, arc__u32(t, ARC__INVOICE_INSTALMENT, known));
  } else {
    int64_t due = (int64_t)v->issued + arc__i32(t, ARC__CUSTOMER_TERMS_DAYS, customer);
    terms.currency = arc__u32(t, ARC__CUSTOMER_CURRENCY, customer);
    terms.discount_bp = arc__u32(t, ARC__CUSTOMER_DISCOUNT_BP, customer);
    terms.discount_days = arc__u32(t, ARC__CUSTOMER_DISCOUNT_DAYS, customer);
    terms.due = due > ARC_DAY_LAST ? ARC_DAY_NONE : (arc_day)due;
  }
  return terms;
}

static arc_status items_list_instalments(const arc__input *in, arc_ledger *ledger, const arc_invoice *v,
                                         arc_day due) {
  arc_instalment part;
  const unsigned char *at = (const unsigned char *)v->instalments;
  uint32_t stride = v->instalment_count ? v->instalments->struct_size : 0;
  ledger->list.size = 0;
  if (!v->instalment_count)
    arc__list_add(&ledger->list, (uint32_t)(v->due == ARC_DAY_NONE ? due : v->due), v->amount);
  for (uint32_t i = 0; i < v->instalment_count; i++, at += stride) {
    ARC__TRY(arc__read_struct(&part, sizeof part, sizeof part, at, "arc_instalment", in->err));
    arc__list_add(&ledger->list, (uint32_t)part.due, part.amount);
  }
  return ledger->list.failed ? arc__fail_nomem(in->err) : ARC_OK;
}

static arc_status items_resolve_invoice(const arc__input *in, arc_ledger *ledger, arc_invoice *v,
                                        arc__invoice_record *r, uint32_t *known) {
  items_terms terms;
  ARC__TRY(arc__input_options(in, v->options, 0, 0));
  ARC__TRY(arc__input_key(in, &v->key, 2, "key"));
  ARC__TRY(arc__input_line(in, &v->number, 3, "number"));
  ARC__TRY(arc__input_customer(in, &v->customer, 4, 0, &r->customer));
  ARC__TRY(arc__input_line(in, &v->po_number, 5, "po_number"));
  ARC__TRY(arc__input_day(in, v->issued, 7, "issued"));
  *known = arc__find_invoice(ARC__L(ledger), v->key);
  terms = items_terms_of(ARC__L(ledger), v, r->customer, *known);
  ARC__TRY(arc__input_currency(in, v->currency, terms.currency, 6, &r->currency));
  if (v->instalment_count > ITEMS_INSTALMENTS_MAX || (v->instalment_count && !v->instalments))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 12, "instalments has no or too many rows");
  ARC__TRY(items_list_instalments(in, ledger, v, terms.due));
  r->key = v->key;
  r->number = v->number;
  r->po_number = v->po_number;
  r->issued = v->issued;
  r->amount = v->amount;
  r->discount_bp = v->discount_bp ? v->discount_bp : terms.discount_bp;
  r->discount_days = v->discount_bp ? v->discount_days : terms.discount_days;
  r->instalments.data = (const char *)ledger->list.data;
  r->instalments.size = ledger->list.size;
  return ARC_OK;
}

static arc_status items_invoice(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_invoice *v = row;
  arc__invoice_record record = {0};
  uint32_t known;
  ARC__TRY(items_resolve_invoice(&in, ledger, v, &record, &known));
  if (known && items_same_invoice(ARC__L(ledger), &record, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, v->key, "invoice");
  ARC__TRY(arc__check_invoice(ledger, &record, err));
  return arc__ledger_record(ledger, ARC__RECORD_INVOICE, &record, err);
}

arc_status arc_ledger_post_invoices(arc_ledger *ledger, const arc_invoice *rows, size_t count,
                                    arc_error *err) {
  return arc__ledger_post(ledger, rows, count, sizeof *rows, "arc_invoice", items_invoice, err);
}

/* ---- write-offs ---- */

arc_status arc__check_writeoff(const arc_ledger *ledger, const arc__writeoff_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  if (r->key.size)
    ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_ENTRY, r->key, ARC__ENTRY_WRITEOFF, "write-off", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_INSTALMENT, r->instalment, "instalment", err));
  ARC__TRY(arc__check_day(r->day, 5, "day", err));
  ARC__TRY(arc__check_amount(r->amount, 7, "the amount of a write-off", err));
  if (r->day < arc__i32(t, ARC__INVOICE_ISSUED, arc__u32(t, ARC__INSTALMENT_INVOICE, r->instalment)))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 5, "the write-off is dated before its invoice");
  if (r->amount > arc__entry_room(t, r->instalment, r->day))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 7, "the write-off of %lld is more than the %lld open",
                     (long long)r->amount, (long long)arc__entry_room(t, r->instalment, r->day));
  return ARC_OK;
}

void arc__apply_writeoff(arc_ledger *ledger, const arc__writeoff_record *r) {
  arc__tables *t = ARC__L(ledger);
  arc__entry entry = {r->key, ARC__ENTRY_WRITEOFF, r->instalment, 0, r->day, r->amount, 0, 0, 0, 0, 0};
  uint32_t account = arc__u32(t, ARC__INVOICE_ACCOUNT, arc__u32(t, ARC__INSTALMENT_INVOICE, r->instalment));
  arc__entry_add(ledger, &entry);
  if (t->failed) return;
  arc__state_post(ledger, arc__u32(t, ARC__ACCOUNT_CURRENCY, account), ARC__CONTROL_BAD_DEBT,
                  ARC__CONTROL_RECEIVABLES, r->amount);
}

/* What was written off of an invoice under the entry's key: the parts follow the one with the key. */
static int items_same_writeoff(const arc__tables *t, const arc_writeoff *w, uint32_t invoice,
                               uint32_t entry) {
  int64_t sum = 0;
  for (uint32_t e = entry; e <= t->rows[ARC__TABLE_ENTRY]; e++) {
    if (e > entry && (arc__text(t, ARC__ENTRY_KEY, e).size ||
                      arc__u8(t, ARC__ENTRY_KIND, e) != ARC__ENTRY_WRITEOFF))
      break;
    if (arc__u32(t, ARC__INSTALMENT_INVOICE, arc__u32(t, ARC__ENTRY_INSTALMENT, e)) != invoice) return 0;
    sum += arc__i64(t, ARC__ENTRY_AMOUNT, e);
  }
  return sum == w->amount && w->day == arc__i32(t, ARC__ENTRY_DAY, entry);
}

static arc_status items_record_writeoff(const arc__input *in, arc_ledger *ledger, const arc_writeoff *w,
                                        uint32_t invoice) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  uint32_t end = first + arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice);
  arc__writeoff_record record = {w->key, 0, w->day, 0, w->reason};
  int64_t left = w->amount;
  for (record.instalment = first; left && record.instalment < end; record.instalment++) {
    int64_t open = arc__i64(t, ARC__INSTALMENT_OPEN, record.instalment);
    record.amount = left < open ? left : open;
    if (record.amount == 0) continue;
    ARC__TRY(arc__check_writeoff(ledger, &record, in->err));
    ARC__TRY(arc__ledger_record(ledger, ARC__RECORD_WRITEOFF, &record, in->err));
    record.key.size = 0;
    left -= record.amount;
  }
  if (left == 0) return ARC_OK;
  return arc__fail_field(in->err, ARC_E_REFUSED, in->index, 7,
                         "the write-off of %lld is more than the %lld open", (long long)w->amount,
                         (long long)(w->amount - left));
}

static arc_status items_writeoff(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_writeoff *w = row;
  uint32_t invoice, known;
  ARC__TRY(arc__input_options(&in, w->options, 0, w->reserved));
  ARC__TRY(arc__input_key(&in, &w->key, 2, "key"));
  ARC__TRY(arc__input_invoice(&in, &w->invoice, 3, 0, &invoice));
  ARC__TRY(arc__input_line(&in, &w->reason, 4, "reason"));
  ARC__TRY(arc__input_day(&in, w->day, 5, "day"));
  ARC__TRY(arc__check_amount(w->amount, 7, "the amount of a write-off", err));
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_ENTRY, w->key, ARC__ENTRY_WRITEOFF);
  if (known && items_same_writeoff(ARC__L(ledger), w, invoice, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, w->key, "write-off");
  return items_record_writeoff(&in, ledger, w, invoice);
}

arc_status arc_ledger_post_writeoffs(arc_ledger *ledger, const arc_writeoff *rows, size_t count,
                                     arc_error *err) {
  return arc__ledger_post(ledger, rows, count, sizeof *rows, "arc_writeoff", items_writeoff, err);
}
