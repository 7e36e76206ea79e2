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

/** What arc_metrics_report lists; its columns, in this order.
 *
 * ARC_METRICS_AGING: aging per instalment at the end of a day. Columns customer (or owner, segment, tag; none by
 * currency), currency, not_due, 1-30, 31-60, 61-90, over_90 (or as the breakpoints say), unapplied, balance, all in
 * minor units; balance = sum of the buckets - unapplied. Due today is not late: it counts as not_due. Groups with
 * nothing open and nothing unapplied are left out; cash of unknown payers is the row with an empty name. Rows in the
 * order of first record. Source: domain practice, buckets half open in days, so that they are disjoint.
 *
 * ARC_METRICS_FIGURES: key figures of the whole book, or of each group, for a window that ends with the end of a day.
 * Columns: metric,variant,value,unit,population,currency,group. An undefined value is null, never 0.
 *
 * ARC_METRICS_DSO_CHANGE: the change of the days from fulfilment to cash between two days, `from` and `as_of`, split:
 * those of the billing gap (issue less fulfilment, by amount, of the window's invoices that state it), and DSO (simple:
 * open items at the end of a day / credit sales of the window before it * its days). What is open is, per customer:
 * disputed; else covered by cash and credits not applied, overdue first; else past due (delay); else not
 * due (terms). With w a customer's share of the sales (for the gap, of the invoices that state it) and d
 * its days of a part, the change of a part is the sum of (w1 + w2) / 2 * (d2 - d1), and that of the mix
 * the sum of (w2 - w1) * (d1 + d2) / 2 and all of customers without sales in one of the windows. The parts
 * add up to the change exactly: what rounding to a millionth of a day leaves over is in the mix. Columns:
 * currency,part (billing gap, terms, delay, disputes, unapplied, mix; change: their sum),before,
 * after,change: in millionths of a day, so that they print as decimals; null: undefined, as there were no
 * sales. A gap that is undefined in one of the windows is in no sum: then the change is that of DSO alone. */
#define ARC_METRICS_AGING 1
#define ARC_METRICS_FIGURES 2
#define ARC_METRICS_DSO_CHANGE 3

typedef struct arc_metrics_query {
  uint32_t struct_size;
  int32_t report;             /**< ARC_METRICS_* */
  arc_day as_of;              /**< end of this day */
  arc_day from;               /**< DSO_CHANGE: the earlier of the two days */
  uint32_t days;              /**< FIGURES, DSO_CHANGE: length of each window, at most 3,660; 0: 90 */
  int32_t by;                 /**< AGING, FIGURES: ARC_BY_* */
  int32_t basis;              /**< AGING: ARC_AGING_BY_* */
  uint32_t breakpoint_count;  /**< AGING: at most 32 */
  const int32_t *breakpoints; /**< AGING: last day of each bucket but the last, rising, from 1 on; NULL: 30,60,90 */
  arc_text customer;          /**< AGING, with ARC_BY_CUSTOMER: its key: of this one alone, at a cost that does not
                                   grow with the book while nothing takes effect after as_of; empty: of all */
} arc_metrics_query;
#define ARC_METRICS_QUERY_INIT {(uint32_t)sizeof(arc_metrics_query), 0, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0, 0, 0, {0, 0}}

/** A report of metrics. Free it with arc_report_free; it does not depend on the ledger.
 * @return ARC_OK; ARC_E_INVALID with the field; ARC_E_ABI; ARC_E_NOT_FOUND for a customer that is not there;
 * ARC_E_OVERFLOW; ARC_E_NOMEM; ARC_E_BUSY in a callback. Since 0.1. */
ARC_API arc_status arc_metrics_report(arc_report **out, const arc_ledger *ledger, const arc_metrics_query *query,
                                      arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
