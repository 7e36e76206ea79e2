/* The handle: opening, how commands become commits, batches, snapshots, verification. */
#include "../support/ledger_case.h"
#include "../golden/story_0_1.h"

#include "commit_frame.h"
#include "../support/info.h"

static const arc_day DAY = 20089; /* 2025-01-01 */

/* ---- a storage whose bytes a test can look at and spoil ---- */

#ifdef ARC_TEST_SWEEP /* each call is hundreds there */
enum { DAMAGE_STEP = 20, FORGED_STEP = 50, RANDOM_ROUNDS = 50 };
#else
enum { DAMAGE_STEP = 1, FORGED_STEP = 1, RANDOM_ROUNDS = 1500 };
#endif

enum { SHELF_COMMITS = 256, SHELF_BYTES = 1 << 16 };

struct shelf {
  unsigned char bytes[SHELF_BYTES], snapshot[SHELF_BYTES * 4];
  size_t size, snapshot_size, starts[SHELF_COMMITS];
  uint64_t first_seqs[SHELF_COMMITS], next_seq, snapshot_seq;
  size_t commits, appends, closed;
  int32_t append_gives, read_gives, save_gives, load_gives; /* instead of doing it; 0: does it */
  int stores_anyway; /* stores the commit and answers append_gives */
  size_t piece;      /* most that a read gives; 0: all */
  arc_ledger *call_back; /* a handle that is called from inside */
  arc_status called_back;
};

static void shelf_call_back(struct shelf *s) {
  if (!s->call_back) return;
  arc_customer row = ARC_CUSTOMER_INIT;
  arc_report *report;
  arc_query query = ARC_QUERY_INIT;
  query.report = ARC_REPORT_OPEN_ITEMS;
  row.key = T("inside");
  s->called_back = arc_ledger_post_customers(s->call_back, &row, 1, NULL);
  assert_int_equal(arc_batch_begin(s->call_back, NULL), ARC_E_BUSY);
  assert_int_equal(arc_batch_commit(s->call_back, NULL), ARC_E_BUSY);
  arc_batch_abort(s->call_back); /* does nothing */
  assert_int_equal(arc_ledger_set_clock(s->call_back, INT64_MAX, NULL), ARC_E_BUSY);
  assert_int_equal(arc_ledger_verify(s->call_back, NULL), ARC_E_BUSY);
  assert_int_equal(arc_ledger_snapshot(s->call_back, NULL), ARC_E_BUSY);
  assert_int_equal(arc_ledger_report(&report, s->call_back, &query, NULL), ARC_E_BUSY);
}

static int32_t shelf_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes, size_t size) {
  struct shelf *s = user;
  s->appends++;
  shelf_call_back(s);
  if (s->append_gives && !s->stores_anyway) return s->append_gives;
  if (first_seq != s->next_seq) return ARC_E_CONFLICT;
  assert_true(s->commits < SHELF_COMMITS && size <= SHELF_BYTES - s->size);
  s->first_seqs[s->commits] = first_seq;
  s->starts[s->commits++] = s->size;
  memcpy(s->bytes + s->size, bytes, size);
  s->size += size;
  s->next_seq += count;
  return s->append_gives;
}

static int32_t shelf_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap, size_t *size) {
  struct shelf *s = user;
  size_t commit = 0, from;
  *size = 0;
  shelf_call_back(s);
  if (s->read_gives) return s->read_gives;
  while (commit < s->commits && s->first_seqs[commit] != first_seq) commit++;
  if (commit == s->commits) return first_seq == s->next_seq ? ARC_DONE : ARC_E_NOT_FOUND;
  from = s->starts[commit] + (size_t)offset;
  if (from >= s->size) return ARC_DONE;
  *size = s->size - from < cap ? s->size - from : cap;
  if (s->piece && *size > s->piece) *size = s->piece;
  memcpy(buf, s->bytes + from, *size);
  return ARC_OK;
}

static int32_t shelf_save(void *user, uint64_t next_seq, const void *bytes, size_t size) {
  struct shelf *s = user;
  shelf_call_back(s);
  if (s->save_gives) return s->save_gives;
  assert_true(size <= sizeof s->snapshot);
  memcpy(s->snapshot, bytes, size);
  s->snapshot_size = size;
  s->snapshot_seq = next_seq;
  return ARC_OK;
}

static int32_t shelf_load(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset, void *buf, size_t cap,
                          size_t *size) {
  struct shelf *s = user;
  shelf_call_back(s);
  *size = 0;
  if (s->load_gives) return s->load_gives;
  if (!s->snapshot_seq) return ARC_DONE;
  *next_seq = s->snapshot_seq;
  *total = s->snapshot_size;
  *size = s->snapshot_size - (size_t)offset < cap ? s->snapshot_size - (size_t)offset : cap;
  if (s->piece && *size > s->piece) *size = s->piece;
  memcpy(buf, s->snapshot + offset, *size);
  return ARC_OK;
}

static void shelf_close(void *user) {
  ((struct shelf *)user)->closed++;
}

static struct shelf *shelf_new(void) {
  struct shelf *s = calloc(1, sizeof *s);
  assert_non_null(s);
  s->next_seq = 1;
  return s;
}

static arc_storage shelf_storage(struct shelf *s) {
  arc_storage storage = {(uint32_t)sizeof storage, 0, s, shelf_append, shelf_read, shelf_save, shelf_load, shelf_close, NULL};
  return storage;
}

static arc_status shelf_open_as(struct shelf *s, arc_ledger **out, uint32_t flags, const char *book, arc_error *err) {
  arc_storage storage = shelf_storage(s);
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  options.storage = &storage;
  options.flags = flags;
  options.book = T(book);
  memcpy(options.currency, "USD", 4);
  *err = (arc_error)ARC_ERROR_INIT;
  return arc_ledger_open(out, &options, err);
}

static arc_ledger *shelf_open(struct shelf *s) {
  arc_ledger *ledger;
  arc_error err;
  if (shelf_open_as(s, &ledger, 0, "shelf", &err) != ARC_OK) fail_msg("open: %s", err.text);
  return ledger;
}

static void play(arc_ledger *ledger, int from, int to) {
  arc_error err = ARC_ERROR_INIT;
  for (int step = from; step < to; step++) {
    arc_status status = story_step(ledger, step, &err);
    if (status != ARC_OK) fail_msg("step %d: %s %s", step, arc_status_name(status), err.text);
    if (arc__state_check(ledger, &err) != ARC_OK) fail_msg("after step %d: %s", step, err.text);
  }
}

