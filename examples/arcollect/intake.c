/*
 * Intake knows what each import file means. Amounts need a currency: the record's own, else that of
 * the invoice, payment or customer it names, else the book's; therefore files come in the order of
 * enum file_kind, but applications last.
 */
#include "intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A resolution or release without a key: it ends the latest dispute or hold before it of what it
 * names. */
struct open_end {
  row *end; /* its first field, the key, is still empty */
  const char *customer;
  const char *invoice;
};

/* ---- cells ---- */

static const char *cell(const intake *in, int32_t column) {
  int32_t at = in->how->position[column];
  return at >= 0 ? in->cells[at] : "";
}

static int complain(intake *in, int32_t column, const char *reason) {
  in->bad(in->user, in->line, column, reason);
  return 0;
}

static int needed(intake *in, int32_t column) {
  return cell(in, column)[0] != '\0' || complain(in, column, "a value is missing");
}

static int cell_date(intake *in, int32_t column, arc_day *out) {
  char reason[COMPLAINT_SIZE];
  return value_date(out, cell(in, column), in->how->date_format, reason) ||
         complain(in, column, reason);
}

static void set_text(intake *in, row *r, size_t field, const char *text) {
  row_set(in->rows, r, field, text, strlen(text));
}

static void set_number(intake *in, row *r, size_t field, int64_t value) {
  char digits[24];
  if (value == 0) return;
  snprintf(digits, sizeof digits, "%lld", (long long)value);
  set_text(in, r, field, digits);
}

static void set_cell(intake *in, row *r, size_t field, int32_t column) {
  set_text(in, r, field, cell(in, column));
}

/* Sets a field to a date; an empty cell leaves it empty. */
static int set_date(intake *in, row *r, size_t field, int32_t column) {
  char iso[11];
  arc_day day;
  if (cell(in, column)[0] == '\0') return 1;
  if (!cell_date(in, column, &day)) return 0;
  arc_day_format(iso, day);
  set_text(in, r, field, iso);
  return 1;
}

/* Sets a field to an amount of at least `least` minor units. */
static int set_money(intake *in, row *r, size_t field, int32_t column, int64_t least,
                     const char *currency) {
  char reason[COMPLAINT_SIZE];
  int64_t amount;
  if (!value_money(&amount, cell(in, column), currency, in->how->minor, reason))
    return complain(in, column, reason);
  if (amount < least)
    return complain(in, column,
                    least > 0 ? "the amount must be more than 0" : "the amount is below 0");
  set_number(in, r, field, amount);
  return 1;
}

static int set_count(intake *in, row *r, size_t field, int32_t column) {
  char reason[COMPLAINT_SIZE];
  int64_t value;
  if (!value_number(&value, cell(in, column), 0, INT32_MAX, reason))
    return complain(in, column, reason);
  set_number(in, r, field, value);
  return 1;
}

static int set_currency(intake *in, row *r, size_t field) {
  char reason[COMPLAINT_SIZE];
  if (!value_currency(cell(in, COLUMN_CURRENCY), reason))
    return complain(in, COLUMN_CURRENCY, reason);
  set_cell(in, r, field, COLUMN_CURRENCY);
  return 1;
}

/* ---- currencies and parties of what a record names ---- */

static const char *customer_currency(const intake *in, const char *customer) {
  const row *r = row_book_find(in->rows, ROW_CUSTOMER, customer);
  return r && r->fields[CUSTOMER_CURRENCY][0] != '\0' ? r->fields[CUSTOMER_CURRENCY]
                                                      : in->book_currency;
}

static const char *invoice_currency(const intake *in, const row *invoice) {
  return invoice->fields[INVOICE_CURRENCY][0] != '\0'
             ? invoice->fields[INVOICE_CURRENCY]
             : customer_currency(in, invoice->fields[INVOICE_CUSTOMER]);
}

static const char *payment_currency(const intake *in, const row *payment) {
  return payment->fields[PAYMENT_CURRENCY][0] != '\0'
             ? payment->fields[PAYMENT_CURRENCY]
             : customer_currency(in, payment->fields[PAYMENT_CUSTOMER]);
}

/* Of the credit note or payment that a record takes from. */
static const char *credit_currency(const intake *in) {
  const row *note = row_book_find(in->rows, ROW_CREDIT_NOTE, cell(in, COLUMN_CREDIT_NOTE));
  const row *payment = row_book_find(in->rows, ROW_PAYMENT, cell(in, COLUMN_PAYMENT));
  if (cell(in, COLUMN_CREDIT_NOTE)[0] == '\0')
    return payment ? payment_currency(in, payment) : in->book_currency;
  if (!note) return in->book_currency; /* the ledger refuses it */
  return note->fields[CREDIT_CURRENCY][0] != '\0'
             ? note->fields[CREDIT_CURRENCY]
             : customer_currency(in, note->fields[CREDIT_CUSTOMER]);
}

static const row *named_charge(const intake *in) {
  return row_book_find(in->rows, ROW_CHARGE, cell(in, COLUMN_INVOICE));
}

/* Of a record that names an invoice or charge, a payment or a customer. */
static const char *named_currency(const intake *in) {
  const row *invoice = row_book_find(in->rows, ROW_INVOICE, cell(in, COLUMN_INVOICE));
  const row *payment = row_book_find(in->rows, ROW_PAYMENT, cell(in, COLUMN_PAYMENT));
  return invoice            ? invoice_currency(in, invoice)
         : named_charge(in) ? named_charge(in)->fields[CHARGE_CURRENCY]
         : payment          ? payment_currency(in, payment)
                            : customer_currency(in, cell(in, COLUMN_CUSTOMER));
}

static const char *named_customer(const intake *in) {
  const row *invoice = row_book_find(in->rows, ROW_INVOICE, cell(in, COLUMN_INVOICE));
  const char *customer = cell(in, COLUMN_CUSTOMER);
  if (customer[0] != '\0') return customer;
  return invoice            ? invoice->fields[INVOICE_CUSTOMER]
         : named_charge(in) ? named_charge(in)->fields[CHARGE_CUSTOMER]
                            : customer;
}

