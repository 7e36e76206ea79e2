/* Every amount that a public function takes, at the borders: of 64 bits, of what is open, of the currency.
 *
 * usage: amounts [--full]
 *
 * Each combination answers what a model in 128 bits says, a refused one changes nothing, an accepted one leaves
 * balanced books. Undefined behaviour is for the sanitizers to find. Prints one line of counts; exit 1 for
 * violations. */
#include "arcollect.h"
#include "arcollect/interest.h"
#include "arcollect/terms.h"
#include "ledger_internal.h"
#include "../support/info.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

#define DAY           20454
#define COUNT(array)  (sizeof(array) / sizeof *(array))
#define TEXT(string)  ((arc_text){(string), sizeof(string) - 1})

static unsigned long checks, accepted, violations;
static int full;

static void violation(const char *format, ...) {
  va_list arguments;
  if (++violations > 30) return;
  fputs("amounts: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputs("\n", stderr);
}

static int fits(wide n) {
  return n >= INT64_MIN && n <= INT64_MAX;
}

/* Half to even; b > 0. */
static wide divide(wide a, wide b) {
  wide q = a / b, r = a % b;
  if (r < 0) q--, r += b;
  if (2 * r > b || (2 * r == b && q % 2 != 0)) q++;
  return q;
}

/* ---- the grid: the borders of 64 bits, and those around an amount of the book ---- */

enum { GRID = 24 };

static size_t grid(int64_t values[GRID], int64_t amount) {
  const int64_t all[] = {INT64_MIN,     INT64_MIN + 1, -amount - 1, -amount,  -1,
                         0,             1,             2,           amount / 2, amount - 1,
                         amount,        amount + 1,    INT64_C(1) << 31, INT64_C(1) << 32, INT64_C(1) << 53,
                         INT64_C(1) << 62, INT64_MAX - 20000, INT64_MAX - amount, INT64_MAX - 1, INT64_MAX};
  memcpy(values, all, sizeof all);
  return COUNT(all);
}

/* ---- a book in each currency ---- */

enum { I1 = 10000, I2 = 1000, I2_FIRST = 300, I2_OPEN = 700, P1 = 6000, P2 = 300, UNKNOWN = 500, NOTE = 700, ABROAD = 5000 };

static arc_ledger *ledger;
static arc_error err;

#define POST(kind, row) arc_ledger_post_##kind(ledger, &(row), 1, &err)

static arc_invoice invoice(arc_text key, int64_t amount) {
  arc_invoice row = ARC_INVOICE_INIT;
  row.key = key;
  row.customer = TEXT("c");
  row.issued = DAY;
  row.due = DAY + 30;
  row.amount = amount;
  return row;
}

static arc_payment payment(arc_text key, arc_text customer, const char *currency, int64_t amount) {
  arc_payment row = ARC_PAYMENT_INIT;
  row.key = key;
  row.customer = customer;
  memcpy(row.currency, currency, 4);
  row.received = DAY + 1;
  row.amount = amount;
  return row;
}

static arc_application application(arc_text credit, arc_text to, int64_t amount, int64_t discount, int64_t tolerance) {
  arc_application row = ARC_APPLICATION_INIT;
  row.credit = credit;
  row.invoice = to;
  row.day = DAY + 2;
  row.amount = amount;
  row.discount = discount;
  row.tolerance = tolerance;
  return row;
}

static void need(arc_status status) {
  if (status == ARC_OK) return;
  fprintf(stderr, "amounts: %s\n", err.text);
  exit(2);
}

static const char *other_than(const char *currency) {
  return strcmp(currency, "KWD") == 0 ? "JPY" : "KWD";
}

static void open_book(const char *currency) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_customer customer = ARC_CUSTOMER_INIT;
  arc_instalment parts[] = {{sizeof *parts, DAY + 30, 600}, {sizeof *parts, DAY + 60, 400}};
  arc_invoice i1 = invoice(TEXT("i1"), I1), i2 = invoice(TEXT("i2"), I2);
  arc_payment p1 = payment(TEXT("p1"), TEXT("c"), currency, P1), p2 = payment(TEXT("p2"), TEXT("c"), currency, P2);
  arc_payment unknown = payment(TEXT("p3"), TEXT(""), currency, UNKNOWN);
  arc_application applied = application(TEXT("p2"), TEXT("i2"), P2, 0, 0);
  arc_payment abroad = payment(TEXT("p4"), TEXT("c"), other_than(currency), ABROAD);
  arc_credit_note note = ARC_CREDIT_NOTE_INIT;
  err = (arc_error)ARC_ERROR_INIT;
  options.book = TEXT("amounts");
  memcpy(options.currency, currency, 4);
  customer.key = note.customer = TEXT("c");
  i2.due = ARC_DAY_NONE;
  i2.instalment_count = 2;
  i2.instalments = parts;
  note.key = TEXT("n1");
  note.issued = DAY + 1;
  note.amount = NOTE;
  need(arc_ledger_open(&ledger, &options, &err));
  need(POST(customers, customer));
  need(POST(invoices, i1));
  need(POST(invoices, i2));
  need(POST(payments, p1));
  need(POST(payments, p2));
  need(POST(payments, unknown));
  need(POST(payments, abroad));
  need(POST(applications, applied));
  need(POST(credit_notes, note));
}

