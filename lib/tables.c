#include "tables.h"

#include <stddef.h>
#include <string.h>

#include "checked.h"
#include "error.h"
#include "hash.h"

/*
 * Owns the bytes of all rows. Invariants: all columns of a table have chunks for its rows; cells above the
 * highest row have initial values; a text's reference is the place of its length in the arena, a text never crosses a
 * chunk of the arena. Appending and putting cost O(1); finding O(1) expected under a seeded hash.
 */

#define TABLES_STRING_SHIFT 17
#define TABLES_STRING_CHUNK ((size_t)1 << TABLES_STRING_SHIFT)
#define TABLES_STRING_BRIEF ((size_t)4096)
#define TABLES_STRING_FIRST 4 /* reference 0 is the empty text */
#define TABLES_STRING_LIMIT ((uint64_t)UINT32_MAX)

#define TABLES_SLOTS_FIRST ((size_t)ARC__CHUNK_ROWS)
#define TABLES_SLOT_LEFT (UINT64_C(1) << 32) /* a row was here: a search goes on */

/* ---- chunks that may be shared ---- */

/* Stands before each chunk, which keeps its alignment. */
typedef union tables_chunk_head {
  struct {
    size_t refs, bytes; /* bytes: without the head */
  } of;
  int64_t align; /* of the widest cell */
} tables_chunk_head;

/* Chunks of initial values: zeros of each width, 8-byte ones in 4, and days. */
#define TABLES_DAYS_4 INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN
#define TABLES_DAYS_16 TABLES_DAYS_4, TABLES_DAYS_4, TABLES_DAYS_4, TABLES_DAYS_4
#define TABLES_DAYS_64 TABLES_DAYS_16, TABLES_DAYS_16, TABLES_DAYS_16, TABLES_DAYS_16
#define TABLES_DAYS_256 TABLES_DAYS_64, TABLES_DAYS_64, TABLES_DAYS_64, TABLES_DAYS_64
static const uint8_t tables_zeros_8[ARC__CHUNK_ROWS] = {0};
static const uint16_t tables_zeros_16[ARC__CHUNK_ROWS] = {0};
static const int32_t tables_zeros_32[ARC__CHUNK_ROWS] = {0};
static const int32_t tables_days[ARC__CHUNK_ROWS] = {TABLES_DAYS_256, TABLES_DAYS_256, TABLES_DAYS_256,
                                                     TABLES_DAYS_256};

/* What is constant is never written, but it lies among chunks that are. */
static void *tables_blank(const arc__column_spec *spec) {
  const void *blank = tables_zeros_32;
  if (spec->kind == ARC__COLUMN_DAY) blank = tables_days;
  else if (spec->width == 1) blank = tables_zeros_8;
  else if (spec->width == 2) blank = tables_zeros_16;
  return (void *)(uintptr_t)blank;
}

/* Where a chunk's cells begin. */
static void *tables_cells(void *chunk) {
  return (char *)chunk - arc__chunk_is_wide(chunk);
}

static tables_chunk_head *tables_head(void *chunk) {
  return (tables_chunk_head *)tables_cells(chunk) - 1;
}

static size_t tables_directory_size(size_t capacity) {
  return sizeof(arc__directory) + capacity * sizeof(void *);
}

/* A chunk with these bytes in it; `from` NULL: zeros. */
static void *tables_new_chunk(const arc__heap *heap, const void *from, size_t bytes) {
  tables_chunk_head *head = arc__resize(heap, NULL, 0, sizeof *head + bytes);
  if (!head) return NULL;
  head->of.refs = 1;
  head->of.bytes = bytes;
  if (from) memcpy(head + 1, from, bytes);
  else memset(head + 1, 0, bytes);
  return head + 1;
}

static void tables_drop_chunk(const arc__heap *heap, void *chunk) {
  tables_chunk_head *head = tables_head(chunk);
  if (--head->of.refs == 0) arc__free(heap, head, sizeof *head + head->of.bytes);
}

static void tables_drop_column(const arc__heap *heap, arc__column *c) {
  arc__directory *d = c->directory;
  if (d && --d->refs == 0) {
    for (size_t k = 0; k < d->count; k++)
      if (d->chunks[k] != c->blank) tables_drop_chunk(heap, d->chunks[k]);
    arc__free(heap, d, tables_directory_size(d->capacity));
  }
  c->chunks = NULL;
  c->directory = NULL;
  c->count = 0;
}

/* Makes the column's directory its own, with room for `need` chunks. */
static int tables_own_directory(const arc__heap *heap, arc__column *c, size_t need) {
  arc__directory *d = c->directory, *own;
  size_t capacity = d ? d->capacity : 0;
  if (d && d->refs == 1 && need <= capacity) return 1;
  while (capacity < need) capacity = capacity ? capacity * 2 : 4;
  own = arc__alloc(heap, tables_directory_size(capacity));
  if (!own) return 0;
  own->refs = 1;
  own->capacity = capacity;
  own->count = c->count;
  if (c->count) memcpy(own->chunks, c->chunks, c->count * sizeof *c->chunks);
  if (d && d->refs > 1) {
    for (size_t k = 0; k < c->count; k++)
      if (own->chunks[k] != c->blank) tables_head(own->chunks[k])->of.refs++;
    d->refs--;
  } else if (d) {
    arc__free(heap, d, tables_directory_size(d->capacity));
  }
  c->directory = own;
  c->chunks = own->chunks;
  return 1;
}

