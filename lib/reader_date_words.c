/*
 * The words that dates are made of, in English, German, French and Spanish: months, weekdays,
 * numbers, units.
 *
 * Lists are read in the language of the text alone, as "mar" is March here and Tuesday there.
 * Constant work for each word.
 */
#include "reader_dates.h"

#include <string.h>

/* The place in a list that says the same again and again: "january ... december jan ... dec". */
static int reader_place(const reader_text *t, size_t i, int list, int modulus) {
  int place = arc__reader_place(t, i, list);
  return place ? (place - 1) % modulus + 1 : 0;
}

size_t arc__reader_row_at(const reader_text *t, size_t i, const char *row) {
  while (*row) {
    const reader_word *w = arc__reader_word(t, i);
    if (!w || t->folded.data[w->folded] != (unsigned char)*row) return 0;
    size_t size = strcspn(row, " ");
    if (w->size != size || memcmp(t->folded.data + w->folded, row, size) != 0) return 0;
    i++;
    row += size + (row[size] == ' ');
  }
  return i;
}

static int reader_find_month(const reader_text *t, size_t i) {
  return reader_place(t, i, READER_MONTHS, 12);
}

static int reader_find_weekday(const reader_text *t, size_t i) {
  int day = reader_place(t, i, READER_WEEKDAYS, 7);
  const reader_word *w = arc__reader_word(t, i), *next = arc__reader_word(t, i + 1);
  if (!day) return 0;
  /* Two letters are a day only before a date: "Mo, 3.5.", or with the point of an abbreviation that
   * stands alone. */
  if (w->size < 3) {
    if (!next || next->type == READER_WORD) return 0;
    const reader_word *then = arc__reader_word(t, i + 2);
    if (next->type == READER_SIGN && (!then || then->type != READER_NUMBER) && !(i == 0 && !then))
      return 0;
  }
  /* "mar" is Tuesday or March, "sun" and "sat" are words: only with a point, a comma or a date. */
  if (w->size == 3 && arc__reader_among(t, i, "sun sat mar mer") &&
      (!next || next->type == READER_WORD))
    return 0;
  return day;
}

/* ---- numbers in words ---- */

/* "21" of "einundzwanzig" without an ending; 0: no number. */
static int reader_german(const char *word, size_t size) {
  static const char *const small[] = {"ein",      "zwei",     "drei",     "vier",     "funf",
                                      "sechs",    "sieben",   "acht",     "neun",     "zehn",
                                      "elf",      "zwolf",    "dreizehn", "vierzehn", "funfzehn",
                                      "sechzehn", "siebzehn", "achtzehn", "neunzehn", "zwanzig"};
  static const char *const tens[] = {"zwanzig", "dreissig", "vierzig", "funfzig",
                                     "sechzig", "siebzig",  "achtzig", "neunzig"};
  for (size_t n = 0; n < 20; n++)
    if (strlen(small[n]) == size && memcmp(word, small[n], size) == 0) return (int)n + 1;
  for (size_t n = 0; n < 8; n++) {
    size_t ten = strlen(tens[n]);
    if (size < ten || memcmp(word + size - ten, tens[n], ten) != 0) continue;
    if (size == ten) return (int)n * 10 + 20;
    if (size < ten + 6 || memcmp(word + size - ten - 3, "und", 3) != 0) return 0;
    int one = reader_german(word, size - ten - 3);
    return one > 0 && one < 10 ? (int)n * 10 + 20 + one : 0;
  }
  return 0;
}

/* The word at i with the "ue" of "fuenf" and the "oe" of "zwoelf" as umlauts are folded; its size,
 * or 0. */
static size_t reader_german_word(const reader_text *t, size_t i, char word[24]) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type != READER_WORD || w->size > 23) return 0;
  const char *from = (const char *)t->folded.data + w->folded;
  size_t size = 0;
  for (size_t at = 0; at < w->size; at++)
    if (!(at >= 2 && from[at] == 'e' &&
          (memcmp(from + at - 2, "fu", 2) == 0 || memcmp(from + at - 2, "wo", 2) == 0)))
      word[size++] = from[at];
  return size;
}

