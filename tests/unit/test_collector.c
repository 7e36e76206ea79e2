/* The collector: what is offered when, what is put off, what bounces, what is left to a person, and what is foretold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "small_book.h"
#include "../support/info.h"

/* ---- a transport that does as it is told ---- */

struct mail {
  char key[256], address[128], subject[256], template_name[65], copies[256];
  char *body; /* with the html behind it */
  int32_t channel;
  int64_t amount, on_account, net;
  uint32_t attempt, items;
};

struct post {
  struct mail mails[4000];
  size_t count;
  int32_t answers[64]; /* in turn; then the last one */
  size_t answer_count, asked;
  arc_collector *reenter;
  arc_status reentered;
};

static void copy_text(char *to, size_t cap, arc_text text) {
  size_t size = text.size < cap - 1 ? text.size : cap - 1;
  if (size) memcpy(to, text.data, size);
  to[size] = 0;
}

static int32_t post_send(void *user, const arc_message *m) {
  struct post *p = user;
  struct mail *mail = &p->mails[p->count++];
  memset(mail, 0, sizeof *mail);
  size_t i = p->asked++;
  assert_true(p->count < 4000);
  copy_text(mail->key, sizeof mail->key, m->idempotency_key);
  copy_text(mail->address, sizeof mail->address, m->address);
  copy_text(mail->subject, sizeof mail->subject, m->subject);
  copy_text(mail->template_name, sizeof mail->template_name, m->template_name);
  mail->body = malloc(m->body.size + m->html.size + 1);
  if (m->body.size) memcpy(mail->body, m->body.data, m->body.size);
  if (m->html.size) memcpy(mail->body + m->body.size, m->html.data, m->html.size);
  mail->body[m->body.size + m->html.size] = 0;
  for (uint32_t copy = 0; copy < m->copy_count; copy++) {
    strncat(mail->copies, m->copies[copy].data, m->copies[copy].size);
    strcat(mail->copies, " ");
  }
  mail->channel = m->channel;
  mail->amount = m->amount;
  mail->on_account = m->on_account;
  mail->net = m->net;
  mail->items = m->item_count;
  mail->attempt = m->attempt;
  if (p->reenter) p->reentered = arc_collector_run_day(p->reenter, 30000, NULL, NULL);
  if (!p->answer_count) return ARC_SENT;
  return p->answers[i < p->answer_count ? i : p->answer_count - 1];
}

static void post_clear(struct post *p) {
  for (size_t i = 0; i < p->count; i++) free(p->mails[i].body);
  p->count = p->asked = 0;
}

static void post_answers(struct post *p, const int32_t *answers, size_t count) {
  p->asked = 0;
  p->answer_count = count;
  memcpy(p->answers, answers, count * sizeof *answers);
}
#define ANSWERS(p, ...)                                                                                              \
  post_answers(p, (const int32_t[]){__VA_ARGS__}, sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t))

/* ---- a book ---- */

struct day_book {
  struct book b;
  arc_collector *c;
  struct post post;
  arc_collector_options options;
  arc_transport transport;
  arc_letterhead letterhead;
};

static void days_open_collector(struct day_book *d) {
  arc_error err = ARC_ERROR_INIT;
  arc_collector_close(d->c);
  book_check(arc_collector_open(&d->c, d->b.ledger, &d->options, &err), &err);
}

static struct day_book *days_open(void) {
  struct day_book *d = calloc(1, sizeof *d);
  book_open(&d->b);
  d->transport = (arc_transport){sizeof d->transport, 0, &d->post, post_send};
  d->options = (arc_collector_options)ARC_COLLECTOR_OPTIONS_INIT;
  d->options.transport = &d->transport;
  d->letterhead = (arc_letterhead)ARC_LETTERHEAD_INIT;
  d->letterhead.name = book_text("Example Ltd");
  d->options.letterhead = &d->letterhead;
  days_open_collector(d);
  return d;
}

static void days_close(struct day_book *d) {
  post_clear(&d->post);
  arc_collector_close(d->c);
  book_close(&d->b);
  free(d);
}

static void days_contact(struct day_book *d, const char *customer, const char *language, const char *email,
                         const char *postal, uint32_t options) {
  arc_contact row = ARC_CONTACT_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.options = options;
  row.key = row.customer = book_text(customer);
  row.name = book_text("Pat Doe");
  row.language = book_text(language);
  row.email = book_text(email);
  row.postal = book_text(postal);
  row.phone = book_text("+44 113 496 0000");
  book_check(arc_ledger_post_contacts(d->b.ledger, &row, 1, &err), &err);
}

/* A customer with one invoice of 100.00 due on a day. */
static void days_customer(struct day_book *d, const char *key, const char *language, const char *due) {
  char invoice[32];
  snprintf(invoice, sizeof invoice, "I-%s", key);
  book_customer(&d->b, key);
  days_contact(d, key, language, "ap@c.example", "1 High Street\nLeeds", 0);
  book_invoice(&d->b, invoice, key, "2026-01-02", due, 10000);
}

static arc_day_report days_run(struct day_book *d, const char *day) {
  arc_day_report report = ARC_DAY_REPORT_INIT;
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_collector_run_day(d->c, book_day(day), &report, &err), &err);
  return report;
}

static void days_outcome(struct day_book *d, const char *touch, const char *day, int32_t status, const char *detail) {
  arc_touch_outcome row = ARC_TOUCH_OUTCOME_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.touch = book_text(touch);
  row.day = book_day(day);
  row.status = status;
  row.detail = book_text(detail);
  book_check(arc_ledger_post_touch_outcomes(d->b.ledger, &row, 1, &err), &err);
}

static void days_template(struct day_book *d, const char *name, const char *text) {
  arc_template_text row = ARC_TEMPLATE_TEXT_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.name = book_text(name);
  row.text = book_text(text);
  row.day = book_day("2026-01-02");
  book_check(arc_ledger_post_templates(d->b.ledger, &row, 1, &err), &err);
}

static void days_policy(struct day_book *d, const char *text) {
  arc_policy row = ARC_POLICY_INIT;
  arc_error err = ARC_ERROR_INIT;
  row.name = book_text("default");
  row.text = book_text(text);
  row.day = book_day("2026-01-02");
  book_check(arc_ledger_post_policies(d->b.ledger, &row, 1, &err), &err);
}

static arc_report *days_exceptions(struct day_book *d, const char *day) {
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  book_check(arc_collector_exceptions(&report, d->c, book_day(day), &err), &err);
  return report;
}

