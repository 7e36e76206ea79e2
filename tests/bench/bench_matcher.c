/*
 * Measures the matcher against limits in the same run: plain loops that do the least that would do.
 *
 *   bench_matcher                   all of it
 *   bench_matcher OPEN ITEMS...     by reference alone
 *
 * By reference: payments that name one open item each, of equal amount, decided in one batch (nothing is recorded),
 * against cutting the same texts into words and looking these up in a hash table of 16-byte keys. By name: payers'
 * names of 25,000 customers, each with a slip, against nothing but their number a second. By sums: which of n items
 * add up, decided by two bitsets in a plain loop and by the library, by kind of amounts and n. Clocks are used here
 * only, to measure.
 */
#include "arcollect.h"
#include "matcher_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t random_state = 88172645463325252u;

static uint64_t below(uint64_t n) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state % n;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void need(arc_status status, const char *what, const arc_error *err) {
  if (status >= 0) return;
  fprintf(stderr, "bench_matcher: %s: %s\n", what, err->text);
  exit(1);
}

static arc_text text_of(const char *s) {
  arc_text t = {s, strlen(s)};
  return t;
}

/* ---- the heap, counted ---- */

static size_t live, peak;

static void *counted_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
  (void)user;
  live += new_size - old_size;
  if (live > peak) peak = live;
  if (new_size) return realloc(ptr, new_size);
  free(ptr);
  return NULL;
}

static arc_ledger *book_open(void) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_allocator allocator = {sizeof allocator, 0, NULL, counted_resize};
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  options.allocator = &allocator;
  options.book = text_of("bench");
  memcpy(options.currency, "USD", 4);
  need(arc_ledger_open(&ledger, &options, &err), "open", &err);
  return ledger;
}

/* ---- by reference ---- */

#define PER_CUSTOMER 40
#define REPEATS      9

typedef struct limit_slot {
  char number[16];
  int64_t amount;
} limit_slot;

static uint64_t limit_hash(const char *number) {
  uint64_t a, b;
  memcpy(&a, number, 8);
  memcpy(&b, number + 8, 8);
  a = (a ^ (b * 0x9e3779b97f4a7c15u)) * 0xff51afd7ed558ccdu;
  return a ^ a >> 32;
}

/* The least: cut the text into words, bring each that has a digit into 16 bytes, look it up, compare the amount. */
static size_t limit_join(const limit_slot *slots, size_t mask, char (*texts)[48], const int64_t *amounts, size_t count) {
  size_t hits = 0;
  for (size_t i = 0; i < count; i++)
    for (const char *c = texts[i]; *c;) {
      char number[16] = {0};
      size_t n = 0;
      int digits = 0;
      for (; *c && *c != ' '; c++) {
        digits |= *c >= '0' && *c <= '9';
        if (*c != '-' && n < 16) number[n++] = *c;
      }
      while (*c == ' ')
        c++;
      for (size_t s = (size_t)limit_hash(number) & mask; digits && slots[s].number[0]; s = (s + 1) & mask)
        if (memcmp(slots[s].number, number, 16) == 0) {
          hits += slots[s].amount == amounts[i];
          break;
        }
    }
  return hits;
}

