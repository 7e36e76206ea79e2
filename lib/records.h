/*
 * The journal's records: one struct per type, and the one function that says how its fields lie in bytes.
 *
 * Fields lie one after the other: a number as seven bits a byte, lowest first, the high bit set in all but its last
 * byte, and never longer than it need be (a negative one is that of its 32 or 64 bits); one of 8 bits as it is; a
 * text or a list as its size, a number, and its bytes. Elements of lists are little endian, a u32 and an i64. Numbers named after a table are row numbers of ledger_schema.h: records of
 * a kind count from 1 in the order of first record, so a row number means the same at every replay.
 * Currencies are their three letters packed (currency.h); days are arc_day. A layout never changes: a new
 * version of a record is added beside it.
 */
#ifndef ARC_RECORDS_H
#define ARC_RECORDS_H

#include "arcollect/dates.h"
#include "buffer.h"

#define ARC__RECORD_VERSION 1

/* Of a type: whoever does not know it may go on without. For records of later formats that only inform: no decision and
 * no sum depends on them. They are kept, counted and chained like all others. */
#define ARC__RECORD_OPTIONAL 0x8000u

/* Writes fields when `out` is set, else reads them. */
typedef struct arc__codec {
  arc__buffer *out;
  arc__reader *in;
} arc__codec;

#define ARC__RECORD_LIST(R)                                                                        \
  R(1, BOOK, book)                                                                                 \
  R(2, CUSTOMER, customer)                                                                         \
  R(3, CONTACT, contact)                                                                           \
  R(4, INVOICE, invoice)                                                                           \
  R(5, CREDIT_NOTE, credit_note)                                                                   \
  R(6, PAYMENT, payment)                                                                           \
  R(7, IDENTIFICATION, identification)                                                             \
  R(8, APPLICATION, application)                                                                   \
  R(9, UNAPPLICATION, unapplication)                                                               \
  R(10, REVERSAL, reversal)                                                                        \
  R(11, WRITEOFF, writeoff)                                                                        \
  R(12, DISPUTE, dispute)                                                                          \
  R(13, DISPUTE_RESOLUTION, dispute_resolution)                                                    \
  R(14, PROMISE, promise)                                                                          \
  R(15, HOLD, hold)                                                                                \
  R(16, HOLD_RELEASE, hold_release)                                                                \
  R(17, TOUCH, touch)                                                                              \
  R(18, TOUCH_OUTCOME, touch_outcome)                                                              \
  R(19, NOTE, note)                                                                                \
  R(20, POLICY, policy)                                                                            \
  R(21, DAY_RUN, day_run)                                                                          \
  R(22, MATCHING, matching)                                                                        \
  R(23, PLANNING, planning)                                                                        \
  R(24, CHARGE, charge)                                                                            \
  R(25, WAIVER, waiver)                                                                            \
  R(26, RECOVERY, recovery)                                                                        \
  R(27, REFUND, refund)                                                                            \
  R(28, PERIOD_CLOSE, period_close)                                                                \
  R(29, PLAN, plan)                                                                                \
  R(30, PLAN_END, plan_end)                                                                        \
  R(31, EXCHANGE, exchange)                                                                        \
  R(34, DISPUTE_CHANGE, dispute_change)                                                            \
  R(35, DELIVERY, delivery)                                                                        \
  R(36, CORRECTION, correction)                                                                    \
  R(40, ERASURE, erasure)                                                                          \
  R(41, BROUGHT_FORWARD, brought_forward)                                                          \
  R(43, REJECTION, rejection)                                                                      \
  R(44, REMITTANCE, remittance)                                                                    \
  R(45, REMITTANCE_LINE, remittance_line)                                                          \
  R(46, REMITTANCE_PAYMENT, remittance_payment)                                                    \
  R(56, TEMPLATE, template)                                                                        \
  R(57, RETRY, retry)                                                                              \
  R(61, REPLY, reply)                                                                              \
  R(62, REPLY_UNDO, reply_undo)                                                                    \
  R(63, TASK, task)                                                                                \
  R(64, TASK_END, task_end)

