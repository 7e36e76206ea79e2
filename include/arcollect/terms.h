/** Payment terms as text: when an invoice falls due, in which instalments, and which discount early
 * payment earns. No ledger, no memory, no clock: each call reads the text anew, in one pass.
 *
 *   net 30                              30 days after the invoice
 *   2/10, net 30                        2 % if paid within 10 days, else all within 30
 *   3/10, 1/20, net 30                  several discounts, the percentages falling
 *   net 45 eom                          the end of the month first, then 45 days: the same as eom +45d
 *   +45d eom                            45 days first, then the end of that month
 *   +30d eom +10d                       any sequence of moves, done from left to right
 *   2/10th prox, net 20th prox          2 % until the 10th of the next month, all by its 20th
 *   +31d 15th                           the first 15th of a month on or after day 31
 *   eom +10d, cut-off 25                an invoice of the 26th or later counts as one of the next month
 *   net 30, modified following          a business-day rule moves every day that the terms give
 *   due on receipt                      on the day of the invoice
 *   30% on issue, balance +60d          instalments: shares of the whole amount, and what is left
 *   1/3 +30d, 1/3 +60d, balance +90d
 *   100.00 on issue, balance net 30
 *
 *   terms      = [discounts ","] schedule ["," "cut-off" DAY] ["," rule]
 *   discounts  = PERCENT "/" days {"," PERCENT "/" days}
 *   schedule   = "due on receipt" | "net" days | moves | instalment {"," instalment}
 *   instalment = share ("on issue" | "net" days | ["on"] moves)
 *   share      = PERCENT "%" | NUMBER "/" NUMBER | AMOUNT | "balance"
 *   days       = NUMBER ["eom"] | moves
 *   moves      = move {move}
 *   move       = "+" NUMBER "d" | "+" NUMBER "m" | "eom" | DAY "th" ["prox"]
 *   rule       = "following" | "modified following" | "preceding" | "modified preceding"
 *
 * - Days are counted from the invoice: the day after it is day 1, and day N is the last to pay, or to earn
 *   the discount.
 * - 'eom' goes to the end of the month; '+Nm' to the same day N months later, right after an 'eom' to the end
 *   of that month; 'DAYth' (1st, 2nd, 3rd ...) to the first such day on or after; 'DAYth prox' to that day of
 *   the following month. A day that a month lacks is its last.
 * - The cut-off looks at the day of the invoice, and moves the first 'eom' or 'prox' of each sequence on by a
 *   month. It is 1 to 30 and needs an 'eom' or 'prox'.
 * - The rule moves due days and last days of discounts alike, by the caller's calendar. It alone can bring a
 *   day before the invoice.
 * - Shares are of the whole amount. Exactly one instalment is the 'balance'; percentages and fractions come
 *   to less than 100 %; amounts have no more decimals than the currency. A '1/3' is a third when '+' or 'on'
 *   follows it ('1/3 on eom') or an instalment came before it; else it is a discount of 1 % for 3 days.
 * - Limits: 8 discounts, 36 instalments, 8 moves in a sequence, 3,650 days and 120 months in a move;
 *   percentages 0.01 to 99.99; fractions of 2 to 12 parts; amounts of 14 digits before the point and 4 behind
 *   it; 65,535 bytes.
 * - Blanks separate; upper or lower case is the same; 'n/30' is read as 'net 30'; the comma may be left out
 *   before 'net', 'due on receipt', 'cut-off' and the rule.
 *
 * For terms from the receipt of goods (ROG), state that day as the day of the invoice.
 */
#ifndef ARCOLLECT_TERMS_H
#define ARCOLLECT_TERMS_H

#include "calendar.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ARC_TERMS_INSTALMENTS_MAX 36 /**< more than that no terms have */
#define ARC_TERMS_DISCOUNTS_MAX 8

/** The invoice that terms are applied to. */
typedef struct arc_terms_invoice {
  uint32_t struct_size;
  arc_day issued;
  arc_text terms;
  int64_t amount;               /**< minor units, > 0 */
  char currency[4];             /**< ISO 4217 code with a minor unit */
  uint32_t reserved;            /**< 0 */
  const arc_calendar *calendar; /**< for the business-day rule; NULL: weekends only */
} arc_terms_invoice;
#define ARC_TERMS_INVOICE_INIT                                                                               \
  {(uint32_t)sizeof(arc_terms_invoice), ARC_DAY_NONE, {0, 0}, 0, {0}, 0, 0}

