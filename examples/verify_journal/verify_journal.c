/* Verifies a journal with code of its own: nothing here is shared with the library, so that a fault
 * in the library cannot hide itself. It reads the commits once, checks every header, CRC and link
 * of the chain, and replays what moves money into instalments, credits and control accounts.
 * A journal cut off between two commits is sound in itself: compare the head with one that was kept
 * elsewhere. Of a journal whose beginning was dropped it tells that what is left is whole and
 * chained, but no accounts: what they follow is in a snapshot, which this program does not read. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: verify_journal [FILE]\n\n"
    "Reads a journal from FILE or standard input: the file of the library's file storage, or what\n"
    "another storage holds, such as SQLite:\n\n"
    "  sqlite3 my.book 'SELECT hex(bytes) FROM arcollect_journal ORDER BY first_seq' |\n"
    "      xxd -r -p | verify_journal\n\n"
    "Prints the last link of the chain, and the control accounts in minor units, debits positive.\n"
    "Exit codes: 0 sound, 1 not (first wrong record named), 2 not read.\n";

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

static void blake2b(unsigned char digest[32], const unsigned char *bytes, size_t size) {
  uint64_t h[8], v[16];
  memcpy(h, blake_iv, sizeof h), h[0] ^= 0x01010020;
  for (size_t at = 0, end; at < size; at = end) {
    unsigned char block[128] = {0};
    end = size - at < 128 ? size : at + 128;
    memcpy(block, bytes + at, end - at);
    memcpy(v, h, sizeof h), memcpy(v + 8, blake_iv, sizeof blake_iv);
    v[12] ^= end, v[14] ^= end == size ? UINT64_MAX : 0;
    for (int half = 0; half < 12 * 16; half++) { /* a round mixes 4 columns, then 4 diagonals */
      int i = half / 2 % 8, turn = i / 4, even = half % 2 == 0, c = blake_order[half];
      uint64_t *p = &v[i % 4], *q = &v[4 + (i + turn) % 4], *r = &v[8 + (i + 2 * turn) % 4],
               *s = &v[12 + (i + 3 * turn) % 4];
      *p += *q + little(block + 8 * (c - (c > '9' ? 'a' - 10 : '0')), 8);
      *s ^= *p, *s = even ? *s >> 32 | *s << 32 : *s >> 16 | *s << 48;
      *r += *s, *q ^= *r, *q = even ? *q >> 24 | *q << 40 : *q >> 63 | *q << 1;
    }
    for (int i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8];
  }
  for (int i = 0; i < 32; i++) digest[i] = (unsigned char)(h[i / 8] >> i % 8 * 8 & 255);
}

/* ---- the books ---- */

enum { RECEIVABLES, UNAPPLIED_CREDITS, UNAPPLIED_CASH, UNIDENTIFIED_CASH, /* the sums of items */
       CASH, SALES, FEES, INTEREST, COMPENSATION, SALES_RETURNS, DISCOUNTS_ALLOWED, TOLERANCE,
       BAD_DEBT, BAD_DEBT_RECOVERED, CLEARING, DIFFERENCE, ACCOUNTS };
static const char *const account_names[ACCOUNTS] = {
    "receivables", "unapplied_credits", "unapplied_cash", "unidentified_cash", "cash", "sales",
    "fees", "interest", "compensation", "sales_returns", "discounts_allowed", "tolerance",
    "bad_debt", "bad_debt_recovered", "exchange", "exchange_difference"};

/* Rows count from 1 in the order of their first record; by the letter of their kind in layouts. */
enum { CUSTOMERS = 'C', INVOICES = 'V', INSTALMENTS = 'N', CREDITS = 'R', ENTRIES = 'E',
       CURRENCIES = 26 * 26 * 26 };
static size_t rows['Z'];
/* Of instalments and credits: what one was posted to, what of it is open, what was written off. */
static struct item { int64_t currency; int debit, credit; int64_t amount, open, lost; } *items['Z'];
/* What settles: the numbers of its record, and the account that the amount comes from. */
static struct entry { int64_t value[16]; int from; } *entries;
static struct { int used; int64_t sums[ACCOUNTS], items[ACCOUNTS]; } currencies[CURRENCIES];
static int64_t book, closed = INT32_MIN; /* the book's currency; the last day that is closed */
static int64_t value[16];                /* the numbers of the record that is replayed, in order */
static const unsigned char *list, *list_end; /* its instalments */

static void add(int64_t *sum, int64_t n) {
  need(n >= 0 ? *sum <= INT64_MAX - n : *sum >= INT64_MIN - n, "a sum exceeds 64 bits");
  *sum += n;
}

static void post(int64_t currency, int debit, int credit, int64_t amount) {
  currencies[currency].used = 1;
  add(&currencies[currency].sums[debit], amount);
  add(&currencies[currency].sums[credit], -amount);
}

