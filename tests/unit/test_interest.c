/* Late interest and fixed compensation: worked cases with their sources, and any claim against a
 * walk day by day. Expected amounts are in minor units. */
#include "arcollect/interest.h"
#include "arcollect/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ROWS_MAX     64

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint32_t random_below(uint32_t limit) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (uint32_t)((random_state >> 32) % limit);
}

static arc_day day_of(const char *text) {
  arc_day day = ARC_DAY_NONE;
  assert_int_equal(arc_day_parse(&day, text, 10, NULL), ARC_OK);
  return day;
}

/* ---- worked cases ---- */

/* Rows such as "2024-01-31 100000, 2024-02-20 60000". */
static uint32_t read_rates(arc_interest_rate rows[ROWS_MAX], const char *text) {
  uint32_t count = 0;
  for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 2 : NULL, count++) {
    arc_interest_rate row = {sizeof row, day_of(at), (int32_t)atoi(at + 11), 0};
    assert_true(count < ROWS_MAX);
    rows[count] = row;
  }
  return count;
}

static uint32_t read_balances(arc_interest_balance rows[ROWS_MAX], const char *text) {
  uint32_t count = 0;
  for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 2 : NULL, count++) {
    arc_interest_balance row = {sizeof row, day_of(at), (int64_t)strtoll(at + 11, NULL, 10)};
    assert_true(count < ROWS_MAX);
    rows[count] = row;
  }
  return count;
}

struct interest_case {
  arc_interest_rule rule;
  const char *rates; /* NULL: none */
  const char *balances, *due, *until;
  int64_t total;
  const char *lines; /* "from..to days ppm balance amount; ..."; NULL: not looked at */
};

#define RULE(reference, margin, day_count, rounded, rounding)                                      \
  { sizeof(arc_interest_rule), reference, margin, 0, day_count, rounded, rounding, 0 }
#define CONTRACT(ppm)              ARC_INTEREST_RULE_CONTRACT(ppm)
#define CONTRACT_COUNT(ppm, count) RULE(ARC_RATE_NONE, ppm, count, 0, 0)
#define CONTRACT_ROUND(ppm, how)   RULE(ARC_RATE_NONE, ppm, 0, 0, how)
#define CONTRACT_PER_DAY(ppm, how) RULE(ARC_RATE_NONE, ppm, 0, ARC_INTEREST_PER_DAY, how)
#define UK_PER_DAY                                                                                 \
  RULE(ARC_RATE_AT_START, 80000, ARC_DAY_COUNT_ACT_365F, ARC_INTEREST_PER_DAY,                \
       ARC_ROUND_HALF_EVEN)
#define FINLAND                                                                                    \
  { sizeof(arc_interest_rule), ARC_RATE_HALF_YEAR, 80000, 5000, 0, 0, 0, 0 }

/* Bank of England's base rate; European Central Bank's main refinancing rate. */
static const char base_rate[] =
    "2004-08-05 47500, 2005-08-04 45000, 2006-08-03 47500, 2009-03-05 5000, 2016-08-04 2500, "
    "2023-06-22 50000, 2023-08-03 52500, 2024-08-01 50000, 2024-11-07 47500, 2025-02-06 45000, "
    "2025-05-08 42500, 2025-08-07 40000, 2025-12-18 37500";
static const char refinancing_rate[] =
    "2012-07-11 7500, 2013-05-08 5000, 2013-11-13 2500, 2014-06-11 1500, 2014-09-10 500, "
    "2016-03-16 0, 2022-07-27 5000, 2022-09-14 12500, 2022-11-02 20000, 2022-12-21 25000, "
    "2023-02-08 30000, 2023-03-22 35000, 2023-05-10 37500, 2023-06-21 40000, 2023-08-02 42500, "
    "2023-09-20 45000, 2024-06-12 42500, 2024-09-18 36500, 2024-10-23 34000, 2024-12-18 31500, "
    "2025-02-05 29000, 2025-03-12 26500, 2025-04-23 24000, 2025-06-11 21500";

