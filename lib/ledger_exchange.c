#include "ledger_internal.h"

#include <string.h>

#include "currency.h"
#include "error.h"

/*
 * Owns applications whose credit is of another currency than the invoice. What is settled is an amount in the
 * invoice's currency and what is taken one in the credit's, both recorded: nothing is ever converted there and back,
 * so nothing is left open by rounding. Where the book's currency knows a value of both, their difference is the
 * exchange difference. Invariant: the parts of a command add up to what it said, in all of its amounts.
 */

#define EXCHANGE_RATE_MAX INT64_C(100000000000000) /* with a currency's digits it still fits */

int arc__exchange_needed(const arc__tables *t, uint32_t credit, uint32_t invoice) {
  return arc__u32(t, ARC__CREDIT_CURRENCY, credit) != arc__invoice_currency(t, invoice);
}

int64_t arc__exchange_difference(const arc__tables *t, uint32_t exchange) {
  return arc__i64(t, ARC__EXCHANGE_CREDIT_VALUE, exchange) - arc__i64(t, ARC__EXCHANGE_INVOICE_VALUE, exchange);
}

/* ---- records ---- */

static int exchange_is_rate(int64_t invoice, int64_t credit) {
  return (invoice == 0 && credit == 0) ||
         (invoice > 0 && invoice <= EXCHANGE_RATE_MAX && credit > 0 && credit <= EXCHANGE_RATE_MAX);
}

static int exchange_is_valued(const arc_ledger *ledger, const arc__exchange_record *r) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t book = arc__u32(t, ARC__BOOK_CURRENCY, 1);
  uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, r->application.instalment);
  if (!r->valued) return r->invoice_value == 0 && r->credit_value == 0;
  if (r->valued != 1 || r->invoice_value < 0 || r->credit_value < 0) return 0;
  if (arc__u32(t, ARC__CREDIT_CURRENCY, r->application.credit) == book) return r->credit_value == r->taken;
  return arc__invoice_currency(t, invoice) != book || r->invoice_value == r->application.amount;
}

arc_status arc__check_exchange(const arc_ledger *ledger, const arc__exchange_record *r, arc_error *err) {
  ARC__TRY(arc__cash_check(ledger, &r->application, r->taken, 1, err));
  if (r->application.amount == 0 && (r->taken || r->invoice_value || r->credit_value))
    return arc__fail_field(err, ARC_E_INVALID, 0, 15, "something is taken from the credit, nothing is settled");
  if (!exchange_is_rate(r->rate_invoice, r->rate_credit))
    return arc__fail_field(err, ARC_E_INVALID, 0, 16, "both sides of a rate are 1 to 100,000,000,000,000");
  if (exchange_is_valued(ledger, r)) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 18, "the values in the book's currency cannot be");
}

void arc__apply_exchange(arc_ledger *ledger, const arc__exchange_record *x) {
  arc__tables *t = ARC__L(ledger);
  const arc__application_record *r = &x->application;
  arc__entry entry = {r->key, ARC__ENTRY_APPLICATION, r->instalment, r->credit, r->day, r->amount,
                      r->discount, r->tolerance, r->asked, r->how, r->confidence_ppm, x->taken};
  uint32_t row;
  arc__entry_add(ledger, &entry);
  arc__evidence_applied(ledger, r);
  row = arc__append_row(t, ARC__TABLE_EXCHANGE);
  if (!row) return;
  arc__put(t, ARC__EXCHANGE_ENTRY, row, t->rows[ARC__TABLE_ENTRY]);
  arc__put(t, ARC__EXCHANGE_TAKEN, row, x->taken);
  arc__put(t, ARC__EXCHANGE_RATE_INVOICE, row, x->rate_invoice);
  arc__put(t, ARC__EXCHANGE_RATE_CREDIT, row, x->rate_credit);
  arc__put(t, ARC__EXCHANGE_VALUED, row, x->valued);
  arc__put(t, ARC__EXCHANGE_INVOICE_VALUE, row, x->invoice_value);
  arc__put(t, ARC__EXCHANGE_CREDIT_VALUE, row, x->credit_value);
  if (!t->failed) arc__cash_post(ledger, t->rows[ARC__TABLE_ENTRY], 1);
}

