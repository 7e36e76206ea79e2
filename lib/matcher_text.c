/*
 * What the text of a payment names: words, and what they mean among the numbers of the book.
 *
 * A number counts as a whole word only, so that INV-1 is never found in INV-10. Numbers of the book are found by
 * their hash, whoever's they are. Everything weaker counts among the payer's own open items only, and the amount is
 * the judge: last digits, purchase orders, one slip of the pen. Costs the words times the payer's items; beyond
 * TEXT_STEPS of them only whole numbers are read.
 */
#include "matcher_internal.h"

#include "text.h"

#define TEXT_WEAK_SIZE   3       /* fewer digits name nothing */
#define TEXT_STRONG_SIZE 5       /* digits alone that may be an invoice number of any customer */
#define TEXT_NUMBER_SIZE 4       /* digits that look like a number somebody meant to write */
#define TEXT_NEXT_DIGITS 2 /* in which the next numbers differ from the latest */
#define TEXT_SLIP_SIZE   5       /* shorter words may become anything by one slip */
#define TEXT_GROUPS      9       /* groups of a structured reference, at most */
#define TEXT_GROUP_SIZE  8       /* their characters, as in INV/2024/00001234 */
#define TEXT_GLUED_SIZE  8       /* shorter numbers are not looked for within a word */
#define TEXT_STEPS       2000000 /* words times items */
#define TEXT_ITEMS       20000

/* ---- words ---- */

/* Reads on to the end of a word, whose letters and digits come to `out`; returns where it ends. */
static size_t text_word(arc__match_word *word, char *out, arc_text text, size_t i) {
  size_t size = 0, digits = 0, split = 0;
  for (; i < text.size; i++) {
    char c = arc__match_read_as[(unsigned char)text.data[i]];
    if (c == ' ') break;
    if (c != 0) {
      out[size++] = c;
      digits += c <= '9';
    } else if (text.data[i] == '-')
      split = size;
  }
  size_t letters = size - digits;
  memset(word, 0, sizeof *word);
  word->size = (uint16_t)size;
  word->split = (uint16_t)split;
  word->digits = (uint8_t)(digits < UINT8_MAX ? digits : UINT8_MAX);
  word->letters = (uint8_t)(letters < UINT8_MAX ? letters : UINT8_MAX);
  return i;
}

/* Splits a text into words of capital letters and digits, which lie one behind the other. */
void arc__match_read(arc__match *match, arc_text text, int strong_only) {
  const size_t most = sizeof match->words / sizeof *match->words;
  size_t at = match->word_count
                  ? (size_t)match->words[match->word_count - 1].at + match->words[match->word_count - 1].size
                  : 0;
  int first = 1;
  if (text.size > sizeof match->text - at) text.size = sizeof match->text - at;
  for (size_t i = 0; i < text.size && match->word_count < most; i++) {
    arc__match_word *word = &match->words[match->word_count];
    i = text_word(word, match->text + at, text, i);
    if (word->size == 0) continue;
    word->at = (uint16_t)at;
    word->first = (uint8_t)first;
    word->strong_only = (uint8_t)strong_only;
    match->word_count++;
    at += word->size;
    first = 0;
  }
}

static int text_is_number(unsigned letters, unsigned digits, size_t size) {
  return digits && (letters || size >= TEXT_STRONG_SIZE);
}

/* The word can be continued by the next one: a number that was broken by a blank. */
static int text_may_join(const arc__match *match, size_t i) {
  return i + 1 < match->word_count && match->words[i].kind == ARC__WORD_PLAIN &&
         match->words[i + 1].kind == ARC__WORD_PLAIN && !match->words[i + 1].first;
}

static void text_join(arc__match *match, size_t i) {
  arc__match_word *word = &match->words[i];
  word->size = (uint16_t)(word->size + word[1].size);
  word->digits = (uint8_t)(word->digits + word[1].digits > UINT8_MAX ? UINT8_MAX : word->digits + word[1].digits);
  word->letters = (uint8_t)(word->letters + word[1].letters > UINT8_MAX ? UINT8_MAX : word->letters + word[1].letters);
  word[1].kind = ARC__WORD_JOINED;
}

int arc__match_has(const arc__match *match, int kind) {
  for (size_t i = 0; i < match->word_count; i++)
    if (match->words[i].kind == kind) return 1;
  return 0;
}