static const struct interest_case cases[] = {
    /* gov.uk "Late commercial payments" by domain.md 1.5: 1,000 at 8.5 %, 23p a day, 50 days: 11.50
     */
    {UK_PER_DAY, base_rate, "2016-01-31 100000", "2016-01-31", "2016-03-21", 1150,
     "2016-02-01..2016-03-21 50 85000 100000 1150"},
    /* exactly: 1,000 * 8.5 % * 50 / 365 = 11.6438, domain.md 1.5 */
    {ARC_INTEREST_RULE_UK, base_rate, "2016-01-31 100000", "2016-01-31", "2016-03-21", 1164,
     "2016-02-01..2016-03-21 50 85000 100000 1164"},
    /* worked_examples int-uk-1: 5,000 at 12.25 %, 1.68 a day, 101 days: 169.68; unrounded 169.49 */
    {CONTRACT_PER_DAY(122500, 0), NULL, "2025-01-01 500000", "2025-01-31", "2025-05-12", 16968,
     NULL},
    {CONTRACT(122500), NULL, "2025-01-01 500000", "2025-01-31", "2025-05-12", 16949, NULL},
    /* int-uk-2: 2,000 at 13.25 %, 45 days: 32.67 exactly (the page cuts 45/365 short) */
    {CONTRACT(132500), NULL, "2025-01-01 200000", "2025-01-31", "2025-03-17", 3267, NULL},
    /* int-uk-4: 1,000 at 8.5 %: 85.00 a year, 0.23 a day */
    {CONTRACT(85000), NULL, "2025-01-01 100000", "2025-01-01", "2026-01-01", 8500, NULL},
    {CONTRACT(85000), NULL, "2025-01-01 100000", "2025-01-01", "2025-01-02", 23, NULL},
    {CONTRACT_PER_DAY(85000, 0), NULL, "2025-01-01 100000", "2025-01-01", "2026-01-01", 8395, NULL},
    /* dun-1 (ERPNext test_dunning): 100.00, 20 days, rate 0: 0 is a rate, and gives a line */
    {CONTRACT(0), NULL, "2024-01-01 10000", "2024-01-01", "2024-01-21", 0,
     "2024-01-02..2024-01-21 20 0 10000 0"},
    /* paymentcheck.co.uk: due 1 April, paid 16 May: from 2 April up to and including the 16th; base
     * 3.75 % on 31 December 2025: 1,000 * 11.75 % * 45 / 365 = 14.486 */
    {ARC_INTEREST_RULE_UK, base_rate, "2026-04-01 100000", "2026-04-01", "2026-05-16", 1449,
     "2026-04-02..2026-05-16 45 117500 100000 1449"},
    /* emc-dnl.co.uk 2005: 12.75 % for interest from 1 July on, though the rate fell in August;
     * 100,000 * 12.75 % * 184 / 365 = 6,427.397 */
    {ARC_INTEREST_RULE_UK, base_rate, "2005-06-30 10000000", "2005-06-30", "2005-12-31", 642740,
     "2005-07-01..2005-12-31 184 127500 10000000 642740"},

    /* SI 2002/1675 art. 4, the two sides of each half-year: interest starts the day after due */
    {ARC_INTEREST_RULE_UK, base_rate, "2025-06-29 36500000", "2025-06-29", "2025-07-09", 127500,
     "2025-06-30..2025-07-09 10 127500 36500000 127500"}, /* 31 December 2024: 4.75 % */
    {ARC_INTEREST_RULE_UK, base_rate, "2025-06-30 36500000", "2025-06-30", "2025-07-10", 122500,
     "2025-07-01..2025-07-10 10 122500 36500000 122500"}, /* 30 June 2025: 4.25 % */
    {ARC_INTEREST_RULE_UK, base_rate, "2024-12-30 36500000", "2024-12-30", "2025-01-09", 132500,
     "2024-12-31..2025-01-09 10 132500 36500000 132500"}, /* 30 June 2024: 5.25 % */
    {ARC_INTEREST_RULE_UK, base_rate, "2024-12-31 36500000", "2024-12-31", "2025-01-10", 127500,
     "2025-01-01..2025-01-10 10 127500 36500000 127500"}, /* 31 December 2024: 4.75 % */
    /* fixed for that debt: two years later still 31 December 2023 */
    {ARC_INTEREST_RULE_UK, base_rate, "2024-03-31 100000", "2024-03-31", "2026-03-31", 26500,
     "2024-04-01..2026-03-31 730 132500 100000 26500"},

    /* Directive 2011/7/EU art. 3: 4.50 % on 1 January 2024, 4.25 % on 1 July; what changes in
     * between does not count. 36,500 * 12.5 % * 15 / 365 = 187.50; * 12.25 % = 183.75 */
    {ARC_INTEREST_RULE_EU, refinancing_rate, "2024-06-15 3650000", "2024-06-15", "2024-07-15",
     37125,
     "2024-06-16..2024-06-30 15 125000 3650000 18750; 2024-07-01..2024-07-15 15 122500 3650000 "
     "18375"},
    /* due on the last day of a half-year: the next one's rate from the first day on */
    {ARC_INTEREST_RULE_EU, refinancing_rate, "2024-06-30 3650000", "2024-06-30", "2024-07-01", 1225,
     "2024-07-01..2024-07-01 1 122500 3650000 1225"},
    {ARC_INTEREST_RULE_EU, refinancing_rate, "2024-06-29 3650000", "2024-06-29", "2024-06-30", 1250,
     "2024-06-30..2024-06-30 1 125000 3650000 1250"},
    {ARC_INTEREST_RULE_EU, refinancing_rate, "2024-12-31 3650000", "2024-12-31", "2025-01-01", 1115,
     "2025-01-01..2025-01-01 1 111500 3650000 1115"}, /* 3.15 % on 1 January 2025 */
    /* Finland rounds up to half a point: the penalty rates for commercial contracts that its bank
     * published (suomenpankki.fi), July 2013 to June 2025. 365.00 bears as many cents a day as the
     * rate has points: 9,316 + 19,000 + 1,900.5 + 2,208 + 4,575 + 2,081.5, lines by rounded running
     * sums */
    {FINLAND, refinancing_rate, "2013-06-30 36500", "2013-06-30", "2025-06-30", 39081,
     "2013-07-01..2016-06-30 1096 85000 36500 9316; 2016-07-01..2022-12-31 2375 80000 36500 19000; "
     "2023-01-01..2023-06-30 181 105000 36500 1900; 2023-07-01..2023-12-31 184 120000 36500 2208; "
     "2024-01-01..2024-12-31 366 125000 36500 4576; 2025-01-01..2025-06-30 181 115000 36500 2081"},
    /* Germany: base rate -0.88 %, 9 points: 8.12 % (s. 247, 288 BGB); 10,000 * 30 / 365 = 66.74 */
    {RULE(ARC_RATE_HALF_YEAR, 90000, 0, 0, 0), "2016-07-01 -8800", "2019-03-31 1000000",
     "2019-03-31", "2019-04-30", 6674, "2019-04-01..2019-04-30 30 81200 1000000 6674"},
    /* by hand: below 0 counts as 0, and is shown; -0.3 % rounded up to half points is 0 */
    {RULE(ARC_RATE_HALF_YEAR, 80000, 0, 0, 0), "2020-01-01 -90000", "2020-02-01 100000",
     "2020-02-01", "2020-02-11", 0, "2020-02-02..2020-02-11 10 0 100000 0"},
    {FINLAND, "2020-01-01 -3000", "2020-02-01 3650000", "2020-02-01", "2020-02-11", 8000,
     "2020-02-02..2020-02-11 10 80000 3650000 8000"},
    {FINLAND, "2020-01-01 0", "2020-02-01 3650000", "2020-02-01", "2020-02-11", 8000, NULL},
    {FINLAND, "2020-01-01 -5000", "2020-02-01 3650000", "2020-02-01", "2020-02-11", 7500, NULL},
    {FINLAND, "2020-01-01 1", "2020-02-01 3650000", "2020-02-01", "2020-02-11", 8500, NULL},
    /* a floating contract rate follows the table day by day */
    {RULE(ARC_RATE_DAILY, 10000, 0, 0, 0),
     "2024-01-01 40000, 2024-02-11 50000, 2024-03-01 90000", "2024-01-31 3650000", "2024-01-31",
     "2024-02-20", 11000,
     "2024-02-01..2024-02-10 10 50000 3650000 5000; 2024-02-11..2024-02-20 10 60000 3650000 6000"},
    /* a change on the first day, and on the day after the last */
    {RULE(ARC_RATE_DAILY, 0, 0, 0, 0), "2024-01-01 40000, 2024-02-01 50000, 2024-02-11 1",
     "2024-01-31 3650000", "2024-01-31", "2024-02-10", 5000,
     "2024-02-01..2024-02-10 10 50000 3650000 5000"},
    /* neighbours with the same rate are one line */
    {RULE(ARC_RATE_DAILY, 0, 0, 0, 0), "2024-01-01 40000, 2024-02-05 40000",
     "2024-01-31 3650000, 2024-02-03 3650000", "2024-01-31", "2024-02-10", 4000,
     "2024-02-01..2024-02-10 10 40000 3650000 4000"},

    /* Declining balance (frappe/erpnext#49621, adempiere/adempiere#1663): 1,000 at 10 %, 400 paid
     * on 20 February; that day still bears on 1,000: 5.479 and 6.575, together 12.055 */
    {CONTRACT(100000), NULL, "2024-01-31 100000, 2024-02-20 60000", "2024-01-31", "2024-03-31",
     1205,
     "2024-02-01..2024-02-20 20 100000 100000 548; 2024-02-21..2024-03-31 40 100000 60000 657"},
    /* per day: 0.27 and 0.16 */
    {CONTRACT_PER_DAY(100000, 0), NULL, "2024-01-31 100000, 2024-02-20 60000", "2024-01-31",
     "2024-03-31", 1180,
     "2024-02-01..2024-02-20 20 100000 100000 540; 2024-02-21..2024-03-31 40 100000 60000 640"},
    /* paid on the due day or before it: late with the rest only */
    {CONTRACT(100000), NULL, "2024-01-01 100000, 2024-01-31 36500", "2024-01-31", "2024-02-10", 100,
     "2024-02-01..2024-02-10 10 100000 36500 100"},
    {CONTRACT(100000), NULL, "2024-01-01 100000, 2024-01-20 36500", "2024-01-31", "2024-02-10", 100,
     "2024-02-01..2024-02-10 10 100000 36500 100"},
    /* paid on the last day of interest, or after it: no matter */
    {CONTRACT(100000), NULL, "2024-01-01 36500, 2024-02-10 0, 2024-02-11 5", "2024-01-31",
     "2024-02-10", 100, "2024-02-01..2024-02-10 10 100000 36500 100"},
    /* paid in full, bounced, open again: no line for the days between */
    {CONTRACT(100000), NULL, "2024-01-01 36500, 2024-02-05 0, 2024-02-10 36500", "2024-01-31",
     "2024-02-12", 70,
     "2024-02-01..2024-02-05 5 100000 36500 50; 2024-02-11..2024-02-12 2 100000 36500 20"},
    /* paid in time; not yet late */
    {CONTRACT(100000), NULL, "2024-01-01 36500, 2024-01-30 0", "2024-01-31", "2024-12-31", 0, ""},
    {CONTRACT(100000), NULL, "2024-01-01 36500", "2024-01-31", "2024-01-31", 0, ""},
    {CONTRACT(100000), NULL, "2024-01-01 36500", "2024-01-31", "2023-01-01", 0, ""},
    {ARC_INTEREST_RULE_NONE, NULL, "2024-01-01 36500", "2024-01-31", "2024-02-01", 0,
     "2024-02-01..2024-02-01 1 0 36500 0"},

    /* Day counts. A leap year's 366 days at 10 % on 365.00: 36.60, 37.1083, 36.50 */
    {CONTRACT(100000), NULL, "2023-12-31 36500", "2023-12-31", "2024-12-31", 3660, NULL},
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_ACT_360), NULL, "2023-12-31 36500", "2023-12-31",
     "2024-12-31", 3711, NULL},
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_ACT_ACT), NULL, "2023-12-31 36500", "2023-12-31",
     "2024-12-31", 3650, "2024-01-01..2024-12-31 366 100000 36500 3650"},
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_30E_360), NULL, "2023-12-31 36500", "2023-12-31",
     "2024-12-31", 3650, "2024-01-01..2024-12-31 360 100000 36500 3650"},
    /* 29 February alone */
    {CONTRACT(1000000), NULL, "2024-02-28 36500", "2024-02-28", "2024-02-29", 100, NULL},
    {CONTRACT_COUNT(1000000, ARC_DAY_COUNT_ACT_ACT), NULL, "2024-02-28 36600", "2024-02-28",
     "2024-02-29", 100, NULL},
    /* ISDA, QuantLib test-suite daycounters: 2003-11-01 to 2004-05-01 is 0.497724380567 of a year
     * (61/365 + 121/366), here at 100 % of 1,000,000.00 */
    {CONTRACT_COUNT(1000000, ARC_DAY_COUNT_ACT_ACT), NULL, "2003-10-31 100000000", "2003-10-31",
     "2004-04-30", 49772438, NULL},
    /* 1999-02-01 to 1999-07-01 is 0.410958904109; 1999-07-01 to 2000-07-01 is 1.001377348600 */
    {CONTRACT_COUNT(1000000, ARC_DAY_COUNT_ACT_ACT), NULL, "1999-01-31 100000000", "1999-01-31",
     "1999-06-30", 41095890, NULL},
    {CONTRACT_COUNT(1000000, ARC_DAY_COUNT_ACT_ACT), NULL, "1999-06-30 100000000", "1999-06-30",
     "2000-06-30", 100137735, NULL},
    /* 2003-07-15 to 2004-01-15 is 0.504004790778; 1999-07-30 to 2000-01-30 is 0.503892506924 */
    {CONTRACT_COUNT(1000000, ARC_DAY_COUNT_ACT_ACT), NULL, "2003-07-14 100000000", "2003-07-14",
     "2004-01-14", 50400479, NULL},
    {CONTRACT_COUNT(1000000, ARC_DAY_COUNT_ACT_ACT), NULL, "1999-07-29 100000000", "1999-07-29",
     "2000-01-29", 50389251, NULL},
    /* 30/360 bond basis, value.finrmsoft.com: 28 February to 31 August 2006 is 0.508333 (183 days),
     * 31 August to 28 February 2007 is 0.494444 (178); 3,600 at 10 % is 1.00 a day */
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_30_360_US), NULL, "2006-02-28 360000", "2006-02-28",
     "2006-08-31", 18300, "2006-03-01..2006-08-31 183 100000 360000 18300"},
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_30_360_US), NULL, "2006-08-31 360000", "2006-08-31",
     "2007-02-28", 17800, "2006-09-01..2007-02-28 178 100000 360000 17800"},
    /* the European rule takes the 31st as the 30th at both ends: 182 and 178 */
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_30E_360), NULL, "2006-02-28 360000", "2006-02-28",
     "2006-08-31", 18200, NULL},
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_30E_360), NULL, "2006-08-31 360000", "2006-08-31",
     "2007-02-28", 17800, NULL},
    /* Act/360 of the same source: 0.511111 is 184 / 360 */
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_ACT_360), NULL, "2006-02-28 360000", "2006-02-28",
     "2006-08-31", 18400, NULL},
    /* commercial reckoning by hand: 15 January to 15 March are 60 days, 31 January to 31 March too
     */
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_30E_360), NULL, "2024-01-15 360000", "2024-01-15",
     "2024-03-15", 6000, NULL},
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_30_360_US), NULL, "2024-01-31 360000", "2024-01-31",
     "2024-03-31", 6000, NULL},
    /* cut at the 31st: the lines' days add up to those of the whole, 46 from the 15th to the 1st */
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_30_360_US), NULL, "2024-01-15 360000, 2024-01-31 180000",
     "2024-01-15", "2024-03-01", 3100,
     "2024-01-16..2024-01-31 16 100000 360000 1600; 2024-02-01..2024-03-01 30 100000 180000 1500"},

    /* No decimals and three: 100,000 yen at 3 %, 30 days: 246.575; 1,000.000 dinars at 7 %, 45 days
     */
    {CONTRACT(30000), NULL, "2024-01-31 100000", "2024-01-31", "2024-03-01", 247, NULL},
    {CONTRACT_ROUND(30000, ARC_ROUND_DOWN), NULL, "2024-01-31 100000", "2024-01-31", "2024-03-01",
     246, NULL},
    {CONTRACT(70000), NULL, "2024-01-31 1000000", "2024-01-31", "2024-03-16", 8630, NULL},
    /* per day 8.219 yen is 8 */
    {CONTRACT_PER_DAY(30000, 0), NULL, "2024-01-31 100000", "2024-01-31", "2024-03-01", 240, NULL},
    /* halves: 73 * 250 % / 365 is 0.5, 219 is 1.5 */
    {CONTRACT(2500000), NULL, "2024-01-31 73", "2024-01-31", "2024-02-01", 0, NULL},
    {CONTRACT_ROUND(2500000, ARC_ROUND_HALF_UP), NULL, "2024-01-31 73", "2024-01-31", "2024-02-01",
     1, NULL},
    {CONTRACT_ROUND(2500000, ARC_ROUND_DOWN), NULL, "2024-01-31 73", "2024-01-31", "2024-02-01", 0,
     NULL},
    {CONTRACT(2500000), NULL, "2024-01-31 219", "2024-01-31", "2024-02-01", 2, NULL},
    {CONTRACT_ROUND(2500000, ARC_ROUND_HALF_UP), NULL, "2024-01-31 219", "2024-01-31", "2024-02-01",
     2, NULL},
    {CONTRACT_ROUND(2500000, ARC_ROUND_DOWN), NULL, "2024-01-31 219", "2024-01-31", "2024-02-01", 1,
     NULL},
    {CONTRACT_PER_DAY(2500000, ARC_ROUND_HALF_EVEN), NULL, "2024-01-31 73", "2024-01-31",
     "2024-02-10", 0, NULL},
    {CONTRACT_PER_DAY(2500000, ARC_ROUND_HALF_UP), NULL, "2024-01-31 73", "2024-01-31",
     "2024-02-10", 10, NULL},
    {CONTRACT(2500000), NULL, "2024-01-31 73", "2024-01-31", "2024-02-10", 5, NULL},
    /* per day over New Year, ISDA: 365 cents at 100 % are 1 a day in 2023 and 0.997, so 1, in 2024
     */
    {RULE(ARC_RATE_NONE, 1000000, ARC_DAY_COUNT_ACT_ACT, ARC_INTEREST_PER_DAY, ARC_ROUND_DOWN),
     NULL, "2023-12-30 365", "2023-12-30", "2024-01-02", 1,
     "2023-12-31..2024-01-02 3 1000000 365 1"},
    {RULE(ARC_RATE_NONE, 1000000, ARC_DAY_COUNT_ACT_ACT, ARC_INTEREST_PER_DAY, 0), NULL,
     "2023-12-30 365", "2023-12-30", "2024-01-02", 3, NULL},

    /* The largest numbers: a year at 10 %, all of time, days of the range's ends */
    {CONTRACT(100000), NULL, "2023-01-01 9223372036854775807", "2023-01-01", "2024-01-01",
     922337203685477581, NULL},
    {CONTRACT(1000000), NULL, "2023-01-01 9223372036854775807", "2023-01-01", "2024-01-01",
     INT64_MAX, NULL},
    {CONTRACT_PER_DAY(1000000, ARC_ROUND_DOWN), NULL, "2023-01-01 9223372036854775807",
     "2023-01-01", "2024-01-01", 9223372036854775515, NULL},
    {CONTRACT(0), NULL, "2023-01-01 9223372036854775807", "2023-01-01", "9999-12-31", 0, NULL},
    {CONTRACT(100000), NULL, "0001-01-01 36500", "0001-01-01", "9999-12-31", 36520580, NULL},
    {CONTRACT_COUNT(100000, ARC_DAY_COUNT_30E_360), NULL, "0001-01-01 36000", "0001-01-01",
     "9999-12-31", 35996390, NULL},
    {CONTRACT(100000), NULL, "0001-01-01 36500", "9999-12-31", "9999-12-31", 0, ""},
    {ARC_INTEREST_RULE_EU, "0001-01-01 0", "9999-06-30 36500", "9999-06-30", "9999-12-31", 1472,
     NULL},
};

