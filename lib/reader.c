/*
 * Reading a reply: the message becomes text, words, kinds and facts, and those a report.
 *
 * Nothing is kept between calls. A date and an amount belong to the kind whose sentence they stand
 * in.
 */
#include "arcollect/reader.h"
#include "reader_internal.h"
#include "reader_model.h"

#include "arcollect/money.h"

#include "dates.h"
#include "error.h"
#include "report.h"
#include "text.h"

#include <stddef.h>
#include <string.h>

#define READER_FACTS_MOST 64 /* dates, amounts and numbers each: a reply with more is a list */

typedef struct reader_reading {
  arc_reply reply;
  reader_text text, subject;
  reader_kind kinds[READER_KINDS];
  int32_t asked; /* the kind that the host's model named; -1: not asked */
  const char *answer;
  arc_report *report;
} reader_reading;

static const char *const reader_names[] = {
    "other",   "dispute",       "promise", "paid",  "copy",    "document", "plan",
    "process", "wrong contact", "absent",  "legal", "opt out", "thanks"};

/* ---- the report ---- */

static void reader_row(reader_reading *r, const char *fact, int64_t code, const char *detail) {
  arc__report_add_string(r->report, fact);
  arc__report_add_integer(r->report, code);
  arc__report_add_string(r->report, detail);
}

static void reader_row_end(reader_reading *r, int64_t confidence, arc_day day, const char *currency,
                           const int64_t *amount) {
  if (confidence < 0)
    arc__report_add_null(r->report);
  else
    arc__report_add_integer(r->report, confidence);
  if (day == ARC_DAY_NONE)
    arc__report_add_null(r->report);
  else
    arc__report_add_integer(r->report, day);
  arc__report_add_string(r->report, currency);
  if (amount)
    arc__report_add_integer(r->report, *amount);
  else
    arc__report_add_null(r->report);
}

static void reader_row_words(reader_reading *r, const reader_text *t, size_t first, size_t count) {
  const reader_word *a = arc__reader_word(t, first),
                    *b = count ? arc__reader_word(t, first + count - 1) : NULL;
  if (!a || !b)
    arc__report_add_string(r->report, "");
  else
    arc__report_add_text(r->report, (const char *)t->text.data + a->start, b->end - a->start);
}

/* ---- facts ---- */

static uint32_t reader_sentence(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i);
  return w ? w->sentence : 0;
}

/* Which kind's date: of the kind found in its sentence, else of the only one that asks for a date.
 */
static const char *reader_date_of(const reader_reading *r, const reader_date *d) {
  static const struct {
    int kind;
    const char *name;
  } of[] = {{ARC_REPLY_ABSENT, "until"}, {ARC_REPLY_PAID, "paid"}, {ARC_REPLY_PROMISE, "promise"}};
  const char *only = NULL;
  int found = 0;
  for (size_t k = 0; k < 3; k++) {
    const reader_kind *kind = &r->kinds[of[k].kind];
    if (!kind->score) continue;
    only = of[k].name;
    found++;
    if (kind->count &&
        reader_sentence(&r->text, kind->first) == reader_sentence(&r->text, d->first) &&
        !(k == 1 && d->past == ARC_DAY_NONE))
      return only;
  }
  return found == 1 && !(only[1] == 'a' && d->past == ARC_DAY_NONE) ? only : "named";
}

static void reader_tell_dates(reader_reading *r) {
  const reader_text *t = &r->text;
  uint32_t told = 0;
  for (size_t i = 0; i < t->count && told < READER_FACTS_MOST;) {
    reader_date d;
    if (!arc__reader_date(t, i, &d)) {
      i++;
      continue;
    }
    const char *of = reader_date_of(r, &d);
    arc_day day = of[0] == 'p' && of[1] == 'a' ? d.past : d.day;
    reader_row(r, "date", d.state, of);
    reader_row_end(r, -1, day, "", NULL);
    reader_row_words(r, t, d.first, d.count);
    told++;
    i += d.count ? d.count : 1;
  }
}

