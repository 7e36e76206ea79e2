#include "cadence_checker.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BARRED (ARC_CUSTOMER_DO_NOT_CONTACT | ARC_CUSTOMER_INSOLVENT | ARC_CUSTOMER_DECEASED | ARC_CUSTOMER_LEGAL)

static void wrong(struct checker *c, const char *format, ...) {
  va_list arguments;
  if (c->wrong[0]) return;
  va_start(arguments, format);
  vsnprintf(c->wrong, sizeof c->wrong, format, arguments);
  va_end(arguments);
}

static arc_report *read_report(struct checker *c, arc_ledger *ledger, int32_t which, arc_day as_of, arc_day from) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  query.report = which;
  query.as_of = as_of;
  query.from = from;
  if (arc_ledger_report(&report, ledger, &query, &err) < 0) wrong(c, "report %d: %s", (int)which, err.text);
  return report;
}

static const char *cell(const arc_report *report, size_t row, size_t column) {
  return arc_report_text(report, row, column, NULL);
}

static int channel_of(const char *word) {
  static const char *const words[] = {"none", "email", "sms",    "letter",  "registered-letter",
                                      "call", "voice", "portal", "webhook", "placement"};
  for (int i = 0; i < 10; i++)
    if (strcmp(word, words[i]) == 0) return i;
  return strcmp(word, "place") == 0 ? ARC_CHANNEL_PLACEMENT : 0;
}

/* What had been settled of an invoice within some days, as it stood on a day. */
static int64_t settled(const struct checker *c, int invoice, arc_day from, arc_day to, arc_day on) {
  int64_t sum = 0;
  for (int i = 0; i < c->entry_count; i++) {
    const struct checker_entry *e = &c->entries[i];
    if (e->invoice == invoice && e->day >= from && e->day <= to && e->day <= on &&
        (e->undone == ARC_DAY_NONE || e->undone > on))
      sum += e->amount;
  }
  return sum;
}

static int pauses(const struct checker *c, const struct checker_exception *x, int invoice, int channel, arc_day day) {
  if (x->from > day || (x->closed != ARC_DAY_NONE && x->closed <= day)) return 0;
  if (x->kind == 'h') {
    int covers = x->customer == CHECKER_EVERYBODY || x->invoice == invoice || x->customer == c->invoice_customer[invoice];
    return covers && (x->until == ARC_DAY_NONE || day <= x->until) && (!x->channel || x->channel == channel);
  }
  if (x->kind != 'p' || x->invoice != invoice) return 0;
  return day <= x->until + x->grace &&
         settled(c, invoice, x->from, x->until + x->grace, day) < x->amount;
}

/* ---- one message ---- */

static void judge_invoice(struct checker *c, const arc_report *plans, int invoice, int channel, arc_day day,
                          const char *key) {
  for (int i = 0; i < c->exception_count; i++) {
    const struct checker_exception *x = &c->exceptions[i];
    if (pauses(c, x, invoice, channel, day)) wrong(c, "%s names i%d, which %s holds back", key, invoice, x->key);
    if (x->kind != 'l' || x->invoice != invoice) continue;
    for (size_t row = 0; row < arc_report_rows(plans); row++)
      if (strcmp(cell(plans, row, 0), x->key) == 0 && strcmp(cell(plans, row, 6), "running") == 0)
        wrong(c, "%s names i%d, which plan %s covers", key, invoice, x->key);
  }
}

static int reachable(const struct checker_customer *customer, int channel) {
  static const int address[] = {-1, 0, 1, 2, 2, 1, 1, -1, -1, -1};
  if (customer->contacts == 0 || address[channel] < 0) return 1;
  for (int i = 0; i < customer->contacts; i++)
    if (customer->has[i][address[channel]] && !(customer->opt_outs[i] & 1u << channel)) return 1;
  return 0;
}

