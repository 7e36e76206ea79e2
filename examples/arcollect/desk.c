#include "desk.h"
#include "csv.h"
#include "letterhead.h"
#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEMPLATE_MAX 65535

/* A text file, NUL-terminated; NULL after a message with *code. */
static char *text_read(const char *path, size_t most, int *code) {
  char *text = memory_new(most + 2);
  FILE *file = fopen(path, "rb");
  size_t size = file ? fread(text, 1, most + 1, file) : 0;
  *code = 0;
  if (!file || ferror(file)) *code = fail_refused("%s: %s", path, strerror(errno));
  else if (size > most || memchr(text, '\0', size))
    *code = fail_refused("%s: expected text of at most %zu bytes", path, most);
  if (file) fclose(file);
  if (*code == 0) return text;
  free(text);
  return NULL;
}

int desk_letterhead(book *b, const char *path) {
  letterhead read;
  int code;
  char *text = text_read(path, LETTERHEAD_MAX, &code);
  if (!text) return code;
  code = letterhead_read(&read, text, path);
  letterhead_free(&read);
  if (code == 0) code = book_set_letterhead(b, text);
  free(text);
  return code;
}

/* ---- templates ---- */

/* The name of a template is its file's, without folder and ending. */
static arc_text template_name(const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
  arc_text text = {name, dot && dot != name ? (size_t)(dot - name) : strlen(name)};
  return text;
}

static int template_post(arc_ledger *ledger, const char *path) {
  arc_template_text row = ARC_TEMPLATE_TEXT_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_day last = book_info(ledger).run;
  arc_status status;
  int code;
  char *text = text_read(path, TEMPLATE_MAX, &code);
  if (!text) return code;
  row.name = template_name(path);
  row.text = text_of(text);
  row.day = last != ARC_DAY_NONE ? last : 0;
  status = arc_ledger_post_templates(ledger, &row, 1, &err);
  if (status == ARC_E_SYNTAX)
    code = fail_refused("%s:%u:%u: %s", path, (unsigned)err.line, (unsigned)err.column, err.text);
  else if (status < 0)
    code = fail_status("record the template", status, &err);
  free(text);
  return code;
}

int desk_templates(book *b, const char *const *paths, size_t count) {
  arc_ledger *ledger = NULL;
  arc_error err = ARC_ERROR_INIT;
  arc_status status;
  size_t i;
  int code = book_ledger(b, 0, &ledger);
  if (code != 0) return code;
  status = arc_batch_begin(ledger, &err);
  for (i = 0; i < count && code == 0; i++) code = template_post(ledger, paths[i]);
  if (code == 0 && status >= 0) status = arc_batch_commit(ledger, &err);
  arc_ledger_close(ledger);
  return code == 0 && status < 0 ? fail_status("record the templates", status, &err) : code;
}

static int32_t name_find(const char *const *names, const char *name) {
  int32_t i;
  for (i = 0; names[i]; i++) {
    if (strcmp(names[i], name) == 0) return i;
  }
  return -1;
}

int desk_built_in(const char *tone, const char *channel, const char *language) {
  static const char *const tones[] = {"any", "friendly", "neutral", "firm", "final", NULL};
  static const char *const channels[] = {"", "email", "sms", "letter", "registered-letter", "call", "voice",
                                         "portal", "webhook", NULL};
  char *text = memory_new(TEMPLATE_MAX);
  arc_error err = ARC_ERROR_INIT;
  size_t size;
  arc_status status = arc_template_built_in(text, TEMPLATE_MAX, &size, name_find(tones, tone),
                                            name_find(channels, channel), language, NULL, &err);
  if (status == ARC_OK) fputs(text, stdout);
  free(text);
  return status == ARC_OK ? 0 : fail_status("write the template", status, &err);
}

/* ---- answers and deliveries ---- */

int desk_answer(book *b, const char *touch, int32_t status, const char *by) {
  arc_touch_outcome row = ARC_TOUCH_OUTCOME_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = NULL;
  arc_status result;
  int code = book_ledger(b, 0, &ledger);
  if (code != 0) return code;
  row.touch = text_of(touch);
  row.status = status;
  row.detail = by ? text_of(by) : row.detail;
  row.day = book_info(ledger).run;
  result = arc_ledger_post_touch_outcomes(ledger, &row, 1, &err);
  arc_ledger_close(ledger);
  if (result == ARC_ALREADY) remark("that was said already");
  return result < 0 ? fail_status("record the answer", result, &err) : 0;
}

