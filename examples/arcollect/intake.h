/* Intake: from the records of one import file to rows. */
#ifndef INTAKE_H
#define INTAKE_H

#include "layout.h"
#include "rows.h"

/* Called for a record that cannot be taken in. `column` is one of ours, -1 if none is at fault. */
typedef void intake_bad(void *user, uint32_t line, int32_t column, const char *reason);

typedef struct intake {
  /* set by the caller */
  row_book *rows;
  const char *book_currency;
  const layout *how;
  uint16_t file;
  int makes_customers; /* invoices of unknown customers make them */
  intake_bad *bad;
  void *user;
  /* kept here */
  const char *const *cells;
  uint32_t line;
  size_t already;             /* rows that were there, the same */
  size_t made;                /* customers made */
  int applications;           /* of cash, within one currency, came in */
  row *remittance;            /* whose lines are being read; NULL: none */
  buffer lines;               /* of it, as in its field */
  int remittance_bad;         /* one of its lines is: none of it is taken in */
  row_book generated;         /* keys made for events of this file, to number equal ones */
  struct open_end *open_ends; /* resolutions and releases that name no key */
  size_t open_end_count;
  size_t open_end_capacity;
} intake;

/* Takes in one record; what is wrong with it goes to `bad`, and then nothing of it is taken in. */
void intake_record(intake *in, const char *const *cells, size_t count, uint32_t line);

/* After the last record: takes in what had to wait for it, and frees what intake keeps. */
void intake_finish(intake *in);

#endif
