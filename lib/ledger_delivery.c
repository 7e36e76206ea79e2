#include "ledger_internal.h"

#include "arcollect/transport.h"
#include "error.h"
#include "template.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns how messages get to where they are to go: the templates they are written by, addresses that are wrong, and
 * when a touch may be offered again. A touch is written by the templates there were when it was planned, so that it
 * reads the same however often it is offered. */

#define DELIVERY_ATTEMPTS_MAX 1000

/* ---- what is known of a touch ---- */

void arc__delivery_planned(arc_ledger *ledger, uint32_t touch) {
  arc__tables *t = ARC__L(ledger);
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__TOUCH_ACCOUNT, touch)), contact;
  if (t->failed) return;
  arc__put(t, ARC__TOUCH_TEMPLATES, touch, t->rows[ARC__TABLE_TEMPLATE]);
  if (arc__contact_of_role(t, customer, arc__u8(t, ARC__TOUCH_CHANNEL, touch), arc__u8(t, ARC__TOUCH_ROLES, touch),
                           &contact) == ARC__CONTACT_FOUND)
    arc__put(t, ARC__TOUCH_CONTACT, touch, contact);
}

/* Letters go to one address, by whichever post. */
static unsigned delivery_channels(int32_t channel) {
  unsigned letters = 1u << ARC_CHANNEL_LETTER | 1u << ARC_CHANNEL_REGISTERED_LETTER;
  return letters & 1u << channel ? letters : 1u << channel;
}

void arc__delivery_told(arc_ledger *ledger, uint32_t touch, uint32_t status) {
  arc__tables *t = ARC__L(ledger);
  uint32_t contact = arc__u32(t, ARC__TOUCH_CONTACT, touch);
  unsigned channels = delivery_channels(arc__u8(t, ARC__TOUCH_CHANNEL, touch));
  unsigned bounced = contact ? arc__u16(t, ARC__CONTACT_BOUNCED, contact) : 0;
  if (status == ARC_TOUCH_BOUNCED && !arc__u8(t, ARC__TOUCH_BOUNCED, touch)) {
    arc__put(t, ARC__TOUCH_BOUNCED, touch, 1);
    arc__put(t, ARC__TOUCH_BOUNCE_NEXT, touch, arc__u32(t, ARC__BOOK_BOUNCE, 1));
    arc__put(t, ARC__BOOK_BOUNCE, 1, touch);
  }
  if (!contact || touch <= arc__u32(t, ARC__CONTACT_TOUCHES, contact)) return; /* it went to an address before */
  if (status == ARC_TOUCH_BOUNCED) bounced |= channels;
  else if (status == ARC_TOUCH_DELIVERED || status == ARC_TOUCH_OPENED) bounced &= ~channels;
  if (bounced == arc__u16(t, ARC__CONTACT_BOUNCED, contact)) return;
  arc__put(t, ARC__CONTACT_BOUNCED, contact, bounced);
  arc__state_customer_changed(ledger, arc__u32(t, ARC__CONTACT_CUSTOMER, contact)); /* in every currency */
}

void arc__delivery_address(arc_ledger *ledger, uint32_t contact, const arc__contact_record *r) {
  arc__tables *t = ARC__L(ledger);
  unsigned bounced = arc__u16(t, ARC__CONTACT_BOUNCED, contact), changed = 0;
  if (!arc__text_equal(r->email, arc__text(t, ARC__CONTACT_EMAIL, contact))) changed |= 1u << ARC_CHANNEL_EMAIL;
  if (!arc__text_equal(r->postal, arc__text(t, ARC__CONTACT_POSTAL, contact)))
    changed |= delivery_channels(ARC_CHANNEL_LETTER);
  if (!arc__text_equal(r->phone, arc__text(t, ARC__CONTACT_PHONE, contact)))
    changed |= 1u << ARC_CHANNEL_SMS | 1u << ARC_CHANNEL_VOICE | 1u << ARC_CHANNEL_CALL;
  if (!changed) return;
  arc__put(t, ARC__CONTACT_BOUNCED, contact, bounced & ~changed);
  arc__put(t, ARC__CONTACT_TOUCHES, contact, t->rows[ARC__TABLE_TOUCH]);
}

int64_t arc__ledger_instant(const arc_ledger *ledger) {
  return ledger->instant;
}

/* ---- retries ---- */

