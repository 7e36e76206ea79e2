#include "ledger_internal.h"

#include <string.h>

#include "checked.h"
#include "currency.h"
#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns what is owed: invoices with their instalments and early-payment discounts. An invoice's instalments add up
 * to it and lie in rows one after the other, and so do its discounts. */

#define ITEMS_INSTALMENTS_MAX 1000
#define ITEMS_DISCOUNT_DAYS_MAX 3660
#define ITEMS_TERMS_FIELD 14

/* ---- checks ---- */

static arc_status items_check_instalments(const arc__invoice_record *r, arc_error *err) {
  size_t count = arc__list_count(r->instalments);
  int64_t sum = 0;
  arc_day before = ARC_DAY_FIRST;
  if (r->instalments.size % ARC__INSTALMENT_BYTES || count < 1 || count > ITEMS_INSTALMENTS_MAX)
    return arc__fail(err, ARC_E_INVALID, "an invoice has 1 to %d instalments", ITEMS_INSTALMENTS_MAX);
  for (size_t i = 0; i < count; i++) {
    uint32_t due;
    int64_t amount;
    arc__list_get(r->instalments, i, &due, &amount);
    ARC__TRY(arc__check_day((arc_day)due, 12, "due", err));
    ARC__TRY(arc__check_amount(amount, 12, "the amount of an instalment", err));
    if ((arc_day)due < before)
      return arc__fail_field(err, ARC_E_INVALID, 0, 12, "the due dates of instalments must rise");
    before = (arc_day)due;
    if (!arc__add(&sum, sum, amount)) sum = 0; /* then it cannot be the invoice's amount */
  }
  if (sum == r->amount) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 12, "the instalments add up to %lld minor units, the invoice is %lld",
                   (long long)sum, (long long)r->amount);
}

static arc_status items_check_discounts(const arc__invoice_record *r, arc_error *err) {
  size_t count = arc__list_count(r->discounts);
  if (r->discounts.size % ARC__INSTALMENT_BYTES || count > ARC_TERMS_DISCOUNTS_MAX)
    return arc__fail(err, ARC_E_INVALID, "an invoice has at most %d discounts", ARC_TERMS_DISCOUNTS_MAX);
  for (size_t i = 0; i < count; i++) {
    uint32_t last;
    int64_t basis_points;
    arc__list_get(r->discounts, i, &last, &basis_points);
    ARC__TRY(arc__check_day((arc_day)last, 11, "the last day of a discount", err));
    if (basis_points < 1 || basis_points > 10000)
      return arc__fail_field(err, ARC_E_INVALID, 0, 9, "a discount is of 1 to 10,000 basis points");
  }
  return ARC_OK;
}

arc_status arc__check_invoice(const arc_ledger *ledger, const arc__invoice_record *r, arc_error *err) {
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_INVOICE, r->key, 0, "invoice", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  ARC__TRY(arc__check_posting_currency(ledger, r->currency, err));
  ARC__TRY(arc__check_posting_day(ledger, r->issued, 7, "issued", err));
  ARC__TRY(arc__check_amount(r->amount, 10, "the amount of an invoice", err));
  ARC__TRY(items_check_discounts(r, err));
  if (r->fulfilled) ARC__TRY(arc__check_day(r->fulfilled, 16, "fulfilled", err));
  ARC__TRY(arc__quality_check(ledger, r, err));
  return items_check_instalments(r, err);
}

/* ---- rows ---- */

uint32_t arc__item_add(arc_ledger *ledger, const arc__invoice_record *r, int kind) {
  arc__tables *t = ARC__L(ledger);
  uint32_t account = arc__state_account(ledger, r->customer, r->currency);
  uint32_t row = arc__append_row(t, ARC__TABLE_INVOICE);
  if (!row || !account) return 0;
  arc__put_text(t, ARC__INVOICE_KEY, row, r->key);
  arc__put_text(t, ARC__INVOICE_NUMBER, row, r->number);
  arc__put_text(t, ARC__INVOICE_PO_NUMBER, row, r->po_number);
  arc__put(t, ARC__INVOICE_TERMS, row, arc__state_name(ledger, r->terms));
  arc__put(t, ARC__INVOICE_KIND, row, kind);
  arc__put_u32(t, ARC__INVOICE_ACCOUNT, row, account);
  arc__put_u32(t, ARC__INVOICE_ISSUED, row, (uint32_t)r->issued);
  if (r->fulfilled) arc__put(t, ARC__INVOICE_FULFILLED, row, r->fulfilled);
  arc__put_i64(t, ARC__INVOICE_AMOUNT, row, r->amount);
  arc__put_u32(t, ARC__INVOICE_INSTALMENT, row, t->rows[ARC__TABLE_INSTALMENT] + 1);
  arc__put_u32(t, ARC__INVOICE_NEXT, row, arc__u32(t, ARC__ACCOUNT_INVOICE, account));
  arc__put_u32(t, ARC__ACCOUNT_INVOICE, account, row);
  arc__index_add(t, ARC__INDEX_INVOICE, row);
  arc__state_money_day(ledger, r->issued);
  return t->failed ? 0 : row;
}