static void expect_exceptions(struct day_book *d, const char *day, const char *const *kinds, size_t count) {
  arc_report *report = days_exceptions(d, day);
  for (size_t i = 0; i < arc_report_rows(report) && i < count; i++)
    if (strcmp(book_cell(report, i, "kind"), kinds[i]) != 0)
      fail_msg("exception %d is %s %s: %s, not %s", (int)i, book_cell(report, i, "kind"), book_cell(report, i, "key"),
               book_cell(report, i, "reason"), kinds[i]);
  if (arc_report_rows(report) != count)
    fail_msg("%d exceptions, not %d", (int)arc_report_rows(report), (int)count);
  arc_report_free(report);
}
#define EXCEPTIONS(d, day, ...)                                                                                      \
  expect_exceptions(d, day, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
#define NO_EXCEPTIONS(d, day) expect_exceptions(d, day, NULL, 0)

#define ONE_STEP "cadence \"p\"\npause on dispute promise plan hold\nstep 0d email neutral due\n"

/* ---- retries ---- */

static void test_what_is_put_off_is_offered_again_under_its_key(void **state) {
  static const uint32_t hours[] = {1, 48};
  struct day_book *d = days_open();
  arc_day_report report;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  d->options.retry_hours = hours;
  d->options.retry_count = 2;
  days_open_collector(d);
  days_customer(d, "c1", "en", "2026-02-02");
  days_policy(d, ONE_STEP);
  ANSWERS(&d->post, ARC_RETRY, ARC_RETRY, ARC_SENT);
  assert_int_equal(arc_ledger_set_clock(d->b.ledger, (int64_t)book_day("2026-02-02") * 86400000 + 8 * 3600000, &err), ARC_OK);
  report = days_run(d, "2026-02-02");
  assert_int_equal(report.touches_put_off, 1);
  assert_int_equal(report.touches_sent, 0);
  /* Not within the hour; then yes. */
  assert_int_equal(arc_collector_send(d->c, book_day("2026-02-02"), &report, &err), ARC_OK);
  assert_int_equal(d->post.count, 1);
  assert_int_equal(arc_ledger_set_clock(d->b.ledger, (int64_t)book_day("2026-02-02") * 86400000 + 9 * 3600000, &err), ARC_OK);
  days_open_collector(d); /* another process */
  assert_int_equal(arc_collector_send(d->c, book_day("2026-02-02"), &report, &err), ARC_OK);
  assert_int_equal(d->post.count, 2);
  assert_int_equal(report.touches_put_off, 1);
  days_run(d, "2026-02-03");
  assert_int_equal(d->post.count, 2);
  report = days_run(d, "2026-02-05");
  assert_int_equal(d->post.count, 3);
  assert_int_equal(report.touches_sent, 1);
  for (uint32_t i = 0; i < 3; i++) {
    assert_string_equal(d->post.mails[i].key, d->post.mails[0].key);
    assert_string_equal(d->post.mails[i].body, d->post.mails[0].body);
    assert_int_equal(d->post.mails[i].attempt, i + 1);
  }
  assert_int_equal(arc_collector_send(d->c, book_day("2026-02-04"), &report, &err), ARC_E_REFUSED);
  days_close(d);
}

static void test_what_is_put_off_too_often_has_failed(void **state) {
  static const uint32_t hours[] = {24};
  struct day_book *d = days_open();
  (void)state;
  d->options.retry_hours = hours;
  d->options.retry_count = 1;
  days_open_collector(d);
  days_customer(d, "c1", "en", "2026-02-02");
  days_policy(d, ONE_STEP);
  ANSWERS(&d->post, ARC_RETRY);
  days_run(d, "2026-02-02");
  NO_EXCEPTIONS(d, "2026-02-02");
  assert_int_equal(days_run(d, "2026-02-03").touches_failed, 1);
  EXCEPTIONS(d, "2026-02-03", "failed");
  days_run(d, "2026-02-09");
  assert_int_equal(d->post.count, 2);
  book_payment(&d->b, "p1", "c1", "2026-02-10", 10000, "I-c1");
  days_run(d, "2026-02-10");
  NO_EXCEPTIONS(d, "2026-02-10");
  days_close(d);
}

/* A message whose items were settled while it waited is not sent. */
static void test_the_last_look_counts_for_retries_too(void **state) {
  struct day_book *d = days_open();
  (void)state;
  days_customer(d, "c1", "en", "2026-02-02");
  days_policy(d, ONE_STEP);
  ANSWERS(&d->post, ARC_RETRY, ARC_SENT);
  days_run(d, "2026-02-02");
  book_payment(&d->b, "p1", "c1", "2026-02-03", 10000, "");
  book_apply(&d->b, "p1", "I-c1", book_day("2026-02-03"), 10000, ARC_HOW_GIVEN);
  assert_int_equal(days_run(d, "2026-02-03").touches_failed, 1);
  assert_int_equal(d->post.count, 1);
  NO_EXCEPTIONS(d, "2026-02-03");
  days_close(d);
}

/* Answers that nobody knows may mean that the message is out: it is never offered again. */
static void test_unknown_answers_are_no_reason_to_send_again(void **state) {
  static const int32_t answers[] = {4, 99, INT32_MAX, ARC_PENDING};
  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    struct day_book *d = days_open();
    days_customer(d, "c1", "en", "2026-02-02");
    days_policy(d, ONE_STEP);
    ANSWERS(&d->post, answers[i]);
    assert_int_equal(days_run(d, "2026-02-02").touches_pending, 1);
    days_open_collector(d);
    days_run(d, "2026-02-09");
    days_run(d, "2026-03-09");
    assert_int_equal(d->post.count, 1);
    days_close(d);
  }
}

/* Some are taken, some not, some put off, and then the line breaks down: each gets what it was told. */
static void test_a_batch_that_fails_in_part(void **state) {
  struct day_book *d = days_open();
  arc_error err = ARC_ERROR_INIT;
  arc_day_report report = ARC_DAY_REPORT_INIT;
  char key[16];
  (void)state;
  days_policy(d, ONE_STEP);
  for (int i = 0; i < 200; i++) {
    snprintf(key, sizeof key, "c%03d", i);
    days_customer(d, key, "en", "2026-02-02");
  }
  d->post.answer_count = 64;
  for (int i = 0; i < 64; i++) d->post.answers[i] = i % 4;
  d->post.answers[63] = -7; /* and all behind it */
  assert_int_equal(arc_collector_run_day(d->c, book_day("2026-02-02"), &report, &err), ARC_E_HOST);
  assert_int_equal(err.host_code, -7);
  assert_int_equal(d->post.count, 64);
  assert_int_equal(report.touches_sent, 16);
  assert_int_equal(report.touches_pending, 16);
  assert_int_equal(report.touches_failed, 16);
  assert_int_equal(report.touches_put_off, 15);
  assert_int_equal(info_of(d->b.ledger).run, ARC_DAY_NONE);
  ANSWERS(&d->post, ARC_SENT);
  report = days_run(d, "2026-02-02");
  assert_int_equal(report.touches_sent, 137); /* the 64th and all that were not offered */
  report = days_run(d, "2026-02-03");
  assert_int_equal(report.touches_sent, 15);
  assert_int_equal(d->post.count, 64 + 137 + 15);
  for (size_t i = 0; i < d->post.count; i++)
    for (size_t k = 0; k < i; k++)
      if (strcmp(d->post.mails[i].key, d->post.mails[k].key) == 0) /* offered again: the same message */
        assert_string_equal(d->post.mails[i].body, d->post.mails[k].body);
  days_close(d);
}

/* ---- quiet hours, copies ---- */

static void test_quiet_hours_are_kept_by_the_clock(void **state) {
  const int64_t hour = 3600000, night = (int64_t)book_day("2026-02-02") * 24 * hour + 5 * hour;
  struct day_book *d = days_open();
  arc_day_report report = ARC_DAY_REPORT_INIT;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  d->options.flags = ARC_COLLECTOR_QUIET_HOURS;
  days_open_collector(d);
  days_policy(d, ONE_STEP "quiet 20:00-08:00\n");
  days_customer(d, "c1", "en", "2026-02-02");
  assert_int_equal(arc_ledger_set_clock(d->b.ledger, night, &err), ARC_OK);
  report = days_run(d, "2026-02-02");
  assert_int_equal(report.touches_planned, 1);
  assert_int_equal(report.touches_quiet, 1);
  assert_int_equal(d->post.count, 0);
  assert_int_equal(arc_ledger_set_clock(d->b.ledger, night + 2 * hour, &err), ARC_OK);
  assert_int_equal(arc_collector_send(d->c, book_day("2026-02-02"), &report, &err), ARC_OK);
  assert_int_equal(report.touches_quiet, 1);
  assert_int_equal(d->post.count, 0);
  assert_int_equal(arc_ledger_set_clock(d->b.ledger, night + 3 * hour, &err), ARC_OK);
  days_open_collector(d);
  assert_int_equal(arc_collector_send(d->c, book_day("2026-02-02"), &report, &err), ARC_OK);
  assert_int_equal(report.touches_sent, 1);
  assert_int_equal(report.touches_quiet, 0);
  assert_int_equal(d->post.count, 1);
  days_close(d);
}

