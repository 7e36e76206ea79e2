#include "collector_replies.h"

#include <string.h>

#include "currency.h"
#include "error.h"
#include "report.h"
#include "text.h"
#include "struct_sizes.h"

/*
 * Owns what is done about a reply. Each action either does all that the text says, by the ledger's own
 * commands, or says why a person is to read it: nothing is guessed, and nothing is done that the text asks
 * for and no rule names.
 */

#define ACTIONS_AUTHOR        "reader"
#define ACTIONS_TEXT_MAX      3400 /* of a task: there is the reason, too */
#define ACTIONS_ADDRESSES_MAX 10
#define ACTIONS_DAY_PLAIN 3 /* codes of a date up to this one have one day */

static arc_status actions_person(arc__reply_work *w, const char *why) {
  w->person = why;
  return ARC_E_REFUSED;
}

static arc_text actions_words(const char *words) {
  return (arc_text){words, strlen(words)};
}

static void actions_say_day(arc__reply_work *w, arc_day day) {
  char text[11] = "";
  (void)arc_day_format(text, day);
  arc__buffer_string(&w->reason, text);
}

static void actions_say_money(arc__buffer *out, int64_t amount, uint32_t currency) {
  char code[4], money[24] = "";
  arc__currency_unpack(code, currency);
  (void)arc_money_format(money, sizeof money, NULL, amount, code, NULL);
  arc__buffer_string(out, money);
  arc__buffer_u8(out, ' ');
  arc__buffer_string(out, code);
}

/* What was done, in a few words each. */
static void actions_say(arc__reply_work *w, const char *words) {
  if (w->reason.size) arc__buffer_string(&w->reason, "; ");
  arc__buffer_string(&w->reason, words);
}

/* ---- keys, and what was made ---- */

/* A key that no exception of the sort has; the reply's number makes it one that nobody else gives. */
static arc_status actions_key(arc__reply_work *w, int sort, arc_text *key) {
  arc__buffer name;
  if (w->made_count == ARC__REPLY_MADE_MAX) return actions_person(w, "it asks for too much at once");
  arc__buffer_init(&name, w->c->heap);
  do {
    name.size = 0;
    arc__buffer_format(&name, "reply-%u-%u", w->t->rows[ARC__TABLE_REPLY] + 1, ++w->number);
    if (name.failed) break;
    memcpy(w->keys[w->made_count], name.data, name.size);
    *key = (arc_text){w->keys[w->made_count], name.size};
  } while (arc__index_find(w->t, ARC__INDEX_EXCEPTION, *key, sort));
  arc_status status = name.failed ? arc__fail_nomem(&w->err) : ARC_OK;
  arc__buffer_free(&name);
  return status;
}

static arc_status actions_made(arc__reply_work *w, arc_status status, int32_t what, arc_text key,
                               uint32_t opt_outs) {
  arc_reply_made m = ARC_REPLY_MADE_INIT;
  ARC__TRY(status);
  m.what = what;
  m.key = key;
  m.opt_outs = opt_outs;
  w->made[w->made_count++] = m;
  return ARC_OK;
}

static arc_text actions_owner(const arc__reply_work *w, const arc_reply_rule *rule) {
  if (rule->owner.size) return rule->owner;
  return arc__name(w->t, arc__u32(w->t, ARC__CUSTOMER_OWNER, w->customer));
}

/* The task's text: why, and what the customer wrote. */
arc_status arc__reply_task(arc__reply_work *w, const arc_reply_rule *rule, const char *kind,
                           const char *why) {
  arc_task row = ARC_TASK_INIT;
  arc_text text = arc__reply_text(&w->text);
  ARC__TRY(actions_key(w, ARC__EXCEPTION_TASK, &row.key));
  w->message.size = 0;
  arc__buffer_string(&w->message, why);
  if (text.size) arc__buffer_string(&w->message, "\n\n");
  arc__buffer_bytes(
      &w->message, text.data,
      arc__text_whole(text.data, text.size < ACTIONS_TEXT_MAX ? text.size : ACTIONS_TEXT_MAX));
  if (w->message.failed || w->documents.failed) return arc__fail_nomem(&w->err);
  row.customer = w->in.customer;
  row.kind = actions_words(kind);
  row.owner = actions_owner(w, rule);
  row.text = arc__reply_text(&w->message);
  row.source = w->in.key;
  row.documents = arc__reply_text(&w->documents);
  row.opened = w->in.day;
  row.answer_days = rule->answer_days;
  actions_say(w, "task ");
  arc__buffer_string(&w->reason, kind);
  return actions_made(w, arc_ledger_post_tasks(w->ledger, &row, 1, &w->err), ARC_MADE_TASK, row.key, 0);
}

