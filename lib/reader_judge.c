/*
 * How sure the reader is of a kind: the phrases found, and whether the trained model agrees.
 *
 * The table was counted on the messages kept out of training (tests/training): what share of the
 * phrases was right where the model gave such odds. A kind that the model alone sees is told, but
 * is never sure; one that the host has taught may be. Those messages share templates with the
 * trained ones, so that alone they promise too much: what holds for other people's words as well
 * is that nothing is sure where arc__reader_doubts finds a reason.
 */
#include "reader_model.h"

#include "arcollect/reader.h"

#include <string.h>

#define READER_STRONG 940000 /* two phrases, or one that leaves no doubt */

static int32_t reader_agreement(int32_t odds) {
  static const struct {
    int32_t odds, confidence;
  } counted[] = {{2000, 985000}, {0, 950000}, {-2000, 880000}, {-4000, 850000}, {-6000, 740000}};
  for (size_t n = 0; n < sizeof counted / sizeof counted[0]; n++)
    if (odds >= counted[n].odds) return counted[n].confidence;
  return 640000;
}

/* Of a kind with a phrase of its own. */
static int32_t reader_confidence(int kind, int32_t phrase, int32_t odds) {
  /* The model has never seen such words, and the phrase is a weak one: chance. */
  if (odds < -7000 && phrase < 900000) return 0;
  int32_t confidence = reader_agreement(odds);
  /* What protects the customer needs no second opinion: its phrases were right wherever they were
   * counted. */
  int protects = kind == ARC_REPLY_OPT_OUT || kind == ARC_REPLY_LEGAL || kind == ARC_REPLY_ABSENT;
  if (phrase >= READER_STRONG && (protects || odds >= -2000) && confidence < 930000)
    confidence = 930000;
  if (phrase < 800000 && phrase < confidence) return phrase; /* doubt, or talk of something else */
  return confidence + (phrase - 900000) / 20;
}

/* What negation and doubt anywhere in the text leave of a score: the model has no place for it. */
static int32_t reader_weaken_all(const reader_text *t, int kind, int32_t score) {
  int32_t left = score;
  for (size_t first = 0, end; first < t->count; first = end) {
    uint32_t sentence = arc__reader_word(t, first)->sentence;
    for (end = first + 1; end < t->count && arc__reader_word(t, end)->sentence == sentence;)
      end++;
    int32_t weak = arc__reader_weaken(t, kind, score, first, end);
    if (weak < left) left = weak;
  }
  return left;
}

/* The kind that the model sees most where no phrase says anything. */
static void reader_judge_alone(const reader_text *t, const int32_t odds[READER_KINDS],
                               reader_kind kinds[READER_KINDS]) {
  int best = 0;
  for (int k = 1; k < READER_KINDS; k++) {
    if (kinds[k].score) return;
    if (k <= READER_MODEL_KINDS && (!best || odds[k] > odds[best])) best = k;
  }
  if (odds[best] < 1500 || arc__reader_is(t, t->count - 1, "?")) return;
  int32_t score = reader_weaken_all(t, best, odds[best] >= 3000 ? 750000 : 600000);
  if (score >= 500000) kinds[best].score = score;
}

/* What is doubtful stays found, in the same order, but is never sure. */
static void reader_judge_doubts(const reader_text *t, const arc_reader *taught,
                                reader_kind kinds[READER_KINDS]) {
  int some = 0;
  for (int k = 1; k < READER_KINDS; k++)
    some |= kinds[k].score != 0;
  if (!some || !arc__reader_doubts(t, taught, kinds)) return;
  for (int k = 1; k < READER_KINDS; k++)
    if (kinds[k].score) kinds[k].score -= (kinds[k].score - 500000) / 4;
}

void arc__reader_judge(const reader_text *t, const arc_reader *taught,
                       reader_kind kinds[READER_KINDS]) {
  int32_t odds[READER_KINDS], own[READER_KINDS];
  arc__reader_odds(t, NULL, odds);
  memcpy(own, odds, sizeof own);
  if (taught) arc__reader_odds(t, taught, odds);
  for (int k = 1; k <= READER_MODEL_KINDS; k++) {
    if (kinds[k].score) kinds[k].score = reader_confidence(k, kinds[k].score, odds[k]);
    /* The host's own wording. */
    else if (odds[k] >= 3000 && odds[k] - own[k] >= 1000)
      kinds[k].score = 930000;
    if (kinds[k].score < 500000) memset(&kinds[k], 0, sizeof kinds[k]);
  }
  if (t->count > 0) reader_judge_alone(t, odds, kinds);
  reader_judge_doubts(t, taught, kinds);
}
