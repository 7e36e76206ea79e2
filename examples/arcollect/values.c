/* Values of import files. All readers are strict: a date or an amount has one reading or none. */
#include "values.h"

#include <stdio.h>
#include <string.h>

/* The text without blanks around it. */
static const char *trimmed(const char *text, size_t *size) {
  while (*text == ' ' || *text == '\t')
    text++;
  *size = strlen(text);
  while (*size != 0 && (text[*size - 1] == ' ' || text[*size - 1] == '\t'))
    --*size;
  return text;
}

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

int value_date_format_check(const char *format, char complaint[COMPLAINT_SIZE]) {
  int years = 0, months = 0, days = 0;
  size_t i;
  for (i = 0; format[i]; i++) {
    if (is_digit(format[i])) {
      snprintf(complaint, COMPLAINT_SIZE, "--date-format: '%c' cannot separate the parts of a date",
               format[i]);
      return 0;
    }
    if (format[i] != '%') continue;
    i++;
    if (format[i] == 'y') {
      snprintf(complaint, COMPLAINT_SIZE,
               "--date-format: %%y is refused; two digits do not say which century; use %%Y");
      return 0;
    }
    years += format[i] == 'Y';
    months += format[i] == 'm';
    days += format[i] == 'd';
    if (format[i] != 'Y' && format[i] != 'm' && format[i] != 'd') {
      snprintf(complaint, COMPLAINT_SIZE,
               "--date-format: only %%Y, %%m and %%d are known, such as %%d.%%m.%%Y");
      return 0;
    }
  }
  if (years != 1 || months != 1 || days != 1) {
    snprintf(complaint, COMPLAINT_SIZE,
             "--date-format: %%Y, %%m and %%d are needed once each, such as %%d.%%m.%%Y");
    return 0;
  }
  return 1;
}

/* Reads up to `most` digits, at least `least`. */
static int date_part(const char *text, size_t size, size_t *at, size_t least, size_t most,
                     int32_t *out) {
  size_t digits = 0;
  int32_t value = 0;
  while (digits < most && *at < size && is_digit(text[*at])) {
    value = value * 10 + (text[*at] - '0');
    ++*at;
    digits++;
  }
  *out = value;
  return digits >= least;
}

static int date_by_format(arc_day *out, const char *text, size_t size, const char *format) {
  int32_t year = 0, month = 0, day = 0;
  size_t at = 0, i;
  for (i = 0; format[i]; i++) {
    int fits;
    if (format[i] != '%') {
      fits = at < size && text[at] == format[i];
      at++;
    } else {
      i++;
      fits = format[i] == 'Y'   ? date_part(text, size, &at, 4, 4, &year)
             : format[i] == 'm' ? date_part(text, size, &at, 1, 2, &month)
                                : date_part(text, size, &at, 1, 2, &day);
    }
    if (!fits) return 0;
  }
  *out = arc_day_from_civil(year, month, day);
  return at == size && *out != ARC_DAY_NONE;
}

int value_date(arc_day *out, const char *text, const char *format, char complaint[COMPLAINT_SIZE]) {
  size_t size;
  const char *found = trimmed(text, &size);
  int fits = format ? date_by_format(out, found, size, format)
                    : arc_day_parse(out, found, size, NULL) == ARC_OK;
  if (fits) return 1;
  if (size == 0)
    snprintf(complaint, COMPLAINT_SIZE, "a date is missing");
  else
    snprintf(complaint, COMPLAINT_SIZE, "'%.40s' is no date as expected here, %s%s", found,
             format ? format : "YYYY-MM-DD", format ? "" : "; --date-format states another form");
  return 0;
}

int value_number(int64_t *out, const char *text, int64_t least, int64_t most,
                 char complaint[COMPLAINT_SIZE]) {
  size_t size, i = 0;
  const char *found = trimmed(text, &size);
  int64_t value = 0;
  int negative = size != 0 && found[0] == '-';
  if (size == 0) {
    *out = 0;
    return 1;
  }
  for (i = (size_t)negative; i < size; i++) {
    int digit = found[i] - '0';
    if (!is_digit(found[i]) || value < (INT64_MIN + digit) / 10) break;
    value = value * 10 - digit;
  }
  if (i < size || size == (size_t)negative || (!negative && value == INT64_MIN)) {
    snprintf(complaint, COMPLAINT_SIZE, "'%.40s' is no whole number%s", found,
             i < size && is_digit(found[i]) ? " that fits" : "");
    return 0;
  }
  value = negative ? value : -value;
  if (value < least || value > most) {
    snprintf(complaint, COMPLAINT_SIZE, "%lld is out of range, which is %lld to %lld",
             (long long)value, (long long)least, (long long)most);
    return 0;
  }
  *out = value;
  return 1;
}

