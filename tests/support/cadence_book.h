/* A book with a cadence on it, for tests: few words for commands, and what was planned as text. Include the
 * standard headers and cmocka.h first. */
#ifndef CADENCE_BOOK_H
#define CADENCE_BOOK_H

#include "arcollect/cadence.h"
#include "arcollect/money.h"
#include "ledger_view.h"
#include "test_heap.h"
#include "text.h"
#include "calls.h"

#define DUE 20000 /* Friday, 2024-10-04; most tests count from it */

static const char test_policy[] =
    "cadence \"test\"\n"
    "pause on dispute promise hold cash\n"
    "step -3d email friendly upcoming\n"
    "step 0d email neutral due-today\n"
    "step +7d email firm overdue\n"
    "step +14d email firm second-notice also call ap\n"
    "step +30d letter final final-notice also escalate owner, warn hold\n"
    "step +60d letter final demand needs approval\n"
    "step +90d place agency balance >= 500.00\n";

/* ---- a book ---- */

struct book {
  struct test_heap heap;
  arc_ledger *ledger;
  arc_cadence *cadence;
  arc_storage inner;
  int refuse; /* the storage says no */
  char said[8192];
};

static inline arc_text text_of(const char *data) {
  arc_text text = {data, data ? strlen(data) : 0};
  return text;
}

static inline int32_t book_append(void *user, uint64_t seq, uint32_t count, const void *bytes,
                           size_t size) {
  struct book *b = user;
  return b->refuse ? 77 : b->inner.append(b->inner.user, seq, count, bytes, size);
}

static inline int32_t book_read(void *user, uint64_t seq, uint64_t offset, void *buf, size_t cap,
                         size_t *size) {
  struct book *b = user;
  return b->inner.read(b->inner.user, seq, offset, buf, cap, size);
}

static inline void book_open(struct book *b, const arc_calendar *calendar) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_cadence_options cadence = ARC_CADENCE_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  memset(b, 0, sizeof *b);
  arc_allocator allocator = test_heap_allocator(&b->heap);
  assert_int_equal(call_memory(&b->inner, NULL, &err), ARC_OK);
  arc_storage storage = {(uint32_t)sizeof storage, 0, b, book_append, book_read, NULL, NULL, NULL, NULL};
  options.allocator = &allocator;
  options.storage = &storage;
  options.book = text_of("book");
  memcpy(options.currency, "EUR", 4);
  cadence.calendar = calendar;
  assert_int_equal(arc_ledger_open(&b->ledger, &options, &err), ARC_OK);
  assert_int_equal(arc_cadence_open(&b->cadence, b->ledger, &cadence, &err), ARC_OK);
}

static inline void book_close(struct book *b) {
  arc_cadence_close(b->cadence);
  arc_ledger_close(b->ledger);
  b->inner.close(b->inner.user);
  assert_int_equal(b->heap.live, 0);
}

static inline void ok(arc_status status, const arc_error *err) {
  if (status < 0) fail_msg("%s: %s", arc_status_name(status), err->text);
}

static inline void add_policy(struct book *b, const char *name, const char *text, arc_day day) {
  arc_error err = ARC_ERROR_INIT;
  arc_policy row = ARC_POLICY_INIT;
  row.name = text_of(name);
  row.text = text_of(text);
  row.day = day;
  ok(arc_ledger_post_policies(b->ledger, &row, 1, &err), &err);
}

static inline void set_customer(struct book *b, const char *key, const char *policy, uint32_t flags) {
  arc_error err = ARC_ERROR_INIT;
  arc_customer row = ARC_CUSTOMER_INIT;
  row.options = ARC_REPLACE;
  row.key = row.name = text_of(key);
  row.policy = text_of(policy);
  row.flags = flags;
  ok(arc_ledger_post_customers(b->ledger, &row, 1, &err), &err);
}

