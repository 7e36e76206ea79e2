#include "ledger_report.h"

#include "currency.h"
#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns the entry to the ledger's reports, and those that list tables: applications, touches, open items. */

#define REPORT_COLUMNS_MAX 16

/* The columns of each report, as documented in arcollect/ledger.h. */
static const struct {
  int32_t report;
  arc_status (*list)(arc_report *, arc_ledger *, const arc__query *, arc_error *);
  arc__report_column columns[REPORT_COLUMNS_MAX + 1];
} report_kinds[] = {
    {ARC_REPORT_APPLICATIONS,
     arc__report_applications,
     {{"payment", ARC_COLUMN_TEXT},
      {"invoice", ARC_COLUMN_TEXT},
      {"date", ARC_COLUMN_DAY},
      {"currency", ARC_COLUMN_TEXT},
      {"amount", ARC_COLUMN_MONEY},
      {"discount", ARC_COLUMN_MONEY},
      {"writeoff", ARC_COLUMN_MONEY},
      {"how", ARC_COLUMN_TEXT},
      {"confidence", ARC_COLUMN_PPM},
      {"kind", ARC_COLUMN_TEXT},
      {"instalment", ARC_COLUMN_INTEGER}}},
    {ARC_REPORT_TOUCHES,
     arc__report_touches,
     {{"date", ARC_COLUMN_DAY},
      {"customer", ARC_COLUMN_TEXT},
      {"step", ARC_COLUMN_TEXT},
      {"channel", ARC_COLUMN_TEXT},
      {"tone", ARC_COLUMN_TEXT},
      {"status", ARC_COLUMN_TEXT},
      {"reason", ARC_COLUMN_TEXT},
      {"currency", ARC_COLUMN_TEXT},
      {"amount", ARC_COLUMN_MONEY},
      {"invoices", ARC_COLUMN_TEXT},
      {"key", ARC_COLUMN_TEXT},
      {"policy", ARC_COLUMN_TEXT}}},
    {ARC_REPORT_POSTINGS,
     arc__report_postings,
     {{"seq", ARC_COLUMN_INTEGER},
      {"date", ARC_COLUMN_DAY},
      {"account", ARC_COLUMN_TEXT},
      {"currency", ARC_COLUMN_TEXT},
      {"amount", ARC_COLUMN_MONEY},
      {"customer", ARC_COLUMN_TEXT},
      {"reference", ARC_COLUMN_TEXT},
      {"event", ARC_COLUMN_TEXT}}},
    {ARC_REPORT_TIMELINE,
     arc__report_timeline,
     {{"seq", ARC_COLUMN_INTEGER},
      {"date", ARC_COLUMN_DAY},
      {"event", ARC_COLUMN_TEXT},
      {"customer", ARC_COLUMN_TEXT},
      {"invoice", ARC_COLUMN_TEXT},
      {"currency", ARC_COLUMN_TEXT},
      {"amount", ARC_COLUMN_MONEY},
      {"text", ARC_COLUMN_TEXT}}},
    {ARC_REPORT_STATEMENT,
     arc__report_statement,
     {{"date", ARC_COLUMN_DAY},
      {"kind", ARC_COLUMN_TEXT},
      {"reference", ARC_COLUMN_TEXT},
      {"due", ARC_COLUMN_DAY},
      {"currency", ARC_COLUMN_TEXT},
      {"amount", ARC_COLUMN_MONEY},
      {"balance", ARC_COLUMN_MONEY}}},
    {ARC_REPORT_OPEN_ITEMS,
     arc__report_open_items,
     {{"customer", ARC_COLUMN_TEXT},
      {"invoice", ARC_COLUMN_TEXT},
      {"number", ARC_COLUMN_TEXT},
      {"instalment", ARC_COLUMN_INTEGER},
      {"issued", ARC_COLUMN_DAY},
      {"due", ARC_COLUMN_DAY},
      {"currency", ARC_COLUMN_TEXT},
      {"amount", ARC_COLUMN_MONEY},
      {"open", ARC_COLUMN_MONEY},
      {"disputed", ARC_COLUMN_MONEY},
      {"days_past_due", ARC_COLUMN_INTEGER}}},
    {ARC_REPORT_PLANS,
     arc__report_plans,
     {{"plan", ARC_COLUMN_TEXT},
      {"customer", ARC_COLUMN_TEXT},
      {"made", ARC_COLUMN_DAY},
      {"currency", ARC_COLUMN_TEXT},
      {"planned", ARC_COLUMN_MONEY},
      {"paid", ARC_COLUMN_MONEY},
      {"status", ARC_COLUMN_TEXT},
      {"missed", ARC_COLUMN_DAY},
      {"next_due", ARC_COLUMN_DAY},
      {"next_amount", ARC_COLUMN_MONEY},
      {"invoices", ARC_COLUMN_INTEGER},
      {"plans_before", ARC_COLUMN_INTEGER}}},
    {ARC_REPORT_DISPUTES,
     arc__report_disputes,
     {{"dispute", ARC_COLUMN_TEXT},
      {"customer", ARC_COLUMN_TEXT},
      {"invoice", ARC_COLUMN_TEXT},
      {"currency", ARC_COLUMN_TEXT},
      {"amount", ARC_COLUMN_MONEY},
      {"kind", ARC_COLUMN_TEXT},
      {"owner", ARC_COLUMN_TEXT},
      {"opened", ARC_COLUMN_DAY},
      {"status", ARC_COLUMN_TEXT},
      {"answer_by", ARC_COLUMN_DAY},
      {"resolved", ARC_COLUMN_DAY},
      {"outcome", ARC_COLUMN_TEXT},
      {"age_days", ARC_COLUMN_INTEGER},
      {"payment", ARC_COLUMN_TEXT},
      {"source", ARC_COLUMN_TEXT},
      {"documents", ARC_COLUMN_TEXT}}},
    {ARC_REPORT_EXCHANGES,
     arc__report_exchanges,
     {{"payment", ARC_COLUMN_TEXT},
      {"invoice", ARC_COLUMN_TEXT},
      {"instalment", ARC_COLUMN_INTEGER},
      {"date", ARC_COLUMN_DAY},
      {"kind", ARC_COLUMN_TEXT},
      {"currency", ARC_COLUMN_TEXT},
      {"settled", ARC_COLUMN_MONEY},
      {"credit_currency", ARC_COLUMN_TEXT},
      {"taken", ARC_COLUMN_MONEY},
      {"rate_invoice", ARC_COLUMN_INTEGER},
      {"rate_credit", ARC_COLUMN_INTEGER},
      {"book_currency", ARC_COLUMN_TEXT},
      {"invoice_value", ARC_COLUMN_MONEY},
      {"credit_value", ARC_COLUMN_MONEY},
      {"exchange_difference", ARC_COLUMN_MONEY}}},
    {ARC_REPORT_INVOICES,
     arc__report_invoices,
     {{"customer", ARC_COLUMN_TEXT},
      {"invoice", ARC_COLUMN_TEXT},
      {"number", ARC_COLUMN_TEXT},
      {"po_number", ARC_COLUMN_TEXT},
      {"issued", ARC_COLUMN_DAY},
      {"fulfilled", ARC_COLUMN_DAY},
      {"billing_gap", ARC_COLUMN_INTEGER},
      {"currency", ARC_COLUMN_TEXT},
      {"amount", ARC_COLUMN_MONEY},
      {"delivered", ARC_COLUMN_DAY},
      {"channel", ARC_COLUMN_TEXT},
      {"deliveries", ARC_COLUMN_INTEGER},
      {"corrections", ARC_COLUMN_INTEGER}}},
    {ARC_REPORT_FINDINGS,
     arc__report_findings,
     {{"customer", ARC_COLUMN_TEXT},
      {"invoice", ARC_COLUMN_TEXT},
      {"number", ARC_COLUMN_TEXT},
      {"issued", ARC_COLUMN_DAY},
      {"currency", ARC_COLUMN_TEXT},
      {"amount", ARC_COLUMN_MONEY},
      {"fault", ARC_COLUMN_TEXT},
      {"other", ARC_COLUMN_TEXT}}},
    {ARC_REPORT_HOLDS,
     arc__report_holds,
     {{"hold", ARC_COLUMN_TEXT},
      {"scope", ARC_COLUMN_TEXT},
      {"customer", ARC_COLUMN_TEXT},
      {"invoice", ARC_COLUMN_TEXT},
      {"channel", ARC_COLUMN_TEXT},
      {"reason", ARC_COLUMN_TEXT},
      {"author", ARC_COLUMN_TEXT},
      {"from", ARC_COLUMN_DAY},
      {"until", ARC_COLUMN_DAY},
      {"released", ARC_COLUMN_DAY},
      {"status", ARC_COLUMN_TEXT}}},
    {ARC_REPORT_CREDIT,
     arc__report_credit,
     {{"customer", ARC_COLUMN_TEXT},
      {"currency", ARC_COLUMN_TEXT},
      {"owed", ARC_COLUMN_MONEY},
      {"unapplied", ARC_COLUMN_MONEY},
      {"overdue", ARC_COLUMN_MONEY},
      {"oldest_days", ARC_COLUMN_INTEGER},
      {"amount_days", ARC_COLUMN_MONEY},
      {"limit", ARC_COLUMN_MONEY},
      {"available", ARC_COLUMN_MONEY},
      {"advice", ARC_COLUMN_TEXT},
      {"reason", ARC_COLUMN_TEXT},
      {"on_hold", ARC_COLUMN_INTEGER}}},
    {ARC_REPORT_REPLIES,
     arc__report_replies,
     {{"reply", ARC_COLUMN_TEXT},
      {"customer", ARC_COLUMN_TEXT},
      {"touch", ARC_COLUMN_TEXT},
      {"written", ARC_COLUMN_DAY},
      {"day", ARC_COLUMN_DAY},
      {"channel", ARC_COLUMN_TEXT},
      {"subject", ARC_COLUMN_TEXT},
      {"verdict", ARC_COLUMN_TEXT},
      {"reason", ARC_COLUMN_TEXT},
      {"model", ARC_COLUMN_TEXT},
      {"undone", ARC_COLUMN_DAY},
      {"fact", ARC_COLUMN_TEXT},
      {"detail", ARC_COLUMN_TEXT},
      {"confidence", ARC_COLUMN_PPM},
      {"key", ARC_COLUMN_TEXT},
      {"words", ARC_COLUMN_TEXT}}},
    {ARC_REPORT_TASKS,
     arc__report_tasks,
     {{"task", ARC_COLUMN_TEXT},
      {"customer", ARC_COLUMN_TEXT},
      {"kind", ARC_COLUMN_TEXT},
      {"owner", ARC_COLUMN_TEXT},
      {"opened", ARC_COLUMN_DAY},
      {"status", ARC_COLUMN_TEXT},
      {"answer_by", ARC_COLUMN_DAY},
      {"ended", ARC_COLUMN_DAY},
      {"outcome", ARC_COLUMN_TEXT},
      {"text", ARC_COLUMN_TEXT},
      {"source", ARC_COLUMN_TEXT},
      {"documents", ARC_COLUMN_TEXT}}},
    {ARC_REPORT_POLICIES,
     arc__report_policies,
     {{"policy", ARC_COLUMN_TEXT},
      {"version", ARC_COLUMN_INTEGER},
      {"date", ARC_COLUMN_DAY},
      {"text", ARC_COLUMN_TEXT}}},
};

