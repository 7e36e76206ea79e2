#include "collector_internal.h"

#include <string.h>

#include "cadence_again.h"
#include "currency.h"
#include "error.h"
#include "heap.h"
#include "text.h"

/*
 * Owns the outbox. A touch is durable as planned before its message is offered, and what became of messages is
 * recorded in groups whose borders follow from the touches alone: a run that was cut off offers the unfinished group
 * again, under the same keys, and records the same commits. Whatever a transport answers, a message is offered again
 * only while it is recorded as planned, and under its one key: one that may have gone out never gets a second one.
 */

#define OUTBOX_GROUP 64
#define OUTBOX_HOUR ((int64_t)3600000)
#define OUTBOX_DAY (24 * OUTBOX_HOUR)

/* ---- one message ---- */

static const char *outbox_customer_obstacle(const arc__tables *t, uint32_t customer) {
  const uint32_t silent = ARC_CUSTOMER_DO_NOT_CONTACT | ARC_CUSTOMER_INSOLVENT | ARC_CUSTOMER_DECEASED |
                          ARC_CUSTOMER_LEGAL;
  return arc__u32(t, ARC__CUSTOMER_FLAGS, customer) & silent ? "not sent: the customer is not to be contacted" : NULL;
}

static const char *outbox_item_obstacle(const arc__view *v, uint32_t instalment, int64_t amount, int channel) {
  const unsigned pauses = 1u << ARC__EXCEPTION_DISPUTE | 1u << ARC__EXCEPTION_PROMISE |
                          1u << ARC__EXCEPTION_HOLD | 1u << ARC__EXCEPTION_PLAN;
  if (arc__view_undisputed(v, instalment) < amount) return "not sent: an item was settled or disputed since";
  if (arc__view_pause(v, arc__u32(v->tables, ARC__INSTALMENT_INVOICE, instalment), channel, pauses))
    return "not sent: an item was promised, planned or put on hold since";
  return NULL;
}

/* What has come up since the touch was planned, if anything: the last look before it goes out (P6). */
static const char *outbox_obstacle(const arc__view *v, uint32_t touch) {
  const arc__tables *t = v->tables;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__TOUCH_ACCOUNT, touch));
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch), contact;
  int channel = arc__u8(t, ARC__TOUCH_CHANNEL, touch);
  const char *obstacle = outbox_customer_obstacle(t, customer);
  if (obstacle) return obstacle;
  switch (arc__contact_of_role(t, customer, channel, arc__u8(t, ARC__TOUCH_ROLES, touch), &contact)) {
  case ARC__CONTACT_OPTED_OUT: return "not sent: the customer opted out of the channel";
  case ARC__CONTACT_NO_ADDRESS: return "not sent: no contact has an address for the channel any more";
  default: break;
  }
  for (uint32_t i = first; i < first + arc__u32(t, ARC__TOUCH_ITEMS, touch) && !obstacle; i++)
    obstacle = outbox_item_obstacle(v, arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, i),
                                  arc__i64(t, ARC__TOUCH_ITEM_AMOUNT, i), channel);
  return obstacle;
}

static void outbox_item(arc_message_item *item, const arc__view *v, uint32_t row) {
  const arc__tables *t = v->tables;
  uint32_t instalment = arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, row);
  uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, instalment);
  memset(item, 0, sizeof *item);
  item->struct_size = sizeof *item;
  item->due = arc__i32(t, ARC__INSTALMENT_DUE, instalment);
  item->invoice = arc__invoice_number(t, invoice);
  item->key = arc__text(t, ARC__INVOICE_KEY, invoice);
  item->amount = arc__i64(t, ARC__TOUCH_ITEM_AMOUNT, row);
  item->invoiced = arc__i64(t, ARC__INSTALMENT_AMOUNT, instalment);
  item->paid = item->invoiced - arc__view_instalment_open(v, instalment);
  item->po_number = arc__text(t, ARC__INVOICE_PO_NUMBER, invoice);
  item->issued = arc__i32(t, ARC__INVOICE_ISSUED, invoice);
  item->kind = arc__u8(t, ARC__INVOICE_KIND, invoice);
}

