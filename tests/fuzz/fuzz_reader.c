/*
 * Any bytes as a reply: it is read, in bounded memory, and the report is in order; what is told as words
 * stands in the text. The first byte chooses the language, HTML and the day; the last third is the subject.
 * Every reader is also taught the text, and asks a model that answers with bytes of it.
 */
#include "arcollect.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static size_t held;

static void *resize_bounded(void *user, void *ptr, size_t old_size, size_t new_size) {
  (void)user;
  held += new_size - old_size;
  if (held > (4u << 20)) abort();
  if (new_size) return realloc(ptr, new_size);
  free(ptr);
  return NULL;
}

static void need(int true_always) {
  if (!true_always) abort();
}

typedef struct liar {
  const uint8_t *bytes;
  size_t size;
} liar;

/* Says whatever the bytes say, of words that stand in the text or do not. */
static int32_t ask_liar(void *user, arc_text text, const char *language, arc_reply_answer *answer) {
  const liar *l = user;
  (void)language;
  if (l->size < 4) return 0;
  size_t from = text.size ? l->bytes[2] % text.size : 0;
  answer->kind = (int32_t)l->bytes[1] % 20 - 3;
  answer->confidence_ppm = l->bytes[3] * 5000u;
  answer->words.data = l->bytes[0] % 3 ? text.data + from : (const char *)l->bytes;
  answer->words.size = l->bytes[0] % 3 ? (text.size - from) / 2 : l->size / 2;
  return 1;
}

static void check(const arc_report *report, int taught_or_asked) {
  size_t rows = arc_report_rows(report);
  need(rows >= 4 && strcmp(arc_report_text(report, 0, 0, NULL), "kind") == 0);
  const char *text = arc_report_text(report, rows - 1, 7, NULL);
  int decided = 0, sure = 1;
  for (size_t row = 0; row < rows; row++) {
    const char *fact = arc_report_text(report, row, 0, NULL);
    int64_t code = arc_report_integer(report, row, 1);
    need(strlen(fact) > 0);
    if (strcmp(fact, "kind") == 0) {
      need(code >= ARC_REPLY_OTHER && code <= ARC_REPLY_THANKS);
      need(arc_report_integer(report, row, 3) >= 0 && arc_report_integer(report, row, 3) <= 1000000);
      sure &= arc_report_integer(report, row, 3) >= 900000;
    }
    if (strcmp(fact, "decision") == 0) decided = code == 1;
    if (strcmp(fact, "date") == 0) need(code >= 1 && code <= 6);
    if (strcmp(fact, "text") != 0) need(strstr(text, arc_report_text(report, row, 7, NULL)) != NULL);
  }
  need(!decided || sure || taught_or_asked);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static const char *const languages[] = {"", "en", "de", "fr", "es", "en-US", "en-IN", "en-GB"};
  if (size < 2) return 0;
  arc_allocator allocator = {sizeof allocator, 0, NULL, resize_bounded};
  arc_reply reply = ARC_REPLY_INIT;
  arc_report *report = NULL;
  arc_reader *reader = NULL;
  liar l = {bytes, size};
  reply.flags = bytes[0] >> 3 & 1 ? ARC_REPLY_HTML : 0;
  strcpy(reply.language, languages[bytes[0] & 7]);
  strcpy(reply.currency, bytes[0] >> 4 & 1 ? "EUR" : "");
  reply.written = (arc_day)bytes[1] * 97 + 10000;
  reply.text.data = (const char *)bytes + 1;
  reply.text.size = size - 1;
  reply.subject.data = (const char *)bytes + size - size / 3;
  reply.subject.size = size / 3;
  need(arc_reply_read(&report, &reply, &allocator, NULL) == ARC_OK);
  check(report, 0);
  arc_report_free(report);
  if (bytes[0] >> 5 & 1) {
    need(arc_reader_new(&reader, &allocator, NULL) == ARC_OK);
    arc_status status = arc_reader_learn(reader, reply.text, bytes[0] % 13, NULL);
    need(status == ARC_OK || status == ARC_E_INVALID);
    reply.reader = reader;
    reply.model.user = &l;
    reply.model.ask = ask_liar;
    need(arc_reply_read(&report, &reply, &allocator, NULL) == ARC_OK);
    check(report, 1);
    arc_report_free(report);
    arc_reader_free(reader);
  }
  need(held == 0);
  return 0;
}
