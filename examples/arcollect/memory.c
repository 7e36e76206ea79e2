/* Memory that ends the program where none is left: nothing is held half done, the book is on disk.
 */
#include "memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK ((size_t)1 << 18)

struct arena_block {
  struct arena_block *before;
  size_t used;
  size_t size;
};

static void no_memory(void) {
  fail_fault("out of memory; nothing more was recorded");
  exit(EXIT_FAULT);
}

void *memory_resize(void *block, size_t size) {
  void *found = realloc(block, size != 0 ? size : 1);
  if (!found) no_memory();
  return found;
}

void *memory_new(size_t size) {
  void *block = memory_resize(NULL, size);
  memset(block, 0, size);
  return block;
}

void *memory_array(void *block, size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) no_memory();
  return memory_resize(block, count * size);
}

void *arena_get(arena *a, size_t size) {
  const size_t alignment = sizeof(void *) > sizeof(int64_t) ? sizeof(void *) : sizeof(int64_t);
  const size_t head = (sizeof(struct arena_block) + alignment - 1) / alignment * alignment;
  struct arena_block *block = a->last;
  if (size > SIZE_MAX / 2) no_memory();
  size = (size + alignment - 1) / alignment * alignment;
  if (!block || block->size - block->used < size) {
    size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
    block = memory_resize(NULL, head + room);
    block->before = a->last;
    block->used = 0;
    block->size = room;
    a->last = block;
  }
  block->used += size;
  return (char *)block + head + (block->used - size);
}

char *arena_copy(arena *a, const char *text, size_t size) {
  char *copy = arena_get(a, size + 1);
  if (size != 0) memcpy(copy, text, size);
  copy[size] = '\0';
  return copy;
}

void arena_free(arena *a) {
  struct arena_block *block = a->last;
  while (block) {
    struct arena_block *before = block->before;
    free(block);
    block = before;
  }
  a->last = NULL;
}

void buffer_reserve(buffer *b, size_t size) {
  size_t wanted = b->capacity != 0 ? b->capacity : 64;
  if (size > SIZE_MAX / 4 || b->size > SIZE_MAX / 4) no_memory();
  while (wanted < b->size + size + 1)
    wanted *= 2;
  if (wanted != b->capacity) {
    b->data = memory_resize(b->data, wanted);
    b->capacity = wanted;
  }
}

void buffer_add(buffer *b, const char *data, size_t size) {
  buffer_reserve(b, size);
  if (size != 0) memcpy(b->data + b->size, data, size);
  b->size += size;
  b->data[b->size] = '\0';
}

void buffer_text(buffer *b, const char *text) {
  buffer_add(b, text, strlen(text));
}

void buffer_byte(buffer *b, char byte) {
  buffer_add(b, &byte, 1);
}

void buffer_format(buffer *b, const char *format, ...) {
  va_list arguments;
  int size;
  va_start(arguments, format);
  size = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (size < 0) return;
  buffer_reserve(b, (size_t)size);
  va_start(arguments, format);
  vsnprintf(b->data + b->size, (size_t)size + 1, format, arguments);
  va_end(arguments);
  b->size += (size_t)size;
}

void buffer_free(buffer *b) {
  free(b->data);
  b->data = NULL;
  b->size = b->capacity = 0;
}

arc_text text_of(const char *string) {
  arc_text text;
  text.data = string;
  text.size = strlen(string);
  return text;
}

uint64_t text_hash(uint64_t hash, const char *text, size_t size) {
  size_t i;
  for (i = 0; i < size; i++)
    hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
  return hash;
}