/* ---- rows ---- */

static row *start(intake *in, int32_t kind, arc_day day) {
  row *r = row_new(in->rows, kind, day);
  r->file = in->file;
  r->line = in->line;
  return r;
}

/* The columns of the fields of customers and contacts. */
static const int32_t customer_columns[CUSTOMER_FIELDS] = {
    COLUMN_KEY,         COLUMN_NAME,     COLUMN_PARENT,       COLUMN_SEGMENT,
    COLUMN_OWNER,       COLUMN_POLICY,   COLUMN_CURRENCY,     COLUMN_FLAGS,
    COLUMN_CREDIT_LIMIT, COLUMN_TERMS_DAYS, COLUMN_DISCOUNT_BP, COLUMN_DISCOUNT_DAYS,
    COLUMN_TERMS,       COLUMN_CHECKS,   COLUMN_HOLD_DAYS,    COLUMN_HOLD_AMOUNT,
    COLUMN_TAG1,        COLUMN_TAG2,     COLUMN_TAG3,         COLUMN_TAG4};
static const int32_t contact_columns[CONTACT_FIELDS] = {
    COLUMN_KEY,   COLUMN_CONTACT, COLUMN_LANGUAGE,   COLUMN_EMAIL, COLUMN_PHONE,
    COLUMN_POSTAL, COLUMN_UTC_OFFSET, COLUMN_ROLE, COLUMN_OPT_OUTS};

/* A customer or contact that was imported before says something else now. What the file has no
 * column for stays. */
static int change(intake *in, row *held, row *r) {
  const int32_t *columns = r->kind == ROW_CUSTOMER ? customer_columns : contact_columns;
  size_t i, count = row_field_count(r->kind);
  for (i = 1; i < count; i++) {
    if (in->how->position[columns[i]] < 0) r->fields[i] = held->fields[i];
  }
  if (row_equal(held, r)) {
    in->already += r->kind != ROW_CONTACT;
    return 1;
  }
  held->fields = r->fields;
  held->file = r->file;
  held->line = r->line;
  held->refused = 0;
  held->changed = 1;
  return 1;
}

/* Adds a row, unless the same is there; another one under its key is a bad record. */
static int add(intake *in, row *r, int32_t key_column) {
  char reason[COMPLAINT_SIZE], where[48];
  row *holder;
  r->order = (uint32_t)in->rows->count;
  holder = row_book_add(in->rows, r);
  if (holder == r) return 1;
  if (row_equal(holder, r)) {
    in->already += r->kind != ROW_CONTACT;
    return 1;
  }
  if (holder->id != 0 && !holder->changed && in->how->kind == FILE_CUSTOMERS)
    return change(in, holder, r);
  if (holder->id != 0 && !holder->changed)
    snprintf(where, sizeof where, "imported before");
  else
    snprintf(where, sizeof where, "line %u", (unsigned)holder->line);
  snprintf(reason, sizeof reason, "a different %s has the key '%.80s' (%s)", row_kind_name(r->kind),
           r->fields[0], where);
  return complain(in, key_column, reason);
}

static void take_customer(intake *in) {
  char reason[COMPLAINT_SIZE];
  int64_t flags, offset, checks, opt_outs, role;
  row *customer = start(in, ROW_CUSTOMER, ARC_DAY_FIRST);
  row *contact = start(in, ROW_CONTACT, ARC_DAY_FIRST);
  const char *currency = cell(in, COLUMN_CURRENCY);
  const char *policy = cell(in, COLUMN_POLICY);
  if (!needed(in, COLUMN_KEY) || !set_currency(in, customer, CUSTOMER_CURRENCY) ||
      !set_count(in, customer, CUSTOMER_TERMS_DAYS, COLUMN_TERMS_DAYS) ||
      !set_count(in, customer, CUSTOMER_DISCOUNT_BP, COLUMN_DISCOUNT_BP) ||
      !set_count(in, customer, CUSTOMER_DISCOUNT_DAYS, COLUMN_DISCOUNT_DAYS) ||
      !set_count(in, customer, CUSTOMER_HOLD_DAYS, COLUMN_HOLD_DAYS) ||
      !set_money(in, customer, CUSTOMER_HOLD_AMOUNT, COLUMN_HOLD_AMOUNT, 0,
                 currency[0] != '\0' ? currency : in->book_currency) ||
      !set_money(in, customer, CUSTOMER_CREDIT_LIMIT, COLUMN_CREDIT_LIMIT, 0,
                 currency[0] != '\0' ? currency : in->book_currency))
    return;
  if (!value_flags(&flags, cell(in, COLUMN_FLAGS), reason)) {
    complain(in, COLUMN_FLAGS, reason);
    return;
  }
  if (policy[0] != '\0' && strcmp(policy, "none") != 0 && strcmp(policy, "default") != 0) {
    complain(in, COLUMN_POLICY, "a book has one policy, 'default'; 'none' is for never reminded");
    return;
  }
  if (!value_utc_offset(&offset, cell(in, COLUMN_UTC_OFFSET), reason)) {
    complain(in, COLUMN_UTC_OFFSET, reason);
    return;
  }
  if (!value_checks(&checks, cell(in, COLUMN_CHECKS), reason)) {
    complain(in, COLUMN_CHECKS, reason);
    return;
  }
  if (!value_channels(&opt_outs, cell(in, COLUMN_OPT_OUTS), reason)) {
    complain(in, COLUMN_OPT_OUTS, reason);
    return;
  }
  if (!value_role(&role, cell(in, COLUMN_ROLE), reason)) {
    complain(in, COLUMN_ROLE, reason);
    return;
  }
  set_number(in, customer, CUSTOMER_CHECKS, checks);
  set_number(in, contact, CONTACT_ROLE, role);
  set_number(in, contact, CONTACT_OPT_OUTS, opt_outs);
  set_cell(in, customer, CUSTOMER_KEY, COLUMN_KEY);
  set_cell(in, customer, CUSTOMER_NAME, COLUMN_NAME);
  set_cell(in, customer, CUSTOMER_PARENT, COLUMN_PARENT);
  set_cell(in, customer, CUSTOMER_SEGMENT, COLUMN_SEGMENT);
  set_cell(in, customer, CUSTOMER_OWNER, COLUMN_OWNER);
  set_cell(in, customer, CUSTOMER_POLICY, COLUMN_POLICY);
  set_cell(in, customer, CUSTOMER_TERMS, COLUMN_TERMS);
  for (int32_t i = 0; i < ARC_TAGS; i++) set_cell(in, customer, (size_t)(CUSTOMER_TAG1 + i), COLUMN_TAG1 + i);
  set_number(in, customer, CUSTOMER_FLAGS, flags);
  set_cell(in, contact, CONTACT_KEY, COLUMN_KEY);
  set_cell(in, contact, CONTACT_NAME, COLUMN_CONTACT);
  set_cell(in, contact, CONTACT_LANGUAGE, COLUMN_LANGUAGE);
  set_cell(in, contact, CONTACT_EMAIL, COLUMN_EMAIL);
  set_cell(in, contact, CONTACT_PHONE, COLUMN_PHONE);
  set_cell(in, contact, CONTACT_POSTAL, COLUMN_POSTAL);
  set_number(in, contact, CONTACT_UTC_OFFSET, offset);
  if (!add(in, customer, COLUMN_KEY)) return;
  if (cell(in, COLUMN_CONTACT)[0] != '\0' || cell(in, COLUMN_EMAIL)[0] != '\0' ||
      cell(in, COLUMN_PHONE)[0] != '\0' || cell(in, COLUMN_POSTAL)[0] != '\0' ||
      row_book_find(in->rows, ROW_CONTACT, cell(in, COLUMN_KEY)))
    add(in, contact, COLUMN_KEY);
}

