"""The extension module arcollect._native: all of arcollect.h, over the library as one file."""
import os
import sys

from cffi import FFI

HERE = os.path.dirname(os.path.abspath(__file__)) if "__file__" in globals() else os.getcwd()
sys.path.insert(0, HERE)
import generate  # noqa: E402

CALLBACKS = """
typedef struct arcollect_memory { uint64_t bytes, blocks; } arcollect_memory;
arcollect_memory *arcollect_memory_new(void);
void arcollect_memory_leave(arcollect_memory *memory);
void *arcollect_counted(void *user, void *ptr, size_t old_size, size_t new_size);
typedef struct arcollect_watched { arc_storage inner; void *watch; } arcollect_watched;
void arcollect_watch(arc_storage *out, arcollect_watched *watched);
struct ArrowArrayStream *arcollect_stream_new(void);
void arcollect_stream_free(struct ArrowArrayStream *stream);
void arcollect_capsule_free(void *capsule);
extern "Python" {
  int32_t arcollect_tick(void *watch);
  int32_t arcollect_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes, size_t size);
  int32_t arcollect_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap, size_t *size);
  int32_t arcollect_save_snapshot(void *user, uint64_t next_seq, const void *bytes, size_t size);
  int32_t arcollect_load_snapshot(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset, void *buf,
                                  size_t cap, size_t *size);
  int32_t arcollect_drop(void *user, uint64_t first_seq);
  void arcollect_close_storage(void *user);
  int32_t arcollect_send(void *user, const arc_message *message);
  int32_t arcollect_progress(void *user, int32_t phase, uint64_t done, uint64_t total);
  int32_t arcollect_ask(void *user, arc_text text, const char *language, arc_reply_answer *answer);
}
"""
SOURCE = """
#include <stdlib.h>
#include "arcollect.h"

/* What is not freed yet, and one block more while Python knows it: whoever takes the last one away ends the count.
   What was handed out as Arrow arrays outlives ledgers, and is freed on any thread. */
typedef struct arcollect_memory { uint64_t bytes, blocks; } arcollect_memory;

#if defined(__GNUC__)
#define ARCOLLECT_COUNT(counter, n) __atomic_add_fetch((counter), (uint64_t)(n), __ATOMIC_ACQ_REL)
#elif defined(_MSC_VER)
#include <intrin.h>
#define ARCOLLECT_COUNT(counter, n) \\
  ((uint64_t)_InterlockedExchangeAdd64((volatile __int64 *)(counter), (__int64)(n)) + (uint64_t)(n))
#else
#define ARCOLLECT_COUNT(counter, n) (*(counter) += (uint64_t)(n))
#endif

static arcollect_memory *arcollect_memory_new(void) {
  arcollect_memory *memory = (arcollect_memory *)calloc(1, sizeof *memory);
  if (memory != NULL) memory->blocks = 1;
  return memory;
}

static void arcollect_memory_leave(arcollect_memory *memory) {
  if (ARCOLLECT_COUNT(&memory->blocks, -1) == 0) free(memory);
}

/* malloc that counts. */
static void *arcollect_counted(void *user, void *ptr, size_t old_size, size_t new_size) {
  arcollect_memory *memory = (arcollect_memory *)user;
  void *block;
  if (ptr == NULL) old_size = 0;
  if (new_size == 0) {
    if (ptr == NULL) return NULL;
    free(ptr);
    ARCOLLECT_COUNT(&memory->bytes, 0u - (uint64_t)old_size);
    arcollect_memory_leave(memory);
    return NULL;
  }
  block = realloc(ptr, new_size);
  if (block != NULL) {
    if (ptr == NULL) ARCOLLECT_COUNT(&memory->blocks, 1);
    ARCOLLECT_COUNT(&memory->bytes, (uint64_t)new_size - (uint64_t)old_size);
  }
  return block;
}

/* A storage in C, whose reads let the interpreter in now and then: for Ctrl-C while a long journal is read. */
typedef struct arcollect_watched { arc_storage inner; void *watch; } arcollect_watched;

static int32_t arcollect_tick(void *watch);

static int32_t arcollect_watched_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes, size_t size) {
  arc_storage *inner = &((arcollect_watched *)user)->inner;
  return inner->append(inner->user, first_seq, count, bytes, size);
}

static int32_t arcollect_watched_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap, size_t *size) {
  arcollect_watched *watched = (arcollect_watched *)user;
  int32_t stop = arcollect_tick(watched->watch);
  *size = 0;
  return stop != 0 ? stop : watched->inner.read(watched->inner.user, first_seq, offset, buf, cap, size);
}

static int32_t arcollect_watched_save(void *user, uint64_t next_seq, const void *bytes, size_t size) {
  arc_storage *inner = &((arcollect_watched *)user)->inner;
  return inner->save_snapshot(inner->user, next_seq, bytes, size);
}

static int32_t arcollect_watched_load(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset, void *buf, size_t cap,
                                      size_t *size) {
  arc_storage *inner = &((arcollect_watched *)user)->inner;
  return inner->load_snapshot(inner->user, next_seq, total, offset, buf, cap, size);
}

static int32_t arcollect_watched_drop(void *user, uint64_t first_seq) {
  arc_storage *inner = &((arcollect_watched *)user)->inner;
  return inner->drop(inner->user, first_seq);
}

static void arcollect_watched_close(void *user) {
  arc_storage *inner = &((arcollect_watched *)user)->inner;
  if (inner->close != NULL) inner->close(inner->user);
}

static void arcollect_watch(arc_storage *out, arcollect_watched *watched) {
  *out = watched->inner;
  out->user = watched;
  out->append = arcollect_watched_append;
  out->read = arcollect_watched_read;
  if (out->save_snapshot != NULL) out->save_snapshot = arcollect_watched_save;
  if (out->load_snapshot != NULL) out->load_snapshot = arcollect_watched_load;
  if (out->drop != NULL) out->drop = arcollect_watched_drop;
  out->close = arcollect_watched_close;
}

static struct ArrowArrayStream *arcollect_stream_new(void) {
  return (struct ArrowArrayStream *)calloc(1, sizeof(struct ArrowArrayStream));
}

static void arcollect_stream_free(struct ArrowArrayStream *stream) {
  if (stream != NULL && stream->release != NULL) stream->release(stream);
  free(stream);
}

/* Of a capsule that nobody took the stream out of, and of one that somebody did. */
static void arcollect_capsule_free(void *capsule) {
  arcollect_stream_free((struct ArrowArrayStream *)PyCapsule_GetPointer((PyObject *)capsule, "arrow_array_stream"));
}
"""

ffi = FFI()
ffi.cdef(generate.declarations(os.path.join(HERE, "one", "arcollect.h")) + CALLBACKS)
ffi.set_source(
    "arcollect._native",
    SOURCE,
    sources=["one/arcollect.c"],
    include_dirs=["one"],
    define_macros=[("ARC_API", "")],  # nothing of the library is visible outside of the extension
    extra_compile_args=[] if os.name == "nt" else ["-ffp-contract=off", "-fvisibility=hidden"],
    py_limited_api=True,
)