static void bench_references(size_t count) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = book_open();
  arc_matcher *matcher;
  char(*texts)[48] = calloc(count, sizeof *texts);
  int64_t *amounts = calloc(count, sizeof *amounts);
  size_t mask = 1;
  while (mask < 2 * count)
    mask *= 2;
  limit_slot *slots = calloc(mask, sizeof *slots);
  mask--;
  for (size_t i = 0; i < count; i++) {
    char key[32], customer[32], number[16] = {0};
    size_t n = 0;
    snprintf(customer, sizeof customer, "C%zu", i / PER_CUSTOMER);
    if (i % PER_CUSTOMER == 0) {
      arc_customer row = ARC_CUSTOMER_INIT;
      row.key = row.name = text_of(customer);
      need(arc_ledger_post_customers(ledger, &row, 1, &err), "customer", &err);
    }
    snprintf(key, sizeof key, "INV-2024-%07zu", i);
    arc_invoice row = ARC_INVOICE_INIT;
    row.key = text_of(key);
    row.customer = text_of(customer);
    row.issued = 19800;
    row.due = 19830;
    row.amount = amounts[i] = 10000 + (int64_t)below(200000);
    need(arc_ledger_post_invoices(ledger, &row, 1, &err), "invoice", &err);
    for (const char *c = key; *c; c++)
      if (*c != '-') number[n++] = *c;
    size_t s = (size_t)limit_hash(number) & mask;
    while (slots[s].number[0])
      s = (s + 1) & mask;
    memcpy(slots[s].number, number, 16);
    slots[s].amount = amounts[i];
    snprintf(texts[i], sizeof texts[i], "PAYMENT %s", key);
  }
  for (size_t i = count; i > 1; i--) { /* payments come in no order */
    size_t k = (size_t)below(i);
    char text[32];
    int64_t amount = amounts[i - 1];
    memcpy(text, texts[i - 1], 32), memcpy(texts[i - 1], texts[k], 32), memcpy(texts[k], text, 32);
    amounts[i - 1] = amounts[k], amounts[k] = amount;
  }
  for (size_t i = 0; i < count; i++) {
    char key[32], customer[32];
    arc_payment row = ARC_PAYMENT_INIT;
    snprintf(key, sizeof key, "P%zu", i);
    snprintf(customer, sizeof customer, "C%zu", (size_t)strtoul(strrchr(texts[i], '-') + 1, NULL, 10) / PER_CUSTOMER);
    row.key = text_of(key);
    row.customer = text_of(customer);
    row.remittance = text_of(texts[i]);
    row.received = 19830;
    row.amount = amounts[i];
    need(arc_ledger_post_payments(ledger, &row, 1, &err), "payment", &err);
  }
  double a = seconds();
  need(arc_matcher_open(&matcher, ledger, NULL, &err), "matcher", &err);
  size_t before = live, hits = 0, right = 0, memory = 0;
  need(arc__match_index_update(matcher, &err), "index", &err);
  need(arc__match_names_update(matcher, &err), "names", &err);
  double index = seconds() - a, limit = 1e9, decided = 1e9;
  size_t index_memory = live - before;
  for (int r = 0; r < REPEATS; r++) { /* the best of both, side by side */
    arc__match_plan plan;
    arc__view view;
    memset(&plan, 0, sizeof plan);
    a = seconds();
    hits = limit_join(slots, mask, texts, amounts, count);
    a = seconds() - a;
    limit = a < limit ? a : limit;
    a = seconds();
    need(arc__match_plan_collect(matcher, &plan, 19830, &err), "collect", &err);
    need(arc__view_open(&view, ledger, 19830, &err), "view", &err);
    need(arc__match_plan_decide(matcher, &view, &plan, &err), "decide", &err);
    a = seconds() - a;
    decided = a < decided ? a : decided;
    memory = live - before;
    right = 0;
    for (size_t i = 0; i < plan.payment_count; i++)
      right += (size_t)plan.payments[i].applied;
    arc__match_plan_free(matcher, &plan);
    arc__view_close(&view);
  }
  a = seconds();
  size_t applied, left;
  need(arc_matcher_run(matcher, 19830, &applied, &left, &err), "run", &err);
  double run = seconds() - a;
  printf("references, %zu open: decided %.2f M/s, limit %.2f M/s, %.1f times (goal 3); with postings %.2f M/s; index %.0f ns "
         "each; %zu of %zu; memory: index %.0f bytes an item, and during a run %.0f a payment\n",
         count, (double)count / decided / 1e6, (double)count / limit / 1e6, decided / limit, (double)count / run / 1e6,
         index / (double)count * 1e9, right, hits, (double)index_memory / (double)count,
         (double)(memory - index_memory) / (double)count);
  arc_matcher_close(matcher);
  arc_ledger_close(ledger);
  free(texts), free(amounts), free(slots);
}

/* ---- by name ---- */

