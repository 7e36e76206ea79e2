/**
 * The ledger: what is owed, by whom, since when, and what happened to it.
 *
 * A book is changed by commands only. A command is checked against the state, encoded as records, made
 * durable by the storage, and then visible: a call that fails has changed nothing, one that returned
 * ARC_OK survives a crash. Every command carries a natural key chosen by the host; the same command again
 * answers ARC_ALREADY, another one under the same key is refused with ARC_E_EXISTS.
 *
 * Commands take arrays: `rows` points to `count` structs that lie rows->struct_size bytes apart. All rows
 * of a call are recorded or none; arc_error.record is the index of the row at fault. They return ARC_OK;
 * ARC_ALREADY if no row was new; ARC_E_INVALID, ARC_E_ABI, ARC_E_NOT_FOUND (a key that must exist),
 * ARC_E_EXISTS, ARC_E_REFUSED (the state of the book forbids it), ARC_E_OVERFLOW, ARC_E_NOMEM, ARC_E_BUSY,
 * ARC_E_READ_ONLY, and outside a batch what the storage said: ARC_E_STORAGE, ARC_E_CONFLICT,
 * ARC_E_UNKNOWN_OUTCOME. What they are given is copied; they are called by one thread at a time.
 *
 * Postings (debit / credit), per currency, of each event:
 *
 *   invoice                    receivables / sales
 *   credit note                sales_returns / unapplied_credits
 *   payment                    cash / unapplied_cash, or unidentified_cash while no customer is known
 *   identification of a payer  unidentified_cash / unapplied_cash
 *   application of cash        unapplied_cash / receivables
 *   application of a credit    unapplied_credits / receivables
 *   early-payment discount     discounts_allowed / receivables
 *   tolerance at application   tolerance / receivables
 *   write-off                  bad_debt / receivables
 *   unapplication              the application's postings, reversed
 *   reversal of a payment      unapplications, then unapplied_cash (or unidentified_cash) / cash
 *   refund                     unapplied_cash (or unidentified_cash, unapplied_credits) / cash
 *   charge                     receivables / fees, interest or compensation
 *   waiver of a charge         fees, interest or compensation / receivables
 *   recovery of a write-off    receivables / bad_debt_recovered
 *   application in another     unapplied_cash or unapplied_credits / exchange, in the credit's currency;
 *   currency                   exchange / receivables, in the invoice's; exchange / exchange_difference, in
 *                              the book's, where both are valued (a loss the other way round); discount
 *                              and tolerance as above, in the invoice's
 *
 * Exchange, by an example. A book in EUR carries an invoice of USD 1,100.00 at EUR 1,000.00. A payment of EUR 1,010.00
 * settles it: amount 1,010.00, settled 1,100.00, invoice_value 1,000.00. Nothing stays open in either currency, and
 *
 *   EUR  unapplied_cash  1,010.00   exchange             1,010.00
 *   USD  exchange        1,100.00   receivables          1,100.00
 *   EUR  exchange           10.00   exchange_difference     10.00   (a gain)
 *
 * leave in the clearing account exchange USD 1,100.00 and EUR -1,000.00: nothing, at what the books carry it at. Had a
 * payment of USD 1,100.00, carried at EUR 990.00 since it came in, settled an invoice of EUR 1,000.00, credit_value would
 * be 990.00, and the exchange difference a loss of 10.00. In a book of a third currency both values are stated.
 */
#ifndef ARCOLLECT_LEDGER_H
#define ARCOLLECT_LEDGER_H

#include "arrow.h"
#include "dates.h"
#include "interest.h"
#include "memory.h"
#include "report.h"
#include "storage.h"
#include "terms.h"
#include "transport.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct arc_ledger arc_ledger;

typedef struct arc_ledger_options {
  uint32_t struct_size;
  uint32_t flags; /**< ARC_LEDGER_* below */
  const arc_allocator *allocator; /**< copied; NULL: malloc */
  const arc_storage *storage;     /**< copied; NULL: memory. The ledger closes it, also when open fails */
  arc_text book;                  /**< name of a new book, at most 64 bytes; must equal that of an old one */
  char currency[4];               /**< of customers and commands that name none; only for a new book */
  uint32_t reserved;              /**< 0 */
  uint64_t hash_seed[2];          /**< secret against made-up colliding keys; changes no result */
  const arc_calendar *calendar;   /**< for terms with a business-day rule; outlives the ledger and its forks. NULL:
                                       Saturday and Sunday off. What an invoice came to by it is recorded */
} arc_ledger_options;
#define ARC_LEDGER_OPTIONS_INIT                                                                              \
  {(uint32_t)sizeof(arc_ledger_options), 0, 0, 0, {0, 0}, {0}, 0, {0, 0}, 0}

/** Never appends: every command stays in this handle's memory and is gone when it closes. For dry runs
 * and reports on what is not recorded yet. */
#define ARC_LEDGER_DETACHED 1u

/** Opens a book: loads the latest snapshot if there is one and replays the records after it; an empty
 * storage becomes a new book, in memory until the first command. @return ARC_OK, ARC_E_INVALID,
 * ARC_E_NOMEM, ARC_E_STORAGE, ARC_E_CORRUPT (record = first wrong sequence number). Since 0.1. */
ARC_API arc_status arc_ledger_open(arc_ledger **out, const arc_ledger_options *options, arc_error *err);

/** Closes a ledger and its storage; an open batch is dropped. NULL is fine. Engines on it must be closed
 * before. Since 0.1. */
ARC_API void arc_ledger_close(arc_ledger *ledger);

/** A second handle that begins with the state of this one and goes its own way in memory: nothing of it is ever
 * stored. It shares what neither side has changed since, so that it costs microseconds; both stay on one thread,
 * and the fork is closed before the ledger it came from. For dry runs, what-if, and what was known when.
 * @param known_at  0: everything. Else an instant (milliseconds since 1970-01-01T00:00Z, as in arc_ledger_set_clock): all
 * reads of the fork, and of engines on it, see only what was recorded by then, whatever day they ask for: what did we
 * know then of the state then, or of today? Such a fork takes no commands (ARC_E_READ_ONLY). Names and other attributes
 * of customers and contacts are those of today, and so are policies and arc_ledger_info.
 * @return ARC_OK, ARC_E_INVALID, ARC_E_NOMEM, ARC_E_BUSY in a batch, ARC_E_READ_ONLY. Since 0.1. */
ARC_API arc_status arc_ledger_fork(arc_ledger **out, arc_ledger *ledger, int64_t known_at, arc_error *err);

/** Reads on what other processes appended to the book since this handle opened or last looked. After
 * ARC_E_CONFLICT: refresh, and say the command again. ARC_ALREADY if there was nothing new. On failure the
 * handle is as before. ARC_E_BUSY in a batch, ARC_E_INVALID for a detached ledger, ARC_E_STALE when another
 * process dropped what this handle has not read yet: reopen. Since 0.1. */
ARC_API arc_status arc_ledger_refresh(arc_ledger *ledger, arc_error *err);

/** The instant at which following commands are recorded: milliseconds since 1970-01-01T00:00Z by the
 * host's clock; a batch is recorded at that of its beginning. It never goes back: ARC_E_INVALID. Without this
 * call it stays where it was. Since 0.1. */
ARC_API arc_status arc_ledger_set_clock(arc_ledger *ledger, int64_t instant, arc_error *err);

/** How far a book has come. Set struct_size. */
typedef struct arc_ledger_info {
  uint32_t struct_size;
  char currency[4];        /**< the default currency of the book, NUL-terminated */
  uint64_t first_sequence; /**< of the first record that the journal holds: 1 unless its beginning was dropped */
  uint64_t next_sequence;  /**< that the next record will get; 1 in a new book */
  arc_day matched;         /**< the last day recorded as each of ARC_DAY_IS_*; ARC_DAY_NONE: none was */
  arc_day planned;
  arc_day run;
  arc_day closed;
  int64_t instant;         /**< at which the last commit was recorded, or that of arc_ledger_set_clock since */
  uint8_t head[32];        /**< the last link of the hash chain, to be kept elsewhere as evidence */
} arc_ledger_info;
#define ARC_LEDGER_INFO_INIT                                                                                 \
  {(uint32_t)sizeof(arc_ledger_info), {0}, 0, 0, ARC_DAY_NONE, ARC_DAY_NONE, ARC_DAY_NONE, ARC_DAY_NONE, 0, {0}}

/** Tells how far a book has come, also within a batch or a callback.
 * @return ARC_OK, ARC_E_INVALID, ARC_E_ABI. Since 0.1. */
ARC_API arc_status arc_ledger_describe(arc_ledger_info *out, const arc_ledger *ledger, arc_error *err);

