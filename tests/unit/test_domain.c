/* What users of receivables systems complain of (the domain paper's list, by its row numbers): each situation is
 * built, and comes out right here.
 *
 * Covered: 1-11, 14-17, 19-23, 25, 27-35, 38-47, 49, 50.
 * Elsewhere: 12 and 13 (speed) in the benchmarks, 18 (discount after a part payment) with the matcher's tests, 36
 * (conditions of policies) with the cadence's, 48 (signed delays) with the metrics'.
 * Waiting for what does not exist yet: 24 (templates of the host), 26 (credit notes listed in a reminder), 37 (an end
 * that every policy must have); of 42 the conversion between currencies. */
#include "../support/ledger_case.h"
#include "../support/info.h"

static const arc_day DAY = 20089; /* Wednesday 2025-01-01 */

static void customer(struct ledger_case *c, const char *key) {
  OK(CUSTOMER(.key = T(key), .name = T(key), .policy = T("plain")));
}

static void invoice(struct ledger_case *c, const char *key, const char *of, arc_day due, int64_t amount) {
  OK(INVOICE(.key = T(key), .customer = T(of), .issued = due - 30, .due = due, .amount = amount));
}

static void payment(struct ledger_case *c, const char *key, const char *of, arc_day day, int64_t amount) {
  OK(PAYMENT(.key = T(key), .customer = T(of), .received = day, .amount = amount));
}

static void apply(struct ledger_case *c, const char *credit, const char *to, arc_day day, int64_t amount) {
  OK(APPLY(.credit = T(credit), .invoice = T(to), .day = day, .amount = amount));
}

/* A policy of plain steps, without quiet days and limits. */
static void policy(struct ledger_case *c) {
  OK(POLICY(.name = T("plain"), .day = DAY - 400,
            .text = T("cadence \"plain\"\n"
                      "group by customer\n"
                      "pause on dispute promise hold\n"
                      "step -3d email friendly upcoming\n"
                      "step 0d email neutral due\n"
                      "step +7d email firm overdue\n"
                      "step +30d letter final final\n")));
}

/* Plans a day; the touches of that day as "customer step amount invoices;". */
static char *planned(struct ledger_case *c, arc_day day) {
  static char text[2000];
  arc_cadence *cadence;
  size_t used = 0;
  assert_int_equal(arc_cadence_open(&cadence, c->ledger, NULL, &c->err), ARC_OK);
  arc_status status = arc_cadence_plan(cadence, day, NULL, NULL, &c->err);
  if (status < 0) fail_msg("plan: %s", c->err.text);
  arc_cadence_close(cadence);
  text[0] = 0;
  arc_report *report = QUERY(.report = ARC_REPORT_TOUCHES, .from = day, .as_of = day);
  for (size_t row = 0; row < arc_report_rows(report); row++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s %s%s %lld %s%s;", arc_report_text(report, row, 1, NULL),
                             strcmp(arc_report_text(report, row, 5, NULL), "withheld") ? "" : "no ",
                             arc_report_text(report, row, 2, NULL), (long long)arc_report_integer(report, row, 8),
                             strcmp(arc_report_text(report, row, 7, NULL), "USD") ? arc_report_text(report, row, 7, NULL) : "",
                             arc_report_text(report, row, 9, NULL));
  arc_report_free(report);
  return text;
}

static void match(struct ledger_case *c, arc_day day, int32_t unmatched, int64_t tolerance) {
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  arc_matcher *matcher;
  options.unmatched = unmatched;
  options.tolerance = tolerance;
  assert_int_equal(arc_matcher_open(&matcher, c->ledger, &options, &c->err), ARC_OK);
  arc_status status = arc_matcher_run(matcher, day, NULL, NULL, &c->err);
  if (status < 0) fail_msg("match: %s", c->err.text);
  arc_matcher_close(matcher);
}

/* ---- aging ---- */

/* Everything that can make an aging wrong, in one book. */
static void busy_book(struct ledger_case *c) {
  customer(c, "A");
  customer(c, "B");
  invoice(c, "I1", "A", DAY - 100, 1000);
  invoice(c, "I2", "A", DAY + 20, 2000);
  OK(INVOICE(.key = T("I3"), .customer = T("A"), .issued = DAY - 60, .amount = 900,
             INSTALMENTS(PART(DAY - 40, 300), PART(DAY - 5, 300), PART(DAY + 30, 300))));
  invoice(c, "J1", "B", DAY - 10, 500);
  payment(c, "P1", "A", DAY - 20, 1500);
  apply(c, "P1", "I1", DAY - 19, 1000);
  OK(CREDIT_NOTE(.key = T("N1"), .customer = T("B"), .issued = DAY - 3, .amount = 120));
  OK(PAYMENT(.key = T("U"), .received = DAY - 2, .amount = 77));
  apply(c, "U", "J1", DAY + 5, 70);
  OK(REVERSE(.payment = T("P1"), .day = DAY + 8));
}

