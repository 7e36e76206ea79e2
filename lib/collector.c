#include "arcollect/collector.h"

#include <string.h>

#include "currency.h"
#include "error.h"
#include "heap.h"
#include "ledger_view.h"
#include "rendering.h"
#include "text.h"

/*
 * Owns the order of a day, and the outbox. A touch is durable as planned before its message is offered, and
 * what became of messages is recorded in groups whose borders follow from the touches alone: a run that was
 * cut off and starts again offers the unfinished group again, under the same keys, and records the same
 * commits. Nothing else is kept here: the ledger knows how far the day has come.
 */

#define COLLECTOR_GROUP 64
#define COLLECTOR_SENDER "Accounts receivable"

struct arc_collector {
  const arc__heap *heap;
  arc_ledger *ledger;
  arc_cadence *cadence;
  arc_matcher *matcher;
  arc_scorer *scorer;
  arc_transport transport;
  char *sender;
  size_t sender_size;
  uint32_t flags;
  uint32_t next_touch; /* rows before it have nothing to send */
  arc__rendering rendering;
  arc_message_item *items;
  size_t item_capacity;
};

/* ---- opening ---- */

static arc_status collector_engines(arc_collector *c, const arc_collector_options *o, arc_error *err) {
  arc_cadence_options cadence = ARC_CADENCE_OPTIONS_INIT;
  cadence.calendar = o->calendar;
  ARC__TRY(arc_cadence_open(&c->cadence, c->ledger, &cadence, err));
  ARC__TRY(arc_matcher_open(&c->matcher, c->ledger, o->matcher, err));
  return arc_scorer_open(&c->scorer, c->ledger, err);
}

static arc_status collector_sender(arc_collector *c, arc_text sender, arc_error *err) {
  arc_text otherwise = {COLLECTOR_SENDER, sizeof COLLECTOR_SENDER - 1};
  ARC__TRY(arc__text_check(&sender, 0, 256, ARC__TEXT_LINE, "sender", 0, 5, err));
  if (sender.size == 0) sender = otherwise;
  c->sender = arc__alloc(c->heap, sender.size);
  if (!c->sender) return arc__fail_nomem(err);
  memcpy(c->sender, sender.data, sender.size);
  c->sender_size = sender.size;
  return ARC_OK;
}

static arc_status collector_start(arc_collector *c, const arc_collector_options *o, arc_error *err) {
  if (o->flags & ~ARC_COLLECTOR_NO_MATCHING)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "flags has bits that are not defined here");
  c->flags = o->flags;
  if (o->transport)
    ARC__TRY(arc__read_struct(&c->transport, sizeof c->transport, sizeof c->transport, o->transport,
                              "arc_transport", err));
  if (c->transport.flags)
    return arc__fail_field(err, ARC_E_INVALID, 0, 2, "arc_transport: flags must be 0");
  if (o->transport && !c->transport.send)
    return arc__fail_field(err, ARC_E_INVALID, 0, 2, "a transport needs send");
  ARC__TRY(collector_sender(c, o->sender, err));
  return collector_engines(c, o, err);
}

arc_status arc_collector_open(arc_collector **out, arc_ledger *ledger, const arc_collector_options *given,
                              arc_error *err) {
  arc_collector_options options = ARC_COLLECTOR_OPTIONS_INIT;
  arc_collector *c;
  arc_status status;
  if (!out || !ledger) return arc__fail(err, ARC_E_INVALID, "out or ledger is NULL");
  *out = NULL;
  if (given)
    ARC__TRY(arc__read_struct(&options, sizeof options, sizeof options, given, "arc_collector_options", err));
  c = arc__alloc(arc__ledger_heap(ledger), sizeof *c);
  if (!c) return arc__fail_nomem(err);
  c->heap = arc__ledger_heap(ledger);
  c->ledger = ledger;
  c->next_touch = 1;
  arc__rendering_init(&c->rendering, c->heap);
  status = collector_start(c, &options, err);
  if (status < 0) arc_collector_close(c);
  else *out = c;
  return status < 0 ? status : ARC_OK;
}

void arc_collector_close(arc_collector *c) {
  if (!c) return;
  arc_scorer_close(c->scorer);
  arc_matcher_close(c->matcher);
  arc_cadence_close(c->cadence);
  arc__rendering_free(&c->rendering);
  arc__free(c->heap, c->sender, c->sender_size);
  arc__free(c->heap, c->items, c->item_capacity * sizeof *c->items);
  arc__free(c->heap, c, sizeof *c);
}

arc_cadence *arc_collector_cadence(arc_collector *c) {
  return c ? c->cadence : NULL;
}

arc_matcher *arc_collector_matcher(arc_collector *c) {
  return c ? c->matcher : NULL;
}

arc_scorer *arc_collector_scorer(arc_collector *c) {
  return c ? c->scorer : NULL;
}

/* ---- one message ---- */