void arc__item_add_instalment(arc_ledger *ledger, uint32_t invoice, arc_day due, int64_t amount) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_INSTALMENT);
  if (!row) return;
  arc__put(t, ARC__INVOICE_INSTALMENTS, invoice, arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice) + 1);
  arc__put_u32(t, ARC__INSTALMENT_INVOICE, row, invoice);
  arc__put_u32(t, ARC__INSTALMENT_DUE, row, (uint32_t)due);
  arc__put_i64(t, ARC__INSTALMENT_AMOUNT, row, amount);
  arc__state_instalment_add(ledger, row, amount);
  arc__sums_instalment(ledger, row);
}

static void items_add_discount(arc__tables *t, uint32_t invoice, arc_day last, int64_t basis_points) {
  uint32_t row = arc__append_row(t, ARC__TABLE_DISCOUNT);
  if (!row) return;
  if (!arc__u8(t, ARC__INVOICE_DISCOUNTS, invoice)) arc__put(t, ARC__INVOICE_DISCOUNT, invoice, row);
  arc__put(t, ARC__INVOICE_DISCOUNTS, invoice, arc__u8(t, ARC__INVOICE_DISCOUNTS, invoice) + 1);
  arc__put(t, ARC__DISCOUNT_LAST, row, last);
  arc__put(t, ARC__DISCOUNT_BP, row, basis_points);
}

void arc__apply_invoice(arc_ledger *ledger, const arc__invoice_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__item_add(ledger, r, ARC__INVOICE_SALE), day;
  int64_t amount;
  if (!row) return;
  for (size_t i = 0; i < arc__list_count(r->instalments); i++) {
    arc__list_get(r->instalments, i, &day, &amount);
    arc__item_add_instalment(ledger, row, (arc_day)day, amount);
  }
  for (size_t i = 0; i < arc__list_count(r->discounts); i++) {
    arc__list_get(r->discounts, i, &day, &amount);
    items_add_discount(t, row, (arc_day)day, amount);
  }
  arc__quality_apply(ledger, r, row);
  arc__state_post(ledger, r->currency, ARC__CONTROL_RECEIVABLES, ARC__CONTROL_SALES, r->amount);
}

uint32_t arc__invoice_discount(const arc__tables *t, uint32_t invoice, int64_t day) {
  uint32_t first = arc__u32(t, ARC__INVOICE_DISCOUNT, invoice), best = 0;
  for (uint32_t i = first; i < first + arc__u8(t, ARC__INVOICE_DISCOUNTS, invoice); i++)
    if (arc__i32(t, ARC__DISCOUNT_LAST, i) >= day && arc__u16(t, ARC__DISCOUNT_BP, i) > best)
      best = arc__u16(t, ARC__DISCOUNT_BP, i);
  return best;
}

/* ---- what was recorded, as lists ---- */

static void items_list_recorded(const arc__tables *t, uint32_t invoice, arc__buffer *list) {
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  for (uint32_t i = first; i < first + arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice); i++)
    arc__list_add(list, (uint32_t)arc__i32(t, ARC__INSTALMENT_DUE, i), arc__i64(t, ARC__INSTALMENT_AMOUNT, i));
}

static void items_list_recorded_discounts(const arc__tables *t, uint32_t invoice, arc__buffer *list) {
  uint32_t first = arc__u32(t, ARC__INVOICE_DISCOUNT, invoice);
  for (uint32_t i = first; i < first + arc__u8(t, ARC__INVOICE_DISCOUNTS, invoice); i++)
    arc__list_add(list, (uint32_t)arc__i32(t, ARC__DISCOUNT_LAST, i), arc__u16(t, ARC__DISCOUNT_BP, i));
}

static int items_same_instalments(const arc__tables *t, arc_text list, uint32_t invoice) {
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice), due;
  int64_t amount;
  if (arc__list_count(list) != arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice)) return 0;
  for (uint32_t i = 0; i < arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice); i++) {
    arc__list_get(list, i, &due, &amount);
    if ((arc_day)due != arc__i32(t, ARC__INSTALMENT_DUE, first + i) ||
        amount != arc__i64(t, ARC__INSTALMENT_AMOUNT, first + i))
      return 0;
  }
  return 1;
}

