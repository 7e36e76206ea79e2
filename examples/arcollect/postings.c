/*
 * Prints the postings as a journal: declarations, then one transaction per journal record, in the
 * order of the book. Keys and references are made by others and must stay text: beancount quotes
 * them; hledger and ledger know no quoting, so there all but harmless characters become %XX.
 */
#include "postings.h"
#include "memory.h"
#include "print.h"

#include <string.h>

/* The columns of ARC_REPORT_POSTINGS. */
enum { SEQ, DATE, ACCOUNT, CURRENCY, AMOUNT, CUSTOMER, REFERENCE, EVENT };

static const struct {
  const char *name, *ledger, *beancount;
} accounts[] = {
    {"receivables", "assets:receivables", "Assets:Receivables"},
    {"cash", "assets:cash", "Assets:Cash"},
    {"unapplied_cash", "liabilities:unapplied_cash", "Liabilities:Unapplied-Cash"},
    {"unidentified_cash", "liabilities:unidentified_cash", "Liabilities:Unidentified-Cash"},
    {"unapplied_credits", "liabilities:unapplied_credits", "Liabilities:Unapplied-Credits"},
    {"sales", "income:sales", "Income:Sales"},
    {"fees", "income:fees", "Income:Fees"},
    {"interest", "income:interest", "Income:Interest"},
    {"compensation", "income:compensation", "Income:Compensation"},
    {"sales_returns", "income:sales_returns", "Income:Sales-Returns"},
    {"discounts_allowed", "expenses:discounts_allowed", "Expenses:Discounts-Allowed"},
    {"tolerance", "expenses:tolerance", "Expenses:Tolerance"},
    {"bad_debt", "expenses:bad_debt", "Expenses:Bad-Debt"},
    {"bad_debt_recovered", "income:bad_debt_recovered", "Income:Bad-Debt-Recovered"},
    {"exchange", "equity:exchange", "Equity:Exchange"},
    {"exchange_difference", "income:exchange_difference", "Income:Exchange-Difference"},
};
#define ACCOUNT_COUNT (sizeof accounts / sizeof *accounts)

/* ACCOUNT_COUNT if the account is not known here. */
static size_t account_find(const arc_report *report, size_t row) {
  const char *name = arc_report_text(report, row, ACCOUNT, NULL);
  size_t i = 0;
  while (i < ACCOUNT_COUNT && strcmp(accounts[i].name, name) != 0)
    i++;
  return i;
}

/* A date, an amount or a number as text. */
typedef struct figure {
  char text[32];
} figure;

static figure figure_of(const arc_report *report, size_t row, size_t column) {
  figure f = {""};
  arc_report_format(report, row, column, f.text, sizeof f.text, NULL);
  return f;
}

/* What the declarations need, gathered before anything is printed. */
typedef struct summary {
  size_t first;      /* a row of the first day */
  buffer currencies; /* codes, each with its NUL, in the order in which they appear */
} summary;

static void summary_add_currency(summary *s, const char *code) {
  size_t i;
  for (i = 0; i < s->currencies.size; i += 4) {
    if (strcmp(s->currencies.data + i, code) == 0) return;
  }
  buffer_add(&s->currencies, code, 4);
}

static int summary_make(summary *s, const arc_report *report) {
  size_t row;
  for (row = 0; row < arc_report_rows(report); row++) {
    if (account_find(report, row) == ACCOUNT_COUNT)
      return fail_fault("the account '%s' has no name in a journal of this format",
                        arc_report_text(report, row, ACCOUNT, NULL));
    if (arc_report_integer(report, row, DATE) < arc_report_integer(report, s->first, DATE))
      s->first = row;
    summary_add_currency(s, arc_report_text(report, row, CURRENCY, NULL));
  }
  return 0;
}

static int begins_transaction(const arc_report *report, size_t row) {
  return row == 0 ||
         arc_report_integer(report, row, SEQ) != arc_report_integer(report, row - 1, SEQ);
}

/* ---- hledger and ledger ---- */

/* Whether a byte belongs to a space beyond ASCII, which a reader may cut off (or to punctuation of
 * the same block, U+2000 to U+203F). The text is UTF-8. */
static int is_wide_space(const char *text, size_t i) {
  static const char *const spaces[] = {"\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80", "\xE2\x81\x9F",
                                       "\xE3\x80\x80"};
  size_t k;
  while (i != 0 && ((unsigned char)text[i] & 0xC0) == 0x80)
    i--;
  for (k = 0; k < sizeof spaces / sizeof *spaces; k++) {
    if (strncmp(text + i, spaces[k], strlen(spaces[k])) == 0) return 1;
  }
  return 0;
}