/* ---- what a command comes to ---- */

void arc__exchange_sum(arc__exchange *sum, const arc__tables *t, uint32_t entry) {
  uint32_t x = arc__entry_exchange(t, entry);
  int64_t amount = arc__i64(t, ARC__ENTRY_AMOUNT, entry);
  sum->settled += amount;
  sum->taken += x ? arc__i64(t, ARC__EXCHANGE_TAKEN, x) : amount;
  if (!x) return;
  sum->rate_invoice = arc__i64(t, ARC__EXCHANGE_RATE_INVOICE, x);
  sum->rate_credit = arc__i64(t, ARC__EXCHANGE_RATE_CREDIT, x);
  sum->valued = arc__u8(t, ARC__EXCHANGE_VALUED, x);
  sum->invoice_value += arc__i64(t, ARC__EXCHANGE_INVOICE_VALUE, x);
  sum->credit_value += arc__i64(t, ARC__EXCHANGE_CREDIT_VALUE, x);
}

int arc__exchange_equal(const arc__exchange *a, const arc__exchange *b) {
  return a->settled == b->settled && a->taken == b->taken && a->rate_invoice == b->rate_invoice &&
         a->rate_credit == b->rate_credit && a->valued == b->valued && a->invoice_value == b->invoice_value &&
         a->credit_value == b->credit_value;
}

/* What of a sum belongs to the settled amounts from `before` to `after` of `all`: the sum up to the one less the sum
 * up to the other, so that parts add up. Neither can overflow. */
static int64_t exchange_part(int64_t sum, int64_t before, int64_t after, int64_t all) {
  int64_t from = 0, to = 0;
  (void)arc_money_scale(&from, sum, before, all, NULL);
  (void)arc_money_scale(&to, sum, after, all, NULL);
  return to - from;
}

void arc__exchange_share(arc__exchange_record *r, const arc__exchange *all, int64_t before) {
  int64_t after = before + r->application.amount;
  r->taken = exchange_part(all->taken, before, after, all->settled);
  r->rate_invoice = all->rate_invoice;
  r->rate_credit = all->rate_credit;
  r->valued = (uint32_t)all->valued;
  r->invoice_value = exchange_part(all->invoice_value, before, after, all->settled);
  r->credit_value = exchange_part(all->credit_value, before, after, all->settled);
}

static int64_t exchange_minor_units(uint32_t currency) {
  char code[4];
  int64_t units = 1;
  arc__currency_unpack(code, currency);
  for (int32_t i = arc_currency_digits(code); i > 0; i--) units *= 10;
  return units;
}

/* An amount of one currency in another, at a rate between units of both. Digits that both have cancel out, so that
 * what is multiplied stays below 10^18. */
static arc_status exchange_convert(int64_t *out, int64_t amount, uint32_t from, int64_t rate_from, uint32_t to,
                                   int64_t rate_to, arc_error *err) {
  int64_t minor_from = exchange_minor_units(from), minor_to = exchange_minor_units(to);
  int64_t common = minor_from < minor_to ? minor_from : minor_to;
  return arc_money_scale(out, amount, rate_to * (minor_to / common), rate_from * (minor_from / common), err);
}

/* The amount that was not stated, by the rate; or whether the rate makes one of the other. */
static arc_status exchange_by_rate(const arc__input *in, const arc_application *a, uint32_t credit, uint32_t invoice,
                                   arc__exchange *x) {
  int64_t settled = 0, taken = 0;
  arc_status status = ARC_OK;
  if (a->amount) status = exchange_convert(&settled, a->amount, credit, a->rate_credit, invoice, a->rate_invoice, in->err);
  if (status >= 0 && a->settled)
    status = exchange_convert(&taken, a->settled, invoice, a->rate_invoice, credit, a->rate_credit, in->err);
  if (status < 0) return arc__input_of_field(in, status, 16);
  if (a->amount && a->settled && a->settled != settled && a->amount != taken)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 16,
                           "the rate makes %lld of the amount, not the %lld settled: state one of them, or no rate",
                           (long long)settled, (long long)a->settled);
  if (!a->settled) x->settled = settled;
  if (!a->amount) x->taken = taken;
  if (x->settled && x->taken) return ARC_OK;
  return arc__fail_field(in->err, ARC_E_INVALID, in->index, 16, "at this rate the amount comes to nothing");
}

