/**
 * Templates: how a message reads.
 *
 * A template is text, UTF-8, at most 65,535 bytes: a head, and the parts of the message.
 *
 *   template  := head part+
 *   head      := 'language' TAG NL ['for' (TONE | 'step' NAME | 'any') NL] ['channel' CHANNEL NL]
 *                the language it is written in (BCP 47, such as de or en-US), and what it is for: without 'for'
 *                for policies that name it only, without 'channel' for every channel. '#' begins a line that
 *                counts for nothing
 *   part      := '---- subject' NL line | '---- text' NL line* | '---- html' NL line*
 *                in this order; text must be there
 *
 * Within a part all stands as it is, but tags:
 *
 *   {{VALUE}}                    a value: a variable, or "words"; with FORMAT words behind it
 *   {{if TEST}} .. {{end}}       also {{if TEST}} .. {{else}} .. {{end}}
 *   {{each items}} .. {{end}}    once for each item
 *
 *   TEST   := ['not'] VARIABLE                 true of a text, list or link that is not empty, a number or amount
 *                                              that is not 0, a date that is known
 *           | NUMBER ('=' | '<' | '>') DIGITS  | TEXT '=' "words"
 *   FORMAT := 'short'      of a date: 03.02.2026 rather than 3. Februar 2026
 *           | 'bare'       of an amount: without its currency
 *           | 'left' WIDTH | 'right' WIDTH     in the text part: filled with blanks to 1..80 characters
 *
 * A tag of if, else, each or end that stands alone on its line takes the line with it. Blocks nest 16 deep.
 *
 *   text    sender.name  customer.name  customer.key  contact.name  invoice (the first item's number)
 *           step  channel  tone  pay.holder  pay.account  pay.bank  pay.reference  item.number  item.po
 *           item.kind (invoice, fee, interest, compensation)
 *   lines   sender.address  sender.contact  contact.address     text of several lines
 *   link    pay.link
 *   amount  amount  invoiced  paid  disputed  on_account  net  item.amount  item.paid  item.disputed  item.open
 *   date    today  deadline  oldest_due  item.issued  item.due
 *   number  count  days_late (of the oldest; less than 0 before it is due)  item.position  item.days_late
 *   list    items                                               what begins with item. is known within it only
 *
 * 'amount' and 'item.open' are what the message asks for; 'invoiced' less 'paid' less 'disputed' comes to it.
 * 'on_account' is the customer's cash and credit notes that settle nothing yet; 'net' is 'amount' with them set off.
 *
 * Values are data and nothing else: they are never read as a template, and are escaped for where they stand.
 * In a subject they are one line; everywhere control characters become blanks and marks that turn the direction
 * of writing are dropped. In HTML they may stand in text and in quoted attributes, in an attribute that holds an
 * address only as a whole 'pay.link' (https: or mailto:, else "#") or, percent-encoded, behind one of those; not in
 * tag or attribute names, style, script, comments or event attributes: all this is checked when a template is read.
 * Amounts and dates are written as the language does (en, de, fr and es, with their countries; another language
 * gets 1,234.50 and 2026-02-03), without any locale of the system.
 */
#ifndef ARCOLLECT_TEMPLATE_H
#define ARCOLLECT_TEMPLATE_H

#include "memory.h"
#include "transport.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct arc_template arc_template;

#define ARC_PART_SUBJECT 1
#define ARC_PART_TEXT 2
#define ARC_PART_HTML 3

/** The most bytes that a part of a message may come to. */
#define ARC_TEMPLATE_OUTPUT_MAX 1048576

/** Reads a template. @return ARC_OK; ARC_E_SYNTAX with line, column and what was expected, also for a variable that
 * there is not, and one that cannot stand there; ARC_E_INVALID for no text or too long a one; ARC_E_NOMEM. The text
 * is copied. Costs time in proportion to it. Since 0.1. */
ARC_API arc_status arc_template_open(arc_template **out, const char *text, size_t size,
                                     const arc_allocator *allocator, arc_error *err);
ARC_API void arc_template_close(arc_template *tmpl); /**< NULL is fine. Since 0.1. */

/** Writes a part of a message: for hosts that keep templates of their own, or show one before it is used. The fields
 * of the message are read; its subject, body and html are not.
 * @param buf   receives the part, NUL-terminated; not touched when it does not fit; NULL with cap 0: its length is told
 * @param size  receives its length, also when cap is too small (ARC_E_INVALID)
 * @return ARC_OK; ARC_DONE with *size 0 if the template has no such part; ARC_E_REFUSED if it comes to more than
 * ARC_TEMPLATE_OUTPUT_MAX bytes; ARC_E_INVALID; ARC_E_NOMEM. Since 0.1. */
ARC_API arc_status arc_template_write(char *buf, size_t cap, size_t *size, const arc_template *tmpl, int32_t part,
                                      const arc_message *message, arc_error *err);

/** The text of a built-in template, to begin one's own with: for a tone, a channel, and "en", "de", "fr" or "es".
 * Written as by arc_template_write; ARC_E_INVALID for another language, tone or channel. Since 0.1. */
ARC_API arc_status arc_template_built_in(char *buf, size_t cap, size_t *size, int32_t tone, int32_t channel,
                                         const char *language, const arc_allocator *allocator,
                                         arc_error *err);

#ifdef __cplusplus
}
#endif
#endif
