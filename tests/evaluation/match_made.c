/*
 * Makes books of many settings, with the truth, and lets the matcher decide their payments day by day.
 *
 *   match_made [--seeds N] [--from SEED] [--setting NAME] [--left N] [--wrong N] [--at-most N]
 *
 * A setting is a seller: what its numbers look like, what its customers are called, how they pay and what their banks
 * leave of a text. Every evening what really was paid is recorded, as by a person who knows. Fails if more than
 * --at-most (1) of 10,000 payments that were decided alone, or than one if there are fewer, are decided wrongly.
 * --left and --wrong print so many payments that were left, or decided wrongly. Nothing here was looked at when the
 * matcher's weights were chosen.
 */
#include "arcollect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CUSTOMERS    60
#define DAYS         150
#define INVOICES_MAX 6000
#define LIST_MAX     24
#define DAY_FIRST    19723 /* 2024-01-01 */
#define TOLERANCE    25

/* ---- chance ---- */

static uint64_t random_state;

static unsigned below(unsigned n) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (unsigned)((random_state >> 11) % n);
}

static int one_in_hundred(unsigned share) {
  return below(100) < share;
}

/* ---- settings ---- */

enum {
  NUMBER_YEAR,     /* INV-2024-0001234 */
  NUMBER_PLAIN,    /* 10234 */
  NUMBER_BLOCK,    /* 24001234 */
  NUMBER_SLASH,    /* R/2024/00123 */
  NUMBER_DOTS,     /* RE 24.0012 */
  NUMBER_OCR,      /* 1234574, with length and check digit */
  NUMBER_RF,       /* RF451234512345 */
  NUMBER_SWISS,    /* 27 digits */
  NUMBER_CUSTOMER, /* C0042-17 */
  NUMBER_SHORT,    /* 417 */
  NUMBER_SUFFIX,   /* 88123/A */
  NUMBER_RANDOM    /* 7F3K9QX2 */
};

enum { NAME_TRADE, NAME_CHAIN, NAME_PERSON, NAME_ACCENTS };
enum { AMOUNT_ANY, AMOUNT_ROUND, AMOUNT_SAME, AMOUNT_SMALL };

typedef struct setting {
  const char *name;
  int number, names, amounts;
  unsigned stated;     /* payments of which the payer is known, per cent */
  unsigned account;    /* of the others, those with an account */
  unsigned runs;       /* customers that pay what is due together, per cent */
  unsigned care;       /* payments without any trouble, per cent */
  unsigned silent;     /* of all, those without a reference, per cent */
  size_t cut, name_cut; /* characters that the bank leaves; 0: all */
  unsigned discount;   /* basis points within 10 days; 0: none */
  unsigned daily;      /* invoices a day, per thousand customers */
} setting;

static const setting settings[] = {
    {"maker, year blocks", NUMBER_YEAR, NAME_TRADE, AMOUNT_ANY, 100, 0, 50, 80, 5, 140, 27, 200, 120},
    {"wholesaler, plain numbers", NUMBER_PLAIN, NAME_TRADE, AMOUNT_ANY, 60, 70, 70, 75, 8, 140, 35, 300, 250},
    {"wholesaler, texts of 35", NUMBER_BLOCK, NAME_TRADE, AMOUNT_ANY, 50, 80, 70, 75, 10, 35, 18, 200, 200},
    {"services, slashes", NUMBER_SLASH, NAME_ACCENTS, AMOUNT_ROUND, 40, 60, 20, 75, 12, 140, 27, 0, 60},
    {"craftsman, dots", NUMBER_DOTS, NAME_PERSON, AMOUNT_ANY, 0, 70, 10, 70, 15, 140, 35, 200, 40},
    {"utility, OCR numbers", NUMBER_OCR, NAME_PERSON, AMOUNT_ANY, 0, 90, 10, 85, 3, 140, 35, 0, 80},
    {"exporter, RF references", NUMBER_RF, NAME_TRADE, AMOUNT_ANY, 30, 80, 40, 75, 5, 140, 35, 200, 100},
    {"landlord, Swiss references", NUMBER_SWISS, NAME_PERSON, AMOUNT_SAME, 0, 90, 0, 85, 5, 140, 35, 0, 40},
    {"chain, customer's numbers", NUMBER_CUSTOMER, NAME_CHAIN, AMOUNT_ANY, 30, 50, 50, 75, 8, 140, 27, 200, 150},
    {"club, short numbers", NUMBER_SHORT, NAME_PERSON, AMOUNT_SAME, 0, 80, 0, 70, 20, 140, 27, 0, 30},
    {"carrier, suffixes", NUMBER_SUFFIX, NAME_CHAIN, AMOUNT_SMALL, 70, 60, 80, 75, 5, 140, 35, 0, 400},
    {"shop, random numbers", NUMBER_RANDOM, NAME_ACCENTS, AMOUNT_SMALL, 20, 80, 20, 75, 10, 140, 35, 0, 120},
};
#define SETTINGS (sizeof settings / sizeof *settings)

