/*
 * Tells what the matcher makes of a payment: the same decision, with the payments of the same
 * account and day as its competitors, in words. Costs the payments of that account.
 */
#include "arcollect/matcher.h"

#include "arcollect/money.h"
#include "buffer.h"
#include "currency.h"
#include "matcher_internal.h"
#include "report.h"
#include "text.h"

#include <string.h>

typedef struct matcher_why {
  arc_matcher *m;
  arc_report *report;
  arc__buffer value;
  arc_text subject;
  char currency[4];
  uint32_t payment;
} matcher_why;

/* ---- rows ---- */

static void matcher_why_row(matcher_why *w, const char *fact) {
  arc__report_add_text(w->report, w->subject.data, w->subject.size);
  arc__report_add_string(w->report, fact);
  arc__report_add_text(w->report, (const char *)w->value.data, w->value.size);
  w->value.size = 0;
}

static void matcher_why_text(matcher_why *w, arc_text text) {
  arc__buffer_bytes(&w->value, text.data, text.size);
}

static void matcher_why_money(matcher_why *w, int64_t amount) {
  char money[24] = "";
  arc_money_format(money, sizeof money, NULL, amount, w->currency, NULL);
  arc__buffer_string(&w->value, money);
}

static void matcher_why_ppm(matcher_why *w, int32_t ppm) {
  int32_t size = ppm < 0 ? -ppm : ppm;
  arc__buffer_format(&w->value, "%s%d.%06d", ppm < 0 ? "-" : "", (int)(size / 1000000),
                     (int)(size % 1000000));
}

static void matcher_why_invoice(matcher_why *w, uint32_t invoice) {
  matcher_why_text(w, arc__text(w->m->tables, ARC__INVOICE_KEY, invoice));
}

static const char *matcher_why_how(int how) {
  static const char *const words[] = {"given by the host", "by reference",
                                      "by amount",         "by sum",
                                      "oldest first",      "confirmed by a human"};
  return how >= 0 && (size_t)how < sizeof words / sizeof *words ? words[how] : "";
}

/* ---- what was decided before ---- */

static void matcher_why_day(matcher_why *w, arc_day day) {
  char text[11];
  arc_day_format(text, day);
  arc__buffer_string(&w->value, text);
}

/* What was settled in another currency. */
static void matcher_why_exchange(matcher_why *w, uint32_t entry) {
  const arc__tables *t = w->m->tables;
  char money[24] = "", code[4];
  if (!arc__entry_exchange(t, entry)) return;
  arc__currency_unpack(code, arc__invoice_currency(t, arc__entry_invoice(t, entry)));
  (void)arc_money_format(money, sizeof money, NULL, arc__i64(t, ARC__ENTRY_AMOUNT, entry), code, NULL);
  arc__buffer_format(&w->value, " for %s %s", money, code);
}

static void matcher_why_entry(matcher_why *w, uint32_t entry) {
  const arc__tables *t = w->m->tables;
  arc_day undone = arc__i32(t, ARC__ENTRY_UNDONE, entry);
  if (arc__u8(t, ARC__ENTRY_KIND, entry) == ARC__ENTRY_REFUND) {
    matcher_why_money(w, arc__i64(t, ARC__ENTRY_AMOUNT, entry));
    arc__buffer_string(&w->value, " on ");
    matcher_why_day(w, arc__i32(t, ARC__ENTRY_DAY, entry));
    matcher_why_row(w, "refunded");
    return;
  }
  matcher_why_invoice(w, arc__entry_invoice(t, entry));
  arc__buffer_string(&w->value, ": ");
  matcher_why_money(w, arc__entry_taken(t, entry));
  matcher_why_exchange(w, entry);
  arc__buffer_string(&w->value, " on ");
  matcher_why_day(w, arc__i32(t, ARC__ENTRY_DAY, entry));
  arc__buffer_format(&w->value, ", %s, confidence ",
                     matcher_why_how(arc__u8(t, ARC__ENTRY_HOW, entry)));
  matcher_why_ppm(w, (int32_t)arc__u32(t, ARC__ENTRY_CONFIDENCE, entry));
  if (undone != ARC_DAY_NONE) {
    arc__buffer_string(&w->value, ", undone on ");
    matcher_why_day(w, undone);
  }
  matcher_why_row(w, "applied");
}

