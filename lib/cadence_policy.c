/* The policy language: text to struct, in one pass, linear, without memory of its own. A policy
 * that was parsed is within all limits, and prints to the one text that parses to it again. */
#include "cadence_policy.h"

#include "arcollect/ledger.h"
#include "cadence_reader.h"
#include "currency.h"
#include "error.h"
#include "text.h"

#include <string.h>

#define POLICY_COUNT_MAX 999
#define POLICY_DAYS_MAX  366
#define POLICY_AGE_MAX   3650
#define POLICY_BARRED_MAX 36500

static const char *const policy_channels[] = {
    "",     "email", "sms",    "letter",  "registered-letter",
    "call", "voice", "portal", "webhook", "place"};
static const char *const policy_tones[] = {"", "friendly", "neutral", "firm", "final"};
static const char *const policy_pauses[] = {"dispute", "promise", "plan", "hold", "cash"};
static const char *const policy_profiles[] = {"", "b2b", "consumer-us", "consumer-other", "custom"};
static const char *const policy_missed[] = {"latest", "all", "skip"};
static const char *const policy_roles[] = {"payables", "approver", "owner", "executive"};

#define POLICY_COUNT(words) ((int32_t)(sizeof(words) / sizeof *(words)))

static const char *policy_word(const char *const *words, int32_t count, int32_t number) {
  return number >= 0 && number < count ? words[number] : "";
}

const char *arc_cadence_default_policy(void) {
  return "cadence \"net 30\"\n"
         "group by customer\n"
         "pause on dispute promise plan hold cash\n"
         "step -3d  email  friendly  upcoming\n"
         "step  0d  email  neutral   due-today\n"
         "step +7d  email  firm      overdue\n"
         "step +14d email  firm      second-notice   also call ap\n"
         "step +30d email  final     final-notice    also escalate owner, warn hold\n"
         "step +60d letter final     demand          needs approval\n"
         "step +90d place  agency                    needs approval, balance >= 500.00\n"
         "quiet 20:00-08:00 weekends holidays\n"
         "limit 1 per 3d, calls 7 per 7d\n";
}

const char *arc__cadence_channel(int32_t channel) {
  return policy_word(policy_channels, POLICY_COUNT(policy_channels), channel);
}

const char *arc__cadence_tone(int32_t tone) {
  return policy_word(policy_tones, POLICY_COUNT(policy_tones), tone);
}

const char *arc__cadence_pause_word(int bit) {
  return policy_word(policy_pauses, POLICY_COUNT(policy_pauses), bit);
}

const char *arc__cadence_profile_word(int profile) {
  return policy_word(policy_profiles, POLICY_COUNT(policy_profiles), profile);
}

const char *arc__cadence_missed_word(int missed) {
  return policy_word(policy_missed, POLICY_COUNT(policy_missed), missed);
}

const char *arc__cadence_role_word(int role) {
  return policy_word(policy_roles, POLICY_COUNT(policy_roles), role);
}

int64_t arc__cadence_minor(const arc__cadence_amount *amount, const char currency[4]) {
  int64_t unit = 1; /* of the minor unit, in 1/10,000 */
  for (int32_t digits = arc_currency_digits(currency); digits < 4; digits++)
    unit *= 10;
  return amount->value / unit + (amount->value % unit != 0);
}

/* ---- the lines ---- */

static arc_status policy_header(arc__policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(arc__policy_expect(r, "cadence", "'cadence' and the policy's name in quotes"));
  ARC__TRY(arc__policy_string(r, policy->name, "the policy's name in quotes, of 1 to 64 bytes"));
  return arc__policy_expect_end(r);
}

/* A line of which there is one at most: `more` says so. */
static arc_status policy_only_line(arc__policy_reader *r, arc__cadence_policy *policy,
                                   unsigned line, const char *more) {
  if (policy->lines & line) return arc__policy_fail(r, more);
  policy->lines |= line;
  return arc__policy_next(r);
}

