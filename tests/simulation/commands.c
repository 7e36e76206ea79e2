/* See commands.h. Keys count per kind from 0 on, so their number is the next key. */
#include "commands.h"

#include <string.h>

/* ---- chance ---- */

void chance_seed(struct chance *chance, uint64_t seed) {
  chance->state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

/* xorshift64* */
uint64_t chance_number(struct chance *chance) {
  chance->state ^= chance->state >> 12, chance->state ^= chance->state << 25,
      chance->state ^= chance->state >> 27;
  return chance->state * UINT64_C(2685821657736338717);
}

int chance_below(struct chance *chance, int limit) {
  return (int)(chance_number(chance) >> 33) % limit;
}

int chance_one_in(struct chance *chance, int n) {
  return chance_below(chance, n) == 0;
}

/* ---- what all kinds use ---- */

struct maker {
  struct chance *chance;
  const struct model *model;
  arc_day today;
  int on_purpose; /* the row is to be refused */
};

static int below(struct maker *mk, int limit) {
  return chance_below(mk->chance, limit);
}

static int one_in(struct maker *mk, int n) {
  return chance_one_in(mk->chance, n);
}

/* A key of a kind that has `count` so far: mostly one that is there, now and then one that is not.
 */
static int old_key(struct maker *mk, int count) {
  if (one_in(mk, 40)) return one_in(mk, 2) ? -1 : count + below(mk, 5);
  return count ? below(mk, count) : 0;
}

static int new_key(struct maker *mk, int count, int most) {
  if (one_in(mk, 60)) return -1;
  return count && (count >= most || one_in(mk, 8)) ? below(mk, count) : count;
}

static arc_day some_day(struct maker *mk) {
  arc_day now = mk->today;
  if (one_in(mk, 150)) return one_in(mk, 2) ? ARC_DAY_NONE : ARC_DAY_LAST + 1;
  if (one_in(mk, 3)) return now;
  return now - below(mk, 60) + below(mk, 25);
}

/* Where the answer changes: a day from which something may be, or the one before. */
static arc_day edge(struct maker *mk, arc_day from) {
  if (from == ARC_DAY_NONE) return mk->today;
  mk->on_purpose = one_in(mk, 3);
  return from - mk->on_purpose;
}

/* A day for money: mostly not before what it speaks of, and in an open period. */
static arc_day money_day(struct maker *mk, arc_day earliest) {
  arc_day day = some_day(mk), closed = mk->model->closed;
  if (one_in(mk, 12))
    return edge(mk, one_in(mk, 2) || closed == ARC_DAY_NONE ? earliest : closed + 1);
  if (day < earliest && !one_in(mk, 12)) day = earliest + below(mk, 9);
  if (day <= closed && !one_in(mk, 12)) day = closed + 1 + below(mk, 9);
  return day;
}

static int64_t some_amount(struct maker *mk) {
  if (one_in(mk, 100)) return -below(mk, 3);
  if (one_in(mk, 200)) return INT64_C(1000000000000) + below(mk, 1000);
  return 1 + below(mk, one_in(mk, 2) ? 50 : 2000);
}

static int some_currency(struct maker *mk) {
  if (one_in(mk, 80)) return MODEL_NO_CURRENCY;
  return one_in(mk, 2) ? -1 : below(mk, MODEL_CURRENCIES);
}

/* Keys count per kind from 0 on, so their number is the next key. */
static int things(const struct maker *mk, int kind) {
  int count = 0;
  for (int i = 0; i < mk->model->thing_count; i++)
    count += mk->model->things[i].said.kind == kind;
  return count;
}

/* The same of what is said of entries. */
static int sayings(const struct maker *mk, int kind) {
  int count = 0;
  for (int i = 0; i < mk->model->said_count; i++)
    count += mk->model->said[i].kind == kind;
  return count;
}

/* One of the latest entries: what was touched is touched again, on days before and after. */
static const struct model_entry *late_entry(struct maker *mk) {
  int count = mk->model->entry_count, late = count < 25 ? count : 25;
  return count ? &mk->model->entries[count - 1 - below(mk, late)] : NULL;
}

static int invoice_key(struct maker *mk) {
  const struct model *m = mk->model;
  const struct model_entry *e = one_in(mk, 3) ? late_entry(mk) : NULL;
  if (e && e->instalment >= 0) return m->invoices[m->instalments[e->instalment].invoice].key;
  /* Recent ones more often: they are still open. */
  if (m->invoice_count > 20 && !one_in(mk, 4)) return m->invoice_count - 1 - below(mk, 20);
  return old_key(mk, m->invoice_count);
}

static int credits_of(const struct model *m, int kind) {
  int count = 0;
  for (int i = 0; i < m->credit_count; i++)
    count += m->credits[i].kind == kind;
  return count;
}

static int credit_key(struct maker *mk, int kind) {
  int count = credits_of(mk->model, kind);
  const struct model_entry *e = one_in(mk, 4) ? late_entry(mk) : NULL;
  if (e && e->credit >= 0 && mk->model->credits[e->credit].kind == kind)
    return mk->model->credits[e->credit].key;
  if (count > 10 && !one_in(mk, 4)) return count - 1 - below(mk, 10);
  return old_key(mk, count);
}

static const char *const codes[] = {"USD", "EUR", "JPY", "KWD", "ZZZ"};

const char *sim_currency(int currency) {
  return codes[currency];
}

static const char *const terms_texts[MODEL_TERMS] = {
    "", "net 30", "2/10 net 30", "net 45 eom", "30% on issue, balance +60d", "net soon"};

static arc_text terms_text(int terms) {
  return (arc_text){terms_texts[terms], strlen(terms_texts[terms])};
}

static int some_terms(struct maker *mk) {
  return one_in(mk, 40) ? MODEL_TERMS_WRONG : 1 + below(mk, MODEL_TERMS_WRONG - 1);
}

/* Texts of a row live as long as its slot. */
struct texts {
  char text[8][24];
  int used;
  arc_instalment parts[MODEL_PARTS];
  arc_touch_item items[MODEL_ITEMS];
  arc_text invoice;
  arc_dispute deduction;
  arc_reply_made made;
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

/* Begins the function that fills a row of the library's from a command, and makes the one that
 * posts rows. */
#define TELL(lower, type) TELL_AS(lower, lower, type)
#define TELL_AS(lower, posted, type)                                                               \
  static void fill_##lower(type *r, struct texts *t, const struct model_command *c);               \
  static arc_status tell_##lower(arc_ledger *ledger, const struct model_command *c, int count,     \
                                 arc_error *err) {                                                 \
    struct texts texts[SIM_ROWS];                                                                  \
    type rows[SIM_ROWS];                                                                           \
    memset(texts, 0, sizeof texts);                                                                \
    memset(rows, 0, sizeof rows);                                                                  \
    for (int i = 0; i < count; i++) {                                                              \
      rows[i].struct_size = sizeof rows[i];                                                        \
      fill_##lower(&rows[i], &texts[i], &c[i]);                                                    \
    }                                                                                              \
    return arc_ledger_post_##posted(ledger, rows, (size_t)count, err);                             \
  }                                                                                                \
  static void fill_##lower(type *r, struct texts *t, const struct model_command *c)

static void tell_parts(struct texts *t, const struct model_command *c) {
  for (int i = 0; i < c->parts; i++) {
    t->parts[i].struct_size = sizeof t->parts[i];
    t->parts[i].due = c->part_due[i];
    t->parts[i].amount = c->part_amount[i];
  }
}

/* ---- parties ---- */

static void make_customer(struct maker *mk, struct model_command *c) {
  c->key = new_key(mk, mk->model->customer_count, 16);
  c->replace = one_in(mk, 2);
  c->parent = one_in(mk, 2) ? old_key(mk, mk->model->customer_count) : -1;
  c->currency = some_currency(mk);
  c->flags = one_in(mk, 3) ? below(mk, 66) : 0;
  c->terms = one_in(mk, 40) ? -1 : below(mk, 40);
  c->checks = one_in(mk, 2) ? below(mk, one_in(mk, 12) ? 33 : 32) : 0;
  if (one_in(mk, 3)) c->terms_text = some_terms(mk);
}

TELL(customers, arc_customer) {
  r->options = c->replace ? ARC_REPLACE : 0;
  r->key = key_text(t, 'C', c->key);
  r->name = key_text(t, 'n', c->key);
  r->parent = key_text(t, 'C', c->parent);
  currency_code(r->currency, c->currency);
  r->flags = (uint32_t)c->flags;
  r->terms_days = c->terms;
  r->checks = (uint32_t)c->checks;
  r->terms = terms_text(c->terms_text);
}

static void make_contact(struct maker *mk, struct model_command *c) {
  c->key = new_key(mk, things(mk, c->kind), 30);
  c->replace = one_in(mk, 2);
  c->customer = old_key(mk, mk->model->customer_count);
  c->role = below(mk, 5) - one_in(mk, 20);
}

TELL(contacts, arc_contact) {
  r->options = c->replace ? ARC_REPLACE : 0;
  r->key = key_text(t, 'k', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->role = c->role;
}

/* ---- items ---- */

static void make_invoice(struct maker *mk, struct model_command *c) {
  const struct model *m = mk->model;
  c->key = new_key(mk, m->invoice_count, MODEL_INVOICES - 8);
  c->customer = old_key(mk, m->customer_count);
  c->currency = some_currency(mk);
  c->day = money_day(mk, ARC_DAY_NONE);
  c->flags = one_in(mk, 5);
  c->amount = some_amount(mk);
  c->until = one_in(mk, 4) || c->day < SIM_FIRST_DAY - 1000 || c->day > ARC_DAY_LAST
                 ? ARC_DAY_NONE
                 : c->day + below(mk, 50) - 2;
  if (one_in(mk, 4)) {
    c->terms_text = some_terms(mk);
    if (!one_in(mk, 20)) c->until = ARC_DAY_NONE;
  }
  if (one_in(mk, 2)) c->fulfilled = c->day - below(mk, 20) + 3;
  if (one_in(mk, 2)) c->lines = c->amount + one_in(mk, 20);
  if (m->invoice_count && one_in(mk, 20)) { /* much like one before */
    const struct model_invoice *v = &m->invoices[m->invoice_count - 1 - below(mk, m->invoice_count < 9 ? m->invoice_count : 9)];
    c->customer = m->customers[v->customer].key;
    c->currency = v->currency;
    c->amount = v->amount;
    c->flags = v->flags;
    c->day = one_in(mk, 3) ? v->issued + 7 + one_in(mk, 2) : v->issued;
    c->lines = 0;
  }
  if (!one_in(mk, c->terms_text ? 30 : 3)) return;
  c->lines = 0;
  c->parts = 1 + below(mk, MODEL_PARTS);
  c->amount = 0;
  for (int i = 0; i < c->parts; i++) {
    c->part_due[i] = mk->today + i * 20 + below(mk, 10) - (one_in(mk, 60) ? 90 : 0);
    c->part_amount[i] = some_amount(mk);
    c->amount += c->part_amount[i];
  }
  if (one_in(mk, 30)) c->amount++;
}

TELL(invoices, arc_invoice) {
  r->key = key_text(t, 'I', c->key);
  r->customer = key_text(t, 'C', c->customer);
  if (c->flags) r->po_number = key_text(t, 'p', c->flags);
  currency_code(r->currency, c->currency);
  r->issued = c->day;
  r->due = c->until;
  r->amount = c->amount;
  r->lines_total = c->lines;
  r->fulfilled = c->fulfilled;
  r->terms = terms_text(c->terms_text);
  r->instalment_count = (uint32_t)c->parts;
  r->instalments = t->parts;
  tell_parts(t, c);
}

static void make_credit(struct maker *mk, struct model_command *c) {
  int kind = c->kind == MODEL_SAY_PAYMENT ? MODEL_PAYMENT : MODEL_CREDIT_NOTE;
  c->key = new_key(mk, credits_of(mk->model, kind), MODEL_CREDITS / 2 - 8);
  c->customer =
      kind == MODEL_PAYMENT && one_in(mk, 4) ? -1 : old_key(mk, mk->model->customer_count);
  c->invoice = kind == MODEL_CREDIT_NOTE && one_in(mk, 3) ? invoice_key(mk) : -1;
  c->currency = some_currency(mk);
  c->day = money_day(mk, ARC_DAY_NONE);
  c->amount = some_amount(mk) * (one_in(mk, 3) ? 3 : 1);
  c->error = kind == MODEL_CREDIT_NOTE && one_in(mk, 3);
}

TELL(credit_notes, arc_credit_note) {
  r->options = c->error ? ARC_OUR_ERROR : 0;
  r->key = key_text(t, 'P', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->invoice = key_text(t, 'I', c->invoice);
  currency_code(r->currency, c->currency);
  r->issued = c->day;
  r->amount = c->amount;
}

TELL(payments, arc_payment) {
  r->key = key_text(t, 'P', c->key);
  r->customer = key_text(t, 'C', c->customer);
  currency_code(r->currency, c->currency);
  r->received = c->day;
  r->value_day = ARC_DAY_NONE;
  r->amount = c->amount;
}

static void make_charge(struct maker *mk, struct model_command *c) {
  const struct model *m = mk->model;
  int of;
  c->key = new_key(mk, m->invoice_count, MODEL_INVOICES - 8);
  c->invoice = one_in(mk, 3) ? -1 : invoice_key(mk);
  for (int tries = 0; tries < 20; tries++) { /* not for a charge, mostly */
    of = model_find_invoice(m, c->invoice);
    if (of < 0 || !m->invoices[of].charge || one_in(mk, 9)) break;
    c->invoice = invoice_key(mk);
  }
  of = model_find_invoice(m, c->invoice);
  if (of < 0 || one_in(mk, 12))
    c->customer = old_key(mk, m->customer_count);
  else if (one_in(mk, 2))
    c->customer = m->customers[m->invoices[of].customer].key;
  if (of < 0 || one_in(mk, 12))
    c->currency = some_currency(mk);
  else if (one_in(mk, 2))
    c->currency = m->invoices[of].currency;
  c->charge = one_in(mk, 40) ? below(mk, 6) - 1 : 1 + below(mk, 3);
  c->day = money_day(mk, of < 0 ? ARC_DAY_NONE : m->invoices[of].issued);
  c->until = one_in(mk, 2) ? ARC_DAY_NONE : some_day(mk);
  c->from = c->to = ARC_DAY_NONE;
  if (c->charge == MODEL_INTEREST || one_in(mk, 20)) {
    c->from = one_in(mk, 40) ? ARC_DAY_NONE : mk->today - below(mk, 60);
    c->to = one_in(mk, 40) ? ARC_DAY_NONE : mk->today - (one_in(mk, 40) ? 80 : 0);
  }
  c->amount = some_amount(mk);
}

TELL(charges, arc_charge) {
  r->key = key_text(t, 'I', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->invoice = key_text(t, 'I', c->invoice);
  currency_code(r->currency, c->currency);
  r->kind = c->charge;
  r->issued = c->day;
  r->due = c->until;
  r->from = c->from;
  r->to = c->to;
  r->amount = c->amount;
}

static int64_t open_of_invoice(const struct model *m, const int64_t *open, int invoice,
                               int instalment) {
  int64_t all = 0;
  for (int i = 0; i < m->invoices[invoice].parts; i++)
    if (!instalment || instalment == i + 1) all += open[m->invoices[invoice].first + i];
  return all;
}

/* What of an invoice a command may take of it: what is open, or what was written off and not
 * recovered. */
static int64_t takable(const struct model *m, int kind, const int64_t *open, int invoice,
                       arc_day *earliest) {
  int64_t amount = 0;
  *earliest = m->invoices[invoice].issued;
  if (kind == MODEL_SAY_WAIVER && !m->invoices[invoice].charge) return 0;
  if (kind != MODEL_SAY_RECOVERY) return open_of_invoice(m, open, invoice, 0);
  for (int i = 0; i < m->entry_count; i++) {
    const struct model_entry *e = &m->entries[i];
    if (e->instalment < 0 || m->instalments[e->instalment].invoice != invoice) continue;
    if (e->kind == MODEL_SAY_WRITEOFF && e->day > *earliest) *earliest = e->day;
    if (e->kind == MODEL_SAY_WRITEOFF || e->kind == MODEL_SAY_RECOVERY) amount += e->amount;
  }
  return amount;
}

/* Write-offs, waivers and recoveries: of something that there is, mostly, and often of all. */
static void make_writeoff(struct maker *mk, struct model_command *c) {
  const struct model *m = mk->model;
  static int64_t open[MODEL_INVOICES * MODEL_PARTS], left[MODEL_CREDITS];
  arc_day earliest = ARC_DAY_NONE;
  int64_t all = 0;
  int invoice;
  c->key = new_key(mk, sayings(mk, c->kind), 300);
  c->invoice = invoice_key(mk);
  model_open(m, ARC_DAY_LAST, open, left);
  for (int tries = 0; tries < 60; tries++) {
    invoice = model_find_invoice(m, c->invoice);
    if (invoice >= 0) all = takable(m, c->kind, open, invoice, &earliest);
    if (all > 0 || m->invoice_count == 0) break;
    c->invoice = one_in(mk, 2) ? below(mk, m->invoice_count) : invoice_key(mk);
  }
  c->day = money_day(mk, earliest);
  c->amount = some_amount(mk);
  if (all > 0 && c->amount > all && !one_in(mk, 12)) c->amount = 1 + c->amount % all;
  if (all > 0 && one_in(mk, 4)) c->amount = all + one_in(mk, 12);
}

static void fill_writeoffs(arc_writeoff *r, struct texts *t, const struct model_command *c);
TELL_AS(waivers, writeoffs, arc_writeoff) {
  r->kind = ARC_WRITEOFF_WAIVER;
  fill_writeoffs(r, t, c);
}

TELL_AS(recoveries, writeoffs, arc_writeoff) {
  r->kind = ARC_WRITEOFF_RECOVERY;
  fill_writeoffs(r, t, c);
}

TELL(writeoffs, arc_writeoff) {
  r->key = key_text(t, 'W', c->key);
  r->invoice = key_text(t, 'I', c->invoice);
  r->day = c->day;
  r->amount = c->amount;
}

/* ---- cash ---- */

/* One of the days from which an application may be. */
static arc_day edge_of(struct maker *mk, int credit, int invoice) {
  const struct model *m = mk->model;
  arc_day from = m->credits[credit].day;
  if (one_in(mk, 4)) from = m->invoices[invoice].issued;
  if (m->credits[credit].known_from != ARC_DAY_NONE && one_in(mk, 3))
    from = m->credits[credit].known_from;
  for (int i = 0; i < m->entry_count; i++)
    if (m->entries[i].credit == credit && m->entries[i].kind == MODEL_SAY_REFUND && one_in(mk, 2))
      from = m->entries[i].day + 1;
  return edge(mk, from);
}

/* Often what would fit: a credit that has something left, an invoice of its customer and currency,
 * and the whole rest of one of the two. By chance alone nearly all would be refused. */
/* What an application of another currency states: both amounts, or one of them and a rate; one value,
 * two, or none; and now and then what cannot be. */
static void make_exchange(struct maker *mk, struct model_command *c, int64_t open, int64_t left) {
  c->settled = open > 1 && one_in(mk, 2) ? 1 + open / (1 + below(mk, 4)) / 2 : open;
  c->amount = left > 1 && one_in(mk, 2) ? 1 + left / (1 + below(mk, 4)) / 2 : left;
  if (c->discount + c->tolerance < c->settled) c->settled -= c->discount + c->tolerance;
  if (one_in(mk, 2)) {
    c->rate_invoice = 1 + below(mk, one_in(mk, 2) ? 20 : 30000);
    c->rate_credit = 1 + below(mk, one_in(mk, 2) ? 20 : 30000);
    if (one_in(mk, 2)) c->amount = 0;
    else if (!one_in(mk, 8)) c->settled = 0;
  }
  if (one_in(mk, 2)) c->invoice_value = 1 + below(mk, 100000);
  if (one_in(mk, 2)) c->credit_value = 1 + below(mk, 100000);
  if (one_in(mk, 30)) c->settled++;
  if (one_in(mk, 30)) c->rate_credit = one_in(mk, 2) ? 0 : INT64_C(100000000000001);
  if (one_in(mk, 40)) c->invoice_value = -1;
  if (one_in(mk, 40)) c->credit_value = c->amount;
}

static void make_application(struct maker *mk, struct model_command *c) {
  const struct model *m = mk->model;
  static int64_t open[MODEL_INVOICES * MODEL_PARTS], left[MODEL_CREDITS];
  int credit = -1, invoice = -1, abroad = one_in(mk, 6);
  int64_t all;
  c->key = one_in(mk, 3) ? below(mk, 500) : -1;
  c->credit_kind = below(mk, 2);
  c->credit = credit_key(mk, c->credit_kind);
  c->invoice = invoice_key(mk);
  c->instalment = one_in(mk, 6) ? below(mk, MODEL_PARTS + 1) : 0;
  c->day = money_day(mk, ARC_DAY_NONE);
  c->amount = some_amount(mk);
  if (one_in(mk, 5)) c->discount = below(mk, 20);
  if (one_in(mk, 6)) c->tolerance = below(mk, 3);
  model_open(m, ARC_DAY_LAST, open, left);
  for (int tries = 0; tries < 8; tries++) {
    credit = model_find_credit(m, c->credit_kind, c->credit);
    if (credit >= 0 && left[credit] > 0) break;
    c->credit = credit_key(mk, c->credit_kind);
  }
  for (int tries = 0; tries < 40 && credit >= 0; tries++) {
    invoice = model_find_invoice(m, c->invoice);
    if (invoice >= 0 && (m->credits[credit].currency != m->invoices[invoice].currency) == abroad &&
        open_of_invoice(m, open, invoice, c->instalment) > 0 &&
        (m->credits[credit].customer < 0 ||
         m->credits[credit].customer == m->invoices[invoice].customer || one_in(mk, 9)))
      break;
    c->invoice = invoice_key(mk);
  }
  credit = model_find_credit(m, c->credit_kind, c->credit);
  invoice = model_find_invoice(m, c->invoice);
  if (credit < 0 || invoice < 0) return;
  if (c->day < m->credits[credit].day && !one_in(mk, 8))
    c->day = m->credits[credit].day + below(mk, 9);
  if (c->day < m->credits[credit].known_from && !one_in(mk, 8))
    c->day = m->credits[credit].known_from + below(mk, 9);
  if (c->day < m->invoices[invoice].issued && !one_in(mk, 8))
    c->day = m->invoices[invoice].issued + below(mk, 9);
  if (one_in(mk, 10) || (m->credits[credit].customer < 0 && one_in(mk, 3)))
    c->day = edge_of(mk, credit, invoice);
  all = open_of_invoice(m, open, invoice, c->instalment);
  if (abroad && !one_in(mk, 20)) make_exchange(mk, c, all, left[credit]);
  if (abroad || one_in(mk, 6)) return;
  if (one_in(mk, 50)) c->settled = c->amount;
  c->amount = all < left[credit] ? all : left[credit];
  if (one_in(mk, 3) && c->amount > 1) c->amount = 1 + c->amount / 2;
  if (one_in(mk, 3)) c->discount = c->tolerance = 0;
  if (c->discount + c->tolerance < c->amount) c->amount -= c->discount + c->tolerance;
  if (one_in(mk, 20)) c->amount++;
  if (one_in(mk, 15))
    c->amount = 0, c->discount = 1; /* a discount alone takes nothing from the credit */
  all -= c->amount + c->discount + c->tolerance;
  if (all <= 0 || one_in(mk, 2)) return;
  c->deducts = 1;
  c->deduction_key = new_key(mk, things(mk, MODEL_SAY_DISPUTE), 200);
  c->deduction = one_in(mk, 2) ? all + one_in(mk, 9) : some_amount(mk);
}

TELL(applications, arc_application) {
  r->key = key_text(t, 'A', c->key);
  r->credit = key_text(t, 'P', c->credit);
  r->invoice = key_text(t, 'I', c->invoice);
  r->credit_kind = c->credit_kind == MODEL_PAYMENT ? ARC_CREDIT_PAYMENT : ARC_CREDIT_CREDIT_NOTE;
  r->instalment = (uint32_t)c->instalment;
  r->day = c->day;
  r->amount = c->amount;
  r->discount = c->discount;
  r->tolerance = c->tolerance;
  r->settled = c->settled;
  r->rate_invoice = c->rate_invoice;
  r->rate_credit = c->rate_credit;
  r->invoice_value = c->invoice_value;
  r->credit_value = c->credit_value;
  if (!c->deducts) return;
  t->deduction = (arc_dispute)ARC_DISPUTE_INIT;
  t->deduction.key = key_text(t, 'D', c->deduction_key);
  t->deduction.amount = c->deduction;
  r->deduction = &t->deduction;
}

static void make_unapplication(struct maker *mk, struct model_command *c) {
  make_application(mk, c);
  c->amount = c->discount = c->tolerance = c->settled = c->deduction = 0;
  c->deducts = 0;
  c->rate_invoice = c->rate_credit = c->invoice_value = c->credit_value = 0;
  c->key = one_in(mk, 2) ? below(mk, 300) : -1;
  c->application = one_in(mk, 30) ? below(mk, 500) : -1;
  if (!one_in(mk, 5)) c->instalment = 0;
  if (mk->model->entry_count && !one_in(mk, 5)) { /* of something that is applied */
    const struct model_entry *e = &mk->model->entries[below(mk, mk->model->entry_count)];
    if (e->credit >= 0 && e->instalment >= 0) {
      c->credit = mk->model->credits[e->credit].key;
      c->credit_kind = mk->model->credits[e->credit].kind;
      c->invoice = mk->model->invoices[mk->model->instalments[e->instalment].invoice].key;
      if (!one_in(mk, 4)) c->day = e->day + below(mk, 30);
      if (one_in(mk, 4)) c->application = mk->model->said[e->said].key;
    }
  }
}

TELL(unapplications, arc_unapplication) {
  r->key = key_text(t, 'U', c->key);
  r->application = key_text(t, 'A', c->application);
  r->instalment = (uint32_t)c->instalment;
  r->credit = key_text(t, 'P', c->credit);
  r->invoice = key_text(t, 'I', c->invoice);
  r->credit_kind = c->credit_kind == MODEL_PAYMENT ? ARC_CREDIT_PAYMENT : ARC_CREDIT_CREDIT_NOTE;
  r->day = c->day;
}

static void make_reversal(struct maker *mk, struct model_command *c) {
  c->credit = credit_key(mk, MODEL_PAYMENT);
  c->day = one_in(mk, 2) ? money_day(mk, ARC_DAY_NONE) : mk->today + 25;
}

TELL(reversals, arc_reversal) {
  r->payment = key_text(t, 'P', c->credit);
  r->day = c->day;
}

/* Also of payments whose payer is not known yet. */
static void make_refund(struct maker *mk, struct model_command *c) {
  const struct model *m = mk->model;
  int credit;
  int64_t room = 0;
  c->key = new_key(mk, sayings(mk, c->kind), 300);
  c->credit_kind = one_in(mk, 4) ? MODEL_CREDIT_NOTE : MODEL_PAYMENT;
  c->credit = credit_key(mk, c->credit_kind);
  for (int tries = 0; tries < 12; tries++) {
    credit = model_find_credit(m, c->credit_kind, c->credit);
    if (credit >= 0 && m->credits[credit].reversed != ARC_DAY_NONE && one_in(mk, 6)) {
      mk->on_purpose = 1;
      break;
    }
    room = credit < 0 || m->credits[credit].reversed != ARC_DAY_NONE
               ? 0
               : model_credit_room(m, credit, ARC_DAY_LAST);
    if (room > 0) break;
    c->credit = credit_key(mk, c->credit_kind);
  }
  credit = model_find_credit(m, c->credit_kind, c->credit);
  c->day = money_day(mk, credit < 0 ? ARC_DAY_NONE
                         : m->credits[credit].known_from > m->credits[credit].day
                             ? m->credits[credit].known_from
                             : m->credits[credit].day);
  if (credit >= 0 && m->credits[credit].known_from != ARC_DAY_NONE && one_in(mk, 4))
    c->day = edge(mk, m->credits[credit].known_from);
  if (credit >= 0) room = model_credit_room(m, credit, c->day);
  c->amount = some_amount(mk);
  if (room > 0 && c->amount > room && !one_in(mk, 12)) c->amount = 1 + c->amount % room;
  if (room > 0 && one_in(mk, 4)) c->amount = room + one_in(mk, 12);
}

TELL(refunds, arc_refund) {
  r->key = key_text(t, 'F', c->key);
  r->credit = key_text(t, 'P', c->credit);
  r->credit_kind = c->credit_kind == MODEL_PAYMENT ? ARC_CREDIT_PAYMENT : ARC_CREDIT_CREDIT_NOTE;
  r->day = c->day;
  r->amount = c->amount;
}

/* ---- what is wrong with an invoice ---- */

static void make_delivery(struct maker *mk, struct model_command *c) {
  int invoice;
  c->invoice = invoice_key(mk);
  invoice = model_find_invoice(mk->model, c->invoice);
  c->day = invoice < 0 ? mk->today : edge(mk, mk->model->invoices[invoice].issued);
  if (!one_in(mk, 3)) c->day += below(mk, 9);
  c->channel = one_in(mk, 30) ? below(mk, 12) - 1 : 1 + below(mk, 3);
  c->text = one_in(mk, 5);
}

TELL(deliveries, arc_delivery) {
  r->invoice = key_text(t, 'I', c->invoice);
  if (c->text) r->detail = key_text(t, 'd', c->text);
  r->day = c->day;
  r->channel = c->channel;
}

/* Mostly of an invoice of which something was found. */
static void make_correction(struct maker *mk, struct model_command *c) {
  const struct model *m = mk->model;
  int invoice;
  c->key = new_key(mk, things(mk, c->kind), 200);
  for (int tries = 0; tries < 9; tries++) {
    c->invoice = invoice_key(mk);
    invoice = model_find_invoice(m, c->invoice);
    if (invoice >= 0 && (m->invoices[invoice].findings || one_in(mk, 9))) break;
  }
  invoice = model_find_invoice(m, c->invoice);
  c->day = invoice < 0 ? mk->today : edge(mk, m->invoices[invoice].issued);
  if (!one_in(mk, 3)) c->day += below(mk, 20);
  c->flags = one_in(mk, 30) ? 64 * one_in(mk, 2) : 1 + below(mk, 63);
  c->error = one_in(mk, 4);
  if (c->error && !one_in(mk, 9)) return;
  c->text = below(mk, 3);
  if (one_in(mk, 6)) c->reissued = invoice_key(mk);
  if (one_in(mk, 6)) c->credit = credit_key(mk, MODEL_CREDIT_NOTE), c->credit_kind = MODEL_CREDIT_NOTE;
}

TELL(corrections, arc_correction) {
  r->options = c->error ? ARC_FALSE_ALARM : 0;
  r->key = key_text(t, 'Q', c->key);
  r->invoice = key_text(t, 'I', c->invoice);
  if (c->text) r->po_number = key_text(t, 'p', c->text);
  r->credit_note = key_text(t, 'P', c->credit);
  r->reissued = key_text(t, 'I', c->reissued);
  r->day = c->day;
  r->faults = (uint32_t)c->flags;
}

/* ---- exceptions ---- */

static void make_dispute(struct maker *mk, struct model_command *c) {
  c->key = new_key(mk, things(mk, c->kind), 200);
  c->invoice = invoice_key(mk);
  c->day = some_day(mk);
  c->until = ARC_DAY_NONE;
  c->amount = one_in(mk, 3) ? 0 : some_amount(mk);
  if (c->kind == MODEL_SAY_DISPUTE) {
    c->grace = one_in(mk, 40) ? 3661 : below(mk, 30);
    c->text = below(mk, 4);
  }
}

TELL(disputes, arc_dispute) {
  r->key = key_text(t, 'D', c->key);
  r->invoice = key_text(t, 'I', c->invoice);
  if (c->text) r->owner = key_text(t, 'o', c->text);
  r->opened = c->day;
  r->amount = c->amount;
  r->answer_days = (uint32_t)c->grace;
  r->changed = c->until;
  if (c->kind == MODEL_SAY_CHANGE) r->options = ARC_REPLACE;
}

/* A change repeats what its dispute claims. */
static void make_change(struct maker *mk, struct model_command *c) {
  const struct model *m = mk->model;
  int number = below(mk, 1 + things(mk, MODEL_SAY_DISPUTE)), at = 0;
  make_dispute(mk, c);
  c->key = old_key(mk, things(mk, MODEL_SAY_DISPUTE));
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_command *said = &m->things[i].said;
    if (said->kind != MODEL_SAY_DISPUTE || at++ != number || one_in(mk, 12)) continue;
    c->key = said->key;
    c->invoice = said->invoice;
    c->day = said->day;
    c->amount = one_in(mk, 2) ? 0 : said->amount;
  }
  c->text = below(mk, 4);
  c->grace = below(mk, 30);
  c->until = one_in(mk, 3) ? edge(mk, c->day) : c->day + below(mk, 20);
}

static void make_resolution(struct maker *mk, struct model_command *c) {
  c->key = old_key(mk, things(mk, MODEL_SAY_DISPUTE));
  c->day = some_day(mk);
  c->flags = one_in(mk, 3);
}

TELL_AS(dispute_ends, ends, arc_end) {
  r->kind = ARC_END_DISPUTE;
  r->options = c->flags ? ARC_OUR_ERROR : 0;
  r->key = key_text(t, 'D', c->key);
  r->day = c->day;
}

static void make_promise(struct maker *mk, struct model_command *c) {
  make_dispute(mk, c);
  c->until = one_in(mk, 20) ? some_day(mk) : mk->today + below(mk, 30);
  c->grace = one_in(mk, 30) ? 367 : below(mk, 5);
}

TELL(promises, arc_promise) {
  r->key = key_text(t, 'M', c->key);
  r->invoice = key_text(t, 'I', c->invoice);
  r->made = c->day;
  r->pay_by = c->until;
  r->grace_days = (uint32_t)c->grace;
  r->amount = c->amount;
}

static void make_hold(struct maker *mk, struct model_command *c) {
  c->key = new_key(mk, things(mk, c->kind), 200);
  c->invoice = invoice_key(mk);
  c->day = some_day(mk);
  c->until = one_in(mk, 2) ? some_day(mk) : ARC_DAY_NONE;
  if (one_in(mk, 2))
    c->customer = old_key(mk, mk->model->customer_count),
    c->invoice = one_in(mk, 20) ? c->invoice : -1;
  c->channel = one_in(mk, 2) ? 0 : below(mk, 11);
  if (one_in(mk, 6)) c->flags = 1, c->customer = -1, c->invoice = one_in(mk, 20) ? c->invoice : -1;
}

TELL(holds, arc_hold) {
  r->options = c->flags ? ARC_EVERYBODY : 0;
  r->key = key_text(t, 'H', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->invoice = key_text(t, 'I', c->invoice);
  r->from = c->day;
  r->until = c->until;
  r->channel = c->channel;
}

static void make_release(struct maker *mk, struct model_command *c) {
  c->key = old_key(mk, things(mk, MODEL_SAY_HOLD));
  c->day = some_day(mk);
}

TELL_AS(hold_ends, ends, arc_end) {
  r->kind = ARC_END_HOLD;
  r->key = key_text(t, 'H', c->key);
  r->day = c->day;
}

static void make_plan(struct maker *mk, struct model_command *c) {
  int invoice;
  int64_t left;
  c->key = new_key(mk, things(mk, c->kind), 200);
  c->invoice = invoice_key(mk);
  invoice = model_find_invoice(mk->model, c->invoice);
  left = invoice < 0 ? some_amount(mk) : model_invoice_open(mk->model, invoice);
  if (one_in(mk, 30)) left++;
  c->day = one_in(mk, 3) ? some_day(mk) : mk->today;
  c->grace = one_in(mk, 30) ? 367 : below(mk, 5);
  c->parts = below(mk, 4);
  for (int i = 0; i < c->parts; i++) {
    c->part_due[i] = (i ? c->part_due[i - 1] : c->day) + below(mk, 12) - one_in(mk, 60);
    c->part_amount[i] = i + 1 < c->parts ? left / 2 : left;
    left -= c->part_amount[i];
  }
}

TELL(plans, arc_plan) {
  r->key = key_text(t, 'L', c->key);
  t->invoice = key_text(t, 'I', c->invoice);
  r->invoices = &t->invoice;
  r->invoice_count = 1;
  r->instalments = t->parts;
  r->instalment_count = (uint32_t)c->parts;
  r->made = c->day;
  r->grace_days = (uint32_t)c->grace;
  tell_parts(t, c);
}

static void make_plan_end(struct maker *mk, struct model_command *c) {
  c->key = old_key(mk, things(mk, MODEL_SAY_PLAN));
  c->day = some_day(mk);
}

TELL_AS(plan_ends, ends, arc_end) {
  r->kind = ARC_END_PLAN;
  r->key = key_text(t, 'L', c->key);
  r->day = c->day;
}

/* ---- talk ---- */

static void make_touch(struct maker *mk, struct model_command *c) {
  const struct model *m = mk->model;
  int invoice;
  c->key = new_key(mk, things(mk, c->kind), 300);
  c->invoice = invoice_key(mk);
  c->instalment = one_in(mk, 12) ? below(mk, 6) : 1;
  invoice = model_find_invoice(m, c->invoice);
  c->customer = invoice < 0 || one_in(mk, 12) ? old_key(mk, m->customer_count)
                                              : m->customers[m->invoices[invoice].customer].key;
  c->currency = invoice < 0 || one_in(mk, 12) ? some_currency(mk) : m->invoices[invoice].currency;
  c->day = some_day(mk);
  c->channel = one_in(mk, 30) ? below(mk, 12) - 1 : 1 + below(mk, 9);
  c->status = one_in(mk, 4) ? 5 : 0;
  c->parts = c->status == 0 ? 1 + one_in(mk, 4) : one_in(mk, 30);
  if (c->key < 0) c->status = 0;
  for (int i = 0; i < c->parts; i++) {
    c->part_invoice[i] = i ? invoice_key(mk) : c->invoice;
    c->part_instalment[i] = 1 + below(mk, 2);
    c->part_amount[i] = one_in(mk, 4) ? some_amount(mk) : 1 + below(mk, 5);
  }
}

TELL(touches, arc_touch) {
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

static void make_outcome(struct maker *mk, struct model_command *c) {
  c->key = old_key(mk, things(mk, MODEL_SAY_TOUCH));
  c->day = some_day(mk);
  c->status = below(mk, 11) - one_in(mk, 30);
}

TELL(touch_outcomes, arc_touch_outcome) {
  r->touch = key_text(t, 'T', c->key);
  r->day = c->day;
  r->status = c->status;
}

static void make_note(struct maker *mk, struct model_command *c) {
  c->key = new_key(mk, things(mk, c->kind), 60);
  c->customer = old_key(mk, mk->model->customer_count);
  c->invoice = one_in(mk, 2) ? -1 : invoice_key(mk);
  c->text = below(mk, 9);
  c->day = some_day(mk);
}

TELL(notes, arc_note) {
  r->key = key_text(t, 'N', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->invoice = key_text(t, 'I', c->invoice);
  r->text = key_text(t, 't', c->text);
  r->day = c->day;
}

static void make_policy(struct maker *mk, struct model_command *c) {
  c->key = below(mk, 3);
  c->text = one_in(mk, 4) ? -1 : below(mk, 3);
  c->day = some_day(mk);
}

TELL(policies, arc_policy) {
  r->name = key_text(t, 'Y', c->key);
  r->text = key_text(t, 't', c->text);
  r->day = c->day;
}

/* ---- tasks and replies ---- */

static void make_task(struct maker *mk, struct model_command *c) {
  c->key = new_key(mk, things(mk, c->kind), 200);
  c->customer = old_key(mk, mk->model->customer_count);
  c->text = below(mk, 9);
  c->day = some_day(mk);
  c->grace = one_in(mk, 30) ? 3661 : below(mk, 9);
}

TELL(tasks, arc_task) {
  r->key = key_text(t, 'K', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->text = key_text(t, 't', c->text);
  r->opened = c->day;
  r->answer_days = (uint32_t)c->grace;
}

static void make_task_end(struct maker *mk, struct model_command *c) {
  c->key = old_key(mk, things(mk, MODEL_SAY_TASK));
  c->day = some_day(mk);
}

TELL_AS(task_ends, ends, arc_end) {
  r->kind = ARC_END_TASK;
  r->key = key_text(t, 'K', c->key);
  r->day = c->day;
}

static void make_reply(struct maker *mk, struct model_command *c) {
  static const int kinds[] = {-1, -1, MODEL_SAY_PROMISE, MODEL_SAY_HOLD, MODEL_SAY_TASK};
  c->key = new_key(mk, things(mk, c->kind), 200);
  c->customer = old_key(mk, mk->model->customer_count);
  c->day = some_day(mk);
  c->text = below(mk, 9);
  c->channel = below(mk, 10) + one_in(mk, 60);
  c->status = 1 + below(mk, 3) - one_in(mk, 60);
  c->credit_kind = one_in(mk, 4) ? 0 : 2 + below(mk, 3);
  if (c->credit_kind) c->parent = old_key(mk, things(mk, kinds[c->credit_kind]));
}

TELL(replies, arc_reply_entry) {
  r->key = key_text(t, 'R', c->key);
  r->customer = key_text(t, 'C', c->customer);
  r->text = key_text(t, 't', c->text);
  r->written = r->day = c->day;
  r->channel = c->channel;
  r->verdict = c->status;
  if (!c->credit_kind) return;
  t->made = (arc_reply_made){sizeof t->made, c->credit_kind, key_text(t, "  MHK"[c->credit_kind], c->parent), 0, 0};
  r->made = &t->made;
  r->made_count = 1;
}

static void make_reply_undo(struct maker *mk, struct model_command *c) {
  c->key = old_key(mk, things(mk, MODEL_SAY_REPLY));
  c->day = some_day(mk);
}

TELL_AS(reply_ends, ends, arc_end) {
  r->kind = ARC_END_REPLY;
  r->key = key_text(t, 'R', c->key);
  r->day = c->day;
}

/* ---- days ---- */

static void make_day(struct maker *mk, struct model_command *c) {
  c->day = one_in(mk, 3) ? some_day(mk) : mk->today;
}

/* Mostly of a time that is long over. */
static void make_period_close(struct maker *mk, struct model_command *c) {
  c->day = one_in(mk, 20) ? some_day(mk) : mk->today - 30 - below(mk, 40);
  if (one_in(mk, 20)) c->day = ARC_DAY_LAST + 1, mk->on_purpose = 1; /* what is closed is no refusal */
  if (one_in(mk, 4) && mk->model->closed != ARC_DAY_NONE)
    c->day = mk->model->closed - (one_in(mk, 2) ? below(mk, 9) : 0);
}

#define TELL_DAY(lower, what)                                                                      \
  static arc_status tell_##lower(arc_ledger *ledger, const struct model_command *c, int count,     \
                                 arc_error *err) {                                                 \
    (void)count;                                                                                   \
    return arc_ledger_post_day(ledger, c->day, what, err);                                         \
  }
TELL_DAY(day_run, ARC_DAY_IS_RUN)
TELL_DAY(matching, ARC_DAY_IS_MATCHED)
TELL_DAY(planning, ARC_DAY_IS_PLANNED)
TELL_DAY(period_close, ARC_DAY_IS_CLOSED)

/* ---- all kinds ---- */

static const struct kind {
  const char *name;
  int often;   /* how often it comes, against the others */
  int one_row; /* its function takes no array */
  void (*make)(struct maker *mk, struct model_command *c);
  arc_status (*tell)(arc_ledger *ledger, const struct model_command *c, int count, arc_error *err);
} kinds[MODEL_KINDS] = {
    [MODEL_SAY_CUSTOMER] = {"customer", 6, 0, make_customer, tell_customers},
    [MODEL_SAY_CONTACT] = {"contact", 2, 0, make_contact, tell_contacts},
    [MODEL_SAY_INVOICE] = {"invoice", 24, 0, make_invoice, tell_invoices},
    [MODEL_SAY_CREDIT_NOTE] = {"credit note", 8, 0, make_credit, tell_credit_notes},
    [MODEL_SAY_PAYMENT] = {"payment", 20, 0, make_credit, tell_payments},
    [MODEL_SAY_APPLICATION] = {"application", 45, 0, make_application, tell_applications},
    [MODEL_SAY_UNAPPLICATION] = {"unapplication", 9, 0, make_unapplication, tell_unapplications},
    [MODEL_SAY_REVERSAL] = {"reversal", 4, 0, make_reversal, tell_reversals},
    [MODEL_SAY_WRITEOFF] = {"write-off", 6, 0, make_writeoff, tell_writeoffs},
    [MODEL_SAY_CHARGE] = {"charge", 9, 0, make_charge, tell_charges},
    [MODEL_SAY_WAIVER] = {"waiver", 4, 0, make_writeoff, tell_waivers},
    [MODEL_SAY_RECOVERY] = {"recovery", 5, 0, make_writeoff, tell_recoveries},
    [MODEL_SAY_REFUND] = {"refund", 6, 0, make_refund, tell_refunds},
    [MODEL_SAY_DELIVERY] = {"delivery", 4, 0, make_delivery, tell_deliveries},
    [MODEL_SAY_CORRECTION] = {"correction", 5, 0, make_correction, tell_corrections},
    [MODEL_SAY_DISPUTE] = {"dispute", 5, 0, make_dispute, tell_disputes},
    [MODEL_SAY_CHANGE] = {"dispute change", 4, 0, make_change, tell_disputes},
    [MODEL_SAY_RESOLUTION] = {"resolution", 3, 0, make_resolution, tell_dispute_ends},
    [MODEL_SAY_PROMISE] = {"promise", 5, 0, make_promise, tell_promises},
    [MODEL_SAY_HOLD] = {"hold", 4, 0, make_hold, tell_holds},
    [MODEL_SAY_RELEASE] = {"release", 2, 0, make_release, tell_hold_ends},
    [MODEL_SAY_PLAN] = {"plan", 5, 0, make_plan, tell_plans},
    [MODEL_SAY_PLAN_END] = {"plan end", 2, 0, make_plan_end, tell_plan_ends},
    [MODEL_SAY_TOUCH] = {"touch", 8, 0, make_touch, tell_touches},
    [MODEL_SAY_OUTCOME] = {"outcome", 5, 0, make_outcome, tell_touch_outcomes},
    [MODEL_SAY_NOTE] = {"note", 3, 0, make_note, tell_notes},
    [MODEL_SAY_POLICY] = {"policy", 2, 0, make_policy, tell_policies},
    [MODEL_SAY_DAY_RUN] = {"day run", 2, 1, make_day, tell_day_run},
    [MODEL_SAY_MATCHING] = {"matching", 2, 1, make_day, tell_matching},
    [MODEL_SAY_PLANNING] = {"planning", 2, 1, make_day, tell_planning},
    [MODEL_SAY_PERIOD_CLOSE] = {"period close", 2, 1, make_period_close, tell_period_close},
    [MODEL_SAY_TASK] = {"task", 2, 0, make_task, tell_tasks},
    [MODEL_SAY_TASK_END] = {"task end", 2, 0, make_task_end, tell_task_ends},
    [MODEL_SAY_REPLY] = {"reply", 5, 0, make_reply, tell_replies},
    [MODEL_SAY_REPLY_UNDO] = {"reply undo", 3, 0, make_reply_undo, tell_reply_ends},
};

const char *sim_kind_name(int kind) {
  return kinds[kind].name;
}

/* What the book would refuse is made up again, mostly. The row is said to the model. */
static void make_row(struct maker *mk, struct model *ahead, int kind, struct model_command *c) {
  for (int tries = 0; tries < 12; tries++) {
    memset(c, 0, sizeof *c);
    mk->on_purpose = 0;
    c->kind = kind;
    c->parent = c->customer = c->invoice = c->credit = c->currency = c->deduction_key = c->reissued = -1;
    kinds[kind].make(mk, c);
    if (model_say(ahead, c) >= 0 || mk->on_purpose || one_in(mk, 12)) return;
  }
}

static int some_kind(struct maker *mk) {
  int sum = 0, at, kind = 0;
  if (mk->model->customer_count < 2 && !one_in(mk, 5)) return MODEL_SAY_CUSTOMER;
  if (mk->model->invoice_count < 4 && one_in(mk, 2)) return MODEL_SAY_INVOICE;
  for (int i = 0; i < MODEL_KINDS; i++)
    sum += kinds[i].often;
  at = below(mk, sum);
  while (at >= kinds[kind].often)
    at -= kinds[kind++].often;
  return kind;
}

void sim_make(struct chance *chance, const struct model *model, arc_day today,
              struct sim_call *call) {
  static struct model ahead; /* after the rows so far */
  struct maker mk = {chance, &ahead, today, 0};
  int kind;
  model_copy(&ahead, model);
  kind = some_kind(&mk);
  call->count = 1;
  if (!kinds[kind].one_row && one_in(&mk, 3)) call->count += 1 + below(&mk, SIM_ROWS - 1);
  for (int i = 0; i < call->count; i++)
    make_row(&mk, &ahead, kind, &call->rows[i]);
}

/* One thing of it, if it has it, is said otherwise, so that under its key it is another command, or
 * says the same in other words. */
void sim_alter(struct chance *chance, struct sim_call *call) {
  struct model_command *c = &call->rows[chance_below(chance, call->count)];
  switch (chance_below(chance, 8)) {
  case 0:
    if (c->day) c->day++;
    break;
  case 1:
    if (c->until && c->until != ARC_DAY_NONE) c->until--;
    break;
  case 2:
    if (c->amount) c->amount++;
    break;
  case 3:
    if (c->kind == MODEL_SAY_CHARGE && c->from != ARC_DAY_NONE) c->from--;
    break;
  case 4:
    if (c->kind == MODEL_SAY_CHARGE && c->to != ARC_DAY_NONE) c->to++;
    break;
  case 5:
    c->invoice = -1;
    break;
  case 6:
    if (c->kind == MODEL_SAY_CHARGE) c->charge = c->charge > 2 ? 1 : c->charge + 1;
    break;
  default:
    if (c->kind == MODEL_SAY_INVOICE && c->terms_text && !c->parts && c->until == ARC_DAY_NONE)
      c->terms_text = MODEL_TERMS_NONE, c->until = c->day + 30;
    else if (c->kind == MODEL_SAY_INVOICE || c->kind == MODEL_SAY_CUSTOMER)
      c->terms_text = (c->terms_text + 1) % MODEL_TERMS_WRONG;
  }
}

arc_status sim_tell(arc_ledger *ledger, const struct sim_call *call, arc_error *err) {
  return kinds[call->rows[0].kind].tell(ledger, call->rows, call->count, err);
}

int sim_judge(struct model *model, const struct sim_call *call) {
  static struct model before;
  int verdict = 2;
  if (call->count > 1) model_copy(&before, model);
  for (int i = 0; i < call->count && verdict >= 0; i++) {
    int one = model_say(model, &call->rows[i]);
    if (one < 0)
      verdict = -1;
    else if (one == 0)
      verdict = 0;
  }
  if (verdict < 0 && call->count > 1) model_copy(model, &before);
  return verdict;
}

/* ---- printing ---- */

static void print_key(FILE *to, const char *what, char letter, int key) {
  if (key >= 0) fprintf(to, " %s %c%d", what, letter, key);
}

static void print_number(FILE *to, const char *what, int64_t number) {
  if (number) fprintf(to, " %s %lld", what, (long long)number);
}

static void print_day(FILE *to, const char *what, arc_day day) {
  char text[11];
  if (day == 0 || day == ARC_DAY_NONE) return;
  if (arc_day_format(text, day) == ARC_OK)
    fprintf(to, " %s %s", what, text);
  else
    fprintf(to, " %s %d", what, (int)day);
}

static void print_row(FILE *to, const struct model_command *c) {
  fprintf(to, "%s %d%s", sim_kind_name(c->kind), c->key, c->replace ? " replaced" : "");
  print_key(to, "customer", 'C', c->customer);
  print_key(to, "parent", 'C', c->parent);
  if (c->credit >= 0)
    fprintf(to, " of %s P%d", c->credit_kind == MODEL_PAYMENT ? "payment" : "credit note",
            c->credit);
  print_key(to, "invoice", 'I', c->invoice);
  print_number(to, "instalment", c->instalment);
  if (c->currency >= 0) fprintf(to, " %s", codes[c->currency]);
  print_day(to, "day", c->day);
  print_day(to, "until", c->until);
  if (c->kind == MODEL_SAY_CHARGE) {
    static const char *const charges[] = {"no kind", "fee", "interest", "compensation"};
    fprintf(to, " %s", charges[c->charge > 0 && c->charge < 4 ? c->charge : 0]);
    print_day(to, "from", c->from);
    print_day(to, "to", c->to);
  }
  print_number(to, "amount", c->amount);
  print_number(to, "discount", c->discount);
  print_number(to, "tolerance", c->tolerance);
  if (c->deducts) fprintf(to, " deducts D%d %lld", c->deduction_key, (long long)c->deduction);
  print_number(to, "flags", c->flags);
  print_number(to, "terms", c->terms);
  print_number(to, "checks", c->checks);
  print_number(to, "error", c->error);
  print_key(to, "reissued", 'I', c->reissued);
  print_day(to, "fulfilled", c->fulfilled);
  print_number(to, "lines", c->lines);
  if (c->terms_text) fprintf(to, " \"%s\"", terms_texts[c->terms_text]);
  print_number(to, "role", c->role);
  print_number(to, "channel", c->channel);
  print_number(to, "status", c->status);
  print_number(to, "grace", c->grace);
  print_number(to, "text", c->text);
  for (int i = 0; i < c->parts; i++) {
    fprintf(to, " part %d:", i + 1);
    if (c->kind == MODEL_SAY_TOUCH)
      fprintf(to, " I%d instalment %d", c->part_invoice[i], c->part_instalment[i]);
    print_day(to, "due", c->part_due[i]);
    print_number(to, "amount", c->part_amount[i]);
  }
}

void sim_print(FILE *to, const struct sim_call *call) {
  for (int i = 0; i < call->count; i++) {
    if (i) fputs("; ", to);
    print_row(to, &call->rows[i]);
  }
}
