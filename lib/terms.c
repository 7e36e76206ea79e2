/* Payment terms: text to struct and back, days and amounts out of it. One pass over the text, in
 * fixed space on the stack, linear. Terms that were parsed are within all limits, have exactly one
 * balance, and print to the one text that parses to them again. */
#include "arcollect/terms.h"

#include "arcollect/money.h"
#include "dates.h"
#include "error.h"
#include "text.h"
#include "struct_sizes.h"

#include <string.h>

#define TERMS_TEXT_MAX        65535u
#define TERMS_MOVES_MAX       8
#define TERMS_DAYS_MAX        3650
#define TERMS_MONTHS_MAX      120
#define TERMS_CUT_OFF_MAX     30
#define TERMS_PARTS_MAX       12
#define TERMS_PERCENT_DIGITS  2
#define TERMS_AMOUNT_DIGITS   14 /* before the point: with 4 behind they fit 64 bits */
#define TERMS_AMOUNT_DECIMALS 4
#define TERMS_WHOLE_BP        10000
/* The least common multiple of 10,000 and the numbers to 12: every share is a number of these. */
#define TERMS_WHOLE 6930000

enum { TERMS_DAYS, TERMS_MONTHS, TERMS_MONTH_END, TERMS_DAY, TERMS_PROXIMO };

/* How the moves were written. */
enum {
  TERMS_MOVES,     /* one by one */
  TERMS_PLAIN,     /* "30": one move of days */
  TERMS_PLAIN_EOM, /* "45 eom": the month's end, then days */
  TERMS_ON_ISSUE   /* "on issue", "due on receipt": no move */
};

enum { TERMS_BALANCE, TERMS_PERCENT, TERMS_FRACTION, TERMS_AMOUNT };

struct terms_move {
  int16_t kind, n;
};

struct terms_days {
  uint8_t form, net; /* net: written with that word */
  uint16_t count;
  struct terms_move moves[TERMS_MOVES_MAX];
};

struct terms_discount {
  int32_t basis_points;
  struct terms_days days;
};

struct terms_instalment {
  int64_t value; /* basis points, the fraction's upper number, or the amount's digits */
  int32_t kind;
  int32_t parts; /* the fraction's lower number, or the amount's digits after the point */
  struct terms_days days;
};

struct terms {
  size_t discount_count, instalment_count;
  int32_t single;  /* one due day, written without a share */
  int32_t cut_off; /* 0: none */
  int32_t rule;    /* ARC_ADJUST_* */
  struct terms_discount discounts[ARC_TERMS_DISCOUNTS_MAX];
  struct terms_instalment instalments[ARC_TERMS_INSTALMENTS_MAX];
};

static const char *const terms_rules[] = {"", "following", "modified following", "preceding",
                                          "modified preceding"}; /* by ARC_ADJUST_* */
#define TERMS_RULE_COUNT ((int32_t)(sizeof terms_rules / sizeof *terms_rules))

/* ---- reading ---- */

struct terms_reader {
  const char *text;
  size_t size, at;
  arc_error *err;
};

static arc_status terms_fail(const struct terms_reader *r, size_t at, const char *expected) {
  return arc__fail_at(r->err, ARC_E_SYNTAX, 1, (uint32_t)at + 1,
                      "not payment terms from column %u on: expected %s", (unsigned)at + 1,
                      expected);
}

static char terms_peek(const struct terms_reader *r, size_t ahead) {
  return ahead < r->size - r->at ? r->text[r->at + ahead] : 0;
}

static char terms_lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void terms_skip_blanks(struct terms_reader *r) {
  while (terms_peek(r, 0) == ' ' || terms_peek(r, 0) == '\t')
    r->at++;
}

/* Takes a word, in any case, that neither a letter nor a digit follows; a blank in it stands for
 * any blanks. Blanks after it are skipped. 0: it is not there, and nothing is taken. */
static int terms_word(struct terms_reader *r, const char *word) {
  size_t start = r->at;
  for (; *word; word++) {
    if (*word == ' ') {
      terms_skip_blanks(r);
    } else if (terms_lower(terms_peek(r, 0)) == *word) {
      r->at++;
    } else {
      r->at = start;
      return 0;
    }
    if (word[1] != 0 && word[1] != ' ') continue;
    char next = terms_peek(r, 0);
    if (arc__is_alpha(next) || arc__is_digit(next)) {
      r->at = start;
      return 0;
    }
  }
  terms_skip_blanks(r);
  return 1;
}

static int terms_comma(struct terms_reader *r) {
  if (terms_peek(r, 0) != ',') return 0;
  r->at++;
  terms_skip_blanks(r);
  return 1;
}

/* Digits without leading zeros, `digits` of them at most; 0 if there are none such, and nothing is
 * taken. */
