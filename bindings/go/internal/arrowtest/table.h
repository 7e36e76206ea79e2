// The Arrow C data and stream interfaces, as any program declares them, and a table of one batch.
#ifndef ARROWTEST_TABLE_H
#define ARROWTEST_TABLE_H

#include <stdint.h>

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

struct arrowtest_column {
  struct ArrowSchema schema;
  struct ArrowArray array;
  const void *buffers[3];
};

// What a stream gives, and how much of it is not released: the stream, its schemas, its batches. With a handle, Go is
// called for the rows.
struct arrowtest_table {
  struct ArrowArrayStream stream;
  struct arrowtest_column *columns;
  struct ArrowSchema **schemas;
  struct ArrowArray **arrays;
  const void *buffers[1];
  int64_t count, rows;
  int given, live;
  uintptr_t handle;
};

void arrowtest_open(struct arrowtest_table *table);
void arrowtest_column(struct arrowtest_table *table, int64_t i, char *name, const char *format, const void *data,
                      const void *texts);

int arrowtest_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out);
int arrowtest_next(struct ArrowArrayStream *stream, struct ArrowArray *out);
void arrowtest_release(struct ArrowArrayStream *stream);
void arrowtest_release_schema(struct ArrowSchema *schema);
void arrowtest_release_array(struct ArrowArray *array);

#endif
