/* Mail as text. Everything is encoded here and nothing is trusted: values come from the book's
 * data. */
#include "mime.h"

#include <string.h>

#define PLAIN_HEADER_MAX 68
#define WORD_BYTES       33 /* of text in one encoded word: no line of any header passes 76 */
#define BODY_LINE        76

/* Short ASCII that reads as itself: no encoded word, no blanks at the ends, which would be lost. */
static int is_plain(arc_text text) {
  size_t i;
  for (i = 0; i < text.size; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if (c < 0x20 || c > 0x7E || (c == '?' && i != 0 && text.data[i - 1] == '=')) return 0;
  }
  return text.size <= PLAIN_HEADER_MAX &&
         (text.size == 0 || (text.data[0] != ' ' && text.data[text.size - 1] != ' '));
}

static void base64(buffer *out, const unsigned char *bytes, size_t size) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t i;
  for (i = 0; i < size; i += 3) {
    uint32_t group = (uint32_t)bytes[i] << 16;
    if (i + 1 < size) group |= (uint32_t)bytes[i + 1] << 8;
    if (i + 2 < size) group |= bytes[i + 2];
    buffer_byte(out, digits[group >> 18]);
    buffer_byte(out, digits[group >> 12 & 63]);
    buffer_byte(out, i + 1 < size ? digits[group >> 6 & 63] : '=');
    buffer_byte(out, i + 2 < size ? digits[group & 63] : '=');
  }
}

/* Encoded words of whole characters, each on a line of its own. */
static void encoded_words(buffer *out, arc_text text) {
  size_t at = 0;
  while (at < text.size) {
    unsigned char word[WORD_BYTES];
    size_t size = text.size - at < WORD_BYTES ? text.size - at : WORD_BYTES, i;
    while (size > 1 && at + size < text.size &&
           ((unsigned char)text.data[at + size] & 0xC0) == 0x80)
      size--;
    for (i = 0; i < size; i++) {
      unsigned char c = (unsigned char)text.data[at + i];
      word[i] = c < 0x20 || c == 0x7F ? ' ' : c;
    }
    buffer_text(out, at != 0 ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
    base64(out, word, size);
    buffer_text(out, "?=");
    at += size;
  }
}

void mime_header(buffer *out, const char *name, arc_text text) {
  buffer_format(out, "%s: ", name);
  if (is_plain(text))
    buffer_add(out, text.data, text.size);
  else
    encoded_words(out, text);
  buffer_text(out, "\r\n");
}

void mime_address_header(buffer *out, const char *name, arc_text display, const char *address) {
  size_t i;
  buffer_format(out, "%s: ", name);
  if (display.size != 0 && is_plain(display)) {
    buffer_byte(out, '"');
    for (i = 0; i < display.size; i++) {
      if (display.data[i] == '"' || display.data[i] == '\\') buffer_byte(out, '\\');
      buffer_byte(out, display.data[i]);
    }
    buffer_text(out, "\"\r\n ");
  } else if (display.size != 0) {
    encoded_words(out, display);
    buffer_text(out, "\r\n ");
  }
  buffer_format(out, "<%s>\r\n", address);
}

int mime_address_is_safe(const char *address, size_t size) {
  const char *at = memchr(address, '@', size);
  size_t i;
  if (!at || at == address || at == address + size - 1 || size > 254) return 0;
  for (i = 0; i < size; i++) {
    unsigned char c = (unsigned char)address[i];
    if (c <= 0x20 || c > 0x7E || strchr("()<>[]:;,\\\"", c) || (c == '@' && address + i != at))
      return 0;
  }
  return 1;
}

void mime_body(buffer *out, arc_text body) {
  static const char digits[] = "0123456789ABCDEF";
  size_t i, line = 0;
  for (i = 0; i < body.size; i++) {
    unsigned char c = (unsigned char)body.data[i];
    int line_ends = i + 1 == body.size || body.data[i + 1] == '\n' || body.data[i + 1] == '\r';
    int plain = (c >= 0x21 && c <= 0x7E && c != '=') || ((c == ' ' || c == '\t') && !line_ends);
    if (c == '\r' && i + 1 < body.size && body.data[i + 1] == '\n') continue;
    if (c == '\n') {
      buffer_text(out, "\r\n");
      line = 0;
      continue;
    }
    /* A line that a mail program could read as a separator begins encoded. */
    if (line == 0 && (c == '.' || (body.size - i >= 5 && memcmp(body.data + i, "From ", 5) == 0)))
      plain = 0;
    if (line + (plain ? 1 : 3) > BODY_LINE - 1) {
      buffer_text(out, "=\r\n");
      line = 0;
    }
    if (plain) {
      buffer_byte(out, (char)c);
      line++;
    } else {
      buffer_byte(out, '=');
      buffer_byte(out, digits[c >> 4]);
      buffer_byte(out, digits[c & 15]);
      line += 3;
    }
  }
  if (line != 0) buffer_text(out, "\r\n");
}

void mime_date_header(buffer *out, arc_day day, int32_t minute) {
  static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int32_t year, month, day_of_month;
  if (arc_day_to_civil(day, &year, &month, &day_of_month) != ARC_OK) return;
  buffer_format(out, "Date: %s, %02d %s %04d %02d:%02d:00 +0000\r\n",
                weekdays[arc_day_weekday(day) - 1], (int)day_of_month, months[month - 1], (int)year,
                (int)minute / 60, (int)minute % 60);
}
