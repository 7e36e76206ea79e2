#include <string.h>

#include "currency.h"
#include "error.h"
#include "ledger_report.h"
#include "text.h"

/*
 * Owns the reports that follow the journal: the double-entry postings of every event, and the timeline. Both
 * read each record once, as an event with its amounts; the state is asked only for what a record refers to.
 */

#define HISTORY_LEGS 10
#define HISTORY_WORDS 192

typedef struct history_leg {
  const char *account;
  uint32_t customer; /* whose account it moves */
  uint32_t currency;
  int64_t amount;
} history_leg;

typedef struct history_event {
  const char *name;
  arc_day day;
  uint32_t customer, invoice, currency;
  int has_amount;
  int64_t erased; /* number of the record that took texts of it; 0: none */
  int personal; /* the text may say something of a person: gone once the customer was erased */
  int64_t amount;
  arc_text reference; /* for postings: the key of what was recorded */
  arc_text text;      /* for the timeline: what a person wants to read */
  char words[HISTORY_WORDS]; /* the text, where it is put together */
  history_leg legs[HISTORY_LEGS];
  size_t leg_count;
} history_event;

typedef struct history {
  const arc_ledger *ledger;
  const arc__tables *t;
  const arc__query *query;
  int64_t known_at; /* 0: all */
  arc_report *report;
  void (*add)(const struct history *h, const history_event *event, int64_t seq);
  arc_text reference; /* of the last write-off, waiver or recovery with a key: its further parts have none */
} history;

static void history_leg_add(history_event *e, const char *account, uint32_t customer, int64_t amount) {
  history_leg *leg = &e->legs[e->leg_count];
  if (amount == 0) return;
  leg->account = account;
  leg->customer = customer;
  leg->currency = e->currency;
  leg->amount = amount;
  e->leg_count++;
}

static void history_post(history_event *e, const char *debit, const char *credit, int64_t amount) {
  history_leg_add(e, debit, e->customer, amount);
  history_leg_add(e, credit, e->customer, -amount);
}

static void history_amount(history_event *e, uint32_t currency, int64_t amount) {
  e->currency = currency;
  e->amount = amount;
  e->has_amount = 1;
}

static void history_personal(history_event *e, arc_text text) {
  e->text = text;
  e->personal = 1;
}

/* Fills in what belongs to an invoice. */
static void history_of_invoice(const arc__tables *t, history_event *e, uint32_t invoice) {
  uint32_t account = arc__u32(t, ARC__INVOICE_ACCOUNT, invoice);
  e->invoice = invoice;
  e->customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, account);
  e->currency = arc__u32(t, ARC__ACCOUNT_CURRENCY, account);
}

static void history_of_credit(const arc__tables *t, history_event *e, uint32_t credit) {
  uint32_t account = arc__u32(t, ARC__CREDIT_ACCOUNT, credit);
  e->customer = account ? arc__u32(t, ARC__ACCOUNT_CUSTOMER, account) : 0;
  e->reference = arc__text(t, ARC__CREDIT_KEY, credit);
  e->currency = arc__u32(t, ARC__CREDIT_CURRENCY, credit);
}

/* ---- one function per kind of record that a person or an accountant wants to see ---- */

static void history_customer(const arc__tables *t, history_event *e, const arc__customer_record *r) {
  e->name = r->customer ? "customer changed" : "customer";
  e->customer = arc__find_customer(t, r->key);
  history_personal(e, r->name);
}

static void history_contact(const arc__tables *t, history_event *e, const arc__contact_record *r) {
  uint32_t contact = r->contact ? r->contact : arc__index_find(t, ARC__INDEX_CONTACT, r->key, 0);
  e->name = r->contact ? "contact changed" : "contact";
  e->customer = r->customer;
  e->erased = arc__i64(t, ARC__CONTACT_ERASED, contact);
  history_personal(e, r->name);
}

static void history_invoice(const arc__tables *t, history_event *e, const arc__invoice_record *r) {
  history_of_invoice(t, e, arc__find_invoice(t, r->key));
  e->name = "invoice";
  e->day = r->issued;
  e->reference = r->key;
  e->text = r->number;
  history_amount(e, r->currency, r->amount);
  history_post(e, "receivables", "sales", r->amount);
}

static void history_credit_note(const arc__tables *t, history_event *e, const arc__credit_note_record *r) {
  e->name = "credit note";
  e->day = r->issued;
  e->customer = r->customer;
  e->invoice = r->invoice;
  e->reference = r->key;
  e->text = arc__text(t, ARC__CREDIT_REMITTANCE, arc__find_credit(t, ARC_CREDIT_CREDIT_NOTE, r->key));
  history_amount(e, r->currency, r->amount);
  history_post(e, "sales_returns", "unapplied_credits", r->amount);
}

