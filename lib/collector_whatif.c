#include "collector_internal.h"

#include <string.h>

#include "arcollect/money.h"
#include "cadence.h"
#include "checked.h"
#include "currency.h"
#include "error.h"
#include "ledger_view.h"
#include "report.h"
#include "text.h"
#include "struct_sizes.h"

/*
 * Owns what-if: days of the past planned again, on a fork without the touches that were made of
 * them, by a policy of the caller's. What customers did stays as it is recorded; what they would
 * have done is estimated from the book itself: week by week, what was open and named by a touch or
 * by none, what the payment model expected of it for 30 days, and what came. Costs a day's plan and
 * view for each day, a prediction of the book for each week, a training for each fourth.
 */

#define WHATIF_DAYS      3660
#define WHATIF_WEEK      7
#define WHATIF_TRAINED   28
#define WHATIF_WINDOW    30     /* days after a touch, those of the model's p_month */
#define WHATIF_Q90       128155 /* of a normal distribution, 1/100,000 */
#define WHATIF_NAME_MAX  64
#define WHATIF_TEXT_MAX  65535
#define WHATIF_SIDES     2 /* as it is recorded, and as it would have been */
#define WHATIF_RECORDED  0
#define WHATIF_REPLAYED  1
#define WHATIF_UNTOUCHED 2 /* what no recorded touch named */
#define WHATIF_WINDOWS   3

typedef struct whatif {
  arc_collector *c;
  arc_whatif_options o;
  arc_ledger *fork;
  uint32_t touches_before; /* rows of TOUCH that are recorded */
  uint64_t limited;        /* of the replay */
  uint32_t accounts, instalments;
  arc_day *until[WHATIF_WINDOWS];    /* per instalment: its window ends before this day */
  unsigned char *named;              /* per instalment: begins a window this week, 1 << which */
  int64_t *expected[WHATIF_WINDOWS]; /* per account: of all windows */
  int64_t *paid[WHATIF_WINDOWS];     /* the same, what came; of the replay nothing did */
  uint64_t windows[WHATIF_WINDOWS];
  arc_report *report;
  arc_error *err;
} whatif;

static arc_status whatif_overflow(arc_error *err) {
  return arc__fail(err, ARC_E_OVERFLOW, "the amounts of an account do not add up within 64 bits");
}

static arc_status whatif_add(whatif *w, int64_t *sum, int64_t amount) {
  return arc__add(sum, *sum, amount) ? ARC_OK : whatif_overflow(w->err);
}

/* ---- the days again ---- */

static arc_status whatif_post_policy(whatif *w) {
  arc_policy row = ARC_POLICY_INIT;
  row.name = w->o.name;
  row.text = w->o.policy;
  row.day = w->o.from;
  return arc_ledger_post_policies(w->fork, &row, 1, w->err);
}

static arc_status whatif_plan_days(whatif *w) {
  arc_cadence_options options = ARC_CADENCE_OPTIONS_INIT;
  arc_cadence *cadence = NULL;
  options.flags = ARC_CADENCE_AS_OF;
  options.calendar = w->c->calendar;
  ARC__TRY(arc_cadence_open(&cadence, w->fork, &options, w->err));
  arc_status status = ARC_OK;
  for (arc_day day = w->o.from; day <= w->o.to && status >= 0; day++)
    status = arc_cadence_plan(cadence, day, NULL, NULL, w->err);
  w->limited = arc__cadence_limited(cadence);
  arc_cadence_close(cadence);
  return status < 0 ? status : ARC_OK;
}

static arc_status whatif_replay(whatif *w) {
  w->touches_before = arc__ledger_tables(w->fork)->rows[ARC__TABLE_TOUCH];
  ARC__TRY(arc__ledger_forget_touches(w->fork, w->o.from, w->err));
  if (w->o.policy.size) ARC__TRY(whatif_post_policy(w));
  return whatif_plan_days(w);
}

/* ---- touches of a side ---- */

static const arc__tables *whatif_tables(const whatif *w, int side) {
  return arc__ledger_tables(side == WHATIF_REPLAYED ? w->fork : w->c->ledger);
}