/** Reads the whole journal from storage again, checks every CRC and link of the chain, replays it into a
 * second state, compares, and checks that the books balance. Where the journal was dropped before
 * first_sequence (arc_ledger_info), it is read from there on, and the second state begins with the stored snapshot; that
 * the snapshot is the one the journal was dropped for is checked as long as no later one has taken its place.
 * @return ARC_OK; ARC_E_CORRUPT with the first wrong sequence number in err->record; ARC_E_STORAGE; ARC_E_NOMEM;
 * ARC_E_BUSY in a batch; ARC_E_STALE if a stored snapshot is ahead of this handle: refresh. Since 0.1. */
ARC_API arc_status arc_ledger_verify(arc_ledger *ledger, arc_error *err);

/** Stores a snapshot, so that the next open replays only what comes after it. ARC_E_INVALID if the
 * storage keeps none; ARC_E_BUSY in a batch; ARC_E_STALE when another process dropped the journal beyond what this
 * handle has read. The book itself does not change. Since 0.1. */
ARC_API arc_status arc_ledger_snapshot(arc_ledger *ledger, arc_error *err);

/** Drops the journal up to here: stores a snapshot of the state, appends a commit that names it and the chain's head, and
 * lets the storage drop whatever is older (arc_storage.drop). The chain goes on, and no amount changes. What is gone
 * for good is what only the journal had: the reasons and approvals of applications undone, reversals, write-offs,
 * waivers, recoveries, refunds and releases, the outcomes of touches, earlier names; ARC_REPORT_POSTINGS and
 * ARC_REPORT_TIMELINE tell older movements of money from the state, without those words and with negative numbers for
 * seq, and other older events not at all. From now on the snapshot is part of the book, no longer a help to open
 * it faster: back up journal and snapshot together. Backups made before hold what was dropped.
 * A crash leaves the whole journal or the shortened one; after a failure the call may be repeated. ARC_ALREADY: there
 * was nothing to drop. ARC_E_INVALID: the storage cannot, the ledger is detached, or nothing is recorded yet;
 * ARC_E_BUSY in a batch; ARC_E_CONFLICT if another process came first; and as arc_ledger_snapshot and any command.
 * Since 0.1. */
ARC_API arc_status arc_ledger_drop_journal(arc_ledger *ledger, arc_error *err);

/* ---- batches: several commands, one commit ---- */

/** Opens a batch: following commands are checked and seen by reads of this handle, but recorded together
 * by arc_batch_commit, or by arc_batch_bytes and arc_batch_publish. One at a time: ARC_E_BUSY. Since 0.1. */
ARC_API arc_status arc_batch_begin(arc_ledger *ledger, arc_error *err);

/** Appends the batch to the storage and ends it. A batch in which nothing is new appends nothing and gives
 * ARC_ALREADY. On failure the batch is gone and the book as before it began; after
 * ARC_E_UNKNOWN_OUTCOME the handle reads only until it is reopened. Since 0.1. */
ARC_API arc_status arc_batch_commit(arc_ledger *ledger, arc_error *err);

/** The commit's bytes, for a host that stores them in a transaction of its own instead of through append:
 * store them under *first_seq, then publish or abort. Valid until then; no command may come between
 * (ARC_E_BUSY). ARC_ALREADY with *size 0 if nothing is new. Not for a detached ledger (ARC_E_INVALID). After
 * ARC_E_NOMEM or ARC_E_OVERFLOW the batch is gone, as with arc_batch_commit. Since 0.1. */
ARC_API arc_status arc_batch_bytes(arc_ledger *ledger, uint64_t *first_seq, uint32_t *count,
                                   const void **bytes, size_t *size, arc_error *err);
ARC_API void arc_batch_publish(arc_ledger *ledger); /**< Ends the batch; cannot fail. Since 0.1. */
ARC_API void arc_batch_abort(arc_ledger *ledger);   /**< As if nothing had been said. Since 0.1. */

/* ---- parties ---- */

/** Option of customers and contacts: replaces the attributes recorded under the key, all of them. */
#define ARC_REPLACE 1u

/** Option of ends of disputes and of credit notes: the invoice was wrong, which counts against the accuracy of
 * invoices. */
#define ARC_OUR_ERROR 2u

/** Option of corrections: what was found is no fault. It is not found any more, and counts against nothing. */
#define ARC_FALSE_ALARM 4u

/** What can be wrong with an invoice: what a customer's invoices are looked at for when they are recorded, and what a
 * correction corrects. Only lines that add up to something else refuse an invoice, since nothing tells which sum is
 * owed; the rest is owed whatever is found, so that it is recorded, and listed by ARC_REPORT_FINDINGS. */
#define ARC_FAULT_PO_NUMBER 1u /**< no order number */
#define ARC_FAULT_CONTACT 2u   /**< the customer has no contact; found until one is recorded */
#define ARC_FAULT_TERMS 4u     /**< other due days or discounts than the customer's terms give */
#define ARC_FAULT_AMOUNT 8u    /**< lines_total is not stated; is it, and not the amount: ARC_E_REFUSED */
#define ARC_FAULT_DUPLICATE 16u /**< the same amount, currency and order number as one issued within 7 days, of the
                                     1,000 recorded last */
#define ARC_FAULT_OTHER 32u    /**< of corrections only */

/** What is known of a customer. */
#define ARC_CUSTOMER_CREDIT_HOLD 1u    /**< orders are on hold: ARC_REPORT_CREDIT says so */
#define ARC_CUSTOMER_DO_NOT_CONTACT 2u /**< nothing is sent to it */
#define ARC_CUSTOMER_INSOLVENT 4u
#define ARC_CUSTOMER_DECEASED 8u
#define ARC_CUSTOMER_LEGAL 16u         /**< with a lawyer or a court */
#define ARC_CUSTOMER_STRATEGIC 32u     /**< policies may select it: 'for strategic' */

/* Limits of text: keys 1..64 bytes; names, references and reasons 0..512; free text 0..4,096. Keys and
 * one-line texts hold no control characters. All must be valid UTF-8. */

#define ARC_TAGS 4

typedef struct arc_customer {
  uint32_t struct_size;
  uint32_t options;      /**< ARC_REPLACE */
  arc_text key;
  arc_text name;
  arc_text parent;       /**< key of the customer that pays for this one; must exist; no circles */
  arc_text segment;
  arc_text owner;        /**< the account owner in the host's company */
  arc_text policy;       /**< name of the cadence policy of its own; "none": never chased */
  char currency[4];      /**< "": the book's */
  uint32_t flags;        /**< ARC_CUSTOMER_* */
  int64_t credit_limit;  /**< minor units; 0: none stated */
  int32_t terms_days;    /**< net days, used where an invoice names no due date */
  uint32_t discount_bp;  /**< early-payment discount, basis points, where an invoice names none */
  uint32_t discount_days;
  uint32_t reserved;     /**< 0 */
  arc_text terms;        /**< terms of payment (terms.h), used where an invoice names neither terms, nor due, nor
                              instalments; then terms_days and the discount are not */
  uint32_t checks;       /**< ARC_FAULT_* but OTHER: what invoices are looked at for */
  uint32_t hold_days;    /**< ARC_REPORT_CREDIT advises to hold orders when at least hold_amount is overdue and not */
  int64_t hold_amount;   /**< in dispute, and that times its days past due comes to hold_amount for hold_days: half of
                              it counts for twice the days. Minor units; 0: lateness alone gives no such advice */
  arc_text tags[ARC_TAGS]; /**< words of the host to group by (ARC_BY_TAG), each place for what the host likes: region, line
                              of business, ... */
} arc_customer;
#define ARC_CUSTOMER_INIT                                                                                    \
  {(uint32_t)sizeof(arc_customer), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, 0, 0, 0, 0, 0, 0, {0, 0}, 0, 0, 0,           \
   {{0, 0}, {0, 0}, {0, 0}, {0, 0}}}

/** Roles of a contact. */
#define ARC_ROLE_PAYABLES 0 /**< accounts payable: who pays */
#define ARC_ROLE_APPROVER 1
#define ARC_ROLE_OWNER 2
#define ARC_ROLE_EXECUTIVE 3

typedef struct arc_contact {
  uint32_t struct_size;
  uint32_t options;           /**< ARC_REPLACE */
  arc_text key;
  arc_text customer;
  arc_text name;
  arc_text language;          /**< BCP 47, such as "de" */
  arc_text email;
  arc_text phone;
  arc_text postal;            /**< address, lines separated by "\n" */
  int32_t role;               /**< ARC_ROLE_* */
  int32_t utc_offset_minutes; /**< -840..840 */
  uint32_t opt_outs;          /**< bit (1u << ARC_CHANNEL_*) for each channel refused */
  uint32_t reserved;          /**< 0 */
} arc_contact;
#define ARC_CONTACT_INIT                                                                                     \
  {(uint32_t)sizeof(arc_contact), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0, 0}

