/*
 * Inside the matcher: a payment's reading, what it may settle, and the proposals that come of it.
 *
 * matcher.c runs over the payments of a day; matcher_plan.c solves those that compete; matcher_decide.c makes the
 * proposals for one payment out of what matcher_payer.c (who paid), matcher_text.c (what the text names),
 * matcher_fit.c (how the cash is made up), matcher_credits.c (what is taken off it) and matcher_sums.c (which items add
 * up) say; matcher_rules.c weighs them.
 */
#ifndef ARC_MATCHER_INTERNAL_H
#define ARC_MATCHER_INTERNAL_H

#include "arcollect/matcher.h"
#include "ledger_view.h"
#include "matcher_subsets.h"
#include "references.h"

#include <string.h>

#define ARC__MATCH_TEXT_MAX      4700 /* a remittance text and a bank reference */
#define ARC__MATCH_PAYERS_MAX    32
#define ARC__MATCH_NEAR_MAX      4  /* items that one misspelt word may mean */
#define ARC__MATCH_PROPOSALS_MAX 5
#define ARC__MATCH_NUMBER_MAX    512
#define ARC__MATCH_DIGITS        4  /* of a word that is a number */
#define ARC__MATCH_CREDITS_MAX   32 /* credits of an account that a payment may take off, the latest */

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
#define ARC__WORD_NEAR    9 /* one slip away from the number of an open item or several */
#define ARC__WORD_RANGE   10 /* from one number to another */
#define ARC__WORD_CUT     11 /* the last word of a text that the bank cut */
#define ARC__WORD_CREDIT  12 /* names a credit note of the payer that is not applied */

typedef struct arc__match_word {
  uint16_t at, size; /* in the normalised text: capital letters and digits */
  uint16_t split;    /* characters before the last dash; 0: none */
  uint8_t kind;
  uint8_t digits, letters; /* how many, at most 255 */
  uint8_t first;           /* begins a text: does not continue the word before */
  uint8_t strong_only;     /* stands in the bank reference: no word for mere digits */
  uint8_t near_count;
  uint8_t checked; /* what it is near carries a check digit, which is wrong in the word */
  uint8_t next;    /* it may be a number that is issued, but not recorded yet */
  uint32_t invoice;        /* what it names, 0: none or several */
  uint32_t near[ARC__MATCH_NEAR_MAX]; /* what it may mean */
} arc__match_word;

/* An invoice with what is open of it, and of a proposal what is settled. */
typedef struct arc__match_line {
  uint32_t invoice, customer;
  arc_day due;      /* of its oldest open instalment */
  int64_t open;     /* all instalments */
  int64_t first;    /* of its oldest open instalment */
  int64_t disputed; /* of open */
  int64_t early;    /* early-payment discount that is still earned; 0: none */
  int64_t amount, discount, tolerance, deduction;
  int64_t credited; /* by credit that is taken off the payment */
  uint32_t reason;  /* NAME: of the deduction, as a remittance advice says */
  int64_t settled;  /* of an item of another currency: what `amount` settles, in that, as are all the others; else 0 */
} arc__match_line;

typedef struct arc__match_lines {
  arc__match_line *data;
  size_t count, capacity;
} arc__match_lines;

/* Credit of the payer's besides the payment: CREDIT and what is open of it. */
typedef struct arc__match_credit {
  uint32_t credit;
  int64_t open;
  int named; /* in the text */
} arc__match_credit;

/* What a credit settles of an item that is proposed. */
typedef struct arc__match_taking {
  uint32_t credit, invoice;
  int64_t amount;
} arc__match_taking;

typedef struct arc__match_takings {
  arc__match_taking *data;
  size_t count, capacity;
} arc__match_takings;

