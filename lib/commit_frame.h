/*
 * The header of a commit: what a storage must know to find its commits again by themselves. What is
 * inside a commit is journal.h's. Little endian, 80 bytes:
 *
 *   0  4 bytes   magic "ARCJ"
 *   4  u16  format version, 1
 *   6  u16  reserved, 0
 *   8  u64  first sequence number (1-based)
 *  16  u32  record count, at least 1
 *  20  u32  bytes after the header
 *  24  i64  instant, milliseconds since 1970-01-01T00:00Z
 *  32  32 bytes  chain, see journal.h
 *  64  u32  CRC-32C of header bytes 0..63 and of the bytes after the header
 *  68  12 bytes  reserved, 0
 */
#ifndef ARC_COMMIT_FRAME_H
#define ARC_COMMIT_FRAME_H

#include "arcollect/status.h"

#define ARC__COMMIT_MAGIC    "ARCJ"
#define ARC__COMMIT_VERSION  1
#define ARC__COMMIT_HEADER   80
#define ARC__COMMIT_CHAIN_AT 32
#define ARC__COMMIT_CRC_AT   64
#define ARC__COMMIT_MAX      0x3fffffffu /* bytes after the header */
#define ARC__RECORD_HEADER   8           /* the least that a record takes */

typedef struct arc__commit {
  uint64_t first_seq;
  uint32_t count;
  uint32_t size; /* bytes after the header */
  int64_t instant;
  unsigned char chain[32];
  uint32_t crc;
} arc__commit;

/* Reads and checks a header alone: magic, version, reserved bytes, and that numbers, count and size
 * agree. 80 bytes are given. ARC_E_CORRUPT says what is wrong. */
arc_status arc__commit_header(arc__commit *out, const unsigned char *bytes, arc_error *err);

/* The CRC of a header's own bytes, to be continued with the bytes after it and compared to
 * commit->crc. */
uint32_t arc__commit_crc_begin(const unsigned char *header);

#endif
