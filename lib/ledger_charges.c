#include "ledger_internal.h"

#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns charges for late payment: fees, interest and fixed compensation, each an item of its own among the
 * invoices, which is due, paid, disputed, waived or written off alone. */

int arc__charge_account(int kind) {
  switch (kind) {
  case ARC_CHARGE_FEE: return ARC__CONTROL_FEES;
  case ARC_CHARGE_INTEREST: return ARC__CONTROL_INTEREST;
  case ARC_CHARGE_COMPENSATION: return ARC__CONTROL_COMPENSATION;
  default: return ARC__CONTROL_SALES;
  }
}

const char *arc__item_name(int kind) {
  switch (kind) {
  case ARC_CHARGE_FEE: return "fee";
  case ARC_CHARGE_INTEREST: return "interest";
  case ARC_CHARGE_COMPENSATION: return "compensation";
  default: return "invoice";
  }
}

/* ---- records ---- */

static arc_status charges_check_invoice(const arc_ledger *ledger, const arc__charge_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t account;
  if (!r->invoice) return ARC_OK;
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_INVOICE, r->invoice, "invoice", err));
  account = arc__u32(t, ARC__INVOICE_ACCOUNT, r->invoice);
  if (arc__u32(t, ARC__ACCOUNT_CUSTOMER, account) != r->customer ||
      arc__u32(t, ARC__ACCOUNT_CURRENCY, account) != r->currency)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 5, "the charge is of another customer or currency than its invoice");
  if (arc__u8(t, ARC__INVOICE_KIND, r->invoice) != ARC__INVOICE_SALE)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 5, "nothing is charged for a charge");
  if (r->issued < arc__i32(t, ARC__INVOICE_ISSUED, r->invoice))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 9, "the charge is dated before its invoice");
  return ARC_OK;
}

arc_status arc__check_charge(const arc_ledger *ledger, const arc__charge_record *r, arc_error *err) {
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_INVOICE, r->key, 0, "charge", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  ARC__TRY(arc__check_currency(r->currency, err));
  ARC__TRY(arc__check_posting_day(ledger, r->issued, 9, "issued", err));
  ARC__TRY(arc__check_day(r->due, 10, "due", err));
  ARC__TRY(arc__check_amount(r->amount, 13, "the amount of a charge", err));
  if (r->kind < ARC_CHARGE_FEE || r->kind > ARC_CHARGE_COMPENSATION)
    return arc__fail_field(err, ARC_E_INVALID, 0, 8, "kind must be one of ARC_CHARGE_*");
  if ((r->from == ARC_DAY_NONE) != (r->to == ARC_DAY_NONE) || r->from > r->to)
    return arc__fail_field(err, ARC_E_INVALID, 0, 11, "from and to are the first and the last day, or neither is given");
  if (r->from != ARC_DAY_NONE) {
    ARC__TRY(arc__check_day(r->from, 11, "from", err));
    ARC__TRY(arc__check_day(r->to, 12, "to", err));
  }
  return charges_check_invoice(ledger, r, err);
}

void arc__apply_charge(arc_ledger *ledger, const arc__charge_record *r) {
  arc__tables *t = ARC__L(ledger);
  arc__invoice_record item = {0};
  uint32_t row, item_row;
  item.key = r->key;
  item.number = r->number;
  item.customer = r->customer;
  item.currency = r->currency;
  item.issued = r->issued;
  item.amount = r->amount;
  item_row = arc__item_add(ledger, &item, (int)r->kind);
  row = arc__append_row(t, ARC__TABLE_CHARGE);
  if (!item_row || !row) return;
  arc__item_add_instalment(ledger, item_row, r->due, r->amount);
  arc__put(t, ARC__CHARGE_ITEM, row, item_row);
  arc__put(t, ARC__CHARGE_INVOICE, row, r->invoice);
  arc__put(t, ARC__CHARGE_FROM, row, r->from);
  arc__put(t, ARC__CHARGE_TO, row, r->to);
  arc__put_text(t, ARC__CHARGE_REASON, row, r->reason);
  arc__put(t, ARC__INVOICE_CHARGE, item_row, row);
  if (r->invoice) {
    arc__put(t, ARC__CHARGE_NEXT, row, arc__u32(t, ARC__INVOICE_CHARGE, r->invoice));
    arc__put(t, ARC__INVOICE_CHARGE, r->invoice, row);
  }
  arc__state_post(ledger, r->currency, ARC__CONTROL_RECEIVABLES, arc__charge_account((int)r->kind), r->amount);
}

