#include "ledger_internal.h"

#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/*
 * Owns erasures: which texts of the state say something of a person, and what stands there afterwards. Keys, money and
 * days stay, so no balance changes. Bytes of an erased text are in the journal until it is dropped, and in this
 * process's memory until the ledger closes; the next snapshot has none of them. Costs the items of the customer, and a
 * look at every note and remittance advice of the book.
 */

const arc_text arc__erased = {"[erased]", 8};

static const arc_text erasure_nothing = {"", 0};

int arc__erasure_same(arc_text said, arc_text kept) {
  return arc__text_equal(said, kept) || (said.size && arc__text_equal(kept, arc__erased));
}

/* Goes over the texts of what is to be erased: first to see whether there are any, then to take them. */
typedef struct erasure {
  arc__tables *tables; /* NULL: only look */
  const arc__tables *t;
  arc_day retain_from;
  uint64_t seq;
  int found;
} erasure;

static void erasure_text(erasure *e, int column, uint32_t row, arc_text left) {
  arc_text text = arc__text(e->t, column, row);
  if (text.size == 0 || arc__text_equal(text, left)) return;
  e->found = 1;
  if (e->tables) arc__put_text(e->tables, column, row, left);
}

static void erasure_contact(erasure *e, uint32_t contact) {
  erasure_text(e, ARC__CONTACT_NAME, contact, arc__erased);
  erasure_text(e, ARC__CONTACT_EMAIL, contact, erasure_nothing);
  erasure_text(e, ARC__CONTACT_PHONE, contact, erasure_nothing);
  erasure_text(e, ARC__CONTACT_POSTAL, contact, erasure_nothing);
  if (e->tables) arc__put(e->tables, ARC__CONTACT_ERASED, contact, (int64_t)e->seq);
}

static void erasure_remittance(erasure *e, uint32_t remittance) {
  uint32_t first = arc__u32(e->t, ARC__REMITTANCE_FIRST_LINE, remittance);
  erasure_text(e, ARC__REMITTANCE_PAYER_NAME, remittance, arc__erased);
  erasure_text(e, ARC__REMITTANCE_REFERENCE, remittance, arc__erased);
  for (uint32_t i = 0; i < arc__u16(e->t, ARC__REMITTANCE_LINES, remittance); i++)
    erasure_text(e, ARC__REMITTANCE_LINE_REFERENCE, first + i, arc__erased);
}