/* The sums fit: they are parts of the account's turnover, which the ledger checked. */
static arc_status outbox_items(arc_collector *c, const arc__view *v, uint32_t touch, arc_message *m, arc_error *err) {
  uint32_t first = arc__u32(v->tables, ARC__TOUCH_ITEM, touch);
  m->item_count = arc__u32(v->tables, ARC__TOUCH_ITEMS, touch);
  if (arc__grow(c->heap, (void **)&c->items, &c->item_capacity, m->item_count, sizeof *c->items) < 0)
    return arc__fail_nomem(err);
  for (uint32_t i = 0; i < m->item_count; i++) {
    outbox_item(&c->items[i], v, first + i);
    m->invoiced += c->items[i].invoiced;
    m->paid += c->items[i].paid;
  }
  m->items = c->items;
  return ARC_OK;
}

/* A name for whoever writes headers and labels of it: what turns the direction of writing is left out. The buffer has
 * room. */
static arc_text outbox_name(arc__buffer *names, arc_text text) {
  arc_text clean = {(const char *)names->data + names->size, 0};
  size_t begin = names->size;
  for (size_t i = 0; i < text.size;) {
    uint32_t number = 0;
    size_t size = arc__text_character(text.data + i, text.size - i, &number);
    if (size == 0) size = 1;
    if (!arc__text_is_bidi(number)) arc__buffer_bytes(names, text.data + i, size);
    i += size;
  }
  clean.size = names->size - begin;
  return clean;
}

static arc_status outbox_names(arc_collector *c, arc_message *m, arc_error *err) {
  c->names.size = 0;
  if (!arc__buffer_reserve(&c->names, m->customer_name.size + m->recipient.size + 1)) {
    c->names.failed = 0;
    return arc__fail_nomem(err);
  }
  m->customer_name = outbox_name(&c->names, m->customer_name);
  m->recipient = outbox_name(&c->names, m->recipient);
  return ARC_OK;
}

/* The currency's own account, else the one for all. */
static const arc_remit_to *outbox_remit_to(const arc_collector *c, const char *currency) {
  const arc_remit_to *found = NULL;
  for (uint32_t i = c->letterhead.remit_to_count; i > 0; i--) {
    const arc_remit_to *r = &c->remit_to[i - 1];
    if (strcmp(r->currency, currency) == 0) return r;
    if (!r->currency[0]) found = r;
  }
  return found;
}

/* The addresses of those who get a copy: contacts of the touch's roles for it, but not who gets the message. */
static void outbox_copies(arc_collector *c, const arc__tables *t, uint32_t customer, uint32_t touch, uint32_t recipient,
                        arc_message *m) {
  unsigned roles = arc__u8(t, ARC__TOUCH_COPIES, touch);
  uint32_t contact = roles ? arc__u32(t, ARC__CUSTOMER_CONTACT, customer) : 0;
  m->copies = c->copies;
  for (; contact && m->copy_count < ARC__COPIES_MAX; contact = arc__u32(t, ARC__CONTACT_NEXT, contact)) {
    unsigned refused = arc__u32(t, ARC__CONTACT_OPT_OUTS, contact) | arc__u16(t, ARC__CONTACT_BOUNCED, contact);
    arc_text address = arc__contact_address(t, contact, m->channel);
    if (contact != recipient && roles & 1u << arc__u8(t, ARC__CONTACT_ROLE, contact) &&
        !(refused & 1u << m->channel) && address.size)
      c->copies[m->copy_count++] = address;
  }
}

