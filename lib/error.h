/* Error detail: the one way a status and its explanation are made. */
#ifndef ARC_ERROR_H
#define ARC_ERROR_H

#include "arcollect/status.h"

#if defined(__GNUC__)
#define ARC__PRINTF(at, first) __attribute__((__format__(__printf__, at, first)))
#else
#define ARC__PRINTF(at, first)
#endif

/* Fills *err (may be NULL; an unknown struct_size leaves it alone) and returns status. The text is
 * cut at a UTF-8 boundary. Only %s, %.*s, %d, %u, %lld, %llu, %c and %% are used, so no locale
 * matters. */
arc_status arc__fail(arc_error *err, arc_status status, const char *format, ...) ARC__PRINTF(3, 4);

/* The same for a field (1-based, 0: none) of row `record` of a call. */
arc_status arc__fail_field(arc_error *err, arc_status status, uint64_t record, uint32_t field,
                           const char *format, ...) ARC__PRINTF(5, 6);

/* The same for a place in a text, both 1-based. */
arc_status arc__fail_at(arc_error *err, arc_status status, uint32_t line, uint32_t column,
                        const char *format, ...) ARC__PRINTF(5, 6);

/* The same for what a host's function returned: kept in host_code. */
arc_status arc__fail_host(arc_error *err, arc_status status, int32_t host_code, const char *format,
                          ...) ARC__PRINTF(4, 5);

arc_status arc__fail_nomem(arc_error *err);

/* Fills *err (may be NULL) with what another one says. */
void arc__fail_as(arc_error *err, const arc_error *said);

/* Leaves a function with any failure (< 0) of a call. */
#define ARC__TRY(call)                                                                             \
  do {                                                                                             \
    arc_status try_status_ = (call);                                                               \
    if (try_status_ < 0) return try_status_;                                                       \
  } while (0)

/* Reads a caller's sized struct: what it is shorter is zero, what it is longer must be zero
 * (ARC_E_ABI), `oldest` is the size in the first release, see struct_sizes.h. `what` names the struct in the error. */
arc_status arc__read_struct(void *dst, size_t known, size_t oldest, const void *src,
                            const char *what, arc_error *err);

/* Writes a struct of the library's to a caller's of the size stated in its struct_size, which
 * stays. */
arc_status arc__write_struct(void *dst, const void *src, size_t known, size_t oldest,
                             const char *what, arc_error *err);

/* An array of the caller's for `capacity` structs, which lie the struct_size of the first one
 * apart: checked first, then written row by row. Nothing is checked without room. */
arc_status arc__check_rows(const void *rows, size_t capacity, size_t oldest, const char *what,
                           arc_error *err);
void arc__write_row(void *rows, size_t index, const void *src, size_t known);

#endif