/* Of initial values, or zeros where the column knows none. */
static int tables_add_chunk(const arc__heap *heap, arc__column *c, size_t bytes) {
  void *chunk = c->blank;
  if (!tables_own_directory(heap, c, (size_t)c->count + 1)) return 0;
  if (!chunk) chunk = tables_new_chunk(heap, NULL, bytes);
  if (!chunk) return 0;
  c->chunks[c->count++] = chunk;
  c->directory->count = c->count;
  return 1;
}

/* Before a chunk is written: copies it if others have it, too. */
static int tables_own_chunk(const arc__heap *heap, arc__column *c, size_t k, size_t bytes) {
  void *chunk = c->chunks[k];
  char *own;
  int blank = chunk == c->blank;
  if (c->directory->refs == 1 && !blank && tables_head(chunk)->of.refs == 1) return 1;
  if (!tables_own_directory(heap, c, c->count)) return 0;
  if (!blank && tables_head(chunk)->of.refs == 1) return 1;
  own = tables_new_chunk(heap, tables_cells(chunk), blank ? bytes : tables_head(chunk)->of.bytes);
  if (!own) return 0;
  if (!blank) tables_head(chunk)->of.refs--;
  c->chunks[k] = own + arc__chunk_is_wide(chunk);
  return 1;
}

/* Gives a chunk that is the table's own 8 bytes a number. */
static int tables_widen(const arc__heap *heap, arc__column *c, size_t k) {
  const int32_t *from = c->chunks[k];
  size_t bytes = ARC__CHUNK_ROWS * sizeof(int64_t);
  int64_t *wide = tables_new_chunk(heap, NULL, bytes);
  if (!wide) return 0;
  for (size_t i = 0; i < ARC__CHUNK_ROWS; i++) wide[i] = from[i];
  tables_drop_chunk(heap, c->chunks[k]);
  c->chunks[k] = (char *)wide + 1;
  return 1;
}

static void tables_share(arc__column *fork, arc__column *c) {
  *fork = *c;
  if (c->directory) c->directory->refs++;
}

static size_t tables_column_bytes(const arc__tables *t, size_t column) {
  size_t width = t->schema->columns[column].width;
  return (width < 8 ? width : 4) << ARC__CHUNK_SHIFT;
}

/* ---- life ---- */

arc_status arc__tables_init(arc__tables *t, const arc__heap *heap, const arc__schema *schema,
                            const uint64_t hash_seed[2], arc_error *err) {
  memset(t, 0, sizeof *t);
  t->heap = *heap;
  t->schema = schema;
  t->hash_seed[0] = hash_seed[0];
  t->hash_seed[1] = hash_seed[1];
  t->string_size = TABLES_STRING_FIRST;
  for (size_t c = 0; c < schema->column_count; c++)
    t->first_of_table[schema->columns[c].table + 1] = (uint32_t)(c + 1);
  t->columns = arc__alloc(heap, schema->column_count * sizeof *t->columns);
  t->indexes = arc__alloc(heap, schema->index_count * sizeof *t->indexes);
  if (!t->columns || !t->indexes) {
    arc__tables_free(t);
    return arc__fail_nomem(err);
  }
  for (size_t c = 0; c < schema->column_count; c++) {
    t->columns[c].table = schema->columns[c].table;
    t->columns[c].width = schema->columns[c].width;
    t->columns[c].blank = tables_blank(&schema->columns[c]);
  }
  return ARC_OK;
}

void arc__tables_free(arc__tables *t) {
  if (!t->schema) return;
  for (size_t c = 0; t->columns && c < t->schema->column_count; c++)
    tables_drop_column(&t->heap, &t->columns[c]);
  for (size_t i = 0; t->indexes && i < t->schema->index_count; i++)
    tables_drop_column(&t->heap, &t->indexes[i].slots);
  tables_drop_column(&t->heap, &t->strings);
  arc__free(&t->heap, t->undo, t->undo_capacity * sizeof *t->undo);
  arc__free(&t->heap, t->columns, t->schema->column_count * sizeof *t->columns);
  arc__free(&t->heap, t->indexes, t->schema->index_count * sizeof *t->indexes);
  memset(t, 0, sizeof *t);
}

arc_status arc__tables_fork(arc__tables *fork, arc__tables *t, arc_error *err) {
  ARC__TRY(arc__tables_init(fork, &t->heap, t->schema, t->hash_seed, err));
  memcpy(fork->rows, t->rows, sizeof fork->rows);
  for (size_t c = 0; c < t->schema->column_count; c++) tables_share(&fork->columns[c], &t->columns[c]);
  for (size_t i = 0; i < t->schema->index_count; i++) {
    fork->indexes[i] = t->indexes[i];
    tables_share(&fork->indexes[i].slots, &t->indexes[i].slots);
  }
  tables_share(&fork->strings, &t->strings);
  /* The original goes on writing the last chunk of texts; the fork begins one of its own. */
  if (t->strings.count) fork->string_size = (uint64_t)t->strings.count << TABLES_STRING_SHIFT;
  fork->brief_texts = 1;
  t->forked = fork->forked = 1;
  return ARC_OK;
}

