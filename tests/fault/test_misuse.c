/* Wrong use of every public function: NULL, struct sizes, undefined bits, amounts at the borders,
 * calls from inside callbacks, batches out of order. Each is refused with its status, and nothing
 * has changed. */
#include "arcollect.h"
#include "arcollect/interest.h"
#include "arcollect/terms.h"
#include "ledger_view.h"
#include "test_heap.h"
#include "../support/info.h"
#include "../support/calls.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DAY(iso)     day_of(iso)
#define COUNT(array) (sizeof(array) / sizeof *(array))

static arc_text text(const char *string) {
  return (arc_text){string, ARC_NUL_TERMINATED};
}

static arc_day day_of(const char *iso) {
  arc_day day = ARC_DAY_NONE;
  assert_int_equal(arc_day_parse(&day, iso, ARC_NUL_TERMINATED, NULL), ARC_OK);
  return day;
}

static struct test_heap heap;
static arc_allocator allocator;

/* Status by name, so that a failure can be read. */
static void expect_at(arc_status status, arc_status expected, const char *what, int line) {
  if (status != expected)
    fail_msg("line %d: %s answers %s, it should be %s", line, what, arc_status_name(status),
             arc_status_name(expected));
}
#define EXPECT(call, expected) expect_at((call), (expected), #call, __LINE__)

/* ---- rows of every command that the small book below takes ---- */

/* Ends of each kind are a command of their own here. */
typedef arc_end arc_dispute_end, arc_hold_end, arc_plan_end, arc_task_end, arc_reply_end;
#define arc_ledger_post_dispute_ends arc_ledger_post_ends
#define arc_ledger_post_hold_ends    arc_ledger_post_ends
#define arc_ledger_post_plan_ends    arc_ledger_post_ends
#define arc_ledger_post_task_ends    arc_ledger_post_ends
#define arc_ledger_post_reply_ends   arc_ledger_post_ends

union row {
  uint32_t struct_size;
  arc_customer customer;
  arc_contact contact;
  arc_invoice invoice;
  arc_credit_note credit_note;
  arc_writeoff writeoff;
  arc_payment payment;
  arc_application application;
  arc_unapplication unapplication;
  arc_reversal reversal;
  arc_dispute dispute;
  arc_dispute_end dispute_end;
  arc_promise promise;
  arc_hold hold;
  arc_hold_end hold_end;
  arc_touch touch;
  arc_touch_outcome touch_outcome;
  arc_note note;
  arc_policy policy;
  arc_charge charge;
  arc_refund refund;
  arc_plan plan;
  arc_plan_end plan_end;
  arc_delivery delivery;
  arc_correction correction;
  arc_rejection rejection;
  arc_remittance remittance;
  arc_task task;
  arc_task_end task_end;
  arc_reply_entry reply_entry;
  arc_reply_end reply_end;
};

static arc_touch_item touch_item;
static arc_text plan_invoice;
static arc_instalment plan_part;
static arc_remittance_line remittance_line;

#define COMMANDS(C)                                                                                \
  C(customer, customers)                                                                           \
  C(contact, contacts)                                                                             \
  C(invoice, invoices)                                                                             \
  C(credit_note, credit_notes)                                                                     \
  C(writeoff, writeoffs)                                                                           \
  C(payment, payments)                                                                             \
  C(application, applications)                                                                     \
  C(unapplication, unapplications)                                                                 \
  C(reversal, reversals)                                                                           \
  C(dispute, disputes)                                                                             \
  C(dispute_end, dispute_ends)                                                       \
  C(promise, promises)                                                                             \
  C(hold, holds)                                                                                   \
  C(hold_end, hold_ends)                                                                   \
  C(touch, touches)                                                                                \
  C(touch_outcome, touch_outcomes)                                                                 \
  C(note, notes)                                                                                   \
  C(policy, policies)                                                                              \
  C(charge, charges)                                                                               \
  C(refund, refunds)                                                                               \
  C(plan, plans)                                                                                   \
  C(plan_end, plan_ends)                                                                           \
  C(delivery, deliveries)                                                                          \
  C(correction, corrections)\
  C(rejection, rejections)                                                                         \
  C(remittance, remittances)                                                                       \
  C(task, tasks)                                                                                   \
  C(task_end, task_ends)                                                                           \
  C(reply_entry, replies)                                                                          \
  C(reply_end, reply_ends)

static void fill_customer(arc_customer *row) {
  row->key = text("new");
  row->name = text("New Ltd");
  row->credit_limit = 5;
}
static void fill_contact(arc_contact *row) {
  row->key = text("new");
  row->customer = text("c1");
  row->email = text("new@example.com");
}
static void fill_invoice(arc_invoice *row) {
  row->key = text("new");
  row->customer = text("c1");
  row->issued = DAY("2025-01-02");
  row->due = DAY("2025-02-01");
  row->amount = 100;
}
static void fill_credit_note(arc_credit_note *row) {
  row->key = text("new");
  row->customer = text("c1");
  row->issued = DAY("2025-01-02");
  row->amount = 100;
}
static void fill_writeoff(arc_writeoff *row) {
  row->key = text("new");
  row->invoice = text("i1");
  row->day = DAY("2025-02-02");
  row->amount = 100;
}
static void fill_payment(arc_payment *row) {
  row->key = text("new");
  row->customer = text("c1");
  row->received = DAY("2025-02-02");
  row->amount = 100;
}
static void fill_application(arc_application *row) {
  row->credit = text("p1");
  row->invoice = text("i1");
  row->day = DAY("2025-02-03");
  row->amount = 100;
}
static void fill_unapplication(arc_unapplication *row) {
  row->credit = text("p2");
  row->invoice = text("i2");
  row->day = DAY("2025-02-04");
}
static void fill_reversal(arc_reversal *row) {
  row->payment = text("p2");
  row->day = DAY("2025-02-04");
}
static void fill_dispute(arc_dispute *row) {
  row->key = text("new");
  row->invoice = text("i1");
  row->kind = text("price");
  row->opened = DAY("2025-02-02");
  row->amount = 50;
}
static void fill_dispute_end(arc_dispute_end *row) {
  row->kind = ARC_END_DISPUTE;
  row->key = text("d1");
  row->reason = text("valid");
  row->day = DAY("2025-02-05");
}
static void fill_promise(arc_promise *row) {
  row->key = text("new");
  row->invoice = text("i1");
  row->made = DAY("2025-02-02");
  row->pay_by = DAY("2025-02-09");
  row->amount = 50;
}
static void fill_hold(arc_hold *row) {
  row->key = text("new");
  row->invoice = text("i1");
  row->from = DAY("2025-02-02");
}
static void fill_hold_end(arc_hold_end *row) {
  row->kind = ARC_END_HOLD;
  row->key = text("h1");
  row->day = DAY("2025-02-05");
}
static void fill_touch(arc_touch *row) {
  touch_item = (arc_touch_item){(uint32_t)sizeof touch_item, 1, text("i1"), 100};
  row->key = text("new");
  row->customer = text("c1");
  row->anchor = text("i1");
  row->anchor_instalment = 1;
  row->step = text("reminder");
  row->day = DAY("2025-02-04");
  row->channel = ARC_CHANNEL_EMAIL;
  row->tone = ARC_TONE_NEUTRAL;
  row->item_count = 1;
  row->items = &touch_item;
}
static void fill_touch_outcome(arc_touch_outcome *row) {
  row->touch = text("t1");
  row->day = DAY("2025-02-05");
  row->status = ARC_TOUCH_SENT;
}
static void fill_note(arc_note *row) {
  row->key = text("new");
  row->customer = text("c1");
  row->text = text("called");
  row->day = DAY("2025-02-05");
}
static void fill_policy(arc_policy *row) {
  row->name = text("new");
  row->text = text("cadence \"new\"\nstep 0d email neutral due\n");
  row->day = DAY("2025-02-05");
}

static void fill_charge(arc_charge *row) {
  row->key = text("new");
  row->invoice = text("i1");
  row->kind = ARC_CHARGE_FEE;
  row->issued = DAY("2025-02-05");
  row->due = row->from = row->to = ARC_DAY_NONE;
  row->amount = 5;
}
static void fill_refund(arc_refund *row) {
  row->key = text("new");
  row->credit = text("p1");
  row->day = DAY("2025-02-05");
  row->amount = 5;
}
static void fill_plan(arc_plan *row) {
  plan_invoice = text("i1");
  plan_part = (arc_instalment){(uint32_t)sizeof plan_part, DAY("2025-12-01"), 100};
  row->key = text("new");
  row->invoices = &plan_invoice;
  row->invoice_count = 1;
  row->instalments = &plan_part;
  row->instalment_count = 1;
  row->made = DAY("2025-02-05");
}
static void fill_plan_end(arc_plan_end *row) {
  row->kind = ARC_END_PLAN;
  row->key = text("l1");
  row->day = DAY("2025-02-06");
}

static void fill_delivery(arc_delivery *row) {
  row->invoice = text("i1");
  row->day = DAY("2025-01-03");
  row->channel = ARC_CHANNEL_EMAIL;
}
static void fill_correction(arc_correction *row) {
  row->key = text("new");
  row->invoice = text("i1");
  row->day = DAY("2025-01-03");
  row->faults = ARC_FAULT_PO_NUMBER;
}

static void fill_remittance(arc_remittance *row) {
  remittance_line.struct_size = (uint32_t)sizeof remittance_line;
  remittance_line.reference = text("i1");
  remittance_line.amount = 100;
  row->key = text("new");
  row->received = DAY("2025-02-06");
  row->lines = &remittance_line;
  row->line_count = 1;
}

static void fill_rejection(arc_rejection *row) {
  row->payment = text("p1");
  row->invoices = &plan_invoice;
  row->invoice_count = 1;
  row->day = DAY("2025-02-06");
}