static void assert_same_state(const arc_ledger *a, const arc_ledger *b) {
  struct case_mark x = case_mark_of(a), y = case_mark_of(b);
  assert_memory_equal(x.digest, y.digest, 32);
  assert_memory_equal(x.head, y.head, 32);
  assert_int_equal(x.next_seq, y.next_seq);
  assert_true(y.instant <= x.instant); /* the clock may have gone on since the last commit */
}

/* ---- opening ---- */

static void test_new_book_is_in_memory_until_the_first_command(void **state) {
  struct shelf *s = shelf_new();
  arc_error err = ARC_ERROR_INIT;
  uint8_t head[32], zero[32] = {0};
  (void)state;
  arc_ledger *ledger = shelf_open(s);
  assert_int_equal(info_of(ledger).next_sequence, 1);
  assert_string_equal(info_of(ledger).currency, "USD");
  memcpy(head, info_of(ledger).head, 32);
  assert_memory_equal(head, zero, 32);
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
  assert_int_equal(arc_ledger_snapshot(ledger, &err), ARC_E_INVALID); /* nothing to keep */
  arc_ledger_close(ledger);
  assert_int_equal(s->appends, 0);
  assert_int_equal(s->closed, 1);
  ledger = shelf_open(s);
  play(ledger, 0, 1);
  assert_int_equal(s->commits, 1);
  assert_int_equal(info_of(ledger).next_sequence, 3); /* the book's own record, and the customer */
  memcpy(head, info_of(ledger).head, 32);
  assert_memory_not_equal(head, zero, 32);
  arc_ledger_close(ledger);
  free(s);
}

static void test_open_input_is_checked(void **state) {
  struct shelf *s = shelf_new();
  arc_error err = ARC_ERROR_INIT;
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_ledger *ledger = (arc_ledger *)&err;
  arc_storage storage = shelf_storage(s);
  (void)state;
  assert_int_equal(arc_ledger_open(NULL, &options, &err), ARC_E_INVALID);
  assert_int_equal(arc_ledger_open(&ledger, NULL, &err), ARC_E_INVALID);
  assert_null(ledger);
#define BAD(expected, expected_field)                                                              \
  do {                                                                                             \
    assert_int_equal(arc_ledger_open(&ledger, &options, &err), expected);                          \
    assert_int_equal(err.field, expected_field);                                                   \
    assert_null(ledger);                                                                           \
    storage = shelf_storage(s);                                                                    \
    options = (arc_ledger_options)ARC_LEDGER_OPTIONS_INIT;                                         \
    options.storage = &storage;                                                                    \
    memcpy(options.currency, "USD", 4);                                                            \
  } while (0)
  options.storage = &storage;
  BAD(ARC_E_INVALID, 5); /* a new book without a currency */
  assert_int_equal(s->closed, 1); /* the storage is closed, also when open fails */
  memcpy(options.currency, "XYZ", 4);
  BAD(ARC_E_INVALID, 5);
  memcpy(options.currency, "USDX", 4);
  BAD(ARC_E_INVALID, 5);
  options.flags = 2;
  BAD(ARC_E_INVALID, 1);
  options.reserved = 1;
  BAD(ARC_E_INVALID, 6);
  options.book = T("a\nb");
  BAD(ARC_E_INVALID, 4);
  options.book = T("12345678901234567890123456789012345678901234567890123456789012345");
  BAD(ARC_E_INVALID, 4);
  options.struct_size = 3;
  BAD(ARC_E_ABI, 0);
  storage.append = NULL;
  BAD(ARC_E_INVALID, 3);
  storage.read = NULL;
  BAD(ARC_E_INVALID, 3);
  storage.load_snapshot = NULL;
  BAD(ARC_E_INVALID, 3);
  storage.struct_size = 1;
  BAD(ARC_E_ABI, 0);
  arc_ledger_close(NULL);
  assert_int_equal(info_of(NULL).next_sequence, 0);
  assert_string_equal(info_of(NULL).currency, "");
  free(s);
}

static void test_a_book_is_opened_under_its_name(void **state) {
  struct shelf *s = shelf_new();
  arc_error err;
  arc_ledger *ledger = shelf_open(s);
  (void)state;
  play(ledger, 0, 1);
  arc_ledger_close(ledger);
  assert_int_equal(shelf_open_as(s, &ledger, 0, "other", &err), ARC_E_INVALID);
  assert_int_equal(err.field, 4);
  assert_non_null(strstr(err.text, "\"shelf\""));
  assert_int_equal(shelf_open_as(s, &ledger, 0, "", &err), ARC_OK); /* no name: any book */
  assert_string_equal(info_of(ledger).currency, "USD");
  arc_ledger_close(ledger);
  assert_int_equal(s->closed, 3);
  free(s);
}

/* Replay gives the live state, after every step, read in pieces of any size, under any hash seed. */
static void test_replay_gives_the_live_state(void **state) {
  struct shelf *s = shelf_new();
  (void)state;
  for (int step = 0; step < STORY_STEPS; step++) {
    arc_ledger *live = shelf_open(s), *again, *seeded;
    play(live, step, step + 1);
    s->piece = (size_t)(step * 37 % 200 + 1);
    again = shelf_open(s);
    s->piece = 0;
    assert_same_state(live, again);
    arc_storage storage = shelf_storage(s);
    arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
    options.storage = &storage;
    options.hash_seed[0] = (uint64_t)step * 0x9e3779b97f4a7c15u;
    assert_int_equal(arc_ledger_open(&seeded, &options, NULL), ARC_OK);
    assert_same_state(live, seeded);
    arc_ledger_close(again);
    arc_ledger_close(seeded);
    arc_ledger_close(live);
  }
  free(s);
}

/* Said again from the beginning, everything was said before; what was replaced since is another one. */
static void test_the_whole_stream_again_changes_nothing(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s);
  (void)state;
  play(ledger, 0, STORY_STEPS);
  struct case_mark before = case_mark_of(ledger);
  size_t appends = s->appends;
  for (int step = 0; step < STORY_STEPS; step++) {
    arc_error err = ARC_ERROR_INIT;
    arc_status expected = ARC_ALREADY;
    ledger->instant = STORY_INSTANT; /* the clock is the one thing that may not go back */
    if (step == 2 || step == 4) expected = ARC_E_EXISTS;   /* replaced since, by 3 and 42 */
    if (step == 40) expected = ARC_E_REFUSED;              /* days go forward only */
    if (step == 35) expected = ARC_E_REFUSED;              /* the touch has gone further */
    if (step == 38) continue;                              /* a payment came since: there is news to record */
    arc_status status = story_step(ledger, step, &err);
    if (status != expected) fail_msg("step %d: %s %s", step, arc_status_name(status), err.text);
    ledger->instant = before.instant;
    case_same(&before, ledger, "a step said again", __FILE__, step);
  }
  assert_int_equal(s->appends, appends);
  arc_ledger_close(ledger);
  free(s);
}

