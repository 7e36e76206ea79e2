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
  static const char *const how[] = {"",
                                    ", stated with the payment",
                                    ", whose account it is known to be",
                                    ", by name",
                                    ", by a name of earlier payments",
                                    ", by a similar name",
                                    ", from the items named",
                                    ", as the remittance advice says"};
  if (match->payer_count == 0) arc__buffer_string(&w->value, "not known");
  for (size_t i = 0; i < match->payer_count; i++) {
    if (i > 0) arc__buffer_string(&w->value, " or ");
    matcher_why_text(w, arc__text(w->m->tables, ARC__CUSTOMER_KEY, match->payers[i]));
  }
  if (match->payer_count) arc__buffer_string(&w->value, how[match->payer]);
  matcher_why_row(w, "payer");
}

static void matcher_why_advice(matcher_why *w, const arc__match *match) {
  static const char *const how[] = {NULL, "the amount alone", "payer and amount", "its reference", "what was said of it"};
  if (!match->advice) return;
  matcher_why_text(w, arc__text(w->m->tables, ARC__REMITTANCE_KEY, match->advice));
  arc__buffer_format(&w->value, ", by %s", how[match->advice_link]);
  matcher_why_row(w, "advice");
}

static void matcher_why_near(matcher_why *w, const arc__match_word *word) {
  for (size_t k = 0; k < word->near_count; k++) {
    if (k > 0) arc__buffer_string(&w->value, word->kind == ARC__WORD_RANGE ? " to " : " or ");
    matcher_why_invoice(w, word->near[k]);
  }
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
      "one slip away from ",
      "the range from ",
      "cut off by the bank",
      "a credit note of the payer",
  };
  for (size_t i = 0; i < match->word_count; i++) {
    const arc__match_word *word = &match->words[i];
    if (!kinds[word->kind] || (word->kind == ARC__WORD_CUT && !word->digits)) continue;
    arc__buffer_bytes(&w->value, match->text + word->at, word->size);
    arc__buffer_format(&w->value, ": %s", kinds[word->kind]);
    if (word->kind == ARC__WORD_NEAR || word->kind == ARC__WORD_RANGE) matcher_why_near(w, word);
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

/* "1083.40 USD = 500.00 EUR + 500.00 EUR", and what the exchange recorded last would make of them. */
static void matcher_why_exchanged(matcher_why *w, const arc__match *match, const arc__match_proposal *p) {
  const arc__tables *t = w->m->tables;
  uint32_t of_invoice = arc__invoice_currency(t, match->lines.data[p->first].invoice), exchange;
  char money[24], code[4];
  int64_t sum = 0;
  arc__currency_unpack(code, of_invoice);
  matcher_why_money(w, match->cash);
  arc__buffer_format(&w->value, " %s =", w->currency);
  for (size_t i = 0; i < p->count; i++) {
    const arc__match_line *line = &match->lines.data[p->first + i];
    sum += line->settled;
    (void)arc_money_format(money, sizeof money, NULL, line->settled, code, NULL);
    arc__buffer_format(&w->value, "%s %s %s", i ? " +" : "", money, code);
  }
  matcher_why_row(w, "arithmetic");
  exchange = arc__match_last_exchange(t, of_invoice, arc__currency_pack(w->currency));
  if (!exchange) return;
  int64_t taken = arc__i64(t, ARC__EXCHANGE_TAKEN, exchange), made = 0;
  if (arc_money_scale(&made, sum, taken, arc__i64(t, ARC__ENTRY_AMOUNT, arc__u32(t, ARC__EXCHANGE_ENTRY, exchange)), NULL) < 0)
    return;
  matcher_why_money(w, made);
  arc__buffer_format(&w->value, " %s by the exchange recorded last, on ", w->currency);
  matcher_why_day(w, arc__i32(t, ARC__ENTRY_DAY, arc__u32(t, ARC__EXCHANGE_ENTRY, exchange)));
  matcher_why_row(w, "rate");
}

/* "1200.00 = 700.00 + 510.00 - 10.00 discount": open amounts, what is not paid of them, what is left. */
static void matcher_why_arithmetic(matcher_why *w, const arc__match *match, const arc__match_proposal *p) {
  int64_t left = match->cash;
  if (p->kind == ARC__RULE_EXCHANGE) {
    matcher_why_exchanged(w, match, p);
    return;
  }
  matcher_why_money(w, match->cash);
  arc__buffer_string(&w->value, " = ");
  for (size_t i = 0; i < p->count; i++) {
    const arc__match_line *line = &match->lines.data[p->first + i];
    if (i > 0) arc__buffer_string(&w->value, " + ");
    matcher_why_money(w, line->open);
    matcher_why_part(w, " - ", line->discount, " discount");
    matcher_why_part(w, " - ", line->tolerance, " tolerance");
    matcher_why_part(w, " - ", line->deduction, " deduction");
    matcher_why_part(w, " - ", line->credited, " credit");
    matcher_why_part(w, " - ", line->open - line->discount - line->tolerance - line->deduction - line->credited - line->amount,
                     " left open");
    left -= line->amount;
  }
  matcher_why_part(w, p->count ? " + " : "", left, " not applied");
  matcher_why_row(w, "arithmetic");
}

static void matcher_why_line(matcher_why *w, const arc__match_line *line) {
  matcher_why_invoice(w, line->invoice);
  arc__buffer_string(&w->value, ": ");
  matcher_why_money(w, line->amount);
  matcher_why_part(w, ", discount ", line->discount, "");
  matcher_why_part(w, ", tolerance ", line->tolerance, "");
  matcher_why_part(w, ", deduction ", line->deduction, "");
  matcher_why_part(w, ", credit ", line->credited, "");
}

static void matcher_why_items(matcher_why *w, const arc__match *match, const arc__match_proposal *p) {
  for (size_t i = 0; i < p->count; i++) {
    matcher_why_line(w, &match->lines.data[p->first + i]);
    matcher_why_row(w, "item");
  }
  for (size_t i = 0; i < p->taken_count; i++) {
    const arc__match_taking *taking = &match->takings.data[p->taken + i];
    matcher_why_text(w, arc__text(w->m->tables, ARC__CREDIT_KEY, taking->credit));
    arc__buffer_string(&w->value, ": ");
    matcher_why_money(w, taking->amount);
    arc__buffer_string(&w->value, " of ");
    matcher_why_invoice(w, taking->invoice);
    matcher_why_row(w, "credit");
  }
}

/* Each other way on one row. */
static void matcher_why_alternatives(matcher_why *w, const arc__match *match) {
  for (size_t k = 1; k < match->proposal_count; k++) {
    const arc__match_proposal *p = &match->proposals[k];
    for (size_t i = 0; i < p->count; i++) {
      if (i > 0) arc__buffer_string(&w->value, " + ");
      matcher_why_line(w, &match->lines.data[p->first + i]);
    }
    if (p->count == 0) arc__buffer_string(&w->value, "on account");
    arc__buffer_string(&w->value, ", confidence ");
    matcher_why_ppm(w, p->confidence);
    matcher_why_row(w, "alternative");
  }
}

static void matcher_why_learned(matcher_why *w, int kind) {
  arc__evidence n;
  arc__evidence_counts(w->m->tables, (uint32_t)kind + 1, &n);
  if (n.confirmed + (uint64_t)n.applied + n.wrong == 0) return;
  matcher_why_ppm(w, w->m->learned[kind]);
  arc__buffer_format(&w->value, ": in this book %lu confirmed, %lu applied and standing, %lu refused or undone",
                     (unsigned long)n.confirmed, (unsigned long)n.applied, (unsigned long)n.wrong);
  matcher_why_row(w, "learned");
}

static void matcher_why_confidence(matcher_why *w, const arc__match_proposal *p) {
  for (int i = 0; i < ARC__RULES; i++) {
    if (!(p->rules >> i & 1)) continue;
    matcher_why_ppm(w, arc__match_rules[i].ppm);
    arc__buffer_format(&w->value, ": %s", arc__match_rules[i].words);
    matcher_why_row(w, "rule");
  }
  matcher_why_learned(w, p->kind);
  matcher_why_ppm(w, p->confidence);
  arc__buffer_string(&w->value, ", applied from ");
  matcher_why_ppm(w, (int32_t)w->m->options.apply_ppm);
  matcher_why_row(w, "confidence");
}

static void matcher_why_search(matcher_why *w, const arc__match *match) {
  static const char *const results[] = {"none of them: everything was searched", "one only: everything was searched",
                                        "several", "given up: more steps than the budget would be needed"};
  const arc__match_search *s = &match->search;
  if (!s->done) return;
  arc__buffer_format(&w->value, "sets of %llu open items that make up ", (unsigned long long)s->items);
  matcher_why_money(w, s->sum);
  arc__buffer_format(&w->value, ": %s; %llu steps", results[s->result], (unsigned long long)s->steps);
  matcher_why_row(w, "searched");
  if (s->expected == 0) return;
  matcher_why_ppm(w, s->expected > INT32_MAX ? INT32_MAX : (int32_t)s->expected);
  arc__buffer_string(&w->value, " such sets would be expected by chance");
  matcher_why_row(w, "chance");
}

/* What one more fact would have made it sure. */
static const char *matcher_why_missing(const arc__match *match, const arc__match_payment *payment) {
  const arc__match_proposal *best = match->proposal_count ? &match->proposals[0] : NULL;
  if (payment->decided) return NULL;
  if (payment->contested) return "which of the payments is meant for the item: a number in the text of one of them";
  if (match->payer_count == 0) return "who paid: an account or a name that is known, or the number of an open item";
  if (!best) return "what is paid: the numbers of the items";
  if (best->kind == ARC__RULE_EXCHANGE) return "what was exchanged, or at which rate";
  if (best->rules >> ARC__DOUBT_CHANCE & 1 || best->rules >> ARC__DOUBT_RIVAL & 1 || match->proposal_count > 1)
    return "the number of one item that only one of these ways has";
  if (match->cut) return "the rest of the text: a remittance advice with all numbers";
  return "the numbers of the items, whole and right";
}

static void matcher_why_decision(matcher_why *w, const arc__match *match, const arc__match_payment *payment) {
  const char *verdict = match->verdict ? match->verdict : "";
  matcher_why_payer(w, match);
  matcher_why_advice(w, match);
  matcher_why_words(w, match);
  if (match->proposal_count) {
    matcher_why_arithmetic(w, match, &match->proposals[0]);
    matcher_why_items(w, match, &match->proposals[0]);
    matcher_why_confidence(w, &match->proposals[0]);
  }
  matcher_why_alternatives(w, match);
  matcher_why_search(w, match);
  if (payment->contested) verdict = "another payment would settle the same item";
  const char *missing = matcher_why_missing(match, payment);
  if (missing) {
    arc__buffer_string(&w->value, missing);
    matcher_why_row(w, "missing");
  }
  const char *what = payment->applied ? "apply" : payment->decided ? "on account" : "leave";
  arc__buffer_format(&w->value, "%s: %s", what, verdict);
  matcher_why_row(w, "decision");
}

/* ---- the call ---- */

static arc_status matcher_why_decide(matcher_why *w, const arc__view *view, arc__match_plan *plan,
                                     arc_error *err) {
  ARC__TRY(arc__match_plan_around(w->m, plan, w->payment, err));
  ARC__TRY(arc__match_plan_decide(w->m, view, plan, err));
  for (size_t i = 0; i < plan->payment_count; i++) {
    if (plan->payments[i].row != w->payment) continue;
    ARC__TRY(arc__match_plan_explain(w->m, view, plan, i, &w->m->scratch, err));
    matcher_why_decision(w, &w->m->scratch, &plan->payments[i]);
  }
  return ARC_OK;
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
  ARC__TRY(arc__match_update(w->m, err));
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
