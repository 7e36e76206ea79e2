/*
 * A run may be killed at any instruction and started again; the journal then has the same bytes as
 * without. The facts of a day are one batch, so the journal's commits depend on the data alone, and
 * a batch that was recorded before the kill answers "already so" to the last row. What the ledger
 * refuses of a batch is marked before the batch is recorded: after a kill it is not tried against
 * another state. posted_through follows behind and only saves work.
 */
#include "run.h"
#include "outbox.h"
#include "post.h"
#include "progress.h"
#include "staging.h"

#include <stdlib.h>
#include <string.h>

#define DAYS_PER_NOTE           64 /* posted_through is noted that often */
#define MILLISECONDS_PER_DAY    ((int64_t)86400000)
#define MILLISECONDS_PER_MINUTE ((int64_t)60000)
#define MINUTES_PER_DAY         1440

typedef struct run {
  book *b;
  const run_options *options;
  arc_ledger *ledger;
  cycle cycle;
  outbox *box;
  row_book imported; /* what waits to be posted, up to the last day */
  row **rows;        /* in order */
  size_t next;       /* of rows */
  int64_t last_id;   /* the youngest imported row when the run began */
  arena texts;
  refusal *refusals; /* of the day */
  size_t refusal_count;
  size_t refusal_capacity;
  progress line;
  size_t days;
  size_t refused;
  arc_day_report sum;
} run;

/* ---- the facts of a day ---- */

static void note_refused(void *user, row *r, const char *column, const arc_error *err) {
  run *now = user;
  char day[11];
  arc_day_format(day, r->kind == ROW_CUSTOMER || r->kind == ROW_CONTACT ? ARC_DAY_NONE : r->day);
  progress_clear(&now->line);
  remark("refused: %s '%s'%s%s: %s%s%s", row_kind_name(r->kind), r->fields[0],
         day[0] != '\0' ? " of " : "", day, column, column[0] != '\0' ? ": " : "", err->text);
  if (now->refusal_count == now->refusal_capacity) {
    now->refusal_capacity = now->refusal_capacity != 0 ? now->refusal_capacity * 2 : 16;
    now->refusals = memory_array(now->refusals, now->refusal_capacity, sizeof *now->refusals);
  }
  now->refusals[now->refusal_count].id = r->id;
  now->refusals[now->refusal_count].reason = arena_copy(&now->texts, err->text, strlen(err->text));
  now->refusal_count++;
  now->refused++;
}

static int run_facts(run *now, arc_day day) {
  arc_error err = ARC_ERROR_INIT;
  arc_status status;
  size_t end = now->next;
  int code;
  while (end < now->imported.count && now->rows[end]->day <= day)
    end++;
  if (end == now->next) return 0;
  status = arc_batch_begin(now->ledger, &err);
  if (status != ARC_OK) return fail_status("begin the day's batch", status, &err);
  now->refusal_count = 0;
  code = post_rows(now->ledger, now->rows + now->next, end - now->next, note_refused, now);
  if (code == 0 && now->refusal_count != 0 && !now->options->dry)
    code = staging_refuse(now->b, now->refusals, now->refusal_count);
  if (code != 0) {
    arc_batch_abort(now->ledger);
    return code;
  }
  status = arc_batch_commit(now->ledger, &err);
  if (status < 0) return fail_status("record the day's facts", status, &err);
  now->next = end;
  return 0;
}

/* ---- days ---- */

static arc_status set_clock(run *now, arc_day day, int32_t minute, arc_error *err) {
  now->box->day = day;
  now->box->minute = minute;
  return arc_ledger_set_clock(now->ledger, (int64_t)day * MILLISECONDS_PER_DAY + minute * MILLISECONDS_PER_MINUTE, err);
}

static int add_report(run *now, arc_day day, arc_status status, const arc_day_report *report, const arc_error *err) {
  char iso[11];
  now->sum.payments_applied += report->payments_applied;
  now->sum.payments_left += report->payments_left;
  now->sum.touches_planned += report->touches_planned;
  now->sum.touches_withheld += report->touches_withheld;
  now->sum.touches_sent += report->touches_sent;
  now->sum.touches_failed += report->touches_failed;
  now->sum.touches_pending += report->touches_pending;
  now->sum.touches_rerouted += report->touches_rerouted;
  now->sum.touches_quiet = report->touches_quiet; /* as the last offer leaves it */
  if (status >= 0) return 0;
  progress_clear(&now->line);
  arc_day_format(iso, day);
  remark("%s was not finished; run again to go on from there", iso);
  return status == ARC_E_HOST ? EXIT_FAULT : fail_status("run the day", status, err);
}

