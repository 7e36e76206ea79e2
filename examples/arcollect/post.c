/*
 * Turns rows into the ledger's commands. Neighbours of a kind go in one call; when a call is
 * refused, the rows before the one at fault are posted, that one is told, and posting goes on
 * behind it. Since a call that fails has changed nothing, the outcome is that of posting row by
 * row.
 */
#include "post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POST_ROWS 512

/* Numbers and days were written by this program: what does not parse here is a damaged staging
 * table, and the ledger refuses the value that stands for it. */
static int64_t number_of(const char *digits) {
  return strtoll(digits, NULL, 10);
}

static uint32_t count_of(const char *digits) {
  return (uint32_t)strtoul(digits, NULL, 10);
}

static arc_day day_of(const char *iso) {
  arc_day day = ARC_DAY_NONE;
  if (iso[0] != '\0' && arc_day_parse(&day, iso, strlen(iso), NULL) != ARC_OK) day = INT32_MAX;
  return day;
}

static void currency_of(char out[4], const char *code) {
  snprintf(out, 4, "%s", code);
}

static int32_t charge_kind_of(const char *word) {
  return strcmp(word, "fee") == 0            ? ARC_CHARGE_FEE
         : strcmp(word, "interest") == 0     ? ARC_CHARGE_INTEREST
         : strcmp(word, "compensation") == 0 ? ARC_CHARGE_COMPENSATION
                                             : 0;
}

static void fill_customer(const row *r, void *out) {
  arc_customer c = ARC_CUSTOMER_INIT;
  c.options = ARC_REPLACE; /* the rows say what counts now */
  c.key = text_of(r->fields[CUSTOMER_KEY]);
  c.name = text_of(r->fields[CUSTOMER_NAME]);
  c.parent = text_of(r->fields[CUSTOMER_PARENT]);
  c.segment = text_of(r->fields[CUSTOMER_SEGMENT]);
  c.owner = text_of(r->fields[CUSTOMER_OWNER]);
  c.policy = text_of(r->fields[CUSTOMER_POLICY]);
  currency_of(c.currency, r->fields[CUSTOMER_CURRENCY]);
  c.flags = count_of(r->fields[CUSTOMER_FLAGS]);
  c.credit_limit = number_of(r->fields[CUSTOMER_CREDIT_LIMIT]);
  c.terms_days = (int32_t)number_of(r->fields[CUSTOMER_TERMS_DAYS]);
  c.discount_bp = count_of(r->fields[CUSTOMER_DISCOUNT_BP]);
  c.discount_days = count_of(r->fields[CUSTOMER_DISCOUNT_DAYS]);
  c.terms = text_of(r->fields[CUSTOMER_TERMS]);
  c.checks = count_of(r->fields[CUSTOMER_CHECKS]);
  c.hold_days = count_of(r->fields[CUSTOMER_HOLD_DAYS]);
  c.hold_amount = number_of(r->fields[CUSTOMER_HOLD_AMOUNT]);
  for (int i = 0; i < ARC_TAGS; i++) c.tags[i] = text_of(r->fields[CUSTOMER_TAG1 + i]);
  memcpy(out, &c, sizeof c);
}

static void fill_contact(const row *r, void *out) {
  arc_contact c = ARC_CONTACT_INIT;
  c.options = ARC_REPLACE;
  c.role = (int32_t)number_of(r->fields[CONTACT_ROLE]);
  c.opt_outs = count_of(r->fields[CONTACT_OPT_OUTS]);
  c.key = text_of(r->fields[CONTACT_KEY]);
  c.customer = c.key;
  c.name = text_of(r->fields[CONTACT_NAME]);
  c.language = text_of(r->fields[CONTACT_LANGUAGE]);
  c.email = text_of(r->fields[CONTACT_EMAIL]);
  c.phone = text_of(r->fields[CONTACT_PHONE]);
  c.postal = text_of(r->fields[CONTACT_POSTAL]);
  c.utc_offset_minutes = (int32_t)number_of(r->fields[CONTACT_UTC_OFFSET]);
  memcpy(out, &c, sizeof c);
}

