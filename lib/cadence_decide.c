/* What the cadence says about one account on one day. Nothing here changes anything but the
 * caller's scratch memory. Cost: the account's open items and their exceptions; its touches when a
 * step is due; all its items while the book has money events after the day. */
#include "cadence_internal.h"

#include "currency.h"
#include "error.h"
#include "text.h"

#include <string.h>

#define DECIDE_REASON_MAX 512

/* ---- reasons ---- */

static void decide_say(arc__cadence_eval *eval, const char *word) {
  arc__buffer_string(&eval->reason, word);
}

static void decide_say_text(arc__cadence_eval *eval, const char *before, arc_text text) {
  arc__buffer_string(&eval->reason, before);
  arc__buffer_bytes(&eval->reason, text.data, text.size);
}

static void decide_say_day(arc__cadence_eval *eval, const char *before, arc_day day) {
  char text[11];
  if (day == ARC_DAY_NONE || arc_day_format(text, day) != ARC_OK) return;
  decide_say(eval, before);
  decide_say(eval, text);
}

/* What was said, cut to what the ledger takes as a reason. */
static arc_text decide_said(const arc__cadence_eval *eval) {
  arc_text text = {(const char *)eval->reason.data, eval->reason.size};
  if (text.size > DECIDE_REASON_MAX) text.size = arc__text_whole(text.data, DECIDE_REASON_MAX);
  return text;
}

static void decide_say_exception(arc__cadence_eval *eval, uint32_t exception) {
  static const char *const kinds[] = {"", "dispute ", "promise ", "hold ", "plan ", "task "};
  const arc__tables *t = eval->tables;
  uint32_t invoice = arc__u32(t, ARC__EXCEPTION_INVOICE, exception);
  int kind = arc__u8(t, ARC__EXCEPTION_KIND, exception);
  uint32_t customer = arc__u32(t, ARC__EXCEPTION_CUSTOMER, exception);
  decide_say_text(eval, kinds[kind],
                  invoice    ? arc__invoice_number(t, invoice)
                  : customer ? arc__text(t, ARC__CUSTOMER_KEY, customer)
                             : (arc_text){"of everybody", 12});
  int32_t channel = arc__u8(t, ARC__EXCEPTION_CHANNEL, exception);
  if (kind == ARC__EXCEPTION_HOLD && channel) {
    decide_say(eval, " by ");
    decide_say(eval, arc__cadence_channel(channel));
  }
  if (kind != ARC__EXCEPTION_DISPUTE)
    decide_say_day(eval, " until ", arc__i32(t, ARC__EXCEPTION_UNTIL, exception));
  arc_text reason = arc__text(t, ARC__EXCEPTION_REASON, exception);
  if (reason.size && kind != ARC__EXCEPTION_DISPUTE) decide_say_text(eval, ": ", reason);
}

/* "INV-7 is 12 days past due", and what happens besides. */
static void decide_say_step(arc__cadence_eval *eval, const arc__cadence_decision *d) {
  uint32_t invoice = arc__u32(eval->tables, ARC__INSTALMENT_INVOICE, d->anchor);
  int32_t age = eval->day - d->due, days = age < 0 ? -age : age;
  char number[21];
  arc__format_integer(number, days);
  decide_say_text(eval, "", arc__invoice_number(eval->tables, invoice));
  decide_say(eval, age < 0 ? " is due in " : age == 0 ? " is due today" : " is ");
  if (age != 0) {
    decide_say(eval, number);
    decide_say(eval, days == 1 ? " day" : " days");
    decide_say(eval, age > 0 ? " past due" : "");
  }
  if (d->step->warn_hold) decide_say(eval, "; credit hold warning");
}

/* ---- contacts ---- */

static int decide_find_contact(const arc__cadence_eval *eval, arc__cadence_decision *d,
                               int32_t channel) {
  uint32_t customer = arc__u32(eval->tables, ARC__ACCOUNT_CUSTOMER, d->account);
  return arc__contact_of_role(eval->tables, customer, channel, d->step->roles, &d->contact);
}

/* Says why nobody can be reached, if so. Without an address the step falls back on the channel that
 * it states, an e-mail that states none on a letter. */
