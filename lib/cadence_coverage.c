/* The certificate of a day: how every overdue account fared. It is derived from what is recorded
 * and from what the engine decides as of the day's end, so that it cannot differ from why. Cost:
 * the accounts of the book, and what deciding about the overdue ones costs. */
#include "cadence_internal.h"

#include "currency.h"
#include "error.h"
#include "report.h"
#include "text.h"
#include "struct_sizes.h"

#include <string.h>

enum { COVERAGE_TOUCHED, COVERAGE_WITHHELD, COVERAGE_FAILED };

typedef struct coverage_run {
  arc__cadence_eval eval;
  arc_report *report;
  arc_cadence_sums sums;
  arc__buffer reason;
} coverage_run;

/* What became of an account, or of its group that fared worst. */
typedef struct coverage_state {
  int state;
  int32_t late;   /* days */
  uint32_t touch; /* 0: none */
} coverage_state;

static void coverage_say(coverage_run *run, const char *words, arc_text text) {
  run->reason.size = 0;
  arc__buffer_string(&run->reason, words);
  arc__buffer_bytes(&run->reason, text.data, text.size);
}

static void coverage_say_day(coverage_run *run, const char *words, arc_day day) {
  char text[11] = "";
  arc_text shown = {text, 10};
  if (day == ARC_DAY_NONE || arc_day_format(text, day) != ARC_OK) shown.size = 0;
  coverage_say(run, words, shown);
}

/* The latest touch of an anchor that went out or was to; 0: none. */
static uint32_t coverage_touch(const arc__cadence_eval *eval, uint32_t anchor) {
  const arc__tables *t = eval->tables;
  for (uint32_t touch = arc__cadence_next_touch(eval, 0); touch;
       touch = arc__cadence_next_touch(eval, touch)) {
    uint32_t item = arc__u32(t, ARC__TOUCH_ITEM, touch);
    uint32_t end = item + arc__u32(t, ARC__TOUCH_ITEMS, touch);
    if (arc__touch_withheld(t, touch) || !arc__cadence_is_main(t, touch)) continue;
    if (arc__u32(t, ARC__TOUCH_ANCHOR, touch) == anchor) return touch;
    for (; item && item < end; item++)
      if (arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, item) == anchor) return touch;
  }
  return 0;
}

static int coverage_failed(const arc__cadence_eval *eval, uint32_t touch) {
  const arc__tables *t = eval->tables;
  int status = arc__u8(t, ARC__TOUCH_STATUS, touch);
  return (status == ARC_TOUCH_FAILED || status == ARC_TOUCH_BOUNCED) &&
         (!eval->past || arc__i32(t, ARC__TOUCH_OUTCOME_DAY, touch) <= eval->day);
}

/* Nothing further is due: by what went out, or because no step was reached. */
static coverage_state coverage_not_due(coverage_run *run, const arc__cadence_decision *d) {
  const arc__cadence_eval *eval = &run->eval;
  coverage_state s = {COVERAGE_WITHHELD, 0, 0};
  s.touch = d->anchor ? coverage_touch(eval, d->anchor) : 0;
  if (d->reason.size && d->outcome != ARC__CADENCE_PLAN) {
    coverage_say(run, "", d->reason);
    return s;
  }
  if (!s.touch) {
    coverage_say_day(run, "no step is due before ", d->wake);
    if (d->wake == ARC_DAY_NONE)
      coverage_say_day(run, "the policy has no step for it", ARC_DAY_NONE);
    return s;
  }
  s.state = coverage_failed(eval, s.touch) ? COVERAGE_FAILED : COVERAGE_TOUCHED;
  arc_text detail = arc__text(eval->tables, ARC__TOUCH_OUTCOME, s.touch);
  if (s.state == COVERAGE_FAILED) coverage_say(run, detail.size ? "" : "not delivered", detail);
  if (s.state == COVERAGE_FAILED) return s;
  arc_day on = arc__i32(eval->tables, ARC__TOUCH_DAY, s.touch);
  if (arc__u32(eval->tables, ARC__TOUCH_ANCHOR, s.touch) == d->anchor)
    s.late = on - d->due - arc__i32(eval->tables, ARC__TOUCH_OFFSET, s.touch);
  run->reason.size = 0;
  if (s.late > 0)
    arc__buffer_format(&run->reason, "%d day%s after its day", s.late, s.late == 1 ? "" : "s");
  return s;
}