enum {
#define ARC__R(number, upper, lower) ARC__RECORD_##upper = number,
  ARC__RECORD_LIST(ARC__R)
#undef ARC__R
  ARC__RECORD_COUNT = 64 /* the highest */
};

typedef struct arc__book_record {
  arc_text name;
  uint32_t currency;
} arc__book_record;

typedef struct arc__customer_record {
  uint32_t customer; /* the row it replaces; 0: new */
  arc_text key, name, segment, owner, policy;
  uint32_t parent, currency, flags;
  int64_t credit_limit;
  int32_t terms_days;
  uint32_t discount_bp, discount_days;
  arc_text terms;
  uint32_t checks, hold_days;
  int64_t hold_amount;
  arc_text tags[4];
} arc__customer_record;

typedef struct arc__contact_record {
  uint32_t contact; /* the row it replaces; 0: new */
  uint32_t customer;
  arc_text key, name, language, email, phone, postal;
  uint32_t role;
  int32_t utc_offset_minutes;
  uint32_t opt_outs;
} arc__contact_record;

typedef struct arc__invoice_record {
  arc_text key, number, po_number, terms;
  uint32_t customer, currency;
  arc_day issued;
  int64_t amount;
  arc_text instalments; /* list of: due i32, amount i64 */
  arc_text discounts;   /* list of: last day i32, basis points i64 */
  arc_day fulfilled;    /* 0: not stated */
  uint32_t findings, duplicate_of; /* ARC_FAULT_*, an invoice */
} arc__invoice_record;
#define ARC__INSTALMENT_BYTES 12

typedef struct arc__credit_note_record {
  arc_text key, number, reason;
  uint32_t customer, currency, invoice;
  arc_day issued;
  int64_t amount;
  uint32_t our_error;
} arc__credit_note_record;

typedef struct arc__payment_record {
  arc_text key, payer_name, payer_account, bank_reference, remittance;
  uint32_t customer, currency;
  arc_day received, value_day;
  int64_t amount;
} arc__payment_record;

typedef struct arc__identification_record {
  uint32_t credit, customer;
  arc_day day;
} arc__identification_record;

typedef struct arc__application_record {
  arc_text key; /* on the first part only */
  uint32_t credit, instalment;
  arc_day day;
  int64_t amount, discount, tolerance;
  uint32_t asked; /* the instalment number the command named, 0: none; ARC__ASKED_MORE on further parts */
  uint32_t how, confidence_ppm;
  uint32_t evidence; /* what the matcher found it by, at most ARC__EVIDENCE_MAX; 0: not stated */
} arc__application_record;
#define ARC__ASKED_MORE 0xffffu

typedef struct arc__unapplication_record {
  arc_text key; /* on the first part only, and so are the next two */
  uint32_t application, instalment; /* what the command asked for: an entry, an instalment's number; 0: all */
  uint32_t entry;
  arc_day day;
  arc_text reason;
} arc__unapplication_record;

typedef struct arc__reversal_record {
  uint32_t credit;
  arc_day day;
  arc_text reason;
} arc__reversal_record;

typedef struct arc__writeoff_record {
  arc_text key; /* on the first part only */
  uint32_t instalment;
  arc_day day;
  int64_t amount;
  arc_text reason, approved_by;
} arc__writeoff_record;

typedef struct arc__dispute_record {
  arc_text key, kind, owner, reason, source, documents;
  uint32_t invoice;
  uint32_t entry; /* the application it was deducted at; 0: none */
  arc_day opened;
  uint32_t answer_days;
  int64_t amount;
} arc__dispute_record;

typedef struct arc__dispute_resolution_record {
  uint32_t exception;
  arc_day day;
  uint32_t our_error;
  arc_text outcome;
} arc__dispute_resolution_record;

