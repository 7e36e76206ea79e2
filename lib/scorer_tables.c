/*
 * The tables of the payment model: chances of being paid by day late, and the features of the correction.
 *
 * Book, weekday of the due day, account, account by weekday: each level is the one above, corrected by what was
 * counted, as if the level above had been seen in `shrink` settlements. Open items count as days at risk, never as
 * payments. One outlook costs two divisions a day and the account's open items.
 */
#include "scorer_internal.h"

#include "arcollect/dates.h"

#include <string.h>

const char *const arc__feature_names[ARC__FEATURES] = {
    "days late on the day",
    "days from today",
    "chance to be paid before the day",
    "days after the account's usual delay",
    "days after the last delay",
    "days after the median of the last delays",
    "days after the usual delay, in spreads of delays",
    "chance on the day by the tables",
    "weekday on which the account pays",
    "day of the month on which the account pays",
    "amount",
    "terms",
    "days late today",
    "days since issue",
    "round amount",
    "invoices paid so far",
    "average delay",
    "usual delay, few payments allowed for",
    "spread of delays",
    "median of the last delays",
    "last delay",
    "average of the last three delays",
    "recent delays, moving",
    "share paid late",
    "share paid more than 30 days late",
    "average delay by amount",
    "days since the last payment",
    "other open invoices",
    "overdue invoices",
    "other open amount",
    "share of it overdue",
    "oldest overdue",
    "average age overdue",
    "amount against the usual",
    "average delay, overdue included",
    "days between payments",
    "early-payment discount",
    "share of invoices of a like amount paid late, against all",
    "the same of those due on the same weekday",
    "average delay of invoices of a like amount, against all",
    "invoices of a like amount",
};

/* ---- chances ---- */

typedef struct tables_query {
  const arc__payment_model *model;
  const arc__payment_history *history;
  const arc__payment_item *item;
  arc__payment_outlook *outlook;
  int64_t unit;      /* the weight 1 on the morning, after scaling */
  int32_t shift;     /* scaling */
  int32_t from;      /* index of today */
} tables_query;

/* Counts of one table as of the morning: settlements and days at risk by day late, those of open items included. */
static void tables_counts(const tables_query *q, int table, int64_t paid[ARC__LATE_DAYS], int64_t risk[ARC__LATE_DAYS]) {
  const arc__payment_history *h = q->history;
  int64_t sum = 0, open = 0;
  int32_t difference[ARC__LATE_DAYS + 1];
  memset(difference, 0, sizeof difference);
  for (size_t i = 0; i < h->live_count; i++) {
    const arc__payment_item *item = &h->items[h->live[i]];
    int32_t from = arc__late_clip((int64_t)item->issued - item->due), to = arc__late_clip((int64_t)h->morning - item->due);
    if (item == q->item || to <= from || (table < 7 && arc__weekday(item->due) != table)) continue;
    difference[from - ARC__LATE_FIRST]++;
    difference[to - ARC__LATE_FIRST]--;
  }
  for (int d = 0; d < ARC__LATE_DAYS; d++) {
    sum += h->counts.risk[table][d];
    open += difference[d];
    if (d < q->from) continue;
    paid[d] = h->counts.paid[table][d] > 0 ? h->counts.paid[table][d] >> q->shift : 0;
    risk[d] = (sum > 0 ? sum >> q->shift : 0) + open * q->unit;
    if (paid[d] > risk[d]) risk[d] = paid[d];
  }
}

/* Weights grow with time: brings them to where the weight of today is 2^12 to 2^13, less if they are many. */
static void tables_scale(tables_query *q) {
  const arc__payment_history *h = q->history;
  int64_t weight = arc__history_weight(h, h->morning), most = 0, sum = 0;
  for (int d = 0; d < ARC__LATE_DAYS; d++) {
    sum += h->counts.risk[7][d];
    if (sum > most) most = sum;
  }
  q->shift = 0;
  while (weight >> q->shift > INT64_C(1) << 13) q->shift++;
  while (most >> q->shift > INT64_C(1) << 31) q->shift++;
  q->unit = weight >> q->shift;
  if (q->unit < 1) q->unit = 1;
}

static uint32_t tables_shrunk(int64_t paid, int64_t risk, int64_t prior_weight, uint32_t prior) {
  if (!risk) return prior; /* on most days far from the due day, without a division */
  return (uint32_t)((paid * ARC__ONE + prior_weight * (int64_t)prior) / (risk + prior_weight));
}

static uint32_t tables_weekday(const arc__payment_model *model, int weekday, int d, uint32_t chance) {
  return arc__fixed_odds(chance, model->weekday[weekday][d]);
}