/* What a payment is, by the worst of it. */
enum {
  KIND_EXACT, KIND_DISCOUNT, KIND_LIST, KIND_BARE, KIND_RANGE, KIND_ENDS, KIND_SLIP, KIND_CUT, KIND_FEES, KIND_CENTS, KIND_PART,
  KIND_MORE, KIND_SILENT, KIND_SILENT_LIST, KIND_OTHER_PAYER, KIND_FOREIGN, KIND_OWN, KIND_STALE, KIND_TWICE, KIND_PREPAID,
  KINDS
};
static const char *const kind_names[KINDS] = {
    "exact", "less discount", "list", "number without prefix", "range", "list, shortened", "one slip", "list, cut by the bank", "less fees",
    "cents off", "part", "more", "no reference", "no reference, several", "third-party payer", "number of another customer",
    "number of another open item", "number of a settled item", "paid twice", "prepayment"};

/* ---- the book ---- */

typedef struct customer {
  char key[16], name[64], account[32];
  int runs; /* days between pay runs; 1: every day */
  int style; /* of its texts */
  int bare;  /* writes numbers without prefix and zeros */
  int count; /* invoices */
} customer;

typedef struct invoice {
  char key[16], number[40];
  int customer, disputed, discounted;
  arc_day issued, due, pay;
  int64_t amount, open;
} invoice;

typedef struct payment {
  char key[16], text[600], payer[80], account[32];
  int customer, stated, kind;
  int64_t amount;
  int items[LIST_MAX];
  int64_t cash[LIST_MAX], discount[LIST_MAX];
  int count, short_of; /* what is missing of the last item is a deduction */
} payment;

static const setting *now;
static customer customers[CUSTOMERS];
static invoice invoices[INVOICES_MAX];
static int invoice_count, payment_count;
static payment last_of[CUSTOMERS]; /* for those that pay twice */
static payment today[CUSTOMERS * 8];
static int today_count;
static arc_ledger *ledger;
static arc_error error = ARC_ERROR_INIT;

static void need(arc_status status, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s: %s: %s\n", now->name, what, arc_status_name(status), error.text);
  exit(1);
}

static arc_text text_of(const char *s) {
  arc_text t = {s, strlen(s)};
  return t;
}

/* ---- numbers ---- */

static int is_valid(int32_t scheme, const char *text) {
  return arc_reference_check(NULL, scheme, text, ARC_NUL_TERMINATED, NULL) == ARC_OK;
}

/* The digits to check are tried at a place of the text. */
static void put_check(char *text, size_t at, size_t digits, int32_t scheme) {
  for (unsigned k = 0; k < (digits == 2 ? 100u : 10u); k++) {
    if (digits == 2) text[at] = (char)('0' + k / 10);
    text[at + digits - 1] = (char)('0' + k % 10);
    if (is_valid(scheme, text)) return;
  }
}

static void make_number(char *out, size_t size, int serial, const customer *c) {
  static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  switch (now->number) {
  case NUMBER_YEAR: snprintf(out, size, "INV-2024-%07d", 1200 + serial); break;
  case NUMBER_PLAIN: snprintf(out, size, "%d", 10200 + serial); break;
  case NUMBER_BLOCK: snprintf(out, size, "24%06d", 700 + serial); break;
  case NUMBER_SLASH: snprintf(out, size, "R/2024/%05d", 90 + serial); break;
  case NUMBER_DOTS: snprintf(out, size, "RE 24.%04d", 12 + serial); break;
  case NUMBER_OCR:
    snprintf(out, size, "%d10", 310400 + serial);
    out[strlen(out) - 2] = (char)('0' + strlen(out) % 10);
    put_check(out, strlen(out) - 1, 1, ARC_REFERENCE_OCR_LENGTH);
    break;
  case NUMBER_RF:
    snprintf(out, size, "RF00%d", 2024000 + serial);
    put_check(out, 2, 2, ARC_REFERENCE_RF);
    break;
  case NUMBER_SWISS:
    snprintf(out, size, "2100000%04d%015d0", 100 + (int)(c - customers), 313947000 + serial);
    put_check(out, 26, 1, ARC_REFERENCE_SWISS);
    break;
  case NUMBER_CUSTOMER: snprintf(out, size, "C%04d-%02d", 40 + (int)(c - customers), 1 + c->count); break;
  case NUMBER_SHORT: snprintf(out, size, "%d", 301 + serial); break;
  case NUMBER_SUFFIX: snprintf(out, size, "%d/%c", 88100 + serial / 2, 'A' + serial % 2); break;
  default:
    for (int i = 0; i < 8; i++)
      out[i] = letters[below(32)];
    out[0] = (char)('0' + below(10));
    out[8] = 0;
  }
}

