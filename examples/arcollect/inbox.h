/* Replies: files of a folder, or one, read and acted on. */
#ifndef INBOX_H
#define INBOX_H

#include "book.h"
#include "print.h"

typedef struct inbox_options {
  const char *path;
  const char *customer; /* NULL: of the message that it answers */
  const char *touch;    /* NULL: the same */
  arc_day day;          /* received; ARC_DAY_NONE: not said */
  int dry;
  int folder;
  print_options print;
} inbox_options;

/* All @return 0 or an exit code after a message. */
int inbox_read(book *b, const inbox_options *options);
/* A task is done; a reply is undone. `by` and the reason may be NULL; day ARC_DAY_NONE: the last day run. */
int inbox_done(book *b, const char *task, arc_day day, const char *by, const char *outcome);
int inbox_undo(book *b, const char *reply, arc_day day, const char *by, const char *reason);

#endif
