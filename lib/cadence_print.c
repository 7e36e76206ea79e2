/* A policy as text: the one canonical form, which parses to the same policy again. */
#include "cadence_policy.h"

#include "arcollect/ledger.h"
#include "error.h"
#include "text.h"

#include <string.h>

typedef struct print_writer {
  char *buf;
  size_t cap, size;
} print_writer;

static void print_text(print_writer *w, const char *text) {
  size_t size = strlen(text);
  if (w->size < w->cap)
    memcpy(w->buf + w->size, text, size < w->cap - w->size ? size : w->cap - w->size);
  w->size += size;
}

static void print_integer(print_writer *w, int64_t value) {
  char digits[21];
  arc__format_integer(digits, value);
  print_text(w, digits);
}

/* Blanks, so that what was written since `start` is `width` wide, and then `gap` more. */
static void print_pad(print_writer *w, size_t start, size_t width, size_t gap) {
  for (size_t want = start + width + gap; w->size < want;)
    print_text(w, " ");
}

static void print_offset(print_writer *w, int32_t offset) {
  print_text(w, offset > 0 ? "+" : offset == 0 ? " " : "");
  print_integer(w, offset);
  print_text(w, "d");
}

static void print_time(print_writer *w, int32_t minutes) {
  char text[6] = {(char)('0' + minutes / 600),     (char)('0' + minutes / 60 % 10), ':',
                  (char)('0' + minutes % 60 / 10), (char)('0' + minutes % 10),      0};
  print_text(w, text);
}

static void print_amount(print_writer *w, const arc__cadence_amount *amount) {
  char decimals[] = ".0000";
  int64_t rest = amount->value % 10000;
  for (size_t i = 4; i > 0; i--, rest /= 10)
    decimals[i] = (char)('0' + rest % 10);
  decimals[amount->decimals ? amount->decimals + 1 : 0] = 0;
  print_integer(w, amount->value / 10000);
  print_text(w, decimals);
}

static const char *print_channel(const arc__cadence_step *step) {
  return step->decides ? "decide" : arc__cadence_channel(step->channel);
}

/* Widths of a policy's columns. */
typedef struct print_columns {
  size_t offset, channel, tone, name;
} print_columns;

static void print_widen(size_t *width, size_t size) {
  if (*width < size) *width = size;
}

static print_columns print_measure(const arc__cadence_policy *policy) {
  print_columns columns = {0, 0, 0, 0};
  for (size_t i = 0; i < policy->step_count; i++) {
    const arc__cadence_step *step = &policy->steps[i];
    print_writer offset = {NULL, 0, 0};
    print_offset(&offset, step->offset);
    print_widen(&columns.offset, offset.size);
    print_widen(&columns.channel, strlen(print_channel(step)));
    if (step->channel == ARC_CHANNEL_PLACEMENT) continue;
    print_widen(&columns.tone, strlen(arc__cadence_tone(step->tone)) + 2);
    print_widen(&columns.name, strlen(step->name));
  }
  for (size_t i = 0; i < policy->step_count; i++) { /* a place spans the columns of tone and name */
    size_t size = strlen(policy->steps[i].name);
    if (policy->steps[i].channel == ARC_CHANNEL_PLACEMENT && size > columns.tone)
      print_widen(&columns.name, size - columns.tone);
  }
  return columns;
}

/* What clauses, conditions and limits have between them. */
static void print_comma(print_writer *w, int *first) {
  if (!*first) print_text(w, ", ");
  *first = 0;
}

static void print_clause(print_writer *w, int *first, const char *clause, const char *argument) {
  print_comma(w, first);
  print_text(w, clause);
  print_text(w, argument);
}

static void print_actions(print_writer *w, int *first, const arc__cadence_step *step) {
  const char *also = "also ";
  if (step->call[0]) {
    print_clause(w, first, also, "call ");
    print_text(w, step->call);
    also = "";
  }
  if (step->escalate[0]) {
    print_clause(w, first, also, "escalate ");
    print_text(w, step->escalate);
    also = "";
  }
  if (step->warn_hold) print_clause(w, first, also, "warn hold");
}

