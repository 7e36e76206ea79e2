/* A storage in one file: the commits one after another as they were given, nothing else, and beside
 * it a snapshot file. The file is locked while it is open.
 *
 * Invariants: bytes before `tail` are whole commits that were checked at open or appended and
 * synced here; `next_seq` follows the last of them. A sound file ends at `tail`; one that is
 * damaged there is only read. Nothing is written but at the end, so a crash can spoil only what is
 * behind the last whole commit, and cutting that off undoes the append that never returned. Dropping the
 * beginning makes a file of the rest, which takes the place and the lock of the old one at once.
 *
 * Opening reads the journal once from the latest snapshot on; appending costs one write and one
 * sync; finding a commit walks over headers from the last one asked for. */
#if !defined(_WIN32)
/* Before any system header, also in a build of all files as one: flock, large files. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1
#endif
#ifndef _DARWIN_C_SOURCE
#define _DARWIN_C_SOURCE 1
#endif
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#endif

#include "arcollect/storage.h"

#include "buffer.h"
#include "commit_frame.h"
#include "error.h"
#include "hash.h"
#include "struct_sizes.h"

#include <string.h>

/* ---- the platform: functions return 0 or the system's error number ---- */

/* The most that is read or written by one call of the system. */
#define STORAGE_FILE_PIECE ((size_t)1 << 30)

enum storage_file_use {
  STORAGE_FILE_JOURNAL, /* read and write, made if absent, locked */
  STORAGE_FILE_READ,    /* must exist */
  STORAGE_FILE_REPLACE  /* write, made or emptied */
};

#ifdef _WIN32

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

typedef HANDLE storage_file_handle;
typedef wchar_t storage_file_char;
#define STORAGE_FILE_NONE      INVALID_HANDLE_VALUE
#define STORAGE_FILE_IS_LOCKED ((int32_t)ERROR_SHARING_VIOLATION)
#define STORAGE_FILE_ENDED     ((int32_t)ERROR_HANDLE_EOF)

static int32_t storage_file_error(BOOL succeeded) {
  DWORD error = succeeded ? 0 : GetLastError();
  return succeeded ? 0 : error ? (int32_t)error : (int32_t)ERROR_GEN_FAILURE;
}

/* The path in the system's form with a suffix; *size in bytes. NULL: no memory, or *size 0: no
 * UTF-8. */
static storage_file_char *storage_file_path(const arc__heap *heap, const char *path,
                                            const char *suffix, size_t *size) {
  int length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
  *size = length > 0 ? ((size_t)length + strlen(suffix)) * sizeof(wchar_t) : 0;
  wchar_t *wide = *size ? arc__alloc(heap, *size) : NULL;
  if (!wide) return NULL;
  MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, length);
  for (wchar_t *at = wide + length - 1; *suffix; suffix++)
    *at++ = (wchar_t)*suffix;
  return wide;
}

/* Sharing for reading alone is the lock: a second writer gets ERROR_SHARING_VIOLATION. */
static int32_t storage_file_open(storage_file_handle *handle, const storage_file_char *path,
                                 enum storage_file_use use, storage_file_handle like) {
  static const DWORD disposition[] = {OPEN_ALWAYS, OPEN_EXISTING, CREATE_ALWAYS};
  DWORD access = use == STORAGE_FILE_READ ? GENERIC_READ : GENERIC_READ | GENERIC_WRITE;
  (void)like;
  *handle = CreateFileW(path, access, FILE_SHARE_READ, NULL, disposition[use],
                        FILE_ATTRIBUTE_NORMAL, NULL);
  return storage_file_error(*handle != INVALID_HANDLE_VALUE);
}

static void storage_file_shut(storage_file_handle handle) {
  CloseHandle(handle);
}

static int32_t storage_file_length(storage_file_handle handle, uint64_t *length) {
  LARGE_INTEGER size = {0};
  int32_t code = storage_file_error(GetFileSizeEx(handle, &size));
  *length = (uint64_t)size.QuadPart;
  return code;
}

static OVERLAPPED storage_file_place(uint64_t offset) {
  OVERLAPPED place = {0};
  place.Offset = (DWORD)(offset & 0xffffffffu);
  place.OffsetHigh = (DWORD)(offset >> 32);
  return place;
}

static int32_t storage_file_get(storage_file_handle handle, uint64_t offset, void *buf, size_t cap,
                                size_t *size) {
  OVERLAPPED place = storage_file_place(offset);
  DWORD got = 0;
  int32_t code = storage_file_error(ReadFile(handle, buf, (DWORD)cap, &got, &place));
  *size = got;
  return code == STORAGE_FILE_ENDED ? 0 : code;
}

