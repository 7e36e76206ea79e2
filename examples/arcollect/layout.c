/*
 * Layouts. A header is compared in lower case and without blanks, '_', '-' and '.', so that
 * "Invoice Number" and invoice_number are one. Two foreign layouts are known by their whole header
 * and bring their own way to write dates and amounts; any other header only names columns.
 */
#include "layout.h"

#include <stdio.h>
#include <string.h>

#define HEADER_SIZE 64

typedef struct column_rule {
  int32_t column;
  const char *names; /* ours first, then synonyms; as compared, separated by blanks */
  int required;
} column_rule;

#define RULES_MAX 28

static const column_rule file_rules[FILE_KINDS][RULES_MAX + 1] = {
    [FILE_CUSTOMERS] = {{COLUMN_KEY, "key custid customerid customerkey customer id", 1},
                        {COLUMN_NAME, "name customername company", 0},
                        {COLUMN_PARENT, "parent parentid", 0},
                        {COLUMN_SEGMENT, "segment", 0},
                        {COLUMN_OWNER, "owner accountowner", 0},
                        {COLUMN_CURRENCY, "currency ccy", 0},
                        {COLUMN_TERMS_DAYS, "termsdays netdays", 0},
                        {COLUMN_TERMS, "terms paymentterms", 0},
                        {COLUMN_DISCOUNT_BP, "discountbp discbp", 0},
                        {COLUMN_DISCOUNT_DAYS, "discountdays discdays", 0},
                        {COLUMN_CREDIT_LIMIT, "creditlimit", 0},
                        {COLUMN_FLAGS, "flags", 0},
                        {COLUMN_POLICY, "policy", 0},
                        {COLUMN_EMAIL, "email mail", 0},
                        {COLUMN_PHONE, "phone telephone", 0},
                        {COLUMN_POSTAL, "postal postaladdress", 0},
                        {COLUMN_CONTACT, "contact contactname", 0},
                        {COLUMN_LANGUAGE, "language lang", 0},
                        {COLUMN_UTC_OFFSET, "utcoffset", 0},
                        {COLUMN_CHECKS, "checks", 0},
                        {COLUMN_HOLD_DAYS, "holddays", 0},
                        {COLUMN_HOLD_AMOUNT, "holdamount", 0},
                        {COLUMN_ROLE, "role", 0},
                        {COLUMN_OPT_OUTS, "optouts", 0},
                        {COLUMN_TAG1, "tag1 tag", 0},
                        {COLUMN_TAG2, "tag2", 0},
                        {COLUMN_TAG3, "tag3", 0},
                        {COLUMN_TAG4, "tag4", 0},
                        {-1, NULL, 0}},
    [FILE_INVOICES] = {{COLUMN_KEY, "key invid invoiceid invoicekey id", 0},
                       {COLUMN_NUMBER, "number invoicenumber", 0},
                       {COLUMN_CUSTOMER, "customer custid customerid customerkey", 1},
                       {COLUMN_ISSUED, "issued issue issuedate invoicedate", 1},
                       {COLUMN_DUE, "due duedate", 0},
                       {COLUMN_CURRENCY, "currency ccy", 0},
                       {COLUMN_AMOUNT, "amount invoiceamount", 1},
                       {COLUMN_DISCOUNT_BP, "discountbp discbp", 0},
                       {COLUMN_DISCOUNT_DAYS, "discountdays discdays", 0},
                       {COLUMN_TERMS, "terms paymentterms", 0},
                       {COLUMN_PO, "po ponumber", 0},
                       {COLUMN_SETTLED, "settled settleddate", 0},
                       {COLUMN_LINES_TOTAL, "linestotal", 0},
                       {COLUMN_FULFILLED, "fulfilled fulfilleddate", 0},
                       {-1, NULL, 0}},
    [FILE_PAYMENTS] = {{COLUMN_KEY, "key payid paymentid paymentkey payment id", 1},
                       {COLUMN_CUSTOMER, "customer custid customerid customerkey", 0},
                       {COLUMN_RECEIVED, "received date receiveddate paymentdate", 1},
                       {COLUMN_VALUE_DAY, "valueday valuedate", 0},
                       {COLUMN_CURRENCY, "currency ccy", 0},
                       {COLUMN_AMOUNT, "amount", 1},
                       {COLUMN_PAYER, "payer payername", 0},
                       {COLUMN_PAYER_ACCOUNT, "payeraccount iban", 0},
                       {COLUMN_BANK_REFERENCE, "bankreference bankref", 0},
                       {COLUMN_REMITTANCE, "remittance remit remittanceinformation", 0},
                       {-1, NULL, 0}},
    [FILE_APPLICATIONS] = {{COLUMN_PAYMENT, "payment payid paymentid paymentkey", 0},
                           {COLUMN_CREDIT_NOTE, "creditnote creditnoteid creditnotekey", 0},
                           {COLUMN_INVOICE, "invoice invid invoiceid invoicekey", 1},
                           {COLUMN_DATE, "date day", 1},
                           {COLUMN_AMOUNT, "amount cash", 1},
                           {COLUMN_DISCOUNT, "discount", 0},
                           {COLUMN_TOLERANCE, "tolerance", 0},
                           {COLUMN_DEDUCTION, "deduction", 0},
                           {COLUMN_KIND, "kind reasoncode", 0},
                           {COLUMN_SETTLED, "settled", 0},
                           {COLUMN_RATE, "rate exchangerate", 0},
                           {COLUMN_INVOICE_VALUE, "invoicevalue", 0},
                           {COLUMN_CREDIT_VALUE, "creditvalue paymentvalue", 0},
                           {-1, NULL, 0}},
    [FILE_EVENTS] = {{COLUMN_DATE, "date day", 1},
                     {COLUMN_TYPE, "type event", 1},
                     {COLUMN_CUSTOMER, "customer custid customerid customerkey", 0},
                     {COLUMN_INVOICE, "invoice invid invoiceid invoicekey", 0},
                     {COLUMN_PAYMENT, "payment payid paymentid paymentkey", 0},
                     {COLUMN_CREDIT_NOTE, "creditnote creditnoteid creditnotekey", 0},
                     {COLUMN_AMOUNT, "amount", 0},
                     {COLUMN_TEXT, "text reason", 0},
                     {COLUMN_KEY, "key id", 0},
                     {COLUMN_UNTIL, "until payby", 0},
                     {COLUMN_KIND, "kind", 0},
                     {COLUMN_DUE, "due duedate", 0},
                     {COLUMN_FROM, "from", 0},
                     {COLUMN_APPROVED_BY, "approvedby approver", 0},
                     {COLUMN_OWNER, "owner", 0},
                     {COLUMN_PO, "po ponumber", 0},
                     {-1, NULL, 0}},
    [FILE_REMITTANCES] = {{COLUMN_KEY, "key remittance remittanceid advice", 1},
                          {COLUMN_RECEIVED, "received date receiveddate", 1},
                          {COLUMN_PAYMENT, "payment payid paymentid paymentkey", 0},
                          {COLUMN_CUSTOMER, "customer custid customerid customerkey", 0},
                          {COLUMN_PAYER, "payer payername", 0},
                          {COLUMN_BANK_REFERENCE, "bankreference bankref trace cheque check", 0},
                          {COLUMN_CURRENCY, "currency ccy", 0},
                          {COLUMN_AMOUNT, "amount paymentamount", 0},
                          {COLUMN_INVOICE, "invoice reference invoicenumber", 1},
                          {COLUMN_PAID, "paid lineamount", 1},
                          {COLUMN_DISCOUNT, "discount", 0},
                          {COLUMN_DEDUCTION, "deduction", 0},
                          {COLUMN_KIND, "kind reason reasoncode", 0},
                          {-1, NULL, 0}},
};

