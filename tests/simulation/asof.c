/* Reads a book's events and compares, for many dates, what the whole book says of the past with
 * what a book says that was told only a part of them: up to an effective day, up to an instant of
 * recording, and both at once.
 *
 * usage: asof DATES < EVENTS        as test_asof.py writes them: a letter and numbers, in the order
 * of effective days
 *
 *   C key currency | I day key customer due amount | P day key customer amount | K day key customer
 * amount A day payment invoice amount discount | R day payment | W day key invoice amount | D day
 * key invoice amount M day key invoice amount until        (customer -1: not known) */
#include "arcollect.h"
#include "../support/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 6 };

struct event {
  char kind;
  char currency[4];
  int64_t field[FIELDS];
  arc_day day;
  int64_t recorded; /* instant */
  size_t number;    /* in the order of effective days */
};

static struct event *events, **by_recording;
static size_t event_count;
static uint64_t chance = 88172645463325252u;

static void die(const char *what, const char *detail) {
  fprintf(stderr, "%s: %s\n", what, detail);
  exit(1);
}

static int64_t below(int64_t limit) {
  chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
  return (int64_t)(chance % (uint64_t)limit);
}

static void read_events(void) {
  char line[256];
  size_t room = 0;
  while (fgets(line, sizeof line, stdin)) {
    struct event *e;
    char *at = line + 2;
    if (event_count == room) {
      room = room ? room * 2 : 4096;
      events = realloc(events, room * sizeof *events);
      if (!events) die("memory", "none");
    }
    e = &events[event_count];
    memset(e, 0, sizeof *e);
    e->kind = line[0];
    e->number = event_count++;
    for (int i = 0; i < FIELDS; i++) {
      e->field[i] = strtoll(at, &at, 10);
      if (line[0] == 'C' && i == 0) memcpy(e->currency, at + 1, 3), at += 4;
    }
    e->day = line[0] == 'C' ? ARC_DAY_FIRST : (arc_day)e->field[0];
  }
  if (!event_count) die("events", "none");
}

/* ---- when each was recorded ---- */

static int64_t *invoice_recorded, *payment_recorded;
static size_t key_count;

static void later(int64_t *instant, int64_t than) {
  if (*instant <= than) *instant = than + 1;
}

static int by_instant(const void *a, const void *b) {
  const struct event *x = *(struct event *const *)a, *y = *(struct event *const *)b;
  if (x->recorded != y->recorded) return x->recorded < y->recorded ? -1 : 1;
  return x->number < y->number ? -1 : 1;
}

/* Some days after its date, some before, never before what it speaks of. */
static void draw_recordings(void) {
  for (size_t i = 0; i < event_count; i++)
    for (int k = 0; k < 3; k++)
      if (events[i].field[k] >= (int64_t)key_count) key_count = (size_t)events[i].field[k] + 1;
  invoice_recorded = calloc(key_count, sizeof *invoice_recorded);
  payment_recorded = calloc(key_count, sizeof *payment_recorded);
  by_recording = malloc(event_count * sizeof *by_recording);
  if (!invoice_recorded || !payment_recorded || !by_recording) die("memory", "none");
  for (size_t i = 0; i < event_count; i++) {
    struct event *e = &events[i];
    by_recording[i] = e;
    if (e->kind == 'C') {
      e->recorded = 1;
      continue;
    }
    e->recorded = ((int64_t)e->day + below(below(4) ? 5 : 60) - 3) * 86400000 + below(86400000);
    if (e->kind == 'A')
      later(&e->recorded, payment_recorded[e->field[1]]),
          later(&e->recorded, invoice_recorded[e->field[2]]);
    if (e->kind == 'W' || e->kind == 'D' || e->kind == 'M')
      later(&e->recorded, invoice_recorded[e->field[2]]);
    if (e->kind == 'R') later(&e->recorded, payment_recorded[e->field[1]]);
    if (e->kind == 'I') invoice_recorded[e->field[1]] = e->recorded;
    if (e->kind == 'P' || e->kind == 'A') payment_recorded[e->field[1]] = e->recorded;
  }
  qsort(by_recording, event_count, sizeof *by_recording, by_instant);
}

/* ---- books ---- */

static arc_ledger *new_book(void) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_ledger *ledger;
  memcpy(options.currency, "USD", 4);
  if (arc_ledger_open(&ledger, &options, NULL) != ARC_OK) die("open", "");
  return ledger;
}

static arc_text name(char buf[24], char letter, int64_t key) {
  arc_text text = {buf, 0};
  text.size = key < 0 ? 0 : (size_t)snprintf(buf, 24, "%c%lld", letter, (long long)key);
  return text;
}