/* What the customer has on account is told, and what is left with it set off; it stays what it is until it is applied. */
static void outbox_credits(const arc__view *v, uint32_t account, arc_message *m) {
  int64_t credits = arc__view_unapplied(v, account);
  m->on_account = credits > 0 ? credits : 0;
  m->net = m->amount > m->on_account ? m->amount - m->on_account : 0;
}

static arc_status outbox_message(arc_collector *c, const arc__view *v, uint32_t touch, arc_message *m,
                               arc_error *err) {
  const arc__tables *t = v->tables;
  uint32_t account = arc__u32(t, ARC__TOUCH_ACCOUNT, touch), contact;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, account);
  memset(m, 0, sizeof *m);
  m->struct_size = sizeof *m;
  m->channel = arc__u8(t, ARC__TOUCH_CHANNEL, touch);
  m->idempotency_key = arc__text(t, ARC__TOUCH_KEY, touch);
  m->customer = arc__text(t, ARC__CUSTOMER_KEY, customer);
  m->customer_name = arc__text(t, ARC__CUSTOMER_NAME, customer);
  if (arc__contact_of_role(t, customer, m->channel, arc__u8(t, ARC__TOUCH_ROLES, touch), &contact) ==
      ARC__CONTACT_FOUND) {
    m->recipient = arc__text(t, ARC__CONTACT_NAME, contact);
    m->address = arc__contact_address(t, contact, m->channel);
    m->language = arc__name(t, arc__u32(t, ARC__CONTACT_LANGUAGE, contact));
  }
  outbox_copies(c, t, customer, touch, contact, m);
  m->step = arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch));
  m->tone = arc__u8(t, ARC__TOUCH_TONE, touch);
  m->day = arc__i32(t, ARC__TOUCH_DAY, touch);
  m->deadline = m->day + (arc_day)c->letterhead.deadline_days;
  m->attempt = arc__u16(t, ARC__TOUCH_ATTEMPTS, touch) + 1u;
  m->letterhead = &c->letterhead;
  arc__currency_unpack(m->currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  m->remit_to = outbox_remit_to(c, m->currency);
  m->amount = arc__i64(t, ARC__TOUCH_AMOUNT, touch);
  outbox_credits(v, account, m);
  ARC__TRY(outbox_names(c, m, err));
  ARC__TRY(outbox_items(c, v, touch, m, err));
  if (c->flags & ARC_COLLECTOR_NO_RENDERING) return ARC_OK;
  return arc__rendering_write(&c->rendering, t, touch, m, err);
}

/* ---- offering ---- */

/* The host's clock, or the beginning of the day if that is later, or it has none. */
static int64_t outbox_now(const arc_collector *c, arc_day day) {
  int64_t instant = arc__ledger_instant(c->ledger), begin = day * OUTBOX_DAY;
  return instant > begin ? instant : begin;
}

/* Calls, escalations among them, and placements are tasks for people. */
static int outbox_is_message(int channel) {
  return channel != ARC_CHANNEL_CALL && channel != ARC_CHANNEL_PLACEMENT;
}

enum { OUTBOX_NOTHING, OUTBOX_LATER, OUTBOX_NOW }; /* what a touch asks for */

static int outbox_asks(const arc__tables *t, uint32_t touch, int64_t now) {
  int channel = arc__u8(t, ARC__TOUCH_CHANNEL, touch);
  if (arc__u8(t, ARC__TOUCH_STATUS, touch) != ARC_TOUCH_PLANNED || !outbox_is_message(channel)) return OUTBOX_NOTHING;
  return arc__i64(t, ARC__TOUCH_NOT_BEFORE, touch) > now ? OUTBOX_LATER : OUTBOX_NOW;
}

/* Whether quiet hours keep a touch back, if they are to be kept. A touch of a policy that the book does not know has
 * none. */