/* ---- customers and invoices ---- */

static void make_name(char *out, size_t size, int i) {
  static const char *const firsts[] = {"Acme", "Borealis", "Cobalt", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Juniper",
                                       "Lumen"};
  static const char *const trades[] = {"Foods", "Steel", "Paper", "Optics", "Motors", "Dental", "Energy", "Timber"};
  static const char *const forms[] = {"Ltd", "GmbH", "Inc.", "S.A.", "B.V.", "GmbH & Co. KG"};
  static const char *const given[] = {"Anna", "Bernd", "Carla", "Dieter", "Eva", "Frank", "Grete", "Hans", "Ines", "Jonas"};
  static const char *const names[] = {"Schmidt", "Schmitt", "Meier", "Mayer", "Keller", "Huber", "Weber", "Berger"};
  static const char *const accents[] = {"Müller", "Mueller", "Größmann", "Ångström", "Čapek", "Łukasz", "Nuñez", "Béranger"};
  switch (now->names) {
  case NAME_TRADE: snprintf(out, size, "%s %s %s", firsts[i % 10], trades[i / 10 % 8], forms[below(6)]); break;
  case NAME_CHAIN: snprintf(out, size, "%s %s Store %03d", firsts[i / 20], trades[i / 20], 101 + i % 20); break;
  case NAME_PERSON: snprintf(out, size, "%s %s", given[i % 10], names[i / 10 % 8]); break;
  default: snprintf(out, size, "%s %s %s", accents[i % 8], trades[i / 8 % 8], forms[below(6)]);
  }
}

static void make_customers(void) {
  for (int i = 0; i < CUSTOMERS; i++) {
    customer *c = &customers[i];
    arc_customer row = ARC_CUSTOMER_INIT;
    memset(c, 0, sizeof *c);
    snprintf(c->key, sizeof c->key, "K%03d", i);
    make_name(c->name, sizeof c->name, i);
    snprintf(c->account, sizeof c->account, "DE%02u5001%06u%04d", below(90) + 10, below(1000000), i);
    c->runs = one_in_hundred(now->runs) ? (int[]){7, 14, 30}[below(3)] : 1;
    c->style = (int)below(8);
    c->bare = one_in_hundred(10);
    row.key = text_of(c->key);
    row.name = text_of(c->name);
    need(arc_ledger_post_customers(ledger, &row, 1, &error), "customer");
  }
}

static int64_t make_amount(void) {
  switch (now->amounts) {
  case AMOUNT_ROUND: return (1 + (int64_t)below(80)) * 2500;
  case AMOUNT_SAME: return below(10) ? 4900 : 4900 + (int64_t)below(20000);
  case AMOUNT_SMALL: return 300 + (int64_t)below(9000);
  default: return 2000 + (int64_t)below(100000) * (below(5) ? 1 : 10);
  }
}

static void make_invoice(int owner, arc_day day) {
  customer *c = &customers[owner];
  if (invoice_count == INVOICES_MAX) return;
  invoice *v = &invoices[invoice_count];
  arc_invoice row = ARC_INVOICE_INIT;
  memset(v, 0, sizeof *v);
  snprintf(v->key, sizeof v->key, "I%05d", invoice_count);
  make_number(v->number, sizeof v->number, invoice_count, c);
  c->count++;
  v->customer = owner;
  v->issued = day;
  v->due = day + 30;
  v->amount = v->open = make_amount();
  v->discounted = now->discount && one_in_hundred(40);
  v->pay = v->discounted ? day + 5 + (arc_day)below(6) : v->due - 8 + (arc_day)below(30);
  invoice_count++;
  row.key = text_of(v->key);
  row.number = text_of(v->number);
  row.customer = text_of(c->key);
  row.issued = day;
  row.due = v->due;
  row.amount = v->amount;
  row.discount_bp = now->discount;
  row.discount_days = now->discount ? 10 : 0;
  need(arc_ledger_post_invoices(ledger, &row, 1, &error), "invoice");
}

/* ---- texts ---- */

static void append(char *text, size_t size, const char *more) {
  size_t n = strlen(text);
  snprintf(text + n, size - n, "%s", more);
}

