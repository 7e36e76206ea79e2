/*
 * The matcher's index: invoice rows by the hash of their normalised number, and by the digits that the number ends
 * with and their order, as chains in arrays.
 *
 * It follows the ledger: rows only grow, so new ones are added at the next use; after a batch was dropped the last row
 * is gone or another one, and the index is made anew. Numbers are compared when looked up, never trusted to the hash.
 * 20 to 40 bytes per invoice, O(1) per lookup.
 */
#include "matcher_internal.h"

#include "hash.h"
#include "text.h"

#define INDEX_LEAST     64
#define INDEX_KNOWN     20 /* numbers that tell whether a check digit is no chance */
#define INDEX_NEXT 50 /* numbers behind one, of which none is in the book if it may be yet to come */
#define INDEX_WEAK_SIZE 5 /* shorter ends and orders tell nothing in a whole book */

size_t arc__match_normalise(char *out, size_t cap, arc_text text) {
  size_t size = 0;
  for (size_t i = 0; i < text.size && size < cap; i++)
    if (arc__is_digit(text.data[i]) || arc__is_alpha(text.data[i]))
      out[size++] = arc__upper(text.data[i]);
  return size;
}

size_t arc__match_tail(const char *text, size_t size) {
  size_t digits = 0;
  while (digits < size && arc__is_digit(text[size - digits - 1]))
    digits++;
  return digits;
}

static size_t index_slot(const arc_matcher *m, const char *number, size_t size) {
  return (size_t)arc__siphash(m->tables->hash_seed, number, size) & (m->index.head_count - 1);
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
  uint32_t *head = &m->index.weak_heads[index_slot(m, text, size)];
  m->index.weak_next[place] = *head;
  *head = place;
}

/* Learns which check digits this book's numbers carry. */
static void index_count(arc_matcher *m, const char *number, size_t size) {
  if (size < INDEX_WEAK_SIZE || arc__match_tail(number, size) < size) return;
  m->index.digits_only++;
  for (int32_t scheme = ARC_REFERENCE_SWISS; scheme <= ARC_REFERENCE_OCR_LENGTH; scheme++)
    m->index.checked[scheme] += arc__reference_is_valid(scheme, number, size) != 0;
}

int arc__match_index_is_checked(const arc_matcher *m, const char *number, size_t size) {
  const arc__match_index *x = &m->index;
  if (arc__reference_is_valid(ARC_REFERENCE_RF, number, size)) return 1;
  if (arc__match_tail(number, size) < size) return 0;
  for (int32_t scheme = ARC_REFERENCE_SWISS; scheme <= ARC_REFERENCE_OCR_LENGTH; scheme++)
    if (arc__reference_is_valid(scheme, number, size) &&
        (scheme == ARC_REFERENCE_SWISS || scheme == ARC_REFERENCE_BELGIAN ||
         (x->digits_only >= INDEX_KNOWN && x->checked[scheme] > x->digits_only / 20 * 19)))
      return 1;
  return 0;
}

static void index_link(arc_matcher *m, uint32_t invoice) {
  char number[ARC__MATCH_NUMBER_MAX];
  arc_text text = arc__invoice_number(m->tables, invoice), tail = index_tail(text);
  size_t size = arc__match_normalise(number, sizeof number, text);
  uint32_t *head = &m->index.heads[index_slot(m, number, size)];
  m->index.next[invoice] = *head;
  *head = invoice;
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

static arc_status index_grow(arc_matcher *m, uint32_t **next, size_t *capacity, size_t rows, arc_error *err) {
  void *data = *next;
  if (arc__grow(m->heap, &data, capacity, rows + 1, sizeof **next) < 0) return arc__fail_nomem(err);
  *next = data;
  return ARC_OK;
}

static void index_forget(arc__match_index *x) {
  x->rows = x->digits_only = 0;
  memset(x->checked, 0, sizeof x->checked);
}

/* Room for so many rows; the chains are made anew when the heads become too few. */
static arc_status index_reserve(arc_matcher *m, uint32_t rows, arc_error *err) {
  arc__match_index *x = &m->index;
  ARC__TRY(index_grow(m, &x->next, &x->next_capacity, rows, err));
  ARC__TRY(index_grow(m, &x->weak_next, &x->weak_capacity, 2 * (size_t)rows + 1, err));
  if (x->head_count >= rows / 2 && x->head_count > 0) return ARC_OK;
  size_t count = INDEX_LEAST;
  while (count < rows)
    count *= 2;
  uint32_t *heads = arc__alloc(m->heap, 2 * count * sizeof *heads);
  if (!heads) return arc__fail_nomem(err);
  arc__free(m->heap, x->heads, 2 * x->head_count * sizeof *x->heads);
  x->heads = heads;
  x->weak_heads = heads + count;
  x->head_count = count;
  index_forget(x);
  return ARC_OK;
}

arc_status arc__match_index_update(arc_matcher *m, arc_error *err) {
  arc__match_index *x = &m->index;
  uint32_t rows = m->tables->rows[ARC__TABLE_INVOICE];
  if (x->rows > rows || (x->rows > 0 && index_key(m, x->rows) != x->last_key)) {
    memset(x->heads, 0, 2 * x->head_count * sizeof *x->heads);
    index_forget(x);
  }
  if (x->rows == rows) return ARC_OK;
  ARC__TRY(index_reserve(m, rows, err));
  while (x->rows < rows)
    index_link(m, ++x->rows);
  x->last_key = index_key(m, rows);
  return ARC_OK;
}

void arc__match_index_free(arc_matcher *m) {
  arc__match_index *x = &m->index;
  arc__free(m->heap, x->heads, 2 * x->head_count * sizeof *x->heads);
  arc__free(m->heap, x->next, x->next_capacity * sizeof *x->next);
  arc__free(m->heap, x->weak_next, x->weak_capacity * sizeof *x->weak_next);
}

/* A number as it is usually written is compared without normalising it. */
static int index_is_number(const arc_matcher *m, uint32_t invoice, const char *number, size_t size) {
  char other[ARC__MATCH_NUMBER_MAX];
  arc_text text = arc__invoice_number(m->tables, invoice);
  if (text.size < size) return 0;
  size_t i = 0, k = 0;
  for (; i < text.size && k < size; i++) {
    char c = text.data[i];
    if (c == number[k])
      k++;
    else if (arc__is_digit(c) || arc__is_alpha(c))
      break;
  }
  if (i == text.size && k == size) return 1;
  size_t other_size = arc__match_normalise(other, sizeof other, text);
  return other_size == size && memcmp(other, number, size) == 0;
}

uint32_t arc__match_index_find(const arc_matcher *m, const char *number, size_t size, uint32_t after) {
  if (m->index.rows == 0) return 0;
  uint32_t invoice = after ? m->index.next[after] : m->index.heads[index_slot(m, number, size)];
  while (invoice && !index_is_number(m, invoice, number, size))
    invoice = m->index.next[invoice];
  return invoice;
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
  for (int i = 0; i < INDEX_NEXT; i++)
    if (!index_step(next, size) || arc__match_index_find(m, next, size, 0)) return 0;
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
  uint32_t next = *place ? m->index.weak_next[*place] : m->index.weak_heads[index_slot(m, text, size)];
  while (next && !index_is_weak(m, next, text, size))
    next = m->index.weak_next[next];
  *place = next;
  return next / 2;
}
