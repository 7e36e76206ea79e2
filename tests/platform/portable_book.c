/* A book that must come out the same on every platform.
 *
 * usage: portable_book write DIRECTORY   journal.bin, snapshots, reports.txt, messages.txt, vectors.txt
 *        portable_book open DIRECTORY    the book from journal.bin and half.bin of any platform: reopened.txt
 *        portable_book keep FILE         the story alone in the storage in one file, opened again; "kept"
 *
 * The book is the story of format 0.1, in which every record type occurs, then a generated life of some
 * hundred customers with the daily cycle over it. Public calls only, but for the hashes. */
#include "../golden/story_0_1.h"
#include "hash.h"
#include "../support/calls.h"
#include "../support/info.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CUSTOMERS = 60, LIFE_DAYS = 120 };
#define LIFE_BEGIN (STORY_DAY + 70) /* the story closes the books to the 60th day */

static void stop(const char *what, const char *why) {
  fprintf(stderr, "portable_book: %s: %s\n", what, why);
  exit(1);
}

#define NEED(call)                                                                                 \
  do {                                                                                             \
    arc_error err = ARC_ERROR_INIT, *e = &err;                                                     \
    if ((call) < 0) stop(#call, err.text);                                                         \
  } while (0)

/* ---- files ---- */

static const char *directory;

static FILE *open_file(const char *name, const char *mode) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, mode);
  if (!file) stop(path, "cannot be opened");
  return file;
}

static void write_file(const char *name, const void *bytes, size_t size) {
  FILE *file = open_file(name, "wb");
  if (fwrite(bytes, 1, size, file) != size || fclose(file) != 0) stop(name, "cannot be written");
}

static unsigned char *read_file(const char *name, size_t *size) {
  FILE *file = open_file(name, "rb");
  unsigned char *bytes = NULL;
  size_t got;
  *size = 0;
  do {
    bytes = realloc(bytes, *size + 65536);
    if (!bytes) stop(name, "no memory");
    got = fread(bytes + *size, 1, 65536, file);
    *size += got;
  } while (got);
  fclose(file);
  return bytes;
}

/* ---- the storage: the library's own in memory, that counts who reads the journal from its beginning ---- */

static arc_storage memory;
static unsigned long reads_from_1;

static int32_t counting_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap, size_t *size) {
  reads_from_1 += first_seq == 1;
  return memory.read(user, first_seq, offset, buf, cap, size);
}

static arc_ledger *open_ledger(void) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_storage storage = memory;
  arc_ledger *ledger = NULL;
  storage.close = NULL;
  storage.read = counting_read;
  options.storage = &storage;
  options.book = (arc_text)STORY_TEXT("portable");
  memcpy(options.currency, "USD", 4);
  options.hash_seed[0] = 7;
  NEED(arc_ledger_open(&ledger, &options, e));
  return ledger;
}

static unsigned char *stored(int snapshot, size_t *size) {
  unsigned char *bytes = NULL;
  uint64_t next, total;
  size_t piece;
  int32_t status;
  *size = 0;
  for (;;) {
    bytes = realloc(bytes, *size + 65536);
    if (!bytes) stop("stored", "no memory");
    status = snapshot ? memory.load_snapshot(memory.user, &next, &total, *size, bytes + *size, 65536, &piece)
                      : memory.read(memory.user, 1, *size, bytes + *size, 65536, &piece);
    if (status != ARC_OK) break;
    *size += piece;
    if (snapshot && *size == total) return bytes;
  }
  if (status != ARC_DONE || *size == 0) stop("stored", "cannot be read");
  return bytes;
}

/* ---- the life ---- */

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint32_t below(uint32_t limit) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return (uint32_t)((random_state * 2685821657736338717u >> 33) % limit);
}

static arc_text name(char buffer[64], const char *kind, unsigned number) {
  snprintf(buffer, 64, "%s-%u", kind, number);
  return (arc_text){buffer, strlen(buffer)};
}

static FILE *messages;

static void write_text(FILE *file, const char *label, arc_text text) {
  fprintf(file, "%s: ", label);
  fwrite(text.data ? text.data : "", 1, text.size, file);
  fputs("\n", file);
}

