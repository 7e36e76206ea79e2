/*
 * Lives of hostile books under the cadence: disputes, promises, plans, part payments, reversals, holds, opt-outs,
 * flags, answers and policies at any moment, days left out, engines opened anew, batches dropped. After every day a
 * checker that shares no code with the library judges each message and the certificate of the day; now and then a
 * preview is held against the day that follows.
 *
 *   test_cadence_life [--lives N] [--from SEED]     prints what was judged; a seed that fails is named
 */
#include "cadence_checker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START 20000
#define DAYS  150

static const struct checker_policy policies[] = {
    {"cadence \"a\"\npause on dispute promise plan hold cash\nstep -3d email friendly up\nstep 0d email neutral due\n"
     "step +4d email firm late also call ap\nstep +9d sms firm later else letter\nstep +15d call final phone balance >= 3.00\n"
     "step +21d letter final demand needs approval\nstep +28d place agency balance >= 5.5\nquiet weekends\n"
     "limit 1 per 3d\n",
     1, 0, 0, 1, 3},
    {"cadence \"b\"\ngroup by invoice\nenter at first\nresume after 2d\nstep +1d email firm one\nstep +4d call firm two\n"
     "step +8d letter firm three charge fee EUR 0.50\nstep +12d portal final four to owner\nstep +20d decide what\n"
     "escalate boss when age >= 5d\n",
     0, 0, 0, 0, 0},
    {"cadence \"c\"\nprofile consumer-us\nmissed all\npause on cash\nstep 0d email friendly zero\nstep +1d call firm c1\n"
     "step +2d voice firm c2 also call ap\nstep +3d call firm c3\nstep +4d call firm c4 also call ap\nstep +5d call firm c5\n"
     "step +6d call firm c6\nstep +7d call firm c7\nstep +30d place agency needs approval\n",
     0, 1, 0, 0, 0},
    {"cadence \"d\"\nfor segment \"s\"\nmissed skip\nstep +1d email firm s1\nstep +3d letter firm s3 share >= 30%\n"
     "step +9d email final s9 copy owner\nstep +25d decide end\nquiet weekends\nlimit 2 per 7d\n",
     1, 0, 0, 2, 7},
    {"cadence \"e\"\nfor segment \"s\", balance < 2.00\nnever\n", 0, 0, 1, 0, 0},
};
static const char *const policy_names[] = {"default", "key", "sel"};

struct life {
  uint64_t seed;
  arc_ledger *ledger;
  arc_cadence *cadence;
  struct checker *checker;
  arc_day day;
  int credits, previews, whys;
  arc_instalment parts[2];
};

static int below(struct life *l, int n) {
  l->seed ^= l->seed << 13;
  l->seed ^= l->seed >> 7;
  l->seed ^= l->seed << 17;
  return (int)(l->seed % (uint64_t)n);
}

static arc_text text_of(const char *data) {
  arc_text text = {data, data ? strlen(data) : 0};
  return text;
}

/* Today, or some days off. */
static arc_day about(struct life *l) {
  return l->day + (below(l, 3) ? 0 : below(l, 15) - 7);
}

static void add_exception(struct life *l, const struct checker_exception *x) {
  struct checker *c = l->checker;
  if (c->exception_count < CHECKER_THINGS) c->exceptions[c->exception_count++] = *x;
}

static int room(const struct life *l) {
  const struct checker *c = l->checker;
  return c->exception_count < CHECKER_THINGS - 3 && c->entry_count < CHECKER_THINGS - 3 &&
         c->invoice_count < CHECKER_THINGS - 1;
}

/* ---- commands: what the book accepts, the checker is told ---- */

