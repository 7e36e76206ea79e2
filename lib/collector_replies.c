#include "collector_replies.h"

#include <string.h>

#include "currency.h"
#include "dates.h"
#include "error.h"
#include "heap.h"
#include "report.h"
#include "text.h"
#include "struct_sizes.h"

/*
 * Owns the way of a reply: read, decide, do, record. A reply is one commit, its record the last of it.
 * Whatever is not sure, contradicts itself or cannot be done takes back what was done of it and becomes a
 * task for a person. No text changes what the rules say.
 */

#define REPLIES_READER    "reader 0.1" /* what read it */
#define REPLIES_TEXT_MAX  4000
#define REPLIES_LINE_MAX  500
#define REPLIES_OLD_DAYS  60 /* a reply that was written before is not from where it says */
#define REPLIES_LEAST_PPM 900000 /* of what a machine wrote, unless the host says another */

uint32_t arc__replies_default_rules(arc_reply_rule rules[ARC__REPLY_RULES_MAX]) {
  static const struct {
    int32_t kind, action;
    uint32_t hold_days, answer_days;
  } usual[] = {
      {ARC_REPLY_DISPUTE, ARC_ACTION_DISPUTE, 0, 10},  {ARC_REPLY_PROMISE, ARC_ACTION_PROMISE, 3, 0},
      {ARC_REPLY_PAID, ARC_ACTION_FIND_PAYMENT, 7, 5}, {ARC_REPLY_COPY, ARC_ACTION_TASK, 7, 5},
      {ARC_REPLY_DOCUMENT, ARC_ACTION_TASK, 7, 5},     {ARC_REPLY_PLAN, ARC_ACTION_TASK, 7, 5},
      {ARC_REPLY_PROCESS, ARC_ACTION_TASK, 7, 5},      {ARC_REPLY_WRONG_CONTACT, ARC_ACTION_TASK, 0, 5},
      {ARC_REPLY_ABSENT, ARC_ACTION_ABSENCE, 0, 0},    {ARC_REPLY_LEGAL, ARC_ACTION_STOP, 0, 2},
      {ARC_REPLY_OPT_OUT, ARC_ACTION_OPT_OUT, 0, 0},   {ARC_REPLY_THANKS, ARC_ACTION_NOTHING, 0, 0},
      {ARC_REPLY_OTHER, ARC_ACTION_PERSON, 0, 2}};
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
    arc_reply_rule r = ARC_REPLY_RULE_INIT;
    r.kind = usual[i].kind;
    r.action = usual[i].action;
    r.hold_days = usual[i].hold_days;
    r.answer_days = usual[i].answer_days;
    rules[i] = r;
  }
  return sizeof usual / sizeof *usual;
}

/* ---- texts ---- */

void arc__reply_clean(arc__buffer *out, const char *data, size_t size, size_t most, int kind) {
  size_t begin = out->size;
  int blank = 0;
  for (size_t i = 0; i < size;) {
    uint32_t number = 0;
    size_t n = arc__text_character(data + i, size - i, &number);
    int free_text = kind == ARC__TEXT_FREE && (number == '\n' || number == '\t');
    int keep = n && (free_text || !arc__text_is_control(number));
    if (out->size - begin + (keep ? n : 1) > most) break;
    if (keep)
      arc__buffer_bytes(out, data + i, n);
    else if (!blank)
      arc__buffer_u8(out, ' ');
    blank = !keep;
    i += n ? n : 1;
  }
}

arc_text arc__reply_text(const arc__buffer *bytes) {
  return (arc_text){bytes->size ? (const char *)bytes->data : "", bytes->size};
}

/* ---- which invoices ---- */

size_t arc__reply_fact(const arc__reply_work *w, const char *fact, size_t n) {
  for (size_t row = 0; row < arc_report_rows(w->read); row++)
    if (strcmp(arc_report_text(w->read, row, ARC__READ_FACT, NULL), fact) == 0 && n-- == 0) return row;
  return SIZE_MAX;
}

static arc_day replies_due(const arc__tables *t, uint32_t invoice) {
  uint32_t first = arc__u32(t, ARC__INVOICE_INSTALMENT, invoice),
           last = first + arc__u16(t, ARC__INVOICE_INSTALMENTS, invoice);
  for (uint32_t i = first; i < last; i++)
    if (arc__i64(t, ARC__INSTALMENT_OPEN, i) > 0) return arc__i32(t, ARC__INSTALMENT_DUE, i);
  return arc__i32(t, ARC__INSTALMENT_DUE, last - 1);
}

