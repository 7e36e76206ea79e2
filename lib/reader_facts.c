/*
 * The facts of a reply as rows of its report: dates, amounts, parts of a promise, numbers,
 * contacts.
 *
 * A date belongs to the kind whose sentence it stands in. Work: each form at each word.
 */
#include "reader_lists.h"

#include "report.h"

#include <stdint.h>
#include <string.h>

#define FACTS_MOST 64 /* dates, amounts and numbers each: a reply with more is a list */

/* ---- rows ---- */

void arc__reader_tell(reader_reading *r, const char *fact, int64_t code, const char *detail) {
  arc__report_add_string(r->report, fact);
  arc__report_add_integer(r->report, code);
  arc__report_add_string(r->report, detail);
}

void arc__reader_tell_end(reader_reading *r, int64_t confidence, arc_day day, const char *currency,
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

void arc__reader_tell_words(reader_reading *r, const reader_text *t, size_t first, size_t count) {
  const reader_word *a = arc__reader_word(t, first),
                    *b = count ? arc__reader_word(t, first + count - 1) : NULL;
  if (!a || !b)
    arc__report_add_string(r->report, "");
  else
    arc__report_add_text(r->report, (const char *)t->text.data + a->start, b->end - a->start);
}

/* ---- dates and amounts ---- */

static uint32_t facts_sentence(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i);
  return w ? w->sentence : 0;
}

/* Which kind's date: of the kind found in its sentence, else of the only one that asks for a date.
 */
static const char *facts_date_of(const reader_reading *r, const reader_date *d) {
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
        facts_sentence(&r->text, kind->first) == facts_sentence(&r->text, d->first) &&
        !(k == 1 && d->past == ARC_DAY_NONE))
      return only;
  }
  return found == 1 && !(only[1] == 'a' && d->past == ARC_DAY_NONE) ? only : "named";
}

static void facts_tell_dates(reader_reading *r) {
  const reader_text *t = &r->text;
  uint32_t told = 0;
  for (size_t i = 0; i < t->count && told < FACTS_MOST;) {
    reader_date d;
    if (!arc__reader_date(t, i, &d)) {
      i++;
      continue;
    }
    const char *of = facts_date_of(r, &d);
    arc_day day = of[0] == 'p' && of[1] == 'a' ? d.past : d.day;
    arc__reader_tell(r, "date", d.state, of);
    arc__reader_tell_end(r, -1, day, "", NULL);
    arc__reader_tell_words(r, t, d.first, d.count);
    told++;
    i += d.count ? d.count : 1;
  }
}

/* What is promised is not clear: there is no amount, but it is no promise of all either. */
static void facts_tell_unexplained(reader_reading *r, size_t first, size_t end) {
  arc__reader_tell(r, "amount", 1, "");
  arc__reader_tell_end(r, -1, ARC_DAY_NONE, r->reply.currency, NULL);
  arc__reader_tell_words(r, &r->text, first, end - first);
}

static void facts_tell_amount(reader_reading *r, const reader_amount *a) {
  int share = a->currency[0] == 0;
  /* A share is no money, so that its column stays empty: its ppm are the confidence's unit. */
  arc__reader_tell(r, share ? "share" : "amount", a->ambiguous, "");
  arc__reader_tell_end(r, share ? a->minor : -1, ARC_DAY_NONE, a->currency,
                       share || a->ambiguous ? NULL : &a->minor);
  arc__reader_tell_words(r, &r->text, a->first, a->count);
}

static void facts_tell_amounts(reader_reading *r) {
  const reader_text *t = &r->text;
  uint32_t told = 0;
  for (size_t i = 0; i < t->count && told < FACTS_MOST;) {
    reader_amount a;
    size_t end;
    if (arc__reader_amount(t, i, r->reply.currency, &a) ||
        arc__reader_bare_amount(t, i, r->reply.currency, &a)) {
      facts_tell_amount(r, &a);
      told++;
      i += a.count;
    } else if ((end = arc__reader_unexplained(t, i)) != 0) {
      const reader_kind *promise = &r->kinds[ARC_REPLY_PROMISE];
      if (promise->score && facts_sentence(t, promise->first) == facts_sentence(t, i))
        facts_tell_unexplained(r, i, end);
      i = end;
    } else {
      i++;
    }
  }
}

