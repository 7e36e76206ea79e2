/*
 * What keeps a reading from being acted on unread: words that turn a statement around, and whatever
 * neither a phrase nor the model has an explanation for.
 *
 * A phrase says what it says wherever it stands; whether it is meant is in the rest of the text. So
 * the rest has to be understood as well: each sentence must say a kind that was found, or nothing,
 * in words that the model was trained with. Linear in the text.
 */
#include "reader_lists.h"
#include "reader_model.h"

#include "arcollect/reader.h"

#include <string.h>

/* Whether the word is in one of the lists, and what must follow it follows. */
static int doubt_among(const reader_text *t, size_t i, int list) {
  for (const reader_list *l = NULL; (l = arc__reader_list_of(t, i, list, l)) != NULL;)
    if (!l->then[0] || arc__reader_among(t, i + 1, l->then)) return 1;
  return 0;
}

/* "Do not email me, call my office": another way is welcome. */
static int doubt_welcomes(const reader_text *t, size_t i, const reader_kind *opt_out) {
  if (!opt_out->score || (i >= opt_out->first && i - opt_out->first < opt_out->count)) return 0;
  if (!arc__reader_among(t, i, "call phone ring email mail write contact text message")) return 0;
  for (size_t near = 1; near <= 6 && near <= i; near++)
    if (arc__reader_negates(t, i - near)) return 0;
  return 1;
}

/* "Back from holiday". Whatever else is said is whom to ask if it is urgent. */
static int doubt_returned(const reader_text *t, size_t first, size_t end) {
  for (size_t i = first; i < end; i++)
    if ((arc__reader_is(t, i, "back") && arc__reader_among(t, i + 1, "from after")) ||
        (arc__reader_is(t, i, "aus") && arc__reader_is(t, i + 2, "urlaub")))
      return 1;
  return 0;
}

/* Whether a word of the sentence from `first` to before `end` may turn around what was found. */
static int doubt_turned(const reader_text *t, size_t first, size_t end,
                        const reader_kind kinds[READER_KINDS]) {
  int paying = kinds[ARC_REPLY_PROMISE].score || kinds[ARC_REPLY_PAID].score,
      wishing = kinds[ARC_REPLY_COPY].score || kinds[ARC_REPLY_DOCUMENT].score ||
                kinds[ARC_REPLY_PLAN].score;
  int disputing = kinds[ARC_REPLY_DISPUTE].score != 0, others = 0;
  for (int k = 1; k < READER_KINDS; k++)
    others |= k != ARC_REPLY_DISPUTE && kinds[k].score;
  if (kinds[ARC_REPLY_ABSENT].score) return doubt_returned(t, first, end);
  for (size_t i = first; i < end; i++)
    if (doubt_among(t, i, READER_TURNING) || (others && doubt_among(t, i, READER_LIMITING)) ||
        (disputing && doubt_among(t, i, READER_DISPUTING)) ||
        (kinds[ARC_REPLY_PROMISE].score && doubt_among(t, i, READER_LOOKING)) ||
        (paying && (doubt_among(t, i, READER_PAYING) || arc__reader_negates(t, i))) ||
        doubt_welcomes(t, i, &kinds[ARC_REPLY_OPT_OUT]) ||
        (arc__reader_is(t, i, "?") && (paying || !wishing)))
      return 1;
  if (arc__reader_among(t, first, "how what why when where who which is are does did do") &&
      !arc__reader_negates(t, first + 1))
    return 1;
  /* "Do not stop", "the one that we paid". */
  for (int k = 1; k < READER_KINDS; k++) {
    size_t at = kinds[k].first;
    if (!kinds[k].score || !kinds[k].count || at < first || at >= end) continue;
    for (size_t near = 0; near < 6 && at > first; near++) {
      if (arc__reader_among(t, --at, "and und et y aur ,")) break;
      if (arc__reader_negates(t, at) || arc__reader_among(t, at, "that which who")) return 1;
    }
  }
  return 0;
}

/* Chosen on templates that neither the model nor its vocabulary had seen: the share of words in
 * thousandths that may be new, the odds that are a claim, and how far what was found is ahead. */
#define DOUBT_STRANGE 200
#define DOUBT_CLAIMS  (-2000)
#define DOUBT_AHEAD   500

/* A word of which neither a phrase, nor the training, nor the host's examples know what it says. */
static int doubt_strange(const reader_text *t, const arc_reader *taught, size_t i,
                         const reader_kind kinds[READER_KINDS]) {
  if (arc__reader_word(t, i)->type != READER_WORD || arc__reader_knows(t, i)) return 0;
  for (int k = 1; k < READER_KINDS; k++)
    if (kinds[k].score && i >= kinds[k].first && i - kinds[k].first < kinds[k].count) return 0;
  uint32_t buckets[READER_FEATURES_MOST];
  arc__reader_features(t, i, buckets);
  for (int k = 0; taught && k < READER_MODEL_KINDS; k++)
    if (taught->added[buckets[0]][k]) return 0;
  return 1;
}

/* Whether the model hears something else in a sentence than what was found. */
static int doubt_differs(const reader_text *t, const arc_reader *taught, size_t first, size_t end,
                         const reader_kind kinds[READER_KINDS]) {
  int32_t odds[READER_KINDS];
  int found = 0, other = 0, deciding = 0;
  arc__reader_sentence_odds(t, first, taught, odds);
  for (int k = 1; k <= READER_MODEL_KINDS; k++) {
    int *best = kinds[k].score ? &found : &other;
    if (!*best || odds[k] > odds[*best]) *best = k;
    deciding |= kinds[k].score && kinds[k].first >= first && kinds[k].first < end;
  }
  if (!other || (other == ARC_REPLY_THANKS && !deciding)) return 0;
  if (deciding) return odds[found] - odds[other] < DOUBT_AHEAD;
  return odds[other] > DOUBT_CLAIMS && odds[other] > odds[found];
}

int arc__reader_doubts(const reader_text *t, const arc_reader *taught,
                       const reader_kind kinds[READER_KINDS]) {
  for (size_t first = 0, end; first < t->count; first = end) {
    uint32_t words = 0, strange = 0, sentence = arc__reader_word(t, first)->sentence;
    for (end = first; end < t->count && arc__reader_word(t, end)->sentence == sentence; end++) {
      words += arc__reader_word(t, end)->type == READER_WORD;
      strange += (uint32_t)doubt_strange(t, taught, end, kinds);
    }
    /* At the word "insolvency" one stops, whatever else is said. */
    if (!kinds[ARC_REPLY_LEGAL].score && strange * 1000 > words * DOUBT_STRANGE) return 1;
    if (doubt_turned(t, first, end, kinds) || doubt_differs(t, taught, first, end, kinds)) return 1;
  }
  return 0;
}