static void domain_row_01_aging_adds_up(void **state) {
  struct ledger_case *c = *state;
  busy_book(c);
  for (arc_day day = DAY - 140; day < DAY + 40; day += 3) {
    arc_report *report = case_aging(c, day, ARC_BY_CUSTOMER);
    int64_t total = 0, unknown = 0;
    for (size_t row = 0; row < arc_report_rows(report); row++) {
      const char *key = arc_report_text(report, row, 0, NULL);
      int64_t open = 0, unapplied = arc_report_integer(report, row, 7), balance = arc_report_integer(report, row, 8);
      for (size_t column = 2; column < 7; column++) open += arc_report_integer(report, row, column);
      assert_int_equal(open - unapplied, balance);
      if (*key) {
        assert_int_equal(open, RECEIVABLE(key, day));
        assert_int_equal(unapplied, UNAPPLIED(key, day));
      } else {
        unknown = unapplied;
      }
      total += balance;
    }
    arc_report_free(report);
    assert_int_equal(total, RECEIVABLE("A", day) + RECEIVABLE("B", day) - UNAPPLIED("A", day) - UNAPPLIED("B", day) - unknown);
  }
}

static void domain_row_02_not_due_has_a_bucket(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY + 500, .amount = 1000));
  invoice(c, "J", "A", DAY, 200); /* due today is not late */
  AGING_IS("A|USD|12.00|0.00|0.00|0.00|0.00|0.00|12.00\n", DAY);
}

static void domain_row_03_every_item_has_a_due_date(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A"), .terms_days = 30));
  OK(CUSTOMER(.key = T("B")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 100)); /* by the customer's terms */
  OK(INVOICE(.key = T("J"), .customer = T("B"), .issued = DAY, .amount = 100)); /* at once */
  AGING_IS("A|USD|0.00|1.00|0.00|0.00|0.00|0.00|1.00\n"
           "B|USD|0.00|0.00|1.00|0.00|0.00|0.00|1.00\n",
           DAY + 31);
}

static void domain_row_04_credits_alone_are_in_the_aging(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  customer(c, "B");
  OK(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = DAY, .amount = 300));
  payment(c, "P", "B", DAY, 250);
  invoice(c, "I", "B", DAY + 30, 200);
  apply(c, "P", "I", DAY, 200); /* overpaid */
  AGING_IS("A|USD|0.00|0.00|0.00|0.00|0.00|3.00|-3.00\n"
           "B|USD|0.00|0.00|0.00|0.00|0.00|0.50|-0.50\n",
           DAY);
}

static void domain_row_05_credits_count_from_their_own_date(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY, 149000);
  OK(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .invoice = T("I"), .issued = DAY + 10, .amount = 9000));
  AGING_IS("A|USD|0.00|1490.00|0.00|0.00|0.00|0.00|1490.00\n", DAY + 9);
  AGING_IS("A|USD|0.00|1490.00|0.00|0.00|0.00|90.00|1400.00\n", DAY + 10); /* gross and net */
}

static void domain_row_06_past_aging_knows_what_was_paid_since(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY, 500);
  payment(c, "P", "A", DAY + 40, 500);
  apply(c, "P", "I", DAY + 40, 500);
  AGING_IS("A|USD|0.00|0.00|5.00|0.00|0.00|0.00|5.00\n", DAY + 39);
  AGING_IS("", DAY + 40);
}

static void domain_row_07_as_of_is_not_todays_paid_amount(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY + 30, 11077500);
  payment(c, "P", "A", DAY + 40, 11025000);
  apply(c, "P", "I", DAY + 40, 11025000);
  AGING_IS("A|USD|110775.00|0.00|0.00|0.00|0.00|0.00|110775.00\n", DAY + 15);
  AGING_IS("A|USD|0.00|525.00|0.00|0.00|0.00|0.00|525.00\n", DAY + 45);
}

static void domain_row_08_every_application_keeps_its_date(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY, 600);
  payment(c, "P", "A", DAY, 600);
  for (arc_day d = 0; d < 3; d++) apply(c, "P", "I", DAY + 10 * d, 200);
  REPORT_IS("P|I|2025-01-01|USD|2.00|0.00|0.00|given|1.000000|application|1\n"
            "P|I|2025-01-11|USD|2.00|0.00|0.00|given|1.000000|application|1\n"
            "P|I|2025-01-21|USD|2.00|0.00|0.00|given|1.000000|application|1\n",
            .report = ARC_REPORT_APPLICATIONS);
  for (arc_day d = 0; d < 3; d++) assert_int_equal(OPEN("I", 0, DAY + 10 * d), 400 - 200 * d);
}

static void domain_row_09_a_future_payment_settles_in_the_future(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY, 500);
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY + 60, .value_day = DAY + 62, .amount = 500));
  apply(c, "P", "I", DAY + 60, 500);
  AGING_IS("A|USD|0.00|5.00|0.00|0.00|0.00|0.00|5.00\n", DAY + 20);
  AGING_IS("", DAY + 60);
}

static void domain_row_10_buckets_are_disjoint(void **state) {
  struct ledger_case *c = *state;
  static const arc_day late[] = {-1, 0, 1, 30, 31, 60, 61, 90, 91, 5000};
  char key[8];
  customer(c, "A");
  for (int i = 0; i < 10; i++) {
    int64_t amount = 1;
    for (int k = 0; k < i; k++) amount *= 10; /* one digit for each: none twice, none left out */
    snprintf(key, sizeof key, "I%d", i);
    OK(INVOICE(.key = T(key), .customer = T("A"), .issued = DAY - 6000, .due = DAY - late[i], .amount = amount));
  }
  AGING_IS("A|USD|0.11|11.00|1100.00|110000.00|11000000.00|0.00|11111111.11\n", DAY);
}

