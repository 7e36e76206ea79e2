/* Verifies a journal with code of its own: nothing here is shared with the library, so that a fault
 * in the library cannot hide itself. It reads the commits once, checks every header, CRC and link
 * of the chain, and replays what moves money into instalments, credits and control accounts. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: verify_journal [FILE]\n\n"
    "Reads the journal of a book, its commits one after another, from FILE or standard input:\n"
    "the file of the library's file storage, or what another storage holds, such as SQLite:\n\n"
    "  sqlite3 my.book 'SELECT hex(bytes) FROM arcollect_journal ORDER BY first_seq' |\n"
    "      xxd -r -p | verify_journal\n\n"
    "Prints the last link of the chain, to be compared with one that was kept elsewhere (a\n"
    "journal cut off between two commits is sound in itself), and the control accounts in minor\n"
    "units, debits positive. Of a journal whose beginning was dropped, only that what is left is\n"
    "whole and chained: what the amounts follow is in a snapshot, which this program does not\n"
    "read. Exit codes: 0 sound, 1 not (first wrong record named), 2 not read.\n";

static uint64_t seq = 1; /* of the record that is looked at, or of the first one in its commit */
static uint64_t first;   /* where a journal begins that was dropped before; 0: it has everything */

static void need(int right, const char *what) {
  if (right) return;
  fprintf(stderr, "record %" PRIu64 " is wrong: %s\n", seq, what);
  exit(1);
}

static void *resize(void *array, size_t size) {
  if ((array = realloc(array, size)) != NULL) return array;
  fputs("out of memory\n", stderr);
  exit(2);
}

/* Room for one more behind `count` elements: an array is full at powers of two only. */
static void *room(void *array, size_t count, size_t size) {
  return count & (count - 1) ? array : resize(array, (count ? 2 * count : 1) * size);
}

/* ---- little-endian numbers, CRC-32C, BLAKE2b-256 (RFC 7693) ---- */

static uint64_t little(const unsigned char *bytes, size_t size) {
  uint64_t value = 0;
  while (size--) value = value << 8 | bytes[size];
  return value;
}

static uint32_t crc32c(uint32_t crc, const unsigned char *bytes, size_t size) {
  for (crc = ~crc; size--;) {
    crc ^= *bytes++;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0x82f63b78u & (0u - (crc & 1)));
  }
  return ~crc;
}

