/* A story told in another way that means the same gives the same book: independent commands in
 * another order, keys renamed, amounts scaled, a payment split in two. Verdicts, balances and aging
 * are compared, on several days.
 *
 * usage: test_metamorphic [--seeds N] [--seed S]      --seed prints the story, too */
#include "commands.h"
#include "../support/calls.h"

#include <stdlib.h>
#include <string.h>

enum { STORY = 70, DAYS = 4, CELLS = 7 };

static const char *const way_names[] = {"permuted", "renamed", "scaled", "split"};
enum { PERMUTED, RENAMED, SCALED, SPLIT, WAYS };

struct story {
  uint64_t seed;
  struct chance chance;
  struct model model;
  struct sim_call calls[STORY];
  arc_status status[STORY];
  arc_day days[DAYS];
};

/* Per customer (the last: unknown payers) and currency: the buckets of the aging, what is
 * unapplied, the balance; and the two amounts of arc_ledger_balance. */
struct look {
  int64_t aging[DAYS][MODEL_CUSTOMERS + 1][MODEL_CURRENCIES][CELLS];
  int64_t balance[MODEL_CUSTOMERS][MODEL_CURRENCIES][2];
};

/* How keys and amounts of a book differ from the plain one's. */
struct dress {
  int mirror; /* keys count down from here; 0: as they are */
  int64_t scale;
};
static const struct dress plain = {0, 1};

static uint64_t told[WAYS], skipped, commands, amounts;

static void print_story(const struct story *s) {
  for (int i = 0; i < STORY; i++) {
    fprintf(stderr, "  %2d  ", i);
    sim_print(stderr, &s->calls[i]);
    fprintf(stderr, ": %s\n", arc_status_name(s->status[i]));
  }
}

static void die(const struct story *s, const char *way, const char *what, int64_t got,
                int64_t wanted) {
  print_story(s);
  fprintf(stderr, "seed %llu, %s: %s: %lld instead of %lld\n", (unsigned long long)s->seed, way,
          what, (long long)got, (long long)wanted);
  exit(1);
}

static arc_ledger *new_book(void) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_ledger *ledger;
  options.flags = ARC_LEDGER_DETACHED;
  memcpy(options.currency, "USD", 4);
  if (arc_ledger_open(&ledger, &options, NULL) != ARC_OK) exit(2);
  return ledger;
}

/* ---- looking ---- */

static int currency_of(const char *code) {
  for (int i = 0; i < MODEL_CURRENCIES; i++)
    if (strcmp(code, sim_currency(i)) == 0) return i;
  return 0;
}

static int customer_of(const char *key, struct dress dress) {
  int number = key[0] ? atoi(key + 1) : MODEL_CUSTOMERS;
  return key[0] && dress.mirror ? dress.mirror - number : number;
}

static void look(struct look *out, const struct story *s, arc_ledger *ledger, struct dress dress) {
  memset(out, 0, sizeof *out);
  for (int d = 0; d < DAYS; d++) {
    arc_metrics_query options = AGING_INIT;
    arc_report *report;
    options.as_of = s->days[d];
    if (arc_metrics_report(&report, ledger, &options, NULL) != ARC_OK) exit(2);
    for (size_t row = 0; row < arc_report_rows(report); row++) {
      int64_t *cells = out->aging[d][customer_of(arc_report_text(report, row, 0, NULL), dress)]
                                 [currency_of(arc_report_text(report, row, 1, NULL))];
      for (size_t i = 0; i < CELLS; i++)
        cells[i] = arc_report_integer(report, row, 2 + i);
    }
    arc_report_free(report);
  }
  for (int c = 0; c < s->model.customer_count; c++)
    for (int k = 0; k < MODEL_CURRENCIES; k++) {
      int key = s->model.customers[c].key;
      char text[24];
      int size = snprintf(text, sizeof text, "C%d", dress.mirror ? dress.mirror - key : key);
      if (arc_ledger_balance(ledger, &out->balance[key][k][0], &out->balance[key][k][1], text,
                             (size_t)size, sim_currency(k), ARC_DAY_LAST, NULL) != ARC_OK)
        exit(2);
    }
}

