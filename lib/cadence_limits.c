/* When nothing may go out: quiet days and hours, limits of touches and calls, and rests after
 * conversations. A profile's rules count beside the policy's own; the stricter one holds. Cost: the
 * account's touches. */
#include "cadence_internal.h"

#include "error.h"
#include "text.h"

#include <string.h>

#define LIMITS_BUSINESS_WITHIN 366
/* 12 CFR 1006.14(b)(2): 7 calls in 7 days, none within 7 days after a conversation. */
#define LIMITS_CALLS 7
#define LIMITS_DAYS  7
/* 12 CFR 1006.6(b): 21:00 to 8:00 of the consumer's time. */
#define LIMITS_QUIET_FROM  (21 * 60)
#define LIMITS_QUIET_UNTIL (8 * 60)

/* What protects consumers in the US is kept for all of them: a rule of this project. */
static int limits_consumer(const arc__cadence_policy *policy) {
  return policy->profile == ARC__CADENCE_PROFILE_CONSUMER_US ||
         policy->profile == ARC__CADENCE_PROFILE_CONSUMER_OTHER;
}

/* ---- quiet days and hours ---- */

int arc__cadence_is_quiet(const arc_cadence *cadence, const arc__cadence_policy *policy,
                          arc_day day) {
  switch (arc_calendar_kind(cadence->calendar, day)) {
  case ARC_CALENDAR_WEEKEND: return policy->quiet_weekends;
  case ARC_CALENDAR_BUSINESS: return 0;
  default: return policy->quiet_holidays;
  }
}

arc_day arc__cadence_next_day(const arc_cadence *cadence, const arc__cadence_policy *policy,
                              arc_day day) {
  arc_day next = day + 1;
  while (next < day + LIMITS_BUSINESS_WITHIN && arc__cadence_is_quiet(cadence, policy, next))
    next++;
  return next;
}

size_t arc__cadence_quiet_hours(const arc__cadence_policy *policy, arc__cadence_hours hours[2]) {
  size_t count = 0;
  if (policy->has_quiet_hours) {
    hours[count].from = policy->quiet_from;
    hours[count++].until = policy->quiet_until;
  }
  if (limits_consumer(policy)) {
    hours[count].from = LIMITS_QUIET_FROM;
    hours[count++].until = LIMITS_QUIET_UNTIL;
  }
  return count;
}

/* ---- touches before ---- */

static int limits_ends_with(arc_text text, const char *end) {
  size_t size = strlen(end);
  return text.size >= size && memcmp(text.data + text.size - size, end, size) == 0;
}

int arc__cadence_is_call(int32_t channel) {
  return channel == ARC_CHANNEL_CALL || channel == ARC_CHANNEL_VOICE;
}

static int limits_escalation(const arc__tables *t, uint32_t touch) {
  return limits_ends_with(arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch)), ARC__CADENCE_ESCALATE);
}

int arc__cadence_is_main(const arc__tables *t, uint32_t touch) {
  return !limits_escalation(t, touch) &&
         !limits_ends_with(arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch)), ARC__CADENCE_CALL);
}

/* Whether a message has come back by the day: it reached nobody. */
static int limits_bounced(const arc__cadence_eval *eval, uint32_t touch) {
  return arc__u8(eval->tables, ARC__TOUCH_STATUS, touch) == ARC_TOUCH_BOUNCED &&
         arc__i32(eval->tables, ARC__TOUCH_OUTCOME_DAY, touch) <= eval->day;
}

/* Whether a touch counts towards a limit. An escalation reaches nobody at the customer; a call
 * besides is one more call, but not one more occasion. */