/* ---- holds ---- */

static arc_status actions_hold(arc__reply_work *w, arc_text customer, arc_text invoice, arc_day until,
                               const char *why) {
  arc_hold row = ARC_HOLD_INIT;
  ARC__TRY(actions_key(w, ARC__EXCEPTION_HOLD, &row.key));
  row.customer = customer;
  row.invoice = invoice;
  row.reason = actions_words(why);
  row.author = actions_words(ACTIONS_AUTHOR);
  row.from = w->in.day;
  row.until = until;
  return actions_made(w, arc_ledger_post_holds(w->ledger, &row, 1, &w->err), ARC_MADE_HOLD, row.key, 0);
}

arc_status arc__reply_hold(arc__reply_work *w, const arc_reply_rule *rule, const char *why) {
  static const arc_text none = {"", 0};
  arc_day until = w->in.day + (arc_day)rule->hold_days;
  if (!rule->hold_days || w->held) return ARC_OK;
  if (w->many) return actions_person(w, "it is about too many invoices");
  for (uint32_t i = 0; i < w->invoice_count; i++)
    ARC__TRY(actions_hold(w, none, arc__text(w->t, ARC__INVOICE_KEY, w->invoices[i]), until, why));
  w->held = 1;
  if (!w->invoice_count) return ARC_OK;
  actions_say(w, "reminders rest until ");
  actions_say_day(w, until);
  return ARC_OK;
}

static arc_status actions_hold_customer(arc__reply_work *w, arc_day until, const char *why) {
  static const arc_text none = {"", 0};
  ARC__TRY(actions_hold(w, w->in.customer, none, until, why));
  actions_say(w, "reminders rest");
  if (until != ARC_DAY_NONE) arc__buffer_string(&w->reason, " until ");
  if (until != ARC_DAY_NONE) actions_say_day(w, until);
  return ARC_OK;
}

/* ---- what the invoices come to ---- */

/* The sum fits: it is part of the accounts' balances. *currency 0: there are several. */
static int64_t actions_owed(const arc__reply_work *w, uint32_t *currency) {
  int64_t sum = 0;
  *currency = w->invoice_count ? arc__invoice_currency(w->t, w->invoices[0]) : 0;
  for (uint32_t i = 0; i < w->invoice_count; i++) {
    sum += arc__invoice_open(w->t, w->invoices[i]);
    if (arc__invoice_currency(w->t, w->invoices[i]) != *currency) *currency = 0;
  }
  return sum;
}

static void actions_list_invoices(arc__reply_work *w) {
  for (uint32_t i = 0; i < w->invoice_count; i++) {
    arc_text key = arc__text(w->t, ARC__INVOICE_KEY, w->invoices[i]);
    if (w->documents.size) arc__buffer_u8(&w->documents, '\n');
    arc__buffer_bytes(&w->documents, key.data, key.size);
  }
}

/* Nothing to ask for any more. */
static int actions_settled(arc__reply_work *w) {
  uint32_t currency;
  if (w->strange || w->many || actions_owed(w, &currency) > 0) return 0;
  actions_say(w, "nothing of it is open any more");
  return 1;
}

/* ---- facts ---- */

/* The day of the dates that a kind has: ARC_DAY_NONE with *why set if there is not just one. `latest`: of
 * several the last one counts. */