static void test_copies_go_to_those_who_may_get_them(void **state) {
  static const struct {
    const char *key, *email;
    int32_t role;
    uint32_t opt_outs;
  } people[] = {{"boss", "boss@c.example", ARC_ROLE_EXECUTIVE, 0}, {"owner", "owner@c.example", ARC_ROLE_OWNER, 0},
                {"shy", "shy@c.example", ARC_ROLE_EXECUTIVE, 1u << ARC_CHANNEL_EMAIL}, {"mute", "", ARC_ROLE_EXECUTIVE, 0}};
  struct day_book *d = days_open();
  arc_error err = ARC_ERROR_INIT;
  arc_touch_item item = {sizeof item, 1, {NULL, 0}, 10000};
  arc_touch touch = ARC_TOUCH_INIT;
  (void)state;
  days_customer(d, "c1", "en", "2026-02-02");
  for (size_t i = 0; i < 4; i++) {
    arc_contact row = ARC_CONTACT_INIT;
    row.key = book_text(people[i].key);
    row.customer = book_text("c1");
    row.email = book_text(people[i].email);
    row.role = people[i].role;
    row.opt_outs = people[i].opt_outs;
    book_check(arc_ledger_post_contacts(d->b.ledger, &row, 1, &err), &err);
  }
  item.invoice = touch.anchor = book_text("I-c1");
  touch.key = book_text("t1");
  touch.customer = book_text("c1");
  touch.step = touch.policy = book_text("by-hand");
  touch.day = book_day("2026-02-02");
  touch.channel = ARC_CHANNEL_EMAIL;
  touch.tone = ARC_TONE_FIRM;
  touch.anchor_instalment = touch.item_count = 1;
  touch.items = &item;
  touch.copies = 1u << ARC_ROLE_EXECUTIVE | 1u << ARC_ROLE_PAYABLES;
  book_check(arc_ledger_post_touches(d->b.ledger, &touch, 1, &err), &err);
  assert_int_equal(arc_collector_send(d->c, book_day("2026-02-02"), NULL, &err), ARC_OK);
  assert_int_equal(d->post.count, 1);
  assert_string_equal(d->post.mails[0].address, "ap@c.example");
  assert_string_equal(d->post.mails[0].copies, "boss@c.example ");
  days_close(d);
}

/* ---- bounces ---- */

static void test_a_bounce_opens_a_task_and_goes_by_the_other_channel(void **state) {
  struct day_book *d = days_open();
  arc_report *report;
  (void)state;
  d->options.fallback_channel = ARC_CHANNEL_LETTER;
  days_open_collector(d);
  days_customer(d, "c1", "en", "2026-02-02");
  days_policy(d, "cadence \"p\"\nstep 0d email neutral due\nstep +30d email firm overdue\n");
  days_run(d, "2026-02-02");
  NO_EXCEPTIONS(d, "2026-02-02");
  book_payment(&d->b, "p1", "c1", "2026-02-03", 4000, "I-c1");
  days_outcome(d, d->post.mails[0].key, "2026-02-03", ARC_TOUCH_BOUNCED, "550 no such user");
  EXCEPTIONS(d, "2026-02-03", "failed", "address");
  report = days_exceptions(d, "2026-02-03");
  assert_string_equal(book_cell(report, 0, "reason"), "550 no such user");
  assert_string_equal(book_cell(report, 1, "key"), "c1");
  assert_string_equal(book_cell(report, 1, "reason"), "bounced: ap@c.example");
  assert_string_equal(book_cell(report, 1, "command"), "arc_ledger_post_contacts");
  arc_report_free(report);
  book_apply(&d->b, "p1", "I-c1", book_day("2026-02-03"), 4000, ARC_HOW_GIVEN);
  assert_int_equal(days_run(d, "2026-02-03").touches_rerouted, 1);
  assert_int_equal(d->post.count, 2);
  assert_int_equal(d->post.mails[1].channel, ARC_CHANNEL_LETTER);
  assert_string_equal(d->post.mails[1].address, "1 High Street\nLeeds");
  assert_int_equal(d->post.mails[1].amount, 6000); /* what is still open of it */
  assert_true(strcmp(d->post.mails[1].key, d->post.mails[0].key) != 0);
  EXCEPTIONS(d, "2026-02-03", "address");
  assert_int_equal(days_run(d, "2026-02-04").touches_rerouted, 0);
  days_open_collector(d);
  assert_int_equal(days_run(d, "2026-02-05").touches_rerouted, 0);
  /* The next step is not mailed to the wrong address; it is once that is repaired. */
  days_contact(d, "c1", "en", "new@c.example", "1 High Street\nLeeds", ARC_REPLACE);
  NO_EXCEPTIONS(d, "2026-02-05");
  days_run(d, "2026-03-04");
  assert_int_equal(d->post.count, 3);
  assert_string_equal(d->post.mails[2].address, "new@c.example");
  /* A late bounce of the old address says nothing of the new one. */
  days_outcome(d, d->post.mails[2].key, "2026-03-05", ARC_TOUCH_DELIVERED, "");
  NO_EXCEPTIONS(d, "2026-03-05");
  days_close(d);
}

/* Going by another channel is one more message: it waits for a day on which the policy and its limits allow it. */
static void test_what_bounced_waits_until_it_may_go(void **state) {
  static const struct {
    const char *rules, *due;
    int comes; /* days after the bounce; -1: never */
  } cases[] = {
      {"", "2026-02-05", 0},                    /* told on a Friday */
      {"quiet weekends\n", "2026-02-06", 2},    /* told on a Saturday */
      {"limit 1 per 5d\n", "2026-02-05", 0},    /* what bounced reached nobody */
      {"step +1d email firm next\n", "2026-02-05", -1}, /* the next step comes first */
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct day_book *d = days_open();
    char policy[256];
    d->options.fallback_channel = ARC_CHANNEL_LETTER;
    days_open_collector(d);
    days_customer(d, "c1", "en", cases[i].due);
    snprintf(policy, sizeof policy, "cadence \"p\"\nstep 0d email neutral due\n%s", cases[i].rules);
    days_policy(d, policy);
    days_run(d, cases[i].due);
    arc_day told = book_day(cases[i].due) + 1;
    char day[11];
    arc_day_format(day, told);
    if (cases[i].comes < 0) days_run(d, day);
    size_t before = d->post.count;
    days_outcome(d, d->post.mails[0].key, day, ARC_TOUCH_BOUNCED, "550");
    for (int after = cases[i].comes < 0; after < 4; after++) {
      arc_day_format(day, told + after);
      assert_int_equal(days_run(d, day).touches_rerouted, after == cases[i].comes);
    }
    assert_int_equal(d->post.count, before + (cases[i].comes >= 0));
    days_close(d);
  }
}

/* Cash that is recorded for a later day settles the item: the run goes on, and nobody is asked for it. */
static void test_what_bounced_asks_for_nothing_that_a_later_day_settles(void **state) {
  struct day_book *d = days_open();
  (void)state;
  d->options.fallback_channel = ARC_CHANNEL_LETTER;
  d->options.flags = ARC_COLLECTOR_NO_MATCHING;
  days_open_collector(d);
  days_policy(d, ONE_STEP);
  days_customer(d, "c1", "en", "2026-02-02");
  days_run(d, "2026-02-02");
  days_outcome(d, d->post.mails[0].key, "2026-02-03", ARC_TOUCH_BOUNCED, "550");
  book_payment(&d->b, "p1", "c1", "2026-02-09", 10000, "");
  book_apply(&d->b, "p1", "I-c1", book_day("2026-02-09"), 10000, ARC_HOW_GIVEN);
  assert_int_equal(days_run(d, "2026-02-03").touches_rerouted, 0);
  days_close(d);
}

/* The step's own channel to fall back on comes before the host's. */
static void test_what_bounced_goes_by_what_the_step_says(void **state) {
  (void)state;
  for (int32_t option = ARC_CHANNEL_NONE; option <= ARC_CHANNEL_LETTER; option += ARC_CHANNEL_LETTER) {
    struct day_book *d = days_open();
    d->options.fallback_channel = option;
    days_open_collector(d);
    days_customer(d, "c1", "en", "2026-02-02");
    days_customer(d, "c2", "en", "2026-02-02");
    days_policy(d, "cadence \"p\"\nstep 0d email neutral due else sms\n");
    days_run(d, "2026-02-02");
    days_outcome(d, d->post.mails[0].key, "2026-02-03", ARC_TOUCH_BOUNCED, "550");
    assert_int_equal(days_run(d, "2026-02-03").touches_rerouted, 1);
    assert_int_equal(d->post.mails[2].channel, ARC_CHANNEL_SMS);
    days_policy(d, "cadence \"p\"\nstep 0d email neutral due\n"); /* the version that called for it counts */
    days_outcome(d, d->post.mails[1].key, "2026-02-04", ARC_TOUCH_BOUNCED, "550");
    days_run(d, "2026-02-04");
    assert_int_equal(d->post.mails[3].channel, ARC_CHANNEL_SMS);
    days_close(d);
  }
}

