/* Touches, their outcomes, notes, policies, and how far the daily work has come. */
#include "../support/ledger_case.h"
#include "../support/info.h"

static const arc_day DAY = 20089; /* 2025-01-01 */

/* A owes I (300 due on day 30, 700 on day 60) and J (500, day 30), B owes K. */
static void begin(struct ledger_case *c) {
  OK(CUSTOMER(.key = T("A")));
  OK(CUSTOMER(.key = T("B")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000,
             INSTALMENTS(PART(DAY + 30, 300), PART(DAY + 60, 700))));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 500));
  OK(INVOICE(.key = T("K"), .customer = T("B"), .issued = DAY, .due = DAY + 30, .amount = 700));
  OK(INVOICE(.key = T("E"), .customer = T("A"), .currency = "EUR", .issued = DAY, .due = DAY + 30, .amount = 900));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 5000));
}

#define PLANNED(...)                                                                               \
  TOUCH(.key = T("t1"), .customer = T("A"), .anchor = T("I"), .anchor_instalment = 1, .step = T("overdue"), \
        .policy = T("std"), .day = DAY + 40, .offset = 7, .channel = ARC_CHANNEL_EMAIL,            \
        .tone = ARC_TONE_FIRM, ITEMS(ITEM("I", 1, 300), ITEM("J", 1, 500)), __VA_ARGS__)
#define NO_ITEMS .item_count = 0, .items = NULL

static int32_t step(struct ledger_case *c, uint32_t instalment) {
  return arc__i32(arc__ledger_tables(c->ledger), ARC__INSTALMENT_STEP, instalment);
}

/* ---- touches ---- */

static void test_touch_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(PLANNED(.options = 0));
  ALREADY(PLANNED(.options = 0));
  ALREADY(PLANNED(.currency = "USD"));
  EXISTS(PLANNED(.anchor = T("J")));
  EXISTS(PLANNED(.step = T("other")));
  EXISTS(PLANNED(.policy = T("")));
  EXISTS(PLANNED(.reason = T("because")));
  EXISTS(PLANNED(.day = DAY + 41));
  EXISTS(PLANNED(.offset = 8));
  EXISTS(PLANNED(.channel = ARC_CHANNEL_LETTER));
  EXISTS(PLANNED(.tone = ARC_TONE_FINAL));
  EXISTS(PLANNED(ITEMS(ITEM("I", 1, 300))));
  EXISTS(PLANNED(ITEMS(ITEM("I", 1, 300), ITEM("J", 1, 499))));
  EXISTS(PLANNED(ITEMS(ITEM("J", 1, 500), ITEM("I", 1, 300))));
  EXISTS(PLANNED(.status = ARC_TOUCH_WITHHELD, .reason = T("hold"), NO_ITEMS));
  OK(OUTCOME(.touch = T("t1"), .day = DAY + 40, .status = ARC_TOUCH_SENT));
  ALREADY(PLANNED(.options = 0)); /* that it went out does not make it another one */
  REPORT_IS("2025-02-10|A|overdue|email|firm|sent||USD|8.00|I J|t1|std\n", .report = ARC_REPORT_TOUCHES);
}

/* Nothing is asked for that is not open (P6), whatever the host's plan was made from. */
static void test_touch_asks_for_nothing_that_is_not_open(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  REFUSED(PLANNED(ITEMS(ITEM("I", 1, 301))));
  REFUSED(PLANNED(ITEMS(ITEM("J", 1, 501))));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .instalment = 1, .day = DAY + 39, .amount = 100));
  OK(APPLY(.credit = T("P"), .invoice = T("J"), .day = DAY + 39, .amount = 500));
  REFUSED(PLANNED(.options = 0));
  FIELD(16);
  REFUSED(PLANNED(ITEMS(ITEM("I", 1, 200), ITEM("J", 1, 1)))); /* paid in full */
  REFUSED(PLANNED(ITEMS(ITEM("I", 1, 201))));
  OK(PLANNED(ITEMS(ITEM("I", 1, 200))));
}

static void test_touch_is_of_one_customer_and_currency(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  REFUSED(PLANNED(.anchor = T("K")));
  REFUSED(PLANNED(.anchor = T("E")));
  REFUSED(PLANNED(ITEMS(ITEM("I", 1, 300), ITEM("K", 1, 1))));
  REFUSED(PLANNED(ITEMS(ITEM("I", 1, 300), ITEM("E", 1, 1))));
  REFUSED(PLANNED(.currency = "EUR"));
  OK(PLANNED(.currency = "EUR", .anchor = T("E"), ITEMS(ITEM("E", 1, 900))));
  REPORT_IS("2025-02-10|A|overdue|email|firm|planned||EUR|9.00|E|t1|std\n", .report = ARC_REPORT_TOUCHES);
}