/* 1 if there is nothing left to decide about the payment. */
static int matcher_why_history(matcher_why *w) {
  const arc__tables *t = w->m->tables;
  arc_day reversed = arc__i32(t, ARC__CREDIT_REVERSED, w->payment);
  uint32_t entry = arc__u32(t, ARC__CREDIT_ENTRY, w->payment);
  for (uint32_t e = entry; e; e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e))
    matcher_why_entry(w, e);
  if (reversed != ARC_DAY_NONE) {
    arc__buffer_string(&w->value, "reversed on ");
    matcher_why_day(w, reversed);
    matcher_why_row(w, "decision");
  } else if (entry) {
    arc__buffer_string(&w->value, "what is not applied is left to a human: ");
    matcher_why_money(w, arc__i64(t, ARC__CREDIT_OPEN, w->payment));
    matcher_why_row(w, "decision");
  }
  return reversed != ARC_DAY_NONE || entry != 0;
}

/* ---- what is decided now ---- */

static void matcher_why_payer(matcher_why *w, const arc__match *match) {
  if (match->customer == 0) {
    arc__buffer_string(&w->value, "not known");
  } else {
    matcher_why_text(w, arc__text(w->m->tables, ARC__CUSTOMER_KEY, match->customer));
    arc__buffer_string(&w->value, match->customer_is_given ? ", stated with the payment"
                                                           : ", from the items named");
  }
  matcher_why_row(w, "payer");
}

static void matcher_why_words(matcher_why *w, const arc__match *match) {
  static const char *const kinds[] = {
      NULL,
      "the number of open item ",
      "the last digits of open item ",
      "the purchase order of open item ",
      "fits several open items",
      "the number of an item with nothing open",
      "the number of an item of another customer or currency",
      "looks like an invoice number, but the payer has none such",
      NULL,
  };
  for (size_t i = 0; i < match->word_count; i++) {
    const arc__match_word *word = &match->words[i];
    if (!kinds[word->kind]) continue;
    arc__buffer_bytes(&w->value, match->text + word->at, word->size);
    arc__buffer_format(&w->value, ": %s", kinds[word->kind]);
    if (word->invoice) matcher_why_invoice(w, word->invoice);
    matcher_why_row(w, "reference");
  }
}

static void matcher_why_part(matcher_why *w, const char *sign, int64_t amount, const char *what) {
  if (amount == 0) return;
  arc__buffer_string(&w->value, sign);
  matcher_why_money(w, amount);
  arc__buffer_string(&w->value, what);
}

/* "1200.00 = 700.00 + 510.00 - 10.00 discount": open amounts, what is not paid of them, what is
 * left. */
static void matcher_why_arithmetic(matcher_why *w, const arc__match *match) {
  int64_t left = match->cash;
  matcher_why_money(w, match->cash);
  arc__buffer_string(&w->value, " = ");
  for (size_t i = 0; i < match->lines.count; i++) {
    const arc__match_line *line = &match->lines.data[i];
    if (i > 0) arc__buffer_string(&w->value, " + ");
    matcher_why_money(w, line->open);
    matcher_why_part(w, " - ", line->discount, " discount");
    matcher_why_part(w, " - ", line->tolerance, " tolerance");
    matcher_why_part(w, " - ", line->open - line->discount - line->tolerance - line->amount,
                     " left open");
    left -= line->amount;
  }
  matcher_why_part(w, " + ", left, " not applied");
  matcher_why_row(w, "arithmetic");
}

static void matcher_why_lines(matcher_why *w, const arc__match_lines *lines, const char *fact) {
  for (size_t i = 0; i < lines->count; i++) {
    const arc__match_line *line = &lines->data[i];
    if (line->amount == 0) continue;
    matcher_why_invoice(w, line->invoice);
    arc__buffer_string(&w->value, ": ");
    matcher_why_money(w, line->amount);
    matcher_why_part(w, ", discount ", line->discount, "");
    matcher_why_part(w, ", tolerance ", line->tolerance, "");
    matcher_why_row(w, fact);
  }
}

static void matcher_why_confidence(matcher_why *w, const arc__match *match) {
  for (unsigned i = 0; i < arc__match_rule_count; i++) {
    if (!(match->rules >> i & 1)) continue;
    matcher_why_ppm(w, arc__match_rules[i].ppm);
    arc__buffer_format(&w->value, ": %s", arc__match_rules[i].words);
    matcher_why_row(w, "rule");
  }
  if (match->rules == 0) return;
  matcher_why_ppm(w, match->confidence);
  arc__buffer_string(&w->value, ", applied from ");
  matcher_why_ppm(w, (int32_t)w->m->options.apply_ppm);
  matcher_why_row(w, "confidence");
}

