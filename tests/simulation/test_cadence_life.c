/*
 * Lives of hostile books under the collector: disputes, promises, plans, part payments, reversals, holds, opt-outs, flags,
 * answers and policies at any moment; days left out, batches dropped; processes that end at any allocation, storage call or
 * message and are started again on what is stored; storages that refuse, or do not know; transports that fail, are down for
 * days, leave everything pending, put it off, answer what nobody knows, and report twice, or the contrary of what they said.
 * A checker that reads nothing but the journal's bytes judges each touch when it is stored, each message when it is handed
 * over, and the certificate of each day.
 *
 *   test_cadence_life [--lives N] [--from SEED]     prints what was judged; a seed that fails is named
 */
#include "cadence_checker.h"

#include "arcollect/collector.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CUSTOMERS 12
#define START     20000
#define DAYS      150
#define HOUR      3600000LL
#define MOST      400 /* invoices of a life */
#define REFUSED   77

static const struct checker_policy policies[] = {
    {"cadence \"a\"\npause on dispute promise plan hold cash\nstep -3d email friendly up\nstep 0d email neutral due\n"
     "step +4d email firm late also call ap\nstep +9d sms firm later else letter\nstep +15d call final phone balance >= 3.00\n"
     "step +21d letter final demand needs approval\nstep +28d place agency balance >= 5.5\nquiet 20:00-07:30 weekends\n"
     "limit 1 per 3d\n",
     1, 0, 0, 1, 3, 20 * 60, 7 * 60 + 30},
    {"cadence \"b\"\ngroup by invoice\nenter at first\nresume after 2d\nbarred after 90d\nstep +1d email firm one\n"
     "step +4d call firm two\nstep +8d letter firm three charge fee EUR 0.50\nstep +12d portal final four to owner\n"
     "step +20d decide what\nescalate boss when age >= 5d\n",
     0, 0, 0, 0, 0, 0, 0},
    {"cadence \"c\"\nprofile consumer-us\nmissed all\npause on cash\nstep 0d email friendly zero\nstep +1d call firm c1\n"
     "step +2d voice firm c2 also call ap\nstep +3d call firm c3\nstep +4d call firm c4 also call ap\nstep +5d call firm c5\n"
     "step +6d call firm c6\nstep +7d call firm c7\nstep +30d place agency needs approval\n",
     0, 1, 0, 0, 0, 0, 0},
    {"cadence \"d\"\nfor segment \"s\"\nmissed skip\nstep +1d email firm s1\nstep +3d letter firm s3 share >= 30%\n"
     "step +9d email final s9 copy owner\nstep +25d decide end\nquiet 12:00-13:00 weekends\nlimit 2 per 7d\n",
     1, 0, 0, 2, 7, 12 * 60, 13 * 60},
    {"cadence \"e\"\nfor segment \"s\", balance < 2.00\nnever\n", 0, 0, 1, 0, 0, 0, 0},
};
#define POLICIES ((int)(sizeof policies / sizeof *policies))
static const char *const policy_names[] = {"default", "key", "sel"};

/* ---- a life, and the world around the process ---- */

enum { CALM, CRASH, NO_MEMORY, REFUSE, LOST, STORED, STOP, FAULTS };
enum { TAKES_ALL, MIXED, DOWN, HANGS, TRANSPORTS };

union block {
  struct {
    union block *next, *before;
  } is;
  max_align_t align;
};

struct commit {
  uint64_t seq;
  size_t at; /* in the bytes that are stored */
};

