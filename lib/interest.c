/* Late interest in exact integers. A claim is walked once, from change to change of balance or
 * rate; what neighbours share becomes one line. Interest is a sum of balance * rate * days over one
 * divisor for the whole claim, kept in 128 bits and rounded where the rule says. Walking once
 * without writing finds every error first. Nothing allocates. */
#include "arcollect/interest.h"

#include "arcollect/money.h"
#include "checked.h"
#include "dates.h"
#include "error.h"
#include "wide.h"
#include "struct_sizes.h"

#include <string.h>

#define INTEREST_PPM          1000000
#define INTEREST_PPM_MAX      10000000
#define INTEREST_ROUND_UP_MAX 1000000
#define INTEREST_LEAP_YEAR    366
#define INTEREST_YEAR         365

/* A claim that was checked, and where the walk through it stands. */
struct interest_walk {
  arc_interest_claim claim;
  arc_interest_rule rule;
  size_t rate_at, balance_at; /* the rows in force; the walk never goes back */
  uint64_t divisor;           /* of the sum: parts per million and days of the year */
  arc__wide sum;
  int64_t total;
  arc_interest_line *lines;
  size_t capacity, count;
  arc_error *err;
};

/* ---- rows of the caller's ---- */

/* The place of a row; the first one is there. */
static const void *interest_at(const void *rows, size_t index) {
  uint32_t stride;
  memcpy(&stride, rows, sizeof stride);
  return (const unsigned char *)rows + index * stride;
}

static arc_interest_rate interest_rate(const struct interest_walk *w, size_t index) {
  arc_interest_rate row;
  (void)ARC__READ(arc_interest_rate, &row, interest_at(w->claim.rates, index), NULL); /* checked before */
  return row;
}

static arc_interest_balance interest_balance(const struct interest_walk *w, size_t index) {
  arc_interest_balance row;
  (void)ARC__READ(arc_interest_balance, &row, interest_at(w->claim.balances, index), NULL); /* checked before */
  return row;
}

static arc_status interest_check_range(int32_t value, int32_t least, int32_t most, uint64_t record,
                                       uint32_t field, const char *what, arc_error *err) {
  if (value >= least && value <= most) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, record, field, "%s is %d, must be %d to %d", what,
                         (int)value, (int)least, (int)most);
}

static arc_status interest_check_rule(const arc_interest_rule *r, arc_error *err) {
  ARC__TRY(interest_check_range(r->reference, ARC_RATE_NONE, ARC_RATE_AT_START, 0, 1,
                                "reference", err));
  ARC__TRY(interest_check_range(r->margin_ppm, -INTEREST_PPM_MAX, INTEREST_PPM_MAX, 0, 2,
                                "margin_ppm", err));
  ARC__TRY(
      interest_check_range(r->round_up_ppm, 0, INTEREST_ROUND_UP_MAX, 0, 3, "round_up_ppm", err));
  ARC__TRY(interest_check_range(r->day_count, ARC_DAY_COUNT_ACT_365F, ARC_DAY_COUNT_30E_360, 0, 4,
                                "day_count", err));
  ARC__TRY(interest_check_range(r->rounded, ARC_INTEREST_AT_END, ARC_INTEREST_PER_DAY, 0, 5,
                                "rounded", err));
  ARC__TRY(interest_check_range(r->rounding, ARC_ROUND_HALF_EVEN, ARC_ROUND_DOWN, 0, 6, "rounding",
                                err));
  if (r->reserved != 0) return arc__fail_field(err, ARC_E_INVALID, 0, 7, "reserved must be 0");
  return ARC_OK;
}

/* Days of rows must rise. */
static arc_status interest_check_day(arc_day day, arc_day before, uint64_t record, const char *what,
                                     arc_error *err) {
  if (!arc__day_in_range(day))
    return arc__fail_field(err, ARC_E_INVALID, record, 1,
                           "%s: the day must be of the years 1 to 9999", what);
  if (day <= before)
    return arc__fail_field(err, ARC_E_INVALID, record, 1,
                           "%s: the day must be after that of the row before", what);
  return ARC_OK;
}

