/* Every command, batch, snapshot and report of the ledger under every fault of memory and storage.
 */
#include "world.h"

#include "world_book.h"
#include "../support/info.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- parties and items ---- */

static arc_status replace_customer(struct world *w) {
  arc_customer row = ARC_CUSTOMER_INIT;
  row.options = ARC_REPLACE;
  row.key = world_text("c1");
  row.name = world_text("Another name");
  row.parent = world_text("group");
  row.owner = world_text("otto");
  row.policy = world_text("none");
  row.flags = ARC_CUSTOMER_STRATEGIC;
  row.credit_limit = 500000;
  row.discount_bp = 200;
  row.discount_days = 10;
  return POST(w, customers, row);
}

static arc_status replace_contact(struct world *w) {
  arc_contact row = ARC_CONTACT_INIT;
  row.options = ARC_REPLACE;
  row.key = world_text("pat");
  row.customer = world_text("c1");
  row.name = world_text("Pat Payables");
  row.email = world_text("pat@example.org");
  row.role = ARC_ROLE_APPROVER;
  row.utc_offset_minutes = -300;
  row.opt_outs = 1u << ARC_CHANNEL_SMS;
  return POST(w, contacts, row);
}

static arc_status instalments(struct world *w, int64_t last) {
  arc_instalment parts[3];
  arc_invoice row = ARC_INVOICE_INIT;
  for (int i = 0; i < 3; i++)
    parts[i] = (arc_instalment){(uint32_t)sizeof *parts, world_day("2025-02-01") + 30 * i, 1000};
  parts[2].amount = last;
  row.key = world_text("i3");
  row.customer = world_text("c1");
  row.po_number = world_text("PO 7");
  row.issued = world_day("2025-01-02");
  row.amount = 3001;
  row.instalment_count = 3;
  row.instalments = parts;
  return POST(w, invoices, row);
}

/* Two rows, the second of which is refused: neither is recorded. */
static arc_status one_of_two(struct world *w) {
  arc_invoice rows[2] = {ARC_INVOICE_INIT, ARC_INVOICE_INIT};
  for (int i = 0; i < 2; i++) {
    rows[i].key = world_text(i ? "i9" : "i8");
    rows[i].customer = world_text("c1");
    rows[i].issued = world_day("2025-01-02");
    rows[i].amount = i ? 0 : 100;
  }
  return arc_ledger_post_invoices(w->ledger, rows, 2, &w->err);
}

static arc_status yen_invoice(struct world *w) {
  arc_invoice row = ARC_INVOICE_INIT;
  row.key = world_text("i4");
  row.customer = world_text("c1");
  memcpy(row.currency, "JPY", 4);
  row.issued = world_day("2025-01-02");
  row.amount = 7000;
  return POST(w, invoices, row);
}

static void scenario_parties_and_items(struct world *w) {
  world_open(w);
  world_clock(w, 1000);
  DO(w, book_customer(w, "group"));
  DO_ONCE(w, book_customer(w, "c1"));
  DO_ONCE(w, book_contact(w, "pat", "c1"));
  DO_AS(w, ARC_E_NOT_FOUND, book_contact(w, "kim", "nobody"));
  DO_ONCE(w, replace_customer(w));
  DO_ONCE(w, replace_contact(w));
  DO_AS(w, ARC_E_EXISTS, book_customer(w, "c1"));
  world_clock(w, 2000);
  DO(w, book_invoice(w, "i1", "c1", "2025-01-02", "2025-02-01", 12345));
  DO(w, book_invoice(w, "i2", "group", "2025-01-02", NULL, 500));
  DO(w, instalments(w, 1001));
  DO_AS(w, ARC_E_EXISTS, book_invoice(w, "i1", "c1", "2025-01-02", "2025-02-01", 12346));
  DO_AS(w, ARC_E_INVALID, one_of_two(w));
  DO(w, yen_invoice(w));
  DO(w, book_credit_note(w, "n1", "c1", "2025-01-10", 400));
  DO(w, book_writeoff(w, "w1", "i3", "2025-05-01", 1500));
  DO_AS(w, ARC_E_REFUSED, book_writeoff(w, "w2", "i3", "2025-05-01", 1502));
  DO_AS(w, ARC_ALREADY, book_writeoff(w, "w1", "i3", "2025-05-01", 1500));
  CHECK(w, book_balance(w, "c1", NULL) == 12345 + 1501);
  CHECK(w, book_balance(w, "c1", "2025-04-30") == 12345 + 3001);
  DO(w, arc_ledger_verify(w->ledger, &w->err));
}

