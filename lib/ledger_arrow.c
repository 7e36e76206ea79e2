#include "ledger_arrow.h"

#include "arrow.h"
#include "currency.h"
#include "error.h"
#include "ledger_internal.h"
#include "report.h"
#include "text.h"

#include <stddef.h>
#include <string.h>

/* Rows of commands out of a stream of Arrow arrays. Columns are found by name; the rows of a slice of a chunk
 * are filled in column by column and posted by the public command of their kind, so that memory does not grow
 * with the stream, but for the commit, which is one. A row at fault is passed over and told, and the rest is
 * looked at as if it were not there. */

#define IMPORT_ROWS 512 /* of a slice */

/* ---- one call ---- */

typedef struct import_run {
  arc_ledger *ledger;
  const arc__import_kind *kind;
  uint32_t options;
  struct ArrowArrayStream *stream;
  arc_report *faults;
  uint64_t fault_count;
  arc_error first;                               /* fault */
  arc__arrow_column columns[ARC__IMPORT_FIELDS]; /* by field */
  int64_t places[ARC__IMPORT_FIELDS];            /* among the stream's columns; -1: there is none */
  int64_t width;                                 /* the stream's columns */
  uint64_t done;                                 /* rows before the slice */
  int recorded;
  size_t key, customer, currency; /* fields that are looked at */
  unsigned char *rows;            /* of the slice, as the command takes them */
  const char *wrong[IMPORT_ROWS]; /* with a row, found while it was filled in; NULL: nothing */
  size_t wrong_field[IMPORT_ROWS];
} import_run;

#define IMPORT_NO_FIELD SIZE_MAX

static const arc__report_column import_fault_columns[] = {
    {"row", ARC_COLUMN_INTEGER}, {"key", ARC_COLUMN_TEXT},     {"column", ARC_COLUMN_TEXT},
    {"status", ARC_COLUMN_TEXT}, {"message", ARC_COLUMN_TEXT},
};

/* What a function of the stream's said, as an error; 0 is none. */
static arc_status import_said(import_run *run, int code, const char *what, arc_error *err) {
  if (code == 0) return ARC_OK;
  arc__ledger_callback(run->ledger, 1);
  const char *text = run->stream->get_last_error ? run->stream->get_last_error(run->stream) : NULL;
  arc__ledger_callback(run->ledger, 0);
  if (!text || !arc__text_is_utf8(text, strlen(text))) text = "it does not say why";
  return arc__fail_host(err, ARC_E_HOST, code, "the stream gives no %s: %s", what, text);
}

/* ---- columns ---- */

static size_t import_find(const arc__import_kind *kind, const char *name) {
  for (size_t i = 0; i < kind->field_count; i++)
    if (strcmp(kind->fields[i].name, name) == 0) return i;
  return IMPORT_NO_FIELD;
}

/* Whether a column's type can be what the field is. */
static int import_suits(const arc__arrow_column *column, int type) {
  switch (type) {
  case ARC__IMPORT_TEXT:
  case ARC__IMPORT_CODE:
    return column->kind == ARC__ARROW_NULLS || arc__arrow_is_text(column);
  case ARC__IMPORT_DAY:
    return column->kind != ARC__ARROW_INTEGER && column->kind != ARC__ARROW_DECIMAL;
  case ARC__IMPORT_MONEY:
    return column->kind != ARC__ARROW_DAY && column->kind != ARC__ARROW_MOMENT;
  default:
    return column->kind == ARC__ARROW_NULLS || column->kind == ARC__ARROW_INTEGER ||
           column->kind == ARC__ARROW_DECIMAL;
  }
}

