/*
 * Reading a reply: the message becomes text, words, kinds and facts, and those a report.
 *
 * Nothing is kept between calls.
 */
#include "arcollect/reader.h"
#include "reader_internal.h"
#include "reader_model.h"

#include "arcollect/money.h"

#include "dates.h"
#include "error.h"
#include "report.h"
#include "text.h"
#include "struct_sizes.h"

#include <stddef.h>
#include <string.h>

static const char *const reader_names[] = {
    "other",   "dispute",       "promise", "paid",  "copy",    "document", "plan",
    "process", "wrong contact", "absent",  "legal", "opt out", "thanks"};

/* ---- kinds ---- */

/* Kinds of which two in one message need a person. */
static int reader_contradicts(const reader_kind *kinds) {
  static const unsigned char pairs[][2] = {
      {ARC_REPLY_PAID, ARC_REPLY_DISPUTE},  {ARC_REPLY_PROMISE, ARC_REPLY_OPT_OUT},
      {ARC_REPLY_PAID, ARC_REPLY_PLAN},     {ARC_REPLY_PROMISE, ARC_REPLY_DISPUTE},
      {ARC_REPLY_PROMISE, ARC_REPLY_PAID},  {ARC_REPLY_OPT_OUT, ARC_REPLY_DISPUTE},
      {ARC_REPLY_PROMISE, ARC_REPLY_PLAN},  {ARC_REPLY_PROMISE, ARC_REPLY_PROCESS},
      {ARC_REPLY_PROMISE, ARC_REPLY_LEGAL}, {ARC_REPLY_PAID, ARC_REPLY_LEGAL}};
  for (size_t p = 0; p < sizeof pairs / sizeof pairs[0]; p++)
    if (kinds[pairs[p][0]].score && kinds[pairs[p][1]].score) return 1;
  return 0;
}

static int64_t reader_least(const reader_reading *r) {
  return r->reply.least_ppm ? r->reply.least_ppm : 900000;
}

static int reader_was_cut(const reader_text *t) {
  return t->text.size >= READER_TEXT_MOST || t->count >= READER_WORDS_MOST;
}

static void reader_tell_kinds(reader_reading *r) {
  int64_t least = reader_least(r);
  /* Of a text that was cut nobody knows the rest. */
  int some = 0, sure = !reader_was_cut(&r->text), told[READER_KINDS] = {0};
  for (;;) {
    int best = 0;
    for (int k = 1; k < READER_KINDS; k++)
      if (!told[k] && r->kinds[k].score > (best ? r->kinds[best].score : 0)) best = k;
    if (!best) break;
    told[best] = some = 1;
    sure &= r->kinds[best].score >= least;
    arc__reader_tell(r, "kind", best,
                     r->kinds[best].detail ? r->kinds[best].detail : reader_names[best]);
    arc__reader_tell_end(r, r->kinds[best].score, ARC_DAY_NONE, "", NULL);
    arc__reader_tell_words(r, &r->text, r->kinds[best].first, r->kinds[best].count);
  }
  if (!some) {
    arc__reader_tell(r, "kind", ARC_REPLY_OTHER, reader_names[0]);
    arc__reader_tell_end(r, 0, ARC_DAY_NONE, "", NULL);
    arc__report_add_string(r->report, "");
  }
  int contradicts = reader_contradicts(r->kinds);
  arc__reader_tell(r, "decision", some && sure && !contradicts,
                   !some         ? "none"
                   : contradicts ? "contradiction"
                   : sure        ? "sure"
                                 : "unsure");
  arc__reader_tell_end(r, -1, ARC_DAY_NONE, "", NULL);
  arc__report_add_string(r->report, "");
}

/* ---- reading ---- */

static const char *reader_language_name(uint32_t language) {
  return language == READER_DE   ? "de"
         : language == READER_FR ? "fr"
         : language == READER_ES ? "es"
         : language == READER_HI ? "hi"
                                 : "en";
}