static void compare(const struct story *s, const struct look *wanted, arc_ledger *ledger, int way,
                    struct dress dress) {
  static struct look got;
  const int64_t *a, *b = &wanted->balance[0][0][0];
  look(&got, s, ledger, dress);
  a = &got.balance[0][0][0];
  for (size_t i = 0; i < sizeof got.balance / sizeof *a; i++)
    if (a[i] != b[i] * dress.scale) die(s, way_names[way], "a balance", a[i], b[i] * dress.scale);
  a = &got.aging[0][0][0][0];
  b = &wanted->aging[0][0][0][0];
  for (size_t i = 0; i < sizeof got.aging / sizeof *a; i++) {
    if (a[i] != b[i] * dress.scale)
      die(s, way_names[way], "an amount of the aging", a[i], b[i] * dress.scale);
    amounts += b[i] != 0;
  }
  told[way]++;
}

/* What these relations do not hold for: an amount of another currency, rounded, is not in proportion, and halves of a
 * payment have keys of their own. */
static void keep_plain(struct model_command *c) {
  c->settled = c->rate_invoice = c->rate_credit = c->invoice_value = c->credit_value = 0;
  if (c->kind != MODEL_SAY_UNAPPLICATION) return;
  c->key = c->application = -1;
  c->instalment = 0;
}

/* ---- the story itself ---- */

static void make_story(struct story *s, uint64_t seed, arc_ledger *ledger) {
  s->seed = seed;
  chance_seed(&s->chance, seed);
  model_init(&s->model);
  for (int i = 0; i < STORY; i++) {
    struct sim_call *call = &s->calls[i];
    int verdict;
    /* Something to begin with; and what is said of days depends on the number of all that was said
     * before. */
    do
      sim_make(&s->chance, &s->model, SIM_FIRST_DAY + i, call);
    while (i < 4 ? call->rows[0].kind != MODEL_SAY_CUSTOMER
           : i < 16
               ? call->rows[0].kind != MODEL_SAY_INVOICE && call->rows[0].kind != MODEL_SAY_PAYMENT
               : call->rows[0].kind >= MODEL_SAY_DAY_RUN);
    call->count = 1;
    /* A share of it comes out even, so that it scales. */
    if (call->rows[0].kind == MODEL_SAY_INVOICE && !call->rows[0].parts) call->rows[0].amount *= 10;
    keep_plain(&call->rows[0]);
    s->status[i] = sim_tell(ledger, call, NULL);
    verdict = sim_judge(&s->model, call);
    if (s->status[i] < 0 ? verdict >= 0 : s->status[i] != verdict)
      die(s, "plain", "another verdict than the model's", s->status[i], verdict);
    commands += s->status[i] == ARC_OK;
  }
  for (int d = 0; d < DAYS - 1; d++)
    s->days[d] = SIM_FIRST_DAY - 30 + chance_below(&s->chance, STORY + 90);
  s->days[DAYS - 1] = ARC_DAY_LAST;
}

/* ---- other orders ---- */

static int same_key(int a, int b) {
  return a >= 0 && a == b;
}

/* The item that a command makes; else -1. */
static int item_made(const struct model_command *c) {
  return c->kind == MODEL_SAY_INVOICE || c->kind == MODEL_SAY_CHARGE ? c->key : -1;
}

static int names_invoice(const struct model_command *c, int invoice) {
  if (same_key(item_made(c), invoice) || same_key(c->invoice, invoice) || same_key(c->reissued, invoice)) return 1;
  for (int i = 0; c->kind == MODEL_SAY_TOUCH && i < c->parts; i++)
    if (same_key(c->part_invoice[i], invoice)) return 1;
  return 0;
}

static int share_invoice(const struct model_command *a, const struct model_command *b) {
  if (names_invoice(b, item_made(a)) || names_invoice(b, a->invoice) || names_invoice(b, a->reissued)) return 1;
  for (int i = 0; a->kind == MODEL_SAY_TOUCH && i < a->parts; i++)
    if (names_invoice(b, a->part_invoice[i])) return 1;
  return 0;
}