static void test_touch_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  static char long_key[257];
  begin(c);
  memset(long_key, 'k', 256);
  INVALID(PLANNED(.key = T("")));
  FIELD(2);
  INVALID(PLANNED(.key = T(long_key)));
  FIELD(2);
  NOT_FOUND(PLANNED(.customer = T("X")));
  FIELD(3);
  NOT_FOUND(PLANNED(.anchor = T("X")));
  FIELD(4);
  INVALID(PLANNED(.anchor_instalment = 0));
  FIELD(4);
  INVALID(PLANNED(.anchor_instalment = 3));
  FIELD(4);
  INVALID(PLANNED(.step = T("a\nb")));
  FIELD(5);
  INVALID(PLANNED(.channel = ARC_CHANNEL_NONE));
  INVALID(PLANNED(.channel = ARC_CHANNEL_PLACEMENT + 1));
  INVALID(PLANNED(.channel = 257));
  FIELD(11);
  INVALID(PLANNED(.channel = -1));
  FIELD(11);
  INVALID(PLANNED(.tone = ARC_TONE_FINAL + 1));
  INVALID(PLANNED(.status = ARC_TOUCH_SENT));
  INVALID(PLANNED(.status = 261));
  INVALID(PLANNED(.day = ARC_DAY_NONE));
  INVALID(PLANNED(NO_ITEMS)); /* a message about nothing */
  INVALID(PLANNED(.items = NULL));
  FIELD(16);
  INVALID(PLANNED(.status = ARC_TOUCH_WITHHELD, .reason = T("hold"))); /* lists what it does not say */
  INVALID(PLANNED(.status = ARC_TOUCH_WITHHELD, NO_ITEMS)); /* for no reason */
  INVALID(PLANNED(ITEMS(ITEM("I", 1, 0))));
  INVALID(PLANNED(ITEMS(ITEM("I", 3, 1))));
  FIELD(16);
  NOT_FOUND(PLANNED(ITEMS(ITEM("X", 1, 1))));
  FIELD(16);
  GIVES(ARC_E_ABI, PLANNED(.item_count = 1, .items = (arc_touch_item[]){{8, 1, {"I", 1}, 1}}));
  INVALID(PLANNED(.options = 1));
  FIELD(1);
  INVALID(PLANNED(.template_name = T("a\nb")));
  FIELD(18);
  INVALID(PLANNED(.roles = 16));
  INVALID(PLANNED(.copies = 256));
  long_key[255] = 0;
  OK(PLANNED(.key = T(long_key)));
}

/* The anchor has had the step; an item that is merely listed has had the steps of its own age. */
static void test_touch_raises_steps(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  assert_int_equal(step(c, 1), ARC__STEP_NONE);
  /* Day 50: I/1 and J are 20 days late, I/2 is due in 10 days. */
  OK(TOUCH(.key = T("t1"), .customer = T("A"), .anchor = T("I"), .anchor_instalment = 1, .day = DAY + 50, .offset = 14,
           .channel = ARC_CHANNEL_EMAIL, ITEMS(ITEM("I", 1, 300), ITEM("J", 1, 500), ITEM("I", 2, 700))));
  assert_int_equal(step(c, 1), 14);
  assert_int_equal(step(c, 3), 14);
  assert_int_equal(step(c, 2), -10);
  OK(TOUCH(.key = T("t2"), .customer = T("A"), .anchor = T("J"), .anchor_instalment = 1, .day = DAY + 51, .offset = 7,
           .channel = ARC_CHANNEL_EMAIL, ITEMS(ITEM("J", 1, 500))));
  assert_int_equal(step(c, 3), 14); /* never lowered */
  OK(TOUCH(.key = T("t3"), .customer = T("A"), .anchor = T("J"), .anchor_instalment = 1, .day = DAY + 60, .offset = 30,
           .channel = ARC_CHANNEL_LETTER, .status = ARC_TOUCH_WITHHELD, .reason = T("on hold")));
  assert_int_equal(step(c, 3), 14); /* withheld: counted apart */
  assert_int_equal(arc__i32(arc__ledger_tables(c->ledger), ARC__INSTALMENT_STEP_WITHHELD, 3), 30);
  assert_int_equal(arc__i32(arc__ledger_tables(c->ledger), ARC__INSTALMENT_STEP_WITHHELD, 1), ARC__STEP_NONE);
  REPORT_IS("2025-02-20|A||email|none|planned||USD|15.00|I J|t1|\n"
            "2025-02-21|A||email|none|planned||USD|5.00|J|t2|\n"
            "2025-03-02|A||letter|none|withheld|on hold|USD|0.00||t3|\n",
            .report = ARC_REPORT_TOUCHES);
  REPORT_IS("2025-02-20|A||email|none|planned||USD|15.00|I J|t1|\n", .report = ARC_REPORT_TOUCHES, .invoice = T("I"));
  REPORT_IS("2025-02-21|A||email|none|planned||USD|5.00|J|t2|\n", .report = ARC_REPORT_TOUCHES, .from = DAY + 51,
            .as_of = DAY + 51);
  REPORT_IS("", .report = ARC_REPORT_TOUCHES, .customer = T("B"));
}

