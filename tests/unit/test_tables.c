/* Tables: cells of every width, texts, indexes, undo, forks, and the way to bytes and back. */
#include "tables.h"

#include "../support/test_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Two tables: things with a key and a tag, and plain numbers. */
enum { THING, NUMBER, TABLES };
enum { THING_KEY, THING_TAG, THING_SMALL, THING_SIGNED, THING_BIG, THING_TEXT, NUMBER_VALUE, NUMBER_DAY, COLUMNS };
enum { BY_KEY, BY_TEXT, INDEXES };

static const arc__column_spec columns[COLUMNS] = {{THING, 4, 1}, {THING, 1, 0}, {THING, 2, 0}, {THING, 4, 0},
                                                  {THING, 8, 0}, {THING, 4, 1}, {NUMBER, 8, 0},
                                                  {NUMBER, 4, ARC__COLUMN_DAY}};
static const arc__index_spec indexes[INDEXES] = {{THING, THING_KEY, THING_TAG}, {THING, THING_TEXT, -1}};
static const arc__schema schema = {columns, indexes, COLUMNS, INDEXES, TABLES};

struct world {
  struct test_heap counted;
  arc__heap heap;
  arc__tables t;
};

static void begin_with(struct world *w, arc__tables *t, uint64_t seed) {
  const uint64_t seeds[2] = {seed, ~seed};
  assert_int_equal(arc__tables_init(t, &w->heap, &schema, seeds, NULL), ARC_OK);
}

static void begin(struct world *w) {
  arc_allocator allocator;
  memset(w, 0, sizeof *w);
  allocator = test_heap_allocator(&w->counted);
  assert_int_equal(arc__heap_init(&w->heap, &allocator, NULL), ARC_OK);
  begin_with(w, &w->t, 1);
}

static void end(struct world *w) {
  arc__tables_free(&w->t);
  assert_int_equal(w->counted.live, 0);
}

static arc_text text_of(const char *s) {
  arc_text text = {s, strlen(s)};
  return text;
}

static uint32_t thing(arc__tables *t, const char *key, int64_t tag, const char *text) {
  uint32_t row = arc__append_row(t, THING);
  arc__put_text(t, THING_KEY, row, text_of(key));
  arc__put(t, THING_TAG, row, tag);
  arc__put_text(t, THING_TEXT, row, text_of(text));
  arc__index_add(t, BY_KEY, row);
  arc__index_add(t, BY_TEXT, row);
  return row;
}

static void digest(const arc__tables *t, unsigned char out[32]) {
  arc__tables_digest(t, out);
}

static void assert_same(const arc__tables *a, const arc__tables *b, int same) {
  unsigned char x[32], y[32];
  digest(a, x);
  digest(b, y);
  assert_int_equal(memcmp(x, y, 32) == 0, same);
}

/* ---- cells and texts ---- */

static void test_cells_hold_their_width(void **state) {
  struct world w;
  (void)state;
  begin(&w);
  uint32_t row = arc__append_row(&w.t, THING);
  assert_int_equal(row, 1);
  assert_int_equal(arc__i64(&w.t, THING_BIG, row), 0);
  arc__put(&w.t, THING_TAG, row, 255);
  arc__put(&w.t, THING_SMALL, row, 65535);
  arc__put(&w.t, THING_SIGNED, row, INT32_MIN);
  arc__put(&w.t, THING_BIG, row, INT64_MIN);
  assert_int_equal(arc__u8(&w.t, THING_TAG, row), 255);
  assert_int_equal(arc__u16(&w.t, THING_SMALL, row), 65535);
  assert_int_equal(arc__i32(&w.t, THING_SIGNED, row), INT32_MIN);
  arc__put(&w.t, THING_SIGNED, row, UINT32_MAX);
  assert_int_equal(arc__u32(&w.t, THING_SIGNED, row), UINT32_MAX);
  assert_true(arc__i64(&w.t, THING_BIG, row) == INT64_MIN);
  assert_int_equal(w.t.failed, 0);
  end(&w);
}

