/* Makes the golden journal of format 0.1 and what it says: make_golden DIRECTORY
 *
 * To be run until the format is released; from then on its files are evidence, and only the test reads them. */
#include "golden.h"
#include "story_0_1.h"

static int failed(const char *what, const char *detail) {
  fprintf(stderr, "%s: %s\n", what, detail);
  return 1;
}

static int write_file(const char *directory, const char *name, const void *bytes, size_t size) {
  char path[1024];
  FILE *file;
  snprintf(path, sizeof path, "%s/%s", directory, name);
  file = fopen(path, "wb");
  if (!file) return failed("cannot write", path);
  if (fwrite(bytes, 1, size, file) != size || fclose(file) != 0) return failed("cannot write", path);
  return 0;
}

int main(int argc, char **argv) {
  static struct golden golden;
  static struct golden_text text;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger;
  if (argc != 2) return failed("usage", "make_golden DIRECTORY");
  golden.next_seq = 1;
  if (golden_open(&golden, &ledger, 0, &err) < 0) return failed("open", err.text);
  for (int step = 0; step < STORY_STEPS; step++)
    if (story_step(ledger, step, &err) != ARC_OK) return failed("a step of the story", err.text);
  if (golden_describe(&text, ledger, &err) < 0) return failed("describe", err.text);
  arc_ledger_close(ledger);
  if (write_file(argv[1], "journal_0_1.bin", golden.bytes, golden.size) ||
      write_file(argv[1], "journal_0_1.txt", text.data, text.size))
    return 1;
  /* The same book, its journal dropped, and gone on with. */
  golden.first_seq = 1;
  if (golden_open(&golden, &ledger, 0, &err) < 0 || arc_ledger_drop_journal(ledger, &err) < 0 ||
      arc_ledger_post_day(ledger, STORY_DAY + 100, ARC_DAY_IS_RUN, &err) < 0 || golden_describe(&text, ledger, &err) < 0)
    return failed("drop", err.text);
  arc_ledger_close(ledger);
  return write_file(argv[1], "dropped_0_1.bin", golden.bytes, golden.size) ||
         write_file(argv[1], "dropped_0_1.snapshot", golden.snapshot, golden.snapshot_size) ||
         write_file(argv[1], "dropped_0_1.txt", text.data, text.size);
}
