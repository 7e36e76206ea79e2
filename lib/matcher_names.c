/*
 * Who a payer is, by name and account.
 *
 * Names are compared as letters and digits, ASCII capitals, accents of Latin letters taken off, other scripts as they
 * are. Exact names and what payers called themselves before are found by hash. Similar names: trigrams weighed by how
 * rare they are in this book's names (so that "Ltd" and "GmbH" weigh next to nothing, in whichever language), the
 * cosine of both, averaged with the share of letters that one need not change to get from one name to the other, the
 * longer one cut where banks cut names; if nothing is similar, once more with the words of both in order. All in
 * integers. Built from the customers' rows, and made anew when a name changed; about 150 bytes a customer and 24 a
 * payer's name or account. A lookup costs the rare trigrams' customers.
 */
#include "matcher_internal.h"

#include "hash.h"
#include "text.h"

#include <stdlib.h>

#define NAMES_SIZE_MAX   96     /* bytes of a name that count */
#define NAMES_GRAMS      65536u /* trigrams are hashed to so many */
#define NAMES_MEASURED   16     /* of the best by trigrams, so many are measured in full */
#define NAMES_LEAST      720    /* per mille of likeness that is a candidate */
#define NAMES_MARGIN     40     /* and that others may be behind the best */
#define NAMES_CUT_LEAST  16     /* banks cut names at 18, 27, 35 */
#define NAMES_WORDS_MAX  16     /* words of a name that may change places */

/* A name or an account, and a customer it stood for. */
typedef struct names_known {
  uint64_t hash;
  uint32_t customer, next;
} names_known;

typedef struct arc__match_names {
  /* customers */
  uint32_t customers;    /* rows seen */
  uint32_t *texts;       /* per row, the name's place: tells whether it is still that name */
  uint32_t *heads, *next; /* by hash of the name */
  size_t head_count, customer_capacity;
  uint32_t *offsets;     /* per trigram, where its customers begin in `rows` */
  uint32_t *rows;
  size_t row_capacity;
  uint32_t *norms;       /* per customer, the length of its vector */
  uint32_t *scores;      /* scratch, zero between lookups */
  /* what was learned from payments */
  names_known *known;
  size_t known_count, known_capacity;
  uint32_t *known_heads;
  size_t known_head_count;
  uint32_t credits;      /* rows seen */
  size_t longest;        /* text of a payment */
  uint64_t last_key;
  uint32_t *pending;     /* payments whose payer was not known when seen */
  size_t pending_count, pending_capacity;
} names_index;

/* ---- normalising ---- */

static char names_base(uint32_t c) {
  static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO/OUUUUYTY"
                              "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLLLLLNNNNNNNNNOOOOOOOO"
                              "RRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
  return c >= 0xc0 && c < 0xc0 + sizeof latin - 1 ? latin[c - 0xc0] : 0;
}

static size_t names_normalise(char *out, size_t cap, arc_text text) {
  size_t size = 0;
  for (size_t i = 0; i < text.size && size + 4 <= cap;) {
    uint32_t number;
    size_t bytes = arc__text_character(text.data + i, text.size - i, &number);
    if (bytes == 0) break;
    if (number < 0x80) {
      if (arc__is_digit(text.data[i]) || arc__is_alpha(text.data[i])) out[size++] = arc__upper(text.data[i]);
    } else if (arc__is_alpha(names_base(number))) {
      out[size++] = names_base(number);
    } else if (number > 0xff) {
      memcpy(out + size, text.data + i, bytes);
      size += bytes;
    }
    i += bytes;
  }
  return size;
}

static int names_word_before(const char *a, size_t a_size, const char *b, size_t b_size) {
  int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
  return order ? order < 0 : a_size < b_size;
}