/* Each once, the oldest due first, rows where that is equal. */
static void replies_add_invoice(arc__reply_work *w, uint32_t invoice) {
  arc_day due = replies_due(w->t, invoice);
  uint32_t at = 0, i;
  for (i = 0; i < w->invoice_count; i++)
    if (w->invoices[i] == invoice) return;
  if (w->invoice_count == ARC__REPLY_INVOICES_MAX) {
    w->many = 1;
    return;
  }
  for (; at < w->invoice_count; at++) {
    arc_day other = replies_due(w->t, w->invoices[at]);
    if (other > due || (other == due && w->invoices[at] > invoice)) break;
  }
  for (i = w->invoice_count++; i > at; i--)
    w->invoices[i] = w->invoices[i - 1];
  w->invoices[at] = invoice;
}

/* A number as people write it: letters and digits alone, letters large, without zeros in front. */
typedef struct replies_number {
  char text[64];
  size_t size, digits; /* digits: how many it ends with */
} replies_number;

static void replies_number_of(replies_number *out, const char *data, size_t size) {
  out->size = out->digits = 0;
  for (size_t i = 0; i < size && out->size < sizeof out->text; i++) {
    int digit = arc__is_digit(data[i]);
    if (!digit && !arc__is_alpha(data[i])) continue;
    out->digits = digit ? out->digits + 1 : 0;
    out->text[out->size++] = arc__upper(data[i]);
  }
}

/* The digits at the end without zeros in front. */
static size_t replies_tail(const replies_number *n, const char **tail) {
  size_t digits = n->digits;
  *tail = n->text + n->size - digits;
  while (digits > 1 && **tail == '0') {
    ++*tail;
    digits--;
  }
  return digits;
}

/* 2: it is this number; 1: it may be, being its last digits; 0. */
static int replies_names(const replies_number *said, arc_text number) {
  replies_number known;
  const char *a, *b;
  size_t digits;
  replies_number_of(&known, number.data, number.size);
  if (known.size == said->size && memcmp(known.text, said->text, said->size) == 0) return 2;
  digits = replies_tail(said, &a);
  return said->digits == said->size && digits >= 3 && replies_tail(&known, &b) == digits &&
         memcmp(a, b, digits) == 0;
}

/* The customer's invoice that is named so; 0: none, or more than one. */
static uint32_t replies_named(const arc__reply_work *w, const char *words, size_t size) {
  const arc__tables *t = w->t;
  replies_number said;
  uint32_t found = 0;
  int best = 0, several = 0;
  replies_number_of(&said, words, size);
  if (!said.size) return 0;
  for (uint32_t a = arc__u32(t, ARC__CUSTOMER_ACCOUNT, w->customer); a;
       a = arc__u32(t, ARC__ACCOUNT_NEXT, a))
    for (uint32_t i = arc__u32(t, ARC__ACCOUNT_INVOICE, a); i; i = arc__u32(t, ARC__INVOICE_NEXT, i)) {
      int fits = replies_names(&said, arc__invoice_number(t, i)),
          key = replies_names(&said, arc__text(t, ARC__INVOICE_KEY, i));
      if (key > fits) fits = key;
      if (!fits || fits < best) continue;
      several = fits == best;
      best = fits;
      found = i;
    }
  return several ? 0 : found;
}

static void replies_find_named(arc__reply_work *w) {
  for (size_t n = 0, row; (row = arc__reply_fact(w, "invoice", n)) != SIZE_MAX; n++) {
    size_t size;
    const char *words = arc_report_text(w->read, row, ARC__READ_WORDS, &size);
    uint32_t invoice = replies_named(w, words, size);
    w->named = 1;
    if (invoice)
      replies_add_invoice(w, invoice);
    else
      w->strange = 1;
  }
}

static void replies_find_touched(arc__reply_work *w) {
  const arc__tables *t = w->t;
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, w->touch);
  for (uint32_t i = first; i < first + arc__u32(t, ARC__TOUCH_ITEMS, w->touch); i++) {
    uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, i));
    if (arc__invoice_open(t, invoice) > 0) replies_add_invoice(w, invoice);
  }
}

