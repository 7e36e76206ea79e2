#include "model.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { YES = 0, BEFORE = 2, NO = -1 };

#define DAY_FIRST (-719162)
#define DAY_LAST  2932896

static int is_day(int32_t day) {
  return day >= DAY_FIRST && day <= DAY_LAST;
}

void model_init(struct model *m) {
  memset(m, 0, sizeof *m);
  m->day_run = m->planned = m->matched = m->closed = MODEL_NEVER;
}

void model_copy(struct model *to, const struct model *from) {
  if (to == from) return;
#define COPY(array, number)                                                                        \
  memcpy(to->array, from->array, (size_t)from->number * sizeof *from->array),                      \
      to->number = from->number
  COPY(customers, customer_count);
  COPY(invoices, invoice_count);
  COPY(instalments, instalment_count);
  COPY(credits, credit_count);
  COPY(entries, entry_count);
  COPY(said, said_count);
  COPY(things, thing_count);
#undef COPY
  to->day_run = from->day_run;
  to->planned = from->planned;
  to->matched = from->matched;
  to->closed = from->closed;
  to->matched_credits = from->matched_credits;
}

/* ---- finding ---- */

int model_find_customer(const struct model *m, int key) {
  for (int i = 0; i < m->customer_count; i++)
    if (m->customers[i].key == key) return i;
  return -1;
}

int model_find_invoice(const struct model *m, int key) {
  for (int i = 0; i < m->invoice_count; i++)
    if (m->invoices[i].key == key) return i;
  return -1;
}

int model_find_credit(const struct model *m, int kind, int key) {
  for (int i = 0; i < m->credit_count; i++)
    if (m->credits[i].key == key && m->credits[i].kind == kind) return i;
  return -1;
}

struct model_thing *model_find_thing(struct model *m, int kind, int key) {
  for (int i = 0; i < m->thing_count; i++)
    if (m->things[i].said.kind == kind && m->things[i].said.key == key) return &m->things[i];
  return NULL;
}

/* ---- amounts of a day ---- */

static int counts(int32_t from, int32_t until, int32_t day) {
  return from <= day && (until == MODEL_NEVER || until > day);
}

void model_open(const struct model *m, int32_t day, int64_t *instalments, int64_t *credits) {
  for (int i = 0; i < m->instalment_count; i++)
    instalments[i] =
        m->invoices[m->instalments[i].invoice].issued <= day ? m->instalments[i].amount : 0;
  for (int c = 0; c < m->credit_count; c++)
    credits[c] = counts(m->credits[c].day, m->credits[c].reversed, day) ? m->credits[c].amount : 0;
  for (int e = 0; e < m->entry_count; e++) {
    const struct model_entry *entry = &m->entries[e];
    if (!counts(entry->day, entry->undone, day)) continue;
    if (entry->instalment >= 0)
      instalments[entry->instalment] -= entry->amount + entry->discount + entry->tolerance;
    if (entry->credit >= 0) credits[entry->credit] -= entry->taken;
  }
}

static int64_t open_of(const struct model *m, int instalment, int32_t day) {
  int64_t open = m->instalments[instalment].amount;
  for (int e = 0; e < m->entry_count; e++)
    if (m->entries[e].instalment == instalment &&
        counts(m->entries[e].day, m->entries[e].undone, day))
      open -= m->entries[e].amount + m->entries[e].discount + m->entries[e].tolerance;
  return open;
}

static int64_t left_of(const struct model *m, int credit, int32_t day) {
  int64_t left = m->credits[credit].amount;
  for (int e = 0; e < m->entry_count; e++)
    if (m->entries[e].credit == credit && counts(m->entries[e].day, m->entries[e].undone, day))
      left -= m->entries[e].taken;
  return left;
}

/* The least of it on any day from `day` on: it only changes on days of entries. */
static int64_t room(const struct model *m, int64_t (*amount)(const struct model *, int, int32_t),
                    int of, int32_t day) {
  int64_t least = amount(m, of, day);
  for (int e = 0; e < m->entry_count; e++) {
    int32_t days[2] = {m->entries[e].day, m->entries[e].undone};
    if ((amount == open_of ? m->entries[e].instalment : m->entries[e].credit) != of) continue;
    for (int k = 0; k < 2; k++)
      if (days[k] > day && amount(m, of, days[k]) < least) least = amount(m, of, days[k]);
  }
  return least;
}

int64_t model_credit_room(const struct model *m, int credit, int32_t day) {
  return room(m, left_of, credit, day);
}

int model_owner(const struct model_credit *c, int32_t day) {
  return c->known_from != MODEL_NEVER && c->known_from > day ? -1 : c->customer;
}

static int credit_account(const struct model_credit *c, int32_t day) {
  if (c->kind == MODEL_CREDIT_NOTE) return MODEL_UNAPPLIED_CREDITS;
  return model_owner(c, day) < 0 ? MODEL_UNIDENTIFIED_CASH : MODEL_UNAPPLIED_CASH;
}

int64_t model_disputed(const struct model *m, int instalment, const int64_t *open, int32_t day) {
  const struct model_invoice *invoice = &m->invoices[m->instalments[instalment].invoice];
  int64_t disputed = 0;
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_thing *t = &m->things[i];
    if (t->said.kind == MODEL_SAY_DISPUTE && t->said.invoice == invoice->key &&
        counts(t->said.day, t->closed, day))
      disputed += t->said.amount;
  }
  if (disputed > invoice->amount) disputed = invoice->amount;
  for (int i = invoice->first + invoice->parts - 1; i > instalment; i--)
    disputed -= open[i];
  if (disputed <= 0) return 0;
  return disputed < open[instalment] ? disputed : open[instalment];
}

const struct model_command *model_dispute(const struct model *m, const struct model_thing *dispute,
                                          int32_t day) {
  const struct model_command *last = &dispute->said;
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_command *c = &m->things[i].said;
    if (c->kind == MODEL_SAY_CHANGE && c->key == dispute->said.key && c->until <= day &&
        (last == &dispute->said || c->until > last->until))
      last = c;
  }
  return last;
}

static int has_contact(const struct model *m, int customer) {
  for (int i = 0; i < m->thing_count; i++)
    if (m->things[i].said.kind == MODEL_SAY_CONTACT && m->things[i].said.customer == m->customers[customer].key)
      return 1;
  return 0;
}

static int corrects(const struct model *m, int thing, int invoice, int32_t day) {
  const struct model_command *c = &m->things[thing].said;
  return c->kind == MODEL_SAY_CORRECTION && c->invoice == m->invoices[invoice].key && c->day <= day;
}

int model_findings(const struct model *m, int invoice, int32_t day) {
  int faults = m->invoices[invoice].findings;
  for (int i = 0; i < m->thing_count; i++)
    if (corrects(m, i, invoice, day)) faults &= ~m->things[i].said.flags;
  return has_contact(m, m->invoices[invoice].customer) ? faults & ~2 : faults;
}

