/* Fuzzes the reader and the writer of templates: whatever the bytes, it ends, and what was read can be written.
 *
 * The input is a template; what stands behind a NUL in it is the data of a message. HTML that comes of it has the
 * markup of the template: a second message with harmless data gives as many '<', '>' and quotes. */
#define _GNU_SOURCE /* memmem */
#include "arcollect.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char out[2][ARC_TEMPLATE_OUTPUT_MAX + 16];

static void message_init(arc_message *m, arc_message_item items[2], arc_letterhead *l, arc_remit_to *r, arc_text value) {
  memset(m, 0, sizeof *m);
  memset(items, 0, 2 * sizeof *items);
  *l = (arc_letterhead)ARC_LETTERHEAD_INIT;
  *r = (arc_remit_to)ARC_REMIT_TO_INIT;
  l->name = l->address = l->contact = value;
  r->holder = r->account = r->bank = r->reference = r->link = value;
  m->struct_size = sizeof *m;
  m->channel = ARC_CHANNEL_EMAIL;
  m->customer = m->customer_name = m->recipient = m->address = m->step = value;
  m->day = 20000;
  m->deadline = 20007;
  memcpy(m->currency, "EUR", 4);
  m->letterhead = l;
  m->remit_to = r;
  m->items = items;
  m->item_count = 2;
  m->amount = 12345;
  for (int i = 0; i < 2; i++) {
    items[i].struct_size = sizeof items[i];
    items[i].invoice = items[i].po_number = value;
    items[i].due = 19990 + i;
    items[i].issued = ARC_DAY_FIRST;
    items[i].amount = items[i].invoiced = 6000 + i;
  }
}

static void count_markup(const char *html, size_t counts[3]) {
  memset(counts, 0, 3 * sizeof *counts);
  for (; *html; html++) {
    counts[0] += *html == '<';
    counts[1] += *html == '>';
    counts[2] += *html == '"' || *html == '\'';
  }
}

/* 1 if both were written. */
static int write_both(const arc_template *t, int32_t part, const arc_message m[2]) {
  size_t size;
  arc_status first = arc_template_write(out[0], sizeof out[0], &size, t, part, &m[0], NULL);
  return first == ARC_OK && arc_template_write(out[1], sizeof out[1], &size, t, part, &m[1], NULL) == ARC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
  size_t text = nul ? (size_t)(nul - data) : size;
  arc_text values[2] = {{nul ? (const char *)nul + 1 : "", nul ? size - text - 1 : 0}, {"x", 1}};
  arc_message m[2];
  arc_message_item items[2][2];
  arc_letterhead l[2];
  arc_remit_to r[2];
  arc_template *t;
  size_t counts[2][3];
  if (arc_template_open(&t, (const char *)data, text, NULL, NULL) != ARC_OK) return 0;
  if (values[0].size == 0) values[0].data = "<", values[0].size = 1; /* tests of emptiness go one way */
  for (int i = 0; i < 2; i++) message_init(&m[i], items[i], &l[i], &r[i], values[i]);
  /* A comparison with words may tell the two apart: then they may differ in markup. */
  int compared = memmem(data, text, "= \"", 3) || memmem(data, text, "=\"", 2);
  if (write_both(t, ARC_PART_SUBJECT, m) && (strchr(out[0], '\n') || strchr(out[0], '\r'))) abort();
  write_both(t, ARC_PART_TEXT, m);
  if (write_both(t, ARC_PART_HTML, m) && !compared) {
    /* Lines are markup of ours: an address may have several. */
    int lines = memchr(values[0].data, '\n', values[0].size) != NULL;
    count_markup(out[0], counts[0]);
    count_markup(out[1], counts[1]);
    if (!lines && memcmp(counts[0], counts[1], sizeof counts[0]) != 0) abort();
  }
  arc_template_close(t);
  return 0;
}