static void replies_find_open(arc__reply_work *w, arc_day due_by) {
  const arc__tables *t = w->t;
  for (uint32_t a = arc__u32(t, ARC__CUSTOMER_ACCOUNT, w->customer); a;
       a = arc__u32(t, ARC__ACCOUNT_NEXT, a))
    for (uint32_t i = 0; i < arc__u32(t, ARC__ACCOUNT_OPEN_COUNT, a); i++) {
      uint32_t instalment =
          arc__u32(t, ARC__OPEN_ITEM_INSTALMENT, arc__u32(t, ARC__ACCOUNT_OPEN_FIRST, a) + i);
      if (arc__i32(t, ARC__INSTALMENT_DUE, instalment) <= due_by)
        replies_add_invoice(w, arc__u32(t, ARC__INSTALMENT_INVOICE, instalment));
    }
}

/* What the customer is to pay now; else the one invoice that is open at all. */
static void replies_find_due(arc__reply_work *w) {
  replies_find_open(w, w->in.day);
  if (w->invoice_count) return;
  replies_find_open(w, ARC_DAY_LAST);
  w->vague = w->invoice_count > 1;
}

/* ---- reading ---- */

static arc_status replies_read(arc__reply_work *w, arc_error *err) {
  const arc__heap *heap = w->c->heap;
  arc_allocator allocator = {sizeof allocator, 0, heap->user, heap->resize};
  arc_reply reply = ARC_REPLY_INIT;
  size_t row, size;
  const char *text;
  reply.flags = w->in.flags & ARC_INCOMING_HTML ? ARC_REPLY_HTML : 0;
  reply.text = w->in.text;
  reply.subject = w->in.subject;
  reply.written = w->in.written;
  memcpy(reply.language, w->in.language, sizeof w->in.language);
  arc__currency_unpack(reply.currency, arc__u32(w->t, ARC__CUSTOMER_CURRENCY, w->customer));
  reply.calendar = w->c->calendar;
  reply.least_ppm = w->c->reply_least_ppm;
  reply.reader = w->c->reply_reader;
  reply.model = w->c->reply_model;
  arc__ledger_callback(w->ledger, 1);
  arc_status status = arc_reply_read(&w->read, &reply, &allocator, err);
  arc__ledger_callback(w->ledger, 0);
  ARC__TRY(status);
  row = arc__reply_fact(w, "text", 0);
  text = row == SIZE_MAX ? "" : arc_report_text(w->read, row, ARC__READ_WORDS, &size);
  arc__reply_clean(&w->text, text, row == SIZE_MAX ? 0 : size, REPLIES_TEXT_MAX, ARC__TEXT_FREE);
  while (w->text.size && w->text.data[w->text.size - 1] <= ' ') w->text.size--;
  size = arc__text_size(w->in.subject.data, w->in.subject.size);
  arc__reply_clean(&w->subject, w->in.subject.data, size, REPLIES_LINE_MAX, ARC__TEXT_LINE);
  size = arc__text_size(w->in.sender.data, w->in.sender.size);
  arc__reply_clean(&w->sender, w->in.sender.data, size, REPLIES_LINE_MAX, ARC__TEXT_LINE);
  return w->text.failed || w->subject.failed || w->sender.failed ? arc__fail_nomem(err) : ARC_OK;
}

/* The kinds with the words that decided, for the record. */
static arc_status replies_take_kinds(arc__reply_work *w, arc_error *err) {
  arc__buffer line;
  arc__buffer_init(&line, w->c->heap);
  for (size_t row; w->kind_count < ARC__REPLY_KINDS_MAX &&
                   (row = arc__reply_fact(w, "kind", w->kind_count)) != SIZE_MAX;) {
    arc_reply_kind *k = &w->kinds[w->kind_count];
    size_t size;
    const char *words = arc_report_text(w->read, row, ARC__READ_WORDS, &size);
    line.size = 0;
    arc__reply_clean(&line, words, size, ARC__REPLY_WORDS_MAX, ARC__TEXT_LINE);
    if (line.failed) break;
    if (line.size) memcpy(w->words[w->kind_count], line.data, line.size);
    memset(k, 0, sizeof *k);
    k->struct_size = sizeof *k;
    k->kind = (int32_t)arc_report_integer(w->read, row, ARC__READ_CODE);
    k->confidence_bp = (uint32_t)(arc_report_integer(w->read, row, ARC__READ_CONFIDENCE) / 100);
    k->name.data = arc_report_text(w->read, row, ARC__READ_DETAIL, &k->name.size);
    k->words = (arc_text){w->words[w->kind_count++], line.size};
  }
  arc_status status = line.failed ? arc__fail_nomem(err) : ARC_OK;
  arc__buffer_free(&line);
  return status;
}

/* ---- deciding ---- */