static int items_same_discounts(const arc__tables *t, arc_text list, uint32_t invoice) {
  uint32_t first = arc__u32(t, ARC__INVOICE_DISCOUNT, invoice), last;
  int64_t basis_points;
  if (arc__list_count(list) != arc__u8(t, ARC__INVOICE_DISCOUNTS, invoice)) return 0;
  for (uint32_t i = 0; i < arc__u8(t, ARC__INVOICE_DISCOUNTS, invoice); i++) {
    arc__list_get(list, i, &last, &basis_points);
    if ((arc_day)last != arc__i32(t, ARC__DISCOUNT_LAST, first + i) ||
        basis_points != arc__u16(t, ARC__DISCOUNT_BP, first + i))
      return 0;
  }
  return 1;
}

static int items_same_invoice(const arc__tables *t, const arc__invoice_record *r, uint32_t row) {
  uint32_t account = arc__u32(t, ARC__INVOICE_ACCOUNT, row);
  return arc__u8(t, ARC__INVOICE_KIND, row) == ARC__INVOICE_SALE &&
         r->customer == arc__u32(t, ARC__ACCOUNT_CUSTOMER, account) &&
         r->currency == arc__u32(t, ARC__ACCOUNT_CURRENCY, account) &&
         r->issued == arc__i32(t, ARC__INVOICE_ISSUED, row) &&
         r->amount == arc__i64(t, ARC__INVOICE_AMOUNT, row) &&
         (r->fulfilled ? r->fulfilled : ARC_DAY_NONE) == arc__i32(t, ARC__INVOICE_FULFILLED, row) &&
         arc__text_equal(r->number, arc__text(t, ARC__INVOICE_NUMBER, row)) &&
         (arc__text_equal(r->po_number, arc__text(t, ARC__INVOICE_PO_NUMBER, row)) ||
          arc__text_equal(r->po_number, arc__invoice_po(t, row))) &&
         arc__text_equal(r->terms, arc__name(t, arc__u32(t, ARC__INVOICE_TERMS, row))) &&
         items_same_instalments(t, r->instalments, row) && items_same_discounts(t, r->discounts, row);
}

/* ---- terms ---- */

/* An invoice being said, with what counts where it says nothing: what was recorded of it, else its customer's
 * terms. So the same command is the same invoice though the customer's terms changed since. */
typedef struct items_saying {
  const arc__input *in;
  arc_ledger *ledger;
  const arc_invoice *v;
  arc__invoice_record *r;
  uint32_t known;
  size_t discounts_at; /* in the ledger's list: instalments before, discounts from here on */
} items_saying;

static int items_says_schedule(const arc_invoice *v) {
  return v->due != ARC_DAY_NONE || v->instalment_count || v->terms.size;
}

static arc_status items_by_terms(items_saying *s) {
  arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
  arc_instalment parts[ARC_TERMS_INSTALMENTS_MAX];
  arc_terms_discount discounts[ARC_TERMS_DISCOUNTS_MAX];
  size_t count, discount_count;
  arc_status status;
  parts[0].struct_size = sizeof *parts;
  discounts[0].struct_size = sizeof *discounts;
  invoice.issued = s->v->issued;
  invoice.terms = s->r->terms;
  invoice.amount = s->v->amount;
  arc__currency_unpack(invoice.currency, s->r->currency);
  invoice.calendar = s->ledger->calendar;
  status = arc_terms_apply(parts, ARC_TERMS_INSTALMENTS_MAX, &count, discounts, ARC_TERMS_DISCOUNTS_MAX,
                           &discount_count, &invoice, s->in->err);
  if (status < 0) return arc__input_of_field(s->in, status, ITEMS_TERMS_FIELD);
  for (size_t i = 0; i < count; i++) arc__list_add(&s->ledger->list, (uint32_t)parts[i].due, parts[i].amount);
  s->discounts_at = s->ledger->list.size;
  for (size_t i = 0; i < discount_count; i++)
    arc__list_add(&s->ledger->list, (uint32_t)discounts[i].last, discounts[i].basis_points);
  return ARC_OK;
}

static arc_status items_by_instalments(items_saying *s) {
  const unsigned char *at = (const unsigned char *)s->v->instalments;
  uint32_t stride = s->v->instalments->struct_size;
  arc_instalment part;
  for (uint32_t i = 0; i < s->v->instalment_count; i++, at += stride) {
    ARC__TRY(ARC__READ(arc_instalment, &part, at, s->in->err));
    arc__list_add(&s->ledger->list, (uint32_t)part.due, part.amount);
  }
  return ARC_OK;
}