static void describe(char *out, size_t cap, const arc_interest_line *lines, size_t count) {
  size_t at = 0;
  out[0] = 0;
  for (size_t i = 0; i < count; i++) {
    char from[11], to[11];
    assert_int_equal(arc_day_format(from, lines[i].from), ARC_OK);
    assert_int_equal(arc_day_format(to, lines[i].to), ARC_OK);
    at += (size_t)snprintf(out + at, cap - at, "%s%s..%s %d %d %lld %lld", i ? "; " : "", from, to,
                           (int)lines[i].days, (int)lines[i].ppm, (long long)lines[i].balance,
                           (long long)lines[i].amount);
    assert_true(at < cap);
  }
}

static void test_cases(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    const struct interest_case *c = &cases[i];
    arc_interest_rate rates[ROWS_MAX];
    arc_interest_balance balances[ROWS_MAX];
    arc_interest_line lines[ROWS_MAX];
    arc_interest_claim claim = ARC_INTEREST_CLAIM_INIT;
    arc_error err = ARC_ERROR_INIT;
    char found[1024];
    size_t count = 99;
    int64_t total = -1, sum = 0;
    lines[0].struct_size = sizeof *lines;
    claim.due = day_of(c->due);
    claim.until = day_of(c->until);
    claim.rule = &c->rule;
    claim.rates = rates;
    claim.rate_count = c->rates ? read_rates(rates, c->rates) : 0;
    claim.balances = balances;
    claim.balance_count = read_balances(balances, c->balances);
    if (arc_interest_accrue(&total, lines, ROWS_MAX, &count, &claim, &err) != ARC_OK)
      fail_msg("case %u: %s", (unsigned)i, err.text);
    assert_true(count <= ROWS_MAX);
    describe(found, sizeof found, lines, count);
    if (total != c->total || (c->lines && strcmp(found, c->lines) != 0))
      fail_msg("case %u, due %s: %lld, %s", (unsigned)i, c->due, (long long)total, found);
    for (size_t l = 0; l < count; l++)
      sum += lines[l].amount;
    assert_true(sum == total);
  }
  assert_true(COUNT(cases) >= 40);
}