static void bench_names(size_t count) {
  static const char *const firsts[] = {"Acme",   "Borealis", "Cobalt", "Delta",  "Ember",  "Falcon", "Granite", "Harbor",
                                       "Ionic",  "Juniper",  "Kestrel", "Lumen", "Meridian", "Northwind", "Orchard", "Pinnacle"};
  static const char *const trades[] = {"Foods", "Steel", "Paper", "Optics", "Motors", "Dental", "Energy", "Plastics",
                                       "Glass", "Timber", "Marine", "Print", "Seeds", "Robotics", "Textiles", "Roofing"};
  static const char *const forms[] = {"Ltd", "GmbH", "Inc", "SA", "BV", "Holdings", "Group", "LLC"};
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = book_open();
  arc_matcher *matcher;
  char(*names)[64] = calloc(count, sizeof *names);
  for (size_t i = 0; i < count; i++) {
    char key[32];
    arc_customer row = ARC_CUSTOMER_INIT;
    char own[9];
    size_t n = 4 + (size_t)below(4);
    for (size_t k = 0; k < n; k++)
      own[k] = (char)((k % 2 ? "aeiou"[below(5)] : "bdfgklmnprstvz"[below(14)]) - (k ? 0 : 32));
    own[n] = 0;
    snprintf(key, sizeof key, "C%zu", i);
    snprintf(names[i], sizeof names[i], "%s %s %s %s", firsts[below(16)], own, trades[below(16)], forms[below(8)]);
    row.key = text_of(key);
    row.name = text_of(names[i]);
    need(arc_ledger_post_customers(ledger, &row, 1, &err), "customer", &err);
  }
  need(arc_matcher_open(&matcher, ledger, NULL, &err), "matcher", &err);
  size_t before = live;
  double a = seconds();
  need(arc__match_names_update(matcher, &err), "names", &err);
  double index = seconds() - a;
  size_t memory = live - before, right = 0, asked = 4000;
  a = seconds();
  for (size_t q = 0; q < asked; q++) {
    char name[64];
    uint32_t found[ARC__MATCH_PAYERS_MAX];
    size_t i = (size_t)below(count), size = strlen(names[i]), at = (size_t)below(size - 1);
    memcpy(name, names[i], sizeof name);
    switch (q % 5) {
    case 0: /* one wrong letter */
      name[at] = (char)('A' + below(26));
      break;
    case 1: /* one lost */
      memmove(name + at, name + at + 1, size - at);
      break;
    case 2: /* cut by the bank */
      name[18] = 0;
      break;
    case 3: /* the first word last */
      at = strcspn(names[i], " ");
      snprintf(name, sizeof name, "%s %.*s", names[i] + at + 1, (int)at, names[i]);
      break;
    default: /* two swapped */
      name[at] = names[i][at + 1], name[at + 1] = names[i][at];
    }
    size_t n = arc__match_names_similar(matcher, text_of(name), found, ARC__MATCH_PAYERS_MAX);
    right += n == 1 && found[0] == i + 1;
  }
  double took = seconds() - a;
  printf("names, %zu customers: %.0f a second (goal 8700), %.1f %% named alone and rightly (goal 90); index %.1f ms, %.0f bytes "
         "a customer\n",
         count, (double)asked / took, 100.0 * (double)right / (double)asked, index * 1e3, (double)memory / (double)count);
  arc_matcher_close(matcher);
  arc_ledger_close(ledger);
  free(names);
}

/* ---- by sums ---- */

/* Two bitsets in a plain loop, without anything else: 0, 1 or 2 ways. */
static int limit_sums(const int64_t *values, size_t count, int64_t sum) {
  size_t words = (size_t)sum / 64 + 1;
  uint64_t *once = calloc(2 * words, sizeof *once), *twice = once + words;
  once[0] = 1;
  for (size_t k = 0; k < count; k++) {
    size_t skip = (size_t)values[k] / 64;
    unsigned shift = (unsigned)(values[k] % 64);
    for (size_t i = words; i-- > skip;) {
      uint64_t a = once[i - skip] << shift, b = twice[i - skip] << shift;
      if (shift && i > skip) a |= once[i - skip - 1] >> (64 - shift), b |= twice[i - skip - 1] >> (64 - shift);
      twice[i] |= b | (once[i] & a);
      once[i] |= a;
    }
  }
  int ways = (int)(twice[sum / 64] >> sum % 64 & 1 ? 2 : once[sum / 64] >> sum % 64 & 1);
  free(once);
  return ways;
}

