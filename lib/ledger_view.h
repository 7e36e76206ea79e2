/*
 * How engines read the ledger: the tables as they are, and a view of money as of the end of a day.
 *
 * A view also keeps to what was known when, on a fork as known at an instant. It is cheap while nothing takes effect after its day
 * (the usual case: today); otherwise it undoes what is later, in proportion to that. It is valid until the next command; it owns memory: close it.
 */
#ifndef ARC_LEDGER_VIEW_H
#define ARC_LEDGER_VIEW_H

#include "arcollect/ledger.h"
#include "ledger_schema.h"

const arc__tables *arc__ledger_tables(const arc_ledger *ledger);
const arc__heap *arc__ledger_heap(const arc_ledger *ledger);
/* Around a call of the host's code: what it calls on the ledger meanwhile is ARC_E_BUSY. */
void arc__ledger_callback(arc_ledger *ledger, int inside);
arc_status arc__ledger_outside(const arc_ledger *ledger, arc_error *err); /* ARC_OK or ARC_E_BUSY */

arc_day arc__ledger_last_day_run(const arc_ledger *ledger);   /* ARC_DAY_NONE: none */
arc_day arc__ledger_closed_through(const arc_ledger *ledger); /* the same */
uint64_t arc__ledger_next_sequence(const arc_ledger *ledger);

/* A place inside an open batch to go back to, when what was said since is not to count. */
typedef struct arc__savepoint {
  arc__mark mark;
  size_t commit_size;
  uint32_t pending;
} arc__savepoint;

void arc__ledger_savepoint(arc_ledger *ledger, arc__savepoint *here);
void arc__ledger_back_to(arc_ledger *ledger, const arc__savepoint *to);

/* On a fork: as if the touches of a day and of all days after it had never been made, and none of these days been
 * planned or run. What else is recorded stays. ARC_E_NOMEM: the fork is to be closed. */
arc_status arc__ledger_forget_touches(arc_ledger *fork, arc_day from, arc_error *err);

typedef struct arc__view {
  const arc_ledger *ledger;
  const arc__tables *tables;
  arc_day day;
  int current; /* nothing takes effect after the day, and everything recorded is known */
  /* The last rows known; UINT32_MAX: all. `known` is of KNOWN. */
  uint32_t known, invoices, credits, entries, exceptions, touches, dispute_changes, corrections, deliveries, contacts,
      replies;
  int64_t **instalment_adjust;  /* per chunk of rows, what to add to the open amount; NULL: nothing */
  int64_t **credit_adjust;
  size_t instalment_chunks, credit_chunks;
} arc__view;

/* ARC_E_INVALID for a day out of range, ARC_E_NOMEM, ARC_E_BUSY inside a callback. ARC_DAY_NONE: everything
 * recorded. */
arc_status arc__view_open(arc__view *view, const arc_ledger *ledger, arc_day day, arc_error *err);
/* A view that knows what was known, and nothing of amounts: it owns no memory and needs no closing. */
arc_status arc__view_known(arc__view *view, const arc_ledger *ledger, arc_error *err);
/* The last row known of INVOICE, INSTALMENT, CREDIT, ENTRY, EXCEPTION or TOUCH. */
uint32_t arc__view_rows(const arc__view *view, int table);
/* Whether an entry was known, and the day on which it was known to be undone; ARC_DAY_NONE: it was not. */
int arc__view_knows_entry(const arc__view *view, uint32_t entry);
arc_day arc__view_entry_undone(const arc__view *view, uint32_t entry);
/* The same of credits: the day of their reversal, and of their identification. */
int arc__view_knows_credit(const arc__view *view, uint32_t credit);
arc_day arc__view_credit_reversed(const arc__view *view, uint32_t credit);
void arc__view_close(arc__view *view);

/* Minor units open at the end of the day; 0 before the invoice was issued or the credit received. */
int64_t arc__view_instalment_open(const arc__view *view, uint32_t instalment);
int64_t arc__view_credit_open(const arc__view *view, uint32_t credit);
/* The account a credit counts for at the end of the day; 0: payer not identified then. */
uint32_t arc__view_credit_account(const arc__view *view, uint32_t credit);
/* Sums over an account: open instalments; credits not applied. */
int64_t arc__view_receivable(const arc__view *view, uint32_t account);
int64_t arc__view_unapplied(const arc__view *view, uint32_t account);

