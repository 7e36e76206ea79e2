/* A host of this release, kept with its header: it runs on every later library of the same major version. The story
 * gives the journal of the release, byte for byte; then every engine and every door is asked something.
 *
 * usage: client JOURNAL      built with -DLATER and a header whose structs have grown a field `later`, it also wishes
 * something that this library does not know, and must be refused. */
#include "golden.h"
#include "story_0_1.h"

#define CLIENT_DAY (STORY_DAY + 120)

static int client_failures;

static void client_expect(const char *what, arc_status status, arc_status wanted, const arc_error *err) {
  if (wanted < 0 ? status == wanted : status >= 0) return;
  printf("%s: %s, not %s: %s\n", what, arc_status_name(status), arc_status_name(wanted), err->text);
  client_failures++;
}

static void client_report(const char *what, arc_report *report, arc_status status, const arc_error *err) {
  char cell[4200];
  client_expect(what, status, ARC_OK, err);
  if (status < 0) return;
  for (size_t row = 0; row < arc_report_rows(report); row++)
    for (size_t column = 0; column < arc_report_columns(report); column++)
      client_expect(what, arc_report_format(report, row, column, cell, sizeof cell, NULL), ARC_OK, err);
  arc_report_free(report);
}

static int32_t client_send(void *user, const arc_message *message) {
  *(size_t *)user += message->struct_size > 0;
  return ARC_SENT;
}

static void *client_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
  *(int64_t *)user += (int64_t)new_size - (int64_t)old_size;
  if (new_size) return realloc(ptr, new_size);
  free(ptr);
  return NULL;
}

/* The story, on this client's storage; its bytes are those of the release. */
static void client_story(struct golden *g, const char *path) {
  static unsigned char stored[GOLDEN_MAX];
  static struct golden_text text;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = NULL;
  FILE *file = fopen(path, "rb");
  size_t size = file ? fread(stored, 1, sizeof stored, file) : 0;
  if (file) fclose(file);
  g->next_seq = 1;
  client_expect("open", golden_open(g, &ledger, 0, &err), ARC_OK, &err);
  for (int step = 0; ledger && step < STORY_STEPS; step++)
    client_expect("a step of the story", story_step(ledger, step, &err), ARC_OK, &err);
  client_expect("describe", golden_describe(&text, ledger, &err), ARC_OK, &err);
  arc_ledger_close(ledger);
  if (size == 0 || size != g->size || memcmp(stored, g->bytes, size) != 0) {
    printf("the story's journal has other bytes than at the release: %lu, %lu\n", (unsigned long)g->size, (unsigned long)size);
    client_failures++;
  }
}

static void client_engines(arc_ledger *ledger) {
  arc_error err = ARC_ERROR_INIT;
  arc_matcher_options matching = ARC_MATCHER_OPTIONS_INIT;
  arc_metrics_query aging = ARC_METRICS_QUERY_INIT;
  arc_score_query score = ARC_SCORE_QUERY_INIT;
  arc_cadence_options reminding = ARC_CADENCE_OPTIONS_INIT;
  arc_cadence_sums sums = ARC_CADENCE_SUMS_INIT;
  arc_matcher *matcher = NULL;
  arc_scorer *scorer = NULL;
  arc_cadence *cadence = NULL;
  arc_report *report = NULL;
  arc_status s;
  size_t first, second;

  s = arc_matcher_open(&matcher, ledger, &matching, &err);
  client_expect("matcher", s, ARC_OK, &err);
  client_expect("match", arc_matcher_run(matcher, CLIENT_DAY, &first, &second, &err), ARC_OK, &err);
  arc_matcher_close(matcher);
  s = arc_scorer_open(&scorer, ledger, &err);
  client_expect("scorer", s, ARC_OK, &err);
  score.report = ARC_SCORE_WORKLIST, score.as_of = CLIENT_DAY, score.limit = 10;
  s = arc_scorer_report(&report, scorer, &score, &err);
  client_report("worklist", report, s, &err);
  score.report = ARC_SCORE_CUSTOMERS;
  s = arc_scorer_report(&report, scorer, &score, &err);
  client_report("customers", report, s, &err);
  arc_scorer_close(scorer);
  aging.report = ARC_METRICS_AGING, aging.as_of = CLIENT_DAY;
  s = arc_metrics_report(&report, ledger, &aging, &err);
  client_report("aging", report, s, &err);
  aging.report = ARC_METRICS_FIGURES;
  s = arc_metrics_report(&report, ledger, &aging, &err);
  client_report("metrics", report, s, &err);
  s = arc_cadence_open(&cadence, ledger, &reminding, &err);
  client_expect("cadence", s, ARC_OK, &err);
  client_expect("plan", arc_cadence_plan(cadence, CLIENT_DAY, &first, &second, &err), ARC_OK, &err);
  s = arc_cadence_coverage(&report, &sums, cadence, CLIENT_DAY, &err);
  client_report("coverage", report, s, &err);
  arc_cadence_close(cadence);
#ifdef LATER
  matching.later = aging.later = reminding.later = 1;
  client_expect("a matcher of a later release", arc_matcher_open(&matcher, ledger, &matching, &err), ARC_E_ABI, &err);
  client_expect("aging of a later release", arc_metrics_report(&report, ledger, &aging, &err), ARC_E_ABI, &err);
  client_expect("a cadence of a later release", arc_cadence_open(&cadence, ledger, &reminding, &err), ARC_E_ABI, &err);
#endif
}