static void decide_contact(arc__cadence_eval *eval, arc__cadence_decision *d) {
  int32_t otherwise = d->step->otherwise;
  int found = decide_find_contact(eval, d, d->channel);
  if (!otherwise && d->channel == ARC_CHANNEL_EMAIL) otherwise = ARC_CHANNEL_LETTER;
  if (found == ARC__CONTACT_NO_ADDRESS && otherwise && d->channel == d->step->channel) {
    int fallen = decide_find_contact(eval, d, otherwise);
    if (fallen != ARC__CONTACT_NO_ADDRESS) {
      d->channel = otherwise;
      found = fallen;
    }
  }
  if (found == ARC__CONTACT_NO_ADDRESS)
    decide_say(eval, "no address for ");
  else if (found == ARC__CONTACT_OPTED_OUT)
    decide_say(eval, "opted out of ");
  else
    return;
  decide_say(eval, arc__cadence_channel(d->channel));
}

/* ---- cash of unknown payers ---- */

/* Whether cash just received of an unknown payer could pay what a touch asks for: all of it, or one
 * of its items. The sums fit: they are parts of the account's balance. */
static int decide_may_be_paid(const arc__cadence_eval *eval, const arc__cadence_decision *d) {
  int64_t total = 0;
  if (!eval->arrival_count || !(eval->choice.policy->pauses & ARC__CADENCE_PAUSE_CASH)) return 0;
  for (size_t i = 0; i < eval->items.count; i++) {
    int64_t amount = arc__cadence_asked(eval, d, i, d->channel);
    if (amount > 0 && arc__cadence_arrived(eval, amount)) return 1;
    total += amount;
  }
  return arc__cadence_arrived(eval, total);
}

/* ---- what forbids a step ---- */

static void decide_take(arc__cadence_decision *d, const arc__open_item *item,
                        const arc__cadence_step *step) {
  d->step = step;
  d->anchor = item->instalment;
  d->due = item->due;
  d->channel = step ? step->channel : ARC_CHANNEL_NONE;
}

static const char *decide_flag(uint32_t flags) {
  if (flags & ARC_CUSTOMER_DO_NOT_CONTACT) return "do not contact";
  if (flags & ARC_CUSTOMER_INSOLVENT) return "insolvent";
  if (flags & ARC_CUSTOMER_DECEASED) return "deceased";
  if (flags & ARC_CUSTOMER_LEGAL) return "legal";
  return NULL;
}

void arc__cadence_put_key(arc__buffer *b, const arc__tables *t, const arc__cadence_decision *d,
                          const char *step, const char *besides, int withheld) {
  arc_text customer =
      arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, d->account));
  arc_text anchor = arc__text(t, ARC__INVOICE_KEY, arc__u32(t, ARC__INSTALMENT_INVOICE, d->anchor));
  char currency[4];
  arc__currency_unpack(currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, d->account));
  arc__buffer_bytes(b, customer.data, customer.size);
  arc__buffer_format(b, "|%s|", currency);
  arc__buffer_bytes(b, anchor.data, anchor.size);
  arc__buffer_format(b, "#%u|", arc__instalment_number(t, d->anchor));
  if (d->step && step == d->step->name) arc__buffer_format(b, "%dd|", d->step->offset);
  arc__buffer_format(b, "%s%s%s", step, besides, withheld ? "|withheld" : "");
}

/* The touch of a decision that was recorded before; 0: none. Uses the end of the buffer. */
static uint32_t decide_recorded(arc__cadence_eval *eval, const arc__cadence_decision *d,
                                const char *step, const char *besides, int withheld) {
  size_t start = eval->reason.size;
  arc__cadence_put_key(&eval->reason, eval->tables, d, step, besides, withheld);
  arc_text key = {(const char *)eval->reason.data + start, eval->reason.size - start};
  uint32_t touch =
      eval->reason.failed ? 0 : arc__index_find(eval->tables, ARC__INDEX_TOUCH, key, 0);
  eval->reason.size = start;
  return touch;
}

/* Says that a human has not approved of the step, if it needs that. */
static void decide_approval(arc__cadence_eval *eval, arc__cadence_decision *d) {
  const arc__tables *t = eval->tables;
  if (!d->step->needs_approval) return;
  uint32_t touch = decide_recorded(eval, d, d->step->name, "", 1);
  uint32_t status = touch ? arc__u8(t, ARC__TOUCH_STATUS, touch) : ARC_TOUCH_WITHHELD;
  if (touch && eval->past && arc__i32(t, ARC__TOUCH_OUTCOME_DAY, touch) > eval->day)
    status = ARC_TOUCH_WITHHELD;
  if (status == ARC_TOUCH_APPROVED) {
    d->checks |= ARC_CHECK_APPROVAL;
  } else if (status == ARC_TOUCH_REFUSED) {
    decide_say_text(eval, "refused by ", arc__text(t, ARC__TOUCH_OUTCOME, touch));
  } else {
    decide_say(eval, "needs approval");
  }
}