int arc__match_names(const arc__match *match, const char *name, size_t size, size_t *first, size_t *last) {
  for (size_t i = 0; i < match->word_count; i++) {
    size_t at = match->words[i].at, k = i;
    size_t end = match->words[match->word_count - 1].at + (size_t)match->words[match->word_count - 1].size;
    if (end - at < size || memcmp(match->text + at, name, size) != 0) continue;
    while (k < match->word_count && match->words[k].at + (size_t)match->words[k].size < at + size)
      k++;
    if (k == match->word_count || match->words[k].at + (size_t)match->words[k].size != at + size) continue;
    *first = i;
    *last = k;
    return 1;
  }
  return 0;
}

/* Whether a word is as long as the numbers, their ends or the orders that the payer's items have, give or take one. */
static int text_is_of_length(const arc__match *match, size_t size) {
  for (size_t s = size - 1; s <= size + 1; s++)
    if (s < 64 && match->lengths >> s & 1) return 1;
  return match->lengths == 0;
}

size_t arc__match_unread(const arc__match *match) {
  size_t count = 0;
  for (size_t i = 0; i < match->word_count; i++) {
    const arc__match_word *word = &match->words[i];
    if (word->strong_only || word->digits < TEXT_NUMBER_SIZE || !text_is_of_length(match, word->size)) continue;
    count += word->kind == ARC__WORD_PLAIN || word->kind == ARC__WORD_UNKNOWN || word->kind == ARC__WORD_FOREIGN ||
             word->kind == ARC__WORD_SEVERAL;
  }
  return count;
}

/* ---- numbers of the book ---- */

