/** Interest on late payment, and the fixed sum that compensates for recovery costs. Simple interest over
 * days, balances and rates in exact integers. No ledger, no memory, no clock.
 *
 * Which days bear interest: from the day after the due day to the day of payment, both included, so a debt
 * paid 50 days late bears 50 days (gov.uk, "Late commercial payments"; Directive 2011/7/EU art. 3: from the
 * day following the due date). Each day bears interest on what was open at the end of the day before.
 *
 * The regimes differ in which rate counts when; rates are the host's table, since they change:
 *
 * - European Union, Directive 2011/7/EU art. 2(6)-(7) and 3: the reference rate in force on 1 January for
 *   the first half of a year, on 1 July for the second, plus 8 points at least (Germany 9). A debt that is
 *   late over a half-year's end goes on at the new rate. Finland rounds the reference rate up to half a point
 *   (round_up_ppm 5,000; Interest Act 633/1982 s. 12).
 * - United Kingdom, Late Payment of Commercial Debts (Interest) Act 1998 s. 4 and SI 2002/1675 art. 4: the
 *   base rate in force on 30 June for interest that starts in July to December, on 31 December for interest
 *   that starts in January to June, plus 8 points, fixed for that debt however long it is late.
 * - Contract: the rate agreed, or a margin over a table that is followed day by day.
 *
 * An effective rate below 0 counts as 0; a rate of 0 is a rate, and gives lines and a total of 0.
 */
#ifndef ARCOLLECT_INTEREST_H
#define ARCOLLECT_INTEREST_H

#include "dates.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Which entry of the rate table is the reference rate. */
#define ARC_RATE_NONE 0      /**< none: the margin alone is the rate, the table is not looked at */
#define ARC_RATE_DAILY 1     /**< each day's own */
#define ARC_RATE_HALF_YEAR 2 /**< that of 1 January or 1 July, for each half-year (EU) */
#define ARC_RATE_AT_START 3  /**< that of the 30 June or 31 December before interest starts (UK) */

/** Days and years; in brackets the code of ISO 15022 and ISO 20022. For the 30/360 rules the two dates are
 * the day before the first day of interest and the last one, as commercial reckoning has it (the first day
 * does not count, the last one does); the days of a line are those from the due day to its end, less those
 * from the due day to its beginning, so that lines add up however the time is cut. */
#define ARC_DAY_COUNT_ACT_365F 0  /**< days / 365, leap years too (A005); what statutory interest uses */
#define ARC_DAY_COUNT_ACT_360 1   /**< days / 360 (A004) */
#define ARC_DAY_COUNT_ACT_ACT 2   /**< ISDA: days in leap years / 366, others / 365 (A008); each day of
                                       interest counts in its own year */
#define ARC_DAY_COUNT_30_360_US 3 /**< first day 31 is 30, last day 31 is 30 if the first is 30 or 31 (A001);
                                       no rule for February */
#define ARC_DAY_COUNT_30E_360 4   /**< each day 31 is 30 (ISDA 30E/360, Eurobond basis; A011). Not A007, which
                                       also takes the end of February for a 30th */

/** When amounts are rounded to minor units, and how. */
#define ARC_INTEREST_AT_END 0  /**< once, the total */
#define ARC_INTEREST_PER_DAY 1 /**< the interest of one day of each line, then times its days (gov.uk) */
#define ARC_ROUND_HALF_EVEN 0
#define ARC_ROUND_HALF_UP 1
#define ARC_ROUND_DOWN 2

/** An entry of a rate table: in force from that day until the next one's. */
typedef struct arc_interest_rate {
  uint32_t struct_size;
  arc_day from;      /**< rising */
  int32_t ppm;       /**< per year, parts per million: 4.25 % is 42,500; -10,000,000..10,000,000 */
  uint32_t reserved; /**< 0 */
} arc_interest_rate;

/** How interest is reckoned. Every 0 means 0: this rule as zeros asks none. */
typedef struct arc_interest_rule {
  uint32_t struct_size;
  int32_t reference;    /**< ARC_RATE_* */
  int32_t margin_ppm;   /**< added to the reference rate, -10,000,000..10,000,000; 8 points are 80,000 */
  int32_t round_up_ppm; /**< the reference rate is rounded up to a multiple of it, 0..1,000,000; 0: not */
  int32_t day_count;    /**< ARC_DAY_COUNT_* */
  int32_t rounded;      /**< ARC_INTEREST_AT_END or _PER_DAY */
  int32_t rounding;     /**< ARC_ROUND_* */
  uint32_t reserved;    /**< 0 */
} arc_interest_rule;
#define ARC_INTEREST_RULE_NONE {(uint32_t)sizeof(arc_interest_rule), 0, 0, 0, 0, 0, 0, 0}
#define ARC_INTEREST_RULE_CONTRACT(ppm) {(uint32_t)sizeof(arc_interest_rule), 0, (ppm), 0, 0, 0, 0, 0}
#define ARC_INTEREST_RULE_EU                                                                                 \
  {(uint32_t)sizeof(arc_interest_rule), ARC_RATE_HALF_YEAR, 80000, 0, 0, 0, 0, 0}