static arc_day actions_day(const arc__reply_work *w, const char *of, int latest, const char **why) {
  arc_day found = ARC_DAY_NONE;
  *why = "it names no day";
  for (size_t n = 0, row; (row = arc__reply_fact(w, "date", n)) != SIZE_MAX; n++) {
    if (strcmp(arc_report_text(w->read, row, ARC__READ_DETAIL, NULL), of) != 0) continue;
    int plain = arc_report_integer(w->read, row, ARC__READ_CODE) <= ACTIONS_DAY_PLAIN;
    arc_day day = !plain || arc_report_is_null(w->read, row, ARC__READ_DAY)
                      ? ARC_DAY_NONE
                      : (arc_day)arc_report_integer(w->read, row, ARC__READ_DAY);
    if (day == ARC_DAY_NONE && latest) continue;
    *why = day == ARC_DAY_NONE ? "its day is ambiguous or impossible" : "it names several days";
    if (day == ARC_DAY_NONE || (found != ARC_DAY_NONE && found != day && !latest)) return ARC_DAY_NONE;
    if (found == ARC_DAY_NONE || day > found) found = day;
  }
  return found;
}

/* Whether an amount is spoken of that could not be read as one. */
static int actions_speaks_of_money(const arc__reply_work *w, const char *code) {
  const char *const signs[] = {code, "\xe2\x82\xac", "$", "\xc2\xa3"};
  arc_text text = arc__reply_text(&w->text);
  for (size_t s = 0; s < sizeof signs / sizeof *signs; s++) {
    size_t size = strlen(signs[s]);
    for (size_t i = 0; size && i + size <= text.size; i++)
      if (memcmp(text.data + i, signs[s], size) == 0) return 1;
  }
  return 0;
}

/* The one amount that is spoken of, as a part of what is owed; all of it if there is none. */
static arc_status actions_amount(arc__reply_work *w, int64_t owed, uint32_t currency, int64_t *amount) {
  char code[4] = "";
  int found = 0;
  *amount = owed;
  if (currency) arc__currency_unpack(code, currency);
  for (size_t n = 0, row; (row = arc__reply_fact(w, "amount", n)) != SIZE_MAX; n++) {
    if (arc_report_is_null(w->read, row, ARC__READ_AMOUNT))
      return actions_person(w, "its amount can be read two ways");
    int64_t said = arc_report_integer(w->read, row, ARC__READ_AMOUNT);
    if (strcmp(arc_report_text(w->read, row, ARC__READ_CURRENCY, NULL), code) != 0)
      return actions_person(w, "its amount is in another currency");
    if (found && said != *amount) return actions_person(w, "it names several amounts");
    *amount = said;
    found = 1;
  }
  for (size_t n = 0, row; (row = arc__reply_fact(w, "share", n)) != SIZE_MAX; n++) {
    /* "The full amount of EUR 500". */
    if (found && arc_report_integer(w->read, row, ARC__READ_CONFIDENCE) == 1000000) continue;
    if (found) return actions_person(w, "it names several amounts");
    if (!currency) return actions_person(w, "it speaks of a part of several currencies");
    ARC__TRY(arc_money_scale(amount, owed, arc_report_integer(w->read, row, ARC__READ_CONFIDENCE), 1000000,
                             &w->err));
    found = 1;
  }
  if (!found && actions_speaks_of_money(w, code)) return actions_person(w, "its amount could not be read");
  if (*amount <= 0) return actions_person(w, "its amount is none");
  return *amount > owed ? actions_person(w, "it promises more than is owed") : ARC_OK;
}

/* ---- disputes ---- */

static arc_status actions_dispute_one(arc__reply_work *w, const arc_reply_rule *rule, uint32_t invoice,
                                      arc_text kind, arc_text words) {
  arc_dispute row = ARC_DISPUTE_INIT;
  arc__view view;
  ARC__TRY(arc__view_open(&view, w->ledger, w->in.day, &w->err));
  int64_t disputed = arc__view_disputed(&view, invoice);
  arc__view_close(&view);
  if (disputed) return actions_person(w, "the invoice is in dispute already");
  ARC__TRY(actions_key(w, ARC__EXCEPTION_DISPUTE, &row.key));
  row.invoice = arc__text(w->t, ARC__INVOICE_KEY, invoice);
  row.kind = kind;
  row.owner = actions_owner(w, rule);
  row.reason = words;
  row.opened = w->in.day;
  row.amount = arc__invoice_open(w->t, invoice);
  row.source = w->in.key;
  row.answer_days = rule->answer_days;
  return actions_made(w, arc_ledger_post_disputes(w->ledger, &row, 1, &w->err), ARC_MADE_DISPUTE, row.key,
                      0);
}

