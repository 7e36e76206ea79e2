/* Owns how amounts and dates are written by language and country: tables of its own, no locale. */
#include "template_internal.h"

#include "arcollect/money.h"
#include "text.h"

#include <string.h>

#define FORMAT_HARD_BLANK "\xC2\xA0"

enum { FORMAT_AFTER, FORMAT_BEFORE, FORMAT_BEFORE_BLANK }; /* where the currency stands */

typedef struct format_language {
  char tag[6];
  char decimal;
  const char *group;   /* " ": a blank that does not break */
  uint8_t from;        /* digits before the point from which on they are grouped */
  uint8_t indian;      /* groups of two above the first */
  uint8_t symbol, code; /* FORMAT_* of a sign such as $, and of a code */
  char own[4];         /* the currency whose sign needs no country there */
  const char *sign;
  uint8_t date;        /* row of format_dates */
} format_language;

enum { FORMAT_ISO, FORMAT_EN, FORMAT_EN_US, FORMAT_DE, FORMAT_DE_AT, FORMAT_FR, FORMAT_FR_CA, FORMAT_FR_CH, FORMAT_ES };

/* A language stands before its countries. The first row is for all others. */
static const format_language format_languages[] = {
    {"", '.', ",", 4, 0, FORMAT_BEFORE, FORMAT_BEFORE_BLANK, "", "", FORMAT_ISO},
    {"en", '.', ",", 4, 0, FORMAT_BEFORE, FORMAT_BEFORE_BLANK, "", "", FORMAT_EN},
    {"en-US", '.', ",", 4, 0, FORMAT_BEFORE, FORMAT_BEFORE_BLANK, "USD", "$", FORMAT_EN_US},
    {"en-CA", '.', ",", 4, 0, FORMAT_BEFORE, FORMAT_BEFORE_BLANK, "CAD", "$", FORMAT_EN_US},
    {"en-AU", '.', ",", 4, 0, FORMAT_BEFORE, FORMAT_BEFORE_BLANK, "AUD", "$", FORMAT_EN},
    {"en-NZ", '.', ",", 4, 0, FORMAT_BEFORE, FORMAT_BEFORE_BLANK, "NZD", "$", FORMAT_EN},
    {"en-IN", '.', ",", 4, 1, FORMAT_BEFORE, FORMAT_BEFORE_BLANK, "INR", "\xE2\x82\xB9", FORMAT_EN},
    {"de", ',', ".", 4, 0, FORMAT_AFTER, FORMAT_AFTER, "", "", FORMAT_DE},
    {"de-AT", ',', ".", 4, 0, FORMAT_BEFORE_BLANK, FORMAT_BEFORE_BLANK, "", "", FORMAT_DE_AT},
    {"de-CH", '.', "\xE2\x80\x99", 4, 0, FORMAT_BEFORE_BLANK, FORMAT_BEFORE_BLANK, "", "", FORMAT_DE},
    {"de-LI", '.', "\xE2\x80\x99", 4, 0, FORMAT_BEFORE_BLANK, FORMAT_BEFORE_BLANK, "", "", FORMAT_DE},
    {"fr", ',', " ", 4, 0, FORMAT_AFTER, FORMAT_AFTER, "", "", FORMAT_FR},
    {"fr-CA", ',', " ", 4, 0, FORMAT_AFTER, FORMAT_AFTER, "CAD", "$", FORMAT_FR_CA},
    {"fr-CH", '.', " ", 4, 0, FORMAT_AFTER, FORMAT_AFTER, "", "", FORMAT_FR_CH},
    {"es", ',', ".", 5, 0, FORMAT_AFTER, FORMAT_AFTER, "", "", FORMAT_ES},
    {"es-MX", '.', ",", 4, 0, FORMAT_BEFORE, FORMAT_BEFORE_BLANK, "MXN", "$", FORMAT_ES},
    {"es-US", '.', ",", 4, 0, FORMAT_BEFORE, FORMAT_BEFORE_BLANK, "USD", "$", FORMAT_ES},
    {"es-AR", ',', ".", 4, 0, FORMAT_BEFORE_BLANK, FORMAT_BEFORE_BLANK, "ARS", "$", FORMAT_ES},
    {"es-CL", ',', ".", 4, 0, FORMAT_BEFORE, FORMAT_BEFORE_BLANK, "CLP", "$", FORMAT_ES},
    {"es-CO", ',', ".", 4, 0, FORMAT_BEFORE_BLANK, FORMAT_BEFORE_BLANK, "COP", "$", FORMAT_ES},
};

/* d: day, D: two digits of it, f: day with "er" for the first, m: two digits of the month, M: its name, B: its
 * short name, y: year; what else stands as it is, a blank does not break. */
static const struct {
  const char *full, *brief;
  int months;
} format_dates[] = {
    {"y-m-D", "y-m-D", -1},           {"d M y", "d B y", 0},    {"M d, y", "B d, y", 0},
    {"d. M y", "D.m.y", 1},           {"d. M y", "D.m.y", 2},   {"f M y", "D/m/y", 3},
    {"f M y", "y-m-D", 3},            {"f M y", "D.m.y", 3},    {"d *e M *e y", "D/m/y", 4},
};

static const char *const format_months[][12] = {
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
     "November", "December"},
    {"Januar", "Februar", "M\xC3\xA4rz", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
     "November", "Dezember"},
    {"J\xC3\xA4nner", "Februar", "M\xC3\xA4rz", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
     "November", "Dezember"},
    {"janvier", "f\xC3\xA9vrier", "mars", "avril", "mai", "juin", "juillet", "ao\xC3\xBBt", "septembre",
     "octobre", "novembre", "d\xC3\xA9" "cembre"},
    {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
     "noviembre", "diciembre"},
};

