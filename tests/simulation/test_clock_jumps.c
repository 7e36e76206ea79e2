/*
 * The host's clock goes wrong: the same day again, back, ten years on, to a leap day or the end of a month, to the
 * first and the last day there is, and to numbers that are no day. After each, the touches recorded are exactly those
 * that a naive reading of the policy expects: none lost, none twice, and none of a day gone back to.
 *
 *   test_clock_jumps [--lives N] [--from SEED]      prints what was judged; a seed that fails is named
 */
#include "arcollect/cadence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CUSTOMERS 4
#define STEPS     5
#define MOVES     100
#define NEVER     (-1000)

enum missed { MISSED_LATEST, MISSED_ALL, MISSED_SKIP, MISSED_KINDS };

static const char *const missed_names[MISSED_KINDS] = {"latest", "all", "skip"};
static const int offsets[STEPS] = {-3, 0, 7, 31, 365};

struct walk {
  uint64_t seed, random;
  arc_ledger *ledger;
  arc_cadence *cadence;
  enum missed missed;
  arc_day last, recorded; /* the day last planned; the last of them that had touches */
  arc_day due[CUSTOMERS];
  int had[CUSTOMERS][STEPS]; /* how often each was touched */
  uint64_t judged, passed, refused, touches;
};

static void wrong(const struct walk *w, arc_day day, const char *what, const char *detail) {
  fprintf(stderr, "seed %" PRIu64 ", missed %s, day %d after %d: %s%s%s\n", w->seed, missed_names[w->missed], day,
          w->last, what, detail ? ": " : "", detail ? detail : "");
  exit(1);
}

static int below(struct walk *w, int n) {
  w->random ^= w->random << 13;
  w->random ^= w->random >> 7;
  w->random ^= w->random << 17;
  return (int)(w->random % (uint64_t)n);
}

static arc_text text_of(const char *data) {
  arc_text text = {data, strlen(data)};
  return text;
}

static void must(const struct walk *w, arc_status status, const arc_error *err) {
  if (status != ARC_OK) wrong(w, 0, "the book was not made", err->text);
}

/* ---- the book: a customer for each invoice ---- */

static void post_customer(struct walk *w, int who, arc_day near) {
  arc_error err = ARC_ERROR_INIT;
  arc_customer customer = ARC_CUSTOMER_INIT;
  arc_contact contact = ARC_CONTACT_INIT;
  arc_invoice invoice = ARC_INVOICE_INIT;
  char key[8];
  snprintf(key, sizeof key, "c%d", who);
  customer.key = invoice.key = invoice.customer = contact.customer = text_of(key);
  customer.name = text_of("Somebody");
  contact.key = text_of(key);
  contact.email = text_of("a@b.example");
  w->due[who] = near + below(w, 60);
  if (w->due[who] > ARC_DAY_LAST) w->due[who] = ARC_DAY_LAST;
  invoice.issued = w->due[who] - 5 < ARC_DAY_FIRST ? ARC_DAY_FIRST : w->due[who] - 5;
  invoice.due = w->due[who];
  invoice.amount = 100 + below(w, 100000);
  must(w, arc_ledger_post_customers(w->ledger, &customer, 1, &err), &err);
  must(w, arc_ledger_post_contacts(w->ledger, &contact, 1, &err), &err);
  must(w, arc_ledger_post_invoices(w->ledger, &invoice, 1, &err), &err);
}

static void post_policy(struct walk *w) {
  arc_error err = ARC_ERROR_INIT;
  arc_policy policy = ARC_POLICY_INIT;
  char text[512];
  int size = snprintf(text, sizeof text, "cadence \"default\"\ngroup by invoice\nmissed %s\n", missed_names[w->missed]);
  for (int k = 0; k < STEPS; k++)
    size += snprintf(text + size, sizeof text - (size_t)size, "step %s%dd email neutral s%d\n",
                     offsets[k] > 0 ? "+" : "", offsets[k], k);
  policy.name = text_of("default");
  policy.text = text_of(text);
  policy.day = ARC_DAY_FIRST;
  must(w, arc_ledger_post_policies(w->ledger, &policy, 1, &err), &err);
}