static const char *const file_names[FILE_KINDS] = {"customers", "invoices", "payments",
                                                   "applications", "events", "remittances"};

static const char *const column_names[COLUMNS] = {
    "key",        "name",        "parent",        "segment",      "owner",         "currency",
    "terms_days", "discount_bp", "discount_days", "credit_limit", "flags",         "policy",
    "email",      "phone",       "postal",        "contact",      "language",      "utc_offset",
    "number",     "customer",    "issued",        "due",          "amount",        "po",
    "settled",    "received",    "value_day",     "payer",        "payer_account", "bank_reference",
    "remittance", "date",        "type",          "invoice",      "payment",       "text",
    "until",      "discount",    "tolerance",     "deduction",    "terms",         "kind",
    "from",       "approved_by", "credit_note",   "rate",         "invoice_value", "credit_value",
    "checks",     "hold_days",   "hold_amount",   "role",         "opt_outs",      "lines_total",
    "fulfilled",  "paid",          "tag1",         "tag2",          "tag3",          "tag4"};

/* Headers that make a foreign layout: all of these names, as compared. */
typedef struct known_layout {
  const char *name;
  int32_t kind;
  const char *header;
  int minor;
  const char *date_format;
} known_layout;

static const known_layout known_layouts[] = {
    {"books", FILE_CUSTOMERS, "custid name currency termsdays discbp discdays creditlimit", 1,
     NULL},
    {"books", FILE_INVOICES, "invid number custid issue due amount discbp discdays po", 1, NULL},
    {"books", FILE_PAYMENTS, "payid custid date amount payer remit", 1, NULL},
    {"books", FILE_APPLICATIONS, "payid invid date cash discount deduction", 1, NULL},
    {"books", FILE_EVENTS, "date type custid invid payid amount text", 1, NULL},
    {"IBM receivables", FILE_INVOICES,
     "customerid invoicenumber invoicedate duedate invoiceamount settleddate", 0, "%m/%d/%Y"},
};

