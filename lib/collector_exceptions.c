#include "collector_internal.h"

#include <string.h>

#include "cadence_end.h"
#include "currency.h"
#include "error.h"
#include "report.h"

/* Owns what needs a person: it is read off the ledger's state, so that a command which answers it makes it go away,
 * and nothing has to be closed. Costs a pass over touches, contacts, credits, exceptions and
 * findings, and a decision for each account with open items. */

#define EXCEPTIONS_APPROVAL "needs approval" /* how the cadence begins the reason */

typedef struct exceptions_list {
  const arc_collector *c;
  const arc__tables *t;
  arc__view v;
  arc_report *report; /* NULL: only count */
  uint64_t count;
  arc__buffer reason;
} exceptions_list;

/* One row. `currency` 0: no amount. */
typedef struct exceptions_row {
  const char *kind, *choices, *command;
  uint32_t customer, currency;
  arc_text key, reason;
  arc_day date;
  int64_t amount;
} exceptions_row;

static void exceptions_add_text(arc_report *report, arc_text text) {
  arc__report_add_text(report, text.data, text.size);
}

static void exceptions_add(exceptions_list *l, const exceptions_row *r) {
  arc_report *report = l->report;
  char code[4] = "";
  l->count++;
  if (!report) return;
  arc__report_add_string(report, r->kind);
  if (r->customer) exceptions_add_text(report, arc__text(l->t, ARC__CUSTOMER_KEY, r->customer));
  else arc__report_add_string(report, "");
  exceptions_add_text(report, r->key);
  arc__report_add_integer(report, r->date);
  if (r->currency) arc__currency_unpack(code, r->currency);
  arc__report_add_string(report, code);
  if (r->currency) arc__report_add_integer(report, r->amount);
  else arc__report_add_null(report);
  exceptions_add_text(report, r->reason);
  arc__report_add_string(report, r->choices);
  arc__report_add_string(report, r->command);
}

static arc_text exceptions_words(const char *words) {
  arc_text text;
  text.data = words;
  text.size = strlen(words);
  return text;
}

/* ---- touches ---- */

static int64_t exceptions_still_open(const exceptions_list *l, uint32_t touch) {
  uint32_t first = arc__u32(l->t, ARC__TOUCH_ITEM, touch);
  int64_t sum = 0;
  for (uint32_t i = first; i < first + arc__u32(l->t, ARC__TOUCH_ITEMS, touch); i++) {
    int64_t asked = arc__i64(l->t, ARC__TOUCH_ITEM_AMOUNT, i);
    int64_t open = arc__view_undisputed(&l->v, arc__u32(l->t, ARC__TOUCH_ITEM_INSTALMENT, i));
    sum += open < asked ? open : asked;
  }
  return sum;
}

/* Whether nothing else was sent to the customer in this currency since. */
static int exceptions_is_last(const exceptions_list *l, uint32_t touch) {
  uint32_t row = arc__u32(l->t, ARC__ACCOUNT_TOUCH, arc__u32(l->t, ARC__TOUCH_ACCOUNT, touch));
  while (row > touch && (arc__touch_withheld(l->t, row) || arc__u8(l->t, ARC__TOUCH_CHANNEL, row) == ARC_CHANNEL_CALL))
    row = arc__u32(l->t, ARC__TOUCH_NEXT, row);
  return row == touch;
}

static int exceptions_needs_approval(const exceptions_list *l, uint32_t touch) {
  arc_text reason = arc__text(l->t, ARC__TOUCH_REASON, touch);
  uint32_t anchor = arc__u32(l->t, ARC__TOUCH_ANCHOR, touch);
  return reason.size >= sizeof EXCEPTIONS_APPROVAL - 1 &&
         memcmp(reason.data, EXCEPTIONS_APPROVAL, sizeof EXCEPTIONS_APPROVAL - 1) == 0 &&
         arc__i32(l->t, ARC__INSTALMENT_STEP, anchor) < arc__i32(l->t, ARC__TOUCH_OFFSET, touch) &&
         arc__view_undisputed(&l->v, anchor) > 0;
}