static int32_t send_message(void *user, const arc_message *m) {
  (void)user;
  write_text(messages, "key", m->idempotency_key);
  write_text(messages, "to", m->address);
  write_text(messages, "subject", m->subject);
  write_text(messages, "body", m->body);
  write_text(messages, "html", m->html);
  return below(20) == 0 ? ARC_FAILED : ARC_SENT;
}

static void live_customers(arc_ledger *ledger) {
  char key[64], contact[64];
  for (unsigned i = 0; i < CUSTOMERS; i++) {
    arc_customer row = ARC_CUSTOMER_INIT;
    arc_contact who = ARC_CONTACT_INIT;
    row.key = row.name = name(key, "customer", i);
    row.segment = (arc_text)STORY_TEXT("generated");
    row.terms_days = (int32_t)below(45);
    memcpy(row.currency, i % 7 == 0 ? "JPY" : i % 11 == 0 ? "KWD" : "USD", 4);
    who.key = name(contact, "contact", i);
    who.customer = row.key;
    who.email = (arc_text)STORY_TEXT("someone@example.com");
    NEED(arc_ledger_post_customers(ledger, &row, 1, e));
    NEED(arc_ledger_post_contacts(ledger, &who, 1, e));
  }
}

static void live_day(arc_ledger *ledger, arc_day day) {
  static unsigned invoices, payments;
  char key[64], customer[64], remittance[64];
  for (unsigned i = 0; i < 6; i++) {
    arc_invoice row = ARC_INVOICE_INIT;
    row.key = name(key, "invoice", invoices++);
    row.customer = name(customer, "customer", below(CUSTOMERS));
    row.issued = day;
    row.amount = 1 + below(1000000);
    row.discount_bp = below(3) * 100;
    row.discount_days = row.discount_bp ? 10 : 0;
    NEED(arc_ledger_post_invoices(ledger, &row, 1, e));
  }
  for (unsigned i = 0; i < 4 && invoices > 30; i++) {
    arc_payment row = ARC_PAYMENT_INIT;
    arc_query query = ARC_QUERY_INIT;
    arc_report *open;
    unsigned which = below(invoices);
    query.report = ARC_REPORT_OPEN_ITEMS;
    query.invoice = name(remittance, "invoice", which);
    NEED(arc_ledger_report(&open, ledger, &query, e));
    if (arc_report_rows(open) == 1) {
      row.key = name(key, "payment", payments);
      row.customer = (arc_text){arc_report_text(open, 0, 0, NULL), ARC_NUL_TERMINATED};
      if (below(4)) row.remittance = query.invoice;
      memcpy(row.currency, arc_report_text(open, 0, 6, NULL), 4);
      row.received = day;
      row.amount = arc_report_integer(open, 0, 8) - (below(5) ? 0 : below(40));
      if (row.amount > 0) {
        NEED(arc_ledger_post_payments(ledger, &row, 1, e));
        payments++;
      }
    }
    arc_report_free(open);
  }
}

static void live(arc_ledger *ledger) {
  arc_transport transport = {(uint32_t)sizeof transport, 0, NULL, send_message};
  arc_collector_options options = ARC_COLLECTOR_OPTIONS_INIT;
  arc_matcher_options matcher = ARC_MATCHER_OPTIONS_INIT;
  arc_collector *collector;
  matcher.unmatched = ARC_UNMATCHED_OLDEST_FIRST;
  matcher.tolerance = 30;
  options.transport = &transport;
  options.matcher = &matcher;
  live_customers(ledger);
  NEED(arc_collector_open(&collector, ledger, &options, e));
  for (arc_day day = LIFE_BEGIN; day < LIFE_BEGIN + LIFE_DAYS; day++) {
    live_day(ledger, day);
    NEED(arc_ledger_set_clock(ledger, INT64_C(86400000) * day, e));
    NEED(arc_collector_run_day(collector, day, NULL, e));
  }
  arc_collector_close(collector);
}

/* ---- what the book says ---- */