static arc_status policy_select_balance(arc__policy_reader *r, arc__cadence_selection *s) {
  ARC__TRY(arc__policy_next(r));
  arc__cadence_amount *amount = arc__policy_is(r, ">=")  ? &s->least
                                : arc__policy_is(r, "<") ? &s->below
                                                         : NULL;
  if (!amount) return arc__policy_fail(r, "'>=' or '<', and an amount");
  if (amount->is_set) return arc__policy_fail(r, "each condition only once");
  ARC__TRY(arc__policy_next(r));
  return arc__policy_amount(r, amount);
}

static arc_status policy_select(arc__policy_reader *r, arc__cadence_selection *s) {
  static const char once[] = "each condition only once";
  if (arc__policy_is(r, "balance")) return policy_select_balance(r, s);
  if (arc__policy_is(r, "strategic")) {
    if (s->strategic) return arc__policy_fail(r, once);
    s->strategic = 1;
    return arc__policy_next(r);
  }
  if (arc__policy_is(r, "currency")) {
    if (s->currency[0]) return arc__policy_fail(r, once);
    ARC__TRY(arc__policy_next(r));
    return arc__policy_currency(r, s->currency);
  }
  char *text = arc__policy_is(r, "segment") ? s->segment
               : arc__policy_is(r, "terms") ? s->terms
                                            : NULL;
  if (!text) return arc__policy_fail(r, "'segment', 'terms', 'currency', 'balance' or 'strategic'");
  if (*text) return arc__policy_fail(r, once);
  ARC__TRY(arc__policy_next(r));
  return arc__policy_string(r, text, "a text in quotes, of 1 to 64 bytes");
}

static arc_status policy_for(arc__policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(policy_only_line(r, policy, ARC__CADENCE_LINE_FOR, "only one 'for' line"));
  for (;;) {
    ARC__TRY(policy_select(r, &policy->selection));
    if (r->kind != ARC__POLICY_COMMA) break;
    ARC__TRY(arc__policy_next(r));
  }
  return r->kind == ARC__POLICY_END ? ARC_OK : arc__policy_fail(r, "',' or the end of the line");
}

static arc_status policy_profile(arc__policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(policy_only_line(r, policy, ARC__CADENCE_LINE_PROFILE, "only one 'profile' line"));
  int32_t profile = arc__policy_find(r, policy_profiles, POLICY_COUNT(policy_profiles));
  if (profile < 0) return arc__policy_fail(r, "'b2b', 'consumer-us', 'consumer-other' or 'custom'");
  policy->profile = (uint8_t)profile;
  ARC__TRY(arc__policy_next(r));
  return arc__policy_expect_end(r);
}

static arc_status policy_group(arc__policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(policy_only_line(r, policy, ARC__CADENCE_LINE_GROUP, "only one 'group by' line"));
  ARC__TRY(arc__policy_expect(r, "by", "'by customer' or 'by invoice'"));
  policy->by_invoice = (uint8_t)arc__policy_is(r, "invoice");
  if (!policy->by_invoice && !arc__policy_is(r, "customer"))
    return arc__policy_fail(r, "'customer' or 'invoice'");
  ARC__TRY(arc__policy_next(r));
  return arc__policy_expect_end(r);
}

static arc_status policy_enter(arc__policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(policy_only_line(r, policy, ARC__CADENCE_LINE_ENTER, "only one 'enter at' line"));
  ARC__TRY(arc__policy_expect(r, "at", "'at age' or 'at first'"));
  policy->enter_first = (uint8_t)arc__policy_is(r, "first");
  if (!policy->enter_first && !arc__policy_is(r, "age"))
    return arc__policy_fail(r, "'age' or 'first'");
  ARC__TRY(arc__policy_next(r));
  return arc__policy_expect_end(r);
}

static arc_status policy_missed_runs(arc__policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(policy_only_line(r, policy, ARC__CADENCE_LINE_MISSED, "only one 'missed' line"));
  int32_t missed = arc__policy_find(r, policy_missed, POLICY_COUNT(policy_missed));
  if (missed < 0) return arc__policy_fail(r, "'latest', 'all' or 'skip'");
  policy->missed = (uint8_t)missed;
  ARC__TRY(arc__policy_next(r));
  return arc__policy_expect_end(r);
}