static int terms_digits(struct terms_reader *r, size_t digits, int64_t *value) {
  size_t count = 0;
  int64_t v = 0;
  for (; arc__is_digit(terms_peek(r, count)); count++) {
    if (count == digits) return 0;
    v = v * 10 + (terms_peek(r, count) - '0');
  }
  if (count == 0 || (count > 1 && terms_peek(r, 0) == '0')) return 0;
  r->at += count;
  *value = v;
  return 1;
}

/* A number from `least` to `most`. */
static int terms_number(struct terms_reader *r, int32_t least, int32_t most, int32_t *value) {
  size_t start = r->at;
  int64_t v;
  if (!terms_digits(r, 9, &v)) return 0;
  if (v < least || v > most) {
    r->at = start;
    return 0;
  }
  *value = (int32_t)v;
  return 1;
}

/* A decimal such as 2, 2.5 or 100.00: its digits as one number, and how many stand after the
 * point. */
static int terms_decimal(struct terms_reader *r, int64_t *value, int32_t *decimals) {
  size_t start = r->at;
  *decimals = 0;
  if (!terms_digits(r, TERMS_AMOUNT_DIGITS, value)) return 0;
  if (terms_peek(r, 0) != '.') return 1;
  for (r->at++; arc__is_digit(terms_peek(r, 0)) && *decimals < TERMS_AMOUNT_DECIMALS; r->at++) {
    *value = *value * 10 + (terms_peek(r, 0) - '0');
    (*decimals)++;
  }
  if (*decimals > 0 && !arc__is_digit(terms_peek(r, 0))) return 1;
  r->at = start;
  return 0;
}

/* A decimal as basis points of a percentage; 0 unless it is from 0.01 to 99.99. */
static int32_t terms_basis_points(int64_t value, int32_t decimals) {
  for (int32_t i = decimals; i < TERMS_PERCENT_DIGITS && value < TERMS_WHOLE_BP; i++)
    value *= 10;
  return decimals <= TERMS_PERCENT_DIGITS && value < TERMS_WHOLE_BP ? (int32_t)value : 0;
}

/* ---- days ---- */

static const char *terms_ordinal(int32_t n) {
  int32_t last = n / 10 == 1 ? 0 : n % 10;
  return last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th";
}

static arc_status terms_add_move(const struct terms_reader *r, size_t start,
                                 struct terms_days *days, int32_t kind, int32_t n) {
  if (days->count == TERMS_MOVES_MAX) return terms_fail(r, start, "at most 8 moves in a row");
  struct terms_move move = {(int16_t)kind, (int16_t)n};
  days->moves[days->count++] = move;
  return ARC_OK;
}

static arc_status terms_read_plus(struct terms_reader *r, struct terms_days *days) {
  size_t start = r->at++;
  int32_t n;
  if (!terms_number(r, 0, TERMS_DAYS_MAX, &n))
    return terms_fail(r, start, "'+' and 0 to 3650 days or 1 to 120 months, such as +30d or +1m");
  if (terms_word(r, "d")) return terms_add_move(r, start, days, TERMS_DAYS, n);
  if (!terms_word(r, "m") || n < 1 || n > TERMS_MONTHS_MAX)
    return terms_fail(r, start, "'d' for days or 'm' for 1 to 120 months, such as +30d or +1m");
  return terms_add_move(r, start, days, TERMS_MONTHS, n);
}

static arc_status terms_read_ordinal(struct terms_reader *r, struct terms_days *days) {
  static const char expected[] =
      "a day of a month, from 1st to 31st, and 'prox' for the next month";
  size_t start = r->at;
  int32_t n;
  if (!terms_number(r, 1, 31, &n) || !terms_word(r, terms_ordinal(n)))
    return terms_fail(r, start, expected);
  return terms_add_move(r, start, days, terms_word(r, "prox") ? TERMS_PROXIMO : TERMS_DAY, n);
}

/* As many moves as there are, one at least. */
static arc_status terms_read_moves(struct terms_reader *r, struct terms_days *days,
                                   const char *expected) {
  days->form = TERMS_MOVES;
  for (;;) {
    size_t start = r->at;
    if (terms_peek(r, 0) == '+')
      ARC__TRY(terms_read_plus(r, days));
    else if (arc__is_digit(terms_peek(r, 0)))
      ARC__TRY(terms_read_ordinal(r, days));
    else if (terms_word(r, "eom"))
      ARC__TRY(terms_add_move(r, start, days, TERMS_MONTH_END, 0));
    else
      return days->count > 0 ? ARC_OK : terms_fail(r, start, expected);
  }
}

/* Whether digits follow that are no day of a month, such as 10th. */
static int terms_at_plain(const struct terms_reader *r) {
  size_t digits = 0;
  while (arc__is_digit(terms_peek(r, digits)))
    digits++;
  return digits > 0 && !arc__is_alpha(terms_peek(r, digits));
}

