/* What the cadence says about one account on one day. Nothing here changes anything but the
 * caller's scratch memory. Cost: the account's open items and their exceptions; its touches when a
 * step is due; all its items while the book has money events after the day. */
#include "cadence_internal.h"

#include "currency.h"
#include "error.h"
#include "text.h"

#include <string.h>

#define CADENCE_DECIDE_REASON_MAX      512
#define CADENCE_DECIDE_BUSINESS_WITHIN 366

arc_status arc__cadence_eval_open(arc__cadence_eval *eval, const arc_cadence *cadence, arc_day day,
                                  arc_error *err) {
  memset(eval, 0, sizeof *eval);
  ARC__TRY(arc__view_open(&eval->view, cadence->ledger, day, err));
  eval->cadence = cadence;
  eval->tables = arc__ledger_tables(cadence->ledger);
  eval->day = day;
  eval->items.heap = cadence->heap;
  arc__buffer_init(&eval->reason, cadence->heap);
  return ARC_OK;
}

void arc__cadence_eval_close(arc__cadence_eval *eval) {
  const arc__heap *heap = eval->cadence->heap;
  arc__view_close(&eval->view);
  arc__open_items_free(&eval->items);
  arc__free(heap, eval->chase, eval->chase_capacity * sizeof *eval->chase);
  arc__buffer_free(&eval->reason);
}

/* ---- reasons ---- */

static void cadence_decide_say(arc__cadence_eval *eval, const char *word) {
  arc__buffer_string(&eval->reason, word);
}

static void cadence_decide_say_text(arc__cadence_eval *eval, const char *before, arc_text text) {
  arc__buffer_string(&eval->reason, before);
  arc__buffer_bytes(&eval->reason, text.data, text.size);
}

static void cadence_decide_say_day(arc__cadence_eval *eval, const char *before, arc_day day) {
  char text[11];
  if (day == ARC_DAY_NONE || arc_day_format(text, day) != ARC_OK) return;
  cadence_decide_say(eval, before);
  cadence_decide_say(eval, text);
}

/* What was said, cut to what the ledger takes as a reason. */
static arc_text cadence_decide_said(const arc__cadence_eval *eval) {
  arc_text text = {(const char *)eval->reason.data, eval->reason.size};
  if (text.size > CADENCE_DECIDE_REASON_MAX)
    text.size = arc__text_whole(text.data, CADENCE_DECIDE_REASON_MAX);
  return text;
}

static void cadence_decide_say_exception(arc__cadence_eval *eval, uint32_t exception) {
  const arc__tables *t = eval->tables;
  uint32_t invoice = arc__u32(t, ARC__EXCEPTION_INVOICE, exception);
  int hold = arc__u8(t, ARC__EXCEPTION_KIND, exception) == ARC__EXCEPTION_HOLD;
  uint32_t customer = arc__u32(t, ARC__EXCEPTION_CUSTOMER, exception);
  cadence_decide_say_text(eval, hold ? "hold " : "promise ",
                          invoice ? arc__invoice_number(t, invoice)
                                  : arc__text(t, ARC__CUSTOMER_KEY, customer));
  int32_t channel = arc__u8(t, ARC__EXCEPTION_CHANNEL, exception);
  if (hold && channel) {
    cadence_decide_say(eval, " by ");
    cadence_decide_say(eval, arc__cadence_channel(channel));
  }
  cadence_decide_say_day(eval, " until ", arc__i32(t, ARC__EXCEPTION_UNTIL, exception));
  arc_text reason = arc__text(t, ARC__EXCEPTION_REASON, exception);
  if (reason.size) cadence_decide_say_text(eval, ": ", reason);
}

/* "INV-7 is 12 days past due", and what happens besides. */
static void cadence_decide_say_step(arc__cadence_eval *eval, const arc__cadence_decision *d) {
  uint32_t invoice = arc__u32(eval->tables, ARC__INSTALMENT_INVOICE, d->anchor);
  int32_t age = eval->day - d->due, days = age < 0 ? -age : age;
  char number[21];
  arc__format_integer(number, days);
  cadence_decide_say_text(eval, "", arc__invoice_number(eval->tables, invoice));
  cadence_decide_say(eval, age < 0 ? " is due in " : age == 0 ? " is due today" : " is ");
  if (age != 0) {
    cadence_decide_say(eval, number);
    cadence_decide_say(eval, days == 1 ? " day" : " days");
    cadence_decide_say(eval, age > 0 ? " past due" : "");
  }
  if (d->step->warn_hold) cadence_decide_say(eval, "; credit hold warning");
}

