/* Every state that a small book can come to: three invoices, three payments, and whatever can be said about them.
 *
 * usage: exhaustive [--depth N] [--money] [--replay N]
 *
 * From the same beginning each operation is said in each state, N deep; --money takes those that move money alone, so that
 * it gets deeper. Every answer must be the model's. Two ways that lead to the same facts lead to one state, whatever the
 * order; each state is looked at once: balances, open items, agings, promises and plans on each day of the scope are the
 * model's, nothing is settled or taken beyond its amount, and all sums recomputed from the rows are the ledger's own. What
 * was refused, and what was said and taken back, must leave the state's digest as it was. Of every N-th state the way to
 * it is said to a book of its own: its postings and statements are the model's, and replaying its journal, a snapshot
 * of it, or the journal dropped behind one give the same state. */
#include "checks.h"

#include "ledger_internal.h"
#include "../support/calls.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 10, DAY = SIM_FIRST_DAY };

static struct model models[DEPTH_MAX + 1];
static struct sim_call operations[160], path[DEPTH_MAX];
static int operation_count, depth_limit = 3, money_only, replay_every = 997, depth_now;
static unsigned long long transitions, recorded, repeated, refused, replayed, by_depth[DEPTH_MAX + 1];

void sim_die(const char *what, const char *detail) {
  fprintf(stderr, "exhaustive: %s: %s\nafter:\n", what, detail);
  for (int i = 0; i <= depth_now && i < depth_limit; i++) sim_print(stderr, &path[i]);
  exit(1);
}

/* ---- what can be said ---- */

static struct model_command *operation(int kind) {
  struct sim_call *call = &operations[operation_count++];
  struct model_command *c = &call->rows[0];
  memset(call, 0, sizeof *call);
  call->count = 1;
  c->kind = kind;
  c->parent = c->customer = c->invoice = c->credit = c->currency = -1;
  return c;
}

static void make_money(int invoice) {
  struct model_command *c;
  for (int payment = 0; payment < 3; payment++) {
    c = operation(MODEL_SAY_APPLICATION);
    c->key = -1;
    c->credit = payment;
    c->invoice = invoice;
    c->day = DAY + 40;
    c->amount = 30;
    c = operation(MODEL_SAY_UNAPPLICATION);
    c->credit = payment;
    c->invoice = invoice;
    c->day = DAY + 50;
  }
  c = operation(MODEL_SAY_WRITEOFF);
  c->key = invoice;
  c->invoice = invoice;
  c->day = DAY + 45;
  c->amount = 55;
  c = operation(MODEL_SAY_RECOVERY);
  c->key = invoice;
  c->invoice = invoice;
  c->day = DAY + 55;
  c->amount = 25;
}

static void make_payments(void) {
  struct model_command *c;
  for (int payment = 0; payment < 3; payment++) {
    c = operation(MODEL_SAY_REVERSAL);
    c->credit = payment;
    c->day = DAY + 60;
    c = operation(MODEL_SAY_REFUND);
    c->key = payment;
    c->credit = payment;
    c->day = DAY + 42;
    c->amount = 20;
  }
}

/* A second amount, dated back, with a discount, to one instalment; and what is charged for lateness. */
static void make_more_money(int invoice) {
  struct model_command *c;
  for (int payment = 0; payment < 3; payment++) {
    c = operation(MODEL_SAY_APPLICATION);
    c->key = payment * 3 + invoice;
    c->credit = payment;
    c->invoice = invoice;
    c->instalment = 1;
    c->day = DAY + 20;
    c->amount = 39;
    c->discount = 1;
  }
  c = operation(MODEL_SAY_CHARGE);
  c->key = 10 + invoice;
  c->invoice = invoice;
  c->charge = MODEL_FEE;
  c->day = DAY + 35;
  c->until = DAY + 45;
  c->from = c->to = ARC_DAY_NONE;
  c->amount = 40;
  c = operation(MODEL_SAY_WAIVER);
  c->key = invoice;
  c->invoice = 10 + invoice;
  c->day = DAY + 46;
  c->amount = 15;
}

