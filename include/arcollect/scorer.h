/** Scorer: who will pay late, how much is at stake, whom to work first. */
#ifndef ARCOLLECT_SCORER_H
#define ARCOLLECT_SCORER_H

#include "ledger.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct arc_scorer arc_scorer;

/** An engine on a ledger, which must outlive it. Since 0.1. */
ARC_API arc_status arc_scorer_open(arc_scorer **out, arc_ledger *ledger, arc_error *err);
ARC_API void arc_scorer_close(arc_scorer *scorer); /**< NULL is fine. Since 0.1. */

/** Customers to work, first one first, at the end of a day. The priority is the expected cash at risk in
 * minor units: what is overdue and not disputed, times a risk in ppm that a rule table gives (days past
 * due, promises broken, silence after contact, disputes that block). Columns: rank,customer,currency,
 * balance,overdue,oldest_days,priority,reason. The ledger knows no exchange rates: priorities of different
 * currencies are compared one to one in whole units. Ties go to the customer recorded first.
 * @param limit  at most that many rows; 0: all. Since 0.1. */
ARC_API arc_status arc_scorer_worklist(arc_report **out, arc_scorer *scorer, arc_day as_of, size_t limit,
                                       arc_error *err);

/** What makes up a customer's priority, rule by rule; the contributions add up to the priority.
 * Columns: customer,currency,rule,input,risk_ppm,contribution. ARC_E_NOT_FOUND. Since 0.1. */
ARC_API arc_status arc_scorer_why(arc_report **out, arc_scorer *scorer, const char *customer, size_t size,
                                  arc_day as_of, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