static arc_status tell_cash(arc_ledger *ledger, const struct event *e, arc_error *err) {
  char a[24], b[24];
  const int64_t *f = e->field;
  switch (e->kind) {
  case 'P': {
    arc_payment row = ARC_PAYMENT_INIT;
    row.key = name(a, 'P', f[1]), row.customer = name(b, 'C', f[2]);
    row.received = e->day, row.amount = f[3];
    return arc_ledger_post_payments(ledger, &row, 1, err);
  }
  case 'A': {
    arc_application row = ARC_APPLICATION_INIT;
    row.credit = name(a, 'P', f[1]), row.invoice = name(b, 'I', f[2]);
    row.day = e->day, row.amount = f[3], row.discount = f[4];
    return arc_ledger_post_applications(ledger, &row, 1, err);
  }
  default: {
    arc_reversal row = ARC_REVERSAL_INIT;
    row.payment = name(a, 'P', f[1]);
    row.day = e->day;
    return arc_ledger_post_reversals(ledger, &row, 1, err);
  }
  }
}

static arc_status tell_exception(arc_ledger *ledger, const struct event *e, arc_error *err) {
  char a[24], b[24];
  const int64_t *f = e->field;
  if (e->kind == 'W') {
    arc_writeoff row = ARC_WRITEOFF_INIT;
    row.key = name(a, 'W', f[1]), row.invoice = name(b, 'I', f[2]);
    row.day = e->day, row.amount = f[3];
    return arc_ledger_post_writeoffs(ledger, &row, 1, err);
  }
  if (e->kind == 'D') {
    arc_dispute row = ARC_DISPUTE_INIT;
    row.key = name(a, 'D', f[1]), row.invoice = name(b, 'I', f[2]);
    row.opened = e->day, row.amount = f[3];
    return arc_ledger_post_disputes(ledger, &row, 1, err);
  }
  arc_promise row = ARC_PROMISE_INIT;
  row.key = name(a, 'M', f[1]), row.invoice = name(b, 'I', f[2]);
  row.made = e->day, row.amount = f[3], row.pay_by = (arc_day)f[4];
  return arc_ledger_post_promises(ledger, &row, 1, err);
}

static arc_status tell(arc_ledger *ledger, const struct event *e, arc_error *err) {
  char a[24], b[24];
  const int64_t *f = e->field;
  switch (e->kind) {
  case 'C': {
    arc_customer row = ARC_CUSTOMER_INIT;
    row.key = name(a, 'C', f[0]);
    memcpy(row.currency, e->currency, 4);
    return arc_ledger_post_customers(ledger, &row, 1, err);
  }
  case 'I': {
    arc_invoice row = ARC_INVOICE_INIT;
    row.key = name(a, 'I', f[1]), row.customer = name(b, 'C', f[2]);
    row.issued = e->day, row.due = (arc_day)f[3], row.amount = f[4];
    return arc_ledger_post_invoices(ledger, &row, 1, err);
  }
  case 'K': {
    arc_credit_note row = ARC_CREDIT_NOTE_INIT;
    row.key = name(a, 'K', f[1]), row.customer = name(b, 'C', f[2]);
    row.issued = e->day, row.amount = f[3];
    return arc_ledger_post_credit_notes(ledger, &row, 1, err);
  }
  case 'P':
  case 'A':
  case 'R':
    return tell_cash(ledger, e, err);
  default:
    return tell_exception(ledger, e, err);
  }
}

static void must_tell(arc_ledger *ledger, const struct event *e) {
  arc_error err = ARC_ERROR_INIT;
  if (tell(ledger, e, &err) != ARC_OK) die("a book of a part of the events refuses one", err.text);
}

/* ---- comparing ---- */

static arc_report *aging(arc_ledger *ledger, arc_day day) {
  arc_metrics_query options = AGING_INIT;
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  options.as_of = day;
  if (arc_metrics_report(&report, ledger, &options, &err) != ARC_OK) die("aging", err.text);
  return report;
}

/* A line of the whole is looked up in the part, because customers come in the order in which they
 * were first seen. */