static void make_exceptions(int invoice) {
  struct model_command *c = operation(MODEL_SAY_DISPUTE);
  c->key = c->invoice = invoice;
  c->day = DAY + 15;
  c->until = ARC_DAY_NONE;
  c->amount = 35;
  c = operation(MODEL_SAY_RESOLUTION);
  c->key = invoice;
  c->day = DAY + 44;
  c = operation(MODEL_SAY_PROMISE);
  c->key = c->invoice = invoice;
  c->day = DAY + 32;
  c->until = DAY + 41;
  c->grace = 2;
  c->amount = 30;
  c = operation(MODEL_SAY_HOLD);
  c->key = c->invoice = invoice;
  c->day = DAY + 16;
  c->until = ARC_DAY_NONE;
  c = operation(MODEL_SAY_RELEASE);
  c->key = invoice;
  c->day = DAY + 43;
  c = operation(MODEL_SAY_PLAN);
  c->key = c->invoice = invoice;
  c->day = DAY + 33;
  c->grace = 1;
  c->parts = 2;
  c->part_due[0] = DAY + 41;
  c->part_due[1] = DAY + 58;
  c->part_amount[0] = 40;
  c->part_amount[1] = 60;
  c = operation(MODEL_SAY_PLAN_END);
  c->key = invoice;
  c->day = DAY + 52;
  c = operation(MODEL_SAY_TOUCH);
  c->key = c->invoice = invoice;
  c->instalment = 1;
  c->customer = invoice == 2;
  c->day = DAY + 36;
  c->channel = 1;
  c->parts = 1;
  c->part_invoice[0] = invoice;
  c->part_instalment[0] = 1;
  c->part_amount[0] = 30;
  c = operation(MODEL_SAY_OUTCOME);
  c->key = invoice;
  c->day = DAY + 36;
  c->status = 1;
}

static void make_rest(void) {
  struct model_command *c = operation(MODEL_SAY_CREDIT_NOTE);
  c->key = 0;
  c->customer = 0;
  c->invoice = 0;
  c->day = DAY + 25;
  c->amount = 45;
  c = operation(MODEL_SAY_APPLICATION);
  c->key = -1;
  c->credit_kind = MODEL_CREDIT_NOTE;
  c->credit = 0;
  c->invoice = 0;
  c->day = DAY + 47;
  c->amount = 45;
  c = operation(MODEL_SAY_UNAPPLICATION);
  c->credit_kind = MODEL_CREDIT_NOTE;
  c->credit = 0;
  c->invoice = 0;
  c->day = DAY + 50;
  c = operation(MODEL_SAY_NOTE);
  c->key = 0;
  c->customer = 0;
  c->day = DAY + 30;
  c = operation(MODEL_SAY_PERIOD_CLOSE);
  c->day = DAY + 41;
  c = operation(MODEL_SAY_DAY_RUN);
  c->day = DAY + 40;
}

/* Two customers; the second's invoice is the third; the third payment is of nobody known. */
static int make_beginning(struct sim_call calls[8]) {
  int count = 0, operations_before = operation_count;
  struct model_command *c;
  for (int customer = 0; customer < 2; customer++) {
    c = operation(MODEL_SAY_CUSTOMER);
    c->key = customer;
    c->parent = customer - 1;
    c->terms = 30;
  }
  for (int invoice = 0; invoice < 3; invoice++) {
    c = operation(MODEL_SAY_INVOICE);
    c->key = invoice;
    c->customer = invoice == 2;
    c->day = DAY + invoice;
    c->until = DAY + 30 + invoice;
    c->amount = 100;
    if (invoice != 1) continue;
    c->until = ARC_DAY_NONE;
    c->parts = 2;
    c->part_due[0] = DAY + 31;
    c->part_due[1] = DAY + 61;
    c->part_amount[0] = 40;
    c->part_amount[1] = 60;
  }
  for (int payment = 0; payment < 3; payment++) {
    c = operation(MODEL_SAY_PAYMENT);
    c->key = payment;
    c->customer = payment == 2 ? -1 : payment;
    c->day = DAY + 10 + payment;
    c->amount = 60 + 20 * payment;
  }
  for (int i = operations_before; i < operation_count; i++) calls[count++] = operations[i];
  operation_count = operations_before;
  return count;
}