#define ARC_INTEREST_RULE_UK                                                                                 \
  {(uint32_t)sizeof(arc_interest_rule), ARC_RATE_AT_START, 80000, 0, 0, 0, 0, 0}

/** What is open of a debt at the end of a day and until the next one's: first the whole, then a row for each
 * day on which a payment, a credit or its reversal changed it. */
typedef struct arc_interest_balance {
  uint32_t struct_size;
  arc_day day;  /**< rising; the first not after the due day */
  int64_t open; /**< minor units, >= 0 */
} arc_interest_balance;

typedef struct arc_interest_claim {
  uint32_t struct_size;
  arc_day due;                          /**< the last day to pay in time */
  arc_day until;                        /**< the last day of interest: that of payment, or of the letter */
  uint32_t balance_count;               /**< 1 at least */
  const arc_interest_balance *balances; /**< each lies struct_size of the first one apart */
  const arc_interest_rate *rates;       /**< likewise; NULL with 0 */
  const arc_interest_rule *rule;
  uint32_t rate_count;
  uint32_t reserved; /**< 0 */
} arc_interest_claim;
#define ARC_INTEREST_CLAIM_INIT                                                                              \
  {(uint32_t)sizeof(arc_interest_claim), ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0, 0, 0, 0}

/** A stretch of days with one balance and one rate. */
typedef struct arc_interest_line {
  uint32_t struct_size;
  arc_day from; /**< first day of interest */
  arc_day to;   /**< last one, included */
  int32_t days; /**< as the day count has it */
  int32_t ppm;  /**< the effective rate per year */
  uint32_t reserved;
  int64_t balance; /**< minor units, > 0 */
  int64_t amount;  /**< minor units, >= 0; the lines add up to the total */
} arc_interest_line;

/** Interest on one debt. Neighbouring days with the same balance and rate make one line; days on which
 * nothing was open make none. With ARC_INTEREST_AT_END a line's amount is the rounded interest up to its end,
 * less that up to its beginning.
 *
 * @param total     receives minor units, >= 0; 0 if until is not after due
 * @param lines     receives `capacity` at most; the struct_size of the first must be set, each next one lies
 *                  that far apart; NULL with 0
 * @param count     receives how many there are, which may be more than capacity; may be NULL
 * @return ARC_OK; ARC_E_INVALID with field and row (a bad day, a negative or unknown balance, a rate out of
 * range, no reference rate in force, an unknown number); ARC_E_OVERFLOW; ARC_E_ABI. Nothing is written on
 * failure. Costs one step for each change of balance or rate, and half-year. Since 0.1. */
ARC_API arc_status arc_interest_accrue(int64_t *total, arc_interest_line *lines, size_t capacity,
                                       size_t *count, const arc_interest_claim *claim, arc_error *err);

/** A row of a table of fixed sums: the sum due on a debt of `from` or more, in one currency. */
typedef struct arc_compensation_band {
  uint32_t struct_size;
  char currency[4];
  int64_t from;   /**< minor units, >= 0 */
  int64_t amount; /**< minor units, >= 0 */
} arc_compensation_band;

/** EUR 40 (Directive 2011/7/EU art. 6(1)); states outside the euro area have sums of their own. */
#define ARC_COMPENSATION_EU {(uint32_t)sizeof(arc_compensation_band), "EUR", 0, 4000}
/** GBP 40, from 1,000 on 70, from 10,000 on 100 (1998 Act, s. 5A(2)). */
#define ARC_COMPENSATION_UK                                                                                  \
  {(uint32_t)sizeof(arc_compensation_band), "GBP", 0, 4000},                                                 \
      {(uint32_t)sizeof(arc_compensation_band), "GBP", 100000, 7000},                                        \
      {(uint32_t)sizeof(arc_compensation_band), "GBP", 1000000, 10000}

/** The fixed sum for a debt: of the highest band of its currency that it reaches, whatever the interest is. A
 * debt of 0 has none. A table may hold several currencies, in any order:
 *
 *   const arc_compensation_band bands[] = {ARC_COMPENSATION_EU, ARC_COMPENSATION_UK};
 *
 * @param debt   minor units, >= 0: what was open when it became late
 * @return ARC_OK; ARC_E_NOT_FOUND if it reaches no band of its currency; ARC_E_INVALID (a negative number, no
 * such currency, two bands from the same amount); *amount untouched on failure. Since 0.1. */
ARC_API arc_status arc_compensation_find(int64_t *amount, int64_t debt, const char *currency,
                                         const arc_compensation_band *bands, size_t count, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