/* One open instalment. */
typedef struct arc__open_item {
  uint32_t instalment;
  uint32_t invoice;
  arc_day due;
  int64_t open;
} arc__open_item;

/* A growing list to be filled again and again; begin with zeros and the heap. */
typedef struct arc__open_items {
  const arc__heap *heap;
  arc__open_item *data;
  size_t count, capacity;
} arc__open_items;
void arc__open_items_free(arc__open_items *items);

/* The open instalments of an account, ordered by due date, then by row. ARC_E_NOMEM. */
arc_status arc__view_open_items(const arc__view *view, uint32_t account, arc__open_items *items,
                                arc_error *err);

/* What is disputed of an invoice at the end of the day, minor units, at most its amount. */
int64_t arc__view_disputed(const arc__view *view, uint32_t invoice);
/* What may be chased of an instalment: its open amount less what is disputed; a dispute holds the
 * latest instalments first. */
int64_t arc__view_undisputed(const arc__view *view, uint32_t instalment);
/* ARC_FAULT_* of a row of FINDING that are neither corrected nor dismissed. */
uint32_t arc__view_open_faults(const arc__view *view, uint32_t finding);

/* What is said of a dispute at the end of the day: as it was opened, or last changed. */
typedef struct arc__dispute {
  uint32_t kind, owner; /* NAME */
  arc_text reason, documents;
  arc_day answer_by; /* ARC_DAY_NONE: no service level */
} arc__dispute;
void arc__view_dispute(const arc__view *view, uint32_t exception, arc__dispute *dispute);

/* A promise at the end of the day. */
#define ARC__PROMISE_NOT_YET 0 /* not made by that day, or undone by then */
#define ARC__PROMISE_PENDING 1
#define ARC__PROMISE_KEPT 2
#define ARC__PROMISE_PARTLY_KEPT 3
#define ARC__PROMISE_BROKEN 4
/* `exception` is a row of kind promise; *paid (may be NULL) receives what was settled towards it. */
int arc__view_promise(const arc__view *view, uint32_t exception, int64_t *paid);

/* What was settled of an invoice from one day to another, both included, as it stands on the view's day. */
int64_t arc__view_settled_between(const arc__view *view, uint32_t invoice, arc_day from, arc_day to);
/* The day an exception was known to be closed; ARC_DAY_NONE: it was not. */
arc_day arc__view_exception_closed(const arc__view *view, uint32_t exception);

/* A payment plan at the end of the day. Once an instalment is missed it is broken and stays so. */
#define ARC__PLAN_NOT_YET 0
#define ARC__PLAN_RUNNING 1
#define ARC__PLAN_KEPT 2
#define ARC__PLAN_BROKEN 3
#define ARC__PLAN_ENDED 4
typedef struct arc__plan {
  int state;
  int64_t planned, paid;
  arc_day missed;      /* due day of the first instalment not paid in time; ARC_DAY_NONE */
  arc_day next_due;    /* of the first instalment not paid yet */
  int64_t next_amount; /* what is missing for it */
} arc__plan;
/* `exception` is a row of kind plan. */
void arc__view_plan(const arc__view *view, uint32_t exception, arc__plan *plan);

/* The first exception of the kinds (bits 1 << ARC__EXCEPTION_*) that pauses an invoice or its customer
 * entirely at the end of the day, for a channel (0: any hold for all channels); 0: none. A dispute pauses
 * here only if nothing undisputed is open. */
uint32_t arc__view_pause(const arc__view *view, uint32_t invoice, int channel, unsigned kinds);

/* The latest version of a template that a touch may be written by; 0: it is a younger one. */
uint32_t arc__view_template(const arc__tables *t, uint32_t first, uint32_t touch);
/* The instant of what is recorded now, as of arc_ledger_set_clock. */
int64_t arc__ledger_instant(const arc_ledger *ledger);

/* Who is written to through a channel: the contact for payables, else the one recorded first, that has an
 * address for it and has not opted out. */
enum {
  ARC__CONTACT_FOUND,
  ARC__CONTACT_HOST, /* the book has no contacts, or the channel needs none: the host knows */
  ARC__CONTACT_NO_ADDRESS,
  ARC__CONTACT_OPTED_OUT
};
int arc__contact_for(const arc__tables *t, uint32_t customer, int32_t channel, uint32_t *contact);
/* The same for the contacts of some roles (bits 1u << ARC_ROLE_*; 0: any); if none of them can be written to, for
 * any. */