static void judge_customer(struct checker *c, int customer, int channel, int task, const char *key) {
  const struct checker_customer *who = &c->customers[customer];
  if (who->flags & BARRED) wrong(c, "%s goes to a customer with flags %u", key, who->flags);
  if (who->never) wrong(c, "%s goes to a customer who is never chased", key);
  if (!task && !reachable(who, channel)) wrong(c, "%s goes to nobody, or to who opted out", key);
}

/* What is open of the invoices in a list, less what is disputed if asked for. */
static int64_t chaseable(const arc_report *open, const char *list, const char *currency, int disputed) {
  int64_t sum = 0;
  for (size_t row = 0; row < arc_report_rows(open); row++) {
    const char *number = cell(open, row, 2), *found = list;
    size_t size = strlen(number);
    if (strcmp(cell(open, row, 6), currency) != 0) continue;
    for (; (found = strstr(found, number)); found += size)
      if ((found == list || found[-1] == ' ' || found[-1] == ';' || found[-1] == ',') &&
          (found[size] == 0 || found[size] == ' ' || found[size] == ';' || found[size] == ','))
        break;
    if (found) sum += arc_report_integer(open, row, 8) - (disputed ? arc_report_integer(open, row, 9) : 0);
  }
  return sum;
}

static void judge_limits(struct checker *c, const struct checker_policy *policy, const struct checker_touch *now) {
  int mains = 0, calls = 0;
  for (int i = 0; i < c->touch_count; i++) {
    const struct checker_touch *t = &c->touches[i];
    if (t->customer != now->customer || strcmp(t->currency, now->currency) != 0) continue;
    mains += t->main && t->day > now->day - policy->limit_days && t->day <= now->day;
    calls += t->call && t->day > now->day - 7 && t->day <= now->day;
    if (policy->consumer && now->call && t->talked != ARC_DAY_NONE && t->talked <= now->day && now->day < t->talked + 7 &&
        t != now)
      wrong(c, "%s calls within 7 days after the conversation of %s", now->key, t->key);
  }
  if (policy->limit_count && now->main && mains > policy->limit_count) wrong(c, "%s breaks the limit", now->key);
  if (policy->consumer && now->call && calls > 7) wrong(c, "%s is call %d within 7 days", now->key, calls);
}

static void judge_once(struct checker *c, const char *key) {
  for (int i = 0; i < c->touch_count; i++)
    if (strcmp(c->touches[i].key, key) == 0) wrong(c, "%s is there twice", key);
}

static const struct checker_policy *policy_of(const struct checker *c, const char *name) {
  return c->policies[strcmp(name, "key") == 0 ? 1 : strcmp(name, "sel") == 0 ? 2 : 0];
}

struct judging {
  arc_report *then, *now, *plans;
};

static void judge_message(struct checker *c, const struct judging *j, const arc_report *r, size_t row, arc_day day) {
  const char *key = cell(r, row, 10), *step = cell(r, row, 2), *invoices = cell(r, row, 9), *currency = cell(r, row, 7);
  const struct checker_policy *policy = policy_of(c, cell(r, row, 11));
  int channel = channel_of(cell(r, row, 3)), customer = atoi(cell(r, row, 1) + 1);
  int escalation = strstr(step, "+escalate") != NULL, task = escalation || channel == ARC_CHANNEL_PLACEMENT;
  int64_t amount = arc_report_integer(r, row, 8);
  struct checker_touch *t = &c->touches[c->touch_count];
  if (c->touch_count == CHECKER_TOUCHES) abort();
  judge_once(c, key);
  c->touch_count++;
  memset(t, 0, sizeof *t);
  t->day = day;
  t->talked = ARC_DAY_NONE;
  t->customer = customer;
  t->call = !escalation && (channel == ARC_CHANNEL_CALL || channel == ARC_CHANNEL_VOICE);
  t->main = !strchr(step, '+') && channel != ARC_CHANNEL_PLACEMENT;
  snprintf(t->currency, sizeof t->currency, "%s", currency);
  snprintf(t->key, sizeof t->key, "%s", key);
  judge_customer(c, customer, channel, task, key);
  if (policy->never) wrong(c, "%s comes of a policy that never chases", key);
  if (policy->weekends && arc_day_weekday(day) > 5) wrong(c, "%s goes out at a weekend", key);
  judge_limits(c, policy, t);
  /* at most what is open and not disputed then, and what is open after all that was recorded for later days */
  if (amount <= 0 || amount > chaseable(j->then, invoices, currency, 1) ||
      amount > chaseable(j->now, invoices, currency, 0))
    wrong(c, "%s asks for %lld of %s", key, (long long)amount, invoices);
  for (const char *at = invoices; (at = strchr(at, 'i')); at++)
    if (at == invoices || strchr(" ;,", at[-1])) judge_invoice(c, j->plans, atoi(at + 1), escalation ? 0 : channel, day, key);
  c->messages++;
}

