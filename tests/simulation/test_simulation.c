/* Random but valid lives of a book against the model, with everything that can go wrong.
 *
 * usage: test_simulation [--seeds N] [--steps M] [--from S]     N lives of M steps each, from seed
 * S on test_simulation --seed S [--steps M] [--keep LIST]     one life; of it the steps of LIST
 * alone
 *        ... --book FILE                                        the last life leaves its journal there
 *        ... --calm                                             no faults, no second process, no
 * shrinking
 *
 * A life runs in a process of its own, which writes its steps down as it goes. If it fails, in
 * whatever way, fewer and fewer of the steps are tried until none can be left out any more. What is
 * left is printed, line by line, and the arguments that run it again. LIST is as printed: numbers
 * and ranges of steps; "r" and the rows of it that are left, if not all; a "c" where it no longer
 * meets its fault. */
#define _DEFAULT_SOURCE
#include "life.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the process that lives shares with the one that watches. */
static struct shared {
  struct totals totals;
  uint64_t seed;
  int count; /* steps begun */
  struct step steps[LIFE_STEPS];
  char what[120];
} * shared;

static int at_step, is_calm;
static const char *leaves;

void sim_die(const char *what, const char *detail) {
  fprintf(stderr, "seed %llu, step %d: %s: %s\n", (unsigned long long)shared->seed, at_step, what,
          detail);
  snprintf(shared->what, sizeof shared->what, "%s", what);
  fflush(NULL);
  _exit(1);
}

/* ---- one life ---- */

static void live(struct life *l, uint64_t seed, int steps) {
  shared->seed = seed;
  shared->count = 0;
  life_begin(l, seed);
  for (at_step = 0; at_step < steps; at_step++) {
    life_make(l, at_step, &shared->steps[at_step]);
    shared->count = at_step + 1;
    life_do(l, &shared->steps[at_step]);
    l->totals->steps++;
  }
  life_end(l);
}

static void live_again(const struct step *steps, const int *numbers, int count) {
  static struct totals totals;
  struct life *l = life_new(&totals, is_calm);
  life_begin(l, shared->seed);
  for (int i = 0; i < count; i++) {
    at_step = numbers[i];
    life_do(l, &steps[i]);
  }
  life_end(l);
  life_free(l);
}

/* ---- a part of a life ---- */

struct part {
  int count;
  int numbers[LIFE_STEPS]; /* of the steps in the life */
  struct step steps[LIFE_STEPS];
  char rows[LIFE_STEPS][SIM_ROWS + 1]; /* that are left, "13"; empty: all */
};

static void add_step(struct part *part, int number, const struct step *step, const char *rows) {
  part->numbers[part->count] = number;
  part->steps[part->count] = *step;
  snprintf(part->rows[part->count++], SIM_ROWS + 1, "%s", rows);
}

/* The rows named, of those that the step has in the life. */
static void keep_rows(struct part *part, int i, const char *rows) {
  const struct sim_call *all = &shared->steps[part->numbers[i]].call;
  struct sim_call *call = &part->steps[i].call;
  snprintf(part->rows[i], SIM_ROWS + 1, "%s", rows);
  call->count = 0;
  for (; *rows; rows++)
    if (*rows > '0' && *rows <= '0' + all->count)
      call->rows[call->count++] = all->rows[*rows - '1'];
}

/* 1 if it fails as the whole life did (`what`: empty where that was no difference but a crash). */
static int fails(const struct part *part, const char *what, int loud) {
  int how;
  pid_t child;
  fflush(NULL);
  shared->what[0] = 0;
  child = fork();
  if (child < 0) return 0;
  if (child == 0) {
    if (!loud && !freopen("/dev/null", "w", stderr)) _exit(0);
    alarm(60);
    live_again(part->steps, part->numbers, part->count);
    exit(0);
  }
  if (waitpid(child, &how, 0) != child) return 0;
  return !(WIFEXITED(how) && WEXITSTATUS(how) == 0) && strcmp(shared->what, what) == 0;
}

static void leave_out(struct part *to, const struct part *from, int first, int size) {
  to->count = 0;
  for (int i = 0; i < from->count; i++) {
    if (i >= first && i < first + size) continue;
    add_step(to, from->numbers[i], &from->steps[i], from->rows[i]);
  }
}

