#include "rendering.h"

#include "arcollect/dates.h"
#include "arcollect/money.h"
#include "error.h"
#include "text.h"

/* Owns the words that go out when the host has none of its own. Each message lists what is open now, item by
 * item, and what the items add up to: never a total that was paid in part. */

#define RENDERING_MONEY 24

typedef struct rendering_words {
  const char *subject, *opening, *closing;
} rendering_words;

/* By tone, from ARC_TONE_NONE on. */
static const rendering_words rendering_tones[] = {
    {"Your open invoices", "these invoices are open:", "Thank you."},
    {"Upcoming payment", "a friendly note that these invoices fall due soon:",
     "If payment is on its way already, thank you: nothing more is needed."},
    {"Payment due", "these invoices are due for payment:",
     "If payment is on its way already, thank you: nothing more is needed."},
    {"Payment overdue", "our records show that these invoices are past their due date:",
     "Please pay now, or tell us what stands in the way, so that we can settle it."},
    {"Final notice", "in spite of our reminders these invoices have not been paid:",
     "Please pay within seven days, or call us. After that we will have to take further steps."},
};

void arc__rendering_init(arc__rendering *r, const arc__heap *heap) {
  arc__buffer_init(&r->subject, heap);
  arc__buffer_init(&r->body, heap);
  arc__buffer_init(&r->html, heap);
}

void arc__rendering_free(arc__rendering *r) {
  arc__buffer_free(&r->subject);
  arc__buffer_free(&r->body);
  arc__buffer_free(&r->html);
}

static void rendering_money(arc__buffer *b, int64_t amount, const char *currency) {
  char text[RENDERING_MONEY];
  size_t size = 0;
  if (arc_money_format(text, sizeof text, &size, amount, currency, NULL) == ARC_OK)
    arc__buffer_bytes(b, text, size);
  arc__buffer_u8(b, ' ');
  arc__buffer_string(b, currency);
}

static void rendering_day(arc__buffer *b, arc_day day) {
  char text[11];
  if (arc_day_format(text, day) == ARC_OK) arc__buffer_string(b, text);
}

/* Control characters would end a line or a header: they become blanks. */
static void rendering_plain(arc__buffer *b, arc_text text) {
  for (size_t i = 0; i < text.size; i++) {
    unsigned char c = (unsigned char)text.data[i];
    arc__buffer_u8(b, c < 0x20 || c == 0x7f ? ' ' : c);
  }
}

static void rendering_escaped(arc__buffer *b, arc_text text) {
  for (size_t i = 0; i < text.size; i++) {
    unsigned char c = (unsigned char)text.data[i];
    switch (c) {
    case '&': arc__buffer_string(b, "&amp;"); break;
    case '<': arc__buffer_string(b, "&lt;"); break;
    case '>': arc__buffer_string(b, "&gt;"); break;
    case '"': arc__buffer_string(b, "&quot;"); break;
    case '\'': arc__buffer_string(b, "&#39;"); break;
    default: arc__buffer_u8(b, c < 0x20 || c == 0x7f ? ' ' : c); break;
    }
  }
}

static void rendering_subject(arc__buffer *b, const arc_message *m, const rendering_words *words) {
  arc__buffer_string(b, words->subject);
  arc__buffer_string(b, ": ");
  rendering_money(b, m->amount, m->currency);
  if (m->item_count == 1) {
    arc__buffer_string(b, ", invoice ");
    rendering_plain(b, m->items[0].invoice);
  } else {
    arc__buffer_format(b, ", %u invoices", m->item_count);
  }
}

static arc_text rendering_addressee(const arc_message *m) {
  return m->recipient.size ? m->recipient : m->customer_name.size ? m->customer_name : m->customer;
}

static void rendering_body(arc__buffer *b, const arc_message *m, const rendering_words *words,
                           arc_text sender) {
  arc__buffer_string(b, "Dear ");
  rendering_plain(b, rendering_addressee(m));
  arc__buffer_format(b, ",\n\n%s\n\n", words->opening);
  for (uint32_t i = 0; i < m->item_count; i++) {
    arc__buffer_string(b, "  ");
    rendering_plain(b, m->items[i].invoice);
    arc__buffer_string(b, "  due ");
    rendering_day(b, m->items[i].due);
    arc__buffer_string(b, "  open ");
    rendering_money(b, m->items[i].amount, m->currency);
    arc__buffer_u8(b, '\n');
  }
  arc__buffer_string(b, "\nTogether: ");
  rendering_money(b, m->amount, m->currency);
  arc__buffer_format(b, "\n\n%s\n\n", words->closing);
  rendering_plain(b, sender);
  arc__buffer_u8(b, '\n');
}

static void rendering_html(arc__buffer *b, const arc_message *m, const rendering_words *words,
                           arc_text sender) {
  arc__buffer_string(b, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>");
  arc__buffer_string(b, words->subject);
  arc__buffer_string(b, "</title></head>\n<body><p>Dear ");
  rendering_escaped(b, rendering_addressee(m));
  arc__buffer_format(b, ",</p>\n<p>%s</p>\n<table>\n<tr><th>Invoice</th><th>Due</th><th>Open</th></tr>\n",
                     words->opening);
  for (uint32_t i = 0; i < m->item_count; i++) {
    arc__buffer_string(b, "<tr><td>");
    rendering_escaped(b, m->items[i].invoice);
    arc__buffer_string(b, "</td><td>");
    rendering_day(b, m->items[i].due);
    arc__buffer_string(b, "</td><td>");
    rendering_money(b, m->items[i].amount, m->currency);
    arc__buffer_string(b, "</td></tr>\n");
  }
  arc__buffer_string(b, "</table>\n<p>Together: ");
  rendering_money(b, m->amount, m->currency);
  arc__buffer_format(b, "</p>\n<p>%s</p>\n<p>", words->closing);
  rendering_escaped(b, sender);
  arc__buffer_string(b, "</p></body></html>\n");
}

static arc_text rendering_text(const arc__buffer *b) {
  arc_text text = {(const char *)b->data, b->size};
  return text;
}

arc_status arc__rendering_write(arc__rendering *r, arc_message *m, arc_text sender, arc_error *err) {
  size_t tone = (size_t)m->tone < sizeof rendering_tones / sizeof *rendering_tones ? (size_t)m->tone : 0;
  r->subject.size = r->body.size = r->html.size = 0;
  rendering_subject(&r->subject, m, &rendering_tones[tone]);
  rendering_body(&r->body, m, &rendering_tones[tone], sender);
  rendering_html(&r->html, m, &rendering_tones[tone], sender);
  if (r->subject.failed || r->body.failed || r->html.failed) {
    r->subject.failed = r->body.failed = r->html.failed = 0;
    return arc__fail_nomem(err);
  }
  m->subject = rendering_text(&r->subject);
  m->body = rendering_text(&r->body);
  m->html = rendering_text(&r->html);
  return ARC_OK;
}
