#include "cycle.h"

#include <string.h>

static int cycle_letterhead(cycle *out, book *b) {
  char text[LETTERHEAD_MAX + 1];
  int code = book_letterhead(b, text, sizeof text);
  return code == 0 ? letterhead_read(&out->letterhead, text, "the book's letterhead") : code;
}

int cycle_open(cycle *out, book *b, arc_ledger *ledger, const arc_transport *transport, int32_t matching,
               int32_t unmatched) {
  arc_collector_options options = ARC_COLLECTOR_OPTIONS_INIT;
  arc_matcher_options matcher = ARC_MATCHER_OPTIONS_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_status status;
  int code;
  memset(out, 0, sizeof *out);
  code = cycle_letterhead(out, b);
  if (code != 0) return code;
  matcher.unmatched = unmatched;
  options.transport = transport;
  options.matcher = &matcher;
  options.letterhead = &out->letterhead.head;
  options.fallback_channel = ARC_CHANNEL_LETTER;
  options.flags = ARC_COLLECTOR_QUIET_HOURS;
  if (matching == CYCLE_NO_MATCH || (matching == CYCLE_MATCH_UNLESS_GIVEN && b->applications_given))
    options.flags |= ARC_COLLECTOR_NO_MATCHING;
  status = arc_collector_open(&out->collector, ledger, &options, &err);
  return status == ARC_OK ? 0 : fail_status("open the collector", status, &err);
}

void cycle_close(cycle *c) {
  arc_collector_close(c->collector);
  letterhead_free(&c->letterhead);
}