static int shrink_rows(struct part *part, int i, const char *what) {
  static struct part less;
  int tries = 0;
  if (part->steps[i].kind != STEP_SAY) return 0;
  for (int out = '1'; out <= '0' + SIM_ROWS && part->steps[i].call.count > 1; out++) {
    char rows[SIM_ROWS + 1] = "";
    size_t size = 0;
    for (int row = '1'; row <= '0' + shared->steps[part->numbers[i]].call.count; row++)
      if (row != out && (!part->rows[i][0] || strchr(part->rows[i], row))) rows[size++] = (char)row;
    if (!size || (int)size == part->steps[i].call.count) continue;
    less = *part;
    keep_rows(&less, i, rows);
    tries++;
    if (fails(&less, what, 0)) *part = less;
  }
  return tries;
}

/* Leaves out halves, quarters, ... and single steps, until no single one can be left out; then rows
 * and faults. */
static int shrink(struct part *part, const char *what) {
  static struct part less;
  int tries = 0, size = part->count / 2, gone = 0;
  while (size > 0) {
    for (int first = 0; first < part->count;) {
      leave_out(&less, part, first, size);
      tries++;
      if (fails(&less, what, 0))
        *part = less, gone = 1;
      else
        first += size;
    }
    if (size > 1)
      size /= 2;
    else if (gone)
      gone = 0;
    else
      size = 0;
  }
  for (int i = 0; i < part->count; i++) {
    tries += shrink_rows(part, i, what);
    if (!part->steps[i].fault.kind) continue;
    less = *part;
    less.steps[i].fault.kind = FAULT_NONE;
    tries++;
    if (fails(&less, what, 0)) *part = less;
  }
  return tries;
}

static void print_part(const struct part *part, int steps) {
  for (int i = 0; i < part->count; i++) {
    fprintf(stderr, "  %4d  ", part->numbers[i]);
    step_print(stderr, &part->steps[i]);
    fprintf(stderr, "\n");
  }
  fprintf(stderr, "again: test_simulation --seed %llu --steps %d --keep ",
          (unsigned long long)shared->seed, steps);
  for (int i = 0; i < part->count; i++)
    fprintf(stderr, "%s%d%s%s%s", i ? "," : "", part->numbers[i], part->rows[i][0] ? "r" : "",
            part->rows[i],
            shared->steps[part->numbers[i]].fault.kind && !part->steps[i].fault.kind ? "c" : "");
  fprintf(stderr, "\n");
}

static void whole(struct part *part) {
  part->count = 0;
  for (int i = 0; i < shared->count; i++)
    add_step(part, i, &shared->steps[i], "");
}

/* "3,7-9,12r13c": of the steps that the life took. */
static int keep(struct part *part, const char *list) {
  part->count = 0;
  while (*list) {
    char *end, rows[SIM_ROWS + 1] = "";
    long from = strtol(list, &end, 10), to = from;
    int first = part->count;
    if (end == list) return 0;
    if (*end == '-') to = strtol(end + 1, &end, 10);
    for (long i = from; i <= to && i >= 0 && i < shared->count && part->count < LIFE_STEPS; i++)
      add_step(part, (int)i, &shared->steps[i], "");
    if (*end == 'r') {
      size_t size = strspn(end + 1, "123");
      if (!size || size > SIM_ROWS) return 0;
      memcpy(rows, end + 1, size);
      for (int i = first; i < part->count; i++)
        keep_rows(part, i, rows);
      end += 1 + size;
    }
    if (*end == 'c') {
      for (int i = first; i < part->count; i++)
        part->steps[i].fault.kind = FAULT_NONE;
      end++;
    }
    if (*end == ',')
      end++;
    else if (*end)
      return 0;
    list = end;
  }
  return 1;
}

/* ---- many lives ---- */

static void run(uint64_t from, uint64_t seeds, int steps) {
  struct life *l = life_new(&shared->totals, is_calm);
  l->leaves = leaves;
  for (uint64_t seed = from; seed < from + seeds; seed++)
    live(l, seed, steps);
  life_free(l);
}

static int watch(uint64_t from, uint64_t seeds, int steps, int loud) {
  int how;
  pid_t child;
  fflush(NULL);
  child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    if (!loud && !freopen("/dev/null", "w", stderr)) _exit(0);
    run(from, seeds, steps);
    exit(0);
  }
  if (waitpid(child, &how, 0) != child) return 2;
  if (WIFEXITED(how)) return WEXITSTATUS(how);
  fprintf(stderr, "seed %llu: the process ended by signal %d\n", (unsigned long long)shared->seed,
          WTERMSIG(how));
  return 3;
}

static unsigned long long number(uint64_t value) {
  return (unsigned long long)value;
}