struct mark {
  unsigned char digest[32];
  uint8_t head[32];
  uint64_t next_seq;
};

static struct mark mark_of(void) {
  struct mark mark;
  memset(&mark, 0, sizeof mark);
  arc__tables_digest(arc__ledger_tables(ledger), mark.digest);
  memcpy(mark.head, info_of(ledger).head, 32);
  mark.next_seq = info_of(ledger).next_sequence;
  return mark;
}

static struct mark sound; /* of the open book */

/* The row is said in a batch that is dropped. */
#define TRY(expected, kind, row, format, ...)                                                      \
  do {                                                                                             \
    arc_status expected_ = (expected), status_;                                                    \
    need(arc_batch_begin(ledger, &err));                                                           \
    status_ = POST(kind, row);                                                                     \
    told(status_, #kind);                                                               \
    if (status_ != expected_) violation(#kind " " format ": %s instead of %s", __VA_ARGS__,        \
                                        arc_status_name(status_), arc_status_name(expected_));     \
  } while (0)

static void told(arc_status status, const char *what) {
  arc_error balance = ARC_ERROR_INIT;
  struct mark now;
  checks++;
  accepted += status == ARC_OK;
  if (status < 0 && (err.status != status || !err.text[0])) violation("%s: no explanation", what);
  if (arc__state_check(ledger, &balance) != ARC_OK) violation("%s: %s", what, balance.text);
  arc_batch_abort(ledger);
  now = mark_of();
  if (memcmp(&now, &sound, sizeof now) != 0) {
    violation("%s: the book has changed", what);
    sound = now;
  }
}

/* What is owed in all, and what was ever invoiced, stay in 64 bits. */
static arc_status adds(int64_t amount, wide to) {
  return amount <= 0 ? ARC_E_INVALID : fits(to + amount) ? ARC_OK : ARC_E_OVERFLOW;
}

static arc_status takes(int64_t amount, int64_t most, int zero_is_fine) {
  return amount < 0 || (amount == 0 && !zero_is_fine) ? ARC_E_INVALID : amount > most ? ARC_E_REFUSED : ARC_OK;
}

static void try_single(int64_t v, const char *currency) {
  long long n = v;
  arc_customer customer = ARC_CUSTOMER_INIT;
  arc_invoice i = invoice(TEXT("new"), v);
  arc_payment p = payment(TEXT("new"), TEXT("c"), currency, v), u = payment(TEXT("new"), TEXT(""), currency, v);
  arc_credit_note note = ARC_CREDIT_NOTE_INIT;
  arc_writeoff off = ARC_WRITEOFF_INIT;
  arc_dispute dispute = ARC_DISPUTE_INIT;
  arc_promise promise = ARC_PROMISE_INIT;
  customer.key = TEXT("new");
  customer.credit_limit = v;
  TRY(v < 0 ? ARC_E_INVALID : ARC_OK, customers, customer, "%lld", n);
  /* Invoiced were I1 + I2, that many sales; of payments and credit notes what came in. */
  TRY(adds(v, I1 + I2 - 1), invoices, i, "%lld", n);
  TRY(adds(v, P1 + P2 + UNKNOWN - 1), payments, p, "%lld", n);
  TRY(adds(v, P1 + P2 + UNKNOWN - 1), payments, u, "%lld, payer unknown", n);
  note.key = TEXT("new");
  note.customer = TEXT("c");
  note.issued = DAY;
  note.amount = v;
  TRY(adds(v, NOTE + P1 - 1), credit_notes, note, "%lld", n);
  off.key = dispute.key = promise.key = TEXT("new");
  off.invoice = dispute.invoice = promise.invoice = TEXT("i2");
  off.day = dispute.opened = promise.made = DAY + 3;
  promise.pay_by = DAY + 9;
  off.amount = dispute.amount = promise.amount = v;
  dispute.kind = TEXT("price");
  TRY(takes(v, I2_OPEN, 0), writeoffs, off, "%lld", n);
  TRY(takes(v, I2, 1), disputes, dispute, "%lld", n);
  TRY(takes(v, I2, 1), promises, promise, "%lld", n);
}

static void try_instalments(int64_t amount, int64_t first, int64_t second) {
  arc_instalment parts[] = {{sizeof *parts, DAY + 30, first}, {sizeof *parts, DAY + 60, second}};
  arc_invoice row = invoice(TEXT("new"), amount);
  int adds_up = amount > 0 && first > 0 && second > 0 && (wide)first + second == amount;
  row.due = ARC_DAY_NONE;
  row.instalment_count = 2;
  row.instalments = parts;
  TRY(adds_up ? adds(amount, I1 + I2 - 1) : ARC_E_INVALID, invoices, row, "%lld = %lld + %lld", (long long)amount,
      (long long)first, (long long)second);
}

static void try_application(arc_text credit, int64_t left, int64_t amount, int64_t discount, int64_t tolerance) {
  arc_application row = application(credit, TEXT("i2"), amount, discount, tolerance);
  wide sum = (wide)amount + discount + tolerance;
  arc_status expected = amount < 0 || discount < 0 || tolerance < 0 || sum == 0 || !fits(sum) ? ARC_E_INVALID
                        : amount > left || sum > I2_OPEN                                        ? ARC_E_REFUSED
                                                                                                : ARC_OK;
  TRY(expected, applications, row, "%lld, discount %lld, tolerance %lld", (long long)amount, (long long)discount,
      (long long)tolerance);
}

static wide minor_units(const char *currency) {
  wide units = 1;
  for (int32_t i = arc_currency_digits(currency); i > 0; i--) units *= 10;
  return units;
}

static int is_rate(int64_t side) {
  return side >= 1 && side <= INT64_C(100000000000000);
}

/* What an exchange of `row`, between the other currency and the book's, comes to. */
static arc_status exchanged(const arc_application *row, const char *currency) {
  wide up = row->rate_invoice * minor_units(currency), down = row->rate_credit * minor_units(other_than(currency));
  int rated = row->rate_invoice || row->rate_credit;
  wide settled = row->settled, taken = row->amount;
  if (settled < 0 || taken < 0 || row->credit_value < 0 || row->invoice_value < 0) return ARC_E_INVALID;
  if (rated && !(is_rate(row->rate_invoice) && is_rate(row->rate_credit))) return ARC_E_INVALID;
  if ((!settled && !taken) || (!rated && (!settled || !taken))) return ARC_E_REFUSED;
  if (rated) {
    wide of_taken = divide(row->amount * up, down), of_settled = divide(row->settled * down, up);
    if ((row->amount && !fits(of_taken)) || (row->settled && !fits(of_settled))) return ARC_E_OVERFLOW;
    if (settled && taken && settled != of_taken && taken != of_settled) return ARC_E_INVALID;
    if (!settled) settled = of_taken;
    if (!taken) taken = of_settled;
    if (!settled || !taken) return ARC_E_INVALID;
  }
  if (row->invoice_value && (row->invoice_value != settled || !row->credit_value)) return ARC_E_INVALID;
  return taken > ABROAD || settled > I2_OPEN ? ARC_E_REFUSED : ARC_OK;
}

static void try_exchange(const char *currency, int64_t amount, int64_t settled, const int64_t rate[2],
                         const int64_t value[2]) {
  arc_application row = application(TEXT("p4"), TEXT("i2"), amount, 0, 0);
  row.settled = settled;
  row.rate_invoice = rate[0];
  row.rate_credit = rate[1];
  row.invoice_value = value[0];
  row.credit_value = value[1];
  TRY(exchanged(&row, currency), applications, row, "%lld for %lld at %lld to %lld, worth %lld and %lld",
      (long long)amount, (long long)settled, (long long)rate[0], (long long)rate[1], (long long)value[0],
      (long long)value[1]);
}

static void try_exchanges(const char *currency) {
  static const int64_t most = INT64_C(100000000000000);
  const int64_t rates[][2] = {{0, 0}, {1, 1},       {1, 10},    {7, 3},         {most, 1},     {1, most},
                              {1, 0}, {most, most}, {0, most},  {most + 1, 1},  {1, most + 1}, {-1, 1},
                              {1, INT64_MAX},       {INT64_MIN, INT64_MIN}};
  const int64_t values[][2] = {{0, 0}, {0, 1}, {0, INT64_MAX}, {I2_OPEN, 1}, {I2_OPEN, INT64_MAX}, {I2_OPEN, 0},
                               {-1, 1}, {0, -1}, {INT64_MAX, INT64_MAX}, {0, INT64_MIN}};
  int64_t a[GRID], s[GRID];
  size_t n = grid(a, ABROAD), m = grid(s, I2_OPEN);
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < m; k++)
      for (size_t r = 0; r < COUNT(rates); r++)
        for (size_t v = full ? 0 : (i + k + r) % 3; v < COUNT(values); v += full ? 1 : 3)
          try_exchange(currency, a[i], s[k], rates[r], values[v]);
}

