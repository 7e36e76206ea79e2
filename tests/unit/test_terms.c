/* Payment terms: worked cases with their sources, what is no terms, and what holds for any terms.
 */
#include "arcollect/terms.h"
#include "arcollect/money.h"
#include "../support/calls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint32_t random_below(uint32_t limit) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (uint32_t)((random_state >> 32) % limit);
}

static arc_day day_of(const char *text) {
  arc_day day = ARC_DAY_NONE;
  assert_int_equal(arc_day_parse(&day, text, ARC_NUL_TERMINATED, NULL), ARC_OK);
  return day;
}

/* ---- worked cases ---- */

/* What terms give, as one text: "3% 2024-01-11, 1% 2024-01-21; 2024-01-31 1000.00". */
static arc_status describe(char *out, size_t cap, const arc_terms_invoice *invoice,
                           arc_error *err) {
  arc_instalment instalments[ARC_TERMS_INSTALMENTS_MAX];
  arc_terms_discount discounts[ARC_TERMS_DISCOUNTS_MAX];
  size_t count = 99, discount_count = 99, at = 0;
  instalments[0].struct_size = sizeof *instalments;
  discounts[0].struct_size = sizeof *discounts;
  arc_status status = arc_terms_apply(instalments, ARC_TERMS_INSTALMENTS_MAX, &count, discounts,
                                      ARC_TERMS_DISCOUNTS_MAX, &discount_count, invoice, err);
  out[0] = 0;
  if (status != ARC_OK) return status;
  for (size_t i = 0; i < discount_count; i++) {
    char day[11];
    assert_int_equal(arc_day_format(day, discounts[i].last), ARC_OK);
    unsigned bp = discounts[i].basis_points;
    at += (size_t)snprintf(out + at, cap - at, "%s%u", i ? ", " : "", bp / 100);
    if (bp % 100) at += (size_t)snprintf(out + at, cap - at, ".%02u", bp % 100);
    at += (size_t)snprintf(out + at, cap - at, "%% %s", day);
  }
  for (size_t i = 0; i < count; i++) {
    char day[11], amount[24];
    assert_int_equal(arc_day_format(day, instalments[i].due), ARC_OK);
    assert_int_equal(arc_money_format(amount, sizeof amount, NULL, instalments[i].amount,
                                      invoice->currency, NULL),
                     ARC_OK);
    at += (size_t)snprintf(out + at, cap - at, "%s%s %s", i ? ", " : at ? "; " : "", day, amount);
  }
  assert_true(at < cap);
  return ARC_OK;
}

static void expect_case(const char *terms, const char *issued, int64_t amount, const char *currency,
                        const arc_calendar *calendar, const char *expected) {
  char found[2048];
  arc_error err = ARC_ERROR_INIT;
  arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
  invoice.issued = day_of(issued);
  invoice.terms = (arc_text)ARC_TEXT(terms);
  invoice.amount = amount;
  memcpy(invoice.currency, currency, 4);
  invoice.calendar = calendar;
  if (describe(found, sizeof found, &invoice, &err) != ARC_OK)
    fail_msg("%s on %s: %s", terms, issued, err.text);
  if (strcmp(found, expected) != 0)
    fail_msg("%s on %s: %s instead of %s", terms, issued, found, expected);
}

/* One due day, whatever the amount. */
struct due_case {
  const char *terms, *issued, *due;
};

static const struct due_case due_cases[] = {
    /* Odoo addons/account/tests/test_payment_term.py, "Net 30 days" */
    {"net 30", "2022-01-01", "2022-01-31"},
    {"net 30", "2022-01-15", "2022-02-14"},
    {"net 30", "2022-01-31", "2022-03-02"},
    /* the same, "Today": worked_examples term-today-2, -3 */
    {"due on receipt", "2019-01-01", "2019-01-01"},
    {"due on receipt", "2019-01-15", "2019-01-15"},
    {"due on receipt", "2019-01-31", "2019-01-31"},
    /* the same, "45 Days from End of Month": term-eom45-1, -3 */
    {"net 45 eom", "2019-01-01", "2019-03-17"},
    {"net 45 eom", "2019-01-15", "2019-03-17"},
    {"net 45 eom", "2019-01-31", "2019-03-17"},
    {"eom +45d", "2019-01-15", "2019-03-17"},
    /* the same, "the 15th of the month, min 31 days from now": term-min31_15th-1, -2 */
    {"+31d 15th", "2019-01-01", "2019-02-15"},
    {"+31d 15th", "2019-01-15", "2019-02-15"},
    {"+31d 15th", "2019-01-31", "2019-03-15"},
    /* the same, "Last Day of month": term-eom-1, -3 */
    {"eom", "2019-01-01", "2019-01-31"},
    {"eom", "2019-01-15", "2019-01-31"},
    {"net eom", "2019-01-31", "2019-01-31"},
    /* the same, "First day next month": term-first_next-2, -3 */
    {"1st prox", "2019-01-01", "2019-02-01"},
    {"1st prox", "2019-01-15", "2019-02-01"},
    {"1st prox", "2019-01-31", "2019-02-01"},
    {"eom +1d", "2019-01-15", "2019-02-01"},
    /* the same, later: "days end of month on the 10 / 31 / 29 / 30 / 0", odoo/odoo#166560 */
    {"+30d 10th prox", "2023-12-12", "2024-02-10"},
    {"+30d 31st prox", "2023-12-12", "2024-02-29"},
    {"29th prox", "2024-05-23", "2024-06-29"},
    {"31st prox", "2024-05-23", "2024-06-30"},
    {"+15d 30th prox", "2024-05-24", "2024-07-30"},
    {"+15d 31st prox", "2024-05-23", "2024-07-31"},
    {"+30d eom", "2024-04-22", "2024-05-31"},
    /* odoo/odoo#172609: 30 days, end of month, on the 1st */
    {"+30d 1st prox", "2024-04-22", "2024-06-01"},
    /* odoo/odoo#143758: 23/02/2024, 29/02/2024, 10/03/2024 */
    {"+90d eom +10d", "2023-11-25", "2024-03-10"},
    /* domain.md 1.4, Dolibarr/dolibarr#18694: the two orders differ */
    {"+45d eom", "2021-09-13", "2021-10-31"},
    {"eom +45d", "2021-09-13", "2021-11-14"},
    {"net 45 eom", "2021-09-13", "2021-11-14"},
    /* Dolibarr/dolibarr#36808: 45 days, then on the 15th, invoice on a month's last day or not */
    {"+45d 15th", "2025-03-30", "2025-05-15"},
    {"+45d 15th", "2025-03-31", "2025-05-15"},
    /* Dolibarr/dolibarr#18124: on the 1st of the month that follows */
    {"1st prox", "2021-06-15", "2021-07-01"},
    /* OCA/account-payment#919: a month after the end of February is 31 March, not the 28th */
    {"eom +1m", "2025-02-10", "2025-03-31"},
    {"+1m eom", "2025-02-10", "2025-03-31"},
    /* getlago.com docs "Payment terms": the table for an invoice of 10 April 2026 */
    {"due on receipt", "2026-04-10", "2026-04-10"},
    {"net 30", "2026-04-10", "2026-05-10"},
    {"eom", "2026-04-10", "2026-04-30"},
    {"net 30 eom", "2026-04-10", "2026-05-30"},
    /* docs.zuora.com "Net Payment Term Examples" */
    {"net 30", "2024-08-01", "2024-08-31"},
    {"net 15", "2024-08-01", "2024-08-16"},
    /* docs.zuora.com "Prox Payment Term Examples": cut-off, months, day (any year) */
    {"20th prox, cut-off 12", "2024-08-10", "2024-09-20"},
    {"20th prox, cut-off 12", "2024-08-15", "2024-10-20"},
    {"20th prox, cut-off 12", "2024-08-21", "2024-10-20"},
    {"12th prox, cut-off 20", "2024-08-10", "2024-09-12"},
    {"12th prox, cut-off 20", "2024-08-15", "2024-09-12"},
    {"12th prox, cut-off 20", "2024-08-21", "2024-10-12"},
    {"+2m 12th prox, cut-off 20", "2024-08-21", "2024-12-12"},
    {"31st prox", "2024-08-15", "2024-09-30"},
    {"30th prox, cut-off 5", "2023-01-01", "2023-02-28"},
    /* openobject manual, "payment terms": 15 days, then the end of the month */
    {"+15d eom", "2024-01-20", "2024-02-29"},
    /* "net 10th prox", scimplified.com: by the 10th of the following month */
    {"net 10th prox", "2024-05-03", "2024-06-10"},
    /* "5th 3rd prox", quickqna: the 5th of the third month that follows */
    {"+2m 5th prox", "2024-01-17", "2024-04-05"},
    /* Dynamics GP "Next Month": the 20th of the month after the document's */
    {"net 20th prox", "2024-12-31", "2025-01-20"},

    /* By hand from here on. Months are clamped, move by move. */
    {"+1m", "2023-01-31", "2023-02-28"},
    {"+1m", "2024-01-31", "2024-02-29"},
    {"+1m", "2023-03-30", "2023-04-30"},
    {"+1m", "2023-02-28", "2023-03-28"}, /* not the month's end: no eom was asked for */
    {"+1m +1m", "2023-01-31", "2023-03-28"},
    {"+2m", "2023-01-31", "2023-03-31"},
    {"+12m", "2024-02-29", "2025-02-28"},
    {"+120m", "2024-01-31", "2034-01-31"},
    {"+1m", "2024-12-15", "2025-01-15"},
    /* A month's end stays one over months, until days are added. */
    {"eom +1m +1m", "2024-01-15", "2024-03-31"},
    {"eom +12m", "2023-02-01", "2024-02-29"},
    {"eom +1d +1m", "2024-01-15", "2024-03-01"},
    {"eom +0d +1m", "2024-02-15", "2024-03-29"},
    {"28th prox +1m", "2023-01-10", "2023-03-28"},
    /* Days of months: on or after, and the last one where there is none such */
    {"31st", "2024-02-10", "2024-02-29"},
    {"31st", "2024-02-29", "2024-02-29"},
    {"30th", "2023-02-28", "2023-02-28"},
    {"1st", "2024-01-01", "2024-01-01"},
    {"1st", "2024-01-02", "2024-02-01"},
    {"15th", "2024-12-16", "2025-01-15"},
    {"30th", "2024-01-31", "2024-02-29"},
    {"31st prox", "2024-12-31", "2025-01-31"},
    {"29th prox", "2023-01-31", "2023-02-28"},
    {"10th prox", "2024-12-15", "2025-01-10"},
    {"10th prox 10th prox", "2024-12-15", "2025-02-10"},
    /* Leap years: 2000 is one, 2100 is none */
    {"eom", "2000-02-03", "2000-02-29"},
    {"eom", "2100-02-03", "2100-02-28"},
    {"net 365", "2024-01-01", "2024-12-31"},
    {"net 365", "2023-01-01", "2024-01-01"},
    {"net 1", "2024-02-28", "2024-02-29"},
    {"net 1", "2023-02-28", "2023-03-01"},
    {"net 0", "2024-05-05", "2024-05-05"},
    {"+0d", "2024-05-05", "2024-05-05"},
    {"net 3650", "2024-01-01", "2033-12-29"}, /* 2024, 2028 and 2032 have a day more */
    /* Orders of days and month ends */
    {"net 30 eom", "2023-02-10", "2023-03-30"},
    {"+30d eom", "2023-02-10", "2023-03-31"},
    {"+30d eom +10d", "2024-01-31", "2024-04-10"}, /* 1 March, 31 March */
    {"+30d eom +10d", "2024-01-15", "2024-03-10"}, /* 14 February, 29 February */
    {"eom +10d", "2024-01-15", "2024-02-10"},
    {"eom +10d eom", "2024-01-15", "2024-02-29"},
    {"eom eom", "2024-01-15", "2024-01-31"},
    /* Cut-off: the day itself still counts, the next does not; a year's end; the first move only */
    {"eom +10d, cut-off 25", "2024-01-25", "2024-02-10"},
    {"eom +10d, cut-off 25", "2024-01-26", "2024-03-10"},
    {"eom +10d, cut-off 25", "2024-12-26", "2025-02-10"},
    {"net 10 eom cut-off 25", "2024-01-26", "2024-03-10"},
    {"eom, cut-off 25", "2024-01-31", "2024-02-29"},
    {"eom +1m, cut-off 25", "2024-01-31", "2024-03-31"},
    {"+30d eom, cut-off 25", "2024-01-10", "2024-02-29"},
    {"+30d eom, cut-off 25", "2024-01-26", "2024-03-31"}, /* 25 February counts as March */
    {"eom +10d eom, cut-off 25", "2024-01-26", "2024-03-31"},
    {"10th prox, cut-off 30", "2024-01-31", "2024-03-10"},
    {"10th prox, cut-off 30", "2023-02-28", "2023-03-10"},
    {"10th prox, cut-off 1", "2024-01-01", "2024-02-10"},
    {"31st prox, cut-off 20", "2024-12-21", "2025-02-28"},
    /* Business days, weekends only: 2024-06-01 is a Saturday, 2024-06-30 a Sunday (domain.md 1.6)
     */
    {"net 30, following", "2024-05-02", "2024-06-03"},
    {"net 30 preceding", "2024-05-02", "2024-05-31"},
    {"net 30, modified following", "2024-05-02", "2024-06-03"},
    {"net 30, modified preceding", "2024-05-02", "2024-06-03"}, /* else it were in May */
    {"net 30, following", "2024-05-31", "2024-07-01"},
    {"net 30, modified following", "2024-05-31", "2024-06-28"}, /* else it were in July */
    {"net 30, preceding", "2024-05-31", "2024-06-28"},
    {"net 30, modified preceding", "2024-05-31", "2024-06-28"},
    {"net 30, following", "2024-05-03", "2024-06-03"}, /* a Sunday */
    {"net 30, following", "2024-05-01", "2024-05-31"}, /* a Friday stays */
    {"eom +10d, cut-off 25, following", "2024-01-26", "2024-03-11"},
    {"due on receipt, preceding", "2024-06-01",
     "2024-05-31"}, /* the rule may go before the invoice */
    {"due on receipt, following", "2024-06-01", "2024-06-03"},
};