/* The same with its words in order, so that it does not matter which of them comes first. */
static size_t names_normalise_sorted(char *out, size_t cap, arc_text text) {
  char word[NAMES_SIZE_MAX], rest[NAMES_SIZE_MAX];
  size_t ends[NAMES_WORDS_MAX], words = 0, size = 0;
  for (size_t i = 0, end; i < text.size && words < NAMES_WORDS_MAX; i = end + 1) {
    for (end = i; end < text.size && ((unsigned char)text.data[end] >= 0x80 || arc__is_alpha(text.data[end]) ||
                                      arc__is_digit(text.data[end]));)
      end++;
    arc_text part = {text.data + i, end - i};
    size_t n = names_normalise(word, cap - size < sizeof word ? cap - size : sizeof word, part), k = 0, at = 0;
    if (n == 0) continue;
    while (k < words && !names_word_before(word, n, out + at, ends[k] - at))
      at = ends[k++];
    memcpy(rest, out + at, size - at);
    memcpy(out + at, word, n);
    memcpy(out + at + n, rest, size - at);
    size += n;
    for (size_t w = words++; w > k; w--)
      ends[w] = ends[w - 1] + n;
    ends[k] = at + n;
  }
  return size;
}

static uint64_t names_hash(const arc_matcher *m, const char *name, size_t size) {
  return arc__siphash(m->tables->hash_seed, name, size);
}

/* ---- customers ---- */

static uint32_t names_gram(const char *g) {
  uint32_t x = (uint32_t)(unsigned char)g[0] << 16 | (uint32_t)(unsigned char)g[1] << 8 | (unsigned char)g[2];
  return (x * 2654435761u) >> 16;
}

static int names_compare_grams(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* The distinct trigrams of a name, rising; the beginning counts as two more characters. */
static size_t names_grams(uint32_t *grams, const char *name, size_t size) {
  char text[NAMES_SIZE_MAX + 2];
  size_t count = 0, kept = 0;
  text[0] = text[1] = '^';
  memcpy(text + 2, name, size);
  for (size_t i = 0; i < size; i++)
    grams[count++] = names_gram(text + i);
  qsort(grams, count, sizeof *grams, names_compare_grams); /* equal ones are the same */
  for (size_t i = 0; i < count; i++)
    if (i == 0 || grams[i] != grams[i - 1]) grams[kept++] = grams[i];
  return kept;
}

static uint32_t names_root(uint64_t v) {
  uint64_t root = 0, bit = (uint64_t)1 << 62;
  while (bit > v)
    bit >>= 2;
  for (; bit; bit >>= 2) {
    if (v >= root + bit) {
      v -= root + bit;
      root = (root >> 1) + bit;
    } else
      root >>= 1;
  }
  return (uint32_t)root;
}

static uint32_t names_frequency(const names_index *x, uint32_t gram) {
  return x->offsets[gram + 1] - x->offsets[gram];
}

/* 16 times the binary logarithm of how rare a trigram is, by halves of a bit. */
static uint32_t names_weight(const names_index *x, uint32_t gram) {
  uint64_t ratio = ((uint64_t)x->customers + 1) * 256 / (names_frequency(x, gram) + 1u);
  uint32_t weight = 0;
  while (ratio >= 512) {
    ratio >>= 1;
    weight += 16;
  }
  return weight + (uint32_t)(ratio >= 256 ? (ratio - 256) / 16 : 0) + 1;
}

static size_t names_of_customer(const arc_matcher *m, uint32_t customer, char *out) {
  return names_normalise(out, NAMES_SIZE_MAX, arc__text(m->tables, ARC__CUSTOMER_NAME, customer));
}

static uint32_t names_norm(const names_index *x, const uint32_t *grams, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t w = names_weight(x, grams[i]);
    sum += w * w;
  }
  return names_root(sum << 8);
}