/* A day of the collector, and what the doors are called with. */
static void client_day(arc_ledger *ledger) {
  arc_error err = ARC_ERROR_INIT;
  size_t sent = 0;
  arc_transport transport;
  arc_collector_options options = ARC_COLLECTOR_OPTIONS_INIT;
  arc_day_report day = ARC_DAY_REPORT_INIT;
  arc_collector *collector = NULL;
  arc_report *report = NULL;
  arc_status s;
  memset(&transport, 0, sizeof transport);
  transport.struct_size = sizeof transport;
  transport.user = &sent;
  transport.send = client_send;
  options.transport = &transport;
  s = arc_collector_open(&collector, ledger, &options, &err);
  client_expect("collector", s, ARC_OK, &err);
  s = arc_collector_preview(&report, collector, CLIENT_DAY + 1, CLIENT_DAY + 7, &err);
  client_report("preview", report, s, &err);
  client_expect("day", arc_collector_run_day(collector, CLIENT_DAY + 1, &day, &err), ARC_OK, &err);
  s = arc_collector_exceptions(&report, collector, CLIENT_DAY + 1, &err);
  client_report("exceptions", report, s, &err);
  arc_collector_close(collector);
#ifdef LATER
  transport.later = 1;
  client_expect("a transport of a later release", arc_collector_open(&collector, ledger, &options, &err), ARC_E_ABI, &err);
#endif
}

/* What needs no book: terms, references, calendars, replies, templates. */
static void client_functions(void) {
  arc_error err = ARC_ERROR_INIT;
  arc_terms_invoice invoice = ARC_TERMS_INVOICE_INIT;
  arc_reference reference = ARC_REFERENCE_INIT;
  arc_reply reply = ARC_REPLY_INIT;
  arc_instalment parts[4];
  arc_terms_discount discounts[4];
  arc_calendar_options country = ARC_CALENDAR_OPTIONS_INIT;
  arc_calendar *calendar = NULL;
  arc_report *report = NULL;
  int64_t allocated = 0;
  arc_allocator allocator;
  arc_status s;
  size_t count, more;
  char text[16384];
  memset(&allocator, 0, sizeof allocator);
  allocator.struct_size = sizeof allocator;
  allocator.user = &allocated;
  allocator.resize = client_resize;
  memset(parts, 0, sizeof parts);
  memset(discounts, 0, sizeof discounts);
  for (int i = 0; i < 4; i++) parts[i].struct_size = sizeof *parts, discounts[i].struct_size = sizeof *discounts;

  invoice.terms.data = "2/10 net 30", invoice.terms.size = ARC_NUL_TERMINATED;
  invoice.issued = STORY_DAY, invoice.amount = 100000;
  memcpy(invoice.currency, "EUR", 4);
  s = arc_terms_apply(parts, 4, &count, discounts, 4, &more, &invoice, &err);
  client_expect("terms", s, ARC_OK, &err);
  if (s >= 0 && (count != 1 || parts[0].struct_size != sizeof *parts || parts[0].amount != 100000 || parts[1].amount != 0))
    client_expect("rows of terms", ARC_E_CORRUPT, ARC_OK, &err);
  s = arc_reference_check(&reference, ARC_REFERENCE_RF, "RF18539007547034", 16, &err);
  client_expect("reference", s, ARC_OK, &err);
  memcpy(country.country, "DE", 3);
  country.first_year = 2026, country.last_year = 2027, country.allocator = &allocator;
  s = arc_calendar_new(&calendar, &country, &err);
  client_expect("calendar", s, ARC_OK, &err);
  reply.text.data = "We will pay 500.00 EUR by Friday.", reply.text.size = ARC_NUL_TERMINATED;
  reply.written = STORY_DAY, reply.calendar = calendar;
  memcpy(reply.language, "en", 3);
  s = arc_reply_read(&report, &reply, &allocator, &err);
  client_report("reply", report, s, &err);
#ifdef LATER
  reply.later = 1;
  client_expect("a reply of a later release", arc_reply_read(&report, &reply, &allocator, &err), ARC_E_ABI, &err);
  allocator.later = 1;
  client_expect("an allocator of a later release", arc_cadence_lint(&report, "x", 1, &allocator, &err), ARC_E_ABI, &err);
  allocator.later = 0;
#endif
  s = arc_template_built_in(text, sizeof text, &count, ARC_TONE_FIRM, ARC_CHANNEL_EMAIL, "en", &allocator, &err);
  client_expect("built-in template", s, ARC_OK, &err);
  arc_calendar_free(calendar);
  if (allocated != 0) client_expect("memory given back", ARC_E_CORRUPT, ARC_OK, &err);
}

int main(int argc, char **argv) {
  static struct golden golden;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = NULL;
  client_story(&golden, argc > 1 ? argv[1] : "");
  client_expect("open again", golden_open(&golden, &ledger, 0, &err), ARC_OK, &err);
  if (ledger) {
    client_engines(ledger);
    client_day(ledger);
  }
  arc_ledger_close(ledger);
  client_functions();
  printf("client of %d.%d on %lu: %d failures\n", ARC_VERSION_MAJOR, ARC_VERSION_MINOR,
         (unsigned long)arc_library_version(), client_failures);
  return client_failures != 0;
}
