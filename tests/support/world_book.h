/* Commands on the book of a world, one row each, for scenarios. */
#ifndef ARC_TEST_WORLD_BOOK_H
#define ARC_TEST_WORLD_BOOK_H

#include "world.h"

#define POST(w, kind, row) arc_ledger_post_##kind((w)->ledger, &(row), 1, &(w)->err)

static inline arc_status book_customer(struct world *w, const char *key) {
  arc_customer row = ARC_CUSTOMER_INIT;
  row.key = world_text(key);
  row.name = world_text("Customer & Sons <Ltd>");
  row.owner = world_text("olga");
  row.segment = world_text("retail");
  row.terms_days = 30;
  return POST(w, customers, row);
}

static inline arc_status book_contact(struct world *w, const char *key, const char *customer) {
  arc_contact row = ARC_CONTACT_INIT;
  row.key = world_text(key);
  row.customer = world_text(customer);
  row.name = world_text("Pat Payables");
  row.language = world_text("en");
  row.email = world_text("pat@example.com");
  row.phone = world_text("+15550100");
  row.postal = world_text("1 Main Street\nSpringfield");
  return POST(w, contacts, row);
}

/* due NULL: by the customer's terms. */
static inline arc_status book_invoice(struct world *w, const char *key, const char *customer,
                                      const char *issued, const char *due, int64_t amount) {
  arc_invoice row = ARC_INVOICE_INIT;
  row.key = world_text(key);
  row.number = world_text(key);
  row.customer = world_text(customer);
  row.issued = world_day(issued);
  if (due) row.due = world_day(due);
  row.amount = amount;
  return POST(w, invoices, row);
}

/* customer "": not known. */
static inline arc_status book_payment(struct world *w, const char *key, const char *customer,
                                      const char *received, int64_t amount,
                                      const char *remittance) {
  arc_payment row = ARC_PAYMENT_INIT;
  row.key = world_text(key);
  row.customer = world_text(customer);
  row.payer_name = world_text("Customer and Sons");
  row.payer_account = world_text("DE02120300000000202051");
  row.bank_reference = world_text("stmt/1");
  row.remittance = world_text(remittance);
  row.received = world_day(received);
  row.amount = amount;
  return POST(w, payments, row);
}

static inline arc_status book_credit_note(struct world *w, const char *key, const char *customer,
                                          const char *issued, int64_t amount) {
  arc_credit_note row = ARC_CREDIT_NOTE_INIT;
  row.key = world_text(key);
  row.number = world_text("CN-1");
  row.customer = world_text(customer);
  row.reason = world_text("returned goods");
  row.issued = world_day(issued);
  row.amount = amount;
  return POST(w, credit_notes, row);
}

static inline arc_status book_application(struct world *w, const char *key, int32_t kind,
                                          const char *credit, const char *invoice, const char *day,
                                          int64_t amount, int64_t discount, int64_t tolerance) {
  arc_application row = ARC_APPLICATION_INIT;
  row.key = world_text(key);
  row.credit_kind = kind;
  row.credit = world_text(credit);
  row.invoice = world_text(invoice);
  row.day = world_day(day);
  row.amount = amount;
  row.discount = discount;
  row.tolerance = tolerance;
  return POST(w, applications, row);
}

static inline arc_status book_unapplication(struct world *w, const char *credit,
                                            const char *invoice, const char *day) {
  arc_unapplication row = ARC_UNAPPLICATION_INIT;
  row.credit = world_text(credit);
  row.invoice = world_text(invoice);
  row.reason = world_text("wrong invoice");
  row.day = world_day(day);
  return POST(w, unapplications, row);
}

/* One application alone, under a key. */
static inline arc_status book_unapplication_of(struct world *w, const char *key, const char *credit,
                                               const char *invoice, const char *application,
                                               const char *day) {
  arc_unapplication row = ARC_UNAPPLICATION_INIT;
  row.key = world_text(key);
  row.credit = world_text(credit);
  row.invoice = world_text(invoice);
  row.application = world_text(application);
  row.day = world_day(day);
  return POST(w, unapplications, row);
}

/* A payment in euros settles an invoice of the book's currency. */
static inline arc_status book_exchange(struct world *w, const char *key, const char *payment,
                                       const char *invoice, const char *day, int64_t settled,
                                       int64_t value) {
  arc_application row = ARC_APPLICATION_INIT;
  row.key = world_text(key);
  row.credit = world_text(payment);
  row.invoice = world_text(invoice);
  row.day = world_day(day);
  row.settled = settled;
  row.rate_invoice = 10834;
  row.rate_credit = 10000;
  row.credit_value = value;
  return POST(w, applications, row);
}

static inline arc_status book_reversal(struct world *w, const char *payment, const char *day) {
  arc_reversal row = ARC_REVERSAL_INIT;
  row.payment = world_text(payment);
  row.reason = world_text("account closed");
  row.day = world_day(day);
  return POST(w, reversals, row);
}