int arc__contact_of_role(const arc__tables *t, uint32_t customer, int32_t channel, uint32_t roles,
                         uint32_t *contact);
/* Whether a touch was withheld, whatever a human said of it since. */
int arc__touch_withheld(const arc__tables *t, uint32_t touch);
/* The contact's address for a channel; empty if it has none. */
arc_text arc__contact_address(const arc__tables *t, uint32_t contact, int32_t channel);

/* The rejection by which a human refused this set of invoices (a list as in the record) for a payment; 0: none. */
uint32_t arc__rejection_of(const arc__tables *t, uint32_t credit, arc_text invoices);

/* How often a kind of the matcher's evidence (1..ARC__EVIDENCE_MAX) was right: payments. */
typedef struct arc__evidence {
  uint32_t confirmed; /* by a human */
  uint32_t applied;   /* without one, and standing */
  uint32_t wrong;     /* refused, or undone */
} arc__evidence;
void arc__evidence_counts(const arc__tables *t, uint32_t kind, arc__evidence *counts);

/* Sums by currency (a row of CONTROL) and day, of columns of DAY. They are of all that is recorded: for a view that
 * knows less they say nothing. */
uint32_t arc__find_control(const arc__tables *t, uint32_t currency); /* 0: none yet */
/* Over the days from one to another, both included, in O(days). 0: beyond 64 bits, or a day's sum once was. */
int arc__sums_between(const arc__tables *t, int column, uint32_t control, arc_day from, arc_day to, int64_t *sum);
/* The first block of days, ARC__SUMS_DAYS rows of DAY one after the other, that ends on *day or later and begins no later
 * than `last`: its first row, and in *day its first day; 0: none. */
#define ARC__SUMS_DAYS 64
uint32_t arc__sums_block(const arc__tables *t, uint32_t control, arc_day *day, arc_day last);
/* What is open at the end of a day, in O(days since). 0 as above. */
int arc__sums_open(const arc__tables *t, uint32_t control, arc_day day, int64_t *open);

/* Texts that most engines need. */
arc_text arc__invoice_number(const arc__tables *t, uint32_t invoice);
arc_text arc__name(const arc__tables *t, uint32_t name);     /* a NAME row; 0: empty */
uint32_t arc__find_name(const arc__tables *t, arc_text text); /* 0: no such name */
uint32_t arc__find_customer(const arc__tables *t, arc_text key);
uint32_t arc__find_invoice(const arc__tables *t, arc_text key);
uint32_t arc__find_credit(const arc__tables *t, int kind, arc_text key);
uint32_t arc__find_account(const arc__tables *t, uint32_t customer, uint32_t currency); /* 0: none yet */
/* What an item is, by ARC__INVOICE_SALE or ARC_CHARGE_*. */
const char *arc__item_name(int kind);
/* The invoice that an entry settles a part of; 0: none (a refund). */
uint32_t arc__entry_invoice(const arc__tables *t, uint32_t entry);
/* The row of EXCHANGE of an entry whose credit is of another currency; 0: it is of the same. */
uint32_t arc__entry_exchange(const arc__tables *t, uint32_t entry);
/* What an entry takes from its credit, in the credit's currency. */
int64_t arc__entry_taken(const arc__tables *t, uint32_t entry);
/* The exchange difference of a row of EXCHANGE in the book's currency, gains positive; 0 if it was not valued. */
int64_t arc__exchange_difference(const arc__tables *t, uint32_t exchange);
/* The currency of an invoice. */
uint32_t arc__invoice_currency(const arc__tables *t, uint32_t invoice);
/* The highest early-payment discount of an invoice whose last day is `day` or later, basis points; 0: none. */
uint32_t arc__invoice_discount(const arc__tables *t, uint32_t invoice, int64_t day);
/* What is open of an invoice by all that is recorded. */
int64_t arc__invoice_open(const arc__tables *t, uint32_t invoice);
/* Its order number, as it was corrected last. */
arc_text arc__invoice_po(const arc__tables *t, uint32_t invoice);
/* The instalment's 1-based number within its invoice. */
uint32_t arc__instalment_number(const arc__tables *t, uint32_t instalment);

#endif
