/*
 * An import does not post into the book. It proves what it read by posting it, after all that waits
 * in the staging table, into a ledger that records nothing, in the order in which `run` will post
 * it; so what the ledger would refuse is told with file, line and column. Then the rows are staged.
 * The whole import holds one write transaction, so that two imports cannot mix.
 */
#include "import.h"
#include "csv.h"
#include "intake.h"
#include "post.h"
#include "staging.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMPLAINTS_SHOWN 50

typedef struct source {
  char *path;
  layout how;
  unsigned char *bad_lines; /* 1: something of the line is bad */
  size_t bad_size;
} source;

typedef struct import {
  book *b;
  const import_options *options;
  row_book rows; /* what was staged before, then what is new */
  size_t staged; /* how many were staged before */
  source sources[FILE_KINDS];
  size_t source_count;
  size_t bad;     /* lines */
  size_t already; /* rows that were there */
  size_t made;    /* customers made from invoices */
  size_t unfit;   /* rows staged before that the book refuses by now */
  int applications;
  unsigned char *map_used; /* of each --map: some file has its column */
} import;

/* What the reader of a file and the proof know when they find something bad. */
typedef struct finding {
  import *of;
  source *in;
} finding;

/* ---- bad lines ---- */

static int line_is_bad(const source *in, uint32_t line) {
  return line < in->bad_size && in->bad_lines[line];
}

/* Marks a line; 1 if it was fine so far. */
static int mark_bad(source *in, uint32_t line) {
  if (line >= in->bad_size) {
    size_t size = ((size_t)line + 1) * 2;
    in->bad_lines = memory_resize(in->bad_lines, size);
    memset(in->bad_lines + in->bad_size, 0, size - in->bad_size);
    in->bad_size = size;
  }
  if (in->bad_lines[line]) return 0;
  in->bad_lines[line] = 1;
  return 1;
}

/* One message per bad line. `header` is the column as the file spells it, or NULL. */
static void tell_bad(import *im, source *in, uint32_t line, const char *header,
                     const char *reason) {
  if (!mark_bad(in, line)) return;
  im->bad++;
  if (im->bad == COMPLAINTS_SHOWN + 1) fputs("... and more\n", stderr);
  if (im->bad > COMPLAINTS_SHOWN) return;
  fprintf(stderr, "%s:%u: ", in->path, (unsigned)line);
  if (header) fprintf(stderr, "column %s: ", header);
  fprintf(stderr, "%s%s\n", reason, im->options->skip_bad ? " (skipped)" : "");
}

static void tell_bad_record(void *user, uint32_t line, int32_t column, const char *reason) {
  finding *f = user;
  const char *header = column >= 0 ? f->in->how.theirs[column] : NULL;
  tell_bad(f->of, f->in, line, header ? header : layout_column_name(column), reason);
}

static void tell_refused(void *user, row *r, const char *column, const arc_error *err) {
  import *im = user;
  source *in;
  const char *header = column[0] != '\0' ? column : NULL;
  size_t i;
  r->refused = 1;
  if (r->id != 0 && !r->changed) {
    im->unfit++;
    return;
  }
  in = &im->sources[r->file];
  for (i = 0; header && i < COLUMNS; i++) {
    if (strcmp(layout_column_name((int32_t)i), column) == 0 && in->how.theirs[i])
      header = in->how.theirs[i];
  }
  tell_bad(im, in, r->line, header, err->text);
}

/* ---- files ---- */

static void add_source(import *im, const char *folder, const char *name, int32_t kind) {
  buffer path = {NULL, 0, 0};
  source *s = &im->sources[im->source_count++];
  if (folder) buffer_format(&path, "%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/");
  buffer_text(&path, name);
  s->path = path.data;
  s->how.kind = kind;
}

static int exists_in(const char *folder, const char *name) {
  buffer path = {NULL, 0, 0};
  int found;
  buffer_format(&path, "%s/%s", folder, name);
  found = access(path.data, F_OK) == 0;
  buffer_free(&path);
  return found;
}

