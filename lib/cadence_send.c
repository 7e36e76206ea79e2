/* When a touch may go out by the customer's clock. */
#include "cadence_internal.h"

#include "error.h"
#include "text.h"

#include <string.h>

#define SEND_MINUTE 60000
#define SEND_DAY    (24 * 60)
#define SEND_WITHIN 366 /* days */

/* Rounded down, also before 1970. */
static int64_t send_divide(int64_t value, int64_t by) {
  return value / by - (value % by < 0);
}

/* The contact's distance to UTC: of whoever is written to. */
static int32_t send_offset(const arc__tables *t, uint32_t touch) {
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__TOUCH_ACCOUNT, touch)),
           contact = 0;
  arc__contact_of_role(t, customer, arc__u8(t, ARC__TOUCH_CHANNEL, touch),
                       arc__u8(t, ARC__TOUCH_ROLES, touch), &contact);
  return contact ? arc__i32(t, ARC__CONTACT_UTC_OFFSET, contact) : 0;
}

/* The minute of the local clock from which the first of the quiet hours that cover it is over; the
 * minute itself if none does. */
static int64_t send_after_hours(const arc__cadence_policy *policy, int64_t minute) {
  arc__cadence_hours hours[2];
  size_t count = arc__cadence_quiet_hours(policy, hours);
  int32_t of_day = (int32_t)(minute - send_divide(minute, SEND_DAY) * SEND_DAY);
  for (size_t i = 0; i < count; i++) {
    int32_t from = hours[i].from, until = hours[i].until, wait = until - of_day;
    if (from < until ? of_day >= from && of_day < until : of_day >= from || of_day < until)
      return minute + (wait > 0 ? wait : wait + SEND_DAY);
  }
  return minute;
}

/* The first minute of the local clock that is not quiet, not before `minute`; -1 in *found: none.
 */
static int64_t send_minute(const arc_cadence *cadence, const arc__cadence_policy *policy,
                           int64_t minute, int *found) {
  int64_t last = minute + (int64_t)SEND_WITHIN * SEND_DAY;
  *found = 1;
  while (minute < last) {
    int64_t day = send_divide(minute, SEND_DAY), later;
    if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST) break;
    if (arc__cadence_is_quiet(cadence, policy, (arc_day)day)) {
      minute = (day + 1) * SEND_DAY;
      continue;
    }
    later = send_after_hours(policy, minute);
    if (later == minute) return minute;
    minute = later;
  }
  *found = 0;
  return minute;
}

static arc_status send_find(int64_t *from, const arc_cadence *cadence, uint32_t touch,
                            int64_t instant, const arc__cadence_policy *policy, arc_error *err) {
  int64_t shift = (int64_t)send_offset(arc__ledger_tables(cadence->ledger), touch) * SEND_MINUTE;
  int64_t local = instant + shift, minute = send_divide(local, SEND_MINUTE);
  int found;
  int64_t free_minute = send_minute(cadence, policy, minute, &found);
  if (!found)
    return arc__fail(err, ARC_E_REFUSED,
                     "the policy leaves no time within a year to send the touch");
  *from = free_minute == minute ? instant : free_minute * SEND_MINUTE - shift;
  return ARC_OK;
}

arc_status arc_cadence_send_from(int64_t *from, const arc_cadence *cadence, const char *key,
                                 size_t size, int64_t instant, arc_error *err) {
  const int64_t limit = (int64_t)ARC_DAY_LAST * SEND_DAY * SEND_MINUTE;
  if (!from || !cadence || (!key && size))
    return arc__fail(err, ARC_E_INVALID,
                     "arc_cadence_send_from: from, the cadence and the key must not be NULL");
  if (instant < -limit || instant > limit)
    return arc__fail(err, ARC_E_INVALID, "arc_cadence_send_from: the instant is out of range");
  ARC__TRY(arc__ledger_outside(cadence->ledger, err));
  const arc__tables *t = arc__ledger_tables(cadence->ledger);
  arc_text text = {key, arc__text_size(key, size)};
  uint32_t touch = text.size ? arc__index_find(t, ARC__INDEX_TOUCH, text, 0) : 0;
  if (!touch) return arc__fail(err, ARC_E_NOT_FOUND, "no touch has this key");
  arc__cadence_policy policy;
  text = arc__cadence_version_text(t, arc__name(t, arc__u32(t, ARC__TOUCH_POLICY, touch)),
                                   arc__u32(t, ARC__TOUCH_VERSION, touch));
  if (text.size == 0) return send_find(from, cadence, touch, instant, &cadence->built_in, err);
  ARC__TRY(arc__cadence_policy_parse(&policy, text.data, text.size, err));
  return send_find(from, cadence, touch, instant, &policy, err);
}
