/* Shared inside the templates: the compiled form, and what writes it. */
#ifndef ARC_TEMPLATE_INTERNAL_H
#define ARC_TEMPLATE_INTERNAL_H

#include "template.h"

/* ---- variables: template.c ---- */

enum { ARC__VALUE_TEXT, ARC__VALUE_LINES, ARC__VALUE_LINK, ARC__VALUE_MONEY, ARC__VALUE_DATE,
       ARC__VALUE_NUMBER, ARC__VALUE_LIST };

/* X(identifier, name, type): those from ITEM_NUMBER on are of an item. */
#define ARC__VARIABLE_LIST(X)                                                                      \
  X(SENDER_NAME, "sender.name", TEXT)                                                              \
  X(SENDER_ADDRESS, "sender.address", LINES)                                                       \
  X(SENDER_CONTACT, "sender.contact", LINES)                                                       \
  X(CUSTOMER_NAME, "customer.name", TEXT)                                                          \
  X(CUSTOMER_KEY, "customer.key", TEXT)                                                            \
  X(CONTACT_NAME, "contact.name", TEXT)                                                            \
  X(CONTACT_ADDRESS, "contact.address", LINES)                                                     \
  X(INVOICE, "invoice", TEXT)                                                                      \
  X(STEP, "step", TEXT)                                                                            \
  X(CHANNEL, "channel", TEXT)                                                                      \
  X(TONE, "tone", TEXT)                                                                            \
  X(PAY_HOLDER, "pay.holder", TEXT)                                                                \
  X(PAY_ACCOUNT, "pay.account", TEXT)                                                              \
  X(PAY_BANK, "pay.bank", TEXT)                                                                    \
  X(PAY_REFERENCE, "pay.reference", TEXT)                                                          \
  X(PAY_LINK, "pay.link", LINK)                                                                    \
  X(AMOUNT, "amount", MONEY)                                                                       \
  X(INVOICED, "invoiced", MONEY)                                                                   \
  X(PAID, "paid", MONEY)                                                                           \
  X(DISPUTED, "disputed", MONEY)                                                                   \
  X(ON_ACCOUNT, "on_account", MONEY)                                                               \
  X(NET, "net", MONEY)                                                                             \
  X(TODAY, "today", DATE)                                                                          \
  X(DEADLINE, "deadline", DATE)                                                                    \
  X(OLDEST_DUE, "oldest_due", DATE)                                                                \
  X(COUNT, "count", NUMBER)                                                                        \
  X(DAYS_LATE, "days_late", NUMBER)                                                                \
  X(ITEMS, "items", LIST)                                                                          \
  X(ITEM_NUMBER, "item.number", TEXT)                                                              \
  X(ITEM_PO, "item.po", TEXT)                                                                      \
  X(ITEM_KIND, "item.kind", TEXT)                                                                  \
  X(ITEM_AMOUNT, "item.amount", MONEY)                                                             \
  X(ITEM_PAID, "item.paid", MONEY)                                                                 \
  X(ITEM_DISPUTED, "item.disputed", MONEY)                                                         \
  X(ITEM_OPEN, "item.open", MONEY)                                                                 \
  X(ITEM_ISSUED, "item.issued", DATE)                                                              \
  X(ITEM_DUE, "item.due", DATE)                                                                    \
  X(ITEM_POSITION, "item.position", NUMBER)                                                        \
  X(ITEM_DAYS_LATE, "item.days_late", NUMBER)

enum {
#define ARC__X(id, name, type) ARC__VARIABLE_##id,
  ARC__VARIABLE_LIST(ARC__X)
#undef ARC__X
  ARC__VARIABLE_WORDS /* not a variable: words of the template */
};

int arc__variable_type(int variable); /* ARC__VALUE_* */

/* ---- the compiled form: a list of nodes for each part ---- */

enum {
  ARC__NODE_LITERAL, /* text from, size */
  ARC__NODE_VALUE,
  ARC__NODE_UNLESS,  /* goes to `to` if the test fails */
  ARC__NODE_GO,      /* goes to `to` */
  ARC__NODE_EACH,    /* the next item, or goes to `to` */
};

enum { ARC__TEST_SET, ARC__TEST_EQUAL, ARC__TEST_LESS, ARC__TEST_MORE };

/* How a value is escaped. */
enum { ARC__CONTEXT_HEADER, ARC__CONTEXT_PLAIN, ARC__CONTEXT_HTML, ARC__CONTEXT_LINK, ARC__CONTEXT_LINK_PART };

#define ARC__FORMAT_SHORT 1
#define ARC__FORMAT_BARE 2
#define ARC__FORMAT_RIGHT 4 /* width fills on the left */

typedef struct arc__template_node {
  uint8_t kind, variable, context, format, width, test, negated;
  uint32_t from, size; /* of words in the text */
  uint32_t to;         /* node */
  int64_t number;      /* compared with */
} arc__template_node;

typedef struct arc__template_part {
  uint32_t first, end; /* nodes; the same: there is no such part */
} arc__template_part;

struct arc_template {
  arc__heap heap;
  char *text;
  size_t size, capacity;
  arc__template_node *nodes;
  size_t node_count, node_capacity;
  arc__template_part parts[3];
  arc__template_head head;
};

/* ---- where in HTML a value stands: template_html.c ---- */

typedef struct arc__html {
  uint8_t state, raw, name_size, attribute_size, value_size, begun;
  char name[8], attribute[12], value[8];
} arc__html;

void arc__html_feed(arc__html *h, const char *text, size_t size);
/* The context of a value here, or -1 with *why. Notes that a value stands here. */
int arc__html_context(arc__html *h, int type, const char **why);
int arc__html_at_text(const arc__html *h);
int arc__html_same(const arc__html *a, const arc__html *b);

/* ---- amounts and dates: template_format.c ---- */

/* Appends an amount of a currency as a language writes it; `bare`: without currency. Blanks within are
 * U+00A0 if `hard`. */
void arc__format_money(arc__buffer *out, arc_text language, int64_t amount, const char *currency, int bare,
                       int hard);
void arc__format_date(arc__buffer *out, arc_text language, arc_day day, int brief, int hard);

#endif