static void print_delivery(print_writer *w, int *first, const arc__cadence_step *step) {
  for (int role = ARC_ROLE_PAYABLES; role <= ARC_ROLE_EXECUTIVE; role++)
    if (step->roles & 1u << role) print_clause(w, first, "to ", arc__cadence_role_word(role));
  for (int role = ARC_ROLE_PAYABLES; role <= ARC_ROLE_EXECUTIVE; role++)
    if (step->copies & 1u << role) print_clause(w, first, "copy ", arc__cadence_role_word(role));
  if (step->otherwise) print_clause(w, first, "else ", arc__cadence_channel(step->otherwise));
  if (step->template_name[0]) print_clause(w, first, "template ", step->template_name);
}

static void print_charges(print_writer *w, int *first, const arc__cadence_step *step) {
  if (step->fee.is_set) {
    print_clause(w, first, "charge fee ", step->fee_currency);
    print_text(w, " ");
    print_amount(w, &step->fee);
  }
  if (step->charges_interest) print_clause(w, first, "charge ", "interest");
  if (step->charges_compensation) print_clause(w, first, "charge ", "compensation");
}

static int print_clauses(print_writer *w, const arc__cadence_step *step) {
  int first = 1;
  print_actions(w, &first, step);
  print_delivery(w, &first, step);
  print_charges(w, &first, step);
  if (step->needs_approval) print_clause(w, &first, "needs approval", "");
  if (step->balance.is_set) {
    print_clause(w, &first, "balance >= ", "");
    print_amount(w, &step->balance);
  }
  if (step->share) {
    print_clause(w, &first, "share >= ", "");
    print_integer(w, step->share);
    print_text(w, "%");
  }
  return !first;
}

static void print_step(print_writer *w, const arc__cadence_step *step,
                       const print_columns *columns) {
  print_text(w, "step ");
  size_t start = w->size;
  print_offset(w, step->offset);
  print_pad(w, start, columns->offset, 1);
  start = w->size;
  print_text(w, print_channel(step));
  print_pad(w, start, columns->channel, 1);
  start = w->size;
  if (step->channel != ARC_CHANNEL_PLACEMENT) {
    print_text(w, arc__cadence_tone(step->tone));
    print_pad(w, start, columns->tone, 0);
  }
  print_text(w, step->name);
  print_writer none = {NULL, 0, 0};
  if (print_clauses(&none, step)) print_pad(w, start, columns->tone + columns->name, 3);
  print_clauses(w, step);
  print_text(w, "\n");
}

static void print_quiet(print_writer *w, const arc__cadence_policy *policy) {
  print_text(w, "quiet");
  if (policy->has_quiet_hours) {
    print_text(w, " ");
    print_time(w, policy->quiet_from);
    print_text(w, "-");
    print_time(w, policy->quiet_until);
  }
  if (policy->quiet_weekends) print_text(w, " weekends");
  if (policy->quiet_holidays) print_text(w, " holidays");
  print_text(w, "\n");
}

static void print_limit(print_writer *w, const arc__cadence_policy *policy) {
  int first = 1;
  print_text(w, "limit ");
  for (size_t i = 0; i < policy->cap_count; i++) {
    print_comma(w, &first);
    if (policy->caps[i].calls) print_text(w, "calls ");
    print_integer(w, policy->caps[i].count);
    print_text(w, " per ");
    print_integer(w, policy->caps[i].days);
    print_text(w, "d");
  }
  if (policy->rest_days) {
    print_comma(w, &first);
    print_text(w, "calls none ");
    print_integer(w, policy->rest_days);
    print_text(w, "d after conversation");
  }
  print_text(w, "\n");
}

static void print_quoted(print_writer *w, int *first, const char *word, const char *text) {
  if (!*text) return;
  print_clause(w, first, word, " \"");
  print_text(w, text);
  print_text(w, "\"");
}

static void print_balance(print_writer *w, int *first, const char *word,
                          const arc__cadence_amount *amount) {
  if (!amount->is_set) return;
  print_clause(w, first, word, "");
  print_amount(w, amount);
}