/* ---- words and cells ---- */

const char *arc__channel_name(uint32_t channel) {
  static const char *const names[] = {"none",  "email", "sms",    "letter",  "registered-letter",
                                      "call",  "voice", "portal", "webhook", "placement"};
  return channel < sizeof names / sizeof *names ? names[channel] : "unknown";
}

const char *arc__tone_name(uint32_t tone) {
  static const char *const names[] = {"none", "friendly", "neutral", "firm", "final"};
  return tone < sizeof names / sizeof *names ? names[tone] : "unknown";
}

const char *arc__touch_status_name(uint32_t status) {
  static const char *const names[] = {"planned", "sent", "failed", "pending", "delivered", "withheld", "approved", "refused", "bounced", "opened"};
  return status < sizeof names / sizeof *names ? names[status] : "unknown";
}

const char *arc__how_name(uint32_t how) {
  static const char *const names[] = {"given", "reference", "amount", "sum", "oldest-first", "confirmed"};
  return how < sizeof names / sizeof *names ? names[how] : "unknown";
}

void arc__report_add_arc_text(arc_report *report, arc_text text) {
  arc__report_add_text(report, text.data, text.size);
}

void arc__report_add_currency(arc_report *report, uint32_t currency) {
  char code[4];
  arc__currency_unpack(code, currency);
  arc__report_add_string(report, code);
}

