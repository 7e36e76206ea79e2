/* What a book tells of itself, as a value; that of no book is all zero, its days none. */
#ifndef TESTS_INFO_H
#define TESTS_INFO_H

#include "arcollect/ledger.h"

static inline arc_ledger_info info_of(const arc_ledger *ledger) {
  arc_ledger_info info = ARC_LEDGER_INFO_INIT;
  (void)arc_ledger_describe(&info, ledger, NULL);
  return info;
}

#endif
