/* The SQLite storage when its process is killed or the power fails, and under two processes at once.
 *
 * usage: crash_sqlite calls [--full]        each changing call that SQLite makes to the system is the last one
 *        crash_sqlite writers [--commands N]   two processes write one book, N commands each
 *
 * Prints one line of counts; exit 1 for violations. */
#include "../golden/story_0_1.h"
#include "ledger_view.h"
#include "storage_sqlite.h"
#include "../support/info.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned long violations;
static char book_path[512];

static void violation(const char *format, ...) {
  va_list arguments;
  if (++violations > 20) return;
  fputs("crash_sqlite: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputs("\n", stderr);
}

static void stop(const char *what) {
  fprintf(stderr, "crash_sqlite: %s\n", what);
  exit(2);
}

/* ---- what SQLite writes, and how it ends ---- */

enum way {
  KILLED,  /* after the call; what was written stays */
  HALF,    /* in the middle of the call, if it writes */
  LOST,    /* the power fails after the call: nothing unsynced arrived */
  SCATTERED, /* ... every write since the last sync by chance */
  WAYS
};

/* What a write has replaced, until the file is synced. */
struct replaced {
  struct shim_file *file;
  sqlite3_int64 offset, size_before;
  int size, size_old;
  unsigned char *old;
};

static struct {
  sqlite3_vfs *real;
  unsigned long calls, crash_at; /* 0: never */
  enum way way;
  struct replaced unsynced[4096];
  size_t unsynced_count;
} shim;

struct shim_file {
  sqlite3_file base;
  int kept; /* the database and its log: what is lost with the power; the shared memory has no writes */
  sqlite3_file *real;
};

static struct shim_file *shim_of(sqlite3_file *file) {
  return (struct shim_file *)file;
}

static sqlite3_file *real_of(sqlite3_file *file) {
  return shim_of(file)->real;
}

static void shim_take_back(const struct replaced *r) {
  sqlite3_file *real = r->file->real;
  if (r->size_old) real->pMethods->xWrite(real, r->old, r->size_old, r->offset);
  if (r->size_before < r->offset + r->size) real->pMethods->xTruncate(real, r->size_before);
}

/* The power fails: what was not synced is gone, from the last write back. What is behind a lost write is lost, too,
 * where it made the file longer. */
static void shim_lose(void) {
  for (size_t i = shim.unsynced_count; i-- > 0;)
    if (shim.way == LOST || (shim.calls * 31 + i * 17) % 3 == 0) shim_take_back(&shim.unsynced[i]);
}

static void shim_end(void) {
  if (shim.way == LOST || shim.way == SCATTERED) shim_lose();
  _exit(77);
}

/* Counts a call that changes something; 1 if it is to be the last one. */
static int shim_counts(void) {
  return ++shim.calls == shim.crash_at;
}

static void shim_remember(struct shim_file *file, int size, sqlite3_int64 offset) {
  struct replaced *r = &shim.unsynced[shim.unsynced_count++];
  if (shim.unsynced_count == sizeof shim.unsynced / sizeof *shim.unsynced) stop("too many writes without a sync");
  memset(r, 0, sizeof *r);
  r->file = file;
  r->offset = offset;
  r->size = size;
  file->real->pMethods->xFileSize(file->real, &r->size_before);
  r->size_old = r->size_before <= offset ? 0 : r->size_before - offset < size ? (int)(r->size_before - offset) : size;
  r->old = malloc((size_t)size + 1);
  if (!r->old || (r->size_old && file->real->pMethods->xRead(file->real, r->old, r->size_old, offset))) stop("no old bytes");
}

static int shim_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
  sqlite3_file *real = real_of(file);
  int last = shim_counts();
  shim_remember(shim_of(file), size, offset);
  if (last && shim.way == HALF) size /= 2;
  int result = size ? real->pMethods->xWrite(real, bytes, size, offset) : SQLITE_OK;
  if (last) shim_end();
  return result;
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size) {
  int last = shim_counts();
  if (last && shim.way == HALF) shim_end();
  int result = real_of(file)->pMethods->xTruncate(real_of(file), size);
  if (last) shim_end();
  return result;
}

/* Nothing waits for a real disk here: what a sync is worth is what shim_lose makes of it. */
static int shim_sync(sqlite3_file *file, int flags) {
  size_t kept = 0;
  int last = shim_counts();
  (void)flags;
  if (last && shim.way != LOST) shim_end(); /* before it, once more; LOST: after it */
  for (size_t i = 0; i < shim.unsynced_count; i++)
    if (shim.unsynced[i].file != shim_of(file))
      shim.unsynced[kept++] = shim.unsynced[i];
    else
      free(shim.unsynced[i].old);
  shim.unsynced_count = kept;
  if (last) shim_end();
  return SQLITE_OK;
}

