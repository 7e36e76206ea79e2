/* Rows in from Arrow arrays against the same rows posted as structs, and reports out against a copy of their
 * bytes: processor time, ratios of one run.
 *
 * usage: bench_arrow [INVOICES]     1,000,000 */
#include "arcollect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CUSTOMERS 20000
#define KEY       12 /* bytes of each key */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(arc_status status) {
  if (status >= 0) return;
  fprintf(stderr, "%s\n", arc_status_name(status));
  exit(1);
}

/* Columns of the book: keys of one length, so that offsets count them. */
static struct {
  int64_t rows;
  int32_t *offsets, *issued, *due;
  char *keys, *customers;
  int64_t *amounts;
  int given;
} table;

static void *room(size_t size) {
  void *at = malloc(size);
  if (!at) abort();
  return at;
}

static void make_table(int64_t rows) {
  size_t n = (size_t)rows;
  table.rows = rows;
  table.offsets = room((n + 1) * 4);
  table.issued = room(n * 4);
  table.due = room(n * 4);
  table.amounts = room(n * 8);
  table.keys = room(n * KEY + 1);
  table.customers = room(n * KEY + 1);
  for (size_t i = 0; i < n; i++) {
    table.offsets[i] = (int32_t)(i * KEY);
    table.issued[i] = 20000 + (int32_t)(i / 3000);
    table.due[i] = table.issued[i] + 30;
    table.amounts[i] = 1000 + (int64_t)(i * 31 % 900000);
    snprintf(table.keys + i * KEY, KEY + 1, "INV-%08u", (unsigned)i);
    snprintf(table.customers + i * KEY, KEY + 1, "C-%010u", (unsigned)(i * 7919 % CUSTOMERS));
  }
  table.offsets[n] = (int32_t)(n * KEY);
}

static arc_ledger *book(void) {
  arc_ledger *ledger;
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  memcpy(options.currency, "EUR", 4);
  must(arc_ledger_open(&ledger, &options, NULL));
  must(arc_batch_begin(ledger, NULL));
  for (unsigned i = 0; i < CUSTOMERS; i++) {
    arc_customer customer = ARC_CUSTOMER_INIT;
    char key[KEY + 1];
    snprintf(key, sizeof key, "C-%010u", i);
    customer.key.data = key;
    customer.key.size = KEY;
    must(arc_ledger_post_customers(ledger, &customer, 1, NULL));
  }
  must(arc_batch_commit(ledger, NULL));
  return ledger;
}

/* ---- the stream ---- */

static const char *const names[] = {"key", "customer", "issued", "due", "amount"};
static const char *const formats[] = {"u", "u", "tdD", "tdD", "l"};
static struct ArrowSchema fields[5], *field_pointers[5];
static struct ArrowArray arrays[5], *array_pointers[5];
static const void *buffers[5][3];

static void drop_schema(struct ArrowSchema *schema) {
  schema->release = NULL;
}
static void drop_array(struct ArrowArray *array) {
  array->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  (void)stream;
  for (int i = 0; i < 5; i++) {
    fields[i] = (struct ArrowSchema){formats[i], names[i], NULL, 0, 0, NULL, NULL, drop_schema, NULL};
    field_pointers[i] = &fields[i];
  }
  *out = (struct ArrowSchema){"+s", "", NULL, 0, 5, field_pointers, NULL, drop_schema, NULL};
  return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  static const void *no_bits[1];
  (void)stream;
  memset(out, 0, sizeof *out);
  if (table.given) return 0;
  table.given = 1;
  buffers[0][1] = buffers[1][1] = table.offsets;
  buffers[0][2] = table.keys;
  buffers[1][2] = table.customers;
  buffers[2][1] = table.issued;
  buffers[3][1] = table.due;
  buffers[4][1] = table.amounts;
  for (int i = 0; i < 5; i++) {
    arrays[i] =
        (struct ArrowArray){table.rows, 0, 0, i < 2 ? 3 : 2, 0, buffers[i], NULL, NULL, drop_array, NULL};
    array_pointers[i] = &arrays[i];
  }
  *out = (struct ArrowArray){table.rows, 0, 0, 1, 5, no_bits, array_pointers, NULL, drop_array, NULL};
  return 0;
}

static void drop_stream(struct ArrowArrayStream *stream) {
  stream->release = NULL;
}

static double post_arrow(void) {
  struct ArrowArrayStream stream = {get_schema, get_next, NULL, drop_stream, NULL};
  arc_ledger *ledger = book();
  table.given = 0;
  double begun = now();
  must(arc_ledger_post_arrow(NULL, ledger, ARC_ROWS_INVOICES, 0, &stream, NULL));
  double took = now() - begun;
  arc_ledger_close(ledger);
  return took;
}

