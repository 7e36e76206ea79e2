/* The progress line: rewritten in place, at most once per percent of the days. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

void progress_begin(progress *p, arc_day from, arc_day to) {
  p->shown = isatty(STDERR_FILENO);
  p->wrote = 0;
  p->from = from;
  p->to = to;
}

void progress_day(progress *p, arc_day day) {
  int64_t days = (int64_t)p->to - p->from + 1, done = (int64_t)day - p->from;
  char iso[11];
  if (!p->shown || (p->wrote && done * 100 / days == (done - 1) * 100 / days)) return;
  arc_day_format(iso, day);
  fprintf(stderr, "\r%s  %3d%%", iso, (int)(done * 100 / days));
  fflush(stderr);
  p->wrote = 1;
}

void progress_clear(progress *p) {
  if (p->wrote) fputs("\r                    \r", stderr);
  p->wrote = 0;
}
