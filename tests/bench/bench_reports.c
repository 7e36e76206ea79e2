/*
 * Measures reports against limits: plain loops over arrays that hold the same book, run before and
 * after in the same process, whose answers must be ours. Prints one line per figure: what,
 * measured, the limit before and after, how many times the better of the two, the goal, and whether
 * it was reached.
 *
 *   bench_reports [OPEN ITEMS]...       (100000 and 1000000)
 *
 * The book: 20 open items a customer, issued over 150 days and due 30 days later, and a quarter as
 * many again that were paid, each by a payment of its own. Limits: Q1 the open amounts from all
 * applications, Q2 aging by customer and bucket, of the open items by customer, Q3 receivables and
 * sales of 90 days, Q4 the 100 customers with most at stake. Time is the processor's; the best of
 * several runs counts for either side.
 */
#include "arcollect.h"
#include "ledger_view.h"
#include "../support/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PER_CUSTOMER 20
#define DAYS         150
#define WINDOW       90
#define TERMS        30
#define BUCKETS      5
#define TOP          100
#define GROUP        1000
#define KEY          12
#define RUNS         5

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void stop(const char *what, const char *why) {
  fprintf(stderr, "bench_reports: %s: %s\n", what, why);
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

static uint32_t pick(uint32_t item, uint32_t purpose, uint32_t limit) {
  uint64_t x = ((uint64_t)item << 8 | purpose) * UINT64_C(0x9e3779b97f4a7c15);
  x ^= x >> 29;
  x *= UINT64_C(0xbf58476d1ce4e5b9);
  x ^= x >> 32;
  return (uint32_t)(x % limit);
}

/* ---- the book, as arrays and behind the API ---- */

typedef struct made {
  uint32_t invoices, customers, payments;
  arc_day first, as_of;
  uint32_t *customer;
  arc_day *issued;
  int64_t *amount, *open;
  uint32_t *paid; /* per payment, its invoice */
  uint32_t
      *first_of; /* per customer, its first item of those below, customers one after the other */
  arc_day *due;
  int64_t *left;
  arc_ledger *ledger;
} made;

static int is_paid(uint32_t invoice) {
  return invoice % 5 == 0;
}

static arc_text key_of(char key[KEY], char kind, uint32_t number) {
  arc_text text = {key, (size_t)snprintf(key, KEY, "%c%u", kind, number)};
  return text;
}

static void make_arrays(made *m, uint32_t items) {
  uint32_t at = 0;
  m->invoices = items + items / 4;
  m->customers = items / PER_CUSTOMER;
  m->first = arc_day_from_civil(2024, 1, 1);
  m->as_of = m->first + DAYS + 10;
  m->customer = room(m->invoices, sizeof *m->customer);
  m->issued = room(m->invoices, sizeof *m->issued);
  m->amount = room(m->invoices, sizeof *m->amount);
  m->open = room(m->invoices, sizeof *m->open);
  m->paid = room(m->invoices / 5 + 1, sizeof *m->paid);
  m->first_of = room(m->customers + 2, sizeof *m->first_of);
  m->due = room(m->invoices, sizeof *m->due);
  m->left = room(m->invoices, sizeof *m->left);
  for (uint32_t i = 0; i < m->invoices; i++) {
    m->customer[i] = pick(i, 1, m->customers);
    m->amount[i] = 1000 + (int64_t)pick(i, 2, 500000);
    m->issued[i] = m->first + (arc_day)((uint64_t)i * DAYS / m->invoices);
    m->open[i] = is_paid(i) ? 0 : m->amount[i];
    if (is_paid(i))
      m->paid[m->payments++] = i;
    else
      m->first_of[m->customer[i] + 2]++;
  }
  for (uint32_t c = 0; c < m->customers; c++)
    m->first_of[c + 2] += m->first_of[c + 1];
  for (uint32_t i = 0; i < m->invoices; i++) {
    if (is_paid(i)) continue;
    at = m->first_of[m->customer[i] + 1]++;
    m->due[at] = m->issued[i] + TERMS;
    m->left[at] = m->amount[i];
  }
}

static void post_customers(made *m) {
  static char keys[GROUP][KEY];
  static arc_customer rows[GROUP];
  const arc_customer none = ARC_CUSTOMER_INIT;
  arc_error err = ARC_ERROR_INIT;
  for (uint32_t at = 0, n; at < m->customers; at += n) {
    for (n = 0; n < GROUP && at + n < m->customers; n++) {
      rows[n] = none;
      rows[n].key = rows[n].name = key_of(keys[n], 'C', at + n);
    }
    check(arc_ledger_post_customers(m->ledger, rows, n, &err), "customers", &err);
  }
}

static void post_invoices(made *m) {
  static char keys[GROUP][KEY], customers[GROUP][KEY];
  static arc_invoice rows[GROUP];
  const arc_invoice none = ARC_INVOICE_INIT;
  arc_error err = ARC_ERROR_INIT;
  for (uint32_t at = 0, n; at < m->invoices; at += n) {
    for (n = 0; n < GROUP && at + n < m->invoices; n++) {
      uint32_t i = at + n;
      rows[n] = none;
      rows[n].key = key_of(keys[n], 'I', i);
      rows[n].customer = key_of(customers[n], 'C', m->customer[i]);
      rows[n].issued = m->issued[i];
      rows[n].due = m->issued[i] + TERMS;
      rows[n].amount = m->amount[i];
    }
    check(arc_ledger_post_invoices(m->ledger, rows, n, &err), "invoices", &err);
  }
}

static void post_payment(made *m, uint32_t payment) {
  uint32_t i = m->paid[payment];
  char key[KEY], customer[KEY], invoice[KEY];
  arc_payment cash = ARC_PAYMENT_INIT;
  arc_application row = ARC_APPLICATION_INIT;
  arc_error err = ARC_ERROR_INIT;
  cash.key = row.credit = key_of(key, 'P', payment);
  cash.customer = key_of(customer, 'C', m->customer[i]);
  cash.received = row.day = m->issued[i] + 10;
  cash.amount = row.amount = m->amount[i];
  row.invoice = key_of(invoice, 'I', i);
  row.how = ARC_HOW_REFERENCE;
  check(arc_ledger_post_payments(m->ledger, &cash, 1, &err), "payment", &err);
  check(arc_ledger_post_applications(m->ledger, &row, 1, &err), "application", &err);
}

static made make(uint32_t items) {
  made m;
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  memset(&m, 0, sizeof m);
  make_arrays(&m, items);
  memcpy(options.currency, "USD", 4);
  check(arc_ledger_open(&m.ledger, &options, &err), "open", &err);
  post_customers(&m);
  post_invoices(&m);
  check(arc_batch_begin(m.ledger, &err), "batch", &err);
  for (uint32_t p = 0; p < m.payments; p++)
    post_payment(&m, p);
  check(arc_batch_commit(m.ledger, &err), "batch", &err);
  return m;
}

static void unmake(made *m) {
  arc_ledger_close(m->ledger);
  free(m->customer);
  free(m->issued);
  free(m->amount);
  free(m->open);
  free(m->paid);
  free(m->first_of);
  free(m->due);
  free(m->left);
}

/* ---- limits ---- */

typedef struct answer {
  int64_t checksum; /* of what a question asks for */
} answer;

static int64_t mixed(int64_t checksum, uint64_t place, int64_t value) {
  return checksum + (int64_t)((place * 2 + 1) * (uint64_t)value); /* modulo 2^64 */
}

static answer limit_history(const made *m) { /* Q1 */
  answer a = {0};
  int64_t *open = m->open;
  memcpy(open, m->amount, m->invoices * sizeof *open);
  for (uint32_t p = 0; p < m->payments; p++)
    open[m->paid[p]] -= m->amount[m->paid[p]];
  for (uint32_t i = 0; i < m->invoices; i++)
    a.checksum += open[i];
  return a;
}

static int bucket(arc_day late) {
  return late <= 0 ? 0 : late <= 30 ? 1 : late <= 60 ? 2 : late <= 90 ? 3 : 4;
}

static int64_t (*limit_cells)[BUCKETS];

static answer limit_aging(const made *m) { /* Q2 */
  answer a = {0};
  memset(limit_cells, 0, m->customers * sizeof *limit_cells);
  for (uint32_t c = 0; c < m->customers; c++)
    for (uint32_t at = m->first_of[c]; at < m->first_of[c + 1]; at++)
      limit_cells[c][bucket(m->as_of - m->due[at])] += m->left[at];
  for (uint32_t c = 0; c < m->customers; c++)
    for (int b = 0; b < BUCKETS; b++)
      a.checksum = mixed(a.checksum, (uint64_t)b, limit_cells[c][b]);
  return a;
}

static answer limit_turnover(const made *m) { /* Q3: DSO in hundredths */
  answer a = {0};
  int64_t open = 0, sales = 0;
  for (uint32_t i = 0; i < m->invoices; i++) {
    if (m->issued[i] <= m->as_of) open += m->open[i];
    if (m->issued[i] > m->as_of - WINDOW && m->issued[i] <= m->as_of) sales += m->amount[i];
  }
  if (arc_money_scale(&a.checksum, open, WINDOW * 100, sales, NULL) < 0) stop("limit", "DSO");
  return a;
}

/* Q4: what is overdue of a customer, the 100 largest; the risk of the rule table is not in it. */
static answer limit_worst(const made *m) {
  int64_t top[TOP] = {0};
  answer a = {0};
  for (uint32_t c = 0; c < m->customers; c++) {
    int64_t stake = 0;
    int at = TOP - 1;
    for (uint32_t i = m->first_of[c]; i < m->first_of[c + 1]; i++)
      if (m->due[i] < m->as_of) stake += m->left[i];
    if (stake <= top[at]) continue;
    for (; at > 0 && top[at - 1] < stake; at--)
      top[at] = top[at - 1];
    top[at] = stake;
  }
  for (int i = 0; i < TOP; i++)
    a.checksum += top[i];
  return a;
}

/* ---- ours ---- */

static answer our_aging_of(const made *m, arc_day day) {
  arc_metrics_query options = AGING_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_report *report;
  answer a = {0};
  options.as_of = day;
  check(arc_metrics_report(&report, m->ledger, &options, &err), "aging", &err);
  for (size_t row = 0; row < arc_report_rows(report); row++)
    for (size_t b = 0; b < BUCKETS; b++)
      a.checksum = mixed(a.checksum, b, arc_report_integer(report, row, 2 + b));
  arc_report_free(report);
  return a;
}

static answer our_aging(const made *m) {
  return our_aging_of(m, m->as_of);
}

/* What is open in all, by bucket. */
static answer our_totals(const made *m) {
  arc_metrics_query options = AGING_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_report *report;
  answer a = {0};
  options.as_of = m->as_of;
  options.by = ARC_BY_CURRENCY;
  check(arc_metrics_report(&report, m->ledger, &options, &err), "totals", &err);
  for (size_t b = 0; b < BUCKETS; b++)
    a.checksum = mixed(a.checksum, b, arc_report_integer(report, 0, 1 + b));
  arc_report_free(report);
  return a;
}

static int64_t hundredths_of(const arc_report *report, const char *metric, const char *variant) {
  for (size_t i = 0; i < arc_report_rows(report); i++) {
    size_t size;
    int64_t value;
    const char *text = arc_report_text(report, i, 2, &size);
    if (strcmp(arc_report_text(report, i, 0, NULL), metric) ||
        strcmp(arc_report_text(report, i, 1, NULL), variant))
      continue;
    if (arc_money_parse(&value, text, size, "USD", NULL) < 0) stop(metric, "is no number");
    return value;
  }
  stop(metric, "is not there");
  return 0;
}

static answer our_figures(const made *m) {
  arc_error err = ARC_ERROR_INIT;
  arc_report *report;
  answer a = {0};
  check(call_figures(&report, m->ledger, m->as_of, WINDOW, ARC_BY_CURRENCY, &err), "metrics",
        &err);
  a.checksum = hundredths_of(report, "dso", "simple");
  arc_report_free(report);
  return a;
}

/* DSO alone, of what the ledger keeps: the balance, and the sums of the days of the window. */
static answer our_turnover(const made *m) {
  const arc__tables *t = arc__ledger_tables(m->ledger);
  int64_t open, billed, credited;
  answer a = {0};
  arc_day first = m->as_of - WINDOW + 1;
  if (!arc__sums_open(t, 1, m->as_of, &open) ||
      !arc__sums_between(t, ARC__DAY_BILLED, 1, first, m->as_of, &billed) ||
      !arc__sums_between(t, ARC__DAY_CREDITED, 1, first, m->as_of, &credited) ||
      arc_money_scale(&a.checksum, open, WINDOW * 100, billed - credited, NULL) < 0)
    stop("DSO", "is not known");
  return a;
}

static answer our_worklist(const made *m) {
  arc_error err = ARC_ERROR_INIT;
  arc_scorer *scorer;
  arc_report *report;
  answer a = {0};
  check(arc_scorer_open(&scorer, m->ledger, &err), "scorer", &err);
  check(call_worklist(&report, scorer, m->as_of, TOP, &err), "worklist", &err);
  a.checksum = (int64_t)arc_report_rows(report);
  arc_report_free(report);
  arc_scorer_close(scorer);
  return a;
}

/* ---- one against the other ---- */

static double best_of(answer (*of)(const made *), const made *m, answer *a) {
  answer (*volatile run)(const made *) = of; /* nothing is known of it, so that each run is one */
  double best = 0;
  for (int i = 0; i < RUNS; i++) {
    double began = seconds(), took;
    *a = run(m);
    took = seconds() - began;
    if (i == 0 || took < best) best = took;
  }
  return best;
}

static void compare(const char *what, const made *m, answer (*ours)(const made *),
                    answer (*limit)(const made *), double goal, int same) {
  answer expected, got;
  double before = best_of(limit, m, &expected), measured = best_of(ours, m, &got),
         after = best_of(limit, m, &expected);
  double times = measured / (before < after ? before : after);
  if (same && got.checksum != expected.checksum) stop(what, "the answer is not the limit's");
  printf("  %-40s %9.3f ms  limit %8.3f %8.3f  %7.2fx  goal <= %gx  %s\n", what, measured * 1e3,
         before * 1e3, after * 1e3, times, goal, times <= goal ? "reached" : "NOT REACHED");
  fflush(stdout);
}

static void bench_turnover(const made *m) {
  enum { READS = 100000 };
  const int64_t expected = limit_turnover(m).checksum;
  int64_t wrong = 0;
  double began = seconds(), took;
  for (int i = 0; i < READS; i++)
    wrong |= our_turnover(m).checksum ^ expected;
  took = (seconds() - began) / READS * 1e9;
  if (wrong) stop("DSO", "the answer is not the limit's");
  printf("  %-40s %9.1f ns  goal < 100 ns, for every size of the book  %s\n", "DSO, of the sums of the days", took,
         took < 100 ? "reached" : "NOT REACHED");
}

static answer limit_past(const made *m) { /* Q1 and Q2, of the day */
  answer of_history = limit_history(m), of_aging = limit_aging(m);
  of_aging.checksum += 0 * of_history.checksum;
  return of_aging;
}

static answer our_past(const made *m) {
  return our_aging_of(m, m->as_of - 60);
}

/* ---- after an event ---- */

/* Writes a cent off an open invoice, each time of another customer. */
static uint32_t event(const made *m, uint32_t number) {
  uint32_t i = pick(number, 7, m->invoices);
  arc_writeoff row = ARC_WRITEOFF_INIT;
  char key[KEY], invoice[KEY];
  arc_error err = ARC_ERROR_INIT;
  i += is_paid(i);
  if (i >= m->invoices) i = 1;
  row.key = key_of(key, 'W', number);
  row.invoice = key_of(invoice, 'I', i);
  row.day = m->as_of;
  row.amount = 1;
  check(arc_ledger_post_writeoffs(m->ledger, &row, 1, &err), "write-off", &err);
  return m->customer[i];
}

/* What a screen needs: the aging of whom it was about. */
static void refresh_customer(const made *m, arc_scorer *scorer, uint32_t customer) {
  arc_metrics_query options = AGING_INIT;
  arc_error err = ARC_ERROR_INIT;
  char key[KEY];
  arc_report *report;
  (void)scorer;
  options.as_of = m->as_of;
  options.customer = key_of(key, 'C', customer);
  check(arc_metrics_report(&report, m->ledger, &options, &err), "aging", &err);
  arc_report_free(report);
}

static void refresh_totals(const made *m, arc_scorer *scorer, uint32_t customer) {
  (void)scorer;
  (void)customer;
  our_totals(m);
}

static void refresh_worklist(const made *m, arc_scorer *scorer, uint32_t customer) {
  arc_error err = ARC_ERROR_INIT;
  arc_report *report;
  (void)customer;
  check(call_worklist(&report, scorer, m->as_of, TOP, &err), "worklist", &err);
  arc_report_free(report);
}

static void refresh_one(const made *m, arc_scorer *scorer, uint32_t customer) {
  arc_error err = ARC_ERROR_INIT;
  arc_report *report;
  (void)customer;
  check(call_worklist(&report, scorer, m->as_of, 1, &err), "worklist", &err);
  arc_report_free(report);
}

/* The mean of reading after each `events` events, in microseconds. */
static double refresh(const made *m, void (*read)(const made *, arc_scorer *, uint32_t), uint32_t events) {
  enum { READS = 200 };
  static uint32_t number;
  arc_scorer *scorer;
  double sum = 0;
  check(arc_scorer_open(&scorer, m->ledger, NULL), "scorer", NULL);
  read(m, scorer, 0);
  for (uint32_t k = 0; k < READS; k++) {
    uint32_t customer = 0;
    for (uint32_t e = 0; e < events; e++)
      customer = event(m, number++);
    double began = seconds();
    read(m, scorer, customer);
    sum += seconds() - began;
  }
  arc_scorer_close(scorer);
  return sum / READS * 1e6;
}

static void bench_refresh(const made *m) {
  static const char *const same = "to be the same for every size of the book";
  double one, many;
  printf("  %-40s %9.3f us  %s\n", "aging of one customer, after an event", refresh(m, refresh_customer, 1), same);
  printf("  %-40s %9.3f us  %s\n", "what is open in all, after an event", refresh(m, refresh_totals, 1), same);
  printf("  %-40s %9.3f us  %s\n", "worklist, the first 100, after an event", refresh(m, refresh_worklist, 1), same);
  one = refresh(m, refresh_one, 1);
  many = refresh(m, refresh_one, 101);
  printf("  %-40s %9.3f us  goal < 1 us  %s\n", "worklist, for each customer changed", (many - one) / 100,
         many - one < 100 ? "reached" : "NOT REACHED");
}

static void bench(uint32_t items) {
  made m = make(items);
  limit_cells = room(m.customers, sizeof *limit_cells);
  printf("%u open items, %u customers, %u invoices\n", m.invoices - m.payments, m.customers,
         m.invoices);
  compare("aging of all customers", &m, our_aging, limit_aging, 2, 1);
  compare("what is open in all, by bucket", &m, our_totals, limit_aging, 0.01, 1);
  bench_turnover(&m);
  compare("aging as of 60 days before", &m, our_past, limit_past, 3, 0);
  compare("all key figures, by currency", &m, our_figures, limit_turnover, 1.5, 1);
  compare("worklist, the first 100", &m, our_worklist, limit_worst, 2, 0);
  bench_refresh(&m);
  free(limit_cells);
  unmake(&m);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    bench(100000);
    bench(1000000);
  }
  for (int i = 1; i < argc; i++)
    bench((uint32_t)strtoul(argv[i], NULL, 10));
  return 0;
}
