/*
 * Decides one payment: what its text names, who paid, whether the amounts fit, and how sure that
 * is.
 *
 * Nothing is kept between payments but memory. A payment costs the words of its text; where they do
 * not name all, also the open items of the payer.
 */
#include "matcher_internal.h"

#include "arcollect/money.h"
#include "checked.h"
#include "text.h"

#include <string.h>

#define MATCHER_SUBSET_MAX  12  /* items among which exact sums are searched */
#define MATCHER_CUT_SIZE    139 /* banks cut a remittance text at 140 characters */
#define MATCHER_WEAK_SIZE   3   /* fewer digits name nothing */
#define MATCHER_STRONG_SIZE 5   /* digits alone that may be an invoice number of any customer */

enum {
  MATCHER_EQUAL,
  MATCHER_DISCOUNT,
  MATCHER_TOLERANCE,
  MATCHER_PART,
  MATCHER_MORE,
  MATCHER_SUBSET,
  MATCHER_REST,
  MATCHER_ONE_ITEM,
  MATCHER_ONE_DISCOUNTED,
  MATCHER_ALL_ITEMS,
  MATCHER_OLDEST,
  MATCHER_DOUBT_WEAK,
  MATCHER_DOUBT_PAYER,
  MATCHER_DOUBT_SETTLED,
  MATCHER_DOUBT_NUMBER,
  MATCHER_RULES
};

const arc__match_rule arc__match_rules[MATCHER_RULES] = {
    {"the text names the items, and the amounts are equal", 999000},
    {"the text names the items, and the amounts are equal less early-payment discount", 995000},
    {"the text names the items, and the amounts differ within the tolerance", 985000},
    {"the text names one item, and a part of it is paid", 970000},
    {"the text names the items, and more than they is paid", 965000},
    {"the text names more items than are paid, and only these add up", 900000},
    {"the text names the items but one, and only that one makes up the amount", 980000},
    {"the amount is that of one open item and of no other", 965000},
    {"the amount is that of one open item less early-payment discount, and of no other", 965000},
    {"the amount is that of all open items together", 960000},
    {"the host's rule: cash that names no item settles the oldest", 1000000},
    {"an item is named by its last digits or its purchase order only", -20000},
    {"the payer is known from the items named only", -25000},
    {"the text names an item with nothing open, too", -20000},
    {"the text has a number that names nothing", -5000},
};
const unsigned arc__match_rule_count = MATCHER_RULES;

typedef struct matcher_decision {
  arc_matcher *m;
  const arc__view *view;
  const arc__match_plan *plan;
  arc__match *match;
  uint32_t currency;
  arc_day value_day;
  arc_error *err;
} matcher_decision;

static void matcher_verdict(arc__match *match, int stage, const char *verdict) {
  match->stage = stage;
  match->verdict = verdict;
}

/* ---- items ---- */

/* Open at the end of the day; 0 where anything happens after it, so that what is applied on a past
 * day never exceeds what is open on a later one. */
static int64_t matcher_instalment_open(const arc__view *view, uint32_t instalment) {
  const arc__tables *t = view->tables;
  if (!view->current)
    for (uint32_t e = arc__u32(t, ARC__INSTALMENT_ENTRY, instalment); e;
         e = arc__u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, e)) {
      arc_day undone = arc__i32(t, ARC__ENTRY_UNDONE, e);
      if (arc__i32(t, ARC__ENTRY_DAY, e) > view->day ||
          (undone != ARC_DAY_NONE && undone > view->day))
        return 0;
    }
  return arc__view_instalment_open(view, instalment);
}

/* Whether anything is open; what a word names does not depend on what other payments of the run
 * take. */
static int matcher_is_open(const matcher_decision *d, uint32_t invoice) {
  uint32_t first = arc__u32(d->view->tables, ARC__INVOICE_INSTALMENT, invoice);
  for (uint32_t i = 0; i < arc__u16(d->view->tables, ARC__INVOICE_INSTALMENTS, invoice); i++)
    if (matcher_instalment_open(d->view, first + i) > 0) return 1;
  return 0;
}

static uint32_t matcher_account(const matcher_decision *d, uint32_t invoice) {
  return arc__u32(d->view->tables, ARC__INVOICE_ACCOUNT, invoice);
}

static uint32_t matcher_customer(const matcher_decision *d, uint32_t invoice) {
  return arc__u32(d->view->tables, ARC__ACCOUNT_CUSTOMER, matcher_account(d, invoice));
}