/* Lists the customers of each trigram: counts, then places. */
static arc_status names_list(arc_matcher *m, arc_error *err) {
  names_index *x = m->names;
  uint32_t grams[NAMES_SIZE_MAX];
  char name[NAMES_SIZE_MAX];
  memset(x->offsets, 0, (NAMES_GRAMS + 1) * sizeof *x->offsets);
  size_t total = 0;
  for (uint32_t c = 1; c <= x->customers; c++) {
    size_t count = names_grams(grams, name, names_of_customer(m, c, name));
    for (size_t i = 0; i < count; i++)
      x->offsets[grams[i] + 1]++;
    total += count;
  }
  if (total > x->row_capacity) {
    uint32_t *rows = arc__alloc(m->heap, total * sizeof *rows);
    if (!rows) return arc__fail_nomem(err);
    arc__free(m->heap, x->rows, x->row_capacity * sizeof *x->rows);
    x->rows = rows;
    x->row_capacity = total;
  }
  for (uint32_t g = 0; g < NAMES_GRAMS; g++)
    x->offsets[g + 1] += x->offsets[g];
  for (uint32_t c = x->customers; c >= 1; c--) { /* from behind, so that offsets[g + 1] ends where g begins */
    size_t count = names_grams(grams, name, names_of_customer(m, c, name));
    for (size_t i = 0; i < count; i++)
      x->rows[--x->offsets[grams[i] + 1]] = c;
  }
  /* Now offsets[g + 1] is where g begins: move all down by one. */
  for (uint32_t g = 0; g < NAMES_GRAMS; g++)
    x->offsets[g] = x->offsets[g + 1];
  x->offsets[NAMES_GRAMS] = (uint32_t)total;
  for (uint32_t c = 1; c <= x->customers; c++)
    x->norms[c] = names_norm(x, grams, names_grams(grams, name, names_of_customer(m, c, name)));
  return ARC_OK;
}

static void names_free_customers(arc_matcher *m) {
  names_index *x = m->names;
  arc__free(m->heap, x->texts, 4 * x->customer_capacity * sizeof *x->texts);
  arc__free(m->heap, x->heads, x->head_count * sizeof *x->heads);
  x->texts = x->heads = NULL;
  x->customer_capacity = x->head_count = 0;
}

static arc_status names_reserve(arc_matcher *m, uint32_t customers, arc_error *err) {
  names_index *x = m->names;
  if (customers < x->customer_capacity) return ARC_OK;
  size_t capacity = 64, heads = 64;
  while (capacity <= customers)
    capacity *= 2;
  while (heads < capacity)
    heads *= 2;
  names_free_customers(m);
  x->texts = arc__alloc(m->heap, 4 * capacity * sizeof *x->texts);
  uint32_t *list = x->texts ? arc__alloc(m->heap, heads * sizeof *list) : NULL;
  if (!list) {
    arc__free(m->heap, x->texts, 4 * capacity * sizeof *x->texts);
    x->texts = NULL;
    return arc__fail_nomem(err);
  }
  x->customer_capacity = capacity;
  x->next = x->texts + capacity;
  x->norms = x->next + capacity;
  x->scores = x->norms + capacity;
  x->heads = list;
  x->head_count = heads;
  return ARC_OK;
}

static int names_are_current(const arc_matcher *m) {
  const names_index *x = m->names;
  uint32_t customers = m->tables->rows[ARC__TABLE_CUSTOMER];
  if (x->customers != customers || !x->offsets) return 0;
  for (uint32_t c = 1; c <= customers; c++)
    if (x->texts[c] != arc__u32(m->tables, ARC__CUSTOMER_NAME, c)) return 0;
  return 1;
}