static void history_payment(const arc__tables *t, history_event *e, const arc__payment_record *r) {
  e->name = "payment";
  e->day = r->received;
  e->customer = r->customer;
  e->reference = r->key;
  e->text = arc__text(t, ARC__CREDIT_REMITTANCE, arc__find_credit(t, ARC_CREDIT_PAYMENT, r->key));
  history_amount(e, r->currency, r->amount);
  history_post(e, "cash", r->customer ? "unapplied_cash" : "unidentified_cash", r->amount);
}

/* What was unidentified is what the payment had left then: nothing could be applied, but some refunded. */
static void history_identification(const arc__tables *t, history_event *e,
                                   const arc__identification_record *r) {
  int64_t amount = arc__i64(t, ARC__CREDIT_AMOUNT, r->credit);
  for (uint32_t x = arc__u32(t, ARC__CREDIT_ENTRY, r->credit); x; x = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, x))
    if (arc__i32(t, ARC__ENTRY_DAY, x) < r->day) amount -= arc__i64(t, ARC__ENTRY_AMOUNT, x);
  history_of_credit(t, e, r->credit);
  e->name = "payer identified";
  e->day = r->day;
  e->customer = r->customer;
  history_amount(e, e->currency, amount);
  history_leg_add(e, "unidentified_cash", 0, amount);
  history_leg_add(e, "unapplied_cash", r->customer, -amount);
}

/* What is taken from a credit: `amount` of its own currency, or another amount of another, and then the difference. */
typedef struct history_taken {
  int exchange;
  int64_t amount, difference;
} history_taken;

static void history_post_settled(const arc__tables *t, history_event *e, uint32_t credit, int64_t amount,
                           int64_t discount, int64_t tolerance, const history_taken *taken) {
  int payment = arc__u8(t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_PAYMENT;
  uint32_t payer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__CREDIT_ACCOUNT, credit));
  e->reference = arc__text(t, ARC__CREDIT_KEY, credit);
  history_amount(e, e->currency, amount + discount + tolerance);
  if (taken->exchange) {
    uint32_t currency = e->currency;
    e->currency = arc__u32(t, ARC__CREDIT_CURRENCY, credit);
    history_leg_add(e, payment ? "unapplied_cash" : "unapplied_credits", payer, taken->amount);
    history_leg_add(e, "exchange", payer, -taken->amount);
    e->currency = arc__u32(t, ARC__BOOK_CURRENCY, 1);
    history_post(e, "exchange", "exchange_difference", taken->difference);
    e->currency = currency;
    history_post(e, "exchange", "receivables", amount);
  } else {
    history_leg_add(e, payment ? "unapplied_cash" : "unapplied_credits", payer, amount);
    history_leg_add(e, "receivables", e->customer, -amount);
  }
  history_post(e, "discounts_allowed", "receivables", discount);
  history_post(e, "tolerance", "receivables", tolerance);
}

static void history_post_application(const arc__tables *t, history_event *e, const arc__application_record *r,
                          const history_taken *taken) {
  history_of_invoice(t, e, arc__u32(t, ARC__INSTALMENT_INVOICE, r->instalment));
  e->name = "application";
  e->day = r->day;
  history_post_settled(t, e, r->credit, r->amount, r->discount, r->tolerance, taken);
  e->text = e->reference;
}

static void history_application(const arc__tables *t, history_event *e, const arc__application_record *r) {
  history_taken same = {0, 0, 0};
  history_post_application(t, e, r, &same);
}

/* Adds words to those that there are: a key, amounts and words between them, which fit. */
static void history_say(history_event *e, const char *words) {
  size_t size = strlen(words);
  memcpy(e->words + e->text.size, words, size);
  e->text.size += size;
}

/* "1010.00 EUR" behind the words that there are. */
static void history_say_money(history_event *e, int64_t amount, uint32_t currency) {
  char code[4], money[24] = "";
  arc__currency_unpack(code, currency);
  (void)arc_money_format(money, sizeof money, NULL, amount, code, NULL);
  history_say(e, money);
  history_say(e, " ");
  history_say(e, code);
}

static void history_exchange(const arc__tables *t, history_event *e, const arc__exchange_record *r) {
  history_taken taken = {1, r->taken, r->credit_value - r->invoice_value};
  history_post_application(t, e, &r->application, &taken);
  memcpy(e->words, e->reference.data, e->reference.size);
  e->text.data = e->words;
  e->text.size = e->reference.size;
  history_say(e, ": ");
  history_say_money(e, r->taken, arc__u32(t, ARC__CREDIT_CURRENCY, r->application.credit));
  if (!r->valued) return;
  history_say(e, ", exchange difference ");
  history_say_money(e, taken.difference, arc__u32(t, ARC__BOOK_CURRENCY, 1));
}

