#include "arcollect/collector.h"

#include <string.h>

#include "collector_internal.h"
#include "error.h"
#include "heap.h"
#include "text.h"
#include "struct_sizes.h"

/*
 * Owns the handle and the order of a day. Every phase asks the ledger how far it has come and keeps nothing of its
 * own that decides anything: a run that was cut off at any instruction and starts again, in another process, does
 * what was left. A touch is durable as planned before its message is offered (collector_send.c).
 */

#define COLLECTOR_SENDER "Accounts receivable"
#define COLLECTOR_DISPUTE_DAYS 14
#define COLLECTOR_DEADLINE_DAYS 7
#define COLLECTOR_REPLY_DAYS 60
#define COLLECTOR_TEXT_MAX 512

/* ---- opening ---- */

/* Texts are gathered in one buffer; a text is its place there until all are in. */
static arc_status collector_take(arc_collector *c, arc_text *text, int kind, const char *what, arc_error *err) {
  ARC__TRY(arc__text_check(text, 0, COLLECTOR_TEXT_MAX, kind, what, 0, 0, err));
  arc__buffer_bytes(&c->texts, text->data, text->size);
  return ARC_OK;
}

static void collector_place(arc_collector *c, arc_text *text, size_t *at) {
  text->data = text->size ? (const char *)c->texts.data + *at : "";
  *at += text->size;
}

static arc_status collector_take_remit_to(arc_collector *c, const arc_letterhead *given, arc_error *err) {
  const unsigned char *at = (const unsigned char *)given->remit_to;
  if (given->remit_to_count > ARC__REMIT_TO_MAX || (given->remit_to_count && !at))
    return arc__fail(err, ARC_E_INVALID, "arc_letterhead: remit_to is NULL, or more than %d", ARC__REMIT_TO_MAX);
  for (uint32_t i = 0; i < given->remit_to_count; i++, at += given->remit_to->struct_size) {
    arc_remit_to *r = &c->remit_to[i];
    ARC__TRY(ARC__READ(arc_remit_to, r, at, err));
    r->struct_size = sizeof *r;
    r->currency[3] = 0;
    ARC__TRY(collector_take(c, &r->holder, ARC__TEXT_LINE, "holder", err));
    ARC__TRY(collector_take(c, &r->account, ARC__TEXT_LINE, "account", err));
    ARC__TRY(collector_take(c, &r->bank, ARC__TEXT_LINE, "bank", err));
    ARC__TRY(collector_take(c, &r->reference, ARC__TEXT_LINE, "reference", err));
    ARC__TRY(collector_take(c, &r->link, ARC__TEXT_LINE, "link", err));
  }
  return ARC_OK;
}

static arc_status collector_take_rules(arc_collector *c, const arc_collector_options *o, arc_error *err) {
  const unsigned char *at = (const unsigned char *)o->reply_rules;
  if (o->reply_rule_count > ARC__REPLY_RULES_MAX || (o->reply_rule_count && !at) || o->reply_least_ppm > 1000000 ||
      o->reply_days > 366 || o->reserved_2)
    return arc__fail_field(err, ARC_E_INVALID, 0, 15,
                           "at most %d reply_rules, 1,000,000 reply_least_ppm, 366 reply_days; reserved_2 is 0",
                           ARC__REPLY_RULES_MAX);
  for (uint32_t i = 0; i < o->reply_rule_count; i++, at += o->reply_rules->struct_size) {
    arc_reply_rule *r = &c->reply_rules[i];
    ARC__TRY(ARC__READ(arc_reply_rule, r, at, err));
    r->struct_size = sizeof *r;
    if (r->kind < ARC_REPLY_OTHER || r->kind > ARC_REPLY_THANKS || r->action < ARC_ACTION_PERSON ||
        r->action > ARC_ACTION_OPT_OUT || r->least_ppm > 1000000 || r->hold_days > 366 || r->answer_days > 366 ||
        (r->kind == ARC_REPLY_OTHER && r->action != ARC_ACTION_PERSON))
      return arc__fail_field(err, ARC_E_INVALID, i, 2,
                             "arc_reply_rule: kind, action, least_ppm, hold_days or answer_days is out of its range");
    ARC__TRY(collector_take(c, &r->detail, ARC__TEXT_LINE, "detail", err));
    ARC__TRY(collector_take(c, &r->owner, ARC__TEXT_LINE, "owner", err));
  }
  c->reply_rule_count = o->reply_rule_count;
  c->reply_least_ppm = o->reply_least_ppm;
  c->reply_reader = o->reply_reader;
  c->reply_model = o->reply_model;
  c->reply_days = o->reply_days ? o->reply_days : COLLECTOR_REPLY_DAYS;
  if (!o->reply_rules) c->reply_rule_count = arc__replies_default_rules(c->reply_rules);
  return ARC_OK;
}

