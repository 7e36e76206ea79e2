/* The policy language: what parses prints to one text, what does not is refused at its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arcollect/cadence.h"

#define PRINTED_MAX 16384

/* Prints a text that must parse; returns the length. */
static size_t print(char *buf, const char *text, size_t size) {
  arc_error err = ARC_ERROR_INIT;
  size_t printed = 0;
  arc_status status = arc_cadence_print(buf, PRINTED_MAX, &printed, text, size, &err);
  if (status != ARC_OK) print_message("%u:%u %s\n", err.line, err.column, err.text);
  assert_int_equal(status, ARC_OK);
  assert_int_equal(strlen(buf), printed);
  return printed;
}

/* The canonical text of `text` is `expected`, and stays so. */
static void assert_prints(const char *text, const char *expected) {
  char once[PRINTED_MAX], twice[PRINTED_MAX];
  print(once, text, strlen(text));
  assert_string_equal(once, expected);
  print(twice, once, ARC_NUL_TERMINATED);
  assert_string_equal(twice, once);
}

static void test_default_prints_to_itself(void **state) {
  (void)state;
  assert_prints(arc_cadence_default_policy(), arc_cadence_default_policy());
  assert_int_equal(arc_cadence_print(NULL, 0, NULL, arc_cadence_default_policy(), ARC_NUL_TERMINATED, NULL),
                   ARC_OK);
}

static void test_canonical_form(void **state) {
  (void)state;
  assert_prints("cadence \"x\"\nstep 0d email firm a", "cadence \"x\"\nstep  0d email firm  a\n");
  assert_prints(
      "\n # nothing yet\r\n\tcadence  \"M\xc3\xbcller, #1\"   # name\r\n\r\n"
      "limit calls 2 per 1d ,1 per 366d#x\n"
      "quiet holidays 00:00-23:59 weekends\n"
      "step   -366d   registered-letter final last-0  balance >= 0.5000 , needs approval\n"
      "pause on cash hold plan promise dispute\n"
      "step +3650d place a-very-long-name-of-32-bytes---- also warn hold,escalate b, call c\n"
      "group by customer\n",
      "cadence \"M\xc3\xbcller, #1\"\n"
      "group by customer\n"
      "pause on dispute promise plan hold cash\n"
      "step -366d  registered-letter final  last-0                      "
      "needs approval, balance >= 0.5000\n"
      "step +3650d place             a-very-long-name-of-32-bytes----   "
      "also call c, escalate b, warn hold\n"
      "quiet 00:00-23:59 weekends holidays\n"
      "limit calls 2 per 1d, 1 per 366d\n");
  assert_prints(
      "cadence \"all\"\nstep -2d place p balance >= 99999999999999.9999\n"
      "step -1d sms friendly q balance >= 0\nstep 0d call neutral r\nstep +1d voice firm s\n"
      "step +2d portal final t\nstep +3d webhook final u\nstep +4d letter final v\n",
      "cadence \"all\"\n"
      "step -2d place   p             balance >= 99999999999999.9999\n"
      "step -1d sms     friendly  q   balance >= 0\n"
      "step  0d call    neutral   r\n"
      "step +1d voice   firm      s\n"
      "step +2d portal  final     t\n"
      "step +3d webhook final     u\n"
      "step +4d letter  final     v\n");
  assert_prints("cadence \"p\"\nstep 0d place agency\nquiet weekends",
                "cadence \"p\"\nstep  0d place agency\nquiet weekends\n");
}

#define C    "cadence \"x\"\n"
#define STEP C "step 0d email firm a"