/* ---- cash ---- */

static void post_cash_book(struct world *w) {
  DO(w, book_customer(w, "c1"));
  DO(w, book_invoice(w, "i1", "c1", "2025-01-02", "2025-02-01", 10000));
  DO(w, instalments(w, 1001));
  DO(w, book_payment(w, "p1", "c1", "2025-02-01", 9700, "i1"));
  DO(w, book_payment(w, "p2", "", "2025-02-02", 2500, "thanks"));
  DO(w, book_credit_note(w, "n1", "c1", "2025-02-03", 300));
}

static void scenario_cash(struct world *w) {
  world_open(w);
  world_batch(w, post_cash_book);
  DO(w, book_application(w, "", ARC_CREDIT_PAYMENT, "p1", "i1", "2025-02-03", 9700, 200, 0));
  DO(w, book_application(w, "a2", ARC_CREDIT_CREDIT_NOTE, "n1", "i1", "2025-02-04", 95, 0, 5));
  /* Identifies the payer and settles two instalments and a part. */
  DO(w, book_application(w, "a3", ARC_CREDIT_PAYMENT, "p2", "i3", "2025-02-05", 2500, 0, 0));
  DO_AS(w, ARC_E_REFUSED,
        book_application(w, "a4", ARC_CREDIT_PAYMENT, "p2", "i3", "2025-02-05", 1, 0, 0));
  DO_AS(w, ARC_E_NOT_FOUND,
        book_application(w, "a5", ARC_CREDIT_PAYMENT, "p9", "i3", "2025-02-05", 1, 0, 0));
  CHECK(w, book_balance(w, "c1", NULL) == 501);
  DO(w, book_unapplication(w, "p1", "i1", "2025-02-06"));
  CHECK(w, book_balance(w, "c1", NULL) == 501 + 9900);
  DO(w, book_application(w, "a6", ARC_CREDIT_PAYMENT, "p1", "i1", "2025-02-06", 5000, 0, 0));
  DO_AS(w, ARC_ALREADY, book_unapplication(w, "p1", "i1", "2025-02-06"));
  DO(w, book_reversal(w, "p2", "2025-02-07"));
  CHECK(w, book_balance(w, "c1", NULL) == 3001 + 4900);
  CHECK(w, book_balance(w, "c1", "2025-02-05") == 501);
  DO(w, arc_ledger_verify(w->ledger, &w->err));
}

/* Euros for three instalments and a part, twice; one of the two undone, then the payment bounces. */
static void scenario_exchange(struct world *w) {
  arc_payment euros = ARC_PAYMENT_INIT;
  world_open(w);
  world_batch(w, post_cash_book);
  euros.key = world_text("e1");
  euros.customer = world_text("c1");
  memcpy(euros.currency, "EUR", 4);
  euros.received = world_day("2025-02-02");
  euros.amount = 5000;
  DO(w, POST(w, payments, euros));
  DO(w, book_exchange(w, "x1", "e1", "i3", "2025-02-03", 1999, 2001));
  DO(w, book_exchange(w, "x2", "e1", "i3", "2025-02-03", 1002, 999));
  DO_AS(w, ARC_ALREADY, book_exchange(w, "x1", "e1", "i3", "2025-02-03", 1999, 2001));
  DO_AS(w, ARC_E_REFUSED, book_exchange(w, "x3", "e1", "i3", "2025-02-03", 10, 10));
  CHECK(w, book_balance(w, "c1", NULL) == 10000);
  DO(w, book_unapplication_of(w, "u1", "e1", "i3", "x1", "2025-02-04"));
  DO_AS(w, ARC_ALREADY, book_unapplication_of(w, "u1", "e1", "i3", "x1", "2025-02-04"));
  DO_AS(w, ARC_E_EXISTS, book_unapplication_of(w, "u1", "e1", "i3", "x2", "2025-02-04"));
  DO(w, book_exchange(w, "x4", "e1", "i3", "2025-02-04", 1999, 2001));
  DO(w, book_reversal(w, "e1", "2025-02-05"));
  CHECK(w, book_balance(w, "c1", NULL) == 13001);
  DO(w, arc_ledger_verify(w->ledger, &w->err));
}

