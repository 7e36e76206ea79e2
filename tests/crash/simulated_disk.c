/* See simulated_disk.h. */
#define _DEFAULT_SOURCE 1
#define _FILE_OFFSET_BITS 64
#include "simulated_disk.h"

#include "arcollect/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct disk disk;
struct disk_control disk_control;

enum { DISK_NO_FILE = -1, DISK_FOLDER_HANDLE = DISK_FILES };

static struct {
  int open, file, locked; /* file: index, or the folder */
} handles[DISK_HANDLES];

static void disk_stop(const char *what) {
  fprintf(stderr, "simulated disk: %s\n", what);
  abort();
}

/* ---- files ---- */

static void disk_grow(unsigned char **bytes, size_t *capacity, size_t size) {
  if (size <= *capacity) return;
  *capacity = 2 * size + 256;
  *bytes = realloc(*bytes, *capacity);
  if (!*bytes) disk_stop("no memory");
}

static void disk_put(unsigned char **bytes, size_t *size, size_t *capacity, size_t offset, const void *from,
                     size_t count) {
  size_t end = offset + count;
  if (end > *size) {
    disk_grow(bytes, capacity, end);
    memset(*bytes + *size, 0, end - *size);
    *size = end;
  }
  if (count) memcpy(*bytes + offset, from, count);
}

static void disk_lose_ops(struct disk_file *file) {
  for (size_t i = 0; i < file->op_count; i++) free(file->ops[i].bytes);
  file->op_count = 0;
}

static void disk_free_file(struct disk_file *file) {
  disk_lose_ops(file);
  free(file->now);
  free(file->durable);
  memset(file, 0, sizeof *file);
}

void disk_free(struct disk *d) {
  for (size_t i = 0; i < DISK_FILES; i++) disk_free_file(&d->files[i]);
  memset(d, 0, sizeof *d);
}

void disk_clear(void) {
  disk_free(&disk);
  for (int i = 0; i < DISK_NAMES; i++) disk.history[0][i] = DISK_NO_FILE;
  disk_end_process();
}

static unsigned char *disk_duplicate(const unsigned char *bytes, size_t size) {
  unsigned char *copy = malloc(size + 1);
  if (!copy) disk_stop("no memory");
  if (size) memcpy(copy, bytes, size);
  return copy;
}

void disk_copy(struct disk *to, const struct disk *from) {
  disk_free(to);
  *to = *from;
  for (size_t i = 0; i < DISK_FILES; i++) {
    struct disk_file *file = &to->files[i];
    file->now = disk_duplicate(file->now, file->capacity = file->size);
    file->durable = disk_duplicate(file->durable, file->durable_capacity = file->durable_size);
    for (size_t k = 0; k < file->op_count; k++)
      if (file->ops[k].bytes) file->ops[k].bytes = disk_duplicate(file->ops[k].bytes, file->ops[k].size);
  }
}

/* A file that no name and no handle knows any more is free. */
static int disk_is_known(int index) {
  for (size_t h = 0; h <= disk.changes; h++)
    for (int n = 0; n < DISK_NAMES; n++)
      if (disk.history[h][n] == index) return 1;
  for (int i = 0; i < DISK_HANDLES; i++)
    if (handles[i].open && handles[i].file == index) return 1;
  return 0;
}

static int disk_new_file(void) {
  for (int i = 0; i < DISK_FILES; i++) {
    if (disk_is_known(i)) continue;
    disk_free_file(&disk.files[i]);
    disk.files[i].used = 1;
    return i;
  }
  disk_stop("too many files");
  return DISK_NO_FILE;
}

/* The names from now on, to be changed. */
static int *disk_change_names(void) {
  if (disk.changes + 1 == DISK_HISTORY) disk_stop("too many changes of names");
  memcpy(disk.history[disk.changes + 1], disk.history[disk.changes], sizeof disk.history[0]);
  return disk.history[++disk.changes];
}