static void fill_invoice(const row *r, void *out) {
  arc_invoice i = ARC_INVOICE_INIT;
  i.key = text_of(r->fields[INVOICE_KEY]);
  i.number = text_of(r->fields[INVOICE_NUMBER]);
  i.customer = text_of(r->fields[INVOICE_CUSTOMER]);
  i.po_number = text_of(r->fields[INVOICE_PO]);
  currency_of(i.currency, r->fields[INVOICE_CURRENCY]);
  i.issued = r->day;
  i.due = day_of(r->fields[INVOICE_DUE]);
  i.amount = number_of(r->fields[INVOICE_AMOUNT]);
  i.discount_bp = count_of(r->fields[INVOICE_DISCOUNT_BP]);
  i.discount_days = count_of(r->fields[INVOICE_DISCOUNT_DAYS]);
  i.terms = text_of(r->fields[INVOICE_TERMS]);
  i.lines_total = number_of(r->fields[INVOICE_LINES_TOTAL]);
  i.fulfilled = day_of(r->fields[INVOICE_FULFILLED]);
  memcpy(out, &i, sizeof i);
}

static void fill_charge(const row *r, void *out) {
  arc_charge c = ARC_CHARGE_INIT;
  c.key = text_of(r->fields[CHARGE_KEY]);
  c.kind = charge_kind_of(r->fields[CHARGE_KIND]);
  c.customer = text_of(r->fields[CHARGE_CUSTOMER]);
  c.invoice = text_of(r->fields[CHARGE_INVOICE]);
  c.reason = text_of(r->fields[CHARGE_REASON]);
  currency_of(c.currency, r->fields[CHARGE_CURRENCY]);
  c.issued = r->day;
  c.due = day_of(r->fields[CHARGE_DUE]);
  c.from = day_of(r->fields[CHARGE_FROM]);
  c.to = day_of(r->fields[CHARGE_TO]);
  c.amount = number_of(r->fields[CHARGE_AMOUNT]);
  memcpy(out, &c, sizeof c);
}

static void fill_credit_note(const row *r, void *out) {
  arc_credit_note c = ARC_CREDIT_NOTE_INIT;
  c.key = text_of(r->fields[CREDIT_KEY]);
  c.customer = text_of(r->fields[CREDIT_CUSTOMER]);
  c.invoice = text_of(r->fields[CREDIT_INVOICE]);
  c.reason = text_of(r->fields[CREDIT_REASON]);
  currency_of(c.currency, r->fields[CREDIT_CURRENCY]);
  c.issued = r->day;
  c.amount = number_of(r->fields[CREDIT_AMOUNT]);
  memcpy(out, &c, sizeof c);
}

static void fill_payment(const row *r, void *out) {
  arc_payment p = ARC_PAYMENT_INIT;
  p.key = text_of(r->fields[PAYMENT_KEY]);
  p.customer = text_of(r->fields[PAYMENT_CUSTOMER]);
  p.payer_name = text_of(r->fields[PAYMENT_PAYER]);
  p.payer_account = text_of(r->fields[PAYMENT_ACCOUNT]);
  p.bank_reference = text_of(r->fields[PAYMENT_BANK_REFERENCE]);
  p.remittance = text_of(r->fields[PAYMENT_REMITTANCE]);
  currency_of(p.currency, r->fields[PAYMENT_CURRENCY]);
  p.received = r->day;
  p.value_day = day_of(r->fields[PAYMENT_VALUE_DAY]);
  p.amount = number_of(r->fields[PAYMENT_AMOUNT]);
  memcpy(out, &p, sizeof p);
}

/* A payment, or else a credit note. */
static arc_text credit_of(const char *payment, const char *note, int32_t *kind) {
  *kind = note[0] != '\0' ? ARC_CREDIT_CREDIT_NOTE : ARC_CREDIT_PAYMENT;
  return text_of(note[0] != '\0' ? note : payment);
}

static void fill_unapplication(const row *r, void *out) {
  arc_unapplication u = ARC_UNAPPLICATION_INIT;
  u.credit = credit_of(r->fields[UNAPPLICATION_PAYMENT], r->fields[UNAPPLICATION_CREDIT_NOTE],
                       &u.credit_kind);
  u.invoice = text_of(r->fields[UNAPPLICATION_INVOICE]);
  u.reason = text_of(r->fields[UNAPPLICATION_REASON]);
  u.day = r->day;
  memcpy(out, &u, sizeof u);
}

