/* Follows HTML byte by byte, as far as it must be known where a value stands: in text, in a quoted
 * attribute, in one that holds an address, or where none may stand. It knows no elements but script and
 * style, whose insides are not markup. Constant time per byte. */
#include "template_internal.h"

#include "text.h"

#include <string.h>

enum {
  HTML_TEXT,
  HTML_OPEN,      /* behind '<' */
  HTML_NAME,
  HTML_CLOSE,     /* behind '</', up to '>' */
  HTML_SPACE,     /* within a tag, no attribute begun */
  HTML_ATTRIBUTE,
  HTML_BEHIND,    /* blanks behind an attribute's name */
  HTML_EQUALS,
  HTML_DOUBLE,
  HTML_SINGLE,
  HTML_UNQUOTED,
  HTML_BANG,      /* behind '<!' */
  HTML_BANG_DASH,
  HTML_DECLARATION,
  HTML_COMMENT,
  HTML_COMMENT_DASH,
  HTML_COMMENT_DASHES,
  HTML_RAW,       /* within script or style */
  HTML_RAW_OPEN
};

static int html_is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t';
}

static char html_lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Longer ones are cut: none that matters is as long as the room. */
static void html_collect(char *room, size_t capacity, uint8_t *size, char c) {
  if (*size < capacity) room[(*size)++] = html_lower(c);
}

static int html_is(const char *room, uint8_t size, const char *word) {
  return size == strlen(word) && memcmp(room, word, size) == 0;
}

static void html_to_text(arc__html *h) {
  memset(h, 0, sizeof *h);
}

static void html_end_tag(arc__html *h) {
  int raw = html_is(h->name, h->name_size, "script") || html_is(h->name, h->name_size, "style");
  html_to_text(h);
  if (raw) h->state = HTML_RAW;
}

static void html_forget_attribute(arc__html *h) {
  h->attribute_size = h->value_size = h->begun = 0;
  memset(h->attribute, 0, sizeof h->attribute);
  memset(h->value, 0, sizeof h->value);
}

static void html_begin_attribute(arc__html *h, char c) {
  h->state = HTML_ATTRIBUTE;
  html_forget_attribute(h);
  html_collect(h->attribute, sizeof h->attribute, &h->attribute_size, c);
}

static void html_in_value(arc__html *h, char c, char quote) {
  if (c == quote) {
    html_forget_attribute(h);
    h->state = HTML_SPACE;
    return;
  }
  h->begun = 1;
  html_collect(h->value, sizeof h->value, &h->value_size, c);
}

/* Within a tag, outside of values. */
static void html_in_tag(arc__html *h, char c) {
  if (c == '>') {
    html_end_tag(h);
    return;
  }
  switch (h->state) {
  case HTML_NAME:
    if (html_is_space(c) || c == '/') h->state = HTML_SPACE;
    else html_collect(h->name, sizeof h->name, &h->name_size, c);
    return;
  case HTML_ATTRIBUTE:
    if (c == '=') h->state = HTML_EQUALS;
    else if (html_is_space(c)) h->state = HTML_BEHIND;
    else if (c == '/') h->state = HTML_SPACE;
    else html_collect(h->attribute, sizeof h->attribute, &h->attribute_size, c);
    return;
  case HTML_EQUALS:
    if (!html_is_space(c)) h->state = c == '"' ? HTML_DOUBLE : c == '\'' ? HTML_SINGLE : HTML_UNQUOTED;
    return;
  case HTML_UNQUOTED:
    if (html_is_space(c)) h->state = HTML_SPACE;
    return;
  default: /* HTML_SPACE, HTML_BEHIND */
    if (h->state == HTML_BEHIND && c == '=') h->state = HTML_EQUALS;
    else if (c == '/') h->state = HTML_SPACE;
    else if (!html_is_space(c)) html_begin_attribute(h, c);
    return;
  }
}

static void html_opened(arc__html *h, char c) {
  if (c == '!') h->state = HTML_BANG;
  else if (c == '/') h->state = HTML_CLOSE;
  else if (arc__is_alpha(c)) h->state = HTML_NAME;
  else h->state = HTML_TEXT;
  if (h->state == HTML_NAME) html_collect(h->name, sizeof h->name, &h->name_size, c);
}