/* The early-payment discount, if it is earned and the invoice otherwise unpaid and undisputed. */
static arc_status matcher_early(const matcher_decision *d, arc__match_line *line) {
  const arc__tables *t = d->view->tables;
  uint32_t bp = arc__invoice_discount(
      t, line->invoice, (int64_t)d->value_day - d->m->options.discount_grace_days);
  if (bp == 0 || line->disputed > 0) return ARC_OK;
  if (line->open != arc__i64(t, ARC__INVOICE_AMOUNT, line->invoice)) return ARC_OK;
  return arc_money_scale(&line->early, line->open, bp, 10000, d->err);
}

/* What is open of an invoice, less what the plan takes, oldest instalments first. */
static arc_status matcher_line(const matcher_decision *d, uint32_t invoice, arc__match_line *line) {
  const arc__tables *t = d->view->tables;
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  uint32_t end = first + arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice);
  int64_t planned = arc__match_planned(d->plan, invoice);
  memset(line, 0, sizeof *line);
  line->invoice = invoice;
  for (uint32_t i = first; i < end; i++) {
    int64_t open = matcher_instalment_open(d->view, i);
    int64_t taken = open < planned ? open : planned;
    planned -= taken;
    open -= taken;
    if (line->first == 0) line->first = open;
    line->open += open;
  }
  if (line->open == 0) return ARC_OK;
  line->disputed = arc__view_disputed(d->view, invoice);
  if (line->disputed > line->open) line->disputed = line->open;
  return matcher_early(d, line);
}

static arc_status matcher_add(const matcher_decision *d, arc__match_lines *lines,
                              const arc__match_line *line) {
  void *data = lines->data;
  if (arc__grow(d->m->heap, &data, &lines->capacity, lines->count + 1, sizeof *lines->data) < 0)
    return arc__fail_nomem(d->err);
  lines->data = data;
  lines->data[lines->count++] = *line;
  return ARC_OK;
}

/* The payer's open items of the day, by due date. */
static arc_status matcher_load_items(const matcher_decision *d) {
  uint32_t account = arc__find_account(d->view->tables, d->match->customer, d->currency);
  d->m->items.count = 0;
  return account ? arc__view_open_items(d->view, account, &d->m->items, d->err) : ARC_OK;
}

/* An invoice stands in the list once per open instalment: the oldest speaks for it. */
static int matcher_is_oldest(const matcher_decision *d, const arc__open_item *item) {
  for (uint32_t i = arc__u32(d->view->tables, ARC__INVOICE_INSTALMENT, item->invoice);
       i < item->instalment; i++)
    if (arc__view_instalment_open(d->view, i) > 0) return 0;
  return 1;
}

/* ---- the text ---- */

static int matcher_separates(char c) {
  return c == ' ' || c == ',' || c == ';' || c == '/' || c == ':' || c == '+' || c == '(' ||
         c == ')' || c == '\n' || c == '\r' || c == '\t';
}

/* Splits a text into words of capital letters and digits, which lie one behind the other. */
static void matcher_read(arc__match *match, arc_text text, int strong_only) {
  size_t at = match->word_count ? (size_t)match->words[match->word_count - 1].at +
                                      match->words[match->word_count - 1].size
                                : 0;
  int first = 1;
  for (size_t i = 0; i < text.size;) {
    size_t end = i;
    while (end < text.size && !matcher_separates(text.data[end]))
      end++;
    arc_text part = {text.data + i, end - i};
    size_t size = arc__match_normalise(match->text + at, sizeof match->text - at, part);
    i = end + 1;
    if (size == 0 || match->word_count == sizeof match->words / sizeof *match->words) continue;
    arc__match_word *word = &match->words[match->word_count++];
    memset(word, 0, sizeof *word);
    word->at = (uint16_t)at;
    word->size = (uint16_t)size;
    word->first = (uint8_t)first;
    word->strong_only = (uint8_t)strong_only;
    for (size_t k = at; k < at + size; k++)
      if (arc__is_digit(match->text[k]))
        word->digits = 1;
      else
        word->letters = 1;
    at += size;
    first = 0;
  }
}

static uint32_t matcher_family(const arc__tables *t, uint32_t customer) {
  uint32_t parent;
  while ((parent = arc__u32(t, ARC__CUSTOMER_PARENT, customer)) != 0)
    customer = parent;
  return customer;
}

/* What a word, or two, say as an invoice number. */
static void matcher_number(const matcher_decision *d, arc__match_word *word, size_t size) {
  const arc__tables *t = d->view->tables;
  const char *number = d->match->text + word->at;
  uint32_t payer = d->match->customer_is_given ? matcher_family(t, d->match->customer) : 0;
  uint32_t open = 0;
  int settled = 0, foreign = 0;
  for (uint32_t i = arc__match_index_find(d->m, number, size, 0); i;
       i = arc__match_index_find(d->m, number, size, i)) {
    if ((payer && matcher_family(t, matcher_customer(d, i)) != payer) ||
        arc__u32(t, ARC__ACCOUNT_CURRENCY, matcher_account(d, i)) != d->currency) {
      foreign = 1;
    } else if (!matcher_is_open(d, i)) {
      settled = 1;
    } else if (open) {
      word->kind = ARC__WORD_SEVERAL;
      return;
    } else
      open = i;
  }
  word->invoice = open;
  word->kind = open      ? ARC__WORD_NUMBER
               : settled ? ARC__WORD_SETTLED
               : foreign ? ARC__WORD_FOREIGN
                         : ARC__WORD_PLAIN;
}

