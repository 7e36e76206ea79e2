/** Cash matcher: which open items a payment settles, how sure that is, and what is left over. */
#ifndef ARCOLLECT_MATCHER_H
#define ARCOLLECT_MATCHER_H

#include "ledger.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct arc_matcher arc_matcher;

/** What to do with cash of a known customer that names no item and equals none. */
#define ARC_UNMATCHED_ON_ACCOUNT 0   /**< leave it on the customer's account for a human: the default */
#define ARC_UNMATCHED_OLDEST_FIRST 1 /**< settle the oldest due items that are not disputed */

typedef struct arc_matcher_options {
  uint32_t struct_size;
  uint32_t flags;              /**< 0 */
  int32_t unmatched;           /**< ARC_UNMATCHED_* */
  uint32_t apply_ppm;          /**< least confidence that is applied without a human; 0: 950,000 */
  int64_t tolerance;           /**< largest difference written off as tolerance, minor units; 0: none */
  uint32_t discount_grace_days;/**< early-payment discount is granted that many days late */
  uint32_t reserved;           /**< 0 */
} arc_matcher_options;
#define ARC_MATCHER_OPTIONS_INIT {(uint32_t)sizeof(arc_matcher_options), 0, 0, 0, 0, 0, 0}

/** An engine on a ledger, which must outlive it. Memory: 23 to 46 bytes per invoice, some 150 per customer, 24 per
 * payer's name or account, and for a search of sums up to 64 MB for a moment. Since 0.1. */
ARC_API arc_status arc_matcher_open(arc_matcher **out, arc_ledger *ledger,
                                    const arc_matcher_options *options, arc_error *err);
ARC_API void arc_matcher_close(arc_matcher *matcher); /**< NULL is fine. Since 0.1. */

/** Decides all payments received by `day` that were not looked at before, records the applications that are sure
 * enough and that the payments were looked at: one commit, or within the open batch. A payment is decided once;
 * what was left is for a human, unless remittance advice comes for it: then it is decided once more, on that. Days may
 * be skipped but not go back (ARC_E_REFUSED). A deduction that an advice names opens a dispute with the application,
 * under the key payment/invoice. What each kind of evidence is worth moves with what was confirmed, refused and undone
 * in this book, but never so that an amount alone becomes surer.
 * Where the items less credit of the payer's are the cash, to the cent, the credit is applied with it.
 * What is less by up to a fifth of the largest item named is left open of that item, as a deduction would be.
 * @param applied  receives the number of payments applied, fully or in part, or kept on account because they say so
 *                 or came before; may be NULL
 * @param left  receives the number of payments looked at and left for a human; may be NULL. Since 0.1. */
ARC_API arc_status arc_matcher_run(arc_matcher *matcher, arc_day day, size_t *applied, size_t *left,
                                   arc_error *err);

/** What the matcher proposes for a payment, or for every payment that a run of `day` would decide (payment NULL or
 * size 0): nothing is recorded, so this is a run's rehearsal. Columns: payment,rank,invoice,currency,amount,discount,
 * tolerance,deduction,confidence,decision,evidence,searched,credited. One row per proposal and invoice, the best proposal of a
 * payment first (rank 1); one without an invoice keeps the cash on account. decision, on rows of rank 1: apply, on
 * account, or leave with what the payment needs a human for; on others: propose. A payment without a proposal has a
 * row of rank 0. searched: none, unique, ambiguous or gave up, of the search for sets of items; empty if there was no
 * need for one. amount is taken from the payment; of an item of another currency, which is proposed and never applied
 * alone, discount is in the item's. credited: what credit notes, or what earlier payments left on account, settle of
 * the item, because the payer took that off. ARC_E_NOT_FOUND, ARC_E_REFUSED for a day before the last run's. Since 0.1. */
ARC_API arc_status arc_matcher_propose(arc_report **out, arc_matcher *matcher, const char *payment, size_t size,
                                       arc_day day, arc_error *err);

/** What the matcher makes of a payment now, and why. Columns: subject,fact,value. Facts: amount, payer, advice,
 * reference, arithmetic (the equation), rate, item, credit, rule, learned, confidence, alternative, searched, chance, missing,
 * decision. For a payment that is applied it tells how it was applied. ARC_E_NOT_FOUND. Since 0.1. */
ARC_API arc_status arc_matcher_why(arc_report **out, arc_matcher *matcher, const char *payment,
                                   size_t size, arc_day day, arc_error *err);

/** What a human says to what the matcher proposed, or did. */
#define ARC_ANSWER_CONFIRM 1 /**< applies a proposal as ARC_HOW_CONFIRMED, and refuses those ranked above it. From then on the
                                  payer's name and account stand for the customer. ARC_E_REFUSED for a proposal that keeps
                                  the cash on account; else as arc_ledger_post_applications */
#define ARC_ANSWER_REJECT 2  /**< refuses a proposal: the same set of invoices is not proposed for the payment again */
#define ARC_ANSWER_UNDO 3    /**< takes back what the payment settles of one invoice or of all, exactly and nothing else,
                                  and refuses the set that it settled. The payment is a human's from then on. ARC_E_NOT_FOUND
                                  if it settles no such invoice; else as arc_ledger_post_unapplications */

typedef struct arc_match_answer {
  uint32_t struct_size;
  uint32_t rank;    /**< of the proposal as arc_matcher_propose lists it for this payment; 0: the first */
  arc_text payment; /**< its key */
  arc_text invoice; /**< undo: only what it settles of this one; empty: all */
  arc_text author;
  arc_text reason;
  arc_day day;      /**< of the answer, and of what is recorded */
  int32_t answer;   /**< ARC_ANSWER_* */
} arc_match_answer;
#define ARC_MATCH_ANSWER_INIT                                                                                \
  {(uint32_t)sizeof(arc_match_answer), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}

/** Records a human's answer: one commit, or within the open batch. Proposals are made anew as of the answer's day: name
 * the rank that arc_matcher_propose tells for that day. ARC_ALREADY; ARC_E_NOT_FOUND (no such payment or proposal);
 * ARC_E_INVALID. Since 0.1. */
ARC_API arc_status arc_matcher_answer(arc_matcher *matcher, const arc_match_answer *answer, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