static void matcher_why_decision(matcher_why *w, const arc__match *match,
                                 const arc__match_payment *payment) {
  const char *verdict = match->verdict ? match->verdict : "";
  matcher_why_payer(w, match);
  matcher_why_words(w, match);
  if (match->rules) {
    matcher_why_arithmetic(w, match);
    matcher_why_lines(w, &match->lines, "item");
  }
  matcher_why_lines(w, &match->alternatives, "alternative");
  matcher_why_confidence(w, match);
  if (payment->contested) verdict = "another payment would settle the same item by amount alone";
  arc__buffer_format(&w->value, "%s: %s", payment->applied ? "apply" : "leave", verdict);
  matcher_why_row(w, "decision");
}

/* ---- the call ---- */

/* The payment and those that may compete with it. */
static arc_status matcher_why_plan(matcher_why *w, arc__match_plan *plan, arc_error *err) {
  const arc__tables *t = w->m->tables;
  uint32_t account = arc__u32(t, ARC__CREDIT_ACCOUNT, w->payment);
  arc_day day = arc__i32(t, ARC__CREDIT_DAY, w->payment);
  int added;
  ARC__TRY(arc__match_plan_add(w->m, plan, w->payment, &added, err));
  if (!account) return ARC_OK;
  for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, account); c;
       c = arc__u32(t, ARC__CREDIT_NEXT, c))
    if (c != w->payment && arc__i32(t, ARC__CREDIT_DAY, c) == day)
      ARC__TRY(arc__match_plan_add(w->m, plan, c, &added, err));
  return ARC_OK;
}

static arc_status matcher_why_decide(matcher_why *w, const arc__view *view, arc__match_plan *plan,
                                     arc_error *err) {
  ARC__TRY(matcher_why_plan(w, plan, err));
  arc__match *trace = arc__alloc(w->m->heap, sizeof *trace);
  if (!trace) return arc__fail_nomem(err);
  arc_status status = arc__match_plan_decide(w->m, view, plan, w->payment, trace, err);
  for (size_t i = 0; i < plan->payment_count && status == ARC_OK; i++)
    if (plan->payments[i].row == w->payment) matcher_why_decision(w, trace, &plan->payments[i]);
  arc__match_free(w->m, trace);
  arc__free(w->m->heap, trace, sizeof *trace);
  return status;
}

static arc_status matcher_why_now(matcher_why *w, arc_day day, arc_error *err) {
  arc__view view;
  arc__match_plan plan;
  memset(&plan, 0, sizeof plan);
  if (arc__i32(w->m->tables, ARC__CREDIT_DAY, w->payment) > day) {
    arc__buffer_string(&w->value, "leave: it is received later than the day asked for");
    matcher_why_row(w, "decision");
    return ARC_OK;
  }
  ARC__TRY(arc__match_index_update(w->m, err));
  ARC__TRY(arc__view_open(&view, w->m->ledger, day, err));
  arc_status status = matcher_why_decide(w, &view, &plan, err);
  arc__match_plan_free(w->m, &plan);
  arc__view_close(&view);
  return status;
}

arc_status arc_matcher_why(arc_report **out, arc_matcher *m, const char *payment, size_t size,
                           arc_day day, arc_error *err) {
  static const arc__report_column columns[] = {
      {"subject", ARC_COLUMN_TEXT}, {"fact", ARC_COLUMN_TEXT}, {"value", ARC_COLUMN_TEXT}};
  if (!out || !m) return arc__fail(err, ARC_E_INVALID, "out and matcher must not be NULL");
  *out = NULL;
  if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "day must be a day of the years 1 to 9999");
  ARC__TRY(arc__ledger_outside(m->ledger, err));
  matcher_why w;
  memset(&w, 0, sizeof w);
  w.m = m;
  w.subject = (arc_text){payment, arc__text_size(payment, size)};
  if (w.subject.size) w.payment = arc__find_credit(m->tables, ARC_CREDIT_PAYMENT, w.subject);
  if (!w.payment) return arc__fail(err, ARC_E_NOT_FOUND, "no payment has this key");
  arc__currency_unpack(w.currency, arc__u32(m->tables, ARC__CREDIT_CURRENCY, w.payment));
  arc__buffer_init(&w.value, m->heap);
  w.report = arc__report_new(m->heap, columns, sizeof columns / sizeof *columns);
  matcher_why_money(&w, arc__i64(m->tables, ARC__CREDIT_AMOUNT, w.payment));
  arc__buffer_format(&w.value, " %s", w.currency);
  matcher_why_row(&w, "amount");
  arc_status status = matcher_why_history(&w) ? ARC_OK : matcher_why_now(&w, day, err);
  if (status == ARC_OK && w.value.failed) status = arc__fail_nomem(err);
  arc__buffer_free(&w.value);
  if (status == ARC_OK) return arc__report_finish(out, w.report, err);
  arc_report_free(w.report);
  return status;
}
