#include "table.h"

#include <string.h>

#include "_cgo_export.h"

static void release_schema(struct ArrowSchema *schema) {
  --*(int *)schema->private_data;
  schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
  --*(int *)array->private_data;
  array->release = NULL;
}

static void release_stream(struct ArrowArrayStream *stream) {
  --((struct arrowtest_table *)stream->private_data)->live;
  stream->release = NULL;
}

static void schema_stays(struct ArrowSchema *schema) { (void)schema; }

static void array_stays(struct ArrowArray *array) { (void)array; }

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  struct arrowtest_table *table = stream->private_data;
  memset(out, 0, sizeof *out);
  out->format = "+s";
  out->name = "";
  out->n_children = table->count;
  out->children = table->schemas;
  out->release = release_schema;
  out->private_data = &table->live;
  table->live++;
  return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  struct arrowtest_table *table = stream->private_data;
  int code = table->handle != 0 ? arrowtestAsked(table->handle) : 0;
  memset(out, 0, sizeof *out);
  if (code != 0 || table->given) return code;
  out->length = table->rows;
  out->n_buffers = 1;
  out->buffers = table->buffers;
  out->n_children = table->count;
  out->children = table->arrays;
  out->release = release_array;
  out->private_data = &table->live;
  table->given = 1;
  table->live++;
  return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream) {
  (void)stream;
  return "the rows could not be read";
}

void arrowtest_open(struct arrowtest_table *table) {
  table->stream =
      (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, table};
  table->live = 1;
}

void arrowtest_column(struct arrowtest_table *table, int64_t i, char *name, const char *format, const void *data,
                      const void *texts) {
  struct arrowtest_column *column = &table->columns[i];
  column->buffers[1] = data;
  column->buffers[2] = texts;
  column->schema.format = format;
  column->schema.name = name;
  column->schema.release = schema_stays;
  column->array.length = table->rows;
  column->array.n_buffers = texts != NULL ? 3 : 2;
  column->array.buffers = column->buffers;
  column->array.release = array_stays;
  table->schemas[i] = &column->schema;
  table->arrays[i] = &column->array;
}

int arrowtest_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) { return stream->get_schema(stream, out); }

int arrowtest_next(struct ArrowArrayStream *stream, struct ArrowArray *out) { return stream->get_next(stream, out); }

void arrowtest_release(struct ArrowArrayStream *stream) {
  if (stream->release != NULL) stream->release(stream);
}

void arrowtest_release_schema(struct ArrowSchema *schema) { schema->release(schema); }

void arrowtest_release_array(struct ArrowArray *array) { array->release(array); }