/* One slip of a number: in a digit mostly. Never one that makes it another number of the book. */
static void make_slip(char *number) {
  char slipped[64], old[64];
  snprintf(old, sizeof old, "%s", number);
  for (int tries = 0; tries < 50; tries++) {
    size_t size = strlen(old), at = below((unsigned)size), taken = 0;
    memcpy(slipped, old, sizeof slipped);
    if (slipped[at] < '0' || slipped[at] > '9') continue;
    switch (below(5)) {
    case 0: slipped[at] = (char)('0' + (slipped[at] - '0' + 1 + (int)below(9)) % 10); break;
    case 1: memmove(slipped + at, slipped + at + 1, size - at); break;
    case 2:
      memmove(slipped + at + 1, slipped + at, size - at + 1);
      slipped[at] = (char)('0' + below(10));
      break;
    case 3:
      if (at + 1 == size) continue;
      slipped[at] = old[at + 1], slipped[at + 1] = old[at];
      break;
    default:
      if (slipped[at] != '0' && slipped[at] != '1') continue;
      slipped[at] = slipped[at] == '0' ? 'O' : 'l';
    }
    if (strcmp(slipped, old) == 0) continue;
    for (int i = 0; i < invoice_count; i++)
      taken += strcmp(invoices[i].number, slipped) == 0;
    if (taken) continue;
    snprintf(number, 40, "%s", slipped);
    return;
  }
}

/* The last digits, as people shorten what repeats. */
static const char *end_of(const char *number) {
  size_t size = strlen(number), keep = 0;
  while (keep < size && keep < 4 && number[size - keep - 1] >= '0' && number[size - keep - 1] <= '9')
    keep++;
  return keep >= 3 ? number + size - keep : number;
}

/* The digits at the end without zeros before them. */
static void make_bare(char *number) {
  size_t size = strlen(number), from = size;
  while (from > 0 && number[from - 1] >= '0' && number[from - 1] <= '9')
    from--;
  while (from < size && number[from] == '0')
    from++;
  if (from > 0 && size - from >= 3) memmove(number, number + from, size - from + 1);
}

/* Numbers as the customer writes them, with what else stands there. */
static void make_text(payment *p, const customer *c, char numbers[][40], int count) {
  static const char *const before[] = {"INVOICE ", "", "RECHNUNG NR. ", "YOUR INV. ", "SVWZ+", "payment of ", "RE-NR ",
                                       "Ref: "};
  static const char *const between[] = {", ", " ", " + ", ";", ",", " and ", ", ", " "};
  char noise[64] = "";
  p->text[0] = 0;
  append(p->text, sizeof p->text, before[c->style]);
  for (int i = 0; i < count; i++) {
    if (i) append(p->text, sizeof p->text, between[c->style]);
    append(p->text, sizeof p->text, p->kind == KIND_ENDS && i ? end_of(numbers[i]) : numbers[i]);
  }
  switch (c->style) {
  case 2: snprintf(noise, sizeof noise, " VOM %02u.%02u.2024", 1 + below(28), 1 + below(12)); break;
  case 3: snprintf(noise, sizeof noise, " CUST.NO %d", 40000 + (int)(c - customers)); break;
  case 4: snprintf(noise, sizeof noise, " EREF+%u", 100000000 + below(800000000)); break;
  case 5: snprintf(noise, sizeof noise, " of 2024-%02u-%02u, thank you", 1 + below(12), 1 + below(28)); break;
  case 6:
    snprintf(noise, sizeof noise, " EUR %lld,%02lld", (long long)(p->amount / 100), (long long)(p->amount % 100));
    break;
  default: break;
  }
  append(p->text, sizeof p->text, noise);
}

/* ---- payments ---- */

static void make_payer(payment *p, const customer *c) {
  p->stated = one_in_hundred(now->stated);
  snprintf(p->payer, sizeof p->payer, "%s", c->name);
  if (one_in_hundred(now->account)) snprintf(p->account, sizeof p->account, "%s", c->account);
  if (one_in_hundred(30))
    for (char *s = p->payer; *s; s++)
      if (*s >= 'a' && *s <= 'z') *s = (char)(*s - 32);
  if (now->name_cut && strlen(p->payer) > now->name_cut) {
    size_t n = now->name_cut;
    while (n > 0 && ((unsigned char)p->payer[n] & 0xc0) == 0x80)
      n--;
    p->payer[n] = 0;
  }
}

static int may_take(const payment *p, int i) {
  for (int k = 0; k < p->count; k++)
    if (p->items[k] == i) return 0;
  return invoices[i].open > 0 && !invoices[i].disputed;
}