int model_corrections(const struct model *m, int invoice, int32_t day) {
  int count = 0;
  for (int i = 0; i < m->thing_count; i++)
    count += corrects(m, i, invoice, day) && !m->things[i].said.error;
  return count;
}

int model_po(const struct model *m, int invoice, int32_t day) {
  int po = m->invoices[invoice].flags;
  for (int i = 0; i < m->thing_count; i++)
    if (corrects(m, i, invoice, day) && m->things[i].said.text) po = m->things[i].said.text;
  return po;
}

static int64_t settled_between(const struct model *m, int key, int32_t from, int32_t to, int32_t day) {
  int64_t paid = 0;
  int invoice = model_find_invoice(m, key);
  for (int e = 0; e < m->entry_count; e++) {
    const struct model_entry *entry = &m->entries[e];
    if (entry->kind == MODEL_SAY_APPLICATION &&
        m->instalments[entry->instalment].invoice == invoice && entry->day >= from &&
        entry->day <= to && counts(entry->day, entry->undone, day))
      paid += entry->amount + entry->discount + entry->tolerance;
  }
  return paid;
}

int64_t model_promise_paid(const struct model *m, const struct model_thing *promise, int32_t day) {
  const struct model_command *c = &promise->said;
  return settled_between(m, c->invoice, c->day, c->until + c->grace, day);
}

int64_t model_plan_paid(const struct model *m, const struct model_thing *plan, int32_t by, int32_t day) {
  return settled_between(m, plan->said.invoice, plan->said.day, by, day);
}

int64_t model_invoice_open(const struct model *m, int invoice) {
  int64_t open = 0;
  for (int i = 0; i < m->invoices[invoice].parts; i++)
    open += open_of(m, m->invoices[invoice].first + i, DAY_LAST);
  return open;
}

/* The account of what is sold, or charged. */
static int income_account(const struct model_invoice *v) {
  return v->charge == MODEL_FEE            ? MODEL_FEES
         : v->charge == MODEL_INTEREST     ? MODEL_INTEREST_INCOME
         : v->charge == MODEL_COMPENSATION ? MODEL_COMPENSATION_INCOME
                                           : MODEL_SALES;
}

/* The account debited against the receivables, or against cash. */
static int entry_account(const struct model *m, const struct model_entry *e, int32_t day) {
  switch (e->kind) {
  case MODEL_SAY_WRITEOFF:
    return MODEL_BAD_DEBT;
  case MODEL_SAY_RECOVERY:
    return MODEL_BAD_DEBT_RECOVERED;
  case MODEL_SAY_WAIVER:
    return income_account(&m->invoices[m->instalments[e->instalment].invoice]);
  default:
    return credit_account(&m->credits[e->credit], day);
  }
}

void model_balances(const struct model *m, int32_t day,
                    int64_t balances[MODEL_ACCOUNTS][MODEL_CURRENCIES]) {
  memset(balances, 0, MODEL_ACCOUNTS * sizeof *balances);
  for (int i = 0; i < m->invoice_count; i++) {
    if (m->invoices[i].issued > day) continue;
    balances[MODEL_RECEIVABLES][m->invoices[i].currency] += m->invoices[i].amount;
    balances[income_account(&m->invoices[i])][m->invoices[i].currency] -= m->invoices[i].amount;
  }
  for (int c = 0; c < m->credit_count; c++) {
    const struct model_credit *k = &m->credits[c];
    if (!counts(k->day, k->reversed, day)) continue;
    balances[k->kind == MODEL_PAYMENT ? MODEL_CASH : MODEL_SALES_RETURNS][k->currency] += k->amount;
    balances[credit_account(k, day)][k->currency] -= k->amount;
  }
  for (int e = 0; e < m->entry_count; e++) {
    const struct model_entry *entry = &m->entries[e];
    int currency = entry->instalment < 0
                       ? m->credits[entry->credit].currency
                       : m->invoices[m->instalments[entry->instalment].invoice].currency;
    if (!counts(entry->day, entry->undone, day)) continue;
    if (entry->credit < 0 || m->credits[entry->credit].currency == currency) {
      balances[entry_account(m, entry, day)][currency] += entry->amount;
    } else {
      balances[entry_account(m, entry, day)][m->credits[entry->credit].currency] += entry->taken;
      balances[MODEL_EXCHANGE][m->credits[entry->credit].currency] -= entry->taken;
      balances[MODEL_EXCHANGE][currency] += entry->amount;
      balances[MODEL_EXCHANGE][MODEL_USD] += entry->gain;
      balances[MODEL_EXCHANGE_DIFFERENCE][MODEL_USD] -= entry->gain;
    }
    balances[MODEL_DISCOUNTS_ALLOWED][currency] += entry->discount;
    balances[MODEL_TOLERANCE][currency] += entry->tolerance;
    balances[entry->kind == MODEL_SAY_REFUND ? MODEL_CASH : MODEL_RECEIVABLES][currency] -=
        entry->amount + entry->discount + entry->tolerance;
  }
}

/* ---- parties ---- */

static int say_customer(struct model *m, const struct model_command *c) {
  int known = model_find_customer(m, c->key), parent = model_find_customer(m, c->parent);
  struct model_customer now = {c->key,   parent,   c->currency < 0 ? MODEL_USD : c->currency,
                               c->flags, c->terms, c->terms_text, c->checks};
  if (c->key < 0 || now.currency == MODEL_NO_CURRENCY || (c->parent >= 0 && parent < 0)) return NO;
  if (c->checks & ~31) return NO;
  if (c->terms < 0 || c->terms > 3660 || c->terms_text == MODEL_TERMS_WRONG || c->flags & ~63)
    return NO;
  if (known < 0) {
    m->customers[m->customer_count++] = now;
    return YES;
  }
  if (memcmp(&m->customers[known], &now, sizeof now) == 0) return BEFORE;
  if (!c->replace) return NO;
  for (int above = parent; above >= 0; above = m->customers[above].parent)
    if (above == known) return NO;
  m->customers[known] = now;
  return YES;
}

/* Things are compared as they were said; -1 and 0 are what was left out. */
static int same(const struct model_command *a, const struct model_command *b) {
  struct model_command x = *a, y = *b;
  x.replace = y.replace = 0;
  return memcmp(&x, &y, sizeof x) == 0;
}

static int add_thing(struct model *m, const struct model_command *said) {
  struct model_thing *t = model_find_thing(m, said->kind, said->key);
  if (t && same(&t->said, said)) return BEFORE;
  if (t) return NO;
  t = &m->things[m->thing_count++];
  t->said = *said;
  t->closed = MODEL_NEVER;
  t->status = said->status;
  return YES;
}

static int say_contact(struct model *m, const struct model_command *c) {
  struct model_thing *t = model_find_thing(m, c->kind, c->key);
  if (c->key < 0 || model_find_customer(m, c->customer) < 0 || c->role < 0 || c->role > 3)
    return NO;
  if (!t || same(&t->said, c) || !c->replace) return add_thing(m, c);
  if (t->said.customer != c->customer) return NO;
  t->said = *c;
  return YES;
}

