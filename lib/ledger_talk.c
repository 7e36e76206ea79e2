#include "ledger_internal.h"

#include "arcollect/transport.h"
#include "checked.h"
#include "error.h"
#include "ledger_report.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns what is said and written down: touches and what became of them, notes, policies. A touch is
 * recorded before its message goes out; the same key never names two messages. */

#define TALK_ITEMS_MAX 100000
#define TALK_ROLES     (1u << ARC_ROLE_PAYABLES | 1u << ARC_ROLE_APPROVER | 1u << ARC_ROLE_OWNER | 1u << ARC_ROLE_EXECUTIVE)

/* ---- touches ---- */

static uint32_t talk_account_of(const arc__tables *t, uint32_t instalment) {
  return arc__u32(t, ARC__INVOICE_ACCOUNT, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment));
}

static arc_status talk_check_items(const arc_ledger *ledger, const arc__touch_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  size_t count = arc__list_count(r->items);
  int64_t sum = 0;
  if (r->items.size % ARC__TOUCH_ITEM_BYTES || count > TALK_ITEMS_MAX ||
      (r->status == ARC_TOUCH_PLANNED) != (count > 0))
    return arc__fail(err, ARC_E_INVALID, "a planned touch lists 1 to %d items, a withheld one none",
                     TALK_ITEMS_MAX);
  for (size_t i = 0; i < count; i++) {
    uint32_t instalment;
    int64_t amount;
    arc__list_get(r->items, i, &instalment, &amount);
    ARC__TRY(arc__check_row(ledger, ARC__TABLE_INSTALMENT, instalment, "instalment", err));
    ARC__TRY(arc__check_amount(amount, 16, "the amount asked for", err));
    if (talk_account_of(t, instalment) != r->account)
      return arc__fail(err, ARC_E_REFUSED, "the touch lists an item of another customer or currency");
    if (amount > arc__i64(t, ARC__INSTALMENT_AMOUNT, instalment) || !arc__add(&sum, sum, amount))
      return arc__fail(err, ARC_E_REFUSED, "the touch asks for more than the invoice");
  }
  return ARC_OK;
}

arc_status arc__check_touch(const arc_ledger *ledger, const arc__touch_record *r, arc_error *err) {
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_TOUCH, r->key, 0, "touch", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_ACCOUNT, r->account, "account", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_INSTALMENT, r->anchor, "instalment", err));
  ARC__TRY(arc__check_day(r->day, 9, "day", err));
  if (talk_account_of(ARC__L(ledger), r->anchor) != r->account)
    return arc__fail(err, ARC_E_REFUSED, "the anchor is an item of another customer or currency");
  if (r->channel < ARC_CHANNEL_EMAIL || r->channel > ARC_CHANNEL_PLACEMENT || r->tone > ARC_TONE_FINAL ||
      (r->status != ARC_TOUCH_PLANNED && r->status != ARC_TOUCH_WITHHELD))
    return arc__fail(err, ARC_E_INVALID, "channel, tone or status is out of its range");
  if (r->status == ARC_TOUCH_WITHHELD && r->reason.size == 0)
    return arc__fail(err, ARC_E_INVALID, "a touch is withheld for a reason");
  if ((r->roles | r->copies) & ~TALK_ROLES)
    return arc__fail(err, ARC_E_INVALID, "roles and copies are bits 1u << ARC_ROLE_*");
  return talk_check_items(ledger, r, err);
}

static void talk_raise_step(arc__tables *t, int column, uint32_t instalment, int32_t offset) {
  if (offset > arc__i32(t, column, instalment)) arc__put(t, column, instalment, offset);
}

/* An item that a letter merely lists has gone through the steps of its own age, not through the letter's. */
static void talk_take_steps(arc__tables *t, uint32_t touch) {
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch), end = first + arc__u32(t, ARC__TOUCH_ITEMS, touch);
  int32_t offset = arc__i32(t, ARC__TOUCH_OFFSET, touch);
  for (uint32_t item = first; item < end; item++) {
    uint32_t instalment = arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, item);
    int32_t age = arc__i32(t, ARC__TOUCH_DAY, touch) - arc__i32(t, ARC__INSTALMENT_DUE, instalment);
    talk_raise_step(t, ARC__INSTALMENT_STEP, instalment, age < offset ? age : offset);
  }
  talk_raise_step(t, first == end ? ARC__INSTALMENT_STEP_WITHHELD : ARC__INSTALMENT_STEP,
                  arc__u32(t, ARC__TOUCH_ANCHOR, touch), offset);
}

