/* What the collector asks a cadence besides what its public face says. */
#ifndef ARC_CADENCE_H
#define ARC_CADENCE_H

#include "arcollect/cadence.h"

/* How often, in all days planned with this handle, a step was due and a limit put it off. */
uint64_t arc__cadence_limited(const arc_cadence *cadence);

#endif