static arc_reply_kind reply_kind = {sizeof reply_kind, ARC_REPLY_THANKS, 9000, 0, {"thanks", 6}, {"thank you", 9}};
static arc_reply_made reply_made = {sizeof reply_made, ARC_MADE_HOLD, {"h1", 2}, 0, 0};

static void fill_task(arc_task *row) {
  row->key = text("new");
  row->customer = text("c1");
  row->kind = text("call");
  row->opened = DAY("2025-02-06");
}
static void fill_task_end(arc_task_end *row) {
  row->kind = ARC_END_TASK;
  row->key = text("k1");
  row->day = DAY("2025-02-07");
}
static void fill_reply_entry(arc_reply_entry *row) {
  row->key = text("new");
  row->customer = text("c1");
  row->written = row->day = DAY("2025-02-06");
  row->verdict = ARC_VERDICT_ACTED;
  row->kinds = &reply_kind;
  row->kind_count = 1;
  row->made = &reply_made;
  row->made_count = 1;
}
static void fill_reply_end(arc_reply_end *row) {
  row->kind = ARC_END_REPLY;
  row->key = text("y1");
  row->day = DAY("2025-02-07");
}

struct command {
  const char *name;
  size_t size;
  arc_status (*post)(arc_ledger *ledger, const void *rows, size_t count, arc_error *err);
  void (*fill)(union row *row);
};

#define COMMAND_FUNCTIONS(one, many)                                                               \
  static arc_status post_##many(arc_ledger *ledger, const void *rows, size_t count,                \
                                arc_error *err) {                                                  \
    return arc_ledger_post_##many(ledger, rows, count, err);                                       \
  }                                                                                                \
  static void make_##one(union row *row) {                                                         \
    arc_##one fresh;                                                                               \
    memset(&fresh, 0, sizeof fresh);                                                               \
    fresh.struct_size = (uint32_t)sizeof fresh;                                                    \
    fill_##one(&fresh);                                                                            \
    memset(row, 0, sizeof *row);                                                                   \
    memcpy(row, &fresh, sizeof fresh);                                                             \
  }
COMMANDS(COMMAND_FUNCTIONS)

enum {
#define COMMAND_NUMBER(one, many) command_##one,
  COMMANDS(COMMAND_NUMBER)
};

static const struct command commands[] = {
#define COMMAND_ENTRY(one, many)                                                                   \
  {"arc_ledger_post_" #many, sizeof(arc_##one), post_##many, make_##one},
    COMMANDS(COMMAND_ENTRY)};

/* Zero is a day, so days that default must be said to be none. */
static void make(const struct command *command, union row *row) {
  command->fill(row);
  if (command->post == post_payments) row->payment.value_day = ARC_DAY_NONE;
  if (command->post == post_holds) row->hold.until = ARC_DAY_NONE;
}

/* ---- the small book ---- */

static arc_ledger *open_book_on(const arc_storage *storage, uint32_t flags) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  allocator = test_heap_allocator(&heap);
  options.allocator = &allocator;
  options.storage = storage;
  options.flags = flags;
  options.book = text("book");
  memcpy(options.currency, "USD", 4);
  if (arc_ledger_open(&ledger, &options, &err) != ARC_OK) fail_msg("%s", err.text);
  return ledger;
}

static void post(arc_ledger *ledger, const struct command *command, union row *row) {
  arc_error err = ARC_ERROR_INIT;
  arc_status status = command->post(ledger, row, 1, &err);
  if (status != ARC_OK)
    fail_msg("%s answers %s: %s", command->name, arc_status_name(status), err.text);
}

static const struct command *command_of(arc_status (*function)(arc_ledger *, const void *, size_t,
                                                               arc_error *)) {
  for (size_t i = 0; i < COUNT(commands); i++)
    if (commands[i].post == function) return &commands[i];
  return NULL;
}

/* One of each, so that every command of the table has what it names. */
static void fill_book(arc_ledger *ledger) {
  static const struct {
    arc_status (*post)(arc_ledger *, const void *, size_t, arc_error *);
    const char *key;
  } rows[] = {{post_customers, "c1"}, {post_invoices, "i1"}, {post_invoices, "i2"},
              {post_payments, "p1"},  {post_payments, "p2"}, {post_applications, ""},
              {post_disputes, "d1"},  {post_holds, "h1"},    {post_touches, "t1"},
              {post_contacts, "k1"},  {post_promises, "m1"}, {post_invoices, "i3"},
              {post_plans, "l1"},     {post_tasks, "k1"},    {post_replies, "y1"}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    union row row;
    const struct command *command = command_of(rows[i].post);
    make(command, &row);
    /* The key follows struct_size and options in every row. */
    row.customer.key = text(rows[i].key);
    if (rows[i].post == post_plans) plan_invoice = text("i3");
    if (rows[i].post == post_applications) {
      row.application.credit = text("p2");
      row.application.invoice = text("i2");
    }
    post(ledger, command, &row);
  }
}

static arc_ledger *open_book(void) {
  arc_ledger *ledger = open_book_on(NULL, 0);
  fill_book(ledger);
  return ledger;
}

static void close_book(arc_ledger *ledger) {
  arc_ledger_close(ledger);
  assert_int_equal(heap.live, 0);
}

/* What must not change. */
struct state {
  unsigned char digest[32];
  uint8_t head[32];
  uint64_t next_sequence;
};

static struct state state_of(const arc_ledger *ledger) {
  struct state state;
  memset(&state, 0, sizeof state);
  arc__tables_digest(arc__ledger_tables(ledger), state.digest);
  memcpy(state.head, info_of(ledger).head, 32);
  state.next_sequence = info_of(ledger).next_sequence;
  return state;
}

static void same_state(const arc_ledger *ledger, const struct state *before, const char *what) {
  struct state now = state_of(ledger);
  if (memcmp(&now, before, sizeof now) != 0) fail_msg("%s has changed the book", what);
}

static void refused(arc_ledger *ledger, const struct command *command, const void *rows,
                    size_t count, arc_status expected, const char *why) {
  struct state before = state_of(ledger);
  arc_error err = ARC_ERROR_INIT;
  arc_status status = command->post(ledger, rows, count, &err);
  if (status != expected)
    fail_msg("%s with %s answers %s, it should be %s", command->name, why, arc_status_name(status),
             arc_status_name(expected));
  if (expected < 0 && (err.status != expected || !err.text[0]))
    fail_msg("%s with %s: the error says %s \"%s\"", command->name, why,
             arc_status_name(err.status), err.text);
  same_state(ledger, &before, command->name);
}

/* ---- rows ---- */

static void test_rows(void **state) {
  arc_ledger *ledger = open_book();
  (void)state;
  for (size_t i = 0; i < COUNT(commands); i++) {
    const struct command *command = &commands[i];
    struct {
      union row row;
      unsigned char tail[16];
    } wide;
    EXPECT(command->post(NULL, NULL, 0, NULL), ARC_E_INVALID);
    refused(ledger, command, NULL, 0, ARC_ALREADY, "no rows");
    refused(ledger, command, NULL, 1, ARC_E_INVALID, "rows NULL");
    memset(&wide, 0, sizeof wide);
    make(command, &wide.row);
    wide.row.struct_size = 0;
    refused(ledger, command, &wide, 1, ARC_E_ABI, "struct_size 0");
    wide.row.struct_size = (uint32_t)command->size - 1;
    refused(ledger, command, &wide, 1, ARC_E_ABI, "a short struct_size");
    wide.row.struct_size = UINT32_MAX;
    refused(ledger, command, &wide, 1, ARC_E_ABI, "a huge struct_size");
    wide.row.struct_size = (uint32_t)command->size + 8;
    ((unsigned char *)&wide)[command->size + 7] = 1;
    refused(ledger, command, &wide, 1, ARC_E_ABI, "a newer field");
    ((unsigned char *)&wide)[command->size + 7] = 0;
    wide.row.customer.options = 1u << 31;
    refused(ledger, command, &wide, 1, ARC_E_INVALID, "an undefined option");
    wide.row.customer.options = 0;
    /* A newer, longer row without anything new in it is as good as ours. */
    EXPECT(arc_batch_begin(ledger, NULL), ARC_OK);
    EXPECT(command->post(ledger, &wide, 1, NULL), ARC_OK);
    EXPECT(command->post(ledger, &wide, 1, NULL), ARC_ALREADY);
    arc_batch_abort(ledger);
  }
  close_book(ledger);
}

/* Errors of another size, and none. */
static void test_errors(void **state) {
  arc_ledger *ledger = open_book();
  union row row;
  arc_error err, before;
  (void)state;
  for (size_t i = 0; i < COUNT(commands); i++) {
    make(&commands[i], &row);
    row.struct_size = 0;
    memset(&err, 0x77, sizeof err);
    err.struct_size = 8;
    before = err;
    EXPECT(commands[i].post(ledger, &row, 1, &err), ARC_E_ABI);
    assert_memory_equal(&err, &before, sizeof err);
    EXPECT(commands[i].post(ledger, &row, 1, NULL), ARC_E_ABI);
  }
  close_book(ledger);
}

/* Every text of every row: bytes that are no UTF-8, too many of them, none where some are said to
 * be, and control characters. */
