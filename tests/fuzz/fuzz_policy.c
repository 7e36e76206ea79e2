/* libFuzzer target: any bytes as a policy. A text either fails, at a place within it, or prints to a text that
 * prints to itself, and can be judged by the linter. */
#include "arcollect/cadence.h"

#include <stdlib.h>
#include <string.h>

#define PRINTED_MAX (1 << 17)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int truth) {
  if (!truth) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static char once[PRINTED_MAX], twice[PRINTED_MAX];
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  size_t printed = 0, again = 0;
  if (size == 0) return 0;
  arc_status status = arc_cadence_print(once, sizeof once, &printed, (const char *)data, size, &err);
  must(arc_cadence_print(NULL, 0, NULL, (const char *)data, size, NULL) == (status == ARC_OK ? ARC_OK : status));
  if (status != ARC_OK) {
    must(status == ARC_E_SYNTAX || (status == ARC_E_INVALID && size > 65535));
    must(status != ARC_E_SYNTAX || (err.line >= 1 && err.column >= 1 && err.column <= size + 1));
    return 0;
  }
  must(arc_cadence_print(twice, sizeof twice, &again, once, printed, NULL) == ARC_OK);
  must(again == printed && memcmp(once, twice, printed) == 0);
  must(arc_cadence_lint(&report, (const char *)data, size, NULL, NULL) == ARC_OK);
  arc_report_free(report);
  return 0;
}
