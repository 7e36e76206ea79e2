#include "report_internal.h"

#include "arcollect/arrow.h"
#include "arcollect/money.h"
#include "error.h"

#include <string.h>

/* Hands reports out through the Arrow C stream interface. What a consumer gets points into the report's
 * chunks, and into one block a chunk and form with what has to lie otherwise there; both are made before a
 * stream is handed out and then only read. Every stream, schema and array that was handed out, each child
 * too, since a consumer may keep a child alone, is an owner of the report. */

#define REPORT_ARROW_MINOR        0  /* the forms: amounts and shares as they are kept */
#define REPORT_ARROW_WHOLE        1  /* and in whole units */
#define REPORT_ARROW_ENOMEM       12 /* which is no number of C's, but the same wherever there are such */
#define REPORT_ARROW_MONEY_DIGITS 4  /* the most that a currency has */

typedef struct report_arrow_stream {
  arc_report *report;
  size_t next; /* chunk */
  int form;
  const char *error; /* NULL: none */
} report_arrow_stream;

/* ---- what is copied ---- */

static size_t report_arrow_round(size_t size) {
  return (size + 15) / 16 * 16;
}

/* Whether a column is no array of the report's in a form. */
static int report_arrow_is_decimal(const arc_report *report, size_t column, int form) {
  int32_t type = report->columns[column].type;
  return form == REPORT_ARROW_WHOLE && (type == ARC_COLUMN_MONEY || type == ARC_COLUMN_PPM);
}

/* The block begins with three pointers and the number of nulls of each column. */
static size_t report_arrow_head(const arc_report *report) {
  return report_arrow_round(report->column_count * (3 * sizeof(void *) + sizeof(int64_t)));
}

static int64_t *report_arrow_nulls(const arc_report *report, const arc__report_batch *batch, size_t column) {
  unsigned char *block = (unsigned char *)(void *)batch->buffers;
  return (int64_t *)(void *)(block + report_arrow_head(report)) - report->column_count + column;
}

static size_t report_arrow_block_size(const arc_report *report, const arc__report_chunk *chunk, size_t rows,
                                      int form) {
  size_t size = report_arrow_head(report) + chunk->arena.size;
  for (size_t i = 0; i < report->column_count; i++) {
    if (report->columns[i].type == ARC_COLUMN_TEXT) size += report_arrow_round(4 * (rows + 1)) + 2 * 16;
    if (report_arrow_is_decimal(report, i, form)) size += 16 * rows + report_arrow_round((rows + 7) / 8);
  }
  return size;
}

/* Copies a text to where 16 bytes more have room: short ones, as most are, in one piece with what lies behind
 * them. */
static void report_arrow_copy(unsigned char *to, const char *text, size_t size, const unsigned char *end) {
  if (size <= 16 && end - (const unsigned char *)text >= 16)
    memcpy(to, text, 16);
  else
    memcpy(to, text, size);
}

/* Offsets and bytes of a column of texts behind one another; where they end, NULL if that is too far. */
static unsigned char *report_arrow_texts(const arc_report *report, const arc__report_chunk *chunk,
                                         size_t column, size_t rows, unsigned char *at,
                                         const void **buffers) {
  const int64_t *places = (const void *)arc__report_cells(report, chunk, column);
  const unsigned char *bits = buffers[0], *arena_end = chunk->arena.data + chunk->arena.size;
  int32_t *offsets = (void *)at;
  unsigned char *bytes = at + report_arrow_round(4 * (rows + 1));
  size_t end = 0, size;
  for (size_t row = 0; row < rows; row++) {
    offsets[row] = (int32_t)end;
    if (bits && !(bits[row / 8] >> row % 8 & 1)) continue;
    const char *text = arc__report_stored(&chunk->arena, (size_t)places[row], &size);
    if (size > INT32_MAX - end) return NULL;
    report_arrow_copy(bytes + end, text, size, arena_end);
    end += size;
  }
  offsets[rows] = (int32_t)end;
  buffers[1] = offsets;
  buffers[2] = bytes;
  return bytes + report_arrow_round(end);
}

/* An amount times 1 to 10,000 as a number of 128 bits in the machine's order. */
static void report_arrow_decimal(unsigned char *out, int64_t value, uint64_t times) {
  const uint16_t one = 1;
  unsigned char little;
  uint64_t positive = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  uint64_t low = (positive & UINT32_MAX) * times, high = (positive >> 32) * times + (low >> 32);
  low = high << 32 | (low & UINT32_MAX);
  high >>= 32;
  if (value < 0) {
    low = 0 - low;
    high = ~high + (low == 0);
  }
  memcpy(&little, &one, 1);
  memcpy(out + (little ? 0 : 8), &low, 8);
  memcpy(out + (little ? 8 : 0), &high, 8);
}

