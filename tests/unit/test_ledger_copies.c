/* Other handles on the same book: forks, and several processes (two handles on one storage). */
#include "arcollect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/test_heap.h"
#include "ledger_internal.h"
#include "../support/calls.h"

static arc_text text(const char *s) {
  arc_text t = {s, strlen(s)};
  return t;
}

static arc_ledger *open_book(const arc_storage *storage, struct test_heap *heap) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_allocator allocator = test_heap_allocator(heap);
  arc_ledger *ledger;
  memcpy(options.currency, "EUR", 4);
  options.allocator = &allocator;
  options.storage = storage;
  if (arc_ledger_open(&ledger, &options, &err) < 0) fail_msg("%s", err.text);
  return ledger;
}

static arc_status customer(arc_ledger *ledger, const char *key) {
  arc_customer row = ARC_CUSTOMER_INIT;
  row.key = row.name = text(key);
  return arc_ledger_post_customers(ledger, &row, 1, NULL);
}

static arc_status invoice(arc_ledger *ledger, const char *key, const char *of, int64_t amount) {
  arc_invoice row = ARC_INVOICE_INIT;
  row.key = text(key);
  row.customer = text(of);
  row.issued = 19000;
  row.due = 19030;
  row.amount = amount;
  return arc_ledger_post_invoices(ledger, &row, 1, NULL);
}

static int64_t owed(const arc_ledger *ledger, const char *of) {
  int64_t receivable = -1;
  assert_int_equal(arc_ledger_balance(ledger, &receivable, NULL, of, strlen(of), NULL, ARC_DAY_NONE, NULL), ARC_OK);
  return receivable;
}

static void digest(const arc_ledger *ledger, unsigned char out[32]) {
  arc__tables_digest(arc__ledger_tables(ledger), out);
}

#define GROUP 500

/* Invoices in groups: a build that checks the account after every command checks it once a group. */
static void fill(arc_ledger *ledger, int first, int count) {
  static char keys[GROUP][16];
  static arc_invoice rows[GROUP];
  while (count > 0) {
    int n = count < GROUP ? count : GROUP;
    for (int k = 0; k < n; k++) {
      const arc_invoice none = ARC_INVOICE_INIT;
      snprintf(keys[k], sizeof keys[k], "I%d", first + k);
      rows[k] = none;
      rows[k].key = text(keys[k]);
      rows[k].customer = text("A");
      rows[k].issued = 19000;
      rows[k].due = 19030;
      rows[k].amount = 100 + first + k;
    }
    assert_int_equal(arc_ledger_post_invoices(ledger, rows, (size_t)n, NULL), ARC_OK);
    first += n;
    count -= n;
  }
}

static void test_fork_goes_its_own_way(void **state) {
  struct test_heap heap = {0};
  arc_ledger *ledger = open_book(NULL, &heap), *fork;
  unsigned char before[32], after[32];
  (void)state;
  assert_int_equal(customer(ledger, "A"), ARC_OK);
  fill(ledger, 0, 3000);
  digest(ledger, before);
  assert_int_equal(arc_ledger_fork(&fork, ledger, 0, NULL), ARC_OK);
  digest(fork, after);
  assert_memory_equal(before, after, 32);

  assert_int_equal(invoice(fork, "F", "A", 7), ARC_OK);
  assert_int_equal(customer(fork, "B"), ARC_OK);
  assert_int_equal(owed(fork, "A") - owed(ledger, "A"), 7);
  digest(ledger, after);
  assert_memory_equal(before, after, 32);
  assert_int_equal(arc_ledger_verify(ledger, NULL), ARC_OK);

  /* The original goes on as well: the same keys, other rows. */
  assert_int_equal(invoice(ledger, "F", "A", 70), ARC_OK);
  fill(ledger, 3000, 2000);
  assert_int_equal(invoice(fork, "F", "A", 7), ARC_ALREADY);
  assert_int_equal(invoice(ledger, "F", "A", 7), ARC_E_EXISTS);
  assert_int_equal(arc_ledger_verify(ledger, NULL), ARC_OK);
  assert_int_equal(arc_ledger_verify(fork, NULL), ARC_OK);
  arc_ledger_close(fork);
  assert_int_equal(arc_ledger_verify(ledger, NULL), ARC_OK);
  arc_ledger_close(ledger);
  assert_int_equal(heap.live, 0);
}

static void test_fork_of_a_fork(void **state) {
  struct test_heap heap = {0};
  arc_ledger *ledger = open_book(NULL, &heap), *fork, *second;
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  (void)state;
  assert_int_equal(customer(ledger, "A"), ARC_OK);
  fill(ledger, 0, 10);
  assert_int_equal(arc_ledger_fork(&fork, ledger, 0, NULL), ARC_OK);
  fill(fork, 10, 5);
  assert_int_equal(arc_ledger_fork(&second, fork, 0, NULL), ARC_OK);
  fill(second, 15, 5);
  query.report = ARC_REPORT_TIMELINE;
  query.customer = text("A");
  assert_int_equal(arc_ledger_report(&report, second, &query, NULL), ARC_OK);
  assert_int_equal(arc_report_rows(report), 21); /* the customer and 20 invoices, stored or not */
  arc_report_free(report);
  assert_int_equal(arc_ledger_refresh(second, NULL), ARC_E_INVALID);
  arc_ledger_close(second);
  arc_ledger_close(fork);
  assert_int_equal(arc_batch_begin(ledger, NULL), ARC_OK);
  assert_int_equal(arc_ledger_fork(&fork, ledger, 0, NULL), ARC_E_BUSY);
  assert_null(fork);
  assert_int_equal(arc_ledger_refresh(ledger, NULL), ARC_E_BUSY);
  arc_batch_abort(ledger);
  arc_ledger_close(ledger);
  assert_int_equal(heap.live, 0);
}

