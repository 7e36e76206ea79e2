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
} arc_message_item;

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
  const arc_message_item *items;
} arc_message;

/** The host's function, which may not call into the ledger or its engines (ARC_E_BUSY). It returns ARC_SENT, ARC_PENDING (accepted; the outcome comes later through
 * arc_ledger_post_touch_outcomes), ARC_FAILED (never will go out), or any negative number: not now, the
 * collector stops and offers the same message again when it is run again. */
typedef struct arc_transport {
  uint32_t struct_size;
  uint32_t flags; /**< 0 */
  void *user;
  int32_t (*send)(void *user, const arc_message *message);
} arc_transport;

#define ARC_SENT 0
#define ARC_PENDING 1
#define ARC_FAILED 2

#ifdef __cplusplus
}
#endif
#endif
