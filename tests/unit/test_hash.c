/* Checksums and hashes against official vectors and values of other implementations. */
#include "hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_crc32c_vectors(void **state) {
  (void)state;
  assert_int_equal(arc__crc32c(0, "123456789", 9), 0xe3069283u);
  assert_int_equal(arc__crc32c(0, NULL, 0), 0);
  /* RFC 3720, B.4 */
  unsigned char bytes[32];
  memset(bytes, 0, sizeof bytes);
  assert_int_equal(arc__crc32c(0, bytes, 32), 0x8a9136aau);
  memset(bytes, 0xff, sizeof bytes);
  assert_int_equal(arc__crc32c(0, bytes, 32), 0x62a8ab43u);
  for (unsigned i = 0; i < 32; i++)
    bytes[i] = (unsigned char)i;
  assert_int_equal(arc__crc32c(0, bytes, 32), 0x46dd794eu);
  for (unsigned i = 0; i < 32; i++)
    bytes[i] = (unsigned char)(31 - i);
  assert_int_equal(arc__crc32c(0, bytes, 32), 0x113fdb5cu);
}

static uint32_t bitwise_crc32c(const unsigned char *bytes, size_t size) {
  uint32_t crc = UINT32_MAX;
  for (size_t i = 0; i < size; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
  }
  return ~crc;
}

/* Every length, alignment and way to cut a message in two. */
static void test_crc32c_pieces(void **state) {
  (void)state;
  unsigned char bytes[80];
  for (unsigned i = 0; i < sizeof bytes; i++)
    bytes[i] = (unsigned char)(i * 37 + 11);
  for (size_t from = 0; from < 8; from++)
    for (size_t size = 0; from + size <= sizeof bytes; size++) {
      uint32_t whole = arc__crc32c(0, bytes + from, size);
      assert_int_equal(whole, bitwise_crc32c(bytes + from, size));
      for (size_t cut = 0; cut <= size; cut++)
        assert_int_equal(
            arc__crc32c(arc__crc32c(0, bytes + from, cut), bytes + from + cut, size - cut), whole);
    }
}

static void pattern(unsigned char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++)
    bytes[i] = (unsigned char)(i * 7 + 3);
}