/* Whether a step threatens, or hands the debt to somebody who enforces it. */
static int decide_enforces(const arc__cadence_step *step) {
  return step->channel == ARC_CHANNEL_PLACEMENT ? !step->decides : step->tone == ARC_TONE_FINAL;
}

int arc__cadence_is_barred(const arc__cadence_policy *policy, const arc__cadence_step *step, int32_t age) {
  return policy->barred_days && decide_enforces(step) && age > policy->barred_days;
}

/* Says that the debt is too old to be enforced, if the policy knows when that is. */
static void decide_barred(arc__cadence_eval *eval, const arc__cadence_decision *d) {
  const arc__cadence_policy *policy = eval->choice.policy;
  if (arc__cadence_is_barred(policy, d->step, eval->day - d->due))
    decide_say_day(eval, "time-barred since ", d->due + policy->barred_days + 1);
}

/* Says what forbids a step that is due, if anything does. */
static void decide_forbid(arc__cadence_eval *eval, arc__cadence_decision *d) {
  const arc__tables *t = eval->tables;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, d->account);
  const char *flag = decide_flag(arc__u32(t, ARC__CUSTOMER_FLAGS, customer));
  if (flag) {
    decide_say(eval, flag);
    return;
  }
  decide_barred(eval, d);
  if (eval->reason.size) return;
  decide_contact(eval, d);
  if (eval->reason.size) return;
  uint32_t hold = arc__cadence_held(eval, arc__u32(t, ARC__INSTALMENT_INVOICE, d->anchor), d->channel);
  if (hold)
    decide_say_exception(eval, hold);
  else
    decide_approval(eval, d);
}

static uint32_t decide_checks(const arc__cadence_eval *eval, const arc__cadence_decision *d) {
  const arc__cadence_policy *policy = eval->choice.policy;
  uint32_t checks = ARC_CHECK_OPEN | ARC_CHECK_DISPUTE | ARC_CHECK_PROMISE | ARC_CHECK_PLAN |
                    ARC_CHECK_HOLD | ARC_CHECK_FLAGS | ARC_CHECK_ONCE;
  if (policy->pauses & ARC__CADENCE_PAUSE_CASH) checks |= ARC_CHECK_CASH;
  if (d->contact) checks |= ARC_CHECK_OPT_OUT;
  if (policy->barred_days && decide_enforces(d->step)) checks |= ARC_CHECK_NOT_BARRED;
  if (policy->quiet_weekends || policy->quiet_holidays) checks |= ARC_CHECK_QUIET_DAY;
  return checks | arc__cadence_limit_checks(policy, d->channel);
}

/* A step of the oldest instalment that may be chased. */
static void decide_due(arc__cadence_eval *eval, arc__cadence_decision *d) {
  const arc__open_item *item = &eval->items.data[d->lead];
  const arc__cadence_step *skipped;
  decide_take(d, item, arc__cadence_find_step(eval, d->lead, 0, 0, &skipped));
  if (skipped) {
    decide_say(eval, "the policy skips what was missed: ");
    decide_say(eval, skipped->name);
  }
  if (!d->step) return;
  int32_t withheld = arc__cadence_step_done(eval, item->instalment, 1);
  eval->reason.size = 0;
  decide_forbid(eval, d);
  if (eval->reason.size) {
    d->outcome = d->step->offset > withheld ? ARC__CADENCE_WITHHOLD : ARC__CADENCE_WITHHELD_BEFORE;
    return;
  }
  decide_say_step(eval, d);
  d->checks |= decide_checks(eval, d);
  d->until = arc__cadence_limit(eval, d, 0);
  d->outcome = d->until > eval->day ? ARC__CADENCE_LIMITED : ARC__CADENCE_PLAN;
  if (d->outcome != ARC__CADENCE_PLAN || !decide_may_be_paid(eval, d)) return;
  d->arriving = 1; /* looked at last, so that a day on which nothing else is due need not look */
  d->outcome = d->step->offset > withheld ? ARC__CADENCE_WITHHOLD : ARC__CADENCE_WITHHELD_BEFORE;
  eval->reason.size = 0;
  decide_say(eval, "cash received of an unknown payer");
}

/* ---- what is paused ---- */

static void decide_say_pause(arc__cadence_eval *eval, size_t i) {
  const arc__open_item *item = &eval->items.data[i];
  uint32_t exception = 0;
  switch (eval->chase[i].held) {
  case ARC__CADENCE_HELD:
    decide_say_exception(eval, arc__cadence_paused(eval, item->invoice));
    return;
  case ARC__CADENCE_RESUMING:
    exception = arc__cadence_waits(eval, item->invoice);
    decide_say_day(eval, "resumes on ",
                   arc__cadence_exception_end(eval, exception) + eval->choice.policy->resume_days);
    decide_say(eval, " after ");
    decide_say_exception(eval, exception);
    return;
  case ARC__CADENCE_COVERED:
    decide_say(eval, "unapplied cash");
    return;
  default:
    decide_say_text(eval, "dispute ", arc__invoice_number(eval->tables, item->invoice));
  }
}