/* ---- the certificate ---- */

static int past_due(const arc_report *open, size_t row) {
  return arc_report_integer(open, row, 10) > 0 && arc_report_integer(open, row, 8) > 0;
}

static uint64_t count_overdue(const arc_report *open) {
  uint64_t count = 0;
  for (size_t row = 0; row < arc_report_rows(open); row++) {
    int seen = !past_due(open, row);
    for (size_t before = 0; before < row && !seen; before++)
      seen = past_due(open, before) && strcmp(cell(open, before, 0), cell(open, row, 0)) == 0 &&
             strcmp(cell(open, before, 6), cell(open, row, 6)) == 0;
    count += !seen;
  }
  return count;
}

static void judge_coverage(struct checker *c, arc_cadence *cadence, const arc_report *open, arc_day day) {
  arc_cadence_sums sums = ARC_CADENCE_SUMS_INIT;
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  if (arc_cadence_coverage(&report, &sums, cadence, day, &err) < 0) wrong(c, "coverage: %s", err.text);
  if (!report) return;
  if (sums.overdue != count_overdue(open))
    wrong(c, "%d overdue accounts are certified, %d are there", (int)sums.overdue, (int)count_overdue(open));
  if (sums.overdue != sums.touched + sums.withheld + sums.failed || sums.overdue != arc_report_rows(report))
    wrong(c, "the certificate does not add up");
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    if (strcmp(cell(report, row, 3), "touched") != 0 && !*cell(report, row, 4))
      wrong(c, "%s is %s without a reason", cell(report, row, 0), cell(report, row, 3));
    if (strcmp(cell(report, row, 3), "touched") == 0 && !*cell(report, row, 7))
      wrong(c, "%s is touched without a touch", cell(report, row, 0));
    if (strstr(cell(report, row, 4), "looked at again"))
      wrong(c, "%s should have been touched", cell(report, row, 0));
  }
  c->overdue += sums.overdue;
  arc_report_free(report);
}

void checker_judge(struct checker *c, arc_ledger *ledger, arc_cadence *cadence, arc_day day) {
  struct judging j;
  arc_report *touches = read_report(c, ledger, ARC_REPORT_TOUCHES, ARC_DAY_NONE, ARC_DAY_NONE);
  j.then = read_report(c, ledger, ARC_REPORT_OPEN_ITEMS, day, ARC_DAY_NONE);
  j.now = read_report(c, ledger, ARC_REPORT_OPEN_ITEMS, ARC_DAY_NONE, ARC_DAY_NONE);
  j.plans = read_report(c, ledger, ARC_REPORT_PLANS, day, ARC_DAY_NONE);
  for (; !c->wrong[0] && c->touch_rows < arc_report_rows(touches); c->touch_rows++) {
    size_t row = c->touch_rows;
    if (arc_report_integer(touches, row, 0) != day) wrong(c, "a touch of another day");
    if (strcmp(cell(touches, row, 5), "planned") == 0) {
      judge_message(c, &j, touches, row, day);
    } else {
      c->withheld++;
      if (!*cell(touches, row, 6)) wrong(c, "withheld without a reason");
    }
  }
  if (!c->wrong[0]) judge_coverage(c, cadence, j.then, day);
  arc_report_free(touches);
  arc_report_free(j.then);
  arc_report_free(j.now);
  arc_report_free(j.plans);
}
