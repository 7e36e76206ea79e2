/* What bounced and goes by another channel reaches the customer on a day that nobody had looked at: all that forbids a
 * step is asked again. It decides, and changes nothing. Cost: the account's touches, and the text of a policy. */
#include "cadence_again.h"

#include "cadence_internal.h"
#include "error.h"

#include <string.h>

/* The version of the policy that called for a touch, read into *room; the built-in one where the book has none. */
static arc_status again_pinned(const arc_cadence *cadence, arc_text name, uint32_t version, arc__cadence_policy *room,
                               const arc__cadence_policy **pinned, arc_error *err) {
  arc_text text = arc__cadence_version_text(arc__ledger_tables(cadence->ledger), name, version);
  *pinned = text.size ? room : &cadence->built_in;
  return text.size ? arc__cadence_policy_parse(room, text.data, text.size, err) : ARC_OK;
}

/* Whether one of the policies has nothing against it. */
static int again_allows(arc__cadence_eval *eval, const arc__cadence_policy *policy, const arc_touch *touch,
                        uint32_t account, uint32_t anchor) {
  arc__cadence_step step = {0};
  arc__cadence_decision d = {0};
  if (!policy || policy->lines & ARC__CADENCE_LINE_NEVER ||
      arc__cadence_is_quiet(eval->cadence, policy, eval->day))
    return 0;
  step.channel = (uint8_t)touch->channel;
  step.tone = (uint8_t)touch->tone;
  d.choice.policy = policy;
  d.step = &step;
  d.account = account;
  d.channel = touch->channel;
  d.due = arc__i32(eval->tables, ARC__INSTALMENT_DUE, anchor);
  return !arc__cadence_is_barred(policy, &step, eval->day - d.due) && arc__cadence_limit(eval, &d, 0) <= eval->day;
}

/* The sums fit: they are parts of the account's balance. */
static int again_may_be_paid(const arc__cadence_eval *eval, const arc_touch *touch) {
  int64_t unapplied = arc__view_unapplied(&eval->view, eval->account), total = 0;
  for (uint32_t i = 0; i < touch->item_count; i++) {
    int64_t amount = touch->items[i].amount;
    if (amount <= unapplied || arc__cadence_arrived(eval, amount)) return 1;
    total += amount;
  }
  return arc__cadence_arrived(eval, total);
}

static uint32_t again_checks(const arc__cadence_policy *policy, int32_t channel) {
  uint32_t checks = ARC_CHECK_OPEN | ARC_CHECK_DISPUTE | ARC_CHECK_PROMISE | ARC_CHECK_PLAN | ARC_CHECK_HOLD |
                    ARC_CHECK_FLAGS | ARC_CHECK_OPT_OUT | ARC_CHECK_ONCE;
  if (policy->pauses & ARC__CADENCE_PAUSE_CASH) checks |= ARC_CHECK_CASH;
  if (policy->quiet_weekends || policy->quiet_holidays) checks |= ARC_CHECK_QUIET_DAY;
  return checks | arc__cadence_limit_checks(policy, channel);
}

static arc_status again_decide(arc__cadence_eval *eval, const arc_touch *touch, uint32_t account, uint32_t anchor,
                               const arc__cadence_policy *pinned, uint32_t *checks, arc_error *err) {
  const arc__cadence_policy *now;
  ARC__TRY(arc__cadence_begin(eval, account, err));
  now = eval->choice.policy;
  if (!again_allows(eval, now, touch, account, anchor) || !again_allows(eval, pinned, touch, account, anchor))
    return ARC_OK;
  if ((now->pauses | pinned->pauses) & ARC__CADENCE_PAUSE_CASH && again_may_be_paid(eval, touch)) return ARC_OK;
  *checks = again_checks(pinned, touch->channel);
  return ARC_OK;
}

arc_status arc__cadence_again(arc_cadence *cadence, const arc_touch *touch, uint32_t account, uint32_t anchor,
                              uint32_t *checks, arc_error *err) {
  const arc__cadence_policy *pinned;
  arc__cadence_policy policy;
  arc__cadence_eval eval;
  arc_status status;
  *checks = 0;
  ARC__TRY(again_pinned(cadence, touch->policy, touch->policy_version, &policy, &pinned, err));
  ARC__TRY(arc__cadence_refresh(cadence, err));
  ARC__TRY(arc__cadence_eval_open(&eval, cadence, touch->day, err));
  status = again_decide(&eval, touch, account, anchor, pinned, checks, err);
  arc__cadence_eval_close(&eval);
  return status < 0 ? status : ARC_OK;
}

arc_status arc__cadence_otherwise(const arc_cadence *cadence, uint32_t touch, int32_t *channel, arc_error *err) {
  const arc__tables *t = arc__ledger_tables(cadence->ledger);
  arc_text step = arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch));
  const arc__cadence_policy *pinned;
  arc__cadence_policy policy;
  *channel = ARC_CHANNEL_NONE;
  ARC__TRY(again_pinned(cadence, arc__name(t, arc__u32(t, ARC__TOUCH_POLICY, touch)),
                        arc__u32(t, ARC__TOUCH_VERSION, touch), &policy, &pinned, err));
  for (size_t i = 0; i < pinned->step_count; i++)
    if (strlen(pinned->steps[i].name) == step.size && memcmp(pinned->steps[i].name, step.data, step.size) == 0)
      *channel = pinned->steps[i].otherwise;
  return ARC_OK;
}