static void post_invoice(struct life *l) {
  struct checker *c = l->checker;
  arc_invoice row = ARC_INVOICE_INIT;
  char key[16], customer[16];
  int who = below(l, CHECKER_CUSTOMERS), two = below(l, 4) == 0;
  snprintf(key, sizeof key, "i%d", c->invoice_count);
  snprintf(customer, sizeof customer, "c%d", who);
  row.key = text_of(key);
  row.customer = text_of(customer);
  if (below(l, 5) == 0) memcpy(row.currency, "JPY", 4);
  row.issued = about(l);
  row.amount = 2 + below(l, 900);
  row.due = row.issued + below(l, 20);
  if (two) {
    l->parts[0].struct_size = l->parts[1].struct_size = sizeof l->parts[0];
    l->parts[0].due = row.due;
    l->parts[1].due = row.due + 1 + below(l, 9);
    l->parts[0].amount = row.amount / 2;
    l->parts[1].amount = row.amount - row.amount / 2;
    row.due = ARC_DAY_NONE;
    row.instalments = l->parts;
    row.instalment_count = 2;
  }
  if (arc_ledger_post_invoices(l->ledger, &row, 1, NULL) == ARC_OK) c->invoice_customer[c->invoice_count++] = who;
}

static void post_payment(struct life *l) {
  arc_payment row = ARC_PAYMENT_INIT;
  char key[16], customer[16];
  snprintf(key, sizeof key, "p%d", l->credits);
  snprintf(customer, sizeof customer, "c%d", below(l, CHECKER_CUSTOMERS));
  row.key = text_of(key);
  if (below(l, 3)) row.customer = text_of(customer);
  row.received = about(l);
  row.amount = 1 + below(l, 900);
  l->credits += arc_ledger_post_payments(l->ledger, &row, 1, NULL) == ARC_OK;
}

static void post_application(struct life *l) {
  struct checker *c = l->checker;
  arc_application row = ARC_APPLICATION_INIT;
  char credit[16], invoice[16];
  struct checker_entry e = {below(l, l->credits + 1), below(l, c->invoice_count + 1), about(l), ARC_DAY_NONE, 0};
  snprintf(credit, sizeof credit, "p%d", e.credit);
  snprintf(invoice, sizeof invoice, "i%d", e.invoice);
  row.credit = text_of(credit);
  row.invoice = text_of(invoice);
  row.day = e.day;
  row.amount = e.amount = 1 + below(l, 500);
  if (arc_ledger_post_applications(l->ledger, &row, 1, NULL) == ARC_OK) c->entries[c->entry_count++] = e;
}

static void undo(struct life *l, int credit, int invoice, arc_day day) {
  struct checker *c = l->checker;
  for (int i = 0; i < c->entry_count; i++) {
    struct checker_entry *e = &c->entries[i];
    if (e->credit == credit && (invoice < 0 || e->invoice == invoice) && e->undone == ARC_DAY_NONE) e->undone = day;
  }
}

static void post_undoing(struct life *l) {
  char key[16], invoice[16];
  int credit = below(l, l->credits + 1), of = below(l, l->checker->invoice_count + 1);
  arc_day day = about(l);
  snprintf(key, sizeof key, "p%d", credit);
  snprintf(invoice, sizeof invoice, "i%d", of);
  if (below(l, 2)) {
    arc_reversal row = ARC_REVERSAL_INIT;
    row.payment = text_of(key);
    row.day = day;
    if (arc_ledger_post_reversals(l->ledger, &row, 1, NULL) == ARC_OK) undo(l, credit, -1, day);
  } else {
    arc_unapplication row = ARC_UNAPPLICATION_INIT;
    row.credit = text_of(key);
    row.invoice = text_of(invoice);
    row.day = day;
    if (arc_ledger_post_unapplications(l->ledger, &row, 1, NULL) == ARC_OK) undo(l, credit, of, day);
  }
}

static void post_dispute(struct life *l) {
  char key[16], invoice[16];
  snprintf(key, sizeof key, "d%d", below(l, 60));
  snprintf(invoice, sizeof invoice, "i%d", below(l, l->checker->invoice_count + 1));
  if (below(l, 2)) {
    arc_dispute row = ARC_DISPUTE_INIT;
    row.key = text_of(key);
    row.invoice = text_of(invoice);
    row.opened = about(l);
    row.amount = below(l, 2) ? 0 : 1 + below(l, 200);
    arc_ledger_post_disputes(l->ledger, &row, 1, NULL);
  } else {
    arc_dispute_resolution row = ARC_DISPUTE_RESOLUTION_INIT;
    row.dispute = text_of(key);
    row.day = about(l);
    arc_ledger_post_dispute_resolutions(l->ledger, &row, 1, NULL);
  }
}