static int32_t storage_file_put(storage_file_handle handle, uint64_t offset, const void *bytes,
                                size_t size, size_t *written) {
  OVERLAPPED place = storage_file_place(offset);
  DWORD put = 0;
  int32_t code = storage_file_error(WriteFile(handle, bytes, (DWORD)size, &put, &place));
  *written = put;
  return code ? code : put ? 0 : (int32_t)ERROR_WRITE_FAULT;
}

static int32_t storage_file_sync(storage_file_handle handle) {
  return storage_file_error(FlushFileBuffers(handle));
}

static int32_t storage_file_cut(storage_file_handle handle, uint64_t length) {
  LARGE_INTEGER end;
  end.QuadPart = (LONGLONG)length;
  return storage_file_error(SetFilePointerEx(handle, end, NULL, FILE_BEGIN) &&
                            SetEndOfFile(handle));
}

static int32_t storage_file_rename(const storage_file_char *from, const storage_file_char *to) {
  return storage_file_error(
      MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH));
}

static void storage_file_remove(const storage_file_char *path) {
  DeleteFileW(path);
}

/* Puts the open file `fresh`, named `from`, into the place of the journal. No open file can be renamed or
 * replaced here: for a moment nobody has the lock. */
static int32_t storage_file_take_place(storage_file_handle *journal, storage_file_handle fresh,
                                       const storage_file_char *from, const storage_file_char *to) {
  CloseHandle(fresh);
  CloseHandle(*journal);
  int32_t code = storage_file_rename(from, to);
  int32_t opened = storage_file_open(journal, to, STORAGE_FILE_JOURNAL, STORAGE_FILE_NONE);
  return code ? code : opened;
}

/* The system keeps directories itself. */
static int32_t storage_file_sync_directory(storage_file_char *path) {
  (void)path;
  return 0;
}

#elif defined(__unix__) || defined(__APPLE__)

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int storage_file_handle;
typedef char storage_file_char;
#define STORAGE_FILE_NONE      (-1)
#define STORAGE_FILE_IS_LOCKED EWOULDBLOCK

static int32_t storage_file_error(int succeeded) {
  return succeeded ? 0 : errno ? errno : EIO;
}

static storage_file_char *storage_file_path(const arc__heap *heap, const char *path,
                                            const char *suffix, size_t *size) {
  size_t length = strlen(path), more = strlen(suffix) + 1;
  *size = length + more;
  char *copy = arc__alloc(heap, *size);
  if (!copy) return NULL;
  memcpy(copy, path, length);
  memcpy(copy + length, suffix, more);
  return copy;
}

static void storage_file_shut(storage_file_handle handle) {
  close(handle);
}

/* A file that is made anew is as private as the file `like`, if there is one. */
static int32_t storage_file_open(storage_file_handle *handle, const storage_file_char *path,
                                 enum storage_file_use use, storage_file_handle like) {
  static const int flags[] = {O_RDWR | O_CREAT, O_RDONLY, O_RDWR | O_CREAT | O_TRUNC};
  struct stat file;
  mode_t mode = like != STORAGE_FILE_NONE && fstat(like, &file) == 0 ? file.st_mode & 0777 : 0666;
  do
    *handle = open(path, flags[use] | O_CLOEXEC, mode);
  while (*handle < 0 && errno == EINTR);
  if (*handle < 0) return storage_file_error(0);
  int32_t code = storage_file_error(fstat(*handle, &file) == 0);
  if (!code && !S_ISREG(file.st_mode)) code = EINVAL;
  if (!code && use == STORAGE_FILE_JOURNAL)
    code = storage_file_error(flock(*handle, LOCK_EX | LOCK_NB) == 0);
  if (!code && use == STORAGE_FILE_JOURNAL) { /* another process may have put a file in its place meanwhile */
    struct stat named;
    code = storage_file_error(stat(path, &named) == 0);
    if (!code && (named.st_ino != file.st_ino || named.st_dev != file.st_dev)) code = STORAGE_FILE_IS_LOCKED;
  }
  if (!code) return 0;
  storage_file_shut(*handle);
  *handle = STORAGE_FILE_NONE;
  return code;
}

static int32_t storage_file_length(storage_file_handle handle, uint64_t *length) {
  struct stat file;
  int32_t code = storage_file_error(fstat(handle, &file) == 0);
  *length = code ? 0 : (uint64_t)file.st_size;
  return code;
}

static int32_t storage_file_get(storage_file_handle handle, uint64_t offset, void *buf, size_t cap,
                                size_t *size) {
  ssize_t got;
  do
    got = pread(handle, buf, cap, (off_t)offset);
  while (got < 0 && errno == EINTR);
  *size = got > 0 ? (size_t)got : 0;
  return storage_file_error(got >= 0);
}

