/* Random lives of a book against the model: every verdict, every balance, every day.
 *
 * usage: test_model [--seeds N] [--steps M] [--seed S]      ARC_MODEL_SEED=S is --seed S: that one alone
 *
 * A life is made of commands of every kind, often wrong on purpose, said again, dated back or ahead, alone or
 * several in a call, in batches that are committed, handed out as bytes or aborted, with snapshots and
 * reopenings. On failure it prints the seed and the step. */
#include "ledger_internal.h"
#include "model.h"

#include "arcollect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const arc_day BASE = 20454; /* 2026-01-01 */

struct life {
  uint64_t seed, state;
  int step;
  arc_storage storage;
  arc_ledger *ledger;
  struct model *model, *before; /* before: of the batch that is open */
  int in_batch;
  struct model_command *history;
  int said;
  uint64_t recorded[MODEL_KINDS], repeated[MODEL_KINDS], refused[MODEL_KINDS];
};

static void die(const struct life *l, const char *what, const char *detail) {
  fprintf(stderr, "seed %llu, step %d: %s: %s\n", (unsigned long long)l->seed, l->step, what, detail);
  exit(1);
}

static void must(const struct life *l, arc_status status, arc_status expected, const char *what, const arc_error *err) {
  if (status == expected) return;
  fprintf(stderr, "%s instead of %s\n", arc_status_name(status), arc_status_name(expected));
  die(l, what, status < 0 && err ? err->text : "");
}

static void equal(const struct life *l, int64_t got, int64_t wanted, const char *what, const char *of) {
  if (got == wanted) return;
  fprintf(stderr, "%lld, the model says %lld\n", (long long)got, (long long)wanted);
  die(l, what, of);
}

/* xorshift64*, the same numbers everywhere */
static uint64_t next_number(struct life *l) {
  l->state ^= l->state >> 12, l->state ^= l->state << 25, l->state ^= l->state >> 27;
  return l->state * UINT64_C(2685821657736338717);
}

static int below(struct life *l, int limit) {
  return (int)(next_number(l) >> 33) % limit;
}

static int one_in(struct life *l, int n) {
  return below(l, n) == 0;
}

/* ---- from a command to the library ---- */

static const char *const codes[] = {"USD", "EUR", "JPY", "ZZZ"};

/* Texts of a row live as long as its slot. */
struct texts {
  char text[8][24];
  int used;
  arc_instalment parts[MODEL_PARTS];
  arc_touch_item items[MODEL_ITEMS];
};

static arc_text key_text(struct texts *t, char prefix, int key) {
  arc_text text = {"", 0};
  if (key < 0) return text;
  char *at = t->text[t->used++];
  text.size = (size_t)snprintf(at, sizeof t->text[0], "%c%d", prefix, key);
  text.data = at;
  return text;
}

static void currency_code(char code[4], int currency) {
  memset(code, 0, 4);
  if (currency >= 0) memcpy(code, codes[currency], 3);
}

#define FILL(lower, type)                                                                          \
  static void fill_##lower(type *r, struct texts *t, const struct model_command *c)

FILL(customers, arc_customer) {
  r->options = c->replace ? ARC_REPLACE : 0;
  r->key = key_text(t, 'C', c->key);
  r->name = key_text(t, 'n', c->key);
  r->parent = key_text(t, 'C', c->parent);
  currency_code(r->currency, c->currency);
  r->flags = (uint32_t)c->flags;
  r->terms_days = c->terms;
}