/* The words that decided. */
static arc_text actions_words_of(const arc__reply_work *w, int32_t kind) {
  for (uint32_t i = 0; i < w->kind_count; i++)
    if (w->kinds[i].kind == kind) return w->kinds[i].words;
  return actions_words("");
}

static arc_status actions_dispute(arc__reply_work *w, const arc_reply_rule *rule, size_t row) {
  arc_text kind = actions_words(arc_report_text(w->read, row, ARC__READ_DETAIL, NULL));
  arc_text words = actions_words_of(w, rule->kind);
  if (w->invoice_count == 0) return actions_person(w, "it contests what is not open");
  if (w->invoice_count > 1 && !w->named)
    return actions_person(w, "it does not say which of several invoices it contests");
  for (uint32_t i = 0; i < w->invoice_count; i++) {
    if (arc__invoice_open(w->t, w->invoices[i]) <= 0)
      return actions_person(w, "it contests what is not open");
    ARC__TRY(actions_dispute_one(w, rule, w->invoices[i], kind, words));
  }
  actions_say(w, "dispute ");
  arc__buffer_bytes(&w->reason, kind.data, kind.size);
  return ARC_OK;
}

/* ---- promises ---- */

static arc_status actions_promise_one(arc__reply_work *w, const arc_reply_rule *rule, uint32_t invoice,
                                      arc_day pay_by, int64_t amount) {
  arc_promise row = ARC_PROMISE_INIT;
  ARC__TRY(actions_key(w, ARC__EXCEPTION_PROMISE, &row.key));
  row.invoice = arc__text(w->t, ARC__INVOICE_KEY, invoice);
  row.made_by = arc__reply_text(&w->sender);
  row.made = w->in.day;
  row.pay_by = pay_by;
  row.grace_days = rule->hold_days;
  row.amount = amount;
  return actions_made(w, arc_ledger_post_promises(w->ledger, &row, 1, &w->err), ARC_MADE_PROMISE, row.key,
                      0);
}

/* The one invoice of which just this is open; UINT32_MAX if it is not one. */
static uint32_t actions_invoice_of(const arc__reply_work *w, int64_t amount) {
  uint32_t found = UINT32_MAX;
  for (uint32_t i = 0; i < w->invoice_count; i++) {
    if (arc__invoice_open(w->t, w->invoices[i]) != amount) continue;
    if (found != UINT32_MAX) return UINT32_MAX;
    found = i;
  }
  return found;
}

/* The oldest first, up to `amount` in all; of what is promised already by an earlier day, `before`, no more is said. */
static arc_status actions_promise_up_to(arc__reply_work *w, const arc_reply_rule *rule, arc_day day,
                                        int64_t before, int64_t amount) {
  for (uint32_t i = 0; i < w->invoice_count && amount > 0; i++) {
    int64_t open = arc__invoice_open(w->t, w->invoices[i]), part = open < amount ? open : amount,
            known = open < before ? open : before;
    if (part > known) ARC__TRY(actions_promise_one(w, rule, w->invoices[i], day, part));
    amount -= part;
    before -= known;
  }
  return ARC_OK;
}

static void actions_say_promise(arc__reply_work *w, int64_t amount, int64_t owed, uint32_t currency,
                                arc_day day) {
  actions_say(w, "promise of ");
  if (amount < owed || currency)
    actions_say_money(&w->reason, amount, currency);
  else
    arc__buffer_string(&w->reason, "all that is open");
  arc__buffer_string(&w->reason, " by ");
  actions_say_day(w, day);
}

static arc_status actions_check_promised(arc__reply_work *w, arc_day day) {
  if (day < w->in.day) return actions_person(w, "the day it promises is past");
  if (day > w->in.day + (arc_day)w->c->reply_days)
    return actions_person(w, "the day it promises is too far ahead");
  return ARC_OK;
}