static int32_t storage_file_put(storage_file_handle handle, uint64_t offset, const void *bytes,
                                size_t size, size_t *written) {
  ssize_t put;
  do
    put = pwrite(handle, bytes, size, (off_t)offset);
  while (put < 0 && errno == EINTR);
  *written = put > 0 ? (size_t)put : 0;
  return put ? storage_file_error(put > 0) : EIO;
}

/* Never tried again after a failure: the system may have dropped the unsynced bytes and say yes
 * then. Linux has fdatasync with every C library; musl does not say so by the option's macro. */
static int32_t storage_file_sync(storage_file_handle handle) {
#if defined(F_FULLFSYNC)
  return storage_file_error(fcntl(handle, F_FULLFSYNC) == 0 || fsync(handle) == 0);
#elif defined(__linux__) || (defined(_POSIX_SYNCHRONIZED_IO) && _POSIX_SYNCHRONIZED_IO > 0)
  return storage_file_error(fdatasync(handle) == 0);
#else
  return storage_file_error(fsync(handle) == 0);
#endif
}

static int32_t storage_file_cut(storage_file_handle handle, uint64_t length) {
  int result;
  do
    result = ftruncate(handle, (off_t)length);
  while (result < 0 && errno == EINTR);
  return storage_file_error(result == 0);
}

static int32_t storage_file_rename(const storage_file_char *from, const storage_file_char *to) {
  return storage_file_error(rename(from, to) == 0);
}

static void storage_file_remove(const storage_file_char *path) {
  unlink(path);
}

/* Puts the open file `fresh`, named `from`, into the place of the journal, locked before anybody can open it. */
static int32_t storage_file_take_place(storage_file_handle *journal, storage_file_handle fresh,
                                       const storage_file_char *from, const storage_file_char *to) {
  int32_t code = storage_file_error(flock(fresh, LOCK_EX | LOCK_NB) == 0);
  if (!code) code = storage_file_rename(from, to);
  storage_file_shut(code ? fresh : *journal);
  if (!code) *journal = fresh;
  return code;
}

/* Makes the name of a new file durable. A file system that cannot sync a directory says EINVAL. */
static int32_t storage_file_sync_directory(storage_file_char *path) {
  char *slash = strrchr(path, '/'), *cut = slash == path ? slash + 1 : slash;
  char kept = cut ? *cut : 0;
  if (cut) *cut = 0;
  int handle = open(cut ? path : ".", O_RDONLY | O_CLOEXEC);
  if (cut) *cut = kept;
  if (handle < 0) return storage_file_error(0);
  int32_t code = storage_file_error(fsync(handle) == 0);
  close(handle);
  return code == EINVAL ? 0 : code;
}

#else /* WASI has files but no locks, others have neither: two processes would tear a book apart. */
#define STORAGE_FILE_ABSENT
#endif

#ifdef STORAGE_FILE_ABSENT

arc_status arc_storage_file_open(arc_storage *out, const char *path, const arc_allocator *allocator,
                                 arc_error *err) {
  (void)allocator;
  if (!out || !path || !*path)
    return arc__fail(err, ARC_E_INVALID, "arc_storage_file_open: out and path must be given");
  return arc__fail(err, ARC_E_STORAGE,
                   "arc_storage_file_open: this platform cannot lock files; give the ledger a storage of your own, "
                   "or one of arc_storage_memory_new");
}

#else

/* ---- the storage ---- */

/* The snapshot file: this header of 40 bytes, then the snapshot. Little endian.
 *    0  4 bytes  magic "ARCS"
 *    4  u16  format version, 1
 *    6  u16  reserved, 0
 *    8  u64  next_seq
 *   16  u64  size of the snapshot
 *   24  u64  where in the journal the commit before next_seq begins; 0: not known
 *   32  u32  CRC-32C of the snapshot
 *   36  u32  CRC-32C of header bytes 0..35 */
#define STORAGE_FILE_SNAPSHOT_HEADER 40
#define STORAGE_FILE_SNAPSHOT_MAGIC  "ARCS"

/* A read that ended before the file did. */
#define STORAGE_FILE_SHORT (-1)

#define STORAGE_FILE_WINDOW ((size_t)64 * 1024)

