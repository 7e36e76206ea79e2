/* Faults of a policy that parses: what can never happen, what it must break, and what it forgets.
 * Each finding has a name that does not change, and stands in examples/policies/README.md. */
#include "cadence_internal.h"

#include "error.h"
#include "report.h"
#include "text.h"

#include <string.h>

#define LINT_LONG_SILENCE  60 /* days between steps past due */
#define LINT_FIRST_WORD    30 /* days past due until the first word */
#define LINT_EARLY_PLACING 30
#define LINT_FRIENDLY      30
#define LINT_DAY           (24 * 60)

typedef struct lint_run {
  const arc__cadence_policy *policy;
  arc_report *report;
} lint_run;

static void lint_add(lint_run *run, const char *severity, const char *finding, uint32_t line,
                     const char *text) {
  arc__report_add_string(run->report, severity);
  arc__report_add_string(run->report, finding);
  arc__report_add_integer(run->report, line);
  arc__report_add_string(run->report, text);
}

static void lint_error(lint_run *run, const char *finding, uint32_t line, const char *text) {
  lint_add(run, "error", finding, line, text);
}

static void lint_warning(lint_run *run, const char *finding, uint32_t line, const char *text) {
  lint_add(run, "warning", finding, line, text);
}

static int lint_consumer(const arc__cadence_policy *policy) {
  return policy->profile == ARC__CADENCE_PROFILE_CONSUMER_US ||
         policy->profile == ARC__CADENCE_PROFILE_CONSUMER_OTHER;
}

static int lint_ends(const arc__cadence_step *step) {
  return step->channel == ARC_CHANNEL_PLACEMENT;
}

static int lint_charges(const arc__cadence_step *step) {
  return step->fee.is_set || step->charges_interest || step->charges_compensation;
}

/* ---- the end ---- */

static void lint_end(lint_run *run) {
  const arc__cadence_policy *policy = run->policy;
  size_t last = policy->step_count - 1;
  if (!lint_ends(&policy->steps[last]))
    lint_error(
        run, "no-terminal-action", policy->step_lines[last],
        "the last step neither places the debt nor lets somebody decide: what happens then?");
  for (size_t i = 1; i < policy->step_count; i++)
    if (lint_ends(&policy->steps[i - 1]) && !lint_ends(&policy->steps[i]))
      lint_error(run, "step-after-end", policy->step_lines[i],
                 "the debt was handed over by the step before: nobody is to be chased any more");
  for (size_t i = 0; i < policy->trigger_count; i++)
    if (policy->triggers[i].age > policy->steps[last].offset)
      lint_warning(run, "escalation-after-end", 1, "an escalation comes later than the last step");
}

/* ---- one step ---- */

static void lint_money(lint_run *run, const arc__cadence_step *step, uint32_t line) {
  const arc__cadence_policy *policy = run->policy;
  const arc__cadence_amount *below = &policy->selection.below;
  if (step->balance.is_set && below->is_set && step->balance.value >= below->value)
    lint_error(run, "step-never-fires", line,
               "the policy is for smaller balances than the step asks for");
  if (lint_charges(step) && step->offset <= 0)
    lint_error(run, "charge-before-due", line, "nothing may be charged before the debt is late");
  if (step->charges_compensation && lint_consumer(policy))
    lint_error(run, "compensation-on-consumer", line,
               "fixed compensation is due between businesses only");
  if (step->fee.is_set && lint_consumer(policy))
    lint_warning(run, "fee-on-consumer", line, "a fee charged to a consumer needs a ground in law");
  if (step->fee.is_set && policy->selection.currency[0] &&
      strcmp(step->fee_currency, policy->selection.currency) != 0)
    lint_error(run, "fee-never-charged", line, "the policy is for accounts in another currency");
}

static void lint_barred(lint_run *run, const arc__cadence_step *step, uint32_t line) {
  int32_t days = run->policy->barred_days;
  int enforces = lint_ends(step) ? !step->decides : step->tone == ARC_TONE_FINAL;
  if (days && enforces && step->offset > days)
    lint_error(run, "barred-step", line, "the debt is time-barred by then: the step can never fire");
}

/* Channels that need the same address. */
static int lint_address(int32_t channel) {
  switch (channel) {
  case ARC_CHANNEL_LETTER:
  case ARC_CHANNEL_REGISTERED_LETTER:
    return 1;
  case ARC_CHANNEL_SMS:
  case ARC_CHANNEL_CALL:
  case ARC_CHANNEL_VOICE:
    return 2;
  case ARC_CHANNEL_EMAIL:
    return 3;
  default:
    return 0;
  }
}