/* What is taken today already by another payment is not paid again. */
static int is_taken(int i) {
  for (int k = 0; k < today_count; k++)
    for (int n = 0; n < today[k].count; n++)
      if (today[k].items[n] == i) return 1;
  return 0;
}

static void take(payment *p, int i, arc_day day) {
  const invoice *v = &invoices[i];
  int64_t discount = v->discounted && day <= v->issued + 10 && v->open == v->amount
                         ? (v->amount * now->discount + 5000) / 10000
                         : 0;
  if (discount && p->kind == KIND_EXACT) p->kind = KIND_DISCOUNT;
  p->items[p->count] = i;
  p->discount[p->count] = discount;
  p->cash[p->count] = v->open - discount;
  p->amount += p->cash[p->count++];
}

/* Another invoice: one of another customer, an open one or a settled one of the same; -1: none. */
static int find_other(const payment *p, int kind) {
  int found = -1, seen = 0;
  for (int i = 0; i < invoice_count; i++) {
    const invoice *v = &invoices[i];
    int own = v->customer == p->customer;
    int fits = kind == KIND_FOREIGN ? !own && v->open > 0
               : kind == KIND_OWN   ? own && may_take(p, i) && !is_taken(i)
                                    : own && v->open == 0;
    if (v->open == p->amount) fits = 0; /* then it would be what is meant */
    if (fits && below((unsigned)++seen) == 0) found = i;
  }
  return found;
}

/* A trouble that some payments have. */
static int pick_trouble(const payment *p) {
  static const int of_one[] = {KIND_SLIP, KIND_SLIP, KIND_SLIP, KIND_SLIP, KIND_FEES, KIND_FEES, KIND_CENTS, KIND_PART, KIND_MORE,
                               KIND_OTHER_PAYER, KIND_OTHER_PAYER, KIND_STALE, KIND_OWN, KIND_FOREIGN, KIND_TWICE};
  static const int of_list[] = {KIND_SLIP, KIND_SLIP, KIND_SLIP, KIND_FEES, KIND_CENTS, KIND_ENDS, KIND_ENDS, KIND_RANGE,
                                KIND_OTHER_PAYER, KIND_TWICE};
  if (one_in_hundred(now->care)) return KIND_EXACT;
  if (p->count > 1) return of_list[below(sizeof of_list / sizeof *of_list)];
  return of_one[below(sizeof of_one / sizeof *of_one)];
}

static void change_amount(payment *p) {
  int last = p->count - 1;
  int64_t delta = 0;
  switch (p->kind) {
  case KIND_FEES: delta = -500 - (int64_t)below(2500); break;
  case KIND_CENTS: delta = -1 - (int64_t)below(TOLERANCE); break;
  case KIND_PART: delta = -(p->cash[last] / 4 + (int64_t)below((unsigned)(p->cash[last] / 2))) / 100 * 100; break;
  case KIND_MORE: p->amount += 100 + (int64_t)below((unsigned)p->cash[last]); return;
  default: return;
  }
  if (p->cash[last] + delta <= 0 || delta == 0) {
    p->kind = p->count > 1 ? KIND_LIST : KIND_EXACT;
    return;
  }
  p->cash[last] += delta;
  p->amount += delta;
  if (p->kind == KIND_CENTS) p->discount[last] -= delta; /* settled all the same */
  p->short_of = p->kind == KIND_FEES;
}

/* All of a customer's invoices between two numbers, named by these. */
static int make_range(payment *p, char *out, size_t size) {
  const invoice *first = &invoices[p->items[0]], *last = &invoices[p->items[p->count - 1]];
  int between = 0;
  for (int i = p->items[0]; i <= p->items[p->count - 1]; i++)
    between += invoices[i].customer == p->customer && invoices[i].open > 0;
  if (between != p->count || p->count < 3) return 0;
  snprintf(out, size, "%.39s-%.39s", first->number, end_of(last->number));
  return end_of(last->number) != last->number;
}