static int find_in_folder(import *im, const char *folder) {
  char plain[32], packed[32];
  int32_t kind;
  int code = 0;
  for (kind = 0; code == 0 && kind < FILE_KINDS; kind++) {
    int has_plain, has_packed;
    snprintf(plain, sizeof plain, "%s.csv", layout_file_name(kind));
    snprintf(packed, sizeof packed, "%s.csv.gz", layout_file_name(kind));
    has_plain = exists_in(folder, plain);
    has_packed = exists_in(folder, packed);
    if (has_plain && has_packed)
      code = fail_refused("%s holds both %s and %s; which one counts? Remove the other", folder,
                          plain, packed);
    else if (has_plain || has_packed)
      add_source(im, folder, has_plain ? plain : packed, kind);
  }
  if (code == 0 && im->source_count == 0)
    code = fail_refused(
        "%s holds none of customers, invoices, payments, applications, events, remittances with "
        ".csv or .csv.gz behind it; a file of another name is imported by its own name",
        folder);
  return code;
}

/* What a file holds by its name; -1 if that does not say. */
static int32_t kind_by_name(const char *path) {
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  int32_t kind;
  for (kind = 0; kind < FILE_KINDS; kind++) {
    if (strncmp(name, layout_file_name(kind), strlen(layout_file_name(kind))) == 0) return kind;
  }
  return -1;
}

static int find_sources(import *im) {
  const char *path = im->options->path;
  struct stat found;
  if (stat(path, &found) != 0) return fail_refused("%s: %s", path, strerror(errno));
  if (S_ISDIR(found.st_mode)) return find_in_folder(im, path);
  add_source(im, NULL, path, kind_by_name(path));
  return 0;
}

static int read_header(import *im, source *in, csv_reader *csv) {
  char complaint[COMPLAINT_SIZE];
  const char *const *cells;
  size_t count;
  buffer ignored = {NULL, 0, 0};
  size_t i;
  int found = csv_next(csv, &cells, &count);
  if (found == CSV_END)
    return fail_refused("%s: the file is empty; a header with the names of the columns is expected",
                        in->path);
  if (found != CSV_ROW)
    return fail_refused("%s:%zu: %s", in->path, csv_line(csv), csv_complaint(csv));
  if (!layout_read(&in->how, in->how.kind, cells, count, &im->options->layout, &im->rows.texts,
                   &ignored, complaint)) {
    buffer_free(&ignored);
    return fail_refused("%s:%zu: %s", in->path, csv_line(csv), complaint);
  }
  fprintf(stderr, "%s: %s layout of %s, amounts %s, dates %s%s%s\n", in->path, in->how.name,
          layout_file_name(in->how.kind), in->how.minor ? "in minor units" : "decimal",
          in->how.date_format ? in->how.date_format : "ISO",
          ignored.size != 0 ? "; not used: " : "", ignored.size != 0 ? ignored.data : "");
  buffer_free(&ignored);
  for (i = 0; i < im->options->layout.map_count; i++)
    im->map_used[i] |= (unsigned char)layout_map_applies(im->options->layout.maps[i], cells, count);
  return 0;
}

/* Invoices may make their customers where no customers file comes along. */
static int has_customers_file(const import *im) {
  size_t i;
  for (i = 0; i < im->source_count; i++) {
    if (im->sources[i].how.kind == FILE_CUSTOMERS) return 1;
  }
  return 0;
}

static int read_records(import *im, source *in, csv_reader *csv) {
  finding f;
  intake taking;
  const char *const *cells;
  size_t count;
  int found;
  f.of = im;
  f.in = in;
  memset(&taking, 0, sizeof taking);
  taking.rows = &im->rows;
  taking.book_currency = im->b->currency;
  taking.how = &in->how;
  taking.file = (uint16_t)(in - im->sources);
  taking.makes_customers = !has_customers_file(im);
  taking.bad = tell_bad_record;
  taking.user = &f;
  while ((found = csv_next(csv, &cells, &count)) == CSV_ROW || found == CSV_BAD) {
    if (found == CSV_ROW)
      intake_record(&taking, cells, count, (uint32_t)csv_line(csv));
    else
      tell_bad(im, in, (uint32_t)csv_line(csv), NULL, csv_complaint(csv));
  }
  intake_finish(&taking);
  im->already += taking.already;
  im->made += taking.made;
  im->applications |= taking.applications;
  return found == CSV_FAULT
             ? fail_refused("%s:%zu: %s", in->path, csv_line(csv), csv_complaint(csv))
             : 0;
}