typedef struct arc__dispute_change_record {
  uint32_t exception;
  arc_day day;
  arc_text kind, owner, reason, documents;
  uint32_t answer_days;
} arc__dispute_change_record;

typedef struct arc__promise_record {
  arc_text key, made_by;
  uint32_t invoice;
  arc_day made, pay_by;
  uint32_t grace_days;
  int64_t amount;
} arc__promise_record;

typedef struct arc__hold_record {
  arc_text key, reason, author;
  uint32_t customer, invoice; /* one of them */
  arc_day from, until;
  uint32_t channel;
} arc__hold_record;

typedef struct arc__hold_release_record {
  uint32_t exception;
  arc_day day;
  arc_text reason;
} arc__hold_release_record;

typedef struct arc__touch_record {
  arc_text key, step, policy, reason;
  uint32_t account, anchor;
  arc_day day;
  int32_t offset;
  uint32_t channel, tone, status;
  arc_text items; /* list of: instalment u32, amount i64 */
  arc_text template_name;
  uint32_t policy_version, checks, roles, copies;
} arc__touch_record;
#define ARC__TOUCH_ITEM_BYTES 12

typedef struct arc__touch_outcome_record {
  uint32_t touch;
  arc_day day;
  uint32_t status;
  arc_text detail;
} arc__touch_outcome_record;

typedef struct arc__note_record {
  arc_text key, author, text;
  uint32_t customer, invoice;
  arc_day day;
} arc__note_record;

typedef struct arc__policy_record {
  arc_text name, text;
  arc_day day;
} arc__policy_record;

typedef struct arc__day_run_record {
  arc_day day;
} arc__day_run_record;

typedef struct arc__matching_record {
  uint32_t credit; /* the last row that was there */
  arc_day day;
  uint32_t remittance; /* the same */
} arc__matching_record;

typedef struct arc__planning_record {
  arc_day day;
} arc__planning_record;

typedef struct arc__charge_record {
  arc_text key, number, reason;
  uint32_t kind, customer, currency;
  uint32_t invoice; /* what it is charged for; 0: none */
  arc_day issued, due, from, to;
  int64_t amount;
} arc__charge_record;

/* A waiver of a charge is written like a write-off, and so is a recovery of what was written off. */
typedef arc__writeoff_record arc__waiver_record;
typedef arc__writeoff_record arc__recovery_record;

/* An application whose credit is of another currency. Its amounts are in the invoice's; values in the book's. */
typedef struct arc__exchange_record {
  arc__application_record application;
  int64_t taken;                     /* from the credit, in its currency */
  int64_t rate_invoice, rate_credit; /* as stated; both 0: not */
  uint32_t valued;                   /* 1: with the next two */
  int64_t invoice_value, credit_value;
} arc__exchange_record;

typedef struct arc__refund_record {
  arc_text key, reason;
  uint32_t credit;
  arc_day day;
  int64_t amount;
} arc__refund_record;

typedef struct arc__period_close_record {
  arc_day day;
} arc__period_close_record;

typedef struct arc__plan_record {
  arc_text key, agreed_by;
  arc_day made;
  uint32_t grace_days;
  arc_text invoices;    /* list of: invoice u32, what was open of it i64 */
  arc_text instalments; /* list of: due i32, amount i64 */
} arc__plan_record;

typedef struct arc__plan_end_record {
  uint32_t exception; /* its first one */
  arc_day day;
  arc_text reason;
} arc__plan_end_record;

typedef struct arc__template_record {
  arc_text name, text;
  arc_day day;
} arc__template_record;

typedef struct arc__retry_record {
  uint32_t touch;
  arc_day day;
  int64_t not_before; /* milliseconds since 1970-01-01T00:00Z */
  arc_text detail;
} arc__retry_record;

typedef struct arc__delivery_record {
  uint32_t invoice;
  arc_day day;
  uint32_t channel;
  arc_text detail;
} arc__delivery_record;

