/* The journal's framing and scan: round trip, every bit, every cut, every failing allocation. */
#include "journal.h"

#include "hash.h"

#include "../support/test_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a journal made of numbers ---- */

#define BYTES_MAX  ((size_t)4 * 1024 * 1024)
#define COMMIT_MAX 400

/* A journal in memory with the places of its commits, read through a storage that misbehaves on
 * demand. */
struct journal {
  unsigned char *bytes;
  size_t size;
  size_t ends[COMMIT_MAX];         /* behind each commit */
  uint64_t first_seqs[COMMIT_MAX]; /* of each commit */
  unsigned char chain[32];
  size_t commits;
  uint64_t next_seq;
  size_t piece;   /* most that a read gives */
  int32_t answer; /* of a read, instead of bytes */
  size_t lie;     /* added to the size that a read states */
  size_t reads;
};

static size_t payload_size(uint64_t seq) {
  return seq == 300 ? 700000 : (size_t)(seq * 37 % 97);
}

static unsigned char payload_byte(uint64_t seq, size_t i) {
  return (unsigned char)((seq * 31 + i * 7) & 0xff);
}

static uint16_t record_type(uint64_t seq) {
  return (uint16_t)(seq % 7 + 1);
}

static uint16_t record_version(uint64_t seq) {
  return (uint16_t)(seq % 3 + 1);
}

static int64_t commit_instant(uint64_t first_seq) {
  return (int64_t)first_seq * 1000 - 5000;
}

static const arc__heap *plain_heap(void) {
  static arc__heap heap;
  assert_int_equal(arc__heap_init(&heap, NULL, NULL), ARC_OK);
  return &heap;
}

static void add_records(arc__buffer *b, uint64_t seq, uint32_t count) {
  unsigned char *payload = malloc(700000);
  assert_non_null(payload);
  for (; count--; seq++) {
    for (size_t i = 0; i < payload_size(seq); i++)
      payload[i] = payload_byte(seq, i);
    arc__commit_record(b, record_type(seq), record_version(seq), payload, payload_size(seq));
  }
  free(payload);
}

static void journal_add(struct journal *j, uint32_t count) {
  arc__buffer b;
  arc__commit commit = {.first_seq = j->next_seq, .instant = commit_instant(j->next_seq)};
  memcpy(commit.chain, j->chain, 32);
  arc__buffer_init(&b, plain_heap());
  arc__commit_begin(&b);
  add_records(&b, j->next_seq, count);
  assert_int_equal(arc__commit_finish(&b, &commit, NULL), ARC_OK);
  assert_int_equal(commit.count, count);
  assert_true(j->commits < COMMIT_MAX && b.size <= BYTES_MAX - j->size);
  memcpy(j->bytes + j->size, b.data, b.size);
  j->size += b.size;
  j->ends[j->commits] = j->size;
  j->first_seqs[j->commits++] = j->next_seq;
  j->next_seq += count;
  memcpy(j->chain, commit.chain, 32);
  arc__buffer_free(&b);
}

static struct journal *journal_new(size_t commits) {
  static const uint32_t counts[] = {1, 3, 1, 2, 5};
  struct journal *j = calloc(1, sizeof *j);
  assert_non_null(j);
  j->bytes = malloc(BYTES_MAX);
  assert_non_null(j->bytes);
  j->next_seq = 1;
  j->piece = SIZE_MAX;
  while (j->commits < commits)
    journal_add(j, counts[j->commits % 5]);
  return j;
}

static void journal_free(struct journal *j) {
  free(j->bytes);
  free(j);
}

static int32_t journal_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap,
                            size_t *size) {
  struct journal *j = user;
  size_t begin = 0;
  j->reads++;
  *size = 0;
  if (j->answer) return j->answer;
  for (size_t i = 0; i < j->commits && j->first_seqs[i] < first_seq; i++)
    begin = j->ends[i];
  if (begin + offset >= j->size) return ARC_DONE;
  *size = j->size - begin - (size_t)offset;
  if (*size > cap) *size = cap;
  if (*size > j->piece) *size = j->piece;
  memcpy(buf, j->bytes + begin + offset, *size);
  *size += j->lie;
  return ARC_OK;
}