static void reader_tell_amounts(reader_reading *r) {
  const reader_text *t = &r->text;
  uint32_t told = 0;
  for (size_t i = 0; i < t->count && told < READER_FACTS_MOST;) {
    reader_amount a;
    if (!arc__reader_amount(t, i, r->reply.currency, &a)) {
      i++;
      continue;
    }
    int share = a.currency[0] == 0;
    /* A share is no money, so that its column stays empty: its ppm are the confidence's unit. */
    reader_row(r, share ? "share" : "amount", a.ambiguous, "");
    reader_row_end(r, share ? a.minor : -1, ARC_DAY_NONE, a.currency,
                   share || a.ambiguous ? NULL : &a.minor);
    reader_row_words(r, t, a.first, a.count);
    told++;
    i += a.count;
  }
}

/* A run of words without blanks that holds digits: "INV-2024/001". */
static size_t reader_run(const reader_text *t, size_t i, int *digits) {
  size_t end = i;
  *digits = 0;
  for (; end < t->count && (end == i || arc__reader_word(t, end)->glued); end++) {
    const reader_word *w = arc__reader_word(t, end);
    if (w->type == READER_SIGN && !strchr("-/._#", (char)t->folded.data[w->folded])) break;
    if (w->type == READER_NUMBER) *digits += (int)w->size;
  }
  while (end > i + 1 && arc__reader_word(t, end - 1)->type == READER_SIGN)
    end--;
  return end;
}

static void reader_tell_numbers(reader_reading *r) {
  static const char *const invoices = "invoice invoices inv bill rechnung rechnungen "
                                      "rechnungsnummer re facture factures factura facturas";
  static const char *const references = "reference ref utr verwendungszweck referenz transaction "
                                        "referencia transaktion virement trace payment";
  static const char *const fillers = "no nr number num nummer numero n # : . is the our your mit "
                                     "der die und and id code la le # \xc2\xb0 \xc2\xba - was";
  const reader_text *t = &r->text;
  uint32_t told = 0;
  for (size_t i = 0; i < t->count && told < READER_FACTS_MOST;) {
    int invoice = arc__reader_among(t, i, invoices) != 0,
        reference = arc__reader_among(t, i, references) != 0, digits;
    size_t at = i + 1, end = 0;
    if (invoice || reference) {
      end = reader_run(t, i, &digits);
      if (digits >= 2 && end > i + 1)
        at = i;
      else
        for (int n = 0; n < 4 && arc__reader_among(t, at, fillers); n++)
          at++;
      end = at < t->count ? reader_run(t, at, &digits) : at;
      reader_date d;
      if (at >= t->count || digits < (invoice ? 2 : 4) || arc__reader_date(t, at, &d)) end = 0;
    }
    if (!end) {
      i++;
      continue;
    }
    reader_row(r, invoice ? "invoice" : "reference", 0, "");
    reader_row_end(r, -1, ARC_DAY_NONE, "", NULL);
    reader_row_words(r, t, at, end - at);
    told++;
    i = end;
  }
}

/* A sign out of `signs` at i. */
static int reader_sign_in(const reader_text *t, size_t i, const char *signs) {
  const reader_word *w = arc__reader_word(t, i);
  return w->type == READER_SIGN && w->size == 1 &&
         strchr(signs, (char)t->folded.data[w->folded]) != NULL;
}

