/* Messages and exit codes. One line per message, so that scripts and logs can keep them. */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>

int fail(int code, const char *format, ...) {
  va_list arguments;
  fflush(stdout);
  fputs("arcollect: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  return code;
}

int status_is_refusal(arc_status status) {
  return status == ARC_E_INVALID || status == ARC_E_OVERFLOW || status == ARC_E_NOT_FOUND ||
         status == ARC_E_EXISTS || status == ARC_E_REFUSED || status == ARC_E_SYNTAX;
}

int fail_status(const char *doing, arc_status status, const arc_error *err) {
  const char *text = err && err->text[0] ? err->text : arc_status_text(status);
  int code = status_is_refusal(status) ? EXIT_REFUSED : EXIT_FAULT;
  if (status == ARC_E_CORRUPT && err && err->record != 0)
    return fail(code, "cannot %s: record %llu: %s (%s)", doing, (unsigned long long)err->record,
                text, arc_status_name(status));
  return fail(code, "cannot %s: %s (%s)", doing, text, arc_status_name(status));
}
