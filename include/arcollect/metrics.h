/** Metrics: aging and the key figures of receivables, as of any day, each with its exact variant. */
#ifndef ARCOLLECT_METRICS_H
#define ARCOLLECT_METRICS_H

#include "ledger.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ARC_BY_CUSTOMER 0
#define ARC_BY_OWNER 1
#define ARC_BY_SEGMENT 2
#define ARC_BY_CURRENCY 3
#define ARC_BY_TAG 4 /**< of the customers' first tag, ARC_BY_TAG + 1 of the second, ... */

#define ARC_AGING_BY_DUE_DATE 0
#define ARC_AGING_BY_INVOICE_DATE 1

typedef struct arc_aging_options {
  uint32_t struct_size;
  arc_day as_of;              /**< end of this day */
  int32_t by;                 /**< ARC_BY_* */
  int32_t basis;              /**< ARC_AGING_BY_* */
  const int32_t *breakpoints; /**< last day of each bucket but the last, rising, from 1 on; NULL: 30,60,90 */
  uint32_t breakpoint_count;  /**< at most 32 */
  uint32_t reserved;          /**< 0 */
  arc_text customer;          /**< its key, with ARC_BY_CUSTOMER: of this one alone, at a cost that does not
                                   grow with the book while nothing takes effect after as_of; empty: of all */
} arc_aging_options;
#define ARC_AGING_OPTIONS_INIT {(uint32_t)sizeof(arc_aging_options), ARC_DAY_NONE, 0, 0, 0, 0, 0, {0, 0}}

/** Aging per instalment: columns customer (or owner, segment, tag; none by currency), currency, not_due, 1-30,
 * 31-60, 61-90, over_90 (or as the breakpoints say), unapplied, balance, all in minor units; balance = sum of
 * the buckets - unapplied. Due today is not late: it counts as not_due. Groups with nothing open and nothing
 * unapplied are left out; cash of unknown payers is the row with an empty name. Rows in the order of first
 * record. ARC_E_NOT_FOUND for a customer that is not there.
 * Source: domain practice, buckets half open in days, so that they are disjoint. Since 0.1. */
ARC_API arc_status arc_metrics_aging(arc_report **out, const arc_ledger *ledger,
                                     const arc_aging_options *options, arc_error *err);

/** Key figures of the whole book, or of each group, for a window that ends with the end of a day.
 * Columns: metric,variant,value,unit,population,currency,group. An undefined value is null, never 0.
 * @param days  length of the window, 1..3,660; 0: 90. Since 0.1. */
ARC_API arc_status arc_metrics_report(arc_report **out, const arc_ledger *ledger, arc_day as_of,
                                      uint32_t days, int32_t by, arc_error *err);

/** The change of the days from fulfilment to cash between two days, split: those of the billing gap (issue
 * less fulfilment, by amount, of the window's invoices that state it), and DSO (simple: open items at the
 * end of a day / credit sales of the window before it * its days). What is open is, per customer:
 * disputed; else covered by cash and credits not applied, overdue first; else past due (delay); else not
 * due (terms). With w a customer's share of the sales (for the gap, of the invoices that state it) and d
 * its days of a part, the change of a part is the sum of (w1 + w2) / 2 * (d2 - d1), and that of the mix
 * the sum of (w2 - w1) * (d1 + d2) / 2 and all of customers without sales in one of the windows. The parts
 * add up to the change exactly: what rounding to a millionth of a day leaves over is in the mix. Columns:
 * currency,part (billing gap, terms, delay, disputes, unapplied, mix; change: their sum),before,
 * after,change: in millionths of a day, so that they print as decimals; null: undefined, as there were no
 * sales. A gap that is undefined in one of the windows is in no sum: then the change is that of DSO alone.
 * @param days  of each window, 1..3,660; 0: 90. Since 0.1. */
ARC_API arc_status arc_metrics_dso_change(arc_report **out, const arc_ledger *ledger, arc_day from, arc_day to,
                                          uint32_t days, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
