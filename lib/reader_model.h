/* The trained part of the reader: one weight for each kind and each of the buckets that words,
 * pairs and letters fall in. */
#ifndef ARC_READER_MODEL_H
#define ARC_READER_MODEL_H

#include "reader_internal.h"

#include "heap.h"

#define READER_BUCKETS       16384u
#define READER_MODEL_KINDS   12 /* ARC_REPLY_DISPUTE to ARC_REPLY_THANKS */
#define READER_FEATURES_MOST 48

/* The buckets of what begins with word i of its sentence: its letters by fours, itself, and its
 * pair with the next one. */
size_t arc__reader_features(const reader_text *t, size_t i, uint32_t buckets[READER_FEATURES_MOST]);
uint32_t arc__reader_word_hash(const reader_text *t, size_t i);
/* The whole of the square root of n. */
uint32_t arc__reader_root(uint64_t n);

/* What a host has taught: added to the weights of the model. */
struct arc_reader {
  arc__heap heap;
  signed char added[READER_BUCKETS][READER_MODEL_KINDS];
};

/* The log-odds of each kind in thousandths, of the sentence that says it most; `taught` may be
 * NULL. */
void arc__reader_odds(const reader_text *t, const arc_reader *taught, int32_t odds[READER_KINDS]);

/* The same of the sentence that begins with word `first`: behind its last word. */
size_t arc__reader_sentence_odds(const reader_text *t, size_t first, const arc_reader *taught,
                                 int32_t odds[READER_KINDS]);
/* Whether the messages that the model was trained on have word i. */
int arc__reader_knows(const reader_text *t, size_t i);

/* ---- reader_doubt.c ---- */
/* Whether anything in the text may mean that it is not what `kinds` say, or more than that: then
 * nobody acts on it unread. */
int arc__reader_doubts(const reader_text *t, const arc_reader *taught,
                       const reader_kind kinds[READER_KINDS]);

/* ---- reader_judge.c ---- */
/* Confidence in each kind, from the phrases found and from the odds. */
void arc__reader_judge(const reader_text *t, const arc_reader *taught,
                       reader_kind kinds[READER_KINDS]);

/* ---- reader_model.c, written by tests/training/train_reader.c ---- */
/* In thousandths of log-odds: what each kind begins with, and what a weight of 1 counts. */
extern const int32_t arc__reader_bias[READER_MODEL_KINDS];
extern const int32_t arc__reader_scale[READER_MODEL_KINDS];
extern const uint32_t arc__reader_vocabulary_size;
extern const uint32_t arc__reader_vocabulary[]; /* the words' hashes, the least first */
extern const signed char arc__reader_weights[READER_BUCKETS][READER_MODEL_KINDS];

#endif