/* ---- the command ---- */

static int charges_same(const arc__tables *t, const arc__charge_record *r, uint32_t item) {
  uint32_t account = arc__u32(t, ARC__INVOICE_ACCOUNT, item), charge = arc__u32(t, ARC__INVOICE_CHARGE, item);
  return arc__u8(t, ARC__INVOICE_KIND, item) == r->kind && /* so it is a charge, and has its row */
         r->customer == arc__u32(t, ARC__ACCOUNT_CUSTOMER, account) &&
         r->currency == arc__u32(t, ARC__ACCOUNT_CURRENCY, account) &&
         r->issued == arc__i32(t, ARC__INVOICE_ISSUED, item) && r->amount == arc__i64(t, ARC__INVOICE_AMOUNT, item) &&
         r->due == arc__i32(t, ARC__INSTALMENT_DUE, arc__u32(t, ARC__INVOICE_INSTALMENT, item)) &&
         r->invoice == arc__u32(t, ARC__CHARGE_INVOICE, charge) && r->from == arc__i32(t, ARC__CHARGE_FROM, charge) &&
         r->to == arc__i32(t, ARC__CHARGE_TO, charge) &&
         arc__text_equal(r->number, arc__text(t, ARC__INVOICE_NUMBER, item)) &&
         arc__erasure_same(r->reason, arc__text(t, ARC__CHARGE_REASON, charge));
}

/* Whose charge it is, where only its invoice is named; and its currency, where none is: its invoice's, or that
 * which was recorded, or its customer's. */
static arc_status charges_resolve_party(const arc__input *in, arc_charge *c, arc__charge_record *r, uint32_t known) {
  const arc__tables *t = ARC__L(in->ledger);
  uint32_t currency, account, of = known;
  ARC__TRY(arc__input_customer(in, &c->customer, 4, 1, &r->customer));
  ARC__TRY(arc__input_invoice(in, &c->invoice, 5, 1, &r->invoice));
  if (!r->customer && !r->invoice)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 4, "a charge names a customer or an invoice");
  if (r->invoice) of = r->invoice;
  account = of ? arc__u32(t, ARC__INVOICE_ACCOUNT, of) : 0;
  if (!r->customer) r->customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, account);
  currency = account ? arc__u32(t, ARC__ACCOUNT_CURRENCY, account) : arc__u32(t, ARC__CUSTOMER_CURRENCY, r->customer);
  return arc__input_currency(in, c->currency, currency, 7, &r->currency);
}

static arc_status charges_charge(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  const arc__tables *t = ARC__L(ledger);
  arc_charge *c = row;
  arc__charge_record r = {0};
  uint32_t known;
  ARC__TRY(arc__input_options(&in, c->options, 0, 0));
  ARC__TRY(arc__input_key(&in, &c->key, 2, "key"));
  ARC__TRY(arc__input_line(&in, &c->number, 3, "number"));
  known = arc__find_invoice(t, c->key);
  ARC__TRY(charges_resolve_party(&in, c, &r, known));
  ARC__TRY(arc__input_line(&in, &c->reason, 6, "reason"));
  ARC__TRY(arc__input_day(&in, c->issued, 9, "issued"));
  r.key = c->key;
  r.number = c->number;
  r.reason = c->reason;
  r.kind = c->kind < 0 ? 0 : (uint32_t)c->kind;
  r.issued = c->issued;
  r.due = c->due == ARC_DAY_NONE ? c->issued : c->due;
  r.from = c->from;
  r.to = c->to;
  r.amount = c->amount;
  if (known && r.kind && charges_same(t, &r, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, c->key, "invoice or charge");
  ARC__TRY(arc__check_charge(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_CHARGE, &r, err);
}

arc_status arc_ledger_post_charges(arc_ledger *ledger, const arc_charge *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_charge, ledger, rows, count, charges_charge, err);
}