/* ---- days and limits ---- */

int arc__cadence_is_quiet(const arc_cadence *cadence, const arc__cadence_policy *policy,
                          arc_day day) {
  if (arc_calendar_is_business_day(cadence->calendar, day)) return 0;
  return arc_calendar_is_weekend(cadence->calendar, day) ? policy->quiet_weekends
                                                         : policy->quiet_holidays;
}

arc_day arc__cadence_next_day(const arc_cadence *cadence, const arc__cadence_policy *policy,
                              arc_day day) {
  arc_day next = day + 1;
  while (next < day + CADENCE_DECIDE_BUSINESS_WITHIN &&
         arc__cadence_is_quiet(cadence, policy, next))
    next++;
  return next;
}

static int cadence_decide_ends_with(arc_text text, const char *end) {
  size_t size = strlen(end);
  return text.size >= size && memcmp(text.data + text.size - size, end, size) == 0;
}

/* Whether a touch counts towards a limit. An escalation reaches nobody at the customer; a call
 * besides is one more call, but not one more occasion. */
static int cadence_decide_counts(const arc__tables *t, uint32_t touch, int calls) {
  arc_text step = arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch));
  int32_t channel = arc__u8(t, ARC__TOUCH_CHANNEL, touch);
  if (arc__u8(t, ARC__TOUCH_STATUS, touch) == ARC_TOUCH_WITHHELD) return 0;
  if (cadence_decide_ends_with(step, ARC__CADENCE_ESCALATE)) return 0;
  if (calls) return channel == ARC_CHANNEL_CALL || channel == ARC_CHANNEL_VOICE;
  return !cadence_decide_ends_with(step, ARC__CADENCE_CALL);
}

/* The day on which the oldest of the touches that fill a limit leaves its window; `day`: not
 * filled. `count` touches of the day itself are not recorded yet. */
static arc_day cadence_decide_cap_until(const arc__tables *t, const arc__cadence_cap *cap,
                                        uint32_t account, int32_t count, arc_day day) {
  arc_day oldest = day;
  for (uint32_t touch = arc__u32(t, ARC__ACCOUNT_TOUCH, account); touch;
       touch = arc__u32(t, ARC__TOUCH_NEXT, touch)) {
    arc_day on = arc__i32(t, ARC__TOUCH_DAY, touch);
    if (on <= day - cap->days || !cadence_decide_counts(t, touch, cap->calls)) continue;
    count++;
    if (on < oldest) oldest = on;
  }
  return count < cap->count ? day : oldest + cap->days;
}

static int cadence_decide_is_call(int32_t channel) {
  return channel == ARC_CHANNEL_CALL || channel == ARC_CHANNEL_VOICE;
}

arc_day arc__cadence_limit(const arc__tables *t, const arc__cadence_decision *d, int besides,
                           arc_day day) {
  const arc__cadence_policy *policy = d->choice.policy;
  arc_day until = day;
  int main_calls = cadence_decide_is_call(d->channel);
  for (size_t i = 0; i < policy->cap_count; i++) {
    const arc__cadence_cap *cap = &policy->caps[i];
    if (cap->calls ? !besides && !main_calls : besides) continue;
    arc_day cap_until = cadence_decide_cap_until(t, cap, d->account, besides && main_calls, day);
    if (cap_until > until) until = cap_until;
  }
  return until;
}

/* ---- contacts ---- */

/* Says why nobody can be reached, if so. */
static void cadence_decide_contact(arc__cadence_eval *eval, arc__cadence_decision *d,
                                   uint32_t customer) {
  int found = arc__contact_for(eval->tables, customer, d->channel, &d->contact);
  if (found == ARC__CONTACT_NO_ADDRESS && d->channel == ARC_CHANNEL_EMAIL) {
    int letter = arc__contact_for(eval->tables, customer, ARC_CHANNEL_LETTER, &d->contact);
    if (letter != ARC__CONTACT_NO_ADDRESS) {
      d->channel = ARC_CHANNEL_LETTER;
      found = letter;
    }
  }
  if (found == ARC__CONTACT_NO_ADDRESS) {
    cadence_decide_say(eval, "no address for ");
  } else if (found == ARC__CONTACT_OPTED_OUT) {
    cadence_decide_say(eval, "opted out of ");
  } else {
    return;
  }
  cadence_decide_say(eval, arc__cadence_channel(d->channel));
}

/* ---- money ---- */

