/*
 * Reports. What was imported for the days up to the report's and is not posted yet is posted first,
 * into a ledger that records nothing: so a report is right directly after an import.
 */
#include "reports.h"
#include "cycle.h"
#include "page.h"
#include "post.h"
#include "postings.h"
#include "previewed.h"
#include "scores.h"
#include "staging.h"

#include <stdlib.h>
#include <string.h>

static void count_refused(void *user, row *r, const char *column, const arc_error *err) {
  (void)r;
  (void)column;
  (void)err;
  ++*(size_t *)user;
}

static int post_waiting(book *b, arc_ledger *ledger, arc_day through) {
  row_book waiting;
  arc_error err = ARC_ERROR_INIT;
  arc_status status;
  size_t refused = 0;
  int code;
  memset(&waiting, 0, sizeof waiting);
  code = staging_load(b, &waiting, b->posted_through, through, 0);
  row_sort(waiting.rows, waiting.count);
  if (code == 0 && waiting.count != 0) {
    status = arc_batch_begin(ledger, &err);
    if (status == ARC_OK) {
      code = post_rows(ledger, waiting.rows, waiting.count, count_refused, &refused);
      status = arc_batch_commit(ledger, &err);
    }
    if (code == 0 && status < 0) code = fail_status("post what was imported", status, &err);
  }
  row_book_free(&waiting);
  if (code == 0 && refused != 0)
    remark("%zu imported rows are refused by the book as it stands and do not count; 'run' tells "
           "which",
           refused);
  return code;
}

static arc_status report_of_ledger(arc_report **out, arc_ledger *ledger, int32_t report,
                                   const report_options *o, arc_day as_of, arc_error *err) {
  arc_query query = ARC_QUERY_INIT;
  query.report = report;
  query.as_of = as_of;
  query.from = o->from;
  query.customer.data = o->customer;
  query.customer.size = o->customer ? strlen(o->customer) : 0;
  query.invoice.data = o->invoice;
  query.invoice.size = o->invoice ? strlen(o->invoice) : 0;
  return arc_ledger_report(out, ledger, &query, err);
}

static arc_status report_of_worklist(arc_report **out, arc_ledger *ledger, const report_options *o,
                                     arc_day as_of, arc_error *err) {
  arc_score_query query = ARC_SCORE_QUERY_INIT;
  arc_scorer *scorer = NULL;
  arc_status status = arc_scorer_open(&scorer, ledger, err);
  query.report = o->command == REPORT_WORKLIST ? ARC_SCORE_WORKLIST : ARC_SCORE_PRIORITY;
  query.as_of = as_of;
  query.limit = (uint32_t)o->limit;
  if (o->command != REPORT_WORKLIST) query.customer = text_of(o->key);
  if (status == ARC_OK) status = arc_scorer_report(out, scorer, &query, err);
  arc_scorer_close(scorer);
  return status;
}

static arc_status report_of_match(arc_report **out, arc_ledger *ledger, const report_options *o,
                                  arc_day as_of, arc_error *err) {
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  arc_matcher *matcher = NULL;
  arc_status status;
  options.unmatched = o->unmatched;
  status = arc_matcher_open(&matcher, ledger, &options, err);
  if (status == ARC_OK)
    status = o->command == REPORT_WHY_MATCH
                 ? arc_matcher_why(out, matcher, o->key, strlen(o->key), as_of, err)
                 : arc_matcher_propose(out, matcher, o->key, o->key ? strlen(o->key) : 0, as_of, err);
  arc_matcher_close(matcher);
  return status;
}

static arc_status report_of_touch(arc_report **out, arc_ledger *ledger, const report_options *o,
                                  arc_day as_of, arc_error *err) {
  arc_cadence_options options = ARC_CADENCE_OPTIONS_INIT;
  arc_cadence *cadence = NULL;
  arc_status status = arc_cadence_open(&cadence, ledger, &options, err);
  if (status == ARC_OK) status = arc_cadence_why(out, cadence, o->key, strlen(o->key), as_of, err);
  arc_cadence_close(cadence);
  return status;
}