/* After "net" or "/". */
static arc_status terms_read_days(struct terms_reader *r, struct terms_days *days) {
  static const char expected[] = "days such as 30, 45 eom, +30d, eom or 10th prox";
  if (!terms_at_plain(r)) return terms_read_moves(r, days, expected);
  size_t start = r->at;
  int32_t n;
  if (!terms_number(r, 0, TERMS_DAYS_MAX, &n)) return terms_fail(r, start, "0 to 3650 days");
  terms_skip_blanks(r);
  days->form = TERMS_PLAIN;
  if (terms_word(r, "eom")) {
    days->form = TERMS_PLAIN_EOM;
    ARC__TRY(terms_add_move(r, start, days, TERMS_MONTH_END, 0));
  }
  return terms_add_move(r, start, days, TERMS_DAYS, n);
}

/* Takes "net", or the "n/" that is short for it before digits. */
static int terms_net(struct terms_reader *r) {
  if (terms_lower(terms_peek(r, 0)) == 'n' && terms_peek(r, 1) == '/' &&
      arc__is_digit(terms_peek(r, 2))) {
    r->at += 2;
    return 1;
  }
  return terms_word(r, "net");
}

static arc_status terms_read_net(struct terms_reader *r, struct terms_days *days) {
  days->net = 1;
  return terms_read_days(r, days);
}

/* ---- discounts ---- */

/* Whether a discount follows, and not a share that is a fraction: both begin as 1/3 does. */
static int terms_at_discount(const struct terms_reader *r) {
  struct terms_reader ahead = *r;
  int64_t value;
  int32_t decimals;
  if (!terms_decimal(&ahead, &value, &decimals) || terms_peek(&ahead, 0) != '/') return 0;
  ahead.at++;
  if (decimals > 0 || !terms_digits(&ahead, TERMS_AMOUNT_DIGITS, &value)) return 1;
  terms_skip_blanks(&ahead);
  return terms_peek(&ahead, 0) != '+' && !terms_word(&ahead, "on");
}

static arc_status terms_read_discount(struct terms_reader *r, struct terms *terms) {
  size_t start = r->at;
  int64_t value = 0;
  int32_t decimals = 0;
  if (terms->discount_count == ARC_TERMS_DISCOUNTS_MAX)
    return terms_fail(r, start, "at most 8 discounts");
  struct terms_discount *discount = &terms->discounts[terms->discount_count];
  terms_decimal(r, &value, &decimals); /* is there, and a slash */
  r->at++;
  discount->basis_points = terms_basis_points(value, decimals);
  if (discount->basis_points == 0) return terms_fail(r, start, "a discount of 0.01 to 99.99 %");
  if (terms->discount_count > 0 && discount->basis_points >= discount[-1].basis_points)
    return terms_fail(r, start, "a discount below the one before it");
  terms->discount_count++;
  return terms_read_days(r, &discount->days);
}

static arc_status terms_read_discounts(struct terms_reader *r, struct terms *terms) {
  while (terms_at_discount(r)) {
    ARC__TRY(terms_read_discount(r, terms));
    if (terms_comma(r)) continue;
    struct terms_reader ahead = *r;
    if (!terms_net(&ahead) && !terms_word(&ahead, "due"))
      return terms_fail(r, r->at, "',' and when all is due, such as net 30");
    break;
  }
  return ARC_OK;
}

/* ---- instalments ---- */

static arc_status terms_read_fraction(struct terms_reader *r, size_t start,
                                      struct terms_instalment *instalment) {
  r->at++;
  if (!terms_number(r, 2, TERMS_PARTS_MAX, &instalment->parts) || instalment->value < 1 ||
      instalment->value >= instalment->parts)
    return terms_fail(r, start, "a fraction below 1 with 2 to 12 parts, such as 1/3");
  instalment->kind = TERMS_FRACTION;
  return ARC_OK;
}

static arc_status terms_read_share(struct terms_reader *r, struct terms_instalment *instalment) {
  static const char expected[] =
      "a share such as 30%, 1/3, 100.00 or balance, or due days such as net 30, +30d or eom";
  size_t start = r->at;
  instalment->kind = TERMS_BALANCE;
  if (terms_word(r, "balance")) return ARC_OK;
  if (!terms_decimal(r, &instalment->value, &instalment->parts))
    return terms_fail(r, start, expected);
  char next = terms_peek(r, 0);
  if (next == '%') {
    r->at++;
    instalment->kind = TERMS_PERCENT;
    instalment->value = terms_basis_points(instalment->value, instalment->parts);
    instalment->parts = 0;
    if (instalment->value == 0) return terms_fail(r, start, "a share of 0.01 to 99.99 %");
  } else if (next == '/' && instalment->parts == 0) {
    ARC__TRY(terms_read_fraction(r, start, instalment));
  } else {
    instalment->kind = TERMS_AMOUNT;
    if (instalment->value == 0 || next == '/' || arc__is_alpha(next))
      return terms_fail(r, start, expected);
  }
  terms_skip_blanks(r);
  return ARC_OK;
}

