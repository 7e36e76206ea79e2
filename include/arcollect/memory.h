/** The caller's allocator. */
#ifndef ARCOLLECT_MEMORY_H
#define ARCOLLECT_MEMORY_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One function for all memory of a handle. `resize(user, ptr, old_size, new_size)`: ptr NULL allocates,
 * new_size 0 frees (and returns NULL), anything else resizes; NULL for a wanted block means "no memory"
 * and leaves ptr as it was. Blocks are aligned for any type. Called on the thread of the call it
 * serves, never afterwards, but for what arc_report_arrow hands out; it may not call into the handle it serves. */
typedef struct arc_allocator {
  uint32_t struct_size;
  uint32_t flags; /**< 0 */
  void *user;
  void *(*resize)(void *user, void *ptr, size_t old_size, size_t new_size);
} arc_allocator;

#ifdef __cplusplus
}
#endif
#endif
