/* Structured references: known ones, those of the data folder, and 10,000 one-digit errors of each scheme. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arcollect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_valid(int32_t scheme, const char *text) {
  return arc_reference_check(NULL, scheme, text, ARC_NUL_TERMINATED, NULL) == ARC_OK;
}

static void test_known(void **state) {
  (void)state;
  static const struct {
    int32_t scheme;
    const char *text, *normal; /* NULL: refused */
  } cases[] = {
      {ARC_REFERENCE_RF, "RF68AB2G5", "RF68AB2G5"},
      {ARC_REFERENCE_RF, "rf45 1234 5123 45", "RF451234512345"},
      {ARC_REFERENCE_RF, "RF96TU06FX", "RF96TU06FX"},
      {ARC_REFERENCE_RF, "RF720HYA6", "RF720HYA6"},
      {ARC_REFERENCE_RF, "RF19GAX8WS5JYOOUJ87", NULL},
      {ARC_REFERENCE_RF, "RF68AB2G6", NULL},
      {ARC_REFERENCE_RF, "RF18", NULL},
      {ARC_REFERENCE_RF, "RF68-AB2G5", NULL},
      {ARC_REFERENCE_SWISS, "21 00000 00003 13947 14300 09017", "210000000003139471430009017"},
      {ARC_REFERENCE_SWISS, "18 78583", "000000000000000000001878583"},
      {ARC_REFERENCE_SWISS, "210000000003139471430009018", NULL},
      {ARC_REFERENCE_SWISS, "0210000000003139471430009017", NULL},
      {ARC_REFERENCE_FINNISH, "12345672", "12345672"},
      {ARC_REFERENCE_FINNISH, "234096783", "234096783"},
      {ARC_REFERENCE_FINNISH, "00000000002023000098", "00000000002023000098"},
      {ARC_REFERENCE_FINNISH, "000000000002023000098", NULL},
      {ARC_REFERENCE_FINNISH, "123", NULL},
      {ARC_REFERENCE_BELGIAN, "085/1927/54115", "085192754115"},
      {ARC_REFERENCE_BELGIAN, "+++123/4567/89002+++", "123456789002"},
      {ARC_REFERENCE_BELGIAN, " 000/0000/00097 ", "000000000097"},
      {ARC_REFERENCE_BELGIAN, "000/0000/00000", NULL},
      {ARC_REFERENCE_BELGIAN, "***02/03430/57642***", NULL},
      {ARC_REFERENCE_BELGIAN, "010/8068/17180", NULL},
      {ARC_REFERENCE_KID_10, "1234566", "1234566"},
      {ARC_REFERENCE_KID_10, "1234567", NULL},
      {ARC_REFERENCE_KID_10, "1", NULL},
      {ARC_REFERENCE_KID_10, "12345678901234567890123456", NULL},
      {ARC_REFERENCE_KID_11, "12345678903", "12345678903"},
      {ARC_REFERENCE_KID_11, "12345678904", NULL},
      {ARC_REFERENCE_KID_11, "-2", NULL},
      {ARC_REFERENCE_OCR, "123455", "123455"},
      {ARC_REFERENCE_OCR, "1234/5678/97", NULL},
      {ARC_REFERENCE_OCR_LENGTH, "1234574", "1234574"},
      {ARC_REFERENCE_OCR_LENGTH, "123455", NULL},
      {0, "1234574", NULL},
      {9, "1234574", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    arc_reference out = ARC_REFERENCE_INIT;
    arc_error err = ARC_ERROR_INIT;
    arc_status status = arc_reference_check(&out, cases[i].scheme, cases[i].text, ARC_NUL_TERMINATED, &err);
    if (status != (cases[i].normal ? ARC_OK : ARC_E_INVALID)) fail_msg("%s: %d %s", cases[i].text, (int)status, err.text);
    if (cases[i].normal) assert_string_equal(out.text, cases[i].normal);
    if (!cases[i].normal) assert_true(err.text[0]);
  }
}

static void test_checks(void **state) {
  (void)state;
  arc_reference out = ARC_REFERENCE_INIT;
  size_t count = 7;
  out.struct_size = 1;
  assert_int_equal(arc_reference_check(&out, ARC_REFERENCE_OCR, "123455", 6, NULL), ARC_E_ABI);
  assert_int_equal(arc_reference_repairs(&out, 1, &count, ARC_REFERENCE_OCR, "123455", 6, NULL), ARC_E_ABI);
  assert_int_equal(arc_reference_repairs(NULL, 1, &count, ARC_REFERENCE_OCR, "123455", 6, NULL), ARC_E_INVALID);
  assert_int_equal(arc_reference_repairs(NULL, 0, NULL, ARC_REFERENCE_OCR, "123455", 6, NULL), ARC_E_INVALID);
  assert_int_equal(arc_reference_repairs(NULL, 0, &count, ARC_REFERENCE_OCR, "12345A", 6, NULL), ARC_E_INVALID);
  assert_int_equal(count, 7);
  assert_int_equal(arc_reference_repairs(NULL, 0, &count, ARC_REFERENCE_OCR, "123455", 6, NULL), ARC_OK);
  assert_int_equal(count, 0);
  assert_int_equal(arc_reference_check(NULL, ARC_REFERENCE_OCR, NULL, 0, NULL), ARC_E_INVALID);
}

