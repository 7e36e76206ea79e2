/* Makes commits for the clauses. A storage may look into what it is given, so they are real ones: a
 * ledger's batches, taken as bytes instead of being appended. */
#include "conformance_internal.h"

#include "arcollect/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMITS_NOTE_LARGE 4000

static arc_status commits_note(arc_ledger *ledger, char kind, size_t commit, uint32_t row,
                               size_t size, arc_error *err) {
  char key[64], text[COMMITS_NOTE_LARGE];
  arc_note note = ARC_NOTE_INIT;
  snprintf(key, sizeof key, "%c%llu-%llu", kind, (unsigned long long)commit,
           (unsigned long long)row);
  for (size_t i = 0; i < size; i++)
    text[i] = (char)('a' + (commit * 7 + row * 3 + i) % 26);
  note.key = (arc_text)ARC_TEXT(key);
  note.customer = (arc_text)ARC_TEXT("C");
  note.text = (arc_text){text, size};
  note.day = 20000;
  return arc_ledger_post_notes(ledger, &note, 1, err);
}

static arc_status commits_fill(arc_ledger *ledger, char kind, size_t commit,
                               const arc__conformance_recipe *recipe, arc_error *err) {
  int large = commit && commit == recipe->large;
  uint32_t rows = large ? recipe->large_rows : 1 + (uint32_t)(commit % recipe->rows);
  arc_status status = ARC_OK;
  if (commit == 0) {
    arc_customer customer = ARC_CUSTOMER_INIT;
    customer.key = (arc_text)ARC_TEXT("C");
    status = arc_ledger_post_customers(ledger, &customer, 1, err);
  }
  for (uint32_t row = 0; row < rows && status >= 0; row++)
    status =
        commits_note(ledger, kind, commit, row, large ? COMMITS_NOTE_LARGE : commit * 5 % 40, err);
  return status;
}

/* Copies the open batch's bytes to the end of the book, which has room for another commit's place.
 */
static arc_status commits_take(arc_ledger *ledger, arc__conformance_book *book, arc_error *err) {
  arc__conformance_commit *commit = &book->commits[book->count];
  const void *bytes;
  arc_status status =
      arc_batch_bytes(ledger, &commit->first_seq, &commit->count, &bytes, &commit->size, err);
  if (status < 0) return status;
  if (book->capacity - book->size < commit->size) {
    size_t capacity = 2 * book->capacity + commit->size;
    unsigned char *wider = realloc(book->bytes, capacity);
    if (!wider) return ARC_E_NOMEM;
    book->bytes = wider;
    book->capacity = capacity;
  }
  commit->at = book->size;
  memcpy(book->bytes + book->size, bytes, commit->size);
  book->size += commit->size;
  book->count++;
  return ARC_OK;
}

/* One commit as it will be (kind 'n'), or as a rival could have made it. */
static arc_status commits_add(arc_ledger *ledger, arc__conformance_book *book, char kind,
                              size_t commit, const arc__conformance_recipe *recipe,
                              arc_error *err) {
  arc_status status = arc_batch_begin(ledger, err);
  if (status >= 0) status = commits_fill(ledger, kind, commit, recipe, err);
  if (status >= 0) status = commits_take(ledger, book, err);
  if (status >= 0 && kind == 'n')
    arc_batch_publish(ledger);
  else
    arc_batch_abort(ledger);
  return status;
}

static arc_status commits_prepare(arc__conformance_book *book, size_t commits) {
  book->commits = calloc(commits, sizeof *book->commits);
  return book->commits ? ARC_OK : ARC_E_NOMEM;
}

arc_status arc__conformance_make(arc__conformance_book *book, arc__conformance_book *rivals,
                                 const arc__conformance_recipe *recipe, arc_error *err) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_ledger *ledger = NULL;
  options.book = (arc_text)ARC_TEXT("conformance");
  memcpy(options.currency, "USD", 4);
  arc_status status = commits_prepare(book, recipe->commits);
  if (status >= 0 && rivals) status = commits_prepare(rivals, recipe->commits);
  if (status >= 0) status = arc_ledger_open(&ledger, &options, err);
  for (size_t i = 0; i < recipe->commits && status >= 0; i++) {
    if (rivals) status = commits_add(ledger, rivals, 'r', i, recipe, err);
    if (status >= 0) status = commits_add(ledger, book, 'n', i, recipe, err);
  }
  arc_ledger_close(ledger);
  return status;
}

void arc__conformance_free(arc__conformance_book *book) {
  free(book->bytes);
  free(book->commits);
  memset(book, 0, sizeof *book);
}