static int matcher_may_join(const arc__match *match, size_t i) {
  return i + 1 < match->word_count && match->words[i].kind == ARC__WORD_PLAIN &&
         match->words[i + 1].kind == ARC__WORD_PLAIN && !match->words[i + 1].first;
}

static void matcher_join(arc__match *match, size_t i) {
  match->words[i].size = (uint16_t)(match->words[i].size + match->words[i + 1].size);
  match->words[i].digits |= match->words[i + 1].digits;
  match->words[i].letters |= match->words[i + 1].letters;
  match->words[i + 1].kind = ARC__WORD_JOINED;
}

static int matcher_is_number(int letters, int digits, size_t size) {
  return digits && (letters || size >= MATCHER_STRONG_SIZE);
}

/* Whole words first; then neighbours, for a number that was broken by a blank. */
static void matcher_numbers(const matcher_decision *d) {
  arc__match *match = d->match;
  for (size_t i = 0; i < match->word_count; i++) {
    arc__match_word *word = &match->words[i];
    if (matcher_is_number(word->letters, word->digits, word->size))
      matcher_number(d, word, word->size);
  }
  for (size_t i = 0; i < match->word_count; i++) {
    arc__match_word *word = &match->words[i], *next = word + 1;
    if (!matcher_may_join(match, i)) continue;
    size_t size = (size_t)word->size + next->size;
    if (!matcher_is_number(word->letters | next->letters, word->digits | next->digits, size))
      continue;
    matcher_number(d, word, size);
    if (word->kind != ARC__WORD_PLAIN) matcher_join(match, i);
  }
}

/* Who paid, if the payment does not say: whose items are named, all of one customer or family. */
static void matcher_payer(const matcher_decision *d) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  for (size_t i = 0; i < match->word_count && !match->customer_is_given; i++) {
    if (match->words[i].kind != ARC__WORD_NUMBER) continue;
    uint32_t customer = matcher_customer(d, match->words[i].invoice);
    if (match->customer == 0 || match->customer == customer)
      match->customer = customer;
    else if (matcher_family(t, match->customer) == matcher_family(t, customer))
      match->customer = matcher_family(t, customer);
    else {
      match->customer = 0;
      matcher_verdict(match, ARC__STAGE_NEVER,
                      "the text names items of customers that do not belong together");
      return;
    }
  }
}

/* ---- words that count within the payer's own open items only ---- */

static size_t matcher_tail(const char *text, size_t size) {
  size_t digits = 0;
  while (digits < size && arc__is_digit(text[size - digits - 1]))
    digits++;
  return digits;
}

/* The same digits but for leading zeros. */
static int matcher_same_digits(const char *a, size_t a_size, const char *b, size_t b_size) {
  while (a_size > 0 && *a == '0')
    a++, a_size--;
  while (b_size > 0 && *b == '0')
    b++, b_size--;
  return a_size > 0 && a_size == b_size && memcmp(a, b, a_size) == 0;
}

/* An invoice's number and order, normalised. */
typedef struct matcher_names {
  char number[512], order[512];
  size_t number_size, order_size, tail,
      last_group; /* digits at the number's end: all, behind the last mark */
} matcher_names;

static void matcher_names_of(const matcher_decision *d, uint32_t invoice, matcher_names *n) {
  arc_text number = arc__invoice_number(d->view->tables, invoice);
  arc_text order = arc__invoice_po(d->view->tables, invoice);
  n->number_size = arc__match_normalise(n->number, sizeof n->number, number);
  n->order_size = arc__match_normalise(n->order, sizeof n->order, order);
  n->tail = matcher_tail(n->number, n->number_size);
  n->last_group = matcher_tail(number.data, number.size);
  if (n->last_group > n->tail) n->last_group = n->tail;
}

static int matcher_is_tail(const matcher_names *n, const arc__match_word *word, const char *text) {
  const char *end = n->number + n->number_size;
  return matcher_same_digits(text, word->size, end - n->tail, n->tail) ||
         matcher_same_digits(text, word->size, end - n->last_group, n->last_group);
}

static int matcher_is_order(const matcher_names *n, const char *text, size_t size) {
  return size >= MATCHER_WEAK_SIZE && size == n->order_size && memcmp(text, n->order, size) == 0;
}

