/* The policy language: text to struct and back, in one pass, linear, without memory of its own. A
 * policy that was parsed is within all limits, and prints to the one text that parses to it again.
 */
#include "cadence_policy.h"

#include "error.h"
#include "text.h"

#include <string.h>

#define POLICY_OFFSET_FIRST    (-366)
#define POLICY_OFFSET_LAST     3650
#define POLICY_COUNT_MAX       999
#define POLICY_DAYS_MAX        366
#define POLICY_AMOUNT_DIGITS   14 /* before the point: 14 + 4 digits fit 64 bits */
#define POLICY_AMOUNT_DECIMALS 4

static const char *const policy_channels[] = {
    "",     "email", "sms",    "letter",  "registered-letter",
    "call", "voice", "portal", "webhook", "place"};
static const char *const policy_tones[] = {"", "friendly", "neutral", "firm", "final"};
static const char *const policy_pauses[] = {"dispute", "promise", "plan", "hold", "cash"};

#define POLICY_CHANNEL_COUNT ((int32_t)(sizeof policy_channels / sizeof *policy_channels))
#define POLICY_TONE_COUNT    ((int32_t)(sizeof policy_tones / sizeof *policy_tones))
#define POLICY_PAUSE_COUNT   ((int32_t)(sizeof policy_pauses / sizeof *policy_pauses))

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
  return channel > 0 && channel < POLICY_CHANNEL_COUNT ? policy_channels[channel] : "";
}

const char *arc__cadence_tone(int32_t tone) {
  return tone > 0 && tone < POLICY_TONE_COUNT ? policy_tones[tone] : "";
}

/* ---- reading: tokens of one line at a time ---- */

enum { POLICY_END, POLICY_WORD, POLICY_STRING, POLICY_COMMA };

typedef struct policy_reader {
  const char *line, *line_end, *text_end;
  uint32_t line_number;
  const char *token; /* a string's text without its quotes */
  size_t size;
  int kind;
  uint32_t column; /* where the token begins */
  const char *at;  /* behind the token */
  arc_error *err;
} policy_reader;

static arc_status policy_fail(const policy_reader *r, const char *expected) {
  if (r->kind == POLICY_END)
    return arc__fail_at(r->err, ARC_E_SYNTAX, r->line_number, r->column,
                        "expected %s, found the end of the line", expected);
  size_t shown = r->size <= 40 ? r->size : arc__text_whole(r->token, 40);
  return arc__fail_at(r->err, ARC_E_SYNTAX, r->line_number, r->column,
                      "expected %s, found \"%.*s\"", expected, (int)shown, r->token);
}

static int policy_blank(char c) {
  return c == ' ' || c == '\t';
}

static int policy_in_word(char c) {
  return !policy_blank(c) && c != ',' && c != '#' && c != '"';
}

static arc_status policy_next(policy_reader *r) {
  while (r->at < r->line_end && policy_blank(*r->at))
    r->at++;
  r->column = (uint32_t)(r->at - r->line) + 1;
  r->token = r->at;
  r->size = 0;
  r->kind = POLICY_END;
  if (r->at == r->line_end || *r->at == '#') return ARC_OK;
  if (*r->at == ',') {
    r->kind = POLICY_COMMA;
    r->at++;
    r->size = 1;
    return ARC_OK;
  }
  if (*r->at == '"') {
    r->token = ++r->at;
    while (r->at < r->line_end && *r->at != '"')
      r->at++;
    if (r->at == r->line_end)
      return arc__fail_at(r->err, ARC_E_SYNTAX, r->line_number, r->column,
                          "expected a closing '\"' before the end of the line");
    r->kind = POLICY_STRING;
    r->size = (size_t)(r->at++ - r->token);
    return ARC_OK;
  }
  r->kind = POLICY_WORD;
  while (r->at < r->line_end && policy_in_word(*r->at))
    r->at++;
  r->size = (size_t)(r->at - r->token);
  return ARC_OK;
}