static arc_status interest_check_rates(const struct interest_walk *w, arc_error *err) {
  arc_interest_rate row;
  arc_day before = ARC_DAY_NONE;
  ARC__TRY(ARC__CHECK_ROWS(arc_interest_rate, w->claim.rates, w->claim.rate_count, err));
  for (size_t i = 0; i < w->claim.rate_count; i++) {
    ARC__TRY(ARC__READ(arc_interest_rate, &row, interest_at(w->claim.rates, i), err));
    ARC__TRY(interest_check_day(row.from, before, i, "rates", err));
    ARC__TRY(interest_check_range(row.ppm, -INTEREST_PPM_MAX, INTEREST_PPM_MAX, i, 2, "rates: ppm",
                                  err));
    if (row.reserved != 0)
      return arc__fail_field(err, ARC_E_INVALID, i, 3, "rates: reserved must be 0");
    before = row.from;
  }
  return ARC_OK;
}

static arc_status interest_check_balances(const struct interest_walk *w, arc_error *err) {
  arc_interest_balance row;
  arc_day before = ARC_DAY_NONE;
  if (w->claim.balance_count == 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 3, "balance_count is 0, must be 1 at least");
  ARC__TRY(ARC__CHECK_ROWS(arc_interest_balance, w->claim.balances, w->claim.balance_count, err));
  for (size_t i = 0; i < w->claim.balance_count; i++) {
    ARC__TRY(ARC__READ(arc_interest_balance, &row, interest_at(w->claim.balances, i), err));
    ARC__TRY(interest_check_day(row.day, before, i, "balances", err));
    if (row.open < 0)
      return arc__fail_field(err, ARC_E_INVALID, i, 2,
                             "balances: open is %lld, must not be negative", (long long)row.open);
    before = row.day;
  }
  if (interest_balance(w, 0).day > w->claim.due)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1,
                           "balances: the first row must say what was open on the due day");
  return ARC_OK;
}

static uint64_t interest_divisor(int32_t day_count) {
  uint64_t year = day_count == ARC_DAY_COUNT_ACT_365F  ? INTEREST_YEAR
                  : day_count == ARC_DAY_COUNT_ACT_ACT ? INTEREST_YEAR * INTEREST_LEAP_YEAR
                                                       : 360;
  return INTEREST_PPM * year;
}

static arc_status interest_begin(struct interest_walk *w, const arc_interest_claim *claim,
                                 arc_error *err) {
  memset(w, 0, sizeof *w);
  w->err = err;
  ARC__TRY(ARC__READ(arc_interest_claim, &w->claim, claim, err));
  ARC__TRY(ARC__READ(arc_interest_rule, &w->rule, w->claim.rule, err));
  if (!arc__day_in_range(w->claim.due) || !arc__day_in_range(w->claim.until))
    return arc__fail_field(err, ARC_E_INVALID, 0, arc__day_in_range(w->claim.due) ? 2 : 1,
                           "due and until must be days of the years 1 to 9999");
  if (w->claim.reserved != 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 8, "reserved must be 0");
  ARC__TRY(interest_check_rule(&w->rule, err));
  ARC__TRY(interest_check_rates(w, err));
  ARC__TRY(interest_check_balances(w, err));
  w->divisor = interest_divisor(w->rule.day_count);
  return ARC_OK;
}

/* ---- what holds on a day ---- */

/* 1 January or 1 July before or on a day. */
static arc_day interest_half_year(arc_day day) {
  int32_t year = 1, month = 1, day_of_month;
  arc_day_to_civil(day, &year, &month, &day_of_month);
  return arc_day_from_civil(year, month < 7 ? 1 : 7, 1);
}

