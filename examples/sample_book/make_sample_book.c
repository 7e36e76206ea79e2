/*
 * Makes a sample book: customers.csv, invoices.csv, payments.csv, applications.csv and events.csv in
 * the layout that arcollect imports. Everything in it is invented. The same seed gives the same bytes everywhere.
 *
 *   make_sample_book DIR [--customers N] [--seed S] [--from DATE --to DATE]
 *
 * Each customer has a habit (prompt, late, monthly, erratic, silent), and each invoice a fate that
 * follows from it: paid in full, with discount, short, too much and refunded, together with others,
 * late after a promise kept or broken, bounced and paid again, written off, recovered, or open at
 * the end. Some that are late bring charges, which are paid, waived or left open. Each quarter one
 * customer of another currency pays in dollars. Each quarter that is over is closed.
 */
#include <arcollect.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum habit { PROMPT, LATE, MONTHLY, ERRATIC, SILENT };

typedef struct customer {
  char key[16];
  char name[64];
  const char *currency;
  const char *language;
  int utc_offset;
  int parent; /* index of a customer before it; -1: none */
  int segment;
  int owner;
  int terms_days;
  int discount_bp;
  const char *terms; /* in place of these two; "": none */
  int habit;
} customer;

typedef struct invoice {
  int customer;
  int number; /* counts through all invoices, by day */
  arc_day issued;
  arc_day due; /* of the last instalment */
  int64_t amount;
  const char *terms; /* stated by the invoice itself; "": none */
  int discount_bp;
  int waits; /* for the customer's next monthly payment */
} invoice;

typedef struct payment {
  int customer;
  const char *currency;
  int known;  /* 0: the bank does not say whose it is */
  int number; /* counts through all payments, by day */
  arc_day day;
  int64_t amount;
  char remittance[160];
} payment;

/* Dollars for an invoice of another currency. */
typedef struct exchange {
  int invoice, payment;
  int64_t rate, carried; /* how much of the currency's units ten thousand dollars are */
} exchange;

typedef struct event {
  arc_day day;
  const char *type;
  int customer;   /* -1: none */
  int invoice;    /* index; -1: none */
  int charge;     /* its number, in place of an invoice; 0: none */
  int payment;    /* index; -1: none */
  int64_t amount; /* 0: none */
  char text[96];
  char key[24];
  const char *kind, *approved_by;
  arc_day from, until, due;
} event;

typedef struct list {
  void *items;
  size_t size;
  size_t count;
  size_t capacity;
} list;

typedef struct sample {
  uint64_t state; /* of the generator */
  arc_day from;
  arc_day to;
  list customers, invoices, payments, exchanges, events;
  int dispute_count, hold_count, charge_count;
} sample;

/* ---- tools ---- */

static void *list_add(list *l) {
  if (l->count == l->capacity) {
    size_t capacity = l->capacity != 0 ? l->capacity * 2 : 64;
    void *items = realloc(l->items, capacity * l->size);
    if (!items) {
      fputs("make_sample_book: out of memory\n", stderr);
      exit(3);
    }
    l->items = items;
    l->capacity = capacity;
  }
  return memset((char *)l->items + l->size * l->count++, 0, l->size);
}

static customer *customer_at(const sample *s, int i) {
  return (customer *)s->customers.items + i;
}

static invoice *invoice_at(const sample *s, int i) {
  return (invoice *)s->invoices.items + i;
}

static payment *payment_at(const sample *s, int i) {
  return (payment *)s->payments.items + i;
}