struct life {
  uint64_t seed;
  struct checker checker;
  arc_day day;
  int64_t instant;
  arc_collector_options options;
  arc_transport post;
  uint32_t hours[2]; /* of retries */
  /* what is stored */
  unsigned char *stored;
  size_t stored_size, stored_room;
  struct commit *commits;
  size_t commit_count, commit_room;
  uint64_t next_seq;
  /* the process */
  union block blocks; /* of its memory: a ring */
  arc_ledger *ledger;
  arc_collector *collector;
  jmp_buf end;
  int fault, transport;
  uint64_t countdown;
  arc_instalment parts[2];
  /* what was handed over in a run */
  struct handed { char key[200]; int64_t amount; } handed[600];
  size_t handed_count;
  uint64_t crashes, faults, previews, whys, unfinished;
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

/* Something that the process asks of the world; it may end here. */
static void event(struct life *l) {
  if (l->fault == CRASH && --l->countdown == 0) longjmp(l->end, 1);
}

static int strikes(struct life *l, int fault) {
  return l->fault == fault && --l->countdown == 0;
}

static void drop_block(union block *b) {
  b->is.next->is.before = b->is.before;
  b->is.before->is.next = b->is.next;
  free(b);
}

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size) {
  struct life *l = user;
  union block *old = ptr ? (union block *)ptr - 1 : NULL, *b;
  if (new_size == 0) {
    if (old) drop_block(old);
    return NULL;
  }
  event(l);
  if (strikes(l, NO_MEMORY) || !(b = malloc(sizeof *b + new_size))) return NULL;
  b->is.next = l->blocks.is.next;
  b->is.before = &l->blocks;
  b->is.next->is.before = b->is.before->is.next = b;
  if (old) {
    memcpy(b + 1, ptr, old_size < new_size ? old_size : new_size);
    drop_block(old);
  }
  return b + 1;
}

static void *grown(void *array, size_t need, size_t *room, size_t size) {
  if (need <= *room) return array;
  *room = need * 2;
  array = realloc(array, *room * size);
  if (!array) abort();
  return array;
}

static void store(struct life *l, uint64_t first_seq, uint32_t count, const void *bytes, size_t size) {
  l->stored = grown(l->stored, l->stored_size + size, &l->stored_room, 1);
  l->commits = grown(l->commits, l->commit_count + 1, &l->commit_room, sizeof *l->commits);
  memcpy(l->stored + l->stored_size, bytes, size);
  l->commits[l->commit_count++] = (struct commit){first_seq, l->stored_size};
  l->stored_size += size;
  l->next_seq = first_seq + count;
  checker_commit(&l->checker, bytes, size);
}

static int32_t append(void *user, uint64_t first_seq, uint32_t count, const void *bytes, size_t size) {
  struct life *l = user;
  event(l);
  if (first_seq != l->next_seq) return ARC_E_CONFLICT;
  if (strikes(l, REFUSE)) return REFUSED;
  if (strikes(l, LOST)) return ARC_E_UNKNOWN_OUTCOME;
  store(l, first_seq, count, bytes, size);
  event(l);
  return strikes(l, STORED) ? ARC_E_UNKNOWN_OUTCOME : ARC_OK;
}

static int32_t read_back(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap, size_t *size) {
  struct life *l = user;
  size_t i = 0, left;
  event(l);
  *size = 0;
  if (first_seq == l->next_seq) return ARC_DONE;
  while (i < l->commit_count && l->commits[i].seq != first_seq) i++;
  if (i == l->commit_count) return ARC_E_NOT_FOUND;
  left = l->stored_size - l->commits[i].at;
  if (offset >= left) return ARC_DONE;
  left -= (size_t)offset;
  *size = left < cap ? left : cap;
  memcpy(buf, l->stored + l->commits[i].at + offset, *size);
  return ARC_OK;
}

static int32_t hand_over(void *user, const arc_message *m) {
  static const int32_t answers[] = {ARC_SENT, ARC_SENT, ARC_PENDING, ARC_FAILED, ARC_RETRY, 99, -3};
  struct life *l = user;
  event(l);
  if (l->transport == DOWN) return -5;
  checker_message(&l->checker, m, l->day, l->instant);
  if (l->handed_count == sizeof l->handed / sizeof *l->handed) abort();
  struct handed *h = &l->handed[l->handed_count++];
  snprintf(h->key, sizeof h->key, "%.*s", (int)m->idempotency_key.size, m->idempotency_key.data);
  h->amount = m->amount;
  event(l); /* it is out, and nobody has recorded that */
  int32_t answer = l->transport == HANGS ? ARC_PENDING : l->transport == MIXED ? answers[below(l, 7)] : ARC_SENT;
  if (answer == ARC_RETRY || answer < 0) checker_not_now(&l->checker, m);
  return answer;
}