static coverage_state coverage_judge(coverage_run *run, const arc__cadence_decision *d) {
  static const arc_text nothing = {"", 0};
  coverage_state s = {COVERAGE_WITHHELD, 0, 0};
  switch (d->outcome) {
  case ARC__CADENCE_NOT_DUE:
  case ARC__CADENCE_NOTHING_OPEN:
    return coverage_not_due(run, d);
  case ARC__CADENCE_NEVER_CHASED:
    coverage_say(run, "never chased: policy ", d->choice.name);
    break;
  case ARC__CADENCE_QUIET_DAY:
    coverage_say_day(run, "quiet day until ", d->wake);
    break;
  case ARC__CADENCE_LIMITED:
    coverage_say_day(run, "limit until ", d->until);
    break;
  case ARC__CADENCE_PLAN:
    coverage_say(run, "to be looked at again: the book changed since", nothing);
    break;
  default:
    coverage_say(run, "", d->reason);
  }
  if (d->anchor) s.touch = coverage_touch(&run->eval, d->anchor);
  if (d->outcome == ARC__CADENCE_PLAN && s.touch &&
      arc__i32(run->eval.tables, ARC__TOUCH_DAY, s.touch) == run->eval.day)
    return coverage_not_due(run, d); /* one step a day: the next one is for another day */
  return s;
}

static void coverage_add_row(coverage_run *run, const coverage_state *s, int64_t overdue) {
  static const char *const states[] = {"touched", "withheld", "failed"};
  const arc__tables *t = run->eval.tables;
  uint32_t account = run->eval.account, touch = s->touch;
  arc_text customer = arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account));
  arc_text step = arc__name(t, touch ? arc__u32(t, ARC__TOUCH_STEP, touch) : 0), key = {"", 0};
  char currency[4];
  arc__currency_unpack(currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  if (touch) key = arc__text(t, ARC__TOUCH_KEY, touch);
  arc__report_add_text(run->report, customer.data, customer.size);
  arc__report_add_string(run->report, currency);
  arc__report_add_integer(run->report, overdue);
  arc__report_add_string(run->report, states[s->state]);
  arc__report_add_text(run->report, (const char *)run->reason.data, run->reason.size);
  arc__report_add_text(run->report, step.data, step.size);
  arc__report_add_integer(run->report, touch ? arc__i32(t, ARC__TOUCH_DAY, touch) : ARC_DAY_NONE);
  arc__report_add_text(run->report, key.data, key.size);
}

static void coverage_count(arc_cadence_sums *sums, const coverage_state *s) {
  sums->overdue++;
  sums->touched += s->state == COVERAGE_TOUCHED;
  sums->withheld += s->state == COVERAGE_WITHHELD;
  sums->failed += s->state == COVERAGE_FAILED;
  sums->late += s->state == COVERAGE_TOUCHED && s->late > 0;
}

/* What the ledger says is past due, whatever the policy. */
static arc_status coverage_overdue(coverage_run *run, arc__open_items *items, uint32_t account,
                                   int64_t *overdue, arc_error *err) {
  const arc__tables *t = run->eval.tables;
  *overdue = 0;
  if (run->eval.view.current && arc__i64(t, ARC__ACCOUNT_RECEIVABLE, account) == 0) return ARC_OK;
  ARC__TRY(arc__view_open_items(&run->eval.view, account, items, err));
  for (size_t i = 0; i < items->count; i++)
    if (items->data[i].due < run->eval.day) *overdue += items->data[i].open;
  return ARC_OK;
}

/* Whether a group has anything past due: the others do not count for the certificate. */
static int coverage_group_overdue(const arc__cadence_eval *eval) {
  return eval->items.count && eval->items.data[0].due < eval->day;
}

/* By invoice, an account fares as its overdue invoice that fared worst: failed, withheld, touched
 * late, touched. */