/* What has come up since the touch was planned, if anything: the last look before it goes out (P6). */
static const char *collector_obstacle(const arc__view *v, uint32_t touch) {
  const arc__tables *t = v->tables;
  const unsigned pauses = 1u << ARC__EXCEPTION_DISPUTE | 1u << ARC__EXCEPTION_PROMISE |
                          1u << ARC__EXCEPTION_HOLD | 1u << ARC__EXCEPTION_PLAN;
  const uint32_t silent = ARC_CUSTOMER_DO_NOT_CONTACT | ARC_CUSTOMER_INSOLVENT | ARC_CUSTOMER_DECEASED |
                          ARC_CUSTOMER_LEGAL;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__TOUCH_ACCOUNT, touch));
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch), contact;
  int channel = arc__u8(t, ARC__TOUCH_CHANNEL, touch);
  if (arc__u32(t, ARC__CUSTOMER_FLAGS, customer) & silent) return "not sent: the customer is not to be contacted";
  if (arc__contact_for(t, customer, channel, &contact) == ARC__CONTACT_OPTED_OUT)
    return "not sent: the customer opted out of the channel";
  for (uint32_t i = first; i < first + arc__u32(t, ARC__TOUCH_ITEMS, touch); i++) {
    uint32_t instalment = arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, i);
    if (arc__view_undisputed(v, instalment) < arc__i64(t, ARC__TOUCH_ITEM_AMOUNT, i))
      return "not sent: an item was settled or disputed since";
    if (arc__view_pause(v, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment), channel, pauses))
      return "not sent: an item was promised, planned or put on hold since";
  }
  return NULL;
}

static arc_status collector_items(arc_collector *c, const arc__tables *t, uint32_t touch, arc_message *m,
                                  arc_error *err) {
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch);
  m->item_count = arc__u32(t, ARC__TOUCH_ITEMS, touch);
  if (arc__grow(c->heap, (void **)&c->items, &c->item_capacity, m->item_count, sizeof *c->items) < 0)
    return arc__fail_nomem(err);
  for (uint32_t i = 0; i < m->item_count; i++) {
    uint32_t instalment = arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, first + i);
    uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, instalment);
    c->items[i].struct_size = sizeof *c->items;
    c->items[i].due = arc__i32(t, ARC__INSTALMENT_DUE, instalment);
    c->items[i].invoice = arc__invoice_number(t, invoice);
    c->items[i].key = arc__text(t, ARC__INVOICE_KEY, invoice);
    c->items[i].amount = arc__i64(t, ARC__TOUCH_ITEM_AMOUNT, first + i);
  }
  m->items = c->items;
  return ARC_OK;
}

static arc_status collector_message(arc_collector *c, const arc__tables *t, uint32_t touch, arc_message *m,
                                    arc_error *err) {
  uint32_t account = arc__u32(t, ARC__TOUCH_ACCOUNT, touch), contact;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, account);
  arc_text sender = {c->sender, c->sender_size};
  memset(m, 0, sizeof *m);
  m->struct_size = sizeof *m;
  m->channel = arc__u8(t, ARC__TOUCH_CHANNEL, touch);
  m->idempotency_key = arc__text(t, ARC__TOUCH_KEY, touch);
  m->customer = arc__text(t, ARC__CUSTOMER_KEY, customer);
  m->customer_name = arc__text(t, ARC__CUSTOMER_NAME, customer);
  if (arc__contact_for(t, customer, m->channel, &contact) == ARC__CONTACT_FOUND) {
    m->recipient = arc__text(t, ARC__CONTACT_NAME, contact);
    m->address = arc__contact_address(t, contact, m->channel);
    m->language = arc__name(t, arc__u32(t, ARC__CONTACT_LANGUAGE, contact));
  }
  m->step = arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch));
  m->tone = arc__u8(t, ARC__TOUCH_TONE, touch);
  m->day = arc__i32(t, ARC__TOUCH_DAY, touch);
  arc__currency_unpack(m->currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  m->amount = arc__i64(t, ARC__TOUCH_AMOUNT, touch);
  ARC__TRY(collector_items(c, t, touch, m, err));
  return arc__rendering_write(&c->rendering, m, sender, err);
}

/* ---- the outbox ---- */

static int collector_to_send(const arc__tables *t, uint32_t touch) {
  int channel = arc__u8(t, ARC__TOUCH_CHANNEL, touch);
  return arc__u8(t, ARC__TOUCH_STATUS, touch) == ARC_TOUCH_PLANNED && channel != ARC_CHANNEL_CALL &&
         channel != ARC_CHANNEL_PLACEMENT;
}

