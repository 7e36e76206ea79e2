/*
 * What a day of the cadence costs: bench_cadence ITEMS DUE
 *
 * A book of ITEMS open items, five to a customer, of which DUE reach a step on the measured day; the others
 * reach theirs on other days. The day before is planned first, so that the engine knows the book. Prints
 * nanoseconds; cadence_cost.py counts instructions of measured_day and measured_scan instead. The scan is
 * what a program without a queue would do at the least: look at the due day of every open item.
 */
#include "arcollect.h"
#include "ledger_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY          20000
#define PER_CUSTOMER 5
#define GROUP        1000

static void stop(const char *what, const arc_error *err) {
  fprintf(stderr, "%s: %s: %s\n", what, arc_status_name(err->status), err->text);
  exit(1);
}

static double nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Customers that are due lie evenly among the others, whose step is 2 to 60 days later. */
static arc_day due_day(size_t customer, size_t customers, size_t due) {
  size_t before = customer * due / customers, after = (customer + 1) * due / customers;
  return DAY - 7 + (after > before ? 0 : 2 + (arc_day)(customer * 7 % 59));
}

/* One step at 7 days, so that nothing of the day before is left over. */
static void post_policy(arc_ledger *ledger) {
  arc_error err = ARC_ERROR_INIT;
  arc_policy policy = ARC_POLICY_INIT;
  policy.name.data = "default";
  policy.text.data = "cadence \"bench\"\npause on dispute promise plan hold cash\nstep +7d email firm overdue\n"
                     "step +90d place agency balance >= 500.00\nlimit 1 per 3d\n";
  policy.name.size = policy.text.size = ARC_NUL_TERMINATED;
  policy.day = DAY - 100;
  if (arc_ledger_post_policies(ledger, &policy, 1, &err) < 0) stop("policy", &err);
}

static void post_book(arc_ledger *ledger, size_t customers, size_t due) {
  static arc_customer parties[GROUP];
  static arc_invoice invoices[GROUP * PER_CUSTOMER];
  static char names[GROUP][24], keys[GROUP * PER_CUSTOMER][24];
  arc_error err = ARC_ERROR_INIT;
  for (size_t first = 0; first < customers; first += GROUP) {
    size_t count = customers - first < GROUP ? customers - first : GROUP;
    for (size_t i = 0; i < count; i++) {
      arc_customer party = ARC_CUSTOMER_INIT;
      snprintf(names[i], sizeof names[i], "C%zu", first + i);
      party.key.data = names[i];
      party.key.size = ARC_NUL_TERMINATED;
      parties[i] = party;
      for (size_t k = 0; k < PER_CUSTOMER; k++) {
        arc_invoice *row = &invoices[i * PER_CUSTOMER + k], invoice = ARC_INVOICE_INIT;
        char *key = keys[i * PER_CUSTOMER + k];
        snprintf(key, sizeof keys[0], "I%zu-%zu", first + i, k);
        *row = invoice;
        row->key.data = key;
        row->key.size = ARC_NUL_TERMINATED;
        row->customer = party.key;
        row->due = due_day(first + i, customers, due);
        row->issued = DAY - 40;
        row->amount = 10000 + (int64_t)k;
      }
    }
    if (arc_batch_begin(ledger, &err) < 0 || arc_ledger_post_customers(ledger, parties, count, &err) < 0 ||
        arc_ledger_post_invoices(ledger, invoices, count * PER_CUSTOMER, &err) < 0 ||
        arc_batch_commit(ledger, &err) < 0)
      stop("posting", &err);
  }
}

size_t measured_scan(const arc__tables *t);
void measured_day(arc_cadence *cadence, size_t *planned);

/* Not inlined: callgrind finds them by name. */
__attribute__((noinline)) void measured_day(arc_cadence *cadence, size_t *planned) {
  arc_error err = ARC_ERROR_INIT;
  if (arc_cadence_plan(cadence, DAY, planned, NULL, &err) < 0) stop("plan", &err);
}

__attribute__((noinline)) size_t measured_scan(const arc__tables *t) {
  size_t found = 0;
  for (uint32_t i = 1; i <= t->rows[ARC__TABLE_INSTALMENT]; i++)
    found += arc__i64(t, ARC__INSTALMENT_OPEN, i) > 0 && arc__i32(t, ARC__INSTALMENT_DUE, i) == DAY - 7;
  return found;
}

int main(int argc, char **argv) {
  size_t items = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000, due = argc > 2 ? strtoul(argv[2], NULL, 10) : items;
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = NULL;
  arc_cadence *cadence = NULL;
  size_t planned = 0;
  options.book.data = "bench";
  options.book.size = 5;
  memcpy(options.currency, "EUR", 4);
  if (arc_ledger_open(&ledger, &options, &err) < 0) stop("open", &err);
  post_policy(ledger);
  post_book(ledger, items / PER_CUSTOMER, due / PER_CUSTOMER);
  if (arc_cadence_open(&cadence, ledger, NULL, &err) < 0) stop("open", &err);
  if (arc_cadence_plan(cadence, DAY - 1, NULL, NULL, &err) < 0) stop("plan", &err);
  double start = nanoseconds();
  measured_day(cadence, &planned);
  double day = nanoseconds() - start;
  start = nanoseconds();
  size_t found = measured_scan(arc__ledger_tables(ledger));
  double scan = nanoseconds() - start;
  printf("items %zu, due %zu, touches %zu: %.0f us, %.0f ns a touch; a plain scan %.0f us\n", items, found, planned,
         day / 1e3, day / (double)(planned ? planned : 1), scan / 1e3);
  arc_cadence_close(cadence);
  arc_ledger_close(ledger);
  return found == due ? 0 : 1;
}