/* ---- cells ---- */

/* The bytes that a cell of this chunk takes. */
static size_t tables_cell_size(const arc__column *c, const void *chunk) {
  return c->width == 8 && !arc__chunk_is_wide(chunk) ? 4 : c->width;
}

/* Cells wider than a byte are read as unsigned, except the 4 and 8 byte ones: a bit pattern is enough to
 * put it back. */
static int64_t tables_get(const arc__tables *t, int column, uint32_t row) {
  switch (t->schema->columns[column].width) {
  case 1: return arc__u8(t, column, row);
  case 2: return arc__u16(t, column, row);
  case 4: return arc__u32(t, column, row);
  default: return arc__i64(t, column, row);
  }
}

static int tables_reserve_row(arc__tables *t, int table, uint32_t row) {
  int first = (int)t->first_of_table[table], last = (int)t->first_of_table[table + 1];
  size_t chunk = row >> ARC__CHUNK_SHIFT;
  if (t->columns[last - 1].count > chunk) return 1;
  for (int c = first; c < last; c++)
    if (t->columns[c].count <= chunk &&
        !tables_add_chunk(&t->heap, &t->columns[c], tables_column_bytes(t, (size_t)c)))
      return 0;
  return 1;
}

uint32_t arc__append_row(arc__tables *t, int table) {
  uint32_t row = t->rows[table] + 1;
  if (t->failed) return 0;
  if (row > ARC__ROWS_MAX || !tables_reserve_row(t, table, row)) {
    t->failed = 1;
    return 0;
  }
  t->rows[table] = row;
  return row;
}

/* Sets a cell of a chunk that is the table's own. */
static void tables_set(const arc__column *c, uint32_t row, int64_t value) {
  void *chunk = c->chunks[row >> ARC__CHUNK_SHIFT];
  uint32_t at = row & (ARC__CHUNK_ROWS - 1);
  switch (c->width) {
  case 1: ((uint8_t *)chunk)[at] = (uint8_t)value; break;
  case 2: ((uint16_t *)chunk)[at] = (uint16_t)value; break;
  case 4: ((uint32_t *)chunk)[at] = (uint32_t)value; break;
  default:
    if (arc__chunk_is_wide(chunk)) ((int64_t *)tables_cells(chunk))[at] = value;
    else ((int32_t *)chunk)[at] = (int32_t)value;
    break;
  }
}

static int tables_fits(int64_t value) {
  return value >= INT32_MIN && value <= INT32_MAX;
}

/* Room to undo, and a chunk of its own, come first. */
void arc__put_slowly(arc__tables *t, int column, uint32_t row, int64_t value) {
  arc__column *c = &t->columns[column];
  size_t k = row >> ARC__CHUNK_SHIFT;
  if (t->failed) return;
  if (((t->forked || c->chunks[k] == c->blank) &&
       !tables_own_chunk(&t->heap, c, k, tables_column_bytes(t, (size_t)column))) ||
      (c->width == 8 && !tables_fits(value) && !arc__chunk_is_wide(c->chunks[k]) &&
       !tables_widen(&t->heap, c, k)) ||
      arc__grow(&t->heap, (void **)&t->undo, &t->undo_capacity, t->undo_size + 1, sizeof *t->undo) < 0) {
    t->failed = 1;
    return;
  }
  if (row <= t->mark.rows[c->table])
    t->undo[t->undo_size++] = (arc__undo){tables_get(t, column, row), row, (uint32_t)column};
  tables_set(c, row, value);
}

static void tables_put_u16(arc__tables *t, int column, uint32_t row, int64_t value) {
  ARC__PUT(uint16_t, t, column, row, value);
}

static void tables_put_u8(arc__tables *t, int column, uint32_t row, int64_t value) {
  ARC__PUT(uint8_t, t, column, row, value);
}

/* Remembers what a cell held; there is room. */
static inline void tables_undo(arc__tables *t, const arc__column *c, int column, uint32_t row, int64_t old) {
  if (row <= t->mark.rows[c->table]) t->undo[t->undo_size++] = (arc__undo){old, row, (uint32_t)column};
}

void arc__put_i64(arc__tables *t, int column, uint32_t row, int64_t value) {
  const arc__column *c = &t->columns[column];
  uint32_t at = row & (ARC__CHUNK_ROWS - 1);
  char *chunk;
  int slowly = t->forked || t->undo_size == t->undo_capacity;
  if (t->failed) return;
  chunk = c->chunks[row >> ARC__CHUNK_SHIFT];
  if (arc__chunk_is_wide(chunk)) {
    int64_t *cell = (int64_t *)(void *)(chunk - 1) + at;
    if (*cell == value) return;
    if (!slowly) {
      tables_undo(t, c, column, row, *cell);
      *cell = value;
      return;
    }
  } else {
    int32_t *cell = (int32_t *)(void *)chunk + at;
    if (*cell == value) return;
    if (!slowly && chunk != c->blank && tables_fits(value)) {
      tables_undo(t, c, column, row, *cell);
      *cell = (int32_t)value;
      return;
    }
  }
  arc__put_slowly(t, column, row, value);
}