/* A customer that only its invoices tell of. */
static void make_customer(intake *in, const char *key, const char *currency) {
  row *customer = start(in, ROW_CUSTOMER, ARC_DAY_FIRST);
  set_text(in, customer, CUSTOMER_KEY, key);
  set_text(in, customer, CUSTOMER_NAME, key);
  set_text(in, customer, CUSTOMER_CURRENCY, currency);
  add(in, customer, COLUMN_CUSTOMER);
  in->made++;
}

/* The key of what a payment, or else a credit note, settles of an invoice. */
static void set_allocation_key(intake *in, row *r, const char *payment, const char *note,
                               const char *invoice) {
  buffer key = {NULL, 0, 0};
  char iso[11];
  arc_day_format(iso, r->day);
  buffer_format(&key, "%s|%s|%s%s", note[0] != '\0' ? note : payment, invoice, iso,
                note[0] != '\0' ? "|credit note" : "");
  row_set(in->rows, r, 0, key.data, key.size);
  buffer_free(&key);
}

static row *start_application(intake *in, arc_day day, const char *payment, const char *note,
                              const char *invoice) {
  row *r = start(in, ROW_APPLICATION, day);
  set_allocation_key(in, r, payment, note, invoice);
  set_text(in, r, APPLICATION_PAYMENT, payment);
  set_text(in, r, APPLICATION_CREDIT_NOTE, note);
  set_text(in, r, APPLICATION_INVOICE, invoice);
  return r;
}

/* An invoice that says when it was settled makes its payment and the application. */
static void settle(intake *in, const row *invoice, arc_day day) {
  buffer key = {NULL, 0, 0};
  row *payment = start(in, ROW_PAYMENT, day);
  row *application;
  buffer_format(&key, "%s:settled", invoice->fields[INVOICE_KEY]);
  row_set(in->rows, payment, PAYMENT_KEY, key.data, key.size);
  set_text(in, payment, PAYMENT_CUSTOMER, invoice->fields[INVOICE_CUSTOMER]);
  set_text(in, payment, PAYMENT_CURRENCY, invoice->fields[INVOICE_CURRENCY]);
  set_text(in, payment, PAYMENT_AMOUNT, invoice->fields[INVOICE_AMOUNT]);
  application =
      start_application(in, day, payment->fields[PAYMENT_KEY], "", invoice->fields[INVOICE_KEY]);
  set_text(in, application, APPLICATION_AMOUNT, invoice->fields[INVOICE_AMOUNT]);
  buffer_free(&key);
  in->applications = 1;
  if (add(in, payment, COLUMN_SETTLED)) add(in, application, COLUMN_SETTLED);
}

static void take_invoice(intake *in) {
  arc_day issued, settled = ARC_DAY_NONE;
  const char *customer = cell(in, COLUMN_CUSTOMER);
  const char *currency = cell(in, COLUMN_CURRENCY);
  row *r;
  if (!needed(in, COLUMN_KEY) || !needed(in, COLUMN_CUSTOMER) || !needed(in, COLUMN_AMOUNT) ||
      !cell_date(in, COLUMN_ISSUED, &issued))
    return;
  if (cell(in, COLUMN_SETTLED)[0] != '\0' && !cell_date(in, COLUMN_SETTLED, &settled)) return;
  if (settled != ARC_DAY_NONE && settled < issued) {
    complain(in, COLUMN_SETTLED, "the invoice was settled before it was issued");
    return;
  }
  r = start(in, ROW_INVOICE, issued);
  if (!set_currency(in, r, INVOICE_CURRENCY) || !set_date(in, r, INVOICE_DUE, COLUMN_DUE) ||
      !set_money(in, r, INVOICE_AMOUNT, COLUMN_AMOUNT, 1,
                 currency[0] != '\0' ? currency : customer_currency(in, customer)) ||
      !set_money(in, r, INVOICE_LINES_TOTAL, COLUMN_LINES_TOTAL, 0,
                 currency[0] != '\0' ? currency : customer_currency(in, customer)) ||
      !set_date(in, r, INVOICE_FULFILLED, COLUMN_FULFILLED) ||
      !set_count(in, r, INVOICE_DISCOUNT_BP, COLUMN_DISCOUNT_BP) ||
      !set_count(in, r, INVOICE_DISCOUNT_DAYS, COLUMN_DISCOUNT_DAYS))
    return;
  set_cell(in, r, INVOICE_KEY, COLUMN_KEY);
  set_cell(in, r, INVOICE_NUMBER, COLUMN_NUMBER);
  set_cell(in, r, INVOICE_CUSTOMER, COLUMN_CUSTOMER);
  set_cell(in, r, INVOICE_PO, COLUMN_PO);
  set_cell(in, r, INVOICE_TERMS, COLUMN_TERMS);
  if (in->makes_customers && !row_book_find(in->rows, ROW_CUSTOMER, customer))
    make_customer(in, customer, currency);
  if (add(in, r, COLUMN_KEY) && settled != ARC_DAY_NONE) settle(in, r, settled);
}