static void add_item(int kind, int64_t currency, int debit, int credit, int64_t amount) {
  struct item *item = items[kind] = room(items[kind], rows[kind], sizeof *item);
  need(amount > 0, "its amount, or that of an instalment, is not above zero");
  item[rows[kind]++] = (struct item){currency, debit, credit, amount, amount, 0};
  post(currency, debit, credit, amount);
}

static void add_invoice(void) {
  int64_t sum = 0;
  for (; list_end - list >= 12; list += 12) {
    add_item(INSTALMENTS, value[1], RECEIVABLES, SALES, (int64_t)little(list + 4, 8));
    add(&sum, (int64_t)little(list + 4, 8));
  }
  need(sum == value[3] && sum && list == list_end, "its instalments do not add up to it");
  rows[INVOICES]++;
}

/* A charge stands among the invoices, with one instalment; its kind is that of the income. */
static void add_charge(void) {
  need(value[0] >= 1 && value[0] <= 3, "its kind is unknown");
  add_item(INSTALMENTS, value[2], RECEIVABLES, SALES + (int)value[0], value[8]);
  rows[INVOICES]++;
}

/* A payment whose payer becomes known, or that is taken back. */
static void move_cash(int to) {
  struct item *c = &items[CREDITS][value[0] - 1];
  need(c->credit == UNIDENTIFIED_CASH || (c->credit == UNAPPLIED_CASH && to == CASH),
       "it is about a credit note, or a payment that was reversed or is of somebody known");
  need(to != CASH || c->open == c->amount, "it is applied or refunded");
  post(c->currency, c->credit, to, c->open);
  if (to == CASH) c->open = 0;
  c->credit = to;
}

/* Settles with sign 1, undoes that with -1: an instalment, by a credit or as lost, or pays a credit
 * back. In their layouts the same numbers are first: credit and instalment (0: none), day, amount,
 * discount, tolerance; between two currencies [10] is taken of the credit, and if [13], what is
 * settled and what is taken are worth [14] and [15] in the book's currency. */
static void settle(const struct entry *e, int sign) {
  const int64_t *v = e->value;
  struct item none = {0}, *c = v[0] ? &items[CREDITS][v[0] - 1] : &none,
              *i = v[1] ? &items[INSTALMENTS][v[1] - 1] : &none;
  int exchange = v[0] && v[1] && c->currency != i->currency;
  int64_t sum = v[3], currency = v[1] ? i->currency : c->currency;
  add(&sum, v[4]), add(&sum, v[5]);
  need(sum > 0, "it settles nothing");
  need(!v[0] || !v[1] || c->credit < UNIDENTIFIED_CASH, "the credit is of nobody, or reversed");
  add(&i->open, -sign * sum), add(&c->open, -sign * (exchange ? v[10] : v[3]));
  if (e->from >= BAD_DEBT) add(&i->lost, sign * v[3]);
  need(c->open >= 0 || !v[0], "more is taken than is left of the credit");
  need((i->open >= 0 && i->lost >= 0) || !v[1], "more is settled than open, recovered than lost");
  post(currency, exchange ? CLEARING : e->from, v[1] ? RECEIVABLES : CASH, sign * v[3]);
  post(currency, DISCOUNTS_ALLOWED, RECEIVABLES, sign * v[4]);
  post(currency, TOLERANCE, RECEIVABLES, sign * v[5]);
  if (!exchange) return;
  post(c->currency, e->from, CLEARING, sign * v[10]);
  post(book, CLEARING, DIFFERENCE, sign * (v[15] - v[14]));
}

static void add_entry(int from, int sign) {
  struct entry *e = entries = room(entries, rows[ENTRIES], sizeof *entries);
  need(from != SALES, "it waives what is no charge");
  e += rows[ENTRIES]++;
  memcpy(e->value, value, sizeof value), e->from = from;
  settle(e, sign);
}

static void use_credit(int exchange) {
  const struct item *c = &items[CREDITS][value[0] - 1];
  int64_t of = value[1] ? items[INSTALMENTS][value[1] - 1].currency : c->currency;
  need((c->currency != of) == exchange, "the currencies of the credit and the invoice are wrong");
  if (exchange)
    need(!value[13] ? !value[14] && !value[15]
         : value[13] == 1 && (c->currency != book || value[15] == value[10]) &&
           (of != book || value[14] == value[3]), "its values in the book's currency are wrong");
  add_entry(c->credit, 1);
}

static void undo(void) {
  struct entry *e = &entries[value[2] - 1];
  need(e->value[0] && e->value[1], "it undoes what is no application, or was undone");
  settle(e, -1);
  e->value[0] = 0;
}