typedef struct storage_file {
  arc__heap heap;
  storage_file_handle journal;
  storage_file_char *path, *snapshot_path, *temporary_path;
  size_t path_size, snapshot_path_size, temporary_path_size;
  uint64_t first_seq;               /* of the first commit in the file; 1: in an empty one */
  uint64_t size;                    /* of the file */
  uint64_t tail, last;              /* behind the last whole commit; where that begins */
  uint64_t next_seq;                /* what follows the commits before tail */
  uint64_t known_seq, known_offset; /* a commit and where it begins: the last one asked for */
  uint64_t snapshot_seq;            /* 0: no snapshot */
  uint64_t snapshot_size;
  uint64_t snapshot_offset; /* see its header */
  uint64_t window_offset;
  size_t window_size;
  unsigned char window[STORAGE_FILE_WINDOW]; /* a part of the journal, for reading headers */
  int in_doubt; /* after a failure nobody knows what the disk holds: only reading from then on */
} storage_file;

/* Reads until `cap` bytes are there or the file ends. */
static int32_t storage_file_read_at(storage_file_handle handle, uint64_t offset, void *buf,
                                    size_t cap, size_t *size) {
  *size = 0;
  while (*size < cap) {
    size_t piece = cap - *size < STORAGE_FILE_PIECE ? cap - *size : STORAGE_FILE_PIECE, got;
    int32_t code =
        storage_file_get(handle, offset + *size, (unsigned char *)buf + *size, piece, &got);
    if (code || got == 0) return code;
    *size += got;
  }
  return 0;
}

static int32_t storage_file_write_at(storage_file_handle handle, uint64_t offset, const void *bytes,
                                     size_t size) {
  for (size_t done = 0, put; done < size; done += put) {
    size_t piece = size - done < STORAGE_FILE_PIECE ? size - done : STORAGE_FILE_PIECE;
    int32_t code =
        storage_file_put(handle, offset + done, (const unsigned char *)bytes + done, piece, &put);
    if (code) return code;
  }
  return 0;
}

/* Shows the journal's bytes from `offset` on: as many as are at hand, and a header's worth unless
 * the file ends before. */
static int32_t storage_file_view(storage_file *f, uint64_t offset, const unsigned char **bytes,
                                 size_t *size) {
  size_t skip = f->window_size;
  if (offset >= f->window_offset && offset - f->window_offset < f->window_size)
    skip = (size_t)(offset - f->window_offset);
  if (f->window_size - skip < ARC__COMMIT_HEADER) {
    f->window_offset = offset;
    f->window_size = skip = 0;
    int32_t code =
        storage_file_read_at(f->journal, offset, f->window, sizeof f->window, &f->window_size);
    if (code) return code;
  }
  *bytes = f->window + skip;
  *size = f->window_size - skip;
  return 0;
}

/* Reads the header at `offset`; *found if it is one. */
static int32_t storage_file_header(storage_file *f, uint64_t offset, arc__commit *commit,
                                   int *found) {
  const unsigned char *bytes;
  size_t size;
  int32_t code = storage_file_view(f, offset, &bytes, &size);
  *found = !code && size >= ARC__COMMIT_HEADER && arc__commit_header(commit, bytes, NULL) == ARC_OK;
  return code;
}

/* *whole: a whole commit with the right CRC begins at `offset`. */
static int32_t storage_file_check(storage_file *f, uint64_t offset, arc__commit *commit,
                                  int *whole) {
  const unsigned char *bytes;
  size_t size;
  *whole = 0;
  int32_t code = storage_file_view(f, offset, &bytes, &size);
  if (code || size < ARC__COMMIT_HEADER || arc__commit_header(commit, bytes, NULL) < 0) return code;
  uint32_t crc = arc__commit_crc_begin(bytes);
  offset += ARC__COMMIT_HEADER;
  for (size_t left = commit->size; left; left -= size, offset += size) {
    code = storage_file_view(f, offset, &bytes, &size);
    if (code || size == 0) return code;
    if (size > left) size = left;
    crc = arc__crc32c(crc, bytes, size);
  }
  *whole = crc == commit->crc;
  return 0;
}

/* *found: behind what is bad at the tail there is the header of a commit that may follow it. Its
 * number is checked against the bytes between, so that a chance or a planted header far off the
 * sequence is none. */
static int32_t storage_file_find_later(storage_file *f, int *found) {
  *found = 0;
  for (uint64_t offset = f->tail + 1; offset < f->size;) {
    const unsigned char *bytes, *magic;
    size_t size;
    arc__commit commit;
    int32_t code = storage_file_view(f, offset, &bytes, &size);
    if (code || size < ARC__COMMIT_HEADER) return code;
    magic = memchr(bytes, ARC__COMMIT_MAGIC[0], size);
    if (magic != bytes) {
      offset += magic ? (size_t)(magic - bytes) : size;
      continue;
    }
    if (arc__commit_header(&commit, bytes, NULL) == ARC_OK && commit.first_seq >= f->next_seq &&
        commit.first_seq - f->next_seq <= (offset - f->tail) / ARC__RECORD_HEADER) {
      *found = 1;
      return 0;
    }
    offset++;
  }
  return 0;
}

