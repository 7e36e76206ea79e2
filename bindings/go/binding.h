// Between Go and the library: what Go can neither do in one call nor fill.
#ifndef ARCOLLECT_GO_BINDING_H
#define ARCOLLECT_GO_BINDING_H

#include "arcollect.h"

// malloc that counts what is not freed yet, for all handles of the process; on any thread.
const arc_allocator *arcollect_allocator(void);
void *arcollect_take(size_t size);
void arcollect_give(void *ptr, size_t size);
void arcollect_memory(int64_t *bytes, int64_t *blocks);

// What a storage can do besides appending and reading.
#define ARCOLLECT_SNAPSHOTS 1
#define ARCOLLECT_DROPS 2

// Fill in the functions that call Go; `handle` is a runtime/cgo.Handle.
void arcollect_fill_storage(arc_storage *out, uintptr_t handle, int32_t abilities);
void arcollect_fill_transport(arc_transport *out, uintptr_t handle);
void arcollect_fill_callbacks(arc_collector_options *out, uintptr_t handle, int32_t model);
void arcollect_fill_model(arc_reply_model *out, uintptr_t handle);

// The cells of a column: numbers, and 1 where there is none. Returns how many there are none of.
size_t arcollect_numbers(const arc_report *report, size_t column, int64_t *numbers, uint8_t *nulls);
// The texts of a column: how many bytes, then one behind the other with the end of each.
size_t arcollect_text_size(const arc_report *report, size_t column);
size_t arcollect_texts(const arc_report *report, size_t column, char *bytes, int64_t *ends, uint8_t *nulls);

// Makes a stream that holds nothing, of memory that may hold anything.
void arcollect_no_stream(struct ArrowArrayStream *stream);
// Releases a stream that is there, and not released yet.
void arcollect_release_stream(struct ArrowArrayStream *stream);

#endif