static arc_status import_column(import_run *run, const struct ArrowSchema *field, int64_t place,
                                arc_error *err) {
  static const char *const wanted[] = {"text",       "text",       "a date",
                                       "an integer", "an integer", "decimal128, an integer or text"};
  const char *name = field->name ? field->name : "";
  size_t at = import_find(run->kind, name);
  if (at == IMPORT_NO_FIELD)
    return arc__fail(err, ARC_E_INVALID, "%s have no column \"%.64s\": rename it, or leave it out",
                     run->kind->name, name);
  if (run->places[at] >= 0) return arc__fail(err, ARC_E_INVALID, "column \"%s\" is there twice", name);
  ARC__TRY(arc__arrow_field(&run->columns[at], field, err));
  if (!import_suits(&run->columns[at], run->kind->fields[at].type))
    return arc__fail(err, ARC_E_INVALID, "column \"%s\" is of Arrow's type \"%.40s\": cast it to %s", name,
                     field->format, wanted[run->kind->fields[at].type]);
  run->places[at] = place;
  return ARC_OK;
}

static arc_status import_columns(import_run *run, const struct ArrowSchema *schema, arc_error *err) {
  if (!schema->release || !schema->format || strcmp(schema->format, "+s") != 0 || schema->n_children < 0 ||
      (schema->n_children > 0 && !schema->children))
    return arc__fail(
        err, ARC_E_INVALID,
        "the stream is none of tables: its arrays must be structs, whose fields are the columns");
  for (size_t i = 0; i < ARC__IMPORT_FIELDS; i++)
    run->places[i] = -1;
  run->width = schema->n_children;
  for (int64_t i = 0; i < schema->n_children; i++) {
    if (!schema->children[i])
      return arc__fail(err, ARC_E_INVALID, "the stream's schema has a column that is not there");
    ARC__TRY(import_column(run, schema->children[i], i, err));
  }
  for (size_t i = 0; i < run->kind->field_count; i++)
    if (run->kind->fields[i].is_needed && run->places[i] < 0)
      return arc__fail(err, ARC_E_INVALID, "%s need a column \"%s\"", run->kind->name,
                       run->kind->fields[i].name);
  return ARC_OK;
}

static arc_status import_schema(import_run *run, arc_error *err) {
  struct ArrowSchema schema;
  memset(&schema, 0, sizeof schema);
  arc__ledger_callback(run->ledger, 1);
  int code = run->stream->get_schema(run->stream, &schema);
  arc__ledger_callback(run->ledger, 0);
  ARC__TRY(import_said(run, code, "schema", err));
  arc_status status = import_columns(run, &schema, err);
  arc__ledger_callback(run->ledger, 1);
  if (schema.release) schema.release(&schema);
  arc__ledger_callback(run->ledger, 0);
  return status;
}

/* ---- cells ---- */

static unsigned char *import_row(const import_run *run, size_t row) {
  return run->rows + row * run->kind->size;
}

static void import_is_wrong(import_run *run, size_t row, size_t field, const char *wrong) {
  if (run->wrong[row]) return;
  run->wrong[row] = wrong;
  run->wrong_field[row] = field;
}

/* The text that a field of a row was filled with; none if the kind has no such field. */
static arc_text import_text_of(const import_run *run, const unsigned char *row, size_t field) {
  arc_text text = {NULL, 0};
  if (field != IMPORT_NO_FIELD) memcpy(&text, row + run->kind->fields[field].at, sizeof text);
  return text;
}

/* What a row's amounts are in: its own currency, its customer's, or the book's, as its command has it. */
static void import_currency(const import_run *run, const unsigned char *row, char code[4]) {
  const arc__tables *t = ARC__L(run->ledger);
  memcpy(code, row + run->kind->fields[run->currency].at, 4);
  if (code[0]) return;
  uint32_t customer = arc__find_customer(t, import_text_of(run, row, run->customer));
  arc__currency_unpack(code, customer ? arc__u32(t, ARC__CUSTOMER_CURRENCY, customer)
                                      : arc__u32(t, ARC__BOOK_CURRENCY, 1));
}

static const char *import_code(unsigned char *at, const arc__arrow_column *column, int64_t cell) {
  arc_text text;
  const char *wrong = arc__arrow_text(&text, column, cell);
  if (wrong) return wrong;
  if (text.size != 3 && text.size != 0) return "is no currency of ISO 4217, such as USD";
  if (text.size) memcpy(at, text.data, 3);
  return NULL;
}

