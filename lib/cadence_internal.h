/* Shared inside the cadence: the handle, and what is decided about an account on a day.
 *
 * A decision depends on the ledger as of the day, the customer's policy, the calendar and the
 * touches recorded before, on nothing else: whoever opens the book anew decides the same. */
#ifndef ARC_CADENCE_INTERNAL_H
#define ARC_CADENCE_INTERNAL_H

#include "buffer.h"
#include "cadence_policy.h"
#include "ledger_view.h"

#define ARC__CADENCE_CALL     "+call" /* behind the step's name in what happens besides */
#define ARC__CADENCE_ESCALATE "+escalate"
#define ARC__CADENCE_DAYS     1024 /* slots of the queue; a power of two */

/* A policy of the book, compiled, with the text that it was compiled from. */
typedef struct arc__cadence_compiled {
  arc__cadence_policy *policy; /* NULL: not yet */
  char *text;
  size_t size;
} arc__cadence_compiled;

/* An account's place in the queue of days. */
typedef struct arc__cadence_place {
  uint32_t next, before; /* accounts; 0: none */
  arc_day wake;          /* ARC_DAY_NONE: not queued */
} arc__cadence_place;

struct arc_cadence {
  const arc__heap *heap;
  arc_ledger *ledger;
  const arc_calendar *calendar;
  arc__cadence_policy built_in;
  arc__cadence_compiled *policies; /* by row of POLICY, from 1 */
  size_t policy_capacity;
  int all_due;     /* every account must be looked at: the first plan, or a policy changed */
  int64_t seen;    /* BOOK_GENERATION up to which changes were looked at */
  arc_day last;    /* planned last; ARC_DAY_NONE: none yet */
  arc_day drained; /* the queue holds days after it only */
  arc__cadence_place *places; /* by account, from 1 */
  size_t place_capacity;
  uint32_t first[ARC__CADENCE_DAYS]; /* account; a day's slot is its number modulo the slots */
};

/* Compiles what the POLICY table holds now; sets all_due if anything changed. ARC_E_SYNTAX names
 * the policy, ARC_E_NOMEM. */
arc_status arc__cadence_refresh(arc_cadence *cadence, arc_error *err);

/* Which policy counts for a customer. */
typedef struct arc__cadence_choice {
  const arc__cadence_policy *policy; /* NULL: never chased */
  arc_text name;                     /* as posted */
  arc_text unknown;                  /* the customer's own, if the book has none of that name */
} arc__cadence_choice;
arc__cadence_choice arc__cadence_choose(const arc_cadence *cadence, uint32_t customer);
/* The policy of a name: the book's, or for "default" the built-in one; NULL: none. */
const arc__cadence_policy *arc__cadence_named(const arc_cadence *cadence, arc_text name);

/* Outcomes. */
enum {
  ARC__CADENCE_NOTHING_OPEN,
  ARC__CADENCE_NEVER_CHASED,
  ARC__CADENCE_QUIET_DAY,
  ARC__CADENCE_NOT_DUE,         /* no step, or none that is not done */
  ARC__CADENCE_PAUSED,          /* nothing may be chased; no step to withhold */
  ARC__CADENCE_LIMITED,         /* a step is due, but not before `until` */
  ARC__CADENCE_WITHHELD_BEFORE, /* withheld, and recorded so */
  ARC__CADENCE_WITHHOLD,
  ARC__CADENCE_PLAN
};

typedef struct arc__cadence_decision {
  int outcome;
  arc__cadence_choice choice;
  const arc__cadence_step *step; /* NULL: none */
  uint32_t account;
  uint32_t anchor;  /* instalment; 0: none */
  arc_day due;      /* of the anchor */
  int32_t channel;  /* the step's, or the one it falls back on */
  uint32_t contact; /* 0: the host knows */
  arc_day until;    /* of a limit */
  arc_day wake; /* the next day on which time alone may change the decision; ARC_DAY_NONE: none */
  arc_text reason; /* of withholding or pausing; else what calls for the step. Valid until the next
                      one */
} arc__cadence_decision;

/* What deciding needs, kept from account to account. */
typedef struct arc__cadence_eval {
  const arc_cadence *cadence;
  const arc__tables *tables;
  arc_day day;
  arc__view view;
  arc__open_items items; /* of the account looked at last */
  int64_t *chase;        /* for each item what may be chased of it */
  size_t chase_capacity;
  arc__buffer reason;
} arc__cadence_eval;

arc_status arc__cadence_eval_open(arc__cadence_eval *eval, const arc_cadence *cadence, arc_day day,
                                  arc_error *err);
void arc__cadence_eval_close(arc__cadence_eval *eval);

/* Decides about an account. ARC_E_NOMEM. */
arc_status arc__cadence_decide(arc__cadence_eval *eval, uint32_t account,
                               arc__cadence_decision *decision, arc_error *err);

/* After a decision: minor units that a touch through a channel asks for of item i; 0: not listed.
 */
int64_t arc__cadence_asked(const arc__cadence_eval *eval, const arc__cadence_decision *decision,
                           size_t i, int32_t channel);

/* After a decision to plan: why a call besides is withheld; empty: it is not. */
arc_text arc__cadence_withhold_call(arc__cadence_eval *eval, const arc__cadence_decision *decision);

/* The next day after `day` that is not quiet; `day` itself is quiet if arc__cadence_is_quiet says
 * so. */
int arc__cadence_is_quiet(const arc_cadence *cadence, const arc__cadence_policy *policy,
                          arc_day day);
arc_day arc__cadence_next_day(const arc_cadence *cadence, const arc__cadence_policy *policy,
                              arc_day day);

/* The day from which on no limit holds back what is decided (`besides`: a call besides it); `day`
 * if none does. While several touches fill a limit, a later one may hold it back again. */
arc_day arc__cadence_limit(const arc__tables *t, const arc__cadence_decision *decision, int besides,
                           arc_day day);

#endif
