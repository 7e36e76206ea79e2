/* Policies out of structs: written as text, which the parser then judges, so that there is one
 * language. */
#include "cadence_internal.h"

#include "error.h"
#include "text.h"
#include "struct_sizes.h"

#include <string.h>

#define BUILD_STEP_OPTIONS                                                                         \
  (ARC_STEP_NEEDS_APPROVAL | ARC_STEP_WARN_HOLD | ARC_STEP_DECIDE | ARC_STEP_CHARGE_INTEREST |     \
   ARC_STEP_CHARGE_COMPENSATION)

/* Only what makes words of the language: nothing that could end the word, the clause or the line.
 */
static arc_status build_word(arc_text *word, const char *allowed, uint64_t record, uint32_t field,
                             arc_error *err) {
  word->size = arc__text_size(word->data, word->size);
  for (size_t i = 0; i < word->size; i++) {
    char c = word->data[i];
    if ((c >= 'a' && c <= 'z') || arc__is_digit(c) || c == '-' || (c && strchr(allowed, c)))
      continue;
    return arc__fail_field(
        err, ARC_E_INVALID, record, field,
        "a word of a policy must hold no other character than the language has for it");
  }
  return ARC_OK;
}

static void build_clause(arc__buffer *b, int *first, const char *clause, arc_text word) {
  if (word.size == 0) return;
  arc__buffer_string(b, *first ? " " : ", ");
  arc__buffer_string(b, clause);
  arc__buffer_bytes(b, word.data, word.size);
  *first = 0;
}

static void build_string(arc__buffer *b, int *first, const char *clause) {
  arc_text word = {clause, strlen(clause)};
  build_clause(b, first, "", word);
}

static void build_roles(arc__buffer *b, int *first, const char *clause, uint32_t roles) {
  for (int role = 0; *arc__cadence_role_word(role); role++)
    if (roles & 1u << role) {
      const char *word = arc__cadence_role_word(role);
      arc_text text = {word, strlen(word)};
      build_clause(b, first, clause, text);
    }
}

static void build_clauses(arc__buffer *b, const arc_cadence_step *step) {
  int first = 1;
  build_clause(b, &first, "also call ", step->call);
  build_clause(b, &first, step->call.size ? "escalate " : "also escalate ", step->escalate);
  if (step->options & ARC_STEP_WARN_HOLD)
    build_string(b, &first,
                 step->call.size || step->escalate.size ? "warn hold" : "also warn hold");
  build_roles(b, &first, "to ", step->roles);
  build_roles(b, &first, "copy ", step->copies);
  if (step->otherwise) {
    const char *word = arc__cadence_channel(step->otherwise);
    arc_text text = {word, strlen(word)};
    build_clause(b, &first, "else ", text);
  }
  build_clause(b, &first, "template ", step->template_name);
  build_clause(b, &first, "charge fee ", step->fee);
  if (step->options & ARC_STEP_CHARGE_INTEREST) build_string(b, &first, "charge interest");
  if (step->options & ARC_STEP_CHARGE_COMPENSATION) build_string(b, &first, "charge compensation");
  if (step->options & ARC_STEP_NEEDS_APPROVAL) build_string(b, &first, "needs approval");
  build_clause(b, &first, "balance >= ", step->balance);
  if (step->share) {
    arc__buffer_string(b, first ? " share >= " : ", share >= ");
    arc__buffer_format(b, "%u%%", step->share);
  }
}