/* How much the part in `row` is, of what is owed when `before` of it is promised already. */
static arc_status actions_part(arc__reply_work *w, size_t row, int64_t owed, int64_t before, uint32_t currency,
                               int64_t *part) {
  const char *what = arc_report_text(w->read, row, ARC__READ_DETAIL, NULL);
  char code[4];
  arc__currency_unpack(code, currency);
  *part = owed - before;
  if (strcmp(what, "amount") == 0) {
    if (strcmp(arc_report_text(w->read, row, ARC__READ_CURRENCY, NULL), code) != 0)
      return actions_person(w, "its amount is in another currency");
    *part = arc_report_integer(w->read, row, ARC__READ_AMOUNT);
  } else if (strcmp(what, "share") == 0) {
    ARC__TRY(arc_money_scale(part, owed, arc_report_integer(w->read, row, ARC__READ_CONFIDENCE), 1000000,
                             &w->err));
    /* Two halves of an odd amount are all of it. */
    if (before && owed - before - *part >= -1 && owed - before - *part <= 1) *part = owed - before;
  }
  if (*part <= 0) return actions_person(w, "a part of it is none");
  return *part > owed - before ? actions_person(w, "it promises more than is owed") : ARC_OK;
}

/* "Half now, the rest in May." A promise says what is paid by its day in all, so that the parts add up. */
static arc_status actions_promise_parts(arc__reply_work *w, const arc_reply_rule *rule, int64_t owed,
                                        uint32_t currency) {
  int64_t before = 0, part;
  if (!currency) return actions_person(w, "it speaks of parts of several currencies");
  for (size_t n = 0, row; (row = arc__reply_fact(w, "part", n)) != SIZE_MAX; n++) {
    arc_day day = (arc_day)arc_report_integer(w->read, row, ARC__READ_DAY);
    ARC__TRY(actions_check_promised(w, day));
    ARC__TRY(actions_part(w, row, owed, before, currency, &part));
    actions_say_promise(w, part, owed, currency, day);
    ARC__TRY(actions_promise_up_to(w, rule, day, before, before + part));
    before += part;
  }
  return ARC_OK;
}

static arc_status actions_promise(arc__reply_work *w, const arc_reply_rule *rule) {
  uint32_t currency, one;
  int64_t owed = actions_owed(w, &currency), amount;
  const char *why;
  arc_day day = actions_day(w, "promise", 0, &why);
  if (actions_settled(w)) return ARC_OK;
  if (arc__reply_fact(w, "part", 0) != SIZE_MAX) return actions_promise_parts(w, rule, owed, currency);
  if (day == ARC_DAY_NONE) return actions_person(w, why);
  ARC__TRY(actions_check_promised(w, day));
  ARC__TRY(actions_amount(w, owed, currency, &amount));
  one = actions_invoice_of(w, amount);
  actions_say_promise(w, amount, owed, currency, day);
  if (one != UINT32_MAX) return actions_promise_one(w, rule, w->invoices[one], day, amount);
  return actions_promise_up_to(w, rule, day, 0, amount);
}

/* ---- payments ---- */

/* Cash of the customer that is not applied yet: what he may speak of. */
static void actions_list_cash(arc__reply_work *w, arc__buffer *out) {
  const arc__tables *t = w->t;
  int some = 0;
  for (uint32_t a = arc__u32(t, ARC__CUSTOMER_ACCOUNT, w->customer); a;
       a = arc__u32(t, ARC__ACCOUNT_NEXT, a))
    for (uint32_t c = arc__u32(t, ARC__ACCOUNT_CREDIT, a); c && out->size < 400;
         c = arc__u32(t, ARC__CREDIT_NEXT, c)) {
      arc_text key = arc__text(t, ARC__CREDIT_KEY, c);
      if (arc__u8(t, ARC__CREDIT_KIND, c) != ARC_CREDIT_PAYMENT || arc__i64(t, ARC__CREDIT_OPEN, c) <= 0)
        continue;
      arc__buffer_string(out, some++ ? ", " : "; on account: ");
      arc__buffer_bytes(out, key.data, key.size);
      arc__buffer_string(out, " of ");
      actions_say_money(out, arc__i64(t, ARC__CREDIT_OPEN, c), arc__u32(t, ARC__CREDIT_CURRENCY, c));
    }
  if (!some) arc__buffer_string(out, "; nothing is on account");
}