static void history_unapplication(const arc__tables *t, history_event *e,
                                  const arc__unapplication_record *r) {
  uint32_t instalment = arc__u32(t, ARC__ENTRY_INSTALMENT, r->entry), exchange = arc__entry_exchange(t, r->entry);
  history_taken taken = {0, 0, 0};
  if (exchange) {
    taken.exchange = 1;
    taken.amount = -arc__i64(t, ARC__EXCHANGE_TAKEN, exchange);
    taken.difference = -arc__exchange_difference(t, exchange);
  }
  history_of_invoice(t, e, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment));
  e->name = "unapplication";
  e->day = r->day;
  history_post_settled(t, e, arc__u32(t, ARC__ENTRY_CREDIT, r->entry), -arc__i64(t, ARC__ENTRY_AMOUNT, r->entry),
                 -arc__i64(t, ARC__ENTRY_DISCOUNT, r->entry), -arc__i64(t, ARC__ENTRY_TOLERANCE, r->entry), &taken);
  history_personal(e, r->reason);
}

static void history_reversal(const arc__tables *t, history_event *e, const arc__reversal_record *r) {
  int64_t amount = arc__i64(t, ARC__CREDIT_AMOUNT, r->credit);
  history_of_credit(t, e, r->credit);
  e->name = "payment returned";
  e->day = r->day;
  history_personal(e, r->reason);
  history_amount(e, e->currency, -amount);
  history_post(e, e->customer ? "unapplied_cash" : "unidentified_cash", "cash", amount);
}

static void history_writeoff(const arc__tables *t, history_event *e, const arc__writeoff_record *r) {
  history_of_invoice(t, e, arc__u32(t, ARC__INSTALMENT_INVOICE, r->instalment));
  e->name = "write-off";
  e->day = r->day;
  e->reference = r->key;
  history_personal(e, r->reason);
  history_amount(e, e->currency, r->amount);
  history_post(e, "bad_debt", "receivables", r->amount);
}

/* The account that an item was posted to. */
static const char *history_income(int kind) {
  switch (kind) {
  case ARC_CHARGE_FEE: return "fees";
  case ARC_CHARGE_INTEREST: return "interest";
  case ARC_CHARGE_COMPENSATION: return "compensation";
  default: return "sales";
  }
}

static void history_charge(const arc__tables *t, history_event *e, const arc__charge_record *r) {
  history_of_invoice(t, e, arc__find_invoice(t, r->key));
  e->name = arc__item_name((int)r->kind);
  e->day = r->issued;
  e->reference = r->key;
  if (r->reason.size) history_personal(e, r->reason);
  else e->text = r->number;
  history_amount(e, r->currency, r->amount);
  history_post(e, "receivables", history_income((int)r->kind), r->amount);
}

static void history_waiver(const arc__tables *t, history_event *e, const arc__waiver_record *r) {
  history_writeoff(t, e, r);
  e->name = "waiver";
  e->legs[0].account = history_income(arc__u8(t, ARC__INVOICE_KIND, e->invoice));
}

static void history_recovery(const arc__tables *t, history_event *e, const arc__recovery_record *r) {
  history_writeoff(t, e, r);
  e->name = "recovery";
  e->leg_count = 0;
  history_post(e, "receivables", "bad_debt_recovered", r->amount);
}

static void history_refund(const arc__tables *t, history_event *e, const arc__refund_record *r) {
  const char *account = "unapplied_credits";
  history_of_credit(t, e, r->credit);
  if (r->day < arc__i32(t, ARC__CREDIT_IDENTIFIED, r->credit)) e->customer = 0; /* before the payer was known */
  if (arc__u8(t, ARC__CREDIT_KIND, r->credit) == ARC_CREDIT_PAYMENT)
    account = e->customer ? "unapplied_cash" : "unidentified_cash";
  e->name = "refund";
  e->day = r->day;
  e->reference = r->key;
  history_personal(e, r->reason);
  history_amount(e, e->currency, r->amount);
  history_post(e, account, "cash", r->amount);
}

static void history_period_close(const arc__tables *t, history_event *e, const arc__period_close_record *r) {
  (void)t;
  e->name = "period closed";
  e->day = r->day;
}

static void history_dispute(const arc__tables *t, history_event *e, const arc__dispute_record *r) {
  history_of_invoice(t, e, r->invoice);
  e->name = r->entry ? "deduction" : "dispute";
  e->day = r->opened;
  e->text = r->kind;
  history_amount(e, e->currency, r->amount);
}

