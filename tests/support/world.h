/* A world for tests: a book on a storage and a transport that fail where they are told to.
 *
 * A scenario is a function that opens the book and goes through steps:
 *
 *   static void scenario_x(struct world *w) {
 *     world_open(w);
 *     DO(w, post_some_customers(w));           // must answer ARC_OK
 *     DO_AS(w, ARC_E_EXISTS, post_others(w));  // must answer that
 *     CHECK(w, balance_of(w, "c1") == 100);
 *     DO(w, arc_ledger_report(&w->report, w->ledger, &query, &w->err));
 *     world_take(w);                           // the report joins the transcript
 *   }
 *
 * world_sweep runs it plainly, and then once for every fault: the step that meets the fault must
 * say so with the fitting status and have changed nothing; it is said again (after reopening, where
 * the outcome is unknown) and must succeed, and so must the rest of the scenario. In the end the
 * state, the journal's bytes, what the steps gave and the messages that went out are those of the
 * plain run. Faults: every allocation alone, all from each one on, every storage call in every way,
 * every message in every way, and a crash at every storage call and message, after which the
 * scenario begins anew on what was stored. */
#ifndef ARC_TEST_WORLD_H
#define ARC_TEST_WORLD_H

#include "arcollect.h"
#include "test_heap.h"

#include <setjmp.h>

enum world_fault {
  WORLD_SOUND,
  WORLD_NO_MEMORY,      /* the allocation fails */
  WORLD_REFUSED,        /* the storage answers with a number of the host's own */
  WORLD_CONFLICT,       /* ... ARC_E_CONFLICT */
  WORLD_STORAGE_NOMEM,  /* ... ARC_E_NOMEM */
  WORLD_UNKNOWN_LOST,   /* ... ARC_E_UNKNOWN_OUTCOME, the bytes are not stored */
  WORLD_UNKNOWN_STORED, /* ... the bytes are stored */
  WORLD_TOO_LONG,       /* a read says it gave more than there was room for */
  WORLD_EMPTY,          /* a read says ARC_OK and gives nothing */
  WORLD_CRASH_BEFORE,   /* the process ends in the call, which did nothing */
  WORLD_CRASH_AFTER,    /* ... which did its work */
  WORLD_NOT_NOW,        /* the transport answers with a negative number */
  WORLD_SEND_FAILS,     /* ... ARC_FAILED */
  WORLD_SEND_PENDS      /* ... ARC_PENDING */
};

enum world_place { WORLD_ALLOCATION, WORLD_STORAGE, WORLD_TRANSPORT, WORLD_PLACES };

#define WORLD_HOST_CODE    77
#define WORLD_NOT_NOW_CODE (-55)

struct world_text {
  char *data;
  size_t size, capacity;
};

struct world_message {
  char key[256];
  uint64_t content;
};

/* What a run came to, to be compared with the plain one. */
struct world_result {
  unsigned char digest[32];
  struct world_text journal, records;  /* records: the journal without the borders of its commits */
  struct world_text transcript, final; /* the reports taken; all reports of the ledger in the end */
  struct world_text said;
  struct world_message *outbox;
  size_t outbox_count;
};

struct world {
  struct test_heap heap;      /* all memory of the library */
  struct test_heap disk_heap; /* of the storage beneath, which outlives a crash */
  arc_allocator allocator, disk_allocator;
  arc_storage disk, storage; /* beneath, and the one that the ledger sees */
  arc_transport transport;
  const char *path; /* of a file storage; NULL: a storage in memory */
  uint32_t ledger_flags;
  size_t piece; /* most bytes that a read gives; 0: no limit */
  int opened;   /* storages handed to a ledger, less those closed */

  /* Handles of the scenario; whatever is not NULL is closed in the end. */
  arc_ledger *ledger;
  arc_ledger *other; /* a second one; whoever reopens the first closes it */
  arc_calendar *calendar;
  arc_cadence *cadence;
  arc_matcher *matcher;
  arc_scorer *scorer;
  arc_collector *collector;
  arc_report *report;
  arc_cadence_options cadence_options;
  arc_matcher_options matcher_options;
  arc_collector_options collector_options;
  arc_error err;