void arc__put(arc__tables *t, int column, uint32_t row, int64_t value) {
  switch (t->columns[column].width) {
  case 1: tables_put_u8(t, column, row, value); break;
  case 2: tables_put_u16(t, column, row, value); break;
  case 4: arc__put_u32(t, column, row, (uint32_t)value); break;
  default: arc__put_i64(t, column, row, value); break;
  }
}

int arc__sum_i64(const arc__tables *t, int column, uint32_t row, uint32_t count, int64_t *sum) {
  const char *chunk = t->columns[column].chunks[row >> ARC__CHUNK_SHIFT];
  uint32_t at = row & (ARC__CHUNK_ROWS - 1);
  if (!arc__chunk_is_wide(chunk)) {
    const int32_t *cells = (const int32_t *)(const void *)chunk + at;
    int64_t part = 0;
    for (uint32_t i = 0; i < count; i++) part += cells[i];
    return arc__add(sum, *sum, part);
  }
  for (uint32_t i = 0; i < count; i++) {
    int64_t cell = ((const int64_t *)(const void *)(chunk - 1))[at + i];
    if (cell == INT64_MIN || !arc__add(sum, *sum, cell)) return 0;
  }
  return 1;
}

/* ---- texts ---- */

static char *tables_string(const arc__tables *t, uint64_t ref) {
  return (char *)t->strings.chunks[ref >> TABLES_STRING_SHIFT] + (ref & (TABLES_STRING_CHUNK - 1));
}

static int tables_add_string_chunk(arc__tables *t, size_t bytes) {
  return tables_add_chunk(&t->heap, &t->strings, bytes);
}

/* What is left of the chunk that this place is in, or will be in. */
static size_t tables_string_left(const arc__tables *t, uint64_t ref) {
  size_t k = (size_t)(ref >> TABLES_STRING_SHIFT), at = (size_t)(ref & (TABLES_STRING_CHUNK - 1));
  size_t bytes = k < t->strings.count ? tables_head(t->strings.chunks[k])->of.bytes : TABLES_STRING_CHUNK;
  return at < bytes ? bytes - at : 0;
}

/* A chunk for a text of `need` bytes: a fork's first is small, since most forks hardly say anything. */
static int tables_begin_strings(arc__tables *t, size_t need) {
  size_t bytes = t->brief_texts && need <= TABLES_STRING_BRIEF ? TABLES_STRING_BRIEF : TABLES_STRING_CHUNK;
  if (!tables_add_string_chunk(t, bytes)) return 0;
  t->brief_texts = 0;
  return 1;
}

void arc__put_text(arc__tables *t, int column, uint32_t row, arc_text text) {
  size_t need = text.size + 3;
  uint64_t ref = t->string_size;
  char *at;
  if (t->failed) return;
  if (text.size == 0) {
    arc__put(t, column, row, 0);
    return;
  }
  if (need > tables_string_left(t, ref)) ref = ((ref >> TABLES_STRING_SHIFT) + 1) << TABLES_STRING_SHIFT;
  if (ref + need > TABLES_STRING_LIMIT ||
      (ref >> TABLES_STRING_SHIFT >= t->strings.count && !tables_begin_strings(t, need))) {
    t->failed = 1;
    return;
  }
  at = tables_string(t, ref);
  at[0] = (char)(text.size & 0xff);
  at[1] = (char)(text.size >> 8);
  memcpy(at + 2, text.data, text.size);
  at[2 + text.size] = 0;
  t->string_size = ref + need;
  arc__put(t, column, row, (int64_t)ref);
}

arc_text arc__text(const arc__tables *t, int column, uint32_t row) {
  uint32_t ref = arc__u32(t, column, row);
  arc_text text = {"", 0};
  if (ref) {
    const unsigned char *at = (const unsigned char *)tables_string(t, ref);
    text.size = (size_t)(at[0] | at[1] << 8);
    text.data = (const char *)at + 2;
  }
  return text;
}

void arc__text_soon(const arc__tables *t, int column, uint32_t row) {
  uint32_t ref = arc__u32(t, column, row);
  if (ref) ARC__SOON(tables_string(t, ref));
}

/* ---- indexes ---- */


static uint32_t tables_hash(const arc__tables *t, arc_text key, int64_t tag) {
  uint64_t h = arc__siphash(t->hash_seed, key.data, key.size);
  h += (uint64_t)tag * UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)(h ^ h >> 32);
}

static int64_t tables_tag(const arc__tables *t, int index, uint32_t row) {
  int tag = t->schema->indexes[index].tag;
  return tag < 0 ? 0 : tables_get(t, tag, row);
}

static uint64_t *tables_slot_at(const arc__index *index, size_t at) {
  return (uint64_t *)index->slots.chunks[at >> ARC__CHUNK_SHIFT] + (at & (ARC__CHUNK_ROWS - 1));
}

static uint64_t tables_slot(const arc__index *index, size_t at) {
  return *tables_slot_at(index, at);
}

static void tables_set_slot(arc__index *index, size_t at, uint64_t slot) {
  *tables_slot_at(index, at) = slot;
}

/* The first free slot of a search for this hash. */
static size_t tables_free_slot(const arc__index *index, uint64_t slot) {
  size_t mask = index->capacity - 1, at = (size_t)(slot >> 32) & mask;
  while (tables_slot(index, at)) at = (at + 1) & mask;
  return at;
}