static const uint64_t blake_iv[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
static const char blake_order[] = /* the schedule of message words, of 12 rounds */
    "0123456789abcdefea489fd61c02b753b8c052fdae3671947931dcbe265a40f8"
    "905724afe1bc683d2c6a0b834d75fe19c51fed4a0763928bdb7ec13950f4862a"
    "6fe9b308c2d714a5a2847615fb9e3cd00123456789abcdefea489fd61c02b753";

static void blake_compress(uint64_t *h, const unsigned char *block, uint64_t count, int last) {
  uint64_t v[16];
  for (int i = 0; i < 8; i++) v[i] = h[i], v[i + 8] = blake_iv[i];
  v[12] ^= count, v[14] ^= last ? UINT64_MAX : 0;
  for (int half = 0; half < 12 * 16; half++) { /* a round mixes four columns, then four diagonals */
    int i = half / 2 % 8, turn = i / 4, even = half % 2 == 0, c = blake_order[half];
    uint64_t *p = &v[i % 4], *q = &v[4 + (i + turn) % 4], *r = &v[8 + (i + 2 * turn) % 4],
             *s = &v[12 + (i + 3 * turn) % 4];
    *p += *q + little(block + 8 * (c - (c > '9' ? 'a' - 10 : '0')), 8);
    *s ^= *p, *s = even ? *s >> 32 | *s << 32 : *s >> 16 | *s << 48;
    *r += *s, *q ^= *r, *q = even ? *q >> 24 | *q << 40 : *q >> 63 | *q << 1;
  }
  for (int i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8];
}

static void blake2b(unsigned char digest[32], const unsigned char *bytes, size_t size) {
  uint64_t h[8];
  memcpy(h, blake_iv, sizeof h), h[0] ^= 0x01010020;
  for (size_t at = 0, piece; at < size; at += piece) {
    unsigned char block[128] = {0};
    piece = size - at < 128 ? size - at : 128;
    memcpy(block, bytes + at, piece);
    blake_compress(h, block, at + piece, at + piece == size);
  }
  for (int i = 0; i < 32; i++) digest[i] = (unsigned char)(h[i / 8] >> i % 8 * 8 & 255);
}

/* ---- records: a number's width, or d the day of a posting, i instalments, l another list, t a text;
 * a list or text begins with its size. A number of more than a byte is seven bits a byte, lowest first,
 * and the high bit set but in the last ---- */

enum { BOOK = 1, CUSTOMER, CONTACT, INVOICE, CREDIT_NOTE, PAYMENT, IDENTIFICATION, APPLICATION,
       UNAPPLICATION, REVERSAL, WRITEOFF, CHARGE = 24, WAIVER, RECOVERY, REFUND, CLOSE, PLAN,
       PLAN_END, EXCHANGE, DISPUTE_CHANGE = 34, DELIVERY, CORRECTION, ERASURE = 40, FORWARD,
       REJECTION = 43, TEMPLATE = 56, RETRY, TYPES };
static const char *const layouts[TYPES] = {
    "", "t4", "4ttttt4448444t448", "44tttttt144", "tttt44d8il414", "ttt444d81", "ttttt44d48", "44d",
    "t44d888214", "t424dt", "4dt", "t4d8tt", "tttttt44428", "441t", "tt44428", "ttt44441", "44t",
    "tttt4444111lt4411", "441t", "ttt444", "tt4", "4", "44", "4", "ttt1444d4448", "t4d8tt", "t4d8tt",
    "tt4d8", "d", "tt42ll", "44t", "t44d888214888188", [DISPUTE_CHANGE] = "44tttt2", "441t", "tttt441144",
    [ERASURE] = "44444t", "tt", [REJECTION] = "44ttl", [TEMPLATE] = "tt4", "448t"};

static int64_t value[16];         /* the numbers of a record, in order */
static const unsigned char *list; static size_t list_size; /* its instalments */
static int64_t book, closed = INT32_MIN; /* its currency; the last day of the periods closed */
static uint64_t read_number(size_t width, const unsigned char **at, size_t *size) {
  uint64_t number = 0;
  for (unsigned bits = 0;; bits += 7) {
    need(*size > 0, "it is too short for its type");
    unsigned char byte = *(*at)++;
    --*size;
    if (width == 1) return byte;
    need(bits < 64 && (uint64_t)(byte & 127) << bits >> bits == (byte & 127), "a number in it is too large");
    number |= (uint64_t)(byte & 127) << bits;
    if (byte > 127) continue;
    need((byte || !bits) && (width == 8 || number >> 8 * width == 0), "a number in it is too long");
    return number;
  }
}

static void read_record(const char *layout, const unsigned char *at, size_t size) {
  for (size_t n = 0; *layout; layout++) {
    size_t width = *layout == 't' ? 2 : *layout > '9' ? 4 : (size_t)(*layout - '0');
    uint64_t number = read_number(width, &at, &size);
    need(*layout != 'd' || (int32_t)number > closed, "it posts into a period that is closed");
    if (*layout <= 'd') value[n++] = (int64_t)number, number = 0;
    need(number <= size, "it is too short for a text or list in it");
    if (*layout == 'i') list = at, list_size = (size_t)number;
    at += number, size -= (size_t)number;
  }
  need(size == 0, "it is too long for its type");
}

/* ---- the books; rows count from 1 in the order of their first record ---- */

enum { RECEIVABLES, UNAPPLIED_CREDITS, UNAPPLIED_CASH, UNIDENTIFIED_CASH, /* the sums of items */
       CASH, SALES, FEES, INTEREST, COMPENSATION, SALES_RETURNS, DISCOUNTS_ALLOWED, TOLERANCE,
       BAD_DEBT, BAD_DEBT_RECOVERED, CLEARING, DIFFERENCE, ACCOUNTS };
static const char *const account_names[ACCOUNTS] = {
    "receivables", "unapplied_credits", "unapplied_cash", "unidentified_cash", "cash", "sales",
    "fees", "interest", "compensation", "sales_returns", "discounts_allowed", "tolerance",
    "bad_debt", "bad_debt_recovered", "exchange", "exchange_difference"};

static struct currency { int64_t code, sums[ACCOUNTS], items[ACCOUNTS]; } *currencies;
static struct instalment { size_t currency; int64_t open, lost; int income; } *instalments;
static struct credit { size_t currency; int64_t open, amount; int account; } *credits;
static struct entry { /* credit: its row, 0 for none; taken: in its currency; from: what settles */
  size_t instalment, credit; int64_t amount, discount, tolerance, taken, gain; int from, holds;
} *entries;
static size_t currency_count, instalment_count, credit_count, entry_count, customers, invoices;

static size_t row(int64_t number, size_t count) {
  need(number >= 1 && (uint64_t)number <= count, "it names a row that no record before it made");
  return (size_t)number - 1;
}

static size_t currency_row(int64_t code) {
  for (size_t i = 0; i < currency_count; i++) if (currencies[i].code == code) return i;
  for (int shift = 0; shift < 24; shift += 8)
    need((uint64_t)(code >> shift & 255) - 'A' < 26 && code < 1 << 24, "it names no currency");
  currencies = room(currencies, currency_count++, sizeof *currencies);
  currencies[currency_count - 1] = (struct currency){.code = code};
  return currency_count - 1;
}

static void add(int64_t *sum, int64_t n) {
  need(n >= 0 ? *sum <= INT64_MAX - n : *sum >= INT64_MIN - n, "a sum exceeds 64 bits");
  *sum += n;
}

static void post(size_t c, int debit, int credited, int64_t amount) {
  add(&currencies[c].sums[debit], amount);
  add(&currencies[c].sums[credited], -amount);
}

static void add_instalment(size_t currency, int64_t amount, int income) {
  need(amount > 0, "an invoice, instalment or charge is not above zero");
  instalments = room(instalments, instalment_count, sizeof *instalments);
  instalments[instalment_count++] = (struct instalment){currency, amount, 0, income};
  post(currency, RECEIVABLES, income, amount);
}

static void add_invoice(void) {
  size_t c = currency_row(value[1]);
  int64_t sum = 0;
  row(value[0], customers);
  for (size_t i = 0; i + 12 <= list_size; i += 12) {
    add_instalment(c, (int64_t)little(list + i + 4, 8), SALES);
    add(&sum, instalments[instalment_count - 1].open);
  }
  need(sum == value[3] && sum && list_size % 12 == 0, "its instalments do not add up to it");
  invoices++;
}

/* A charge stands among the invoices, with one instalment. */
static void add_charge(void) {
  need(value[0] >= 1 && value[0] <= 3, "its kind is unknown");
  row(value[1], customers);
  if (value[3]) row(value[3], invoices);
  add_instalment(currency_row(value[2]), value[8], SALES + (int)value[0]);
  invoices++;
}

static void add_credit(int account) {
  struct credit c = {currency_row(value[1]), value[4], value[4], account};
  if (value[0] || account == UNAPPLIED_CREDITS) row(value[0], customers);
  if (value[2] && account == UNAPPLIED_CREDITS) row(value[2], invoices);
  need(c.amount > 0, "its amount is not above zero");
  credits = room(credits, credit_count, sizeof *credits);
  credits[credit_count++] = c;
  post(c.currency, account == UNAPPLIED_CREDITS ? SALES_RETURNS : CASH, account, c.amount);
}

/* A payment whose payer becomes known, or that is taken back. */
static void move_cash(int to) {
  struct credit *c = &credits[row(value[0], credit_count)];
  need(c->account == UNIDENTIFIED_CASH || (c->account == UNAPPLIED_CASH && to == CASH),
       "it is about a credit note, or a payment that was reversed or is of somebody known");
  need(to != CASH || c->open == c->amount, "it is applied or refunded");
  if (to != CASH) row(value[1], customers);
  post(c->currency, c->account, to, c->open);
  if (to == CASH) c->open = 0;
  c->account = to;
}

/* Settles an instalment with sign 1, undoes that with -1. */
static void settle(struct entry *e, int sign) {
  struct instalment *i = &instalments[e->instalment];
  struct credit *c = e->credit ? &credits[e->credit - 1] : NULL;
  int64_t sum = e->amount, exchange = c && c->currency != i->currency;
  need(e->amount >= 0 && e->discount >= 0 && e->tolerance >= 0 && e->taken >= 0, "it is below 0");
  add(&sum, e->discount), add(&sum, e->tolerance);
  need(sum > 0 && e->holds == (sign < 0), "it settles nothing or undoes what was undone");
  need(!c || c->account < UNIDENTIFIED_CASH, "the credit is of nobody known, or reversed");
  add(&i->open, -sign * sum);
  if (c) c->open -= sign * e->taken;
  if (e->from >= BAD_DEBT) add(&i->lost, sign * e->amount);
  need(i->open >= 0 && (!c || c->open >= 0), "more is settled than is open or left of the credit");
  need(i->lost >= 0, "more is recovered than was written off");
  post(i->currency, exchange ? CLEARING : e->from, RECEIVABLES, sign * e->amount);
  if (exchange)
    post(c->currency, e->from, CLEARING, sign * e->taken),
    post(currency_row(book), CLEARING, DIFFERENCE, sign * e->gain);
  post(i->currency, DISCOUNTS_ALLOWED, RECEIVABLES, sign * e->discount);
  post(i->currency, TOLERANCE, RECEIVABLES, sign * e->tolerance);
  e->holds = sign > 0;
}

static struct entry *add_entry(struct entry e) {
  entries = room(entries, entry_count, sizeof *entries);
  entries[entry_count] = e;
  return &entries[entry_count++];
}

/* In another currency also what is taken, a rate, and if value[12] what both sides are worth in the
 * book's currency: of one that is in it, its amount. */
static void add_application(int exchange) {
  size_t c = row(value[0], credit_count), i = row(value[1], instalment_count);
  struct entry e = {i, c + 1, value[3], value[4], value[5], value[3], 0, credits[c].account, 0};
  int64_t in = currencies[credits[c].currency].code, of = currencies[instalments[i].currency].code;
  if (exchange) e.taken = value[9], e.gain = value[14] - value[13];
  need((in != of) == exchange, "the currencies of the credit and the invoice are wrong");
  need(!exchange || (value[12] ? value[12] == 1 && value[13] >= 0 && value[14] >= 0 &&
       (in != book || value[14] == e.taken) && (of != book || value[13] == e.amount)
       : !(value[13] | value[14])), "its values in the book's currency are wrong");
  settle(add_entry(e), 1);
}

/* What settles without a credit; a recovery undoes, as it were, a write-off. */
static void add_writeoff(int from) {
  size_t i = row(value[0], instalment_count);
  int recovers = from == BAD_DEBT_RECOVERED;
  need(from || instalments[i].income != SALES, "it waives what is no charge");
  from = from ? from : instalments[i].income;
  settle(add_entry((struct entry){i, 0, value[2], 0, 0, 0, 0, from, recovers}), recovers ? -1 : 1);
}

static void add_refund(void) {
  struct credit *c = &credits[row(value[0], credit_count)];
  need(value[2] > 0 && value[2] <= c->open, "it pays back nothing, or more than is left");
  c->open -= value[2];
  post(c->currency, c->account, CASH, value[2]);
  add_entry((struct entry){0});
}

static void replay(uint64_t type, const unsigned char *payload, size_t size) {
  need(first ? type != BOOK : (type == BOOK) == (seq == 1),
       "the journal does not begin with its book, or does so twice");
  read_record(layouts[type], payload, size);
  switch (first ? 0 : type) {
  case CUSTOMER: if (value[0]) row(value[0], customers); else customers++; break;
  case INVOICE: add_invoice(); break;
  case CHARGE: add_charge(); break;
  case CREDIT_NOTE: add_credit(UNAPPLIED_CREDITS); break;
  case PAYMENT: add_credit(value[0] ? UNAPPLIED_CASH : UNIDENTIFIED_CASH); break;
  case IDENTIFICATION: case REVERSAL: move_cash(type == REVERSAL ? CASH : UNAPPLIED_CASH); break;
  case APPLICATION: case EXCHANGE: add_application(type == EXCHANGE); break;
  case UNAPPLICATION:
    need(entries[row(value[2], entry_count)].credit != 0, "it undoes what is no application");
    settle(&entries[value[2] - 1], -1);
    break;
  case WRITEOFF: case WAIVER: add_writeoff(type == WAIVER ? 0 : BAD_DEBT); break;
  case RECOVERY: add_writeoff(BAD_DEBT_RECOVERED); break;
  case REFUND: add_refund(); break;
  case CLOSE: closed = (int32_t)value[0]; break;
  case BOOK: book = value[0];
  }
}

/* ---- commits; chained: the head before, bytes 0 to 31 of the header, the records ---- */

static unsigned char header[80], head[32], *chained;
/* Memory follows the bytes that are there, not a size that a header states. 0: the journal ends. */
static size_t read_commit(FILE *input) {
  size_t have = fread(header, 1, 80, input), size, piece;
  if (have == 0) return 0;
  need(have == 80, "its commit is cut short");
  need(memcmp(header, "ARCJ\1\0\0", 8) == 0 && !little(header + 68, 8) && !little(header + 76, 4),
       "its commit does not begin with ARCJ, version 1, or reserved bytes are not 0");
  need(little(header + 8, 8) == seq || (seq == 1 && !chained),
       "a commit is missing, or they are not in order");
  size = (size_t)little(header + 20, 4);
  need(header[23] < 64 && little(header + 16, 4) - 1 < size / 8, "its count or size cannot be");
  for (have = 0; have < size; have += piece) {
    piece = size - have < 1 << 20 ? size - have : 1 << 20;
    chained = resize(chained, 64 + have + piece);
    need(fread(chained + 64 + have, 1, piece, input) == piece, "its commit is cut short");
  }
  return size;
}

/* A journal whose beginning was dropped: its first record says which link it follows. */
static void begin_at(const unsigned char *at, size_t size) {
  need(little(header + 16, 4) == 1 && size == 74 && little(at, 8) == (66ull << 32 | 1 << 16 | FORWARD) &&
       at[8] == 32 && at[41] == 32, "what is before it is missing");
  memcpy(head, at + 9, 32);
  seq = first = little(header + 8, 8);
}

static void check_commit(const unsigned char *at, size_t size) {
  if (seq == 1 && little(header + 8, 8) != 1) begin_at(at, size);
  need(crc32c(crc32c(0, header, 64), at, size) == little(header + 64, 4), "its CRC is wrong");
  memcpy(chained, head, 32), memcpy(chained + 32, header, 32);
  blake2b(head, chained, 64 + size);
  need(memcmp(head, header + 32, 32) == 0, "its commit is not chained to the one before");
  for (uint64_t left = little(header + 16, 4), step; left--; seq++, at += step, size -= step) {
    need(size >= 8 && little(at + 4, 4) <= size - 8, "it does not fit in its commit");
    step = 8 + little(at + 4, 4);
    need(left || step == size, "its commit holds more than it says");
    if (at[1] & 0x80) continue; /* of a later format, and optional */
    need(*at && *at < TYPES && layouts[*at] && little(at + 1, 3) == 0x100, "its type or version is unknown");
    replay(*at, at + 8, step - 8);
  }
}

static void print_books(void) {
  for (size_t i = 0; i < instalment_count; i++)
    add(&currencies[instalments[i].currency].items[RECEIVABLES], instalments[i].open);
  for (size_t i = 0; i < credit_count; i++)
    add(&currencies[credits[i].currency].items[credits[i].account], -credits[i].open);
  printf("%" PRIu64 " records; head ", seq - 1);
  for (int i = 0; i < 32; i++) printf("%02x", head[i]);
  if (first)
    printf("\nrecords before %" PRIu64 " were dropped: chained from there on, no accounts", first);
  for (const struct currency *c = currencies; c < currencies + currency_count; c++)
    for (int a = 0; a < ACCOUNTS; a++) {
      need(a >= CASH || c->items[a] == c->sums[a], "the books do not balance");
      printf("\n%c%c%c %s %" PRId64, (int)(c->code & 255), (int)(c->code >> 8 & 255),
             (int)(c->code >> 16), account_names[a], c->sums[a]);
    }
  puts("");
}

int main(int count, char **arguments) {
  int wrong_usage = count > 2 || (count == 2 && arguments[1][0] == '-');
  FILE *input = wrong_usage ? NULL : count == 2 ? fopen(arguments[1], "rb") : stdin;
  for (size_t size; input && (size = read_commit(input)) != 0;) check_commit(chained + 64, size);
  if (input && !ferror(input)) return print_books(), 0;
  fputs(wrong_usage ? usage : "the journal cannot be opened or read\n", stderr);
  return 2;
}
