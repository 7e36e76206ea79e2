/* Why a touch was planned or withheld, and why a customer gets none: what is recorded, and what the
 * engine decides, as rows. Checks of a recorded touch are made again as of its day. Changes
 * nothing. */
#include "cadence_internal.h"

#include "currency.h"
#include "error.h"
#include "report.h"
#include "text.h"

typedef struct cadence_why_rows {
  const arc__tables *tables;
  arc_report *report;
  arc_text subject;
  arc__buffer text; /* the value being put together */
} cadence_why_rows;

static void cadence_why_open(cadence_why_rows *w, arc_cadence *cadence) {
  static const arc__report_column columns[] = {
      {"subject", ARC_COLUMN_TEXT}, {"fact", ARC_COLUMN_TEXT}, {"value", ARC_COLUMN_TEXT}};
  w->tables = arc__ledger_tables(cadence->ledger);
  w->report = arc__report_new(cadence->heap, columns, sizeof columns / sizeof *columns);
  arc__buffer_init(&w->text, cadence->heap);
}

/* Hands the report over if everything went well. */
static arc_status cadence_why_close(cadence_why_rows *w, arc_report **out, arc_status status,
                                    arc_error *err) {
  if (status >= 0 && w->text.failed) status = arc__fail_nomem(err);
  arc__buffer_free(&w->text);
  if (status >= 0) return arc__report_finish(out, w->report, err);
  arc_report_free(w->report);
  return status;
}

/* One row; the value is what was put into w->text. */
static void cadence_why_row(cadence_why_rows *w, const char *fact) {
  arc__report_add_text(w->report, w->subject.data, w->subject.size);
  arc__report_add_string(w->report, fact);
  arc__report_add_text(w->report, (const char *)w->text.data, w->text.size);
  w->text.size = 0;
}

static void cadence_why_put(cadence_why_rows *w, arc_text text) {
  arc__buffer_bytes(&w->text, text.data, text.size);
}

static void cadence_why_put_day(cadence_why_rows *w, arc_day day) {
  char text[11] = "";
  if (day != ARC_DAY_NONE) arc_day_format(text, day);
  arc__buffer_string(&w->text, text);
}

static void cadence_why_put_money(cadence_why_rows *w, uint32_t account, int64_t amount) {
  char currency[4], text[24] = "";
  arc__currency_unpack(currency, arc__u32(w->tables, ARC__ACCOUNT_CURRENCY, account));
  arc_money_format(text, sizeof text, NULL, amount, currency, NULL);
  arc__buffer_format(&w->text, "%s %s", currency, text);
}

static void cadence_why_put_instalment(cadence_why_rows *w, uint32_t instalment) {
  cadence_why_put(
      w, arc__invoice_number(w->tables, arc__u32(w->tables, ARC__INSTALMENT_INVOICE, instalment)));
  arc__buffer_format(&w->text, "#%u", arc__instalment_number(w->tables, instalment));
}

static void cadence_why_text(cadence_why_rows *w, const char *fact, arc_text text) {
  cadence_why_put(w, text);
  cadence_why_row(w, fact);
}

static void cadence_why_string(cadence_why_rows *w, const char *fact, const char *text) {
  arc__buffer_string(&w->text, text);
  cadence_why_row(w, fact);
}

static void cadence_why_integer(cadence_why_rows *w, const char *fact, int32_t value) {
  arc__buffer_format(&w->text, "%d", value);
  cadence_why_row(w, fact);
}

static void cadence_why_day(cadence_why_rows *w, const char *fact, arc_day day) {
  cadence_why_put_day(w, day);
  cadence_why_row(w, fact);
}

static void cadence_why_money(cadence_why_rows *w, const char *fact, uint32_t account,
                              int64_t amount) {
  cadence_why_put_money(w, account, amount);
  cadence_why_row(w, fact);
}

static void cadence_why_anchor(cadence_why_rows *w, uint32_t instalment, arc_day day) {
  arc_day due = arc__i32(w->tables, ARC__INSTALMENT_DUE, instalment);
  cadence_why_put_instalment(w, instalment);
  cadence_why_row(w, "anchor");
  cadence_why_day(w, "due", due);
  cadence_why_integer(w, "age", day - due);
}