static void post_promise(struct life *l) {
  struct checker *c = l->checker;
  arc_promise row = ARC_PROMISE_INIT;
  char invoice[16];
  struct checker_exception x = {"", 'p', -1, below(l, c->invoice_count + 1), about(l), 0, ARC_DAY_NONE, below(l, 3), 0,
                                1 + below(l, 300)};
  snprintf(x.key, sizeof x.key, "x%d", c->exception_count);
  snprintf(invoice, sizeof invoice, "i%d", x.invoice);
  row.key = text_of(x.key);
  row.invoice = text_of(invoice);
  row.made = x.from;
  row.pay_by = x.until = x.from + below(l, 9);
  row.grace_days = (uint32_t)x.grace;
  row.amount = x.amount;
  if (arc_ledger_post_promises(l->ledger, &row, 1, NULL) == ARC_OK) add_exception(l, &x);
}

static void post_hold(struct life *l) {
  struct checker *c = l->checker;
  arc_hold row = ARC_HOLD_INIT;
  char name[16];
  struct checker_exception x = {"", 'h', -1, -1, about(l), ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0};
  snprintf(x.key, sizeof x.key, "x%d", c->exception_count);
  row.key = text_of(x.key);
  if (below(l, 12) == 0) {
    x.customer = CHECKER_EVERYBODY;
    row.options = ARC_EVERYBODY;
  } else if (below(l, 2)) {
    x.customer = below(l, CHECKER_CUSTOMERS);
    snprintf(name, sizeof name, "c%d", x.customer);
    row.customer = text_of(name);
  } else {
    x.invoice = below(l, c->invoice_count + 1);
    snprintf(name, sizeof name, "i%d", x.invoice);
    row.invoice = text_of(name);
  }
  row.from = x.from;
  if (below(l, 4) || x.customer == CHECKER_EVERYBODY) x.until = x.from + below(l, 12);
  row.until = x.until;
  row.channel = x.channel = below(l, 2) ? 0 : 1 + below(l, 7);
  if (arc_ledger_post_holds(l->ledger, &row, 1, NULL) == ARC_OK) add_exception(l, &x);
}

static void post_release(struct life *l) {
  struct checker *c = l->checker;
  arc_hold_release row = ARC_HOLD_RELEASE_INIT;
  if (!c->exception_count) return;
  struct checker_exception *x = &c->exceptions[below(l, c->exception_count)];
  row.hold = text_of(x->key);
  row.day = about(l);
  if (x->kind == 'h' && arc_ledger_post_hold_releases(l->ledger, &row, 1, NULL) == ARC_OK) x->closed = row.day;
}

static void post_plan(struct life *l) {
  struct checker *c = l->checker;
  arc_plan row = ARC_PLAN_INIT;
  arc_query query = ARC_QUERY_INIT;
  arc_report *open = NULL;
  char name[16];
  struct checker_exception x = {"", 'l', -1, below(l, c->invoice_count + 1), l->day, 0, ARC_DAY_NONE, 0, 0, 0};
  snprintf(x.key, sizeof x.key, "x%d", c->exception_count);
  snprintf(name, sizeof name, "i%d", x.invoice);
  arc_text key = text_of(name);
  int64_t sum = 0;
  query.report = ARC_REPORT_OPEN_ITEMS;
  query.invoice = key;
  if (arc_ledger_report(&open, l->ledger, &query, NULL) < 0) return;
  for (size_t i = 0; i < arc_report_rows(open); i++)
    sum += arc_report_integer(open, i, 8);
  arc_report_free(open);
  if (sum < 2) return;
  l->parts[0].struct_size = l->parts[1].struct_size = sizeof l->parts[0];
  l->parts[0].due = l->day + below(l, 9);
  l->parts[1].due = l->parts[0].due + 1 + below(l, 20);
  l->parts[0].amount = 1 + below(l, (int)sum - 1);
  l->parts[1].amount = sum - l->parts[0].amount;
  row.key = text_of(x.key);
  row.invoices = &key;
  row.invoice_count = 1;
  row.instalments = l->parts;
  row.instalment_count = 2;
  row.made = l->day;
  row.grace_days = (uint32_t)below(l, 3);
  if (arc_ledger_post_plans(l->ledger, &row, 1, NULL) == ARC_OK) add_exception(l, &x);
}

