/* What a human says to the matcher's proposals: each answer is one commit, or part of the caller's batch, and is what
 * the ledger records of it; nothing is kept here. */
#include "matcher_internal.h"

#include "text.h"
#include "struct_sizes.h"

#define ANSWERS_INVOICES_MAX 500

/* The payment's row, and the proposals for it as of the day in m->scratch. */
static arc_status answers_decide(arc_matcher *m, const arc_match_answer *a, uint32_t payment, arc_error *err) {
  arc__match_plan plan;
  arc__view view;
  memset(&plan, 0, sizeof plan);
  ARC__TRY(arc__match_update(m, err));
  ARC__TRY(arc__view_open(&view, m->ledger, a->day, err));
  arc_status status = arc__match_plan_around(m, &plan, payment, err);
  if (status >= 0) status = arc__match_plan_decide(m, &view, &plan, err);
  for (size_t i = 0; i < plan.payment_count && status >= 0; i++)
    if (plan.payments[i].row == payment) status = arc__match_plan_explain(m, &view, &plan, i, &m->scratch, err);
  if (plan.payment_count == 0) m->scratch.proposal_count = 0; /* nothing of it is left */
  arc__match_plan_free(m, &plan);
  arc__view_close(&view);
  return status;
}

static arc_status answers_begin(arc_matcher *m, const arc_match_answer *given, arc_match_answer *a, uint32_t *payment,
                                arc_error *err) {
  if (!m || !given) return arc__fail(err, ARC_E_INVALID, "matcher and answer must not be NULL");
  ARC__TRY(ARC__READ(arc_match_answer, a, given, err));
  ARC__TRY(arc__match_check_day(m, a->day, 1, err));
  a->payment.size = arc__text_size(a->payment.data, a->payment.size);
  a->invoice.size = arc__text_size(a->invoice.data, a->invoice.size);
  *payment = a->payment.size ? arc__find_credit(m->tables, ARC_CREDIT_PAYMENT, a->payment) : 0;
  if (!*payment) return arc__fail_field(err, ARC_E_NOT_FOUND, 0, 2, "no payment has this key");
  return ARC_OK;
}

static arc_status answers_proposal(arc_matcher *m, const arc_match_answer *a, uint32_t payment,
                                   const arc__match_proposal **out, arc_error *err) {
  uint32_t rank = a->rank ? a->rank : 1;
  ARC__TRY(answers_decide(m, a, payment, err));
  if (rank > m->scratch.proposal_count)
    return arc__fail_field(err, ARC_E_NOT_FOUND, 0, 1, "there is no proposal of this rank for the payment");
  *out = &m->scratch.proposals[rank - 1];
  return ARC_OK;
}

static arc_status answers_refuse(arc_matcher *m, const arc_match_answer *a, const arc_text *invoices, size_t count,
                                 uint32_t evidence, arc_error *err) {
  arc_rejection row = ARC_REJECTION_INIT;
  row.payment = a->payment;
  row.author = a->author;
  row.reason = a->reason;
  row.day = a->day;
  row.invoices = invoices;
  row.invoice_count = (uint32_t)count;
  row.evidence = evidence;
  return arc_ledger_post_rejections(m->ledger, &row, 1, err);
}

/* The kind of evidence that an answer tells something of, as it is recorded: that of the best proposal, if it stood
 * alone. Which of several is right says nothing of a kind. */
static uint32_t answers_evidence(const arc__match *match, const arc__match_proposal *p) {
  if (p != &match->proposals[0] || arc__match_has_rival(match) || p->rules & ARC__RULE_BIT(ARC__DOUBT_CHANCE)) return 0;
  return (uint32_t)p->kind + 1;
}

/* Whoever confirms a proposal refuses those above it. */
static arc_status answers_refuse_proposal(arc_matcher *m, const arc_match_answer *a, const arc__match_proposal *p,
                                          arc_error *err) {
  arc_text invoices[ANSWERS_INVOICES_MAX];
  for (size_t i = 0; i < p->count; i++)
    invoices[i] = arc__text(m->tables, ARC__INVOICE_KEY, m->scratch.lines.data[p->first + i].invoice);
  return answers_refuse(m, a, invoices, p->count, answers_evidence(&m->scratch, p), err);
}

static arc_status answers_refuse_above(arc_matcher *m, const arc_match_answer *a, arc_error *err) {
  for (uint32_t rank = 1; rank < a->rank; rank++)
    if (m->scratch.proposals[rank - 1].count <= ANSWERS_INVOICES_MAX)
      ARC__TRY(answers_refuse_proposal(m, a, &m->scratch.proposals[rank - 1], err));
  return ARC_OK;
}

static arc_status answers_post(arc_matcher *m, const arc_match_answer *a, uint32_t payment, const arc__match_proposal *p,
                               const arc_application *rows, size_t count, arc_error *err) {
  ARC__TRY(answers_refuse_above(m, a, err));
  ARC__TRY(arc_ledger_post_applications(m->ledger, rows, count, err));
  return arc__match_post_advice(m, payment, p->kind == ARC__RULE_ADVICE ? m->scratch.advice : 0, err);
}

