#include "ledger_internal.h"

#include <string.h>

#include "checked.h"
#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns remittance advice that comes apart from the funds: what a payer says that he pays, line by line, and of which
 * payment it turned out to be. Moves no money. Its lines lie one after the other, in records behind its own. */

#define REMITTANCES_LINES_MAX 1000

/* ---- records ---- */

static int remittances_are_complete(const arc__tables *t) {
  uint32_t row = t->rows[ARC__TABLE_REMITTANCE];
  return row == 0 || arc__u32(t, ARC__REMITTANCE_FIRST_LINE, row) + arc__u16(t, ARC__REMITTANCE_LINES, row) ==
                         t->rows[ARC__TABLE_REMITTANCE_LINE] + 1;
}

arc_status arc__check_remittance(const arc_ledger *ledger, const arc__remittance_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_REMITTANCE, r->key, 0, "remittance advice", err));
  if (r->customer) ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  ARC__TRY(arc__check_currency(r->currency, err));
  ARC__TRY(arc__check_day(r->received, 8, "received", err));
  ARC__TRY(arc__check_amount(r->amount, 9, "the amount of a remittance advice", err));
  if (r->lines <= REMITTANCES_LINES_MAX && remittances_are_complete(t)) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 11, "a remittance advice has at most %d lines", REMITTANCES_LINES_MAX);
}

void arc__apply_remittance(arc_ledger *ledger, const arc__remittance_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_REMITTANCE);
  if (!row) return;
  arc__put_text(t, ARC__REMITTANCE_KEY, row, r->key);
  arc__put_text(t, ARC__REMITTANCE_PAYER_NAME, row, r->payer_name);
  arc__put_text(t, ARC__REMITTANCE_REFERENCE, row, r->reference);
  arc__put(t, ARC__REMITTANCE_CUSTOMER, row, r->customer);
  arc__put(t, ARC__REMITTANCE_CURRENCY, row, r->currency);
  arc__put(t, ARC__REMITTANCE_RECEIVED, row, r->received);
  arc__put(t, ARC__REMITTANCE_AMOUNT, row, r->amount);
  arc__put(t, ARC__REMITTANCE_FIRST_LINE, row, (int64_t)t->rows[ARC__TABLE_REMITTANCE_LINE] + 1);
  arc__put(t, ARC__REMITTANCE_LINES, row, r->lines);
  arc__index_add(t, ARC__INDEX_REMITTANCE, row);
}

arc_status arc__check_remittance_line(const arc_ledger *ledger, const arc__remittance_line_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  if (r->remittance != t->rows[ARC__TABLE_REMITTANCE] || remittances_are_complete(t))
    return arc__fail(err, ARC_E_INVALID, "the line belongs to no remittance advice");
  if (r->discount < 0 || r->deduction < 0 || (!r->amount && !r->discount && !r->deduction))
    return arc__fail_field(err, ARC_E_INVALID, 0, 10, "a line has an amount, a discount or a deduction; the latter two "
                                                      "are at least 0");
  return ARC_OK;
}

void arc__apply_remittance_line(arc_ledger *ledger, const arc__remittance_line_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t reason = arc__state_name(ledger, r->reason), row = arc__append_row(t, ARC__TABLE_REMITTANCE_LINE);
  if (!row) return;
  arc__put_text(t, ARC__REMITTANCE_LINE_REFERENCE, row, r->reference);
  arc__put(t, ARC__REMITTANCE_LINE_AMOUNT, row, r->amount);
  arc__put(t, ARC__REMITTANCE_LINE_DISCOUNT, row, r->discount);
  arc__put(t, ARC__REMITTANCE_LINE_DEDUCTION, row, r->deduction);
  arc__put(t, ARC__REMITTANCE_LINE_REASON, row, reason);
}

arc_status arc__check_remittance_payment(const arc_ledger *ledger, const arc__remittance_payment_record *r,
                                         arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_REMITTANCE, r->remittance, "remittance advice", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CREDIT, r->credit, "payment", err));
  if (arc__u8(t, ARC__CREDIT_KIND, r->credit) != ARC_CREDIT_PAYMENT ||
      arc__u32(t, ARC__CREDIT_CURRENCY, r->credit) != arc__u32(t, ARC__REMITTANCE_CURRENCY, r->remittance))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 4, "a remittance advice is of a payment of its currency");
  if (!arc__u32(t, ARC__CREDIT_ADVICE, r->credit)) return ARC_OK;
  return arc__fail_field(err, ARC_E_REFUSED, 0, 4, "the payment has a remittance advice already");
}