static arc_status outbox_is_quiet(const arc_collector *c, const arc__tables *t, uint32_t touch, int64_t now, int *quiet,
                                arc_error *err) {
  arc_text key = arc__text(t, ARC__TOUCH_KEY, touch);
  int64_t from = now;
  arc_status status;
  *quiet = 0;
  if (!(c->flags & ARC_COLLECTOR_QUIET_HOURS)) return ARC_OK;
  status = arc_cadence_send_from(&from, c->cadence, key.data, key.size, now, NULL);
  if (status == ARC_E_NOMEM) return arc__fail_nomem(err);
  *quiet = status == ARC_E_REFUSED || from > now;
  return ARC_OK;
}

/* A group of messages that were offered, and what is to be recorded of them. */
typedef struct outbox_group {
  arc_touch_outcome outcomes[OUTBOX_GROUP];
  char reasons[OUTBOX_GROUP][sizeof((arc_error *)0)->text]; /* why a message could not be written */
  size_t outcome_count;
  int32_t code; /* what the transport said last */
} outbox_group;

static arc_touch_outcome *outbox_add_outcome(outbox_group *g, arc_text touch, arc_day day, int32_t status, const char *detail) {
  arc_touch_outcome *o = &g->outcomes[g->outcome_count++];
  memset(o, 0, sizeof *o);
  o->struct_size = sizeof *o;
  o->touch = touch;
  o->day = day;
  o->status = status;
  o->detail.data = detail;
  o->detail.size = detail ? ARC_NUL_TERMINATED : 0;
  return o;
}

/* The retry policy: again after its hours, or never. */
static void outbox_add_retry(const arc_collector *c, outbox_group *g, const arc__tables *t, uint32_t touch, arc_day day) {
  uint32_t tried = arc__u16(t, ARC__TOUCH_ATTEMPTS, touch);
  arc_text key = arc__text(t, ARC__TOUCH_KEY, touch);
  if (tried >= c->retry_count)
    outbox_add_outcome(g, key, day, ARC_TOUCH_FAILED, "not sent: the transport put it off too often");
  else
    outbox_add_outcome(g, key, day, ARC_TOUCH_PLANNED, NULL)->not_before =
        outbox_now(c, day) + c->retry_hours[tried] * OUTBOX_HOUR;
}

/* A code that we do not know may mean anything, even that the message is out: it is pending, and never offered again
 * by itself. */
static void outbox_take_answer(const arc_collector *c, outbox_group *g, const arc__tables *t, uint32_t touch,
                             arc_day day) {
  arc_text key = arc__text(t, ARC__TOUCH_KEY, touch);
  if (g->code < 0) return;
  switch (g->code) {
  case ARC_SENT: outbox_add_outcome(g, key, day, ARC_TOUCH_SENT, NULL); break;
  case ARC_FAILED: outbox_add_outcome(g, key, day, ARC_TOUCH_FAILED, NULL); break;
  case ARC_RETRY: outbox_add_retry(c, g, t, touch, day); break;
  case ARC_PENDING: outbox_add_outcome(g, key, day, ARC_TOUCH_PENDING, NULL); break;
  default:
    outbox_add_outcome(g, key, day, ARC_TOUCH_PENDING, "the transport's answer is not known: it may have gone out");
  }
}

/* Offers one message, and notes what became of it. A message that cannot be written fails alone. */
static arc_status outbox_offer(arc_collector *c, const arc__view *v, uint32_t touch, outbox_group *g, arc_error *err) {
  arc_text key = arc__text(v->tables, ARC__TOUCH_KEY, touch);
  const char *obstacle = outbox_obstacle(v, touch);
  arc_error detail = ARC_ERROR_INIT;
  arc_message message;
  arc_status status;
  if (obstacle) {
    outbox_add_outcome(g, key, v->day, ARC_TOUCH_FAILED, obstacle);
    return ARC_OK;
  }
  status = outbox_message(c, v, touch, &message, &detail);
  if (status == ARC_E_NOMEM) return arc__fail_nomem(err);
  if (status < 0) {
    char *reason = g->reasons[g->outcome_count];
    memcpy(reason, detail.text, sizeof detail.text);
    outbox_add_outcome(g, key, v->day, ARC_TOUCH_FAILED, reason);
    return ARC_OK;
  }
  arc__ledger_callback(c->ledger, 1);
  g->code = c->transport.send(c->transport.user, &message);
  arc__ledger_callback(c->ledger, 0);
  outbox_take_answer(c, g, v->tables, touch, v->day);
  return ARC_OK;
}