static void cadence_why_quiet_hours(cadence_why_rows *w, const arc__cadence_policy *policy) {
  arc__cadence_hours hours[2];
  size_t count = arc__cadence_quiet_hours(policy, hours);
  for (size_t i = 0; i < count; i++) {
    int32_t from = hours[i].from, until = hours[i].until;
    arc__buffer_format(&w->text,
                       "%d%d:%d%d-%d%d:%d%d in the customer's time, for the sender to keep",
                       from / 600, from / 60 % 10, from % 60 / 10, from % 10, until / 600,
                       until / 60 % 10, until % 60 / 10, until % 10);
    cadence_why_row(w, "quiet hours");
  }
}

/* ---- a touch ---- */

static const char *cadence_why_status(int status) {
  static const char *const words[] = {"planned",  "sent",     "failed",  "pending", "delivered",
                                      "withheld", "approved", "refused", "bounced", "opened"};
  return status < (int)(sizeof words / sizeof *words) ? words[status] : "";
}

static void cadence_why_touch_facts(cadence_why_rows *w, uint32_t touch) {
  const arc__tables *t = w->tables;
  uint32_t account = arc__u32(t, ARC__TOUCH_ACCOUNT, touch);
  arc_day day = arc__i32(t, ARC__TOUCH_DAY, touch);
  cadence_why_text(w, "customer",
                   arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)));
  cadence_why_day(w, "day", day);
  cadence_why_text(w, "policy", arc__name(t, arc__u32(t, ARC__TOUCH_POLICY, touch)));
  cadence_why_text(w, "step", arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch)));
  cadence_why_anchor(w, arc__u32(t, ARC__TOUCH_ANCHOR, touch), day);
  if (arc__i32(t, ARC__TOUCH_OFFSET, touch) != ARC__STEP_NONE)
    cadence_why_integer(w, "offset", arc__i32(t, ARC__TOUCH_OFFSET, touch));
  cadence_why_string(w, "channel", arc__cadence_channel(arc__u8(t, ARC__TOUCH_CHANNEL, touch)));
  cadence_why_string(w, "tone", arc__cadence_tone(arc__u8(t, ARC__TOUCH_TONE, touch)));
  cadence_why_string(w, "status", cadence_why_status(arc__u8(t, ARC__TOUCH_STATUS, touch)));
  cadence_why_text(w, "reason", arc__text(t, ARC__TOUCH_REASON, touch));
  if (arc__touch_withheld(t, touch)) return;
  cadence_why_money(w, "amount", account, arc__i64(t, ARC__TOUCH_AMOUNT, touch));
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch),
           count = arc__u32(t, ARC__TOUCH_ITEMS, touch);
  for (uint32_t item = first; item < first + count; item++) {
    cadence_why_put_instalment(w, arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, item));
    arc__buffer_string(&w->text, " ");
    cadence_why_put_money(w, account, arc__i64(t, ARC__TOUCH_ITEM_AMOUNT, item));
    cadence_why_row(w, "item");
  }
}

/* The last day before its own on which the account got a touch. */
static void cadence_why_check_limit(cadence_why_rows *w, uint32_t touch) {
  const arc__tables *t = w->tables;
  arc_day day = arc__i32(t, ARC__TOUCH_DAY, touch), last = ARC_DAY_NONE;
  for (uint32_t before = arc__u32(t, ARC__TOUCH_NEXT, touch); before;
       before = arc__u32(t, ARC__TOUCH_NEXT, before)) {
    arc_day on = arc__i32(t, ARC__TOUCH_DAY, before);
    if (!arc__touch_withheld(t, before) && on < day && on > last) last = on;
  }
  if (last == ARC_DAY_NONE)
    cadence_why_string(w, "touch before", "none");
  else
    cadence_why_day(w, "touch before", last);
}