/* ---- compensation ---- */

static void test_compensation(void **state) {
  (void)state;
  const arc_compensation_band bands[] = {ARC_COMPENSATION_EU,
                                         ARC_COMPENSATION_UK,
                                         {sizeof *bands, "DKK", 0, 31000},
                                         {sizeof *bands, "KWD", 500, 7},
                                         {sizeof *bands, "JPY", 0, 0}};
  static const struct {
    const char *currency;
    int64_t debt, amount;
  } sums[] = {
      {"EUR", 1, 4000}, /* Directive 2011/7/EU art. 6(1) */
      {"EUR", INT64_MAX, 4000},
      {"EUR", 0, 0},
      {"GBP", 1, 4000},
      {"GBP", 99999, 4000},    /* worked_examples comp-uk-1 */
      {"GBP", 100000, 7000},   /* comp-uk-2 */
      {"GBP", 500000, 7000},   /* int-uk-1 */
      {"GBP", 999999, 7000},   /* domain.md 1.5: up to 9,999.99 */
      {"GBP", 1000000, 10000}, /* comp-uk-4 */
      {"GBP", INT64_MAX, 10000},
      {"DKK", 5, 31000}, /* a host's own */
      {"KWD", 500, 7},
      {"JPY", 5, 0}, /* zero is a sum */
      {"USD", 0, 0},
  };
  for (size_t i = 0; i < COUNT(sums); i++) {
    int64_t amount = -1;
    assert_int_equal(
        arc_compensation_find(&amount, sums[i].debt, sums[i].currency, bands, COUNT(bands), NULL),
        ARC_OK);
    assert_true(amount == sums[i].amount);
  }
  /* in any order */
  const arc_compensation_band reversed[] = {{sizeof *bands, "GBP", 1000000, 10000},
                                            {sizeof *bands, "GBP", 0, 4000},
                                            {sizeof *bands, "GBP", 100000, 7000}};
  for (size_t i = 0; i < COUNT(sums); i++) {
    int64_t amount = -1;
    if (strcmp(sums[i].currency, "GBP") != 0) continue;
    assert_int_equal(arc_compensation_find(&amount, sums[i].debt, "GBP", reversed, 3, NULL),
                     ARC_OK);
    assert_true(amount == sums[i].amount);
  }
  /* int-uk-1: interest 169.68 and 70.00 are 239.68 */
  int64_t amount = 77;
  assert_int_equal(arc_compensation_find(&amount, 500000, "GBP", bands, COUNT(bands), NULL),
                   ARC_OK);
  assert_int_equal(16968 + amount, 23968);

  arc_error err = ARC_ERROR_INIT;
  amount = 77;
  assert_int_equal(arc_compensation_find(&amount, 5, "USD", bands, COUNT(bands), &err),
                   ARC_E_NOT_FOUND);
  assert_non_null(strstr(err.text, "USD"));
  assert_int_equal(arc_compensation_find(&amount, 499, "KWD", bands, COUNT(bands), &err),
                   ARC_E_NOT_FOUND);
  assert_int_equal(arc_compensation_find(&amount, 5, "EUR", NULL, 0, &err), ARC_E_NOT_FOUND);
  assert_int_equal(arc_compensation_find(&amount, -1, "EUR", bands, COUNT(bands), &err),
                   ARC_E_INVALID);
  assert_int_equal(arc_compensation_find(&amount, 5, "EURO", bands, COUNT(bands), &err),
                   ARC_E_INVALID);
  assert_int_equal(arc_compensation_find(&amount, 5, NULL, bands, COUNT(bands), &err),
                   ARC_E_INVALID);
  assert_int_equal(arc_compensation_find(&amount, 5, "EUR", NULL, 1, &err), ARC_E_INVALID);
  assert_int_equal(arc_compensation_find(NULL, 5, "EUR", bands, COUNT(bands), &err), ARC_E_INVALID);
  static const struct {
    arc_compensation_band band;
    arc_status status;
    uint32_t field;
  } bad[] = {
      {{sizeof(arc_compensation_band), "EUR", 0, 1}, ARC_E_INVALID, 2}, /* a second one from 0 */
      {{sizeof(arc_compensation_band), "EUR", -1, 1}, ARC_E_INVALID, 2},
      {{sizeof(arc_compensation_band), "EUR", 5, -1}, ARC_E_INVALID, 3},
      {{sizeof(arc_compensation_band), "", 5, 1}, ARC_E_INVALID, 1},
      {{sizeof(arc_compensation_band), {'E', 'U', 'R', 'O'}, 5, 1}, ARC_E_INVALID, 1},
      {{4, "EUR", 5, 1}, ARC_E_ABI, 0},
  };
  for (size_t i = 0; i < COUNT(bad); i++) {
    const arc_compensation_band two[] = {ARC_COMPENSATION_EU, bad[i].band};
    assert_int_equal(arc_compensation_find(&amount, 10, "EUR", two, 2, &err), bad[i].status);
    assert_int_equal(err.field, bad[i].field);
    if (bad[i].field) assert_int_equal(err.record, 1);
  }
  assert_int_equal(amount, 77);
}

