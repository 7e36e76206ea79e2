/* Mail as text: headers (RFC 5322, RFC 2047) and bodies (RFC 2045, quoted-printable). Lines end in
 * CRLF. */
#ifndef MIME_H
#define MIME_H

#include "memory.h"

#include <arcollect.h>

/* Adds "Name: text" and CRLF. Text that is not short plain ASCII goes into encoded words; control
 * characters become blanks, so that no value can make a header of its own. */
void mime_header(buffer *out, const char *name, arc_text text);

/* Adds "Name: display <address>" and CRLF. The address must have passed mime_address_is_safe. */
void mime_address_header(buffer *out, const char *name, arc_text display, const char *address);

/* 1 for a plain local@domain of printable ASCII that needs no quoting. */
int mime_address_is_safe(const char *address, size_t size);

/* Adds a body in quoted-printable; its line ends become CRLF. */
void mime_body(buffer *out, arc_text body);

/* Adds "Date: ..." at a minute of a day, UTC, and CRLF. */
void mime_date_header(buffer *out, arc_day day, int32_t minute);

#endif
