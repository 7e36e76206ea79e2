#include "ledger_internal.h"

#include <stddef.h>

#include "checked.h"
#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns applications: which credit settles which instalment, and undoing it. One record per instalment; the
 * command takes the oldest open ones first unless it names one. */

/* ---- applications ---- */

static arc_status cash_check_amounts(const arc__application_record *r, int64_t taken, int64_t room,
                                     int64_t credit_room, arc_error *err) {
  int64_t sum;
  if (r->amount < 0 || taken < 0 || r->discount < 0 || r->tolerance < 0)
    return arc__fail(err, ARC_E_INVALID, "amount, discount and tolerance are at least 0");
  if (!arc__add(&sum, r->amount, r->discount) || !arc__add(&sum, sum, r->tolerance))
    return arc__fail(err, ARC_E_OVERFLOW, "amount, discount and tolerance do not fit together");
  if (sum == 0) return arc__fail(err, ARC_E_INVALID, "an application settles more than 0 minor units");
  if (taken > credit_room)
    return arc__fail_field(err, ARC_E_REFUSED, 0, 9, "the application takes %lld, the credit has %lld left",
                     (long long)taken, (long long)credit_room);
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

arc_status arc__cash_check(const arc_ledger *ledger, const arc__application_record *r, int64_t taken, int exchange,
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
  if (exchange != arc__exchange_needed(t, r->credit, invoice))
    return arc__fail(err, ARC_E_REFUSED, "the credit and the invoice are of %s", exchange ? "one currency" : "different currencies");
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
  if (r->evidence > ARC__EVIDENCE_MAX)
    return arc__fail_field(err, ARC_E_INVALID, 0, 13, "evidence is at most %d", ARC__EVIDENCE_MAX);
  return cash_check_amounts(r, taken, arc__entry_room(t, r->instalment, r->day),
                            arc__entry_credit_room(t, r->credit, r->day), err);
}

arc_status arc__check_application(const arc_ledger *ledger, const arc__application_record *r, arc_error *err) {
  return arc__cash_check(ledger, r, r->amount, 0, err);
}

static int cash_credit_account(const arc__tables *t, uint32_t credit) {
  return arc__u8(t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_PAYMENT ? ARC__CONTROL_UNAPPLIED_CASH
                                                                   : ARC__CONTROL_UNAPPLIED_CREDITS;
}

/* The postings of an application, or with sign -1 those of undoing it. */
void arc__cash_post(arc_ledger *ledger, uint32_t entry, int sign) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t credit = arc__u32(t, ARC__ENTRY_CREDIT, entry), exchange = arc__entry_exchange(t, entry);
  uint32_t currency = arc__invoice_currency(t, arc__entry_invoice(t, entry));
  arc__state_post(ledger, currency, exchange ? ARC__CONTROL_EXCHANGE : cash_credit_account(t, credit),
                  ARC__CONTROL_RECEIVABLES, sign * arc__i64(t, ARC__ENTRY_AMOUNT, entry));
  if (exchange) {
    arc__state_post(ledger, arc__u32(t, ARC__CREDIT_CURRENCY, credit), cash_credit_account(t, credit),
                    ARC__CONTROL_EXCHANGE, sign * arc__i64(t, ARC__EXCHANGE_TAKEN, exchange));
    arc__state_post(ledger, arc__u32(t, ARC__BOOK_CURRENCY, 1), ARC__CONTROL_EXCHANGE,
                    ARC__CONTROL_EXCHANGE_DIFFERENCE, sign * arc__exchange_difference(t, exchange));
  }
  arc__state_post(ledger, currency, ARC__CONTROL_DISCOUNTS_ALLOWED, ARC__CONTROL_RECEIVABLES,
                  sign * arc__i64(t, ARC__ENTRY_DISCOUNT, entry));
  arc__state_post(ledger, currency, ARC__CONTROL_TOLERANCE, ARC__CONTROL_RECEIVABLES,
                  sign * arc__i64(t, ARC__ENTRY_TOLERANCE, entry));
}

void arc__apply_application(arc_ledger *ledger, const arc__application_record *r) {
  arc__tables *t = ARC__L(ledger);
  arc__entry entry = {r->key, ARC__ENTRY_APPLICATION, r->instalment, r->credit, r->day, r->amount,
                      r->discount, r->tolerance, r->asked, r->how, r->confidence_ppm, r->amount};
  arc__entry_add(ledger, &entry);
  arc__evidence_applied(ledger, r);
  if (!t->failed) arc__cash_post(ledger, t->rows[ARC__TABLE_ENTRY], 1);
}

/* What a command recorded: the sums over its parts. */
typedef struct cash_sum {
  int64_t discount, tolerance;
  arc__exchange exchange;
  uint32_t first; /* the row of its first part; 0: none */
} cash_sum;

static void cash_sum_add(cash_sum *sum, const arc__tables *t, uint32_t e) {
  arc__exchange_sum(&sum->exchange, t, e);
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

/* Gives one instalment its share, in its currency: discount and tolerance first, so that cash never overshoots. */
static int64_t cash_share(arc__application_record *r, arc_application *left, int64_t open) {
  r->discount = cash_least(left->discount, open);
  r->tolerance = cash_least(left->tolerance, open - r->discount);
  r->amount = cash_least(left->settled, open - r->discount - r->tolerance);
  left->discount -= r->discount;
  left->tolerance -= r->tolerance;
  left->settled -= r->amount;
  return r->discount + r->tolerance + r->amount;
}

static arc_status cash_record_part(const arc__input *in, arc_ledger *ledger, const arc__exchange_record *r,
                                   int exchange) {
  if (exchange) {
    ARC__TRY(arc__check_exchange(ledger, r, in->err));
    return arc__ledger_record(ledger, ARC__RECORD_EXCHANGE, r, in->err);
  }
  ARC__TRY(arc__check_application(ledger, &r->application, in->err));
  return arc__ledger_record(ledger, ARC__RECORD_APPLICATION, &r->application, in->err);
}

/* `a` says what is taken and settled. */
static arc_status cash_record(const arc__input *in, arc_ledger *ledger, const arc_application *a,
                              const arc__exchange *all, uint32_t credit, uint32_t invoice) {
  const arc__tables *t = ARC__L(ledger);
  int exchange = arc__exchange_needed(t, credit, invoice);
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice);
  uint32_t end = first + arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice);
  arc_application left = *a;
  arc__exchange_record r = {.application = {a->key, credit, 0, a->day, 0, 0, 0, a->instalment, (uint32_t)a->how,
                                            a->confidence_ppm, a->evidence}};
  arc__application_record *part = &r.application;
  if (a->instalment) {
    first += a->instalment - 1;
    end = first + 1;
  }
  for (part->instalment = first; part->instalment < end; part->instalment++) {
    int64_t before = a->settled - left.settled;
    if (cash_share(part, &left, arc__i64(t, ARC__INSTALMENT_OPEN, part->instalment)) == 0) continue;
    if (exchange) arc__exchange_share(&r, all, before);
    ARC__TRY(cash_record_part(in, ledger, &r, exchange));
    part->key.size = 0;
    part->asked = ARC__ASKED_MORE;
  }
  if (left.settled == 0 && left.discount == 0 && left.tolerance == 0) return ARC_OK;
  return arc__fail_field(in->err, ARC_E_REFUSED, in->index, 9,
                         "the application settles %lld more than is open",
                         (long long)(left.settled + left.discount + left.tolerance));
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
  if (a->amount < 0 || a->discount < 0 || a->tolerance < 0 || !arc__add(&sum, a->settled, a->discount) ||
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
  arc__exchange exchange;
  cash_sum known;
  int same;
  ARC__TRY(arc__input_options(&in, a->options, 0, 0));
  ARC__TRY(arc__text_check(&a->key, 0, ARC__KEY_MAX, ARC__TEXT_LINE, "key", index, 2, err));
  ARC__TRY(arc__input_credit(&in, &a->credit, a->credit_kind, 3, &credit));
  ARC__TRY(arc__input_invoice(&in, &a->invoice, 4, 0, &invoice));
  ARC__TRY(arc__input_day(&in, a->day, 7, "day"));
  ARC__TRY(arc__exchange_resolve(&in, a, credit, invoice, &exchange));
  a->amount = exchange.taken;
  a->settled = exchange.settled;
  ARC__TRY(cash_check_application(&in, t, a, invoice));
  known = cash_recorded(t, a, credit, invoice);
  if (known.first && arc__exchange_equal(&known.exchange, &exchange) && known.discount == a->discount &&
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
  ARC__TRY(cash_record(&in, ledger, a, &exchange, credit, invoice));
  return a->deduction ? arc__dispute_deduct(&in, ledger, a->deduction, known.first) : ARC_OK;
}

arc_status arc_ledger_post_applications(arc_ledger *ledger, const arc_application *rows, size_t count,
                                        arc_error *err) {
  static const arc__command_key keys[] = {
      {offsetof(arc_application, credit), offsetof(arc_application, credit_kind), ARC__INDEX_CREDIT, 0},
      {offsetof(arc_application, invoice), 0, ARC__INDEX_INVOICE, 0}};
  static const arc__command command = {sizeof *rows,     ARC__FIRST_arc_application, "arc_application",
                                       cash_application, keys,                       sizeof keys / sizeof *keys};
  return arc__ledger_post(ledger, rows, count, &command, err);
}

/* ---- undoing ---- */

/* The first part of the application that an entry is a part of: they lie one after the other. */
static uint32_t cash_first_part(const arc__tables *t, uint32_t e) {
  while (arc__u16(t, ARC__ENTRY_ASKED, e) == ARC__ASKED_MORE) e--;
  return e;
}

static int cash_in_part(const arc__tables *t, const arc__cash_part *part, uint32_t e) {
  return arc__u8(t, ARC__ENTRY_KIND, e) == ARC__ENTRY_APPLICATION &&
         (!part->invoice || arc__entry_invoice(t, e) == part->invoice) &&
         (!part->instalment ||
          arc__instalment_number(t, arc__u32(t, ARC__ENTRY_INSTALMENT, e)) == part->instalment) &&
         (!part->application || cash_first_part(t, e) == part->application);
}

arc_status arc__check_unapplication(const arc_ledger *ledger, const arc__unapplication_record *r,
                                    arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__cash_part asked = {0, 0, r->application, r->instalment};
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_ENTRY, r->entry, "application", err));
  if (r->key.size) ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_UNAPPLICATION, r->key, 0, "unapplication", err));
  ARC__TRY(arc__check_posting_day(ledger, r->day, 6, "day", err));
  if (arc__u8(t, ARC__ENTRY_KIND, r->entry) != ARC__ENTRY_APPLICATION)
    return arc__fail(err, ARC_E_REFUSED, "only an application can be undone");
  if (!cash_in_part(t, &asked, r->entry) || (!r->key.size && (r->application || r->instalment)))
    return arc__fail(err, ARC_E_INVALID, "the application is not the one asked for");
  if (arc__i32(t, ARC__ENTRY_UNDONE, r->entry) != ARC_DAY_NONE)
    return arc__fail(err, ARC_E_REFUSED, "the application was undone already");
  if (r->day < arc__i32(t, ARC__ENTRY_DAY, r->entry))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 6, "the day is before the application");
  return ARC_OK;
}