/* ---- bad claims ---- */

struct bench {
  arc_interest_rule rule;
  arc_interest_rate rates[2];
  arc_interest_balance balances[2];
  arc_interest_claim claim;
};

static void bench_init(struct bench *b) {
  struct bench good = {ARC_INTEREST_RULE_EU,
                       {{sizeof *b->rates, 19000, 40000, 0}, {sizeof *b->rates, 19400, 50000, 0}},
                       {{sizeof *b->balances, 19700, 100000}, {sizeof *b->balances, 19800, 50000}},
                       ARC_INTEREST_CLAIM_INIT};
  *b = good;
  b->claim.due = 19750;
  b->claim.until = 19850;
  b->claim.balance_count = b->claim.rate_count = 2;
  b->claim.balances = b->balances;
  b->claim.rates = b->rates;
  b->claim.rule = &b->rule;
}

static void expect_bad(struct bench *b, arc_status status, uint32_t field, uint64_t record) {
  arc_error err = ARC_ERROR_INIT;
  arc_interest_line line = {sizeof line, 7, 7, 7, 7, 7, 7, 7};
  int64_t total = 77;
  size_t count = 77;
  arc_status found = arc_interest_accrue(&total, &line, 1, &count, &b->claim, &err);
  if (found != status || err.field != field || err.record != record)
    fail_msg("%d, field %u, row %u: %s", (int)found, err.field, (unsigned)err.record, err.text);
  assert_true(err.text[0] != 0);
  assert_int_equal(total, 77);
  assert_int_equal(count, 77);
  assert_int_equal(line.from, 7);
  assert_int_equal(line.amount, 7);
  bench_init(b);
}

