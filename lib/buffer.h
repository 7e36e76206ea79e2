/* A growing byte buffer and the little-endian reader for what it writes. Both remember their first
 * failure, so that a sequence of calls is checked once, at its end. */
#ifndef ARC_BUFFER_H
#define ARC_BUFFER_H

#include "error.h"
#include "heap.h"

typedef struct arc__buffer {
  const arc__heap *heap;
  unsigned char *data;
  size_t size, capacity;
  int failed; /* no memory: everything since is missing */
} arc__buffer;

void arc__buffer_init(arc__buffer *b, const arc__heap *heap);
void arc__buffer_free(arc__buffer *b);
int arc__buffer_reserve(arc__buffer *b, size_t more); /* 1, or 0 with failed set */
int arc__buffer_enlarge(arc__buffer *b, size_t more); /* the same where there is no room yet */
void arc__buffer_bytes(arc__buffer *b, const void *bytes, size_t size);

/* Room for `size` bytes, which count as written; NULL if there is none. Here, like the numbers, because every
 * field of every record goes through it. */
static inline unsigned char *arc__buffer_room(arc__buffer *b, size_t size) {
  if ((b->failed || size > b->capacity - b->size) && !arc__buffer_enlarge(b, size)) return NULL;
  b->size += size;
  return b->data + b->size - size;
}

/* Written out, so that compilers make one store of it. */
static inline void arc__store_u32(unsigned char *at, uint32_t v) {
  at[0] = (unsigned char)(v & 0xff);
  at[1] = (unsigned char)(v >> 8 & 0xff);
  at[2] = (unsigned char)(v >> 16 & 0xff);
  at[3] = (unsigned char)(v >> 24);
}

static inline void arc__buffer_u8(arc__buffer *b, uint8_t v) {
  unsigned char *at = arc__buffer_room(b, 1);
  if (at) at[0] = v;
}

static inline void arc__buffer_u16(arc__buffer *b, uint16_t v) {
  unsigned char *at = arc__buffer_room(b, 2);
  if (!at) return;
  at[0] = (unsigned char)(v & 0xff);
  at[1] = (unsigned char)(v >> 8);
}

static inline void arc__buffer_u32(arc__buffer *b, uint32_t v) {
  unsigned char *at = arc__buffer_room(b, 4);
  if (at) arc__store_u32(at, v);
}

static inline void arc__buffer_u64(arc__buffer *b, uint64_t v) {
  unsigned char *at = arc__buffer_room(b, 8);
  if (!at) return;
  arc__store_u32(at, (uint32_t)(v & UINT32_MAX));
  arc__store_u32(at + 4, (uint32_t)(v >> 32));
}

static inline void arc__buffer_i64(arc__buffer *b, int64_t v) {
  arc__buffer_u64(b, (uint64_t)v);
}

/* Seven bits a byte, the lowest first, and the high bit set in all but the last: one byte for what is below 128. */
void arc__buffer_number(arc__buffer *b, uint64_t v);
/* Its size as a number, then its bytes: size <= 65,535 */
void arc__buffer_text(arc__buffer *b, const char *data, size_t size);
void arc__buffer_string(arc__buffer *b, const char *nul_terminated); /* its bytes alone */
/* As snprintf, with the conversions that error.h allows. */
void arc__buffer_format(arc__buffer *b, const char *format, ...) ARC__PRINTF(2, 3);

typedef struct arc__reader {
  const unsigned char *at, *end;
  int failed; /* read behind the end: everything since is zero */
  /* For bytes that come in pieces, else NULL: moves what is left and brings at least `need` bytes in all;
   * 0 if there are not so many. What was read before is then gone. */
  int (*refill)(void *user, struct arc__reader *r, size_t need);
  void *user;
} arc__reader;

void arc__reader_init(arc__reader *r, const void *bytes, size_t size);
int arc__reader_ended(arc__reader *r); /* nothing failed, and nothing is left */
/* The next `size` bytes where they are not at hand: brought, or NULL behind the end. */
const unsigned char *arc__reader_more(arc__reader *r, size_t size);

/* The next `size` bytes, or NULL behind the end. */
static inline const unsigned char *arc__reader_bytes(arc__reader *r, size_t size) {
  if (r->failed || size > (size_t)(r->end - r->at)) return arc__reader_more(r, size);
  r->at += size;
  return r->at - size;
}

static inline uint32_t arc__load_u32(const unsigned char *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint8_t arc__reader_u8(arc__reader *r) {
  const unsigned char *at = arc__reader_bytes(r, 1);
  return at ? at[0] : 0;
}

static inline uint16_t arc__reader_u16(arc__reader *r) {
  const unsigned char *at = arc__reader_bytes(r, 2);
  return at ? (uint16_t)(at[0] | at[1] << 8) : 0;
}

static inline uint32_t arc__reader_u32(arc__reader *r) {
  const unsigned char *at = arc__reader_bytes(r, 4);
  return at ? arc__load_u32(at) : 0;
}

static inline uint64_t arc__reader_u64(arc__reader *r) {
  const unsigned char *at = arc__reader_bytes(r, 8);
  return at ? arc__load_u32(at) | (uint64_t)arc__load_u32(at + 4) << 32 : 0;
}

static inline int64_t arc__reader_i64(arc__reader *r) {
  uint64_t v = arc__reader_u64(r);
  return v <= INT64_MAX ? (int64_t)v : -(int64_t)(UINT64_MAX - v) - 1;
}

/* A number of more than one byte, or what cannot be one. */
uint64_t arc__reader_long_number(arc__reader *r, uint64_t most);

/* What arc__buffer_number wrote, if it is at most `most`, which is 127 at least; longer than it need be, it is
 * refused. */
static inline uint64_t arc__reader_number(arc__reader *r, uint64_t most) {
  if (r->failed || r->at == r->end || r->at[0] > 0x7f) return arc__reader_long_number(r, most);
  return *r->at++;
}
arc_text arc__reader_text(arc__reader *r); /* points into the bytes */

#endif
