/* The clauses that run a whole ledger on the storage. What it must come to is what the same
 * commands come to in memory. */
#include "conformance_internal.h"

#include "arcollect/ledger.h"

#include <string.h>

#define LIFE_DAYS      60
#define LIFE_FIRST_DAY 20000

/* ---- a ledger on the host's storage ---- */

static arc_status life_open(arc_ledger **out, const arc_storage *storage, arc_error *err) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  options.storage = storage;
  options.book = (arc_text)ARC_TEXT("life");
  memcpy(options.currency, "EUR", 4);
  return arc_ledger_open(out, &options, err);
}

/* Opens the host's storage; the ledger closes it. */
static arc_status life_open_stored(arc__conformance *c, arc_ledger **out, arc_error *err) {
  if (!arc__conformance_open(c)) return ARC_E_HOST;
  c->is_open = 0;
  return life_open(out, &c->storage, err);
}

static int life_fail(arc__conformance *c, const char *what, arc_status status,
                     const arc_error *err) {
  if (c->result.text[0]) return 0; /* open said it */
  return arc__conformance_fail(c, "%s gave %s: %.150s", what, arc_status_name(status),
                               status < 0 ? err->text : "");
}

/* ---- a day's business ---- */

typedef struct life_day {
  arc_ledger *ledger;
  int32_t number;
  arc_day day;
  char invoice[3], payment[3], note[3], dispute[3];
} life_day;

static void life_key(char key[3], char kind, int32_t number) {
  key[0] = kind;
  key[1] = (char)('0' + number);
  key[2] = 0;
}

static arc_status life_customers(const life_day *d, arc_error *err) {
  arc_customer customer = ARC_CUSTOMER_INIT;
  customer.key = (arc_text)ARC_TEXT("C");
  customer.name = (arc_text)ARC_TEXT("Customer & Sons");
  customer.terms_days = 30;
  return arc_ledger_post_customers(d->ledger, &customer, 1, err);
}

static arc_status life_invoices(const life_day *d, arc_error *err) {
  arc_invoice invoice = ARC_INVOICE_INIT;
  invoice.key = (arc_text)ARC_TEXT(d->invoice);
  invoice.customer = (arc_text)ARC_TEXT("C");
  invoice.issued = d->day;
  invoice.amount = 10000 + d->number;
  return arc_ledger_post_invoices(d->ledger, &invoice, 1, err);
}

static arc_status life_payments(const life_day *d, arc_error *err) {
  arc_payment payment = ARC_PAYMENT_INIT;
  payment.key = (arc_text)ARC_TEXT(d->payment);
  payment.payer_name = (arc_text)ARC_TEXT("Customer and Sons");
  payment.received = d->day;
  payment.amount = 7000;
  return arc_ledger_post_payments(d->ledger, &payment, 1, err);
}

static arc_status life_applications(const life_day *d, arc_error *err) {
  arc_application application = ARC_APPLICATION_INIT;
  application.credit = (arc_text)ARC_TEXT(d->payment);
  application.invoice = (arc_text)ARC_TEXT(d->invoice);
  application.day = d->day;
  application.amount = 6000;
  application.discount = 100;
  return arc_ledger_post_applications(d->ledger, &application, 1, err);
}

static arc_status life_reversals(const life_day *d, arc_error *err) {
  arc_reversal reversal = ARC_REVERSAL_INIT;
  if (d->number % 4) return ARC_ALREADY;
  reversal.payment = (arc_text)ARC_TEXT(d->payment);
  reversal.day = d->day + 1;
  return arc_ledger_post_reversals(d->ledger, &reversal, 1, err);
}

static arc_status life_credit_notes(const life_day *d, arc_error *err) {
  arc_credit_note note = ARC_CREDIT_NOTE_INIT;
  note.key = (arc_text)ARC_TEXT(d->note);
  note.customer = (arc_text)ARC_TEXT("C");
  note.issued = d->day;
  note.amount = 500;
  return arc_ledger_post_credit_notes(d->ledger, &note, 1, err);
}