static inline arc_status book_writeoff(struct world *w, const char *key, const char *invoice,
                                       const char *day, int64_t amount) {
  arc_writeoff row = ARC_WRITEOFF_INIT;
  row.key = world_text(key);
  row.invoice = world_text(invoice);
  row.reason = world_text("too small");
  row.day = world_day(day);
  row.amount = amount;
  return POST(w, writeoffs, row);
}

static inline arc_status book_dispute(struct world *w, const char *key, const char *invoice,
                                      const char *opened, int64_t amount) {
  arc_dispute row = ARC_DISPUTE_INIT;
  row.key = world_text(key);
  row.invoice = world_text(invoice);
  row.kind = world_text("price");
  row.owner = world_text("dora");
  row.reason = world_text("agreed otherwise");
  row.opened = world_day(opened);
  row.amount = amount;
  return POST(w, disputes, row);
}

static inline arc_status book_resolution(struct world *w, const char *dispute, const char *day) {
  arc_end row = ARC_END_INIT;
  row.kind = ARC_END_DISPUTE;
  row.key = world_text(dispute);
  row.reason = world_text("invalid");
  row.day = world_day(day);
  return POST(w, ends, row);
}

static inline arc_status book_promise(struct world *w, const char *key, const char *invoice,
                                      const char *made, const char *pay_by, int64_t amount) {
  arc_promise row = ARC_PROMISE_INIT;
  row.key = world_text(key);
  row.invoice = world_text(invoice);
  row.made_by = world_text("Pat");
  row.made = world_day(made);
  row.pay_by = world_day(pay_by);
  row.grace_days = 2;
  row.amount = amount;
  return POST(w, promises, row);
}

/* Of an invoice, or where that is "" of a customer. */
static inline arc_status book_hold(struct world *w, const char *key, const char *invoice,
                                   const char *customer, const char *from) {
  arc_hold row = ARC_HOLD_INIT;
  row.key = world_text(key);
  row.invoice = world_text(invoice);
  row.customer = world_text(customer);
  row.reason = world_text("asked for time");
  row.author = world_text("olga");
  row.from = world_day(from);
  return POST(w, holds, row);
}

static inline arc_status book_release(struct world *w, const char *hold, const char *day) {
  arc_end row = ARC_END_INIT;
  row.kind = ARC_END_HOLD;
  row.key = world_text(hold);
  row.reason = world_text("time is up");
  row.day = world_day(day);
  return POST(w, ends, row);
}

/* One reminder by mail of one instalment. */
static inline arc_status book_touch(struct world *w, const char *key, const char *customer,
                                    const char *invoice, const char *day, int64_t amount) {
  arc_touch_item item = {(uint32_t)sizeof item, 1, world_text(invoice), amount};
  arc_touch row = ARC_TOUCH_INIT;
  row.key = world_text(key);
  row.customer = world_text(customer);
  row.anchor = world_text(invoice);
  row.anchor_instalment = 1;
  row.step = world_text("reminder");
  row.policy = world_text("default");
  row.reason = world_text("overdue");
  row.day = world_day(day);
  row.offset = 3;
  row.channel = ARC_CHANNEL_EMAIL;
  row.tone = ARC_TONE_NEUTRAL;
  row.status = ARC_TOUCH_PLANNED;
  row.item_count = 1;
  row.items = &item;
  return POST(w, touches, row);
}

static inline arc_status book_outcome(struct world *w, const char *touch, const char *day,
                                      int32_t status) {
  arc_touch_outcome row = ARC_TOUCH_OUTCOME_INIT;
  row.touch = world_text(touch);
  row.detail = world_text("250 OK");
  row.day = world_day(day);
  row.status = status;
  return POST(w, touch_outcomes, row);
}

static inline arc_status book_note(struct world *w, const char *key, const char *customer,
                                   const char *invoice, const char *day) {
  arc_note row = ARC_NOTE_INIT;
  row.key = world_text(key);
  row.customer = world_text(customer);
  row.invoice = world_text(invoice);
  row.author = world_text("olga");
  row.text = world_text("Called;\nwill call back.");
  row.day = world_day(day);
  return POST(w, notes, row);
}

static inline arc_status book_policy(struct world *w, const char *name, const char *text,
                                     const char *day) {
  arc_policy row = ARC_POLICY_INIT;
  row.name = world_text(name);
  row.text = world_text(text);
  row.day = world_day(day);
  return POST(w, policies, row);
}

/* For CHECK, which no fault may reach. */
static inline int64_t book_balance(struct world *w, const char *customer, const char *as_of) {
  int64_t receivable = -1;
  arc_day day = as_of ? world_day(as_of) : ARC_DAY_NONE;
  int calm = w->calm;
  w->calm = 1;
  arc_ledger_balance(w->ledger, &receivable, NULL, customer, ARC_NUL_TERMINATED, "USD", day, NULL);
  w->calm = calm;
  return receivable;
}

#endif