#define DISPUTE_KEY_SIZE 65 /* of what the ledger takes, and one more to be told of */

/* An application with the dispute that it opens, if it has a deduction. */
typedef struct deducted_application {
  arc_application application;
  arc_dispute deduction;
  char key[DISPUTE_KEY_SIZE + 1];
} deducted_application;

static void fill_deduction(const row *r, deducted_application *d) {
  arc_dispute none = ARC_DISPUTE_INIT;
  d->deduction = none;
  d->deduction.amount = number_of(r->fields[APPLICATION_DEDUCTION]);
  d->deduction.kind = text_of(r->fields[APPLICATION_KIND]);
  snprintf(d->key, sizeof d->key, "%s/%s",
           r->fields[r->fields[APPLICATION_CREDIT_NOTE][0] ? APPLICATION_CREDIT_NOTE : APPLICATION_PAYMENT],
           r->fields[APPLICATION_INVOICE]);
}

static void fill_application(const row *r, void *out) {
  deducted_application d;
  arc_application a = ARC_APPLICATION_INIT;
  a.credit =
      credit_of(r->fields[APPLICATION_PAYMENT], r->fields[APPLICATION_CREDIT_NOTE], &a.credit_kind);
  a.invoice = text_of(r->fields[APPLICATION_INVOICE]);
  a.day = r->day;
  a.how = ARC_HOW_GIVEN;
  a.amount = number_of(r->fields[APPLICATION_AMOUNT]);
  a.discount = number_of(r->fields[APPLICATION_DISCOUNT]);
  a.tolerance = number_of(r->fields[APPLICATION_TOLERANCE]);
  a.settled = number_of(r->fields[APPLICATION_SETTLED]);
  a.rate_invoice = number_of(r->fields[APPLICATION_RATE_INVOICE]);
  a.rate_credit = number_of(r->fields[APPLICATION_RATE_CREDIT]);
  a.invoice_value = number_of(r->fields[APPLICATION_INVOICE_VALUE]);
  a.credit_value = number_of(r->fields[APPLICATION_CREDIT_VALUE]);
  d.application = a;
  fill_deduction(r, &d);
  memcpy(out, &d, sizeof d);
}

static void fill_dispute(const row *r, void *out) {
  arc_dispute d = ARC_DISPUTE_INIT;
  d.key = text_of(r->fields[DISPUTE_KEY]);
  d.invoice = text_of(r->fields[DISPUTE_INVOICE]);
  d.kind = text_of(r->fields[DISPUTE_KIND]);
  d.reason = text_of(r->fields[DISPUTE_REASON]);
  d.owner = text_of(r->fields[DISPUTE_OWNER]);
  d.opened = r->day;
  d.amount = number_of(r->fields[DISPUTE_AMOUNT]);
  if (r->fields[DISPUTE_ANSWER_BY][0] != '\0')
    d.answer_days = (uint32_t)(day_of(r->fields[DISPUTE_ANSWER_BY]) - r->day);
  memcpy(out, &d, sizeof d);
}

static void fill_delivery(const row *r, void *out) {
  arc_delivery d = ARC_DELIVERY_INIT;
  d.invoice = text_of(r->fields[DELIVERY_INVOICE]);
  d.detail = text_of(r->fields[DELIVERY_DETAIL]);
  d.day = r->day;
  d.channel = (int32_t)number_of(r->fields[DELIVERY_CHANNEL]);
  memcpy(out, &d, sizeof d);
}

static void fill_correction(const row *r, void *out) {
  arc_correction c = ARC_CORRECTION_INIT;
  c.key = text_of(r->fields[CORRECTION_KEY]);
  c.invoice = text_of(r->fields[CORRECTION_INVOICE]);
  c.reason = text_of(r->fields[CORRECTION_REASON]);
  c.po_number = text_of(r->fields[CORRECTION_PO]);
  c.day = r->day;
  c.faults = count_of(r->fields[CORRECTION_FAULTS]);
  memcpy(out, &c, sizeof c);
}