/* What waits for quiet hours, at each full hour after a day was run: what was imported since, is known by then. A run that was killed between the hours comes here
 * again: the clock does not go back to those before the last one in which something was sent. */
static int run_hours(run *now, arc_day after) {
  arc_day_report report = ARC_DAY_REPORT_INIT;
  arc_error err = ARC_ERROR_INIT;
  int hour, code = run_facts(now, after);
  report.touches_quiet = 1;
  for (hour = 1; hour < 24 && code == 0 && report.touches_quiet != 0; hour++) {
    int32_t minute = now->options->at + hour * 60;
    arc_day day = after + minute / MINUTES_PER_DAY;
    if (set_clock(now, day, minute % MINUTES_PER_DAY, NULL) != ARC_OK) continue;
    code = add_report(now, day, arc_collector_send(now->cycle.collector, day, &report, &err), &report, &err);
  }
  return code;
}

/* The last day again, at another minute of it. */
static int run_again(run *now, arc_day day) {
  arc_day_report report = ARC_DAY_REPORT_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_status status = set_clock(now, day, now->options->at, &err);
  int code = status == ARC_OK ? run_facts(now, day) : fail_status("set the clock", status, &err);
  if (code != 0) return code;
  return add_report(now, day, arc_collector_send(now->cycle.collector, day, &report, &err), &report, &err);
}

static int run_day(run *now, arc_day day) {
  arc_day_report report = ARC_DAY_REPORT_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_status status;
  int code = 0;
  if (now->options->hourly && book_info(now->ledger).run == day - 1) code = run_hours(now, day - 1);
  if (code != 0) return code;
  status = set_clock(now, day, now->options->at, &err);
  code = status == ARC_OK ? run_facts(now, day) : fail_status("set the clock", status, &err);
  if (code != 0) return code;
  status = arc_collector_run_day(now->cycle.collector, day, &report, &err);
  now->days += status == ARC_OK;
  return add_report(now, day, status, &report, &err);
}

/* Notes that all is posted up to a day, unless something was imported meanwhile. */
static int note_posted(run *now, arc_day day) {
  int64_t last_id;
  int code;
  if (now->options->dry || day <= now->b->posted_through) return 0;
  code = book_execute(now->b, "BEGIN IMMEDIATE");
  if (code != 0) return code;
  code = staging_last_id(now->b, &last_id);
  if (code == 0 && last_id == now->last_id) code = book_set_posted_through(now->b, day);
  if (code == 0) return book_execute(now->b, "COMMIT");
  sqlite3_exec(now->b->db, "ROLLBACK", NULL, NULL, NULL);
  return code;
}

static int run_all_days(run *now, arc_day from) {
  arc_day day;
  int code = 0;
  if (from == book_info(now->ledger).run) return run_again(now, from);
  progress_begin(&now->line, from, now->options->to);
  for (day = from; code == 0 && day <= now->options->to; day++) {
    progress_day(&now->line, day);
    code = run_day(now, day);
    if (code == 0 && (day - from) % DAYS_PER_NOTE == DAYS_PER_NOTE - 1)
      code = note_posted(now, day);
  }
  progress_clear(&now->line);
  return code == 0 ? note_posted(now, now->options->to) : code;
}

/* ---- before and after ---- */

static int32_t drop_message(void *user, const arc_message *message) {
  (void)user;
  (void)message;
  return ARC_SENT;
}

static int open_collector(run *now, outbox *box) {
  const run_options *o = now->options;
  arc_transport transport = {sizeof transport, 0, NULL, drop_message};
  int code;
  if (!o->dry) transport = outbox_transport(box);
  code = cycle_open(&now->cycle, now->b, now->ledger, &transport, o->matching, o->unmatched);
  if (code != 0) return code;
  if (now->cycle.letterhead.head.name.size != 0) box->sender = now->cycle.letterhead.head.name.data;
  if (now->cycle.letterhead.mail[0] != '\0') box->mail = now->cycle.letterhead.mail;
  return 0;
}

static int load_rows(run *now) {
  size_t i;
  int code = book_execute(now->b, "BEGIN"); /* one view of the book, whoever imports meanwhile */
  if (code == 0) code = book_refresh(now->b);
  if (code == 0) code = staging_last_id(now->b, &now->last_id);
  if (code == 0)
    code = staging_load(now->b, &now->imported, now->b->posted_through, now->options->to, 0);
  if (code == 0) code = book_execute(now->b, "COMMIT");
  now->rows = memory_array(NULL, now->imported.count, sizeof *now->rows);
  for (i = 0; i < now->imported.count; i++)
    now->rows[i] = now->imported.rows[i];
  row_sort(now->rows, now->imported.count);
  return code;
}

