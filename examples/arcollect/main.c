/* arcollect: options and dispatch. Each command is a function with the options it takes. */
#include "answers.h"
#include "book.h"
#include "desk.h"
#include "help.h"
#include "import.h"
#include "inbox.h"
#include "memory.h"
#include "options.h"
#include "reports.h"
#include "run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POLICY_MAX 65535

static const char *const unmatched_names[] = {"hold", "oldest", NULL};
static const char *const report_formats[] = {"table", "csv", "json", NULL};
static const char *const postings_formats[] = {"table", "csv", "json", "ledger", "beancount", NULL};

/* ---- what several commands take ---- */

static int words_exactly(const options *o, size_t count) {
  if (o->word_count > count)
    return fail_usage("'%s' is too much; see 'arcollect help %s'", o->words[count], o->words[0]);
  return 0;
}

static int print_options_read(const options *o, const char *const *formats, print_options *print) {
  memset(print, 0, sizeof *print);
  print->format = isatty(STDOUT_FILENO) ? PRINT_TABLE : PRINT_CSV;
  print->spreadsheet_safe = o->value[OPTION_SPREADSHEET_SAFE] != NULL;
  return options_choice(o, OPTION_FORMAT, formats, &print->format);
}

/* ---- init ---- */

/* The file's text, NUL-terminated; NULL with *code. */
static char *policy_read(const char *path, int *code) {
  char *text = memory_new(POLICY_MAX + 2);
  FILE *file = fopen(path, "rb");
  size_t size = file ? fread(text, 1, POLICY_MAX + 1, file) : 0;
  arc_error err = ARC_ERROR_INIT;
  *code = 0;
  if (!file || ferror(file))
    *code = fail_refused("%s: %s", path, strerror(errno));
  else if (size > POLICY_MAX || memchr(text, '\0', size))
    *code = fail_refused("%s: a policy is text of at most %d bytes", path, POLICY_MAX);
  else if (arc_cadence_print(NULL, 0, NULL, text, size, &err) != ARC_OK)
    *code = fail_refused("%s:%u:%u: %s", path, (unsigned)err.line, (unsigned)err.column, err.text);
  if (file) fclose(file);
  if (*code == 0) return text;
  free(text);
  return NULL;
}

static int command_init(const options *o) {
  const char *currency = o->value[OPTION_CURRENCY];
  char *policy = NULL;
  book b;
  int code = words_exactly(o, 1);
  if (code == 0 && !currency) code = fail_usage("say the book's currency: --currency USD");
  if (code == 0 && (strlen(currency) != 3 || arc_currency_digits(currency) < 0))
    code = fail_refused("'%s' is no currency of ISO 4217, three capital letters such as USD",
                        currency);
  if (code == 0 && o->value[OPTION_POLICY]) policy = policy_read(o->value[OPTION_POLICY], &code);
  if (code == 0) {
    code = book_create(&b, o->value[OPTION_BOOK], currency, policy);
    if (code == 0) {
      printf("made the book %s in %s%s\n", o->value[OPTION_BOOK], currency,
             policy ? ", with its own policy" : "");
      book_close(&b);
    }
  }
  free(policy);
  return code;
}

/* ---- import, run, reports ---- */

static int command_import(const options *o) {
  import_options import;
  char complaint[COMPLAINT_SIZE];
  book b;
  int code = words_exactly(o, 2);
  if (code == 0 && o->word_count < 2)
    code = fail_usage("say what to import: a folder, or a .csv or .csv.gz file");
  if (code != 0) return code;
  memset(&import, 0, sizeof import);
  import.path = o->words[1];
  import.layout.maps = o->maps;
  import.layout.map_count = o->map_count;
  import.layout.minor = o->value[OPTION_MINOR] != NULL;
  import.layout.date_format = o->value[OPTION_DATE_FORMAT];
  import.skip_bad = o->value[OPTION_SKIP_BAD] != NULL;
  if (!layout_options_check(&import.layout, complaint)) return fail_usage("%s", complaint);
  code = book_open(&b, o->value[OPTION_BOOK]);
  if (code != 0) return code;
  code = import_files(&b, &import);
  book_close(&b);
  return code;
}