static void fill_resolution(const row *r, void *out) {
  arc_end d = ARC_END_INIT;
  d.options = r->fields[RESOLUTION_OUR_ERROR][0] != '\0' ? ARC_OUR_ERROR : 0;
  d.kind = ARC_END_DISPUTE;
  d.key = text_of(r->fields[RESOLUTION_KEY]);
  d.reason = text_of(r->fields[RESOLUTION_OUTCOME]);
  d.day = r->day;
  memcpy(out, &d, sizeof d);
}

static void fill_promise(const row *r, void *out) {
  arc_promise p = ARC_PROMISE_INIT;
  p.key = text_of(r->fields[PROMISE_KEY]);
  p.invoice = text_of(r->fields[PROMISE_INVOICE]);
  p.made_by = text_of(r->fields[PROMISE_MADE_BY]);
  p.made = r->day;
  p.pay_by = day_of(r->fields[PROMISE_PAY_BY]);
  p.amount = number_of(r->fields[PROMISE_AMOUNT]);
  memcpy(out, &p, sizeof p);
}

static void fill_hold(const row *r, void *out) {
  arc_hold h = ARC_HOLD_INIT;
  h.key = text_of(r->fields[HOLD_KEY]);
  h.customer = text_of(r->fields[HOLD_CUSTOMER]);
  h.invoice = text_of(r->fields[HOLD_INVOICE]);
  if (strcmp(r->fields[HOLD_CUSTOMER], "*") == 0) {
    h.options = ARC_EVERYBODY;
    h.customer = text_of("");
  }
  h.channel = (int32_t)number_of(r->fields[HOLD_CHANNEL]);
  h.reason = text_of(r->fields[HOLD_REASON]);
  h.from = r->day;
  h.until = day_of(r->fields[HOLD_UNTIL]);
  memcpy(out, &h, sizeof h);
}

static void fill_release(const row *r, void *out) {
  arc_end h = ARC_END_INIT;
  h.kind = ARC_END_HOLD;
  h.key = text_of(r->fields[RELEASE_KEY]);
  h.reason = text_of(r->fields[RELEASE_REASON]);
  h.day = r->day;
  memcpy(out, &h, sizeof h);
}

static void fill_note(const row *r, void *out) {
  arc_note n = ARC_NOTE_INIT;
  n.key = text_of(r->fields[NOTE_KEY]);
  n.customer = text_of(r->fields[NOTE_CUSTOMER]);
  n.invoice = text_of(r->fields[NOTE_INVOICE]);
  n.text = text_of(r->fields[NOTE_TEXT]);
  n.day = r->day;
  memcpy(out, &n, sizeof n);
}

/* Of a write-off, a waiver, or a recovery. */
static void fill_writeoff(const row *r, void *out) {
  arc_writeoff w = ARC_WRITEOFF_INIT;
  w.kind = r->kind == ROW_WAIVER     ? ARC_WRITEOFF_WAIVER
           : r->kind == ROW_RECOVERY ? ARC_WRITEOFF_RECOVERY
                                     : ARC_WRITEOFF_BAD_DEBT;
  w.key = text_of(r->fields[WRITEOFF_KEY]);
  w.invoice = text_of(r->fields[WRITEOFF_INVOICE]);
  w.reason = text_of(r->fields[WRITEOFF_REASON]);
  w.day = r->day;
  w.amount = number_of(r->fields[WRITEOFF_AMOUNT]);
  w.approved_by = text_of(r->fields[WRITEOFF_APPROVED_BY]);
  memcpy(out, &w, sizeof w);
}

static void fill_refund(const row *r, void *out) {
  arc_refund f = ARC_REFUND_INIT;
  f.key = text_of(r->fields[REFUND_KEY]);
  f.credit =
      credit_of(r->fields[REFUND_PAYMENT], r->fields[REFUND_CREDIT_NOTE], &f.credit_kind);
  f.reason = text_of(r->fields[REFUND_REASON]);
  f.day = r->day;
  f.amount = number_of(r->fields[REFUND_AMOUNT]);
  memcpy(out, &f, sizeof f);
}