static void tables_account(const tables_query *q, int level) {
  const arc__payment_model *model = q->model;
  int64_t paid[ARC__LATE_DAYS], risk[ARC__LATE_DAYS], weight = model->shrink * q->unit;
  uint32_t *chance = q->outlook->chance;
  tables_counts(q, 7, paid, risk);
  for (int d = q->from; d < ARC__LATE_DAYS - 1; d++)
    chance[d] = tables_shrunk(paid[d], risk[d], weight, model->book[d]);
  if (level < ARC__BY_ACCOUNT_WEEKDAY) return;
  int weekday = arc__weekday(q->item->due);
  tables_counts(q, weekday, paid, risk);
  weight = model->shrink_weekday * q->unit;
  for (int d = q->from; d < ARC__LATE_DAYS - 1; d++)
    chance[d] = tables_shrunk(paid[d], risk[d], weight, tables_weekday(model, weekday, d, chance[d]));
}

void arc__tables_chances(const arc__payment_model *model, const arc__payment_history *h, size_t row,
                         int level, arc__payment_outlook *outlook) {
  tables_query q = {model, h, &h->items[row], outlook, 1, 0, 0};
  int weekday = arc__weekday(q.item->due);
  outlook->today = arc__late_clip((int64_t)h->morning - q.item->due);
  q.from = outlook->today - ARC__LATE_FIRST;
  memset(outlook->chance, 0, sizeof outlook->chance);
  if (level <= ARC__BY_WEEKDAY) {
    for (int d = q.from; d < ARC__LATE_DAYS - 1; d++)
      outlook->chance[d] = level == ARC__BY_BOOK ? model->book[d] : tables_weekday(model, weekday, d, model->book[d]);
    return;
  }
  tables_scale(&q);
  tables_account(&q, level);
  if (level < ARC__BY_RUNS) return;
  if (h->runs.run.period) arc__runs_apply(&h->runs, q.item->due, outlook->today, outlook->chance);
  if (level >= ARC__BY_HOLIDAYS) arc__holidays_apply(model, q.item->due, outlook->today, outlook->chance);
}

void arc__account_chances(const arc__payment_model *model, const arc__payment_history *h, arc__payment_outlook *outlook) {
  tables_query q = {model, h, NULL, outlook, 1, 0, 0};
  outlook->today = ARC__LATE_FIRST;
  memset(outlook->chance, 0, sizeof outlook->chance);
  tables_scale(&q);
  tables_account(&q, ARC__BY_ACCOUNT);
  arc__outlook_finish(outlook);
}

/* ---- features ---- */

enum {
  TABLES_DAY, TABLES_FROM_TODAY, TABLES_PAID_BEFORE, TABLES_AFTER_USUAL, TABLES_AFTER_LAST, TABLES_AFTER_MEDIAN,
  TABLES_SPREADS, TABLES_CHANCE, TABLES_PAY_WEEKDAY, TABLES_PAY_MONTH_DAY, TABLES_AMOUNT, TABLES_TERMS, TABLES_AGE, TABLES_SINCE_ISSUE, TABLES_ROUND, TABLES_SETTLED, TABLES_MEAN,
  TABLES_USUAL, TABLES_SPREAD, TABLES_MEDIAN, TABLES_LAST, TABLES_MEAN3, TABLES_MOVING, TABLES_LATE, TABLES_LATE30,
  TABLES_MEAN_BY_AMOUNT, TABLES_SINCE_PAID, TABLES_OPEN, TABLES_OVERDUE, TABLES_OPEN_AMOUNT, TABLES_OVERDUE_SHARE,
  TABLES_OLDEST, TABLES_MEAN_OVERDUE, TABLES_AGAINST_USUAL, TABLES_MEAN_WITH_OPEN, TABLES_GAP,
  TABLES_DISCOUNT, TABLES_ALIKE_LATE, TABLES_ALIKE_WEEKDAY, TABLES_ALIKE_DAYS, TABLES_ALIKE
};
#define TABLES_NONE INT32_MIN /* sorts before every number */

/* Rounds towards minus infinity. */
static int32_t tables_ratio(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return (int32_t)(a % b && (a < 0) != (b < 0) ? quotient - 1 : quotient);
}

static int32_t tables_median(const int32_t *values, int32_t count) {
  int32_t sorted[ARC__RECENT_DAYS];
  for (int32_t i = 0; i < count; i++) {
    int32_t at = i;
    for (; at > 0 && sorted[at - 1] > values[i]; at--) sorted[at] = sorted[at - 1];
    sorted[at] = values[i];
  }
  return sorted[count / 2];
}

