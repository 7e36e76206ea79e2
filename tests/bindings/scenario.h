/* What the commands of scenario.json, said in C by make_scenario.py, are written in. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <arcollect.h>

/* What the transport says to the messages for a customer. */
typedef struct transport_answer {
  const char *customer;
  int32_t answer;
} transport_answer;

typedef struct story {
  const char *path;
  arc_ledger *ledger;
  arc_collector *collector;
  arc_cadence *cadence; /* these three are the collector's */
  arc_matcher *matcher;
  arc_scorer *scorer;
  arc_report *report;
  arc_day_report did;
  void (*const *checks)(
      const arc_message *); /* of the messages of a day, each in turn; NULL ends them */
  uint64_t offered;
  arc_error err;
} story;

/* The script. */
extern const transport_answer scenario_answers[]; /* a customer of NULL ends them */
extern const char scenario_book[], scenario_currency[];
extern const long scenario_bytes;
void scenario_steps(story *s);

/* Each ends the program with a word where it is not so. `where` names the place in scenario.json.
 */
void ended(story *s, const char *where, arc_status got, arc_status want, uint64_t record,
           uint32_t field, uint32_t line, uint32_t column, const char *text);
void listed(story *s, const char *where, const char *const *cells, size_t columns, size_t rows,
            size_t count);
void same_text(const char *where, arc_text got, const char *want);
void same_string(const char *where, const char *got, const char *want);
void same_number(const char *where, int64_t got, int64_t want);
void balance(const char *where, story *s, const char *customer, size_t size, const char *currency,
             arc_day day, int64_t receivable, int64_t unapplied);
void model_size(const char *where, story *s, int64_t bytes);
void journal(const char *where, story *s, uint64_t next, const char *head);
void reopen(story *s);

#endif