static void test_bad_claims(void **state) {
  (void)state;
  struct bench b;
  int64_t total = -1;
  bench_init(&b);
  assert_int_equal(arc_interest_accrue(&total, NULL, 0, NULL, &b.claim, NULL), ARC_OK);
  assert_true(total > 0);
  b.claim.due = ARC_DAY_NONE;
  expect_bad(&b, ARC_E_INVALID, 1, 0);
  b.claim.until = ARC_DAY_LAST + 1;
  expect_bad(&b, ARC_E_INVALID, 2, 0);
  b.claim.balance_count = 0;
  expect_bad(&b, ARC_E_INVALID, 3, 0);
  b.claim.balances = NULL;
  expect_bad(&b, ARC_E_INVALID, 0, 0);
  b.claim.rates = NULL;
  expect_bad(&b, ARC_E_INVALID, 0, 0);
  b.claim.rule = NULL;
  expect_bad(&b, ARC_E_INVALID, 0, 0);
  b.claim.reserved = 1;
  expect_bad(&b, ARC_E_INVALID, 8, 0);
  b.claim.struct_size = 8;
  expect_bad(&b, ARC_E_ABI, 0, 0);
  b.rule.struct_size = 8;
  expect_bad(&b, ARC_E_ABI, 0, 0);
  b.rule.reference = 4;
  expect_bad(&b, ARC_E_INVALID, 1, 0);
  b.rule.reference = -1;
  expect_bad(&b, ARC_E_INVALID, 1, 0);
  b.rule.margin_ppm = 10000001;
  expect_bad(&b, ARC_E_INVALID, 2, 0);
  b.rule.margin_ppm = INT32_MIN;
  expect_bad(&b, ARC_E_INVALID, 2, 0);
  b.rule.round_up_ppm = -1;
  expect_bad(&b, ARC_E_INVALID, 3, 0);
  b.rule.round_up_ppm = 1000001;
  expect_bad(&b, ARC_E_INVALID, 3, 0);
  b.rule.day_count = 5;
  expect_bad(&b, ARC_E_INVALID, 4, 0);
  b.rule.rounded = 2;
  expect_bad(&b, ARC_E_INVALID, 5, 0);
  b.rule.rounding = 3;
  expect_bad(&b, ARC_E_INVALID, 6, 0);
  b.rule.reserved = 1;
  expect_bad(&b, ARC_E_INVALID, 7, 0);
  b.rates[1].from = b.rates[0].from;
  expect_bad(&b, ARC_E_INVALID, 1, 1);
  b.rates[0].from = ARC_DAY_NONE;
  expect_bad(&b, ARC_E_INVALID, 1, 0);
  b.rates[1].ppm = -10000001;
  expect_bad(&b, ARC_E_INVALID, 2, 1);
  b.rates[1].reserved = 1;
  expect_bad(&b, ARC_E_INVALID, 3, 1);
  b.rates[1].struct_size = 4;
  expect_bad(&b, ARC_E_ABI, 0, 0);
  b.balances[1].day = 19600;
  expect_bad(&b, ARC_E_INVALID, 1, 1);
  b.balances[1].open = -1;
  expect_bad(&b, ARC_E_INVALID, 2, 1);
  b.balances[0].day = 19751; /* what was open on the due day is not known */
  expect_bad(&b, ARC_E_INVALID, 1, 0);
  b.balances[0].struct_size = 4;
  expect_bad(&b, ARC_E_ABI, 0, 0);
  b.balances[1].struct_size = 4;
  expect_bad(&b, ARC_E_ABI, 0, 0);
  /* No rate in force on the day that fixes it. */
  b.claim.rate_count = 0;
  expect_bad(&b, ARC_E_INVALID, 5, 0);
  b.rates[0].from = 19724; /* 2024-01-02, but that of 1 January counts */
  b.rates[1].from = 19725;
  expect_bad(&b, ARC_E_INVALID, 5, 0);
  b.rule.reference = ARC_RATE_DAILY;
  b.rates[0].from = 19752;
  b.rates[1].from = 19753;
  expect_bad(&b, ARC_E_INVALID, 5, 0);
  b.rule.reference = ARC_RATE_AT_START;
  b.claim.due = b.balances[0].day = b.rates[0].from = ARC_DAY_FIRST;
  expect_bad(&b, ARC_E_INVALID, 5, 0);
  /* More than 64 bits, at the end and per day. */
  b.balances[0].open = INT64_MAX;
  b.rule.margin_ppm = 10000000;
  expect_bad(&b, ARC_E_OVERFLOW, 0, 0);
  b.balances[0].open = INT64_MAX;
  b.rule.margin_ppm = 10000000;
  b.rule.rounded = ARC_INTEREST_PER_DAY;
  expect_bad(&b, ARC_E_OVERFLOW, 0, 0);
}

/* Sums that overflow line by line: each of these fits, two do not. */
static void test_overflow(void **state) {
  (void)state;
  for (int32_t rounded = 0; rounded < 2; rounded++) {
    struct bench b;
    int64_t total = 77;
    bench_init(&b);
    arc_interest_rule rule = ARC_INTEREST_RULE_CONTRACT(6000000);
    rule.rounded = rounded;
    b.claim.rule = &rule;
    b.balances[0].open = INT64_MAX;
    b.balances[1].open = INT64_MAX - 1;
    b.claim.until = 19800; /* 50 days at 600 %: 0.82 of it */
    assert_int_equal(arc_interest_accrue(&total, NULL, 0, NULL, &b.claim, NULL), ARC_OK);
    total = 77;
    b.claim.until = 19850;
    assert_int_equal(arc_interest_accrue(&total, NULL, 0, NULL, &b.claim, NULL), ARC_E_OVERFLOW);
    assert_int_equal(total, 77);
  }
  /* Days of leap years and of others that fit each by itself: 360 % of 366 and of 100 days. */
  for (int32_t rounded = 0; rounded < 2; rounded++) {
    struct bench b;
    int64_t total = 77;
    bench_init(&b);
    arc_interest_rule rule = ARC_INTEREST_RULE_CONTRACT(3600000);
    rule.day_count = ARC_DAY_COUNT_ACT_ACT;
    rule.rounded = rounded;
    b.claim.rule = &rule;
    b.claim.balance_count = 1;
    b.balances[0].open = INT64_MAX / 4;
    b.claim.due = b.balances[0].day = day_of("2023-12-31");
    b.claim.until = day_of("2024-12-31");
    assert_int_equal(arc_interest_accrue(&total, NULL, 0, NULL, &b.claim, NULL), ARC_OK);
    b.claim.due = b.balances[0].day = day_of("2023-06-30");
    total = 77;
    assert_int_equal(arc_interest_accrue(&total, NULL, 0, NULL, &b.claim, NULL), ARC_E_OVERFLOW);
    assert_int_equal(total, 77);
  }
  /* 1,000 % for ten thousand years of the largest balance. */
  for (int32_t count = 0; count < 10; count++) {
    struct bench b;
    int64_t total = 77;
    bench_init(&b);
    arc_interest_rule rule = ARC_INTEREST_RULE_CONTRACT(10000000);
    rule.day_count = count % 5;
    rule.rounded = count / 5;
    b.claim.rule = &rule;
    b.claim.due = b.balances[0].day = ARC_DAY_FIRST;
    b.claim.until = ARC_DAY_LAST;
    b.balances[0].open = b.balances[1].open = INT64_MAX;
    assert_int_equal(arc_interest_accrue(&total, NULL, 0, NULL, &b.claim, NULL), ARC_E_OVERFLOW);
    assert_int_equal(total, 77);
  }
}

