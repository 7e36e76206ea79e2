/* The line of a step in a policy: its day, what goes out, to whom, and what it depends on. */
#include "cadence_reader.h"

#include "arcollect/ledger.h"
#include "error.h"
#include "text.h"

#include <string.h>

#define STEP_OFFSET_FIRST (-366)
#define STEP_OFFSET_LAST  3650

static const char step_once[] = "each clause only once";
static const char step_role[] = "a role of a-z, 0-9 and '-', at most 32 bytes";

static arc_status step_offset(arc__policy_reader *r, const arc__cadence_policy *policy,
                              int32_t *offset) {
  static const char expected[] =
      "days from the due date such as -3d, 0d or +7d, from -366d to +3650d";
  const char *at = r->token, *end = r->token + r->size;
  int64_t v = 0;
  if (r->kind != ARC__POLICY_WORD) return arc__policy_fail(r, expected);
  char sign = *at == '-' || *at == '+' ? *at++ : 0;
  if (!arc__policy_digits(&at, end, STEP_OFFSET_LAST, &v) || end - at != 1 || *at != 'd' ||
      (sign == 0) != (v == 0))
    return arc__policy_fail(r, expected);
  *offset = sign == '-' ? -(int32_t)v : (int32_t)v;
  if (*offset < STEP_OFFSET_FIRST) return arc__policy_fail(r, expected);
  if (policy->step_count > 0 && *offset <= policy->steps[policy->step_count - 1].offset)
    return arc__policy_fail(r, "more days than in the step before");
  return arc__policy_next(r);
}

static int32_t step_find_channel(const arc__policy_reader *r) {
  for (int32_t channel = ARC_CHANNEL_EMAIL; channel <= ARC_CHANNEL_PLACEMENT; channel++)
    if (arc__policy_is(r, arc__cadence_channel(channel))) return channel;
  return -1;
}

static int32_t step_find_tone(const arc__policy_reader *r) {
  for (int32_t tone = ARC_TONE_FRIENDLY; tone <= ARC_TONE_FINAL; tone++)
    if (arc__policy_is(r, arc__cadence_tone(tone))) return tone;
  return -1;
}

static arc_status step_channel(arc__policy_reader *r, arc__cadence_step *step) {
  int32_t channel = step_find_channel(r);
  step->decides = (uint8_t)arc__policy_is(r, "decide");
  if (step->decides) channel = ARC_CHANNEL_PLACEMENT;
  if (channel < 0)
    return arc__policy_fail(r, "'email', 'sms', 'letter', 'registered-letter', 'call', 'voice', "
                               "'portal', 'webhook', 'place' or 'decide'");
  step->channel = (uint8_t)channel;
  step->tone = ARC_TONE_FINAL; /* of a placement */
  ARC__TRY(arc__policy_next(r));
  if (channel == ARC_CHANNEL_PLACEMENT) return ARC_OK;
  int32_t tone = step_find_tone(r);
  if (tone < 0) return arc__policy_fail(r, "'friendly', 'neutral', 'firm' or 'final'");
  step->tone = (uint8_t)tone;
  return arc__policy_next(r);
}

static arc_status step_name(arc__policy_reader *r, const arc__cadence_policy *policy,
                            arc__cadence_step *step) {
  arc__policy_reader here = *r;
  ARC__TRY(arc__policy_name(r, step->name, "a name of a-z, 0-9 and '-', at most 32 bytes"));
  for (size_t i = 0; i < policy->step_count; i++)
    if (strcmp(policy->steps[i].name, step->name) == 0)
      return arc__policy_fail(&here, "a name that no other step has");
  return ARC_OK;
}

/* What happens besides: at most one call, one escalation and one warning. */
static arc_status step_also(arc__policy_reader *r, arc__cadence_step *step) {
  static const char once[] = "each kind of action only once";
  if (arc__policy_is(r, "warn")) {
    if (step->warn_hold) return arc__policy_fail(r, once);
    step->warn_hold = 1;
    ARC__TRY(arc__policy_next(r));
    return arc__policy_expect(r, "hold", "'hold'");
  }
  char *who = arc__policy_is(r, "call")       ? step->call
              : arc__policy_is(r, "escalate") ? step->escalate
                                              : NULL;
  if (!who) return arc__policy_fail(r, "'call', 'escalate' or 'warn hold'");
  if (*who) return arc__policy_fail(r, once);
  ARC__TRY(arc__policy_next(r));
  return arc__policy_name(r, who, step_role);
}

static arc_status step_needs(arc__policy_reader *r, arc__cadence_step *step) {
  if (step->needs_approval) return arc__policy_fail(r, step_once);
  step->needs_approval = 1;
  ARC__TRY(arc__policy_next(r));
  return arc__policy_expect(r, "approval", "'approval'");
}

static arc_status step_balance(arc__policy_reader *r, arc__cadence_step *step) {
  if (step->balance.is_set) return arc__policy_fail(r, step_once);
  ARC__TRY(arc__policy_next(r));
  ARC__TRY(arc__policy_expect(r, ">=", "'>=' and an amount"));
  return arc__policy_amount(r, &step->balance);
}

static arc_status step_share(arc__policy_reader *r, arc__cadence_step *step) {
  int32_t share = 0;
  if (step->share) return arc__policy_fail(r, step_once);
  ARC__TRY(arc__policy_next(r));
  ARC__TRY(arc__policy_expect(r, ">=", "'>=' and a percentage"));
  if (!arc__policy_number(r, 100, '%', &share))
    return arc__policy_fail(r, "a percentage, 1% to 100%");
  step->share = (uint8_t)share;
  return arc__policy_next(r);
}