static void try_touch(int64_t first, int64_t second) {
  const arc_touch_item items[] = {{sizeof *items, 1, TEXT("i2"), first}, {sizeof *items, 2, TEXT("i2"), second}};
  arc_touch row = ARC_TOUCH_INIT;
  row.key = TEXT("new");
  row.customer = TEXT("c");
  row.anchor = TEXT("i2");
  row.anchor_instalment = 1;
  row.step = TEXT("due");
  row.day = DAY + 40;
  row.channel = ARC_CHANNEL_EMAIL;
  row.tone = ARC_TONE_NEUTRAL;
  row.item_count = 2;
  row.items = items;
  arc_status a = takes(first, I2_FIRST, 0), b = takes(second, I2_OPEN - I2_FIRST, 0);
  /* With two faults either is named. */
  arc_status expected = a == ARC_OK ? b : a;
  if (a < 0 && b < 0 && a != b) expected = POST(touches, row) == a ? a : b;
  TRY(expected, touches, row, "%lld and %lld", (long long)first, (long long)second);
}

static void try_matcher(int64_t tolerance) {
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  arc_matcher *matcher = NULL;
  options.tolerance = tolerance;
  arc_status status = arc_matcher_open(&matcher, ledger, &options, &err);
  checks++;
  if (status != (tolerance < 0 ? ARC_E_INVALID : ARC_OK)) violation("matcher, tolerance %lld", (long long)tolerance);
  if (status != ARC_OK) return;
  need(arc_batch_begin(ledger, &err));
  told(arc_matcher_run(matcher, DAY + 40, NULL, NULL, &err), "matcher");
  arc_matcher_close(matcher);
}