/** A part of an invoice, as terms give it and as the ledger takes it. */
typedef struct arc_instalment {
  uint32_t struct_size;
  arc_day due;
  int64_t amount; /**< minor units, > 0 */
} arc_instalment;

typedef struct arc_terms_discount {
  uint32_t struct_size;
  arc_day last;          /**< the last day that earns it, before any grace */
  uint32_t basis_points; /**< 1..9,999 */
  uint32_t reserved;     /**< 0 */
} arc_terms_discount;

/** What is paid, for arc_terms_discount_earned. */
typedef struct arc_terms_settlement {
  uint32_t struct_size;
  arc_day value_day;   /**< of the payment */
  int64_t open;        /**< open before it, minor units, >= 0 */
  int64_t base;        /**< the part of it that earns discount: all, or goods without tax and freight */
  int64_t paid;        /**< cash, minor units, >= 0 */
  uint32_t grace_days; /**< days that a payment may be late for its discount */
  uint32_t reserved;   /**< 0 */
} arc_terms_settlement;
#define ARC_TERMS_SETTLEMENT_INIT {(uint32_t)sizeof(arc_terms_settlement), ARC_DAY_NONE, 0, 0, 0, 0, 0}

/** Checks terms, and writes them back in their one canonical form: reading that gives the same terms, printing it the
 * same bytes. `text_size` may be ARC_NUL_TERMINATED.
 * @param buf   receives the text, NUL-terminated; NULL with cap 0: they are only checked, and their length told
 * @param size  receives the length without NUL (also when cap is too small: ARC_E_INVALID, nothing else written); may
 * be NULL
 * @return ARC_OK; ARC_E_SYNTAX with the column and what was expected; ARC_E_INVALID for no text or too long a one.
 * Since 0.1. */
ARC_API arc_status arc_terms_print(char *buf, size_t cap, size_t *size, const char *text, size_t text_size,
                                   arc_error *err);

/** The instalments and discounts of an invoice.
 *
 * Instalments add up to the amount exactly: each percentage or fraction of it is rounded half to even (but
 * takes no more than is left), amounts are as stated, the balance takes the rest. They come in the order of
 * their due days, equal ones as in the text; those of nothing (a share of some cents) are left out.
 * Discounts come as in the text.
 *
 * @param instalments     receives `capacity` at most; the struct_size of the first must be set, each next one
 *                        lies that far apart. ARC_TERMS_INSTALMENTS_MAX always suffice; NULL with 0
 * @param count           receives how many there are, which may be more than capacity; may be NULL
 * @param discounts       the same, ARC_TERMS_DISCOUNTS_MAX
 * @return ARC_OK; ARC_E_SYNTAX as arc_terms_print; ARC_E_INVALID with the field (a day out of range, an
 * amount that is not > 0 or less than its fixed shares, a share with too many decimals for the currency, no
 * business day within a year); ARC_E_OVERFLOW for a day after 9999-12-31; ARC_E_ABI. Since 0.1. */
ARC_API arc_status arc_terms_apply(arc_instalment *instalments, size_t capacity, size_t *count,
                                   arc_terms_discount *discounts, size_t discount_capacity,
                                   size_t *discount_count, const arc_terms_invoice *invoice, arc_error *err);

/** The discount that a payment earns: of the highest of the discounts whose last day plus grace its value day
 * has not passed, 0 without any.
 *
 * With d = base * basis points / 10,000, rounded half to even, a payment of open - d or more earns d (what is
 * paid beyond that is the host's to return or to keep on account). A smaller one earns its proportion
 * paid * d / (open - d), of the unrounded d, rounded half to even; where all is base that is
 * paid * basis points / (10,000 - basis points). So paid + discount never exceeds `open` by a part payment.
 *
 * @return ARC_OK; ARC_E_INVALID with the field or row; ARC_E_OVERFLOW for a part payment on a base less than
 * `open` above 922,337,203,685,477 minor units; *discount untouched on failure. Since 0.1. */
ARC_API arc_status arc_terms_discount_earned(int64_t *discount, const arc_terms_discount *discounts,
                                             size_t count, const arc_terms_settlement *settlement,
                                             arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