static int32_t progress(void *user, int32_t phase, uint64_t done, uint64_t total) {
  struct life *l = user;
  (void)phase, (void)done, (void)total;
  event(l);
  return strikes(l, STOP) ? 5 : 0;
}

/* ---- the process begins and ends ---- */

static void start(struct life *l) {
  l->checker.attempt++;
  arc_allocator allocator = {sizeof allocator, 0, l, resize};
  arc_storage storage = {(uint32_t)sizeof storage, 0, l, append, read_back, NULL, NULL, NULL, NULL};
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  options.allocator = &allocator;
  options.storage = &storage;
  options.book = text_of("life");
  memcpy(options.currency, "EUR", 4);
  if (arc_ledger_open(&l->ledger, &options, &err) < 0 || arc_ledger_set_clock(l->ledger, l->instant, &err) < 0 ||
      arc_collector_open(&l->collector, l->ledger, &l->options, &err) < 0)
    fprintf(stderr, "cannot start: %s\n", err.text), abort();
}

static void stop(struct life *l) {
  arc_collector_close(l->collector);
  arc_ledger_close(l->ledger);
  if (l->blocks.is.next != &l->blocks) checker_wrong(&l->checker, "memory is left when all is closed");
}

/* Does something under a fault; 0 if the process ended in it. It is there again afterwards. */
static int endure(struct life *l, int fault, int countdown, void (*act)(struct life *)) {
  int crashed;
  l->countdown = (uint64_t)countdown;
  l->fault = fault;
  crashed = setjmp(l->end);
  if (!crashed) act(l);
  l->faults += l->fault != CALM && l->fault != CRASH && l->countdown == 0;
  l->fault = CALM;
  if (!crashed) return 1;
  l->crashes++;
  while (l->blocks.is.next != &l->blocks) drop_block(l->blocks.is.next);
  start(l);
  return 0;
}

/* ---- commands; what the book makes of them stands in the journal ---- */

/* Today, or some days off. */
static arc_day about(struct life *l) {
  return l->day + (below(l, 3) ? 0 : below(l, 15) - 7);
}

static const char *some_invoice(struct life *l) {
  const struct facts *f = &l->checker.facts;
  return f->invoice_count ? f->invoice[1 + below(l, f->invoice_count)].key : "none";
}

static void post_invoice(struct life *l) {
  arc_invoice row = ARC_INVOICE_INIT;
  char key[16], customer[16];
  if (l->checker.facts.invoice_count >= MOST) return;
  snprintf(key, sizeof key, "i%d", l->checker.facts.invoice_count);
  snprintf(customer, sizeof customer, "c%d", below(l, CUSTOMERS));
  row.key = text_of(key);
  row.customer = text_of(customer);
  if (below(l, 5) == 0) memcpy(row.currency, "JPY", 4);
  row.issued = about(l);
  row.amount = 2 + below(l, 900);
  row.due = row.issued + below(l, 20);
  if (below(l, 4) == 0) {
    l->parts[0].struct_size = l->parts[1].struct_size = sizeof l->parts[0];
    l->parts[0].due = row.due;
    l->parts[1].due = row.due + 1 + below(l, 9);
    l->parts[0].amount = row.amount / 2;
    l->parts[1].amount = row.amount - row.amount / 2;
    row.due = ARC_DAY_NONE;
    row.instalments = l->parts;
    row.instalment_count = 2;
  }
  arc_ledger_post_invoices(l->ledger, &row, 1, NULL);
}