/* A step of the oldest instalment, of which nothing may be chased: it is withheld once. */
static void decide_oldest_paused(arc__cadence_eval *eval, arc__cadence_decision *d) {
  const arc__open_item *item = &eval->items.data[0];
  const arc__cadence_step *skipped;
  const arc__cadence_step *step = arc__cadence_find_step(eval, 0, 1, 1, &skipped);
  if (!step && d->anchor) return; /* there is more to say of the anchor */
  decide_take(d, item, step);
  d->outcome = step ? ARC__CADENCE_WITHHOLD : ARC__CADENCE_PAUSED;
  eval->reason.size = 0;
  decide_say_pause(eval, 0);
}

/* ---- escalations ---- */

int arc__cadence_triggered(arc__cadence_eval *eval, const arc__cadence_decision *d,
                           const arc__cadence_trigger *trigger) {
  uint32_t customer = arc__u32(eval->tables, ARC__ACCOUNT_CUSTOMER, d->account);
  if (d->lead >= eval->items.count ||
      decide_flag(arc__u32(eval->tables, ARC__CUSTOMER_FLAGS, customer)))
    return 0;
  const arc__open_item *item = &eval->items.data[d->lead];
  arc__cadence_decision of_lead = *d;
  int32_t age = eval->day - item->due;
  if (age < 1 || age < trigger->age ||
      !arc__cadence_reaches(eval, &trigger->balance, arc__cadence_owed(eval, 1, d->lead, 0)))
    return 0;
  decide_take(&of_lead, item, NULL);
  return !decide_recorded(eval, &of_lead, trigger->who, ARC__CADENCE_ESCALATE, 0);
}

/* ---- an account ---- */

/* What is settled by a command of a later day is not asked for either. */
static void decide_drop_settled(arc__cadence_eval *eval) {
  size_t kept = 0;
  eval->open = 0;
  for (size_t i = 0; i < eval->all.count; i++) {
    arc__open_item item = eval->all.data[i];
    int64_t open = arc__i64(eval->tables, ARC__INSTALMENT_OPEN, item.instalment);
    if (item.open > open && !eval->as_of) item.open = open;
    if (item.open <= 0) continue;
    eval->all.data[kept++] = item;
    eval->open += item.open;
  }
  eval->all.count = kept;
}

arc_status arc__cadence_begin(arc__cadence_eval *eval, uint32_t account, arc_error *err) {
  eval->account = account;
  eval->all.count = eval->items.count = eval->next = 0;
  eval->begun = 0;
  eval->planned = eval->planned_calls = 0;
  eval->open = eval->unapplied = 0;
  return arc__cadence_choose(eval, err);
}

static arc_status decide_load(arc__cadence_eval *eval, arc_error *err) {
  ARC__TRY(arc__view_open_items(&eval->view, eval->account, &eval->all, err));
  decide_drop_settled(eval);
  eval->unapplied = arc__view_unapplied(&eval->view, eval->account);
  return ARC_OK;
}

static arc_status decide_add_item(arc__cadence_eval *eval, const arc__open_item *item,
                                  arc_error *err) {
  if (arc__grow(eval->cadence->heap, (void **)&eval->items.data, &eval->items.capacity,
                eval->items.count + 1, sizeof *item) != ARC_OK)
    return arc__fail_nomem(err);
  eval->items.data[eval->items.count++] = *item;
  return ARC_OK;
}

static int64_t decide_open(const arc__cadence_eval *eval, uint32_t instalment) {
  int64_t then = arc__view_instalment_open(&eval->view, instalment);
  int64_t now = arc__i64(eval->tables, ARC__INSTALMENT_OPEN, instalment);
  return then < now || eval->as_of ? then : now;
}

/* Whether an item is the first of its invoice: instalments lie by due day. */
static int decide_is_first(const arc__cadence_eval *eval, const arc__open_item *item) {
  uint32_t i = arc__u32(eval->tables, ARC__INVOICE_INSTALMENT, item->invoice);
  for (; i < item->instalment; i++)
    if (decide_open(eval, i) > 0) return 0;
  return 1;
}

