/* A book's life in which every record type of format 0.1 occurs, one command or batch per step. The golden
 * journal of 0.1 was made from it, so it never changes: a later format gets a story of its own. */
#ifndef ARC_TEST_STORY_0_1_H
#define ARC_TEST_STORY_0_1_H

#include "arcollect.h"

#include <string.h>

#if defined(__clang__)
#pragma clang diagnostic ignored "-Winitializer-overrides"
#elif defined(__GNUC__)
#pragma GCC diagnostic ignored "-Woverride-init"
#endif

#define STORY_DAY 20454 /* 2026-01-01 */
#define STORY_INSTANT INT64_C(1767225600000)
#define STORY_STEPS 85

#define STORY_TEXT(string) {(string), sizeof(string) - 1}
#define STORY_POST(kind, type, ...)                                                                \
  arc_ledger_post_##kind(ledger, (const type[]){{.struct_size = sizeof(type), __VA_ARGS__}}, 1, err)
#define STORY_APPLY(...) STORY_POST(applications, arc_application, __VA_ARGS__)

static arc_status story_parties(arc_ledger *ledger, int step, arc_error *err) {
  switch (step) {
  case 0:
    return STORY_POST(customers, arc_customer, .key = STORY_TEXT("C1"), .name = STORY_TEXT("Müller & Söhne"),
                      .segment = STORY_TEXT("key account"), .owner = STORY_TEXT("Ida"), .terms_days = 30,
                      .discount_bp = 200, .discount_days = 10, .credit_limit = 5000000);
  case 1:
    return STORY_POST(customers, arc_customer, .key = STORY_TEXT("C2"), .name = STORY_TEXT("日本商事"),
                      .parent = STORY_TEXT("C1"), .policy = STORY_TEXT("std"), .flags = ARC_CUSTOMER_STRATEGIC);
  case 2:
    return STORY_POST(customers, arc_customer, .key = STORY_TEXT("C3"), .name = STORY_TEXT("Third"), .currency = "JPY");
  case 3:
    return STORY_POST(customers, arc_customer, .options = ARC_REPLACE, .key = STORY_TEXT("C3"),
                      .name = STORY_TEXT("Third Ltd"), .currency = "JPY", .flags = ARC_CUSTOMER_CREDIT_HOLD);
  case 4:
    return STORY_POST(contacts, arc_contact, .key = STORY_TEXT("K1"), .customer = STORY_TEXT("C1"),
                      .name = STORY_TEXT("Kim"), .language = STORY_TEXT("de"), .email = STORY_TEXT("kim@c1.example"),
                      .phone = STORY_TEXT("+49 1"), .postal = STORY_TEXT("Weg 1\n10115 Berlin"),
                      .utc_offset_minutes = 60, .opt_outs = 1u << ARC_CHANNEL_SMS);
  default:
    return STORY_POST(policies, arc_policy, .name = STORY_TEXT("std"),
                      .text = STORY_TEXT("cadence \"std\"\nstep 0d email neutral due\n"), .day = STORY_DAY);
  }
}

