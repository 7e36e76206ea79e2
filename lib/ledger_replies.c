#include "ledger_internal.h"

#include <string.h>

#include "arcollect/transport.h"
#include "error.h"
#include "ledger_report.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns replies: what a customer answered, what was read in it, and what was made of that. Undoing one takes
 * back what it made and nobody has closed since, in one record. */

#define REPLIES_LIST_MAX 64 /* kinds, and things made, of a reply */
#define REPLIES_BP       10000

/* ---- what is recorded ---- */

static arc_status replies_check_kinds(const arc__reply_record *r, arc_error *err) {
  size_t count = arc__list_count(r->kinds);
  int ok = r->kinds.size % ARC__REPLY_ELEMENT_BYTES == 0 && count <= REPLIES_LIST_MAX;
  for (size_t i = 0; ok && i < count; i++) {
    uint32_t kind;
    int64_t confidence;
    arc__list_get(r->kinds, i, &kind, &confidence);
    ok = kind <= UINT8_MAX && confidence >= 0 && confidence <= REPLIES_BP;
  }
  if (ok) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 16,
                         "a reply has up to %d kinds, each with its number and at most %d basis points",
                         REPLIES_LIST_MAX, REPLIES_BP);
}

static uint32_t replies_exception_customer(const arc__tables *t, uint32_t x) {
  uint32_t invoice = arc__u32(t, ARC__EXCEPTION_INVOICE, x);
  return invoice ? arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice))
                 : arc__u32(t, ARC__EXCEPTION_CUSTOMER, x);
}

/* Whether what was made is there, and the customer's. */
static int replies_made_fits(const arc__tables *t, uint32_t customer, uint32_t what, int64_t made) {
  uint32_t row = (uint32_t)(made & UINT32_MAX);
  int64_t bits = made / ((int64_t)1 << 32);
  if (made <= 0 || !row) return 0;
  if (what == ARC__REPLY_MADE_EXCEPTION)
    return !bits && row <= t->rows[ARC__TABLE_EXCEPTION] &&
           arc__u8(t, ARC__EXCEPTION_KIND, row) != ARC__EXCEPTION_PLAN &&
           replies_exception_customer(t, row) == customer;
  return what == ARC__REPLY_MADE_OPT_OUT && bits && row <= t->rows[ARC__TABLE_CONTACT] &&
         arc__u32(t, ARC__CONTACT_CUSTOMER, row) == customer;
}

static arc_status replies_check_actions(const arc_ledger *ledger, const arc__reply_record *r,
                                        arc_error *err) {
  size_t count = arc__list_count(r->actions);
  int ok = r->actions.size % ARC__REPLY_ELEMENT_BYTES == 0 && count <= REPLIES_LIST_MAX;
  for (size_t i = 0; ok && i < count; i++) {
    uint32_t what;
    int64_t made;
    arc__list_get(r->actions, i, &what, &made);
    ok = replies_made_fits(ARC__L(ledger), r->customer, what, made);
  }
  if (ok) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 17,
                         "a reply made up to %d things, each of its own customer", REPLIES_LIST_MAX);
}

arc_status arc__check_reply(const arc_ledger *ledger, const arc__reply_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_REPLY, r->key, 0, "reply", err));
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  ARC__TRY(arc__check_day(r->written, 11, "written", err));
  ARC__TRY(arc__check_day(r->day, 12, "day", err));
  if (r->touch) {
    ARC__TRY(arc__check_row(ledger, ARC__TABLE_TOUCH, r->touch, "touch", err));
    if (arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__TOUCH_ACCOUNT, r->touch)) != r->customer)
      return arc__fail_field(err, ARC_E_REFUSED, 0, 4, "the touch is of another customer");
  }
  if (r->channel > ARC_CHANNEL_PLACEMENT || r->verdict < ARC_VERDICT_ACTED ||
      r->verdict > ARC_VERDICT_PERSON)
    return arc__fail_field(err, ARC_E_INVALID, 0, 13, "channel or verdict is out of its range");
  ARC__TRY(replies_check_kinds(r, err));
  return replies_check_actions(ledger, r, err);
}