static const struct bad_policy {
  const char *text;
  uint32_t line, column;
  const char *expected; /* part of the message */
} bad_policies[] = {
    {"", 1, 1, "'cadence'"},
    {"\n\n# only this\n  ", 4, 3, "'cadence'"},
    {"Cadence \"x\"\n", 1, 1, "'cadence'"},
    {"\"cadence\" \"x\"\n", 1, 1, "'cadence'"},
    {"cadence", 1, 8, "name in quotes"},
    {"cadence net", 1, 9, "name in quotes"},
    {"cadence \"\"", 1, 9, "name in quotes"},
    {"cadence \"net 30", 1, 9, "closing"},
    {"cadence \"12345678901234567890123456789012345678901234567890123456789012345\"", 1, 9,
     "64 bytes"},
    {"cadence \"x\" y", 1, 13, "end of the line"},
    {"cadence \"x\"", 1, 12, "'step' line"},
    {C, 2, 1, "'step' line"},
    {C "group by customer\n", 3, 1, "'step' line"},
    {C "stop +1d email firm a", 2, 1, "'step'"},
    {C "cadence \"y\"", 2, 1, "'step'"},
    {C ", step", 2, 1, "'step'"},
    {C "group customer", 2, 7, "'by customer'"},
    {C "group by order", 2, 10, "'customer' or 'invoice'"},
    {C "for", 2, 4, "'segment'"},
    {C "for segment smb", 2, 13, "a text in quotes"},
    {C "for segment \"\"", 2, 13, "a text in quotes"},
    {C "for segment \"a\" terms \"b\"", 2, 17, "','"},
    {C "for segment \"a\", segment \"b\"", 2, 18, "only once"},
    {C "for currency euro", 2, 14, "a currency"},
    {C "for currency XXX", 2, 14, "a currency"},
    {C "for balance > 5", 2, 13, "'>=' or '<'"},
    {C "for balance < 5, balance < 6", 2, 26, "only once"},
    {C "for strategic, strategic", 2, 16, "only once"},
    {C "for strategic,", 2, 15, "'segment'"},
    {C "for strategic\nfor strategic", 3, 1, "only one 'for'"},
    {C "profile", 2, 8, "'b2b'"},
    {C "profile consumer", 2, 9, "'b2b'"},
    {C "profile b2b\nprofile b2b", 3, 1, "only one"},
    {C "enter first", 2, 7, "'at age'"},
    {C "enter at last", 2, 10, "'age' or 'first'"},
    {C "missed some", 2, 8, "'latest'"},
    {C "resume 3d", 2, 8, "'after'"},
    {C "resume after 0d", 2, 14, "1d to 366d"},
    {C "escalate owner", 2, 15, "'when'"},
    {C "escalate owner when", 2, 20, "'age >='"},
    {C "escalate owner when age >= 0d", 2, 28, "1d to 3650d"},
    {C "escalate owner when age >= 5d, age >= 6d", 2, 32, "only once"},
    {C "escalate owner when balance > 5", 2, 29, "'>='"},
    {C "escalate owner when age >= 5d\nescalate owner when age >= 6d", 3, 10, "no other"},
    {C "never mind", 2, 7, "end of the line"},
    {STEP "\nnever", 3, 6, "no 'step'"},
    {STEP " to boss", 2, 25, "'payables'"},
    {STEP " to owner, to owner", 2, 32, "only once"},
    {STEP " copy owner, copy owner", 2, 39, "only once"},
    {STEP " else email", 2, 27, "another channel"},
    {STEP " else place", 2, 27, "another channel"},
    {STEP " else sms, else letter", 2, 32, "only once"},
    {STEP " template A", 2, 31, "a template's name"},
    {STEP " charge", 2, 28, "'fee'"},
    {STEP " charge fee 5.00", 2, 33, "a currency"},
    {STEP " charge fee EUR 0.00", 2, 37, "more than 0"},
    {STEP " charge interest, charge interest", 2, 46, "only once"},
    {STEP " share >= 101%", 2, 31, "1% to 100%"},
    {STEP " share > 10%", 2, 28, "'>='"},
    {C "limit calls none", 2, 17, "1d to 366d"},
    {C "limit calls none 7d after", 2, 26, "'conversation'"},
    {C "limit calls none 7d after conversation, calls none 7d after conversation", 2, 47, "only one rest"},
    {C "group by customer x", 2, 19, "end of the line"},
    {C "group by customer\ngroup by customer", 3, 1, "only one"},
    {C "pause dispute", 2, 7, "'on'"},
    {C "pause on", 2, 9, "'dispute'"},
    {C "pause on dispute, hold", 2, 17, "'dispute'"},
    {C "pause on hold hold", 2, 15, "only once"},
    {C "pause on hold\npause on cash", 3, 1, "only one"},
    {C "step", 2, 5, "days from the due date"},
    {C "step 7d email firm a", 2, 6, "days from the due date"},
    {C "step +0d email firm a", 2, 6, "days from the due date"},
    {C "step +07d email firm a", 2, 6, "days from the due date"},
    {C "step +7 email firm a", 2, 6, "days from the due date"},
    {C "step +7dd email firm a", 2, 6, "days from the due date"},
    {C "step +d email firm a", 2, 6, "days from the due date"},
    {C "step + 7d email firm a", 2, 6, "days from the due date"},
    {C "step -367d email firm a", 2, 6, "-366d"},
    {C "step +3651d email firm a", 2, 6, "+3650d"},
    {C "step +99999999999999999999999d email firm a", 2, 6, "+3650d"},
    {C "step \"0d\" email firm a", 2, 6, "days from the due date"},
    {C "step 0d fax firm a", 2, 9, "'email'"},
    {C "step 0d", 2, 8, "'email'"},
    {C "step 0d email harsh a", 2, 15, "'friendly'"},
    {C "step 0d email firm", 2, 19, "a name"},
    {C "step 0d email firm Due", 2, 20, "a name"},
    {C "step 0d email firm a_b", 2, 20, "a name"},
    {C "step 0d email firm \"a\"", 2, 20, "a name"},
    {C "step 0d email firm 123456789012345678901234567890123", 2, 20, "32 bytes"},
    {C "step 0d place", 2, 14, "a name"},
    {C "step 0d place final agency", 2, 21, "'also'"},
    {STEP "\nstep 0d email firm b", 3, 6, "more days"},
    {STEP "\nstep -1d email firm b", 3, 6, "more days"},
    {STEP "\nstep +1d email firm a", 3, 21, "no other step"},
    {STEP "\nstep +1d place a", 3, 16, "no other step"},
    {STEP " ,", 2, 22, "'also'"},
    {STEP " call ap", 2, 22, "'also'"},
    {STEP " also", 2, 26, "'call'"},
    {STEP " also needs approval", 2, 27, "'call'"},
    {STEP " also call", 2, 31, "a role"},
    {STEP " also call AP", 2, 32, "a role"},
    {STEP " also call ap,", 2, 35, "'call', 'escalate'"},
    {STEP " also call ap call b", 2, 35, "','"},
    {STEP " also call ap, call b", 2, 36, "only once"},
    {STEP " also escalate a, escalate b", 2, 39, "only once"},
    {STEP " also warn", 2, 31, "'hold'"},
    {STEP " also warn hold, warn hold", 2, 38, "only once"},
    {STEP " also warn hold, also call ap", 2, 38, "'call', 'escalate'"},
    {STEP " needs", 2, 27, "'approval'"},
    {STEP " needs approval, call ap", 2, 38, "'needs approval', 'balance"},
    {STEP " needs approval, needs approval", 2, 38, "only once"},
    {STEP " balance 5", 2, 30, "'>='"},
    {STEP " balance >=5", 2, 30, "'>='"},
    {STEP " balance >=", 2, 32, "an amount"},
    {STEP " balance >= -5", 2, 33, "an amount"},
    {STEP " balance >= 05", 2, 33, "an amount"},
    {STEP " balance >= .5", 2, 33, "an amount"},
    {STEP " balance >= 5.", 2, 33, "an amount"},
    {STEP " balance >= 5.00001", 2, 33, "an amount"},
    {STEP " balance >= 1.2.3", 2, 33, "an amount"},
    {STEP " balance >= 5x", 2, 33, "an amount"},
    {STEP " balance >= 123456789012345", 2, 33, "14 digits"},
    {STEP " balance >= 1, balance >= 2", 2, 36, "only once"},
    {C "quiet", 2, 6, "hours"},
    {C "quiet nights", 2, 7, "hours"},
    {C "quiet 24:00-08:00", 2, 7, "hours"},
    {C "quiet 20:60-08:00", 2, 7, "hours"},
    {C "quiet 8:00-20:00", 2, 7, "hours"},
    {C "quiet 08:00-08:00", 2, 7, "hours"},
    {C "quiet 20:00-08:00 21:00-07:00", 2, 19, "only once"},
    {C "quiet weekends, holidays", 2, 15, "hours"},
    {C "quiet weekends weekends", 2, 16, "only once"},
    {C "quiet weekends\nquiet holidays", 3, 1, "only one"},
    {C "limit", 2, 6, "'calls' or"},
    {C "limit 0 per 3d", 2, 7, "a count"},
    {C "limit 1000 per 3d", 2, 7, "a count"},
    {C "limit calls per 3d", 2, 13, "a count"},
    {C "limit 1 in 3d", 2, 9, "'per'"},
    {C "limit 1 per 0d", 2, 13, "days"},
    {C "limit 1 per 367d", 2, 13, "days"},
    {C "limit 1 per 3", 2, 13, "days"},
    {C "limit 1 per 3d 1 per 4d", 2, 16, "','"},
    {C "limit 1 per 3d,", 2, 16, "'calls' or"},
    {C "limit 1 per 1d, 1 per 2d, 1 per 3d, 1 per 4d, 1 per 5d", 2, 47, "at most 4"},
    {C "limit 1 per 3d\nlimit 1 per 4d", 3, 1, "only one"},
    {STEP "\r\r\n", 2, 21, "UTF-8"},
    {STEP " # \x01", 2, 24, "UTF-8"},
    {STEP "\n# \xc3\x28", 3, 3, "UTF-8"},
    {"cadence \"\xff\"", 1, 10, "UTF-8"},
    {C "step 0d e\xc3\xa9mail firm a", 2, 9, "'email'"},
};

