/* What the matcher records: applications, the disputes that deductions open, and which payment a remittance advice was
 * of. A dispute's key says the payment and the invoice, so that a run that is repeated says the same. */
#include "matcher_internal.h"

#include "hash.h"
#include "text.h"

#include <stdio.h>

#define POST_KEY_TRIES 100

arc_status arc__match_begin(arc_matcher *m, arc__match_commit *commit, arc_error *err) {
  arc_status begun = arc_batch_begin(m->ledger, err);
  commit->inside = begun == ARC_E_BUSY;
  if (begun < 0 && !commit->inside) return begun;
  arc__ledger_savepoint(m->ledger, &commit->before);
  return ARC_OK;
}

arc_status arc__match_end(arc_matcher *m, const arc__match_commit *commit, arc_status status, arc_error *err) {
  if (commit->inside && status < 0) arc__ledger_back_to(m->ledger, &commit->before);
  if (commit->inside) return status < 0 ? status : ARC_OK;
  if (status >= 0) return arc_batch_commit(m->ledger, err);
  arc_batch_abort(m->ledger);
  return status;
}

/* "payment/invoice", or a hash of it where that is too long; the first of such keys that no dispute has. */
static void post_dispute_key(const arc_matcher *m, arc__match_deduction *room, uint32_t payment, uint32_t invoice) {
  static const uint64_t seed[2] = {0, 0};
  arc_text a = arc__text(m->tables, ARC__CREDIT_KEY, payment), b = arc__text(m->tables, ARC__INVOICE_KEY, invoice);
  char whole[2 * ARC__MATCH_KEY_MAX + 2], tail[8] = "";
  int size = snprintf(whole, sizeof whole, "%.*s/%.*s", (int)a.size, a.data, (int)b.size, b.data);
  for (int n = 2; n < POST_KEY_TRIES; n++) {
    if ((size_t)size + sizeof tail <= sizeof room->key)
      room->dispute.key.size = (size_t)snprintf(room->key, sizeof room->key, "%s%s", whole, tail);
    else
      room->dispute.key.size = (size_t)snprintf(room->key, sizeof room->key, "deduction-%016llx%s",
                                                (unsigned long long)arc__siphash(seed, whole, (size_t)size), tail);
    room->dispute.key.data = room->key;
    if (!arc__index_find(m->tables, ARC__INDEX_EXCEPTION, room->dispute.key, ARC__EXCEPTION_DISPUTE)) return;
    snprintf(tail, sizeof tail, "/%d", n);
  }
}

void arc__match_application(const arc_matcher *m, const arc__match_entry *entry, uint32_t payment, uint32_t advice,
                            arc_day day, arc_application *row, arc__match_deduction *room) {
  const arc__tables *t = m->tables;
  arc_application none = ARC_APPLICATION_INIT;
  arc_dispute dispute = ARC_DISPUTE_INIT;
  *row = none;
  uint32_t credit = entry->credit ? entry->credit : payment;
  row->credit = arc__text(t, ARC__CREDIT_KEY, credit);
  row->invoice = arc__text(t, ARC__INVOICE_KEY, entry->invoice);
  row->credit_kind = arc__u8(t, ARC__CREDIT_KIND, credit);
  row->day = day;
  row->how = entry->how;
  row->amount = entry->amount;
  row->settled = entry->settled;
  row->discount = entry->discount;
  row->tolerance = entry->tolerance;
  row->confidence_ppm = (uint32_t)entry->confidence;
  row->evidence = (uint32_t)entry->kind + 1;
  if (entry->deduction == 0) return;
  room->dispute = dispute;
  room->dispute.amount = entry->deduction;
  room->dispute.kind = arc__name(t, entry->reason);
  room->dispute.source = arc__text(t, ARC__REMITTANCE_KEY, advice);
  post_dispute_key(m, room, payment, entry->invoice);
  row->deduction = &room->dispute;
}

/* Two payments may have been settled by it: it is of the first. */
arc_status arc__match_post_advice(arc_matcher *m, uint32_t payment, uint32_t advice, arc_error *err) {
  const arc__tables *t = m->tables;
  arc_remittance row = ARC_REMITTANCE_INIT;
  if (!advice || arc__u32(t, ARC__REMITTANCE_CREDIT, advice) || arc__u32(t, ARC__CREDIT_ADVICE, payment)) return ARC_OK;
  row.key = arc__text(t, ARC__REMITTANCE_KEY, advice);
  row.payment = arc__text(t, ARC__CREDIT_KEY, payment);
  return arc_ledger_post_remittances(m->ledger, &row, 1, err);
}