static arc_status names_update_customers(arc_matcher *m, arc_error *err) {
  names_index *x = m->names;
  char name[NAMES_SIZE_MAX];
  uint32_t customers = m->tables->rows[ARC__TABLE_CUSTOMER];
  if (names_are_current(m)) return ARC_OK;
  x->customers = 0;
  ARC__TRY(names_reserve(m, customers, err));
  if (!x->offsets) {
    x->offsets = arc__alloc(m->heap, (NAMES_GRAMS + 1) * sizeof *x->offsets);
    if (!x->offsets) return arc__fail_nomem(err);
  }
  memset(x->heads, 0, x->head_count * sizeof *x->heads);
  for (uint32_t c = 1; c <= customers; c++) {
    uint32_t *head = &x->heads[names_hash(m, name, names_of_customer(m, c, name)) & (x->head_count - 1)];
    x->texts[c] = arc__u32(m->tables, ARC__CUSTOMER_NAME, c);
    x->next[c] = *head;
    *head = c;
  }
  x->customers = customers;
  arc_status status = names_list(m, err);
  if (status < 0) x->customers = 0;
  return status;
}

/* ---- what payments taught ---- */

static uint32_t names_known_slot(const names_index *x, uint64_t hash) {
  return (uint32_t)(hash >> 20) & (uint32_t)(x->known_head_count - 1);
}

static arc_status names_rehash(arc_matcher *m, arc_error *err) {
  names_index *x = m->names;
  size_t count = x->known_head_count ? 2 * x->known_head_count : 256;
  uint32_t *heads = arc__alloc(m->heap, count * sizeof *heads);
  if (!heads) return arc__fail_nomem(err);
  arc__free(m->heap, x->known_heads, x->known_head_count * sizeof *heads);
  x->known_heads = heads;
  x->known_head_count = count;
  for (size_t i = 0; i < x->known_count; i++) {
    uint32_t slot = names_known_slot(x, x->known[i].hash);
    x->known[i].next = heads[slot];
    heads[slot] = (uint32_t)(i + 1);
  }
  return ARC_OK;
}

static arc_status names_learn_one(arc_matcher *m, uint64_t hash, uint32_t customer, arc_error *err) {
  names_index *x = m->names;
  void *known = x->known;
  if (x->known_head_count)
    for (uint32_t k = x->known_heads[names_known_slot(x, hash)]; k; k = x->known[k - 1].next)
      if (x->known[k - 1].hash == hash && x->known[k - 1].customer == customer) return ARC_OK;
  if (x->known_count >= x->known_head_count) ARC__TRY(names_rehash(m, err));
  if (arc__grow(m->heap, &known, &x->known_capacity, x->known_count + 1, sizeof *x->known) < 0)
    return arc__fail_nomem(err);
  x->known = known;
  uint32_t slot = names_known_slot(x, hash);
  x->known[x->known_count] = (names_known){hash, customer, x->known_heads[slot]};
  x->known_heads[slot] = (uint32_t)++x->known_count;
  return ARC_OK;
}

static uint64_t names_hash_name(const arc_matcher *m, arc_text text, size_t *size) {
  char name[NAMES_SIZE_MAX];
  *size = names_normalise(name, sizeof name, text);
  return names_hash(m, name, *size);
}

static uint64_t names_hash_account(const arc_matcher *m, arc_text text, size_t *size) {
  char account[NAMES_SIZE_MAX];
  *size = arc__match_normalise(account, sizeof account, text);
  return ~names_hash(m, account, *size);
}

static arc_status names_learn(arc_matcher *m, uint32_t credit, arc_error *err) {
  const arc__tables *t = m->tables;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__CREDIT_ACCOUNT, credit));
  size_t size;
  uint64_t hash = names_hash_name(m, arc__text(t, ARC__CREDIT_PAYER_NAME, credit), &size);
  if (size) ARC__TRY(names_learn_one(m, hash, customer, err));
  hash = names_hash_account(m, arc__text(t, ARC__CREDIT_PAYER_ACCOUNT, credit), &size);
  return size ? names_learn_one(m, hash, customer, err) : ARC_OK;
}

static uint64_t names_credit_key(const arc_matcher *m, uint32_t credit) {
  arc_text key = arc__text(m->tables, ARC__CREDIT_KEY, credit);
  return arc__siphash(m->tables->hash_seed, key.data, key.size);
}

