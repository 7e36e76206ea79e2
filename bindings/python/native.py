"""The extension module arcollect._native: all of arcollect.h, over the library as one file."""
import os
import sys

from cffi import FFI

HERE = os.path.dirname(os.path.abspath(__file__)) if "__file__" in globals() else os.getcwd()
sys.path.insert(0, HERE)
import generate  # noqa: E402

CALLBACKS = """
typedef struct arcollect_memory { uint64_t bytes, blocks; } arcollect_memory;
void *arcollect_counted(void *user, void *ptr, size_t old_size, size_t new_size);
typedef struct arcollect_watched { arc_storage inner; void *watch; } arcollect_watched;
void arcollect_watch(arc_storage *out, arcollect_watched *watched);
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

typedef struct arcollect_memory { uint64_t bytes, blocks; } arcollect_memory;

#if defined(__GNUC__)
#define ARCOLLECT_COUNT(counter, n) ((void)__atomic_fetch_add(&(counter), (uint64_t)(n), __ATOMIC_RELAXED))
#else
#define ARCOLLECT_COUNT(counter, n) ((counter) += (uint64_t)(n))
#endif

/* malloc that counts what is not freed yet. A report may be freed on another thread than its ledger's. */
static void *arcollect_counted(void *user, void *ptr, size_t old_size, size_t new_size) {
  arcollect_memory *memory = (arcollect_memory *)user;
  void *block;
  if (ptr == NULL) old_size = 0;
  if (new_size == 0) {
    ARCOLLECT_COUNT(memory->blocks, 0u - (uint64_t)(ptr != NULL));
    ARCOLLECT_COUNT(memory->bytes, 0u - (uint64_t)old_size);
    free(ptr);
    return NULL;
  }
  block = realloc(ptr, new_size);
  if (block != NULL) {
    ARCOLLECT_COUNT(memory->blocks, ptr == NULL);
    ARCOLLECT_COUNT(memory->bytes, (uint64_t)new_size - (uint64_t)old_size);
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
