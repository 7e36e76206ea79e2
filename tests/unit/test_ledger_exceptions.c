/* Disputes, promises and holds, through commands and as a view of a day shows them. */
#include "../support/ledger_case.h"

static const arc_day DAY = 20089; /* 2025-01-01 */

/* A owes I (1,000 in 300 + 300 + 400) and J (500). */
static void begin(struct ledger_case *c) {
  OK(CUSTOMER(.key = T("A")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000,
             INSTALMENTS(PART(DAY + 30, 300), PART(DAY + 60, 300), PART(DAY + 90, 400))));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 500));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 5000));
}

#define PAY(application_key, application_invoice, application_day, application_amount)             \
  OK(APPLY(.key = T(application_key), .credit = T("P"), .invoice = T(application_invoice),         \
           .day = application_day, .amount = application_amount))

static uint32_t find_exception(struct ledger_case *c, int kind, const char *key) {
  arc_text text = {key, strlen(key)};
  uint32_t row = arc__index_find(arc__ledger_tables(c->ledger), ARC__INDEX_EXCEPTION, text, kind);
  assert_int_not_equal(row, 0);
  return row;
}

static int64_t undisputed(struct ledger_case *c, uint32_t instalment, arc_day day) {
  arc__view view;
  assert_int_equal(arc__view_open(&view, c->ledger, day, NULL), ARC_OK);
  int64_t amount = arc__view_undisputed(&view, instalment);
  arc__view_close(&view);
  return amount;
}

static uint32_t pause(struct ledger_case *c, const char *invoice, int channel, unsigned kinds, arc_day day) {
  arc_text text = {invoice, strlen(invoice)};
  arc__view view;
  assert_int_equal(arc__view_open(&view, c->ledger, day, NULL), ARC_OK);
  uint32_t row = arc__view_pause(&view, arc__find_invoice(view.tables, text), channel, kinds);
  arc__view_close(&view);
  return row;
}

#define DISPUTES (1u << ARC__EXCEPTION_DISPUTE)
#define PROMISES (1u << ARC__EXCEPTION_PROMISE)
#define HOLDS    (1u << ARC__EXCEPTION_HOLD)
#define ALL      (DISPUTES | PROMISES | HOLDS)

/* ---- disputes ---- */

static void test_dispute_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(DISPUTE(.key = T("D"), .invoice = T("I"), .kind = T("price"), .owner = T("Omar"), .reason = T("too much"),
             .opened = DAY + 5, .amount = 200));
#define OTHER(...)                                                                                 \
  DISPUTE(.key = T("D"), .invoice = T("I"), .kind = T("price"), .owner = T("Omar"), .reason = T("too much"), \
          .opened = DAY + 5, .amount = 200, __VA_ARGS__)
  ALREADY(OTHER(.reserved = 0));
  EXISTS(OTHER(.invoice = T("J")));
  EXISTS(OTHER(.kind = T("quality")));
  EXISTS(OTHER(.owner = T("")));
  EXISTS(OTHER(.reason = T("")));
  EXISTS(OTHER(.opened = DAY + 6));
  EXISTS(OTHER(.amount = 201));
  EXISTS(OTHER(.amount = 0)); /* all of it */
#undef OTHER
  OK(DISPUTE(.key = T("E"), .invoice = T("J"), .opened = DAY + 5));
  ALREADY(DISPUTE(.key = T("E"), .invoice = T("J"), .opened = DAY + 5, .amount = 500));
  OK(PROMISE(.key = T("D"), .invoice = T("I"), .made = DAY, .pay_by = DAY)); /* keys count per kind */
  OK(HOLD(.key = T("D"), .invoice = T("I"), .from = DAY));
}

