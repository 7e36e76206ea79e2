/* The linter: each fault is found by its name, nothing is found in the samples, and every finding is written
 * down for whoever reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arcollect/cadence.h"

#define C   "cadence \"x\"\npause on cash\n"
#define OK  "step +5d email neutral a\nstep +20d email firm b\n"
#define END "step +60d place agency needs approval\n"

/* A policy with one fault planted, where it is, and what else follows from it ("": nothing). */
static const struct planted {
  const char *text, *severity, *finding;
  uint32_t line;
  const char *besides;
} planted[] = {
    {C OK, "error", "no-terminal-action", 4, ""},
    {C OK "step +60d place agency needs approval\nstep +90d letter final z\nstep +95d decide y\n", "error",
     "step-after-end", 6, ""},
    {C "for balance < 100.00\n" OK "step +30d letter final c balance >= 100.00\n" END, "error",
     "step-never-fires", 6, "inverted-minimum"},
    {C "barred after 59d\n" OK END, "error", "barred-step", 6, ""},
    {C "step 0d email neutral z charge fee EUR 5.00\n" OK END, "error", "charge-before-due", 3, ""},
    {C "profile consumer-us\nstep +3d email neutral z charge compensation\nstep +20d email firm b\n" END, "error",
     "compensation-on-consumer", 4, ""},
    {C "for currency GBP\nstep +3d email neutral z charge fee EUR 5.00\nstep +20d email firm b\n" END, "error",
     "fee-never-charged", 4, ""},
    {C "quiet 20:00-08:00\nstep +3d sms neutral z else call\nstep +20d email firm b\n" END, "error",
     "useless-fallback", 4, ""},
    {C "step +3d portal neutral z else email\nstep +20d email firm b\n" END, "error", "useless-fallback", 3, ""},
    {C "step -5d place agency needs approval\n", "error", "placement-before-due", 3,
     "no-word-when-late single-step"},
    {C "missed skip\n" OK "step +60d place agency needs approval\n", "error", "approval-too-late", 6, ""},
    {C "step -3d email friendly a\nstep 0d email neutral b\n" END, "error", "no-word-when-late", 3, ""},
    {C "limit 1 per 10d\nstep +5d email neutral a\nstep +9d email firm b\n" END, "error", "limit-must-break", 5,
     ""},
    {C "limit calls 2 per 7d\nstep +5d call neutral a\nstep +8d email firm b also call x\n"
       "step +11d call firm c\n" END,
     "error", "limit-must-break", 6, ""},
    {C "profile consumer-us\nquiet 08:00-21:00\n" OK END, "error", "no-hours-left", 1, ""},
    {C "for balance >= 50, balance < 50\n" OK END, "error", "selects-nobody", 1, ""},
    {C OK END "escalate owner when age >= 61d\n", "warning", "escalation-after-end", 1, ""},
    {C "profile consumer-other\nstep +5d email neutral a charge fee EUR 5\nstep +20d email firm b\n" END, "warning",
     "fee-on-consumer", 4, ""},
    {C "step +5d email neutral a to owner, copy owner\nstep +20d email firm b\n" END, "warning", "copy-to-recipient",
     3, ""},
    {C OK "step +60d place agency needs approval, to owner\n", "warning", "nothing-is-sent", 5, ""},
    {C "step +5d sms neutral a\nstep +20d email firm b\n" END, "warning", "no-quiet-hours", 3, ""},
    {C "step +5d call neutral a also call ap\nstep +20d email firm b\n" END, "warning", "double-call", 3, ""},
    {C OK "step +25d place agency needs approval\n", "warning", "early-placement", 5, ""},
    {C OK "step +60d place agency\n", "warning", "unapproved-placement", 5, ""},
    {C "step +5d email friendly a\nstep +31d email friendly b\n" END, "warning", "friendly-for-long", 4, ""},
    {C "step -1d email firm z\nstep +5d email firm a\n" END, "warning", "firm-before-due", 3, ""},
    {C "step 0d email neutral z also warn hold\n" OK END, "warning", "hold-before-due", 3, ""},
    {C "step +5d email firm a\nstep +20d email neutral b\n" END, "warning", "tone-softens", 4, ""},
    {C OK "step +81d place agency needs approval\n", "warning", "long-silence", 5, ""},
    {C "step +5d email neutral a\nstep +20d email firm b balance >= 100\nstep +30d letter final c\n" END, "warning",
     "inverted-minimum", 5, ""},
    {C "step +31d email neutral a\n" END, "warning", "late-first-word", 3, ""},
    {C "step +5d email neutral a balance >= 10\nstep +20d email firm b balance >= 20\n"
       "step +60d place agency needs approval, balance >= 30\n",
     "warning", "small-balances-forgotten", 3, ""},
    {C "step +5d email neutral a needs approval\nstep +20d email firm b needs approval\n" END, "warning",
     "everything-approved", 3, ""},
    {C "limit 1 per 10d, 2 per 5d\n" OK END, "warning", "idle-limit", 1, ""},
    {C "missed all\n" OK END, "warning", "missed-floods", 1, ""},
    {C "group by invoice\nlimit 1 per 3d\n" OK END, "warning", "limit-starves-invoices", 1, ""},
    {"cadence \"x\"\npause on dispute\n" OK END, "warning", "cash-not-considered", 1, ""},
    {C "step +60d decide what\n", "warning", "single-step", 3, "no-word-when-late"},
};