static void fill_reversal(const row *r, void *out) {
  arc_reversal v = ARC_REVERSAL_INIT;
  v.payment = text_of(r->fields[REVERSAL_KEY]);
  v.reason = text_of(r->fields[REVERSAL_REASON]);
  v.day = r->day;
  memcpy(out, &v, sizeof v);
}

static void fill_period_close(const row *r, void *out) {
  arc_day day = day_of(r->fields[CLOSE_KEY]);
  memcpy(out, &day, sizeof day);
}

static arc_status post_period_closes(arc_ledger *ledger, const void *rows, size_t count,
                                     arc_error *err) {
  arc_status status = ARC_ALREADY;
  size_t i;
  for (i = 0; i < count && status >= 0; i++)
    status = arc_ledger_post_day(ledger, ((const arc_day *)rows)[i], ARC_DAY_IS_CLOSED, err);
  return status;
}

static arc_status post_applications(arc_ledger *ledger, const void *rows, size_t count,
                                    arc_error *err) {
  deducted_application *with = memory_array(NULL, count, sizeof *with);
  arc_application *plain = memory_array(NULL, count, sizeof *plain);
  arc_status status;
  size_t i;
  memcpy(with, rows, count * sizeof *with);
  for (i = 0; i < count; i++) {
    plain[i] = with[i].application;
    with[i].deduction.key = text_of(with[i].key);
    if (with[i].deduction.amount != 0) plain[i].deduction = &with[i].deduction;
  }
  status = arc_ledger_post_applications(ledger, plain, count, err);
  free(plain);
  free(with);
  return status;
}

/* An advice, and its lines as they are staged. */
typedef struct staged_remittance {
  arc_remittance remittance;
  const char *lines;
} staged_remittance;

static void fill_remittance(const row *r, void *out) {
  staged_remittance s;
  arc_remittance m = ARC_REMITTANCE_INIT;
  const char *at;
  m.key = text_of(r->fields[REMITTANCE_KEY]);
  m.payment = text_of(r->fields[REMITTANCE_PAYMENT]);
  m.customer = text_of(r->fields[REMITTANCE_CUSTOMER]);
  m.payer_name = text_of(r->fields[REMITTANCE_PAYER]);
  m.reference = text_of(r->fields[REMITTANCE_REFERENCE]);
  currency_of(m.currency, r->fields[REMITTANCE_CURRENCY]);
  m.received = r->day;
  m.amount = number_of(r->fields[REMITTANCE_AMOUNT]);
  s.lines = r->fields[REMITTANCE_LINES];
  for (at = s.lines; *at; at++)
    m.line_count += *at == LINE_END;
  s.remittance = m;
  memcpy(out, &s, sizeof s);
}

/* @return the text up to the field's end, *at behind that. */
static arc_text next_line_field(const char **at) {
  arc_text text = {*at, 0};
  while (**at && **at != LINE_FIELD && **at != LINE_END)
    (*at)++;
  text.size = (size_t)(*at - text.data);
  *at += **at != '\0';
  return text;
}

static arc_status post_remittances(arc_ledger *ledger, const void *rows, size_t count,
                                   arc_error *err) {
  arc_remittance *plain = memory_array(NULL, count, sizeof *plain);
  const staged_remittance *staged = rows;
  arc_remittance_line *lines, *line;
  arc_status status;
  size_t i, all = 0;
  for (i = 0; i < count; i++)
    all += staged[i].remittance.line_count;
  line = lines = memory_array(NULL, all + 1, sizeof *lines);
  for (i = 0; i < count; i++) {
    const char *at = staged[i].lines;
    plain[i] = staged[i].remittance;
    plain[i].lines = line;
    for (; *at; line++) {
      static const arc_remittance_line none = ARC_REMITTANCE_LINE_INIT;
      *line = none;
      line->reference = next_line_field(&at);
      line->reason = next_line_field(&at);
      line->amount = number_of(next_line_field(&at).data);
      line->discount = number_of(next_line_field(&at).data);
      line->deduction = number_of(next_line_field(&at).data);
    }
  }
  status = arc_ledger_post_remittances(ledger, plain, count, err);
  free(lines);
  free(plain);
  return status;
}