static int run_options_read(const options *o, run_options *run) {
  int code = words_exactly(o, 1);
  memset(run, 0, sizeof *run);
  run->from = run->to = ARC_DAY_NONE;
  run->at = RUN_AT_MINUTE;
  run->at_given = o->value[OPTION_AT] != NULL;
  run->hourly = o->value[OPTION_HOURLY] != NULL;
  run->dry = o->value[OPTION_DRY_RUN] != NULL;
  run->matching = o->value[OPTION_MATCH]      ? CYCLE_MATCH
                  : o->value[OPTION_NO_MATCH] ? CYCLE_NO_MATCH
                                              : CYCLE_MATCH_UNLESS_GIVEN;
  if (code == 0) code = options_day(o, OPTION_FROM, &run->from);
  if (code == 0) code = options_day(o, OPTION_TO, &run->to);
  if (code == 0) code = options_time(o, OPTION_AT, &run->at);
  if (code == 0) code = options_choice(o, OPTION_ON_ACCOUNT, unmatched_names, &run->unmatched);
  if (code == 0) code = print_options_read(o, report_formats, &run->print);
  if (code == 0 && run->to == ARC_DAY_NONE)
    code = fail_usage("say up to which day to run: --to DATE");
  if (code == 0 && o->value[OPTION_MATCH] && o->value[OPTION_NO_MATCH])
    code = fail_usage("--match and --no-match exclude each other");
  run->print.unless_column = "status";
  run->print.unless_text = "withheld";
  return code;
}

static int command_run(const options *o) {
  run_options run;
  buffer outbox = {NULL, 0, 0};
  book b;
  int code = run_options_read(o, &run);
  if (code != 0) return code;
  buffer_format(&outbox, "%s%s",
                o->value[OPTION_OUTBOX] ? o->value[OPTION_OUTBOX] : o->value[OPTION_BOOK],
                o->value[OPTION_OUTBOX] ? "" : "-outbox");
  run.outbox = outbox.data;
  code = book_open(&b, o->value[OPTION_BOOK]);
  if (code == 0) {
    code = run_days(&b, &run);
    book_close(&b);
  }
  buffer_free(&outbox);
  return code;
}

/* issue,due,due15 in any order */
static int moments_read(const char *text, uint32_t *moments) {
  static const char *const names[] = {"issue", "due", "due15"};
  while (text) {
    size_t size = strcspn(text, ","), i = 0;
    while (i < 3 && (strlen(names[i]) != size || memcmp(names[i], text, size) != 0))
      i++;
    if (i == 3) return fail_usage("--moments must be issue, due or due15, separated by commas");
    *moments |= 1u << i;
    text = text[size] ? text + size + 1 : NULL;
  }
  return 0;
}

/* The options of what the payment model says. */
static int score_options_read(const options *o, report_options *report) {
  static const char *const periods[] = {"week", "day", "month", NULL};
  arc_error err = ARC_ERROR_INIT;
  int code;
  report->minutes = 480;
  report->cut = ARC_DAY_NONE;
  report->cash = o->value[OPTION_CASH] != NULL;
  if ((code = options_choice(o, OPTION_PERIOD, periods, &report->period)) != 0 ||
      (code = options_count(o, OPTION_MINUTES, 10000, &report->minutes)) != 0 ||
      (code = options_day(o, OPTION_CUT, &report->cut)) != 0 ||
      (code = moments_read(o->value[OPTION_MOMENTS], &report->moments)) != 0)
    return code;
  /* In the book's currency, which is not known before it is open: two decimals are what most have. */
  if (o->value[OPTION_COST] &&
      (arc_money_parse(&report->cost, o->value[OPTION_COST], ARC_NUL_TERMINATED, "USD", &err) != ARC_OK || report->cost < 0))
    return fail_usage("--cost must be an amount such as 25.00");
  if (report->command == REPORT_BACKTEST && report->cut == ARC_DAY_NONE)
    return fail_usage("say from which day on: --cut DATE");
  if (report->command == REPORT_DSO && report->from == ARC_DAY_NONE)
    return fail_usage("say since which day: --from DATE");
  return 0;
}