static void post_payment(struct life *l) {
  arc_payment row = ARC_PAYMENT_INIT;
  char key[16], customer[16];
  snprintf(key, sizeof key, "p%d", l->checker.facts.credit_count);
  snprintf(customer, sizeof customer, "c%d", below(l, CUSTOMERS));
  row.key = text_of(key);
  if (below(l, 3)) row.customer = text_of(customer);
  row.received = about(l);
  row.amount = 1 + below(l, 900);
  if (below(l, 4) == 0) row.remittance = text_of(some_invoice(l));
  arc_ledger_post_payments(l->ledger, &row, 1, NULL);
}

static void post_application(struct life *l) {
  arc_application row = ARC_APPLICATION_INIT;
  char credit[16];
  snprintf(credit, sizeof credit, "p%d", below(l, l->checker.facts.credit_count + 1));
  row.credit = text_of(credit);
  row.invoice = text_of(some_invoice(l));
  row.day = about(l);
  row.amount = 1 + below(l, 500);
  arc_ledger_post_applications(l->ledger, &row, 1, NULL);
}

static void post_undoing(struct life *l) {
  char key[16];
  snprintf(key, sizeof key, "p%d", below(l, l->checker.facts.credit_count + 1));
  if (below(l, 2)) {
    arc_reversal row = ARC_REVERSAL_INIT;
    row.payment = text_of(key);
    row.day = about(l);
    arc_ledger_post_reversals(l->ledger, &row, 1, NULL);
  } else {
    arc_unapplication row = ARC_UNAPPLICATION_INIT;
    row.credit = text_of(key);
    row.invoice = text_of(some_invoice(l));
    row.day = about(l);
    arc_ledger_post_unapplications(l->ledger, &row, 1, NULL);
  }
}

static void post_dispute(struct life *l) {
  char key[16];
  snprintf(key, sizeof key, "d%d", below(l, 60));
  if (below(l, 2)) {
    arc_dispute row = ARC_DISPUTE_INIT;
    row.key = text_of(key);
    row.invoice = text_of(some_invoice(l));
    row.opened = about(l);
    row.amount = below(l, 2) ? 0 : 1 + below(l, 200);
    arc_ledger_post_disputes(l->ledger, &row, 1, NULL);
  } else {
    arc_end row = ARC_END_INIT;
    row.kind = ARC_END_DISPUTE;
    row.key = text_of(key);
    row.day = about(l);
    arc_ledger_post_ends(l->ledger, &row, 1, NULL);
  }
}

static void post_promise(struct life *l) {
  arc_promise row = ARC_PROMISE_INIT;
  char key[16];
  snprintf(key, sizeof key, "x%d", l->checker.facts.exception_count);
  row.key = text_of(key);
  row.invoice = text_of(some_invoice(l));
  row.made = about(l);
  row.pay_by = row.made + below(l, 9);
  row.grace_days = (uint32_t)below(l, 3);
  row.amount = 1 + below(l, 300);
  arc_ledger_post_promises(l->ledger, &row, 1, NULL);
}

static void post_hold(struct life *l) {
  arc_hold row = ARC_HOLD_INIT;
  char key[16], name[16];
  int everybody = below(l, 12) == 0;
  snprintf(key, sizeof key, "x%d", l->checker.facts.exception_count);
  snprintf(name, sizeof name, "c%d", below(l, CUSTOMERS));
  row.key = text_of(key);
  row.from = about(l);
  if (everybody) row.options = ARC_EVERYBODY;
  else if (below(l, 2)) row.customer = text_of(name);
  else row.invoice = text_of(some_invoice(l));
  if (below(l, 4) || everybody) row.until = row.from + below(l, 12);
  row.channel = below(l, 2) ? 0 : 1 + below(l, 7);
  arc_ledger_post_holds(l->ledger, &row, 1, NULL);
}

static void post_release(struct life *l) {
  arc_end row = ARC_END_INIT;
  char key[16];
  snprintf(key, sizeof key, "x%d", below(l, l->checker.facts.exception_count + 1));
  row.kind = ARC_END_HOLD;
  row.key = text_of(key);
  row.day = about(l);
  arc_ledger_post_ends(l->ledger, &row, 1, NULL);
}