/* SplitMix64: small, and the same everywhere. */
static uint64_t next_random(sample *s) {
  uint64_t z = s->state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* A number from least to most. */
static int pick(sample *s, int least, int most) {
  return least + (int)(next_random(s) % (uint64_t)(most - least + 1));
}

static int chance(sample *s, int percent) {
  return pick(s, 1, 100) <= percent;
}

/* ---- customers ---- */

static const char *const segments[] = {"enterprise", "mid-market", "small"};
static const char *const owners[] = {"Mara Lindqvist", "Teo Abara", "Ines Kovar"};

static void make_customer(sample *s, int index) {
  static const char *const first[] = {"Alderwick",  "Bramhollow", "Corvane",   "Dunmarrow",
                                      "Elsterfeld", "Fenloch",    "Garronby",  "Halvika",
                                      "Isenquay",   "Jorvale",    "Kestrelby", "Lomasund",
                                      "Marrowby",   "Nordhaven",  "Ostermill"};
  static const char *const second[] = {"Bakeries",     "Ceramics", "Instruments", "Timber",
                                       "Cold Storage", "Textiles", "Pumps",       "Optics"};
  static const char *const form[] = {"Ltd", "GmbH", "Inc.", "& Sons, Ltd", "SARL"};
  static const int terms[] = {14, 30, 30, 30, 45, 60};
  static const int habits[] = {PROMPT,  PROMPT,  PROMPT,  LATE,  LATE,
                               MONTHLY, MONTHLY, ERRATIC, SILENT};
  static const char *const texts[] = {"2/10, net 30", "3/10, 1/20, net 45", "net 30 eom",
                                      "net 20th prox", "30% on issue, balance +60d"};
  customer *c = list_add(&s->customers);
  int home = pick(s, 0, 99);
  snprintf(c->key, sizeof c->key, "C%04d", index + 1);
  snprintf(c->name, sizeof c->name, "%s %s %s", first[index % 15], second[index / 15 % 8],
           form[pick(s, 0, 4)]);
  c->currency = home < 70 ? "USD" : home < 86 ? "JPY" : "KWD";
  c->language = home < 45 ? "en" : home < 58 ? "de" : home < 70 ? "fr" : home < 86 ? "ja" : "ar";
  c->utc_offset = home < 45 ? -300 : home < 70 ? 60 : home < 86 ? 540 : 180;
  c->parent = index > 4 && chance(s, 15) ? pick(s, 0, 4) : -1;
  c->segment = pick(s, 0, 2);
  c->owner = pick(s, 0, 2);
  c->terms_days = terms[pick(s, 0, 5)];
  c->discount_bp = chance(s, 25) ? 200 : 0;
  c->terms = index % 4 == 3 ? texts[index / 4 % 5] : "";
  if (*c->terms) c->terms_days = c->discount_bp = 0;
  /* The first few show every habit, however small the book is. */
  c->habit = index < 5 ? index : habits[pick(s, 0, 8)];
}

/* ---- what happens ---- */

static event *add_event(sample *s, arc_day day, const char *type, int at_customer, int at_invoice) {
  event *e = list_add(&s->events);
  e->day = day;
  e->type = type;
  e->customer = at_customer;
  e->invoice = at_invoice;
  e->payment = -1;
  e->kind = e->approved_by = "";
  e->from = e->until = e->due = ARC_DAY_NONE;
  return e;
}

static int add_payment(sample *s, int at_customer, arc_day day, int64_t amount) {
  payment *p = list_add(&s->payments);
  p->customer = at_customer;
  p->currency = customer_at(s, at_customer)->currency;
  p->known = !chance(s, 4);
  p->day = day;
  p->amount = amount;
  return (int)s->payments.count - 1;
}

static void invoice_number(char out[20], const sample *s, int at) {
  const invoice *i = invoice_at(s, at);
  int32_t year = 0, month, day;
  arc_day_to_civil(i->issued, &year, &month, &day);
  snprintf(out, 20, "SB-%04d-%05d", (int)year, i->number);
}

/* What the payer writes about one invoice. */
static void name_invoice(sample *s, payment *p, int at) {
  char number[20];
  invoice_number(number, s, at);
  switch (pick(s, 0, 9)) {
  case 0:
    break; /* says nothing */
  case 1:
    snprintf(p->remittance, sizeof p->remittance, "inv %s thank you", number + 3);
    break;
  case 2:
    snprintf(p->remittance, sizeof p->remittance, "/RFB/%s", number);
    break;
  default:
    snprintf(p->remittance, sizeof p->remittance, "Invoice %s", number);
    break;
  }
}

/* An amount in US cents as one of about the same worth. */
static int64_t in_currency_of(const customer *c, int64_t cents) {
  if (strcmp(c->currency, "JPY") == 0) return cents * 3 / 2;
  return strcmp(c->currency, "KWD") == 0 ? cents * 31 / 10 : cents;
}

/* Pays one invoice on a day, if that day comes. @return the payment's index, or -1. */
static int pay(sample *s, int at, arc_day day, int64_t amount) {
  int paid;
  if (day > s->to || amount <= 0) return -1;
  paid = add_payment(s, invoice_at(s, at)->customer, day, amount);
  name_invoice(s, payment_at(s, paid), at);
  return paid;
}

/* What becomes of a charge: it is paid, waived in whole or in part, or stays open. */
static void settle_charge(sample *s, int at_customer, int number, arc_day day, int64_t amount) {
  arc_day later = day + pick(s, 5, 25);
  int fate = pick(s, 1, 100);
  if (later > s->to || fate > 75) return;
  if (fate <= 45) {
    payment *p = payment_at(s, add_payment(s, at_customer, later, amount));
    snprintf(p->remittance, sizeof p->remittance, "Invoice F%05d", number);
  } else {
    event *e = add_event(s, later, "waiver", at_customer, -1);
    e->charge = number;
    e->amount = fate <= 65 ? amount : amount / 2 + 1;
    e->approved_by = owners[customer_at(s, at_customer)->owner];
    snprintf(e->text, sizeof e->text, "goodwill, first time");
  }
}

/* Charges for an invoice that is not paid before that day. */
static void charge(sample *s, int at, arc_day day) {
  invoice *i = invoice_at(s, at);
  const customer *c = customer_at(s, i->customer);
  int number, what = pick(s, 1, 10);
  int64_t amount;
  event *e;
  if (day <= i->due || day > s->to) return;
  number = ++s->charge_count;
  amount = what <= 5   ? i->amount * (day - i->due) * 9 / 36500 + 1
           : what <= 8 ? in_currency_of(c, 1500)
                       : in_currency_of(c, 4000);
  e = add_event(s, day, "charge", i->customer, at);
  e->kind = what <= 5 ? "interest" : what <= 8 ? "fee" : "compensation";
  e->amount = amount;
  e->due = day + 14;
  if (what <= 5) {
    e->from = i->due + 1;
    e->until = day;
  }
  snprintf(e->key, sizeof e->key, "F%05d", number);
  snprintf(e->text, sizeof e->text, "%s", what <= 5 ? "9 % a year" : "late payment");
  settle_charge(s, i->customer, number, day, amount);
}

static void pay_too_much(sample *s, int at, arc_day day) {
  int64_t more = invoice_at(s, at)->amount * pick(s, 1, 10) / 100 + 1;
  int paid = pay(s, at, day, invoice_at(s, at)->amount + more);
  arc_day back = day + pick(s, 10, 25);
  event *e;
  if (paid < 0 || back > s->to || !chance(s, 60)) return;
  e = add_event(s, back, "refund", invoice_at(s, at)->customer, -1);
  e->payment = paid;
  e->amount = more;
  snprintf(e->text, sizeof e->text, "paid too much");
}

static void pay_short(sample *s, int at, arc_day day) {
  static const char *const kinds[] = {"price", "shortage", "damaged", "freight"};
  invoice *i = invoice_at(s, at);
  int64_t missing = i->amount * pick(s, 3, 15) / 100;
  int paid = pay(s, at, day, i->amount - missing);
  arc_day later = day + pick(s, 15, 40);
  int valid = chance(s, 50);
  event *e;
  if (paid < 0 || missing == 0) return;
  e = add_event(s, day, "dispute", i->customer, at);
  e->payment = paid;
  e->amount = missing;
  snprintf(e->text, sizeof e->text, "%s", kinds[pick(s, 0, 3)]);
  snprintf(e->key, sizeof e->key, "D%04d", ++s->dispute_count);
  if (later > s->to) return;
  e = add_event(s, later, "dispute-resolved", i->customer, at);
  snprintf(e->key, sizeof e->key, "D%04d", s->dispute_count);
  snprintf(e->text, sizeof e->text, "%s", valid ? "valid" : "invalid");
  if (valid) {
    e = add_event(s, later, chance(s, 50) ? "writeoff" : "credit", i->customer, at);
    e->amount = missing;
    if (e->type[0] == 'w') e->approved_by = owners[customer_at(s, i->customer)->owner];
    snprintf(e->text, sizeof e->text, "agreed with the customer");
  } else {
    pay(s, at, later + pick(s, 5, 20), missing);
  }
}

static void promise_and_pay(sample *s, int at) {
  invoice *i = invoice_at(s, at);
  arc_day said = i->due + pick(s, 8, 20), by = said + pick(s, 7, 14);
  event *e;
  if (said > s->to) return;
  e = add_event(s, said, "promise", i->customer, at);
  e->amount = i->amount;
  e->until = by;
  snprintf(e->text, sizeof e->text, "accounts payable, by phone");
  e = add_event(s, said, "note", i->customer, at);
  snprintf(e->text, sizeof e->text, "Called; they will pay, the approver was away.");
  if (chance(s, 30)) charge(s, at, said);
  pay(s, at, chance(s, 60) ? by - pick(s, 0, 3) : by + pick(s, 12, 30), i->amount);
}

static void bounce_and_pay_again(sample *s, int at, arc_day day) {
  invoice *i = invoice_at(s, at);
  int paid = pay(s, at, day, i->amount);
  event *e;
  if (paid < 0 || day + 4 > s->to) return;
  e = add_event(s, day + 4, "reversal", i->customer, -1);
  e->payment = paid;
  snprintf(e->text, sizeof e->text, "returned by the bank, insufficient funds");
  pay(s, at, day + pick(s, 12, 30), i->amount);
}

/* What was given up comes in after all, or half of it. */
static void recover(sample *s, int at, arc_day day) {
  invoice *i = invoice_at(s, at);
  int64_t amount = chance(s, 50) ? i->amount : i->amount / 2;
  event *e;
  if (day > s->to) return;
  e = add_event(s, day, "recovery", i->customer, at);
  e->amount = amount;
  e->approved_by = owners[customer_at(s, i->customer)->owner];
  snprintf(e->text, sizeof e->text, "the lawyers settled");
  pay(s, at, day + pick(s, 0, 5), amount);
}

static void stay_silent(sample *s, int at) {
  invoice *i = invoice_at(s, at);
  arc_day late = i->due + pick(s, 100, 160);
  event *e;
  if (chance(s, 60)) charge(s, at, i->due + pick(s, 20, 40));
  if (chance(s, 60)) {
    pay(s, at, i->due + pick(s, 45, 120), i->amount);
  } else if (late <= s->to) {
    e = add_event(s, late, "writeoff", i->customer, at);
    e->amount = i->amount;
    e->approved_by = owners[customer_at(s, i->customer)->owner];
    snprintf(e->text, sizeof e->text, "not collectable");
    if (chance(s, 40)) recover(s, at, late + pick(s, 15, 45));
  }
}

static void hold_back(sample *s, int at) {
  invoice *i = invoice_at(s, at);
  arc_day day = i->due + pick(s, 1, 6), end = day + pick(s, 10, 20);
  event *e;
  if (day > s->to) return;
  e = add_event(s, day, "hold", i->customer, at);
  snprintf(e->key, sizeof e->key, "H%04d", ++s->hold_count);
  snprintf(e->text, sizeof e->text, "waiting for proof of delivery");
  e->until = end + 30;
  if (end > s->to) return;
  e = add_event(s, end, "hold-release", i->customer, at);
  snprintf(e->key, sizeof e->key, "H%04d", s->hold_count);
  snprintf(e->text, sizeof e->text, "proof sent");
}

/* What becomes of an invoice. */
static void decide(sample *s, int at) {
  invoice *i = invoice_at(s, at);
  const customer *c = customer_at(s, i->customer);
  int fate = pick(s, 1, 100);
  arc_day day = c->habit == PROMPT ? i->due - pick(s, 0, 4)
                : c->habit == LATE ? i->due + pick(s, 5, 30)
                                   : i->due + pick(s, -5, 60);
  if (c->habit == MONTHLY)
    i->waits = 1;
  else if (c->habit == SILENT)
    stay_silent(s, at);
  else if (i->discount_bp != 0 && fate <= 40)
    pay(s, at, i->issued + pick(s, 3, 9), i->amount - (i->amount * i->discount_bp + 5000) / 10000);
  else if (fate <= 8)
    pay_short(s, at, day);
  else if (fate <= 11)
    pay_too_much(s, at, day);
  else if (fate <= 14)
    bounce_and_pay_again(s, at, day);
  else if (fate <= 26 && c->habit != PROMPT)
    promise_and_pay(s, at);
  else if (fate <= 31 && c->habit != PROMPT) {
    hold_back(s, at);
    pay(s, at, i->due + pick(s, 30, 50), i->amount);
  } else {
    pay(s, at, day, i->amount);
    if (chance(s, 15)) charge(s, at, day);
  }
  i = invoice_at(s, at);
  if (chance(s, 3) && i->issued + 12 <= s->to) {
    event *e = add_event(s, i->issued + 12, "credit", i->customer, at);
    e->amount = i->amount * pick(s, 2, 8) / 100 + 1;
    snprintf(e->text, sizeof e->text, "returned goods");
  }
}

/* Customers that pay once a month pay all that is due by then in one sum, and list it. */
static void pay_monthly(sample *s, int at_customer, arc_day day) {
  int64_t sum = 0;
  char list_text[160] = "";
  size_t i, used = 0;
  int paid;
  for (i = 0; i < s->invoices.count; i++) {
    invoice *v = invoice_at(s, (int)i);
    char number[20];
    if (v->customer != at_customer || !v->waits || v->due > day || used > sizeof list_text - 24)
      continue;
    invoice_number(number, s, (int)i);
    used += (size_t)snprintf(list_text + used, sizeof list_text - used, "%s%s",
                             used != 0 ? ", " : "", number);
    v->waits = 0;
    sum += v->amount;
  }
  if (sum == 0) return;
  paid = add_payment(s, at_customer, day, sum);
  memcpy(payment_at(s, paid)->remittance, list_text, sizeof list_text);
}

static int64_t make_amount(sample *s, const customer *c) {
  static const int most[] = {4000000, 900000, 150000}; /* US cents, by segment */
  int64_t cents = most[c->segment] / 20 + pick(s, 0, most[c->segment]);
  return in_currency_of(c, cents);
}

/* The due day and the discount, by its own terms, else by those of its customer. */
static void schedule(invoice *v, const customer *c) {
  arc_instalment parts[ARC_TERMS_INSTALMENTS_MAX];
  arc_terms_discount discounts[ARC_TERMS_DISCOUNTS_MAX];
  arc_terms_invoice said = ARC_TERMS_INVOICE_INIT;
  const char *terms = *v->terms ? v->terms : c->terms;
  size_t count = 0, discount_count = 0;
  v->due = v->issued + c->terms_days;
  v->discount_bp = c->discount_bp;
  if (!*terms) return;
  parts[0].struct_size = sizeof *parts;
  discounts[0].struct_size = sizeof *discounts;
  said.issued = v->issued;
  said.terms.data = terms;
  said.terms.size = strlen(terms);
  said.amount = v->amount;
  memcpy(said.currency, c->currency, sizeof said.currency);
  if (arc_terms_apply(parts, ARC_TERMS_INSTALMENTS_MAX, &count, discounts, ARC_TERMS_DISCOUNTS_MAX,
                      &discount_count, &said, NULL) != ARC_OK)
    exit(3);
  v->due = parts[count - 1].due;
  v->discount_bp = discount_count != 0 ? (int)discounts[0].basis_points : 0;
}

static int64_t dollars_of(int64_t amount, const char *currency, int64_t rate) {
  int64_t minor = strcmp(currency, "JPY") == 0 ? 1 : 1000, cents = 0;
  if (arc_money_scale(&cents, amount, 1000000, rate * minor, NULL) != ARC_OK) exit(3);
  return cents;
}

/* A customer of another currency is billed in it, and pays in dollars what they buy on that day. */
static void bill_and_take_dollars(sample *s, int at_customer, arc_day day) {
  const customer *c = customer_at(s, at_customer);
  int64_t booked = strcmp(c->currency, "JPY") == 0 ? 1484000 : 3079;
  invoice *v = list_add(&s->invoices);
  exchange *x;
  payment *p;
  v->customer = at_customer;
  v->issued = day;
  v->number = (int)s->invoices.count;
  v->amount = in_currency_of(c, 123457 + 1009 * v->number);
  v->terms = "";
  schedule(v, c);
  if (day + 40 > s->to) return;
  p = list_add(&s->payments);
  x = list_add(&s->exchanges);
  x->invoice = (int)s->invoices.count - 1;
  x->payment = (int)s->payments.count - 1;
  x->rate = booked + booked * (v->number % 7 - 3) / 100;
  x->carried = dollars_of(v->amount, c->currency, booked);
  p->customer = at_customer;
  p->known = 1;
  p->currency = "USD";
  p->day = day + 40;
  p->amount = dollars_of(v->amount, c->currency, x->rate);
}

/* The next customer of another currency from a place on, if there is one. */
static void bill_somebody_abroad(sample *s, arc_day day, size_t from) {
  size_t i;
  for (i = 0; i < s->customers.count; i++) {
    size_t at = (from + i) % s->customers.count;
    if (strcmp(customer_at(s, (int)at)->currency, "USD") == 0) continue;
    bill_and_take_dollars(s, (int)at, day);
    return;
  }
}

static void live_a_day(sample *s, arc_day day) {
  int32_t year, month, day_of_month;
  size_t i;
  arc_day_to_civil(day + 1, &year, &month, &day_of_month);
  if (day_of_month == 1 && month % 3 == 1 && day < s->to) add_event(s, day, "period-close", -1, -1);
  arc_day_to_civil(day, &year, &month, &day_of_month);
  if ((day - s->from) % 91 == 31) bill_somebody_abroad(s, day, (size_t)(day - s->from) / 91 * 5);
  if (arc_day_weekday(day) > 5) return;
  for (i = 0; i < s->customers.count; i++) {
    const customer *c = customer_at(s, (int)i);
    if (c->habit == MONTHLY && day_of_month >= 25 && day_of_month <= 27)
      pay_monthly(s, (int)i, day);
    if (chance(s, 1) && chance(s, 12))
      snprintf(payment_at(s, add_payment(s, (int)i, day, make_amount(s, c) / 1000 * 1000 + 1000))
                   ->remittance,
               sizeof((payment *)0)->remittance, "on account");
    if (chance(s, 6)) {
      invoice *v = list_add(&s->invoices);
      v->customer = (int)i;
      v->issued = day;
      v->amount = make_amount(s, c);
      v->number = (int)s->invoices.count;
      v->terms = v->number % 19 == 0 ? "1/2 +30d, balance +60d" : "";
      schedule(v, c);
      decide(s, (int)s->invoices.count - 1);
    }
  }
}

/* ---- files ---- */

static void put_text(FILE *out, const char *text) {
  if (!strpbrk(text, ",\"\n")) {
    fputs(text, out);
    return;
  }
  fputc('"', out);
  for (; *text; text++) {
    if (*text == '"') fputc('"', out);
    fputc(*text, out);
  }
  fputc('"', out);
}

static void put_day(FILE *out, arc_day day) {
  char iso[11];
  arc_day_format(iso, day);
  fputs(iso, out);
}

static void put_money(FILE *out, int64_t amount, const char *currency) {
  char text[24];
  if (arc_money_format(text, sizeof text, NULL, amount, currency, NULL) == ARC_OK) fputs(text, out);
}

static void write_customers(const sample *s, FILE *out) {
  static const char *const people[] = {"Renske Duval", "Oskar Brandt", "Noor Haddad",
                                       "Yuki Tanabe",  "Amélie Roux",  "Piet Janssens",
                                       "Lena Würth"};
  size_t i;
  fputs("key,name,parent,segment,owner,currency,terms_days,discount_bp,discount_days,terms,"
        "credit_limit,flags,policy,email,phone,postal,contact,language,utc_offset,checks,"
        "hold_amount,hold_days\n",
        out);
  for (i = 0; i < s->customers.count; i++) {
    const customer *c = customer_at(s, (int)i);
    fprintf(out, "%s,", c->key);
    put_text(out, c->name);
    fprintf(out, ",%s,%s,%s,%s,%d,%d,%d,\"%s\",",
            c->parent >= 0 ? customer_at(s, c->parent)->key : "", segments[c->segment],
            owners[c->owner], c->currency, c->terms_days, c->discount_bp,
            c->discount_bp != 0 ? 10 : 0, c->terms);
    put_money(out, strcmp(c->currency, "KWD") == 0 ? 30000000 : 10000000, c->currency);
    fprintf(out, ",%s,%s,ap.%s@example.com,+1 555 01%02d,",
            i == 7    ? "strategic"
            : i == 11 ? "do_not_contact"
                      : "",
            i == 13 ? "none" : "", c->key, (int)(i % 100));
    fprintf(out, "\"%d Harbour Street\nPort Ellery\",", (int)(i * 7 % 200) + 1);
    fprintf(out, "%s,%s,%d,%s,", people[i % 7], c->language, c->utc_offset,
            i % 4 == 1 ? "po_number terms duplicate" : "");
    if (i % 3 == 0) put_money(out, 50000, c->currency);
    fprintf(out, ",%s\n", i % 3 == 0 ? "30" : "");
  }
}

static void write_invoices(const sample *s, FILE *out) {
  size_t i;
  fputs("key,number,customer,issued,due,currency,amount,discount_bp,discount_days,terms,po,"
        "fulfilled\n",
        out);
  for (i = 0; i < s->invoices.count; i++) {
    const invoice *v = invoice_at(s, (int)i);
    const customer *c = customer_at(s, v->customer);
    char number[20];
    int by_terms;
    invoice_number(number, s, (int)i);
    fprintf(out, "I%05d,%s,%s,", v->number, number, c->key);
    put_day(out, v->issued);
    fputc(',', out);
    by_terms = *v->terms || *c->terms;
    if (!by_terms) put_day(out, v->due);
    fprintf(out, ",%s,", c->currency);
    put_money(out, v->amount, c->currency);
    fprintf(out, ",%d,%d,", by_terms ? 0 : v->discount_bp, by_terms || !v->discount_bp ? 0 : 10);
    put_text(out, v->terms);
    fprintf(out, ",%s,", v->number % 3 == 0 ? "PO 7781" : "");
    put_day(out, v->issued - v->number % 6);
    fputc('\n', out);
  }
}

static int by_day_of_payment(const void *left, const void *right) {
  const payment *const *a = left, *const *b = right;
  if ((*a)->day != (*b)->day) return (*a)->day < (*b)->day ? -1 : 1;
  return *a < *b ? -1 : *a > *b;
}

/* Numbers the payments in the order of their days, and writes them. */
static void write_payments(const sample *s, FILE *out) {
  payment **order = calloc(s->payments.count + 1, sizeof *order);
  size_t i;
  if (!order) exit(3);
  for (i = 0; i < s->payments.count; i++)
    order[i] = payment_at(s, (int)i);
  qsort(order, s->payments.count, sizeof *order, by_day_of_payment);
  fputs("key,customer,received,currency,amount,payer,bank_reference,remittance\n", out);
  for (i = 0; i < s->payments.count; i++) {
    payment *p = order[i];
    const customer *c = customer_at(s, p->customer);
    p->number = (int)i + 1;
    fprintf(out, "P%05d,%s,", p->number, p->known ? c->key : "");
    put_day(out, p->day);
    fprintf(out, ",%s,", p->currency);
    put_money(out, p->amount, p->currency);
    fputc(',', out);
    put_text(out, c->name);
    fprintf(out, ",BK%07d,", p->number * 13);
    put_text(out, p->remittance);
    fputc('\n', out);
  }
  free(order);
}

/* By the rate or by what is settled, in turns. Cash in one currency is left to the matcher. */
static void write_applications(const sample *s, FILE *out) {
  size_t i;
  fputs("payment,invoice,date,amount,settled,rate,invoice_value\n", out);
  for (i = 0; i < s->exchanges.count; i++) {
    const exchange *x = (exchange *)s->exchanges.items + i;
    const payment *p = payment_at(s, x->payment);
    const invoice *v = invoice_at(s, x->invoice);
    fprintf(out, "P%05d,I%05d,", p->number, v->number);
    put_day(out, p->day);
    fputc(',', out);
    if (i % 2 == 0) put_money(out, p->amount, p->currency);
    fputc(',', out);
    put_money(out, v->amount, customer_at(s, v->customer)->currency);
    fputc(',', out);
    if (i % 2 != 0) fprintf(out, "%lld/10000", (long long)x->rate);
    fputc(',', out);
    put_money(out, x->carried, "USD");
    fputc('\n', out);
  }
}

static int by_day_of_event(const void *left, const void *right) {
  const event *const *a = left, *const *b = right;
  if ((*a)->day != (*b)->day) return (*a)->day < (*b)->day ? -1 : 1;
  return *a < *b ? -1 : *a > *b;
}

static void write_events(const sample *s, FILE *out) {
  event **order = calloc(s->events.count + 1, sizeof *order);
  size_t i;
  if (!order) exit(3);
  for (i = 0; i < s->events.count; i++)
    order[i] = (event *)s->events.items + i;
  qsort(order, s->events.count, sizeof *order, by_day_of_event);
  fputs("date,type,customer,invoice,payment,amount,text,key,until,due,kind,from,approved_by\n",
        out);
  for (i = 0; i < s->events.count; i++) {
    const event *e = order[i];
    put_day(out, e->day);
    fprintf(out, ",%s,%s,", e->type, e->customer >= 0 ? customer_at(s, e->customer)->key : "");
    if (e->charge != 0) fprintf(out, "F%05d", e->charge);
    if (e->invoice >= 0) fprintf(out, "I%05d", invoice_at(s, e->invoice)->number);
    fputc(',', out);
    if (e->payment >= 0) fprintf(out, "P%05d", payment_at(s, e->payment)->number);
    fputc(',', out);
    if (e->amount != 0) put_money(out, e->amount, customer_at(s, e->customer)->currency);
    fputc(',', out);
    put_text(out, e->text);
    fprintf(out, ",%s,", e->key);
    put_day(out, e->until);
    fputc(',', out);
    put_day(out, e->due);
    fprintf(out, ",%s,", e->kind);
    put_day(out, e->from);
    fprintf(out, ",%s\n", e->approved_by);
  }
  free(order);
}

static int write_file(const sample *s, const char *folder, const char *name,
                      void (*put)(const sample *s, FILE *out)) {
  char path[1024];
  FILE *out;
  int size = snprintf(path, sizeof path, "%s/%s", folder, name);
  if (size < 0 || (size_t)size >= sizeof path) {
    fprintf(stderr, "make_sample_book: the name of the folder is too long\n");
    return 1;
  }
  out = fopen(path, "wb");
  if (out) {
    int failed;
    put(s, out);
    failed = ferror(out);
    if (fclose(out) == 0 && !failed) return 0;
  }
  fprintf(stderr, "make_sample_book: %s: %s\n", path, strerror(errno));
  return 1;
}

/* ---- command line ---- */

static int usage(void) {
  fputs("usage: make_sample_book DIR [--customers N] [--seed S] [--from DATE --to DATE]\n", stderr);
  return 2;
}

static int number_option(const char *text, unsigned long long most, unsigned long long *out) {
  char *end;
  errno = 0;
  *out = strtoull(text, &end, 10);
  return errno == 0 && end != text && *end == '\0' && text[0] != '-' && *out <= most;
}

static int day_option(const char *text, arc_day *out) {
  return arc_day_parse(out, text, strlen(text), NULL) == ARC_OK;
}

int main(int argc, char **argv) {
  sample s;
  const char *folder = NULL;
  unsigned long long customers = 40, seed = 1;
  arc_day day;
  int i, code;
  memset(&s, 0, sizeof s);
  s.from = arc_day_from_civil(2023, 1, 1);
  s.to = arc_day_from_civil(2024, 6, 30);
  for (i = 1; i < argc; i++) {
    int fine;
    if (argv[i][0] != '-' && !folder) {
      folder = argv[i];
      continue;
    }
    if (i + 1 == argc) return usage();
    fine = strcmp(argv[i], "--customers") == 0 ? number_option(argv[i + 1], 9999, &customers)
           : strcmp(argv[i], "--seed") == 0    ? number_option(argv[i + 1], UINT64_MAX, &seed)
           : strcmp(argv[i], "--from") == 0    ? day_option(argv[i + 1], &s.from)
           : strcmp(argv[i], "--to") == 0      ? day_option(argv[i + 1], &s.to)
                                               : 0;
    if (!fine) return usage();
    i++;
  }
  if (!folder || customers == 0 || s.to < s.from) return usage();
  if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
    fprintf(stderr, "make_sample_book: %s: %s\n", folder, strerror(errno));
    return 1;
  }
  s.state = seed;
  s.customers.size = sizeof(customer);
  s.invoices.size = sizeof(invoice);
  s.payments.size = sizeof(payment);
  s.exchanges.size = sizeof(exchange);
  s.events.size = sizeof(event);
  for (i = 0; i < (int)customers; i++)
    make_customer(&s, i);
  for (day = s.from; day <= s.to; day++)
    live_a_day(&s, day);
  code = write_file(&s, folder, "customers.csv", write_customers) ||
         write_file(&s, folder, "invoices.csv", write_invoices) ||
         write_file(&s, folder, "payments.csv", write_payments) ||
         write_file(&s, folder, "applications.csv", write_applications) ||
         write_file(&s, folder, "events.csv", write_events);
  if (code == 0)
    printf("%s: %zu customers, %zu invoices, %zu payments, %zu events\n", folder, s.customers.count,
           s.invoices.count, s.payments.count, s.events.count);
  free(s.customers.items);
  free(s.invoices.items);
  free(s.payments.items);
  free(s.exchanges.items);
  free(s.events.items);
  return code;
}