void arc__report_add_day(arc_report *report, arc_day day) {
  if (day == ARC_DAY_NONE) arc__report_add_null(report);
  else arc__report_add_integer(report, day);
}

/* ---- the query ---- */

int arc__query_day(const arc__query *q, arc_day day) {
  return day <= q->as_of && (q->from == ARC_DAY_NONE || day >= q->from);
}

int arc__query_invoice(const arc__query *q, const arc__tables *t, uint32_t invoice) {
  if (q->invoice && q->invoice != invoice) return 0;
  return !q->customer ||
         q->customer == arc__u32(t, ARC__ACCOUNT_CUSTOMER, arc__u32(t, ARC__INVOICE_ACCOUNT, invoice));
}

static arc_status report_resolve(arc__query *q, const arc_ledger *ledger, const arc_query *given,
                                 arc_error *err) {
  arc__input in = {ledger, 0, err};
  arc_query query;
  ARC__TRY(ARC__READ(arc_query, &query, given, err));
  q->report = query.report;
  ARC__TRY(arc__input_customer(&in, &query.customer, 2, 1, &q->customer));
  ARC__TRY(arc__input_invoice(&in, &query.invoice, 3, 1, &q->invoice));
  q->as_of = query.as_of == ARC_DAY_NONE ? ARC_DAY_LAST : query.as_of;
  q->from = query.from;
  ARC__TRY(arc__input_day(&in, q->as_of, 4, "as_of"));
  if (q->from != ARC_DAY_NONE) ARC__TRY(arc__input_day(&in, q->from, 5, "from"));
  ARC__TRY(arc__text_check(&query.reply, 0, ARC__TOUCH_KEY_MAX, ARC__TEXT_LINE, "reply", 0, 6, err));
  q->reply = query.reply.size ? arc__index_find(ARC__L(ledger), ARC__INDEX_REPLY, query.reply, 0) : 0;
  if (query.reply.size && !q->reply) return arc__fail_field(err, ARC_E_NOT_FOUND, 0, 6, "no reply has this key");
  if (query.report != ARC_REPORT_STATEMENT || q->customer) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, 2, "a statement is of one customer: name it");
}