/* A dispute holds the latest instalments first; the rest may be chased. */
static void test_partial_dispute_over_instalments(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(DISPUTE(.key = T("D"), .invoice = T("I"), .opened = DAY + 5, .amount = 500));
  assert_int_equal(undisputed(c, 1, DAY + 4), 300);
  assert_int_equal(undisputed(c, 3, DAY + 4), 400);
  assert_int_equal(undisputed(c, 1, DAY + 5), 300);
  assert_int_equal(undisputed(c, 2, DAY + 5), 200);
  assert_int_equal(undisputed(c, 3, DAY + 5), 0);
  assert_int_equal(OPEN("I", 0, DAY + 5), 1000); /* it is still owed, and ages */
  PAY("1", "I", DAY + 10, 350);
  assert_int_equal(undisputed(c, 1, DAY + 10), 0);
  assert_int_equal(undisputed(c, 2, DAY + 10), 150);
  OK(DISPUTE(.key = T("E"), .invoice = T("I"), .opened = DAY + 11, .amount = 100)); /* a second one adds to it */
  assert_int_equal(undisputed(c, 2, DAY + 11), 50);
  REPORT_IS("A|I|I|2|2025-01-01|2025-03-02|USD|3.00|2.50|2.00|-49\n"
            "A|I|I|3|2025-01-01|2025-04-01|USD|4.00|4.00|4.00|-79\n",
            .report = ARC_REPORT_OPEN_ITEMS, .invoice = T("I"), .as_of = DAY + 11);
  OK(DISPUTE(.key = T("F"), .invoice = T("I"), .opened = DAY + 12)); /* more than there is */
  assert_int_equal(undisputed(c, 2, DAY + 12), 0);
  OK(RESOLVE(.key = T("F"), .reason = T("invalid"), .day = DAY + 13));
  assert_int_equal(undisputed(c, 2, DAY + 12), 0); /* as it was */
  assert_int_equal(undisputed(c, 2, DAY + 13), 50);
  OK(RESOLVE(.key = T("D"), .day = DAY + 14));
  OK(RESOLVE(.key = T("E"), .day = DAY + 14));
  assert_int_equal(undisputed(c, 2, DAY + 14), 250);
}

/* What pauses is a dispute of everything that is open. */
static void test_dispute_pauses_when_nothing_else_is_open(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(DISPUTE(.key = T("D"), .invoice = T("J"), .opened = DAY + 5, .amount = 200));
  uint32_t row = find_exception(c, ARC__EXCEPTION_DISPUTE, "D");
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, ALL, DAY + 5), 0);
  PAY("1", "J", DAY + 6, 300);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, ALL, DAY + 6), row);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, PROMISES | HOLDS, DAY + 6), 0);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, ALL, DAY + 5), 0);
  OK(RESOLVE(.key = T("D"), .day = DAY + 7));
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, ALL, DAY + 7), 0);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, ALL, DAY + 6), row);
}

static void test_dispute_resolution_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(DISPUTE(.key = T("D"), .invoice = T("J"), .opened = DAY + 5));
  OK(HOLD(.key = T("H"), .invoice = T("J"), .from = DAY));
  NOT_FOUND(RESOLVE(.key = T("H"), .day = DAY + 6));
  FIELD(2);
  REFUSED(RESOLVE(.key = T("D"), .day = DAY + 4));
  INVALID(RESOLVE(.key = T("D"), .day = ARC_DAY_NONE));
  FIELD(5);
  INVALID(RESOLVE(.key = T("D"), .reason = T("a\nb"), .day = DAY + 6));
  FIELD(4);
  INVALID(RESOLVE(.key = T("D"), .author = T("Ida"), .day = DAY + 6)); /* the record has none */
  FIELD(3);
  INVALID(CASE_POST(ends, arc_end, .key = T("D"), .day = DAY + 6));
  FIELD(6);
  INVALID(CASE_POST(ends, arc_end, .kind = 6, .key = T("D"), .day = DAY + 6));
  NOT_FOUND(PLAN_END(.key = T("D"), .day = DAY + 6));
  OK(RESOLVE(.key = T("D"), .reason = T("credited"), .day = DAY + 6));
  ALREADY(RESOLVE(.key = T("D"), .reason = T("credited"), .day = DAY + 6));
  EXISTS(RESOLVE(.key = T("D"), .day = DAY + 7));
}

static void test_dispute_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  NOT_FOUND(DISPUTE(.key = T("D"), .invoice = T("X"), .opened = DAY));
  FIELD(3);
  INVALID(DISPUTE(.invoice = T("J"), .opened = DAY));
  FIELD(2);
  INVALID(DISPUTE(.key = T("D"), .invoice = T("J"), .opened = ARC_DAY_NONE));
  INVALID(DISPUTE(.key = T("D"), .invoice = T("J"), .opened = DAY, .amount = -1));
  REFUSED(DISPUTE(.key = T("D"), .invoice = T("J"), .opened = DAY, .amount = 501));
  INVALID(DISPUTE(.key = T("D"), .invoice = T("J"), .opened = DAY, .reserved = 1));
  OK(DISPUTE(.key = T("D"), .invoice = T("J"), .opened = DAY, .amount = 500));
}

/* ---- promises ---- */