static int matcher_is_padded(const matcher_names *n) {
  return n->last_group > 1 && n->number[n->number_size - n->last_group] == '0';
}

/* Written as the number is: the same letters, and digits where it has digits; as many, if it is
 * filled up with zeros. */
static int matcher_is_alike(const matcher_names *n, const char *text, size_t size) {
  size_t i = 0, k = 0;
  if (matcher_is_padded(n) && size != n->number_size) return 0;
  while (i < size && k < n->number_size) {
    int digit = arc__is_digit(text[i]);
    if (digit != arc__is_digit(n->number[k]) || (!digit && text[i] != n->number[k])) return 0;
    i++, k++;
    while (digit && i < size && arc__is_digit(text[i]))
      i++;
    while (digit && k < n->number_size && arc__is_digit(n->number[k]))
      k++;
  }
  return i == size && k == n->number_size;
}

static void matcher_hit(arc__match_word *word, int kind, uint32_t invoice) {
  if (!word->invoice) {
    word->kind = (uint8_t)kind;
    word->invoice = invoice;
  } else if (word->invoice != invoice) {
    word->kind = ARC__WORD_SEVERAL;
    word->invoice = 0;
  }
}

/* Whether the payer's own items may say what a word means; mere digits rather theirs than a
 * stranger's. */
static int matcher_is_weak(const arc__match_word *word) {
  if (!word->digits || word->strong_only) return 0;
  return word->kind == ARC__WORD_PLAIN || word->kind == ARC__WORD_UNKNOWN ||
         word->kind == ARC__WORD_DIGITS || word->kind == ARC__WORD_PO ||
         (word->kind == ARC__WORD_FOREIGN && !word->letters);
}

static int matcher_has_weak(const arc__match *match) {
  for (size_t i = 0; i < match->word_count; i++)
    if (matcher_is_weak(&match->words[i])) return 1;
  return 0;
}

static void matcher_compare(arc__match *match, const matcher_names *n, uint32_t invoice) {
  for (size_t i = 0; i < match->word_count; i++) {
    arc__match_word *word = &match->words[i];
    const char *text = match->text + word->at;
    if (matcher_may_join(match, i) &&
        matcher_is_order(n, text, (size_t)word->size + word[1].size)) {
      matcher_join(match, i);
      matcher_hit(word, ARC__WORD_PO, invoice);
    } else if (!matcher_is_weak(word)) {
      continue;
    } else if (!word->letters && word->size >= MATCHER_WEAK_SIZE &&
               matcher_is_tail(n, word, text)) {
      matcher_hit(word, ARC__WORD_DIGITS, invoice);
    } else if (matcher_is_order(n, text, word->size)) {
      matcher_hit(word, ARC__WORD_PO, invoice);
    } else if (word->kind == ARC__WORD_PLAIN && word->letters &&
               matcher_is_alike(n, text, word->size)) {
      word->kind = ARC__WORD_UNKNOWN;
    }
  }
}

static int matcher_has(const arc__match *match, int kind) {
  for (size_t i = 0; i < match->word_count; i++)
    if (match->words[i].kind == kind) return 1;
  return 0;
}

/* A number in the text that names nothing. */
static int matcher_has_number(const arc__match *match) {
  for (size_t i = 0; i < match->word_count; i++)
    if (match->words[i].kind == ARC__WORD_PLAIN && match->words[i].digits &&
        match->words[i].size >= MATCHER_WEAK_SIZE && !match->words[i].strong_only)
      return 1;
  return 0;
}

static arc_status matcher_weak(const matcher_decision *d) {
  if (d->match->customer == 0 || !matcher_has_weak(d->match)) return ARC_OK;
  ARC__TRY(matcher_load_items(d));
  for (size_t i = 0; i < d->m->items.count; i++) {
    const arc__open_item *item = &d->m->items.data[i];
    matcher_names names;
    if (!matcher_is_oldest(d, item) || !matcher_is_open(d, item->invoice)) continue;
    matcher_names_of(d, item->invoice, &names);
    matcher_compare(d->match, &names, item->invoice);
  }
  return ARC_OK;
}

static int matcher_is_named(const arc__match *match, uint32_t invoice) {
  for (size_t i = 0; i < match->lines.count; i++)
    if (match->lines.data[i].invoice == invoice) return 1;
  return 0;
}

/* The items that words name, each once; what the run takes already is settled. */
static arc_status matcher_named(const matcher_decision *d) {
  for (size_t i = 0; i < d->match->word_count; i++) {
    arc__match_word *word = &d->match->words[i];
    arc__match_line line;
    if (!word->invoice || matcher_is_named(d->match, word->invoice)) continue;
    ARC__TRY(matcher_line(d, word->invoice, &line));
    if (line.open > 0) {
      ARC__TRY(matcher_add(d, &d->match->lines, &line));
    } else {
      word->kind = ARC__WORD_SETTLED;
      word->invoice = 0;
    }
  }
  return ARC_OK;
}

