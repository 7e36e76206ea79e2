#include "records.h"

#include <string.h>

/* Owns the layouts. Each field is named once, and written and read by the same line. */

static void record_u8(arc__codec *c, uint32_t *v) {
  if (c->out) arc__buffer_u8(c->out, (uint8_t)*v);
  else *v = arc__reader_u8(c->in);
}

static void record_u16(arc__codec *c, uint32_t *v) {
  if (c->out) arc__buffer_number(c->out, *v);
  else *v = (uint32_t)arc__reader_number(c->in, UINT16_MAX);
}

static void record_u32(arc__codec *c, uint32_t *v) {
  if (c->out) arc__buffer_number(c->out, *v);
  else *v = (uint32_t)arc__reader_number(c->in, UINT32_MAX);
}

/* Hardly any is negative: then it is as long as it can be. */
static void record_i32(arc__codec *c, int32_t *v) {
  if (c->out) arc__buffer_number(c->out, (uint32_t)*v);
  else *v = (int32_t)(uint32_t)arc__reader_number(c->in, UINT32_MAX);
}

static void record_i64(arc__codec *c, int64_t *v) {
  if (c->out) arc__buffer_number(c->out, (uint64_t)*v);
  else *v = (int64_t)arc__reader_number(c->in, UINT64_MAX);
}

static void record_text(arc__codec *c, arc_text *v) {
  if (c->out) arc__buffer_text(c->out, v->data, v->size);
  else *v = arc__reader_text(c->in);
}

static void record_list(arc__codec *c, arc_text *v) {
  if (c->out) {
    arc__buffer_number(c->out, v->size);
    arc__buffer_bytes(c->out, v->data, v->size);
  } else {
    size_t size = (size_t)arc__reader_number(c->in, UINT32_MAX);
    v->data = (const char *)arc__reader_bytes(c->in, size);
    v->size = v->data ? size : 0;
  }
}

void arc__fields_book(arc__codec *c, arc__book_record *r) {
  record_text(c, &r->name);
  record_u32(c, &r->currency);
}

void arc__fields_customer(arc__codec *c, arc__customer_record *r) {
  record_u32(c, &r->customer);
  record_text(c, &r->key);
  record_text(c, &r->name);
  record_text(c, &r->segment);
  record_text(c, &r->owner);
  record_text(c, &r->policy);
  record_u32(c, &r->parent);
  record_u32(c, &r->currency);
  record_u32(c, &r->flags);
  record_i64(c, &r->credit_limit);
  record_i32(c, &r->terms_days);
  record_u32(c, &r->discount_bp);
  record_u32(c, &r->discount_days);
  record_text(c, &r->terms);
  record_u32(c, &r->checks);
  record_u32(c, &r->hold_days);
  record_i64(c, &r->hold_amount);
  for (int i = 0; i < 4; i++) record_text(c, &r->tags[i]);
}

void arc__fields_contact(arc__codec *c, arc__contact_record *r) {
  record_u32(c, &r->contact);
  record_u32(c, &r->customer);
  record_text(c, &r->key);
  record_text(c, &r->name);
  record_text(c, &r->language);
  record_text(c, &r->email);
  record_text(c, &r->phone);
  record_text(c, &r->postal);
  record_u8(c, &r->role);
  record_i32(c, &r->utc_offset_minutes);
  record_u32(c, &r->opt_outs);
}

void arc__fields_invoice(arc__codec *c, arc__invoice_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->number);
  record_text(c, &r->po_number);
  record_text(c, &r->terms);
  record_u32(c, &r->customer);
  record_u32(c, &r->currency);
  record_i32(c, &r->issued);
  record_i64(c, &r->amount);
  record_list(c, &r->instalments);
  record_list(c, &r->discounts);
  record_i32(c, &r->fulfilled);
  record_u8(c, &r->findings);
  record_u32(c, &r->duplicate_of);
}

void arc__fields_credit_note(arc__codec *c, arc__credit_note_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->number);
  record_text(c, &r->reason);
  record_u32(c, &r->customer);
  record_u32(c, &r->currency);
  record_u32(c, &r->invoice);
  record_i32(c, &r->issued);
  record_i64(c, &r->amount);
  record_u8(c, &r->our_error);
}