/* Slots for `live` rows and as many again, at least; those in use move over. */
static int tables_index_resize(arc__tables *t, arc__index *index, size_t live) {
  arc__index grown = {.capacity = TABLES_SLOTS_FIRST};
  size_t bytes = sizeof(uint64_t) << ARC__CHUNK_SHIFT;
  while (grown.capacity < live * 2) grown.capacity *= 2;
  while ((size_t)grown.slots.count << ARC__CHUNK_SHIFT < grown.capacity)
    if (!tables_add_chunk(&t->heap, &grown.slots, bytes)) {
      tables_drop_column(&t->heap, &grown.slots);
      return 0;
    }
  for (size_t i = 0; i < index->capacity; i++) {
    uint64_t slot = tables_slot(index, i);
    if (!(uint32_t)slot) continue;
    tables_set_slot(&grown, tables_free_slot(&grown, slot), slot);
    grown.used++;
  }
  tables_drop_column(&t->heap, &index->slots);
  *index = grown;
  return 1;
}

/* Room for one more: twice the slots, unless most of those in use were left. */
static int tables_index_room(arc__tables *t, arc__index *index) {
  size_t live = 0;
  if ((index->used + 1) * 4 <= index->capacity * 3) return 1;
  for (size_t i = 0; i < index->capacity; i++) live += (uint32_t)tables_slot(index, i) != 0;
  return tables_index_resize(t, index, live);
}

void arc__index_add(arc__tables *t, int i, uint32_t row) {
  arc__index *index = &t->indexes[i];
  arc_text key;
  uint64_t slot;
  size_t at;
  if (t->failed) return;
  key = arc__text(t, t->schema->indexes[i].key, row);
  if (key.size == 0) return;
  if (!tables_index_room(t, index)) {
    t->failed = 1;
    return;
  }
  slot = (uint64_t)tables_hash(t, key, tables_tag(t, i, row)) << 32 | row;
  at = tables_free_slot(index, slot);
  if (t->forked && !tables_own_chunk(&t->heap, &index->slots, at >> ARC__CHUNK_SHIFT,
                                     sizeof(uint64_t) << ARC__CHUNK_SHIFT)) {
    t->failed = 1;
    return;
  }
  tables_set_slot(index, at, slot);
  index->used++;
}

uint32_t arc__index_find(const arc__tables *t, int i, arc_text key, int64_t tag) {
  const arc__index *index = &t->indexes[i];
  size_t mask = index->capacity - 1;
  uint64_t slot;
  uint32_t hash;
  if (index->capacity == 0 || key.size == 0) return 0;
  hash = tables_hash(t, key, t->schema->indexes[i].tag < 0 ? 0 : tag);
  for (size_t at = hash & mask; (slot = tables_slot(index, at)) != 0; at = (at + 1) & mask) {
    uint32_t row = (uint32_t)slot;
    arc_text other;
    if ((uint32_t)(slot >> 32) != hash || row == 0) continue;
    if (t->schema->indexes[i].tag >= 0 && tables_tag(t, i, row) != tag) continue;
    other = arc__text(t, t->schema->indexes[i].key, row);
    if (other.size == key.size && memcmp(other.data, key.data, key.size) == 0) return row;
  }
  return 0;
}

/* The row that the first slot with this hash holds, most likely the one; 0: none. */
static uint32_t tables_likely_row(const arc__index *index, uint32_t hash) {
  size_t mask = index->capacity - 1;
  uint64_t slot;
  for (size_t at = hash & mask; (slot = tables_slot(index, at)) != 0; at = (at + 1) & mask)
    if ((uint32_t)(slot >> 32) == hash) return (uint32_t)slot;
  return 0;
}

void arc__index_soon(const arc__tables *t, int i, const arc_text *keys, const int64_t *tags, size_t count) {
  const arc__index *index = &t->indexes[i];
  int key = t->schema->indexes[i].key;
  uint32_t found[ARC__SOON_MAX];
  if (index->capacity == 0) return;
  for (size_t k = 0; k < count; k++) {
    size_t at;
    found[k] = tables_hash(t, keys[k], t->schema->indexes[i].tag < 0 ? 0 : tags[k]);
    at = found[k] & (index->capacity - 1);
    ARC__SOON(tables_slot_at(index, at));
  }
  for (size_t k = 0; k < count; k++) {
    found[k] = tables_likely_row(index, found[k]);
    ARC__SOON((const uint32_t *)t->columns[key].chunks[found[k] >> ARC__CHUNK_SHIFT] +
                (found[k] & (ARC__CHUNK_ROWS - 1)));
  }
  for (size_t k = 0; k < count; k++) {
    uint32_t ref = arc__u32(t, key, found[k]);
    if (ref) ARC__SOON(tables_string(t, ref));
  }
}

/* Takes a row out that was added since the mark, if it was: its chunk is our own, so this cannot fail. */
static void tables_index_remove(arc__tables *t, int i, uint32_t row) {
  arc__index *index = &t->indexes[i];
  arc_text key = arc__text(t, t->schema->indexes[i].key, row);
  size_t mask = index->capacity - 1, at;
  uint64_t slot;
  if (key.size == 0 || index->capacity == 0) return;
  slot = (uint64_t)tables_hash(t, key, tables_tag(t, i, row)) << 32 | row;
  for (at = (size_t)(slot >> 32) & mask; tables_slot(index, at) != slot; at = (at + 1) & mask)
    if (!tables_slot(index, at)) return;
  if (tables_slot(index, (at + 1) & mask)) {
    tables_set_slot(index, at, TABLES_SLOT_LEFT);
  } else {
    tables_set_slot(index, at, 0);
    index->used--;
  }
}