static arc_status story_items(arc_ledger *ledger, int step, arc_error *err) {
  switch (step) {
  case 6:
    return STORY_POST(invoices, arc_invoice, .key = STORY_TEXT("I1"), .number = STORY_TEXT("2026-0001"),
                      .customer = STORY_TEXT("C1"), .po_number = STORY_TEXT("PO 7"), .issued = STORY_DAY,
                      .due = ARC_DAY_NONE, .amount = 119000);
  case 7:
    return STORY_POST(invoices, arc_invoice, .key = STORY_TEXT("I2"), .customer = STORY_TEXT("C1"),
                      .issued = STORY_DAY + 1, .amount = 100000, .instalment_count = 3,
                      .instalments = (const arc_instalment[]){{sizeof(arc_instalment), STORY_DAY + 31, 33333},
                                                              {sizeof(arc_instalment), STORY_DAY + 62, 33333},
                                                              {sizeof(arc_instalment), STORY_DAY + 93, 33334}});
  case 8:
    return STORY_POST(invoices, arc_invoice, .key = STORY_TEXT("I3"), .customer = STORY_TEXT("C2"),
                      .issued = STORY_DAY + 2, .due = STORY_DAY + 16, .amount = 5000);
  case 9:
    return STORY_POST(invoices, arc_invoice, .key = STORY_TEXT("I4"), .customer = STORY_TEXT("C3"),
                      .issued = STORY_DAY + 3, .due = STORY_DAY + 33, .amount = 1000000);
  case 10:
    return STORY_POST(invoices, arc_invoice, .key = STORY_TEXT("I5"), .customer = STORY_TEXT("C1"), .currency = "EUR",
                      .issued = STORY_DAY + 3, .due = STORY_DAY + 3, .amount = 4242);
  case 11:
    return STORY_POST(credit_notes, arc_credit_note, .key = STORY_TEXT("N1"), .number = STORY_TEXT("CN-1"),
                      .customer = STORY_TEXT("C1"), .invoice = STORY_TEXT("I1"), .reason = STORY_TEXT("returned goods"),
                      .issued = STORY_DAY + 5, .amount = 9000);
  case 12:
    return STORY_POST(payments, arc_payment, .key = STORY_TEXT("P1"), .customer = STORY_TEXT("C1"),
                      .payer_name = STORY_TEXT("Mueller"), .payer_account = STORY_TEXT("DE02 1203"),
                      .bank_reference = STORY_TEXT("ref 1"), .remittance = STORY_TEXT("2026-0001\nless 2%"),
                      .received = STORY_DAY + 8, .value_day = STORY_DAY + 9, .amount = 107800);
  case 13:
    return STORY_POST(payments, arc_payment, .key = STORY_TEXT("P2"), .customer = STORY_TEXT("C1"),
                      .received = STORY_DAY + 20, .value_day = ARC_DAY_NONE, .amount = 60000);
  case 14:
    return STORY_POST(payments, arc_payment, .key = STORY_TEXT("P3"), .payer_name = STORY_TEXT("unknown"),
                      .received = STORY_DAY + 21, .value_day = ARC_DAY_NONE, .amount = 5000);
  default:
    return STORY_POST(payments, arc_payment, .key = STORY_TEXT("P4"), .payer_name = STORY_TEXT("nobody"),
                      .currency = "EUR", .received = STORY_DAY + 22, .value_day = ARC_DAY_NONE, .amount = 1);
  }
}

static arc_status story_cash(arc_ledger *ledger, int step, arc_error *err) {
  switch (step) {
  case 16:
    return STORY_APPLY(.credit = STORY_TEXT("P1"), .invoice = STORY_TEXT("I1"), .day = STORY_DAY + 9, .amount = 107800,
                       .discount = 2200, .how = ARC_HOW_REFERENCE, .confidence_ppm = 999500);
  case 17:
    return STORY_APPLY(.credit = STORY_TEXT("N1"), .credit_kind = ARC_CREDIT_CREDIT_NOTE, .invoice = STORY_TEXT("I1"),
                       .day = STORY_DAY + 10, .amount = 8999, .tolerance = 1);
  case 18:
    return STORY_APPLY(.key = STORY_TEXT("A1"), .credit = STORY_TEXT("P2"), .invoice = STORY_TEXT("I2"),
                       .day = STORY_DAY + 20, .amount = 50000, .how = ARC_HOW_OLDEST_FIRST, .confidence_ppm = 700000);
  case 19:
    return STORY_APPLY(.credit = STORY_TEXT("P2"), .invoice = STORY_TEXT("I2"), .instalment = 3, .day = STORY_DAY + 21,
                       .amount = 10000);
  case 20:
    return STORY_APPLY(.credit = STORY_TEXT("P3"), .invoice = STORY_TEXT("I3"), .day = STORY_DAY + 25, .amount = 4000,
                       .how = ARC_HOW_CONFIRMED, .confidence_ppm = 800000);
  case 21:
    return STORY_POST(unapplications, arc_unapplication, .credit = STORY_TEXT("P2"), .invoice = STORY_TEXT("I2"),
                      .reason = STORY_TEXT("for another one"), .day = STORY_DAY + 26);
  case 22:
    return STORY_APPLY(.key = STORY_TEXT("A2"), .credit = STORY_TEXT("P2"), .invoice = STORY_TEXT("I2"),
                       .day = STORY_DAY + 26, .amount = 20000);
  case 23:
    return STORY_APPLY(.credit = STORY_TEXT("P2"), .invoice = STORY_TEXT("I3"), .day = STORY_DAY + 27, .amount = 1000);
  case 24:
    return STORY_POST(reversals, arc_reversal, .payment = STORY_TEXT("P2"), .reason = STORY_TEXT("no funds"),
                      .day = STORY_DAY + 30);
  default:
    return STORY_POST(writeoffs, arc_writeoff, .key = STORY_TEXT("W1"), .invoice = STORY_TEXT("I2"),
                      .reason = STORY_TEXT("goodwill"), .day = STORY_DAY + 40, .amount = 40000);
  }
}