/* What the amounts of a currency are multiplied by; 0 if there is none such. */
static uint64_t report_arrow_times(const char *currency) {
  static const uint64_t powers[] = {10000, 1000, 100, 10, 1};
  int32_t digits = arc_currency_digits(currency);
  return digits >= 0 && digits <= REPORT_ARROW_MONEY_DIGITS ? powers[digits] : 0;
}

/* The currencies of a column of amounts, of which that of the row before is mostly the next one's. */
typedef struct report_arrow_currencies {
  const arc__buffer *arena;
  const int64_t *places; /* NULL: there are none */
  const unsigned char *bits;
  char known[4];
  uint64_t times; /* of the known one */
} report_arrow_currencies;

static uint64_t report_arrow_row_times(report_arrow_currencies *c, size_t row) {
  size_t size;
  if (!c->places || !(c->bits[row / 8] >> row % 8 & 1)) return 0;
  const char *code = arc__report_stored(c->arena, (size_t)c->places[row], &size);
  if (size != 3) return 0;
  if (memcmp(code, c->known, 4) != 0) {
    memcpy(c->known, code, 4);
    c->times = report_arrow_times(code);
  }
  return c->times;
}

/* A column of amounts or shares in whole units, with bits of its own: an amount in no currency is none. */
static unsigned char *report_arrow_decimals(const arc_report *report, const arc__report_chunk *chunk,
                                            size_t column, size_t rows, unsigned char *at,
                                            const void **buffers, int64_t *nulls) {
  const int64_t *values = (const void *)arc__report_cells(report, chunk, column);
  unsigned char *bits = at + 16 * rows;
  size_t currency = report->columns[column].currency;
  int is_money = report->columns[column].type == ARC_COLUMN_MONEY;
  report_arrow_currencies currencies = {&chunk->arena, NULL, NULL, {0}, 0};
  if (currency < report->column_count) {
    currencies.places = (const void *)arc__report_cells(report, chunk, currency);
    currencies.bits = arc__report_bits(report, chunk, currency);
  }
  memcpy(bits, arc__report_bits(report, chunk, column), (rows + 7) / 8);
  buffers[1] = at;
  for (size_t row = 0; row < rows; row++, at += 16) {
    uint64_t times = !(bits[row / 8] >> row % 8 & 1) ? 0
                     : is_money                      ? report_arrow_row_times(&currencies, row)
                                                     : 1;
    report_arrow_decimal(at, times ? values[row] : 0, times);
    if (times || !(bits[row / 8] >> row % 8 & 1)) continue;
    bits[row / 8] = (unsigned char)(bits[row / 8] & ~(1u << row % 8));
    ++*nulls;
  }
  buffers[0] = *nulls ? bits : NULL;
  return bits + report_arrow_round((rows + 7) / 8);
}

static arc_status report_arrow_fill(const arc_report *report, const arc__report_chunk *chunk, size_t rows,
                                    int form, arc__report_batch *batch, arc_error *err) {
  unsigned char *at = (unsigned char *)(void *)batch->buffers + report_arrow_head(report);
  for (size_t i = 0; i < report->column_count; i++) {
    const void **buffers = batch->buffers + 3 * i;
    int64_t *nulls = report_arrow_nulls(report, batch, i);
    *nulls = *arc__report_nulls(chunk, i);
    buffers[0] = *nulls ? arc__report_bits(report, chunk, i) : NULL;
    buffers[1] = arc__report_cells(report, chunk, i);
    if (report->columns[i].type == ARC_COLUMN_TEXT)
      at = report_arrow_texts(report, chunk, i, rows, at, buffers);
    else if (report_arrow_is_decimal(report, i, form))
      at = report_arrow_decimals(report, chunk, i, rows, at, buffers, nulls);
    if (!at)
      return arc__fail(err, ARC_E_OVERFLOW,
                       "the texts of column %s are too much for a batch: ask for fewer rows",
                       arc_report_column_name(report, i));
  }
  return ARC_OK;
}

static arc_status report_arrow_batch(arc_report *report, size_t number, int form, arc_error *err) {
  arc__report_chunk *chunk = &report->chunks[number];
  size_t rows = arc__report_chunk_rows(report, number);
  arc__report_batch batch = {NULL, report_arrow_block_size(report, chunk, rows, form)};
  if (chunk->batches[form].buffers) return ARC_OK;
  batch.buffers = arc__resize(&report->heap, NULL, 0, batch.size);
  if (!batch.buffers) return arc__fail_nomem(err);
  arc_status status = report_arrow_fill(report, chunk, rows, form, &batch, err);
  if (status < 0)
    arc__free(&report->heap, (void *)batch.buffers, batch.size);
  else
    chunk->batches[form] = batch;
  return status;
}

