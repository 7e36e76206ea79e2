/* Memory and texts of this program. It ends with a message where no memory is left, so callers need
 * not ask. */
#ifndef MEMORY_H
#define MEMORY_H

#include "fail.h"

#include <stddef.h>

void *memory_new(size_t size);
void *memory_resize(void *block, size_t size);
/* Room for `count` items of `size` bytes. */
void *memory_array(void *block, size_t count, size_t size);

/* Many small blocks that are freed together. */
typedef struct arena {
  struct arena_block *last;
} arena;

void *arena_get(arena *a, size_t size);
char *arena_copy(arena *a, const char *text, size_t size); /* NUL-terminated */
void arena_free(arena *a);

/* Bytes that grow; always NUL-terminated once something was added. */
typedef struct buffer {
  char *data;
  size_t size;
  size_t capacity;
} buffer;

void buffer_add(buffer *b, const char *data, size_t size);
void buffer_text(buffer *b, const char *text);
void buffer_byte(buffer *b, char byte);
void buffer_format(buffer *b, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
void buffer_reserve(buffer *b, size_t size); /* room for that many more bytes and a NUL */
void buffer_free(buffer *b);

/* A NUL-terminated string as the library takes it. */
arc_text text_of(const char *string);

/* FNV-1a, going on from `hash`, TEXT_HASH_START at first: for names and tables, not for malice. */
#define TEXT_HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t text_hash(uint64_t hash, const char *text, size_t size);

#endif
