#include "previewed.h"
#include "csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_DATE, COLUMN_TOUCH, COLUMN_CUSTOMER, COLUMN_WHAT, COLUMN_CURRENCY, COLUMN_AMOUNT, COLUMN_SINCE, COLUMNS };

static const char *const column_names[COLUMNS] = {"date", "touch", "customer", "what", "currency", "amount", "since"};

static int header_read(csv_reader *reader, size_t columns[COLUMNS], const char *path) {
  const char *const *cells;
  size_t count = 0, i, k;
  if (csv_next(reader, &cells, &count) != CSV_ROW) count = 0;
  for (k = 0; k < COLUMNS; k++) {
    columns[k] = count;
    for (i = 0; i < count; i++)
      if (strcmp(cells[i], column_names[k]) == 0) columns[k] = i;
    if (columns[k] == count)
      return fail_refused("%s: no column '%s': expected what 'preview --format csv' prints", path, column_names[k]);
  }
  return 0;
}

/* 1, or 0 if the row is not one of a preview. */
static int row_read(previewed *out, const char *const *cells, const size_t columns[COLUMNS]) {
  const char *date = cells[columns[COLUMN_DATE]], *amount = cells[columns[COLUMN_AMOUNT]];
  const char *touch = cells[columns[COLUMN_TOUCH]], *customer = cells[columns[COLUMN_CUSTOMER]];
  arc_previewed *row;
  char *end;
  if (strcmp(cells[columns[COLUMN_WHAT]], "withheld") == 0) return 1;
  if ((out->count & (out->count + 1)) == 0) /* full at one less than a power of two */
    out->rows = memory_array(out->rows, 2 * (out->count + 1), sizeof *out->rows);
  row = &out->rows[out->count];
  *row = (arc_previewed)ARC_PREVIEWED_INIT;
  row->touch = text_of(arena_copy(&out->texts, touch, strlen(touch)));
  row->customer = text_of(arena_copy(&out->texts, customer, strlen(customer)));
  row->since = strtoull(cells[columns[COLUMN_SINCE]], &end, 10);
  out->count++;
  return *end == '\0' && arc_day_parse(&row->day, date, strlen(date), NULL) == ARC_OK &&
         arc_money_parse(&row->amount, amount, strlen(amount), cells[columns[COLUMN_CURRENCY]], NULL) == ARC_OK;
}

int previewed_read(previewed *out, const char *path) {
  csv_reader *reader = csv_open(path);
  const char *const *cells;
  size_t columns[COLUMNS], count, k;
  int code, next;
  memset(out, 0, sizeof *out);
  if (!reader) return fail_refused("%s: %s", path, strerror(errno));
  code = header_read(reader, columns, path);
  while (code == 0 && (next = csv_next(reader, &cells, &count)) != CSV_END) {
    int right = next == CSV_ROW;
    for (k = 0; k < COLUMNS && right; k++) right = columns[k] < count;
    if (!right || !row_read(out, cells, columns))
      code = fail_refused("%s:%zu: %s", path, csv_line(reader),
                          next == CSV_ROW ? "this is no row of a preview" : csv_complaint(reader));
  }
  csv_close(reader);
  return code;
}

void previewed_free(previewed *p) {
  free(p->rows);
  arena_free(&p->texts);
}