static void domain_row_11_aging_is_by_instalment(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY - 100, .amount = 1000,
             INSTALMENTS(PART(DAY - 95, 100), PART(DAY - 35, 200), PART(DAY - 5, 300), PART(DAY + 25, 400))));
  AGING_IS("A|USD|4.00|3.00|2.00|0.00|1.00|0.00|10.00\n", DAY);
}

/* ---- reminders ---- */

static void domain_row_14_partly_paid_is_still_reminded(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY - 7, 1000);
  payment(c, "P", "A", DAY - 8, 999);
  apply(c, "P", "I", DAY - 8, 999);
  assert_string_equal(planned(c, DAY), "A overdue 1 I;");
}

static void domain_row_15_a_reminder_asks_for_the_residual(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY - 7, 1000);
  payment(c, "P", "A", DAY - 8, 600);
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY - 8, .amount = 600, .discount = 20));
  assert_string_equal(planned(c, DAY), "A overdue 380 I;");
}

static void domain_row_16_overdue_is_the_overdue_instalments(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY - 60, .amount = 1000,
             INSTALMENTS(PART(DAY - 37, 200), PART(DAY - 7, 300), PART(DAY + 23, 500))));
  assert_string_equal(planned(c, DAY), "A final 500 I;"); /* 200 + 300, not 1,000 */
}

static void domain_row_17_what_was_paid_meanwhile_is_not_asked_for(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY - 7, 1000);
#define REMINDER TOUCH(.key = T("t"), .customer = T("A"), .anchor = T("I"), .anchor_instalment = 1, .day = DAY, .offset = 7, \
                       .channel = ARC_CHANNEL_EMAIL, ITEMS(ITEM("I", 1, 1000)))
  payment(c, "P", "A", DAY, 1000);
  apply(c, "P", "I", DAY, 1000); /* after the host made its list, before the touch is recorded */
  REFUSED(REMINDER);
  OK(UNAPPLY(.credit = T("P"), .invoice = T("I"), .day = DAY));
  OK(REMINDER);
#undef REMINDER
}

struct outbox {
  int32_t answer;
  int sent;
  int64_t amount;
};

static int32_t outbox_send(void *user, const arc_message *message) {
  struct outbox *box = user;
  if (box->answer == ARC_SENT) box->sent++, box->amount = message->amount;
  return box->answer;
}

static void run_day(struct ledger_case *c, struct outbox *box, arc_day day, arc_status expected) {
  arc_transport transport = {(uint32_t)sizeof transport, 0, box, outbox_send};
  arc_collector_options options = ARC_COLLECTOR_OPTIONS_INIT;
  arc_collector *collector;
  options.transport = &transport;
  options.flags = ARC_COLLECTOR_NO_MATCHING;
  assert_int_equal(arc_collector_open(&collector, c->ledger, &options, &c->err), ARC_OK);
  arc_status status = arc_collector_run_day(collector, day, NULL, &c->err);
  if (status != expected) fail_msg("%s: %s", arc_status_name(status), c->err.text);
  arc_collector_close(collector);
}

/* The transport was down, the customer paid, the transport is back: nothing goes out. */
static void domain_row_17_also_at_send_time(void **state) {
  struct ledger_case *c = *state;
  struct outbox box = {-1, 0, 0};
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY - 7, 1000);
  run_day(c, &box, DAY, ARC_E_HOST);
  payment(c, "P", "A", DAY, 1000);
  apply(c, "P", "I", DAY, 1000);
  box.answer = ARC_SENT;
  run_day(c, &box, DAY, ARC_OK);
  assert_int_equal(box.sent, 0);
}

static void domain_row_19_discount_changes_nothing_until_earned(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 9999, .discount_bp = 200, .discount_days = 10));
  AGING_IS("A|USD|99.99|0.00|0.00|0.00|0.00|0.00|99.99\n", DAY + 5);
  payment(c, "P", "A", DAY + 6, 9799);
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 6, .amount = 9799, .discount = 200));
  AGING_IS("A|USD|99.99|0.00|0.00|0.00|0.00|0.00|99.99\n", DAY + 5);
  AGING_IS("", DAY + 6); /* and no cent is left */
}

static void domain_row_20_a_missed_day_is_caught_up(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY - 12, 100); /* nobody ran the job on days -3, 0 and +7 of it */
  assert_string_equal(planned(c, DAY), "A overdue 100 I;"); /* the highest step due, once */
  assert_string_equal(planned(c, DAY + 1), "");
}

static void domain_row_21_signs_mean_what_they_say(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY, 100);
  for (arc_day d = -10; d <= 40; d++) {
    const char *expected = d == -3   ? "A upcoming 100 I;"
                           : d == 0  ? "A due 100 I;"
                           : d == 7  ? "A overdue 100 I;"
                           : d == 30 ? "A final 100 I;"
                                     : "";
    assert_string_equal(planned(c, DAY + d), expected);
  }
}