FILL(contacts, arc_contact) {
  r->options = c->replace ? ARC_REPLACE : 0;
  r->key = key_text(t, 'k', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->role = c->role;
}

FILL(invoices, arc_invoice) {
  r->key = key_text(t, 'I', c->key);
  r->customer = key_text(t, 'C', c->customer);
  if (c->flags) r->po_number = key_text(t, 'p', c->flags);
  currency_code(r->currency, c->currency);
  r->issued = c->day;
  r->due = c->until;
  r->amount = c->amount;
  r->instalment_count = (uint32_t)c->parts;
  r->instalments = t->parts;
  for (int i = 0; i < c->parts; i++) {
    t->parts[i].struct_size = sizeof t->parts[i];
    t->parts[i].due = c->part_due[i];
    t->parts[i].amount = c->part_amount[i];
  }
}

FILL(credit_notes, arc_credit_note) {
  r->key = key_text(t, 'P', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->invoice = key_text(t, 'I', c->invoice);
  currency_code(r->currency, c->currency);
  r->issued = c->day;
  r->amount = c->amount;
}

FILL(payments, arc_payment) {
  r->key = key_text(t, 'P', c->key);
  r->customer = key_text(t, 'C', c->customer);
  currency_code(r->currency, c->currency);
  r->received = c->day;
  r->value_day = ARC_DAY_NONE;
  r->amount = c->amount;
}

FILL(applications, arc_application) {
  r->key = key_text(t, 'A', c->key);
  r->credit = key_text(t, 'P', c->credit);
  r->invoice = key_text(t, 'I', c->invoice);
  r->credit_kind = c->credit_kind == MODEL_PAYMENT ? ARC_CREDIT_PAYMENT : ARC_CREDIT_CREDIT_NOTE;
  r->instalment = (uint32_t)c->instalment;
  r->day = c->day;
  r->amount = c->amount;
  r->discount = c->discount;
  r->tolerance = c->tolerance;
}

FILL(unapplications, arc_unapplication) {
  r->credit = key_text(t, 'P', c->credit);
  r->invoice = key_text(t, 'I', c->invoice);
  r->credit_kind = c->credit_kind == MODEL_PAYMENT ? ARC_CREDIT_PAYMENT : ARC_CREDIT_CREDIT_NOTE;
  r->day = c->day;
}

FILL(reversals, arc_reversal) {
  r->payment = key_text(t, 'P', c->credit);
  r->day = c->day;
}

FILL(writeoffs, arc_writeoff) {
  r->key = key_text(t, 'W', c->key);
  r->invoice = key_text(t, 'I', c->invoice);
  r->day = c->day;
  r->amount = c->amount;
}

FILL(disputes, arc_dispute) {
  r->key = key_text(t, 'D', c->key);
  r->invoice = key_text(t, 'I', c->invoice);
  r->opened = c->day;
  r->amount = c->amount;
}

FILL(dispute_resolutions, arc_dispute_resolution) {
  r->dispute = key_text(t, 'D', c->key);
  r->day = c->day;
}

FILL(promises, arc_promise) {
  r->key = key_text(t, 'M', c->key);
  r->invoice = key_text(t, 'I', c->invoice);
  r->made = c->day;
  r->pay_by = c->until;
  r->grace_days = (uint32_t)c->grace;
  r->amount = c->amount;
}

FILL(holds, arc_hold) {
  r->key = key_text(t, 'H', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->invoice = key_text(t, 'I', c->invoice);
  r->from = c->day;
  r->until = c->until;
  r->channel = c->channel;
}

FILL(hold_releases, arc_hold_release) {
  r->hold = key_text(t, 'H', c->key);
  r->day = c->day;
}

FILL(touches, arc_touch) {
  r->key = key_text(t, 'T', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->anchor = key_text(t, 'I', c->invoice);
  r->anchor_instalment = (uint32_t)c->instalment;
  r->reason = key_text(t, 'r', c->key);
  currency_code(r->currency, c->currency);
  r->day = c->day;
  r->channel = c->channel;
  r->status = c->status;
  r->item_count = (uint32_t)c->parts;
  r->items = t->items;
  for (int i = 0; i < c->parts; i++) {
    t->items[i].struct_size = sizeof t->items[i];
    t->items[i].invoice = key_text(t, 'I', c->part_invoice[i]);
    t->items[i].instalment = (uint32_t)c->part_instalment[i];
    t->items[i].amount = c->part_amount[i];
  }
}

FILL(touch_outcomes, arc_touch_outcome) {
  r->touch = key_text(t, 'T', c->key);
  r->day = c->day;
  r->status = c->status;
}

FILL(notes, arc_note) {
  r->key = key_text(t, 'N', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->invoice = key_text(t, 'I', c->invoice);
  r->text = key_text(t, 't', c->text);
  r->day = c->day;
}

FILL(policies, arc_policy) {
  r->name = key_text(t, 'Y', c->key);
  r->text = key_text(t, 't', c->text);
  r->day = c->day;
}

enum { ROWS = 3 };

#define POST(lower, type)                                                                          \
  do {                                                                                             \
    type rows[ROWS];                                                                               \
    memset(rows, 0, sizeof rows);                                                                  \
    for (int i = 0; i < count; i++) {                                                              \
      rows[i].struct_size = sizeof rows[i];                                                        \
      fill_##lower(&rows[i], &texts[i], &c[i]);                                                    \
    }                                                                                              \
    return arc_ledger_post_##lower(l->ledger, rows, (size_t)count, err);                           \
  } while (0)

static arc_status say(struct life *l, const struct model_command *c, int count, arc_error *err) {
  struct texts texts[ROWS];
  memset(texts, 0, sizeof texts);
  switch (c->kind) {
  case MODEL_SAY_CUSTOMER: POST(customers, arc_customer);
  case MODEL_SAY_CONTACT: POST(contacts, arc_contact);
  case MODEL_SAY_INVOICE: POST(invoices, arc_invoice);
  case MODEL_SAY_CREDIT_NOTE: POST(credit_notes, arc_credit_note);
  case MODEL_SAY_PAYMENT: POST(payments, arc_payment);
  case MODEL_SAY_APPLICATION: POST(applications, arc_application);
  case MODEL_SAY_UNAPPLICATION: POST(unapplications, arc_unapplication);
  case MODEL_SAY_REVERSAL: POST(reversals, arc_reversal);
  case MODEL_SAY_WRITEOFF: POST(writeoffs, arc_writeoff);
  case MODEL_SAY_DISPUTE: POST(disputes, arc_dispute);
  case MODEL_SAY_RESOLUTION: POST(dispute_resolutions, arc_dispute_resolution);
  case MODEL_SAY_PROMISE: POST(promises, arc_promise);
  case MODEL_SAY_HOLD: POST(holds, arc_hold);
  case MODEL_SAY_RELEASE: POST(hold_releases, arc_hold_release);
  case MODEL_SAY_TOUCH: POST(touches, arc_touch);
  case MODEL_SAY_OUTCOME: POST(touch_outcomes, arc_touch_outcome);
  case MODEL_SAY_NOTE: POST(notes, arc_note);
  case MODEL_SAY_POLICY: POST(policies, arc_policy);
  case MODEL_SAY_DAY_RUN: return arc_ledger_post_day_run(l->ledger, c->day, err);
  case MODEL_SAY_MATCHING: return arc_ledger_post_matching(l->ledger, c->day, err);
  default: return arc_ledger_post_planning(l->ledger, c->day, err);
  }
}

/* ---- making commands up ---- */

/* A key of a kind that has `count` so far: mostly one that is there, now and then one that is not. */
static int old_key(struct life *l, int count) {
  if (one_in(l, 40)) return one_in(l, 2) ? -1 : count + below(l, 5);
  return count ? below(l, count) : 0;
}

static int new_key(struct life *l, int count, int most) {
  if (one_in(l, 60)) return -1;
  return count && (count >= most || one_in(l, 8)) ? below(l, count) : count;
}

static arc_day some_day(struct life *l) {
  arc_day now = BASE + l->step / 4;
  if (one_in(l, 150)) return one_in(l, 2) ? ARC_DAY_NONE : ARC_DAY_LAST + 1;
  if (one_in(l, 3)) return now;
  return now - below(l, 60) + below(l, 25);
}

static int64_t some_amount(struct life *l) {
  if (one_in(l, 100)) return -below(l, 3);
  if (one_in(l, 200)) return INT64_C(1000000000000) + below(l, 1000);
  return 1 + below(l, one_in(l, 2) ? 50 : 2000);
}

static int some_currency(struct life *l) {
  if (one_in(l, 80)) return MODEL_NO_CURRENCY;
  return one_in(l, 2) ? -1 : below(l, MODEL_CURRENCIES);
}

/* Keys count per kind from 0 on, so their number is the next key. */
static int things(const struct life *l, int kind) {
  int count = 0;
  for (int i = 0; i < l->model->thing_count; i++) count += l->model->things[i].said.kind == kind;
  return count;
}

static int invoice_key(struct life *l) {
  const struct model *m = l->model;
  /* Recent ones more often: they are still open. */
  if (m->invoice_count > 20 && !one_in(l, 4)) return m->invoice_count - 1 - below(l, 20);
  return old_key(l, m->invoice_count);
}

static int credits_of(const struct model *m, int kind) {
  int count = 0;
  for (int i = 0; i < m->credit_count; i++) count += m->credits[i].kind == kind;
  return count;
}

static int credit_key(struct life *l, int kind) {
  int count = credits_of(l->model, kind);
  if (count > 10 && !one_in(l, 4)) return count - 1 - below(l, 10);
  return old_key(l, count);
}

static void make_invoice(struct life *l, struct model_command *c) {
  const struct model *m = l->model;
  c->key = new_key(l, m->invoice_count, MODEL_INVOICES - 8);
  c->customer = old_key(l, m->customer_count);
  c->currency = some_currency(l);
  c->day = some_day(l);
  c->flags = one_in(l, 5);
  c->amount = some_amount(l);
  c->until = one_in(l, 4) || c->day < BASE - 1000 || c->day > ARC_DAY_LAST ? ARC_DAY_NONE : c->day + below(l, 50) - 2;
  if (!one_in(l, 3)) return;
  c->parts = 1 + below(l, MODEL_PARTS);
  c->amount = 0;
  for (int i = 0; i < c->parts; i++) {
    c->part_due[i] = BASE + l->step / 4 + i * 20 + below(l, 10) - (one_in(l, 60) ? 90 : 0);
    c->part_amount[i] = some_amount(l);
    c->amount += c->part_amount[i];
  }
  if (one_in(l, 30)) c->amount++;
}

static void make_credit(struct life *l, struct model_command *c) {
  int kind = c->kind == MODEL_SAY_PAYMENT ? MODEL_PAYMENT : MODEL_CREDIT_NOTE;
  c->key = new_key(l, credits_of(l->model, kind), MODEL_CREDITS / 2 - 8);
  c->customer = kind == MODEL_PAYMENT && one_in(l, 4) ? -1 : old_key(l, l->model->customer_count);
  c->invoice = kind == MODEL_CREDIT_NOTE && one_in(l, 3) ? invoice_key(l) : -1;
  c->currency = some_currency(l);
  c->day = some_day(l);
  c->amount = some_amount(l) * (one_in(l, 3) ? 3 : 1);
}

static int64_t open_of_invoice(const struct model *m, const int64_t *open, int invoice, int instalment) {
  int64_t all = 0;
  for (int i = 0; i < m->invoices[invoice].parts; i++)
    if (!instalment || instalment == i + 1) all += open[m->invoices[invoice].first + i];
  return all;
}

/* Often what would fit: a credit that has something left, an invoice of its customer and currency, and the whole
 * rest of one of the two. By chance alone nearly all would be refused. */
static void make_application(struct life *l, struct model_command *c) {
  const struct model *m = l->model;
  static int64_t open[MODEL_INVOICES * MODEL_PARTS], left[MODEL_CREDITS];
  int credit = -1, invoice = -1;
  int64_t all;
  c->key = one_in(l, 3) ? below(l, 500) : -1;
  c->credit_kind = below(l, 2);
  c->credit = credit_key(l, c->credit_kind);
  c->invoice = invoice_key(l);
  c->instalment = one_in(l, 6) ? below(l, MODEL_PARTS + 1) : 0;
  c->day = some_day(l);
  c->amount = some_amount(l);
  if (one_in(l, 5)) c->discount = below(l, 20);
  if (one_in(l, 6)) c->tolerance = below(l, 3);
  model_open(m, ARC_DAY_LAST, open, left);
  for (int tries = 0; tries < 8; tries++) {
    credit = model_find_credit(m, c->credit_kind, c->credit);
    if (credit >= 0 && left[credit] > 0) break;
    c->credit = credit_key(l, c->credit_kind);
  }
  for (int tries = 0; tries < 40 && credit >= 0; tries++) {
    invoice = model_find_invoice(m, c->invoice);
    if (invoice >= 0 && m->credits[credit].currency == m->invoices[invoice].currency &&
        open_of_invoice(m, open, invoice, c->instalment) > 0 &&
        (m->credits[credit].customer < 0 || m->credits[credit].customer == m->invoices[invoice].customer || one_in(l, 9)))
      break;
    c->invoice = invoice_key(l);
  }
  credit = model_find_credit(m, c->credit_kind, c->credit);
  invoice = model_find_invoice(m, c->invoice);
  if (credit < 0 || invoice < 0) return;
  if (c->day < m->credits[credit].day && !one_in(l, 8)) c->day = m->credits[credit].day + below(l, 9);
  if (c->day < m->credits[credit].known_from && !one_in(l, 8)) c->day = m->credits[credit].known_from + below(l, 9);
  if (c->day < m->invoices[invoice].issued && !one_in(l, 8)) c->day = m->invoices[invoice].issued + below(l, 9);
  if (one_in(l, 6)) return;
  all = open_of_invoice(m, open, invoice, c->instalment);
  c->amount = all < left[credit] ? all : left[credit];
  if (one_in(l, 3) && c->amount > 1) c->amount = 1 + c->amount / 2;
  if (one_in(l, 3)) c->discount = c->tolerance = 0;
  if (c->discount + c->tolerance < c->amount) c->amount -= c->discount + c->tolerance;
  if (one_in(l, 20)) c->amount++;
  if (one_in(l, 15)) c->amount = 0, c->discount = 1; /* a discount alone takes nothing from the credit */
}

static void make_exception(struct life *l, struct model_command *c) {
  c->key = new_key(l, things(l, c->kind), 200);
  c->invoice = invoice_key(l);
  c->day = some_day(l);
  c->until = ARC_DAY_NONE;
  if (c->kind == MODEL_SAY_HOLD) {
    if (one_in(l, 2)) c->customer = old_key(l, l->model->customer_count), c->invoice = one_in(l, 20) ? c->invoice : -1;
    if (one_in(l, 2)) c->until = some_day(l);
    c->channel = one_in(l, 2) ? 0 : below(l, 11);
    return;
  }
  c->amount = one_in(l, 3) ? 0 : some_amount(l);
  if (c->kind == MODEL_SAY_PROMISE) {
    c->until = one_in(l, 20) ? some_day(l) : BASE + l->step / 4 + below(l, 30);
    c->grace = one_in(l, 30) ? 367 : below(l, 5);
  }
}

static void make_touch(struct life *l, struct model_command *c) {
  const struct model *m = l->model;
  int invoice;
  c->key = new_key(l, things(l, c->kind), 300);
  c->invoice = invoice_key(l);
  c->instalment = one_in(l, 12) ? below(l, 6) : 1;
  invoice = model_find_invoice(m, c->invoice);
  c->customer = invoice < 0 || one_in(l, 12) ? old_key(l, m->customer_count) : m->customers[m->invoices[invoice].customer].key;
  c->currency = invoice < 0 || one_in(l, 12) ? some_currency(l) : m->invoices[invoice].currency;
  c->day = some_day(l);
  c->channel = one_in(l, 30) ? below(l, 12) - 1 : 1 + below(l, 9);
  c->status = one_in(l, 4) ? 5 : 0;
  c->parts = c->status == 0 ? 1 + one_in(l, 4) : one_in(l, 30);
  if (c->key < 0) c->status = 0;
  for (int i = 0; i < c->parts; i++) {
    c->part_invoice[i] = i ? invoice_key(l) : c->invoice;
    c->part_instalment[i] = 1 + below(l, 2);
    c->part_amount[i] = one_in(l, 4) ? some_amount(l) : 1 + below(l, 5);
  }
}

static void make(struct life *l, struct model_command *c) {
  /* How often each kind comes. */
  static const unsigned char often[MODEL_KINDS] = {6, 2, 24, 8, 20, 45, 9, 4, 6, 5, 3, 5, 4, 2, 8, 5, 3, 1, 2, 2, 2};
  int sum = 0, at;
  memset(c, 0, sizeof *c);
  for (int i = 0; i < MODEL_KINDS; i++) sum += often[i];
  at = below(l, sum);
  while (at >= often[c->kind]) at -= often[c->kind++];
  c->parent = c->customer = c->invoice = c->credit = c->currency = -1;
  switch (c->kind) {
  case MODEL_SAY_CUSTOMER:
    c->key = new_key(l, l->model->customer_count, 16);
    c->replace = one_in(l, 2);
    c->parent = one_in(l, 2) ? old_key(l, l->model->customer_count) : -1;
    c->currency = some_currency(l);
    c->flags = one_in(l, 3) ? below(l, 66) : 0;
    c->terms = one_in(l, 40) ? -1 : below(l, 40);
    break;
  case MODEL_SAY_CONTACT:
    c->key = new_key(l, things(l, c->kind), 30);
    c->replace = one_in(l, 2);
    c->customer = old_key(l, l->model->customer_count);
    c->role = below(l, 5) - one_in(l, 20);
    break;
  case MODEL_SAY_INVOICE: make_invoice(l, c); break;
  case MODEL_SAY_CREDIT_NOTE:
  case MODEL_SAY_PAYMENT: make_credit(l, c); break;
  case MODEL_SAY_APPLICATION: make_application(l, c); break;
  case MODEL_SAY_UNAPPLICATION:
    make_application(l, c);
    if (l->model->entry_count && !one_in(l, 5)) { /* of something that is applied */
      const struct model_entry *e = &l->model->entries[below(l, l->model->entry_count)];
      if (e->credit >= 0) {
        c->credit = l->model->credits[e->credit].key;
        c->credit_kind = l->model->credits[e->credit].kind;
        c->invoice = l->model->invoices[l->model->instalments[e->instalment].invoice].key;
        if (!one_in(l, 4)) c->day = e->day + below(l, 30);
      }
    }
    c->key = c->instalment = 0;
    c->amount = c->discount = c->tolerance = 0;
    break;
  case MODEL_SAY_REVERSAL:
    c->credit = credit_key(l, MODEL_PAYMENT);
    c->day = one_in(l, 2) ? some_day(l) : BASE + l->step / 4 + 25;
    break;
  case MODEL_SAY_WRITEOFF:
    c->key = new_key(l, 100, 200) - (one_in(l, 2) ? below(l, 99) : 0);
    c->invoice = invoice_key(l);
    c->day = some_day(l);
    c->amount = some_amount(l);
    break;
  case MODEL_SAY_DISPUTE:
  case MODEL_SAY_PROMISE:
  case MODEL_SAY_HOLD: make_exception(l, c); break;
  case MODEL_SAY_RESOLUTION:
    c->key = old_key(l, things(l, MODEL_SAY_DISPUTE));
    c->day = some_day(l);
    break;
  case MODEL_SAY_RELEASE:
    c->key = old_key(l, things(l, MODEL_SAY_HOLD));
    c->day = some_day(l);
    break;
  case MODEL_SAY_TOUCH: make_touch(l, c); break;
  case MODEL_SAY_OUTCOME:
    c->key = old_key(l, things(l, MODEL_SAY_TOUCH));
    c->day = some_day(l);
    c->status = below(l, 7) - one_in(l, 30);
    break;
  case MODEL_SAY_NOTE:
    c->key = new_key(l, things(l, c->kind), 60);
    c->customer = old_key(l, l->model->customer_count);
    c->invoice = one_in(l, 2) ? -1 : invoice_key(l);
    c->text = below(l, 9);
    c->day = some_day(l);
    break;
  case MODEL_SAY_POLICY:
    c->key = below(l, 3);
    c->text = below(l, 3) - one_in(l, 20);
    c->day = some_day(l);
    break;
  default: c->day = one_in(l, 3) ? some_day(l) : BASE + l->step / 4; break;
  }
}

/* ---- saying it to both ---- */

static void digest(const struct life *l, unsigned char out[32]) {
  arc__tables_digest(arc__ledger_tables(l->ledger), out);
}

static void print_command(const struct model_command *c) {
  fprintf(stderr,
          "kind %d key %d%s customer %d parent %d invoice %d credit %d/%d instalment %d currency %d flags %d terms %d role %d "
          "channel %d status %d day %d until %d amount %lld discount %lld tolerance %lld parts %d\n",
          c->kind, c->key, c->replace ? " replace" : "", c->customer, c->parent, c->invoice, c->credit, c->credit_kind,
          c->instalment, c->currency, c->flags, c->terms, c->role, c->channel, c->status, c->day, c->until,
          (long long)c->amount, (long long)c->discount, (long long)c->tolerance, c->parts);
}

/* The model's verdict on rows of one call: all or none. */
static int model_rows(struct model *m, const struct model_command *c, int count) {
  struct model *undo = malloc(sizeof *undo);
  int verdict = 2;
  if (count > 1) memcpy(undo, m, sizeof *m);
  for (int i = 0; i < count && verdict >= 0; i++) {
    int one = model_say(m, &c[i]);
    if (one < 0) verdict = -1;
    else if (one == 0) verdict = 0;
  }
  if (verdict < 0 && count > 1) memcpy(m, undo, sizeof *m);
  free(undo);
  return verdict;
}

static void exchange(struct life *l) {
  struct model_command c[ROWS];
  unsigned char before[32], after[32];
  arc_error err = ARC_ERROR_INIT;
  int count = 1, verdict;
  arc_status status;
  if (l->said && one_in(l, 8)) c[0] = l->history[below(l, l->said)]; /* said before */
  else make(l, &c[0]);
  while (count < ROWS && c[0].kind < MODEL_SAY_DAY_RUN && one_in(l, 6)) {
    make(l, &c[count]);
    if (c[count].kind == c[0].kind) count++;
  }
  l->history[l->said++] = c[0];
  digest(l, before);
  status = say(l, c, count, &err);
  verdict = model_rows(l->model, c, count);
  if ((status == ARC_OK && verdict == 0) || (status == ARC_ALREADY && verdict == 2) || (status < 0 && verdict < 0)) {
    digest(l, after);
    if (status != ARC_OK && memcmp(before, after, 32) != 0) die(l, "a command that recorded nothing changed the book", err.text);
    if (status < 0 && (!err.text[0] || err.status != status || err.record >= (uint64_t)count)) die(l, "a bare error", err.text);
    if (status == ARC_OK) l->recorded[c[0].kind]++;
    else if (status == ARC_ALREADY) l->repeated[c[0].kind]++;
    else l->refused[c[0].kind]++;
    return;
  }
  for (int i = 0; i < count; i++) print_command(&c[i]);
  fprintf(stderr, "%s, the model says %d\n", arc_status_name(status), verdict);
  die(l, "another verdict", status < 0 ? err.text : "");
}

/* ---- looking at both ---- */

static size_t column(const struct life *l, const arc_report *report, const char *name) {
  for (size_t i = 0; i < arc_report_columns(report); i++)
    if (strcmp(arc_report_column_name(report, i), name) == 0) return i;
  die(l, "no column", name);
  return 0;
}

static arc_report *ask(const struct life *l, int32_t kind, const char *customer, arc_day day) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  query.report = kind;
  query.customer.data = customer;
  query.customer.size = strlen(customer);
  query.as_of = day;
  must(l, arc_ledger_report(&report, l->ledger, &query, &err), ARC_OK, "a report", &err);
  return report;
}

static int currency_of(const char *code) {
  for (int i = 0; i < MODEL_CURRENCIES; i++)
    if (strcmp(code, codes[i]) == 0) return i;
  return -1;
}

static int64_t open[MODEL_INVOICES * MODEL_PARTS], left[MODEL_CREDITS];

/* Per customer (the last: unknown payers) and currency. */
struct sums {
  int64_t open[MODEL_CUSTOMERS + 1][MODEL_CURRENCIES], left[MODEL_CUSTOMERS + 1][MODEL_CURRENCIES];
  int64_t buckets[MODEL_CUSTOMERS + 1][MODEL_CURRENCIES][5];
};

/* Fills `open` and `left`, too. */
static void add_up(const struct model *m, arc_day day, struct sums *s) {
  static const int ends[] = {0, 30, 60, 90};
  memset(s, 0, sizeof *s);
  model_open(m, day, open, left);
  for (int i = 0; i < m->instalment_count; i++) {
    const struct model_invoice *v = &m->invoices[m->instalments[i].invoice];
    int bucket = 0;
    while (bucket < 4 && day - m->instalments[i].due > ends[bucket]) bucket++;
    s->open[v->customer][v->currency] += open[i];
    s->buckets[v->customer][v->currency][bucket] += open[i];
  }
  for (int c = 0; c < m->credit_count; c++) {
    int owner = model_owner(&m->credits[c], day);
    s->left[owner < 0 ? MODEL_CUSTOMERS : owner][m->credits[c].currency] += left[c];
  }
}

static int customer_of(const struct life *l, const char *key) {
  int customer;
  if (!key[0]) return MODEL_CUSTOMERS;
  customer = model_find_customer(l->model, atoi(key + 1));
  if (customer < 0) die(l, "an unknown customer in a report", key);
  return customer;
}

static void check_balances(const struct life *l, arc_day day, const struct sums *s) {
  for (int i = 0; i < l->model->customer_count; i++)
    for (int k = 0; k < MODEL_CURRENCIES; k++) {
      char key[24];
      int64_t receivable, unapplied;
      arc_error err = ARC_ERROR_INIT;
      int size = snprintf(key, sizeof key, "C%d", l->model->customers[i].key);
      must(l, arc_ledger_balance(l->ledger, &receivable, &unapplied, key, (size_t)size, codes[k], day, &err), ARC_OK,
           "a balance", &err);
      equal(l, receivable, s->open[i][k], "receivable", key);
      equal(l, unapplied, s->left[i][k], "unapplied", key);
    }
}

static void check_open_items(const struct life *l, arc_day day) {
  const struct model *m = l->model;
  arc_report *report = ask(l, ARC_REPORT_OPEN_ITEMS, "", day);
  size_t rows = 0;
  for (int i = 0; i < m->instalment_count; i++) {
    char key[24];
    if (open[i] == 0) continue;
    if (rows >= arc_report_rows(report)) die(l, "an open item is missing", "");
    snprintf(key, sizeof key, "I%d", m->invoices[m->instalments[i].invoice].key);
    if (strcmp(arc_report_text(report, rows, 1, NULL), key) != 0) die(l, "another open item than", key);
    equal(l, arc_report_integer(report, rows, 3), i - m->invoices[m->instalments[i].invoice].first + 1, "instalment", key);
    equal(l, arc_report_integer(report, rows, 5), m->instalments[i].due, "due", key);
    equal(l, arc_report_integer(report, rows, 8), open[i], "open", key);
    equal(l, arc_report_integer(report, rows, 9), model_disputed(m, i, open, day), "disputed", key);
    rows++;
  }
  equal(l, (int64_t)arc_report_rows(report), (int64_t)rows, "open items", "");
  arc_report_free(report);
}

static void check_aging(const struct life *l, arc_day day, const struct sums *s) {
  arc_aging_options options = ARC_AGING_OPTIONS_INIT;
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  size_t rows = 0;
  options.as_of = day;
  must(l, arc_metrics_aging(&report, l->ledger, &options, &err), ARC_OK, "aging", &err);
  for (int i = 0; i <= MODEL_CUSTOMERS; i++)
    for (int k = 0; k < MODEL_CURRENCIES; k++) rows += s->open[i][k] || s->left[i][k];
  equal(l, (int64_t)arc_report_rows(report), (int64_t)rows, "rows of the aging", "");
  for (size_t row = 0; row < rows; row++) {
    const char *key = arc_report_text(report, row, 0, NULL);
    int i = customer_of(l, key), k = currency_of(arc_report_text(report, row, 1, NULL));
    for (size_t b = 0; b < 5; b++) equal(l, arc_report_integer(report, row, 2 + b), s->buckets[i][k][b], "bucket", key);
    equal(l, arc_report_integer(report, row, 7), s->left[i][k], "unapplied of the aging", key);
    equal(l, arc_report_integer(report, row, 8), s->open[i][k] - s->left[i][k], "balance of the aging", key);
  }
  arc_report_free(report);
}

static void check_promises(const struct life *l, arc_day day) {
  arc__view view;
  struct model *m = l->model;
  if (arc__view_open(&view, l->ledger, day, NULL) != ARC_OK) die(l, "no view", "");
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_thing *t = &m->things[i];
    char key[24];
    arc_text text = {key, 0};
    int64_t paid, wanted = model_promise_paid(m, t, day);
    int standing, expected;
    if (t->said.kind != MODEL_SAY_PROMISE) continue;
    text.size = (size_t)snprintf(key, sizeof key, "M%d", t->said.key);
    standing = arc__view_promise(&view, arc__index_find(view.tables, ARC__INDEX_EXCEPTION, text, ARC__EXCEPTION_PROMISE), &paid);
    expected = t->said.day > day                          ? ARC__PROMISE_NOT_YET
               : wanted >= t->said.amount                 ? ARC__PROMISE_KEPT
               : day <= t->said.until + t->said.grace     ? ARC__PROMISE_PENDING
               : wanted                                   ? ARC__PROMISE_PARTLY_KEPT
                                                          : ARC__PROMISE_BROKEN;
    equal(l, standing, expected, "a promise's standing", key);
    if (standing != ARC__PROMISE_NOT_YET) equal(l, paid, wanted, "paid towards a promise", key);
  }
  arc__view_close(&view);
}

static void check_day(const struct life *l, arc_day day) {
  struct sums s;
  add_up(l->model, day, &s);
  check_balances(l, day, &s);
  check_open_items(l, day);
  check_aging(l, day, &s);
  check_promises(l, day);
}

/* The postings up to a day: zero per currency, and per customer what the balances say. */
static void check_postings(const struct life *l, arc_day day) {
  static int64_t receivables[MODEL_CUSTOMERS + 1][MODEL_CURRENCIES], credits[MODEL_CUSTOMERS + 1][MODEL_CURRENCIES];
  int64_t all[MODEL_CURRENCIES] = {0};
  struct sums s;
  arc_report *report = ask(l, ARC_REPORT_POSTINGS, "", day);
  size_t account = column(l, report, "account"), amount = column(l, report, "amount"),
         currency = column(l, report, "currency"), customer = column(l, report, "customer");
  memset(receivables, 0, sizeof receivables);
  memset(credits, 0, sizeof credits);
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    const char *name = arc_report_text(report, row, account, NULL);
    int i = customer_of(l, arc_report_text(report, row, customer, NULL));
    int k = currency_of(arc_report_text(report, row, currency, NULL));
    int64_t posted = arc_report_integer(report, row, amount);
    all[k] += posted;
    if (strcmp(name, "receivables") == 0) receivables[i][k] += posted;
    if (strncmp(name, "unapplied", 9) == 0 || strcmp(name, "unidentified_cash") == 0) credits[i][k] -= posted;
  }
  arc_report_free(report);
  add_up(l->model, day, &s);
  for (int k = 0; k < MODEL_CURRENCIES; k++) {
    equal(l, all[k], 0, "the sum of postings", codes[k]);
    for (int i = 0; i <= MODEL_CUSTOMERS; i++) {
      equal(l, receivables[i][k], s.open[i][k], "receivables posted", codes[k]);
      equal(l, credits[i][k], s.left[i][k], "credits posted", codes[k]);
    }
  }
}

/* Each currency's closing balance is what is owed less what is not applied. */
static void check_statement(struct life *l, arc_day day) {
  struct sums s;
  int customer = below(l, l->model->customer_count);
  char key[24];
  arc_report *report;
  add_up(l->model, day, &s);
  snprintf(key, sizeof key, "C%d", l->model->customers[customer].key);
  report = ask(l, ARC_REPORT_STATEMENT, key, day);
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    int k = currency_of(arc_report_text(report, row, 4, NULL));
    if (strcmp(arc_report_text(report, row, 1, NULL), "closing balance") == 0)
      equal(l, arc_report_integer(report, row, 6), s.open[customer][k] - s.left[customer][k], "closing balance", key);
  }
  arc_report_free(report);
}

static arc_day random_day(struct life *l) {
  if (one_in(l, 20)) return one_in(l, 2) ? ARC_DAY_FIRST : ARC_DAY_LAST;
  return BASE - 70 + below(l, l->step / 4 + 120);
}

/* ---- a life ---- */

static void open_book(struct life *l) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_storage storage = l->storage;
  arc_error err = ARC_ERROR_INIT;
  storage.close = NULL;
  options.storage = &storage;
  options.book.data = "model";
  options.book.size = 5;
  options.hash_seed[0] = l->seed;
  memcpy(options.currency, "USD", 4);
  must(l, arc_ledger_open(&l->ledger, &options, &err), ARC_OK, "open", &err);
}

