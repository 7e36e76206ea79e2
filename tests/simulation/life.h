/* The life of a book: processes that say commands to it on one storage, and what befalls them. A
 * step holds all that is random about it, so that any subset of a life's steps is a life, too. */
#ifndef ARC_TEST_LIFE_H
#define ARC_TEST_LIFE_H

#include "checks.h"
#include "test_heap.h"

#include <setjmp.h>

enum fault_kind {
  FAULT_NONE,
  FAULT_MEMORY,       /* an allocation fails */
  FAULT_MEMORY_FROM,  /* ... and all after it */
  FAULT_REFUSED,      /* the storage answers with a number of the host's own */
  FAULT_NO_ROOM,      /* ... ARC_E_NOMEM */
  FAULT_LOST,         /* ... ARC_E_UNKNOWN_OUTCOME, nothing is stored */
  FAULT_STORED,       /* ... it is stored */
  FAULT_CRASH_BEFORE, /* the process ends in the call, which did nothing */
  FAULT_CRASH_AFTER,  /* ... which did its work */
  FAULT_KINDS
};

/* The at-th allocation or call of the storage within the step meets it; it may come to less. */
struct fault {
  int kind, at;
};

enum step_kind {
  STEP_SAY,
  STEP_BEGIN, /* a batch */
  STEP_COMMIT,
  STEP_BYTES, /* ... stored by the host itself */
  STEP_ABORT,
  STEP_SNAPSHOT,
  STEP_REOPEN,
  STEP_KILL, /* the process ends between two calls, and is started again */
  STEP_VERIFY,
  STEP_REFRESH,
  STEP_LOOK, /* at everything */
  STEP_OPEN, /* the second process, or the copy: a fork or a detached handle */
  STEP_CLOSE,
  STEP_KINDS
};

enum { PROCESS_FIRST, PROCESS_SECOND, PROCESS_COPY, PROCESSES };

struct step {
  int kind, who, choice;
  struct fault fault;
  int advance; /* milliseconds since the step before */
  arc_day days[2];
  struct sim_call call;
};

struct totals {
  uint64_t lives, steps, events, rows, faults[FAULT_KINDS], conflicts, did[STEP_KINDS], known, days;
  uint64_t recorded[MODEL_KINDS], repeated[MODEL_KINDS], refused[MODEL_KINDS];
};

enum { LIFE_BATCH = 48, LIFE_STEPS = 2500 };

struct process {
  struct life *life;
  struct test_heap heap,
      *memory; /* memory: the heap in use; a copy has that of the process it belongs to */
  arc_allocator allocator;
  arc_storage storage;
  arc_ledger *ledger;
  struct model model, before;  /* what the handle sees, and before the batch */
  int is_copy, in_batch, news; /* news: the batch has something to record */
  int piece;                   /* most bytes that a read gives; 0: no limit */
  int starts;
  uint64_t seq; /* the handle has seen all before it */
  int64_t batch_instant;
  unsigned char batch_digest[32];
  struct sim_call pending[LIFE_BATCH];
  int pending_count;
};

struct recorded_call {
  int64_t instant;
  struct sim_call call;
};

struct life {
  struct totals *totals;
  int calm; /* no faults and one process */
  const char *leaves; /* a file that is to hold the journal in the end; NULL: none */
  struct chance chance;
  uint64_t seed;
  arc_storage disk;
  struct process process[PROCESSES];
  struct model truth; /* of what is stored */
  uint64_t seq;       /* the number of the next record stored */
  int64_t now;
  struct recorded_call *log; /* what is stored */
  int log_count;
  struct sim_call history[64]; /* of what was said, to be said again */
  int said;
  /* The fault of the call that runs. */
  struct fault fault;
  int calls, met;
  jmp_buf crash;
};

struct life *life_new(struct totals *totals, int calm);
void life_free(struct life *l);
void life_begin(struct life *l, uint64_t seed);
void life_make(struct life *l, int number, struct step *s);
void life_do(struct life *l, const struct step *s);
void life_end(struct life *l);

extern const char *const fault_names[FAULT_KINDS];
extern const char *const step_names[STEP_KINDS];
void step_print(FILE *to, const struct step *s);

#endif