static void print_report(FILE *out, const char *title, arc_report *report) {
  char cell[5000];
  fprintf(out, "\n== %s\n", title);
  for (size_t column = 0; column < arc_report_columns(report); column++)
    fprintf(out, "%s|", arc_report_column_name(report, column));
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    fputs("\n", out);
    for (size_t column = 0; column < arc_report_columns(report); column++) {
      /* Money of a row without a currency has no form as a decimal. */
      if (arc_report_format(report, row, column, cell, sizeof cell, NULL) != ARC_OK)
        snprintf(cell, sizeof cell, "%lld", (long long)arc_report_integer(report, row, column));
      fprintf(out, "%s|", cell);
    }
  }
  fputs("\n", out);
  arc_report_free(report);
}

static void print_query(FILE *out, arc_ledger *ledger, int32_t kind, const char *customer, arc_day as_of) {
  char title[128];
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  query.report = kind;
  query.customer = (arc_text){customer, strlen(customer)};
  query.as_of = as_of;
  NEED(arc_ledger_report(&report, ledger, &query, e));
  snprintf(title, sizeof title, "report %d %s as of %d", (int)kind, customer, (int)as_of);
  print_report(out, title, report);
}

static void print_metrics(FILE *out, arc_ledger *ledger, arc_day as_of) {
  arc_report *report;
  for (int32_t by = ARC_BY_CUSTOMER; by <= ARC_BY_CURRENCY; by++) {
    arc_metrics_query options = AGING_INIT;
    options.as_of = as_of;
    options.by = by;
    options.basis = by % 2;
    NEED(arc_metrics_report(&report, ledger, &options, e));
    print_report(out, "aging", report);
    NEED(call_figures(&report, ledger, as_of, 90, by, e));
    print_report(out, "metrics", report);
  }
}

static void print_engines(FILE *out, arc_ledger *ledger, arc_day day) {
  char key[64];
  arc_matcher *matcher;
  arc_cadence *cadence;
  arc_scorer *scorer;
  arc_report *report;
  NEED(arc_matcher_open(&matcher, ledger, NULL, e));
  NEED(arc_cadence_open(&cadence, ledger, NULL, e));
  NEED(arc_scorer_open(&scorer, ledger, e));
  NEED(call_worklist(&report, scorer, day, 0, e));
  print_report(out, "worklist", report);
  for (unsigned i = 0; i < CUSTOMERS; i++) {
    arc_text customer = name(key, "customer", i);
    NEED(call_score(&report, scorer, ARC_SCORE_PRIORITY, customer.data, customer.size, day, e));
    print_report(out, "why so urgent", report);
    NEED(arc_cadence_why(&report, cadence, customer.data, customer.size, day, e));
    print_report(out, "why chased", report);
  }
  for (unsigned i = 0; i < 100; i++) {
    arc_text payment = name(key, "payment", i);
    arc_status status = arc_matcher_why(&report, matcher, payment.data, payment.size, day, NULL);
    if (status == ARC_E_NOT_FOUND) break; /* there are no more */
    if (status < 0) stop("arc_matcher_why", arc_status_text(status));
    print_report(out, "why applied", report);
  }
  arc_scorer_close(scorer);
  arc_cadence_close(cadence);
  arc_matcher_close(matcher);
}

static void print_reports(FILE *out, arc_ledger *ledger) {
  const arc_day days[] = {STORY_DAY + 40, LIFE_BEGIN + 50, LIFE_BEGIN + LIFE_DAYS, ARC_DAY_NONE};
  const arc_ledger_info info = info_of(ledger);
  char key[64];
  fprintf(out, "records %llu head ", (unsigned long long)info.next_sequence - 1);
  for (int i = 0; i < 32; i++) fprintf(out, "%02x", info.head[i]);
  fputs("\n", out);
  for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
    print_query(out, ledger, ARC_REPORT_EXCHANGES, "", days[d]);
    for (int32_t kind = ARC_REPORT_APPLICATIONS; kind <= ARC_REPORT_OPEN_ITEMS; kind++)
      if (kind != ARC_REPORT_STATEMENT) print_query(out, ledger, kind, "", days[d]);
    for (unsigned i = 0; i < CUSTOMERS; i += 5) {
      name(key, "customer", i);
      print_query(out, ledger, ARC_REPORT_STATEMENT, key, days[d]);
    }
    print_query(out, ledger, ARC_REPORT_STATEMENT, "C1", days[d]);
    if (days[d] != ARC_DAY_NONE) print_metrics(out, ledger, days[d]);
  }
  print_engines(out, ledger, LIFE_BEGIN + LIFE_DAYS);
}