/* How it is known who paid. */
enum {
  ARC__PAYER_UNKNOWN,
  ARC__PAYER_STATED,  /* with the payment */
  ARC__PAYER_ACCOUNT, /* the account was used before */
  ARC__PAYER_NAME,    /* the name is the customer's */
  ARC__PAYER_ALIAS,   /* the name was used before */
  ARC__PAYER_SIMILAR, /* the name is like the customer's */
  ARC__PAYER_ITEMS,   /* the items named are this customer's */
  ARC__PAYER_ADVICE   /* the customer of the remittance advice */
};

/* How a remittance advice is known to be of a payment, the weakest first. */
enum {
  ARC__ADVICE_NONE,
  ARC__ADVICE_AMOUNT,
  ARC__ADVICE_PAYER,     /* and amount */
  ARC__ADVICE_REFERENCE, /* and amount */
  ARC__ADVICE_STATED
};

/* When a decision may be carried out, one after the other over all payments of a run. */
#define ARC__STAGE_EXACT     0 /* references, and the amounts fit */
#define ARC__STAGE_REFERENCE 1 /* references, with a difference */
#define ARC__STAGE_AMOUNT    2 /* no reference */
#define ARC__STAGE_OLDEST    3 /* the host's rule for what is left */
#define ARC__STAGE_NEVER     4 /* left for a human */

/* Kinds of evidence, and doubts: indexes of arc__match_rules. Kinds are recorded, by their number + 1: a new one is
 * added behind the last. */
enum {
  ARC__RULE_EQUAL,
  ARC__RULE_DISCOUNT,
  ARC__RULE_TOLERANCE,
  ARC__RULE_NEAR,
  ARC__RULE_RANGE,
  ARC__RULE_SHORT,
  ARC__RULE_PART,
  ARC__RULE_MORE,
  ARC__RULE_SUBSET,
  ARC__RULE_REST,
  ARC__RULE_REST_SUM,
  ARC__RULE_ONE_ITEM,
  ARC__RULE_ONE_DISCOUNTED,
  ARC__RULE_RUN,
  ARC__RULE_ALL_ITEMS,
  ARC__RULE_SUM,
  ARC__RULE_ONLY_SHORT,
  ARC__RULE_GUESS,
  ARC__RULE_OLDEST,
  ARC__RULE_ON_ACCOUNT,
  ARC__RULE_TWICE,
  ARC__RULE_ADVICE,
  ARC__RULE_EXCHANGE,
  ARC__RULE_ABOUT,
  ARC__RULE_CREDIT_NAMED,
  ARC__RULE_CREDIT,
  ARC__RULE_BALANCE,
  ARC__RULE_KINDS, /* of evidence */
  ARC__DOUBT_FIRST = 40,
  ARC__DOUBT_WEAK = ARC__DOUBT_FIRST,
  ARC__DOUBT_NEAR,
  ARC__DOUBT_CHECK_DIGIT,
  ARC__DOUBT_NEXT,
  ARC__DOUBT_ITEMS,
  ARC__DOUBT_OTHER_NAME,
  ARC__DOUBT_ALIAS,
  ARC__DOUBT_SIMILAR,
  ARC__DOUBT_SEVERAL_PAYERS,
  ARC__DOUBT_SETTLED,
  ARC__DOUBT_NUMBER,
  ARC__DOUBT_LEFT_OVER,
  ARC__DOUBT_UNREAD,
  ARC__DOUBT_CUT,
  ARC__DOUBT_CHANCE,
  ARC__DOUBT_RIVAL,
  ARC__DOUBT_ADVICE_PAYER,
  ARC__DOUBT_ADVICE_AMOUNT,
  ARC__DOUBT_ADVICE_LINES,
  ARC__DOUBT_RATE,
  ARC__RULES
};

