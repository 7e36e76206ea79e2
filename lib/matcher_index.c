/*
 * The matcher's index: invoice rows by the hash of their normalised number, in slots next to each other, at most two
 * thirds of them in use; and by the digits that the number ends with and their order, as chains in arrays.
 *
 * It follows the ledger: rows only grow, so new ones are added at the next use; after a batch was dropped the last row
 * is gone or another one, and the index is made anew. Numbers are compared when looked up, never trusted to the hash.
 * 23 to 46 bytes per invoice, O(1) per lookup.
 */
#include "matcher_internal.h"

#include "hash.h"
#include "text.h"

#define INDEX_LEAST     64
#define INDEX_KNOWN     20 /* numbers that tell whether a check digit is no chance */
#define INDEX_NEXT 50 /* numbers behind one, of which none is in the book if it may be yet to come */
#define INDEX_WEAK_SIZE 5 /* shorter ends and orders tell nothing in a whole book */

const char arc__match_read_as[256] = {
    ['\t'] = ' ', ['\n'] = ' ', ['\r'] = ' ', [' '] = ' ', [','] = ' ', [';'] = ' ', ['/'] = ' ', [':'] = ' ',
    ['+'] = ' ',  ['('] = ' ',  [')'] = ' ',  ['|'] = ' ', ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3',
    ['4'] = '4',  ['5'] = '5',  ['6'] = '6',  ['7'] = '7', ['8'] = '8', ['9'] = '9', ['A'] = 'A', ['B'] = 'B',
    ['C'] = 'C',  ['D'] = 'D',  ['E'] = 'E',  ['F'] = 'F', ['G'] = 'G', ['H'] = 'H', ['I'] = 'I', ['J'] = 'J',
    ['K'] = 'K',  ['L'] = 'L',  ['M'] = 'M',  ['N'] = 'N', ['O'] = 'O', ['P'] = 'P', ['Q'] = 'Q', ['R'] = 'R',
    ['S'] = 'S',  ['T'] = 'T',  ['U'] = 'U',  ['V'] = 'V', ['W'] = 'W', ['X'] = 'X', ['Y'] = 'Y', ['Z'] = 'Z',
    ['a'] = 'A',  ['b'] = 'B',  ['c'] = 'C',  ['d'] = 'D', ['e'] = 'E', ['f'] = 'F', ['g'] = 'G', ['h'] = 'H',
    ['i'] = 'I',  ['j'] = 'J',  ['k'] = 'K',  ['l'] = 'L', ['m'] = 'M', ['n'] = 'N', ['o'] = 'O', ['p'] = 'P',
    ['q'] = 'Q',  ['r'] = 'R',  ['s'] = 'S',  ['t'] = 'T', ['u'] = 'U', ['v'] = 'V', ['w'] = 'W', ['x'] = 'X',
    ['y'] = 'Y',  ['z'] = 'Z',
};

size_t arc__match_normalise(char *out, size_t cap, arc_text text) {
  size_t size = 0;
  for (size_t i = 0; i < text.size && size < cap; i++) {
    char c = arc__match_read_as[(unsigned char)text.data[i]];
    if (c > ' ') out[size++] = c;
  }
  return size;
}

size_t arc__match_tail(const char *text, size_t size) {
  size_t digits = 0;
  while (digits < size && arc__is_digit(text[size - digits - 1]))
    digits++;
  return digits;
}

static uint32_t index_hash(const arc_matcher *m, const char *text, size_t size) {
  return (uint32_t)arc__siphash(m->tables->hash_seed, text, size);
}

static uint32_t *index_weak_head(const arc_matcher *m, const char *text, size_t size) {
  return &m->index.weak_heads[index_hash(m, text, size) & (m->index.slot_count / 2 - 1)];
}

/* The digits behind the number's last mark; empty if it is all of the number. */
static arc_text index_tail(arc_text number) {
  size_t digits = arc__match_tail(number.data, number.size);
  arc_text tail = {number.data + number.size - digits, digits < number.size ? digits : 0};
  return tail;
}

static void index_link_weak(arc_matcher *m, uint32_t place, const char *text, size_t size) {
  m->index.weak_next[place] = 0;
  if (size < INDEX_WEAK_SIZE) return;
  uint32_t *head = index_weak_head(m, text, size);
  m->index.weak_next[place] = *head;
  *head = place;
}