/* The matcher reads what a payment says, so nothing may stand there; of a credit note the number is no person's. */
static void erasure_credit(erasure *e, uint32_t credit) {
  int payment = arc__u8(e->t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_PAYMENT;
  if (e->retain_from != ARC_DAY_NONE && arc__i32(e->t, ARC__CREDIT_DAY, credit) >= e->retain_from) return;
  erasure_text(e, ARC__CREDIT_REMITTANCE, credit, payment ? erasure_nothing : arc__erased);
  if (!payment) return;
  for (uint32_t r = arc__u32(e->t, ARC__CREDIT_REJECTION, credit); r; r = arc__u32(e->t, ARC__REJECTION_NEXT, r))
    erasure_text(e, ARC__REJECTION_REASON, r, arc__erased);
  if (arc__u32(e->t, ARC__CREDIT_ADVICE, credit)) erasure_remittance(e, arc__u32(e->t, ARC__CREDIT_ADVICE, credit));
  erasure_text(e, ARC__CREDIT_PAYER_NAME, credit, erasure_nothing);
  erasure_text(e, ARC__CREDIT_PAYER_ACCOUNT, credit, erasure_nothing);
  erasure_text(e, ARC__CREDIT_REFERENCE, credit, erasure_nothing);
  if (e->tables) arc__put(e->tables, ARC__CREDIT_ERASED, credit, 1);
}

static void erasure_exceptions(erasure *e, uint32_t exception) {
  for (; exception; exception = arc__u32(e->t, ARC__EXCEPTION_NEXT, exception)) {
    erasure_text(e, ARC__EXCEPTION_REASON, exception, arc__erased);
    erasure_text(e, ARC__EXCEPTION_BY, exception, arc__erased);
    erasure_text(e, ARC__EXCEPTION_SOURCE, exception, arc__erased);
    erasure_text(e, ARC__EXCEPTION_DOCUMENTS, exception, arc__erased);
    for (uint32_t c = arc__u32(e->t, ARC__EXCEPTION_CHANGE, exception); c; c = arc__u32(e->t, ARC__DISPUTE_CHANGE_NEXT, c)) {
      erasure_text(e, ARC__DISPUTE_CHANGE_REASON, c, arc__erased);
      erasure_text(e, ARC__DISPUTE_CHANGE_DOCUMENTS, c, arc__erased);
    }
  }
}

static void erasure_invoice(erasure *e, uint32_t invoice) {
  const arc__tables *t = e->t;
  erasure_exceptions(e, arc__u32(t, ARC__INVOICE_EXCEPTION, invoice));
  for (uint32_t c = arc__u32(t, ARC__INVOICE_CORRECTION, invoice); c; c = arc__u32(t, ARC__CORRECTION_NEXT, c))
    erasure_text(e, ARC__CORRECTION_REASON, c, arc__erased);
  for (uint32_t d = arc__u32(t, ARC__INVOICE_DELIVERY, invoice); d; d = arc__u32(t, ARC__DELIVERY_NEXT, d))
    erasure_text(e, ARC__DELIVERY_DETAIL, d, arc__erased);
  if (arc__u8(t, ARC__INVOICE_KIND, invoice) != ARC__INVOICE_SALE)
    erasure_text(e, ARC__CHARGE_REASON, arc__u32(t, ARC__INVOICE_CHARGE, invoice), arc__erased);
}

static void erasure_touch(erasure *e, uint32_t touch) {
  erasure_text(e, ARC__TOUCH_REASON, touch, arc__erased);
  erasure_text(e, ARC__TOUCH_OUTCOME, touch, arc__erased);
}

static void erasure_account(erasure *e, uint32_t account) {
  const arc__tables *t = e->t;
  for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account); c; c = arc__u32(t, ARC__CREDIT_NEXT, c))
    erasure_credit(e, c);
  for (uint32_t i = arc__u32(t, ARC__ACCOUNT_INVOICE, account); i; i = arc__u32(t, ARC__INVOICE_NEXT, i))
    erasure_invoice(e, i);
  for (uint32_t u = arc__u32(t, ARC__ACCOUNT_TOUCH, account); u; u = arc__u32(t, ARC__TOUCH_NEXT, u))
    erasure_touch(e, u);
}

static void erasure_replies(erasure *e, uint32_t reply) {
  static const int columns[] = {ARC__REPLY_SENDER, ARC__REPLY_SUBJECT, ARC__REPLY_TEXT, ARC__REPLY_REASON, ARC__REPLY_WORDS,
                                ARC__REPLY_UNDONE_REASON};
  for (; reply; reply = arc__u32(e->t, ARC__REPLY_NEXT, reply))
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) erasure_text(e, columns[i], reply, arc__erased);
}

static void erasure_customer(erasure *e, uint32_t customer) {
  const arc__tables *t = e->t;
  erasure_text(e, ARC__CUSTOMER_NAME, customer, arc__erased);
  for (uint32_t c = arc__u32(t, ARC__CUSTOMER_CONTACT, customer); c; c = arc__u32(t, ARC__CONTACT_NEXT, c))
    erasure_contact(e, c);
  for (uint32_t a = arc__u32(t, ARC__CUSTOMER_ACCOUNT, customer); a; a = arc__u32(t, ARC__ACCOUNT_NEXT, a))
    erasure_account(e, a);
  erasure_exceptions(e, arc__u32(t, ARC__CUSTOMER_EXCEPTION, customer));
  erasure_replies(e, arc__u32(t, ARC__CUSTOMER_REPLY, customer));
  for (uint32_t n = 1; n <= t->rows[ARC__TABLE_NOTE]; n++)
    if (arc__u32(t, ARC__NOTE_CUSTOMER, n) == customer) erasure_text(e, ARC__NOTE_TEXT, n, arc__erased);
  for (uint32_t r = 1; r <= t->rows[ARC__TABLE_REMITTANCE]; r++)
    if (arc__u32(t, ARC__REMITTANCE_CUSTOMER, r) == customer) erasure_remittance(e, r);
  if (e->tables) arc__put(e->tables, ARC__CUSTOMER_ERASED, customer, (int64_t)e->seq);
}