/* The e-mail address around the sign at i: behind it, or 0; *first is where it begins. */
static size_t reader_address(const reader_text *t, size_t i, size_t *first) {
  size_t end = i + 1, from = i;
  int dots = 0;
  if (!reader_sign_in(t, i, "@")) return 0;
  while (
      from > 0 && i - from < 32 && arc__reader_word(t, from)->glued &&
      (arc__reader_word(t, from - 1)->type != READER_SIGN || reader_sign_in(t, from - 1, "._-+")))
    from--;
  while (end < t->count && end - i < 32 && arc__reader_word(t, end)->glued &&
         (arc__reader_word(t, end)->type != READER_SIGN || reader_sign_in(t, end, ".-"))) {
    dots += reader_sign_in(t, end, ".");
    end++;
  }
  while (end > i + 1 && arc__reader_word(t, end - 1)->type == READER_SIGN) {
    dots -= reader_sign_in(t, end - 1, ".");
    end--;
  }
  *first = from;
  return from < i && dots > 0 ? end : 0;
}

/* A name behind a title: "Ms Ann Cole"; behind it, or 0. */
static size_t reader_person(const reader_text *t, size_t i) {
  static const char *const titles =
      "mr mrs ms frau herr herrn madame monsieur mme senora senor sra sr";
  size_t end = i + 1;
  if (!arc__reader_among(t, i, titles)) return 0;
  if (end < t->count && reader_sign_in(t, end, ".")) end++;
  size_t begin = end;
  for (; end < t->count && end < begin + 3; end++) {
    const reader_word *w = arc__reader_word(t, end);
    if (w->type != READER_WORD || t->text.data[w->start] < 'A' || t->text.data[w->start] > 'Z')
      break;
  }
  return end > begin ? end : 0;
}

static void reader_tell_contacts(reader_reading *r) {
  const reader_text *t = &r->text;
  uint32_t told = 0;
  for (size_t i = 0; i < t->count && told < READER_FACTS_MOST;) {
    size_t first = i, person = reader_person(t, i),
           end = person ? person : reader_address(t, i, &first);
    if (!end) {
      i++;
      continue;
    }
    reader_row(r, "contact", 0, person ? "name" : "email");
    reader_row_end(r, -1, ARC_DAY_NONE, "", NULL);
    reader_row_words(r, t, first, end - first);
    told++;
    i = end;
  }
}

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
    reader_row(r, "kind", best, r->kinds[best].detail ? r->kinds[best].detail : reader_names[best]);
    reader_row_end(r, r->kinds[best].score, ARC_DAY_NONE, "", NULL);
    reader_row_words(r, &r->text, r->kinds[best].first, r->kinds[best].count);
  }
  if (!some) {
    reader_row(r, "kind", ARC_REPLY_OTHER, reader_names[0]);
    reader_row_end(r, 0, ARC_DAY_NONE, "", NULL);
    arc__report_add_string(r->report, "");
  }
  int contradicts = reader_contradicts(r->kinds);
  reader_row(r, "decision", some && sure && !contradicts,
             !some         ? "none"
             : contradicts ? "contradiction"
             : sure        ? "sure"
                           : "unsure");
  reader_row_end(r, -1, ARC_DAY_NONE, "", NULL);
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
  reader_row(r, "model", r->asked, r->answer);
  reader_row_end(r, -1, ARC_DAY_NONE, "", NULL);
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
  reader_tell_dates(r);
  reader_tell_amounts(r);
  reader_tell_numbers(r);
  reader_tell_contacts(r);
  reader_tell_model(r);
  reader_row(r, "language", 0, reader_language_name(r->text.language));
  reader_row_end(r, -1, ARC_DAY_NONE, "", NULL);
  arc__report_add_string(r->report, "");
  reader_row(r, "text", 0, "");
  reader_row_end(r, -1, ARC_DAY_NONE, "", NULL);
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
  ARC__TRY(arc__read_struct(&r.reply, sizeof r.reply, offsetof(arc_reply, reader), reply,
                            "arc_reply", err));
  ARC__TRY(arc__heap_init(&heap, allocator, err));
  arc__reader_text_begin(&r.text, &heap);
  arc__reader_text_begin(&r.subject, &heap);
  arc_status status = reader_read(&r, out, &heap, err);
  arc__reader_text_end(&r.subject);
  arc__reader_text_end(&r.text);
  return status;
}