static arc_storage journal_storage(struct journal *j) {
  arc_storage storage = {.struct_size = sizeof storage, .user = j, .read = journal_read};
  return storage;
}

/* What a scan was told; it checks every record against the numbers it is made of. */
struct told {
  uint64_t next_seq;
  uint64_t fail_at; /* the record at which the function fails; 0: none */
};

static arc_status hear(void *user, uint64_t seq, int64_t instant, uint16_t type, uint16_t version,
                       const unsigned char *payload, size_t size, arc_error *err) {
  struct told *told = user;
  (void)err;
  if (seq == told->fail_at) return ARC_E_REFUSED;
  assert_int_equal(seq, told->next_seq++);
  assert_int_equal(type, record_type(seq));
  assert_int_equal(version, record_version(seq));
  assert_int_equal(size, payload_size(seq));
  assert_true(instant <= commit_instant(seq) && instant > commit_instant(seq) - 10 * 1000);
  for (size_t i = 0; i < size; i++)
    if (payload[i] != payload_byte(seq, i))
      fail_msg("byte %zu of record %llu", i, (unsigned long long)seq);
  return ARC_OK;
}

static arc_status scan_all(struct journal *j, arc__scan *scan, struct told *told, arc_error *err) {
  arc_storage storage = journal_storage(j);
  *scan = (arc__scan){.next_seq = 1};
  *told = (struct told){.next_seq = 1};
  return arc__journal_scan(&storage, plain_heap(), scan, 0, hear, told, err);
}

/* ---- commits ---- */

static void test_commit_is_read_as_written(void **state) {
  struct journal *j = journal_new(2);
  static const unsigned char zero[32];
  arc__commit commit, second;
  (void)state;
  assert_int_equal(arc__commit_header(&commit, j->bytes, NULL), ARC_OK);
  assert_int_equal(commit.first_seq, 1);
  assert_int_equal(commit.count, 1);
  assert_int_equal(commit.instant, -4000);
  assert_int_equal(commit.size, 8 + payload_size(1));
  assert_int_equal(arc__commit_check(&commit, j->bytes, zero, NULL), ARC_OK);
  assert_int_equal(arc__commit_header(&second, j->bytes + j->ends[0], NULL), ARC_OK);
  assert_int_equal(second.first_seq, 2);
  assert_int_equal(arc__commit_check(&second, j->bytes + j->ends[0], commit.chain, NULL), ARC_OK);
  assert_int_equal(arc__commit_check(&second, j->bytes + j->ends[0], zero, NULL), ARC_E_CORRUPT);
  assert_memory_equal(second.chain, j->chain, 32);
  journal_free(j);
}