/** Records customers, or replaces them with ARC_REPLACE. A parent must be recorded before or stand
 * in an earlier row. Since 0.1. */
ARC_API arc_status arc_ledger_post_customers(arc_ledger *ledger, const arc_customer *rows, size_t count,
                                             arc_error *err);
/** Records contacts of customers, or replaces them with ARC_REPLACE. Since 0.1. */
ARC_API arc_status arc_ledger_post_contacts(arc_ledger *ledger, const arc_contact *rows, size_t count,
                                            arc_error *err);

/** What is to be erased of a person: one of customer, contact and payment. */
typedef struct arc_erasure {
  uint32_t struct_size;
  uint32_t options;    /**< 0 */
  arc_text customer;   /**< with its contacts, payments, notes, and what was said about its items */
  arc_text contact;
  arc_text payment;    /**< also one of nobody known */
  arc_text reason;     /**< why, and at whose request by which number: nothing personal, it stays */
  arc_day day;
  arc_day retain_from; /**< of a customer: payments and credit notes of this day or later keep their texts, because a
                            law wants them for so long; erase again when that is over. ARC_DAY_NONE: all go */
} arc_erasure;
#define ARC_ERASURE_INIT                                                                                     \
  {(uint32_t)sizeof(arc_erasure), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE}

/** Erases the personal texts of customers, contacts or payments from the state: names, addresses, payer names and
 * accounts, bank references and remittance texts of payments, texts of notes, reasons of disputes, holds, charges,
 * credit notes, corrections, proposals refused and touches withheld, texts of replies and tasks, details of deliveries and of a touch's outcome, who
 * made a promise or agreed to a plan. What people read is "[erased]" then, what is searched or written to is empty.
 * Keys, days, amounts, invoice and order numbers stay, so that no total changes: choose keys that say nothing of a
 * person. Reports show none of it from now on. The same said again with the old texts is ARC_ALREADY; with
 * ARC_REPLACE they would be recorded anew.
 *
 * The journal still holds what was recorded before: arc_ledger_drop_journal ends that. Memory of this process holds it
 * until the ledger and its forks are closed. ARC_ALREADY if it was erased before and nothing has come since. Since 0.1. */
ARC_API arc_status arc_ledger_post_erasures(arc_ledger *ledger, const arc_erasure *rows, size_t count,
                                            arc_error *err);

/* ---- items ---- */

typedef struct arc_invoice {
  uint32_t struct_size;
  uint32_t options;       /**< 0 */
  arc_text key;           /**< the host's key */
  arc_text number;        /**< as printed on the invoice; empty: the key */
  arc_text customer;
  arc_text po_number;
  char currency[4];       /**< "": the customer's */
  arc_day issued;
  arc_day due;            /**< of the one instalment; ARC_DAY_NONE (or 0 with instalments): issued + terms */
  uint32_t discount_bp;   /**< early-payment discount in basis points, until issued + discount_days */
  int64_t amount;         /**< minor units, tax included, > 0 */
  uint32_t discount_days;
  uint32_t instalment_count;
  const arc_instalment *instalments; /**< none: one, of the whole amount; else they add up to it, due dates
                                          rising. As arc_terms_apply gives them */
  arc_text terms;         /**< terms of payment (terms.h), which give due days, instalments and discounts by the
                               ledger's calendar; with them, no due, instalments or discount */
  int64_t lines_total;    /**< what its lines add up to, tax included; 0: not stated */
  arc_day fulfilled;      /**< when what it is for was delivered or done; ARC_DAY_NONE or 0: not stated */
  uint32_t reserved;      /**< 0 */
} arc_invoice;
#define ARC_INVOICE_INIT                                                                                     \
  {(uint32_t)sizeof(arc_invoice), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0,  \
   0, 0, 0, {0, 0}, 0, ARC_DAY_NONE, 0}

/** An invoice reached the customer. The natural key is invoice, channel and day. */
typedef struct arc_delivery {
  uint32_t struct_size;
  uint32_t options; /**< 0 */
  arc_text invoice;
  arc_text detail;  /**< such as the address, or the carrier's number */
  arc_day day;      /**< not before it was issued */
  int32_t channel;  /**< ARC_CHANNEL_* */
} arc_delivery;
#define ARC_DELIVERY_INIT {(uint32_t)sizeof(arc_delivery), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}

/** What was wrong with an invoice, and what was done about it. Its amount stays: that is corrected by a credit note
 * and an invoice issued anew, which are recorded as such and named here. */
typedef struct arc_correction {
  uint32_t struct_size;
  uint32_t options;     /**< ARC_FALSE_ALARM */
  arc_text key;
  arc_text invoice;
  arc_text reason;
  arc_text author;
  arc_text po_number;   /**< the right one; empty: as it was */
  arc_text credit_note; /**< that took it back; may be empty */
  arc_text reissued;    /**< the invoice in its place; may be empty */
  arc_day day;          /**< not before it was issued */
  uint32_t faults;      /**< ARC_FAULT_*, one or more */
} arc_correction;
#define ARC_CORRECTION_INIT                                                                                  \
  {(uint32_t)sizeof(arc_correction), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}

typedef struct arc_credit_note {
  uint32_t struct_size;
  uint32_t options;  /**< ARC_OUR_ERROR */
  arc_text key;
  arc_text number;
  arc_text customer;
  arc_text invoice;  /**< key of the invoice it names; may be empty. It is applied by a command only */
  arc_text reason;
  char currency[4];  /**< "": the customer's */
  arc_day issued;
  int64_t amount;    /**< minor units, > 0 */
} arc_credit_note;
#define ARC_CREDIT_NOTE_INIT                                                                                 \
  {(uint32_t)sizeof(arc_credit_note), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, ARC_DAY_NONE, 0}

/** What is written off, or back. */
#define ARC_WRITEOFF_BAD_DEBT 0 /**< what is open of an invoice */
#define ARC_WRITEOFF_WAIVER 1   /**< what is open of a charge: it is taken back from income. ARC_E_REFUSED for an invoice */
#define ARC_WRITEOFF_RECOVERY 2 /**< back: what was written off is owed again, because it can be had after all; a payment
                                     then settles it as usual. At most what was written off by that day less all that
                                     was recovered, on later days, too */

/** A write-off, a waiver or a recovery. Each kind has keys of its own. */
typedef struct arc_writeoff {
  uint32_t struct_size;
  uint32_t options; /**< 0 */
  arc_text key;
  arc_text invoice;
  arc_text reason;
  arc_day day;
  int32_t kind;     /**< ARC_WRITEOFF_* */
  int64_t amount;   /**< minor units, > 0; from or to the oldest instalment first */
  arc_text approved_by;
} arc_writeoff;
#define ARC_WRITEOFF_INIT {(uint32_t)sizeof(arc_writeoff), 0, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0, 0, {0, 0}}

/** What a charge is for. */
#define ARC_CHARGE_FEE 1
#define ARC_CHARGE_INTEREST 2     /**< on late payment, see arc_ledger_interest */
#define ARC_CHARGE_COMPENSATION 3 /**< a fixed sum for recovery costs, see arc_compensation_find */

/** A charge for late payment. It stands among the invoices under its key: it ages, is named in touches, paid by
 * applications, disputed and written off alone, and its invoice's payment does not settle it. */
typedef struct arc_charge {
  uint32_t struct_size;
  uint32_t options;  /**< 0 */
  arc_text key;      /**< no invoice may have it */
  arc_text number;   /**< as printed; empty: the key */
  arc_text customer; /**< empty: the invoice's */
  arc_text invoice;  /**< what it is charged for, no charge itself; of the same customer; may be empty */
  arc_text reason;
  char currency[4];  /**< "": the invoice's, else the customer's; it must be the invoice's */
  int32_t kind;      /**< ARC_CHARGE_* */
  arc_day issued;    /**< not before its invoice */
  arc_day due;       /**< ARC_DAY_NONE: at once */
  arc_day from;      /**< the days that interest is for, both included; ARC_DAY_NONE: none */
  arc_day to;
  int64_t amount;    /**< minor units, > 0 */
} arc_charge;
#define ARC_CHARGE_INIT                                                                                      \
  {(uint32_t)sizeof(arc_charge), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, 0, ARC_DAY_NONE,            \
   ARC_DAY_NONE, ARC_DAY_NONE, ARC_DAY_NONE, 0}