static void erasure_walk(erasure *e, const arc__erasure_record *r) {
  if (r->customer) erasure_customer(e, r->customer);
  if (r->contact) erasure_contact(e, r->contact);
  if (r->credit) erasure_credit(e, r->credit);
}

arc_status arc__check_erasure(const arc_ledger *ledger, const arc__erasure_record *r, arc_error *err) {
  if (!r->customer + !r->contact + !r->credit != 2)
    return arc__fail(err, ARC_E_INVALID, "an erasure names one of a customer, a contact and a payment");
  if (r->customer) ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  if (r->contact) ARC__TRY(arc__check_row(ledger, ARC__TABLE_CONTACT, r->contact, "contact", err));
  if (r->credit) ARC__TRY(arc__check_row(ledger, ARC__TABLE_CREDIT, r->credit, "payment", err));
  if (r->retain_from != ARC_DAY_NONE) ARC__TRY(arc__check_day(r->retain_from, 7, "retain_from", err));
  return arc__check_day(r->day, 6, "day", err);
}

void arc__apply_erasure(arc_ledger *ledger, const arc__erasure_record *r) {
  arc__tables *t = ARC__L(ledger);
  erasure e = {t, t, r->retain_from, ledger->recorded_seq, 0};
  uint32_t customer = r->contact ? arc__u32(t, ARC__CONTACT_CUSTOMER, r->contact) : r->customer;
  erasure_walk(&e, r);
  if (customer) arc__state_customer_changed(ledger, customer);
}

/* Whether that was erased before and nothing has come since. */
static int erasure_done(const arc__tables *t, const arc__erasure_record *r) {
  erasure e = {NULL, t, r->retain_from, 0, 0};
  erasure_walk(&e, r);
  if (e.found) return 0;
  if (r->customer) return arc__i64(t, ARC__CUSTOMER_ERASED, r->customer) != 0;
  if (r->contact) return arc__i64(t, ARC__CONTACT_ERASED, r->contact) != 0;
  return arc__u8(t, ARC__CREDIT_ERASED, r->credit) != 0;
}

static arc_status erasure_erase(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  const arc__tables *t = ARC__L(ledger);
  arc_erasure *erase = row;
  arc__erasure_record r = {0};
  ARC__TRY(arc__input_options(&in, erase->options, 0, 0));
  ARC__TRY(arc__input_customer(&in, &erase->customer, 2, 1, &r.customer));
  ARC__TRY(arc__text_check(&erase->contact, 0, ARC__KEY_MAX, ARC__TEXT_LINE, "contact", index, 3, err));
  ARC__TRY(arc__text_check(&erase->payment, 0, ARC__KEY_MAX, ARC__TEXT_LINE, "payment", index, 4, err));
  ARC__TRY(arc__input_line(&in, &erase->reason, 5, "reason"));
  r.contact = arc__index_find(t, ARC__INDEX_CONTACT, erase->contact, 0);
  if (erase->contact.size && !r.contact)
    return arc__fail_field(err, ARC_E_NOT_FOUND, index, 3, "no contact has the key \"%.*s\"",
                           (int)erase->contact.size, erase->contact.data);
  if (erase->payment.size) ARC__TRY(arc__input_credit(&in, &erase->payment, ARC_CREDIT_PAYMENT, 4, &r.credit));
  r.day = erase->day;
  r.retain_from = erase->retain_from;
  r.reason = erase->reason;
  ARC__TRY(arc__check_erasure(ledger, &r, err));
  if (erasure_done(t, &r)) return ARC_ALREADY;
  return arc__ledger_record(ledger, ARC__RECORD_ERASURE, &r, err);
}

arc_status arc_ledger_post_erasures(arc_ledger *ledger, const arc_erasure *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_erasure, ledger, rows, count, erasure_erase, err);
}