/* The layout is promised to other readers of the journal, byte by byte. */
static void test_commit_has_the_documented_bytes(void **state) {
  static const unsigned char head[32] = {'A', 'R', 'C',  'J',  1,    0,    0,    0,    2,    1,   0,
                                         0,   0,   0,    0,    0,    1,    0,    0,    0,    11,  0,
                                         0,   0,   0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  static const unsigned char body[11] = {3, 0, 4, 0, 3, 0, 0, 0, 'a', 'b', 'c'};
  unsigned char chain[32], previous[32];
  arc__commit commit = {.first_seq = 0x102, .instant = -2};
  arc__buffer b;
  arc__blake2b h;
  (void)state;
  memset(previous, 0x77, sizeof previous);
  memset(commit.chain, 0x77, sizeof commit.chain);
  arc__buffer_init(&b, plain_heap());
  arc__commit_begin(&b);
  arc__commit_record(&b, 3, 4, "abc", 3);
  assert_int_equal(arc__commit_finish(&b, &commit, NULL), ARC_OK);
  assert_int_equal(b.size, ARC__COMMIT_HEADER + sizeof body);
  assert_memory_equal(b.data, head, sizeof head);
  assert_memory_equal(b.data + ARC__COMMIT_HEADER, body, sizeof body);
  arc__blake2b_init(&h);
  arc__blake2b_update(&h, previous, 32);
  arc__blake2b_update(&h, head, 32);
  arc__blake2b_update(&h, body, sizeof body);
  arc__blake2b_final(&h, chain);
  assert_memory_equal(b.data + 32, chain, 32);
  assert_memory_equal(commit.chain, chain, 32);
  uint32_t crc = arc__crc32c(arc__crc32c(0, b.data, 64), body, sizeof body);
  for (int i = 0; i < 4; i++)
    assert_int_equal(b.data[64 + i], crc >> 8 * i & 0xff);
  for (int i = 68; i < 80; i++)
    assert_int_equal(b.data[i], 0);
  arc__buffer_free(&b);
}

static void test_commit_refuses_what_no_reader_takes(void **state) {
  arc__commit commit = {.first_seq = 1}, before;
  arc_error err = ARC_ERROR_INIT;
  arc__buffer b;
  (void)state;
  memset(commit.chain, 9, sizeof commit.chain);
  before = commit;
  arc__buffer_init(&b, plain_heap());
  arc__commit_begin(&b);
  assert_int_equal(arc__commit_finish(&b, &commit, &err), ARC_E_INVALID);
  arc__commit_record(&b, 1, 1, "x", 1);
  size_t size = b.size;
  b.size = ARC__COMMIT_HEADER + (size_t)ARC__COMMIT_MAX + 1; /* as if so much had been written */
  assert_int_equal(arc__commit_finish(&b, &commit, &err), ARC_E_OVERFLOW);
  b.size = size;
  commit.first_seq = UINT64_MAX;
  assert_int_equal(arc__commit_finish(&b, &commit, &err), ARC_E_OVERFLOW);
  commit.first_seq = 0;
  assert_int_equal(arc__commit_finish(&b, &commit, &err), ARC_E_OVERFLOW);
  assert_memory_equal(commit.chain, before.chain, 32);
  commit.first_seq = UINT64_MAX - 1;
  assert_int_equal(arc__commit_finish(&b, &commit, &err), ARC_OK);
  arc__buffer_free(&b);
}

static void test_commit_without_memory_changes_nothing(void **state) {
  struct test_heap heap = {0};
  arc_allocator allocator = test_heap_allocator(&heap);
  arc__heap internal;
  arc__buffer b;
  arc__commit commit = {.first_seq = 1}, before;
  (void)state;
  assert_int_equal(arc__heap_init(&internal, &allocator, NULL), ARC_OK);
  memset(commit.chain, 9, sizeof commit.chain);
  before = commit;
  arc__buffer_init(&b, &internal);
  for (size_t k = 1;; k++) {
    test_heap_fail(&heap, k, 1);
    arc__commit_begin(&b);
    add_records(&b, 1, 50);
    arc_status status = arc__commit_finish(&b, &commit, NULL);
    if (!test_heap_failed(&heap)) {
      assert_int_equal(status, ARC_OK);
      assert_true(k > 1);
      break;
    }
    assert_int_equal(status, ARC_E_NOMEM);
    assert_memory_equal(&commit, &before, sizeof before);
    if (k % 2) arc__buffer_free(&b); /* else the failed buffer is used again */
  }
  arc__buffer_free(&b);
  assert_int_equal(heap.live, 0);
}

/* ---- scans ---- */

static void test_scan_of_nothing(void **state) {
  struct journal *j = journal_new(0);
  arc__scan scan;
  struct told told;
  (void)state;
  assert_int_equal(scan_all(j, &scan, &told, NULL), ARC_OK);
  assert_int_equal(scan.next_seq, 1);
  journal_free(j);
}

static void test_scan_in_pieces(void **state) {
  static const size_t pieces[] = {1, 7, 4096, 262144, SIZE_MAX};
  struct journal *j = journal_new(300); /* with a record of 700 000 bytes in it */
  (void)state;
  assert_true(j->size > 700000 && j->next_seq > 300);
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    arc__scan scan;
    struct told told;
    j->piece = pieces[i];
    j->reads = 0;
    assert_int_equal(scan_all(j, &scan, &told, NULL), ARC_OK);
    assert_int_equal(told.next_seq, j->next_seq);
    assert_int_equal(scan.next_seq, j->next_seq);
    assert_int_equal(scan.instant, commit_instant(j->first_seqs[j->commits - 1]));
    assert_memory_equal(scan.chain, j->chain, 32);
    if (pieces[i] == SIZE_MAX) assert_true(j->reads < 12); /* many commits a read */
  }
  journal_free(j);
}