static int shim_close(sqlite3_file *file) {
  size_t kept = 0;
  for (size_t i = 0; i < shim.unsynced_count; i++)
    if (shim.unsynced[i].file != shim_of(file)) shim.unsynced[kept++] = shim.unsynced[i];
  shim.unsynced_count = kept;
  int result = real_of(file)->pMethods ? real_of(file)->pMethods->xClose(real_of(file)) : SQLITE_OK;
  free(real_of(file));
  return result;
}

#define REAL(method) real_of(file)->pMethods->method
static int shim_read(sqlite3_file *file, void *buf, int size, sqlite3_int64 at) { return REAL(xRead)(real_of(file), buf, size, at); }
static int shim_size(sqlite3_file *file, sqlite3_int64 *size) { return REAL(xFileSize)(real_of(file), size); }
static int shim_lock(sqlite3_file *file, int lock) { return REAL(xLock)(real_of(file), lock); }
static int shim_unlock(sqlite3_file *file, int lock) { return REAL(xUnlock)(real_of(file), lock); }
static int shim_reserved(sqlite3_file *file, int *out) { return REAL(xCheckReservedLock)(real_of(file), out); }
static int shim_control(sqlite3_file *file, int op, void *arg) { return REAL(xFileControl)(real_of(file), op, arg); }
static int shim_sector(sqlite3_file *file) { return REAL(xSectorSize)(real_of(file)); }
/* No promise of writes that are not torn. */
static int shim_device(sqlite3_file *file) { (void)file; return 0; }
static int shim_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) { return REAL(xShmMap)(real_of(file), page, size, extend, out); }
static int shim_shm_lock(sqlite3_file *file, int offset, int n, int flags) { return REAL(xShmLock)(real_of(file), offset, n, flags); }
static void shim_barrier(sqlite3_file *file) { REAL(xShmBarrier)(real_of(file)); }
static int shim_unmap(sqlite3_file *file, int drop) { return REAL(xShmUnmap)(real_of(file), drop); }

static const sqlite3_io_methods shim_methods = {2, shim_close, shim_read, shim_write, shim_truncate, shim_sync, shim_size,
                                                shim_lock, shim_unlock, shim_reserved, shim_control, shim_sector,
                                                shim_device, shim_map, shim_shm_lock, shim_barrier, shim_unmap, NULL, NULL};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
  struct shim_file *mine = shim_of(file);
  (void)vfs;
  mine->base.pMethods = NULL;
  mine->real = calloc(1, (size_t)shim.real->szOsFile);
  if (!mine->real) return SQLITE_NOMEM;
  int result = shim.real->xOpen(shim.real, name, mine->real, flags, out);
  if (result == SQLITE_OK) mine->base.pMethods = &shim_methods;
  else free(mine->real);
  return result;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync) {
  int last = shim_counts();
  (void)vfs;
  if (last && shim.way == HALF) shim_end();
  int result = shim.real->xDelete(shim.real, name, sync);
  if (last) shim_end();
  return result;
}

static void shim_install(void) {
  static sqlite3_vfs vfs;
  shim.real = sqlite3_vfs_find(NULL);
  vfs = *shim.real;
  vfs.zName = "crash";
  vfs.pNext = NULL;
  vfs.szOsFile = (int)sizeof(struct shim_file);
  vfs.xOpen = shim_open;
  vfs.xDelete = shim_delete;
  if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) stop("no shim");
}

/* ---- the book ---- */

static arc_status open_ledger(arc_ledger **ledger, arc_error *err) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_storage storage;
  arc_status status = storage_sqlite_open(&storage, book_path, err);
  *ledger = NULL;
  if (status != ARC_OK) return status;
  options.storage = &storage;
  options.book = (arc_text)STORY_TEXT("crash");
  memcpy(options.currency, "USD", 4);
  return arc_ledger_open(ledger, &options, err);
}

static void remove_book(void) {
  static const char *const besides[] = {"", "-wal", "-shm", "-journal"};
  char name[600];
  for (size_t i = 0; i < sizeof besides / sizeof *besides; i++) {
    snprintf(name, sizeof name, "%s%s", book_path, besides[i]);
    remove(name);
  }
}

enum { SCENARIO = STORY_STEPS + 8 };

static struct state {
  uint64_t next_seq;
  uint8_t head[32];
  unsigned char digest[32];
} states[SCENARIO + 1];