static void facts_tell_parts(reader_reading *r) {
  reader_part parts[READER_PARTS_MOST];
  size_t rest, count;
  if (!r->kinds[ARC_REPLY_PROMISE].score) return;
  count = arc__reader_parts(&r->text, r->reply.currency, parts, &rest);
  if (rest != SIZE_MAX) facts_tell_unexplained(r, rest, rest + 1);
  for (size_t n = 0; n < count; n++) {
    const reader_amount *a = &parts[n].amount;
    int is_rest = a->minor == 0, share = !is_rest && a->currency[0] == 0;
    arc__reader_tell(r, "part", (int64_t)n + 1, is_rest ? "rest" : share ? "share" : "amount");
    arc__reader_tell_end(r, share ? a->minor : -1, parts[n].day, a->currency,
                         is_rest || share ? NULL : &a->minor);
    arc__reader_tell_words(r, &r->text, parts[n].first, parts[n].count);
  }
}

/* ---- numbers ---- */

/* A run of words without blanks that holds digits: "INV-2024/001". */
static size_t facts_run(const reader_text *t, size_t i, int *digits) {
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

static void facts_tell_numbers(reader_reading *r) {
  const reader_text *t = &r->text;
  uint32_t told = 0;
  for (size_t i = 0; i < t->count && told < FACTS_MOST;) {
    int invoice = arc__reader_place(t, i, READER_INVOICES) != 0,
        reference = arc__reader_place(t, i, READER_REFERENCES) != 0, digits;
    size_t at = i + 1, end = 0;
    if (invoice || reference) {
      end = facts_run(t, i, &digits);
      if (digits >= 2 && end > i + 1)
        at = i;
      else
        for (int n = 0; n < 4 && arc__reader_place(t, at, READER_NUMBER_FILLERS); n++)
          at++;
      end = at < t->count ? facts_run(t, at, &digits) : at;
      reader_date d;
      if (at >= t->count || digits < (invoice ? 2 : 4) || arc__reader_date(t, at, &d)) end = 0;
    }
    if (!end) {
      i++;
      continue;
    }
    arc__reader_tell(r, invoice ? "invoice" : "reference", 0, "");
    arc__reader_tell_end(r, -1, ARC_DAY_NONE, "", NULL);
    arc__reader_tell_words(r, t, at, end - at);
    told++;
    i = end;
  }
}

/* ---- contacts ---- */

/* A sign out of `signs` at i. */
static int facts_sign_in(const reader_text *t, size_t i, const char *signs) {
  const reader_word *w = arc__reader_word(t, i);
  return w->type == READER_SIGN && w->size == 1 &&
         strchr(signs, (char)t->folded.data[w->folded]) != NULL;
}

/* The e-mail address around the sign at i: behind it, or 0; *first is where it begins. */
static size_t facts_address(const reader_text *t, size_t i, size_t *first) {
  size_t end = i + 1, from = i;
  int dots = 0;
  if (!facts_sign_in(t, i, "@")) return 0;
  while (from > 0 && i - from < 32 && arc__reader_word(t, from)->glued &&
         (arc__reader_word(t, from - 1)->type != READER_SIGN || facts_sign_in(t, from - 1, "._-+")))
    from--;
  while (end < t->count && end - i < 32 && arc__reader_word(t, end)->glued &&
         (arc__reader_word(t, end)->type != READER_SIGN || facts_sign_in(t, end, ".-"))) {
    dots += facts_sign_in(t, end, ".");
    end++;
  }
  while (end > i + 1 && arc__reader_word(t, end - 1)->type == READER_SIGN) {
    dots -= facts_sign_in(t, end - 1, ".");
    end--;
  }
  *first = from;
  return from < i && dots > 0 ? end : 0;
}

/* A name behind a title: "Ms Ann Cole"; behind it, or 0. */
static size_t facts_person(const reader_text *t, size_t i) {
  size_t end = i + 1;
  if (!arc__reader_place(t, i, READER_TITLES)) return 0;
  if (end < t->count && facts_sign_in(t, end, ".")) end++;
  size_t begin = end;
  for (; end < t->count && end < begin + 3; end++) {
    const reader_word *w = arc__reader_word(t, end);
    if (w->type != READER_WORD || t->text.data[w->start] < 'A' || t->text.data[w->start] > 'Z')
      break;
  }
  return end > begin ? end : 0;
}

static void facts_tell_contacts(reader_reading *r) {
  const reader_text *t = &r->text;
  uint32_t told = 0;
  for (size_t i = 0; i < t->count && told < FACTS_MOST;) {
    size_t first = i, person = facts_person(t, i),
           end = person ? person : facts_address(t, i, &first);
    if (!end) {
      i++;
      continue;
    }
    arc__reader_tell(r, "contact", 0, person ? "name" : "email");
    arc__reader_tell_end(r, -1, ARC_DAY_NONE, "", NULL);
    arc__reader_tell_words(r, t, first, end - first);
    told++;
    i = end;
  }
}

void arc__reader_tell_facts(reader_reading *r) {
  facts_tell_dates(r);
  facts_tell_amounts(r);
  facts_tell_parts(r);
  facts_tell_numbers(r);
  facts_tell_contacts(r);
}