/* Marks are taken off: the dash that may be a check digit may have stood there. */
static int index_is_valid(int32_t scheme, const char *number, size_t size) {
  char dashed[ARC_REFERENCE_SIZE];
  if (arc__reference_is_valid(scheme, number, size)) return 1;
  if (scheme != ARC_REFERENCE_KID_11 || size + 1 >= sizeof dashed) return 0;
  memcpy(dashed, number, size);
  dashed[size] = '-';
  return arc__reference_is_valid(scheme, dashed, size + 1);
}

/* Learns which check digits this book's numbers carry. */
static void index_count(arc_matcher *m, const char *number, size_t size) {
  if (size < INDEX_WEAK_SIZE || arc__match_tail(number, size) < size) return;
  m->index.digits_only++;
  for (int32_t scheme = ARC_REFERENCE_SWISS; scheme <= ARC_REFERENCE_OCR_LENGTH; scheme++)
    m->index.checked[scheme] += index_is_valid(scheme, number, size) != 0;
}

int arc__match_index_is_checked(const arc_matcher *m, const char *number, size_t size) {
  const arc__match_index *x = &m->index;
  if (arc__reference_is_valid(ARC_REFERENCE_RF, number, size)) return 1;
  if (arc__match_tail(number, size) < size) return 0;
  for (int32_t scheme = ARC_REFERENCE_SWISS; scheme <= ARC_REFERENCE_OCR_LENGTH; scheme++)
    if (index_is_valid(scheme, number, size) &&
        (scheme == ARC_REFERENCE_SWISS || scheme == ARC_REFERENCE_BELGIAN ||
         (x->digits_only >= INDEX_KNOWN && x->checked[scheme] > x->digits_only / 20 * 19)))
      return 1;
  return 0;
}

static void index_put(arc__match_index *x, uint32_t hash, uint32_t invoice) {
  size_t at = hash & (x->slot_count - 1);
  while (x->slots[at].invoice)
    at = (at + 1) & (x->slot_count - 1);
  x->slots[at] = (arc__match_slot){hash, invoice};
}

static void index_link(arc_matcher *m, uint32_t invoice) {
  char number[ARC__MATCH_NUMBER_MAX];
  arc_text text = arc__invoice_number(m->tables, invoice), tail = index_tail(text);
  size_t size = arc__match_normalise(number, sizeof number, text);
  index_put(&m->index, index_hash(m, number, size), invoice);
  index_count(m, number, size);
  index_link_weak(m, 2 * invoice, tail.data, tail.size);
  size = arc__match_normalise(number, sizeof number, arc__invoice_po(m->tables, invoice));
  index_count(m, number, size);
  index_link_weak(m, 2 * invoice + 1, number, size);
}

static uint64_t index_key(const arc_matcher *m, uint32_t invoice) {
  arc_text key = arc__text(m->tables, ARC__INVOICE_KEY, invoice);
  return arc__siphash(m->tables->hash_seed, key.data, key.size);
}

static size_t index_head_bytes(const arc__match_index *x) {
  return x->slot_count / 2 * sizeof *x->weak_heads;
}

static void index_forget(arc__match_index *x) {
  if (x->slots) memset(x->slots, 0, x->slot_count * sizeof *x->slots);
  if (x->weak_heads) memset(x->weak_heads, 0, index_head_bytes(x));
  x->rows = x->digits_only = 0;
  memset(x->checked, 0, sizeof x->checked);
}

static void index_free_slots(arc_matcher *m) {
  arc__match_index *x = &m->index;
  arc__free(m->heap, x->slots, x->slot_count * sizeof *x->slots);
  arc__free(m->heap, x->weak_heads, index_head_bytes(x));
  x->slots = NULL;
  x->weak_heads = NULL;
  x->slot_count = 0;
}