void arc__fields_payment(arc__codec *c, arc__payment_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->payer_name);
  record_text(c, &r->payer_account);
  record_text(c, &r->bank_reference);
  record_text(c, &r->remittance);
  record_u32(c, &r->customer);
  record_u32(c, &r->currency);
  record_i32(c, &r->received);
  record_i32(c, &r->value_day);
  record_i64(c, &r->amount);
}

void arc__fields_identification(arc__codec *c, arc__identification_record *r) {
  record_u32(c, &r->credit);
  record_u32(c, &r->customer);
  record_i32(c, &r->day);
}

void arc__fields_application(arc__codec *c, arc__application_record *r) {
  record_text(c, &r->key);
  record_u32(c, &r->credit);
  record_u32(c, &r->instalment);
  record_i32(c, &r->day);
  record_i64(c, &r->amount);
  record_i64(c, &r->discount);
  record_i64(c, &r->tolerance);
  record_u16(c, &r->asked);
  record_u8(c, &r->how);
  record_u32(c, &r->confidence_ppm);
  record_u8(c, &r->evidence);
}

void arc__fields_exchange(arc__codec *c, arc__exchange_record *r) {
  arc__fields_application(c, &r->application);
  record_i64(c, &r->taken);
  record_i64(c, &r->rate_invoice);
  record_i64(c, &r->rate_credit);
  record_u8(c, &r->valued);
  record_i64(c, &r->invoice_value);
  record_i64(c, &r->credit_value);
}

void arc__fields_unapplication(arc__codec *c, arc__unapplication_record *r) {
  record_text(c, &r->key);
  record_u32(c, &r->application);
  record_u16(c, &r->instalment);
  record_u32(c, &r->entry);
  record_i32(c, &r->day);
  record_text(c, &r->reason);
}

void arc__fields_reversal(arc__codec *c, arc__reversal_record *r) {
  record_u32(c, &r->credit);
  record_i32(c, &r->day);
  record_text(c, &r->reason);
}

void arc__fields_writeoff(arc__codec *c, arc__writeoff_record *r) {
  record_text(c, &r->key);
  record_u32(c, &r->instalment);
  record_i32(c, &r->day);
  record_i64(c, &r->amount);
  record_text(c, &r->reason);
  record_text(c, &r->approved_by);
}

void arc__fields_dispute(arc__codec *c, arc__dispute_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->kind);
  record_text(c, &r->owner);
  record_text(c, &r->reason);
  record_text(c, &r->source);
  record_text(c, &r->documents);
  record_u32(c, &r->invoice);
  record_u32(c, &r->entry);
  record_i32(c, &r->opened);
  record_u16(c, &r->answer_days);
  record_i64(c, &r->amount);
}

void arc__fields_dispute_resolution(arc__codec *c, arc__dispute_resolution_record *r) {
  record_u32(c, &r->exception);
  record_i32(c, &r->day);
  record_u8(c, &r->our_error);
  record_text(c, &r->outcome);
}

void arc__fields_promise(arc__codec *c, arc__promise_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->made_by);
  record_u32(c, &r->invoice);
  record_i32(c, &r->made);
  record_i32(c, &r->pay_by);
  record_u16(c, &r->grace_days);
  record_i64(c, &r->amount);
}

void arc__fields_hold(arc__codec *c, arc__hold_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->reason);
  record_text(c, &r->author);
  record_u32(c, &r->customer);
  record_u32(c, &r->invoice);
  record_i32(c, &r->from);
  record_i32(c, &r->until);
  record_u8(c, &r->channel);
}

void arc__fields_hold_release(arc__codec *c, arc__hold_release_record *r) {
  record_u32(c, &r->exception);
  record_i32(c, &r->day);
  record_text(c, &r->reason);
}

void arc__fields_touch(arc__codec *c, arc__touch_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->step);
  record_text(c, &r->policy);
  record_text(c, &r->reason);
  record_u32(c, &r->account);
  record_u32(c, &r->anchor);
  record_i32(c, &r->day);
  record_i32(c, &r->offset);
  record_u8(c, &r->channel);
  record_u8(c, &r->tone);
  record_u8(c, &r->status);
  record_list(c, &r->items);
  record_text(c, &r->template_name);
  record_u32(c, &r->policy_version);
  record_u32(c, &r->checks);
  record_u8(c, &r->roles);
  record_u8(c, &r->copies);
}