static void test_texts(void **state) {
  static char long_text[70000];
  static const struct {
    size_t command, at;
  } texts[] = {
#define TEXT_AT(one, field) {command_##one, offsetof(arc_##one, field)}
      TEXT_AT(customer, key),
      TEXT_AT(customer, name),
      TEXT_AT(customer, parent),
      TEXT_AT(customer, segment),
      TEXT_AT(customer, owner),
      TEXT_AT(customer, policy),
      TEXT_AT(contact, key),
      TEXT_AT(contact, customer),
      TEXT_AT(contact, name),
      TEXT_AT(contact, language),
      TEXT_AT(contact, email),
      TEXT_AT(contact, phone),
      TEXT_AT(contact, postal),
      TEXT_AT(invoice, key),
      TEXT_AT(invoice, number),
      TEXT_AT(invoice, customer),
      TEXT_AT(invoice, po_number),
      TEXT_AT(credit_note, key),
      TEXT_AT(credit_note, number),
      TEXT_AT(credit_note, customer),
      TEXT_AT(credit_note, invoice),
      TEXT_AT(credit_note, reason),
      TEXT_AT(writeoff, key),
      TEXT_AT(writeoff, invoice),
      TEXT_AT(writeoff, reason),
      TEXT_AT(payment, key),
      TEXT_AT(payment, customer),
      TEXT_AT(payment, payer_name),
      TEXT_AT(payment, payer_account),
      TEXT_AT(payment, bank_reference),
      TEXT_AT(payment, remittance),
      TEXT_AT(application, key),
      TEXT_AT(application, credit),
      TEXT_AT(application, invoice),
      TEXT_AT(unapplication, credit),
      TEXT_AT(unapplication, invoice),
      TEXT_AT(unapplication, reason),
      TEXT_AT(unapplication, key),
      TEXT_AT(unapplication, application),
      TEXT_AT(reversal, payment),
      TEXT_AT(reversal, reason),
      TEXT_AT(dispute, key),
      TEXT_AT(dispute, invoice),
      TEXT_AT(dispute, kind),
      TEXT_AT(dispute, owner),
      TEXT_AT(dispute, reason),
      TEXT_AT(dispute, source),
      TEXT_AT(dispute, documents),
      TEXT_AT(dispute_end, key),
      TEXT_AT(dispute_end, reason),
      TEXT_AT(promise, key),
      TEXT_AT(promise, invoice),
      TEXT_AT(promise, made_by),
      TEXT_AT(hold, key),
      TEXT_AT(hold, invoice),
      TEXT_AT(hold, reason),
      TEXT_AT(hold, author),
      TEXT_AT(hold_end, key),
      TEXT_AT(hold_end, reason),
      TEXT_AT(touch, key),
      TEXT_AT(touch, customer),
      TEXT_AT(touch, anchor),
      TEXT_AT(touch, step),
      TEXT_AT(touch, policy),
      TEXT_AT(touch, reason),
      TEXT_AT(touch_outcome, touch),
      TEXT_AT(touch_outcome, detail),
      TEXT_AT(note, key),
      TEXT_AT(note, customer),
      TEXT_AT(note, invoice),
      TEXT_AT(note, author),
      TEXT_AT(note, text),
      TEXT_AT(policy, name),
      TEXT_AT(policy, text),
      TEXT_AT(delivery, invoice),
      TEXT_AT(delivery, detail),
      TEXT_AT(correction, key),
      TEXT_AT(correction, invoice),
      TEXT_AT(correction, reason),
      TEXT_AT(correction, author),
      TEXT_AT(correction, po_number),
      TEXT_AT(correction, credit_note),
      TEXT_AT(correction, reissued),
      TEXT_AT(remittance, key),
      TEXT_AT(remittance, payment),
      TEXT_AT(remittance, customer),
      TEXT_AT(remittance, payer_name),
      TEXT_AT(remittance, reference),
      TEXT_AT(task, key),
      TEXT_AT(task, customer),
      TEXT_AT(task, kind),
      TEXT_AT(task, owner),
      TEXT_AT(task, text),
      TEXT_AT(task, source),
      TEXT_AT(task, documents),
      TEXT_AT(task_end, key),
      TEXT_AT(task_end, author),
      TEXT_AT(task_end, reason),
      TEXT_AT(reply_entry, key),
      TEXT_AT(reply_entry, customer),
      TEXT_AT(reply_entry, touch),
      TEXT_AT(reply_entry, sender),
      TEXT_AT(reply_entry, subject),
      TEXT_AT(reply_entry, text),
      TEXT_AT(reply_entry, language),
      TEXT_AT(reply_entry, model),
      TEXT_AT(reply_entry, reason),
      TEXT_AT(reply_end, key),
      TEXT_AT(reply_end, author),
      TEXT_AT(reply_end, reason),
  };
  const arc_text wrong[] = {
      {"\xff\xfe", 2},     {"\xc3", 1}, {"a\x01z", 3},      {"a\x00z", 3},
      {"\xed\xa0\x80", 3}, {NULL, 5},   {long_text, 66000}, {long_text, SIZE_MAX - 1}};
  arc_ledger *ledger = open_book();
  (void)state;
  memset(long_text, 'x', sizeof long_text - 1);
  for (size_t i = 0; i < COUNT(texts); i++)
    for (size_t k = 0; k < COUNT(wrong); k++) {
      union row row;
      make(&commands[texts[i].command], &row);
      memcpy((unsigned char *)&row + texts[i].at, &wrong[k], sizeof wrong[k]);
      refused(ledger, &commands[texts[i].command], &row, 1, ARC_E_INVALID, "a wrong text");
    }
  close_book(ledger);
}

/* ---- amounts ---- */

enum { BAD, GOOD, TOO_MUCH, TOO_LARGE };

/* What each amount field makes of 0, 1, -1, the largest and the smallest. The book has amounts
 * already, so that the largest does not fit into its sums where it may be any. */
static const struct {
  size_t command, at;
  int zero, one, minus_one, largest, smallest;
} amounts[] = {
#define AMOUNT_AT(one, field) command_##one, offsetof(arc_##one, field)
    {AMOUNT_AT(customer, credit_limit), GOOD, GOOD, BAD, GOOD, BAD},
    {AMOUNT_AT(customer, hold_amount), GOOD, GOOD, BAD, GOOD, BAD},
    {AMOUNT_AT(invoice, amount), BAD, GOOD, BAD, TOO_LARGE, BAD},
    {AMOUNT_AT(credit_note, amount), BAD, GOOD, BAD, TOO_LARGE, BAD},
    {AMOUNT_AT(writeoff, amount), BAD, GOOD, BAD, TOO_MUCH, BAD},
    {AMOUNT_AT(payment, amount), BAD, GOOD, BAD, TOO_LARGE, BAD},
    {AMOUNT_AT(application, amount), BAD, GOOD, BAD, TOO_MUCH, BAD},
    {AMOUNT_AT(application, discount), GOOD, TOO_MUCH, BAD, BAD, BAD},
    {AMOUNT_AT(application, tolerance), GOOD, TOO_MUCH, BAD, BAD, BAD},
    {AMOUNT_AT(application, settled), GOOD, BAD, BAD, BAD, BAD}, /* the row is of one currency */
    {AMOUNT_AT(application, rate_invoice), GOOD, BAD, BAD, BAD, BAD},
    {AMOUNT_AT(application, rate_credit), GOOD, BAD, BAD, BAD, BAD},
    {AMOUNT_AT(application, invoice_value), GOOD, BAD, BAD, BAD, BAD},
    {AMOUNT_AT(application, credit_value), GOOD, BAD, BAD, BAD, BAD},
    {AMOUNT_AT(dispute, amount), GOOD, GOOD, BAD, TOO_MUCH, BAD},
    {AMOUNT_AT(promise, amount), GOOD, GOOD, BAD, TOO_MUCH, BAD},
};

static void try_amount(arc_ledger *ledger, size_t i, int64_t amount, int answer) {
  static const arc_status answers[] = {
      [BAD] = ARC_E_INVALID, [TOO_MUCH] = ARC_E_REFUSED, [TOO_LARGE] = ARC_E_OVERFLOW};
  const struct command *command = &commands[amounts[i].command];
  union row row;
  make(command, &row);
  memcpy((unsigned char *)&row + amounts[i].at, &amount, sizeof amount);
  if (answer != GOOD) {
    refused(ledger, command, &row, 1, answers[answer], "an amount");
    return;
  }
  struct state before = state_of(ledger);
  EXPECT(arc_batch_begin(ledger, NULL), ARC_OK);
  post(ledger, command, &row);
  arc_batch_abort(ledger);
  same_state(ledger, &before, command->name);
}

static void test_amounts(void **state) {
  arc_ledger *ledger = open_book();
  (void)state;
  for (size_t i = 0; i < COUNT(amounts); i++) {
    try_amount(ledger, i, 0, amounts[i].zero);
    try_amount(ledger, i, 1, amounts[i].one);
    try_amount(ledger, i, -1, amounts[i].minus_one);
    try_amount(ledger, i, INT64_MAX, amounts[i].largest);
    try_amount(ledger, i, INT64_MAX - 1, amounts[i].largest);
    try_amount(ledger, i, INT64_MIN, amounts[i].smallest);
    try_amount(ledger, i, INT64_MIN + 1, amounts[i].smallest);
  }
  close_book(ledger);
}

static void test_amounts_of_lists(void **state) {
  static const int64_t values[] = {0, -1, INT64_MAX, INT64_MAX - 1, INT64_MIN, INT64_MIN + 1};
  arc_ledger *ledger = open_book();
  (void)state;
  for (size_t i = 0; i < COUNT(values); i++)
    for (size_t k = 0; k < COUNT(values); k++) {
      arc_instalment parts[2] = {{(uint32_t)sizeof *parts, DAY("2025-02-01"), values[i]},
                                 {(uint32_t)sizeof *parts, DAY("2025-03-01"), values[k]}};
      union row row;
      make(command_of(post_invoices), &row);
      row.invoice.due = ARC_DAY_NONE;
      row.invoice.instalment_count = 2;
      row.invoice.instalments = parts;
      refused(ledger, command_of(post_invoices), &row, 1, ARC_E_INVALID, "amounts of instalments");
    }
  for (size_t i = 0; i < COUNT(values); i++) {
    union row row;
    make(command_of(post_touches), &row);
    touch_item.amount = values[i];
    refused(ledger, command_of(post_touches), &row, 1,
            values[i] > 0 ? ARC_E_REFUSED : ARC_E_INVALID, "the amount of an item");
  }
  close_book(ledger);
}