static arc_status story_exceptions(arc_ledger *ledger, int step, arc_error *err) {
  switch (step) {
  case 26:
    return STORY_POST(disputes, arc_dispute, .key = STORY_TEXT("D1"), .invoice = STORY_TEXT("I2"),
                      .kind = STORY_TEXT("price"), .owner = STORY_TEXT("Omar"), .reason = STORY_TEXT("too much"),
                      .opened = STORY_DAY + 32, .amount = 30000);
  case 27:
    return STORY_POST(disputes, arc_dispute, .key = STORY_TEXT("D2"), .invoice = STORY_TEXT("I4"), .opened = STORY_DAY + 33);
  case 28:
    return STORY_POST(ends, arc_end, .kind = ARC_END_DISPUTE, .key = STORY_TEXT("D2"),
                      .reason = STORY_TEXT("invalid"), .day = STORY_DAY + 36);
  case 29:
    return STORY_POST(promises, arc_promise, .key = STORY_TEXT("M1"), .invoice = STORY_TEXT("I4"),
                      .made_by = STORY_TEXT("Ken"), .made = STORY_DAY + 36, .pay_by = STORY_DAY + 50, .grace_days = 3);
  case 30:
    return STORY_POST(holds, arc_hold, .key = STORY_TEXT("H1"), .customer = STORY_TEXT("C2"),
                      .reason = STORY_TEXT("talks"), .author = STORY_TEXT("Ida"), .from = STORY_DAY + 30,
                      .until = ARC_DAY_NONE);
  case 31:
    return STORY_POST(holds, arc_hold, .key = STORY_TEXT("H2"), .invoice = STORY_TEXT("I1"), .from = STORY_DAY + 30,
                      .until = STORY_DAY + 44, .channel = ARC_CHANNEL_LETTER);
  default:
    return STORY_POST(ends, arc_end, .kind = ARC_END_HOLD, .key = STORY_TEXT("H1"), .reason = STORY_TEXT("over"),
                      .day = STORY_DAY + 38);
  }
}

/* A batch of several commands in one commit. */
static arc_status story_batch(arc_ledger *ledger, arc_error *err) {
  arc_status status = arc_batch_begin(ledger, err);
  if (status < 0) return status;
  status = STORY_POST(payments, arc_payment, .key = STORY_TEXT("P5"), .customer = STORY_TEXT("C3"),
                      .received = STORY_DAY + 52, .value_day = ARC_DAY_NONE, .amount = 400000);
  if (status >= 0)
    status = STORY_APPLY(.credit = STORY_TEXT("P5"), .invoice = STORY_TEXT("I4"), .day = STORY_DAY + 52, .amount = 400000);
  if (status >= 0)
    status = STORY_POST(notes, arc_note, .key = STORY_TEXT("T2"), .customer = STORY_TEXT("C3"),
                        .text = STORY_TEXT("part of the promise"), .day = STORY_DAY + 52);
  if (status >= 0) return arc_batch_commit(ledger, err);
  arc_batch_abort(ledger);
  return status;
}