/* Moves to the line at `start`, behind which `text_end` may lie at once. */
static void policy_line(policy_reader *r, const char *start) {
  const char *end = start;
  while (end < r->text_end && *end != '\n')
    end++;
  r->line = r->at = start;
  r->line_end = end > start && end < r->text_end && end[-1] == '\r' ? end - 1 : end;
  r->line_number++;
}

/* Moves to the first token of the next line that has one; 0 at the end of the text. */
static arc_status policy_next_line(policy_reader *r, int *more) {
  *more = 1;
  for (;;) {
    const char *end = r->line_end;
    while (end < r->text_end && *end != '\n')
      end++;
    if (end == r->text_end) {
      *more = 0;
      return ARC_OK;
    }
    policy_line(r, end + 1);
    ARC__TRY(policy_next(r));
    if (r->kind != POLICY_END) return ARC_OK;
  }
}

static int policy_is(const policy_reader *r, const char *word) {
  return r->kind == POLICY_WORD && r->size == strlen(word) && memcmp(r->token, word, r->size) == 0;
}

static arc_status policy_expect(policy_reader *r, const char *word, const char *expected) {
  return policy_is(r, word) ? policy_next(r) : policy_fail(r, expected);
}

static arc_status policy_expect_end(const policy_reader *r) {
  return r->kind == POLICY_END ? ARC_OK : policy_fail(r, "the end of the line");
}

static int32_t policy_find(const policy_reader *r, const char *const *words, int32_t count) {
  for (int32_t i = 0; i < count; i++)
    if (words[i][0] && policy_is(r, words[i])) return i;
  return -1;
}

/* Digits from *at on, without leading zeros, of at most `max`; 0 if there are none such. */
static int policy_digits(const char **at, const char *end, int64_t max, int64_t *value) {
  const char *start = *at;
  int64_t v = 0;
  while (*at < end && arc__is_digit(**at)) {
    int digit = *(*at)++ - '0';
    if (v > (max - digit) / 10) return 0;
    v = v * 10 + digit;
  }
  *value = v;
  return *at > start && (*start != '0' || *at == start + 1);
}

/* A number of 1..max followed by `unit` (0: nothing) is the whole token. */
static int policy_number(const policy_reader *r, int64_t max, char unit, int32_t *value) {
  const char *at = r->token, *end = r->token + r->size;
  int64_t v = 0;
  if (r->kind != POLICY_WORD || !policy_digits(&at, end, max, &v) || v == 0) return 0;
  if (unit && (at == end || *at++ != unit)) return 0;
  *value = (int32_t)v;
  return at == end;
}

/* A name of a step or a role: [a-z0-9-]+ */
static arc_status policy_name(policy_reader *r, char out[ARC__CADENCE_WORD_MAX + 1],
                              const char *expected) {
  if (r->kind != POLICY_WORD || r->size > ARC__CADENCE_WORD_MAX) return policy_fail(r, expected);
  for (size_t i = 0; i < r->size; i++) {
    char c = r->token[i];
    if (!(c >= 'a' && c <= 'z') && !arc__is_digit(c) && c != '-') return policy_fail(r, expected);
  }
  memcpy(out, r->token, r->size);
  out[r->size] = 0;
  return policy_next(r);
}

/* ---- the lines ---- */

static arc_status policy_header(policy_reader *r, arc__cadence_policy *policy) {
  ARC__TRY(policy_expect(r, "cadence", "'cadence' and the policy's name in quotes"));
  if (r->kind != POLICY_STRING || r->size == 0 || r->size > ARC__CADENCE_NAME_MAX)
    return policy_fail(r, "the policy's name in quotes, of 1 to 64 bytes");
  memcpy(policy->name, r->token, r->size);
  policy->name[r->size] = 0;
  ARC__TRY(policy_next(r));
  return policy_expect_end(r);
}