static size_t report_column_count(const arc__report_column *columns) {
  size_t count = 0;
  while (columns[count].name) count++;
  return count;
}

arc_status arc_ledger_report(arc_report **out, arc_ledger *ledger, const arc_query *given,
                             arc_error *err) {
  arc__query query;
  arc_report *report;
  size_t kind = 0;
  arc_status status;
  if (!out || !ledger) return arc__fail(err, ARC_E_INVALID, "out or ledger is NULL");
  *out = NULL;
  ARC__TRY(arc__ledger_outside(ledger, err));
  ARC__TRY(report_resolve(&query, ledger, given, err));
  while (kind < sizeof report_kinds / sizeof *report_kinds && report_kinds[kind].report != query.report)
    kind++;
  if (kind == sizeof report_kinds / sizeof *report_kinds)
    return arc__fail_field(err, ARC_E_INVALID, 0, 1, "report must be one of ARC_REPORT_*");
  report = arc__report_new(&ledger->heap, report_kinds[kind].columns,
                           report_column_count(report_kinds[kind].columns));
  if (!report) return arc__fail_nomem(err);
  status = report_kinds[kind].list(report, ledger, &query, err);
  if (status >= 0) return arc__report_finish(out, report, err);
  arc_report_free(report);
  return status;
}

/* ---- applications ---- */

