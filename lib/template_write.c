/* Writes a part of a message from a compiled template. Values are data: escaped for where they stand, never
 * read as a template. What can be wrong with a template was found when it was read; here only length is
 * limited, and with it time: every node that is passed makes at least a step, and steps are counted. */
#include "template_internal.h"

#include "text.h"
#include "struct_sizes.h"

#include <string.h>

#define WRITE_STEPS_MAX 8000000

typedef struct template_writer {
  arc__buffer *out;
  const arc_template *t;
  const arc_message *m;
  const arc_message_item *item; /* within each */
  uint32_t position;            /* of it, from 1; 0: not within each */
  size_t begin;                 /* of the part in out */
  arc__buffer value;            /* of a number, amount or date */
} template_writer;

/* ---- values ---- */

static const arc_text write_nothing = {"", 0};

static arc_text write_name(const char *const *names, size_t count, int32_t number) {
  arc_text text = write_nothing;
  if (number < 0 || (size_t)number >= count) return text;
  text.data = names[number];
  text.size = strlen(text.data);
  return text;
}

static const arc_message_item *write_item(const arc_message *m, uint32_t index) {
  const unsigned char *rows = (const unsigned char *)m->items;
  return (const arc_message_item *)(const void *)(rows + (size_t)index * m->items->struct_size);
}

static arc_text write_letterhead_text(const arc_message *m, int variable) {
  const arc_letterhead *l = m->letterhead;
  if (!l) return write_nothing;
  return variable == ARC__VARIABLE_SENDER_NAME      ? l->name
         : variable == ARC__VARIABLE_SENDER_ADDRESS ? l->address
                                                    : l->contact;
}

static arc_text write_pay_text(const arc_message *m, int variable) {
  const arc_remit_to *r = m->remit_to;
  switch (variable) {
  case ARC__VARIABLE_PAY_HOLDER:
    return r && r->holder.size ? r->holder : write_letterhead_text(m, ARC__VARIABLE_SENDER_NAME);
  case ARC__VARIABLE_PAY_REFERENCE: return r && r->reference.size ? r->reference : m->customer;
  case ARC__VARIABLE_PAY_ACCOUNT: return r ? r->account : write_nothing;
  case ARC__VARIABLE_PAY_BANK: return r ? r->bank : write_nothing;
  default: return r ? r->link : write_nothing;
  }
}

static arc_text write_text(const template_writer *w, const arc__template_node *node) {
  static const char *const channels[] = {"", "email", "sms", "letter", "registered-letter", "call",
                                         "voice", "portal", "webhook", "placement"};
  static const char *const tones[] = {"", "friendly", "neutral", "firm", "final"};
  static const char *const kinds[] = {"invoice", "fee", "interest", "compensation"};
  const arc_message *m = w->m;
  arc_text words = {w->t->text + node->from, node->size};
  switch (node->variable) {
  case ARC__VARIABLE_WORDS: return words;
  case ARC__VARIABLE_SENDER_NAME:
  case ARC__VARIABLE_SENDER_ADDRESS:
  case ARC__VARIABLE_SENDER_CONTACT: return write_letterhead_text(m, node->variable);
  case ARC__VARIABLE_CUSTOMER_NAME: return m->customer_name.size ? m->customer_name : m->customer;
  case ARC__VARIABLE_CUSTOMER_KEY: return m->customer;
  case ARC__VARIABLE_CONTACT_NAME: return m->recipient;
  case ARC__VARIABLE_CONTACT_ADDRESS: return m->address;
  case ARC__VARIABLE_INVOICE: return m->item_count ? m->items->invoice : write_nothing;
  case ARC__VARIABLE_STEP: return m->step;
  case ARC__VARIABLE_CHANNEL: return write_name(channels, sizeof channels / sizeof *channels, m->channel);
  case ARC__VARIABLE_TONE: return write_name(tones, sizeof tones / sizeof *tones, m->tone);
  case ARC__VARIABLE_ITEM_NUMBER: return w->item->invoice;
  case ARC__VARIABLE_ITEM_PO: return w->item->po_number;
  case ARC__VARIABLE_ITEM_KIND: return write_name(kinds, sizeof kinds / sizeof *kinds, w->item->kind);
  default: return write_pay_text(m, node->variable);
  }
}

