#include "ledger_internal.h"

#include <stddef.h>

#include "checked.h"
#include "error.h"
#include "text.h"

/* Owns applications: which credit settles which instalment, and undoing it. One record per instalment; the
 * command takes the oldest open ones first unless it names one. */

static uint32_t cash_account(const arc__tables *t, uint32_t instalment) {
  return arc__u32(t, ARC__INVOICE_ACCOUNT, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment));
}

/* ---- applications ---- */

static arc_status cash_check_amounts(const arc__application_record *r, int64_t room, int64_t credit_room,
                                     arc_error *err) {
  int64_t sum;
  if (r->amount < 0 || r->discount < 0 || r->tolerance < 0)
    return arc__fail(err, ARC_E_INVALID, "amount, discount and tolerance are at least 0");
  if (!arc__add(&sum, r->amount, r->discount) || !arc__add(&sum, sum, r->tolerance))
    return arc__fail(err, ARC_E_OVERFLOW, "amount, discount and tolerance do not fit together");
  if (sum == 0) return arc__fail(err, ARC_E_INVALID, "an application settles more than 0 minor units");
  if (r->amount > credit_room)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 9, "the application takes %lld, the credit has %lld left",
                     (long long)r->amount, (long long)credit_room);
  if (sum > room)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 9, "the application settles %lld, the instalment has %lld open",
                     (long long)sum, (long long)room);
  return ARC_OK;
}

/* An entry may only go on with a command that the entry before it belongs to. */
static int cash_goes_on(const arc__tables *t, const arc__application_record *r) {
  uint32_t e = t->rows[ARC__TABLE_ENTRY];
  return e && r->key.size == 0 && arc__u32(t, ARC__ENTRY_CREDIT, e) == r->credit &&
         arc__i32(t, ARC__ENTRY_DAY, e) == r->day &&
         arc__entry_invoice(t, e) == arc__u32(t, ARC__INSTALMENT_INVOICE, r->instalment);
}

arc_status arc__check_application(const arc_ledger *ledger, const arc__application_record *r,
                                  arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t invoice;
  if (r->key.size)
    ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_ENTRY, r->key, ARC__ENTRY_APPLICATION, "application",
                                err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CREDIT, r->credit, "payment or credit note", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_INSTALMENT, r->instalment, "instalment", err));
  ARC__TRY(arc__check_posting_day(ledger, r->day, 7, "day", err));
  invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, r->instalment);
  if (!arc__u32(t, ARC__CREDIT_ACCOUNT, r->credit))
    return arc__fail(err, ARC_E_REFUSED, "the payer is not identified");
  if (arc__u32(t, ARC__CREDIT_CURRENCY, r->credit) !=
      arc__u32(t, ARC__ACCOUNT_CURRENCY, cash_account(t, r->instalment)))
    return arc__fail(err, ARC_E_REFUSED, "the credit and the invoice are of different currencies");
  if (arc__i32(t, ARC__CREDIT_REVERSED, r->credit) != ARC_DAY_NONE)
    return arc__fail(err, ARC_E_REFUSED, "the payment was returned");
  if (r->day < arc__i32(t, ARC__INVOICE_ISSUED, invoice) ||
      r->day < arc__i32(t, ARC__CREDIT_DAY, r->credit) ||
      r->day < arc__i32(t, ARC__CREDIT_IDENTIFIED, r->credit))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 7,
                     "the application is dated before its invoice, its credit or the day the payer became known");
  if (r->asked == ARC__ASKED_MORE ? !cash_goes_on(t, r)
                                  : r->asked > arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice))
    return arc__fail(err, ARC_E_INVALID, "the invoice has no such instalment");
  if (r->how > ARC_HOW_CONFIRMED || r->confidence_ppm > 1000000)
    return arc__fail(err, ARC_E_INVALID, "how or confidence_ppm is out of its range");
  return cash_check_amounts(r, arc__entry_room(t, r->instalment, r->day),
                            arc__entry_credit_room(t, r->credit, r->day), err);
}