static void test_due_days(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(due_cases); i++) {
    char expected[40];
    snprintf(expected, sizeof expected, "%s 1000.00", due_cases[i].due);
    expect_case(due_cases[i].terms, due_cases[i].issued, 100000, "USD", NULL, expected);
  }
}

struct schedule_case {
  const char *terms, *issued;
  int64_t amount;
  const char *currency, *expected;
};

static const struct schedule_case schedule_cases[] = {
    /* Discounts. domain.md 1.4; day 1 is the day after the invoice (pressbooks.bccampus.ca, "Cash
     * Discounts"), so day 10 of 1 January is the 11th */
    {"2/10 net 30", "2024-01-01", 100000, "USD", "2% 2024-01-11; 2024-01-31 1000.00"},
    {"3/10, 1/20, net 30", "2024-01-01", 100000, "USD",
     "3% 2024-01-11, 1% 2024-01-21; 2024-01-31 1000.00"},
    /* worked_examples disc-2: terms written with n/ */
    {"2/10 n/30", "2024-01-01", 10000000, "USD", "2% 2024-01-11; 2024-01-31 100000.00"},
    /* disc-4 of Odoo test_early_payment_discount: 10 % for 10 days from 2019-01-01 */
    {"10/10 net 30", "2019-01-01", 100000, "USD", "10% 2019-01-11; 2019-01-31 1000.00"},
    /* Odoo test_payment_term "turlututu": 10 % for a day, due after two */
    {"10/1, net 2", "2016-01-01", 115000, "USD", "10% 2016-01-02; 2016-01-03 1150.00"},
    /* pearson.com by domain.md 1.4: 2 % 10th prox net 20th */
    {"2/10th prox, net 20th prox", "2024-03-07", 50000, "USD", "2% 2024-04-10; 2024-04-20 500.00"},
    /* docs.infor.com "Prox terms": cut-off 20, prox day 15, 5 %, net 31 March; a day later all a
     * month later */
    {"5/15th prox, net 31st prox, cut-off 20", "2024-02-20", 10000, "USD",
     "5% 2024-03-15; 2024-03-31 100.00"},
    {"5/15th prox, net 31st prox, cut-off 20", "2024-02-21", 10000, "USD",
     "5% 2024-04-15; 2024-04-30 100.00"},
    /* by hand: moves in discounts, decimals, no cut-off for plain days, rule for both */
    {"2/10 eom, net 30 eom", "2024-01-15", 100000, "EUR", "2% 2024-02-10; 2024-03-01 1000.00"},
    {"2.5/eom +10d, +60d eom", "2024-01-15", 100000, "EUR", "2.50% 2024-02-10; 2024-03-31 1000.00"},
    {"2/10th prox, net 60, cut-off 25", "2024-01-26", 100000, "EUR",
     "2% 2024-03-10; 2024-03-26 1000.00"},
    {"2/10, net 30, following", "2024-05-22", 100000, "EUR", "2% 2024-06-03; 2024-06-21 1000.00"},
    {"0.01/0, due on receipt", "2024-05-22", 100000, "EUR", "0.01% 2024-05-22; 2024-05-22 1000.00"},
    {"9/1, 8/2, 7/3, 6/4, 5/5, 4/6, 3/7, 2/8, net 9", "2024-05-01", 1, "EUR",
     "9% 2024-05-02, 8% 2024-05-03, 7% 2024-05-04, 6% 2024-05-05, 5% 2024-05-06, 4% 2024-05-07, "
     "3% 2024-05-08, 2% 2024-05-09; 2024-05-10 0.01"},

    /* Instalments. Odoo test_payment_term "60 days two lines" */
    {"30% +15d, balance +45d", "2022-01-01", 100000, "USD", "2022-01-16 300.00, 2022-02-15 700.00"},
    {"30% +15d, balance +45d", "2022-01-15", 100000, "USD", "2022-01-30 300.00, 2022-03-01 700.00"},
    {"30% +15d, balance +45d", "2022-01-31", 100000, "USD", "2022-02-15 300.00, 2022-03-17 700.00"},
    /* the same, "tralala", and the residual on the last line: 0.03 in halves is 0.02 and 0.01 */
    {"50% +2d, balance +4d", "2016-01-01", 115000, "USD", "2016-01-03 575.00, 2016-01-05 575.00"},
    {"50% on issue, balance on issue", "2016-01-01", 3, "USD", "2016-01-01 0.02, 2016-01-01 0.01"},
    /* worked_examples ar-1: 30, 50 and 20 % after 30, 60 and 90 days */
    {"30% +30d, 50% +60d, balance +90d", "2024-01-01", 10000, "USD",
     "2024-01-31 30.00, 2024-03-01 50.00, 2024-03-31 20.00"},
    /* openobject manual: 35 % on delivery, the balance 15 days after the end of the month */
    {"35% on issue, balance net 15 eom", "2024-01-10", 100000, "EUR",
     "2024-01-10 350.00, 2024-02-15 650.00"},
    /* requirements.md L1, by hand from here on */
    {"30% on issue, balance +60d", "2024-01-15", 100000, "EUR",
     "2024-01-15 300.00, 2024-03-15 700.00"},
    {"1/3 +30d, 1/3 +60d, balance +90d", "2024-01-01", 10000, "EUR",
     "2024-01-31 33.33, 2024-03-01 33.33, 2024-03-31 33.34"},
    {"1/3 +30d, 1/3 +60d, balance +90d", "2024-01-01", 20000, "EUR",
     "2024-01-31 66.67, 2024-03-01 66.67, 2024-03-31 66.66"},
    {"100.00 on issue, balance net 30", "2024-01-01", 100000, "EUR",
     "2024-01-01 100.00, 2024-01-31 900.00"},
    {"100 on issue, balance net 30", "2024-01-01", 100000, "EUR",
     "2024-01-01 100.00, 2024-01-31 900.00"},
    {"100.5 on issue, balance net 30", "2024-01-01", 100000, "EUR",
     "2024-01-01 100.50, 2024-01-31 899.50"},
    {"1000.00 on issue, balance net 30", "2024-01-01", 100000, "EUR", "2024-01-01 1000.00"},
    /* currencies of 0, 3 and 4 digits, domain.md 1.7 */
    {"1000 on issue, balance net 30", "2024-01-01", 10001, "JPY",
     "2024-01-01 1000, 2024-01-31 9001"},
    {"1/3 on issue, balance net 30", "2024-01-01", 100, "JPY", "2024-01-01 33, 2024-01-31 67"},
    {"10.005 on issue, balance net 30", "2024-01-01", 100000, "KWD",
     "2024-01-01 10.005, 2024-01-31 89.995"},
    {"10.0005 on issue, balance net 30", "2024-01-01", 1000000, "CLF",
     "2024-01-01 10.0005, 2024-01-31 89.9995"},
    {"99999999999999 on issue, balance net 30", "2024-01-01", 1000000000000000000, "CLF",
     "2024-01-01 99999999999999.0000, 2024-01-31 1.0000"},
    /* half to even: 12.5 is 12, 37.5 is 38, 0.5 is 0 (and left out), 1.5 is 2 */
    {"12.5% on issue, balance net 1", "2024-01-01", 100, "EUR", "2024-01-01 0.12, 2024-01-02 0.88"},
    {"37.5% on issue, balance net 1", "2024-01-01", 100, "EUR", "2024-01-01 0.38, 2024-01-02 0.62"},
    {"50% on issue, balance net 1", "2024-01-01", 1, "EUR", "2024-01-02 0.01"},
    {"1/2 on issue, balance net 1", "2024-01-01", 3, "EUR", "2024-01-01 0.02, 2024-01-02 0.01"},
    /* shares of the whole, whatever stands before them; balance anywhere; in order of the days */
    {"100 on issue, 50% +30d, balance +60d", "2024-01-01", 100000, "EUR",
     "2024-01-01 100.00, 2024-01-31 500.00, 2024-03-01 400.00"},
    {"balance +60d, 30% on issue", "2024-01-01", 100000, "EUR",
     "2024-01-01 300.00, 2024-03-01 700.00"},
    {"balance +30d, 30% +30d", "2024-01-01", 100000, "EUR", "2024-01-31 700.00, 2024-01-31 300.00"},
    /* four shares of 0.02: 0.006 is 0.01, but no more than is left */
    {"30% +1d, 30% +2d, 30% +3d, balance +4d", "2024-01-01", 2, "EUR",
     "2024-01-02 0.01, 2024-01-03 0.01"},
    {"99.99% +1d, balance +2d", "2024-01-01", 100, "EUR", "2024-01-02 1.00"},
    {"0.01% +1d, balance +2d", "2024-01-01", 100000, "EUR", "2024-01-02 0.10, 2024-01-03 999.90"},
    /* the largest amount there is */
    {"1/3 +1d, 1/3 +2d, balance +3d", "2024-01-01", INT64_MAX, "JPY",
     "2024-01-02 3074457345618258602, 2024-01-03 3074457345618258602, "
     "2024-01-04 3074457345618258603"},
    /* twelfths and sevenths */
    {"1/12 +1m, 5/12 +2m, balance +3m", "2024-01-31", 120000, "EUR",
     "2024-02-29 100.00, 2024-03-31 500.00, 2024-04-30 600.00"},
    {"3/7 on eom, 3/7 on 10th prox, balance net 60", "2024-01-31", 70000, "EUR",
     "2024-01-31 300.00, 2024-02-10 300.00, 2024-03-31 100.00"},
    /* a discount, instalments, cut-off and rule together */
    {"2/10, 50% on eom, balance on eom +1m, cut-off 25, modified following", "2024-05-27", 100000,
     "EUR", "2% 2024-06-06; 2024-06-28 500.00, 2024-07-31 500.00"},
    /* the same words twice over: 1 % for 3 days, or a third */
    {"1/3, net 30", "2024-01-01", 30000, "EUR", "1% 2024-01-04; 2024-01-31 300.00"},
    {"1/3 net 30", "2024-01-01", 30000, "EUR", "1% 2024-01-04; 2024-01-31 300.00"},
    {"1/3 +3d, balance net 30", "2024-01-01", 30000, "EUR", "2024-01-04 100.00, 2024-01-31 200.00"},
    {"1/3 on issue, 1/3 net 10, balance net 30", "2024-01-01", 30000, "EUR",
     "2024-01-01 100.00, 2024-01-11 100.00, 2024-01-31 100.00"},
};

