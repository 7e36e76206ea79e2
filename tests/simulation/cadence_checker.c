#include "cadence_checker.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BARRED (ARC_CUSTOMER_DO_NOT_CONTACT | ARC_CUSTOMER_INSOLVENT | ARC_CUSTOMER_DECEASED | ARC_CUSTOMER_LEGAL)
#define MINUTES 1440

void checker_wrong(struct checker *c, const char *format, ...) {
  va_list arguments;
  if (c->wrong[0]) return;
  va_start(arguments, format);
  vsnprintf(c->wrong, sizeof c->wrong, format, arguments);
  va_end(arguments);
}

static int64_t rounded_down(int64_t value, int64_t by) {
  return value / by - (value % by < 0);
}

/* Day 0 was a Thursday. */
static int is_weekend(int64_t day) {
  return day + 3 - rounded_down(day + 3, 7) * 7 > 4;
}

/* ---- a touch ---- */

static int customer_of(const struct facts *f, const struct fact_touch *t) {
  return f->invoice[f->instalment[t->anchor].invoice].customer;
}

static uint32_t currency_of(const struct facts *f, const struct fact_touch *t) {
  return f->invoice[f->instalment[t->anchor].invoice].currency;
}

static const struct checker_policy *policy_of(const struct checker *c, const struct fact_touch *t) {
  const struct facts *f = &c->facts;
  for (int p = 1; p <= f->policy_count; p++)
    for (int i = 0; i < c->policy_count; i++)
      if (f->policy[p].version == t->version && strcmp(f->policy[p].name, t->policy) == 0 &&
          strcmp(f->policy[p].text, c->policies[i].text) == 0)
        return &c->policies[i];
  return NULL;
}

static int is_escalation(const struct fact_touch *t) { return strstr(t->step, "+escalate") != NULL; }
static int is_task(const struct fact_touch *t) { /* for people: nothing is sent */
  return is_escalation(t) || t->channel == ARC_CHANNEL_PLACEMENT;
}
static int is_call(const struct fact_touch *t) {
  return !is_escalation(t) && (t->channel == ARC_CHANNEL_CALL || t->channel == ARC_CHANNEL_VOICE);
}
static int is_main(const struct fact_touch *t) { return !strchr(t->step, '+') && t->channel != ARC_CHANNEL_PLACEMENT; }
static int is_withheld(const struct fact_touch *t) {
  return t->status == ARC_TOUCH_WITHHELD || t->status == ARC_TOUCH_APPROVED || t->status == ARC_TOUCH_REFUSED;
}

/* What bounced or failed has reached nobody. */
static int reached(const struct fact_touch *t) {
  return !is_withheld(t) && t->status != ARC_TOUCH_BOUNCED && t->status != ARC_TOUCH_FAILED;
}

static void judge_items(struct checker *c, const struct fact_touch *t, arc_day day, int planning) {
  const struct facts *f = &c->facts;
  if (t->items == 0) checker_wrong(c, "%s asks for nothing", t->key);
  for (int i = t->item; i < t->item + t->items; i++) {
    int n = f->item[i].instalment, invoice = f->instalment[n].invoice;
    int pause = facts_pause(f, invoice, is_escalation(t) ? 0 : t->channel, day);
    if (pause) checker_wrong(c, "%s names %s, which exception %d holds back", t->key, f->invoice[invoice].key, pause);
    if (f->invoice[invoice].customer != customer_of(f, t) || f->invoice[invoice].currency != currency_of(f, t))
      checker_wrong(c, "%s names %s, which is of another account", t->key, f->invoice[invoice].key);
    if (f->item[i].amount <= 0 || f->item[i].amount > facts_undisputed(f, n, day) ||
        (planning && f->item[i].amount > facts_open(f, n, FACTS_ALL)))
      checker_wrong(c, "%s asks for %lld of %s", t->key, (long long)f->item[i].amount, f->invoice[invoice].key);
  }
}

static void judge_flags(struct checker *c, const struct fact_touch *t) {
  uint32_t flags = c->facts.customer[customer_of(&c->facts, t)].flags;
  if (flags & BARRED) checker_wrong(c, "%s goes to a customer with flags %u", t->key, flags);
}

static const char *address_of(const struct fact_contact *contact, int channel) {
  switch (channel) {
  case ARC_CHANNEL_EMAIL: return contact->email;
  case ARC_CHANNEL_LETTER: case ARC_CHANNEL_REGISTERED_LETTER: return contact->postal;
  case ARC_CHANNEL_SMS: case ARC_CHANNEL_CALL: case ARC_CHANNEL_VOICE: return contact->phone;
  default: return "any";
  }
}

