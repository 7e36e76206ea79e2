/* The kinds of commands a book can be told. Each has one place in commands.c, where its random rows
 * are made and the library is told them; model.c has one where the model is told. A new kind takes:
 *
 *   model.h     its number in enum model_kind, before the days; fields it needs in model_command
 *   model.c     its function, and its line in model_say
 *   commands.c  its functions make_... and TELL(...), and its line of the table
 *
 * Where it makes entries, these have its number as their kind in model.c and in the list of
 * checks.c; where it posts to accounts of its own, these are in model.h, model_balances and
 * checks.c; where it speaks of objects in a new way, independent() of test_metamorphic.c must know.
 */
#ifndef ARC_TEST_COMMANDS_H
#define ARC_TEST_COMMANDS_H

#include "arcollect.h"
#include "model.h"

#include <stdio.h>

#define SIM_FIRST_DAY 20454 /* 2026-01-01 */
enum { SIM_ROWS = 3 };

/* Numbers at random, the same everywhere from the same seed. */
struct chance {
  uint64_t state;
};
void chance_seed(struct chance *chance, uint64_t seed);
uint64_t chance_number(struct chance *chance);
int chance_below(struct chance *chance, int limit);
int chance_one_in(struct chance *chance, int n);

/* Rows of a call, all of one kind. */
struct sim_call {
  int count;
  struct model_command rows[SIM_ROWS];
};

/* Makes a call up that fits a book in this state on this day, or does not, on purpose. */
void sim_make(struct chance *chance, const struct model *model, arc_day today,
              struct sim_call *call);
void sim_alter(struct chance *chance, struct sim_call *call);
arc_status sim_tell(arc_ledger *ledger, const struct sim_call *call, arc_error *err);
/* What the book must answer, as model_say does; a yes changes the model. */
int sim_judge(struct model *model, const struct sim_call *call);
void sim_print(FILE *to, const struct sim_call *call);

const char *sim_kind_name(int kind);
const char *sim_currency(int currency);

#endif