static void cadence_why_check_pauses(cadence_why_rows *w, const arc__cadence_eval *eval,
                                     uint32_t touch) {
  const arc__tables *t = w->tables;
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch),
           count = arc__u32(t, ARC__TOUCH_ITEMS, touch);
  unsigned kinds = 1u << ARC__EXCEPTION_DISPUTE | 1u << ARC__EXCEPTION_PROMISE |
                   1u << ARC__EXCEPTION_HOLD | 1u << ARC__EXCEPTION_PLAN;
  for (uint32_t item = first; item < first + count; item++) {
    uint32_t invoice =
        arc__u32(t, ARC__INSTALMENT_INVOICE, arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, item));
    uint32_t exception =
        arc__view_pause(&eval->view, invoice, arc__u8(t, ARC__TOUCH_CHANNEL, touch), kinds);
    if (!exception) continue;
    cadence_why_put(w, arc__invoice_number(t, invoice));
    arc__buffer_string(&w->text, " by ");
    cadence_why_put(w, arc__text(t, ARC__EXCEPTION_KEY, exception));
    cadence_why_row(w, "paused");
    return;
  }
  cadence_why_string(w, "paused", "none of its items");
}

static void cadence_why_check_contact(cadence_why_rows *w, uint32_t touch) {
  const arc__tables *t = w->tables;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__TOUCH_ACCOUNT, touch)),
           contact;
  int found = arc__contact_of_role(t, customer, arc__u8(t, ARC__TOUCH_CHANNEL, touch),
                                   arc__u8(t, ARC__TOUCH_ROLES, touch), &contact);
  if (found == ARC__CONTACT_FOUND)
    cadence_why_text(w, "contact", arc__text(t, ARC__CONTACT_KEY, contact));
  else if (found == ARC__CONTACT_HOST)
    cadence_why_string(w, "contact", "looked up by the host");
  else if (found == ARC__CONTACT_OPTED_OUT)
    cadence_why_string(w, "contact", "opted out");
  else
    cadence_why_string(w, "contact", "no address");
}

static void cadence_why_roles(cadence_why_rows *w, const char *fact, uint32_t roles) {
  if (!roles) return;
  for (int role = 0; *arc__cadence_role_word(role); role++)
    if (roles & 1u << role)
      arc__buffer_format(&w->text, "%s%s", w->text.size ? ", " : "", arc__cadence_role_word(role));
  cadence_why_row(w, fact);
}

