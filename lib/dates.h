/* The range of civil days. */
#ifndef ARC_DATES_H
#define ARC_DATES_H

#include "arcollect/dates.h"

static inline int arc__day_in_range(arc_day day) {
  return day >= ARC_DAY_FIRST && day <= ARC_DAY_LAST;
}

arc_day arc__easter_sunday(int32_t year);

#endif