/* A book that holds the largest amount there is can be read and chased, or says that sums do not
 * fit. */
static void test_largest_book(void **state) {
  arc_ledger *ledger = open_book_on(NULL, 0);
  arc_cadence *cadence;
  arc_matcher *matcher;
  arc_scorer *scorer;
  arc_report *report;
  arc_metrics_query aging = AGING_INIT;
  arc_query query = ARC_QUERY_INIT;
  arc_day day = DAY("2025-06-02");
  union row row;
  (void)state;
  make(command_of(post_customers), &row);
  row.customer.key = text("c1");
  post(ledger, command_of(post_customers), &row);
  make(command_of(post_invoices), &row);
  row.invoice.amount = INT64_MAX;
  post(ledger, command_of(post_invoices), &row);
  make(command_of(post_payments), &row);
  row.payment.amount = INT64_MAX;
  post(ledger, command_of(post_payments), &row);
  row.payment.key = text("newer");
  refused(ledger, command_of(post_payments), &row, 1, ARC_E_OVERFLOW, "more than fits");
  EXPECT(arc_cadence_open(&cadence, ledger, NULL, NULL), ARC_OK);
  EXPECT(arc_matcher_open(&matcher, ledger, NULL, NULL), ARC_OK);
  EXPECT(arc_scorer_open(&scorer, ledger, NULL), ARC_OK);
  aging.as_of = day;
  for (aging.by = ARC_BY_CUSTOMER; aging.by <= ARC_BY_CURRENCY; aging.by++) {
    EXPECT(arc_metrics_report(&report, ledger, &aging, NULL), ARC_OK);
    arc_report_free(report);
    arc_status status = call_figures(&report, ledger, day, 365, aging.by, NULL);
    if (status != ARC_E_OVERFLOW) EXPECT(status, ARC_OK);
    if (status == ARC_OK) arc_report_free(report);
  }
  EXPECT(call_worklist(&report, scorer, day, 0, NULL), ARC_OK);
  arc_report_free(report);
  EXPECT(call_score(&report, scorer, ARC_SCORE_PRIORITY, "c1", 2, day, NULL), ARC_OK);
  arc_report_free(report);
  EXPECT(arc_matcher_why(&report, matcher, "new", 3, day, NULL), ARC_OK);
  arc_report_free(report);
  EXPECT(arc_matcher_run(matcher, day, NULL, NULL, NULL), ARC_OK);
  EXPECT(arc_cadence_plan(cadence, day, NULL, NULL, NULL), ARC_OK);
  EXPECT(arc_cadence_why(&report, cadence, "c1", 2, day, NULL), ARC_OK);
  arc_report_free(report);
  query.customer = text("c1");
  for (query.report = ARC_REPORT_APPLICATIONS; query.report <= ARC_REPORT_OPEN_ITEMS;
       query.report++) {
    EXPECT(arc_ledger_report(&report, ledger, &query, NULL), ARC_OK);
    arc_report_free(report);
  }
  EXPECT(arc_ledger_verify(ledger, NULL), ARC_OK);
  arc_cadence_close(cadence);
  arc_matcher_close(matcher);
  arc_scorer_close(scorer);
  close_book(ledger);
}

/* ---- NULL ---- */

