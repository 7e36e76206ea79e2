/* Accounts for which a policy has nothing left. */
#ifndef ARC_CADENCE_END_H
#define ARC_CADENCE_END_H

#include "arcollect/cadence.h"

/* Called with the instalment that has gone through the last step, and the policy's name; reads only. */
typedef void (*arc__cadence_ended)(void *user, uint32_t account, uint32_t anchor, arc_text policy);

/* Tells each account whose oldest instalment that may be chased has gone through its policy's last step, where that neither
 * hands the debt over nor lets somebody decide. Costs a decision for each account with open items. */
arc_status arc__cadence_ends(arc_cadence *cadence, arc_day day, arc__cadence_ended ended, void *user, arc_error *err);

#endif