static void post_customer(struct life *l, int who) {
  static const char *const own[] = {"", "", "", "key", "none", "gone"};
  static const uint32_t flags[] = {0, 0, 0, 0, ARC_CUSTOMER_DO_NOT_CONTACT, ARC_CUSTOMER_LEGAL, ARC_CUSTOMER_INSOLVENT,
                                   ARC_CUSTOMER_STRATEGIC};
  struct checker_customer *c = &l->checker->customers[who];
  arc_customer row = ARC_CUSTOMER_INIT;
  char key[16];
  int policy = below(l, 6);
  snprintf(key, sizeof key, "c%d", who);
  row.options = ARC_REPLACE;
  row.key = text_of(key);
  row.policy = text_of(own[policy]);
  row.segment = text_of(below(l, 3) ? "" : "s");
  row.flags = flags[below(l, 8)];
  if (arc_ledger_post_customers(l->ledger, &row, 1, NULL) < 0) return;
  c->flags = row.flags;
  c->never = policy == 4;
}

static void post_contact(struct life *l) {
  int who = below(l, CHECKER_CUSTOMERS);
  struct checker_customer *c = &l->checker->customers[who];
  int which = below(l, c->contacts < 2 ? c->contacts + 1 : 2);
  arc_contact row = ARC_CONTACT_INIT;
  char key[16], customer[16];
  snprintf(key, sizeof key, "k%d-%d", who, which);
  snprintf(customer, sizeof customer, "c%d", who);
  row.options = ARC_REPLACE;
  row.key = text_of(key);
  row.customer = text_of(customer);
  for (int i = 0; i < 3; i++) c->has[which][i] = (char)(below(l, 4) > 0);
  row.email = text_of(c->has[which][0] ? "a@b" : "");
  row.phone = text_of(c->has[which][1] ? "1" : "");
  row.postal = text_of(c->has[which][2] ? "Street" : "");
  row.role = below(l, 4);
  row.opt_outs = below(l, 2) ? 0 : 1u << (1 + below(l, 7));
  c->opt_outs[which] = row.opt_outs;
  if (which == c->contacts) c->contacts++;
  if (arc_ledger_post_contacts(l->ledger, &row, 1, NULL) < 0) abort();
}

static void post_policy(struct life *l, int name, int which) {
  arc_policy row = ARC_POLICY_INIT;
  row.name = text_of(policy_names[name]);
  row.text = text_of(policies[which].text);
  row.day = l->day;
  if (arc_ledger_post_policies(l->ledger, &row, 1, NULL) < 0) abort();
  l->checker->policies[name] = &policies[which];
}

static void post_answer(struct life *l) {
  struct checker *c = l->checker;
  arc_touch_outcome row = ARC_TOUCH_OUTCOME_INIT;
  char withheld[200];
  if (!c->touch_count) return;
  struct checker_touch *t = &c->touches[below(l, c->touch_count)];
  row.day = l->day;
  if (below(l, 2)) {
    row.touch = text_of(t->key);
    row.status = below(l, 3) ? ARC_TOUCH_DELIVERED : ARC_TOUCH_FAILED;
    row.detail = text_of("as reported");
    if (arc_ledger_post_touch_outcomes(l->ledger, &row, 1, NULL) == ARC_OK && t->call && row.status == ARC_TOUCH_DELIVERED)
      t->talked = l->day;
    return;
  }
  snprintf(withheld, sizeof withheld, "c%d|EUR|i%d#1|21d|demand|withheld", below(l, CHECKER_CUSTOMERS),
           below(l, c->invoice_count + 1));
  row.touch = text_of(withheld);
  row.status = ARC_TOUCH_APPROVED;
  row.detail = text_of("ann");
  arc_ledger_post_touch_outcomes(l->ledger, &row, 1, NULL);
}

