/* A day's touches while they are put together, with all that they point to. */
#ifndef ARC_CADENCE_PLAN_H
#define ARC_CADENCE_PLAN_H

#include "cadence_internal.h"

typedef struct arc__cadence_block arc__cadence_block;

typedef struct arc__cadence_plan {
  arc_cadence *cadence;
  arc__cadence_eval eval;
  uint32_t *accounts; /* to look at, rising */
  arc_day *wakes;     /* of each, what was decided */
  size_t count, account_capacity, wake_capacity;
  arc_touch *touches;
  size_t touch_count, touch_capacity, withheld;
  uint64_t limited; /* decisions that a limit put off */
  arc_charge *charges; /* recorded before the touches that list them */
  size_t charge_count, charge_capacity;
  arc__cadence_block *blocks; /* what touches and charges point to */
  arc__buffer text;           /* being put together */
} arc__cadence_plan;

void arc__cadence_plan_init(arc__cadence_plan *plan, arc_cadence *cadence);
void arc__cadence_plan_free(arc__cadence_plan *plan);
/* Memory that lasts as long as the plan; NULL: there is none. */
void *arc__cadence_keep(arc__cadence_plan *plan, size_t size);
/* Keeps what is in plan->text, and empties it. */
arc_status arc__cadence_keep_text(arc__cadence_plan *plan, arc_text *kept, arc_error *err);

/* Adds what comes of a decision: the step's touch, what happens besides, and escalations. */
arc_status arc__cadence_add(arc__cadence_plan *plan, const arc__cadence_decision *decision,
                            arc_error *err);

/* Adds the charges of a step that goes out, and lists them behind the touch's items, for which
 * there is room. ARC_E_INVALID without the rates or sums that it takes. */
arc_status arc__cadence_charge(arc__cadence_plan *plan, const arc__cadence_decision *decision,
                               const arc_touch *touch, arc_touch_item *items, size_t *count,
                               arc_error *err);
/* The most that a step adds to a touch that lists `items`. */
size_t arc__cadence_charges_max(const arc__cadence_step *step, size_t items);

#endif