static int report_run(const options *o, report_options *report, int32_t command) {
  static const char *const groups[] = {"customer", "owner", "segment", "currency", "tag1", "tag2", "tag3", "tag4", NULL};
  uint32_t limit = 0;
  book b;
  int code;
  report->command = command;
  report->as_of = report->from = ARC_DAY_NONE;
  report->by = command == REPORT_METRICS || command == REPORT_FORECAST ? ARC_BY_CURRENCY : ARC_BY_CUSTOMER;
  report->customer = o->value[OPTION_CUSTOMER];
  report->invoice = o->value[OPTION_INVOICE];
  if ((code = options_day(o, OPTION_AS_OF, &report->as_of)) != 0 ||
      (code = options_day(o, OPTION_FROM, &report->from)) != 0 ||
      (code = options_choice(o, OPTION_BY, groups, &report->by)) != 0 ||
      (code = options_choice(o, OPTION_ON_ACCOUNT, unmatched_names, &report->unmatched)) != 0 ||
      (code = options_count(o, OPTION_DAYS, 3660, &report->days)) != 0 ||
      (code = options_count(o, OPTION_LIMIT, UINT32_MAX, &limit)) != 0 ||
      (code = print_options_read(o, command == REPORT_POSTINGS ? postings_formats : report_formats,
                                 &report->print)) != 0)
    return code;
  report->limit = limit;
  code = score_options_read(o, report);
  if (code != 0) return code;
  if (command == REPORT_STATEMENT && !report->customer)
    return fail_usage("say whose statement: --customer KEY");
  if (report->print.format >= PRINT_LEDGER && report->customer)
    return fail_usage("--customer would take transactions apart; each posting of a journal is "
                      "tagged with its customer");
  code = book_open(&b, o->value[OPTION_BOOK]);
  if (code != 0) return code;
  code = report_print(&b, report);
  book_close(&b);
  return code;
}

static int command_report(const options *o, int32_t command) {
  report_options report;
  int code = words_exactly(o, 1);
  memset(&report, 0, sizeof report);
  return code != 0 ? code : report_run(o, &report, command);
}

/* "email=0.02,letter=1.50": of one touch, by the channel's name. In the book's currency, as --cost of chase. */
static int whatif_costs(const char *text, int64_t costs[ARC_WHATIF_CHANNELS]) {
  static const char *const names[ARC_WHATIF_CHANNELS] = {"",     "email", "sms",    "letter",  "registered-letter",
                                                         "call", "voice", "portal", "webhook", "placement"};
  while (text) {
    size_t size = strcspn(text, ","), name = strcspn(text, "=");
    int i = 1;
    while (i < ARC_WHATIF_CHANNELS && (strlen(names[i]) != name || memcmp(names[i], text, name) != 0))
      i++;
    if (i == ARC_WHATIF_CHANNELS || name >= size ||
        arc_money_parse(&costs[i], text + name + 1, size - name - 1, "USD", NULL) != ARC_OK || costs[i] < 0)
      return fail_usage("--cost must be costs by channel, such as email=0.02,letter=1.50");
    text = text[size] ? text + size + 1 : NULL;
  }
  return 0;
}

static int command_whatif(const options *o) {
  report_options report;
  options others = *o;
  char *policy = NULL;
  int code = words_exactly(o, 1);
  memset(&report, 0, sizeof report);
  others.value[OPTION_COST] = NULL;
  others.value[OPTION_AS_OF] = o->value[OPTION_TO];
  if (code == 0) code = whatif_costs(o->value[OPTION_COST], report.costs);
  if (code == 0 && !o->value[OPTION_FROM]) code = fail_usage("say since which day: --from DATE");
  if (code == 0 && o->value[OPTION_POLICY]) policy = policy_read(o->value[OPTION_POLICY], &code);
  report.policy = policy ? policy : "";
  if (code == 0) code = report_run(&others, &report, REPORT_WHATIF);
  free(policy);
  return code;
}

