#include "binding.h"

#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

static int64_t live_bytes, live_blocks;

static void count(int64_t bytes, int64_t blocks) {
  (void)__atomic_fetch_add(&live_bytes, bytes, __ATOMIC_RELAXED);
  (void)__atomic_fetch_add(&live_blocks, blocks, __ATOMIC_RELAXED);
}

static void *counted(void *user, void *ptr, size_t old_size, size_t new_size) {
  void *block;
  (void)user;
  if (new_size == 0) {
    if (ptr != NULL) count(-(int64_t)old_size, -1);
    free(ptr);
    return NULL;
  }
  block = realloc(ptr, new_size);
  if (block != NULL) count((int64_t)new_size - (ptr != NULL ? (int64_t)old_size : 0), ptr == NULL);
  return block;
}

const arc_allocator *arcollect_allocator(void) {
  static const arc_allocator allocator = {(uint32_t)sizeof(arc_allocator), 0, NULL, counted};
  return &allocator;
}

void *arcollect_take(size_t size) { return counted(NULL, NULL, 0, size); }

void arcollect_give(void *ptr, size_t size) { (void)counted(NULL, ptr, size, 0); }

void arcollect_memory(int64_t *bytes, int64_t *blocks) {
  *bytes = __atomic_load_n(&live_bytes, __ATOMIC_RELAXED);
  *blocks = __atomic_load_n(&live_blocks, __ATOMIC_RELAXED);
}

static int32_t append(void *user, uint64_t first, uint32_t n, const void *bytes, size_t size) {
  return arcollectAppend((uintptr_t)user, first, n, (void *)bytes, size);
}

static int32_t read_on(void *user, uint64_t first, uint64_t offset, void *buf, size_t cap, size_t *size) {
  return arcollectRead((uintptr_t)user, first, offset, buf, cap, size);
}

static int32_t save_snapshot(void *user, uint64_t next, const void *bytes, size_t size) {
  return arcollectSaveSnapshot((uintptr_t)user, next, (void *)bytes, size);
}

static int32_t load_snapshot(void *user, uint64_t *next, uint64_t *total, uint64_t offset, void *buf, size_t cap,
                             size_t *size) {
  return arcollectLoadSnapshot((uintptr_t)user, next, total, offset, buf, cap, size);
}

static int32_t drop(void *user, uint64_t first) { return arcollectDrop((uintptr_t)user, first); }

static void close_storage(void *user) { arcollectCloseStorage((uintptr_t)user); }

void arcollect_fill_storage(arc_storage *out, uintptr_t handle, int32_t abilities) {
  memset(out, 0, sizeof *out);
  out->struct_size = (uint32_t)sizeof *out;
  out->user = (void *)handle;
  out->append = append;
  out->read = read_on;
  out->close = close_storage;
  if (abilities & ARCOLLECT_SNAPSHOTS) {
    out->save_snapshot = save_snapshot;
    out->load_snapshot = load_snapshot;
  }
  if (abilities & ARCOLLECT_DROPS) out->drop = drop;
}

static int32_t send_on(void *user, const arc_message *message) {
  return arcollectSend((uintptr_t)user, (arc_message *)message);
}

void arcollect_fill_transport(arc_transport *out, uintptr_t handle) {
  memset(out, 0, sizeof *out);
  out->struct_size = (uint32_t)sizeof *out;
  out->user = (void *)handle;
  out->send = send_on;
}

static int32_t progress(void *user, int32_t phase, uint64_t done, uint64_t total) {
  return arcollectProgress((uintptr_t)user, phase, done, total);
}

static int32_t ask(void *user, arc_text text, const char *language, arc_reply_answer *answer) {
  return arcollectAsk((uintptr_t)user, text, (char *)language, answer);
}

void arcollect_fill_callbacks(arc_collector_options *out, uintptr_t handle, int32_t model) {
  out->progress = progress;
  out->progress_user = (void *)handle;
  if (model) arcollect_fill_model(&out->reply_model, handle);
}

void arcollect_fill_model(arc_reply_model *out, uintptr_t handle) {
  out->user = (void *)handle;
  out->ask = ask;
}

size_t arcollect_numbers(const arc_report *report, size_t column, int64_t *numbers, uint8_t *nulls) {
  size_t rows = arc_report_rows(report), none = 0;
  for (size_t row = 0; row < rows; row++) {
    numbers[row] = arc_report_integer(report, row, column);
    nulls[row] = numbers[row] == 0 && arc_report_is_null(report, row, column);
    none += nulls[row];
  }
  return none;
}

size_t arcollect_text_size(const arc_report *report, size_t column) {
  size_t rows = arc_report_rows(report), sum = 0, size = 0;
  for (size_t row = 0; row < rows; row++) {
    (void)arc_report_text(report, row, column, &size);
    sum += size;
  }
  return sum;
}

size_t arcollect_texts(const arc_report *report, size_t column, char *bytes, int64_t *ends, uint8_t *nulls) {
  size_t rows = arc_report_rows(report), sum = 0, size = 0, none = 0;
  for (size_t row = 0; row < rows; row++) {
    const char *text = arc_report_text(report, row, column, &size);
    if (size > 0) memcpy(bytes + sum, text, size);
    sum += size;
    ends[row] = (int64_t)sum;
    nulls[row] = size == 0 && arc_report_is_null(report, row, column);
    none += nulls[row];
  }
  return none;
}

void arcollect_no_stream(struct ArrowArrayStream *stream) { memset(stream, 0, sizeof *stream); }

void arcollect_release_stream(struct ArrowArrayStream *stream) {
  if (stream != NULL && stream->release != NULL) stream->release(stream);
}
