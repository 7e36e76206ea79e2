/*
 * What the writer of a message wrote: HTML reduced to text, and quoted history, signatures and
 * disclaimers cut off.
 *
 * One pass each over HTML and over lines; never more than READER_TEXT_MOST bytes are kept, so that
 * memory is bounded whatever comes. Bytes that are not UTF-8 become blanks.
 */
#include "reader_internal.h"

#include "text.h"

#include <string.h>

/* ---- HTML ---- */

static int reader_same(const char *data, size_t size, const char *name) {
  if (size == 0 || arc__upper(data[0]) != arc__upper(name[0])) return 0;
  size_t n = strlen(name);
  if (size < n) return 0;
  for (size_t i = 0; i < n; i++)
    if (arc__upper(data[i]) != arc__upper(name[i])) return 0;
  return 1;
}

/* A tag's name, and nothing behind it that would make it another one's. */
static int reader_tag_is(const char *tag, size_t size, const char *name) {
  size_t n = strlen(name);
  return reader_same(tag, size, name) &&
         (size == n || !(arc__is_alpha(tag[n]) || arc__is_digit(tag[n])));
}

static void reader_put_character(arc__buffer *out, uint32_t c) {
  if (c == 0xa0 || c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = ' ';
  if (c < 0x80) {
    arc__buffer_u8(out, (uint8_t)c);
  } else if (c < 0x800) {
    arc__buffer_u8(out, (uint8_t)(0xc0 | c >> 6));
    arc__buffer_u8(out, (uint8_t)(0x80 | (c & 0x3f)));
  } else {
    if (c >= 0x10000) arc__buffer_u8(out, (uint8_t)(0xf0 | c >> 18));
    arc__buffer_u8(out, (uint8_t)(c >= 0x10000 ? 0x80 | (c >> 12 & 0x3f) : 0xe0 | c >> 12));
    arc__buffer_u8(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
    arc__buffer_u8(out, (uint8_t)(0x80 | (c & 0x3f)));
  }
}

/* The character that "&...;" stands for, and how long that is; 0: it stands for itself. */
static size_t reader_entity(const char *data, size_t size, uint32_t *c) {
  static const struct {
    const char *name;
    uint32_t c;
  } named[] = {{"amp;", '&'},     {"lt;", '<'},      {"gt;", '>'},       {"quot;", '"'},
               {"apos;", '\''},   {"nbsp;", 0xa0},   {"euro;", 0x20ac},  {"pound;", 0xa3},
               {"auml;", 0xe4},   {"ouml;", 0xf6},   {"uuml;", 0xfc},    {"szlig;", 0xdf},
               {"eacute;", 0xe9}, {"egrave;", 0xe8}, {"ecirc;", 0xea},   {"agrave;", 0xe0},
               {"aacute;", 0xe1}, {"iacute;", 0xed}, {"oacute;", 0xf3},  {"uacute;", 0xfa},
               {"ntilde;", 0xf1}, {"ccedil;", 0xe7}, {"rsquo;", 0x2019}, {"ndash;", 0x2013},
               {"mdash;", 0x2014}};
  for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
    size_t n = strlen(named[i].name);
    if (size > n && memcmp(data + 1, named[i].name, n) == 0) {
      *c = named[i].c;
      return n + 1;
    }
  }
  if (size < 4 || data[1] != '#') return 0;
  uint32_t base = data[2] == 'x' || data[2] == 'X' ? 16 : 10, value = 0;
  size_t at = base == 16 ? 3 : 2, begin = at;
  for (; at < size && at < begin + 7; at++) {
    char d = arc__upper(data[at]);
    uint32_t digit = arc__is_digit(d)       ? (uint32_t)(d - '0')
                     : d >= 'A' && d <= 'F' ? (uint32_t)(d - 'A') + 10
                                            : 99;
    if (digit >= base) break;
    value = value * base + digit;
  }
  if (at == begin || at >= size || data[at] != ';') return 0;
  *c = value;
  return at + 1;
}

/* Where an element whose content is no text ends. */
static size_t reader_skip_element(const char *data, size_t size, size_t at, const char *name) {
  for (; at < size; at++)
    if (data[at] == '<' && at + 1 < size && data[at + 1] == '/' &&
        reader_tag_is(data + at + 2, size - at - 2, name))
      return at;
  return size;
}

static void reader_reduce_html(arc__buffer *out, const char *data, size_t size) {
  static const char *const breaks[] = {"br", "p",  "div", "li", "tr", "table",
                                       "h1", "h2", "h3",  "hr", "ul", "ol"};
  uint32_t quotes = 0;
  for (size_t i = 0; i < size && out->size < READER_TEXT_MOST;) {
    if (data[i] == '<') {
      size_t end = i + 1;
      if (size - i > 3 && memcmp(data + i, "<!--", 4) == 0)
        while (end < size && !(data[end] == '>' && data[end - 1] == '-' && data[end - 2] == '-'))
          end++;
      else
        while (end < size && data[end] != '>')
          end++;
      int closes = i + 1 < size && data[i + 1] == '/';
      const char *tag = data + i + 1 + closes;
      size_t rest = end > i + 1 + (size_t)closes ? end - i - 1 - (size_t)closes : 0;
      i = end < size ? end + 1 : size;
      if (reader_tag_is(tag, rest, "blockquote")) {
        if (!closes)
          quotes++;
        else if (quotes > 0)
          quotes--;
      }
      if (!closes && reader_tag_is(tag, rest, "style"))
        i = reader_skip_element(data, size, i, "style");
      if (!closes && reader_tag_is(tag, rest, "script"))
        i = reader_skip_element(data, size, i, "script");
      if (!closes && reader_tag_is(tag, rest, "title"))
        i = reader_skip_element(data, size, i, "title");
      for (size_t b = 0; b < sizeof breaks / sizeof breaks[0]; b++)
        if (reader_tag_is(tag, rest, breaks[b])) {
          arc__buffer_u8(out, '\n');
          break;
        }
      continue;
    }
    uint32_t c = (unsigned char)data[i];
    size_t n = c == '&' ? reader_entity(data + i, size - i, &c) : 0;
    if (quotes == 0) {
      if (n)
        reader_put_character(out, c);
      else
        arc__buffer_u8(out, c == '\n' || c == '\r' || c == '\t' ? ' ' : (uint8_t)c);
    }
    i += n ? n : 1;
  }
}

/* ---- history, signatures, disclaimers ---- */

static int reader_has(arc_text line, const char *what) {
  size_t n = strlen(what);
  char first = arc__upper(what[0]);
  for (size_t i = 0; i + n <= line.size; i++)
    if (arc__upper(line.data[i]) == first && reader_same(line.data + i, line.size - i, what))
      return 1;
  return 0;
}

static int reader_begins_one(arc_text line, const char *const *list) {
  for (; *list; list++)
    if (reader_same(line.data, line.size, *list)) return 1;
  return 0;
}

static int reader_has_one(arc_text line, const char *const *list) {
  for (; *list; list++)
    if (reader_has(line, *list)) return 1;
  return 0;
}

/* "On Monday Ann wrote:", a forwarded header, or a ruler of a mail program. */
static int reader_begins_history(arc_text line, arc_text next) {
  static const char *const heads[] = {"On ", "Am ", "Le ", "El ", NULL};
  static const char *const wrote[] = {"wrote:", "schrieb",
                                      "a \xc3\xa9"
                                      "crit",
                                      "escribi\xc3\xb3", NULL};
  static const char *const rulers[] = {
      "-----Original",    "----- Original",          "-----Urspr",
      "-----Message d",   "-----Mensaje original",   "---------- Forwarded",
      "________________", "Begin forwarded message", NULL};
  static const char *const froms[] = {"From: ", "Von: ", "De : ", "De: ", NULL};
  static const char *const sents[] = {"Sent:", "Date:",   "To:",    "Gesendet:", "Datum:", "An:",
                                      "Envoy", "Enviado", "Fecha:", "Para:",     NULL};
  if (reader_begins_one(line, rulers)) return 1;
  if (reader_begins_one(line, froms) && reader_begins_one(next, sents)) return 1;
  if (!reader_begins_one(line, heads)) return 0;
  if (reader_has_one(line, wrote)) return line.data[line.size - 1] == ':';
  return reader_has_one(next, wrote) && next.size < 120 && next.data[next.size - 1] == ':' &&
         line.size < 120;
}

static int reader_begins_signature(arc_text line) {
  static const char *const phone[] = {
      "Sent from my", "Von meinem", "Gesendet von", "Envoy\xc3\xa9 de mon", "Enviado desde",
      "Get Outlook",  NULL};
  static const char *const closings[] = {"best regards",
                                         "kind regards",
                                         "regards",
                                         "warm regards",
                                         "sincerely",
                                         "yours sincerely",
                                         "yours faithfully",
                                         "best wishes",
                                         "mit freundlich",
                                         "freundliche gr",
                                         "viele gr",
                                         "beste gr",
                                         "mfg",
                                         "cordialement",
                                         "bien cordialement",
                                         "bien \xc3\xa0 vous",
                                         "sinc\xc3\xa8res salutations",
                                         "salutations",
                                         "saludos",
                                         "un saludo",
                                         "atentamente",
                                         "cordialmente",
                                         "reciba un cordial",
                                         NULL};
  if (line.size == 2 && memcmp(line.data, "--", 2) == 0) return 1;
  return line.size < 60 && (reader_begins_one(line, phone) || reader_begins_one(line, closings));
}

static int reader_begins_disclaimer(arc_text line) {
  static const char *const mails[] = {"mail",   "message",       "nachricht", "mensaje",
                                      "correo", "communication", NULL};
  static const char *const secret[] = {
      "confidential", "vertraulich", "confidentiel", "confidencial", "intended recipient",
      "privileged",   NULL};
  return line.size > 60 && reader_has_one(line, mails) && reader_has_one(line, secret);
}

/* The line at `at` without blanks around it; *next is where the one after it begins. */
static arc_text reader_line(const char *data, size_t size, size_t at, size_t *next) {
  size_t end = at;
  while (end < size && data[end] != '\n' && data[end] != '\r')
    end++;
  *next = end < size ? end + 1 : size;
  while (at < end && (data[at] == ' ' || data[at] == '\t'))
    at++;
  while (end > at && (data[end - 1] == ' ' || data[end - 1] == '\t'))
    end--;
  arc_text line = {data + at, end - at};
  return line;
}

static void reader_put_line(arc__buffer *out, arc_text line) {
  for (size_t i = 0; i < line.size && out->size < READER_TEXT_MOST;) {
    uint32_t c;
    size_t n = arc__text_character(line.data + i, line.size - i, &c);
    if (n == 0 || arc__text_is_control(c) || c == 0xa0 || c == 0x202f || c == 0x2009)
      arc__buffer_u8(out, ' ');
    else
      arc__buffer_bytes(out, line.data + i, n);
    i += n ? n : 1;
  }
  arc__buffer_u8(out, '\n');
}

static void reader_cut(arc__buffer *out, const char *data, size_t size) {
  int some = 0; /* a closing before anything else is no closing */
  for (size_t at = 0, next; at < size && out->size < READER_TEXT_MOST; at = next) {
    size_t after;
    arc_text line = reader_line(data, size, at, &next);
    arc_text below = reader_line(data, size, next, &after);
    if (below.size == 0) below = reader_line(data, size, after, &after);
    if (line.size > 0 && line.data[0] == '>') continue;
    if (line.size > 0 && reader_begins_history(line, below)) break;
    if (reader_begins_disclaimer(line)) break;
    if (some && reader_begins_signature(line)) break;
    some |= line.size > 0;
    reader_put_line(out, line);
  }
}

void arc__reader_clean(arc__buffer *out, arc_text message, int html, const arc__heap *heap) {
  if (!html) {
    reader_cut(out, message.data, message.size);
    return;
  }
  arc__buffer plain;
  arc__buffer_init(&plain, heap);
  reader_reduce_html(&plain, message.data, message.size);
  if (plain.failed)
    out->failed = 1;
  else if (plain.size > 0)
    reader_cut(out, (const char *)plain.data, plain.size);
  arc__buffer_free(&plain);
}

void arc__reader_text_begin(reader_text *t, const arc__heap *heap) {
  memset(t, 0, sizeof *t);
  arc__buffer_init(&t->text, heap);
  arc__buffer_init(&t->folded, heap);
  arc__buffer_init(&t->words, heap);
}

void arc__reader_text_end(reader_text *t) {
  arc__buffer_free(&t->text);
  arc__buffer_free(&t->folded);
  arc__buffer_free(&t->words);
}