static uint64_t compare(const char *what, arc_ledger *whole, arc_ledger *part, arc_day day) {
  arc_report *a = aging(whole, day), *b = aging(part, day);
  size_t rows = arc_report_rows(a), columns = arc_report_columns(a);
  char text[120];
  snprintf(text, sizeof text, "as of day %d, %llu and %llu rows", (int)day,
           (unsigned long long)rows, (unsigned long long)arc_report_rows(b));
  if (rows != arc_report_rows(b)) die(what, text);
  for (size_t row = 0, other = 0; row < rows; row++) {
    size_t tries = 0;
    while (strcmp(arc_report_text(a, row, 0, NULL), arc_report_text(b, other, 0, NULL)) != 0 ||
           strcmp(arc_report_text(a, row, 1, NULL), arc_report_text(b, other, 1, NULL)) != 0) {
      other = (other + 1) % rows;
      if (++tries > rows) die(what, arc_report_text(a, row, 0, NULL));
    }
    for (size_t column = 2; column < columns; column++)
      if (arc_report_integer(a, row, column) != arc_report_integer(b, other, column)) {
        snprintf(text, sizeof text, "as of day %d, customer %s, %s: %lld and %lld", (int)day,
                 arc_report_text(a, row, 0, NULL), arc_report_column_name(a, column),
                 (long long)arc_report_integer(a, row, column),
                 (long long)arc_report_integer(b, other, column));
        die(what, text);
      }
  }
  arc_report_free(a);
  arc_report_free(b);
  return rows * (columns - 2);
}

/* The whole book, recorded as drawn. What it refuses in this order (cash that had bounced before it
 * was applied) is not an event of it. */
static arc_ledger *whole_book(size_t *refused) {
  arc_ledger *ledger = new_book();
  *refused = 0;
  for (size_t i = 0; i < event_count; i++) {
    arc_error err = ARC_ERROR_INIT;
    if (arc_ledger_set_clock(ledger, by_recording[i]->recorded, &err) != ARC_OK)
      die("clock", err.text);
    if (tell(ledger, by_recording[i], &err) == ARC_OK) continue;
    by_recording[i]->kind = 0;
    ++*refused;
  }
  return ledger;
}

static int by_day(const void *a, const void *b) {
  const arc_day x = *(const arc_day *)a, y = *(const arc_day *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  size_t dates = argc == 2 ? strtoul(argv[1], NULL, 10) : 0, refused, late = 0, at = 0, known = 0;
  uint64_t cells[3] = {0, 0, 0};
  int64_t instant = 0;
  arc_day first, last, *days;
  arc_ledger *whole, *fork, *growing, *recorded;
  if (!dates) return fprintf(stderr, "usage: asof DATES < EVENTS\n"), 2;
  read_events();
  draw_recordings();
  whole = whole_book(&refused);
  for (first = last = events[event_count - 1].day, at = 0; at < event_count; at++)
    if (events[at].kind && events[at].kind != 'C') {
      if (events[at].day < first) first = events[at].day;
      if (events[at].recorded / 86400000 > events[at].day) late++;
    }
  days = malloc(dates * sizeof *days);
  if (!days) die("memory", "none");
  for (size_t i = 0; i < dates; i++)
    days[i] = first + (arc_day)below(last - first + 60);
  qsort(days, dates, sizeof *days, by_day);
  growing = new_book();
  recorded = new_book();
  at = 0;
  for (size_t i = 0; i < dates; i++) {
    arc_day other = first + (arc_day)below(last - first + 60);
    arc_ledger *both = new_book();
    for (; at < event_count && events[at].day <= days[i]; at++)
      if (events[at].kind) must_tell(growing, &events[at]);
    if (instant < (int64_t)days[i] * 86400000) instant = (int64_t)days[i] * 86400000;
    instant += below(86400000 / 2);
    cells[0] += compare("effective days", whole, growing, days[i]);
    for (; known < event_count && by_recording[known]->recorded <= instant; known++)
      if (by_recording[known]->kind) must_tell(recorded, by_recording[known]);
    if (arc_ledger_fork(&fork, whole, instant, NULL) != ARC_OK) die("known at", "");
    cells[1] += compare("known at", fork, recorded, last + 60);
    cells[1] += compare("known at", fork, recorded, other);
    other = days[i] - (arc_day)below(90);
    for (size_t k = 0; k < known; k++)
      if (by_recording[k]->kind && by_recording[k]->day <= other) must_tell(both, by_recording[k]);
    cells[2] += compare("both", fork, both, other);
    arc_ledger_close(both);
    arc_ledger_close(fork);
  }
  printf("%llu events, %llu recorded on a later day, %llu refused in that order; %llu dates: %llu "
         "amounts as of, %llu as known at, "
         "%llu as both, compared; 0 violations\n",
         (unsigned long long)event_count, (unsigned long long)late, (unsigned long long)refused,
         (unsigned long long)dates, (unsigned long long)cells[0], (unsigned long long)cells[1],
         (unsigned long long)cells[2]);
  arc_ledger_close(growing);
  arc_ledger_close(recorded);
  arc_ledger_close(whole);
  free(days);
  free(events);
  free(by_recording);
  free(invoice_recorded);
  free(payment_recorded);
  return 0;
}
