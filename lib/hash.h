/* CRC-32C for accidents, BLAKE2b for the chain, SipHash for tables of keys. */
#ifndef ARC_HASH_H
#define ARC_HASH_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32C (Castagnoli) continued from `crc`; begin with 0. */
uint32_t arc__crc32c(uint32_t crc, const void *bytes, size_t size);

/* BLAKE2b with 32 bytes of output, unkeyed (RFC 7693). */
typedef struct arc__blake2b {
  uint64_t state[8], counter[2];
  unsigned char block[128];
  size_t filled;
} arc__blake2b;
void arc__blake2b_init(arc__blake2b *h);
void arc__blake2b_update(arc__blake2b *h, const void *bytes, size_t size);
void arc__blake2b_final(arc__blake2b *h, unsigned char digest[32]);

/* SipHash-1-3 of bytes under a 128-bit key. */
uint64_t arc__siphash(const uint64_t key[2], const void *bytes, size_t size);

#endif
