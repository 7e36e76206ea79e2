/* The page of a day: the reports it is made of, and that the file is whole or not there. */
#include "page.h"

#include "memory.h"
#include "sections.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_PLANNED 14 /* days back, to find one */

/* ---- the reports ---- */

/* The ends of the months before the day, and the day. */
static void page_days(page *p) {
  int32_t year, month, of_month;
  p->days[PAGE_MONTHS - 1] = p->as_of;
  for (size_t i = PAGE_MONTHS - 1; i-- > 0;) {
    arc_day_to_civil(p->days[i + 1], &year, &month, &of_month);
    p->days[i] = p->days[i + 1] - of_month;
  }
}

static arc_status page_scores(page *p, arc_ledger *ledger, arc_error *err) {
  arc_forecast_options options = ARC_FORECAST_OPTIONS_INIT;
  arc_score_query query = ARC_SCORE_QUERY_INIT;
  arc_scorer *scorer = NULL;
  arc_status status = arc_scorer_open(&scorer, ledger, err);
  options.as_of = query.as_of = p->as_of;
  query.report = ARC_SCORE_WORKLIST;
  query.limit = PAGE_WORK;
  options.count = PAGE_WEEKS;
  if (status == ARC_OK) status = arc_scorer_report(&p->worklist, scorer, &query, err);
  if (status == ARC_OK) status = arc_scorer_train(scorer, p->as_of + 1, err);
  if (status == ARC_OK) status = arc_scorer_forecast(&p->forecast, scorer, &options, err);
  arc_scorer_close(scorer);
  return status;
}

static arc_status page_gather(page *p, arc_ledger *ledger, arc_error *err) {
  arc_metrics_query query = ARC_METRICS_QUERY_INIT;
  arc_query disputes = ARC_QUERY_INIT;
  arc_status status;
  query.report = ARC_METRICS_AGING;
  query.as_of = disputes.as_of = p->as_of;
  query.by = ARC_BY_CURRENCY;
  disputes.report = ARC_REPORT_DISPUTES;
  status = arc_metrics_report(&p->aging, ledger, &query, err);
  query.report = ARC_METRICS_FIGURES;
  for (size_t i = 0; i < PAGE_MONTHS && status == ARC_OK; i++) {
    query.as_of = p->days[i];
    status = arc_metrics_report(&p->metrics[i], ledger, &query, err);
  }
  if (status == ARC_OK) status = page_scores(p, ledger, err);
  if (status == ARC_OK) status = arc_ledger_report(&p->disputes, ledger, &disputes, err);
  if (status != ARC_OK) return status;
  p->sums.struct_size = sizeof p->sums;
  for (arc_day day = p->as_of; day > p->as_of - PAGE_PLANNED;
       day--) { /* none is planned on a quiet day */
    status =
        arc_cadence_coverage(&p->coverage, &p->sums, arc_collector_cadence(p->collector), day, err);
    if (status != ARC_E_REFUSED) return status;
  }
  return ARC_OK;
}

static void page_free(page *p) {
  arc_report_free(p->aging);
  arc_report_free(p->forecast);
  arc_report_free(p->worklist);
  arc_report_free(p->coverage);
  arc_report_free(p->disputes);
  for (size_t i = 0; i < PAGE_MONTHS; i++)
    arc_report_free(p->metrics[i]);
}

/* Under another name first, so that what is there stays until the page is whole. */
static int page_put_file(page *p, const char *path) {
  size_t size = strlen(path) + 5;
  char *part = memory_new(size);
  int failed;
  snprintf(part, size, "%s.new", path);
  p->out = fopen(part, "wb");
  failed = p->out == NULL;
  if (p->out) {
    sections_write(p);
    failed = ferror(p->out) != 0;
    failed |= fclose(p->out) != 0;
    if (!failed) failed = rename(part, path) != 0;
    if (failed) remove(part);
  }
  free(part);
  return failed ? fail_fault("%s cannot be written: %s", path, strerror(errno)) : 0;
}

int page_write(const char *path, book *b, arc_ledger *ledger, arc_day as_of) {
  page p;
  cycle day;
  arc_error err = ARC_ERROR_INIT;
  int code = cycle_open(&day, b, ledger, NULL, CYCLE_MATCH_UNLESS_GIVEN, 0);
  memset(&p, 0, sizeof p);
  p.b = b;
  p.as_of = as_of;
  p.collector = day.collector;
  page_days(&p);
  if (code == 0) {
    arc_status status = page_gather(&p, ledger, &err);
    code = status == ARC_OK ? page_put_file(&p, path) : fail_status("make the page", status, &err);
  }
  page_free(&p);
  cycle_close(&day);
  return code;
}