/* ---- records. Of a layout's fields all but i, l and t are numbers, those of value[]: a digit is
 * the width, 0 for a 0 that is not there; a, an amount of 8 bytes, not below 0; d the day of a
 * posting; U a currency; C customer, V invoice, N instalment, R credit, E entry: a row that is
 * there, or with a small letter 0. i is instalments, l another list, t a text, with its size before
 * it. A number of more than a byte is seven bits a byte, lowest first, and the high bit set but in
 * the last ---- */

enum { BOOK = 1, CUSTOMER, CONTACT, INVOICE, CREDIT_NOTE, PAYMENT, IDENTIFICATION, APPLICATION,
       UNAPPLICATION, REVERSAL, WRITEOFF, DISPUTE, DISPUTE_RESOLUTION, PROMISE, HOLD, HOLD_RELEASE,
       TOUCH, TOUCH_OUTCOME, NOTE, POLICY, DAY_RUN, MATCHING, PLANNING, CHARGE, WAIVER, RECOVERY,
       REFUND, PERIOD_CLOSE, PLAN, PLAN_END, EXCHANGE, DISPUTE_CHANGE = 34, DELIVERY, CORRECTION,
       ERASURE = 40, BROUGHT_FORWARD, REJECTION = 43, REMITTANCE, REMITTANCE_LINE,
       REMITTANCE_PAYMENT, TEMPLATE = 56, RETRY, REPLY = 61, REPLY_UNDO, TASK, TASK_END, TYPES };
static const char *const layouts[TYPES] = {
    [BOOK] = "tU", "cttttt4448444t448tttt", "44tttttt144", "ttttCUd8il414", "tttCUvda1", "tttttcUd4a",
    [IDENTIFICATION] = "RCd", "tRNdaaa2141", "t42Edt", "Rdt", "t0Nda00tt",
    [DISPUTE] = "tttttt44428", "441t", "tt44428", "ttt44441", "44t", "tttt4444111lt4411", "441t",
    [NOTE] = "ttt444", "tt4", "4", "444", "4", [CHARGE] = "ttt1CUvd444a", "t0Nda00tt", "t0Nda00tt",
    [REFUND] = "ttR0da00", "d", "tt42ll", "44t", [EXCHANGE] = "tRNdaaa2141a881aa",
    [DISPUTE_CHANGE] = "44tttt2", "441t", "tttt441144", [ERASURE] = "44444t", "tt",
    [REJECTION] = "44ttl1", "tttcU484", "4t888t", "4R", [TEMPLATE] = "tt4", "448t",
    [REPLY] = "tttttttC44411ltl", "44tt", "ttttttC42", "44tt"};

static uint64_t read_number(size_t width, const unsigned char **at, size_t *size) {
  uint64_t number = 0, byte, bits = 0;
  do {
    need((*size)-- > 0, "it is too short for its type");
    byte = *(*at)++;
    if (width == 1) return byte;
    need(bits < 64 && (byte & 127) << bits >> bits == (byte & 127), "a number in it is too large");
    number |= (byte & 127) << bits, bits += 7;
  } while (byte > 127);
  need(byte || bits == 7, "a number in it has bytes it does not need");
  need(width == 8 || number >> 8 * width == 0, "a number in it is too large");
  return number;
}

static int64_t currency_row(uint64_t code) {
  uint64_t a = (code & 255) - 'A', b = (code >> 8 & 255) - 'A', c = (code >> 16) - 'A';
  need(a < 26 && b < 26 && c < 26, "it names no currency");
  return (int64_t)((a * 26 + b) * 26 + c);
}

static int64_t checked(char field, uint64_t number) {
  if (field == 'U') return currency_row(number);
  if (field == 'd') need((int32_t)number > closed, "it posts into a period that is closed");
  if (field == 'a') need((int64_t)number >= 0, "an amount in it is below zero");
  if (strchr("CVNREcv", field) && !first)
    need(number ? number <= rows[field & ~32] : field > 'Z', "it names a row that is not there");
  return (int64_t)number;
}

static void read_record(const char *layout, const unsigned char *at, size_t size) {
  char field;
  for (size_t n = 0; (field = *layout) != 0; layout++) {
    size_t width = field == 't' ? 2 : field == 'a' ? 8 : field > '9' ? 4 : (size_t)(field - '0');
    uint64_t number = width ? read_number(width, &at, &size) : 0;
    if (!strchr("til", field)) value[n++] = checked(field, number), number = 0;
    need(number <= size, "it is too short for a text or list in it");
    if (field == 'i') list = at, list_end = at + number;
    at += number, size -= (size_t)number;
  }
  need(size == 0, "it is too long for its type");
}