static void disk_sync_folder(void) {
  memcpy(disk.history[0], disk.history[disk.changes], sizeof disk.history[0]);
  disk.changes = 0;
}

static enum disk_name disk_name_of(const char *path) {
  static const char *const names[] = {DISK_BOOK, DISK_BOOK ".snapshot", DISK_BOOK ".snapshot.tmp"};
  for (int i = 0; i < DISK_NAMES; i++)
    if (strcmp(path, names[i]) == 0) return (enum disk_name)i;
  disk_stop(path);
  return DISK_JOURNAL;
}

struct disk_file *disk_find(enum disk_name name) {
  int index = disk.history[disk.changes][name];
  return index == DISK_NO_FILE ? NULL : &disk.files[index];
}

void disk_store(enum disk_name name, const void *bytes, size_t size) {
  struct disk_file *file = disk_find(name);
  if (!file) {
    int index = disk_new_file();
    disk_change_names()[name] = index;
    disk_sync_folder();
    file = &disk.files[index];
  }
  disk_lose_ops(file);
  file->size = file->durable_size = 0;
  disk_put(&file->now, &file->size, &file->capacity, 0, bytes, size);
  disk_put(&file->durable, &file->durable_size, &file->durable_capacity, 0, bytes, size);
}

void disk_set_size(struct disk_file *file, size_t size) {
  if (size > file->capacity || size > file->durable_capacity) disk_stop("there is no more of this file");
  disk_lose_ops(file);
  file->size = file->durable_size = size;
}

static void disk_apply(struct disk_file *file, const struct disk_op *op) {
  if (!op->cuts)
    disk_put(&file->durable, &file->durable_size, &file->durable_capacity, op->offset, op->bytes, op->size);
  else if (op->offset < file->durable_size)
    file->durable_size = op->offset;
}

/* ---- power failures ---- */

static void disk_apply_torn(struct disk_file *file, const struct disk_op *op, const struct disk_choice *choice) {
  struct disk_op part = *op;
  unsigned char *bytes;
  if (op->cuts) {
    if (choice->bytes) disk_apply(file, op);
    return;
  }
  bytes = part.bytes = disk_duplicate(op->bytes, op->size);
  if (choice->tear == DISK_PREFIX)
    part.size = choice->bytes < op->size ? choice->bytes : op->size;
  else if (choice->tear == DISK_PREFIX_ZEROS && choice->bytes < op->size)
    memset(bytes + choice->bytes, 0, op->size - choice->bytes);
  else if (choice->tear == DISK_SUFFIX)
    memset(bytes, 0, choice->bytes < op->size ? choice->bytes : op->size);
  else if (choice->tear == DISK_SECTORS)
    for (size_t i = 0; i < op->size; i++) {
      size_t sector = (op->offset + i) / 512 - op->offset / 512;
      if (!(choice->bytes >> sector % (8 * sizeof choice->bytes) & 1)) bytes[i] = 0;
    }
  if (part.size) disk_apply(file, &part);
  free(bytes);
}

static void disk_settle_file(struct disk_file *file, const struct disk_choice *choice) {
  for (size_t i = 0; i < file->op_count; i++) {
    if (choice->tear == DISK_OTHERS) {
      if (choice->bytes >> i & 1) disk_apply(file, &file->ops[i]);
    } else if (i < choice->op)
      disk_apply(file, &file->ops[i]);
    else if (i == choice->op)
      disk_apply_torn(file, &file->ops[i], choice);
  }
  disk_lose_ops(file);
  file->size = 0;
  disk_put(&file->now, &file->size, &file->capacity, 0, file->durable, file->durable_size);
}

void disk_settle(size_t names, const struct disk_choice choices[DISK_FILES]) {
  disk_end_process();
  for (size_t i = 0; i < DISK_FILES; i++)
    if (disk.files[i].used) disk_settle_file(&disk.files[i], &choices[i]);
  memcpy(disk.history[0], disk.history[names], sizeof disk.history[0]);
  disk.changes = 0;
}

