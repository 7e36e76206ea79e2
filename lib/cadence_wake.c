/* When to look at an account again: the next day on which time alone may change what is decided.
 * What a command changes, the ledger tells. A day too many costs a look; a day missed, a touch. */
#include "cadence_internal.h"

typedef struct wake_alarm {
  arc_day day, wake;
} wake_alarm;

static void wake_on(wake_alarm *alarm, int32_t on) {
  if (on > alarm->day && (alarm->wake == ARC_DAY_NONE || on < alarm->wake)) alarm->wake = on;
}

/* ---- exceptions ---- */

/* The day after the grace of the instalment that broke a plan. */
static arc_day wake_plan_end(const arc__cadence_eval *eval, uint32_t exception) {
  arc__plan plan;
  arc__view_plan(&eval->view, exception, &plan);
  if (plan.state != ARC__PLAN_BROKEN || plan.missed == ARC_DAY_NONE) return ARC_DAY_NONE;
  return plan.missed + arc__u16(eval->tables, ARC__EXCEPTION_GRACE, exception) + 1;
}

arc_day arc__cadence_exception_end(const arc__cadence_eval *eval, uint32_t exception) {
  const arc__tables *t = eval->tables;
  int kind = arc__u8(t, ARC__EXCEPTION_KIND, exception), promise;
  arc_day from = arc__i32(t, ARC__EXCEPTION_FROM, exception), end;
  arc_day until = arc__i32(t, ARC__EXCEPTION_UNTIL, exception);
  arc_day closed = arc__view_exception_closed(&eval->view, exception);
  if (exception > eval->view.exceptions || from > eval->day || kind == ARC__EXCEPTION_TASK) return ARC_DAY_NONE;
  if (kind == ARC__EXCEPTION_HOLD && arc__u8(t, ARC__EXCEPTION_CHANNEL, exception))
    return ARC_DAY_NONE;
  switch (kind) {
  case ARC__EXCEPTION_PROMISE:
    promise = arc__view_promise(&eval->view, exception, NULL);
    end = promise == ARC__PROMISE_BROKEN || promise == ARC__PROMISE_PARTLY_KEPT
              ? until + arc__u16(t, ARC__EXCEPTION_GRACE, exception) + 1
              : ARC_DAY_NONE;
    break;
  case ARC__EXCEPTION_PLAN:
    end = wake_plan_end(eval, exception);
    break;
  case ARC__EXCEPTION_HOLD:
    end = until == ARC_DAY_NONE ? ARC_DAY_NONE : until + 1;
    break;
  default:
    end = ARC_DAY_NONE;
  }
  if (closed != ARC_DAY_NONE && (end == ARC_DAY_NONE || closed < end)) end = closed;
  return end != ARC_DAY_NONE && end > from ? end : ARC_DAY_NONE;
}

/* An end, and the end of waiting after it. */
static void wake_end(wake_alarm *alarm, const arc__cadence_policy *policy, arc_day end) {
  wake_on(alarm, end);
  if (policy->resume_days && end != ARC_DAY_NONE) wake_on(alarm, end + policy->resume_days);
}

/* A plan may break after the grace of each of its instalments. */
static void wake_plan(const arc__tables *t, wake_alarm *alarm, const arc__cadence_policy *policy,
                      uint32_t exception) {
  uint32_t plan = arc__u32(t, ARC__EXCEPTION_OF_PLAN, exception);
  uint32_t first = arc__u32(t, ARC__PLAN_FIRST_PART, plan);
  for (uint32_t p = first; p < first + arc__u32(t, ARC__PLAN_PARTS, plan); p++)
    wake_end(alarm, policy,
             arc__i32(t, ARC__PLAN_PART_DUE, p) + arc__u16(t, ARC__EXCEPTION_GRACE, exception) + 1);
}

static void wake_exceptions(const arc__cadence_eval *eval, wake_alarm *alarm, uint32_t exception) {
  const arc__tables *t = eval->tables;
  const arc__cadence_policy *policy = eval->choice.policy;
  for (; exception; exception = arc__u32(t, ARC__EXCEPTION_NEXT, exception)) {
    arc_day until = arc__i32(t, ARC__EXCEPTION_UNTIL, exception);
    wake_on(alarm, arc__i32(t, ARC__EXCEPTION_FROM, exception));
    wake_end(alarm, policy, arc__i32(t, ARC__EXCEPTION_CLOSED, exception));
    if (arc__u8(t, ARC__EXCEPTION_KIND, exception) == ARC__EXCEPTION_PLAN)
      wake_plan(t, alarm, policy, exception);
    if (until == ARC_DAY_NONE) continue;
    wake_end(alarm, policy, until + arc__u16(t, ARC__EXCEPTION_GRACE, exception) + 1);
  }
}

/* ---- money ---- */

/* `next` is the column of a chain of entries. */
static void wake_entries(const arc__tables *t, wake_alarm *alarm, uint32_t entry, int next) {
  for (; entry; entry = arc__u32(t, next, entry)) {
    wake_on(alarm, arc__i32(t, ARC__ENTRY_DAY, entry));
    wake_on(alarm, arc__i32(t, ARC__ENTRY_UNDONE, entry));
  }
}

