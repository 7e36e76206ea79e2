/* Shared inside the collector: the handle, and its outbox. */
#ifndef ARC_COLLECTOR_INTERNAL_H
#define ARC_COLLECTOR_INTERNAL_H

#include "arcollect/collector.h"
#include "rendering.h"

#define ARC__RETRIES_MAX 16
#define ARC__REMIT_TO_MAX 32
#define ARC__COPIES_MAX 16
#define ARC__REPLY_RULES_MAX 64

struct arc_collector {
  const arc__heap *heap;
  arc_ledger *ledger;
  arc_cadence *cadence;
  arc_matcher *matcher;
  arc_scorer *scorer;
  arc_transport transport;
  const arc_calendar *calendar;
  arc_matcher_options matching;
  arc_letterhead letterhead; /* texts in `texts` */
  arc_remit_to remit_to[ARC__REMIT_TO_MAX];
  arc__buffer texts;
  uint32_t retry_hours[ARC__RETRIES_MAX];
  uint32_t retry_count;
  int32_t fallback_channel;
  uint32_t dispute_days;
  arc_progress progress;
  void *progress_user;
  arc_reply_rule reply_rules[ARC__REPLY_RULES_MAX]; /* texts in `texts` */
  uint32_t reply_rule_count;
  uint32_t reply_least_ppm, reply_days;
  const arc_reader *reply_reader;
  arc_reply_model reply_model;
  uint32_t flags;
  uint32_t next_touch;  /* rows before it have nothing to send any more */
  arc__rendering rendering;
  arc__buffer names; /* of a message, without marks that turn the direction of writing */
  arc_text copies[ARC__COPIES_MAX];
  arc_message_item *items;
  size_t item_capacity;
};

/* Tells the host; ARC_E_HOST if it says stop. */
arc_status arc__collector_progress(arc_collector *c, int32_t phase, uint64_t done, uint64_t total, arc_error *err);

/* collector_send.c: hands over what may go out now; records it in groups. */
arc_status arc__collector_send(arc_collector *c, arc_day day, int32_t phase, arc_day_report *report, arc_error *err);
/* Plans what bounced anew, by the channel that its step or the host falls back on. */
arc_status arc__collector_reroute(arc_collector *c, arc_day day, arc_day_report *report, arc_error *err);

/* collector_exceptions.c: counts into the report. */
arc_status arc__collector_summary(arc_collector *c, arc_day day, arc_day before, arc_day_report *report,
                                  arc_error *err);

/* collector_replies.c: what is done about replies unless the host says so. How many. */
uint32_t arc__replies_default_rules(arc_reply_rule rules[ARC__REPLY_RULES_MAX]);

/* collector.c: the phases of a day that can be run. */
arc_status arc__collector_phases(arc_collector *c, arc_day day, arc_day_report *report, arc_error *err);

#endif