static void take_payment(intake *in) {
  arc_day received;
  const char *currency = cell(in, COLUMN_CURRENCY);
  row *r;
  if (!needed(in, COLUMN_KEY) || !needed(in, COLUMN_AMOUNT) ||
      !cell_date(in, COLUMN_RECEIVED, &received))
    return;
  r = start(in, ROW_PAYMENT, received);
  if (!set_currency(in, r, PAYMENT_CURRENCY) ||
      !set_date(in, r, PAYMENT_VALUE_DAY, COLUMN_VALUE_DAY) ||
      !set_money(in, r, PAYMENT_AMOUNT, COLUMN_AMOUNT, 1,
                 currency[0] != '\0' ? currency : customer_currency(in, cell(in, COLUMN_CUSTOMER))))
    return;
  set_cell(in, r, PAYMENT_KEY, COLUMN_KEY);
  set_cell(in, r, PAYMENT_CUSTOMER, COLUMN_CUSTOMER);
  set_cell(in, r, PAYMENT_PAYER, COLUMN_PAYER);
  set_cell(in, r, PAYMENT_ACCOUNT, COLUMN_PAYER_ACCOUNT);
  set_cell(in, r, PAYMENT_BANK_REFERENCE, COLUMN_BANK_REFERENCE);
  set_cell(in, r, PAYMENT_REMITTANCE, COLUMN_REMITTANCE);
  add(in, r, COLUMN_KEY);
}

/* Either a payment or a credit note. */
static int names_credit(intake *in) {
  int32_t missing = in->how->position[COLUMN_PAYMENT] >= 0 ? COLUMN_PAYMENT : COLUMN_CREDIT_NOTE;
  if (cell(in, COLUMN_CREDIT_NOTE)[0] == '\0') return needed(in, missing);
  return cell(in, COLUMN_PAYMENT)[0] == '\0' ||
         complain(in, COLUMN_CREDIT_NOTE, "either a payment or a credit note, not both");
}

/* What an application into another currency states. */
static int set_exchange(intake *in, row *r) {
  char reason[COMPLAINT_SIZE];
  int64_t of_invoice, of_credit;
  if (!value_rate(&of_invoice, &of_credit, cell(in, COLUMN_RATE), reason))
    return complain(in, COLUMN_RATE, reason);
  set_number(in, r, APPLICATION_RATE_INVOICE, of_invoice);
  set_number(in, r, APPLICATION_RATE_CREDIT, of_credit);
  return set_money(in, r, APPLICATION_SETTLED, COLUMN_SETTLED, 0, named_currency(in)) &&
         set_money(in, r, APPLICATION_INVOICE_VALUE, COLUMN_INVOICE_VALUE, 0, in->book_currency) &&
         set_money(in, r, APPLICATION_CREDIT_VALUE, COLUMN_CREDIT_VALUE, 0, in->book_currency);
}

static void take_application(intake *in) {
  char reason[COMPLAINT_SIZE];
  const char *currency = named_currency(in);
  const row *other;
  arc_day day;
  row *r;
  if (!names_credit(in) || !needed(in, COLUMN_INVOICE) ||
      (cell(in, COLUMN_SETTLED)[0] == '\0' && !needed(in, COLUMN_AMOUNT)) ||
      !cell_date(in, COLUMN_DATE, &day))
    return;
  r = start_application(in, day, cell(in, COLUMN_PAYMENT), cell(in, COLUMN_CREDIT_NOTE),
                        cell(in, COLUMN_INVOICE));
  if (!set_money(in, r, APPLICATION_AMOUNT, COLUMN_AMOUNT, 0, credit_currency(in)) ||
      !set_money(in, r, APPLICATION_DISCOUNT, COLUMN_DISCOUNT, 0, currency) ||
      !set_money(in, r, APPLICATION_TOLERANCE, COLUMN_TOLERANCE, 0, currency) ||
      !set_money(in, r, APPLICATION_DEDUCTION, COLUMN_DEDUCTION, 0, currency) || !set_exchange(in, r))
    return;
  /* There the deduction is an event of its own. */
  if (strcmp(in->how->name, "books") == 0) set_text(in, r, APPLICATION_DEDUCTION, "");
  set_cell(in, r, APPLICATION_KIND, COLUMN_KIND);
  /* What no matcher does, a credit note or an exchange, does not say that all cash is given. */
  if (cell(in, COLUMN_CREDIT_NOTE)[0] == '\0' && strcmp(credit_currency(in), currency) == 0)
    in->applications = 1;
  /* Nothing tells a line that stands twice from money that was applied in two parts. */
  other = row_book_find(in->rows, ROW_APPLICATION, r->fields[APPLICATION_KEY]);
  if (other && other->id == 0) {
    snprintf(reason, sizeof reason,
             "line %u applies the same %s to the same invoice on the same day; make them one",
             (unsigned)other->line, cell(in, COLUMN_PAYMENT)[0] != '\0' ? "payment" : "credit note");
    complain(in, COLUMN_PAYMENT, reason);
    return;
  }
  add(in, r, COLUMN_PAYMENT);
}

/* ---- remittance advice ---- */

static int same_remittance(const intake *in, const row *r) {
  return strcmp(r->fields[REMITTANCE_KEY], cell(in, COLUMN_KEY)) == 0;
}

