/*
 * What the trained model says of a text: a linear model over hashed words, pairs of words and
 * letters by fours.
 *
 * Sentences are scored apart, as a kind is said in one of them, and the one that says it most
 * counts. Weights are added as integers and divided by the root of their number, so that the same
 * text has the same odds everywhere. Work: some 20 rows of the table for each word.
 */
#include "reader_model.h"

#include "arcollect/reader.h"

#include <string.h>

static uint32_t reader_hash(uint32_t hash, const unsigned char *data, size_t size) {
  for (size_t i = 0; i < size; i++)
    hash = (hash ^ data[i]) * 16777619u;
  return hash;
}

static uint32_t reader_bucket(uint32_t hash) {
  return (hash ^ hash >> 15) * 2654435761u >> 18; /* 14 bits: READER_BUCKETS */
}

/* The hash of a word: numbers are all the same. */
static uint32_t reader_word_hash(const reader_text *t, const reader_word *w, uint32_t seed) {
  if (w->type == READER_NUMBER) return reader_hash(seed, (const unsigned char *)"#", 1);
  return reader_hash(seed, t->folded.data + w->folded, w->size);
}

uint32_t arc__reader_word_hash(const reader_text *t, size_t i) {
  return reader_word_hash(t, arc__reader_word(t, i), 2166136261u);
}

/* The next word of the sentence, signs other than a question mark left out; NULL: it ends. */
static const reader_word *reader_follower(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i);
  for (size_t at = i + 1; at < t->count; at++) {
    const reader_word *next = arc__reader_word(t, at);
    if (next->sentence != w->sentence) return NULL;
    if (next->type != READER_SIGN || arc__reader_is(t, at, "?")) return next;
  }
  return NULL;
}

size_t arc__reader_features(const reader_text *t, size_t i,
                            uint32_t buckets[READER_FEATURES_MOST]) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || (w->type == READER_SIGN && !arc__reader_is(t, i, "?"))) return 0;
  size_t n = 0;
  uint32_t own = reader_word_hash(t, w, 2166136261u);
  buckets[n++] = reader_bucket(own);
  const reader_word *next = reader_follower(t, i);
  buckets[n++] = reader_bucket(next ? reader_word_hash(t, next, own * 31 + 7) : own * 31 + 1);
  if (w->type != READER_WORD || w->size < 4) return n;
  unsigned char letters[34];
  size_t size = w->size < 32 ? w->size : 32;
  letters[0] = '_';
  memcpy(letters + 1, t->folded.data + w->folded, size);
  letters[size + 1] = '_';
  for (size_t at = 0; at + 4 <= size + 2 && n < READER_FEATURES_MOST; at++)
    buckets[n++] = reader_bucket(reader_hash(0x5bd1e995u, letters + at, 4));
  return n;
}

uint32_t arc__reader_root(uint64_t n) {
  uint64_t root = 0, bit = UINT64_C(1) << 62;
  while (bit > n)
    bit >>= 2;
  for (; bit; bit >>= 2) {
    if (n >= root + bit) {
      n -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return (uint32_t)root;
}

int arc__reader_knows(const reader_text *t, size_t i) {
  uint32_t hash = arc__reader_word_hash(t, i);
  uint32_t low = 0, high = arc__reader_vocabulary_size;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (arc__reader_vocabulary[middle] == hash) return 1;
    if (arc__reader_vocabulary[middle] < hash)
      low = middle + 1;
    else
      high = middle;
  }
  return 0;
}

size_t arc__reader_sentence_odds(const reader_text *t, size_t first, const arc_reader *taught,
                                 int32_t odds[READER_KINDS]) {
  int32_t sums[READER_MODEL_KINDS] = {0}; /* of at most READER_WORDS_MOST words */
  uint64_t features = 0;
  uint32_t buckets[READER_FEATURES_MOST], sentence = arc__reader_word(t, first)->sentence;
  size_t i = first;
  for (; i < t->count && arc__reader_word(t, i)->sentence == sentence; i++) {
    size_t count = arc__reader_features(t, i, buckets);
    for (size_t f = 0; f < count; f++)
      for (int k = 0; k < READER_MODEL_KINDS; k++)
        sums[k] += arc__reader_weights[buckets[f]][k];
    for (size_t f = 0; taught && f < count; f++)
      for (int k = 0; k < READER_MODEL_KINDS; k++)
        sums[k] += taught->added[buckets[f]][k];
    features += count;
  }
  int64_t root = arc__reader_root(features << 20); /* times 1024 */
  for (int k = 0; k < READER_KINDS; k++)
    odds[k] = -20000;
  for (int k = 0; k < READER_MODEL_KINDS && features > 0; k++) {
    int64_t odd = arc__reader_bias[k] + (int64_t)sums[k] * arc__reader_scale[k] * 1024 / root;
    odds[k + 1] = odd > 20000 ? 20000 : odd < -20000 ? -20000 : (int32_t)odd;
  }
  return i;
}

void arc__reader_odds(const reader_text *t, const arc_reader *taught, int32_t odds[READER_KINDS]) {
  for (int k = 0; k < READER_KINDS; k++)
    odds[k] = -20000;
  for (size_t i = 0; i < t->count;) {
    int32_t of[READER_KINDS];
    i = arc__reader_sentence_odds(t, i, taught, of);
    for (int k = 0; k < READER_KINDS; k++)
      if (of[k] > odds[k]) odds[k] = of[k];
  }
}