/* Where an exception belongs: to an invoice, or to a customer as a whole. */
static void history_of_exception(const arc__tables *t, history_event *e, uint32_t exception) {
  uint32_t invoice = arc__u32(t, ARC__EXCEPTION_INVOICE, exception);
  if (invoice) history_of_invoice(t, e, invoice);
  else e->customer = arc__u32(t, ARC__EXCEPTION_CUSTOMER, exception);
}

static void history_dispute_resolution(const arc__tables *t, history_event *e,
                                       const arc__dispute_resolution_record *r) {
  history_of_exception(t, e, r->exception);
  e->name = "dispute resolved";
  e->day = r->day;
  history_personal(e, r->outcome);
}

static void history_dispute_change(const arc__tables *t, history_event *e, const arc__dispute_change_record *r) {
  history_of_exception(t, e, r->exception);
  e->name = "dispute changed";
  e->day = r->day;
  e->text = r->owner.size ? r->owner : r->kind;
}

static void history_delivery(const arc__tables *t, history_event *e, const arc__delivery_record *r) {
  history_of_invoice(t, e, r->invoice);
  e->name = "invoice delivered";
  e->day = r->day;
  e->text.data = arc__channel_name(r->channel);
  e->text.size = strlen(e->text.data);
  if (r->detail.size) history_personal(e, r->detail);
}

static void history_correction(const arc__tables *t, history_event *e, const arc__correction_record *r) {
  history_of_invoice(t, e, r->invoice);
  e->name = r->false_alarm ? "false alarm" : "invoice corrected";
  e->day = r->day;
  history_personal(e, r->reason);
}

static void history_promise(const arc__tables *t, history_event *e, const arc__promise_record *r) {
  history_of_invoice(t, e, r->invoice);
  e->name = "promise";
  e->day = r->made;
  history_personal(e, r->made_by);
  history_amount(e, e->currency, r->amount);
}

static void history_hold(const arc__tables *t, history_event *e, const arc__hold_record *r) {
  if (r->invoice) history_of_invoice(t, e, r->invoice);
  e->name = "hold";
  e->day = r->from;
  e->customer = r->invoice ? e->customer : r->customer;
  history_personal(e, r->reason);
}

static void history_hold_release(const arc__tables *t, history_event *e, const arc__hold_release_record *r) {
  history_of_exception(t, e, r->exception);
  e->name = "hold released";
  e->day = r->day;
  history_personal(e, r->reason);
}

static void history_plan(const arc__tables *t, history_event *e, const arc__plan_record *r) {
  uint32_t invoice;
  int64_t amount, sum = 0;
  for (size_t i = 0; i < arc__list_count(r->instalments); i++) {
    arc__list_get(r->instalments, i, &invoice, &amount);
    sum += amount;
  }
  arc__list_get(r->invoices, 0, &invoice, &amount);
  history_of_invoice(t, e, invoice);
  e->name = "plan";
  e->day = r->made;
  history_personal(e, r->agreed_by);
  history_amount(e, e->currency, sum);
}

static void history_plan_end(const arc__tables *t, history_event *e, const arc__plan_end_record *r) {
  history_of_exception(t, e, r->exception);
  e->name = "plan ended";
  e->day = r->day;
  history_personal(e, r->reason);
}

static void history_rejection(const arc__tables *t, history_event *e, const arc__rejection_record *r) {
  uint32_t account = arc__u32(t, ARC__CREDIT_ACCOUNT, r->credit);
  e->name = "proposal refused";
  e->day = r->day;
  e->customer = account ? arc__u32(t, ARC__ACCOUNT_CUSTOMER, account) : 0;
  e->text = arc__text(t, ARC__REJECTION_REASON, arc__rejection_of(t, r->credit, r->invoices));
}

static void history_of_remittance(const arc__tables *t, history_event *e, uint32_t remittance) {
  e->day = arc__i32(t, ARC__REMITTANCE_RECEIVED, remittance);
  e->customer = arc__u32(t, ARC__REMITTANCE_CUSTOMER, remittance);
  e->currency = arc__u32(t, ARC__REMITTANCE_CURRENCY, remittance);
}

/* The texts are those of the state: an erasure takes them there. */
static void history_remittance(const arc__tables *t, history_event *e, const arc__remittance_record *r) {
  uint32_t row = arc__index_find(t, ARC__INDEX_REMITTANCE, r->key, 0);
  history_of_remittance(t, e, row);
  e->name = "remittance advice";
  history_amount(e, r->currency, r->amount);
  e->text = arc__text(t, ARC__REMITTANCE_REFERENCE, row);
}

