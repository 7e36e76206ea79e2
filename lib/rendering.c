/* Owns which template a touch is written by: one that its policy names, else the book's for its step or tone, else a
 * built-in one; and of those the one in the contact's language, else the book's, else English. Templates are read
 * once and kept; a version of a template never changes. Costs the number of templates in the book for each message. */
#include "rendering.h"

#include "error.h"
#include "text.h"

#include <string.h>

void arc__rendering_init(arc__rendering *r, const arc__heap *heap) {
  memset(r, 0, sizeof *r);
  r->heap = heap;
  arc__buffer_init(&r->subject, heap);
  arc__buffer_init(&r->body, heap);
  arc__buffer_init(&r->html, heap);
}

void arc__rendering_free(arc__rendering *r) {
  arc__buffer_free(&r->subject);
  arc__buffer_free(&r->body);
  arc__buffer_free(&r->html);
  for (size_t i = 0; i < ARC__RENDERING_BUILT_IN; i++) arc_template_close(r->built_in[i]);
  for (size_t i = 0; i < r->book_capacity; i++) arc_template_close(r->book[i]);
  arc__free(r->heap, r->book, r->book_capacity * sizeof *r->book);
}

/* ---- templates that are read ---- */

static arc_status rendering_read_built_in(arc__rendering *r, int32_t tone, int kind, int language,
                                          const arc_template **out, arc_error *err) {
  arc_template **kept = &r->built_in[(tone * ARC__TEMPLATE_KINDS + kind) * ARC__TEMPLATE_LANGUAGES + language];
  arc__buffer text;
  arc_text whole;
  arc_status status = ARC_OK;
  if (!*kept) {
    arc__buffer_init(&text, r->heap);
    arc__template_compose(&text, tone, kind, language);
    whole.data = (const char *)text.data;
    whole.size = text.size;
    status = text.failed ? arc__fail_nomem(err) : arc__template_read(kept, whole, r->heap, err);
    arc__buffer_free(&text);
  }
  *out = *kept;
  return status;
}

static arc_status rendering_read_book(arc__rendering *r, const arc__tables *t, uint32_t row,
                                      const arc_template **out, arc_error *err) {
  size_t before = r->book_capacity;
  if (arc__grow(r->heap, (void **)&r->book, &r->book_capacity, (size_t)row + 1, sizeof *r->book) < 0)
    return arc__fail_nomem(err);
  if (r->book_capacity > before) memset(r->book + before, 0, (r->book_capacity - before) * sizeof *r->book);
  if (!r->book[row]) ARC__TRY(arc__template_read(&r->book[row], arc__text(t, ARC__TEMPLATE_TEXT, row), r->heap, err));
  *out = r->book[row];
  return ARC_OK;
}

/* ---- the choice ---- */

typedef struct rendering_wish {
  arc_text languages[3]; /* the contact's, the book's, English */
  arc_text name;         /* that the policy names; empty: none */
  const arc_message *message;
} rendering_wish;

/* How far down the list of languages; 3: not in it. */
static int rendering_language(const rendering_wish *w, arc_text language) {
  int place = 0;
  while (place < 3 && !arc__language_same(w->languages[place], language)) place++;
  return place;
}

/* "overdue" is also "overdue.de". */
static int rendering_is_named(const rendering_wish *w, arc_text name) {
  if (w->name.size == 0 || name.size < w->name.size || memcmp(name.data, w->name.data, w->name.size) != 0) return 0;
  return name.size == w->name.size || name.data[w->name.size] == '.';
}

/* 0: not for this channel; else the closer the more. */
static int rendering_channel(const arc__template_head *head, int32_t channel) {
  if (head->channel == channel) return 3;
  if (head->channel == ARC_CHANNEL_LETTER && channel == ARC_CHANNEL_REGISTERED_LETTER) return 2;
  return head->channel == ARC_CHANNEL_NONE;
}

/* The most suitable has the highest; 0: not suitable. */
static int rendering_score(const rendering_wish *w, arc_text name, const arc__template_head *head) {
  int place = rendering_language(w, head->language), channel = rendering_channel(head, w->message->channel);
  int score = (3 - place) * 100 + head->purpose * 20 + channel * 5 +
              arc__text_equal(head->language, w->message->language);
  if (!channel) return 0;
  if (rendering_is_named(w, name)) return 1000 + score;
  if (place == 3 || head->purpose == ARC__FOR_NAMED) return 0;
  if (head->purpose == ARC__FOR_STEP && !arc__text_equal(head->step, w->message->step)) return 0;
  if (head->purpose == ARC__FOR_TONE && head->tone != w->message->tone) return 0;
  return score;
}

static arc_status rendering_choose_built_in(arc__rendering *r, const rendering_wish *w, const arc_template **out,
                                            int *score, arc_error *err) {
  int32_t tone = w->message->tone;
  int place = 0, language;
  while ((language = arc__template_language(w->languages[place])) < 0) place++; /* English is there */
  *score = (3 - place) * 100;
  return rendering_read_built_in(r, tone >= 0 && tone <= ARC_TONE_FINAL ? tone : ARC_TONE_NONE,
                                 arc__template_kind(w->message->channel), language, out, err);
}

static arc_status rendering_choose(arc__rendering *r, const arc__tables *t, uint32_t touch, const rendering_wish *w,
                                   const arc_template **out, arc_text *name, arc_error *err) {
  int best;
  ARC__TRY(rendering_choose_built_in(r, w, out, &best, err));
  for (uint32_t first = 1; first <= arc__u32(t, ARC__TOUCH_TEMPLATES, touch); first++) {
    uint32_t row = arc__u32(t, ARC__TEMPLATE_FIRST, first) == first ? arc__view_template(t, first, touch) : 0;
    const arc_template *found = NULL;
    int score;
    if (!row) continue;
    ARC__TRY(rendering_read_book(r, t, row, &found, err));
    score = rendering_score(w, arc__text(t, ARC__TEMPLATE_NAME, first), arc__template_head_of(found));
    if (score <= best) continue;
    best = score;
    *out = found;
    *name = arc__text(t, ARC__TEMPLATE_NAME, first);
  }
  return ARC_OK;
}

/* ---- texts ---- */

static arc_status rendering_part(arc__buffer *b, arc_text *text, const arc_template *tmpl, int32_t part,
                                 const arc_message *m, arc_error *err) {
  arc_status status;
  b->size = 0;
  status = arc__template_append(b, tmpl, part, m, err);
  b->failed = 0;
  text->data = b->data ? (const char *)b->data : "";
  text->size = b->size;
  return status;
}

arc_status arc__rendering_write(arc__rendering *r, const arc__tables *t, uint32_t touch, arc_message *m,
                                arc_error *err) {
  static const arc_text english = {"en", 2};
  rendering_wish wish = {{{NULL, 0}, {NULL, 0}, {NULL, 0}}, {NULL, 0}, m};
  const arc_template *chosen;
  wish.languages[0] = m->language;
  if (m->letterhead) wish.languages[1] = m->letterhead->language;
  wish.languages[2] = english;
  wish.name = arc__name(t, arc__u32(t, ARC__TOUCH_TEMPLATE, touch));
  ARC__TRY(rendering_choose(r, t, touch, &wish, &chosen, &m->template_name, err));
  ARC__TRY(rendering_part(&r->subject, &m->subject, chosen, ARC_PART_SUBJECT, m, err));
  ARC__TRY(rendering_part(&r->body, &m->body, chosen, ARC_PART_TEXT, m, err));
  return rendering_part(&r->html, &m->html, chosen, ARC_PART_HTML, m, err);
}