/* ---- items ---- */

/* The last day of the month, of days from 1970 on. */
static int32_t month_end(int32_t day) {
  static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int32_t first = 0;
  for (int month = 0;; month++) {
    int year = 1970 + month / 12;
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int32_t length = lengths[month % 12] + (month % 12 == 1 && leap);
    if (day < first + length) return first + length - 1;
    first += length;
  }
}

static int64_t percent(int64_t amount, int of) {
  int64_t hundredths = amount * of, whole = hundredths / 100, rest = hundredths % 100;
  return whole + (rest > 50 || (rest == 50 && whole % 2));
}

/* How an invoice falls due. */
struct schedule {
  int terms, parts, discount_bp;
  int32_t discount_last;
  struct model_instalment part[MODEL_PARTS];
};

static void add_part(struct schedule *s, int32_t due, int64_t amount) {
  if (amount == 0) return;
  s->part[s->parts].due = due;
  s->part[s->parts++].amount = amount;
}

static void by_terms(struct schedule *s, int32_t day, int64_t amount) {
  int64_t share = s->terms == MODEL_TERMS_SHARES ? percent(amount, 30) : 0;
  s->discount_last = MODEL_NEVER;
  add_part(s, day, share);
  if (s->terms == MODEL_TERMS_EOM)
    add_part(s, month_end(day) + 45, amount);
  else
    add_part(s, day + (s->terms == MODEL_TERMS_SHARES ? 60 : 30), amount - share);
  if (s->terms == MODEL_TERMS_DISCOUNT) s->discount_bp = 200, s->discount_last = day + 10;
}

/* By what the command says; where it says nothing, by what was recorded of it; or by its customer.
 * 0: it contradicts itself. */
static int scheduled(const struct model *m, const struct model_command *c,
                     const struct model_invoice *v, const struct model_customer *customer,
                     struct schedule *s) {
  int silent = !c->parts && c->until == MODEL_NEVER && !c->terms_text;
  memset(s, 0, sizeof *s);
  s->discount_last = MODEL_NEVER;
  s->terms = !silent ? c->terms_text : v ? v->terms_text : customer->terms_text;
  if (c->terms_text && (c->parts || c->until != MODEL_NEVER)) return 0;
  if (s->terms == MODEL_TERMS_WRONG || c->amount <= 0) return 0;
  for (int i = 0; i < c->parts; i++) {
    s->part[i].due = c->part_due[i];
    s->part[i].amount = c->part_amount[i];
  }
  s->parts = c->parts;
  if (silent && v)
    for (; s->parts < v->parts; s->parts++)
      s->part[s->parts] = m->instalments[v->first + s->parts];
  else if (s->terms)
    by_terms(s, c->day, c->amount);
  else if (!c->parts)
    add_part(s, c->until == MODEL_NEVER ? c->day + customer->terms : c->until, c->amount);
  return 1;
}

static int same_schedule(const struct model *m, const struct model_invoice *v,
                         const struct schedule *s) {
  if (v->parts != s->parts || v->terms_text != s->terms) return 0;
  for (int i = 0; i < s->parts; i++)
    if (m->instalments[v->first + i].due != s->part[i].due ||
        m->instalments[v->first + i].amount != s->part[i].amount)
      return 0;
  return 1;
}

/* Latest first, as nothing says which of several it repeats. */
static int duplicate(const struct model *m, int customer, int currency, const struct model_command *c) {
  for (int i = m->invoice_count - 1; i >= 0; i--) {
    const struct model_invoice *v = &m->invoices[i];
    if (v->customer == customer && v->currency == currency && !v->charge && v->amount == c->amount &&
        abs(v->issued - c->day) <= 7 && model_po(m, i, DAY_LAST) == c->flags)
      return i;
  }
  return -1;
}

static int agreed(const struct model *m, const struct model_command *c, const struct schedule *s, int customer) {
  struct model_command silent = *c;
  struct schedule terms;
  silent.parts = silent.terms_text = 0;
  silent.until = MODEL_NEVER;
  if (!scheduled(m, &silent, NULL, &m->customers[customer], &terms)) return 0;
  if (terms.parts != s->parts || terms.discount_bp != s->discount_bp || terms.discount_last != s->discount_last)
    return 0;
  for (int i = 0; i < s->parts; i++)
    if (terms.part[i].due != s->part[i].due || terms.part[i].amount != s->part[i].amount) return 0;
  return 1;
}

static int find_faults(const struct model *m, const struct model_command *c, const struct schedule *s, int customer,
                       int other) {
  return m->customers[customer].checks &
         (!c->flags * 1 | !has_contact(m, customer) * 2 | !agreed(m, c, s, customer) * 4 | !c->lines * 8 |
          (other >= 0) * 16);
}

static int say_invoice(struct model *m, const struct model_command *c) {
  int known = model_find_invoice(m, c->key), customer = model_find_customer(m, c->customer),
      currency = c->currency;
  struct model_invoice *v = known < 0 ? NULL : &m->invoices[known];
  struct schedule s;
  int64_t sum = 0;
  int other;
  if (c->key < 0 || customer < 0 || !is_day(c->day) || c->lines < 0) return NO;
  if (currency < 0) currency = v ? v->currency : m->customers[customer].currency;
  if (currency == MODEL_NO_CURRENCY || !scheduled(m, c, v, &m->customers[customer], &s)) return NO;
  for (int i = 0; i < s.parts; i++) {
    if (!is_day(s.part[i].due) || s.part[i].amount <= 0) return NO;
    if (i && s.part[i].due < s.part[i - 1].due) return NO;
    sum += s.part[i].amount;
  }
  if (sum != c->amount) return NO;
  if (v)
    return !v->charge && v->customer == customer && v->currency == currency &&
                   v->issued == c->day && v->amount == c->amount && v->fulfilled == c->fulfilled &&
                   (v->flags == c->flags || model_po(m, known, DAY_LAST) == c->flags) &&
                   same_schedule(m, v, &s)
               ? BEFORE
               : NO;
  if (c->day <= m->closed || (c->fulfilled && !is_day(c->fulfilled))) return NO;
  if (m->customers[customer].checks & 8 && c->lines && c->lines != c->amount) return NO;
  other = duplicate(m, customer, currency, c);
  m->invoices[m->invoice_count] = (struct model_invoice){.key = c->key,
                                                         .customer = customer,
                                                         .currency = currency,
                                                         .first = m->instalment_count,
                                                         .parts = s.parts,
                                                         .flags = c->flags,
                                                         .terms_text = s.terms,
                                                         .discount_bp = s.discount_bp,
                                                         .discount_last = s.discount_last,
                                                         .charge = MODEL_SALE,
                                                         .of = -1,
                                                         .issued = c->day,
                                                         .amount = c->amount,
                                                         .fulfilled = c->fulfilled,
                                                         .findings = find_faults(m, c, &s, customer, other),
                                                         .other = other};
  for (int i = 0; i < s.parts; i++) {
    s.part[i].invoice = m->invoice_count;
    m->instalments[m->instalment_count++] = s.part[i];
  }
  m->invoice_count++;
  return YES;
}