static void lint_delivery(lint_run *run, const arc__cadence_step *step, uint32_t line) {
  const arc__cadence_policy *policy = run->policy;
  int phone = lint_address(step->channel) == 2 && step->channel != ARC_CHANNEL_CALL;
  arc__cadence_hours hours[2];
  if (step->otherwise && (lint_address(step->channel) == lint_address(step->otherwise) ||
                          lint_address(step->channel) == 0))
    lint_error(run, "useless-fallback", line,
               "who lacks the address for the channel lacks it for the one to fall back on");
  if (step->roles && (step->roles & step->copies))
    lint_warning(run, "copy-to-recipient", line, "who gets the message gets the copy as well");
  if (lint_ends(step) && (step->otherwise || step->roles || step->copies || step->template_name[0]))
    lint_warning(run, "nothing-is-sent", line,
                 "a hand-over sends no message: its clauses say nothing");
  if (phone && arc__cadence_quiet_hours(policy, hours) == 0)
    lint_warning(run, "no-quiet-hours", line, "a telephone may ring at night");
  if (step->channel == ARC_CHANNEL_CALL && step->call[0])
    lint_warning(run, "double-call", line, "the step is a call, and calls besides");
}

static void lint_timing(lint_run *run, const arc__cadence_step *step, uint32_t line) {
  if (lint_ends(step) && step->offset <= 0)
    lint_error(run, "placement-before-due", line, "a debt is handed over that is not late");
  else if (lint_ends(step) && step->offset < LINT_EARLY_PLACING)
    lint_warning(run, "early-placement", line, "a debt is handed over within 30 days");
  if (step->channel == ARC_CHANNEL_PLACEMENT && !step->decides && !step->needs_approval)
    lint_warning(run, "unapproved-placement", line,
                 "nobody says yes before the debt is handed over");
  if (step->tone == ARC_TONE_FRIENDLY && step->offset > LINT_FRIENDLY)
    lint_warning(run, "friendly-for-long", line, "the tone is friendly after more than 30 days");
  if (!lint_ends(step) && step->tone >= ARC_TONE_FIRM && step->offset < 0)
    lint_warning(run, "firm-before-due", line, "the tone is firm before the debt is due");
  if (step->warn_hold && step->offset <= 0)
    lint_warning(run, "hold-before-due", line,
                 "a credit hold is threatened before the debt is late");
  if (run->policy->missed == ARC__CADENCE_MISSED_SKIP && step->needs_approval)
    lint_error(
        run, "approval-too-late", line,
        "what is approved later than on its day was missed, and 'missed skip' leaves it out");
}

/* ---- steps among each other ---- */

static void lint_neighbours(lint_run *run) {
  const arc__cadence_policy *policy = run->policy;
  for (size_t i = 1; i < policy->step_count; i++) {
    const arc__cadence_step *before = &policy->steps[i - 1], *step = &policy->steps[i];
    uint32_t line = policy->step_lines[i];
    if (step->tone < before->tone)
      lint_warning(run, "tone-softens", line, "the tone is softer than in the step before");
    if (before->offset >= 0 && step->offset - before->offset > LINT_LONG_SILENCE)
      lint_warning(run, "long-silence", line, "nothing is heard for more than 60 days");
    if (step->offset > 0 && before->offset > 0 && before->balance.is_set && !step->decides &&
        before->balance.value > step->balance.value)
      lint_warning(run, "inverted-minimum", line,
                   "who owes too little for the step before gets this sterner one at once");
  }
}

/* Words to the customer past due, and whether each of them asks for something. */
static void lint_words(lint_run *run) {
  const arc__cadence_policy *policy = run->policy;
  const arc__cadence_amount *least = NULL;
  size_t words = 0, minimum = 0, approved = 0;
  int32_t first = 0;
  for (size_t i = 0; i < policy->step_count; i++) {
    const arc__cadence_step *step = &policy->steps[i];
    if (step->offset <= 0 || lint_ends(step)) continue;
    if (words++ == 0) first = step->offset;
    minimum += step->balance.is_set && step->balance.value > 0;
    approved += step->needs_approval;
    if (step->balance.is_set && (!least || step->balance.value < least->value))
      least = &step->balance;
  }
  if (words == 0)
    lint_error(run, "no-word-when-late", policy->step_lines[0],
               "nobody hears of a late debt before it is handed over");
  else if (first > LINT_FIRST_WORD)
    lint_warning(run, "late-first-word", policy->step_lines[0],
                 "the first word of a late debt comes after more than 30 days");
  if (words && minimum == words &&
      (!policy->selection.least.is_set || policy->selection.least.value < least->value))
    lint_warning(run, "small-balances-forgotten", policy->step_lines[0],
                 "every step past due asks for a minimum: who owes less is never chased");
  if (words && approved == words)
    lint_warning(run, "everything-approved", policy->step_lines[0],
                 "every step past due waits for a human");
}

/* ---- limits ---- */

static int32_t lint_weight(const arc__cadence_step *step, int calls) {
  if (lint_ends(step)) return 0;
  return calls ? arc__cadence_is_call(step->channel) + (step->call[0] != 0) : 1;
}

