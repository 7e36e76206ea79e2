/* Messages for people on stderr, and the exit codes of the program. */
#ifndef FAIL_H
#define FAIL_H

#include <arcollect.h>

#define EXIT_REFUSED 1 /* bad input, or the book forbids it */
#define EXIT_USAGE   2 /* the command line */
#define EXIT_FAULT   3 /* storage, memory, or a fault inside */

#if defined(__GNUC__)
#define FORMAT_LIKE_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define FORMAT_LIKE_PRINTF(text, first)
#endif

/* Prints one line, "arcollect: ...", and returns the exit code given. */
int fail(int code, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
#define fail_usage(...)   fail(EXIT_USAGE, __VA_ARGS__)
#define fail_refused(...) fail(EXIT_REFUSED, __VA_ARGS__)
#define fail_fault(...)   fail(EXIT_FAULT, __VA_ARGS__)
#define remark(...)       ((void)fail(0, __VA_ARGS__)) /* no failure */

/* Tells what the library said; `doing` completes "cannot ...". */
int fail_status(const char *doing, arc_status status, const arc_error *err);

/* 1 if a status speaks about what was given, 0 if about storage, memory or the state of a handle.
 */
int status_is_refusal(arc_status status);

#endif
