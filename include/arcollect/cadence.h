/**
 * Cadence: which touch is due today, through which channel, in which tone, and what holds it back.
 *
 * A policy is text, UTF-8, at most 65,535 bytes. Its lines hold words separated by blanks; '#' begins a
 * comment, empty lines count for nothing, and lines end in "\n" or "\r\n". Samples: examples/policies.
 *
 *   policy    := 'cadence' STRING NL line*     the name in double quotes, 1..64 bytes, first of all
 *   line      := step | escalation             any number of these; the others at most once, in any order:
 *              | 'for' select (',' select)* | 'profile' PROFILE | 'group' 'by' ('customer' | 'invoice')
 *              | 'enter' 'at' ('age' | 'first') | 'missed' ('latest' | 'all' | 'skip')
 *              | 'pause' 'on' PAUSE+ | 'resume' 'after' DAYSd | 'barred' 'after' DAYSd
 *              | 'quiet' QUIET+ | 'limit' cap (',' cap)* | 'never'
 *   select    := 'segment' STRING | 'terms' STRING | 'currency' CODE | 'strategic'
 *              | 'balance' ('>=' | '<') AMOUNT
 *   PROFILE   := 'b2b' | 'consumer-us' | 'consumer-other' | 'custom'
 *   PAUSE     := 'dispute' | 'promise' | 'plan' | 'hold' | 'cash'
 *   step      := 'step' OFFSET (CHANNEL TONE NAME | ('place' | 'decide') NAME) [clause (',' clause)*]
 *   CHANNEL   := 'email' | 'sms' | 'letter' | 'registered-letter' | 'call' | 'voice' | 'portal' | 'webhook'
 *   TONE      := 'friendly' | 'neutral' | 'firm' | 'final'       a placement is final
 *   clause    := 'also' action (',' action)*                     each kind of action and of clause once
 *              | 'to' ROLE | 'copy' ROLE | 'else' CHANNEL | 'template' NAME
 *              | 'charge' ('fee' CODE AMOUNT | 'interest' | 'compensation')
 *              | 'needs' 'approval' | 'balance' '>=' AMOUNT | 'share' '>=' PERCENT%
 *   action    := 'call' NAME | 'escalate' NAME | 'warn' 'hold'
 *   ROLE      := 'payables' | 'approver' | 'owner' | 'executive' of the customer
 *   escalation := 'escalate' NAME 'when' trigger (',' trigger)*  at most 8
 *   trigger   := 'age' '>=' DAYSd | 'balance' '>=' AMOUNT
 *   QUIET     := HH:MM-HH:MM | 'weekends' | 'holidays'           in the customer's time
 *   cap       := ['calls'] COUNT 'per' DAYSd                     1..999 in 1d..366d; at most 4
 *              | 'calls' 'none' DAYSd 'after' 'conversation'
 *
 * OFFSET counts days from the due date: '-3d' before it, '0d' on it, '+7d' after, from -366d to +3650d.
 * There are 1 to 32 steps, offsets rising; their names differ. NAME is 1..32 of a-z, 0-9 and '-'. AMOUNT has up
 * to 14 digits and 4 decimals, in the currency of the account that it is compared with.
 *
 * Which policy. A customer's own one (arc_customer.policy; "none": never chased), else that of the book whose 'for'
 * line has the most conditions, all of which hold (among equals the one posted first), else the one named
 * "default", else the text of arc_cadence_default_policy. 'never' stands instead of steps.
 *
 * Which step. Items are grouped by customer and currency, or by invoice. The oldest instalment of a group that may
 * be chased (the anchor) calls for a step that its age has reached, that it has not had, and for which enough is
 * owed: 'balance' of what is past due (before the due date: of the anchor), 'share' of it in all that is open of the
 * account. Otherwise a lower step takes its place. 'missed latest' (the default) takes the highest, so that days
 * missed collapse into one; 'all' each in turn, one a day; 'skip' only one whose own day it is, or the first day
 * after it that is not quiet. With 'enter at first' an anchor that had no step begins with the first one (past due:
 * the first one after the due date), and keeps the delay for the others. When the anchor is paid, the next one counts
 * by its own age. A touch lists all of the group that is due and may be chased.
 *
 * 'else' is the channel for those whom the step's one does not reach: without an address for it, an e-mail that states
 * none goes by letter; and when the message bounced, the collector sends it so (arc_collector_options.fallback_channel).
 *
 * What pauses. Disputes take what is disputed out; promises, plans and holds what they cover: always, whether named
 * or not. 'cash' also takes out each item that cash and credits on account could pay, and withholds a touch while
 * cash of an unknown payer, received within the last 7 days, equals its sum or one of its items. 'resume after'
 * waits that many days after such a pause ended. Nothing is planned on quiet days; quiet hours are for the sender to
 * keep, see arc_cadence_send_from. A limit counts the account's touches: 'limit 1 per 3d' is a gap of at least 3
 * days. A conversation is a call with the outcome ARC_TOUCH_DELIVERED; its day is the first of the days after it.
 * 'barred after' is the limitation period that you state for the policy's accounts, in days past due: behind it no
 * step in a final tone and no placement is planned, but withheld, for its anchor's age; 'decide' is left to a human.
 * The consumer profiles add 'quiet 21:00-08:00' and 'limit calls 7 per 7d, calls none 7d after conversation'
 * (12 CFR 1006.6(b), 1006.14(b)(2)), whatever the policy says itself.
 *
 * What comes of it. A step that is due but forbidden is recorded as withheld, once, with the reason. One that needs
 * approval goes out when the touch that was withheld is ARC_TOUCH_APPROVED. Who has no address is written to through
 * 'else'; an e-mail that names none becomes a letter. 'also' and 'escalate' add tasks for humans, of channel
 * ARC_CHANNEL_CALL; an escalation of its own fires once for each anchor past due. 'place' and 'decide' hand the case
 * over: one of them ends a policy. A step charges in the batch that plans it: a fee for the anchor, if the account has
 * its currency; interest and compensation for each invoice past due that the touch lists; the touch lists them, too.
 */
