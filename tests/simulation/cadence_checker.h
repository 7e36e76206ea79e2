/* Judges what a cadence planned and sent, by the journal alone (cadence_facts.h) and by what the policies' texts are known
 * to say. It shares no code with the library. */
#ifndef CADENCE_CHECKER_H
#define CADENCE_CHECKER_H

#include "arcollect/cadence.h"
#include "cadence_facts.h"

/* What a policy's text says, in numbers. */
struct checker_policy {
  const char *text;
  int weekends, consumer, never;
  int limit_count, limit_days;    /* 0: none */
  int quiet_from, quiet_until;    /* minutes of the day; the same: none */
};

struct checker {
  struct facts facts;
  const struct checker_policy *policies;
  int policy_count;
  int quiet;                      /* quiet hours are kept at sending */
  int attempt;                    /* from 1 on: more when a process ended, or a run failed, and begins anew */
  uint64_t planned, withheld, sent, offered_again, overdue;
  char wrong[512];                /* the first thing that is not as it must be */
};

void checker_open(struct checker *checker, const struct checker_policy *policies, int count, int quiet);
void checker_close(struct checker *checker);

/* A commit that was stored: each touch in it is judged by what the journal says up to there. */
void checker_commit(struct checker *checker, const void *bytes, size_t size);

/* A message that is handed over on a day, at an instant. Within an attempt it is offered once, unless the answer was
 * "not now". */
void checker_message(struct checker *checker, const arc_message *message, arc_day day, int64_t instant);
void checker_not_now(struct checker *checker, const arc_message *message);

/* The certificate of the day that was planned last. */
void checker_coverage(struct checker *checker, arc_cadence *cadence, arc_day day);

void checker_wrong(struct checker *checker, const char *format, ...);

#endif