static uint32_t whatif_first_touch(const whatif *w, int side) {
  return side == WHATIF_REPLAYED ? w->touches_before + 1 : 1;
}

static int whatif_in(const arc__tables *t, uint32_t touch, arc_day from, arc_day to) {
  arc_day day = arc__i32(t, ARC__TOUCH_DAY, touch);
  return day >= from && day <= to;
}

/* Begins a window of each instalment that a touch of the week lists and that has none running. */
static void whatif_name_items(whatif *w, int side, arc_day from, arc_day to) {
  const arc__tables *t = whatif_tables(w, side);
  for (uint32_t touch = whatif_first_touch(w, side); touch <= t->rows[ARC__TABLE_TOUCH]; touch++) {
    uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch),
             end = first + arc__u32(t, ARC__TOUCH_ITEMS, touch);
    if (!whatif_in(t, touch, from, to) || arc__touch_withheld(t, touch)) continue;
    for (uint32_t item = first; item < end; item++) {
      uint32_t instalment = arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, item);
      if (instalment > w->instalments || w->until[side][instalment] > from)
        continue; /* a charge of the replay's own */
      w->until[side][instalment] = from + WHATIF_WINDOW;
      w->named[instalment] |= (unsigned char)(1 << side);
    }
  }
}

/* ---- what came, and what was expected ---- */

static arc_status whatif_add_paid(whatif *w, int64_t *sum, uint32_t instalment, arc_day from) {
  const arc__tables *t = whatif_tables(w, WHATIF_RECORDED);
  for (uint32_t e = arc__u32(t, ARC__INSTALMENT_ENTRY, instalment); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, e)) {
    arc_day day = arc__i32(t, ARC__ENTRY_DAY, e);
    if (arc__u8(t, ARC__ENTRY_KIND, e) != ARC__ENTRY_APPLICATION || day < from ||
        day >= from + WHATIF_WINDOW || arc__i32(t, ARC__ENTRY_UNDONE, e) != ARC_DAY_NONE ||
        arc__u8(t, ARC__CREDIT_KIND, arc__u32(t, ARC__ENTRY_CREDIT, e)) != ARC_CREDIT_PAYMENT)
      continue;
    ARC__TRY(whatif_add(w, sum, arc__i64(t, ARC__ENTRY_AMOUNT, e)));
  }
  return ARC_OK;
}

/* An open instalment that no recorded touch names now, or named within the last 30 days, shows what
 * comes by itself. */
static void whatif_leave_alone(whatif *w, uint32_t instalment, arc_day from) {
  if (w->named[instalment] & 1 << WHATIF_RECORDED || w->until[WHATIF_RECORDED][instalment] > from ||
      w->until[WHATIF_UNTOUCHED][instalment] > from)
    return;
  w->until[WHATIF_UNTOUCHED][instalment] = from + WHATIF_WINDOW;
  w->named[instalment] |= 1 << WHATIF_UNTOUCHED;
}

/* Columns of ARC_SCORE_PREDICTIONS. */
enum { WHATIF_INVOICE = 1, WHATIF_INSTALMENT = 2, WHATIF_OPEN = 4, WHATIF_P_MONTH = 8 };

static arc_status whatif_expect(whatif *w, const arc_report *predicted, size_t row, arc_day from) {
  const arc__tables *t = whatif_tables(w, WHATIF_RECORDED);
  arc_text key;
  int64_t cash;
  key.data = arc_report_text(predicted, row, WHATIF_INVOICE, &key.size);
  uint32_t invoice = arc__find_invoice(t, key),
           account = arc__u32(t, ARC__INVOICE_ACCOUNT, invoice);
  uint32_t instalment = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice) +
                        (uint32_t)arc_report_integer(predicted, row, WHATIF_INSTALMENT) - 1;
  whatif_leave_alone(w, instalment, from);
  if (!w->named[instalment]) return ARC_OK;
  ARC__TRY(arc_money_scale(&cash, arc_report_integer(predicted, row, WHATIF_OPEN),
                           arc_report_integer(predicted, row, WHATIF_P_MONTH), 1000000, w->err));
  for (int k = 0; k < WHATIF_WINDOWS; k++)
    if (w->named[instalment] & 1 << k) {
      w->windows[k]++;
      ARC__TRY(whatif_add(w, &w->expected[k][account], cash));
      if (k != WHATIF_REPLAYED)
        ARC__TRY(whatif_add_paid(w, &w->paid[k][account], instalment, from));
    }
  return ARC_OK;
}