static arc_status policy_group(policy_reader *r, arc__cadence_policy *policy) {
  if (policy->has_group) return policy_fail(r, "only one 'group by' line");
  policy->has_group = 1;
  ARC__TRY(policy_next(r));
  ARC__TRY(policy_expect(r, "by", "'by customer'"));
  ARC__TRY(policy_expect(r, "customer", "'customer'"));
  return policy_expect_end(r);
}

static arc_status policy_pause(policy_reader *r, arc__cadence_policy *policy) {
  if (policy->pauses) return policy_fail(r, "only one 'pause on' line");
  ARC__TRY(policy_next(r));
  ARC__TRY(policy_expect(r, "on", "'on'"));
  do {
    int32_t pause = policy_find(r, policy_pauses, POLICY_PAUSE_COUNT);
    if (pause < 0) return policy_fail(r, "'dispute', 'promise', 'plan', 'hold' or 'cash'");
    if (policy->pauses & 1u << pause) return policy_fail(r, "each reason to pause only once");
    policy->pauses |= 1u << pause;
    ARC__TRY(policy_next(r));
  } while (r->kind != POLICY_END);
  return ARC_OK;
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

static arc_status policy_quiet_item(policy_reader *r, arc__cadence_policy *policy) {
  int weekends = policy_is(r, "weekends");
  uint8_t *seen = weekends                   ? &policy->quiet_weekends
                  : policy_is(r, "holidays") ? &policy->quiet_holidays
                                             : &policy->has_quiet_hours;
  if (seen == &policy->has_quiet_hours) {
    const char *at = r->token;
    if (r->kind != POLICY_WORD || r->size != 11 || !policy_minutes(at, &policy->quiet_from) ||
        at[5] != '-' || !policy_minutes(at + 6, &policy->quiet_until) ||
        policy->quiet_from == policy->quiet_until)
      return policy_fail(r, "hours such as 20:00-08:00, 'weekends' or 'holidays'");
  }
  if (*seen) return policy_fail(r, "each quiet time only once");
  *seen = 1;
  return policy_next(r);
}

static arc_status policy_quiet(policy_reader *r, arc__cadence_policy *policy) {
  if (policy->has_quiet) return policy_fail(r, "only one 'quiet' line");
  policy->has_quiet = 1;
  ARC__TRY(policy_next(r));
  do
    ARC__TRY(policy_quiet_item(r, policy));
  while (r->kind != POLICY_END);
  return ARC_OK;
}

static arc_status policy_limit(policy_reader *r, arc__cadence_policy *policy) {
  if (policy->cap_count) return policy_fail(r, "only one 'limit' line");
  do {
    if (policy->cap_count == ARC__CADENCE_CAPS_MAX) return policy_fail(r, "at most 4 limits");
    arc__cadence_cap *cap = &policy->caps[policy->cap_count++];
    ARC__TRY(policy_next(r)); /* 'limit', or the comma */
    if (policy_is(r, "calls")) {
      cap->calls = 1;
      ARC__TRY(policy_next(r));
    }
    if (!policy_number(r, POLICY_COUNT_MAX, 0, &cap->count))
      return policy_fail(r, cap->calls ? "a count of 1 to 999" : "'calls' or a count of 1 to 999");
    ARC__TRY(policy_next(r));
    ARC__TRY(policy_expect(r, "per", "'per'"));
    if (!policy_number(r, POLICY_DAYS_MAX, 'd', &cap->days))
      return policy_fail(r, "days, 1d to 366d");
    ARC__TRY(policy_next(r));
  } while (r->kind == POLICY_COMMA);
  return r->kind == POLICY_END ? ARC_OK : policy_fail(r, "',' or the end of the line");
}

/* ---- the line of a step ---- */

static arc_status policy_offset(policy_reader *r, const arc__cadence_policy *policy,
                                int32_t *offset) {
  static const char expected[] =
      "days from the due date such as -3d, 0d or +7d, from -366d to +3650d";
  const char *at = r->token, *end = r->token + r->size;
  int64_t v = 0;
  if (r->kind != POLICY_WORD) return policy_fail(r, expected);
  char sign = *at == '-' || *at == '+' ? *at++ : 0;
  if (!policy_digits(&at, end, POLICY_OFFSET_LAST, &v) || end - at != 1 || *at != 'd' ||
      (sign == 0) != (v == 0))
    return policy_fail(r, expected);
  *offset = sign == '-' ? -(int32_t)v : (int32_t)v;
  if (*offset < POLICY_OFFSET_FIRST) return policy_fail(r, expected);
  if (policy->step_count > 0 && *offset <= policy->steps[policy->step_count - 1].offset)
    return policy_fail(r, "more days than in the step before");
  return policy_next(r);
}

static arc_status policy_step_name(policy_reader *r, const arc__cadence_policy *policy,
                                   arc__cadence_step *step) {
  policy_reader here = *r;
  ARC__TRY(policy_name(r, step->name, "a name of a-z, 0-9 and '-', at most 32 bytes"));
  for (size_t i = 0; i < policy->step_count; i++)
    if (strcmp(policy->steps[i].name, step->name) == 0)
      return policy_fail(&here, "a name that no other step has");
  return ARC_OK;
}

static arc_status policy_amount(policy_reader *r, arc__cadence_step *step) {
  static const char expected[] = "an amount such as 500.00, of at most 14 digits and 4 decimals";
  const char *at = r->token, *end = r->token + r->size;
  int64_t whole = 0;
  if (r->kind != POLICY_WORD || !policy_digits(&at, end, INT64_MAX, &whole) ||
      at - r->token > POLICY_AMOUNT_DIGITS)
    return policy_fail(r, expected);
  if (at < end) {
    size_t decimals = (size_t)(end - at) - 1;
    if (*at++ != '.' || decimals == 0 || decimals > POLICY_AMOUNT_DECIMALS)
      return policy_fail(r, expected);
    step->balance_decimals = (uint8_t)decimals;
  }
  for (size_t i = 0; i < POLICY_AMOUNT_DECIMALS; i++) {
    whole *= 10;
    if (at == end) continue;
    if (!arc__is_digit(*at)) return policy_fail(r, expected);
    whole += *at++ - '0';
  }
  step->balance = whole;
  step->has_balance = 1;
  return policy_next(r);
}

/* What happens besides: at most one call, one escalation and one warning. */
static arc_status policy_also(policy_reader *r, arc__cadence_step *step, const char *expected) {
  static const char role[] = "a role of a-z, 0-9 and '-', at most 32 bytes";
  static const char once[] = "each kind of action only once";
  if (policy_is(r, "warn")) {
    if (step->warn_hold) return policy_fail(r, once);
    step->warn_hold = 1;
    ARC__TRY(policy_next(r));
    return policy_expect(r, "hold", "'hold'");
  }
  char *who = policy_is(r, "call") ? step->call : policy_is(r, "escalate") ? step->escalate : NULL;
  if (!who) return policy_fail(r, expected);
  if (*who) return policy_fail(r, once);
  ARC__TRY(policy_next(r));
  return policy_name(r, who, role);
}

static arc_status policy_condition(policy_reader *r, arc__cadence_step *step) {
  static const char once[] = "each condition only once";
  if (policy_is(r, "needs")) {
    if (step->needs_approval) return policy_fail(r, once);
    step->needs_approval = 1;
    ARC__TRY(policy_next(r));
    return policy_expect(r, "approval", "'approval'");
  }
  if (step->has_balance) return policy_fail(r, once);
  ARC__TRY(policy_next(r));
  ARC__TRY(policy_expect(r, ">=", "'>=' and an amount"));
  return policy_amount(r, step);
}

/* What follows a step's name: actions, then conditions, separated by commas. */
static arc_status policy_clauses(policy_reader *r, arc__cadence_step *step) {
  enum { START, ACTIONS, CONDITIONS } state = START;
  static const char *const expected[] = {
      "'also', 'needs approval', 'balance >=' or the end of the line",
      "'call', 'escalate', 'warn hold', 'needs approval' or 'balance >='",
      "'needs approval' or 'balance >='",
  };
  if (r->kind == POLICY_END) return ARC_OK;
  for (;;) {
    if (policy_is(r, "needs") || policy_is(r, "balance")) {
      state = CONDITIONS;
      ARC__TRY(policy_condition(r, step));
    } else if (state == ACTIONS) {
      ARC__TRY(policy_also(r, step, expected[state]));
    } else if (state == START && policy_is(r, "also")) {
      state = ACTIONS;
      ARC__TRY(policy_next(r));
      ARC__TRY(policy_also(r, step, "'call', 'escalate' or 'warn hold'"));
    } else {
      return policy_fail(r, expected[state]);
    }
    if (r->kind == POLICY_END) return ARC_OK;
    if (r->kind != POLICY_COMMA) return policy_fail(r, "',' or the end of the line");
    ARC__TRY(policy_next(r));
  }
}

static arc_status policy_step(policy_reader *r, arc__cadence_policy *policy) {
  if (policy->step_count == ARC__CADENCE_STEPS_MAX) return policy_fail(r, "at most 32 steps");
  arc__cadence_step *step = &policy->steps[policy->step_count];
  ARC__TRY(policy_next(r));
  ARC__TRY(policy_offset(r, policy, &step->offset));
  int32_t channel = policy_find(r, policy_channels, POLICY_CHANNEL_COUNT);
  if (channel < 0)
    return policy_fail(r,
                       "'email', 'sms', 'letter', 'registered-letter', 'call', 'voice', 'portal', "
                       "'webhook' or 'place'");
  step->channel = (uint8_t)channel;
  step->tone = ARC_TONE_FINAL; /* of a placement */
  ARC__TRY(policy_next(r));
  if (channel != ARC_CHANNEL_PLACEMENT) {
    int32_t tone = policy_find(r, policy_tones, POLICY_TONE_COUNT);
    if (tone < 0) return policy_fail(r, "'friendly', 'neutral', 'firm' or 'final'");
    step->tone = (uint8_t)tone;
    ARC__TRY(policy_next(r));
  }
  ARC__TRY(policy_step_name(r, policy, step));
  ARC__TRY(policy_clauses(r, step));
  policy->step_count++;
  return ARC_OK;
}

static arc_status policy_body_line(policy_reader *r, arc__cadence_policy *policy) {
  if (policy_is(r, "step")) return policy_step(r, policy);
  if (policy_is(r, "group")) return policy_group(r, policy);
  if (policy_is(r, "pause")) return policy_pause(r, policy);
  if (policy_is(r, "quiet")) return policy_quiet(r, policy);
  if (policy_is(r, "limit")) return policy_limit(r, policy);
  return policy_fail(r, "'step', 'group by', 'pause on', 'quiet' or 'limit'");
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

arc_status arc__cadence_policy_parse(arc__cadence_policy *policy, const char *text, size_t size,
                                     arc_error *err) {
  size = arc__text_size(text, size);
  if (!text) return arc__fail_field(err, ARC_E_INVALID, 0, 1, "a policy's text must not be NULL");
  if (size > ARC__CADENCE_TEXT_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "a policy's text has at most 65,535 bytes");
  ARC__TRY(policy_check_characters(text, size, err));
  memset(policy, 0, sizeof *policy);
  policy_reader r = {0};
  r.text_end = text + size;
  r.err = err;
  policy_line(&r, text);
  ARC__TRY(policy_next(&r));
  int more = 1;
  if (r.kind == POLICY_END) ARC__TRY(policy_next_line(&r, &more));
  ARC__TRY(policy_header(&r, policy));
  for (;;) {
    ARC__TRY(policy_next_line(&r, &more));
    if (!more) break;
    ARC__TRY(policy_body_line(&r, policy));
  }
  if (policy->step_count == 0)
    return arc__fail_at(err, ARC_E_SYNTAX, r.line_number, (uint32_t)(r.line_end - r.line) + 1,
                        "expected at least one 'step' line before the end of the text");
  return ARC_OK;
}

/* ---- printing ---- */

typedef struct policy_writer {
  char *buf;
  size_t cap, size;
} policy_writer;

static void policy_put(policy_writer *w, const char *text) {
  size_t size = strlen(text);
  if (w->size < w->cap)
    memcpy(w->buf + w->size, text, size < w->cap - w->size ? size : w->cap - w->size);
  w->size += size;
}

static void policy_put_integer(policy_writer *w, int64_t value) {
  char digits[21];
  arc__format_integer(digits, value);
  policy_put(w, digits);
}

/* Blanks, so that what was written since `start` is `width` wide, and then `gap` more. */
static void policy_pad(policy_writer *w, size_t start, size_t width, size_t gap) {
  for (size_t want = start + width + gap; w->size < want;)
    policy_put(w, " ");
}

static void policy_put_offset(policy_writer *w, int32_t offset) {
  policy_put(w, offset > 0 ? "+" : offset == 0 ? " " : "");
  policy_put_integer(w, offset);
  policy_put(w, "d");
}

static void policy_put_time(policy_writer *w, int32_t minutes) {
  char text[6] = {(char)('0' + minutes / 600),     (char)('0' + minutes / 60 % 10), ':',
                  (char)('0' + minutes % 60 / 10), (char)('0' + minutes % 10),      0};
  policy_put(w, text);
}

static void policy_put_amount(policy_writer *w, const arc__cadence_step *step) {
  char decimals[] = ".0000";
  int64_t rest = step->balance % 10000;
  for (size_t i = POLICY_AMOUNT_DECIMALS; i > 0; i--, rest /= 10)
    decimals[i] = (char)('0' + rest % 10);
  decimals[step->balance_decimals ? step->balance_decimals + 1 : 0] = 0;
  policy_put_integer(w, step->balance / 10000);
  policy_put(w, decimals);
}

/* Widths of a policy's columns. */
typedef struct policy_columns {
  size_t offset, channel, tone, name;
} policy_columns;

static void policy_widen(size_t *width, size_t size) {
  if (*width < size) *width = size;
}

static policy_columns policy_measure(const arc__cadence_policy *policy) {
  policy_columns columns = {0, 0, 0, 0};
  for (size_t i = 0; i < policy->step_count; i++) {
    const arc__cadence_step *step = &policy->steps[i];
    policy_writer offset = {NULL, 0, 0};
    policy_put_offset(&offset, step->offset);
    policy_widen(&columns.offset, offset.size);
    policy_widen(&columns.channel, strlen(arc__cadence_channel(step->channel)));
    if (step->channel == ARC_CHANNEL_PLACEMENT) continue;
    policy_widen(&columns.tone, strlen(arc__cadence_tone(step->tone)) + 2);
    policy_widen(&columns.name, strlen(step->name));
  }
  for (size_t i = 0; i < policy->step_count; i++) { /* a place spans the columns of tone and name */
    size_t size = strlen(policy->steps[i].name);
    if (policy->steps[i].channel == ARC_CHANNEL_PLACEMENT && size > columns.tone)
      policy_widen(&columns.name, size - columns.tone);
  }
  return columns;
}

/* One clause behind a step's name; `first` tells whether a comma is due. */
static void policy_put_clause(policy_writer *w, int *first, const char *clause,
                              const char *argument) {
  if (!*first) policy_put(w, ", ");
  *first = 0;
  policy_put(w, clause);
  policy_put(w, argument);
}

static void policy_put_clauses(policy_writer *w, const arc__cadence_step *step) {
  int first = 1;
  if (step->call[0] || step->escalate[0] || step->warn_hold) policy_put(w, "also ");
  if (step->call[0]) policy_put_clause(w, &first, "call ", step->call);
  if (step->escalate[0]) policy_put_clause(w, &first, "escalate ", step->escalate);
  if (step->warn_hold) policy_put_clause(w, &first, "warn hold", "");
  if (step->needs_approval) policy_put_clause(w, &first, "needs approval", "");
  if (!step->has_balance) return;
  policy_put_clause(w, &first, "balance >= ", "");
  policy_put_amount(w, step);
}

static void policy_put_step(policy_writer *w, const arc__cadence_step *step,
                            const policy_columns *columns) {
  policy_put(w, "step ");
  size_t start = w->size;
  policy_put_offset(w, step->offset);
  policy_pad(w, start, columns->offset, 1);
  start = w->size;
  policy_put(w, arc__cadence_channel(step->channel));
  policy_pad(w, start, columns->channel, 1);
  start = w->size;
  if (step->channel != ARC_CHANNEL_PLACEMENT) {
    policy_put(w, arc__cadence_tone(step->tone));
    policy_pad(w, start, columns->tone, 0);
  }
  policy_put(w, step->name);
  if (step->call[0] || step->escalate[0] || step->warn_hold || step->needs_approval ||
      step->has_balance)
    policy_pad(w, start, columns->tone + columns->name, 3);
  policy_put_clauses(w, step);
  policy_put(w, "\n");
}

static void policy_put_quiet(policy_writer *w, const arc__cadence_policy *policy) {
  policy_put(w, "quiet");
  if (policy->has_quiet_hours) {
    policy_put(w, " ");
    policy_put_time(w, policy->quiet_from);
    policy_put(w, "-");
    policy_put_time(w, policy->quiet_until);
  }
  if (policy->quiet_weekends) policy_put(w, " weekends");
  if (policy->quiet_holidays) policy_put(w, " holidays");
  policy_put(w, "\n");
}

static void policy_put_limit(policy_writer *w, const arc__cadence_policy *policy) {
  policy_put(w, "limit");
  for (size_t i = 0; i < policy->cap_count; i++) {
    policy_put(w, i == 0 ? " " : ", ");
    if (policy->caps[i].calls) policy_put(w, "calls ");
    policy_put_integer(w, policy->caps[i].count);
    policy_put(w, " per ");
    policy_put_integer(w, policy->caps[i].days);
    policy_put(w, "d");
  }
  policy_put(w, "\n");
}

size_t arc__cadence_policy_print(const arc__cadence_policy *policy, char *buf, size_t cap) {
  policy_writer w = {buf, cap, 0};
  policy_put(&w, "cadence \"");
  policy_put(&w, policy->name);
  policy_put(&w, "\"\n");
  if (policy->has_group) policy_put(&w, "group by customer\n");
  if (policy->pauses) {
    policy_put(&w, "pause on");
    for (int32_t i = 0; i < POLICY_PAUSE_COUNT; i++) {
      if (!(policy->pauses & 1u << i)) continue;
      policy_put(&w, " ");
      policy_put(&w, policy_pauses[i]);
    }
    policy_put(&w, "\n");
  }
  policy_columns columns = policy_measure(policy);
  for (size_t i = 0; i < policy->step_count; i++)
    policy_put_step(&w, &policy->steps[i], &columns);
  if (policy->has_quiet) policy_put_quiet(&w, policy);
  if (policy->cap_count) policy_put_limit(&w, policy);
  return w.size;
}

/* ---- the public calls ---- */

arc_status arc_cadence_check(const char *text, size_t size, arc_error *err) {
  arc__cadence_policy policy;
  return arc__cadence_policy_parse(&policy, text, size, err);
}

arc_status arc_cadence_print(char *buf, size_t cap, size_t *size, const char *text,
                             size_t text_size, arc_error *err) {
  arc__cadence_policy policy;
  ARC__TRY(arc__cadence_policy_parse(&policy, text, text_size, err));
  size_t need = arc__cadence_policy_print(&policy, NULL, 0);
  if (size) *size = need;
  if (!buf || cap <= need)
    return arc__fail_field(err, ARC_E_INVALID, 0, 2, "the buffer must hold %llu bytes",
                           (unsigned long long)need + 1);
  arc__cadence_policy_print(&policy, buf, need);
  buf[need] = 0;
  return ARC_OK;
}