static void talk_apply_items(arc_ledger *ledger, const arc__touch_record *r, uint32_t touch) {
  arc__tables *t = ARC__L(ledger);
  size_t count = arc__list_count(r->items);
  int64_t sum = 0;
  arc__put(t, ARC__TOUCH_ITEM, touch, (int64_t)t->rows[ARC__TABLE_TOUCH_ITEM] + 1);
  arc__put(t, ARC__TOUCH_ITEMS, touch, (int64_t)count);
  for (size_t i = 0; i < count; i++) {
    uint32_t instalment, row = arc__append_row(t, ARC__TABLE_TOUCH_ITEM);
    int64_t amount;
    arc__list_get(r->items, i, &instalment, &amount);
    arc__put(t, ARC__TOUCH_ITEM_INSTALMENT, row, instalment);
    arc__put(t, ARC__TOUCH_ITEM_AMOUNT, row, amount);
    sum += amount;
  }
  arc__put(t, ARC__TOUCH_AMOUNT, touch, sum);
}

void arc__apply_touch(arc_ledger *ledger, const arc__touch_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t step = arc__state_name(ledger, r->step), policy = arc__state_name(ledger, r->policy);
  uint32_t template_name = arc__state_name(ledger, r->template_name);
  uint32_t row = arc__append_row(t, ARC__TABLE_TOUCH);
  if (!row) return;
  arc__put_text(t, ARC__TOUCH_KEY, row, r->key);
  arc__put(t, ARC__TOUCH_ACCOUNT, row, r->account);
  arc__put(t, ARC__TOUCH_DAY, row, r->day);
  arc__put(t, ARC__TOUCH_ANCHOR, row, r->anchor);
  arc__put(t, ARC__TOUCH_STEP, row, step);
  arc__put(t, ARC__TOUCH_POLICY, row, policy);
  arc__put_text(t, ARC__TOUCH_REASON, row, r->reason);
  arc__put(t, ARC__TOUCH_OFFSET, row, r->offset);
  arc__put(t, ARC__TOUCH_CHANNEL, row, r->channel);
  arc__put(t, ARC__TOUCH_TONE, row, r->tone);
  arc__put(t, ARC__TOUCH_STATUS, row, r->status);
  arc__put(t, ARC__TOUCH_TEMPLATE, row, template_name);
  arc__put(t, ARC__TOUCH_VERSION, row, r->policy_version);
  arc__put(t, ARC__TOUCH_CHECKS, row, r->checks);
  arc__put(t, ARC__TOUCH_ROLES, row, r->roles);
  arc__put(t, ARC__TOUCH_COPIES, row, r->copies);
  arc__put(t, ARC__TOUCH_NEXT, row, arc__u32(t, ARC__ACCOUNT_TOUCH, r->account));
  arc__put(t, ARC__ACCOUNT_TOUCH, r->account, row);
  arc__delivery_planned(ledger, row);
  arc__index_add(t, ARC__INDEX_TOUCH, row);
  if (r->status == ARC_TOUCH_PLANNED) talk_apply_items(ledger, r, row);
  if (!t->failed) talk_take_steps(t, row);
  arc__state_account_changed(ledger, r->account);
}

