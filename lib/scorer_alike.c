/*
 * What became of an account's invoices that are like the one in question: of a like amount, or due on the same weekday
 * and of a like amount. Large invoices are often checked for longer than small ones, in a way of each customer's own.
 *
 * An invoice is told of once it is paid, or overdue. It weighs the less the further its amount is off, none from a
 * factor of about 1.65 on, and half as much when it was due 120 days ago. Costs a look at the last invoices.
 */
#include "scorer_internal.h"

#define ALIKE_ITEMS 256   /* the last ones */
#define ALIKE_WIDTH 128   /* of log amounts, 1/256 */
#define ALIKE_HALF_LIFE 120
#define ALIKE_MOST 30     /* days late or early, of what is averaged */
#define ALIKE_PRIOR 2     /* invoices of any amount that are added */
#define ALIKE_ONE 1024    /* the weight of one of today and of the same amount */

typedef struct alike_sum {
  int64_t weight, late, days;
} alike_sum;

static void alike_add(alike_sum *sum, int64_t weight, int late, int64_t days) {
  sum->weight += weight;
  sum->late += late ? weight : 0;
  sum->days += weight * days;
}

/* Rounds towards minus infinity. */
static int64_t alike_ratio(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/* By how much a share of the like is above that of all, when a few of all are added to the like: in 1/unit. */
static int32_t alike_above(int64_t sum, int64_t weight, int64_t all, int64_t all_weight, int64_t unit) {
  int64_t share = alike_ratio(unit * all, all_weight);
  return (int32_t)alike_ratio(unit * sum - weight * share, weight + ALIKE_PRIOR * ALIKE_ONE);
}

void arc__alike_find(arc__payment_alike *alike, const arc__payment_history *h, const arc__payment_item *of) {
  alike_sum all = {0, 0, 0}, of_weekday = {0, 0, 0}, like = {0, 0, 0}, like_of_weekday = {0, 0, 0};
  size_t end = arc__history_issued(h), begin = end > ALIKE_ITEMS ? end - ALIKE_ITEMS : 0;
  for (size_t i = begin; i < end; i++) {
    const arc__payment_item *item = &h->items[i];
    int settled = item->settled != ARC_DAY_NONE;
    if (item == of || (!settled && (!item->live || item->due >= h->morning))) continue;
    int64_t days = (int64_t)(settled ? item->settled : h->morning) - item->due, age = (int64_t)h->morning - item->due;
    int64_t weight = ALIKE_ONE * ALIKE_HALF_LIFE / (ALIKE_HALF_LIFE + (age > 0 ? age : 0));
    int64_t off = (int64_t)item->log_amount - of->log_amount, near = ALIKE_WIDTH - (off < 0 ? -off : off);
    int late = days > 0, same = arc__weekday(item->due) == arc__weekday(of->due);
    if (days > ALIKE_MOST) days = ALIKE_MOST;
    if (days < -ALIKE_MOST) days = -ALIKE_MOST;
    alike_add(&all, weight, late, days);
    if (same) alike_add(&of_weekday, weight, late, days);
    if (near <= 0) continue;
    alike_add(&like, weight * near / ALIKE_WIDTH, late, days);
    if (same) alike_add(&like_of_weekday, weight * near / ALIKE_WIDTH, late, days);
  }
  alike->late = alike->late_of_weekday = alike->days = 0;
  alike->count = (int32_t)(8 * like.weight / ALIKE_ONE);
  if (all.weight) alike->late = alike_above(like.late, like.weight, all.late, all.weight, 1024);
  if (all.weight) alike->days = alike_above(like.days, like.weight, all.days, all.weight, 8);
  if (of_weekday.weight)
    alike->late_of_weekday = alike_above(like_of_weekday.late, like_of_weekday.weight, of_weekday.late, of_weekday.weight, 1024);
}