static void test_clock_never_goes_back(void **state) {
  struct ledger_case *c = *state;
  OK(arc_ledger_set_clock(c->ledger, 1000, &c->err));
  OK(arc_ledger_set_clock(c->ledger, 1000, &c->err));
  INVALID(arc_ledger_set_clock(c->ledger, 999, &c->err));
  OK(CUSTOMER(.key = T("A")));
  case_reopen(c);
  assert_int_equal(c->ledger->instant, 1000);
  INVALID(arc_ledger_set_clock(c->ledger, 999, &c->err));
  INVALID(arc_ledger_set_clock(c->ledger, INT64_MIN, &c->err));
  OK(arc_ledger_set_clock(c->ledger, INT64_MAX, &c->err));
  assert_int_equal(arc_ledger_set_clock(NULL, 1, NULL), ARC_E_INVALID);
}

/* ---- batches ---- */

static void test_batch_is_one_commit(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s);
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  assert_int_equal(arc_batch_begin(ledger, &err), ARC_OK);
  assert_int_equal(arc_batch_begin(ledger, &err), ARC_E_BUSY); /* one at a time */
  for (int step = 0; step < 20; step++) assert_int_equal(story_step(ledger, step, &err), ARC_OK);
  assert_int_equal(s->appends, 0);
  int64_t receivable;
  assert_int_equal(arc_ledger_balance(ledger, &receivable, NULL, "C1", 2, "USD", ARC_DAY_NONE, &err), ARC_OK);
  assert_int_equal(receivable, 119000 + 100000 - 110000 - 9000 - 50000 - 10000); /* seen by this handle */
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_E_BUSY);
  assert_int_equal(arc_ledger_snapshot(ledger, &err), ARC_E_BUSY);
  assert_int_equal(arc_batch_commit(ledger, &err), ARC_OK);
  assert_int_equal(s->commits, 1);
  assert_int_equal(arc_batch_commit(ledger, &err), ARC_E_BUSY);
  arc_batch_publish(ledger); /* nothing to publish: does nothing */
  arc_batch_abort(ledger);
  arc_ledger *again = shelf_open(s);
  assert_same_state(ledger, again);
  arc_ledger_close(again);
  /* Nothing is new: nothing is appended. */
  assert_int_equal(arc_batch_begin(ledger, &err), ARC_OK);
  ledger->instant = STORY_INSTANT;
  assert_int_equal(story_step(ledger, 6, &err), ARC_ALREADY);
  assert_int_equal(arc_batch_commit(ledger, &err), ARC_ALREADY);
  assert_int_equal(s->commits, 1);
  arc_ledger_close(ledger);
  free(s);
}

static void test_failure_in_a_batch_keeps_what_came_before(void **state) {
  struct ledger_case *c = *state;
  OK(arc_batch_begin(c->ledger, &c->err));
  OK(CUSTOMER(.key = T("A")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY, .amount = 100));
  OK(PAYMENT(.key = T("U"), .received = DAY, .amount = 200));
  REFUSED(APPLY(.credit = T("U"), .invoice = T("I"), .day = DAY, .amount = 101)); /* after identifying the payer */
  INVALID(CUSTOMER(.key = T("")));
  arc_customer rows[3] = {ARC_CUSTOMER_INIT, ARC_CUSTOMER_INIT, ARC_CUSTOMER_INIT};
  rows[0].key = T("B");
  rows[1].key = T("A");
  rows[1].name = T("other");
  rows[2].key = T("C");
  EXISTS(arc_ledger_post_customers(c->ledger, rows, 3, &c->err));
  assert_int_equal(c->err.record, 1);
  NOT_FOUND(CONTACT(.key = T("k"), .customer = T("B"))); /* B is not there */
  OK(APPLY(.credit = T("U"), .invoice = T("I"), .day = DAY, .amount = 100));
  OK(arc_batch_commit(c->ledger, &c->err));
  assert_int_equal(info_of(c->ledger).next_sequence, 7); /* book, customer, invoice, payment, payer, application */
  case_reopen(c);
  OK(arc_ledger_verify(c->ledger, &c->err));
  assert_int_equal(RECEIVABLE("A", DAY), 0);
  assert_int_equal(UNAPPLIED("A", DAY), 100);
}

static void test_aborted_batch_never_was(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A"), .name = T("Anna")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY, .amount = 100));
  for (int round = 0; round < 1500; round++) {
    struct case_mark before = case_mark_of(c->ledger);
    OK(arc_batch_begin(c->ledger, &c->err));
    OK(CUSTOMER(.options = ARC_REPLACE, .key = T("A"), .name = T("Changed"), .segment = T("new word")));
    OK(CUSTOMER(.key = T("B")));
    OK(PAYMENT(.key = T("P"), .customer = T("B"), .currency = "EUR", .received = DAY, .amount = 100));
    OK(PAYMENT(.key = T("Q"), .customer = T("A"), .received = DAY, .amount = 100));
    OK(APPLY(.credit = T("Q"), .invoice = T("I"), .day = DAY + 400, .amount = 100));
    OK(DISPUTE(.key = T("D"), .invoice = T("I"), .opened = DAY));
    INVALID(CUSTOMER(.key = T("")));
    arc_batch_abort(c->ledger);
    case_same(&before, c->ledger, "abort", __FILE__, __LINE__);
    NOT_FOUND(CONTACT(.key = T("k"), .customer = T("B")));
    assert_int_equal(RECEIVABLE("A", ARC_DAY_NONE), 100);
    if (round == 1) case_reopen(c);
  }
  OK(arc_ledger_verify(c->ledger, &c->err));
}