static arc_report *lint(const char *text) {
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  arc_status status = arc_cadence_lint(&report, text, ARC_NUL_TERMINATED, NULL, &err);
  if (status != ARC_OK) fail_msg("%u:%u %s\n%s", err.line, err.column, err.text, text);
  return report;
}

static void test_planted_faults(void **state) {
  (void)state;
  size_t different = 0;
  for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
    const struct planted *p = &planted[i];
    arc_report *report = lint(p->text);
    size_t found = 0;
    for (size_t row = 0; row < arc_report_rows(report); row++) {
      const char *finding = arc_report_text(report, row, 1, NULL);
      if (strcmp(finding, p->finding) == 0) {
        found++;
        assert_string_equal(arc_report_text(report, row, 0, NULL), p->severity);
        assert_int_equal(arc_report_integer(report, row, 2), p->line);
        assert_true(strlen(arc_report_text(report, row, 3, NULL)) > 10);
      } else if (!strstr(p->besides, finding)) {
        fail_msg("%s also finds %s in\n%s", p->finding, finding, p->text);
      }
    }
    if (found != 1) fail_msg("%s found %u times in\n%s", p->finding, (unsigned)found, p->text);
    different += i == 0 || strcmp(p->finding, planted[i - 1].finding) != 0;
    arc_report_free(report);
  }
  assert_true(different >= 33);
}

/* What is taken out of a planted fault is silent. */
static void test_silence(void **state) {
  (void)state;
  static const char *const good[] = {C OK END, C OK "step +60d decide write-off\n", C "never\n", C "barred after 60d\n" OK END,
                                     C "group by invoice\nlimit calls 3 per 7d\n" OK END};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    arc_report *report = lint(good[i]);
    if (arc_report_rows(report)) fail_msg("%s in\n%s", arc_report_text(report, 0, 1, NULL), good[i]);
    assert_int_equal(arc_report_columns(report), 4);
    arc_report_free(report);
  }
}

static char *read_file(const char *name) {
  char path[1024];
  const char *folder = getenv("ARC_TEST_POLICIES");
  snprintf(path, sizeof path, "%s/%s", folder ? folder : "examples/policies", name);
  FILE *file = fopen(path, "rb");
  if (!file) fail_msg("cannot open %s", path);
  char *text = calloc(1, 65536);
  size_t size = fread(text, 1, 65535, file);
  fclose(file);
  assert_true(size > 0 && size < 65535);
  return text;
}

static void test_samples(void **state) {
  (void)state;
  static const char *const samples[] = {"net-30.policy",        "key-account.policy",   "small-balances.policy",
                                        "public-sector.policy", "consumer-us.policy",   "statutory-eu.policy",
                                        "statutory-uk.policy"};
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    char *text = read_file(samples[i]), printed[8192], again[8192];
    arc_report *report = lint(text);
    if (arc_report_rows(report))
      fail_msg("%s: %s, line %d: %s", samples[i], arc_report_text(report, 0, 1, NULL),
               (int)arc_report_integer(report, 0, 2), arc_report_text(report, 0, 3, NULL));
    arc_report_free(report);
    assert_int_equal(arc_cadence_print(printed, sizeof printed, NULL, text, ARC_NUL_TERMINATED, NULL), ARC_OK);
    assert_int_equal(arc_cadence_print(again, sizeof again, NULL, printed, ARC_NUL_TERMINATED, NULL), ARC_OK);
    assert_string_equal(printed, again);
    if (i == 0) assert_string_equal(text, arc_cadence_default_policy());
    free(text);
  }
}

/* Each finding that the linter makes stands in the table for its reader. */
static void test_findings_are_written_down(void **state) {
  (void)state;
  char *page = read_file("README.md");
  for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
    char row[128];
    snprintf(row, sizeof row, "| `%s` | %s |", planted[i].finding, planted[i].severity);
    if (!strstr(page, row)) fail_msg("README.md lacks: %s", row);
  }
  free(page);
}

static void test_bad_input(void **state) {
  (void)state;
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  assert_int_equal(arc_cadence_lint(NULL, C OK, ARC_NUL_TERMINATED, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_cadence_lint(&report, NULL, 0, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_cadence_lint(&report, "cadence", ARC_NUL_TERMINATED, NULL, &err), ARC_E_SYNTAX);
  assert_int_equal(err.line, 1);
  assert_int_equal(err.column, 8);
  assert_null(report);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_planted_faults), cmocka_unit_test(test_silence), cmocka_unit_test(test_samples),
      cmocka_unit_test(test_findings_are_written_down), cmocka_unit_test(test_bad_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