/* Rows that keep their initial values take no memory but their chunks' places. */
static void test_initial_values_cost_nothing(void **state) {
  struct world w;
  size_t live;
  (void)state;
  begin(&w);
  for (int i = 0; i < 200000; i++) assert_int_equal(arc__append_row(&w.t, NUMBER), i + 1);
  live = w.counted.live;
  assert_true(live < 20000);
  assert_int_equal(arc__i32(&w.t, NUMBER_DAY, 200000), INT32_MIN);
  assert_true(arc__i64(&w.t, NUMBER_VALUE, 100) == 0);
  arc__put(&w.t, NUMBER_DAY, 70000, INT32_MIN);
  arc__put(&w.t, NUMBER_VALUE, 70000, 0);
  assert_int_equal(w.counted.live, live);
  arc__mark mark = arc__tables_mark(&w.t);
  arc__put(&w.t, NUMBER_DAY, 70000, 19000);
  assert_true(w.counted.live > live);
  assert_int_equal(arc__i32(&w.t, NUMBER_DAY, 70000), 19000);
  assert_int_equal(arc__i32(&w.t, NUMBER_DAY, 70001), INT32_MIN);
  assert_int_equal(arc__i32(&w.t, NUMBER_DAY, 70000 + ARC__CHUNK_ROWS), INT32_MIN);
  arc__tables_rollback(&w.t, &mark);
  assert_int_equal(arc__i32(&w.t, NUMBER_DAY, 70000), INT32_MIN);
  end(&w);
}

/* A number beyond 32 bits changes how its chunk is kept and nothing else: not in a fork, not after going back. */
static void test_numbers_beyond_32_bits(void **state) {
  static const int64_t big[] = {INT32_MAX, INT32_MIN, INT64_C(1) << 31, -(INT64_C(1) << 31) - 1, INT64_MAX, INT64_MIN};
  (void)state;
  for (size_t b = 0; b < sizeof big / sizeof *big; b++) {
    struct world w, same;
    arc__tables fork;
    begin(&w);
    begin(&same);
    for (int64_t i = 1; i <= 3000; i++) {
      arc__put(&w.t, NUMBER_VALUE, arc__append_row(&w.t, NUMBER), i % 2 ? i : -i);
      arc__put(&same.t, NUMBER_VALUE, arc__append_row(&same.t, NUMBER), i % 2 ? i : -i);
    }
    assert_int_equal(arc__tables_fork(&fork, &w.t, NULL), ARC_OK);
    arc__mark mark = arc__tables_mark(&fork);
    arc__put(&fork, NUMBER_VALUE, 1500, big[b]);
    uint32_t row = arc__append_row(&fork, NUMBER);
    arc__put(&fork, NUMBER_VALUE, row, big[b]);
    assert_true(arc__i64(&fork, NUMBER_VALUE, 1500) == big[b]);
    assert_true(arc__i64(&fork, NUMBER_VALUE, row) == big[b]);
    assert_true(arc__i64(&fork, NUMBER_VALUE, 1501) == 1501);
    assert_true(arc__i64(&fork, NUMBER_VALUE, 1502) == -1502);
    assert_same(&fork, &w.t, 0);
    assert_same(&w.t, &same.t, 1);
    arc__tables_rollback(&fork, &mark);
    assert_same(&fork, &same.t, 1);
    arc__tables_keep(&fork);
    row = arc__append_row(&fork, NUMBER);
    assert_true(arc__i64(&fork, NUMBER_VALUE, row) == 0);
    arc__put(&w.t, NUMBER_VALUE, 7, big[b]);
    assert_true(arc__i64(&fork, NUMBER_VALUE, 7) == 7);
    arc__tables_free(&fork);
    arc__put(&w.t, NUMBER_VALUE, 7, 7);
    assert_same(&w.t, &same.t, 1);
    end(&w);
    end(&same);
  }
}