/* Fills what the touch itself says; 0: nothing needs to be done about it. */
static int exceptions_of_touch(const exceptions_list *l, uint32_t touch, exceptions_row *r) {
  int channel = arc__u8(l->t, ARC__TOUCH_CHANNEL, touch);
  r->reason = arc__text(l->t, ARC__TOUCH_OUTCOME, touch);
  r->command = "arc_ledger_post_touch_outcomes";
  switch (arc__u8(l->t, ARC__TOUCH_STATUS, touch)) {
  case ARC_TOUCH_WITHHELD:
    r->kind = "approval";
    r->choices = "approve, refuse";
    r->reason = arc__name(l->t, arc__u32(l->t, ARC__TOUCH_STEP, touch));
    r->amount = arc__view_undisputed(&l->v, arc__u32(l->t, ARC__TOUCH_ANCHOR, touch));
    return exceptions_needs_approval(l, touch);
  case ARC_TOUCH_PLANNED:
    r->kind = "call";
    r->choices = "done, not reached";
    r->reason = arc__text(l->t, ARC__TOUCH_REASON, touch);
    return (channel == ARC_CHANNEL_CALL || channel == ARC_CHANNEL_PLACEMENT) && r->amount > 0;
  case ARC_TOUCH_FAILED:
  case ARC_TOUCH_BOUNCED:
    r->kind = "failed";
    r->choices = "call, write by hand";
    r->command = "arc_ledger_post_touches";
    if (!r->reason.size)
      r->reason = exceptions_words(arc__u8(l->t, ARC__TOUCH_STATUS, touch) == ARC_TOUCH_BOUNCED
                                       ? "the message bounced"
                                       : "the transport refused the message");
    return r->amount > 0 && exceptions_is_last(l, touch);
  default: return 0;
  }
}

static void exceptions_touches(exceptions_list *l) {
  uint32_t last = arc__view_rows(&l->v, ARC__TABLE_TOUCH);
  for (uint32_t touch = 1; touch <= l->t->rows[ARC__TABLE_TOUCH] && touch <= last; touch++) {
    uint32_t account = arc__u32(l->t, ARC__TOUCH_ACCOUNT, touch);
    exceptions_row r = {0};
    r.date = arc__i32(l->t, ARC__TOUCH_DAY, touch);
    if (r.date > l->v.day) continue;
    r.customer = arc__u32(l->t, ARC__ACCOUNT_CUSTOMER, account);
    r.currency = arc__u32(l->t, ARC__ACCOUNT_CURRENCY, account);
    r.key = arc__text(l->t, ARC__TOUCH_KEY, touch);
    r.amount = exceptions_still_open(l, touch);
    if (exceptions_of_touch(l, touch, &r)) exceptions_add(l, &r);
  }
}

/* ---- addresses ---- */

static void exceptions_addresses(exceptions_list *l) {
  for (uint32_t contact = 1; contact <= l->t->rows[ARC__TABLE_CONTACT]; contact++) {
    unsigned bounced = arc__u16(l->t, ARC__CONTACT_BOUNCED, contact);
    exceptions_row r = {0};
    for (int32_t channel = ARC_CHANNEL_EMAIL; channel <= ARC_CHANNEL_WEBHOOK && bounced; channel++) {
      arc_text address = arc__contact_address(l->t, contact, channel);
      if (!(bounced & 1u << channel) || channel == ARC_CHANNEL_REGISTERED_LETTER) continue;
      l->reason.size = 0;
      arc__buffer_format(&l->reason, "bounced: %.*s", (int)(address.size < 400 ? address.size : 400), address.data);
      for (size_t i = 0; i < l->reason.size; i++)
        if (l->reason.data[i] < ' ') l->reason.data[i] = ' '; /* a postal address has lines */
      r.kind = "address";
      r.choices = "repair, or report the touch as delivered";
      r.command = "arc_ledger_post_contacts";
      r.customer = arc__u32(l->t, ARC__CONTACT_CUSTOMER, contact);
      r.key = arc__text(l->t, ARC__CONTACT_KEY, contact);
      r.date = l->v.day;
      r.reason.data = (const char *)l->reason.data;
      r.reason.size = l->reason.size;
      exceptions_add(l, &r);
    }
  }
}

/* ---- payments ---- */

