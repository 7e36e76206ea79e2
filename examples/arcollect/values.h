/* Values of import files in their canonical form. Nothing is guessed: what is not understood is
 * refused. */
#ifndef VALUES_H
#define VALUES_H

#include "memory.h"

#include <arcollect.h>

#define COMPLAINT_SIZE 320

/* Checks a date format: %Y, %m and %d once each, and literal characters between them.
 * @return 1, or 0 with a complaint. */
int value_date_format_check(const char *format, char complaint[COMPLAINT_SIZE]);

/* Reads a date. %Y takes four digits, %m and %d one or two; NULL: ISO, exactly. Blanks around it
 * are ignored. @return 1, or 0 with a complaint, as all of these. */
int value_date(arc_day *out, const char *text, const char *format, char complaint[COMPLAINT_SIZE]);

/* Reads an amount: a decimal of the currency, or minor units; "" is 0. */
int value_money(int64_t *out, const char *text, const char *currency, int minor,
                char complaint[COMPLAINT_SIZE]);

/* Reads a whole number within limits; "" is 0. */
int value_number(int64_t *out, const char *text, int64_t least, int64_t most,
                 char complaint[COMPLAINT_SIZE]);

/* Reads an exchange rate without losing anything: a decimal such as 1.0834, or two whole numbers with
 * a '/' between them. "" is 0 to 0. */
int value_rate(int64_t *numerator, int64_t *denominator, const char *text,
               char complaint[COMPLAINT_SIZE]);

/* Minutes from UTC, as minutes or as +hh:mm; "" is 0. */
int value_utc_offset(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]);

/* Customer flags: words separated by blanks, commas or semicolons. */
int value_flags(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]);

/* Checks of invoices, as ARC_FAULT_*; channels, as bits 1 << ARC_CHANNEL_*; a contact's role. */
int value_checks(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]);
int value_channels(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]);
int value_faults(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]);
int value_role(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]);

/* A currency code: "" or three capital letters of ISO 4217. */
int value_currency(const char *text, char complaint[COMPLAINT_SIZE]);

#endif