static void collector_place_texts(arc_collector *c) {
  arc_letterhead *l = &c->letterhead;
  size_t at = 0;
  collector_place(c, &l->name, &at);
  collector_place(c, &l->address, &at);
  collector_place(c, &l->contact, &at);
  collector_place(c, &l->language, &at);
  for (uint32_t i = 0; i < l->remit_to_count; i++) {
    collector_place(c, &c->remit_to[i].holder, &at);
    collector_place(c, &c->remit_to[i].account, &at);
    collector_place(c, &c->remit_to[i].bank, &at);
    collector_place(c, &c->remit_to[i].reference, &at);
    collector_place(c, &c->remit_to[i].link, &at);
  }
  for (uint32_t i = 0; i < c->reply_rule_count; i++) {
    collector_place(c, &c->reply_rules[i].detail, &at);
    collector_place(c, &c->reply_rules[i].owner, &at);
  }
  l->remit_to = c->remit_to;
}

static arc_status collector_letterhead(arc_collector *c, const arc_collector_options *o, arc_error *err) {
  static const arc_text otherwise = {COLLECTOR_SENDER, sizeof COLLECTOR_SENDER - 1};
  arc_letterhead *l = &c->letterhead;
  arc_text sender = o->sender;
  ARC__TRY(arc__text_check(&sender, 0, 256, ARC__TEXT_LINE, "sender", 0, 5, err));
  if (o->letterhead) ARC__TRY(ARC__READ(arc_letterhead, l, o->letterhead, err));
  l->struct_size = sizeof *l;
  if (l->deadline_days > 366 || l->reserved)
    return arc__fail(err, ARC_E_INVALID, "arc_letterhead: deadline_days is at most 366, reserved is 0");
  if (!l->deadline_days) l->deadline_days = COLLECTOR_DEADLINE_DAYS;
  if (arc__text_size(l->name.data, l->name.size) == 0) l->name = sender.size ? sender : otherwise;
  ARC__TRY(collector_take(c, &l->name, ARC__TEXT_LINE, "name", err));
  ARC__TRY(collector_take(c, &l->address, ARC__TEXT_FREE, "address", err));
  ARC__TRY(collector_take(c, &l->contact, ARC__TEXT_FREE, "contact", err));
  ARC__TRY(collector_take(c, &l->language, ARC__TEXT_LINE, "language", err));
  ARC__TRY(collector_take_remit_to(c, l, err));
  ARC__TRY(collector_take_rules(c, o, err));
  if (c->texts.failed) return arc__fail_nomem(err);
  collector_place_texts(c);
  return ARC_OK;
}

static arc_status collector_retries(arc_collector *c, const arc_collector_options *o, arc_error *err) {
  static const uint32_t usual[] = {24, 72, 168};
  const uint32_t *hours = o->retry_hours ? o->retry_hours : usual;
  c->retry_count = o->retry_hours ? o->retry_count : 3;
  if (c->retry_count > ARC__RETRIES_MAX || (!o->retry_hours && o->retry_count))
    return arc__fail_field(err, ARC_E_INVALID, 0, 8, "retry_hours is NULL, or retry_count more than %d", ARC__RETRIES_MAX);
  for (uint32_t i = 0; i < c->retry_count; i++) {
    if (hours[i] < 1 || hours[i] > 8760)
      return arc__fail_field(err, ARC_E_INVALID, 0, 7, "retry_hours are 1 to 8,760");
    c->retry_hours[i] = hours[i];
  }
  return ARC_OK;
}