/* *found: a byte other than 0 is in the file from `offset` on. */
static int32_t storage_file_find_nonzero(storage_file *f, uint64_t offset, int *found) {
  *found = 0;
  while (offset < f->size && !*found) {
    const unsigned char *bytes;
    size_t size;
    int32_t code = storage_file_view(f, offset, &bytes, &size);
    if (code || size == 0) return code;
    for (size_t i = 0; i < size && !*found; i++)
      *found = bytes[i] != 0;
    offset += size;
  }
  return 0;
}

/* Decides whether what is behind the last whole commit is the torn rest of an append that never
 * returned (to be cut off), or damage (to be kept). Commits are synced one by one, so a crash tears
 * the last one alone: another one behind it, or more than zeros behind its own end, proves damage. Kept as
 * well: a commit of a newer format, and a file without any commit that does not look like the beginning of one, which may be
 * anything but a journal; and a first commit that does not begin with record 1, or that a snapshot follows: no append
 * makes these. */
static int32_t storage_file_judge_tail(storage_file *f, int *torn) {
  const unsigned char *bytes;
  arc__commit commit;
  size_t size;
  int found = 0;
  *torn = 0;
  int32_t code = storage_file_view(f, f->tail, &bytes, &size);
  if (code) return code;
  size_t alike = 0;
  while (alike < 4 && alike < size && bytes[alike] == (unsigned char)ARC__COMMIT_MAGIC[alike])
    alike++;
  if (alike == 4 && size >= 6 && (bytes[4] > ARC__COMMIT_VERSION || bytes[5] != 0)) return 0;
  if (f->tail == 0 && f->snapshot_seq) return 0;
  if (f->tail == 0 && size >= ARC__COMMIT_HEADER && arc__commit_header(&commit, bytes, NULL) == ARC_OK &&
      commit.first_seq != 1)
    return 0;
  if (size >= ARC__COMMIT_HEADER && arc__commit_header(&commit, bytes, NULL) == ARC_OK &&
      commit.first_seq == f->next_seq)
    code = storage_file_find_nonzero(f, f->tail + ARC__COMMIT_HEADER + commit.size, &found);
  if (!code && !found && f->tail == 0 && alike < 4)
    code = storage_file_find_nonzero(f, alike, &found);
  else if (!code && !found)
    code = storage_file_find_later(f, &found);
  *torn = !code && !found;
  return code;
}

/* Takes the commit before the latest snapshot as the first one to look at, if it is there. */
static int32_t storage_file_begin_at_snapshot(storage_file *f) {
  arc__commit commit;
  int whole;
  uint64_t offset = f->snapshot_seq ? f->snapshot_offset : 0;
  if (offset == 0 || offset >= f->size) return 0;
  int32_t code = storage_file_check(f, offset, &commit, &whole);
  if (code || !whole || commit.first_seq + commit.count != f->snapshot_seq) return code;
  f->known_offset = f->tail = offset;
  f->known_seq = f->next_seq = commit.first_seq;
  return 0;
}

/* Goes over the journal to where its whole commits end, and cuts off a torn tail. What is left is
 * synced: the process that wrote it may have died before it did. */
static int32_t storage_file_recover(storage_file *f) {
  arc__commit commit;
  int whole = 1, torn;
  int32_t code = storage_file_length(f->journal, &f->size);
  if (!code) code = storage_file_check(f, 0, &commit, &whole);
  if (!code && whole) f->first_seq = f->known_seq = f->next_seq = commit.first_seq;
  if (!code) code = storage_file_begin_at_snapshot(f);
  whole = 1;
  while (!code && f->tail < f->size) {
    code = storage_file_check(f, f->tail, &commit, &whole);
    if (code || !whole || commit.first_seq != f->next_seq) break;
    f->last = f->tail;
    f->tail += ARC__COMMIT_HEADER + (uint64_t)commit.size;
    f->next_seq += commit.count;
  }
  if (!code && f->tail < f->size) {
    code = storage_file_judge_tail(f, &torn);
    if (code || !torn) return code;
    code = storage_file_cut(f->journal, f->tail);
    f->size = f->tail;
    f->window_size = 0;
  }
  return code ? code : storage_file_sync(f->journal);
}

