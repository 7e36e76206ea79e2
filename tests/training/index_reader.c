/*
 * Writes the index of the reader's lists and phrases as C: index_reader > lib/reader_index.c
 *
 * Words of all lists by hash, with their places in the lists, and the words that phrases begin with by their
 * first two letters. With an argument it says, by its exit status, whether that file is what it would write.
 */
#include "reader_lists.h"
#include "reader_phrases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MOST 8192

typedef struct word {
  const char *text;
  size_t size;
  uint32_t bucket, list, place;
} word;

static word words[WORDS_MOST];
static size_t word_count;
static FILE *out;

static int by_word(const void *a, const void *b) {
  const word *x = a, *y = b;
  if (x->bucket != y->bucket) return x->bucket < y->bucket ? -1 : 1;
  size_t least = x->size < y->size ? x->size : y->size;
  int order = memcmp(x->text, y->text, least);
  if (order) return order;
  if (x->size != y->size) return x->size < y->size ? -1 : 1;
  if (x->list != y->list) return x->list < y->list ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

static int same_word(const word *a, const word *b) {
  return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

static void read_lists(void) {
  for (size_t l = 0; arc__reader_lists[l].words; l++) {
    uint32_t place = 1;
    for (const char *at = arc__reader_lists[l].words; *at; place++) {
      size_t size = strcspn(at, " ");
      if (word_count == WORDS_MOST || l > 65535 || place > 255) exit(2);
      uint32_t bucket = arc__reader_index_hash((const unsigned char *)at, size);
      words[word_count++] = (word){at, size, bucket, (uint32_t)l, place};
      at += size + strspn(at + size, " ");
    }
  }
  qsort(words, word_count, sizeof *words, by_word);
}

static void write_names(void) {
  unsigned column = 0;
  fprintf(out, "const unsigned char arc__reader_names[] = {");
  for (size_t w = 0; w < word_count; w++)
    for (size_t n = 0; (w == 0 || !same_word(&words[w - 1], &words[w])) && n < words[w].size; n++)
      fprintf(out, "%s%u,", column++ % 24 ? "" : "\n", (unsigned char)words[w].text[n]);
  fprintf(out, "};\n");
}

/* A word counts once in a list, at its first place. */
static int is_again(size_t w) {
  return w > 0 && same_word(&words[w - 1], &words[w]) && words[w - 1].list == words[w].list;
}

static void write_entries(void) {
  unsigned name = 0, first = 0, column = 0, entry = 0, bucket = 0, buckets[READER_INDEX_BUCKETS + 1];
  fprintf(out, "const reader_entry arc__reader_entries[] = {");
  for (size_t w = 0, end; w < word_count; w = end) {
    unsigned count = 0;
    for (end = w; end < word_count && same_word(&words[w], &words[end]); end++)
      count += !is_again(end);
    for (; bucket <= words[w].bucket; bucket++)
      buckets[bucket] = entry;
    fprintf(out, "%s{%u,%u,%u,%u},", column++ % 8 ? "" : "\n", name, first, (unsigned)words[w].size, count);
    name += (unsigned)words[w].size;
    first += count;
    entry++;
  }
  for (; bucket <= READER_INDEX_BUCKETS; bucket++)
    buckets[bucket] = entry;
  fprintf(out, "};\nconst uint16_t arc__reader_buckets[READER_INDEX_BUCKETS + 1] = {");
  for (unsigned b = 0; b <= READER_INDEX_BUCKETS; b++)
    fprintf(out, "%s%u,", b % 20 ? "" : "\n", buckets[b]);
  fprintf(out, "};\nconst reader_listing arc__reader_listings[] = {");
  column = 0;
  for (size_t w = 0; w < word_count; w++)
    if (!is_again(w)) fprintf(out, "%s{%u,%u},", column++ % 12 ? "" : "\n", words[w].list, words[w].place);
  fprintf(out, "};\n");
}

static void write_heads(void) {
  const reader_rule *phrases[READER_RULES_MOST];
  size_t rules = arc__reader_phrases(phrases), column = 0;
  unsigned pairs[READER_INDEX_PAIRS + 1], head = 0;
  if (rules == READER_RULES_MOST) exit(2);
  fprintf(out, "const reader_head arc__reader_heads[] = {");
  for (unsigned pair = 0; pair < READER_INDEX_PAIRS; pair++) {
    pairs[pair] = head;
    for (size_t r = 0; r < rules; r++) {
      size_t end = strcspn(phrases[r]->phrase, " ");
      for (size_t at = 0, size; at < end; at += size + 1) {
        const char *text = phrases[r]->phrase + at;
        size = strcspn(text, "| ");
        unsigned open = text[size - 1] == '*';
        uint32_t own = arc__reader_pair((const unsigned char *)text, size - open);
        if (own == READER_INDEX_PAIRS || (open && size < 3)) exit(2);
        if (own != pair) continue;
        fprintf(out, "%s{%u,%u,%u,%u},", column++ % 8 ? "" : "\n", (unsigned)r, (unsigned)at,
                (unsigned)(size - open), open);
        head++;
      }
    }
  }
  pairs[READER_INDEX_PAIRS] = head;
  fprintf(out, "};\nconst uint16_t arc__reader_pairs[READER_INDEX_PAIRS + 1] = {");
  for (unsigned p = 0; p <= READER_INDEX_PAIRS; p++)
    fprintf(out, "%s%u,", p % 20 ? "" : "\n", pairs[p]);
  fprintf(out, "};\n");
}

/* Whether two streams have the same bytes. */
static int same_bytes(FILE *a, FILE *b) {
  int x, y;
  rewind(a);
  do {
    x = getc(a);
    y = getc(b);
    if (y == '\r') y = getc(b);
  } while (x == y && x != EOF);
  return x == y;
}

int main(int argc, char **argv) {
  out = argc > 1 ? tmpfile() : stdout;
  if (!out) return 2;
  read_lists();
  fprintf(out, "/* Written by tests/training/index_reader.c from reader_lists.c and the phrases: not to be "
               "edited. */\n#include \"reader_lists.h\"\n\n/* clang-format off */\n");
  write_names();
  write_entries();
  write_heads();
  if (argc == 1) return 0;
  FILE *is = fopen(argv[1], "rb");
  if (!is) return 2;
  int same = same_bytes(out, is);
  if (!same) fprintf(stderr, "%s is not of today's lists: run tests/training/train.sh\n", argv[1]);
  return !same;
}