/* ---- undo ---- */

static void tables_set_mark(arc__tables *t) {
  memcpy(t->mark.rows, t->rows, sizeof t->rows);
  t->mark.strings = t->string_size;
  t->mark.undo = t->undo_size;
}

arc__mark arc__tables_mark(arc__tables *t) {
  tables_set_mark(t);
  return t->mark;
}

static void tables_truncate(arc__tables *t, int table, uint32_t rows) {
  for (uint32_t c = t->first_of_table[table]; c < t->first_of_table[table + 1]; c++) {
    const arc__column *column = &t->columns[c];
    for (uint32_t row = rows + 1; row <= t->rows[table];) {
      void *chunk = column->chunks[row >> ARC__CHUNK_SHIFT];
      size_t size = tables_cell_size(column, chunk);
      uint32_t at = row & (ARC__CHUNK_ROWS - 1), left = t->rows[table] - row + 1;
      uint32_t n = ARC__CHUNK_ROWS - at < left ? ARC__CHUNK_ROWS - at : left;
      if (arc__chunk_is_wide(chunk)) memset((char *)tables_cells(chunk) + at * size, 0, n * size);
      else if (chunk != column->blank) memcpy((char *)chunk + at * size, column->blank, n * size);
      row += n;
    }
  }
  t->rows[table] = rows;
}

void arc__tables_rollback(arc__tables *t, const arc__mark *to) {
  for (size_t i = 0; i < t->schema->index_count; i++) {
    int table = t->schema->indexes[i].table;
    for (uint32_t row = t->rows[table]; row > to->rows[table]; row--)
      tables_index_remove(t, (int)i, row);
  }
  t->rollbacks += t->undo_size > to->undo;
  while (t->undo_size > to->undo) {
    const arc__undo *u = &t->undo[--t->undo_size];
    tables_set(&t->columns[u->column], u->row, u->old);
  }
  for (size_t table = 0; table < t->schema->table_count; table++)
    tables_truncate(t, (int)table, to->rows[table]);
  t->string_size = to->strings;
  memset(t->memo, 0, sizeof t->memo);
  t->mark = *to;
  t->failed = 0;
}

void arc__tables_keep(arc__tables *t) {
  t->undo_size = 0;
  memset(t->mark.rows, 0, sizeof t->mark.rows);
}

/* ---- as bytes ---- */

/* Copies cells between memory and their little-endian form; the same function serves both ways. */
static void tables_copy_cells(unsigned char *to, const unsigned char *from, size_t count, size_t width) {
  static const uint16_t probe = 1;
  if (width == 1 || *(const unsigned char *)&probe == 1) {
    memcpy(to, from, count * width);
    return;
  }
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < width; k++) to[i * width + k] = from[i * width + width - 1 - k];
}

static void tables_store(unsigned char *le, int64_t value, unsigned width) {
  for (unsigned k = 0; k < width; k++) le[k] = (unsigned char)((uint64_t)value >> 8 * k & 0xff);
}

void arc__tables_digest(const arc__tables *t, unsigned char digest[32]) {
  arc__blake2b h;
  unsigned char le[8];
  arc__blake2b_init(&h);
  for (size_t table = 0; table < t->schema->table_count; table++) {
    for (uint32_t c = t->first_of_table[table]; c < t->first_of_table[table + 1]; c++) {
      unsigned width = t->schema->columns[c].width;
      for (uint32_t row = 1; row <= t->rows[table]; row++) {
        if (t->schema->columns[c].kind == ARC__COLUMN_TEXT) {
          arc_text text = arc__text(t, (int)c, row);
          arc__blake2b_update(&h, text.data, text.size + 1);
        } else {
          tables_store(le, tables_get(t, (int)c, row), width);
          arc__blake2b_update(&h, le, width);
        }
      }
    }
    tables_store(le, t->rows[table], 4);
    arc__blake2b_update(&h, le, 4);
  }
  arc__blake2b_final(&h, digest);
}

/* Where texts go in a snapshot: one after another in the order of their cells, so that nothing is saved that no cell
 * refers to, and the same rows give the same bytes. */
static uint32_t tables_place_text(uint64_t *size, arc_text text) {
  uint64_t ref = *size, left = TABLES_STRING_CHUNK - (ref & (TABLES_STRING_CHUNK - 1));
  if (text.size == 0) return 0;
  if (text.size + 3 > left) ref += left;
  *size = ref + text.size + 3;
  return (uint32_t)ref;
}

static void tables_save_zeros(arc__buffer *out, uint64_t count) {
  if (!arc__buffer_reserve(out, (size_t)count)) return;
  memset(out->data + out->size, 0, (size_t)count);
  out->size += (size_t)count;
}

