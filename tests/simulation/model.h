/* A book as simply as it can be said: arrays of facts, every answer computed anew from all of them.
 * It shares no code with the library and is the judge of what the library accepts and of every
 * amount it reports. */
#ifndef ARC_TEST_MODEL_H
#define ARC_TEST_MODEL_H

#include <stdint.h>

enum {
  MODEL_USD,
  MODEL_EUR,
  MODEL_JPY,
  MODEL_KWD,
  MODEL_CURRENCIES,
  MODEL_NO_CURRENCY = MODEL_CURRENCIES
};
enum { MODEL_PAYMENT, MODEL_CREDIT_NOTE };
/* What an item is: charges are items among the invoices. */
enum { MODEL_SALE, MODEL_FEE, MODEL_INTEREST, MODEL_COMPENSATION };
/* Texts of terms; the model knows by itself what they come to. The last is none. */
enum {
  MODEL_TERMS_NONE,
  MODEL_TERMS_NET_30,
  MODEL_TERMS_DISCOUNT, /* 2/10 net 30 */
  MODEL_TERMS_EOM,      /* net 45 eom */
  MODEL_TERMS_SHARES,   /* 30% on issue, balance +60d */
  MODEL_TERMS_WRONG,
  MODEL_TERMS
};
#define MODEL_NEVER INT32_MIN

/* Keys are numbers; -1 says nothing. */
enum model_kind {
  MODEL_SAY_CUSTOMER,
  MODEL_SAY_CONTACT,
  MODEL_SAY_INVOICE,
  MODEL_SAY_CREDIT_NOTE,
  MODEL_SAY_PAYMENT,
  MODEL_SAY_APPLICATION,
  MODEL_SAY_UNAPPLICATION,
  MODEL_SAY_REVERSAL,
  MODEL_SAY_WRITEOFF,
  MODEL_SAY_CHARGE,
  MODEL_SAY_WAIVER,
  MODEL_SAY_RECOVERY,
  MODEL_SAY_REFUND,
  MODEL_SAY_DELIVERY,
  MODEL_SAY_CORRECTION,
  MODEL_SAY_DISPUTE,
  MODEL_SAY_CHANGE, /* of a dispute, from the day `until` on */
  MODEL_SAY_RESOLUTION,
  MODEL_SAY_PROMISE,
  MODEL_SAY_HOLD,
  MODEL_SAY_RELEASE,
  MODEL_SAY_PLAN,
  MODEL_SAY_PLAN_END,
  MODEL_SAY_TOUCH,
  MODEL_SAY_OUTCOME,
  MODEL_SAY_NOTE,
  MODEL_SAY_POLICY,
  MODEL_SAY_DAY_RUN,
  MODEL_SAY_MATCHING,
  MODEL_SAY_PLANNING,
  MODEL_SAY_PERIOD_CLOSE,
  MODEL_SAY_TASK,
  MODEL_SAY_TASK_END,
  MODEL_SAY_REPLY, /* of which `parent` was made: the key of a promise, hold or task, as `credit_kind` says; 0: none */
  MODEL_SAY_REPLY_UNDO,
  MODEL_KINDS
};

enum { MODEL_PARTS = 4, MODEL_ITEMS = 2 };

struct model_command {
  int kind, key, replace;
  int customer, parent, invoice, credit, credit_kind, instalment, currency;
  int flags, terms, role, channel, status, grace, text, charge, terms_text;
  int32_t day, until, from, to; /* from, to: the days that interest is for */
  int64_t amount, discount, tolerance;
  int deducts, deduction_key; /* an application; deducts also: the dispute was opened so */
  int64_t deduction;
  int64_t settled, rate_invoice, rate_credit, invoice_value, credit_value; /* of another currency */
  int application; /* the key of the one application to undo; -1: all */
  int checks, error, reissued; /* error: credit notes, ours; corrections, none */
  int32_t fulfilled;
  int64_t lines;
  int parts; /* instalments of an invoice, items of a touch */
  int32_t part_due[MODEL_PARTS];
  int64_t part_amount[MODEL_PARTS];
  int part_invoice[MODEL_PARTS], part_instalment[MODEL_PARTS];
};

struct model_customer {
  int key, parent, currency, flags, terms, terms_text, checks;
};

struct model_invoice {
  int key, customer, currency, first, parts, flags;
  int terms_text;
  int discount_bp; /* earned until discount_last */
  int32_t discount_last;
  int charge, of; /* what it is charged for: an invoice's place */
  int32_t issued, from, to;
  int64_t amount;
  int32_t fulfilled;
  int findings, other; /* what it may be a duplicate of: an invoice's place */
};

struct model_instalment {
  int invoice;
  int32_t due;
  int64_t amount;
};

struct model_credit {
  int key, kind, said_customer, customer, currency, invoice;
  int32_t day, known_from, reversed; /* known_from: when the payer was found out */
  int64_t amount;
  int error;
};