static void reopen(struct life *l) {
  unsigned char before[32], after[32];
  uint8_t head[32], again[32];
  digest(l, before);
  arc_ledger_head(l->ledger, head);
  arc_ledger_close(l->ledger);
  open_book(l);
  digest(l, after);
  arc_ledger_head(l->ledger, again);
  if (memcmp(before, after, 32) != 0 || memcmp(head, again, 32) != 0) die(l, "reopened", "another state");
}

static void end_batch(struct life *l) {
  arc_error err = ARC_ERROR_INIT;
  uint64_t first_seq;
  uint32_t count;
  const void *bytes;
  size_t size;
  arc_status status;
  l->in_batch = 0;
  switch (below(l, 3)) {
  case 0:
    status = arc_batch_commit(l->ledger, &err);
    if (status != ARC_ALREADY) must(l, status, ARC_OK, "commit", &err);
    return;
  case 1:
    status = arc_batch_bytes(l->ledger, &first_seq, &count, &bytes, &size, &err);
    if (status == ARC_ALREADY) {
      arc_batch_abort(l->ledger);
      return;
    }
    must(l, status, ARC_OK, "bytes", &err);
    if (l->storage.append(l->storage.user, first_seq, count, bytes, size) != ARC_OK) die(l, "append", "");
    arc_batch_publish(l->ledger);
    return;
  default:
    arc_batch_abort(l->ledger);
    memcpy(l->model, l->before, sizeof *l->model);
  }
}

