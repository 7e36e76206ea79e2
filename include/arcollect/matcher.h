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

/** An engine on a ledger, which must outlive it. Memory: 16 bytes per invoice. Since 0.1. */
ARC_API arc_status arc_matcher_open(arc_matcher **out, arc_ledger *ledger,
                                    const arc_matcher_options *options, arc_error *err);
ARC_API void arc_matcher_close(arc_matcher *matcher); /**< NULL is fine. Since 0.1. */

/** Decides all payments received by `day` that were not looked at before, records the applications that are sure
 * enough and that the payments were looked at: one commit, or within the open batch. A payment is decided once;
 * what was left is for a human. Days may be skipped but not go back (ARC_E_REFUSED).
 * @param applied  receives the number of payments applied, fully or in part; may be NULL
 * @param left  receives the number of payments looked at and left for a human; may be NULL. Since 0.1. */
ARC_API arc_status arc_matcher_run(arc_matcher *matcher, arc_day day, size_t *applied, size_t *left,
                                   arc_error *err);

/** What the matcher makes of a payment now, and why. Columns: subject,fact,value. For a payment that is
 * applied it tells how it was applied. ARC_E_NOT_FOUND. Since 0.1. */
ARC_API arc_status arc_matcher_why(arc_report **out, arc_matcher *matcher, const char *payment,
                                   size_t size, arc_day day, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