static void test_schedules(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(schedule_cases); i++) {
    const struct schedule_case *c = &schedule_cases[i];
    expect_case(c->terms, c->issued, c->amount, c->currency, NULL, c->expected);
  }
  assert_true(COUNT(due_cases) + COUNT(schedule_cases) >= 120);
}

/* The caller's calendar: Christmas and New Year; a weekend of Friday and Saturday. */
static void test_calendars(void **state) {
  (void)state;
  const arc_day holidays[] = {day_of("2024-12-25"), day_of("2024-12-26"), day_of("2025-01-01")};
  arc_calendar *calendar = NULL;
  assert_int_equal(call_calendar(&calendar, 0, holidays, 3, NULL, NULL), ARC_OK);
  expect_case("net 30, following", "2024-11-25", 100, "EUR", calendar, "2024-12-27 1.00");
  expect_case("net 30, preceding", "2024-11-25", 100, "EUR", calendar, "2024-12-24 1.00");
  expect_case("net 30", "2024-11-25", 100, "EUR", calendar, "2024-12-25 1.00");
  expect_case("2/10, net 17, following", "2024-12-15", 100, "EUR", calendar,
              "2% 2024-12-27; 2025-01-02 1.00");
  arc_calendar_free(calendar);
  assert_int_equal(
      call_calendar(&calendar, ARC_WEEKEND_DAY(5) | ARC_WEEKEND_DAY(6), NULL, 0, NULL, NULL),
      ARC_OK);
  expect_case("net 30, following", "2024-05-02", 100, "EUR", calendar, "2024-06-02 1.00");
  arc_calendar_free(calendar);
}

/* ---- text ---- */

static void print_to(char out[512], const char *text) {
  arc_error err = ARC_ERROR_INIT;
  size_t size = 0;
  if (arc_terms_print(out, 512, &size, text, ARC_NUL_TERMINATED, &err) != ARC_OK)
    fail_msg("%s: %s", text, err.text);
  assert_int_equal(size, strlen(out));
}