/* The bytes a host stores itself are those that commit would have appended. */
static void test_bytes_and_publish_equal_commit(void **state) {
  struct shelf *by_commit = shelf_new(), *by_bytes = shelf_new();
  arc_ledger *a = shelf_open(by_commit), *b = shelf_open(by_bytes);
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  for (int step = 0; step < STORY_STEPS; step++) {
    uint64_t first_seq;
    uint32_t count;
    const void *bytes;
    size_t size;
    assert_int_equal(story_step(a, step, &err), ARC_OK);
    if (step == 41) { /* its own batch: cannot lie in another */
      assert_int_equal(story_step(b, step, &err), ARC_OK);
      continue;
    }
    assert_int_equal(arc_batch_bytes(b, &first_seq, &count, &bytes, &size, &err), ARC_E_BUSY);
    /* A batch is recorded at the instant of its beginning. */
    assert_int_equal(arc_ledger_set_clock(b, STORY_INSTANT + step * 1000, &err), ARC_OK);
    assert_int_equal(arc_batch_begin(b, &err), ARC_OK);
    assert_int_equal(arc_batch_bytes(b, &first_seq, &count, &bytes, &size, &err), ARC_ALREADY);
    assert_int_equal(size, 0);
    assert_int_equal(story_step(b, step, &err), ARC_OK);
    assert_int_equal(arc_batch_bytes(b, &first_seq, &count, &bytes, NULL, &err), ARC_E_INVALID);
    assert_int_equal(arc_batch_bytes(b, &first_seq, &count, &bytes, &size, &err), ARC_OK);
    assert_int_equal(first_seq, by_bytes->next_seq);
    /* Until published or aborted, nothing else may come. */
    assert_int_equal(story_step(b, step, &err), ARC_E_BUSY);
    assert_int_equal(arc_batch_commit(b, &err), ARC_E_BUSY);
    assert_int_equal(arc_batch_bytes(b, &first_seq, &count, &bytes, &size, &err), ARC_E_BUSY);
    assert_int_equal(shelf_append(by_bytes, first_seq, count, bytes, size), ARC_OK);
    arc_batch_publish(b);
    assert_same_state(a, b);
  }
  assert_int_equal(by_commit->size, by_bytes->size);
  assert_memory_equal(by_commit->bytes, by_bytes->bytes, by_commit->size);
  assert_int_equal(arc_ledger_verify(b, &err), ARC_OK);
  arc_ledger_close(a);
  arc_ledger_close(b);
  free(by_commit);
  free(by_bytes);
}

static void test_bytes_may_be_aborted(void **state) {
  struct ledger_case *c = *state;
  uint64_t first_seq;
  uint32_t count;
  const void *bytes;
  size_t size;
  OK(CUSTOMER(.key = T("A")));
  struct case_mark before = case_mark_of(c->ledger);
  OK(arc_batch_begin(c->ledger, &c->err));
  OK(CUSTOMER(.key = T("B")));
  OK(arc_batch_bytes(c->ledger, &first_seq, &count, &bytes, &size, &c->err));
  assert_int_equal(count, 1);
  arc_batch_abort(c->ledger);
  case_same(&before, c->ledger, "abort", __FILE__, __LINE__);
  OK(CUSTOMER(.key = T("B")));
  OK(arc_ledger_verify(c->ledger, &c->err));
}

static void test_closing_drops_an_open_batch(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A")));
  OK(arc_batch_begin(c->ledger, &c->err));
  OK(CUSTOMER(.key = T("B")));
  case_reopen(c);
  assert_int_equal(info_of(c->ledger).next_sequence, 3);
  NOT_FOUND(CONTACT(.key = T("k"), .customer = T("B")));
}

/* ---- a storage that fails ---- */

static void test_append_that_fails_changes_nothing(void **state) {
  static const struct {
    int32_t gives;
    arc_status status;
  } cases[] = {{ARC_E_STORAGE, ARC_E_STORAGE}, {-4711, ARC_E_STORAGE}, {7, ARC_E_STORAGE},
               {ARC_E_NOMEM, ARC_E_NOMEM}, {ARC_E_CONFLICT, ARC_E_CONFLICT}};
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s);
  (void)state;
  for (int step = 0; step < STORY_STEPS; step++)
    for (size_t i = 0; i <= sizeof cases / sizeof *cases; i++) {
      arc_error err = ARC_ERROR_INIT;
      if (i == sizeof cases / sizeof *cases) {
        play(ledger, step, step + 1);
        continue;
      }
      assert_int_equal(arc_ledger_set_clock(ledger, STORY_INSTANT + step * 1000, &err), ARC_OK);
      struct case_mark before = case_mark_of(ledger);
      s->append_gives = cases[i].gives;
      assert_int_equal(story_step(ledger, step, &err), cases[i].status);
      assert_int_equal(err.status, cases[i].status);
      if (cases[i].status != ARC_E_NOMEM) assert_int_equal(err.host_code, cases[i].gives);
      s->append_gives = 0;
      case_same(&before, ledger, "a step", __FILE__, step);
    }
  assert_int_equal(arc_ledger_verify(ledger, NULL), ARC_OK);
  arc_ledger_close(ledger);
  free(s);
}

/* The storage cannot tell: the handle reads only, and reopening finds out, either way. */
static void test_unknown_outcome_is_found_out_by_reopening(void **state) {
  (void)state;
  for (int stored = 0; stored < 2; stored++) {
    struct shelf *s = shelf_new();
    arc_ledger *ledger = shelf_open(s);
    arc_error err = ARC_ERROR_INIT;
    int64_t receivable;
    play(ledger, 0, 6);
    s->append_gives = ARC_E_UNKNOWN_OUTCOME;
    s->stores_anyway = stored;
    assert_int_equal(story_step(ledger, 6, &err), ARC_E_UNKNOWN_OUTCOME);
    s->append_gives = 0;
    assert_int_equal(story_step(ledger, 6, &err), ARC_E_READ_ONLY);
    assert_int_equal(arc_batch_begin(ledger, &err), ARC_E_READ_ONLY);
    assert_int_equal(arc_ledger_balance(ledger, &receivable, NULL, "C1", 2, "USD", ARC_DAY_NONE, &err), ARC_OK);
    assert_int_equal(receivable, 0);
    arc_ledger_close(ledger);
    ledger = shelf_open(s);
    assert_int_equal(story_step(ledger, 6, &err), stored ? ARC_ALREADY : ARC_OK);
    play(ledger, 7, STORY_STEPS);
    assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
    arc_ledger_close(ledger);
    free(s);
  }
}

/* Two handles on one storage: the second to append is told, and has changed nothing. */
static void test_two_writers_conflict(void **state) {
  struct ledger_case *c = *state;
  arc_ledger *other;
  OK(CUSTOMER(.key = T("A")));
  assert_int_equal(case_try_open(c, &other, 0), ARC_OK);
  OK(CUSTOMER(.key = T("B")));
  arc_customer row = ARC_CUSTOMER_INIT;
  row.key = T("C");
  struct case_mark before = case_mark_of(other);
  assert_int_equal(arc_ledger_post_customers(other, &row, 1, &c->err), ARC_E_CONFLICT);
  case_same(&before, other, "the loser", __FILE__, __LINE__);
  assert_int_equal(arc_ledger_verify(other, &c->err), ARC_OK); /* of what it knows */
  arc_ledger_close(other);
}

