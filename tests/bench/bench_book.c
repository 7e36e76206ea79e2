/*
 * Runs a made-up book of three years day by day, as a host would, and prints what it costs: invoices and days a
 * second, memory an invoice, and the share of the time that the storage takes.
 *
 *   bench_book [INVOICES] [memory|file|sqlite]...
 *
 * Days are run through the collector with its matcher; messages are dropped. The clock is used here only, to
 * measure.
 */
#define _POSIX_C_SOURCE 200809L
#include "arcollect.h"

#include "storage_sqlite.h"
#include "../support/info.h"
#include "../support/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAYS 1096
#define PER_CUSTOMER 40
#define GROUP 256

struct totals {
  size_t live, peak;
  double in_storage;
  uint64_t messages;
};

struct stage {
  struct totals *totals;
  arc_storage inner;
};

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void stop(const char *what, const arc_error *err) {
  fprintf(stderr, "%s: %s: %s\n", what, arc_status_name(err->status), err->text);
  exit(1);
}

static void *counted(void *user, void *ptr, size_t old_size, size_t new_size) {
  struct totals *totals = user;
  void *block = NULL;
  if (new_size) {
    block = realloc(ptr, new_size);
    if (!block) return NULL;
  } else {
    free(ptr);
  }
  totals->live += new_size - (ptr ? old_size : 0);
  if (totals->live > totals->peak) totals->peak = totals->live;
  return block;
}

static int32_t timed_append(void *user, uint64_t seq, uint32_t count, const void *bytes, size_t size) {
  struct stage *s = user;
  double began = seconds();
  int32_t status = s->inner.append(s->inner.user, seq, count, bytes, size);
  s->totals->in_storage += seconds() - began;
  return status;
}

static int32_t timed_read(void *user, uint64_t seq, uint64_t offset, void *buf, size_t cap, size_t *size) {
  struct stage *s = user;
  double began = seconds();
  int32_t status = s->inner.read(s->inner.user, seq, offset, buf, cap, size);
  s->totals->in_storage += seconds() - began;
  return status;
}

static void timed_close(void *user) {
  struct stage *s = user;
  if (s->inner.close) s->inner.close(s->inner.user);
}

static int32_t drop_message(void *user, const arc_message *message) {
  struct totals *totals = user;
  (void)message;
  totals->messages++;
  return ARC_SENT;
}

/* A number from 0 to below `limit` that depends on what it is for, so that nothing has to be kept. */
static uint32_t pick(uint32_t item, uint32_t purpose, uint32_t limit) {
  uint64_t x = ((uint64_t)item << 8 | purpose) * UINT64_C(0x9e3779b97f4a7c15);
  x ^= x >> 29;
  x *= UINT64_C(0xbf58476d1ce4e5b9);
  x ^= x >> 32;
  return (uint32_t)(x % limit);
}

static arc_text number_text(char buf[16], char letter, uint32_t number) {
  arc_text text = {buf, 0};
  text.size = (size_t)snprintf(buf, 16, "%c%u", letter, number);
  return text;
}

struct book {
  arc_ledger *ledger;
  uint32_t invoices, customers, posted;
  arc_day first;
  uint32_t *paid_head, *paid_next; /* invoices by the day they are paid */
};

static int64_t amount_of(uint32_t invoice) {
  return 1000 + (int64_t)pick(invoice, 1, 500000);
}

static void post_customers(const struct book *b) {
  arc_error err = ARC_ERROR_INIT;
  for (uint32_t c = 0; c < b->customers; c++) {
    char key[16];
    arc_customer customer = ARC_CUSTOMER_INIT;
    customer.key = customer.name = number_text(key, 'C', c);
    customer.terms_days = 30;
    if (arc_ledger_post_customers(b->ledger, &customer, 1, &err) < 0) stop("customer", &err);
  }
}

static void post_invoices(struct book *b, arc_day day) {
  static char keys[GROUP][16], customers[GROUP][16];
  arc_invoice rows[GROUP];
  arc_error err = ARC_ERROR_INIT;
  uint32_t upto = (uint32_t)((uint64_t)b->invoices * (uint64_t)(day - b->first + 1) / DAYS);
  while (b->posted < upto) {
    size_t n = 0;
    for (; n < GROUP && b->posted < upto; n++, b->posted++) {
      const arc_invoice none = ARC_INVOICE_INIT;
      uint32_t due_in = 30 + pick(b->posted, 2, 40), paid = (uint32_t)(day - b->first) + due_in;
      rows[n] = none;
      rows[n].key = number_text(keys[n], 'I', b->posted);
      rows[n].customer = number_text(customers[n], 'C', pick(b->posted, 3, b->customers));
      rows[n].issued = day;
      rows[n].amount = amount_of(b->posted);
      if (paid >= DAYS || pick(b->posted, 4, 50) == 0) continue; /* some are never paid */
      b->paid_next[b->posted] = b->paid_head[paid];
      b->paid_head[paid] = b->posted + 1;
    }
    if (arc_ledger_post_invoices(b->ledger, rows, n, &err) < 0) stop("invoices", &err);
  }
}

