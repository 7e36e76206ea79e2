#include "ledger_internal.h"

#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns what changes the open amount without cash: write-offs, waivers of charges, and recoveries, which make owed
 * again what was written off. One record per instalment; a command takes the oldest first. */

typedef struct writeoffs_kind {
  int entry;
  uint16_t record;
  int sign; /* of its entries: what they settle */
  const char *what, *whose;
} writeoffs_kind;

static const writeoffs_kind writeoffs_writeoff = {ARC__ENTRY_WRITEOFF, ARC__RECORD_WRITEOFF, 1, "write-off",
                                                  "open"};
static const writeoffs_kind writeoffs_waiver = {ARC__ENTRY_WAIVER, ARC__RECORD_WAIVER, 1, "waiver", "open"};
static const writeoffs_kind writeoffs_recovery = {ARC__ENTRY_RECOVERY, ARC__RECORD_RECOVERY, -1, "recovery",
                                                  "written off"};

static uint32_t writeoffs_invoice(const arc__tables *t, uint32_t instalment) {
  return arc__u32(t, ARC__INSTALMENT_INVOICE, instalment);
}

/* What is written off of an instalment on a day and was not recovered, not even later. */
static int64_t writeoffs_recoverable(const arc__tables *t, uint32_t instalment, arc_day day) {
  int64_t sum = 0;
  for (uint32_t e = arc__u32(t, ARC__INSTALMENT_ENTRY, instalment); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_INSTALMENT, e)) {
    int kind = arc__u8(t, ARC__ENTRY_KIND, e);
    if (kind == ARC__ENTRY_RECOVERY || (kind == ARC__ENTRY_WRITEOFF && arc__i32(t, ARC__ENTRY_DAY, e) <= day))
      sum += arc__i64(t, ARC__ENTRY_AMOUNT, e);
  }
  return sum > 0 ? sum : 0;
}

/* The most that a command may take of an instalment. */
static int64_t writeoffs_room(const arc__tables *t, const writeoffs_kind *k, uint32_t instalment, arc_day day) {
  return k->sign > 0 ? arc__entry_room(t, instalment, day) : writeoffs_recoverable(t, instalment, day);
}

/* ---- records ---- */

static arc_status writeoffs_check(const arc_ledger *ledger, const writeoffs_kind *k, const arc__writeoff_record *r,
                                  arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  int64_t room;
  if (r->key.size)
    ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_ENTRY, r->key, k->entry, k->what, err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_INSTALMENT, r->instalment, "instalment", err));
  ARC__TRY(arc__check_posting_day(ledger, r->day, 5, "day", err));
  ARC__TRY(arc__check_amount(r->amount, 7, "the amount", err));
  if (r->day < arc__i32(t, ARC__INVOICE_ISSUED, writeoffs_invoice(t, r->instalment)))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 5, "the %s is dated before its invoice", k->what);
  if (k->entry == ARC__ENTRY_WAIVER &&
      arc__u8(t, ARC__INVOICE_KIND, writeoffs_invoice(t, r->instalment)) == ARC__INVOICE_SALE)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 3, "only a charge can be waived: an invoice is credited or written off");
  room = writeoffs_room(t, k, r->instalment, r->day);
  if (r->amount <= room) return ARC_OK;
  return arc__fail_field(err, ARC_E_REFUSED, 0, 7, "the %s of %lld is more than the %lld %s", k->what,
                         (long long)r->amount, (long long)room, k->whose);
}

/* The account that a kind moves against the receivables. */
static int writeoffs_account(const arc__tables *t, const writeoffs_kind *k, uint32_t invoice) {
  switch (k->entry) {
  case ARC__ENTRY_WAIVER: return arc__charge_account(arc__u8(t, ARC__INVOICE_KIND, invoice));
  case ARC__ENTRY_RECOVERY: return ARC__CONTROL_BAD_DEBT_RECOVERED;
  default: return ARC__CONTROL_BAD_DEBT;
  }
}

static void writeoffs_apply(arc_ledger *ledger, const writeoffs_kind *k, const arc__writeoff_record *r) {
  arc__tables *t = ARC__L(ledger);
  int64_t amount = k->sign * r->amount;
  arc__entry entry = {r->key, k->entry, r->instalment, 0, r->day, amount, 0, 0, 0, 0, 0, 0};
  uint32_t invoice = writeoffs_invoice(t, r->instalment);
  arc__entry_add(ledger, &entry);
  if (t->failed) return;
  arc__state_post(ledger, arc__u32(t, ARC__ACCOUNT_CURRENCY, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice)),
                  writeoffs_account(t, k, invoice), ARC__CONTROL_RECEIVABLES, amount);
}