/* A fork's first texts take little room, whatever comes after them. */
static void test_texts_of_a_fork(void **state) {
  static char long_text[60001];
  (void)state;
  memset(long_text, 'x', sizeof long_text - 1);
  for (int long_at = 0; long_at < 400; long_at += 133) {
    struct world w;
    arc__tables fork, loaded;
    arc__buffer bytes;
    arc__reader in;
    char text[40];
    begin(&w);
    thing(&w.t, "first", 0, "of the book");
    assert_int_equal(arc__tables_fork(&fork, &w.t, NULL), ARC_OK);
    size_t live = w.counted.live;
    thing(&fork, "second", 0, "of the fork");
    assert_true(w.counted.live - live < 64 * 1024);
    for (int i = 0; i < 400; i++) {
      snprintf(text, sizeof text, "number %d of the fork alone", i);
      uint32_t row = arc__append_row(&fork, THING);
      arc__put_text(&fork, THING_TEXT, row, text_of(i == long_at ? long_text : text));
    }
    for (int i = 0; i < 400; i++) {
      snprintf(text, sizeof text, "number %d of the fork alone", i);
      assert_string_equal(arc__text(&fork, THING_TEXT, (uint32_t)i + 3).data, i == long_at ? long_text : text);
    }
    arc__buffer_init(&bytes, &w.heap);
    arc__tables_save(&fork, &bytes);
    begin_with(&w, &loaded, 5);
    arc__reader_init(&in, bytes.data, bytes.size);
    assert_int_equal(arc__tables_load(&loaded, &in, NULL), ARC_OK);
    assert_same(&fork, &loaded, 1);
    arc__tables_free(&loaded);
    arc__tables_free(&fork);
    arc__buffer_free(&bytes);
    end(&w);
  }
}

static void test_rows_over_many_chunks(void **state) {
  struct world w;
  (void)state;
  begin(&w);
  for (int64_t i = 1; i <= 5000; i++) {
    assert_int_equal(arc__append_row(&w.t, NUMBER), i);
    arc__put(&w.t, NUMBER_VALUE, (uint32_t)i, i * i);
  }
  for (int64_t i = 1; i <= 5000; i++) assert_true(arc__i64(&w.t, NUMBER_VALUE, (uint32_t)i) == i * i);
  assert_int_equal(w.t.rows[THING], 0);
  end(&w);
}

static void test_texts(void **state) {
  struct world w;
  static char longest[65536];
  (void)state;
  begin(&w);
  memset(longest, 'x', 65535);
  uint32_t row = arc__append_row(&w.t, THING);
  assert_int_equal(arc__text(&w.t, THING_TEXT, row).size, 0);
  assert_string_equal(arc__text(&w.t, THING_TEXT, row).data, "");
  /* Longest texts one after another: none may cross a chunk of the arena. */
  for (int i = 0; i < 10; i++) {
    longest[0] = (char)('a' + i);
    row = arc__append_row(&w.t, THING);
    arc__put_text(&w.t, THING_TEXT, row, text_of(longest));
    arc__put_text(&w.t, THING_KEY, row, text_of("k"));
  }
  for (uint32_t i = 2; i <= 11; i++) {
    arc_text text = arc__text(&w.t, THING_TEXT, i);
    assert_int_equal(text.size, 65535);
    assert_int_equal(text.data[0], 'a' + (int)i - 2);
    assert_int_equal(text.data[65534], 'x');
    assert_int_equal(text.data[65535], 0);
    assert_string_equal(arc__text(&w.t, THING_KEY, i).data, "k");
  }
  arc__put_text(&w.t, THING_TEXT, 5, text_of(""));
  assert_int_equal(arc__text(&w.t, THING_TEXT, 5).size, 0);
  end(&w);
}

/* ---- indexes ---- */