/* Words of people who pay before there is an invoice. */
static int matcher_is_on_account(const arc__match *match) {
  static const char *const phrases[] = {
      "PREPAYMENT", "PREPAID",     "ONACCOUNT",       "ADVANCEPAYMENT",
      "DEPOSIT",    "DOWNPAYMENT", "ANZAHLUNG",       "VORAUSZAHLUNG",
      "AKONTO",     "ACOMPTE",     "VOORUITBETALING", "ACCONTO",
  };
  for (size_t i = 0; i < match->word_count; i++)
    for (size_t k = 0; k < sizeof phrases / sizeof *phrases; k++) {
      const arc__match_word *word = &match->words[i];
      const char *text = match->text + word->at;
      size_t size = strlen(phrases[k]);
      int pair = i + 1 < match->word_count && !word[1].first;
      if ((word->size == size || (pair && (size_t)word->size + word[1].size == size)) &&
          memcmp(text, phrases[k], size) == 0)
        return 1;
    }
  return 0;
}

/* ---- arithmetic ---- */

static arc_status matcher_sum(const matcher_decision *d, int64_t *sum, int64_t amount) {
  if (arc__add(sum, *sum, amount)) return ARC_OK;
  return arc__fail(d->err, ARC_E_OVERFLOW, "open items do not add up within 64 bits");
}

static void matcher_sure(arc__match *match, int rule) {
  match->rules |= 1u << rule;
  match->confidence += arc__match_rules[rule].ppm;
}

static arc__match_line *matcher_largest(arc__match_lines *lines) {
  arc__match_line *largest = &lines->data[0];
  for (size_t i = 1; i < lines->count; i++)
    if (lines->data[i].open > largest->open) largest = &lines->data[i];
  return largest;
}

static void matcher_take_open(arc__match_lines *lines) {
  for (size_t i = 0; i < lines->count; i++)
    lines->data[i].amount = lines->data[i].open;
}

static void matcher_take_undisputed(arc__match_lines *lines) {
  for (size_t i = 0; i < lines->count; i++)
    lines->data[i].amount = lines->data[i].open - lines->data[i].disputed;
}

static void matcher_take_discount(arc__match_line *line) {
  line->discount = line->early;
  line->amount = line->open - line->early;
}

/* How many subsets of the values add up to the target, at most 2; the first one in *found. */
static int matcher_subsets(const int64_t *values, size_t count, int64_t target, uint32_t *found) {
  int solutions = 0;
  for (uint32_t set = 1; set < 1u << count && solutions < 2; set++) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
      if (set >> i & 1) sum += values[i]; /* all of them together fit 64 bits */
    if (sum == target && solutions++ == 0) *found = set;
  }
  return solutions;
}

/* Which earned discounts make up the difference: all, or the only combination that does. */
static int matcher_discounts(arc__match_lines *lines, int64_t difference, int64_t all) {
  arc__match_line *early[MATCHER_SUBSET_MAX];
  int64_t values[MATCHER_SUBSET_MAX] = {0};
  size_t count = 0;
  uint32_t found = 0;
  if (difference == all) {
    for (size_t i = 0; i < lines->count; i++)
      matcher_take_discount(&lines->data[i]);
    return 1;
  }
  if (difference > all || lines->count > MATCHER_SUBSET_MAX) return 0;
  for (size_t i = 0; i < lines->count; i++)
    if (lines->data[i].early > 0) {
      values[count] = lines->data[i].early;
      early[count++] = &lines->data[i];
    }
  if (matcher_subsets(values, count, difference, &found) != 1) return 0;
  matcher_take_open(lines);
  for (size_t i = 0; i < count; i++)
    if (found >> i & 1) matcher_take_discount(early[i]);
  return 1;
}

/* A small difference to the open amounts, or to them less all earned discounts. */
static int matcher_tolerance(arc__match_lines *lines, int64_t difference, int64_t early,
                             int64_t limit) {
  arc__match_line *largest = matcher_largest(lines);
  if (difference > 0 && difference <= limit) {
    matcher_take_open(lines);
  } else {
    difference -= early;
    if (early == 0 || difference > limit || difference < -limit) return 0;
    for (size_t i = 0; i < lines->count; i++)
      matcher_take_discount(&lines->data[i]);
    if (difference < 0) { /* a little less discount was taken than allowed */
      if (largest->discount < -difference) return 0;
      largest->discount += difference;
      largest->amount -= difference;
      return 1;
    }
  }
  if (largest->amount < difference) return 0;
  largest->amount -= difference;
  largest->tolerance = difference;
  return 1;
}

