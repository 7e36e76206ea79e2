/** Collector: the daily cycle over ledger, matcher, cadence and scorer. */
#ifndef ARCOLLECT_COLLECTOR_H
#define ARCOLLECT_COLLECTOR_H

#include "cadence.h"
#include "matcher.h"
#include "reader.h"
#include "scorer.h"
#include "transport.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct arc_collector arc_collector;

/** The phases of a day, in their order. Each begins where a run that was cut off had come to. */
#define ARC_PHASE_LEFT_OVER 1  /**< messages that an earlier run planned and did not hand over, and those put off */
#define ARC_PHASE_CASH 2       /**< the matcher applies payments, so that nobody is asked for what has come */
#define ARC_PHASE_BOUNCES 3    /**< what bounced goes by the other channel */
#define ARC_PHASE_CADENCE 4    /**< touches that are due are planned or withheld; calls and placements are tasks */
#define ARC_PHASE_SENDING 5    /**< messages are handed to the transport */
#define ARC_PHASE_SUMMARY 6    /**< promises, plans, and what needs a person are counted */

/** Called when a phase begins (done 0), and during sending after each group. 0: go on; else the run stops before
 * anything more is done, and run_day returns ARC_E_HOST with this number: run the day again to go on. It may not call
 * into the ledger or its engines (ARC_E_BUSY).
 * @param total  of messages; 0: not known */
typedef int32_t (*arc_progress)(void *user, int32_t phase, uint64_t done, uint64_t total);

/** What a kind of reply leads to. What is made is of the invoices that the reply names; else of those of the touch that
 * it answers; else of all that are due. */
#define ARC_ACTION_PERSON 0       /**< a person reads it: a task "reply", and nothing else is done */
#define ARC_ACTION_NOTHING 1      /**< nothing is done */
#define ARC_ACTION_DISPUTE 2      /**< a dispute of all that is open of each invoice, of the kind that was read. To a person: if
                                       it names none of several, or one that is in dispute already */
#define ARC_ACTION_PROMISE 3      /**< a promise for each invoice, of the day and amount that were read; hold_days is its grace.
                                       To a person: without one day, with one that is past or too far ahead, with an
                                       amount that is ambiguous or more than is owed */
#define ARC_ACTION_FIND_PAYMENT 4 /**< a task "payment" that names the cash on the customer's account, and a hold on the
                                       invoices; nothing if they are settled */
#define ARC_ACTION_TASK 5         /**< a task of the kind's name, with the invoices as its documents, or the addresses in the
                                       text if it says whom else to write to; and a hold on the invoices */
#define ARC_ACTION_ABSENCE 6      /**< a hold on the customer until the day that was read; nothing without one */
#define ARC_ACTION_STOP 7         /**< a hold on the customer without end, and a task "legal" */
#define ARC_ACTION_OPT_OUT 8      /**< the contact who wrote opts out of the channel. To a person: if none has that address */

/** Says what is done about a kind of reply. */
typedef struct arc_reply_rule {
  uint32_t struct_size;
  int32_t kind;         /**< ARC_REPLY_*; ARC_REPLY_OTHER: all that is handed to a person */
  arc_text detail;      /**< of a dispute: only of this kind; empty: any */
  int32_t action;       /**< ARC_ACTION_* */
  uint32_t least_ppm;   /**< confidence below which it goes to a person; 0: as the options say */
  arc_text owner;       /**< who gets the dispute or the task; empty: the customer's owner */
  uint32_t hold_days;   /**< how long reminders rest after the day of the reply, at most 366; 0: not */
  uint32_t answer_days; /**< by when the dispute or task is to be answered, at most 366; 0: no day is set */
} arc_reply_rule;
#define ARC_REPLY_RULE_INIT {(uint32_t)sizeof(arc_reply_rule), 0, {0, 0}, 0, 0, {0, 0}, 0, 0}