struct promise_now {
  int standing;
  int64_t paid;
};

static struct promise_now promise(struct ledger_case *c, const char *key, arc_day day) {
  struct promise_now now;
  arc__view view;
  assert_int_equal(arc__view_open(&view, c->ledger, day, NULL), ARC_OK);
  now.standing = arc__view_promise(&view, find_exception(c, ARC__EXCEPTION_PROMISE, key), &now.paid);
  arc__view_close(&view);
  return now;
}

#define PROMISE_IS(key, day, expected_standing, expected_paid)                                     \
  do {                                                                                             \
    struct promise_now now_ = promise(c, key, day);                                                \
    assert_int_equal(now_.standing, expected_standing);                                            \
    assert_int_equal(now_.paid, expected_paid);                                                    \
  } while (0)

static void test_promise_is_kept_by_what_is_applied_in_time(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAY("before", "I", DAY + 4, 100);
  OK(PROMISE(.key = T("M"), .invoice = T("I"), .made = DAY + 5, .pay_by = DAY + 20, .grace_days = 3, .amount = 400));
  PROMISE_IS("M", DAY + 4, ARC__PROMISE_NOT_YET, 0);
  PROMISE_IS("M", DAY + 5, ARC__PROMISE_PENDING, 0); /* what came before it does not count */
  PAY("first", "I", DAY + 5, 150);
  PROMISE_IS("M", DAY + 5, ARC__PROMISE_PENDING, 150);
  PROMISE_IS("M", DAY + 23, ARC__PROMISE_PENDING, 150); /* the last day of grace */
  PROMISE_IS("M", DAY + 24, ARC__PROMISE_PARTLY_KEPT, 150);
  PAY("last", "I", DAY + 23, 250);
  PROMISE_IS("M", DAY + 22, ARC__PROMISE_PENDING, 150);
  PROMISE_IS("M", DAY + 23, ARC__PROMISE_KEPT, 400);
  PROMISE_IS("M", DAY + 24, ARC__PROMISE_KEPT, 400);
}

static void test_promise_is_broken_after_grace(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY + 5, .pay_by = DAY + 20));
  OK(PROMISE(.key = T("same day"), .invoice = T("J"), .made = DAY + 5, .pay_by = DAY + 5, .amount = 1));
  PROMISE_IS("M", DAY + 20, ARC__PROMISE_PENDING, 0);
  PROMISE_IS("M", DAY + 21, ARC__PROMISE_BROKEN, 0);
  PROMISE_IS("same day", DAY + 5, ARC__PROMISE_PENDING, 0);
  PROMISE_IS("same day", DAY + 6, ARC__PROMISE_BROKEN, 0);
  PAY("late", "J", DAY + 21, 500);
  PROMISE_IS("M", DAY + 21, ARC__PROMISE_BROKEN, 0);
  OK(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY + 6, .amount = 1000)); /* nobody paid by that */
  OK(PROMISE(.key = T("N"), .invoice = T("I"), .made = DAY + 5, .pay_by = DAY + 9, .amount = 1000));
  PROMISE_IS("N", DAY + 10, ARC__PROMISE_BROKEN, 0);
}

/* A bounced payment takes back what it kept; discounts and credit notes count towards a promise. */
static void test_promise_follows_the_ledger(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(PAYMENT(.key = T("Q"), .customer = T("A"), .received = DAY, .amount = 450));
  OK(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = DAY, .amount = 40));
  OK(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY + 5, .pay_by = DAY + 20));
  OK(APPLY(.credit = T("Q"), .invoice = T("J"), .day = DAY + 10, .amount = 450, .discount = 10));
  OK(APPLY(.credit = T("N"), .credit_kind = ARC_CREDIT_CREDIT_NOTE, .invoice = T("J"), .day = DAY + 11, .amount = 40));
  PROMISE_IS("M", DAY + 11, ARC__PROMISE_KEPT, 500);
  OK(REVERSE(.payment = T("Q"), .day = DAY + 30));
  PROMISE_IS("M", DAY + 29, ARC__PROMISE_KEPT, 500);
  PROMISE_IS("M", DAY + 30, ARC__PROMISE_PARTLY_KEPT, 40);
}

static void test_promise_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAY("1", "I", DAY + 1, 100);
  OK(PROMISE(.key = T("M"), .invoice = T("I"), .made_by = T("Kim"), .made = DAY + 5, .pay_by = DAY + 20));
  assert_int_equal(arc__i64(arc__ledger_tables(c->ledger), ARC__EXCEPTION_AMOUNT, 1), 900); /* what was open */
  PAY("2", "I", DAY + 6, 100);