/* What may be meant by mistake, or not at all. */
static void write_text(payment *p, int trouble) {
  char numbers[LIST_MAX][40], range[96];
  const customer *c = &customers[p->customer];
  int other;
  for (int i = 0; i < p->count; i++)
    snprintf(numbers[i], sizeof numbers[i], "%s", invoices[p->items[i]].number);
  switch (trouble) {
  case KIND_SLIP: make_slip(numbers[below((unsigned)p->count)]); break;
  case KIND_STALE:
  case KIND_OWN:
  case KIND_FOREIGN:
    other = find_other(p, trouble);
    if (other >= 0) {
      memcpy(numbers[0], invoices[other].number, sizeof numbers[0]);
      p->kind = trouble;
    }
    break;
  case KIND_RANGE:
    if (make_range(p, range, sizeof range)) {
      p->kind = KIND_RANGE;
      snprintf(p->text, sizeof p->text, "INVOICES %s", range);
      return;
    }
    break;
  default: break;
  }
  for (int i = 0; i < p->count && c->bare; i++)
    make_bare(numbers[i]);
  if (c->bare && (p->kind == KIND_EXACT || p->kind == KIND_DISCOUNT || p->kind == KIND_LIST) &&
      strcmp(numbers[0], invoices[p->items[0]].number) != 0)
    p->kind = KIND_BARE;
  make_text(p, c, numbers, p->count);
}

static void make_payment(int owner, const int *items, int count, arc_day day) {
  payment *p = &today[today_count];
  memset(p, 0, sizeof *p);
  p->customer = owner;
  for (int i = 0; i < count; i++)
    take(p, items[i], day);
  make_payer(p, &customers[owner]);
  if (p->count > 1) p->kind = KIND_LIST;
  int trouble = pick_trouble(p);
  if (trouble != KIND_EXACT && trouble != KIND_STALE && trouble != KIND_OWN && trouble != KIND_FOREIGN &&
      trouble != KIND_RANGE && trouble != KIND_TWICE)
    p->kind = trouble;
  if (trouble == KIND_EXACT && one_in_hundred(now->silent)) {
    p->kind = count > 1 ? KIND_SILENT_LIST : KIND_SILENT;
    snprintf(p->text, sizeof p->text, "%s", (const char *[]){"", "THANK YOU", "PAYMENT", "ACCOUNT SETTLEMENT"}[below(4)]);
  } else {
    change_amount(p);
    write_text(p, trouble);
  }
  if (p->kind == KIND_OTHER_PAYER) {
    p->stated = 0;
    snprintf(p->payer, sizeof p->payer, "%s",
             below(3) ? (const char *[]){"Pelican Factoring plc", "Talbot Treuhand AG", "Orion Shared Services"}[below(3)]
                      : customers[below(CUSTOMERS)].name);
    snprintf(p->account, sizeof p->account, "XX%08u", 77 + below(3));
  }
  if (now->cut && strlen(p->text) > now->cut) {
    p->text[now->cut] = 0;
    if (p->kind != KIND_SILENT) p->kind = KIND_CUT;
  }
  snprintf(p->key, sizeof p->key, "P%06d", payment_count++);
  today_count++;
  last_of[owner] = *p;
  if (trouble == KIND_TWICE) last_of[owner].short_of = 2; /* to be paid again */
}

/* The same payment once more, by mistake: nothing is left for it to settle. */
static void make_twice(int owner) {
  payment *p = &today[today_count];
  if (last_of[owner].short_of != 2 || last_of[owner].count == 0 || below(3)) return;
  *p = last_of[owner];
  last_of[owner].short_of = 0;
  p->short_of = p->count = 0;
  p->kind = KIND_TWICE;
  snprintf(p->key, sizeof p->key, "P%06d", payment_count++);
  today_count++;
}

static void make_prepayment(int owner) {
  payment *p = &today[today_count];
  memset(p, 0, sizeof *p);
  p->customer = owner;
  p->kind = KIND_PREPAID;
  p->amount = make_amount();
  make_payer(p, &customers[owner]);
  snprintf(p->text, sizeof p->text, "%s %u",
           (const char *[]){"PREPAYMENT ORDER", "Anzahlung Auftrag", "proforma", "deposit for offer"}[below(4)], 500000 + below(99999));
  snprintf(p->key, sizeof p->key, "P%06d", payment_count++);
  today_count++;
}

/* What the customer pays today: all in one payment if it has pay runs, else each by itself. */
static void make_payments(int owner, arc_day day) {
  const customer *c = &customers[owner];
  int due[LIST_MAX], count = 0;
  if ((day + owner) % c->runs != 0) return;
  for (int i = 0; i < invoice_count && count < LIST_MAX; i++)
    if (invoices[i].customer == owner && invoices[i].open > 0 && !invoices[i].disputed && invoices[i].pay <= day) due[count++] = i;
  if (count > 1 && c->runs > 1) {
    make_payment(owner, due, count, day);
    return;
  }
  for (int i = 0; i < count && i < 3; i++)
    make_payment(owner, &due[i], 1, day);
}