/* ---- the payment model, on a book of its own that is large enough to grow trees on ---- */

#define MODEL_INVOICES 800

static uint32_t model_pick(uint32_t item, uint32_t purpose, uint32_t limit) {
  uint64_t x = ((uint64_t)item << 8 | purpose) * UINT64_C(0x9e3779b97f4a7c15);
  x ^= x >> 29;
  x *= UINT64_C(0xbf58476d1ce4e5b9);
  return (uint32_t)((x >> 33) % limit);
}

static void model_invoice(arc_ledger *ledger, uint32_t i) {
  char keys[3][64];
  arc_invoice invoice = ARC_INVOICE_INIT;
  arc_payment payment = ARC_PAYMENT_INIT;
  arc_application application = ARC_APPLICATION_INIT;
  invoice.customer = payment.customer = name(keys[0], "customer", i % 9);
  invoice.key = application.invoice = name(keys[1], "invoice", i);
  payment.key = application.credit = name(keys[2], "payment", i);
  invoice.issued = 19000 + (arc_day)(i / 2);
  invoice.due = invoice.issued + 30;
  invoice.amount = payment.amount = application.amount = 100 + (int64_t)model_pick(i, 1, 5000000);
  NEED(arc_ledger_post_invoices(ledger, &invoice, 1, e));
  payment.received = application.day = invoice.due - 8 + (arc_day)(model_pick(i, 2, 12) + i % 9 * 4);
  if (payment.received > 19400 || model_pick(i, 3, 30) == 0) return;
  application.credit_kind = ARC_CREDIT_PAYMENT;
  NEED(arc_ledger_post_payments(ledger, &payment, 1, e));
  NEED(arc_ledger_post_applications(ledger, &application, 1, e));
}

/* Fixed point all through: the same bytes of the model, and the same predictions, everywhere. */
static void print_model(FILE *out) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_forecast_options ahead = ARC_FORECAST_OPTIONS_INIT;
  arc_ledger *ledger;
  arc_scorer *scorer;
  arc_report *report;
  const void *bytes;
  size_t size;
  options.book = (arc_text)STORY_TEXT("model");
  memcpy(options.currency, "USD", 4);
  NEED(arc_ledger_open(&ledger, &options, e));
  for (unsigned i = 0; i < 9; i++) {
    char key[64];
    arc_customer customer = ARC_CUSTOMER_INIT;
    customer.key = customer.name = name(key, "customer", i);
    NEED(arc_ledger_post_customers(ledger, &customer, 1, e));
  }
  for (uint32_t i = 0; i < MODEL_INVOICES; i++) model_invoice(ledger, i);
  NEED(arc_scorer_open(&scorer, ledger, e));
  NEED(arc_scorer_train(scorer, 19390, e));
  NEED(arc_scorer_save(&bytes, &size, scorer, e));
  fprintf(out, "model %zu bytes:", size);
  for (size_t i = 0; i < size; i++) fprintf(out, "%s%02x", i % 64 ? "" : "\n", ((const unsigned char *)bytes)[i]);
  fputs("\n", out);
  NEED(call_score(&report, scorer, ARC_SCORE_PREDICTIONS, "", 0, 19400, e));
  print_report(out, "predictions", report);
  ahead.as_of = 19400;
  NEED(arc_scorer_forecast(&report, scorer, &ahead, e));
  print_report(out, "forecast", report);
  NEED(call_score(&report, scorer, ARC_SCORE_CUSTOMERS, NULL, 0, 19400, e));
  print_report(out, "customers", report);
  NEED(call_dso_change(&report, ledger, 19200, 19400, 0, e));
  print_report(out, "change of DSO", report);
  arc_scorer_close(scorer);
  arc_ledger_close(ledger);
}