/* In 1/6,930,000 of the whole. */
static int64_t terms_share_units(const struct terms_instalment *instalment) {
  if (instalment->kind == TERMS_PERCENT) return instalment->value * (TERMS_WHOLE / TERMS_WHOLE_BP);
  if (instalment->kind == TERMS_FRACTION)
    return instalment->value * (TERMS_WHOLE / instalment->parts);
  return 0;
}

static int64_t terms_units(const struct terms *terms) {
  int64_t units = 0;
  for (size_t i = 0; i < terms->instalment_count; i++)
    units += terms_share_units(&terms->instalments[i]);
  return units;
}

static int terms_has_balance(const struct terms *terms) {
  for (size_t i = 0; i < terms->instalment_count; i++)
    if (terms->instalments[i].kind == TERMS_BALANCE) return 1;
  return 0;
}

static arc_status terms_read_instalment(struct terms_reader *r, struct terms *terms) {
  static const char expected[] = "'on issue', 'net' and days, or moves such as +30d or eom";
  size_t start = r->at;
  if (terms->instalment_count == ARC_TERMS_INSTALMENTS_MAX)
    return terms_fail(r, start, "at most 36 instalments");
  struct terms_instalment *instalment = &terms->instalments[terms->instalment_count];
  struct terms_days *days = &instalment->days;
  ARC__TRY(terms_read_share(r, instalment));
  if (instalment->kind == TERMS_BALANCE && terms_has_balance(terms))
    return terms_fail(r, start, "one balance only");
  terms->instalment_count++;
  if (terms_units(terms) >= TERMS_WHOLE)
    return terms_fail(r, start, "shares of less than 100 % together, and a balance");
  if (terms_net(r)) return terms_read_net(r, days);
  if (terms_word(r, "on") && terms_word(r, "issue")) {
    days->form = TERMS_ON_ISSUE;
    return ARC_OK;
  }
  return terms_read_moves(r, days, expected);
}

static int terms_read_rule(struct terms_reader *r, int32_t *rule) {
  for (int32_t i = 1; i < TERMS_RULE_COUNT; i++)
    if (terms_word(r, terms_rules[i])) {
      *rule = i;
      return 1;
    }
  return 0;
}

static int terms_at_end_clause(const struct terms_reader *r) {
  struct terms_reader ahead = *r;
  int32_t rule;
  return terms_word(&ahead, "cut-off") || terms_read_rule(&ahead, &rule);
}

/* Leaves in *comma whether the last thing taken was one. */
static arc_status terms_read_instalments(struct terms_reader *r, struct terms *terms, int *comma) {
  do {
    ARC__TRY(terms_read_instalment(r, terms));
    *comma = terms_comma(r);
  } while (*comma && !terms_at_end_clause(r));
  if (terms_has_balance(terms)) return ARC_OK;
  return terms_fail(r, r->at, "',' and the instalment that takes what is left: 'balance' and days");
}

/* Whether days alone follow: moves, but no share in digits. */
static int terms_at_moves(const struct terms_reader *r) {
  struct terms_reader ahead = *r;
  if (terms_peek(r, 0) == '+' || terms_word(&ahead, "eom")) return 1;
  return arc__is_digit(terms_peek(r, 0)) && !terms_at_plain(r);
}

static arc_status terms_read_schedule(struct terms_reader *r, struct terms *terms, int *comma) {
  int net = terms_net(r), receipt = !net && terms_word(r, "due on receipt");
  if (!net && !receipt && !terms_at_moves(r)) return terms_read_instalments(r, terms, comma);
  struct terms_instalment *whole = &terms->instalments[terms->instalment_count++];
  terms->single = 1;
  whole->kind = TERMS_BALANCE;
  if (receipt)
    whole->days.form = TERMS_ON_ISSUE;
  else
    ARC__TRY(net ? terms_read_net(r, &whole->days) : terms_read_moves(r, &whole->days, "moves"));
  *comma = terms_comma(r);
  return ARC_OK;
}

/* ---- the whole ---- */

static int terms_days_cut(const struct terms_days *days) {
  for (uint16_t i = 0; i < days->count; i++)
    if (days->moves[i].kind == TERMS_MONTH_END || days->moves[i].kind == TERMS_PROXIMO) return 1;
  return 0;
}

/* Whether a cut-off day changes anything. */
static int terms_cut(const struct terms *terms) {
  for (size_t i = 0; i < terms->discount_count; i++)
    if (terms_days_cut(&terms->discounts[i].days)) return 1;
  for (size_t i = 0; i < terms->instalment_count; i++)
    if (terms_days_cut(&terms->instalments[i].days)) return 1;
  return 0;
}

