/* A storage in memory: the commits' bytes one after another, an index of where each begins, and the
 * latest snapshot. Appending costs amortized constant time per byte, finding a commit the logarithm
 * of their number. */
#include "arcollect/storage.h"

#include "buffer.h"
#include "error.h"
#include "struct_sizes.h"

#include <string.h>

typedef struct storage_memory_place {
  uint64_t first_seq;
  size_t offset;
} storage_memory_place;

typedef struct storage_memory {
  arc__heap heap;
  uint64_t next_seq, first_seq; /* of the first commit held; 1: there is none */
  arc__buffer bytes;
  storage_memory_place *places; /* by first_seq */
  size_t place_count, place_capacity;
  unsigned char *snapshot; /* NULL: none, or one of no bytes */
  size_t snapshot_size;
  uint64_t snapshot_seq; /* 0: none */
} storage_memory;

static int32_t storage_memory_append(void *user, uint64_t first_seq, uint32_t count,
                                     const void *bytes, size_t size) {
  storage_memory *m = user;
  if (count == 0 || !bytes || size == 0) return ARC_E_INVALID;
  if (first_seq != m->next_seq) return ARC_E_CONFLICT;
  if (count > UINT64_MAX - first_seq) return ARC_E_OVERFLOW;
  void *places = m->places;
  if (arc__grow(&m->heap, &places, &m->place_capacity, m->place_count + 1, sizeof *m->places) < 0)
    return ARC_E_NOMEM;
  m->places = places;
  if (!arc__buffer_reserve(&m->bytes, size)) {
    m->bytes.failed = 0; /* the next append may well find memory */
    return ARC_E_NOMEM;
  }
  m->places[m->place_count].first_seq = first_seq;
  m->places[m->place_count++].offset = m->bytes.size;
  arc__buffer_bytes(&m->bytes, bytes, size);
  m->next_seq += count;
  return ARC_OK;
}

/* Where the commit begins; ARC_E_NOT_FOUND if none begins with that number. */
static int32_t storage_memory_find(const storage_memory *m, uint64_t first_seq, size_t *offset) {
  size_t low = 0, high = m->place_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (m->places[middle].first_seq < first_seq)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == m->place_count) {
    *offset = m->bytes.size;
    return first_seq == m->next_seq ? ARC_OK : ARC_E_NOT_FOUND;
  }
  *offset = m->places[low].offset;
  return m->places[low].first_seq == first_seq ? ARC_OK : ARC_E_NOT_FOUND;
}

/* Copies from `have` bytes what lies from `offset` on and fits; returns its size. */
static size_t storage_memory_copy(void *buf, size_t cap, const unsigned char *bytes, size_t have,
                                  uint64_t offset) {
  if (offset >= have) return 0;
  size_t size = have - (size_t)offset < cap ? have - (size_t)offset : cap;
  if (size) memcpy(buf, bytes + (size_t)offset, size);
  return size;
}

static int32_t storage_memory_read(void *user, uint64_t first_seq, uint64_t offset, void *buf,
                                   size_t cap, size_t *size) {
  storage_memory *m = user;
  size_t begin;
  *size = 0;
  int32_t status = storage_memory_find(m, first_seq ? first_seq : m->first_seq, &begin);
  if (status != ARC_OK) return status;
  if (offset >= m->bytes.size - begin) return ARC_DONE;
  *size = storage_memory_copy(buf, cap, m->bytes.data, m->bytes.size, begin + offset);
  return ARC_OK;
}

static int32_t storage_memory_save_snapshot(void *user, uint64_t next_seq, const void *bytes,
                                            size_t size) {
  storage_memory *m = user;
  unsigned char *copy = NULL;
  if (next_seq == 0 || (size && !bytes)) return ARC_E_INVALID;
  if (next_seq < m->first_seq) return ARC_E_CONFLICT;
  if (size) {
    copy = arc__resize(&m->heap, NULL, 0, size);
    if (!copy) return ARC_E_NOMEM;
    memcpy(copy, bytes, size);
  }
  arc__free(&m->heap, m->snapshot, m->snapshot_size);
  m->snapshot = copy;
  m->snapshot_size = size;
  m->snapshot_seq = next_seq;
  return ARC_OK;
}

static int32_t storage_memory_load_snapshot(void *user, uint64_t *next_seq, uint64_t *total,
                                            uint64_t offset, void *buf, size_t cap, size_t *size) {
  storage_memory *m = user;
  *next_seq = m->snapshot_seq;
  *total = m->snapshot_size;
  *size = storage_memory_copy(buf, cap, m->snapshot, m->snapshot_size, offset);
  return m->snapshot_seq ? ARC_OK : ARC_DONE;
}

/* Moves the rest to the front and leaves zeros where it was. */
static int32_t storage_memory_drop(void *user, uint64_t first_seq) {
  storage_memory *m = user;
  size_t offset, dropped = 0;
  int32_t status = storage_memory_find(m, first_seq, &offset);
  if (status != ARC_OK || first_seq == m->next_seq) return ARC_E_NOT_FOUND;
  if (m->snapshot_seq < first_seq) return ARC_E_CONFLICT;
  while (m->places[dropped].offset < offset) dropped++;
  m->place_count -= dropped;
  memmove(m->places, m->places + dropped, m->place_count * sizeof *m->places);
  for (size_t i = 0; i < m->place_count; i++)
    m->places[i].offset -= offset;
  m->bytes.size -= offset;
  memmove(m->bytes.data, m->bytes.data + offset, m->bytes.size);
  memset(m->bytes.data + m->bytes.size, 0, offset);
  m->first_seq = first_seq;
  return ARC_OK;
}

static void storage_memory_close(void *user) {
  storage_memory *m = user;
  arc__heap heap = m->heap;
  arc__buffer_free(&m->bytes);
  arc__free(&heap, m->places, m->place_capacity * sizeof *m->places);
  arc__free(&heap, m->snapshot, m->snapshot_size);
  arc__free(&heap, m, sizeof *m);
}

arc_status arc_storage_memory_new(arc_storage *out, const arc_allocator *allocator,
                                  arc_error *err) {
  arc__heap heap;
  ARC__TRY(ARC__CHECK_ROWS(arc_storage, out, 1, err));
  ARC__TRY(arc__heap_init(&heap, allocator, err));
  storage_memory *m = arc__alloc(&heap, sizeof *m);
  if (!m) return arc__fail_nomem(err);
  m->heap = heap;
  m->next_seq = m->first_seq = 1;
  arc__buffer_init(&m->bytes, &m->heap);
  const arc_storage made = {.struct_size = sizeof made,
                            .user = m,
                            .append = storage_memory_append,
                            .read = storage_memory_read,
                            .save_snapshot = storage_memory_save_snapshot,
                            .load_snapshot = storage_memory_load_snapshot,
                            .close = storage_memory_close,
                            .drop = storage_memory_drop};
  return ARC__WRITE(arc_storage, out, &made, err);
}
