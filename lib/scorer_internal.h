/*
 * The payment model inside the scorer: the distribution of the day on which an open instalment is paid.
 *
 * All of it is integer arithmetic, so that training and predicting give the same bits everywhere: probabilities
 * are parts of 2^30, log-odds parts of 2^20. Days late are looked at from -100 to 120; what is not paid by then
 * counts as not paid. "The morning of a day" knows the invoices issued by the day, and what was paid before it.
 */
#ifndef ARC_SCORER_INTERNAL_H
#define ARC_SCORER_INTERNAL_H

#include "arcollect/calendar.h"
#include "arcollect/scorer.h"
#include "buffer.h"
#include "ledger_view.h"

/* ---- fixed-point numbers (scorer_fixed.c) ---- */

#define ARC__ONE (INT64_C(1) << 30)      /* probability 1 */
#define ARC__UNIT (INT64_C(1) << 20)     /* log-odds 1, and a factor of 1 */

int64_t arc__fixed_exp(int64_t x);       /* of log-odds, at most 9 either way: a factor */
int64_t arc__fixed_log(int64_t ratio);   /* of a factor > 0: log-odds */
int64_t arc__fixed_root(int64_t x);      /* whole square root of x >= 0, rounded down */
int64_t arc__fixed_divide(int64_t a, int64_t b); /* a / b as a factor, b > 0; loses low bits of large a */
/* Odds times a factor. */
uint32_t arc__fixed_odds(uint32_t probability, int64_t factor);

/* ---- what is known of an account (scorer_history.c) ---- */

#define ARC__LATE_FIRST (-100)
#define ARC__LATE_LAST 120
#define ARC__LATE_DAYS (ARC__LATE_LAST - ARC__LATE_FIRST + 1)

typedef struct arc__payment_item {
  uint32_t invoice, instalment;
  arc_day issued, due;
  int64_t amount, paid, gone; /* paid: by cash; gone: by credit notes, write-offs */
  uint64_t hash;              /* of its keys, not of its row: the same in whatever order a book was recorded */
  int32_t log_amount;         /* parts of 1/256 */
  arc_day settled;            /* the day on which half of it was paid; ARC_DAY_NONE */
  arc_day left;               /* the day on which it was settled or gone last */
  uint32_t live;              /* its place among the open ones, plus 1 */
  int64_t weight;             /* with which it is counted */
} arc__payment_item;

typedef struct arc__payment_event {
  arc_day morning; /* from which it is known */
  int32_t kind;
  uint32_t item;
  int64_t amount;
} arc__payment_event;

#define ARC__RECENT 5    /* last delays */
#define ARC__RECENT_DAYS 40 /* last days on which anything was paid */

/* Counts of settlements and of days at risk by day late; [7] is all, the others the weekday of the due day. */
typedef struct arc__payment_counts {
  int64_t paid[8][ARC__LATE_DAYS], risk[8][ARC__LATE_DAYS + 1]; /* risk: its differences from day to day */
} arc__payment_counts;

typedef struct arc__month_day {
  int8_t of_month, length; /* from 1 on; of the month, in days */
} arc__month_day;

/* Days on which an account pays, if it pays on such only (scorer_runs.c). */
typedef struct arc__payment_run {
  int32_t period, phase; /* 0: none */
  int32_t weekday;
  int32_t hits, days; /* last days of payment that were such days, and all of them */
} arc__payment_run;

typedef struct arc__payment_runs {
  arc__payment_run run;
  uint32_t day_count; /* of the history when the run was found */
  int32_t paid[ARC__LATE_DAYS], open[ARC__LATE_DAYS]; /* of what was open on a day of payment, by day late */
} arc__payment_runs;

typedef struct arc__payment_history {
  const arc__view *view;
  const arc__heap *heap;
  arc__payment_item *items;
  arc__payment_event *events;
  uint32_t *live;
  size_t item_count, item_capacity, event_count, event_capacity, live_count, live_capacity;
  size_t next_event;
  /* as of the morning it was brought to */
  arc_day morning, base; /* weights are 1 on the day `base` and double every half-life */
  arc__payment_counts counts;
  int64_t settled, late, late30, late_sum, late_squares, paid_sum, paid_weighted, log_sum, moving;
  int32_t recent[ARC__RECENT], recent_count;
  arc_day days[ARC__RECENT_DAYS], last_paid;
  arc__month_day places[ARC__RECENT_DAYS]; /* of the days */
  uint32_t day_count; /* all of them, those forgotten, too */
  arc__payment_runs runs;
} arc__payment_history;

