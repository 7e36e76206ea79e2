/* The commands of scenario.json by a C program, into the file that is named; the tests of the
 * bindings say them as well and must come to the same bytes. */
#include "scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELL_SIZE 5000

static void wrong(const char *where, const char *format, ...) {
  va_list args;
  fprintf(stderr, "%s: ", where);
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  exit(1);
}

void same_number(const char *where, int64_t got, int64_t want) {
  if (got != want) wrong(where, "%lld instead of %lld", (long long)got, (long long)want);
}

void same_string(const char *where, const char *got, const char *want) {
  if (strcmp(got, want) != 0) wrong(where, "\"%s\" instead of \"%s\"", got, want);
}

void same_text(const char *where, arc_text got, const char *want) {
  if (got.size != strlen(want) || (got.size != 0 && memcmp(got.data, want, got.size) != 0))
    wrong(where, "\"%.*s\" instead of \"%s\"", (int)got.size, got.size != 0 ? got.data : "", want);
}

void ended(story *s, const char *where, arc_status got, arc_status want, uint64_t record,
           uint32_t field, uint32_t line, uint32_t column, const char *text) {
  if (got != want)
    wrong(where, "%s instead of %s: %s", arc_status_name(got), arc_status_name(want),
          got < 0 ? s->err.text : "");
  if (want >= 0) return;
  same_number(where, (int64_t)s->err.record, (int64_t)record);
  same_number(where, s->err.field, field);
  same_number(where, s->err.line, line);
  same_number(where, s->err.column, column);
  same_string(where, s->err.text, text);
}

/* The report has these columns and begins with these rows, of `count` in all. */
void listed(story *s, const char *where, const char *const *cells, size_t columns, size_t rows,
            size_t count) {
  char cell[CELL_SIZE], at[64];
  same_number(where, (int64_t)arc_report_columns(s->report), (int64_t)columns);
  same_number(where, (int64_t)arc_report_rows(s->report), (int64_t)count);
  for (size_t i = 0; i < columns; i++)
    same_string(where, arc_report_column_name(s->report, i), cells[i]);
  for (size_t i = 0; i < rows * columns; i++) {
    snprintf(at, sizeof at, "%s row %zu, %s", where, i / columns, cells[i % columns]);
    if (arc_report_format(s->report, i / columns, i % columns, cell, sizeof cell, NULL) != ARC_OK)
      cell[0] = '\0';
    same_string(at, cell, cells[columns + i]);
  }
  arc_report_free(s->report);
  s->report = NULL;
}

void balance(const char *where, story *s, const char *customer, size_t size, const char *currency,
             arc_day day, int64_t receivable, int64_t unapplied) {
  int64_t got[2];
  ended(s, where,
        arc_ledger_balance(s->ledger, &got[0], &got[1], customer, size, currency, day, &s->err),
        ARC_OK, 0, 0, 0, 0, "");
  same_number(where, got[0], receivable);
  same_number(where, got[1], unapplied);
}

void model_size(const char *where, story *s, int64_t bytes) {
  const void *model;
  size_t size;
  ended(s, where, arc_scorer_save(&model, &size, s->scorer, &s->err), ARC_OK, 0, 0, 0, 0, "");
  same_number(where, (int64_t)size, bytes);
}

void journal(const char *where, story *s, uint64_t next, const char *head) {
  arc_ledger_info info = ARC_LEDGER_INFO_INIT;
  char hex[65];
  ended(s, where, arc_ledger_describe(&info, s->ledger, &s->err), ARC_OK, 0, 0, 0, 0, "");
  for (size_t i = 0; i < sizeof info.head; i++)
    snprintf(hex + 2 * i, 3, "%02x", info.head[i]);
  same_number(where, (int64_t)info.next_sequence, (int64_t)next);
  same_string(where, hex, head);
  ended(s, where, arc_ledger_verify(s->ledger, &s->err), ARC_OK, 0, 0, 0, 0, "");
}

/* ---- the book ---- */

static int32_t take(void *user, const arc_message *message) {
  story *s = user;
  const transport_answer *answer = scenario_answers;
  if (s->checks[s->offered] == NULL)
    wrong("transport", "a message too many, for %s", message->customer.data);
  s->checks[s->offered++](message);
  while (answer->customer != NULL &&
         (strlen(answer->customer) != message->customer.size ||
          memcmp(answer->customer, message->customer.data, message->customer.size) != 0))
    answer++;
  return answer->answer;
}

static void begin(story *s) {
  arc_storage storage = {0};
  arc_ledger_options book = ARC_LEDGER_OPTIONS_INIT;
  arc_collector_options cycle = ARC_COLLECTOR_OPTIONS_INIT;
  arc_transport transport = {sizeof transport, 0, s, take};
  arc_text name = ARC_TEXT(scenario_book);
  arc_error none = ARC_ERROR_INIT;
  arc_day_report day = ARC_DAY_REPORT_INIT;
  s->err = none;
  s->did = day;
  storage.struct_size = sizeof storage;
  ended(s, "open", arc_storage_file_open(&storage, s->path, NULL, &s->err), ARC_OK, 0, 0, 0, 0, "");
  book.storage = &storage;
  book.book = name;
  snprintf(book.currency, sizeof book.currency, "%s", scenario_currency);
  ended(s, "open", arc_ledger_open(&s->ledger, &book, &s->err), ARC_OK, 0, 0, 0, 0, "");
  cycle.transport = &transport;
  cycle.flags = ARC_COLLECTOR_SUMMARY;
  ended(s, "open", arc_collector_open(&s->collector, s->ledger, &cycle, &s->err), ARC_OK, 0, 0, 0,
        0, "");
  s->cadence = arc_collector_cadence(s->collector);
  s->matcher = arc_collector_matcher(s->collector);
  s->scorer = arc_collector_scorer(s->collector);
}

static void end(story *s) {
  arc_collector_close(s->collector);
  arc_ledger_close(s->ledger);
}

void reopen(story *s) {
  end(s);
  begin(s);
}

int main(int argc, char **argv) {
  static story s;
  FILE *file;
  long size = -1;
  if (argc != 2) return 2;
  s.path = argv[1];
  remove(s.path);
  begin(&s);
  scenario_steps(&s);
  end(&s);
  file = fopen(s.path, "rb");
  if (file != NULL && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
  if (file != NULL) fclose(file);
  same_number("the journal's bytes", size, scenario_bytes);
  return 0;
}
