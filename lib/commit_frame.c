/* Reading a commit's header, for the journal and for the storages that look at it. Keeps nothing.
 */
#include "commit_frame.h"

#include "buffer.h"
#include "error.h"
#include "hash.h"

#include <string.h>

static int commit_frame_is_zero(const unsigned char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (bytes[i]) return 0;
  return 1;
}

static arc_status commit_frame_wrong(arc_error *err, const char *what) {
  return arc__fail(err, ARC_E_CORRUPT, "%s", what);
}

arc_status arc__commit_header(arc__commit *out, const unsigned char *bytes, arc_error *err) {
  arc__reader r;
  arc__reader_init(&r, bytes, ARC__COMMIT_HEADER);
  r.at += 4;
  uint16_t version = arc__reader_u16(&r);
  uint16_t reserved = arc__reader_u16(&r);
  out->first_seq = arc__reader_u64(&r);
  out->count = arc__reader_u32(&r);
  out->size = arc__reader_u32(&r);
  out->instant = arc__reader_i64(&r);
  memcpy(out->chain, bytes + ARC__COMMIT_CHAIN_AT, sizeof out->chain);
  r.at += sizeof out->chain;
  out->crc = arc__reader_u32(&r);
  if (memcmp(bytes, ARC__COMMIT_MAGIC, 4) != 0)
    return commit_frame_wrong(err, "a commit must begin with the bytes ARCJ");
  if (version != ARC__COMMIT_VERSION)
    return arc__fail(err, ARC_E_CORRUPT, "the commit has format version %u, this library reads %d",
                     version, ARC__COMMIT_VERSION);
  if (reserved != 0 || !commit_frame_is_zero(r.at, (size_t)(r.end - r.at)))
    return commit_frame_wrong(err, "the commit header's reserved bytes are not 0");
  if (out->first_seq == 0 || out->count == 0 || out->first_seq > UINT64_MAX - out->count)
    return commit_frame_wrong(err, "the commit header's sequence number or count is impossible");
  if (out->size > ARC__COMMIT_MAX || out->size / ARC__RECORD_HEADER < out->count)
    return commit_frame_wrong(err, "the commit header's size is impossible for its count");
  return ARC_OK;
}

uint32_t arc__commit_crc_begin(const unsigned char *header) {
  return arc__crc32c(0, header, ARC__COMMIT_CRC_AT);
}