static int command_page(const options *o) {
  report_options report;
  int code = words_exactly(o, 1);
  memset(&report, 0, sizeof report);
  report.html = o->value[OPTION_HTML];
  if (code == 0 && !report.html) code = fail_usage("say where it goes: report --html FILE");
  return code != 0 ? code : report_run(o, &report, REPORT_PAGE);
}

static int command_compare(const options *o) {
  report_options report;
  int code = words_exactly(o, 2);
  memset(&report, 0, sizeof report);
  if (code == 0 && o->word_count < 2) code = fail_usage("say with what: compare FILE.csv, as 'preview' printed it");
  report.key = o->words[1];
  return code != 0 ? code : report_run(o, &report, REPORT_COMPARE);
}

static int command_why(const options *o) {
  report_options report;
  const char *what = o->word_count > 1 ? o->words[1] : "";
  int32_t command = strcmp(what, "touch") == 0      ? REPORT_WHY_TOUCH
                    : strcmp(what, "match") == 0    ? REPORT_WHY_MATCH
                    : strcmp(what, "priority") == 0 ? REPORT_WHY_PRIORITY
                    : strcmp(what, "payment") == 0  ? REPORT_WHY_PAYMENT
                                                    : -1;
  memset(&report, 0, sizeof report);
  if (command < 0 || o->word_count < 3)
    return fail_usage("say why what: why touch KEY, why match KEY, why priority KEY or why payment INVOICE");
  report.key = o->words[2];
  return words_exactly(o, 3) != 0 ? EXIT_USAGE : report_run(o, &report, command);
}

/* ---- what a person says ---- */

static int with_book(const options *o, size_t words, const char *needs, int (*act)(book *b, const options *o)) {
  book b;
  int code;
  if (o->word_count < words) return fail_usage("say %s", needs);
  code = book_open(&b, o->value[OPTION_BOOK]);
  if (code != 0) return code;
  code = act(&b, o);
  book_close(&b);
  return code;
}

/* ---- match, confirm, reject, undo ---- */

/* What the next run would make of the cash that waits: --dry-run says so for people, it is never otherwise. */
static int command_match(const options *o) {
  report_options report;
  memset(&report, 0, sizeof report);
  report.key = o->value[OPTION_EXPLAIN] ? o->value[OPTION_EXPLAIN] : o->word_count > 1 ? o->words[1] : NULL;
  if (o->value[OPTION_EXPLAIN] && o->word_count > 1) return fail_usage("--explain names the payment");
  if (words_exactly(o, 2) != 0) return EXIT_USAGE;
  return report_run(o, &report, o->value[OPTION_EXPLAIN] ? REPORT_WHY_MATCH : REPORT_MATCH);
}

static int answer_run(const options *o, enum answer answer) {
  arc_day day = ARC_DAY_NONE;
  uint32_t rank = 0;
  book b;
  int code = words_exactly(o, 2);
  if (code == 0 && o->word_count < 2) code = fail_usage("say which payment: %s KEY", o->words[0]);
  if (code == 0) code = options_day(o, OPTION_AS_OF, &day);
  if (code == 0) code = options_count(o, OPTION_RANK, 5, &rank);
  if (code == 0) code = book_open(&b, o->value[OPTION_BOOK]);
  if (code != 0) return code;
  code = answer_match(&b, answer, o->words[1], rank, o->value[OPTION_INVOICE], day);
  book_close(&b);
  return code;
}

static int act_letterhead(book *b, const options *o) {
  return desk_letterhead(b, o->words[1]);
}

static int command_letterhead(const options *o) {
  int code = words_exactly(o, 2);
  return code != 0 ? code : with_book(o, 2, "which file: letterhead FILE", act_letterhead);
}