/* ---- exceptions, talk, days ---- */

static void post_two_invoices(struct world *w) {
  DO(w, book_customer(w, "c1"));
  DO(w, book_invoice(w, "i1", "c1", "2025-01-02", "2025-02-01", 10000));
  DO(w, book_invoice(w, "i2", "c1", "2025-01-02", "2025-02-11", 20000));
}

static void scenario_exceptions(struct world *w) {
  world_open(w);
  world_batch(w, post_two_invoices);
  DO(w, book_dispute(w, "d1", "i1", "2025-02-02", 0));
  DO(w, book_dispute(w, "d2", "i2", "2025-02-02", 500));
  DO_AS(w, ARC_E_REFUSED, book_dispute(w, "d3", "i2", "2025-02-02", 20001));
  DO(w, book_resolution(w, "d1", "2025-02-05"));
  DO_AS(w, ARC_E_NOT_FOUND, book_resolution(w, "d9", "2025-02-05"));
  DO(w, book_promise(w, "m1", "i2", "2025-02-12", "2025-02-20", 0));
  DO_AS(w, ARC_E_REFUSED, book_promise(w, "m2", "i2", "2025-02-12", "2025-02-20", 20001));
  DO(w, book_hold(w, "h1", "i1", "", "2025-02-03"));
  DO(w, book_hold(w, "h2", "", "c1", "2025-02-03"));
  DO_AS(w, ARC_E_INVALID, book_hold(w, "h3", "", "", "2025-02-03"));
  DO(w, book_release(w, "h1", "2025-02-08"));
  DO_AS(w, ARC_E_NOT_FOUND, book_release(w, "h9", "2025-02-08"));
}

static void scenario_talk(struct world *w) {
  world_open(w);
  world_batch(w, post_two_invoices);
  DO(w, book_policy(w, "default", "cadence \"default\"\nstep +3d email friendly first\n",
                    "2025-01-01"));
  DO(w, book_touch(w, "t1", "c1", "i1", "2025-02-04", 10000));
  DO_AS(w, ARC_E_REFUSED, book_touch(w, "t2", "c1", "i1", "2025-02-04", 10001));
  DO_ONCE(w, book_outcome(w, "t1", "2025-02-04", ARC_TOUCH_PENDING));
  DO_ONCE(w, book_outcome(w, "t1", "2025-02-05", ARC_TOUCH_DELIVERED));
  DO_AS(w, ARC_E_REFUSED, book_outcome(w, "t1", "2025-02-06", ARC_TOUCH_PENDING));
  DO(w, book_note(w, "o1", "c1", "", "2025-02-05"));
  DO(w, book_note(w, "o2", "c1", "i2", "2025-02-05"));
  DO(w, book_payment(w, "p1", "c1", "2025-02-05", 100, ""));
  DO(w, arc_ledger_post_day(w->ledger, world_day("2025-02-05"), ARC_DAY_IS_MATCHED, &w->err));
  DO(w, arc_ledger_post_day(w->ledger, world_day("2025-02-05"), ARC_DAY_IS_PLANNED, &w->err));
  DO_ONCE(w, arc_ledger_post_day(w->ledger, world_day("2025-02-04"), ARC_DAY_IS_RUN, &w->err));
  DO(w, arc_ledger_post_day(w->ledger, world_day("2025-02-05"), ARC_DAY_IS_RUN, &w->err));
  DO_AS(w, ARC_E_REFUSED, arc_ledger_post_day(w->ledger, world_day("2025-02-04"), ARC_DAY_IS_RUN, &w->err));
  CHECK(w, info_of(w->ledger).run == world_day("2025-02-05"));
}

