/*
 * How the cash of a payment is made up of items: exactly, less discounts that are earned, within the tolerance, less a
 * deduction, in part, or with something left over. Arithmetic alone; the caller knows which items were meant.
 */
#include "matcher_internal.h"

#include "checked.h"

#define FIT_DISCOUNTS_MAX 40 /* items among which the discounts taken are searched */
#define FIT_UNCLEAR       2  /* several combinations of discounts fit */
/* A difference is called a deduction up to a fifth of the largest item. Beyond, a single item is paid in part. */
#define FIT_DEDUCTION_SHARE 5

typedef struct fit_sums {
  int64_t open, disputed, early;
} fit_sums;

static arc_status fit_sum(const arc__decision *d, const arc__match_line *lines, size_t count, fit_sums *sums) {
  memset(sums, 0, sizeof *sums);
  for (size_t i = 0; i < count; i++) {
    if (!arc__add(&sums->open, sums->open, lines[i].open))
      return arc__fail(d->err, ARC_E_OVERFLOW, "open items do not add up within 64 bits");
    sums->disputed += lines[i].disputed;
    sums->early += lines[i].early;
  }
  return ARC_OK;
}

static void fit_take(arc__match_line *lines, size_t count, int disputed) {
  for (size_t i = 0; i < count; i++) {
    lines[i].amount = lines[i].open - (disputed ? 0 : lines[i].disputed);
    lines[i].discount = lines[i].tolerance = lines[i].deduction = lines[i].credited = 0;
  }
}

static void fit_take_discount(arc__match_line *line) {
  line->discount = line->early;
  line->amount = line->open - line->early;
}

static arc__match_line *fit_largest(arc__match_line *lines, size_t count) {
  arc__match_line *largest = &lines[0];
  for (size_t i = 1; i < count; i++)
    if (lines[i].amount > largest->amount) largest = &lines[i];
  return largest;
}

/* Which earned discounts make up the difference: all, or the only combination that does; FIT_UNCLEAR: one of
 * several. */
static arc_status fit_discounts(const arc__decision *d, arc__match_line *lines, size_t count, int64_t difference,
                                int64_t all, int *fits) {
  arc__subset_value values[FIT_DISCOUNTS_MAX];
  uint8_t found[FIT_DISCOUNTS_MAX];
  arc__subsets subsets = {0, 0, found, 0};
  size_t early[FIT_DISCOUNTS_MAX], n = 0;
  *fits = 0;
  if (difference <= 0 || difference > all) return ARC_OK;
  for (size_t i = 0; i < count; i++)
    if (lines[i].early > 0) {
      if (n == FIT_DISCOUNTS_MAX) {
        if (difference != all) return ARC_OK;
        continue;
      }
      early[n] = i;
      values[n++] = (arc__subset_value){lines[i].early, 0};
    }
  fit_take(lines, count, 0);
  *fits = 1;
  if (difference == all) {
    for (size_t i = 0; i < count; i++)
      if (lines[i].early > 0) fit_take_discount(&lines[i]);
    return ARC_OK;
  }
  ARC__TRY(arc__subsets_find(d->m->heap, values, n, difference, ARC__SUBSETS_BUDGET / 16, &subsets, d->err));
  *fits = subsets.result == ARC__SUBSETS_UNIQUE ? 1 : subsets.result == ARC__SUBSETS_NONE ? 0 : FIT_UNCLEAR;
  for (size_t i = 0; i < n && *fits; i++)
    if (found[i]) fit_take_discount(&lines[early[i]]);
  return ARC_OK;
}

/* A small difference to the open amounts, or to them less all earned discounts. */
static int fit_tolerance(arc__match_line *lines, size_t count, int64_t difference, int64_t early, int64_t limit) {
  fit_take(lines, count, 0);
  arc__match_line *largest = fit_largest(lines, count);
  if (difference > 0 && difference <= limit) {
    if (largest->amount < difference) return 0;
  } else {
    difference -= early;
    if (early == 0 || difference > limit || difference < -limit) return 0;
    for (size_t i = 0; i < count; i++)
      if (lines[i].early > 0) fit_take_discount(&lines[i]);
    if (difference < 0) { /* a little less discount was taken than allowed */
      largest = &lines[0];
      for (size_t i = 1; i < count; i++)
        if (lines[i].discount > largest->discount) largest = &lines[i];
      if (largest->discount < -difference) return 0;
      largest->discount += difference;
      largest->amount -= difference;
      return 1;
    }
    if (largest->amount < difference) return 0;
  }
  largest->amount -= difference;
  largest->tolerance = difference;
  return 1;
}

/* What is missing is left open of the only item that it may be taken from without being most of it, or of the
 * largest one: which, only the payer knows. */
static int fit_short(arc__match_line *lines, size_t count, int64_t difference, int64_t early) {
  fit_take(lines, count, 0);
  if (early > 0 && difference > early) {
    for (size_t i = 0; i < count; i++)
      if (lines[i].early > 0) fit_take_discount(&lines[i]);
    difference -= early;
  }
  arc__match_line *largest = fit_largest(lines, count);
  if (difference > largest->amount / FIT_DEDUCTION_SHARE) return 0;
  largest->amount -= difference;
  largest->deduction = difference;
  return 1;
}

static arc_status fit_difference(arc__match_line *lines, size_t count, const fit_sums *sums, int64_t cash, int *fit) {
  int64_t difference = sums->open - sums->disputed - cash;
  *fit = ARC__FIT_NONE;
  if (difference < 0 && cash < sums->open) { /* some of what is disputed is paid after all */
    fit_take(lines, count, 0);
    lines[0].amount = cash;
    *fit = count == 1 ? ARC__FIT_PART : ARC__FIT_NONE;
  } else if (difference < 0) {
    fit_take(lines, count, 1);
    *fit = ARC__FIT_MORE;
  } else if (fit_short(lines, count, difference, sums->early)) {
    *fit = ARC__FIT_SHORT;
  } else if (count == 1) {
    fit_take(lines, count, 0);
    lines[0].amount = cash;
    *fit = ARC__FIT_PART;
  }
  return ARC_OK;
}

arc_status arc__match_fit(const arc__decision *d, arc__match_line *lines, size_t count, int64_t cash, int *fit) {
  fit_sums sums;
  int fits = 0;
  ARC__TRY(fit_sum(d, lines, count, &sums));
  *fit = ARC__FIT_EQUAL;
  fit_take(lines, count, cash == sums.open);
  if (cash == sums.open || cash == sums.open - sums.disputed) return ARC_OK;
  if (count == 1 && cash == lines[0].first) {
    lines[0].amount = cash;
    return ARC_OK;
  }
  int64_t difference = sums.open - sums.disputed - cash;
  ARC__TRY(fit_discounts(d, lines, count, difference, sums.early, &fits));
  *fit = fits == FIT_UNCLEAR ? ARC__FIT_UNCLEAR : ARC__FIT_DISCOUNT;
  if (fits) return ARC_OK;
  *fit = ARC__FIT_TOLERANCE;
  if (fit_tolerance(lines, count, difference, sums.early, d->m->options.tolerance)) return ARC_OK;
  return fit_difference(lines, count, &sums, cash, fit);
}