/* Room for so many rows; all is made anew when the slots become too few. */
static arc_status index_reserve(arc_matcher *m, uint32_t rows, arc_error *err) {
  arc__match_index *x = &m->index;
  void *next = x->weak_next;
  if (arc__grow(m->heap, &next, &x->weak_capacity, 2 * (size_t)rows + 2, sizeof *x->weak_next) < 0)
    return arc__fail_nomem(err);
  x->weak_next = next;
  if (rows <= x->slot_count / 3 * 2) return ARC_OK;
  size_t count = INDEX_LEAST;
  while (count / 3 * 2 < rows)
    count *= 2;
  index_free_slots(m);
  x->slots = arc__alloc(m->heap, count * sizeof *x->slots);
  x->weak_heads = arc__alloc(m->heap, count / 2 * sizeof *x->weak_heads);
  x->slot_count = count;
  if (!x->slots || !x->weak_heads) index_free_slots(m);
  index_forget(x);
  return x->slots ? ARC_OK : arc__fail_nomem(err);
}

arc_status arc__match_index_update(arc_matcher *m, arc_error *err) {
  arc__match_index *x = &m->index;
  uint32_t rows = m->tables->rows[ARC__TABLE_INVOICE];
  if (x->rows > rows || (x->rows > 0 && index_key(m, x->rows) != x->last_key)) index_forget(x);
  if (x->rows == rows) return ARC_OK;
  ARC__TRY(index_reserve(m, rows, err));
  while (x->rows < rows)
    index_link(m, ++x->rows);
  x->last_key = index_key(m, rows);
  return ARC_OK;
}

void arc__match_index_free(arc_matcher *m) {
  arc__free(m->heap, m->index.weak_next, m->index.weak_capacity * sizeof *m->index.weak_next);
  index_free_slots(m);
}

static int index_is_number(const arc_matcher *m, uint32_t invoice, const char *number, size_t size) {
  arc_text text = arc__invoice_number(m->tables, invoice);
  size_t k = 0;
  for (size_t i = 0; i < text.size; i++) {
    char c = arc__match_read_as[(unsigned char)text.data[i]];
    if (c <= ' ') continue;
    if (k == size || c != number[k]) return 0;
    k++;
  }
  return k == size;
}

uint32_t arc__match_index_find(const arc_matcher *m, const char *number, size_t size, arc__match_place *place) {
  const arc__match_index *x = &m->index;
  if (x->rows == 0) return 0;
  if (!place->begun) {
    place->begun = 1;
    place->hash = index_hash(m, number, size);
    place->slot = place->hash;
  }
  for (;;) {
    const arc__match_slot *slot = &x->slots[place->slot++ & (x->slot_count - 1)];
    if (!slot->invoice) return 0;
    if (slot->hash == place->hash && index_is_number(m, slot->invoice, number, size)) return slot->invoice;
  }
}

/* The number after this one, in its last digits; 0 if they are all nines. */
static int index_step(char *number, size_t size) {
  for (size_t i = size; i > 0 && arc__is_digit(number[i - 1]); i--) {
    if (number[i - 1] < '9') {
      number[i - 1]++;
      return 1;
    }
    number[i - 1] = '0';
  }
  return 0;
}

int arc__match_index_is_next(const arc_matcher *m, const char *number, size_t size) {
  char next[ARC__MATCH_NUMBER_MAX];
  if (size > sizeof next) return 0;
  memcpy(next, number, size);
  for (int i = 0; i < INDEX_NEXT; i++) {
    arc__match_place place = {0, 0, 0};
    if (!index_step(next, size) || arc__match_index_find(m, next, size, &place)) return 0;
  }
  return 1;
}

static int index_is_weak(const arc_matcher *m, uint32_t place, const char *text, size_t size) {
  char order[ARC__MATCH_NUMBER_MAX];
  arc_text tail = index_tail(arc__invoice_number(m->tables, place / 2));
  if (place % 2 == 0) return tail.size == size && memcmp(tail.data, text, size) == 0;
  arc_text po = arc__invoice_po(m->tables, place / 2);
  return arc__match_normalise(order, sizeof order, po) == size && memcmp(order, text, size) == 0;
}

uint32_t arc__match_index_weak(const arc_matcher *m, const char *text, size_t size, uint32_t *place) {
  if (m->index.rows == 0 || size < INDEX_WEAK_SIZE) return 0;
  uint32_t next = *place ? m->index.weak_next[*place] : *index_weak_head(m, text, size);
  while (next && !index_is_weak(m, next, text, size))
    next = m->index.weak_next[next];
  *place = next;
  return next / 2;
}