static struct state state_of(const arc_ledger *ledger) {
  struct state state;
  memset(&state, 0, sizeof state);
  state.next_seq = info_of(ledger).next_sequence;
  memcpy(state.head, info_of(ledger).head, 32);
  arc__tables_digest(arc__ledger_tables(ledger), state.digest);
  return state;
}

static arc_status scenario_step(arc_ledger *ledger, int step, arc_error *err) {
  static char text[4096];
  char key[32];
  arc_note row = ARC_NOTE_INIT;
  if (step < STORY_STEPS) return story_step(ledger, step, err);
  if (step == STORY_STEPS + 2 || step == STORY_STEPS + 5) return arc_ledger_drop_journal(ledger, err);
  memset(text, 'n', sizeof text);
  snprintf(key, sizeof key, "note%d", step);
  row.key = (arc_text){key, strlen(key)};
  row.customer = (arc_text)STORY_TEXT("C1");
  row.text = (arc_text){text, sizeof text};
  row.day = STORY_DAY + 60;
  return arc_ledger_post_notes(ledger, &row, 1, err);
}

/* Says the whole scenario; after each step the byte tells that it was acknowledged. */
static int scenario_run(int acknowledges, struct state *remembers) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  if (open_ledger(&ledger, &err) != ARC_OK) return 3;
  if (remembers) remembers[0] = state_of(ledger);
  for (int step = 0; step < SCENARIO; step++) {
    if (scenario_step(ledger, step, &err) != ARC_OK) return 4;
    if (acknowledges >= 0 && write(acknowledges, "", 1) != 1) return 5;
    if (remembers) remembers[step + 1] = state_of(ledger);
    if (step % 17 == 9 && arc_ledger_snapshot(ledger, &err) != ARC_OK) return 6;
    if (step % 15 == 7) {
      arc_ledger_close(ledger);
      if (open_ledger(&ledger, &err) != ARC_OK) return 7;
    }
  }
  arc_ledger_close(ledger);
  return 0;
}

/* How many steps were acknowledged by a process that ended at its crash_at-th call. */
static int run_until(unsigned long crash_at, enum way way) {
  int ends[2], status, acknowledged = 0;
  char byte;
  if (pipe(ends) != 0) stop("no pipe");
  fflush(NULL);
  pid_t child = fork();
  if (child < 0) stop("no process");
  if (child == 0) {
    close(ends[0]);
    shim.crash_at = crash_at;
    shim.way = way;
    shim_install();
    _exit(scenario_run(ends[1], NULL));
  }
  close(ends[1]);
  while (read(ends[0], &byte, 1) == 1) acknowledged++;
  close(ends[0]);
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 77)
    violation("call %lu: the process ended with %d", crash_at, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  return acknowledged;
}

static void check_recovered(int acknowledged, unsigned long at, enum way way) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  int found = 0;
  if (way == LOST || way == SCATTERED) { /* shared memory is none after a power failure */
    char name[600];
    snprintf(name, sizeof name, "%s-shm", book_path);
    remove(name);
  }
  arc_status status = open_ledger(&ledger, &err);
  if (status != ARC_OK) {
    violation("call %lu, way %d, %d acknowledged: opening says %s: %s", at, (int)way, acknowledged,
              arc_status_name(status), err.text);
    return;
  }
  struct state now = state_of(ledger);
  while (found <= SCENARIO && states[found].next_seq != now.next_seq) found++;
  if (found > SCENARIO || memcmp(&states[found], &now, sizeof now) != 0)
    violation("call %lu, way %d: record %llu is no border of commits, or the state another", at, (int)way,
              (unsigned long long)now.next_seq);
  else if (found < acknowledged || found > acknowledged + 1)
    violation("call %lu, way %d: %d steps are there, %d were acknowledged", at, (int)way, found, acknowledged);
  if (now.next_seq > 1 && arc_ledger_verify(ledger, &err) != ARC_OK) violation("call %lu, way %d: %s", at, (int)way, err.text);
  if (found < SCENARIO && scenario_step(ledger, found, &err) != ARC_OK)
    violation("call %lu, way %d: the next step is refused: %s", at, (int)way, err.text);
  arc_ledger_close(ledger);
}