static int reader_german_ordinal(const char *word, size_t size) {
  static const char *const endings[] = {"sten", "ster", "stes", "stem", "ste",
                                        "ten",  "ter",  "tes",  "tem",  "te"};
  static const struct {
    const char *stem;
    int value;
  } irregular[] = {{"er", 1}, {"drit", 3}, {"sieb", 7}, {"ach", 8}};
  for (size_t e = 0; e < sizeof endings / sizeof endings[0]; e++) {
    size_t n = strlen(endings[e]);
    if (size <= n || memcmp(word + size - n, endings[e], n) != 0) continue;
    for (size_t s = 0; s < 4; s++)
      if (strlen(irregular[s].stem) == size - n && memcmp(word, irregular[s].stem, size - n) == 0)
        return irregular[s].value;
    int value = reader_german(word, size - n);
    if (value && (value >= 20) == (endings[e][0] == 's')) return value;
  }
  return 0;
}

/* Tens and a unit behind: "twenty-one", "vingt et un", "treinta y uno"; the lists give the units by
 * place. */
static int reader_tens(const reader_text *t, size_t i, int tens, int units, size_t *end) {
  int ten = reader_place(t, i, tens, 100);
  if (!ten) return 0;
  ten = ten * 10 + 10;
  *end = i + 1;
  size_t at = arc__reader_skip_sign(t, i + 1, '-');
  if (t->language & (READER_FR | READER_ES) && arc__reader_among(t, at, "et y"))
    at = arc__reader_skip_sign(t, at + 1, '-');
  int one = reader_place(t, at, units, 20);
  if (one > 0 && one < 10) *end = at + 1, ten += one;
  return ten;
}

static int reader_find_count(const reader_text *t, size_t i, size_t *end) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type == READER_SIGN) return 0;
  *end = i + 1;
  if (w->type == READER_NUMBER) return w->value > 0 && w->value <= 400 ? w->value : 0;
  if (t->language == READER_DE) {
    char word[24];
    if (arc__reader_place(t, i, READER_GERMAN_ONE)) return 1;
    if (arc__reader_is(t, i, "zwo")) return 2;
    return reader_german(word, reader_german_word(t, i, word));
  }
  if (t->language & READER_ENGLISH) {
    size_t couple = arc__reader_row(t, i, "a couple of");
    if (!couple) couple = arc__reader_row(t, i, "a couple");
    if (couple) {
      *end = couple;
      return 2;
    }
    if (arc__reader_among(t, i, "a an")) return 1;
  }
  int value = reader_tens(t, i, READER_TENS, READER_COUNTS, end);
  if (value) return value;
  /* "veintiuno", "dix-huit" */
  if (t->language == READER_ES && w->size > 6 &&
      memcmp(t->folded.data + w->folded, "veinti", 6) == 0) {
    value = reader_place(t, i, READER_TWENTIES, 9);
    return value ? 20 + value : 0;
  }
  value = reader_place(t, i, READER_COUNTS, 20);
  if (t->language == READER_FR && value == 10) {
    size_t at = arc__reader_skip_sign(t, i + 1, '-');
    int teen = reader_place(t, at, READER_TEENS, 3);
    if (teen) *end = at + 1, value = 16 + teen;
  }
  return value;
}

static int reader_find_ordinal(const reader_text *t, size_t i, size_t *end) {
  *end = i + 1;
  if (t->language == READER_DE) {
    char word[24];
    return reader_german_ordinal(word, reader_german_word(t, i, word));
  }
  if (t->language & READER_ENGLISH) {
    int ten = reader_tens(t, i, READER_TENS, READER_ORDINALS, end);
    if (ten % 10) return ten;
    *end = i + 1;
    return arc__reader_is(t, i, "thirtieth") ? 30 : reader_place(t, i, READER_ORDINALS, 20);
  }
  int ten =
      t->language == READER_ES ? reader_tens(t, i, READER_ORDINAL_TENS, READER_ORDINALS, end) : 0;
  return ten ? ten : reader_place(t, i, READER_ORDINALS, 20);
}

