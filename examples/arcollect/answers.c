/* Confirms, rejects and undoes matches: one commit each. */
#include "answers.h"

#include <stdio.h>
#include <string.h>

static int answer_ledger(arc_ledger *ledger, enum answer answer, arc_match_answer *row) {
  static const char *const doing[] = {"confirm the match", "reject the match", "undo the match"};
  static const char *const done[] = {"confirmed", "rejected", "undone"};
  static const int32_t says[] = {ARC_ANSWER_CONFIRM, ARC_ANSWER_REJECT, ARC_ANSWER_UNDO};
  arc_matcher_options options = ARC_MATCHER_OPTIONS_INIT;
  arc_matcher *matcher = NULL;
  arc_error err = ARC_ERROR_INIT;
  arc_status status;
  if (row->day == ARC_DAY_NONE) row->day = book_info(ledger).run;
  if (row->day == ARC_DAY_NONE) return fail_usage("say for which day: --as-of DATE; this book was never run");
  status = arc_matcher_open(&matcher, ledger, &options, &err);
  row->answer = says[answer];
  if (status == ARC_OK) status = arc_matcher_answer(matcher, row, &err);
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