static void test_calls(int full) {
  unsigned long calls = 0, crashes = 0;
  int status;
  remove_book();
  if (scenario_run(-1, states) != 0) stop("the scenario fails without faults");
  remove_book();
  /* Counted in a process of its own, which has no connection from before. */
  int ends[2];
  if (pipe(ends) != 0) stop("no pipe");
  pid_t child = fork();
  if (child == 0) {
    shim_install();
    status = scenario_run(-1, NULL);
    if (write(ends[1], &shim.calls, sizeof shim.calls) != sizeof shim.calls) status = 8;
    _exit(status);
  }
  if (child < 0 || read(ends[0], &calls, sizeof calls) != sizeof calls) stop("no count");
  waitpid(child, &status, 0);
  for (unsigned long at = 1; at <= calls; at++)
    for (int way = KILLED; way < WAYS; way++) {
      if (!full && at > 60 && (unsigned long)way != at % WAYS && (unsigned long)way != at / WAYS % WAYS) continue;
      remove_book();
      check_recovered(run_until(at, (enum way)way), at, (enum way)way);
      crashes++;
    }
  remove_book();
  printf("SQLite storage: %lu calls of the system over %d commits, %lu crashes (killed, in the middle of a write, power "
         "lost with all or some unsynced writes); %lu violations\n",
         calls, SCENARIO, crashes, violations);
}

/* ---- two writers ---- */

enum { WRITER_CUSTOMERS = 20 };

static void writer_key(char key[48], arc_text *text, const char *kind, int writer, unsigned number) {
  snprintf(key, 48, "%s-%d-%u", kind, writer, number);
  *text = (arc_text){key, strlen(key)};
}

/* The number-th command of a writer, on customers of both: an invoice of 100, a payment of 30, its application. */
static arc_status writer_say(arc_ledger *ledger, int writer, unsigned number, arc_error *err) {
  char key[48], customer[48], invoice[48];
  arc_text whose, what;
  unsigned trio = number / 3;
  writer_key(customer, &whose, "customer", 0, trio % WRITER_CUSTOMERS);
  writer_key(invoice, &what, "invoice", writer, trio);
  if (number % 3 == 0) {
    arc_invoice row = ARC_INVOICE_INIT;
    row.key = what;
    row.customer = whose;
    row.issued = STORY_DAY;
    row.due = STORY_DAY + 30;
    row.amount = 100;
    return arc_ledger_post_invoices(ledger, &row, 1, err);
  }
  if (number % 3 == 1) {
    arc_payment row = ARC_PAYMENT_INIT;
    writer_key(key, &row.key, "payment", writer, trio);
    row.customer = whose;
    row.received = STORY_DAY + 5;
    row.amount = 30;
    return arc_ledger_post_payments(ledger, &row, 1, err);
  }
  arc_application row = ARC_APPLICATION_INIT;
  writer_key(key, &row.credit, "payment", writer, trio);
  row.invoice = what;
  row.day = STORY_DAY + 6;
  row.amount = 20;
  return arc_ledger_post_applications(ledger, &row, 1, err);
}

/* A host that thinks for about as long as it writes: else the one that holds the database hardly ever lets go. */
static void writer_think(const struct timespec *began, uint64_t *chance) {
  struct timespec now, pause = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t took = (now.tv_sec - began->tv_sec) * INT64_C(1000000000) + now.tv_nsec - began->tv_nsec;
  *chance = *chance * 6364136223846793005u + 1442695040888963407u;
  if (took > 3000000) took = 3000000;
  if (took > 0) pause.tv_nsec = (long)(*chance % (uint64_t)(2 * took + 1));
  nanosleep(&pause, NULL);
}

/* Refreshes and says again for as long as the other one was first, or holds the database. */
static int writer_run(int writer, unsigned commands, unsigned *conflicts) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  uint64_t chance = (uint64_t)writer;
  struct timespec began;
  if (open_ledger(&ledger, &err) != ARC_OK) return fprintf(stderr, "writer %d: %s\n", writer, err.text), 3;
  for (unsigned number = 0; number < commands; number++) {
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (;;) {
      arc_status status = writer_say(ledger, writer, number, &err);
      if (status == ARC_OK) break;
      int busy = status == ARC_E_STORAGE && ((err.host_code - STORAGE_SQLITE_ERROR) & 0xff) == SQLITE_BUSY;
      if (status == ARC_E_CONFLICT) ++*conflicts;
      if (status == ARC_E_CONFLICT) status = arc_ledger_refresh(ledger, &err);
      if (status < 0 && !busy)
        return fprintf(stderr, "writer %d, command %u: %s: %s\n", writer, number, arc_status_name(status), err.text), 4;
    }
    writer_think(&began, &chance);
  }
  arc_ledger_close(ledger);
  return 0;
}

