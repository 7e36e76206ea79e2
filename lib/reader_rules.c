/*
 * Kinds of replies by rules that can be read: which phrases stand in a text, and what turns them
 * around.
 *
 * A negation before or inside a phrase whose kind it would turn around undoes it; doubt and
 * questions weaken promises and payments; talk of cards, cash machines and apps is not about
 * invoices. What remains below READER_LEAST is not told. Work: words times phrases, by their first
 * words.
 */
#include "reader_lists.h"
#include "reader_phrases.h"

#include "arcollect/reader.h"

#include <string.h>

#define READER_LEAST       500000
#define READER_THANKS_MOST 9 /* words: more say something else as well */

/* ---- phrases ---- */

static int reader_word_fits(const reader_text *t, size_t i, const char *item, size_t size) {
  const reader_word *w = arc__reader_word(t, i);
  const char *folded = (const char *)t->folded.data + w->folded;
  for (size_t at = 0; at < size;) {
    size_t n = 0;
    while (at + n < size && item[at + n] != '|')
      n++;
    int open = n > 0 && item[at + n - 1] == '*';
    size_t letters = n - (size_t)open;
    if (w->size >= letters && (open || w->size == letters) &&
        memcmp(folded, item + at, letters) == 0)
      return 1;
    at += n + 1;
  }
  return 0;
}

/* The next word in the sentence from i on, signs left out; t->count if there is none. */
static size_t reader_next_in(const reader_text *t, size_t i, uint32_t sentence) {
  while (i < t->count && arc__reader_word(t, i)->type == READER_SIGN)
    i++;
  return i < t->count && arc__reader_word(t, i)->sentence == sentence ? i : t->count;
}

/* Behind the last word that the rest of a phrase takes from i on; 0: it is not there. Two gaps at
 * most nest. */
static size_t reader_fits(const reader_text *t, size_t i, const char *phrase, uint32_t sentence) {
  while (*phrase == '~' || *phrase == ' ') {
    if (*phrase++ != '~') continue;
    while (*phrase == ' ')
      phrase++;
    if (!*phrase) return i;
    size_t at = i;
    for (int gap = 0; gap <= 3; gap++) {
      at = reader_next_in(t, at, sentence);
      if (at == t->count) return 0;
      size_t end = reader_fits(t, at, phrase, sentence);
      if (end) return end;
      at++;
    }
    return 0;
  }
  if (!*phrase) return i;
  size_t size = strcspn(phrase, " ");
  i = reader_next_in(t, i, sentence);
  if (i == t->count || !reader_word_fits(t, i, phrase, size)) return 0;
  return reader_fits(t, i + 1, phrase + size, sentence);
}

/* ---- what turns a phrase around ---- */

int arc__reader_negates(const reader_text *t, size_t i) {
  return arc__reader_place(t, i, READER_NEGATIONS) || (arc__reader_is(t, i, "t") && i > 1);
}

/* A negation within a phrase or three words before it. */
static int reader_negated(const reader_text *t, size_t first, size_t end) {
  uint32_t sentence = arc__reader_word(t, first)->sentence;
  for (size_t i = first > 3 ? first - 3 : 0; i < end + 2 && i < t->count; i++) {
    if (arc__reader_word(t, i)->sentence != sentence) continue;
    if (i >= end && !arc__reader_among(t, i, "nicht nahi pas nahin")) continue;
    if (arc__reader_negates(t, i)) return 1;
  }
  return 0;
}

static int reader_sentence_has(const reader_text *t, size_t from, int list) {
  uint32_t sentence = arc__reader_word(t, from)->sentence;
  size_t i = from;
  while (i > 0 && arc__reader_word(t, i - 1)->sentence == sentence)
    i--;
  for (; i < t->count && arc__reader_word(t, i)->sentence == sentence; i++)
    if (arc__reader_place(t, i, list)) return 1;
  return 0;
}

static int reader_text_has(const reader_text *t, int list) {
  for (size_t i = 0; i < t->count; i++)
    if (arc__reader_place(t, i, list)) return 1;
  return 0;
}