static int32_t tables_gap(const arc__payment_history *h) {
  int32_t gaps[9], count = 0;
  for (uint32_t i = h->day_count; i > 1 && count < 9 && h->day_count - i < ARC__RECENT_DAYS - 1; i--)
    gaps[count++] = h->days[(i - 1) % ARC__RECENT_DAYS] - h->days[(i - 2) % ARC__RECENT_DAYS];
  return count ? tables_median(gaps, count) : TABLES_NONE;
}

static void tables_settled_features(const arc__payment_model *model, const arc__payment_history *h,
                                    const arc__payment_item *item, int32_t *f) {
  int64_t n = h->settled;
  f[TABLES_SETTLED] = n < INT32_MAX ? (int32_t)n : INT32_MAX;
  f[TABLES_USUAL] = tables_ratio(8 * h->late_sum + 5 * (int64_t)model->mean_late, n + 5);
  for (int i = TABLES_SPREAD; i <= TABLES_SINCE_PAID; i++) f[i] = TABLES_NONE;
  f[TABLES_MEAN] = f[TABLES_AGAINST_USUAL] = f[TABLES_MEAN_WITH_OPEN] = TABLES_NONE;
  f[TABLES_GAP] = tables_gap(h);
  if (n <= 0 || !h->recent_count) return;
  int32_t three = h->recent_count < 3 ? h->recent_count : 3, sum = 0;
  for (int32_t i = 0; i < three; i++) sum += h->recent[i];
  f[TABLES_MEAN] = tables_ratio(8 * h->late_sum, n);
  int64_t variance = (64 * h->late_squares - 64 * h->late_sum / n * h->late_sum) / n;
  f[TABLES_SPREAD] = (int32_t)arc__fixed_root(variance);
  f[TABLES_MEDIAN] = tables_median(h->recent, h->recent_count);
  f[TABLES_LAST] = h->recent[0];
  f[TABLES_MEAN3] = tables_ratio(8 * sum, three);
  f[TABLES_MOVING] = tables_ratio(h->moving, 32);
  f[TABLES_LATE] = tables_ratio(1024 * h->late, n);
  f[TABLES_LATE30] = tables_ratio(1024 * h->late30, n);
  f[TABLES_MEAN_BY_AMOUNT] = tables_ratio(8 * h->paid_weighted, h->paid_sum > 0 ? h->paid_sum : 1);
  f[TABLES_SINCE_PAID] = h->morning - h->last_paid;
  f[TABLES_AGAINST_USUAL] = tables_ratio(item->log_amount * n - h->log_sum, n);
}

/* As if four delays with a spread of eight days had been seen before. */
static int32_t tables_spread(const arc__payment_history *h) {
  int64_t n = h->settled > 0 ? h->settled : 0, squares = 4 * 64 * 64;
  if (n) squares += 64 * h->late_squares - 64 * h->late_sum / n * h->late_sum;
  return (int32_t)arc__fixed_root(squares / (n + 4)) + 1;
}

static int64_t tables_weight(int64_t amount) {
  return amount / 128 < INT32_MAX ? amount / 128 + 1 : INT32_MAX;
}

static void tables_open_features(const arc__payment_history *h, const arc__payment_item *of, int32_t *f) {
  int64_t amount = 0, overdue_amount = 0, days = 0, weighted = h->paid_weighted, weight = h->paid_sum;
  int32_t open = 0, overdue = 0, oldest = 0;
  for (size_t i = 0; i < h->live_count; i++) {
    const arc__payment_item *item = &h->items[h->live[i]];
    int32_t late = arc__late_clip((int64_t)h->morning - item->due);
    if (item == of) continue;
    open++;
    amount += tables_weight(item->amount);
    if (late <= 0) continue;
    overdue++;
    days += late;
    overdue_amount += tables_weight(item->amount);
    weighted += late * tables_weight(item->amount);
    weight += tables_weight(item->amount);
    if (late > oldest) oldest = late;
  }
  f[TABLES_OPEN] = open;
  f[TABLES_OVERDUE] = overdue;
  f[TABLES_OPEN_AMOUNT] = amount ? (int32_t)(arc__fixed_log(amount < INT64_MAX >> 20 ? amount * ARC__UNIT : INT64_MAX) / (ARC__UNIT / 256)) : 0;
  f[TABLES_OVERDUE_SHARE] = amount ? tables_ratio(1024 * (overdue_amount / 1024), amount / 1024 + 1) : 0;
  f[TABLES_OLDEST] = oldest;
  f[TABLES_MEAN_OVERDUE] = overdue ? tables_ratio(8 * days, overdue) : 0;
  f[TABLES_MEAN_WITH_OPEN] = weight > 0 ? tables_ratio(8 * weighted, weight) : TABLES_NONE;
}