/* A hold on the invoice or its customer for this channel (0: for all); 0: none that counts. */
static uint32_t cadence_decide_held(const arc__cadence_eval *eval,
                                    const arc__cadence_policy *policy, uint32_t invoice,
                                    int32_t channel) {
  if (!(policy->pauses & ARC__CADENCE_PAUSE_HOLD)) return 0;
  return arc__view_pause(&eval->view, invoice, channel, 1u << ARC__EXCEPTION_HOLD);
}

static uint32_t cadence_decide_paused(const arc__cadence_eval *eval,
                                      const arc__cadence_policy *policy, uint32_t invoice) {
  unsigned kinds = policy->pauses & ARC__CADENCE_PAUSE_HOLD ? 1u << ARC__EXCEPTION_HOLD : 0;
  if (policy->pauses & ARC__CADENCE_PAUSE_PROMISE) kinds |= 1u << ARC__EXCEPTION_PROMISE;
  if (policy->pauses & ARC__CADENCE_PAUSE_PLAN) kinds |= 1u << ARC__EXCEPTION_PLAN;
  return kinds ? arc__view_pause(&eval->view, invoice, 0, kinds) : 0;
}

/* What is settled by a command of a later day is not asked for either. */
static void cadence_decide_drop_settled(arc__cadence_eval *eval) {
  size_t kept = 0;
  for (size_t i = 0; i < eval->items.count; i++) {
    arc__open_item item = eval->items.data[i];
    int64_t open = arc__i64(eval->tables, ARC__INSTALMENT_OPEN, item.instalment);
    if (item.open > open) item.open = open;
    if (item.open > 0) eval->items.data[kept++] = item;
  }
  eval->items.count = kept;
}

static int64_t cadence_decide_chaseable(const arc__cadence_eval *eval,
                                        const arc__cadence_policy *policy,
                                        const arc__open_item *item) {
  int64_t amount = item->open;
  if (policy->pauses & ARC__CADENCE_PAUSE_DISPUTE) {
    int64_t undisputed = arc__view_undisputed(&eval->view, item->instalment);
    if (undisputed < amount) amount = undisputed;
  }
  return amount > 0 && !cadence_decide_paused(eval, policy, item->invoice) ? amount : 0;
}

/* Fills chase[]; *anchor is the first item of which anything may be chased, or the count. */
static arc_status cadence_decide_chase(arc__cadence_eval *eval, const arc__cadence_policy *policy,
                                       size_t *anchor, arc_error *err) {
  size_t count = eval->items.count;
  if (arc__grow(eval->cadence->heap, (void **)&eval->chase, &eval->chase_capacity, count,
                sizeof *eval->chase) != ARC_OK)
    return arc__fail_nomem(err);
  *anchor = count;
  for (size_t i = 0; i < count; i++) {
    eval->chase[i] = cadence_decide_chaseable(eval, policy, &eval->items.data[i]);
    if (eval->chase[i] && *anchor == count) *anchor = i;
  }
  return ARC_OK;
}

/* A touch lists what is due, and what is due together with an anchor that is not yet. */
static int cadence_decide_listed(const arc__cadence_eval *eval, const arc__cadence_decision *d,
                                 size_t i) {
  arc_day last = d->due > eval->day ? d->due : eval->day;
  return eval->items.data[i].due <= last && eval->chase[i] > 0;
}

int64_t arc__cadence_asked(const arc__cadence_eval *eval, const arc__cadence_decision *d, size_t i,
                           int32_t channel) {
  if (!cadence_decide_listed(eval, d, i)) return 0;
  return cadence_decide_held(eval, d->choice.policy, eval->items.data[i].invoice, channel)
             ? 0
             : eval->chase[i];
}

/* The sums fit: they are parts of the account's balance. */
static int cadence_decide_cash_covers(const arc__cadence_eval *eval,
                                      const arc__cadence_decision *d) {
  int64_t total = 0;
  if (!(d->choice.policy->pauses & ARC__CADENCE_PAUSE_CASH)) return 0;
  for (size_t i = 0; i < eval->items.count; i++)
    if (cadence_decide_listed(eval, d, i)) total += eval->chase[i];
  return arc__view_unapplied(&eval->view, d->account) >= total;
}

/* ---- steps ---- */

/* Whether the account owes enough for the step: in all that is past due, or before that in the
 * anchor. With `all`, what is paused counts too: the question is then what would have happened. */