static void writers_begin(void) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  remove_book();
  if (open_ledger(&ledger, &err) != ARC_OK) stop(err.text);
  for (unsigned i = 0; i < WRITER_CUSTOMERS; i++) {
    char key[48];
    arc_customer row = ARC_CUSTOMER_INIT;
    writer_key(key, &row.key, "customer", 0, i);
    if (arc_ledger_post_customers(ledger, &row, 1, &err) != ARC_OK) stop(err.text);
  }
  arc_ledger_close(ledger);
}

/* Every command is there, none twice, and the sums are what they must be. */
static void writers_check(unsigned commands) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  int64_t open = 0, left = 0, owed, unapplied;
  unsigned invoices = 2 * ((commands + 2) / 3), payments = 2 * ((commands + 1) / 3), applications = 2 * (commands / 3);
  if (open_ledger(&ledger, &err) != ARC_OK) {
    violation("the book does not open: %s", err.text);
    return;
  }
  if (arc_ledger_verify(ledger, &err) != ARC_OK) violation("the book does not verify: %s", err.text);
  uint64_t records = info_of(ledger).next_sequence - 1, expected = 1 + WRITER_CUSTOMERS + 2 * (uint64_t)commands;
  if (records != expected) violation("%llu records instead of %llu", (unsigned long long)records, (unsigned long long)expected);
  for (int writer = 1; writer <= 2; writer++)
    for (unsigned number = 0; number < commands; number++)
      if (writer_say(ledger, writer, number, &err) != ARC_ALREADY) violation("command %u of writer %d is not there", number, writer);
  for (unsigned i = 0; i < WRITER_CUSTOMERS; i++) {
    char key[48];
    arc_text customer;
    writer_key(key, &customer, "customer", 0, i);
    if (arc_ledger_balance(ledger, &owed, &unapplied, customer.data, customer.size, "USD", ARC_DAY_NONE, &err) != ARC_OK)
      violation("no balance: %s", err.text);
    open += owed;
    left += unapplied;
  }
  if (open != (int64_t)invoices * 100 - (int64_t)applications * 20 || left != (int64_t)payments * 30 - (int64_t)applications * 20)
    violation("%lld is open and %lld unapplied", (long long)open, (long long)left);
  arc_ledger_close(ledger);
}

static void test_writers(unsigned commands) {
  int ends[2];
  unsigned conflicts = 0, one;
  pid_t children[2];
  writers_begin();
  if (pipe(ends) != 0) stop("no pipe");
  fflush(NULL);
  for (int i = 0; i < 2; i++) {
    children[i] = fork();
    if (children[i] < 0) stop("no process");
    if (children[i] == 0) {
      one = 0;
      int status = writer_run(i + 1, commands, &one);
      if (write(ends[1], &one, sizeof one) != sizeof one) status = 5;
      _exit(status);
    }
  }
  for (int i = 0; i < 2; i++) {
    int status;
    if (waitpid(children[i], &status, 0) != children[i] || status != 0) violation("writer %d did not come to its end", i + 1);
    if (read(ends[0], &one, sizeof one) == sizeof one) conflicts += one;
  }
  writers_check(commands);
  remove_book();
  printf("SQLite storage: 2 processes wrote one book, %u commands each, %u conflicts refreshed; %lu violations\n", commands,
         conflicts, violations);
}

/* ---- */

int main(int argc, char **argv) {
  char directory[400];
  const char *parent = getenv("TMPDIR"), *part = argc > 1 ? argv[1] : "";
  unsigned commands = 1500;
  int full = 0;
  struct stat memory;
  for (int i = 2; i < argc; i++) {
    if (strcmp(argv[i], "--full") == 0) full = 1;
    else if (strcmp(argv[i], "--commands") == 0 && i + 1 < argc) commands = (unsigned)strtoul(argv[++i], NULL, 10);
  }
  /* A killed process loses nothing that it wrote, so memory does, where no disk is to be waited for. */
  if (strcmp(part, "calls") == 0 && stat("/dev/shm", &memory) == 0 && S_ISDIR(memory.st_mode)) parent = "/dev/shm";
  snprintf(directory, sizeof directory, "%s/arc-sqlite-XXXXXX", parent && *parent ? parent : "/tmp");
  if (!mkdtemp(directory)) stop("no directory");
  snprintf(book_path, sizeof book_path, "%s/book", directory);
  if (strcmp(part, "calls") == 0) test_calls(full);
  else if (strcmp(part, "writers") == 0) test_writers(commands);
  else fputs("usage: crash_sqlite calls|writers [--full] [--commands N]\n", stderr), violations = 1;
  rmdir(directory);
  return violations != 0;
}