static arc_status build_step(arc__buffer *b, const void *at, uint64_t record, arc_error *err) {
  arc_cadence_step step;
  int place;
  ARC__TRY(ARC__READ(arc_cadence_step, &step, at, err));
  if (step.options & ~BUILD_STEP_OPTIONS)
    return arc__fail_field(err, ARC_E_INVALID, record, 1,
                           "options has bits that are not defined here");
  if (step.reserved) return arc__fail_field(err, ARC_E_INVALID, record, 13, "reserved must be 0");
  place = step.channel == ARC_CHANNEL_PLACEMENT;
  if (!*arc__cadence_channel(step.channel) || (!place && !*arc__cadence_tone(step.tone)) ||
      (step.otherwise && !*arc__cadence_channel(step.otherwise)))
    return arc__fail_field(err, ARC_E_INVALID, record, 7,
                           "channel, tone or otherwise is out of its range");
  if (step.options & ARC_STEP_DECIDE && !place)
    return arc__fail_field(err, ARC_E_INVALID, record, 7,
                           "who decides has the channel ARC_CHANNEL_PLACEMENT");
  ARC__TRY(build_word(&step.name, "", record, 2, err));
  ARC__TRY(build_word(&step.template_name, "", record, 3, err));
  ARC__TRY(build_word(&step.call, "", record, 4, err));
  ARC__TRY(build_word(&step.escalate, "", record, 5, err));
  ARC__TRY(build_word(&step.balance, ".", record, 14, err));
  ARC__TRY(build_word(&step.fee, ". ABCDEFGHIJKLMNOPQRSTUVWXYZ", record, 15, err));
  arc__buffer_format(b, "step %s%dd %s %s ", step.offset > 0 ? "+" : "", step.offset,
                     step.options & ARC_STEP_DECIDE ? "decide" : arc__cadence_channel(step.channel),
                     place ? "" : arc__cadence_tone(step.tone));
  arc__buffer_bytes(b, step.name.data, step.name.size);
  build_clauses(b, &step);
  arc__buffer_string(b, "\n");
  return ARC_OK;
}

static arc_status build_text(arc__buffer *b, const arc_cadence_spec *spec, arc_error *err) {
  arc_text name = spec->name;
  const unsigned char *at = (const unsigned char *)spec->steps;
  ARC__TRY(arc__text_check(&name, 1, ARC__CADENCE_NAME_MAX, ARC__TEXT_LINE, "name", 0, 2, err));
  if (memchr(name.data, '"', name.size))
    return arc__fail_field(err, ARC_E_INVALID, 0, 2, "name must hold no quotes");
  if (spec->step_count > ARC__CADENCE_STEPS_MAX || (spec->step_count && !spec->steps))
    return arc__fail_field(err, ARC_E_INVALID, 0, 4, "steps must hold step_count rows, 32 at most");
  arc__buffer_string(b, "cadence \"");
  arc__buffer_bytes(b, name.data, name.size);
  arc__buffer_string(b, "\"\n");
  for (uint32_t i = 0; i < spec->step_count; i++, at += spec->steps->struct_size)
    ARC__TRY(build_step(b, at, i, err));
  if (spec->rules.data) {
    size_t size = arc__text_size(spec->rules.data, spec->rules.size);
    if (size > ARC__CADENCE_TEXT_MAX)
      return arc__fail_field(err, ARC_E_INVALID, 0, 3, "a policy's text has at most 65,535 bytes");
    arc__buffer_bytes(b, spec->rules.data, size);
  }
  return b->failed ? arc__fail_nomem(err) : ARC_OK;
}

/* Says a place in the text as the row or the line that the caller knows. */
static arc_status build_explain(arc_status status, const arc_cadence_spec *spec,
                                const arc_error *found, arc_error *err) {
  if (status != ARC_E_SYNTAX) return arc__fail(err, status, "%s", found->text);
  if (found->line >= 2 && found->line < spec->step_count + 2)
    return arc__fail_field(err, ARC_E_INVALID, found->line - 2, 0, "%s", found->text);
  return arc__fail_at(err, ARC_E_SYNTAX,
                      found->line < 2 ? found->line : found->line - 1 - spec->step_count,
                      found->column, "%s", found->text);
}

arc_status arc_cadence_build(char *buf, size_t cap, size_t *size, const arc_cadence_spec *given,
                             const arc_allocator *allocator, arc_error *err) {
  arc_cadence_spec spec;
  arc_error found = ARC_ERROR_INIT;
  arc__heap heap;
  arc__buffer text;
  ARC__TRY(ARC__READ(arc_cadence_spec, &spec, given, err));
  if (spec.reserved) return arc__fail_field(err, ARC_E_INVALID, 0, 6, "reserved must be 0");
  if (spec.flags) return arc__fail_field(err, ARC_E_INVALID, 0, 1, "flags must be 0");
  ARC__TRY(arc__heap_init(&heap, allocator, err));
  arc__buffer_init(&text, &heap);
  arc_status status = build_text(&text, &spec, err);
  if (status >= 0) {
    status = arc_cadence_print(buf, cap, size, (const char *)text.data, text.size, &found);
    if (status < 0) status = build_explain(status, &spec, &found, err);
  }
  arc__buffer_free(&text);
  return status;
}