static arc_status collector_transport(arc_collector *c, const arc_transport *given, arc_error *err) {
  if (!given) return ARC_OK;
  ARC__TRY(ARC__READ(arc_transport, &c->transport, given, err));
  if (c->transport.flags) return arc__fail_field(err, ARC_E_INVALID, 0, 2, "arc_transport: flags must be 0");
  return c->transport.send ? ARC_OK : arc__fail_field(err, ARC_E_INVALID, 0, 2, "a transport needs send");
}

static arc_status collector_engines(arc_collector *c, const arc_collector_options *o, arc_error *err) {
  arc_cadence_options cadence = ARC_CADENCE_OPTIONS_INIT;
  cadence.calendar = c->calendar = o->calendar;
  if (o->matcher)
    ARC__TRY(ARC__READ(arc_matcher_options, &c->matching, o->matcher, err));
  c->matching.struct_size = sizeof c->matching;
  ARC__TRY(arc_cadence_open(&c->cadence, c->ledger, &cadence, err));
  ARC__TRY(arc_matcher_open(&c->matcher, c->ledger, &c->matching, err));
  return arc_scorer_open(&c->scorer, c->ledger, err);
}

static arc_status collector_start(arc_collector *c, const arc_collector_options *o, arc_error *err) {
  uint32_t flags = ARC_COLLECTOR_NO_MATCHING | ARC_COLLECTOR_NO_RENDERING | ARC_COLLECTOR_SUMMARY |
                   ARC_COLLECTOR_QUIET_HOURS;
  if (o->flags & ~flags || o->reserved)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "flags has bits that are not defined here, or reserved is not 0");
  if (o->fallback_channel < ARC_CHANNEL_NONE || o->fallback_channel > ARC_CHANNEL_WEBHOOK)
    return arc__fail_field(err, ARC_E_INVALID, 0, 9, "fallback_channel must be one of ARC_CHANNEL_*");
  c->flags = o->flags;
  c->fallback_channel = o->fallback_channel;
  c->dispute_days = o->dispute_days ? o->dispute_days : COLLECTOR_DISPUTE_DAYS;
  c->progress = o->progress;
  c->progress_user = o->progress_user;
  ARC__TRY(collector_transport(c, o->transport, err));
  ARC__TRY(collector_retries(c, o, err));
  ARC__TRY(collector_letterhead(c, o, err));
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
    ARC__TRY(ARC__READ(arc_collector_options, &options, given, err));
  c = arc__alloc(arc__ledger_heap(ledger), sizeof *c);
  if (!c) return arc__fail_nomem(err);
  c->heap = arc__ledger_heap(ledger);
  c->ledger = ledger;
  c->next_touch = 1;
  arc__buffer_init(&c->texts, c->heap);
  arc__buffer_init(&c->names, c->heap);
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
  arc__buffer_free(&c->texts);
  arc__buffer_free(&c->names);
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

/* ---- the day ---- */

arc_status arc__collector_progress(arc_collector *c, int32_t phase, uint64_t done, uint64_t total, arc_error *err) {
  int32_t stop;
  if (!c->progress) return ARC_OK;
  arc__ledger_callback(c->ledger, 1);
  stop = c->progress(c->progress_user, phase, done, total);
  arc__ledger_callback(c->ledger, 0);
  if (!stop) return ARC_OK;
  return arc__fail_host(err, ARC_E_HOST, stop, "progress stopped the run (%d): run the day again", (int)stop);
}