/* What evidence is worth, ppm: the first entries are what the text and the arithmetic say, the others doubts. */
typedef struct arc__match_rule {
  const char *words;
  int32_t ppm;
} arc__match_rule;
extern const arc__match_rule arc__match_rules[ARC__RULES];
#define ARC__RULE_BIT(rule) ((uint64_t)1 << (rule))
_Static_assert(ARC__RULE_KINDS <= ARC__DOUBT_FIRST && ARC__RULES <= 64, "rules are bits of 64");
/* What the answers of this book's people add to what a kind of evidence is worth, ppm. */
int32_t arc__match_learned(const arc__tables *t, int kind);

/* The lines from one on; there may be none at all. */
static inline arc__match_line *arc__match_lines_from(const arc__match_lines *lines, size_t first) {
  return lines->data ? lines->data + first : NULL;
}

typedef struct arc__match_proposal {
  uint64_t rules;      /* bits 1 << ARC__RULE_* */
  int32_t confidence;  /* ppm */
  int kind;            /* its ARC__RULE_* of evidence */
  int stage, how;
  const char *verdict; /* in words */
  size_t first, count; /* of the match's lines; none: the cash stays on account */
  size_t taken, taken_count; /* of the match's takings */
} arc__match_proposal;

/* What was searched for by amount alone. */
typedef struct arc__match_search {
  int done;         /* 0: there was no need */
  int result;       /* ARC__SUBSETS_* */
  uint64_t steps;
  size_t items;
  int64_t sum;
  int64_t expected; /* sets of that size that add up by chance, millionths */
} arc__match_search;

typedef struct arc__match {
  uint32_t payment;
  uint32_t customer;     /* who paid; 0: not known, or one of several */
  int payer;             /* ARC__PAYER_* */
  int other_name;        /* the payer's name is that of another customer */
  uint32_t payers[ARC__MATCH_PAYERS_MAX];
  size_t payer_count;
  int64_t cash;          /* what there is to apply */
  int stage;             /* of the best proposal, or ARC__STAGE_NEVER */
  const char *verdict;   /* in words */
  int decided;           /* without a human: applied, or kept on account because that is right */
  int cut;               /* the bank cut the text */
  uint32_t advice;       /* REMITTANCE of the payment; 0: none */
  int advice_link;       /* ARC__ADVICE_* */
  uint64_t lengths;      /* bits of how long the numbers of the payer's items are */
  arc__match_proposal proposals[ARC__MATCH_PROPOSALS_MAX]; /* the best first */
  size_t proposal_count;
  arc__match_search search;
  arc__match_lines lines; /* of all proposals */
  arc__match_takings takings; /* of all proposals */
  arc__match_lines pool;  /* what the payer may settle, by due day and key */
  arc__match_credit credits[ARC__MATCH_CREDITS_MAX];
  size_t credit_count;
  size_t word_count;
  arc__match_word words[ARC__MATCH_TEXT_MAX / 2];
  char text[ARC__MATCH_TEXT_MAX];
} arc__match;

/* Payments of a run: see matcher_plan.c. */
typedef struct arc__match_payment {
  arc_text key;
  arc_day day;
  uint32_t row, customer;
  int stage;   /* the next stage that concerns it */
  int decided_at;
  int applied; /* something of it is applied */
  int decided; /* applied, or kept on account because that is right */
  int contested;
  int again;   /* decided after one like it, of the same stage */
  int advised; /* was looked at before: only its remittance advice is news */
  uint32_t advice; /* REMITTANCE by which it is applied; 0: none */
} arc__match_payment;

/* What a run will record: one per payment and invoice, found by invoice. */
typedef struct arc__match_entry {
  size_t payment; /* index into the payments of the run */
  uint32_t invoice, next;
  int stage, how;
  int claim; /* competes with others still: not counted yet */
  int kind;  /* ARC__RULE_* of evidence; -1: not to be counted */
  int64_t amount, discount, tolerance;
  int32_t confidence;
  int64_t deduction; /* that is disputed, because a remittance advice says so */
  uint32_t reason;   /* NAME */
  int64_t settled;   /* as of a line */
  uint32_t credit;   /* that settles it in place of the payment, which takes it off; 0: the payment */
  uint32_t next_credit; /* the next entry of a credit, + 1 */
} arc__match_entry;