static void test_print(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      /* as it is */
      {"net 30", "net 30"},
      {"2/10, net 30", "2/10, net 30"},
      {"3/10, 1/20, net 30", "3/10, 1/20, net 30"},
      {"net 45 eom", "net 45 eom"},
      {"eom +45d", "eom +45d"},
      {"+45d eom", "+45d eom"},
      {"+30d eom +10d", "+30d eom +10d"},
      {"10th prox", "10th prox"},
      {"net 20th prox", "net 20th prox"},
      {"2/10th prox, net 20th prox", "2/10th prox, net 20th prox"},
      {"+1m", "+1m"},
      {"due on receipt", "due on receipt"},
      {"eom +10d, cut-off 25", "eom +10d, cut-off 25"},
      {"net 30, modified following", "net 30, modified following"},
      {"30% on issue, balance +60d", "30% on issue, balance +60d"},
      {"1/3 +30d, 1/3 +60d, balance +90d", "1/3 +30d, 1/3 +60d, balance +90d"},
      {"100.00 on issue, balance net 30", "100.00 on issue, balance net 30"},
      {"100.0 on issue, balance net 30", "100.0 on issue, balance net 30"},
      {"1st", "1st"},
      {"2nd prox", "2nd prox"},
      {"3rd 11th 12th 13th 21st 22nd 23rd 31st", "3rd 11th 12th 13th 21st 22nd 23rd 31st"},
      {"net 0", "net 0"},
      /* one form */
      {"2/10 net 30", "2/10, net 30"},
      {"2/10 N/30", "2/10, net 30"},
      {"n/30", "net 30"},
      {"n/10th prox", "net 10th prox"},
      {"  Net\t30  ", "net 30"},
      {"NET 30 EOM", "net 30 eom"},
      {"DUE  ON   Receipt Following", "due on receipt, following"},
      {"2.50/10,1.00/20,net 30", "2.5/10, 1/20, net 30"},
      {"2.05/10 due on receipt", "2.05/10, due on receipt"},
      {"+30D EOM +1M 10TH PROX", "+30d eom +1m 10th prox"},
      {"+30d+1m", "+30d +1m"},
      {"10% eom, balance 10th prox", "10% on eom, balance on 10th prox"},
      {"10% on +5d, balance on net 5", NULL},
      {"10% on +5d, balance net 5", "10% +5d, balance net 5"},
      {"10.50% net +5d, balance net eom", "10.5% net +5d, balance net eom"},
      {"50%+1d,1/4 net 2,balance+3d", "50% +1d, 1/4 net 2, balance +3d"},
      {"eom cut-off 25 modified preceding", "eom, cut-off 25, modified preceding"},
      {"balance net 30", "balance net 30"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char printed[512], again[512];
    if (!cases[i][1]) {
      assert_int_equal(arc_terms_print(NULL, 0, NULL, cases[i][0], ARC_NUL_TERMINATED, NULL), ARC_E_SYNTAX);
      continue;
    }
    print_to(printed, cases[i][0]);
    assert_string_equal(printed, cases[i][1]);
    print_to(again, printed);
    assert_string_equal(again, printed);
  }
}

static void test_print_room(void **state) {
  (void)state;
  char buf[16];
  size_t size = 99;
  arc_error err = ARC_ERROR_INIT;
  memset(buf, 'x', sizeof buf);
  assert_int_equal(arc_terms_print(buf, 6, &size, "net 30 tail", 6, &err), ARC_E_INVALID);
  assert_int_equal(size, 6);
  assert_memory_equal(buf, "xxxxxxxxxxxxxxxx", 16);
  size = 99;
  assert_int_equal(arc_terms_print(NULL, 0, &size, "net 30", 6, &err), ARC_OK);
  assert_int_equal(size, 6);
  assert_int_equal(arc_terms_print(buf, 7, NULL, "net 30", 6, &err), ARC_OK);
  assert_memory_equal(buf, "net 30\0xxxxxxxxx", 16);
  size = 99;
  assert_int_equal(arc_terms_print(buf, 16, &size, "net", 3, &err), ARC_E_SYNTAX);
  assert_int_equal(size, 99);
}

static void test_no_terms(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t column;
    const char *expected;
  } cases[] = {
      {" ", 2, "a share"},
      {"30", 3, "'on issue'"},
      {"30 days", 4, "'on issue'"},
      {"net", 4, "days such as"},
      {"net x", 5, "days such as"},
      {"net30", 1, "a share"},
      {"net 030", 5, "0 to 3650"},
      {"net 3651", 5, "0 to 3650"},
      {"net 99999999999999999999", 5, "0 to 3650"},
      {"net 30 days", 8, "a cut-off"},
      {"net 30 eom +10d", 12, "a cut-off"},
      {"net 30,", 8, "a cut-off"},
      {"net 30 net 60", 8, "a cut-off"},
      {"net -30", 5, "days such as"},
      {"net 30\n", 7, "a cut-off"},
      {"net 30.5", 7, "a cut-off"},
      {"due", 1, "a share"},
      {"due on", 1, "a share"},
      {"cash in advance", 1, "a share"},
      {"eomx", 1, "a share"},
      {"eom 10", 5, "a day of a month"},
      {"10st prox", 1, "a day of a month"},
      {"1th prox", 1, "a day of a month"},
      {"11st", 1, "a day of a month"},
      {"0th", 1, "a day of a month"},
      {"32nd", 1, "a day of a month"},
      {"+", 1, "'+' and"},
      {"+30", 1, "'d' for days"},
      {"+30x", 1, "'d' for days"},
      {"+30days", 1, "'d' for days"},
      {"+3651d", 1, "'+' and"},
      {"+0m", 1, "'d' for days"},
      {"+121m", 1, "'d' for days"},
      {"+ 30d", 1, "'+' and"},
      {"+1d +1d +1d +1d +1d +1d +1d +1d +1d", 33, "at most 8 moves"},
      {"2/10", 5, "','"},
      {"2/10,", 6, "a share"},
      {"2/10 30", 6, "','"},
      {"2/10 eom", 9, "','"},
      {"2/", 3, "days such as"},
      {"2/x net 30", 3, "days such as"},
      {"0/10 net 30", 1, "0.01 to 99.99"},
      {"100/10 net 30", 1, "0.01 to 99.99"},
      {"2.005/10 net 30", 1, "0.01 to 99.99"},
      {"2/10, 2/20, net 30", 7, "below the one before"},
      {"1/10, 3/20, net 30", 7, "below the one before"},
      {"9/1,8/2,7/3,6/4,5/5,4/6,3/7,2/8,1/9,net 9", 33, "at most 8 discounts"},
      {"30% +1d", 8, "'balance'"},
      {"30% +1d, ", 10, "a share"},
      {"30%, balance +1d", 4, "'on issue'"},
      {"30% on, balance +1d", 7, "'on issue'"},
      {"30 % +1d, balance +1d", 4, "'on issue'"},
      {"balance", 8, "'on issue'"},
      {"balance 30", 9, "a day of a month"},
      {"balance +1d, balance +2d", 14, "one balance"},
      {"100% +1d, balance +2d", 1, "0.01 to 99.99"},
      {"0% +1d, balance +2d", 1, "0.01 to 99.99"},
      {"50% +1d, 50% +2d, balance +3d", 10, "less than 100"},
      {"50% +1d, 1/2 +2d, balance +3d", 10, "less than 100"},
      {"1/3 +1d, 1/3 +2d, 1/3 +3d, balance +3d", 19, "less than 100"},
      {"1/13 +1d, balance +3d", 1, "2 to 12"},
      {"1/1 +1d, balance +3d", 1, "2 to 12"},
      {"0/2 +1d, balance +3d", 1, "2 to 12"},
      {"3/2 +1d, balance +3d", 1, "2 to 12"},
      {"0 +1d, balance +3d", 1, "a share"},
      {"0.00 +1d, balance +3d", 1, "a share"},
      {"1. +1d, balance +3d", 1, "a share"},
      {".5 +1d, balance +3d", 1, "a share"},
      {"1.00000 +1d, balance +3d", 1, "a share"},
      {"100000000000000 +1d, balance +3d", 1, "a share"},
      {"1,000.00 +1d, balance +3d", 2, "'on issue'"},
      {"1.5/3 +1d, balance +3d", 7, "','"}, /* a discount: no fraction has a point */
      {"eom, cut-off", 13, "1 to 30"},
      {"eom, cut-off 0", 14, "1 to 30"},
      {"eom, cut-off 31", 14, "1 to 30"},
      {"net 30, cut-off 25", 9, "only with an eom"},
      {"15th, cut-off 25", 7, "only with an eom"},
      {"eom, cut-off 25,", 17, "a business-day rule"},
      {"eom, cut-off 25, cut-off 25", 18, "a business-day rule"},
      {"eom, following, cut-off 25", 15, "the end"},
      {"eom, following, preceding", 15, "the end"},
      {"net 30, modified", 9, "a cut-off"},
      {"net 30 follow", 8, "a cut-off"},
      {"net 30;", 7, "a cut-off"},
      {"n\xc3\xa9t 30", 1, "a share"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    arc_error err = ARC_ERROR_INIT;
    arc_status status = arc_terms_print(NULL, 0, NULL, cases[i].text, ARC_NUL_TERMINATED, &err);
    if (status != ARC_E_SYNTAX || err.column != cases[i].column || err.line != 1 ||
        !strstr(err.text, cases[i].expected))
      fail_msg("\"%s\": status %d, column %u, not %u: %s", cases[i].text, (int)status, err.column,
               cases[i].column, err.text);
  }
  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc_terms_print(NULL, 0, NULL, "", 0, &err), ARC_E_INVALID);
  assert_int_equal(arc_terms_print(NULL, 0, NULL, NULL, 0, &err), ARC_E_INVALID);
  assert_int_equal(arc_terms_print(NULL, 0, NULL, NULL, 5, &err), ARC_E_INVALID);
  assert_int_equal(arc_terms_print(NULL, 0, NULL, "net 30\0", 7, &err), ARC_E_SYNTAX); /* a NUL is no blank */
  assert_int_equal(arc_terms_print(NULL, 0, NULL, "net 305", 6, &err), ARC_OK);
  static char big[65537];
  memset(big, ' ', sizeof big);
  memcpy(big, "net 30", 6);
  assert_int_equal(arc_terms_print(NULL, 0, NULL, big, 65535, &err), ARC_OK);
  assert_int_equal(arc_terms_print(NULL, 0, NULL, big, 65536, &err), ARC_E_INVALID);
}