/* The only items of those named that add up to the cash. */
static int matcher_subset(arc__match_lines *lines, int64_t cash) {
  int64_t values[MATCHER_SUBSET_MAX] = {0};
  uint32_t found = 0;
  if (lines->count > MATCHER_SUBSET_MAX) return 0;
  for (size_t i = 0; i < lines->count; i++)
    values[i] = lines->data[i].open;
  if (matcher_subsets(values, lines->count, cash, &found) != 1) return 0;
  for (size_t i = 0; i < lines->count; i++)
    if (found >> i & 1) lines->data[i].amount = lines->data[i].open;
  return 1;
}

/* 1 if the cash is what is open and undisputed of the item, its oldest instalment, or it with
 * discount. */
static int matcher_fits(arc__match_line *line, int64_t cash) {
  if (cash == line->open - line->disputed || (cash == line->first && line->disputed == 0)) {
    line->amount = cash;
    return 1;
  }
  if (line->early == 0 || cash != line->open - line->early) return 0;
  matcher_take_discount(line);
  return 1;
}

/* ---- by reference ---- */

static int matcher_may_name_more(const matcher_decision *d) {
  const arc__match *match = d->match;
  arc_text text = arc__text(d->view->tables, ARC__CREDIT_REMITTANCE, match->payment);
  return text.size >= MATCHER_CUT_SIZE || matcher_has_number(match) ||
         matcher_has(match, ARC__WORD_UNKNOWN) || matcher_has(match, ARC__WORD_SEVERAL) ||
         matcher_has(match, ARC__WORD_SETTLED);
}

/* The payer's open items, but for those named, that are as large as the cash: into the
 * alternatives. */
static arc_status matcher_fitting(const matcher_decision *d, int64_t cash) {
  ARC__TRY(matcher_load_items(d));
  for (size_t i = 0; i < d->m->items.count; i++) {
    const arc__open_item *item = &d->m->items.data[i];
    arc__match_line line;
    if (!matcher_is_oldest(d, item) || matcher_is_named(d->match, item->invoice)) continue;
    ARC__TRY(matcher_line(d, item->invoice, &line));
    if (line.open > line.disputed && matcher_fits(&line, cash))
      ARC__TRY(matcher_add(d, &d->match->alternatives, &line));
  }
  return ARC_OK;
}

/* More is paid than the items named: unless the text may name others, the rest stays on account. */
static arc_status matcher_more(const matcher_decision *d, int64_t open) {
  arc__match *match = d->match;
  arc__match_lines *lines = &match->lines;
  matcher_take_open(lines);
  for (size_t i = 0; i < lines->count; i++)
    if (lines->data[i].open <
        arc__i64(d->view->tables, ARC__INVOICE_AMOUNT, lines->data[i].invoice)) {
      matcher_sure(match, MATCHER_MORE);
      matcher_verdict(match, ARC__STAGE_NEVER,
                      "more is paid than is open of an item settled in part before");
      return ARC_OK;
    }
  if (!matcher_may_name_more(d)) {
    matcher_sure(match, MATCHER_MORE);
    match->verdict = "settles the items named, the rest stays on account";
    return ARC_OK;
  }
  ARC__TRY(matcher_fitting(d, match->cash - open));
  if (match->alternatives.count != 1) {
    matcher_sure(match, MATCHER_MORE);
    matcher_verdict(match, ARC__STAGE_NEVER,
                    "more is paid than the items named, and the text may name others");
    return ARC_OK;
  }
  matcher_sure(match, MATCHER_REST);
  match->verdict = "settles the items named, and the only one that makes up the amount";
  match->alternatives.count = 0;
  return matcher_add(d, lines, &match->alternatives.data[0]);
}

/* Less is paid than the one item named: a part of it, unless another one is meant. */
static arc_status matcher_part(const matcher_decision *d) {
  arc__match *match = d->match;
  match->lines.data[0].amount = match->cash;
  matcher_sure(match, MATCHER_PART);
  match->verdict = "settles a part of the item named, the rest stays open";
  if (matcher_may_name_more(d)) {
    matcher_verdict(match, ARC__STAGE_NEVER,
                    "less is paid than the item named, and the text may name others");
    return ARC_OK;
  }
  ARC__TRY(matcher_fitting(d, match->cash));
  if (match->alternatives.count > 0)
    matcher_verdict(match, ARC__STAGE_NEVER,
                    "less is paid than the item named, but just another item's amount");
  return ARC_OK;
}

static arc_status matcher_difference(const matcher_decision *d, int64_t open) {
  arc__match *match = d->match;
  arc__match_lines *lines = &match->lines;
  match->stage = ARC__STAGE_REFERENCE;
  if (match->cash > open) return matcher_more(d, open);
  if (lines->count == 1) return matcher_part(d);
  if (matcher_subset(lines, match->cash)) {
    matcher_sure(match, MATCHER_SUBSET);
    match->verdict = "settles the only items named that add up to it";
  } else
    matcher_verdict(match, ARC__STAGE_NEVER,
                    "less is paid than the items named: which part of which is not said");
  return ARC_OK;
}