static int say_charge(struct model *m, const struct model_command *c) {
  int known = model_find_invoice(m, c->key), of = model_find_invoice(m, c->invoice);
  int customer = model_find_customer(m, c->customer), currency = c->currency;
  struct model_invoice *v = known < 0 ? NULL : &m->invoices[known];
  struct model_instalment part = {m->invoice_count, c->until == MODEL_NEVER ? c->day : c->until,
                                  c->amount};
  if (c->key < 0 || (c->customer >= 0 && customer < 0) || (c->invoice >= 0 && of < 0)) return NO;
  if (customer < 0 && of < 0) return NO;
  if (customer < 0) customer = m->invoices[of].customer;
  if (currency < 0)
    currency = of >= 0 ? m->invoices[of].currency
               : v     ? v->currency
                       : m->customers[customer].currency;
  if (currency == MODEL_NO_CURRENCY || !is_day(c->day) || !is_day(part.due) || c->amount <= 0)
    return NO;
  if (c->charge < MODEL_FEE || c->charge > MODEL_COMPENSATION) return NO;
  if ((c->from == MODEL_NEVER) != (c->to == MODEL_NEVER)) return NO;
  if (c->from != MODEL_NEVER && (!is_day(c->from) || !is_day(c->to) || c->to < c->from)) return NO;
  if (v)
    return v->customer == customer && v->currency == currency && v->charge == c->charge &&
                   v->of == of && v->issued == c->day && v->from == c->from && v->to == c->to &&
                   v->amount == c->amount && m->instalments[v->first].due == part.due
               ? BEFORE
               : NO;
  if (of >= 0 && (m->invoices[of].customer != customer || m->invoices[of].currency != currency))
    return NO;
  if (of >= 0 && (m->invoices[of].charge || c->day < m->invoices[of].issued)) return NO;
  if (c->day <= m->closed) return NO;
  m->invoices[m->invoice_count++] = (struct model_invoice){.key = c->key,
                                                           .customer = customer,
                                                           .currency = currency,
                                                           .first = m->instalment_count,
                                                           .parts = 1,
                                                           .discount_last = MODEL_NEVER,
                                                           .charge = c->charge,
                                                           .of = of,
                                                           .issued = c->day,
                                                           .from = c->from,
                                                           .to = c->to,
                                                           .amount = c->amount};
  m->instalments[m->instalment_count++] = part;
  return YES;
}

static int say_credit(struct model *m, const struct model_command *c) {
  int kind = c->kind == MODEL_SAY_PAYMENT ? MODEL_PAYMENT : MODEL_CREDIT_NOTE;
  int known = model_find_credit(m, kind, c->key), customer = model_find_customer(m, c->customer);
  int invoice = model_find_invoice(m, c->invoice), currency = c->currency;
  if (c->key < 0 || !is_day(c->day) || c->amount <= 0) return NO;
  if (customer < 0 && (c->customer >= 0 || kind == MODEL_CREDIT_NOTE)) return NO;
  if (kind == MODEL_CREDIT_NOTE && c->invoice >= 0 &&
      (invoice < 0 || m->invoices[invoice].customer != customer))
    return NO;
  if (currency < 0)
    currency = known >= 0      ? m->credits[known].currency
               : customer >= 0 ? m->customers[customer].currency
                               : MODEL_USD;
  if (currency == MODEL_NO_CURRENCY) return NO;
  if (known >= 0) {
    const struct model_credit *k = &m->credits[known];
    return k->said_customer == customer && k->currency == currency && k->day == c->day &&
                   k->amount == c->amount && k->invoice == invoice && k->error == c->error
               ? BEFORE
               : NO;
  }
  if (c->day <= m->closed) return NO;
  m->credits[m->credit_count++] =
      (struct model_credit){c->key,  kind,   customer,    customer,    currency,
                            invoice, c->day, MODEL_NEVER, MODEL_NEVER, c->amount, c->error};
  return YES;
}

/* ---- cash ---- */

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* amount * numerator / denominator by doubling, bit by bit, half to even; -1: too much. */
static int64_t scaled(int64_t amount, int64_t numerator, int64_t denominator) {
  int64_t whole = 0, rest = 0;
  for (int bit = 62; bit >= 0; bit--) {
    if (whole >= INT64_MAX / 2) return -1;
    whole *= 2, rest *= 2;
    if (rest >= denominator) rest -= denominator, whole++;
    if (!(amount >> bit & 1)) continue;
    if (numerator / denominator >= INT64_MAX - whole - 1) return -1;
    whole += numerator / denominator, rest += numerator % denominator;
    if (rest >= denominator) rest -= denominator, whole++;
  }
  return whole + (2 * rest > denominator || (2 * rest == denominator && whole % 2 == 1));
}

static int64_t part(int64_t sum, int64_t before, int64_t after, int64_t all) {
  return all ? scaled(sum, after, all) - scaled(sum, before, all) : 0;
}

/* Spreads what is said over the instalments, oldest first; 0 if it does not fit on every day. */
static int spread(struct model *m, const struct model_command *c, int credit, int invoice) {
  const struct model_invoice *v = &m->invoices[invoice];
  int64_t amount = c->settled, discount = c->discount, tolerance = c->tolerance;
  for (int i = 0; i < v->parts; i++) {
    int instalment = v->first + i;
    int64_t open = open_of(m, instalment, DAY_LAST);
    int64_t before = c->settled - amount;
    struct model_entry e = {c->kind, instalment, credit, c->day, MODEL_NEVER, 0, 0, 0, 0, 0, m->said_count};
    if (c->instalment && c->instalment != i + 1) continue;
    e.discount = least(discount, open);
    e.tolerance = least(tolerance, open - e.discount);
    e.amount = least(amount, open - e.discount - e.tolerance);
    if (e.amount + e.discount + e.tolerance == 0) continue;
    if (e.amount + e.discount + e.tolerance > room(m, open_of, instalment, c->day)) return 0;
    e.taken = part(c->amount, before, before + e.amount, c->settled);
    e.gain = part(c->credit_value, before, before + e.amount, c->settled) -
             part(c->invoice_value, before, before + e.amount, c->settled);
    if (credit >= 0 && e.taken > room(m, left_of, credit, c->day)) return 0;
    discount -= e.discount;
    tolerance -= e.tolerance;
    amount -= e.amount;
    m->entries[m->entry_count++] = e;
  }
  return amount == 0 && discount == 0 && tolerance == 0;
}