/* Chains are made anew of the touches before the day; the rows of the others stay, but nothing leads to them. */
arc_status arc__ledger_forget_touches(arc_ledger *fork, arc_day from, arc_error *err) {
  static const arc_text nothing = {"", 0};
  arc__tables *t = ARC__L(fork);
  fork->days_again = 1;
  for (uint32_t a = 1; a <= t->rows[ARC__TABLE_ACCOUNT]; a++) arc__put(t, ARC__ACCOUNT_TOUCH, a, 0);
  for (uint32_t i = 1; i <= t->rows[ARC__TABLE_INSTALMENT]; i++) {
    arc__put(t, ARC__INSTALMENT_STEP, i, ARC__STEP_NONE);
    arc__put(t, ARC__INSTALMENT_STEP_WITHHELD, i, ARC__STEP_NONE);
  }
  for (uint32_t touch = 1; touch <= t->rows[ARC__TABLE_TOUCH]; touch++) {
    uint32_t account = arc__u32(t, ARC__TOUCH_ACCOUNT, touch);
    if (arc__i32(t, ARC__TOUCH_DAY, touch) >= from) {
      arc__put_text(t, ARC__TOUCH_KEY, touch, nothing); /* it may be planned under this key again */
      continue;
    }
    arc__put(t, ARC__TOUCH_NEXT, touch, arc__u32(t, ARC__ACCOUNT_TOUCH, account));
    arc__put(t, ARC__ACCOUNT_TOUCH, account, touch);
    talk_take_steps(t, touch);
  }
  arc__put(t, ARC__BOOK_PLANNED_DAY, 1, from - 1);
  arc__put(t, ARC__BOOK_LAST_DAY_RUN, 1, from - 1);
  if (arc__i32(t, ARC__BOOK_CLOSED_DAY, 1) >= from) arc__put(t, ARC__BOOK_CLOSED_DAY, 1, from - 1);
  return t->failed ? arc__fail_nomem(err) : ARC_OK;
}

static int talk_same_items(const arc__tables *t, arc_text list, uint32_t touch) {
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch), count = arc__u32(t, ARC__TOUCH_ITEMS, touch);
  if (arc__list_count(list) != count) return 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t instalment;
    int64_t amount;
    arc__list_get(list, i, &instalment, &amount);
    if (instalment != arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, first + i) ||
        amount != arc__i64(t, ARC__TOUCH_ITEM_AMOUNT, first + i))
      return 0;
  }
  return 1;
}

/* The status is not compared: that a touch went out since does not make it another one. */
static int talk_same_touch(const arc__tables *t, const arc__touch_record *r, uint32_t row) {
  int withheld = arc__touch_withheld(t, row);
  return r->account == arc__u32(t, ARC__TOUCH_ACCOUNT, row) &&
         r->day == arc__i32(t, ARC__TOUCH_DAY, row) && r->anchor == arc__u32(t, ARC__TOUCH_ANCHOR, row) &&
         r->offset == arc__i32(t, ARC__TOUCH_OFFSET, row) &&
         r->channel == arc__u8(t, ARC__TOUCH_CHANNEL, row) &&
         r->tone == arc__u8(t, ARC__TOUCH_TONE, row) &&
         (r->status == ARC_TOUCH_WITHHELD) == withheld &&
         arc__text_equal(r->step, arc__name(t, arc__u32(t, ARC__TOUCH_STEP, row))) &&
         arc__text_equal(r->policy, arc__name(t, arc__u32(t, ARC__TOUCH_POLICY, row))) &&
         arc__erasure_same(r->reason, arc__text(t, ARC__TOUCH_REASON, row)) &&
         arc__text_equal(r->template_name, arc__name(t, arc__u32(t, ARC__TOUCH_TEMPLATE, row))) &&
         r->policy_version == arc__u32(t, ARC__TOUCH_VERSION, row) &&
         r->checks == arc__u32(t, ARC__TOUCH_CHECKS, row) &&
         r->roles == arc__u8(t, ARC__TOUCH_ROLES, row) && r->copies == arc__u8(t, ARC__TOUCH_COPIES, row) &&
         talk_same_items(t, r->items, row);
}

static arc_status talk_instalment(const arc__input *in, arc_text *key, uint32_t number, uint32_t field,
                                  uint32_t *instalment) {
  const arc__tables *t = ARC__L(in->ledger);
  uint32_t invoice;
  ARC__TRY(arc__input_invoice(in, key, field, 0, &invoice));
  if (number < 1 || number > arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, field, "the invoice has instalments 1 to %u",
                           arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice));
  *instalment = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice) + number - 1;
  return ARC_OK;
}