static int cash_credit_account(const arc__tables *t, uint32_t credit) {
  return arc__u8(t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_PAYMENT ? ARC__CONTROL_UNAPPLIED_CASH
                                                                   : ARC__CONTROL_UNAPPLIED_CREDITS;
}

/* The postings of an application, or with sign -1 those of undoing it. */
static void cash_post(arc_ledger *ledger, uint32_t entry, int sign) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t credit = arc__u32(t, ARC__ENTRY_CREDIT, entry);
  uint32_t currency = arc__u32(t, ARC__CREDIT_CURRENCY, credit);
  arc__state_post(ledger, currency, cash_credit_account(t, credit), ARC__CONTROL_RECEIVABLES,
                  sign * arc__i64(t, ARC__ENTRY_AMOUNT, entry));
  arc__state_post(ledger, currency, ARC__CONTROL_DISCOUNTS_ALLOWED, ARC__CONTROL_RECEIVABLES,
                  sign * arc__i64(t, ARC__ENTRY_DISCOUNT, entry));
  arc__state_post(ledger, currency, ARC__CONTROL_TOLERANCE, ARC__CONTROL_RECEIVABLES,
                  sign * arc__i64(t, ARC__ENTRY_TOLERANCE, entry));
}

void arc__apply_application(arc_ledger *ledger, const arc__application_record *r) {
  arc__tables *t = ARC__L(ledger);
  arc__entry entry = {r->key, ARC__ENTRY_APPLICATION, r->instalment, r->credit, r->day, r->amount,
                      r->discount, r->tolerance, r->asked, r->how, r->confidence_ppm};
  arc__entry_add(ledger, &entry);
  if (!t->failed) cash_post(ledger, t->rows[ARC__TABLE_ENTRY], 1);
}

/* What a command recorded: the sums over its parts. */
typedef struct cash_sum {
  int64_t amount, discount, tolerance;
  uint32_t first; /* the row of its first part; 0: none */
} cash_sum;

static void cash_sum_add(cash_sum *sum, const arc__tables *t, uint32_t e) {
  sum->amount += arc__i64(t, ARC__ENTRY_AMOUNT, e);
  sum->discount += arc__i64(t, ARC__ENTRY_DISCOUNT, e);
  sum->tolerance += arc__i64(t, ARC__ENTRY_TOLERANCE, e);
  sum->first = e;
}

/* Whether an entry is the first of this command's: the key is explicit, or the day and the instalment asked. */
static int cash_is_command(const arc__tables *t, const arc_application *a, uint32_t invoice, uint32_t e) {
  return arc__entry_invoice(t, e) == invoice &&
         arc__i32(t, ARC__ENTRY_DAY, e) == a->day && arc__u16(t, ARC__ENTRY_ASKED, e) == a->instalment &&
         arc__text_equal(arc__text(t, ARC__ENTRY_KEY, e), a->key);
}

/* What the command recorded before, if it did. Newest first, so a command's first entry ends its parts. */
static cash_sum cash_recorded(const arc__tables *t, const arc_application *a, uint32_t credit,
                              uint32_t invoice) {
  cash_sum sum = {0};
  const cash_sum none = sum;
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, credit); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e)) {
    cash_sum_add(&sum, t, e);
    if (arc__u16(t, ARC__ENTRY_ASKED, e) == ARC__ASKED_MORE) continue;
    if (cash_is_command(t, a, invoice, e)) return sum;
    sum = none;
  }
  return none;
}

static int64_t cash_least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* Gives one instalment its share: discount and tolerance first, so that cash never overshoots. */
static int64_t cash_share(arc__application_record *r, arc_application *left, int64_t open) {
  r->discount = cash_least(left->discount, open);
  r->tolerance = cash_least(left->tolerance, open - r->discount);
  r->amount = cash_least(left->amount, open - r->discount - r->tolerance);
  left->discount -= r->discount;
  left->tolerance -= r->tolerance;
  left->amount -= r->amount;
  return r->discount + r->tolerance + r->amount;
}