typedef struct arc__correction_record {
  arc_text key, reason, author, po_number;
  uint32_t invoice;
  arc_day day;
  uint32_t faults, false_alarm;
  uint32_t reissued, credit; /* an invoice, a credit note; 0: none */
} arc__correction_record;

/* Texts of one of these are erased: of a customer with all that belongs to it, a contact, a payment. */
typedef struct arc__erasure_record {
  uint32_t customer, contact, credit;
  arc_day day;
  arc_day retain_from; /* payments and credit notes of this day or later keep theirs; ARC_DAY_NONE: none */
  arc_text reason;
} arc__erasure_record;

/* The journal may begin here: stands first and alone in its commit. */
typedef struct arc__brought_forward_record {
  arc_text previous; /* the 32 bytes of the chain before this commit */
  arc_text snapshot; /* BLAKE2b-256 of the bytes of the snapshot of the state before it */
} arc__brought_forward_record;
#define ARC__DIGEST_BYTES 32

typedef struct arc__rejection_record {
  uint32_t credit;
  arc_day day;
  arc_text author, reason;
  arc_text invoices; /* list of: invoice u32, 0 i64; rising */
  uint32_t evidence; /* as of an application */
} arc__rejection_record;
#define ARC__REJECTION_INVOICE_BYTES 12

typedef struct arc__remittance_record {
  arc_text key, payer_name, reference;
  uint32_t customer, currency;
  arc_day received;
  int64_t amount;
  uint32_t lines; /* so many of the next records are its lines */
} arc__remittance_record;

typedef struct arc__remittance_line_record {
  uint32_t remittance; /* the last one */
  arc_text reference;
  int64_t amount, discount, deduction;
  arc_text reason;
} arc__remittance_line_record;

typedef struct arc__remittance_payment_record {
  uint32_t remittance, credit;
} arc__remittance_payment_record;

typedef struct arc__reply_record {
  arc_text key, sender, subject, text, language, model, reason;
  uint32_t customer, touch; /* touch 0: not known which one it answers */
  arc_day written, day;
  uint32_t channel, verdict;
  arc_text kinds;   /* list of: ARC_REPLY_* u32, confidence in basis points i64 */
  arc_text words;   /* that decided, a line for each kind */
  arc_text actions; /* list of: ARC__REPLY_MADE_* u32, row i64, of a contact with the bits set << 32 */
} arc__reply_record;
#define ARC__REPLY_ELEMENT_BYTES 12
#define ARC__REPLY_MADE_EXCEPTION 1 /* row of EXCEPTION: a dispute, promise, hold or task */
#define ARC__REPLY_MADE_OPT_OUT 2   /* row of CONTACT */

typedef struct arc__reply_undo_record {
  uint32_t reply;
  arc_day day;
  arc_text author, reason;
} arc__reply_undo_record;

typedef struct arc__task_record {
  arc_text key, kind, owner, text, source, documents;
  uint32_t customer;
  arc_day opened;
  uint32_t answer_days;
} arc__task_record;

typedef struct arc__task_end_record {
  uint32_t exception;
  arc_day day;
  arc_text author, outcome;
} arc__task_end_record;

#define ARC__R(number, upper, lower)                                                               \
  void arc__fields_##lower(arc__codec *codec, arc__##lower##_record *record);
ARC__RECORD_LIST(ARC__R)
#undef ARC__R

/* Reads a record from a payload; 0 if bytes are missing or left over. */
#define ARC__R(number, upper, lower)                                                               \
  int arc__read_##lower(arc__##lower##_record *record, const unsigned char *payload, size_t size);
ARC__RECORD_LIST(ARC__R)
#undef ARC__R

int arc__record_is_known(uint16_t type, uint16_t version);

/* One element of the lists above: a number and an amount. */
void arc__list_add(arc__buffer *list, uint32_t number, int64_t amount);
size_t arc__list_count(arc_text list);
void arc__list_get(arc_text list, size_t i, uint32_t *number, int64_t *amount);

#endif