static void test_null_ledger(void **state) {
  arc_report *report = (arc_report *)&report;
  arc_query query = ARC_QUERY_INIT;
  uint64_t first_seq;
  uint32_t count;
  const void *bytes;
  size_t size;
  arc_ledger_info info = ARC_LEDGER_INFO_INIT;
  (void)state;
  EXPECT(arc_ledger_open(NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_set_clock(NULL, 0, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_verify(NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_snapshot(NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_fork(NULL, NULL, 0, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_refresh(NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_batch_begin(NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_batch_commit(NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_batch_bytes(NULL, &first_seq, &count, &bytes, &size, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_post_day(NULL, 0, ARC_DAY_IS_RUN, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_post_day(NULL, 0, ARC_DAY_IS_MATCHED, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_post_day(NULL, 0, ARC_DAY_IS_PLANNED, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_report(&report, NULL, &query, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_balance(NULL, NULL, NULL, "c1", 2, "USD", 0, NULL), ARC_E_INVALID);
  assert_int_equal(info_of(NULL).next_sequence, 0);
  assert_int_equal(info_of(NULL).run, ARC_DAY_NONE);
  assert_string_equal(info_of(NULL).currency, "");
  EXPECT(arc_ledger_describe(&info, NULL, NULL), ARC_E_INVALID);
  arc_batch_publish(NULL);
  arc_batch_abort(NULL);
  arc_ledger_close(NULL);
}

static void test_null_engines(void **state) {
  arc_ledger *ledger = open_book();
  arc_cadence *cadence;
  arc_matcher *matcher;
  arc_scorer *scorer;
  arc_collector *collector;
  arc_report *report;
  arc_metrics_query aging = AGING_INIT;
  arc_day day = DAY("2025-02-05");
  arc_ledger_info info = ARC_LEDGER_INFO_INIT;
  (void)state;
  aging.as_of = day;
  EXPECT(arc_cadence_open(NULL, ledger, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_cadence_open(&cadence, NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_cadence_plan(NULL, day, NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_cadence_why(&report, NULL, "c1", 2, day, NULL), ARC_E_INVALID);
  EXPECT(arc_matcher_open(NULL, ledger, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_matcher_open(&matcher, NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_matcher_run(NULL, day, NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_matcher_why(&report, NULL, "p1", 2, day, NULL), ARC_E_INVALID);
  EXPECT(arc_scorer_open(NULL, ledger, NULL), ARC_E_INVALID);
  EXPECT(arc_scorer_open(&scorer, NULL, NULL), ARC_E_INVALID);
  EXPECT(call_worklist(&report, NULL, day, 0, NULL), ARC_E_INVALID);
  EXPECT(call_score(&report, NULL, ARC_SCORE_PRIORITY, "c1", 2, day, NULL), ARC_E_INVALID);
  EXPECT(arc_metrics_report(NULL, ledger, &aging, NULL), ARC_E_INVALID);
  EXPECT(arc_metrics_report(&report, NULL, &aging, NULL), ARC_E_INVALID);
  EXPECT(arc_metrics_report(&report, ledger, NULL, NULL), ARC_E_INVALID);
  EXPECT(call_figures(NULL, ledger, day, 0, 0, NULL), ARC_E_INVALID);
  EXPECT(call_figures(&report, NULL, day, 0, 0, NULL), ARC_E_INVALID);
  EXPECT(arc_collector_open(NULL, ledger, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_collector_open(&collector, NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_collector_run_day(NULL, day, NULL, NULL), ARC_E_INVALID);
  assert_null(arc_collector_cadence(NULL));
  assert_null(arc_collector_matcher(NULL));
  assert_null(arc_collector_scorer(NULL));
  arc_cadence_close(NULL);
  arc_matcher_close(NULL);
  arc_scorer_close(NULL);
  arc_collector_close(NULL);
  /* With a handle, but without the rest. */
  EXPECT(arc_collector_open(&collector, ledger, NULL, NULL), ARC_OK);
  cadence = arc_collector_cadence(collector);
  matcher = arc_collector_matcher(collector);
  scorer = arc_collector_scorer(collector);
  EXPECT(arc_cadence_why(NULL, cadence, "c1", 2, day, NULL), ARC_E_INVALID);
  EXPECT(arc_matcher_why(NULL, matcher, "p1", 2, day, NULL), ARC_E_INVALID);
  EXPECT(call_score(NULL, scorer, ARC_SCORE_PRIORITY, "c1", 2, day, NULL), ARC_E_INVALID);
  EXPECT(call_worklist(NULL, scorer, day, 0, NULL), ARC_E_INVALID);
  EXPECT(arc_cadence_why(&report, cadence, NULL, 0, day, NULL), ARC_E_NOT_FOUND);
  EXPECT(arc_matcher_why(&report, matcher, NULL, 0, day, NULL), ARC_E_NOT_FOUND);
  EXPECT(call_score(&report, scorer, ARC_SCORE_PRIORITY, NULL, 0, day, NULL), ARC_E_NOT_FOUND);
  EXPECT(arc_ledger_report(NULL, ledger, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_report(&report, ledger, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_balance(ledger, NULL, NULL, "c1", 2, "USD", day, NULL), ARC_OK);
  EXPECT(arc_ledger_balance(ledger, NULL, NULL, NULL, 0, "USD", day, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_balance(ledger, NULL, NULL, "c1", 2, NULL, day, NULL), ARC_OK);
  EXPECT(arc_ledger_balance(ledger, NULL, NULL, "c1", 2, "", day, NULL), ARC_OK);
  EXPECT(arc_ledger_balance(ledger, NULL, NULL, "c1", 2, "U", day, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_balance(ledger, NULL, NULL, "c1", 2, "USDX", day, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_balance(ledger, NULL, NULL, "c1", 2, "US", day, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_describe(NULL, ledger, NULL), ARC_E_INVALID);
  info.struct_size--;
  EXPECT(arc_ledger_describe(&info, ledger, NULL), ARC_E_ABI);
  arc_collector_close(collector);
  close_book(ledger);
}

static void test_null_rest(void **state) {
  arc_storage storage;
  arc_calendar *calendar;
  arc_day day;
  int32_t civil[3];
  int64_t amount = 0, part;
  char small[2];
  size_t size;
  (void)state;
  EXPECT(arc_storage_memory_new(NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_storage_file_open(NULL, "x", NULL, NULL), ARC_E_INVALID);
  EXPECT(call_file(&storage, NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(call_file(&storage, "", NULL, NULL), ARC_E_INVALID);
  EXPECT(call_calendar(NULL, 0, NULL, 0, NULL, NULL), ARC_E_INVALID);
  EXPECT(call_calendar(&calendar, 0, NULL, 1, NULL, NULL), ARC_E_INVALID);
  EXPECT(call_calendar(&calendar, 1u << 8, NULL, 0, NULL, NULL), ARC_E_INVALID);
  EXPECT(call_calendar(&calendar, 0xfe, NULL, 0, NULL, NULL), ARC_E_INVALID);
  arc_calendar_free(NULL);
  assert_int_equal(call_is_weekend(NULL, ARC_DAY_NONE), 0);
  assert_int_equal(call_is_business(NULL, ARC_DAY_NONE), 0);
  assert_int_equal(call_is_business(NULL, INT32_MAX), 0);
  assert_int_equal(arc_calendar_adjust(NULL, ARC_DAY_NONE, ARC_ADJUST_FOLLOWING), ARC_DAY_NONE);
  assert_int_equal(arc_calendar_adjust(NULL, 0, 99), ARC_DAY_NONE);
  assert_int_equal(arc_calendar_add_business_days(NULL, ARC_DAY_LAST, INT32_MAX), ARC_DAY_NONE);
  assert_int_equal(arc_calendar_add_business_days(NULL, ARC_DAY_FIRST, INT32_MIN), ARC_DAY_NONE);
  EXPECT(arc_day_to_civil(0, NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_day_to_civil(ARC_DAY_NONE, &civil[0], &civil[1], &civil[2]), ARC_E_INVALID);
  assert_int_equal(arc_day_weekday(INT32_MAX), 0);
  assert_int_equal(arc_day_add_months(ARC_DAY_NONE, 1), ARC_DAY_NONE);
  assert_int_equal(arc_day_add_months(0, INT32_MAX), ARC_DAY_NONE);
  assert_int_equal(arc_day_add_months(0, INT32_MIN), ARC_DAY_NONE);
  assert_int_equal(arc_day_from_civil(INT32_MIN, INT32_MAX, INT32_MIN), ARC_DAY_NONE);
  EXPECT(arc_day_parse(NULL, "2025-01-01", 10, NULL), ARC_E_INVALID);
  EXPECT(arc_day_parse(&day, NULL, 10, NULL), ARC_E_INVALID);
  EXPECT(arc_day_format(NULL, 0), ARC_E_INVALID);
  assert_int_equal(arc_currency_digits(NULL), ARC_CURRENCY_UNKNOWN);
  EXPECT(arc_money_parse(NULL, "1", 1, "USD", NULL), ARC_E_INVALID);
  EXPECT(arc_money_parse(&amount, NULL, 1, "USD", NULL), ARC_E_INVALID);
  EXPECT(arc_money_parse(&amount, "1", 1, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_money_format(NULL, 24, &size, 1, "USD", NULL), ARC_E_INVALID);
  EXPECT(arc_money_format(small, sizeof small, NULL, 1, "USD", NULL), ARC_E_INVALID);
  EXPECT(arc_money_format(small, sizeof small, NULL, 1, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_money_scale(NULL, 1, 1, 1, NULL), ARC_E_INVALID);
  EXPECT(arc_money_scale(&amount, INT64_MIN, INT64_MIN, 1, NULL), ARC_E_OVERFLOW);
  EXPECT(arc_money_scale(&amount, INT64_MIN, 1, 0, NULL), ARC_E_INVALID);
  EXPECT(arc_money_split(NULL, 1, &amount, 1, NULL), ARC_E_INVALID);
  EXPECT(arc_money_split(&part, 1, NULL, 1, NULL), ARC_E_INVALID);
  EXPECT(arc_money_split(&part, -1, &amount, 1, NULL), ARC_E_INVALID);
  EXPECT(arc_cadence_print(NULL, 0, NULL, NULL, 0, NULL), ARC_E_INVALID);
  EXPECT(arc_cadence_print(NULL, 0, NULL, NULL, 7, NULL), ARC_E_INVALID);
  EXPECT(arc_cadence_print(NULL, 0, NULL, NULL, 0, NULL), ARC_E_INVALID);
  EXPECT(
      arc_cadence_print(NULL, 100, &size, arc_cadence_default_policy(), ARC_NUL_TERMINATED, NULL),
      ARC_E_INVALID);
  assert_string_equal(arc_status_name(12345), "ARC_E_UNKNOWN");
  assert_non_null(arc_status_text(12345));
  assert_int_equal(arc_library_version(),
                   ARC_VERSION_MAJOR * 1000000 + ARC_VERSION_MINOR * 1000 + ARC_VERSION_PATCH);
}

static void test_null_terms(void **state) {
  arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
  arc_terms_settlement settlement = ARC_TERMS_SETTLEMENT_INIT;
  arc_interest_claim claim = ARC_INTEREST_CLAIM_INIT;
  arc_compensation_band band;
  int64_t amount;
  size_t count, other;
  (void)state;
  memset(&band, 0, sizeof band);
  EXPECT(arc_terms_print(NULL, 0, NULL, NULL, 0, NULL), ARC_E_INVALID);
  EXPECT(arc_terms_print(NULL, 0, NULL, NULL, 7, NULL), ARC_E_INVALID);
  EXPECT(arc_terms_print(NULL, 0, NULL, NULL, 0, NULL), ARC_E_INVALID);
  EXPECT(arc_terms_apply(NULL, 0, &count, NULL, 0, &other, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_terms_apply(NULL, 0, NULL, NULL, 0, NULL, &invoice, NULL), ARC_E_INVALID);
  EXPECT(arc_terms_apply(NULL, 1, &count, NULL, 1, &other, &invoice, NULL), ARC_E_INVALID);
  EXPECT(arc_terms_discount_earned(NULL, NULL, 0, &settlement, NULL), ARC_E_INVALID);
  EXPECT(arc_terms_discount_earned(&amount, NULL, 0, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_terms_discount_earned(&amount, NULL, 1, &settlement, NULL), ARC_E_INVALID);
  EXPECT(arc_interest_accrue(NULL, NULL, 0, NULL, &claim, NULL), ARC_E_INVALID);
  EXPECT(arc_interest_accrue(&amount, NULL, 0, NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_interest_accrue(&amount, NULL, 1, &count, &claim, NULL), ARC_E_INVALID);
  EXPECT(arc_compensation_find(NULL, 1, "EUR", &band, 1, NULL), ARC_E_INVALID);
  EXPECT(arc_compensation_find(&amount, 1, NULL, &band, 1, NULL), ARC_E_INVALID);
  EXPECT(arc_compensation_find(&amount, 1, "EUR", NULL, 1, NULL), ARC_E_INVALID);
  EXPECT(arc_compensation_find(&amount, 1, "EUR", &band, 1, NULL), ARC_E_ABI);
  settlement.struct_size = 0;
  EXPECT(arc_terms_discount_earned(&amount, NULL, 0, &settlement, NULL), ARC_E_ABI);
  invoice.struct_size = 0;
  EXPECT(arc_terms_apply(NULL, 0, &count, NULL, 0, &other, &invoice, NULL), ARC_E_ABI);
  claim.struct_size = 0;
  EXPECT(arc_interest_accrue(&amount, NULL, 0, NULL, &claim, NULL), ARC_E_ABI);
}

static void test_null_reports(void **state) {
  arc_ledger *ledger = open_book();
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  char buf[8] = "before";
  size_t size = 7;
  (void)state;
  assert_int_equal(arc_report_rows(NULL), 0);
  assert_int_equal(arc_report_columns(NULL), 0);
  assert_null(arc_report_column_name(NULL, 0));
  assert_int_equal(arc_report_column_type(NULL, 0), 0);
  assert_int_equal(arc_report_is_null(NULL, 0, 0), 1);
  assert_int_equal(arc_report_integer(NULL, 0, 0), 0);
  assert_string_equal(arc_report_text(NULL, 0, 0, NULL), "");
  EXPECT(arc_report_format(NULL, 0, 0, buf, sizeof buf, &size), ARC_E_INVALID);
  arc_report_free(NULL);
  query.report = ARC_REPORT_OPEN_ITEMS;
  EXPECT(arc_ledger_report(&report, ledger, &query, NULL), ARC_OK);
  assert_int_equal(arc_report_rows(report), 2);
  for (size_t row = 0; row < 3; row += 2)
    for (size_t column = 0; column < 20; column += 19) {
      if (row == 0 && column == 0) continue;
      assert_int_equal(arc_report_is_null(report, row, column), 1);
      assert_int_equal(arc_report_integer(report, row, column), 0);
      assert_string_equal(arc_report_text(report, row, column, &size), "");
      EXPECT(arc_report_format(report, row, column, buf, sizeof buf, &size), ARC_E_INVALID);
    }
  assert_null(arc_report_column_name(report, SIZE_MAX));
  assert_int_equal(arc_report_column_type(report, SIZE_MAX), 0);
  assert_int_equal(arc_report_is_null(report, SIZE_MAX, SIZE_MAX), 1);
  EXPECT(arc_report_format(report, 0, 0, NULL, 8, &size), ARC_E_INVALID);
  EXPECT(arc_report_format(report, 0, 0, NULL, 0, &size), ARC_OK);
  assert_int_equal(size, 2);
  assert_string_equal(buf, "before");
  arc_report_free(report);
  close_book(ledger);
}

/* ---- options ---- */

static void bad_options(arc_ledger_options *options, arc_status expected) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = (arc_ledger *)&err;
  EXPECT(arc_ledger_open(&ledger, options, &err), expected);
  assert_null(ledger);
  assert_int_equal(err.status, expected);
}

static void test_ledger_options(void **state) {
  struct {
    arc_ledger_options options;
    uint64_t newer;
  } wide = {ARC_LEDGER_OPTIONS_INIT, 1};
  arc_ledger_options good = ARC_LEDGER_OPTIONS_INIT, bad;
  arc_allocator broken = {(uint32_t)sizeof broken, 0, NULL, NULL};
  arc_storage storage;
  (void)state;
  memcpy(good.currency, "USD", 4);
  bad_options(NULL, ARC_E_INVALID);
#define BAD_OPTION(change, expected)                                                               \
  bad = good;                                                                                      \
  change;                                                                                          \
  bad_options(&bad, expected)
  BAD_OPTION(bad.struct_size = 0, ARC_E_ABI);
  BAD_OPTION(bad.struct_size--, ARC_E_ABI);
  BAD_OPTION(bad.struct_size = UINT32_MAX, ARC_E_ABI);
  BAD_OPTION(bad.flags = 2, ARC_E_INVALID);
  BAD_OPTION(bad.reserved = 1, ARC_E_INVALID);
  BAD_OPTION(memcpy(bad.currency, "XXX", 4), ARC_E_INVALID);
  BAD_OPTION(memcpy(bad.currency, "USDX", 4), ARC_E_INVALID);
  BAD_OPTION(bad.currency[0] = 0, ARC_E_INVALID);
  BAD_OPTION(bad.book = text("\x01"), ARC_E_INVALID);
  BAD_OPTION(bad.allocator = &broken, ARC_E_INVALID);
  broken.struct_size = 3;
  BAD_OPTION(bad.allocator = &broken, ARC_E_ABI);
  wide.options = good;
  wide.options.struct_size = (uint32_t)sizeof wide;
  bad_options(&wide.options, ARC_E_ABI);
  /* A storage that lacks what it must have; it is closed all the same, so it is given out anew. */
#define BAD_STORAGE(change, expected)                                                              \
  allocator = test_heap_allocator(&heap);                                                          \
  EXPECT(call_memory(&storage, &allocator, NULL), ARC_OK);                              \
  change;                                                                                          \
  BAD_OPTION(bad.storage = &storage, expected);                                                    \
  assert_int_equal(heap.live, 0)
  BAD_STORAGE(storage.append = NULL, ARC_E_INVALID);
  BAD_STORAGE(storage.read = NULL, ARC_E_INVALID);
  BAD_STORAGE(storage.save_snapshot = NULL, ARC_E_INVALID);
  BAD_STORAGE(storage.load_snapshot = NULL, ARC_E_INVALID);
  BAD_STORAGE(storage.flags = 1, ARC_E_INVALID);
}

static int32_t send_nothing(void *user, const arc_message *message) {
  (void)user;
  (void)message;
  return ARC_FAILED;
}

static void test_engine_options(void **state) {
  arc_ledger *ledger = open_book();
  arc_cadence *cadence = NULL;
  arc_matcher *matcher = NULL;
  arc_collector *collector = NULL;
  arc_report *report = NULL;
  arc_cadence_options c;
  arc_matcher_options m;
  arc_collector_options o;
  arc_metrics_query a;
  arc_query q;
  arc_transport transport;
  arc_day_report days;
  int32_t falling[] = {30, 30};
  struct state before = state_of(ledger);
  (void)state;
#define BAD_FOR(call, variable, fresh, change, expected)                                           \
  variable = (fresh);                                                                              \
  change;                                                                                          \
  EXPECT(call, expected)
#define BAD_CADENCE(change, expected)                                                              \
  BAD_FOR(arc_cadence_open(&cadence, ledger, &c, NULL), c,                                         \
          (arc_cadence_options)ARC_CADENCE_OPTIONS_INIT, change, expected)
  BAD_CADENCE(c.struct_size = 0, ARC_E_ABI);
  BAD_CADENCE(c.struct_size--, ARC_E_ABI);
  BAD_CADENCE(c.flags = 2, ARC_E_INVALID);
#define BAD_MATCHER(change, expected)                                                              \
  BAD_FOR(arc_matcher_open(&matcher, ledger, &m, NULL), m,                                         \
          (arc_matcher_options)ARC_MATCHER_OPTIONS_INIT, change, expected)
  BAD_MATCHER(m.struct_size = 0, ARC_E_ABI);
  BAD_MATCHER(m.struct_size--, ARC_E_ABI);
  BAD_MATCHER(m.flags = 1, ARC_E_INVALID);
  BAD_MATCHER(m.unmatched = 2, ARC_E_INVALID);
  BAD_MATCHER(m.apply_ppm = 1000001, ARC_E_INVALID);
  BAD_MATCHER(m.tolerance = -1, ARC_E_INVALID);
  BAD_MATCHER(m.tolerance = INT64_MIN, ARC_E_INVALID);
  BAD_MATCHER(m.reserved = 1, ARC_E_INVALID);
#define BAD_COLLECTOR(change, expected)                                                            \
  BAD_FOR(arc_collector_open(&collector, ledger, &o, NULL), o,                                     \
          (arc_collector_options)ARC_COLLECTOR_OPTIONS_INIT, change, expected)
  BAD_COLLECTOR(o.struct_size = 0, ARC_E_ABI);
  BAD_COLLECTOR(o.struct_size--, ARC_E_ABI);
  BAD_COLLECTOR(o.flags = 16, ARC_E_INVALID);
  BAD_COLLECTOR(o.reserved = 1, ARC_E_INVALID);
  BAD_COLLECTOR(o.fallback_channel = ARC_CHANNEL_PLACEMENT, ARC_E_INVALID);
  BAD_COLLECTOR(o.fallback_channel = -1, ARC_E_INVALID);
  BAD_COLLECTOR(o.retry_count = 1, ARC_E_INVALID);
  BAD_COLLECTOR(o.retry_hours = (const uint32_t[]){0}; o.retry_count = 1, ARC_E_INVALID);
  BAD_COLLECTOR(o.retry_hours = (const uint32_t[]){8761}; o.retry_count = 1, ARC_E_INVALID);
  BAD_COLLECTOR(o.retry_hours = (const uint32_t[]){1}; o.retry_count = 17, ARC_E_INVALID);
  BAD_COLLECTOR(o.reply_rule_count = 1, ARC_E_INVALID);
  BAD_COLLECTOR(o.reply_least_ppm = 1000001, ARC_E_INVALID);
  BAD_COLLECTOR(o.reply_days = 367, ARC_E_INVALID);
  BAD_COLLECTOR(o.reserved_2 = 1, ARC_E_INVALID);
  arc_letterhead l = ARC_LETTERHEAD_INIT;
#define BAD_LETTERHEAD(change, expected)                                                            \
  do {                                                                                             \
    l = (arc_letterhead)ARC_LETTERHEAD_INIT;                                                       \
    change;                                                                                        \
    BAD_COLLECTOR(o.letterhead = &l, expected);                                                    \
  } while (0)
  BAD_LETTERHEAD(l.struct_size--, ARC_E_ABI);
  BAD_LETTERHEAD(l.reserved = 1, ARC_E_INVALID);
  BAD_LETTERHEAD(l.deadline_days = 367, ARC_E_INVALID);
  BAD_LETTERHEAD(l.name = text("a\nb"), ARC_E_INVALID);
  BAD_LETTERHEAD(l.address = text("a\x01"), ARC_E_INVALID);
  BAD_LETTERHEAD(l.remit_to_count = 1, ARC_E_INVALID);
  BAD_COLLECTOR(o.sender = text("a\nb"), ARC_E_INVALID);
  m = (arc_matcher_options)ARC_MATCHER_OPTIONS_INIT;
  m.tolerance = -1;
  BAD_COLLECTOR(o.matcher = &m, ARC_E_INVALID);
  memset(&transport, 0, sizeof transport);
  BAD_COLLECTOR(o.transport = &transport, ARC_E_ABI);
  transport.struct_size = (uint32_t)sizeof transport;
  BAD_COLLECTOR(o.transport = &transport, ARC_E_INVALID);
  transport.send = send_nothing;
  transport.flags = 1;
  BAD_COLLECTOR(o.transport = &transport, ARC_E_INVALID);
#define BAD_AGING(change, expected)                                                                \
  BAD_FOR(arc_metrics_report(&report, ledger, &a, NULL), a,                                         \
          (arc_metrics_query)AGING_INIT, a.as_of = DAY("2025-02-05");                  \
          change, expected)
  BAD_AGING(a.struct_size = 0, ARC_E_ABI);
  BAD_AGING(a.struct_size--, ARC_E_ABI);
  BAD_AGING(a.as_of = ARC_DAY_NONE, ARC_E_INVALID);
  BAD_AGING(a.by = -1, ARC_E_INVALID);
  BAD_AGING(a.by = 99, ARC_E_INVALID);
  BAD_AGING(a.basis = 2, ARC_E_INVALID);
  BAD_AGING((a.breakpoints = falling, a.breakpoint_count = 2), ARC_E_INVALID);
  BAD_AGING((a.breakpoints = falling, a.breakpoint_count = 33), ARC_E_INVALID);
  BAD_AGING(a.breakpoint_count = 1, ARC_E_INVALID);
  BAD_AGING(a.report = 0, ARC_E_INVALID);
  BAD_AGING(a.report = 4, ARC_E_INVALID);
  BAD_AGING(a.days = 3661, ARC_E_INVALID);
  EXPECT(call_figures(&report, ledger, DAY("2025-02-05"), 3661, 0, NULL), ARC_E_INVALID);
  EXPECT(call_figures(&report, ledger, ARC_DAY_NONE, 0, 0, NULL), ARC_E_INVALID);
  EXPECT(call_figures(&report, ledger, DAY("2025-02-05"), 0, 99, NULL), ARC_E_INVALID);
#define BAD_QUERY(change, expected)                                                                \
  BAD_FOR(arc_ledger_report(&report, ledger, &q, NULL), q, (arc_query)ARC_QUERY_INIT,              \
          q.report = ARC_REPORT_TOUCHES;                                                           \
          change, expected)
  BAD_QUERY(q.struct_size = 0, ARC_E_ABI);
  BAD_QUERY(q.struct_size--, ARC_E_ABI);
  BAD_QUERY(q.report = 0, ARC_E_INVALID);
  BAD_QUERY(q.report = 200, ARC_E_INVALID);
  BAD_QUERY(q.as_of = INT32_MAX, ARC_E_INVALID);
  BAD_QUERY(q.from = INT32_MAX, ARC_E_INVALID);
  BAD_QUERY(q.customer = text("nobody"), ARC_E_NOT_FOUND);
  BAD_QUERY(q.invoice = text("nothing"), ARC_E_NOT_FOUND);
  BAD_QUERY(q.reply = text("nothing"), ARC_E_NOT_FOUND);
  EXPECT(arc_collector_open(&collector, ledger, NULL, NULL), ARC_OK);
  EXPECT(arc_collector_run_day(collector, ARC_DAY_NONE, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_collector_run_day(collector, INT32_MAX, NULL, NULL), ARC_E_INVALID);
  memset(&days, 0, sizeof days);
  EXPECT(arc_collector_run_day(collector, DAY("2025-02-05"), &days, NULL), ARC_E_ABI);
  same_state(ledger, &before, "wrong use");
  cadence = arc_collector_cadence(collector);
  EXPECT(arc_cadence_plan(cadence, ARC_DAY_NONE, NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_cadence_why(&report, cadence, "c1", 2, ARC_DAY_NONE, NULL), ARC_E_INVALID);
  matcher = arc_collector_matcher(collector);
  EXPECT(arc_matcher_run(matcher, INT32_MAX, NULL, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_matcher_why(&report, matcher, "p1", 2, ARC_DAY_NONE, NULL), ARC_E_INVALID);
  EXPECT(call_worklist(&report, arc_collector_scorer(collector), ARC_DAY_NONE, 0, NULL),
         ARC_E_INVALID);
  EXPECT(call_score(&report, arc_collector_scorer(collector), ARC_SCORE_PRIORITY, "c1", 2, INT32_MAX, NULL),
         ARC_E_INVALID);
  EXPECT(arc_ledger_post_day(ledger, ARC_DAY_NONE, ARC_DAY_IS_RUN, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_post_day(ledger, INT32_MAX, ARC_DAY_IS_MATCHED, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_post_day(ledger, ARC_DAY_NONE, ARC_DAY_IS_PLANNED, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_post_day(ledger, 0, 0, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_post_day(ledger, 0, 5, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_set_clock(ledger, INT64_MIN, NULL), ARC_E_INVALID);
  same_state(ledger, &before, "wrong use");
  arc_collector_close(collector);
  close_book(ledger);
}

/* ---- batches ---- */

static void test_batches(void **state) {
  arc_ledger *ledger = open_book(), *fork;
  struct state before = state_of(ledger);
  const struct command *command = command_of(post_notes);
  union row row;
  arc_collector *collector;
  uint64_t first_seq;
  uint32_t count;
  const void *bytes;
  size_t size = 7;
  (void)state;
  make(command, &row);
  EXPECT(arc_collector_open(&collector, ledger, NULL, NULL), ARC_OK);
  EXPECT(arc_batch_commit(ledger, NULL), ARC_E_BUSY);
  EXPECT(arc_batch_bytes(ledger, &first_seq, &count, &bytes, &size, NULL), ARC_E_BUSY);
  arc_batch_publish(ledger);
  arc_batch_abort(ledger);
  same_state(ledger, &before, "ending no batch");
  EXPECT(arc_batch_begin(ledger, NULL), ARC_OK);
  EXPECT(arc_batch_begin(ledger, NULL), ARC_E_BUSY);
  EXPECT(arc_ledger_verify(ledger, NULL), ARC_E_BUSY);
  EXPECT(arc_ledger_snapshot(ledger, NULL), ARC_E_BUSY);
  EXPECT(arc_ledger_fork(&fork, ledger, 0, NULL), ARC_E_BUSY);
  EXPECT(arc_ledger_refresh(ledger, NULL), ARC_E_BUSY);
  EXPECT(arc_collector_run_day(collector, DAY("2025-02-05"), NULL, NULL), ARC_E_BUSY);
  EXPECT(arc_batch_bytes(ledger, &first_seq, &count, &bytes, &size, NULL), ARC_ALREADY);
  assert_int_equal(size, 0);
  arc_batch_publish(ledger); /* nothing was handed out: no effect */
  EXPECT(arc_batch_begin(ledger, NULL), ARC_E_BUSY);
  post(ledger, command, &row);
  EXPECT(arc_batch_bytes(ledger, NULL, &count, &bytes, &size, NULL), ARC_E_INVALID);
  EXPECT(arc_batch_bytes(ledger, &first_seq, NULL, &bytes, &size, NULL), ARC_E_INVALID);
  EXPECT(arc_batch_bytes(ledger, &first_seq, &count, NULL, &size, NULL), ARC_E_INVALID);
  EXPECT(arc_batch_bytes(ledger, &first_seq, &count, &bytes, NULL, NULL), ARC_E_INVALID);
  EXPECT(arc_batch_bytes(ledger, &first_seq, &count, &bytes, &size, NULL), ARC_OK);
  assert_int_equal(first_seq, before.next_sequence);
  assert_int_equal(count, 1);
  /* Only publish and abort from here on. */
  for (size_t i = 0; i < COUNT(commands); i++) {
    make(&commands[i], &row);
    refused(ledger, &commands[i], &row, 1, ARC_E_BUSY, "bytes handed out");
  }
  EXPECT(arc_batch_commit(ledger, NULL), ARC_E_BUSY);
  EXPECT(arc_batch_begin(ledger, NULL), ARC_E_BUSY);
  EXPECT(arc_batch_bytes(ledger, &first_seq, &count, &bytes, &size, NULL), ARC_E_BUSY);
  EXPECT(arc_ledger_set_clock(ledger, 5, NULL), ARC_E_BUSY);
  EXPECT(arc_ledger_post_day(ledger, 0, ARC_DAY_IS_RUN, NULL), ARC_E_BUSY);
  arc_batch_abort(ledger);
  same_state(ledger, &before, "an aborted batch");
  /* Closing drops an open batch. */
  EXPECT(arc_batch_begin(ledger, NULL), ARC_OK);
  make(command, &row);
  post(ledger, command, &row);
  arc_collector_close(collector);
  close_book(ledger);
}

/* What was made of a reply is there, and the customer's; kinds have sense. */
static void test_replies(void **state) {
  arc_ledger *ledger = open_book();
  const struct command *command = command_of(post_replies);
  union row row;
  (void)state;
#define BAD_REPLY(change, expected)                                                                \
  do {                                                                                             \
    arc_reply_kind kind = reply_kind;                                                              \
    arc_reply_made made = reply_made;                                                              \
    make(command, &row);                                                                           \
    row.reply_entry.kinds = &kind;                                                                 \
    row.reply_entry.made = &made;                                                                  \
    change;                                                                                        \
    refused(ledger, command, &row, 1, expected, #change);                                          \
  } while (0)
  BAD_REPLY(row.reply_entry.touch = text("nothing"), ARC_E_NOT_FOUND);
  BAD_REPLY(row.reply_entry.written = ARC_DAY_NONE, ARC_E_INVALID);
  BAD_REPLY(row.reply_entry.day = INT32_MAX, ARC_E_INVALID);
  BAD_REPLY(row.reply_entry.channel = -1, ARC_E_INVALID);
  BAD_REPLY(row.reply_entry.channel = 256 + ARC_CHANNEL_EMAIL, ARC_E_INVALID);
  BAD_REPLY(row.reply_entry.verdict = 0, ARC_E_INVALID);
  BAD_REPLY(row.reply_entry.verdict = 4, ARC_E_INVALID);
  BAD_REPLY(row.reply_entry.kind_count = 65, ARC_E_INVALID);
  BAD_REPLY(row.reply_entry.kinds = NULL, ARC_E_INVALID);
  BAD_REPLY(row.reply_entry.made_count = 65, ARC_E_INVALID);
  BAD_REPLY(row.reply_entry.made = NULL, ARC_E_INVALID);
  BAD_REPLY(kind.struct_size = 4, ARC_E_ABI);
  BAD_REPLY(kind.kind = -1, ARC_E_INVALID);
  BAD_REPLY(kind.kind = 256, ARC_E_INVALID);
  BAD_REPLY(kind.confidence_bp = 10001, ARC_E_INVALID);
  BAD_REPLY(kind.reserved = 1, ARC_E_INVALID);
  BAD_REPLY(kind.words = text("two\nlines"), ARC_E_INVALID);
  BAD_REPLY(made.struct_size = 4, ARC_E_ABI);
  BAD_REPLY(made.what = 0, ARC_E_INVALID);
  BAD_REPLY(made.what = ARC_MADE_OPT_OUT + 1, ARC_E_INVALID);
  BAD_REPLY(made.what = ARC_MADE_DISPUTE, ARC_E_NOT_FOUND); /* h1 is a hold */
  BAD_REPLY(made.opt_outs = 2, ARC_E_INVALID);
  BAD_REPLY(made.what = ARC_MADE_OPT_OUT; made.key = text("k1"), ARC_E_INVALID);
  BAD_REPLY(made.what = ARC_MADE_OPT_OUT; made.key = text("k1"); made.opt_outs = UINT32_MAX, ARC_E_INVALID);
  BAD_REPLY(made.what = ARC_MADE_OPT_OUT; made.key = text("nobody"); made.opt_outs = 2, ARC_E_NOT_FOUND);
  make(command_of(post_customers), &row);
  row.customer.key = text("c2");
  post(ledger, command_of(post_customers), &row);
  BAD_REPLY(row.reply_entry.customer = text("c2"), ARC_E_INVALID); /* the hold is c1's */
  BAD_REPLY(row.reply_entry.touch = text("t1"); row.reply_entry.customer = text("c2"); row.reply_entry.made_count = 0,
            ARC_E_REFUSED);
  BAD_REPLY(row.reply_entry.key = text("y1"); row.reply_entry.subject = text("else"), ARC_E_EXISTS);
  close_book(ledger);
}

static void test_clock(void **state) {
  arc_ledger *ledger = open_book();
  (void)state;
  EXPECT(arc_ledger_set_clock(ledger, 1000, NULL), ARC_OK);
  EXPECT(arc_ledger_set_clock(ledger, 1000, NULL), ARC_OK);
  EXPECT(arc_ledger_set_clock(ledger, 999, NULL), ARC_E_INVALID);
  EXPECT(arc_ledger_set_clock(ledger, INT64_MAX, NULL), ARC_OK);
  union row row;
  make(command_of(post_notes), &row);
  post(ledger, command_of(post_notes), &row);
  EXPECT(arc_ledger_verify(ledger, NULL), ARC_OK);
  close_book(ledger);
}

/* ---- calls from inside callbacks ---- */

/* A book whose storage and transport call back into it, each time with everything. */
struct inside {
  arc_storage disk;
  arc_ledger *ledger;
  arc_collector *collector;
  const char *where;
  size_t calls, sends;
};

#define BUSY(call)                                                                                 \
  do {                                                                                             \
    arc_status busy_status_ = (call);                                                              \
    if (busy_status_ != ARC_E_BUSY)                                                                \
      fail_msg("inside %s, %s answers %s", inside->where, #call, arc_status_name(busy_status_));   \
  } while (0)

static void call_everything(struct inside *inside, const char *where) {
  arc_ledger *ledger = inside->ledger, *fork;
  arc_query query = ARC_QUERY_INIT;
  arc_metrics_query aging = AGING_INIT;
  arc_report *report = NULL;
  arc_day day = DAY("2025-04-20");
  struct state before;
  uint64_t first_seq;
  uint32_t count;
  const void *bytes;
  size_t size;
  if (!ledger) return; /* it is being opened */
  before = state_of(ledger);
  inside->where = where;
  inside->calls++;
  for (size_t i = 0; i < COUNT(commands); i++) {
    union row row;
    make(&commands[i], &row);
    row.customer.key = text("inside");
    if (commands[i].post(ledger, &row, 1, NULL) != ARC_E_BUSY)
      fail_msg("inside %s, %s is not busy", where, commands[i].name);
  }
  BUSY(arc_ledger_set_clock(ledger, INT64_MAX, NULL));
  BUSY(arc_ledger_verify(ledger, NULL));
  BUSY(arc_ledger_snapshot(ledger, NULL));
  BUSY(arc_ledger_fork(&fork, ledger, 0, NULL));
  BUSY(arc_ledger_refresh(ledger, NULL));
  BUSY(arc_ledger_fork(&fork, ledger, 1, NULL));
  BUSY(arc_batch_begin(ledger, NULL));
  BUSY(arc_batch_commit(ledger, NULL));
  BUSY(arc_batch_bytes(ledger, &first_seq, &count, &bytes, &size, NULL));
  arc_batch_publish(ledger);
  arc_batch_abort(ledger);
  BUSY(arc_ledger_post_day(ledger, day, ARC_DAY_IS_RUN, NULL));
  BUSY(arc_ledger_post_day(ledger, day, ARC_DAY_IS_MATCHED, NULL));
  BUSY(arc_ledger_post_day(ledger, day, ARC_DAY_IS_PLANNED, NULL));
  BUSY(arc_ledger_drop_journal(ledger, NULL));
  query.customer = text("c1");
  for (query.report = ARC_REPORT_APPLICATIONS; query.report <= ARC_REPORT_OPEN_ITEMS;
       query.report++)
    BUSY(arc_ledger_report(&report, ledger, &query, NULL));
  BUSY(arc_ledger_balance(ledger, NULL, NULL, "c1", 2, "USD", day, NULL));
  aging.as_of = day;
  BUSY(arc_metrics_report(&report, ledger, &aging, NULL));
  BUSY(call_figures(&report, ledger, day, 0, 0, NULL));
  if (inside->collector) {
    arc_incoming incoming = ARC_INCOMING_INIT;
    incoming.key = text("inside");
    incoming.customer = text("c1");
    incoming.day = day;
    BUSY(arc_collector_reply(NULL, inside->collector, &incoming, NULL));
    incoming.flags = ARC_INCOMING_DRY_RUN;
    BUSY(arc_collector_reply(NULL, inside->collector, &incoming, NULL));
    BUSY(arc_collector_run_day(inside->collector, day, NULL, NULL));
    BUSY(arc_cadence_plan(arc_collector_cadence(inside->collector), day, NULL, NULL, NULL));
    BUSY(arc_cadence_why(&report, arc_collector_cadence(inside->collector), "c1", 2, day, NULL));
    BUSY(arc_matcher_run(arc_collector_matcher(inside->collector), day, NULL, NULL, NULL));
    BUSY(arc_matcher_why(&report, arc_collector_matcher(inside->collector), "p1", 2, day, NULL));
    BUSY(call_worklist(&report, arc_collector_scorer(inside->collector), day, 0, NULL));
    BUSY(call_score(&report, arc_collector_scorer(inside->collector), ARC_SCORE_PRIORITY, "c1", 2, day, NULL));
  }
  same_state(ledger, &before, where);
}

static int32_t inside_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes,
                             size_t size) {
  struct inside *inside = user;
  call_everything(inside, "append");
  return inside->disk.append(inside->disk.user, first_seq, count, bytes, size);
}

static int32_t inside_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap,
                           size_t *size) {
  struct inside *inside = user;
  call_everything(inside, "read");
  return inside->disk.read(inside->disk.user, first_seq, offset, buf, cap, size);
}

static int32_t inside_save(void *user, uint64_t next_seq, const void *bytes, size_t size) {
  struct inside *inside = user;
  call_everything(inside, "save_snapshot");
  return inside->disk.save_snapshot(inside->disk.user, next_seq, bytes, size);
}

static int32_t inside_load(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset,
                           void *buf, size_t cap, size_t *size) {
  struct inside *inside = user;
  return inside->disk.load_snapshot(inside->disk.user, next_seq, total, offset, buf, cap, size);
}

static int32_t inside_drop(void *user, uint64_t first_seq) {
  struct inside *inside = user;
  call_everything(inside, "drop");
  return inside->disk.drop(inside->disk.user, first_seq);
}

static void inside_close(void *user) {
  struct inside *inside = user;
  inside->disk.close(inside->disk.user);
}

static int32_t inside_send(void *user, const arc_message *message) {
  struct inside *inside = user;
  assert_true(message->item_count > 0);
  inside->sends++;
  call_everything(inside, "send");
  return ARC_SENT;
}

static void test_reentry(void **state) {
  static struct inside inside;
  arc_storage storage = {(uint32_t)sizeof storage,
                         0,
                         &inside,
                         inside_append,
                         inside_read,
                         inside_save,
                         inside_load,
                         inside_close,
                         inside_drop};
  arc_transport transport = {(uint32_t)sizeof transport, 0, &inside, inside_send};
  arc_collector_options options = ARC_COLLECTOR_OPTIONS_INIT;
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  arc_day_report days = ARC_DAY_REPORT_INIT;
  union row row;
  size_t calls;
  (void)state;
  memset(&inside, 0, sizeof inside);
  allocator = test_heap_allocator(&heap);
  EXPECT(call_memory(&inside.disk, &allocator, NULL), ARC_OK);
  inside.ledger = open_book_on(&storage, 0);
  fill_book(inside.ledger);
  /* What keeps the planned touch back. */
  make(command_of(post_dispute_ends), &row);
  post(inside.ledger, command_of(post_dispute_ends), &row);
  make(command_of(post_hold_ends), &row);
  post(inside.ledger, command_of(post_hold_ends), &row);
  calls = inside.calls;
  assert_true(calls > 5);
  options.transport = &transport;
  EXPECT(arc_collector_open(&inside.collector, inside.ledger, &options, NULL), ARC_OK);
  EXPECT(arc_ledger_snapshot(inside.ledger, NULL), ARC_OK);
  EXPECT(arc_ledger_verify(inside.ledger, NULL), ARC_OK);
  EXPECT(arc_ledger_drop_journal(inside.ledger, NULL), ARC_OK);
  query.report = ARC_REPORT_TIMELINE;
  EXPECT(arc_ledger_report(&report, inside.ledger, &query, NULL), ARC_OK);
  arc_report_free(report);
  assert_true(inside.calls > calls + 2);
  EXPECT(arc_collector_run_day(inside.collector, DAY("2025-03-10"), &days, NULL), ARC_OK);
  assert_int_equal(days.touches_sent, 1);
  assert_int_equal(inside.sends, 1);
  EXPECT(arc_ledger_verify(inside.ledger, NULL), ARC_OK);
  arc_collector_close(inside.collector);
  close_book(inside.ledger);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows),
      cmocka_unit_test(test_errors),
      cmocka_unit_test(test_texts),
      cmocka_unit_test(test_amounts),
      cmocka_unit_test(test_amounts_of_lists),
      cmocka_unit_test(test_largest_book),
      cmocka_unit_test(test_null_ledger),
      cmocka_unit_test(test_null_engines),
      cmocka_unit_test(test_null_rest),
      cmocka_unit_test(test_null_reports),
      cmocka_unit_test(test_null_terms),
      cmocka_unit_test(test_ledger_options),
      cmocka_unit_test(test_engine_options),
      cmocka_unit_test(test_batches),
      cmocka_unit_test(test_replies),
      cmocka_unit_test(test_clock),
      cmocka_unit_test(test_reentry),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