static int read_source(import *im, source *in) {
  csv_reader *csv = csv_open(in->path);
  int code;
  if (!csv) return fail_refused("%s: cannot be opened: %s", in->path, strerror(errno));
  code = read_header(im, in, csv);
  if (code == 0) code = read_records(im, in, csv);
  csv_close(csv);
  return code;
}

static int read_sources(import *im) {
  size_t i;
  int code = 0, last;
  /* Applications name charges and credit notes, which are events. */
  for (last = 0; last < 2; last++) {
    for (i = 0; code == 0 && i < im->source_count; i++) {
      if ((im->sources[i].how.kind == FILE_APPLICATIONS) == last)
        code = read_source(im, &im->sources[i]);
    }
  }
  for (i = 0; code == 0 && i < im->options->layout.map_count; i++) {
    if (!im->map_used[i])
      code = fail_refused("nothing was imported: --map %s: no file has such a column",
                          im->options->layout.maps[i]);
  }
  return code;
}

/* ---- proof ---- */

/* New customers in an order in which each comes after its parent. In a circle one comes too early,
 * and the ledger refuses it. */
static void order_customers(import *im) {
  const uint32_t unordered = UINT32_MAX;
  row **chain = memory_array(NULL, im->rows.count, sizeof *chain);
  uint32_t order = 0;
  size_t i;
  for (i = im->staged; i < im->rows.count; i++) {
    if (im->rows.rows[i]->kind == ROW_CUSTOMER) im->rows.rows[i]->order = unordered;
  }
  for (i = im->staged; i < im->rows.count; i++) {
    row *r = im->rows.rows[i];
    size_t length = 0;
    while (r && r->kind == ROW_CUSTOMER && r->id == 0 && r->order == unordered) {
      r->order = unordered - 1; /* on the chain: stops a circle */
      chain[length++] = r;
      r = row_book_find(&im->rows, ROW_CUSTOMER, r->fields[CUSTOMER_PARENT]);
    }
    while (length != 0)
      chain[--length]->order = order++;
  }
  free(chain);
}

/* Gathers what waits to be posted, or only what is new; in order. The caller frees it. */
static row **gather(const import *im, int only_new, size_t *count) {
  row **found = memory_array(NULL, im->rows.count, sizeof *found);
  size_t i;
  *count = 0;
  for (i = 0; i < im->rows.count; i++) {
    row *r = im->rows.rows[i];
    int waits = r->id == 0 || r->changed || (!only_new && r->day > im->b->posted_through);
    if (waits && !r->refused) found[(*count)++] = r;
  }
  row_sort(found, *count);
  return found;
}

static int prove_once(import *im) {
  arc_ledger *ledger = NULL;
  arc_error err = ARC_ERROR_INIT;
  size_t count;
  row **rows = gather(im, 0, &count);
  int code = book_ledger(im->b, ARC_LEDGER_DETACHED, &ledger);
  if (code == 0) {
    arc_status status = arc_batch_begin(ledger, &err);
    code = status == ARC_OK ? post_rows(ledger, rows, count, tell_refused, im)
                            : fail_status("try the import", status, &err);
    if (status == ARC_OK) arc_batch_abort(ledger);
    arc_ledger_close(ledger);
  }
  free(rows);
  return code;
}

/* Of a bad line nothing is imported: not the payment of an invoice that was refused either. A
 * customer that an invoice made stays, other invoices need it. @return how many rows this takes
 * away. */
static size_t drop_bad_lines(import *im) {
  size_t i, dropped = 0;
  for (i = im->staged; i < im->rows.count; i++) {
    row *r = im->rows.rows[i];
    const source *in = &im->sources[r->file];
    int made = r->kind == ROW_CUSTOMER && in->how.kind != FILE_CUSTOMERS;
    if (!r->refused && !made && line_is_bad(in, r->line)) {
      r->refused = 1;
      dropped++;
    }
  }
  return dropped;
}

static int prove(import *im) {
  size_t again;
  int code;
  order_customers(im);
  do {
    code = prove_once(im);
    again = code == 0 && im->options->skip_bad ? drop_bad_lines(im) : 0;
  } while (again != 0);
  return code;
}

/* ---- staging ---- */