static arc_status whatif_week(whatif *w, arc_scorer *scorer, arc_day from) {
  arc_day to = from + WHATIF_WEEK - 1 < w->o.to ? from + WHATIF_WEEK - 1 : w->o.to;
  arc_score_query query = ARC_SCORE_QUERY_INIT;
  arc_report *predicted;
  if ((from - w->o.from) % WHATIF_TRAINED == 0) ARC__TRY(arc_scorer_train(scorer, from, w->err));
  memset(w->named, 0, (size_t)w->instalments + 1);
  for (int side = 0; side < WHATIF_SIDES; side++)
    whatif_name_items(w, side, from, to);
  query.report = ARC_SCORE_PREDICTIONS;
  query.as_of = from - 1;
  ARC__TRY(arc_scorer_report(&predicted, scorer, &query, w->err));
  arc_status status = ARC_OK;
  for (size_t row = 0; row < arc_report_rows(predicted) && status >= 0; row++)
    status = whatif_expect(w, predicted, row, from);
  arc_report_free(predicted);
  return status;
}

static arc_status whatif_estimate(whatif *w) {
  arc_scorer *scorer;
  ARC__TRY(arc_scorer_open(&scorer, w->c->ledger, w->err));
  arc_status status = ARC_OK;
  for (arc_day day = w->o.from; day <= w->o.to && status >= 0; day += WHATIF_WEEK)
    status = whatif_week(w, scorer, day);
  arc_scorer_close(scorer);
  return status;
}

/* ---- the report ---- */

typedef struct whatif_row {
  const char *measure, *detail, *currency;
  const uint64_t *counts[WHATIF_SIDES]; /* NULL: none */
  const int64_t *amounts[WHATIF_SIDES], *low, *high;
} whatif_row;

static void whatif_amount(whatif *w, const int64_t *amount) {
  if (amount)
    arc__report_add_integer(w->report, *amount);
  else
    arc__report_add_null(w->report);
}

static void whatif_add_row(whatif *w, const whatif_row *row) {
  arc__report_add_string(w->report, row->measure);
  arc__report_add_string(w->report, row->detail);
  arc__report_add_string(w->report, row->currency);
  for (int side = 0; side < WHATIF_SIDES; side++) {
    if (row->counts[side])
      arc__report_add_integer(w->report, (int64_t)*row->counts[side]);
    else
      arc__report_add_null(w->report);
  }
  for (int side = 0; side < WHATIF_SIDES; side++)
    whatif_amount(w, row->amounts[side]);
  whatif_amount(w, row->low);
  whatif_amount(w, row->high);
}

static arc_status whatif_touches(whatif *w, const char *currency) {
  static const char *const names[ARC_WHATIF_CHANNELS] = {
      "all",  "email", "sms",    "letter",  "registered-letter",
      "call", "voice", "portal", "webhook", "placement"};
  uint64_t counts[WHATIF_SIDES][ARC_WHATIF_CHANNELS] = {{0}}, withheld[WHATIF_SIDES] = {0};
  int64_t costs[WHATIF_SIDES][ARC_WHATIF_CHANNELS] = {{0}};
  for (int side = 0; side < WHATIF_SIDES; side++) {
    const arc__tables *t = whatif_tables(w, side);
    for (uint32_t touch = whatif_first_touch(w, side); touch <= t->rows[ARC__TABLE_TOUCH];
         touch++) {
      uint32_t channel = arc__u8(t, ARC__TOUCH_CHANNEL, touch);
      if (!whatif_in(t, touch, w->o.from, w->o.to)) continue;
      if (arc__touch_withheld(t, touch)) {
        withheld[side]++;
        continue;
      }
      counts[side][0]++;
      counts[side][channel]++;
      ARC__TRY(whatif_add(w, &costs[side][0], w->o.cost[channel]));
      ARC__TRY(whatif_add(w, &costs[side][channel], w->o.cost[channel]));
    }
  }
  for (int channel = 0; channel < ARC_WHATIF_CHANNELS; channel++) {
    const whatif_row row = {"touches",
                            names[channel],
                            currency,
                            {&counts[0][channel], &counts[1][channel]},
                            {&costs[0][channel], &costs[1][channel]},
                            NULL,
                            NULL};
    if (channel == 0 || counts[0][channel] || counts[1][channel]) whatif_add_row(w, &row);
  }
  const whatif_row held = {"withheld",   "all", "",  {&withheld[0], &withheld[1]},
                           {NULL, NULL}, NULL,  NULL};
  const whatif_row limited = {"limited",    "a step was due, and a cap put it off",
                              "",           {NULL, &w->limited},
                              {NULL, NULL}, NULL,
                              NULL};
  whatif_add_row(w, &held);
  whatif_add_row(w, &limited);
  const whatif_row windows = {"windows",    "30 days of an open item that a touch named",
                              "",           {&w->windows[0], &w->windows[1]},
                              {NULL, NULL}, NULL,
                              NULL};
  whatif_add_row(w, &windows);
  return ARC_OK;
}