/* An invoice said again that states nothing, or the terms it was recorded with: it came to what it came to then, by
 * whatever calendar. */
static int items_keeps_schedule(const items_saying *s) {
  const arc__tables *t = ARC__L(s->ledger);
  if (!items_says_schedule(s->v)) return 1;
  return s->v->terms.size && s->v->amount == arc__i64(t, ARC__INVOICE_AMOUNT, s->known) &&
         s->v->issued == arc__i32(t, ARC__INVOICE_ISSUED, s->known) &&
         arc__text_equal(s->v->terms, arc__name(t, arc__u32(t, ARC__INVOICE_TERMS, s->known)));
}

static arc_status items_list_instalments(items_saying *s) {
  const arc__tables *t = ARC__L(s->ledger);
  const arc_invoice *v = s->v;
  int64_t due = v->due;
  if (v->instalment_count) return items_by_instalments(s);
  if (s->known && items_keeps_schedule(s)) {
    items_list_recorded(t, s->known, &s->ledger->list);
    return ARC_OK;
  }
  if (s->r->terms.size) return items_by_terms(s);
  if (due == ARC_DAY_NONE) due = (int64_t)v->issued + arc__i32(t, ARC__CUSTOMER_TERMS_DAYS, s->r->customer);
  if (due > ARC_DAY_LAST) due = ARC_DAY_NONE;
  arc__list_add(&s->ledger->list, (uint32_t)(arc_day)due, v->amount);
  return ARC_OK;
}

/* The discount that the invoice names, or else that its customer has. */
static void items_list_discount(items_saying *s) {
  const arc__tables *t = ARC__L(s->ledger);
  uint32_t basis_points = s->v->discount_bp, days = s->v->discount_days;
  int64_t last;
  if (!basis_points && s->known) {
    items_list_recorded_discounts(t, s->known, &s->ledger->list);
    return;
  }
  if (!basis_points) {
    basis_points = arc__u32(t, ARC__CUSTOMER_DISCOUNT_BP, s->r->customer);
    days = arc__u32(t, ARC__CUSTOMER_DISCOUNT_DAYS, s->r->customer);
  }
  if (!basis_points) return;
  last = (int64_t)s->v->issued + days;
  arc__list_add(&s->ledger->list, (uint32_t)(last > ARC_DAY_LAST ? ARC_DAY_LAST : (arc_day)last), basis_points);
}

/* Which terms count: those said; those recorded, or the customer's, where nothing is said. */
static arc_text items_terms(const items_saying *s) {
  const arc__tables *t = ARC__L(s->ledger);
  if (items_says_schedule(s->v)) return s->v->terms;
  return arc__name(t, s->known ? arc__u32(t, ARC__INVOICE_TERMS, s->known)
                               : arc__u32(t, ARC__CUSTOMER_TERMS, s->r->customer));
}

static arc_status items_list(items_saying *s) {
  arc__buffer *list = &s->ledger->list;
  const arc_invoice *v = s->v;
  if (v->instalment_count > ITEMS_INSTALMENTS_MAX || (v->instalment_count && !v->instalments))
    return arc__fail_field(s->in->err, ARC_E_INVALID, s->in->index, 12, "instalments has no or too many rows");
  if (v->discount_bp && !s->known && !items_says_schedule(v) && arc__u32(ARC__L(s->ledger), ARC__CUSTOMER_TERMS, s->r->customer))
    return arc__fail_field(s->in->err, ARC_E_INVALID, s->in->index, 9,
                           "the customer's terms say what earns discount: state due or instalments with another one");
  if (v->terms.size && (v->due != ARC_DAY_NONE || v->instalment_count || v->discount_bp))
    return arc__fail_field(s->in->err, ARC_E_INVALID, s->in->index, ITEMS_TERMS_FIELD,
                           "terms say when all falls due and what earns discount: state them, or due, instalments "
                           "and discount, not both");
  if (v->discount_bp > 10000 || v->discount_days > ITEMS_DISCOUNT_DAYS_MAX)
    return arc__fail_field(s->in->err, ARC_E_INVALID, s->in->index, 9,
                           "discount_bp goes to 10,000, discount_days to %d", ITEMS_DISCOUNT_DAYS_MAX);
  list->size = 0;
  s->discounts_at = 0;
  s->r->terms = items_terms(s);
  ARC__TRY(items_list_instalments(s));
  if (!s->discounts_at) {
    s->discounts_at = list->size;
    items_list_discount(s);
  }
  if (list->failed) return arc__fail_nomem(s->in->err);
  s->r->instalments.data = (const char *)list->data;
  s->r->instalments.size = s->discounts_at;
  s->r->discounts.data = (const char *)list->data + s->discounts_at;
  s->r->discounts.size = list->size - s->discounts_at;
  return ARC_OK;
}