static void test_room(void **state) {
  (void)state;
  struct bench b;
  bench_init(&b);
  struct {
    arc_interest_line known;
    int64_t newer;
  } lines[8];
  memset(lines, 0x55, sizeof lines);
  lines[0].known.struct_size = sizeof *lines;
  int64_t total = -1, again = -1;
  size_t count = 0;
  /* Two balances and no change of rate but 1 July, which is after. */
  assert_int_equal(arc_interest_accrue(&total, NULL, 0, &count, &b.claim, NULL), ARC_OK);
  assert_int_equal(count, 2);
  assert_int_equal(arc_interest_accrue(&again, &lines[0].known, 1, &count, &b.claim, NULL), ARC_OK);
  assert_int_equal(count, 2);
  assert_true(again == total);
  assert_int_equal(lines[1].known.amount, 0x5555555555555555);
  assert_int_equal(arc_interest_accrue(&again, &lines[0].known, 8, &count, &b.claim, NULL), ARC_OK);
  assert_true(lines[0].known.amount + lines[1].known.amount == total);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(lines[i].known.struct_size, sizeof *lines);
    assert_int_equal(lines[i].newer, 0x5555555555555555);
  }
  assert_int_equal(lines[2].known.amount, 0x5555555555555555);
  assert_int_equal(arc_interest_accrue(&again, NULL, 1, &count, &b.claim, NULL), ARC_E_INVALID);
  assert_int_equal(arc_interest_accrue(NULL, NULL, 0, &count, &b.claim, NULL), ARC_E_INVALID);
  assert_int_equal(arc_interest_accrue(&again, NULL, 0, &count, NULL, NULL), ARC_E_INVALID);
  lines[0].known.struct_size = 8;
  assert_int_equal(arc_interest_accrue(&again, &lines[0].known, 8, &count, &b.claim, NULL),
                   ARC_E_ABI);
  /* Rows of a newer host lie farther apart; what they have more must be unset. */
  struct {
    arc_interest_rate known;
    int32_t newer;
  } rates[2] = {{b.rates[0], 0}, {b.rates[1], 0}};
  rates[0].known.struct_size = rates[1].known.struct_size = sizeof *rates;
  b.claim.rates = &rates[0].known;
  assert_int_equal(arc_interest_accrue(&again, NULL, 0, &count, &b.claim, NULL), ARC_OK);
  assert_true(again == total);
  rates[1].newer = 1;
  assert_int_equal(arc_interest_accrue(&again, NULL, 0, &count, &b.claim, NULL), ARC_E_ABI);
}

/* ---- any claim, against a walk day by day ---- */

struct any {
  arc_interest_rule rule;
  arc_interest_rate rates[8];
  arc_interest_balance balances[8];
  arc_interest_claim claim;
};

static void any_make(struct any *a) {
  memset(a, 0, sizeof *a);
  a->rule = (arc_interest_rule){sizeof a->rule,
                                (int32_t)random_below(4),
                                (int32_t)random_below(200000) - 20000,
                                random_below(2) ? 5000 : 0,
                                (int32_t)random_below(5),
                                (int32_t)random_below(2),
                                (int32_t)random_below(3),
                                0};
  a->claim = (arc_interest_claim)ARC_INTEREST_CLAIM_INIT;
  a->claim.due = 15000 + (arc_day)random_below(3000);
  a->claim.until = a->claim.due + (arc_day)random_below(random_below(2) ? 40 : 1200);
  a->claim.rate_count = 1 + random_below(8);
  a->claim.balance_count = 1 + random_below(8);
  arc_day day = a->claim.due - 400;
  for (uint32_t i = 0; i < a->claim.rate_count; i++) {
    a->rates[i] =
        (arc_interest_rate){sizeof *a->rates, day, (int32_t)random_below(15) * 2500 - 10000, 0};
    day += 1 + (arc_day)random_below(300);
  }
  day = a->claim.due - (arc_day)random_below(5);
  for (uint32_t i = 0; i < a->claim.balance_count; i++) {
    a->balances[i] = (arc_interest_balance){sizeof *a->balances, day,
                                            random_below(4) ? (int64_t)random_below(1000000) : 0};
    day += 1 + (arc_day)random_below(60);
  }
  a->claim.rates = a->rates;
  a->claim.balances = a->balances;
  a->claim.rule = &a->rule;
}

static int32_t table_rate(const struct any *a, arc_day day) {
  int32_t ppm = 0;
  for (uint32_t i = 0; i < a->claim.rate_count; i++)
    if (a->rates[i].from <= day) ppm = a->rates[i].ppm;
  return ppm;
}

static int32_t any_rate(const struct any *a, arc_day day) {
  arc_day fixing = a->rule.reference == ARC_RATE_AT_START ? a->claim.due + 1 : day;
  char text[11];
  for (; a->rule.reference > ARC_RATE_DAILY; fixing--) {
    assert_int_equal(arc_day_format(text, fixing), ARC_OK);
    if (strcmp(text + 5, "01-01") == 0 || strcmp(text + 5, "07-01") == 0) break;
  }
  if (a->rule.reference == ARC_RATE_AT_START) fixing--;
  int32_t ppm = a->rule.reference ? table_rate(a, fixing) : 0;
  while (a->rule.round_up_ppm && ppm % a->rule.round_up_ppm)
    ppm++;
  ppm += a->rule.margin_ppm;
  return ppm > 0 ? ppm : 0;
}

/* Open at the end of the day before. */
static int64_t any_open(const struct any *a, arc_day day) {
  int64_t open = 0;
  for (uint32_t i = 0; i < a->claim.balance_count; i++)
    if (a->balances[i].day < day) open = a->balances[i].open;
  return open;
}