static arc_status terms_read_end(struct terms_reader *r, struct terms *terms, int comma) {
  size_t start = r->at;
  if (terms_word(r, "cut-off")) {
    if (!terms_number(r, 1, TERMS_CUT_OFF_MAX, &terms->cut_off))
      return terms_fail(r, r->at, "the cut-off day, 1 to 30");
    if (!terms_cut(terms)) return terms_fail(r, start, "a cut-off only with an eom or a prox");
    terms_skip_blanks(r);
    comma = terms_comma(r);
  }
  if (terms_read_rule(r, &terms->rule)) comma = 0;
  if (r->at == r->size && !comma) return ARC_OK;
  return terms_fail(r, r->at,
                    terms->rule      ? "the end"
                    : terms->cut_off ? "a business-day rule such as 'following', or the end"
                                     : "a cut-off, a business-day rule such as 'following', or the "
                                       "end");
}

static arc_status terms_parse(struct terms *terms, const char *text, size_t size, arc_error *err) {
  int comma = 0;
  if (!text && size != 0) return arc__fail(err, ARC_E_INVALID, "the terms are NULL");
  size = arc__text_size(text, size);
  if (size == 0 || size > TERMS_TEXT_MAX)
    return arc__fail(err, ARC_E_INVALID, "the terms have %llu bytes, must have 1 to %u",
                     (unsigned long long)size, TERMS_TEXT_MAX);
  memset(terms, 0, sizeof *terms);
  struct terms_reader r = {text, size, 0, err};
  terms_skip_blanks(&r);
  ARC__TRY(terms_read_discounts(&r, terms));
  ARC__TRY(terms_read_schedule(&r, terms, &comma));
  return terms_read_end(&r, terms, comma);
}

/* ---- writing ---- */

/* Counts all, keeps what fits. */
struct terms_writer {
  char *buf;
  size_t cap, size;
};

static void terms_write(struct terms_writer *w, const char *string) {
  for (; *string; string++, w->size++)
    if (w->size < w->cap) w->buf[w->size] = *string;
}

static void terms_write_decimal(struct terms_writer *w, int64_t value, int32_t decimals) {
  char text[24];
  arc__format_decimal(text, value, decimals);
  terms_write(w, text);
}

static void terms_write_percent(struct terms_writer *w, int64_t basis_points) {
  int32_t decimals = basis_points % 10 ? 2 : basis_points % 100 ? 1 : 0;
  terms_write_decimal(w, decimals == 2 ? basis_points : basis_points / (decimals ? 10 : 100),
                      decimals);
}

static void terms_write_move(struct terms_writer *w, const struct terms_move *move) {
  if (move->kind == TERMS_MONTH_END) {
    terms_write(w, "eom");
    return;
  }
  int plus = move->kind == TERMS_DAYS || move->kind == TERMS_MONTHS;
  if (plus) terms_write(w, "+");
  terms_write_decimal(w, move->n, 0);
  terms_write(w, move->kind == TERMS_DAYS     ? "d"
                 : move->kind == TERMS_MONTHS ? "m"
                                              : terms_ordinal(move->n));
  if (move->kind == TERMS_PROXIMO) terms_write(w, " prox");
}

/* Without the "net". */
static void terms_write_days(struct terms_writer *w, const struct terms_days *days) {
  if (days->form == TERMS_PLAIN || days->form == TERMS_PLAIN_EOM) {
    terms_write_decimal(w, days->moves[days->count - 1].n, 0);
    if (days->form == TERMS_PLAIN_EOM) terms_write(w, " eom");
    return;
  }
  for (uint16_t i = 0; i < days->count; i++) {
    if (i > 0) terms_write(w, " ");
    terms_write_move(w, &days->moves[i]);
  }
}

static void terms_write_due(struct terms_writer *w, const struct terms_days *days, int single) {
  if (days->form == TERMS_ON_ISSUE) {
    terms_write(w, single ? "due on receipt" : "on issue");
    return;
  }
  int plus = days->moves[0].kind == TERMS_DAYS || days->moves[0].kind == TERMS_MONTHS;
  if (days->net)
    terms_write(w, "net ");
  else if (!single && !plus)
    terms_write(w, "on ");
  terms_write_days(w, days);
}

static void terms_write_instalment(struct terms_writer *w, const struct terms_instalment *line) {
  switch (line->kind) {
  case TERMS_PERCENT:
    terms_write_percent(w, line->value);
    terms_write(w, "% ");
    break;
  case TERMS_FRACTION:
    terms_write_decimal(w, line->value, 0);
    terms_write(w, "/");
    terms_write_decimal(w, line->parts, 0);
    terms_write(w, " ");
    break;
  case TERMS_AMOUNT:
    terms_write_decimal(w, line->value, line->parts);
    terms_write(w, " ");
    break;
  default:
    terms_write(w, "balance ");
  }
  terms_write_due(w, &line->days, 0);
}