void arc__apply_unapplication(arc_ledger *ledger, const arc__unapplication_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row;
  arc__entry_undo(ledger, r->entry, r->day);
  arc__cash_post(ledger, r->entry, -1);
  arc__evidence_undone(ledger, arc__u32(t, ARC__ENTRY_CREDIT, r->entry));
  if (r->key.size == 0) return;
  row = arc__append_row(t, ARC__TABLE_UNAPPLICATION);
  arc__put_text(t, ARC__UNAPPLICATION_KEY, row, r->key);
  arc__put(t, ARC__UNAPPLICATION_ENTRY, row, r->entry);
  arc__put(t, ARC__UNAPPLICATION_APPLICATION, row, r->application);
  arc__put(t, ARC__UNAPPLICATION_INSTALMENT, row, r->instalment);
  arc__index_add(t, ARC__INDEX_UNAPPLICATION, row);
}

arc_status arc__cash_unapply(const arc__input *in, arc_ledger *ledger, const arc__cash_part *part, arc_text key,
                             arc_day day, arc_text reason) {
  const arc__tables *t = ARC__L(ledger);
  arc__unapplication_record r = {key, 0, 0, 0, day, reason};
  int undone = 0;
  if (key.size) {
    r.application = part->application;
    r.instalment = part->instalment;
  }
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, part->credit); e; e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e)) {
    if (!cash_in_part(t, part, e) || arc__i32(t, ARC__ENTRY_UNDONE, e) != ARC_DAY_NONE) continue;
    r.entry = e;
    ARC__TRY(arc__check_unapplication(ledger, &r, in->err));
    ARC__TRY(arc__ledger_record(ledger, ARC__RECORD_UNAPPLICATION, &r, in->err));
    r.key.size = r.application = r.instalment = 0;
    undone = 1;
  }
  return undone ? ARC_OK : ARC_ALREADY;
}