static void test_scan_goes_on_from_where_it_came(void **state) {
  struct journal *j = journal_new(40);
  arc_storage storage = journal_storage(j);
  arc__scan scan = {.next_seq = 1};
  struct told told = {.next_seq = 1};
  (void)state;
  for (size_t i = 0; i < j->commits; i++) {
    assert_int_equal(
        arc__journal_scan(&storage, plain_heap(), &scan, j->first_seqs[i], hear, &told, NULL),
        ARC_OK);
    assert_int_equal(scan.next_seq, j->first_seqs[i]);
    assert_int_equal(told.next_seq, j->first_seqs[i]);
  }
  assert_int_equal(arc__journal_scan(&storage, plain_heap(), &scan, 0, hear, &told, NULL), ARC_OK);
  assert_int_equal(scan.next_seq, j->next_seq);
  journal_add(j, 4); /* somebody else appended */
  assert_int_equal(arc__journal_scan(&storage, plain_heap(), &scan, 0, hear, &told, NULL), ARC_OK);
  assert_int_equal(told.next_seq, j->next_seq);
  assert_memory_equal(scan.chain, j->chain, 32);
  journal_free(j);
}

static void test_scan_stops_where_the_function_fails(void **state) {
  struct journal *j = journal_new(20);
  arc_storage storage = journal_storage(j);
  (void)state;
  for (uint64_t seq = 1; seq < j->next_seq; seq++) {
    arc__scan scan = {.next_seq = 1};
    struct told told = {.next_seq = 1, .fail_at = seq};
    size_t commit = 0;
    while (commit + 1 < j->commits && j->first_seqs[commit + 1] <= seq)
      commit++;
    assert_int_equal(arc__journal_scan(&storage, plain_heap(), &scan, 0, hear, &told, NULL),
                     ARC_E_REFUSED);
    assert_int_equal(told.next_seq, seq);
    assert_int_equal(scan.next_seq, j->first_seqs[commit]);
  }
  journal_free(j);
}

/* The scan must name the commit in which the byte at `place` lies, and tell nothing from it on. */
static void assert_found(struct journal *j, size_t place) {
  arc__scan scan;
  struct told told;
  arc_error err = ARC_ERROR_INIT;
  size_t commit = 0;
  while (j->ends[commit] <= place)
    commit++;
  assert_int_equal(scan_all(j, &scan, &told, &err), ARC_E_CORRUPT);
  assert_int_equal(err.record, j->first_seqs[commit]);
  assert_int_equal(scan.next_seq, j->first_seqs[commit]);
  assert_int_equal(told.next_seq, j->first_seqs[commit]);
  assert_true(err.text[0] != 0);
}