static void cadence_why_checks(cadence_why_rows *w, uint32_t checks) {
  static const char *const words[] = {"open",
                                      "not disputed",
                                      "not promised",
                                      "no plan",
                                      "no hold",
                                      "no cash that could pay it",
                                      "may be contacted",
                                      "not opted out",
                                      "no quiet day",
                                      "within limits",
                                      "no conversation before",
                                      "approved",
                                      "once",
                                      "not time-barred"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (checks & 1u << i) arc__buffer_format(&w->text, "%s%s", w->text.size ? ", " : "", words[i]);
  if (checks) cadence_why_row(w, "checked");
}

/* The version of the policy that called for a touch. The built-in policy stands in for what nobody
 * knows. */
static arc_status cadence_why_policy(const arc_cadence *cadence, const arc__tables *t,
                                     uint32_t touch, arc__cadence_policy *policy) {
  arc_text text = arc__cadence_version_text(t, arc__name(t, arc__u32(t, ARC__TOUCH_POLICY, touch)),
                                            arc__u32(t, ARC__TOUCH_VERSION, touch));
  *policy = cadence->built_in;
  if (text.size == 0) return ARC_OK;
  arc_status status = arc__cadence_policy_parse(policy, text.data, text.size, NULL);
  if (status < 0) *policy = cadence->built_in;
  return ARC_OK;
}

static void cadence_why_terms(cadence_why_rows *w, uint32_t touch) {
  const arc__tables *t = w->tables;
  uint32_t version = arc__u32(t, ARC__TOUCH_VERSION, touch);
  arc_text template_name = arc__name(t, arc__u32(t, ARC__TOUCH_TEMPLATE, touch));
  arc_text said = arc__text(t, ARC__TOUCH_OUTCOME, touch);
  if (version) cadence_why_integer(w, "version", (int32_t)version);
  if (template_name.size) cadence_why_text(w, "template", template_name);
  cadence_why_roles(w, "to", arc__u8(t, ARC__TOUCH_ROLES, touch));
  cadence_why_roles(w, "copies", arc__u8(t, ARC__TOUCH_COPIES, touch));
  cadence_why_checks(w, arc__u32(t, ARC__TOUCH_CHECKS, touch));
  if (said.size) cadence_why_text(w, "outcome", said);
}

static arc_status cadence_why_judge(cadence_why_rows *w, arc_cadence *cadence, uint32_t touch,
                                    const arc__cadence_policy *policy, arc_error *err) {
  const arc__tables *t = w->tables;
  arc__cadence_eval eval;
  arc_day day = arc__i32(t, ARC__TOUCH_DAY, touch);
  cadence_why_string(w, "quiet day", arc__cadence_is_quiet(cadence, policy, day) ? "yes" : "no");
  cadence_why_quiet_hours(w, policy);
  if (arc__touch_withheld(t, touch)) return ARC_OK;
  cadence_why_check_limit(w, touch);
  cadence_why_check_contact(w, touch);
  ARC__TRY(arc__cadence_eval_open(&eval, cadence, day, err));
  cadence_why_check_pauses(w, &eval, touch);
  arc__cadence_eval_close(&eval);
  return ARC_OK;
}

static arc_status cadence_why_touch(cadence_why_rows *w, arc_cadence *cadence, uint32_t touch,
                                    arc_error *err) {
  arc__cadence_policy *policy = arc__alloc(cadence->heap, sizeof *policy);
  if (!policy) return arc__fail_nomem(err);
  w->subject = arc__text(w->tables, ARC__TOUCH_KEY, touch);
  cadence_why_touch_facts(w, touch);
  cadence_why_terms(w, touch);
  arc_status status = cadence_why_policy(cadence, w->tables, touch, policy);
  if (status >= 0) status = cadence_why_judge(w, cadence, touch, policy, err);
  arc__free(cadence->heap, policy, sizeof *policy);
  return status;
}

/* ---- a customer ---- */

static void cadence_why_outcome(cadence_why_rows *w, const arc__cadence_decision *d) {
  static const char *const words[] = {"nothing open",    "never chased",   "quiet day",
                                      "nothing due",     "paused",         "limit",
                                      "withheld before", "to be withheld", "to be planned"};
  arc_day until = d->outcome == ARC__CADENCE_LIMITED ? d->until
                  : d->outcome == ARC__CADENCE_QUIET_DAY || d->outcome == ARC__CADENCE_NOT_DUE
                      ? d->wake
                      : ARC_DAY_NONE;
  arc__buffer_string(&w->text, words[d->outcome]);
  if (until != ARC_DAY_NONE) arc__buffer_string(&w->text, " until ");
  cadence_why_put_day(w, until);
  cadence_why_row(w, "outcome");
  if (d->reason.size) cadence_why_text(w, "reason", d->reason);
}

static void cadence_why_choice(cadence_why_rows *w, const arc__cadence_choice *choice) {
  cadence_why_put(w, choice->name);
  if (choice->unknown.size) {
    arc__buffer_string(&w->text, ": the book has no policy ");
    cadence_why_put(w, choice->unknown);
  }
  cadence_why_row(w, "policy");
}

static void cadence_why_decision(cadence_why_rows *w, const arc__cadence_eval *eval,
                                 const arc__cadence_decision *d) {
  const arc__tables *t = w->tables;
  int64_t open = 0, chase = 0;
  cadence_why_choice(w, &d->choice);
  cadence_why_outcome(w, d);
  for (size_t i = 0; i < eval->items.count; i++) {
    open += eval->items.data[i].open;
    chase += eval->chase[i].amount;
  }
  if (eval->items.count) {
    cadence_why_money(w, "open", d->account, open);
    cadence_why_money(w, "may be chased", d->account, chase);
    cadence_why_money(w, "unapplied", d->account, arc__view_unapplied(&eval->view, d->account));
  }
  if (d->anchor) cadence_why_anchor(w, d->anchor, eval->day);
  if (d->step) {
    cadence_why_string(w, "step", d->step->name);
    cadence_why_integer(w, "offset", d->step->offset);
    cadence_why_string(w, "channel", arc__cadence_channel(d->channel));
    cadence_why_string(w, "tone", arc__cadence_tone(d->step->tone));
    cadence_why_quiet_hours(w, d->choice.policy);
  }
  if (d->contact) cadence_why_text(w, "contact", arc__text(t, ARC__CONTACT_KEY, d->contact));
  uint32_t touch = arc__cadence_next_touch(eval, 0);
  if (touch) cadence_why_text(w, "last touch", arc__text(t, ARC__TOUCH_KEY, touch));
  if (d->wake == ARC_DAY_NONE)
    cadence_why_string(w, "looked at again", "when the ledger changes");
  else
    cadence_why_day(w, "looked at again", d->wake);
}

/* The customer's account of the lowest row above `after`; 0: none. */
static uint32_t cadence_why_next_account(const arc__tables *t, uint32_t customer, uint32_t after) {
  uint32_t next = 0;
  for (uint32_t account = arc__u32(t, ARC__CUSTOMER_ACCOUNT, customer); account;
       account = arc__u32(t, ARC__ACCOUNT_NEXT, account))
    if (account > after && (next == 0 || account < next)) next = account;
  return next;
}

/* What was recorded for the account on the day, oldest first. */
static void cadence_why_touches(cadence_why_rows *w, const arc__cadence_eval *eval) {
  const arc__tables *t = w->tables;
  uint32_t last = 0, next;
  do {
    next = 0;
    for (uint32_t touch = arc__cadence_next_touch(eval, 0); touch && touch > last;
         touch = arc__cadence_next_touch(eval, touch))
      if (arc__i32(t, ARC__TOUCH_DAY, touch) == eval->day) next = touch;
    if (!next) return;
    cadence_why_text(w, arc__touch_withheld(t, next) ? "withheld" : "touch",
                     arc__text(t, ARC__TOUCH_KEY, next));
    last = next;
  } while (next);
}

static arc_status cadence_why_account(cadence_why_rows *w, arc__cadence_eval *eval,
                                      uint32_t account, arc_error *err) {
  const arc__tables *t = w->tables;
  arc__cadence_decision d;
  arc_status status;
  char currency[4];
  ARC__TRY(arc__cadence_begin(eval, account, err));
  arc__currency_unpack(currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  cadence_why_string(w, "currency", currency);
  cadence_why_touches(w, eval);
  while ((status = arc__cadence_decide(eval, &d, err)) == ARC_OK)
    cadence_why_decision(w, eval, &d);
  return status;
}

static arc_status cadence_why_customer(cadence_why_rows *w, arc_cadence *cadence, uint32_t customer,
                                       arc_day day, arc_error *err) {
  const arc__tables *t = w->tables;
  arc__cadence_eval eval;
  arc_status status = ARC_OK;
  uint32_t account = cadence_why_next_account(t, customer, 0);
  w->subject = arc__text(t, ARC__CUSTOMER_KEY, customer);
  if (!account) cadence_why_string(w, "outcome", "nothing open");
  ARC__TRY(arc__cadence_eval_open(&eval, cadence, day, err));
  for (; account && status >= 0; account = cadence_why_next_account(t, customer, account))
    status = cadence_why_account(w, &eval, account, err);
  arc__cadence_eval_close(&eval);
  return status;
}

arc_status arc_cadence_why(arc_report **out, arc_cadence *cadence, const char *key, size_t size,
                           arc_day day, arc_error *err) {
  if (!out || !cadence || (!key && size))
    return arc__fail(err, ARC_E_INVALID,
                     "arc_cadence_why: out, the cadence and the key must not be NULL");
  if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "arc_cadence_why: the day must be in the years 1 to 9999");
  ARC__TRY(arc__cadence_refresh(cadence, err));
  cadence_why_rows w = {0};
  cadence_why_open(&w, cadence);
  arc_text text = {key, arc__text_size(key, size)};
  uint32_t touch = text.size ? arc__index_find(w.tables, ARC__INDEX_TOUCH, text, 0) : 0;
  uint32_t customer = touch || !text.size ? 0 : arc__find_customer(w.tables, text);
  arc_status status;
  if (touch)
    status = cadence_why_touch(&w, cadence, touch, err);
  else if (customer)
    status = cadence_why_customer(&w, cadence, customer, day, err);
  else
    status = arc__fail(err, ARC_E_NOT_FOUND, "no touch and no customer has the key \"%.*s\"",
                       text.size > 128 ? 128 : (int)text.size, text.data ? text.data : "");
  return cadence_why_close(&w, out, status, err);
}
