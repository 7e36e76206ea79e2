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
  int64_t amount;
  arc_text reference; /* for postings: the key of what was recorded */
  arc_text text;      /* for the timeline: what a person wants to read */
  char words[HISTORY_WORDS]; /* the text, where it is put together */
  history_leg legs[HISTORY_LEGS];
  size_t leg_count;
} history_event;

typedef struct history {
  const arc__tables *t;
  const arc__query *query;
  int64_t known_at; /* 0: all */
  arc_report *report;
  void (*add)(const struct history *h, const history_event *event, uint64_t seq);
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
  e->text = r->name;
}

static void history_contact(const arc__tables *t, history_event *e, const arc__contact_record *r) {
  (void)t;
  e->name = r->contact ? "contact changed" : "contact";
  e->customer = r->customer;
  e->text = r->name;
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
  (void)t;
  e->name = "credit note";
  e->day = r->issued;
  e->customer = r->customer;
  e->invoice = r->invoice;
  e->reference = r->key;
  e->text = r->reason;
  history_amount(e, r->currency, r->amount);
  history_post(e, "sales_returns", "unapplied_credits", r->amount);
}

static void history_payment(const arc__tables *t, history_event *e, const arc__payment_record *r) {
  (void)t;
  e->name = "payment";
  e->day = r->received;
  e->customer = r->customer;
  e->reference = r->key;
  e->text = r->remittance;
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
  e->text = r->reason;
}

static void history_reversal(const arc__tables *t, history_event *e, const arc__reversal_record *r) {
  int64_t amount = arc__i64(t, ARC__CREDIT_AMOUNT, r->credit);
  history_of_credit(t, e, r->credit);
  e->name = "payment returned";
  e->day = r->day;
  e->text = r->reason;
  history_amount(e, e->currency, -amount);
  history_post(e, e->customer ? "unapplied_cash" : "unidentified_cash", "cash", amount);
}

static void history_writeoff(const arc__tables *t, history_event *e, const arc__writeoff_record *r) {
  history_of_invoice(t, e, arc__u32(t, ARC__INSTALMENT_INVOICE, r->instalment));
  e->name = "write-off";
  e->day = r->day;
  e->reference = r->key;
  e->text = r->reason;
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
  e->text = r->reason.size ? r->reason : r->number;
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
  e->text = r->reason;
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
  e->text = r->outcome;
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
  if (r->detail.size) e->text = r->detail;
}

static void history_correction(const arc__tables *t, history_event *e, const arc__correction_record *r) {
  history_of_invoice(t, e, r->invoice);
  e->name = r->false_alarm ? "false alarm" : "invoice corrected";
  e->day = r->day;
  e->text = r->reason;
}

static void history_promise(const arc__tables *t, history_event *e, const arc__promise_record *r) {
  history_of_invoice(t, e, r->invoice);
  e->name = "promise";
  e->day = r->made;
  e->text = r->made_by;
  history_amount(e, e->currency, r->amount);
}

static void history_hold(const arc__tables *t, history_event *e, const arc__hold_record *r) {
  if (r->invoice) history_of_invoice(t, e, r->invoice);
  e->name = "hold";
  e->day = r->from;
  e->customer = r->invoice ? e->customer : r->customer;
  e->text = r->reason;
}

static void history_hold_release(const arc__tables *t, history_event *e, const arc__hold_release_record *r) {
  history_of_exception(t, e, r->exception);
  e->name = "hold released";
  e->day = r->day;
  e->text = r->reason;
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
  e->text = r->agreed_by;
  history_amount(e, e->currency, sum);
}

static void history_plan_end(const arc__tables *t, history_event *e, const arc__plan_end_record *r) {
  history_of_exception(t, e, r->exception);
  e->name = "plan ended";
  e->day = r->day;
  e->text = r->reason;
}