static void test_bad_policies(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad_policies / sizeof *bad_policies; i++) {
    const struct bad_policy *bad = &bad_policies[i];
    arc_error err = ARC_ERROR_INIT;
    char buf[PRINTED_MAX] = "untouched";
    size_t size = 12345;
    arc_status status = arc_cadence_print(NULL, 0, NULL, bad->text, strlen(bad->text), &err);
    if (status != ARC_E_SYNTAX || err.line != bad->line || err.column != bad->column ||
        !strstr(err.text, bad->expected))
      fail_msg("policy %u:\n%s\n%u:%u %s; wanted %u:%u %s", (unsigned)i, bad->text, err.line,
               err.column, err.text, bad->line, bad->column, bad->expected);
    assert_int_equal(arc_cadence_print(buf, sizeof buf, &size, bad->text, strlen(bad->text), NULL),
                     ARC_E_SYNTAX);
    assert_string_equal(buf, "untouched");
    assert_int_equal(size, 12345);
  }
}

/* Every word of the language, in another order than it is printed in. */
static const char all_words[] =
    "cadence \"all words\"\n"
    "limit calls none 7d after conversation, 2 per 3d, calls 7 per 7d\n"
    "quiet holidays 21:00-08:00\n"
    "escalate manager when balance >= 50000.00, age >= 10d\n"
    "escalate credit-hold when age >= 45d\n"
    "step -3d portal friendly soon copy owner, else email, to payables\n"
    "step +5d email firm late template late-fee, charge interest, charge fee EUR 5.00, share >= 20%,"
    " balance >= 10, needs approval, also warn hold, call ap, charge compensation, copy executive,"
    " copy approver\n"
    "step +40d place lawyer needs approval\n"
    "step +90d decide write-off\n"
    "barred after 1095d\nresume after 3d\npause on cash plan\nmissed all\nenter at first\ngroup by invoice\n"
    "profile consumer-us\n"
    "for strategic, balance < 5000.00, balance >= 1, currency EUR, terms \"net 30\", segment \"b\"\n";