static arc_status talk_list_items(const arc__input *in, arc_ledger *ledger, const arc_touch *touch) {
  const unsigned char *at = (const unsigned char *)touch->items;
  uint32_t stride = touch->item_count ? touch->items->struct_size : 0;
  ledger->list.size = 0;
  for (uint32_t i = 0; i < touch->item_count; i++, at += stride) {
    arc_touch_item item;
    uint32_t instalment = 0;
    ARC__TRY(ARC__READ(arc_touch_item, &item, at, in->err));
    ARC__TRY(talk_instalment(in, &item.invoice, item.instalment, 16, &instalment));
    arc__list_add(&ledger->list, instalment, item.amount);
  }
  return ledger->list.failed ? arc__fail_nomem(in->err) : ARC_OK;
}

static arc_status talk_resolve_touch(const arc__input *in, arc_ledger *ledger, arc_touch *touch,
                                     arc__touch_record *r) {
  const arc__tables *t = ARC__L(ledger);
  uint32_t customer, currency;
  ARC__TRY(arc__input_options(in, touch->options, 0, 0));
  ARC__TRY(arc__text_check(&touch->key, 1, ARC__TOUCH_KEY_MAX, ARC__TEXT_LINE, "key", in->index, 2, in->err));
  ARC__TRY(arc__input_customer(in, &touch->customer, 3, 0, &customer));
  ARC__TRY(talk_instalment(in, &touch->anchor, touch->anchor_instalment, 4, &r->anchor));
  ARC__TRY(arc__input_line(in, &touch->step, 5, "step"));
  ARC__TRY(arc__input_line(in, &touch->policy, 6, "policy"));
  ARC__TRY(arc__input_line(in, &touch->reason, 7, "reason"));
  ARC__TRY(arc__input_line(in, &touch->template_name, 18, "template_name"));
  ARC__TRY(arc__input_currency(in, touch->currency, arc__u32(t, ARC__CUSTOMER_CURRENCY, customer), 8,
                               &currency));
  if (touch->channel < 0 || touch->tone < 0 || touch->status < 0 || touch->channel > 255 ||
      touch->tone > 255 || touch->status > 255)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 11, "channel, tone or status is out of its range");
  if (touch->item_count > TALK_ITEMS_MAX || (touch->item_count && !touch->items))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 16, "items has no or too many rows");
  ARC__TRY(talk_list_items(in, ledger, touch));
  r->account = arc__find_account(t, customer, currency);
  r->key = touch->key;
  r->step = touch->step;
  r->policy = touch->policy;
  r->reason = touch->reason;
  r->template_name = touch->template_name;
  r->policy_version = touch->policy_version;
  r->checks = touch->checks;
  r->roles = touch->roles;
  r->copies = touch->copies;
  r->day = touch->day;
  r->offset = touch->offset;
  r->channel = (uint32_t)touch->channel;
  r->tone = (uint32_t)touch->tone;
  r->status = (uint32_t)touch->status;
  r->items.data = (const char *)ledger->list.data;
  r->items.size = ledger->list.size;
  return ARC_OK;
}

/* Nothing is asked for that is not open: the last guard before a message exists. */
static arc_status talk_check_open(const arc__input *in, arc_text items) {
  const arc__tables *t = ARC__L(in->ledger);
  for (size_t i = 0; i < arc__list_count(items) && !in->ledger->days_again; i++) {
    uint32_t instalment;
    int64_t amount;
    arc__list_get(items, i, &instalment, &amount);
    if (amount > arc__i64(t, ARC__INSTALMENT_OPEN, instalment))
      return arc__fail_field(in->err, ARC_E_REFUSED, in->index, 16,
                             "item %u of the touch asks for %lld, %lld is open", (unsigned)i,
                             (long long)amount, (long long)arc__i64(t, ARC__INSTALMENT_OPEN, instalment));
  }
  return ARC_OK;
}

static arc_status talk_touch(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_touch *touch = row;
  arc__touch_record record = {0};
  uint32_t known;
  ARC__TRY(talk_resolve_touch(&in, ledger, touch, &record));
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_TOUCH, touch->key, 0);
  if (known && talk_same_touch(ARC__L(ledger), &record, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, touch->key, "touch");
  ARC__TRY(arc__check_touch(ledger, &record, err));
  ARC__TRY(talk_check_open(&in, record.items));
  return arc__ledger_record(ledger, ARC__RECORD_TOUCH, &record, err);
}

