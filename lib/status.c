/* Names and sentences of the status codes, and the version. One table, searched in order: a status
 * is looked up when something went wrong, not in a loop. */
#include "arcollect/status.h"

struct status_entry {
  arc_status status;
  const char *name;
  const char *text;
};

static const struct status_entry status_table[] = {
    {ARC_OK, "ARC_OK", "Done."},
    {ARC_DONE, "ARC_DONE", "There is nothing more to give."},
    {ARC_ALREADY, "ARC_ALREADY", "The same command was recorded before under the same key."},
    {ARC_E_NOMEM, "ARC_E_NOMEM", "The allocator had no memory left."},
    {ARC_E_INVALID, "ARC_E_INVALID", "An argument or a field is not acceptable."},
    {ARC_E_ABI, "ARC_E_ABI",
     "A struct has an unknown size or sets a field newer than this library."},
    {ARC_E_STORAGE, "ARC_E_STORAGE", "The storage refused, so nothing was recorded."},
    {ARC_E_CORRUPT, "ARC_E_CORRUPT", "Stored bytes or internal state fail a check."},
    {ARC_E_BUSY, "ARC_E_BUSY",
     "The object is in use: a callback is running, or a batch is (not) open."},
    {ARC_E_OVERFLOW, "ARC_E_OVERFLOW", "A sum or a count does not fit."},
    {ARC_E_STALE, "ARC_E_STALE", "The ledger has changed since this object was made."},
    {ARC_E_HOST, "ARC_E_HOST", "A function of the host failed."},
    {ARC_E_CONFLICT, "ARC_E_CONFLICT", "Somebody else has appended to the book first."},
    {ARC_E_UNKNOWN_OUTCOME, "ARC_E_UNKNOWN_OUTCOME",
     "The storage cannot tell whether it stored the commit; the book must be reopened."},
    {ARC_E_NOT_FOUND, "ARC_E_NOT_FOUND", "No record has this key."},
    {ARC_E_EXISTS, "ARC_E_EXISTS", "A different record has this key."},
    {ARC_E_REFUSED, "ARC_E_REFUSED", "The state of the book forbids it."},
    {ARC_E_SYNTAX, "ARC_E_SYNTAX", "The text does not parse."},
    {ARC_E_READ_ONLY, "ARC_E_READ_ONLY", "The handle can only read."},
};

static const struct status_entry *status_find(arc_status status) {
  for (size_t i = 0; i < sizeof status_table / sizeof *status_table; i++)
    if (status_table[i].status == status) return &status_table[i];
  return NULL;
}

const char *arc_status_name(arc_status status) {
  const struct status_entry *entry = status_find(status);
  return entry ? entry->name : "ARC_E_UNKNOWN";
}

const char *arc_status_text(arc_status status) {
  const struct status_entry *entry = status_find(status);
  return entry ? entry->text : "This library does not know the status.";
}

uint32_t arc_library_version(void) {
  return ARC_VERSION_MAJOR * 1000000u + ARC_VERSION_MINOR * 1000u + ARC_VERSION_PATCH;
}