static int credit_of(const struct model_command *c) {
  if (c->kind == MODEL_SAY_PAYMENT || c->kind == MODEL_SAY_CREDIT_NOTE)
    return c->key < 0 ? -1 : c->key * 2 + (c->kind == MODEL_SAY_CREDIT_NOTE);
  return c->credit < 0 ? -1
                       : c->credit * 2 +
                             (c->kind != MODEL_SAY_REVERSAL && c->credit_kind == MODEL_CREDIT_NOTE);
}

/* The kind under whose keys a command's own key counts. */
static int keyed(int kind) {
  return kind == MODEL_SAY_CHARGE       ? MODEL_SAY_INVOICE
         : kind == MODEL_SAY_RESOLUTION ? MODEL_SAY_DISPUTE
         : kind == MODEL_SAY_CHANGE     ? MODEL_SAY_DISPUTE
         : kind == MODEL_SAY_RELEASE    ? MODEL_SAY_HOLD
         : kind == MODEL_SAY_PLAN_END   ? MODEL_SAY_PLAN
         : kind == MODEL_SAY_OUTCOME    ? MODEL_SAY_TOUCH
         : kind == MODEL_SAY_TASK_END   ? MODEL_SAY_TASK
         : kind == MODEL_SAY_REPLY_UNDO ? MODEL_SAY_REPLY
                                        : kind;
}

static int dispute_of(const struct model_command *c) {
  if (c->deducts) return c->deduction_key;
  return keyed(c->kind) == MODEL_SAY_DISPUTE ? c->key : -1;
}

/* A reversal reopens what its payment was applied to. */
static int reverses(const struct story *s, const struct model_command *reversal,
                    const struct model_command *other) {
  if (reversal->kind != MODEL_SAY_REVERSAL) return 0;
  for (int i = 0; i < STORY; i++) {
    const struct model_command *c = &s->calls[i].rows[0];
    if (c->kind == MODEL_SAY_APPLICATION && same_key(credit_of(c), credit_of(reversal)) &&
        share_invoice(c, other))
      return 1;
  }
  return 0;
}

/* Replies, and what they may be made of and take back. */
static int replies(const struct model_command *c) {
  return keyed(c->kind) == MODEL_SAY_REPLY;
}

static int made_of_replies(const struct model_command *c) {
  int kind = keyed(c->kind);
  return kind == MODEL_SAY_REPLY || kind == MODEL_SAY_TASK || kind == MODEL_SAY_HOLD || kind == MODEL_SAY_PROMISE;
}

/* Two commands that speak of nothing in common; a customer's own command of nothing that is the
 * customer's. */
static int independent(const struct story *s, const struct model_command *a,
                       const struct model_command *b) {
  if (reverses(s, a, b) || reverses(s, b, a)) return 0;
  if ((replies(a) && made_of_replies(b)) || (replies(b) && made_of_replies(a))) return 0;
  if (a->kind == MODEL_SAY_CUSTOMER && b->kind == MODEL_SAY_CUSTOMER) return 0;
  if (keyed(a->kind) == MODEL_SAY_PLAN && keyed(b->kind) == MODEL_SAY_PLAN) return 0;
  if (a->kind == MODEL_SAY_CUSTOMER && same_key(a->key, b->customer)) return 0;
  if (b->kind == MODEL_SAY_CUSTOMER && same_key(b->key, a->customer)) return 0;
  if (keyed(a->kind) == keyed(b->kind) && same_key(a->key, b->key)) return 0;
  if (same_key(credit_of(a), credit_of(b)) || same_key(dispute_of(a), dispute_of(b))) return 0;
  return !share_invoice(a, b);
}

/* Which of its faults a command is refused for may depend on others. */
static void tell_same(const struct story *s, arc_ledger *ledger, const struct sim_call *call,
                      int number, int way) {
  arc_status status = sim_tell(ledger, call, NULL);
  if (status < 0 ? s->status[number] >= 0 : status != s->status[number]) {
    fprintf(stderr, "command %d\n", number);
    die(s, way_names[way], "another verdict", status, s->status[number]);
  }
}

