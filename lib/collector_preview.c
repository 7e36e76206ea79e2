#include "collector_internal.h"

#include <string.h>

#include "currency.h"
#include "error.h"
#include "hash.h"
#include "ledger_view.h"
#include "report.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns the look ahead: days are run on a fork by a collector of their own, whose transport writes down what it is
 * given. There is no second way of deciding, so a preview is what a run will do, unless something is recorded in
 * between; arc_collector_compare says what that was. */

typedef struct ahead_notes {
  arc_report *report;
  uint64_t since;
  arc_day day; /* being run */
} ahead_notes;

static const arc__report_column ahead_columns[] = {
    {"date", ARC_COLUMN_DAY},      {"touch", ARC_COLUMN_TEXT},    {"customer", ARC_COLUMN_TEXT},
    {"channel", ARC_COLUMN_TEXT},  {"step", ARC_COLUMN_TEXT},     {"tone", ARC_COLUMN_TEXT},
    {"what", ARC_COLUMN_TEXT},     {"language", ARC_COLUMN_TEXT}, {"address", ARC_COLUMN_TEXT},
    {"currency", ARC_COLUMN_TEXT}, {"amount", ARC_COLUMN_MONEY},  {"items", ARC_COLUMN_INTEGER},
    {"subject", ARC_COLUMN_TEXT},  {"digest", ARC_COLUMN_TEXT},   {"since", ARC_COLUMN_INTEGER}};

static const char *ahead_channel(int32_t channel) {
  static const char *const names[] = {"none", "email", "sms", "letter", "registered-letter",
                                      "call", "voice", "portal", "webhook", "placement"};
  return channel >= 0 && (size_t)channel < sizeof names / sizeof *names ? names[channel] : "unknown";
}

static const char *ahead_tone(int32_t tone) {
  static const char *const names[] = {"none", "friendly", "neutral", "firm", "final"};
  return tone >= 0 && (size_t)tone < sizeof names / sizeof *names ? names[tone] : "unknown";
}

static void ahead_text(arc_report *report, arc_text text) {
  arc__report_add_text(report, text.data, text.size);
}

/* Sizes go in too, so that no two messages are one row of bytes. */
static void ahead_hash(arc__blake2b *h, arc_text text) {
  unsigned char size[8];
  for (int i = 0; i < 8; i++) size[i] = (unsigned char)((uint64_t)text.size >> 8 * i & 0xff);
  arc__blake2b_update(h, size, sizeof size);
  if (text.size) arc__blake2b_update(h, text.data, text.size);
}

static void ahead_digest(arc_report *report, const arc_message *m) {
  static const char digits[] = "0123456789abcdef";
  unsigned char digest[32];
  char text[65];
  arc__blake2b h;
  arc__blake2b_init(&h);
  ahead_hash(&h, m->address);
  ahead_hash(&h, m->subject);
  ahead_hash(&h, m->body);
  ahead_hash(&h, m->html);
  arc__blake2b_final(&h, digest);
  for (int i = 0; i < 32; i++) {
    text[2 * i] = digits[digest[i] >> 4];
    text[2 * i + 1] = digits[digest[i] & 15];
  }
  text[64] = 0;
  arc__report_add_string(report, text);
}

/* The transport of a preview. */
static int32_t ahead_send(void *user, const arc_message *m) {
  ahead_notes *n = user;
  arc_report *report = n->report;
  arc__report_add_integer(report, n->day);
  ahead_text(report, m->idempotency_key);
  ahead_text(report, m->customer);
  arc__report_add_string(report, ahead_channel(m->channel));
  ahead_text(report, m->step);
  arc__report_add_string(report, ahead_tone(m->tone));
  arc__report_add_string(report, "message");
  ahead_text(report, m->language);
  ahead_text(report, m->address);
  arc__report_add_string(report, m->currency);
  arc__report_add_integer(report, m->amount);
  arc__report_add_integer(report, m->item_count);
  ahead_text(report, m->subject);
  ahead_digest(report, m);
  arc__report_add_integer(report, (int64_t)n->since);
  return ARC_SENT;
}

