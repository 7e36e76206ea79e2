/* Matcher: runs over the payments that came, and records what is sure enough. How far it looked is a fact of the
 * book, recorded with the applications: a run that fails, or is cut off, is repeated and does the same. Costs the
 * payments that came, not the book. */
#include "arcollect/matcher.h"

#include "matcher_internal.h"
#include "struct_sizes.h"

#include <string.h>

#define MATCHER_SURE          1000000
#define MATCHER_APPLY_DEFAULT 950000

/* ---- open and close ---- */

static arc_status matcher_read_options(arc_matcher_options *o, const arc_matcher_options *options,
                                       arc_error *err) {
  arc_matcher_options none = ARC_MATCHER_OPTIONS_INIT;
  ARC__TRY(ARC__READ(arc_matcher_options, o, options ? options : &none, err));
  if (o->flags != 0) return arc__fail_field(err, ARC_E_INVALID, 0, 1, "flags must be 0");
  if (o->unmatched != ARC_UNMATCHED_ON_ACCOUNT && o->unmatched != ARC_UNMATCHED_OLDEST_FIRST)
    return arc__fail_field(err, ARC_E_INVALID, 0, 2,
                           "unmatched must be one of ARC_UNMATCHED_*, not %d", (int)o->unmatched);
  if (o->apply_ppm > MATCHER_SURE)
    return arc__fail_field(err, ARC_E_INVALID, 0, 3, "apply_ppm must be at most %d", MATCHER_SURE);
  if (o->tolerance < 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 4, "tolerance must not be negative");
  if (o->reserved != 0) return arc__fail_field(err, ARC_E_INVALID, 0, 6, "reserved must be 0");
  if (o->apply_ppm == 0) o->apply_ppm = MATCHER_APPLY_DEFAULT;
  return ARC_OK;
}

arc_status arc_matcher_open(arc_matcher **out, arc_ledger *ledger,
                            const arc_matcher_options *options, arc_error *err) {
  arc_matcher_options read;
  if (!out || !ledger) return arc__fail(err, ARC_E_INVALID, "out and ledger must not be NULL");
  *out = NULL;
  ARC__TRY(matcher_read_options(&read, options, err));
  arc_matcher *m = arc__alloc(arc__ledger_heap(ledger), sizeof *m);
  if (!m) return arc__fail_nomem(err);
  m->ledger = ledger;
  m->heap = arc__ledger_heap(ledger);
  m->tables = arc__ledger_tables(ledger);
  m->options = read;
  m->items.heap = m->heap;
  *out = m;
  return ARC_OK;
}

void arc_matcher_close(arc_matcher *m) {
  if (!m) return;
  arc__match_free(m, &m->scratch);
  arc__open_items_free(&m->items);
  arc__free(m->heap, m->later, m->later_capacity * sizeof *m->later);
  arc__match_index_free(m);
  arc__match_names_free(m);
  arc__match_advice_free(m);
  arc__free(m->heap, m->values, m->value_capacity * sizeof *m->values);
  arc__free(m->heap, m->found, m->found_capacity * sizeof *m->found);
  arc__free(m->heap, m, sizeof *m);
}

/* ---- the run ---- */

/* Payments that wait for a later day; replaces the list of the last run once all went well. */
typedef struct matcher_rows {
  uint32_t *data;
  size_t count, capacity;
} matcher_rows;

static arc_status matcher_collect(arc_matcher *m, arc__match_plan *plan, matcher_rows *later,
                                  uint32_t credit, arc_day day, arc_error *err) {
  int added;
  if (arc__i32(m->tables, ARC__CREDIT_DAY, credit) <= day)
    return arc__match_plan_add(m, plan, credit, &added, err);
  void *data = later->data;
  if (arc__grow(m->heap, &data, &later->capacity, later->count + 1, sizeof *later->data) < 0)
    return arc__fail_nomem(err);
  later->data = data;
  later->data[later->count++] = credit;
  return ARC_OK;
}

/* The book says how far payments were looked at; what is kept of that here is made anew when it is not that of
 * the last run: after opening, or when a batch was dropped. */
static arc_status matcher_collect_all(arc_matcher *m, arc__match_plan *plan, matcher_rows *later,
                                      arc_day day, arc_error *err) {
  const arc__tables *t = m->tables;
  uint32_t matched = arc__u32(t, ARC__BOOK_MATCHED_CREDIT, 1);
  arc_day matched_day = arc__i32(t, ARC__BOOK_MATCHED_DAY, 1);
  if (m->matched == matched && m->matched_day == matched_day) {
    for (size_t i = 0; i < m->later_count; i++)
      ARC__TRY(matcher_collect(m, plan, later, m->later[i], day, err));
  } else {
    for (uint32_t c = 1; c <= matched; c++)
      if (arc__i32(t, ARC__CREDIT_DAY, c) > matched_day)
        ARC__TRY(matcher_collect(m, plan, later, c, day, err));
  }
  for (uint32_t c = matched + 1; c <= t->rows[ARC__TABLE_CREDIT]; c++)
    ARC__TRY(matcher_collect(m, plan, later, c, day, err));
  ARC__TRY(arc__match_advice_update(m, err));
  return arc__match_advised(m, plan, err);
}

arc_status arc__match_update(arc_matcher *m, arc_error *err) {
  for (int kind = 0; kind < ARC__RULE_KINDS; kind++)
    m->learned[kind] = arc__match_learned(m->tables, kind);
  ARC__TRY(arc__match_index_update(m, err));
  ARC__TRY(arc__match_names_update(m, err));
  return arc__match_advice_update(m, err);
}

