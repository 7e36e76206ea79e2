/* A matcher on a small book, and what it applied as one text. Include after cmocka. */
#ifndef ARC_TEST_MATCH_RUN_H
#define ARC_TEST_MATCH_RUN_H

#include "small_book.h"

#include <stdlib.h>

struct run {
  struct book book;
  arc_matcher *matcher;
  size_t applied, left;
  char text[8192]; /* applications: "payment>invoice amount[-discount][~tolerance] how;" in order of
                      text */
};

static inline void run_open_with(struct run *r, const arc_matcher_options *options) {
  arc_error err = ARC_ERROR_INIT;
  memset(r, 0, sizeof *r);
  book_open(&r->book);
  book_check(arc_matcher_open(&r->matcher, r->book.ledger, options, &err), &err);
}

static inline void run_open(struct run *r) {
  run_open_with(r, NULL);
}

static inline void run_close(struct run *r) {
  arc_matcher_close(r->matcher);
  book_close(&r->book);
}

static inline int compare_lines(const void *a, const void *b) {
  return strcmp(a, b);
}

/* Puts all applications into r->text, sorted, so that books with rows in another order compare. */
static inline void run_read(struct run *r) {
  char lines[128][160];
  size_t count;
  arc_report *report;
  arc_query query = ARC_QUERY_INIT;
  arc_error err = ARC_ERROR_INIT;
  query.report = ARC_REPORT_APPLICATIONS;
  book_check(arc_ledger_report(&report, r->book.ledger, &query, &err), &err);
  count = arc_report_rows(report);
  assert_in_range(count, 0, 128);
  for (size_t i = 0; i < count; i++) {
    int size = snprintf(lines[i], sizeof lines[i], "%s>%s %s", arc_report_text(report, i, 0, NULL),
                        arc_report_text(report, i, 1, NULL), book_cell(report, i, "amount"));
    if (arc_report_integer(report, i, 5) != 0)
      size += snprintf(lines[i] + size, 40, "-%s", book_cell(report, i, "discount"));
    if (arc_report_integer(report, i, 6) != 0)
      size += snprintf(lines[i] + size, 40, "~%s", book_cell(report, i, "writeoff"));
    snprintf(lines[i] + size, 40, " %s;", book_cell(report, i, "how"));
  }
  qsort(lines, count, sizeof *lines, compare_lines);
  r->text[0] = 0;
  for (size_t i = 0; i < count; i++)
    strcat(r->text, lines[i]);
  arc_report_free(report);
}

static inline void run_day(struct run *r, const char *day) {
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_matcher_run(r->matcher, book_day(day), &r->applied, &r->left, &err), &err);
  run_read(r);
}

static inline const char *why_cell(const arc_report *report, size_t row, size_t column) {
  return arc_report_text(report, row, column, NULL);
}

/* 1 if one of the rows about the payment has this fact and a value that begins so. */
static inline int run_why(struct run *r, const char *payment, const char *day, const char *fact,
                   const char *value) {
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  int found = 0;
  book_check(arc_matcher_why(&report, r->matcher, payment, ARC_NUL_TERMINATED, book_day(day), &err),
             &err);
  for (size_t i = 0; i < arc_report_rows(report); i++) {
    assert_string_equal(why_cell(report, i, 0), payment);
    if (strcmp(why_cell(report, i, 1), fact) == 0 &&
        strncmp(why_cell(report, i, 2), value, strlen(value)) == 0)
      found = 1;
  }
  if (!found)
    for (size_t i = 0; i < arc_report_rows(report); i++)
      print_message("%s: %s\n", why_cell(report, i, 1), why_cell(report, i, 2));
  arc_report_free(report);
  return found;
}

/* Customer A with INV-1 (700.00) and INV-10 (500.00, order PO-77812), B with INV-2 (300.00). */
static inline void run_small(struct run *r) {
  run_open(r);
  book_customer(&r->book, "A");
  book_customer(&r->book, "B");
  book_invoice(&r->book, "INV-1", "A", "2024-01-01", "2024-01-31", 70000);
  arc_invoice ten =
      book_invoice_of("INV-10", "A", book_day("2024-01-02"), book_day("2024-02-01"), 50000);
  ten.po_number = book_text("PO-77812");
  book_post_invoice(&r->book, &ten);
  book_invoice(&r->book, "INV-2", "B", "2024-01-03", "2024-02-02", 30000);
}

#endif