void arc__apply_reply(arc_ledger *ledger, const arc__reply_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t language = arc__state_name(ledger, r->language), model = arc__state_name(ledger, r->model);
  uint32_t row = arc__append_row(t, ARC__TABLE_REPLY);
  if (!row) return;
  arc__put_text(t, ARC__REPLY_KEY, row, r->key);
  arc__put(t, ARC__REPLY_CUSTOMER, row, r->customer);
  arc__put(t, ARC__REPLY_TOUCH, row, r->touch);
  arc__put(t, ARC__REPLY_CHANNEL, row, r->channel);
  arc__put(t, ARC__REPLY_WRITTEN, row, r->written);
  arc__put(t, ARC__REPLY_DAY, row, r->day);
  arc__put_text(t, ARC__REPLY_SENDER, row, r->sender);
  arc__put_text(t, ARC__REPLY_SUBJECT, row, r->subject);
  arc__put_text(t, ARC__REPLY_TEXT, row, r->text);
  arc__put(t, ARC__REPLY_LANGUAGE, row, language);
  arc__put(t, ARC__REPLY_MODEL, row, model);
  arc__put(t, ARC__REPLY_VERDICT, row, r->verdict);
  arc__put_text(t, ARC__REPLY_REASON, row, r->reason);
  arc__put_text(t, ARC__REPLY_KINDS, row, r->kinds);
  arc__put_text(t, ARC__REPLY_WORDS, row, r->words);
  arc__put_text(t, ARC__REPLY_ACTIONS, row, r->actions);
  arc__put(t, ARC__REPLY_NEXT, row, arc__u32(t, ARC__CUSTOMER_REPLY, r->customer));
  arc__put(t, ARC__CUSTOMER_REPLY, r->customer, row);
  arc__index_add(t, ARC__INDEX_REPLY, row);
}

/* ---- the command ---- */

/* The kinds as a list, and the words that decided behind it, a line each. */
static arc_status replies_list_kinds(const arc__input *in, const arc_reply_entry *e, arc__buffer *kinds,
                                     arc__buffer *words) {
  const unsigned char *at = (const unsigned char *)e->kinds;
  if (e->kind_count > REPLIES_LIST_MAX || (e->kind_count && !at))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 16, "a reply has up to %d kinds",
                           REPLIES_LIST_MAX);
  for (uint32_t i = 0; i < e->kind_count; i++, at += e->kinds->struct_size) {
    arc_reply_kind k;
    ARC__TRY(ARC__READ(arc_reply_kind, &k, at, in->err));
    ARC__TRY(arc__input_line(in, &k.name, 16, "name"));
    ARC__TRY(arc__input_line(in, &k.words, 16, "words"));
    if (k.kind < 0 || k.reserved || k.confidence_bp > REPLIES_BP)
      return arc__fail_field(in->err, ARC_E_INVALID, in->index, 16,
                             "kind is one of ARC_REPLY_*, confidence_bp at most %d", REPLIES_BP);
    arc__list_add(kinds, (uint32_t)k.kind, k.confidence_bp);
    if (i) arc__buffer_u8(words, '\n');
    arc__buffer_bytes(words, k.name.data, k.name.size);
    arc__buffer_string(words, ": ");
    arc__buffer_bytes(words, k.words.data, k.words.size);
  }
  return ARC_OK;
}

