#include "ledger_internal.h"

#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns what settles: payments and credit notes, who paid, payments that bounced, and refunds. What is left of a
 * credit stands on the customer's account until it is applied or refunded. */

static uint32_t credits_account(const arc__tables *t, uint32_t credit) {
  return arc__u32(t, ARC__CREDIT_ACCOUNT, credit);
}

/* The customer a payment was recorded with: one identified later came without. */
static uint32_t credits_original_customer(const arc__tables *t, uint32_t credit) {
  uint32_t account = credits_account(t, credit);
  if (!account || arc__i32(t, ARC__CREDIT_IDENTIFIED, credit) != ARC_DAY_NONE) return 0;
  return arc__u32(t, ARC__ACCOUNT_CUSTOMER, account);
}

/* The currency where a command names none: what was recorded, the customer's, the book's. */
static uint32_t credits_currency(const arc__tables *t, uint32_t customer, uint32_t known) {
  if (known) return arc__u32(t, ARC__CREDIT_CURRENCY, known);
  if (customer) return arc__u32(t, ARC__CUSTOMER_CURRENCY, customer);
  return arc__u32(t, ARC__BOOK_CURRENCY, 1);
}

/* A row of either kind, with all but its texts. */
static uint32_t credits_add(arc_ledger *ledger, int kind, arc_text key, uint32_t customer,
                            uint32_t currency, arc_day day, int64_t amount) {
  arc__tables *t = ARC__L(ledger);
  uint32_t account = customer ? arc__state_account(ledger, customer, currency) : 0;
  uint32_t row = arc__append_row(t, ARC__TABLE_CREDIT), control = arc__state_control(ledger, currency);
  if (!row || !control || (customer && !account)) return 0;
  arc__put_text(t, ARC__CREDIT_KEY, row, key);
  arc__put(t, ARC__CREDIT_KIND, row, kind);
  arc__put_u32(t, ARC__CREDIT_ACCOUNT, row, account);
  arc__put_u32(t, ARC__CREDIT_CURRENCY, row, currency);
  arc__put_u32(t, ARC__CREDIT_DAY, row, (uint32_t)day);
  arc__put_u32(t, ARC__CREDIT_VALUE_DAY, row, (uint32_t)day);
  arc__put_i64(t, ARC__CREDIT_AMOUNT, row, amount);
  if (account) {
    arc__put_u32(t, ARC__CREDIT_NEXT, row, arc__u32(t, ARC__ACCOUNT_CREDIT, account));
    arc__put_u32(t, ARC__ACCOUNT_CREDIT, account, row);
  }
  arc__index_add(t, ARC__INDEX_CREDIT, row);
  arc__state_credit_add(ledger, row, amount);
  arc__sums_credit(ledger, row);
  arc__state_money_day(ledger, day);
  return row;
}

/* ---- credit notes ---- */

arc_status arc__check_credit_note(const arc_ledger *ledger, const arc__credit_note_record *r,
                                  arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_CREDIT, r->key, ARC_CREDIT_CREDIT_NOTE, "credit note", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  ARC__TRY(arc__check_posting_currency(ledger, r->currency, err));
  ARC__TRY(arc__check_posting_day(ledger, r->issued, 8, "issued", err));
  ARC__TRY(arc__check_amount(r->amount, 9, "the amount of a credit note", err));
  if (r->our_error > 1) return arc__fail(err, ARC_E_INVALID, "a credit note says in more than one bit whose error it was");
  if (!r->invoice) return ARC_OK;
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_INVOICE, r->invoice, "invoice", err));
  if (arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, r->invoice)) == r->customer)
    return ARC_OK;
  return arc__fail_field(err, ARC_E_REFUSED, 0, 5, "the credit note names an invoice of another customer");
}

void arc__apply_credit_note(arc_ledger *ledger, const arc__credit_note_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = credits_add(ledger, ARC_CREDIT_CREDIT_NOTE, r->key, r->customer, r->currency, r->issued,
                             r->amount);
  arc__put_text(t, ARC__CREDIT_REFERENCE, row, r->number);
  arc__put_text(t, ARC__CREDIT_REMITTANCE, row, r->reason);
  arc__put(t, ARC__CREDIT_INVOICE, row, r->invoice);
  arc__put(t, ARC__CREDIT_OUR_ERROR, row, r->our_error);
  arc__state_post(ledger, r->currency, ARC__CONTROL_SALES_RETURNS, ARC__CONTROL_UNAPPLIED_CREDITS,
                  r->amount);
}