static arc_status report_of_previewed(arc_report **out, arc_collector *collector, const char *path, int *code,
                                      arc_error *err) {
  previewed rows;
  arc_status status = ARC_E_INVALID;
  *code = previewed_read(&rows, path);
  if (*code == 0) status = arc_collector_compare(out, collector, rows.rows, rows.count, err);
  previewed_free(&rows);
  return status;
}

static arc_status report_of_whatif(arc_report **out, arc_collector *collector, const report_options *o, arc_day to,
                                   arc_error *err) {
  arc_whatif_options options = ARC_WHATIF_OPTIONS_INIT;
  options.from = o->from;
  options.to = to;
  options.policy.data = o->policy;
  options.policy.size = strlen(o->policy);
  memcpy(options.cost, o->costs, sizeof options.cost);
  return arc_collector_whatif(out, collector, &options, err);
}

/* What the collector has to say; *code is an exit code after a message, if it could not be asked. */
static arc_status report_of_cycle(arc_report **out, book *b, arc_ledger *ledger, const report_options *o,
                                  arc_day as_of, int *code, arc_error *err) {
  cycle day;
  arc_status status = ARC_E_INVALID;
  *code = cycle_open(&day, b, ledger, NULL, CYCLE_MATCH_UNLESS_GIVEN, o->unmatched);
  if (*code == 0 && o->command == REPORT_COMPARE)
    status = report_of_previewed(out, day.collector, o->key, code, err);
  else if (*code == 0 && o->command == REPORT_WHATIF)
    status = report_of_whatif(out, day.collector, o, as_of, err);
  else if (*code == 0 && o->command == REPORT_COVERAGE)
    status = arc_cadence_coverage(out, NULL, arc_collector_cadence(day.collector), as_of, err);
  else if (*code == 0)
    status = o->command == REPORT_PREVIEW
                 ? arc_collector_preview(out, day.collector, as_of + 1, as_of + (arc_day)(o->days ? o->days : 7), err)
                 : arc_collector_exceptions(out, day.collector, as_of, err);
  cycle_close(&day);
  return status;
}

static arc_status report_of_metrics(arc_report **out, arc_ledger *ledger, int32_t report, const report_options *o,
                                    arc_day as_of, arc_error *err) {
  arc_metrics_query query = ARC_METRICS_QUERY_INIT;
  query.report = report;
  query.as_of = as_of;
  query.from = o->from;
  query.days = o->days;
  query.by = o->by;
  return arc_metrics_report(out, ledger, &query, err);
}