static arc_status story_talk(arc_ledger *ledger, int step, arc_error *err) {
  switch (step) {
  case 33:
    return STORY_POST(touches, arc_touch, .key = STORY_TEXT("S1"), .customer = STORY_TEXT("C1"),
                      .anchor = STORY_TEXT("I2"), .anchor_instalment = 1, .step = STORY_TEXT("due"),
                      .policy = STORY_TEXT("std"), .reason = STORY_TEXT("due today"), .day = STORY_DAY + 31,
                      .template_name = STORY_TEXT("plain"), .policy_version = 1, .checks = ARC_CHECK_OPEN | ARC_CHECK_ONCE,
                      .roles = 1u << ARC_ROLE_PAYABLES, .copies = 1u << ARC_ROLE_OWNER,
                      .channel = ARC_CHANNEL_EMAIL, .tone = ARC_TONE_NEUTRAL, .item_count = 2,
                      .items = (const arc_touch_item[]){{sizeof(arc_touch_item), 2, STORY_TEXT("I2"), 26666},
                                                        {sizeof(arc_touch_item), 3, STORY_TEXT("I2"), 33334}});
  case 34:
    return STORY_POST(touches, arc_touch, .key = STORY_TEXT("S2"), .customer = STORY_TEXT("C2"),
                      .anchor = STORY_TEXT("I3"), .anchor_instalment = 1, .step = STORY_TEXT("overdue"),
                      .policy = STORY_TEXT("std"), .reason = STORY_TEXT("hold H1"), .day = STORY_DAY + 31, .offset = 14,
                      .channel = ARC_CHANNEL_LETTER, .tone = ARC_TONE_FIRM, .status = ARC_TOUCH_WITHHELD);
  case 35:
    return STORY_POST(touch_outcomes, arc_touch_outcome, .touch = STORY_TEXT("S1"), .detail = STORY_TEXT("queued"),
                      .day = STORY_DAY + 31, .status = ARC_TOUCH_PENDING);
  case 36:
    return STORY_POST(touch_outcomes, arc_touch_outcome, .touch = STORY_TEXT("S1"), .day = STORY_DAY + 32,
                      .status = ARC_TOUCH_DELIVERED);
  case 37:
    return STORY_POST(notes, arc_note, .key = STORY_TEXT("T1"), .customer = STORY_TEXT("C1"),
                      .invoice = STORY_TEXT("I2"), .author = STORY_TEXT("Ida"), .text = STORY_TEXT("called:\nwill look"),
                      .day = STORY_DAY + 33);
  case 38: return arc_ledger_post_day(ledger, STORY_DAY + 33, ARC_DAY_IS_MATCHED, err);
  case 39: return arc_ledger_post_day(ledger, STORY_DAY + 33, ARC_DAY_IS_PLANNED, err);
  case 40: return arc_ledger_post_day(ledger, STORY_DAY + 33, ARC_DAY_IS_RUN, err);
  case 41: return story_batch(ledger, err);
  case 42:
    return STORY_POST(contacts, arc_contact, .options = ARC_REPLACE, .key = STORY_TEXT("K1"),
                      .customer = STORY_TEXT("C1"), .name = STORY_TEXT("Kim B."), .email = STORY_TEXT("ap@c1.example"));
  default: return arc_ledger_post_day(ledger, STORY_DAY + 52, ARC_DAY_IS_RUN, err);
  }
}