static void post_plan(struct life *l) {
  const struct facts *f = &l->checker.facts;
  arc_plan row = ARC_PLAN_INIT;
  char key[16];
  int64_t sum = 0;
  if (!f->invoice_count) return;
  const struct fact_invoice *of = &f->invoice[1 + below(l, f->invoice_count)];
  arc_text invoice = text_of(of->key);
  for (int i = of->first; i < of->first + of->count; i++) sum += facts_open(f, i, FACTS_ALL);
  if (sum < 2) return;
  snprintf(key, sizeof key, "x%d", f->exception_count);
  l->parts[0].struct_size = l->parts[1].struct_size = sizeof l->parts[0];
  l->parts[0].due = l->day + below(l, 9);
  l->parts[1].due = l->parts[0].due + 1 + below(l, 20);
  l->parts[0].amount = 1 + below(l, (int)sum - 1);
  l->parts[1].amount = sum - l->parts[0].amount;
  row.key = text_of(key);
  row.invoices = &invoice;
  row.invoice_count = 1;
  row.instalments = l->parts;
  row.instalment_count = 2;
  row.made = l->day;
  row.grace_days = (uint32_t)below(l, 3);
  arc_ledger_post_plans(l->ledger, &row, 1, NULL);
}

static void post_customer(struct life *l, int who) {
  static const char *const own[] = {"", "", "", "key", "none", "gone"};
  static const uint32_t flags[] = {0, 0, 0, 0, ARC_CUSTOMER_DO_NOT_CONTACT, ARC_CUSTOMER_LEGAL, ARC_CUSTOMER_INSOLVENT,
                                   ARC_CUSTOMER_STRATEGIC};
  arc_customer row = ARC_CUSTOMER_INIT;
  char key[16];
  snprintf(key, sizeof key, "c%d", who);
  row.options = ARC_REPLACE;
  row.key = text_of(key);
  row.policy = text_of(own[below(l, 6)]);
  row.segment = text_of(below(l, 3) ? "" : "s");
  row.flags = flags[below(l, 8)];
  arc_ledger_post_customers(l->ledger, &row, 1, NULL);
}

static void post_contact(struct life *l) {
  static const int32_t offsets[] = {-600, -300, 0, 0, 60, 330, 840};
  int who = below(l, CUSTOMERS), which = below(l, 2), version = below(l, 3);
  arc_contact row = ARC_CONTACT_INIT;
  char key[16], customer[16], address[3][32];
  snprintf(key, sizeof key, "k%d-%d", who, which);
  snprintf(customer, sizeof customer, "c%d", who);
  for (int i = 0; i < 3; i++) snprintf(address[i], sizeof address[i], "%s%d%s", key, version, i == 0 ? "@x" : "");
  row.options = ARC_REPLACE;
  row.key = text_of(key);
  row.customer = text_of(customer);
  row.email = text_of(below(l, 4) ? address[0] : "");
  row.phone = text_of(below(l, 4) ? address[1] : "");
  row.postal = text_of(below(l, 4) ? address[2] : "");
  row.role = below(l, 4);
  row.opt_outs = below(l, 2) ? 0 : 1u << (1 + below(l, 7));
  row.utc_offset_minutes = offsets[below(l, 7)];
  arc_ledger_post_contacts(l->ledger, &row, 1, NULL);
}

static void post_policy(struct life *l, int name, int which) {
  arc_policy row = ARC_POLICY_INIT;
  row.name = text_of(policy_names[name]);
  row.text = text_of(policies[which].text);
  row.day = l->day;
  arc_ledger_post_policies(l->ledger, &row, 1, NULL);
}