static void permuted(struct story *s, const struct look *wanted) {
  arc_ledger *ledger = new_book();
  int order[STORY];
  for (int i = 0; i < STORY; i++)
    order[i] = i;
  for (int n = 0; n < STORY * 12; n++) {
    int i = chance_below(&s->chance, STORY - 1), one = order[i], other = order[i + 1];
    if (independent(s, s->calls[one].rows, s->calls[other].rows))
      order[i] = other, order[i + 1] = one;
  }
  for (int i = 0; i < STORY; i++)
    tell_same(s, ledger, &s->calls[order[i]], order[i], PERMUTED);
  compare(s, wanted, ledger, PERMUTED, plain);
  arc_ledger_close(ledger);
}

/* ---- other names and amounts ---- */

static void rename_key(int *key, struct dress dress) {
  if (*key >= 0 && dress.mirror) *key = dress.mirror - *key;
}

static void put_on(struct model_command *c, struct dress dress) {
  rename_key(&c->key, dress);
  rename_key(&c->deduction_key, dress);
  rename_key(&c->reissued, dress);
  rename_key(&c->customer, dress);
  rename_key(&c->parent, dress);
  rename_key(&c->invoice, dress);
  rename_key(&c->credit, dress);
  c->amount *= dress.scale;
  c->discount *= dress.scale;
  c->tolerance *= dress.scale;
  c->deduction *= dress.scale;
  c->lines *= dress.scale;
  for (int i = 0; i < c->parts; i++) {
    if (c->kind == MODEL_SAY_TOUCH) rename_key(&c->part_invoice[i], dress);
    c->part_amount[i] *= dress.scale;
  }
}

static void dressed(struct story *s, const struct look *wanted, int way, struct dress dress) {
  arc_ledger *ledger = new_book();
  for (int i = 0; i < STORY; i++) {
    struct sim_call call = s->calls[i];
    put_on(&call.rows[0], dress);
    tell_same(s, ledger, &call, i, way);
  }
  compare(s, wanted, ledger, way, dress);
  arc_ledger_close(ledger);
}

/* ---- a payment in two ---- */

enum { SECOND_HALF = 900000, OWN_KEY = 800000 };

/* What was recorded in the plain book is told the book of the split payment, and its model. */
static arc_status tell_both(arc_ledger *ledger, struct model *m, const struct model_command *c) {
  struct sim_call call = {1, {*c}};
  arc_status status = sim_tell(ledger, &call, NULL);
  (void)sim_judge(m, &call);
  return status;
}

/* An application or a refund takes what it can from the first half. 0: neither half alone has
 * enough on every day, nor both as they stand. */
static int split_application(const struct story *s, arc_ledger *ledger, struct model *m,
                             struct model_command c) {
  int first = model_find_credit(m, MODEL_PAYMENT, c.credit),
      second = model_find_credit(m, MODEL_PAYMENT, c.credit + SECOND_HALF);
  int64_t one = model_credit_room(m, first, c.day), other = model_credit_room(m, second, c.day),
          amount = c.amount;
  int deducts = c.deducts;
  if (one > amount) one = amount;
  if (amount - one > other) return 0;
  c.amount = one;
  c.deducts = deducts && one == amount; /* with what leaves the least open */
  if (amount == 0 || one) {
    if (tell_both(ledger, m, &c) != ARC_OK)
      die(s, "split", "what takes of the first half", one, amount);
    c.discount = c.tolerance = 0;
  }
  c.amount = amount - one;
  c.deducts = deducts;
  c.credit += SECOND_HALF;
  c.key += STORY;
  if (c.amount && tell_both(ledger, m, &c) != ARC_OK)
    die(s, "split", "what takes of the second half", c.amount, amount);
  return 1;
}