static void outbox_count(arc_day_report *report, const outbox_group *g) {
  for (size_t i = 0; i < g->outcome_count; i++) {
    report->touches_sent += g->outcomes[i].status == ARC_TOUCH_SENT;
    report->touches_failed += g->outcomes[i].status == ARC_TOUCH_FAILED;
    report->touches_pending += g->outcomes[i].status == ARC_TOUCH_PENDING;
    report->touches_put_off += g->outcomes[i].status == ARC_TOUCH_PLANNED;
  }
}

/* One commit. */
static arc_status outbox_record(arc_collector *c, const outbox_group *g, arc_error *err) {
  if (!g->outcome_count) return ARC_OK;
  return arc_ledger_post_touch_outcomes(c->ledger, g->outcomes, g->outcome_count, err);
}

/* Offers up to 64 messages from touch *next on and records what became of them. ARC_DONE: nothing is left. */
static arc_status outbox_one_group(arc_collector *c, arc_day day, outbox_group *g, uint32_t *next, arc_day_report *report,
                                 arc_error *err) {
  const arc__tables *t = arc__ledger_tables(c->ledger);
  int64_t now = outbox_now(c, day);
  uint32_t touch = *next;
  arc__view view;
  arc_status status = ARC_OK, recorded;
  g->outcome_count = 0;
  g->code = ARC_SENT;
  ARC__TRY(arc__view_open(&view, c->ledger, day, err));
  for (; touch <= t->rows[ARC__TABLE_TOUCH] && g->outcome_count < OUTBOX_GROUP && g->code >= 0 &&
         status >= 0;
       touch++) {
    int quiet;
    if (outbox_asks(t, touch, now) != OUTBOX_NOW) continue;
    status = outbox_is_quiet(c, t, touch, now, &quiet, err);
    if (status < 0) break;
    report->touches_quiet += (uint64_t)quiet;
    if (!quiet) status = outbox_offer(c, &view, touch, g, err);
  }
  arc__view_close(&view);
  recorded = outbox_record(c, g, status < 0 ? NULL : err);
  if (recorded >= 0) outbox_count(report, g);
  if (status < 0) return status;
  ARC__TRY(recorded);
  if (g->code < 0)
    return arc__fail_host(err, ARC_E_HOST, g->code, "the transport cannot send now (code %d): run the day again",
                          (int)g->code);
  *next = touch;
  return g->outcome_count < OUTBOX_GROUP ? ARC_DONE : ARC_OK;
}

/* Touches before c->next_touch are done with: those that wait for another attempt are not. */
static void outbox_advance(arc_collector *c, int64_t now) {
  const arc__tables *t = arc__ledger_tables(c->ledger);
  while (c->next_touch <= t->rows[ARC__TABLE_TOUCH] && outbox_asks(t, c->next_touch, now) == OUTBOX_NOTHING)
    c->next_touch++;
}

