/*
 * Rows, their index and their order. The index is one open-addressing table for all kinds; nothing
 * is ever removed from it. Costs per row: its texts, 40 bytes, a pointer per field and two in the
 * index.
 */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

static const struct {
  int32_t kind;
  size_t fields;
  const char *name;
} kinds[] = {{ROW_CUSTOMER, CUSTOMER_FIELDS, "customer"},
             {ROW_CONTACT, CONTACT_FIELDS, "contact"},
             {ROW_PERIOD_CLOSE, CLOSE_FIELDS, "period close"},
             {ROW_INVOICE, INVOICE_FIELDS, "invoice"},
             {ROW_CHARGE, CHARGE_FIELDS, "charge"},
             {ROW_DELIVERY, DELIVERY_FIELDS, "delivery"},
             {ROW_CORRECTION, CORRECTION_FIELDS, "correction"},
             {ROW_CREDIT_NOTE, CREDIT_FIELDS, "credit note"},
             {ROW_PAYMENT, PAYMENT_FIELDS, "payment"},
             {ROW_RECOVERY, WRITEOFF_FIELDS, "recovery"},
             {ROW_REMITTANCE, REMITTANCE_FIELDS, "remittance advice"},
             {ROW_UNAPPLICATION, UNAPPLICATION_FIELDS, "unapplication"},
             {ROW_APPLICATION, APPLICATION_FIELDS, "application"},
             {ROW_DISPUTE, DISPUTE_FIELDS, "dispute"},
             {ROW_DISPUTE_RESOLUTION, RESOLUTION_FIELDS, "dispute resolution"},
             {ROW_PROMISE, PROMISE_FIELDS, "promise"},
             {ROW_HOLD, HOLD_FIELDS, "hold"},
             {ROW_HOLD_RELEASE, RELEASE_FIELDS, "hold release"},
             {ROW_NOTE, NOTE_FIELDS, "note"},
             {ROW_WRITEOFF, WRITEOFF_FIELDS, "write-off"},
             {ROW_WAIVER, WRITEOFF_FIELDS, "waiver"},
             {ROW_REFUND, REFUND_FIELDS, "refund"},
             {ROW_REVERSAL, REVERSAL_FIELDS, "reversal"}};

#define KINDS (sizeof kinds / sizeof *kinds)

/* The place of a kind in the table; KINDS if there is no such kind. */
static size_t kind_place(int32_t kind) {
  size_t i = 0;
  while (i < KINDS && kinds[i].kind != kind)
    i++;
  return i;
}

size_t row_field_count(int32_t kind) {
  size_t place = kind_place(kind);
  return place < KINDS ? kinds[place].fields : 0;
}

const char *row_kind_name(int32_t kind) {
  size_t place = kind_place(kind);
  return place < KINDS ? kinds[place].name : "row";
}

row *row_new(row_book *book, int32_t kind, arc_day day) {
  size_t i, count = row_field_count(kind);
  row *r = arena_get(&book->texts, sizeof *r);
  memset(r, 0, sizeof *r);
  r->kind = kind;
  r->day = day;
  r->fields = arena_get(&book->texts, count * sizeof *r->fields);
  for (i = 0; i < count; i++)
    r->fields[i] = "";
  return r;
}

void row_set(row_book *book, row *r, size_t field, const char *text, size_t size) {
  r->fields[field] = size != 0 ? arena_copy(&book->texts, text, size) : "";
}

static size_t row_hash(int32_t kind, const char *key) {
  uint64_t h = text_hash(TEXT_HASH_START ^ (uint64_t)kind, key, strlen(key));
  return (size_t)(h ^ (h >> 32));
}

/* The slot that holds the key, or the free one where it belongs. */
static row **row_slot(const row_book *book, int32_t kind, const char *key) {
  size_t mask = book->slot_count - 1;
  size_t at = row_hash(kind, key) & mask;
  while (book->slots[at] &&
         (book->slots[at]->kind != kind || strcmp(book->slots[at]->fields[0], key) != 0))
    at = (at + 1) & mask;
  return &book->slots[at];
}

static void row_index_grow(row_book *book) {
  row **old = book->slots;
  size_t i, old_count = book->slot_count;
  book->slot_count = old_count != 0 ? old_count * 2 : 1024;
  book->slots = memory_array(NULL, book->slot_count, sizeof *book->slots);
  for (i = 0; i < book->slot_count; i++)
    book->slots[i] = NULL;
  for (i = 0; i < old_count; i++) {
    if (old[i]) *row_slot(book, old[i]->kind, old[i]->fields[0]) = old[i];
  }
  free(old);
}

row *row_book_add(row_book *book, row *r) {
  row **slot;
  if (book->used * 2 >= book->slot_count) row_index_grow(book);
  slot = row_slot(book, r->kind, r->fields[0]);
  if (*slot) return *slot;
  if (book->count == book->capacity) {
    book->capacity = book->capacity != 0 ? book->capacity * 2 : 1024;
    book->rows = memory_array(book->rows, book->capacity, sizeof *book->rows);
  }
  *slot = r;
  book->used++;
  book->rows[book->count++] = r;
  return r;
}

row *row_book_find(const row_book *book, int32_t kind, const char *key) {
  return book->slot_count != 0 ? *row_slot(book, kind, key) : NULL;
}

int row_equal(const row *a, const row *b) {
  size_t i = 0, count = row_field_count(a->kind);
  if (a->kind != b->kind || a->day != b->day) return 0;
  while (i < count && strcmp(a->fields[i], b->fields[i]) == 0)
    i++;
  return i == count;
}

static int row_compare(const void *left, const void *right) {
  const row *a = *(row *const *)left;
  const row *b = *(row *const *)right;
  if (a->day != b->day) return a->day < b->day ? -1 : 1;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->id != b->id) {
    if (a->id == 0 || b->id == 0) return a->id == 0 ? 1 : -1;
    return a->id < b->id ? -1 : 1;
  }
  return a->order < b->order ? -1 : a->order > b->order;
}

void row_sort(row **rows, size_t count) {
  if (count != 0) qsort(rows, count, sizeof *rows, row_compare);
}

void row_book_free(row_book *book) {
  free(book->rows);
  free(book->slots);
  arena_free(&book->texts);
  memset(book, 0, sizeof *book);
}