static void exceptions_payments(exceptions_list *l) {
  uint32_t last = arc__view_rows(&l->v, ARC__TABLE_CREDIT), seen = arc__u32(l->t, ARC__BOOK_MATCHED_CREDIT, 1);
  arc_day seen_day = arc__i32(l->t, ARC__BOOK_MATCHED_DAY, 1);
  int all = (l->c->flags & ARC_COLLECTOR_NO_MATCHING) != 0;
  for (uint32_t credit = 1; credit <= l->t->rows[ARC__TABLE_CREDIT] && credit <= last; credit++) {
    exceptions_row r = {0};
    uint32_t account;
    r.date = arc__i32(l->t, ARC__CREDIT_DAY, credit);
    r.amount = arc__view_credit_open(&l->v, credit);
    if (arc__u8(l->t, ARC__CREDIT_KIND, credit) != ARC_CREDIT_PAYMENT || r.amount <= 0 ||
        (!all && (credit > seen || r.date > seen_day)))
      continue;
    account = arc__view_credit_account(&l->v, credit);
    r.kind = "payment";
    r.choices = "apply, leave on account, refund";
    r.command = "arc_ledger_post_applications";
    r.customer = account ? arc__u32(l->t, ARC__ACCOUNT_CUSTOMER, account) : 0;
    r.currency = arc__u32(l->t, ARC__CREDIT_CURRENCY, credit);
    r.key = arc__text(l->t, ARC__CREDIT_KEY, credit);
    r.reason = exceptions_words(account ? "not applied: no unique match" : "the payer is not known");
    exceptions_add(l, &r);
  }
}

/* ---- disputes, promises, plans ---- */

static int64_t exceptions_invoice_open(const exceptions_list *l, uint32_t invoice) {
  uint32_t first = arc__u32(l->t, ARC__INVOICE_INSTALMENT, invoice);
  int64_t sum = 0;
  for (uint32_t i = 0; i < arc__u16(l->t, ARC__INVOICE_INSTALMENTS, invoice); i++)
    sum += arc__view_instalment_open(&l->v, first + i);
  return sum;
}

/* The customer's latest word on an invoice: an earlier promise needs nobody any more. */
static int exceptions_latest_promise(const exceptions_list *l, uint32_t x) {
  uint32_t row = arc__u32(l->t, ARC__INVOICE_EXCEPTION, arc__u32(l->t, ARC__EXCEPTION_INVOICE, x));
  while (row && (arc__u8(l->t, ARC__EXCEPTION_KIND, row) != ARC__EXCEPTION_PROMISE ||
                 arc__view_promise(&l->v, row, NULL) == ARC__PROMISE_NOT_YET))
    row = arc__u32(l->t, ARC__EXCEPTION_NEXT, row);
  return row == x;
}

static int exceptions_of_dispute(const exceptions_list *l, uint32_t x, exceptions_row *r) {
  arc_day closed = arc__view_exception_closed(&l->v, x);
  arc__dispute dispute;
  if (closed != ARC_DAY_NONE && closed <= l->v.day) return 0;
  r->kind = "dispute";
  r->choices = "accept, reject";
  r->command = "arc_ledger_post_ends";
  r->amount = arc__i64(l->t, ARC__EXCEPTION_AMOUNT, x);
  arc__view_dispute(&l->v, x, &dispute);
  r->reason = arc__name(l->t, dispute.kind);
  if (dispute.answer_by == ARC_DAY_NONE) dispute.answer_by = r->date + (arc_day)l->c->dispute_days;
  return l->v.day > dispute.answer_by;
}

static int exceptions_of_promise(const exceptions_list *l, uint32_t x, exceptions_row *r) {
  int state = arc__view_promise(&l->v, x, NULL);
  r->kind = "promise";
  r->choices = "call, new promise, plan";
  r->command = "arc_ledger_post_promises";
  r->date = arc__i32(l->t, ARC__EXCEPTION_UNTIL, x);
  r->reason = exceptions_words(state == ARC__PROMISE_BROKEN ? "broken" : "kept in part");
  return (state == ARC__PROMISE_BROKEN || state == ARC__PROMISE_PARTLY_KEPT) && r->amount > 0 &&
         exceptions_latest_promise(l, x);
}