/* ---- vectors of what needs no book ---- */

static const int64_t numbers[] = {INT64_MIN, INT64_MIN + 1, -1000003, -101, -5, -1, 0, 1, 2, 5, 99, 1000003,
                                  INT64_C(4611686018427387904), INT64_MAX - 1, INT64_MAX};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static void print_money(FILE *out) {
  static const char *const currencies[] = {"JPY", "USD", "KWD", "CLF", "XAU", "???"};
  static const char *const texts[] = {"0", "-0.01", "12.34", "92233720368547758.07", "-92233720368547758.08",
                                      "9223372036854775808", "1.2345", "1e5", ".5", "1."};
  char text[32];
  for (int a = 0; a < NUMBERS; a++)
    for (int n = 0; n < NUMBERS; n++)
      for (int d = 0; d < NUMBERS; d++) {
        int64_t scaled = -77;
        arc_status status = arc_money_scale(&scaled, numbers[a], numbers[n], numbers[d], NULL);
        fprintf(out, "scale %d %lld\n", (int)status, (long long)scaled);
      }
  for (size_t c = 0; c < sizeof currencies / sizeof *currencies; c++) {
    for (int a = 0; a < NUMBERS; a++) {
      arc_status status = arc_money_format(text, sizeof text, NULL, numbers[a], currencies[c], NULL);
      fprintf(out, "format %d %s\n", (int)status, status == ARC_OK ? text : "");
    }
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
      int64_t minor = -77;
      arc_status status = arc_money_parse(&minor, texts[t], ARC_NUL_TERMINATED, currencies[c], NULL);
      fprintf(out, "parse %d %lld\n", (int)status, (long long)minor);
    }
  }
  for (int a = 6; a < NUMBERS; a++) {
    const int64_t weights[] = {3, numbers[a], 1, 7, INT64_MAX / 3};
    int64_t parts[5] = {0};
    arc_status status = arc_money_split(parts, numbers[a], weights, 5, NULL);
    fprintf(out, "split %d", (int)status);
    for (int i = 0; i < 5; i++) fprintf(out, " %lld", (long long)parts[i]);
    fputs("\n", out);
  }
}

static void print_dates(FILE *out) {
  arc_day first = arc_day_from_civil(1, 1, 1), last = arc_day_from_civil(9999, 12, 31);
  uint32_t crc = 0;
  for (arc_day day = first; day <= last && day >= first; day += 3) {
    char text[64];
    int32_t year, month, of_month;
    if (arc_day_to_civil(day, &year, &month, &of_month) < 0) stop("arc_day_to_civil", "refused");
    int size = snprintf(text, sizeof text, "%d-%d-%d %d %d %d", (int)year, (int)month, (int)of_month,
                        (int)arc_day_weekday(day), (int)arc_day_add_months(day, 13),
                        (int)arc_calendar_adjust(NULL, day, ARC_ADJUST_MODIFIED_FOLLOWING));
    crc = arc__crc32c(crc, text, (size_t)size);
  }
  fprintf(out, "every third day from year 1 to 9999: %08x\n", (unsigned)crc);
}

static void print_hashes(FILE *out) {
  static unsigned char bytes[1000];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * 7 + i / 256);
  for (size_t at = 0; at < 4; at++)
    for (size_t size = 0; size < 300; size += 1 + size / 9) {
      const uint64_t key[2] = {at * 0x0101010101010101u, ~(uint64_t)size};
      unsigned char digest[32];
      arc__blake2b blake;
      arc__blake2b_init(&blake);
      arc__blake2b_update(&blake, bytes + at, size);
      arc__blake2b_update(&blake, bytes, 129);
      arc__blake2b_final(&blake, digest);
      fprintf(out, "hash %08x %016llx ", (unsigned)arc__crc32c((uint32_t)at, bytes + at, size),
              (unsigned long long)arc__siphash(key, bytes + at, size));
      for (int i = 0; i < 32; i++) fprintf(out, "%02x", digest[i]);
      fputs("\n", out);
    }
}

