/* The reader of replies, inside: a text becomes words, words become dates, amounts and kinds. */
#ifndef ARC_READER_INTERNAL_H
#define ARC_READER_INTERNAL_H

#include "arcollect/calendar.h"
#include "arcollect/reader.h"

#include "buffer.h"

#include <stddef.h>

/* Languages as bits, so that a word may belong to several. Hindi is written in Latin letters, among
 * English words. */
#define READER_EN      1u
#define READER_DE      2u
#define READER_FR      4u
#define READER_ES      8u
#define READER_HI      16u
#define READER_ANY     31u
#define READER_ENGLISH (READER_EN | READER_HI) /* so short a text is often taken for the other */

#define READER_TEXT_MOST  65536u /* bytes of a reply that are read */
#define READER_WORDS_MOST 16384u /* words and signs of it */
#define READER_SENTENCE_MOST                                                                       \
  250u /* of a sentence: what is longer is parted, so that work stays linear */

#define READER_WORD   1
#define READER_NUMBER 2 /* digits */
#define READER_SIGN   3 /* one character of anything else */

typedef struct reader_word {
  uint32_t start, end; /* in the text */
  uint32_t folded,
      size; /* small ASCII letters and digits, in `folded`; for other characters their bytes */
  uint32_t sentence;
  int32_t value;  /* of digits, -1: too many */
  uint16_t entry; /* in the index of lists; 0: in no list */
  uint8_t type;
  uint8_t glued; /* nothing stands between it and the word before */
  /* What dates are made of, by arc__reader_mark: as the functions of these names in reader_dates.h
   * say it. */
  int8_t month, weekday, relation, ordinal;
  uint8_t unit, unit_words, ordinal_words, number_words, small;
  int16_t number;
} reader_word;

typedef struct reader_text {
  arc__buffer text, folded, words; /* words: reader_word */
  size_t count;
  uint32_t language; /* one READER_ bit */
  int month_first;   /* 1: 3/4 is March; 0: it is April; -1: nobody knows */
  arc_day written;
  const arc_calendar *calendar;
} reader_text;

/* ---- reader_text.c ---- */
/* What the writer of a message wrote: HTML reduced, and history, signature and disclaimer cut off.
 */
void arc__reader_clean(arc__buffer *out, arc_text message, int html, const arc__heap *heap);
void arc__reader_text_begin(reader_text *t, const arc__heap *heap);
void arc__reader_text_end(reader_text *t);
/* ---- reader_words.c ---- */
void arc__reader_split(reader_text *t);
/* NULL behind the last */
static inline const reader_word *arc__reader_word(const reader_text *t, size_t i) {
  return i < t->count ? (const reader_word *)(const void *)t->words.data + i : NULL;
}
int arc__reader_is_at(const reader_text *t, size_t i, const char *folded);
static inline int arc__reader_is(const reader_text *t, size_t i, const char *folded) {
  return i < t->count && t->folded.data[arc__reader_word(t, i)->folded] == (unsigned char)*folded &&
         arc__reader_is_at(t, i, folded);
}
/* One of the words of a list "a b c": its place from 1 on, or 0. */
int arc__reader_among(const reader_text *t, size_t i, const char *list);
uint32_t arc__reader_language(const reader_text *t);

/* ---- reader_date_words.c ---- */
/* Marks the words of a text whose language is known: before dates are looked for. */
void arc__reader_mark(reader_text *t);
/* ---- reader_dates.c ---- */
#define READER_DATE_DAY        1 /* one day */
#define READER_DATE_ABOUT      2 /* "end of May": the day is the last one that fits */
#define READER_DATE_PERIOD     3 /* "in May": the same */
#define READER_DATE_AMBIGUOUS  4 /* no day */
#define READER_DATE_IMPOSSIBLE 5 /* no day */
#define READER_DATE_SLIP       6 /* the day, but the weekday beside it is another's */

typedef struct reader_date {
  size_t first, count; /* words */
  int32_t state;
  arc_day day, past; /* looking ahead, and looking back: the same where the text says which */
} reader_date;

/* The date that begins with word i, if one does. */
int arc__reader_date(const reader_text *t, size_t i, reader_date *out);

/* ---- reader_amounts.c ---- */
typedef struct reader_amount {
  size_t first, count;
  char currency[4]; /* "": a share */
  int64_t minor;    /* amount, or share in ppm */
  int ambiguous;    /* 1.234 where nobody knows what the point is */
} reader_amount;
int arc__reader_amount(const reader_text *t, size_t i, const char *currency, reader_amount *out);
/* A number without a currency that a verb of paying makes an amount: "I can send 200 on Friday". */
int arc__reader_bare_amount(const reader_text *t, size_t i, const char *currency,
                            reader_amount *out);
/* Behind a number of which nobody knows what it counts, or 0: neither a date, nor a name, nor a
 * number of things. */
size_t arc__reader_unexplained(const reader_text *t, size_t i);

/* ---- reader_parts.c ---- */
#define READER_PARTS_MOST 6
typedef struct reader_part {
  size_t first, count; /* words: of how much, and when */
  arc_day day;
  reader_amount amount; /* minor 0: the rest */
} reader_part;
/* "Half now, the rest in May": the parts that a text speaks of, 2 to READER_PARTS_MOST, or 0; then
 * *rest is the word of a rest that nobody knows the day of, or SIZE_MAX. */
size_t arc__reader_parts(const reader_text *t, const char *currency,
                         reader_part parts[READER_PARTS_MOST], size_t *rest);

/* ---- reader_rules.c ---- */
#define READER_KINDS 16
typedef struct reader_kind {
  int32_t score; /* ppm; 0: not found */
  size_t first, count;
  const char *detail; /* of a dispute: its kind */
} reader_kind;
void arc__reader_kinds(const reader_text *t, reader_kind kinds[READER_KINDS]);
int arc__reader_negates(const reader_text *t, size_t i); /* "not", "kein", "pas" */
/* What doubt, a question or a negation leave of a score of words from `first` to before `end`. */
int32_t arc__reader_weaken(const reader_text *t, int kind, int32_t score, size_t first, size_t end);

/* ---- reader_facts.c ---- */
typedef struct reader_reading {
  arc_reply reply;
  reader_text text, subject;
  reader_kind kinds[READER_KINDS];
  int32_t asked; /* the kind that the host's model named; -1: not asked */
  const char *answer;
  arc_report *report;
} reader_reading;

/* A row, in this order: what it is, its figures, its words. */
void arc__reader_tell(reader_reading *r, const char *fact, int64_t code, const char *detail);
void arc__reader_tell_end(reader_reading *r, int64_t confidence, arc_day day, const char *currency,
                          const int64_t *amount);
void arc__reader_tell_words(reader_reading *r, const reader_text *t, size_t first, size_t count);
void arc__reader_tell_facts(reader_reading *r);

#endif