static int credits_same_credit_note(const arc__tables *t, const arc__credit_note_record *r, uint32_t row) {
  return r->customer == credits_original_customer(t, row) &&
         r->currency == arc__u32(t, ARC__CREDIT_CURRENCY, row) &&
         r->issued == arc__i32(t, ARC__CREDIT_DAY, row) &&
         r->amount == arc__i64(t, ARC__CREDIT_AMOUNT, row) &&
         r->invoice == arc__u32(t, ARC__CREDIT_INVOICE, row) &&
         r->our_error == arc__u8(t, ARC__CREDIT_OUR_ERROR, row) &&
         arc__text_equal(r->number, arc__text(t, ARC__CREDIT_REFERENCE, row)) &&
         arc__erasure_same(r->reason, arc__text(t, ARC__CREDIT_REMITTANCE, row));
}

static arc_status credits_credit_note(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_credit_note *c = row;
  arc__credit_note_record r = {0};
  uint32_t known;
  ARC__TRY(arc__input_options(&in, c->options, ARC_OUR_ERROR, 0));
  ARC__TRY(arc__input_key(&in, &c->key, 2, "key"));
  ARC__TRY(arc__input_line(&in, &c->number, 3, "number"));
  ARC__TRY(arc__input_customer(&in, &c->customer, 4, 0, &r.customer));
  ARC__TRY(arc__input_invoice(&in, &c->invoice, 5, 1, &r.invoice));
  ARC__TRY(arc__input_line(&in, &c->reason, 6, "reason"));
  known = arc__find_credit(ARC__L(ledger), ARC_CREDIT_CREDIT_NOTE, c->key);
  ARC__TRY(arc__input_currency(&in, c->currency, credits_currency(ARC__L(ledger), r.customer, known), 7,
                               &r.currency));
  r.key = c->key;
  r.number = c->number;
  r.reason = c->reason;
  r.issued = c->issued;
  r.amount = c->amount;
  r.our_error = (c->options & ARC_OUR_ERROR) != 0;
  if (known && credits_same_credit_note(ARC__L(ledger), &r, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, c->key, "credit note");
  ARC__TRY(arc__check_credit_note(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_CREDIT_NOTE, &r, err);
}

arc_status arc_ledger_post_credit_notes(arc_ledger *ledger, const arc_credit_note *rows, size_t count,
                                        arc_error *err) {
  return ARC__POST(arc_credit_note, ledger, rows, count, credits_credit_note, err);
}

/* ---- payments ---- */

arc_status arc__check_payment(const arc_ledger *ledger, const arc__payment_record *r, arc_error *err) {
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_CREDIT, r->key, ARC_CREDIT_PAYMENT, "payment", err));
  if (r->customer)
    ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  ARC__TRY(arc__check_posting_currency(ledger, r->currency, err));
  ARC__TRY(arc__check_posting_day(ledger, r->received, 9, "received", err));
  ARC__TRY(arc__check_day(r->value_day, 10, "value_day", err));
  return arc__check_amount(r->amount, 12, "the amount of a payment", err);
}

void arc__apply_payment(arc_ledger *ledger, const arc__payment_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = credits_add(ledger, ARC_CREDIT_PAYMENT, r->key, r->customer, r->currency, r->received,
                             r->amount);
  arc__put(t, ARC__CREDIT_VALUE_DAY, row, r->value_day);
  arc__put_text(t, ARC__CREDIT_PAYER_NAME, row, r->payer_name);
  arc__put_text(t, ARC__CREDIT_PAYER_ACCOUNT, row, r->payer_account);
  arc__put_text(t, ARC__CREDIT_REFERENCE, row, r->bank_reference);
  arc__put_text(t, ARC__CREDIT_REMITTANCE, row, r->remittance);
  arc__state_post(ledger, r->currency, ARC__CONTROL_CASH,
                  r->customer ? ARC__CONTROL_UNAPPLIED_CASH : ARC__CONTROL_UNIDENTIFIED_CASH, r->amount);
}

