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
 * on their own day. On which holidays banks are closed it reads off the payments themselves, for the countries that
 * arc_calendar_new knows. With little history it says little more than a prior, which gives way to history smoothly.
 * Deterministic: the same bits on every platform and for every order in which the book was recorded.
 * Seconds for 100,000 invoices. On failure the model is as before.
 * @return ARC_OK, ARC_E_INVALID, ARC_E_NOMEM, ARC_E_BUSY. Since 0.1. */
ARC_API arc_status arc_scorer_train(arc_scorer *scorer, arc_day cut, arc_error *err);

/** The model as bytes, the same on every platform, to be kept by the host; valid until the next call on the scorer.
 * It holds no amounts and no names. It need not be journaled: training on the same day gives the same bytes, and
 * whatever is decided by it is recorded as the decision. Since 0.1. */
ARC_API arc_status arc_scorer_save(const void **bytes, size_t *size, arc_scorer *scorer, arc_error *err);

/** Takes a saved model instead of the scorer's. @return ARC_OK, ARC_E_INVALID, ARC_E_CORRUPT (no model, or damaged),
 * ARC_E_ABI (of another version: train again), ARC_E_NOMEM, each with the model as before. Since 0.1. */
ARC_API arc_status arc_scorer_load(arc_scorer *scorer, const void *bytes, size_t size, arc_error *err);

/* ---- what it lists ---- */

/** What arc_scorer_report lists; its columns, in this order. */
#define ARC_SCORE_PREDICTIONS 1 /**< when open instalments will be paid: customer,invoice,instalment,currency,open,due,
                                     p_late (paid after the due day, or not at all),p_late30 (more than 30 days after
                                     it),p_month (paid within 30 days from now),early,likely,late (the days by which one
                                     in ten, one in two and nine in ten such are paid; null: after the 120th day late, or
                                     never),payments (settlements of the account that the prediction rests on). Ordered
                                     by account and due day; of the same due day by issue day */
#define ARC_SCORE_EXPLANATION 2 /**< what makes up the prediction of an instalment, that it is paid late while the due day has
                                     not passed, else that it is open still after 30 more days:
                                     invoice,instalment,factor,value,contribution,total (so far),words. Rows begin with
                                     the book's chance, then what each table and each feature adds to it; the
                                     contributions add up to the last row, the prediction, exactly */
#define ARC_SCORE_WORKLIST 3    /**< customers to work, first one first: rank,customer,currency,balance,overdue,oldest_days,
                                     priority,reason. The priority is the expected cash at risk in minor units: what is
                                     overdue and not disputed, times a risk in ppm that a rule table gives (days past
                                     due, promises broken, silence after contact, disputes that block). The ledger knows
                                     no exchange rates: priorities of different currencies are compared one to one in
                                     whole units. Ties go to the customer recorded first */
#define ARC_SCORE_PRIORITY 4    /**< what makes up a customer's priority, rule by rule: customer,currency,rule,input,
                                     risk_ppm,contribution. The contributions add up to the priority */
#define ARC_SCORE_CUSTOMERS 5   /**< every customer that ever was invoiced, by how it pays: customer,currency,size (A: the
                                     largest, that make 80 % of the last 365 days' invoices, B: 95 %, C),segment (on time,
                                     late, doubtful; new: fewer than 3 payments),grade (A: up to 30 days, B: 60, C: 90, D:
                                     the larger of the average delay and of the oldest open item),trend (better, stable,
                                     worse: the last five payments against all, by 5 days; null: fewer than 10),payments,
                                     average_delay,recent_delay (days; null: none),late_share,billed,open,overdue */