/* Amounts fit: they are parts of what was issued. */
static int64_t write_amount(const template_writer *w, int variable) {
  const arc_message *m = w->m;
  const arc_message_item *item = w->item;
  switch (variable) {
  case ARC__VARIABLE_AMOUNT: return m->amount;
  case ARC__VARIABLE_INVOICED: return m->invoiced;
  case ARC__VARIABLE_PAID: return m->paid;
  case ARC__VARIABLE_DISPUTED: return m->invoiced - m->paid - m->amount;
  case ARC__VARIABLE_ON_ACCOUNT: return m->on_account;
  case ARC__VARIABLE_NET: return m->net;
  case ARC__VARIABLE_ITEM_AMOUNT: return item->invoiced;
  case ARC__VARIABLE_ITEM_PAID: return item->paid;
  case ARC__VARIABLE_ITEM_DISPUTED: return item->invoiced - item->paid - item->amount;
  default: return item->amount;
  }
}

static arc_day write_oldest_due(const arc_message *m) {
  arc_day oldest = ARC_DAY_NONE;
  for (uint32_t i = 0; i < m->item_count; i++) {
    arc_day due = write_item(m, i)->due;
    if (i == 0 || due < oldest) oldest = due;
  }
  return oldest;
}

static arc_day write_day(const template_writer *w, int variable) {
  switch (variable) {
  case ARC__VARIABLE_TODAY: return w->m->day;
  case ARC__VARIABLE_DEADLINE: return w->m->deadline;
  case ARC__VARIABLE_ITEM_ISSUED: return w->item->issued;
  case ARC__VARIABLE_ITEM_DUE: return w->item->due;
  default: return write_oldest_due(w->m);
  }
}

static int64_t write_count(const template_writer *w, int variable) {
  switch (variable) {
  case ARC__VARIABLE_COUNT: return w->m->item_count;
  case ARC__VARIABLE_ITEM_POSITION: return w->position;
  case ARC__VARIABLE_ITEM_DAYS_LATE: return (int64_t)w->m->day - w->item->due;
  default: return w->m->item_count ? (int64_t)w->m->day - write_oldest_due(w->m) : 0;
  }
}

/* ---- escaping ---- */

int arc__text_is_bidi(uint32_t number) {
  return number == 0x061c || number == 0x200e || number == 0x200f || (number >= 0x202a && number <= 0x202e) ||
         (number >= 0x2066 && number <= 0x2069);
}

static void write_html_character(arc__buffer *out, const char *bytes, size_t size) {
  switch (bytes[0]) {
  case '&': arc__buffer_string(out, "&amp;"); break;
  case '<': arc__buffer_string(out, "&lt;"); break;
  case '>': arc__buffer_string(out, "&gt;"); break;
  case '"': arc__buffer_string(out, "&quot;"); break;
  case '\'': arc__buffer_string(out, "&#39;"); break;
  default: arc__buffer_bytes(out, bytes, size); break;
  }
}

static void write_percent(arc__buffer *out, const char *bytes, size_t size) {
  static const char digits[] = "0123456789ABCDEF";
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (arc__is_alpha((char)c) || arc__is_digit((char)c) || (c != 0 && strchr("-._~", c))) {
      arc__buffer_u8(out, c);
    } else {
      arc__buffer_u8(out, '%');
      arc__buffer_u8(out, (uint8_t)digits[c >> 4]);
      arc__buffer_u8(out, (uint8_t)digits[c & 15]);
    }
  }
}

static void write_line_end(arc__buffer *out, int context) {
  arc__buffer_string(out, context == ARC__CONTEXT_HTML     ? "<br />\n"
                          : context == ARC__CONTEXT_PLAIN  ? "\n"
                          : context == ARC__CONTEXT_HEADER ? ", "
                                                           : "%20");
}

/* `lines`: the value may have several. In a quoted attribute a line's end would be markup; no attribute takes
 * lines but by author's will, and then they are one. */
static void write_escaped(arc__buffer *out, arc_text text, int context, int lines) {
  for (size_t i = 0; i < text.size;) {
    uint32_t number = 0;
    size_t size = arc__text_character(text.data + i, text.size - i, &number);
    const char *bytes = text.data + i;
    i += size ? size : 1;
    if (size && arc__text_is_bidi(number)) continue;
    if (lines && number == '\n' && size) {
      write_line_end(out, context);
      continue;
    }
    if (size && number == '\r' && i < text.size && text.data[i] == '\n') continue;
    if (!size || arc__text_is_control(number)) {
      bytes = " ";
      size = 1;
    }
    if (context == ARC__CONTEXT_HTML || context == ARC__CONTEXT_LINK) write_html_character(out, bytes, size);
    else if (context == ARC__CONTEXT_LINK_PART) write_percent(out, bytes, size);
    else arc__buffer_bytes(out, bytes, size);
  }
}