static int cadence_decide_enough(const arc__cadence_eval *eval, uint32_t account,
                                 const arc__cadence_step *step, size_t anchor, int all) {
  if (!step->balance.is_set) return 1;
  int64_t total = 0;
  for (size_t i = 0; i < eval->items.count; i++) {
    int64_t amount = all ? eval->items.data[i].open : eval->chase[i];
    if (step->offset > 0 ? eval->items.data[i].due < eval->day : i == anchor) total += amount;
  }
  char currency[4];
  arc__currency_unpack(currency, arc__u32(eval->tables, ARC__ACCOUNT_CURRENCY, account));
  int64_t need = arc__cadence_minor(&step->balance, currency);
  return total >= need;
}

/* The highest step that the age has reached, that comes after `done`, and for which enough is owed.
 */
static const arc__cadence_step *cadence_decide_step(const arc__cadence_eval *eval,
                                                    const arc__cadence_decision *d, size_t item,
                                                    int32_t done, int all) {
  const arc__cadence_policy *policy = d->choice.policy;
  int32_t age = eval->day - eval->items.data[item].due;
  for (size_t i = policy->step_count; i > 0; i--) {
    const arc__cadence_step *step = &policy->steps[i - 1];
    if (step->offset <= done) break;
    if (step->offset <= age && cadence_decide_enough(eval, d->account, step, item, all))
      return step;
  }
  return NULL;
}

static void cadence_decide_take(arc__cadence_decision *d, const arc__open_item *item,
                                const arc__cadence_step *step) {
  d->step = step;
  d->anchor = item->instalment;
  d->due = item->due;
  d->channel = step ? step->channel : ARC_CHANNEL_NONE;
}

static const char *cadence_decide_flag(uint32_t flags) {
  if (flags & ARC_CUSTOMER_DO_NOT_CONTACT) return "do not contact";
  if (flags & ARC_CUSTOMER_INSOLVENT) return "insolvent";
  if (flags & ARC_CUSTOMER_DECEASED) return "deceased";
  if (flags & ARC_CUSTOMER_LEGAL) return "legal";
  return NULL;
}

/* Says what forbids a step that is due, if anything does. */
static void cadence_decide_forbid(arc__cadence_eval *eval, arc__cadence_decision *d,
                                  uint32_t customer) {
  const char *flag = cadence_decide_flag(arc__u32(eval->tables, ARC__CUSTOMER_FLAGS, customer));
  if (flag) {
    cadence_decide_say(eval, flag);
    return;
  }
  if (cadence_decide_cash_covers(eval, d)) {
    cadence_decide_say(eval, "unapplied cash");
    return;
  }
  cadence_decide_contact(eval, d, customer);
  if (eval->reason.size) return;
  uint32_t hold =
      cadence_decide_held(eval, d->choice.policy,
                          arc__u32(eval->tables, ARC__INSTALMENT_INVOICE, d->anchor), d->channel);
  if (hold)
    cadence_decide_say_exception(eval, hold);
  else if (d->step->needs_approval)
    cadence_decide_say(eval, "needs approval");
}

/* A step of the oldest instalment that may be chased. */
static void cadence_decide_due(arc__cadence_eval *eval, arc__cadence_decision *d, size_t anchor) {
  const arc__open_item *item = &eval->items.data[anchor];
  int32_t done = arc__i32(eval->tables, ARC__INSTALMENT_STEP, item->instalment);
  cadence_decide_take(d, item, cadence_decide_step(eval, d, anchor, done, 0));
  if (!d->step) return;
  cadence_decide_forbid(eval, d, arc__u32(eval->tables, ARC__ACCOUNT_CUSTOMER, d->account));
  if (eval->reason.size) {
    int32_t withheld = arc__i32(eval->tables, ARC__INSTALMENT_STEP_WITHHELD, item->instalment);
    d->outcome = d->step->offset > withheld ? ARC__CADENCE_WITHHOLD : ARC__CADENCE_WITHHELD_BEFORE;
    return;
  }
  cadence_decide_say_step(eval, d);
  d->until = arc__cadence_limit(eval->tables, d, 0, eval->day);
  d->outcome = d->until > eval->day ? ARC__CADENCE_LIMITED : ARC__CADENCE_PLAN;
}