static const struct model_said *find_said(const struct model *m, const struct model_said *s) {
  for (int i = 0; i < m->said_count; i++) {
    const struct model_said *k = &m->said[i];
    if (k->kind == s->kind && k->key == s->key &&
        (s->kind != MODEL_SAY_APPLICATION || (k->credit == s->credit && k->invoice == s->invoice &&
                                              k->day == s->day && k->instalment == s->instalment)))
      return k;
  }
  return NULL;
}

/* Its place, or -1. */
static int key_of_application(const struct model *m, int key) {
  for (int i = 0; i < m->said_count; i++)
    if (m->said[i].kind == MODEL_SAY_APPLICATION && m->said[i].key == key && key >= 0) return i;
  return -1;
}

/* Who paid may be found out after what went back to nobody known, not before. */
static int refunded_since(const struct model *m, int credit, int32_t day) {
  for (int e = 0; e < m->entry_count; e++)
    if (m->entries[e].kind == MODEL_SAY_REFUND && m->entries[e].credit == credit &&
        m->entries[e].day >= day)
      return 1;
  return 0;
}

/* What is deducted, of what the application left open. */
static int deduct(struct model *m, const struct model_command *c, int invoice) {
  struct model_command said = {.kind = MODEL_SAY_DISPUTE, .key = c->deduction_key, .until = MODEL_NEVER};
  said.parent = said.customer = said.credit = said.currency = said.deduction_key = -1;
  said.invoice = c->invoice;
  said.day = c->day;
  said.amount = c->deduction;
  said.deducts = 1;
  if (said.key < 0 || said.amount <= 0 || said.amount > model_invoice_open(m, invoice)) return 0;
  if (model_find_thing(m, said.kind, said.key)) return 0;
  return add_thing(m, &said) == YES;
}

static int is_rate_side(int64_t side) {
  return side >= 1 && side <= INT64_C(100000000000000);
}

/* What both amounts and values are in the end; 0: that cannot be. */
static int exchange(struct model_command *c, int of_credit, int of_invoice) {
  static const int64_t units[] = {[MODEL_USD] = 100, [MODEL_EUR] = 100, [MODEL_JPY] = 1, [MODEL_KWD] = 1000};
  int rated = c->rate_invoice || c->rate_credit, valued = c->invoice_value || c->credit_value;
  if (of_credit == of_invoice) {
    if (rated || valued || (c->settled && c->settled != c->amount)) return 0;
    c->settled = c->amount;
    return 1;
  }
  if (c->amount < 0 || c->settled < 0 || c->invoice_value < 0 || c->credit_value < 0) return 0;
  if (rated && !(is_rate_side(c->rate_invoice) && is_rate_side(c->rate_credit))) return 0;
  if (!c->amount && !c->settled) return 0;
  if (!rated && (!c->amount || !c->settled)) return 0;
  if (rated) {
    int64_t up = c->rate_invoice * units[of_invoice], down = c->rate_credit * units[of_credit];
    int64_t settled = scaled(c->amount, up, down), taken = scaled(c->settled, down, up);
    if (settled < 0 || taken < 0) return 0;
    if (c->amount && c->settled && c->settled != settled && c->amount != taken) return 0;
    if (!c->settled) c->settled = settled;
    if (!c->amount) c->amount = taken;
    if (!c->amount || !c->settled) return 0;
  }
  if (of_credit == MODEL_USD && c->credit_value && c->credit_value != c->amount) return 0;
  if (of_invoice == MODEL_USD && c->invoice_value && c->invoice_value != c->settled) return 0;
  if (of_credit == MODEL_USD) c->credit_value = c->amount;
  if (of_invoice == MODEL_USD) c->invoice_value = c->settled;
  if (c->credit_value && c->invoice_value) return 1;
  c->credit_value = c->invoice_value = 0;
  return !valued;
}

static struct model_said said_application(const struct model_command *c, int credit, int invoice) {
  struct model_said s = {c->kind,    c->key,      credit,       invoice,    c->instalment,
                         c->day,     c->amount,   c->discount,  c->tolerance, c->deducts,
                         0,          0,           c->settled,   c->rate_invoice, c->rate_credit,
                         c->invoice_value, c->credit_value, -1};
  if (!c->deducts) return s;
  s.deduction_key = c->deduction_key;
  s.deduction = c->deduction;
  return s;
}

static int say_application(struct model *m, const struct model_command *given) {
  int credit = model_find_credit(m, given->credit_kind, given->credit),
      invoice = model_find_invoice(m, given->invoice);
  struct model_command resolved = *given, *c = &resolved;
  struct model_said s;
  const struct model_said *known;
  struct model_credit *k;
  int entries = m->entry_count;
  if (credit < 0 || invoice < 0 || !is_day(c->day) || c->instalment > m->invoices[invoice].parts)
    return NO;
  if (!exchange(c, m->credits[credit].currency, m->invoices[invoice].currency)) return NO;
  s = said_application(c, credit, invoice);
  if (c->amount < 0 || c->discount < 0 || c->tolerance < 0 ||
      c->amount + c->discount + c->tolerance == 0)
    return NO;
  known = find_said(m, &s);
  if (known) return memcmp(known, &s, sizeof s) == 0 ? BEFORE : NO;
  if (key_of_application(m, c->key) >= 0) return NO;
  k = &m->credits[credit];
  if (k->reversed != MODEL_NEVER) return NO;
  if (c->day < k->day || c->day < m->invoices[invoice].issued || c->day < k->known_from) return NO;
  if (c->day <= m->closed || (k->customer < 0 && refunded_since(m, credit, c->day))) return NO;
  if (!spread(m, c, credit, invoice) || (c->deducts && !deduct(m, c, invoice))) {
    m->entry_count = entries;
    return NO;
  }
  if (k->customer < 0) {
    k->customer = m->invoices[invoice].customer;
    k->known_from = c->day;
  }
  m->said[m->said_count++] = s;
  return YES;
}

/* What was written off of an instalment by a day, and not recovered on any. */
static int64_t recoverable(const struct model *m, int instalment, int32_t day) {
  int64_t amount = 0;
  for (int i = 0; i < m->entry_count; i++) {
    const struct model_entry *e = &m->entries[i];
    if (e->instalment != instalment) continue;
    if (e->kind == MODEL_SAY_RECOVERY || (e->kind == MODEL_SAY_WRITEOFF && e->day <= day))
      amount += e->amount;
  }
  return amount > 0 ? amount : 0;
}

static int recover(struct model *m, const struct model_command *c, int invoice) {
  int64_t amount = c->amount;
  for (int i = m->invoices[invoice].first;
       i < m->invoices[invoice].first + m->invoices[invoice].parts; i++) {
    struct model_entry e = {c->kind, i, -1, c->day, MODEL_NEVER, 0, 0, 0, 0, 0, m->said_count};
    e.amount = -least(amount, recoverable(m, i, c->day));
    if (!e.amount) continue;
    amount += e.amount;
    m->entries[m->entry_count++] = e;
  }
  return amount == 0;
}