/* Terms, charges, and what undoes: refunds, waivers, recoveries; a period closed in the end. */
static arc_status story_late(arc_ledger *ledger, int step, arc_error *err) {
  switch (step) {
  case 44:
    return STORY_POST(customers, arc_customer, .key = STORY_TEXT("C4"), .name = STORY_TEXT("Fourth"),
                      .terms = STORY_TEXT("3/10, 1/20, net 30"));
  case 45:
    return STORY_POST(invoices, arc_invoice, .key = STORY_TEXT("I6"), .customer = STORY_TEXT("C4"),
                      .issued = STORY_DAY + 53, .due = ARC_DAY_NONE, .amount = 30000);
  case 46:
    return STORY_POST(invoices, arc_invoice, .key = STORY_TEXT("I7"), .customer = STORY_TEXT("C1"),
                      .issued = STORY_DAY + 53, .due = ARC_DAY_NONE, .amount = 10001,
                      .terms = STORY_TEXT("30% on issue, balance +60d, following"));
  case 47:
    return STORY_POST(charges, arc_charge, .key = STORY_TEXT("F1"), .number = STORY_TEXT("2026-INT-1"),
                      .invoice = STORY_TEXT("I5"), .kind = ARC_CHARGE_INTEREST, .issued = STORY_DAY + 55,
                      .due = STORY_DAY + 69, .from = STORY_DAY + 4, .to = STORY_DAY + 55, .amount = 61);
  case 48:
    return STORY_POST(charges, arc_charge, .key = STORY_TEXT("F2"), .customer = STORY_TEXT("C1"),
                      .reason = STORY_TEXT("second reminder"), .kind = ARC_CHARGE_FEE, .issued = STORY_DAY + 55,
                      .due = ARC_DAY_NONE, .from = ARC_DAY_NONE, .to = ARC_DAY_NONE, .amount = 500);
  case 49:
    return STORY_POST(writeoffs, arc_writeoff, .kind = ARC_WRITEOFF_WAIVER, .key = STORY_TEXT("X1"), .invoice = STORY_TEXT("F2"),
                      .reason = STORY_TEXT("goodwill"), .approved_by = STORY_TEXT("Ida"), .day = STORY_DAY + 56,
                      .amount = 200);
  case 50:
    return STORY_POST(writeoffs, arc_writeoff, .kind = ARC_WRITEOFF_RECOVERY, .key = STORY_TEXT("R1"), .invoice = STORY_TEXT("I2"),
                      .reason = STORY_TEXT("agreed to pay"), .day = STORY_DAY + 56, .amount = 15000);
  case 51:
    return STORY_POST(payments, arc_payment, .key = STORY_TEXT("P6"), .customer = STORY_TEXT("C1"),
                      .received = STORY_DAY + 57, .value_day = ARC_DAY_NONE, .amount = 700);
  case 52:
    return STORY_POST(refunds, arc_refund, .key = STORY_TEXT("B1"), .credit = STORY_TEXT("P6"),
                      .reason = STORY_TEXT("paid too much"), .day = STORY_DAY + 58, .amount = 400);
  case 53:
    return STORY_POST(refunds, arc_refund, .key = STORY_TEXT("B2"), .credit = STORY_TEXT("P4"), .day = STORY_DAY + 58,
                      .amount = 1);
  case 54: return arc_ledger_post_day(ledger, STORY_DAY + 60, ARC_DAY_IS_CLOSED, err);
  case 55:
    return STORY_POST(plans, arc_plan, .key = STORY_TEXT("L1"), .agreed_by = STORY_TEXT("Ken"), .invoice_count = 1,
                      .invoices = (const arc_text[]){STORY_TEXT("I4")}, .instalment_count = 2,
                      .instalments = (const arc_instalment[]){{sizeof(arc_instalment), STORY_DAY + 70, 200000},
                                                              {sizeof(arc_instalment), STORY_DAY + 100, 400000}},
                      .made = STORY_DAY + 61, .grace_days = 5);
  case 56:
    return STORY_POST(ends, arc_end, .kind = ARC_END_PLAN, .key = STORY_TEXT("L1"), .reason = STORY_TEXT("pays at once"),
                      .day = STORY_DAY + 64);
  default:
    return STORY_APPLY(.credit = STORY_TEXT("P6"), .invoice = STORY_TEXT("F2"), .day = STORY_DAY + 61, .amount = 300);
  }
}