static void test_index_finds_by_key_and_tag(void **state) {
  struct world w;
  (void)state;
  begin(&w);
  uint32_t a = thing(&w.t, "a", 1, ""), b = thing(&w.t, "a", 2, "x"), none = thing(&w.t, "", 1, "y");
  assert_int_equal(arc__index_find(&w.t, BY_KEY, text_of("a"), 1), a);
  assert_int_equal(arc__index_find(&w.t, BY_KEY, text_of("a"), 2), b);
  assert_int_equal(arc__index_find(&w.t, BY_KEY, text_of("a"), 3), 0);
  assert_int_equal(arc__index_find(&w.t, BY_KEY, text_of("aa"), 1), 0);
  assert_int_equal(arc__index_find(&w.t, BY_KEY, text_of(""), 1), 0); /* empty keys are in no index */
  assert_int_equal(arc__index_find(&w.t, BY_TEXT, text_of("x"), 0), b);
  assert_int_equal(arc__index_find(&w.t, BY_TEXT, text_of("y"), 99), none); /* no tag: any */
  end(&w);
}

static void test_index_of_many_under_any_seed(void **state) {
  static const uint64_t seeds[] = {0, 1, UINT64_MAX, 0x123456789abcdef};
  (void)state;
  for (size_t s = 0; s < 4; s++) {
    struct world w;
    char key[16];
    begin(&w);
    arc__tables_free(&w.t);
    begin_with(&w, &w.t, seeds[s]);
    for (int i = 0; i < 3000; i++) {
      snprintf(key, sizeof key, "key %d", i / 2);
      assert_int_equal(thing(&w.t, key, i % 2, ""), i + 1);
    }
    for (int i = 0; i < 3000; i++) {
      snprintf(key, sizeof key, "key %d", i / 2);
      assert_int_equal(arc__index_find(&w.t, BY_KEY, text_of(key), i % 2), i + 1);
      assert_int_equal(arc__index_find(&w.t, BY_KEY, text_of(key), 2), 0);
    }
    end(&w);
  }
}

/* ---- undo ---- */

static void test_rollback_takes_everything_back(void **state) {
  struct world w;
  unsigned char before[32], after[32];
  (void)state;
  begin(&w);
  uint32_t a = thing(&w.t, "a", 1, "old");
  arc__put(&w.t, THING_BIG, a, 5);
  digest(&w.t, before);
  arc__mark mark = arc__tables_mark(&w.t);
  arc__put(&w.t, THING_BIG, a, 6);
  arc__put(&w.t, THING_BIG, a, 7);
  arc__put_text(&w.t, THING_TEXT, a, text_of("new"));
  for (int i = 0; i < 3000; i++) {
    char key[16];
    snprintf(key, sizeof key, "more %d", i);
    thing(&w.t, key, 1, "");
  }
  arc__append_row(&w.t, NUMBER);
  arc__put(&w.t, NUMBER_VALUE, 1, 9);
  arc__tables_rollback(&w.t, &mark);
  arc__tables_keep(&w.t);
  digest(&w.t, after);
  assert_memory_equal(before, after, 32);
  assert_int_equal(arc__index_find(&w.t, BY_KEY, text_of("more 7"), 1), 0);
  assert_int_equal(arc__index_find(&w.t, BY_KEY, text_of("a"), 1), a);
  assert_int_equal(thing(&w.t, "b", 1, ""), 2); /* rows that were taken back are zero when they come again */
  assert_int_equal(arc__i64(&w.t, THING_BIG, 2), 0);
  assert_int_equal(arc__append_row(&w.t, NUMBER), 1);
  assert_int_equal(arc__i64(&w.t, NUMBER_VALUE, 1), 0);
  end(&w);
}

