/* The phrases that make a reply of a kind, per language, each with how sure it makes one: data to
 * read and to change.
 *
 * A phrase is words in a row within one sentence, signs left out. "a|b" is either, "pay*" a
 * beginning,
 * "~" up to three words of any kind. Where each may begin stands in reader_index.c. */
#ifndef ARC_READER_PHRASES_H
#define ARC_READER_PHRASES_H

#include "reader_internal.h"

typedef struct reader_rule {
  uint8_t kind;
  uint8_t languages;
  uint16_t score; /* thousandths */
  const char *detail, *phrase;
} reader_rule;

/* The last of each has no phrase. */
extern const reader_rule arc__reader_phrases_en[];
extern const reader_rule arc__reader_phrases_de[];
extern const reader_rule arc__reader_phrases_fr[];
extern const reader_rule arc__reader_phrases_es[];

/* All of them, as the index numbers them: how many. */
#define READER_RULES_MOST 800
size_t arc__reader_phrases(const reader_rule *rules[READER_RULES_MOST]);

#endif