void arc__apply_remittance_payment(arc_ledger *ledger, const arc__remittance_payment_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t before = arc__u32(t, ARC__REMITTANCE_CREDIT, r->remittance);
  if (before) arc__put(t, ARC__CREDIT_ADVICE, before, 0);
  arc__put(t, ARC__REMITTANCE_CREDIT, r->remittance, r->credit);
  arc__put(t, ARC__CREDIT_ADVICE, r->credit, r->remittance);
}

/* ---- the command ---- */

/* What the command says, as records: the lines are read again when they are recorded. */
typedef struct remittances_said {
  arc__remittance_record r;
  const arc_remittance_line *lines;
  uint32_t credit;
} remittances_said;

/* Lines lie as far apart as the first one is long. */
static arc_status remittances_line(const arc__input *in, const arc_remittance_line *lines, uint32_t i,
                                   arc__remittance_line_record *r) {
  const unsigned char *at = (const unsigned char *)lines + (size_t)i * lines->struct_size;
  arc_remittance_line line;
  ARC__TRY(ARC__READ(arc_remittance_line, &line, at, in->err));
  ARC__TRY(arc__input_options(in, line.options, 0, 0));
  r->reference = line.reference;
  r->reason = line.reason;
  r->amount = line.amount;
  r->discount = line.discount;
  r->deduction = line.deduction;
  ARC__TRY(arc__input_line(in, &r->reference, 10, "the reference of a line"));
  return arc__input_line(in, &r->reason, 10, "the reason of a line");
}

static arc_status remittances_amount(const arc__input *in, const arc_remittance *p, remittances_said *said) {
  int64_t sum = 0;
  if (p->line_count > REMITTANCES_LINES_MAX || (p->line_count && !p->lines))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 11, "a remittance advice has at most %d lines",
                           REMITTANCES_LINES_MAX);
  for (uint32_t i = 0; i < p->line_count; i++) {
    arc__remittance_line_record line = {0};
    ARC__TRY(remittances_line(in, p->lines, i, &line));
    if (!arc__add(&sum, sum, line.amount))
      return arc__fail_field(in->err, ARC_E_OVERFLOW, in->index, 10, "the lines do not add up within 64 bits");
  }
  said->r.amount = p->amount ? p->amount : sum;
  said->r.lines = p->line_count;
  said->lines = p->lines;
  return ARC_OK;
}

static uint32_t remittances_currency(const arc__tables *t, const remittances_said *said) {
  if (said->credit) return arc__u32(t, ARC__CREDIT_CURRENCY, said->credit);
  if (said->r.customer) return arc__u32(t, ARC__CUSTOMER_CURRENCY, said->r.customer);
  return arc__u32(t, ARC__BOOK_CURRENCY, 1);
}

static arc_status remittances_read(const arc__input *in, arc_remittance *p, remittances_said *said) {
  const arc__tables *t = ARC__L(in->ledger);
  ARC__TRY(arc__input_customer(in, &p->customer, 3, 1, &said->r.customer));
  ARC__TRY(arc__input_line(in, &p->payer_name, 5, "payer_name"));
  ARC__TRY(arc__input_line(in, &p->reference, 6, "reference"));
  ARC__TRY(arc__input_currency(in, p->currency, remittances_currency(t, said), 7, &said->r.currency));
  ARC__TRY(arc__input_day(in, p->received, 8, "received"));
  ARC__TRY(remittances_amount(in, p, said));
  said->r.key = p->key;
  said->r.payer_name = p->payer_name;
  said->r.reference = p->reference;
  said->r.received = p->received;
  return ARC_OK;
}