/* The reference rate of a day of interest, and the last day it is sure to hold. */
static arc_status interest_reference(struct interest_walk *w, arc_day day, int32_t *ppm,
                                     arc_day *last) {
  arc_day fixing = day, first = w->claim.due + 1;
  *last = w->claim.until;
  if (w->rule.reference == ARC_RATE_HALF_YEAR) {
    fixing = interest_half_year(day);
    arc_day next = arc_day_add_months(fixing, 6); /* none after 9999 */
    if (next != ARC_DAY_NONE && next <= *last) *last = next - 1;
  } else if (w->rule.reference == ARC_RATE_AT_START) {
    fixing = interest_half_year(first) - 1;
  }
  while (w->rate_at + 1 < w->claim.rate_count && interest_rate(w, w->rate_at + 1).from <= fixing)
    w->rate_at++;
  if (w->claim.rate_count == 0 || interest_rate(w, w->rate_at).from > fixing) {
    char date[11] = "0000-12-31"; /* the one day that has no text of its own */
    arc_day_format(date, fixing);
    return arc__fail_field(w->err, ARC_E_INVALID, 0, 5,
                           "the table has no reference rate that is in force on %s", date);
  }
  *ppm = interest_rate(w, w->rate_at).ppm;
  if (w->rule.reference == ARC_RATE_DAILY && w->rate_at + 1 < w->claim.rate_count) {
    arc_day next = interest_rate(w, w->rate_at + 1).from;
    if (next <= *last) *last = next - 1;
  }
  return ARC_OK;
}

static int32_t interest_round_up(int32_t ppm, int32_t multiple) {
  if (multiple == 0) return ppm;
  int32_t over = ppm % multiple;
  return over > 0 ? ppm - over + multiple : ppm - over;
}

/* The rate of a day, and the last day it is sure to hold. */
static arc_status interest_effective(struct interest_walk *w, arc_day day, int32_t *ppm,
                                     arc_day *last) {
  int32_t reference = 0;
  *last = w->claim.until;
  if (w->rule.reference != ARC_RATE_NONE)
    ARC__TRY(interest_reference(w, day, &reference, last));
  *ppm = interest_round_up(reference, w->rule.round_up_ppm) + w->rule.margin_ppm;
  if (*ppm < 0) *ppm = 0;
  return ARC_OK;
}

/* What a day bears interest on, and the last day it is sure to. */
static int64_t interest_open(struct interest_walk *w, arc_day day, arc_day *last) {
  size_t rows = w->claim.balance_count;
  while (w->balance_at + 1 < rows && interest_balance(w, w->balance_at + 1).day < day)
    w->balance_at++;
  *last = w->claim.until;
  if (w->balance_at + 1 < rows) {
    arc_day next = interest_balance(w, w->balance_at + 1).day;
    if (next < *last) *last = next;
  }
  return interest_balance(w, w->balance_at).open;
}

/* ---- days ---- */

/* By a 30/360 rule, from one day (not counted) to another (counted). */
static int32_t interest_days_360(arc_day from, arc_day to, int32_t day_count) {
  int32_t year_from = 0, month_from = 0, day_from = 0, year_to = 0, month_to = 0, day_to = 0;
  arc_day_to_civil(from, &year_from, &month_from, &day_from);
  arc_day_to_civil(to, &year_to, &month_to, &day_to);
  if (day_from == 31) day_from = 30;
  if (day_to == 31 && (day_count == ARC_DAY_COUNT_30E_360 || day_from == 30)) day_to = 30;
  return (year_to - year_from) * 360 + (month_to - month_from) * 30 + day_to - day_from;
}

static int32_t interest_days(const struct interest_walk *w, const arc_interest_line *line) {
  if (w->rule.day_count < ARC_DAY_COUNT_30_360_US) return line->to - line->from + 1;
  return interest_days_360(w->claim.due, line->to, w->rule.day_count) -
         interest_days_360(w->claim.due, line->from - 1, w->rule.day_count);
}