static void post_payments(arc_day day) {
  for (int i = 0; i < today_count; i++) {
    const payment *p = &today[i];
    arc_payment row = ARC_PAYMENT_INIT;
    row.key = text_of(p->key);
    if (p->stated) row.customer = text_of(customers[p->customer].key);
    row.payer_name = text_of(p->payer);
    row.payer_account = text_of(p->account);
    row.remittance = text_of(p->text);
    row.received = day;
    row.amount = p->amount;
    need(arc_ledger_post_payments(ledger, &row, 1, &error), "payment");
  }
}

/* ---- the evening ---- */

static void settle(const payment *p, int i, arc_day day) {
  invoice *v = &invoices[p->items[i]];
  arc_application row = ARC_APPLICATION_INIT;
  row.credit = text_of(p->key);
  row.invoice = text_of(v->key);
  row.day = day;
  row.how = ARC_HOW_CONFIRMED;
  row.amount = p->cash[i];
  row.discount = p->discount[i];
  need(arc_ledger_post_applications(ledger, &row, 1, &error), "application");
  v->open -= p->cash[i] + p->discount[i];
  v->discounted = 0;
  v->pay = day + 10 + (arc_day)below(20);
  if (!p->short_of || v->open == 0 || i + 1 < p->count) return;
  arc_dispute dispute = ARC_DISPUTE_INIT;
  dispute.key = text_of(p->key);
  dispute.invoice = row.invoice;
  dispute.opened = day;
  dispute.amount = v->open;
  v->disputed = 1;
  need(arc_ledger_post_disputes(ledger, &dispute, 1, &error), "dispute");
}

static void settle_all(arc_day day) {
  for (int k = 0; k < today_count; k++)
    for (int i = 0; i < today[k].count; i++)
      settle(&today[k], i, day);
  need(arc_ledger_post_day(ledger, day, ARC_DAY_IS_MATCHED, &error), "matching");
}

/* ---- judging ---- */

typedef struct tally {
  unsigned count, right, wrong, first; /* decided alone and rightly; wrongly; first proposal right, whoever decides */
} tally;

static tally of_kind[KINDS], of_setting[SETTINGS], total;
static int show_left, show_wrong;

static arc_text cell(const arc_report *report, size_t row, size_t column) {
  arc_text t;
  t.data = arc_report_text(report, row, column, &t.size);
  return t;
}

static int is_named(const payment *p, arc_text key) {
  for (int i = 0; i < p->count; i++)
    if (strlen(invoices[p->items[i]].key) == key.size && memcmp(invoices[p->items[i]].key, key.data, key.size) == 0) return 1;
  return 0;
}

static void print_case(const char *what, const payment *p, const arc_report *report, size_t row) {
  arc_text decision = cell(report, row, 9), evidence = cell(report, row, 10);
  printf("%s | %s | %s | %s%s | %lld | %s |", what, now->name, kind_names[p->kind], p->stated ? "stated " : "", p->payer,
         (long long)p->amount, p->text);
  for (int i = 0; i < p->count; i++)
    printf(" %s=%lld", invoices[p->items[i]].number, (long long)p->cash[i]);
  printf(" |");
  for (size_t r = row; r < arc_report_rows(report) && arc_report_integer(report, r, 1) <= 1 &&
                       cell(report, r, 0).size == strlen(p->key) && memcmp(cell(report, r, 0).data, p->key, strlen(p->key)) == 0;
       r++)
    for (int i = 0; i < invoice_count; i++) {
      arc_text key = cell(report, r, 2);
      if (strlen(invoices[i].key) == key.size && memcmp(invoices[i].key, key.data, key.size) == 0)
        printf(" %s=%lld", invoices[i].number, (long long)arc_report_integer(report, r, 4));
    }
  printf(" | %.*s | %.*s\n", (int)evidence.size, evidence.data, (int)decision.size, decision.data);
}

/* The first proposal of a payment begins at `row`; returns the row behind it. */
static size_t judge(const payment *p, const arc_report *report, size_t row, tally *setting_tally) {
  size_t rows = arc_report_rows(report), begin = row;
  arc_text decision = cell(report, row, 9);
  int alone = strncmp(decision.data, "apply", 5) == 0 || strncmp(decision.data, "on account", 10) == 0;
  int same = 0, others = 0, first = arc_report_integer(report, row, 1) == 1;
  for (; row < rows; row++) {
    arc_text key = cell(report, row, 0), item = cell(report, row, 2);
    if (key.size != strlen(p->key) || memcmp(key.data, p->key, key.size) != 0) break;
    if (arc_report_integer(report, row, 1) != 1 || item.size == 0) continue;
    if (is_named(p, item)) same++;
    else others++;
  }
  int right = first && same == p->count && others == 0;
  tally *tallies[] = {&total, setting_tally, &of_kind[p->kind]};
  for (int i = 0; i < 3; i++) {
    tallies[i]->count++;
    tallies[i]->right += (unsigned)(alone && right);
    tallies[i]->wrong += (unsigned)(alone && !right);
    tallies[i]->first += (unsigned)right;
  }
  if (alone && !right && show_wrong-- > 0) print_case("wrong", p, report, begin);
  if (!alone && show_left-- > 0) print_case("left", p, report, begin);
  return row;
}

