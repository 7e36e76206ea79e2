/* Judges what a cadence planned, without asking it: by the commands that the book accepted, by the texts of the
 * policies that were posted, and by public reports. It shares no code with the library. */
#ifndef CADENCE_CHECKER_H
#define CADENCE_CHECKER_H

#include "arcollect/cadence.h"

#define CHECKER_CUSTOMERS 12
#define CHECKER_THINGS    400 /* of each kind, at most */
#define CHECKER_TOUCHES   4000
#define CHECKER_EVERYBODY (-2) /* the customer of a hold */

/* What a policy's text says, in numbers. */
struct checker_policy {
  const char *text;
  int weekends, consumer, never;
  int limit_count, limit_days; /* 0: none */
};

struct checker_customer {
  uint32_t flags;
  int never;               /* policy "none" */
  int contacts;
  char has[2][3];          /* of each contact: email, phone, postal */
  uint32_t opt_outs[2];
};

struct checker_exception {
  char key[16];
  int kind; /* 'p' promise, 'h' hold, 'l' plan */
  int customer; /* of a hold; -1 */
  int invoice;  /* -1 */
  arc_day from, until, closed;
  int grace, channel;
  int64_t amount;
};

struct checker_entry {
  int credit, invoice;
  arc_day day, undone;
  int64_t amount;
};

struct checker_touch {
  arc_day day, talked; /* talked: the day of a conversation, or ARC_DAY_NONE */
  int customer, call, main;
  char currency[4];
  char key[160];
};

struct checker {
  const struct checker_policy *policies[3]; /* those of the names "default", "key" and "sel" */
  struct checker_customer customers[CHECKER_CUSTOMERS];
  struct checker_exception exceptions[CHECKER_THINGS];
  struct checker_entry entries[CHECKER_THINGS];
  struct checker_touch touches[CHECKER_TOUCHES];
  int invoice_customer[CHECKER_THINGS];
  int exception_count, entry_count, touch_count, invoice_count;
  size_t touch_rows; /* of the report, judged already */
  uint64_t messages, withheld, overdue;
  char wrong[512]; /* the first thing that is not as it must be */
};

/* Judges the touches that were recorded since the last time, all of `day`, and the certificate of the day. */
void checker_judge(struct checker *checker, arc_ledger *ledger, arc_cadence *cadence, arc_day day);

#endif