/* Takes in the advice whose lines were read. */
static void finish_remittance(intake *in) {
  row *r = in->remittance;
  uint32_t line = in->line;
  in->remittance = NULL;
  if (!r || in->remittance_bad) return;
  row_set(in->rows, r, REMITTANCE_LINES, in->lines.data, in->lines.size);
  in->line = r->line;
  add(in, r, COLUMN_KEY);
  in->line = line;
}

static const char *remittance_currency(const intake *in) {
  const row *payment = row_book_find(in->rows, ROW_PAYMENT, cell(in, COLUMN_PAYMENT));
  if (cell(in, COLUMN_CURRENCY)[0] != '\0') return cell(in, COLUMN_CURRENCY);
  return payment ? payment_currency(in, payment)
                 : customer_currency(in, cell(in, COLUMN_CUSTOMER));
}

static int start_remittance(intake *in) {
  arc_day received;
  row *r;
  finish_remittance(in);
  in->remittance_bad = 1;
  in->lines.size = 0;
  if (!needed(in, COLUMN_KEY) || !cell_date(in, COLUMN_RECEIVED, &received)) return 0;
  in->remittance = r = start(in, ROW_REMITTANCE, received);
  set_cell(in, r, REMITTANCE_KEY, COLUMN_KEY);
  set_cell(in, r, REMITTANCE_PAYMENT, COLUMN_PAYMENT);
  set_cell(in, r, REMITTANCE_CUSTOMER, COLUMN_CUSTOMER);
  set_cell(in, r, REMITTANCE_PAYER, COLUMN_PAYER);
  set_cell(in, r, REMITTANCE_REFERENCE, COLUMN_BANK_REFERENCE);
  in->remittance_bad = !set_currency(in, r, REMITTANCE_CURRENCY) ||
                       !set_money(in, r, REMITTANCE_AMOUNT, COLUMN_AMOUNT, 0, remittance_currency(in));
  return !in->remittance_bad;
}

static int add_line_text(intake *in, int32_t column) {
  const char *text = cell(in, column);
  size_t i;
  for (i = 0; text[i] != '\0'; i++) {
    if ((unsigned char)text[i] < 0x20) return complain(in, column, "a control character");
  }
  buffer_text(&in->lines, text);
  buffer_byte(&in->lines, LINE_FIELD);
  return 1;
}

static int add_line_money(intake *in, int32_t column, int64_t least, char end) {
  char reason[COMPLAINT_SIZE];
  int64_t amount;
  if (!value_money(&amount, cell(in, column), remittance_currency(in), in->how->minor, reason))
    return complain(in, column, reason);
  if (amount < least) return complain(in, column, "the amount is below 0");
  buffer_format(&in->lines, "%lld%c", (long long)amount, end);
  return 1;
}

/* A line of a file is a line of an advice; those of one key stand together, and what is said of the
 * advice itself is read from the first. */
static void take_remittance(intake *in) {
  if ((!in->remittance || !same_remittance(in, in->remittance)) && !start_remittance(in)) return;
  if (!add_line_text(in, COLUMN_INVOICE) || !add_line_text(in, COLUMN_KIND) ||
      !add_line_money(in, COLUMN_PAID, INT64_MIN, LINE_FIELD) ||
      !add_line_money(in, COLUMN_DISCOUNT, 0, LINE_FIELD) ||
      !add_line_money(in, COLUMN_DEDUCTION, 0, LINE_END))
    in->remittance_bad = 1;
}

/* ---- events ---- */

/* A key for an event that has none: its type, its date, a hash of what it says, and its number
 * among equal ones of the file. */
static void generate_key(intake *in, row *r, const char *type, const char *says) {
  const char *parts[] = {type, cell(in, COLUMN_CUSTOMER), cell(in, COLUMN_INVOICE),
                         cell(in, COLUMN_PAYMENT), says};
  uint64_t hash = TEXT_HASH_START;
  unsigned number = 1;
  char key[64], iso[11];
  size_t i;
  row *mark;
  for (i = 0; i < sizeof parts / sizeof *parts; i++)
    hash = text_hash(hash, parts[i], strlen(parts[i]) + 1);
  if (cell(in, COLUMN_CREDIT_NOTE)[0] != '\0')
    hash = text_hash(hash, cell(in, COLUMN_CREDIT_NOTE), strlen(cell(in, COLUMN_CREDIT_NOTE)) + 1);
  arc_day_format(iso, r->day);
  snprintf(key, sizeof key, "%s-%s-%016llx", type, iso, (unsigned long long)hash);
  mark = row_new(&in->generated, r->kind, r->day);
  row_set(&in->generated, mark, 0, key, strlen(key));
  while (row_book_add(&in->generated, mark) != mark) {
    snprintf(key, sizeof key, "%s-%s-%016llx-%u", type, iso, (unsigned long long)hash, ++number);
    row_set(&in->generated, mark, 0, key, strlen(key));
  }
  set_text(in, r, 0, key);
}

/* `says`: the amount, or the text of a note. */
static void set_event_key(intake *in, row *r, const char *type, const char *says) {
  if (cell(in, COLUMN_KEY)[0] != '\0')
    set_cell(in, r, 0, COLUMN_KEY);
  else
    generate_key(in, r, type, says);
}

/* An amount in the currency of what the event names: that must be known, or 5.00 could be 500. */
static int set_event_money(intake *in, row *r, size_t field, int64_t least) {
  char reason[COMPLAINT_SIZE];
  const char *item = cell(in, COLUMN_INVOICE);
  if (item[0] == '\0' || named_charge(in) || row_book_find(in->rows, ROW_INVOICE, item))
    return set_money(in, r, field, COLUMN_AMOUNT, least, named_currency(in));
  snprintf(reason, sizeof reason,
           "there is no invoice \"%.80s\"; nor a charge, which would have to come before what "
           "names it",
           item);
  return complain(in, COLUMN_INVOICE, reason);
}