/* The same from structs that the host fills, `count` a call, in one batch. */
static double post_structs(arc_ledger **kept) {
  enum { COUNT = 512 };
  static arc_invoice rows[COUNT];
  static const arc_invoice empty = ARC_INVOICE_INIT;
  arc_ledger *ledger = book();
  double begun = now();
  must(arc_batch_begin(ledger, NULL));
  for (int64_t at = 0; at < table.rows;) {
    size_t count = 0;
    for (; count < COUNT && at < table.rows; count++, at++) {
      rows[count] = empty;
      rows[count].key.data = table.keys + at * KEY;
      rows[count].customer.data = table.customers + at * KEY;
      rows[count].key.size = rows[count].customer.size = KEY;
      rows[count].issued = table.issued[at];
      rows[count].due = table.due[at];
      rows[count].amount = table.amounts[at];
    }
    must(arc_ledger_post_invoices(ledger, rows, count, NULL));
  }
  must(arc_batch_commit(ledger, NULL));
  double took = now() - begun;
  if (kept)
    *kept = ledger;
  else
    arc_ledger_close(ledger);
  return took;
}

/* ---- out ---- */

static void *(*volatile copy_bytes)(void *, const void *,
                                    size_t) = memcpy; /* that no compiler sees through */

/* What a consumer sees of a stream: all its buffers, and the time to copy them. */
static double copy(struct ArrowArrayStream *stream, double *bytes, const char *const *types, size_t columns) {
  double took = 0;
  struct ArrowArray batch;
  *bytes = 0;
  for (;;) {
    if (stream->get_next(stream, &batch)) exit(1);
    if (!batch.release) return took;
    for (size_t i = 0; i < columns; i++) {
      const struct ArrowArray *column = batch.children[i];
      size_t rows = (size_t)batch.length, sizes[3] = {0};
      sizes[1] = rows * (types[i][0] == 'd' ? 16 : types[i][0] == 'l' ? 8 : 4);
      if (column->buffers[0]) sizes[0] = (rows + 7) / 8;
      if (types[i][0] == 'u') sizes[2] = (size_t)((const int32_t *)column->buffers[1])[rows];
      for (int b = 0; b < 3; b++) {
        if (sizes[b] == 0) continue;
        char *to = room(sizes[b]);
        memset(to, 1, sizes[b]); /* so that its pages are there */
        double begun = now();
        copy_bytes(to, column->buffers[b], sizes[b]);
        took += now() - begun;
        *bytes += (double)sizes[b];
        free(to);
      }
    }
    batch.release(&batch);
  }
}

static void hand_out(arc_ledger *ledger) {
  for (int whole = 0; whole < 2; whole++) {
    arc_query query = ARC_QUERY_INIT;
    arc_report *report;
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    const char *types[32];
    double bytes;
    query.report = ARC_REPORT_OPEN_ITEMS;
    double begun = now();
    must(arc_ledger_report(&report, ledger, &query, NULL));
    double built = now() - begun;
    begun = now();
    must(arc_report_arrow(&stream, report, whole ? ARC_WHOLE_UNITS : 0, NULL));
    double first = now() - begun;
    stream.release(&stream);
    begun = now();
    must(arc_report_arrow(&stream, report, whole ? ARC_WHOLE_UNITS : 0, NULL));
    double again = now() - begun;
    if (stream.get_schema(&stream, &schema)) exit(1);
    for (int64_t i = 0; i < schema.n_children && i < 32; i++)
      types[i] = schema.children[i]->format;
    double copying = copy(&stream, &bytes, types, (size_t)schema.n_children);
    schema.release(&schema);
    stream.release(&stream);
    printf("open items out, %s: report %.2f s; stream %.1f ms the first time (%.2f GB/s, %.2fx a copy of its "
           "%.0f MB), "
           "%.3f ms again\n",
           whole ? "whole units" : "minor units", built, first * 1e3, bytes / first / 1e9, first / copying,
           bytes / 1e6, again * 1e3);
    arc_report_free(report);
  }
}

int main(int argc, char **argv) {
  arc_ledger *ledger = NULL;
  double arrow = 1e9, structs = 1e9;
  make_table(argc > 1 ? atoll(argv[1]) : 1000000);
  for (int i = 0; i < 3; i++) {
    if (ledger) arc_ledger_close(ledger);
    double took = post_structs(&ledger);
    structs = took < structs ? took : structs;
    took = post_arrow();
    arrow = took < arrow ? took : arrow;
  }
  printf("invoices in: structs %.2f M/s, Arrow %.2f M/s: %.3fx the time\n",
         (double)table.rows / structs / 1e6, (double)table.rows / arrow / 1e6, arrow / structs);
  hand_out(ledger);
  arc_ledger_close(ledger);
  return 0;
}