/* ---- tags ---- */

static char format_lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int format_equal(const char *a, const char *b, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (format_lower(a[i]) != format_lower(b[i])) return 0;
  return 1;
}

arc_text arc__language_primary(arc_text tag) {
  size_t size = 0;
  while (size < tag.size && tag.data[size] != '-' && tag.data[size] != '_') size++;
  tag.size = size;
  return tag;
}

int arc__language_same(arc_text a, arc_text b) {
  a = arc__language_primary(a);
  b = arc__language_primary(b);
  return a.size == b.size && a.size > 0 && format_equal(a.data, b.data, a.size);
}

/* The country of a tag: its first part of two letters behind the language; empty: none. */
static arc_text format_country(arc_text tag) {
  arc_text part = {NULL, 0};
  size_t at = arc__language_primary(tag).size;
  while (at < tag.size) {
    part.data = tag.data + ++at;
    for (part.size = 0; at < tag.size && tag.data[at] != '-' && tag.data[at] != '_'; at++) part.size++;
    if (part.size == 2) return part;
  }
  part.size = 0;
  return part;
}

static const format_language *format_find(arc_text tag) {
  const format_language *found = &format_languages[0];
  arc_text primary = arc__language_primary(tag), country = format_country(tag);
  if (primary.size != 2) return found;
  for (size_t i = 1; i < sizeof format_languages / sizeof *format_languages; i++) {
    const format_language *l = &format_languages[i];
    if (!format_equal(l->tag, primary.data, 2)) continue;
    if (!l->tag[2] || (country.size == 2 && format_equal(l->tag + 3, country.data, 2))) found = l;
  }
  return found;
}

/* ---- amounts ---- */

/* The sign of a currency that everybody reads so, or that the country has for its own; NULL: none. */
static const char *format_sign(const format_language *l, const char *currency) {
  if (strcmp(currency, "EUR") == 0) return "\xE2\x82\xAC";
  if (strcmp(currency, "GBP") == 0) return "\xC2\xA3";
  return l->own[0] && strcmp(currency, l->own) == 0 ? l->sign : NULL;
}

static int format_group_ends(const format_language *l, size_t left) {
  if (left == 0) return 0;
  return l->indian && left > 3 ? (left - 3) % 2 == 0 : left % 3 == 0;
}

static void format_number(arc__buffer *out, const format_language *l, const char *digits, size_t size,
                          const char *blank) {
  size_t whole = 0;
  while (whole < size && arc__is_digit(digits[whole])) whole++;
  for (size_t i = 0; i < whole; i++) {
    arc__buffer_u8(out, (uint8_t)digits[i]);
    if (whole >= l->from && format_group_ends(l, whole - i - 1))
      arc__buffer_string(out, l->group[0] == ' ' ? blank : l->group);
  }
  if (whole == size) return;
  arc__buffer_u8(out, (uint8_t)l->decimal);
  arc__buffer_bytes(out, digits + whole + 1, size - whole - 1);
}

void arc__format_money(arc__buffer *out, arc_text language, int64_t amount, const char *currency, int bare,
                       int hard) {
  const format_language *l = format_find(language);
  const char *sign = bare ? "" : format_sign(l, currency), *blank = hard ? FORMAT_HARD_BLANK : " ";
  int place = sign ? l->symbol : l->code;
  char text[24];
  size_t size = 0, minus = amount < 0;
  if (!sign) sign = currency;
  if (arc_money_format(text, sizeof text, &size, amount, currency, NULL) != ARC_OK)
    size = arc__format_integer(text, amount);
  if (minus) arc__buffer_u8(out, '-');
  if (!bare && place != FORMAT_AFTER) arc__buffer_string(out, sign);
  if (!bare && place == FORMAT_BEFORE_BLANK) arc__buffer_string(out, blank);
  format_number(out, l, text + minus, size - minus, blank);
  if (bare || place != FORMAT_AFTER) return;
  arc__buffer_string(out, blank);
  arc__buffer_string(out, sign);
}

/* ---- dates ---- */

static void format_date_part(arc__buffer *out, char c, const char *const *names, const int32_t civil[3],
                             int hard) {
  switch (c) {
  case 'd': arc__buffer_format(out, "%d", (int)civil[2]); break;
  case 'f': arc__buffer_format(out, "%d%s", (int)civil[2], civil[2] == 1 ? "er" : ""); break;
  case 'D': arc__buffer_format(out, "%d%d", (int)(civil[2] / 10), (int)(civil[2] % 10)); break;
  case 'm': arc__buffer_format(out, "%d%d", (int)(civil[1] / 10), (int)(civil[1] % 10)); break;
  case 'M': arc__buffer_string(out, names[civil[1] - 1]); break;
  case 'B': arc__buffer_bytes(out, names[civil[1] - 1], 3); break;
  case 'y':
    for (int32_t place = 1000; place > 0; place /= 10)
      arc__buffer_u8(out, (uint8_t)('0' + civil[0] / place % 10));
    break;
  case '*': arc__buffer_u8(out, 'd'); break; /* of "de", which is no day */
  case ' ': arc__buffer_string(out, hard ? FORMAT_HARD_BLANK : " "); break;
  default: arc__buffer_u8(out, (uint8_t)c);
  }
}

void arc__format_date(arc__buffer *out, arc_text language, arc_day day, int brief, int hard) {
  int row = format_find(language)->date, months = format_dates[row].months;
  int32_t civil[3];
  if (arc_day_to_civil(day, &civil[0], &civil[1], &civil[2]) != ARC_OK) return;
  for (const char *c = brief ? format_dates[row].brief : format_dates[row].full; *c; c++)
    format_date_part(out, *c, months < 0 ? NULL : format_months[months], civil, hard);
}