/* Write-offs, waivers of charges, and recoveries. */
static int say_writeoff(struct model *m, const struct model_command *c) {
  int invoice = model_find_invoice(m, c->invoice), entries = m->entry_count;
  struct model_command all = *c;
  struct model_said s = {.kind = c->kind, .key = c->key, .credit = -1, .invoice = invoice, .day = c->day, .amount = c->amount, .application = -1};
  const struct model_said *known;
  if (c->key < 0 || invoice < 0 || !is_day(c->day) || c->amount <= 0) return NO;
  known = find_said(m, &s);
  if (known)
    return known->invoice == invoice && known->day == c->day && known->amount == c->amount ? BEFORE
                                                                                           : NO;
  if (c->day < m->invoices[invoice].issued || c->day <= m->closed) return NO;
  if (c->kind == MODEL_SAY_WAIVER && !m->invoices[invoice].charge) return NO;
  all.instalment = 0;
  all.discount = all.tolerance = all.credit_value = all.invoice_value = 0;
  all.settled = all.amount;
  if (!(c->kind == MODEL_SAY_RECOVERY ? recover(m, c, invoice) : spread(m, &all, -1, invoice))) {
    m->entry_count = entries;
    return NO;
  }
  m->said[m->said_count++] = s;
  return YES;
}

static int say_refund(struct model *m, const struct model_command *c) {
  int credit = model_find_credit(m, c->credit_kind, c->credit);
  struct model_said s = {.kind = c->kind, .key = c->key, .credit = credit, .invoice = -1, .day = c->day, .amount = c->amount, .application = -1};
  const struct model_said *known;
  const struct model_credit *k;
  if (c->key < 0 || credit < 0 || !is_day(c->day) || c->amount <= 0) return NO;
  known = find_said(m, &s);
  if (known)
    return known->credit == credit && known->day == c->day && known->amount == c->amount ? BEFORE
                                                                                         : NO;
  k = &m->credits[credit];
  if (k->reversed != MODEL_NEVER || c->day < k->day || c->day < k->known_from ||
      c->day <= m->closed)
    return NO;
  if (c->amount > model_credit_room(m, credit, c->day)) return NO;
  m->entries[m->entry_count++] =
      (struct model_entry){c->kind, -1, credit, c->day, MODEL_NEVER, c->amount, 0, 0,
                           c->amount, 0, m->said_count};
  m->said[m->said_count++] = s;
  return YES;
}

/* Of a credit's applications: those to an invoice, of what was said once, to an instalment; -1: all. */
static int is_part(const struct model *m, const struct model_entry *e, const struct model_said *of) {
  if (e->kind != MODEL_SAY_APPLICATION || e->credit != of->credit) return 0;
  if (of->invoice >= 0 && m->instalments[e->instalment].invoice != of->invoice) return 0;
  if (of->application >= 0 && e->said != of->application) return 0;
  return !of->instalment || e->instalment == m->invoices[of->invoice].first + of->instalment - 1;
}

/* Undoes them: how many there were, or -1 if the day is too early. */
static int undo(struct model *m, const struct model_said *of) {
  int found = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int e = 0; e < m->entry_count; e++) {
      struct model_entry *entry = &m->entries[e];
      if (!is_part(m, entry, of) || entry->undone != MODEL_NEVER) continue;
      if (entry->day > of->day) return -1;
      found++;
      if (pass) entry->undone = of->day;
    }
  return found;
}

static int say_unapplication(struct model *m, const struct model_command *c) {
  struct model_said s = {.kind = c->kind, .key = c->key, .instalment = c->instalment, .day = c->day,
                         .credit = model_find_credit(m, c->credit_kind, c->credit),
                         .invoice = model_find_invoice(m, c->invoice), .application = -1};
  const struct model_said *known = c->key >= 0 ? find_said(m, &s) : NULL;
  if (s.credit < 0 || s.invoice < 0 || !is_day(c->day) || c->instalment > m->invoices[s.invoice].parts)
    return NO;
  if (c->application >= 0) {
    s.application = key_of_application(m, c->application);
    if (s.application < 0 || m->said[s.application].credit != s.credit ||
        m->said[s.application].invoice != s.invoice)
      return NO;
  }
  if (known) return memcmp(known, &s, sizeof s) == 0 ? BEFORE : NO;
  for (int e = 0; e < m->entry_count && c->key < 0; e++)
    if (is_part(m, &m->entries[e], &s) && m->entries[e].undone == c->day) return BEFORE;
  if (c->day <= m->closed || undo(m, &s) <= 0) return NO;
  if (c->key >= 0) m->said[m->said_count++] = s;
  return YES;
}

static int say_reversal(struct model *m, const struct model_command *c) {
  int credit = model_find_credit(m, MODEL_PAYMENT, c->credit);
  struct model_credit *k = credit < 0 ? NULL : &m->credits[credit];
  struct model_said all = {.kind = c->kind, .key = -1, .credit = credit, .invoice = -1, .day = c->day,
                           .application = -1};
  if (!k || !is_day(c->day)) return NO;
  if (k->reversed != MODEL_NEVER) return k->reversed == c->day ? BEFORE : NO;
  if (c->day < k->day || c->day <= m->closed) return NO;
  for (int e = 0; e < m->entry_count; e++) {
    const struct model_entry *entry = &m->entries[e];
    if (entry->credit != credit) continue;
    if (entry->kind == MODEL_SAY_REFUND || (entry->undone != MODEL_NEVER && entry->undone > c->day))
      return NO;
  }
  if (undo(m, &all) < 0) return NO;
  k->reversed = c->day;
  return YES;
}

/* ---- what is wrong with an invoice ---- */

static int say_delivery(struct model *m, const struct model_command *c) {
  int invoice = model_find_invoice(m, c->invoice);
  if (invoice < 0) return NO;
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_command *k = &m->things[i].said;
    if (k->kind == c->kind && k->invoice == c->invoice && k->day == c->day && k->channel == c->channel)
      return k->text == c->text ? BEFORE : NO;
  }
  if (!is_day(c->day) || c->day < m->invoices[invoice].issued || c->channel < 1 || c->channel > 9) return NO;
  m->things[m->thing_count++] = (struct model_thing){*c, MODEL_NEVER, 0};
  return YES;
}

static int say_correction(struct model *m, const struct model_command *c) {
  int invoice = model_find_invoice(m, c->invoice), reissued = model_find_invoice(m, c->reissued);
  int credit = model_find_credit(m, MODEL_CREDIT_NOTE, c->credit);
  const struct model_thing *t = model_find_thing(m, c->kind, c->key);
  if (c->key < 0 || invoice < 0 || (c->reissued >= 0 && reissued < 0) || (c->credit >= 0 && credit < 0)) return NO;
  if (t) return same(&t->said, c) ? BEFORE : NO;
  if (!is_day(c->day) || c->day < m->invoices[invoice].issued || c->flags < 1 || c->flags > 63) return NO;
  if (m->invoices[invoice].charge || (c->error && (c->text || c->reissued >= 0 || c->credit >= 0))) return NO;
  if (reissued >= 0 && (reissued == invoice || m->invoices[reissued].customer != m->invoices[invoice].customer))
    return NO;
  if (credit >= 0 && m->credits[credit].customer != m->invoices[invoice].customer) return NO;
  return add_thing(m, c);
}