static int exceptions_of_plan(const exceptions_list *l, uint32_t x, exceptions_row *r) {
  arc__plan plan;
  if (arc__u32(l->t, ARC__PLAN_EXCEPTION, arc__u32(l->t, ARC__EXCEPTION_OF_PLAN, x)) != x) return 0;
  arc__view_plan(&l->v, x, &plan);
  r->kind = "plan";
  r->choices = "end it, new plan";
  r->command = "arc_ledger_post_ends";
  r->date = plan.missed;
  r->amount = plan.planned - plan.paid;
  r->reason = exceptions_words("an instalment was missed");
  return plan.state == ARC__PLAN_BROKEN && r->amount > 0;
}

static int exceptions_of_task(const exceptions_list *l, uint32_t x, exceptions_row *r) {
  static const struct {
    const char *kind, *choices;
  } known[] = {{"reply", "record what it says, answer it, nothing"},
               {"payment", "apply, ask for the proof, nothing came"},
               {"copy", "send it"},
               {"document", "send it, refuse"},
               {"plan", "plan, promise, refuse"},
               {"process", "call, wait"},
               {"contact", "correct the contact, keep it"},
               {"legal", "flag the customer, release the hold"}};
  arc_day closed = arc__view_exception_closed(&l->v, x);
  arc_text kind = arc__name(l->t, arc__u32(l->t, ARC__EXCEPTION_WHAT, x));
  r->kind = "task";
  r->choices = "done";
  r->command = "arc_ledger_post_ends";
  r->customer = arc__u32(l->t, ARC__EXCEPTION_CUSTOMER, x);
  r->key = arc__text(l->t, ARC__EXCEPTION_KEY, x);
  r->reason = kind;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strlen(known[i].kind) == kind.size && memcmp(known[i].kind, kind.data, kind.size) == 0) r->choices = known[i].choices;
  return closed == ARC_DAY_NONE || closed > l->v.day;
}

static int exceptions_of_exception(const exceptions_list *l, uint32_t x, exceptions_row *r) {
  switch (arc__u8(l->t, ARC__EXCEPTION_KIND, x)) {
  case ARC__EXCEPTION_DISPUTE: return exceptions_of_dispute(l, x, r);
  case ARC__EXCEPTION_PROMISE: return exceptions_of_promise(l, x, r);
  case ARC__EXCEPTION_PLAN: return exceptions_of_plan(l, x, r);
  default: return 0;
  }
}

static void exceptions_exceptions(exceptions_list *l) {
  uint32_t last = arc__view_rows(&l->v, ARC__TABLE_EXCEPTION);
  for (uint32_t x = 1; x <= l->t->rows[ARC__TABLE_EXCEPTION] && x <= last; x++) {
    uint32_t invoice = arc__u32(l->t, ARC__EXCEPTION_INVOICE, x), account;
    exceptions_row r = {0};
    r.date = arc__i32(l->t, ARC__EXCEPTION_FROM, x);
    if (r.date > l->v.day) continue;
    if (arc__u8(l->t, ARC__EXCEPTION_KIND, x) == ARC__EXCEPTION_TASK && exceptions_of_task(l, x, &r)) exceptions_add(l, &r);
    if (!invoice) continue;
    account = arc__u32(l->t, ARC__INVOICE_ACCOUNT, invoice);
    r.customer = arc__u32(l->t, ARC__ACCOUNT_CUSTOMER, account);
    r.currency = arc__u32(l->t, ARC__ACCOUNT_CURRENCY, account);
    r.key = arc__text(l->t, ARC__EXCEPTION_KEY, x);
    r.amount = exceptions_invoice_open(l, invoice);
    if (r.amount > 0 && exceptions_of_exception(l, x, &r)) exceptions_add(l, &r);
  }
}

/* ---- invoices with faults, policies that end ---- */

static void exceptions_say_faults(exceptions_list *l, uint32_t faults) {
  static const char *const words[] = {"po-number", "contact", "terms", "lines", "duplicate"};
  l->reason.size = 0;
  for (unsigned bit = 0; bit < sizeof words / sizeof *words; bit++)
    if (faults & 1u << bit) arc__buffer_format(&l->reason, "%s%s", l->reason.size ? ", " : "", words[bit]);
}