/* Too long a wait ends it, and what a host says of a task makes no message of that. */
static void test_what_does_not_go_by_another_channel(void **state) {
  struct day_book *d = days_open();
  char day[11];
  (void)state;
  d->options.fallback_channel = ARC_CHANNEL_LETTER;
  days_open_collector(d);
  days_policy(d, "cadence \"p\"\nstep 0d email neutral due\nstep +1d call firm phone\nescalate owner when age >= 2d\n");
  days_customer(d, "c1", "en", "2026-02-02");
  for (int i = 0; i < 4; i++) {
    arc_day_format(day, book_day("2026-02-02") + i);
    days_run(d, day);
  }
  days_outcome(d, "c1|USD|I-c1#1|1d|phone", "2026-02-05", ARC_TOUCH_BOUNCED, "nobody there");
  days_outcome(d, "c1|USD|I-c1#1|owner+escalate", "2026-02-05", ARC_TOUCH_BOUNCED, "no such owner");
  assert_int_equal(days_run(d, "2026-02-06").touches_rerouted, 0);
  days_customer(d, "c2", "en", "2026-02-07");
  days_run(d, "2026-02-07");
  assert_int_equal(d->post.count, 2);
  arc_hold hold = ARC_HOLD_INIT;
  arc_error err = ARC_ERROR_INIT;
  hold.key = book_text("h");
  hold.customer = book_text("c2");
  hold.from = book_day("2026-02-08");
  hold.until = book_day("2026-02-25");
  book_check(arc_ledger_post_holds(d->b.ledger, &hold, 1, &err), &err);
  days_outcome(d, d->post.mails[1].key, "2026-02-08", ARC_TOUCH_BOUNCED, "550");
  for (int i = 0; i < 24; i += 8) { /* held for 18 days */
    arc_day_format(day, book_day("2026-02-08") + i);
    assert_int_equal(days_run(d, day).touches_rerouted, 0);
  }
  days_close(d);
}

static void test_a_bounced_address_is_not_written_to(void **state) {
  struct day_book *d = days_open();
  (void)state;
  days_customer(d, "c1", "en", "2026-02-02");
  days_contact(d, "c1", "en", "ap@c.example", "", ARC_REPLACE); /* no address to fall back on */
  days_policy(d, "cadence \"p\"\nstep 0d email neutral due\nstep +7d email firm overdue\n");
  days_run(d, "2026-02-02");
  days_outcome(d, d->post.mails[0].key, "2026-02-03", ARC_TOUCH_BOUNCED, "");
  days_run(d, "2026-02-09");
  assert_int_equal(d->post.count, 1);
  days_outcome(d, d->post.mails[0].key, "2026-02-10", ARC_TOUCH_DELIVERED, "a mistake of the provider");
  NO_EXCEPTIONS(d, "2026-02-10");
  days_run(d, "2026-02-10");
  assert_int_equal(d->post.count, 2);
  days_outcome(d, d->post.mails[1].key, "2026-02-11", ARC_TOUCH_BOUNCED, "");
  days_outcome(d, d->post.mails[0].key, "2026-02-11", ARC_TOUCH_BOUNCED, "");
  EXCEPTIONS(d, "2026-02-11", "failed", "address");
  days_close(d);
}

/* An address that works again is news for all currencies of the customer, not only for the one that was written to. */
static void test_what_is_delivered_counts_for_every_currency(void **state) {
  struct day_book *d = days_open();
  arc_error err = ARC_ERROR_INIT;
  arc_invoice row = ARC_INVOICE_INIT;
  (void)state;
  days_policy(d, ONE_STEP);
  days_customer(d, "c1", "en", "2026-02-02");
  days_contact(d, "c1", "en", "ap@c.example", "", ARC_REPLACE);
  row = book_invoice_of("yen", "c1", book_day("2026-01-04"), book_day("2026-02-03"), 5000);
  memcpy(row.currency, "JPY", 4);
  book_check(arc_ledger_post_invoices(d->b.ledger, &row, 1, &err), &err);
  days_run(d, "2026-02-02");
  days_outcome(d, d->post.mails[0].key, "2026-02-02", ARC_TOUCH_BOUNCED, "550");
  assert_int_equal(days_run(d, "2026-02-03").touches_withheld, 1);
  days_run(d, "2026-02-04");
  days_outcome(d, d->post.mails[0].key, "2026-02-05", ARC_TOUCH_DELIVERED, "a mistake of the provider");
  assert_int_equal(days_run(d, "2026-02-05").touches_sent, 1);
  assert_string_equal(d->post.mails[1].key, "c1|JPY|yen#1|0d|due");
  days_close(d);
}

/* Whose data were erased has no address: what was put off before is not offered again, and what comes due is withheld. */
static void test_who_was_erased_is_not_written_to(void **state) {
  static const uint32_t hours[] = {24};
  struct day_book *d = days_open();
  arc_erasure erasure = ARC_ERASURE_INIT;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  d->options.retry_hours = hours;
  d->options.retry_count = 1;
  days_open_collector(d);
  days_customer(d, "c1", "en", "2026-02-02");
  days_customer(d, "c2", "en", "2026-02-02");
  days_policy(d, "cadence \"p\"\nstep 0d email neutral due\nstep +7d email firm overdue\n");
  ANSWERS(&d->post, ARC_RETRY, ARC_RETRY, ARC_SENT);
  days_run(d, "2026-02-02");
  assert_int_equal(d->post.count, 2);
  erasure.customer = book_text("c1");
  erasure.day = book_day("2026-02-03");
  book_check(arc_ledger_post_erasures(d->b.ledger, &erasure, 1, &err), &err);
  assert_int_equal(days_run(d, "2026-02-04").touches_failed, 1);
  days_run(d, "2026-02-09");
  assert_int_equal(d->post.count, 4); /* the other customer's */
  assert_string_equal(d->post.mails[2].address, "ap@c.example");
  assert_string_equal(d->post.mails[3].address, "ap@c.example");
  EXCEPTIONS(d, "2026-02-09", "failed");
  days_close(d);
}

/* ---- templates ---- */

static void test_templates_by_step_tone_language_and_version(void **state) {
  struct day_book *d = days_open();
  (void)state;
  days_policy(d, ONE_STEP);
  days_customer(d, "a-german", "de-AT", "2026-02-02");
  days_customer(d, "b-italian", "it", "2026-02-02");
  days_customer(d, "c-french", "fr", "2026-02-02");
  days_customer(d, "d-english", "en-GB", "2026-02-02");
  days_template(d, "due.de", "language de\nfor step due\n---- text\nBitte {{amount}}\n");
  days_template(d, "neutral.en", "language en\nfor neutral\n---- subject\nPay\n---- text\nPlease {{amount}}\n");
  days_template(d, "letter.en", "language en\nfor step due\nchannel letter\n---- text\nNever by mail\n");
  days_template(d, "named.en", "language en\n---- text\nNobody named me\n");
  days_template(d, "other.en", "language en\nfor step other\n---- text\nAnother step\n");
  days_run(d, "2026-02-02");
  assert_int_equal(d->post.count, 4);
  assert_string_equal(d->post.mails[0].body, "Bitte USD 100,00\n");
  assert_string_equal(d->post.mails[0].template_name, "due.de");
  assert_string_equal(d->post.mails[1].body, "Please USD 100.00\n"); /* Italian: the book's language */
  assert_string_equal(d->post.mails[2].template_name, "");           /* French: a built-in one */
  assert_non_null(strstr(d->post.mails[2].body, "Bonjour Pat Doe"));
  assert_string_equal(d->post.mails[3].template_name, "neutral.en");
  assert_string_equal(d->post.mails[3].subject, "Pay");
  days_close(d);
}