static void test_callbacks_may_not_call_back(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s);
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  play(ledger, 0, 3);
  s->call_back = ledger;
  assert_int_equal(story_step(ledger, 3, &err), ARC_OK);
  assert_int_equal(s->called_back, ARC_E_BUSY);
  s->called_back = 0;
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
  assert_int_equal(s->called_back, ARC_E_BUSY);
  s->called_back = 0;
  assert_int_equal(arc_ledger_snapshot(ledger, &err), ARC_OK);
  assert_int_equal(s->called_back, ARC_E_BUSY);
  s->call_back = NULL;
  arc_ledger_close(ledger);
  free(s);
}

static void test_reads_that_fail(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s), *other;
  arc_report *report;
  arc_query query = ARC_QUERY_INIT;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  play(ledger, 0, 8);
  query.report = ARC_REPORT_POSTINGS;
  s->read_gives = -99;
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_E_STORAGE);
  assert_int_equal(err.host_code, -99);
  assert_int_equal(arc_ledger_report(&report, ledger, &query, &err), ARC_E_STORAGE);
  assert_int_equal(shelf_open_as(s, &other, 0, "shelf", &err), ARC_E_STORAGE);
  assert_int_equal(err.host_code, -99);
  s->read_gives = 0;
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
  arc_ledger_close(ledger);
  free(s);
}

/* ---- detached ---- */

static void test_detached_ledger_stores_nothing(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s), *dry, *full;
  struct shelf *t = shelf_new();
  arc_error err;
  (void)state;
  play(ledger, 0, 20);
  arc_ledger_close(ledger);
  assert_int_equal(shelf_open_as(s, &dry, ARC_LEDGER_DETACHED, "shelf", &err), ARC_OK);
  size_t size = s->size, appends = s->appends;
  s->append_gives = ARC_E_STORAGE; /* is never asked */
  play(dry, 20, STORY_STEPS);
  full = shelf_open(t);
  play(full, 0, STORY_STEPS);
  assert_same_state(dry, full); /* and goes the same way */
  assert_int_equal(s->size, size);
  assert_int_equal(s->appends, appends);
  assert_int_equal(arc_ledger_verify(dry, &err), ARC_OK);
  assert_int_equal(arc_ledger_snapshot(dry, &err), ARC_E_INVALID);
  /* Its reports that read the journal know the stored part and its own. */
  for (int32_t kind = ARC_REPORT_POSTINGS; kind <= ARC_REPORT_TIMELINE; kind++) {
    arc_query query = ARC_QUERY_INIT;
    arc_report *a, *b;
    query.report = kind;
    assert_int_equal(arc_ledger_report(&a, dry, &query, &err), ARC_OK);
    assert_int_equal(arc_ledger_report(&b, full, &query, &err), ARC_OK);
    char *x = case_text(a), *y = case_text(b);
    assert_string_equal(x, y);
    free(x);
    free(y);
  }
  uint64_t first_seq;
  uint32_t count;
  const void *bytes;
  assert_int_equal(arc_batch_begin(dry, &err), ARC_OK);
  assert_int_equal(arc_batch_bytes(dry, &first_seq, &count, &bytes, &size, &err), ARC_E_INVALID);
  arc_batch_abort(dry);
  arc_ledger_close(dry);
  arc_ledger_close(full);
  s->append_gives = 0;
  ledger = shelf_open(s);
  play(ledger, 20, 21); /* the book goes on where it stood */
  arc_ledger_close(ledger);
  free(s);
  free(t);
}

static void test_detached_new_book(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *dry;
  arc_error err;
  (void)state;
  assert_int_equal(shelf_open_as(s, &dry, ARC_LEDGER_DETACHED, "new", &err), ARC_OK);
  play(dry, 0, STORY_STEPS);
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  query.report = ARC_REPORT_TIMELINE;
  assert_int_equal(arc_ledger_report(&report, dry, &query, &err), ARC_OK);
  assert_int_equal(arc_report_rows(report) + 1, info_of(dry).next_sequence);
  arc_report_free(report);
  arc_ledger_close(dry);
  assert_int_equal(s->appends, 0);
  free(s);
}

/* ---- snapshots ---- */

/* Loading a snapshot and the tail equals replaying everything, wherever the snapshot was made. */
static void test_snapshot_and_tail_equal_replay(void **state) {
  (void)state;
  for (int at = 1; at <= STORY_STEPS; at++) {
    struct shelf *s = shelf_new();
    arc_ledger *live = shelf_open(s), *loaded;
    arc_error err = ARC_ERROR_INIT;
    play(live, 0, at);
    assert_int_equal(arc_ledger_snapshot(live, &err), ARC_OK);
    assert_int_equal(s->snapshot_seq, info_of(live).next_sequence);
    play(live, at, STORY_STEPS);
    s->piece = at % 2 ? 0 : 333;
    memset(s->bytes + 8, 0xee, 8); /* the commit before the snapshot is not looked at, unless it is the last */
    if (at > 1) {
      loaded = shelf_open(s);
      assert_same_state(live, loaded);
      assert_int_equal(story_step(loaded, STORY_STEPS - 1, &err), ARC_ALREADY);
      arc_ledger_close(loaded);
    }
    arc_ledger_close(live);
    free(s);
  }
}

/* A snapshot with any byte changed, cut or lengthened is not used, and the state is still right. */
static void test_damaged_snapshot_is_not_used(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *live = shelf_open(s), *again;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  play(live, 0, 30);
  assert_int_equal(arc_ledger_snapshot(live, &err), ARC_OK);
  play(live, 30, STORY_STEPS);
  size_t size = s->snapshot_size;
  for (size_t at = 0; at < size + 3; at += at < 80 ? DAMAGE_STEP : 61 * DAMAGE_STEP) {
    unsigned char *byte = &s->snapshot[at < size ? at : 0], old = *byte;
    if (at < size) *byte ^= (unsigned char)(1u << at % 8);
    else s->snapshot_size = at == size ? size - 1 : at == size + 1 ? size + 1 : 0;
    again = shelf_open(s);
    assert_same_state(live, again);
    arc_ledger_close(again);
    *byte = old;
    s->snapshot_size = size;
  }
  s->load_gives = -3; /* it cannot be read at all */
  again = shelf_open(s);
  assert_same_state(live, again);
  arc_ledger_close(again);
  arc_ledger_close(live);
  free(s);
}

static void put_u32(unsigned char *at, uint32_t v) {
  for (int i = 0; i < 4; i++) at[i] = (unsigned char)(v >> 8 * i & 0xff);
}