const char *layout_file_name(int32_t kind) {
  return file_names[kind];
}

const char *layout_column_name(int32_t column) {
  return column >= 0 && column < COLUMNS ? column_names[column] : NULL;
}

/* The form in which headers are compared. */
static void header_form(char out[HEADER_SIZE], const char *text, size_t size) {
  size_t i, used = 0;
  for (i = 0; i < size && used + 1 < HEADER_SIZE; i++) {
    char c = text[i];
    if (c == ' ' || c == '_' || c == '-' || c == '.') continue;
    out[used++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  out[used] = '\0';
}

/* The place of a word in a list separated by blanks, from 1 on; 0: not there. */
static size_t word_place(const char *list, const char *word) {
  size_t place = 1, size = strlen(word);
  while (size != 0 && *list) {
    size_t length = strcspn(list, " ");
    if (length == size && memcmp(list, word, size) == 0) return place;
    list += length;
    list += *list == ' ';
    place++;
  }
  return 0;
}

static int is_own_column(const char *name) {
  char form[HEADER_SIZE];
  size_t i;
  for (i = 0; i < COLUMNS; i++) {
    header_form(form, column_names[i], strlen(column_names[i]));
    if (strcmp(form, name) == 0) return 1;
  }
  return 0;
}

int layout_options_check(const layout_options *options, char complaint[COMPLAINT_SIZE]) {
  size_t i;
  for (i = 0; i < options->map_count; i++) {
    const char *equals = strchr(options->maps[i], '=');
    char form[HEADER_SIZE];
    if (!equals || equals == options->maps[i]) {
      snprintf(complaint, COMPLAINT_SIZE, "--map %.80s: write theirs=ours", options->maps[i]);
      return 0;
    }
    header_form(form, equals + 1, strlen(equals + 1));
    if (!is_own_column(form)) {
      snprintf(complaint, COMPLAINT_SIZE,
               "--map %.80s: '%.40s' is no column; 'help import' lists them", options->maps[i],
               equals + 1);
      return 0;
    }
  }
  return !options->date_format || value_date_format_check(options->date_format, complaint);
}

/* Our column, if the --map names this header cell as theirs; else NULL. */
static const char *mapped_to(const char *map, const char *cell) {
  const char *equals = strchr(map, '=');
  char theirs[HEADER_SIZE], form[HEADER_SIZE];
  header_form(theirs, map, (size_t)(equals - map));
  header_form(form, cell, strlen(cell));
  return strcmp(form, theirs) == 0 ? equals + 1 : NULL;
}

int layout_map_applies(const char *map, const char *const *header, size_t count) {
  size_t i = 0;
  while (i < count && !mapped_to(map, header[i]))
    i++;
  return i < count;
}

/* A header cell in the form compared, after --map. */
static void header_mapped(char out[HEADER_SIZE], const char *cell, const layout_options *options) {
  const char *ours = NULL;
  size_t i;
  for (i = 0; !ours && i < options->map_count; i++)
    ours = mapped_to(options->maps[i], cell);
  ours = ours ? ours : cell;
  header_form(out, ours, strlen(ours));
}

static int has_header(char (*forms)[HEADER_SIZE], size_t count, const char *name, size_t size) {
  size_t i;
  for (i = 0; i < count; i++) {
    if (strlen(forms[i]) == size && memcmp(forms[i], name, size) == 0) return 1;
  }
  return 0;
}

static const known_layout *layout_known(int32_t kind, char (*forms)[HEADER_SIZE], size_t count) {
  size_t i;
  for (i = 0; i < sizeof known_layouts / sizeof *known_layouts; i++) {
    const char *name = known_layouts[i].header;
    int all = kind < 0 || kind == known_layouts[i].kind;
    while (all && *name) {
      size_t size = strcspn(name, " ");
      all = has_header(forms, count, name, size);
      name += size + (name[size] == ' ');
    }
    if (all) return &known_layouts[i];
  }
  return NULL;
}

/* Finds the file's cell for each column of a kind. @return the first required column that is
 * missing, or -1; -2 with a complaint when two cells name one column. */
static int32_t layout_place(layout *out, int32_t kind, char (*forms)[HEADER_SIZE], size_t count,
                            char complaint[COMPLAINT_SIZE]) {
  const column_rule *rule;
  int32_t missing = -1;
  size_t i;
  for (i = 0; i < COLUMNS; i++)
    out->position[i] = -1;
  for (rule = file_rules[kind]; rule->names; rule++) {
    size_t best = 0;
    for (i = 0; i < count; i++) {
      size_t place = word_place(rule->names, forms[i]);
      if (place != 0 && place == best) {
        snprintf(complaint, COMPLAINT_SIZE, "two columns are called '%s'",
                 column_names[rule->column]);
        return -2;
      }
      if (place != 0 && (best == 0 || place < best)) {
        best = place;
        out->position[rule->column] = (int32_t)i;
      }
    }
    if (rule->required && best == 0 && missing < 0) missing = rule->column;
  }
  if (kind == FILE_APPLICATIONS && out->position[COLUMN_PAYMENT] < 0 &&
      out->position[COLUMN_CREDIT_NOTE] < 0)
    missing = COLUMN_PAYMENT;
  if (kind == FILE_INVOICES && out->position[COLUMN_KEY] < 0) {
    out->position[COLUMN_KEY] = out->position[COLUMN_NUMBER];
    out->position[COLUMN_NUMBER] = -1;
    if (out->position[COLUMN_KEY] < 0 && missing < 0) missing = COLUMN_KEY;
  }
  return missing;
}

/* A key alone, or a key, a date and an amount, could be anything. */
static int layout_is_telling(const layout *l, int32_t kind) {
  return kind == FILE_CUSTOMERS ? l->position[COLUMN_NAME] >= 0
         : kind == FILE_PAYMENTS
             ? l->position[COLUMN_PAYER] >= 0 || l->position[COLUMN_REMITTANCE] >= 0
             : 1;
}

static int32_t layout_guess_kind(layout *out, char (*forms)[HEADER_SIZE], size_t count,
                                 char complaint[COMPLAINT_SIZE]) {
  static const int32_t most_telling_first[] = {FILE_REMITTANCES, FILE_EVENTS, FILE_APPLICATIONS,
                                               FILE_INVOICES, FILE_PAYMENTS, FILE_CUSTOMERS};
  size_t i;
  for (i = 0; i < FILE_KINDS; i++) {
    if (layout_place(out, most_telling_first[i], forms, count, complaint) == -1 &&
        layout_is_telling(out, most_telling_first[i]))
      return most_telling_first[i];
  }
  return -1;
}

static void complain_missing(int32_t kind, int32_t column, const char *const *header, size_t count,
                             char complaint[COMPLAINT_SIZE]) {
  if (count == 1 && (strchr(header[0], ';') || strchr(header[0], '\t')))
    snprintf(complaint, COMPLAINT_SIZE, "the columns are separated by %s; commas are expected",
             strchr(header[0], ';') ? "';'" : "tabs");
  else if (kind < 0)
    snprintf(complaint, COMPLAINT_SIZE,
             "the columns do not say what the file holds; name it customers.csv, invoices.csv, "
             "payments.csv, applications.csv, events.csv or remittances.csv, and see 'help import' for --map");
  else
    snprintf(complaint, COMPLAINT_SIZE,
             "a column '%s' is needed for %s; --map theirs=%s says which one it is",
             column_names[column], file_names[kind], column_names[column]);
}

int layout_read(layout *out, int32_t kind, const char *const *header, size_t count,
                const layout_options *options, arena *texts, buffer *ignored,
                char complaint[COMPLAINT_SIZE]) {
  char (*forms)[HEADER_SIZE] = arena_get(texts, (count != 0 ? count : 1) * sizeof *forms);
  const known_layout *known;
  int32_t missing;
  size_t i, c;
  memset(out, 0, sizeof *out);
  for (i = 0; i < count; i++)
    header_mapped(forms[i], header[i], options);
  known = layout_known(kind, forms, count);
  out->kind = known       ? known->kind
              : kind >= 0 ? kind
                          : layout_guess_kind(out, forms, count, complaint);
  missing = out->kind >= 0 ? layout_place(out, out->kind, forms, count, complaint) : COLUMN_KEY;
  if (missing == -2) return 0;
  if (missing != -1) {
    complain_missing(out->kind, missing, header, count, complaint);
    return 0;
  }
  out->name = known ? known->name : "own";
  out->minor = options->minor || (known && known->minor);
  out->date_format = options->date_format ? options->date_format
                     : known              ? known->date_format
                                          : NULL;
  out->cells = count;
  for (i = 0; i < count; i++) {
    int used = 0;
    for (c = 0; c < COLUMNS; c++) {
      if (out->position[c] == (int32_t)i) {
        out->theirs[c] = arena_copy(texts, header[i], strlen(header[i]));
        used = 1;
      }
    }
    if (!used) {
      buffer_text(ignored, ignored->size != 0 ? ", " : "");
      buffer_text(ignored, header[i]);
    }
  }
  return 1;
}