/* Money events after the day, of an account. */
static void wake_money(const arc__tables *t, wake_alarm *alarm, uint32_t account) {
  for (uint32_t v = arc__u32(t, ARC__ACCOUNT_INVOICE, account); v;
       v = arc__u32(t, ARC__INVOICE_NEXT, v)) {
    uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, v);
    wake_on(alarm, arc__i32(t, ARC__INVOICE_ISSUED, v));
    for (uint32_t i = 0; i < arc__u16(t, ARC__INVOICE_INSTALMENTS, v); i++)
      wake_entries(t, alarm, arc__u32(t, ARC__INSTALMENT_ENTRY, first + i),
                   ARC__ENTRY_NEXT_OF_INSTALMENT);
  }
  for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account); c;
       c = arc__u32(t, ARC__CREDIT_NEXT, c)) {
    wake_on(alarm, arc__i32(t, ARC__CREDIT_DAY, c));
    wake_on(alarm, arc__i32(t, ARC__CREDIT_IDENTIFIED, c));
    wake_on(alarm, arc__i32(t, ARC__CREDIT_REVERSED, c));
    /* also what it pays for others, and refunds */
    wake_entries(t, alarm, arc__u32(t, ARC__CREDIT_ENTRY, c), ARC__ENTRY_NEXT_OF_CREDIT);
  }
}

/* ---- steps ---- */

/* Who entered at the first step goes through the others with the same delay. */
static void wake_shifted(const arc__cadence_eval *eval, wake_alarm *alarm, uint32_t instalment) {
  const arc__cadence_policy *policy = eval->choice.policy;
  const arc__tables *t = eval->tables;
  for (uint32_t touch = arc__cadence_next_touch(eval, 0); touch;
       touch = arc__cadence_next_touch(eval, touch)) {
    if (arc__u32(t, ARC__TOUCH_ANCHOR, touch) != instalment || !arc__cadence_is_main(t, touch))
      continue;
    arc_day start = arc__i32(t, ARC__TOUCH_DAY, touch) - arc__i32(t, ARC__TOUCH_OFFSET, touch);
    for (size_t i = 0; i < policy->step_count; i++)
      wake_on(alarm, start + policy->steps[i].offset);
  }
}

static void wake_steps(const arc__cadence_eval *eval, wake_alarm *alarm, size_t i) {
  const arc__cadence_policy *policy = eval->choice.policy;
  const arc__open_item *item = &eval->items.data[i];
  for (size_t step = 0; step < policy->step_count; step++)
    wake_on(alarm, item->due + policy->steps[step].offset);
  for (size_t trigger = 0; trigger < policy->trigger_count; trigger++)
    wake_on(alarm, item->due + policy->triggers[trigger].age);
  if (policy->enter_first) wake_shifted(eval, alarm, item->instalment);
}

/* Whether the balance is what an instalment lacks for a step or an escalation that its age has
 * reached: others are looked at on their day. */
static int wake_lacks_balance(const arc__cadence_eval *eval, size_t i) {
  const arc__cadence_policy *policy = eval->choice.policy;
  if (i >= eval->items.count) return 0;
  int32_t age = eval->day - eval->items.data[i].due;
  for (size_t k = 0; k < policy->step_count && policy->steps[k].offset <= age; k++)
    if ((policy->steps[k].balance.is_set || policy->steps[k].share) &&
        policy->steps[k].offset > arc__cadence_step_done(eval, eval->items.data[i].instalment, 0))
      return 1;
  for (size_t k = 0; k < policy->trigger_count; k++)
    if (policy->triggers[k].balance.is_set && age >= policy->triggers[k].age) return 1;
  return 0;
}

arc_day arc__cadence_wake(const arc__cadence_eval *eval, const arc__cadence_decision *d) {
  const arc__tables *t = eval->tables;
  wake_alarm alarm = {eval->day, ARC_DAY_NONE};
  int balance = wake_lacks_balance(eval, 0) || wake_lacks_balance(eval, d->lead);
  if (d->outcome == ARC__CADENCE_LIMITED) wake_on(&alarm, d->until);
  if (d->arriving) wake_on(&alarm, eval->day + 1);
  if (!eval->view.current) wake_money(t, &alarm, d->account);
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, d->account);
  wake_exceptions(eval, &alarm, arc__u32(t, ARC__CUSTOMER_EXCEPTION, customer));
  wake_exceptions(eval, &alarm, arc__u32(t, ARC__BOOK_EXCEPTION, 1));
  for (size_t i = 0; i < eval->items.count; i++) {
    const arc__open_item *item = &eval->items.data[i];
    if (i == 0 || i == d->lead) wake_steps(eval, &alarm, i);
    wake_exceptions(eval, &alarm, arc__u32(t, ARC__INVOICE_EXCEPTION, item->invoice));
    if (balance) wake_on(&alarm, item->due + 1);
  }
  return alarm.wake;
}