/* What is charged: in the column kind, else the text. */
static int set_charge_kind(intake *in, row *r) {
  int32_t column = cell(in, COLUMN_KIND)[0] != '\0' ? COLUMN_KIND : COLUMN_TEXT;
  const char *kind = cell(in, column);
  if (strcmp(kind, "fee") != 0 && strcmp(kind, "interest") != 0 &&
      strcmp(kind, "compensation") != 0)
    return complain(in, in->how->position[COLUMN_KIND] >= 0 ? COLUMN_KIND : COLUMN_TEXT,
                    "what is charged is not said: fee, interest or compensation");
  set_text(in, r, CHARGE_KIND, kind);
  if (column == COLUMN_KIND) set_cell(in, r, CHARGE_REASON, COLUMN_TEXT);
  return 1;
}

/* Its key is never made up: letters print it, and payments name it. */
static void take_charge(intake *in, arc_day day) {
  row *r = start(in, ROW_CHARGE, day);
  if (!needed(in, COLUMN_KEY) || !needed(in, COLUMN_AMOUNT) || !set_charge_kind(in, r) ||
      !set_date(in, r, CHARGE_DUE, COLUMN_DUE) || !set_date(in, r, CHARGE_FROM, COLUMN_FROM) ||
      !set_date(in, r, CHARGE_TO, COLUMN_UNTIL) || !set_event_money(in, r, CHARGE_AMOUNT, 1))
    return;
  set_cell(in, r, CHARGE_KEY, COLUMN_KEY);
  set_text(in, r, CHARGE_CUSTOMER, named_customer(in));
  set_cell(in, r, CHARGE_INVOICE, COLUMN_INVOICE);
  set_text(in, r, CHARGE_CURRENCY, named_currency(in));
  add(in, r, COLUMN_KEY);
}

static void take_credit(intake *in, arc_day day) {
  row *r = start(in, ROW_CREDIT_NOTE, day);
  if (!needed(in, COLUMN_AMOUNT) || !set_event_money(in, r, CREDIT_AMOUNT, 1)) return;
  set_text(in, r, CREDIT_CUSTOMER, named_customer(in));
  set_cell(in, r, CREDIT_INVOICE, COLUMN_INVOICE);
  set_cell(in, r, CREDIT_REASON, COLUMN_TEXT);
  set_text(in, r, CREDIT_CURRENCY, named_currency(in));
  set_event_key(in, r, "credit", r->fields[CREDIT_AMOUNT]);
  add(in, r, COLUMN_KEY);
}

static void take_dispute(intake *in, arc_day day) {
  row *r = start(in, ROW_DISPUTE, day);
  if (!needed(in, COLUMN_INVOICE) || !set_event_money(in, r, DISPUTE_AMOUNT, 0) ||
      !set_date(in, r, DISPUTE_ANSWER_BY, COLUMN_UNTIL))
    return;
  set_cell(in, r, DISPUTE_INVOICE, COLUMN_INVOICE);
  set_cell(in, r, DISPUTE_KIND, cell(in, COLUMN_KIND)[0] != '\0' ? COLUMN_KIND : COLUMN_TEXT);
  if (cell(in, COLUMN_KIND)[0] != '\0') set_cell(in, r, DISPUTE_REASON, COLUMN_TEXT);
  set_cell(in, r, DISPUTE_OWNER, COLUMN_OWNER);
  set_event_key(in, r, "dispute", r->fields[DISPUTE_AMOUNT]);
  add(in, r, COLUMN_KEY);
}

/* "BY 2024-03-01" in the text, or the column until. */
static int set_pay_by(intake *in, row *r) {
  const char *text = cell(in, COLUMN_TEXT);
  arc_day day;
  if (cell(in, COLUMN_UNTIL)[0] != '\0') {
    set_cell(in, r, PROMISE_MADE_BY, COLUMN_TEXT);
    return set_date(in, r, PROMISE_PAY_BY, COLUMN_UNTIL);
  }
  if (strncmp(text, "BY ", 3) != 0 ||
      arc_day_parse(&day, text + 3, strlen(text + 3), NULL) != ARC_OK)
    return complain(
        in, in->how->position[COLUMN_UNTIL] >= 0 ? COLUMN_UNTIL : COLUMN_TEXT,
        "until when is not said: a date in the column until, or 'BY YYYY-MM-DD' as text");
  set_text(in, r, PROMISE_PAY_BY, text + 3);
  return 1;
}

static void take_promise(intake *in, arc_day day) {
  row *r = start(in, ROW_PROMISE, day);
  if (!needed(in, COLUMN_INVOICE) || !set_pay_by(in, r) ||
      !set_event_money(in, r, PROMISE_AMOUNT, 0))
    return;
  set_cell(in, r, PROMISE_INVOICE, COLUMN_INVOICE);
  set_event_key(in, r, "promise", r->fields[PROMISE_AMOUNT]);
  add(in, r, COLUMN_KEY);
}

/* One channel, as its bit; 0 where none is said. */
static int set_channel(intake *in, row *r, size_t field) {
  char reason[COMPLAINT_SIZE];
  int64_t bit, channel = 0;
  if (!value_channels(&bit, cell(in, COLUMN_KIND), reason)) return complain(in, COLUMN_KIND, reason);
  if ((bit & (bit - 1)) != 0) return complain(in, COLUMN_KIND, "one channel is expected");
  while (bit >> channel > 1)
    channel++;
  set_number(in, r, field, channel);
  return 1;
}

static void take_delivery(intake *in, arc_day day) {
  row *r = start(in, ROW_DELIVERY, day);
  if (!needed(in, COLUMN_INVOICE) || !needed(in, COLUMN_KIND) ||
      !set_channel(in, r, DELIVERY_CHANNEL))
    return;
  set_cell(in, r, DELIVERY_INVOICE, COLUMN_INVOICE);
  set_cell(in, r, DELIVERY_DETAIL, COLUMN_TEXT);
  set_event_key(in, r, "delivery", r->fields[DELIVERY_CHANNEL]);
  add(in, r, COLUMN_KEY);
}