static arc_status policy_pause(arc__policy_reader *r, arc__cadence_policy *policy) {
  if (policy->pauses) return arc__policy_fail(r, "only one 'pause on' line");
  ARC__TRY(arc__policy_next(r));
  ARC__TRY(arc__policy_expect(r, "on", "'on'"));
  do {
    int32_t pause = arc__policy_find(r, policy_pauses, POLICY_COUNT(policy_pauses));
    if (pause < 0) return arc__policy_fail(r, "'dispute', 'promise', 'plan', 'hold' or 'cash'");
    if (policy->pauses & 1u << pause) return arc__policy_fail(r, "each reason to pause only once");
    policy->pauses |= 1u << pause;
    ARC__TRY(arc__policy_next(r));
  } while (r->kind != ARC__POLICY_END);
  return ARC_OK;
}

static arc_status policy_resume(arc__policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(policy_only_line(r, policy, ARC__CADENCE_LINE_RESUME, "only one 'resume after' line"));
  ARC__TRY(arc__policy_expect(r, "after", "'after'"));
  if (!arc__policy_number(r, POLICY_DAYS_MAX, 'd', &policy->resume_days))
    return arc__policy_fail(r, "days, 1d to 366d");
  ARC__TRY(arc__policy_next(r));
  return arc__policy_expect_end(r);
}

static arc_status policy_barred(arc__policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(policy_only_line(r, policy, ARC__CADENCE_LINE_BARRED, "only one 'barred after' line"));
  ARC__TRY(arc__policy_expect(r, "after", "'after'"));
  if (!arc__policy_number(r, POLICY_BARRED_MAX, 'd', &policy->barred_days))
    return arc__policy_fail(r, "days past due, 1d to 36500d");
  ARC__TRY(arc__policy_next(r));
  return arc__policy_expect_end(r);
}

static arc_status policy_trigger_condition(arc__policy_reader *r, arc__cadence_trigger *trigger) {
  static const char once[] = "each condition only once";
  int age = arc__policy_is(r, "age");
  if (!age && !arc__policy_is(r, "balance")) return arc__policy_fail(r, "'age >=' or 'balance >='");
  if (age ? trigger->age != 0 : trigger->balance.is_set != 0) return arc__policy_fail(r, once);
  ARC__TRY(arc__policy_next(r));
  ARC__TRY(arc__policy_expect(r, ">=", "'>='"));
  if (!age) return arc__policy_amount(r, &trigger->balance);
  if (!arc__policy_number(r, POLICY_AGE_MAX, 'd', &trigger->age))
    return arc__policy_fail(r, "days past due, 1d to 3650d");
  return arc__policy_next(r);
}

static arc_status policy_escalate(arc__policy_reader *r, arc__cadence_policy *policy) {
  if (policy->trigger_count == ARC__CADENCE_TRIGGERS_MAX)
    return arc__policy_fail(r, "at most 8 'escalate' lines");
  arc__cadence_trigger *trigger = &policy->triggers[policy->trigger_count];
  ARC__TRY(arc__policy_next(r));
  arc__policy_reader here = *r;
  ARC__TRY(arc__policy_name(r, trigger->who, "a role of a-z, 0-9 and '-', at most 32 bytes"));
  for (size_t i = 0; i < policy->trigger_count; i++)
    if (strcmp(policy->triggers[i].who, trigger->who) == 0)
      return arc__policy_fail(&here, "a role that no other 'escalate' line has");
  ARC__TRY(arc__policy_expect(r, "when", "'when'"));
  for (;;) {
    ARC__TRY(policy_trigger_condition(r, trigger));
    if (r->kind != ARC__POLICY_COMMA) break;
    ARC__TRY(arc__policy_next(r));
  }
  policy->trigger_count++;
  return r->kind == ARC__POLICY_END ? ARC_OK : arc__policy_fail(r, "',' or the end of the line");
}