int value_money(int64_t *out, const char *text, const char *currency, int minor,
                char complaint[COMPLAINT_SIZE]) {
  size_t size;
  const char *found = trimmed(text, &size);
  arc_error err = ARC_ERROR_INIT;
  arc_status status;
  if (size == 0) {
    *out = 0;
    return 1;
  }
  if (minor) {
    if (value_number(out, text, INT64_MIN, INT64_MAX, complaint)) return 1;
    snprintf(complaint, COMPLAINT_SIZE,
             "'%.40s' is no whole number of minor units, as this layout (or --minor) says", found);
    return 0;
  }
  status = arc_money_parse(out, found, size, currency, &err);
  if (status == ARC_OK) return 1;
  if (status == ARC_E_INVALID)
    snprintf(complaint, COMPLAINT_SIZE, "'%.20s' is no currency of ISO 4217", currency);
  else
    snprintf(complaint, COMPLAINT_SIZE, "'%.40s': %s", found,
             err.text[0] ? err.text : arc_status_text(status));
  return 0;
}

/* Digits, not more than 14 of them in all; @return how many bytes were read. */
static size_t rate_digits(int64_t *value, const char *text, size_t size) {
  size_t i = 0;
  while (i < size && is_digit(text[i]) && *value < INT64_C(10000000000000))
    *value = *value * 10 + (text[i++] - '0');
  return i;
}

/* @return how many bytes of a decimal were read, 0 if it does not begin with a digit. */
static size_t rate_decimal(int64_t *numerator, int64_t *denominator, const char *text,
                           size_t size) {
  size_t i, at = rate_digits(numerator, text, size), decimals = 0;
  *denominator = 1;
  if (at != 0 && at < size && text[at] == '.') {
    decimals = rate_digits(numerator, text + at + 1, size - at - 1);
    at += decimals != 0 ? decimals + 1 : 0;
  }
  for (i = 0; i < decimals && i < 14; i++)
    *denominator *= 10;
  return decimals <= 14 ? at : 0;
}

int value_rate(int64_t *numerator, int64_t *denominator, const char *text,
               char complaint[COMPLAINT_SIZE]) {
  size_t size, at;
  const char *found = trimmed(text, &size);
  *numerator = *denominator = 0;
  if (size == 0) return 1;
  at = rate_decimal(numerator, denominator, found, size);
  if (*denominator == 1 && at != 0 && at < size && found[at] == '/') {
    *denominator = 0;
    at += rate_digits(denominator, found + at + 1, size - at - 1) + 1;
  }
  if (at != 0 && at == size && *numerator != 0 && *denominator != 0) return 1;
  snprintf(complaint, COMPLAINT_SIZE,
           "'%.40s' is no rate: a decimal such as 1.0834 is, or 10834/10000, of 14 digits at most",
           found);
  return 0;
}