/* The first rule of the kind; NULL: none. */
static const arc_reply_rule *replies_rule(const arc__reply_work *w, int32_t kind, const char *detail) {
  for (uint32_t i = 0; i < w->c->reply_rule_count; i++) {
    const arc_reply_rule *r = &w->c->reply_rules[i];
    if (r->kind == kind && (!r->detail.size || (strlen(detail) == r->detail.size &&
                                                memcmp(detail, r->detail.data, r->detail.size) == 0)))
      return r;
  }
  return NULL;
}

static arc_status replies_act_on(arc__reply_work *w, size_t row) {
  int32_t kind = (int32_t)arc_report_integer(w->read, row, ARC__READ_CODE);
  const arc_reply_rule *rule = replies_rule(w, kind, arc_report_text(w->read, row, ARC__READ_DETAIL, NULL));
  int64_t confidence = arc_report_integer(w->read, row, ARC__READ_CONFIDENCE);
  if (!rule || (rule->least_ppm && confidence < rule->least_ppm)) {
    w->person =
        rule ? "it was not read surely enough for this kind" : "the rules know nothing about this kind";
    return ARC_E_REFUSED;
  }
  return arc__reply_act(w, rule, row);
}

/* What a machine wrote speaks for nobody, but says where somebody is. */
static arc_status replies_act_automatic(arc__reply_work *w) {
  int64_t least = w->c->reply_least_ppm ? w->c->reply_least_ppm : REPLIES_LEAST_PPM;
  for (size_t n = 0, row; (row = arc__reply_fact(w, "kind", n)) != SIZE_MAX; n++) {
    int64_t kind = arc_report_integer(w->read, row, ARC__READ_CODE);
    if ((kind == ARC_REPLY_ABSENT || kind == ARC_REPLY_WRONG_CONTACT) &&
        arc_report_integer(w->read, row, ARC__READ_CONFIDENCE) >= least)
      ARC__TRY(replies_act_on(w, row));
  }
  if (!w->reason.size) arc__buffer_string(&w->reason, "no person wrote it");
  return ARC_OK;
}

static arc_status replies_act(arc__reply_work *w) {
  size_t decision = arc__reply_fact(w, "decision", 0);
  const char *how =
      decision == SIZE_MAX ? "none" : arc_report_text(w->read, decision, ARC__READ_DETAIL, NULL);
  if (w->person) return ARC_E_REFUSED;
  if (w->in.flags & ARC_INCOMING_AUTOMATIC) return replies_act_automatic(w);
  if (decision == SIZE_MAX || arc_report_integer(w->read, decision, ARC__READ_CODE) != 1) {
    w->person = strcmp(how, "contradiction") == 0 ? "its kinds contradict each other"
                : strcmp(how, "none") == 0        ? "nothing was found in it that is known"
                                                  : "it was not read surely";
    return ARC_E_REFUSED;
  }
  for (int32_t kind = ARC_REPLY_OTHER; kind <= ARC_REPLY_THANKS; kind++) /* not by confidence, which is no order */
    for (size_t n = 0, row; (row = arc__reply_fact(w, "kind", n)) != SIZE_MAX; n++)
      if (arc_report_integer(w->read, row, ARC__READ_CODE) == kind) ARC__TRY(replies_act_on(w, row));
  return ARC_OK;
}

/* ---- recording ---- */

static arc_status replies_enter(arc__reply_work *w, int32_t verdict, arc_error *err) {
  arc_reply_entry row = ARC_REPLY_ENTRY_INIT;
  size_t language = arc__reply_fact(w, "language", 0);
  int asked = arc__reply_fact(w, "model", 0) != SIZE_MAX; /* the host's, where the reader was not sure */
  arc_text reason = arc__reply_text(&w->reason);
  if (w->reason.failed) return arc__fail_nomem(err);
  row.key = w->in.key;
  row.customer = w->in.customer;
  if (w->touch) row.touch = arc__text(w->t, ARC__TOUCH_KEY, w->touch);
  row.sender = arc__reply_text(&w->sender);
  row.subject = arc__reply_text(&w->subject);
  row.text = arc__reply_text(&w->text);
  if (language != SIZE_MAX)
    row.language.data = arc_report_text(w->read, language, ARC__READ_DETAIL, &row.language.size);
  row.model.data = asked ? REPLIES_READER ", language model" : REPLIES_READER;
  row.model.size = strlen(row.model.data);
  row.reason = (arc_text){reason.data, reason.size < REPLIES_LINE_MAX
                                           ? reason.size
                                           : arc__text_whole(reason.data, REPLIES_LINE_MAX)};
  row.written = w->in.written;
  row.day = w->in.day;
  row.channel = w->in.channel;
  row.verdict = verdict;
  row.kinds = w->kinds;
  row.kind_count = w->kind_count;
  row.made = w->made;
  row.made_count = w->made_count;
  return arc_ledger_post_replies(w->ledger, &row, 1, err);
}