struct model_entry {
  int kind;               /* MODEL_SAY_APPLICATION, _WRITEOFF, _WAIVER, _RECOVERY or _REFUND */
  int instalment, credit; /* -1: none */
  int32_t day, undone;
  int64_t amount, discount, tolerance; /* what it settles, so a recovery's is negative */
  int64_t taken, gain; /* from the credit, in its currency; the exchange difference */
  int said;            /* the place of what it comes from */
};

/* What entries come from, as it was said. */
struct model_said {
  int kind, key, credit, invoice, instalment;
  int32_t day;
  int64_t amount, discount, tolerance;
  int deducts, deduction_key;
  int64_t deduction;
  int64_t settled, rate_invoice, rate_credit, invoice_value, credit_value;
  int64_t application; /* of an unapplication: the place of the one application; -1: all */
};

/* Everything else that has a key: disputes, promises, holds, plans, touches, notes, contacts,
 * policies, tasks, replies. */
struct model_thing {
  struct model_command said; /* with what was left out filled in */
  int32_t closed;            /* disputes, holds, plans, tasks; of promises and replies: undone */
  int status;                /* touches; of a dispute: resolved as our error; of a task: undone */
};

enum {
  MODEL_CUSTOMERS = 24,
  MODEL_INVOICES = 1500,
  MODEL_CREDITS = 1500,
  MODEL_ENTRIES = 8000,
  MODEL_THINGS = 3000
};

struct model {
  struct model_customer customers[MODEL_CUSTOMERS];
  struct model_invoice invoices[MODEL_INVOICES];
  struct model_instalment instalments[MODEL_INVOICES * MODEL_PARTS];
  struct model_credit credits[MODEL_CREDITS];
  struct model_entry entries[MODEL_ENTRIES];
  struct model_said said[MODEL_ENTRIES];
  struct model_thing things[MODEL_THINGS];
  int customer_count, invoice_count, instalment_count, credit_count, entry_count, said_count,
      thing_count;
  int32_t day_run, planned, matched, closed; /* closed: nothing is posted to that day or before */
  int matched_credits;
};

/* A book in which nothing was said; `to` as `from` is, cheaper than copying all that there is room
 * for. */
void model_init(struct model *m);
void model_copy(struct model *to, const struct model *from);

/* What the book must answer: 0 recorded, 2 recorded before, -1 no. A yes changes the model. */
int model_say(struct model *m, const struct model_command *c);

int model_find_customer(const struct model *m, int key);
int model_find_invoice(const struct model *m, int key);
int model_find_credit(const struct model *m, int kind, int key);
struct model_thing *model_find_thing(struct model *m, int kind, int key);

/* Amounts at the end of a day: per instalment, per credit, and whose the credit is then (-1: not
 * known). */
void model_open(const struct model *m, int32_t day, int64_t *instalments, int64_t *credits);
int model_owner(const struct model_credit *c, int32_t day);

/* The least that is left of a credit on any day from a day on. */
int64_t model_credit_room(const struct model *m, int credit, int32_t day);

/* What of an instalment is in dispute at the end of a day; `open` is from model_open. */
int64_t model_disputed(const struct model *m, int instalment, const int64_t *open, int32_t day);

/* What is open of an invoice in the end. */
int64_t model_invoice_open(const struct model *m, int invoice);

/* The dispute, or its last change by a day: who owns it, and by when it is to be answered. */
const struct model_command *model_dispute(const struct model *m, const struct model_thing *dispute,
                                          int32_t day);

/* What was found of an invoice and is not corrected by a day; how often it was corrected; its order number. */
int model_findings(const struct model *m, int invoice, int32_t day);
int model_corrections(const struct model *m, int invoice, int32_t day);
int model_po(const struct model *m, int invoice, int32_t day);

/* What was settled towards a plan by one day, as it stands on another. */
int64_t model_plan_paid(const struct model *m, const struct model_thing *plan, int32_t by, int32_t day);

/* What was settled towards a promise, as it stands on the day. */
int64_t model_promise_paid(const struct model *m, const struct model_thing *promise, int32_t day);

/* The balances of the control accounts at the end of a day, debits positive. */
enum model_account {
  MODEL_RECEIVABLES,
  MODEL_UNAPPLIED_CASH,
  MODEL_UNAPPLIED_CREDITS,
  MODEL_UNIDENTIFIED_CASH,
  MODEL_CASH,
  MODEL_SALES,
  MODEL_SALES_RETURNS,
  MODEL_DISCOUNTS_ALLOWED,
  MODEL_TOLERANCE,
  MODEL_BAD_DEBT,
  MODEL_BAD_DEBT_RECOVERED,
  MODEL_FEES,
  MODEL_INTEREST_INCOME,
  MODEL_COMPENSATION_INCOME,
  MODEL_EXCHANGE,
  MODEL_EXCHANGE_DIFFERENCE,
  MODEL_ACCOUNTS
};
void model_balances(const struct model *m, int32_t day,
                    int64_t balances[MODEL_ACCOUNTS][MODEL_CURRENCIES]);

#endif