static void history_remittance_line(const arc__tables *t, history_event *e, const arc__remittance_line_record *r) {
  history_of_remittance(t, e, r->remittance);
  e->name = "remittance line";
  history_amount(e, e->currency, r->amount);
  e->text = r->reason;
}

static void history_remittance_payment(const arc__tables *t, history_event *e,
                                       const arc__remittance_payment_record *r) {
  history_of_credit(t, e, r->credit);
  e->name = "remittance of payment";
  e->day = arc__i32(t, ARC__CREDIT_DAY, r->credit);
  e->text = arc__text(t, ARC__REMITTANCE_KEY, r->remittance);
}

static void history_reply(const arc__tables *t, history_event *e, const arc__reply_record *r) {
  static const char *const names[] = {"", "reply acted on", "reply", "reply handed over"};
  (void)t;
  e->name = names[r->verdict];
  e->day = r->day;
  e->customer = r->customer;
  history_personal(e, r->reason);
}

static void history_reply_undo(const arc__tables *t, history_event *e, const arc__reply_undo_record *r) {
  e->name = "reply undone";
  e->day = r->day;
  e->customer = arc__u32(t, ARC__REPLY_CUSTOMER, r->reply);
  history_personal(e, r->reason);
}

static void history_task(const arc__tables *t, history_event *e, const arc__task_record *r) {
  (void)t;
  e->name = "task";
  e->day = r->opened;
  e->customer = r->customer;
  e->text = r->kind;
}

static void history_task_end(const arc__tables *t, history_event *e, const arc__task_end_record *r) {
  history_of_exception(t, e, r->exception);
  e->name = "task done";
  e->day = r->day;
  history_personal(e, r->outcome);
}

static void history_touch(const arc__tables *t, history_event *e, const arc__touch_record *r) {
  history_of_invoice(t, e, arc__u32(t, ARC__INSTALMENT_INVOICE, r->anchor));
  e->name = r->status == ARC_TOUCH_WITHHELD ? "touch withheld" : "touch planned";
  e->day = r->day;
  if (r->status == ARC_TOUCH_WITHHELD) history_personal(e, r->reason);
  else e->text = r->step;
}

static void history_touch_outcome(const arc__tables *t, history_event *e,
                                  const arc__touch_outcome_record *r) {
  static const char *const names[] = {"touch planned", "touch sent",      "touch failed",
                                      "touch pending", "touch delivered", "touch withheld",
                                      "touch approved", "touch refused",   "touch bounced", "touch opened"};
  history_of_invoice(t, e, arc__u32(t, ARC__INSTALMENT_INVOICE, arc__u32(t, ARC__TOUCH_ANCHOR, r->touch)));
  e->name = names[r->status];
  e->day = r->day;
  if (r->detail.size) history_personal(e, r->detail);
  else e->text = arc__name(t, arc__u32(t, ARC__TOUCH_STEP, r->touch));
}

static void history_note(const arc__tables *t, history_event *e, const arc__note_record *r) {
  (void)t;
  e->name = "note";
  e->day = r->day;
  e->customer = r->customer;
  e->invoice = r->invoice;
  history_personal(e, r->text);
}

/* The book itself, its policies and its days are no event of a customer. */
static void history_book(const arc__tables *t, history_event *e, const arc__book_record *r) {
  (void)t;
  e->name = "book";
  e->text = r->name;
}

static void history_policy(const arc__tables *t, history_event *e, const arc__policy_record *r) {
  (void)t;
  e->name = "policy";
  e->day = r->day;
  e->text = r->name;
}

static void history_template(const arc__tables *t, history_event *e, const arc__template_record *r) {
  (void)t;
  e->name = "template";
  e->day = r->day;
  e->text = r->name;
}

static void history_retry(const arc__tables *t, history_event *e, const arc__retry_record *r) {
  history_of_invoice(t, e, arc__u32(t, ARC__INSTALMENT_INVOICE, arc__u32(t, ARC__TOUCH_ANCHOR, r->touch)));
  e->name = "touch put off";
  e->day = r->day;
  if (r->detail.size) history_personal(e, r->detail);
  else e->text = arc__name(t, arc__u32(t, ARC__TOUCH_STEP, r->touch));
}

static void history_day_run(const arc__tables *t, history_event *e, const arc__day_run_record *r) {
  (void)t;
  e->name = "day run";
  e->day = r->day;
}

static void history_matching(const arc__tables *t, history_event *e, const arc__matching_record *r) {
  (void)t;
  e->name = "payments looked at";
  e->day = r->day;
}