void arc__history_init(arc__payment_history *h, const arc__view *view);
void arc__history_free(arc__payment_history *h);
/* The items of an account and all that happened to them, known by the view; then at the beginning of time.
 * ARC_E_NOMEM. */
arc_status arc__history_load(arc__payment_history *h, uint32_t account, arc_error *err);
/* Back to the beginning of time. */
void arc__history_rewind(arc__payment_history *h);
/* Forward to a morning: works in proportion to what happened since. */
void arc__history_advance(arc__payment_history *h, arc_day morning);
/* The weight of what is settled on a day. */
int64_t arc__history_weight(const arc__payment_history *h, arc_day day);
/* How many items were issued by its morning. */
size_t arc__history_issued(const arc__payment_history *h);
/* Row of an instalment among the items; SIZE_MAX: none. */
size_t arc__history_find(const arc__payment_history *h, uint32_t instalment);
int32_t arc__late_clip(int64_t days);
int32_t arc__weekday(arc_day day); /* Monday 0 */

/* ---- the model ---- */

#define ARC__WEEKS 8 /* ahead, for which the spread of cash is learned */

#define ARC__DAY_FEATURES 10
#define ARC__RISING_FEATURES 7 /* the first ones, which rise with the day */
#define ARC__FEATURES 41
extern const char *const arc__feature_names[ARC__FEATURES];

typedef struct arc__tree_node {
  int32_t threshold; /* value <= threshold goes to the first child */
  int32_t value;     /* log-odds; of an inner node the mean of those below */
  uint16_t child;    /* of the tree; 0: a leaf; the second child follows the first */
  uint8_t feature;
} arc__tree_node;

typedef struct arc__payment_model {
  arc_day cut; /* trained on what was known on its morning; ARC_DAY_NONE: the prior alone */
  int64_t settled, rows;
  uint32_t book[ARC__LATE_DAYS];        /* chance of being paid on a day late if open that morning */
  uint32_t weekday[7][ARC__LATE_DAYS];  /* by the weekday of the due day, odds as a factor of the book's */
  int32_t shrink, shrink_weekday;       /* how many settlements the level above counts for */
  int32_t mean_late;                    /* 1/8 days */
  char country[3];                      /* whose holidays its customers keep; "": none known */
  uint32_t holiday_share;               /* of what would come on such a day, what comes: the rest comes on the next one
                                           of business */
  arc_calendar *holidays;               /* of the country; NULL: none */
  uint32_t dependence[ARC__WEEKS];      /* how much more the cash of a week ahead varies than if invoices were paid
                                           each for itself: variance, 1/256 */
  arc__tree_node *nodes;
  uint32_t *trees; /* first node of each */
  size_t node_count, tree_count, node_capacity, tree_capacity;
} arc__payment_model;

/* An instalment's future on a morning. */
typedef struct arc__payment_outlook {
  int32_t today;                       /* days late that morning, clipped to the range */
  arc_day due;
  int32_t spread;                      /* of the account's delays, few allowed for; 1/8 days */
  int32_t features[ARC__FEATURES];     /* of the first ones, which depend on the day, the offset */
  int32_t weekday_habit[7], month_habit[ARC__LATE_DAYS]; /* of the days: share of the last days of payment that fell on
                                                            such a day, against an even one, 1/256 */
  uint32_t chance[ARC__LATE_DAYS];     /* of being paid on a day if open that morning */
  uint32_t open[ARC__LATE_DAYS + 1];   /* of being open still on the morning of a day late */
} arc__payment_outlook;

/* Which of the tables to go by. */
enum { ARC__BY_BOOK, ARC__BY_WEEKDAY, ARC__BY_ACCOUNT, ARC__BY_ACCOUNT_WEEKDAY, ARC__BY_RUNS, ARC__BY_HOLIDAYS, ARC__BY_ALL };

void arc__model_prior(arc__payment_model *model);
/* Its bytes, and a model from them: ARC_E_CORRUPT, ARC_E_ABI, ARC_E_NOMEM. */
void arc__model_save(const arc__payment_model *model, arc__buffer *out);
arc_status arc__model_load(arc__payment_model *model, const arc__heap *heap, const void *bytes, size_t size,
                           arc_error *err);