typedef struct arc_collector_options {
  uint32_t struct_size;
  uint32_t flags;                          /**< ARC_COLLECTOR_* */
  const arc_transport *transport;          /**< copied; NULL: touches stay planned */
  const arc_calendar *calendar;            /**< kept, must outlive the handle; NULL: weekends only */
  const arc_matcher_options *matcher;      /**< copied; NULL: the defaults */
  arc_text sender;                         /**< name under the messages; copied; empty: "Accounts receivable" */
  const arc_letterhead *letterhead;        /**< copied; its name, if there is one, counts instead of sender */
  const uint32_t *retry_hours;             /**< copied: how long after each failed attempt (ARC_RETRY) a message is
                                                offered again, 1..8,760 each; behind the last it has failed.
                                                NULL: 24, 72 and 168 */
  uint32_t retry_count;                    /**< at most 16 */
  int32_t fallback_channel;                /**< ARC_CHANNEL_* by which a message goes when it bounced and its step names
                                                no channel ('else'), asking for what is still open of it, on the first
                                                of 14 days on which its policy and the limits allow that, unless a
                                                later step came first; 0: none */
  uint32_t dispute_days;                   /**< the service level of disputes that have none of their own: an open one
                                                older than this needs a person; 0: 14 */
  uint32_t reserved;                       /**< 0 */
  arc_progress progress;                   /**< may be NULL */
  void *progress_user;
  const arc_reply_rule *reply_rules;       /**< copied: what is done about replies; the first that fits counts, a kind
                                                without one goes to a person. NULL: the default, which is: disputes
                                                are opened, to be answered in 10 days; promises have 3 days of grace;
                                                for "paid", "copy", "document", "plan" and "process" there are tasks,
                                                to be answered in 5 days, and reminders rest for 7; a wrong contact is
                                                a task; absence, legal and opt-out are ARC_ACTION_ABSENCE, STOP and
                                                OPT_OUT; thanks are nothing; the rest is for a person, in 2 days */
  uint32_t reply_rule_count;               /**< at most 64 */
  uint32_t reply_least_ppm;                /**< as arc_reply.least_ppm; 0: its default */
  uint32_t reply_days;                     /**< how far ahead of the reply a promise or an absence may be; 0: 60 */
  uint32_t reserved_2;                     /**< 0 */
  const arc_reader *reply_reader;          /**< kept, must outlive the handle: what the host has taught; NULL: nothing */
  arc_reply_model reply_model;             /**< a language model of the host's, asked where the reader is not sure; ask
                                                NULL: none. It may not call into the ledger or its engines (ARC_E_BUSY) */
} arc_collector_options;
#define ARC_COLLECTOR_OPTIONS_INIT                                                                                    \
  {(uint32_t)sizeof(arc_collector_options), 0, 0, 0, 0, {0, 0}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
   0, {0, 0}}

/** Do not match cash: the host states all applications itself. */
#define ARC_COLLECTOR_NO_MATCHING 1u
/** Do not write texts: the host renders messages itself; subject, body and html are empty. */
#define ARC_COLLECTOR_NO_RENDERING 2u
/** Keep the quiet hours of the policies by the ledger's clock (arc_ledger_set_clock), in the customer's time: what may not
 * go out yet stays planned, for arc_collector_send later or the next day's run. */
#define ARC_COLLECTOR_QUIET_HOURS 8u
/** Count promises, plans and what needs a person into the report: a pass over the book. */
#define ARC_COLLECTOR_SUMMARY 4u