/* What became of a touch, sometimes told twice, or the contrary next; or what a person says to one that is withheld. */
static void post_answer(struct life *l) {
  static const int32_t told[] = {ARC_TOUCH_DELIVERED, ARC_TOUCH_DELIVERED, ARC_TOUCH_FAILED, ARC_TOUCH_BOUNCED,
                                 ARC_TOUCH_BOUNCED, ARC_TOUCH_OPENED, ARC_TOUCH_SENT};
  const struct facts *f = &l->checker.facts;
  arc_touch_outcome row = ARC_TOUCH_OUTCOME_INIT;
  if (!f->touch_count) return;
  int recent = f->touch_count < 40 ? f->touch_count : 40;
  const struct fact_touch *t = &f->touch[f->touch_count - below(l, recent)];
  row.touch = text_of(t->key);
  row.day = l->day;
  row.detail = text_of("as reported");
  if (t->status == ARC_TOUCH_WITHHELD) {
    row.status = below(l, 3) ? ARC_TOUCH_APPROVED : ARC_TOUCH_REFUSED;
  } else if (t->status == ARC_TOUCH_PLANNED && t->channel != ARC_CHANNEL_CALL && t->channel != ARC_CHANNEL_PLACEMENT) {
    return; /* nobody can know of a message that is not out */
  } else {
    row.status = told[below(l, 7)];
  }
  for (int n = below(l, 4) ? 1 : 2; n > 0; n--) {
    arc_ledger_post_touch_outcomes(l->ledger, &row, 1, NULL);
    if (row.status < ARC_TOUCH_WITHHELD && below(l, 2)) row.status = told[below(l, 7)];
  }
}

static void command(struct life *l) {
  int what = below(l, 42);
  if (what < 10) post_invoice(l);
  else if (what < 14) post_payment(l);
  else if (what < 20) post_application(l);
  else if (what < 22) post_undoing(l);
  else if (what < 25) post_dispute(l);
  else if (what < 28) post_promise(l);
  else if (what < 31) post_hold(l);
  else if (what < 32) post_release(l);
  else if (what < 34) post_plan(l);
  else if (what < 35) post_customer(l, below(l, CUSTOMERS));
  else if (what < 37) post_contact(l);
  else if (what < 41) post_answer(l);
  else if (below(l, 8) == 0) post_policy(l, below(l, 3), below(l, POLICIES));
}

static void act_commands(struct life *l) {
  for (int n = below(l, 5); n > 0; n--) command(l);
}

static void act_dropped_batch(struct life *l) {
  if (arc_batch_begin(l->ledger, NULL) < 0) return;
  for (int n = 4; n > 0; n--) command(l);
  arc_cadence_plan(arc_collector_cadence(l->collector), l->day, NULL, NULL, NULL);
  arc_batch_abort(l->ledger);
}

/* ---- days ---- */

static arc_status ran; /* what the last run said */

static void act_run(struct life *l) {
  arc_error err = ARC_ERROR_INIT;
  ran = arc_collector_run_day(l->collector, l->day, NULL, &err);
  if (ran < 0 && ran != ARC_E_HOST && ran != ARC_E_STORAGE && ran != ARC_E_UNKNOWN_OUTCOME && ran != ARC_E_NOMEM &&
      ran != ARC_E_READ_ONLY)
    checker_wrong(&l->checker, "run: %s", err.text);
}

static void act_send(struct life *l) {
  arc_error err = ARC_ERROR_INIT;
  arc_status status = arc_collector_send(l->collector, l->day, NULL, &err);
  if (status < 0 && status != ARC_E_HOST && status != ARC_E_NOMEM) checker_wrong(&l->checker, "send: %s", err.text);
}

static void restart(struct life *l) {
  stop(l);
  start(l);
}

/* Runs the day under faults until it is done; 0: it is not, and stays so. */
static int run_to_the_end(struct life *l) {
  int tries = below(l, 12) == 0 ? below(l, 3) : 6; /* some days are given up */
  int trouble = below(l, 5) == 0;
  if (tries < 6) trouble = 1;
  for (int i = 0; i < tries; i++) {
    int fault = !trouble || (i >= 4 && tries == 6) ? CALM : below(l, 2) ? CRASH : 1 + below(l, FAULTS - 1);
    int reach = fault == CRASH ? 200 : fault == NO_MEMORY ? 150 : fault == STOP ? 8 : 4;
    l->transport = i < 4 ? below(l, TRANSPORTS + 2) % TRANSPORTS : TAKES_ALL; /* mostly it works */
    l->handed_count = 0;
    if (!endure(l, fault, 1 + below(l, reach), act_run)) continue;
    if (ran >= 0) return 1;
    l->checker.attempt += ran != ARC_E_HOST;
    if (ran == ARC_E_STORAGE || ran == ARC_E_UNKNOWN_OUTCOME || ran == ARC_E_READ_ONLY) restart(l);
  }
  l->unfinished++;
  return 0;
}