/* As many instalments as there may be, and one more. */
static void test_many_instalments(void **state) {
  (void)state;
  char text[1024];
  size_t at = 0;
  for (int i = 0; i < 35; i++)
    at += (size_t)snprintf(text + at, sizeof text - at, "1%% +%dm, ", i + 1);
  snprintf(text + at, sizeof text - at, "balance +36m");
  arc_instalment rows[ARC_TERMS_INSTALMENTS_MAX];
  rows[0].struct_size = sizeof *rows;
  arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
  invoice.issued = day_of("2024-01-31");
  invoice.terms = (arc_text)ARC_TEXT(text);
  invoice.amount = 100001;
  memcpy(invoice.currency, "EUR", 4);
  size_t count = 0, discounts = 99;
  assert_int_equal(arc_terms_apply(rows, 36, &count, NULL, 0, &discounts, &invoice, NULL), ARC_OK);
  assert_int_equal(count, 36);
  assert_int_equal(discounts, 0);
  assert_int_equal(rows[34].amount, 1000);
  assert_int_equal(rows[35].amount, 65001);
  assert_int_equal(rows[35].due, day_of("2027-01-31"));
  snprintf(text + at, sizeof text - at, "1%% +36m, balance +37m");
  arc_error err = ARC_ERROR_INIT;
  assert_int_equal(arc_terms_print(NULL, 0, NULL, text, ARC_NUL_TERMINATED, &err), ARC_E_SYNTAX);
  assert_non_null(strstr(err.text, "36 instalments"));
}

/* ---- what else the host may get wrong ---- */

static void expect_field(const arc_terms_invoice *invoice, arc_status status, uint32_t field) {
  arc_error err = ARC_ERROR_INIT;
  arc_instalment rows[2] = {{sizeof *rows, 7, 7}, {sizeof *rows, 7, 7}};
  arc_terms_discount discount = {sizeof discount, 7, 7, 7};
  size_t count = 77, discounts = 77;
  assert_int_equal(arc_terms_apply(rows, 2, &count, &discount, 1, &discounts, invoice, &err),
                   status);
  assert_int_equal(err.field, field);
  assert_true(err.text[0] != 0);
  assert_int_equal(rows[0].due, 7);
  assert_int_equal(rows[1].amount, 7);
  assert_int_equal(discount.last, 7);
  assert_int_equal(count, 77);
  assert_int_equal(discounts, 77);
}

static void test_bad_invoices(void **state) {
  (void)state;
  arc_terms_invoice good = ARC_TERMS_INVOICE_INIT, bad;
  good.issued = day_of("2024-01-01");
  good.terms = (arc_text)ARC_TEXT("100.00 on issue, 50% +1d, balance +30d");
  good.amount = 100000;
  memcpy(good.currency, "EUR", 4);
  assert_int_equal(arc_terms_apply(NULL, 0, NULL, NULL, 0, NULL, &good, NULL), ARC_OK);
  bad = good;
  bad.issued = ARC_DAY_NONE;
  expect_field(&bad, ARC_E_INVALID, 1);
  bad.issued = ARC_DAY_LAST + 1;
  expect_field(&bad, ARC_E_INVALID, 1);
  bad = good;
  bad.terms = (arc_text)ARC_TEXT("net thirty");
  expect_field(&bad, ARC_E_SYNTAX, 0);
  bad.terms = (arc_text){NULL, 3};
  expect_field(&bad, ARC_E_INVALID, 0);
  bad.terms = (arc_text)ARC_TEXT("100.005 on issue, balance +30d");
  expect_field(&bad, ARC_E_INVALID, 2);
  bad = good;
  bad.amount = 0;
  expect_field(&bad, ARC_E_INVALID, 3);
  bad.amount = INT64_MIN;
  expect_field(&bad, ARC_E_INVALID, 3);
  bad.amount = 19999; /* 100.00 and half of it are more */
  expect_field(&bad, ARC_E_INVALID, 3);
  bad.amount = 20000;
  assert_int_equal(arc_terms_apply(NULL, 0, NULL, NULL, 0, NULL, &bad, NULL), ARC_OK);
  bad.amount = 1;
  expect_field(&bad, ARC_E_INVALID, 3);
  bad.terms = (arc_text)ARC_TEXT("99999999999999 +1d, 99999999999999 +2d, 99999999999999 +3d, "
                                 "99999999999999 +4d, balance +5d");
  memcpy(bad.currency, "CLF", 4);
  bad.amount = INT64_MAX;
  expect_case("99999999999999 +1d, 99999999999999 +2d, 99999999999999 +3d, 99999999999999 +4d, "
              "balance +5d",
              "2024-01-01", INT64_MAX, "CLF", NULL,
              "2024-01-02 99999999999999.0000, 2024-01-03 99999999999999.0000, "
              "2024-01-04 99999999999999.0000, 2024-01-05 99999999999999.0000, "
              "2024-01-06 522337203685481.5807");
  bad = good;
  memset(bad.currency, 0, 4);
  expect_field(&bad, ARC_E_INVALID, 4);
  memcpy(bad.currency, "XAU", 4);
  expect_field(&bad, ARC_E_INVALID, 4);
  memcpy(bad.currency, "EURO", 4);
  expect_field(&bad, ARC_E_INVALID, 4);
  bad = good;
  bad.reserved = 1;
  expect_field(&bad, ARC_E_INVALID, 5);
  bad = good;
  bad.issued = ARC_DAY_LAST;
  expect_field(&bad, ARC_E_OVERFLOW, 1);
  static const char *const beyond[] = {"+1m", "1st prox", "+12m", "+1d", "eom +1m", "30th"};
  for (size_t i = 0; i < COUNT(beyond); i++) {
    bad.terms = (arc_text)ARC_TEXT(beyond[i]);
    expect_field(&bad, ARC_E_OVERFLOW, 1);
  }
  bad.terms = (arc_text)ARC_TEXT("2/1, due on receipt");
  expect_field(&bad, ARC_E_OVERFLOW, 1);
  expect_case("eom", "9999-12-01", 100, "EUR", NULL, "9999-12-31 1.00");
  expect_case("31st", "9999-12-31", 100, "EUR", NULL, "9999-12-31 1.00");
  expect_case("net 30", "0001-01-01", 100, "EUR", NULL, "0001-01-31 1.00");
  /* A calendar without a business day near. */
  static arc_day holidays[800];
  for (int i = 0; i < 800; i++)
    holidays[i] = day_of("2024-01-01") + i;
  arc_calendar *calendar = NULL;
  assert_int_equal(call_calendar(&calendar, 0, holidays, 800, NULL, NULL), ARC_OK);
  bad = good;
  bad.terms = (arc_text)ARC_TEXT("net 30, following");
  bad.calendar = calendar;
  expect_field(&bad, ARC_E_INVALID, 6);
  arc_calendar_free(calendar);
}

static void test_structs(void **state) {
  (void)state;
  arc_error err = ARC_ERROR_INIT;
  arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
  invoice.issued = day_of("2024-01-01");
  invoice.terms = (arc_text)ARC_TEXT("3/10, 1/20, 30% +30d, balance +60d");
  invoice.amount = 100000;
  memcpy(invoice.currency, "EUR", 4);
  /* Rows of a newer host: what the library does not know stays as it was. */
  struct {
    arc_instalment known;
    int64_t newer;
  } rows[3];
  memset(rows, 0x55, sizeof rows);
  rows[0].known.struct_size = sizeof *rows;
  size_t count = 0, discounts = 0;
  assert_int_equal(arc_terms_apply(&rows[0].known, 2, &count, NULL, 0, &discounts, &invoice, &err),
                   ARC_OK);
  assert_int_equal(count, 2);
  assert_int_equal(discounts, 2);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(rows[i].known.struct_size, sizeof *rows);
    assert_int_equal(rows[i].newer, 0x5555555555555555);
  }
  assert_int_equal(rows[0].known.amount, 30000);
  assert_int_equal(rows[1].known.amount, 70000);
  assert_int_equal(rows[2].known.amount, 0x5555555555555555);
  /* Less room than there is to say. */
  arc_terms_discount discount = {sizeof discount, 0, 0, 0};
  assert_int_equal(
      arc_terms_apply(&rows[0].known, 1, &count, &discount, 1, &discounts, &invoice, &err), ARC_OK);
  assert_int_equal(count, 2);
  assert_int_equal(discounts, 2);
  assert_int_equal(discount.basis_points, 300);
  /* Sizes that cannot be. */
  rows[0].known.struct_size = 8;
  assert_int_equal(arc_terms_apply(&rows[0].known, 2, &count, NULL, 0, NULL, &invoice, &err),
                   ARC_E_ABI);
  rows[0].known.struct_size = sizeof *rows;
  discount.struct_size = 0;
  discount.basis_points = 7;
  rows[0].known.amount = 7;
  assert_int_equal(arc_terms_apply(&rows[0].known, 2, &count, &discount, 1, NULL, &invoice, &err),
                   ARC_E_ABI);
  assert_int_equal(rows[0].known.amount, 7);
  assert_int_equal(arc_terms_apply(NULL, 1, &count, NULL, 0, NULL, &invoice, &err), ARC_E_INVALID);
  assert_int_equal(arc_terms_apply(NULL, 0, &count, NULL, 0, NULL, NULL, &err), ARC_E_INVALID);
  invoice.struct_size--;
  assert_int_equal(arc_terms_apply(NULL, 0, &count, NULL, 0, NULL, &invoice, &err), ARC_E_ABI);
}