static int store(import *im, size_t *count) {
  row **rows = gather(im, 1, count);
  int code = staging_store(im->b, rows, *count);
  /* Late facts are posted by the next run: it looks again from their day on. */
  if (code == 0 && *count != 0 && rows[0]->day <= im->b->posted_through)
    code = book_set_posted_through(im->b, rows[0]->day - 1);
  if (code == 0 && im->applications && !im->b->applications_given)
    code = book_set_applications_given(im->b);
  free(rows);
  return code;
}

/* Customers that were there and say something else now; one is counted with its contact. */
static size_t count_changed(const import *im) {
  size_t i, count = 0;
  for (i = 0; i < im->staged; i++) {
    const row *r = im->rows.rows[i], *of;
    if (!r->changed || r->refused) continue;
    of = r->kind == ROW_CONTACT ? row_book_find(&im->rows, ROW_CUSTOMER, r->fields[CONTACT_KEY]) : NULL;
    count += !of || !of->changed;
  }
  return count;
}

static void print_counts(const import *im) {
  size_t counts[FILE_KINDS] = {0};
  size_t i;
  for (i = im->staged; i < im->rows.count; i++) {
    const row *r = im->rows.rows[i];
    if (r->refused || r->kind == ROW_CONTACT) continue;
    counts[r->kind == ROW_CUSTOMER      ? FILE_CUSTOMERS
           : r->kind == ROW_INVOICE     ? FILE_INVOICES
           : r->kind == ROW_PAYMENT     ? FILE_PAYMENTS
           : r->kind == ROW_APPLICATION ? FILE_APPLICATIONS
           : r->kind == ROW_REMITTANCE  ? FILE_REMITTANCES
                                        : FILE_EVENTS]++;
  }
  printf("imported:");
  for (i = 0; i < FILE_KINDS; i++) {
    if (i == FILE_REMITTANCES && counts[i] == 0) continue;
    printf("%s %zu %s", i != 0 ? "," : "", counts[i], layout_file_name((int32_t)i));
  }
  printf("; there already: %zu; skipped lines: %zu\n", im->already, im->bad);
}

static int import_in_transaction(import *im) {
  size_t fresh = 0;
  int code = book_refresh(im->b);
  if (code == 0) code = staging_load(im->b, &im->rows, INT32_MIN, INT32_MAX, 1);
  im->staged = im->rows.count;
  if (code == 0) code = read_sources(im);
  if (code == 0 && im->options->skip_bad) drop_bad_lines(im);
  if (code == 0 && (im->bad == 0 || im->options->skip_bad) &&
      (im->rows.count > im->staged || count_changed(im) != 0))
    code = prove(im);
  if (code != 0) return code;
  if (im->bad != 0 && !im->options->skip_bad)
    return fail_refused(
        "nothing was imported: %zu bad line%s; correct %s, or leave %s out with --skip-bad",
        im->bad, im->bad == 1 ? "" : "s", im->bad == 1 ? "it" : "them",
        im->bad == 1 ? "it" : "them");
  code = store(im, &fresh);
  if (code != 0) return code;
  code = book_execute(im->b, "COMMIT");
  if (code != 0) return code;
  if (count_changed(im) != 0)
    remark("%zu customers are changed, as 'run' records", count_changed(im));
  if (im->made != 0)
    remark("%zu customers were made from their invoices, no customers file being there", im->made);
  if (im->unfit != 0)
    remark("%zu rows imported before do not fit any more; 'run' will refuse them and say why",
           im->unfit);
  if (fresh == 0)
    printf("nothing new: %zu rows are in the book already; skipped lines: %zu\n", im->already,
           im->bad);
  else
    print_counts(im);
  return 0;
}

int import_files(book *b, const import_options *options) {
  import im;
  size_t i;
  int code;
  memset(&im, 0, sizeof im);
  im.b = b;
  im.options = options;
  im.map_used = memory_new(options->layout.map_count);
  code = find_sources(&im);
  if (code == 0) code = book_execute(b, "BEGIN IMMEDIATE");
  if (code == 0) code = import_in_transaction(&im);
  if (!sqlite3_get_autocommit(b->db)) sqlite3_exec(b->db, "ROLLBACK", NULL, NULL, NULL);
  for (i = 0; i < im.source_count; i++) {
    free(im.sources[i].path);
    free(im.sources[i].bad_lines);
  }
  free(im.map_used);
  row_book_free(&im.rows);
  return code;
}