static int act_templates(book *b, const options *o) {
  return desk_templates(b, o->words + 1, o->word_count - 1);
}

static int command_templates(const options *o) {
  return with_book(o, 2, "which files: templates FILE [FILE] [FILE]", act_templates);
}

static int act_answer(book *b, const options *o) {
  int32_t status = strcmp(o->words[0], "approve") == 0 ? ARC_TOUCH_APPROVED : ARC_TOUCH_REFUSED;
  return desk_answer(b, o->words[1], status, o->value[OPTION_BY]);
}

static int command_answer(const options *o) {
  int code = words_exactly(o, 2);
  return code != 0 ? code : with_book(o, 2, "which touch: its key, as 'exceptions' lists it", act_answer);
}

/* ---- replies ---- */

static int act_replies(book *b, const options *o) {
  inbox_options inbox = {o->words[1], o->value[OPTION_CUSTOMER], o->value[OPTION_TOUCH], ARC_DAY_NONE,
                         o->value[OPTION_DRY_RUN] != NULL, strcmp(o->words[0], "replies") == 0, {0, 0, NULL, NULL}};
  int code = options_day(o, OPTION_DATE, &inbox.day);
  if (code == 0) code = print_options_read(o, report_formats, &inbox.print);
  return code != 0 ? code : inbox_read(b, &inbox);
}

static int command_reply(const options *o) {
  int code = words_exactly(o, 2);
  return code != 0 ? code : with_book(o, 2, "which file: reply FILE", act_replies);
}

/* Without a folder, what was made of those that came. */
static int command_replies(const options *o) {
  report_options report;
  int code = words_exactly(o, 2);
  memset(&report, 0, sizeof report);
  if (code != 0) return code;
  return o->word_count == 2 ? with_book(o, 2, "which folder", act_replies) : report_run(o, &report, REPORT_REPLIES);
}

static int act_done(book *b, const options *o) {
  arc_day day = ARC_DAY_NONE;
  int code = options_day(o, OPTION_DATE, &day);
  return code != 0 ? code : inbox_done(b, o->words[1], day, o->value[OPTION_BY], o->value[OPTION_REASON]);
}

static int command_done(const options *o) {
  int code = words_exactly(o, 2);
  return code != 0 ? code : with_book(o, 2, "which task: its key, as 'exceptions' lists it", act_done);
}

static int act_unreply(book *b, const options *o) {
  arc_day day = ARC_DAY_NONE;
  int code = options_day(o, OPTION_DATE, &day);
  return code != 0 ? code : inbox_undo(b, o->words[1], day, o->value[OPTION_BY], o->value[OPTION_REASON]);
}

static int command_unreply(const options *o) {
  int code = words_exactly(o, 2);
  return code != 0 ? code : with_book(o, 2, "which reply: its key, as 'replies' lists it", act_unreply);
}

static int act_delivery(book *b, const options *o) {
  return desk_delivery(b, o->words[1]);
}

static int command_delivery(const options *o) {
  int code = words_exactly(o, 2);
  return code != 0 ? code : with_book(o, 2, "which file: delivery FILE.csv", act_delivery);
}

static int command_confirm(const options *o) {
  return answer_run(o, ANSWER_CONFIRM);
}

static int command_reject(const options *o) {
  return answer_run(o, ANSWER_REJECT);
}

static int command_undo(const options *o) {
  return answer_run(o, ANSWER_UNDO);
}

/* ---- verify and snapshot ---- */

static int verify_ledger(arc_ledger *ledger) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger_info info;
  size_t i;
  arc_status status = arc_ledger_verify(ledger, &err);
  if (status != ARC_OK) return fail_status("verify the book", status, &err);
  info = book_info(ledger);
  if (info.first_sequence > 1) printf("records before %" PRIu64 " were dropped; ", info.first_sequence);
  printf("verified: %" PRIu64 " records; head ", info.next_sequence - 1);
  for (i = 0; i < sizeof info.head; i++)
    printf("%02x", info.head[i]);
  putchar('\n');
  return 0;
}