static void print_terms(FILE *out) {
  static const char *const texts[] = {"net 30", "2/10, net 30", "3/10, 1/20, net 30 eom", "+45d eom",
                                      "2/10th prox, net 20th prox", "eom +10d, cut-off 25, modified following",
                                      "30% on issue, balance +60d", "1/3 +30d, 1/3 +60d, balance +90d",
                                      "33.33% on issue, 1/7 +1m, balance eom +1m", "net thirty"};
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
    for (int a = 7; a < NUMBERS; a++) {
      arc_instalment parts[ARC_TERMS_INSTALMENTS_MAX] = {{sizeof(arc_instalment), 0, 0}};
      arc_terms_discount discounts[ARC_TERMS_DISCOUNTS_MAX] = {{sizeof(arc_terms_discount), 0, 0, 0}};
      arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
      size_t count = 0, discount_count = 0;
      arc_error err = ARC_ERROR_INIT;
      invoice.issued = STORY_DAY + 17 * a;
      invoice.terms = (arc_text){texts[t], strlen(texts[t])};
      invoice.amount = numbers[a];
      memcpy(invoice.currency, a % 2 ? "USD" : "JPY", 4);
      arc_status status = arc_terms_apply(parts, ARC_TERMS_INSTALMENTS_MAX, &count, discounts,
                                          ARC_TERMS_DISCOUNTS_MAX, &discount_count, &invoice, &err);
      fprintf(out, "terms %d %s", (int)status, err.text);
      for (size_t i = 0; i < count; i++) fprintf(out, " %d:%lld", (int)parts[i].due, (long long)parts[i].amount);
      for (size_t i = 0; i < discount_count; i++)
        fprintf(out, " %d/%u", (int)discounts[i].last, (unsigned)discounts[i].basis_points);
      fputs("\n", out);
    }
}

static void print_interest(FILE *out) {
  const arc_interest_rate rates[] = {{sizeof(arc_interest_rate), STORY_DAY - 900, -8800, 0},
                                     {sizeof(arc_interest_rate), STORY_DAY - 300, 36200, 0},
                                     {sizeof(arc_interest_rate), STORY_DAY - 1, 22700, 0},
                                     {sizeof(arc_interest_rate), STORY_DAY + 181, 12700, 0}};
  for (int32_t reference = ARC_RATE_NONE; reference <= ARC_RATE_AT_START; reference++)
    for (int32_t day_count = 0; day_count < 8; day_count++)
      for (int a = 7; a < NUMBERS; a++) {
        const arc_interest_balance balances[] = {
            {sizeof(arc_interest_balance), STORY_DAY - 30, numbers[a]},
            {sizeof(arc_interest_balance), STORY_DAY + 40, numbers[a] / 3}};
        arc_interest_rule rule = ARC_INTEREST_RULE_EU;
        arc_interest_claim claim = ARC_INTEREST_CLAIM_INIT;
        arc_interest_line lines[16] = {{sizeof(arc_interest_line), 0, 0, 0, 0, 0, 0, 0}};
        size_t count = 0;
        int64_t total = -77;
        rule.reference = reference;
        rule.day_count = day_count;
        rule.rounded = a % 2;
        rule.rounding = a % 3;
        claim.due = STORY_DAY - 20;
        claim.until = STORY_DAY + 400;
        claim.balance_count = 2;
        claim.balances = balances;
        claim.rates = rates;
        claim.rate_count = 4;
        claim.rule = &rule;
        arc_status status = arc_interest_accrue(&total, lines, 16, &count, &claim, NULL);
        fprintf(out, "interest %d %lld", (int)status, (long long)total);
        for (size_t i = 0; i < count && i < 16; i++)
          fprintf(out, " %d+%d@%d=%lld", (int)lines[i].from, (int)lines[i].days, (int)lines[i].ppm,
                  (long long)lines[i].amount);
        fputs("\n", out);
      }
}

/* ---- */