static void test_marks_nest(void **state) {
  struct world w;
  (void)state;
  begin(&w);
  uint32_t a = thing(&w.t, "a", 1, "");
  arc__mark outer = arc__tables_mark(&w.t);
  arc__put(&w.t, THING_BIG, a, 1);
  uint32_t b = thing(&w.t, "b", 1, "");
  arc__mark inner = arc__tables_mark(&w.t);
  arc__put(&w.t, THING_BIG, a, 2);
  arc__put(&w.t, THING_BIG, b, 3);
  thing(&w.t, "c", 1, "");
  arc__tables_rollback(&w.t, &inner);
  assert_int_equal(arc__i64(&w.t, THING_BIG, a), 1);
  assert_int_equal(arc__i64(&w.t, THING_BIG, b), 0);
  assert_int_equal(w.t.rows[THING], 2);
  arc__put(&w.t, THING_BIG, a, 4);
  arc__put(&w.t, THING_BIG, b, 5);
  arc__tables_rollback(&w.t, &outer);
  arc__tables_keep(&w.t);
  assert_int_equal(arc__i64(&w.t, THING_BIG, a), 0);
  assert_int_equal(w.t.rows[THING], 1);
  assert_int_equal(arc__index_find(&w.t, BY_KEY, text_of("b"), 1), 0);
  end(&w);
}

/* ---- against a plain model ---- */

enum { MODEL_ROWS = 3000 };
struct model {
  uint32_t rows;
  int64_t big[MODEL_ROWS + 1];
  uint8_t tag[MODEL_ROWS + 1];
  char key[MODEL_ROWS + 1][12], text[MODEL_ROWS + 1][12];
};

static uint64_t seed = 88172645463325252u;
static uint32_t below(uint32_t limit) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return (uint32_t)(seed >> 11) % limit;
}

static void model_step(arc__tables *t, struct model *m) {
  if (m->rows < MODEL_ROWS && (m->rows == 0 || below(3) == 0)) {
    uint32_t row = ++m->rows;
    snprintf(m->key[row], sizeof m->key[row], "k%u", row);
    snprintf(m->text[row], sizeof m->text[row], "t%u", below(2) ? row : 0);
    m->tag[row] = (uint8_t)below(3);
    m->big[row] = 0;
    row = arc__append_row(t, THING);
    arc__put_text(t, THING_KEY, row, text_of(m->key[row]));
    arc__put(t, THING_TAG, row, m->tag[row]);
    arc__put_text(t, THING_TEXT, row, text_of(m->text[row]));
    arc__index_add(t, BY_KEY, row);
  } else if (below(2)) {
    uint32_t row = below(m->rows) + 1;
    m->big[row] = (int64_t)seed;
    arc__put(t, THING_BIG, row, m->big[row]);
  } else {
    uint32_t row = below(m->rows) + 1;
    snprintf(m->text[row], sizeof m->text[row], "u%u", below(100));
    arc__put_text(t, THING_TEXT, row, text_of(m->text[row]));
  }
}

static void model_check(const arc__tables *t, const struct model *m) {
  assert_int_equal(t->rows[THING], m->rows);
  for (uint32_t row = 1; row <= m->rows; row++) {
    assert_true(arc__i64(t, THING_BIG, row) == m->big[row]);
    assert_int_equal(arc__u8(t, THING_TAG, row), m->tag[row]);
    assert_string_equal(arc__text(t, THING_TEXT, row).data, m->text[row]);
    assert_int_equal(arc__index_find(t, BY_KEY, text_of(m->key[row]), m->tag[row]), row);
  }
  char next[12];
  snprintf(next, sizeof next, "k%u", m->rows + 1);
  for (int tag = 0; tag < 3; tag++) assert_int_equal(arc__index_find(t, BY_KEY, text_of(next), tag), 0);
}