static arc_status coverage_account(coverage_run *run, uint32_t account, int64_t overdue,
                                   arc_error *err) {
  arc__cadence_decision d;
  arc__buffer worst_reason;
  coverage_state worst = {COVERAGE_TOUCHED, -1, 0};
  arc_status status;
  int judged = 0;
  arc__buffer_init(&worst_reason, run->eval.cadence->heap);
  status = arc__cadence_begin(&run->eval, account, err);
  while (status >= 0 && (status = arc__cadence_decide(&run->eval, &d, err)) == ARC_OK) {
    if (judged && !coverage_group_overdue(&run->eval)) continue;
    coverage_state s = coverage_judge(run, &d);
    if (judged && (s.state < worst.state || (s.state == worst.state && s.late <= worst.late)))
      continue;
    judged = 1;
    worst = s;
    worst_reason.size = 0;
    arc__buffer_bytes(&worst_reason, run->reason.data, run->reason.size);
  }
  if (status >= 0 && (worst_reason.failed || run->reason.failed)) status = arc__fail_nomem(err);
  if (status >= 0) {
    run->reason.size = 0;
    arc__buffer_bytes(&run->reason, worst_reason.data, worst_reason.size);
    coverage_count(&run->sums, &worst);
    coverage_add_row(run, &worst, overdue);
  }
  arc__buffer_free(&worst_reason);
  return status;
}

static arc_status coverage_all(coverage_run *run, arc_error *err) {
  const arc__tables *t = run->eval.tables;
  arc__open_items items = {run->eval.cadence->heap, NULL, 0, 0};
  arc_status status = ARC_OK;
  for (uint32_t account = 1; account <= t->rows[ARC__TABLE_ACCOUNT] && status >= 0; account++) {
    int64_t overdue;
    status = coverage_overdue(run, &items, account, &overdue, err);
    if (status >= 0 && overdue > 0) status = coverage_account(run, account, overdue, err);
  }
  arc__open_items_free(&items);
  return status < 0 ? status : ARC_OK;
}

static arc_status coverage_check(const arc_cadence *cadence, arc_day day, arc_error *err) {
  arc_day planned = arc__i32(arc__ledger_tables(cadence->ledger), ARC__BOOK_PLANNED_DAY, 1);
  if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID,
                     "arc_cadence_coverage: the day must be in the years 1 to 9999");
  arc_day run = arc__ledger_last_day_run(cadence->ledger); /* nothing may have been due on it */
  if (cadence->last > planned) planned = cadence->last;
  if (run > planned) planned = run;
  if (day <= planned) return ARC_OK;
  return arc__fail(err, ARC_E_REFUSED, "the day was not planned yet: plan it first");
}

arc_status arc_cadence_coverage(arc_report **out, arc_cadence_sums *sums, arc_cadence *cadence,
                                arc_day day, arc_error *err) {
  static const arc__report_column columns[] = {
      {"customer", ARC_COLUMN_TEXT}, {"currency", ARC_COLUMN_TEXT}, {"overdue", ARC_COLUMN_MONEY},
      {"state", ARC_COLUMN_TEXT},    {"reason", ARC_COLUMN_TEXT},   {"step", ARC_COLUMN_TEXT},
      {"day", ARC_COLUMN_DAY},       {"key", ARC_COLUMN_TEXT}};
  arc_cadence_sums none = ARC_CADENCE_SUMS_INIT;
  coverage_run run;
  if (!out || !cadence)
    return arc__fail(err, ARC_E_INVALID,
                     "arc_cadence_coverage: out and the cadence must not be NULL");
  ARC__TRY(coverage_check(cadence, day, err));
  if (sums)
    ARC__TRY(ARC__WRITE(arc_cadence_sums, sums, &none, err));
  ARC__TRY(arc__cadence_refresh(cadence, err));
  memset(&run, 0, sizeof run);
  run.sums = none;
  run.sums.day = day;
  ARC__TRY(arc__cadence_eval_open(&run.eval, cadence, day, err));
  arc__buffer_init(&run.reason, cadence->heap);
  run.report = arc__report_new(cadence->heap, columns, sizeof columns / sizeof *columns);
  arc_status status = coverage_all(&run, err);
  arc__cadence_eval_close(&run.eval);
  arc__buffer_free(&run.reason);
  if (status < 0) {
    arc_report_free(run.report);
    return status;
  }
  ARC__TRY(arc__report_finish(out, run.report, err));
  return sums ? ARC__WRITE(arc_cadence_sums, sums, &run.sums, err)
              : ARC_OK;
}