static void command(struct life *l) {
  int what = below(l, 40);
  if (!room(l)) return;
  if (what < 10) post_invoice(l);
  else if (what < 14) post_payment(l);
  else if (what < 20) post_application(l);
  else if (what < 22) post_undoing(l);
  else if (what < 25) post_dispute(l);
  else if (what < 28) post_promise(l);
  else if (what < 31) post_hold(l);
  else if (what < 32) post_release(l);
  else if (what < 34) post_plan(l);
  else if (what < 35) post_customer(l, below(l, CHECKER_CUSTOMERS));
  else if (what < 37) post_contact(l);
  else if (what < 39) post_answer(l);
  else if (below(l, 8) == 0) post_policy(l, below(l, 3), below(l, 5));
}

/* ---- days ---- */

static void reopen(struct life *l) {
  arc_cadence_close(l->cadence);
  if (arc_cadence_open(&l->cadence, l->ledger, NULL, NULL) < 0) abort();
}

/* What is previewed for a day is what the day brings, message for message. */
static void compare_preview(struct life *l, const arc_report *preview, size_t before) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *touches = NULL;
  query.report = ARC_REPORT_TOUCHES;
  if (arc_ledger_report(&touches, l->ledger, &query, NULL) < 0) abort();
  int same = arc_report_rows(touches) - before == arc_report_rows(preview);
  for (size_t i = 0; same && i < arc_report_rows(preview); i++) {
    static const size_t pairs[][2] = {{1, 1}, {2, 7}, {3, 2}, {6, 5}, {8, 6}, {9, 10}};
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
      same &= strcmp(arc_report_text(preview, i, pairs[k][0], NULL),
                     arc_report_text(touches, before + i, pairs[k][1], NULL)) == 0;
    same &= arc_report_integer(preview, i, 7) == arc_report_integer(touches, before + i, 8);
  }
  if (!same) snprintf(l->checker->wrong, sizeof l->checker->wrong, "the preview differs from the day");
  arc_report_free(touches);
}

/* Why, and why not: every customer and day has an answer, in words. */
static void ask_why(struct life *l, arc_day day) {
  char key[16];
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  int outcomes = 0;
  snprintf(key, sizeof key, "c%d", below(l, CHECKER_CUSTOMERS));
  if (arc_cadence_why(&report, l->cadence, key, ARC_NUL_TERMINATED, day, &err) < 0)
    snprintf(l->checker->wrong, sizeof l->checker->wrong, "why %s: %s", key, err.text);
  for (size_t row = 0; row < arc_report_rows(report); row++)
    outcomes += strcmp(arc_report_text(report, row, 1, NULL), "outcome") == 0 && *arc_report_text(report, row, 2, NULL);
  if (!outcomes) snprintf(l->checker->wrong, sizeof l->checker->wrong, "why says nothing of %s", key);
  arc_report_free(report);
  l->whys++;
}

static void drop_a_batch(struct life *l) {
  if (arc_batch_begin(l->ledger, NULL) < 0) abort();
  struct checker *kept = malloc(sizeof *kept);
  struct life dropped = *l;
  *kept = *l->checker;
  dropped.checker = kept;
  for (int n = 4; n > 0; n--) command(&dropped);
  if (arc_cadence_plan(l->cadence, l->day, NULL, NULL, NULL) < 0) abort();
  arc_batch_abort(l->ledger);
  free(kept);
}

