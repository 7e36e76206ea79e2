#include "ledger_arrow.h"

#include <stddef.h>

/* Which columns rows of each kind have, what they fill, and by which command they are posted. */

#define KINDS_FIELD(row, field, type, number, is_needed)                                                     \
  { #field, type, offsetof(row, field), number, is_needed }

static const arc__import_field kinds_customer_fields[] = {
    KINDS_FIELD(arc_customer, key, ARC__IMPORT_TEXT, 2, 1),
    KINDS_FIELD(arc_customer, name, ARC__IMPORT_TEXT, 3, 0),
    KINDS_FIELD(arc_customer, parent, ARC__IMPORT_TEXT, 4, 0),
    KINDS_FIELD(arc_customer, segment, ARC__IMPORT_TEXT, 5, 0),
    KINDS_FIELD(arc_customer, owner, ARC__IMPORT_TEXT, 6, 0),
    KINDS_FIELD(arc_customer, policy, ARC__IMPORT_TEXT, 7, 0),
    KINDS_FIELD(arc_customer, currency, ARC__IMPORT_CODE, 8, 0),
    KINDS_FIELD(arc_customer, flags, ARC__IMPORT_COUNT, 9, 0),
    KINDS_FIELD(arc_customer, credit_limit, ARC__IMPORT_MONEY, 10, 0),
    KINDS_FIELD(arc_customer, terms_days, ARC__IMPORT_NUMBER, 11, 0),
    KINDS_FIELD(arc_customer, discount_bp, ARC__IMPORT_COUNT, 12, 0),
    KINDS_FIELD(arc_customer, discount_days, ARC__IMPORT_COUNT, 13, 0),
    KINDS_FIELD(arc_customer, terms, ARC__IMPORT_TEXT, 15, 0),
    KINDS_FIELD(arc_customer, checks, ARC__IMPORT_COUNT, 16, 0),
    KINDS_FIELD(arc_customer, hold_days, ARC__IMPORT_COUNT, 17, 0),
    KINDS_FIELD(arc_customer, hold_amount, ARC__IMPORT_MONEY, 18, 0),
    {"tag_1", ARC__IMPORT_TEXT, offsetof(arc_customer, tags[0]), 19, 0},
    {"tag_2", ARC__IMPORT_TEXT, offsetof(arc_customer, tags[1]), 19, 0},
    {"tag_3", ARC__IMPORT_TEXT, offsetof(arc_customer, tags[2]), 19, 0},
    {"tag_4", ARC__IMPORT_TEXT, offsetof(arc_customer, tags[3]), 19, 0},
};
static const arc__import_field kinds_contact_fields[] = {
    KINDS_FIELD(arc_contact, key, ARC__IMPORT_TEXT, 2, 1),
    KINDS_FIELD(arc_contact, customer, ARC__IMPORT_TEXT, 3, 1),
    KINDS_FIELD(arc_contact, name, ARC__IMPORT_TEXT, 4, 0),
    KINDS_FIELD(arc_contact, language, ARC__IMPORT_TEXT, 5, 0),
    KINDS_FIELD(arc_contact, email, ARC__IMPORT_TEXT, 6, 0),
    KINDS_FIELD(arc_contact, phone, ARC__IMPORT_TEXT, 7, 0),
    KINDS_FIELD(arc_contact, postal, ARC__IMPORT_TEXT, 8, 0),
    KINDS_FIELD(arc_contact, role, ARC__IMPORT_NUMBER, 9, 0),
    KINDS_FIELD(arc_contact, utc_offset_minutes, ARC__IMPORT_NUMBER, 10, 0),
    KINDS_FIELD(arc_contact, opt_outs, ARC__IMPORT_COUNT, 11, 0),
};
static const arc__import_field kinds_invoice_fields[] = {
    KINDS_FIELD(arc_invoice, key, ARC__IMPORT_TEXT, 2, 1),
    KINDS_FIELD(arc_invoice, number, ARC__IMPORT_TEXT, 3, 0),
    KINDS_FIELD(arc_invoice, customer, ARC__IMPORT_TEXT, 4, 1),
    KINDS_FIELD(arc_invoice, po_number, ARC__IMPORT_TEXT, 5, 0),
    KINDS_FIELD(arc_invoice, currency, ARC__IMPORT_CODE, 6, 0),
    KINDS_FIELD(arc_invoice, issued, ARC__IMPORT_DAY, 7, 1),
    KINDS_FIELD(arc_invoice, due, ARC__IMPORT_DAY, 8, 0),
    KINDS_FIELD(arc_invoice, discount_bp, ARC__IMPORT_COUNT, 9, 0),
    KINDS_FIELD(arc_invoice, amount, ARC__IMPORT_MONEY, 10, 1),
    KINDS_FIELD(arc_invoice, discount_days, ARC__IMPORT_COUNT, 11, 0),
    KINDS_FIELD(arc_invoice, terms, ARC__IMPORT_TEXT, 14, 0),
    KINDS_FIELD(arc_invoice, lines_total, ARC__IMPORT_MONEY, 15, 0),
    KINDS_FIELD(arc_invoice, fulfilled, ARC__IMPORT_DAY, 16, 0),
};
static const arc__import_field kinds_credit_note_fields[] = {
    KINDS_FIELD(arc_credit_note, key, ARC__IMPORT_TEXT, 2, 1),
    KINDS_FIELD(arc_credit_note, number, ARC__IMPORT_TEXT, 3, 0),
    KINDS_FIELD(arc_credit_note, customer, ARC__IMPORT_TEXT, 4, 1),
    KINDS_FIELD(arc_credit_note, invoice, ARC__IMPORT_TEXT, 5, 0),
    KINDS_FIELD(arc_credit_note, reason, ARC__IMPORT_TEXT, 6, 0),
    KINDS_FIELD(arc_credit_note, currency, ARC__IMPORT_CODE, 7, 0),
    KINDS_FIELD(arc_credit_note, issued, ARC__IMPORT_DAY, 8, 1),
    KINDS_FIELD(arc_credit_note, amount, ARC__IMPORT_MONEY, 9, 1),
};
static const arc__import_field kinds_payment_fields[] = {
    KINDS_FIELD(arc_payment, key, ARC__IMPORT_TEXT, 2, 1),
    KINDS_FIELD(arc_payment, customer, ARC__IMPORT_TEXT, 3, 0),
    KINDS_FIELD(arc_payment, payer_name, ARC__IMPORT_TEXT, 4, 0),
    KINDS_FIELD(arc_payment, payer_account, ARC__IMPORT_TEXT, 5, 0),
    KINDS_FIELD(arc_payment, bank_reference, ARC__IMPORT_TEXT, 6, 0),
    KINDS_FIELD(arc_payment, remittance, ARC__IMPORT_TEXT, 7, 0),
    KINDS_FIELD(arc_payment, currency, ARC__IMPORT_CODE, 8, 0),
    KINDS_FIELD(arc_payment, received, ARC__IMPORT_DAY, 9, 1),
    KINDS_FIELD(arc_payment, value_day, ARC__IMPORT_DAY, 10, 0),
    KINDS_FIELD(arc_payment, amount, ARC__IMPORT_MONEY, 12, 1),
};

static arc_status kinds_post_customers(arc_ledger *ledger, const void *rows, size_t count, arc_error *err) {
  return arc_ledger_post_customers(ledger, rows, count, err);
}
static arc_status kinds_post_contacts(arc_ledger *ledger, const void *rows, size_t count, arc_error *err) {
  return arc_ledger_post_contacts(ledger, rows, count, err);
}
static arc_status kinds_post_invoices(arc_ledger *ledger, const void *rows, size_t count, arc_error *err) {
  return arc_ledger_post_invoices(ledger, rows, count, err);
}
static arc_status kinds_post_credit_notes(arc_ledger *ledger, const void *rows, size_t count,
                                          arc_error *err) {
  return arc_ledger_post_credit_notes(ledger, rows, count, err);
}
static arc_status kinds_post_payments(arc_ledger *ledger, const void *rows, size_t count, arc_error *err) {
  return arc_ledger_post_payments(ledger, rows, count, err);
}

static const arc_customer kinds_no_customer = ARC_CUSTOMER_INIT;
static const arc_contact kinds_no_contact = ARC_CONTACT_INIT;
static const arc_invoice kinds_no_invoice = ARC_INVOICE_INIT;
static const arc_credit_note kinds_no_credit_note = ARC_CREDIT_NOTE_INIT;
static const arc_payment kinds_no_payment = ARC_PAYMENT_INIT;

#define KINDS_KIND(name, fields, empty, post, options)                                                       \
  { name, fields, sizeof fields / sizeof *fields, sizeof empty, &empty, post, options }

/* By their numbers, from 1 on. */
static const arc__import_kind kinds_all[] = {
    KINDS_KIND("customers", kinds_customer_fields, kinds_no_customer, kinds_post_customers, ARC_REPLACE),
    KINDS_KIND("contacts", kinds_contact_fields, kinds_no_contact, kinds_post_contacts, ARC_REPLACE),
    KINDS_KIND("invoices", kinds_invoice_fields, kinds_no_invoice, kinds_post_invoices, 0),
    KINDS_KIND("credit notes", kinds_credit_note_fields, kinds_no_credit_note, kinds_post_credit_notes, 0),
    KINDS_KIND("payments", kinds_payment_fields, kinds_no_payment, kinds_post_payments, 0),
};

const arc__import_kind *arc__import_kind_of(int32_t rows) {
  const int32_t count = (int32_t)(sizeof kinds_all / sizeof *kinds_all);
  return rows >= 1 && rows <= count ? &kinds_all[rows - 1] : NULL;
}