/* ---- batches ---- */

static void post_nothing(struct world *w) {
  (void)w;
}

static void post_more(struct world *w) {
  DO(w, book_invoice(w, "i5", "c1", "2025-01-05", NULL, 300));
  DO_AS(w, ARC_E_NOT_FOUND, book_invoice(w, "i6", "nobody", "2025-01-05", NULL, 300));
  DO_AS(w, ARC_E_EXISTS, book_invoice(w, "i5", "c1", "2025-01-05", NULL, 301));
  DO(w, book_payment(w, "p5", "c1", "2025-01-06", 300, "i5"));
  DO(w, book_application(w, "", ARC_CREDIT_PAYMENT, "p5", "i5", "2025-01-06", 300, 0, 0));
  DO_AS(w, ARC_E_BUSY, arc_batch_begin(w->ledger, &w->err));
  DO_AS(w, ARC_E_BUSY, arc_ledger_verify(w->ledger, &w->err));
  DO_AS(w, ARC_E_BUSY, arc_ledger_snapshot(w->ledger, &w->err));
}

/* The host stores a batch's bytes itself. Its own storing does not fail here. */
static arc_status store_batch(struct world *w, int publish) {
  uint64_t first_seq;
  uint32_t count;
  const void *bytes;
  size_t size;
  arc_status status = arc_batch_begin(w->ledger, &w->err);
  if (status < 0) return status;
  status = book_invoice(w, "i7", "c1", "2025-01-07", NULL, 800);
  if (status >= 0) status = arc_batch_bytes(w->ledger, &first_seq, &count, &bytes, &size, &w->err);
  if (status == ARC_OK && publish &&
      w->disk.append(w->disk.user, first_seq, count, bytes, size) != ARC_OK)
    status = ARC_E_NOMEM;
  if (status == ARC_E_NOMEM && !w->err.text[0]) w->err.status = status, w->err.text[0] = '-';
  if (status == ARC_OK && publish)
    arc_batch_publish(w->ledger);
  else
    arc_batch_abort(w->ledger);
  return status;
}

static void scenario_batches(struct world *w) {
  uint64_t sequence;
  world_open(w);
  world_batch(w, post_two_invoices);
  sequence = info_of(w->ledger).next_sequence;
  world_batch(w, post_more);
  CHECK(w, info_of(w->ledger).next_sequence == sequence + 3);
  DO(w, arc_batch_begin(w->ledger, &w->err));
  post_nothing(w);
  DO_AS(w, ARC_ALREADY, arc_batch_commit(w->ledger, &w->err));
  DO(w, arc_batch_begin(w->ledger, &w->err));
  DO(w, book_invoice(w, "gone", "c1", "2025-01-05", NULL, 300));
  CHECK(w, book_balance(w, "c1", NULL) == 30300);
  arc_batch_abort(w->ledger);
  CHECK(w, book_balance(w, "c1", NULL) == 30000);
  DO_AS(w, ARC_E_BUSY, arc_batch_commit(w->ledger, &w->err));
  if (!w->anew) DO(w, store_batch(w, 0));
  CHECK(w, info_of(w->ledger).next_sequence == sequence + 3);
  DO(w, store_batch(w, 1));
  CHECK(w, info_of(w->ledger).next_sequence == sequence + 4);
  DO(w, book_note(w, "o1", "c1", "", "2025-02-05"));
}

/* ---- snapshots ---- */

