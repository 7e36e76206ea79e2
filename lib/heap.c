/* The caller's allocator behind four functions. Nothing is kept here: whoever allocates remembers
 * the heap and the size. */
#include "heap.h"

#include "error.h"
#include "struct_sizes.h"

#include <stdlib.h>
#include <string.h>

static void *heap_default_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
  (void)user;
  (void)old_size;
  if (new_size != 0) return realloc(ptr, new_size);
  free(ptr);
  return NULL;
}

arc_status arc__heap_init(arc__heap *heap, const arc_allocator *allocator, arc_error *err) {
  arc_allocator known = {0, 0, NULL, heap_default_resize};
  if (allocator)
    ARC__TRY(ARC__READ(arc_allocator, &known, allocator, err));
  if (known.flags != 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "arc_allocator: flags must be 0");
  if (!known.resize)
    return arc__fail_field(err, ARC_E_INVALID, 0, 3, "arc_allocator: resize must be a function");
  heap->user = known.user;
  heap->resize = known.resize;
  return ARC_OK;
}

void *arc__alloc(const arc__heap *heap, size_t size) {
  void *ptr = heap->resize(heap->user, NULL, 0, size);
  if (ptr) memset(ptr, 0, size);
  return ptr;
}

void *arc__resize(const arc__heap *heap, void *ptr, size_t old_size, size_t new_size) {
  return heap->resize(heap->user, ptr, old_size, new_size);
}

void arc__free(const arc__heap *heap, void *ptr, size_t size) {
  if (ptr) heap->resize(heap->user, ptr, size, 0);
}

/* What `array` points to has any pointer type, so that it is copied bytewise, never read as a void
 * *. */
arc_status arc__grow(const arc__heap *heap, void **array, size_t *capacity, size_t need,
                     size_t element) {
  if (need <= *capacity) return ARC_OK;
  if (need > SIZE_MAX / element) return ARC_E_NOMEM;
  size_t wanted = *capacity > SIZE_MAX / element / 2 ? need : *capacity * 2;
  if (wanted < 8 && 8 <= SIZE_MAX / element) wanted = 8;
  if (wanted < need) wanted = need;
  void *ptr;
  memcpy(&ptr, array, sizeof ptr);
  ptr = heap->resize(heap->user, ptr, *capacity * element, wanted * element);
  if (!ptr) return ARC_E_NOMEM;
  memcpy(array, &ptr, sizeof ptr);
  *capacity = wanted;
  return ARC_OK;
}