static arc_status reader_check(const arc_reply *reply, uint32_t *language, int *month_first,
                               arc_error *err) {
  static const struct {
    const char *name;
    uint32_t language;
    int month_first;
  } known[] = {{"", 0, -1},
               {"en", READER_EN, -1},
               {"en-US", READER_EN, 1},
               {"en-GB", READER_EN, 0},
               {"en-IN", READER_HI, 0},
               {"de", READER_DE, 0},
               {"fr", READER_FR, 0},
               {"es", READER_ES, 0}};
  if (!arc__day_in_range(reply->written))
    return arc__fail(err, ARC_E_INVALID, "written: the day of writing is needed");
  if (reply->flags & ~ARC_REPLY_HTML)
    return arc__fail(err, ARC_E_INVALID, "flags: %u is not known", reply->flags);
  if (reply->least_ppm > 1000000)
    return arc__fail(err, ARC_E_INVALID, "least_ppm: %u is more than 1,000,000", reply->least_ppm);
  if ((!reply->text.data && reply->text.size != 0) ||
      (!reply->subject.data && reply->subject.size != 0))
    return arc__fail(err, ARC_E_INVALID, "text: data is NULL, but size is not 0");
  if (reply->currency[3] != 0 || (reply->currency[0] && arc_currency_digits(reply->currency) < 0))
    return arc__fail(err, ARC_E_INVALID, "currency: not a code of ISO 4217");
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (memchr(reply->language, 0, sizeof reply->language) &&
        strcmp(reply->language, known[i].name) == 0) {
      *language = known[i].language;
      *month_first = known[i].month_first;
      return ARC_OK;
    }
  return arc__fail(err, ARC_E_INVALID,
                   "language: must be en, en-GB, en-US, en-IN, de, fr, es or empty");
}

static int reader_text_fill(reader_text *t, arc_text message, int html, const arc__heap *heap) {
  if (message.size > 0) arc__reader_clean(&t->text, message, html, heap);
  if (!t->text.failed && t->text.size > 0) arc__reader_split(t);
  return !t->text.failed && !t->folded.failed && !t->words.failed;
}

/* What the subject says counts where the text does not say it; "Re:" is not the writer's. */
static void reader_read_subject(reader_reading *r) {
  reader_kind kinds[READER_KINDS];
  if (r->subject.count == 0 || arc__reader_among(&r->subject, 0, "re aw antw rv sv fw fwd wg"))
    return;
  arc__reader_kinds(&r->subject, kinds);
  reader_kind *absent = &r->kinds[ARC_REPLY_ABSENT];
  if (!absent->score && kinds[ARC_REPLY_ABSENT].score) {
    *absent = kinds[ARC_REPLY_ABSENT];
    absent->count = 0;
  }
}

/* ---- the host's language model ---- */

/* Whether the reader would be sure by itself. */
static int reader_is_sure(const reader_reading *r) {
  reader_kind kinds[READER_KINDS];
  int some = 0;
  memcpy(kinds, r->kinds, sizeof kinds);
  arc__reader_judge(&r->text, r->reply.reader, kinds);
  for (int k = 1; k < READER_KINDS; k++) {
    if (!kinds[k].score) continue;
    if (kinds[k].score < reader_least(r)) return 0;
    some = 1;
  }
  return some && !reader_contradicts(kinds);
}

/* The words from the one that begins at `words` in the text on, or count 0: they do not stand there
 * as words. */
static void reader_locate(const reader_text *t, arc_text words, size_t *first, size_t *count) {
  const char *text = (const char *)t->text.data;
  *count = 0;
  if (words.size == 0 || words.size > t->text.size) return;
  for (size_t i = 0; i < t->count; i++) {
    size_t at = arc__reader_word(t, i)->start, end = at + words.size;
    if (end > t->text.size || memcmp(text + at, words.data, words.size) != 0) continue;
    *first = i;
    while (i < t->count && arc__reader_word(t, i)->end <= end)
      i++;
    *count = arc__reader_word(t, i - 1)->end == end ? i - *first : 0;
    if (*count) return;
  }
}

/* The answer as a phrase that was found; 0: refused. */
static int reader_take(reader_reading *r, const arc_reply_answer *answer) {
  size_t first = 0, count = 0;
  if (answer->struct_size < sizeof *answer || answer->kind < ARC_REPLY_DISPUTE ||
      answer->kind > ARC_REPLY_THANKS || answer->confidence_ppm > 1000000 || answer->reserved ||
      !answer->words.data)
    return 0;
  reader_locate(&r->text, answer->words, &first, &count);
  if (!count) return 0;
  /* Never more than one phrase is worth. */
  int32_t score = answer->confidence_ppm < 930000 ? (int32_t)answer->confidence_ppm : 930000;
  score = arc__reader_weaken(&r->text, answer->kind, score, first, first + count);
  reader_kind *kind = &r->kinds[answer->kind];
  if (score >= 500000 && score > kind->score) {
    kind->score = score;
    kind->first = first;
    kind->count = count;
  }
  return score >= 500000;
}