static void take_correction(intake *in, arc_day day) {
  char reason[COMPLAINT_SIZE];
  int64_t faults;
  row *r = start(in, ROW_CORRECTION, day);
  if (!needed(in, COLUMN_INVOICE) || !needed(in, COLUMN_KIND)) return;
  if (!value_faults(&faults, cell(in, COLUMN_KIND), reason)) {
    complain(in, COLUMN_KIND, reason);
    return;
  }
  set_number(in, r, CORRECTION_FAULTS, faults);
  set_cell(in, r, CORRECTION_INVOICE, COLUMN_INVOICE);
  set_cell(in, r, CORRECTION_REASON, COLUMN_TEXT);
  set_cell(in, r, CORRECTION_PO, COLUMN_PO);
  set_event_key(in, r, "correction", r->fields[CORRECTION_FAULTS]);
  add(in, r, COLUMN_KEY);
}

static void take_hold(intake *in, arc_day day) {
  row *r = start(in, ROW_HOLD, day);
  if (cell(in, COLUMN_INVOICE)[0] == '\0' && !needed(in, COLUMN_CUSTOMER)) return;
  if (!set_date(in, r, HOLD_UNTIL, COLUMN_UNTIL) || !set_channel(in, r, HOLD_CHANNEL)) return;
  if (cell(in, COLUMN_INVOICE)[0] != '\0')
    set_cell(in, r, HOLD_INVOICE, COLUMN_INVOICE);
  else
    set_cell(in, r, HOLD_CUSTOMER, COLUMN_CUSTOMER);
  set_cell(in, r, HOLD_REASON, COLUMN_TEXT);
  set_event_key(in, r, "hold", "");
  add(in, r, COLUMN_KEY);
}

static void take_note(intake *in, arc_day day) {
  row *r = start(in, ROW_NOTE, day);
  set_text(in, r, NOTE_CUSTOMER, named_customer(in));
  set_cell(in, r, NOTE_INVOICE, COLUMN_INVOICE);
  set_cell(in, r, NOTE_TEXT, COLUMN_TEXT);
  set_event_key(in, r, "note", r->fields[NOTE_TEXT]);
  add(in, r, COLUMN_KEY);
}

/* A write-off, or one of its kind. */
static void take_adjustment(intake *in, int32_t kind, const char *type, arc_day day) {
  row *r = start(in, kind, day);
  if (!needed(in, COLUMN_INVOICE) || !needed(in, COLUMN_AMOUNT) ||
      !set_event_money(in, r, WRITEOFF_AMOUNT, 1))
    return;
  set_cell(in, r, WRITEOFF_INVOICE, COLUMN_INVOICE);
  set_cell(in, r, WRITEOFF_REASON, COLUMN_TEXT);
  set_cell(in, r, WRITEOFF_APPROVED_BY, COLUMN_APPROVED_BY);
  set_event_key(in, r, type, r->fields[WRITEOFF_AMOUNT]);
  add(in, r, COLUMN_KEY);
}

static void take_writeoff(intake *in, arc_day day) {
  take_adjustment(in, ROW_WRITEOFF, "writeoff", day);
}

static void take_waiver(intake *in, arc_day day) {
  take_adjustment(in, ROW_WAIVER, "waiver", day);
}

static void take_recovery(intake *in, arc_day day) {
  take_adjustment(in, ROW_RECOVERY, "recovery", day);
}

static void take_refund(intake *in, arc_day day) {
  row *r = start(in, ROW_REFUND, day);
  if (!names_credit(in) || !needed(in, COLUMN_AMOUNT) ||
      !set_money(in, r, REFUND_AMOUNT, COLUMN_AMOUNT, 1, credit_currency(in)))
    return;
  set_cell(in, r, REFUND_PAYMENT, COLUMN_PAYMENT);
  set_cell(in, r, REFUND_CREDIT_NOTE, COLUMN_CREDIT_NOTE);
  set_cell(in, r, REFUND_REASON, COLUMN_TEXT);
  set_event_key(in, r, "refund", r->fields[REFUND_AMOUNT]);
  add(in, r, COLUMN_KEY);
}

static void take_period_close(intake *in, arc_day day) {
  row *r = start(in, ROW_PERIOD_CLOSE, day + 1);
  char iso[11];
  arc_day_format(iso, day);
  set_text(in, r, CLOSE_KEY, iso);
  add(in, r, COLUMN_DATE);
}

static void take_reversal(intake *in, arc_day day) {
  row *r = start(in, ROW_REVERSAL, day);
  if (!needed(in, COLUMN_PAYMENT)) return;
  set_cell(in, r, REVERSAL_KEY, COLUMN_PAYMENT);
  set_cell(in, r, REVERSAL_REASON, COLUMN_TEXT);
  add(in, r, COLUMN_PAYMENT);
}

static void take_unapplication(intake *in, arc_day day) {
  row *r = start(in, ROW_UNAPPLICATION, day);
  if (!names_credit(in) || !needed(in, COLUMN_INVOICE)) return;
  set_allocation_key(in, r, cell(in, COLUMN_PAYMENT), cell(in, COLUMN_CREDIT_NOTE),
                     cell(in, COLUMN_INVOICE));
  set_cell(in, r, UNAPPLICATION_PAYMENT, COLUMN_PAYMENT);
  set_cell(in, r, UNAPPLICATION_CREDIT_NOTE, COLUMN_CREDIT_NOTE);
  set_cell(in, r, UNAPPLICATION_INVOICE, COLUMN_INVOICE);
  set_cell(in, r, UNAPPLICATION_REASON, COLUMN_TEXT);
  add(in, r, COLUMN_PAYMENT);
}