/* ---- units and relations ---- */

static int reader_find_unit(const reader_text *t, size_t i, size_t *count) {
  static const char *const after =
      "ouvrables ouvrable ouvres ouvre habiles habil laborables laborable";
  *count = 1;
  if (t->language & READER_ENGLISH && arc__reader_among(t, i + 1, "day days")) {
    int business = arc__reader_among(t, i, "business working bank banking") != 0;
    *count = 2;
    if (business || arc__reader_is(t, i, "calendar"))
      return business ? READER_BUSINESS_DAY : READER_DAY;
    *count = 1;
  }
  const reader_list *list = arc__reader_list_of(t, i, READER_UNITS, NULL);
  int unit = list ? list->value : 0;
  if (unit == READER_DAY && arc__reader_among(t, i + 1, after)) {
    *count = 2;
    return READER_BUSINESS_DAY;
  }
  return unit;
}

static int reader_find_relation(const reader_text *t, size_t i) {
  if (arc__reader_place(t, i, READER_NEXT)) return 1;
  if (arc__reader_place(t, i, READER_THIS)) return 0;
  if (arc__reader_place(t, i, READER_LAST)) return -1;
  return READER_NO_RELATION;
}

static int reader_is_small(const reader_text *t, size_t i) {
  return arc__reader_place(t, i, READER_SMALL) != 0;
}

/* ---- marks ---- */

void arc__reader_mark(reader_text *t) {
  for (size_t i = 0; i < t->count; i++) {
    reader_word *w = (reader_word *)(void *)t->words.data + i;
    size_t end = i + 1;
    if (w->type == READER_SIGN) continue;
    w->month = (int8_t)reader_find_month(t, i);
    w->weekday = (int8_t)reader_find_weekday(t, i);
    w->relation = (int8_t)reader_find_relation(t, i);
    w->small = (uint8_t)reader_is_small(t, i);
    w->unit = (uint8_t)reader_find_unit(t, i, &end);
    w->unit_words = (uint8_t)end;
    w->ordinal = (int8_t)reader_find_ordinal(t, i, &end);
    w->ordinal_words = (uint8_t)(end - i);
    w->number = (int16_t)reader_find_count(t, i, &end);
    w->number_words = (uint8_t)(end - i);
  }
}

int arc__reader_month(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i);
  return w ? w->month : 0;
}

int arc__reader_weekday(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i);
  return w ? w->weekday : 0;
}

int arc__reader_count(const reader_text *t, size_t i, size_t *end) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type == READER_SIGN) return 0;
  *end = i + w->number_words;
  return w->number;
}

int arc__reader_ordinal(const reader_text *t, size_t i, size_t *end) {
  const reader_word *w = arc__reader_word(t, i);
  *end = i + (w && w->ordinal ? w->ordinal_words : 1);
  return w ? w->ordinal : 0;
}

int arc__reader_unit(const reader_text *t, size_t i, size_t *count) {
  const reader_word *w = arc__reader_word(t, i);
  *count = w && w->unit ? w->unit_words : 1;
  return w ? w->unit : 0;
}

int arc__reader_relation(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i);
  return w && w->type != READER_SIGN ? w->relation : READER_NO_RELATION;
}

size_t arc__reader_skip(const reader_text *t, size_t i) {
  for (int n = 0; n < 2 && i < t->count && arc__reader_word(t, i)->small; n++)
    i++;
  if (arc__reader_is(t, i, "'") || arc__reader_is(t, i, "\xe2\x80\x99")) i++;
  return i;
}

size_t arc__reader_skip_sign(const reader_text *t, size_t i, char c) {
  char sign[2] = {c, 0};
  return arc__reader_is(t, i, sign) ? i + 1 : i;
}