/* What was erased is empty now, and is not asked for again. */
static int credits_same_text(const arc__tables *t, arc_text said, int column, uint32_t row) {
  arc_text kept = arc__text(t, column, row);
  return arc__text_equal(said, kept) || (kept.size == 0 && arc__u8(t, ARC__CREDIT_ERASED, row));
}

static int credits_same_payment(const arc__tables *t, const arc__payment_record *r, uint32_t row) {
  return r->customer == credits_original_customer(t, row) &&
         r->currency == arc__u32(t, ARC__CREDIT_CURRENCY, row) &&
         r->received == arc__i32(t, ARC__CREDIT_DAY, row) &&
         r->value_day == arc__i32(t, ARC__CREDIT_VALUE_DAY, row) &&
         r->amount == arc__i64(t, ARC__CREDIT_AMOUNT, row) &&
         credits_same_text(t, r->payer_name, ARC__CREDIT_PAYER_NAME, row) &&
         credits_same_text(t, r->payer_account, ARC__CREDIT_PAYER_ACCOUNT, row) &&
         credits_same_text(t, r->bank_reference, ARC__CREDIT_REFERENCE, row) &&
         credits_same_text(t, r->remittance, ARC__CREDIT_REMITTANCE, row);
}

static arc_status credits_resolve_payment(const arc__input *in, arc_payment *p, arc__payment_record *r,
                                          uint32_t *known) {
  const arc__tables *t = ARC__L(in->ledger);
  ARC__TRY(arc__input_options(in, p->options, 0, p->reserved));
  ARC__TRY(arc__input_key(in, &p->key, 2, "key"));
  ARC__TRY(arc__input_customer(in, &p->customer, 3, 1, &r->customer));
  ARC__TRY(arc__input_line(in, &p->payer_name, 4, "payer_name"));
  ARC__TRY(arc__input_line(in, &p->payer_account, 5, "payer_account"));
  ARC__TRY(arc__input_line(in, &p->bank_reference, 6, "bank_reference"));
  ARC__TRY(arc__input_free_text(in, &p->remittance, 7, "remittance"));
  *known = arc__find_credit(t, ARC_CREDIT_PAYMENT, p->key);
  ARC__TRY(arc__input_currency(in, p->currency, credits_currency(t, r->customer, *known), 8, &r->currency));
  r->key = p->key;
  r->payer_name = p->payer_name;
  r->payer_account = p->payer_account;
  r->bank_reference = p->bank_reference;
  r->remittance = p->remittance;
  r->received = p->received;
  r->value_day = p->value_day == ARC_DAY_NONE ? p->received : p->value_day;
  r->amount = p->amount;
  return ARC_OK;
}

static arc_status credits_payment(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_payment *p = row;
  arc__payment_record record = {0};
  uint32_t known;
  ARC__TRY(credits_resolve_payment(&in, p, &record, &known));
  if (known && credits_same_payment(ARC__L(ledger), &record, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, p->key, "payment");
  ARC__TRY(arc__check_payment(ledger, &record, err));
  return arc__ledger_record(ledger, ARC__RECORD_PAYMENT, &record, err);
}

arc_status arc_ledger_post_payments(arc_ledger *ledger, const arc_payment *rows, size_t count,
                                    arc_error *err) {
  return ARC__POST(arc_payment, ledger, rows, count, credits_payment, err);
}

/* ---- who paid ---- */

arc_status arc__check_identification(const arc_ledger *ledger, const arc__identification_record *r,
                                     arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CREDIT, r->credit, "payment", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  ARC__TRY(arc__check_posting_day(ledger, r->day, 7, "day", err));
  if (credits_account(t, r->credit)) return arc__fail(err, ARC_E_REFUSED, "the payer is known already");
  if (arc__i32(t, ARC__CREDIT_REVERSED, r->credit) != ARC_DAY_NONE)
    return arc__fail(err, ARC_E_REFUSED, "the payment was returned");
  if (r->day < arc__i32(t, ARC__CREDIT_DAY, r->credit))
    return arc__fail(err, ARC_E_REFUSED, "the day is before the payment was received");
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, r->credit); e; e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e))
    if (r->day <= arc__i32(t, ARC__ENTRY_DAY, e))
      return arc__fail(err, ARC_E_REFUSED, "the day is not after what was refunded while the payer was not known");
  return ARC_OK;
}