/* The ledger's calls take arrays of their own struct; one signature for all. */
#define POST(name, type)                                                                           \
  static arc_status post_##name(arc_ledger *ledger, const void *rows, size_t count,                \
                                arc_error *err) {                                                  \
    return arc_ledger_post_##name(ledger, (const type *)rows, count, err);                         \
  }
POST(customers, arc_customer)
POST(contacts, arc_contact)
POST(invoices, arc_invoice)
POST(charges, arc_charge)
POST(credit_notes, arc_credit_note)
POST(payments, arc_payment)
POST(unapplications, arc_unapplication)
POST(deliveries, arc_delivery)
POST(corrections, arc_correction)
POST(disputes, arc_dispute)
POST(promises, arc_promise)
POST(holds, arc_hold)
POST(ends, arc_end)
POST(notes, arc_note)
POST(writeoffs, arc_writeoff)
POST(refunds, arc_refund)
POST(reversals, arc_reversal)

/* How a kind is posted. `columns`: the import's column for each field of the struct, by
 * arc_error.field. */
typedef struct command {
  int32_t kind;
  size_t size;
  void (*fill)(const row *r, void *out);
  arc_status (*post)(arc_ledger *ledger, const void *rows, size_t count, arc_error *err);
  const char *columns[20];
} command;

static const command commands[] = {
    {ROW_CUSTOMER,
     sizeof(arc_customer),
     fill_customer,
     post_customers,
     {"", "", "key", "name", "parent", "segment", "owner", "policy", "currency", "flags",
      "credit_limit", "terms_days", "discount_bp", "discount_days", "", "terms", "checks", "hold_days", "tag1"}},
    {ROW_CONTACT,
     sizeof(arc_contact),
     fill_contact,
     post_contacts,
     {"", "", "key", "key", "contact", "language", "email", "phone", "postal", "", "utc_offset"}},
    {ROW_PERIOD_CLOSE, sizeof(arc_day), fill_period_close, post_period_closes, {"", "date"}},
    {ROW_INVOICE,
     sizeof(arc_invoice),
     fill_invoice,
     post_invoices,
     {"", "", "key", "number", "customer", "po", "currency", "issued", "due", "discount_bp",
      "amount", "discount_days", "", "", "terms", "lines_total", "fulfilled"}},
    {ROW_CHARGE,
     sizeof(arc_charge),
     fill_charge,
     post_charges,
     {"", "", "key", "", "customer", "invoice", "text", "", "kind", "date", "due", "from", "until",
      "amount"}},
    {ROW_CREDIT_NOTE,
     sizeof(arc_credit_note),
     fill_credit_note,
     post_credit_notes,
     {"", "", "key", "key", "customer", "invoice", "text", "customer", "date", "amount"}},
    {ROW_PAYMENT,
     sizeof(arc_payment),
     fill_payment,
     post_payments,
     {"", "", "key", "customer", "payer", "payer_account", "bank_reference", "remittance",
      "currency", "received", "value_day", "", "amount"}},
    {ROW_RECOVERY,
     sizeof(arc_writeoff),
     fill_writeoff,
     post_writeoffs,
     {"", "", "key", "invoice", "text", "date", "", "amount", "approved_by"}},
    {ROW_REMITTANCE,
     sizeof(staged_remittance),
     fill_remittance,
     post_remittances,
     {"", "", "key", "customer", "payment", "payer", "bank_reference", "currency", "received", "amount",
      "invoice", "invoice"}},
    {ROW_UNAPPLICATION,
     sizeof(arc_unapplication),
     fill_unapplication,
     post_unapplications,
     {"", "", "payment", "invoice", "text", "", "date"}},
    {ROW_APPLICATION,
     sizeof(deducted_application),
     fill_application,
     post_applications,
     {"", "", "", "payment", "invoice", "", "", "date", "", "amount", "discount", "tolerance", "",
      "", "deduction", "settled", "rate", "rate", "invoice_value", "credit_value"}},
    {ROW_DELIVERY,
     sizeof(arc_delivery),
     fill_delivery,
     post_deliveries,
     {"", "", "invoice", "text", "date", "kind"}},
    {ROW_CORRECTION,
     sizeof(arc_correction),
     fill_correction,
     post_corrections,
     {"", "", "key", "invoice", "text", "", "po", "", "", "date", "kind"}},
    {ROW_DISPUTE,
     sizeof(arc_dispute),
     fill_dispute,
     post_disputes,
     {"", "", "key", "invoice", "text", "owner", "text", "date", "", "amount", "", "", "until"}},
    {ROW_DISPUTE_RESOLUTION,
     sizeof(arc_end),
     fill_resolution,
     post_ends,
     {"", "", "key", "", "text", "date"}},
    {ROW_PROMISE,
     sizeof(arc_promise),
     fill_promise,
     post_promises,
     {"", "", "key", "invoice", "text", "date", "until", "", "", "amount"}},
    {ROW_HOLD,
     sizeof(arc_hold),
     fill_hold,
     post_holds,
     {"", "", "key", "customer", "invoice", "text", "", "date", "until"}},
    {ROW_HOLD_RELEASE,
     sizeof(arc_end),
     fill_release,
     post_ends,
     {"", "", "key", "", "text", "date"}},
    {ROW_NOTE,
     sizeof(arc_note),
     fill_note,
     post_notes,
     {"", "", "key", "customer", "invoice", "", "text", "date"}},
    {ROW_WRITEOFF,
     sizeof(arc_writeoff),
     fill_writeoff,
     post_writeoffs,
     {"", "", "key", "invoice", "text", "date", "", "amount", "approved_by"}},
    {ROW_WAIVER,
     sizeof(arc_writeoff),
     fill_writeoff,
     post_writeoffs,
     {"", "", "key", "invoice", "text", "date", "", "amount", "approved_by"}},
    {ROW_REFUND,
     sizeof(arc_refund),
     fill_refund,
     post_refunds,
     {"", "", "key", "payment", "text", "", "date", "", "amount"}},
    {ROW_REVERSAL,
     sizeof(arc_reversal),
     fill_reversal,
     post_reversals,
     {"", "", "payment", "text", "date"}},
};