/* A number of 32 bits, signed or not. */
static const char *import_number(unsigned char *at, const arc__arrow_column *column, int64_t cell,
                                 int is_signed) {
  int64_t value;
  const char *wrong = arc__arrow_integer(&value, column, cell);
  if (wrong) return wrong;
  if (is_signed ? value < INT32_MIN || value > INT32_MAX : value < 0 || value > UINT32_MAX)
    return "is out of its range";
  int32_t number = (int32_t)value;
  uint32_t count = (uint32_t)value;
  memcpy(at, is_signed ? (const void *)&number : (const void *)&count, 4);
  return NULL;
}

static const char *import_money(const import_run *run, unsigned char *row, const arc__import_field *field,
                                const arc__arrow_column *column, int64_t cell) {
  int64_t amount;
  int whole = (run->options & ARC_WHOLE_UNITS) != 0;
  char currency[4] = {0};
  if (whole || column->kind != ARC__ARROW_INTEGER) import_currency(run, row, currency);
  const char *wrong = arc__arrow_money(&amount, column, cell, whole, currency);
  if (!wrong) memcpy(row + field->at, &amount, sizeof amount);
  return wrong;
}

static const char *import_cell(const import_run *run, unsigned char *row, const arc__import_field *field,
                               const arc__arrow_column *column, int64_t cell) {
  arc_text text;
  arc_day day;
  const char *wrong;
  switch (field->type) {
  case ARC__IMPORT_TEXT:
    wrong = arc__arrow_text(&text, column, cell);
    if (!wrong) memcpy(row + field->at, &text, sizeof text);
    return wrong;
  case ARC__IMPORT_CODE:
    return import_code(row + field->at, column, cell);
  case ARC__IMPORT_DAY:
    wrong = arc__arrow_day(&day, column, cell);
    if (!wrong) memcpy(row + field->at, &day, sizeof day);
    return wrong;
  case ARC__IMPORT_MONEY:
    return import_money(run, row, field, column, cell);
  default:
    return import_number(row + field->at, column, cell, field->type == ARC__IMPORT_NUMBER);
  }
}

/* Fills in one field of all rows of the slice, which begins at a row of the chunk. */
static void import_fill_field(import_run *run, size_t field, int64_t begin, size_t count) {
  const arc__arrow_column *column = &run->columns[field];
  for (size_t row = 0; row < count; row++) {
    int64_t cell = begin + (int64_t)row;
    if (arc__arrow_is_null(column, cell)) continue;
    const char *wrong = import_cell(run, import_row(run, row), &run->kind->fields[field], column, cell);
    if (wrong) import_is_wrong(run, row, field, wrong);
  }
}

static void import_fill(import_run *run, const struct ArrowArray *chunk, int64_t begin, size_t count) {
  uint32_t options = run->options & run->kind->options;
  for (size_t row = 0; row < count; row++) {
    memcpy(import_row(run, row), run->kind->empty, run->kind->size);
    memcpy(import_row(run, row) + offsetof(arc_invoice, options), &options, sizeof options);
    run->wrong[row] = arc__arrow_row_is_null(chunk, begin + (int64_t)row) ? "the row is null" : NULL;
    run->wrong_field[row] = IMPORT_NO_FIELD;
  }
  for (int money = 0; money < 2; money++) /* amounts last: what they are in is known then */
    for (size_t i = 0; i < run->kind->field_count; i++)
      if (run->places[i] >= 0 && (run->kind->fields[i].type == ARC__IMPORT_MONEY) == money)
        import_fill_field(run, i, begin, count);
}

/* ---- faults ---- */

/* Status of a row, as against one of the call. */
static int import_is_fault(arc_status status) {
  return status == ARC_E_INVALID || status == ARC_E_NOT_FOUND || status == ARC_E_EXISTS ||
         status == ARC_E_REFUSED || status == ARC_E_OVERFLOW || status == ARC_E_SYNTAX;
}