static void maintain(struct life *l) {
  arc_error err = ARC_ERROR_INIT;
  if (l->in_batch) end_batch(l);
  must(l, arc_ledger_verify(l->ledger, &err), ARC_OK, "verify", &err);
  if (one_in(l, 2) && arc_ledger_next_sequence(l->ledger) > 1)
    must(l, arc_ledger_snapshot(l->ledger, &err), ARC_OK, "snapshot", &err);
  reopen(l);
  check_postings(l, ARC_DAY_LAST);
  check_postings(l, random_day(l));
}

static void live(struct life *l, uint64_t seed, int steps) {
  arc_error err = ARC_ERROR_INIT;
  l->seed = seed;
  l->state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
  l->said = l->in_batch = 0;
  memset(l->model, 0, sizeof *l->model);
  l->model->day_run = l->model->planned = l->model->matched = MODEL_NEVER;
  must(l, arc_storage_memory_new(&l->storage, NULL, &err), ARC_OK, "storage", &err);
  open_book(l);
  for (l->step = 0; l->step < steps; l->step++) {
    if (!l->in_batch && one_in(l, 20)) {
      must(l, arc_batch_begin(l->ledger, &err), ARC_OK, "begin", &err);
      memcpy(l->before, l->model, sizeof *l->model);
      l->in_batch = 1;
    }
    exchange(l);
    must(l, arc__state_check(l->ledger, &err), ARC_OK, "the balances", &err);
    for (int i = 0; i < 3; i++) check_day(l, random_day(l));
    check_day(l, ARC_DAY_LAST);
    if (l->model->customer_count) check_statement(l, random_day(l));
    if (l->in_batch && one_in(l, 5)) end_batch(l);
    if (l->step % 100 == 99) maintain(l);
  }
  maintain(l);
  arc_ledger_close(l->ledger);
  l->storage.close(l->storage.user);
}