/* Random changes under marks of two depths, taken back or kept; forks go their own ways meanwhile. */
static void test_random_life(void **state) {
  enum { FORKS = 4 };
  struct world w;
  arc__tables *tables[FORKS];
  struct model *models[FORKS], *outer = malloc(sizeof *outer), *inner = malloc(sizeof *inner);
  int count = 1;
  (void)state;
  begin(&w);
  tables[0] = &w.t;
  models[0] = calloc(1, sizeof *models[0]);
  for (int round = 0; round < 1500; round++) {
    uint32_t which = below((uint32_t)count);
    arc__tables *t = tables[which];
    struct model *m = models[which];
    *outer = *m;
    arc__mark mark = arc__tables_mark(t);
    for (uint32_t k = below(20); k > 0; k--) model_step(t, m);
    if (below(2)) {
      *inner = *m;
      arc__mark nested = arc__tables_mark(t);
      for (uint32_t k = below(20); k > 0; k--) model_step(t, m);
      if (below(2)) {
        arc__tables_rollback(t, &nested);
        *m = *inner;
      }
      for (uint32_t k = below(5); k > 0; k--) model_step(t, m);
    }
    if (below(3) == 0) {
      arc__tables_rollback(t, &mark);
      *m = *outer;
    }
    arc__tables_keep(t);
    if (round % 50 == 0)
      for (int i = 0; i < count; i++) model_check(tables[i], models[i]);
    if (below(40) == 0 && count < FORKS) {
      tables[count] = malloc(sizeof *tables[count]);
      models[count] = malloc(sizeof *models[count]);
      *models[count] = *m;
      assert_int_equal(arc__tables_fork(tables[count], t, NULL), ARC_OK);
      assert_same(tables[count], t, 1);
      count++;
    } else if (below(60) == 0 && count > 1) {
      count--;
      arc__tables_free(tables[count]);
      free(tables[count]);
      free(models[count]);
    }
  }
  for (int i = 0; i < count; i++) model_check(tables[i], models[i]);
  for (int i = 1; i < count; i++) {
    arc__tables_free(tables[i]);
    free(tables[i]);
    free(models[i]);
  }
  model_check(&w.t, models[0]);
  free(models[0]);
  free(outer);
  free(inner);
  end(&w);
}

/* ---- digests ---- */

static void test_digest_is_of_content(void **state) {
  struct world a, b;
  (void)state;
  begin(&a);
  begin(&b);
  arc__tables_free(&b.t);
  begin_with(&b, &b.t, 77); /* another seed */
  assert_same(&a.t, &b.t, 1);
  thing(&a.t, "a", 1, "text");
  assert_same(&a.t, &b.t, 0);
  thing(&b.t, "a", 1, "first"); /* the text comes to another place of the arena */
  assert_same(&a.t, &b.t, 0);
  arc__put_text(&b.t, THING_TEXT, 1, text_of("text"));
  assert_same(&a.t, &b.t, 1);
  arc__append_row(&a.t, NUMBER);
  assert_same(&a.t, &b.t, 0);
  arc__append_row(&b.t, NUMBER);
  arc__put(&a.t, NUMBER_VALUE, 1, 1);
  assert_same(&a.t, &b.t, 0);
  end(&a);
  end(&b);
}

/* ---- bytes ---- */

static void fill(struct world *w, int things) {
  char key[16], text[16];
  for (int i = 0; i < things; i++) {
    snprintf(key, sizeof key, "%d", i);
    snprintf(text, sizeof text, "text %d", i);
    uint32_t row = thing(&w->t, key, i % 3, text);
    arc__put(&w->t, THING_SMALL, row, i);
    arc__put(&w->t, THING_SIGNED, row, -i);
    arc__put(&w->t, THING_BIG, row, INT64_C(1000000007) * (i % 5000 < 2500 ? 1 : i)); /* chunks of both widths */
  }
  arc__append_row(&w->t, NUMBER);
}