static const char *import_column_name(const import_run *run, uint32_t number) {
  for (size_t i = 0; i < run->kind->field_count; i++)
    if (run->kind->fields[i].number == number) return run->kind->fields[i].name;
  return NULL;
}

static void import_fault(import_run *run, size_t row, arc_error *fault) {
  arc_text key = import_text_of(run, import_row(run, row), run->key);
  const char *column = import_column_name(run, fault->field);
  fault->record = run->done + row;
  if (run->fault_count++ == 0) run->first = *fault;
  arc__report_add_integer(run->faults, (int64_t)fault->record);
  if (key.size && key.size <= ARC__KEY_MAX && arc__text_is_utf8(key.data, key.size))
    arc__report_add_text(run->faults, key.data, key.size);
  else
    arc__report_add_null(run->faults);
  if (column)
    arc__report_add_string(run->faults, column);
  else
    arc__report_add_null(run->faults);
  arc__report_add_string(run->faults, arc_status_name(fault->status));
  arc__report_add_string(run->faults, fault->text);
}

static void import_fault_found(import_run *run, size_t row) {
  arc_error fault = ARC_ERROR_INIT;
  size_t at = run->wrong_field[row];
  if (at == IMPORT_NO_FIELD)
    arc__fail(&fault, ARC_E_INVALID, "%s", run->wrong[row]);
  else
    arc__fail_field(&fault, ARC_E_INVALID, 0, run->kind->fields[at].number, "%s %s",
                    run->kind->fields[at].name, run->wrong[row]);
  import_fault(run, row, &fault);
}

/* Posts rows that were filled in. A call that fails has looked at the rows before the one at fault: they are
 * posted first, and the rest after it. */
static arc_status import_post(import_run *run, size_t begin, size_t end, arc_error *err) {
  size_t count = end - begin;
  while (begin < end) {
    arc_error fault = ARC_ERROR_INIT;
    arc_status status = run->kind->post(run->ledger, import_row(run, begin), count, &fault);
    if (status >= 0) {
      run->recorded |= status == ARC_OK;
      begin += count;
      count = end - begin;
    } else if (!import_is_fault(status) || fault.record >= count) {
      if (err) *err = fault;
      return status;
    } else if (fault.record > 0) {
      count = (size_t)fault.record;
    } else {
      import_fault(run, begin++, &fault);
      count = end - begin;
    }
  }
  return ARC_OK;
}

/* ---- chunks ---- */

static arc_status import_slice(import_run *run, const struct ArrowArray *chunk, int64_t begin, size_t count,
                               arc_error *err) {
  import_fill(run, chunk, begin, count);
  for (size_t row = 0; row < count;) {
    size_t from = row;
    while (row < count && !run->wrong[row])
      row++;
    ARC__TRY(import_post(run, from, row, err));
    if (row < count) import_fault_found(run, row++);
  }
  run->done += count;
  return ARC_OK;
}

static arc_status import_chunk(import_run *run, const struct ArrowArray *chunk, arc_error *err) {
  if (chunk->length < 0 || chunk->offset < 0 || chunk->offset > INT64_MAX - chunk->length ||
      chunk->n_children != run->width || (chunk->n_children > 0 && !chunk->children) ||
      chunk->n_buffers < 0 || (chunk->n_buffers > 0 && !chunk->buffers))
    return arc__fail(err, ARC_E_INVALID, "the stream gives an array that is not of its schema");
  for (size_t i = 0; i < run->kind->field_count; i++)
    if (run->places[i] >= 0)
      ARC__TRY(arc__arrow_take(&run->columns[i], chunk->children[run->places[i]], run->kind->fields[i].name,
                               chunk->offset, chunk->length, err));
  for (int64_t begin = 0; begin < chunk->length; begin += IMPORT_ROWS) {
    int64_t left = chunk->length - begin;
    ARC__TRY(import_slice(run, chunk, begin, left < IMPORT_ROWS ? (size_t)left : IMPORT_ROWS, err));
  }
  return ARC_OK;
}

