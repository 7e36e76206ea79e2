/* Filling arc_error, and reading and writing the structs that carry their size.
 *
 * Whatever goes into an error's text, one line of valid UTF-8 comes out: messages quote bytes that
 * were refused because they are neither. */
#include "error.h"

#include "struct_sizes.h"

#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* No struct of this interface comes near it; a larger size is a field that nobody set. */
#define ERROR_STRUCT_MAX 4096u

static uint32_t error_struct_size(const void *sized) {
  uint32_t size;
  memcpy(&size, sized, sizeof size);
  return size;
}

/* Makes one line of UTF-8 of whatever bytes are there, without changing their count. */
static void error_clean(char *text, size_t size) {
  for (size_t i = 0; i < size;) {
    uint32_t number;
    size_t bytes = arc__text_character(text + i, size - i, &number);
    int good = bytes != 0 && !arc__text_is_control(number);
    if (bytes == 0) bytes = 1;
    if (!good) memset(text + i, '?', bytes);
    i += bytes;
  }
}

/* Returns err, emptied but for its status and text, or NULL if there is none to fill. The text is
 * made first, so that it may quote the one before. Fields newer than this library are left alone.
 */
static arc_error *error_fill(arc_error *err, arc_status status, const char *format,
                             va_list arguments) {
  if (!err || err->struct_size < ARC__FIRST_arc_error || err->struct_size > ERROR_STRUCT_MAX) return NULL;
  char text[sizeof err->text];
  int length = vsnprintf(text, sizeof text, format, arguments);
  size_t size = length < 0 ? 0 : (size_t)length;
  if (size >= sizeof text) size = arc__text_whole(text, sizeof text - 1);
  error_clean(text, size);
  uint32_t struct_size = err->struct_size;
  memset(err, 0, struct_size < sizeof *err ? struct_size : sizeof *err);
  err->struct_size = struct_size;
  err->status = status;
  memcpy(err->text, text, size);
  return err;
}

arc_status arc__fail(arc_error *err, arc_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  error_fill(err, status, format, arguments);
  va_end(arguments);
  return status;
}

arc_status arc__fail_field(arc_error *err, arc_status status, uint64_t record, uint32_t field,
                           const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  arc_error *filled = error_fill(err, status, format, arguments);
  va_end(arguments);
  if (filled) {
    filled->record = record;
    filled->field = field;
  }
  return status;
}

arc_status arc__fail_at(arc_error *err, arc_status status, uint32_t line, uint32_t column,
                        const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  arc_error *filled = error_fill(err, status, format, arguments);
  va_end(arguments);
  if (filled) {
    filled->line = line;
    filled->column = column;
  }
  return status;
}

arc_status arc__fail_host(arc_error *err, arc_status status, int32_t host_code, const char *format,
                          ...) {
  va_list arguments;
  va_start(arguments, format);
  arc_error *filled = error_fill(err, status, format, arguments);
  va_end(arguments);
  if (filled) filled->host_code = host_code;
  return status;
}

arc_status arc__fail_nomem(arc_error *err) {
  return arc__fail(err, ARC_E_NOMEM, "the allocator returned no memory");
}

void arc__fail_as(arc_error *err, const arc_error *said) {
  if (err) (void)ARC__WRITE(arc_error, err, said, NULL);
}

/* Checks the size that a caller's struct states. */
static arc_status error_check_size(uint32_t size, size_t oldest, const char *what, arc_error *err) {
  if (size >= oldest && size <= ERROR_STRUCT_MAX) return ARC_OK;
  return arc__fail(err, ARC_E_ABI, "%s: struct_size is %u, must be the struct's size, %u at least",
                   what, (unsigned)size, (unsigned)oldest);
}

arc_status arc__read_struct(void *dst, size_t known, size_t oldest, const void *src,
                            const char *what, arc_error *err) {
  if (!src) return arc__fail(err, ARC_E_INVALID, "%s: the pointer is NULL", what);
  uint32_t size = error_struct_size(src);
  ARC__TRY(error_check_size(size, oldest, what, err));
  for (size_t i = known; i < size; i++)
    if (((const unsigned char *)src)[i] != 0)
      return arc__fail(err, ARC_E_ABI, "%s: byte %u is set, but this library knows %u bytes only",
                       what, (unsigned)i, (unsigned)known);
  memset(dst, 0, known);
  memcpy(dst, src, size < known ? size : known);
  /* dst has this library's shape from now on. */
  uint32_t known_size = (uint32_t)known;
  memcpy(dst, &known_size, sizeof known_size);
  return ARC_OK;
}

arc_status arc__write_struct(void *dst, const void *src, size_t known, size_t oldest,
                             const char *what, arc_error *err) {
  if (!dst) return arc__fail(err, ARC_E_INVALID, "%s: the pointer is NULL", what);
  uint32_t size = error_struct_size(dst);
  ARC__TRY(error_check_size(size, oldest, what, err));
  memcpy(dst, src, size < known ? size : known);
  memcpy(dst, &size, sizeof size);
  return ARC_OK;
}

arc_status arc__check_rows(const void *rows, size_t capacity, size_t oldest, const char *what,
                           arc_error *err) {
  if (capacity == 0) return ARC_OK;
  if (!rows) return arc__fail(err, ARC_E_INVALID, "%s: the pointer is NULL", what);
  return error_check_size(error_struct_size(rows), oldest, what, err);
}

void arc__write_row(void *rows, size_t index, const void *src, size_t known) {
  uint32_t size = error_struct_size(rows);
  unsigned char *row = (unsigned char *)rows + index * size;
  memcpy(row, src, size < known ? size : known);
  memcpy(row, &size, sizeof size);
}