#define OTHER(...)                                                                                 \
  PROMISE(.key = T("M"), .invoice = T("I"), .made_by = T("Kim"), .made = DAY + 5, .pay_by = DAY + 20, __VA_ARGS__)
  ALREADY(OTHER(.amount = 0)); /* though less is open now */
  ALREADY(OTHER(.amount = 900));
  EXISTS(OTHER(.amount = 800));
  EXISTS(OTHER(.invoice = T("J")));
  EXISTS(OTHER(.made_by = T("")));
  EXISTS(OTHER(.made = DAY + 4));
  EXISTS(OTHER(.pay_by = DAY + 21));
  EXISTS(OTHER(.grace_days = 1));
#undef OTHER
}

static void test_promise_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  NOT_FOUND(PROMISE(.key = T("M"), .invoice = T("X"), .made = DAY, .pay_by = DAY));
  FIELD(3);
  INVALID(PROMISE(.invoice = T("J"), .made = DAY, .pay_by = DAY));
  FIELD(2);
  INVALID(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY, .pay_by = DAY - 1));
  INVALID(PROMISE(.key = T("M"), .invoice = T("J"), .made = ARC_DAY_NONE, .pay_by = DAY));
  INVALID(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY, .pay_by = ARC_DAY_NONE));
  INVALID(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY, .pay_by = ARC_DAY_LAST));
  INVALID(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY, .pay_by = DAY, .grace_days = 367));
  INVALID(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY, .pay_by = DAY, .amount = -1));
  REFUSED(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY, .pay_by = DAY, .amount = 501));
  INVALID(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY, .pay_by = DAY, .reserved = 1));
  PAY("1", "J", DAY, 500);
  INVALID(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY, .pay_by = DAY)); /* nothing is open */
  OK(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY, .pay_by = DAY, .grace_days = 366, .amount = 500));
}

static void test_promise_pauses_until_it_breaks(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(PROMISE(.key = T("M"), .invoice = T("J"), .made = DAY + 5, .pay_by = DAY + 20, .grace_days = 2));
  uint32_t row = find_exception(c, ARC__EXCEPTION_PROMISE, "M");
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, ALL, DAY + 4), 0);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, ALL, DAY + 5), row);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_LETTER, PROMISES, DAY + 22), row);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, ALL, DAY + 23), 0);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, DISPUTES | HOLDS, DAY + 5), 0);
  assert_int_equal(pause(c, "I", ARC_CHANNEL_EMAIL, ALL, DAY + 5), 0); /* the other invoice goes on */
}

/* ---- holds ---- */

static void test_hold_expires_by_itself(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(HOLD(.key = T("H"), .invoice = T("J"), .reason = T("review"), .author = T("Omar"), .from = DAY + 5, .until = DAY + 9));
  uint32_t row = find_exception(c, ARC__EXCEPTION_HOLD, "H");
  assert_int_equal(pause(c, "J", 0, ALL, DAY + 4), 0);
  assert_int_equal(pause(c, "J", 0, ALL, DAY + 5), row);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_SMS, HOLDS, DAY + 9), row);
  assert_int_equal(pause(c, "J", 0, ALL, DAY + 10), 0);
  assert_int_equal(pause(c, "I", 0, ALL, DAY + 5), 0);
  assert_int_equal(pause(c, "J", 0, DISPUTES | PROMISES, DAY + 5), 0);
}

static void test_hold_on_a_channel(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(HOLD(.key = T("H"), .invoice = T("J"), .from = DAY, .channel = ARC_CHANNEL_LETTER));
  assert_int_equal(pause(c, "J", 0, ALL, DAY), 0);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, ALL, DAY), 0);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_LETTER, ALL, DAY), find_exception(c, ARC__EXCEPTION_HOLD, "H"));
}