/* A short pay, which is a dispute that changes hands; invoices that are looked at, delivered, corrected. */
static arc_status story_wrong(arc_ledger *ledger, int step, arc_error *err) {
  switch (step) {
  case 58:
    return STORY_APPLY(.credit = STORY_TEXT("P5"), .invoice = STORY_TEXT("I4"), .day = STORY_DAY + 66, .amount = 0,
                       .tolerance = 1,
                       .deduction = &(const arc_dispute){.struct_size = sizeof(arc_dispute), .key = STORY_TEXT("D3"),
                                                         .kind = STORY_TEXT("R07"), .owner = STORY_TEXT("Omar"),
                                                         .reason = STORY_TEXT("broken in transit"),
                                                         .opened = ARC_DAY_NONE, .amount = 1200,
                                                         .source = STORY_TEXT("mail 77"),
                                                         .documents = STORY_TEXT("DOC-1\nDOC-2"), .answer_days = 14});
  case 59:
    return STORY_POST(disputes, arc_dispute, .options = ARC_REPLACE, .key = STORY_TEXT("D3"),
                      .invoice = STORY_TEXT("I4"), .kind = STORY_TEXT("R07"), .owner = STORY_TEXT("Ida"),
                      .reason = STORY_TEXT("broken in transit"), .opened = STORY_DAY + 66,
                      .source = STORY_TEXT("mail 77"), .documents = STORY_TEXT("DOC-1\nDOC-2\nDOC-3"),
                      .answer_days = 21, .changed = STORY_DAY + 68);
  case 61:
    return STORY_POST(customers, arc_customer, .key = STORY_TEXT("C5"), .name = STORY_TEXT("Fifth"), .terms_days = 30,
                      .checks = ARC_FAULT_PO_NUMBER | ARC_FAULT_CONTACT | ARC_FAULT_TERMS | ARC_FAULT_AMOUNT |
                                ARC_FAULT_DUPLICATE,
                      .hold_days = 30, .hold_amount = 50000, .tags = {STORY_TEXT("north"), STORY_TEXT(""), STORY_TEXT("retail")});
  case 62:
    return STORY_POST(invoices, arc_invoice, .key = STORY_TEXT("I8"), .customer = STORY_TEXT("C5"),
                      .issued = STORY_DAY + 70, .due = STORY_DAY + 80, .amount = 7000, .fulfilled = STORY_DAY + 62);
  case 63:
    return STORY_POST(invoices, arc_invoice, .key = STORY_TEXT("I9"), .customer = STORY_TEXT("C5"),
                      .issued = STORY_DAY + 72, .due = ARC_DAY_NONE, .amount = 7000, .lines_total = 7000);
  case 64:
    return STORY_POST(deliveries, arc_delivery, .invoice = STORY_TEXT("I8"), .detail = STORY_TEXT("ap@c5.example"),
                      .day = STORY_DAY + 71, .channel = ARC_CHANNEL_EMAIL);
  case 65:
    return STORY_POST(corrections, arc_correction, .key = STORY_TEXT("Q1"), .invoice = STORY_TEXT("I8"),
                      .reason = STORY_TEXT("order number missed"), .author = STORY_TEXT("Ida"),
                      .po_number = STORY_TEXT("4500-1"), .day = STORY_DAY + 73, .faults = ARC_FAULT_PO_NUMBER);
  case 66:
    return STORY_POST(credit_notes, arc_credit_note, .options = ARC_OUR_ERROR, .key = STORY_TEXT("N2"),
                      .customer = STORY_TEXT("C5"), .invoice = STORY_TEXT("I9"), .reason = STORY_TEXT("billed twice"),
                      .issued = STORY_DAY + 74, .amount = 7000);
  case 67:
    return STORY_POST(holds, arc_hold, .options = ARC_EVERYBODY, .key = STORY_TEXT("H3"),
                      .reason = STORY_TEXT("new bank account"), .author = STORY_TEXT("Ida"), .from = STORY_DAY + 74,
                      .until = STORY_DAY + 76, .channel = ARC_CHANNEL_EMAIL);
  default:
    return STORY_POST(ends, arc_end, .kind = ARC_END_DISPUTE, .options = ARC_OUR_ERROR,
                       .key = STORY_TEXT("D3"), .reason = STORY_TEXT("valid"), .day = STORY_DAY + 75);
  }
}