static void domain_row_22_a_run_again_repeats_nothing(void **state) {
  struct ledger_case *c = *state;
  struct outbox box = {ARC_SENT, 0, 0};
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY - 7, 100);
  run_day(c, &box, DAY, ARC_OK);
  uint64_t sequence = info_of(c->ledger).next_sequence;
  for (int i = 0; i < 22; i++) {
    if (i % 5 == 0) case_reopen(c);
    run_day(c, &box, DAY, ARC_ALREADY);
  }
  assert_int_equal(box.sent, 1);
  assert_int_equal(info_of(c->ledger).next_sequence, sequence);
}

/* Civil days only: over the changes of the clock and the turn of the year, a step falls on its day. */
static void domain_row_23_dates_are_civil(void **state) {
  static const arc_day dues[] = {20177 /* 2025-03-30 */, 20387 /* 2025-10-26 */, 20453 /* 2025-12-31 */, 20878 /* 2027-03-01 */};
  (void)state;
  for (size_t i = 0; i < 4; i++) {
    struct ledger_case self, *c = &self;
    case_begin(c);
    policy(c);
    customer(c, "A");
    invoice(c, "I", "A", dues[i], 100);
    assert_string_equal(planned(c, dues[i] + 6), "A due 100 I;");
    assert_string_equal(planned(c, dues[i] + 7), "A overdue 100 I;");
    case_end(c);
  }
}

static void domain_row_25_one_message_per_customer_and_currency(void **state) {
  struct ledger_case *c = *state;
  char key[8];
  policy(c);
  customer(c, "A");
  for (int i = 0; i < 12; i++) {
    snprintf(key, sizeof key, "I%d", i);
    invoice(c, key, "A", DAY - 7 - i, 100);
  }
  OK(INVOICE(.key = T("E"), .customer = T("A"), .currency = "EUR", .issued = DAY - 30, .due = DAY - 7, .amount = 5));
  assert_string_equal(planned(c, DAY), "A overdue 1200 I11 I10 I9 I8 I7 I6 I5 I4 I3 I2 I1 I0;A overdue 5 EURE;");
}

static void domain_row_27_a_hold_has_a_reason_and_an_end(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY - 7, 100);
  OK(HOLD(.key = T("H"), .customer = T("A"), .reason = T("promised by phone"), .author = T("Ida"), .from = DAY, .until = DAY + 4));
  assert_string_equal(planned(c, DAY), "A no overdue 0 ;"); /* withheld, said once */
  for (arc_day d = 1; d <= 4; d++) assert_string_equal(planned(c, DAY + d), "");
  assert_string_equal(planned(c, DAY + 5), "A overdue 100 I;"); /* over by itself */
}

static void domain_row_32_undoing_posts_the_exact_opposite(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY, 1000);
  payment(c, "P", "A", DAY, 990);
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY, .amount = 985, .discount = 12, .tolerance = 3));
  OK(REVERSE(.payment = T("P"), .day = DAY + 1));
  arc_report *report = QUERY(.report = ARC_REPORT_POSTINGS, .from = DAY);
  static const char *const accounts[] = {"cash", "unapplied_cash", "receivables", "discounts_allowed", "tolerance"};
  for (size_t a = 0; a < 5; a++) {
    int64_t sum = 0;
    for (size_t row = 0; row < arc_report_rows(report); row++)
      if (strcmp(arc_report_text(report, row, 2, NULL), accounts[a]) == 0) sum += arc_report_integer(report, row, 4);
    assert_int_equal(sum, 0);
  }
  arc_report_free(report);
  assert_int_equal(OPEN("I", 0, DAY + 1), 1000);
}

static void domain_row_33_holds_for_none_one_and_two_customers(void **state) {
  static const char *const expected[] = {"A overdue 100 I;B overdue 200 J;", "A no overdue 0 ;B overdue 200 J;",
                                         "A no overdue 0 ;B no overdue 0 ;"};
  (void)state;
  for (int held = 0; held <= 2; held++) {
    struct ledger_case self, *c = &self;
    case_begin(c);
    policy(c);
    customer(c, "A");
    customer(c, "B");
    invoice(c, "I", "A", DAY - 7, 100);
    invoice(c, "J", "B", DAY - 7, 200);
    if (held > 0) OK(HOLD(.key = T("HA"), .customer = T("A"), .from = DAY));
    if (held > 1) OK(HOLD(.key = T("HB"), .customer = T("B"), .from = DAY));
    assert_string_equal(planned(c, DAY), expected[held]);
    case_end(c);
  }
}

/* Overdue or not follows from the ledger: a credit ends it, its undoing brings it back. */
static void domain_row_34_overdue_is_derived(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY, 100);
  OK(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = DAY + 5, .amount = 100));
  OK(APPLY(.credit = T("N"), .credit_kind = ARC_CREDIT_CREDIT_NOTE, .invoice = T("I"), .day = DAY + 5, .amount = 100));
  assert_string_equal(planned(c, DAY + 7), "");
  OK(UNAPPLY(.credit = T("N"), .credit_kind = ARC_CREDIT_CREDIT_NOTE, .invoice = T("I"), .day = DAY + 8));
  assert_string_equal(planned(c, DAY + 8), "A overdue 100 I;");
}