static arc_status policy_never(arc__policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(policy_only_line(r, policy, ARC__CADENCE_LINE_NEVER, "only one 'never' line"));
  return arc__policy_expect_end(r);
}

/* HH:MM, two digits each. */
static int policy_minutes(const char *at, int32_t *minutes) {
  if (!arc__is_digit(at[0]) || !arc__is_digit(at[1]) || at[2] != ':' || !arc__is_digit(at[3]) ||
      !arc__is_digit(at[4]))
    return 0;
  int32_t hour = (at[0] - '0') * 10 + at[1] - '0', minute = (at[3] - '0') * 10 + at[4] - '0';
  *minutes = hour * 60 + minute;
  return hour < 24 && minute < 60;
}

static arc_status policy_quiet_item(arc__policy_reader *r, arc__cadence_policy *policy) {
  int weekends = arc__policy_is(r, "weekends");
  uint8_t *seen = weekends                        ? &policy->quiet_weekends
                  : arc__policy_is(r, "holidays") ? &policy->quiet_holidays
                                                  : &policy->has_quiet_hours;
  if (seen == &policy->has_quiet_hours) {
    const char *at = r->token;
    if (r->kind != ARC__POLICY_WORD || r->size != 11 || !policy_minutes(at, &policy->quiet_from) ||
        at[5] != '-' || !policy_minutes(at + 6, &policy->quiet_until) ||
        policy->quiet_from == policy->quiet_until)
      return arc__policy_fail(r, "hours such as 20:00-08:00, 'weekends' or 'holidays'");
  }
  if (*seen) return arc__policy_fail(r, "each quiet time only once");
  *seen = 1;
  return arc__policy_next(r);
}

static arc_status policy_quiet(arc__policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(policy_only_line(r, policy, ARC__CADENCE_LINE_QUIET, "only one 'quiet' line"));
  do
    ARC__TRY(policy_quiet_item(r, policy));
  while (r->kind != ARC__POLICY_END);
  return ARC_OK;
}

/* 'none DAYSd after conversation', behind 'calls'. */
static arc_status policy_rest(arc__policy_reader *r, arc__cadence_policy *policy) {
  if (policy->rest_days) return arc__policy_fail(r, "only one rest after a conversation");
  ARC__TRY(arc__policy_next(r));
  if (!arc__policy_number(r, POLICY_DAYS_MAX, 'd', &policy->rest_days))
    return arc__policy_fail(r, "days, 1d to 366d");
  ARC__TRY(arc__policy_next(r));
  ARC__TRY(arc__policy_expect(r, "after", "'after conversation'"));
  return arc__policy_expect(r, "conversation", "'conversation'");
}

static arc_status policy_cap(arc__policy_reader *r, arc__cadence_policy *policy) {
  uint8_t calls = (uint8_t)arc__policy_is(r, "calls");
  if (calls) ARC__TRY(arc__policy_next(r));
  if (calls && arc__policy_is(r, "none")) return policy_rest(r, policy);
  arc__cadence_cap cap = {0, 0, calls};
  if (!arc__policy_number(r, POLICY_COUNT_MAX, 0, &cap.count))
    return arc__policy_fail(r, calls ? "a count of 1 to 999, or 'none'"
                                     : "'calls' or a count of 1 to 999");
  if (policy->cap_count == ARC__CADENCE_CAPS_MAX) return arc__policy_fail(r, "at most 4 limits");
  ARC__TRY(arc__policy_next(r));
  ARC__TRY(arc__policy_expect(r, "per", "'per'"));
  if (!arc__policy_number(r, POLICY_DAYS_MAX, 'd', &cap.days))
    return arc__policy_fail(r, "days, 1d to 366d");
  policy->caps[policy->cap_count++] = cap;
  return arc__policy_next(r);
}

static arc_status policy_limit(arc__policy_reader *r, arc__cadence_policy *policy) {
  if (policy->cap_count || policy->rest_days) return arc__policy_fail(r, "only one 'limit' line");
  do {
    ARC__TRY(arc__policy_next(r)); /* 'limit', or the comma */
    ARC__TRY(policy_cap(r, policy));
  } while (r->kind == ARC__POLICY_COMMA);
  return r->kind == ARC__POLICY_END ? ARC_OK : arc__policy_fail(r, "',' or the end of the line");
}