/* The arena as it would be if these rows were all that ever was; its size comes first. */
static void tables_save_strings(const arc__tables *t, arc__buffer *out) {
  uint64_t size = TABLES_STRING_FIRST, written = 0;
  size_t at = out->size;
  arc__buffer_u64(out, 0);
  for (size_t c = 0; c < t->schema->column_count; c++) {
    uint32_t rows = t->rows[t->schema->columns[c].table];
    for (uint32_t row = 1; row <= rows && t->schema->columns[c].kind == ARC__COLUMN_TEXT; row++) {
      arc_text text = arc__text(t, (int)c, row);
      uint32_t ref = tables_place_text(&size, text);
      if (!ref) continue;
      tables_save_zeros(out, ref - written);
      arc__buffer_u16(out, (uint16_t)text.size);
      arc__buffer_bytes(out, text.data, text.size + 1);
      written = size;
    }
  }
  for (unsigned i = 0; i < 8 && !out->failed; i++) out->data[at + i] = (unsigned char)(size >> 8 * i & 0xff);
}

/* A chunk of references as they are in the snapshot; 0 instead of the width of a cell: all are of empty texts. */
static void tables_save_texts(const arc__tables *t, int column, uint32_t first, size_t n, uint64_t *size,
                              arc__buffer *out) {
  size_t at = out->size;
  uint32_t any = 0;
  arc__buffer_u8(out, 4);
  for (uint32_t row = first; row < first + n; row++) {
    uint32_t ref = row ? tables_place_text(size, arc__text(t, column, row)) : 0;
    arc__buffer_u32(out, ref);
    any |= ref;
  }
  if (any || out->failed) return;
  out->size = at;
  arc__buffer_u8(out, 0);
}

/* The least bytes per cell that hold a chunk's first n, however wide it became; 0: all have their initial value. */
static size_t tables_saved_size(const arc__column *c, void *chunk, size_t n) {
  const int64_t *wide = tables_cells(chunk);
  size_t size = tables_cell_size(c, chunk);
  int64_t any = 0;
  if (chunk == c->blank) return 0;
  if (size <= 4) return memcmp(wide, c->blank, n * size) ? size : 0;
  for (size_t i = 0; i < n; i++) {
    if (!tables_fits(wide[i])) return 8;
    any |= wide[i];
  }
  return any ? 4 : 0;
}

static void tables_save_cells(const arc__column *c, void *chunk, size_t n, arc__buffer *out) {
  size_t size = tables_saved_size(c, chunk, n);
  arc__buffer_u8(out, (uint8_t)size);
  if (!arc__buffer_reserve(out, n * size)) return;
  if (size == tables_cell_size(c, chunk)) tables_copy_cells(out->data + out->size, tables_cells(chunk), n, size);
  else if (size)
    for (size_t i = 0; i < n; i++) tables_store(out->data + out->size + 4 * i, ((const int64_t *)tables_cells(chunk))[i], 4);
  out->size += n * size;
}

void arc__tables_save(const arc__tables *t, arc__buffer *out) {
  uint64_t size = TABLES_STRING_FIRST;
  arc__buffer_u32(out, (uint32_t)t->schema->table_count);
  tables_save_strings(t, out);
  for (size_t table = 0; table < t->schema->table_count; table++) {
    uint32_t first = t->first_of_table[table], last = t->first_of_table[table + 1], rows = t->rows[table];
    arc__buffer_u32(out, rows);
    arc__buffer_u32(out, last - first);
    for (uint32_t c = first; c < last && !out->failed; c++) {
      arc__buffer_u8(out, t->schema->columns[c].width);
      for (uint32_t k = 0; k <= rows >> ARC__CHUNK_SHIFT && rows; k++) {
        size_t left = (size_t)rows + 1 - ((size_t)k << ARC__CHUNK_SHIFT), n = left < ARC__CHUNK_ROWS ? left : ARC__CHUNK_ROWS;
        if (t->schema->columns[c].kind == ARC__COLUMN_TEXT)
          tables_save_texts(t, (int)c, k << ARC__CHUNK_SHIFT, n, &size, out);
        else tables_save_cells(&t->columns[c], t->columns[c].chunks[k], n, out);
      }
    }
  }
}

static int tables_load_strings(arc__tables *t, arc__reader *in) {
  uint64_t size = arc__reader_u64(in);
  if (size < TABLES_STRING_FIRST || size > TABLES_STRING_LIMIT) return 0;
  if (size == TABLES_STRING_FIRST) return 1; /* no text was ever kept: no chunk */
  for (uint64_t at = 0; at < size; at += TABLES_STRING_CHUNK) {
    uint64_t left = size - at;
    size_t n = left < TABLES_STRING_CHUNK ? (size_t)left : TABLES_STRING_CHUNK;
    const unsigned char *bytes = arc__reader_bytes(in, n);
    if (!bytes) return 0;
    if (!tables_add_string_chunk(t, TABLES_STRING_CHUNK)) {
      t->failed = 1;
      return 0;
    }
    memcpy(t->strings.chunks[at >> TABLES_STRING_SHIFT], bytes, n);
  }
  t->string_size = size;
  return 1;
}