arc_status arc__check_writeoff(const arc_ledger *ledger, const arc__writeoff_record *r, arc_error *err) {
  return writeoffs_check(ledger, &writeoffs_writeoff, r, err);
}

void arc__apply_writeoff(arc_ledger *ledger, const arc__writeoff_record *r) {
  writeoffs_apply(ledger, &writeoffs_writeoff, r);
}

arc_status arc__check_waiver(const arc_ledger *ledger, const arc__waiver_record *r, arc_error *err) {
  return writeoffs_check(ledger, &writeoffs_waiver, r, err);
}

void arc__apply_waiver(arc_ledger *ledger, const arc__waiver_record *r) {
  writeoffs_apply(ledger, &writeoffs_waiver, r);
}

arc_status arc__check_recovery(const arc_ledger *ledger, const arc__recovery_record *r, arc_error *err) {
  return writeoffs_check(ledger, &writeoffs_recovery, r, err);
}

void arc__apply_recovery(arc_ledger *ledger, const arc__recovery_record *r) {
  writeoffs_apply(ledger, &writeoffs_recovery, r);
}

/* ---- commands ---- */

/* Whether the command was recorded under the entry's key: its parts follow the one with the key. */
static int writeoffs_same(const arc__tables *t, const writeoffs_kind *k, const arc_writeoff *w, uint32_t invoice,
                          uint32_t entry) {
  int64_t sum = 0;
  for (uint32_t e = entry; e <= t->rows[ARC__TABLE_ENTRY]; e++) {
    if (e > entry && (arc__text(t, ARC__ENTRY_KEY, e).size || arc__u8(t, ARC__ENTRY_KIND, e) != k->entry)) break;
    if (writeoffs_invoice(t, arc__u32(t, ARC__ENTRY_INSTALMENT, e)) != invoice) return 0;
    sum += k->sign * arc__i64(t, ARC__ENTRY_AMOUNT, e);
  }
  return sum == w->amount && w->day == arc__i32(t, ARC__ENTRY_DAY, entry);
}

static arc_status writeoffs_record(const arc__input *in, arc_ledger *ledger, const writeoffs_kind *k,
                                   const arc_writeoff *w, uint32_t invoice) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  uint32_t end = first + arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice);
  arc__writeoff_record record = {w->key, 0, w->day, 0, w->reason, w->approved_by};
  int64_t left = w->amount;
  for (record.instalment = first; left && record.instalment < end; record.instalment++) {
    int64_t has = k->sign > 0 ? arc__i64(t, ARC__INSTALMENT_OPEN, record.instalment)
                              : writeoffs_recoverable(t, record.instalment, w->day);
    record.amount = left < has ? left : has;
    if (record.amount == 0) continue;
    ARC__TRY(writeoffs_check(ledger, k, &record, in->err));
    ARC__TRY(arc__ledger_record(ledger, k->record, &record, in->err));
    record.key.size = 0;
    left -= record.amount;
  }
  if (left == 0) return ARC_OK;
  return arc__fail_field(in->err, ARC_E_REFUSED, in->index, 7, "the %s of %lld is more than the %lld %s", k->what,
                         (long long)w->amount, (long long)(w->amount - left), k->whose);
}

static arc_status writeoffs_command(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  static const writeoffs_kind *const kinds[] = {&writeoffs_writeoff, &writeoffs_waiver, &writeoffs_recovery};
  arc__input in = {ledger, index, err};
  arc_writeoff *w = row;
  const writeoffs_kind *k;
  uint32_t invoice, known;
  if (w->kind < ARC_WRITEOFF_BAD_DEBT || w->kind > ARC_WRITEOFF_RECOVERY)
    return arc__fail_field(err, ARC_E_INVALID, index, 6, "kind must be one of ARC_WRITEOFF_*");
  k = kinds[w->kind];
  ARC__TRY(arc__input_options(&in, w->options, 0, 0));
  ARC__TRY(arc__input_key(&in, &w->key, 2, "key"));
  ARC__TRY(arc__input_invoice(&in, &w->invoice, 3, 0, &invoice));
  ARC__TRY(arc__input_line(&in, &w->reason, 4, "reason"));
  ARC__TRY(arc__input_day(&in, w->day, 5, "day"));
  ARC__TRY(arc__check_amount(w->amount, 7, "the amount", err));
  ARC__TRY(arc__input_line(&in, &w->approved_by, 8, "approved_by"));
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_ENTRY, w->key, k->entry);
  if (known && writeoffs_same(ARC__L(ledger), k, w, invoice, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, w->key, k->what);
  return writeoffs_record(&in, ledger, k, w, invoice);
}

arc_status arc_ledger_post_writeoffs(arc_ledger *ledger, const arc_writeoff *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_writeoff, ledger, rows, count, writeoffs_command, err);
}