static arc_status replies_resolve_made(const arc__input *in, arc_reply_made *m, uint32_t *what,
                                       int64_t *made) {
  static const int kinds[] = {0, ARC__EXCEPTION_DISPUTE, ARC__EXCEPTION_PROMISE, ARC__EXCEPTION_HOLD,
                              ARC__EXCEPTION_TASK};
  uint32_t row = 0;
  ARC__TRY(arc__input_key(in, &m->key, 17, "key"));
  if (m->what < ARC_MADE_DISPUTE || m->what > ARC_MADE_OPT_OUT ||
      (m->what == ARC_MADE_OPT_OUT) != (m->opt_outs != 0) || m->opt_outs > INT32_MAX)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 17,
                           "what is one of ARC_MADE_*, with opt_outs for the last");
  if (m->what == ARC_MADE_OPT_OUT)
    row = arc__index_find(ARC__L(in->ledger), ARC__INDEX_CONTACT, m->key, 0);
  else
    row = arc__index_find(ARC__L(in->ledger), ARC__INDEX_EXCEPTION, m->key, kinds[m->what]);
  if (!row)
    return arc__fail_field(in->err, ARC_E_NOT_FOUND, in->index, 17,
                           "nothing of this sort has the key \"%.*s\"", (int)m->key.size, m->key.data);
  *what = m->what == ARC_MADE_OPT_OUT ? ARC__REPLY_MADE_OPT_OUT : ARC__REPLY_MADE_EXCEPTION;
  *made = (int64_t)row + (int64_t)m->opt_outs * ((int64_t)1 << 32);
  return ARC_OK;
}

static arc_status replies_list_made(const arc__input *in, const arc_reply_entry *e, arc__buffer *actions) {
  const unsigned char *at = (const unsigned char *)e->made;
  if (e->made_count > REPLIES_LIST_MAX || (e->made_count && !at))
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 17, "a reply made up to %d things",
                           REPLIES_LIST_MAX);
  for (uint32_t i = 0; i < e->made_count; i++, at += e->made->struct_size) {
    arc_reply_made m;
    uint32_t what = 0;
    int64_t made = 0;
    ARC__TRY(ARC__READ(arc_reply_made, &m, at, in->err));
    ARC__TRY(replies_resolve_made(in, &m, &what, &made));
    arc__list_add(actions, what, made);
  }
  return ARC_OK;
}

static arc_status replies_resolve(const arc__input *in, arc_reply_entry *e, arc__reply_record *r) {
  ARC__TRY(arc__input_options(in, e->options, 0, 0));
  ARC__TRY(arc__text_check(&e->key, 1, ARC__TOUCH_KEY_MAX, ARC__TEXT_LINE, "key", in->index, 2, in->err));
  ARC__TRY(arc__input_customer(in, &e->customer, 3, 0, &r->customer));
  ARC__TRY(
      arc__text_check(&e->touch, 0, ARC__TOUCH_KEY_MAX, ARC__TEXT_LINE, "touch", in->index, 4, in->err));
  ARC__TRY(arc__input_line(in, &e->sender, 5, "sender"));
  ARC__TRY(arc__input_line(in, &e->subject, 6, "subject"));
  ARC__TRY(arc__input_free_text(in, &e->text, 7, "text"));
  ARC__TRY(arc__input_line(in, &e->language, 8, "language"));
  ARC__TRY(arc__input_line(in, &e->model, 9, "model"));
  ARC__TRY(arc__input_line(in, &e->reason, 10, "reason"));
  if (e->channel < 0 || e->verdict < 0 || e->channel > UINT8_MAX || e->verdict > UINT8_MAX)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 13, "channel or verdict is out of its range");
  if (e->touch.size) r->touch = arc__index_find(ARC__L(in->ledger), ARC__INDEX_TOUCH, e->touch, 0);
  if (e->touch.size && !r->touch)
    return arc__fail_field(in->err, ARC_E_NOT_FOUND, in->index, 4, "no touch has the key \"%.*s\"",
                           (int)e->touch.size, e->touch.data);
  r->key = e->key;
  r->sender = e->sender;
  r->subject = e->subject;
  r->text = e->text;
  r->language = e->language;
  r->model = e->model;
  r->reason = e->reason;
  r->written = e->written;
  r->day = e->day;
  r->channel = (uint32_t)e->channel;
  r->verdict = (uint32_t)e->verdict;
  return ARC_OK;
}