enum { DELIVERY_TOUCH, DELIVERY_STATUS, DELIVERY_DATE, DELIVERY_DETAIL, DELIVERY_COLUMNS };

typedef struct delivery {
  const char *path;
  csv_reader *reader;
  size_t columns[DELIVERY_COLUMNS]; /* 1-based; 0: not there */
  arc_ledger *ledger;
  size_t rows, known;
} delivery;

static int delivery_header(delivery *d) {
  static const char *const names[] = {"touch", "status", "date", "detail"};
  const char *const *cells;
  size_t count, i, k;
  if (csv_next(d->reader, &cells, &count) != CSV_ROW) return fail_refused("%s: no header", d->path);
  for (i = 0; i < count; i++)
    for (k = 0; k < DELIVERY_COLUMNS; k++)
      if (strcasecmp(cells[i], names[k]) == 0) d->columns[k] = i + 1;
  for (k = 0; k < DELIVERY_DETAIL; k++)
    if (d->columns[k] == 0) return fail_refused("%s: no column '%s'", d->path, names[k]);
  return 0;
}

static const char *delivery_cell(const delivery *d, const char *const *cells, size_t count, int column) {
  return d->columns[column] != 0 && d->columns[column] <= count ? cells[d->columns[column] - 1] : "";
}

static int delivery_row(delivery *d, const char *const *cells, size_t count) {
  static const char *const names[] = {"sent", "failed", "pending", "delivered", "bounced", "opened", NULL};
  static const int32_t statuses[] = {ARC_TOUCH_SENT, ARC_TOUCH_FAILED, ARC_TOUCH_PENDING, ARC_TOUCH_DELIVERED,
                                     ARC_TOUCH_BOUNCED, ARC_TOUCH_OPENED};
  arc_touch_outcome row = ARC_TOUCH_OUTCOME_INIT;
  arc_error err = ARC_ERROR_INIT;
  const char *date = delivery_cell(d, cells, count, DELIVERY_DATE);
  int32_t status = name_find(names, delivery_cell(d, cells, count, DELIVERY_STATUS));
  arc_status result;
  row.touch = text_of(delivery_cell(d, cells, count, DELIVERY_TOUCH));
  row.detail = text_of(delivery_cell(d, cells, count, DELIVERY_DETAIL));
  if (status < 0)
    return fail_refused("%s:%zu: '%s' is none of sent, failed, pending, delivered, bounced, opened", d->path,
                        csv_line(d->reader), delivery_cell(d, cells, count, DELIVERY_STATUS));
  if (arc_day_parse(&row.day, date, strlen(date), NULL) != ARC_OK)
    return fail_refused("%s:%zu: '%s' is no date; write YYYY-MM-DD", d->path, csv_line(d->reader), date);
  row.status = statuses[status];
  result = arc_ledger_post_touch_outcomes(d->ledger, &row, 1, &err);
  d->rows += result == ARC_OK;
  d->known += result == ARC_ALREADY;
  return result < 0 ? fail_refused("%s:%zu: %s", d->path, csv_line(d->reader), err.text) : 0;
}

static int delivery_rows(delivery *d) {
  const char *const *cells;
  size_t count;
  int code = delivery_header(d), next;
  while (code == 0 && (next = csv_next(d->reader, &cells, &count)) != CSV_END)
    code = next == CSV_ROW ? delivery_row(d, cells, count)
                           : fail_refused("%s:%zu: %s", d->path, csv_line(d->reader), csv_complaint(d->reader));
  return code;
}

int desk_delivery(book *b, const char *path) {
  delivery d = {path, csv_open(path), {0}, NULL, 0, 0};
  arc_error err = ARC_ERROR_INIT;
  arc_status status = ARC_OK;
  int code;
  if (!d.reader) return fail_refused("%s: %s", path, strerror(errno));
  code = book_ledger(b, 0, &d.ledger);
  if (code == 0) status = arc_batch_begin(d.ledger, &err);
  if (code == 0 && status >= 0) code = delivery_rows(&d);
  if (code == 0 && status >= 0) status = arc_batch_commit(d.ledger, &err);
  arc_ledger_close(d.ledger);
  csv_close(d.reader);
  if (code == 0 && status < 0) code = fail_status("record the deliveries", status, &err);
  if (code == 0) printf("recorded %zu, known already %zu\n", d.rows, d.known);
  return code;
}
