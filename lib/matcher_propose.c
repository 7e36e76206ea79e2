/* The matcher's proposals as a report: what a run would do, and what it would leave with which choices. Costs what the
 * run costs, and each payment once more. */
#include "matcher_internal.h"

#include "currency.h"
#include "report.h"
#include "text.h"

typedef struct propose_report {
  arc_matcher *m;
  arc_report *report;
  const arc__match_payment *payment;
  char currency[4];
} propose_report;

static const char *propose_searched(const arc__match *match) {
  static const char *const words[] = {"none", "unique", "ambiguous", "gave up"};
  return match->search.done ? words[match->search.result] : "";
}

static void propose_row(const propose_report *p, size_t rank, const arc__match_line *line, int32_t confidence,
                        const char *decision, const char *evidence, const arc__match *match) {
  arc_text invoice = {"", 0};
  if (line) invoice = arc__text(p->m->tables, ARC__INVOICE_KEY, line->invoice);
  arc__report_add_text(p->report, p->payment->key.data, p->payment->key.size);
  arc__report_add_integer(p->report, (int64_t)rank);
  arc__report_add_text(p->report, invoice.data, invoice.size);
  arc__report_add_string(p->report, p->currency);
  arc__report_add_integer(p->report, line ? line->amount : 0);
  arc__report_add_integer(p->report, line ? line->discount : 0);
  arc__report_add_integer(p->report, line ? line->tolerance : 0);
  arc__report_add_integer(p->report, line ? line->deduction : 0);
  arc__report_add_integer(p->report, confidence);
  arc__report_add_string(p->report, decision);
  arc__report_add_string(p->report, evidence);
  arc__report_add_string(p->report, propose_searched(match));
  arc__report_add_integer(p->report, line ? line->credited : 0);
}

static const char *propose_decision(const arc__match_payment *payment, const arc__match *match, size_t rank) {
  if (rank > 1) return "propose";
  if (payment->applied) return "apply";
  if (payment->decided) return "on account";
  if (payment->contested) return "leave: another payment would settle the same item";
  return match->verdict;
}

static void propose_payment(propose_report *p, const arc__match_payment *payment, const arc__match *match) {
  char leave[128] = "leave: ";
  p->payment = payment;
  arc__currency_unpack(p->currency, arc__u32(p->m->tables, ARC__CREDIT_CURRENCY, payment->row));
  for (size_t k = 0; k < match->proposal_count; k++) {
    const arc__match_proposal *q = &match->proposals[k];
    const char *decision = propose_decision(payment, match, k + 1);
    if (decision == match->verdict) {
      strncat(leave, decision, sizeof leave - strlen(leave) - 1);
      decision = leave;
    }
    for (size_t i = 0; i < q->count; i++)
      propose_row(p, k + 1, &match->lines.data[q->first + i], q->confidence, decision,
                  arc__match_rules[q->kind].words, match);
    if (q->count == 0) propose_row(p, k + 1, NULL, q->confidence, decision, arc__match_rules[q->kind].words, match);
  }
  if (match->proposal_count > 0) return;
  strncat(leave, match->verdict ? match->verdict : "", sizeof leave - strlen(leave) - 1);
  propose_row(p, 0, NULL, 0, leave, "", match);
}

static arc_status propose_all(propose_report *p, const arc__view *view, arc__match_plan *plan, uint32_t only,
                              arc_error *err) {
  ARC__TRY(arc__match_plan_decide(p->m, view, plan, err));
  for (size_t i = 0; i < plan->payment_count; i++) {
    if (only && plan->payments[i].row != only) continue;
    ARC__TRY(arc__match_plan_explain(p->m, view, plan, i, &p->m->scratch, err));
    propose_payment(p, &plan->payments[i], &p->m->scratch);
  }
  return ARC_OK;
}

static arc_status propose_plan(propose_report *p, arc__match_plan *plan, uint32_t payment, arc_day day,
                               arc_error *err) {
  arc__view view;
  ARC__TRY(payment ? arc__match_plan_around(p->m, plan, payment, err) : arc__match_plan_collect(p->m, plan, day, err));
  ARC__TRY(arc__match_update(p->m, err));
  ARC__TRY(arc__view_open(&view, p->m->ledger, day, err));
  arc_status status = propose_all(p, &view, plan, payment, err);
  arc__view_close(&view);
  return status;
}

arc_status arc_matcher_propose(arc_report **out, arc_matcher *m, const char *payment, size_t size, arc_day day,
                               arc_error *err) {
  static const arc__report_column columns[] = {
      {"payment", ARC_COLUMN_TEXT},    {"rank", ARC_COLUMN_INTEGER},    {"invoice", ARC_COLUMN_TEXT},
      {"currency", ARC_COLUMN_TEXT},   {"amount", ARC_COLUMN_MONEY},    {"discount", ARC_COLUMN_MONEY},
      {"tolerance", ARC_COLUMN_MONEY}, {"deduction", ARC_COLUMN_MONEY}, {"confidence", ARC_COLUMN_PPM},
      {"decision", ARC_COLUMN_TEXT},   {"evidence", ARC_COLUMN_TEXT},   {"searched", ARC_COLUMN_TEXT},
      {"credited", ARC_COLUMN_MONEY}};
  if (!out || !m) return arc__fail(err, ARC_E_INVALID, "out and matcher must not be NULL");
  *out = NULL;
  arc_text key = {payment, arc__text_size(payment, size)};
  ARC__TRY(arc__match_check_day(m, day, key.size != 0, err));
  uint32_t row = key.size ? arc__find_credit(m->tables, ARC_CREDIT_PAYMENT, key) : 0;
  if (key.size && !row) return arc__fail(err, ARC_E_NOT_FOUND, "no payment has this key");
  arc__match_plan plan;
  propose_report p = {m, arc__report_new(m->heap, columns, sizeof columns / sizeof *columns), NULL, ""};
  memset(&plan, 0, sizeof plan);
  arc_status status = propose_plan(&p, &plan, row, day, err);
  arc__match_plan_free(m, &plan);
  if (status >= 0) return arc__report_finish(out, p.report, err);
  arc_report_free(p.report);
  return status;
}