/* ---- the kinds ---- */

int32_t arc__reader_weaken(const reader_text *t, int kind, int32_t score, size_t first,
                           size_t end) {
  int promises = kind == ARC_REPLY_PROMISE || kind == ARC_REPLY_PAID;
  if ((promises || kind == ARC_REPLY_THANKS) && reader_negated(t, first, end)) return 0;
  /* "Merci de nous envoyer": a request. */
  if (kind == ARC_REPLY_THANKS && arc__reader_is(t, first, "merci") &&
      arc__reader_among(t, end, "de d"))
    return 0;
  /* Spanish "ya" says it is done; elsewhere it may be the doubt of "ya nahi". */
  if (promises && reader_sentence_has(t, first, READER_UNCERTAIN) &&
      !(t->language == READER_ES && !reader_sentence_has(t, first, READER_SPANISH_DOUBT)))
    score = score / 10 * 6;
  if (promises && reader_sentence_has(t, first, READER_QUESTION_MARK)) score = score / 10 * 5;
  return score;
}

static int32_t reader_rule_score(const reader_text *t, const reader_rule *rule, size_t first,
                                 size_t end) {
  if (rule->kind == ARC_REPLY_DISPUTE && strncmp(rule->phrase, "disput", 6) == 0 &&
      (reader_sentence_has(t, first, READER_SETTLED) ||
       (first > 1 && arc__reader_is(t, first - 2, "not"))))
    return 0;
  return arc__reader_weaken(t, rule->kind, rule->score * 1000, first, end);
}

static void reader_add_hit(reader_kind *kind, const reader_rule *rule, int32_t score, size_t first,
                           size_t end) {
  if (score <= 0) return;
  if (kind->score == 0 || score > kind->score) {
    kind->first = first;
    kind->count = end - first;
    kind->detail = rule->detail;
  }
  /* Another phrase takes away a fifth of what is missing. */
  int32_t best = score > kind->score ? score : kind->score;
  kind->score = kind->score == 0 ? score : best + (1000000 - best) / 5;
}

static void reader_settle(const reader_text *t, reader_kind *kinds) {
  int far = t->language == READER_EN && reader_text_has(t, READER_OTHER_BUSINESS) &&
            !reader_text_has(t, READER_OWN_BUSINESS);
  int asks = arc__reader_among(t, 0, "how what why when where who which is are does do could");
  for (int k = 0; k < READER_KINDS; k++) {
    if (k == ARC_REPLY_OPT_OUT || k == ARC_REPLY_LEGAL || k == ARC_REPLY_ABSENT) continue;
    int wish = k == ARC_REPLY_PLAN || k == ARC_REPLY_COPY || k == ARC_REPLY_DOCUMENT;
    if (far || (asks && !wish && !reader_text_has(t, READER_OWN_BUSINESS)))
      kinds[k].score = kinds[k].score / 10 * 5;
  }
  /* Who cannot pay at once promises nothing yet; a reason for not paying is more than the promise
   * after it; thanks are a kind where nothing else is. An out-of-office text names many things and
   * means one. */
  if (kinds[ARC_REPLY_ABSENT].score)
    for (int k = 1; k < READER_KINDS; k++)
      if (k != ARC_REPLY_ABSENT && k != ARC_REPLY_WRONG_CONTACT) kinds[k].score = 0;
  /* "We transferred the amount on Monday" looks back, unless something is still to come. */
  const reader_kind *paid = &kinds[ARC_REPLY_PAID], *promise = &kinds[ARC_REPLY_PROMISE];
  if (paid->score >= READER_LEAST && promise->score &&
      arc__reader_word(t, paid->first)->sentence == arc__reader_word(t, promise->first)->sentence &&
      !reader_sentence_has(t, promise->first, READER_AHEAD))
    kinds[ARC_REPLY_PROMISE].score = 0;
  if (kinds[ARC_REPLY_THANKS].score) {
    int words = 0;
    for (size_t i = 0; i < t->count && words <= READER_THANKS_MOST; i++)
      words += arc__reader_word(t, i)->type != READER_SIGN;
    if (words > READER_THANKS_MOST) kinds[ARC_REPLY_THANKS].score = 0;
  }
  for (int k = 1; k < READER_KINDS; k++)
    if (k != ARC_REPLY_THANKS && kinds[k].score >= READER_LEAST) kinds[ARC_REPLY_THANKS].score = 0;
  for (int k = 0; k < READER_KINDS; k++)
    if (kinds[k].score < READER_LEAST) memset(&kinds[k], 0, sizeof kinds[k]);
}