static arc_status life_writeoffs(const life_day *d, arc_error *err) {
  arc_writeoff writeoff = ARC_WRITEOFF_INIT;
  writeoff.key = (arc_text)ARC_TEXT(d->invoice);
  writeoff.invoice = (arc_text)ARC_TEXT(d->invoice);
  writeoff.day = d->day;
  writeoff.amount = 50;
  return arc_ledger_post_writeoffs(d->ledger, &writeoff, 1, err);
}

static arc_status life_disputes(const life_day *d, arc_error *err) {
  arc_dispute dispute = ARC_DISPUTE_INIT;
  dispute.key = (arc_text)ARC_TEXT(d->dispute);
  dispute.invoice = (arc_text)ARC_TEXT(d->invoice);
  dispute.kind = (arc_text)ARC_TEXT("price");
  dispute.opened = d->day;
  dispute.amount = 200;
  return arc_ledger_post_disputes(d->ledger, &dispute, 1, err);
}

/* The commands of days from..to-1; every other day in one batch. Expects that each gives
 * `expected`, or has nothing to do on that day. */
static arc_status life_live(arc_ledger *ledger, int32_t from, int32_t to, arc_error *err) {
  static arc_status (*const commands[])(const life_day *, arc_error *) = {
      life_customers, life_invoices,     life_payments,  life_applications,
      life_reversals, life_credit_notes, life_writeoffs, life_disputes};
  for (int32_t number = from; number < to; number++) {
    life_day d = {.ledger = ledger, .number = number, .day = LIFE_FIRST_DAY + number};
    life_key(d.invoice, 'I', number);
    life_key(d.payment, 'P', number);
    life_key(d.note, 'N', number);
    life_key(d.dispute, 'D', number);
    arc_status status = number % 2 ? arc_batch_begin(ledger, err) : ARC_OK;
    for (size_t i = 0; i < sizeof commands / sizeof *commands && status >= 0; i++)
      status = commands[i](&d, err);
    if (status >= 0 && number % 2) status = arc_batch_commit(ledger, err);
    if (status < 0) return status;
  }
  return ARC_OK;
}

/* ---- the clauses ---- */

typedef struct life_end {
  uint8_t head[32];
  uint64_t next_seq;
  int64_t receivable, unapplied;
} life_end;

static arc_status life_end_of(life_end *end, arc_ledger *ledger, arc_error *err) {
  arc_ledger_info info = ARC_LEDGER_INFO_INIT;
  arc_status status = arc_ledger_describe(&info, ledger, err);
  memset(end, 0, sizeof *end);
  memcpy(end->head, info.head, sizeof end->head);
  end->next_seq = info.next_sequence;
  if (status >= 0)
    status = arc_ledger_balance(ledger, &end->receivable, &end->unapplied, "C", ARC_NUL_TERMINATED, "EUR",
                                ARC_DAY_NONE, err);
  return status >= 0 ? arc_ledger_verify(ledger, err) : status;
}

/* What is before this day is dropped, if the storage can. */
#define LIFE_DROP_DAY (LIFE_DAYS / 2 + LIFE_DAYS / 12)

/* What the days come to in memory. */
static arc_status life_expect(life_end *end, int drops, arc_error *err) {
  arc_ledger *ledger;
  arc_status status = life_open(&ledger, NULL, err);
  if (status >= 0) status = life_live(ledger, 0, LIFE_DROP_DAY, err);
  if (status >= 0 && drops) status = arc_ledger_drop_journal(ledger, err);
  if (status >= 0) status = life_live(ledger, LIFE_DROP_DAY, LIFE_DAYS, err);
  if (status >= 0) status = life_end_of(end, ledger, err);
  arc_ledger_close(ledger);
  return status;
}

/* A part of the life between opening and closing, with a snapshot in its midst. */
static arc_status life_part(arc__conformance *c, int32_t from, int32_t to, life_end *end,
                            arc_error *err) {
  arc_ledger *ledger = NULL;
  int32_t middle = from + (to - from) / 2;
  arc_status status = life_open_stored(c, &ledger, err);
  if (status >= 0) status = life_live(ledger, from, middle, err);
  if (status >= 0 && c->storage.save_snapshot) status = arc_ledger_snapshot(ledger, err);
  if (status >= 0 && c->storage.drop && middle == LIFE_DROP_DAY && to < LIFE_DAYS)
    status = arc_ledger_drop_journal(ledger, err);
  if (status >= 0) status = life_live(ledger, middle, to, err);
  if (status >= 0) status = life_end_of(end, ledger, err);
  arc_ledger_close(ledger);
  return status;
}