/* Templates, and a message that could not be delivered yet. */
static arc_status story_letters(arc_ledger *ledger, int step, arc_error *err) {
  switch (step) {
  case 61:
    return STORY_POST(templates, arc_template_text, .name = STORY_TEXT("overdue"), .day = STORY_DAY + 64,
                      .text = STORY_TEXT("language en\nfor firm\n---- text\nPlease pay {{amount}}.\n"));
  case 62:
    return STORY_POST(templates, arc_template_text, .name = STORY_TEXT("overdue.de"), .day = STORY_DAY + 65,
                      .text = STORY_TEXT("language de\nfor firm\n---- text\nBitte zahlen Sie {{amount}}.\n"));
  case 63:
    return STORY_POST(touches, arc_touch, .key = STORY_TEXT("S3"), .customer = STORY_TEXT("C3"),
                      .anchor = STORY_TEXT("I4"), .anchor_instalment = 1, .step = STORY_TEXT("overdue"),
                      .policy = STORY_TEXT("std"), .reason = STORY_TEXT("14 days late"), .day = STORY_DAY + 65,
                      .offset = 14, .channel = ARC_CHANNEL_EMAIL, .tone = ARC_TONE_FIRM, .item_count = 1,
                      .items = (const arc_touch_item[]){{sizeof(arc_touch_item), 1, STORY_TEXT("I4"), 100}});
  default:
    return STORY_POST(touch_outcomes, arc_touch_outcome, .touch = STORY_TEXT("S3"), .detail = STORY_TEXT("mailbox full"),
                      .day = STORY_DAY + 65, .not_before = STORY_INSTANT + 86400000);
  }
}

/* Euros for an invoice in dollars, and a part of that undone. */
static arc_status story_abroad(arc_ledger *ledger, int step, arc_error *err) {
  switch (step) {
  case 61:
    return STORY_POST(payments, arc_payment, .key = STORY_TEXT("P7"), .customer = STORY_TEXT("C1"), .currency = "EUR",
                      .received = STORY_DAY + 62, .value_day = ARC_DAY_NONE, .amount = 5000);
  case 62:
    return STORY_APPLY(.key = STORY_TEXT("A3"), .credit = STORY_TEXT("P7"), .invoice = STORY_TEXT("I7"),
                       .day = STORY_DAY + 63, .amount = 4000, .rate_invoice = 10834, .rate_credit = 10000,
                       .credit_value = 4321, .tolerance = 2);
  case 63:
    return STORY_APPLY(.credit = STORY_TEXT("P7"), .invoice = STORY_TEXT("I7"), .day = STORY_DAY + 63, .amount = 500,
                       .settled = 545);
  default:
    return STORY_POST(unapplications, arc_unapplication, .key = STORY_TEXT("U1"), .credit = STORY_TEXT("P7"),
                      .invoice = STORY_TEXT("I7"), .application = STORY_TEXT("A3"), .instalment = 2,
                      .reason = STORY_TEXT("another rate"), .day = STORY_DAY + 64);
  }
}