void arc__fields_touch_outcome(arc__codec *c, arc__touch_outcome_record *r) {
  record_u32(c, &r->touch);
  record_i32(c, &r->day);
  record_u8(c, &r->status);
  record_text(c, &r->detail);
}

void arc__fields_note(arc__codec *c, arc__note_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->author);
  record_text(c, &r->text);
  record_u32(c, &r->customer);
  record_u32(c, &r->invoice);
  record_i32(c, &r->day);
}

void arc__fields_policy(arc__codec *c, arc__policy_record *r) {
  record_text(c, &r->name);
  record_text(c, &r->text);
  record_i32(c, &r->day);
}

void arc__fields_day_run(arc__codec *c, arc__day_run_record *r) {
  record_i32(c, &r->day);
}

void arc__fields_matching(arc__codec *c, arc__matching_record *r) {
  record_u32(c, &r->credit);
  record_i32(c, &r->day);
  record_u32(c, &r->remittance);
}

void arc__fields_planning(arc__codec *c, arc__planning_record *r) {
  record_i32(c, &r->day);
}

void arc__fields_charge(arc__codec *c, arc__charge_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->number);
  record_text(c, &r->reason);
  record_u8(c, &r->kind);
  record_u32(c, &r->customer);
  record_u32(c, &r->currency);
  record_u32(c, &r->invoice);
  record_i32(c, &r->issued);
  record_i32(c, &r->due);
  record_i32(c, &r->from);
  record_i32(c, &r->to);
  record_i64(c, &r->amount);
}

void arc__fields_waiver(arc__codec *c, arc__waiver_record *r) {
  arc__fields_writeoff(c, r);
}

void arc__fields_recovery(arc__codec *c, arc__recovery_record *r) {
  arc__fields_writeoff(c, r);
}

void arc__fields_refund(arc__codec *c, arc__refund_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->reason);
  record_u32(c, &r->credit);
  record_i32(c, &r->day);
  record_i64(c, &r->amount);
}

void arc__fields_period_close(arc__codec *c, arc__period_close_record *r) {
  record_i32(c, &r->day);
}

void arc__fields_plan(arc__codec *c, arc__plan_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->agreed_by);
  record_i32(c, &r->made);
  record_u16(c, &r->grace_days);
  record_list(c, &r->invoices);
  record_list(c, &r->instalments);
}

void arc__fields_plan_end(arc__codec *c, arc__plan_end_record *r) {
  record_u32(c, &r->exception);
  record_i32(c, &r->day);
  record_text(c, &r->reason);
}

void arc__fields_dispute_change(arc__codec *c, arc__dispute_change_record *r) {
  record_u32(c, &r->exception);
  record_i32(c, &r->day);
  record_text(c, &r->kind);
  record_text(c, &r->owner);
  record_text(c, &r->reason);
  record_text(c, &r->documents);
  record_u16(c, &r->answer_days);
}

void arc__fields_template(arc__codec *c, arc__template_record *r) {
  record_text(c, &r->name);
  record_text(c, &r->text);
  record_i32(c, &r->day);
}

void arc__fields_retry(arc__codec *c, arc__retry_record *r) {
  record_u32(c, &r->touch);
  record_i32(c, &r->day);
  record_i64(c, &r->not_before);
  record_text(c, &r->detail);
}

void arc__fields_delivery(arc__codec *c, arc__delivery_record *r) {
  record_u32(c, &r->invoice);
  record_i32(c, &r->day);
  record_u8(c, &r->channel);
  record_text(c, &r->detail);
}

void arc__fields_correction(arc__codec *c, arc__correction_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->reason);
  record_text(c, &r->author);
  record_text(c, &r->po_number);
  record_u32(c, &r->invoice);
  record_i32(c, &r->day);
  record_u8(c, &r->faults);
  record_u8(c, &r->false_alarm);
  record_u32(c, &r->reissued);
  record_u32(c, &r->credit);
}

void arc__fields_erasure(arc__codec *c, arc__erasure_record *r) {
  record_u32(c, &r->customer);
  record_u32(c, &r->contact);
  record_u32(c, &r->credit);
  record_i32(c, &r->day);
  record_i32(c, &r->retain_from);
  record_text(c, &r->reason);
}

