/*
 * Words of a text: folded to small letters without accents, numbers, and signs; sentences; the
 * language.
 *
 * Linear in the text. Both spellings of German umlauts fold to one where the words are looked up,
 * not here.
 */
#include "reader_lists.h"

#include "text.h"

#include <string.h>

/* A letter as up to two small ASCII letters; "": no letter of the languages that are read. */
static const char *reader_fold(uint32_t c) {
  static const char latin[] = "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y";
  static const char *const one[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
                                    "j", "k", "l", "m", "n", "o", "p", "q", "r",
                                    "s", "t", "u", "v", "w", "x", "y", "z"};
  if (c >= 'A' && c <= 'Z') return one[c - 'A'];
  if (c >= 'a' && c <= 'z') return one[c - 'a'];
  if (c == 0xdf) return "ss";
  if (c == 0x152 || c == 0x153) return "oe";
  if (c < 0xc0 || c > 0xff || latin[c - 0xc0] == '.') return "";
  return one[latin[c - 0xc0] - 'a'];
}

static void reader_push_word(reader_text *t, reader_word *w) {
  if (t->count >= READER_WORDS_MOST) return;
  if (!t->folded.failed) w->entry = arc__reader_entry_of(t->folded.data + w->folded, w->size);
  arc__buffer_bytes(&t->words, w, sizeof *w);
  t->count++;
}

void arc__reader_split(reader_text *t) {
  const char *data = (const char *)t->text.data;
  size_t size = t->text.size, blank = 1;
  uint32_t sentence = 0, in_sentence = 0;
  int fresh = 1; /* the sentence has no words yet */
  for (size_t i = 0; i < size && t->count < READER_WORDS_MOST;) {
    uint32_t c = 0;
    size_t n = arc__text_character(data + i, size - i, &c);
    if (n == 0) n = 1;
    if (c == ' ' || c == '\n' || c == '\t' || c == 0) {
      if (c == '\n' && i + 1 < size && data[i + 1] == '\n' && !fresh) sentence++, fresh = 1;
      blank = 1;
      i += n;
      continue;
    }
    reader_word w;
    memset(&w, 0, sizeof w);
    w.start = (uint32_t)i;
    w.folded = (uint32_t)t->folded.size;
    w.sentence = sentence;
    w.value = -1;
    w.type = READER_SIGN;
    w.glued = (uint8_t)!blank;
    if (arc__is_digit(data[i])) {
      int64_t value = 0;
      w.type = READER_NUMBER;
      while (i < size && arc__is_digit(data[i])) {
        if (value < INT32_MAX / 10 - 9)
          value = value * 10 + (data[i] - '0');
        else
          value = INT32_MAX;
        arc__buffer_u8(&t->folded, (uint8_t)data[i++]);
      }
      w.value = value == INT32_MAX ? -1 : (int32_t)value;
    } else if (*reader_fold(c)) {
      w.type = READER_WORD;
      while (i < size) {
        n = arc__text_character(data + i, size - i, &c);
        if (n == 0 || !*reader_fold(c)) break;
        arc__buffer_string(&t->folded, reader_fold(c));
        i += n;
      }
    } else {
      arc__buffer_bytes(&t->folded, data + i, n);
      i += n;
    }
    w.end = (uint32_t)i;
    w.size = (uint32_t)t->folded.size - w.folded;
    reader_push_word(t, &w);
    fresh = 0;
    blank = 0;
    /* A point ends a sentence before a blank, unless digits stand before it: "am 15. Mai". */
    int ends = c == '!' || c == '?' || c == ';';
    if (c == '.' && w.type == READER_SIGN && (i >= size || data[i] == ' ' || data[i] == '\n') &&
        !(w.start > 0 && arc__is_digit(data[w.start - 1]) && i < size && data[i] != '\n'))
      ends = 1;
    if ((w.type == READER_SIGN && ends) || ++in_sentence > READER_SENTENCE_MOST)
      sentence++, fresh = 1, in_sentence = 0;
  }
}

int arc__reader_is_at(const reader_text *t, size_t i, const char *folded) {
  const reader_word *w = arc__reader_word(t, i);
  return w && w->size == strlen(folded) && memcmp(t->folded.data + w->folded, folded, w->size) == 0;
}

int arc__reader_among(const reader_text *t, size_t i, const char *list) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w) return 0;
  const char *word = (const char *)t->folded.data + w->folded;
  for (int place = 1; *list; place++) {
    uint32_t n = 0;
    while (n < w->size && list[n] == word[n])
      n++;
    if (n == w->size && (list[n] == ' ' || list[n] == 0)) return place;
    while (*list && *list != ' ')
      list++;
    while (*list == ' ')
      list++;
  }
  return 0;
}

/* How often letters of two bytes out of a list occur in the beginning of a text. */
static uint32_t reader_letters(const reader_text *t, const char *letters) {
  uint32_t found = 0;
  for (size_t at = 0; at + 1 < t->text.size && at < 2000; at++)
    for (const char *l = letters; t->text.data[at] >= 0xc2; l += 3) {
      if (memcmp(t->text.data + at, l, 2) == 0) found++;
      if (!l[2]) break;
    }
  return found;
}

uint32_t arc__reader_language(const reader_text *t) {
  static const struct {
    uint32_t language;
    const char *letters; /* which the others do not have */
  } own[] = {{READER_DE, "\xc3\xa4 \xc3\xb6 \xc3\xbc \xc3\x9f"},
             {READER_FR, "\xc3\xa8 \xc3\xaa \xc3\xa0 \xc3\xa7 \xc3\xb9 \xc3\xae \xc3\xb4"},
             {READER_ES, "\xc3\xb1 \xc3\xa1 \xc3\xad \xc3\xb3 \xc3\xba \xc2\xbf \xc2\xa1"}};
  static const uint32_t languages[] = {READER_EN, READER_DE, READER_FR, READER_ES, READER_HI};
  uint32_t best = READER_EN, most = 0, hits[sizeof languages / sizeof languages[0]] = {0};
  for (size_t i = 0; i < t->count && i < 400; i++) {
    uint32_t of = arc__reader_word(t, i)->entry ? arc__reader_languages(t, i, READER_COMMON) : 0;
    for (size_t l = 0; of && l < sizeof languages / sizeof languages[0]; l++)
      hits[l] += (of & languages[l]) != 0;
  }
  for (size_t l = 0; l < sizeof languages / sizeof languages[0]; l++) {
    for (size_t o = 0; o < sizeof own / sizeof own[0]; o++)
      if (own[o].language == languages[l]) hits[l] += reader_letters(t, own[o].letters);
    if (hits[l] > most) most = hits[l], best = languages[l];
  }
  return best;
}