/* C1 answers and wants a copy; somebody sends it, and finds that the rest was read wrongly. */
static arc_status story_replies(arc_ledger *ledger, int step, arc_error *err) {
  switch (step) {
  case 0:
    return STORY_POST(tasks, arc_task, .key = STORY_TEXT("reply-1-1"), .customer = STORY_TEXT("C1"),
                      .kind = STORY_TEXT("copy"), .owner = STORY_TEXT("Ida"), .text = STORY_TEXT("wants copies"),
                      .source = STORY_TEXT("<1@c1.example>"), .documents = STORY_TEXT("I1"), .opened = STORY_DAY + 67,
                      .answer_days = 5);
  case 1:
    return STORY_POST(
        replies, arc_reply_entry, .key = STORY_TEXT("<1@c1.example>"), .customer = STORY_TEXT("C1"),
        .sender = STORY_TEXT("ap@c1.example"), .subject = STORY_TEXT("Re: reminder"),
        .text = STORY_TEXT("Please send a copy\nof the invoice. No more emails, please."), .language = STORY_TEXT("en"),
        .model = STORY_TEXT("rules 0.1"), .reason = STORY_TEXT("task copy; opted out"), .written = STORY_DAY + 66,
        .day = STORY_DAY + 67, .channel = ARC_CHANNEL_EMAIL, .verdict = ARC_VERDICT_ACTED, .kind_count = 2,
        .kinds = (const arc_reply_kind[]){{sizeof(arc_reply_kind), 4, 9600, 0, STORY_TEXT("copy"), STORY_TEXT("send a copy")},
                                          {sizeof(arc_reply_kind), 11, 9500, 0, STORY_TEXT("opt out"), STORY_TEXT("No more")}},
        .made_count = 2,
        .made = (const arc_reply_made[]){{sizeof(arc_reply_made), ARC_MADE_TASK, STORY_TEXT("reply-1-1"), 0, 0},
                                         {sizeof(arc_reply_made), ARC_MADE_OPT_OUT, STORY_TEXT("K1"), 1u << ARC_CHANNEL_SMS, 0}});
  case 2:
    return STORY_POST(ends, arc_end, .kind = ARC_END_TASK, .key = STORY_TEXT("reply-1-1"), .author = STORY_TEXT("Ida"),
                      .reason = STORY_TEXT("sent"), .day = STORY_DAY + 68);
  default:
    return STORY_POST(ends, arc_end, .kind = ARC_END_REPLY, .key = STORY_TEXT("<1@c1.example>"), .author = STORY_TEXT("Ida"),
                      .reason = STORY_TEXT("he wants them by SMS"), .day = STORY_DAY + 69);
  }
}

/* One step of the story, 0..STORY_STEPS - 1, at an instant of its own. */
static arc_status story_step(arc_ledger *ledger, int step, arc_error *err) {
  arc_status status = arc_ledger_set_clock(ledger, STORY_INSTANT + step * 1000, err);
  if (status < 0) return status;
  if (step < 6) return story_parties(ledger, step, err);
  if (step < 16) return story_items(ledger, step, err);
  if (step < 26) return story_cash(ledger, step, err);
  if (step < 33) return story_exceptions(ledger, step, err);
  if (step < 44) return story_talk(ledger, step, err);
  if (step < 58) return story_late(ledger, step, err);
  if (step < 68) return story_wrong(ledger, step, err);
  if (step < 72) return story_letters(ledger, step - 7, err);
  if (step < 76) return story_abroad(ledger, step - 11, err);
  if (step == 76)
    return STORY_POST(rejections, arc_rejection, .payment = STORY_TEXT("P6"), .author = STORY_TEXT("Ida"),
                      .reason = STORY_TEXT("paid for another"), .invoice_count = 2,
                      .invoices = (const arc_text[]){STORY_TEXT("I5"), STORY_TEXT("I4")}, .day = STORY_DAY + 66);
  if (step == 77)
    return STORY_POST(remittances, arc_remittance, .key = STORY_TEXT("R1"), .customer = STORY_TEXT("C1"),
                      .payer_name = STORY_TEXT("Acme treasury"), .reference = STORY_TEXT("TRN 8812"), .currency = "EUR",
                      .received = STORY_DAY + 64, .line_count = 2,
                      .lines = (const arc_remittance_line[]){
                          {sizeof(arc_remittance_line), 0, STORY_TEXT("I7"), STORY_TEXT("price"), 4000, 0, 150},
                          {sizeof(arc_remittance_line), 0, STORY_TEXT(""), STORY_TEXT(""), 1000, 0, 0}});
  if (step == 78)
    return STORY_POST(remittances, arc_remittance, .key = STORY_TEXT("R1"), .payment = STORY_TEXT("P7"),
                      .received = ARC_DAY_NONE);
  if (step == 79) return arc_ledger_post_day(ledger, STORY_DAY + 70, ARC_DAY_IS_MATCHED, err);
  if (step < STORY_STEPS - 1) return story_replies(ledger, step - 80, err);
  return STORY_POST(erasures, arc_erasure, .customer = STORY_TEXT("C2"), .reason = STORY_TEXT("asked for, no. 7"),
                    .day = STORY_DAY + 80, .retain_from = STORY_DAY + 20);
}

#endif