static arc_status names_see(arc_matcher *m, uint32_t credit, arc_error *err) {
  names_index *x = m->names;
  if (arc__u8(m->tables, ARC__CREDIT_KIND, credit) != ARC_CREDIT_PAYMENT) return ARC_OK;
  size_t size = arc__text(m->tables, ARC__CREDIT_REMITTANCE, credit).size;
  if (size > x->longest) x->longest = size;
  if (arc__u32(m->tables, ARC__CREDIT_ACCOUNT, credit)) return names_learn(m, credit, err);
  void *pending = x->pending;
  if (arc__grow(m->heap, &pending, &x->pending_capacity, x->pending_count + 1, sizeof *x->pending) < 0)
    return arc__fail_nomem(err);
  x->pending = pending;
  x->pending[x->pending_count++] = credit;
  return ARC_OK;
}

/* Payments that were identified since; then those that are new. */
static arc_status names_update_payments(arc_matcher *m, arc_error *err) {
  names_index *x = m->names;
  uint32_t rows = m->tables->rows[ARC__TABLE_CREDIT];
  if (x->credits > rows || (x->credits && names_credit_key(m, x->credits) != x->last_key)) {
    x->credits = 0;
    x->known_count = x->pending_count = x->longest = 0;
    if (x->known_heads) memset(x->known_heads, 0, x->known_head_count * sizeof *x->known_heads);
  }
  size_t kept = 0;
  for (size_t i = 0; i < x->pending_count; i++) {
    if (arc__u32(m->tables, ARC__CREDIT_ACCOUNT, x->pending[i]))
      ARC__TRY(names_learn(m, x->pending[i], err));
    else
      x->pending[kept++] = x->pending[i];
  }
  x->pending_count = kept;
  while (x->credits < rows) {
    ARC__TRY(names_see(m, x->credits + 1, err));
    x->last_key = names_credit_key(m, ++x->credits);
  }
  return ARC_OK;
}

arc_status arc__match_names_update(arc_matcher *m, arc_error *err) {
  if (!m->names) m->names = arc__alloc(m->heap, sizeof *m->names);
  if (!m->names) return arc__fail_nomem(err);
  ARC__TRY(names_update_customers(m, err));
  return names_update_payments(m, err);
}

void arc__match_names_free(arc_matcher *m) {
  names_index *x = m->names;
  if (!x) return;
  names_free_customers(m);
  arc__free(m->heap, x->offsets, (NAMES_GRAMS + 1) * sizeof *x->offsets);
  arc__free(m->heap, x->rows, x->row_capacity * sizeof *x->rows);
  arc__free(m->heap, x->known, x->known_capacity * sizeof *x->known);
  arc__free(m->heap, x->known_heads, x->known_head_count * sizeof *x->known_heads);
  arc__free(m->heap, x->pending, x->pending_capacity * sizeof *x->pending);
  arc__free(m->heap, x, sizeof *x);
  m->names = NULL;
}

/* ---- lookups ---- */

static int names_key_before(const arc_matcher *m, uint32_t a, uint32_t b) {
  arc_text x = arc__text(m->tables, ARC__CUSTOMER_KEY, a), y = arc__text(m->tables, ARC__CUSTOMER_KEY, b);
  return arc__text_compare(x, y) < 0;
}

/* By key; once full, the number stays `cap` + 1: too many. */
static size_t names_insert(const arc_matcher *m, uint32_t *customers, size_t count, size_t cap, uint32_t customer) {
  if (count >= cap) return cap + 1;
  size_t i = count;
  for (; i > 0 && names_key_before(m, customer, customers[i - 1]); i--)
    customers[i] = customers[i - 1];
  customers[i] = customer;
  return count + 1;
}

