/* The command line: "--name value" or "--name=value". Nothing is abbreviated, so scripts stay
 * valid. */
#include "options.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  int takes_value;
} known[OPTION_COUNT] = {
    [OPTION_BOOK] = {"book", 1},
    [OPTION_CURRENCY] = {"currency", 1},
    [OPTION_POLICY] = {"policy", 1},
    [OPTION_MAP] = {"map", 1},
    [OPTION_DATE_FORMAT] = {"date-format", 1},
    [OPTION_MINOR] = {"minor", 0},
    [OPTION_SKIP_BAD] = {"skip-bad", 0},
    [OPTION_FROM] = {"from", 1},
    [OPTION_TO] = {"to", 1},
    [OPTION_OUTBOX] = {"outbox", 1},
    [OPTION_DRY_RUN] = {"dry-run", 0},
    [OPTION_ON_ACCOUNT] = {"on-account", 1},
    [OPTION_MATCH] = {"match", 0},
    [OPTION_NO_MATCH] = {"no-match", 0},
    [OPTION_AS_OF] = {"as-of", 1},
    [OPTION_BY] = {"by", 1},
    [OPTION_FORMAT] = {"format", 1},
    [OPTION_CUSTOMER] = {"customer", 1},
    [OPTION_INVOICE] = {"invoice", 1},
    [OPTION_SPREADSHEET_SAFE] = {"spreadsheet-safe", 0},
    [OPTION_DAYS] = {"days", 1},
    [OPTION_LIMIT] = {"limit", 1},
    [OPTION_PERIOD] = {"period", 1},
    [OPTION_MINUTES] = {"minutes", 1},
    [OPTION_CUT] = {"cut", 1},
    [OPTION_MOMENTS] = {"moments", 1},
    [OPTION_CASH] = {"cash", 0},
    [OPTION_COST] = {"cost", 1},
    [OPTION_EXPLAIN] = {"explain", 1},
    [OPTION_RANK] = {"rank", 1},
    [OPTION_REASON] = {"reason", 1},
    [OPTION_RETAIN_FROM] = {"retain-from", 1},
    [OPTION_HTML] = {"html", 1},
    [OPTION_AT] = {"at", 1},
    [OPTION_HOURLY] = {"hourly", 0},
    [OPTION_DATE] = {"date", 1},
    [OPTION_TOUCH] = {"touch", 1},
};

static int option_find(const char *name, size_t size) {
  int i;
  for (i = 0; i < OPTION_COUNT; i++) {
    if (strlen(known[i].name) == size && memcmp(known[i].name, name, size) == 0) return i;
  }
  return -1;
}

static int option_keep(options *out, int option, const char *value) {
  if (option == OPTION_MAP) {
    out->maps = memory_array(out->maps, out->map_count + 1, sizeof *out->maps);
    out->maps[out->map_count++] = value;
  } else if (out->value[option]) {
    return fail_usage("--%s is given twice", known[option].name);
  }
  out->value[option] = value;
  return 0;
}

/* Reads the option at argv[*at] and moves on behind it. */
static int option_read(options *out, int argc, char **argv, int *at) {
  const char *name = argv[*at] + 2;
  const char *equals = strchr(name, '=');
  size_t size = equals ? (size_t)(equals - name) : strlen(name);
  int option = option_find(name, size);
  ++*at;
  if (option < 0) return fail_usage("--%.*s is no option; see 'arcollect help'", (int)size, name);
  if (!known[option].takes_value)
    return equals ? fail_usage("--%s takes no value", known[option].name)
                  : option_keep(out, option, "");
  if (equals) return option_keep(out, option, equals + 1);
  if (*at == argc) return fail_usage("--%s needs a value", known[option].name);
  return option_keep(out, option, argv[(*at)++]);
}

int options_read(options *out, int argc, char **argv) {
  int at = 1, only_words = 0, code = 0;
  memset(out, 0, sizeof *out);
  while (code == 0 && at < argc) {
    if (!only_words && strcmp(argv[at], "--") == 0) {
      only_words = 1;
      at++;
    } else if (!only_words && (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0)) {
      out->wants_help = 1;
      at++;
    } else if (!only_words && out->word_count == 0 && strcmp(argv[at], "--version") == 0) {
      out->words[out->word_count++] = "version";
      at++;
    } else if (!only_words && strncmp(argv[at], "--", 2) == 0) {
      code = option_read(out, argc, argv, &at);
    } else if (out->word_count == OPTION_WORDS_MAX) {
      code = fail_usage("'%s' is too much; see 'arcollect help'", argv[at]);
    } else {
      out->words[out->word_count++] = argv[at++];
    }
  }
  return code;
}

void options_free(options *o) {
  free(o->maps);
}

int options_only(const options *o, uint64_t allowed, const char *command) {
  int i;
  for (i = 0; i < OPTION_COUNT; i++) {
    if (o->value[i] && !(allowed & OPTION_BIT(i)))
      return fail_usage("'%s' does not take --%s; see 'arcollect help %s'", command, known[i].name,
                        command);
  }
  return 0;
}

int options_day(const options *o, int32_t option, arc_day *out) {
  const char *text = o->value[option];
  if (text && arc_day_parse(out, text, strlen(text), NULL) != ARC_OK)
    return fail_usage("--%s: '%s' is no date; write YYYY-MM-DD", known[option].name, text);
  return 0;
}

static int option_digit(char c) {
  return c >= '0' && c <= '9';
}

int options_time(const options *o, int32_t option, int32_t *out) {
  const char *t = o->value[option];
  int hour, minute;
  if (!t) return 0;
  if (strlen(t) == 5 && option_digit(t[0]) && option_digit(t[1]) && t[2] == ':' && option_digit(t[3]) &&
      option_digit(t[4])) {
    hour = (t[0] - '0') * 10 + (t[1] - '0');
    minute = (t[3] - '0') * 10 + (t[4] - '0');
    *out = hour * 60 + minute;
    if (hour < 24 && minute < 60) return 0;
  }
  return fail_usage("--%s: '%s' is no time of the day; write HH:MM", known[option].name, t);
}

int options_count(const options *o, int32_t option, uint32_t most, uint32_t *out) {
  const char *text = o->value[option];
  uint64_t value = 0;
  size_t i;
  if (!text) return 0;
  for (i = 0; text[i] >= '0' && text[i] <= '9' && value <= most; i++)
    value = value * 10 + (uint64_t)(text[i] - '0');
  if (i == 0 || text[i] != '\0' || value == 0 || value > most)
    return fail_usage("--%s: '%s' is no number from 1 to %u", known[option].name, text,
                      (unsigned)most);
  *out = (uint32_t)value;
  return 0;
}

int options_choice(const options *o, int32_t option, const char *const *names, int32_t *out) {
  const char *text = o->value[option];
  buffer list = {NULL, 0, 0};
  int32_t i;
  int code;
  if (!text) return 0;
  for (i = 0; names[i]; i++) {
    if (strcmp(text, names[i]) == 0) {
      *out = i;
      buffer_free(&list);
      return 0;
    }
    buffer_format(&list, "%s%s", i != 0 ? ", " : "", names[i]);
  }
  code = fail_usage("--%s: '%s' is none of %s", known[option].name, text, list.data);
  buffer_free(&list);
  return code;
}
