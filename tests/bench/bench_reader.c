/*
 * Measures the reader: messages a second, and instructions for each kilobyte where `perf` or valgrind count
 * them.
 *
 *   bench_reader [ROUNDS] < MESSAGES         kinds, language, text: as training/generate_replies.py writes
 * them
 *
 * The limit in the same run is a plain pass over the same bytes that finds words and hashes them. Clocks are
 * used here only, to measure.
 */
#include "arcollect.h"

#include "reader_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The least that a reader could do: words, hashed. */
static uint32_t hash_words(const char *text, size_t size) {
  uint32_t hash = 2166136261u, all = 0;
  for (size_t i = 0; i < size; i++) {
    if (text[i] == ' ')
      all ^= hash, hash = 2166136261u;
    else
      hash = (hash ^ (unsigned char)text[i]) * 16777619u;
  }
  return all ^ hash;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 3;
  char **texts = NULL, line[1 << 16];
  size_t count = 0, bytes = 0;
  while (fgets(line, sizeof line, stdin)) {
    char *text = strchr(line, '\t');
    if (text) text = strchr(text + 1, '\t');
    if (!text) return 2;
    text[strcspn(text, "\n")] = 0;
    texts = realloc(texts, (count + 1) * sizeof *texts);
    texts[count] = strdup(text + 1);
    bytes += strlen(texts[count++]);
  }
  if (!count || rounds < 1) return 2;
  uint32_t all = 0;
  double begin = seconds();
  for (int round = 0; round < rounds * 20; round++)
    for (size_t i = 0; i < count; i++)
      all ^= hash_words(texts[i], strlen(texts[i])) + (uint32_t)round;
  double limit = (seconds() - begin) / 20;
  begin = seconds();
  for (int round = 0; round < rounds; round++)
    for (size_t i = 0; i < count; i++) {
      arc_reply reply = ARC_REPLY_INIT;
      arc_report *report = NULL;
      reply.text.data = texts[i];
      reply.text.size = ARC_NUL_TERMINATED;
      reply.written = 20000;
      if (arc_reply_read(&report, &reply, NULL, NULL) != ARC_OK) return 1;
      arc_report_free(report);
    }
  double took = seconds() - begin;
  double read = (double)count * rounds;
  printf("reader: %.0f messages of %.0f bytes, %.0f a second, %.1f us for each kilobyte (%u)\n", read,
         (double)bytes / (double)count, read / took, took * 1e6 / ((double)bytes * rounds / 1024), all & 1);
  printf("reader: %.0f times as long as hashing the words\n", took / limit);
  printf("reader: the model's table has %zu bytes\n", sizeof arc__reader_weights);
  for (size_t i = 0; i < count; i++)
    free(texts[i]);
  free(texts);
  return 0;
}