static arc_status collector_cash(arc_collector *c, arc_day day, arc_day_report *report, arc_error *err) {
  size_t applied = 0, left = 0;
  ARC__TRY(arc__collector_progress(c, ARC_PHASE_CASH, 0, 0, err));
  if (!(c->flags & ARC_COLLECTOR_NO_MATCHING)) ARC__TRY(arc_matcher_run(c->matcher, day, &applied, &left, err));
  report->payments_applied = applied;
  report->payments_left = left;
  return ARC_OK;
}

static arc_status collector_cadence(arc_collector *c, arc_day day, arc_day_report *report, arc_error *err) {
  size_t planned = 0, withheld = 0;
  ARC__TRY(arc__collector_progress(c, ARC_PHASE_CADENCE, 0, 0, err));
  ARC__TRY(arc_cadence_plan(c->cadence, day, &planned, &withheld, err));
  report->touches_planned = planned;
  report->touches_withheld = withheld;
  return ARC_OK;
}

arc_status arc__collector_phases(arc_collector *c, arc_day day, arc_day_report *report, arc_error *err) {
  arc_day before = arc__ledger_last_day_run(c->ledger);
  ARC__TRY(arc__collector_send(c, day, ARC_PHASE_LEFT_OVER, report, err));
  ARC__TRY(collector_cash(c, day, report, err));
  ARC__TRY(arc__collector_progress(c, ARC_PHASE_BOUNCES, 0, 0, err));
  ARC__TRY(arc__collector_reroute(c, day, report, err));
  ARC__TRY(collector_cadence(c, day, report, err));
  ARC__TRY(arc__collector_send(c, day, ARC_PHASE_SENDING, report, err));
  if (c->flags & ARC_COLLECTOR_SUMMARY) {
    ARC__TRY(arc__collector_progress(c, ARC_PHASE_SUMMARY, 0, 0, err));
    ARC__TRY(arc__collector_summary(c, day, before, report, err));
  }
  return arc_ledger_post_day(c->ledger, day, ARC_DAY_IS_RUN, err);
}

/* Nobody has a batch open, and the handle can be used; the report is one that can be filled. */
static arc_status collector_ready(arc_collector *c, arc_day day, arc_day_report *report, arc_day_report *out,
                                  arc_error *err) {
  if (!c) return arc__fail(err, ARC_E_INVALID, "collector is NULL");
  if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "day must be a day of the years 1 to 9999");
  ARC__TRY(arc_batch_begin(c->ledger, err));
  arc_batch_abort(c->ledger);
  report->day = day;
  return out ? ARC__WRITE(arc_day_report, out, report, err) : ARC_OK;
}

arc_status arc_collector_run_day(arc_collector *c, arc_day day, arc_day_report *out, arc_error *err) {
  arc_day_report report = ARC_DAY_REPORT_INIT;
  arc_day last;
  arc_status status;
  ARC__TRY(collector_ready(c, day, &report, out, err));
  last = arc__ledger_last_day_run(c->ledger);
  status = day == last && last != ARC_DAY_NONE ? ARC_ALREADY : ARC_OK;
  if (day < last) return arc__fail(err, ARC_E_REFUSED, "a later day was run already: days only go forward");
  if (status == ARC_OK) status = arc__collector_phases(c, day, &report, err);
  if (out) ARC__WRITE(arc_day_report, out, &report, NULL);
  return status;
}

arc_status arc_collector_send(arc_collector *c, arc_day day, arc_day_report *out, arc_error *err) {
  arc_day_report report = ARC_DAY_REPORT_INIT;
  arc_status status;
  ARC__TRY(collector_ready(c, day, &report, out, err));
  if (day < arc__ledger_last_day_run(c->ledger))
    return arc__fail(err, ARC_E_REFUSED, "a later day was run already: days only go forward");
  status = arc__collector_send(c, day, ARC_PHASE_LEFT_OVER, &report, err);
  if (out) ARC__WRITE(arc_day_report, out, &report, NULL);
  return status;
}