static int write_begins(arc_text text, const char *scheme) {
  size_t size = strlen(scheme);
  if (text.size <= size) return 0;
  for (size_t i = 0; i < size; i++)
    if ((text.data[i] >= 'A' && text.data[i] <= 'Z' ? text.data[i] - 'A' + 'a' : text.data[i]) != scheme[i]) return 0;
  return 1;
}

/* Links that are none of ours lead nowhere, wherever they stand. */
static arc_text write_link(arc_text link) {
  arc_text nowhere = {"#", 1};
  return link.size == 0 || write_begins(link, "https:") || write_begins(link, "mailto:") ? link : nowhere;
}

/* ---- nodes ---- */

static size_t write_width(arc_text text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size; i++) width += ((unsigned char)text.data[i] & 0xc0) != 0x80;
  return width;
}

static arc_text write_value_text(template_writer *w, const arc__template_node *node) {
  arc_text language = w->t->head.language, text;
  int hard = node->context == ARC__CONTEXT_HTML, variable = node->variable;
  if (w->m->language.size && arc__language_same(w->m->language, language)) language = w->m->language;
  w->value.size = 0;
  switch (arc__variable_type(variable)) {
  case ARC__VALUE_MONEY:
    arc__format_money(&w->value, language, write_amount(w, variable), w->m->currency,
                      node->format & ARC__FORMAT_BARE, hard);
    break;
  case ARC__VALUE_DATE:
    arc__format_date(&w->value, language, write_day(w, variable), node->format & ARC__FORMAT_SHORT, hard);
    break;
  case ARC__VALUE_NUMBER: arc__buffer_format(&w->value, "%lld", (long long)write_count(w, variable)); break;
  case ARC__VALUE_LINK: return write_link(write_text(w, node));
  default: return write_text(w, node);
  }
  text.data = (const char *)w->value.data;
  text.size = w->value.size;
  return text;
}

static void write_blanks(arc__buffer *out, size_t count) {
  while (count-- > 0) arc__buffer_u8(out, ' ');
}

static void write_value(template_writer *w, const arc__template_node *node) {
  arc_text text = write_value_text(w, node);
  size_t fill = write_width(text);
  fill = fill < node->width ? node->width - fill : 0;
  if (node->format & ARC__FORMAT_RIGHT) write_blanks(w->out, fill);
  write_escaped(w->out, text, node->context, arc__variable_type(node->variable) == ARC__VALUE_LINES);
  if (!(node->format & ARC__FORMAT_RIGHT)) write_blanks(w->out, fill);
}

static int write_test(const template_writer *w, const arc__template_node *node) {
  arc__template_node words = *node;
  int64_t number;
  switch (arc__variable_type(node->variable)) {
  case ARC__VALUE_MONEY: return write_amount(w, node->variable) != 0;
  case ARC__VALUE_DATE: return write_day(w, node->variable) != ARC_DAY_NONE;
  case ARC__VALUE_LIST: return w->m->item_count > 0;
  case ARC__VALUE_NUMBER:
    number = write_count(w, node->variable);
    return node->test == ARC__TEST_EQUAL  ? number == node->number
           : node->test == ARC__TEST_LESS ? number < node->number
           : node->test == ARC__TEST_MORE ? number > node->number
                                          : number != 0;
  default:
    words.variable = ARC__VARIABLE_WORDS;
    return node->test == ARC__TEST_EQUAL ? arc__text_equal(write_text(w, node), write_text(w, &words))
                                         : write_text(w, node).size > 0;
  }
}

/* Passes a node and says which one comes next. */
static uint32_t write_node(template_writer *w, uint32_t at) {
  const arc__template_node *node = &w->t->nodes[at];
  switch (node->kind) {
  case ARC__NODE_LITERAL: arc__buffer_bytes(w->out, w->t->text + node->from, node->size); return at + 1;
  case ARC__NODE_VALUE: write_value(w, node); return at + 1;
  case ARC__NODE_UNLESS: return write_test(w, node) != node->negated ? at + 1 : node->to;
  case ARC__NODE_GO: return node->to;
  default: /* ARC__NODE_EACH */
    if (w->position == w->m->item_count) {
      w->position = 0;
      w->item = NULL;
      return node->to;
    }
    w->item = write_item(w->m, w->position++);
    return at + 1;
  }
}