int value_utc_offset(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]) {
  size_t size, at = 1;
  int32_t hours = 0, minutes = 0;
  const char *found = trimmed(text, &size);
  if (!memchr(found, ':', size)) {
    const char *digits = found[0] == '+' ? found + 1 : found;
    return value_number(out, digits, -840, 840, complaint);
  }
  if ((found[0] == '+' || found[0] == '-') && date_part(found, size, &at, 2, 2, &hours) &&
      at < size && found[at] == ':' && ++at != 0 && date_part(found, size, &at, 2, 2, &minutes) &&
      at == size && minutes < 60 && hours * 60 + minutes <= 840) {
    *out = (found[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
    return 1;
  }
  snprintf(complaint, COMPLAINT_SIZE,
           "'%.40s' is no offset from UTC: minutes, or +hh:mm up to 14:00", found);
  return 0;
}

typedef struct value_word {
  const char *word;
  uint32_t bit;
} value_word;

/* The words of a list, as bits; `known` names them all, for a complaint. */
static int value_bits(int64_t *out, const char *text, const value_word *words, size_t count,
                      const char *what, char complaint[COMPLAINT_SIZE]) {
  uint32_t bits = 0;
  size_t i, used;
  while (*(text += strspn(text, " ,;")) != '\0') {
    size_t size = strcspn(text, " ,;");
    i = 0;
    while (i < count && (strlen(words[i].word) != size || memcmp(words[i].word, text, size) != 0))
      i++;
    if (i == count) {
      used = (size_t)snprintf(complaint, COMPLAINT_SIZE, "'%.*s' is no %s; known are",
                              size < 40 ? (int)size : 40, text, what);
      for (i = 0; i < count && used < COMPLAINT_SIZE; i++)
        used += (size_t)snprintf(complaint + used, COMPLAINT_SIZE - used, "%s %s", i != 0 ? "," : "",
                                 words[i].word);
      return 0;
    }
    bits |= words[i].bit;
    text += size;
  }
  *out = bits;
  return 1;
}

int value_flags(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]) {
  static const value_word words[] = {{"credit_hold", ARC_CUSTOMER_CREDIT_HOLD},
                                     {"do_not_contact", ARC_CUSTOMER_DO_NOT_CONTACT},
                                     {"insolvent", ARC_CUSTOMER_INSOLVENT},
                                     {"deceased", ARC_CUSTOMER_DECEASED},
                                     {"legal", ARC_CUSTOMER_LEGAL},
                                     {"strategic", ARC_CUSTOMER_STRATEGIC}};
  return value_bits(out, text, words, sizeof words / sizeof *words, "flag", complaint);
}

int value_checks(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]) {
  static const value_word words[] = {{"po_number", ARC_FAULT_PO_NUMBER},
                                     {"contact", ARC_FAULT_CONTACT},
                                     {"terms", ARC_FAULT_TERMS},
                                     {"lines", ARC_FAULT_AMOUNT},
                                     {"duplicate", ARC_FAULT_DUPLICATE}};
  return value_bits(out, text, words, sizeof words / sizeof *words, "check", complaint);
}

/* What a correction corrects: the same, or something else. */
int value_faults(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]) {
  static const value_word words[] = {
      {"po_number", ARC_FAULT_PO_NUMBER}, {"contact", ARC_FAULT_CONTACT},
      {"terms", ARC_FAULT_TERMS},         {"amount", ARC_FAULT_AMOUNT},
      {"duplicate", ARC_FAULT_DUPLICATE}, {"other", ARC_FAULT_OTHER}};
  return value_bits(out, text, words, sizeof words / sizeof *words, "fault", complaint);
}

int value_channels(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]) {
  static const value_word words[] = {{"email", 1u << ARC_CHANNEL_EMAIL},
                                     {"sms", 1u << ARC_CHANNEL_SMS},
                                     {"letter", 1u << ARC_CHANNEL_LETTER},
                                     {"registered-letter", 1u << ARC_CHANNEL_REGISTERED_LETTER},
                                     {"call", 1u << ARC_CHANNEL_CALL},
                                     {"voice", 1u << ARC_CHANNEL_VOICE},
                                     {"portal", 1u << ARC_CHANNEL_PORTAL},
                                     {"webhook", 1u << ARC_CHANNEL_WEBHOOK}};
  return value_bits(out, text, words, sizeof words / sizeof *words, "channel", complaint);
}

int value_role(int64_t *out, const char *text, char complaint[COMPLAINT_SIZE]) {
  static const char *const roles[] = {"payables", "approver", "owner", "executive"};
  *out = 0;
  if (text[0] == '\0') return 1;
  for (; *out < 4; ++*out)
    if (strcmp(text, roles[*out]) == 0) return 1;
  snprintf(complaint, COMPLAINT_SIZE, "'%.40s' is no role: payables, approver, owner or executive",
           text);
  return 0;
}

int value_currency(const char *text, char complaint[COMPLAINT_SIZE]) {
  if (text[0] == '\0' || (strlen(text) == 3 && arc_currency_digits(text) >= 0)) return 1;
  snprintf(complaint, COMPLAINT_SIZE,
           "'%.20s' is no currency of ISO 4217, three capital letters such as USD", text);
  return 0;
}