/* ---- states seen: facts in any order are one state ---- */

struct mark {
  uint64_t a, b;
  int depth; /* at which it was reached; 0: free */
};
static struct mark *marks;
static size_t mark_capacity, mark_count;

static void stir(uint64_t h[2], int64_t value) {
  h[0] = (h[0] ^ (uint64_t)value) * UINT64_C(0x9e3779b97f4a7c15);
  h[0] ^= h[0] >> 29;
  h[1] = (h[1] + (uint64_t)value) * UINT64_C(0xd6e8feb86659fd93);
  h[1] ^= h[1] >> 32;
}

static void stir_bytes(uint64_t h[2], const void *bytes, size_t size) {
  const unsigned char *at = bytes;
  for (size_t i = 0; i < size; i++) stir(h, at[i]);
}

static void add_fact(uint64_t sum[2], uint64_t h[2]) {
  stir(h, 77);
  stir(h, 1);
  sum[0] += h[0];
  sum[1] += h[1];
}

static int invoice_key(const struct model *m, int i) {
  return i < 0 ? -1 : m->invoices[i].key;
}

static int credit_key(const struct model *m, int c) {
  return c < 0 ? -1 : m->credits[c].key * 2 + m->credits[c].kind;
}

static void facts_of(const struct model *m, uint64_t sum[2]) {
  sum[0] = sum[1] = 0;
  for (int i = 0; i < m->invoice_count; i++) {
    uint64_t h[2] = {1, 2};
    stir(h, m->invoices[i].key);
    stir(h, m->invoices[i].amount);
    stir(h, m->invoices[i].charge);
    add_fact(sum, h);
  }
  for (int c = 0; c < m->credit_count; c++) {
    uint64_t h[2] = {3, 4};
    stir(h, credit_key(m, c));
    stir(h, m->credits[c].customer);
    stir(h, m->credits[c].known_from);
    stir(h, m->credits[c].reversed);
    add_fact(sum, h);
  }
  for (int i = 0; i < m->entry_count; i++) {
    const struct model_entry *e = &m->entries[i];
    uint64_t h[2] = {5, 6};
    int of = e->instalment < 0 ? -1 : m->instalments[e->instalment].invoice;
    stir(h, e->kind);
    stir(h, invoice_key(m, of));
    stir(h, of < 0 ? 0 : e->instalment - m->invoices[of].first);
    stir(h, credit_key(m, e->credit));
    stir(h, e->day);
    stir(h, e->undone);
    stir(h, e->amount);
    stir(h, e->discount);
    stir(h, e->tolerance);
    add_fact(sum, h);
  }
  for (int i = 0; i < m->said_count; i++) {
    const struct model_said *s = &m->said[i];
    uint64_t h[2] = {7, 8};
    stir(h, s->kind);
    stir(h, s->key);
    stir(h, credit_key(m, s->kind == MODEL_SAY_WRITEOFF || s->kind == MODEL_SAY_WAIVER || s->kind == MODEL_SAY_RECOVERY
                              ? -1
                              : s->credit));
    stir(h, s->kind == MODEL_SAY_REFUND ? -1 : invoice_key(m, s->invoice));
    stir(h, s->instalment);
    stir(h, s->day);
    stir(h, s->amount);
    stir(h, s->discount);
    add_fact(sum, h);
  }
  for (int i = 0; i < m->thing_count; i++) {
    uint64_t h[2] = {9, 10};
    stir_bytes(h, &m->things[i].said, sizeof m->things[i].said);
    stir(h, m->things[i].closed);
    stir(h, m->things[i].status);
    add_fact(sum, h);
  }
  stir(sum, m->day_run);
  stir(sum, m->closed);
}

static struct mark *find_mark(uint64_t a, uint64_t b) {
  size_t at = (size_t)a & (mark_capacity - 1);
  while (marks[at].depth && (marks[at].a != a || marks[at].b != b)) at = (at + 1) & (mark_capacity - 1);
  return &marks[at];
}