typedef struct arc_score_query {
  uint32_t struct_size;
  int32_t report;      /**< ARC_SCORE_* */
  arc_text customer;   /**< key of one: of PRIORITY; of PREDICTIONS, empty: all */
  arc_text invoice;    /**< EXPLANATION: its key */
  uint32_t instalment; /**< EXPLANATION: of the invoice, 1-based */
  arc_day as_of;       /**< seen at the end of this day */
  uint32_t limit;      /**< WORKLIST: at most that many rows; 0: all */
  uint32_t reserved;   /**< 0 */
} arc_score_query;
#define ARC_SCORE_QUERY_INIT {(uint32_t)sizeof(arc_score_query), 0, {0, 0}, {0, 0}, 0, ARC_DAY_NONE, 0, 0}

/** A report of the scorer. Free it with arc_report_free; it does not depend on the scorer.
 * @return ARC_OK; ARC_E_INVALID with the field; ARC_E_ABI; ARC_E_NOT_FOUND (no such customer or invoice, or the
 * instalment is not open at the end of the day); ARC_E_OVERFLOW; ARC_E_NOMEM; ARC_E_BUSY in a callback. Since 0.1. */
ARC_API arc_status arc_scorer_report(arc_report **out, arc_scorer *scorer, const arc_score_query *query, arc_error *err);

/* ---- cash ---- */

#define ARC_PERIOD_WEEK 0  /**< of seven days, the first one from the day after as_of */
#define ARC_PERIOD_DAY 1
#define ARC_PERIOD_MONTH 2 /**< of the calendar; the first one is what is left of it */

#define ARC_FORECAST_BY_CURRENCY 0
#define ARC_FORECAST_BY_CUSTOMER 1

typedef struct arc_forecast_options {
  uint32_t struct_size;
  arc_day as_of;   /**< what is open at the end of this day */
  int32_t by;      /**< ARC_FORECAST_BY_* */
  int32_t period;  /**< ARC_PERIOD_* */
  uint32_t count;  /**< of periods, at most 400; 0: 8 */
} arc_forecast_options;
#define ARC_FORECAST_OPTIONS_INIT {(uint32_t)sizeof(arc_forecast_options), ARC_DAY_NONE, 0, 0, 0}

/** The cash that is expected from what is open: customer (empty by currency),currency,from,to,expected,low,high. In 8 of 10
 * periods it is from low to high: the spread of instalments paid each for itself, times what earlier weeks of the
 * book showed beyond that, because a customer's invoices are paid together. An instalment of which half was paid, and what is more
 * than 120 days late, is expected to bring nothing. Invoices still to be issued are not in it. Since 0.1. */
ARC_API arc_status arc_scorer_forecast(arc_report **out, arc_scorer *scorer, const arc_forecast_options *options,
                                       arc_error *err);

#define ARC_BACKTEST_PAYMENTS 0 /**< when each instalment is paid */
#define ARC_BACKTEST_CASH 1     /**< how much comes in the weeks after a day */

#define ARC_MOMENT_ISSUE 1u     /**< the morning of the issue day */
#define ARC_MOMENT_DUE 2u       /**< of the due day */
#define ARC_MOMENT_DUE_15 4u    /**< of the 15th day after it */

typedef struct arc_backtest_options {
  uint32_t struct_size;
  arc_day cut;      /**< trained on its morning, and again a month later, and so on */
  arc_day until;    /**< last moment; ARC_DAY_NONE: the last day on which anything happened */
  uint32_t moments; /**< of payments: ARC_MOMENT_*; 0: all */
  int32_t of;       /**< ARC_BACKTEST_* */
} arc_backtest_options;
#define ARC_BACKTEST_OPTIONS_INIT {(uint32_t)sizeof(arc_backtest_options), ARC_DAY_NONE, ARC_DAY_NONE, 0, 0}

/** What the model would have said in the past, each time with what was known that morning, to be compared with what
 * happened. The scorer's own model stays as it is.
 *
 * ARC_BACKTEST_PAYMENTS: one row for each instalment open at a moment from the cut on: invoice, instalment, moment, day, due,
 * p_late, p_late30, bucket (the most likely of on time, 1-30, 31-60, 61-90, over 90 days late: 0 to 4), mean and
 * q05 to q95 in days late, paid_late (what happened; null: not paid by `until`). Days late are looked at from -100 to
 * 120; mean is in millionths of a day, so that it prints as a decimal.
 *
 * ARC_BACKTEST_CASH: on each Monday from the cut on, the eight weeks after it: origin,week,currency,expected,low,high,
 * actual (what was paid of what was open then; null: the week has not ended).
 * @return ARC_OK; ARC_E_INVALID; ARC_E_ABI; ARC_E_NOMEM; ARC_E_BUSY in a callback. Since 0.1. */