int arc__conformance_ledger_life(arc__conformance *c) {
  arc_error err = ARC_ERROR_INIT;
  life_end expected, end;
  if (!arc__conformance_open(c)) return 0;
  arc_status status = life_expect(&expected, c->storage.drop != NULL, &err);
  arc__conformance_close(c);
  if (status < 0) return life_fail(c, "the ledger in memory", status, &err);
  for (int32_t from = 0; from < LIFE_DAYS && status >= 0; from += LIFE_DAYS / 6)
    status = life_part(c, from, from + LIFE_DAYS / 6, &end, &err);
  if (status >= 0)
    status = life_part(c, 0, LIFE_DAYS, &end, &err); /* all said again: nothing new */
  if (status < 0) return life_fail(c, "the ledger on the storage", status, &err);
  return memcmp(&end, &expected, sizeof end) == 0 ||
         arc__conformance_fail(c,
                               "the ledger on the storage ends elsewhere than the one in memory");
}

/* ---- the acknowledgement that got lost, as a ledger sees it ---- */

typedef struct life_deaf {
  arc_storage storage;
  int deaf;
} life_deaf;

static int32_t life_deaf_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes,
                                size_t size) {
  life_deaf *d = user;
  int32_t code = d->storage.append(d->storage.user, first_seq, count, bytes, size);
  return code == ARC_OK && d->deaf ? ARC_E_UNKNOWN_OUTCOME : code;
}

static int32_t life_deaf_read(void *user, uint64_t first_seq, uint64_t offset, void *buf,
                              size_t cap, size_t *size) {
  life_deaf *d = user;
  return d->storage.read(d->storage.user, first_seq, offset, buf, cap, size);
}

static void life_deaf_close(void *user) {
  life_deaf *d = user;
  if (d->storage.close) d->storage.close(d->storage.user);
}

/* Days 0 and 1 are recorded, day 2's first command does not learn that it was. */
static arc_status life_lose(arc__conformance *c, arc_error *err) {
  life_deaf deaf = {0};
  arc_ledger *ledger = NULL;
  if (!arc__conformance_open(c)) return ARC_E_HOST;
  c->is_open = 0;
  deaf.storage = c->storage;
  arc_storage storage = {.struct_size = sizeof storage,
                         .user = &deaf,
                         .append = life_deaf_append,
                         .read = life_deaf_read,
                         .close = life_deaf_close};
  arc_status status = life_open(&ledger, &storage, err);
  if (status >= 0) status = life_live(ledger, 0, 2, err);
  deaf.deaf = 1;
  if (status >= 0) status = life_live(ledger, 2, 3, err);
  arc_ledger_close(ledger);
  return status == ARC_E_UNKNOWN_OUTCOME ? ARC_OK : status < 0 ? status : ARC_E_HOST;
}

int arc__conformance_lost_command(arc__conformance *c) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = NULL;
  life_day d = {.number = 2, .day = LIFE_FIRST_DAY + 2};
  life_key(d.invoice, 'I', 2);
  if (!arc__conformance_wipe(c)) return 0;
  arc_status status = life_lose(c, &err);
  if (status < 0) return life_fail(c, "the ledger whose acknowledgement was lost", status, &err);
  status = life_open_stored(c, &ledger, &err);
  d.ledger = ledger;
  if (status >= 0) status = life_invoices(&d, &err);
  int already = status == ARC_ALREADY;
  if (status >= 0) status = life_live(ledger, 2, 4, &err);
  if (status >= 0) status = arc_ledger_verify(ledger, &err);
  arc_ledger_close(ledger);
  if (status < 0) return life_fail(c, "the ledger that was opened again", status, &err);
  return already ||
         arc__conformance_fail(c, "the command whose acknowledgement was lost was recorded twice");
}