static size_t names_known_as(const arc_matcher *m, uint64_t hash, uint32_t *customers, size_t cap) {
  const names_index *x = m->names;
  size_t count = 0;
  if (!x || x->known_head_count == 0) return 0;
  for (uint32_t k = x->known_heads[names_known_slot(x, hash)]; k; k = x->known[k - 1].next)
    if (x->known[k - 1].hash == hash) count = names_insert(m, customers, count, cap, x->known[k - 1].customer);
  return count > cap ? 0 : count;
}

size_t arc__match_names_longest(const arc_matcher *m) {
  return m->names ? m->names->longest : 0;
}

size_t arc__match_names_account(const arc_matcher *m, arc_text account, uint32_t *customers, size_t cap) {
  size_t size;
  uint64_t hash = names_hash_account(m, account, &size);
  return size ? names_known_as(m, hash, customers, cap) : 0;
}

size_t arc__match_names_alias(const arc_matcher *m, arc_text name, uint32_t *customers, size_t cap) {
  size_t size;
  uint64_t hash = names_hash_name(m, name, &size);
  return size ? names_known_as(m, hash, customers, cap) : 0;
}

size_t arc__match_names_exact(const arc_matcher *m, arc_text text, uint32_t *customers, size_t cap) {
  const names_index *x = m->names;
  char name[NAMES_SIZE_MAX], other[NAMES_SIZE_MAX];
  size_t size = names_normalise(name, sizeof name, text), count = 0;
  if (!x || x->customers == 0 || size == 0) return 0;
  for (uint32_t c = x->heads[names_hash(m, name, size) & (x->head_count - 1)]; c; c = x->next[c])
    if (names_of_customer(m, c, other) == size && memcmp(name, other, size) == 0)
      count = names_insert(m, customers, count, cap, c);
  return count > cap ? 0 : count;
}

typedef struct names_best {
  uint32_t customer, score;
} names_best;

static size_t names_keep_best(names_best *best, size_t count, uint32_t customer, uint32_t score) {
  if (count == NAMES_MEASURED && score <= best[count - 1].score) return count;
  size_t i = count < NAMES_MEASURED ? count++ : count - 1;
  for (; i > 0 && best[i - 1].score < score; i--)
    best[i] = best[i - 1];
  best[i] = (names_best){customer, score};
  return count;
}

/* The best by trigrams that not too many customers have: scores over the name's length. */
static size_t names_gather(const names_index *x, const uint32_t *grams, size_t count, names_best *best) {
  uint32_t limit = x->customers / 12 + 16, least = UINT32_MAX;
  for (size_t i = 0; i < count; i++) {
    uint32_t frequency = names_frequency(x, grams[i]);
    if (frequency && frequency < least) least = frequency;
  }
  if (limit < least && least != UINT32_MAX) limit = least;
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t weight = names_weight(x, grams[i]);
    if (names_frequency(x, grams[i]) > limit) continue;
    for (uint32_t r = x->offsets[grams[i]]; r < x->offsets[grams[i] + 1]; r++)
      x->scores[x->rows[r]] += weight * weight;
  }
  for (size_t i = 0; i < count; i++) {
    if (names_frequency(x, grams[i]) > limit) continue;
    for (uint32_t r = x->offsets[grams[i]]; r < x->offsets[grams[i] + 1]; r++) {
      uint32_t c = x->rows[r], score = x->scores[c];
      if (score == 0) continue;
      x->scores[c] = 0;
      found = names_keep_best(best, found, c, (uint32_t)((uint64_t)score * 4096 / (x->norms[c] + 1)));
    }
  }
  return found;
}

