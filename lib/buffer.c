/* The growing byte buffer and the little-endian reader. A failed buffer keeps the bytes from before
 * its failure and takes none after it; a failed reader gives zeros. Appending costs amortized
 * constant time per byte. */
#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Fewer bytes than this are not worth an allocation of their own. */
#define BUFFER_SMALLEST 64

void arc__buffer_init(arc__buffer *b, const arc__heap *heap) {
  b->heap = heap;
  b->data = NULL;
  b->size = b->capacity = 0;
  b->failed = 0;
}

void arc__buffer_free(arc__buffer *b) {
  arc__free(b->heap, b->data, b->capacity);
  arc__buffer_init(b, b->heap);
}

int arc__buffer_reserve(arc__buffer *b, size_t more) {
  if (b->failed) return 0;
  return more <= b->capacity - b->size || arc__buffer_enlarge(b, more);
}

int arc__buffer_enlarge(arc__buffer *b, size_t more) {
  if (b->failed) return 0;
  size_t need = more <= SIZE_MAX - b->size ? b->size + more : SIZE_MAX;
  if (need < BUFFER_SMALLEST) need = BUFFER_SMALLEST;
  void *data = b->data;
  b->failed = need == SIZE_MAX || arc__grow(b->heap, &data, &b->capacity, need, 1) != ARC_OK;
  b->data = data;
  return !b->failed;
}

void arc__buffer_bytes(arc__buffer *b, const void *bytes, size_t size) {
  if (size == 0 || !arc__buffer_reserve(b, size)) return;
  memcpy(b->data + b->size, bytes, size);
  b->size += size;
}

#define BUFFER_NUMBER_MAX 10 /* bytes of the longest */

void arc__buffer_number(arc__buffer *b, uint64_t v) {
  unsigned char *at = arc__buffer_room(b, BUFFER_NUMBER_MAX);
  if (!at) return;
  for (; v > 0x7f; v >>= 7) *at++ = (unsigned char)(v & 0x7f) | 0x80;
  *at++ = (unsigned char)v;
  b->size = (size_t)(at - b->data);
}

void arc__buffer_text(arc__buffer *b, const char *data, size_t size) {
  if (size > UINT16_MAX) b->failed = 1; /* rather nothing than a wrong size */
  arc__buffer_number(b, size);
  arc__buffer_bytes(b, data, size);
}

void arc__buffer_string(arc__buffer *b, const char *nul_terminated) {
  arc__buffer_bytes(b, nul_terminated, strlen(nul_terminated));
}

void arc__buffer_format(arc__buffer *b, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0) b->failed = 1;
  if (!arc__buffer_reserve(b, length < 0 ? 0 : (size_t)length + 1)) return;
  va_start(arguments, format);
  vsnprintf((char *)b->data + b->size, (size_t)length + 1, format, arguments);
  va_end(arguments);
  b->size += (size_t)length;
}

void arc__reader_init(arc__reader *r, const void *bytes, size_t size) {
  r->at = bytes;
  r->end = size ? r->at + size : r->at;
  r->failed = 0;
  r->refill = NULL;
  r->user = NULL;
}

int arc__reader_ended(arc__reader *r) {
  return !r->failed && r->at == r->end && !(r->refill && r->refill(r->user, r, 1));
}

const unsigned char *arc__reader_more(arc__reader *r, size_t size) {
  if (r->failed || !r->refill || !r->refill(r->user, r, size)) {
    r->failed = 1;
    return NULL;
  }
  r->at += size;
  return r->at - size;
}

/* The value of the number that begins here, and where it ends; NULL: it is none of at most `most`. There are
 * BUFFER_NUMBER_MAX bytes. */
static const unsigned char *buffer_number(const unsigned char *at, uint64_t most, uint64_t *number) {
  uint64_t v = *at & 0x7f;
  for (unsigned shift = 7; *at++ > 0x7f; shift += 7) {
    uint64_t bits = *at & 0x7f;
    if (shift > 63 || bits > UINT64_MAX >> shift || *at == 0) return NULL;
    v |= bits << shift;
  }
  *number = v;
  return v <= most ? at : NULL;
}

uint64_t arc__reader_long_number(arc__reader *r, uint64_t most) {
  unsigned char piece[BUFFER_NUMBER_MAX] = {0};
  const unsigned char *from = r->at, *end;
  uint64_t v;
  if (r->failed) return 0;
  if ((size_t)(r->end - r->at) < sizeof piece) { /* what is missing ends every number as if it were too long */
    if (r->at != r->end) memcpy(piece, r->at, (size_t)(r->end - r->at));
    from = piece;
  }
  end = r->at == r->end ? NULL : buffer_number(from, most, &v);
  if (!end) {
    r->failed = 1;
    return 0;
  }
  r->at += end - from;
  return v;
}

arc_text arc__reader_text(arc__reader *r) {
  size_t size = (size_t)arc__reader_number(r, UINT16_MAX);
  const unsigned char *bytes = arc__reader_bytes(r, size);
  arc_text text = {(const char *)bytes, bytes ? size : 0};
  return text;
}