/** Records invoices with their instalments. An amount is never changed later: credit notes and
 * write-offs are. Since 0.1. */
ARC_API arc_status arc_ledger_post_invoices(arc_ledger *ledger, const arc_invoice *rows, size_t count,
                                            arc_error *err);
/** Records that invoices reached their customers. Since 0.1. */
ARC_API arc_status arc_ledger_post_deliveries(arc_ledger *ledger, const arc_delivery *rows, size_t count,
                                              arc_error *err);
/** Records corrections of invoices, which count against the accuracy of invoices. Since 0.1. */
ARC_API arc_status arc_ledger_post_corrections(arc_ledger *ledger, const arc_correction *rows, size_t count,
                                               arc_error *err);
/** Records credit notes: unapplied credit on the customer's account until it is applied. Since 0.1. */
ARC_API arc_status arc_ledger_post_credit_notes(arc_ledger *ledger, const arc_credit_note *rows,
                                                size_t count, arc_error *err);
/** Writes off, waives and recovers. ARC_E_REFUSED for more than the kind allows. Since 0.1. */
ARC_API arc_status arc_ledger_post_writeoffs(arc_ledger *ledger, const arc_writeoff *rows, size_t count,
                                             arc_error *err);
/** Records charges for late payment. Since 0.1. */
ARC_API arc_status arc_ledger_post_charges(arc_ledger *ledger, const arc_charge *rows, size_t count,
                                           arc_error *err);

/* ---- cash ---- */

typedef struct arc_payment {
  uint32_t struct_size;
  uint32_t options;        /**< 0 */
  arc_text key;
  arc_text customer;       /**< who paid; empty: not known yet */
  arc_text payer_name;
  arc_text payer_account;
  arc_text bank_reference;
  arc_text remittance;     /**< free text, may have several lines */
  char currency[4];        /**< "": the customer's, else the book's */
  arc_day received;
  arc_day value_day;       /**< ARC_DAY_NONE: received */
  uint32_t reserved;       /**< 0 */
  int64_t amount;          /**< minor units, > 0 */
} arc_payment;
#define ARC_PAYMENT_INIT                                                                                     \
  {(uint32_t)sizeof(arc_payment), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, ARC_DAY_NONE,      \
   ARC_DAY_NONE, 0, 0}

/** Where an application comes from. */
#define ARC_CREDIT_PAYMENT 0
#define ARC_CREDIT_CREDIT_NOTE 1

/** How an application was found. */
#define ARC_HOW_GIVEN 0        /**< stated by the host */
#define ARC_HOW_REFERENCE 1    /**< invoice number or structured reference */
#define ARC_HOW_AMOUNT 2       /**< exact and unique amount */
#define ARC_HOW_SUM 3          /**< exact and unique sum of several items */
#define ARC_HOW_OLDEST_FIRST 4 /**< by the stated rule for cash without a reference */
#define ARC_HOW_CONFIRMED 5    /**< a proposal that a human confirmed */

/** A dispute; with an application, a deduction: what the customer paid less than he owes. */
typedef struct arc_dispute {
  uint32_t struct_size;
  uint32_t options;     /**< ARC_REPLACE: changes kind, owner, reason, documents and answer_days from `changed` on;
                             the rest is said as it was, the amount or 0. One change a day */
  arc_text key;
  arc_text invoice;     /**< of a deduction: empty, or the application's */
  arc_text kind;        /**< the host's word or reason code: "price", "shortage", ... */
  arc_text owner;       /**< who has to answer it */
  arc_text reason;
  arc_day opened;       /**< of a deduction: ARC_DAY_NONE, or the application's */
  uint32_t reserved;    /**< 0 */
  int64_t amount;       /**< minor units in dispute, at most the invoice's amount; 0: all of it, but not of a
                             deduction, of which at most what the application leaves open */
  arc_text source;      /**< where it comes from, such as the id of a reply; empty: by hand */
  arc_text documents;   /**< the host's ids of what belongs to it, one a line */
  uint32_t answer_days; /**< service level: to be answered by opened + answer_days, at most 3,660; 0: none */
  arc_day changed;      /**< with ARC_REPLACE: the day of the change, not before opened */
} arc_dispute;
#define ARC_DISPUTE_INIT                                                                                     \
  {(uint32_t)sizeof(arc_dispute), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0, 0, {0, 0},     \
   {0, 0}, 0, ARC_DAY_NONE}

typedef struct arc_application {
  uint32_t struct_size;
  uint32_t options;        /**< 0 */
  arc_text key;            /**< empty: the natural key is credit, invoice, instalment and day */
  arc_text credit;         /**< key of the payment or credit note */
  arc_text invoice;
  int32_t credit_kind;     /**< ARC_CREDIT_* */
  uint32_t instalment;     /**< 1-based; 0: the oldest open ones first */
  arc_day day;             /**< not before the invoice or the credit */
  int32_t how;             /**< ARC_HOW_* */
  int64_t amount;          /**< taken from the credit, minor units of its currency, >= 0 */
  int64_t discount;        /**< early-payment discount taken, minor units of the invoice's currency, >= 0 */
  int64_t tolerance;       /**< small difference written off with it, minor units, >= 0 */
  uint32_t confidence_ppm; /**< 0..1,000,000; ARC_HOW_GIVEN: 0 counts as certain */
  uint32_t evidence;       /**< the kind of evidence by which the matcher found it, as its number, 1..63: what is
                                confirmed, stands or is undone of a kind tells what it is worth; 0: not stated */
  const arc_dispute *deduction; /**< what is deducted, opened as a dispute in the same commit; NULL: nothing. It stays
                                     when the application is undone: resolve it then */
  /* The rest is for a credit of another currency than the invoice, all of it 0 where they are of one. Of amount,
   * settled and rate two are stated, or all three if the rate makes either amount of the other, rounded half to even. */
  int64_t settled;         /**< what the amount settles, minor units of the invoice's currency */
  int64_t rate_invoice;    /**< the rate, exact: so many units (dollars, not cents) of the invoice's currency ... */
  int64_t rate_credit;     /**< ... for so many of the credit's, each 1..10^14: 1.0834 is 10,834 for 10,000 */
  int64_t invoice_value;   /**< what the host's books carry the settled amount at, minor units of the book's currency;
                                0: not stated, or that is the invoice's */
  int64_t credit_value;    /**< the same of what is taken from the credit. The exchange difference is this less
                                invoice_value; none is posted while either is unknown */
} arc_application;
#define ARC_APPLICATION_INIT                                                                                 \
  {(uint32_t)sizeof(arc_application), 0, {0, 0}, {0, 0}, {0, 0}, 0, 0, ARC_DAY_NONE, 0, 0, 0, 0, 0, 0, 0, 0, \
   0, 0, 0, 0}

/** Undoes what a credit has settled of an invoice, exactly; the money is unapplied again. Applying the
 * same again needs a key of its own. Without a key the natural key is credit, invoice, application, instalment and
 * day: what was applied again after it is undone on another day, or under a key. */
typedef struct arc_unapplication {
  uint32_t struct_size;
  uint32_t options;    /**< 0 */
  arc_text credit;
  arc_text invoice;
  arc_text reason;
  int32_t credit_kind; /**< ARC_CREDIT_* */
  arc_day day;         /**< not before the application */
  arc_text key;        /**< unique among unapplications; may be empty */
  arc_text application; /**< only the one recorded under this key, of several; empty: all */
  uint32_t instalment; /**< only what settles this one, 1-based; 0: all */
  uint32_t reserved;   /**< 0 */
} arc_unapplication;
#define ARC_UNAPPLICATION_INIT                                                                               \
  {(uint32_t)sizeof(arc_unapplication), 0, {0, 0}, {0, 0}, {0, 0}, 0, ARC_DAY_NONE, {0, 0}, {0, 0}, 0, 0}

/** A payment that bounced: reopens exactly what it had closed, with the original due dates. One of which a part was
 * refunded cannot be reversed. */
typedef struct arc_reversal {
  uint32_t struct_size;
  uint32_t options; /**< 0 */
  arc_text payment;
  arc_text reason;
  arc_day day;      /**< not before the payment and its applications */
  uint32_t reserved; /**< 0 */
} arc_reversal;
#define ARC_REVERSAL_INIT {(uint32_t)sizeof(arc_reversal), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}

