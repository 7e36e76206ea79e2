/* Reading a policy's text: tokens of one line at a time, and the errors that say where and what. */
#ifndef ARC_CADENCE_READER_H
#define ARC_CADENCE_READER_H

#include "cadence_policy.h"

enum { ARC__POLICY_END, ARC__POLICY_WORD, ARC__POLICY_STRING, ARC__POLICY_COMMA };

typedef struct arc__policy_reader {
  const char *line, *line_end, *text_end;
  uint32_t line_number;
  const char *token; /* a string's text without its quotes */
  size_t size;
  int kind;
  uint32_t column; /* where the token begins */
  const char *at;  /* behind the token */
  arc_error *err;
} arc__policy_reader;

/* ARC_E_SYNTAX at the token: what was expected instead of it. */
arc_status arc__policy_fail(const arc__policy_reader *r, const char *expected);
/* To the next token; to the line at `start`, behind which text_end may lie at once; to the first
 * token of the next line that has one, *more 0 at the end of the text. */
arc_status arc__policy_next(arc__policy_reader *r);
void arc__policy_line(arc__policy_reader *r, const char *start);
arc_status arc__policy_next_line(arc__policy_reader *r, int *more);

int arc__policy_is(const arc__policy_reader *r, const char *word);
/* Which of the words the token is; -1: none. Empty words are none. */
int32_t arc__policy_find(const arc__policy_reader *r, const char *const *words, int32_t count);
arc_status arc__policy_expect(arc__policy_reader *r, const char *word, const char *expected);
arc_status arc__policy_expect_end(const arc__policy_reader *r);

/* Digits from *at on, without leading zeros, of at most `max`; 0 if there are none such. */
int arc__policy_digits(const char **at, const char *end, int64_t max, int64_t *value);
/* A number of 1..max followed by `unit` (0: nothing) is the whole token. */
int arc__policy_number(const arc__policy_reader *r, int64_t max, char unit, int32_t *value);
/* A name of a step, a template or a role: a-z, 0-9 and '-'. Takes the token. */
arc_status arc__policy_name(arc__policy_reader *r, char out[ARC__CADENCE_WORD_MAX + 1],
                            const char *expected);
/* What stands in quotes, 1 to 64 bytes. Takes the token. */
arc_status arc__policy_string(arc__policy_reader *r, char out[ARC__CADENCE_NAME_MAX + 1],
                              const char *expected);
/* An amount such as 500.00. Takes the token. */
arc_status arc__policy_amount(arc__policy_reader *r, arc__cadence_amount *amount);
/* A currency's three letters. Takes the token. */
arc_status arc__policy_currency(arc__policy_reader *r, char out[4]);

/* A line that begins with 'step', up to its end: adds the step. */
arc_status arc__policy_step(arc__policy_reader *r, arc__cadence_policy *policy);

#endif