static void replay(uint64_t type, const unsigned char *payload, size_t size) {
  need(type < TYPES && layouts[type], "its type is unknown");
  need(first ? type != BOOK : (type == BOOK) == (seq == 1), "a book is not at the beginning");
  read_record(layouts[type], payload, size);
  switch (first ? 0 : type) {
  case BOOK: book = value[0]; break;
  case CUSTOMER: rows[CUSTOMERS] += !value[0]; break;
  case INVOICE: add_invoice(); break;
  case CHARGE: add_charge(); break;
  case CREDIT_NOTE: add_item(CREDITS, value[1], SALES_RETURNS, UNAPPLIED_CREDITS, value[4]); break;
  case PAYMENT:
    add_item(CREDITS, value[1], CASH, value[0] ? UNAPPLIED_CASH : UNIDENTIFIED_CASH, value[4]);
    break;
  case IDENTIFICATION: move_cash(UNAPPLIED_CASH); break;
  case REVERSAL: move_cash(CASH); break;
  case APPLICATION: case EXCHANGE: case REFUND: use_credit(type == EXCHANGE); break;
  case UNAPPLICATION: undo(); break;
  case WRITEOFF: add_entry(BAD_DEBT, 1); break;
  case RECOVERY: add_entry(BAD_DEBT_RECOVERED, -1); break; /* undoes, as it were, a write-off */
  case WAIVER: add_entry(items[INSTALMENTS][value[1] - 1].credit, 1); break;
  case PERIOD_CLOSE: closed = (int32_t)value[0]; break;
  }
}

/* ---- commits; chained: the head before, bytes 0 to 31 of the header, the records ---- */

static unsigned char header[80], head[32], *chained;

/* Memory follows the bytes that are there, not a size that a header states. 0: the journal ends. */
static size_t read_commit(FILE *input) {
  size_t have = fread(header, 1, 80, input), size = (size_t)little(header + 20, 4), piece;
  if (have == 0) return 0;
  need(have == 80 && memcmp(header, "ARCJ\1\0\0", 8) == 0 && !little(header + 68, 8) &&
       !little(header + 76, 4), "its commit has no header that begins with ARCJ and version 1");
  need(header[23] < 64 && little(header + 16, 4) - 1 < size / 8, "its count or size cannot be");
  for (have = 0; have < size; have += piece) {
    piece = size - have < 1 << 20 ? size - have : 1 << 20;
    chained = resize(chained, 64 + have + piece);
    need(fread(chained + 64 + have, 1, piece, input) == piece, "its commit is cut short");
  }
  return size;
}

static void check_commit(const unsigned char *at, size_t size) {
  uint64_t left = little(header + 16, 4), step;
  if (seq == 1 && little(header + 8, 8) > 1) { /* the first record says which link it follows */
    need(left == 1 && size == 74 && little(at, 8) == (66ull << 32 | 1 << 16 | BROUGHT_FORWARD) &&
         at[8] == 32 && at[41] == 32, "what is before it is missing");
    memcpy(head, at + 9, 32), seq = first = little(header + 8, 8);
  }
  need(little(header + 8, 8) == seq, "a commit is missing, or they are not in order");
  need(crc32c(crc32c(0, header, 64), at, size) == little(header + 64, 4), "its CRC is wrong");
  memcpy(chained, head, 32), memcpy(chained + 32, header, 32);
  blake2b(head, chained, 64 + size);
  need(memcmp(head, header + 32, 32) == 0, "its commit is not chained to the one before");
  for (; left--; seq++, at += step, size -= step) {
    need(size >= 8 && little(at + 4, 4) <= size - 8, "it does not fit in its commit");
    step = 8 + little(at + 4, 4);
    need(left || step == size, "its commit holds more than it says");
    if (at[1] & 0x80) continue; /* of a later format, and optional */
    need(little(at + 2, 2) == 1, "its version is unknown");
    replay(little(at, 2), at + 8, step - 8);
  }
}

static void print_books(void) {
  const struct item *i = items[INSTALMENTS], *c = items[CREDITS];
  for (size_t n = 0; n < rows[INSTALMENTS]; n++)
    add(&currencies[i[n].currency].items[RECEIVABLES], i[n].open);
  for (size_t n = 0; n < rows[CREDITS]; n++)
    add(&currencies[c[n].currency].items[c[n].credit], -c[n].open);
  printf("%" PRIu64 " records; head ", seq - 1);
  for (int at = 0; at < 32; at++) printf("%02x", head[at]);
  if (first) printf("\nrecords before %" PRIu64 " were dropped: chained from there on", first);
  for (int code = 0; code < CURRENCIES; code++)
    for (int a = 0; a < ACCOUNTS && currencies[code].used; a++) {
      int64_t sum = currencies[code].sums[a];
      need(a >= CASH || currencies[code].items[a] == sum, "the books do not balance");
      printf("\n%c%c%c %s %" PRId64, 'A' + code / 676, 'A' + code / 26 % 26, 'A' + code % 26,
             account_names[a], sum);
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