arc_status arc__check_retry(const arc_ledger *ledger, const arc__retry_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_TOUCH, r->touch, "touch", err));
  ARC__TRY(arc__check_day(r->day, 4, "day", err));
  if (arc__u8(t, ARC__TOUCH_STATUS, r->touch) != ARC_TOUCH_PLANNED ||
      arc__u16(t, ARC__TOUCH_ATTEMPTS, r->touch) >= DELIVERY_ATTEMPTS_MAX)
    return arc__fail(err, ARC_E_REFUSED, "only a planned touch is offered again, and at most %d times",
                     DELIVERY_ATTEMPTS_MAX);
  if (r->not_before <= arc__i64(t, ARC__TOUCH_NOT_BEFORE, r->touch))
    return arc__fail_field(err, ARC_E_INVALID, 0, 6, "not_before must be later than the one recorded before");
  return ARC_OK;
}

void arc__apply_retry(arc_ledger *ledger, const arc__retry_record *r) {
  arc__tables *t = ARC__L(ledger);
  arc__put(t, ARC__TOUCH_NOT_BEFORE, r->touch, r->not_before);
  arc__put(t, ARC__TOUCH_ATTEMPTS, r->touch, arc__u16(t, ARC__TOUCH_ATTEMPTS, r->touch) + 1);
  arc__put(t, ARC__TOUCH_OUTCOME_DAY, r->touch, r->day);
  arc__put_text(t, ARC__TOUCH_OUTCOME, r->touch, r->detail);
}

arc_status arc__delivery_retry(const arc__input *in, arc_ledger *ledger, const arc_touch_outcome *o, uint32_t touch) {
  arc__retry_record r = {touch, o->day, o->not_before, o->detail};
  if (o->not_before == arc__i64(ARC__L(ledger), ARC__TOUCH_NOT_BEFORE, touch)) return ARC_ALREADY;
  ARC__TRY(arc__check_retry(ledger, &r, in->err));
  return arc__ledger_record(ledger, ARC__RECORD_RETRY, &r, in->err);
}

/* ---- templates ---- */

uint32_t arc__view_template(const arc__tables *t, uint32_t first, uint32_t touch) {
  uint32_t row = arc__u32(t, ARC__TEMPLATE_LATEST, first), last = arc__u32(t, ARC__TOUCH_TEMPLATES, touch);
  while (row > last) row = arc__u32(t, ARC__TEMPLATE_BEFORE, row);
  return row;
}

/* Whether it is a template still, the library that recorded it has checked: a later one may know more words, and
 * must read it all the same. */
arc_status arc__check_template(const arc_ledger *ledger, const arc__template_record *r, arc_error *err) {
  (void)ledger;
  if (r->name.size == 0) return arc__fail(err, ARC_E_INVALID, "a template needs a name");
  return arc__check_day(r->day, 4, "day", err);
}

void arc__apply_template(arc_ledger *ledger, const arc__template_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t first = arc__index_find(t, ARC__INDEX_TEMPLATE, r->name, 0), row = arc__append_row(t, ARC__TABLE_TEMPLATE);
  if (!row) return;
  if (!first) arc__put_text(t, ARC__TEMPLATE_NAME, row, r->name);
  arc__put_text(t, ARC__TEMPLATE_TEXT, row, r->text);
  arc__put(t, ARC__TEMPLATE_DAY, row, r->day);
  arc__put(t, ARC__TEMPLATE_FIRST, row, first ? first : row);
  if (first) arc__put(t, ARC__TEMPLATE_BEFORE, row, arc__u32(t, ARC__TEMPLATE_LATEST, first));
  arc__put(t, ARC__TEMPLATE_LATEST, first ? first : row, row);
  if (!first) arc__index_add(t, ARC__INDEX_TEMPLATE, row);
}

static arc_status delivery_template(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  const arc__tables *t = ARC__L(ledger);
  arc_template_text *given = row;
  arc__template_record r;
  arc_template *compiled;
  uint32_t first;
  ARC__TRY(arc__input_options(&in, given->options, 0, given->reserved));
  ARC__TRY(arc__input_key(&in, &given->name, 2, "name"));
  ARC__TRY(arc__text_check(&given->text, 1, ARC__TEMPLATE_MAX, ARC__TEXT_FREE, "text", index, 3, err));
  first = arc__index_find(t, ARC__INDEX_TEMPLATE, given->name, 0);
  if (first && arc__text_equal(given->text, arc__text(t, ARC__TEMPLATE_TEXT, arc__u32(t, ARC__TEMPLATE_LATEST, first))))
    return ARC_ALREADY;
  ARC__TRY(arc__template_read(&compiled, given->text, &ledger->heap, err));
  arc_template_close(compiled);
  r.name = given->name;
  r.text = given->text;
  r.day = given->day;
  ARC__TRY(arc__check_template(ledger, &r, err));
  return arc__ledger_record(ledger, ARC__RECORD_TEMPLATE, &r, err);
}

arc_status arc_ledger_post_templates(arc_ledger *ledger, const arc_template_text *rows, size_t count,
                                     arc_error *err) {
  return ARC__POST(arc_template_text, ledger, rows, count, delivery_template, err);
}