/* The oldest item was paid: the next one is judged by its own age. */
static void domain_row_35_the_anchor_is_the_earliest_unpaid(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY - 30, 100);
  invoice(c, "J", "A", DAY, 200);
  payment(c, "P", "A", DAY + 5, 100);
  apply(c, "P", "I", DAY + 5, 100);
  assert_string_equal(planned(c, DAY + 6), "A due 200 J;");
  assert_string_equal(planned(c, DAY + 7), "A overdue 200 J;");
  assert_string_equal(planned(c, DAY + 30), "A final 200 J;");
}

static void domain_row_38_a_paid_customer_begins_anew(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY - 30, 100);
  assert_string_equal(planned(c, DAY), "A final 100 I;");
  payment(c, "P", "A", DAY + 1, 100);
  apply(c, "P", "I", DAY + 1, 100);
  invoice(c, "J", "A", DAY + 10, 200);
  assert_string_equal(planned(c, DAY + 7), "A upcoming 200 J;");
}

/* ---- cash ---- */

static void domain_row_39_another_reference_speaks_against_an_amount(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  OK(INVOICE(.key = T("I"), .number = T("INV-2025-0007"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 12345));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .remittance = T("INV-2025-0008"), .received = DAY + 1, .amount = 12345));
  match(c, DAY + 1, ARC_UNMATCHED_ON_ACCOUNT, 0);
  assert_int_equal(OPEN("I", 0, DAY + 1), 12345);
  assert_int_equal(UNAPPLIED("A", DAY + 1), 12345);
}

static void domain_row_40_two_of_the_same_amount_are_left_to_a_human(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY + 29, 500);
  invoice(c, "J", "A", DAY + 30, 500);
  payment(c, "P", "A", DAY + 1, 500);
  match(c, DAY + 1, ARC_UNMATCHED_ON_ACCOUNT, 0);
  assert_int_equal(RECEIVABLE("A", DAY + 1), 1000);
  assert_int_equal(UNAPPLIED("A", DAY + 1), 500);
}

static void domain_row_41_one_receipt_for_several_invoices(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "INV-1001", "A", DAY + 28, 500);
  invoice(c, "INV-1002", "A", DAY + 29, 700);
  invoice(c, "INV-1003", "A", DAY + 30, 900);
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .remittance = T("INV-1001, INV-1003"), .received = DAY + 1, .amount = 1400));
  match(c, DAY + 1, ARC_UNMATCHED_ON_ACCOUNT, 0);
  assert_int_equal(OPEN("INV-1001", 0, DAY + 1), 0);
  assert_int_equal(OPEN("INV-1002", 0, DAY + 1), 700);
  assert_int_equal(OPEN("INV-1003", 0, DAY + 1), 0);
}

static void domain_row_42_parts_settle_to_the_cent(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY, 10000);
  payment(c, "P", "A", DAY, 10000);
  apply(c, "P", "I", DAY, 3333);
  apply(c, "P", "I", DAY + 1, 3333);
  apply(c, "P", "I", DAY + 2, 3334);
  assert_int_equal(OPEN("I", 0, DAY + 2), 0);
  AGING_IS("", DAY + 2); /* no cent left on either side */
}

/* Paid in three parts of another currency, none of which converts back to the cent: nothing stays open on either
 * side, and the exchange difference is a line of its own. */
static void domain_row_42_exchange_leaves_no_cent(void **state) {
  static const int64_t settled[] = {33334, 33333, 33333}, taken[] = {36112, 36111, 36110}, carried[] = {36000, 36000, 36000};
  struct ledger_case *c = *state;
  int64_t differences = 0;
  arc_report *report;
  customer(c, "A");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .currency = "EUR", .issued = DAY, .due = DAY, .amount = 100000));
  payment(c, "P", "A", DAY, 36112 + 36111 + 36110);
  for (arc_day i = 0; i < 3; i++)
    OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + i, .amount = taken[i], .settled = settled[i],
             .invoice_value = carried[i]));
  assert_int_equal(OPEN("I", 0, DAY + 2), 0);
  AGING_IS("", DAY + 2);
  report = QUERY(.report = ARC_REPORT_POSTINGS);
  for (size_t row = 0; row < arc_report_rows(report); row++)
    if (strcmp(arc_report_text(report, row, 2, NULL), "exchange_difference") == 0)
      differences -= arc_report_integer(report, row, 4);
  arc_report_free(report);
  assert_int_equal(differences, 112 + 111 + 110);
  OK(REVERSE(.payment = T("P"), .day = DAY + 5)); /* and it reopens exactly */
  assert_int_equal(OPEN("I", 0, DAY + 5), 100000);
  AGING_IS("A|EUR|0.00|1000.00|0.00|0.00|0.00|0.00|1000.00\n", DAY + 5);
}