static arc_status answers_apply(arc_matcher *m, const arc_match_answer *a, uint32_t payment,
                                const arc__match_proposal *p, arc_application *rows, arc__match_deduction *room,
                                arc_error *err) {
  arc__match_commit commit;
  size_t count = 0;
  for (size_t i = 0; i < p->count; i++) {
    const arc__match_line *line = &m->scratch.lines.data[p->first + i];
    arc__match_entry entry = {.invoice = line->invoice, .how = ARC_HOW_CONFIRMED, .amount = line->amount,
                              .settled = line->settled,
                              .discount = line->discount, .tolerance = line->tolerance, .confidence = p->confidence,
                              .kind = (int)answers_evidence(&m->scratch, p) - 1};
    if (p->kind == ARC__RULE_ADVICE) {
      entry.deduction = line->deduction;
      entry.reason = line->reason;
    }
    if (arc__match_is_void(&entry)) continue;
    arc__match_application(m, &entry, payment, m->scratch.advice, a->day, &rows[count], &room[count]);
    count++;
  }
  for (size_t i = 0; i < p->taken_count; i++) {
    const arc__match_taking *taking = &m->scratch.takings.data[p->taken + i];
    arc__match_entry entry = {.invoice = taking->invoice, .how = ARC_HOW_CONFIRMED, .amount = taking->amount,
                              .confidence = p->confidence, .kind = -1, .credit = taking->credit};
    arc__match_application(m, &entry, payment, 0, a->day, &rows[count++], NULL);
  }
  ARC__TRY(arc__match_begin(m, &commit, err));
  return arc__match_end(m, &commit, answers_post(m, a, payment, p, rows, count, err), err);
}

static arc_status answers_confirm(arc_matcher *m, const arc_match_answer *a, uint32_t payment, arc_error *err) {
  const arc__match_proposal *p = NULL;
  ARC__TRY(answers_proposal(m, a, payment, &p, err));
  if (p->count == 0)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 1, "the proposal keeps the cash on account: there is nothing to record");
  size_t bytes = (p->count + p->taken_count) * sizeof(arc_application);
  arc_application *rows = arc__alloc(m->heap, bytes);
  arc__match_deduction *room = arc__alloc(m->heap, p->count * sizeof *room);
  arc_status status = rows && room ? answers_apply(m, a, payment, p, rows, room, err) : arc__fail_nomem(err);
  arc__free(m->heap, rows, bytes);
  arc__free(m->heap, room, p->count * sizeof *room);
  return status;
}

static arc_status answers_reject(arc_matcher *m, const arc_match_answer *a, uint32_t payment, arc_error *err) {
  const arc__match_proposal *p = NULL;
  ARC__TRY(answers_proposal(m, a, payment, &p, err));
  if (p->count > ANSWERS_INVOICES_MAX)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 1, "a proposal of more than %d invoices is not kept in mind", ANSWERS_INVOICES_MAX);
  return answers_refuse_proposal(m, a, p, err);
}

/* The invoices that the payment settles now, each once. */
static size_t answers_settled(const arc_matcher *m, uint32_t payment, arc_text *invoices) {
  const arc__tables *t = m->tables;
  size_t count = 0;
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, payment); e; e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e)) {
    uint32_t invoice = arc__entry_invoice(t, e);
    if (!invoice || arc__i32(t, ARC__ENTRY_UNDONE, e) != ARC_DAY_NONE || count == ANSWERS_INVOICES_MAX) continue;
    arc_text key = arc__text(t, ARC__INVOICE_KEY, invoice);
    size_t i = 0;
    while (i < count && !arc__text_equal(invoices[i], key))
      i++;
    if (i == count) invoices[count++] = key;
  }
  return count;
}

static arc_status answers_take_back(arc_matcher *m, const arc_match_answer *a, const arc_text *settled, size_t count,
                                    arc_error *err) {
  arc_status status = answers_refuse(m, a, settled, count, 0, err); /* that it is undone counts */
  for (size_t i = 0; i < count && status >= 0; i++) {
    arc_unapplication row = ARC_UNAPPLICATION_INIT;
    if (a->invoice.size && !arc__text_equal(a->invoice, settled[i])) continue;
    row.credit = a->payment;
    row.invoice = settled[i];
    row.reason = a->reason;
    row.day = a->day;
    status = arc_ledger_post_unapplications(m->ledger, &row, 1, err);
  }
  return status;
}

static arc_status answers_undo(arc_matcher *m, const arc_match_answer *a, uint32_t payment, arc_error *err) {
  arc__match_commit commit;
  arc_text settled[ANSWERS_INVOICES_MAX];
  size_t count = answers_settled(m, payment, settled), i = 0;
  while (i < count && !arc__text_equal(settled[i], a->invoice))
    i++;
  if (count == 0 || (a->invoice.size && i == count))
    return arc__fail_field(err, ARC_E_NOT_FOUND, 0, 3, "the payment settles no such invoice");
  ARC__TRY(arc__match_begin(m, &commit, err));
  return arc__match_end(m, &commit, answers_take_back(m, a, settled, count, err), err);
}

arc_status arc_matcher_answer(arc_matcher *m, const arc_match_answer *answer, arc_error *err) {
  arc_match_answer a;
  uint32_t payment;
  ARC__TRY(answers_begin(m, answer, &a, &payment, err));
  switch (a.answer) {
  case ARC_ANSWER_CONFIRM: return answers_confirm(m, &a, payment, err);
  case ARC_ANSWER_REJECT: return answers_reject(m, &a, payment, err);
  case ARC_ANSWER_UNDO: return answers_undo(m, &a, payment, err);
  default: return arc__fail_field(err, ARC_E_INVALID, 0, 7, "answer must be one of ARC_ANSWER_*");
  }
}