static void test_hold_on_a_customer_and_its_release(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(CUSTOMER(.key = T("B")));
  OK(INVOICE(.key = T("K"), .customer = T("B"), .issued = DAY, .due = DAY, .amount = 1));
  OK(HOLD(.key = T("H"), .customer = T("A"), .from = DAY + 5));
  uint32_t row = find_exception(c, ARC__EXCEPTION_HOLD, "H");
  assert_int_equal(pause(c, "I", 0, ALL, DAY + 5), row);
  assert_int_equal(pause(c, "J", 0, ALL, ARC_DAY_LAST), row); /* until released */
  assert_int_equal(pause(c, "K", 0, ALL, DAY + 5), 0);
  REFUSED(RELEASE(.key = T("H"), .day = DAY + 4));
  OK(RELEASE(.key = T("H"), .reason = T("done"), .day = DAY + 7));
  ALREADY(RELEASE(.key = T("H"), .reason = T("done"), .day = DAY + 7));
  EXISTS(RELEASE(.key = T("H"), .day = DAY + 8));
  NOT_FOUND(RELEASE(.key = T("X"), .day = DAY + 7));
  FIELD(2);
  INVALID(RELEASE(.key = T("H"), .day = ARC_DAY_NONE));
  FIELD(5);
  assert_int_equal(pause(c, "I", 0, ALL, DAY + 6), row);
  assert_int_equal(pause(c, "I", 0, ALL, DAY + 7), 0);
}

static void test_hold_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  begin(c);
#define SAME(...)                                                                                  \
  HOLD(.key = T("H"), .invoice = T("J"), .reason = T("r"), .author = T("a"), .from = DAY, .until = DAY + 1, __VA_ARGS__)
  OK(SAME(.channel = 1));
  ALREADY(SAME(.channel = 1));
  EXISTS(SAME(.channel = 2));
  EXISTS(SAME(.channel = 1, .invoice = T("I")));
  EXISTS(SAME(.channel = 1, .reason = T("")));
  EXISTS(SAME(.channel = 1, .author = T("")));
  EXISTS(SAME(.channel = 1, .from = DAY - 1));
  EXISTS(SAME(.channel = 1, .until = ARC_DAY_NONE));
#undef SAME
}

static void test_hold_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  INVALID(HOLD(.key = T("H"), .from = DAY)); /* of nothing */
  INVALID(HOLD(.key = T("H"), .customer = T("A"), .invoice = T("J"), .from = DAY));
  NOT_FOUND(HOLD(.key = T("H"), .customer = T("X"), .from = DAY));
  FIELD(3);
  NOT_FOUND(HOLD(.key = T("H"), .invoice = T("X"), .from = DAY));
  FIELD(4);
  INVALID(HOLD(.invoice = T("J"), .from = DAY));
  FIELD(2);
  INVALID(HOLD(.key = T("H"), .invoice = T("J"), .from = ARC_DAY_NONE));
  INVALID(HOLD(.key = T("H"), .invoice = T("J"), .from = DAY, .until = DAY - 1));
  INVALID(HOLD(.key = T("H"), .invoice = T("J"), .from = DAY, .until = ARC_DAY_LAST + 1));
  INVALID(HOLD(.key = T("H"), .invoice = T("J"), .from = DAY, .channel = -1));
  FIELD(9);
  INVALID(HOLD(.key = T("H"), .invoice = T("J"), .from = DAY, .channel = ARC_CHANNEL_PLACEMENT + 1));
  INVALID(HOLD(.key = T("H"), .invoice = T("J"), .from = DAY, .reserved = 1));
  OK(HOLD(.key = T("H"), .invoice = T("J"), .from = DAY, .until = DAY, .channel = ARC_CHANNEL_PLACEMENT));
}

/* Exceptions move no money, so as-of balances do not know them. */
static void test_exceptions_move_no_money(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  PAY("1", "I", DAY + 3, 100);
  int64_t before = RECEIVABLE("A", DAY + 3);
  OK(DISPUTE(.key = T("D"), .invoice = T("I"), .opened = DAY + 400));
  OK(PROMISE(.key = T("M"), .invoice = T("I"), .made = DAY + 400, .pay_by = DAY + 500));
  OK(HOLD(.key = T("H"), .customer = T("A"), .from = DAY + 400));
  assert_int_equal(RECEIVABLE("A", DAY + 3), before);
  arc__view view;
  assert_int_equal(arc__view_open(&view, c->ledger, DAY + 3, NULL), ARC_OK);
  assert_int_equal(view.current, 1); /* and a view of today stays cheap */
  arc__view_close(&view);
}