static void grow_marks(void) {
  struct mark *old = marks;
  size_t capacity = mark_capacity;
  mark_capacity = capacity ? 2 * capacity : 1 << 16;
  marks = calloc(mark_capacity, sizeof *marks);
  if (!marks) sim_die("out of memory", "");
  for (size_t i = 0; i < capacity; i++)
    if (old[i].depth) *find_mark(old[i].a, old[i].b) = old[i];
  free(old);
}

/* 2: new; 1: reached before, but deeper, so that more can come after it now; 0: nothing new. */
static int visit(const struct model *m, int depth) {
  uint64_t sum[2];
  struct mark *mark;
  if (2 * mark_count >= mark_capacity) grow_marks();
  facts_of(m, sum);
  mark = find_mark(sum[0], sum[1]);
  if (mark->depth && mark->depth <= depth + 1) return 0;
  int is_new = !mark->depth;
  mark->a = sum[0];
  mark->b = sum[1];
  mark->depth = depth + 1;
  mark_count += (size_t)is_new;
  return 1 + is_new;
}

/* ---- looking at a state ---- */

static const arc_day days[] = {DAY + 30, DAY + 43, DAY + 70};

/* Nothing below zero or beyond what it began with, on any day. */
static void check_bounds(const struct model *m) {
  static int64_t open[MODEL_INVOICES * MODEL_PARTS], left[MODEL_CREDITS];
  for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
    model_open(m, days[d], open, left);
    for (int i = 0; i < m->instalment_count; i++)
      if (open[i] < 0 || open[i] > m->instalments[i].amount) sim_die("an instalment is settled beyond its amount", "");
    for (int c = 0; c < m->credit_count; c++)
      if (left[c] < 0 || left[c] > m->credits[c].amount) sim_die("a credit is used beyond its amount", "");
  }
}

static void look(arc_ledger *ledger, const struct model *m) {
  struct book book = {ledger, m};
  arc_error err = ARC_ERROR_INIT;
  check_bounds(m);
  for (size_t d = 0; d < sizeof days / sizeof *days; d++) check_day(book, days[d]);
  sim_must(arc__state_check(ledger, &err), ARC_OK, "the sums recomputed", &err);
}

static arc_ledger *open_on(arc_storage *memory) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_storage storage = *memory;
  arc_ledger *ledger;
  arc_error err = ARC_ERROR_INIT;
  storage.close = NULL;
  options.storage = &storage;
  memcpy(options.currency, "USD", 4);
  sim_must(arc_ledger_open(&ledger, &options, &err), ARC_OK, "opening", &err);
  return ledger;
}

static void must_say(arc_ledger *ledger, const struct sim_call *call) {
  arc_error err = ARC_ERROR_INIT;
  sim_must(sim_tell(ledger, call, &err), ARC_OK, "said again to another book", &err);
}

static void same_digest(const arc_ledger *ledger, const unsigned char *digest, const char *what) {
  unsigned char now[32];
  arc__tables_digest(arc__ledger_tables(ledger), now);
  if (memcmp(now, digest, sizeof now) != 0) sim_die("the state differs", what);
}

/* The way here in a book of its own, with every commit stored. */
static void replay(const unsigned char digest[32], const struct model *m, int depth) {
  struct sim_call beginning[8];
  int count = make_beginning(beginning);
  unsigned char now[32];
  arc_storage memory;
  arc_error err = ARC_ERROR_INIT;
  sim_must(call_memory(&memory, NULL, &err), ARC_OK, "a storage", &err);
  arc_ledger *ledger = open_on(&memory);
  for (int i = 0; i < count; i++) must_say(ledger, &beginning[i]);
  for (int i = 0; i < depth; i++) must_say(ledger, &path[i]);
  same_digest(ledger, digest, "in a book of its own");
  sim_must(arc_ledger_verify(ledger, &err), ARC_OK, "verify", &err);
  check_reports((struct book){ledger, m}, DAY + 43, (int)(replayed % 2));
  check_reports((struct book){ledger, m}, DAY + 90, 0);
  sim_must(arc_ledger_snapshot(ledger, &err), ARC_OK, "a snapshot", &err);
  arc_ledger_close(ledger);
  ledger = open_on(&memory);
  same_digest(ledger, digest, "opened from a snapshot");
  sim_must(arc_ledger_drop_journal(ledger, &err), ARC_OK, "dropping the journal", &err);
  arc__tables_digest(arc__ledger_tables(ledger), now);
  arc_ledger_close(ledger);
  ledger = open_on(&memory);
  same_digest(ledger, now, "opened from what was brought forward");
  check_reports((struct book){ledger, m}, DAY + 43, (int)(replayed % 2));
  look(ledger, m);
  arc_ledger_close(ledger);
  memory.close(memory.user);
  replayed++;
}