/* Whole, but not of this journal, ahead of it, or of another version. */
static void test_foreign_snapshot_is_not_used(void **state) {
  struct shelf *s = shelf_new(), *foreign = shelf_new();
  arc_ledger *live = shelf_open(s), *other, *again;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  assert_int_equal(shelf_open_as(foreign, &other, 0, "other book", &err), ARC_OK);
  play(live, 0, 30);
  play(other, 0, 30); /* the same numbers, another chain */
  assert_int_equal(arc_ledger_snapshot(other, &err), ARC_OK);
  memcpy(s->snapshot, foreign->snapshot, foreign->snapshot_size);
  s->snapshot_size = foreign->snapshot_size;
  s->snapshot_seq = foreign->snapshot_seq;
  again = shelf_open(s);
  assert_same_state(live, again);
  arc_ledger_close(again);
  /* Ahead: the journal lost its end since. */
  assert_int_equal(arc_ledger_snapshot(live, &err), ARC_OK);
  struct shelf *shorter = shelf_new();
  arc_ledger *early = shelf_open(shorter);
  play(early, 0, 25);
  memcpy(shorter->snapshot, s->snapshot, s->snapshot_size);
  shorter->snapshot_size = s->snapshot_size;
  shorter->snapshot_seq = s->snapshot_seq;
  again = shelf_open(shorter);
  assert_same_state(early, again);
  arc_ledger_close(again);
  arc_ledger_close(early);
  /* Older and newer versions of the form. */
  for (uint32_t version = 0; version < 4; version++) {
    if (version == 1) continue;
    put_u32(s->snapshot + 4, version);
    again = shelf_open(s);
    assert_same_state(live, again);
    arc_ledger_close(again);
  }
  arc_ledger_close(live);
  arc_ledger_close(other);
  free(s);
  free(foreign);
  free(shorter);
}

/* The tail is damaged behind a sound snapshot: said as without one. */
static void test_snapshot_does_not_hide_a_damaged_tail(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s);
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  play(ledger, 0, 30);
  assert_int_equal(arc_ledger_snapshot(ledger, &err), ARC_OK);
  play(ledger, 30, STORY_STEPS);
  arc_ledger_close(ledger);
  s->bytes[s->starts[35] + ARC__COMMIT_HEADER + 3] ^= 1;
  assert_int_equal(shelf_open_as(s, &ledger, 0, "shelf", &err), ARC_E_CORRUPT);
  assert_int_equal(err.record, s->first_seqs[35]);
  assert_null(ledger);
  free(s);
}

static void test_snapshot_that_cannot_be_kept(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s), *again;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  play(ledger, 0, 10);
  assert_int_equal(arc_ledger_snapshot(ledger, &err), ARC_OK);
  play(ledger, 10, 20);
  s->save_gives = -8;
  assert_int_equal(arc_ledger_snapshot(ledger, &err), ARC_E_STORAGE);
  assert_int_equal(err.host_code, -8);
  s->save_gives = 0;
  again = shelf_open(s); /* the one before still serves */
  assert_same_state(ledger, again);
  arc_ledger_close(again);
  ledger->storage.save_snapshot = NULL;
  assert_int_equal(arc_ledger_snapshot(ledger, &err), ARC_E_INVALID);
  arc_ledger_close(ledger);
  free(s);
}

/* Every allocation of it may fail: it says so, and keeps the one before. */
static void test_snapshot_without_memory(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A")));
  OK(arc_ledger_snapshot(c->ledger, &c->err));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY, .amount = 100));
  size_t live = c->heap.live, failures = 0;
  for (int once = 1; once >= 0; once--)
    for (size_t k = 1;; k++) {
      test_heap_fail(&c->heap, k, once);
      arc_status status = arc_ledger_snapshot(c->ledger, &c->err);
      int failed = test_heap_failed(&c->heap);
      test_heap_fail(&c->heap, 0, 0);
      assert_int_equal(status, failed ? ARC_E_NOMEM : ARC_OK);
      assert_int_equal(c->heap.live, live);
      if (!failed) break;
      failures++;
    }
  assert_true(failures >= 4);
  case_reopen(c);
  assert_int_equal(RECEIVABLE("A", DAY), 100);
}

/* ---- verification ---- */

/* Which commit a byte lies in. */
static size_t shelf_commit_of(const struct shelf *s, size_t at) {
  size_t commit = 0;
  while (commit + 1 < s->commits && s->starts[commit + 1] <= at) commit++;
  return commit;
}

/* One bit, anywhere: found, with the number of its commit's first record. */
static void test_a_flipped_bit_is_found(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s), *other;
  arc_error err = ARC_ERROR_INIT;
  (void)state;
  play(ledger, 0, STORY_STEPS);
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
  for (size_t at = 0; at < s->size; at++) {
    size_t commit = shelf_commit_of(s, at);
    if (commit > 3 && at % 5) continue; /* all of the first commits, the others in strides */
    s->bytes[at] ^= (unsigned char)(1u << at % 8);
    assert_int_equal(arc_ledger_verify(ledger, &err), ARC_E_CORRUPT);
    if (err.record != s->first_seqs[commit])
      fail_msg("byte %d of commit %d: record %d: %s", (int)(at - s->starts[commit]), (int)commit, (int)err.record, err.text);
    if (at % 13 == 0) {
      assert_int_equal(shelf_open_as(s, &other, 0, "shelf", &err), ARC_E_CORRUPT);
      assert_int_equal(err.record, s->first_seqs[commit]);
    }
    s->bytes[at] ^= (unsigned char)(1u << at % 8);
  }
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
  arc_ledger_close(ledger);
  free(s);
}

/* The storage lost its end, swapped commits, or holds another book. */
static void test_lost_swapped_and_foreign_commits_are_found(void **state) {
  struct shelf *s = shelf_new(), *foreign = shelf_new(), *kept = shelf_new();
  arc_ledger *ledger = shelf_open(s), *other;
  arc_error err;
  (void)state;
  play(ledger, 0, STORY_STEPS);
  memcpy(kept, s, sizeof *s);
  for (size_t commits = 0; commits < kept->commits; commits += 7) {
    s->commits = commits;
    s->size = kept->starts[commits];
    s->next_seq = kept->first_seqs[commits];
    err = (arc_error)ARC_ERROR_INIT;
    assert_int_equal(arc_ledger_verify(ledger, &err), ARC_E_CORRUPT);
    assert_int_equal(err.record, kept->first_seqs[commits]);
  }
  memcpy(s, kept, sizeof *s);
  s->size = kept->starts[20] + 30; /* torn in the middle of a header */
  s->commits = 21;
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_E_CORRUPT);
  assert_int_equal(err.record, kept->first_seqs[20]);
  memcpy(s, kept, sizeof *s);
  assert_int_equal(shelf_open_as(foreign, &other, 0, "other book", &err), ARC_OK);
  play(other, 0, STORY_STEPS);
  /* One commit of the other book, whole in itself. */
  size_t from = foreign->starts[12], size = foreign->starts[13] - from;
  assert_int_equal(size, s->starts[13] - s->starts[12]);
  memcpy(s->bytes + s->starts[12], foreign->bytes + from, size);
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_E_CORRUPT);
  assert_int_equal(err.record, s->first_seqs[12]);
  /* The whole other book: a sound chain, but not what this handle holds. */
  memcpy(s, foreign, sizeof *s);
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_E_CORRUPT);
  arc_ledger_close(ledger);
  arc_ledger_close(other);
  free(s);
  free(foreign);
  free(kept);
}

