/* What a journal says, read from its bytes by code of its own: nothing of the library is called. Rows count from 1, as the
 * journal names them; what a day saw is worked out from the events alone. */
#ifndef CADENCE_FACTS_H
#define CADENCE_FACTS_H

#include <stddef.h>
#include <stdint.h>

#define FACTS_NEVER INT32_MIN

struct fact_customer {
  const char *key, *policy;
  uint32_t flags;
};

struct fact_contact {
  int customer, offset; /* minutes to UTC */
  const char *email, *phone, *postal;
  uint32_t opt_outs;
};

struct fact_invoice { /* or a charge */
  const char *key;
  int customer, first, count; /* instalments */
  uint32_t currency;
  int32_t issued;
  int64_t amount;
};

struct fact_instalment {
  int invoice, entry; /* the latest; 0: none */
  int32_t due;
  int64_t amount;
};

struct fact_entry { /* what settles an instalment; not applied: written off, waived, recovered, or of no instalment */
  int instalment, before, applied;
  int32_t day, undone;
  int64_t amount;
};

struct fact_exception {
  char kind;             /* 'd' dispute, 'p' promise, 'h' hold, 'l' plan */
  int customer, invoice; /* 0: none; a hold with neither is of everybody */
  int32_t from, until, closed;
  int grace, channel, parts; /* of a plan: how many, from `part` on */
  int part, plan, invoices;  /* of a plan: its first row, and how many there are */
  int64_t amount;
};

struct fact_part {
  int32_t due;
  int64_t amount;
};

struct fact_policy {
  const char *name, *text;
  int version;
};

struct fact_touch {
  const char *key, *step, *policy, *reason;
  int anchor, version, channel, status, offset;
  int32_t day, told; /* told: when the latest outcome was */
  int item, items;   /* the first of its items, and how many */
  int sent;          /* the transport was given it, in which attempt: noted by the checker */
};

struct fact_item {
  int instalment;
  int64_t amount;
};

#define FACTS(X)                                                                                                      \
  X(customer) X(contact) X(invoice) X(instalment) X(entry) X(exception) X(part) X(policy) X(touch) X(item)

struct facts {
#define X(name) struct fact_##name *name; int name##_count, name##_room;
  FACTS(X)
#undef X
  int credit_count;
  int32_t planned, run; /* the last day planned, and run */
  int64_t instant;      /* of the last commit */
  uint64_t records;
  struct facts_text { struct facts_text *next; char bytes[]; } *texts;
  /* Called for each touch and outcome once it is among the facts; may be NULL. */
  void (*on_touch)(void *user, int touch);
  void *user;
};

/* Reads one commit: 0, or what is wrong with its bytes. */
const char *facts_read(struct facts *facts, const unsigned char *bytes, size_t size);
void facts_free(struct facts *facts);

/* Minor units, at the end of a day; of all that is recorded, whatever its day, with FACTS_ALL. */
#define FACTS_ALL INT32_MAX
int64_t facts_open(const struct facts *facts, int instalment, int32_t day);
int64_t facts_undisputed(const struct facts *facts, int instalment, int32_t day);
/* An exception other than a dispute that pauses an invoice for a channel; 0: none. */
int facts_pause(const struct facts *facts, int invoice, int channel, int32_t day);

#endif