/* A step of the oldest instalment, of which nothing may be chased: it is withheld once. */
static void cadence_decide_oldest_paused(arc__cadence_eval *eval, arc__cadence_decision *d) {
  const arc__tables *t = eval->tables;
  const arc__open_item *item = &eval->items.data[0];
  int32_t done = arc__i32(t, ARC__INSTALMENT_STEP, item->instalment);
  int32_t withheld = arc__i32(t, ARC__INSTALMENT_STEP_WITHHELD, item->instalment);
  const arc__cadence_step *step =
      cadence_decide_step(eval, d, 0, done > withheld ? done : withheld, 1);
  if (!step && d->anchor) return; /* there is more to say of the anchor */
  cadence_decide_take(d, item, step);
  d->outcome = step ? ARC__CADENCE_WITHHOLD : ARC__CADENCE_PAUSED;
  eval->reason.size = 0;
  uint32_t exception = cadence_decide_paused(eval, d->choice.policy, item->invoice);
  if (exception)
    cadence_decide_say_exception(eval, exception);
  else
    cadence_decide_say_text(eval, "dispute ", arc__invoice_number(t, item->invoice));
}

/* ---- when to look again ---- */

typedef struct cadence_decide_alarm {
  arc_day day, wake;
} cadence_decide_alarm;

static void cadence_decide_wake(cadence_decide_alarm *alarm, int32_t on) {
  if (on > alarm->day && (alarm->wake == ARC_DAY_NONE || on < alarm->wake)) alarm->wake = on;
}

/* A plan may break after the grace of each of its instalments. */
static void cadence_decide_wake_plan(const arc__tables *t, cadence_decide_alarm *alarm,
                                     uint32_t exception) {
  uint32_t plan = arc__u32(t, ARC__EXCEPTION_OF_PLAN, exception);
  uint32_t first = arc__u32(t, ARC__PLAN_FIRST_PART, plan);
  for (uint32_t p = first; p < first + arc__u32(t, ARC__PLAN_PARTS, plan); p++)
    cadence_decide_wake(alarm, arc__i32(t, ARC__PLAN_PART_DUE, p) +
                                   arc__u16(t, ARC__EXCEPTION_GRACE, exception) + 1);
}

static void cadence_decide_wake_exceptions(const arc__tables *t, cadence_decide_alarm *alarm,
                                           uint32_t exception) {
  for (; exception; exception = arc__u32(t, ARC__EXCEPTION_NEXT, exception)) {
    arc_day until = arc__i32(t, ARC__EXCEPTION_UNTIL, exception);
    cadence_decide_wake(alarm, arc__i32(t, ARC__EXCEPTION_FROM, exception));
    cadence_decide_wake(alarm, arc__i32(t, ARC__EXCEPTION_CLOSED, exception));
    if (arc__u8(t, ARC__EXCEPTION_KIND, exception) == ARC__EXCEPTION_PLAN)
      cadence_decide_wake_plan(t, alarm, exception);
    if (until == ARC_DAY_NONE) continue;
    cadence_decide_wake(alarm, until + arc__u16(t, ARC__EXCEPTION_GRACE, exception) + 1);
  }
}

static void cadence_decide_wake_step(const arc__cadence_policy *policy, cadence_decide_alarm *alarm,
                                     arc_day due) {
  for (size_t i = 0; i < policy->step_count; i++)
    cadence_decide_wake(alarm, due + policy->steps[i].offset);
}

static void cadence_decide_wake_entries(const arc__tables *t, cadence_decide_alarm *alarm,
                                        uint32_t entry) {
  for (; entry; entry = arc__u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, entry)) {
    cadence_decide_wake(alarm, arc__i32(t, ARC__ENTRY_DAY, entry));
    cadence_decide_wake(alarm, arc__i32(t, ARC__ENTRY_UNDONE, entry));
  }
}

/* Money events after the day, of an account. */
static void cadence_decide_wake_money(const arc__tables *t, cadence_decide_alarm *alarm,
                                      uint32_t account) {
  for (uint32_t v = arc__u32(t, ARC__ACCOUNT_INVOICE, account); v;
       v = arc__u32(t, ARC__INVOICE_NEXT, v)) {
    uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, v);
    cadence_decide_wake(alarm, arc__i32(t, ARC__INVOICE_ISSUED, v));
    for (uint32_t i = 0; i < arc__u16(t, ARC__INVOICE_INSTALMENTS, v); i++)
      cadence_decide_wake_entries(t, alarm, arc__u32(t, ARC__INSTALMENT_ENTRY, first + i));
  }
  for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account); c;
       c = arc__u32(t, ARC__CREDIT_NEXT, c)) {
    cadence_decide_wake(alarm, arc__i32(t, ARC__CREDIT_DAY, c));
    cadence_decide_wake(alarm, arc__i32(t, ARC__CREDIT_IDENTIFIED, c));
    cadence_decide_wake(alarm, arc__i32(t, ARC__CREDIT_REVERSED, c));
  }
}