static void test_book(const char *currency) {
  int64_t v[GRID], open[GRID];
  open_book(currency);
  sound = mark_of();
  size_t n = grid(v, I2), m = grid(open, I2_OPEN);
  for (size_t i = 0; i < n; i++) try_single(v[i], currency);
  for (size_t i = 0; i < m; i++) try_single(open[i], currency);
  for (size_t a = 0; a < n; a++)
    for (size_t b = 0; b < n; b++)
      for (size_t c = 0; c < n; c += full ? 1 : 2) try_instalments(v[a], v[b], v[c]);
  for (size_t a = 0; a < m; a++)
    for (size_t b = 0; b < m; b++)
      for (size_t c = 0; c < m; c += full ? 1 : 2) {
        try_application(TEXT("p1"), P1, open[a], open[b], open[c]);
        if (full) try_application(TEXT("p3"), UNKNOWN, open[a], open[b], open[c]);
      }
  try_exchanges(currency);
  m = grid(open, I2_FIRST);
  for (size_t a = 0; a < m; a++) {
    for (size_t b = 0; b < n; b++) try_touch(open[a], v[b]);
    try_matcher(open[a]);
  }
  arc_ledger_close(ledger);
}

/* ---- money ---- */

static void test_scale(void) {
  int64_t v[GRID];
  size_t n = grid(v, 1000003);
  for (size_t a = 0; a < n; a++)
    for (size_t b = 0; b < n; b++)
      for (size_t c = 0; c < n; c++, checks++) {
        int64_t out = 77;
        arc_status status = arc_money_scale(&out, v[a], v[b], v[c], NULL);
        wide exact = v[c] > 0 ? divide((wide)v[a] * v[b], v[c]) : 0;
        arc_status expected = v[c] <= 0 ? ARC_E_INVALID : fits(exact) ? ARC_OK : ARC_E_OVERFLOW;
        if (status != expected || out != (status == ARC_OK ? (int64_t)exact : 77))
          violation("scale %lld * %lld / %lld: %s", (long long)v[a], (long long)v[b], (long long)v[c], arc_status_name(status));
      }
}

