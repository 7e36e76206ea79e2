/* Which step an instalment calls for: by its age, the steps done, what is owed, and what the policy
 * says of entry and missed days. */
#include "cadence_internal.h"

#include "currency.h"
#include "wide.h"

/* ---- entering late ---- */

/* Days by which the steps of an instalment are late, because it entered at the first one: those of
 * the earliest touch that it called for. */
static int32_t steps_shift(const arc__cadence_eval *eval, uint32_t instalment, int *entered) {
  const arc__tables *t = eval->tables;
  arc_day first = ARC_DAY_NONE;
  int32_t offset = 0;
  for (uint32_t touch = arc__cadence_next_touch(eval, 0); touch;
       touch = arc__cadence_next_touch(eval, touch)) {
    if (arc__u32(t, ARC__TOUCH_ANCHOR, touch) != instalment || arc__touch_withheld(t, touch) ||
        !arc__cadence_is_main(t, touch))
      continue;
    arc_day on = arc__i32(t, ARC__TOUCH_DAY, touch);
    if (first != ARC_DAY_NONE && on >= first) continue;
    first = on;
    offset = arc__i32(t, ARC__TOUCH_OFFSET, touch);
  }
  *entered = first != ARC_DAY_NONE;
  int32_t late = *entered ? first - arc__i32(t, ARC__INSTALMENT_DUE, instalment) - offset : 0;
  return late > 0 ? late : 0;
}

/* ---- steps ---- */

/* What the group owes past due; before the step's due date, what the anchor does. With `all`, what
 * is paused counts too: the question is then what would have happened. */
int64_t arc__cadence_owed(const arc__cadence_eval *eval, int past_due, size_t anchor, int all) {
  int64_t total = 0;
  for (size_t i = 0; i < eval->items.count; i++) {
    int64_t amount = all ? eval->items.data[i].open : eval->chase[i].amount;
    if (past_due ? eval->items.data[i].due < eval->day : i == anchor) total += amount;
  }
  return total;
}

int arc__cadence_reaches(const arc__cadence_eval *eval, const arc__cadence_amount *least,
                         int64_t owed) {
  char currency[4];
  if (!least->is_set) return 1;
  arc__currency_unpack(currency, arc__u32(eval->tables, ARC__ACCOUNT_CURRENCY, eval->account));
  return owed >= arc__cadence_minor(least, currency);
}

/* owed / open >= share %, exactly. */
static int steps_shares(const arc__cadence_eval *eval, uint8_t share, int64_t owed) {
  arc__wide part = arc__wide_multiply((uint64_t)owed, 100);
  arc__wide whole = arc__wide_multiply((uint64_t)eval->open, share);
  return part.high != whole.high ? part.high > whole.high : part.low >= whole.low;
}

/* Whether enough is owed for the step. */
static int steps_enough(const arc__cadence_eval *eval, const arc__cadence_step *step, size_t anchor,
                        int all) {
  if (!step->balance.is_set && !step->share) return 1;
  int64_t owed = arc__cadence_owed(eval, step->offset > 0, anchor, all);
  return arc__cadence_reaches(eval, &step->balance, owed) && steps_shares(eval, step->share, owed);
}

/* The day of a step, or the next one that is not quiet. */
static int steps_on_time(const arc__cadence_eval *eval, arc_day day) {
  const arc__cadence_policy *policy = eval->choice.policy;
  if (day < ARC_DAY_FIRST || day > eval->day) return 0;
  if (arc__cadence_is_quiet(eval->cadence, policy, day))
    day = arc__cadence_next_day(eval->cadence, policy, day);
  return day == eval->day;
}

/* An anchor, as steps are looked for. */
typedef struct steps_anchor {
  size_t item;
  int32_t done, age, shift;
  int first, all; /* enters at the first step; counts what is paused */
} steps_anchor;

static int steps_can_take(const arc__cadence_eval *eval, const arc__cadence_step *step,
                          const steps_anchor *a) {
  return step->offset > a->done && step->offset <= a->age &&
         steps_enough(eval, step, a->item, a->all);
}

static const arc__cadence_step *steps_highest(const arc__cadence_eval *eval,
                                              const steps_anchor *a) {
  const arc__cadence_policy *policy = eval->choice.policy;
  for (size_t i = policy->step_count; i > 0 && policy->steps[i - 1].offset > a->done; i--)
    if (steps_can_take(eval, &policy->steps[i - 1], a)) return &policy->steps[i - 1];
  return NULL;
}

/* Who is past due and enters now needs no word of what is to come. */
static const arc__cadence_step *steps_lowest(const arc__cadence_eval *eval, const steps_anchor *a) {
  const arc__cadence_policy *policy = eval->choice.policy;
  const arc__cadence_step *early = NULL;
  for (size_t i = 0; i < policy->step_count; i++) {
    const arc__cadence_step *step = &policy->steps[i];
    if (!steps_can_take(eval, step, a)) continue;
    if (!a->first || a->age <= 0 || step->offset > 0) return step;
    if (!early) early = step;
  }
  return early;
}

/* The step that the age has reached, that comes after those done, and for which enough is owed. */
const arc__cadence_step *arc__cadence_find_step(const arc__cadence_eval *eval, size_t item,
                                                int withheld_too, int all,
                                                const arc__cadence_step **skipped) {
  const arc__cadence_policy *policy = eval->choice.policy;
  const arc__open_item *open = &eval->items.data[item];
  steps_anchor a = {
      item, arc__cadence_step_done(eval, open->instalment, 0), eval->day - open->due, 0, 0, all};
  *skipped = NULL;
  if (policy->enter_first) {
    int entered = 0;
    a.shift = steps_shift(eval, open->instalment, &entered);
    a.age -= a.shift;
    a.first = !entered;
  }
  if (withheld_too) {
    int32_t withheld = arc__cadence_step_done(eval, open->instalment, 1);
    if (withheld > a.done) a.done = withheld;
  }
  if (a.first || policy->missed == ARC__CADENCE_MISSED_ALL) return steps_lowest(eval, &a);
  const arc__cadence_step *step = steps_highest(eval, &a);
  if (!step || policy->missed != ARC__CADENCE_MISSED_SKIP ||
      steps_on_time(eval, open->due + a.shift + step->offset))
    return step;
  *skipped = step;
  return NULL;
}
