#include "ledger_internal.h"

#include "error.h"
#include "ledger_report.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns tasks: what a person is to do for a customer, until somebody says that it is done. They stand among
 * the exceptions, on the customer's chain, and pause nothing. */

#define TASKS_ANSWER_MAX 3660

arc_status arc__check_task(const arc_ledger *ledger, const arc__task_record *r, arc_error *err) {
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_EXCEPTION, r->key, ARC__EXCEPTION_TASK, "task", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  ARC__TRY(arc__check_day(r->opened, 9, "opened", err));
  if (r->answer_days <= TASKS_ANSWER_MAX && (int64_t)r->opened + r->answer_days <= ARC_DAY_LAST)
    return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 10, "answer_days is at most %d", TASKS_ANSWER_MAX);
}

static arc_day tasks_answer_by(const arc__task_record *r) {
  return r->answer_days ? r->opened + (arc_day)r->answer_days : ARC_DAY_NONE;
}

void arc__apply_task(arc_ledger *ledger, const arc__task_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__exception_add(ledger, ARC__EXCEPTION_TASK, r->key, r->customer, 0, r->opened);
  arc__put(t, ARC__EXCEPTION_UNTIL, row, tasks_answer_by(r));
  arc__put(t, ARC__EXCEPTION_WHAT, row, arc__state_name(ledger, r->kind));
  arc__put(t, ARC__EXCEPTION_OWNER, row, arc__state_name(ledger, r->owner));
  arc__put_text(t, ARC__EXCEPTION_REASON, row, r->text);
  arc__put_text(t, ARC__EXCEPTION_SOURCE, row, r->source);
  arc__put_text(t, ARC__EXCEPTION_DOCUMENTS, row, r->documents);
}

static int tasks_same(const arc__tables *t, const arc__task_record *r, uint32_t row) {
  return r->customer == arc__u32(t, ARC__EXCEPTION_CUSTOMER, row) &&
         r->opened == arc__i32(t, ARC__EXCEPTION_FROM, row) &&
         tasks_answer_by(r) == arc__i32(t, ARC__EXCEPTION_UNTIL, row) &&
         arc__text_equal(r->kind, arc__name(t, arc__u32(t, ARC__EXCEPTION_WHAT, row))) &&
         arc__text_equal(r->owner, arc__name(t, arc__u32(t, ARC__EXCEPTION_OWNER, row))) &&
         arc__erasure_same(r->text, arc__text(t, ARC__EXCEPTION_REASON, row)) &&
         arc__erasure_same(r->source, arc__text(t, ARC__EXCEPTION_SOURCE, row)) &&
         arc__erasure_same(r->documents, arc__text(t, ARC__EXCEPTION_DOCUMENTS, row));
}

static arc_status tasks_task(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_task *k = row;
  arc__task_record r = {0};
  uint32_t known;
  ARC__TRY(arc__input_options(&in, k->options, 0, 0));
  ARC__TRY(arc__input_key(&in, &k->key, 2, "key"));
  ARC__TRY(arc__input_customer(&in, &k->customer, 3, 0, &r.customer));
  ARC__TRY(arc__input_line(&in, &k->kind, 4, "kind"));
  ARC__TRY(arc__input_line(&in, &k->owner, 5, "owner"));
  ARC__TRY(arc__input_free_text(&in, &k->text, 6, "text"));
  ARC__TRY(arc__input_line(&in, &k->source, 7, "source"));
  ARC__TRY(arc__input_free_text(&in, &k->documents, 8, "documents"));
  r.key = k->key;
  r.kind = k->kind;
  r.owner = k->owner;
  r.text = k->text;
  r.source = k->source;
  r.documents = k->documents;
  r.opened = k->opened;
  r.answer_days = k->answer_days;
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_EXCEPTION, k->key, ARC__EXCEPTION_TASK);
  if (known && tasks_same(ARC__L(ledger), &r, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, k->key, "task");
  ARC__TRY(arc__check_task(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_TASK, &r, err);
}

arc_status arc_ledger_post_tasks(arc_ledger *ledger, const arc_task *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_task, ledger, rows, count, tasks_task, err);
}

/* ---- ends ---- */

arc_status arc__check_task_end(const arc_ledger *ledger, const arc__task_end_record *r, arc_error *err) {
  return arc__exception_check_close(ledger, ARC__EXCEPTION_TASK, r->exception, r->day, err);
}

void arc__apply_task_end(arc_ledger *ledger, const arc__task_end_record *r) {
  arc__tables *t = ARC__L(ledger);
  arc__put(t, ARC__EXCEPTION_OUTCOME, r->exception, arc__state_name(ledger, r->outcome));
  arc__put_text(t, ARC__EXCEPTION_BY, r->exception, r->author);
  arc__exception_close(ledger, r->exception, r->day);
}

/* ---- the report ---- */

static void tasks_add_row(arc_report *report, const arc__view *v, uint32_t x) {
  const arc__tables *t = v->tables;
  arc_day until = arc__i32(t, ARC__EXCEPTION_UNTIL, x), closed = arc__view_exception_closed(v, x);
  int ended = closed != ARC_DAY_NONE && closed <= v->day;
  arc_text none = {"", 0};
  arc__report_add_arc_text(report, arc__text(t, ARC__EXCEPTION_KEY, x));
  arc__report_add_arc_text(report,
                           arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__EXCEPTION_CUSTOMER, x)));
  arc__report_add_arc_text(report, arc__name(t, arc__u32(t, ARC__EXCEPTION_WHAT, x)));
  arc__report_add_arc_text(report, arc__name(t, arc__u32(t, ARC__EXCEPTION_OWNER, x)));
  arc__report_add_day(report, arc__i32(t, ARC__EXCEPTION_FROM, x));
  arc__report_add_string(report, ended ? "done"
                                 : until != ARC_DAY_NONE && v->day > until && v->day < ARC_DAY_LAST
                                     ? "overdue"
                                     : "open");
  arc__report_add_day(report, until);
  arc__report_add_day(report, ended ? closed : ARC_DAY_NONE);
  arc__report_add_arc_text(report, ended ? arc__name(t, arc__u32(t, ARC__EXCEPTION_OUTCOME, x)) : none);
  arc__report_add_arc_text(report, arc__text(t, ARC__EXCEPTION_REASON, x));
  arc__report_add_arc_text(report, arc__text(t, ARC__EXCEPTION_SOURCE, x));
  arc__report_add_arc_text(report, arc__text(t, ARC__EXCEPTION_DOCUMENTS, x));
}

arc_status arc__report_tasks(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__view view;
  ARC__TRY(arc__view_known(&view, ledger, err));
  view.day = q->as_of;
  for (uint32_t x = 1; x <= arc__view_rows(&view, ARC__TABLE_EXCEPTION); x++)
    if (arc__u8(t, ARC__EXCEPTION_KIND, x) == ARC__EXCEPTION_TASK && !q->invoice &&
        (!q->customer || q->customer == arc__u32(t, ARC__EXCEPTION_CUSTOMER, x)) &&
        arc__query_day(q, arc__i32(t, ARC__EXCEPTION_FROM, x)))
      tasks_add_row(report, &view, x);
  return ARC_OK;
}