static inline void set_contact(struct book *b, const char *key, const char *customer, int32_t role,
                        const char *email, const char *phone, const char *postal,
                        uint32_t opt_outs) {
  arc_error err = ARC_ERROR_INIT;
  arc_contact row = ARC_CONTACT_INIT;
  row.options = ARC_REPLACE;
  row.key = row.name = text_of(key);
  row.customer = text_of(customer);
  row.role = role;
  row.email = text_of(email);
  row.phone = text_of(phone);
  row.postal = text_of(postal);
  row.opt_outs = opt_outs;
  ok(arc_ledger_post_contacts(b->ledger, &row, 1, &err), &err);
}

static inline void add_invoice_in(struct book *b, const char *key, const char *customer,
                           const char *currency, arc_day due, int64_t amount) {
  arc_error err = ARC_ERROR_INIT;
  arc_invoice row = ARC_INVOICE_INIT;
  row.key = text_of(key);
  row.customer = text_of(customer);
  memcpy(row.currency, currency, 4);
  row.issued = due - 30;
  row.due = due;
  row.amount = amount;
  ok(arc_ledger_post_invoices(b->ledger, &row, 1, &err), &err);
}

static inline void add_invoice(struct book *b, const char *key, const char *customer, arc_day due,
                        int64_t amount) {
  add_invoice_in(b, key, customer, "EUR", due, amount);
}

static inline void add_payment(struct book *b, const char *key, const char *customer, arc_day day,
                        int64_t amount) {
  arc_error err = ARC_ERROR_INIT;
  arc_payment row = ARC_PAYMENT_INIT;
  row.key = text_of(key);
  row.customer = text_of(customer);
  row.received = day;
  row.amount = amount;
  ok(arc_ledger_post_payments(b->ledger, &row, 1, &err), &err);
}

static inline void apply(struct book *b, const char *payment, const char *invoice, arc_day day,
                  int64_t amount) {
  arc_error err = ARC_ERROR_INIT;
  arc_application row = ARC_APPLICATION_INIT;
  row.credit = text_of(payment);
  row.invoice = text_of(invoice);
  row.day = day;
  row.amount = amount;
  ok(arc_ledger_post_applications(b->ledger, &row, 1, &err), &err);
}

static inline void add_dispute(struct book *b, const char *key, const char *invoice, arc_day day,
                        int64_t amount) {
  arc_error err = ARC_ERROR_INIT;
  arc_dispute row = ARC_DISPUTE_INIT;
  row.key = text_of(key);
  row.invoice = text_of(invoice);
  row.opened = day;
  row.amount = amount;
  ok(arc_ledger_post_disputes(b->ledger, &row, 1, &err), &err);
}

static inline void resolve(struct book *b, const char *dispute, arc_day day) {
  arc_error err = ARC_ERROR_INIT;
  arc_end row = ARC_END_INIT;
  row.kind = ARC_END_DISPUTE;
  row.key = text_of(dispute);
  row.day = day;
  ok(arc_ledger_post_ends(b->ledger, &row, 1, &err), &err);
}

static inline void add_promise(struct book *b, const char *key, const char *invoice, arc_day made,
                        arc_day pay_by, uint32_t grace) {
  arc_error err = ARC_ERROR_INIT;
  arc_promise row = ARC_PROMISE_INIT;
  row.key = text_of(key);
  row.invoice = text_of(invoice);
  row.made = made;
  row.pay_by = pay_by;
  row.grace_days = grace;
  ok(arc_ledger_post_promises(b->ledger, &row, 1, &err), &err);
}

static inline void add_hold(struct book *b, const char *key, const char *customer, const char *invoice,
                     arc_day from, arc_day until, int32_t channel, const char *reason) {
  arc_error err = ARC_ERROR_INIT;
  arc_hold row = ARC_HOLD_INIT;
  row.key = text_of(key);
  row.customer = text_of(customer);
  row.invoice = text_of(invoice);
  row.from = from;
  row.until = until;
  row.channel = channel;
  row.reason = text_of(reason);
  ok(arc_ledger_post_holds(b->ledger, &row, 1, &err), &err);
}

/* ---- what was recorded ---- */

static const char *const channel_words[] = {"none", "email", "sms",    "letter",  "registered",
                                            "call", "voice", "portal", "webhook", "place"};