/* ---- going on from it ---- */

static void explore(arc_ledger *ledger, int depth) {
  unsigned char digest[32];
  arc__savepoint here;
  int how = visit(&models[depth], depth);
  if (!how) return;
  depth_now = depth - 1;
  arc__tables_digest(arc__ledger_tables(ledger), digest);
  if (how == 2) {
    by_depth[depth]++;
    look(ledger, &models[depth]);
    if (mark_count % (size_t)replay_every == 0) replay(digest, &models[depth], depth);
  }
  if (depth == depth_limit) return;
  arc__ledger_savepoint(ledger, &here);
  for (int i = 0; i < operation_count; i++) {
    arc_error err = ARC_ERROR_INIT;
    path[depth] = operations[i];
    depth_now = depth;
    model_copy(&models[depth + 1], &models[depth]);
    int verdict = sim_judge(&models[depth + 1], &operations[i]);
    arc_status status = sim_tell(ledger, &operations[i], &err);
    transitions++;
    recorded += verdict == 0;
    repeated += verdict == 2;
    refused += verdict < 0;
    if (verdict < 0 ? status >= 0 : status != (verdict ? ARC_ALREADY : ARC_OK))
      sim_die(verdict < 0 ? "it should be refused" : arc_status_name(status), err.text);
    if (verdict != 0) continue;
    explore(ledger, depth + 1);
    arc__ledger_back_to(ledger, &here);
  }
  same_digest(ledger, digest, "after all was said and taken back");
}

int main(int argc, char **argv) {
  struct sim_call beginning[8];
  arc_storage memory;
  arc_error err = ARC_ERROR_INIT;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--money") == 0) money_only = 1;
    else if (strcmp(argv[i], "--depth") == 0 && i + 1 < argc) depth_limit = atoi(argv[++i]);
    else if (strcmp(argv[i], "--replay") == 0 && i + 1 < argc) replay_every = atoi(argv[++i]);
    else return fprintf(stderr, "usage: exhaustive [--depth N] [--money] [--replay N]\n"), 2;
  }
  if (depth_limit < 1 || depth_limit > DEPTH_MAX || replay_every < 1) return 2;
  int count = make_beginning(beginning);
  for (int invoice = 0; invoice < 3; invoice++) make_money(invoice);
  make_payments();
  for (int invoice = 0; invoice < 3 && !money_only; invoice++) {
    make_more_money(invoice);
    make_exceptions(invoice);
  }
  if (!money_only) make_rest();
  sim_must(call_memory(&memory, NULL, &err), ARC_OK, "a storage", &err);
  arc_ledger *ledger = open_on(&memory);
  model_init(&models[0]);
  for (int i = 0; i < count; i++) {
    if (sim_judge(&models[0], &beginning[i]) != 0) sim_die("the beginning", "");
    must_say(ledger, &beginning[i]);
  }
  sim_must(arc_batch_begin(ledger, &err), ARC_OK, "a batch", &err);
  explore(ledger, 0);
  arc_batch_abort(ledger);
  arc_ledger_close(ledger);
  memory.close(memory.user);
  printf("%zu states of 3 invoices and 3 payments, %d operations to depth %d (", mark_count, operation_count, depth_limit);
  for (int d = 0; d <= depth_limit; d++) printf("%s%llu", d ? ", " : "", by_depth[d]);
  printf(" first met at each): %llu answers as the model's (%llu recorded, %llu already, %llu refused), %llu ways said "
         "again and replayed; 0 violations\n",
         transitions, recorded, repeated, refused, replayed);
  free(marks);
  return 0;
}
