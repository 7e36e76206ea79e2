/* A cadence policy as the engine uses it: what the text in arcollect/cadence.h says, in fixed
 * space. */
#ifndef ARC_CADENCE_POLICY_H
#define ARC_CADENCE_POLICY_H

#include "arcollect/cadence.h"

#define ARC__CADENCE_STEPS_MAX 32
#define ARC__CADENCE_CAPS_MAX  4
#define ARC__CADENCE_WORD_MAX  32 /* bytes of a step's name, or of a role */
#define ARC__CADENCE_NAME_MAX  64 /* bytes of a policy's name */
#define ARC__CADENCE_TEXT_MAX  65535u

/* What pauses, as bits, in the order of print. */
#define ARC__CADENCE_PAUSE_DISPUTE 1u
#define ARC__CADENCE_PAUSE_PROMISE 2u
#define ARC__CADENCE_PAUSE_PLAN    4u
#define ARC__CADENCE_PAUSE_HOLD    8u
#define ARC__CADENCE_PAUSE_CASH    16u

typedef struct arc__cadence_step {
  int64_t balance;       /* smallest balance, in 1/10,000 of the currency's unit */
  int32_t offset;        /* days from the due date */
  uint8_t channel, tone; /* ARC_CHANNEL_*, ARC_TONE_* */
  uint8_t has_balance;
  uint8_t balance_decimals; /* as written, 0..4 */
  uint8_t needs_approval, warn_hold;
  char name[ARC__CADENCE_WORD_MAX + 1];
  char call[ARC__CADENCE_WORD_MAX + 1]; /* role; empty: nobody */
  char escalate[ARC__CADENCE_WORD_MAX + 1];
} arc__cadence_step;

typedef struct arc__cadence_cap {
  int32_t count, days;
  uint8_t calls; /* counts calls only */
} arc__cadence_cap;

typedef struct arc__cadence_policy {
  char name[ARC__CADENCE_NAME_MAX + 1];
  unsigned pauses;              /* ARC__CADENCE_PAUSE_* */
  uint8_t has_group, has_quiet; /* the line was there */
  uint8_t quiet_weekends, quiet_holidays, has_quiet_hours;
  int32_t quiet_from, quiet_until; /* minutes of the day */
  size_t step_count, cap_count;
  arc__cadence_step steps[ARC__CADENCE_STEPS_MAX]; /* offsets rise */
  arc__cadence_cap caps[ARC__CADENCE_CAPS_MAX];
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

#endif