static int64_t whatif_root(uint64_t square) {
  uint64_t root = 0;
  for (uint64_t bit = UINT64_C(1) << 31; bit; bit >>= 1)
    if ((root | bit) * (root | bit) <= square) root |= bit;
  return (int64_t)root;
}

/* Windows of a kind in a currency. */
typedef struct whatif_response {
  int64_t expected, paid;
  int64_t spread; /* of paid, given expected: a standard deviation */
} whatif_response;

/* From how far accounts were from what they all were together: a customer's invoices are paid
 * together. In units of which the farthest account is 2^20, at most. */
static arc_status whatif_spread(whatif *w, uint32_t currency, int kind, whatif_response *r) {
  const arc__tables *t = whatif_tables(w, WHATIF_RECORDED);
  int64_t most = 0, unit = 1, off;
  uint64_t squares = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (uint32_t a = 1; a <= w->accounts; a++) {
      if (arc__u32(t, ARC__ACCOUNT_CURRENCY, a) != currency) continue;
      ARC__TRY(arc_money_scale(&off, w->expected[kind][a], r->paid, r->expected, w->err));
      if (!arc__subtract(&off, w->paid[kind][a], off)) return whatif_overflow(w->err);
      if (off < 0) off = -off;
      if (off > most) most = off;
      if (pass) squares += (uint64_t)(off / unit) * (uint64_t)(off / unit);
    }
    unit = most / (1 << 20) + 1;
  }
  r->spread = whatif_root(squares) * unit;
  return ARC_OK;
}

static arc_status whatif_sum(whatif *w, const int64_t *accounts, uint32_t currency, int64_t *sum) {
  const arc__tables *t = whatif_tables(w, WHATIF_RECORDED);
  *sum = 0;
  for (uint32_t a = 1; a <= w->accounts; a++)
    if (arc__u32(t, ARC__ACCOUNT_CURRENCY, a) == currency)
      ARC__TRY(whatif_add(w, sum, accounts[a]));
  return ARC_OK;
}

static arc_status whatif_respond(whatif *w, uint32_t currency, int kind, whatif_response *r) {
  memset(r, 0, sizeof *r);
  ARC__TRY(whatif_sum(w, w->expected[kind], currency, &r->expected));
  ARC__TRY(whatif_sum(w, w->paid[kind], currency, &r->paid));
  return r->expected > 0 ? whatif_spread(w, currency, kind, r) : ARC_OK;
}

/* Adds, or takes, what comes of `more` cash expected as it came of a kind of windows, and how far
 * that may be off. */
static arc_status whatif_apply(whatif *w, const whatif_response *r, int64_t more, int64_t *gain,
                               int64_t *off) {
  int64_t sized = more < 0 ? -more : more;
  ARC__TRY(arc_money_scale(gain, more, r->paid, r->expected, w->err));
  ARC__TRY(arc_money_scale(off, r->spread, WHATIF_Q90, 100000, w->err));
  return arc_money_scale(off, *off, sized, r->expected, w->err);
}

