/* Confirms, rejects and undoes matches: one commit each. */
#include "answers.h"

#include <stdio.h>
#include <string.h>

static arc_status answer_say(arc_matcher *matcher, enum answer answer, const arc_match_answer *row, arc_error *err) {
  if (answer == ANSWER_CONFIRM) return arc_matcher_confirm(matcher, row, err);
  return answer == ANSWER_REJECT ? arc_matcher_reject(matcher, row, err) : arc_matcher_undo(matcher, row, err);
}

static int answer_ledger(arc_ledger *ledger, enum answer answer, arc_match_answer *row) {
  static const char *const doing[] = {"confirm the match", "reject the match", "undo the match"};
  static const char *const done[] = {"confirmed", "rejected", "undone"};
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  arc_matcher *matcher = NULL;
  arc_error err = ARC_ERROR_INIT;
  arc_status status;
  if (row->day == ARC_DAY_NONE) row->day = arc_ledger_last_day_run(ledger);
  if (row->day == ARC_DAY_NONE) return fail_usage("say for which day: --as-of DATE; this book was never run");
  status = arc_matcher_open(&matcher, ledger, &options, &err);
  if (status == ARC_OK) status = answer_say(matcher, answer, row, &err);
  arc_matcher_close(matcher);
  if (status < 0) return fail_status(doing[answer], status, &err);
  printf("%s%s\n", status == ARC_ALREADY ? "was already " : "", done[answer]);
  return 0;
}

int answer_match(book *b, enum answer answer, const char *payment, uint32_t rank, const char *invoice, arc_day day) {
  arc_match_answer row = ARC_MATCH_ANSWER_INIT;
  arc_ledger *ledger = NULL;
  int code = book_ledger(b, 0, &ledger);
  row.payment.data = payment;
  row.payment.size = strlen(payment);
  row.invoice.data = invoice;
  row.invoice.size = invoice ? strlen(invoice) : 0;
  row.rank = rank;
  row.day = day;
  if (code == 0) code = answer_ledger(ledger, answer, &row);
  arc_ledger_close(ledger);
  return code;
}
