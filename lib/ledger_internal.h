/*
 * Shared inside the ledger: the handle, how a command runs, and how state changes.
 *
 * A command is, per row: resolve (texts and keys to a record), check (the record against the state),
 * arc__ledger_record (bytes, then apply). Replay is: read, check, apply. So what a journal may hold is what a
 * command may say, and both are checked by the same code.
 */
#ifndef ARC_LEDGER_INTERNAL_H
#define ARC_LEDGER_INTERNAL_H

#include "journal.h"
#include "ledger_view.h"
#include "records.h"

enum {
  ARC__LEDGER_IDLE,
  ARC__LEDGER_BATCH,  /* arc_batch_begin: commands gather */
  ARC__LEDGER_SEALED  /* arc_batch_bytes: only publish or abort */
};

struct arc_ledger {
  arc__heap heap;
  arc__tables tables;
  arc_storage storage;
  uint32_t flags;
  int state;
  int in_callback;
  int read_only;     /* after ARC_E_UNKNOWN_OUTCOME */
  int overflowed;    /* a sum did not fit since the command began */
  uint64_t next_seq; /* of the next record to become durable */
  uint64_t last_commit; /* first sequence number of the last commit; 0: none */
  unsigned char chain[32];
  char currency[4]; /* of the book */
  int64_t instant;
  int64_t recorded_at; /* the instant of the commit being built, or read */
  uint64_t recorded_seq; /* the number of the record being applied */
  uint64_t first_seq; /* where the storage's journal begins; 1: it has everything */
  unsigned char first_chain[32]; /* the link before that */
  unsigned char first_snapshot[32]; /* the digest of the snapshot brought forward */
  int days_again;   /* a fork on which days of the past are planned again, though more has happened since */
  int64_t known_at; /* reads see what was recorded by then; 0: everything, and commands are taken */
  arc__buffer commit;  /* the commit being built */
  uint32_t pending;    /* records in it */
  arc__commit sealed;  /* its header, once bytes were handed out */
  arc__mark batch;     /* where aborting leads */
  arc__buffer list;    /* of one record */
  arc__buffer unsaved; /* commits of a detached ledger */
  uint64_t unsaved_seq;
  const arc_calendar *calendar; /* the host's, for terms */
};

#define ARC__L(ledger) (&(ledger)->tables)

/* ---- the handle: ledger.c ---- */

/* A handle without a book yet. The storage is not taken: closing it stays with the caller. */
arc_status arc__ledger_new(arc_ledger **out, const arc__heap *heap, const uint64_t hash_seed[2],
                           arc_error *err);
void arc__ledger_free(arc_ledger *ledger);
/* Whether the handle takes commands now. */
arc_status arc__ledger_usable(const arc_ledger *ledger, arc_error *err);

/* ---- ledger_snapshot.c ---- */

/* Loads the latest snapshot, if there is one. After a failure the handle is to be freed. */
arc_status arc__ledger_load_snapshot(arc_ledger *ledger, arc_error *err);
/* Stores a snapshot and says the digest of its bytes. */
arc_status arc__ledger_save_snapshot(arc_ledger *ledger, unsigned char digest[32], arc_error *err);

/* ---- ledger_forward.c ---- */

/* Finds out where the storage's journal begins. ARC_E_CORRUPT if it begins with neither a book nor what was brought
 * forward. */
arc_status arc__ledger_find_beginning(arc_ledger *ledger, arc_error *err);
/* What was known to the state before the journal's beginning: the row of KNOWN that came first after it; 0: the
 * journal has everything. */
uint32_t arc__ledger_forward_known(const arc_ledger *ledger);

/* ---- ledger_replay.c ---- */

/* Replays what is stored from the handle's place on, up to record `upto` (0: all). */
arc_status arc__ledger_catch_up(arc_ledger *ledger, const arc_storage *storage, uint64_t upto,
                                arc_error *err);