static int split_command(const struct story *s, arc_ledger *ledger, struct model *m, int number,
                         const struct model_command *of) {
  struct model_command c = s->calls[number].rows[0];
  int takes = c.kind == MODEL_SAY_APPLICATION || c.kind == MODEL_SAY_REFUND,
      is_cash = (takes || c.kind == MODEL_SAY_UNAPPLICATION) && c.credit_kind == MODEL_PAYMENT;
  arc_status one, other;
  if (s->status[number] != ARC_OK) return 1;
  if (takes) c.key = OWN_KEY + number;
  if (c.kind == MODEL_SAY_PAYMENT && c.key == of->key) {
    int64_t first = 1 + (int64_t)((uint64_t)chance_below(&(struct chance){s->seed + 99}, 1000) *
                                  (uint64_t)(c.amount - 1) / 1000);
    c.amount -= first;
    c.key += SECOND_HALF;
    one = tell_both(ledger, m, &c);
    c.amount = first;
    c.key = of->key;
  } else if ((is_cash || c.kind == MODEL_SAY_REVERSAL) && c.credit == of->key) {
    if (takes) return split_application(s, ledger, m, c);
    c.credit += SECOND_HALF;
    one = tell_both(ledger, m, &c);
    c.credit = of->key;
  } else {
    one = ARC_OK;
  }
  other = tell_both(ledger, m, &c);
  /* Of the two halves, one may have settled nothing of what is undone. */
  if (is_cash && c.kind == MODEL_SAY_UNAPPLICATION && (one == ARC_OK || other == ARC_OK)) return 1;
  if (one != ARC_OK || other != ARC_OK)
    die(s, "split", "another verdict", one != ARC_OK ? one : other, ARC_OK);
  return 1;
}

/* A payment of a known customer: else a half that settles nothing stays with nobody. */
static const struct model_command *some_payment(struct story *s) {
  int first = chance_below(&s->chance, STORY);
  for (int i = 0; i < STORY; i++) {
    int number = (first + i) % STORY;
    const struct model_command *c = &s->calls[number].rows[0];
    if (c->kind == MODEL_SAY_PAYMENT && s->status[number] == ARC_OK && c->customer >= 0 &&
        c->amount > 1)
      return c;
  }
  return NULL;
}

static void split(struct story *s, const struct look *wanted) {
  static struct model m;
  const struct model_command *of = some_payment(s);
  arc_ledger *ledger;
  int whole = of != NULL;
  model_init(&m);
  ledger = new_book();
  for (int i = 0; whole && i < STORY; i++)
    whole = split_command(s, ledger, &m, i, of);
  if (whole)
    compare(s, wanted, ledger, SPLIT, plain);
  else
    skipped++;
  arc_ledger_close(ledger);
}

int main(int argc, char **argv) {
  static struct story s;
  static struct look wanted;
  uint64_t from = 1, seeds = 1000;
  int show = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--seeds") == 0)
      seeds = strtoull(argv[i + 1], NULL, 10);
    else if (strcmp(argv[i], "--seed") == 0)
      from = strtoull(argv[i + 1], NULL, 10), seeds = 1, show = 1;
    else
      return fprintf(stderr, "usage: test_metamorphic [--seeds N] [--seed S]\n"), 2;
  }
  for (uint64_t seed = from; seed < from + seeds; seed++) {
    arc_ledger *ledger = new_book();
    make_story(&s, seed, ledger);
    if (show) print_story(&s);
    look(&wanted, &s, ledger, plain);
    arc_ledger_close(ledger);
    permuted(&s, &wanted);
    dressed(&s, &wanted, RENAMED, (struct dress){50000 + chance_below(&s.chance, 9), 1});
    dressed(&s, &wanted, SCALED, (struct dress){0, 2 + chance_below(&s.chance, 1000)});
    split(&s, &wanted);
  }
  printf("%llu stories, %llu commands recorded; %llu permuted, %llu renamed, %llu scaled, %llu "
         "with a payment split (%llu not): "
         "%llu amounts as before; 0 violations\n",
         (unsigned long long)seeds, (unsigned long long)commands,
         (unsigned long long)told[PERMUTED], (unsigned long long)told[RENAMED],
         (unsigned long long)told[SCALED], (unsigned long long)told[SPLIT],
         (unsigned long long)skipped, (unsigned long long)amounts);
  return told[SPLIT] * 2 < seeds;
}