static void open_cadence(struct walk *w) {
  arc_error err = ARC_ERROR_INIT;
  arc_cadence_close(w->cadence);
  must(w, arc_cadence_open(&w->cadence, w->ledger, NULL, &err), &err);
}

/* Books at both ends of the calendar, around leap days, and anywhere. */
static arc_day beginning(struct walk *w) {
  switch (below(w, 5)) {
  case 0: return ARC_DAY_FIRST;
  case 1: return ARC_DAY_LAST - below(w, 800);
  case 2: return arc_day_from_civil(1600 + 4 * below(w, 150), 2, 20);
  case 3: return -20 + below(w, 40);
  default: return arc_day_from_civil(1980 + below(w, 80), 1 + below(w, 12), 1 + below(w, 28));
  }
}

static void open_book(struct walk *w) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  memcpy(options.currency, "EUR", 4);
  must(w, arc_ledger_open(&w->ledger, &options, &err), &err);
  w->last = beginning(w);
  w->missed = (enum missed)below(w, MISSED_KINDS);
  post_policy(w);
  for (int who = 0; who < CUSTOMERS; who++) post_customer(w, who, w->last);
  open_cadence(w);
  w->last--; /* the first day is planned, then the clock moves */
}

/* ---- where the clock goes ---- */

static arc_day month_end(arc_day day) {
  int32_t year, month, of_month;
  if (arc_day_to_civil(day, &year, &month, &of_month) != ARC_OK) return day;
  arc_day next = arc_day_add_months(arc_day_from_civil(year, month, 1), 1);
  return next == ARC_DAY_NONE ? day : next - 1;
}

static arc_day leap_day(arc_day day) {
  int32_t year, month, of_month;
  if (arc_day_to_civil(day, &year, &month, &of_month) != ARC_OK) return day;
  for (int32_t y = year; y <= 9999; y++) {
    arc_day leap = arc_day_from_civil(y, 2, 29);
    if (leap != ARC_DAY_NONE && leap > day) return leap;
  }
  return day;
}

static arc_day moved(struct walk *w) {
  static const arc_day borders[] = {0, -1, ARC_DAY_FIRST, ARC_DAY_FIRST - 1, ARC_DAY_LAST + 1, INT32_MAX, INT32_MIN};
  switch (below(w, 40)) {
  case 0: return w->last;
  case 1: return w->last - 1 - below(w, 4000);
  case 2: return w->last + 1 + below(w, 3653);
  case 3: return month_end(w->last + 1);
  case 4: return leap_day(w->last);
  case 5: return borders[below(w, (int)(sizeof borders / sizeof *borders))];
  case 6: return below(w, 50) ? w->last + 2 : ARC_DAY_LAST;
  case 7: return w->last + 30;
  default: return w->last + 1;
  }
}

/* ---- what is expected ---- */

/* The step that an invoice is to have on a day; NEVER if none. */
static int expected_step(const struct walk *w, int who, arc_day day) {
  int reached = NEVER, highest = NEVER, first = NEVER;
  for (int k = 0; k < STEPS; k++) {
    if (w->had[who][k]) highest = k;
    if (w->due[who] + offsets[k] > day) continue;
    reached = k;
    if (first == NEVER && k > highest && !w->had[who][k]) first = k;
  }
  if (reached == NEVER) return NEVER;
  if (w->missed == MISSED_ALL) {
    for (int k = 0; k <= reached; k++)
      if (!w->had[who][k]) return k;
    return NEVER;
  }
  if (reached <= highest) return NEVER;
  if (w->missed == MISSED_SKIP && w->due[who] + offsets[reached] != day) return NEVER;
  return reached;
}