/* ---- fields ---- */

/* Numbers of metadata are in the machine's order. */
static void report_arrow_pair(arc__buffer *b, const char *key, const char *value) {
  const char *const both[] = {key, value};
  for (int i = 0; i < 2; i++) {
    int32_t size = (int32_t)strlen(both[i]);
    arc__buffer_bytes(b, &size, sizeof size);
    arc__buffer_string(b, both[i]);
  }
}

/* Makes what each field says of itself, once: sizes, then as the interface has it. */
static arc_status report_arrow_metadata(arc_report *report, int form, arc_error *err) {
  arc__buffer *all = &report->metadata[form], one;
  if (all->size) return ARC_OK;
  arc__buffer_init(&one, &report->heap);
  for (size_t i = 0; i < report->column_count; i++) {
    int is_money = report->columns[i].type == ARC_COLUMN_MONEY;
    const char *currency = arc_report_column_name(report, report->columns[i].currency);
    int32_t pairs = is_money && currency ? 3 : 2;
    one.size = 0;
    if (is_money || report->columns[i].type == ARC_COLUMN_PPM) {
      arc__buffer_bytes(&one, &pairs, sizeof pairs);
      report_arrow_pair(&one, "arcollect:type", is_money ? "money" : "ppm");
      report_arrow_pair(&one, "arcollect:unit",
                        form == REPORT_ARROW_WHOLE ? "whole"
                        : is_money                 ? "minor"
                                                   : "ppm");
      if (pairs == 3) report_arrow_pair(&one, "arcollect:currency", currency);
    }
    arc__buffer_u32(all, (uint32_t)one.size);
    arc__buffer_bytes(all, one.data, one.size);
  }
  int failed = one.failed || all->failed;
  arc__buffer_free(&one);
  if (!failed) return ARC_OK;
  arc__buffer_free(all);
  arc__buffer_init(all, &report->heap);
  return arc__fail_nomem(err);
}

static const char *report_arrow_format(const arc_report *report, size_t column, int form) {
  switch (report->columns[column].type) {
  case ARC_COLUMN_TEXT:
    return "u";
  case ARC_COLUMN_DAY:
    return "tdD";
  case ARC_COLUMN_MONEY:
    return form == REPORT_ARROW_WHOLE ? "d:23,4" : "l";
  case ARC_COLUMN_PPM:
    return form == REPORT_ARROW_WHOLE ? "d:19,6" : "l";
  default:
    return "l";
  }
}

/* ---- what is handed out ---- */

/* What a schema or an array of a struct keeps: its children and the pointers to them lie behind. */
typedef struct report_arrow_parent {
  arc_report *report;
  const void *no_bits;
  uint64_t size; /* so wide that what lies behind is aligned as its own */
} report_arrow_parent;

/* A parent with room for as many children as there are columns; NULL: no memory. */
static report_arrow_parent *report_arrow_adopt(arc_report *report, size_t child_size) {
  size_t size = sizeof(report_arrow_parent) + report->column_count * (child_size + sizeof(void *));
  report_arrow_parent *parent = arc__alloc(&report->heap, size);
  if (!parent) return NULL;
  parent->report = report;
  parent->size = size;
  arc__owners_join(&report->owners);
  return parent;
}

static void report_arrow_abandon(report_arrow_parent *parent) {
  arc_report *report = parent->report;
  arc__free(&report->heap, parent, (size_t)parent->size);
  arc_report_free(report);
}

static void report_arrow_release_field(struct ArrowSchema *field) {
  arc_report *report = field->private_data;
  field->release = NULL;
  arc_report_free(report);
}

static void report_arrow_release_schema(struct ArrowSchema *schema) {
  for (int64_t i = 0; i < schema->n_children; i++)
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
  schema->release = NULL;
  report_arrow_abandon(schema->private_data);
}

static void report_arrow_release_column(struct ArrowArray *column) {
  arc_report *report = column->private_data;
  column->release = NULL;
  arc_report_free(report);
}

static void report_arrow_release_array(struct ArrowArray *array) {
  for (int64_t i = 0; i < array->n_children; i++)
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
  array->release = NULL;
  report_arrow_abandon(array->private_data);
}

static int report_arrow_no_memory(report_arrow_stream *stream) {
  stream->error = "no memory";
  return REPORT_ARROW_ENOMEM;
}