void arc__model_free(arc__payment_model *model, const arc__heap *heap);
/* Of the item `row` of a history that was brought to the morning. */
void arc__model_predict(const arc__payment_model *model, const arc__payment_history *h,
                        size_t row, int level, arc__payment_outlook *outlook);
/* The same for those who look no further than the day late `last`: the chances after it are the tables'. */
void arc__model_predict_until(const arc__payment_model *model, const arc__payment_history *h, size_t row, int level,
                              int32_t last, arc__payment_outlook *outlook);
/* From the chances to `open`. */
void arc__outlook_finish(arc__payment_outlook *outlook);
/* P(paid by the end of a day late). */
uint32_t arc__outlook_paid(const arc__payment_outlook *outlook, int64_t late);
int32_t arc__outlook_quantile(const arc__payment_outlook *outlook, uint32_t share);
int64_t arc__outlook_mean(const arc__payment_outlook *outlook); /* in 1/1000 days */

/* ---- tables (scorer_tables.c) ---- */

/* The chances by the tables alone, up to a level below ARC__BY_ALL, from outlook->today on. */
void arc__tables_chances(const arc__payment_model *model, const arc__payment_history *h, size_t row,
                         int level, arc__payment_outlook *outlook);
/* Those of any invoice of an account, on all days, and what of it is open then. */
void arc__account_chances(const arc__payment_model *model, const arc__payment_history *h, arc__payment_outlook *outlook);
void arc__features_fill(const arc__payment_model *model, const arc__payment_history *h,
                        size_t row, arc__payment_outlook *outlook);
/* A feature on a day. */
int32_t arc__feature_on(const arc__payment_outlook *outlook, int feature, int32_t late);

/* ---- pay runs (scorer_runs.c) ---- */

void arc__month_place(arc__month_day *place, arc_day day);
void arc__runs_find(arc__payment_runs *runs, const arc__payment_history *h);
/* From the chances of the tables to those of runs, on the days from `today` late on. There must be runs. */
void arc__runs_apply(const arc__payment_runs *runs, arc_day due, int32_t today, uint32_t chance[ARC__LATE_DAYS]);

/* ---- invoices alike (scorer_alike.c) ---- */

/* What became of the account's invoices of a like amount, against all of them. */
typedef struct arc__payment_alike {
  int32_t late, late_of_weekday; /* share paid late, 1/1024; of those due on the same weekday */
  int32_t days;                  /* days late, 1/8 */
  int32_t count;                 /* how many tell, 1/8 */
} arc__payment_alike;

void arc__alike_find(arc__payment_alike *alike, const arc__payment_history *h, const arc__payment_item *of);

/* ---- holidays (scorer_holidays.c) ---- */

#define ARC__HOLIDAY_DAYS 1200 /* before the cut, that are looked at */

/* Finds the country whose holidays the book's payments keep, by what was paid on each of the last days before the model's
 * cut, paid[0] on the day before it; none if there is no such. ARC_E_NOMEM. */
arc_status arc__holidays_find(arc__payment_model *model, const arc__heap *heap, const int32_t paid[ARC__HOLIDAY_DAYS]);
/* The calendar of the country that the model names. ARC_E_NOMEM, ARC_E_CORRUPT: no such country. */
arc_status arc__holidays_open(arc__payment_model *model, const arc__heap *heap);
/* What would be paid on a holiday is paid on the next day of business. */
void arc__holidays_apply(const arc__payment_model *model, arc_day due, int32_t today, uint32_t chance[ARC__LATE_DAYS]);

/* ---- trees (scorer_trees.c) ---- */

/* Adds, by day late until `last`, the log-odds of all trees to difference[]; of one feature alone if it is not -1; of
 * the roots alone if ARC__FEATURES. */
void arc__trees_apply(const arc__payment_model *model, const arc__payment_outlook *outlook, int feature, int32_t last,
                      int64_t difference[ARC__LATE_DAYS + 1]);

/* A day on which something could be paid. */
typedef struct arc__training_row {
  int32_t features[ARC__FEATURES];
  uint32_t chance; /* by the tables */
  int32_t weight, paid;
} arc__training_row;

typedef struct arc__training_rows {
  const arc__heap *heap;
  arc__training_row *data;
  size_t count, capacity;
} arc__training_rows;

/* Boosts trees from the tables' chances. ARC_E_NOMEM. */
arc_status arc__trees_grow(arc__payment_model *model, const arc__training_rows *rows, arc_error *err);

/* ---- training (scorer_train.c) ---- */