void arc__apply_identification(arc_ledger *ledger, const arc__identification_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t currency = arc__u32(t, ARC__CREDIT_CURRENCY, r->credit);
  uint32_t account = arc__state_account(ledger, r->customer, currency);
  int64_t open = arc__i64(t, ARC__CREDIT_OPEN, r->credit);
  if (!account) return;
  arc__put(t, ARC__CREDIT_ACCOUNT, r->credit, account);
  arc__put(t, ARC__CREDIT_IDENTIFIED, r->credit, r->day);
  arc__put(t, ARC__CREDIT_IDENTIFIED_KNOWN, r->credit, arc__state_known_row(ledger));
  arc__put(t, ARC__CREDIT_NEXT, r->credit, arc__u32(t, ARC__ACCOUNT_CREDIT, account));
  arc__put(t, ARC__ACCOUNT_CREDIT, account, r->credit);
  arc__state_add(ledger, ARC__ACCOUNT_UNAPPLIED, account, open);
  arc__state_account_changed(ledger, account);
  arc__state_post(ledger, currency, ARC__CONTROL_UNIDENTIFIED_CASH, ARC__CONTROL_UNAPPLIED_CASH, open);
  arc__state_money_day(ledger, r->day);
}

/* ---- reversals ---- */

arc_status arc__check_reversal(const arc_ledger *ledger, const arc__reversal_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CREDIT, r->credit, "payment", err));
  ARC__TRY(arc__check_posting_day(ledger, r->day, 4, "day", err));
  if (arc__u8(t, ARC__CREDIT_KIND, r->credit) != ARC_CREDIT_PAYMENT)
    return arc__fail(err, ARC_E_REFUSED, "only a payment can be reversed");
  if (arc__i32(t, ARC__CREDIT_REVERSED, r->credit) != ARC_DAY_NONE)
    return arc__fail(err, ARC_E_REFUSED, "the payment was reversed already");
  if (arc__i64(t, ARC__CREDIT_OPEN, r->credit) != arc__i64(t, ARC__CREDIT_AMOUNT, r->credit))
    return arc__fail(err, ARC_E_REFUSED, "the payment is still applied, or was refunded");
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, r->credit); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e))
    if (r->day < arc__i32(t, ARC__ENTRY_UNDONE, e))
      return arc__fail_field(err, ARC_E_REFUSED, 0, 4, "the reversal is dated before what it undoes");
  if (r->day < arc__i32(t, ARC__CREDIT_DAY, r->credit))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 4, "the reversal is dated before the payment was received");
  return ARC_OK;
}

void arc__apply_reversal(arc_ledger *ledger, const arc__reversal_record *r) {
  arc__tables *t = ARC__L(ledger);
  int64_t amount = arc__i64(t, ARC__CREDIT_AMOUNT, r->credit);
  arc__evidence_bounced(ledger, r->credit, r->day);
  arc__put(t, ARC__CREDIT_REVERSED, r->credit, r->day);
  arc__put(t, ARC__CREDIT_REVERSED_KNOWN, r->credit, arc__state_known_row(ledger));
  arc__state_credit_add(ledger, r->credit, -amount);
  arc__state_post(ledger, arc__u32(t, ARC__CREDIT_CURRENCY, r->credit),
                  credits_account(t, r->credit) ? ARC__CONTROL_UNAPPLIED_CASH
                                                : ARC__CONTROL_UNIDENTIFIED_CASH,
                  ARC__CONTROL_CASH, amount);
  arc__state_money_day(ledger, r->day);
}

static arc_status credits_reversal(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_reversal *v = row;
  arc__reversal_record record = {0};
  arc__cash_part all = {0};
  arc_text none = {0};
  arc_day reversed;
  ARC__TRY(arc__input_options(&in, v->options, 0, v->reserved));
  ARC__TRY(arc__input_credit(&in, &v->payment, ARC_CREDIT_PAYMENT, 2, &record.credit));
  ARC__TRY(arc__input_line(&in, &v->reason, 3, "reason"));
  ARC__TRY(arc__input_day(&in, v->day, 4, "day"));
  reversed = arc__i32(ARC__L(ledger), ARC__CREDIT_REVERSED, record.credit);
  if (reversed == v->day) return ARC_ALREADY;
  if (reversed != ARC_DAY_NONE) return arc__input_exists(&in, v->payment, "reversal");
  all.credit = record.credit;
  ARC__TRY(arc__cash_unapply(&in, ledger, &all, none, v->day, v->reason));
  record.day = v->day;
  record.reason = v->reason;
  ARC__TRY(arc__check_reversal(ledger, &record, err));
  return arc__ledger_record(ledger, ARC__RECORD_REVERSAL, &record, err);
}