/** Money paid back to the customer, out of what a credit has left. */
typedef struct arc_refund {
  uint32_t struct_size;
  uint32_t options;    /**< 0 */
  arc_text key;
  arc_text credit;     /**< key of the payment or credit note */
  arc_text reason;
  int32_t credit_kind; /**< ARC_CREDIT_* */
  arc_day day;         /**< not before the credit, nor before its payer became known. A payer becomes known on a
                            day after the refunds that were made while he was not */
  int64_t amount;      /**< minor units, > 0 */
} arc_refund;
#define ARC_REFUND_INIT {(uint32_t)sizeof(arc_refund), 0, {0, 0}, {0, 0}, {0, 0}, 0, ARC_DAY_NONE, 0}

/** What a payment is not for: a set of invoices that the matcher proposed and a human refused. It is not proposed again
 * for the payment. The natural key is the payment and the set. */
typedef struct arc_rejection {
  uint32_t struct_size;
  uint32_t options;         /**< 0 */
  arc_text payment;
  arc_text author;
  arc_text reason;
  const arc_text *invoices; /**< their keys; none: that the cash stays on account */
  uint32_t invoice_count;   /**< 0..500 */
  arc_day day;
  uint32_t evidence;        /**< by which it was proposed, as of an application */
  uint32_t reserved;        /**< 0 */
} arc_rejection;
#define ARC_REJECTION_INIT {(uint32_t)sizeof(arc_rejection), 0, {0, 0}, {0, 0}, {0, 0}, 0, 0, ARC_DAY_NONE, 0, 0}

/** What a payer says that he pays of one item. */
typedef struct arc_remittance_line {
  uint32_t struct_size;
  uint32_t options;   /**< 0 */
  arc_text reference; /**< the item as he names it: a number, its end, an order; empty: none in particular */
  arc_text reason;    /**< the reason code of the deduction, the host's or the payer's word */
  int64_t amount;     /**< paid, minor units; less than 0: taken off, as a debit note of the payer's is */
  int64_t discount;   /**< early-payment discount taken, >= 0 */
  int64_t deduction;  /**< deducted, >= 0 */
} arc_remittance_line;
#define ARC_REMITTANCE_LINE_INIT {(uint32_t)sizeof(arc_remittance_line), 0, {0, 0}, {0, 0}, 0, 0, 0}

/** Remittance advice that comes apart from the funds, before them or after. The matcher finds the payment that it is of
 * by its key, its reference, or its payer and amount, and then reads its lines instead of the payment's text. */
typedef struct arc_remittance {
  uint32_t struct_size;
  uint32_t options;      /**< ARC_REPLACE: it is of another payment than was said before */
  arc_text key;
  arc_text customer;     /**< whose it is; empty: not known */
  arc_text payment;      /**< the payment that it is of; empty: not known, or as said before */
  arc_text payer_name;
  arc_text reference;    /**< of the payment, as the bank statement tells it: a cheque, trace or end-to-end number */
  char currency[4];      /**< "": the payment's, the customer's, else the book's */
  arc_day received;      /**< of the advice, before the funds or after them */
  int64_t amount;        /**< of the payment, minor units, > 0; 0: the sum of the lines */
  const arc_remittance_line *lines; /**< each lies struct_size bytes after the one before */
  uint32_t line_count;   /**< 0..1,000 */
  uint32_t reserved;     /**< 0 */
} arc_remittance;
#define ARC_REMITTANCE_INIT                                                                                  \
  {(uint32_t)sizeof(arc_remittance), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, ARC_DAY_NONE, 0, 0, 0, 0}

/** Records payments: unapplied cash on the customer's account, or cash of an unknown payer, until
 * it is applied. Since 0.1. */
ARC_API arc_status arc_ledger_post_payments(arc_ledger *ledger, const arc_payment *rows, size_t count,
                                            arc_error *err);
/** Applies credits to invoices. Applying a payment whose payer is not known identifies the payer as the invoice's
 * customer. ARC_E_REFUSED for more than is open or left, and for two currencies without a statement of both amounts or
 * a rate. Since 0.1. */
ARC_API arc_status arc_ledger_post_applications(arc_ledger *ledger, const arc_application *rows,
                                                size_t count, arc_error *err);
/** Undoes applications. ARC_E_REFUSED if there is nothing to undo. Since 0.1. */
ARC_API arc_status arc_ledger_post_unapplications(arc_ledger *ledger, const arc_unapplication *rows,
                                                  size_t count, arc_error *err);
/** Records payments that bounced. Since 0.1. */
ARC_API arc_status arc_ledger_post_reversals(arc_ledger *ledger, const arc_reversal *rows, size_t count,
                                             arc_error *err);
/** Records refunds. ARC_E_REFUSED for more than the credit has left on that day and later, and of a payment that
 * was returned. A payment whose payer is not known may go back to where it came from. Since 0.1. */
ARC_API arc_status arc_ledger_post_refunds(arc_ledger *ledger, const arc_refund *rows, size_t count,
                                           arc_error *err);

/** Records refusals of what the matcher proposed. They move no money. Since 0.1. */
ARC_API arc_status arc_ledger_post_rejections(arc_ledger *ledger, const arc_rejection *rows, size_t count,
                                              arc_error *err);

/** Records remittance advice, or of which payment one is that is recorded already: its key, the payment, neither a day
 * nor lines are enough then. It moves no money. ARC_E_REFUSED for a payment that has one already. Since 0.1. */
ARC_API arc_status arc_ledger_post_remittances(arc_ledger *ledger, const arc_remittance *rows, size_t count,
                                               arc_error *err);

/* ---- exceptions ---- */

/** A promise to pay. Kept, partly kept or broken follows from the ledger by arithmetic: what was applied
 * to the invoice from the day it was made until pay_by + grace, against the amount. */
typedef struct arc_promise {
  uint32_t struct_size;
  uint32_t options;    /**< 0 */
  arc_text key;
  arc_text invoice;
  arc_text made_by;
  arc_day made;
  arc_day pay_by;      /**< not before made */
  uint32_t grace_days; /**< at most 366 */
  uint32_t reserved;   /**< 0 */
  int64_t amount;      /**< minor units, at most the invoice's amount; 0: all that is open when made */
} arc_promise;
#define ARC_PROMISE_INIT                                                                                     \
  {(uint32_t)sizeof(arc_promise), 0, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0}

/** Option of holds: of everybody. */
#define ARC_EVERYBODY 1u

/** Suspends reminders: of an invoice, of a customer, or of everybody; through one channel, or all. Expires by
 * itself. */
typedef struct arc_hold {
  uint32_t struct_size;
  uint32_t options;  /**< ARC_EVERYBODY */
  arc_text key;
  arc_text customer; /**< either this ... */
  arc_text invoice;  /**< ... or this; neither with ARC_EVERYBODY */
  arc_text reason;
  arc_text author;
  arc_day from;
  arc_day until;     /**< last day of the hold; ARC_DAY_NONE: until released */
  int32_t channel;   /**< ARC_CHANNEL_*: that channel only; 0: all */
  uint32_t reserved; /**< 0 */
} arc_hold;
#define ARC_HOLD_INIT                                                                                        \
  {(uint32_t)sizeof(arc_hold), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0}

/** A payment plan: instalments in which the customer pays what is open of one or several invoices. While it runs, a
 * policy with 'pause on plan' leaves them in peace; it is kept, or broken from the day after the grace of the first
 * instalment that was not paid in time, by what was settled of the invoices since it was made. Due days stay what
 * they are: an aging never gets younger by a plan. */
typedef struct arc_plan {
  uint32_t struct_size;
  uint32_t options;                  /**< 0 */
  arc_text key;
  arc_text agreed_by;
  const arc_text *invoices;          /**< their keys: of one customer and currency, none in another plan */
  const arc_instalment *instalments; /**< due days rising; they add up to what is open of the invoices */
  uint32_t invoice_count;            /**< 1..1,000 */
  uint32_t instalment_count;         /**< 1..120 */
  arc_day made;
  uint32_t grace_days;               /**< 0..366 */
} arc_plan;
#define ARC_PLAN_INIT {(uint32_t)sizeof(arc_plan), 0, {0, 0}, {0, 0}, 0, 0, 0, 0, ARC_DAY_NONE, 0}

/** Opens disputes, or changes them with ARC_REPLACE. While one is open, its amount is not chased. Since 0.1. */
ARC_API arc_status arc_ledger_post_disputes(arc_ledger *ledger, const arc_dispute *rows, size_t count,
                                            arc_error *err);
/** Records promises to pay. A promise pauses its invoice until it is kept or its day and grace have
 * passed. Since 0.1. */
ARC_API arc_status arc_ledger_post_promises(arc_ledger *ledger, const arc_promise *rows, size_t count,
                                            arc_error *err);