static void test_every_bit_flip_is_found(void **state) {
  struct journal *j = journal_new(9);
  (void)state;
  for (size_t bit = 0; bit < j->size * 8; bit++) {
    j->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    assert_found(j, bit / 8);
    j->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  journal_free(j);
}

static void test_every_cut_is_found(void **state) {
  struct journal *j = journal_new(9);
  size_t whole = j->size, commit = 0;
  (void)state;
  for (j->size = 0; j->size <= whole; j->size++) {
    arc__scan scan;
    struct told told;
    if (commit < 9 && j->size == j->ends[commit]) commit++;
    if (j->size != 0 && j->size != j->ends[commit - (commit > 0)]) {
      assert_found(j, j->size);
    } else {
      assert_int_equal(scan_all(j, &scan, &told, NULL), ARC_OK);
      assert_int_equal(told.next_seq, commit < 9 ? j->first_seqs[commit] : j->next_seq);
    }
  }
  journal_free(j);
}

/* Makes CRC and chain of a changed commit right again, as somebody would who forges one. */
static void reseal(unsigned char *commit, const unsigned char previous[32]) {
  arc__commit header;
  arc__blake2b h;
  assert_int_equal(arc__commit_header(&header, commit, NULL), ARC_OK);
  arc__blake2b_init(&h);
  arc__blake2b_update(&h, previous, 32);
  arc__blake2b_update(&h, commit, 32);
  arc__blake2b_update(&h, commit + 80, header.size);
  arc__blake2b_final(&h, commit + 32);
  uint32_t crc = arc__crc32c(arc__crc32c(0, commit, 64), commit + 80, header.size);
  for (int i = 0; i < 4; i++)
    commit[64 + i] = (unsigned char)(crc >> 8 * i & 0xff);
}

static void test_changed_commit_with_right_crc_breaks_the_chain(void **state) {
  struct journal *j = journal_new(5);
  unsigned char zero[32] = {0};
  (void)state;
  j->bytes[j->ends[0] - 1] ^= 1; /* the last byte of the first commit's payload */
  reseal(j->bytes, zero);
  arc__scan scan;
  struct told told = {.next_seq = 1};
  arc_error err = ARC_ERROR_INIT;
  arc_storage storage = journal_storage(j);
  scan = (arc__scan){.next_seq = j->first_seqs[1]};
  told.next_seq = j->first_seqs[1];
  memcpy(scan.chain, j->bytes + 32, 32); /* of the forged one */
  assert_int_equal(arc__journal_scan(&storage, plain_heap(), &scan, 0, hear, &told, &err),
                   ARC_E_CORRUPT);
  assert_int_equal(err.record, j->first_seqs[1]);
  journal_free(j);
}

static void test_moved_commits_are_found(void **state) {
  struct journal *j = journal_new(10);
  unsigned char *all = malloc(BYTES_MAX);
  size_t size = j->size;
  assert_non_null(all);
  memcpy(all, j->bytes, size);
  (void)state;
  for (size_t commit = 0; commit + 1 < 10; commit++) { /* left out */
    size_t begin = commit ? j->ends[commit - 1] : 0;
    memcpy(j->bytes + begin, all + j->ends[commit], size - j->ends[commit]);
    j->size = size - (j->ends[commit] - begin);
    assert_found(j, begin);
    memcpy(j->bytes, all, size);
  }
  for (size_t commit = 0; commit + 1 < 10; commit++) { /* twice */
    size_t begin = commit ? j->ends[commit - 1] : 0, length = j->ends[commit] - begin;
    memcpy(j->bytes + j->ends[commit], all + begin, length);
    memcpy(j->bytes + j->ends[commit] + length, all + j->ends[commit], size - j->ends[commit]);
    j->size = size + length;
    assert_found(j, j->ends[commit]);
    memcpy(j->bytes, all, size);
  }
  free(all);
  journal_free(j);
}

static void test_records_that_do_not_come_out_even(void **state) {
  struct journal *j = journal_new(1);
  unsigned char zero[32] = {0};
  (void)state;
  static const struct {
    size_t at;
    unsigned char value;
  } change[] = {{16, 2}, {84, 36}, {84, 38}, {87, 0xff}};
  for (size_t i = 0; i < sizeof change / sizeof *change; i++) {
    unsigned char kept = j->bytes[change[i].at];
    assert_int_not_equal(kept, change[i].value);
    j->bytes[change[i].at] = change[i].value;
    reseal(j->bytes, zero);
    assert_found(j, 0);
    j->bytes[change[i].at] = kept;
  }
  reseal(j->bytes, zero);
  arc__scan scan;
  struct told told;
  assert_int_equal(scan_all(j, &scan, &told, NULL), ARC_OK);
  journal_free(j);
}

static void test_scan_reports_the_storage(void **state) {
  static const struct {
    int32_t answer;
    size_t lie;
    arc_status status;
    int32_t host_code;
  } rows[] = {{42, 0, ARC_E_STORAGE, 42},
              {ARC_E_STORAGE, 0, ARC_E_STORAGE, ARC_E_STORAGE},
              {ARC_ALREADY, 0, ARC_E_STORAGE, ARC_ALREADY},
              {ARC_E_NOT_FOUND, 0, ARC_E_CORRUPT, 0},
              {ARC_E_CORRUPT, 0, ARC_E_CORRUPT, 0},
              {0, (size_t)1 << 30, ARC_E_STORAGE, 0},
              {0, (size_t)0 - 10, ARC_E_STORAGE, 0}};
  struct journal *j = journal_new(3);
  (void)state;
  j->piece = 10;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    arc__scan scan;
    struct told told;
    arc_error err = ARC_ERROR_INIT;
    j->answer = rows[i].answer;
    j->lie = rows[i].lie;
    assert_int_equal(scan_all(j, &scan, &told, &err), rows[i].status);
    assert_int_equal(err.host_code, rows[i].host_code);
    assert_int_equal(scan.next_seq, 1);
    assert_int_equal(told.next_seq, 1);
  }
  journal_free(j);
}