arc_status arc_ledger_post_reversals(arc_ledger *ledger, const arc_reversal *rows, size_t count,
                                     arc_error *err) {
  return ARC__POST(arc_reversal, ledger, rows, count, credits_reversal, err);
}

/* ---- refunds ---- */

arc_status arc__check_refund(const arc_ledger *ledger, const arc__refund_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  int64_t room;
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_ENTRY, r->key, ARC__ENTRY_REFUND, "refund", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CREDIT, r->credit, "payment or credit note", err));
  ARC__TRY(arc__check_posting_day(ledger, r->day, 6, "day", err));
  ARC__TRY(arc__check_amount(r->amount, 8, "the amount of a refund", err));
  if (r->day < arc__i32(t, ARC__CREDIT_DAY, r->credit) || r->day < arc__i32(t, ARC__CREDIT_IDENTIFIED, r->credit))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 6,
                           "the refund is dated before its credit, or the day the payer became known");
  if (arc__i32(t, ARC__CREDIT_REVERSED, r->credit) != ARC_DAY_NONE)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 3, "the payment was returned");
  room = arc__entry_credit_room(t, r->credit, r->day);
  if (r->amount <= room) return ARC_OK;
  return arc__fail_field(err, ARC_E_REFUSED, 0, 8, "the refund of %lld is more than the %lld not applied",
                         (long long)r->amount, (long long)room);
}

void arc__apply_refund(arc_ledger *ledger, const arc__refund_record *r) {
  const arc__tables *t = ARC__L(ledger);
  arc__entry entry = {r->key, ARC__ENTRY_REFUND, 0, r->credit, r->day, r->amount, 0, 0, 0, 0, 0, r->amount};
  int account = ARC__CONTROL_UNAPPLIED_CREDITS;
  if (arc__u8(t, ARC__CREDIT_KIND, r->credit) == ARC_CREDIT_PAYMENT)
    account = credits_account(t, r->credit) ? ARC__CONTROL_UNAPPLIED_CASH : ARC__CONTROL_UNIDENTIFIED_CASH;
  arc__entry_add(ledger, &entry);
  arc__state_post(ledger, arc__u32(t, ARC__CREDIT_CURRENCY, r->credit), account, ARC__CONTROL_CASH, r->amount);
}

static arc_status credits_refund(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  const arc__tables *t = ARC__L(ledger);
  arc_refund *f = row;
  arc__refund_record r = {0};
  uint32_t known;
  ARC__TRY(arc__input_options(&in, f->options, 0, 0));
  ARC__TRY(arc__input_key(&in, &f->key, 2, "key"));
  ARC__TRY(arc__input_credit(&in, &f->credit, f->credit_kind, 3, &r.credit));
  ARC__TRY(arc__input_line(&in, &f->reason, 4, "reason"));
  ARC__TRY(arc__input_day(&in, f->day, 6, "day"));
  r.key = f->key;
  r.reason = f->reason;
  r.day = f->day;
  r.amount = f->amount;
  known = arc__index_find(t, ARC__INDEX_ENTRY, f->key, ARC__ENTRY_REFUND);
  if (known && arc__u32(t, ARC__ENTRY_CREDIT, known) == r.credit && arc__i32(t, ARC__ENTRY_DAY, known) == r.day &&
      arc__i64(t, ARC__ENTRY_AMOUNT, known) == r.amount)
    return ARC_ALREADY;
  if (known) return arc__input_exists(&in, f->key, "refund");
  ARC__TRY(arc__check_refund(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_REFUND, &r, err);
}

arc_status arc_ledger_post_refunds(arc_ledger *ledger, const arc_refund *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_refund, ledger, rows, count, credits_refund, err);
}
