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

/* ---- the payment model: when will it be paid? ---- */

/** Trains the scorer's payment model on what the ledger knew on the morning of a day: invoices issued before it, and
 * what was paid of them before it; the others are "still open". Later predictions use it, with all that is known
 * on their own day. With little history it says little more than a prior, which gives way to history smoothly.
 * Deterministic: the same bits on every platform and for every order in which the book was recorded.
 * Seconds for 100,000 invoices. On failure the model is as before.
 * @return ARC_OK, ARC_E_INVALID, ARC_E_NOMEM, ARC_E_BUSY. Since 0.1. */
ARC_API arc_status arc_scorer_train(arc_scorer *scorer, arc_day cut, arc_error *err);

#define ARC_MOMENT_ISSUE 1u     /**< the morning of the issue day */
#define ARC_MOMENT_DUE 2u       /**< of the due day */
#define ARC_MOMENT_DUE_15 4u    /**< of the 15th day after it */

typedef struct arc_backtest_options {
  uint32_t struct_size;
  arc_day cut;      /**< trained on its morning, and again a month later, and so on */
  arc_day until;    /**< last moment; ARC_DAY_NONE: the last day on which anything happened */
  uint32_t moments; /**< ARC_MOMENT_*; 0: all */
} arc_backtest_options;
#define ARC_BACKTEST_OPTIONS_INIT {(uint32_t)sizeof(arc_backtest_options), ARC_DAY_NONE, ARC_DAY_NONE, 0}

/** What the model would have said in the past, each time with what was known that morning, to be compared with what
 * happened. One row for each instalment open at a moment from the cut on: invoice, instalment, moment, day, due,
 * p_late, p_late30, bucket (the most likely of on time, 1-30, 31-60, 61-90, over 90 days late: 0 to 4), mean and
 * q05 to q95 in days late, paid_late (what happened; null: not paid by `until`). Days late are looked at from -100 to
 * 120; mean is in millionths of a day, so that it prints as a decimal. The scorer's own model stays as it is.
 * Since 0.1. */
ARC_API arc_status arc_scorer_backtest(arc_report **out, arc_scorer *scorer, const arc_backtest_options *options,
                                       arc_error *err);

/* ---- whom to work ---- */

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