arc_status arc__template_append(arc__buffer *out, const arc_template *t, int32_t part, const arc_message *m,
                                arc_error *err) {
  const arc__template_part *p = &t->parts[part - 1];
  template_writer w = {out, t, m, NULL, 0, out->size, {0}};
  uint32_t at = p->first, steps = 0;
  if (p->first == p->end) return ARC_DONE;
  arc__buffer_init(&w.value, &t->heap);
  while (at < p->end && !out->failed && out->size - w.begin <= ARC_TEMPLATE_OUTPUT_MAX && steps < WRITE_STEPS_MAX) {
    at = write_node(&w, at);
    steps++;
  }
  if (w.value.failed) out->failed = 1;
  arc__buffer_free(&w.value);
  if (out->failed) return arc__fail_nomem(err);
  if (at >= p->end && out->size - w.begin <= ARC_TEMPLATE_OUTPUT_MAX) return ARC_OK;
  out->size = w.begin;
  return arc__fail(err, ARC_E_REFUSED, "the message comes to more than %d bytes", ARC_TEMPLATE_OUTPUT_MAX);
}

/* ---- for hosts ---- */

static arc_status write_out(char *buf, size_t cap, size_t *size, arc__buffer *text, arc_error *err) {
  arc_status status = ARC_OK;
  if (text->failed) status = arc__fail_nomem(err);
  else *size = text->size;
  if (status >= 0 && (buf ? text->size >= cap : cap != 0))
    status = arc__fail(err, ARC_E_INVALID, "the text has %llu bytes and a NUL: give more room",
                       (unsigned long long)text->size);
  if (status >= 0 && buf) {
    if (text->size) memcpy(buf, text->data, text->size);
    buf[text->size] = 0;
  }
  arc__buffer_free(text);
  return status;
}

static arc_status write_check_message(const arc_message *m, arc_message *known, arc_error *err) {
  ARC__TRY(ARC__READ(arc_message, known, m, err));
  if (known->item_count && (!known->items || known->items->struct_size < ARC__FIRST_arc_message_item))
    return arc__fail(err, ARC_E_INVALID, "arc_message: items is NULL, or its struct_size is wrong");
  known->currency[3] = 0;
  return ARC_OK;
}

arc_status arc_template_write(char *buf, size_t cap, size_t *size, const arc_template *t, int32_t part,
                              const arc_message *message, arc_error *err) {
  arc_message known;
  arc__buffer text;
  arc_status status;
  if (!size || !t) return arc__fail(err, ARC_E_INVALID, "size or tmpl is NULL");
  *size = 0;
  if (part < ARC_PART_SUBJECT || part > ARC_PART_HTML)
    return arc__fail_field(err, ARC_E_INVALID, 0, 5, "part must be one of ARC_PART_*");
  ARC__TRY(write_check_message(message, &known, err));
  arc__buffer_init(&text, &t->heap);
  status = arc__template_append(&text, t, part, &known, err);
  if (status == ARC_OK) return write_out(buf, cap, size, &text, err);
  arc__buffer_free(&text);
  return status;
}

arc_status arc_template_built_in(char *buf, size_t cap, size_t *size, int32_t tone, int32_t channel,
                                 const char *language, const arc_allocator *allocator, arc_error *err) {
  arc_text tag = {language, arc__text_size(language, ARC_NUL_TERMINATED)};
  int number = language ? arc__template_language(tag) : -1;
  arc__heap heap;
  arc__buffer text;
  if (!size) return arc__fail(err, ARC_E_INVALID, "size is NULL");
  *size = 0;
  if (number < 0 || tone < ARC_TONE_NONE || tone > ARC_TONE_FINAL || channel <= ARC_CHANNEL_NONE ||
      channel > ARC_CHANNEL_PLACEMENT)
    return arc__fail(err, ARC_E_INVALID, "there are built-in templates for each tone and channel in en, de, fr and es");
  ARC__TRY(arc__heap_init(&heap, allocator, err));
  arc__buffer_init(&text, &heap);
  arc__template_compose(&text, tone, arc__template_kind(channel), number);
  return write_out(buf, cap, size, &text, err);
}