/* ---- exceptions ---- */

static int say_dispute(struct model *m, const struct model_command *c) {
  int invoice = model_find_invoice(m, c->invoice);
  struct model_command said = *c;
  if (c->key < 0 || invoice < 0 || !is_day(c->day)) return NO;
  if (said.amount == 0) said.amount = m->invoices[invoice].amount;
  if (said.amount < 0 || said.amount > m->invoices[invoice].amount || c->grace > 3660) return NO;
  return add_thing(m, &said);
}

/* Where there is no such dispute, it is opened. */
static int say_change(struct model *m, const struct model_command *c) {
  struct model_thing *t = model_find_thing(m, MODEL_SAY_DISPUTE, c->key);
  struct model_command said = *c;
  if (c->key >= 0 && !t) {
    said.kind = MODEL_SAY_DISPUTE;
    said.until = MODEL_NEVER;
    said.replace = 0;
    return say_dispute(m, &said);
  }
  if (c->key < 0 || t->said.invoice != c->invoice || t->said.day != c->day || c->grace > 3660 ||
      (c->amount && t->said.amount != c->amount))
    return NO;
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_command *k = &m->things[i].said;
    if (k->kind == c->kind && k->key == c->key && k->until == c->until)
      return k->text == c->text && k->grace == c->grace ? BEFORE : NO;
  }
  if (!is_day(c->until) || c->until < c->day || t->closed != MODEL_NEVER) return NO;
  m->things[m->thing_count++] = (struct model_thing){said, MODEL_NEVER, 0};
  return YES;
}

static int say_close(struct model *m, const struct model_command *c, int kind) {
  struct model_thing *t = model_find_thing(m, kind, c->key);
  if (!t || c->key < 0 || !is_day(c->day)) return NO;
  if (t->closed != MODEL_NEVER) return t->closed == c->day && t->status == c->flags ? BEFORE : NO;
  if (c->day < t->said.day) return NO;
  t->closed = c->day;
  t->status = c->flags;
  return YES;
}

static int say_promise(struct model *m, const struct model_command *c) {
  int invoice = model_find_invoice(m, c->invoice);
  struct model_thing *t = model_find_thing(m, c->kind, c->key);
  struct model_command said = *c;
  if (c->key < 0 || invoice < 0 || !is_day(c->day) || !is_day(c->until) || c->until < c->day ||
      c->grace > 366)
    return NO;
  if (t && said.amount == 0) said.amount = t->said.amount;
  for (int i = 0; !t && c->amount == 0 && i < m->invoices[invoice].parts; i++)
    said.amount += open_of(m, m->invoices[invoice].first + i, DAY_LAST);
  if (said.amount <= 0 || said.amount > m->invoices[invoice].amount) return NO;
  return add_thing(m, &said);
}

static int say_hold(struct model *m, const struct model_command *c) {
  int customer = model_find_customer(m, c->customer), invoice = model_find_invoice(m, c->invoice);
  if (c->key < 0 || !is_day(c->day)) return NO;
  if (c->flags ? c->customer >= 0 || c->invoice >= 0 : (c->customer < 0) == (c->invoice < 0)) return NO;
  if ((c->customer >= 0 && customer < 0) || (c->invoice >= 0 && invoice < 0)) return NO;
  if (c->until != MODEL_NEVER && (!is_day(c->until) || c->until < c->day)) return NO;
  if (c->channel < 0 || c->channel > 9) return NO;
  return add_thing(m, c);
}

static int say_plan(struct model *m, const struct model_command *c) {
  int invoice = model_find_invoice(m, c->invoice);
  int32_t before = c->day;
  int64_t sum = 0;
  if (c->key < 0 || invoice < 0 || !is_day(c->day) || c->grace > 366 || c->parts < 1) return NO;
  if (model_find_thing(m, c->kind, c->key)) return add_thing(m, c);
  for (int i = 0; i < m->thing_count; i++) {
    const struct model_thing *t = &m->things[i];
    if (t->said.kind == MODEL_SAY_PLAN && t->said.invoice == c->invoice && t->closed == MODEL_NEVER &&
        t->said.part_due[t->said.parts - 1] + t->said.grace >= c->day)
      return NO;
  }
  for (int i = 0; i < c->parts; i++) {
    if (c->part_due[i] < before || c->part_due[i] > DAY_LAST - 367 || c->part_amount[i] <= 0) return NO;
    before = c->part_due[i];
    sum += c->part_amount[i];
  }
  return sum == model_invoice_open(m, invoice) ? add_thing(m, c) : NO;
}

/* ---- talk ---- */

static int of_account(const struct model *m, int key, int number, int customer, int currency) {
  int invoice = model_find_invoice(m, key);
  return invoice >= 0 && number >= 1 && number <= m->invoices[invoice].parts &&
         m->invoices[invoice].customer == customer && m->invoices[invoice].currency == currency;
}

/* status 0: planned; 5: withheld */
static int say_touch(struct model *m, const struct model_command *c) {
  int customer = model_find_customer(m, c->customer);
  struct model_command said = *c;
  struct model_thing *t = model_find_thing(m, c->kind, c->key);
  if (c->key < 0 || customer < 0 || !is_day(c->day) || c->channel < 1 || c->channel > 9) return NO;
  if (said.currency < 0) said.currency = m->customers[customer].currency;
  if (said.currency == MODEL_NO_CURRENCY) return NO;
  if (!of_account(m, c->invoice, c->instalment, customer, said.currency)) return NO;
  if ((c->status == 0) != (c->parts > 0)) return NO;
  for (int i = 0; i < c->parts; i++) {
    if (!of_account(m, c->part_invoice[i], c->part_instalment[i], customer, said.currency))
      return NO;
    if (c->part_amount[i] <= 0) return NO;
  }
  if (t) return same(&t->said, &said) ? BEFORE : NO;
  for (int i = 0; i < c->parts; i++) {
    int invoice = model_find_invoice(m, c->part_invoice[i]);
    if (c->part_amount[i] >
        open_of(m, m->invoices[invoice].first + c->part_instalment[i] - 1, DAY_LAST))
      return NO;
  }
  return add_thing(m, &said);
}

enum { PLANNED, SENT, FAILED, PENDING, DELIVERED, WITHHELD, APPROVED, REFUSED, BOUNCED, OPENED };

