/* What the two makers of calendars share. */
#ifndef ARC_CALENDAR_H
#define ARC_CALENDAR_H

#include "arcollect/calendar.h"

/* Of weekend bits and holidays: calendar.c. */
arc_status arc__calendar_make(arc_calendar **out, uint32_t weekend, const arc_day *holidays, size_t count,
                              const arc_allocator *allocator, arc_error *err);

/* Of a country, by the rules of its holidays: calendar_countries.c. */
arc_status arc__calendar_country(arc_calendar **out, const arc_calendar_options *options, arc_error *err);

#endif