/** Records payment plans. ARC_E_REFUSED if they do not cover exactly what is open. Since 0.1. */
ARC_API arc_status arc_ledger_post_plans(arc_ledger *ledger, const arc_plan *rows, size_t count, arc_error *err);
/** Records holds on reminders. Since 0.1. */
ARC_API arc_status arc_ledger_post_holds(arc_ledger *ledger, const arc_hold *rows, size_t count,
                                         arc_error *err);

/* ---- talk ---- */

/** State of a touch. */
#define ARC_TOUCH_PLANNED 0
#define ARC_TOUCH_SENT 1
#define ARC_TOUCH_FAILED 2
#define ARC_TOUCH_PENDING 3
#define ARC_TOUCH_DELIVERED 4
#define ARC_TOUCH_WITHHELD 5
#define ARC_TOUCH_APPROVED 6 /**< withheld, and a human said that the step may go out; detail: who */
#define ARC_TOUCH_REFUSED 7  /**< withheld, and a human said that it may not */
#define ARC_TOUCH_BOUNCED 8  /**< it came back: the address is wrong until the contact gets another one, or this touch
                                  is reported as delivered after all */
#define ARC_TOUCH_OPENED 9   /**< delivered, and seen to be opened */

/** What was checked before a touch was planned, each passed. */
#define ARC_CHECK_OPEN 1u          /**< every amount asked for is open */
#define ARC_CHECK_DISPUTE 2u       /**< none of it is disputed */
#define ARC_CHECK_PROMISE 4u       /**< no item is promised */
#define ARC_CHECK_PLAN 8u          /**< no item is in a running payment plan */
#define ARC_CHECK_HOLD 16u         /**< no item, customer or channel is on hold */
#define ARC_CHECK_CASH 32u         /**< no cash on account or just received could pay an item */
#define ARC_CHECK_FLAGS 64u        /**< the customer may be contacted: neither insolvent, deceased nor legal */
#define ARC_CHECK_OPT_OUT 128u     /**< the contact has not refused the channel */
#define ARC_CHECK_QUIET_DAY 256u   /**< the day is no quiet one */
#define ARC_CHECK_LIMIT 512u       /**< no limit of the policy or its profile is filled */
#define ARC_CHECK_CONVERSATION 1024u /**< no rest after a conversation */
#define ARC_CHECK_APPROVAL 2048u   /**< a human approved of the step */
#define ARC_CHECK_ONCE 4096u       /**< the step was not taken before */
#define ARC_CHECK_NOT_BARRED 8192u /**< a final step, and the debt is not time-barred by the policy */

typedef struct arc_touch_item {
  uint32_t struct_size;
  uint32_t instalment; /**< 1-based */
  arc_text invoice;
  int64_t amount;      /**< minor units asked for */
} arc_touch_item;

/** One message planned, or withheld with its reason, for a customer and currency. A touch with neither a
 * channel to send through nor a reason to withhold is refused; so is one that names an item with nothing
 * open. */
typedef struct arc_touch {
  uint32_t struct_size;
  uint32_t options;  /**< 0 */
  arc_text key;      /**< the idempotency key of the message */
  arc_text customer;
  arc_text anchor;   /**< invoice whose age called for the step */
  arc_text step;     /**< name of the step */
  arc_text policy;   /**< name of the policy, as posted */
  arc_text reason;   /**< why withheld; else what called for it */
  char currency[4];
  arc_day day;
  int32_t offset;    /**< the step's days from the due date */
  int32_t channel;   /**< ARC_CHANNEL_* */
  int32_t tone;      /**< ARC_TONE_* */
  int32_t status;    /**< ARC_TOUCH_PLANNED or ARC_TOUCH_WITHHELD */
  uint32_t anchor_instalment; /**< 1-based */
  uint32_t item_count;
  const arc_touch_item *items; /**< what it lists; none when withheld */
  arc_text template_name;      /**< of the message; empty: the host's for the tone */
  uint32_t policy_version;     /**< of the policy's text, counting from 1; 0: built in, or not known */
  uint32_t checks;             /**< ARC_CHECK_* that it passed */
  uint32_t roles;              /**< bits 1u << ARC_ROLE_*: to whom it goes; 0: as without a role */
  uint32_t copies;             /**< the same: who gets a copy */
} arc_touch;
#define ARC_TOUCH_INIT                                                                                       \
  {(uint32_t)sizeof(arc_touch), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, ARC_DAY_NONE, 0, 0,  \
   0, 0, 0, 0, 0, {0, 0}, 0, 0, 0, 0}

typedef struct arc_touch_outcome {
  uint32_t struct_size;
  uint32_t options; /**< 0 */
  arc_text touch;   /**< its key */
  arc_text detail;
  arc_day day;
  int32_t status;   /**< ARC_TOUCH_SENT, FAILED, PENDING, DELIVERED, BOUNCED or OPENED; never back from a later state,
                         but from BOUNCED to DELIVERED. Of a call, DELIVERED: there was a conversation. Of a touch
                         withheld: APPROVED or REFUSED. PLANNED, with not_before: it was offered and did not go out yet */
  int64_t not_before; /**< of a touch that is still planned: the instant from which on it may be offered again, as in
                           arc_ledger_set_clock, later than the one recorded before; else 0 */
} arc_touch_outcome;
#define ARC_TOUCH_OUTCOME_INIT {(uint32_t)sizeof(arc_touch_outcome), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, 0, 0}

/** A template's text (template.h) under its name. The latest counts for touches planned from then on; the earlier ones
 * are kept for touches planned before. */
typedef struct arc_template_text {
  uint32_t struct_size;
  uint32_t options; /**< 0 */
  arc_text name;
  arc_text text;    /**< at most 65,535 bytes; ARC_E_SYNTAX with line and column if it is no template */
  arc_day day;
  uint32_t reserved; /**< 0 */
} arc_template_text;
#define ARC_TEMPLATE_TEXT_INIT {(uint32_t)sizeof(arc_template_text), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}

typedef struct arc_note {
  uint32_t struct_size;
  uint32_t options;  /**< 0 */
  arc_text key;
  arc_text customer;
  arc_text invoice;  /**< may be empty */
  arc_text author;
  arc_text text;     /**< free text */
  arc_day day;
  uint32_t reserved; /**< 0 */
} arc_note;
#define ARC_NOTE_INIT                                                                                        \
  {(uint32_t)sizeof(arc_note), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}

/** A cadence policy's text under its name; the latest under a name counts, and the earlier ones are kept as its
 * versions 1, 2, ... The ledger keeps texts as they are: arc_cadence_print says whether one parses. */
typedef struct arc_policy {
  uint32_t struct_size;
  uint32_t options; /**< 0 */
  arc_text name;
  arc_text text;    /**< at most 65,535 bytes */
  arc_day day;
  uint32_t reserved; /**< 0 */
} arc_policy;
#define ARC_POLICY_INIT {(uint32_t)sizeof(arc_policy), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}

/** What a person is to do for a customer, until an arc_end says that it is done. It pauses nothing. */
typedef struct arc_task {
  uint32_t struct_size;
  uint32_t options;     /**< 0 */
  arc_text key;
  arc_text customer;
  arc_text kind;        /**< the host's word, or one of arc_collector_reply's */
  arc_text owner;       /**< who is to do it */
  arc_text text;        /**< free text: what, and why */
  arc_text source;      /**< where it comes from, such as the key of a reply */
  arc_text documents;   /**< what belongs to it or is wanted, one a line */
  arc_day opened;
  uint32_t answer_days; /**< to be done by opened + answer_days, at most 3,660; 0: no day is set */
} arc_task;
#define ARC_TASK_INIT                                                                                        \
  {(uint32_t)sizeof(arc_task), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}

/** What was done about a reply. */
#define ARC_VERDICT_ACTED 1   /**< what it asks for */
#define ARC_VERDICT_NOTHING 2 /**< nothing: it asks for nothing */
#define ARC_VERDICT_PERSON 3  /**< it was handed to a person, and nothing else */

/** A kind that was found in a reply. */
typedef struct arc_reply_kind {
  uint32_t struct_size;
  int32_t kind;           /**< ARC_REPLY_* of reader.h */
  uint32_t confidence_bp; /**< 0..10,000 basis points */
  uint32_t reserved;      /**< 0 */
  arc_text name;          /**< in words, without ":" */
  arc_text words;         /**< that decided */
} arc_reply_kind;
#define ARC_REPLY_KIND_INIT {(uint32_t)sizeof(arc_reply_kind), 0, 0, 0, {0, 0}, {0, 0}}

/** What a reply can give rise to. */
#define ARC_MADE_DISPUTE 1
#define ARC_MADE_PROMISE 2
#define ARC_MADE_HOLD 3
#define ARC_MADE_TASK 4
#define ARC_MADE_OPT_OUT 5 /**< bits of arc_contact.opt_outs that were set */