static arc_status actions_payment_task(arc__reply_work *w, const arc_reply_rule *rule, arc__buffer *why) {
  arc__buffer_string(why, "says that it is paid");
  for (size_t n = 0, row; (row = arc__reply_fact(w, "reference", n)) != SIZE_MAX && n < 5; n++) {
    size_t size;
    const char *words = arc_report_text(w->read, row, ARC__READ_WORDS, &size);
    arc__buffer_string(why, n ? ", " : ", reference ");
    arc__reply_clean(why, words, size, 64, ARC__TEXT_LINE);
  }
  actions_list_cash(w, why);
  arc__buffer_u8(why, 0);
  if (why->failed) return arc__fail_nomem(&w->err);
  return arc__reply_task(w, rule, "payment", (const char *)why->data);
}

static arc_status actions_find_payment(arc__reply_work *w, const arc_reply_rule *rule) {
  arc__buffer why;
  if (actions_settled(w)) return ARC_OK;
  actions_list_invoices(w);
  arc__buffer_init(&why, w->c->heap);
  arc_status status = actions_payment_task(w, rule, &why);
  arc__buffer_free(&why);
  if (status < 0) return status;
  return arc__reply_hold(w, rule, "says that it is paid: the payment is looked for");
}

/* ---- tasks ---- */

static int actions_is_address(char c, int domain) {
  return arc__is_alpha(c) || arc__is_digit(c) || c == '.' || c == '-' ||
         (!domain && (c == '_' || c == '+' || c == '%'));
}

/* The addresses in what the customer wrote, each of the form a@b.c. They are told to a person, never
 * written to. */
static void actions_list_addresses(arc__reply_work *w) {
  arc_text text = arc__reply_text(&w->text);
  int count = 0;
  for (size_t at = 0; at < text.size && count < ACTIONS_ADDRESSES_MAX; at++) {
    size_t first = at, end = at + 1;
    if (text.data[at] != '@') continue;
    while (first > 0 && at - first < 64 && actions_is_address(text.data[first - 1], 0))
      first--;
    while (end < text.size && end - at < 128 && actions_is_address(text.data[end], 1))
      end++;
    while (end > at + 1 && !arc__is_alpha(text.data[end - 1]))
      end--;
    if (first == at || end == at + 1 || !memchr(text.data + at, '.', end - at)) continue;
    if (w->documents.size) arc__buffer_u8(&w->documents, '\n');
    arc__buffer_bytes(&w->documents, text.data + first, end - first);
    count++;
  }
}

static const char *actions_task_kind(int32_t kind) {
  static const char *const names[] = {"reply",    "dispute", "promise", "payment", "copy",
                                      "document", "plan",    "process", "contact", "absence",
                                      "legal",    "opt-out", "reply"};
  return names[kind];
}

static const char *actions_task_why(int32_t kind) {
  static const char *const why[] = {"",
                                    "contests an invoice",
                                    "promises to pay",
                                    "says that it is paid",
                                    "wants copies",
                                    "wants a document",
                                    "wants a plan, or more time",
                                    "is held up in its own process",
                                    "is not the one to be asked: correct the contact, once it is sure",
                                    "is absent",
                                    "a lawyer, a court or an insolvency",
                                    "wants no more messages",
                                    "thanks"};
  return why[kind];
}

static arc_status actions_task(arc__reply_work *w, const arc_reply_rule *rule) {
  if (rule->kind == ARC_REPLY_WRONG_CONTACT)
    actions_list_addresses(w);
  else
    actions_list_invoices(w);
  ARC__TRY(arc__reply_task(w, rule, actions_task_kind(rule->kind), actions_task_why(rule->kind)));
  return arc__reply_hold(w, rule, actions_task_why(rule->kind));
}

/* ---- absence, stop, opt-out ---- */

static arc_status actions_absence(arc__reply_work *w) {
  const char *why;
  arc_day until = actions_day(w, "until", 1, &why);
  if (until == ARC_DAY_NONE || until < w->in.day) {
    actions_say(w, "absent, until no day that counts");
    return ARC_OK;
  }
  if (until > w->in.day + (arc_day)w->c->reply_days) return actions_person(w, "the absence is a long one");
  return actions_hold_customer(w, until, "absent");
}