/* ---- outcomes ---- */

static const char *const states[] = {"planned", "sent", "failed", "pending", "delivered", "withheld", "approved", "refused", "bounced", "opened"};

/* Every pair of states: which may follow which. */
static void test_outcomes_go_forward(void **state) {
  static const unsigned may[10] = {
      [ARC_TOUCH_PLANNED] = 1u << ARC_TOUCH_SENT | 1u << ARC_TOUCH_FAILED | 1u << ARC_TOUCH_PENDING | 1u << ARC_TOUCH_DELIVERED |
                            1u << ARC_TOUCH_BOUNCED,
      [ARC_TOUCH_SENT] = 1u << ARC_TOUCH_FAILED | 1u << ARC_TOUCH_DELIVERED | 1u << ARC_TOUCH_BOUNCED | 1u << ARC_TOUCH_OPENED,
      [ARC_TOUCH_DELIVERED] = 1u << ARC_TOUCH_BOUNCED | 1u << ARC_TOUCH_OPENED,
      [ARC_TOUCH_BOUNCED] = 1u << ARC_TOUCH_DELIVERED | 1u << ARC_TOUCH_OPENED,
      [ARC_TOUCH_PENDING] = 1u << ARC_TOUCH_SENT | 1u << ARC_TOUCH_FAILED | 1u << ARC_TOUCH_DELIVERED |
                            1u << ARC_TOUCH_BOUNCED | 1u << ARC_TOUCH_OPENED,
      [ARC_TOUCH_WITHHELD] = 1u << ARC_TOUCH_APPROVED | 1u << ARC_TOUCH_REFUSED,
      [ARC_TOUCH_APPROVED] = 1u << ARC_TOUCH_REFUSED,
      [ARC_TOUCH_REFUSED] = 1u << ARC_TOUCH_APPROVED,
  };
  (void)state;
  for (int from = 0; from < 10; from++)
    for (int to = 0; to < 10; to++) {
      int withheld = from >= ARC_TOUCH_WITHHELD && from <= ARC_TOUCH_REFUSED;
      int told = from == ARC_TOUCH_OPENED && (to == ARC_TOUCH_SENT || to == ARC_TOUCH_DELIVERED);
      struct ledger_case self, *c = &self;
      case_begin(c);
      begin(c);
      if (withheld) OK(PLANNED(.status = ARC_TOUCH_WITHHELD, .reason = T("hold"), NO_ITEMS));
      else OK(PLANNED(.options = 0));
      if (from == ARC_TOUCH_OPENED) OK(OUTCOME(.touch = T("t1"), .day = DAY + 41, .status = ARC_TOUCH_SENT));
      if (from != ARC_TOUCH_WITHHELD && from != ARC_TOUCH_PLANNED)
        OK(OUTCOME(.touch = T("t1"), .day = DAY + 41, .status = from));
      if (from == to || told) ALREADY(OUTCOME(.touch = T("t1"), .day = DAY + 42, .status = to));
      else if (may[from] >> to & 1) OK(OUTCOME(.touch = T("t1"), .day = DAY + 42, .status = to, .detail = T("id 7")));
      else REFUSED(OUTCOME(.touch = T("t1"), .day = DAY + 42, .status = to));
      arc_report *report = QUERY(.report = ARC_REPORT_TOUCHES);
      assert_string_equal(arc_report_text(report, 0, 5, NULL), states[from == to || may[from] >> to & 1 ? to : from]);
      arc_report_free(report);
      case_end(c);
    }
}