/* Ends a dispute or a hold: the one of that key, or what intake_finish finds. */
static void take_end(intake *in, int32_t kind, arc_day day) {
  row *r = start(in, kind, day);
  struct open_end *waiting;
  set_cell(in, r, 1, COLUMN_TEXT);
  if (kind == ROW_DISPUTE_RESOLUTION && strcmp(cell(in, COLUMN_KIND), "our-error") == 0)
    set_number(in, r, RESOLUTION_OUR_ERROR, 1);
  if (cell(in, COLUMN_KEY)[0] != '\0') {
    set_cell(in, r, 0, COLUMN_KEY);
    add(in, r, COLUMN_KEY);
    return;
  }
  if (cell(in, COLUMN_INVOICE)[0] == '\0' &&
      (kind == ROW_DISPUTE_RESOLUTION ? !needed(in, COLUMN_INVOICE) : !needed(in, COLUMN_CUSTOMER)))
    return;
  if (in->open_end_count == in->open_end_capacity) {
    in->open_end_capacity = in->open_end_capacity != 0 ? in->open_end_capacity * 2 : 64;
    in->open_ends = memory_array(in->open_ends, in->open_end_capacity, sizeof *in->open_ends);
  }
  waiting = &in->open_ends[in->open_end_count++];
  waiting->end = r;
  waiting->invoice =
      arena_copy(&in->rows->texts, cell(in, COLUMN_INVOICE), strlen(cell(in, COLUMN_INVOICE)));
  waiting->customer =
      arena_copy(&in->rows->texts, cell(in, COLUMN_CUSTOMER), strlen(cell(in, COLUMN_CUSTOMER)));
}

static void take_event(intake *in) {
  static const struct {
    const char *type;
    void (*take)(intake *in, arc_day day);
  } types[] = {{"credit", take_credit},
               {"dispute", take_dispute},
               {"promise", take_promise},
               {"reversal", take_reversal},
               {"writeoff", take_writeoff},
               {"note", take_note},
               {"hold", take_hold},
               {"delivery", take_delivery},
               {"correction", take_correction},
               {"unapply", take_unapplication},
               {"charge", take_charge},
               {"waiver", take_waiver},
               {"recovery", take_recovery},
               {"refund", take_refund},
               {"period-close", take_period_close}};
  char reason[COMPLAINT_SIZE];
  const char *type = cell(in, COLUMN_TYPE);
  arc_day day;
  size_t i;
  if (!cell_date(in, COLUMN_DATE, &day)) return;
  for (i = 0; i < sizeof types / sizeof *types; i++) {
    if (strcmp(type, types[i].type) == 0) {
      types[i].take(in, day);
      return;
    }
  }
  if (strcmp(type, "dispute-resolved") == 0 || strcmp(type, "hold-release") == 0) {
    take_end(in, type[0] == 'd' ? ROW_DISPUTE_RESOLUTION : ROW_HOLD_RELEASE, day);
    return;
  }
  snprintf(reason, sizeof reason,
           "'%.40s' is no event; known are credit, dispute, dispute-resolved, promise, reversal, "
           "writeoff, recovery, charge, waiver, refund, note, hold, hold-release, unapply, "
           "delivery, correction, period-close",
           type);
  complain(in, COLUMN_TYPE, reason);
}

void intake_record(intake *in, const char *const *cells, size_t count, uint32_t line) {
  char reason[COMPLAINT_SIZE];
  in->cells = cells;
  in->line = line;
  if (count != in->how->cells) {
    snprintf(reason, sizeof reason, "%zu cells where the header has %zu", count, in->how->cells);
    complain(in, -1, reason);
    return;
  }
  switch (in->how->kind) {
  case FILE_CUSTOMERS:
    take_customer(in);
    break;
  case FILE_INVOICES:
    take_invoice(in);
    break;
  case FILE_PAYMENTS:
    take_payment(in);
    break;
  case FILE_APPLICATIONS:
    take_application(in);
    break;
  case FILE_REMITTANCES:
    take_remittance(in);
    break;
  default:
    take_event(in);
    break;
  }
}

static int is_begun_by(const struct open_end *waiting, const row *r) {
  if (waiting->end->kind == ROW_DISPUTE_RESOLUTION)
    return r->kind == ROW_DISPUTE && strcmp(r->fields[DISPUTE_INVOICE], waiting->invoice) == 0;
  return r->kind == ROW_HOLD &&
         (waiting->invoice[0] != '\0' ? strcmp(r->fields[HOLD_INVOICE], waiting->invoice) == 0
                                      : strcmp(r->fields[HOLD_CUSTOMER], waiting->customer) == 0);
}

/* Finds what a resolution or release without a key ends: the same as when it was imported before,
 * else the latest that is still going on. */
static void close_open_end(intake *in, struct open_end *waiting, row *const *candidates,
                           size_t count) {
  row *end = waiting->end;
  const row *begun = NULL;
  size_t i;
  for (i = 0; i < count; i++) {
    const row *r = candidates[i];
    const row *ended;
    if (!is_begun_by(waiting, r) || r->day > end->day) continue;
    ended = row_book_find(in->rows, end->kind, r->fields[0]);
    if (ended && ended->id != 0 && ended->day == end->day &&
        strcmp(ended->fields[1], end->fields[1]) == 0) {
      begun = r;
      break;
    }
    if (!ended && (!begun || r->day >= begun->day)) begun = r;
  }
  in->line = end->line;
  if (!begun) {
    complain(in, waiting->invoice[0] != '\0' ? COLUMN_INVOICE : COLUMN_CUSTOMER,
             end->kind == ROW_HOLD_RELEASE
                 ? "no hold that lasts is known to end here"
                 : "no open dispute of this invoice is known to end here");
    return;
  }
  set_text(in, end, 0, begun->fields[0]);
  add(in, end, COLUMN_KEY);
}

static void close_open_ends(intake *in) {
  size_t i, count = 0;
  row **candidates = memory_array(NULL, in->rows->count, sizeof *candidates);
  for (i = 0; i < in->rows->count; i++) {
    row *r = in->rows->rows[i];
    if (r->kind == ROW_DISPUTE || r->kind == ROW_HOLD) candidates[count++] = r;
  }
  for (i = 0; i < in->open_end_count; i++)
    close_open_end(in, &in->open_ends[i], candidates, count);
  free(candidates);
}

void intake_finish(intake *in) {
  finish_remittance(in);
  buffer_free(&in->lines);
  if (in->open_end_count != 0) close_open_ends(in);
  free(in->open_ends);
  in->open_ends = NULL;
  in->open_end_count = in->open_end_capacity = 0;
  row_book_free(&in->generated);
}