/* The open items of the invoice whose first one is given. */
static arc_status decide_take_invoice(arc__cadence_eval *eval, const arc__open_item *first,
                                      arc_error *err) {
  const arc__tables *t = eval->tables;
  uint32_t end = arc__u32(t, ARC__INVOICE_INSTALMENT, first->invoice) +
                 arc__u16(t, ARC__INVOICE_INSTALMENTS, first->invoice);
  arc__open_item item = *first;
  for (; item.instalment < end; item.instalment++) {
    item.open = decide_open(eval, item.instalment);
    item.due = arc__i32(t, ARC__INSTALMENT_DUE, item.instalment);
    if (item.open > 0) ARC__TRY(decide_add_item(eval, &item, err));
  }
  return ARC_OK;
}

/* The items of the next group; none if there is no further group. */
static arc_status decide_next_group(arc__cadence_eval *eval, arc_error *err) {
  eval->items.count = 0;
  if (!eval->choice.policy->by_invoice) {
    arc__open_items swap = eval->items;
    eval->items = eval->all;
    eval->all = swap;
    eval->next = SIZE_MAX;
    return ARC_OK;
  }
  while (eval->next < eval->all.count) {
    arc__open_item item = eval->all.data[eval->next++];
    if (decide_is_first(eval, &item)) return decide_take_invoice(eval, &item, err);
  }
  return ARC_OK;
}

static arc_status decide_group(arc__cadence_eval *eval, arc__cadence_decision *d, arc_error *err) {
  ARC__TRY(arc__cadence_find_chase(eval, &d->lead, err));
  d->outcome = eval->items.count ? ARC__CADENCE_NOT_DUE : ARC__CADENCE_NOTHING_OPEN;
  if (d->lead < eval->items.count) decide_due(eval, d);
  if (eval->items.count && !eval->chase[0].amount && d->outcome < ARC__CADENCE_WITHHOLD)
    decide_oldest_paused(eval, d);
  if (d->outcome == ARC__CADENCE_PLAN) {
    eval->planned++;
    eval->planned_calls += arc__cadence_is_call(d->channel);
  }
  d->wake = arc__cadence_wake(eval, d);
  d->reason = decide_said(eval);
  return eval->reason.failed ? arc__fail_nomem(err) : ARC_OK;
}

/* The first decision of an account tells what holds for all of it. */
static arc_status decide_first(arc__cadence_eval *eval, arc__cadence_decision *d, arc_error *err) {
  const arc__cadence_policy *policy = eval->choice.policy;
  eval->begun = 1;
  d->outcome = ARC__CADENCE_NEVER_CHASED;
  eval->next = SIZE_MAX;
  if (!policy) return ARC_OK;
  if (policy->lines & ARC__CADENCE_LINE_NEVER) {
    d->wake = arc__cadence_wake(eval, d); /* its balance may choose another one */
    return ARC_OK;
  }
  d->outcome = ARC__CADENCE_QUIET_DAY;
  if (arc__cadence_is_quiet(eval->cadence, policy, eval->day)) {
    d->wake = arc__cadence_next_day(eval->cadence, policy, eval->day);
    return ARC_OK;
  }
  eval->next = 0;
  ARC__TRY(decide_load(eval, err));
  ARC__TRY(decide_next_group(eval, err));
  return decide_group(eval, d, err);
}

arc_status arc__cadence_decide(arc__cadence_eval *eval, arc__cadence_decision *d, arc_error *err) {
  memset(d, 0, sizeof *d);
  eval->reason.size = 0;
  d->account = eval->account;
  d->due = d->until = d->wake = ARC_DAY_NONE;
  d->choice = eval->choice;
  if (!eval->begun) return decide_first(eval, d, err);
  if (eval->next == SIZE_MAX) return ARC_DONE;
  ARC__TRY(decide_next_group(eval, err));
  return eval->items.count ? decide_group(eval, d, err) : ARC_DONE;
}

arc_text arc__cadence_withhold_call(arc__cadence_eval *eval, const arc__cadence_decision *d) {
  arc__cadence_decision call = *d;
  eval->reason.size = 0;
  call.channel = ARC_CHANNEL_CALL;
  decide_contact(eval, &call);
  uint32_t hold = arc__cadence_held(eval, arc__u32(eval->tables, ARC__INSTALMENT_INVOICE, d->anchor),
                              ARC_CHANNEL_CALL);
  arc_day until = arc__cadence_limit(eval, d, 1);
  if (eval->reason.size == 0 && hold) decide_say_exception(eval, hold);
  if (eval->reason.size == 0 && until > eval->day)
    decide_say_day(eval, "limit of calls until ", until);
  return decide_said(eval);
}