static void matcher_reference_doubts(arc__match *match) {
  if (matcher_has(match, ARC__WORD_DIGITS) || matcher_has(match, ARC__WORD_PO))
    matcher_sure(match, MATCHER_DOUBT_WEAK);
  if (!match->customer_is_given) matcher_sure(match, MATCHER_DOUBT_PAYER);
  if (matcher_has(match, ARC__WORD_SETTLED)) matcher_sure(match, MATCHER_DOUBT_SETTLED);
}

static arc_status matcher_by_reference(const matcher_decision *d) {
  arc__match *match = d->match;
  arc__match_lines *lines = &match->lines;
  int64_t open = 0, disputed = 0, early = 0, difference;
  for (size_t i = 0; i < lines->count; i++) {
    ARC__TRY(matcher_sum(d, &open, lines->data[i].open));
    disputed += lines->data[i].disputed;
    early += lines->data[i].early;
  }
  difference = open - match->cash;
  match->how = ARC_HOW_REFERENCE;
  matcher_verdict(match, ARC__STAGE_EXACT, "settles the items named");
  if (difference == 0) {
    matcher_take_open(lines);
    matcher_sure(match, MATCHER_EQUAL);
  } else if (difference == disputed) {
    matcher_take_undisputed(lines);
    matcher_sure(match, MATCHER_EQUAL);
  } else if (lines->count == 1 && match->cash == lines->data[0].first) {
    lines->data[0].amount = match->cash;
    matcher_sure(match, MATCHER_EQUAL);
  } else if (difference > 0 && matcher_discounts(lines, difference, early)) {
    matcher_sure(match, MATCHER_DISCOUNT);
  } else if (matcher_tolerance(lines, difference, early, d->m->options.tolerance)) {
    matcher_sure(match, MATCHER_TOLERANCE);
  } else
    ARC__TRY(matcher_difference(d, open));
  matcher_reference_doubts(match);
  return ARC_OK;
}

/* ---- by amount ---- */

static void matcher_all_items(arc__match *match, int64_t sum) {
  if (match->lines.count < 2 || sum != match->cash) {
    match->lines.count = 0;
    matcher_verdict(match, ARC__STAGE_OLDEST, "no open item of the payer has this amount");
    return;
  }
  matcher_take_undisputed(&match->lines);
  match->how = ARC_HOW_SUM;
  matcher_sure(match, MATCHER_ALL_ITEMS);
  matcher_verdict(match, ARC__STAGE_AMOUNT, "settles all open items of the payer");
}

static void matcher_one_item(arc__match *match) {
  match->lines.data[0] = match->alternatives.data[0];
  match->lines.count = 1;
  match->alternatives.count = 0;
  match->how = ARC_HOW_AMOUNT;
  matcher_sure(match, match->lines.data[0].discount ? MATCHER_ONE_DISCOUNTED : MATCHER_ONE_ITEM);
  matcher_verdict(match, ARC__STAGE_AMOUNT, "settles the only open item with this amount");
}

static arc_status matcher_by_amount(const matcher_decision *d) {
  arc__match *match = d->match;
  int64_t sum = 0;
  ARC__TRY(matcher_load_items(d));
  for (size_t i = 0; i < d->m->items.count; i++) {
    const arc__open_item *item = &d->m->items.data[i];
    arc__match_line line;
    if (!matcher_is_oldest(d, item)) continue;
    ARC__TRY(matcher_line(d, item->invoice, &line));
    if (line.open == line.disputed) continue;
    ARC__TRY(matcher_sum(d, &sum, line.open - line.disputed));
    ARC__TRY(matcher_add(d, &match->lines, &line));
    if (matcher_fits(&line, match->cash)) ARC__TRY(matcher_add(d, &match->alternatives, &line));
  }
  if (match->alternatives.count > 1) {
    match->lines.count = 0;
    matcher_verdict(match, ARC__STAGE_NEVER, "several open items of the payer have this amount");
    return ARC_OK;
  }
  if (match->alternatives.count == 1)
    matcher_one_item(match);
  else
    matcher_all_items(match, sum);
  if (match->lines.count > 0 && matcher_has_number(match))
    matcher_sure(match, MATCHER_DOUBT_NUMBER);
  return ARC_OK;
}

/* ---- the host's rule ---- */

