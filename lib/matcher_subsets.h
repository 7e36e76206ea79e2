/* Which of many amounts add up to a sum: exactly, by integers, within a budget of steps. */
#ifndef ARC_MATCHER_SUBSETS_H
#define ARC_MATCHER_SUBSETS_H

#include "heap.h"

#include <stdint.h>

#define ARC__SUBSETS_NONE      0 /* searched everything */
#define ARC__SUBSETS_UNIQUE    1
#define ARC__SUBSETS_AMBIGUOUS 2
#define ARC__SUBSETS_GAVE_UP   3 /* more steps than the budget would be needed: nothing is known */

#define ARC__SUBSETS_BUDGET 8000000u /* steps: words of a bitset, or entries of a list of sums */

/* An amount, > 0, and what else it may count for (an amount less its discount); 0: nothing else. */
typedef struct arc__subset_value {
  int64_t amount, otherwise;
} arc__subset_value;

typedef struct arc__subsets {
  int result; /* ARC__SUBSETS_* */
  uint64_t steps;
  uint8_t *found; /* the caller's, one per value: 0 not in the set, 1 its amount, 2 the other one. Filled for
                     UNIQUE, and if `any` for AMBIGUOUS with one of the sets */
  int any;        /* given: finding one of several takes some times as long as finding out that there are several */
} arc__subsets;

/* Sets that take of each value nothing, its amount, or the other one, and add up to `sum` > 0. Two sets that take the
 * same values differently are two. Memory: 64 MB at most, by the budget above. ARC_E_NOMEM, ARC_E_OVERFLOW if the amounts do not add up within 64 bits. */
arc_status arc__subsets_find(const arc__heap *heap, const arc__subset_value *values, size_t count, int64_t sum,
                             uint64_t budget, arc__subsets *out, arc_error *err);

#endif