/* Says in an error that was filled already which record, or row of a call, is at fault. */
void arc__ledger_say_record(arc_error *err, arc_status status, uint64_t record);

/* Adds a record to the commit and applies it: ARC_OK, ARC_E_NOMEM, or ARC_E_OVERFLOW for a balance beyond 64
 * bits. After a failure the command must end: the state is not whole until it is rolled back. */
typedef void (*arc__fields_function)(arc__codec *codec, void *record);
typedef void (*arc__apply_function)(arc_ledger *ledger, const void *record);
arc_status arc__ledger_record(arc_ledger *ledger, uint16_t type, const void *record, arc_error *err);

/* Reads all recorded commits of the ledger in order, unsaved ones included. */
arc_status arc__ledger_scan(arc_ledger *ledger, arc__record_function each, void *user, arc_error *err);

/* ---- ledger_commands.c ---- */

/* Records one record in a commit of its own, and stores that. */
arc_status arc__ledger_commit_record(arc_ledger *ledger, uint16_t type, const void *record, arc_error *err);

/* One row of a command: `row` is a copy of the caller's struct. ARC_OK or ARC_ALREADY. */
typedef arc_status (*arc__command_function)(arc_ledger *ledger, void *row, uint64_t index,
                                            arc_error *err);
#define ARC__COMMAND_ROW_MAX 320

/* A key in a command's row that the command will find: where, an arc_text, and in which index; its tag is in the
 * row, an int32_t (tag_at), or given. */
typedef struct arc__command_key {
  size_t at, tag_at; /* tag_at 0: given */
  int index, tag;
} arc__command_key;

/* Runs a command over an array of sized structs: all rows or none. With `keys`, what it will find is looked for some
 * rows ahead. */
typedef struct arc__command {
  size_t size, oldest; /* of the struct: this library's, and that of the first release */
  const char *what;    /* its name */
  arc__command_function one;
  const arc__command_key *keys;
  size_t key_count;
} arc__command;
arc_status arc__ledger_post(arc_ledger *ledger, const void *rows, size_t count, const arc__command *command,
                            arc_error *err);