static void terms_write_all(struct terms_writer *w, const struct terms *terms) {
  for (size_t i = 0; i < terms->discount_count; i++) {
    terms_write_percent(w, terms->discounts[i].basis_points);
    terms_write(w, "/");
    terms_write_days(w, &terms->discounts[i].days);
    terms_write(w, ", ");
  }
  if (terms->single) terms_write_due(w, &terms->instalments[0].days, 1);
  for (size_t i = 0; i < terms->instalment_count && !terms->single; i++) {
    if (i > 0) terms_write(w, ", ");
    terms_write_instalment(w, &terms->instalments[i]);
  }
  if (terms->cut_off) {
    terms_write(w, ", cut-off ");
    terms_write_decimal(w, terms->cut_off, 0);
  }
  if (terms->rule) {
    terms_write(w, ", ");
    terms_write(w, terms_rules[terms->rule]);
  }
}

arc_status arc_terms_print(char *buf, size_t cap, size_t *size, const char *text, size_t text_size,
                           arc_error *err) {
  struct terms terms;
  struct terms_writer length = {NULL, 0, 0}, writer = {buf, cap, 0};
  ARC__TRY(terms_parse(&terms, text, text_size, err));
  if (!buf && !cap && !size) return ARC_OK;
  terms_write_all(&length, &terms);
  if (size) *size = length.size;
  if (!buf && !cap) return ARC_OK;
  if (!buf || cap <= length.size)
    return arc__fail(err, ARC_E_INVALID, "buf has room for %llu bytes, the terms need %llu",
                     buf ? (unsigned long long)cap : 0, (unsigned long long)length.size + 1);
  terms_write_all(&writer, &terms);
  buf[length.size] = 0;
  return ARC_OK;
}

/* ---- days of an invoice ---- */

/* Day n of the month `months` after that of a day, or its last; ARC_DAY_NONE after 9999. */
static arc_day terms_day_of_month(arc_day day, int32_t months, int32_t n) {
  int32_t year, month, day_of_month;
  if (arc_day_to_civil(arc_day_add_months(day, months), &year, &month, &day_of_month) != ARC_OK)
    return ARC_DAY_NONE;
  arc_day found;
  do
    found = arc_day_from_civil(year, month, n--);
  while (found == ARC_DAY_NONE);
  return found;
}

static int terms_after_cut_off(arc_day issued, int32_t cut_off) {
  int32_t year, month, day_of_month;
  return cut_off != 0 && arc_day_to_civil(issued, &year, &month, &day_of_month) == ARC_OK &&
         day_of_month > cut_off;
}

/* ARC_DAY_NONE after 9999. */
static arc_day terms_move_day(arc_day day, const struct terms_move *move, int32_t cut,
                              int at_month_end) {
  arc_day moved;
  switch (move->kind) {
  case TERMS_DAYS:
    return move->n <= ARC_DAY_LAST - day ? day + move->n : ARC_DAY_NONE;
  case TERMS_MONTHS:
    return at_month_end ? terms_day_of_month(day, move->n, 31) : arc_day_add_months(day, move->n);
  case TERMS_MONTH_END:
    return terms_day_of_month(day, cut, 31);
  case TERMS_DAY:
    moved = terms_day_of_month(day, 0, move->n);
    return moved >= day ? moved : terms_day_of_month(day, 1, move->n);
  default: /* TERMS_PROXIMO */
    return terms_day_of_month(day, 1 + cut, move->n);
  }
}

static arc_status terms_find_day(arc_day *out, const struct terms *terms,
                                 const struct terms_days *days, const arc_terms_invoice *invoice,
                                 arc_error *err) {
  arc_day day = invoice->issued;
  int32_t cut = terms_after_cut_off(day, terms->cut_off);
  int at_month_end = 0;
  for (uint16_t i = 0; i < days->count; i++) {
    const struct terms_move *move = &days->moves[i];
    day = terms_move_day(day, move, cut, at_month_end);
    if (day == ARC_DAY_NONE)
      return arc__fail_field(err, ARC_E_OVERFLOW, 0, 1,
                             "the terms lead behind 9999-12-31, the last day there is");
    if (move->kind == TERMS_MONTH_END || move->kind == TERMS_PROXIMO) cut = 0;
    at_month_end = move->kind == TERMS_MONTH_END || (move->kind == TERMS_MONTHS && at_month_end);
  }
  *out = arc_calendar_adjust(invoice->calendar, day, terms->rule);
  if (*out != ARC_DAY_NONE) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 6,
                         "the calendar has no business day within a year of what the terms give");
}

/* ---- amounts of an invoice ---- */

/* A stated amount in minor units. */
static arc_status terms_fixed(int64_t *out, const struct terms_instalment *line,
                              const char *currency, arc_error *err) {
  int32_t digits = arc_currency_digits(currency);
  if (line->parts > digits)
    return arc__fail_field(err, ARC_E_INVALID, 0, 2,
                           "a share has %d decimals, but amounts in %s have %d", (int)line->parts,
                           currency, (int)digits);
  *out = line->value;
  for (int32_t i = line->parts; i < digits; i++)
    *out *= 10; /* 18 digits at most */
  return ARC_OK;
}