/* ---- discounts earned ---- */

struct earned_case {
  const char *terms; /* of an invoice of 2024-01-01 */
  int64_t open, base, paid;
  int value_day; /* of January */
  uint32_t grace;
  int64_t expected;
};

static const struct earned_case earned_cases[] = {
    /* worked_examples disc-1 (accountingcoach.com): 1,000 at 1/10, paid on day 10: 990 and 10 */
    {"1/10 net 30", 100000, 100000, 99000, 11, 0, 1000},
    {"1/10 net 30", 100000, 100000, 99000, 12, 0, 0},
    {"1/10 net 30", 100000, 100000, 99000, 12, 1, 1000},
    {"1/10 net 30", 100000, 100000, 99000, 14, 2, 0},
    {"1/10 net 30", 100000, 100000, 99000, 13, UINT32_MAX, 1000},
    /* disc-2 (ebrdbusinesslens.com): 100,000 at 2/10, paid on day 8 */
    {"2/10 n/30", 10000000, 10000000, 9800000, 9, 0, 200000},
    /* disc-4 (Odoo): 1,000 at 10 %: 900 and 100 */
    {"10/10 net 30", 100000, 100000, 90000, 2, 0, 10000},
    /* disc-5 (Odoo, tax included): 1,725.00 at 10 %: 1,552.50, 150.00 and 22.50 */
    {"10/10 net 30", 172500, 172500, 155250, 2, 0, 17250},
    /* disc-7 (Odoo): of 57.55 a fixed tax of 0.05 earns none: 51.80, 5.00 and 0.75 */
    {"10/10 net 30", 5755, 5750, 5180, 2, 0, 575},
    /* Odoo test_payment_term: of 1,150 all, then without the tax of 150: 1,035 and 1,050 are paid
     */
    {"10/10 net 30", 115000, 115000, 103500, 2, 0, 11500},
    {"10/10 net 30", 115000, 100000, 105000, 2, 0, 10000},
    /* scribd.com 3301864 "Partial Payments": 400 of 1,000 at 2/10 is credited as 408.16 */
    {"2/10, net 30", 100000, 100000, 40000, 10, 0, 816},
    /* bartleby.com, Contemporary Mathematics 7-10: 20,000 at 4 % is credited as 20,833.33 */
    {"4/10, net 30", 4500000, 4500000, 2000000, 10, 0, 83333},
    /* questions.llc 1142152: 9,000 of 45,000 at 2/10; 9,000 / 0.98 = 9,183.67 */
    {"2/10, net 30", 4500000, 4500000, 900000, 10, 0, 18367},
    /* odoo/odoo#94050: 500 first, then the rest; with 480.00 all is paid, for 980.00 together */
    {"2/10, net 30", 100000, 100000, 50000, 5, 0, 1020},
    {"2/10, net 30", 48980, 48980, 48000, 9, 0, 980},
    {"2/10, net 30", 48980, 48980, 48000, 12, 0, 0},
    /* by hand: all steps, the highest that is left */
    {"3/10, 1/20, net 30", 100000, 100000, 100000, 1, 0, 3000},
    {"3/10, 1/20, net 30", 100000, 100000, 100000, 11, 0, 3000},
    {"3/10, 1/20, net 30", 100000, 100000, 100000, 12, 0, 1000},
    {"3/10, 1/20, net 30", 100000, 100000, 100000, 21, 0, 1000},
    {"3/10, 1/20, net 30", 100000, 100000, 100000, 22, 0, 0},
    {"net 30", 100000, 100000, 100000, 1, 0, 0},
    /* one cent short of settling, exactly settling, more than all */
    {"2/10, net 30", 100000, 100000, 97999, 5, 0, 2000}, /* 1,999.98 */
    {"2/10, net 30", 100000, 100000, 98000, 5, 0, 2000},
    {"2/10, net 30", 100000, 100000, 100000, 5, 0, 2000},
    {"2/10, net 30", 100000, 100000, 250000, 5, 0, 2000},
    {"2/10, net 30", 100000, 100000, 0, 5, 0, 0},
    /* half to even: 0.5 and 1.5 of a cent */
    {"2/10, net 30", 25, 25, 25, 5, 0, 0},
    {"2/10, net 30", 75, 75, 75, 5, 0, 2},
    {"50/10, net 30", 100, 100, 1, 5, 0, 1},
    {"50/10, net 30", 3, 3, 1, 5, 0, 2},             /* 1.5 is 2, and 1 settles */
    {"33.34/10, net 30", 1000, 1000, 100, 5, 0, 50}, /* 50.015 */
    /* no decimals, three decimals */
    {"3/10, net 30", 12345, 12345, 11975, 5, 0, 370},         /* JPY: 370.35 */
    {"3/10, net 30", 1234567, 1234567, 1197530, 5, 0, 37037}, /* KWD: 37.03701 */
    /* on a base: half the cash settles half, 565 + 10 of 1,150 with 20 off the goods of 1,000 */
    {"2/10, net 30", 115000, 100000, 56500, 5, 0, 1000},
    {"2/10, net 30", 115000, 0, 56500, 5, 0, 0},
    {"2/10, net 30", 0, 0, 100, 5, 0, 0},
    {"99.99/10, net 30", 100000, 100000, 5, 5, 0, 49995},
    /* the largest amounts */
    {"2/10, net 30", INT64_MAX, INT64_MAX, INT64_MAX, 5, 0, 184467440737095516},
    {"2/10, net 30", INT64_MAX, INT64_MAX, 4611686018427387904, 5, 0,
     94116041192395672}, /* 2^62 / 49 */
    {"2/10, net 30", 922337203685477, 461168601842738, 300000000000000, 5, 0, 3030303030303},
};

static arc_status earn(int64_t *discount, const struct earned_case *c, arc_error *err) {
  arc_terms_discount discounts[ARC_TERMS_DISCOUNTS_MAX];
  discounts[0].struct_size = sizeof *discounts;
  size_t count = 0;
  arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
  invoice.issued = day_of("2024-01-01");
  invoice.terms = (arc_text)ARC_TEXT(c->terms);
  invoice.amount = 1;
  memcpy(invoice.currency, "EUR", 4);
  assert_int_equal(
      arc_terms_apply(NULL, 0, NULL, discounts, COUNT(discounts), &count, &invoice, NULL), ARC_OK);
  arc_terms_settlement s = ARC_TERMS_SETTLEMENT_INIT;
  s.value_day = day_of("2023-12-31") + c->value_day;
  s.open = c->open;
  s.base = c->base;
  s.paid = c->paid;
  s.grace_days = c->grace;
  return arc_terms_discount_earned(discount, discounts, count, &s, err);
}

static void test_earned(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(earned_cases); i++) {
    int64_t discount = -1;
    arc_error err = ARC_ERROR_INIT;
    if (earn(&discount, &earned_cases[i], &err) != ARC_OK)
      fail_msg("case %u: %s", (unsigned)i, err.text);
    if (discount != earned_cases[i].expected)
      fail_msg("case %u, %s: %lld instead of %lld", (unsigned)i, earned_cases[i].terms,
               (long long)discount, (long long)earned_cases[i].expected);
  }
}

/* A discount never grows with less cash, and a part payment never settles more than is open. */
static void test_earned_any(void **state) {
  (void)state;
  for (int i = 0; i < 200000; i++) {
    arc_terms_discount step = {sizeof step, 100, 1 + random_below(9999), 0};
    arc_terms_settlement s = ARC_TERMS_SETTLEMENT_INIT;
    int64_t one = -1, more = -1, all = -1;
    s.value_day = 100;
    s.open = random_below(2) ? random_below(300) : random_below(2000000000);
    s.base = random_below(2) ? s.open : (int64_t)random_below((uint32_t)s.open + 1);
    s.paid = random_below((uint32_t)s.open + 2);
    assert_int_equal(arc_terms_discount_earned(&one, &step, 1, &s, NULL), ARC_OK);
    s.paid++;
    assert_int_equal(arc_terms_discount_earned(&more, &step, 1, &s, NULL), ARC_OK);
    int64_t paid = s.paid - 1;
    s.paid = s.open;
    assert_int_equal(arc_terms_discount_earned(&all, &step, 1, &s, NULL), ARC_OK);
    assert_true(one >= 0 && one <= more && more <= all && all <= s.open);
    if (paid < s.open - all) assert_true(paid + one <= s.open);
    /* To the cent of the definition: base * bp / 10,000, half to even. */
    int64_t twice = 2 * (s.base * step.basis_points - all * 10000);
    assert_true(twice >= -10000 && twice <= 10000);
    if (twice == 10000 || twice == -10000) assert_true(all % 2 == 0);
    s.value_day = 101;
    assert_int_equal(arc_terms_discount_earned(&one, &step, 1, &s, NULL), ARC_OK);
    assert_int_equal(one, 0);
  }
}