/* A claim that was not granted. */
static inline int arc__match_is_void(const arc__match_entry *entry) {
  return entry->amount == 0 && entry->discount == 0 && entry->tolerance == 0;
}

typedef struct arc__match_plan {
  arc__match_payment *payments;
  size_t payment_count, payment_capacity;
  arc__match_entry *entries;
  size_t entry_count, entry_capacity;
  uint32_t *heads; /* of chains of entries + 1 */
  size_t head_count;
  uint32_t credit_head; /* of the chain of entries of credits, + 1 */
  int until;         /* entries of stages before this one count ... */
  size_t except;     /* ... but for this payment's; SIZE_MAX: none */
  int explaining;    /* one payment is decided again to tell why: with all its proposals */
} arc__match_plan;

typedef struct arc__match_slot {
  uint32_t hash, invoice; /* invoice 0: free */
} arc__match_slot;

/* Where a search goes on; begins as zeros. */
typedef struct arc__match_place {
  int begun;
  uint32_t hash;
  size_t slot;
} arc__match_place;

/* Rows by normalised invoice number; and by the digits at its end (place 2 * row) and its order (2 * row + 1). */
typedef struct arc__match_index {
  arc__match_slot *slots;
  size_t slot_count; /* a power of two, or 0; half as many heads */
  uint32_t *weak_heads, *weak_next;
  size_t weak_capacity;
  uint32_t rows;
  uint64_t last_key; /* hash of the last row's key: tells whether it is still that row */
  uint32_t digits_only;                              /* numbers and orders of digits only ... */
  uint32_t checked[ARC_REFERENCE_OCR_LENGTH + 1];    /* ... and how many of them are valid in a scheme */
} arc__match_index;

/* Rows of a table by an amount. */
typedef struct arc__match_amounts {
  uint32_t *heads, *next;
  size_t head_count, capacity;
  uint32_t rows;
  uint64_t last_key; /* as of the index */
} arc__match_amounts;

struct arc__match_names;

struct arc_matcher {
  arc_ledger *ledger;
  const arc__heap *heap;
  const arc__tables *tables;
  arc_matcher_options options;
  arc__match_index index;
  struct arc__match_names *names; /* matcher_names.c; made when first needed */
  arc__match_amounts advice, payments; /* remittances and credits; nothing in a book without advice */
  int32_t learned[ARC__DOUBT_FIRST]; /* per kind of evidence, ppm: the same throughout a run */
  arc__open_items items;
  arc__match scratch;
  /* scratch of sums */
  arc__subset_value *values;
  uint8_t *found;
  size_t value_capacity, found_capacity;
  /* how far the payments were looked at */
  uint32_t matched; /* how far the book was when `later` was made; see ledger_schema.h */
  arc_day matched_day;
  uint32_t *later; /* payments received after that day */
  size_t later_count, later_capacity;
};

/* One payment being decided. */
typedef struct arc__decision {
  arc_matcher *m;
  const arc__view *view;
  const arc__match_plan *plan;
  arc__match *match;
  uint32_t currency;
  arc_day value_day;
  arc_error *err;
} arc__decision;

/* ---- matcher.c ---- */

/* Brings all that is kept of the ledger up to it. ARC_E_NOMEM. */
arc_status arc__match_update(arc_matcher *m, arc_error *err);

/* ---- matcher_index.c ---- */

/* Brings the index up to the ledger. ARC_E_NOMEM. */
arc_status arc__match_index_update(arc_matcher *m, arc_error *err);
void arc__match_index_free(arc_matcher *m);
/* The first (or next) invoice whose normalised number this is; 0: none. */
uint32_t arc__match_index_find(const arc_matcher *m, const char *number, size_t size, arc__match_place *place);
/* The first (or next) invoice whose number ends with these digits behind its last mark, or whose order this is; *place
 * begins as 0 and goes on. */