static int snapshot_ledger(arc_ledger *ledger) {
  arc_error err = ARC_ERROR_INIT;
  arc_status status = arc_ledger_snapshot(ledger, &err);
  if (status != ARC_OK) return fail_status("store a snapshot", status, &err);
  printf("stored a snapshot after %" PRIu64 " records\n", book_info(ledger).next_sequence - 1);
  return 0;
}

static int with_ledger(const options *o, int (*act)(arc_ledger *ledger)) {
  arc_ledger *ledger = NULL;
  book b;
  int code = words_exactly(o, 1);
  if (code == 0) code = book_open(&b, o->value[OPTION_BOOK]);
  if (code != 0) return code;
  code = book_ledger(&b, 0, &ledger);
  if (code == 0) code = act(ledger);
  arc_ledger_close(ledger);
  book_close(&b);
  return code;
}

static int command_verify(const options *o) {
  return with_ledger(o, verify_ledger);
}

static int command_snapshot(const options *o) {
  return with_ledger(o, snapshot_ledger);
}

/* ---- erasing a person's data ---- */

static int erase_read(const options *o, arc_erasure *erasure) {
  const char *what = o->word_count > 1 ? o->words[1] : "";
  arc_text *key = strcmp(what, "customer") == 0  ? &erasure->customer
                  : strcmp(what, "contact") == 0 ? &erasure->contact
                  : strcmp(what, "payment") == 0 ? &erasure->payment
                                                 : NULL;
  int code;
  if (!key || o->word_count < 3)
    return fail_usage("say whose data: erase customer KEY, erase contact KEY or erase payment KEY");
  *key = text_of(o->words[2]);
  erasure->reason = text_of(o->value[OPTION_REASON] ? o->value[OPTION_REASON] : "");
  if ((code = words_exactly(o, 3)) != 0 || (code = options_day(o, OPTION_AS_OF, &erasure->day)) != 0)
    return code;
  return options_day(o, OPTION_RETAIN_FROM, &erasure->retain_from);
}

static int erase_from(book *b, arc_ledger *ledger, arc_erasure *erasure) {
  arc_error err = ARC_ERROR_INIT;
  arc_status status;
  int64_t waiting = 0;
  int code;
  if (erasure->day == ARC_DAY_NONE) erasure->day = book_info(ledger).run;
  if (erasure->day == ARC_DAY_NONE)
    return fail_usage("say the day of it: --as-of DATE; this book was never run");
  status = arc_ledger_post_erasures(ledger, erasure, 1, &err);
  if (status < 0) return fail_status("erase it", status, &err);
  status = arc_ledger_drop_journal(ledger, &err);
  if (status < 0) return fail_status("drop the journal; say the same again", status, &err);
  code = book_forget(b, &waiting);
  if (code != 0) return code;
  printf("erased; the journal begins with record %" PRIu64 "\n", book_info(ledger).first_sequence);
  if (waiting != 0)
    remark("%lld imported rows wait to be posted, and may tell of it again", (long long)waiting);
  return 0;
}

static int command_erase(const options *o) {
  arc_erasure erasure = ARC_ERASURE_INIT;
  arc_ledger *ledger = NULL;
  book b;
  int code = erase_read(o, &erasure);
  if (code == 0) code = book_open(&b, o->value[OPTION_BOOK]);
  if (code != 0) return code;
  code = book_ledger(&b, 0, &ledger);
  if (code == 0) code = erase_from(&b, ledger, &erasure);
  arc_ledger_close(ledger);
  book_close(&b);
  return code;
}

/* ---- dispatch ---- */

#define PRINTS OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_SPREADSHEET_SAFE)
#define STANDS OPTION_BIT(OPTION_AS_OF) | PRINTS
#define LISTS                                                                                      \
  OPTION_BIT(OPTION_CUSTOMER) | OPTION_BIT(OPTION_INVOICE) | OPTION_BIT(OPTION_FROM) | STANDS