/* What an amount is worth in the book's currency; 0: not stated. */
static arc_status exchange_value(const arc__input *in, int64_t *value, int64_t stated, int64_t amount, int own,
                                 uint32_t field) {
  *value = own ? amount : stated;
  if (!own || stated == 0 || stated == amount) return ARC_OK;
  return arc__fail_field(in->err, ARC_E_INVALID, in->index, field,
                         "the value of an amount in the book's own currency is the amount: leave it out");
}

static arc_status exchange_values(const arc__input *in, const arc_application *a, uint32_t credit, uint32_t invoice,
                                  arc__exchange *x) {
  uint32_t book = arc__u32(ARC__L(in->ledger), ARC__BOOK_CURRENCY, 1);
  int64_t of_invoice, of_credit;
  ARC__TRY(exchange_value(in, &of_invoice, a->invoice_value, x->settled, invoice == book, 18));
  ARC__TRY(exchange_value(in, &of_credit, a->credit_value, x->taken, credit == book, 19));
  x->valued = of_invoice && of_credit;
  if (!x->valued && (a->invoice_value || a->credit_value))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, a->invoice_value ? 19 : 18,
                           "an exchange difference needs the value of both the invoice and the credit");
  if (!x->valued) return ARC_OK;
  x->invoice_value = of_invoice;
  x->credit_value = of_credit;
  return ARC_OK;
}

static arc_status exchange_none(const arc__input *in, const arc_application *a, arc__exchange *x) {
  if (a->rate_invoice || a->rate_credit || a->invoice_value || a->credit_value ||
      (a->settled && a->settled != a->amount))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 15,
                           "the credit and the invoice are of one currency: settled, a rate and values are 0");
  x->settled = x->taken = a->amount;
  return ARC_OK;
}

arc_status arc__exchange_resolve(const arc__input *in, const arc_application *a, uint32_t credit, uint32_t invoice,
                                 arc__exchange *x) {
  const arc__tables *t = ARC__L(in->ledger);
  uint32_t of_credit = arc__u32(t, ARC__CREDIT_CURRENCY, credit), of_invoice = arc__invoice_currency(t, invoice);
  memset(x, 0, sizeof *x);
  if (of_credit == of_invoice) return exchange_none(in, a, x);
  if (a->amount < 0 || a->settled < 0 || a->invoice_value < 0 || a->credit_value < 0)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 15, "amount, settled and values are at least 0");
  if (!exchange_is_rate(a->rate_invoice, a->rate_credit))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 16,
                           "rate_invoice and rate_credit are both 1 to 100,000,000,000,000, or both 0");
  if ((!a->amount || !a->settled) && (!a->rate_invoice || (!a->amount && !a->settled))) {
    char codes[2][4];
    arc__currency_unpack(codes[0], of_credit);
    arc__currency_unpack(codes[1], of_invoice);
    return arc__fail_field(in->err, ARC_E_REFUSED, in->index, 15,
                           "the credit is of %s, the invoice of %s: state what is taken and what is settled, or one "
                           "of them and a rate", codes[0], codes[1]);
  }
  x->taken = a->amount;
  x->settled = a->settled;
  x->rate_invoice = a->rate_invoice;
  x->rate_credit = a->rate_credit;
  if (a->rate_invoice) ARC__TRY(exchange_by_rate(in, a, of_credit, of_invoice, x));
  return exchange_values(in, a, of_credit, of_invoice, x);
}
