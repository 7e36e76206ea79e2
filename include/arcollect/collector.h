/** Collector: the daily cycle over ledger, matcher, cadence and scorer. */
#ifndef ARCOLLECT_COLLECTOR_H
#define ARCOLLECT_COLLECTOR_H

#include "cadence.h"
#include "matcher.h"
#include "scorer.h"
#include "transport.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct arc_collector arc_collector;

typedef struct arc_collector_options {
  uint32_t struct_size;
  uint32_t flags;                          /**< ARC_COLLECTOR_* */
  const arc_transport *transport;          /**< copied; NULL: touches stay planned */
  const arc_calendar *calendar;            /**< kept, must outlive the handle; NULL: weekends only */
  const arc_matcher_options *matcher;      /**< copied; NULL: the defaults */
  arc_text sender;                         /**< name under the messages; copied; empty: "Accounts receivable" */
} arc_collector_options;
#define ARC_COLLECTOR_OPTIONS_INIT {(uint32_t)sizeof(arc_collector_options), 0, 0, 0, 0, {0, 0}}

/** Do not match cash: the host states all applications itself. */
#define ARC_COLLECTOR_NO_MATCHING 1u

/** What a day did. Set struct_size. */
typedef struct arc_day_report {
  uint32_t struct_size;
  arc_day day;
  uint64_t payments_applied; /**< by the matcher, fully or in part */
  uint64_t payments_left;    /**< looked at and left for a human */
  uint64_t touches_planned;
  uint64_t touches_withheld;
  uint64_t touches_sent;
  uint64_t touches_failed;
  uint64_t touches_pending;
} arc_day_report;
#define ARC_DAY_REPORT_INIT {(uint32_t)sizeof(arc_day_report), ARC_DAY_NONE, 0, 0, 0, 0, 0, 0, 0}

/** The cycle on a ledger, which must outlive it, with engines of its own. Since 0.1. */
ARC_API arc_status arc_collector_open(arc_collector **out, arc_ledger *ledger,
                                      const arc_collector_options *options, arc_error *err);
ARC_API void arc_collector_close(arc_collector *collector); /**< NULL is fine. Since 0.1. */

/** Runs the cycle of one day: applies cash; plans the touches that are due; hands planned ones to the
 * transport, those of an earlier run that was cut off first and under the same keys; records what became of
 * them, in groups of 64; records the day as run. It may be cut off at any instruction and run again:
 * what is recorded is not done again, and no message goes out under two keys. A day that was run already
 * gives ARC_ALREADY, an earlier day ARC_E_REFUSED.
 * @param report  filled with what this call did; may be NULL
 * @return ARC_OK; ARC_E_HOST when the transport said "not now" (what went out before is recorded; run the
 * day again); else what the ledger returned. ARC_E_BUSY in a batch. Since 0.1. */
ARC_API arc_status arc_collector_run_day(arc_collector *collector, arc_day day, arc_day_report *report,
                                         arc_error *err);

/** The collector's engines, to ask them why; they belong to it. Since 0.1. */
ARC_API arc_cadence *arc_collector_cadence(arc_collector *collector);
ARC_API arc_matcher *arc_collector_matcher(arc_collector *collector);
ARC_API arc_scorer *arc_collector_scorer(arc_collector *collector);

#ifdef __cplusplus
}
#endif
#endif