static const struct {
  const char *name;
  int (*run)(const options *o);
  uint64_t allowed; /* besides --book */
} commands[] = {
    {"init", command_init, OPTION_BIT(OPTION_CURRENCY) | OPTION_BIT(OPTION_POLICY)},
    {"import", command_import,
     OPTION_BIT(OPTION_MAP) | OPTION_BIT(OPTION_DATE_FORMAT) | OPTION_BIT(OPTION_MINOR) |
         OPTION_BIT(OPTION_SKIP_BAD)},
    {"run", command_run,
     OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_OUTBOX) |
         OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_ON_ACCOUNT) | OPTION_BIT(OPTION_MATCH) |
         OPTION_BIT(OPTION_NO_MATCH) | OPTION_BIT(OPTION_AT) |
         OPTION_BIT(OPTION_HOURLY) | PRINTS},
    {"compare", command_compare, STANDS},
    {"why", command_why, OPTION_BIT(OPTION_ON_ACCOUNT) | STANDS},
    {"whatif", command_whatif,
     OPTION_BIT(OPTION_POLICY) | OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_COST) | PRINTS},
    {"report", command_page, OPTION_BIT(OPTION_HTML) | OPTION_BIT(OPTION_AS_OF)},
    {"letterhead", command_letterhead, 0},
    {"templates", command_templates, 0},
    {"approve", command_answer, OPTION_BIT(OPTION_BY)},
    {"refuse", command_answer, OPTION_BIT(OPTION_BY)},
    {"delivery", command_delivery, 0},
    {"reply", command_reply,
     OPTION_BIT(OPTION_CUSTOMER) | OPTION_BIT(OPTION_TOUCH) | OPTION_BIT(OPTION_DATE) | OPTION_BIT(OPTION_DRY_RUN) | PRINTS},
    {"replies", command_replies, OPTION_BIT(OPTION_DATE) | OPTION_BIT(OPTION_DRY_RUN) | LISTS},
    {"done", command_done, OPTION_BIT(OPTION_DATE) | OPTION_BIT(OPTION_BY) | OPTION_BIT(OPTION_REASON)},
    {"unreply", command_unreply, OPTION_BIT(OPTION_DATE) | OPTION_BIT(OPTION_BY) | OPTION_BIT(OPTION_REASON)},
    {"match", command_match,
     OPTION_BIT(OPTION_EXPLAIN) | OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_ON_ACCOUNT) | STANDS},
    {"confirm", command_confirm, OPTION_BIT(OPTION_AS_OF) | OPTION_BIT(OPTION_RANK)},
    {"reject", command_reject, OPTION_BIT(OPTION_AS_OF) | OPTION_BIT(OPTION_RANK)},
    {"undo", command_undo, OPTION_BIT(OPTION_AS_OF) | OPTION_BIT(OPTION_INVOICE)},
    {"verify", command_verify, 0},
    {"snapshot", command_snapshot, 0},
    {"erase", command_erase,
     OPTION_BIT(OPTION_AS_OF) | OPTION_BIT(OPTION_REASON) | OPTION_BIT(OPTION_RETAIN_FROM)},
};