static arc_status reader_ask(reader_reading *r, arc_error *err) {
  if (r->text.count == 0) return ARC_OK;
  arc_reply_answer answer = {(uint32_t)sizeof answer, ARC_REPLY_OTHER, 0, 0, {NULL, 0}};
  arc_text text = {(const char *)r->text.text.data, r->text.text.size};
  int32_t said = r->reply.model.ask(r->reply.model.user, text,
                                    reader_language_name(r->text.language), &answer);
  if (said < 0) return arc__fail(err, ARC_E_HOST, "model: asking it failed with %d", (int)said);
  r->asked = said > 0 ? answer.kind : ARC_REPLY_OTHER;
  r->answer = said == 0 || answer.kind == ARC_REPLY_OTHER ? "none"
              : reader_take(r, &answer)                   ? "taken"
                                                          : "refused";
  return ARC_OK;
}

static void reader_tell_model(reader_reading *r) {
  if (!r->answer) return;
  arc__reader_tell(r, "model", r->asked, r->answer);
  arc__reader_tell_end(r, -1, ARC_DAY_NONE, "", NULL);
  arc__report_add_string(r->report, "");
}

static arc_status reader_read(reader_reading *r, arc_report **out, const arc__heap *heap,
                              arc_error *err) {
  static const arc__report_column columns[] = {
      {"fact", ARC_COLUMN_TEXT},      {"code", ARC_COLUMN_INTEGER}, {"detail", ARC_COLUMN_TEXT},
      {"confidence", ARC_COLUMN_PPM}, {"day", ARC_COLUMN_DAY},      {"currency", ARC_COLUMN_TEXT},
      {"amount", ARC_COLUMN_MONEY},   {"words", ARC_COLUMN_TEXT}};
  uint32_t language = 0;
  int month_first = -1;
  ARC__TRY(reader_check(&r->reply, &language, &month_first, err));
  r->reply.text.size = arc__text_size(r->reply.text.data, r->reply.text.size);
  r->reply.subject.size = arc__text_size(r->reply.subject.data, r->reply.subject.size);
  if (r->reply.subject.size > 2000) r->reply.subject.size = 2000;
  if (!reader_text_fill(&r->text, r->reply.text, (r->reply.flags & ARC_REPLY_HTML) != 0, heap) ||
      !reader_text_fill(&r->subject, r->reply.subject, 0, heap))
    return arc__fail_nomem(err);
  r->text.language = language ? language : arc__reader_language(&r->text);
  r->text.month_first = r->text.language & (READER_EN | READER_HI) ? month_first : 0;
  r->text.written = r->reply.written;
  r->text.calendar = r->reply.calendar;
  arc__reader_mark(&r->text);
  r->subject.language = r->text.language;
  arc__reader_kinds(&r->text, r->kinds);
  if (r->reply.model.ask && !reader_is_sure(r)) ARC__TRY(reader_ask(r, err));
  arc__reader_judge(&r->text, r->reply.reader, r->kinds);
  reader_read_subject(r);
  r->report = arc__report_new(heap, columns, sizeof columns / sizeof columns[0]);
  reader_tell_kinds(r);
  arc__reader_tell_facts(r);
  reader_tell_model(r);
  arc__reader_tell(r, "language", 0, reader_language_name(r->text.language));
  arc__reader_tell_end(r, -1, ARC_DAY_NONE, "", NULL);
  arc__report_add_string(r->report, "");
  arc__reader_tell(r, "text", 0, "");
  arc__reader_tell_end(r, -1, ARC_DAY_NONE, "", NULL);
  arc__report_add_text(r->report, r->text.text.size ? (const char *)r->text.text.data : "",
                       r->text.text.size);
  return arc__report_finish(out, r->report, err);
}

arc_status arc_reply_read(arc_report **out, const arc_reply *reply, const arc_allocator *allocator,
                          arc_error *err) {
  if (!out) return arc__fail(err, ARC_E_INVALID, "out: is NULL");
  *out = NULL;
  if (!reply) return arc__fail(err, ARC_E_INVALID, "reply: is NULL");
  reader_reading r;
  memset(&r, 0, sizeof r);
  arc__heap heap;
  ARC__TRY(ARC__READ(arc_reply, &r.reply, reply, err));
  ARC__TRY(arc__heap_init(&heap, allocator, err));
  arc__reader_text_begin(&r.text, &heap);
  arc__reader_text_begin(&r.subject, &heap);
  arc_status status = reader_read(&r, out, &heap, err);
  arc__reader_text_end(&r.subject);
  arc__reader_text_end(&r.text);
  return status;
}