/* The same for a struct's name, without looking ahead. */
#define ARC__POST(type, ledger, rows, count, one, err)                                             \
  arc__ledger_post((ledger), (rows), (count),                                                      \
                   &(const arc__command){sizeof(type), ARC__FIRST_##type, #type, (one), NULL, 0}, (err))

/* ---- state: ledger_state.c ---- */

void arc__state_add(arc_ledger *ledger, int column, uint32_t row, int64_t delta); /* checked sum */
uint32_t arc__state_name(arc_ledger *ledger, arc_text text);                      /* 0 for empty */
uint32_t arc__state_account(arc_ledger *ledger, uint32_t customer, uint32_t currency);
uint32_t arc__state_control(arc_ledger *ledger, uint32_t currency); /* CONTROL: made if it is new */
void arc__state_post(arc_ledger *ledger, uint32_t currency, int debit, int credit, int64_t amount);
void arc__state_account_changed(arc_ledger *ledger, uint32_t account);
void arc__state_customer_changed(arc_ledger *ledger, uint32_t customer);
void arc__state_known(arc_ledger *ledger); /* before a record is applied: notes the instant, if new */
uint32_t arc__state_known_anew(arc_ledger *ledger); /* a row of its own, and which one */
uint32_t arc__state_known_row(const arc_ledger *ledger); /* KNOWN: of what is being recorded */
void arc__state_money_day(arc_ledger *ledger, arc_day day); /* keeps BOOK_MAX_DAY */
void arc__state_instalment_add(arc_ledger *ledger, uint32_t instalment, int64_t delta); /* open amount */
void arc__state_credit_add(arc_ledger *ledger, uint32_t credit, int64_t delta);         /* open amount */

/* ---- sums by currency and day: ledger_sums.c ---- */

/* Each adds what a row that is new, or changed with effect from a day, brings to the sums. */
void arc__sums_instalment(arc_ledger *ledger, uint32_t instalment);
void arc__sums_credit(arc_ledger *ledger, uint32_t credit);
void arc__sums_entry(arc_ledger *ledger, uint32_t entry);
void arc__sums_entry_undone(arc_ledger *ledger, uint32_t entry, arc_day day);
/* Compares them with the rows. ARC_E_CORRUPT, ARC_E_NOMEM. */
arc_status arc__sums_check(const arc_ledger *ledger, arc_error *err);

/* ---- items: what is owed: ledger_items.c ---- */

/* Adds an item without instalments, of ARC__INVOICE_SALE or ARC_CHARGE_*; 0 if memory ran out. */
uint32_t arc__item_add(arc_ledger *ledger, const arc__invoice_record *r, int kind);
void arc__item_add_instalment(arc_ledger *ledger, uint32_t invoice, arc_day due, int64_t amount);
/* The control account that a kind of item is posted to. */
int arc__charge_account(int kind);

/* ---- entries: what settles an instalment: ledger_entries.c ---- */

typedef struct arc__entry {
  arc_text key;
  int kind;
  uint32_t instalment, credit; /* one may be 0 */
  arc_day day;
  int64_t amount, discount, tolerance;
  uint32_t asked, how, confidence_ppm;
  int64_t taken; /* from the credit, in its currency */
} arc__entry;

/* Adds an entry and takes it from the instalment's and the credit's open amounts. */
void arc__entry_add(arc_ledger *ledger, const arc__entry *entry);
/* Undoes an entry from a day on: its amounts are open again. */
void arc__entry_undo(arc_ledger *ledger, uint32_t entry, arc_day day);
/* The most that can be settled of an instalment from a day on, such that it is never over-settled on any
 * day, though later or undone entries may be dated around it; and the same of what a credit has left. */
int64_t arc__entry_room(const arc__tables *t, uint32_t instalment, arc_day day);
int64_t arc__entry_credit_room(const arc__tables *t, uint32_t credit, arc_day day);

/* ---- exceptions: ledger_exceptions.c ---- */

uint32_t arc__exception_add(arc_ledger *ledger, int kind, arc_text key, uint32_t customer, uint32_t invoice,
                            arc_day from);
/* What a dispute and a promise of an invoice have in common: a new key, the day, an amount within the invoice's. */
arc_status arc__exception_check(const arc_ledger *ledger, int kind, arc_text key, uint32_t invoice, arc_day from,
                                uint32_t field, const char *what, arc_error *err);
arc_status arc__exception_check_amount(const arc_ledger *ledger, int64_t amount, uint32_t invoice, const char *what,
                                       arc_error *err);
/* Whoever may be touched because of it has changed. */
void arc__exception_changed(arc_ledger *ledger, uint32_t row);
/* Closing an exception: `kind` must fit, and it must be open. */
arc_status arc__exception_check_close(const arc_ledger *ledger, int kind, uint32_t row, arc_day day,
                                      arc_error *err);
void arc__exception_close(arc_ledger *ledger, uint32_t row, arc_day day);

/* ---- ledger_state.c ---- */

/* Recomputes every balance from the rows (P5). ARC_E_CORRUPT says which one is wrong. */
arc_status arc__state_check(const arc_ledger *ledger, arc_error *err);
/* The same for what costs little: the control accounts of each currency sum to zero. */
arc_status arc__state_check_sums(const arc_ledger *ledger, arc_error *err);
arc_status arc__state_check_account(const arc_ledger *ledger, uint32_t account, arc_error *err);

#define ARC__FAIL_CHECK(err, ...) arc__fail((err), ARC_E_CORRUPT, __VA_ARGS__)

/* ---- erased texts: ledger_erasure.c ---- */

/* Stands where a text was erased that nobody searches or writes to; what is searched or written to is empty then. */
extern const arc_text arc__erased;
/* Whether what is said again may be what was kept, perhaps before it was erased. */
int arc__erasure_same(arc_text said, arc_text kept);

/* ---- input: ledger_input.c ---- */

#define ARC__KEY_MAX 64
#define ARC__TOUCH_KEY_MAX 255
#define ARC__LINE_MAX 512
#define ARC__FREE_MAX 4096
#define ARC__POLICY_MAX 65535

/* Where a command's input stands, for its errors. */
typedef struct arc__input {
  const arc_ledger *ledger;
  uint64_t index;
  arc_error *err;
} arc__input;

arc_status arc__input_key(const arc__input *in, arc_text *text, uint32_t field, const char *what);
arc_status arc__input_line(const arc__input *in, arc_text *text, uint32_t field, const char *what);
arc_status arc__input_free_text(const arc__input *in, arc_text *text, uint32_t field, const char *what);
arc_status arc__input_day(const arc__input *in, arc_day day, uint32_t field, const char *what);
arc_status arc__input_options(const arc__input *in, uint32_t options, uint32_t allowed, uint32_t reserved);
/* Says in an error that was filled already, by a function that knows no commands, which row and field it is of. */
arc_status arc__input_of_field(const arc__input *in, arc_status status, uint32_t field);
/* Terms of payment, or none. */
arc_status arc__input_terms(const arc__input *in, arc_text *terms, uint32_t field);
arc_status arc__input_currency(const arc__input *in, const char code[4], uint32_t otherwise,
                               uint32_t field, uint32_t *currency);
/* A key that must exist, as a row. With `optional`, an empty one is 0. */
arc_status arc__input_customer(const arc__input *in, arc_text *key, uint32_t field, int optional,
                               uint32_t *row);
arc_status arc__input_invoice(const arc__input *in, arc_text *key, uint32_t field, int optional,
                              uint32_t *row);
arc_status arc__input_credit(const arc__input *in, arc_text *key, int32_t kind, uint32_t field,
                             uint32_t *row);
arc_status arc__input_exception(const arc__input *in, arc_text *key, int kind, uint32_t field,
                                uint32_t *row);
arc_status arc__input_exists(const arc__input *in, arc_text key, const char *what);

/* What of a credit's applications is meant. */
typedef struct arc__cash_part {
  uint32_t credit, invoice; /* invoice 0: all */
  uint32_t application;     /* the first entry of one application; 0: all */
  uint32_t instalment;      /* 1-based; 0: all */
} arc__cash_part;
/* Undoes applications: ARC_ALREADY if there are none. */
arc_status arc__cash_unapply(const arc__input *in, arc_ledger *ledger, const arc__cash_part *part, arc_text key,
                             arc_day day, arc_text reason);

/* ---- what is wrong with an invoice: ledger_quality.c ---- */

/* Looks at an invoice that is new, as its customer's checks want. ARC_E_REFUSED, or it is noted in the record. */
arc_status arc__quality_look(const arc__input *in, const arc_invoice *invoice, int terms_agreed, arc__invoice_record *r);
arc_status arc__quality_check(const arc_ledger *ledger, const arc__invoice_record *r, arc_error *err);
void arc__quality_apply(arc_ledger *ledger, const arc__invoice_record *r, uint32_t invoice);

/* ---- what the matcher's evidence is worth: ledger_evidence.c ---- */

void arc__evidence_applied(arc_ledger *ledger, const arc__application_record *r);
void arc__evidence_undone(arc_ledger *ledger, uint32_t credit);
void arc__evidence_bounced(arc_ledger *ledger, uint32_t credit, arc_day day);
void arc__evidence_refused(arc_ledger *ledger, uint32_t kind);

/* ---- disputes: ledger_disputes.c ---- */

/* Opens the dispute that a short pay gives rise to, of the application whose first entry is `entry`. */
arc_status arc__dispute_deduct(const arc__input *in, arc_ledger *ledger, const arc_dispute *deduction, uint32_t entry);
/* Whether an application said again states the deduction that it was recorded with, or none as then. */
arc_status arc__dispute_deducted(const arc__input *in, const arc_dispute *deduction, uint32_t entry, int *same);

/* ---- ledger_delivery.c ---- */

/* A touch was planned: for whom, and which templates there were. */
void arc__delivery_planned(arc_ledger *ledger, uint32_t touch);
/* A touch bounced, or reached somebody after all. */
void arc__delivery_told(arc_ledger *ledger, uint32_t touch, uint32_t status);
/* The command of an outcome that says when a planned touch may be offered again. */
arc_status arc__delivery_retry(const arc__input *in, arc_ledger *ledger, const arc_touch_outcome *o, uint32_t touch);
/* The addresses of a contact are about to be these. */
void arc__delivery_address(arc_ledger *ledger, uint32_t contact, const arc__contact_record *r);

/* ---- applications in another currency: ledger_exchange.c ---- */

/* What a command says of an exchange, to be divided over instalments. */
typedef struct arc__exchange {
  int64_t settled, taken;
  int64_t rate_invoice, rate_credit;
  int valued;
  int64_t invoice_value, credit_value;
} arc__exchange;

/* Works out an exchange from what the host stated, and whether it agrees with itself. For a credit and an invoice
 * of one currency: only that nothing else was stated. */
arc_status arc__exchange_resolve(const arc__input *in, const arc_application *a, uint32_t credit, uint32_t invoice,
                                 arc__exchange *exchange);
/* Gives a record, of an application that settles its share, what belongs to that: `before` of `all` was settled
 * by those before it. Parts add up to the whole. */
void arc__exchange_share(arc__exchange_record *r, const arc__exchange *all, int64_t before);
/* Adds an entry to a sum; an ordinary one takes what it settles. */
void arc__exchange_sum(arc__exchange *sum, const arc__tables *t, uint32_t entry);
int arc__exchange_equal(const arc__exchange *a, const arc__exchange *b);
/* Whether the credit and the invoice are of different currencies. */
int arc__exchange_needed(const arc__tables *t, uint32_t credit, uint32_t invoice);
/* The checks and postings that an application shares with one in another currency: ledger_cash.c. */
arc_status arc__cash_check(const arc_ledger *ledger, const arc__application_record *r, int64_t taken, int exchange,
                           arc_error *err);
void arc__cash_post(arc_ledger *ledger, uint32_t entry, int sign);

/* ---- each record type: check against the state, and apply ---- */

#define ARC__R(number, upper, lower)                                                               \
  arc_status arc__check_##lower(const arc_ledger *ledger, const arc__##lower##_record *record,     \
                                arc_error *err);                                                   \
  void arc__apply_##lower(arc_ledger *ledger, const arc__##lower##_record *record);
ARC__RECORD_LIST(ARC__R)
#undef ARC__R

/* Row numbers in records: 1..rows of the table. */
arc_status arc__check_row(const arc_ledger *ledger, int table, uint32_t row, const char *what,
                          arc_error *err);
/* `field` is its place in the command's struct, for the error. */
arc_status arc__check_day(arc_day day, uint32_t field, const char *what, arc_error *err);
/* The same of a day that money moves on: no closed period holds it. */
arc_status arc__check_posting_day(const arc_ledger *ledger, arc_day day, uint32_t field, const char *what,
                                  arc_error *err);
arc_status arc__check_amount(int64_t amount, uint32_t field, const char *what, arc_error *err);
arc_status arc__check_currency(uint32_t currency, arc_error *err);
/* The same of a posting: most are in the currency of one before. */
arc_status arc__check_posting_currency(const arc_ledger *ledger, uint32_t currency, arc_error *err);
/* The key is there and nobody has it yet. */
arc_status arc__check_new_key(const arc_ledger *ledger, int index, arc_text key, int64_t tag,
                              const char *what, arc_error *err);

#endif
