/* A small book for tests of the engines: commands in one line each, with keys as C strings and
 * amounts in minor units. A command that does not give what it should ends the test. Include after
 * cmocka. */
#ifndef ARC_TEST_SMALL_BOOK_H
#define ARC_TEST_SMALL_BOOK_H

#include "arcollect.h"
#include "test_heap.h"

#include <stdio.h>
#include <string.h>

struct book {
  struct test_heap heap;
  arc_ledger *ledger;
};

static inline arc_text book_text(const char *s) {
  arc_text text = {s, s ? strlen(s) : 0};
  return text;
}

static inline arc_day book_day(const char *iso) {
  arc_day day = ARC_DAY_NONE;
  assert_int_equal(arc_day_parse(&day, iso, strlen(iso), NULL), ARC_OK);
  return day;
}

static inline void book_check(arc_status status, const arc_error *err) {
  if (status < 0) fail_msg("%s: %s", arc_status_name(status), err->text);
}

static inline void book_open(struct book *b) {
  memset(b, 0, sizeof *b);
  arc_allocator allocator = test_heap_allocator(&b->heap);
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  options.allocator = &allocator;
  options.book = book_text("test");
  memcpy(options.currency, "USD", 4);
  book_check(arc_ledger_open(&b->ledger, &options, &err), &err);
}

/* Closes and finds leaks. */
static inline void book_close(struct book *b) {
  arc_ledger_close(b->ledger);
  assert_int_equal(b->heap.live, 0);
}

static inline void book_post_customer(struct book *b, const arc_customer *row) {
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_ledger_post_customers(b->ledger, row, 1, &err), &err);
}

static inline void book_customer(struct book *b, const char *key) {
  arc_customer row = ARC_CUSTOMER_INIT;
  row.key = row.name = book_text(key);
  book_post_customer(b, &row);
}

static inline void book_post_invoice(struct book *b, const arc_invoice *row) {
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_ledger_post_invoices(b->ledger, row, 1, &err), &err);
}

static inline arc_invoice book_invoice_of(const char *key, const char *customer, arc_day issued,
                                          arc_day due, int64_t amount) {
  arc_invoice row = ARC_INVOICE_INIT;
  row.key = book_text(key);
  row.customer = book_text(customer);
  row.issued = issued;
  row.due = due;
  row.amount = amount;
  return row;
}

static inline void book_invoice(struct book *b, const char *key, const char *customer,
                                const char *issued, const char *due, int64_t amount) {
  arc_invoice row = book_invoice_of(key, customer, book_day(issued), book_day(due), amount);
  book_post_invoice(b, &row);
}

static inline arc_payment book_payment_of(const char *key, const char *customer, arc_day received,
                                          int64_t amount, const char *remittance) {
  arc_payment row = ARC_PAYMENT_INIT;
  row.key = book_text(key);
  row.customer = book_text(customer);
  row.remittance = book_text(remittance);
  row.received = received;
  row.amount = amount;
  return row;
}

static inline void book_post_payment(struct book *b, const arc_payment *row) {
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_ledger_post_payments(b->ledger, row, 1, &err), &err);
}

static inline void book_payment(struct book *b, const char *key, const char *customer,
                                const char *received, int64_t amount, const char *remittance) {
  arc_payment row = book_payment_of(key, customer, book_day(received), amount, remittance);
  book_post_payment(b, &row);
}

static inline void book_credit_note(struct book *b, const char *key, const char *customer,
                                    const char *issued, int64_t amount) {
  arc_credit_note row = ARC_CREDIT_NOTE_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.key = book_text(key);
  row.customer = book_text(customer);
  row.issued = book_day(issued);
  row.amount = amount;
  book_check(arc_ledger_post_credit_notes(b->ledger, &row, 1, &err), &err);
}

static inline void book_apply(struct book *b, const char *payment, const char *invoice, arc_day day,
                              int64_t amount, int32_t how) {
  arc_application row = ARC_APPLICATION_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.credit = book_text(payment);
  row.invoice = book_text(invoice);
  row.day = day;
  row.amount = amount;
  row.how = how;
  book_check(arc_ledger_post_applications(b->ledger, &row, 1, &err), &err);
}

static inline void book_unapply(struct book *b, const char *payment, const char *invoice,
                                const char *day) {
  arc_unapplication row = ARC_UNAPPLICATION_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.credit = book_text(payment);
  row.invoice = book_text(invoice);
  row.day = book_day(day);
  book_check(arc_ledger_post_unapplications(b->ledger, &row, 1, &err), &err);
}

static inline void book_reverse(struct book *b, const char *payment, arc_day day) {
  arc_reversal row = ARC_REVERSAL_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.payment = book_text(payment);
  row.day = day;
  book_check(arc_ledger_post_reversals(b->ledger, &row, 1, &err), &err);
}

static inline void book_writeoff(struct book *b, const char *key, const char *invoice, arc_day day,
                                 int64_t amount) {
  arc_writeoff row = ARC_WRITEOFF_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.key = book_text(key);
  row.invoice = book_text(invoice);
  row.day = day;
  row.amount = amount;
  book_check(arc_ledger_post_writeoffs(b->ledger, &row, 1, &err), &err);
}

static inline void book_dispute(struct book *b, const char *key, const char *invoice,
                                const char *opened, int64_t amount) {
  arc_dispute row = ARC_DISPUTE_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.key = book_text(key);
  row.invoice = book_text(invoice);
  row.kind = book_text("price");
  row.opened = book_day(opened);
  row.amount = amount;
  book_check(arc_ledger_post_disputes(b->ledger, &row, 1, &err), &err);
}

static inline void book_promise(struct book *b, const char *key, const char *invoice,
                                const char *made, const char *pay_by, int64_t amount) {
  arc_promise row = ARC_PROMISE_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.key = book_text(key);
  row.invoice = book_text(invoice);
  row.made = book_day(made);
  row.pay_by = book_day(pay_by);
  row.amount = amount;
  book_check(arc_ledger_post_promises(b->ledger, &row, 1, &err), &err);
}

/* A report's cell as text, by the name of its column; good for the next seven calls. */
static inline const char *book_cell(const arc_report *report, size_t row, const char *column) {
  static char buffers[8][160];
  static unsigned next;
  char *buffer = buffers[next++ % 8];
  size_t size;
  for (size_t c = 0; c < arc_report_columns(report); c++)
    if (strcmp(arc_report_column_name(report, c), column) == 0) {
      assert_int_equal(arc_report_format(report, row, c, buffer, sizeof buffers[0], &size), ARC_OK);
      return buffer;
    }
  fail_msg("no column %s", column);
  return NULL;
}

static inline int64_t book_number(const arc_report *report, size_t row, const char *column) {
  for (size_t c = 0; c < arc_report_columns(report); c++)
    if (strcmp(arc_report_column_name(report, c), column) == 0)
      return arc_report_integer(report, row, c);
  fail_msg("no column %s", column);
  return 0;
}

/* The same numbers for a seed on every platform: xorshift*. */
static inline uint64_t book_random(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * 2685821657736338717u;
}

static inline int64_t book_random_below(uint64_t *state, int64_t limit) {
  return (int64_t)(book_random(state) % (uint64_t)limit);
}

#endif