/* The first day to run; ARC_DAY_NONE with a word, and an exit code or 0, where there is none. */
static int first_day(const run *now, arc_day *from) {
  const run_options *o = now->options;
  arc_day last = book_info(now->ledger).run;
  char first[11], until[11];
  *from = o->from;
  if (*from == ARC_DAY_NONE && last == ARC_DAY_NONE)
    return fail_usage("say from which day to run: --from DATE; this book was never run");
  if (*from == ARC_DAY_NONE) *from = last + 1;
  arc_day_format(until, last);
  if (last != ARC_DAY_NONE && o->to == last && o->at_given && !o->dry) {
    *from = last;
  } else if (last != ARC_DAY_NONE && o->to <= last) {
    remark("nothing to do: the book was run until %s already", until);
    *from = ARC_DAY_NONE;
  } else if (*from > o->to) {
    return fail_usage("--from lies after --to");
  } else if (last != ARC_DAY_NONE && *from <= last) {
    arc_day_format(first, *from);
    remark("the days from %s to %s were run already and are skipped", first, until);
    *from = last + 1;
  }
  return 0;
}

static int list_touches(const run *now, arc_day from) {
  arc_query query = ARC_QUERY_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  arc_status status;
  int code;
  query.report = ARC_REPORT_TOUCHES;
  query.from = from;
  query.as_of = now->options->to;
  status = arc_ledger_report(&report, now->ledger, &query, &err);
  if (status != ARC_OK) return fail_status("list the touches", status, &err);
  code = print_report(report, &now->options->print, stdout);
  arc_report_free(report);
  return code;
}

/* On stdout; of a dry run, which lists touches there, on stderr. */
static void print_summary(const run *now, arc_day from, const outbox *box) {
  FILE *out = now->options->dry ? stderr : stdout;
  char first[11] = "", last[11] = "";
  arc_day_format(first, from);
  arc_day_format(last, now->options->to);
  fprintf(out, "%s%zu days run, %s to %s\n",
          now->options->dry ? "dry run, nothing is recorded: " : "", now->days, first, last);
  fprintf(out, "payments applied   %llu\n", (unsigned long long)now->sum.payments_applied);
  fprintf(out, "payments left      %llu\n", (unsigned long long)now->sum.payments_left);
  fprintf(out, "touches planned    %llu\n", (unsigned long long)now->sum.touches_planned);
  fprintf(out, "touches sent       %llu\n", (unsigned long long)now->sum.touches_sent);
  fprintf(out, "touches withheld   %llu\n", (unsigned long long)now->sum.touches_withheld);
  fprintf(out, "touches failed     %llu\n", (unsigned long long)now->sum.touches_failed);
  if (now->sum.touches_rerouted != 0)
    fprintf(out, "sent anew, bounced %llu\n", (unsigned long long)now->sum.touches_rerouted);
  if (now->sum.touches_quiet != 0)
    fprintf(out, "wait, quiet hours  %llu, for another hour: see 'help run'\n",
            (unsigned long long)now->sum.touches_quiet);
  fprintf(out, "rows refused       %zu%s\n", now->refused,
          now->refused != 0 ? ", named above; they do not count" : "");
  if (!now->options->dry)
    fprintf(out, "messages written   %llu to %s\n", (unsigned long long)box->written, box->folder);
}

static int run_with_ledger(run *now) {
  outbox box = {now->options->outbox, "Accounts receivable", "receivables@sender.invalid", ARC_DAY_NONE, 0, 0};
  arc_day from = ARC_DAY_NONE;
  int code = first_day(now, &from);
  if (code != 0 || from == ARC_DAY_NONE) return code;
  now->box = &box;
  code = load_rows(now);
  if (code == 0) code = open_collector(now, &box);
  if (code == 0) code = run_all_days(now, from);
  if (code == 0 && now->options->dry) code = list_touches(now, from);
  if (code == 0) print_summary(now, from, &box);
  return code;
}

int run_days(book *b, const run_options *options) {
  run now;
  int code;
  memset(&now, 0, sizeof now);
  now.b = b;
  now.options = options;
  code = book_ledger(b, options->dry ? ARC_LEDGER_DETACHED : 0, &now.ledger);
  if (code == 0) code = run_with_ledger(&now);
  cycle_close(&now.cycle);
  arc_ledger_close(now.ledger);
  free(now.rows);
  free(now.refusals);
  row_book_free(&now.imported);
  arena_free(&now.texts);
  return code;
}