#ifndef ARCOLLECT_CADENCE_H
#define ARCOLLECT_CADENCE_H

#include "calendar.h"
#include "ledger.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct arc_cadence arc_cadence;

typedef struct arc_cadence_options {
  uint32_t struct_size;
  uint32_t flags;               /**< ARC_CADENCE_AS_OF, or 0 */
  const arc_calendar *calendar; /**< kept, must outlive the handle; NULL: weekends only */
  /* For steps that charge; kept, and must outlive the handle. */
  const arc_interest_rule *interest_rule;      /**< NULL: 'charge interest' is ARC_E_INVALID when it is due */
  const arc_interest_rate *interest_rates;     /**< as in arc_interest_claim */
  const arc_compensation_band *compensations;  /**< NULL: the same of 'charge compensation' */
  uint32_t interest_rate_count;
  uint32_t compensation_count;
} arc_cadence_options;
/** What takes effect after the day that is planned is not looked at, though it is recorded already. Else what was settled
 * meanwhile is not asked for. */
#define ARC_CADENCE_AS_OF 1u
#define ARC_CADENCE_OPTIONS_INIT {(uint32_t)sizeof(arc_cadence_options), 0, 0, 0, 0, 0, 0, 0}

/** The default policy's text, for net-30 terms. A customer that names no policy of its own gets the book's policy of
 * the name "default" (arc_ledger_post_policies); a book without one uses this text. Static. Since 0.1. */
ARC_API const char *arc_cadence_default_policy(void);

/** Checks a policy, and prints it back in its one canonical form: printing that again gives the same bytes.
 * @param buf   receives the text, NUL-terminated; NULL with cap 0: it is only checked, and its length told
 * @param size  receives the length without NUL (also when cap is too small: ARC_E_INVALID, nothing written); may be NULL
 * @return ARC_OK; ARC_E_SYNTAX with line, column and what was expected; ARC_E_INVALID for no text or too long a one.
 * Since 0.1. */
ARC_API arc_status arc_cadence_print(char *buf, size_t cap, size_t *size, const char *text,
                                     size_t text_size, arc_error *err);

/** A step, for arc_cadence_build. Fields at 0 say nothing. */
typedef struct arc_cadence_step {
  uint32_t struct_size;
  uint32_t options;       /**< ARC_STEP_* */
  arc_text name;
  arc_text template_name;
  arc_text call;          /**< whom to call besides */
  arc_text escalate;      /**< whom to tell besides */
  int32_t offset;         /**< days from the due date */
  int32_t channel;        /**< ARC_CHANNEL_* */
  int32_t tone;           /**< ARC_TONE_*; of a placement: 0 */
  int32_t otherwise;      /**< ARC_CHANNEL_* to fall back on */
  uint32_t roles;         /**< bits 1u << ARC_ROLE_*, one at most */
  uint32_t copies;        /**< bits 1u << ARC_ROLE_* */
  uint32_t share;         /**< per cent */
  uint32_t reserved;      /**< 0 */
  arc_text balance;       /**< such as "500.00" */
  arc_text fee;           /**< such as "EUR 5.00" */
} arc_cadence_step;
#define ARC_CADENCE_STEP_INIT                                                                                \
  {(uint32_t)sizeof(arc_cadence_step), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0, 0, 0, 0, 0, 0, {0, 0}, {0, 0}}

#define ARC_STEP_NEEDS_APPROVAL 1u
#define ARC_STEP_WARN_HOLD 2u
#define ARC_STEP_DECIDE 4u /**< with ARC_CHANNEL_PLACEMENT: a human decides */
#define ARC_STEP_CHARGE_INTEREST 8u
#define ARC_STEP_CHARGE_COMPENSATION 16u

typedef struct arc_cadence_spec {
  uint32_t struct_size;
  uint32_t flags;                /**< 0 */
  arc_text name;
  arc_text rules;                /**< lines of the language other than steps; may be empty */
  const arc_cadence_step *steps; /**< offsets rising; each lies struct_size bytes after the one before */
  uint32_t step_count;
  uint32_t reserved;             /**< 0 */
} arc_cadence_spec;
#define ARC_CADENCE_SPEC_INIT {(uint32_t)sizeof(arc_cadence_spec), 0, {0, 0}, {0, 0}, 0, 0, 0}

