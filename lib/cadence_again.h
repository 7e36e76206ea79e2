/* Whether a message that bounced may go by another channel. */
#ifndef ARC_CADENCE_AGAIN_H
#define ARC_CADENCE_AGAIN_H

#include "arcollect/cadence.h"

/* What a day must allow of a touch that takes the place of another one, whose amounts, channel, tone, anchor, policy and
 * day are filled in: that the customer is chased still, by the policy in force and by the one that called for the step;
 * that neither day nor limits forbid it; and that no cash could pay it. *checks receives the ARC_CHECK_* that it passed;
 * 0: not on this day. */
arc_status arc__cadence_again(arc_cadence *cadence, const arc_touch *touch, uint32_t account, uint32_t anchor,
                              uint32_t *checks, arc_error *err);

/* The channel that the step which called for a touch falls back on; ARC_CHANNEL_NONE: it states none. */
arc_status arc__cadence_otherwise(const arc_cadence *cadence, uint32_t touch, int32_t *channel, arc_error *err);

#endif