static void history_planning(const arc__tables *t, history_event *e, const arc__planning_record *r) {
  (void)t;
  e->name = "touches planned";
  e->day = r->day;
}

static void history_erasure(const arc__tables *t, history_event *e, const arc__erasure_record *r) {
  if (r->credit) history_of_credit(t, e, r->credit);
  e->name = "personal data erased";
  e->day = r->day;
  e->customer = r->customer ? r->customer : r->contact ? arc__u32(t, ARC__CONTACT_CUSTOMER, r->contact) : e->customer;
  e->text = r->reason;
}

static void history_brought_forward(const arc__tables *t, history_event *e, const arc__brought_forward_record *r) {
  (void)t, (void)r;
  e->name = "brought forward";
}

static void history_carry_reference(history *h, uint16_t type, history_event *e) {
  int kind = type == ARC__RECORD_WRITEOFF   ? ARC__ENTRY_WRITEOFF
             : type == ARC__RECORD_WAIVER   ? ARC__ENTRY_WAIVER
             : type == ARC__RECORD_RECOVERY ? ARC__ENTRY_RECOVERY
                                            : 0;
  if (!kind) return;
  if (e->reference.size) /* the record's bytes are gone with it, the entry's key stays */
    h->reference = arc__text(h->t, ARC__ENTRY_KEY, arc__index_find(h->t, ARC__INDEX_ENTRY, e->reference, kind));
  e->reference = h->reference;
}

/* An event as the query wants it, or nothing. */
static void history_deliver(history *h, uint16_t type, history_event *event, int64_t seq) {
  int64_t erased = event->customer ? arc__i64(h->t, ARC__CUSTOMER_ERASED, event->customer) : 0;
  if (event->personal && event->text.size && (erased > seq || event->erased > seq)) event->text = arc__erased;
  history_carry_reference(h, type, event);
  if (h->query->invoice && event->invoice != h->query->invoice) return;
  if (event->day == ARC_DAY_NONE ? h->query->from != ARC_DAY_NONE : !arc__query_day(h->query, event->day)) return;
  h->add(h, event, seq);
}