/* The rows of a kind in the data folder: kind,input,valid,... */
static void test_vectors(void **state) {
  (void)state;
  static const struct {
    const char *kind;
    int32_t scheme;
  } kinds[] = {{"ISO11649_RF", ARC_REFERENCE_RF},     {"CH_ESR_QRR", ARC_REFERENCE_SWISS},
               {"FI_REF", ARC_REFERENCE_FINNISH},     {"BE_OGM", ARC_REFERENCE_BELGIAN},
               {"NO_KID_MOD10", ARC_REFERENCE_KID_10}, {"NO_KID_MOD11", ARC_REFERENCE_KID_11},
               {"NO_KID", ARC_REFERENCE_KID_10},      {"NO_SE_MOD10", ARC_REFERENCE_OCR},
               {"LUHN", ARC_REFERENCE_OCR}};
  const char *folder = getenv("ARC_TEST_DATA");
  char path[1024], line[1024];
  unsigned checked = 0;
  snprintf(path, sizeof path, "%s/references/reference_numbers.csv", folder ? folder : "../shared/data");
  FILE *f = fopen(path, "r");
  if (!f) {
    print_message("skipped: no %s\n", path);
    skip();
  }
  while (fgets(line, sizeof line, f)) {
    char *input = strchr(line, ','), *valid = input ? strchr(input + 1, ',') : NULL;
    if (!valid || (valid[1] != '0' && valid[1] != '1')) continue; /* another function */
    *input++ = *valid++ = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
      if (strcmp(line, kinds[i].kind) != 0) continue;
      if (is_valid(kinds[i].scheme, input) != (*valid == '1')) fail_msg("%s %s: should be %c", line, input, *valid);
      checked++;
    }
  }
  fclose(f);
  assert_true(checked > 100);
}

static uint64_t random_state = 88172645463325252u;

static size_t below(size_t n) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (size_t)(random_state % n);
}

/* A random reference of the scheme: its check digits are tried. */
static void make(int32_t scheme, char *text) {
  static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  size_t size = scheme == ARC_REFERENCE_SWISS ? 27 : scheme == ARC_REFERENCE_BELGIAN ? 12 : 5 + below(15);
  for (;;) {
    for (size_t i = 0; i < size; i++)
      text[i] = letters[below(scheme == ARC_REFERENCE_RF && i > 3 ? 36 : 10)];
    if (scheme == ARC_REFERENCE_RF) memcpy(text, "RF", 2);
    text[size] = 0;
    for (int k = 0; k < 100; k++) {
      size_t at = scheme == ARC_REFERENCE_RF ? 2 : size - 2;
      text[at] = (char)('0' + k / 10);
      text[at + 1] = (char)('0' + k % 10);
      if (is_valid(scheme, text)) return;
    }
  }
}

/* Any single wrong digit is noticed, and what was meant is among the repairs. */
static void test_one_wrong_digit(void **state) {
  (void)state;
  for (int32_t scheme = ARC_REFERENCE_RF; scheme <= ARC_REFERENCE_OCR_LENGTH; scheme++)
    for (int k = 0; k < 10000; k++) {
      char text[ARC_REFERENCE_SIZE], wrong[ARC_REFERENCE_SIZE];
      static arc_reference repairs[600];
      size_t count, found = 0, at;
      make(scheme, text);
      strcpy(wrong, text);
      do {
        at = below(strlen(text));
      } while (wrong[at] < '0' || wrong[at] > '9');
      wrong[at] = (char)('0' + ((wrong[at] - '0') + 1 + (int)below(9)) % 10);
      if (is_valid(scheme, wrong)) fail_msg("scheme %d: %s for %s", (int)scheme, wrong, text);
      repairs[0].struct_size = sizeof *repairs;
      assert_int_equal(arc_reference_repairs(repairs, 600, &count, scheme, wrong, ARC_NUL_TERMINATED, NULL), ARC_OK);
      assert_in_range(count, 1, 600);
      for (size_t i = 0; i < count; i++) {
        assert_true(is_valid(scheme, repairs[i].text));
        found += strcmp(repairs[i].text, text) == 0;
      }
      if (found == 0) fail_msg("scheme %d: %s is not offered for %s", (int)scheme, text, wrong);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known),
      cmocka_unit_test(test_checks),
      cmocka_unit_test(test_vectors),
      cmocka_unit_test(test_one_wrong_digit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