static void report_add_application(arc_report *report, const arc__tables *t, uint32_t e, arc_day day,
                                   int sign) {
  static const char *const names[] = {"", "application", "writeoff", "recovery", "waiver", "refund"};
  uint32_t credit = arc__u32(t, ARC__ENTRY_CREDIT, e), instalment = arc__u32(t, ARC__ENTRY_INSTALMENT, e);
  uint32_t invoice = arc__entry_invoice(t, e);
  int64_t amount = sign * arc__i64(t, ARC__ENTRY_AMOUNT, e);
  int kind = arc__u8(t, ARC__ENTRY_KIND, e);
  if (credit) arc__report_add_arc_text(report, arc__text(t, ARC__CREDIT_KEY, credit));
  else arc__report_add_string(report, "");
  if (invoice) arc__report_add_arc_text(report, arc__text(t, ARC__INVOICE_KEY, invoice));
  else arc__report_add_string(report, "");
  arc__report_add_day(report, day);
  arc__report_add_currency(report, invoice ? arc__invoice_currency(t, invoice) : arc__u32(t, ARC__CREDIT_CURRENCY, credit));
  arc__report_add_integer(report, credit ? amount : 0);
  arc__report_add_integer(report, sign * arc__i64(t, ARC__ENTRY_DISCOUNT, e));
  arc__report_add_integer(report, credit ? sign * arc__i64(t, ARC__ENTRY_TOLERANCE, e) : amount);
  if (kind == ARC__ENTRY_APPLICATION) {
    uint32_t how = arc__u8(t, ARC__ENTRY_HOW, e), ppm = arc__u32(t, ARC__ENTRY_CONFIDENCE, e);
    arc__report_add_string(report, arc__how_name(how));
    arc__report_add_integer(report, how == ARC_HOW_GIVEN && ppm == 0 ? 1000000 : ppm);
  } else {
    arc__report_add_string(report, names[kind]);
    arc__report_add_null(report);
  }
  arc__report_add_string(report, sign > 0 ? names[kind] : "unapplication");
  if (instalment) arc__report_add_integer(report, arc__instalment_number(t, instalment));
  else arc__report_add_null(report);
}

static int report_entry_asked(const arc__query *q, const arc__tables *t, uint32_t e) {
  uint32_t invoice = arc__entry_invoice(t, e), account;
  if (invoice) return arc__query_invoice(q, t, invoice);
  account = arc__u32(t, ARC__CREDIT_ACCOUNT, arc__u32(t, ARC__ENTRY_CREDIT, e));
  if (arc__i32(t, ARC__ENTRY_DAY, e) < arc__i32(t, ARC__CREDIT_IDENTIFIED, arc__u32(t, ARC__ENTRY_CREDIT, e)))
    account = 0; /* refunded while the payer was not known */
  return !q->invoice && (!q->customer || (account && arc__u32(t, ARC__ACCOUNT_CUSTOMER, account) == q->customer));
}

arc_status arc__report_applications(arc_report *report, arc_ledger *ledger, const arc__query *q,
                                    arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__view view;
  ARC__TRY(arc__view_known(&view, ledger, err));
  for (uint32_t e = 1; e <= t->rows[ARC__TABLE_ENTRY] && arc__view_knows_entry(&view, e); e++) {
    arc_day undone = arc__view_entry_undone(&view, e);
    if (!report_entry_asked(q, t, e)) continue;
    if (arc__query_day(q, arc__i32(t, ARC__ENTRY_DAY, e)))
      report_add_application(report, t, e, arc__i32(t, ARC__ENTRY_DAY, e), 1);
    if (undone != ARC_DAY_NONE && arc__query_day(q, undone)) report_add_application(report, t, e, undone, -1);
  }
  return ARC_OK;
}

/* ---- exchanges ---- */