/* A contact who may be reached so; at an address, if one is given. 0: none; -1: the customer has no contacts. */
static int reachable(const struct facts *f, int customer, int channel, const char *address, size_t size) {
  int contacts = 0;
  for (int i = 1; i <= f->contact_count; i++) {
    const char *known = address_of(&f->contact[i], channel);
    if (f->contact[i].customer != customer) continue;
    contacts++;
    if (!*known || f->contact[i].opt_outs & 1u << channel) continue;
    if (!address || (strlen(known) == size && memcmp(known, address, size) == 0)) return i;
  }
  return contacts ? 0 : -1;
}

static void judge_limits(struct checker *c, const struct checker_policy *policy, const struct fact_touch *now) {
  const struct facts *f = &c->facts;
  int mains = 0, calls = 0;
  for (int i = 1; i <= f->touch_count; i++) {
    const struct fact_touch *t = &f->touch[i];
    if (!reached(t) || customer_of(f, t) != customer_of(f, now) || currency_of(f, t) != currency_of(f, now)) continue;
    mains += is_main(t) && t->day > now->day - policy->limit_days && t->day <= now->day;
    calls += is_call(t) && t->day > now->day - 7 && t->day <= now->day;
    if (policy->consumer && is_call(now) && is_call(t) && t != now && t->status == ARC_TOUCH_DELIVERED &&
        t->told <= now->day && now->day < t->told + 7)
      checker_wrong(c, "%s calls within 7 days after the conversation of %s", now->key, t->key);
  }
  if (policy->limit_count && is_main(now) && mains > policy->limit_count) checker_wrong(c, "%s breaks the limit", now->key);
  if (policy->consumer && is_call(now) && calls > 7) checker_wrong(c, "%s is call %d within 7 days", now->key, calls);
}

/* A step is taken once; what bounced may go by another channel, under the key that says so. */
static void judge_once(struct checker *c, const struct fact_touch *now) {
  const struct facts *f = &c->facts;
  for (const struct fact_touch *t = f->touch + 1; t < now; t++) {
    size_t size = strlen(t->key);
    if (strcmp(t->key, now->key) == 0) checker_wrong(c, "%s is there twice", now->key);
    if (is_withheld(t) || t->anchor != now->anchor || t->offset != now->offset || strcmp(t->step, now->step) != 0) continue;
    if (is_task(t) || t->channel == ARC_CHANNEL_CALL) checker_wrong(c, "%s makes a message of a task", now->key);
    if (t->status != ARC_TOUCH_BOUNCED || strncmp(now->key, t->key, size) != 0 || strncmp(now->key + size, "|bounced-", 9) != 0)
      checker_wrong(c, "%s is %s again", now->key, t->key);
  }
}

static void judge_touch(void *user, int row) {
  struct checker *c = user;
  const struct facts *f = &c->facts;
  const struct fact_touch *t = &f->touch[row];
  const struct checker_policy *policy = policy_of(c, t);
  if (is_withheld(t)) {
    c->withheld++;
    if (!*t->reason) checker_wrong(c, "%s is withheld without a reason", t->key);
    return;
  }
  c->planned++;
  if (!policy) {
    checker_wrong(c, "%s names policy %s, version %d, which the book has not", t->key, t->policy, t->version);
    return;
  }
  judge_flags(c, t);
  judge_once(c, t);
  judge_items(c, t, t->day, 1);
  if (strcmp(f->customer[customer_of(f, t)].policy, "none") == 0 || policy->never)
    checker_wrong(c, "%s goes to a customer who is never chased", t->key);
  if (!is_task(t) && !reachable(f, customer_of(f, t), t->channel, NULL, 0))
    checker_wrong(c, "%s goes to nobody, or to who opted out", t->key);
  if (policy->weekends && is_weekend(t->day)) checker_wrong(c, "%s goes out at a weekend", t->key);
  judge_limits(c, policy, t);
}

/* ---- a message ---- */