static void test_split(void) {
  int64_t v[GRID];
  size_t n = grid(v, 1000003);
  for (size_t a = 0; a < n; a++)
    for (size_t b = 0; b < n; b++)
      for (size_t c = 0; c < n; c++, checks++) {
        const int64_t weights[] = {v[b], v[c], 1};
        int64_t parts[] = {77, 77, 77};
        arc_status status = arc_money_split(parts, v[a], weights, 3, NULL);
        wide sum = 0;
        for (int i = 0; i < 3; i++) {
          sum += parts[i];
          if (status == ARC_OK && (parts[i] < 0 || parts[i] > v[a])) violation("split: a part of %lld", (long long)parts[i]);
          if (status != ARC_OK && parts[i] != 77) violation("split: parts touched");
        }
        int bad = v[a] < 0 || v[b] < 0 || v[c] < 0;
        if (bad ? status != ARC_E_INVALID : status != ARC_OK && (status != ARC_E_OVERFLOW || fits((wide)v[b] + v[c] + 1)))
          violation("split %lld by %lld, %lld, 1: %s", (long long)v[a], (long long)v[b], (long long)v[c], arc_status_name(status));
        if (status == ARC_OK && sum != v[a]) violation("split: the parts of %lld do not add up", (long long)v[a]);
      }
}