/* Three currencies in one application, and each amount says which it is of. */
static void domain_row_43_three_currencies_each_by_name(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  OK(INVOICE(.key = T("Y"), .customer = T("A"), .currency = "JPY", .issued = DAY, .due = DAY, .amount = 3000));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .currency = "EUR", .received = DAY, .amount = 2000));
  OK(APPLY(.credit = T("P"), .invoice = T("Y"), .day = DAY, .amount = 1800, .settled = 2900, .invoice_value = 1900,
           .credit_value = 1950));
  REPORT_IS("P|Y|1|2025-01-01|application|JPY|2900|EUR|18.00|||USD|19.00|19.50|0.50\n", .report = ARC_REPORT_EXCHANGES);
  AGING_IS("A|JPY|100|0|0|0|0|0|100\n"
           "A|EUR|0.00|0.00|0.00|0.00|0.00|2.00|-2.00\n",
           DAY);
}

static void domain_row_43_currencies_are_never_mixed(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY, 1000);
  OK(INVOICE(.key = T("E"), .customer = T("A"), .currency = "EUR", .issued = DAY, .due = DAY, .amount = 2000));
  OK(INVOICE(.key = T("Y"), .customer = T("A"), .currency = "JPY", .issued = DAY, .due = DAY, .amount = 3000));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .currency = "EUR", .received = DAY, .amount = 1000));
  REFUSED(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY, .amount = 1000));
  match(c, DAY, ARC_UNMATCHED_OLDEST_FIRST, 0);
  AGING_IS("A|USD|10.00|0.00|0.00|0.00|0.00|0.00|10.00\n"
           "A|EUR|10.00|0.00|0.00|0.00|0.00|0.00|10.00\n"
           "A|JPY|3000|0|0|0|0|0|3000\n",
           DAY);
}

static void domain_row_44_a_cent_short_is_tolerated_and_posted(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "INV-1001", "A", DAY - 7, 10000);
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .remittance = T("INV-1001"), .received = DAY - 1, .amount = 9999));
  match(c, DAY - 1, ARC_UNMATCHED_ON_ACCOUNT, 5);
  assert_int_equal(OPEN("INV-1001", 0, DAY), 0);
  REPORT_IS("6|2024-12-31|unapplied_cash|USD|99.99|A|P|application\n"
            "6|2024-12-31|receivables|USD|-99.99|A|P|application\n"
            "6|2024-12-31|tolerance|USD|0.01|A|P|application\n"
            "6|2024-12-31|receivables|USD|-0.01|A|P|application\n",
            .report = ARC_REPORT_POSTINGS, .invoice = T("INV-1001"), .from = DAY - 1);
  assert_string_equal(planned(c, DAY), ""); /* nobody is dunned for it */
}

static void domain_row_45_one_application_is_undone_alone(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY, 300);
  invoice(c, "J", "A", DAY, 400);
  payment(c, "P", "A", DAY, 700);
  apply(c, "P", "I", DAY, 300);
  apply(c, "P", "J", DAY, 400);
  OK(UNAPPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 1));
  assert_int_equal(OPEN("I", 0, DAY + 1), 300);
  assert_int_equal(OPEN("J", 0, DAY + 1), 0);
  assert_int_equal(UNAPPLIED("A", DAY + 1), 300);
}

/* Cash that says nothing: on account, or oldest first, as the host chose; never something in between. */
static void domain_row_46_cash_without_a_breakdown(void **state) {
  (void)state;
  for (int oldest = 0; oldest < 2; oldest++) {
    struct ledger_case self, *c = &self;
    case_begin(c);
    customer(c, "A");
    invoice(c, "I", "A", DAY - 20, 300);
    invoice(c, "J", "A", DAY - 10, 400);
    payment(c, "P", "A", DAY, 450);
    match(c, DAY, oldest ? ARC_UNMATCHED_OLDEST_FIRST : ARC_UNMATCHED_ON_ACCOUNT, 0);
    assert_int_equal(OPEN("I", 0, DAY), oldest ? 0 : 300);
    assert_int_equal(OPEN("J", 0, DAY), oldest ? 250 : 400);
    assert_int_equal(UNAPPLIED("A", DAY), oldest ? 0 : 450);
    if (oldest) {
      arc_report *report = QUERY(.report = ARC_REPORT_APPLICATIONS);
      assert_string_equal(arc_report_text(report, 0, 7, NULL), "oldest-first"); /* and it says so */
      arc_report_free(report);
    }
    case_end(c);
  }
}

/* A fee is found, dunned and paid though its invoice was paid long ago. */
static void domain_row_28_a_fee_is_payable_alone(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY - 40, 1000);
  OK(CHARGE(.key = T("F"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .issued = DAY - 20, .due = DAY - 7, .amount = 500));
  payment(c, "P", "A", DAY - 10, 1000);
  apply(c, "P", "I", DAY - 10, 1000);
  assert_int_equal(RECEIVABLE("A", DAY), 500);
  assert_string_equal(planned(c, DAY), "A overdue 500 F;");
  payment(c, "Q", "A", DAY, 500);
  apply(c, "Q", "F", DAY, 500);
  assert_int_equal(RECEIVABLE("A", DAY), 0);
}