static int is_harmless(const char *text, size_t size, size_t i) {
  static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "#&'()+-./@_";
  if (text[i] == ' ') return i != 0 && i + 1 != size && text[i - 1] != ' ';
  if ((unsigned char)text[i] >= 0x80) return !is_wide_space(text, i);
  return memchr(harmless, text[i], sizeof harmless - 1) != NULL;
}

static void ledger_text(const arc_report *report, size_t row, size_t column, FILE *out) {
  size_t i, size = 0;
  const char *text = arc_report_text(report, row, column, &size);
  for (i = 0; i < size; i++) {
    if (is_harmless(text, size, i))
      fputc(text[i], out);
    else
      fprintf(out, "%%%02X", (unsigned char)text[i]);
  }
}

static void ledger_declare(const summary *s, FILE *out) {
  size_t i;
  for (i = 0; i < s->currencies.size; i += 4) {
    const char *code = s->currencies.data + i;
    int digits = arc_currency_digits(code);
    fprintf(out, "commodity %s\n", code);
    /* hledger wants a point here and ledger wants none where nothing follows it. */
    if (digits > 0) fprintf(out, "  format 1000.%.*s %s\n", digits, "000000", code);
  }
  for (i = 0; i < ACCOUNT_COUNT; i++)
    fprintf(out, "account %s\n", accounts[i].ledger);
  fputs("tag customer\n", out);
}

static void ledger_begin(const arc_report *report, size_t row, FILE *out) {
  fprintf(out, "\n%s * (%s) %s", figure_of(report, row, DATE).text,
          figure_of(report, row, SEQ).text, arc_report_text(report, row, EVENT, NULL));
  if (*arc_report_text(report, row, REFERENCE, NULL)) fputc(' ', out);
  ledger_text(report, row, REFERENCE, out);
  fputc('\n', out);
}

static void ledger_posting(const arc_report *report, size_t row, FILE *out) {
  fprintf(out, "    %-30s  %16s %s", accounts[account_find(report, row)].ledger,
          figure_of(report, row, AMOUNT).text, arc_report_text(report, row, CURRENCY, NULL));
  if (*arc_report_text(report, row, CUSTOMER, NULL)) {
    fputs("  ; customer: ", out);
    ledger_text(report, row, CUSTOMER, out);
  }
  fputc('\n', out);
}

/* ---- beancount ---- */

static void beancount_text(const arc_report *report, size_t row, size_t column, FILE *out) {
  const char *text = arc_report_text(report, row, column, NULL);
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') fputc('\\', out);
    fputc(*text, out);
  }
}

static void beancount_declare(const arc_report *report, const summary *s, FILE *out) {
  figure first = figure_of(report, s->first, DATE);
  size_t i;
  for (i = 0; i < s->currencies.size; i += 4) {
    const char *code = s->currencies.data + i;
    fprintf(out, "%s commodity %s\n  precision: %d\n", first.text, code,
            (int)arc_currency_digits(code));
  }
  for (i = 0; i < ACCOUNT_COUNT; i++)
    fprintf(out, "%s open %s\n", first.text, accounts[i].beancount);
}

static void beancount_begin(const arc_report *report, size_t row, FILE *out) {
  fprintf(out, "\n%s * \"%s", figure_of(report, row, DATE).text,
          arc_report_text(report, row, EVENT, NULL));
  if (*arc_report_text(report, row, REFERENCE, NULL)) fputc(' ', out);
  beancount_text(report, row, REFERENCE, out);
  fprintf(out, "\"\n  seq: %s\n", figure_of(report, row, SEQ).text);
}

static void beancount_posting(const arc_report *report, size_t row, FILE *out) {
  fprintf(out, "  %-30s  %16s %s\n", accounts[account_find(report, row)].beancount,
          figure_of(report, row, AMOUNT).text, arc_report_text(report, row, CURRENCY, NULL));
  if (*arc_report_text(report, row, CUSTOMER, NULL)) {
    fputs("    customer: \"", out);
    beancount_text(report, row, CUSTOMER, out);
    fputs("\"\n", out);
  }
}

/* ---- both ---- */

int postings_print(const arc_report *report, int32_t format, FILE *out) {
  int beancount = format == PRINT_BEANCOUNT;
  summary s = {0, {NULL, 0, 0}};
  size_t row, rows = arc_report_rows(report);
  int code = summary_make(&s, report);
  if (code == 0 && rows != 0) {
    if (beancount)
      beancount_declare(report, &s, out);
    else
      ledger_declare(&s, out);
  }
  for (row = 0; code == 0 && row < rows; row++) {
    int begins = begins_transaction(report, row);
    if (begins && beancount) beancount_begin(report, row, out);
    if (begins && !beancount) ledger_begin(report, row, out);
    if (beancount)
      beancount_posting(report, row, out);
    else
      ledger_posting(report, row, out);
  }
  buffer_free(&s.currencies);
  return code != 0 ? code : print_end(out);
}