/* A fork shares memory: one changed invoice copies the chunks that it lies in, and no more. */
static void test_fork_copies_little(void **state) {
  struct test_heap heap = {0};
  arc_ledger *ledger = open_book(NULL, &heap), *fork;
  size_t whole, forked, changed;
  (void)state;
  assert_int_equal(customer(ledger, "A"), ARC_OK);
  fill(ledger, 0, 20000);
  whole = heap.live_bytes;
  assert_int_equal(arc_ledger_fork(&fork, ledger, 0, NULL), ARC_OK);
  forked = heap.live_bytes - whole;
  assert_int_equal(invoice(fork, "F", "A", 7), ARC_OK);
  changed = heap.live_bytes - whole - forked;
  print_message("book %llu bytes, fork %llu, one invoice more in it %llu\n", (unsigned long long)whole,
                (unsigned long long)forked, (unsigned long long)changed);
  assert_true(forked * 100 < whole);
  assert_true(changed * 4 < whole);
  arc_ledger_close(fork);
  assert_int_equal(heap.live_bytes, whole);
  arc_ledger_close(ledger);
}

static void test_fork_without_memory(void **state) {
  struct test_heap heap = {0};
  arc_ledger *ledger = open_book(NULL, &heap), *fork = NULL;
  unsigned char before[32], after[32];
  (void)state;
  assert_int_equal(customer(ledger, "A"), ARC_OK);
  fill(ledger, 0, 30);
  digest(ledger, before);
  for (int once = 0; once < 2; once++) {
    for (size_t k = 1;; k++) {
      arc_status status;
      test_heap_fail(&heap, k, once);
      status = arc_ledger_fork(&fork, ledger, 0, NULL);
      if (status == ARC_OK) status = invoice(fork, "F", "A", 7);
      test_heap_fail(&heap, 0, 0);
      arc_ledger_close(fork);
      fork = NULL;
      digest(ledger, after);
      assert_memory_equal(before, after, 32);
      assert_int_equal(arc_ledger_verify(ledger, NULL), ARC_OK);
      if (status == ARC_OK) break;
      assert_int_equal(status, ARC_E_NOMEM);
    }
  }
  arc_ledger_close(ledger);
  assert_int_equal(heap.live, 0);
}

/* Two handles on one storage, as two processes have them. */
static void test_refresh(void **state) {
  struct test_heap heap = {0};
  arc_storage storage, second;
  arc_ledger *a, *b;
  unsigned char left[32], right[32];
  (void)state;
  assert_int_equal(call_memory(&storage, NULL, NULL), ARC_OK);
  second = storage;
  second.close = NULL;
  a = open_book(&storage, &heap);
  b = open_book(&second, &heap);
  assert_int_equal(arc_ledger_refresh(b, NULL), ARC_ALREADY);
  assert_int_equal(customer(a, "A"), ARC_OK);
  assert_int_equal(customer(b, "B"), ARC_E_CONFLICT); /* a began the book */
  assert_int_equal(arc_ledger_refresh(b, NULL), ARC_OK);
  assert_int_equal(customer(b, "B"), ARC_OK);
  assert_int_equal(invoice(a, "I", "A", 5), ARC_E_CONFLICT);
  assert_int_equal(arc_ledger_refresh(a, NULL), ARC_OK);
  assert_int_equal(invoice(a, "I", "B", 5), ARC_OK);
  assert_int_equal(arc_ledger_refresh(b, NULL), ARC_OK);
  assert_int_equal(arc_ledger_refresh(b, NULL), ARC_ALREADY);
  digest(a, left);
  digest(b, right);
  assert_memory_equal(left, right, 32);
  assert_int_equal(arc_ledger_verify(a, NULL), ARC_OK);
  assert_int_equal(arc_ledger_verify(b, NULL), ARC_OK);

  fill(a, 0, 50);
  digest(b, left);
  for (size_t k = 1;; k++) { /* without memory the handle is as before */
    arc_status status;
    test_heap_fail(&heap, k, 0);
    status = arc_ledger_refresh(b, NULL);
    test_heap_fail(&heap, 0, 0);
    if (status == ARC_OK) break;
    assert_int_equal(status, ARC_E_NOMEM);
    digest(b, right);
    assert_memory_equal(left, right, 32);
  }
  assert_int_equal(arc_ledger_verify(b, NULL), ARC_OK);
  arc_ledger_close(b);
  arc_ledger_close(a);
  assert_int_equal(heap.live, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fork_goes_its_own_way), cmocka_unit_test(test_fork_of_a_fork),
      cmocka_unit_test(test_fork_copies_little),    cmocka_unit_test(test_fork_without_memory),
      cmocka_unit_test(test_refresh),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