/* Those of a line's days that lie in leap years. */
static int32_t interest_leap_days(const arc_interest_line *line) {
  int32_t year = 0, last = 0, month, day, days = 0;
  arc_day_to_civil(line->from, &year, &month, &day);
  arc_day_to_civil(line->to, &last, &month, &day);
  for (; year <= last; year++) {
    if (arc_day_from_civil(year, 2, 29) == ARC_DAY_NONE) continue;
    arc_day first_day = arc_day_from_civil(year, 1, 1), last_day = arc_day_from_civil(year, 12, 31);
    days += (last_day < line->to ? last_day : line->to) -
            (first_day > line->from ? first_day : line->from) + 1;
  }
  return days;
}

/* ---- amounts ---- */

/* 0 if it does not fit. */
static int interest_rounded(int64_t *out, arc__wide number, uint64_t divisor, int32_t rounding) {
  uint64_t rest;
  if (number.high >= divisor) return 0;
  uint64_t quotient = arc__wide_divide(number, divisor, &rest);
  int up = rounding == ARC_ROUND_DOWN ? 0
           : rest == divisor - rest   ? rounding == ARC_ROUND_HALF_UP || quotient % 2 == 1
                                      : rest > divisor - rest;
  if (quotient > (uint64_t)INT64_MAX - (uint64_t)up) return 0;
  *out = (int64_t)quotient + up;
  return 1;
}

/* Adds `days` times the interest of one day, rounded. */
static int interest_add_days(const struct interest_walk *w, arc_interest_line *line, int32_t days,
                             uint64_t year) {
  int64_t daily;
  arc__wide one = arc__wide_multiply((uint64_t)line->balance, (uint64_t)line->ppm);
  if (!interest_rounded(&daily, one, year * INTEREST_PPM, w->rule.rounding)) return 0;
  arc__wide all = arc__wide_multiply((uint64_t)daily, (uint64_t)days);
  return all.high == 0 && all.low <= INT64_MAX &&
         arc__add(&line->amount, line->amount, (int64_t)all.low);
}

static int interest_per_day(const struct interest_walk *w, arc_interest_line *line) {
  if (w->rule.day_count != ARC_DAY_COUNT_ACT_ACT)
    return interest_add_days(w, line, line->days, w->divisor / INTEREST_PPM);
  int32_t leap = interest_leap_days(line);
  return interest_add_days(w, line, leap, INTEREST_LEAP_YEAR) &&
         interest_add_days(w, line, line->days - leap, INTEREST_YEAR);
}

static int interest_at_end(struct interest_walk *w, arc_interest_line *line) {
  uint64_t weight = (uint64_t)line->days;
  int64_t before = w->total, after;
  if (w->rule.day_count == ARC_DAY_COUNT_ACT_ACT) {
    uint64_t leap = (uint64_t)interest_leap_days(line);
    weight = leap * INTEREST_YEAR + (weight - leap) * INTEREST_LEAP_YEAR;
  }
  /* The factor stays below 2^56, for rates below 2^25, days below 2^22 and years below 2^9; the sum
   * so far is below 2^101, since its quotient fitted. */
  arc__wide more = arc__wide_multiply((uint64_t)line->balance, weight * (uint64_t)line->ppm);
  w->sum = arc__wide_add(w->sum, more);
  if (!interest_rounded(&after, w->sum, w->divisor, w->rule.rounding)) return 0;
  line->amount = after - before;
  return 1;
}

/* A line is complete. */
static arc_status interest_end_line(struct interest_walk *w, arc_interest_line *line) {
  if (line->balance == 0) return ARC_OK;
  line->days = interest_days(w, line);
  line->amount = 0;
  int fits =
      w->rule.rounded == ARC_INTEREST_AT_END ? interest_at_end(w, line) : interest_per_day(w, line);
  if (!fits || !arc__add(&w->total, w->total, line->amount))
    return arc__fail(w->err, ARC_E_OVERFLOW, "the interest does not fit 64 bits of minor units");
  if (w->count < w->capacity) arc__write_row(w->lines, w->count, line, sizeof *line);
  w->count++;
  return ARC_OK;
}