static int report_arrow_get_schema(struct ArrowArrayStream *self, struct ArrowSchema *out) {
  report_arrow_stream *stream = self->private_data;
  arc_report *report = stream->report;
  report_arrow_parent *parent = report_arrow_adopt(report, sizeof(struct ArrowSchema));
  if (!parent) return report_arrow_no_memory(stream);
  struct ArrowSchema *fields = (struct ArrowSchema *)(void *)(parent + 1);
  struct ArrowSchema **children = (struct ArrowSchema **)(void *)(fields + report->column_count);
  const unsigned char *metadata = report->metadata[stream->form].data;
  for (size_t i = 0; i < report->column_count; i++) {
    uint32_t size = arc__load_u32(metadata);
    children[i] = &fields[i];
    fields[i].format = report_arrow_format(report, i, stream->form);
    fields[i].name = arc_report_column_name(report, i);
    fields[i].metadata = size ? (const char *)metadata + 4 : NULL;
    fields[i].flags = ARROW_FLAG_NULLABLE;
    fields[i].release = report_arrow_release_field;
    fields[i].private_data = report;
    arc__owners_join(&report->owners);
    metadata += 4 + size;
  }
  memset(out, 0, sizeof *out);
  out->format = "+s";
  out->name = "";
  out->n_children = (int64_t)report->column_count;
  out->children = children;
  out->release = report_arrow_release_schema;
  out->private_data = parent;
  return 0;
}

static int report_arrow_get_next(struct ArrowArrayStream *self, struct ArrowArray *out) {
  report_arrow_stream *stream = self->private_data;
  arc_report *report = stream->report;
  memset(out, 0, sizeof *out);
  if (stream->next == report->chunk_count) return 0; /* released: the end */
  report_arrow_parent *parent = report_arrow_adopt(report, sizeof(struct ArrowArray));
  if (!parent) return report_arrow_no_memory(stream);
  struct ArrowArray *columns = (struct ArrowArray *)(void *)(parent + 1);
  struct ArrowArray **children = (struct ArrowArray **)(void *)(columns + report->column_count);
  const arc__report_batch *batch = &report->chunks[stream->next].batches[stream->form];
  int64_t rows = (int64_t)arc__report_chunk_rows(report, stream->next++);
  for (size_t i = 0; i < report->column_count; i++) {
    children[i] = &columns[i];
    columns[i].length = rows;
    columns[i].null_count = *report_arrow_nulls(report, batch, i);
    columns[i].n_buffers = report->columns[i].type == ARC_COLUMN_TEXT ? 3 : 2;
    columns[i].buffers = batch->buffers + 3 * i;
    columns[i].release = report_arrow_release_column;
    columns[i].private_data = report;
    arc__owners_join(&report->owners);
  }
  out->length = rows;
  out->n_buffers = 1;
  out->n_children = (int64_t)report->column_count;
  out->buffers = &parent->no_bits;
  out->children = children;
  out->release = report_arrow_release_array;
  out->private_data = parent;
  return 0;
}

static const char *report_arrow_get_last_error(struct ArrowArrayStream *self) {
  return ((const report_arrow_stream *)self->private_data)->error;
}

static void report_arrow_release(struct ArrowArrayStream *self) {
  report_arrow_stream *stream = self->private_data;
  arc_report *report = stream->report;
  self->release = NULL;
  arc__free(&report->heap, stream, sizeof *stream);
  arc_report_free(report);
}

arc_status arc_report_arrow(struct ArrowArrayStream *out, arc_report *report, uint32_t options,
                            arc_error *err) {
  int form = options & ARC_WHOLE_UNITS ? REPORT_ARROW_WHOLE : REPORT_ARROW_MINOR;
  if (!out || !report) return arc__fail(err, ARC_E_INVALID, "a report and a place for its stream are needed");
  memset(out, 0, sizeof *out);
  if (options & ~ARC_WHOLE_UNITS)
    return arc__fail(err, ARC_E_INVALID, "options must be 0 or ARC_WHOLE_UNITS");
  ARC__TRY(report_arrow_metadata(report, form, err));
  for (size_t i = 0; i < report->chunk_count; i++)
    ARC__TRY(report_arrow_batch(report, i, form, err));
  report_arrow_stream *stream = arc__alloc(&report->heap, sizeof *stream);
  if (!stream) return arc__fail_nomem(err);
  stream->report = report;
  stream->form = form;
  arc__owners_join(&report->owners);
  out->get_schema = report_arrow_get_schema;
  out->get_next = report_arrow_get_next;
  out->get_last_error = report_arrow_get_last_error;
  out->release = report_arrow_release;
  out->private_data = stream;
  return ARC_OK;
}