/* ---- calls of the system ---- */

void disk_arm(unsigned long crash_at) {
  jmp_buf kept;
  memcpy(&kept, &disk_control.crash, sizeof kept);
  memset(&disk_control, 0, sizeof disk_control);
  memcpy(&disk_control.crash, &kept, sizeof kept);
  disk_control.crash_at = crash_at;
}

void disk_end_process(void) {
  memset(handles, 0, sizeof handles);
}

/* Something has changed: here a process may end. */
static void disk_changed(void) {
  if (++disk_control.calls == disk_control.crash_at) longjmp(disk_control.crash, 1);
}

static int disk_fail(int error) {
  disk_control.failed++;
  errno = error;
  return -1;
}

static int disk_handle(int file) {
  for (int i = 0; i < DISK_HANDLES; i++)
    if (!handles[i].open) {
      handles[i].open = 1;
      handles[i].file = file;
      handles[i].locked = 0;
      return i;
    }
  disk_stop("too many handles");
  return -1;
}

static struct disk_file *disk_file_of(int handle) {
  if (handle < 0 || handle >= DISK_HANDLES || !handles[handle].open || handles[handle].file >= DISK_FILES)
    disk_stop("this is no handle of a file");
  return &disk.files[handles[handle].file];
}

static void disk_remember(struct disk_file *file, int cuts, size_t offset, const void *bytes, size_t size) {
  if (file->op_count == DISK_OPS) disk_stop("too many writes without a sync");
  struct disk_op *op = &file->ops[file->op_count++];
  op->cuts = cuts;
  op->offset = offset;
  op->size = size;
  op->bytes = cuts ? NULL : disk_duplicate(bytes, size);
}

static int disk_open(const char *path, int flags, ...) {
  if (strcmp(path, DISK_FOLDER) == 0) return disk_handle(DISK_FOLDER_HANDLE);
  enum disk_name name = disk_name_of(path);
  int index = disk.history[disk.changes][name];
  if (index == DISK_NO_FILE && !(flags & O_CREAT)) return disk_fail(ENOENT);
  if (index == DISK_NO_FILE) {
    index = disk_new_file();
    disk_change_names()[name] = index;
    disk_changed();
  } else if (flags & O_TRUNC && disk.files[index].size) {
    disk.files[index].size = 0;
    disk_remember(&disk.files[index], 1, 0, NULL, 0);
    disk_changed();
  }
  return disk_handle(index);
}

static int disk_close(int handle) {
  if (handle < 0 || handle >= DISK_HANDLES || !handles[handle].open) disk_stop("closed twice");
  handles[handle].open = handles[handle].locked = 0;
  return 0;
}

static int disk_stat(const char *path, struct stat *out) {
  int index = disk.history[disk.changes][disk_name_of(path)];
  memset(out, 0, sizeof *out);
  out->st_ino = (ino_t)index + 1;
  return index == DISK_NO_FILE ? disk_fail(ENOENT) : 0;
}

static int disk_fstat(int handle, struct stat *out) {
  memset(out, 0, sizeof *out);
  out->st_ino = (ino_t)handles[handle].file + 1;
  out->st_mode = S_IFREG | 0600;
  out->st_size = (off_t)disk_file_of(handle)->size;
  return 0;
}

static int disk_flock(int handle, int how) {
  (void)how;
  for (int i = 0; i < DISK_HANDLES; i++)
    if (handles[i].locked && handles[i].file == handles[handle].file) return disk_fail(EWOULDBLOCK);
  handles[handle].locked = 1;
  return 0;
}

static ssize_t disk_pread(int handle, void *buf, size_t cap, off_t offset) {
  const struct disk_file *file = disk_file_of(handle);
  size_t at = (size_t)offset, size = at < file->size ? file->size - at : 0;
  if (size > cap) size = cap;
  if (size) memcpy(buf, file->now + at, size);
  return (ssize_t)size;
}