/* The one thing that is done: somebody is asked to read it. */
static arc_status replies_hand_over(arc__reply_work *w, arc_error *err) {
  arc_reply_rule usual = ARC_REPLY_RULE_INIT;
  const arc_reply_rule *rule = replies_rule(w, ARC_REPLY_OTHER, "");
  const char *why = w->person ? w->person : w->err.text;
  arc_status status;
  arc_error refused = w->err; /* `why` may be its text */
  if (!w->person) why = refused.text;
  w->made_count = w->number = 0;
  w->held = 0;
  w->documents.size = w->reason.size = 0;
  w->person = NULL;
  status = arc__reply_task(w, rule ? rule : &usual, "reply", why);
  if (status >= 0 && rule) status = arc__reply_hold(w, rule, "a reply is to be read");
  if (status < 0) {
    if (w->person) return arc__fail(err, ARC_E_REFUSED, "%s", w->person);
    arc__fail_as(err, &w->err);
    return status;
  }
  w->reason.size = 0;
  arc__buffer_string(&w->reason, why);
  return replies_enter(w, ARC_VERDICT_PERSON, err);
}

/* Whether that is for a person to settle, and not memory, storage or the handle's state. */
static int replies_is_refusal(arc_status status) {
  return status == ARC_E_REFUSED || status == ARC_E_INVALID || status == ARC_E_EXISTS ||
         status == ARC_E_NOT_FOUND || status == ARC_E_OVERFLOW;
}

static arc_status replies_do(arc__reply_work *w, arc_error *err) {
  arc__savepoint before;
  arc_status status;
  ARC__TRY(replies_read(w, err));
  ARC__TRY(replies_take_kinds(w, err));
  replies_find_named(w);
  if (!w->named && w->touch) replies_find_touched(w);
  if (!w->named && !w->touch) replies_find_due(w);
  arc__ledger_savepoint(w->ledger, &before);
  status = replies_act(w);
  if (w->reason.failed || w->documents.failed) return arc__fail_nomem(err);
  if (status >= 0) return replies_enter(w, w->made_count ? ARC_VERDICT_ACTED : ARC_VERDICT_NOTHING, err);
  if (!replies_is_refusal(status)) {
    arc__fail_as(err, &w->err);
    return status;
  }
  arc__ledger_back_to(w->ledger, &before);
  return replies_hand_over(w, err);
}

/* ---- the call ---- */

static arc_status replies_check(arc__reply_work *w, arc_error *err) {
  arc_incoming *in = &w->in;
  ARC__TRY(arc__text_check(&in->key, 1, 255, ARC__TEXT_LINE, "key", 0, 3, err));
  ARC__TRY(arc__text_check(&in->customer, 1, 64, ARC__TEXT_LINE, "customer", 0, 4, err));
  ARC__TRY(arc__text_check(&in->touch, 0, 255, ARC__TEXT_LINE, "touch", 0, 5, err));
  static const char none[sizeof in->reserved] = {0};
  if (in->flags & ~(ARC_INCOMING_HTML | ARC_INCOMING_AUTOMATIC | ARC_INCOMING_DRY_RUN) ||
      memcmp(in->reserved, none, sizeof none) != 0)
    return arc__fail_field(err, ARC_E_INVALID, 0, 2,
                           "flags has bits that are not defined here, or reserved is not 0");
  if (!arc__day_in_range(in->day) || in->day > ARC_DAY_LAST - 1000 ||
      (in->written != ARC_DAY_NONE && !arc__day_in_range(in->written)))
    return arc__fail_field(err, ARC_E_INVALID, 0, 10,
                           "day must be given, and a day of the years 1 to 9996");
  if (in->channel < ARC_CHANNEL_NONE || in->channel > ARC_CHANNEL_WEBHOOK)
    return arc__fail_field(err, ARC_E_INVALID, 0, 11, "channel must be one of ARC_CHANNEL_*");
  w->customer = arc__find_customer(w->t, in->customer);
  if (!w->customer)
    return arc__fail_field(err, ARC_E_NOT_FOUND, 0, 4, "no customer has the key \"%.*s\"",
                           (int)in->customer.size, in->customer.data);
  w->touch = in->touch.size ? arc__index_find(w->t, ARC__INDEX_TOUCH, in->touch, 0) : 0;
  if (w->touch &&
      arc__u32(w->t, ARC__ACCOUNT_CUSTOMER, arc__u32(w->t, ARC__TOUCH_ACCOUNT, w->touch)) != w->customer) {
    w->touch = 0;
    w->person = "it answers what was sent to another customer";
  }
  if (in->written == ARC_DAY_NONE) in->written = in->day;
  if (in->written > in->day + 1 || in->written < in->day - REPLIES_OLD_DAYS) {
    in->written = in->day;
    w->person = "its day of writing cannot be";
  }
  return ARC_OK;
}