static void judge_all(arc_matcher *matcher, arc_day day, tally *setting_tally) {
  arc_report *report;
  size_t row = 0;
  int judged = 0;
  need(arc_matcher_propose(&report, matcher, NULL, 0, day, &error), "propose");
  while (row < arc_report_rows(report)) {
    arc_text key = cell(report, row, 0);
    int i = 0;
    while (i < today_count && (strlen(today[i].key) != key.size || memcmp(today[i].key, key.data, key.size) != 0))
      i++;
    if (i == today_count) abort();
    row = judge(&today[i], report, row, setting_tally);
    judged++;
  }
  if (judged != today_count) abort();
  arc_report_free(report);
}

/* ---- a book ---- */

static void run_book(const setting *s, uint64_t seed, tally *setting_tally) {
  arc_ledger_options book = ARC_LEDGER_OPTIONS_INIT;
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  arc_matcher *matcher;
  now = s;
  random_state = 0x9e3779b97f4a7c15u ^ seed * 0xbf58476d1ce4e5b9u ^ (uint64_t)(s - settings) << 40;
  for (int i = 0; i < 10; i++)
    below(2);
  invoice_count = payment_count = 0;
  memset(last_of, 0, sizeof last_of);
  book.book = text_of("made");
  memcpy(book.currency, "EUR", 4);
  options.tolerance = TOLERANCE;
  options.discount_grace_days = 2;
  need(arc_ledger_open(&ledger, &book, &error), "open");
  need(arc_matcher_open(&matcher, ledger, &options, &error), "matcher");
  make_customers();
  for (arc_day day = DAY_FIRST; day < DAY_FIRST + DAYS; day++) {
    today_count = 0;
    for (int i = 0; i < CUSTOMERS; i++) {
      while (below(1000) < now->daily)
        make_invoice(i, day);
      make_payments(i, day);
      make_twice(i);
      if (below(500) == 0) make_prepayment(i);
    }
    post_payments(day);
    judge_all(matcher, day, setting_tally);
    settle_all(day);
  }
  arc_matcher_close(matcher);
  arc_ledger_close(ledger);
}

static void print_tally(const char *name, const tally *t) {
  unsigned alone = t->right + t->wrong;
  if (t->count == 0) return;
  printf("%-30s %8u %8.2f %8u %10.4f %8.2f\n", name, t->count, 100.0 * t->right / t->count, t->wrong,
         alone ? 100.0 * t->right / alone : 100.0, 100.0 * t->first / t->count);
}

int main(int argc, char **argv) {
  uint64_t from = 1, seeds = 1;
  unsigned at_most = 1;
  const char *only = NULL;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--seeds") == 0) seeds = strtoull(argv[i + 1], NULL, 10);
    else if (strcmp(argv[i], "--from") == 0) from = strtoull(argv[i + 1], NULL, 10);
    else if (strcmp(argv[i], "--setting") == 0) only = argv[i + 1];
    else if (strcmp(argv[i], "--left") == 0) show_left = atoi(argv[i + 1]);
    else if (strcmp(argv[i], "--wrong") == 0) show_wrong = atoi(argv[i + 1]);
    else if (strcmp(argv[i], "--at-most") == 0) at_most = (unsigned)atoi(argv[i + 1]);
    else {
      fprintf(stderr, "match_made: no such option: %s\n", argv[i]);
      return 2;
    }
  }
  for (size_t k = 0; k < SETTINGS; k++)
    for (uint64_t seed = from; seed < from + seeds && (!only || strstr(settings[k].name, only)); seed++)
      run_book(&settings[k], seed, &of_setting[k]);
  printf("%-30s %8s %8s %8s %10s %8s\n", "", "payments", "alone %", "wrong", "precision", "first %");
  for (size_t k = 0; k < SETTINGS; k++)
    print_tally(settings[k].name, &of_setting[k]);
  for (int k = 0; k < KINDS; k++)
    print_tally(kind_names[k], &of_kind[k]);
  print_tally("all", &total);
  unsigned alone = total.right + total.wrong, limit = alone / 10000 * at_most;
  return total.count == 0 || total.wrong > (limit ? limit : at_most);
}