/* Paying the principal neither forgets interest nor keeps it silently: waiving it is an event with a reason. */
static void domain_row_29_interest_is_kept_until_waived(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY - 40, 1000);
  OK(CHARGE(.key = T("C"), .invoice = T("I"), .kind = ARC_CHARGE_INTEREST, .issued = DAY - 20, .amount = 15));
  payment(c, "P", "A", DAY - 10, 1000);
  apply(c, "P", "I", DAY - 10, 1000);
  assert_int_equal(RECEIVABLE("A", DAY - 1), 15);
  OK(WAIVE(.key = T("W"), .invoice = T("C"), .reason = T("usual in the trade"), .approved_by = T("Ida"), .day = DAY,
           .amount = 15));
  assert_int_equal(RECEIVABLE("A", DAY), 0);
  REPORT_IS("7|2025-01-01|waiver|A|C|USD|0.15|usual in the trade\n", .report = ARC_REPORT_TIMELINE, .from = DAY);
}

static int64_t interest_until(struct ledger_case *c, arc_day until, int32_t ppm) {
  arc_interest_rule rule = ARC_INTEREST_RULE_CONTRACT(0);
  arc_interest_query query = ARC_INTEREST_QUERY_INIT;
  int64_t total = -1;
  rule.margin_ppm = ppm;
  query.invoice = T("I");
  query.until = until;
  query.rule = &rule;
  OK(arc_ledger_interest(&total, NULL, NULL, 0, NULL, c->ledger, &query, &c->err));
  return total;
}

/* 0.1 % a day: 10 days on 1,000.00, and 10 on the 400.00 that a payment left. */
static void domain_row_30_interest_is_on_the_declining_balance(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY, 100000);
  payment(c, "P", "A", DAY + 10, 60000);
  apply(c, "P", "I", DAY + 10, 60000);
  assert_int_equal(interest_until(c, DAY + 20, 365000), 1000 + 400);
}

/* A rate of 0 gives interest of 0, and the fee stays. */
static void domain_row_31_zero_is_a_rate(void **state) {
  struct ledger_case *c = *state;
  customer(c, "A");
  invoice(c, "I", "A", DAY, 100000);
  OK(CHARGE(.key = T("F"), .invoice = T("I"), .kind = ARC_CHARGE_FEE, .issued = DAY + 5, .amount = 500));
  assert_int_equal(interest_until(c, DAY + 20, 0), 0);
  assert_int_equal(RECEIVABLE("A", DAY + 20), 100500);
}

/* The end of the month first or last is not the same, and a day that a month lacks is its last. */
static void domain_row_47_terms_are_a_sequence(void **state) {
  struct ledger_case *c = *state;
  const struct {
    const char *terms;
    arc_day issued, due;
  } cases[] = {
      {"+45d eom", D(2021, 9, 13), D(2021, 10, 31)},  {"eom +45d", D(2021, 9, 13), D(2021, 11, 14)},
      {"net 45 eom", D(2021, 9, 13), D(2021, 11, 14)}, {"eom +1m", D(2021, 2, 10), D(2021, 3, 31)},
      {"10th prox", D(2021, 9, 13), D(2021, 10, 10)},
  };
  customer(c, "A");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char key[2] = {(char)('a' + i), 0};
    OK(INVOICE(.key = T(key), .customer = T("A"), .issued = cases[i].issued, .amount = 1, .terms = T(cases[i].terms)));
    assert_int_equal(arc__i32(arc__ledger_tables(c->ledger), ARC__INSTALMENT_DUE, (uint32_t)i + 1), cases[i].due);
  }
}

static void advice_is(struct ledger_case *c, arc_day day, const char *wanted) {
  arc_report *report = QUERY(.report = ARC_REPORT_CREDIT, .customer = T("A"), .as_of = day);
  assert_int_equal(arc_report_rows(report), 1);
  assert_string_equal(arc_report_text(report, 0, 9, NULL), wanted);
  arc_report_free(report);
}

/* Before the order, by amount times age, and not for cents: however many there are. */
static void domain_row_49_hold_advice_weighs_amount_and_age(void **state) {
  struct ledger_case *c = *state;
  arc_query no_day = ARC_QUERY_INIT;
  arc_report *report;
  INVALID(CUSTOMER(.key = T("A"), .hold_days = 30));
  INVALID(CUSTOMER(.key = T("A"), .hold_amount = 1, .hold_days = 3661));
  OK(CUSTOMER(.key = T("A"), .hold_amount = 100000, .hold_days = 30, .credit_limit = 900000));
  INVALID(CUSTOMER(.key = T("A"), .tags = {T("north"), T("a\nb")}));
  for (int i = 0; i < 12; i++) {
    char key[] = {'c', (char)('a' + i), 0};
    invoice(c, key, "A", DAY - 200, 3); /* twelve invoices long overdue, of three cents each */
  }
  advice_is(c, DAY, "none");
  invoice(c, "I", "A", DAY, 100000);
  advice_is(c, DAY + 29, "none");
  advice_is(c, DAY + 30, "hold"); /* the amount, for the days */
  invoice(c, "J", "A", DAY, 500000);
  advice_is(c, DAY + 5, "hold"); /* six times as much is as bad after five days */
  advice_is(c, DAY + 4, "none");
  OK(DISPUTE(.key = T("D"), .invoice = T("J"), .opened = DAY + 1)); /* what is in dispute is no lateness */
  advice_is(c, DAY + 5, "none");
  invoice(c, "K", "A", DAY + 35, 400000);
  REPORT_IS("A|USD|10000.36|0.00|1000.36|205|5073.80|9000.00|-1000.36|hold|over the credit limit|0\n",
            .report = ARC_REPORT_CREDIT, .as_of = DAY + 5);
  no_day.report = ARC_REPORT_CREDIT;
  INVALID(arc_ledger_report(&report, c->ledger, &no_day, &c->err));
  FIELD(4);
}