static int32_t any_days_360(arc_day from, arc_day to, int european) {
  int32_t y1, m1, d1, y2, m2, d2;
  assert_int_equal(arc_day_to_civil(from, &y1, &m1, &d1), ARC_OK);
  assert_int_equal(arc_day_to_civil(to, &y2, &m2, &d2), ARC_OK);
  if (d1 == 31) d1 = 30;
  if (d2 == 31 && (european || d1 == 30)) d2 = 30;
  return 360 * (y2 - y1) + 30 * (m2 - m1) + (d2 - d1);
}

/* How much of a year a day is: *numerator / *denominator. */
static void any_weight(const struct any *a, arc_day day, int64_t *numerator, int64_t *denominator) {
  int32_t year, month, number;
  assert_int_equal(arc_day_to_civil(day, &year, &month, &number), ARC_OK);
  int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  *numerator = 1;
  *denominator = 365;
  if (a->rule.day_count == ARC_DAY_COUNT_ACT_360) *denominator = 360;
  if (a->rule.day_count == ARC_DAY_COUNT_ACT_ACT && leap) *denominator = 366;
  if (a->rule.day_count >= ARC_DAY_COUNT_30_360_US) {
    int european = a->rule.day_count == ARC_DAY_COUNT_30E_360;
    *denominator = 360;
    *numerator =
        any_days_360(a->claim.due, day, european) - any_days_360(a->claim.due, day - 1, european);
  }
}

static int64_t any_rounded(int64_t number, int64_t divisor, int32_t rounding) {
  int64_t quotient = number / divisor, twice = number % divisor * 2;
  if (rounding == ARC_ROUND_DOWN || twice < divisor) return quotient;
  if (twice == divisor && rounding == ARC_ROUND_HALF_EVEN) return quotient + quotient % 2;
  return quotient + 1;
}

static int64_t any_total(const struct any *a) {
  int64_t sum = 0, total = 0;
  for (arc_day day = a->claim.due + 1; day <= a->claim.until; day++) {
    int64_t numerator, denominator, interest = any_open(a, day) * any_rate(a, day);
    any_weight(a, day, &numerator, &denominator);
    total += numerator * any_rounded(interest, denominator * 1000000, a->rule.rounding);
    sum += a->rule.day_count == ARC_DAY_COUNT_ACT_ACT ? interest * (365 * 366 / denominator)
                                                      : interest * numerator;
  }
  if (a->rule.rounded == ARC_INTEREST_PER_DAY) return total;
  int64_t divisor = a->rule.day_count == ARC_DAY_COUNT_ACT_365F  ? 365
                    : a->rule.day_count == ARC_DAY_COUNT_ACT_ACT ? 365 * 366
                                                                 : 360;
  return any_rounded(sum, divisor * 1000000, a->rule.rounding);
}

static void test_any_claim(void **state) {
  (void)state;
  size_t several = 0;
  for (int round = 0; round < 4000; round++) {
    struct any a;
    arc_interest_line lines[256];
    arc_error err = ARC_ERROR_INIT;
    int64_t total = -1, sum = 0;
    size_t count = 0;
    any_make(&a);
    lines[0].struct_size = sizeof *lines;
    if (arc_interest_accrue(&total, lines, COUNT(lines), &count, &a.claim, &err) != ARC_OK)
      fail_msg("%s", err.text);
    assert_true(count <= COUNT(lines));
    assert_true(total == any_total(&a));
    several += count > 1;
    arc_day day = a.claim.due;
    for (size_t i = 0; i < count; i++) {
      const arc_interest_line *line = &lines[i];
      assert_true(line->from > day && line->to >= line->from && line->to <= a.claim.until);
      for (arc_day between = day + 1; between < line->from; between++)
        assert_true(any_open(&a, between) == 0);
      assert_true(line->balance > 0 && line->amount >= 0 && line->days >= 0);
      if (a.rule.day_count < ARC_DAY_COUNT_30_360_US)
        assert_int_equal(line->days, line->to - line->from + 1);
      for (day = line->from; day <= line->to; day++) {
        assert_true(any_open(&a, day) == line->balance);
        assert_int_equal(any_rate(&a, day), line->ppm);
      }
      day = line->to;
      /* as long as it can be */
      if (day < a.claim.until)
        assert_true(any_open(&a, day + 1) != line->balance || any_rate(&a, day + 1) != line->ppm);
      sum += line->amount;
    }
    for (; day < a.claim.until; day++)
      assert_true(any_open(&a, day + 1) == 0);
    assert_true(sum == total);
  }
  assert_true(several > 1000);
}

/* Whatever stands in the structs: an answer or a clean refusal, with nothing written. */
static void test_any_bytes(void **state) {
  (void)state;
  size_t accepted = 0;
  for (int round = 0; round < 40000; round++) {
    static const int64_t odd[] = {INT64_MIN, INT32_MIN, -1,        0,       1,      2,
                                  40,        INT32_MAX, INT64_MAX, 2932896, -719162};
    struct any a;
    any_make(&a);
    for (uint32_t n = 1 + random_below(3); n > 0; n--) {
      int64_t value = odd[random_below(COUNT(odd))];
      int32_t small = (int32_t)(value > INT32_MAX   ? INT32_MAX
                                : value < INT32_MIN ? INT32_MIN
                                                    : value);
      switch (random_below(11)) {
      case 0:
        a.rule.reference = small;
        break;
      case 1:
        a.rule.margin_ppm = small;
        break;
      case 2:
        a.rule.round_up_ppm = small;
        break;
      case 3:
        a.rule.day_count = small;
        break;
      case 4:
        a.claim.due = small;
        break;
      case 5:
        a.claim.until = small;
        break;
      case 6:
        a.rates[random_below(8)].from = small;
        break;
      case 7:
        a.rates[random_below(8)].ppm = small;
        break;
      case 8:
        a.balances[random_below(8)].day = small;
        break;
      case 9:
        a.balances[random_below(8)].open = value;
        break;
      default:
        a.rates[random_below(8)].struct_size = (uint32_t)small;
      }
    }
    arc_interest_line line = {sizeof line, 7, 7, 7, 7, 7, 7, 7};
    int64_t total = -77;
    arc_error err = ARC_ERROR_INIT;
    arc_status status = arc_interest_accrue(&total, &line, 1, NULL, &a.claim, &err);
    if (status == ARC_OK) {
      accepted++;
      assert_true(total >= 0);
      continue;
    }
    assert_true(status == ARC_E_INVALID || status == ARC_E_OVERFLOW || status == ARC_E_ABI);
    assert_true(total == -77 && line.from == 7 && err.text[0] != 0);
  }
  assert_true(accepted > 5000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),      cmocka_unit_test(test_compensation),
      cmocka_unit_test(test_bad_claims), cmocka_unit_test(test_overflow),
      cmocka_unit_test(test_room),       cmocka_unit_test(test_any_claim),
      cmocka_unit_test(test_any_bytes),
  };
  return cmocka_run_group_tests_name("interest", tests, NULL, NULL);
}