static arc_status matcher_oldest(const matcher_decision *d) {
  arc__match *match = d->match;
  int64_t left = match->cash;
  ARC__TRY(matcher_load_items(d));
  for (size_t i = 0; i < d->m->items.count && left > 0; i++) {
    const arc__open_item *item = &d->m->items.data[i];
    arc__match_line line;
    if (!matcher_is_oldest(d, item)) continue;
    ARC__TRY(matcher_line(d, item->invoice, &line));
    int64_t most = line.open - line.disputed;
    if (most == 0) continue;
    line.amount = most < left ? most : left;
    left -= line.amount;
    ARC__TRY(matcher_add(d, &match->lines, &line));
  }
  if (match->lines.count == 0) {
    matcher_verdict(match, ARC__STAGE_NEVER, "the payer has no open item");
    return ARC_OK;
  }
  match->how = ARC_HOW_OLDEST_FIRST;
  match->rules = 0;
  match->confidence = 0;
  matcher_sure(match, MATCHER_OLDEST);
  matcher_verdict(match, ARC__STAGE_OLDEST,
                  "settles the oldest items, by the rule for cash without a reference");
  return ARC_OK;
}

/* ---- all together ---- */

static arc_status matcher_without_reference(const matcher_decision *d, int stage) {
  arc__match *match = d->match;
  int oldest = d->m->options.unmatched == ARC_UNMATCHED_OLDEST_FIRST;
  if (match->customer == 0) {
    matcher_verdict(match, ARC__STAGE_NEVER, "it is not known who paid");
  } else if (matcher_has(match, ARC__WORD_SETTLED)) {
    matcher_verdict(match, ARC__STAGE_NEVER, "the text names an item with nothing open");
  } else if (matcher_has(match, ARC__WORD_UNKNOWN)) {
    matcher_verdict(match, ARC__STAGE_NEVER,
                    "the text names an invoice that the payer does not have");
  } else if (matcher_is_on_account(match)) {
    matcher_verdict(match, ARC__STAGE_NEVER, "the text says that it is not for an invoice");
  } else if (stage < ARC__STAGE_AMOUNT) {
    matcher_verdict(match, ARC__STAGE_AMOUNT, "names no item");
  } else {
    ARC__TRY(matcher_by_amount(d));
    if (match->stage != ARC__STAGE_OLDEST) return ARC_OK;
    if (!oldest)
      match->stage = ARC__STAGE_NEVER;
    else if (stage == ARC__STAGE_OLDEST)
      return matcher_oldest(d);
  }
  return ARC_OK;
}

static void matcher_begin(const matcher_decision *d, uint32_t payment) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  uint32_t account = arc__u32(t, ARC__CREDIT_ACCOUNT, payment);
  match->payment = payment;
  match->customer = account ? arc__u32(t, ARC__ACCOUNT_CUSTOMER, account) : 0;
  match->customer_is_given = account != 0;
  match->cash = arc__view_credit_open(d->view, payment);
  match->stage = ARC__STAGE_EXACT;
  match->how = ARC_HOW_GIVEN;
  match->rules = 0;
  match->confidence = 0;
  match->verdict = NULL;
  match->lines.count = match->alternatives.count = 0;
  match->word_count = 0;
  matcher_read(match, arc__text(t, ARC__CREDIT_REMITTANCE, payment), 0);
  matcher_read(match, arc__text(t, ARC__CREDIT_REFERENCE, payment), 1);
}

arc_status arc__match_decide(arc_matcher *m, const arc__view *view, const arc__match_plan *plan,
                             uint32_t payment, int stage, arc__match *match, arc_error *err) {
  matcher_decision d = {m,
                        view,
                        plan,
                        match,
                        arc__u32(view->tables, ARC__CREDIT_CURRENCY, payment),
                        arc__i32(view->tables, ARC__CREDIT_VALUE_DAY, payment),
                        err};
  matcher_begin(&d, payment);
  matcher_numbers(&d);
  matcher_payer(&d);
  if (match->verdict) return ARC_OK;
  ARC__TRY(matcher_weak(&d));
  if (matcher_has(match, ARC__WORD_FOREIGN)) {
    matcher_verdict(match, ARC__STAGE_NEVER,
                    "the text names an item of another customer or currency");
    return ARC_OK;
  }
  ARC__TRY(matcher_named(&d));
  ARC__TRY(match->lines.count ? matcher_by_reference(&d) : matcher_without_reference(&d, stage));
  if (match->stage < ARC__STAGE_NEVER && match->confidence > 0 &&
      (uint32_t)match->confidence < m->options.apply_ppm)
    matcher_verdict(match, ARC__STAGE_NEVER, "not sure enough to be applied without a human");
  return ARC_OK;
}

void arc__match_free(const arc_matcher *m, arc__match *match) {
  arc__free(m->heap, match->lines.data, match->lines.capacity * sizeof *match->lines.data);
  arc__free(m->heap, match->alternatives.data,
            match->alternatives.capacity * sizeof *match->alternatives.data);
}