/* State in memory that is not what the journal says, or does not balance. */
static void test_verify_finds_a_wrong_state(void **state) {
  static const struct {
    int column;
    uint32_t row;
    const char *says;
  } cells[] = {{ARC__INSTALMENT_OPEN, 1, "instalment 1"},   {ARC__ACCOUNT_RECEIVABLE, 1, "account 1"},
               {ARC__ACCOUNT_UNAPPLIED, 1, "account 1"},    {ARC__CREDIT_OPEN, 1, "credit 1"},
               {ARC__CONTROL_RECEIVABLES, 1, "of currency 1"}, {ARC__CONTROL_CASH, 1, "of currency 1"},
               {ARC__CONTROL_UNIDENTIFIED_CASH, 2, "of currency 2"}, {ARC__INSTALMENT_OPEN_ITEM, 2, "listed as open"},
               {ARC__CUSTOMER_FLAGS, 1, "replaying"},       {ARC__TOUCH_STATUS, 1, "replaying"},
               {ARC__BOOK_LAST_DAY_RUN, 1, "replaying"}};
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s);
  arc__tables *t = ARC__L(ledger);
  (void)state;
  play(ledger, 0, STORY_STEPS);
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
    arc_error err = ARC_ERROR_INIT;
    arc__mark mark = arc__tables_mark(t);
    int64_t old = t->schema->columns[cells[i].column].width == 1   ? arc__u8(t, cells[i].column, cells[i].row)
                  : t->schema->columns[cells[i].column].width == 4 ? arc__u32(t, cells[i].column, cells[i].row)
                                                                   : arc__i64(t, cells[i].column, cells[i].row);
    arc__put(t, cells[i].column, cells[i].row, old + 1);
    assert_int_equal(arc_ledger_verify(ledger, &err), ARC_E_CORRUPT);
    if (!strstr(err.text, cells[i].says)) fail_msg("cell %d: %s", (int)i, err.text);
    arc__tables_rollback(t, &mark);
    arc__tables_keep(t);
    assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
  }
  arc_ledger_close(ledger);
  free(s);
}

/* ---- journals that commands never wrote ---- */

/* Appends a commit of one record, soundly framed after what the ledger has. */
static void forge(struct shelf *s, const arc_ledger *ledger, uint16_t type, uint16_t version, const void *payload,
                  size_t size) {
  arc__heap heap;
  arc__buffer b;
  arc__commit commit;
  memset(&commit, 0, sizeof commit);
  assert_int_equal(arc__heap_init(&heap, NULL, NULL), ARC_OK);
  arc__buffer_init(&b, &heap);
  arc__commit_begin(&b);
  arc__commit_record(&b, type, version, payload, size);
  commit.first_seq = info_of(ledger).next_sequence;
  memcpy(commit.chain, info_of(ledger).head, 32);
  assert_int_equal(arc__commit_finish(&b, &commit, NULL), ARC_OK);
  assert_int_equal(shelf_append(s, commit.first_seq, 1, b.data, b.size), ARC_OK);
  arc__buffer_free(&b);
}

static void forge_last(struct shelf *s) {
  s->commits--;
  s->size = s->starts[s->commits];
  s->next_seq = s->first_seqs[s->commits];
}

static int is_record(uint16_t type) {
  switch (type) {
#define ARC__R(number, upper, lower) case number:
    ARC__RECORD_LIST(ARC__R)
#undef ARC__R
    return 1;
  default: return 0;
  }
}

/* Records of no known type are refused by name; those that no command would have written are corrupt. */
static void test_forged_records_are_refused(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s), *other;
  arc_error err;
  static const unsigned char zeros[200];
  (void)state;
  play(ledger, 0, STORY_STEPS);
  uint64_t seq = info_of(ledger).next_sequence;
  for (uint16_t type = 0; type <= ARC__RECORD_COUNT + 2; type++)
    for (uint16_t version = 0; version < 3; version++)
      for (size_t size = version == 1 ? 0 : 8; size <= (version == 1 ? 100 : 8); size += FORGED_STEP) {
        forge(s, ledger, type, version, zeros, size);
        arc_status status = shelf_open_as(s, &other, 0, "shelf", &err);
        int unknown = !arc__record_is_known(type, version);
        if (status != (unknown ? ARC_E_ABI : ARC_E_CORRUPT) || err.record != seq)
          fail_msg("type %d version %d size %d: %s, record %d: %s", type, version, (int)size, arc_status_name(status),
                   (int)err.record, err.text);
        forge_last(s);
      }
  arc_ledger_close(ledger);
  free(s);
}

static int told_rows(arc_ledger *ledger, int32_t report) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *r;
  query.report = report;
  assert_int_equal(arc_ledger_report(&r, ledger, &query, NULL), ARC_OK);
  int rows = (int)arc_report_rows(r);
  arc_report_free(r);
  return rows;
}

/* What a later format adds as information is kept, numbered and chained, and not understood; what it adds as a fact is
 * refused, whatever stands around it. */