static int replies_same(const arc__tables *t, const arc__reply_record *r, uint32_t row) {
  return r->customer == arc__u32(t, ARC__REPLY_CUSTOMER, row) &&
         r->touch == arc__u32(t, ARC__REPLY_TOUCH, row) &&
         r->written == arc__i32(t, ARC__REPLY_WRITTEN, row) && r->day == arc__i32(t, ARC__REPLY_DAY, row) &&
         r->channel == arc__u8(t, ARC__REPLY_CHANNEL, row) &&
         r->verdict == arc__u8(t, ARC__REPLY_VERDICT, row) &&
         arc__erasure_same(r->sender, arc__text(t, ARC__REPLY_SENDER, row)) &&
         arc__erasure_same(r->subject, arc__text(t, ARC__REPLY_SUBJECT, row)) &&
         arc__erasure_same(r->text, arc__text(t, ARC__REPLY_TEXT, row)) &&
         arc__erasure_same(r->reason, arc__text(t, ARC__REPLY_REASON, row)) &&
         arc__erasure_same(r->words, arc__text(t, ARC__REPLY_WORDS, row)) &&
         arc__text_equal(r->language, arc__name(t, arc__u32(t, ARC__REPLY_LANGUAGE, row))) &&
         arc__text_equal(r->model, arc__name(t, arc__u32(t, ARC__REPLY_MODEL, row))) &&
         arc__text_equal(r->kinds, arc__text(t, ARC__REPLY_KINDS, row)) &&
         arc__text_equal(r->actions, arc__text(t, ARC__REPLY_ACTIONS, row));
}

static arc_text replies_text(const arc__buffer *bytes) {
  return (arc_text){bytes->size ? (const char *)bytes->data : "", bytes->size};
}

static arc_status replies_record(const arc__input *in, arc_ledger *ledger, arc_reply_entry *e,
                                 arc__buffer *lists, arc__reply_record *r) {
  uint32_t known;
  ARC__TRY(replies_resolve(in, e, r));
  ARC__TRY(replies_list_kinds(in, e, &lists[0], &lists[1]));
  ARC__TRY(replies_list_made(in, e, &lists[2]));
  if (lists[0].failed || lists[1].failed || lists[2].failed) return arc__fail_nomem(in->err);
  r->kinds = replies_text(&lists[0]);
  r->words = replies_text(&lists[1]);
  r->actions = replies_text(&lists[2]);
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_REPLY, e->key, 0);
  if (known && replies_same(ARC__L(ledger), r, known)) return ARC_ALREADY;
  if (known) return arc__input_exists(in, e->key, "reply");
  ARC__TRY(arc__check_reply(ledger, r, in->err));
  return arc__ledger_record(ledger, ARC__RECORD_REPLY, r, in->err);
}

static arc_status replies_reply(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc__reply_record r = {0};
  arc__buffer lists[3]; /* kinds, their words, what was made */
  arc_status status;
  for (size_t i = 0; i < 3; i++)
    arc__buffer_init(&lists[i], &ledger->heap);
  status = replies_record(&in, ledger, row, lists, &r);
  for (size_t i = 0; i < 3; i++)
    arc__buffer_free(&lists[i]);
  return status;
}

arc_status arc_ledger_post_replies(arc_ledger *ledger, const arc_reply_entry *rows, size_t count,
                                   arc_error *err) {
  return ARC__POST(arc_reply_entry, ledger, rows, count, replies_reply, err);
}

/* ---- undoing ---- */

arc_status arc__check_reply_undo(const arc_ledger *ledger, const arc__reply_undo_record *r,
                                 arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_REPLY, r->reply, "reply", err));
  ARC__TRY(arc__check_day(r->day, 5, "day", err));
  if (arc__i32(t, ARC__REPLY_UNDONE, r->reply) != ARC_DAY_NONE)
    return arc__fail(err, ARC_E_REFUSED, "the reply was undone already");
  if (r->day < arc__i32(t, ARC__REPLY_DAY, r->reply))
    return arc__fail_field(err, ARC_E_REFUSED, 0, 5, "the day is before that of the reply");
  return ARC_OK;
}