uint32_t arc__match_index_weak(const arc_matcher *m, const char *text, size_t size, uint32_t *place);
/* Whether this number carries a check digit: by its form, or because nearly all of the book's do. */
int arc__match_index_is_checked(const arc_matcher *m, const char *number, size_t size);
/* Whether a number may be one of the next to come: the book has none of those that follow it. */
int arc__match_index_is_next(const arc_matcher *m, const char *number, size_t size);
/* What a byte is read as: a letter as its capital, a digit as itself, ' ' if it separates words, else 0. */
extern const char arc__match_read_as[256];
/* Capital letters and digits of a text; at most `cap` of them. */
size_t arc__match_normalise(char *out, size_t cap, arc_text text);
/* Digits at the end of a text. */
size_t arc__match_tail(const char *text, size_t size);

/* ---- matcher_names.c ---- */

/* Brings names, aliases and accounts up to the ledger. ARC_E_NOMEM. */
arc_status arc__match_names_update(arc_matcher *m, arc_error *err);
void arc__match_names_free(arc_matcher *m);
/* Customers by how they are known; at most `cap`, in the order of their keys. 0: none. */
size_t arc__match_names_account(const arc_matcher *m, arc_text account, uint32_t *customers, size_t cap);
size_t arc__match_names_exact(const arc_matcher *m, arc_text name, uint32_t *customers, size_t cap);
size_t arc__match_names_alias(const arc_matcher *m, arc_text name, uint32_t *customers, size_t cap);
size_t arc__match_names_similar(const arc_matcher *m, arc_text name, uint32_t *customers, size_t cap);

/* Bytes of the longest text that a payment of this book came with. */
size_t arc__match_names_longest(const arc_matcher *m);

/* ---- matcher_items.c: what is open ---- */

int arc__match_is_open(const arc__view *view, uint32_t invoice);
uint32_t arc__match_customer(const arc__view *view, uint32_t invoice);
/* The topmost parent. */
uint32_t arc__match_family(const arc__tables *t, uint32_t customer);
/* What is open of an invoice less what the plan takes. */
arc_status arc__match_line_of(const arc__decision *d, uint32_t invoice, arc__match_line *line);
arc_status arc__match_lines_add(const arc__decision *d, arc__match_lines *lines, const arc__match_line *line);
/* The undisputed open items of the payers, and those that words name; those that the plan took have nothing open. */
arc_status arc__match_load_pool(const arc__decision *d);
const arc__match_line *arc__match_in_pool(const arc__match *match, uint32_t invoice);

/* ---- matcher_text.c ---- */

void arc__match_read(arc__match *match, arc_text text, int strong_only);
/* Words that are numbers of invoices, whoever's. */
void arc__match_numbers(const arc__decision *d);
/* Words that mean something among the items of the pool only. */
arc_status arc__match_words_in_pool(const arc__decision *d);
int arc__match_has(const arc__match *match, int kind);
/* Words with digits that name nothing. */
size_t arc__match_unread(const arc__match *match);
/* Whether a normalised name stands in the text as one word or several: the first and the last of them. */
int arc__match_names(const arc__match *match, const char *name, size_t size, size_t *first, size_t *last);
/* Whether it says that it is not for an invoice. */
int arc__match_says_on_account(const arc__match *match);
/* Whether one is the other after at most one letter or digit was inserted, lost, changed, or two swapped; look-alikes
 * count as equal. */
int arc__match_one_slip(const char *a, size_t a_size, const char *b, size_t b_size);

/* ---- matcher_fit.c: how cash is made up of items ---- */