static void test_all_words(void **state) {
  (void)state;
  assert_prints(
      all_words,
      "cadence \"all words\"\n"
      "for segment \"b\", terms \"net 30\", currency EUR, balance >= 1, balance < 5000.00, strategic\n"
      "profile consumer-us\n"
      "group by invoice\n"
      "enter at first\n"
      "missed all\n"
      "pause on plan cash\n"
      "resume after 3d\n"
      "barred after 1095d\n"
      "step -3d  portal friendly  soon   to payables, copy owner, else email\n"
      "step +5d  email  firm      late   also call ap, warn hold, copy approver, copy executive, "
      "template late-fee, charge fee EUR 5.00, charge interest, charge compensation, needs approval, "
      "balance >= 10, share >= 20%\n"
      "step +40d place  lawyer           needs approval\n"
      "step +90d decide write-off\n"
      "escalate manager when age >= 10d, balance >= 50000.00\n"
      "escalate credit-hold when age >= 45d\n"
      "quiet 21:00-08:00 holidays\n"
      "limit 2 per 3d, calls 7 per 7d, calls none 7d after conversation\n");
  assert_prints("cadence \"n\"\nnever\nfor segment \"internal\"",
                "cadence \"n\"\nfor segment \"internal\"\nnever\n");
}

static arc_text words(const char *data) {
  arc_text text = {data, data ? strlen(data) : 0};
  return text;
}