static int limits_counts(const arc__cadence_eval *eval, uint32_t touch, int calls) {
  const arc__tables *t = eval->tables;
  if (arc__touch_withheld(t, touch) || limits_escalation(t, touch) ||
      arc__u8(t, ARC__TOUCH_CHANNEL, touch) == ARC_CHANNEL_PLACEMENT)
    return 0;
  if (calls) return arc__cadence_is_call(arc__u8(t, ARC__TOUCH_CHANNEL, touch));
  return arc__cadence_is_main(t, touch) && !limits_bounced(eval, touch);
}

/* The day on which the oldest of the touches that fill a limit leaves its window; the day itself:
 * not filled. `count` touches of the day are not recorded yet. */
static arc_day limits_cap_until(const arc__cadence_eval *eval, const arc__cadence_cap *cap,
                                int32_t count) {
  const arc__tables *t = eval->tables;
  arc_day day = eval->day, oldest = day;
  for (uint32_t touch = arc__cadence_next_touch(eval, 0); touch;
       touch = arc__cadence_next_touch(eval, touch)) {
    arc_day on = arc__i32(t, ARC__TOUCH_DAY, touch);
    if (on <= day - cap->days || !limits_counts(eval, touch, cap->calls)) continue;
    count++;
    if (on < oldest) oldest = on;
  }
  return count < cap->count ? day : oldest + cap->days;
}

/* The first day on which the rest after every conversation is over. */
static arc_day limits_rest_until(const arc__cadence_eval *eval, int32_t days) {
  const arc__tables *t = eval->tables;
  arc_day until = eval->day;
  for (uint32_t touch = arc__cadence_next_touch(eval, 0); touch;
       touch = arc__cadence_next_touch(eval, touch)) {
    arc_day talked = arc__i32(t, ARC__TOUCH_OUTCOME_DAY, touch);
    if (arc__u8(t, ARC__TOUCH_STATUS, touch) != ARC_TOUCH_DELIVERED || talked > eval->day ||
        !arc__cadence_is_call(arc__u8(t, ARC__TOUCH_CHANNEL, touch)))
      continue;
    if (talked + days > until) until = talked + days;
  }
  return until;
}

static int32_t limits_rest(const arc__cadence_policy *policy) {
  int32_t days = limits_consumer(policy) ? LIMITS_DAYS : 0;
  return policy->rest_days > days ? policy->rest_days : days;
}

static arc_day limits_later(arc_day a, arc_day b) {
  return a > b ? a : b;
}

arc_day arc__cadence_limit(const arc__cadence_eval *eval, const arc__cadence_decision *d,
                           int besides) {
  static const arc__cadence_cap consumer = {LIMITS_CALLS, LIMITS_DAYS, 1};
  const arc__cadence_policy *policy = d->choice.policy;
  int main_call = arc__cadence_is_call(d->channel), call = besides || main_call;
  int32_t now_calls = eval->planned_calls + (besides && main_call);
  arc_day until = eval->day;
  if (d->step->channel == ARC_CHANNEL_PLACEMENT) return until; /* reaches nobody at the customer */
  for (size_t i = 0; i < policy->cap_count; i++) {
    const arc__cadence_cap *cap = &policy->caps[i];
    if (cap->calls ? !call : besides) continue;
    until =
        limits_later(until, limits_cap_until(eval, cap, cap->calls ? now_calls : eval->planned));
  }
  if (!call) return until;
  if (limits_consumer(policy))
    until = limits_later(until, limits_cap_until(eval, &consumer, now_calls));
  if (limits_rest(policy))
    until = limits_later(until, limits_rest_until(eval, limits_rest(policy)));
  return until;
}

uint32_t arc__cadence_limit_checks(const arc__cadence_policy *policy, int32_t channel) {
  int call = arc__cadence_is_call(channel);
  uint32_t checks = call && limits_rest(policy) ? ARC_CHECK_CONVERSATION : 0;
  if (call && limits_consumer(policy)) checks |= ARC_CHECK_LIMIT;
  for (size_t i = 0; i < policy->cap_count; i++)
    if (call || !policy->caps[i].calls) checks |= ARC_CHECK_LIMIT;
  return checks;
}