static void scenario_snapshots(struct world *w) {
  world_open(w);
  world_batch(w, post_two_invoices);
  DO(w, arc_ledger_snapshot(w->ledger, &w->err));
  DO(w, book_note(w, "o1", "c1", "", "2025-02-05"));
  world_close(w);
  world_open(w);
  DO(w, book_payment(w, "p1", "c1", "2025-02-05", 100, "i1"));
  DO(w, arc_ledger_verify(w->ledger, &w->err));
  DO(w, arc_ledger_snapshot(w->ledger, &w->err));
  world_close(w);
  world_open(w);
  DO(w, book_application(w, "", ARC_CREDIT_PAYMENT, "p1", "i1", "2025-02-05", 100, 0, 0));
  DO(w, arc_ledger_verify(w->ledger, &w->err));
}

/* ---- reports ---- */

static void post_reported_book(struct world *w) {
  post_cash_book(w);
  DO(w, book_contact(w, "pat", "c1"));
  DO(w, book_application(w, "a1", ARC_CREDIT_PAYMENT, "p1", "i1", "2025-02-03", 9700, 200, 0));
  DO(w, book_dispute(w, "d1", "i3", "2025-02-02", 500));
  DO(w, book_touch(w, "t1", "c1", "i3", "2025-02-04", 500));
  DO(w, book_note(w, "o1", "c1", "i1", "2025-02-05"));
  DO(w, book_writeoff(w, "w1", "i1", "2025-03-01", 100));
  DO(w, book_reversal(w, "p2", "2025-02-07"));
}

static void report(struct world *w, int32_t kind, const char *customer, const char *invoice,
                   const char *as_of, const char *from) {
  arc_query query = ARC_QUERY_INIT;
  query.report = kind;
  query.customer = world_text(customer);
  query.invoice = world_text(invoice);
  if (as_of) query.as_of = world_day(as_of);
  if (from) query.from = world_day(from);
  DO(w, arc_ledger_report(&w->report, w->ledger, &query, &w->err));
  world_take(w);
}

static void balance(struct world *w, const char *as_of) {
  int64_t receivable = 0, unapplied = 0;
  DO(w, arc_ledger_balance(w->ledger, &receivable, &unapplied, "c1", 2, "USD",
                           as_of ? world_day(as_of) : ARC_DAY_NONE, &w->err));
  world_say(w, "%lld %lld\n", (long long)receivable, (long long)unapplied);
}

static arc_status pay_in_fork(struct world *w) {
  arc_payment row = ARC_PAYMENT_INIT;
  row.key = world_text("p1");
  row.customer = world_text("c1");
  row.received = world_day("2025-02-05");
  row.amount = 100;
  return arc_ledger_post_payments(w->other, &row, 1, &w->err);
}

/* What was known before the reversal, on a fork that takes no commands. */
static void scenario_known_at(struct world *w) {
  arc_query query = ARC_QUERY_INIT;
  int64_t receivable = 0, unapplied = 0;
  world_open(w);
  world_clock(w, 1000);
  world_batch(w, post_cash_book);
  world_clock(w, 2000);
  DO(w, book_reversal(w, "p2", "2025-02-07"));
  DO(w, arc_ledger_fork(&w->other, w->ledger, 1500, &w->err));
  DO_AS(w, ARC_E_READ_ONLY, pay_in_fork(w));
  query.customer = world_text("c1");
  for (query.report = ARC_REPORT_APPLICATIONS; query.report <= ARC_REPORT_OPEN_ITEMS; query.report++) {
    DO(w, arc_ledger_report(&w->report, w->other, &query, &w->err));
    world_take(w);
  }
  DO(w, arc_ledger_balance(w->other, &receivable, &unapplied, "c1", 2, "USD", ARC_DAY_NONE, &w->err));
  world_say(w, "%lld %lld\n", (long long)receivable, (long long)unapplied);
  arc_ledger_close(w->other);
  w->other = NULL;
  DO(w, book_note(w, "o1", "c1", "i1", "2025-02-05"));
}

