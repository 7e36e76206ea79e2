/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <arcollect.h>

#include <stddef.h>

enum option {
  OPTION_BOOK,
  OPTION_CURRENCY,
  OPTION_POLICY,
  OPTION_MAP,
  OPTION_DATE_FORMAT,
  OPTION_MINOR,
  OPTION_SKIP_BAD,
  OPTION_FROM,
  OPTION_TO,
  OPTION_OUTBOX,
  OPTION_DRY_RUN,
  OPTION_ON_ACCOUNT,
  OPTION_MATCH,
  OPTION_NO_MATCH,
  OPTION_AS_OF,
  OPTION_BY,
  OPTION_FORMAT,
  OPTION_CUSTOMER,
  OPTION_INVOICE,
  OPTION_SPREADSHEET_SAFE,
  OPTION_DAYS,
  OPTION_LIMIT,
  OPTION_PERIOD,
  OPTION_MINUTES,
  OPTION_CUT,
  OPTION_MOMENTS,
  OPTION_CASH,
  OPTION_COST,
  OPTION_EXPLAIN,
  OPTION_RANK,
  OPTION_REASON,
  OPTION_RETAIN_FROM,
  OPTION_HTML,
  OPTION_AT,
  OPTION_HOURLY,
  OPTION_DATE,
  OPTION_TOUCH,
  OPTION_COUNT
};

#define OPTION_BIT(option) (UINT64_C(1) << (option))
#define OPTION_WORDS_MAX   64

typedef struct options {
  const char *value[OPTION_COUNT]; /* as given, "" for one without a value; NULL: not given */
  const char **maps;               /* every --map */
  size_t map_count;
  const char *words[OPTION_WORDS_MAX]; /* what is no option: the command first */
  size_t word_count;
  int wants_help; /* --help, -h */
} options;

/* Reads the command line; options and words in any order. @return 0 or an exit code after a
 * message. options_free is needed in both cases. */
int options_read(options *out, int argc, char **argv);
void options_free(options *o);

/* Checks that only options of `allowed` (bits) were given to a command. */
int options_only(const options *o, uint64_t allowed, const char *command);

/* The values of options, each 0 or an exit code after a message; what is not given leaves *out as
 * it is. */
int options_day(const options *o, int32_t option, arc_day *out);
/* HH:MM, as minutes of the day. */
int options_time(const options *o, int32_t option, int32_t *out);
int options_count(const options *o, int32_t option, uint32_t most, uint32_t *out);
/* `names` ends with NULL; *out is the place of the one given. */
int options_choice(const options *o, int32_t option, const char *const *names, int32_t *out);

#endif
