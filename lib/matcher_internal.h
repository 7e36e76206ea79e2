/* One decision of the matcher, as the run takes it and as arc_matcher_why tells it. */
#ifndef ARC_MATCHER_INTERNAL_H
#define ARC_MATCHER_INTERNAL_H

#include "arcollect/matcher.h"
#include "ledger_view.h"

#define ARC__MATCH_TEXT_MAX 4700 /* a remittance text and a bank reference */

/* What a word of the remittance turned out to be. */
#define ARC__WORD_PLAIN   0 /* names nothing */
#define ARC__WORD_NUMBER  1 /* the number of an open item that the payer may settle */
#define ARC__WORD_DIGITS  2 /* the last digits of one open item of the payer */
#define ARC__WORD_PO      3 /* the purchase order of one open item of the payer */
#define ARC__WORD_SEVERAL 4 /* of several open items */
#define ARC__WORD_SETTLED 5 /* the number of an item with nothing open */
#define ARC__WORD_FOREIGN 6 /* the number of an item of somebody else */
#define ARC__WORD_UNKNOWN 7 /* written as the payer's invoice numbers are, but none of them */
#define ARC__WORD_JOINED  8 /* read together with the word before */

typedef struct arc__match_word {
  uint16_t at, size; /* in the normalised text: capital letters and digits */
  uint8_t kind;
  uint8_t digits, letters; /* whether it has some */
  uint8_t first;           /* begins a text: does not continue the word before */
  uint8_t strong_only;     /* stands in the bank reference: no word for mere digits */
  uint32_t invoice;        /* what it names, 0: none or several */
} arc__match_word;

/* An open item, and what of it is settled. */
typedef struct arc__match_line {
  uint32_t invoice;
  int64_t open;     /* of the invoice, all instalments */
  int64_t first;    /* of its oldest open instalment */
  int64_t disputed; /* of open */
  int64_t early;    /* early-payment discount that is still earned; 0: none */
  int64_t amount, discount, tolerance;
} arc__match_line;

typedef struct arc__match_lines {
  arc__match_line *data;
  size_t count, capacity;
} arc__match_lines;

/* When a decision may be carried out, one after the other over all payments of a run. */
#define ARC__STAGE_EXACT     0 /* references, and the amounts fit */
#define ARC__STAGE_REFERENCE 1 /* references, with a difference */
#define ARC__STAGE_AMOUNT    2 /* no reference */
#define ARC__STAGE_OLDEST    3 /* the host's rule for what is left */
#define ARC__STAGE_NEVER     4 /* left for a human */

typedef struct arc__match {
  uint32_t payment;
  uint32_t customer;     /* who paid; 0: not known */
  int customer_is_given; /* stated with the payment, not concluded */
  int64_t cash;          /* what there is to apply */
  int stage;
  int how;
  uint32_t rules;                /* bits 1 << index of arc__match_rules */
  int32_t confidence;            /* ppm */
  const char *verdict;           /* in words */
  arc__match_lines lines;        /* what is settled, or what was named */
  arc__match_lines alternatives; /* items that fit as well */
  size_t word_count;
  arc__match_word words[ARC__MATCH_TEXT_MAX / 2];
  char text[ARC__MATCH_TEXT_MAX];
} arc__match;

/* What evidence is worth, ppm: the first entries are what the arithmetic says, the others doubts.
 */
typedef struct arc__match_rule {
  const char *words;
  int32_t ppm;
} arc__match_rule;
extern const arc__match_rule arc__match_rules[];
extern const unsigned arc__match_rule_count;

/* Payments of a run: see matcher.c. */
typedef struct arc__match_payment {
  arc_text key;
  arc_day day;
  uint32_t row;
  int stage; /* the next stage that concerns it */
  int applied;
  int contested;
} arc__match_payment;

/* What a run will record: one per payment and invoice, found by invoice. */
typedef struct arc__match_entry {
  size_t payment; /* index into the payments of the run */
  uint32_t invoice, next;
  int stage, how;
  int64_t amount, discount, tolerance;
  int32_t confidence;
} arc__match_entry;

typedef struct arc__match_plan {
  arc__match_payment *payments;
  size_t payment_count, payment_capacity;
  arc__match_entry *entries;
  size_t entry_count, entry_capacity;
  uint32_t *heads; /* of chains of entries + 1 */
  size_t head_count;
} arc__match_plan;

/* Rows by normalised invoice number. */
typedef struct arc__match_index {
  uint32_t *heads, *next;
  size_t head_count, next_capacity;
  uint32_t rows;
  uint64_t last_key; /* hash of the last row's key: tells whether it is still that row */
} arc__match_index;

struct arc_matcher {
  arc_ledger *ledger;
  const arc__heap *heap;
  const arc__tables *tables;
  arc_matcher_options options;
  arc__match_index index;
  arc__open_items items;
  arc__match scratch;
  /* how far the payments were looked at */
  uint32_t matched; /* how far the book was when `later` was made; see ledger_schema.h */
  arc_day matched_day;
  uint32_t *later; /* payments received after that day */
  size_t later_count, later_capacity;
};

/* Brings the index up to the ledger. ARC_E_NOMEM. */
arc_status arc__match_index_update(arc_matcher *m, arc_error *err);
/* The first (or next) invoice whose normalised number this is; 0: none. */
uint32_t arc__match_index_find(const arc_matcher *m, const char *number, size_t size,
                               uint32_t after);
/* Capital letters and digits of a text; at most `cap` of them. */
size_t arc__match_normalise(char *out, size_t cap, arc_text text);

/* Decides one payment on what the plan leaves open, as far as a stage. Fills *match; the memory of
 * its lines is kept for the next payment. ARC_E_NOMEM, ARC_E_OVERFLOW. */
arc_status arc__match_decide(arc_matcher *m, const arc__view *view, const arc__match_plan *plan,
                             uint32_t payment, int stage, arc__match *match, arc_error *err);
void arc__match_free(const arc_matcher *m, arc__match *match);

/* What the plan takes of an invoice, all parts. */
int64_t arc__match_planned(const arc__match_plan *plan, uint32_t invoice);

/* Adds a payment to the plan unless there is nothing to decide about it: *added says. */
arc_status arc__match_plan_add(arc_matcher *m, arc__match_plan *plan, uint32_t payment, int *added,
                               arc_error *err);
/* Decides all payments of the plan. What is decided of `traced` ends up in *trace (may be NULL). */
arc_status arc__match_plan_decide(arc_matcher *m, const arc__view *view, arc__match_plan *plan,
                                  uint32_t traced, arc__match *trace, arc_error *err);
void arc__match_plan_free(const arc_matcher *m, arc__match_plan *plan);

#endif