static void test_outcome_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  begin(c);
  OK(PLANNED(.options = 0));
  NOT_FOUND(OUTCOME(.touch = T("x"), .day = DAY + 41, .status = ARC_TOUCH_SENT));
  FIELD(2);
  INVALID(OUTCOME(.touch = T(""), .day = DAY + 41, .status = ARC_TOUCH_SENT));
  FIELD(2);
  INVALID(OUTCOME(.touch = T("t1"), .detail = T("a\nb"), .day = DAY + 41, .status = ARC_TOUCH_SENT));
  FIELD(3);
  INVALID(OUTCOME(.touch = T("t1"), .day = ARC_DAY_NONE, .status = ARC_TOUCH_SENT));
  FIELD(4);
  INVALID(OUTCOME(.touch = T("t1"), .day = DAY + 41, .status = 10));
  FIELD(5);
  INVALID(OUTCOME(.touch = T("t1"), .day = DAY + 41, .status = -1));
  FIELD(5);
}

/* ---- notes ---- */

static void test_note_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  begin(c);
#define SAME(...) NOTE(.key = T("n"), .customer = T("A"), .invoice = T("I"), .author = T("Kim"), .text = T("called\nback"), .day = DAY, __VA_ARGS__)
  OK(SAME(.options = 0));
  ALREADY(SAME(.options = 0));
  EXISTS(SAME(.customer = T("B")));
  EXISTS(SAME(.invoice = T("")));
  EXISTS(SAME(.author = T("")));
  EXISTS(SAME(.text = T("called")));
  EXISTS(SAME(.day = DAY + 1));
  INVALID(SAME(.key = T("")));
  FIELD(2);
  NOT_FOUND(SAME(.key = T("m"), .customer = T("X")));
  FIELD(3);
  NOT_FOUND(SAME(.key = T("m"), .invoice = T("X")));
  FIELD(4);
  INVALID(SAME(.key = T("m"), .author = T("a\nb")));
  FIELD(5);
  INVALID(SAME(.key = T("m"), .text = T("\x07")));
  FIELD(6);
  INVALID(SAME(.key = T("m"), .day = ARC_DAY_NONE));
  INVALID(SAME(.key = T("m"), .reserved = 1));
#undef SAME
}

/* ---- policies ---- */

static void test_the_latest_policy_counts(void **state) {
  struct ledger_case *c = *state;
  static char text[65537];
  arc_text name = {"std", 3};
  OK(POLICY(.name = T("std"), .text = T("one"), .day = DAY));
  ALREADY(POLICY(.name = T("std"), .text = T("one"), .day = DAY));
  OK(POLICY(.name = T("std"), .text = T("two"), .day = DAY + 1));
  OK(POLICY(.name = T("other"), .text = T("one"), .day = DAY + 1));
  const arc__tables *t = arc__ledger_tables(c->ledger);
  assert_int_equal(t->rows[ARC__TABLE_POLICY], 2);
  uint32_t row = arc__index_find(t, ARC__INDEX_POLICY, name, 0);
  assert_string_equal(arc__text(t, ARC__POLICY_TEXT, row).data, "two");
  assert_int_equal(arc__u32(t, ARC__POLICY_VERSION, row), 2);
  uint32_t before = arc__u32(t, ARC__POLICY_BEFORE, row);
  assert_string_equal(arc__text(t, ARC__POLICY_OLD_TEXT, before).data, "one");
  assert_int_equal(arc__u32(t, ARC__POLICY_OLD_VERSION, before), 1);
  assert_int_equal(arc__i32(t, ARC__POLICY_OLD_DAY, before), DAY);
  assert_int_equal(arc__u32(t, ARC__POLICY_OLD_BEFORE, before), 0);
  INVALID(POLICY(.name = T(""), .text = T("x"), .day = DAY));
  FIELD(2);
  INVALID(POLICY(.name = T("p"), .text = T(""), .day = DAY));
  FIELD(3);
  INVALID(POLICY(.name = T("p"), .text = T("x"), .day = ARC_DAY_NONE));
  INVALID(POLICY(.name = T("p"), .text = T("x"), .day = DAY, .reserved = 1));
  memset(text, 'x', 65536);
  INVALID(POLICY(.name = T("p"), .text = T(text), .day = DAY));
  FIELD(3);
  text[65535] = 0;
  OK(POLICY(.name = T("p"), .text = T(text), .day = DAY)); /* the longest text there is */
  case_reopen(c);
  t = arc__ledger_tables(c->ledger);
  assert_int_equal(arc__text(t, ARC__POLICY_TEXT, 3).size, 65535);
}

