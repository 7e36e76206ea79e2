/* A preview that was kept as CSV, to be compared with what came. */
#ifndef PREVIEWED_H
#define PREVIEWED_H

#include "memory.h"

typedef struct previewed {
  arc_previewed *rows; /* messages and tasks */
  size_t count;
  arena texts;
} previewed;

/* @return 0 or an exit code after a message; previewed_free is needed in both cases. */
int previewed_read(previewed *out, const char *path);
void previewed_free(previewed *p);

#endif