enum {
  ARC__FIT_NONE,
  ARC__FIT_EQUAL,
  ARC__FIT_DISCOUNT,
  ARC__FIT_UNCLEAR, /* discounts, but of which items */
  ARC__FIT_TOLERANCE,
  ARC__FIT_CREDIT, /* less credit of the payer's */
  ARC__FIT_SHORT,
  ARC__FIT_PART,
  ARC__FIT_MORE
};

/* Fills the amounts of lines so that they explain the cash; says how. ARC_E_OVERFLOW, ARC_E_NOMEM. */
arc_status arc__match_fit(const arc__decision *d, arc__match_line *lines, size_t count, int64_t cash, int *fit);

/* ---- matcher_credits.c ---- */

/* The payer's credits that a payment may take off, if the payer is known; and which of them its text names. */
void arc__match_load_credits(const arc__decision *d);
void arc__match_name_credits(const arc__decision *d);
/* The place + 1 of the credit note with this number, or key where it has none; 0: none. */
uint32_t arc__match_find_credit(const arc__decision *d, arc_text reference);
/* Takes a credit off lines that amount to no less. */
arc_status arc__match_take_credit(const arc__decision *d, arc__match_line *lines, size_t count, uint32_t credit,
                                  int64_t amount);
/* Fills the amounts of lines so that they less credit are the cash: all the credit that the text names, or else the
 * only credits with which that is so. */
arc_status arc__match_fit_credits(const arc__decision *d, arc__match_line *lines, size_t count, int named, int *fits);
/* Proposes all open items less all credit, if that is the cash. */
arc_status arc__match_balance(const arc__decision *d);

/* ---- matcher_sums.c ---- */

/* Items that make up `cash` beside those of `named`, as proposals. */
arc_status arc__match_sums(const arc__decision *d, const arc__match_line *named, size_t named_count);

/* ---- matcher_advice.c ---- */

arc_status arc__match_advice_update(arc_matcher *m, arc_error *err);
void arc__match_advice_free(arc_matcher *m);
/* Finds the payment's remittance advice and proposes what it says. The words of the match are those of the advice
 * then, if there is one. */
arc_status arc__match_by_advice(const arc__decision *d);
/* Adds the payments, looked at before, for which there is advice now. */
arc_status arc__match_advised(arc_matcher *m, arc__match_plan *plan, arc_error *err);

/* ---- matcher_post.c ---- */

#define ARC__MATCH_KEY_MAX 64

/* A deduction and its key, which the application that is recorded with it points to. */
typedef struct arc__match_deduction {
  arc_dispute dispute;
  char key[ARC__MATCH_KEY_MAX + 1];
} arc__match_deduction;

/* Several commands that are recorded together: a commit of their own, or within the caller's batch. */
typedef struct arc__match_commit {
  arc__savepoint before;
  int inside; /* the caller's batch */
} arc__match_commit;
arc_status arc__match_begin(arc_matcher *m, arc__match_commit *commit, arc_error *err);
/* All of them if `status` is none of failure, else none of them; ARC_OK, or the failure. */
arc_status arc__match_end(arc_matcher *m, const arc__match_commit *commit, arc_status status, arc_error *err);

/* The application that an entry says; *room is used if there is a deduction. */
void arc__match_application(const arc_matcher *m, const arc__match_entry *entry, uint32_t payment, uint32_t advice,
                            arc_day day, arc_application *row, arc__match_deduction *room);
/* Records that an advice, if any, is of the payment. */
arc_status arc__match_post_advice(arc_matcher *m, uint32_t payment, uint32_t advice, arc_error *err);

/* ---- matcher_payer.c ---- */

/* One customer is the payer. */
void arc__match_one_payer(arc__match *match, int payer, uint32_t customer);
int arc__match_may_be_payer(const arc__decision *d, uint32_t customer);
/* Finds out who paid; a verdict if that cannot be. */
void arc__match_payer(const arc__decision *d);

/* ---- matcher_reference.c ---- */