/* Every touch of the book is counted anew: one that changed or doubled an earlier one would show. */
static void compare(struct walk *w, arc_day day, size_t planned) {
  arc_error err = ARC_ERROR_INIT;
  arc_query query = ARC_QUERY_INIT;
  arc_report *report = NULL;
  int seen[CUSTOMERS][STEPS] = {{0}};
  query.report = ARC_REPORT_TOUCHES;
  if (arc_ledger_report(&report, w->ledger, &query, &err) != ARC_OK) wrong(w, day, "no report", err.text);
  size_t rows = arc_report_rows(report);
  for (size_t row = 0; row < rows; row++) {
    int who = arc_report_text(report, row, 1, NULL)[1] - '0', step = arc_report_text(report, row, 2, NULL)[1] - '0';
    if (strcmp(arc_report_text(report, row, 5, NULL), "planned") != 0) wrong(w, day, "not planned", NULL);
    seen[who][step]++;
    if (row >= rows - planned && arc_report_integer(report, row, 0) != day) wrong(w, day, "a touch of another day", NULL);
  }
  arc_report_free(report);
  if (memcmp(seen, w->had, sizeof seen) != 0) wrong(w, day, "other touches than expected", NULL);
}

static void judge_planned(struct walk *w, arc_day day, size_t planned) {
  size_t expected = 0;
  for (int who = 0; who < CUSTOMERS; who++) {
    int step = expected_step(w, who, day);
    if (step == NEVER) continue;
    w->had[who][step]++;
    expected++;
  }
  if (planned != expected) wrong(w, day, "another number of touches", NULL);
  if (expected) {
    compare(w, day, planned);
    w->recorded = day;
  }
  w->judged++;
  w->passed += (uint64_t)(day - w->last);
  w->touches += expected;
  w->last = day;
}

static void plan(struct walk *w, arc_day day) {
  arc_error err = ARC_ERROR_INIT;
  size_t planned = 0, withheld = 0;
  arc_status status = arc_cadence_plan(w->cadence, day, &planned, &withheld, &err);
  if (withheld || (planned && status != ARC_OK)) wrong(w, day, "withheld, or planned despite its answer", NULL);
  if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST) {
    if (status != ARC_E_INVALID) wrong(w, day, "no day was not refused", err.text);
  } else if (day < w->last) { /* one that was planned was done already */
    if (status != ARC_E_REFUSED && status != ARC_ALREADY) wrong(w, day, "a day gone back to", err.text);
  } else if (day == w->last) {
    if (status != ARC_ALREADY && (status != ARC_OK || planned)) wrong(w, day, "a day said twice", err.text);
  } else if (status != ARC_OK) {
    wrong(w, day, "not planned", err.text);
  } else {
    judge_planned(w, day, planned);
    return;
  }
  w->refused++;
}

static void live(struct walk *w) {
  open_book(w);
  w->recorded = ARC_DAY_FIRST - 1;
  plan(w, w->last + 1);
  for (int move = 0; move < MOVES; move++) {
    if (below(w, 25) == 0) {
      open_cadence(w);
      w->last = w->recorded; /* days without touches leave no trace */
    }
    plan(w, moved(w));
  }
  compare(w, w->last, 0);
  arc_cadence_close(w->cadence);
  arc_ledger_close(w->ledger);
}

int main(int argc, char **argv) {
  uint64_t lives = 1000, from = 1, judged = 0, passed = 0, refused = 0, touches = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    uint64_t *option = strcmp(argv[i], "--lives") == 0 ? &lives : strcmp(argv[i], "--from") == 0 ? &from : NULL;
    if (!option) return fprintf(stderr, "usage: test_clock_jumps [--lives N] [--from SEED]\n"), 2;
    *option = strtoull(argv[i + 1], NULL, 10);
  }
  for (uint64_t seed = from; seed < from + lives; seed++) {
    struct walk w = {0};
    w.seed = seed;
    w.random = seed * 0x9e3779b97f4a7c15u + 1;
    live(&w);
    judged += w.judged;
    passed += w.passed;
    refused += w.refused;
    touches += w.touches;
  }
  printf("%" PRIu64 " lives of a clock that jumps: %" PRIu64 " days planned over %" PRIu64 " days of the calendar, %" PRIu64
         " touches, %" PRIu64 " days refused; 0 violations\n",
         lives, judged, passed, touches, refused);
  return 0;
}