static void blake2b_hex(char hex[65], const unsigned char *bytes, size_t size, size_t piece) {
  unsigned char digest[32];
  arc__blake2b h;
  arc__blake2b_init(&h);
  for (size_t at = 0; at < size; at += piece)
    arc__blake2b_update(&h, bytes + at, size - at < piece ? size - at : piece);
  arc__blake2b_final(&h, digest);
  for (int i = 0; i < 32; i++)
    snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

/* Values of another implementation of RFC 7693; around the block size of 128. */
static const struct {
  size_t size;
  const char *hex;
} blake2b_vectors[] = {
    {0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
    {1, "e88bd757ad5b9bedf372d8d3f0cf6c962a469db61a265f6418e1ffed86da29ec"},
    {3, "9facd640130c81e7f318a8d5c660bc1b0f5d03861ffbd4cc1358e0e904593c28"},
    {127, "c9ae3859964b35f04c54b36d33cf299d7290ee621005d28e51598a943560aaaa"},
    {128, "f0501d06597880592bc49234eef100ec1ff349058d0e9d9b753504e24af86dd6"},
    {129, "a34a4e1e03c541dfbf3099c4b6c143c022ced65c28bd7e8a10e0a098461aecf0"},
    {255, "f2d64a40e9412a3414161ff6250075225418fd7c271c1123e162e1bca0de9f93"},
    {256, "d93ebb9c802f5630ab22516fd82b6c21bc8bd551d531349b715f046ed11ed871"},
    {257, "4ce481b24d387422d2bc2baa03d1afd55a1327939ff537c71eb9b38709268649"},
    {1000, "d62b6c768ce1afc8367e0498ab2f8e3f7c178c35b1429f14c4604b545d200f52"},
    {65536, "627c00cfc2d310043c8ce5df784509b8ad2ff85ade846de87100e4a0d539c3fb"},
};

static void test_blake2b_vectors(void **state) {
  (void)state;
  static unsigned char bytes[65536];
  static const size_t pieces[] = {1, 3, 64, 127, 128, 129, 300, 65536};
  char hex[65];
  blake2b_hex(hex, (const unsigned char *)"abc", 3, 3);
  assert_string_equal(hex, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  pattern(bytes, sizeof bytes);
  for (size_t i = 0; i < sizeof blake2b_vectors / sizeof *blake2b_vectors; i++)
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
      blake2b_hex(hex, bytes, blake2b_vectors[i].size, pieces[p]);
      assert_string_equal(hex, blake2b_vectors[i].hex);
    }
}

/* The digest of the digests, in hexadecimal, of messages of every length up to 512, each also in
 * pieces. */
static void test_blake2b_every_length(void **state) {
  (void)state;
  unsigned char bytes[512], digest[32];
  char whole[65], cut[65], sum[65];
  arc__blake2b all;
  pattern(bytes, sizeof bytes);
  arc__blake2b_init(&all);
  for (size_t size = 0; size <= sizeof bytes; size++) {
    blake2b_hex(whole, bytes, size, sizeof bytes);
    blake2b_hex(cut, bytes, size, size / 2 + 1);
    assert_string_equal(whole, cut);
    arc__blake2b_update(&all, whole, 64);
  }
  arc__blake2b_final(&all, digest);
  for (int i = 0; i < 32; i++)
    snprintf(sum + 2 * i, 3, "%02x", digest[i]);
  assert_string_equal(sum, "6671862c6d8dbdc62f265df2684e5fe4ca4c4d33772c9efa4bc2cfc149a08aa7");
}

/* Values of the algorithm in another language, which gives the paper's value for SipHash-2-4. */
static void test_siphash_vectors(void **state) {
  (void)state;
  static const uint64_t key[2] = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
  static const struct {
    size_t size;
    uint64_t hash;
  } vectors[] = {
      {0, 0xabac0158050fc4dcu},  {1, 0xc9f49bf37d57ca93u},   {2, 0x82cb9b024dc7d44du},
      {3, 0x8bf80ab8e7ddf7fbu},  {4, 0xcf75576088d38328u},   {5, 0xdef9d52f49533b67u},
      {6, 0xc50d2b50c59f22a7u},  {7, 0xd3927d989bb11140u},   {8, 0x369095118d299a8eu},
      {9, 0x25a48eb36c063de4u},  {10, 0x79de85ee92ff097fu},  {11, 0x70c118c1f94dc352u},
      {12, 0x78a384b157b4d9a2u}, {13, 0x306f760c1229ffa7u},  {14, 0x605aa111c0f95d34u},
      {15, 0xd320d86d2a519956u}, {16, 0xcc4fdd1a7d908b66u},  {63, 0x9d199062b7bbb3a8u},
      {64, 0xf17997ec4b4a6065u}, {255, 0xf76214e3153c4a15u},
  };
  unsigned char bytes[256];
  for (unsigned i = 0; i < sizeof bytes; i++)
    bytes[i] = (unsigned char)i;
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
    assert_true(arc__siphash(key, bytes, vectors[i].size) == vectors[i].hash);
  assert_true(arc__siphash(key, NULL, 0) == vectors[0].hash);
  static const uint64_t other[2] = {0x0706050403020101u, 0x0f0e0d0c0b0a0908u};
  assert_false(arc__siphash(other, bytes, 8) == vectors[8].hash);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_crc32c_vectors),  cmocka_unit_test(test_crc32c_pieces),
      cmocka_unit_test(test_blake2b_vectors), cmocka_unit_test(test_blake2b_every_length),
      cmocka_unit_test(test_siphash_vectors),
  };
  return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
