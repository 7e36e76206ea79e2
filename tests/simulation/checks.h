/* What a book says of itself against what the model says. Whatever differs ends the process through
 * sim_die. */
#ifndef ARC_TEST_CHECKS_H
#define ARC_TEST_CHECKS_H

#include "commands.h"

struct book {
  arc_ledger *ledger;
  const struct model *model;
};

/* Told by the program: where in which life this happened, and ends the process. */
#if defined(__GNUC__)
__attribute__((noreturn))
#endif
void sim_die(const char *what, const char *detail);

void sim_must(arc_status status, arc_status expected, const char *what, const arc_error *err);
void sim_equal(int64_t got, int64_t wanted, const char *what, const char *of);

/* What is cheap: balances, open items, aging and promises at the end of a day. */
void check_day(struct book book, arc_day day);
/* What reads much: postings, applications, touches, and the statement of a customer (by its place
 * in the model). */
void check_reports(struct book book, arc_day day, int customer);

#endif
