/* One book for tests of the ledger: commands in one line each, on a storage that outlives the handle.
 *
 *   OK(INVOICE(.key = T("I1"), .customer = T("C"), .issued = D(2025, 1, 1), .amount = 1000));
 *
 * In a function that has `struct ledger_case *c`. After every command that is expected to succeed the
 * balances are recomputed; one that is expected to fail must leave state, journal and clock as they were. */
#ifndef ARC_TEST_LEDGER_CASE_H
#define ARC_TEST_LEDGER_CASE_H

#include "ledger_internal.h"

#include "arcollect.h"
#include "test_heap.h"
#include "info.h"
#include "calls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The defaults that are not 0 are set before what a test says. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Winitializer-overrides"
#elif defined(__GNUC__)
#pragma GCC diagnostic ignored "-Woverride-init"
#pragma GCC diagnostic ignored "-Woverride-init-side-effects"
#endif

struct ledger_case {
  struct test_heap heap;
  arc_allocator allocator;
  arc_storage memory; /* lives as long as the case */
  arc_ledger *ledger;
  arc_error err;
};

#define T(string) ((arc_text){(string), ARC_NUL_TERMINATED})
#define D(year, month, day) arc_day_from_civil(year, month, day)

static inline arc_ledger_options case_options(struct ledger_case *c, const arc_storage *storage) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  options.allocator = &c->allocator;
  options.storage = storage;
  options.book = T("case");
  memcpy(options.currency, "USD", 4);
  options.hash_seed[0] = 0x0123456789abcdefu;
  options.hash_seed[1] = 42;
  return options;
}

/* Opens the book that is in the case's storage; the storage stays open when the ledger closes. */
static inline arc_status case_try_open(struct ledger_case *c, arc_ledger **out, uint32_t flags) {
  arc_storage storage = c->memory;
  arc_ledger_options options = case_options(c, &storage);
  storage.close = NULL;
  options.flags = flags;
  c->err = (arc_error)ARC_ERROR_INIT;
  return arc_ledger_open(out, &options, &c->err);
}

static inline void case_reopen(struct ledger_case *c) {
  arc_ledger_close(c->ledger);
  c->ledger = NULL;
  if (case_try_open(c, &c->ledger, 0) != ARC_OK) fail_msg("open: %s", c->err.text);
}

static inline void case_begin(struct ledger_case *c) {
  memset(c, 0, sizeof *c);
  c->allocator = test_heap_allocator(&c->heap);
  c->err = (arc_error)ARC_ERROR_INIT;
  assert_int_equal(call_memory(&c->memory, &c->allocator, NULL), ARC_OK);
  case_reopen(c);
}

static inline void case_end(struct ledger_case *c) {
  arc_ledger_close(c->ledger);
  if (c->memory.close) c->memory.close(c->memory.user);
  assert_int_equal(c->heap.live, 0);
}

static inline int case_setup(void **state) {
  struct ledger_case *c = malloc(sizeof *c);
  case_begin(c);
  *state = c;
  return 0;
}

static inline int case_teardown(void **state) {
  case_end(*state);
  free(*state);
  return 0;
}

#define LEDGER_TEST(function) cmocka_unit_test_setup_teardown(function, case_setup, case_teardown)

/* ---- what a command must give ---- */

/* Everything that a command that fails must leave alone. */
struct case_mark {
  unsigned char digest[32];
  uint8_t head[32];
  uint64_t next_seq;
  int64_t instant;
  uint32_t pending;
  int state;
};

static inline struct case_mark case_mark_of(const arc_ledger *ledger) {
  struct case_mark mark;
  memset(&mark, 0, sizeof mark);
  arc__tables_digest(arc__ledger_tables(ledger), mark.digest);
  memcpy(mark.head, info_of(ledger).head, 32);
  mark.next_seq = info_of(ledger).next_sequence;
  mark.instant = ledger->instant;
  mark.pending = ledger->pending;
  mark.state = ledger->state;
  return mark;
}

static inline void case_same(const struct case_mark *before, const arc_ledger *ledger, const char *call,
                             const char *file, int line) {
  struct case_mark now = case_mark_of(ledger);
  if (memcmp(&now, before, sizeof now) == 0) return;
  print_error("%s:%d: %s: changed the book, the journal or the batch\n", file, line, call);
  fail();
}

static inline void case_status(struct ledger_case *c, arc_status status, arc_status expected,
                               const char *call, const char *file, int line) {
  arc_error err = ARC_ERROR_INIT;
  if (status != expected) {
    print_error("%s:%d: %s: %s instead of %s: %s\n", file, line, call, arc_status_name(status),
                arc_status_name(expected), status < 0 ? c->err.text : "");
    fail();
  }
  if (status < 0 && (c->err.status != status || !c->err.text[0])) {
    print_error("%s:%d: %s: %s without an explanation\n", file, line, call, arc_status_name(status));
    fail();
  }
  if (arc__state_check(c->ledger, &err) == ARC_OK) return;
  print_error("%s:%d: after %s: %s\n", file, line, call, err.text);
  fail();
}

