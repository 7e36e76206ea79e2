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
#define ARC__CADENCE_ARRIVED  7 /* days for which cash of an unknown payer may be the customer's */

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
  arc_cadence_options options; /* its tables of rates and sums are the host's */
  arc__cadence_policy built_in;
  arc__cadence_compiled *policies; /* by row of POLICY, from 1 */
  size_t policy_capacity;
  int selects;     /* some policy of the book says which accounts it is for */
  int all_due;     /* every account must be looked at: the first plan, or a policy changed */
  int64_t seen;    /* BOOK_GENERATION up to which changes were looked at */
  arc_day last;    /* planned last; ARC_DAY_NONE: none yet */
  arc_day drained; /* the queue holds days after it only */
  arc__cadence_place *places; /* by account, from 1 */
  size_t place_capacity;
  uint32_t first[ARC__CADENCE_DAYS]; /* account; a day's slot is its number modulo the slots */
  uint32_t
      *arrived; /* CREDIT rows up to credits_seen that had no payer when a plan saw them last */
  size_t arrived_count, arrived_capacity;
  uint32_t credits_seen;
  uint64_t limited; /* times that a step was due, and a limit put it off */
};

/* ---- policies of the book: cadence_book.c ---- */

/* Compiles what the POLICY table holds now; sets all_due if anything changed. ARC_E_SYNTAX names
 * the policy, ARC_E_NOMEM. */
arc_status arc__cadence_refresh(arc_cadence *cadence, arc_error *err);
void arc__cadence_forget(arc_cadence *cadence);

/* Which policy counts for a customer. */
typedef struct arc__cadence_choice {
  const arc__cadence_policy *policy; /* NULL: never chased */
  arc_text name;                     /* as posted */
  arc_text unknown;                  /* the customer's own, if the book has none of that name */
  uint32_t version;                  /* 0: built in */
} arc__cadence_choice;

/* The text of a version of a policy that was posted; empty: there is none. */
arc_text arc__cadence_version_text(const arc__tables *t, arc_text name, uint32_t version);

/* ---- a decision: cadence_decide.c ---- */

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
  size_t lead;      /* the first item that may be chased, or the count of items */
  arc_day due;      /* of the anchor */
  int32_t channel;  /* the step's, or the one it falls back on */
  uint32_t contact; /* 0: the host knows */
  uint32_t checks;  /* ARC_CHECK_* passed */
  int arriving;     /* cash of an unknown payer holds it back, for some days */
  arc_day until;    /* of a limit */
  arc_day wake; /* the next day on which time alone may change the decision; ARC_DAY_NONE: none */
  arc_text reason; /* of withholding or pausing; else what calls for the step. Valid until the next
                      one */
} arc__cadence_decision;

/* Why nothing may be chased of an item. */
enum {
  ARC__CADENCE_FREE,
  ARC__CADENCE_HELD, /* by an exception */
  ARC__CADENCE_DISPUTED,
  ARC__CADENCE_RESUMING, /* an exception has ended, and the policy waits */
  ARC__CADENCE_COVERED   /* cash on account could pay it */
};

typedef struct arc__cadence_chase {
  int64_t amount; /* what may be chased */
  int held;       /* if that is nothing, why */
} arc__cadence_chase;

/* Cash of an unknown payer. */
typedef struct arc__cadence_arrival {
  int64_t amount;
  uint32_t currency;
} arc__cadence_arrival;

/* What deciding needs, kept from account to account. */
typedef struct arc__cadence_eval {
  const arc_cadence *cadence;
  const arc__tables *tables;
  arc_day day;
  int past; /* touches were recorded after the day, or are not to be known */
  int as_of; /* nor is what was settled after it */
  arc__view view;
  uint32_t account;
  arc__cadence_choice choice;
  arc__cadence_policy *old; /* a version that was in force then */
  arc__open_items all;      /* of the account */
  arc__open_items items;    /* of the group: an invoice's, or all */
  arc__cadence_chase *chase;
  size_t chase_capacity;
  size_t next; /* item of `all` at which the next group begins */
  int64_t open, unapplied;
  int begun;                      /* the account's first decision was made */
  int32_t planned, planned_calls; /* touches of the account decided in this run */
  arc__cadence_arrival *arrivals; /* sorted */
  size_t arrival_count, arrival_capacity;
  arc__buffer reason;
} arc__cadence_eval;

arc_status arc__cadence_eval_open(arc__cadence_eval *eval, const arc_cadence *cadence, arc_day day,
                                  arc_error *err);
void arc__cadence_eval_close(arc__cadence_eval *eval);

/* Whether cash of an unknown payer, just received in the account's currency, is of the amount. */
int arc__cadence_arrived(const arc__cadence_eval *eval, int64_t amount);

/* Which policy counts for eval->account: the customer's own, else the one whose selection fits
 * best, else the default. ARC_E_NOMEM, or ARC_E_SYNTAX of an earlier version. */
arc_status arc__cadence_choose(arc__cadence_eval *eval, arc_error *err);

/* Begins with an account; then its decisions, one for each group of items, one at least. ARC_DONE:
 * there is none left. ARC_E_NOMEM. */
