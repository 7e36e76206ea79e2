/* A book file: one SQLite database with the ledger's journal, the imported rows, and what to
 * remember. */
#ifndef BOOK_H
#define BOOK_H

#include "fail.h"

#include <sqlite3.h>

typedef struct book {
  sqlite3 *db;
  const char *path;
  char currency[4];
  arc_day
      posted_through; /* every imported row up to this day is in the journal (or refused); a hint */
  int applications_given; /* applications were imported: cash is not matched */
} book;

/* Makes a new book file. @param policy  NUL-terminated text of the book's cadence policy, or NULL.
 * Both return 0 or an exit code after a message; `book` is closed then. */
int book_create(book *b, const char *path, const char *currency, const char *policy);
int book_open(book *b, const char *path);
void book_close(book *b);

/* Opens the ledger; flags as in arc_ledger_options. It must be closed before the book. */
int book_ledger(book *b, uint32_t flags, arc_ledger **out);

/* How far a ledger that is open has come. */
arc_ledger_info book_info(const arc_ledger *ledger);

/* Runs one statement without results. @return 0 or an exit code after a message. */
int book_execute(book *b, const char *sql);

/* Tells what SQLite said; `doing` completes "cannot ...". */
int book_fail(book *b, const char *doing);

/* Reads again what may have changed since the book was opened; for use inside a write transaction.
 */
int book_refresh(book *b);

/* The text of the letterhead; "": none was given. Both return 0 or an exit code after a message. */
int book_letterhead(book *b, char *text, size_t size);
int book_set_letterhead(book *b, const char *text);

/* Keep posted_through or applications_given; the field is set as well. */
int book_set_posted_through(book *b, arc_day day);

/* Deletes the imported rows that were posted, and what SQLite keeps of anything deleted; *waiting: rows
 * that were not posted yet. */
int book_forget(book *b, int64_t *waiting);
int book_set_applications_given(book *b);

#endif