static int32_t storage_file_append(void *user, uint64_t first_seq, uint32_t count,
                                   const void *bytes, size_t size) {
  storage_file *f = user;
  arc__commit commit;
  if (f->in_doubt) return ARC_E_READ_ONLY;
  if (f->tail < f->size) return ARC_E_CORRUPT;
  if (!bytes || size < ARC__COMMIT_HEADER || arc__commit_header(&commit, bytes, NULL) < 0 ||
      commit.first_seq != first_seq || commit.count != count ||
      commit.size != size - ARC__COMMIT_HEADER)
    return ARC_E_INVALID;
  if (first_seq != f->next_seq) return ARC_E_CONFLICT;
  const unsigned char *header = bytes;
  if (arc__crc32c(arc__commit_crc_begin(header), header + ARC__COMMIT_HEADER, commit.size) !=
      commit.crc)
    return ARC_E_INVALID; /* it would be taken for a torn tail at the next open */
  f->window_size = 0;
  if (storage_file_write_at(f->journal, f->tail, bytes, size)) {
    if (!storage_file_cut(f->journal, f->tail) && !storage_file_sync(f->journal))
      return ARC_E_STORAGE;
    f->in_doubt = 1;
  } else if (storage_file_sync(f->journal)) {
    f->in_doubt = 1;
  }
  if (f->in_doubt) return ARC_E_UNKNOWN_OUTCOME;
  f->last = f->tail;
  f->tail = f->size = f->tail + size;
  f->next_seq += count;
  return ARC_OK;
}

/* Makes the commit that begins with first_seq the known one. */
static int32_t storage_file_find(storage_file *f, uint64_t first_seq) {
  arc__commit commit;
  int found;
  if (first_seq == f->known_seq) return ARC_OK;
  uint64_t seq = f->known_seq, offset = f->known_offset;
  if (first_seq == f->next_seq) {
    seq = first_seq;
    offset = f->tail;
  } else if (first_seq < seq) {
    seq = f->first_seq;
    offset = 0;
  }
  if (first_seq < f->first_seq) return ARC_E_NOT_FOUND;
  while (seq < first_seq && offset < f->tail) {
    if (storage_file_header(f, offset, &commit, &found)) return ARC_E_STORAGE;
    if (!found || commit.first_seq != seq) return ARC_E_CORRUPT;
    seq += commit.count;
    offset += ARC__COMMIT_HEADER + (uint64_t)commit.size;
  }
  if (seq != first_seq)
    return f->tail < f->size && seq <= first_seq ? ARC_E_CORRUPT : ARC_E_NOT_FOUND;
  f->known_seq = seq;
  f->known_offset = offset;
  return ARC_OK;
}

static int32_t storage_file_read(void *user, uint64_t first_seq, uint64_t offset, void *buf,
                                 size_t cap, size_t *size) {
  storage_file *f = user;
  *size = 0;
  int32_t status = storage_file_find(f, first_seq ? first_seq : f->first_seq);
  if (status != ARC_OK) return status;
  uint64_t left = f->size - f->known_offset;
  if (offset >= left) return ARC_DONE;
  if (cap > left - offset) cap = (size_t)(left - offset);
  int32_t code = storage_file_read_at(f->journal, f->known_offset + offset, buf, cap, size);
  return code || *size == 0 ? ARC_E_STORAGE : ARC_OK;
}

/* Reads and checks the snapshot file; whatever is wrong with it, there is no snapshot then. */
static void storage_file_find_snapshot(storage_file *f) {
  storage_file_handle handle;
  arc__reader r;
  size_t size;
  uint64_t offset = STORAGE_FILE_SNAPSHOT_HEADER;
  uint32_t computed = 0;
  if (storage_file_open(&handle, f->snapshot_path, STORAGE_FILE_READ, STORAGE_FILE_NONE)) return;
  storage_file_read_at(handle, 0, f->window, STORAGE_FILE_SNAPSHOT_HEADER, &size);
  int right = size == STORAGE_FILE_SNAPSHOT_HEADER &&
              memcmp(f->window, STORAGE_FILE_SNAPSHOT_MAGIC, 4) == 0;
  arc__reader_init(&r, f->window, STORAGE_FILE_SNAPSHOT_HEADER);
  r.at += 4;
  right = arc__reader_u32(&r) == 1 && right;
  uint64_t next_seq = arc__reader_u64(&r);
  f->snapshot_size = arc__reader_u64(&r);
  f->snapshot_offset = arc__reader_u64(&r);
  uint32_t crc = arc__reader_u32(&r);
  right =
      right && arc__reader_u32(&r) == arc__crc32c(0, f->window, STORAGE_FILE_SNAPSHOT_HEADER - 4);
  while (right && !storage_file_read_at(handle, offset, f->window, sizeof f->window, &size) &&
         size) {
    computed = arc__crc32c(computed, f->window, size);
    offset += size;
  }
  if (right && offset - STORAGE_FILE_SNAPSHOT_HEADER == f->snapshot_size && computed == crc)
    f->snapshot_seq = next_seq;
  storage_file_shut(handle);
}