static arc_status cash_record(const arc__input *in, arc_ledger *ledger, const arc_application *a,
                              uint32_t credit, uint32_t invoice) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  uint32_t end = first + arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice);
  arc_application left = *a;
  arc__application_record r = {a->key, credit, 0, a->day, 0, 0, 0, a->instalment, (uint32_t)a->how,
                               a->confidence_ppm};
  if (a->instalment) {
    first += a->instalment - 1;
    end = first + 1;
  }
  for (r.instalment = first; r.instalment < end; r.instalment++) {
    if (cash_share(&r, &left, arc__i64(t, ARC__INSTALMENT_OPEN, r.instalment)) == 0) continue;
    ARC__TRY(arc__check_application(ledger, &r, in->err));
    ARC__TRY(arc__ledger_record(ledger, ARC__RECORD_APPLICATION, &r, in->err));
    r.key.size = 0;
    r.asked = ARC__ASKED_MORE;
  }
  if (left.amount == 0 && left.discount == 0 && left.tolerance == 0) return ARC_OK;
  return arc__fail_field(in->err, ARC_E_REFUSED, in->index, 9,
                         "the application settles %lld more than is open",
                         (long long)(left.amount + left.discount + left.tolerance));
}

static arc_status cash_check_application(const arc__input *in, const arc__tables *t,
                                         const arc_application *a, uint32_t invoice) {
  int64_t sum;
  if (a->how < 0 || a->how > ARC_HOW_CONFIRMED || a->confidence_ppm > 1000000)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 8,
                           "how must be one of ARC_HOW_*, confidence_ppm at most 1,000,000");
  if (a->instalment > arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 6, "the invoice has %u instalments",
                           arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice));
  if (a->amount < 0 || a->discount < 0 || a->tolerance < 0 || !arc__add(&sum, a->amount, a->discount) ||
      !arc__add(&sum, sum, a->tolerance) || sum == 0)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 9,
                           "amount, discount and tolerance are at least 0 and together more than 0");
  return ARC_OK;
}

static arc_status cash_application(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_application *a = row;
  const arc__tables *t = ARC__L(ledger);
  arc__identification_record payer = {0};
  uint32_t credit, invoice;
  cash_sum known;
  int same;
  ARC__TRY(arc__input_options(&in, a->options, 0, a->reserved));
  ARC__TRY(arc__text_check(&a->key, 0, ARC__KEY_MAX, ARC__TEXT_LINE, "key", index, 2, err));
  ARC__TRY(arc__input_credit(&in, &a->credit, a->credit_kind, 3, &credit));
  ARC__TRY(arc__input_invoice(&in, &a->invoice, 4, 0, &invoice));
  ARC__TRY(arc__input_day(&in, a->day, 7, "day"));
  ARC__TRY(cash_check_application(&in, t, a, invoice));
  known = cash_recorded(t, a, credit, invoice);
  if (known.first && known.amount == a->amount && known.discount == a->discount &&
      known.tolerance == a->tolerance) {
    ARC__TRY(arc__dispute_deducted(&in, a->deduction, known.first, &same));
    if (same) return ARC_ALREADY;
  }
  if (known.first || arc__index_find(t, ARC__INDEX_ENTRY, a->key, ARC__ENTRY_APPLICATION))
    return arc__input_exists(&in, a->key.size ? a->key : a->credit, "application");
  if (!arc__u32(t, ARC__CREDIT_ACCOUNT, credit)) {
    payer.credit = credit;
    payer.customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice));
    payer.day = a->day;
    ARC__TRY(arc__check_identification(ledger, &payer, err));
    ARC__TRY(arc__ledger_record(ledger, ARC__RECORD_IDENTIFICATION, &payer, err));
  }
  known.first = t->rows[ARC__TABLE_ENTRY] + 1;
  ARC__TRY(cash_record(&in, ledger, a, credit, invoice));
  return a->deduction ? arc__dispute_deduct(&in, ledger, a->deduction, known.first) : ARC_OK;
}

