/* Shared by the program that makes the golden journal and the test that replays it: a storage of plain bytes, and
 * what a book says, as text. Only public calls, so that nothing inside the library can make it differ. */
#ifndef ARC_TEST_GOLDEN_H
#define ARC_TEST_GOLDEN_H

#include "arcollect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOLDEN_MAX = 64 * 1024 };

struct golden {
  unsigned char bytes[GOLDEN_MAX];
  size_t size;
  uint64_t next_seq; /* 0: takes no appends */
  uint64_t first_seq, last_seq; /* of the first and the last commit; first_seq 0: a storage that cannot drop */
  size_t last_at;               /* where that begins */
  unsigned char snapshot[GOLDEN_MAX];
  size_t snapshot_size; /* of the state before first_seq; 0: none */
};

static int32_t golden_append(void *user, uint64_t first_seq, uint32_t count, const void *bytes, size_t size) {
  struct golden *g = user;
  if (g->next_seq == 0 || size > GOLDEN_MAX - g->size) return ARC_E_STORAGE;
  if (first_seq != g->next_seq) return ARC_E_CONFLICT;
  memcpy(g->bytes + g->size, bytes, size);
  g->last_seq = first_seq;
  g->last_at = g->size;
  g->size += size;
  g->next_seq += count;
  return ARC_OK;
}

/* Everything is one stream; it is read from its beginning only. */
static int32_t golden_read(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap, size_t *size) {
  const struct golden *g = user;
  *size = 0;
  if (first_seq != (g->first_seq ? g->first_seq : 1) && !(first_seq == 0 && g->first_seq)) return ARC_E_NOT_FOUND;
  if (offset >= g->size) return ARC_DONE;
  *size = g->size - (size_t)offset < cap ? g->size - (size_t)offset : cap;
  memcpy(buf, g->bytes + offset, *size);
  return ARC_OK;
}

static int32_t golden_save(void *user, uint64_t next_seq, const void *bytes, size_t size) {
  struct golden *g = user;
  (void)next_seq;
  if (size > GOLDEN_MAX) return ARC_E_STORAGE;
  memcpy(g->snapshot, bytes, size);
  g->snapshot_size = size;
  return ARC_OK;
}

static int32_t golden_load(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset, void *buf, size_t cap,
                           size_t *size) {
  const struct golden *g = user;
  size_t left = offset < g->snapshot_size ? g->snapshot_size - (size_t)offset : 0;
  *next_seq = g->first_seq;
  *total = g->snapshot_size;
  *size = left < cap ? left : cap;
  memcpy(buf, g->snapshot + g->snapshot_size - left, *size);
  return g->snapshot_size ? ARC_OK : ARC_DONE;
}

/* Only ever called for the last commit. */
static int32_t golden_drop(void *user, uint64_t first_seq) {
  struct golden *g = user;
  if (first_seq != g->last_seq) return ARC_E_NOT_FOUND;
  g->size -= g->last_at;
  memmove(g->bytes, g->bytes + g->last_at, g->size);
  g->first_seq = first_seq;
  g->last_at = 0;
  return ARC_OK;
}

static arc_status golden_open(struct golden *g, arc_ledger **out, uint32_t flags, arc_error *err) {
  static const char name[] = "golden 0.1";
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_storage storage;
  memset(&storage, 0, sizeof storage);
  storage.struct_size = sizeof storage;
  storage.user = g;
  storage.append = golden_append;
  storage.read = golden_read;
  if (g->first_seq) {
    storage.save_snapshot = golden_save;
    storage.load_snapshot = golden_load;
    storage.drop = golden_drop;
  }
  options.storage = &storage;
  options.flags = flags;
  options.book.data = name;
  options.book.size = sizeof name - 1;
  memcpy(options.currency, "USD", 4);
  return arc_ledger_open(out, &options, err);
}

/* ---- what the book says ---- */

struct golden_text {
  char data[GOLDEN_MAX];
  size_t size;
};

static void golden_add(struct golden_text *t, const char *text) {
  size_t size = strlen(text);
  if (size >= sizeof t->data - t->size) abort();
  memcpy(t->data + t->size, text, size + 1);
  t->size += size;
}

