/* Lists of words, and the index that says which lists a word is in. */
#ifndef ARC_READER_LISTS_H
#define ARC_READER_LISTS_H

#include "reader_internal.h"

/* What a list says. */
enum {
  READER_COMMON,   /* what a language is known by */
  READER_MONTHS,   /* twelve places again and again */
  READER_WEEKDAYS, /* seven */
  READER_COUNTS,   /* twenty: one to twenty */
  READER_ORDINALS, /* twenty */
  READER_TENS,     /* twenty, thirty, ... */
  READER_ORDINAL_TENS,
  READER_GERMAN_ONE,
  READER_TWENTIES,
  READER_TEENS,
  READER_UNITS, /* value: READER_DAY to READER_HOUR */
  READER_NEXT,  /* what makes a day or a period the next one */
  READER_THIS,
  READER_LAST,
  READER_SMALL, /* articles and prepositions of no weight */
  READER_WEEK_NAMES,
  READER_PERIOD_PARTS, /* three: beginning, middle, end */
  READER_PERIOD_IN,
  READER_NEARS,    /* value: days from today; then: the words in a row that follow */
  READER_HOLIDAYS, /* value: month * 1000 + day, or days from Easter Sunday; then: the same */
  READER_DISTANCE_NEXT,
  READER_DISTANCE_ABOUT,
  READER_NOW,
  READER_DISTANCE_ARTICLES,
  READER_DAY_ARTICLES,
  READER_NTH_ARTICLES,
  READER_DISTANCE_AHEAD,
  READER_DISTANCE_BACK,
  READER_TURNING,    /* conditions, and what is only thought, heard or once was meant */
  READER_LIMITING,   /* exceptions, which are what a dispute is about */
  READER_DISPUTING,  /* contested once, or no more than a slip of the pen */
  READER_PAYING,     /* what makes a payment, or a promise of one, less than it seems */
  READER_LOOKING,    /* what is done before one promises */
  READER_CURRENCIES, /* code: "$" is the dollar of the reply */
  READER_SCALES,     /* value: what they multiply by */
  READER_SHARES,     /* value: ppm */
  READER_COINS,
  READER_PAY_VERBS, /* what makes a number behind it an amount */
  READER_PAY_FILLERS,
  READER_NUMBERED, /* what a number behind it is the name of */
  READER_COUNTED,  /* what a number before it counts */
  READER_INVOICES,
  READER_REFERENCES,
  READER_NUMBER_FILLERS,
  READER_TITLES,
  READER_NEGATIONS,
  READER_UNCERTAIN,      /* what weakens a promise or a payment */
  READER_OTHER_BUSINESS, /* of banks and shops */
  READER_OWN_BUSINESS,   /* of invoices */
  READER_SPANISH_DOUBT,
  READER_QUESTION_MARK,
  READER_SETTLED, /* a dispute that is none any more */
  READER_AHEAD,   /* something is still to come */
};

typedef struct reader_list {
  uint8_t what, languages;
  int32_t value;
  const char *words, *then, *code; /* then: what must follow; code: of a currency */
} reader_list;

extern const reader_list arc__reader_lists[]; /* the last has no words */

/* The place that a word has, from 1 on, in the first list in the text's language that says `what`;
 * 0. */
int arc__reader_place(const reader_text *t, size_t i, int what);
/* The languages, as bits, in whose lists of that kind it is. */
uint32_t arc__reader_languages(const reader_text *t, size_t i, int what);
/* The first of these lists behind `after` (NULL: of all), or NULL. */
const reader_list *arc__reader_list_of(const reader_text *t, size_t i, int what,
                                       const reader_list *after);

/* ---- reader_index.c, written by tests/training/index_reader.c ---- */
#define READER_INDEX_BUCKETS 512u
#define READER_INDEX_PAIRS   (27u * 27u)

typedef struct reader_entry {
  uint16_t name, first; /* in the names; of its listings */
  uint8_t size, count;
} reader_entry;
typedef struct reader_listing {
  uint16_t list;
  uint8_t place;
} reader_listing;
/* One of the words that a phrase can begin with: a part of the phrase's text. */
typedef struct reader_head {
  uint16_t rule, offset;
  uint8_t size, open; /* open: a beginning, "pay*" */
} reader_head;

extern const unsigned char arc__reader_names[];
extern const reader_entry arc__reader_entries[];
extern const uint16_t arc__reader_buckets[READER_INDEX_BUCKETS + 1]; /* entries by hash */
extern const reader_listing arc__reader_listings[];
extern const reader_head arc__reader_heads[];
extern const uint16_t arc__reader_pairs[READER_INDEX_PAIRS + 1]; /* heads by their two letters */

static inline uint32_t arc__reader_index_hash(const unsigned char *word, size_t size) {
  uint32_t hash = 2166136261u;
  for (size_t n = 0; n < size; n++)
    hash = (hash ^ word[n]) * 16777619u;
  return (hash ^ hash >> 16) % READER_INDEX_BUCKETS;
}

/* The pair that the two first letters make; READER_INDEX_PAIRS: no letters. */
static inline uint32_t arc__reader_pair(const unsigned char *word, size_t size) {
  if (size == 0 || word[0] < 'a' || word[0] > 'z') return READER_INDEX_PAIRS;
  uint32_t second = size > 1 && word[1] >= 'a' && word[1] <= 'z' ? word[1] - 'a' + 1u : 0;
  return (word[0] - 'a' + 1u) * 27 + second;
}

/* The entry of a word, from 1 on, or 0. */
uint16_t arc__reader_entry_of(const unsigned char *word, size_t size);

#endif