/** What a day did. Set struct_size. */
typedef struct arc_day_report {
  uint32_t struct_size;
  arc_day day;
  uint64_t payments_applied; /**< by the matcher, fully or in part */
  uint64_t payments_left;    /**< looked at and left for a human */
  uint64_t touches_planned;
  uint64_t touches_withheld;
  uint64_t touches_sent;
  uint64_t touches_failed;
  uint64_t touches_pending;
  uint64_t touches_put_off;  /**< by ARC_RETRY, to be offered again */
  uint64_t touches_rerouted; /**< planned anew by the fallback channel, because they bounced */
  /* With ARC_COLLECTOR_SUMMARY, else 0: */
  uint64_t promises_kept;    /**< since the day run before */
  uint64_t promises_broken;  /**< or kept in part only */
  uint64_t plans_broken;
  uint64_t exceptions;       /**< rows of arc_collector_exceptions */
  uint64_t customers_overdue;
  int64_t overdue;           /**< minor units past due, of the book's currency */
  int64_t receivable;        /**< minor units open, of the book's currency */
  uint64_t touches_quiet;    /**< planned, and kept back by quiet hours when this call ended */
} arc_day_report;
#define ARC_DAY_REPORT_INIT                                                                                           \
  {(uint32_t)sizeof(arc_day_report), ARC_DAY_NONE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/** The cycle on a ledger, which must outlive it, with engines of its own. Since 0.1. */
ARC_API arc_status arc_collector_open(arc_collector **out, arc_ledger *ledger,
                                      const arc_collector_options *options, arc_error *err);
ARC_API void arc_collector_close(arc_collector *collector); /**< NULL is fine. Since 0.1. */

/** Runs the cycle of one day, phase by phase (ARC_PHASE_*): hands over what an earlier run that was cut off had
 * planned, under the same keys; applies cash; sends anew what bounced; plans the touches that are due; hands them to
 * the transport; records what became of them, in groups of 64; records the day as run. It may be cut off at any
 * instruction and run again: what is recorded is not done again, and no message goes out under two keys. Right before
 * it is offered, each message is looked at once more: one whose item was settled, disputed, promised or put on hold
 * since is not sent, and recorded as failed with that reason. A day that was run already gives ARC_ALREADY, an
 * earlier day ARC_E_REFUSED.
 * @param report  filled with what this call did; may be NULL
 * @return ARC_OK; ARC_E_HOST when the transport said "none now" or progress stopped the run (what went out before is
 * recorded; run the day again); else what the ledger returned. ARC_E_BUSY in a batch. Since 0.1. */
ARC_API arc_status arc_collector_run_day(arc_collector *collector, arc_day day, arc_day_report *report,
                                         arc_error *err);

/** Hands over what is planned and may go out now, by the ledger's clock: between two days' runs, for what was put off.
 * @param day  on which it is recorded; not before the last day run. Errors as arc_collector_run_day. Since 0.1. */
ARC_API arc_status arc_collector_send(arc_collector *collector, arc_day day, arc_day_report *report,
                                      arc_error *err);

/** Flags of arc_incoming. */
#define ARC_INCOMING_HTML 1u      /**< the text is HTML */
#define ARC_INCOMING_AUTOMATIC 2u /**< no person wrote it (RFC 3834): only an absence or another contact counts */
#define ARC_INCOMING_DRY_RUN 4u   /**< say what would be done, on a fork: nothing is recorded */

/** A customer's reply, as the host received it. */
typedef struct arc_incoming {
  uint32_t struct_size;
  uint32_t flags;    /**< ARC_INCOMING_* */
  arc_text key;      /**< of the message, such as its Message-ID: 1..255 bytes. A key is acted on once */
  arc_text customer;
  arc_text touch;    /**< key of the touch that it answers; empty, or one the book does not know: not known */
  arc_text sender;   /**< the address it came from; checked by the host, if it wants to be sure */
  arc_text subject;  /**< these two as in arc_reply: any bytes */
  arc_text text;
  arc_day written;   /**< by the sender's clock; ARC_DAY_NONE: the day it was received */
  arc_day day;       /**< received, by the host's clock: what is made of it is recorded on this day */
  int32_t channel;   /**< ARC_CHANNEL_* */
  char language[6];  /**< as in arc_reply; "": found from the words */
  char reserved[6];  /**< 0 */
} arc_incoming;
#define ARC_INCOMING_INIT                                                                                             \
  {(uint32_t)sizeof(arc_incoming), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE, 0,   \
   {0}, {0}}

/** Reads a reply, and does what the rules say about it (arc_collector_options.reply_rules): all of it in one commit, or
 * in the open batch, behind which the reply itself is recorded with its reasons; or nothing. Best before the day's run,
 * so that nobody is reminded of what he answered.
 *
 * To a person goes, as a task "reply" and with nothing else done: what was not read surely, kinds that contradict each
 * other, what cannot be done as the text says, what names an invoice that is not the customer's, and what comes with a
 * day of writing that cannot be. What the text asks for is never done unless a rule says so: no text changes rules,
 * amounts or addresses. What was made can be undone (ARC_END_REPLY). Tasks are named reply, dispute, promise,
 * payment, copy, document, plan, process, contact, absence, legal and opt-out.
 * @param out  receives what was recorded, as ARC_REPORT_REPLIES lists it; may be NULL
 * @return ARC_OK; ARC_ALREADY if a reply of this key was recorded before, with what was made then; ARC_E_INVALID,
 * ARC_E_ABI, ARC_E_NOT_FOUND (no such customer); and as any command. Since 0.1. */
ARC_API arc_status arc_collector_reply(arc_report **out, arc_collector *collector, const arc_incoming *message,
                                       arc_error *err);

/** What needs a person, as of the end of a day, in the book's order. Columns: kind,customer,key,date,currency,amount,
 * reason,choices,command. `command` is the function whose command answers it. Kinds:
 *
 *   approval   a withheld touch that needs a yes or no; the key is the touch's
 *   call       a planned call, escalation or placement; the touch's key
 *   failed     a message that did not go out, the last one of its customer and currency; the touch's key
 *   address    an address at which a message bounced; the contact's key
 *   payment    cash on account, or of an unknown payer, that the matcher left; the payment's key
 *   dispute    open for longer than its own service level (answer_days), or that of the options; the dispute's key
 *   promise    broken, with the invoice still open; the promise's key
 *   plan       a payment plan that was broken; the plan's key
 *   invoice    faults found in one that is still open, neither corrected nor dismissed; the invoice's key
 *   end        its policy's last step was taken, hands over to nobody, and the days it gave for payment (deadline_days
 *              of the letterhead) are over; the key of the oldest invoice
 *   task       one that is not done; the task's key. Choices are those of the kinds that arc_collector_reply names
 *
 * Costs a pass over the book's touches, contacts, credits, exceptions and findings, and what a coverage costs.
 * Since 0.1. */
ARC_API arc_status arc_collector_exceptions(arc_report **out, arc_collector *collector, arc_day day,
                                            arc_error *err);

/** What the days from `from` to `to` would do, were they run now and every message taken: they are run on a fork,
 * nothing of it is recorded. A run of the same days on the same book, with nothing recorded in between, does the same,
 * message for message. Rows in the order of sending, then what is withheld or left to a person; columns:
 * date,touch,customer,channel,step,tone,what,language,address,currency,amount,items,subject,digest,since. what: message,
 * task, withheld; subject: of a message, else the reason; digest: BLAKE2b-256 of a message's address, subject and bodies in hexadecimal;
 * since: the sequence number that the book had come to, for arc_collector_compare.
 * Quiet hours are left out of it: a day is previewed, not an hour. ARC_E_BUSY in a batch, ARC_E_REFUSED for days run
 * already. Since 0.1. */
ARC_API arc_status arc_collector_preview(arc_report **out, arc_collector *collector, arc_day from, arc_day to,
                                         arc_error *err);

/** A row of an earlier preview, kept by the host. */
typedef struct arc_previewed {
  uint32_t struct_size;
  arc_day day;
  arc_text touch;    /**< its key */
  arc_text customer; /**< its key */
  int64_t amount;
  uint64_t since;
} arc_previewed;
#define ARC_PREVIEWED_INIT {(uint32_t)sizeof(arc_previewed), ARC_DAY_NONE, {0, 0}, {0, 0}, 0, 0}

/** What came of an earlier preview, and what changed where it did not come so. Columns: touch,customer,previewed,
 * outcome,date,currency,amount,seq,what. For each row one with its outcome: "as previewed", "another amount", "another day", "withheld",
 * "not yet"; where it is none of the first, followed by one "since" for each event of the customer recorded after the
 * preview. Costs a reading of the journal for each customer with changes. Since 0.1. */
ARC_API arc_status arc_collector_compare(arc_report **out, arc_collector *collector, const arc_previewed *rows,
                                         size_t count, arc_error *err);

#define ARC_WHATIF_CHANNELS 10 /**< ARC_CHANNEL_*; [0] is not used */

typedef struct arc_whatif_options {
  uint32_t struct_size;
  uint32_t flags;   /**< 0 */
  arc_day from, to; /**< 3,660 days at most, the last one included */
  arc_text policy;  /**< its text; empty: the policies that the book has now */
  arc_text name;    /**< the policy of the book that it takes the place of; empty: "default" */
  int64_t cost[ARC_WHATIF_CHANNELS]; /**< of one touch by ARC_CHANNEL_*, minor units of the book's currency, 0..10^12 */
} arc_whatif_options;
#define ARC_WHATIF_OPTIONS_INIT                                                                                       \
  {(uint32_t)sizeof(arc_whatif_options), 0, ARC_DAY_NONE, ARC_DAY_NONE, {0, 0}, {0, 0}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}

/** Days of the past under another policy: they are planned again on a fork, as if their touches had never been made, and
 * each as of itself; nothing of it is recorded. All else stays as it is recorded (invoices, payments, disputes,
 * promises; customers and contacts are those of today), every planned touch counts as made, and matching is left out.
 * Columns: measure,detail,currency,recorded,replayed,recorded_amount,replayed_amount,low,high. Rows:
 *
 *   touches   by channel, and "all": how many, and what they cost
 *   withheld  for a reason, as the policy and the facts have it
 *   limited   how often a cap put off a step that was due (of the replay only)
 *   windows   30 days of an open instalment that a touch named, from the beginning of that week
 *   cash      per currency: what was received in these days; with the other policy, what would have been
 *
 * The cash of the replay is that received, and (expected in its windows - expected in those recorded) * (paid /
 * expected in those recorded - paid / expected of what no recorded touch named): the payment model, trained on what was
 * known and again each fourth week, says what would come in any case; the book shows how much more came after a touch
 * than without. From low to high it is in 8 of 10 cases, by how far customers were from these averages. That touches
 * went to whom they would have helped more, or less, than others is not in it.
 * Null: the book does not show what a touch brings.
 * @return ARC_OK; ARC_E_INVALID; ARC_E_SYNTAX of the policy; ARC_E_BUSY in a batch; ARC_E_NOMEM. Since 0.1. */
ARC_API arc_status arc_collector_whatif(arc_report **out, arc_collector *collector, const arc_whatif_options *options,
                                        arc_error *err);

/** The collector's engines, to ask them why; they belong to it. Since 0.1. */
ARC_API arc_cadence *arc_collector_cadence(arc_collector *collector);
ARC_API arc_matcher *arc_collector_matcher(arc_collector *collector);
ARC_API arc_scorer *arc_collector_scorer(arc_collector *collector);

#ifdef __cplusplus
}
#endif
#endif