/* The letters, as bits, that words of a "a|b*" can begin with: most words of a text are told apart
 * by it. */
static uint32_t reader_letters_of(const char *item, size_t size) {
  uint32_t letters = 0;
  for (size_t at = 0; at < size; at++)
    if (at == 0 || item[at - 1] == '|') letters |= 1u << ((unsigned char)item[at] & 31);
  return letters;
}

size_t arc__reader_phrases(const reader_rule *rules[READER_RULES_MOST]) {
  const reader_rule *const languages[] = {arc__reader_phrases_en, arc__reader_phrases_de,
                                          arc__reader_phrases_fr, arc__reader_phrases_es};
  size_t count = 0;
  for (size_t l = 0; l < sizeof languages / sizeof languages[0]; l++)
    for (const reader_rule *rule = languages[l]; rule->phrase && count < READER_RULES_MOST; rule++)
      rules[count++] = rule;
  return count;
}

/* Where the words stand that a phrase may begin with: the first and the last of them. */
typedef struct rules_span {
  uint32_t first, end; /* end 0: there is none */
} rules_span;

static void rules_find_heads(const reader_text *t, const reader_rule *const *rules,
                             rules_span spans[READER_RULES_MOST]) {
  for (size_t i = 0; i < t->count; i++) {
    const reader_word *w = arc__reader_word(t, i);
    const unsigned char *word = t->folded.data + w->folded;
    uint32_t pair = w->type == READER_WORD ? arc__reader_pair(word, w->size) : READER_INDEX_PAIRS;
    if (pair == READER_INDEX_PAIRS) continue;
    for (uint32_t h = arc__reader_pairs[pair]; h < arc__reader_pairs[pair + 1]; h++) {
      const reader_head *head = &arc__reader_heads[h];
      if (w->size < head->size || (w->size > head->size && !head->open) ||
          memcmp(rules[head->rule]->phrase + head->offset, word, head->size) != 0)
        continue;
      rules_span *span = &spans[head->rule];
      if (!span->end) span->first = (uint32_t)i;
      span->end = (uint32_t)i + 1;
    }
  }
}

void arc__reader_kinds(const reader_text *t, reader_kind kinds[READER_KINDS]) {
  rules_span spans[READER_RULES_MOST];
  const reader_rule *rules[READER_RULES_MOST];
  size_t count = arc__reader_phrases(rules);
  memset(kinds, 0, READER_KINDS * sizeof *kinds);
  if (t->count == 0) return;
  memset(spans, 0, sizeof spans);
  rules_find_heads(t, rules, spans);
  for (size_t r = 0; r < count; r++) {
    const reader_rule *rule = rules[r];
    if (!spans[r].end || !(rule->languages & t->language)) continue;
    size_t head = strcspn(rule->phrase, " ");
    uint32_t letters = reader_letters_of(rule->phrase, head);
    for (size_t i = spans[r].first; i < spans[r].end; i++) {
      const reader_word *w = arc__reader_word(t, i);
      if (!(letters >> (t->folded.data[w->folded] & 31) & 1)) continue;
      if (w->type == READER_SIGN || !reader_word_fits(t, i, rule->phrase, head)) continue;
      size_t end = reader_fits(t, i, rule->phrase, w->sentence);
      if (!end) continue;
      int32_t score = reader_rule_score(t, rule, i, end);
      if (!score) continue;
      reader_add_hit(&kinds[rule->kind], rule, score, i, end);
      break;
    }
  }
  reader_settle(t, kinds);
}