static void history_rejection(const arc__tables *t, history_event *e, const arc__rejection_record *r) {
  uint32_t account = arc__u32(t, ARC__CREDIT_ACCOUNT, r->credit);
  e->name = "proposal refused";
  e->day = r->day;
  e->customer = account ? arc__u32(t, ARC__ACCOUNT_CUSTOMER, account) : 0;
  e->text = r->reason;
}

static void history_touch(const arc__tables *t, history_event *e, const arc__touch_record *r) {
  history_of_invoice(t, e, arc__u32(t, ARC__INSTALMENT_INVOICE, r->anchor));
  e->name = r->status == ARC_TOUCH_WITHHELD ? "touch withheld" : "touch planned";
  e->day = r->day;
  e->text = r->status == ARC_TOUCH_WITHHELD ? r->reason : r->step;
}

static void history_touch_outcome(const arc__tables *t, history_event *e,
                                  const arc__touch_outcome_record *r) {
  static const char *const names[] = {"touch planned", "touch sent",      "touch failed",
                                      "touch pending", "touch delivered", "touch withheld",
                                      "touch approved", "touch refused",   "touch bounced", "touch opened"};
  history_of_invoice(t, e, arc__u32(t, ARC__INSTALMENT_INVOICE, arc__u32(t, ARC__TOUCH_ANCHOR, r->touch)));
  e->name = names[r->status];
  e->day = r->day;
  e->text = r->detail.size ? r->detail : arc__name(t, arc__u32(t, ARC__TOUCH_STEP, r->touch));
}

static void history_note(const arc__tables *t, history_event *e, const arc__note_record *r) {
  (void)t;
  e->name = "note";
  e->day = r->day;
  e->customer = r->customer;
  e->invoice = r->invoice;
  e->text = r->text;
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
  e->text = r->detail.size ? r->detail : arc__name(t, arc__u32(t, ARC__TOUCH_STEP, r->touch));
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

static arc_status history_record(void *user, uint64_t seq, int64_t instant, uint16_t type,
                                 uint16_t version, const unsigned char *payload, size_t size,
                                 arc_error *err) {
  history *h = user;
  history_event event = {0};
  (void)version;
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
  history_carry_reference(h, type, &event);
  if (h->query->invoice && event.invoice != h->query->invoice) return ARC_OK;
  if (event.day == ARC_DAY_NONE ? h->query->from != ARC_DAY_NONE : !arc__query_day(h->query, event.day))
    return ARC_OK;
  h->add(h, &event, seq);
  return ARC_OK;
}

/* ---- the two reports ---- */

static void history_add_customer(const history *h, uint32_t customer) {
  if (customer) arc__report_add_arc_text(h->report, arc__text(h->t, ARC__CUSTOMER_KEY, customer));
  else arc__report_add_string(h->report, "");
}

static void history_add_postings(const history *h, const history_event *e, uint64_t seq) {
  for (size_t i = 0; i < e->leg_count; i++) {
    if (h->query->customer && e->legs[i].customer != h->query->customer) continue;
    arc__report_add_integer(h->report, (int64_t)seq);
    arc__report_add_day(h->report, e->day);
    arc__report_add_string(h->report, e->legs[i].account);
    arc__report_add_currency(h->report, e->legs[i].currency);
    arc__report_add_integer(h->report, e->legs[i].amount);
    history_add_customer(h, e->legs[i].customer);
    arc__report_add_arc_text(h->report, e->reference);
    arc__report_add_string(h->report, e->name);
  }
}

static void history_add_event(const history *h, const history_event *e, uint64_t seq) {
  if (h->query->customer && e->customer != h->query->customer) return;
  arc__report_add_integer(h->report, (int64_t)seq);
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

arc_status arc__report_postings(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  history h = {ARC__L(ledger), q, ledger->known_at, report, history_add_postings, {"", 0}};
  return arc__ledger_scan(ledger, history_record, &h, err);
}

arc_status arc__report_timeline(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  history h = {ARC__L(ledger), q, ledger->known_at, report, history_add_event, {"", 0}};
  return arc__ledger_scan(ledger, history_record, &h, err);
}