void arc__fields_brought_forward(arc__codec *c, arc__brought_forward_record *r) {
  record_text(c, &r->previous);
  record_text(c, &r->snapshot);
}

void arc__fields_rejection(arc__codec *c, arc__rejection_record *r) {
  record_u32(c, &r->credit);
  record_i32(c, &r->day);
  record_text(c, &r->author);
  record_text(c, &r->reason);
  record_list(c, &r->invoices);
  record_u8(c, &r->evidence);
}

void arc__fields_remittance(arc__codec *c, arc__remittance_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->payer_name);
  record_text(c, &r->reference);
  record_u32(c, &r->customer);
  record_u32(c, &r->currency);
  record_i32(c, &r->received);
  record_i64(c, &r->amount);
  record_u32(c, &r->lines);
}

void arc__fields_remittance_line(arc__codec *c, arc__remittance_line_record *r) {
  record_u32(c, &r->remittance);
  record_text(c, &r->reference);
  record_i64(c, &r->amount);
  record_i64(c, &r->discount);
  record_i64(c, &r->deduction);
  record_text(c, &r->reason);
}

void arc__fields_remittance_payment(arc__codec *c, arc__remittance_payment_record *r) {
  record_u32(c, &r->remittance);
  record_u32(c, &r->credit);
}

void arc__fields_reply(arc__codec *c, arc__reply_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->sender);
  record_text(c, &r->subject);
  record_text(c, &r->text);
  record_text(c, &r->language);
  record_text(c, &r->model);
  record_text(c, &r->reason);
  record_u32(c, &r->customer);
  record_u32(c, &r->touch);
  record_i32(c, &r->written);
  record_i32(c, &r->day);
  record_u8(c, &r->channel);
  record_u8(c, &r->verdict);
  record_list(c, &r->kinds);
  record_text(c, &r->words);
  record_list(c, &r->actions);
}

void arc__fields_reply_undo(arc__codec *c, arc__reply_undo_record *r) {
  record_u32(c, &r->reply);
  record_i32(c, &r->day);
  record_text(c, &r->author);
  record_text(c, &r->reason);
}

void arc__fields_task(arc__codec *c, arc__task_record *r) {
  record_text(c, &r->key);
  record_text(c, &r->kind);
  record_text(c, &r->owner);
  record_text(c, &r->text);
  record_text(c, &r->source);
  record_text(c, &r->documents);
  record_u32(c, &r->customer);
  record_i32(c, &r->opened);
  record_u16(c, &r->answer_days);
}

void arc__fields_task_end(arc__codec *c, arc__task_end_record *r) {
  record_u32(c, &r->exception);
  record_i32(c, &r->day);
  record_text(c, &r->author);
  record_text(c, &r->outcome);
}

#define ARC__R(number, upper, lower)                                                               \
  int arc__read_##lower(arc__##lower##_record *record, const unsigned char *payload,               \
                        size_t size) {                                                             \
    arc__reader reader;                                                                            \
    arc__codec codec = {NULL, &reader};                                                            \
    memset(record, 0, sizeof *record);                                                             \
    arc__reader_init(&reader, payload, size);                                                      \
    arc__fields_##lower(&codec, record);                                                           \
    return !reader.failed && reader.at == reader.end;                                              \
  }
ARC__RECORD_LIST(ARC__R)
#undef ARC__R

int arc__record_is_known(uint16_t type, uint16_t version) {
  switch (type) {
#define ARC__R(number, upper, lower) case number:
    ARC__RECORD_LIST(ARC__R)
#undef ARC__R
    return version == ARC__RECORD_VERSION;
  default: return 0;
  }
}

#define RECORD_LIST_ELEMENT 12

void arc__list_add(arc__buffer *list, uint32_t number, int64_t amount) {
  arc__buffer_u32(list, number);
  arc__buffer_i64(list, amount);
}

size_t arc__list_count(arc_text list) {
  return list.size / RECORD_LIST_ELEMENT;
}

void arc__list_get(arc_text list, size_t i, uint32_t *number, int64_t *amount) {
  arc__reader reader;
  arc__reader_init(&reader, list.data + i * RECORD_LIST_ELEMENT, RECORD_LIST_ELEMENT);
  *number = arc__reader_u32(&reader);
  *amount = arc__reader_i64(&reader);
}
