/* A disk in memory beneath the file storage, which is compiled here on top of it: every call of the system
 * that storage_file.c makes comes to simulated_disk.c. Files lie in DISK_FOLDER.
 *
 * What is written is seen at once, but durable only by a sync: of the file for its bytes, of the folder for
 * names. A power failure (disk_settle) keeps of what was not synced whatever the test chooses. */
#ifndef ARC_TEST_SIMULATED_DISK_H
#define ARC_TEST_SIMULATED_DISK_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_FOLDER "/simulated"
#define DISK_BOOK   DISK_FOLDER "/book"

enum { DISK_NAMES = 3, DISK_FILES = 8, DISK_OPS = 16, DISK_HANDLES = 8, DISK_HISTORY = 16 };

enum disk_name { DISK_JOURNAL, DISK_SNAPSHOT, DISK_TEMPORARY };

struct disk_op {
  int cuts; /* else writes */
  size_t offset, size;
  unsigned char *bytes;
};

struct disk_file {
  int used;
  unsigned char *now, *durable;
  size_t size, durable_size, capacity, durable_capacity;
  struct disk_op ops[DISK_OPS]; /* since the last sync */
  size_t op_count;
};

/* How a write fails that reaches byte `at` of the file. */
enum disk_failure {
  DISK_SOUND,
  DISK_SHORT_THEN_FULL, /* a short write, then ENOSPC */
  DISK_ERROR,           /* EIO; the bytes before `at` were written */
  DISK_NOTHING,         /* 0 bytes written, no error */
  DISK_SHORT,           /* a short write, once */
  DISK_INTERRUPTED      /* EINTR once */
};

struct disk {
  struct disk_file files[DISK_FILES];
  int history[DISK_HISTORY][DISK_NAMES]; /* what the folder held since its last sync; the last one is now */
  size_t changes;                        /* of names since the folder's last sync */
};

extern struct disk disk;

extern struct disk_control {
  unsigned long calls; /* that change anything, since disk_arm */
  unsigned long crash_at;
  jmp_buf crash; /* where a process goes that crashes after its crash_at-th call */
  enum disk_failure failure;
  size_t failure_at;
  int cut_fails;
  unsigned sync_fails;  /* the sync_fails-th sync from now on; 0: none */
  int sync_drops;       /* a failed sync forgets what it could not write, as Linux does */
  unsigned long failed; /* how often something failed */
} disk_control;

void disk_clear(void); /* an empty disk, no handles */
void disk_free(struct disk *d);
void disk_copy(struct disk *to, const struct disk *from);
/* No failures; crash after the crash_at-th changing call (0: never; the caller sets disk_control.crash). */
void disk_arm(unsigned long crash_at);
/* The process is gone: its handles and locks are. */
void disk_end_process(void);

/* NULL if there is no such file now. */
struct disk_file *disk_find(enum disk_name name);
/* The durable content of a file, made if absent. */
void disk_store(enum disk_name name, const void *bytes, size_t size);
/* Makes the file as short (or, as it was not overwritten, as long again) now and durably. */
void disk_set_size(struct disk_file *file, size_t size);

/* What a power failure does to a file's writes since its last sync: those before `op` arrived, those after it
 * did not, and of this one ... */
enum disk_tear {
  DISK_PREFIX,       /* `bytes` arrived, and the file is not longer */
  DISK_PREFIX_ZEROS, /* `bytes` arrived, and zeros where the rest should be */
  DISK_SUFFIX,       /* all but the first `bytes` arrived, zeros before them */
  DISK_SECTORS,      /* of each sector of 512 bytes, by the bits of `bytes`, all or zeros */
  DISK_OTHERS        /* the others arrived, by the bits of `bytes`, whatever op is */
};
struct disk_choice {
  size_t op;
  enum disk_tear tear;
  size_t bytes;
};
/* The power fails: names are those of history[names], the process is gone; of files[i] arrives choices[i]. */
void disk_settle(size_t names, const struct disk_choice choices[DISK_FILES]);

#endif
