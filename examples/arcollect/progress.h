/* A line on the terminal that tells how far a run has come; nothing where stderr is no terminal. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <arcollect.h>

typedef struct progress {
  int shown; /* 1: stderr is a terminal */
  int wrote;
  arc_day from;
  arc_day to;
} progress;

void progress_begin(progress *p, arc_day from, arc_day to);
void progress_day(progress *p, arc_day day); /* the day that begins now */
void progress_clear(progress *p);            /* before other output, and at the end */

#endif