static const struct {
  const char *name;
  int32_t command;
  uint64_t allowed;
} reports[] = {
    {"aging", REPORT_AGING, OPTION_BIT(OPTION_BY) | STANDS},
    {"worklist", REPORT_WORKLIST, OPTION_BIT(OPTION_LIMIT) | STANDS},
    {"metrics", REPORT_METRICS, OPTION_BIT(OPTION_BY) | OPTION_BIT(OPTION_DAYS) | STANDS},
    {"predict", REPORT_PREDICT, OPTION_BIT(OPTION_CUSTOMER) | STANDS},
    {"forecast", REPORT_FORECAST,
     OPTION_BIT(OPTION_BY) | OPTION_BIT(OPTION_PERIOD) | OPTION_BIT(OPTION_LIMIT) | STANDS},
    {"today", REPORT_TODAY, OPTION_BIT(OPTION_MINUTES) | STANDS},
    {"customers", REPORT_CUSTOMERS, STANDS},
    {"chase", REPORT_CHASE, OPTION_BIT(OPTION_COST) | OPTION_BIT(OPTION_DAYS) | STANDS},
    {"backtest", REPORT_BACKTEST,
     OPTION_BIT(OPTION_CUT) | OPTION_BIT(OPTION_MOMENTS) | OPTION_BIT(OPTION_CASH) | STANDS},
    {"dso", REPORT_DSO, OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_DAYS) | STANDS},
    {"statement", REPORT_STATEMENT, OPTION_BIT(OPTION_CUSTOMER) | OPTION_BIT(OPTION_FROM) | STANDS},
    {"applications", REPORT_APPLICATIONS, LISTS},
    {"exchanges", REPORT_EXCHANGES, LISTS},
    {"touches", REPORT_TOUCHES, LISTS},
    {"postings", REPORT_POSTINGS, LISTS},
    {"timeline", REPORT_TIMELINE, LISTS},
    {"exceptions", REPORT_EXCEPTIONS, STANDS},
    {"coverage", REPORT_COVERAGE, STANDS},
    {"preview", REPORT_PREVIEW, OPTION_BIT(OPTION_DAYS) | OPTION_BIT(OPTION_ON_ACCOUNT) | PRINTS},
    {"disputes", REPORT_DISPUTES, LISTS},
    {"invoices", REPORT_INVOICES, LISTS},
    {"findings", REPORT_FINDINGS, LISTS},
    {"holds", REPORT_HOLDS, LISTS},
    {"tasks", REPORT_TASKS, LISTS},
    {"credit", REPORT_CREDIT, OPTION_BIT(OPTION_CUSTOMER) | STANDS},
};

static int begin(const options *o, uint64_t allowed) {
  int code = options_only(o, OPTION_BIT(OPTION_BOOK) | allowed, o->words[0]);
  if (code == 0 && !o->value[OPTION_BOOK])
    code = fail_usage("say which book: arcollect --book FILE %s ...", o->words[0]);
  return code;
}

static int print_version(void) {
  uint32_t library = arc_library_version();
  printf("arcollect %d.%d.%d, library %u.%u.%u, SQLite %s\n", ARC_VERSION_MAJOR, ARC_VERSION_MINOR,
         ARC_VERSION_PATCH, (unsigned)(library / 1000000), (unsigned)(library / 1000 % 1000),
         (unsigned)(library % 1000), sqlite3_libversion());
  return 0;
}

static int dispatch(const options *o) {
  const char *name = o->word_count != 0 ? o->words[0] : NULL;
  size_t i;
  int code;
  if (o->wants_help || (name && strcmp(name, "help") == 0))
    return help_print(o->wants_help ? name : o->word_count > 1 ? o->words[1] : NULL);
  if (!name) return fail_usage("say what to do; 'arcollect help' lists the commands");
  if (strcmp(name, "version") == 0) return print_version();
  if (strcmp(name, "template") == 0)
    return o->word_count == 4 ? desk_built_in(o->words[1], o->words[2], o->words[3])
                              : fail_usage("say which: template TONE CHANNEL LANGUAGE, such as firm email de");
  for (i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (strcmp(name, commands[i].name) == 0)
      return (code = begin(o, commands[i].allowed)) != 0 ? code : commands[i].run(o);
  }
  for (i = 0; i < sizeof reports / sizeof *reports; i++) {
    if (strcmp(name, reports[i].name) == 0)
      return (code = begin(o, reports[i].allowed)) != 0 ? code
                                                        : command_report(o, reports[i].command);
  }
  return fail_usage("there is no command '%s'; 'arcollect help' lists them", name);
}

int main(int argc, char **argv) {
  options o;
  int code = options_read(&o, argc, argv);
  if (code == 0) code = dispatch(&o);
  options_free(&o);
  if (fflush(stdout) != 0 && code == 0)
    code = fail_fault("the output cannot be written: %s", strerror(errno));
  return code;
}
