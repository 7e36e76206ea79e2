/*
 * Measures the ledger against limits: plain loops over arrays that do the least that would do, run before and after
 * in the same process, whose answers must be ours. Prints one line per figure: what, measured, the limit before and
 * after, how many times the better of the two, the goal, and whether it was reached.
 *
 *   bench_ledger [INVOICES]...       (100000 and 1000000; 10000 runs in seconds)
 *
 * The book: three years, 40 invoices a customer, each paid by a payment of its own but one in twenty, which stays
 * open. A record is one application unless a line says otherwise. Storage is memory and time the processor's, but for
 * the durable lines. Clocks are used here only, to measure.
 */
#include "arcollect.h"
#include "ledger_view.h"

#include "../support/calls.h"
#include "../support/info.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(__GNUC__) && defined(__x86_64__)
#include <nmmintrin.h>
#define BENCH_CRC_MACHINE 1
#else
#include "hash.h"
#endif

#define DAYS 1096
#define PER_CUSTOMER 40
#define GROUP 1000
#define KEY 12
#define JOURNAL "bench_ledger.tmp"

static double clock_seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Of this process, so that what else the machine does counts less. */
static double cpu_seconds(void) {
  return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static double wall_seconds(void) {
  return clock_seconds(CLOCK_MONOTONIC);
}

static void stop(const char *what, const char *why) {
  fprintf(stderr, "bench_ledger: %s: %s\n", what, why);
  exit(1);
}

static void check(arc_status status, const char *what, const arc_error *err) {
  if (status < 0) stop(what, err->text);
}

static void *room(size_t count, size_t size) {
  void *block = calloc(count ? count : 1, size);
  if (!block) stop("bench", "no memory");
  return block;
}

/* ---- what is printed ---- */

#define LESS 0 /* seconds or bytes */
#define MORE 1 /* a rate */

typedef struct goal {
  double bound;
  int of_limit; /* bound is a multiple of the limit's cost; else of the figure itself */
} goal;

static double better(const double limit[2], int more) {
  return (limit[0] < limit[1]) == (more == LESS) ? limit[0] : limit[1];
}

static void print_line(const char *what, const char *unit, int more, double measured, const double limit[2],
                       goal g) {
  double best = better(limit, more), times = more ? best / measured : measured / best;
  double value = g.of_limit ? times : measured;
  int reached = more && !g.of_limit ? value >= g.bound : value <= g.bound;
  printf("  %-36s %11.4g %-5s limit %9.4g %9.4g  %9.4gx  goal %s%.4g%s  %s\n", what, measured, unit, limit[0],
         limit[1], times, more && !g.of_limit ? ">= " : "<= ", g.bound, g.of_limit ? "x" : "",
         reached ? "reached" : "NOT REACHED");
  fflush(stdout);
}

/* ---- the made-up book ---- */

typedef struct made {
  uint32_t invoices, customers, paid; /* the first `paid` of `order` are paid */
  arc_day first;
  uint32_t *customer;
  int64_t *amount;
  arc_day *issued;
  uint32_t *order; /* invoices as they are paid */
  char (*invoice_key)[KEY], (*payment_key)[KEY], (*customer_key)[KEY];
} made;

/* A number below `limit` that depends on what it is for. */
static uint32_t pick(uint32_t item, uint32_t purpose, uint32_t limit) {
  uint64_t x = ((uint64_t)item << 8 | purpose) * UINT64_C(0x9e3779b97f4a7c15);
  x ^= x >> 29;
  x *= UINT64_C(0xbf58476d1ce4e5b9);
  x ^= x >> 32;
  return (uint32_t)(x % limit);
}

/* Invoices are paid about a month after they were issued, in an order of their own: sorted by that place. */
static void make_order(made *m) {
  uint32_t window = m->invoices / 36 + 1, places = m->invoices + window;
  uint32_t *from = room(places + 1, sizeof *from), at = 0;
  m->order = room(m->invoices, sizeof *m->order);
  for (uint32_t i = 0; i < m->invoices; i++) from[i + pick(i, 4, window) + 1]++;
  for (uint32_t p = 0; p < places; p++) from[p + 1] += from[p];
  for (uint32_t i = 0; i < m->invoices; i++) m->order[from[i + pick(i, 4, window)]++] = i;
  free(from);
  for (uint32_t k = 0; k < m->invoices; k++) { /* every twentieth goes to the end: it stays open */
    uint32_t i = m->order[k];
    if (pick(i, 5, 20) == 0) continue;
    m->order[k] = m->order[at];
    m->order[at++] = i;
  }
  m->paid = at;
}

static made make(uint32_t invoices) {
  made m = {invoices, invoices / PER_CUSTOMER + 1, 0, arc_day_from_civil(2022, 1, 1), NULL, NULL, NULL, NULL,
            NULL, NULL, NULL};
  m.customer = room(invoices, sizeof *m.customer);
  m.amount = room(invoices, sizeof *m.amount);
  m.issued = room(invoices, sizeof *m.issued);
  m.invoice_key = room(invoices, KEY);
  m.payment_key = room(invoices, KEY);
  m.customer_key = room(m.customers, KEY);
  for (uint32_t c = 0; c < m.customers; c++) snprintf(m.customer_key[c], KEY, "C%u", c);
  for (uint32_t i = 0; i < invoices; i++) {
    m.customer[i] = pick(i, 1, m.customers);
    m.amount[i] = 1000 + (int64_t)pick(i, 2, 500000);
    m.issued[i] = m.first + (arc_day)((uint64_t)i * DAYS / invoices);
    snprintf(m.invoice_key[i], KEY, "I%u", i);
    snprintf(m.payment_key[i], KEY, "P%u", i);
  }
  make_order(&m);
  return m;
}

static void unmake(made *m) {
  free(m->customer);
  free(m->amount);
  free(m->issued);
  free(m->order);
  free(m->invoice_key);
  free(m->payment_key);
  free(m->customer_key);
}

static int64_t left_open(const made *m) {
  int64_t sum = 0;
  for (uint32_t k = m->paid; k < m->invoices; k++) sum += m->amount[m->order[k]];
  return sum;
}

/* ---- limits ---- */

typedef struct limit_record {
  uint64_t seq;
  uint32_t payment, invoice;
  int64_t amount, discount, tolerance;
  arc_day day;
  uint32_t how, spare[2];
  uint32_t confidence, crc;
} limit_record;

#ifdef BENCH_CRC_MACHINE
__attribute__((target("sse4.2"))) static uint32_t limit_crc(const void *bytes, size_t size) {
  const unsigned char *at = bytes;
  uint64_t crc = 0xffffffffu;
  for (; size >= 8; at += 8, size -= 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    crc = _mm_crc32_u64(crc, word);
  }
  for (; size; at++, size--) crc = _mm_crc32_u8((uint32_t)crc, *at);
  return ~(uint32_t)crc;
}
#else
static uint32_t limit_crc(const void *bytes, size_t size) {
  return arc__crc32c(0, bytes, size);
}
#endif

typedef struct limits {
  limit_record *journal;
  int64_t *open;
  double post[2], replay[2]; /* records a second */
} limits;

/* P1: a record of 64 bytes, its CRC, and the invoice's open amount. P2: the CRC checked, and the amount. */
static void limit_post_and_replay(const made *m, limits *l, int time) {
  double began;
  int64_t sum = 0;
  memcpy(l->open, m->amount, m->invoices * sizeof *l->open);
  began = cpu_seconds();
  for (uint32_t k = 0; k < m->paid; k++) {
    uint32_t i = m->order[k];
    const limit_record r = {k + 1, i, i, m->amount[i], 0, 0, m->issued[i], 0, {0, 0}, 0, 0};
    l->journal[k] = r;
    l->journal[k].crc = limit_crc(&l->journal[k], offsetof(limit_record, crc));
    l->open[i] -= r.amount;
  }
  l->post[time] = m->paid / (cpu_seconds() - began);
  memcpy(l->open, m->amount, m->invoices * sizeof *l->open);
  began = cpu_seconds();
  for (uint32_t k = 0; k < m->paid; k++) {
    const limit_record *r = &l->journal[k];
    if (limit_crc(r, offsetof(limit_record, crc)) != r->crc) stop("limit", "a record is damaged");
    l->open[r->invoice] -= r->amount;
  }
  l->replay[time] = m->paid / (cpu_seconds() - began);
  for (uint32_t i = 0; i < m->invoices; i++) sum += l->open[i];
  if (sum != left_open(m)) stop("limit", "the sum is wrong");
}

/* ---- the book behind the API ---- */

typedef struct stage {
  arc_storage inner;
  size_t *sizes; /* of the commits, from when it is set */
  size_t count;
  uint64_t bytes;
} stage;

static int32_t stage_append(void *user, uint64_t seq, uint32_t count, const void *bytes, size_t size) {
  stage *s = user;
  if (s->sizes) s->sizes[s->count++] = size;
  s->bytes += size;
  return s->inner.append(s->inner.user, seq, count, bytes, size);
}

static int32_t stage_read(void *user, uint64_t seq, uint64_t offset, void *buf, size_t cap, size_t *size) {
  stage *s = user;
  return s->inner.read(s->inner.user, seq, offset, buf, cap, size);
}

static int32_t stage_save(void *user, uint64_t seq, const void *bytes, size_t size) {
  stage *s = user;
  s->bytes = size;
  return s->inner.save_snapshot(s->inner.user, seq, bytes, size);
}

static int32_t stage_load(void *user, uint64_t *seq, uint64_t *total, uint64_t offset, void *buf, size_t cap,
                          size_t *size) {
  stage *s = user;
  return s->inner.load_snapshot(s->inner.user, seq, total, offset, buf, cap, size);
}

static void *counted(void *user, void *ptr, size_t old_size, size_t new_size) {
  size_t *live = user;
  void *block = NULL;
  if (!new_size) free(ptr);
  else if (!(block = realloc(ptr, new_size))) return NULL;
  *live += new_size - (ptr ? old_size : 0);
  return block;
}

/* A ledger on a storage that outlives it; `live` counts its bytes. */
static arc_ledger *open_book(stage *s, size_t *live, int snapshots) {
  arc_storage storage = {(uint32_t)sizeof storage, 0, s, stage_append, stage_read, NULL, NULL, NULL, NULL};
  arc_allocator allocator = {(uint32_t)sizeof allocator, 0, live, counted};
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  if (snapshots) {
    storage.save_snapshot = stage_save;
    storage.load_snapshot = stage_load;
  }
  options.storage = &storage;
  options.allocator = &allocator;
  memcpy(options.currency, "USD", 4);
  check(arc_ledger_open(&ledger, &options, &err), "open", &err);
  return ledger;
}

static arc_text text_of(const char *key) {
  arc_text text = {key, strlen(key)};
  return text;
}

static void post_customers(arc_ledger *ledger, const made *m) {
  static arc_customer rows[GROUP];
  const arc_customer none = ARC_CUSTOMER_INIT;
  arc_error err = ARC_ERROR_INIT;
  for (uint32_t at = 0, n; at < m->customers; at += n) {
    for (n = 0; n < GROUP && at + n < m->customers; n++) {
      rows[n] = none;
      rows[n].key = rows[n].name = text_of(m->customer_key[at + n]);
      rows[n].terms_days = 30;
    }
    check(arc_ledger_post_customers(ledger, rows, n, &err), "customers", &err);
  }
}

/* These return the seconds spent inside the library. */
static double post_invoices(arc_ledger *ledger, const made *m) {
  static arc_invoice rows[GROUP];
  const arc_invoice none = ARC_INVOICE_INIT;
  arc_error err = ARC_ERROR_INIT;
  double sum = 0;
  for (uint32_t at = 0, n; at < m->invoices; at += n) {
    for (n = 0; n < GROUP && at + n < m->invoices; n++) {
      uint32_t i = at + n;
      rows[n] = none;
      rows[n].key = text_of(m->invoice_key[i]);
      rows[n].customer = text_of(m->customer_key[m->customer[i]]);
      rows[n].issued = m->issued[i];
      rows[n].amount = m->amount[i];
    }
    double began = cpu_seconds();
    check(arc_ledger_post_invoices(ledger, rows, n, &err), "invoices", &err);
    sum += cpu_seconds() - began;
  }
  return sum;
}

static double post_payments(arc_ledger *ledger, const made *m) {
  static arc_payment rows[GROUP];
  const arc_payment none = ARC_PAYMENT_INIT;
  arc_error err = ARC_ERROR_INIT;
  double sum = 0;
  for (uint32_t at = 0, n; at < m->paid; at += n) {
    for (n = 0; n < GROUP && at + n < m->paid; n++) {
      uint32_t i = m->order[at + n];
      rows[n] = none;
      rows[n].key = text_of(m->payment_key[i]);
      rows[n].customer = text_of(m->customer_key[m->customer[i]]);
      rows[n].received = m->issued[i] + 30;
      rows[n].amount = m->amount[i];
    }
    double began = cpu_seconds();
    check(arc_ledger_post_payments(ledger, rows, n, &err), "payments", &err);
    sum += cpu_seconds() - began;
  }
  return sum;
}

/* Applies the payments from `at` to `end`, `group` in a commit. */
static double post_applications(arc_ledger *ledger, const made *m, uint32_t at, uint32_t end, uint32_t group,
                                double (*clock)(void)) {
  static arc_application rows[GROUP];
  const arc_application none = ARC_APPLICATION_INIT;
  arc_error err = ARC_ERROR_INIT;
  double sum = 0;
  for (uint32_t n; at < end; at += n) {
    for (n = 0; n < group && at + n < end; n++) {
      uint32_t i = m->order[at + n];
      rows[n] = none;
      rows[n].credit = text_of(m->payment_key[i]);
      rows[n].credit_kind = ARC_CREDIT_PAYMENT;
      rows[n].invoice = text_of(m->invoice_key[i]);
      rows[n].day = m->issued[i] + 30;
      rows[n].amount = m->amount[i];
    }
    double began = clock();
    check(arc_ledger_post_applications(ledger, rows, n, &err), "applications", &err);
    sum += clock() - began;
  }
  return sum;
}

static void check_book(const arc_ledger *ledger, const made *m) {
  arc_error err = ARC_ERROR_INIT;
  int64_t sum = 0, open;
  for (uint32_t c = 0; c < m->customers; c++) {
    arc_text key = text_of(m->customer_key[c]);
    check(arc_ledger_balance(ledger, &open, NULL, key.data, key.size, "USD", ARC_DAY_NONE, &err), "balance", &err);
    sum += open;
  }
  if (sum != left_open(m)) stop("book", "the open amounts are not the limit's");
}

/* ---- figures ---- */

static void bench_posting(arc_ledger *ledger, const made *m, limits *l, const size_t *live) {
  const double open_arrays[2] = {28, 28}, closed_arrays[2] = {45, 45}; /* as plain arrays, without keys */
  uint32_t unpaid = m->invoices - m->paid;
  size_t before;
  double invoices, payments, applications, per_open;
  post_customers(ledger, m);
  before = *live;
  invoices = post_invoices(ledger, m);
  per_open = (double)(*live - before) / m->invoices;
  payments = post_payments(ledger, m);
  applications = post_applications(ledger, m, 0, m->paid, GROUP, cpu_seconds);
  limit_post_and_replay(m, l, 1);
  print_line("posting in memory: applications", "/s", MORE, m->paid / applications, l->post, (goal){20, 1});
  print_line("posting in memory: invoices", "/s", MORE, m->invoices / invoices, l->post, (goal){20, 1});
  print_line("posting in memory: payments", "/s", MORE, m->paid / payments, l->post, (goal){20, 1});
  print_line("memory of an open invoice", "B", LESS, per_open, open_arrays, (goal){160, 0});
  print_line("memory of a closed one, with payment", "B", LESS,
             ((double)(*live - before) - unpaid * per_open) / m->paid, closed_arrays, (goal){64, 0});
}

static void bench_replay(stage *s, const made *m, limits *l) {
  size_t live = 0;
  double began = cpu_seconds(), took, records;
  arc_ledger *again = open_book(s, &live, 0);
  took = cpu_seconds() - began;
  records = (double)(info_of(again).next_sequence - 1);
  check_book(again, m);
  arc_ledger_close(again);
  limit_post_and_replay(m, l, 1);
  print_line("replay, records of all kinds", "/s", MORE, records / took, l->replay, (goal){18, 1});
}

static double limit_copy(const unsigned char *bytes, unsigned char *copy, size_t size) {
  double began = cpu_seconds(), took;
  memcpy(copy, bytes, size);
  if (limit_crc(copy, size) == 1) stop("limit", "an unlikely CRC");
  took = cpu_seconds() - began;
  return (double)size / took;
}

/* Returns the seconds that opening from the snapshot took. */
static double bench_snapshot(stage *s, arc_ledger *ledger, const made *m) {
  arc_error err = ARC_ERROR_INIT;
  size_t live = 0, size;
  double began, took, limit[2];
  unsigned char *bytes;
  arc_ledger *again;
  check(arc_ledger_snapshot(ledger, &err), "snapshot", &err);
  size = (size_t)s->bytes;
  bytes = room(2, size);
  memset(bytes, 1, size * 2);
  limit[0] = limit_copy(bytes, bytes + size, size);
  began = cpu_seconds();
  again = open_book(s, &live, 1);
  took = cpu_seconds() - began;
  check_book(again, m);
  arc_ledger_close(again);
  limit[1] = limit_copy(bytes, bytes + size, size);
  free(bytes);
  print_line("snapshot load", "B/s", MORE, (double)size / took, limit, (goal){1e9, 0});
  return took;
}

static void bench_fork(arc_ledger *ledger, const made *m, const size_t *live, double load) {
  enum { FORKS = 200 };
  const double loads[2] = {load, load}, page[2] = {4096, 4096}; /* an operating system's fork copies pages */
  arc_error err = ARC_ERROR_INIT;
  arc_writeoff change = ARC_WRITEOFF_INIT;
  arc_ledger *fork;
  size_t before;
  double began = cpu_seconds(), took;
  for (int i = 0; i < FORKS; i++) {
    check(arc_ledger_fork(&fork, ledger, 0, &err), "fork", &err);
    arc_ledger_close(fork);
  }
  took = (cpu_seconds() - began) / FORKS;
  print_line("fork and close, to a load", "s", LESS, took, loads, (goal){0.001, 1});
  check(arc_ledger_fork(&fork, ledger, 0, &err), "fork", &err);
  before = *live;
  change.key = text_of("W");
  change.invoice = text_of(m->invoice_key[m->order[m->paid]]);
  change.day = m->first + DAYS;
  change.amount = 1;
  check(arc_ledger_post_writeoffs(fork, &change, 1, &err), "change", &err);
  took = (double)(*live - before);
  arc_ledger_close(fork);
  print_line("bytes to change one invoice in it", "B", LESS, took, page, (goal){100e3, 0});
}

/* Open amounts by customer, as arrays: where each customer's begin, and what they are. */
typedef struct limit_items {
  uint32_t *first;
  struct {
    arc_day due;
    uint32_t invoice;
    int64_t open;
  } *items;
} limit_items;

static limit_items make_limit_items(const made *m) {
  limit_items l = {room(m->customers + 2, sizeof *l.first), room(m->invoices - m->paid, sizeof *l.items)};
  for (uint32_t k = m->paid; k < m->invoices; k++) l.first[m->customer[m->order[k]] + 2]++;
  for (uint32_t c = 0; c < m->customers; c++) l.first[c + 2] += l.first[c + 1];
  for (uint32_t k = m->paid; k < m->invoices; k++) {
    uint32_t i = m->order[k], at = l.first[m->customer[i] + 1]++;
    l.items[at].due = m->issued[i] + 30;
    l.items[at].invoice = i;
    l.items[at].open = m->amount[i];
  }
  return l;
}

#define ASKED 400000u

static double limit_open_items(const made *m, const limit_items *l, int64_t *sum) {
  double began = cpu_seconds();
  *sum = 0;
  for (uint32_t k = 0; k < ASKED; k++) {
    uint32_t c = pick(k, 6, m->customers);
    for (uint32_t at = l->first[c]; at < l->first[c + 1]; at++) *sum += l->items[at].open;
  }
  return (cpu_seconds() - began) / ASKED * 1e9;
}

/* By key, as an engine asks; there is no call of the API that gives them without a report's texts. */
static double our_open_items(const arc_ledger *ledger, const made *m, int64_t *sum) {
  const arc__tables *t = arc__ledger_tables(ledger);
  arc__open_items items = {arc__ledger_heap(ledger), NULL, 0, 0};
  arc_error err = ARC_ERROR_INIT;
  arc__view view;
  double began = cpu_seconds();
  *sum = 0;
  check(arc__view_open(&view, ledger, ARC_DAY_NONE, &err), "view", &err);
  for (uint32_t k = 0; k < ASKED; k++) {
    uint32_t customer = arc__find_customer(t, text_of(m->customer_key[pick(k, 6, m->customers)]));
    uint32_t account = arc__u32(t, ARC__CUSTOMER_ACCOUNT, customer);
    if (!account) continue;
    check(arc__view_open_items(&view, account, &items, &err), "open items", &err);
    for (size_t i = 0; i < items.count; i++) *sum += items.data[i].open;
  }
  arc__view_close(&view);
  arc__open_items_free(&items);
  return (cpu_seconds() - began) / ASKED * 1e9;
}

static double our_balance(const arc_ledger *ledger, const made *m, int64_t *sum) {
  arc_error err = ARC_ERROR_INIT;
  double began = cpu_seconds();
  *sum = 0;
  for (uint32_t k = 0; k < ASKED; k++) {
    arc_text key = text_of(m->customer_key[pick(k, 6, m->customers)]);
    int64_t open;
    check(arc_ledger_balance(ledger, &open, NULL, key.data, key.size, "USD", ARC_DAY_NONE, &err), "balance", &err);
    *sum += open;
  }
  return (cpu_seconds() - began) / ASKED * 1e9;
}

static void bench_open_items(const arc_ledger *ledger, const made *m) {
  limit_items l = make_limit_items(m);
  int64_t expected, items, balance;
  double limit[2], of_items, of_balance;
  limit[0] = limit_open_items(m, &l, &expected);
  of_items = our_open_items(ledger, m, &items);
  of_balance = our_balance(ledger, m, &balance);
  limit[1] = limit_open_items(m, &l, &expected);
  if (items != expected || balance != expected) stop("open items", "the sums are not the limit's");
  print_line("one customer's open items", "ns", LESS, of_items, limit, (goal){150, 0});
  print_line("one customer's balance", "ns", LESS, of_balance, limit, (goal){100, 0});
  free(l.first);
  free(l.items);
}

/* ---- durable ---- */

/* Commits a second of writes of these sizes, each synced. */
static double raw_commits(const size_t *sizes, size_t count) {
  size_t most = 0;
  double took;
  unsigned char *bytes;
  int file = open(JOURNAL ".raw", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) stop(JOURNAL ".raw", "cannot be made");
  for (size_t i = 0; i < count; i++) most = sizes[i] > most ? sizes[i] : most;
  bytes = room(most, 1);
  memset(bytes, 1, most);
  took = wall_seconds();
  for (size_t i = 0; i < count; i++)
    if (write(file, bytes, sizes[i]) != (ssize_t)sizes[i] || fdatasync(file)) stop(JOURNAL ".raw", "cannot be written");
  took = wall_seconds() - took;
  close(file);
  remove(JOURNAL ".raw");
  free(bytes);
  return (double)count / took;
}

static void bench_durable(const made *m) {
  static const struct {
    uint32_t group, commits;
    double share; /* of raw */
  } plan[] = {{1, 1000, .9}, {10, 1000, .9}, {100, 300, .7}, {1000, 50, .7}};
  uint32_t less = m->invoices < 100000 ? 20 : 1, at = 0;
  stage s;
  size_t live = 0;
  size_t *sizes = room(1000, sizeof *sizes);
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  memset(&s, 0, sizeof s);
  remove(JOURNAL);
  check(call_file(&s.inner, JOURNAL, NULL, &err), "file", &err);
  ledger = open_book(&s, &live, 0);
  check(arc_batch_begin(ledger, &err), "batch", &err);
  post_customers(ledger, m);
  post_invoices(ledger, m);
  post_payments(ledger, m);
  check(arc_batch_commit(ledger, &err), "batch", &err);
  s.sizes = sizes;
  for (size_t p = 0; p < sizeof plan / sizeof *plan; p++) {
    uint32_t group = plan[p].group, count = plan[p].commits / less;
    double ours, raw[2];
    char what[64];
    s.count = 0; /* the first commit tells the size of those that follow */
    post_applications(ledger, m, at, at + group, group, wall_seconds);
    for (at += group; s.count < count; s.count++) sizes[s.count] = sizes[0];
    raw[0] = raw_commits(sizes, count);
    s.count = 0;
    ours = count / post_applications(ledger, m, at, at + count * group, group, wall_seconds);
    at += count * group;
    raw[1] = raw_commits(sizes, count);
    snprintf(what, sizeof what, "durable commits of %u", plan[p].group);
    print_line(what, "/s", MORE, ours, raw, (goal){1 / plan[p].share, 1});
  }
  arc_ledger_close(ledger);
  s.inner.close(s.inner.user);
  remove(JOURNAL);
  free(sizes);
}

static void bench(uint32_t invoices) {
  made m = make(invoices);
  limits l;
  stage s;
  size_t live = 0;
  double load;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  memset(&s, 0, sizeof s);
  l.journal = room(m.paid, sizeof *l.journal);
  l.open = room(m.invoices, sizeof *l.open);
  memset(l.journal, 1, m.paid * sizeof *l.journal);
  printf("%u invoices, %u customers, %u paid\n", m.invoices, m.customers, m.paid);
  check(call_memory(&s.inner, NULL, &err), "memory", &err);
  limit_post_and_replay(&m, &l, 0);
  ledger = open_book(&s, &live, 1);
  bench_posting(ledger, &m, &l, &live);
  printf("  journal bytes per invoice: %.0f\n", (double)s.bytes / invoices);
  check_book(ledger, &m);
  bench_replay(&s, &m, &l);
  bench_open_items(ledger, &m);
  load = bench_snapshot(&s, ledger, &m);
  bench_fork(ledger, &m, &live, load);
  arc_ledger_close(ledger);
  if (live) stop("memory", "not all was given back");
  s.inner.close(s.inner.user);
  bench_durable(&m);
  free(l.journal);
  free(l.open);
  unmake(&m);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    bench(100000);
    bench(1000000);
  }
  for (int i = 1; i < argc; i++) bench((uint32_t)strtoul(argv[i], NULL, 10));
  return 0;
}