arc_status arc__collector_send(arc_collector *c, arc_day day, int32_t phase, arc_day_report *report, arc_error *err) {
  outbox_group *group;
  uint64_t done = 0;
  uint32_t next;
  arc_status status = ARC_OK;
  ARC__TRY(arc__collector_progress(c, phase, 0, 0, err));
  if (!c->transport.send) return ARC_OK;
  /* A batch that the host took back may have taken touches with it. */
  if (c->next_touch > arc__ledger_tables(c->ledger)->rows[ARC__TABLE_TOUCH] + 1) c->next_touch = 1;
  group = arc__alloc(c->heap, sizeof *group);
  if (!group) return arc__fail_nomem(err);
  report->touches_quiet = 0; /* the last pass sees them all */
  for (next = c->next_touch; status == ARC_OK;) {
    status = outbox_one_group(c, day, group, &next, report, err);
    done += status >= 0 ? group->outcome_count : 0;
    if (status >= 0 && done) {
      arc_status stop = arc__collector_progress(c, phase, done, 0, err);
      if (stop < 0) status = stop;
    }
  }
  arc__free(c->heap, group, sizeof *group);
  outbox_advance(c, outbox_now(c, day));
  return status < 0 ? status : ARC_OK;
}

/* ---- bounces ---- */

/* The touch that takes the place of one that bounced. Points into `key` and `items`, which lie behind it. */
typedef struct outbox_reroute {
  arc_touch touch;
  arc__buffer key, items;
} outbox_reroute;

/* What may be asked for of an instalment; what a command of a later day settles is not asked for either. */
static int64_t outbox_open(const arc__view *v, uint32_t instalment) {
  int64_t then = arc__view_undisputed(v, instalment), now = arc__i64(v->tables, ARC__INSTALMENT_OPEN, instalment);
  return then < now ? then : now;
}

static void outbox_reroute_items(outbox_reroute *r, const arc__view *v, uint32_t touch, int channel) {
  const arc__tables *t = v->tables;
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch);
  for (uint32_t i = first; i < first + arc__u32(t, ARC__TOUCH_ITEMS, touch); i++) {
    uint32_t instalment = arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, i);
    int64_t asked = arc__i64(t, ARC__TOUCH_ITEM_AMOUNT, i), open = outbox_open(v, instalment);
    arc_touch_item item = {sizeof item, arc__instalment_number(t, instalment), {NULL, 0}, open < asked ? open : asked};
    item.invoice = arc__text(t, ARC__INVOICE_KEY, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment));
    if (item.amount <= 0 || outbox_item_obstacle(v, instalment, item.amount, channel)) continue;
    arc__buffer_bytes(&r->items, &item, sizeof item);
    r->touch.item_count++;
  }
}

static void outbox_reroute_fill(outbox_reroute *r, const arc__view *v, uint32_t touch, int32_t channel) {
  static const char reason[] = "the message by the step's channel bounced";
  const arc__tables *t = v->tables;
  uint32_t account = arc__u32(t, ARC__TOUCH_ACCOUNT, touch), anchor = arc__u32(t, ARC__TOUCH_ANCHOR, touch);
  arc_text before = arc__text(t, ARC__TOUCH_KEY, touch);
  arc_touch *p = &r->touch;
  memset(p, 0, sizeof *p);
  r->key.size = r->items.size = 0;
  arc__buffer_bytes(&r->key, before.data, before.size);
  arc__buffer_format(&r->key, "|bounced-%d", (int)channel);
  outbox_reroute_items(r, v, touch, channel);
  p->struct_size = sizeof *p;
  p->key.data = (const char *)r->key.data;
  p->key.size = r->key.size;
  p->customer = arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account));
  p->anchor = arc__text(t, ARC__INVOICE_KEY, arc__u32(t, ARC__INSTALMENT_INVOICE, anchor));
  p->anchor_instalment = arc__instalment_number(t, anchor);
  p->step = arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch));
  p->policy = arc__name(t, arc__u32(t, ARC__TOUCH_POLICY, touch));
  p->policy_version = arc__u32(t, ARC__TOUCH_VERSION, touch);
  p->template_name = arc__name(t, arc__u32(t, ARC__TOUCH_TEMPLATE, touch));
  p->roles = arc__u8(t, ARC__TOUCH_ROLES, touch);
  p->reason.data = reason;
  p->reason.size = sizeof reason - 1;
  arc__currency_unpack(p->currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  p->day = v->day;
  p->offset = arc__i32(t, ARC__TOUCH_OFFSET, touch);
  p->channel = channel;
  p->tone = arc__u8(t, ARC__TOUCH_TONE, touch);
  p->items = (const arc_touch_item *)(const void *)r->items.data;
}