arc_status arc_ledger_post_applications(arc_ledger *ledger, const arc_application *rows, size_t count,
                                        arc_error *err) {
  static const arc__command_key keys[] = {
      {offsetof(arc_application, credit), offsetof(arc_application, credit_kind), ARC__INDEX_CREDIT, 0},
      {offsetof(arc_application, invoice), 0, ARC__INDEX_INVOICE, 0}};
  return arc__ledger_post_by_keys(ledger, rows, count, sizeof *rows, "arc_application", cash_application, keys,
                                  sizeof keys / sizeof *keys, err);
}

/* ---- undoing ---- */

arc_status arc__check_unapplication(const arc_ledger *ledger, const arc__unapplication_record *r,
                                    arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_ENTRY, r->entry, "application", err));
  ARC__TRY(arc__check_posting_day(ledger, r->day, 6, "day", err));
  if (arc__u8(t, ARC__ENTRY_KIND, r->entry) != ARC__ENTRY_APPLICATION)
    return arc__fail(err, ARC_E_REFUSED, "only an application can be undone");
  if (arc__i32(t, ARC__ENTRY_UNDONE, r->entry) != ARC_DAY_NONE)
    return arc__fail(err, ARC_E_REFUSED, "the application was undone already");
  if (r->day < arc__i32(t, ARC__ENTRY_DAY, r->entry))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 6, "the day is before the application");
  return ARC_OK;
}

void arc__apply_unapplication(arc_ledger *ledger, const arc__unapplication_record *r) {
  arc__entry_undo(ledger, r->entry, r->day);
  cash_post(ledger, r->entry, -1);
}

arc_status arc__cash_unapply(const arc__input *in, arc_ledger *ledger, uint32_t credit, uint32_t invoice,
                             arc_day day, arc_text reason) {
  const arc__tables *t = ARC__L(ledger);
  arc__unapplication_record r = {0, day, reason};
  int undone = 0;
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, credit); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e)) {
    if (arc__u8(t, ARC__ENTRY_KIND, e) != ARC__ENTRY_APPLICATION ||
        arc__i32(t, ARC__ENTRY_UNDONE, e) != ARC_DAY_NONE)
      continue;
    if (invoice && arc__entry_invoice(t, e) != invoice)
      continue;
    r.entry = e;
    ARC__TRY(arc__check_unapplication(ledger, &r, in->err));
    ARC__TRY(arc__ledger_record(ledger, ARC__RECORD_UNAPPLICATION, &r, in->err));
    undone = 1;
  }
  return undone ? ARC_OK : ARC_ALREADY;
}

/* 1 if something of the invoice was undone on that day: the command was recorded, and saying it again does
 * not undo what was applied again since. */
static int cash_undone_on(const arc__tables *t, uint32_t credit, uint32_t invoice, arc_day day) {
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, credit); e;
       e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e))
    if (arc__i32(t, ARC__ENTRY_UNDONE, e) == day &&
        arc__entry_invoice(t, e) == invoice)
      return 1;
  return 0;
}

static arc_status cash_unapplication(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_unapplication *u = row;
  uint32_t credit, invoice;
  arc_status status;
  ARC__TRY(arc__input_options(&in, u->options, 0, 0));
  ARC__TRY(arc__input_credit(&in, &u->credit, u->credit_kind, 2, &credit));
  ARC__TRY(arc__input_invoice(&in, &u->invoice, 3, 0, &invoice));
  ARC__TRY(arc__input_line(&in, &u->reason, 4, "reason"));
  ARC__TRY(arc__input_day(&in, u->day, 6, "day"));
  if (cash_undone_on(ARC__L(ledger), credit, invoice, u->day)) return ARC_ALREADY;
  status = arc__cash_unapply(&in, ledger, credit, invoice, u->day, u->reason);
  if (status != ARC_ALREADY) return status;
  return arc__fail_field(err, ARC_E_REFUSED, index, 3, "nothing of this invoice is settled by this credit");
}

arc_status arc_ledger_post_unapplications(arc_ledger *ledger, const arc_unapplication *rows, size_t count,
                                          arc_error *err) {
  return arc__ledger_post(ledger, rows, count, sizeof *rows, "arc_unapplication", cash_unapplication, err);
}
