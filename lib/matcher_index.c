/*
 * The matcher's index: invoice rows by the hash of their normalised number, as chains in two
 * arrays.
 *
 * It follows the ledger: rows only grow, so new ones are added at the next use; after a batch was
 * dropped the last row is gone or another one, and the index is made anew. Numbers are compared
 * when looked up, never trusted to the hash. 8 to 16 bytes per invoice, O(1) per lookup.
 */
#include "matcher_internal.h"

#include "hash.h"
#include "text.h"

#include <string.h>

#define MATCHER_NUMBER_MAX 512

size_t arc__match_normalise(char *out, size_t cap, arc_text text) {
  size_t size = 0;
  for (size_t i = 0; i < text.size && size < cap; i++)
    if (arc__is_digit(text.data[i]) || arc__is_alpha(text.data[i]))
      out[size++] = arc__upper(text.data[i]);
  return size;
}

static size_t matcher_index_slot(const arc_matcher *m, const char *number, size_t size) {
  return (size_t)arc__siphash(m->tables->hash_seed, number, size) & (m->index.head_count - 1);
}

static void matcher_index_link(arc_matcher *m, uint32_t invoice) {
  char number[MATCHER_NUMBER_MAX];
  size_t size =
      arc__match_normalise(number, sizeof number, arc__invoice_number(m->tables, invoice));
  uint32_t *head = &m->index.heads[matcher_index_slot(m, number, size)];
  m->index.next[invoice] = *head;
  *head = invoice;
}

static uint64_t matcher_index_key(const arc_matcher *m, uint32_t invoice) {
  arc_text key = arc__text(m->tables, ARC__INVOICE_KEY, invoice);
  return arc__siphash(m->tables->hash_seed, key.data, key.size);
}

/* Room for so many rows; the chains are made anew when the heads become too few. */
static arc_status matcher_index_reserve(arc_matcher *m, uint32_t rows, arc_error *err) {
  arc__match_index *x = &m->index;
  void *next = x->next;
  if (arc__grow(m->heap, &next, &x->next_capacity, (size_t)rows + 1, sizeof *x->next) < 0)
    return arc__fail_nomem(err);
  x->next = next;
  if (x->head_count >= rows / 2 && x->head_count > 0) return ARC_OK;
  size_t count = 64;
  while (count < rows)
    count *= 2;
  uint32_t *heads = arc__alloc(m->heap, count * sizeof *heads);
  if (!heads) return arc__fail_nomem(err);
  arc__free(m->heap, x->heads, x->head_count * sizeof *x->heads);
  x->heads = heads;
  x->head_count = count;
  x->rows = 0;
  return ARC_OK;
}

arc_status arc__match_index_update(arc_matcher *m, arc_error *err) {
  arc__match_index *x = &m->index;
  uint32_t rows = m->tables->rows[ARC__TABLE_INVOICE];
  if (x->rows > rows || (x->rows > 0 && matcher_index_key(m, x->rows) != x->last_key)) {
    memset(x->heads, 0, x->head_count * sizeof *x->heads);
    x->rows = 0;
  }
  if (x->rows == rows) return ARC_OK;
  ARC__TRY(matcher_index_reserve(m, rows, err));
  while (x->rows < rows)
    matcher_index_link(m, ++x->rows);
  x->last_key = matcher_index_key(m, rows);
  return ARC_OK;
}

uint32_t arc__match_index_find(const arc_matcher *m, const char *number, size_t size,
                               uint32_t after) {
  if (m->index.rows == 0) return 0;
  uint32_t invoice =
      after ? m->index.next[after] : m->index.heads[matcher_index_slot(m, number, size)];
  for (; invoice; invoice = m->index.next[invoice]) {
    char other[MATCHER_NUMBER_MAX];
    size_t other_size =
        arc__match_normalise(other, sizeof other, arc__invoice_number(m->tables, invoice));
    if (other_size == size && memcmp(other, number, size) == 0) return invoice;
  }
  return 0;
}