static arc_status interest_walk(struct interest_walk *w) {
  arc_day due = w->claim.due, last_balance, last_rate;
  arc_interest_line line = {(uint32_t)sizeof line, due + 1, due, 0, 0, 0, 0, 0}; /* empty as yet */
  while (line.to < w->claim.until) {
    arc_day day = line.to + 1;
    int32_t ppm;
    ARC__TRY(interest_effective(w, day, &ppm, &last_rate));
    int64_t open = interest_open(w, day, &last_balance);
    if (ppm != line.ppm || open != line.balance) {
      ARC__TRY(interest_end_line(w, &line));
      line.from = day;
      line.ppm = ppm;
      line.balance = open;
    }
    line.to = last_balance < last_rate ? last_balance : last_rate;
  }
  return interest_end_line(w, &line);
}

arc_status arc_interest_accrue(int64_t *total, arc_interest_line *lines, size_t capacity,
                               size_t *count, const arc_interest_claim *claim, arc_error *err) {
  struct interest_walk trial, walk;
  if (!total) return arc__fail(err, ARC_E_INVALID, "total is NULL");
  ARC__TRY(interest_begin(&trial, claim, err));
  ARC__TRY(ARC__CHECK_ROWS(arc_interest_line, lines, capacity, err));
  walk = trial;
  ARC__TRY(interest_walk(&trial));
  walk.lines = lines;
  walk.capacity = capacity;
  if (capacity > 0) ARC__TRY(interest_walk(&walk));
  *total = trial.total;
  if (count) *count = trial.count;
  return ARC_OK;
}

/* ---- compensation ---- */

static arc_status interest_check_band(const arc_compensation_band *band, uint64_t record,
                                      arc_error *err) {
  if (band->currency[3] != 0 || arc_currency_digits(band->currency) < 0)
    return arc__fail_field(err, ARC_E_INVALID, record, 1,
                           "currency must be an ISO 4217 code with a minor unit, such as \"EUR\"");
  if (band->from < 0)
    return arc__fail_field(err, ARC_E_INVALID, record, 2, "from is %lld, must not be negative",
                           (long long)band->from);
  if (band->amount < 0)
    return arc__fail_field(err, ARC_E_INVALID, record, 3, "amount is %lld, must not be negative",
                           (long long)band->amount);
  return ARC_OK;
}

arc_status arc_compensation_find(int64_t *amount, int64_t debt, const char *currency,
                                 const arc_compensation_band *bands, size_t count, arc_error *err) {
  int64_t from = -1, found = 0;
  if (!amount) return arc__fail(err, ARC_E_INVALID, "amount is NULL");
  if (debt < 0)
    return arc__fail(err, ARC_E_INVALID, "debt is %lld, must not be negative", (long long)debt);
  if (arc_currency_digits(currency) < 0)
    return arc__fail(err, ARC_E_INVALID, "currency must be an ISO 4217 code, such as \"EUR\"");
  ARC__TRY(ARC__CHECK_ROWS(arc_compensation_band, bands, count, err));
  for (size_t i = 0; i < count; i++) {
    arc_compensation_band band;
    ARC__TRY(ARC__READ(arc_compensation_band, &band, interest_at(bands, i), err));
    ARC__TRY(interest_check_band(&band, i, err));
    if (strcmp(band.currency, currency) != 0 || band.from > debt || band.from < from) continue;
    if (band.from == from)
      return arc__fail_field(err, ARC_E_INVALID, i, 2, "two bands of %s begin at %lld", currency,
                             (long long)from);
    from = band.from;
    found = band.amount;
  }
  if (from < 0 && debt > 0)
    return arc__fail(err, ARC_E_NOT_FOUND, "no band of %s is for a debt of %lld", currency,
                     (long long)debt);
  *amount = debt > 0 ? found : 0;
  return ARC_OK;
}