static int32_t storage_file_write_snapshot(storage_file *f, storage_file_handle handle,
                                           const unsigned char *header, const void *bytes,
                                           size_t size) {
  int32_t code = storage_file_write_at(handle, 0, header, STORAGE_FILE_SNAPSHOT_HEADER);
  if (!code) code = storage_file_write_at(handle, STORAGE_FILE_SNAPSHOT_HEADER, bytes, size);
  if (!code) code = storage_file_sync(handle);
  storage_file_shut(handle);
  if (!code) code = storage_file_rename(f->temporary_path, f->snapshot_path);
  if (code) storage_file_remove(f->temporary_path);
  return code;
}

static unsigned char *storage_file_store(unsigned char *at, uint64_t v, unsigned bytes) {
  for (unsigned i = 0; i < bytes; i++)
    *at++ = (unsigned char)(v >> 8 * i & 0xff);
  return at;
}

static int32_t storage_file_save_snapshot(void *user, uint64_t next_seq, const void *bytes,
                                          size_t size) {
  storage_file *f = user;
  storage_file_handle handle;
  unsigned char header[STORAGE_FILE_SNAPSHOT_HEADER] = STORAGE_FILE_SNAPSHOT_MAGIC;
  uint64_t before = next_seq == f->next_seq ? f->last : 0;
  if (next_seq == 0 || (size && !bytes)) return ARC_E_INVALID;
  if (next_seq < f->first_seq) return ARC_E_CONFLICT;
  unsigned char *at = storage_file_store(header + 4, 1, 4);
  at = storage_file_store(at, next_seq, 8);
  at = storage_file_store(at, size, 8);
  at = storage_file_store(at, before, 8);
  at = storage_file_store(at, arc__crc32c(0, bytes, size), 4);
  storage_file_store(at, arc__crc32c(0, header, sizeof header - 4), 4);
  if (storage_file_open(&handle, f->temporary_path, STORAGE_FILE_REPLACE, f->journal))
    return ARC_E_STORAGE;
  if (storage_file_write_snapshot(f, handle, header, bytes, size)) return ARC_E_STORAGE;
  f->snapshot_seq = next_seq;
  f->snapshot_size = size;
  /* If this fails, a crash may bring the snapshot before back: both are true. */
  return storage_file_sync_directory(f->snapshot_path) ? ARC_E_STORAGE : ARC_OK;
}

static int32_t storage_file_load_snapshot(void *user, uint64_t *next_seq, uint64_t *total,
                                          uint64_t offset, void *buf, size_t cap, size_t *size) {
  storage_file *f = user;
  storage_file_handle handle;
  *size = 0;
  *next_seq = f->snapshot_seq;
  *total = f->snapshot_seq ? f->snapshot_size : 0;
  if (f->snapshot_seq == 0) return ARC_DONE;
  if (offset >= f->snapshot_size || cap == 0) return ARC_OK;
  if (cap > f->snapshot_size - offset) cap = (size_t)(f->snapshot_size - offset);
  if (storage_file_open(&handle, f->snapshot_path, STORAGE_FILE_READ, STORAGE_FILE_NONE))
    return ARC_E_STORAGE;
  int32_t code =
      storage_file_read_at(handle, STORAGE_FILE_SNAPSHOT_HEADER + offset, buf, cap, size);
  storage_file_shut(handle);
  return code || *size == 0 ? ARC_E_STORAGE : ARC_OK;
}

/* Writes what the journal holds from `offset` on to the temporary file. */
static int32_t storage_file_copy_rest(storage_file *f, storage_file_handle handle, uint64_t offset) {
  uint64_t at = 0;
  f->window_size = 0;
  while (offset + at < f->size) {
    size_t size;
    int32_t code = storage_file_read_at(f->journal, offset + at, f->window, sizeof f->window, &size);
    if (!code && size == 0) code = STORAGE_FILE_SHORT;
    if (!code) code = storage_file_write_at(handle, at, f->window, size);
    if (code) return code;
    at += size;
  }
  return storage_file_sync(handle);
}