/* What was tried, and that every kind had all three outcomes in a run of some length. */
static void report(const struct life *l, uint64_t seeds, int steps) {
  uint64_t recorded = 0, repeated = 0, refused = 0;
  for (int kind = 0; kind < MODEL_KINDS; kind++) {
    recorded += l->recorded[kind];
    repeated += l->repeated[kind];
    refused += l->refused[kind];
    if (getenv("ARC_MODEL_VERBOSE"))
      printf("kind %d: %llu recorded, %llu said again, %llu refused\n", kind, (unsigned long long)l->recorded[kind],
             (unsigned long long)l->repeated[kind], (unsigned long long)l->refused[kind]);
    if (seeds * (uint64_t)steps >= 10000 && (!l->recorded[kind] || !l->repeated[kind] || !l->refused[kind])) {
      fprintf(stderr, "kind %d never had one of the three outcomes\n", kind);
      exit(1);
    }
  }
  printf("%llu lives of %d steps: %llu calls recorded, %llu said again, %llu refused, all as the model says\n",
         (unsigned long long)seeds, steps, (unsigned long long)recorded, (unsigned long long)repeated,
         (unsigned long long)refused);
}

int main(int argc, char **argv) {
  const char *seed = getenv("ARC_MODEL_SEED");
  uint64_t from = 1, seeds = 20;
  int steps = 500;
  struct life l;
  memset(&l, 0, sizeof l);
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--seeds") == 0) seeds = strtoull(argv[i + 1], NULL, 10);
    else if (strcmp(argv[i], "--steps") == 0) steps = atoi(argv[i + 1]);
    else if (strcmp(argv[i], "--seed") == 0) seed = argv[i + 1];
    else return fprintf(stderr, "usage: test_model [--seeds N] [--steps M] [--seed S]\n"), 2;
  }
  if (steps < 1 || steps > 5000) return fprintf(stderr, "a life has 1 to 5000 steps\n"), 2;
  if (seed) from = strtoull(seed, NULL, 10), seeds = 1;
  l.model = malloc(sizeof *l.model);
  l.before = malloc(sizeof *l.before);
  l.history = malloc((size_t)steps * sizeof *l.history);
  if (!l.model || !l.before || !l.history) return 2;
  for (uint64_t s = from; s < from + seeds; s++) live(&l, s, steps);
  report(&l, seeds, steps);
  free(l.model);
  free(l.before);
  free(l.history);
  return 0;
}
