/** Status codes, error detail, text and the version of the library. */
#ifndef ARCOLLECT_STATUS_H
#define ARCOLLECT_STATUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef ARC_API /* of the host's own, as static where the library is one file of its program */
#elif defined(_WIN32) && defined(ARC_SHARED)
#ifdef ARC_BUILDING
#define ARC_API __declspec(dllexport)
#else
#define ARC_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define ARC_API __attribute__((visibility("default")))
#else
#define ARC_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define ARC_VERSION_MAJOR 0
#define ARC_VERSION_MINOR 1
#define ARC_VERSION_PATCH 0

/** Outcome of a call: 0 done; > 0 a normal outcome without a new value; < 0 failed, nothing changed.
 * Numbers are never reused; expect unknown ones from newer libraries. */
typedef int32_t arc_status;

#define ARC_OK 0
#define ARC_DONE 1     /**< nothing (more) to give: the end of a sequence */
#define ARC_ALREADY 2  /**< the same command under the same key was recorded before */

#define ARC_E_NOMEM (-1)            /**< the allocator returned NULL */
#define ARC_E_INVALID (-2)          /**< an argument or field is not acceptable in itself */
#define ARC_E_ABI (-3)              /**< a struct_size is unknown, or a newer field is set */
#define ARC_E_STORAGE (-4)          /**< the host's storage said no; nothing was recorded */
#define ARC_E_CORRUPT (-5)          /**< stored bytes or internal state fail a check */
#define ARC_E_BUSY (-6)             /**< called from inside a callback, or a batch is (not) open */
#define ARC_E_OVERFLOW (-7)         /**< a sum or a count would not fit */
#define ARC_E_STALE (-8)            /**< the ledger changed since this object was made */
#define ARC_E_HOST (-9)             /**< a host callback failed; its code is in host_code */
#define ARC_E_CONFLICT (-10)        /**< somebody else appended to the book first */
#define ARC_E_UNKNOWN_OUTCOME (-11) /**< storage cannot tell whether it stored the commit; reopen */
#define ARC_E_NOT_FOUND (-12)       /**< no record has this key */
#define ARC_E_EXISTS (-13)          /**< a different record has this key */
#define ARC_E_REFUSED (-14)         /**< well formed, but the state of the book forbids it */
#define ARC_E_SYNTAX (-15)          /**< a text does not parse; line and column say where */
#define ARC_E_READ_ONLY (-16)       /**< the handle reads only, see arc_ledger_open */

/** Where an error lies. Kept on the caller's stack, may be NULL everywhere; the library never keeps the
 * pointer. Set struct_size (ARC_ERROR_INIT), the callee overwrites the rest. */
typedef struct arc_error {
  uint32_t struct_size;
  int32_t status;    /**< what the call returned */
  int32_t host_code; /**< what a host callback returned, else 0 */
  uint32_t field;    /**< 1-based position of the field in its struct after struct_size, else 0 */
  uint32_t line;     /**< 1-based, in a text; 0: does not apply */
  uint32_t column;   /**< 1-based in bytes, in a text; 0: does not apply */
  uint64_t record;   /**< index of the row in the call, or the journal's sequence number */
  char text[224];    /**< one line of UTF-8, NUL-terminated: what is wrong, and what would be right */
} arc_error;
#define ARC_ERROR_INIT {(uint32_t)sizeof(arc_error), 0, 0, 0, 0, 0, 0, {0}}

/** Text in and out: UTF-8 bytes and their count. Data may be NULL when size is 0. A size of
 * ARC_NUL_TERMINATED says that data ends at its first NUL. */
typedef struct arc_text {
  const char *data;
  size_t size;
} arc_text;
#define ARC_NUL_TERMINATED ((size_t)-1)
/** Initializer of an arc_text from a NUL-terminated string. */
#define ARC_TEXT(string) {(string), ARC_NUL_TERMINATED}

/** The name of a status, such as "ARC_E_NOMEM"; "ARC_E_UNKNOWN" for numbers this library does not know.
 * Static, never NULL. Since 0.1. */
ARC_API const char *arc_status_name(arc_status status);

/** One English sentence for a status. Static, never NULL. Since 0.1. */
ARC_API const char *arc_status_text(arc_status status);

/** The version of the library that runs: major * 1,000,000 + minor * 1,000 + patch. Since 0.1. */
ARC_API uint32_t arc_library_version(void);

#ifdef __cplusplus
}
#endif
#endif