static void test_text(const char *currency) {
  int64_t v[GRID];
  size_t n = grid(v, 1000003), size;
  for (size_t a = 0; a < n; a++, checks++) {
    char text[24];
    int64_t back = 77;
    if (arc_money_format(text, sizeof text, &size, v[a], currency, NULL) != ARC_OK ||
        arc_money_parse(&back, text, size, currency, NULL) != ARC_OK || back != v[a])
      violation("%lld %s does not come back from text", (long long)v[a], currency);
    for (size_t cap = 0; cap <= size; cap++, checks++) {
      memset(text, 'x', sizeof text);
      if (arc_money_format(text, cap, NULL, v[a], currency, NULL) != ARC_E_INVALID || text[0] != 'x')
        violation("%lld %s fits into %zu bytes", (long long)v[a], currency, cap);
    }
  }
}

/* ---- terms and interest ---- */

static void test_terms(const char *currency) {
  static const char *const texts[] = {"2/10, net 30", "1/3 +30d, 1/3 +60d, balance +90d", "99.99% on issue, balance +1d",
                                      "100 on issue, balance net 30"};
  int64_t v[GRID], scale = 1;
  size_t n = grid(v, 1000003);
  for (int32_t i = arc_currency_digits(currency); i > 0; i--) scale *= 10;
  for (size_t t = 0; t < COUNT(texts); t++)
    for (size_t a = 0; a < n; a++, checks++) {
      arc_instalment parts[ARC_TERMS_INSTALMENTS_MAX] = {{sizeof *parts, 0, 0}};
      arc_terms_invoice row = ARC_TERMS_INVOICE_INIT;
      size_t count = 0;
      wide sum = 0;
      row.issued = DAY;
      row.terms = (arc_text){texts[t], strlen(texts[t])};
      row.amount = v[a];
      memcpy(row.currency, currency, 4);
      arc_status status = arc_terms_apply(parts, COUNT(parts), &count, NULL, 0, NULL, &row, NULL);
      for (size_t i = 0; i < count; i++) {
        sum += parts[i].amount;
        if (parts[i].amount <= 0) violation("terms: an instalment of %lld", (long long)parts[i].amount);
      }
      int bad = v[a] <= 0 || (t == 3 && v[a] < 100 * scale);
      if (status != (bad ? ARC_E_INVALID : ARC_OK)) violation("terms \"%s\" of %lld: %s", texts[t], (long long)v[a], arc_status_name(status));
      if (status == ARC_OK && sum != v[a]) violation("terms: the instalments of %lld do not add up", (long long)v[a]);
    }
}

static void try_discount(int64_t open, int64_t base, int64_t paid, uint32_t bp) {
  const arc_terms_discount discount = {sizeof discount, DAY + 10, bp, 0};
  arc_terms_settlement row = ARC_TERMS_SETTLEMENT_INIT;
  int64_t earned = 77;
  wide d, part;
  checks++;
  row.value_day = DAY + 5;
  row.open = open;
  row.base = base;
  row.paid = paid;
  arc_status status = arc_terms_discount_earned(&earned, &discount, 1, &row, NULL);
  if (open < 0 || base < 0 || paid < 0 || base > open) {
    if (status != ARC_E_INVALID || earned != 77) violation("discount: %s", arc_status_name(status));
    return;
  }
  d = divide((wide)base * bp, 10000);
  int is_part = paid < open - d;
  if (status == ARC_E_OVERFLOW && is_part && base < open && open > INT64_C(922337203685477)) return;
  if (status != ARC_OK) {
    violation("discount on %lld of %lld, paid %lld: %s", (long long)base, (long long)open, (long long)paid, arc_status_name(status));
    return;
  }
  part = is_part && (base == open || (wide)paid * base < (wide)1 << 110);
  if (!is_part && earned != d) violation("discount of a full payment: %lld", (long long)earned);
  if (part && base == open) part = divide((wide)paid * bp, 10000 - (int64_t)bp);
  else if (part) part = divide((wide)paid * base * bp, (wide)10000 * open - (wide)base * bp);
  else part = earned;
  if (is_part && (earned != part || (wide)paid + earned > open))
    violation("discount on %lld of %lld, paid %lld: %lld, not %lld", (long long)base, (long long)open, (long long)paid,
              (long long)earned, (long long)part);
}