static void test_a_touch_is_written_as_it_was_planned(void **state) {
  struct day_book *d = days_open();
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  days_policy(d, ONE_STEP);
  days_customer(d, "c1", "en", "2026-02-02");
  days_template(d, "due", "language en\nfor step due\n---- text\nfirst\n");
  days_template(d, "due", "language en\nfor step due\n---- text\nsecond\n");
  d->options.transport = NULL;
  days_open_collector(d);
  days_run(d, "2026-02-02");
  days_template(d, "due", "language en\nfor step due\n---- text\nthird\n");
  days_template(d, "new", "language en-GB\nfor step due\nchannel email\n---- text\nnew\n");
  d->options.transport = &d->transport;
  days_open_collector(d);
  days_customer(d, "c2", "en", "2026-02-03");
  days_run(d, "2026-02-03");
  assert_int_equal(d->post.count, 2);
  assert_string_equal(d->post.mails[0].body, "second\n");
  assert_string_equal(d->post.mails[1].body, "new\n");
  assert_int_equal(arc_ledger_verify(d->b.ledger, &err), ARC_OK);
  days_close(d);
}

static void test_templates_are_checked_when_recorded(void **state) {
  struct day_book *d = days_open();
  arc_template_text row = ARC_TEMPLATE_TEXT_INIT;
  arc_error err = ARC_ERROR_INIT;
  uint64_t before = info_of(d->b.ledger).next_sequence;
  (void)state;
  row.name = book_text("x");
  row.day = 20000;
  row.text = book_text("language en\nfor any\n---- text\n{{amuont}}\n");
  assert_int_equal(arc_ledger_post_templates(d->b.ledger, &row, 1, &err), ARC_E_SYNTAX);
  assert_int_equal(err.line, 4);
  assert_int_equal(err.column, 3);
  row.text = book_text("");
  assert_int_equal(arc_ledger_post_templates(d->b.ledger, &row, 1, &err), ARC_E_INVALID);
  row.text = book_text("language en\n---- text\nx");
  row.name = book_text("");
  assert_int_equal(arc_ledger_post_templates(d->b.ledger, &row, 1, &err), ARC_E_INVALID);
  row.name = book_text("x");
  row.day = ARC_DAY_NONE;
  assert_int_equal(arc_ledger_post_templates(d->b.ledger, &row, 1, &err), ARC_E_INVALID);
  assert_int_equal(info_of(d->b.ledger).next_sequence, before);
  row.day = 20000;
  assert_int_equal(arc_ledger_post_templates(d->b.ledger, &row, 1, &err), ARC_OK);
  assert_int_equal(arc_ledger_post_templates(d->b.ledger, &row, 1, &err), ARC_ALREADY);
  days_close(d);
}

static void test_a_message_that_cannot_be_written_fails_alone(void **state) {
  struct day_book *d = days_open();
  static char text[65000];
  char key[32];
  (void)state;
  days_policy(d, ONE_STEP);
  days_customer(d, "c1", "en", "2026-02-02");
  days_customer(d, "c2", "en", "2026-02-02");
  for (int i = 0; i < 20; i++) {
    snprintf(key, sizeof key, "more-%d", i);
    book_invoice(&d->b, key, "c1", "2026-01-02", "2026-02-02", 100);
  }
  snprintf(text, sizeof text, "language en\nfor any\n---- text\n{{each items}}%60000s{{end}}", "");
  days_template(d, "long", text);
  arc_day_report report = days_run(d, "2026-02-02");
  assert_int_equal(report.touches_failed, 1);
  assert_int_equal(report.touches_sent, 1);
  arc_report *exceptions = days_exceptions(d, "2026-02-02");
  assert_int_equal(arc_report_rows(exceptions), 1);
  assert_string_equal(book_cell(exceptions, 0, "customer"), "c1");
  assert_string_equal(book_cell(exceptions, 0, "reason"), "the message comes to more than 1048576 bytes");
  arc_report_free(exceptions);
  days_close(d);
}

/* 1 if the words that ask for payment go on with an amount that has these digits. */
static int asks_for(const char *body, const char *ask, const char *digits) {
  const char *amount = strstr(body, ask), *found;
  if (!amount) return 0;
  found = strstr(amount + strlen(ask), digits);
  return found && found - (amount + strlen(ask)) < 8;
}

/* A credit note that is not applied yet is told beside the full amount; what is left when it is set off is asked for. */
static void test_field_26_open_credits_are_told_and_set_off(void **state) {
  static const struct {
    const char *language, *part, *whole, *ask;
  } words[] = {{"en", " stands to your credit", "It covers this request.", "Please arrange payment of"},
               {"de", " zu Ihren Gunsten", "Damit ist diese Forderung gedeckt.", "Zahlung von"},
               {"fr", "Votre compte présente un avoir de ", "Il couvre la présente demande.", "règlement de"},
               {"es", " a su favor que aún no", "Cubren esta solicitud.", "el pago de"}};
  (void)state;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    struct day_book *d = days_open();
    days_policy(d, "cadence \"p\"\nstep 0d email neutral due\nstep +7d letter firm overdue\n");
    days_customer(d, "c1", words[i].language, "2026-02-02");
    days_customer(d, "c2", words[i].language, "2026-02-02");
    book_credit_note(&d->b, "n1", "c1", "2026-02-01", 3000);
    days_run(d, "2026-02-02");
    assert_int_equal(d->post.count, 2);
    assert_int_equal(d->post.mails[0].amount, 10000);
    assert_int_equal(d->post.mails[0].on_account, 3000);
    assert_int_equal(d->post.mails[0].net, 7000);
    assert_non_null(strstr(d->post.mails[0].body, words[i].part));
    assert_non_null(strstr(strstr(d->post.mails[0].body, words[i].part) + 1, words[i].part)); /* and in HTML */
    assert_non_null(strstr(strstr(d->post.mails[0].body, words[i].part) + 1, "70")); /* what is left */
    assert_true(asks_for(d->post.mails[0].body, words[i].ask, "70"));
    assert_true(asks_for(d->post.mails[1].body, words[i].ask, "100"));
    assert_int_equal(d->post.mails[1].on_account, 0); /* nothing is said where there is none */
    assert_int_equal(d->post.mails[1].net, 10000);
    assert_null(strstr(d->post.mails[1].body, words[i].part));
    book_credit_note(&d->b, "n2", "c1", "2026-02-03", 9000); /* more than is asked for, not applied by anybody */
    days_run(d, "2026-02-09");
    assert_int_equal(d->post.mails[2].on_account, 12000);
    assert_int_equal(d->post.mails[2].net, 0);
    assert_non_null(strstr(d->post.mails[2].body, words[i].whole));
    days_close(d);
  }
}

/* A template that cannot be written is refused when it is recorded, so that no edit breaks a run; and a host that
 * lays messages out itself gets every value, checked. */
static void test_field_24_no_template_breaks_a_run(void **state) {
  static const char *const broken[] = {"language en\nfor any\n---- text\nDear {{customer.nam}}\n",
                                       "language en\nfor any\n---- text\n{{each items}}{{item.number}}\n",
                                       "language en\nfor any\n---- html\n<a {{amount}}>\n---- text\nx\n",
                                       "language en\nfor any\n---- text\n{{amount short}}\n"};
  struct day_book *d = days_open();
  arc_error err = ARC_ERROR_INIT;
  arc_template_text row = ARC_TEMPLATE_TEXT_INIT;
  (void)state;
  row.name = book_text("due");
  row.day = book_day("2026-01-02");
  days_policy(d, ONE_STEP);
  days_customer(d, "c1", "en", "2026-02-02");
  days_template(d, "due", "language en\nfor any\n---- text\nPlease {{amount}}\n");
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    row.text = book_text(broken[i]);
    assert_int_equal(arc_ledger_post_templates(d->b.ledger, &row, 1, &err), ARC_E_SYNTAX);
  }
  days_run(d, "2026-02-02");
  assert_string_equal(d->post.mails[0].body, "Please USD 100.00\n");
  d->options.flags = ARC_COLLECTOR_NO_RENDERING;
  days_open_collector(d);
  days_customer(d, "c2", "en", "2026-02-03");
  days_run(d, "2026-02-03");
  assert_string_equal(d->post.mails[1].body, "");
  assert_string_equal(d->post.mails[1].address, "ap@c.example");
  assert_int_equal(d->post.mails[1].amount, 10000);
  assert_int_equal(d->post.mails[1].items, 1);
  days_close(d);
}