static inline void say(struct book *b, const char *text, size_t size) {
  size_t used = strlen(b->said);
  assert_true(used + size < sizeof b->said);
  memcpy(b->said + used, text, size);
  b->said[used + size] = 0;
}

static inline void say_text(struct book *b, arc_text text) {
  say(b, text.data, text.size);
}

static inline void say_string(struct book *b, const char *text) {
  say(b, text, strlen(text));
}

/* "second-notice email [A#1=100.00 B#1=5.00] A is 14 days past due\n" or
 * "overdue email withheld: dispute A\n" */
static inline void say_touch(struct book *b, uint32_t touch) {
  const arc__tables *t = arc__ledger_tables(b->ledger);
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch),
           count = arc__u32(t, ARC__TOUCH_ITEMS, touch);
  say_text(b, arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch)));
  say_string(b, " ");
  say_string(b, channel_words[arc__u8(t, ARC__TOUCH_CHANNEL, touch)]);
  if (arc__u8(t, ARC__TOUCH_STATUS, touch) == ARC_TOUCH_WITHHELD) {
    assert_int_equal(count, 0);
    say_string(b, " withheld: ");
  } else {
    say_string(b, " [");
    for (uint32_t i = 0; i < count; i++) {
      uint32_t instalment = arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, first + i);
      char item[64];
      say_string(b, i ? " " : "");
      say_text(b, arc__text(t, ARC__INVOICE_KEY, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment)));
      snprintf(item, sizeof item, "#%u=%lld", arc__instalment_number(t, instalment),
               (long long)arc__i64(t, ARC__TOUCH_ITEM_AMOUNT, first + i));
      say_string(b, item);
    }
    say_string(b, "] ");
  }
  say_text(b, arc__text(t, ARC__TOUCH_REASON, touch));
  say_string(b, "\n");
}

/* Plans a day and tells what was recorded. */
static const char *plan(struct book *b, arc_day day) {
  const arc__tables *t = arc__ledger_tables(b->ledger);
  arc_error err = ARC_ERROR_INIT;
  uint32_t before = t->rows[ARC__TABLE_TOUCH];
  size_t planned = 99, withheld = 99, seen_withheld = 0;
  b->said[0] = 0;
  ok(arc_cadence_plan(b->cadence, day, &planned, &withheld, &err), &err);
  for (uint32_t touch = before + 1; touch <= t->rows[ARC__TABLE_TOUCH]; touch++) {
    assert_int_equal(arc__i32(t, ARC__TOUCH_DAY, touch), day);
    seen_withheld += arc__u8(t, ARC__TOUCH_STATUS, touch) == ARC_TOUCH_WITHHELD;
    say_touch(b, touch);
  }
  assert_int_equal(planned + withheld, t->rows[ARC__TABLE_TOUCH] - before);
  assert_int_equal(withheld, seen_withheld);
  return b->said;
}

/* Plans every day of a span, and gives "+7: overdue ..." for each touch. */
static inline void plan_span(struct book *b, arc_day from, arc_day to, const char *expected) {
  char all[sizeof b->said] = "";
  for (arc_day day = from; day <= to; day++) {
    const char *said = plan(b, day);
    for (const char *line = said; *line;) {
      const char *end = strchr(line, '\n') + 1;
      size_t used = strlen(all);
      snprintf(all + used, sizeof all - used, "%+d: %.*s", day - DUE, (int)(end - line), line);
      line = end;
    }
  }
  assert_string_equal(all, expected);
}

static inline void reopen(struct book *b) {
  arc_error err = ARC_ERROR_INIT;
  const arc_cadence_options options = ARC_CADENCE_OPTIONS_INIT;
  arc_cadence_close(b->cadence);
  ok(arc_cadence_open(&b->cadence, b->ledger, &options, &err), &err);
}

static inline void open_simple(struct book *b) {
  book_open(b, NULL);
  add_policy(b, "default", test_policy, DUE - 400);
  set_customer(b, "c", "", 0);
}

#endif