/* A touch of the day that is no message. */
static void ahead_touch(ahead_notes *n, const arc__tables *t, uint32_t touch) {
  arc_report *report = n->report;
  uint32_t account = arc__u32(t, ARC__TOUCH_ACCOUNT, touch);
  char currency[4];
  arc__currency_unpack(currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  arc__report_add_integer(report, n->day);
  ahead_text(report, arc__text(t, ARC__TOUCH_KEY, touch));
  ahead_text(report, arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)));
  arc__report_add_string(report, ahead_channel(arc__u8(t, ARC__TOUCH_CHANNEL, touch)));
  ahead_text(report, arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch)));
  arc__report_add_string(report, ahead_tone(arc__u8(t, ARC__TOUCH_TONE, touch)));
  arc__report_add_string(report, arc__touch_withheld(t, touch) ? "withheld" : "task");
  arc__report_add_string(report, "");
  arc__report_add_string(report, "");
  arc__report_add_string(report, currency);
  arc__report_add_integer(report, arc__i64(t, ARC__TOUCH_AMOUNT, touch));
  arc__report_add_integer(report, arc__u32(t, ARC__TOUCH_ITEMS, touch));
  ahead_text(report, arc__text(t, ARC__TOUCH_REASON, touch));
  arc__report_add_string(report, "");
  arc__report_add_integer(report, (int64_t)n->since);
}

static void ahead_others(ahead_notes *n, const arc__tables *t, uint32_t before) {
  for (uint32_t touch = before + 1; touch <= t->rows[ARC__TABLE_TOUCH]; touch++) {
    int channel = arc__u8(t, ARC__TOUCH_CHANNEL, touch);
    if (arc__touch_withheld(t, touch) || channel == ARC_CHANNEL_CALL || channel == ARC_CHANNEL_PLACEMENT)
      ahead_touch(n, t, touch);
  }
}

/* The same collector on a fork, with a transport that takes notes. */
static arc_status ahead_open(arc_collector **out, const arc_collector *c, arc_ledger *fork, ahead_notes *notes,
                               arc_error *err) {
  arc_collector_options o = ARC_COLLECTOR_OPTIONS_INIT;
  arc_transport transport = {sizeof transport, 0, notes, ahead_send};
  o.flags = c->flags & ~(ARC_COLLECTOR_SUMMARY | ARC_COLLECTOR_QUIET_HOURS); /* the day counts, not the hour */
  o.transport = &transport;
  o.calendar = c->calendar;
  o.matcher = &c->matching;
  o.letterhead = &c->letterhead;
  o.retry_hours = c->retry_hours;
  o.retry_count = c->retry_count;
  o.fallback_channel = c->fallback_channel;
  o.dispute_days = c->dispute_days;
  o.reply_rules = c->reply_rules;
  o.reply_rule_count = c->reply_rule_count;
  return arc_collector_open(out, fork, &o, err);
}

static arc_status ahead_days(arc_collector *inner, arc_ledger *fork, ahead_notes *notes, arc_day from, arc_day to,
                               arc_error *err) {
  for (notes->day = from; notes->day <= to; notes->day++) {
    arc_day_report report = ARC_DAY_REPORT_INIT;
    uint32_t before = arc__ledger_tables(fork)->rows[ARC__TABLE_TOUCH];
    ARC__TRY(arc__collector_phases(inner, notes->day, &report, err));
    ahead_others(notes, arc__ledger_tables(fork), before);
  }
  return ARC_OK;
}

static arc_status ahead_check(const arc_collector *c, arc_day from, arc_day to, arc_error *err) {
  if (from < ARC_DAY_FIRST || to > ARC_DAY_LAST || from > to)
    return arc__fail(err, ARC_E_INVALID, "from and to are days of the years 1 to 9999, in this order");
  if (from <= arc__ledger_last_day_run(c->ledger))
    return arc__fail(err, ARC_E_REFUSED, "the first day was run already: preview a later one");
  return ARC_OK;
}

