/*
 * Structured payment references.
 *
 * Per scheme: which characters and how many, and the sum that must come out. Every scheme finds any single wrong
 * digit; so among the one-digit repairs of one the right one always is. Sources: ISO 11649, the Swiss implementation
 * guidelines for the QR-bill, Finance Finland, Febelfin, Bits (KID) and Bankgirot (OCR).
 */
#include "references.h"

#include "error.h"
#include "text.h"
#include "struct_sizes.h"

#include <string.h>

typedef struct reference_scheme {
  const char *name;
  size_t least, most;
  int (*is_valid)(const char *text, size_t size);
} reference_scheme;

/* ---- sums ---- */

static unsigned reference_value(char c) {
  return arc__is_digit(c) ? (unsigned)(c - '0') : (unsigned)(c - 'A') + 10;
}

static int reference_rf(const char *text, size_t size) {
  unsigned rest = 0;
  if (size < 5 || memcmp(text, "RF", 2) != 0 || !arc__is_digit(text[2]) || !arc__is_digit(text[3])) return 0;
  for (size_t i = 0; i < size; i++) {
    unsigned value = reference_value(text[(i + 4) % size]);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest == 1;
}

static int reference_swiss(const char *text, size_t size) {
  static const unsigned char table[10] = {0, 9, 4, 6, 8, 2, 7, 1, 3, 5};
  unsigned carry = 0;
  for (size_t i = 0; i + 1 < size; i++)
    carry = table[(carry + reference_value(text[i])) % 10];
  return (10 - carry) % 10 == reference_value(text[size - 1]);
}

static int reference_finnish(const char *text, size_t size) {
  static const unsigned weights[3] = {7, 3, 1};
  unsigned sum = 0;
  for (size_t i = 0; i + 1 < size; i++)
    sum += weights[i % 3] * reference_value(text[size - 2 - i]);
  return (10 - sum % 10) % 10 == reference_value(text[size - 1]);
}

static int reference_belgian(const char *text, size_t size) {
  unsigned rest = 0, check = reference_value(text[size - 2]) * 10 + reference_value(text[size - 1]);
  for (size_t i = 0; i < 10; i++)
    rest = (rest * 10 + reference_value(text[i])) % 97;
  return check == (rest ? rest : 97);
}

static int reference_luhn(const char *text, size_t size) {
  unsigned sum = 0;
  for (size_t i = 0; i < size; i++) {
    unsigned value = reference_value(text[size - 1 - i]) * (i % 2 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

static int reference_mod11(const char *text, size_t size) {
  unsigned sum = 0;
  for (size_t i = 0; i + 1 < size; i++)
    sum += (2 + (unsigned)(i % 6)) * reference_value(text[size - 2 - i]);
  unsigned check = (11 - sum % 11) % 11;
  return text[size - 1] == (check == 10 ? '-' : (char)('0' + check));
}

static int reference_luhn_length(const char *text, size_t size) {
  return reference_value(text[size - 2]) == size % 10 && reference_luhn(text, size);
}

static const reference_scheme reference_schemes[] = {
    [ARC_REFERENCE_RF] = {"ISO 11649 reference", 5, 25, reference_rf},
    [ARC_REFERENCE_SWISS] = {"Swiss reference", 27, 27, reference_swiss},
    [ARC_REFERENCE_FINNISH] = {"Finnish reference", 4, 20, reference_finnish},
    [ARC_REFERENCE_BELGIAN] = {"Belgian reference", 12, 12, reference_belgian},
    [ARC_REFERENCE_KID_10] = {"KID", 2, 25, reference_luhn},
    [ARC_REFERENCE_KID_11] = {"KID", 2, 25, reference_mod11},
    [ARC_REFERENCE_OCR] = {"OCR number", 2, 25, reference_luhn},
    [ARC_REFERENCE_OCR_LENGTH] = {"OCR number", 3, 25, reference_luhn_length},
};

/* ---- form ---- */

static arc_status reference_find(const reference_scheme **out, int32_t scheme, arc_error *err) {
  if (scheme < ARC_REFERENCE_RF || scheme > ARC_REFERENCE_OCR_LENGTH)
    return arc__fail(err, ARC_E_INVALID, "scheme must be one of ARC_REFERENCE_*, not %d", (int)scheme);
  *out = &reference_schemes[scheme];
  return ARC_OK;
}

static int reference_may_hold(int32_t scheme, char c, int last) {
  return arc__is_digit(c) || (scheme == ARC_REFERENCE_RF && arc__is_alpha(c)) ||
         (scheme == ARC_REFERENCE_KID_11 && c == '-' && last);
}

/* Takes the marks of +++ddd/dddd/ddddd+++ off; what has others is not of the form. */
static arc_text reference_bare(arc_text text, char *digits) {
  size_t size = 0;
  while (text.size > 0 && text.data[0] == ' ')
    text.data++, text.size--;
  while (text.size > 0 && text.data[text.size - 1] == ' ')
    text.size--;
  if (text.size >= 6 && (memcmp(text.data, "+++", 3) == 0 || memcmp(text.data, "***", 3) == 0) &&
      memcmp(text.data, text.data + text.size - 3, 3) == 0) {
    text.data += 3;
    text.size -= 6;
  }
  if (text.size != 14 || text.data[3] != '/' || text.data[8] != '/') return text;
  for (size_t i = 0; i < 14; i++)
    if (i != 3 && i != 8) digits[size++] = text.data[i];
  arc_text bare = {digits, size};
  return bare;
}

/* Characters and length; not yet the check digit. */
static arc_status reference_normalise(char out[ARC_REFERENCE_SIZE], size_t *size, int32_t scheme,
                                      const reference_scheme *s, arc_text text, arc_error *err) {
  char digits[16];
  size_t n = 0, end = text.size;
  memset(out, 0, ARC_REFERENCE_SIZE);
  if (scheme == ARC_REFERENCE_BELGIAN) {
    text = reference_bare(text, digits);
    end = text.size;
  }
  while (end > 0 && text.data[end - 1] == ' ')
    end--;
  for (size_t i = 0; i < end; i++) {
    if (text.data[i] == ' ') continue;
    if (!reference_may_hold(scheme, text.data[i], i + 1 == end))
      return arc__fail_at(err, ARC_E_INVALID, 1, (uint32_t)i + 1, "a %s does not hold this character", s->name);
    if (n == s->most) return arc__fail(err, ARC_E_INVALID, "a %s has at most %d characters", s->name, (int)s->most);
    out[n++] = arc__upper(text.data[i]);
  }
  if (scheme == ARC_REFERENCE_SWISS && n >= 2 && n < s->least) {
    memmove(out + (s->least - n), out, n);
    memset(out, '0', s->least - n);
    n = s->least;
  }
  if (n < s->least) return arc__fail(err, ARC_E_INVALID, "a %s has at least %d characters", s->name, (int)s->least);
  *size = n;
  return ARC_OK;
}

static arc_status reference_read(char out[ARC_REFERENCE_SIZE], size_t *size, int32_t scheme,
                                 const reference_scheme **s, const char *text, size_t text_size, arc_error *err) {
  arc_text whole = {text, arc__text_size(text, text_size)};
  ARC__TRY(reference_find(s, scheme, err));
  return reference_normalise(out, size, scheme, *s, whole, err);
}

arc_status arc_reference_check(arc_reference *out, int32_t scheme, const char *text, size_t size, arc_error *err) {
  const reference_scheme *s;
  arc_reference result = ARC_REFERENCE_INIT;
  size_t n;
  ARC__TRY(reference_read(result.text, &n, scheme, &s, text, size, err));
  if (!s->is_valid(result.text, n)) return arc__fail(err, ARC_E_INVALID, "the %s has a wrong check digit", s->name);
  result.scheme = scheme;
  return out ? ARC__WRITE(arc_reference, out, &result, err) : ARC_OK;
}

int arc__reference_is_valid(int32_t scheme, const char *text, size_t size) {
  const reference_scheme *s = &reference_schemes[scheme];
  return size >= s->least && size <= s->most && s->is_valid(text, size);
}

/* ---- repairs ---- */

typedef struct reference_repairs {
  arc_reference *rows;
  size_t capacity, count;
  const reference_scheme *scheme;
  arc_reference next;
} reference_repairs;

static void reference_try(reference_repairs *r, size_t size) {
  if (!r->scheme->is_valid(r->next.text, size)) return;
  if (r->count < r->capacity) arc__write_row(r->rows, r->count, &r->next, sizeof r->next);
  r->count++;
}

/* Every other character that may stand there. */
static void reference_change(reference_repairs *r, size_t i, size_t size) {
  static const char characters[] = "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  char *text = r->next.text, old = text[i];
  for (const char *c = characters; *c; c++) {
    int fixed = r->next.scheme == ARC_REFERENCE_RF && (i < 2 || (i < 4 && !arc__is_digit(*c)));
    if (*c == old || fixed || !reference_may_hold(r->next.scheme, *c, i + 1 == size)) continue;
    text[i] = *c;
    reference_try(r, size);
  }
  text[i] = old;
}

static void reference_swap(reference_repairs *r, size_t i, size_t size) {
  char *text = r->next.text, a = text[i], b = text[i + 1];
  if (a == b || !reference_may_hold(r->next.scheme, a, i + 2 == size) || !reference_may_hold(r->next.scheme, b, 0)) return;
  text[i] = b;
  text[i + 1] = a;
  reference_try(r, size);
  text[i] = a;
  text[i + 1] = b;
}

arc_status arc_reference_repairs(arc_reference *rows, size_t capacity, size_t *count, int32_t scheme, const char *text,
                                 size_t size, arc_error *err) {
  reference_repairs r = {rows, capacity, 0, NULL, ARC_REFERENCE_INIT};
  size_t n;
  if (!count || (capacity && !rows)) return arc__fail(err, ARC_E_INVALID, "count and rows must not be NULL");
  if (capacity) ARC__TRY(ARC__CHECK_ROWS(arc_reference, rows, capacity, err));
  ARC__TRY(reference_read(r.next.text, &n, scheme, &r.scheme, text, size, err));
  r.next.scheme = scheme;
  for (size_t i = 0; i < n && !r.scheme->is_valid(r.next.text, n); i++) {
    reference_change(&r, i, n);
    if (i + 1 < n) reference_swap(&r, i, n);
  }
  *count = r.count;
  return ARC_OK;
}
