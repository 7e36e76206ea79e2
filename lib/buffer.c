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
  if (more <= b->capacity - b->size) return 1;
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

/* Room for `size` bytes, which count as written; NULL if there is none. */
static unsigned char *buffer_room(arc__buffer *b, size_t size) {
  if (!arc__buffer_reserve(b, size)) return NULL;
  unsigned char *at = b->data + b->size;
  b->size += size;
  return at;
}

/* Written out, so that compilers make one store of it. */
static inline void buffer_store_u32(unsigned char *at, uint32_t v) {
  at[0] = (unsigned char)(v & 0xff);
  at[1] = (unsigned char)(v >> 8 & 0xff);
  at[2] = (unsigned char)(v >> 16 & 0xff);
  at[3] = (unsigned char)(v >> 24);
}

void arc__buffer_u8(arc__buffer *b, uint8_t v) {
  unsigned char *at = buffer_room(b, 1);
  if (at) at[0] = v;
}

void arc__buffer_u16(arc__buffer *b, uint16_t v) {
  unsigned char *at = buffer_room(b, 2);
  if (!at) return;
  at[0] = (unsigned char)(v & 0xff);
  at[1] = (unsigned char)(v >> 8);
}

void arc__buffer_u32(arc__buffer *b, uint32_t v) {
  unsigned char *at = buffer_room(b, 4);
  if (at) buffer_store_u32(at, v);
}

void arc__buffer_u64(arc__buffer *b, uint64_t v) {
  unsigned char *at = buffer_room(b, 8);
  if (!at) return;
  buffer_store_u32(at, (uint32_t)(v & UINT32_MAX));
  buffer_store_u32(at + 4, (uint32_t)(v >> 32));
}

void arc__buffer_i64(arc__buffer *b, int64_t v) {
  arc__buffer_u64(b, (uint64_t)v);
}

void arc__buffer_text(arc__buffer *b, const char *data, size_t size) {
  if (size > UINT16_MAX) b->failed = 1; /* rather nothing than a wrong size */
  arc__buffer_u16(b, (uint16_t)size);
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

const unsigned char *arc__reader_bytes(arc__reader *r, size_t size) {
  if (size > (size_t)(r->end - r->at) && !(r->refill && !r->failed && r->refill(r->user, r, size)))
    r->failed = 1;
  if (r->failed) return NULL;
  const unsigned char *bytes = r->at;
  r->at += size;
  return bytes;
}

static inline uint32_t buffer_load_u32(const unsigned char *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint8_t arc__reader_u8(arc__reader *r) {
  const unsigned char *at = arc__reader_bytes(r, 1);
  return at ? at[0] : 0;
}

uint16_t arc__reader_u16(arc__reader *r) {
  const unsigned char *at = arc__reader_bytes(r, 2);
  return at ? (uint16_t)(at[0] | at[1] << 8) : 0;
}

uint32_t arc__reader_u32(arc__reader *r) {
  const unsigned char *at = arc__reader_bytes(r, 4);
  return at ? buffer_load_u32(at) : 0;
}

uint64_t arc__reader_u64(arc__reader *r) {
  const unsigned char *at = arc__reader_bytes(r, 8);
  return at ? buffer_load_u32(at) | (uint64_t)buffer_load_u32(at + 4) << 32 : 0;
}

int64_t arc__reader_i64(arc__reader *r) {
  uint64_t v = arc__reader_u64(r);
  return v <= INT64_MAX ? (int64_t)v : -(int64_t)(UINT64_MAX - v) - 1;
}

arc_text arc__reader_text(arc__reader *r) {
  uint16_t size = arc__reader_u16(r);
  const unsigned char *bytes = arc__reader_bytes(r, size);
  arc_text text = {(const char *)bytes, bytes ? size : 0};
  return text;
}