static int within(int minute, int from, int until) {
  if (from == until) return 0;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

static void judge_hour(struct checker *c, const struct fact_touch *t, int offset, int64_t instant) {
  const struct checker_policy *policy = policy_of(c, t);
  int64_t minute = rounded_down(instant, 60000) + offset, day = rounded_down(minute, MINUTES);
  int of_day = (int)(minute - day * MINUTES);
  if (!policy) return;
  if ((policy->weekends && is_weekend(day)) || within(of_day, policy->quiet_from, policy->quiet_until) ||
      (policy->consumer && within(of_day, 21 * 60, 8 * 60)))
    checker_wrong(c, "%s goes out at %02d:%02d of day %d there", t->key, of_day / 60, of_day % 60, (int)day);
}

static struct fact_touch *touch_of(const struct facts *f, arc_text key) {
  for (int i = f->touch_count; i > 0; i--)
    if (strlen(f->touch[i].key) == key.size && memcmp(f->touch[i].key, key.data, key.size) == 0) return &f->touch[i];
  return NULL;
}

void checker_message(struct checker *c, const arc_message *m, arc_day day, int64_t instant) {
  const struct facts *f = &c->facts;
  struct fact_touch *t = touch_of(f, m->idempotency_key);
  int64_t amount = 0;
  if (!t) {
    checker_wrong(c, "%.*s goes out and is not recorded", (int)m->idempotency_key.size, m->idempotency_key.data);
    return;
  }
  if (t->status != ARC_TOUCH_PLANNED) checker_wrong(c, "%s goes out again, and was told as %d", t->key, t->status);
  for (int i = t->item; i < t->item + t->items; i++) amount += f->item[i].amount;
  if (m->amount != amount || m->item_count != (uint32_t)t->items) checker_wrong(c, "%s asks for another amount", t->key);
  judge_flags(c, t);
  judge_items(c, t, day, 0);
  int contact = reachable(f, customer_of(f, t), t->channel, m->address.size ? m->address.data : NULL, m->address.size);
  if (!contact) checker_wrong(c, "%s goes to %.*s, who is not to get it", t->key, (int)m->address.size, m->address.data);
  if (c->quiet && (contact < 0 || m->address.size)) judge_hour(c, t, contact > 0 ? f->contact[contact].offset : 0, instant);
  if (t->sent == c->attempt) checker_wrong(c, "%s goes out twice, and nothing had happened", t->key);
  if (t->sent) c->offered_again++;
  else c->sent++;
  t->sent = c->attempt;
}

void checker_not_now(struct checker *c, const arc_message *m) {
  struct fact_touch *t = touch_of(&c->facts, m->idempotency_key);
  if (t) t->sent = -1;
}

/* ---- the certificate ---- */

static int late(const struct facts *f, int invoice, arc_day day) {
  for (int n = f->invoice[invoice].first; n < f->invoice[invoice].first + f->invoice[invoice].count; n++)
    if (f->instalment[n].due < day && facts_open(f, n, day) > 0) return 1;
  return 0;
}

static uint64_t count_overdue(const struct facts *f, arc_day day) {
  enum { MOST = 64 };
  uint32_t seen[MOST][2]; /* customers, and their currencies */
  size_t count = 0;
  for (int i = 1; i <= f->invoice_count; i++) {
    size_t at = 0;
    while (at < count && (seen[at][0] != (uint32_t)f->invoice[i].customer || seen[at][1] != f->invoice[i].currency)) at++;
    if (at < count || !late(f, i, day)) continue;
    if (count == MOST) abort();
    seen[count][0] = (uint32_t)f->invoice[i].customer;
    seen[count++][1] = f->invoice[i].currency;
  }
  return count;
}

void checker_coverage(struct checker *c, arc_cadence *cadence, arc_day day) {
  arc_cadence_sums sums = ARC_CADENCE_SUMS_INIT;
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  uint64_t overdue = count_overdue(&c->facts, day);
  if (arc_cadence_coverage(&report, &sums, cadence, day, &err) < 0) checker_wrong(c, "coverage: %s", err.text);
  if (!report) return;
  if (sums.overdue != overdue) checker_wrong(c, "%d overdue accounts are certified, %d are there", (int)sums.overdue, (int)overdue);
  if (sums.overdue != sums.touched + sums.withheld + sums.failed || sums.overdue != arc_report_rows(report))
    checker_wrong(c, "the certificate does not add up");
  for (size_t row = 0; row < arc_report_rows(report); row++) {
    const char *customer = arc_report_text(report, row, 0, NULL), *state = arc_report_text(report, row, 3, NULL);
    const char *reason = arc_report_text(report, row, 4, NULL), *key = arc_report_text(report, row, 7, NULL);
    if (strcmp(state, "touched") != 0 && !*reason) checker_wrong(c, "%s is %s without a reason", customer, state);
    if (strcmp(state, "touched") == 0 && !*key) checker_wrong(c, "%s is touched without a touch", customer);
    if (strstr(reason, "looked at again")) checker_wrong(c, "%s should have been touched: %s", customer, reason);
  }
  c->overdue += sums.overdue;
  arc_report_free(report);
}

/* ---- the whole ---- */

void checker_open(struct checker *c, const struct checker_policy *policies, int count, int quiet) {
  memset(c, 0, sizeof *c);
  c->policies = policies;
  c->policy_count = count;
  c->quiet = quiet;
  c->attempt = 1;
  c->facts.planned = c->facts.run = FACTS_NEVER;
  c->facts.on_touch = judge_touch;
  c->facts.user = c;
}

void checker_close(struct checker *c) {
  facts_free(&c->facts);
}

void checker_commit(struct checker *c, const void *bytes, size_t size) {
  const char *fault = facts_read(&c->facts, bytes, size);
  if (fault) checker_wrong(c, "the journal has %s after record %d", fault, (int)c->facts.records);
}