static void test_build(void **state) {
  (void)state;
  arc_error err = ARC_ERROR_INIT;
  char buf[PRINTED_MAX] = "";
  size_t size = 0;
  arc_cadence_step steps[3] = {ARC_CADENCE_STEP_INIT, ARC_CADENCE_STEP_INIT, ARC_CADENCE_STEP_INIT};
  arc_cadence_spec spec = ARC_CADENCE_SPEC_INIT;
  spec.name = words("built");
  spec.rules = words("group by customer\npause on cash\nlimit 1 per 3d");
  spec.steps = steps;
  spec.step_count = 3;
  steps[0].name = words("soon");
  steps[0].offset = -3;
  steps[0].channel = ARC_CHANNEL_EMAIL;
  steps[0].tone = ARC_TONE_FRIENDLY;
  steps[1].name = words("late");
  steps[1].offset = 5;
  steps[1].channel = ARC_CHANNEL_SMS;
  steps[1].tone = ARC_TONE_FIRM;
  steps[1].options = 31u & ~ARC_STEP_DECIDE;
  steps[1].call = words("ap");
  steps[1].escalate = words("owner");
  steps[1].template_name = words("t1");
  steps[1].otherwise = ARC_CHANNEL_LETTER;
  steps[1].roles = 1u << ARC_ROLE_OWNER;
  steps[1].copies = 1u << ARC_ROLE_PAYABLES | 1u << ARC_ROLE_EXECUTIVE;
  steps[1].share = 20;
  steps[1].balance = words("10.50");
  steps[1].fee = words("EUR 5.00");
  steps[2].name = words("write-off");
  steps[2].offset = 90;
  steps[2].channel = ARC_CHANNEL_PLACEMENT;
  steps[2].options = ARC_STEP_DECIDE;
  arc_status status = arc_cadence_build(buf, sizeof buf, &size, &spec, NULL, &err);
  if (status != ARC_OK) fail_msg("%s", err.text);
  assert_string_equal(
      buf, "cadence \"built\"\ngroup by customer\npause on cash\n"
           "step -3d  email  friendly  soon\n"
           "step +5d  sms    firm      late   also call ap, escalate owner, warn hold, to owner, copy payables, "
           "copy executive, else letter, template t1, charge fee EUR 5.00, charge interest, charge compensation, "
           "needs approval, balance >= 10.50, share >= 20%\n"
           "step +90d decide write-off\nlimit 1 per 3d\n");
  assert_int_equal(size, strlen(buf));

  steps[1].name = words("a\nnever");
  assert_int_equal(arc_cadence_build(buf, sizeof buf, &size, &spec, NULL, &err), ARC_E_INVALID);
  assert_int_equal(err.record, 1);
  assert_int_equal(err.field, 2);
  steps[1].name = words("soon");
  assert_int_equal(arc_cadence_build(buf, sizeof buf, &size, &spec, NULL, &err), ARC_E_INVALID);
  assert_int_equal(err.record, 1);
  assert_non_null(strstr(err.text, "no other step"));
  steps[1].name = words("late");
  steps[1].offset = -3;
  assert_int_equal(arc_cadence_build(buf, sizeof buf, &size, &spec, NULL, &err), ARC_E_INVALID);
  steps[1].offset = 5;
  steps[1].channel = 77;
  assert_int_equal(arc_cadence_build(buf, sizeof buf, &size, &spec, NULL, &err), ARC_E_INVALID);
  steps[1].channel = ARC_CHANNEL_SMS;
  assert_int_equal(err.field, 7);
  steps[1].options = 32;
  assert_int_equal(arc_cadence_build(buf, sizeof buf, &size, &spec, NULL, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 1);
  steps[1].options = ARC_STEP_DECIDE;
  assert_int_equal(arc_cadence_build(buf, sizeof buf, &size, &spec, NULL, &err), ARC_E_INVALID);
  steps[1].options = 0;
  spec.rules = words("group by customer\nlimit much");
  assert_int_equal(arc_cadence_build(buf, sizeof buf, &size, &spec, NULL, &err), ARC_E_SYNTAX);
  assert_int_equal(err.line, 2);
  assert_int_equal(err.column, 7);
  spec.rules = words(NULL);
  spec.name = words("a\"b");
  assert_int_equal(arc_cadence_build(buf, sizeof buf, &size, &spec, NULL, &err), ARC_E_INVALID);
  assert_int_equal(err.field, 2);
  spec.name = words("built");
  assert_int_equal(arc_cadence_build(buf, 5, &size, &spec, NULL, &err), ARC_E_INVALID);
  spec.flags = 1;
  assert_int_equal(arc_cadence_build(buf, sizeof buf, &size, &spec, NULL, &err), ARC_E_INVALID);
}

static void test_limits(void **state) {
  (void)state;
  static char text[70000];
  char printed[PRINTED_MAX];
  arc_error err = ARC_ERROR_INIT;
  size_t size = (size_t)snprintf(text, sizeof text, C);
  for (int i = 1; i <= 32; i++)
    size += (size_t)snprintf(text + size, sizeof text - size, "step +%dd email firm s%d\n", i, i);
  print(printed, text, size);
  snprintf(text + size, sizeof text - size, "step +33d email firm s33\n");
  assert_int_equal(arc_cadence_print(NULL, 0, NULL, text, ARC_NUL_TERMINATED, &err), ARC_E_SYNTAX);
  assert_int_equal(err.line, 34);
  assert_non_null(strstr(err.text, "at most 32 steps"));

  memset(text, ' ', sizeof text);
  memcpy(text, STEP, strlen(STEP));
  assert_int_equal(arc_cadence_print(NULL, 0, NULL, text, 65535, NULL), ARC_OK);
  assert_int_equal(arc_cadence_print(NULL, 0, NULL, text, 65536, &err), ARC_E_INVALID);
  assert_int_equal(arc_cadence_print(NULL, 0, NULL, NULL, 0, &err), ARC_E_INVALID);
}

static void test_small_buffers(void **state) {
  (void)state;
  const char *text = arc_cadence_default_policy();
  size_t need = strlen(text);
  char buf[PRINTED_MAX];
  for (size_t cap = 0; cap <= need; cap++) {
    size_t size = 0;
    memset(buf, '~', sizeof buf);
    assert_int_equal(arc_cadence_print(buf, cap, &size, text, need, NULL), ARC_E_INVALID);
    assert_int_equal(size, need);
    assert_int_equal(buf[0], '~');
  }
  assert_int_equal(arc_cadence_print(buf, need + 1, NULL, text, need, NULL), ARC_OK);
  assert_string_equal(buf, text);
  assert_int_equal(buf[need + 1], '~');
  size_t told = 0;
  assert_int_equal(arc_cadence_print(NULL, 0, &told, text, need, NULL), ARC_OK);
  assert_int_equal(told, need);
}

static uint64_t random_next(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

/* A text either fails, at a place within it, or prints to what prints to itself. Returns 1 if it
 * parsed. */
static int check_any(const char *text, size_t size) {
  char once[PRINTED_MAX], twice[PRINTED_MAX];
  arc_error err = ARC_ERROR_INIT;
  size_t printed;
  arc_status status = arc_cadence_print(once, sizeof once, &printed, text, size, &err);
  if (status != ARC_OK) {
    assert_int_equal(status, ARC_E_SYNTAX);
    assert_true(err.line >= 1 && err.column >= 1 && err.column <= size + 1);
    assert_int_equal(arc_cadence_print(NULL, 0, NULL, text, size, NULL), ARC_E_SYNTAX);
    return 0;
  }
  assert_int_equal(arc_cadence_print(NULL, 0, NULL, text, size, NULL), ARC_OK);
  assert_int_equal(print(twice, once, printed), printed);
  assert_memory_equal(once, twice, printed);
  return 1;
}

static void test_mutations(void **state) {
  (void)state;
  static const char *const pieces[] = {" ",     "\n",    ",",    "\"",    "#",      "+1d",
                                       "0d",    "step ", "also", "hold",  "needs ", "99d ",
                                       "email", "\xc3",  "\r",   "place "};
  uint64_t seed = 0x9e3779b97f4a7c15u;
  size_t parsed = 0;
  for (int round = 0; round < 200000; round++) {
    char text[2048];
    const char *base = round % 2 ? all_words : arc_cadence_default_policy();
    size_t size = strlen(base);
    memcpy(text, base, size);
    for (uint64_t n = 1 + random_next(&seed) % 3; n > 0; n--) {
      size_t at = (size_t)(random_next(&seed) % (size + 1));
      size_t cut = (size_t)(random_next(&seed) % 4);
      const char *piece = pieces[random_next(&seed) % (sizeof pieces / sizeof *pieces)];
      size_t add = random_next(&seed) % 2 ? strlen(piece) : 0;
      if (cut > size - at) cut = size - at;
      memmove(text + at + add, text + at + cut, size - at - cut);
      memcpy(text + at, piece, add);
      size = size - cut + add;
    }
    /* no byte behind the text may be read: a copy of exactly its size */
    char *exact = malloc(size + !size);
    memcpy(exact, text, size);
    parsed += (size_t)check_any(exact, size);
    free(exact);
  }
  assert_true(parsed > 1000 && parsed < 190000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_default_prints_to_itself),
      cmocka_unit_test(test_canonical_form),
      cmocka_unit_test(test_bad_policies),
      cmocka_unit_test(test_all_words),
      cmocka_unit_test(test_build),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_small_buffers),
      cmocka_unit_test(test_mutations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