/* 1 if some of it was undone on that day: a command without a key was recorded, and saying it again does not undo
 * what was applied again since. */
static int cash_undone_on(const arc__tables *t, const arc__cash_part *part, arc_day day) {
  for (uint32_t e = arc__u32(t, ARC__CREDIT_ENTRY, part->credit); e; e = arc__u32(t, ARC__ENTRY_NEXT_OF_CREDIT, e))
    if (arc__i32(t, ARC__ENTRY_UNDONE, e) == day && cash_in_part(t, part, e)) return 1;
  return 0;
}

static int cash_same_unapplication(const arc__tables *t, const arc__cash_part *part, arc_day day, uint32_t known) {
  uint32_t e = arc__u32(t, ARC__UNAPPLICATION_ENTRY, known);
  return arc__u32(t, ARC__ENTRY_CREDIT, e) == part->credit && arc__entry_invoice(t, e) == part->invoice &&
         arc__i32(t, ARC__ENTRY_UNDONE, e) == day &&
         arc__u32(t, ARC__UNAPPLICATION_APPLICATION, known) == part->application &&
         arc__u16(t, ARC__UNAPPLICATION_INSTALMENT, known) == part->instalment;
}

/* The rows that the command names. */
static arc_status cash_resolve_part(const arc__input *in, arc_unapplication *u, arc__cash_part *part) {
  const arc__tables *t = ARC__L(in->ledger);
  ARC__TRY(arc__input_credit(in, &u->credit, u->credit_kind, 2, &part->credit));
  ARC__TRY(arc__input_invoice(in, &u->invoice, 3, 0, &part->invoice));
  ARC__TRY(arc__text_check(&u->application, 0, ARC__KEY_MAX, ARC__TEXT_LINE, "application", in->index, 8, in->err));
  part->instalment = u->instalment;
  if (u->instalment > arc__u16(t, ARC__INVOICE_INSTALMENTS, part->invoice))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 9, "the invoice has %u instalments",
                           arc__u16(t, ARC__INVOICE_INSTALMENTS, part->invoice));
  if (u->application.size == 0) return ARC_OK;
  part->application = arc__index_find(t, ARC__INDEX_ENTRY, u->application, ARC__ENTRY_APPLICATION);
  if (!part->application)
    return arc__fail_field(in->err, ARC_E_NOT_FOUND, in->index, 8, "no application has the key \"%.*s\"",
                           (int)u->application.size, u->application.data);
  if (arc__u32(t, ARC__ENTRY_CREDIT, part->application) == part->credit &&
      arc__entry_invoice(t, part->application) == part->invoice)
    return ARC_OK;
  return arc__fail_field(in->err, ARC_E_REFUSED, in->index, 8, "the application is of another credit or invoice");
}