/** One thing that was made of a reply, and is there. */
typedef struct arc_reply_made {
  uint32_t struct_size;
  int32_t what;      /**< ARC_MADE_* */
  arc_text key;      /**< its key; of an opt-out, the contact's */
  uint32_t opt_outs; /**< the bits set; else 0 */
  uint32_t reserved; /**< 0 */
} arc_reply_made;
#define ARC_REPLY_MADE_INIT {(uint32_t)sizeof(arc_reply_made), 0, {0, 0}, 0, 0}

/** What a customer answered, what was read in it, and what was made of that in the same batch before: the reasons for
 * it, and what ARC_END_REPLY takes back. arc_collector_reply records all of it. */
typedef struct arc_reply_entry {
  uint32_t struct_size;
  uint32_t options;     /**< 0 */
  arc_text key;         /**< of the message, such as its Message-ID; 1..255 bytes */
  arc_text customer;
  arc_text touch;       /**< key of the touch that it answers; empty: not known */
  arc_text sender;
  arc_text subject;
  arc_text text;        /**< free text: what was read */
  arc_text language;
  arc_text model;       /**< name and version of what read it */
  arc_text reason;      /**< for the verdict, in words */
  arc_day written;
  arc_day day;          /**< on which it was received and recorded */
  int32_t channel;      /**< ARC_CHANNEL_* */
  int32_t verdict;      /**< ARC_VERDICT_* */
  uint32_t kind_count;  /**< at most 64, and so is the next */
  uint32_t made_count;
  const arc_reply_kind *kinds;
  const arc_reply_made *made;
} arc_reply_entry;
#define ARC_REPLY_ENTRY_INIT                                                                                 \
  {(uint32_t)sizeof(arc_reply_entry), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0},     \
   {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0, 0, 0, 0}

/** Records tasks. Since 0.1. */
ARC_API arc_status arc_ledger_post_tasks(arc_ledger *ledger, const arc_task *rows, size_t count, arc_error *err);
/** Records replies. ARC_E_NOT_FOUND or ARC_E_INVALID for what was made and is not there, or is another customer's.
 * Since 0.1. */
ARC_API arc_status arc_ledger_post_replies(arc_ledger *ledger, const arc_reply_entry *rows, size_t count,
                                           arc_error *err);
/** Records touches as planned or withheld, before any message goes out. ARC_E_REFUSED for an item
 * of which less is open than the touch asks for. Since 0.1. */
ARC_API arc_status arc_ledger_post_touches(arc_ledger *ledger, const arc_touch *rows, size_t count,
                                           arc_error *err);
/** Records what became of touches. ARC_E_REFUSED for a state that cannot follow. Since 0.1. */
ARC_API arc_status arc_ledger_post_touch_outcomes(arc_ledger *ledger, const arc_touch_outcome *rows,
                                                  size_t count, arc_error *err);
/** Records templates, or later versions of them. Since 0.1. */
ARC_API arc_status arc_ledger_post_templates(arc_ledger *ledger, const arc_template_text *rows, size_t count,
                                             arc_error *err);
/** Records notes for the timeline. Since 0.1. */
ARC_API arc_status arc_ledger_post_notes(arc_ledger *ledger, const arc_note *rows, size_t count,
                                         arc_error *err);
/** Records policies, or replaces the text under their names. Since 0.1. */
ARC_API arc_status arc_ledger_post_policies(arc_ledger *ledger, const arc_policy *rows, size_t count,
                                            arc_error *err);

/* ---- ends ---- */

/** What is ended. */
#define ARC_END_DISPUTE 1 /**< resolved: from that day on the amount is chased again, unless it was credited or written
                               off */
#define ARC_END_HOLD 2    /**< released before it expires: it does not count from that day on */
#define ARC_END_PLAN 3    /**< before it is kept: from that day on reminders go out again */
#define ARC_END_TASK 4    /**< done; not before it was opened */
#define ARC_END_REPLY 5   /**< undone: exactly what was made of it is taken back, its disputes closed, its promises counting
                               no more, its holds released, its tasks ended, its opt-outs taken back, from that day on,
                               not before its own. What a person closed since stays closed */

typedef struct arc_end {
  uint32_t struct_size;
  uint32_t options; /**< of a dispute: ARC_OUR_ERROR */
  arc_text key;     /**< of what is ended */
  arc_text author;  /**< of tasks and replies; else empty */
  arc_text reason;  /**< of disputes and tasks the outcome, in the host's word: "valid", "credited", ... */
  arc_day day;
  int32_t kind;     /**< ARC_END_* */
} arc_end;
#define ARC_END_INIT {(uint32_t)sizeof(arc_end), 0, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}

/** Ends disputes, holds, plans and tasks, and undoes what was made of replies. Since 0.1. */
ARC_API arc_status arc_ledger_post_ends(arc_ledger *ledger, const arc_end *rows, size_t count, arc_error *err);

/* ---- days ---- */

/** How far the daily work has come. Each is recorded by who does it; recorded again for the same day it is ARC_ALREADY,
 * and days do not go back: ARC_E_REFUSED. */
#define ARC_DAY_IS_MATCHED 1 /**< every payment recorded so far and received by the day was looked at, whether it was applied
                                  or left for a human: a matcher decides about a payment once */
#define ARC_DAY_IS_PLANNED 2 /**< the touches of the day were planned, in the same batch: a day is planned once */
#define ARC_DAY_IS_RUN 3     /**< the daily cycle of the day was completed */
#define ARC_DAY_IS_CLOSED 4  /**< the books are closed to the end of the day: what would be posted to it or before is
                                  ARC_E_REFUSED from now on, and is posted to an open day instead. Commands that were recorded
                                  before are still ARC_ALREADY; disputes, promises, holds, touches and notes move no
                                  money and are not concerned. A period is not opened again: a day that is closed already
                                  is ARC_ALREADY */

/** Records that a day is matched, planned, run or closed: `what` is one of ARC_DAY_IS_*. Since 0.1. */
ARC_API arc_status arc_ledger_post_day(arc_ledger *ledger, arc_day day, int32_t what, arc_error *err);

/* ---- reads ---- */

/** What arc_ledger_report lists; its columns, in this order. */
#define ARC_REPORT_APPLICATIONS 1 /**< payment,invoice,date,currency,amount,discount,writeoff,how,
                                       confidence,kind,instalment. kind: application, unapplication (the
                                       same amounts, negative, on its own day), writeoff (no payment). So an
                                       invoice's open amount is its amount less the sums of its rows; of a credit
                                       of another currency ARC_REPORT_EXCHANGES says what was taken */
#define ARC_REPORT_TOUCHES 2      /**< date,customer,step,channel,tone,status,reason,currency,amount,
                                       invoices,key,policy. A withheld touch names no invoices */
#define ARC_REPORT_POSTINGS 3     /**< seq,date,account,currency,amount,customer,reference,event; debits
                                       positive */
#define ARC_REPORT_TIMELINE 4     /**< seq,date,event,customer,invoice,currency,amount,text */
#define ARC_REPORT_STATEMENT 5    /**< date,kind,reference,due,currency,amount,balance: per currency the
                                       opening balance, movements, the closing balance, open items */
#define ARC_REPORT_OPEN_ITEMS 6   /**< customer,invoice,number,instalment,issued,due,currency,amount,open,
                                       disputed,days_past_due */
#define ARC_REPORT_PLANS 7        /**< plan,customer,made,currency,planned,paid,status,missed,next_due,next_amount,
                                       invoices,plans_before. status: running, kept, broken, ended; missed: the due
                                       day that broke it; next_amount: what is missing for the instalment of
                                       next_due; plans_before: the customer's earlier ones, however they ended */
#define ARC_REPORT_DISPUTES 8     /**< dispute,customer,invoice,currency,amount,kind,owner,opened,status,answer_by,
                                       resolved,outcome,age_days,payment,source,documents: those opened within the
                                       days. status: open, overdue (not resolved by answer_by), resolved; age_days:
                                       until resolved, or the day; payment: of a deduction. ARC_DAY_NONE as the day:
                                       none is overdue or has an age before it is resolved */
#define ARC_REPORT_EXCHANGES 9    /**< payment,invoice,instalment,date,kind,currency,settled,credit_currency,taken,
                                       rate_invoice,rate_credit,book_currency,invoice_value,credit_value,
                                       exchange_difference: applications in another currency, and unapplications.
                                       Empty: no rate was stated; no value was known */