static arc_status matcher_decide_all(arc_matcher *m, arc__match_plan *plan, arc_day day,
                                     arc_error *err) {
  arc__view view;
  ARC__TRY(arc__match_update(m, err));
  ARC__TRY(arc__view_open(&view, m->ledger, day, err));
  arc_status status = arc__match_plan_decide(m, &view, plan, err);
  arc__view_close(&view);
  return status;
}

static arc_status matcher_post_rows(arc_matcher *m, const arc__match_plan *plan, arc_day day, arc_application *rows,
                                    arc__match_deduction *deductions, arc_error *err) {
  size_t count = 0, deducted = 0;
  for (size_t i = 0; i < plan->entry_count; i++) {
    const arc__match_payment *p = &plan->payments[plan->entries[i].payment];
    if (!p->applied || arc__match_is_void(&plan->entries[i])) continue;
    arc__match_application(m, &plan->entries[i], p->row, p->advice, day, &rows[count], &deductions[deducted]);
    deducted += rows[count++].deduction != NULL;
  }
  if (count) ARC__TRY(arc_ledger_post_applications(m->ledger, rows, count, err));
  for (size_t i = 0; i < plan->payment_count; i++)
    if (plan->payments[i].applied)
      ARC__TRY(arc__match_post_advice(m, plan->payments[i].row, plan->payments[i].advice, err));
  return ARC_OK;
}

static arc_status matcher_post(arc_matcher *m, const arc__match_plan *plan, arc_day day,
                               arc_error *err) {
  size_t deductions = 1;
  if (plan->entry_count == 0) return ARC_OK;
  for (size_t i = 0; i < plan->entry_count; i++)
    deductions += plan->entries[i].deduction > 0;
  arc_application *rows = arc__alloc(m->heap, plan->entry_count * sizeof *rows);
  arc__match_deduction *room = arc__alloc(m->heap, deductions * sizeof *room);
  arc_status status = rows && room ? matcher_post_rows(m, plan, day, rows, room, err) : arc__fail_nomem(err);
  arc__free(m->heap, rows, plan->entry_count * sizeof *rows);
  arc__free(m->heap, room, deductions * sizeof *room);
  return status;
}

/* What was decided, and that it was: one commit of its own, or within the caller's batch. */
static arc_status matcher_record(arc_matcher *m, const arc__match_plan *plan, arc_day day,
                                 arc_error *err) {
  arc__match_commit commit;
  ARC__TRY(arc__match_begin(m, &commit, err));
  arc_status status = matcher_post(m, plan, day, err);
  if (status >= 0) status = arc_ledger_post_day(m->ledger, day, ARC_DAY_IS_MATCHED, err);
  return arc__match_end(m, &commit, status, err);
}

/* The same for what is not recorded: what is kept of the last run stays. */
arc_status arc__match_plan_collect(arc_matcher *m, arc__match_plan *plan, arc_day day, arc_error *err) {
  matcher_rows later = {NULL, 0, 0};
  arc_status status = matcher_collect_all(m, plan, &later, day, err);
  arc__free(m->heap, later.data, later.capacity * sizeof *later.data);
  return status;
}

static arc_status matcher_run(arc_matcher *m, arc__match_plan *plan, matcher_rows *later,
                              arc_day day, arc_error *err) {
  uint32_t matched = arc__u32(m->tables, ARC__BOOK_MATCHED_CREDIT, 1);
  ARC__TRY(matcher_collect_all(m, plan, later, day, err));
  if (plan->payment_count > 0) ARC__TRY(matcher_decide_all(m, plan, day, err));
  if (plan->payment_count > 0 || m->tables->rows[ARC__TABLE_CREDIT] > matched ||
      m->tables->rows[ARC__TABLE_REMITTANCE] > arc__u32(m->tables, ARC__BOOK_MATCHED_REMITTANCE, 1))
    ARC__TRY(matcher_record(m, plan, day, err));
  m->matched = arc__u32(m->tables, ARC__BOOK_MATCHED_CREDIT, 1);
  m->matched_day = arc__i32(m->tables, ARC__BOOK_MATCHED_DAY, 1);
  matcher_rows old = {m->later, m->later_count, m->later_capacity};
  m->later = later->data;
  m->later_count = later->count;
  m->later_capacity = later->capacity;
  *later = old;
  return ARC_OK;
}

arc_status arc__match_check_day(const arc_matcher *m, arc_day day, int any, arc_error *err) {
  if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "day must be a day of the years 1 to 9999");
  ARC__TRY(arc__ledger_outside(m->ledger, err));
  if (any || day >= arc__i32(m->tables, ARC__BOOK_MATCHED_DAY, 1)) return ARC_OK;
  return arc__fail(err, ARC_E_REFUSED, "payments of a later day were looked at already: days only go forward");
}

arc_status arc_matcher_run(arc_matcher *m, arc_day day, size_t *applied, size_t *left,
                           arc_error *err) {
  if (!m) return arc__fail(err, ARC_E_INVALID, "matcher must not be NULL");
  ARC__TRY(arc__match_check_day(m, day, 0, err));
  arc__match_plan plan;
  matcher_rows later = {NULL, 0, 0};
  size_t done = 0, open = 0;
  memset(&plan, 0, sizeof plan);
  arc_status status = matcher_run(m, &plan, &later, day, err);
  for (size_t i = 0; i < plan.payment_count; i++) {
    done += plan.payments[i].decided != 0;
    open += !plan.payments[i].decided && !plan.payments[i].advised; /* others were counted before */
  }
  if (status == ARC_OK && applied) *applied = done;
  if (status == ARC_OK && left) *left = open;
  arc__match_plan_free(m, &plan);
  arc__free(m->heap, later.data, later.capacity * sizeof *later.data);
  return status;
}