arc_status arc_ledger_post_touches(arc_ledger *ledger, const arc_touch *rows, size_t count,
                                   arc_error *err) {
  return ARC__POST(arc_touch, ledger, rows, count, talk_touch, err);
}

/* ---- outcomes ---- */

/* Which states a touch may go to from each: bits 1 << status. */
static const unsigned talk_next[] = {
    [ARC_TOUCH_PLANNED] = 1u << ARC_TOUCH_SENT | 1u << ARC_TOUCH_FAILED | 1u << ARC_TOUCH_PENDING |
                          1u << ARC_TOUCH_DELIVERED | 1u << ARC_TOUCH_BOUNCED,
    [ARC_TOUCH_SENT] = 1u << ARC_TOUCH_DELIVERED | 1u << ARC_TOUCH_FAILED | 1u << ARC_TOUCH_BOUNCED |
                       1u << ARC_TOUCH_OPENED,
    [ARC_TOUCH_FAILED] = 0,
    [ARC_TOUCH_PENDING] = 1u << ARC_TOUCH_SENT | 1u << ARC_TOUCH_DELIVERED | 1u << ARC_TOUCH_FAILED |
                          1u << ARC_TOUCH_BOUNCED | 1u << ARC_TOUCH_OPENED,
    [ARC_TOUCH_DELIVERED] = 1u << ARC_TOUCH_BOUNCED | 1u << ARC_TOUCH_OPENED,
    [ARC_TOUCH_WITHHELD] = 1u << ARC_TOUCH_APPROVED | 1u << ARC_TOUCH_REFUSED,
    [ARC_TOUCH_APPROVED] = 1u << ARC_TOUCH_REFUSED,
    [ARC_TOUCH_REFUSED] = 1u << ARC_TOUCH_APPROVED,
    [ARC_TOUCH_BOUNCED] = 1u << ARC_TOUCH_DELIVERED | 1u << ARC_TOUCH_OPENED,
    [ARC_TOUCH_OPENED] = 0,
};

arc_status arc__check_touch_outcome(const arc_ledger *ledger, const arc__touch_outcome_record *r,
                                    arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_TOUCH, r->touch, "touch", err));
  ARC__TRY(arc__check_day(r->day, 4, "day", err));
  if (r->status <= ARC_TOUCH_OPENED &&
      talk_next[arc__u8(t, ARC__TOUCH_STATUS, r->touch)] & 1u << r->status)
    return ARC_OK;
  return arc__fail(err, ARC_E_REFUSED, "a touch in state %u cannot become %u",
                   arc__u8(t, ARC__TOUCH_STATUS, r->touch), r->status);
}

void arc__apply_touch_outcome(arc_ledger *ledger, const arc__touch_outcome_record *r) {
  arc__tables *t = ARC__L(ledger);
  arc__put(t, ARC__TOUCH_STATUS, r->touch, r->status);
  arc__delivery_told(ledger, r->touch, r->status);
  arc__put(t, ARC__TOUCH_OUTCOME_DAY, r->touch, r->day);
  arc__put_text(t, ARC__TOUCH_OUTCOME, r->touch, r->detail);
  arc__state_account_changed(ledger, arc__u32(t, ARC__TOUCH_ACCOUNT, r->touch));
}