/* Changes that make one name the other, swapped neighbours counting once. */
static uint32_t names_distance(const char *a, size_t a_size, const char *b, size_t b_size) {
  uint32_t rows[3][NAMES_SIZE_MAX + 1];
  for (size_t j = 0; j <= b_size; j++)
    rows[0][j] = (uint32_t)j;
  for (size_t i = 1; i <= a_size; i++) {
    uint32_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
    now[0] = (uint32_t)i;
    for (size_t j = 1; j <= b_size; j++) {
      uint32_t least = before[j - 1] + (a[i - 1] != b[j - 1]);
      if (before[j] + 1 < least) least = before[j] + 1;
      if (now[j - 1] + 1 < least) least = now[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && earlier[j - 2] + 1 < least)
        least = earlier[j - 2] + 1;
      now[j] = least;
    }
  }
  return rows[a_size % 3][b_size];
}

/* A name that is asked for. */
typedef struct names_asked {
  size_t (*normalise)(char *out, size_t cap, arc_text text);
  char name[NAMES_SIZE_MAX];
  uint32_t grams[NAMES_SIZE_MAX];
  size_t size, count; /* of the name, of its trigrams */
} names_asked;

static void names_ask(names_asked *a, size_t (*normalise)(char *out, size_t cap, arc_text text), arc_text text) {
  a->normalise = normalise;
  a->size = normalise(a->name, sizeof a->name, text);
  a->count = names_grams(a->grams, a->name, a->size);
}

/* Per mille: the mean of the cosine of weighed trigrams and of the letters that need no change. */
static uint32_t names_likeness(const arc_matcher *m, const names_asked *a, uint32_t customer) {
  const names_index *x = m->names;
  char other[NAMES_SIZE_MAX];
  uint32_t other_grams[NAMES_SIZE_MAX];
  size_t other_size = a->normalise(other, sizeof other, arc__text(m->tables, ARC__CUSTOMER_NAME, customer));
  if (a->size >= NAMES_CUT_LEAST && other_size > a->size) other_size = a->size;
  size_t other_count = names_grams(other_grams, other, other_size), i = 0, k = 0;
  uint64_t product = 0;
  while (i < a->count && k < other_count) {
    if (a->grams[i] == other_grams[k]) {
      uint64_t w = names_weight(x, a->grams[i]);
      product += w * w;
      i++, k++;
    } else if (a->grams[i] < other_grams[k])
      i++;
    else
      k++;
  }
  uint64_t norms = (uint64_t)names_norm(x, a->grams, a->count) * names_norm(x, other_grams, other_count) / 256 + 1;
  uint32_t cosine = (uint32_t)(product * 1000 / norms);
  size_t longest = a->size > other_size ? a->size : other_size;
  uint32_t kept = (uint32_t)((longest - names_distance(a->name, a->size, other, other_size)) * 1000 / longest);
  return ((cosine > 1000 ? 1000 : cosine) + kept) / 2;
}

/* Measures the best in full; returns the greatest likeness. */
static uint32_t names_measure(const arc_matcher *m, const names_asked *a, names_best *best, size_t count) {
  uint32_t most = 0;
  for (size_t i = 0; i < count; i++) {
    best[i].score = names_likeness(m, a, best[i].customer);
    if (best[i].score > most) most = best[i].score;
  }
  return most;
}

size_t arc__match_names_similar(const arc_matcher *m, arc_text text, uint32_t *customers, size_t cap) {
  const names_index *x = m->names;
  names_asked asked;
  names_best best[NAMES_MEASURED];
  size_t count = 0;
  if (!x || x->customers == 0) return 0;
  names_ask(&asked, names_normalise, text);
  if (asked.size < 3) return 0;
  size_t found = names_gather(x, asked.grams, asked.count, best);
  uint32_t most = names_measure(m, &asked, best, found);
  if (most < NAMES_LEAST) {
    names_ask(&asked, names_normalise_sorted, text);
    most = names_measure(m, &asked, best, found);
  }
  if (most < NAMES_LEAST) return 0;
  for (size_t i = 0; i < found; i++)
    if (best[i].score + NAMES_MARGIN >= most) count = names_insert(m, customers, count, cap, best[i].customer);
  return count > cap ? 0 : count;
}