static arc_status replies_report(arc_report **out, arc__reply_work *w, arc_error *err) {
  arc_query query = ARC_QUERY_INIT;
  if (!out) return ARC_OK;
  query.report = ARC_REPORT_REPLIES;
  query.reply = w->in.key;
  return arc_ledger_report(out, w->ledger, &query, err);
}

/* In a batch of its own, or as a part of the open one. */
static arc_status replies_commit(arc_report **out, arc__reply_work *w, arc_error *err) {
  arc_error busy = ARC_ERROR_INIT;
  arc__savepoint before;
  arc_status begun = arc_batch_begin(w->ledger, &busy), status;
  if (begun < 0 && begun != ARC_E_BUSY) {
    arc__fail_as(err, &busy);
    return begun;
  }
  arc__ledger_savepoint(w->ledger, &before);
  status = replies_do(w, err);
  if (status >= 0) status = replies_report(out, w, err);
  if (begun < 0) {
    if (status < 0) arc__ledger_back_to(w->ledger, &before);
    return status < 0 ? status : ARC_OK;
  }
  if (status >= 0) return arc_batch_commit(w->ledger, err);
  arc_batch_abort(w->ledger);
  return status;
}

static arc_status replies_take(arc_report **out, arc__reply_work *w, arc_error *err) {
  uint32_t known;
  ARC__TRY(arc__ledger_outside(w->ledger, err));
  ARC__TRY(replies_check(w, err));
  known = arc__index_find(w->t, ARC__INDEX_REPLY, w->in.key, 0);
  if (known && arc__u32(w->t, ARC__REPLY_CUSTOMER, known) != w->customer)
    return arc__fail_field(err, ARC_E_EXISTS, 0, 3,
                           "a reply of another customer is recorded under the key");
  if (!known) return replies_commit(out, w, err);
  ARC__TRY(replies_report(out, w, err));
  return ARC_ALREADY;
}

static arc_status replies_run(arc_report **out, const arc_collector *c, arc_ledger *ledger,
                              const arc_incoming *in, arc_error *err) {
  arc_error none = ARC_ERROR_INIT;
  arc__reply_work *w = arc__alloc(c->heap, sizeof *w);
  arc__buffer *buffers[6];
  arc_status status;
  if (!w) return arc__fail_nomem(err);
  w->c = c;
  w->ledger = ledger;
  w->t = arc__ledger_tables(ledger);
  w->in = *in;
  w->err = none;
  buffers[0] = &w->sender;
  buffers[1] = &w->subject;
  buffers[2] = &w->text;
  buffers[3] = &w->reason;
  buffers[4] = &w->documents;
  buffers[5] = &w->message;
  for (size_t i = 0; i < 6; i++)
    arc__buffer_init(buffers[i], c->heap);
  status = replies_take(out, w, err);
  for (size_t i = 0; i < 6; i++)
    arc__buffer_free(buffers[i]);
  arc_report_free(w->read);
  arc__free(c->heap, w, sizeof *w);
  if (status < 0 && out) {
    arc_report_free(*out);
    *out = NULL;
  }
  return status;
}

arc_status arc_collector_reply(arc_report **out, arc_collector *c, const arc_incoming *message,
                               arc_error *err) {
  arc_incoming in;
  arc_ledger *fork = NULL;
  if (out) *out = NULL;
  if (!c || !message) return arc__fail(err, ARC_E_INVALID, "collector or message is NULL");
  ARC__TRY(ARC__READ(arc_incoming, &in, message, err));
  if (!(in.flags & ARC_INCOMING_DRY_RUN)) return replies_run(out, c, c->ledger, &in, err);
  ARC__TRY(arc_ledger_fork(&fork, c->ledger, 0, err));
  arc_status status = replies_run(out, c, fork, &in, err);
  arc_ledger_close(fork);
  return status;
}
