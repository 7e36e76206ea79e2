/* Structured references from any bytes: what is valid has no repairs, every repair is valid, and stays so. */
#include "arcollect.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static arc_reference repairs[64];
  if (size == 0) return 0;
  int32_t scheme = bytes[0] % 10;
  const char *text = (const char *)bytes + 1;
  arc_reference out = ARC_REFERENCE_INIT, again = ARC_REFERENCE_INIT;
  size_t count = 0;
  arc_status status = arc_reference_check(&out, scheme, text, size - 1, NULL);
  if (status == ARC_OK && (arc_reference_check(&again, scheme, out.text, ARC_NUL_TERMINATED, NULL) != ARC_OK ||
                           strcmp(out.text, again.text) != 0))
    abort();
  repairs[0].struct_size = sizeof *repairs;
  if (arc_reference_repairs(repairs, 64, &count, scheme, text, size - 1, NULL) != ARC_OK) return 0;
  if (status == ARC_OK && count != 0) abort();
  for (size_t i = 0; i < count && i < 64; i++)
    if (arc_reference_check(NULL, scheme, repairs[i].text, ARC_NUL_TERMINATED, NULL) != ARC_OK) abort();
  return 0;
}
