/* UTF-8 and ASCII by their bytes. Every function is linear in its text and none asks a locale. */
#include "text.h"

#include "error.h"

#include <string.h>

size_t arc__text_character(const char *data, size_t size, uint32_t *number) {
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (size == 0) return 0;
  unsigned char first = (unsigned char)data[0];
  if (first < 0x80) {
    *number = first;
    return 1;
  }
  size_t bytes = first >= 0xf8 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
  if (bytes == 0 || bytes > size) return 0;
  uint32_t value = first & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; i++) {
    unsigned char next = (unsigned char)data[i];
    if ((next & 0xc0) != 0x80) return 0;
    value = value << 6 | (next & 0x3fu);
  }
  if (value < smallest[bytes] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return 0;
  *number = value;
  return bytes;
}

int arc__text_is_control(uint32_t number) {
  return number < 0x20 || (number >= 0x7f && number < 0xa0) || number == 0x2028 || number == 0x2029;
}

int arc__text_is_utf8(const char *data, size_t size) {
  for (size_t i = 0; i < size;) {
    uint32_t number;
    size_t bytes = arc__text_character(data + i, size - i, &number);
    if (bytes == 0) return 0;
    i += bytes;
  }
  return 1;
}

size_t arc__text_whole(const char *data, size_t size) {
  for (size_t back = 1; back <= 3 && back <= size; back++) {
    unsigned char byte = (unsigned char)data[size - back];
    if ((byte & 0xc0) == 0x80) continue;
    size_t bytes = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return bytes > back ? size - back : size;
  }
  return size;
}

size_t arc__text_size(const char *data, size_t size) {
  if (size != ARC_NUL_TERMINATED) return size;
  return data ? strlen(data) : 0;
}

static int text_allows(int kind, uint32_t number) {
  if (!arc__text_is_control(number)) return 1;
  return kind == ARC__TEXT_FREE && (number == '\n' || number == '\r' || number == '\t');
}

/* Whether all bytes are from ' ' to '~', as most texts' are: eight at a time. */
static int text_is_plain(const char *data, size_t size) {
  for (; size >= 8; data += 8, size -= 8) {
    uint64_t word, high = UINT64_C(0x8080808080808080);
    memcpy(&word, data, 8);
    if ((word | (word + UINT64_C(0x0101010101010101)) | ~(word + UINT64_C(0x6060606060606060))) & high) return 0;
  }
  for (size_t i = 0; i < size; i++)
    if (data[i] < ' ' || data[i] > '~') return 0;
  return 1;
}

arc_status arc__text_check(arc_text *text, size_t min, size_t max, int kind, const char *what,
                           uint64_t record, uint32_t field, arc_error *err) {
  if (!text->data && text->size != 0)
    return arc__fail_field(err, ARC_E_INVALID, record, field, "%s: data is NULL, but size is not 0",
                           what);
  size_t size = arc__text_size(text->data, text->size);
  if (size < min || size > max)
    return arc__fail_field(
        err, ARC_E_INVALID, record, field, "%s: has %llu bytes, must have %llu to %llu", what,
        (unsigned long long)size, (unsigned long long)min, (unsigned long long)max);
  int plain = text_is_plain(text->data, size);
  for (size_t i = 0; i < size && !plain;) {
    uint32_t number;
    size_t bytes = arc__text_character(text->data + i, size - i, &number);
    if (bytes == 0)
      return arc__fail_field(err, ARC_E_INVALID, record, field, "%s: byte %llu is not valid UTF-8",
                             what, (unsigned long long)i + 1);
    if (!text_allows(kind, number))
      return arc__fail_field(err, ARC_E_INVALID, record, field,
                             "%s: byte %llu begins a control character, which is not allowed", what,
                             (unsigned long long)i + 1);
    i += bytes;
  }
  text->size = size;
  return ARC_OK;
}

int arc__text_equal(arc_text a, arc_text b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int arc__text_compare(arc_text a, arc_text b) {
  size_t common = a.size < b.size ? a.size : b.size;
  int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
  return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

size_t arc__format_decimal(char *buf, int64_t v, int32_t digits) {
  char reversed[24];
  size_t count = 0, size = 0;
  uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
  for (int32_t place = 0; place <= digits || rest != 0; place++, rest /= 10) {
    if (place == digits && digits > 0) reversed[count++] = '.';
    reversed[count++] = (char)('0' + rest % 10);
  }
  if (v < 0) buf[size++] = '-';
  while (count > 0)
    buf[size++] = reversed[--count];
  buf[size] = 0;
  return size;
}

size_t arc__format_integer(char *buf, int64_t v) {
  return arc__format_decimal(buf, v, 0);
}