/* The root of the sum of two squares. */
static int64_t whatif_together(int64_t a, int64_t b) {
  int64_t unit = (a > b ? a : b) / (INT64_C(1) << 30) + 1;
  return whatif_root((uint64_t)((a / unit) * (a / unit) + (b / unit) * (b / unit))) * unit;
}

static arc_status whatif_received(whatif *w, uint32_t currency, int64_t *sum) {
  const arc__tables *t = whatif_tables(w, WHATIF_RECORDED);
  *sum = 0;
  for (uint32_t c = 1; c <= t->rows[ARC__TABLE_CREDIT]; c++) {
    arc_day day = arc__i32(t, ARC__CREDIT_DAY, c);
    if (arc__u8(t, ARC__CREDIT_KIND, c) != ARC_CREDIT_PAYMENT ||
        arc__u32(t, ARC__CREDIT_CURRENCY, c) != currency ||
        arc__i32(t, ARC__CREDIT_REVERSED, c) != ARC_DAY_NONE || day < w->o.from || day > w->o.to)
      continue;
    ARC__TRY(whatif_add(w, sum, arc__i64(t, ARC__CREDIT_AMOUNT, c)));
  }
  return ARC_OK;
}

/* The cash of the days, and that cash with what more touches would have brought, or fewer not: what
 * the model expected of what they named, times how much better it came of what was touched than of
 * what was left alone. */
static arc_status whatif_cash(whatif *w, uint32_t currency) {
  whatif_response touched, alone;
  int64_t cash, more, gain, without, off, off_alone, replayed, low, high;
  char code[4];
  arc__currency_unpack(code, currency);
  ARC__TRY(whatif_received(w, currency, &cash));
  ARC__TRY(whatif_respond(w, currency, WHATIF_RECORDED, &touched));
  ARC__TRY(whatif_respond(w, currency, WHATIF_UNTOUCHED, &alone));
  ARC__TRY(whatif_sum(w, w->expected[WHATIF_REPLAYED], currency, &more));
  more -= touched.expected;
  whatif_row row = {"cash", "received, and expected", code, {NULL, NULL}, {&cash, &replayed}, &low,
                    &high};
  replayed = low = high = cash;
  if (more && (touched.expected <= 0 || alone.expected <= 0))
    row.amounts[WHATIF_REPLAYED] = row.low = row.high =
        NULL; /* nothing shows what a touch brings */
  else if (more) {
    ARC__TRY(whatif_apply(w, &touched, more, &gain, &off));
    ARC__TRY(whatif_apply(w, &alone, more, &without, &off_alone));
    off = whatif_together(off, off_alone);
    if (!arc__subtract(&gain, gain, without) || !arc__add(&replayed, cash, gain) ||
        !arc__subtract(&low, replayed, off) || !arc__add(&high, replayed, off))
      return whatif_overflow(w->err);
  }
  whatif_add_row(w, &row);
  return ARC_OK;
}

static arc_status whatif_write(whatif *w) {
  static const arc__report_column columns[] = {{"measure", ARC_COLUMN_TEXT},
                                               {"detail", ARC_COLUMN_TEXT},
                                               {"currency", ARC_COLUMN_TEXT},
                                               {"recorded", ARC_COLUMN_INTEGER},
                                               {"replayed", ARC_COLUMN_INTEGER},
                                               {"recorded_amount", ARC_COLUMN_MONEY},
                                               {"replayed_amount", ARC_COLUMN_MONEY},
                                               {"low", ARC_COLUMN_MONEY},
                                               {"high", ARC_COLUMN_MONEY}};
  const arc__tables *t = whatif_tables(w, WHATIF_RECORDED);
  char book[4];
  arc__currency_unpack(book, arc__u32(t, ARC__BOOK_CURRENCY, 1));
  w->report = arc__report_new(w->c->heap, columns, sizeof columns / sizeof *columns);
  if (!w->report) return arc__fail_nomem(w->err);
  ARC__TRY(whatif_touches(w, book));
  for (uint32_t row = 1; row <= t->rows[ARC__TABLE_CONTROL]; row++)
    ARC__TRY(whatif_cash(w, arc__u32(t, ARC__CONTROL_CURRENCY, row)));
  return ARC_OK;
}

/* ---- the call ---- */