/* The ledger keeps no other characters, so that a text that passes here can be posted. */
static arc_status policy_check_characters(const char *text, size_t size, arc_error *err) {
  uint32_t line = 1;
  size_t start = 0;
  for (size_t i = 0; i < size;) {
    uint32_t number = 0;
    size_t bytes = arc__text_character(text + i, size - i, &number);
    int line_end = number == '\n' || (number == '\r' && i + 1 < size && text[i + 1] == '\n');
    if (bytes == 0 || (arc__text_is_control(number) && !line_end && number != '\t'))
      return arc__fail_at(err, ARC_E_SYNTAX, line, (uint32_t)(i - start) + 1,
                          "expected UTF-8 without control characters");
    i += bytes;
    if (number == '\n') {
      line++;
      start = i;
    }
  }
  return ARC_OK;
}

static const struct policy_line_kind {
  const char *word;
  arc_status (*read)(arc__policy_reader *r, arc__cadence_policy *policy);
} policy_line_kinds[] = {
    {"step", arc__policy_step}, {"for", policy_for},       {"profile", policy_profile},
    {"group", policy_group},    {"enter", policy_enter},   {"missed", policy_missed_runs},
    {"pause", policy_pause},    {"resume", policy_resume}, {"escalate", policy_escalate},
    {"quiet", policy_quiet},    {"limit", policy_limit},   {"never", policy_never},
    {"barred", policy_barred},
};

static arc_status policy_body_line(arc__policy_reader *r, arc__cadence_policy *policy) {
  for (size_t i = 0; i < sizeof policy_line_kinds / sizeof *policy_line_kinds; i++)
    if (arc__policy_is(r, policy_line_kinds[i].word)) return policy_line_kinds[i].read(r, policy);
  return arc__policy_fail(r,
                          "'step', 'for', 'profile', 'group by', 'enter at', 'missed', 'pause on', "
                          "'resume after', 'barred after', 'escalate', 'quiet', 'limit' or 'never'");
}

/* Steps, or the word that there are none. */
static arc_status policy_check_whole(const arc__policy_reader *r,
                                     const arc__cadence_policy *policy) {
  int never = (policy->lines & ARC__CADENCE_LINE_NEVER) != 0;
  uint32_t column = (uint32_t)(r->line_end - r->line) + 1;
  if (never && (policy->step_count || policy->trigger_count))
    return arc__fail_at(r->err, ARC_E_SYNTAX, r->line_number, column,
                        "expected no 'step' and no 'escalate' line beside 'never'");
  if (policy->step_count || never) return ARC_OK;
  return arc__fail_at(r->err, ARC_E_SYNTAX, r->line_number, column,
                      "expected at least one 'step' line before the end of the text, or 'never'");
}

arc_status arc__cadence_policy_parse(arc__cadence_policy *policy, const char *text, size_t size,
                                     arc_error *err) {
  size = arc__text_size(text, size);
  if (!text) return arc__fail_field(err, ARC_E_INVALID, 0, 1, "a policy's text must not be NULL");
  if (size > ARC__CADENCE_TEXT_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "a policy's text has at most 65,535 bytes");
  ARC__TRY(policy_check_characters(text, size, err));
  memset(policy, 0, sizeof *policy);
  arc__policy_reader r = {0};
  r.text_end = text + size;
  r.err = err;
  arc__policy_line(&r, text);
  ARC__TRY(arc__policy_next(&r));
  int more = 1;
  if (r.kind == ARC__POLICY_END) ARC__TRY(arc__policy_next_line(&r, &more));
  ARC__TRY(policy_header(&r, policy));
  for (;;) {
    ARC__TRY(arc__policy_next_line(&r, &more));
    if (!more) break;
    ARC__TRY(policy_body_line(&r, policy));
  }
  return policy_check_whole(&r, policy);
}