/* Steps that lie so close that a limit holds one of them back. */
static void lint_cap(lint_run *run, const arc__cadence_cap *cap) {
  const arc__cadence_policy *policy = run->policy;
  for (size_t i = 0; i < policy->step_count; i++) {
    int32_t count = 0;
    for (size_t k = i + 1;
         k > 0 && policy->steps[i].offset - policy->steps[k - 1].offset < cap->days; k--)
      count += lint_weight(&policy->steps[k - 1], cap->calls);
    if (count <= cap->count || lint_weight(&policy->steps[i], cap->calls) == 0) continue;
    lint_error(
        run, "limit-must-break", policy->step_lines[i],
        "the limit holds this step back: fewer are allowed in those days than the steps need");
    return;
  }
}

static void lint_idle_caps(lint_run *run) {
  const arc__cadence_policy *policy = run->policy;
  for (size_t i = 0; i < policy->cap_count; i++)
    for (size_t k = 0; k < policy->cap_count; k++) {
      const arc__cadence_cap *cap = &policy->caps[i], *other = &policy->caps[k];
      if (i == k || cap->calls != other->calls) continue;
      if (other->count > cap->count || other->days < cap->days) continue;
      if (other->count == cap->count && other->days == cap->days && k > i) continue;
      lint_warning(run, "idle-limit", 1,
                   "another limit is at least as strict: this one never counts");
    }
}

static void lint_limits(lint_run *run) {
  const arc__cadence_policy *policy = run->policy;
  int general = 0;
  for (size_t i = 0; i < policy->cap_count; i++) {
    lint_cap(run, &policy->caps[i]);
    general |= !policy->caps[i].calls;
  }
  lint_idle_caps(run);
  if (policy->missed == ARC__CADENCE_MISSED_ALL && !general)
    lint_warning(run, "missed-floods", 1,
                 "after an outage each missed step goes out, one a day: a limit would space them");
  if (policy->by_invoice && general)
    lint_warning(run, "limit-starves-invoices", 1,
                 "a limit counts all of the account's touches: its other invoices have to wait");
}

/* Whether the quiet hours leave a minute of the day. */
static int lint_hours_left(const arc__cadence_policy *policy) {
  arc__cadence_hours hours[2];
  size_t count = arc__cadence_quiet_hours(policy, hours);
  for (int32_t minute = 0; minute < LINT_DAY; minute++) {
    int quiet = 0;
    for (size_t i = 0; i < count; i++) {
      int inside = hours[i].from < hours[i].until
                       ? minute >= hours[i].from && minute < hours[i].until
                       : minute >= hours[i].from || minute < hours[i].until;
      quiet |= inside;
    }
    if (!quiet) return 1;
  }
  return 0;
}

static void lint_rules(lint_run *run) {
  const arc__cadence_policy *policy = run->policy;
  const arc__cadence_selection *s = &policy->selection;
  if (!lint_hours_left(policy))
    lint_error(run, "no-hours-left", 1, "the quiet hours leave no time to send anything");
  if (s->least.is_set && s->below.is_set && s->least.value >= s->below.value)
    lint_error(run, "selects-nobody", 1, "no balance is as large and as small as 'for' asks");
  if (policy->pauses && !(policy->pauses & ARC__CADENCE_PAUSE_CASH))
    lint_warning(run, "cash-not-considered", 1,
                 "who has paid is reminded until the cash is applied: 'pause on cash' would wait");
  if (policy->step_count == 1)
    lint_warning(run, "single-step", policy->step_lines[0], "one step is no cadence");
}

static void lint_all(lint_run *run) {
  const arc__cadence_policy *policy = run->policy;
  lint_rules(run);
  if (policy->step_count == 0) return; /* never */
  lint_end(run);
  for (size_t i = 0; i < policy->step_count; i++) {
    lint_money(run, &policy->steps[i], policy->step_lines[i]);
    lint_delivery(run, &policy->steps[i], policy->step_lines[i]);
    lint_timing(run, &policy->steps[i], policy->step_lines[i]);
    lint_barred(run, &policy->steps[i], policy->step_lines[i]);
  }
  lint_neighbours(run);
  lint_words(run);
  lint_limits(run);
}

arc_status arc_cadence_lint(arc_report **out, const char *text, size_t size,
                            const arc_allocator *allocator, arc_error *err) {
  static const arc__report_column columns[] = {{"severity", ARC_COLUMN_TEXT},
                                               {"finding", ARC_COLUMN_TEXT},
                                               {"line", ARC_COLUMN_INTEGER},
                                               {"text", ARC_COLUMN_TEXT}};
  arc__cadence_policy policy;
  arc__heap heap;
  lint_run run = {&policy, NULL};
  if (!out) return arc__fail(err, ARC_E_INVALID, "arc_cadence_lint: out must not be NULL");
  ARC__TRY(arc__heap_init(&heap, allocator, err));
  ARC__TRY(arc__cadence_policy_parse(&policy, text, size, err));
  run.report = arc__report_new(&heap, columns, sizeof columns / sizeof *columns);
  lint_all(&run);
  return arc__report_finish(out, run.report, err);
}