/* What is previewed for a day is what the day brings, message for message. */
static int run_as_previewed(struct life *l) {
  arc_error err = ARC_ERROR_INIT;
  arc_report *preview = NULL;
  size_t messages = 0;
  int same = 1;
  if (arc_collector_preview(&preview, l->collector, l->day, l->day, &err) < 0)
    checker_wrong(&l->checker, "preview: %s", err.text);
  l->transport = TAKES_ALL;
  l->handed_count = 0;
  act_run(l);
  for (size_t i = 0; i < arc_report_rows(preview); i++) {
    if (strcmp(arc_report_text(preview, i, 6, NULL), "message") != 0) continue;
    same &= messages < l->handed_count && strcmp(arc_report_text(preview, i, 1, NULL), l->handed[messages].key) == 0 &&
            arc_report_integer(preview, i, 10) == l->handed[messages].amount;
    messages++;
  }
  if (!same || messages != l->handed_count)
    checker_wrong(&l->checker, "%d messages were previewed, %d came", (int)messages, (int)l->handed_count);
  arc_report_free(preview);
  l->previews++;
  return ran >= 0;
}

/* Why, and why not: every customer and day has an answer, in words. */
static void ask_why(struct life *l, arc_day day) {
  char key[16];
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  int outcomes = 0;
  snprintf(key, sizeof key, "c%d", below(l, CUSTOMERS));
  if (arc_cadence_why(&report, arc_collector_cadence(l->collector), key, ARC_NUL_TERMINATED, day, &err) < 0)
    checker_wrong(&l->checker, "why %s: %s", key, err.text);
  for (size_t row = 0; row < arc_report_rows(report); row++)
    outcomes += strcmp(arc_report_text(report, row, 1, NULL), "outcome") == 0 && *arc_report_text(report, row, 2, NULL);
  if (!outcomes) checker_wrong(&l->checker, "why says nothing of %s", key);
  arc_report_free(report);
  l->whys++;
}

/* Some minute of the rest of the day. */
static void set_clock(struct life *l, int64_t from) {
  int minutes = (int)(((int64_t)l->day * 24 * HOUR + 24 * HOUR - from) / 60000);
  l->instant = from + below(l, minutes) * 60000LL;
  arc_error err = ARC_ERROR_INIT;
  if (arc_ledger_set_clock(l->ledger, l->instant, &err) < 0) checker_wrong(&l->checker, "the clock: %s", err.text);
}

static void live_day(struct life *l) {
  int done;
  set_clock(l, (int64_t)l->day * 24 * HOUR);
  endure(l, below(l, 20) ? CALM : CRASH, 1 + below(l, 60), act_commands);
  if (below(l, 25) == 0) endure(l, CALM, 0, act_dropped_batch);
  if (below(l, 20) == 0) restart(l);
  if (below(l, 8) == 0) return; /* a day that is not run */
  done = !l->checker.quiet && below(l, 8) == 0 ? run_as_previewed(l) : run_to_the_end(l);
  if (below(l, 6) == 0) {
    set_clock(l, l->instant);
    l->transport = below(l, TRANSPORTS);
    endure(l, below(l, 4) ? CALM : CRASH, 1 + below(l, 100), act_send);
  }
  if (!done || l->checker.wrong[0]) return;
  checker_coverage(&l->checker, arc_collector_cadence(l->collector), l->day);
  if (below(l, 4) == 0) ask_why(l, l->day - below(l, 30)); /* now, and as it was then */
}

struct totals {
  uint64_t customer_days, planned, sent, offered_again, withheld, overdue, crashes, faults, unfinished, previews, whys;
};

