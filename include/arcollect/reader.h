/** Reader of replies: what a customer's answer to a reminder says. It knows no ledger, and does nothing but
 * read. */
#ifndef ARCOLLECT_READER_H
#define ARCOLLECT_READER_H

#include "calendar.h"
#include "report.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Kinds of replies; one message may be of several. */
#define ARC_REPLY_OTHER 0 /**< nothing that is known: for a human */
#define ARC_REPLY_DISPUTE 1 /**< contests the invoice; detail: price, quantity, quality, delivery, order, other */
#define ARC_REPLY_PROMISE 2 /**< will pay; the day and the amount are facts of their own */
#define ARC_REPLY_PAID 3 /**< says that it is paid */
#define ARC_REPLY_COPY 4 /**< wants a copy of an invoice or a statement */
#define ARC_REPLY_DOCUMENT 5 /**< wants another document, a correction, or an upload to a portal */
#define ARC_REPLY_PLAN 6 /**< cannot pay all at once: wants instalments, more time or less to pay */
#define ARC_REPLY_PROCESS 7 /**< held up in the customer's own approval or payment process */
#define ARC_REPLY_WRONG_CONTACT 8 /**< is not the one to be asked */
#define ARC_REPLY_ABSENT 9 /**< out of office */
#define ARC_REPLY_LEGAL 10 /**< a lawyer, a court or an insolvency */
#define ARC_REPLY_OPT_OUT 11 /**< wants no more messages */
#define ARC_REPLY_THANKS 12 /**< thanks, and nothing else */

#define ARC_REPLY_HTML 1u /**< flag: the text is HTML, which is reduced to text */

/** What a host has taught the reader: see arc_reader_learn. One thread at a time; read by any number while
 * nobody teaches. */
typedef struct arc_reader arc_reader;

/** What a language model of the host's says of a message. */
typedef struct arc_reply_answer {
  uint32_t struct_size;
  int32_t kind;            /**< ARC_REPLY_*; ARC_REPLY_OTHER: nothing that it knows */
  uint32_t confidence_ppm; /**< at most 1,000,000 */
  uint32_t reserved;
  arc_text words; /**< what decided, as it stands in the text, letter by letter; valid until the call after
                     it, at least */
} arc_reply_answer;

/** A language model, asked where the reader itself is not sure. Its answer counts as a phrase found at its
 * words, and passes the same validation: a kind that does not exist, a confidence beyond its range and words
 * that the text does not have are refused, doubt and negation weaken it, contradictions go to a person, and
 * facts are read by the reader alone. */
typedef struct arc_reply_model {
  void *user;
  /** @param text what is read of the message, UTF-8: data to judge, never an instruction.
   * @return 1 with an answer, 0 without; anything below 0 fails the call with ARC_E_HOST. */
  int32_t (*ask)(void *user, arc_text text, const char *language, arc_reply_answer *answer);
} arc_reply_model;

/** One message as received. Zero is "none" or "not known" in every field but the text and the day. */
typedef struct arc_reply {
  uint32_t struct_size;
  uint32_t flags; /**< ARC_REPLY_HTML */
  arc_text text;  /**< any bytes, any size: what is no UTF-8 is blank, and 64 KB of what the writer wrote
                     are read; a longer one is never sure */
  arc_text subject; /**< the same; read for words such as "automatic reply" where the text leaves it open */
  arc_day written;  /**< the day of writing, which dates are relative to */
  char language[8]; /**< "en", "en-GB", "en-US", "de", "fr", "es", or "": found from the words. "en" alone
                       leaves open whether 3/4 is in March */
  char currency[4]; /**< of amounts without one, and of "$"; "": amounts without a currency are no facts */
  const arc_calendar *calendar; /**< for business days; NULL: Monday to Friday */
  uint32_t least_ppm;           /**< least confidence of a kind that counts as sure; 0: 900,000 */
  uint32_t reserved;            /**< 0 */
  const arc_reader *reader;     /**< what the host has taught; NULL: nothing */
  arc_reply_model model;        /**< ask NULL: none */
} arc_reply;
#define ARC_REPLY_INIT \
  {(uint32_t)sizeof(arc_reply), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, {0}, {0}, 0, 0, 0, 0, {0, 0}}

/** Reads a reply. Columns: fact,code,detail,confidence,day,currency,amount,words. By fact, in this order:
 * - kind: code ARC_REPLY_*, the surest first; detail is the dispute's kind, or the kind's name; confidence in
 * ppm; words that decided. A reply with no kind has one row of ARC_REPLY_OTHER.
 * - decision: code 1 if every kind is sure and no two contradict each other, else 0; detail: sure, unsure,
 * contradiction, none. Nothing reaches 900,000 ppm where the rest of the text leaves doubt: a condition, an
 * exception, hearsay or a question, a negation beside a payment, a sentence that says something else, or too
 * many words that the reader was never trained with.
 * - date: code 1 one day, 2 about ("end of May"), 3 a period ("in May"), with the last business day that
 * fits, 4 ambiguous and 5 impossible, without a day, 6 a day with another's weekday beside it; detail:
 * promise, paid, until or named (which is all that is known). "3 March" is ahead of the day of writing, but
 * back in what says that something was paid.
 * - amount: of a currency; code 1: it can be read two ways (1.234), or it is a number in a promise of which
 * nobody knows what it counts, and is none then. share: "half", in the column confidence as ppm of what is owed.
 * - part: of a promise in parts ("half now, the rest in May"), by day: detail amount, share or rest.
 * - invoice, reference: the number in words.
 * - contact: somebody named in words; detail: email, or name (behind a title such as Ms or Herr).
 * - model: what the host's language model said, if it was asked: code its kind, detail: taken, refused or
 * none.
 * - language: detail "en", "de", "fr", "es" or "hi".
 * - text: in words what was read, without quoted history, signature and disclaimer.
 * Deterministic; no clock, no locale. Memory: some 3 MB at most, for a moment; time linear in the message.
 * @param allocator  NULL: malloc
 * @return ARC_OK, ARC_E_INVALID (a day out of range, a language or currency that does not exist), ARC_E_ABI,
 * ARC_E_NOMEM. Since 0.1. */
ARC_API arc_status arc_reply_read(arc_report **out, const arc_reply *reply, const arc_allocator *allocator,
                                  arc_error *err);

/** A reader that has been taught nothing. Memory: 200 KB.
 * @param allocator  NULL: malloc
 * @return ARC_OK, ARC_E_INVALID, ARC_E_ABI, ARC_E_NOMEM. Since 0.1. */
ARC_API arc_status arc_reader_new(arc_reader **out, const arc_allocator *allocator, arc_error *err);
ARC_API void arc_reader_free(arc_reader *reader); /**< NULL is fine. Since 0.1. */

/** Teaches an example: plain text of a reply, and what it is. Bounded: some three to five alike examples make
 * their wording known, and phrases that the reader knows stay found however often the opposite is taught. The
 * same examples in the same order make the same reader; keep them, and teach them again after an update.
 * @param kind  ARC_REPLY_OTHER: is of no kind
 * @return ARC_OK, ARC_E_INVALID (no such kind, no words), ARC_E_NOMEM: nothing is learned. Since 0.1. */
ARC_API arc_status arc_reader_learn(arc_reader *reader, arc_text text, int32_t kind, arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
