/* An allocator for tests. It counts calls, fails where it is told to, and stops the program with a
 * word when a block is freed twice, was never given out, or comes back with a wrong size. A resized
 * block always moves, new bytes are never zero and freed ones are overwritten, so that stale
 * pointers and reliance on zeroed memory show.
 *
 *   struct test_heap heap = {0};
 *   arc_allocator allocator = test_heap_allocator(&heap);
 *   for (size_t k = 1;; k++) {
 *     test_heap_fail(&heap, k, once);       // the k-th call from here fails (once, or with all
 * after it)
 *     ... what is tested: succeeds, or fails with ARC_E_NOMEM and has changed nothing ...
 *     if (!test_heap_failed(&heap)) break;  // it needs fewer than k calls
 *   }
 *   test_heap_fail(&heap, 0, 0);            // never fails again
 *   assert_int_equal(heap.live, 0);         // nothing leaked
 */
#ifndef ARC_TEST_HEAP_H
#define ARC_TEST_HEAP_H

#include "arcollect/memory.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEST_HEAP_BUCKETS 1024

union test_block {
  struct {
    union test_block *next;
    size_t size;
  } is;
  max_align_t align;
};

/* All zero: an empty heap that never fails. */
struct test_heap {
  size_t count;      /* calls that wanted a block, since test_heap_fail */
  size_t fail_at;    /* number of the call that fails, from 1 on; 0: none */
  int fail_once;     /* 1: that call alone; 0: all after it too */
  size_t live;       /* blocks given out */
  size_t live_bytes; /* their bytes */
  size_t peak_bytes; /* most that live_bytes ever was */
  union test_block *buckets[TEST_HEAP_BUCKETS]; /* of live blocks, by address */
};

static inline void test_heap_stop(const char *what, size_t stated, size_t known) {
  fprintf(stderr, "test heap: %s (stated size %llu, known size %llu)\n", what,
          (unsigned long long)stated, (unsigned long long)known);
  abort();
}

static inline union test_block **test_heap_bucket(struct test_heap *heap, const void *ptr) {
  uintptr_t address = (uintptr_t)ptr;
  return &heap->buckets[(address >> 4 ^ address >> 14) % TEST_HEAP_BUCKETS];
}

static inline void *test_heap_give(struct test_heap *heap, size_t size) {
  union test_block *block = size <= SIZE_MAX - sizeof *block ? malloc(sizeof *block + size) : NULL;
  if (!block) return NULL;
  union test_block **bucket = test_heap_bucket(heap, block + 1);
  block->is.size = size;
  block->is.next = *bucket;
  *bucket = block;
  memset(block + 1, 0xa5, size);
  heap->live++;
  heap->live_bytes += size;
  if (heap->live_bytes > heap->peak_bytes) heap->peak_bytes = heap->live_bytes;
  return block + 1;
}

/* The link to a live block; never looks into memory that is not live. */
static inline union test_block **test_heap_find(struct test_heap *heap, const void *ptr,
                                                size_t size) {
  union test_block **link = test_heap_bucket(heap, ptr);
  while (*link && (const void *)(*link + 1) != ptr)
    link = &(*link)->is.next;
  if (!*link)
    test_heap_stop("block freed already or never given out", size, 0);
  else if ((*link)->is.size != size)
    test_heap_stop("wrong size", size, (*link)->is.size);
  return link;
}

static inline void test_heap_take(struct test_heap *heap, const void *ptr, size_t size) {
  union test_block **link = test_heap_find(heap, ptr, size), *block = *link;
  *link = block->is.next;
  memset(block + 1, 0x5a, size);
  free(block);
  heap->live--;
  heap->live_bytes -= size;
}

#ifdef ARC_TEST_SWEEP
int sweep_refuses_allocation(void); /* see sweep.h */
#endif

static inline void *test_heap_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
  struct test_heap *heap = user;
  if (ptr)
    test_heap_find(heap, ptr, old_size);
  else if (old_size)
    test_heap_stop("no block, but a size", old_size, 0);
  if (new_size == 0) {
    if (!ptr) test_heap_stop("no block and no size", 0, 0);
    test_heap_take(heap, ptr, old_size);
    return NULL;
  }
  heap->count++;
  if (heap->fail_at &&
      (heap->fail_once ? heap->count == heap->fail_at : heap->count >= heap->fail_at))
    return NULL;
#ifdef ARC_TEST_SWEEP
  if (!heap->fail_at && sweep_refuses_allocation()) return NULL;
#endif
  void *moved = test_heap_give(heap, new_size);
  if (moved && ptr) {
    memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
    test_heap_take(heap, ptr, old_size);
  }
  return moved;
}

static inline arc_allocator test_heap_allocator(struct test_heap *heap) {
  arc_allocator allocator = {(uint32_t)sizeof allocator, 0, heap, test_heap_resize};
  return allocator;
}

/* Counts anew and makes the fail_at-th call from now on fail; 0: none. */
static inline void test_heap_fail(struct test_heap *heap, size_t fail_at, int fail_once) {
  heap->count = 0;
  heap->fail_at = fail_at;
  heap->fail_once = fail_once;
}

/* 1 if a call was made to fail since test_heap_fail. */
static inline int test_heap_failed(const struct test_heap *heap) {
  return heap->fail_at != 0 && heap->count >= heap->fail_at;
}

#endif