static arc_status step_contact(arc__policy_reader *r, uint8_t *roles) {
  ARC__TRY(arc__policy_next(r));
  for (int role = ARC_ROLE_PAYABLES; role <= ARC_ROLE_EXECUTIVE; role++) {
    if (!arc__policy_is(r, arc__cadence_role_word(role))) continue;
    if (*roles & 1u << role) return arc__policy_fail(r, step_once);
    *roles = (uint8_t)(*roles | 1u << role);
    return arc__policy_next(r);
  }
  return arc__policy_fail(r, "'payables', 'approver', 'owner' or 'executive'");
}

static arc_status step_to(arc__policy_reader *r, arc__cadence_step *step) {
  return step->roles ? arc__policy_fail(r, step_once) : step_contact(r, &step->roles);
}

static arc_status step_copy(arc__policy_reader *r, arc__cadence_step *step) {
  return step_contact(r, &step->copies);
}

static arc_status step_else(arc__policy_reader *r, arc__cadence_step *step) {
  static const char expected[] = "another channel to fall back on";
  if (step->otherwise) return arc__policy_fail(r, step_once);
  ARC__TRY(arc__policy_next(r));
  int32_t channel = step_find_channel(r);
  if (channel < 0 || channel == ARC_CHANNEL_PLACEMENT || channel == step->channel)
    return arc__policy_fail(r, expected);
  step->otherwise = (uint8_t)channel;
  return arc__policy_next(r);
}

static arc_status step_template(arc__policy_reader *r, arc__cadence_step *step) {
  if (step->template_name[0]) return arc__policy_fail(r, step_once);
  ARC__TRY(arc__policy_next(r));
  return arc__policy_name(r, step->template_name,
                          "a template's name of a-z, 0-9 and '-', at most 32 bytes");
}

static arc_status step_fee(arc__policy_reader *r, arc__cadence_step *step) {
  if (step->fee.is_set) return arc__policy_fail(r, step_once);
  ARC__TRY(arc__policy_next(r));
  ARC__TRY(arc__policy_currency(r, step->fee_currency));
  arc__policy_reader here = *r;
  ARC__TRY(arc__policy_amount(r, &step->fee));
  return step->fee.value ? ARC_OK : arc__policy_fail(&here, "a fee of more than 0");
}

static arc_status step_charge(arc__policy_reader *r, arc__cadence_step *step) {
  ARC__TRY(arc__policy_next(r));
  if (arc__policy_is(r, "fee")) return step_fee(r, step);
  uint8_t *charge = arc__policy_is(r, "interest")       ? &step->charges_interest
                    : arc__policy_is(r, "compensation") ? &step->charges_compensation
                                                        : NULL;
  if (!charge) return arc__policy_fail(r, "'fee', 'interest' or 'compensation'");
  if (*charge) return arc__policy_fail(r, step_once);
  *charge = 1;
  return arc__policy_next(r);
}

static const struct step_clause {
  const char *word;
  arc_status (*read)(arc__policy_reader *r, arc__cadence_step *step);
} step_clauses[] = {
    {"to", step_to},           {"copy", step_copy},
    {"else", step_else},       {"template", step_template},
    {"charge", step_charge},   {"needs", step_needs},
    {"balance", step_balance}, {"share", step_share},
};

/* One clause; *actions tells whether the clause before it was an action, so that this one may be.
 */
static arc_status step_one_clause(arc__policy_reader *r, arc__cadence_step *step, int *actions) {
  for (size_t i = 0; i < sizeof step_clauses / sizeof *step_clauses; i++) {
    if (!arc__policy_is(r, step_clauses[i].word)) continue;
    *actions = 0;
    return step_clauses[i].read(r, step);
  }
  if (*actions) return step_also(r, step);
  if (!arc__policy_is(r, "also"))
    return arc__policy_fail(r, "'also', 'to', 'copy', 'else', 'template', 'charge', "
                               "'needs approval', 'balance >=' or 'share >='");
  *actions = 1;
  ARC__TRY(arc__policy_next(r));
  return step_also(r, step);
}

/* What follows a step's name: clauses, separated by commas. */
static arc_status step_all_clauses(arc__policy_reader *r, arc__cadence_step *step) {
  int actions = 0;
  if (r->kind == ARC__POLICY_END) return ARC_OK;
  for (;;) {
    ARC__TRY(step_one_clause(r, step, &actions));
    if (r->kind == ARC__POLICY_END) return ARC_OK;
    if (r->kind != ARC__POLICY_COMMA) return arc__policy_fail(r, "',' or the end of the line");
    ARC__TRY(arc__policy_next(r));
  }
}

arc_status arc__policy_step(arc__policy_reader *r, arc__cadence_policy *policy) {
  if (policy->step_count == ARC__CADENCE_STEPS_MAX) return arc__policy_fail(r, "at most 32 steps");
  arc__cadence_step *step = &policy->steps[policy->step_count];
  memset(step, 0, sizeof *step);
  ARC__TRY(arc__policy_next(r));
  ARC__TRY(step_offset(r, policy, &step->offset));
  ARC__TRY(step_channel(r, step));
  ARC__TRY(step_name(r, policy, step));
  ARC__TRY(step_all_clauses(r, step));
  policy->step_lines[policy->step_count++] = r->line_number;
  return ARC_OK;
}