/* What the stated amounts leave for percentages, fractions and the balance. */
static arc_status terms_free(int64_t *left, const struct terms *terms,
                             const arc_terms_invoice *invoice, arc_error *err) {
  int64_t fixed = 0, shares;
  *left = invoice->amount;
  ARC__TRY(arc_money_scale(&shares, invoice->amount, terms_units(terms), TERMS_WHOLE, err));
  for (size_t i = 0; i < terms->instalment_count; i++) {
    if (terms->instalments[i].kind != TERMS_AMOUNT) continue;
    ARC__TRY(terms_fixed(&fixed, &terms->instalments[i], invoice->currency, err));
    *left = fixed <= *left ? *left - fixed : -1;
    if (*left < 0) break;
  }
  if (*left >= shares) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 3,
                         "amount is %lld, the instalments besides the balance come to more",
                         (long long)invoice->amount);
}

/* Amounts line by line; they add up to the invoice's. */
static arc_status terms_amounts(int64_t *amounts, const struct terms *terms,
                                const arc_terms_invoice *invoice, arc_error *err) {
  int64_t left;
  size_t balance = 0;
  ARC__TRY(terms_free(&left, terms, invoice, err));
  for (size_t i = 0; i < terms->instalment_count; i++) {
    const struct terms_instalment *line = &terms->instalments[i];
    if (line->kind == TERMS_BALANCE) {
      balance = i;
    } else if (line->kind == TERMS_AMOUNT) {
      ARC__TRY(terms_fixed(&amounts[i], line, invoice->currency, err));
    } else {
      ARC__TRY(
          arc_money_scale(&amounts[i], invoice->amount, terms_share_units(line), TERMS_WHOLE, err));
      if (amounts[i] > left) amounts[i] = left; /* many shares of some cents, each rounded up */
      left -= amounts[i];
    }
  }
  amounts[balance] = left;
  return ARC_OK;
}

/* Those of something, in the order of their due days. */
static arc_status terms_instalments(arc_instalment *rows, size_t *count,
                                    const struct terms *terms, const arc_terms_invoice *invoice,
                                    arc_error *err) {
  int64_t amounts[ARC_TERMS_INSTALMENTS_MAX];
  ARC__TRY(terms_amounts(amounts, terms, invoice, err));
  *count = 0;
  for (size_t i = 0; i < terms->instalment_count; i++) {
    arc_instalment row = {(uint32_t)sizeof row, 0, amounts[i]};
    ARC__TRY(terms_find_day(&row.due, terms, &terms->instalments[i].days, invoice, err));
    if (row.amount == 0) continue;
    size_t at = (*count)++;
    for (; at > 0 && rows[at - 1].due > row.due; at--)
      rows[at] = rows[at - 1];
    rows[at] = row;
  }
  return ARC_OK;
}

static arc_status terms_discounts(arc_terms_discount *rows, const struct terms *terms,
                                  const arc_terms_invoice *invoice, arc_error *err) {
  for (size_t i = 0; i < terms->discount_count; i++) {
    const struct terms_discount *discount = &terms->discounts[i];
    arc_terms_discount row = {(uint32_t)sizeof row, 0, (uint32_t)discount->basis_points, 0};
    ARC__TRY(terms_find_day(&row.last, terms, &discount->days, invoice, err));
    rows[i] = row;
  }
  return ARC_OK;
}

static arc_status terms_check_invoice(const arc_terms_invoice *invoice, arc_error *err) {
  if (!arc__day_in_range(invoice->issued))
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "issued must be a day of the years 1 to 9999");
  if (invoice->amount <= 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 3, "amount is %lld, must be more than 0",
                           (long long)invoice->amount);
  if (invoice->currency[3] != 0 || arc_currency_digits(invoice->currency) < 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 4,
                           "currency must be an ISO 4217 code with a minor unit, such as \"EUR\"");
  if (invoice->reserved != 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 5, "reserved must be 0");
  return ARC_OK;
}