static int cadence_decide_asks_balance(const arc__cadence_policy *policy) {
  for (size_t i = 0; i < policy->step_count; i++)
    if (policy->steps[i].balance.is_set) return 1;
  return 0;
}

static arc_day cadence_decide_next(const arc__cadence_eval *eval, const arc__cadence_decision *d,
                                   size_t anchor) {
  const arc__tables *t = eval->tables;
  const arc__cadence_policy *policy = d->choice.policy;
  cadence_decide_alarm alarm = {eval->day, ARC_DAY_NONE};
  int cash = (policy->pauses & ARC__CADENCE_PAUSE_CASH) &&
             arc__view_unapplied(&eval->view, d->account) > 0;
  int balance = cadence_decide_asks_balance(policy);
  if (d->outcome == ARC__CADENCE_LIMITED) cadence_decide_wake(&alarm, d->until);
  if (!eval->view.current) cadence_decide_wake_money(t, &alarm, d->account);
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, d->account);
  cadence_decide_wake_exceptions(t, &alarm, arc__u32(t, ARC__CUSTOMER_EXCEPTION, customer));
  for (size_t i = 0; i < eval->items.count; i++) {
    const arc__open_item *item = &eval->items.data[i];
    if (i == 0 || i == anchor) cadence_decide_wake_step(policy, &alarm, item->due);
    cadence_decide_wake_exceptions(t, &alarm, arc__u32(t, ARC__INVOICE_EXCEPTION, item->invoice));
    if (cash) cadence_decide_wake(&alarm, item->due);
    if (balance) cadence_decide_wake(&alarm, item->due + 1);
  }
  return alarm.wake;
}

/* ---- the decision ---- */

arc_status arc__cadence_decide(arc__cadence_eval *eval, uint32_t account, arc__cadence_decision *d,
                               arc_error *err) {
  size_t anchor = 0;
  memset(d, 0, sizeof *d);
  eval->reason.size = 0;
  eval->items.count = 0;
  d->account = account;
  d->due = d->until = d->wake = ARC_DAY_NONE;
  d->choice =
      arc__cadence_choose(eval->cadence, arc__u32(eval->tables, ARC__ACCOUNT_CUSTOMER, account));
  d->outcome = ARC__CADENCE_NEVER_CHASED;
  if (!d->choice.policy) return ARC_OK;
  d->outcome = ARC__CADENCE_QUIET_DAY;
  if (arc__cadence_is_quiet(eval->cadence, d->choice.policy, eval->day)) {
    d->wake = arc__cadence_next_day(eval->cadence, d->choice.policy, eval->day);
    return ARC_OK;
  }
  ARC__TRY(arc__view_open_items(&eval->view, account, &eval->items, err));
  cadence_decide_drop_settled(eval);
  ARC__TRY(cadence_decide_chase(eval, d->choice.policy, &anchor, err));
  d->outcome = eval->items.count ? ARC__CADENCE_NOT_DUE : ARC__CADENCE_NOTHING_OPEN;
  if (anchor < eval->items.count) cadence_decide_due(eval, d, anchor);
  if (eval->items.count && !eval->chase[0] && d->outcome < ARC__CADENCE_WITHHOLD)
    cadence_decide_oldest_paused(eval, d);
  d->wake = cadence_decide_next(eval, d, anchor);
  d->reason = cadence_decide_said(eval);
  return eval->reason.failed ? arc__fail_nomem(err) : ARC_OK;
}

arc_text arc__cadence_withhold_call(arc__cadence_eval *eval, const arc__cadence_decision *d) {
  arc__cadence_decision call = *d;
  const arc__tables *t = eval->tables;
  eval->reason.size = 0;
  call.channel = ARC_CHANNEL_CALL;
  cadence_decide_contact(eval, &call, arc__u32(t, ARC__ACCOUNT_CUSTOMER, d->account));
  uint32_t hold = cadence_decide_held(
      eval, d->choice.policy, arc__u32(t, ARC__INSTALMENT_INVOICE, d->anchor), ARC_CHANNEL_CALL);
  arc_day until = arc__cadence_limit(t, d, 1, eval->day);
  if (eval->reason.size == 0 && hold) cadence_decide_say_exception(eval, hold);
  if (eval->reason.size == 0 && until > eval->day)
    cadence_decide_say_day(eval, "limit of calls until ", until);
  return cadence_decide_said(eval);
}
