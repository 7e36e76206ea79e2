/*
 * Feeds messages to the reader: for read_replies.py. One a line on standard input, fields separated by tabs:
 *   id day language text
 * Prints: id, kinds by confidence joined by +, highest confidence in ppm, decision, the only single day ahead
 * (or back, if none is ahead; none if there are several), state of the first date.
 */
#include "arcollect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *cell(const arc_report *report, size_t row, size_t column) {
  return arc_report_text(report, row, column, NULL);
}

static void print(const char *id, const arc_report *report, arc_day written) {
  char kinds[200] = "", day[11] = "";
  long long confidence = 0, decided = 0, state = 0;
  int several = 0;
  arc_day latest = ARC_DAY_NONE;
  for (size_t i = 0; i < arc_report_rows(report); i++) {
    const char *fact = cell(report, i, 0);
    if (strcmp(fact, "kind") == 0) {
      size_t used = strlen(kinds);
      if (!used) confidence = arc_report_integer(report, i, 3);
      snprintf(kinds + used, sizeof kinds - used, "%s%d", used ? "+" : "",
               (int)arc_report_integer(report, i, 1));
    }
    if (strcmp(fact, "decision") == 0) decided = arc_report_integer(report, i, 1);
    if (strcmp(fact, "date") == 0) {
      if (!state) state = arc_report_integer(report, i, 1);
      int64_t code = arc_report_integer(report, i, 1);
      if ((code == 1 || code == 6) && !arc_report_is_null(report, i, 4)) {
        arc_day found = (arc_day)arc_report_integer(report, i, 4);
        if (latest == ARC_DAY_NONE || (latest < written && found >= written))
          latest = found, several = 0;
        else if (found != latest && (found >= written || latest < written))
          several = 1;
      }
    }
  }
  if (latest != ARC_DAY_NONE) arc_day_format(day, latest);
  printf("%s\t%s\t%lld\t%lld\t%s\t%lld\n", id, kinds, confidence, decided, several ? "" : day, state);
}

int main(void) {
  static char line[1 << 20];
  while (fgets(line, sizeof line, stdin)) {
    arc_reply reply = ARC_REPLY_INIT;
    arc_error error = ARC_ERROR_INIT;
    char *fields[4] = {line, NULL, NULL, NULL};
    line[strcspn(line, "\n")] = 0;
    for (int i = 1; i < 4; i++) {
      char *tab = strchr(fields[i - 1], '\t');
      if (!tab) return 2;
      *tab = 0;
      fields[i] = tab + 1;
    }
    arc_report *report;
    snprintf(reply.language, sizeof reply.language, "%s", fields[2]);
    reply.text.data = fields[3];
    reply.text.size = ARC_NUL_TERMINATED;
    if (arc_day_parse(&reply.written, fields[1], ARC_NUL_TERMINATED, &error) < 0 ||
        arc_reply_read(&report, &reply, NULL, &error) < 0) {
      fprintf(stderr, "%s: %s\n", fields[0], error.text);
      return 1;
    }
    print(fields[0], report, reply.written);
    arc_report_free(report);
  }
  return 0;
}