static void test_discounts(void) {
  static const uint32_t points[] = {1, 200, 5000, 9999};
  int64_t v[GRID];
  size_t n = grid(v, 1000003);
  for (size_t a = 0; a < n; a++)
    for (size_t b = 0; b < n; b++)
      for (size_t c = 0; c < n; c++)
        for (size_t p = 0; p < COUNT(points); p++) try_discount(v[a], v[b], v[c], points[p]);
}

static void test_interest(void) {
  static const int32_t margins[] = {-10000000, -1, 0, 1, 80000, 10000000};
  int64_t v[GRID];
  size_t n = grid(v, 1000003);
  for (size_t a = 0; a < n; a++)
    for (size_t m = 0; m < COUNT(margins); m++)
      for (int64_t days = 1; days <= 3650; days += 1216) {
        const arc_interest_balance balance = {sizeof balance, DAY, v[a]};
        arc_interest_rule rule = ARC_INTEREST_RULE_NONE;
        arc_interest_claim claim = ARC_INTEREST_CLAIM_INIT;
        arc_interest_line lines[8] = {{sizeof *lines, 0, 0, 0, 0, 0, 0, 0}};
        size_t count = 0;
        int64_t total = 77;
        wide sum = 0, exact = divide((wide)(v[a] > 0 ? v[a] : 0) * (margins[m] > 0 ? margins[m] : 0) * days, (wide)365 * 1000000);
        checks++;
        rule.margin_ppm = margins[m];
        claim.due = DAY;
        claim.until = DAY + (arc_day)days;
        claim.balance_count = 1;
        claim.balances = &balance;
        claim.rule = &rule;
        arc_status status = arc_interest_accrue(&total, lines, COUNT(lines), &count, &claim, NULL);
        if (status != (v[a] < 0 ? ARC_E_INVALID : fits(exact) ? ARC_OK : ARC_E_OVERFLOW) ||
            total != (status == ARC_OK ? (int64_t)exact : 77))
          violation("interest on %lld at %d ppm for %lld days: %s, %lld", (long long)v[a], (int)margins[m], (long long)days,
                    arc_status_name(status), (long long)total);
        for (size_t i = 0; status == ARC_OK && i < count; i++) sum += lines[i].amount;
        if (status == ARC_OK && sum != total) violation("interest: the lines do not add up to %lld", (long long)total);
      }
}

static void test_compensation(void) {
  const arc_compensation_band bands[] = {ARC_COMPENSATION_EU, ARC_COMPENSATION_UK};
  int64_t v[GRID];
  size_t n = grid(v, 99999);
  for (size_t a = 0; a < n; a++, checks++) {
    int64_t amount = 77;
    arc_status status = arc_compensation_find(&amount, v[a], "EUR", bands, COUNT(bands), NULL);
    if (status != (v[a] < 0 ? ARC_E_INVALID : ARC_OK) || amount != (v[a] < 0 ? 77 : v[a] ? 4000 : 0))
      violation("compensation for %lld: %s", (long long)v[a], arc_status_name(status));
  }
}

int main(int argc, char **argv) {
  static const char *const currencies[] = {"JPY", "USD", "KWD", "CLF"};
  full = argc > 1 && strcmp(argv[1], "--full") == 0;
  for (size_t i = 0; i < COUNT(currencies); i++) {
    if (full || i % 2 == 0) test_book(currencies[i]);
    test_text(currencies[i]);
    test_terms(currencies[i]);
  }
  test_scale();
  test_split();
  test_discounts();
  test_interest();
  test_compensation();
  printf("amounts: %lu combinations at the borders, %lu rows accepted; %lu violations\n", checks, accepted, violations);
  return violations != 0;
}
