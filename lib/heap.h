/* The caller's allocator, with sizes kept by whoever allocates. */
#ifndef ARC_HEAP_H
#define ARC_HEAP_H

#include "arcollect/memory.h"

typedef struct arc__heap {
  void *user;
  void *(*resize)(void *user, void *ptr, size_t old_size, size_t new_size);
} arc__heap;

/* From a caller's allocator; NULL: malloc. ARC_E_ABI or ARC_E_INVALID if it is no allocator. */
arc_status arc__heap_init(arc__heap *heap, const arc_allocator *allocator, arc_error *err);

/* Zeroed; NULL: no memory; size > 0. */
void *arc__alloc(const arc__heap *heap, size_t size);
/* The new bytes are not zeroed. */
void *arc__resize(const arc__heap *heap, void *ptr, size_t old_size, size_t new_size);
void arc__free(const arc__heap *heap, void *ptr, size_t size); /* NULL is fine */

/* Grows an array so that it holds `need` elements (doubling, from 8 on); *capacity counts elements.
 * ARC_E_NOMEM leaves both as they were. */
arc_status arc__grow(const arc__heap *heap, void **array, size_t *capacity, size_t need,
                     size_t element);

#endif