static void tables_alike_features(const arc__payment_history *h, const arc__payment_item *item, int32_t *f) {
  arc__payment_alike alike;
  arc__alike_find(&alike, h, item);
  f[TABLES_ALIKE_LATE] = alike.late;
  f[TABLES_ALIKE_WEEKDAY] = alike.late_of_weekday;
  f[TABLES_ALIKE_DAYS] = alike.days;
  f[TABLES_ALIKE] = alike.count;
}

/* Of features that follow the day: what is to be taken from it. */
static int32_t tables_month_day(arc_day day) {
  int32_t year, month, of_month = 1;
  arc_day_to_civil(day, &year, &month, &of_month);
  return of_month;
}

/* As if two even days of payment, and five of the month, had been seen before. */
static void tables_habits(const arc__payment_history *h, arc__payment_outlook *o) {
  int32_t days = (int32_t)(h->day_count < ARC__RECENT_DAYS ? h->day_count : ARC__RECENT_DAYS);
  int32_t weekdays[7] = {0}, month_days[32] = {0};
  for (int32_t i = 0; i < days; i++) {
    weekdays[arc__weekday(h->days[i])]++;
    month_days[h->places[i].of_month]++;
  }
  for (int w = 0; w < 7; w++) o->weekday_habit[w] = (7 * weekdays[w] + 2) * 256 / (days + 2);
  arc_day day = o->due + o->today, month_end = day;
  int32_t of_month = 0;
  for (int32_t late = o->today; late <= ARC__LATE_LAST; late++, day++) {
    if (day >= month_end) {
      of_month = tables_month_day(day);
      month_end = arc_day_add_months(day - of_month + 1, 1);
    }
    o->month_habit[late - ARC__LATE_FIRST] = (31 * month_days[of_month++] + 5) * 256 / (days + 5);
  }
}

static void tables_day_features(int32_t *f) {
  f[TABLES_DAY] = f[TABLES_CHANCE] = f[TABLES_PAY_WEEKDAY] = f[TABLES_PAY_MONTH_DAY] = 0;
  f[TABLES_FROM_TODAY] = f[TABLES_AGE];
  f[TABLES_PAID_BEFORE] = 0;
  f[TABLES_AFTER_USUAL] = f[TABLES_SPREADS] = f[TABLES_USUAL];
  f[TABLES_AFTER_LAST] = f[TABLES_LAST] == TABLES_NONE ? f[TABLES_USUAL] / 8 : f[TABLES_LAST];
  f[TABLES_AFTER_MEDIAN] = f[TABLES_MEDIAN] == TABLES_NONE ? f[TABLES_USUAL] / 8 : f[TABLES_MEDIAN];
}

void arc__features_fill(const arc__payment_model *model, const arc__payment_history *h,
                        size_t row, arc__payment_outlook *outlook) {
  const arc__payment_item *item = &h->items[row];
  int32_t *f = outlook->features;
  f[TABLES_AMOUNT] = item->log_amount;
  f[TABLES_TERMS] = item->due - item->issued;
  f[TABLES_AGE] = outlook->today;
  f[TABLES_SINCE_ISSUE] = h->morning - item->issued;
  f[TABLES_ROUND] = item->amount % 10000 == 0;
  tables_settled_features(model, h, item, f);
  tables_open_features(h, item, f);
  f[TABLES_DISCOUNT] = (int32_t)arc__invoice_discount(h->view->tables, item->invoice, item->issued);
  tables_alike_features(h, item, f);
  tables_day_features(f);
  outlook->due = item->due;
  outlook->spread = tables_spread(h);
  tables_habits(h, outlook);
}

int32_t arc__feature_on(const arc__payment_outlook *outlook, int feature, int32_t late) {
  const int32_t *f = outlook->features;
  switch (feature) {
  case TABLES_DAY:
  case TABLES_FROM_TODAY:
  case TABLES_AFTER_LAST:
  case TABLES_AFTER_MEDIAN: return late - f[feature];
  case TABLES_SPREADS: return tables_ratio(64 * (int64_t)(8 * late - f[feature]), outlook->spread);
  case TABLES_AFTER_USUAL: return 8 * late - f[feature];
  case TABLES_PAID_BEFORE: return (int32_t)((ARC__ONE - outlook->open[late - ARC__LATE_FIRST]) >> 20);
  case TABLES_PAY_WEEKDAY: return outlook->weekday_habit[arc__weekday(outlook->due + late)];
  case TABLES_PAY_MONTH_DAY: return outlook->month_habit[late - ARC__LATE_FIRST];
  case TABLES_CHANCE: return (int32_t)outlook->chance[late - ARC__LATE_FIRST];
  default: return f[feature];
  }
}