/* Of how much of a large book training draws some. */
typedef struct arc__training_effort {
  int64_t sample;  /* moments that decide how much accounts are drawn to the book */
  int64_t moments; /* moments whose days the trees are grown on */
  int64_t weeks;   /* settled instalments, above which only some are asked of the whole model to learn how cash varies */
} arc__training_effort;
extern const arc__training_effort arc__training_usual;

/* The model of what was known on the morning of the cut. ARC_E_NOMEM. */
arc_status arc__model_train(arc__payment_model *model, const arc_ledger *ledger, arc_day cut, const arc__training_effort *effort,
                            arc_error *err);

/* ---- cash (scorer_forecast.c) ---- */

/* Learns model->dependence from what the model would have said on Mondays before its cut. ARC_E_NOMEM. */
arc_status arc__forecast_learn(arc__payment_model *model, const arc_ledger *ledger, const arc__training_effort *effort,
                               arc_error *err);

/* The reports that have files of their own; what they are asked is checked as far as they have it in common. */
arc_status arc__scorer_predictions(arc_report **out, arc_scorer *scorer, const arc_score_query *q, arc_error *err);
arc_status arc__scorer_explanation(arc_report **out, arc_scorer *scorer, const arc_score_query *q, arc_error *err);
arc_status arc__scorer_customers(arc_report **out, arc_scorer *scorer, arc_day as_of, arc_error *err);
arc_status arc__scorer_backtest_cash(arc_report **out, arc_scorer *scorer, const arc_backtest_options *options,
                                     arc_error *err);

/* ---- priorities (scorer.c) ---- */

/* An account with something overdue. */
typedef struct arc__priority {
  uint32_t account;
  int32_t oldest_days, broken, silent, disputed, worse;
  int64_t overdue, priority;
  int64_t worth; /* the priority in 1/100 of a whole unit of the currency */
} arc__priority;

/* All of them, highest first; *rows is of *capacity, to be freed. ARC_E_NOMEM, ARC_E_OVERFLOW. */
arc_status arc__priorities(arc__priority **rows, size_t *count, size_t *capacity, const arc_scorer *scorer,
                           arc_day as_of, arc_error *err);

/* The risk of the rule table by days late, in millionths; what signs may add to it; and the most that any has. */
int32_t arc__rule_risk(int32_t days);
int32_t arc__added_risk(int32_t promises, int silent, int disputed, int large);
#define ARC__RISK_DAYS 92 /* from 91 days late on it is the same */
#define ARC__RISK_CAP 950000

/* ---- their order (scorer_order.c) ---- */

typedef struct arc__order_currency {
  int64_t scale; /* of arc__rank */
  int64_t owed;  /* when the order was made */
  int64_t large; /* who owes so much may be large */
  uint32_t owing; /* accounts that owe anything */
} arc__order_currency;

#define ARC__ORDER_LEVELS 10

/* Begins with zeros. */
typedef struct arc__order {
  arc_day day;
  int trained;        /* the scorer is: risks are those of its model */
  int64_t seen;       /* BOOK_GENERATION up to which changes are in it */
  uint64_t rollbacks; /* of the tables, when it was made */
  int64_t *most;      /* per account row; then the maxima of groups of them, level by level, up to one */
  size_t held, first[ARC__ORDER_LEVELS], places[ARC__ORDER_LEVELS];
  int levels;
  unsigned char *owes; /* per account row */
  arc__order_currency *currencies; /* per row of CONTROL */
  size_t currency_rows;
  int32_t risk[ARC__RISK_DAYS];
} arc__order;

/* A priority as ranks are compared: in 1/10,000 of a whole unit of its currency, at most INT64_MAX. */
int64_t arc__rank(int64_t priority, uint32_t currency);
/* Brings the order to a current view. After ARC_E_NOMEM it is empty. */
arc_status arc__order_refresh(arc__order *o, const arc__view *view, int trained, arc_error *err);
/* The account of the highest bound; 0: none has one. */
uint32_t arc__order_best(const arc__order *o, int64_t *most);
void arc__order_set(arc__order *o, uint32_t account, int64_t most);
/* Whether the priority of an account may change though it does not, as all that is owed does. */
int arc__order_may_be_large(const arc__order *o, const arc__tables *t, uint32_t account);
void arc__order_forget(arc__order *o, const arc__heap *heap);

struct arc_scorer {
  arc_ledger *ledger;
  arc__payment_model model;
  arc__buffer bytes; /* as last saved */
  arc__order order;
};

#endif