/** Writes a policy's canonical text out of structs, for programs in which people click their policies together.
 * @param allocator  of what it takes meanwhile; NULL: malloc
 * @return as arc_cadence_print; ARC_E_INVALID with the step (record) at fault; ARC_E_SYNTAX with the line of `rules`
 * at fault; ARC_E_NOMEM. Since 0.1. */
ARC_API arc_status arc_cadence_build(char *buf, size_t cap, size_t *size, const arc_cadence_spec *spec,
                                     const arc_allocator *allocator, arc_error *err);

/** An engine on a ledger, which must outlive it. It reads the ledger and writes through its commands.
 * Memory: 12 bytes per customer and currency, while the book grows up to twice that. Since 0.1. */
ARC_API arc_status arc_cadence_open(arc_cadence **out, arc_ledger *ledger,
                                    const arc_cadence_options *options, arc_error *err);
ARC_API void arc_cadence_close(arc_cadence *cadence); /**< NULL is fine. Since 0.1. */

/** Records the touches of a day as planned or withheld, one commit (or within the open batch), and that the
 * day was planned; a day for which touches were recorded is ARC_ALREADY. Costs in proportion to the customers that are due or changed;
 * the first plan, and one after a policy changed, looks at all. What was planned into a batch is looked at
 * again by the next plan, because the batch may be dropped. Days may be skipped but not go back behind the
 * last one planned (ARC_E_REFUSED). A policy of the book that does not parse: ARC_E_SYNTAX, naming it.
 * @param planned   receives the number of touches planned; may be NULL
 * @param withheld  receives the number withheld; may be NULL. Since 0.1. */
ARC_API arc_status arc_cadence_plan(arc_cadence *cadence, arc_day day, size_t *planned, size_t *withheld,
                                    arc_error *err);

/** Why a touch was planned or withheld, or why a customer gets none on a day.
 * Columns: subject,fact,value. For a day of the past, from what was recorded by its end; a policy is that
 * of the day, customers and contacts are those of today. @param key  a touch's key, or a customer's. ARC_E_NOT_FOUND. Since 0.1. */
ARC_API arc_status arc_cadence_why(arc_report **out, arc_cadence *cadence, const char *key, size_t size,
                                   arc_day day, arc_error *err);

/** A policy's faults that parse: steps that can never fire, limits that it must break, no end, and so on.
 * Columns: severity,finding,line,text; an empty report: none found. severity is "error" for what cannot be meant and
 * "warning" else; finding is one of the names listed in examples/policies/README.md.
 * @param allocator  of the report; NULL: malloc
 * @return ARC_OK; ARC_E_SYNTAX and ARC_E_INVALID as arc_cadence_print; ARC_E_NOMEM. Since 0.1. */
ARC_API arc_status arc_cadence_lint(arc_report **out, const char *text, size_t size,
                                    const arc_allocator *allocator, arc_error *err);

/** How the overdue accounts of a day fared: overdue = touched + withheld + failed. Set struct_size. */
typedef struct arc_cadence_sums {
  uint32_t struct_size;
  arc_day day;
  uint64_t overdue;  /**< accounts (customer and currency) with anything past due at the end of the day */
  uint64_t touched;  /**< the latest step of their oldest chaseable item went out, or is planned */
  uint64_t withheld; /**< it did not, for a reason that is named */
  uint64_t failed;   /**< it could not be delivered */
  uint64_t late;     /**< of those touched: after the day of the step, as quiet days, limits and pauses had it */
} arc_cadence_sums;
#define ARC_CADENCE_SUMS_INIT {(uint32_t)sizeof(arc_cadence_sums), ARC_DAY_NONE, 0, 0, 0, 0, 0}

/** The certificate of a day that was planned or run: every overdue account with what became of it.
 * Columns: customer,currency,overdue,state,reason,step,day,key. state: touched, withheld, failed; step, day and key
 * of its latest touch. The states of the rows add up to the sums.
 * @param sums  may be NULL. @return ARC_OK; ARC_E_REFUSED for a day after the last one planned; ARC_E_INVALID;
 * ARC_E_NOMEM. Costs in proportion to the accounts of the book. Since 0.1. */
ARC_API arc_status arc_cadence_coverage(arc_report **out, arc_cadence_sums *sums, arc_cadence *cadence,
                                        arc_day day, arc_error *err);

/** When a touch may go out: the first instant not before `instant` (milliseconds since 1970-01-01T00:00Z) that lies
 * in no quiet hours and, by the customer's calendar day, on no quiet day of the policy's version that called for it.
 * The customer's time is that of the contact who is written to, by its utc_offset_minutes; UTC without a contact.
 * @return ARC_OK; ARC_E_NOT_FOUND; ARC_E_INVALID; ARC_E_REFUSED if there is none within a year. Since 0.1. */
ARC_API arc_status arc_cadence_send_from(int64_t *from, const arc_cadence *cadence, const char *touch, size_t size,
                                         int64_t instant, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