/* Offers one message and says what became of it. `*code` is what the transport said. */
static arc_status collector_offer(arc_collector *c, const arc__view *v, uint32_t touch,
                                  arc_touch_outcome *outcome, int32_t *code, arc_error *err) {
  const char *obstacle = collector_obstacle(v, touch);
  arc_message message;
  memset(outcome, 0, sizeof *outcome);
  outcome->struct_size = sizeof *outcome;
  outcome->touch = arc__text(v->tables, ARC__TOUCH_KEY, touch);
  outcome->day = v->day;
  outcome->status = ARC_TOUCH_FAILED;
  *code = ARC_FAILED;
  if (obstacle) {
    outcome->detail.data = obstacle;
    outcome->detail.size = ARC_NUL_TERMINATED;
    return ARC_OK;
  }
  ARC__TRY(collector_message(c, v->tables, touch, &message, err));
  arc__ledger_callback(c->ledger, 1);
  *code = c->transport.send(c->transport.user, &message);
  arc__ledger_callback(c->ledger, 0);
  if (*code == ARC_SENT) outcome->status = ARC_TOUCH_SENT;
  else if (*code == ARC_PENDING) outcome->status = ARC_TOUCH_PENDING;
  return ARC_OK;
}

static void collector_count(arc_day_report *report, const arc_touch_outcome *outcomes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    report->touches_sent += outcomes[i].status == ARC_TOUCH_SENT;
    report->touches_failed += outcomes[i].status == ARC_TOUCH_FAILED;
    report->touches_pending += outcomes[i].status == ARC_TOUCH_PENDING;
  }
}

/* One group: offers up to 64 messages and records what became of them. ARC_DONE: nothing left to send. */
static arc_status collector_group(arc_collector *c, arc_day day, arc_day_report *report, arc_error *err) {
  const arc__tables *t = arc__ledger_tables(c->ledger);
  arc_touch_outcome outcomes[COLLECTOR_GROUP];
  arc__view view;
  uint32_t touch = c->next_touch;
  size_t count = 0;
  int32_t code = ARC_SENT;
  arc_status status;
  ARC__TRY(arc__view_open(&view, c->ledger, day, err));
  status = ARC_OK;
  for (; touch <= t->rows[ARC__TABLE_TOUCH] && count < COLLECTOR_GROUP && code >= 0 && status >= 0; touch++) {
    if (!collector_to_send(t, touch)) continue;
    status = collector_offer(c, &view, touch, &outcomes[count], &code, err);
    if (status >= 0 && code >= 0) count++;
  }
  arc__view_close(&view);
  if (count) {
    arc_status recorded = arc_ledger_post_touch_outcomes(c->ledger, outcomes, count, status < 0 ? NULL : err);
    if (recorded < 0) return status < 0 ? status : recorded;
    collector_count(report, outcomes, count);
  }
  if (status < 0) return status;
  if (code < 0)
    return arc__fail_host(err, ARC_E_HOST, code, "the transport cannot send now (code %d): run the day again",
                          (int)code);
  c->next_touch = touch;
  return count < COLLECTOR_GROUP ? ARC_DONE : ARC_OK;
}

static arc_status collector_send(arc_collector *c, arc_day day, arc_day_report *report, arc_error *err) {
  arc_status status = ARC_OK;
  if (!c->transport.send) return ARC_OK;
  /* A batch that the host took back may have taken touches with it. */
  if (c->next_touch > arc__ledger_tables(c->ledger)->rows[ARC__TABLE_TOUCH] + 1) c->next_touch = 1;
  while (status == ARC_OK) status = collector_group(c, day, report, err);
  return status < 0 ? status : ARC_OK;
}

/* ---- the day ---- */

static arc_status collector_phases(arc_collector *c, arc_day day, arc_day_report *report, arc_error *err) {
  size_t applied = 0, left = 0, planned = 0, withheld = 0;
  ARC__TRY(collector_send(c, day, report, err));
  if (!(c->flags & ARC_COLLECTOR_NO_MATCHING))
    ARC__TRY(arc_matcher_run(c->matcher, day, &applied, &left, err));
  report->payments_applied = applied;
  report->payments_left = left;
  ARC__TRY(arc_cadence_plan(c->cadence, day, &planned, &withheld, err));
  report->touches_planned = planned;
  report->touches_withheld = withheld;
  ARC__TRY(collector_send(c, day, report, err));
  return arc_ledger_post_day_run(c->ledger, day, err);
}

arc_status arc_collector_run_day(arc_collector *c, arc_day day, arc_day_report *out, arc_error *err) {
  arc_day_report report = ARC_DAY_REPORT_INIT;
  arc_day last;
  arc_status status;
  if (!c) return arc__fail(err, ARC_E_INVALID, "collector is NULL");
  if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "day must be a day of the years 1 to 9999");
  ARC__TRY(arc_batch_begin(c->ledger, err)); /* nobody has one open, and the handle can be used */
  arc_batch_abort(c->ledger);
  last = arc_ledger_last_day_run(c->ledger);
  report.day = day;
  if (out) ARC__TRY(arc__write_struct(out, &report, sizeof report, sizeof report, "arc_day_report", err));
  status = day == last && last != ARC_DAY_NONE ? ARC_ALREADY : ARC_OK;
  if (day < last) return arc__fail(err, ARC_E_REFUSED, "a later day was run already: days only go forward");
  if (status == ARC_OK) status = collector_phases(c, day, &report, err);
  if (out) arc__write_struct(out, &report, sizeof report, sizeof report, "arc_day_report", NULL);
  return status;
}