arc_status arc__cadence_begin(arc__cadence_eval *eval, uint32_t account, arc_error *err);
arc_status arc__cadence_decide(arc__cadence_eval *eval, arc__cadence_decision *decision,
                               arc_error *err);

/* ---- what may be chased: cadence_chase.c ---- */

/* A hold on the invoice or its customer for this channel (0: for all); 0: none. */
uint32_t arc__cadence_held(const arc__cadence_eval *eval, uint32_t invoice, int32_t channel);
/* A hold, promise or plan on it; and an exception after whose end the policy still waits. 0: none. */
uint32_t arc__cadence_paused(const arc__cadence_eval *eval, uint32_t invoice);
uint32_t arc__cadence_waits(const arc__cadence_eval *eval, uint32_t invoice);
/* Fills eval->chase; *lead is the first item of which anything may be chased, or the count.
 * ARC_E_NOMEM. */
arc_status arc__cadence_find_chase(arc__cadence_eval *eval, size_t *lead, arc_error *err);

/* After a decision: minor units that a touch through a channel asks for of item i; 0: not listed.
 */
int64_t arc__cadence_asked(const arc__cadence_eval *eval, const arc__cadence_decision *decision,
                           size_t i, int32_t channel);
/* After a decision: whether a trigger of its policy has fired, and was not recorded before. */
int arc__cadence_triggered(arc__cadence_eval *eval, const arc__cadence_decision *decision,
                           const arc__cadence_trigger *trigger);
/* After a decision to plan: why a call besides is withheld; empty: it is not. */
arc_text arc__cadence_withhold_call(arc__cadence_eval *eval, const arc__cadence_decision *decision);

/* Whether a step would enforce a debt of an age that its policy says is time-barred. */
int arc__cadence_is_barred(const arc__cadence_policy *policy, const arc__cadence_step *step,
                           int32_t age);

/* The key of a touch of the decision's step, into b; `besides` stands behind the step's name. */
void arc__cadence_put_key(arc__buffer *b, const arc__tables *t,
                          const arc__cadence_decision *decision, const char *step,
                          const char *besides, int withheld);

/* ---- cadence_eval.c ---- */

/* The touches of an account up to the end of the day, newest first: the one after `touch` (0: the
 * first one); 0: no more. */
uint32_t arc__cadence_next_touch(const arc__cadence_eval *eval, uint32_t touch);
/* The offset of the last step that an instalment has gone through, or that was withheld. */
int32_t arc__cadence_step_done(const arc__cadence_eval *eval, uint32_t instalment, int withheld);

/* ---- cadence_steps.c ---- */

/* What the group owes past due, or (not `past_due`) the anchor alone; with `all`, what is paused
 * counts too: the question is then what would have happened. */
int64_t arc__cadence_owed(const arc__cadence_eval *eval, int past_due, size_t anchor, int all);
int arc__cadence_reaches(const arc__cadence_eval *eval, const arc__cadence_amount *least,
                         int64_t owed);
/* The step that the age of an item has reached, that comes after those done (withheld ones, too),
 * and for which enough is owed; NULL: none. *skipped is one that was missed and is left out. */
const arc__cadence_step *arc__cadence_find_step(const arc__cadence_eval *eval, size_t item,
                                                int withheld_too, int all,
                                                const arc__cadence_step **skipped);

/* ---- cadence_wake.c ---- */

/* The next day on which time alone may change a decision. */
arc_day arc__cadence_wake(const arc__cadence_eval *eval, const arc__cadence_decision *decision);
/* The first day on which an exception no longer pauses; ARC_DAY_NONE while it does, or if that
 * follows from commands alone. */
arc_day arc__cadence_exception_end(const arc__cadence_eval *eval, uint32_t exception);

/* ---- cadence_limits.c ---- */

/* Whether nothing is planned on the day. */
int arc__cadence_is_quiet(const arc_cadence *cadence, const arc__cadence_policy *policy,
                          arc_day day);
/* The next day after `day` that is not quiet. */
arc_day arc__cadence_next_day(const arc_cadence *cadence, const arc__cadence_policy *policy,
                              arc_day day);
int arc__cadence_is_call(int32_t channel);
/* Whether a touch is neither a call besides another one nor an escalation. */
int arc__cadence_is_main(const arc__tables *t, uint32_t touch);
/* The day from which on no limit holds back what is decided (`besides`: a call besides it); the day
 * itself if none does. While several touches fill a limit, a later one may hold it back again. */
arc_day arc__cadence_limit(const arc__cadence_eval *eval, const arc__cadence_decision *decision,
                           int besides);
/* ARC_CHECK_* of what arc__cadence_limit looked at. */
uint32_t arc__cadence_limit_checks(const arc__cadence_policy *policy, int32_t channel);

/* Quiet hours that count for a policy, its profile's included: up to 2. */
typedef struct arc__cadence_hours {
  int32_t from, until; /* minutes of the day; may pass midnight */
} arc__cadence_hours;
size_t arc__cadence_quiet_hours(const arc__cadence_policy *policy, arc__cadence_hours hours[2]);

#endif