static ssize_t disk_write(struct disk_file *file, const void *bytes, size_t size, size_t at) {
  disk_put(&file->now, &file->size, &file->capacity, at, bytes, size);
  disk_remember(file, 0, at, bytes, size);
  disk_changed();
  return (ssize_t)size;
}

static ssize_t disk_pwrite(int handle, const void *bytes, size_t size, off_t offset) {
  struct disk_file *file = disk_file_of(handle);
  size_t at = (size_t)offset, before = disk_control.failure_at > at ? disk_control.failure_at - at : 0;
  enum disk_failure failure = disk_control.failure;
  if (failure == DISK_SOUND || at + size <= disk_control.failure_at) return disk_write(file, bytes, size, at);
  if (failure == DISK_NOTHING) return disk_control.failed++, 0;
  if (failure == DISK_SHORT || failure == DISK_INTERRUPTED) disk_control.failure = DISK_SOUND;
  if (failure == DISK_INTERRUPTED) return disk_fail(EINTR);
  if (failure == DISK_SHORT) disk_control.failed++;
  if (before) disk_write(file, bytes, before, at);
  if (failure == DISK_ERROR) return disk_fail(EIO);
  if (before) return (ssize_t)before;
  return failure == DISK_SHORT ? disk_write(file, bytes, size, at) : disk_fail(ENOSPC);
}

static int disk_ftruncate(int handle, off_t length) {
  struct disk_file *file = disk_file_of(handle);
  if (disk_control.cut_fails) return disk_fail(EIO);
  if ((size_t)length > file->size) disk_stop("a file is made longer");
  file->size = (size_t)length;
  disk_remember(file, 1, (size_t)length, NULL, 0);
  disk_changed();
  return 0;
}

/* Of a file or of the folder. */
static int disk_sync(int handle) {
  if (disk_control.sync_fails && --disk_control.sync_fails == 0) {
    if (disk_control.sync_drops && handles[handle].file < DISK_FILES) disk_lose_ops(disk_file_of(handle));
    return disk_fail(EIO);
  }
  if (handles[handle].file == DISK_FOLDER_HANDLE) {
    disk_sync_folder();
  } else {
    struct disk_file *file = disk_file_of(handle);
    for (size_t i = 0; i < file->op_count; i++) disk_apply(file, &file->ops[i]);
    disk_lose_ops(file);
  }
  disk_changed();
  return 0;
}

static int disk_rename(const char *from, const char *to) {
  int *names = disk_change_names();
  names[disk_name_of(to)] = names[disk_name_of(from)];
  names[disk_name_of(from)] = DISK_NO_FILE;
  disk_changed();
  return 0;
}

static int disk_unlink(const char *path) {
  if (!disk_find(disk_name_of(path))) return disk_fail(ENOENT);
  disk_change_names()[disk_name_of(path)] = DISK_NO_FILE;
  disk_changed();
  return 0;
}

/* ---- the storage itself, on these ---- */

#undef open
#undef fstat
#undef stat
#define open                     disk_open
#define close(handle)            disk_close(handle)
#define fstat(handle, out)       disk_fstat(handle, out)
#define stat(path, out)          disk_stat(path, out)
#define flock(handle, how)       disk_flock(handle, how)
#define pread(h, buf, cap, at)   disk_pread(h, buf, cap, at)
#define pwrite(h, from, size, at) disk_pwrite(h, from, size, at)
#define ftruncate(handle, size)  disk_ftruncate(handle, size)
#define fdatasync(handle)        disk_sync(handle)
#define fsync(handle)            disk_sync(handle)
#define rename(from, to)         disk_rename(from, to)
#define unlink(path)             disk_unlink(path)
#include "../../lib/storage_file.c"