static void report_add_exchange(arc_report *report, const arc__tables *t, uint32_t x, arc_day day, int sign) {
  uint32_t e = arc__u32(t, ARC__EXCHANGE_ENTRY, x), credit = arc__u32(t, ARC__ENTRY_CREDIT, e);
  uint32_t invoice = arc__entry_invoice(t, e);
  static const int rates[] = {ARC__EXCHANGE_RATE_INVOICE, ARC__EXCHANGE_RATE_CREDIT};
  int valued = arc__u8(t, ARC__EXCHANGE_VALUED, x);
  arc__report_add_arc_text(report, arc__text(t, ARC__CREDIT_KEY, credit));
  arc__report_add_arc_text(report, arc__text(t, ARC__INVOICE_KEY, invoice));
  arc__report_add_integer(report, arc__instalment_number(t, arc__u32(t, ARC__ENTRY_INSTALMENT, e)));
  arc__report_add_day(report, day);
  arc__report_add_string(report, sign > 0 ? "application" : "unapplication");
  arc__report_add_currency(report, arc__invoice_currency(t, invoice));
  arc__report_add_integer(report, sign * arc__i64(t, ARC__ENTRY_AMOUNT, e));
  arc__report_add_currency(report, arc__u32(t, ARC__CREDIT_CURRENCY, credit));
  arc__report_add_integer(report, sign * arc__i64(t, ARC__EXCHANGE_TAKEN, x));
  for (size_t i = 0; i < 2; i++) {
    int64_t rate = arc__i64(t, rates[i], x);
    if (rate) arc__report_add_integer(report, rate);
    else arc__report_add_null(report);
  }
  if (!valued) {
    arc__report_add_string(report, "");
    for (size_t i = 0; i < 3; i++) arc__report_add_null(report);
    return;
  }
  arc__report_add_currency(report, arc__u32(t, ARC__BOOK_CURRENCY, 1));
  arc__report_add_integer(report, sign * arc__i64(t, ARC__EXCHANGE_INVOICE_VALUE, x));
  arc__report_add_integer(report, sign * arc__i64(t, ARC__EXCHANGE_CREDIT_VALUE, x));
  arc__report_add_integer(report, sign * arc__exchange_difference(t, x));
}

arc_status arc__report_exchanges(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__view view;
  ARC__TRY(arc__view_known(&view, ledger, err));
  for (uint32_t x = 1; x <= t->rows[ARC__TABLE_EXCHANGE]; x++) {
    uint32_t e = arc__u32(t, ARC__EXCHANGE_ENTRY, x);
    arc_day undone = arc__view_entry_undone(&view, e);
    if (!arc__view_knows_entry(&view, e) || !report_entry_asked(q, t, e)) continue;
    if (arc__query_day(q, arc__i32(t, ARC__ENTRY_DAY, e)))
      report_add_exchange(report, t, x, arc__i32(t, ARC__ENTRY_DAY, e), 1);
    if (undone != ARC_DAY_NONE && arc__query_day(q, undone)) report_add_exchange(report, t, x, undone, -1);
  }
  return ARC_OK;
}

/* ---- touches ---- */

static uint32_t report_touch_invoice(const arc__tables *t, uint32_t item) {
  return arc__u32(t, ARC__INSTALMENT_INVOICE, arc__u32(t, ARC__TOUCH_ITEM_INSTALMENT, item));
}

/* The keys of the invoices, each once, separated by spaces. */
static arc_status report_touch_invoices(arc__buffer *keys, const arc__tables *t, uint32_t touch,
                                        arc_error *err) {
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch);
  keys->size = 0;
  for (uint32_t i = 0; i < arc__u32(t, ARC__TOUCH_ITEMS, touch); i++) {
    uint32_t invoice = report_touch_invoice(t, first + i);
    arc_text key = arc__text(t, ARC__INVOICE_KEY, invoice);
    int listed = 0;
    for (uint32_t k = 0; k < i && !listed; k++) listed = report_touch_invoice(t, first + k) == invoice;
    if (listed) continue;
    if (keys->size) arc__buffer_u8(keys, ' ');
    arc__buffer_bytes(keys, key.data, key.size);
  }
  return keys->failed ? arc__fail_nomem(err) : ARC_OK;
}

static int report_touch_asked(const arc__query *q, const arc__tables *t, uint32_t touch) {
  uint32_t first = arc__u32(t, ARC__TOUCH_ITEM, touch);
  uint32_t account = arc__u32(t, ARC__TOUCH_ACCOUNT, touch);
  if (!arc__query_day(q, arc__i32(t, ARC__TOUCH_DAY, touch))) return 0;
  if (q->customer && q->customer != arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)) return 0;
  if (!q->invoice) return 1;
  if (arc__u32(t, ARC__INSTALMENT_INVOICE, arc__u32(t, ARC__TOUCH_ANCHOR, touch)) == q->invoice) return 1;
  for (uint32_t i = 0; i < arc__u32(t, ARC__TOUCH_ITEMS, touch); i++)
    if (report_touch_invoice(t, first + i) == q->invoice) return 1;
  return 0;
}