static int tables_load_column(arc__tables *t, int column, uint32_t rows, arc__reader *in) {
  arc__column *c = &t->columns[column];
  size_t width = c->width, bytes = tables_column_bytes(t, (size_t)column);
  if (arc__reader_u8(in) != width || in->failed) return 0;
  for (size_t k = 0; k <= rows >> ARC__CHUNK_SHIFT && rows; k++) {
    size_t left = (size_t)rows + 1 - (k << ARC__CHUNK_SHIFT);
    size_t n = left < ARC__CHUNK_ROWS ? left : ARC__CHUNK_ROWS;
    uint8_t size = arc__reader_u8(in); /* of a cell; 0: the chunk has initial values */
    const unsigned char *cells = size ? arc__reader_bytes(in, n * size) : NULL;
    if (in->failed || (size && size != width && !(width == 8 && size == 4))) return 0;
    t->failed = !tables_add_chunk(&t->heap, c, bytes) ||
                (size && !tables_own_chunk(&t->heap, c, k, bytes)) ||
                (size == 8 && !tables_widen(&t->heap, c, k));
    if (t->failed) return 0;
    if (size) tables_copy_cells(tables_cells(c->chunks[k]), cells, n, size);
  }
  return 1;
}

/* A text reference must point at a whole text inside the arena. */
static int tables_texts_valid(const arc__tables *t, int column, uint32_t rows) {
  for (uint32_t row = 1; row <= rows; row++) {
    uint64_t ref = arc__u32(t, column, row), in_chunk = ref & (TABLES_STRING_CHUNK - 1);
    const unsigned char *at;
    size_t size;
    if (ref == 0) continue;
    if (ref < TABLES_STRING_FIRST || ref + 3 > t->string_size || in_chunk + 3 > TABLES_STRING_CHUNK)
      return 0;
    at = (const unsigned char *)tables_string(t, ref);
    size = (size_t)(at[0] | at[1] << 8);
    if (ref + size + 3 > t->string_size || in_chunk + size + 3 > TABLES_STRING_CHUNK || at[2 + size])
      return 0;
  }
  return 1;
}

/* Some rows at a time, so that none waits for the memory of the one before it. */
static void tables_index_fill(arc__tables *t, int i, uint32_t rows) {
  arc__index *index = &t->indexes[i];
  size_t mask = index->capacity - 1;
  uint64_t slots[ARC__SOON_MAX];
  for (uint32_t row = 1; row <= rows;) {
    size_t count = 0;
    for (; row <= rows && count < ARC__SOON_MAX; row++) {
      arc_text key = arc__text(t, t->schema->indexes[i].key, row);
      if (key.size == 0) continue;
      slots[count] = (uint64_t)tables_hash(t, key, tables_tag(t, i, row)) << 32 | row;
      ARC__SOON(tables_slot_at(index, (size_t)(slots[count] >> 32) & mask));
      count++;
    }
    for (size_t k = 0; k < count; k++) tables_set_slot(index, tables_free_slot(index, slots[k]), slots[k]);
    index->used += count;
  }
}

/* An index made at once has its size from the beginning. */
static void tables_load_index(arc__tables *t, int i) {
  const arc__index_spec *spec = &t->schema->indexes[i];
  uint32_t rows = t->rows[spec->table];
  size_t live = 0;
  for (uint32_t row = 1; row <= rows; row++) live += arc__u32(t, spec->key, row) != 0;
  if (live && !tables_index_resize(t, &t->indexes[i], live)) t->failed = 1;
  if (live && !t->failed) tables_index_fill(t, i, rows);
}

/* Columns that were added since the snapshot was written have their initial values in it. */
static int tables_load_rows(arc__tables *t, size_t table, uint32_t rows, uint32_t columns, arc__reader *in) {
  uint32_t first = t->first_of_table[table], last = t->first_of_table[table + 1];
  if (columns > last - first || rows > ARC__ROWS_MAX) return 0;
  for (uint32_t c = first; c < first + columns; c++) {
    if (!tables_load_column(t, (int)c, rows, in)) return 0;
    if (t->schema->columns[c].kind == ARC__COLUMN_TEXT && !tables_texts_valid(t, (int)c, rows)) return 0;
  }
  for (uint32_t c = first + columns; c < last && rows; c++)
    while (t->columns[c].count <= rows >> ARC__CHUNK_SHIFT)
      if (!tables_add_chunk(&t->heap, &t->columns[c], tables_column_bytes(t, c))) {
        t->failed = 1;
        return 0;
      }
  t->rows[table] = rows;
  return 1;
}

/* So may tables be, but none may be there that this library does not know. */
static int tables_load_all(arc__tables *t, arc__reader *in) {
  uint32_t tables = arc__reader_u32(in);
  if (in->failed || tables > t->schema->table_count || !tables_load_strings(t, in)) return 0;
  for (size_t table = 0; table < tables; table++) {
    uint32_t rows = arc__reader_u32(in), columns = arc__reader_u32(in);
    if (in->failed || !tables_load_rows(t, table, rows, columns, in)) return 0;
  }
  for (size_t i = 0; i < t->schema->index_count; i++) tables_load_index(t, (int)i);
  return !t->failed && arc__reader_ended(in);
}

arc_status arc__tables_load(arc__tables *t, arc__reader *in, arc_error *err) {
  if (tables_load_all(t, in)) return ARC_OK;
  if (t->failed) return arc__fail_nomem(err);
  return arc__fail(err, ARC_E_CORRUPT, "the snapshot does not fit this library's tables");
}