static void test_the_host_may_render(void **state) {
  struct day_book *d = days_open();
  (void)state;
  d->options.flags = ARC_COLLECTOR_NO_RENDERING;
  days_open_collector(d);
  days_policy(d, ONE_STEP);
  days_customer(d, "c1", "en", "2026-02-02");
  days_run(d, "2026-02-02");
  assert_int_equal(d->post.count, 1);
  assert_string_equal(d->post.mails[0].subject, "");
  assert_string_equal(d->post.mails[0].body, "");
  assert_int_equal(d->post.mails[0].amount, 10000);
  days_close(d);
}

/* ---- progress ---- */

struct course {
  int32_t phases[64];
  size_t count;
  int32_t stop_at; /* phase; 0: never */
  struct day_book *d;
  arc_status reentered;
};

static int32_t course_note(void *user, int32_t phase, uint64_t done, uint64_t total) {
  struct course *course = user;
  (void)total;
  if (done == 0) course->phases[course->count++] = phase;
  course->reentered = arc_collector_run_day(course->d->c, 30000, NULL, NULL);
  return phase == course->stop_at ? 17 : 0;
}

static void test_phases_are_told_and_can_be_stopped(void **state) {
  (void)state;
  for (int32_t stop = 0; stop <= ARC_PHASE_SUMMARY; stop++) {
    struct day_book *d = days_open();
    struct course course = {{0}, 0, stop, d, ARC_OK};
    arc_day_report report = ARC_DAY_REPORT_INIT;
    arc_error err = ARC_ERROR_INIT;
    d->options.progress = course_note;
    d->options.progress_user = &course;
    d->options.flags = ARC_COLLECTOR_SUMMARY;
    days_open_collector(d);
    days_policy(d, ONE_STEP);
    days_customer(d, "c1", "en", "2026-02-02");
    d->post.reenter = d->c;
    arc_status status = arc_collector_run_day(d->c, book_day("2026-02-02"), &report, &err);
    assert_int_equal(status, stop ? ARC_E_HOST : ARC_OK);
    if (stop) assert_int_equal(err.host_code, 17);
    assert_int_equal(course.reentered, ARC_E_BUSY);
    assert_int_equal(course.count, stop ? stop : ARC_PHASE_SUMMARY);
    for (size_t i = 0; i < course.count; i++) assert_int_equal(course.phases[i], i + 1);
    course.stop_at = 0;
    if (stop) days_run(d, "2026-02-02");
    assert_int_equal(d->post.count, 1);
    assert_int_equal(d->post.reentered, ARC_E_BUSY);
    assert_int_equal(info_of(d->b.ledger).run, book_day("2026-02-02"));
    days_close(d);
  }
}

/* ---- what needs a person ---- */

static void test_what_needs_a_person(void **state) {
  struct day_book *d = days_open();
  arc_report *report;
  arc_error err = ARC_ERROR_INIT;
  char touch[256], approval[256];
  (void)state;
  d->options.flags = ARC_COLLECTOR_SUMMARY;
  days_open_collector(d);
  days_policy(d, "cadence \"p\"\npause on dispute promise plan hold\nstep +14d call firm phone\n"
                 "step +60d letter final demand needs approval\n");
  days_customer(d, "c1", "en", "2026-02-02");
  days_run(d, "2026-02-16");
  EXCEPTIONS(d, "2026-02-16", "call");
  report = days_exceptions(d, "2026-02-16");
  snprintf(touch, sizeof touch, "%s", book_cell(report, 0, "key"));
  assert_string_equal(book_cell(report, 0, "amount"), "100.00");
  arc_report_free(report);
  days_outcome(d, touch, "2026-02-17", ARC_TOUCH_DELIVERED, "will pay");
  NO_EXCEPTIONS(d, "2026-02-17");
  book_promise(&d->b, "pr1", "I-c1", "2026-02-17", "2026-02-20", 0);
  NO_EXCEPTIONS(d, "2026-02-20");
  EXCEPTIONS(d, "2026-02-21", "promise");
  assert_int_equal(days_run(d, "2026-02-21").promises_broken, 1);
  assert_int_equal(days_run(d, "2026-02-22").promises_broken, 0);
  book_promise(&d->b, "pr2", "I-c1", "2026-02-22", "2026-04-10", 0);
  NO_EXCEPTIONS(d, "2026-02-22");
  book_customer(&d->b, "c2");
  book_invoice(&d->b, "I-c2", "c2", "2026-02-20", "2026-04-20", 500);
  book_payment(&d->b, "p1", "c2", "2026-02-23", 700, "thanks");
  book_payment(&d->b, "p2", "", "2026-02-23", 333, "?");
  NO_EXCEPTIONS(d, "2026-02-23"); /* nobody has looked at them */
  arc_day_report day = days_run(d, "2026-02-23");
  EXCEPTIONS(d, "2026-02-23", "payment", "payment");
  assert_int_equal(day.exceptions, 2);
  assert_int_equal(day.customers_overdue, 1);
  assert_int_equal(day.overdue, 10000);
  assert_int_equal(day.receivable, 10500);
  book_dispute(&d->b, "q1", "I-c1", "2026-03-01", 0);
  EXCEPTIONS(d, "2026-03-15", "payment", "payment");
  EXCEPTIONS(d, "2026-03-16", "payment", "payment", "dispute");
  arc_end answer = ARC_END_INIT;
  answer.kind = ARC_END_DISPUTE;
  answer.key = book_text("q1");
  answer.reason = book_text("invalid");
  answer.day = book_day("2026-03-16");
  book_check(arc_ledger_post_ends(d->b.ledger, &answer, 1, &err), &err);
  EXCEPTIONS(d, "2026-03-16", "payment", "payment");
  days_run(d, "2026-04-13");
  EXCEPTIONS(d, "2026-04-13", "approval", "payment", "payment", "promise");
  report = days_exceptions(d, "2026-04-13");
  snprintf(approval, sizeof approval, "%s", book_cell(report, 0, "key"));
  assert_string_equal(book_cell(report, 0, "reason"), "demand");
  assert_string_equal(book_cell(report, 0, "choices"), "approve, refuse");
  assert_string_equal(book_cell(report, 0, "command"), "arc_ledger_post_touch_outcomes");
  arc_report_free(report);
  days_outcome(d, approval, "2026-04-13", ARC_TOUCH_REFUSED, "Ida");
  EXCEPTIONS(d, "2026-04-13", "payment", "payment", "promise");
  /* A plan that is broken. */
  arc_text invoices[] = {book_text("I-c1")};
  arc_instalment parts[] = {{sizeof(arc_instalment), book_day("2026-05-01"), 4000},
                            {sizeof(arc_instalment), book_day("2026-06-01"), 6000}};
  arc_plan plan = ARC_PLAN_INIT;
  plan.key = book_text("plan");
  plan.invoices = invoices;
  plan.invoice_count = 1;
  plan.instalments = parts;
  plan.instalment_count = 2;
  plan.made = book_day("2026-04-14");
  book_check(arc_ledger_post_plans(d->b.ledger, &plan, 1, &err), &err);
  EXCEPTIONS(d, "2026-05-02", "payment", "payment", "promise", "plan");
  assert_int_equal(days_run(d, "2026-05-04").plans_broken, 1);
  assert_int_equal(arc_collector_exceptions(&report, d->c, ARC_DAY_NONE, &err), ARC_E_INVALID);
  assert_int_equal(arc_collector_exceptions(NULL, d->c, 20000, &err), ARC_E_INVALID);
  days_close(d);
}