static void report_add_touch(arc_report *report, const arc__tables *t, uint32_t touch,
                             const arc__buffer *keys) {
  uint32_t account = arc__u32(t, ARC__TOUCH_ACCOUNT, touch);
  arc__report_add_day(report, arc__i32(t, ARC__TOUCH_DAY, touch));
  arc__report_add_arc_text(report, arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)));
  arc__report_add_arc_text(report, arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch)));
  arc__report_add_string(report, arc__channel_name(arc__u8(t, ARC__TOUCH_CHANNEL, touch)));
  arc__report_add_string(report, arc__tone_name(arc__u8(t, ARC__TOUCH_TONE, touch)));
  arc__report_add_string(report, arc__touch_status_name(arc__u8(t, ARC__TOUCH_STATUS, touch)));
  arc__report_add_arc_text(report, arc__text(t, ARC__TOUCH_REASON, touch));
  arc__report_add_currency(report, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  arc__report_add_integer(report, arc__i64(t, ARC__TOUCH_AMOUNT, touch));
  arc__report_add_text(report, (const char *)keys->data, keys->size);
  arc__report_add_arc_text(report, arc__text(t, ARC__TOUCH_KEY, touch));
  arc__report_add_arc_text(report, arc__name(t, arc__u32(t, ARC__TOUCH_POLICY, touch)));
}

arc_status arc__report_touches(arc_report *report, arc_ledger *ledger, const arc__query *q, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__buffer keys;
  arc__view view;
  arc_status status;
  ARC__TRY(arc__view_known(&view, ledger, err));
  status = ARC_OK;
  arc__buffer_init(&keys, &ledger->heap);
  for (uint32_t touch = 1; touch <= t->rows[ARC__TABLE_TOUCH] && touch <= view.touches && status >= 0; touch++) {
    if (!report_touch_asked(q, t, touch)) continue;
    status = report_touch_invoices(&keys, t, touch, err);
    if (status >= 0) report_add_touch(report, t, touch, &keys);
  }
  arc__buffer_free(&keys);
  return status;
}

/* ---- open items ---- */

static void report_add_open_item(arc_report *report, const arc__view *v, uint32_t i) {
  const arc__tables *t = v->tables;
  uint32_t invoice = arc__u32(t, ARC__INSTALMENT_INVOICE, i), account = arc__u32(t, ARC__INVOICE_ACCOUNT, invoice);
  int64_t open = arc__view_instalment_open(v, i);
  arc__report_add_arc_text(report, arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)));
  arc__report_add_arc_text(report, arc__text(t, ARC__INVOICE_KEY, invoice));
  arc__report_add_arc_text(report, arc__invoice_number(t, invoice));
  arc__report_add_integer(report, arc__instalment_number(t, i));
  arc__report_add_day(report, arc__i32(t, ARC__INVOICE_ISSUED, invoice));
  arc__report_add_day(report, arc__i32(t, ARC__INSTALMENT_DUE, i));
  arc__report_add_currency(report, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
  arc__report_add_integer(report, arc__i64(t, ARC__INSTALMENT_AMOUNT, i));
  arc__report_add_integer(report, open);
  arc__report_add_integer(report, open - arc__view_undisputed(v, i));
  arc__report_add_integer(report, v->day == ARC_DAY_LAST ? 0 : (int64_t)v->day - arc__i32(t, ARC__INSTALMENT_DUE, i));
}

arc_status arc__report_open_items(arc_report *report, arc_ledger *ledger, const arc__query *q,
                                  arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__view view;
  ARC__TRY(arc__view_open(&view, ledger, q->as_of, err));
  for (uint32_t i = 1; i <= t->rows[ARC__TABLE_INSTALMENT]; i++)
    if (arc__view_instalment_open(&view, i) &&
        arc__query_invoice(q, t, arc__u32(t, ARC__INSTALMENT_INVOICE, i)))
      report_add_open_item(report, &view, i);
  arc__view_close(&view);
  return ARC_OK;
}