static void test_optional_records_are_kept(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s), *other;
  arc_error err;
  static const unsigned char payload[40] = "of a later format";
  (void)state;
  play(ledger, 0, STORY_STEPS);
  uint64_t seq = info_of(ledger).next_sequence;
  int timeline = told_rows(ledger, ARC_REPORT_TIMELINE), postings = told_rows(ledger, ARC_REPORT_POSTINGS);
  for (unsigned type = 0; type <= 0x7fff; type += type < 50 ? 1 : 1009)
    for (uint16_t version = 0; version < 3; version++) {
      forge(s, ledger, (uint16_t)(type | ARC__RECORD_OPTIONAL), version, payload, type % 41);
      if (shelf_open_as(s, &other, 0, "shelf", &err) != ARC_OK) fail_msg("optional type %u: %s", type, err.text);
      assert_int_equal(info_of(other).next_sequence, seq + 1);
      arc_ledger_close(other);
      forge_last(s);
    }
  /* One that stays, in a book that goes on. */
  forge(s, ledger, 7 | ARC__RECORD_OPTIONAL, 3, payload, sizeof payload);
  arc_ledger_close(ledger);
  ledger = shelf_open(s);
  assert_int_equal(info_of(ledger).next_sequence, seq + 1);
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
  assert_int_equal(told_rows(ledger, ARC_REPORT_TIMELINE), timeline);
  assert_int_equal(told_rows(ledger, ARC_REPORT_POSTINGS), postings);
  assert_int_equal(arc_ledger_post_day(ledger, STORY_DAY + 300, ARC_DAY_IS_RUN, &err), ARC_OK);
  assert_int_equal(arc_ledger_snapshot(ledger, &err), ARC_OK);
  arc_ledger_close(ledger);
  ledger = shelf_open(s);
  assert_int_equal(arc_ledger_verify(ledger, &err), ARC_OK);
  assert_int_equal(told_rows(ledger, ARC_REPORT_TIMELINE), timeline + 1);
  /* A fact of a later format behind it is still refused by its number. */
  seq = info_of(ledger).next_sequence;
  forge(s, ledger, ARC__RECORD_COUNT + 1, 1, payload, sizeof payload);
  assert_int_equal(shelf_open_as(s, &other, 0, "shelf", &err), ARC_E_ABI);
  assert_int_equal(err.record, seq);
  arc_ledger_close(ledger);
  free(s);
}

/* A journal begins with its book, once. */
static void test_a_journal_begins_with_its_book(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s), *other;
  arc_error err;
  unsigned char payload[64];
  (void)state;
  payload[0] = 0;
  forge(s, ledger, ARC__RECORD_DAY_RUN, 1, payload, 1);
  assert_int_equal(shelf_open_as(s, &other, 0, "shelf", &err), ARC_E_CORRUPT);
  assert_int_equal(err.record, 1);
  forge_last(s);
  play(ledger, 0, 1);
  memcpy(payload, "\x01x\xd5\xa6\x91\x02", 6); /* its name, and "USD" */
  forge(s, ledger, ARC__RECORD_BOOK, 1, payload, 6);
  assert_int_equal(shelf_open_as(s, &other, 0, "shelf", &err), ARC_E_CORRUPT);
  assert_int_equal(err.record, 3);
  arc_ledger_close(ledger);
  free(s);
}

/* A number of three bytes. */
static void put_number(unsigned char *at, uint32_t v) {
  at[0] = (unsigned char)((v & 0x7f) | 0x80);
  at[1] = (unsigned char)((v >> 7 & 0x7f) | 0x80);
  at[2] = (unsigned char)(v >> 14);
}

/* Random payloads under a sound frame never do harm: refused, or a state that still balances. */
static void test_random_records_do_no_harm(void **state) {
  struct shelf *s = shelf_new();
  arc_ledger *ledger = shelf_open(s), *other;
  arc_error err;
  uint64_t seed = 88172645463325252u;
  int accepted = 0;
  (void)state;
  play(ledger, 0, 54); /* before a period is closed, which would refuse most */
  for (int round = 0; round < RANDOM_ROUNDS; round++) {
    unsigned char payload[160];
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    uint16_t type = (uint16_t)(2 + seed % (ARC__RECORD_COUNT - 1));
    while (!arc__record_is_known(type, 1)) type--;
    /* Mostly small numbers, so that rows, days and sizes are often in range. */
    for (size_t i = 0; i < sizeof payload; i++) {
      seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
      payload[i] = (unsigned char)(seed % 3 == 0 ? seed >> 8 & 0xff : seed % 3 == 1 ? 0 : seed >> 9 & 3);
    }
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    put_number(payload + (seed >> 40) % 4, STORY_DAY + 70); /* somewhere, a day that would be right */
    forge(s, ledger, type, 1, payload, seed % 2 ? 3 + (size_t)(seed >> 5) % 8 : (size_t)(seed >> 5) % (sizeof payload + 1));
    arc_status status = shelf_open_as(s, &other, 0, "shelf", &err);
    if (status == ARC_OK) {
      accepted++;
      if (arc__state_check(other, &err) != ARC_OK) fail_msg("round %d, type %d: %s", round, type, err.text);
      arc_ledger_close(other);
    } else {
      assert_int_equal(status, is_record(type) ? ARC_E_CORRUPT : ARC_E_ABI);
      assert_int_equal(err.record, info_of(ledger).next_sequence);
    }
    forge_last(s);
  }
  assert_true(accepted > 0 || RANDOM_ROUNDS < 1500);
  arc_ledger_close(ledger);
  free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_new_book_is_in_memory_until_the_first_command),
      cmocka_unit_test(test_open_input_is_checked),
      cmocka_unit_test(test_a_book_is_opened_under_its_name),
      cmocka_unit_test(test_replay_gives_the_live_state),
      cmocka_unit_test(test_the_whole_stream_again_changes_nothing),
      LEDGER_TEST(test_clock_never_goes_back),
      cmocka_unit_test(test_batch_is_one_commit),
      LEDGER_TEST(test_failure_in_a_batch_keeps_what_came_before),
      LEDGER_TEST(test_aborted_batch_never_was),
      cmocka_unit_test(test_bytes_and_publish_equal_commit),
      LEDGER_TEST(test_bytes_may_be_aborted),
      LEDGER_TEST(test_closing_drops_an_open_batch),
      cmocka_unit_test(test_append_that_fails_changes_nothing),
      cmocka_unit_test(test_unknown_outcome_is_found_out_by_reopening),
      LEDGER_TEST(test_two_writers_conflict),
      cmocka_unit_test(test_callbacks_may_not_call_back),
      cmocka_unit_test(test_reads_that_fail),
      cmocka_unit_test(test_detached_ledger_stores_nothing),
      cmocka_unit_test(test_detached_new_book),
      cmocka_unit_test(test_snapshot_and_tail_equal_replay),
      cmocka_unit_test(test_damaged_snapshot_is_not_used),
      cmocka_unit_test(test_foreign_snapshot_is_not_used),
      cmocka_unit_test(test_snapshot_does_not_hide_a_damaged_tail),
      cmocka_unit_test(test_snapshot_that_cannot_be_kept),
      LEDGER_TEST(test_snapshot_without_memory),
      cmocka_unit_test(test_a_flipped_bit_is_found),
      cmocka_unit_test(test_lost_swapped_and_foreign_commits_are_found),
      cmocka_unit_test(test_verify_finds_a_wrong_state),
      cmocka_unit_test(test_forged_records_are_refused),
      cmocka_unit_test(test_optional_records_are_kept),
      cmocka_unit_test(test_a_journal_begins_with_its_book),
      cmocka_unit_test(test_random_records_do_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