/* A dispute has its own service level, or the host's; a change of it counts from its day on. */
static void test_disputes_are_due_by_their_own_service_level(void **state) {
  struct day_book *d = days_open();
  arc_error err = ARC_ERROR_INIT;
  arc_dispute row = ARC_DISPUTE_INIT;
  (void)state;
  d->options.dispute_days = 30;
  days_open_collector(d);
  days_policy(d, ONE_STEP "step +90d decide what\n");
  days_customer(d, "c1", "en", "2026-06-02");
  days_customer(d, "c2", "en", "2026-06-02");
  row.key = book_text("q1");
  row.invoice = book_text("I-c1");
  row.kind = book_text("price");
  row.opened = book_day("2026-03-01");
  row.answer_days = 3;
  book_check(arc_ledger_post_disputes(d->b.ledger, &row, 1, &err), &err);
  row.key = book_text("q2");
  row.invoice = book_text("I-c2");
  row.answer_days = 0;
  book_check(arc_ledger_post_disputes(d->b.ledger, &row, 1, &err), &err);
  NO_EXCEPTIONS(d, "2026-03-04");
  EXCEPTIONS(d, "2026-03-05", "dispute");
  EXCEPTIONS(d, "2026-03-31", "dispute");
  EXCEPTIONS(d, "2026-04-01", "dispute", "dispute");
  row.key = book_text("q1");
  row.invoice = book_text("I-c1");
  row.options = ARC_REPLACE;
  row.changed = book_day("2026-03-10");
  row.kind = book_text("quality");
  row.answer_days = 60;
  book_check(arc_ledger_post_disputes(d->b.ledger, &row, 1, &err), &err);
  EXCEPTIONS(d, "2026-03-09", "dispute"); /* as it was then */
  NO_EXCEPTIONS(d, "2026-03-10");
  EXCEPTIONS(d, "2026-05-01", "dispute", "dispute");
  arc_report *report = days_exceptions(d, "2026-05-01");
  assert_string_equal(book_cell(report, 0, "reason"), "quality");
  arc_report_free(report);
  days_close(d);
}

static void test_faults_of_invoices_need_a_person(void **state) {
  struct day_book *d = days_open();
  arc_error err = ARC_ERROR_INIT;
  arc_customer customer = ARC_CUSTOMER_INIT;
  arc_correction correction = ARC_CORRECTION_INIT;
  arc_report *report;
  (void)state;
  customer.key = customer.name = book_text("c1");
  customer.checks = ARC_FAULT_PO_NUMBER | ARC_FAULT_CONTACT;
  book_post_customer(&d->b, &customer);
  book_invoice(&d->b, "I1", "c1", "2026-01-02", "2026-03-02", 10000);
  EXCEPTIONS(d, "2026-01-02", "invoice");
  report = days_exceptions(d, "2026-01-02");
  assert_string_equal(book_cell(report, 0, "key"), "I1");
  assert_string_equal(book_cell(report, 0, "reason"), "po-number, contact");
  assert_string_equal(book_cell(report, 0, "command"), "arc_ledger_post_corrections");
  arc_report_free(report);
  days_contact(d, "c1", "en", "ap@c.example", "", 0);
  EXCEPTIONS(d, "2026-01-03", "invoice");
  correction.key = book_text("k");
  correction.invoice = book_text("I1");
  correction.day = book_day("2026-01-04");
  correction.faults = ARC_FAULT_PO_NUMBER;
  correction.po_number = book_text("PO-1");
  book_check(arc_ledger_post_corrections(d->b.ledger, &correction, 1, &err), &err);
  EXCEPTIONS(d, "2026-01-03", "invoice");
  NO_EXCEPTIONS(d, "2026-01-04");
  days_close(d);
}

/* A policy that hands over to nobody leaves its end to a person; one that does, or is not through yet, does not. */
static void test_the_end_of_a_policy_needs_a_person(void **state) {
  struct day_book *d = days_open();
  arc_report *report;
  (void)state;
  days_policy(d, ONE_STEP "step +10d email firm last\n");
  days_customer(d, "c1", "en", "2026-02-02");
  days_run(d, "2026-02-02");
  NO_EXCEPTIONS(d, "2026-02-11"); /* another step is to come */
  days_run(d, "2026-02-12");
  NO_EXCEPTIONS(d, "2026-02-19"); /* it gave seven days */
  EXCEPTIONS(d, "2026-02-20", "end");
  report = days_exceptions(d, "2026-02-20");
  assert_string_equal(book_cell(report, 0, "key"), "I-c1");
  assert_string_equal(book_cell(report, 0, "reason"), "no step is left in policy default");
  arc_report_free(report);
  book_payment(&d->b, "p1", "c1", "2026-02-21", 10000, "");
  book_apply(&d->b, "p1", "I-c1", book_day("2026-02-21"), 10000, ARC_HOW_GIVEN);
  NO_EXCEPTIONS(d, "2026-02-21");
  days_policy(d, ONE_STEP "step +10d email firm last\nstep +12d decide what\n");
  days_customer(d, "c2", "en", "2026-02-20");
  days_run(d, "2026-03-02");
  days_run(d, "2026-03-04");
  EXCEPTIONS(d, "2026-03-30", "call"); /* somebody decides */
  days_close(d);
}

/* ---- previews ---- */

static uint64_t random_state;
static uint32_t random_below(uint32_t limit) {
  random_state ^= random_state << 13, random_state ^= random_state >> 7, random_state ^= random_state << 17;
  return (uint32_t)(random_state >> 11) % limit;
}

/* What may come up on a day. */
static void random_event(struct day_book *d, const char *day, int number) {
  static const char *const languages[] = {"en", "de", "fr-CH", "es-MX", "", "it"};
  char key[16], name[16], customer[16];
  snprintf(key, sizeof key, "x%d", number);
  snprintf(customer, sizeof customer, "c%u", random_below(12));
  snprintf(name, sizeof name, "I-%u", random_below((uint32_t)number + 1));
  arc_invoice invoice = book_invoice_of(key, customer, book_day(day), book_day(day) + (arc_day)random_below(40) - 5, 100 + random_below(100000));
  arc_payment payment = book_payment_of(key, random_below(3) ? customer : "", book_day(day), 100 + random_below(50000),
                                        random_below(2) ? key : name);
  arc_dispute dispute = ARC_DISPUTE_INIT;
  arc_promise promise = ARC_PROMISE_INIT;
  arc_hold hold = ARC_HOLD_INIT;
  snprintf(name, sizeof name, "x%u", random_below((uint32_t)number + 1));
  dispute.key = promise.key = hold.key = book_text(key);
  dispute.invoice = promise.invoice = hold.invoice = book_text(name);
  dispute.opened = promise.made = hold.from = book_day(day);
  dispute.kind = book_text("price");
  promise.pay_by = book_day(day) + (arc_day)random_below(10);
  hold.until = book_day(day) + (arc_day)random_below(20);
  if (invoice.due < invoice.issued) invoice.due = invoice.issued;
  switch (random_below(8)) {
  case 0: case 1: case 2: case 3: arc_ledger_post_invoices(d->b.ledger, &invoice, 1, NULL); break;
  case 4: arc_ledger_post_payments(d->b.ledger, &payment, 1, NULL); break;
  case 5: arc_ledger_post_disputes(d->b.ledger, &dispute, 1, NULL); break;
  case 6: arc_ledger_post_promises(d->b.ledger, &promise, 1, NULL); break;
  default: arc_ledger_post_holds(d->b.ledger, &hold, 1, NULL); break;
  }
  if (random_below(20) == 0)
    days_contact(d, customer, languages[random_below(6)], random_below(4) ? "a@b.example" : "", "Road 1", ARC_REPLACE);
}

/* The digest of what was really sent is what a preview on a fork of the book before says of it. */
static void compare_with_mails(const arc_report *preview, const struct post *post, const char *day) {
  size_t sent = 0;
  for (size_t i = 0; i < arc_report_rows(preview); i++) {
    if (strcmp(book_cell(preview, i, "what"), "message") != 0) continue;
    if (sent == post->count) fail_msg("%s: %s was foretold and did not come", day, book_cell(preview, i, "touch"));
    const struct mail *mail = &post->mails[sent++];
    assert_string_equal(book_cell(preview, i, "touch"), mail->key);
    assert_string_equal(book_cell(preview, i, "address"), mail->address);
    assert_string_equal(book_cell(preview, i, "subject"), mail->subject);
    assert_int_equal(book_number(preview, i, "amount"), mail->amount);
  }
  if (sent != post->count) fail_msg("%s: %s came and was not foretold", day, post->mails[sent].key);
}

