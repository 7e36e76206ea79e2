/**
 * Cadence: which touch is due today, through which channel, in which tone, and what holds it back.
 *
 * A policy is text, UTF-8, at most 65,535 bytes. Its lines hold words separated by blanks; '#' begins a
 * comment, empty lines count for nothing, and lines end in "\n" or "\r\n":
 *
 *   policy    := 'cadence' STRING NL line*     the name in double quotes, 1..64 bytes, first of all
 *   line      := 'group' 'by' 'customer' | 'pause' 'on' PAUSE+ | step | 'quiet' QUIET+
 *              | 'limit' cap (',' cap)*        each at most once, but steps; in any order
 *   PAUSE     := 'dispute' | 'promise' | 'plan' | 'hold' | 'cash'
 *   step      := 'step' OFFSET (CHANNEL TONE NAME | 'place' NAME) [clause (',' clause)*]
 *   CHANNEL   := 'email' | 'sms' | 'letter' | 'registered-letter' | 'call' | 'voice' | 'portal' | 'webhook'
 *   TONE      := 'friendly' | 'neutral' | 'firm' | 'final'       a placement is final
 *   clause    := 'also' action (',' action)* | condition         actions first; each kind at most once
 *   action    := 'call' ROLE | 'escalate' ROLE | 'warn' 'hold'
 *   condition := 'needs' 'approval' | 'balance' '>=' AMOUNT      AMOUNT: up to 14 digits and 4 decimals
 *   QUIET     := HH:MM-HH:MM | 'weekends' | 'holidays'           in the customer's time
 *   cap       := ['calls'] COUNT 'per' DAYSd                     1..999 in 1d..366d; at most 4
 *
 * OFFSET counts days from the due date: '-3d' before it, '0d' on it, '+7d' after, from -366d to +3650d.
 * There are 1 to 32 steps, offsets rising; their names differ. NAME and ROLE are 1..32 of a-z, 0-9 and '-'.
 *
 * The oldest instalment that may be chased (the anchor) calls for the highest step that its age has reached
 * and that it has not had; days missed collapse into that one. A step whose balance is not reached gives
 * way to the next lower one. Its touch lists all that is due and may be chased. 'dispute' takes what is
 * disputed out, 'promise' and 'hold' what they cover, 'cash' withholds while cash or credits on account
 * cover all that would be asked for. 'plan' is kept for payment plans; instalments are how the ledger knows
 * them. On quiet days nothing is planned; quiet hours are for the sender to keep. A step that is due but
 * forbidden is recorded as withheld, once, with the reason; one that needs approval goes out only when the
 * host posts it. 'also call' and 'also escalate' add a task for a human of channel ARC_CHANNEL_CALL.
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
  uint32_t flags;               /**< 0 */
  const arc_calendar *calendar; /**< kept, must outlive the handle; NULL: weekends only */
  /* For steps that charge; kept, and must outlive the handle. */
  const arc_interest_rule *interest_rule;      /**< NULL: 'charge interest' is ARC_E_INVALID when it is due */
  const arc_interest_rate *interest_rates;     /**< as in arc_interest_claim */
  const arc_compensation_band *compensations;  /**< NULL: the same of 'charge compensation' */
  uint32_t interest_rate_count;
  uint32_t compensation_count;
} arc_cadence_options;
#define ARC_CADENCE_OPTIONS_INIT {(uint32_t)sizeof(arc_cadence_options), 0, 0, 0, 0, 0, 0, 0}

/** The default policy's text, for net-30 terms. A customer that names no policy of its own gets the book's policy of
 * the name "default" (arc_ledger_post_policies); a book without one uses this text. Static. Since 0.1. */
ARC_API const char *arc_cadence_default_policy(void);

/** Checks a policy. @return ARC_OK; ARC_E_SYNTAX with line, column and what was expected; ARC_E_INVALID for
 * no text or too long a one. Since 0.1. */
ARC_API arc_status arc_cadence_check(const char *text, size_t size, arc_error *err);

/** Parses a policy and prints it back in its one canonical form: printing that again gives the same bytes.
 * Written to buf, NUL-terminated; *size receives the length (also when cap is too small: ARC_E_INVALID,
 * nothing written). ARC_E_SYNTAX as arc_cadence_check. Since 0.1. */
ARC_API arc_status arc_cadence_print(char *buf, size_t cap, size_t *size, const char *text,
                                     size_t text_size, arc_error *err);

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
 * Columns: subject,fact,value. @param key  a touch's key, or a customer's. ARC_E_NOT_FOUND. Since 0.1. */
ARC_API arc_status arc_cadence_why(arc_report **out, arc_cadence *cadence, const char *key, size_t size,
                                   arc_day day, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
