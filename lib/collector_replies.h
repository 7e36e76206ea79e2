/* Shared between reading a reply (collector_replies.c) and doing what it asks for (collector_actions.c). */
#ifndef ARC_COLLECTOR_REPLIES_H
#define ARC_COLLECTOR_REPLIES_H

#include "arcollect/money.h"
#include "collector_internal.h"

#define ARC__REPLY_MADE_MAX     64
#define ARC__REPLY_INVOICES_MAX 50
#define ARC__REPLY_KINDS_MAX    16
#define ARC__REPLY_WORDS_MAX    200

/* Columns of arc_reply_read. */
enum {
  ARC__READ_FACT,
  ARC__READ_CODE,
  ARC__READ_DETAIL,
  ARC__READ_CONFIDENCE,
  ARC__READ_DAY,
  ARC__READ_CURRENCY,
  ARC__READ_AMOUNT,
  ARC__READ_WORDS
};

/* One reply on its way. What is made of it stands in the open batch of the ledger, and is taken back if a
 * person is to read it after all. Owns the buffers and the report. */
typedef struct arc__reply_work {
  const arc_collector *c;
  arc_ledger *ledger;
  const arc__tables *t;
  arc_incoming in;
  uint32_t customer, touch;
  arc_report *read;

  /* Which invoices it is about, the oldest due first. */
  uint32_t invoices[ARC__REPLY_INVOICES_MAX];
  uint32_t invoice_count;
  int named;   /* by the reply itself */
  int strange; /* it names one that is not the customer's */
  int many;    /* more than there is room for */
  int vague;   /* it may be any of several, none of them due */

  char words[ARC__REPLY_KINDS_MAX][ARC__REPLY_WORDS_MAX + 1];
  arc_reply_kind kinds[ARC__REPLY_KINDS_MAX];
  uint32_t kind_count;
  char keys[ARC__REPLY_MADE_MAX][40];
  arc_reply_made made[ARC__REPLY_MADE_MAX];
  uint32_t made_count, number; /* number: of the last key tried */
  int held;                    /* reminders for the invoices rest already */

  arc__buffer sender, subject, text, reason, documents, message;
  arc_error err;      /* why the last command was refused */
  const char *person; /* why a person is to read it; NULL: it is not */
} arc__reply_work;

/* The n-th row of a fact, counting from 0; SIZE_MAX: there are fewer. */
size_t arc__reply_fact(const arc__reply_work *w, const char *fact, size_t n);

/* Does what a rule says about the kind in a row of the report. ARC_E_REFUSED with w->person set, or what
 * the ledger refused: a person is to read it. */
arc_status arc__reply_act(arc__reply_work *w, const arc_reply_rule *rule, size_t row);
/* Opens a task, with what is in w->documents. */
arc_status arc__reply_task(arc__reply_work *w, const arc_reply_rule *rule, const char *kind,
                           const char *why);
/* Reminders for the invoices rest for the rule's days. */
arc_status arc__reply_hold(arc__reply_work *w, const arc_reply_rule *rule, const char *why);

/* The characters of a text that a line (ARC__TEXT_LINE) or free text may hold, `most` bytes of them; a run
 * of others is a blank. */
void arc__reply_clean(arc__buffer *out, const char *data, size_t size, size_t most, int kind);
arc_text arc__reply_text(const arc__buffer *bytes);

#endif