static void live_day(struct life *l) {
  arc_error err = ARC_ERROR_INIT;
  arc_report *preview = NULL;
  if (below(l, 25) == 0) drop_a_batch(l);
  if (below(l, 20) == 0) reopen(l);
  size_t before = l->checker->touch_rows;
  if (below(l, 12) == 0) {
    if (arc_cadence_preview(&preview, l->cadence, l->day, 1, &err) < 0)
      snprintf(l->checker->wrong, sizeof l->checker->wrong, "preview: %s", err.text);
    l->previews++;
  }
  if (arc_cadence_plan(l->cadence, l->day, NULL, NULL, &err) < 0)
    snprintf(l->checker->wrong, sizeof l->checker->wrong, "plan: %s", err.text);
  if (arc_cadence_plan(l->cadence, l->day, NULL, NULL, &err) != ARC_ALREADY && l->checker->touch_rows != before)
    snprintf(l->checker->wrong, sizeof l->checker->wrong, "a day was planned twice");
  if (preview) compare_preview(l, preview, before);
  arc_report_free(preview);
  if (below(l, 4) == 0) ask_why(l, l->day - below(l, 30)); /* now, and as it was then */
  if (!l->checker->wrong[0]) checker_judge(l->checker, l->ledger, l->cadence, l->day);
}

struct totals {
  uint64_t customer_days, messages, withheld, overdue, previews, whys;
};

static int live(uint64_t number, struct totals *totals) {
  struct checker *checker = calloc(1, sizeof *checker);
  struct life l = {(number + 1) * 0x9e3779b97f4a7c15u, NULL, NULL, checker, START, 0, 0, 0, {{0, 0, 0}, {0, 0, 0}}};
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  options.book = text_of("life");
  memcpy(options.currency, "EUR", 4);
  if (arc_ledger_open(&l.ledger, &options, NULL) < 0 || arc_cadence_open(&l.cadence, l.ledger, NULL, NULL) < 0) abort();
  for (int i = 0; i < CHECKER_CUSTOMERS; i++) post_customer(&l, i);
  for (int i = 0; i < 3; i++) post_policy(&l, i, (below(&l, 5) + i) % 5);
  for (; l.day < START + DAYS && !checker->wrong[0]; l.day++) {
    for (int n = below(&l, 5); n > 0; n--) command(&l);
    if (below(&l, 8) == 0) continue; /* a day that is not run */
    live_day(&l);
    totals->customer_days += CHECKER_CUSTOMERS;
  }
  if (checker->wrong[0])
    fprintf(stderr, "life %llu, day %d: %s\n", (unsigned long long)number, (int)(l.day - 1 - START), checker->wrong);
  totals->messages += checker->messages;
  totals->withheld += checker->withheld;
  totals->overdue += checker->overdue;
  totals->previews += (uint64_t)l.previews;
  totals->whys += (uint64_t)l.whys;
  int failed = checker->wrong[0] != 0;
  arc_cadence_close(l.cadence);
  arc_ledger_close(l.ledger);
  free(checker);
  return failed;
}

int main(int argc, char **argv) {
  uint64_t lives = 330, from = 0, failed = 0;
  struct totals totals = {0, 0, 0, 0, 0, 0};
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--lives") == 0) lives = strtoull(argv[i + 1], NULL, 10);
    if (strcmp(argv[i], "--from") == 0) from = strtoull(argv[i + 1], NULL, 10);
  }
  for (uint64_t n = from; n < from + lives && failed < 5; n++) failed += (uint64_t)live(n, &totals);
  printf("%llu customer-days: %llu messages judged, %llu withheld with a reason, %llu overdue account-days certified, "
         "%llu previews equal, %llu days explained\n",
         (unsigned long long)totals.customer_days, (unsigned long long)totals.messages,
         (unsigned long long)totals.withheld, (unsigned long long)totals.overdue, (unsigned long long)totals.previews,
         (unsigned long long)totals.whys);
  if (lives >= 330 && (totals.customer_days < 500000 || totals.messages < 10000 || totals.previews < 100 || totals.whys < 1000))
    return 1;
  return failed ? 1 : 0;
}