/* A collector that was there all the time, and one that has just been opened, foretell the same, and it comes so:
 * also the digests, by a second preview whose texts are those of the first. */
static void test_a_dry_run_is_the_run_on_a_hundred_random_days(void **state) {
  size_t messages = 0, days = 0;
  int number = 0;
  (void)state;
  for (uint64_t seed = 1; seed <= 4; seed++) {
    struct day_book *d = days_open();
    char key[16], iso[11];
    random_state = seed * 0x9E3779B97F4A7C15u;
    d->options.fallback_channel = ARC_CHANNEL_LETTER;
    days_open_collector(d);
    for (int i = 0; i < 12; i++) {
      snprintf(key, sizeof key, "c%d", i);
      book_customer(&d->b, key);
      days_contact(d, key, i % 2 ? "de" : "en", "ap@c.example", "Road 1", 0);
    }
    arc_day day = book_day("2026-01-05");
    for (int i = 0; i < 25; i++, days++) {
      arc_report *preview = NULL, *again = NULL;
      arc_error err = ARC_ERROR_INIT;
      day += 1 + (arc_day)random_below(5);
      arc_day_format(iso, day);
      for (uint32_t events = random_below(12); events > 0; events--) random_event(d, iso, number++);
      if (d->post.count && random_below(3) == 0)
        days_outcome(d, d->post.mails[0].key, iso, ARC_TOUCH_BOUNCED, "no such user");
      uint64_t seq = info_of(d->b.ledger).next_sequence;
      book_check(arc_collector_preview(&preview, d->c, day, day, &err), &err);
      if (random_below(2)) days_open_collector(d);
      book_check(arc_collector_preview(&again, d->c, day, day, &err), &err);
      assert_int_equal(arc_report_rows(preview), arc_report_rows(again));
      for (size_t row = 0; row < arc_report_rows(preview); row++)
        assert_string_equal(book_cell(preview, row, "digest"), book_cell(again, row, "digest"));
      assert_int_equal(info_of(d->b.ledger).next_sequence, seq); /* nothing was recorded */
      post_clear(&d->post);
      days_run(d, iso);
      compare_with_mails(preview, &d->post, iso);
      messages += d->post.count;
      arc_report_free(preview);
      arc_report_free(again);
    }
    days_close(d);
  }
  assert_int_equal(days, 100);
  if (messages < 60) fail_msg("only %d messages on 100 days", (int)messages);
}

static void test_a_preview_says_what_changed(void **state) {
  struct day_book *d = days_open();
  arc_report *preview = NULL, *compared = NULL;
  arc_previewed rows[3];
  char keys[3][256];
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  days_policy(d, "cadence \"p\"\npause on dispute promise plan hold\nstep 0d email neutral due\n");
  days_customer(d, "c1", "en", "2026-02-03");
  days_customer(d, "c2", "en", "2026-02-04");
  days_customer(d, "c3", "en", "2026-02-05");
  days_run(d, "2026-02-02");
  book_check(arc_collector_preview(&preview, d->c, book_day("2026-02-03"), book_day("2026-02-10"), &err), &err);
  assert_int_equal(arc_report_rows(preview), 3);
  for (size_t i = 0; i < 3; i++) {
    static const char *const customers[] = {"c1", "c2", "c3"};
    snprintf(keys[i], sizeof keys[i], "%s", book_cell(preview, i, "touch"));
    rows[i] = (arc_previewed)ARC_PREVIEWED_INIT;
    rows[i].day = (arc_day)book_number(preview, i, "date");
    rows[i].touch = book_text(keys[i]);
    rows[i].customer = book_text(customers[i]);
    rows[i].amount = book_number(preview, i, "amount");
    rows[i].since = (uint64_t)book_number(preview, i, "since");
    assert_int_equal(rows[i].day, book_day("2026-02-03") + (arc_day)i);
  }
  arc_report_free(preview);
  days_run(d, "2026-02-03");
  book_payment(&d->b, "p1", "c2", "2026-02-03", 2500, "");
  book_apply(&d->b, "p1", "I-c2", book_day("2026-02-03"), 2500, ARC_HOW_GIVEN);
  book_dispute(&d->b, "q1", "I-c3", "2026-02-04", 0);
  days_run(d, "2026-02-04");
  days_run(d, "2026-02-05");
  book_check(arc_collector_compare(&compared, d->c, rows, 3, &err), &err);
  static const char *const outcomes[] = {"as previewed", "another amount", "since", "since", "withheld", "since"};
  assert_int_equal(arc_report_rows(compared), sizeof outcomes / sizeof *outcomes);
  for (size_t i = 0; i < arc_report_rows(compared); i++)
    assert_string_equal(book_cell(compared, i, "outcome"), outcomes[i]);
  assert_string_equal(book_cell(compared, 1, "amount"), "75.00");
  assert_non_null(strstr(book_cell(compared, 2, "what"), "payment"));
  assert_string_equal(book_cell(compared, 4, "what"), "dispute I-c3");
  assert_string_equal(book_cell(compared, 5, "what"), "dispute I-c3 price");
  arc_report_free(compared);
  rows[0].customer = book_text("nobody");
  assert_int_equal(arc_collector_compare(&compared, d->c, rows, 1, &err), ARC_E_NOT_FOUND);
  assert_int_equal(arc_collector_preview(&preview, d->c, book_day("2026-02-05"), book_day("2026-02-06"), &err),
                   ARC_E_REFUSED);
  assert_int_equal(arc_collector_preview(&preview, d->c, 30000, 29999, &err), ARC_E_INVALID);
  assert_int_equal(arc_collector_preview(NULL, d->c, 30000, 30000, &err), ARC_E_INVALID);
  days_close(d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_put_off_is_offered_again_under_its_key),
      cmocka_unit_test(test_what_is_put_off_too_often_has_failed),
      cmocka_unit_test(test_the_last_look_counts_for_retries_too),
      cmocka_unit_test(test_unknown_answers_are_no_reason_to_send_again),
      cmocka_unit_test(test_a_batch_that_fails_in_part),
      cmocka_unit_test(test_quiet_hours_are_kept_by_the_clock),
      cmocka_unit_test(test_copies_go_to_those_who_may_get_them),
      cmocka_unit_test(test_a_bounce_opens_a_task_and_goes_by_the_other_channel),
      cmocka_unit_test(test_what_bounced_waits_until_it_may_go),
      cmocka_unit_test(test_what_bounced_goes_by_what_the_step_says),
      cmocka_unit_test(test_what_bounced_asks_for_nothing_that_a_later_day_settles),
      cmocka_unit_test(test_what_does_not_go_by_another_channel),
      cmocka_unit_test(test_a_bounced_address_is_not_written_to),
      cmocka_unit_test(test_what_is_delivered_counts_for_every_currency),
      cmocka_unit_test(test_who_was_erased_is_not_written_to),
      cmocka_unit_test(test_templates_by_step_tone_language_and_version),
      cmocka_unit_test(test_a_touch_is_written_as_it_was_planned),
      cmocka_unit_test(test_templates_are_checked_when_recorded),
      cmocka_unit_test(test_a_message_that_cannot_be_written_fails_alone),
      cmocka_unit_test(test_field_24_no_template_breaks_a_run),
      cmocka_unit_test(test_field_26_open_credits_are_told_and_set_off),
      cmocka_unit_test(test_the_host_may_render),
      cmocka_unit_test(test_phases_are_told_and_can_be_stopped),
      cmocka_unit_test(test_what_needs_a_person),
      cmocka_unit_test(test_disputes_are_due_by_their_own_service_level),
      cmocka_unit_test(test_faults_of_invoices_need_a_person),
      cmocka_unit_test(test_the_end_of_a_policy_needs_a_person),
      cmocka_unit_test(test_a_dry_run_is_the_run_on_a_hundred_random_days),
      cmocka_unit_test(test_a_preview_says_what_changed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