static arc_status remittances_same(const arc__input *in, const remittances_said *said, uint32_t row, int *same) {
  const arc__tables *t = ARC__L(in->ledger);
  const arc__remittance_record *r = &said->r;
  uint32_t first = arc__u32(t, ARC__REMITTANCE_FIRST_LINE, row);
  *same = r->customer == arc__u32(t, ARC__REMITTANCE_CUSTOMER, row) &&
          r->currency == arc__u32(t, ARC__REMITTANCE_CURRENCY, row) &&
          r->received == arc__i32(t, ARC__REMITTANCE_RECEIVED, row) &&
          r->amount == arc__i64(t, ARC__REMITTANCE_AMOUNT, row) &&
          r->lines == arc__u16(t, ARC__REMITTANCE_LINES, row) &&
          arc__erasure_same(r->payer_name, arc__text(t, ARC__REMITTANCE_PAYER_NAME, row)) &&
          arc__erasure_same(r->reference, arc__text(t, ARC__REMITTANCE_REFERENCE, row));
  for (uint32_t i = 0; i < r->lines && *same; i++) {
    arc__remittance_line_record line = {0};
    ARC__TRY(remittances_line(in, said->lines, i, &line));
    *same = line.amount == arc__i64(t, ARC__REMITTANCE_LINE_AMOUNT, first + i) &&
            line.discount == arc__i64(t, ARC__REMITTANCE_LINE_DISCOUNT, first + i) &&
            line.deduction == arc__i64(t, ARC__REMITTANCE_LINE_DEDUCTION, first + i) &&
            arc__text_equal(line.reason, arc__name(t, arc__u32(t, ARC__REMITTANCE_LINE_REASON, first + i))) &&
            arc__erasure_same(line.reference, arc__text(t, ARC__REMITTANCE_LINE_REFERENCE, first + i));
  }
  return ARC_OK;
}

/* Of which payment it is: once said, only with ARC_REPLACE another one. */
static arc_status remittances_of(const arc__input *in, arc_ledger *ledger, const arc_remittance *p, uint32_t row,
                                 uint32_t credit) {
  arc__remittance_payment_record r = {row, credit};
  uint32_t before = arc__u32(ARC__L(ledger), ARC__REMITTANCE_CREDIT, row);
  if (!credit || credit == before) return ARC_ALREADY;
  if (before && !(p->options & ARC_REPLACE)) return arc__input_exists(in, p->key, "payment for the remittance advice");
  ARC__TRY(arc__check_remittance_payment(ledger, &r, in->err));
  return arc__ledger_record(ledger, ARC__RECORD_REMITTANCE_PAYMENT, &r, in->err);
}

static arc_status remittances_one(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_remittance *p = row;
  remittances_said said;
  int same = 0;
  memset(&said, 0, sizeof said);
  ARC__TRY(arc__input_options(&in, p->options, ARC_REPLACE, p->reserved));
  ARC__TRY(arc__input_key(&in, &p->key, 2, "key"));
  p->payment.size = arc__text_size(p->payment.data, p->payment.size);
  if (p->payment.size) ARC__TRY(arc__input_credit(&in, &p->payment, ARC_CREDIT_PAYMENT, 4, &said.credit));
  uint32_t known = arc__index_find(ARC__L(ledger), ARC__INDEX_REMITTANCE, p->key, 0);
  if (known && said.credit && p->received == ARC_DAY_NONE && p->line_count == 0)
    return remittances_of(&in, ledger, p, known, said.credit);
  ARC__TRY(remittances_read(&in, p, &said));
  if (known) ARC__TRY(remittances_same(&in, &said, known, &same));
  if (known && !same) return arc__input_exists(&in, p->key, "remittance advice");
  if (known) return remittances_of(&in, ledger, p, known, said.credit);
  ARC__TRY(arc__check_remittance(ledger, &said.r, err));
  ARC__TRY(arc__ledger_record(ledger, ARC__RECORD_REMITTANCE, &said.r, err));
  known = ARC__L(ledger)->rows[ARC__TABLE_REMITTANCE];
  for (uint32_t i = 0; i < said.r.lines; i++) {
    arc__remittance_line_record line = {.remittance = known};
    ARC__TRY(remittances_line(&in, said.lines, i, &line));
    ARC__TRY(arc__check_remittance_line(ledger, &line, err));
    ARC__TRY(arc__ledger_record(ledger, ARC__RECORD_REMITTANCE_LINE, &line, err));
  }
  if (said.credit) ARC__TRY(remittances_of(&in, ledger, p, known, said.credit));
  return ARC_OK;
}

arc_status arc_ledger_post_remittances(arc_ledger *ledger, const arc_remittance *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_remittance, ledger, rows, count, remittances_one, err);
}