static void write_all(void) {
  size_t size;
  unsigned char *bytes;
  FILE *out;
  NEED(call_memory(&memory, NULL, e));
  arc_ledger *ledger = open_ledger();
  messages = open_file("messages.txt", "wb");
  for (int step = 0; step < STORY_STEPS; step++) NEED(story_step(ledger, step, e));
  NEED(arc_ledger_snapshot(ledger, e));
  bytes = stored(1, &size);
  write_file("half.bin", bytes, size);
  free(bytes);
  live(ledger);
  fclose(messages);
  NEED(arc_ledger_verify(ledger, e));
  out = open_file("reports.txt", "wb");
  print_reports(out, ledger);
  fclose(out);
  NEED(arc_ledger_snapshot(ledger, e));
  bytes = stored(1, &size);
  write_file("full.bin", bytes, size);
  free(bytes);
  bytes = stored(0, &size);
  write_file("journal.bin", bytes, size);
  free(bytes);
  out = open_file("vectors.txt", "wb");
  print_money(out);
  print_dates(out);
  print_hashes(out);
  print_terms(out);
  print_interest(out);
  print_model(out);
  fclose(out);
  arc_ledger_close(ledger);
  memory.close(memory.user);
}

static uint64_t little(const unsigned char *at, int bytes) {
  uint64_t value = 0;
  while (bytes--) value = value << 8 | at[bytes];
  return value;
}

/* The journal and a snapshot as another platform wrote them; the snapshot must be taken, not passed over. */
static void open_with(const char *snapshot_name, FILE *out) {
  size_t size, snapshot_size;
  unsigned char *bytes = read_file("journal.bin", &size), *snapshot = read_file(snapshot_name, &snapshot_size);
  NEED(call_memory(&memory, NULL, e));
  for (size_t at = 0, whole; at < size; at += whole) {
    whole = 80 + (size_t)little(bytes + at + 20, 4);
    if (memory.append(memory.user, little(bytes + at + 8, 8), (uint32_t)little(bytes + at + 16, 4), bytes + at, whole))
      stop("append", "a commit is refused");
  }
  if (memory.save_snapshot(memory.user, little(snapshot + 8, 8), snapshot, snapshot_size))
    stop("save_snapshot", "refused");
  reads_from_1 = 0;
  arc_ledger *ledger = open_ledger();
  if (reads_from_1) stop(snapshot_name, "the snapshot was not taken");
  NEED(arc_ledger_verify(ledger, e));
  if (out) print_reports(out, ledger);
  arc_ledger_close(ledger);
  memory.close(memory.user);
  free(bytes);
  free(snapshot);
}

/* The story once more, kept in a file: what is in it must be the beginning of journal.bin. */
static void keep(const char *path) {
  arc_storage second;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  if (call_file(&memory, path, NULL, &err) < 0) {
    printf("no file storage: %s\n", err.text);
    return;
  }
  ledger = open_ledger();
  for (int step = 0; step < STORY_STEPS; step++) NEED(story_step(ledger, step, e));
  NEED(arc_ledger_snapshot(ledger, e));
  if (call_file(&second, path, NULL, &err) != ARC_E_BUSY) stop(path, "is opened twice");
  arc_ledger_close(ledger);
  memory.close(memory.user);
  NEED(call_file(&memory, path, NULL, e));
  reads_from_1 = 0;
  ledger = open_ledger();
  if (reads_from_1) stop(path, "the snapshot was not taken");
  NEED(arc_ledger_verify(ledger, e));
  arc_ledger_close(ledger);
  memory.close(memory.user);
  printf("kept\n");
}

int main(int argc, char **argv) {
  if (argc != 3) stop("usage", "portable_book write|open DIRECTORY, or keep FILE");
  directory = argv[2];
  if (strcmp(argv[1], "write") == 0) {
    write_all();
  } else if (strcmp(argv[1], "keep") == 0) {
    keep(argv[2]);
  } else {
    FILE *out;
    open_with("full.bin", NULL);
    out = open_file("reopened.txt", "wb");
    open_with("half.bin", out);
    fclose(out);
  }
  return 0;
}