static void exceptions_invoices(exceptions_list *l) {
  for (uint32_t f = 1; f <= l->t->rows[ARC__TABLE_FINDING]; f++) {
    uint32_t invoice = arc__u32(l->t, ARC__FINDING_INVOICE, f), account, faults;
    exceptions_row r = {0};
    r.amount = exceptions_invoice_open(l, invoice);
    faults = r.amount > 0 ? arc__view_open_faults(&l->v, f) : 0;
    if (!faults) continue;
    exceptions_say_faults(l, faults);
    account = arc__u32(l->t, ARC__INVOICE_ACCOUNT, invoice);
    r.kind = "invoice";
    r.choices = "correct, dismiss";
    r.command = "arc_ledger_post_corrections";
    r.customer = arc__u32(l->t, ARC__ACCOUNT_CUSTOMER, account);
    r.currency = arc__u32(l->t, ARC__ACCOUNT_CURRENCY, account);
    r.key = arc__text(l->t, ARC__INVOICE_KEY, invoice);
    r.date = arc__i32(l->t, ARC__INVOICE_ISSUED, invoice);
    r.reason.data = (const char *)l->reason.data;
    r.reason.size = l->reason.size;
    exceptions_add(l, &r);
  }
}

/* Whether the customer still has the days that a message gives for payment. */
static int exceptions_has_time(const exceptions_list *l, uint32_t account, uint32_t anchor) {
  arc_day within = l->v.day - (arc_day)l->c->letterhead.deadline_days;
  for (uint32_t touch = arc__u32(l->t, ARC__ACCOUNT_TOUCH, account); touch; touch = arc__u32(l->t, ARC__TOUCH_NEXT, touch))
    if (arc__u32(l->t, ARC__TOUCH_ANCHOR, touch) == anchor && !arc__touch_withheld(l->t, touch) &&
        arc__i32(l->t, ARC__TOUCH_DAY, touch) >= within)
      return 1;
  return 0;
}

static void exceptions_end(void *user, uint32_t account, uint32_t anchor, arc_text policy) {
  exceptions_list *l = user;
  exceptions_row r = {0};
  if (exceptions_has_time(l, account, anchor)) return;
  l->reason.size = 0;
  arc__buffer_string(&l->reason, "no step is left in policy ");
  arc__buffer_bytes(&l->reason, policy.data, policy.size);
  r.kind = "end";
  r.choices = "place, write off, call";
  r.command = "arc_ledger_post_touches";
  r.customer = arc__u32(l->t, ARC__ACCOUNT_CUSTOMER, account);
  r.currency = arc__u32(l->t, ARC__ACCOUNT_CURRENCY, account);
  r.key = arc__text(l->t, ARC__INVOICE_KEY, arc__u32(l->t, ARC__INSTALMENT_INVOICE, anchor));
  r.date = arc__i32(l->t, ARC__INSTALMENT_DUE, anchor);
  r.amount = arc__view_undisputed(&l->v, anchor);
  r.reason.data = (const char *)l->reason.data;
  r.reason.size = l->reason.size;
  exceptions_add(l, &r);
}

/* ---- the list ---- */

static arc_status exceptions_gather(exceptions_list *l, arc_collector *c, arc_day day, arc_error *err) {
  arc_status status;
  l->c = c;
  l->t = arc__ledger_tables(c->ledger);
  l->count = 0;
  arc__buffer_init(&l->reason, c->heap);
  ARC__TRY(arc__view_open(&l->v, c->ledger, day, err));
  exceptions_touches(l);
  exceptions_addresses(l);
  exceptions_payments(l);
  exceptions_exceptions(l);
  exceptions_invoices(l);
  status = arc__cadence_ends(c->cadence, day, exceptions_end, l, err);
  arc__view_close(&l->v);
  if (status >= 0 && l->reason.failed) status = arc__fail_nomem(err);
  arc__buffer_free(&l->reason);
  return status;
}

