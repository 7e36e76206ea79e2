/* Every call that a program makes into the library meets every fault, without the program knowing.
 *
 * A program linked with this and with make_sweep.py's wrappers goes through them wherever it calls a public
 * function that can fail. A wrapper makes the call's first allocation or storage call fail, then its second,
 * and so on, until the call needs no more of them and gives its answer. Each attempt that met a fault must
 * answer ARC_E_NOMEM or ARC_E_STORAGE and explain it, and must leave every open ledger as it was. So the
 * program comes to the same end as without faults, and its own checks say whether it does, leaks among them.
 *
 * What was met is told at the end, on stdout or in the file that ARC_TEST_SWEEP_LOG names.
 *
 * A function's first calls meet every fault, then every sixteenth; with ARC_TEST_LONG in the environment, all.
 *
 * What cannot simply be said again (it drops a batch, or commits in parts) fails in child processes.
 *
 * Allocations are those of ledgers opened without an allocator; in programs compiled with ARC_TEST_SWEEP and linked
 * with --wrap=realloc also those of test_heap.h and of the default allocator. */
#ifndef ARC_TEST_SWEEP_H
#define ARC_TEST_SWEEP_H

#include "arcollect.h"

enum sweep_way {
  SWEEP_AGAIN,   /* fails, and is said again */
  SWEEP_OPENS,   /* ... also if it went well despite the fault, after closing */
  SWEEP_READS,   /* fails in child processes, as what it reads from is then read */
  SWEEP_DROPS,   /* fails in child processes; a failure drops the open batch */
  SWEEP_IN_PARTS /* fails in child processes; what it had committed stays */
};

struct sweep {
  const char *function;
  enum sweep_way way;
  arc_error *err, err_before;
  int inside; /* the library, calling its own function: that belongs to the call outside */
  int in_child, over;
  int spared; /* of failures: many calls of this function have met them */
  arc_status refused; /* despite the fault, for a reason of its own */
};

/* for (sweep_begin(...); sweep_try(&s); ) sweep_tell(&s, status = the call); */
void sweep_begin(struct sweep *s, const char *function, enum sweep_way way, arc_error *err);
int sweep_try(struct sweep *s);
void sweep_tell(struct sweep *s, arc_status status);

/* A ledger was opened: from now on it is looked after. */
void sweep_watch(arc_ledger *ledger);

#endif