/* ---- memory ---- */

static void test_scan_without_memory(void **state) {
  struct journal *j = journal_new(200);
  struct test_heap heap = {0};
  arc_allocator allocator = test_heap_allocator(&heap);
  arc_storage storage = journal_storage(j);
  arc__heap internal;
  (void)state;
  assert_true(j->next_seq > 300); /* the record that needs a larger buffer is in it */
  assert_int_equal(arc__heap_init(&internal, &allocator, NULL), ARC_OK);
  for (int once = 0; once < 2; once++) {
    for (size_t k = 1;; k++) {
      arc__scan scan = {.next_seq = 1};
      struct told told = {.next_seq = 1};
      test_heap_fail(&heap, k, once);
      arc_status status = arc__journal_scan(&storage, &internal, &scan, 0, hear, &told, NULL);
      assert_int_equal(heap.live, 0);
      if (!test_heap_failed(&heap)) {
        assert_int_equal(status, ARC_OK);
        assert_true(k > 2);
        break;
      }
      assert_int_equal(status, ARC_E_NOMEM);
      assert_int_equal(scan.next_seq, told.next_seq);
    }
  }
  journal_free(j);
}

/* A header may state a gigabyte: memory follows what has arrived. */
static void test_scan_takes_no_memory_for_stated_sizes(void **state) {
  struct journal *j = journal_new(1);
  struct test_heap heap = {0};
  arc_allocator allocator = test_heap_allocator(&heap);
  arc_storage storage = journal_storage(j);
  arc__heap internal;
  (void)state;
  assert_int_equal(arc__heap_init(&internal, &allocator, NULL), ARC_OK);
  j->bytes[20] = 0xff, j->bytes[21] = 0xff, j->bytes[22] = 0xff, j->bytes[23] = 0x3f;
  memset(j->bytes + j->size, 0, BYTES_MAX - j->size);
  for (j->size = 100; j->size <= BYTES_MAX; j->size *= 8) {
    arc__scan scan = {.next_seq = 1};
    struct told told = {.next_seq = 1};
    heap.peak_bytes = 0;
    assert_int_equal(arc__journal_scan(&storage, &internal, &scan, 0, hear, &told, NULL),
                     ARC_E_CORRUPT);
    assert_true(heap.peak_bytes <=
                6 * j->size + 300000); /* old and new block live while one grows */
  }
  journal_free(j);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_commit_is_read_as_written),
      cmocka_unit_test(test_commit_has_the_documented_bytes),
      cmocka_unit_test(test_commit_refuses_what_no_reader_takes),
      cmocka_unit_test(test_commit_without_memory_changes_nothing),
      cmocka_unit_test(test_scan_of_nothing),
      cmocka_unit_test(test_scan_in_pieces),
      cmocka_unit_test(test_scan_goes_on_from_where_it_came),
      cmocka_unit_test(test_scan_stops_where_the_function_fails),
      cmocka_unit_test(test_every_bit_flip_is_found),
      cmocka_unit_test(test_every_cut_is_found),
      cmocka_unit_test(test_changed_commit_with_right_crc_breaks_the_chain),
      cmocka_unit_test(test_moved_commits_are_found),
      cmocka_unit_test(test_records_that_do_not_come_out_even),
      cmocka_unit_test(test_scan_reports_the_storage),
      cmocka_unit_test(test_scan_without_memory),
      cmocka_unit_test(test_scan_takes_no_memory_for_stated_sizes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