static void post_payments(const struct book *b, arc_day day) {
  static char keys[GROUP][16], customers[GROUP][16], texts[GROUP][16];
  arc_payment rows[GROUP];
  arc_error err = ARC_ERROR_INIT;
  uint32_t next = b->paid_head[day - b->first];
  while (next) {
    size_t n = 0;
    for (; n < GROUP && next; n++, next = b->paid_next[next - 1]) {
      const arc_payment none = ARC_PAYMENT_INIT;
      rows[n] = none;
      rows[n].key = number_text(keys[n], 'P', next - 1);
      rows[n].customer = number_text(customers[n], 'C', pick(next - 1, 3, b->customers));
      rows[n].remittance = number_text(texts[n], 'I', next - 1);
      rows[n].received = day;
      rows[n].amount = amount_of(next - 1);
    }
    if (arc_ledger_post_payments(b->ledger, rows, n, &err) < 0) stop("payments", &err);
  }
}

static void run_days(struct book *b, struct totals *totals, arc_day_report *sum) {
  arc_error err = ARC_ERROR_INIT;
  arc_transport transport = {(uint32_t)sizeof transport, 0, totals, drop_message};
  arc_collector_options options = ARC_COLLECTOR_OPTIONS_INIT;
  arc_collector *collector;
  options.transport = &transport;
  if (arc_collector_open(&collector, b->ledger, &options, &err) < 0) stop("collector", &err);
  for (arc_day day = b->first; day < b->first + DAYS; day++) {
    arc_day_report report = ARC_DAY_REPORT_INIT;
    if (arc_batch_begin(b->ledger, &err) < 0) stop("batch", &err);
    if (day == b->first) post_customers(b);
    post_invoices(b, day);
    post_payments(b, day);
    if (arc_batch_commit(b->ledger, &err) < 0) stop("commit", &err);
    if (arc_collector_run_day(collector, day, &report, &err) < 0) stop("day", &err);
    sum->payments_applied += report.payments_applied;
  }
  arc_collector_close(collector);
}

static arc_status open_storage(arc_storage *storage, const char *kind, const char *path, arc_error *err) {
  if (!strcmp(kind, "memory")) return call_memory(storage, NULL, err);
  if (!strcmp(kind, "file")) return call_file(storage, path, NULL, err);
  return storage_sqlite_open(storage, path, err);
}

static void remove_files(const char *path) {
  static const char *const ends[] = {"", "-wal", "-shm", ".snapshot"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    char name[64];
    snprintf(name, sizeof name, "%s%s", path, ends[i]);
    remove(name);
  }
}

static void bench(const char *kind, uint32_t invoices) {
  static const char path[] = "bench_book.tmp";
  struct totals totals = {0, 0, 0, 0};
  struct stage stage = {&totals, {0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL}};
  arc_allocator allocator = {(uint32_t)sizeof allocator, 0, &totals, counted};
  arc_storage storage = {(uint32_t)sizeof storage, 0, &stage, timed_append, timed_read, NULL, NULL, timed_close, NULL};
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_day_report sum = ARC_DAY_REPORT_INIT;
  struct book book = {NULL, invoices, invoices / PER_CUSTOMER + 1, 0, arc_day_from_civil(2022, 1, 1), NULL, NULL};
  double began, run, replay;
  size_t peak;
  remove_files(path);
  if (open_storage(&stage.inner, kind, path, &err) < 0) stop(kind, &err);
  options.allocator = &allocator;
  options.storage = &storage;
  memcpy(options.currency, "USD", 4);
  book.paid_head = calloc(DAYS, sizeof *book.paid_head);
  book.paid_next = calloc(invoices, sizeof *book.paid_next);
  if (!book.paid_head || !book.paid_next) exit(1);
  if (arc_ledger_open(&book.ledger, &options, &err) < 0) stop("open", &err);
  began = seconds();
  run_days(&book, &totals, &sum);
  run = seconds() - began;
  peak = totals.peak; /* verifying replays into a second state */
  began = seconds();
  if (arc_ledger_verify(book.ledger, &err) < 0) stop("verify", &err);
  replay = seconds() - began;
  printf("%-7s %8u invoices %9.0f invoices/s %7.0f days/s  %4.0f bytes/invoice at peak  %4.1f%% in storage  "
         "%llu applied, %llu messages; verified %.0f records/s\n",
         kind, invoices, invoices / run, DAYS / run, (double)peak / invoices,
         100 * totals.in_storage / (run + replay), (unsigned long long)sum.payments_applied,
         (unsigned long long)totals.messages, (double)info_of(book.ledger).next_sequence / replay);
  arc_ledger_close(book.ledger);
  free(book.paid_head);
  free(book.paid_next);
  remove_files(path);
}

int main(int argc, char **argv) {
  uint32_t invoices = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 100000;
  if (argc <= 2) {
    bench("memory", invoices);
    bench("file", invoices);
    bench("sqlite", invoices);
  }
  for (int i = 2; i < argc; i++) bench(argv[i], invoices);
  return 0;
}