/* What a person closed, or opted in again, since stays as that person left it. */
static void replies_take_back(arc_ledger *ledger, uint32_t what, int64_t made, arc_day day) {
  static const arc_text undone = {"undone", 6};
  arc__tables *t = ARC__L(ledger);
  uint32_t row = (uint32_t)(made & UINT32_MAX);
  if (what == ARC__REPLY_MADE_OPT_OUT) {
    uint32_t bits = (uint32_t)(made / ((int64_t)1 << 32));
    arc__put(t, ARC__CONTACT_OPT_OUTS, row, arc__u32(t, ARC__CONTACT_OPT_OUTS, row) & ~bits);
    arc__state_customer_changed(ledger, arc__u32(t, ARC__CONTACT_CUSTOMER, row));
    return;
  }
  arc_day from = arc__i32(t, ARC__EXCEPTION_FROM, row);
  if (arc__i32(t, ARC__EXCEPTION_CLOSED, row) != ARC_DAY_NONE) return;
  arc__put(t, ARC__EXCEPTION_OUTCOME, row, arc__state_name(ledger, undone));
  arc__exception_close(ledger, row, day > from ? day : from);
}

void arc__apply_reply_undo(arc_ledger *ledger, const arc__reply_undo_record *r) {
  arc__tables *t = ARC__L(ledger);
  arc_text actions = arc__text(t, ARC__REPLY_ACTIONS, r->reply);
  for (size_t i = 0; i < arc__list_count(actions); i++) {
    uint32_t what;
    int64_t made;
    arc__list_get(actions, i, &what, &made);
    replies_take_back(ledger, what, made, r->day);
  }
  arc__put(t, ARC__REPLY_UNDONE, r->reply, r->day);
  arc__put(t, ARC__REPLY_UNDONE_KNOWN, r->reply, arc__state_known_row(ledger));
  arc__put(t, ARC__REPLY_UNDONE_BY, r->reply, arc__state_name(ledger, r->author));
  arc__put_text(t, ARC__REPLY_UNDONE_REASON, r->reply, r->reason);
}

/* ---- the report ---- */

const char *arc__verdict_name(uint32_t verdict) {
  static const char *const names[] = {"", "acted", "nothing to do", "person"};
  return verdict < sizeof names / sizeof *names ? names[verdict] : "unknown";
}

/* What all rows of a reply begin with. */
static void replies_add_row(arc_report *report, const arc__view *v, uint32_t reply, const char *fact) {
  const arc__tables *t = v->tables;
  uint32_t touch = arc__u32(t, ARC__REPLY_TOUCH, reply);
  arc_text none = {"", 0};
  arc_day undone = arc__i32(t, ARC__REPLY_UNDONE, reply);
  int counts =
      undone == ARC_DAY_NONE || undone > v->day || arc__u32(t, ARC__REPLY_UNDONE_KNOWN, reply) > v->known;
  arc__report_add_arc_text(report, arc__text(t, ARC__REPLY_KEY, reply));
  arc__report_add_arc_text(report,
                           arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__REPLY_CUSTOMER, reply)));
  arc__report_add_arc_text(report, touch ? arc__text(t, ARC__TOUCH_KEY, touch) : none);
  arc__report_add_day(report, arc__i32(t, ARC__REPLY_WRITTEN, reply));
  arc__report_add_day(report, arc__i32(t, ARC__REPLY_DAY, reply));
  arc__report_add_string(report, arc__channel_name(arc__u8(t, ARC__REPLY_CHANNEL, reply)));
  arc__report_add_arc_text(report, arc__text(t, ARC__REPLY_SUBJECT, reply));
  arc__report_add_string(report, arc__verdict_name(arc__u8(t, ARC__REPLY_VERDICT, reply)));
  arc__report_add_arc_text(report, arc__text(t, ARC__REPLY_REASON, reply));
  arc__report_add_arc_text(report, arc__name(t, arc__u32(t, ARC__REPLY_MODEL, reply)));
  arc__report_add_day(report, counts ? ARC_DAY_NONE : undone);
  arc__report_add_string(report, fact);
}

