/* What a step charges for lateness: fees, interest, fixed compensation, each an item of its own.
 * Only an invoice is charged for, so that no fee ever bears a fee. The key of a charge follows from
 * the touch's key: however often a day is planned, it is charged once. */
#include "cadence_plan.h"

#include "error.h"
#include "hash.h"
#include "text.h"

#include <string.h>

size_t arc__cadence_charges_max(const arc__cadence_step *step, size_t items) {
  return (step->fee.is_set != 0) +
         items * (size_t)(step->charges_interest + step->charges_compensation);
}

/* "fee-" and 32 hexadecimal digits of what it is for. */
static arc_status charge_key(arc__cadence_plan *plan, const char *kind, arc_text touch,
                             arc_text invoice, arc_text *key, arc_error *err) {
  static const char digits[] = "0123456789abcdef";
  unsigned char digest[32];
  char hex[33] = "";
  arc__blake2b h;
  arc__blake2b_init(&h);
  arc__blake2b_update(&h, touch.data, touch.size);
  arc__blake2b_update(&h, "|", 1);
  arc__blake2b_update(&h, invoice.data, invoice.size);
  arc__blake2b_final(&h, digest);
  for (size_t i = 0; i < 16; i++) {
    hex[2 * i] = digits[digest[i] >> 4];
    hex[2 * i + 1] = digits[digest[i] & 15];
  }
  arc__buffer_string(&plan->text, kind);
  arc__buffer_string(&plan->text, hex);
  return arc__cadence_keep_text(plan, key, err);
}

/* One charge for an invoice; the touch lists it. */
static arc_status charge_add(arc__cadence_plan *plan, const arc_touch *touch, arc_charge *charge,
                             const char *kind, arc_touch_item *item, arc_error *err) {
  if (arc__grow(plan->cadence->heap, (void **)&plan->charges, &plan->charge_capacity,
                plan->charge_count + 1, sizeof *plan->charges) != ARC_OK)
    return arc__fail_nomem(err);
  ARC__TRY(charge_key(plan, kind, touch->key, charge->invoice, &charge->key, err));
  charge->struct_size = (uint32_t)sizeof *charge;
  charge->customer = touch->customer;
  memcpy(charge->currency, touch->currency, sizeof charge->currency);
  charge->reason = touch->step;
  charge->issued = charge->due = touch->day;
  plan->charges[plan->charge_count++] = *charge;
  item->struct_size = (uint32_t)sizeof *item;
  item->instalment = 1;
  item->invoice = charge->key;
  item->amount = charge->amount;
  return ARC_OK;
}

static arc_charge charge_for(arc_text invoice, int32_t kind) {
  arc_charge charge = ARC_CHARGE_INIT;
  charge.invoice = invoice;
  charge.kind = kind;
  return charge;
}

static uint32_t charge_invoice(const arc__cadence_plan *plan, arc_text key) {
  return arc__find_invoice(plan->eval.tables, key);
}

static arc_status charge_fee(arc__cadence_plan *plan, const arc__cadence_step *step,
                             const arc_touch *touch, arc_touch_item *items, size_t *count,
                             arc_error *err) {
  arc_charge fee = charge_for(touch->anchor, ARC_CHARGE_FEE);
  uint32_t anchor = charge_invoice(plan, touch->anchor);
  if (!step->fee.is_set || strcmp(step->fee_currency, touch->currency) != 0 ||
      arc__u8(plan->eval.tables, ARC__INVOICE_KIND, anchor) != ARC__INVOICE_SALE ||
      arc__i32(plan->eval.tables, ARC__INVOICE_ISSUED, anchor) > touch->day)
    return ARC_OK;
  fee.amount = arc__cadence_minor(&step->fee, touch->currency);
  return charge_add(plan, touch, &fee, "fee-", &items[(*count)++], err);
}

/* The day after the last one that interest was charged for; the day after the first due day
 * otherwise. */
static arc_day charge_from(const arc__tables *t, uint32_t invoice) {
  arc_day from =
      arc__i32(t, ARC__INSTALMENT_DUE, arc__u32(t, ARC__INVOICE_INSTALMENT, invoice)) + 1;
  for (uint32_t c = arc__u32(t, ARC__INVOICE_CHARGE, invoice); c;
       c = arc__u32(t, ARC__CHARGE_NEXT, c)) {
    arc_day to = arc__i32(t, ARC__CHARGE_TO, c);
    if (to != ARC_DAY_NONE && to >= from) from = to + 1;
  }
  return from;
}