static void domain_row_50_a_writeoff_has_a_reason_and_an_account(void **state) {
  struct ledger_case *c = *state;
  policy(c);
  customer(c, "A");
  invoice(c, "I", "A", DAY - 7, 1000);
  OK(WRITEOFF(.key = T("W"), .invoice = T("I"), .reason = T("insolvency closed"), .day = DAY - 1, .amount = 1000));
  REPORT_IS("5|2024-12-31|bad_debt|USD|10.00|A|W|write-off\n"
            "5|2024-12-31|receivables|USD|-10.00|A|W|write-off\n",
            .report = ARC_REPORT_POSTINGS, .from = DAY - 1);
  REPORT_IS("5|2024-12-31|write-off|A|I|USD|10.00|insolvency closed\n", .report = ARC_REPORT_TIMELINE, .from = DAY - 1);
  assert_string_equal(planned(c, DAY), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(domain_row_01_aging_adds_up),
      LEDGER_TEST(domain_row_02_not_due_has_a_bucket),
      LEDGER_TEST(domain_row_03_every_item_has_a_due_date),
      LEDGER_TEST(domain_row_04_credits_alone_are_in_the_aging),
      LEDGER_TEST(domain_row_05_credits_count_from_their_own_date),
      LEDGER_TEST(domain_row_06_past_aging_knows_what_was_paid_since),
      LEDGER_TEST(domain_row_07_as_of_is_not_todays_paid_amount),
      LEDGER_TEST(domain_row_08_every_application_keeps_its_date),
      LEDGER_TEST(domain_row_09_a_future_payment_settles_in_the_future),
      LEDGER_TEST(domain_row_10_buckets_are_disjoint),
      LEDGER_TEST(domain_row_11_aging_is_by_instalment),
      LEDGER_TEST(domain_row_14_partly_paid_is_still_reminded),
      LEDGER_TEST(domain_row_15_a_reminder_asks_for_the_residual),
      LEDGER_TEST(domain_row_16_overdue_is_the_overdue_instalments),
      LEDGER_TEST(domain_row_17_what_was_paid_meanwhile_is_not_asked_for),
      LEDGER_TEST(domain_row_17_also_at_send_time),
      LEDGER_TEST(domain_row_19_discount_changes_nothing_until_earned),
      LEDGER_TEST(domain_row_20_a_missed_day_is_caught_up),
      LEDGER_TEST(domain_row_21_signs_mean_what_they_say),
      LEDGER_TEST(domain_row_22_a_run_again_repeats_nothing),
      cmocka_unit_test(domain_row_23_dates_are_civil),
      LEDGER_TEST(domain_row_25_one_message_per_customer_and_currency),
      LEDGER_TEST(domain_row_27_a_hold_has_a_reason_and_an_end),
      LEDGER_TEST(domain_row_28_a_fee_is_payable_alone),
      LEDGER_TEST(domain_row_29_interest_is_kept_until_waived),
      LEDGER_TEST(domain_row_30_interest_is_on_the_declining_balance),
      LEDGER_TEST(domain_row_31_zero_is_a_rate),
      LEDGER_TEST(domain_row_32_undoing_posts_the_exact_opposite),
      cmocka_unit_test(domain_row_33_holds_for_none_one_and_two_customers),
      LEDGER_TEST(domain_row_34_overdue_is_derived),
      LEDGER_TEST(domain_row_35_the_anchor_is_the_earliest_unpaid),
      LEDGER_TEST(domain_row_38_a_paid_customer_begins_anew),
      LEDGER_TEST(domain_row_39_another_reference_speaks_against_an_amount),
      LEDGER_TEST(domain_row_40_two_of_the_same_amount_are_left_to_a_human),
      LEDGER_TEST(domain_row_41_one_receipt_for_several_invoices),
      LEDGER_TEST(domain_row_42_parts_settle_to_the_cent),
      LEDGER_TEST(domain_row_42_exchange_leaves_no_cent),
      LEDGER_TEST(domain_row_43_currencies_are_never_mixed),
      LEDGER_TEST(domain_row_43_three_currencies_each_by_name),
      LEDGER_TEST(domain_row_44_a_cent_short_is_tolerated_and_posted),
      LEDGER_TEST(domain_row_45_one_application_is_undone_alone),
      cmocka_unit_test(domain_row_46_cash_without_a_breakdown),
      LEDGER_TEST(domain_row_47_terms_are_a_sequence),
      LEDGER_TEST(domain_row_49_hold_advice_weighs_amount_and_age),
      LEDGER_TEST(domain_row_50_a_writeoff_has_a_reason_and_an_account),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