static arc_status talk_outcome(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_touch_outcome *o = row;
  arc__touch_outcome_record r = {0};
  ARC__TRY(arc__input_options(&in, o->options, 0, 0));
  ARC__TRY(arc__text_check(&o->touch, 1, ARC__TOUCH_KEY_MAX, ARC__TEXT_LINE, "touch", index, 2, err));
  ARC__TRY(arc__input_line(&in, &o->detail, 3, "detail"));
  ARC__TRY(arc__input_day(&in, o->day, 4, "day"));
  r.touch = arc__index_find(ARC__L(ledger), ARC__INDEX_TOUCH, o->touch, 0);
  if (!r.touch)
    return arc__fail_field(err, ARC_E_NOT_FOUND, index, 2, "no touch has the key \"%.*s\"",
                           (int)o->touch.size, o->touch.data);
  if (o->not_before) {
    if (o->status == ARC_TOUCH_PLANNED) return arc__delivery_retry(&in, ledger, o, r.touch);
    return arc__fail_field(err, ARC_E_INVALID, index, 6, "not_before is for ARC_TOUCH_PLANNED");
  }
  if (o->status == arc__u8(ARC__L(ledger), ARC__TOUCH_STATUS, r.touch)) return ARC_ALREADY;
  if (arc__u8(ARC__L(ledger), ARC__TOUCH_STATUS, r.touch) == ARC_TOUCH_OPENED &&
      (o->status == ARC_TOUCH_SENT || o->status == ARC_TOUCH_DELIVERED))
    return ARC_ALREADY; /* reports come in any order, and who opens a message has got it */
  if (o->status < 0 || o->status > ARC_TOUCH_OPENED)
    return arc__fail_field(err, ARC_E_INVALID, index, 5, "status must be one of ARC_TOUCH_*");
  r.day = o->day;
  r.status = (uint32_t)o->status;
  r.detail = o->detail;
  ARC__TRY(arc__check_touch_outcome(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_TOUCH_OUTCOME, &r, err);
}

arc_status arc_ledger_post_touch_outcomes(arc_ledger *ledger, const arc_touch_outcome *rows, size_t count,
                                          arc_error *err) {
  return ARC__POST(arc_touch_outcome, ledger, rows, count, talk_outcome, err);
}

/* ---- notes ---- */

arc_status arc__check_note(const arc_ledger *ledger, const arc__note_record *r, arc_error *err) {
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_NOTE, r->key, 0, "note", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  if (r->invoice) ARC__TRY(arc__check_row(ledger, ARC__TABLE_INVOICE, r->invoice, "invoice", err));
  return arc__check_day(r->day, 7, "day", err);
}

void arc__apply_note(arc_ledger *ledger, const arc__note_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__append_row(t, ARC__TABLE_NOTE);
  arc__put_text(t, ARC__NOTE_KEY, row, r->key);
  arc__put(t, ARC__NOTE_CUSTOMER, row, r->customer);
  arc__put(t, ARC__NOTE_INVOICE, row, r->invoice);
  arc__put(t, ARC__NOTE_DAY, row, r->day);
  arc__put(t, ARC__NOTE_AUTHOR, row, arc__state_name(ledger, r->author));
  arc__put_text(t, ARC__NOTE_TEXT, row, r->text);
  arc__index_add(t, ARC__INDEX_NOTE, row);
}

static int talk_same_note(const arc__tables *t, const arc__note_record *r, uint32_t row) {
  return r->customer == arc__u32(t, ARC__NOTE_CUSTOMER, row) &&
         r->invoice == arc__u32(t, ARC__NOTE_INVOICE, row) && r->day == arc__i32(t, ARC__NOTE_DAY, row) &&
         arc__text_equal(r->author, arc__name(t, arc__u32(t, ARC__NOTE_AUTHOR, row))) &&
         arc__erasure_same(r->text, arc__text(t, ARC__NOTE_TEXT, row));
}

static arc_status talk_note(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_note *n = row;
  arc__note_record r = {0};
  uint32_t known;
  ARC__TRY(arc__input_options(&in, n->options, 0, n->reserved));
  ARC__TRY(arc__input_key(&in, &n->key, 2, "key"));
  ARC__TRY(arc__input_customer(&in, &n->customer, 3, 0, &r.customer));
  ARC__TRY(arc__input_invoice(&in, &n->invoice, 4, 1, &r.invoice));
  ARC__TRY(arc__input_line(&in, &n->author, 5, "author"));
  ARC__TRY(arc__input_free_text(&in, &n->text, 6, "text"));
  r.key = n->key;
  r.author = n->author;
  r.text = n->text;
  r.day = n->day;
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_NOTE, n->key, 0);
  if (known && talk_same_note(ARC__L(ledger), &r, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(&in, n->key, "note");
  ARC__TRY(arc__check_note(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_NOTE, &r, err);
}

arc_status arc_ledger_post_notes(arc_ledger *ledger, const arc_note *rows, size_t count, arc_error *err) {
  return ARC__POST(arc_note, ledger, rows, count, talk_note, err);
}

/* ---- policies ---- */

arc_status arc__check_policy(const arc_ledger *ledger, const arc__policy_record *r, arc_error *err) {
  (void)ledger;
  if (r->name.size == 0) return arc__fail(err, ARC_E_INVALID, "a policy needs a name");
  return arc__check_day(r->day, 4, "day", err);
}

/* Touches name the version that called for them: none is forgotten. */
static void talk_keep_version(arc__tables *t, uint32_t policy) {
  uint32_t row = arc__append_row(t, ARC__TABLE_POLICY_OLD);
  if (!row) return;
  arc__put_text(t, ARC__POLICY_OLD_TEXT, row, arc__text(t, ARC__POLICY_TEXT, policy));
  arc__put(t, ARC__POLICY_OLD_DAY, row, arc__i32(t, ARC__POLICY_DAY, policy));
  arc__put(t, ARC__POLICY_OLD_VERSION, row, arc__u32(t, ARC__POLICY_VERSION, policy));
  arc__put(t, ARC__POLICY_OLD_BEFORE, row, arc__u32(t, ARC__POLICY_BEFORE, policy));
  arc__put(t, ARC__POLICY_BEFORE, policy, row);
}

void arc__apply_policy(arc_ledger *ledger, const arc__policy_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = arc__index_find(t, ARC__INDEX_POLICY, r->name, 0), known = row;
  if (!known) row = arc__append_row(t, ARC__TABLE_POLICY);
  if (!row) return;
  if (!known) arc__put_text(t, ARC__POLICY_NAME, row, r->name);
  if (known) talk_keep_version(t, row);
  arc__put(t, ARC__POLICY_VERSION, row, (int64_t)arc__u32(t, ARC__POLICY_VERSION, row) + 1);
  arc__put_text(t, ARC__POLICY_TEXT, row, r->text);
  arc__put(t, ARC__POLICY_DAY, row, r->day);
  if (!known) arc__index_add(t, ARC__INDEX_POLICY, row);
}

static arc_status talk_policy(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_policy *p = row;
  const arc__tables *t = ARC__L(ledger);
  arc__policy_record r;
  uint32_t known;
  ARC__TRY(arc__input_options(&in, p->options, 0, p->reserved));
  ARC__TRY(arc__input_key(&in, &p->name, 2, "name"));
  ARC__TRY(arc__text_check(&p->text, 1, ARC__POLICY_MAX, ARC__TEXT_FREE, "text", index, 3, err));
  known = arc__index_find(t, ARC__INDEX_POLICY, p->name, 0);
  if (known && arc__text_equal(p->text, arc__text(t, ARC__POLICY_TEXT, known))) return ARC_ALREADY;
  r.name = p->name;
  r.text = p->text;
  r.day = p->day;
  ARC__TRY(arc__check_policy(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_POLICY, &r, err);
}

arc_status arc_ledger_post_policies(arc_ledger *ledger, const arc_policy *rows, size_t count,
                                    arc_error *err) {
  return ARC__POST(arc_policy, ledger, rows, count, talk_policy, err);
}

/* ---- the report of policies ---- */

static void talk_add_policy(arc_report *report, const arc__query *q, arc_text name, uint32_t version, arc_day day,
                            arc_text text) {
  if (!arc__query_day(q, day)) return;
  arc__report_add_arc_text(report, name);
  arc__report_add_integer(report, version);
  arc__report_add_day(report, day);
  arc__report_add_arc_text(report, text);
}

arc_status arc__report_policies(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  (void)err;
  for (uint32_t p = 1; p <= t->rows[ARC__TABLE_POLICY] && !q->customer && !q->invoice; p++) {
    arc_text name = arc__text(t, ARC__POLICY_NAME, p);
    talk_add_policy(report, q, name, arc__u32(t, ARC__POLICY_VERSION, p), arc__i32(t, ARC__POLICY_DAY, p),
                    arc__text(t, ARC__POLICY_TEXT, p));
    for (uint32_t old = arc__u32(t, ARC__POLICY_BEFORE, p); old; old = arc__u32(t, ARC__POLICY_OLD_BEFORE, old))
      talk_add_policy(report, q, name, arc__u32(t, ARC__POLICY_OLD_VERSION, old),
                      arc__i32(t, ARC__POLICY_OLD_DAY, old), arc__text(t, ARC__POLICY_OLD_TEXT, old));
  }
  return ARC_OK;
}
