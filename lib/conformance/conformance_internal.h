/* Inside the conformance kit: commits to append, and what clauses are made of. */
#ifndef ARC_CONFORMANCE_INTERNAL_H
#define ARC_CONFORMANCE_INTERNAL_H

#include "arcollect/conformance.h"

/* ---- conformance_commits.c ---- */

typedef struct arc__conformance_commit {
  uint64_t first_seq;
  uint32_t count;
  size_t at, size; /* its bytes in the book's */
} arc__conformance_commit;

/* Commits one after another, or rivals of them, that could each have been the next. */
typedef struct arc__conformance_book {
  unsigned char *bytes;
  size_t size, capacity;
  arc__conformance_commit *commits;
  size_t count;
} arc__conformance_book;

typedef struct arc__conformance_recipe {
  size_t commits;
  uint32_t rows; /* commits hold 1 to `rows` notes in turn */
  size_t large;  /* this commit holds large_rows notes of 4,000 bytes; 0: none does */
  uint32_t large_rows;
} arc__conformance_recipe;

/* Makes a book, and one rival of each commit if `rivals` is set. Free both whatever it returns. */
arc_status arc__conformance_make(arc__conformance_book *book, arc__conformance_book *rivals,
                                 const arc__conformance_recipe *recipe, arc_error *err);
void arc__conformance_free(arc__conformance_book *book);

/* ---- conformance.c: these return 1, or 0 after they said why the clause failed ---- */

typedef struct arc__conformance {
  const arc_conformance_host *host;
  arc__conformance_book book, rivals, single; /* single: commits of one record where they can */
  arc_storage storage;
  int is_open; /* storage is */
  arc_conformance_result result;
} arc__conformance;

int arc__conformance_fail(arc__conformance *c, const char *format, ...);
int arc__conformance_open(arc__conformance *c);
void arc__conformance_close(arc__conformance *c);
int arc__conformance_reopen(arc__conformance *c);
int arc__conformance_wipe(arc__conformance *c);

/* ---- conformance_ledger.c: clauses that need a ledger ---- */

int arc__conformance_lost_command(arc__conformance *c);
int arc__conformance_ledger_life(arc__conformance *c);

#endif
