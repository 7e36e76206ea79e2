#include "ledger_internal.h"

#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns the command that ends what was opened: disputes, holds, plans and tasks, and what was made of a reply. What
 * each end does to the state is said where the thing itself is. */

/* What an end of this kind may say besides its key and day. */
static arc_status ends_check_form(const arc__input *in, arc_end *e) {
  ARC__TRY(arc__input_options(in, e->options, e->kind == ARC_END_DISPUTE ? ARC_OUR_ERROR : 0, 0));
  ARC__TRY(arc__input_line(in, &e->author, 3, "author"));
  ARC__TRY(arc__input_line(in, &e->reason, 4, "reason"));
  ARC__TRY(arc__input_day(in, e->day, 5, "day"));
  if (!e->author.size || e->kind == ARC_END_TASK || e->kind == ARC_END_REPLY) return ARC_OK;
  return arc__fail_field(in->err, ARC_E_INVALID, in->index, 3, "author is for the ends of tasks and replies");
}

/* Of a dispute and a task, what came of it is kept and compared, too. */
static int ends_same(const arc__tables *t, const arc_end *e, uint32_t x) {
  if (arc__i32(t, ARC__EXCEPTION_CLOSED, x) != e->day) return 0;
  if (e->kind == ARC_END_HOLD || e->kind == ARC_END_PLAN) return 1;
  if (!arc__text_equal(e->reason, arc__name(t, arc__u32(t, ARC__EXCEPTION_OUTCOME, x)))) return 0;
  if (e->kind == ARC_END_TASK) return arc__erasure_same(e->author, arc__text(t, ARC__EXCEPTION_BY, x));
  return ((e->options & ARC_OUR_ERROR) != 0) == arc__u8(t, ARC__EXCEPTION_OUR_ERROR, x);
}

static arc_status ends_dispute(arc_ledger *ledger, const arc_end *e, uint32_t x, arc_error *err) {
  arc__dispute_resolution_record r = {x, e->day, (e->options & ARC_OUR_ERROR) != 0, e->reason};
  ARC__TRY(arc__check_dispute_resolution(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_DISPUTE_RESOLUTION, &r, err);
}

static arc_status ends_hold(arc_ledger *ledger, const arc_end *e, uint32_t x, arc_error *err) {
  arc__hold_release_record r = {x, e->day, e->reason};
  ARC__TRY(arc__check_hold_release(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_HOLD_RELEASE, &r, err);
}

static arc_status ends_plan(arc_ledger *ledger, const arc_end *e, uint32_t x, arc_error *err) {
  arc__plan_end_record r = {x, e->day, e->reason};
  ARC__TRY(arc__check_plan_end(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_PLAN_END, &r, err);
}

static arc_status ends_task(arc_ledger *ledger, const arc_end *e, uint32_t x, arc_error *err) {
  arc__task_end_record r = {x, e->day, e->author, e->reason};
  ARC__TRY(arc__check_task_end(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_TASK_END, &r, err);
}

/* Kinds that are rows among the exceptions, by ARC_END_*. */
static const struct {
  int exception;
  arc_status (*record)(arc_ledger *ledger, const arc_end *e, uint32_t x, arc_error *err);
} ends_kinds[] = {{0, NULL},
                  {ARC__EXCEPTION_DISPUTE, ends_dispute},
                  {ARC__EXCEPTION_HOLD, ends_hold},
                  {ARC__EXCEPTION_PLAN, ends_plan},
                  {ARC__EXCEPTION_TASK, ends_task}};

static arc_status ends_exception(const arc__input *in, arc_ledger *ledger, arc_end *e) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t x;
  ARC__TRY(arc__input_exception(in, &e->key, ends_kinds[e->kind].exception, 2, &x));
  if (ends_same(t, e, x)) return ARC_ALREADY;
  if (arc__i32(t, ARC__EXCEPTION_CLOSED, x) != ARC_DAY_NONE) return arc__input_exists(in, e->key, "end");
  return ends_kinds[e->kind].record(ledger, e, x, in->err);
}

static arc_status ends_reply(const arc__input *in, arc_ledger *ledger, arc_end *e) {
  const arc__tables *t = ARC__L(ledger);
  arc__reply_undo_record r = {0, e->day, e->author, e->reason};
  ARC__TRY(arc__text_check(&e->key, 1, ARC__TOUCH_KEY_MAX, ARC__TEXT_LINE, "reply", in->index, 2, in->err));
  r.reply = arc__index_find(t, ARC__INDEX_REPLY, e->key, 0);
  if (!r.reply)
    return arc__fail_field(in->err, ARC_E_NOT_FOUND, in->index, 2, "no reply has the key \"%.*s\"", (int)e->key.size,
                           e->key.data);
  if (arc__i32(t, ARC__REPLY_UNDONE, r.reply) == e->day &&
      arc__text_equal(r.author, arc__name(t, arc__u32(t, ARC__REPLY_UNDONE_BY, r.reply))) &&
      arc__erasure_same(r.reason, arc__text(t, ARC__REPLY_UNDONE_REASON, r.reply)))
    return ARC_ALREADY;
  ARC__TRY(arc__check_reply_undo(ledger, &r, in->err));
  return arc__ledger_record(ledger, ARC__RECORD_REPLY_UNDO, &r, in->err);
}

static arc_status ends_end(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_end *e = row;
  if (e->kind < ARC_END_DISPUTE || e->kind > ARC_END_REPLY)
    return arc__fail_field(err, ARC_E_INVALID, index, 6, "kind must be one of ARC_END_*");
  ARC__TRY(ends_check_form(&in, e));
  return e->kind == ARC_END_REPLY ? ends_reply(&in, ledger, e) : ends_exception(&in, ledger, e);
}

arc_status arc_ledger_post_ends(arc_ledger *ledger, const arc_end *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_end, ledger, rows, count, ends_end, err);
}
