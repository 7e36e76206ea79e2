/*
 * Trains the reader's model and writes it as C: train_reader < TRAIN.tsv > lib/reader_model.c
 *
 * Input as generate_replies.py writes it. One logistic regression for each kind, by stochastic
 * gradient descent with weight decay; of a text, the sentence that says the kind most learns.
 * Weights are cut to a signed byte by kind.
 */
#include "reader_model.h"

#include "heap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EPOCHS     24
#define KNOWN_FROM 4 /* a word that is seen less often is a slip of the fingers */

typedef struct sentence {
  uint32_t *features;
  size_t count;
} sentence;

typedef struct example {
  uint32_t kinds; /* bits */
  sentence *sentences;
  size_t count;
} example;

static example *examples;
static size_t example_count;
static double weights[READER_MODEL_KINDS][READER_BUCKETS], bias[READER_MODEL_KINDS];

static uint32_t *seen; /* the hash of every word that was read */
static size_t seen_count;

static void *grow(void *old, size_t count, size_t size) {
  void *new = realloc(old, (count + 1) * size);
  if (!new) exit(1);
  return new;
}

static void add_features(example *e, const reader_text *t, size_t i, uint32_t *last) {
  uint32_t buckets[READER_FEATURES_MOST];
  size_t n = arc__reader_features(t, i, buckets);
  uint32_t in = arc__reader_word(t, i)->sentence;
  if (n == 0) return;
  if (e->count == 0 || in != *last) {
    e->sentences = grow(e->sentences, e->count, sizeof *e->sentences);
    e->sentences[e->count++] = (sentence){NULL, 0};
    *last = in;
  }
  sentence *s = &e->sentences[e->count - 1];
  s->features = grow(s->features, s->count + n, sizeof *s->features);
  memcpy(s->features + s->count, buckets, n * sizeof *buckets);
  s->count += n;
}

static void add_seen(uint32_t hash) {
  if ((seen_count & (seen_count - 1)) == 0) seen = grow(seen, 2 * seen_count, sizeof *seen);
  seen[seen_count++] = hash;
}

static void read_examples(void) {
  static char line[1 << 16];
  arc__heap heap;
  if (arc__heap_init(&heap, NULL, NULL) < 0) exit(1);
  while (fgets(line, sizeof line, stdin)) {
    char *language = strchr(line, '\t'), *text = language ? strchr(language + 1, '\t') : NULL;
    if (!text) exit(2);
    reader_text t;
    memset(&t, 0, sizeof t);
    arc__buffer_init(&t.text, &heap);
    arc__buffer_init(&t.folded, &heap);
    arc__buffer_init(&t.words, &heap);
    arc_text message = {text + 1, strlen(text + 1)};
    arc__reader_clean(&t.text, message, 0, &heap);
    arc__reader_split(&t);
    examples = grow(examples, example_count, sizeof *examples);
    example *e = &examples[example_count++];
    *e = (example){0, NULL, 0};
    for (char *at = line; at < language; at++) {
      e->kinds |= 1u << strtol(at, &at, 10);
      if (*at == '\t') break;
    }
    uint32_t last = 0;
    for (size_t i = 0; i < t.count; i++) {
      add_features(e, &t, i, &last);
      if (arc__reader_word(&t, i)->type == READER_WORD) add_seen(arc__reader_word_hash(&t, i));
    }
    arc__buffer_free(&t.text);
    arc__buffer_free(&t.folded);
    arc__buffer_free(&t.words);
  }
}

static double odds(int k, const sentence *s) {
  double sum = 0;
  for (size_t f = 0; f < s->count; f++)
    sum += weights[k][s->features[f]];
  return bias[k] + sum / sqrt((double)s->count);
}

static void learn(int k, const example *e, double rate, double decay) {
  const sentence *most = NULL;
  double best = 0;
  for (size_t s = 0; s < e->count; s++) {
    double o = odds(k, &e->sentences[s]);
    if (!most || o > best) best = o, most = &e->sentences[s];
  }
  if (!most) return;
  double target = e->kinds >> (k + 1) & 1, error = target - 1 / (1 + exp(-best));
  double step = rate * error / sqrt((double)most->count);
  for (size_t f = 0; f < most->count; f++) {
    double *w = &weights[k][most->features[f]];
    *w += step - rate * decay * *w;
  }
  bias[k] += 0.1 * rate * error;
}

static void train(void) {
  uint64_t state = 1;
  for (int epoch = 0; epoch < EPOCHS; epoch++) {
    double rate = 0.8 / (1 + epoch * 0.3);
    for (size_t n = example_count; n > 1; n--) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      size_t other = (size_t)(state >> 33) % n;
      example swap = examples[n - 1];
      examples[n - 1] = examples[other];
      examples[other] = swap;
    }
    for (size_t e = 0; e < example_count; e++)
      for (int k = 0; k < READER_MODEL_KINDS; k++)
        learn(k, &examples[e], rate, 1e-4);
  }
}

static int by_number(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void write_vocabulary(void) {
  unsigned words = 0;
  qsort(seen, seen_count, sizeof *seen, by_number);
  printf("const uint32_t arc__reader_vocabulary[] = {");
  for (size_t i = 0, end; i < seen_count; i = end) {
    for (end = i + 1; end < seen_count && seen[end] == seen[i];)
      end++;
    if (end - i >= KNOWN_FROM) printf("%s0x%08x,", words++ % 8 ? "" : "\n", (unsigned)seen[i]);
  }
  printf("};\nconst uint32_t arc__reader_vocabulary_size = %u;\n", words);
}

static void write_model(void) {
  double unit[READER_MODEL_KINDS];
  for (int k = 0; k < READER_MODEL_KINDS; k++) {
    double most = 0;
    for (size_t b = 0; b < READER_BUCKETS; b++)
      most = fmax(most, fabs(weights[k][b]));
    /* Few are that big: they are cut, so that the many small ones keep their digits. */
    unit[k] = ceil(fmin(most, 4.0) / 127 * 1000) / 1000;
  }
  printf("/* Written by tests/training/train_reader.c from tests/training/generate_replies.py: not "
         "to be edited. */\n"
         "#include \"reader_model.h\"\n\n/* clang-format off */\nconst int32_t "
         "arc__reader_bias[READER_MODEL_KINDS] = {\n    ");
  for (int k = 0; k < READER_MODEL_KINDS; k++)
    printf("%s%.0f", k ? "," : "", bias[k] * 1000);
  printf("};\nconst int32_t arc__reader_scale[READER_MODEL_KINDS] = {");
  for (int k = 0; k < READER_MODEL_KINDS; k++)
    printf("%s%.0f", k ? ", " : "", unit[k] * 1000);
  printf("};\nconst signed char arc__reader_weights[READER_BUCKETS][READER_MODEL_KINDS] = {\n");
  for (size_t b = 0; b < READER_BUCKETS; b++) {
    printf("{");
    for (int k = 0; k < READER_MODEL_KINDS; k++)
      printf("%s%.0f", k ? "," : "", fmax(-127, fmin(127, round(weights[k][b] / unit[k]))) + 0.0);
    printf(b % 2 ? "},\n" : "},");
  }
  printf("};\n");
}

int main(void) {
  read_examples();
  train();
  write_model();
  write_vocabulary();
  return 0;
}
