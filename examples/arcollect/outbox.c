/*
 * Messages as files. The name of a file follows from the message's idempotency key alone (with the
 * day and customer for people), and a file appears whole or not at all: it is written under another
 * name and renamed. So a run that was cut off and offers a message again writes the same file
 * again.
 */
#include "outbox.h"
#include "mime.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOUNDARY "=_arcollect"
#define MESSAGE_DOMAIN "@sender.invalid"

static const char *channel_name(int32_t channel) {
  static const char *const names[] = {"none", "email", "sms",    "letter",  "registered-letter",
                                      "call", "voice", "portal", "webhook", "placement"};
  return channel >= 0 && channel < (int32_t)(sizeof names / sizeof *names) ? names[channel]
                                                                           : "other";
}

uint64_t outbox_hash(arc_text key) {
  return text_hash(TEXT_HASH_START, key.data, key.size);
}

int outbox_id_hash(const char *id, size_t size, uint64_t *hash) {
  static const char digits[] = "0123456789abcdef";
  size_t i, domain = sizeof MESSAGE_DOMAIN - 1;
  *hash = 0;
  if (size < 17 + domain || id[16] != '.' || memcmp(id + size - domain, MESSAGE_DOMAIN, domain) != 0) return 0;
  for (i = 0; i < 16; i++) {
    const char *digit = id[i] ? strchr(digits, id[i]) : NULL;
    if (!digit) return 0;
    *hash = *hash << 4 | (uint64_t)(digit - digits);
  }
  return 1;
}

/* Adds at most `most` bytes of a text, with '_' for whatever is not a letter, a digit, '-' or '_'.
 */
static void add_safe(buffer *out, arc_text text, size_t most) {
  size_t i;
  for (i = 0; i < text.size && i < most; i++) {
    char c = text.data[i];
    int safe =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    buffer_byte(out, safe ? c : '_');
  }
}

/* 1 with the address, 0 if the message states one that cannot be written into a header. */
static int address_of(const arc_message *m, buffer *out) {
  if (m->channel == ARC_CHANNEL_EMAIL && m->address.size != 0) {
    buffer_add(out, m->address.data, m->address.size);
    return mime_address_is_safe(m->address.data, m->address.size);
  }
  add_safe(out, m->customer, 64);
  buffer_text(out, "@customers.invalid");
  return 1;
}

static void add_part(buffer *out, const char *type, arc_text body) {
  buffer_format(out,
                "--" BOUNDARY "\r\nContent-Type: %s; charset=utf-8\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                type);
  mime_body(out, body);
  buffer_text(out, "\r\n");
}

static void add_copies(buffer *out, const arc_message *m) {
  uint32_t i, written = 0;
  for (i = 0; m->channel == ARC_CHANNEL_EMAIL && i < m->copy_count; i++) {
    if (!mime_address_is_safe(m->copies[i].data, m->copies[i].size)) continue;
    buffer_text(out, written++ == 0 ? "Cc: <" : ",\r\n <");
    buffer_add(out, m->copies[i].data, m->copies[i].size);
    buffer_byte(out, '>');
  }
  if (written != 0) buffer_text(out, "\r\n");
}

static void compose(buffer *out, const outbox *box, const arc_message *m, const char *address) {
  mime_date_header(out, box->day, box->minute);
  mime_address_header(out, "From", text_of(box->sender), box->mail);
  mime_address_header(out, "To", m->recipient.size != 0 ? m->recipient : m->customer_name, address);
  add_copies(out, m);
  mime_header(out, "Subject", m->subject);
  buffer_format(out, "Message-ID: <%016llx.", (unsigned long long)outbox_hash(m->idempotency_key));
  add_safe(out, m->idempotency_key, 24);
  buffer_text(out, MESSAGE_DOMAIN ">\r\n");
  mime_header(out, "X-Idempotency-Key", m->idempotency_key);
  mime_header(out, "X-Channel", text_of(channel_name(m->channel)));
  mime_header(out, "X-Customer", m->customer);
  mime_header(out, "X-Step", m->step);
  if (m->channel != ARC_CHANNEL_EMAIL && m->address.size != 0)
    mime_header(out, "X-Address", m->address);
  if (m->language.size != 0) mime_header(out, "Content-Language", m->language);
  buffer_text(out,
              "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"" BOUNDARY
              "\"\r\n\r\n");
  add_part(out, "text/plain", m->body);
  if (m->html.size != 0) add_part(out, "text/html", m->html);
  buffer_text(out, "--" BOUNDARY "--\r\n");
}

static int write_file(const char *path, const buffer *bytes) {
  FILE *file = fopen(path, "wb");
  int done;
  if (!file) return 0;
  done = fwrite(bytes->data, 1, bytes->size, file) == bytes->size;
  return fclose(file) == 0 && done;
}

static int32_t deliver(const outbox *box, const arc_message *m, const buffer *mail) {
  buffer path = {NULL, 0, 0}, draft = {NULL, 0, 0};
  char day[11] = "";
  int32_t result = ARC_SENT;
  unsigned long long hash = outbox_hash(m->idempotency_key);
  arc_day_format(day, m->day);
  buffer_format(&path, "%s/%s_", box->folder, day);
  add_safe(&path, m->customer, 40);
  buffer_format(&path, "_%016llx.eml", hash);
  buffer_format(&draft, "%s/.%016llx.draft", box->folder, hash);
  if (mkdir(box->folder, 0777) != 0 && errno != EEXIST) result = -1;
  if (result != ARC_SENT || !write_file(draft.data, mail) || rename(draft.data, path.data) != 0) {
    fail_fault("the outbox cannot take %s: %s", path.data, strerror(errno));
    result = -1; /* not now: the collector stops, and offers it again in the next run */
  }
  buffer_free(&path);
  buffer_free(&draft);
  return result;
}

static int32_t outbox_send(void *user, const arc_message *m) {
  outbox *box = user;
  buffer address = {NULL, 0, 0}, mail = {NULL, 0, 0};
  int32_t result = ARC_FAILED;
  if (address_of(m, &address)) {
    compose(&mail, box, m, address.data);
    result = deliver(box, m, &mail);
    box->written += result == ARC_SENT;
  } else {
    remark("customer %.*s: '%s' is no mail address that can be written to", (int)m->customer.size,
           m->customer.data, address.data);
  }
  buffer_free(&address);
  buffer_free(&mail);
  return result;
}

arc_transport outbox_transport(outbox *box) {
  arc_transport transport = {sizeof transport, 0, box, outbox_send};
  return transport;
}