arc_status arc_collector_preview(arc_report **out, arc_collector *c, arc_day from, arc_day to, arc_error *err) {
  ahead_notes notes;
  arc_collector *inner = NULL;
  arc_ledger *fork = NULL;
  arc_status status;
  if (!out || !c) return arc__fail(err, ARC_E_INVALID, "out or collector is NULL");
  *out = NULL;
  ARC__TRY(ahead_check(c, from, to, err));
  ARC__TRY(arc_ledger_fork(&fork, c->ledger, 0, err));
  notes.since = arc__ledger_next_sequence(c->ledger);
  notes.report = arc__report_new(c->heap, ahead_columns, sizeof ahead_columns / sizeof *ahead_columns);
  status = notes.report ? ahead_open(&inner, c, fork, &notes, err) : arc__fail_nomem(err);
  if (status >= 0) status = ahead_days(inner, fork, &notes, from, to, err);
  arc_collector_close(inner);
  arc_ledger_close(fork);
  if (status >= 0) return arc__report_finish(out, notes.report, err);
  arc_report_free(notes.report);
  return status;
}

/* ---- what came of it ---- */

static const arc__report_column ahead_compared[] = {
    {"touch", ARC_COLUMN_TEXT}, {"customer", ARC_COLUMN_TEXT}, {"previewed", ARC_COLUMN_DAY},
    {"outcome", ARC_COLUMN_TEXT}, {"date", ARC_COLUMN_DAY}, {"currency", ARC_COLUMN_TEXT},
    {"amount", ARC_COLUMN_MONEY}, {"seq", ARC_COLUMN_INTEGER}, {"what", ARC_COLUMN_TEXT}};

/* The customer's touch of the same day that was withheld; 0: none. */
static uint32_t ahead_withheld(const arc__tables *t, uint32_t customer, arc_day day) {
  for (uint32_t a = arc__u32(t, ARC__CUSTOMER_ACCOUNT, customer); a; a = arc__u32(t, ARC__ACCOUNT_NEXT, a))
    for (uint32_t x = arc__u32(t, ARC__ACCOUNT_TOUCH, a); x; x = arc__u32(t, ARC__TOUCH_NEXT, x))
      if (arc__i32(t, ARC__TOUCH_DAY, x) == day && arc__touch_withheld(t, x)) return x;
  return 0;
}

static const char *ahead_outcome(const arc__tables *t, const arc_previewed *row, uint32_t customer, uint32_t *touch) {
  *touch = arc__index_find(t, ARC__INDEX_TOUCH, row->touch, 0);
  if (!*touch) {
    *touch = ahead_withheld(t, customer, row->day);
    return *touch ? "withheld" : "not yet";
  }
  if (arc__i32(t, ARC__TOUCH_DAY, *touch) != row->day) return "another day";
  return arc__i64(t, ARC__TOUCH_AMOUNT, *touch) == row->amount ? "as previewed" : "another amount";
}

static void ahead_add_outcome(arc_report *report, const arc__tables *t, const arc_previewed *row, uint32_t touch,
                                const char *outcome) {
  char currency[4] = "";
  ahead_text(report, row->touch);
  ahead_text(report, row->customer);
  arc__report_add_integer(report, row->day);
  arc__report_add_string(report, outcome);
  arc__report_add_integer(report, touch ? arc__i32(t, ARC__TOUCH_DAY, touch) : ARC_DAY_NONE);
  if (touch) arc__currency_unpack(currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, arc__u32(t, ARC__TOUCH_ACCOUNT, touch)));
  arc__report_add_string(report, currency);
  if (touch) arc__report_add_integer(report, arc__i64(t, ARC__TOUCH_AMOUNT, touch));
  else arc__report_add_null(report);
  arc__report_add_null(report);
  if (touch) ahead_text(report, arc__text(t, ARC__TOUCH_REASON, touch));
  else arc__report_add_string(report, "");
}

/* Columns of ARC_REPORT_TIMELINE. */
enum { AHEAD_SEQ, AHEAD_DATE, AHEAD_EVENT, AHEAD_CUSTOMER, AHEAD_INVOICE, AHEAD_CURRENCY, AHEAD_AMOUNT,
       AHEAD_TEXT };