static int items_lists_equal(const arc__buffer *wanted, size_t discounts_at, const arc__invoice_record *r) {
  return r->instalments.size == discounts_at && r->discounts.size == wanted->size - discounts_at &&
         memcmp(wanted->data, r->instalments.data, wanted->size) == 0;
}

/* Whether the invoice falls due, and earns discount, as its customer's terms say. The record's lists lie behind one
 * another in the ledger's buffer; those of the terms are put behind them for as long as they are compared. */
static arc_status items_terms_agreed(const items_saying *s, int *agreed) {
  arc__invoice_record own = *s->r;
  arc_invoice silent = *s->v;
  arc__input quiet = {s->ledger, s->in->index, NULL}; /* terms that come to nothing here are not agreed */
  items_saying terms = {&quiet, s->ledger, &silent, &own, 0, 0};
  arc__buffer *list = &s->ledger->list, mine = *list;
  *agreed = 1;
  if (!items_says_schedule(s->v) && !s->v->discount_bp) return ARC_OK;
  silent.due = ARC_DAY_NONE;
  silent.instalment_count = silent.discount_bp = silent.discount_days = 0;
  silent.terms.size = 0;
  arc__buffer_init(list, &s->ledger->heap);
  arc_status status = items_list(&terms);
  *agreed = status >= 0 && items_lists_equal(list, terms.discounts_at, s->r);
  arc__buffer_free(list);
  *list = mine;
  return status == ARC_E_NOMEM ? arc__fail_nomem(s->in->err) : ARC_OK;
}

/* ---- the command ---- */

static arc_status items_resolve_invoice(const arc__input *in, arc_ledger *ledger, arc_invoice *v,
                                        arc__invoice_record *r, uint32_t *known) {
  const arc__tables *t = ARC__L(ledger);
  items_saying saying = {in, ledger, v, r, 0, 0};
  int agreed;
  ARC__TRY(arc__input_options(in, v->options, 0, v->reserved));
  ARC__TRY(arc__input_key(in, &v->key, 2, "key"));
  ARC__TRY(arc__input_line(in, &v->number, 3, "number"));
  ARC__TRY(arc__input_customer(in, &v->customer, 4, 0, &r->customer));
  ARC__TRY(arc__input_line(in, &v->po_number, 5, "po_number"));
  ARC__TRY(arc__input_day(in, v->issued, 7, "issued"));
  ARC__TRY(arc__check_amount(v->amount, 10, "the amount of an invoice", in->err));
  ARC__TRY(arc__input_terms(in, &v->terms, ITEMS_TERMS_FIELD));
  *known = saying.known = arc__find_invoice(t, v->key);
  ARC__TRY(arc__input_currency(in, v->currency,
                               *known ? arc__u32(t, ARC__ACCOUNT_CURRENCY, arc__u32(t, ARC__INVOICE_ACCOUNT, *known))
                                      : arc__u32(t, ARC__CUSTOMER_CURRENCY, r->customer),
                               6, &r->currency));
  r->key = v->key;
  r->number = v->number;
  r->po_number = v->po_number;
  r->issued = v->issued;
  r->fulfilled = v->fulfilled == ARC_DAY_NONE ? 0 : v->fulfilled;
  r->amount = v->amount;
  if (v->lines_total < 0)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 15, "lines_total is the sum of the lines, or 0");
  ARC__TRY(items_list(&saying));
  if (*known || !arc__u32(t, ARC__CUSTOMER_CHECKS, r->customer)) return ARC_OK;
  ARC__TRY(items_terms_agreed(&saying, &agreed));
  return arc__quality_look(in, v, agreed, r);
}

static arc_status items_invoice(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_invoice *v = row;
  arc__invoice_record record = {0};
  uint32_t known;
  ARC__TRY(items_resolve_invoice(&in, ledger, v, &record, &known));
  if (known && items_same_invoice(ARC__L(ledger), &record, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, v->key, "invoice");
  ARC__TRY(arc__check_invoice(ledger, &record, err));
  return arc__ledger_record(ledger, ARC__RECORD_INVOICE, &record, err);
}

arc_status arc_ledger_post_invoices(arc_ledger *ledger, const arc_invoice *rows, size_t count,
                                    arc_error *err) {
  return ARC__POST(arc_invoice, ledger, rows, count, items_invoice, err);
}