static void test_earned_bad(void **state) {
  (void)state;
  arc_error err = ARC_ERROR_INIT;
  arc_terms_discount steps[2] = {{sizeof *steps, 100, 200, 0}, {sizeof *steps, 200, 100, 0}};
  arc_terms_settlement good = {sizeof good, 100, 100000, 100000, 100, 0, 0}, bad;
  int64_t discount = 77;
#define EXPECT_BAD(status_, field_, record_)                                                       \
  do {                                                                                             \
    assert_int_equal(arc_terms_discount_earned(&discount, steps, 2, &bad, &err), status_);         \
    assert_int_equal(err.field, field_);                                                           \
    assert_int_equal(err.record, record_);                                                         \
    assert_int_equal(discount, 77);                                                                \
    bad = good;                                                                                    \
  } while (0)
  bad = good;
  bad.value_day = ARC_DAY_NONE;
  EXPECT_BAD(ARC_E_INVALID, 1, 0);
  bad.open = -1;
  EXPECT_BAD(ARC_E_INVALID, 2, 0);
  bad.base = -1;
  EXPECT_BAD(ARC_E_INVALID, 3, 0);
  bad.base = 100001;
  EXPECT_BAD(ARC_E_INVALID, 3, 0);
  bad.paid = -1;
  EXPECT_BAD(ARC_E_INVALID, 4, 0);
  bad.reserved = 1;
  EXPECT_BAD(ARC_E_INVALID, 6, 0);
  bad.open = 922337203685478;
  bad.base = 1;
  EXPECT_BAD(ARC_E_OVERFLOW, 2, 0);
  steps[1].last = ARC_DAY_NONE;
  EXPECT_BAD(ARC_E_INVALID, 1, 1);
  steps[1].last = 200;
  steps[1].basis_points = 0;
  EXPECT_BAD(ARC_E_INVALID, 2, 1);
  steps[1].basis_points = 10000;
  EXPECT_BAD(ARC_E_INVALID, 2, 1);
  steps[1].basis_points = 100;
  steps[1].reserved = 1;
  EXPECT_BAD(ARC_E_INVALID, 3, 1);
  steps[1].reserved = 0;
  steps[1].struct_size = 4;
  EXPECT_BAD(ARC_E_ABI, 0, 0);
  bad.struct_size = 4;
  EXPECT_BAD(ARC_E_ABI, 0, 0);
#undef EXPECT_BAD
  assert_int_equal(arc_terms_discount_earned(NULL, steps, 1, &good, &err), ARC_E_INVALID);
  assert_int_equal(arc_terms_discount_earned(&discount, NULL, 1, &good, &err), ARC_E_INVALID);
  assert_int_equal(arc_terms_discount_earned(&discount, steps, 1, NULL, &err), ARC_E_INVALID);
  assert_int_equal(discount, 77);
  assert_int_equal(arc_terms_discount_earned(&discount, NULL, 0, &good, &err), ARC_OK);
  assert_int_equal(discount, 0);
}

/* ---- any terms ---- */

struct wish {
  char text[8192];
  size_t size;
  arc_day issued, days[ARC_TERMS_INSTALMENTS_MAX], discounts[ARC_TERMS_DISCOUNTS_MAX];
  size_t count, discount_count;
  int cut_off, cut, single;
};

static void wish_add(struct wish *w, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  w->size += (size_t)vsnprintf(w->text + w->size, sizeof w->text - w->size, format, arguments);
  va_end(arguments);
  assert_true(w->size < sizeof w->text);
}

/* Day by day, without any of the arithmetic that is tested. */
static int day_number(arc_day day) {
  int32_t year, month, number;
  assert_int_equal(arc_day_to_civil(day, &year, &month, &number), ARC_OK);
  return number;
}

static arc_day step_to_month_end(arc_day day) {
  while (day_number(day + 1) != 1)
    day++;
  return day;
}

static arc_day step_to_day(arc_day day, int n) {
  while (day_number(day) != n && day_number(day + 1) != 1)
    day++;
  return day;
}

static arc_day step_months(arc_day day, int months, int at_end) {
  int n = at_end ? 31 : day_number(day);
  for (int i = 0; i < months; i++)
    day = step_to_month_end(day) + 1;
  return months ? step_to_day(day, n) : day;
}

static const char *suffix_of(int n) {
  return n == 1 || n == 21 || n == 31 ? "st"
         : n == 2 || n == 22          ? "nd"
         : n == 3 || n == 23          ? "rd"
                                      : "th";
}

/* Moves and the day they lead to; `sign`: begins with a '+', so that a fraction may stand before.
 */
static arc_day wish_moves(struct wish *w, int sign) {
  arc_day day = w->issued;
  int cut = w->cut_off && day_number(day) > w->cut_off, at_end = 0;
  int count = 1 + (int)random_below(4);
  for (int i = 0; i < count; i++) {
    int n = (int)random_below(120),
        kind = sign && i == 0 ? (int)random_below(2) : (int)random_below(5);
    if (i > 0) wish_add(w, random_below(8) ? " " : "  ");
    if (kind == 0) {
      wish_add(w, random_below(8) ? "+%dd" : "+%dD", n);
      day += n;
      at_end = 0;
    } else if (kind == 1) {
      n = n % 30 + 1;
      wish_add(w, "+%dm", n);
      day = step_months(day, n, at_end);
    } else if (kind == 2) {
      wish_add(w, random_below(8) ? "eom" : "Eom");
      w->cut = 1;
      day = step_to_month_end(step_months(day, cut, 1));
      cut = 0;
      at_end = 1;
    } else if (kind == 3) {
      n = n % 31 + 1;
      wish_add(w, "%d%s", n, suffix_of(n));
      /* on or after: the rest of this month, else the next */
      int last = day_number(step_to_month_end(day)), wanted = n < last ? n : last;
      while (day_number(day) != wanted) {
        day++;
        last = day_number(step_to_month_end(day));
        wanted = n < last ? n : last;
      }
      at_end = 0;
    } else {
      n = n % 31 + 1;
      wish_add(w, "%d%s prox", n, suffix_of(n));
      w->cut = 1;
      day = step_to_month_end(day) + 1;
      if (cut) day = step_to_month_end(day) + 1;
      day = step_to_day(day, n);
      cut = 0;
      at_end = 0;
    }
  }
  return day;
}

static arc_day wish_net(struct wish *w) {
  int n = (int)random_below(200);
  if (random_below(3) == 0) return wish_moves(w, 0);
  wish_add(w, "%d", n);
  if (random_below(3)) return w->issued + n;
  wish_add(w, " eom");
  w->cut = 1;
  arc_day day = w->issued;
  if (w->cut_off && day_number(day) > w->cut_off) day = step_to_month_end(day) + 1;
  return step_to_month_end(day) + n;
}

static void wish_discounts(struct wish *w) {
  w->discount_count = random_below(4) ? 0 : random_below(ARC_TERMS_DISCOUNTS_MAX + 1);
  for (size_t i = 0; i < w->discount_count; i++) {
    unsigned bp = (unsigned)(10 - i) * 100 + random_below(100);
    wish_add(w, "%u.%02u/", bp / 100, bp % 100);
    w->discounts[i] = wish_net(w);
    wish_add(w, random_below(2) ? ", " : ",");
  }
}

static void wish_instalments(struct wish *w) {
  w->count = 1 + random_below(ARC_TERMS_INSTALMENTS_MAX);
  size_t balance = random_below((uint32_t)w->count);
  for (size_t i = 0; i < w->count; i++) {
    int fraction = 0;
    if (i > 0) wish_add(w, random_below(2) ? ", " : ",");
    if (i == balance)
      wish_add(w, "balance ");
    else if (random_below(4) == 0)
      wish_add(w, "0.%02u ", 1 + random_below(50));
    else if (w->count < 8 && random_below(2))
      fraction = 1;
    else
      wish_add(w, "1.%02u%% ", random_below(100));
    if (fraction) wish_add(w, "1/12 ");
    uint32_t form = random_below(4);
    if (form == 0) {
      wish_add(w, "on issue");
      w->days[i] = w->issued;
    } else if (form == 1 && !fraction) {
      wish_add(w, "net ");
      w->days[i] = wish_net(w);
    } else {
      int on = random_below(2) && !fraction;
      if (on) wish_add(w, "on ");
      w->days[i] = wish_moves(w, fraction);
    }
  }
}

static void wish_make(struct wish *w) {
  memset(w, 0, sizeof *w);
  w->issued = (arc_day)random_below(40000);
  w->cut_off = random_below(3) ? 0 : 1 + (int)random_below(30);
  wish_discounts(w);
  w->single = (int)random_below(2);
  w->count = 1;
  if (!w->single) {
    wish_instalments(w);
  } else if (random_below(8) == 0) {
    wish_add(w, "due on receipt");
    w->days[0] = w->issued;
  } else if (random_below(2)) {
    wish_add(w, "net ");
    w->days[0] = wish_net(w);
  } else {
    w->days[0] = wish_moves(w, 0);
  }
  if (w->cut_off && w->cut)
    wish_add(w, random_below(2) ? ", cut-off %d" : " cut-off %d", w->cut_off);
}