enum { SUMS_RANDOM, SUMS_NONE, SUMS_EQUAL, SUMS_NEARLY, SUMS_PROGRESSION, SUMS_KINDS };
static const char *const sums_kinds[] = {"random amounts", "no solution", "equal amounts", "equal, no solution",
                                         "in progression"};

/* Amounts in cents of some 900.00, and a sum: of a random third of them, or one that no set has. */
static int64_t make_sums(int kind, int64_t *values, size_t count) {
  int64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    values[i] = kind == SUMS_PROGRESSION                        ? 50021 + 701 * (int64_t)i
                : kind == SUMS_EQUAL || kind == SUMS_NEARLY ? 90001
                                                            : 20000 + (int64_t)below(140000);
    if (kind == SUMS_NONE) values[i] = values[i] / 10 * 10;
    if (below(3) == 0) sum += values[i];
  }
  if (sum == 0) sum = values[0];
  if (kind == SUMS_NONE) values[0]++, sum += 3; /* no factor in common */
  return kind == SUMS_NEARLY ? sum + 1 : sum;
}

static void bench_sums(int kind, size_t count) {
  arc__heap heap = {NULL, counted_resize};
  double limit = 0, ours = 0, most = 0;
  uint64_t steps = 0;
  size_t before = peak, memory;
  int results[4] = {0}, repeats = 9;
  peak = live;
  for (int r = 0; r < repeats; r++) {
    int64_t values[400] = {0}, sum = make_sums(kind, values, count);
    arc__subset_value list[400];
    uint8_t found[400];
    arc__subsets out = {0, 0, found, 0};
    for (size_t i = 0; i < count; i++)
      list[i] = (arc__subset_value){values[i], 0};
    double a = seconds();
    int ways = limit_sums(values, count, sum);
    limit += seconds() - a;
    a = seconds();
    need(arc__subsets_find(&heap, list, count, sum, ARC__SUBSETS_BUDGET, &out, NULL), "sums", NULL);
    a = seconds() - a;
    ours += a;
    if (a > most) most = a;
    if (out.steps > steps) steps = out.steps;
    results[out.result]++;
    if (out.result != ARC__SUBSETS_GAVE_UP && (out.result == ARC__SUBSETS_AMBIGUOUS ? 2 : out.result) != ways) abort();
  }
  memory = peak - live;
  peak = before > peak ? before : peak;
  printf("%-18s %5zu %8.3f %8.3f %8.3f %6.2f %10llu %7.1f   %d/%d/%d/%d\n", sums_kinds[kind], count, ours / repeats * 1e3,
         most * 1e3, limit / repeats * 1e3, ours / limit, (unsigned long long)steps, (double)memory / 1e6, results[0],
         results[1], results[2], results[3]);
}

/* Few items are decided by sorted lists, many by bits; more than the budget allows are given up at once. */
static void bench_all_sums(void) {
  static const size_t sizes[] = {10, 20, 28, 36, 44, 60, 80, 100, 300};
  printf("sums, limit two bitsets (goal 1.5 times, 3 ms to 44 items, 20 ms to 100; budget %u steps)\n", ARC__SUBSETS_BUDGET);
  printf("%-18s %5s %8s %8s %8s %6s %10s %7s   none/one/several/given up\n", "", "items", "ms", "worst", "limit", "times",
         "steps", "MB");
  for (int kind = 0; kind < SUMS_KINDS; kind++)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
      bench_sums(kind, sizes[i]);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    bench_references((size_t)strtoul(argv[i], NULL, 10));
  if (argc > 1) return 0;
  bench_references(10000);
  bench_references(100000);
  bench_names(2500);
  bench_names(25000);
  bench_all_sums();
  printf("memory, at most: %.1f MB\n", (double)peak / 1e6);
  return 0;
}