static arc_status report_make(arc_report **out, arc_ledger *ledger, const report_options *o,
                              arc_day as_of, arc_error *err) {
  switch (o->command) {
  case REPORT_AGING:
    return report_of_metrics(out, ledger, ARC_METRICS_AGING, o, as_of, err);
  case REPORT_METRICS:
    return report_of_metrics(out, ledger, ARC_METRICS_FIGURES, o, as_of, err);
  case REPORT_WORKLIST:
  case REPORT_WHY_PRIORITY:
    return report_of_worklist(out, ledger, o, as_of, err);
  case REPORT_WHY_MATCH:
  case REPORT_MATCH:
    return report_of_match(out, ledger, o, as_of, err);
  case REPORT_WHY_TOUCH:
    return report_of_touch(out, ledger, o, as_of, err);
  case REPORT_PREDICT:
  case REPORT_FORECAST:
  case REPORT_TODAY:
  case REPORT_CUSTOMERS:
  case REPORT_CHASE:
  case REPORT_BACKTEST:
  case REPORT_WHY_PAYMENT:
    return score_report(out, ledger, o, as_of, err);
  case REPORT_DSO:
    return report_of_metrics(out, ledger, ARC_METRICS_DSO_CHANGE, o, as_of, err);
  case REPORT_STATEMENT:
    return report_of_ledger(out, ledger, ARC_REPORT_STATEMENT, o, as_of, err);
  case REPORT_APPLICATIONS:
    return report_of_ledger(out, ledger, ARC_REPORT_APPLICATIONS, o, as_of, err);
  case REPORT_EXCHANGES:
    return report_of_ledger(out, ledger, ARC_REPORT_EXCHANGES, o, as_of, err);
  case REPORT_TOUCHES:
    return report_of_ledger(out, ledger, ARC_REPORT_TOUCHES, o, as_of, err);
  case REPORT_POSTINGS:
    return report_of_ledger(out, ledger, ARC_REPORT_POSTINGS, o, as_of, err);
  case REPORT_DISPUTES:
    return report_of_ledger(out, ledger, ARC_REPORT_DISPUTES, o, as_of, err);
  case REPORT_INVOICES:
    return report_of_ledger(out, ledger, ARC_REPORT_INVOICES, o, as_of, err);
  case REPORT_FINDINGS:
    return report_of_ledger(out, ledger, ARC_REPORT_FINDINGS, o, as_of, err);
  case REPORT_REPLIES:
    return report_of_ledger(out, ledger, ARC_REPORT_REPLIES, o, as_of, err);
  case REPORT_TASKS:
    return report_of_ledger(out, ledger, ARC_REPORT_TASKS, o, as_of, err);
  case REPORT_HOLDS:
    return report_of_ledger(out, ledger, ARC_REPORT_HOLDS, o, as_of, err);
  case REPORT_CREDIT:
    return report_of_ledger(out, ledger, ARC_REPORT_CREDIT, o, as_of, err);
  default:
    return report_of_ledger(out, ledger, ARC_REPORT_TIMELINE, o, as_of, err);
  }
}

/* Lists can show all there is; what stands at the end of a day needs to know which. */
static int is_list(int32_t command) {
  return command == REPORT_APPLICATIONS || command == REPORT_EXCHANGES ||
         command == REPORT_TOUCHES || command == REPORT_POSTINGS || command == REPORT_TIMELINE ||
         command == REPORT_INVOICES || command == REPORT_REPLIES || command == REPORT_TASKS;
}

static int report_with_ledger(book *b, const report_options *o, arc_ledger *ledger) {
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  arc_status status;
  arc_day last = book_info(ledger).run;
  arc_day as_of = o->as_of != ARC_DAY_NONE || is_list(o->command) ? o->as_of : last;
  arc_day through = as_of != ARC_DAY_NONE ? as_of : last != ARC_DAY_NONE ? last : ARC_DAY_LAST;
  int code;
  if (as_of == ARC_DAY_NONE && !is_list(o->command))
    return fail_usage("say for which day: --as-of DATE; this book was never run");
  if (o->command == REPORT_PREVIEW) through += (arc_day)(o->days ? o->days : 7);
  code = post_waiting(b, ledger, through);
  if (code != 0) return code;
  if (o->command == REPORT_PAGE) return page_write(o->html, b, ledger, as_of);
  status = o->command == REPORT_EXCEPTIONS || o->command == REPORT_PREVIEW || o->command == REPORT_COMPARE ||
                   o->command == REPORT_WHATIF || o->command == REPORT_COVERAGE
               ? report_of_cycle(&report, b, ledger, o, as_of, &code, &err)
               : report_make(&report, ledger, o, as_of, &err);
  if (code != 0) return code;
  if (status != ARC_OK) return fail_status("make the report", status, &err);
  code = o->print.format >= PRINT_LEDGER ? postings_print(report, o->print.format, stdout)
                                         : print_report(report, &o->print, stdout);
  arc_report_free(report);
  return code;
}

int report_print(book *b, const report_options *options) {
  arc_ledger *ledger = NULL;
  int code = book_ledger(b, ARC_LEDGER_DETACHED, &ledger);
  if (code == 0) code = report_with_ledger(b, options, ledger);
  arc_ledger_close(ledger);
  return code;
}
