/* Shared by the ledger's reports. */
#ifndef ARC_LEDGER_REPORT_H
#define ARC_LEDGER_REPORT_H

#include "ledger_internal.h"
#include "report.h"

/* A query, resolved. Rows are 0 where nothing is asked for. */
typedef struct arc__query {
  int32_t report;
  uint32_t customer, invoice, reply;
  arc_day as_of, from;
} arc__query;

/* Each lists its rows; failures of memory are the report's. */
arc_status arc__report_applications(arc_report *report, arc_ledger *ledger, const arc__query *query,
                                    arc_error *err);
arc_status arc__report_touches(arc_report *report, arc_ledger *ledger, const arc__query *query,
                               arc_error *err);
arc_status arc__report_postings(arc_report *report, arc_ledger *ledger, const arc__query *query,
                                arc_error *err);
arc_status arc__report_timeline(arc_report *report, arc_ledger *ledger, const arc__query *query,
                                arc_error *err);
arc_status arc__report_statement(arc_report *report, arc_ledger *ledger, const arc__query *query,
                                 arc_error *err);
arc_status arc__report_plans(arc_report *report, arc_ledger *ledger, const arc__query *query,
                             arc_error *err);
arc_status arc__report_disputes(arc_report *report, arc_ledger *ledger, const arc__query *query,
                                arc_error *err);
arc_status arc__report_exchanges(arc_report *report, arc_ledger *ledger, const arc__query *query,
                                 arc_error *err);
arc_status arc__report_invoices(arc_report *report, arc_ledger *ledger, const arc__query *query,
                                arc_error *err);
arc_status arc__report_findings(arc_report *report, arc_ledger *ledger, const arc__query *query,
                                arc_error *err);
arc_status arc__report_holds(arc_report *report, arc_ledger *ledger, const arc__query *query, arc_error *err);
arc_status arc__report_credit(arc_report *report, arc_ledger *ledger, const arc__query *query, arc_error *err);
arc_status arc__report_replies(arc_report *report, arc_ledger *ledger, const arc__query *query, arc_error *err);
arc_status arc__report_tasks(arc_report *report, arc_ledger *ledger, const arc__query *query, arc_error *err);
arc_status arc__report_policies(arc_report *report, arc_ledger *ledger, const arc__query *query, arc_error *err);
arc_status arc__report_open_items(arc_report *report, arc_ledger *ledger, const arc__query *query,
                                  arc_error *err);

int arc__query_day(const arc__query *query, arc_day day); /* within from .. as_of */
int arc__query_invoice(const arc__query *query, const arc__tables *t, uint32_t invoice);
void arc__report_add_arc_text(arc_report *report, arc_text text);
void arc__report_add_currency(arc_report *report, uint32_t currency);
void arc__report_add_day(arc_report *report, arc_day day);

const char *arc__channel_name(uint32_t channel);
const char *arc__tone_name(uint32_t tone);
const char *arc__touch_status_name(uint32_t status);
const char *arc__how_name(uint32_t how);
const char *arc__verdict_name(uint32_t verdict);

#endif