static void add_up(struct totals *t, const struct life *l) {
  t->customer_days += (uint64_t)CUSTOMERS * (uint64_t)(l->day - START);
  t->planned += l->checker.planned;
  t->sent += l->checker.sent;
  t->offered_again += l->checker.offered_again;
  t->withheld += l->checker.withheld;
  t->overdue += l->checker.overdue;
  t->crashes += l->crashes;
  t->faults += l->faults;
  t->unfinished += l->unfinished;
  t->previews += l->previews;
  t->whys += l->whys;
}

static void begin_life(struct life *l, uint64_t number) {
  l->post = (arc_transport){sizeof l->post, 0, l, hand_over};
  l->seed = (number + 1) * 0x9e3779b97f4a7c15u;
  l->next_seq = 1;
  l->day = START;
  l->blocks.is.next = l->blocks.is.before = &l->blocks;
  checker_open(&l->checker, policies, POLICIES, number % 2 == 1);
  l->options = (arc_collector_options)ARC_COLLECTOR_OPTIONS_INIT;
  l->options.flags = (l->checker.quiet ? ARC_COLLECTOR_QUIET_HOURS : 0) | (number % 3 == 0 ? ARC_COLLECTOR_NO_MATCHING : 0) |
                     (number % 5 ? ARC_COLLECTOR_NO_RENDERING : 0);
  l->options.fallback_channel = number % 4 < 2 ? ARC_CHANNEL_LETTER : ARC_CHANNEL_NONE;
  l->options.transport = &l->post;
  l->hours[0] = 5;
  l->hours[1] = 30;
  l->options.retry_hours = l->hours;
  l->options.retry_count = 2;
  l->options.progress = progress;
  l->options.progress_user = l;
  start(l);
}

static int live(uint64_t number, struct totals *totals) {
  static struct life zero;
  struct life *l = malloc(sizeof *l);
  int failed;
  if (!l) abort();
  *l = zero;
  begin_life(l, number);
  for (int i = 0; i < CUSTOMERS; i++) post_customer(l, i);
  for (int i = 0; i < 3; i++) post_policy(l, i, (below(l, POLICIES) + i) % POLICIES);
  for (; l->day < START + DAYS && !l->checker.wrong[0]; l->day++) live_day(l);
  stop(l);
  failed = l->checker.wrong[0] != 0;
  if (failed) fprintf(stderr, "life %llu, day %d: %s\n", (unsigned long long)number, (int)(l->day - 1 - START), l->checker.wrong);
  add_up(totals, l);
  checker_close(&l->checker);
  free(l->stored);
  free(l->commits);
  free(l);
  return failed;
}

int main(int argc, char **argv) {
  uint64_t lives = 290, from = 0, failed = 0;
  struct totals t = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--lives") == 0) lives = strtoull(argv[i + 1], NULL, 10);
    if (strcmp(argv[i], "--from") == 0) from = strtoull(argv[i + 1], NULL, 10);
  }
  for (uint64_t n = from; n < from + lives && failed < 5; n++) failed += (uint64_t)live(n, &t);
  printf("%llu customer-days, %llu processes ended midway, %llu other faults, %llu days given up: %llu touches and %llu "
         "messages judged (%llu offered again after an end), %llu withheld with a reason, %llu overdue account-days "
         "certified, %llu previews equal, %llu days explained\n",
         (unsigned long long)t.customer_days, (unsigned long long)t.crashes, (unsigned long long)t.faults,
         (unsigned long long)t.unfinished, (unsigned long long)t.planned, (unsigned long long)t.sent,
         (unsigned long long)t.offered_again, (unsigned long long)t.withheld, (unsigned long long)t.overdue,
         (unsigned long long)t.previews, (unsigned long long)t.whys);
  if (lives >= 290 && (t.customer_days < 500000 || t.sent < 5000 || t.crashes < 1000 || t.offered_again < 50 ||
                       t.previews < 1000 || t.whys < 1000))
    return 1;
  return failed ? 1 : 0;
}