arc_status arc_collector_exceptions(arc_report **out, arc_collector *c, arc_day day, arc_error *err) {
  static const arc__report_column columns[] = {
      {"kind", ARC_COLUMN_TEXT},     {"customer", ARC_COLUMN_TEXT}, {"key", ARC_COLUMN_TEXT},
      {"date", ARC_COLUMN_DAY},      {"currency", ARC_COLUMN_TEXT}, {"amount", ARC_COLUMN_MONEY},
      {"reason", ARC_COLUMN_TEXT},   {"choices", ARC_COLUMN_TEXT},  {"command", ARC_COLUMN_TEXT}};
  exceptions_list list;
  arc_status status;
  if (!out || !c) return arc__fail(err, ARC_E_INVALID, "out or collector is NULL");
  *out = NULL;
  if (day < ARC_DAY_FIRST || day > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "day must be a day of the years 1 to 9999");
  list.report = arc__report_new(c->heap, columns, sizeof columns / sizeof *columns);
  if (!list.report) return arc__fail_nomem(err);
  status = exceptions_gather(&list, c, day, err);
  if (status >= 0) return arc__report_finish(out, list.report, err);
  arc_report_free(list.report);
  return status;
}

/* ---- counts ---- */

/* What became of a promise or plan since the day before. */
static void exceptions_count_change(const arc__view *v, const arc__view *before, uint32_t x, arc_day_report *report) {
  int kind = arc__u8(v->tables, ARC__EXCEPTION_KIND, x);
  if (kind == ARC__EXCEPTION_PROMISE) {
    int state = arc__view_promise(v, x, NULL), was = arc__view_promise(before, x, NULL);
    if (state == was || was == ARC__PROMISE_BROKEN) return;
    report->promises_kept += state == ARC__PROMISE_KEPT;
    report->promises_broken += state == ARC__PROMISE_BROKEN || state == ARC__PROMISE_PARTLY_KEPT;
  } else if (kind == ARC__EXCEPTION_PLAN &&
             arc__u32(v->tables, ARC__PLAN_EXCEPTION, arc__u32(v->tables, ARC__EXCEPTION_OF_PLAN, x)) == x) {
    arc__plan plan, was;
    arc__view_plan(v, x, &plan);
    arc__view_plan(before, x, &was);
    report->plans_broken += plan.state == ARC__PLAN_BROKEN && was.state != ARC__PLAN_BROKEN;
  }
}

static arc_status exceptions_count_accounts(const arc__view *v, const arc__heap *heap, arc_day_report *report,
                                            arc_error *err) {
  const arc__tables *t = v->tables;
  arc__open_items items = {heap, NULL, 0, 0};
  arc_status status = ARC_OK;
  for (uint32_t a = 1; a <= t->rows[ARC__TABLE_ACCOUNT] && status >= 0; a++) {
    int own = arc__u32(t, ARC__ACCOUNT_CURRENCY, a) == arc__u32(t, ARC__BOOK_CURRENCY, 1), late = 0;
    status = arc__view_open_items(v, a, &items, err);
    for (size_t i = 0; i < items.count && status >= 0; i++) {
      int past = items.data[i].due < v->day;
      late |= past;
      if (own) report->receivable += items.data[i].open; /* part of a control account, which fits */
      if (own && past) report->overdue += items.data[i].open;
    }
    report->customers_overdue += late != 0;
  }
  arc__open_items_free(&items);
  return status;
}

arc_status arc__collector_summary(arc_collector *c, arc_day day, arc_day before, arc_day_report *report,
                                  arc_error *err) {
  exceptions_list list;
  arc__view v, was;
  arc_status status;
  list.report = NULL;
  ARC__TRY(exceptions_gather(&list, c, day, err));
  report->exceptions = list.count;
  ARC__TRY(arc__view_open(&v, c->ledger, day, err));
  status = arc__view_open(&was, c->ledger, before == ARC_DAY_NONE ? day - 1 : before, err);
  if (status >= 0) {
    for (uint32_t x = 1; x <= v.tables->rows[ARC__TABLE_EXCEPTION]; x++)
      exceptions_count_change(&v, &was, x, report);
    arc__view_close(&was);
    status = exceptions_count_accounts(&v, c->heap, report, err);
  }
  arc__view_close(&v);
  return status < 0 ? status : ARC_OK;
}