static arc_status cash_unapplication(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  const arc__tables *t = ARC__L(ledger);
  arc_unapplication *u = row;
  arc__cash_part part = {0};
  uint32_t known;
  arc_status status;
  ARC__TRY(arc__input_options(&in, u->options, 0, u->reserved));
  ARC__TRY(arc__text_check(&u->key, 0, ARC__KEY_MAX, ARC__TEXT_LINE, "key", index, 7, err));
  ARC__TRY(cash_resolve_part(&in, u, &part));
  ARC__TRY(arc__input_line(&in, &u->reason, 4, "reason"));
  ARC__TRY(arc__input_day(&in, u->day, 6, "day"));
  known = arc__index_find(t, ARC__INDEX_UNAPPLICATION, u->key, 0);
  if (known && !cash_same_unapplication(t, &part, u->day, known)) return arc__input_exists(&in, u->key, "unapplication");
  if (known || (u->key.size == 0 && cash_undone_on(t, &part, u->day))) return ARC_ALREADY;
  status = arc__cash_unapply(&in, ledger, &part, u->key, u->day, u->reason);
  if (status != ARC_ALREADY) return status;
  return arc__fail_field(err, ARC_E_REFUSED, index, 3, "nothing of this invoice is settled by this credit");
}

arc_status arc_ledger_post_unapplications(arc_ledger *ledger, const arc_unapplication *rows, size_t count,
                                          arc_error *err) {
  return ARC__POST(arc_unapplication, ledger, rows, count, cash_unapplication, err);
}