static arc_status charge_interest(arc__cadence_plan *plan, const arc_touch *touch, arc_text key,
                                  arc_touch_item *items, size_t *count, arc_error *err) {
  const arc_cadence_options *options = &plan->cadence->options;
  arc_charge interest = charge_for(key, ARC_CHARGE_INTEREST);
  arc_interest_query query = ARC_INTEREST_QUERY_INIT;
  int64_t total = 0, charged = 0;
  if (!options->interest_rule)
    return arc__fail(err, ARC_E_INVALID,
                     "step \"%.*s\" charges interest: arc_cadence_options must state interest_rule",
                     (int)touch->step.size, touch->step.data);
  interest.from = charge_from(plan->eval.tables, charge_invoice(plan, key));
  interest.to = touch->day;
  if (interest.from > interest.to) return ARC_OK;
  query.invoice = key;
  query.until = touch->day;
  query.rule = options->interest_rule;
  query.rates = options->interest_rates;
  query.rate_count = options->interest_rate_count;
  ARC__TRY(
      arc_ledger_interest(&total, &charged, NULL, 0, NULL, plan->cadence->ledger, &query, err));
  if (total <= charged) return ARC_OK;
  interest.amount = total - charged;
  return charge_add(plan, touch, &interest, "interest-", &items[(*count)++], err);
}

static int charge_compensated(const arc__tables *t, uint32_t invoice) {
  for (uint32_t c = arc__u32(t, ARC__INVOICE_CHARGE, invoice); c;
       c = arc__u32(t, ARC__CHARGE_NEXT, c))
    if (arc__u8(t, ARC__INVOICE_KIND, arc__u32(t, ARC__CHARGE_ITEM, c)) == ARC_CHARGE_COMPENSATION)
      return 1;
  return 0;
}

static arc_status charge_compensation(arc__cadence_plan *plan, const arc_touch *touch, arc_text key,
                                      arc_touch_item *items, size_t *count, arc_error *err) {
  const arc_cadence_options *options = &plan->cadence->options;
  const arc__tables *t = plan->eval.tables;
  arc_charge compensation = charge_for(key, ARC_CHARGE_COMPENSATION);
  uint32_t invoice = charge_invoice(plan, key);
  if (!options->compensations)
    return arc__fail(
        err, ARC_E_INVALID,
        "step \"%.*s\" charges compensation: arc_cadence_options must state compensations",
        (int)touch->step.size, touch->step.data);
  if (charge_compensated(t, invoice)) return ARC_OK;
  arc_status status = arc_compensation_find(
      &compensation.amount, arc__i64(t, ARC__INVOICE_AMOUNT, invoice), touch->currency,
      options->compensations, options->compensation_count, err);
  if (status == ARC_E_NOT_FOUND || compensation.amount == 0)
    return ARC_OK; /* none for such a debt */
  ARC__TRY(status);
  return charge_add(plan, touch, &compensation, "compensation-", &items[(*count)++], err);
}

/* Whether the i-th item is of an invoice that is past due, and the first of it in the list. */
static int charge_is_first(const arc__cadence_plan *plan, const arc_touch_item *items, size_t i,
                           arc_day day) {
  const arc__tables *t = plan->eval.tables;
  uint32_t invoice = charge_invoice(plan, items[i].invoice);
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  if (arc__u8(t, ARC__INVOICE_KIND, invoice) != ARC__INVOICE_SALE ||
      arc__i32(t, ARC__INSTALMENT_DUE, first) >= day)
    return 0;
  for (uint32_t before = 0; before + 1 < items[i].instalment; before++)
    if (arc__i64(t, ARC__INSTALMENT_OPEN, first + before) > 0) return 0;
  return 1;
}

arc_status arc__cadence_charge(arc__cadence_plan *plan, const arc__cadence_decision *d,
                               const arc_touch *touch, arc_touch_item *items, size_t *count,
                               arc_error *err) {
  const arc__cadence_step *step = d->step;
  size_t listed = *count;
  ARC__TRY(charge_fee(plan, step, touch, items, count, err));
  if (!step->charges_interest && !step->charges_compensation) return ARC_OK;
  for (size_t i = 0; i < listed; i++) {
    if (!charge_is_first(plan, items, i, touch->day)) continue;
    if (step->charges_interest)
      ARC__TRY(charge_interest(plan, touch, items[i].invoice, items, count, err));
    if (step->charges_compensation)
      ARC__TRY(charge_compensation(plan, touch, items[i].invoice, items, count, err));
  }
  return ARC_OK;
}