/* Proposals for what the text names, and whether it names anything. */
arc_status arc__match_by_reference(const arc__decision *d, int *named);
/* The same before the payer's items are looked at, where that is enough: every word that could be a number is one, and
 * the amounts are equal. */
arc_status arc__match_plainly(const arc__decision *d, int *done);
/* Whether an item of the pool beside these lines has the amount of the cash, give or take so much. */
int arc__match_other_fits(const arc__decision *d, const arc__match_line *lines, size_t count, int64_t tolerance);

/* ---- matcher_exchange.c ---- */

/* Proposals for items of another currency that the text names. */
arc_status arc__match_exchange(const arc__decision *d);
/* The EXCHANGE between two currencies that was recorded last, of the latest ones; 0: none. */
uint32_t arc__match_last_exchange(const arc__tables *t, uint32_t of_invoice, uint32_t of_credit);

/* ---- matcher_decide.c ---- */

/* Adds a proposal with these lines; the best stay. */
arc_status arc__match_propose(const arc__decision *d, int kind, uint64_t doubts, const char *verdict,
                              const arc__match_line *lines, size_t count);
/* The same with the takings from one on: credit that is taken off. */
arc_status arc__match_propose_less(const arc__decision *d, int kind, uint64_t doubts, const char *verdict,
                                   const arc__match_line *lines, size_t count, size_t taken);
/* Whether the best proposal does not stand alone. */
int arc__match_has_rival(const arc__match *match);
/* Decides one payment on what the plan leaves open, as far as a stage. Fills *match; the memory of its lines is kept
 * for the next payment. ARC_E_NOMEM, ARC_E_OVERFLOW. */
arc_status arc__match_decide(arc_matcher *m, const arc__view *view, const arc__match_plan *plan, uint32_t payment,
                             int stage, arc__match *match, arc_error *err);
void arc__match_free(const arc_matcher *m, arc__match *match);

/* ---- matcher.c ---- */

/* A day that may be asked for, outside a callback; not before the last run's unless `any`. */
arc_status arc__match_check_day(const arc_matcher *m, arc_day day, int any, arc_error *err);
/* The payments that a run of the day decides. */
arc_status arc__match_plan_collect(arc_matcher *m, arc__match_plan *plan, arc_day day, arc_error *err);

/* ---- matcher_plan.c ---- */

/* A payment, and those of its account and day that may compete with it. */
arc_status arc__match_plan_around(arc_matcher *m, arc__match_plan *plan, uint32_t payment, arc_error *err);

/* What the plan takes of an invoice, all parts. */
int64_t arc__match_planned(const arc__match_plan *plan, uint32_t invoice);
/* What the plan takes of a credit besides the payments. */
int64_t arc__match_planned_credit(const arc__match_plan *plan, uint32_t credit);
/* Adds a payment to the plan unless there is nothing to decide about it: *added says. */
arc_status arc__match_plan_add(arc_matcher *m, arc__match_plan *plan, uint32_t payment, int *added, arc_error *err);
/* A payment of the plan, which is sorted; NULL: it is not one. */
const arc__match_payment *arc__match_plan_find(const arc_matcher *m, const arc__match_plan *plan, uint32_t payment);
/* Whether the plan applies a payment, to this invoice (0: to any). */
int arc__match_plan_takes(const arc_matcher *m, const arc__match_plan *plan, uint32_t payment, uint32_t invoice);
/* Decides all payments of the plan. */
arc_status arc__match_plan_decide(arc_matcher *m, const arc__view *view, arc__match_plan *plan, arc_error *err);
/* Decides again what was decided of one payment of a plan that is decided, and so finds out why: as far as the
 * stage it was decided at, on what the stages before it took. */
arc_status arc__match_plan_explain(arc_matcher *m, const arc__view *view, arc__match_plan *plan, size_t payment,
                                   arc__match *match, arc_error *err);
void arc__match_plan_free(const arc_matcher *m, arc__match_plan *plan);

#endif