static arc_terms_invoice wish_invoice(const struct wish *w, int64_t amount) {
  arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
  invoice.issued = w->issued;
  invoice.terms = (arc_text){w->text, w->size};
  invoice.amount = amount;
  memcpy(invoice.currency, "EUR", 4);
  return invoice;
}

/* Every due day is one of those wished for, as often; none is before the invoice; the amounts are
 * whole and add up; the text comes back, and means the same. */
static void test_any_terms(void **state) {
  (void)state;
  static struct wish w;
  size_t several = 0;
  for (int round = 0; round < 20000; round++) {
    wish_make(&w);
    int64_t amount =
        round % 2 ? 10000 + (int64_t)random_below(1000000) : INT64_MAX - random_below(9);
    arc_terms_invoice invoice = wish_invoice(&w, amount);
    arc_instalment rows[ARC_TERMS_INSTALMENTS_MAX], again[ARC_TERMS_INSTALMENTS_MAX];
    arc_terms_discount discounts[ARC_TERMS_DISCOUNTS_MAX];
    memset(rows, 0, sizeof rows);
    memset(again, 0, sizeof again);
    rows[0].struct_size = again[0].struct_size = sizeof *rows;
    discounts[0].struct_size = sizeof *discounts;
    size_t count = 0, discount_count = 0, count_again = 0;
    arc_error err = ARC_ERROR_INIT;
    if (arc_terms_apply(rows, COUNT(rows), &count, discounts, COUNT(discounts), &discount_count,
                        &invoice, &err) != ARC_OK)
      fail_msg("%s: %s", w.text, err.text);
    assert_int_equal(count, w.count); /* no amount here is small enough to leave one out */
    assert_int_equal(discount_count, w.discount_count);
    several += count > 1;
    int64_t sum = 0;
    int taken[ARC_TERMS_INSTALMENTS_MAX] = {0};
    for (size_t i = 0; i < count; i++) {
      size_t j = 0;
      while (j < w.count && (taken[j] || w.days[j] != rows[i].due))
        j++;
      if (j == w.count) fail_msg("%s: no instalment is due on day %d", w.text, (int)rows[i].due);
      taken[j] = 1;
      assert_true(rows[i].due >= w.issued);
      assert_true(i == 0 || rows[i].due >= rows[i - 1].due);
      assert_true(rows[i].amount > 0);
      sum += rows[i].amount;
    }
    assert_true(sum == amount);
    for (size_t i = 0; i < discount_count; i++)
      assert_int_equal(discounts[i].last, w.discounts[i]);

    static char printed[8192], twice[8192];
    size_t size, size_twice;
    assert_int_equal(arc_terms_print(printed, sizeof printed, &size, w.text, w.size, &err), ARC_OK);
    assert_int_equal(arc_terms_print(twice, sizeof twice, &size_twice, printed, size, &err),
                     ARC_OK);
    assert_string_equal(twice, printed);
    invoice.terms = (arc_text){printed, size};
    assert_int_equal(
        arc_terms_apply(again, COUNT(again), &count_again, NULL, 0, NULL, &invoice, &err), ARC_OK);
    assert_int_equal(count_again, count);
    assert_memory_equal(again, rows, sizeof rows);
  }
  assert_true(several > 5000);
}

/* Amounts of all sizes, down to one cent, and shares near the whole: still exact. */
static void test_any_amount(void **state) {
  (void)state;
  static const char *const terms[] = {
      "1/3 +1d, 1/3 +2d, balance +3d",
      "30% +1d, 30% +2d, 30% +3d, balance +4d",
      "1/12 +1d,1/12 +2d,1/12 +3d,1/12 +4d,1/12 +5d,1/12 +6d,1/12 +7d,1/12 +8d,balance +12d",
      "33.33% +1d, 66.66% +2d, balance +3d",
      "balance +1d, 99.99% +2d",
      "0.01 +1d, 1/2 +2d, 49.99% +3d, balance +4d"};
  for (int round = 0; round < 60000; round++) {
    arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
    arc_instalment rows[12];
    rows[0].struct_size = sizeof *rows;
    invoice.terms = (arc_text)ARC_TEXT(terms[round % COUNT(terms)]);
    invoice.issued = 20000;
    invoice.amount = round < 6000 ? 1 + round / 6 : 1 + (int64_t)random_below(UINT32_MAX);
    memcpy(invoice.currency, "EUR", 4);
    size_t count = 0;
    arc_status status = arc_terms_apply(rows, 12, &count, NULL, 0, NULL, &invoice, NULL);
    if (status == ARC_E_INVALID) { /* the fixed cent and its shares are too much for a few cents */
      assert_int_equal(round % COUNT(terms), 5);
      assert_true(invoice.amount < 10000);
      continue;
    }
    assert_int_equal(status, ARC_OK);
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
      assert_true(rows[i].amount > 0);
      sum += rows[i].amount;
    }
    assert_true(sum == invoice.amount);
  }
}

/* ---- any text ---- */

static const char *const seeds[] = {
    "net 30",
    "2/10 net 30",
    "3/10, 1/20, net 30",
    "net 45 eom",
    "+30d eom +10d",
    "2/10th prox, net 20th prox",
    "eom +10d, cut-off 25, modified following",
    "30% on issue, balance +60d",
    "1/3 +30d, 1/3 +60d, balance +90d, preceding",
    "100.00 on issue, 50% on 31st, balance net 30",
    "due on receipt, following",
    "n/30 cut-off 3 modified preceding",
};

static size_t mutate(char *text, size_t cap) {
  static const char *const words[] = {"net ",
                                      "eom",
                                      " prox",
                                      "th",
                                      "balance ",
                                      " on ",
                                      "issue",
                                      ", ",
                                      "/",
                                      "%",
                                      "+",
                                      "d",
                                      "m",
                                      "cut-off ",
                                      "following",
                                      "1/3",
                                      "99999999999999999999",
                                      ".",
                                      "00",
                                      "\t"};
  const char *seed = seeds[random_below(COUNT(seeds))];
  size_t size = strlen(seed);
  memcpy(text, seed, size);
  for (uint32_t n = 1 + random_below(3); n > 0; n--) {
    size_t at = random_below((uint32_t)size + 1);
    uint32_t how = random_below(5);
    if (how == 0 && at < size) {
      text[at] = (char)random_below(256);
    } else if (how == 1 && at < size) {
      memmove(text + at, text + at + 1, --size - at);
    } else if (how == 2 && at < size) {
      text[at] = "0123456789 ,+/%.dmnethox"[random_below(24)];
    } else if (how == 3) {
      size = at;
    } else {
      const char *word = words[random_below(COUNT(words))];
      size_t length = strlen(word);
      if (size + length > cap) continue;
      memmove(text + at + length, text + at, size - at);
      memcpy(text + at, word, length);
      size += length;
    }
  }
  return size;
}

static void test_any_text(void **state) {
  (void)state;
  size_t accepted = 0;
  for (int i = 0; i < 200000; i++) {
    /* Just as many bytes as there are, so that a read behind them is seen. */
    char room[256];
    size_t size = mutate(room, sizeof room);
    char *text = room + sizeof room - size;
    memmove(text, room, size);
    arc_error err = ARC_ERROR_INIT;
    arc_status status = arc_terms_print(NULL, 0, NULL, text, size, &err);
    if (status != ARC_OK) {
      assert_int_equal(status, size ? ARC_E_SYNTAX : ARC_E_INVALID);
      if (size) assert_in_range(err.column, 1, size + 1);
      continue;
    }
    accepted++;
    char printed[1024], twice[1024], found[2048], again[2048];
    size_t length, length_twice;
    assert_int_equal(arc_terms_print(printed, sizeof printed, &length, text, size, &err), ARC_OK);
    assert_int_equal(arc_terms_print(twice, sizeof twice, &length_twice, printed, length, &err),
                     ARC_OK);
    assert_string_equal(printed, twice);
    arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
    invoice.issued = 20000 + (arc_day)random_below(400);
    invoice.terms = (arc_text){text, size};
    invoice.amount = 1000000;
    memcpy(invoice.currency, "EUR", 4);
    status = describe(found, sizeof found, &invoice, &err);
    invoice.terms = (arc_text){printed, length};
    assert_int_equal(describe(again, sizeof again, &invoice, &err), status);
    assert_string_equal(found, again);
  }

  assert_true(accepted > 5000); /* most are no terms, but many are */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_due_days),         cmocka_unit_test(test_schedules),
      cmocka_unit_test(test_calendars),        cmocka_unit_test(test_print),
      cmocka_unit_test(test_print_room),       cmocka_unit_test(test_no_terms),
      cmocka_unit_test(test_many_instalments), cmocka_unit_test(test_bad_invoices),
      cmocka_unit_test(test_structs),          cmocka_unit_test(test_earned),
      cmocka_unit_test(test_earned_any),       cmocka_unit_test(test_earned_bad),
      cmocka_unit_test(test_any_terms),        cmocka_unit_test(test_any_amount),
      cmocka_unit_test(test_any_text),
  };
  return cmocka_run_group_tests_name("terms", tests, NULL, NULL);
}