  /* The fault of this run. */
  enum world_fault fault;
  enum world_place place;
  size_t calls[WORLD_PLACES], scenario_calls[WORLD_PLACES], fails_at;
  int once, fired, hits, absorbs, parts;
  arc_status fitting;
  int32_t host_code;

  /* The run. */
  jmp_buf stop;
  int resumed; /* reopened or begun anew: ARC_ALREADY is as good as ARC_OK */
  int anew;    /* begun anew after a crash: CHECK is not asked, state may be further on */
  int changed; /* the transport's fault leads to another book: nothing to compare with */
  int calm;    /* the scenario is over, and so are faults */
  int dead;    /* the process has ended: a callback that still comes is a violation */
  size_t once_at, once_done;
  int64_t instant; /* of the host's clock */
  unsigned char before[64];
  uint64_t before_seq;
  const char *scenario, *step_text;
  int failed; /* a violation was told */
  struct world_result result;
};

/* ---- in scenarios ---- */

#define DO_WITH(w, expected, have_parts, call)                                                     \
  do {                                                                                             \
    arc_status do_status_;                                                                         \
    world_step((w), #call, (have_parts));                                                          \
    do {                                                                                           \
      world_try(w);                                                                                \
      do_status_ = (call);                                                                         \
    } while (world_again((w), do_status_, (expected), __FILE__, __LINE__));                        \
  } while (0)

#define DO(w, call)              DO_WITH(w, ARC_OK, 0, call)
#define DO_AS(w, expected, call) DO_WITH(w, expected, 0, call)
/* A step of several commits: one that fails may have done a part, which the next try goes on from.
 */
#define DO_PARTS(w, call) DO_WITH(w, ARC_OK, 1, call)
/* A command that cannot be said again later, as a host knows that keeps track of what it said. */
#define DO_ONCE(w, call)                                                                           \
  do {                                                                                             \
    if (world_once(w)) DO(w, call);                                                                \
    world_once_done(w);                                                                            \
  } while (0)

#define CHECK(w, condition)                                                                        \
  do {                                                                                             \
    if (!(w)->anew && !(w)->changed && !(condition))                                               \
      world_violation((w), __FILE__, __LINE__, "%s", #condition);                                  \
  } while (0)

/* Opens w->ledger; the engines that were open are reopened with their options by world_reopen. */
void world_open(struct world *w);
void world_open_cadence(struct world *w);
void world_open_matcher(struct world *w);
void world_open_scorer(struct world *w);
void world_open_collector(struct world *w);
void world_reopen(struct world *w);
/* One try of opening the ledger, for a step of its own. */
arc_status world_open_ledger(struct world *w);
/* Closes the engines and the ledger. */
void world_close(struct world *w);

/* begin, `posts` (which are steps), commit. */
void world_batch(struct world *w, void (*posts)(struct world *w));
/* arc_ledger_set_clock, as a host does whose clock went on while it was down. */
void world_clock(struct world *w, int64_t instant);

/* The report joins the transcript and is freed. */
void world_take(struct world *w);
/* What else a step gave; not compared where the step may have been done before. */
void world_say(struct world *w, const char *format, ...);
arc_text world_text(const char *text);
arc_day world_day(const char *iso);

/* ---- in tests ---- */

#define WORLD_FREE_BORDERS 1u /* a fault of memory or transport may divide commits in another way  \
                               */
#define WORLD_FILE 2u         /* on a file storage */

/* Runs all faults; the number of violations, each of which was told on stderr. */
size_t world_sweep(void (*scenario)(struct world *w), const char *name, unsigned flags);
/* One line on what all sweeps of the program did. */
void world_print_totals(const char *program);

/* What the macros use. */
void world_step(struct world *w, const char *text, int parts);
void world_try(struct world *w);
int world_again(struct world *w, arc_status status, arc_status expected, const char *file,
                int line);
int world_once(struct world *w);
void world_once_done(struct world *w);
#if defined(__GNUC__)
__attribute__((noreturn, format(printf, 4, 5)))
#endif
void world_violation(struct world *w, const char *file, int line, const char *format, ...);

#endif