#define OK(call) case_status(c, (call), ARC_OK, #call, __FILE__, __LINE__)

/* Nothing may change. */
#define GIVES(expected, call)                                                                      \
  do {                                                                                             \
    struct case_mark mark_ = case_mark_of(c->ledger);                                              \
    case_status(c, (call), expected, #call, __FILE__, __LINE__);                                   \
    case_same(&mark_, c->ledger, #call, __FILE__, __LINE__);                                       \
  } while (0)
#define ALREADY(call)  GIVES(ARC_ALREADY, call)
#define EXISTS(call)   GIVES(ARC_E_EXISTS, call)
#define REFUSED(call)  GIVES(ARC_E_REFUSED, call)
#define INVALID(call)  GIVES(ARC_E_INVALID, call)
#define NOT_FOUND(call) GIVES(ARC_E_NOT_FOUND, call)

/* The failure before named this field of row 0. */
#define FIELD(number)                                                                              \
  do {                                                                                             \
    assert_int_equal(c->err.field, number);                                                        \
    assert_int_equal(c->err.record, 0);                                                            \
  } while (0)

/* ---- commands of one row ---- */

#define CASE_POST(kind, type, ...)                                                                 \
  arc_ledger_post_##kind(c->ledger, (type[]){{.struct_size = sizeof(type), __VA_ARGS__}}, 1, &c->err)
#define CUSTOMER(...)   CASE_POST(customers, arc_customer, __VA_ARGS__)
#define CONTACT(...)    CASE_POST(contacts, arc_contact, __VA_ARGS__)
#define INVOICE(...)    CASE_POST(invoices, arc_invoice, .due = ARC_DAY_NONE, __VA_ARGS__)
#define CREDIT_NOTE(...) CASE_POST(credit_notes, arc_credit_note, __VA_ARGS__)
#define PAYMENT(...)    CASE_POST(payments, arc_payment, .value_day = ARC_DAY_NONE, __VA_ARGS__)
#define APPLY(...)      CASE_POST(applications, arc_application, __VA_ARGS__)
#define UNAPPLY(...)    CASE_POST(unapplications, arc_unapplication, __VA_ARGS__)
#define REVERSE(...)    CASE_POST(reversals, arc_reversal, __VA_ARGS__)
#define WRITEOFF(...)   CASE_POST(writeoffs, arc_writeoff, __VA_ARGS__)
#define RECOVER(...)    CASE_POST(writeoffs, arc_writeoff, .kind = ARC_WRITEOFF_RECOVERY, __VA_ARGS__)
#define CHARGE(...)                                                                                \
  CASE_POST(charges, arc_charge, .due = ARC_DAY_NONE, .from = ARC_DAY_NONE, .to = ARC_DAY_NONE, __VA_ARGS__)
#define WAIVE(...)      CASE_POST(writeoffs, arc_writeoff, .kind = ARC_WRITEOFF_WAIVER, __VA_ARGS__)
#define REFUND(...)     CASE_POST(refunds, arc_refund, __VA_ARGS__)
#define PAYMENT_PLAN(...) CASE_POST(plans, arc_plan, __VA_ARGS__)
#define PLAN_END(...)   CASE_POST(ends, arc_end, .kind = ARC_END_PLAN, __VA_ARGS__)
#define COVERS(...)                                                                                \
  .invoice_count = sizeof((arc_text[]){__VA_ARGS__}) / sizeof(arc_text), .invoices = (arc_text[]){__VA_ARGS__}
#define CLOSE(day)      arc_ledger_post_day(c->ledger, day, ARC_DAY_IS_CLOSED, &c->err)
#define DISPUTE(...)    CASE_POST(disputes, arc_dispute, __VA_ARGS__)
#define RESOLVE(...)    CASE_POST(ends, arc_end, .kind = ARC_END_DISPUTE, __VA_ARGS__)
#define PROMISE(...)    CASE_POST(promises, arc_promise, __VA_ARGS__)
#define HOLD(...)       CASE_POST(holds, arc_hold, .until = ARC_DAY_NONE, __VA_ARGS__)
#define RELEASE(...)    CASE_POST(ends, arc_end, .kind = ARC_END_HOLD, __VA_ARGS__)
#define DELIVER(...)    CASE_POST(deliveries, arc_delivery, __VA_ARGS__)
#define CORRECT(...)    CASE_POST(corrections, arc_correction, __VA_ARGS__)
#define TOUCH(...)      CASE_POST(touches, arc_touch, __VA_ARGS__)
#define OUTCOME(...)    CASE_POST(touch_outcomes, arc_touch_outcome, __VA_ARGS__)
#define NOTE(...)       CASE_POST(notes, arc_note, __VA_ARGS__)
#define POLICY(...)     CASE_POST(policies, arc_policy, __VA_ARGS__)

#define INSTALMENTS(...)                                                                           \
  .instalment_count = sizeof((arc_instalment[]){__VA_ARGS__}) / sizeof(arc_instalment),            \
  .instalments = (arc_instalment[]){__VA_ARGS__}
#define PART(due, amount) {sizeof(arc_instalment), due, amount}
#define ITEMS(...)                                                                                 \
  .item_count = sizeof((arc_touch_item[]){__VA_ARGS__}) / sizeof(arc_touch_item),                  \
  .items = (arc_touch_item[]){__VA_ARGS__}
#define ITEM(invoice, instalment, amount)                                                          \
  {sizeof(arc_touch_item), instalment, {invoice, ARC_NUL_TERMINATED}, amount}

/* ---- reads ---- */

static inline int64_t case_receivable(struct ledger_case *c, const char *customer, arc_day as_of) {
  int64_t receivable = -1;
  assert_int_equal(arc_ledger_balance(c->ledger, &receivable, NULL, customer, ARC_NUL_TERMINATED, "USD", as_of,
                                      &c->err),
                   ARC_OK);
  return receivable;
}

static inline int64_t case_unapplied(struct ledger_case *c, const char *customer, arc_day as_of) {
  int64_t unapplied = -1;
  assert_int_equal(arc_ledger_balance(c->ledger, NULL, &unapplied, customer, ARC_NUL_TERMINATED, "USD", as_of,
                                      &c->err),
                   ARC_OK);
  return unapplied;
}

#define RECEIVABLE(customer, as_of) case_receivable(c, customer, as_of)
#define UNAPPLIED(customer, as_of)  case_unapplied(c, customer, as_of)

/* What is open of an instalment at the end of a day; number 0: of all of them. */
static inline int64_t case_open(struct ledger_case *c, const char *key, uint32_t number, arc_day as_of) {
  const arc__tables *t = arc__ledger_tables(c->ledger);
  arc_text text = {key, strlen(key)};
  uint32_t invoice = arc__find_invoice(t, text);
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  uint32_t count = arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice);
  int64_t open = 0;
  arc__view view;
  assert_int_not_equal(invoice, 0);
  assert_true(number <= count);
  assert_int_equal(arc__view_open(&view, c->ledger, as_of, NULL), ARC_OK);
  for (uint32_t i = 0; i < count; i++)
    if (number == 0 || number == i + 1) open += arc__view_instalment_open(&view, first + i);
  arc__view_close(&view);
  return open;
}

#define OPEN(invoice, number, as_of) case_open(c, invoice, number, as_of)

/* A report as text, a line per row, cells separated by '|'. Free it. */
static inline char *case_text(arc_report *report) {
  size_t cap = 1 << 20, used = 0;
  char *text = malloc(cap);
  assert_non_null(text);
  text[0] = 0;
  for (size_t row = 0; row < arc_report_rows(report); row++)
    for (size_t column = 0; column < arc_report_columns(report); column++) {
      size_t size = 0;
      assert_int_equal(arc_report_format(report, row, column, text + used, cap - used - 2, &size), ARC_OK);
      assert_true(used + size + 2 < cap);
      used += size;
      text[used++] = column + 1 < arc_report_columns(report) ? '|' : '\n';
      text[used] = 0;
    }
  arc_report_free(report);
  return text;
}

static inline void case_text_equal(char *text, const char *expected, const char *file, int line) {
  int same = strcmp(text, expected) == 0;
  if (!same) print_error("%s:%d: got\n%sinstead of\n%s", file, line, text, expected);
  free(text);
  assert_true(same);
}

static inline arc_report *case_report(struct ledger_case *c, arc_query query) {
  arc_report *report = NULL;
  query.struct_size = sizeof query;
  c->err = (arc_error)ARC_ERROR_INIT;
  if (arc_ledger_report(&report, c->ledger, &query, &c->err) != ARC_OK) fail_msg("report: %s", c->err.text);
  return report;
}

#define QUERY(...) case_report(c, (arc_query){.as_of = ARC_DAY_NONE, .from = ARC_DAY_NONE, __VA_ARGS__})
#define REPORT_IS(expected, ...)                                                                   \
  case_text_equal(case_text(QUERY(__VA_ARGS__)), expected, __FILE__, __LINE__)

static inline arc_report *case_aging(struct ledger_case *c, arc_day as_of, int32_t by) {
  arc_metrics_query options = AGING_INIT;
  arc_report *report = NULL;
  options.as_of = as_of;
  options.by = by;
  if (arc_metrics_report(&report, c->ledger, &options, &c->err) != ARC_OK) fail_msg("aging: %s", c->err.text);
  return report;
}

#define AGING_IS(expected, as_of)                                                                  \
  case_text_equal(case_text(case_aging(c, as_of, ARC_BY_CUSTOMER)), expected, __FILE__, __LINE__)

#endif