static int say_outcome(struct model *m, const struct model_command *c) {
  struct model_thing *t = model_find_thing(m, MODEL_SAY_TOUCH, c->key);
  int to = c->status, may;
  if (!t || c->key < 0 || !is_day(c->day)) return NO;
  if (to == t->status || (t->status == OPENED && (to == SENT || to == DELIVERED))) return BEFORE;
  switch (t->status) {
  case PLANNED: may = to == SENT || to == FAILED || to == PENDING || to == DELIVERED || to == BOUNCED; break;
  case PENDING: may = to == SENT || to == FAILED || to == DELIVERED || to == BOUNCED || to == OPENED; break;
  case SENT: may = to == FAILED || to == DELIVERED || to == BOUNCED || to == OPENED; break;
  case DELIVERED: may = to == BOUNCED || to == OPENED; break;
  case BOUNCED: may = to == DELIVERED || to == OPENED; break;
  case WITHHELD:
  case APPROVED:
  case REFUSED: may = to == APPROVED || to == REFUSED; break;
  default: may = 0;
  }
  if (!may) return NO;
  t->status = to;
  return YES;
}

static int say_note(struct model *m, const struct model_command *c) {
  if (c->key < 0 || model_find_customer(m, c->customer) < 0 || !is_day(c->day)) return NO;
  if (c->invoice >= 0 && model_find_invoice(m, c->invoice) < 0) return NO;
  return add_thing(m, c);
}

static int say_policy(struct model *m, const struct model_command *c) {
  struct model_thing *t = model_find_thing(m, c->kind, c->key);
  if (c->key < 0 || c->text < 0) return NO;
  if (t && t->said.text == c->text) return BEFORE;
  if (!is_day(c->day)) return NO;
  if (!t) return add_thing(m, c);
  t->said = *c;
  return YES;
}

/* ---- tasks and replies ---- */

static int say_task(struct model *m, const struct model_command *c) {
  if (c->key < 0 || model_find_customer(m, c->customer) < 0 || !is_day(c->day)) return NO;
  if (c->grace > 3660) return NO;
  return add_thing(m, c);
}

static struct model_thing *made_of(struct model *m, const struct model_command *reply) {
  static const int kinds[] = {-1, -1, MODEL_SAY_PROMISE, MODEL_SAY_HOLD, MODEL_SAY_TASK};
  return reply->credit_kind ? model_find_thing(m, kinds[reply->credit_kind], reply->parent) : NULL;
}

/* What was made is there, and the customer's. */
static int say_reply(struct model *m, const struct model_command *c) {
  const struct model_thing *made = made_of(m, c);
  int customer = model_find_customer(m, c->customer);
  if (c->key < 0 || customer < 0 || !is_day(c->day) || c->channel < 0 || c->channel > 9) return NO;
  if (c->status < 1 || c->status > 3 || (c->credit_kind && (!made || c->parent < 0))) return NO;
  if (made) {
    int invoice = model_find_invoice(m, made->said.invoice);
    int whose = made->said.invoice >= 0 && made->said.kind != MODEL_SAY_TASK
                    ? m->invoices[invoice].customer
                    : model_find_customer(m, made->said.customer);
    if (whose != customer) return NO;
  }
  return add_thing(m, c);
}

static int say_reply_undo(struct model *m, const struct model_command *c) {
  struct model_thing *t = model_find_thing(m, MODEL_SAY_REPLY, c->key), *made;
  if (!t || c->key < 0 || !is_day(c->day)) return NO;
  if (t->closed != MODEL_NEVER) return t->closed == c->day ? BEFORE : NO;
  if (c->day < t->said.day) return NO;
  t->closed = c->day;
  made = made_of(m, &t->said);
  if (!made || made->closed != MODEL_NEVER) return YES;
  made->closed = c->day > made->said.day ? c->day : made->said.day;
  made->status = made->said.kind == MODEL_SAY_TASK;
  return YES;
}

/* ---- days ---- */

static int say_forward(int32_t *last, int32_t day) {
  if (!is_day(day)) return NO;
  if (day == *last) return BEFORE;
  if (day < *last) return NO;
  *last = day;
  return YES;
}

static int say_matching(struct model *m, const struct model_command *c) {
  if (!is_day(c->day)) return NO;
  if (c->day == m->matched && m->matched_credits == m->credit_count) return BEFORE;
  if (c->day < m->matched) return NO;
  m->matched = c->day;
  m->matched_credits = m->credit_count;
  return YES;
}

int model_say(struct model *m, const struct model_command *c) {
  switch (c->kind) {
  case MODEL_SAY_CUSTOMER:
    return say_customer(m, c);
  case MODEL_SAY_CONTACT:
    return say_contact(m, c);
  case MODEL_SAY_INVOICE:
    return say_invoice(m, c);
  case MODEL_SAY_CREDIT_NOTE:
  case MODEL_SAY_PAYMENT:
    return say_credit(m, c);
  case MODEL_SAY_APPLICATION:
    return say_application(m, c);
  case MODEL_SAY_UNAPPLICATION:
    return say_unapplication(m, c);
  case MODEL_SAY_REVERSAL:
    return say_reversal(m, c);
  case MODEL_SAY_WRITEOFF:
  case MODEL_SAY_WAIVER:
  case MODEL_SAY_RECOVERY:
    return say_writeoff(m, c);
  case MODEL_SAY_CHARGE:
    return say_charge(m, c);
  case MODEL_SAY_REFUND:
    return say_refund(m, c);
  case MODEL_SAY_DELIVERY:
    return say_delivery(m, c);
  case MODEL_SAY_CORRECTION:
    return say_correction(m, c);
  case MODEL_SAY_DISPUTE:
    return say_dispute(m, c);
  case MODEL_SAY_CHANGE:
    return say_change(m, c);
  case MODEL_SAY_RESOLUTION:
    return say_close(m, c, MODEL_SAY_DISPUTE);
  case MODEL_SAY_PROMISE:
    return say_promise(m, c);
  case MODEL_SAY_PLAN:
    return say_plan(m, c);
  case MODEL_SAY_PLAN_END:
    return say_close(m, c, MODEL_SAY_PLAN);
  case MODEL_SAY_HOLD:
    return say_hold(m, c);
  case MODEL_SAY_RELEASE:
    return say_close(m, c, MODEL_SAY_HOLD);
  case MODEL_SAY_TOUCH:
    return say_touch(m, c);
  case MODEL_SAY_OUTCOME:
    return say_outcome(m, c);
  case MODEL_SAY_NOTE:
    return say_note(m, c);
  case MODEL_SAY_POLICY:
    return say_policy(m, c);
  case MODEL_SAY_DAY_RUN:
    return say_forward(&m->day_run, c->day);
  case MODEL_SAY_MATCHING:
    return say_matching(m, c);
  case MODEL_SAY_PLANNING:
    return say_forward(&m->planned, c->day);
  case MODEL_SAY_TASK:
    return say_task(m, c);
  case MODEL_SAY_TASK_END:
    return say_close(m, c, MODEL_SAY_TASK);
  case MODEL_SAY_REPLY:
    return say_reply(m, c);
  case MODEL_SAY_REPLY_UNDO:
    return say_reply_undo(m, c);
  default:
    return is_day(c->day) && c->day <= m->closed ? BEFORE : say_forward(&m->closed, c->day);
  }
}
