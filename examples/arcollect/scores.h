/* What the payment model says: predictions, forecasts, today's list, and how good it was in the past. */
#ifndef SCORES_H
#define SCORES_H

#include "reports.h"

/* Trains the model on what stood at the end of the day, then asks it. For the back-test it trains itself. */
arc_status score_report(arc_report **out, arc_ledger *ledger, const report_options *options, arc_day as_of,
                        arc_error *err);

#endif