static const command *command_of(int32_t kind) {
  size_t i;
  for (i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (commands[i].kind == kind) return &commands[i];
  }
  return NULL;
}

static int post_neighbours(arc_ledger *ledger, const command *how, row **rows, size_t count,
                           char *structs, post_refused *refused, void *user) {
  size_t i, at = 0, end = count;
  for (i = 0; i < count; i++)
    how->fill(rows[i], structs + i * how->size);
  while (at < count) {
    arc_error err = ARC_ERROR_INIT;
    arc_status status = how->post(ledger, structs + at * how->size, end - at, &err);
    if (status >= 0) {
      at = end;
      end = count;
    } else if (!status_is_refusal(status)) {
      return fail_status("post into the book", status, &err);
    } else if (end - at > 1) {
      /* Post what stands before the row at fault; if that is the first one, try it alone. */
      size_t before = err.record < end - at ? (size_t)err.record : 0;
      end = at + (before != 0 ? before : 1);
    } else {
      const char *column =
          err.field < sizeof how->columns / sizeof *how->columns ? how->columns[err.field] : NULL;
      if (err.text[0] == '\0') snprintf(err.text, sizeof err.text, "%s", arc_status_text(status));
      refused(user, rows[at], column ? column : "", &err);
      at++;
      end = count;
    }
  }
  return 0;
}

int post_rows(arc_ledger *ledger, row **rows, size_t count, post_refused *refused, void *user) {
  size_t at = 0, largest = 0, i;
  char *structs;
  int code = 0;
  for (i = 0; i < sizeof commands / sizeof *commands; i++)
    largest = commands[i].size > largest ? commands[i].size : largest;
  structs = memory_array(NULL, count < POST_ROWS ? count : POST_ROWS, largest);
  while (code == 0 && at < count) {
    const command *how = command_of(rows[at]->kind);
    size_t end = at + 1;
    while (end < count && end - at < POST_ROWS && rows[end]->kind == rows[at]->kind)
      end++;
    code = how ? post_neighbours(ledger, how, rows + at, end - at, structs, refused, user)
               : fail_fault("the book holds imported rows of an unknown kind, number %d; it was "
                            "written by a newer arcollect",
                            (int)rows[at]->kind);
    at = end;
  }
  free(structs);
  return code;
}