static arc_status whatif_check(whatif *w, const arc_whatif_options *given) {
  static const arc_text otherwise = {"default", 7};
  arc_whatif_options *o = &w->o;
  ARC__TRY(ARC__READ(arc_whatif_options, o, given, w->err));
  if (o->flags)
    return arc__fail_field(w->err, ARC_E_INVALID, 0, 1, "arc_whatif_options: flags must be 0");
  if (o->from <= ARC_DAY_FIRST || o->to > ARC_DAY_LAST || o->from > o->to ||
      o->to - o->from >= WHATIF_DAYS)
    return arc__fail_field(w->err, ARC_E_INVALID, 0, 2,
                           "from and to are days of the years 1 to 9999, in this order, at most %d",
                           WHATIF_DAYS);
  ARC__TRY(arc__text_check(&o->policy, 0, WHATIF_TEXT_MAX, ARC__TEXT_FREE, "policy", 0, 4, w->err));
  ARC__TRY(arc__text_check(&o->name, 0, WHATIF_NAME_MAX, ARC__TEXT_LINE, "name", 0, 5, w->err));
  if (!o->name.size) o->name = otherwise;
  for (int i = 0; i < ARC_WHATIF_CHANNELS; i++)
    if (o->cost[i] < 0 || o->cost[i] > INT64_C(1000000000000))
      return arc__fail_field(w->err, ARC_E_INVALID, 0, 6, "a cost is 0 to 10^12 minor units");
  return o->policy.size ? arc_cadence_print(NULL, 0, NULL, o->policy.data, o->policy.size, w->err) : ARC_OK;
}

static arc_status whatif_room(whatif *w) {
  const arc__tables *t = whatif_tables(w, WHATIF_RECORDED);
  const arc__heap *heap = w->c->heap;
  w->accounts = t->rows[ARC__TABLE_ACCOUNT];
  w->instalments = t->rows[ARC__TABLE_INSTALMENT];
  w->named = arc__alloc(heap, (size_t)w->instalments + 1);
  int whole = w->named != NULL;
  for (int k = 0; k < WHATIF_WINDOWS; k++) {
    w->until[k] = arc__alloc(heap, ((size_t)w->instalments + 1) * sizeof **w->until);
    w->expected[k] = arc__alloc(heap, ((size_t)w->accounts + 1) * sizeof **w->expected);
    w->paid[k] = arc__alloc(heap, ((size_t)w->accounts + 1) * sizeof **w->paid);
    whole = whole && w->until[k] && w->expected[k] && w->paid[k];
    for (uint32_t i = 0; w->until[k] && i <= w->instalments; i++)
      w->until[k][i] = ARC_DAY_NONE;
  }
  return whole ? ARC_OK : arc__fail_nomem(w->err);
}

static void whatif_leave(whatif *w) {
  const arc__heap *heap = w->c->heap;
  arc__free(heap, w->named, (size_t)w->instalments + 1);
  for (int k = 0; k < WHATIF_WINDOWS; k++) {
    arc__free(heap, w->until[k], ((size_t)w->instalments + 1) * sizeof **w->until);
    arc__free(heap, w->expected[k], ((size_t)w->accounts + 1) * sizeof **w->expected);
    arc__free(heap, w->paid[k], ((size_t)w->accounts + 1) * sizeof **w->paid);
  }
  arc_ledger_close(w->fork);
}

arc_status arc_collector_whatif(arc_report **out, arc_collector *c,
                                const arc_whatif_options *options, arc_error *err) {
  whatif w;
  if (!out || !c) return arc__fail(err, ARC_E_INVALID, "out or collector is NULL");
  *out = NULL;
  memset(&w, 0, sizeof w);
  w.c = c;
  w.err = err;
  ARC__TRY(whatif_check(&w, options));
  ARC__TRY(arc_ledger_fork(&w.fork, c->ledger, 0, err));
  arc_status status = whatif_room(&w);
  if (status >= 0) status = whatif_replay(&w);
  if (status >= 0) status = whatif_estimate(&w);
  if (status >= 0) status = whatif_write(&w);
  whatif_leave(&w);
  if (status >= 0) return arc__report_finish(out, w.report, err);
  arc_report_free(w.report);
  return status;
}