/* The old file goes on until the new one, whole and synced, takes its name. */
static int32_t storage_file_drop(void *user, uint64_t first_seq) {
  storage_file *f = user;
  storage_file_handle handle;
  if (f->in_doubt) return ARC_E_READ_ONLY;
  if (f->tail < f->size) return ARC_E_CORRUPT;
  if (first_seq == 0 || first_seq >= f->next_seq) return ARC_E_NOT_FOUND;
  int32_t status = storage_file_find(f, first_seq);
  uint64_t offset = f->known_offset;
  if (status != ARC_OK) return status;
  if (f->snapshot_seq < first_seq) return ARC_E_CONFLICT;
  if (offset == 0) {
    storage_file_remove(f->temporary_path); /* a process may have died over it */
    return storage_file_sync_directory(f->snapshot_path) ? ARC_E_STORAGE : ARC_OK;
  }
  if (storage_file_open(&handle, f->temporary_path, STORAGE_FILE_REPLACE, f->journal)) return ARC_E_STORAGE;
  if (storage_file_copy_rest(f, handle, offset)) {
    storage_file_shut(handle);
    storage_file_remove(f->temporary_path);
    return ARC_E_STORAGE;
  }
  if (storage_file_take_place(&f->journal, handle, f->temporary_path, f->path)) {
    storage_file_remove(f->temporary_path);
    f->in_doubt = f->journal == STORAGE_FILE_NONE;
    return ARC_E_STORAGE;
  }
  f->size = f->tail -= offset;
  f->last = f->last > offset ? f->last - offset : 0;
  f->first_seq = f->known_seq = first_seq;
  f->known_offset = 0;
  /* Until the name is durable a power failure may bring the old file back, without what is appended now. */
  if (!storage_file_sync_directory(f->snapshot_path)) return ARC_OK;
  f->in_doubt = 1;
  return ARC_E_STORAGE;
}

static void storage_file_close(void *user) {
  storage_file *f = user;
  arc__heap heap = f->heap;
  if (f->journal != STORAGE_FILE_NONE) storage_file_shut(f->journal);
  arc__free(&heap, f->path, f->path_size);
  arc__free(&heap, f->snapshot_path, f->snapshot_path_size);
  arc__free(&heap, f->temporary_path, f->temporary_path_size);
  arc__free(&heap, f, sizeof *f);
}

static arc_status storage_file_begin(storage_file *f, const char *path, arc_error *err) {
  f->path = storage_file_path(&f->heap, path, "", &f->path_size);
  f->snapshot_path = storage_file_path(&f->heap, path, ".snapshot", &f->snapshot_path_size);
  f->temporary_path = storage_file_path(&f->heap, path, ".snapshot.tmp", &f->temporary_path_size);
  if (!f->path || !f->snapshot_path || !f->temporary_path)
    return f->path_size ? arc__fail_nomem(err)
                        : arc__fail(err, ARC_E_INVALID, "arc_storage_file_open: the path must be UTF-8");
  int32_t code = storage_file_open(&f->journal, f->path, STORAGE_FILE_JOURNAL, STORAGE_FILE_NONE);
  if (code == STORAGE_FILE_IS_LOCKED)
    return arc__fail_host(err, ARC_E_BUSY, code, "the journal %s is open for writing already",
                          path);
  if (code)
    return arc__fail_host(err, ARC_E_STORAGE, code,
                          "the journal %s cannot be opened: system error %d", path, code);
  storage_file_find_snapshot(f);
  code = storage_file_recover(f);
  if (!code && f->size == 0)
    code = storage_file_sync_directory(f->snapshot_path); /* it may be new */
  if (code)
    return arc__fail_host(err, ARC_E_STORAGE, code,
                          "the journal %s cannot be read, cut or synced: system error %d", path,
                          code);
  return ARC_OK;
}

arc_status arc_storage_file_open(arc_storage *out, const char *path, const arc_allocator *allocator,
                                 arc_error *err) {
  arc__heap heap;
  ARC__TRY(ARC__CHECK_ROWS(arc_storage, out, 1, err));
  if (!path || !*path) return arc__fail(err, ARC_E_INVALID, "arc_storage_file_open: a path must be given");
  ARC__TRY(arc__heap_init(&heap, allocator, err));
  storage_file *f = arc__alloc(&heap, sizeof *f);
  if (!f) return arc__fail_nomem(err);
  f->heap = heap;
  f->journal = STORAGE_FILE_NONE;
  f->next_seq = f->known_seq = f->first_seq = 1;
  arc_status status = storage_file_begin(f, path, err);
  if (status < 0) {
    storage_file_close(f);
    return status;
  }
  const arc_storage made = {.struct_size = sizeof made,
                            .user = f,
                            .append = storage_file_append,
                            .read = storage_file_read,
                            .save_snapshot = storage_file_save_snapshot,
                            .load_snapshot = storage_file_load_snapshot,
                            .close = storage_file_close,
                            .drop = storage_file_drop};
  return ARC__WRITE(arc_storage, out, &made, err);
}

#endif