/* A hold of everybody stops all, or one channel, and is over by itself. */
static void test_a_hold_of_everybody(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  INVALID(HOLD(.key = T("H"), .from = DAY)); /* forgotten whom */
  INVALID(HOLD(.options = ARC_EVERYBODY, .key = T("H"), .customer = T("A"), .from = DAY));
  INVALID(HOLD(.options = ARC_EVERYBODY, .key = T("H"), .invoice = T("I"), .from = DAY));
  INVALID(HOLD(.options = 2, .key = T("H"), .from = DAY));
  OK(HOLD(.options = ARC_EVERYBODY, .key = T("H"), .reason = T("strike"), .author = T("Ida"), .from = DAY + 1,
          .until = DAY + 3, .channel = ARC_CHANNEL_LETTER));
  ALREADY(HOLD(.options = ARC_EVERYBODY, .key = T("H"), .reason = T("strike"), .author = T("Ida"), .from = DAY + 1,
               .until = DAY + 3, .channel = ARC_CHANNEL_LETTER));
  EXISTS(HOLD(.key = T("H"), .customer = T("A"), .reason = T("strike"), .author = T("Ida"), .from = DAY + 1,
              .until = DAY + 3, .channel = ARC_CHANNEL_LETTER));
  uint32_t row = find_exception(c, ARC__EXCEPTION_HOLD, "H");
  assert_int_equal(pause(c, "I", ARC_CHANNEL_LETTER, HOLDS, DAY), 0);
  assert_int_equal(pause(c, "I", ARC_CHANNEL_LETTER, HOLDS, DAY + 1), row);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_LETTER, HOLDS, DAY + 3), row);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_EMAIL, HOLDS, DAY + 3), 0);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_LETTER, HOLDS, DAY + 4), 0);
  OK(HOLD(.options = ARC_EVERYBODY, .key = T("G"), .from = DAY + 2));
  OK(RELEASE(.key = T("G"), .reason = T("over"), .day = DAY + 5));
  OK(HOLD(.key = T("F"), .invoice = T("J"), .from = DAY + 2, .channel = ARC_CHANNEL_SMS));
  assert_int_not_equal(pause(c, "J", ARC_CHANNEL_CALL, HOLDS, DAY + 4), 0);
  assert_int_equal(pause(c, "J", ARC_CHANNEL_CALL, HOLDS, DAY + 5), 0);
  REPORT_IS("H|channel|||letter|strike|Ida|2025-01-02|2025-01-04||held\nG|everything||||||2025-01-03|||held\n"
            "F|invoice|A|J|sms|||2025-01-03|||held\n",
            .report = ARC_REPORT_HOLDS, .as_of = DAY + 3);
  REPORT_IS("H|channel|||letter|strike|Ida|2025-01-02|2025-01-04||expired\n"
            "G|everything||||||2025-01-03||2025-01-06|released\nF|invoice|A|J|sms|||2025-01-03|||held\n",
            .report = ARC_REPORT_HOLDS, .as_of = DAY + 5);
  REPORT_IS("F|invoice|A|J|sms|||2025-01-03|||held\n", .report = ARC_REPORT_HOLDS, .customer = T("A"));
  REPORT_IS("", .report = ARC_REPORT_HOLDS, .invoice = T("I"));
  REPORT_IS("6|2025-01-02|hold|||||strike\n", .report = ARC_REPORT_TIMELINE, .from = DAY + 1, .as_of = DAY + 1);
  case_reopen(c);
  assert_int_equal(arc_ledger_verify(c->ledger, &c->err), ARC_OK);
  assert_int_equal(pause(c, "I", ARC_CHANNEL_LETTER, HOLDS, DAY + 1), row);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_dispute_is_recorded_once),
      LEDGER_TEST(test_partial_dispute_over_instalments),
      LEDGER_TEST(test_dispute_pauses_when_nothing_else_is_open),
      LEDGER_TEST(test_dispute_resolution_is_recorded_once),
      LEDGER_TEST(test_dispute_input_is_checked),
      LEDGER_TEST(test_promise_is_kept_by_what_is_applied_in_time),
      LEDGER_TEST(test_promise_is_broken_after_grace),
      LEDGER_TEST(test_promise_follows_the_ledger),
      LEDGER_TEST(test_promise_is_recorded_once),
      LEDGER_TEST(test_promise_input_is_checked),
      LEDGER_TEST(test_promise_pauses_until_it_breaks),
      LEDGER_TEST(test_hold_expires_by_itself),
      LEDGER_TEST(test_hold_on_a_channel),
      LEDGER_TEST(test_hold_on_a_customer_and_its_release),
      LEDGER_TEST(test_hold_is_recorded_once),
      LEDGER_TEST(test_hold_input_is_checked),
      LEDGER_TEST(test_exceptions_move_no_money),
      LEDGER_TEST(test_a_hold_of_everybody),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