ARC_API arc_status arc_scorer_backtest(arc_report **out, arc_scorer *scorer, const arc_backtest_options *options,
                                       arc_error *err);

/* ---- whom to work ---- */

/** Kinds of work on an account, each taking a collector's minutes. */
#define ARC_WORK_REMIND 0   /**< write, friendly or firm */
#define ARC_WORK_CALL 1
#define ARC_WORK_DISPUTE 2  /**< settle what is disputed, so that the rest is paid */
#define ARC_WORK_ESCALATE 3 /**< to the account's owner, an agency or a lawyer */
#define ARC_WORK_KINDS 4

/** The minutes that somebody has today. */
typedef struct arc_capacity {
  uint32_t struct_size;
  int32_t action;   /**< ARC_WORK_*; -1: one budget for whatever comes */
  arc_text owner;   /**< of customers; empty: of all whose owner has no capacity of its own */
  uint32_t minutes; /**< 0..10,000 */
  uint32_t reserved; /**< 0 */
} arc_capacity;
#define ARC_CAPACITY_INIT {(uint32_t)sizeof(arc_capacity), -1, {0, 0}, 0, 0}

typedef struct arc_today_options {
  uint32_t struct_size;
  arc_day as_of;
  const arc_capacity *capacities;
  uint32_t capacity_count;       /**< at most 1,024 */
  uint32_t minutes[ARC_WORK_KINDS]; /**< of one action, at most 10,000; 0: 3 to remind, 15 to call, 30 for the others */
  uint32_t reserved;             /**< 0 */
} arc_today_options;
#define ARC_TODAY_OPTIONS_INIT {(uint32_t)sizeof(arc_today_options), ARC_DAY_NONE, 0, 0, {0, 0, 0, 0}, 0}

/** Today's list: of the customers with something overdue, each with its next best action, those that are worth most in the
 * minutes that each capacity has: the exact optimum. An owner's customers draw on the owner's capacity for the
 * action, else on the owner's for any, else on those without an owner, in that order. Columns: owner,action,rank,
 * customer,currency,priority,worth,minutes,reason,left,gap. Rows of rank 1 and on are the list; the row of rank 0 before
 * them is the capacity: minutes used, worth (hundredths of whole units of any currency), left (worth of what did not fit),
 * gap (how much the best possible list is worth more; 0: proven best). Customers with nothing to do now (a promise runs,
 * a reminder went out within 7 days, legal or insolvency) are not on it. Since 0.1. */
ARC_API arc_status arc_scorer_today(arc_report **out, arc_scorer *scorer, const arc_today_options *options, arc_error *err);

typedef struct arc_chase_options {
  uint32_t struct_size;
  arc_day as_of;
  uint32_t days;    /**< to go on chasing, 1..3,660; 0: 180 */
  uint32_t reserved; /**< 0 */
  int64_t cost;     /**< minor units that chasing one item for so long costs, >= 0 */
} arc_chase_options;
#define ARC_CHASE_OPTIONS_INIT {(uint32_t)sizeof(arc_chase_options), ARC_DAY_NONE, 0, 0, 0}

/** Whether chasing pays: per overdue item what it is expected to bring within some days against what chasing costs.
 * Columns: customer,invoice,instalment,currency,open,days_late,p_recovered,expected,cost,advice (chase, write off),
 * assumptions (in words, to be recorded as the reason of a write-off). Since 0.1. */
ARC_API arc_status arc_scorer_chase(arc_report **out, arc_scorer *scorer, const arc_chase_options *options, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
