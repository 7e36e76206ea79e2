#include "ledger_internal.h"

/* Owns how often each kind of the matcher's evidence was right, as this book's people see it: payments that a human
 * confirmed, payments applied without one that still stand, and proposals refused or undone. A payment counts once,
 * for the evidence that it was applied on first; one that bounced counts for nothing. Rows of EVIDENCE are the numbers
 * of the kinds. */

#define EVIDENCE_UNDONE    0x80 /* of CREDIT_EVIDENCE: it was wrong, and counts so */
#define EVIDENCE_CONFIRMED 0x40 /* it counts as confirmed */

static void evidence_count(arc_ledger *ledger, uint32_t kind, int column, int64_t more) {
  arc__tables *t = ARC__L(ledger);
  while (!t->failed && t->rows[ARC__TABLE_EVIDENCE] < kind)
    arc__append_row(t, ARC__TABLE_EVIDENCE);
  if (!t->failed) arc__put(t, column, kind, (int64_t)arc__u32(t, column, kind) + more);
}

static int evidence_column(uint32_t of_credit) {
  return of_credit & EVIDENCE_UNDONE      ? ARC__EVIDENCE_WRONG
         : of_credit & EVIDENCE_CONFIRMED ? ARC__EVIDENCE_CONFIRMED
                                          : ARC__EVIDENCE_APPLIED;
}

void arc__evidence_applied(arc_ledger *ledger, const arc__application_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t before = arc__u8(t, ARC__CREDIT_EVIDENCE, r->credit);
  uint32_t now = r->evidence | (r->how == ARC_HOW_CONFIRMED ? EVIDENCE_CONFIRMED : 0u);
  if (!r->evidence || (before && !(before & EVIDENCE_UNDONE))) return;
  evidence_count(ledger, r->evidence, evidence_column(now), 1);
  arc__put(t, ARC__CREDIT_EVIDENCE, r->credit, now);
}

void arc__evidence_undone(arc_ledger *ledger, uint32_t credit) {
  arc__tables *t = ARC__L(ledger);
  uint32_t before = arc__u8(t, ARC__CREDIT_EVIDENCE, credit), kind = before & ARC__EVIDENCE_MAX;
  if (!before || before & EVIDENCE_UNDONE) return;
  evidence_count(ledger, kind, evidence_column(before), -1);
  evidence_count(ledger, kind, ARC__EVIDENCE_WRONG, 1);
  arc__put(t, ARC__CREDIT_EVIDENCE, credit, before | EVIDENCE_UNDONE);
}

/* What was undone that day was undone because of it. */
void arc__evidence_bounced(arc_ledger *ledger, uint32_t credit, arc_day day) {
  arc__tables *t = ARC__L(ledger);
  uint32_t before = arc__u8(t, ARC__CREDIT_EVIDENCE, credit), entry = arc__u32(t, ARC__CREDIT_ENTRY, credit);
  if (!(before & EVIDENCE_UNDONE) || arc__i32(t, ARC__ENTRY_UNDONE, entry) != day) return;
  evidence_count(ledger, before & ARC__EVIDENCE_MAX, ARC__EVIDENCE_WRONG, -1);
  arc__put(t, ARC__CREDIT_EVIDENCE, credit, 0);
}

void arc__evidence_refused(arc_ledger *ledger, uint32_t kind) {
  if (kind) evidence_count(ledger, kind, ARC__EVIDENCE_WRONG, 1);
}

void arc__evidence_counts(const arc__tables *t, uint32_t kind, arc__evidence *counts) {
  int known = kind <= t->rows[ARC__TABLE_EVIDENCE];
  counts->confirmed = known ? arc__u32(t, ARC__EVIDENCE_CONFIRMED, kind) : 0;
  counts->applied = known ? arc__u32(t, ARC__EVIDENCE_APPLIED, kind) : 0;
  counts->wrong = known ? arc__u32(t, ARC__EVIDENCE_WRONG, kind) : 0;
}
