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
void arc__buffer_bytes(arc__buffer *b, const void *bytes, size_t size);
void arc__buffer_u8(arc__buffer *b, uint8_t v);
void arc__buffer_u16(arc__buffer *b, uint16_t v);
void arc__buffer_u32(arc__buffer *b, uint32_t v);
void arc__buffer_u64(arc__buffer *b, uint64_t v);
void arc__buffer_i64(arc__buffer *b, int64_t v);
/* u16 size, then bytes: size <= 65,535 */
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
/* The next `size` bytes, or NULL behind the end. */
const unsigned char *arc__reader_bytes(arc__reader *r, size_t size);
uint8_t arc__reader_u8(arc__reader *r);
uint16_t arc__reader_u16(arc__reader *r);
uint32_t arc__reader_u32(arc__reader *r);
uint64_t arc__reader_u64(arc__reader *r);
int64_t arc__reader_i64(arc__reader *r);
arc_text arc__reader_text(arc__reader *r); /* points into the bytes */

#endif
