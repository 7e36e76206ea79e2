/** Transport, the host's second door: how a message leaves. */
#ifndef ARCOLLECT_TRANSPORT_H
#define ARCOLLECT_TRANSPORT_H

#include "dates.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Channels of a touch. */
#define ARC_CHANNEL_NONE 0
#define ARC_CHANNEL_EMAIL 1
#define ARC_CHANNEL_SMS 2
#define ARC_CHANNEL_LETTER 3
#define ARC_CHANNEL_REGISTERED_LETTER 4
#define ARC_CHANNEL_CALL 5   /**< a task for a human */
#define ARC_CHANNEL_VOICE 6
#define ARC_CHANNEL_PORTAL 7
#define ARC_CHANNEL_WEBHOOK 8
#define ARC_CHANNEL_PLACEMENT 9 /**< handing the debt to an agency or a lawyer: a task for a human */

/** Tones of a touch. */
#define ARC_TONE_NONE 0
#define ARC_TONE_FRIENDLY 1
#define ARC_TONE_NEUTRAL 2
#define ARC_TONE_FIRM 3
#define ARC_TONE_FINAL 4

/** One item that a message lists. */
typedef struct arc_message_item {
  uint32_t struct_size;
  arc_day due;
  arc_text invoice; /**< the invoice's number as the customer knows it */
  arc_text key;     /**< the host's key of the invoice */
  int64_t amount;   /**< minor units that the message asks for: the residual, less what is disputed */
  int64_t invoiced; /**< minor units of the instalment as it was issued */
  int64_t paid;     /**< minor units of it that are settled already */
  arc_text po_number;
  arc_day issued;
  int32_t kind;     /**< 0: an invoice; else ARC_CHARGE_* */
} arc_message_item;

/** Where a payment is to go. */
typedef struct arc_remit_to {
  uint32_t struct_size;
  char currency[4];   /**< for messages in this currency; "": for all that have none of their own */
  arc_text holder;    /**< empty: the letterhead's name */
  arc_text account;   /**< such as "IBAN DE89 3704 0044 0532 0130 00" */
  arc_text bank;
  arc_text reference; /**< what the payer is to state; empty: the customer's key */
  arc_text link;      /**< https: or mailto:, where to pay at once; may be empty */
} arc_remit_to;
#define ARC_REMIT_TO_INIT {(uint32_t)sizeof(arc_remit_to), {0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}

/** Who writes, and where payments are to go. Texts are valid UTF-8, at most 512 bytes, without control
 * characters; address and contact may have several lines. */
typedef struct arc_letterhead {
  uint32_t struct_size;
  uint32_t deadline_days;    /**< days that a message gives for payment; 0: 7; at most 366 */
  arc_text name;
  arc_text address;
  arc_text contact;          /**< telephone, mail: lines */
  arc_text language;         /**< for contacts whose language is not known or not to be had; empty: "en" */
  const arc_remit_to *remit_to; /**< lie struct_size bytes apart */
  uint32_t remit_to_count;   /**< at most 32 */
  uint32_t reserved;         /**< 0 */
} arc_letterhead;
#define ARC_LETTERHEAD_INIT {(uint32_t)sizeof(arc_letterhead), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0}

/** A message to hand over. All pointers are valid during the call only. */
typedef struct arc_message {
  uint32_t struct_size;
  int32_t channel;          /**< ARC_CHANNEL_* */
  arc_text idempotency_key; /**< the same key is never two messages: drop the second */
  arc_text customer;        /**< the host's key */
  arc_text customer_name;
  arc_text recipient;       /**< name of the contact; may be empty */
  arc_text address;         /**< for that channel; empty when the ledger keeps no contact: look it up */
  arc_text language;        /**< as recorded with the contact; may be empty */
  arc_text step;            /**< name of the cadence step */
  int32_t tone;             /**< ARC_TONE_* */
  arc_day day;
  char currency[4];
  uint32_t item_count;
  int64_t amount;           /**< minor units, the sum of the items */
  arc_text subject;         /**< one line, no control characters */
  arc_text body;            /**< plain text, lines end in "\n" */
  arc_text html;            /**< the same as HTML, all data escaped; may be empty */
  const arc_message_item *items; /**< lie items->struct_size bytes apart */
  const arc_letterhead *letterhead; /**< may be NULL */
  const arc_remit_to *remit_to;     /**< the one of the letterhead for this currency; NULL: none */
  int64_t invoiced;         /**< minor units, the sums of the items' */
  int64_t paid;
  arc_text template_name;   /**< the book's template that the texts are of; empty: a built-in one, or none */
  arc_day deadline;         /**< by which the message asks for payment */
  uint32_t attempt;         /**< 1 for the first time that this message is offered since it was planned */
  uint32_t copy_count;      /**< at most 16 */
  uint32_t reserved;
  const arc_text *copies;   /**< addresses, for that channel, of contacts who get a copy */
  int64_t on_account;       /**< minor units of the customer's cash and credit notes in this currency that settle no
                                 item yet; 0: none. `amount` is not lowered by them */
  int64_t net;              /**< what is left of `amount` once they are set off; not below 0 */
} arc_message;

/** The host's function, which may not call into the ledger or its engines (ARC_E_BUSY). It returns ARC_SENT;
 * ARC_PENDING (accepted; the outcome comes later through arc_ledger_post_touch_outcomes); ARC_FAILED (never will go
 * out); ARC_RETRY (this one not now: it is offered again by the retry policy, the others go on); or any negative
 * number: none now, the collector stops and offers the same message again when it is run again. Any other number is
 * taken for ARC_PENDING: the message may have gone out, so it is never offered again by itself. */
typedef struct arc_transport {
  uint32_t struct_size;
  uint32_t flags; /**< 0 */
  void *user;
  int32_t (*send)(void *user, const arc_message *message);
} arc_transport;

#define ARC_SENT 0
#define ARC_PENDING 1
#define ARC_FAILED 2
#define ARC_RETRY 3

#ifdef __cplusplus
}
#endif
#endif