/* ---- the daily work ---- */

static void test_day_runs_go_forward(void **state) {
  struct ledger_case *c = *state;
  assert_int_equal(info_of(c->ledger).run, ARC_DAY_NONE);
  INVALID(arc_ledger_post_day(c->ledger, ARC_DAY_NONE, ARC_DAY_IS_RUN, &c->err));
  INVALID(arc_ledger_post_day(c->ledger, ARC_DAY_LAST + 1, ARC_DAY_IS_RUN, &c->err));
  OK(arc_ledger_post_day(c->ledger, DAY, ARC_DAY_IS_RUN, &c->err));
  ALREADY(arc_ledger_post_day(c->ledger, DAY, ARC_DAY_IS_RUN, &c->err));
  REFUSED(arc_ledger_post_day(c->ledger, DAY - 1, ARC_DAY_IS_RUN, &c->err));
  OK(arc_ledger_post_day(c->ledger, DAY + 7, ARC_DAY_IS_RUN, &c->err)); /* days may be missed */
  assert_int_equal(info_of(c->ledger).run, DAY + 7);
  case_reopen(c);
  assert_int_equal(info_of(c->ledger).run, DAY + 7);
  assert_int_equal(info_of(NULL).run, ARC_DAY_NONE);
}

static void test_planning_goes_forward(void **state) {
  struct ledger_case *c = *state;
  INVALID(arc_ledger_post_day(c->ledger, ARC_DAY_NONE, ARC_DAY_IS_PLANNED, &c->err));
  OK(arc_ledger_post_day(c->ledger, DAY, ARC_DAY_IS_PLANNED, &c->err));
  ALREADY(arc_ledger_post_day(c->ledger, DAY, ARC_DAY_IS_PLANNED, &c->err));
  REFUSED(arc_ledger_post_day(c->ledger, DAY - 1, ARC_DAY_IS_PLANNED, &c->err));
  OK(arc_ledger_post_day(c->ledger, DAY + 1, ARC_DAY_IS_PLANNED, &c->err));
}

static void test_matching_remembers_which_payments_were_looked_at(void **state) {
  struct ledger_case *c = *state;
  const arc__tables *t = arc__ledger_tables(c->ledger);
  INVALID(arc_ledger_post_day(c->ledger, ARC_DAY_NONE, ARC_DAY_IS_MATCHED, &c->err));
  OK(arc_ledger_post_day(c->ledger, DAY, ARC_DAY_IS_MATCHED, &c->err)); /* none yet */
  ALREADY(arc_ledger_post_day(c->ledger, DAY, ARC_DAY_IS_MATCHED, &c->err));
  begin(c);
  OK(arc_ledger_post_day(c->ledger, DAY, ARC_DAY_IS_MATCHED, &c->err)); /* the same day, but one payment more */
  ALREADY(arc_ledger_post_day(c->ledger, DAY, ARC_DAY_IS_MATCHED, &c->err));
  assert_int_equal(arc__u32(t, ARC__BOOK_MATCHED_CREDIT, 1), 1);
  REFUSED(arc_ledger_post_day(c->ledger, DAY - 1, ARC_DAY_IS_MATCHED, &c->err));
  OK(arc_ledger_post_day(c->ledger, DAY + 1, ARC_DAY_IS_MATCHED, &c->err));
  assert_int_equal(arc__i32(t, ARC__BOOK_MATCHED_DAY, 1), DAY + 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_touch_is_recorded_once),
      LEDGER_TEST(test_touch_asks_for_nothing_that_is_not_open),
      LEDGER_TEST(test_touch_is_of_one_customer_and_currency),
      LEDGER_TEST(test_touch_input_is_checked),
      LEDGER_TEST(test_touch_raises_steps),
      cmocka_unit_test(test_outcomes_go_forward),
      LEDGER_TEST(test_outcome_input_is_checked),
      LEDGER_TEST(test_note_is_recorded_once),
      LEDGER_TEST(test_the_latest_policy_counts),
      LEDGER_TEST(test_day_runs_go_forward),
      LEDGER_TEST(test_planning_goes_forward),
      LEDGER_TEST(test_matching_remembers_which_payments_were_looked_at),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
