/* A cadence policy as the engine uses it: what the text in arcollect/cadence.h says, in fixed
 * space. */
#ifndef ARC_CADENCE_POLICY_H
#define ARC_CADENCE_POLICY_H

#include "arcollect/cadence.h"

#define ARC__CADENCE_STEPS_MAX    32
#define ARC__CADENCE_CAPS_MAX     4
#define ARC__CADENCE_TRIGGERS_MAX 8
#define ARC__CADENCE_WORD_MAX     32 /* bytes of a name of a step, a template, or a role */
#define ARC__CADENCE_NAME_MAX     64 /* bytes of what stands in quotes */
#define ARC__CADENCE_TEXT_MAX     65535u

/* What pauses, as bits, in the order of print. */
#define ARC__CADENCE_PAUSE_DISPUTE 1u
#define ARC__CADENCE_PAUSE_PROMISE 2u
#define ARC__CADENCE_PAUSE_PLAN    4u
#define ARC__CADENCE_PAUSE_HOLD    8u
#define ARC__CADENCE_PAUSE_CASH    16u

enum {
  ARC__CADENCE_PROFILE_NONE,
  ARC__CADENCE_PROFILE_B2B,
  ARC__CADENCE_PROFILE_CONSUMER_US,
  ARC__CADENCE_PROFILE_CONSUMER_OTHER,
  ARC__CADENCE_PROFILE_CUSTOM
};

enum { ARC__CADENCE_MISSED_LATEST, ARC__CADENCE_MISSED_ALL, ARC__CADENCE_MISSED_SKIP };

/* The lines of which there is one at most, as bits: which of them the text has. */
#define ARC__CADENCE_LINE_FOR     1u
#define ARC__CADENCE_LINE_PROFILE 2u
#define ARC__CADENCE_LINE_GROUP   4u
#define ARC__CADENCE_LINE_ENTER   8u
#define ARC__CADENCE_LINE_MISSED  16u
#define ARC__CADENCE_LINE_RESUME  32u
#define ARC__CADENCE_LINE_NEVER   64u
#define ARC__CADENCE_LINE_QUIET   128u
#define ARC__CADENCE_LINE_BARRED  256u

/* An amount in no currency. */
typedef struct arc__cadence_amount {
  int64_t value; /* in 1/10,000 of the currency's unit */
  uint8_t is_set;
  uint8_t decimals; /* as written, 0..4 */
} arc__cadence_amount;

typedef struct arc__cadence_step {
  arc__cadence_amount balance; /* the smallest */
  int32_t offset;              /* days from the due date */
  uint8_t channel, tone;       /* ARC_CHANNEL_*, ARC_TONE_* */
  uint8_t otherwise;           /* the channel to fall back on; ARC_CHANNEL_NONE: none stated */
  uint8_t decides;             /* a placement that a human decides on: 'decide' */
  uint8_t share;               /* the smallest percentage of what is open; 0: any */
  uint8_t roles, copies;       /* bits of ARC_ROLE_* */
  uint8_t needs_approval, warn_hold;
  uint8_t charges_interest, charges_compensation;
  arc__cadence_amount fee;
  char fee_currency[4];
  char name[ARC__CADENCE_WORD_MAX + 1];
  char template_name[ARC__CADENCE_WORD_MAX + 1]; /* empty: none stated */
  char call[ARC__CADENCE_WORD_MAX + 1];          /* role; empty: nobody */
  char escalate[ARC__CADENCE_WORD_MAX + 1];
} arc__cadence_step;

/* An escalation by days and balance, outside the steps. */
typedef struct arc__cadence_trigger {
  char who[ARC__CADENCE_WORD_MAX + 1];
  int32_t age; /* days past due, 1 at least; 0: not asked */
  arc__cadence_amount balance;
} arc__cadence_trigger;

typedef struct arc__cadence_cap {
  int32_t count, days;
  uint8_t calls; /* counts calls only */
} arc__cadence_cap;

/* Which accounts a policy is for; nothing set: it is chosen by name only. */
typedef struct arc__cadence_selection {
  char segment[ARC__CADENCE_NAME_MAX + 1], terms[ARC__CADENCE_NAME_MAX + 1], currency[4];
  uint8_t strategic;
  arc__cadence_amount least, below; /* of all that is open */
} arc__cadence_selection;

typedef struct arc__cadence_policy {
  char name[ARC__CADENCE_NAME_MAX + 1];
  unsigned lines;  /* ARC__CADENCE_LINE_* */
  unsigned pauses; /* ARC__CADENCE_PAUSE_*, as written */
  arc__cadence_selection selection;
  uint8_t profile, missed, by_invoice, enter_first;
  uint8_t quiet_weekends, quiet_holidays, has_quiet_hours;
  int32_t resume_days;
  int32_t barred_days;             /* past due, from which on a debt is time-barred; 0: never */
  int32_t quiet_from, quiet_until; /* minutes of the day */
  int32_t rest_days;               /* no call after a conversation, its day included; 0: none */
  size_t step_count, cap_count, trigger_count;
  arc__cadence_step steps[ARC__CADENCE_STEPS_MAX]; /* offsets rise; none if never chased */
  arc__cadence_cap caps[ARC__CADENCE_CAPS_MAX];
  arc__cadence_trigger triggers[ARC__CADENCE_TRIGGERS_MAX];
  uint32_t step_lines[ARC__CADENCE_STEPS_MAX]; /* where each step stands in the text */
} arc__cadence_policy;

/* ARC_E_SYNTAX with the place; ARC_E_INVALID for no text or one that is too long. Needs no memory.
 */
arc_status arc__cadence_policy_parse(arc__cadence_policy *policy, const char *text, size_t size,
                                     arc_error *err);

/* The canonical text without a NUL, into `cap` bytes, cut there; returns its full size. */
size_t arc__cadence_policy_print(const arc__cadence_policy *policy, char *buf, size_t cap);

/* The words of the language; "" for a number that has none. */
const char *arc__cadence_channel(int32_t channel);
const char *arc__cadence_tone(int32_t tone);
const char *arc__cadence_pause_word(int bit);
const char *arc__cadence_profile_word(int profile);
const char *arc__cadence_missed_word(int missed);
const char *arc__cadence_role_word(int role);

/* Minor units of a currency that an amount comes to, rounded up. */
int64_t arc__cadence_minor(const arc__cadence_amount *amount, const char currency[4]);

#endif