static void print_selection(print_writer *w, const arc__cadence_selection *s) {
  int first = 1;
  print_text(w, "for ");
  print_quoted(w, &first, "segment", s->segment);
  print_quoted(w, &first, "terms", s->terms);
  if (s->currency[0]) print_clause(w, &first, "currency ", s->currency);
  print_balance(w, &first, "balance >= ", &s->least);
  print_balance(w, &first, "balance < ", &s->below);
  if (s->strategic) print_clause(w, &first, "strategic", "");
  print_text(w, "\n");
}

static void print_trigger(print_writer *w, const arc__cadence_trigger *trigger) {
  int first = 1;
  print_text(w, "escalate ");
  print_text(w, trigger->who);
  print_text(w, " when ");
  if (trigger->age) {
    print_clause(w, &first, "age >= ", "");
    print_integer(w, trigger->age);
    print_text(w, "d");
  }
  print_balance(w, &first, "balance >= ", &trigger->balance);
  print_text(w, "\n");
}

static void print_line(print_writer *w, const char *line, const char *word) {
  print_text(w, line);
  print_text(w, word);
  print_text(w, "\n");
}

static void print_pauses(print_writer *w, unsigned pauses) {
  print_text(w, "pause on");
  for (int bit = 0; *arc__cadence_pause_word(bit); bit++) {
    if (!(pauses & 1u << bit)) continue;
    print_text(w, " ");
    print_text(w, arc__cadence_pause_word(bit));
  }
  print_text(w, "\n");
}

static void print_days(print_writer *w, const char *words, int32_t days) {
  print_text(w, words);
  print_integer(w, days);
  print_text(w, "d\n");
}

/* What stands before the steps. */
static void print_rules(print_writer *w, const arc__cadence_policy *policy) {
  unsigned lines = policy->lines;
  if (lines & ARC__CADENCE_LINE_FOR) print_selection(w, &policy->selection);
  if (lines & ARC__CADENCE_LINE_PROFILE)
    print_line(w, "profile ", arc__cadence_profile_word(policy->profile));
  if (lines & ARC__CADENCE_LINE_GROUP)
    print_line(w, "group by ", policy->by_invoice ? "invoice" : "customer");
  if (lines & ARC__CADENCE_LINE_ENTER)
    print_line(w, "enter at ", policy->enter_first ? "first" : "age");
  if (lines & ARC__CADENCE_LINE_MISSED)
    print_line(w, "missed ", arc__cadence_missed_word(policy->missed));
  if (policy->pauses) print_pauses(w, policy->pauses);
  if (lines & ARC__CADENCE_LINE_RESUME) print_days(w, "resume after ", policy->resume_days);
  if (lines & ARC__CADENCE_LINE_BARRED) print_days(w, "barred after ", policy->barred_days);
}

size_t arc__cadence_policy_print(const arc__cadence_policy *policy, char *buf, size_t cap) {
  print_writer w = {buf, cap, 0};
  print_text(&w, "cadence \"");
  print_text(&w, policy->name);
  print_text(&w, "\"\n");
  print_rules(&w, policy);
  print_columns columns = print_measure(policy);
  for (size_t i = 0; i < policy->step_count; i++)
    print_step(&w, &policy->steps[i], &columns);
  for (size_t i = 0; i < policy->trigger_count; i++)
    print_trigger(&w, &policy->triggers[i]);
  if (policy->lines & ARC__CADENCE_LINE_NEVER) print_line(&w, "never", "");
  if (policy->lines & ARC__CADENCE_LINE_QUIET) print_quiet(&w, policy);
  if (policy->cap_count || policy->rest_days) print_limit(&w, policy);
  return w.size;
}

/* ---- the public call ---- */

arc_status arc_cadence_print(char *buf, size_t cap, size_t *size, const char *text,
                             size_t text_size, arc_error *err) {
  arc__cadence_policy policy;
  ARC__TRY(arc__cadence_policy_parse(&policy, text, text_size, err));
  if (!buf && !cap && !size) return ARC_OK;
  size_t need = arc__cadence_policy_print(&policy, NULL, 0);
  if (size) *size = need;
  if (!buf && !cap) return ARC_OK;
  if (!buf || cap <= need)
    return arc__fail_field(err, ARC_E_INVALID, 0, 2, "the buffer must hold %llu bytes",
                           (unsigned long long)need + 1);
  arc__cadence_policy_print(&policy, buf, need);
  buf[need] = 0;
  return ARC_OK;
}