static arc_status import_chunks(import_run *run, arc_error *err) {
  for (;;) {
    struct ArrowArray chunk;
    memset(&chunk, 0, sizeof chunk);
    arc__ledger_callback(run->ledger, 1);
    int code = run->stream->get_next(run->stream, &chunk);
    arc__ledger_callback(run->ledger, 0);
    ARC__TRY(import_said(run, code, "rows", err));
    if (!chunk.release) return ARC_OK;
    arc_status status = import_chunk(run, &chunk, err);
    arc__ledger_callback(run->ledger, 1);
    chunk.release(&chunk);
    arc__ledger_callback(run->ledger, 0);
    if (status < 0) return status;
  }
}

/* All of the stream, into the batch that is open. ARC_OK with faults, too. */
static arc_status import_all(import_run *run, arc_error *err) {
  const arc__heap *heap = &run->ledger->heap;
  ARC__TRY(import_schema(run, err));
  run->rows = arc__alloc(heap, IMPORT_ROWS * run->kind->size);
  if (!run->rows) return arc__fail_nomem(err);
  run->faults =
      arc__report_new(heap, import_fault_columns, sizeof import_fault_columns / sizeof *import_fault_columns);
  arc_status status = import_chunks(run, err);
  arc__free(heap, run->rows, IMPORT_ROWS * run->kind->size);
  return status < 0 ? status : arc__report_finish(&run->faults, run->faults, err);
}

/* What the call comes to once the stream was read: faults count, unless rows at fault are left out. */
static arc_status import_judge(const import_run *run, arc_error *err) {
  if (run->fault_count && !(run->options & ARC_SKIP_FAULTS))
    return arc__fail_field(err, run->first.status, run->first.record, run->first.field, "%s",
                           run->first.text);
  return run->recorded ? ARC_OK : ARC_ALREADY;
}

/* In a batch of its own, or within the host's, of which what was said before stays. */
static arc_status import_within(import_run *run, arc_error *err) {
  arc__savepoint before;
  int alone = run->ledger->state == ARC__LEDGER_IDLE;
  if (alone) ARC__TRY(arc_batch_begin(run->ledger, err));
  arc__ledger_savepoint(run->ledger, &before);
  arc_status status = import_all(run, err);
  if (status >= 0) status = import_judge(run, err);
  if (status >= 0) return alone ? arc_batch_commit(run->ledger, err) : status;
  if (alone)
    arc_batch_abort(run->ledger);
  else
    arc__ledger_back_to(run->ledger, &before);
  return status;
}

arc_status arc_ledger_post_arrow(arc_report **faults, arc_ledger *ledger, int32_t rows, uint32_t options,
                                 struct ArrowArrayStream *stream, arc_error *err) {
  const arc__import_kind *kind = arc__import_kind_of(rows);
  if (faults) *faults = NULL;
  ARC__TRY(arc__ledger_usable(ledger, err));
  if (!kind) return arc__fail(err, ARC_E_INVALID, "rows must be one of ARC_ROWS_*");
  if (options & ~(ARC_WHOLE_UNITS | ARC_SKIP_FAULTS | kind->options))
    return arc__fail(err, ARC_E_INVALID, "options has bits that are not defined for %s", kind->name);
  if (!stream || !stream->release || !stream->get_schema || !stream->get_next)
    return arc__fail(err, ARC_E_INVALID, "the stream is NULL, or released already");
  import_run *run = arc__alloc(&ledger->heap, sizeof *run);
  if (!run) return arc__fail_nomem(err);
  run->ledger = ledger;
  run->kind = kind;
  run->key = import_find(kind, "key");
  run->customer = import_find(kind, "customer");
  run->currency = import_find(kind, "currency");
  run->options = options;
  run->stream = stream;
  arc_status status = import_within(run, err);
  if (faults && run->fault_count && (status >= 0 || import_is_fault(status)))
    *faults = run->faults;
  else
    arc_report_free(run->faults);
  arc__free(&ledger->heap, run, sizeof *run);
  return status;
}
