/**
 * libarcollect: accounts-receivable collections inside your own program.
 *
 * This header includes one header per concept; nothing else is installed. Conventions that hold for
 * all of them:
 *
 * - Money is `int64_t` in minor units of an ISO 4217 currency. Dates are civil days (`arc_day`).
 *   Rates are integers: basis points (1/10,000) or parts per million, as named.
 * - Functions that can fail return `arc_status`; outputs come first, the object next, the error
 *   detail last. A function that fails has changed nothing.
 * - Public structs begin with `struct_size` (set it with the INIT macro of the struct, or to its
 *   sizeof after zeroing); zero in any other field means "the default" or "none" and always will.
 * - Text is UTF-8, a pointer and a length in bytes (`arc_text`). What you pass in is copied; what you
 *   get out belongs to the object you got it from.
 * - A handle belongs to one thread at a time; different handles need no care. There are no globals.
 */
#ifndef ARCOLLECT_H
#define ARCOLLECT_H

#include "arcollect/status.h"
#include "arcollect/memory.h"
#include "arcollect/money.h"
#include "arcollect/dates.h"
#include "arcollect/calendar.h"
#include "arcollect/terms.h"
#include "arcollect/interest.h"
#include "arcollect/references.h"
#include "arcollect/report.h"
#include "arcollect/arrow.h"
#include "arcollect/storage.h"
#include "arcollect/transport.h"
#include "arcollect/template.h"
#include "arcollect/ledger.h"
#include "arcollect/cadence.h"
#include "arcollect/matcher.h"
#include "arcollect/scorer.h"
#include "arcollect/metrics.h"
#include "arcollect/reader.h"
#include "arcollect/collector.h"

#endif