static void golden_add_report(struct golden_text *t, const char *title, arc_report *report) {
  char cell[512];
  golden_add(t, "\n");
  golden_add(t, title);
  golden_add(t, "\n");
  for (size_t row = 0; row < arc_report_rows(report); row++)
    for (size_t column = 0; column < arc_report_columns(report); column++) {
      if (arc_report_format(report, row, column, cell, sizeof cell, NULL) != ARC_OK) abort();
      for (char *at = cell; *at; at++)
        if (*at == '\n') *at = '/';
      golden_add(t, cell);
      golden_add(t, column + 1 < arc_report_columns(report) ? "|" : "\n");
    }
  arc_report_free(report);
}

static arc_status golden_add_query(struct golden_text *t, arc_ledger *ledger, const char *title, int32_t kind,
                                   const char *customer, arc_day as_of, arc_error *err) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  arc_status status;
  query.report = kind;
  query.customer.data = customer;
  query.customer.size = strlen(customer);
  query.as_of = as_of;
  status = arc_ledger_report(&report, ledger, &query, err);
  if (status == ARC_OK) golden_add_report(t, title, report);
  return status;
}

static arc_status golden_add_aging(struct golden_text *t, arc_ledger *ledger, const char *title, arc_day as_of,
                                   arc_error *err) {
  arc_metrics_query query = ARC_METRICS_QUERY_INIT;
  arc_report *report;
  arc_status status;
  query.as_of = as_of;
  query.report = ARC_METRICS_AGING;
  status = arc_metrics_report(&report, ledger, &query, err);
  if (status == ARC_OK) golden_add_report(t, title, report);
  return status;
}

#define GOLDEN_TRY(call)                                                                           \
  do {                                                                                             \
    arc_status status_ = (call);                                                                   \
    if (status_ < 0) return status_;                                                               \
  } while (0)

/* The head of the chain is the digest of the whole journal; the reports are all that the state says. */
static arc_status golden_describe(struct golden_text *t, arc_ledger *ledger, arc_error *err) {
  arc_ledger_info info = ARC_LEDGER_INFO_INIT;
  char line[80];
  t->size = 0;
  GOLDEN_TRY(arc_ledger_describe(&info, ledger, err));
  snprintf(line, sizeof line, "records %llu\nhead ", (unsigned long long)info.next_sequence - 1);
  golden_add(t, line);
  for (int i = 0; i < 32; i++) {
    snprintf(line, sizeof line, "%02x", info.head[i]);
    golden_add(t, line);
  }
  golden_add(t, "\n");
  GOLDEN_TRY(golden_add_aging(t, ledger, "aging 2026-01-22", 20475, err));
  GOLDEN_TRY(golden_add_aging(t, ledger, "aging 2026-02-05", 20489, err));
  GOLDEN_TRY(golden_add_aging(t, ledger, "aging 2026-04-01", 20544, err));
  GOLDEN_TRY(golden_add_query(t, ledger, "open items 2026-04-01", ARC_REPORT_OPEN_ITEMS, "", 20544, err));
  GOLDEN_TRY(golden_add_query(t, ledger, "applications", ARC_REPORT_APPLICATIONS, "", ARC_DAY_NONE, err));
  GOLDEN_TRY(golden_add_query(t, ledger, "exchanges", ARC_REPORT_EXCHANGES, "", ARC_DAY_NONE, err));
  GOLDEN_TRY(golden_add_query(t, ledger, "touches", ARC_REPORT_TOUCHES, "", ARC_DAY_NONE, err));
  GOLDEN_TRY(golden_add_query(t, ledger, "postings", ARC_REPORT_POSTINGS, "", ARC_DAY_NONE, err));
  GOLDEN_TRY(golden_add_query(t, ledger, "replies", ARC_REPORT_REPLIES, "", ARC_DAY_NONE, err));
  GOLDEN_TRY(golden_add_query(t, ledger, "tasks", ARC_REPORT_TASKS, "", ARC_DAY_NONE, err));
  GOLDEN_TRY(golden_add_query(t, ledger, "timeline", ARC_REPORT_TIMELINE, "", ARC_DAY_NONE, err));
  GOLDEN_TRY(golden_add_query(t, ledger, "statement of C1", ARC_REPORT_STATEMENT, "C1", ARC_DAY_NONE, err));
  GOLDEN_TRY(golden_add_query(t, ledger, "statement of C2", ARC_REPORT_STATEMENT, "C2", ARC_DAY_NONE, err));
  return ARC_OK;
}

#endif