#define ARC_REPORT_INVOICES 10    /**< customer,invoice,number,po_number,issued,fulfilled,billing_gap,currency,
                                       amount,delivered,channel,deliveries,corrections: those issued within the
                                       days, without charges. po_number: as corrected; billing_gap: days from
                                       fulfilled to issued; delivered, channel: first */
#define ARC_REPORT_FINDINGS 11    /**< customer,invoice,number,issued,currency,amount,fault,other: what was found and
                                       not corrected by the day. fault: po-number, contact, terms, lines,
                                       duplicate (of the invoice `other`) */
#define ARC_REPORT_HOLDS 12       /**< hold,scope,customer,invoice,channel,reason,author,from,until,released,status:
                                       those that begin within the days. scope: invoice, customer, channel,
                                       everything; status: held, expired, released */
#define ARC_REPORT_CREDIT 13      /**< customer,currency,owed,unapplied,overdue,oldest_days,amount_days,limit,
                                       available,advice,reason,on_hold: whether to take another order on the day,
                                       which is to be named. overdue: past due and not in dispute; amount_days: that
                                       times days past due; available: what the limit leaves; advice: hold, none,
                                       for over the limit or late as the customer's hold_days and hold_amount say;
                                       on_hold: 1 if ARC_CUSTOMER_CREDIT_HOLD is set. Limits count in the customer's
                                       currency only */
#define ARC_REPORT_REPLIES 14     /**< reply,customer,touch,written,day,channel,subject,verdict,reason,model,undone,fact,
                                       detail,confidence,key,words: those received within the days. A row of each fact:
                                       message (detail: who wrote; words: the text that was read), kind (detail: its
                                       name; with its confidence and the words that decided), made (detail: dispute,
                                       promise, hold, task or opt-out; key: its key). verdict: acted, nothing to do,
                                       person */
#define ARC_REPORT_TASKS 15       /**< task,customer,kind,owner,opened,status,answer_by,ended,outcome,text,source,
                                       documents: those opened within the days. status: open, overdue, done */
#define ARC_REPORT_POLICIES 16    /**< policy,version,date,text: every version recorded within the days, the latest of each
                                       policy first; touches name the version that called for them. Of no customer */

typedef struct arc_query {
  uint32_t struct_size;
  int32_t report;    /**< ARC_REPORT_* */
  arc_text customer; /**< only this one's; empty: all. ARC_REPORT_STATEMENT needs one */
  arc_text invoice;  /**< only this one's; empty: all */
  arc_day as_of;     /**< only what took effect by the end of this day; ARC_DAY_NONE: everything */
  arc_day from;      /**< movements from this day on (statement: its opening day); ARC_DAY_NONE: all */
  arc_text reply;    /**< of ARC_REPORT_REPLIES: only this one; empty: all */
} arc_query;
#define ARC_QUERY_INIT {(uint32_t)sizeof(arc_query), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE, {0, 0}}

/** A report in the book's order. Free it with arc_report_free; it does not depend on the ledger.
 * @return ARC_OK, ARC_E_INVALID, ARC_E_NOT_FOUND (no such customer or invoice), ARC_E_NOMEM,
 * ARC_E_STORAGE or ARC_E_CORRUPT (postings and timeline read the journal). Since 0.1. */
ARC_API arc_status arc_ledger_report(arc_report **out, arc_ledger *ledger, const arc_query *query,
                                     arc_error *err);

/** What a customer owes in one currency at the end of a day, in minor units: open items, and cash and
 * credits not applied. Either pointer may be NULL. An unknown customer: ARC_E_NOT_FOUND. Since 0.1. */
ARC_API arc_status arc_ledger_balance(const arc_ledger *ledger, int64_t *receivable, int64_t *unapplied,
                                      const char *customer, size_t customer_size, const char *currency,
                                      arc_day as_of, arc_error *err);

/** Late interest on an invoice, for arc_ledger_interest. */
typedef struct arc_interest_query {
  uint32_t struct_size;
  uint32_t rate_count;
  arc_text invoice;               /**< its key */
  arc_day until;                  /**< the last day of interest */
  uint32_t reserved;              /**< 0 */
  const arc_interest_rule *rule;
  const arc_interest_rate *rates; /**< as in arc_interest_claim */
} arc_interest_query;
#define ARC_INTEREST_QUERY_INIT {(uint32_t)sizeof(arc_interest_query), 0, {0, 0}, ARC_DAY_NONE, 0, 0, 0}

/** The interest that an invoice's late payment has come to, instalment by instalment, on what was open at the end
 * of each day. Discounts, credits and write-offs lower that as payments do, and what undoes them raises it again;
 * a dispute does not. To charge what is new, charge the total less what was charged.
 * @param total    receives minor units, >= 0: the interest from the due days to `until`, charged or not
 * @param charged  receives what was charged as interest for the invoice before, waived or not; may be NULL
 * @param lines    receives `capacity` at most, as in arc_interest_accrue, those of each instalment in turn
 * @return ARC_OK; ARC_E_NOT_FOUND; ARC_E_INVALID with the field; ARC_E_OVERFLOW; ARC_E_NOMEM; nothing is written on
 * failure. Costs in proportion to the invoice's own entries and charges. Since 0.1. */
ARC_API arc_status arc_ledger_interest(int64_t *total, int64_t *charged, arc_interest_line *lines, size_t capacity,
                                       size_t *count, const arc_ledger *ledger, const arc_interest_query *query,
                                       arc_error *err);

/* ---- many rows at once, from columns ---- */

/** What the rows of a stream are, for arc_ledger_post_arrow, and the columns that they may have: fields of the struct, by
 * their names. Those with a star must be there. */
#define ARC_ROWS_CUSTOMERS 1    /**< key*,name,parent,segment,owner,policy,currency,flags,credit_limit,terms_days,
                                     discount_bp,discount_days,terms,checks,hold_days,hold_amount,tag_1,tag_2,tag_3,tag_4 */
#define ARC_ROWS_CONTACTS 2     /**< key*,customer*,name,language,email,phone,postal,role,utc_offset_minutes,opt_outs */
#define ARC_ROWS_INVOICES 3     /**< key*,number,customer*,po_number,currency,issued*,due,discount_bp,amount*,
                                     discount_days,terms,lines_total,fulfilled */
#define ARC_ROWS_CREDIT_NOTES 4 /**< key*,number,customer*,invoice,reason,currency,issued*,amount* */
#define ARC_ROWS_PAYMENTS 5     /**< key*,customer,payer_name,payer_account,bank_reference,remittance,currency,received*,
                                     value_day,amount* */

/** Option of arc_ledger_post_arrow: rows at fault are left out and told, and the rest is recorded. */
#define ARC_SKIP_FAULTS 16u

/** Records the rows of a stream of tables (arrow.h), all of them in one commit, or within the batch that is open; and
 * none of them if one is at fault, unless ARC_SKIP_FAULTS is asked for. Every row is looked at either way, so that all
 * faults are told at once. Rows may use what stands in earlier ones. A null is as a field that is left out; a column that
 * the kind does not have is refused, so that no misspelled one is passed over.
 *
 *   text      utf8, large_utf8, utf8_view, or a dictionary of these
 *   days      date32; date64 and timestamps without a time zone, of whole days; text such as 2025-03-31
 *   numbers   integers of any width; decimals without a fraction
 *   amounts   decimal32, 64 or 128, in whole units; integers, in minor units or with ARC_WHOLE_UNITS in whole ones; text
 *             such as 1190.00. In the currency that the row names, or its customer's, or the book's. An amount that is not a
 *             whole number of minor units is at fault: nothing is rounded, and floating point is refused
 *
 * Texts are read where they lie; memory grows with the commit alone, which takes at most 1 GiB (some 10,000,000 invoices).
 * What a stream says of its sizes is checked as far as it can be: the interface does not say how long its buffers
 * are, so a stream has to come from a program that is trusted with this one's memory.
 *
 * @param faults   receives the rows at fault as a report of row (from 0 on, over all of the stream), key, column, status,
 *                 message; NULL if there are none, or if it failed for another reason. To be freed. May be NULL
 * @param rows     ARC_ROWS_*
 * @param options  ARC_WHOLE_UNITS, ARC_SKIP_FAULTS; ARC_REPLACE for customers and contacts
 * @param stream   read to its end, or to what is at fault in itself; releasing it stays with you. Its functions may not call
 *                 into the ledger
 * @return as the commands: with faults, the status, row and field of the first; ARC_ALREADY if no row was new;
 * ARC_E_INVALID for a stream that is not of such rows; ARC_E_HOST with the stream's own code. Since 0.1. */
ARC_API arc_status arc_ledger_post_arrow(arc_report **faults, arc_ledger *ledger, int32_t rows, uint32_t options,
                                         struct ArrowArrayStream *stream, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