/* Whether a message came back, and no later step has taken its place. */
static int outbox_came_back(const arc__tables *t, uint32_t touch) {
  return arc__u8(t, ARC__TOUCH_STATUS, touch) == ARC_TOUCH_BOUNCED &&
         outbox_is_message(arc__u8(t, ARC__TOUCH_CHANNEL, touch)) &&
         arc__i32(t, ARC__INSTALMENT_STEP, arc__u32(t, ARC__TOUCH_ANCHOR, touch)) <=
             arc__i32(t, ARC__TOUCH_OFFSET, touch);
}

/* Whether whom it was for may be reached by another channel. */
static int outbox_may_reach(const arc__tables *t, uint32_t touch, int32_t channel) {
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__TOUCH_ACCOUNT, touch)), contact;
  int found = arc__contact_of_role(t, customer, channel, arc__u8(t, ARC__TOUCH_ROLES, touch), &contact);
  return channel && arc__u8(t, ARC__TOUCH_CHANNEL, touch) != channel && !outbox_customer_obstacle(t, customer) &&
         (found == ARC__CONTACT_FOUND || found == ARC__CONTACT_HOST);
}

/* Planned once: its key is known from then on, whatever is open by then. */
static arc_status outbox_reroute_one(arc_collector *c, const arc__view *v, uint32_t touch, outbox_reroute *r,
                                   arc_error *err) {
  const arc__tables *t = v->tables;
  int32_t channel;
  if (!outbox_came_back(t, touch)) return ARC_ALREADY;
  ARC__TRY(arc__cadence_otherwise(c->cadence, touch, &channel, err));
  if (!channel) channel = c->fallback_channel;
  if (!outbox_may_reach(t, touch, channel)) return ARC_ALREADY;
  outbox_reroute_fill(r, v, touch, channel);
  if (r->key.failed || r->items.failed) return arc__fail_nomem(err);
  if (r->touch.item_count == 0 || r->key.size > 255 || arc__index_find(t, ARC__INDEX_TOUCH, r->touch.key, 0))
    return ARC_ALREADY;
  ARC__TRY(arc__cadence_again(c->cadence, &r->touch, arc__u32(t, ARC__TOUCH_ACCOUNT, touch),
                              arc__u32(t, ARC__TOUCH_ANCHOR, touch), &r->touch.checks, err));
  return r->touch.checks ? arc_ledger_post_touches(c->ledger, &r->touch, 1, err) : ARC_ALREADY;
}

arc_status arc__collector_reroute(arc_collector *c, arc_day day, arc_day_report *report, arc_error *err) {
  const arc__tables *t = arc__ledger_tables(c->ledger);
  uint32_t seen = arc__u32(t, ARC__BOOK_BOUNCE_SEEN, 1); /* too long ago */
  outbox_reroute r;
  arc_status status = ARC_OK;
  arc__buffer_init(&r.key, c->heap);
  arc__buffer_init(&r.items, c->heap);
  for (uint32_t touch = arc__u32(t, ARC__BOOK_BOUNCE, 1); touch && touch != seen && status >= 0;
       touch = arc__u32(t, ARC__TOUCH_BOUNCE_NEXT, touch)) {
    arc__view view;
    status = arc__view_open(&view, c->ledger, day, err);
    if (status < 0) break;
    status = outbox_reroute_one(c, &view, touch, &r, err);
    arc__view_close(&view);
    report->touches_rerouted += status == ARC_OK;
  }
  arc__buffer_free(&r.key);
  arc__buffer_free(&r.items);
  return status < 0 ? status : ARC_OK;
}
