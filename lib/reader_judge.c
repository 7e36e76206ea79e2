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

/* In thousandths of log-odds, chosen on families of messages that the model was not trained with:
 * from where on it is sure without a phrase, and what makes a phrase of another kind an accident.
 */
#define JUDGE_ALONE_SURE  3000
#define JUDGE_TAUGHT_SURE 2500
#define JUDGE_RIVAL_MOST  (-4000)
#define JUDGE_RIVAL_AHEAD 5000

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

/* Of two kinds that were found in one sentence, one only shares words with the other: "the payment
 * will be made" is not made yet. The model tells them apart, where it is sure of both; what a
 * customer must be protected by, and contradictions between sentences, it does not take away. */
static void reader_judge_rivals(const reader_text *t, const int32_t odds[READER_KINDS],
                                reader_kind kinds[READER_KINDS]) {
  static const unsigned char weaker[] = {ARC_REPLY_PROMISE, ARC_REPLY_PAID, ARC_REPLY_PLAN,
                                         ARC_REPLY_COPY, ARC_REPLY_PROCESS};
  for (size_t n = 0; n < sizeof weaker; n++) {
    reader_kind *rival = &kinds[weaker[n]];
    if (!rival->score || odds[weaker[n]] > JUDGE_RIVAL_MOST) continue;
    for (int k = 1; k <= READER_MODEL_KINDS; k++)
      if (kinds[k].score && odds[k] - odds[weaker[n]] >= JUDGE_RIVAL_AHEAD &&
          arc__reader_word(t, kinds[k].first)->sentence ==
              arc__reader_word(t, rival->first)->sentence) {
        memset(rival, 0, sizeof *rival);
        break;
      }
  }
}

static size_t reader_sentence_end(const reader_text *t, size_t first) {
  uint32_t sentence = arc__reader_word(t, first)->sentence;
  while (first < t->count && arc__reader_word(t, first)->sentence == sentence)
    first++;
  return first;
}

static int reader_some_negate(const reader_text *t) {
  for (size_t i = 0; i < t->count; i++)
    if (arc__reader_negates(t, i)) return 1;
  return 0;
}

/* The kind that the model sees most where no phrase says anything, in the sentence that says it. */
static void reader_judge_alone(const reader_text *t, const arc_reader *taught,
                               const int32_t odds[READER_KINDS], reader_kind kinds[READER_KINDS]) {
  int best = 0;
  for (int k = 1; k < READER_KINDS; k++) {
    if (kinds[k].score) return;
    if (k <= READER_MODEL_KINDS && (!best || odds[k] > odds[best])) best = k;
  }
  if (odds[best] < 1500 || arc__reader_is(t, t->count - 1, "?")) return;
  /* What stops all reminders takes words that say so. */
  int sure = odds[best] >= JUDGE_ALONE_SURE && best != ARC_REPLY_LEGAL &&
             best != ARC_REPLY_OPT_OUT && !reader_some_negate(t);
  int32_t score = reader_weaken_all(t, best, sure ? 950000 : odds[best] >= 3000 ? 750000 : 600000);
  if (score < 500000) return;
  kinds[best].score = score;
  for (size_t first = 0, end; first < t->count; first = end) {
    int32_t of[READER_KINDS];
    end = arc__reader_sentence_odds(t, first, taught, of);
    if (of[best] == odds[best]) kinds[best].first = first;
  }
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
  reader_judge_rivals(t, odds, kinds);
  for (int k = 1; k <= READER_MODEL_KINDS; k++) {
    if (kinds[k].score) kinds[k].score = reader_confidence(k, kinds[k].score, odds[k]);
    /* The host's own wording. */
    else if (odds[k] >= JUDGE_TAUGHT_SURE && odds[k] - own[k] >= 1000)
      kinds[k].score = 930000;
    if (kinds[k].score < 500000) memset(&kinds[k], 0, sizeof kinds[k]);
  }
  if (t->count > 0) reader_judge_alone(t, taught, odds, kinds);
  reader_judge_doubts(t, taught, kinds);
  for (int k = 1; k <= READER_MODEL_KINDS; k++)
    if (kinds[k].score && !kinds[k].count)
      kinds[k].count = reader_sentence_end(t, kinds[k].first) - kinds[k].first;
}