static void replies_add_facts(arc_report *report, arc_text detail, int64_t bp, arc_text key,
                              arc_text words) {
  arc__report_add_arc_text(report, detail);
  if (bp < 0)
    arc__report_add_null(report);
  else
    arc__report_add_integer(report, bp * 100);
  arc__report_add_arc_text(report, key);
  arc__report_add_arc_text(report, words);
}

/* A line "name: words" of the words that decided; erased, there is one for all. */
static void replies_add_kind(arc_report *report, int64_t bp, arc_text *lines) {
  arc_text none = {"", 0}, name = *lines, words;
  const char *end = name.size ? memchr(name.data, '\n', name.size) : NULL;
  size_t line = end ? (size_t)(end - name.data) : name.size, colon = 0;
  while (colon < line && name.data[colon] != ':')
    colon++;
  name.size = colon;
  words.data = lines->data + (colon + 2 < line ? colon + 2 : line);
  words.size = (size_t)(lines->data + line - words.data);
  replies_add_facts(report, name, bp, none, words);
  line += end != NULL;
  lines->data += line;
  lines->size -= line;
}

static void replies_add_made(arc_report *report, const arc__tables *t, uint32_t what, int64_t made) {
  static const char *const names[] = {"", "dispute", "promise", "hold", "plan", "task"};
  arc_text none = {"", 0}, name = {"opt-out", 7};
  uint32_t row = (uint32_t)(made & UINT32_MAX);
  if (what == ARC__REPLY_MADE_EXCEPTION) {
    name.data = names[arc__u8(t, ARC__EXCEPTION_KIND, row)];
    name.size = strlen(name.data);
  }
  replies_add_facts(
      report, name, -1,
      arc__text(t, what == ARC__REPLY_MADE_EXCEPTION ? ARC__EXCEPTION_KEY : ARC__CONTACT_KEY, row), none);
}

static void replies_add(arc_report *report, const arc__view *v, uint32_t reply) {
  const arc__tables *t = v->tables;
  arc_text kinds = arc__text(t, ARC__REPLY_KINDS, reply), actions = arc__text(t, ARC__REPLY_ACTIONS, reply),
           none = {"", 0};
  arc_text words = arc__text(t, ARC__REPLY_WORDS, reply);
  uint32_t what;
  int64_t value;
  replies_add_row(report, v, reply, "message");
  replies_add_facts(report, arc__text(t, ARC__REPLY_SENDER, reply), -1, none,
                    arc__text(t, ARC__REPLY_TEXT, reply));
  for (size_t i = 0; i < arc__list_count(kinds); i++) {
    arc__list_get(kinds, i, &what, &value);
    replies_add_row(report, v, reply, "kind");
    replies_add_kind(report, value, &words);
  }
  for (size_t i = 0; i < arc__list_count(actions); i++) {
    arc__list_get(actions, i, &what, &value);
    replies_add_row(report, v, reply, "made");
    replies_add_made(report, t, what, value);
  }
}

arc_status arc__report_replies(arc_report *report, arc_ledger *ledger, const arc__query *q,
                               arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__view view;
  ARC__TRY(arc__view_known(&view, ledger, err));
  view.day = q->as_of;
  uint32_t last = q->reply ? q->reply : t->rows[ARC__TABLE_REPLY];
  for (uint32_t r = q->reply ? q->reply : 1; r <= last && r <= view.replies; r++)
    if ((!q->customer || q->customer == arc__u32(t, ARC__REPLY_CUSTOMER, r)) && !q->invoice &&
        arc__query_day(q, arc__i32(t, ARC__REPLY_DAY, r)))
      replies_add(report, &view, r);
  return ARC_OK;
}