/* What was tried, and that every kind had all three outcomes in a run of some length. */
static int report(void) {
  const struct totals *t = &shared->totals;
  uint64_t recorded = 0, repeated = 0, refused = 0,
           crashes = t->faults[FAULT_CRASH_BEFORE] + t->faults[FAULT_CRASH_AFTER];
  int missing = 0;
  for (int kind = 0; kind < MODEL_KINDS; kind++) {
    recorded += t->recorded[kind];
    repeated += t->repeated[kind];
    refused += t->refused[kind];
    if (getenv("ARC_SIMULATION_VERBOSE"))
      printf("%-14s %9llu recorded %9llu said again %9llu refused\n", sim_kind_name(kind),
             number(t->recorded[kind]), number(t->repeated[kind]), number(t->refused[kind]));
    if (t->steps < 20000 || (t->recorded[kind] && t->repeated[kind] && t->refused[kind])) continue;
    fprintf(stderr, "%s: never had one of the three outcomes\n", sim_kind_name(kind));
    missing = 1;
  }
  printf("%llu lives of a book, %llu events stored in %llu steps: %llu calls recorded (%llu rows), "
         "%llu said again, %llu refused, "
         "all as the model says\n",
         number(t->lives), number(t->events), number(t->steps), number(recorded), number(t->rows),
         number(repeated), number(refused));
  printf("%llu days compared, %llu times what was known at an instant; 0 violations\n",
         number(t->days), number(t->known));
  printf("steps:");
  for (int i = STEP_BEGIN; i < STEP_KINDS; i++)
    printf(" %s %llu%s", step_names[i], number(t->did[i]), i + 1 < STEP_KINDS ? "," : "\n");
  printf("faults met:");
  for (int i = 1; i < FAULT_KINDS; i++)
    printf(" %s %llu,", fault_names[i], number(t->faults[i]));
  printf(" conflicts %llu; %llu crashes\n", number(t->conflicts),
         number(crashes + t->did[STEP_KILL]));
  for (int i = 1; i < FAULT_KINDS && !is_calm; i++)
    if (t->steps >= 20000 && !t->faults[i])
      fprintf(stderr, "no fault \"%s\"\n", fault_names[i]), missing = 1;
  return missing;
}

static int found(int steps) {
  static struct part part;
  char what[sizeof shared->what];
  int tries;
  memcpy(what, shared->what, sizeof what);
  whole(&part);
  if (!fails(&part, what, 0)) {
    fprintf(stderr, "seed %llu failed in a way that its %d steps do not show again\n",
            number(shared->seed), part.count);
    return 1;
  }
  tries = shrink(&part, what);
  fprintf(stderr, "seed %llu: %d of %d steps are enough, found in %d runs:\n", number(shared->seed),
          part.count, shared->count, tries);
  print_part(&part, steps);
  (void)fails(&part, what, 1);
  return 1;
}

int main(int argc, char **argv) {
  static struct part part;
  const char *seed = getenv("ARC_SIMULATION_SEED"), *list = NULL;
  uint64_t from = 1, seeds = 20;
  int steps = 500, bad;
  for (int i = 1; i < argc; i++) {
    const char *value = i + 1 < argc ? argv[i + 1] : NULL;
    if (strcmp(argv[i], "--calm") == 0) {
      is_calm = 1;
      continue;
    }
    if (value && strcmp(argv[i], "--seeds") == 0)
      seeds = strtoull(value, NULL, 10);
    else if (value && strcmp(argv[i], "--steps") == 0)
      steps = atoi(value);
    else if (value && strcmp(argv[i], "--from") == 0)
      from = strtoull(value, NULL, 10);
    else if (value && strcmp(argv[i], "--seed") == 0)
      seed = value;
    else if (value && strcmp(argv[i], "--keep") == 0)
      list = value;
    else if (value && strcmp(argv[i], "--book") == 0)
      leaves = value;
    else
      return fprintf(stderr, "usage: test_simulation [--seeds N] [--steps M] [--from S] [--seed S "
                             "[--keep LIST]] [--book FILE] [--calm]\n"),
             2;
    i++;
  }
  if (steps < 1 || steps > LIFE_STEPS)
    return fprintf(stderr, "a life has 1 to %d steps\n", LIFE_STEPS), 2;
  if (seed) from = strtoull(seed, NULL, 10), seeds = 1;
  if (list && !seed) return fprintf(stderr, "--keep needs a --seed\n"), 2;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 2;
  if (is_calm) {
    run(from, seeds, steps);
    return report();
  }
  bad = watch(from, seeds, steps, !list);
  if (list) {
    if (!keep(&part, list)) return fprintf(stderr, "no list of steps: %s\n", list), 2;
    print_part(&part, steps);
    shared->what[0] = 0;
    live_again(part.steps, part.numbers, part.count);
    printf("%d steps went as the model says\n", part.count);
    return 0;
  }
  return bad ? found(steps) : report();
}