/* What a word, or two, say as an invoice number. */
static void text_number(const arc__decision *d, arc__match_word *word, size_t size) {
  const arc__tables *t = d->view->tables;
  const char *number = d->match->text + word->at;
  uint32_t payer = d->match->payer == ARC__PAYER_STATED ? arc__match_family(t, d->match->customer) : 0;
  arc__match_place place = {0, 0, 0};
  uint32_t open = 0, settled = 0, i;
  int foreign = 0;
  while ((i = arc__match_index_find(d->m, number, size, &place)) != 0) {
    uint32_t account = arc__u32(t, ARC__INVOICE_ACCOUNT, i);
    if (arc__u32(t, ARC__ACCOUNT_CURRENCY, account) != d->currency ||
        (payer && arc__match_family(t, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)) != payer)) {
      foreign = 1;
    } else if (!arc__match_is_open(d->view, i)) {
      settled = i;
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
  if (word->kind == ARC__WORD_SETTLED) word->near[0] = settled;
}

/* A long number written in groups, as structured references are, or with strokes: the most groups that are one. */
static void text_groups(const arc__decision *d, size_t i) {
  arc__match *match = d->match;
  arc__match_word *word = &match->words[i];
  size_t size = word->size, last = i;
  for (size_t k = i + 1; k < match->word_count && k < i + TEXT_GROUPS; k++) {
    const arc__match_word *group = &match->words[k];
    if (group->kind != ARC__WORD_PLAIN || group->first || group->size > TEXT_GROUP_SIZE) break;
    size += group->size;
    last = k;
  }
  for (; last > i + 1; size -= match->words[last].size, last--) {
    text_number(d, word, size);
    if (word->kind == ARC__WORD_PLAIN) continue;
    word->size = (uint16_t)size;
    for (size_t k = i + 1; k <= last; k++)
      match->words[k].kind = ARC__WORD_JOINED;
    return;
  }
}

/* Whole words first; then neighbours, for a number that was broken by a blank. */
void arc__match_numbers(const arc__decision *d) {
  arc__match *match = d->match;
  for (size_t i = 0; i < match->word_count; i++) {
    arc__match_word *word = &match->words[i];
    if (text_is_number(word->letters, word->digits, word->size)) text_number(d, word, word->size);
  }
  for (size_t i = 0; i < match->word_count; i++) {
    arc__match_word *word = &match->words[i], *next = word + 1;
    if (!text_may_join(match, i)) continue;
    size_t size = (size_t)word->size + next->size;
    if (!text_is_number(word->letters + 0u + next->letters, word->digits + 0u + next->digits, size)) continue;
    text_number(d, word, size);
    if (word->kind != ARC__WORD_PLAIN)
      text_join(match, i);
    else if (word->size <= TEXT_GROUP_SIZE && next->digits)
      text_groups(d, i);
  }
}

/* ---- the names of an item ---- */

typedef struct text_names {
  uint32_t invoice;
  const char *number, *order; /* normalised */
  size_t number_size, order_size;
  size_t tail, last_group; /* digits at the number's end: all, behind the last mark */
} text_names;

/* Writes both behind each other into `bytes`; returns how many. */
static size_t text_names_of(const arc__decision *d, uint32_t invoice, text_names *n, char *bytes) {
  arc_text number = arc__invoice_number(d->view->tables, invoice);
  arc_text order = arc__invoice_po(d->view->tables, invoice);
  n->invoice = invoice;
  n->number = bytes;
  n->number_size = arc__match_normalise(bytes, number.size, number);
  n->order = bytes + n->number_size;
  n->order_size = arc__match_normalise(bytes + n->number_size, order.size, order);
  n->tail = arc__match_tail(n->number, n->number_size);
  n->last_group = arc__match_tail(number.data, number.size);
  if (n->last_group > n->tail) n->last_group = n->tail;
  return n->number_size + n->order_size;
}

/* The same digits but for leading zeros. */
static int text_same_digits(const char *a, size_t a_size, const char *b, size_t b_size) {
  while (a_size > 0 && *a == '0')
    a++, a_size--;
  while (b_size > 0 && *b == '0')
    b++, b_size--;
  return a_size > 0 && a_size == b_size && memcmp(a, b, a_size) == 0;
}

static int text_is_tail(const text_names *n, const char *text, size_t size) {
  const char *end = n->number + n->number_size;
  return text_same_digits(text, size, end - n->tail, n->tail) ||
         text_same_digits(text, size, end - n->last_group, n->last_group);
}

static int text_is_order(const text_names *n, const char *text, size_t size) {
  return size >= TEXT_WEAK_SIZE && size == n->order_size && memcmp(text, n->order, size) == 0;
}

static int text_is_padded(const text_names *n) {
  return n->last_group > 1 && n->number[n->number_size - n->last_group] == '0';
}

/* Written as the number is: the same letters, and digits where it has digits; as many, if it is filled up with
 * zeros. */
static int text_is_alike(const text_names *n, const char *text, size_t size) {
  size_t i = 0, k = 0;
  if (text_is_padded(n) && size != n->number_size) return 0;
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

/* ---- exact words among the payer's items ---- */

/* Mere digits rather mean an item of the payer's than a stranger's. */
static int text_is_weak(const arc__match_word *word) {
  if (!word->digits || word->strong_only) return 0;
  return word->kind == ARC__WORD_PLAIN || word->kind == ARC__WORD_UNKNOWN || word->kind == ARC__WORD_DIGITS ||
         word->kind == ARC__WORD_PO || word->kind == ARC__WORD_SEVERAL ||
         (word->kind == ARC__WORD_FOREIGN && !word->letters);
}

static void text_hit(arc__match_word *word, int kind, uint32_t invoice) {
  if (word->near_count < ARC__MATCH_NEAR_MAX) word->near[word->near_count++] = invoice;
  if (!word->invoice && word->kind != ARC__WORD_SEVERAL) {
    word->kind = (uint8_t)kind;
    word->invoice = invoice;
  } else if (word->invoice != invoice) {
    word->kind = ARC__WORD_SEVERAL;
    word->invoice = 0;
  }
}

/* A word of its own for a part of another one. */
static void text_add_part(arc__match *match, size_t i, size_t at, size_t size, int kind, uint32_t invoice) {
  if (match->word_count == sizeof match->words / sizeof *match->words) return;
  arc__match_word *word = &match->words[match->word_count++];
  memset(word, 0, sizeof *word);
  word->at = (uint16_t)(match->words[i].at + at);
  word->size = (uint16_t)size;
  word->digits = 1;
  word->kind = (uint8_t)kind;
  word->invoice = invoice;
}

/* The only item whose order or number the text begins with, long enough not to be so by chance. */
static const text_names *text_begins_with(const text_names *names, size_t count, const char *text, size_t size,
                                          size_t *used) {
  const text_names *found = NULL;
  for (size_t k = 0; k < count; k++) {
    const text_names *n = &names[k];
    size_t order = n->order_size, number = n->number_size;
    if (order >= TEXT_GLUED_SIZE && order <= size && memcmp(n->order, text, order) == 0)
      *used = order;
    else if (number >= TEXT_GLUED_SIZE && number <= size && memcmp(n->number, text, number) == 0)
      *used = number;
    else
      continue;
    if (found) return NULL;
    found = n;
  }
  return found;
}

/* Numbers written one behind the other without a mark: all of the word must be numbers, or none counts. */
static void text_glued(arc__match *match, const text_names *names, size_t count, size_t i) {
  const char *text = match->text + match->words[i].at;
  size_t size = match->words[i].size, at = 0, used = 0, parts = match->word_count;
  while (at < size) {
    const text_names *n = text_begins_with(names, count, text + at, size - at, &used);
    while (!n && at > 0 && at < size && arc__is_alpha(text[at])) { /* letters between two numbers */
      at++;
      n = at < size ? text_begins_with(names, count, text + at, size - at, &used) : NULL;
    }
    if (!n) break;
    text_add_part(match, i, at, used, ARC__WORD_PO, n->invoice);
    at += used;
  }
  if (at == size && match->word_count > parts)
    match->words[i].kind = ARC__WORD_JOINED;
  else
    match->word_count = parts;
}

static void text_compare(arc__match *match, const text_names *n) {
  for (size_t i = 0; i < match->word_count; i++) {
    arc__match_word *word = &match->words[i];
    const char *text = match->text + word->at;
    if (text_may_join(match, i) && text_is_order(n, text, (size_t)word->size + word[1].size)) {
      text_join(match, i);
      text_hit(word, ARC__WORD_PO, n->invoice);
    } else if (!text_is_weak(word)) {
      continue;
    } else if (!word->letters && word->size >= TEXT_WEAK_SIZE && text_is_tail(n, text, word->size)) {
      text_hit(word, ARC__WORD_DIGITS, n->invoice);
    } else if (text_is_order(n, text, word->size)) {
      text_hit(word, ARC__WORD_PO, n->invoice);
    } else if (word->kind == ARC__WORD_PLAIN && word->letters && text_is_alike(n, text, word->size)) {
      word->kind = ARC__WORD_UNKNOWN;
    }
  }
}

/* ---- slips ---- */

static char text_look_alike(char c) {
  switch (c) {
  case 'O':
    return '0';
  case 'I':
  case 'L':
    return '1';
  case 'S':
    return '5';
  case 'B':
    return '8';
  default:
    return c;
  }
}

static int text_same(const char *a, const char *b, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (text_look_alike(a[i]) != text_look_alike(b[i])) return 0;
  return 1;
}

int arc__match_one_slip(const char *a, size_t a_size, const char *b, size_t b_size) {
  size_t least = a_size < b_size ? a_size : b_size, k = 0;
  if (a_size > b_size + 1 || b_size > a_size + 1) return 0;
  while (k < least && text_look_alike(a[k]) == text_look_alike(b[k]))
    k++;
  if (a_size > b_size) return text_same(a + k + 1, b + k, b_size - k);
  if (b_size > a_size) return text_same(a + k, b + k + 1, a_size - k);
  if (k == a_size || text_same(a + k + 1, b + k + 1, a_size - k - 1)) return 1;
  return k + 1 < a_size && text_look_alike(a[k]) == text_look_alike(b[k + 1]) &&
         text_look_alike(a[k + 1]) == text_look_alike(b[k]) && text_same(a + k + 2, b + k + 2, a_size - k - 2);
}

/* Digits, or letters that are read as digits. */
static size_t text_digit_like(const char *text, size_t size) {
  size_t count = 0;
  for (size_t i = 0; i < size; i++)
    count += arc__is_digit(text_look_alike(text[i])) != 0;
  return count;
}

/* One slip from the number, its digits, its last digits as they are written, or the order. Of short numbers with few
 * digits at the end many are near each other; those with a check digit are not. */
static int text_is_near(const arc__decision *d, const text_names *n, const char *text, size_t size) {
  const char *end = n->number + n->number_size;
  if (arc__match_one_slip(text, size, n->number, n->number_size) &&
      (n->tail >= TEXT_NUMBER_SIZE || n->number_size >= TEXT_GLUED_SIZE ||
       arc__match_index_is_checked(d->m, n->number, n->number_size)))
    return 1;
  if (n->tail >= TEXT_SLIP_SIZE && n->tail < n->number_size && arc__match_one_slip(text, size, end - n->tail, n->tail))
    return 1;
  if (n->last_group >= TEXT_SLIP_SIZE && n->last_group < n->tail &&
      arc__match_one_slip(text, size, end - n->last_group, n->last_group))
    return 1;
  return n->order_size >= TEXT_SLIP_SIZE && arc__match_one_slip(text, size, n->order, n->order_size);
}

/* The number, its digits or the order but for look-alikes, which is no slip at all. */
static int text_is_same(const text_names *n, const char *text, size_t size) {
  const char *end = n->number + n->number_size;
  return (size == n->number_size && text_same(text, n->number, size)) ||
         (size == n->tail && size >= TEXT_SLIP_SIZE && text_same(text, end - size, size)) ||
         (size == n->order_size && text_same(text, n->order, size));
}

/* Whether the word, or the end of the item's number in its place, may be a number that is not recorded yet: one
 * somewhat above the item's, and none of those that follow is known. */
static int text_may_come(const arc__decision *d, const text_names *n, const char *text, size_t size) {
  char number[ARC__MATCH_NUMBER_MAX];
  size_t before = n->number_size - size; /* of the number, in the word's place */
  if (size > n->number_size || size < TEXT_NEXT_DIGITS || n->number_size > sizeof number) return 0;
  memcpy(number, n->number, before);
  memcpy(number + before, text, size);
  before = n->number_size - TEXT_NEXT_DIGITS;
  return memcmp(number, n->number, before) == 0 && memcmp(number + before, n->number + before, TEXT_NEXT_DIGITS) > 0 &&
         arc__match_index_is_next(d->m, number, n->number_size);
}

static void text_near(const arc__decision *d, arc__match_word *word, const text_names *n, const char *text, size_t size) {
  for (size_t i = 0; i < word->near_count; i++)
    if (word->near[i] == n->invoice) return;
  if (arc__match_index_is_checked(d->m, n->number, n->number_size) ||
      arc__match_index_is_checked(d->m, n->order, n->order_size))
    word->checked = 1;
  if (text_may_come(d, n, text, size)) word->next = 1;
  if (word->near_count < ARC__MATCH_NEAR_MAX) word->near[word->near_count] = n->invoice;
  if (word->near_count <= ARC__MATCH_NEAR_MAX) word->near_count++;
}

static int text_may_slip(const arc__match *match, size_t i, size_t size) {
  const arc__match_word *word = &match->words[i];
  if (word->kind != ARC__WORD_PLAIN && word->kind != ARC__WORD_UNKNOWN && word->kind != ARC__WORD_FOREIGN) return 0;
  return !word->strong_only && size >= TEXT_SLIP_SIZE &&
         (text_digit_like(match->text + word->at, size) >= TEXT_NUMBER_SIZE ||
          (word->digits && size >= TEXT_GLUED_SIZE));
}

/* All that a word may mean; what it is but for look-alikes goes before what is a slip away. */
static void text_near_all(const arc__decision *d, arc__match_word *word, const text_names *names, size_t count,
                          size_t size) {
  const char *text = d->match->text + word->at;
  for (size_t k = 0; k < count; k++)
    if (text_is_same(&names[k], text, size)) text_near(d, word, &names[k], text, size);
  if (word->near_count) return;
  for (size_t k = 0; k < count; k++)
    if (text_is_near(d, &names[k], text, size)) text_near(d, word, &names[k], text, size);
}

/* A word that is near too many items is near none. */
static void text_slips(const arc__decision *d, const text_names *names, size_t count) {
  arc__match *match = d->match;
  for (size_t i = 0; i < match->word_count; i++) {
    arc__match_word *word = &match->words[i];
    size_t joined = text_may_join(match, i) ? (size_t)word->size + word[1].size : 0;
    int by_join = 0;
    if (text_may_slip(match, i, word->size)) text_near_all(d, word, names, count, word->size);
    if (word->near_count == 0 && joined && word[1].digits && text_may_slip(match, i, joined)) {
      text_near_all(d, word, names, count, joined);
      by_join = word->near_count > 0;
    }
    if (word->near_count == 0 || word->kind == ARC__WORD_SEVERAL || word->kind == ARC__WORD_RANGE || word->invoice) continue;
    if (word->near_count > ARC__MATCH_NEAR_MAX) {
      word->near_count = 0;
      continue;
    }
    if (by_join) text_join(match, i);
    word->kind = ARC__WORD_NEAR;
  }
}

/* ---- ranges ---- */

static const text_names *text_find_number(const text_names *names, size_t count, const char *number, size_t size) {
  for (size_t k = 0; k < count; k++)
    if ((names[k].number_size == size && memcmp(names[k].number, number, size) == 0) ||
        (size >= TEXT_NUMBER_SIZE && arc__match_tail(number, size) == size && text_is_tail(&names[k], number, size)))
      return &names[k];
  return NULL;
}

/* The number that ends with these digits and else begins as the first one does. */
static const text_names *text_find_end(const text_names *names, size_t count, const text_names *from, const char *digits,
                                       size_t size) {
  const text_names *to = NULL;
  if (size == 0 || size > from->last_group) return NULL;
  for (size_t k = 0; k < count; k++) {
    const text_names *n = &names[k];
    if (n->number_size != from->number_size || memcmp(n->number + n->number_size - size, digits, size) != 0) continue;
    if (memcmp(n->number, from->number, n->number_size - n->last_group) != 0) continue;
    if (memcmp(n->number, from->number, n->number_size) <= 0) continue;
    if (!to || memcmp(n->number, to->number, n->number_size) < 0) to = n;
  }
  return to;
}

/* "1001-1004": the word before the dash is a number, what follows the end of a later one. Both stay in the word. */
static void text_range(arc__match *match, const text_names *names, size_t count, size_t i) {
  arc__match_word *word = &match->words[i];
  const char *text = match->text + word->at;
  if (word->split == 0 || word->split >= word->size) return;
  size_t tail = (size_t)word->size - word->split;
  if (arc__match_tail(text, word->size) < tail) return;
  const text_names *from = text_find_number(names, count, text, word->split);
  arc__match_word *before = i > 0 && !word->first ? word - 1 : NULL;
  int joined = !from && before && before->kind == ARC__WORD_PLAIN && !before->digits;
  if (joined) from = text_find_number(names, count, text - before->size, (size_t)before->size + word->split);
  const text_names *to = from ? text_find_end(names, count, from, text + word->split, tail) : NULL;
  if (!to) return;
  word->kind = ARC__WORD_RANGE;
  word->near[0] = from->invoice;
  word->near[1] = to->invoice;
  word->near_count = 2;
  word->invoice = 0;
}

/* ---- short numbers ---- */

/* Few digits name nothing in a whole book, but contradict if they are the number of another item of the amount that is
 * paid: a stranger's, or one that was settled. */
static void text_short(const arc__decision *d, arc__match_word *word) {
  const arc__tables *t = d->view->tables;
  arc__match_place place = {0, 0, 0};
  uint32_t i;
  while ((i = arc__match_index_find(d->m, d->match->text + word->at, word->size, &place)) != 0) {
    if (arc__u32(t, ARC__ACCOUNT_CURRENCY, arc__u32(t, ARC__INVOICE_ACCOUNT, i)) != d->currency) continue;
    if (arc__i64(t, ARC__INVOICE_AMOUNT, i) != d->match->cash || arc__match_in_pool(d->match, i)) continue;
    word->kind = arc__match_is_open(d->view, i) ? ARC__WORD_FOREIGN : ARC__WORD_SETTLED;
    word->near[0] = i;
  }
}

static void text_shorts(const arc__decision *d) {
  arc__match *match = d->match;
  for (size_t i = 0; i < match->word_count; i++) {
    arc__match_word *word = &match->words[i];
    if (word->kind == ARC__WORD_PLAIN && !word->letters && !word->strong_only && word->size >= TEXT_WEAK_SIZE &&
        word->size < TEXT_STRONG_SIZE)
      text_short(d, word);
  }
}

/* ---- all together ---- */

/* The bank's field ended within the last word: it says nothing, unless it is as long as what it names. */
static void text_cut(arc__match *match, const text_names *names, size_t count) {
  size_t i = match->word_count;
  while (i > 0 && match->words[i - 1].strong_only)
    i--;
  if (i == 0) return;
  arc__match_word *word = &match->words[i - 1];
  const char *text = match->text + word->at;
  if (word->kind != ARC__WORD_PLAIN) return;
  for (size_t k = 0; k < count; k++) {
    const text_names *n = &names[k];
    const char *end = n->number + n->number_size;
    if (n->last_group == word->size && memcmp(end - n->last_group, text, word->size) == 0) return;
    if (text_is_order(n, text, word->size)) return;
  }
  word->kind = ARC__WORD_CUT;
}

static void text_learn_length(arc__match *match, size_t size) {
  if (size >= TEXT_NUMBER_SIZE && size < 64) match->lengths |= (uint64_t)1 << size;
}

static void text_learn_lengths(arc__match *match, const text_names *names, size_t count) {
  for (size_t k = 0; k < count; k++) {
    text_learn_length(match, names[k].number_size);
    text_learn_length(match, names[k].tail);
    text_learn_length(match, names[k].last_group);
    text_learn_length(match, names[k].order_size);
  }
}

/* ---- amounts ---- */

static int text_is_amount_of(const arc__match *match, int64_t amount) {
  if (amount == match->cash) return 1;
  for (size_t k = 0; k < match->pool.count; k++)
    if (amount == match->pool.data[k].open || amount == match->pool.data[k].open - match->pool.data[k].early) return 1;
  return 0;
}

/* "EUR 10935,65": two words of digits, that are what is paid or open, and not the number of anything. */
static void text_amounts(arc__match *match) {
  for (size_t i = 0; i + 1 < match->word_count; i++) {
    arc__match_word *word = &match->words[i];
    int64_t amount = 0;
    if (!text_may_join(match, i) || word->letters || word[1].letters) continue;
    if (word[1].size > 3 || word->size + word[1].size > 18) continue;
    for (size_t k = word->at; k < (size_t)word->at + word->size + word[1].size; k++)
      amount = amount * 10 + (match->text[k] - '0');
    if (text_is_amount_of(match, amount)) word->kind = word[1].kind = ARC__WORD_JOINED;
  }
}

static void text_read_pool(const arc__decision *d, text_names *names, char *bytes) {
  arc__match *match = d->match;
  size_t count = match->pool.count;
  for (size_t k = 0; k < count; k++)
    bytes += text_names_of(d, match->pool.data[k].invoice, &names[k], bytes);
  text_learn_lengths(match, names, count);
  if (match->cut) text_cut(match, names, count);
  text_amounts(match);
  for (size_t i = 0; i < match->word_count; i++)
    if (text_is_weak(&match->words[i])) text_range(match, names, count, i);
  for (size_t k = 0; k < count; k++)
    text_compare(match, &names[k]);
  size_t words = match->word_count;
  for (size_t i = 0; i < words; i++)
    if (match->words[i].kind == ARC__WORD_PLAIN && match->words[i].size > TEXT_GLUED_SIZE && match->words[i].digits > TEXT_GLUED_SIZE / 2)
      text_glued(match, names, count, i);
  text_slips(d, names, count);
  text_shorts(d);
}

arc_status arc__match_words_in_pool(const arc__decision *d) {
  arc__match *match = d->match;
  const arc__tables *t = d->view->tables;
  size_t count = match->pool.count, bytes;
  int any = 0;
  for (size_t i = 0; i < match->word_count; i++)
    any |= match->words[i].digits && match->words[i].kind != ARC__WORD_NUMBER;
  if (!any || count == 0 || count > TEXT_ITEMS || match->word_count * count > TEXT_STEPS) return ARC_OK;
  bytes = count * sizeof(text_names);
  for (size_t k = 0; k < count; k++)
    bytes += arc__invoice_number(t, match->pool.data[k].invoice).size +
             arc__invoice_po(t, match->pool.data[k].invoice).size;
  text_names *names = arc__alloc(d->m->heap, bytes);
  if (!names) return arc__fail_nomem(d->err);
  text_read_pool(d, names, (char *)(names + count));
  arc__free(d->m->heap, names, bytes);
  return ARC_OK;
}

/* Words of people who pay before there is an invoice. */
int arc__match_says_on_account(const arc__match *match) {
  static const char *const phrases[] = {
      "PREPAYMENT", "PREPAID",     "ONACCOUNT",       "ADVANCEPAYMENT", "DEPOSIT",        "DOWNPAYMENT",
      "ANZAHLUNG",  "VORAUSZAHLUNG", "AKONTO",        "ACOMPTE",        "VOORUITBETALING", "ACCONTO",
      "PROFORMA",   "VORKASSE",      "ARRHES",        "ANTICIPO",
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