arc_status arc_terms_apply(arc_instalment *instalments, size_t capacity, size_t *count,
                           arc_terms_discount *discounts, size_t discount_capacity,
                           size_t *discount_count, const arc_terms_invoice *invoice,
                           arc_error *err) {
  struct terms terms;
  arc_terms_invoice in;
  arc_instalment lines[ARC_TERMS_INSTALMENTS_MAX];
  arc_terms_discount steps[ARC_TERMS_DISCOUNTS_MAX];
  size_t lines_found;
  ARC__TRY(ARC__READ(arc_terms_invoice, &in, invoice, err));
  ARC__TRY(ARC__CHECK_ROWS(arc_instalment, instalments, capacity, err));
  ARC__TRY(ARC__CHECK_ROWS(arc_terms_discount, discounts, discount_capacity, err));
  ARC__TRY(terms_check_invoice(&in, err));
  ARC__TRY(terms_parse(&terms, in.terms.data, in.terms.size, err));
  ARC__TRY(terms_instalments(lines, &lines_found, &terms, &in, err));
  ARC__TRY(terms_discounts(steps, &terms, &in, err));
  for (size_t i = 0; i < lines_found && i < capacity; i++)
    arc__write_row(instalments, i, &lines[i], sizeof lines[i]);
  for (size_t i = 0; i < terms.discount_count && i < discount_capacity; i++)
    arc__write_row(discounts, i, &steps[i], sizeof steps[i]);
  if (count) *count = lines_found;
  if (discount_count) *discount_count = terms.discount_count;
  return ARC_OK;
}

/* ---- discounts earned ---- */

static arc_status terms_check_settlement(const arc_terms_settlement *s, arc_error *err) {
  if (!arc__day_in_range(s->value_day))
    return arc__fail_field(err, ARC_E_INVALID, 0, 1,
                           "value_day must be a day of the years 1 to 9999");
  if (s->open < 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 2, "open is %lld, must not be negative",
                           (long long)s->open);
  if (s->base < 0 || s->base > s->open)
    return arc__fail_field(err, ARC_E_INVALID, 0, 3,
                           "base is %lld, must be from 0 to what is open, %lld", (long long)s->base,
                           (long long)s->open);
  if (s->paid < 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 4, "paid is %lld, must not be negative",
                           (long long)s->paid);
  if (s->reserved != 0) return arc__fail_field(err, ARC_E_INVALID, 0, 6, "reserved must be 0");
  return ARC_OK;
}

/* The highest discount that is still to be had; 0: none. */
static arc_status terms_best_discount(int64_t *basis_points, const arc_terms_discount *discounts,
                                      size_t count, const arc_terms_settlement *s, arc_error *err) {
  const unsigned char *at = (const unsigned char *)discounts;
  uint32_t stride = 0;
  *basis_points = 0;
  if (count > 0 && !discounts) return arc__fail(err, ARC_E_INVALID, "discounts is NULL");
  if (count > 0) memcpy(&stride, discounts, sizeof stride);
  for (size_t i = 0; i < count; i++, at += stride) {
    arc_terms_discount row;
    ARC__TRY(ARC__READ(arc_terms_discount, &row, at, err));
    if (!arc__day_in_range(row.last))
      return arc__fail_field(err, ARC_E_INVALID, i, 1, "last must be a day of the years 1 to 9999");
    if (row.basis_points < 1 || row.basis_points >= TERMS_WHOLE_BP)
      return arc__fail_field(err, ARC_E_INVALID, i, 2, "basis_points is %u, must be 1 to 9999",
                             (unsigned)row.basis_points);
    if (row.reserved != 0) return arc__fail_field(err, ARC_E_INVALID, i, 3, "reserved must be 0");
    int in_time = s->value_day <= (int64_t)row.last + s->grace_days;
    if (in_time && row.basis_points > *basis_points) *basis_points = row.basis_points;
  }
  return ARC_OK;
}

/* Of a part payment: of what it settles, payment and discount together, `base` of `open` earns. */
static arc_status terms_part_discount(int64_t *discount, int64_t basis_points,
                                      const arc_terms_settlement *s, arc_error *err) {
  if (s->base == s->open)
    return arc_money_scale(discount, s->paid, basis_points, TERMS_WHOLE_BP - basis_points, err);
  if (s->open > INT64_MAX / TERMS_WHOLE_BP)
    return arc__fail_field(err, ARC_E_OVERFLOW, 0, 2,
                           "open is %lld, more than a part payment's discount is reckoned on",
                           (long long)s->open);
  int64_t earning = s->base * basis_points;
  return arc_money_scale(discount, s->paid, earning, s->open * TERMS_WHOLE_BP - earning, err);
}

arc_status arc_terms_discount_earned(int64_t *discount, const arc_terms_discount *discounts,
                                     size_t count, const arc_terms_settlement *settlement,
                                     arc_error *err) {
  arc_terms_settlement s;
  int64_t basis_points, whole;
  if (!discount) return arc__fail(err, ARC_E_INVALID, "discount is NULL");
  ARC__TRY(ARC__READ(arc_terms_settlement, &s, settlement, err));
  ARC__TRY(terms_check_settlement(&s, err));
  ARC__TRY(terms_best_discount(&basis_points, discounts, count, &s, err));
  ARC__TRY(arc_money_scale(&whole, s.base, basis_points, TERMS_WHOLE_BP, err));
  if (s.paid < s.open - whole) return terms_part_discount(discount, basis_points, &s, err);
  *discount = whole;
  return ARC_OK;
}