static arc_status actions_stop(arc__reply_work *w, const arc_reply_rule *rule) {
  ARC__TRY(actions_hold_customer(w, ARC_DAY_NONE, "a lawyer, a court or an insolvency"));
  return arc__reply_task(w, rule, actions_task_kind(ARC_REPLY_LEGAL), actions_task_why(ARC_REPLY_LEGAL));
}

static int actions_same_address(arc_text a, arc_text b) {
  if (a.size != b.size || !a.size) return 0;
  for (size_t i = 0; i < a.size; i++)
    if (arc__upper(a.data[i]) != arc__upper(b.data[i])) return 0;
  return 1;
}

/* Says a contact again with one more opt-out. */
static arc_status actions_opt_out_one(arc__reply_work *w, uint32_t contact, uint32_t bit) {
  const arc__tables *t = w->t;
  arc_contact row = ARC_CONTACT_INIT;
  if (w->made_count == ARC__REPLY_MADE_MAX) return actions_person(w, "too many contacts have that address");
  row.options = ARC_REPLACE;
  row.key = arc__text(t, ARC__CONTACT_KEY, contact);
  row.customer = w->in.customer;
  row.name = arc__text(t, ARC__CONTACT_NAME, contact);
  row.language = arc__name(t, arc__u32(t, ARC__CONTACT_LANGUAGE, contact));
  row.email = arc__text(t, ARC__CONTACT_EMAIL, contact);
  row.phone = arc__text(t, ARC__CONTACT_PHONE, contact);
  row.postal = arc__text(t, ARC__CONTACT_POSTAL, contact);
  row.role = arc__u8(t, ARC__CONTACT_ROLE, contact);
  row.utc_offset_minutes = arc__i32(t, ARC__CONTACT_UTC_OFFSET, contact);
  row.opt_outs = arc__u32(t, ARC__CONTACT_OPT_OUTS, contact) | bit;
  return actions_made(w, arc_ledger_post_contacts(w->ledger, &row, 1, &w->err), ARC_MADE_OPT_OUT, row.key,
                      bit);
}

static arc_status actions_opt_out(arc__reply_work *w) {
  const arc__tables *t = w->t;
  uint32_t bit = 1u << w->in.channel;
  int found = 0;
  for (uint32_t c = arc__u32(t, ARC__CUSTOMER_CONTACT, w->customer); c;
       c = arc__u32(t, ARC__CONTACT_NEXT, c)) {
    if (!actions_same_address(arc__contact_address(t, c, w->in.channel), arc__reply_text(&w->sender)))
      continue;
    found = 1;
    if (!(arc__u32(t, ARC__CONTACT_OPT_OUTS, c) & bit)) ARC__TRY(actions_opt_out_one(w, c, bit));
  }
  if (!found)
    return actions_person(w, "wants no more messages, and no contact has the address it came from");
  actions_say(w, "opted out");
  return ARC_OK;
}

/* ---- */

arc_status arc__reply_act(arc__reply_work *w, const arc_reply_rule *rule, size_t row) {
  int about_items = rule->action >= ARC_ACTION_DISPUTE && rule->action <= ARC_ACTION_FIND_PAYMENT;
  if (about_items && w->strange) return actions_person(w, "it names an invoice that is not the customer's");
  if (about_items && w->vague) return actions_person(w, "it does not say which invoices it is about");
  if (about_items && w->many) return actions_person(w, "it is about too many invoices");
  w->documents.size = 0;
  switch (rule->action) {
  case ARC_ACTION_NOTHING:
    actions_say(w, "nothing to do");
    return arc__reply_hold(w, rule, "as the rules say");
  case ARC_ACTION_DISPUTE:
    return actions_dispute(w, rule, row);
  case ARC_ACTION_PROMISE:
    return actions_promise(w, rule);
  case ARC_ACTION_FIND_PAYMENT:
    return actions_find_payment(w, rule);
  case ARC_ACTION_TASK:
    return actions_task(w, rule);
  case ARC_ACTION_ABSENCE:
    return actions_absence(w);
  case ARC_ACTION_STOP:
    return actions_stop(w, rule);
  case ARC_ACTION_OPT_OUT:
    return actions_opt_out(w);
  default:
    return actions_person(w, "the rules leave it to a person");
  }
}