static void test_saved_and_loaded_is_the_same(void **state) {
  static const int sizes[] = {0, 1, 1022, 1023, 1024, 1025, 20000};
  (void)state;
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    struct world w;
    arc__buffer bytes, again;
    arc__reader in;
    arc__tables loaded;
    begin(&w);
    fill(&w, sizes[s]);
    arc__buffer_init(&bytes, &w.heap);
    arc__buffer_init(&again, &w.heap);
    arc__tables_save(&w.t, &bytes);
    assert_int_equal(bytes.failed, 0);
    begin_with(&w, &loaded, 5);
    arc__reader_init(&in, bytes.data, bytes.size);
    assert_int_equal(arc__tables_load(&loaded, &in, NULL), ARC_OK);
    assert_same(&w.t, &loaded, 1);
    arc__tables_save(&loaded, &again);
    assert_int_equal(again.size, bytes.size);
    assert_memory_equal(again.data, bytes.data, bytes.size);
    for (int i = 0; i < sizes[s]; i += 7) {
      char key[16];
      snprintf(key, sizeof key, "%d", i);
      assert_int_equal(arc__index_find(&loaded, BY_KEY, text_of(key), i % 3), i + 1);
    }
    thing(&loaded, "new", 9, "goes on"); /* and can be written on */
    assert_int_equal(arc__index_find(&loaded, BY_KEY, text_of("new"), 9), sizes[s] + 1);
    assert_same(&w.t, &loaded, 0);
    arc__tables_free(&loaded);
    arc__buffer_free(&bytes);
    arc__buffer_free(&again);
    end(&w);
  }
}

/* Any byte changed and any cut: refused, or loaded with every text inside the arena. Never a crash. */
static void test_damaged_bytes_do_no_harm(void **state) {
  struct world w;
  arc__buffer bytes;
  int refused = 0;
  (void)state;
  begin(&w);
  fill(&w, 40);
  arc__buffer_init(&bytes, &w.heap);
  arc__tables_save(&w.t, &bytes);
  for (size_t at = 0; at < 2 * bytes.size; at++)
    for (int bit = 0; bit < 8; bit += at < bytes.size ? 1 : 8) {
      arc__tables loaded;
      arc__reader in;
      arc_error err = ARC_ERROR_INIT;
      if (at < bytes.size) bytes.data[at] ^= (unsigned char)(1u << bit);
      begin_with(&w, &loaded, 5);
      arc__reader_init(&in, bytes.data, at < bytes.size ? bytes.size : at - bytes.size);
      arc_status status = arc__tables_load(&loaded, &in, &err);
      if (status == ARC_OK) {
        unsigned char ignored[32];
        digest(&loaded, ignored);
      } else {
        assert_int_equal(status, ARC_E_CORRUPT);
        refused++;
      }
      arc__tables_free(&loaded);
      if (at < bytes.size) bytes.data[at] ^= (unsigned char)(1u << bit);
      else assert_int_equal(status, ARC_E_CORRUPT); /* cut short */
    }
  assert_true(refused > 2000);
  arc__buffer_free(&bytes);
  end(&w);
}

static void test_bytes_of_another_schema_are_refused(void **state) {
  static arc__column_spec wider[COLUMNS];
  const arc__schema wide = {wider, indexes, COLUMNS, INDEXES, TABLES};
  const arc__schema fewer = {columns, indexes, COLUMNS - 1, INDEXES, TABLES - 1};
  const arc__schema *const others[] = {&wide, &fewer};
  const uint64_t seeds[2] = {0, 0};
  struct world w;
  arc__buffer bytes;
  (void)state;
  begin(&w);
  fill(&w, 3);
  arc__buffer_init(&bytes, &w.heap);
  arc__tables_save(&w.t, &bytes);
  memcpy(wider, columns, sizeof wider);
  wider[THING_SMALL].width = 4;
  for (size_t i = 0; i < 2; i++) {
    arc__tables t;
    arc__reader in;
    assert_int_equal(arc__tables_init(&t, &w.heap, others[i], seeds, NULL), ARC_OK);
    arc__reader_init(&in, bytes.data, bytes.size);
    assert_int_equal(arc__tables_load(&t, &in, NULL), ARC_E_CORRUPT);
    arc__tables_free(&t);
  }
  arc__buffer_free(&bytes);
  end(&w);
}