static void ahead_add_event(arc_report *report, const arc_previewed *row, const arc_report *timeline, size_t i,
                              arc__buffer *words) {
  size_t size;
  ahead_text(report, row->touch);
  ahead_text(report, row->customer);
  arc__report_add_integer(report, row->day);
  arc__report_add_string(report, "since");
  arc__report_add_integer(report, arc_report_is_null(timeline, i, AHEAD_DATE)
                                      ? ARC_DAY_NONE
                                      : arc_report_integer(timeline, i, AHEAD_DATE));
  arc__report_add_string(report, arc_report_text(timeline, i, AHEAD_CURRENCY, NULL));
  if (arc_report_is_null(timeline, i, AHEAD_AMOUNT)) arc__report_add_null(report);
  else arc__report_add_integer(report, arc_report_integer(timeline, i, AHEAD_AMOUNT));
  arc__report_add_integer(report, arc_report_integer(timeline, i, AHEAD_SEQ));
  words->size = 0;
  arc__buffer_string(words, arc_report_text(timeline, i, AHEAD_EVENT, NULL));
  for (int column = AHEAD_INVOICE; column <= AHEAD_TEXT; column += AHEAD_TEXT - AHEAD_INVOICE) {
    const char *text = arc_report_text(timeline, i, (size_t)column, &size);
    if (size) arc__buffer_u8(words, ' ');
    arc__buffer_bytes(words, text, size);
  }
  arc__report_add_text(report, (const char *)words->data, words->size);
}

static arc_status ahead_causes(arc_report *report, arc_collector *c, const arc_previewed *row, arc_error *err) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *timeline;
  arc__buffer words;
  arc_status status;
  query.report = ARC_REPORT_TIMELINE;
  query.customer = row->customer;
  ARC__TRY(arc_ledger_report(&timeline, c->ledger, &query, err));
  arc__buffer_init(&words, c->heap);
  for (size_t i = 0; i < arc_report_rows(timeline); i++)
    if ((uint64_t)arc_report_integer(timeline, i, AHEAD_SEQ) >= row->since &&
        strncmp(arc_report_text(timeline, i, AHEAD_EVENT, NULL), "touch", 5) != 0)
      ahead_add_event(report, row, timeline, i, &words);
  status = words.failed ? arc__fail_nomem(err) : ARC_OK;
  arc__buffer_free(&words);
  arc_report_free(timeline);
  return status;
}

static arc_status ahead_compare(arc_report *report, arc_collector *c, const arc_previewed *rows, size_t count,
                                  arc_error *err) {
  const arc__tables *t = arc__ledger_tables(c->ledger);
  const unsigned char *at = (const unsigned char *)rows;
  for (size_t i = 0; i < count; i++, at += rows->struct_size) {
    arc_previewed row;
    const char *outcome;
    uint32_t customer, touch;
    ARC__TRY(ARC__READ(arc_previewed, &row, at, err));
    ARC__TRY(arc__text_check(&row.touch, 1, 255, ARC__TEXT_LINE, "touch", i, 3, err));
    ARC__TRY(arc__text_check(&row.customer, 1, 64, ARC__TEXT_LINE, "customer", i, 4, err));
    customer = arc__find_customer(t, row.customer);
    if (!customer)
      return arc__fail_field(err, ARC_E_NOT_FOUND, i, 4, "no customer has the key \"%.*s\"", (int)row.customer.size,
                             row.customer.data);
    outcome = ahead_outcome(t, &row, customer, &touch);
    ahead_add_outcome(report, t, &row, touch, outcome);
    if (strcmp(outcome, "as previewed") != 0) ARC__TRY(ahead_causes(report, c, &row, err));
  }
  return ARC_OK;
}

arc_status arc_collector_compare(arc_report **out, arc_collector *c, const arc_previewed *rows, size_t count,
                                 arc_error *err) {
  arc_report *report;
  arc_status status;
  if (!out || !c || (count && !rows)) return arc__fail(err, ARC_E_INVALID, "out, collector or rows is NULL");
  *out = NULL;
  ARC__TRY(arc__ledger_outside(c->ledger, err));
  report = arc__report_new(c->heap, ahead_compared, sizeof ahead_compared / sizeof *ahead_compared);
  if (!report) return arc__fail_nomem(err);
  status = ahead_compare(report, c, rows, count, err);
  if (status >= 0) return arc__report_finish(out, report, err);
  arc_report_free(report);
  return status;
}