static void scenario_reports(struct world *w) {
  arc_query query = ARC_QUERY_INIT;
  world_open(w);
  world_batch(w, post_reported_book);
  for (int32_t kind = ARC_REPORT_APPLICATIONS; kind <= ARC_REPORT_OPEN_ITEMS; kind++) {
    report(w, kind, "c1", "", NULL, NULL);
    report(w, kind, "c1", "", "2025-02-05", "2025-02-01");
    if (kind != ARC_REPORT_STATEMENT) report(w, kind, "", "i1", "2025-02-05", NULL);
  }
  balance(w, NULL);
  balance(w, "2025-02-02");
  query.report = ARC_REPORT_STATEMENT;
  DO_AS(w, ARC_E_INVALID, arc_ledger_report(&w->report, w->ledger, &query, &w->err));
  query.report = ARC_REPORT_TIMELINE;
  query.customer = world_text("nobody");
  DO_AS(w, ARC_E_NOT_FOUND, arc_ledger_report(&w->report, w->ledger, &query, &w->err));
}

/* ---- a dry run ---- */

/* What is said in a detached ledger is reported, and gone; the book beneath stays. */
static void scenario_detached(struct world *w) {
  uint64_t sequence;
  world_open(w);
  world_batch(w, post_two_invoices);
  sequence = info_of(w->ledger).next_sequence;
  world_close(w);
  w->ledger_flags = ARC_LEDGER_DETACHED;
  world_open(w);
  DO(w, book_payment(w, "p1", "c1", "2025-02-05", 100, "i1"));
  DO(w, book_application(w, "", ARC_CREDIT_PAYMENT, "p1", "i1", "2025-02-05", 100, 0, 0));
  report(w, ARC_REPORT_POSTINGS, "", "", NULL, NULL);
  report(w, ARC_REPORT_TIMELINE, "", "", NULL, NULL);
  DO_AS(w, ARC_E_INVALID, arc_ledger_snapshot(w->ledger, &w->err));
  DO(w, arc_ledger_verify(w->ledger, &w->err));
  CHECK(w, info_of(w->ledger).next_sequence == sequence + 2);
  world_close(w);
  w->ledger_flags = 0;
  world_open(w);
  if (info_of(w->ledger).next_sequence != sequence)
    world_violation(w, __FILE__, __LINE__, "a detached ledger has changed the book");
}

/* ---- a fork ---- */

static arc_status apply_in_fork(struct world *w) {
  arc_application row = ARC_APPLICATION_INIT;
  row.credit = world_text("p1");
  row.invoice = world_text("i2");
  row.day = world_day("2025-02-05");
  row.amount = 100;
  return arc_ledger_post_applications(w->other, &row, 1, &w->err);
}

static int64_t balance_of_fork(struct world *w) {
  int64_t receivable = -1;
  int calm = w->calm;
  w->calm = 1;
  arc_ledger_balance(w->other, &receivable, NULL, "c1", 2, "USD", ARC_DAY_NONE, NULL);
  w->calm = calm;
  return receivable;
}

/* The fork and the book go their own ways, whatever fails in either. */
static void scenario_fork(struct world *w) {
  arc_query query = ARC_QUERY_INIT;
  world_open(w);
  world_batch(w, post_two_invoices);
  DO(w, arc_ledger_fork(&w->other, w->ledger, 0, &w->err));
  DO(w, pay_in_fork(w));
  DO(w, apply_in_fork(w));
  CHECK(w, balance_of_fork(w) == 29900);
  CHECK(w, book_balance(w, "c1", NULL) == 30000);
  query.report = ARC_REPORT_TIMELINE;
  DO(w, arc_ledger_report(&w->report, w->other, &query, &w->err));
  world_take(w);
  DO(w, book_writeoff(w, "w1", "i1", "2025-03-01", 10000));
  CHECK(w, book_balance(w, "c1", NULL) == 20000);
  CHECK(w, !w->other || balance_of_fork(w) == 29900);
  if (w->other) DO(w, arc_ledger_verify(w->other, &w->err));
  arc_ledger_close(w->other);
  w->other = NULL;
  DO(w, arc_ledger_verify(w->ledger, &w->err));
}