/* ---- no memory ---- */

/* The k-th allocation fails: what was before the mark is whole, and nothing leaks. */
static void test_without_memory(void **state) {
  (void)state;
  for (int once = 0; once < 2; once++)
    for (size_t k = 1;; k++) {
      struct world w;
      unsigned char before[32], after[32];
      begin(&w);
      fill(&w, 1020);
      digest(&w.t, before);
      arc__mark mark = arc__tables_mark(&w.t);
      test_heap_fail(&w.counted, k, once);
      for (int i = 0; i < 10 && !w.t.failed; i++) {
        char key[16];
        snprintf(key, sizeof key, "more %d", i);
        thing(&w.t, key, 1, "with a text");
        for (uint32_t row = 1; row < 10; row++) arc__put(&w.t, THING_BIG, row, i);
      }
      int failed = test_heap_failed(&w.counted);
      test_heap_fail(&w.counted, 0, 0);
      assert_int_equal(w.t.failed != 0, failed);
      arc__tables_rollback(&w.t, &mark);
      arc__tables_keep(&w.t);
      assert_int_equal(w.t.failed, 0);
      digest(&w.t, after);
      assert_memory_equal(before, after, 32);
      thing(&w.t, "works again", 1, "");
      assert_int_not_equal(arc__index_find(&w.t, BY_KEY, text_of("works again"), 1), 0);
      end(&w);
      if (!failed) {
        assert_true(k > 7);
        break;
      }
    }
}

static void test_fork_and_load_without_memory(void **state) {
  struct world w;
  arc__buffer bytes;
  (void)state;
  begin(&w);
  fill(&w, 1500);
  arc__buffer_init(&bytes, &w.heap);
  arc__tables_save(&w.t, &bytes);
  for (int loads = 0; loads < 2; loads++)
    for (size_t k = 1;; k++) {
      arc__tables other;
      arc__reader in;
      size_t live = w.counted.live;
      const uint64_t seeds[2] = {1, 2};
      arc_status status;
      test_heap_fail(&w.counted, k, 0);
      if (loads) {
        status = arc__tables_init(&other, &w.heap, &schema, seeds, NULL);
        arc__reader_init(&in, bytes.data, bytes.size);
        if (status == ARC_OK) {
          status = arc__tables_load(&other, &in, NULL);
          if (status < 0) arc__tables_free(&other);
        }
      } else {
        status = arc__tables_fork(&other, &w.t, NULL);
      }
      int failed = test_heap_failed(&w.counted);
      test_heap_fail(&w.counted, 0, 0);
      assert_int_equal(status, failed ? ARC_E_NOMEM : ARC_OK);
      if (!failed) {
        assert_same(&w.t, &other, 1);
        arc__tables_free(&other);
        assert_int_equal(w.counted.live, live);
        break;
      }
      assert_int_equal(w.counted.live, live);
    }
  arc__buffer_free(&bytes);
  end(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cells_hold_their_width),
      cmocka_unit_test(test_initial_values_cost_nothing),
      cmocka_unit_test(test_numbers_beyond_32_bits),
      cmocka_unit_test(test_texts_of_a_fork),
      cmocka_unit_test(test_rows_over_many_chunks),
      cmocka_unit_test(test_texts),
      cmocka_unit_test(test_index_finds_by_key_and_tag),
      cmocka_unit_test(test_index_of_many_under_any_seed),
      cmocka_unit_test(test_rollback_takes_everything_back),
      cmocka_unit_test(test_marks_nest),
      cmocka_unit_test(test_random_life),
      cmocka_unit_test(test_digest_is_of_content),
      cmocka_unit_test(test_saved_and_loaded_is_the_same),
      cmocka_unit_test(test_damaged_bytes_do_no_harm),
      cmocka_unit_test(test_bytes_of_another_schema_are_refused),
      cmocka_unit_test(test_without_memory),
      cmocka_unit_test(test_fork_and_load_without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