static arc_status history_record(void *user, uint64_t seq, int64_t instant, uint16_t type,
                                 uint16_t version, const unsigned char *payload, size_t size,
                                 arc_error *err) {
  history *h = user;
  history_event event = {0};
  if (type & ARC__RECORD_OPTIONAL && !arc__record_is_known(type, version)) return ARC_OK;
  if (h->known_at && instant > h->known_at) return ARC_OK;
  event.day = ARC_DAY_NONE;
  switch (type) {
#define ARC__R(number, upper, lower)                                                               \
  case number: {                                                                                   \
    arc__##lower##_record record;                                                                  \
    if (!arc__read_##lower(&record, payload, size)) return ARC__FAIL_CHECK(err, "a damaged record"); \
    history_##lower(h->t, &event, &record);                                                        \
    break;                                                                                         \
  }
    ARC__RECORD_LIST(ARC__R)
#undef ARC__R
  default: return ARC__FAIL_CHECK(err, "record type %u is unknown", type);
  }
  history_deliver(h, type, &event, (int64_t)seq);
  return ARC_OK;
}

/* ---- what the journal no longer tells, from the state ---- */

/* Money that moved before the journal's beginning: each event as if its record were read again, without the words that
 * only the journal had. What was the record's number is a negative one, all different. */
typedef struct history_past {
  history *h;
  arc__view view; /* the rows known */
  uint32_t known; /* KNOWN: rows before this one are the past */
  int64_t seq;
} history_past;

#define HISTORY_SAY(past, upper, lower, ...)                                                       \
  do {                                                                                             \
    arc__##lower##_record record_ = {__VA_ARGS__};                                                 \
    history_event event_ = {0};                                                                    \
    event_.day = ARC_DAY_NONE;                                                                     \
    history_##lower((past)->h->t, &event_, &record_);                                              \
    history_deliver((past)->h, ARC__RECORD_##upper, &event_, --(past)->seq);                       \
  } while (0)

/* The last row of a table that was there before the beginning and is known. */
static uint32_t history_past_rows(const history_past *p, int table, int column) {
  uint32_t before = arc__u32(p->h->t, column, p->known), known = arc__view_rows(&p->view, table);
  return before < known ? before : known;
}

static int history_past_knows(const history_past *p, int column, uint32_t row) {
  uint32_t known = arc__u32(p->h->t, column, row);
  return known < p->known && known <= p->view.known;
}

static void history_past_invoice(history_past *p, uint32_t i) {
  const arc__tables *t = p->h->t;
  int kind = arc__u8(t, ARC__INVOICE_KIND, i);
  arc_text key = arc__text(t, ARC__INVOICE_KEY, i), number = arc__text(t, ARC__INVOICE_NUMBER, i);
  uint32_t currency = arc__u32(t, ARC__ACCOUNT_CURRENCY, arc__u32(t, ARC__INVOICE_ACCOUNT, i));
  arc_day issued = arc__i32(t, ARC__INVOICE_ISSUED, i);
  int64_t amount = arc__i64(t, ARC__INVOICE_AMOUNT, i);
  if (kind == ARC__INVOICE_SALE)
    HISTORY_SAY(p, INVOICE, invoice, .key = key, .number = number, .currency = currency, .issued = issued, .amount = amount);
  else
    HISTORY_SAY(p, CHARGE, charge, .key = key, .number = number, .currency = currency, .issued = issued,
                .amount = amount, .kind = (uint32_t)kind,
                .reason = arc__text(t, ARC__CHARGE_REASON, arc__u32(t, ARC__INVOICE_CHARGE, i)));
}

static void history_past_credit(history_past *p, uint32_t c) {
  const arc__tables *t = p->h->t;
  arc_day identified = arc__i32(t, ARC__CREDIT_IDENTIFIED, c), reversed = arc__i32(t, ARC__CREDIT_REVERSED, c);
  uint32_t account = arc__u32(t, ARC__CREDIT_ACCOUNT, c), currency = arc__u32(t, ARC__CREDIT_CURRENCY, c);
  uint32_t customer = account ? arc__u32(t, ARC__ACCOUNT_CUSTOMER, account) : 0;
  arc_text key = arc__text(t, ARC__CREDIT_KEY, c);
  arc_day day = arc__i32(t, ARC__CREDIT_DAY, c);
  int64_t amount = arc__i64(t, ARC__CREDIT_AMOUNT, c);
  if (arc__u8(t, ARC__CREDIT_KIND, c) == ARC_CREDIT_CREDIT_NOTE) {
    HISTORY_SAY(p, CREDIT_NOTE, credit_note, .key = key, .customer = customer, .currency = currency,
                .invoice = arc__u32(t, ARC__CREDIT_INVOICE, c), .issued = day, .amount = amount);
    return;
  }
  HISTORY_SAY(p, PAYMENT, payment, .key = key, .customer = identified == ARC_DAY_NONE ? customer : 0,
              .currency = currency, .received = day, .amount = amount);
  if (identified != ARC_DAY_NONE && history_past_knows(p, ARC__CREDIT_IDENTIFIED_KNOWN, c))
    HISTORY_SAY(p, IDENTIFICATION, identification, .credit = c, .customer = customer, .day = identified);
  if (reversed != ARC_DAY_NONE && history_past_knows(p, ARC__CREDIT_REVERSED_KNOWN, c))
    HISTORY_SAY(p, REVERSAL, reversal, .credit = c, .day = reversed);
}

static void history_past_entry(history_past *p, uint32_t x) {
  const arc__tables *t = p->h->t;
  arc_text key = arc__text(t, ARC__ENTRY_KEY, x);
  uint32_t instalment = arc__u32(t, ARC__ENTRY_INSTALMENT, x), credit = arc__u32(t, ARC__ENTRY_CREDIT, x);
  arc_day day = arc__i32(t, ARC__ENTRY_DAY, x), undone = arc__i32(t, ARC__ENTRY_UNDONE, x);
  int64_t amount = arc__i64(t, ARC__ENTRY_AMOUNT, x);
  switch (arc__u8(t, ARC__ENTRY_KIND, x)) {
  case ARC__ENTRY_APPLICATION: {
    uint32_t exchange = arc__entry_exchange(t, x);
    arc__application_record r = {.credit = credit, .instalment = instalment, .day = day, .amount = amount,
                                 .discount = arc__i64(t, ARC__ENTRY_DISCOUNT, x),
                                 .tolerance = arc__i64(t, ARC__ENTRY_TOLERANCE, x)};
    if (exchange)
      HISTORY_SAY(p, EXCHANGE, exchange, .application = r, .taken = arc__i64(t, ARC__EXCHANGE_TAKEN, exchange),
                  .valued = arc__u8(t, ARC__EXCHANGE_VALUED, exchange),
                  .invoice_value = arc__i64(t, ARC__EXCHANGE_INVOICE_VALUE, exchange),
                  .credit_value = arc__i64(t, ARC__EXCHANGE_CREDIT_VALUE, exchange));
    else
      HISTORY_SAY(p, APPLICATION, application, .credit = r.credit, .instalment = r.instalment, .day = r.day,
                  .amount = r.amount, .discount = r.discount, .tolerance = r.tolerance);
    if (undone != ARC_DAY_NONE && history_past_knows(p, ARC__ENTRY_UNDONE_KNOWN, x))
      HISTORY_SAY(p, UNAPPLICATION, unapplication, .entry = x, .day = undone);
    break;
  }
  case ARC__ENTRY_WRITEOFF:
    HISTORY_SAY(p, WRITEOFF, writeoff, .key = key, .instalment = instalment, .day = day, .amount = amount);
    break;
  case ARC__ENTRY_WAIVER:
    HISTORY_SAY(p, WAIVER, waiver, .key = key, .instalment = instalment, .day = day, .amount = amount);
    break;
  case ARC__ENTRY_RECOVERY:
    HISTORY_SAY(p, RECOVERY, recovery, .key = key, .instalment = instalment, .day = day, .amount = -amount);
    break;
  default: HISTORY_SAY(p, REFUND, refund, .key = key, .credit = credit, .day = day, .amount = amount); break;
  }
}

static arc_status history_brought(history *h, arc_error *err) {
  history_past p = {.h = h, .known = arc__ledger_forward_known(h->ledger)};
  uint32_t rows;
  if (!p.known) return ARC_OK;
  ARC__TRY(arc__view_known(&p.view, h->ledger, err));
  rows = history_past_rows(&p, ARC__TABLE_INVOICE, ARC__KNOWN_INVOICES);
  for (uint32_t i = 1; i <= rows; i++) history_past_invoice(&p, i);
  rows = history_past_rows(&p, ARC__TABLE_CREDIT, ARC__KNOWN_CREDITS);
  for (uint32_t c = 1; c <= rows; c++) history_past_credit(&p, c);
  rows = history_past_rows(&p, ARC__TABLE_ENTRY, ARC__KNOWN_ENTRIES);
  for (uint32_t x = 1; x <= rows; x++) history_past_entry(&p, x);
  return ARC_OK;
}

/* ---- the two reports ---- */

static void history_add_customer(const history *h, uint32_t customer) {
  if (customer) arc__report_add_arc_text(h->report, arc__text(h->t, ARC__CUSTOMER_KEY, customer));
  else arc__report_add_string(h->report, "");
}

static void history_add_postings(const history *h, const history_event *e, int64_t seq) {
  for (size_t i = 0; i < e->leg_count; i++) {
    if (h->query->customer && e->legs[i].customer != h->query->customer) continue;
    arc__report_add_integer(h->report, seq);
    arc__report_add_day(h->report, e->day);
    arc__report_add_string(h->report, e->legs[i].account);
    arc__report_add_currency(h->report, e->legs[i].currency);
    arc__report_add_integer(h->report, e->legs[i].amount);
    history_add_customer(h, e->legs[i].customer);
    arc__report_add_arc_text(h->report, e->reference);
    arc__report_add_string(h->report, e->name);
  }
}

static void history_add_event(const history *h, const history_event *e, int64_t seq) {
  if (h->query->customer && e->customer != h->query->customer) return;
  arc__report_add_integer(h->report, seq);
  arc__report_add_day(h->report, e->day);
  arc__report_add_string(h->report, e->name);
  history_add_customer(h, e->customer);
  if (e->invoice) arc__report_add_arc_text(h->report, arc__text(h->t, ARC__INVOICE_KEY, e->invoice));
  else arc__report_add_string(h->report, "");
  if (e->has_amount) {
    arc__report_add_currency(h->report, e->currency);
    arc__report_add_integer(h->report, e->amount);
  } else {
    arc__report_add_string(h->report, "");
    arc__report_add_null(h->report);
  }
  arc__report_add_arc_text(h->report, e->text);
}

static arc_status history_report(arc_report *report, arc_ledger *ledger, const arc__query *q,
                                 void (*add)(const history *, const history_event *, int64_t), arc_error *err) {
  history h = {ledger, ARC__L(ledger), q, ledger->known_at, report, add, {"", 0}};
  ARC__TRY(arc__ledger_find_beginning(ledger, err));
  if (ledger->first_seq > 1 && !arc__ledger_forward_known(ledger))
    return arc__fail(err, ARC_E_STALE, "the journal before record %llu was dropped: refresh or reopen the ledger",
                     (unsigned long long)ledger->first_seq);
  ARC__TRY(history_brought(&h, err));
  return arc__ledger_scan(ledger, history_record, &h, err);
}

arc_status arc__report_postings(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  return history_report(report, ledger, q, history_add_postings, err);
}

arc_status arc__report_timeline(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  return history_report(report, ledger, q, history_add_event, err);
}