/* ---- two processes on one book ---- */

static arc_status open_second(struct world *w) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_storage same = w->disk;
  same.close = NULL;
  options.allocator = &w->allocator;
  options.storage = &same;
  options.book = world_text("book");
  memcpy(options.currency, "USD", 4);
  return arc_ledger_open(&w->other, &options, &w->err);
}

static arc_status post_in_second(struct world *w, const char *key) {
  arc_customer row = ARC_CUSTOMER_INIT;
  row.key = world_text(key);
  return arc_ledger_post_customers(w->other, &row, 1, &w->err);
}

/* As a host does that met a conflict. */
static arc_status post_refreshing(struct world *w) {
  arc_status status;
  if (w->fault == WORLD_CONFLICT) w->absorbs = 1;
  status = book_customer(w, "mine");
  if (status != ARC_E_CONFLICT) return status;
  status = arc_ledger_refresh(w->ledger, &w->err);
  return status < 0 ? status : book_customer(w, "mine");
}

static void scenario_refresh(struct world *w) {
  world_open(w);
  world_batch(w, post_two_invoices);
  DO(w, open_second(w));
  DO(w, post_in_second(w, "theirs"));
  DO_PARTS(w, post_refreshing(w));
  arc_ledger_close(w->other);
  w->other = NULL;
  DO(w, open_second(w));
  DO(w, post_in_second(w, "theirs too"));
  DO(w, arc_ledger_refresh(w->ledger, &w->err));
  DO_AS(w, ARC_ALREADY, arc_ledger_refresh(w->ledger, &w->err));
  DO(w, arc_ledger_verify(w->ledger, &w->err));
}

/* Both opened the book before there was one. */
static void scenario_refresh_new(struct world *w) {
  world_open(w);
  DO(w, open_second(w));
  DO(w, post_in_second(w, "theirs"));
  DO_PARTS(w, post_refreshing(w));
  DO(w, arc_ledger_verify(w->ledger, &w->err));
}

/* ---- the ledger's own storage ---- */

static arc_status open_other(struct world *w) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  options.allocator = &w->allocator;
  options.book = world_text("other");
  memcpy(options.currency, "EUR", 4);
  return arc_ledger_open(&w->other, &options, &w->err);
}

static arc_status post_other(struct world *w) {
  arc_customer row = ARC_CUSTOMER_INIT;
  row.key = world_text("c1");
  return arc_ledger_post_customers(w->other, &row, 1, &w->err);
}

static void scenario_own_storage(struct world *w) {
  DO(w, open_other(w));
  DO(w, post_other(w));
  if (w->other) DO(w, arc_ledger_snapshot(w->other, &w->err));
  DO(w, arc_ledger_verify(w->other, &w->err));
}

/* ---- */

#define SWEEP(name)                                                                                \
  static void test_##name(void **state) {                                                          \
    (void)state;                                                                                   \
    assert_int_equal(world_sweep(scenario_##name, #name, 0), 0);                                   \
  }
SWEEP(parties_and_items)
SWEEP(cash)
SWEEP(exchange)
SWEEP(exceptions)
SWEEP(talk)
SWEEP(batches)
SWEEP(snapshots)
SWEEP(reports)
SWEEP(known_at)
SWEEP(detached)
SWEEP(fork)
SWEEP(refresh)
SWEEP(refresh_new)
SWEEP(own_storage)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_parties_and_items), cmocka_unit_test(test_cash),
      cmocka_unit_test(test_exchange),
      cmocka_unit_test(test_exceptions),        cmocka_unit_test(test_talk),
      cmocka_unit_test(test_batches),           cmocka_unit_test(test_snapshots),
      cmocka_unit_test(test_reports),           cmocka_unit_test(test_detached),
      cmocka_unit_test(test_known_at),          cmocka_unit_test(test_fork),
      cmocka_unit_test(test_refresh),           cmocka_unit_test(test_refresh_new),
      cmocka_unit_test(test_own_storage),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  world_print_totals("fault_ledger");
  return failed;
}