static void html_in_declaration(arc__html *h, char c) {
  switch (h->state) {
  case HTML_BANG: h->state = c == '-' ? HTML_BANG_DASH : HTML_DECLARATION; break;
  case HTML_BANG_DASH: h->state = c == '-' ? HTML_COMMENT : HTML_DECLARATION; break;
  case HTML_COMMENT:
    if (c == '-') h->state = HTML_COMMENT_DASH;
    return;
  case HTML_COMMENT_DASH: h->state = c == '-' ? HTML_COMMENT_DASHES : HTML_COMMENT; return;
  case HTML_COMMENT_DASHES:
    if (c == '>') html_to_text(h);
    else if (c != '-') h->state = HTML_COMMENT;
    return;
  default: break;
  }
  if (h->state == HTML_DECLARATION && c == '>') html_to_text(h);
}

static void html_feed_one(arc__html *h, char c) {
  switch (h->state) {
  case HTML_TEXT:
    if (c == '<') h->state = HTML_OPEN;
    return;
  case HTML_OPEN: html_opened(h, c); return;
  case HTML_CLOSE:
    if (c == '>') html_to_text(h);
    return;
  case HTML_DOUBLE: html_in_value(h, c, '"'); return;
  case HTML_SINGLE: html_in_value(h, c, '\''); return;
  case HTML_RAW:
    if (c == '<') h->state = HTML_RAW_OPEN;
    return;
  case HTML_RAW_OPEN: h->state = c == '/' ? HTML_CLOSE : HTML_RAW; return;
  default:
    if (h->state >= HTML_BANG) html_in_declaration(h, c);
    else html_in_tag(h, c);
  }
}

void arc__html_feed(arc__html *h, const char *text, size_t size) {
  for (size_t i = 0; i < size; i++) html_feed_one(h, text[i]);
}

int arc__html_at_text(const arc__html *h) {
  return h->state == HTML_TEXT;
}

int arc__html_same(const arc__html *a, const arc__html *b) {
  return memcmp(a, b, sizeof *a) == 0;
}

static int html_is_one_of(const arc__html *h, const char *const *words) {
  for (; *words; words++)
    if (html_is(h->attribute, h->attribute_size, *words)) return 1;
  return 0;
}

static int html_attribute_context(arc__html *h, int type, const char **why) {
  static const char *const addresses[] = {"href", "src", "action", "formaction", "cite", "poster",
                                          "background", "data", "manifest", "longdesc", "xlink:href", NULL};
  static const char *const closed[] = {"style", "srcdoc", "srcset", "content", "ping", NULL};
  int begun = h->begun;
  h->begun = 1;
  *why = "no value may stand in this attribute";
  if (html_is_one_of(h, closed) || (h->attribute_size > 1 && h->attribute[0] == 'o' && h->attribute[1] == 'n'))
    return -1;
  if (!html_is_one_of(h, addresses)) return ARC__CONTEXT_HTML;
  if (!begun) {
    *why = "an address begins with https:, mailto: or pay.link";
    if (type != ARC__VALUE_LINK) return -1;
    memcpy(h->value, "https:", 6); /* what comes behind it is a part of an address */
    h->value_size = 6;
    return ARC__CONTEXT_LINK;
  }
  *why = "an address with values in it begins with https: or mailto:";
  if ((h->value_size < 6 || memcmp(h->value, "https:", 6) != 0) &&
      (h->value_size < 7 || memcmp(h->value, "mailto:", 7) != 0))
    return -1;
  return ARC__CONTEXT_LINK_PART;
}

int arc__html_context(arc__html *h, int type, const char **why) {
  switch (h->state) {
  case HTML_TEXT: return ARC__CONTEXT_HTML;
  case HTML_DOUBLE:
  case HTML_SINGLE: return html_attribute_context(h, type, why);
  case HTML_EQUALS:
  case HTML_UNQUOTED: *why = "a value in an attribute stands in quotes"; return -1;
  case HTML_RAW:
  case HTML_RAW_OPEN: *why = "no value may stand in script or style"; return -1;
  case HTML_COMMENT:
  case HTML_COMMENT_DASH:
  case HTML_COMMENT_DASHES: *why = "no value may stand in a comment"; return -1;
  default: *why = "no value may stand in a tag but in an attribute in quotes"; return -1;
  }
}
