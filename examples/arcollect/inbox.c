/*
 * The way of a reply from a file to the collector. Which customer wrote, and to which message, follows from the
 * Message-ID that the outbox wrote into the message: it holds a hash of the touch's key. One message is one commit, under
 * its own Message-ID, so that reading a folder again does nothing twice.
 */
#include "inbox.h"
#include "cycle.h"
#include "mail.h"
#include "outbox.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct sent {
  uint64_t hash; /* of the touch's key */
  size_t row;    /* of the report */
} sent;

typedef struct inbox {
  const inbox_options *o;
  arc_ledger *ledger;
  cycle cycle;
  arc_report *touches;
  sent *sent; /* by hash */
  size_t sent_count;
  size_t acted, handed, nothing, known, bounced, left;
} inbox;

/* ---- which message is answered ---- */

static int compare_sent(const void *left, const void *right) {
  const sent *a = left, *b = right;
  if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
  return a->row < b->row ? -1 : a->row > b->row;
}

static const char *touch_cell(const inbox *box, size_t row, const char *column) {
  for (size_t c = 0; c < arc_report_columns(box->touches); c++)
    if (strcmp(arc_report_column_name(box->touches, c), column) == 0) return arc_report_text(box->touches, row, c, NULL);
  return "";
}

static int sent_read(inbox *box) {
  arc_query query = ARC_QUERY_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_status status;
  query.report = ARC_REPORT_TOUCHES;
  status = arc_ledger_report(&box->touches, box->ledger, &query, &err);
  if (status != ARC_OK) return fail_status("list what was sent", status, &err);
  box->sent_count = arc_report_rows(box->touches);
  box->sent = memory_array(NULL, box->sent_count + 1, sizeof *box->sent);
  for (size_t row = 0; row < box->sent_count; row++)
    box->sent[row] = (sent){outbox_hash(text_of(touch_cell(box, row, "key"))), row};
  qsort(box->sent, box->sent_count, sizeof *box->sent, compare_sent);
  return 0;
}

/* The row of the touch that the first of the ids is of; SIZE_MAX: none. */
static size_t sent_find(const inbox *box, const buffer *ids) {
  const char *at = ids->data;
  while (at && *at) {
    const char *end = strchr(at, '\n');
    uint64_t hash;
    if (outbox_id_hash(at, end ? (size_t)(end - at) : strlen(at), &hash)) {
      size_t low = 0, high = box->sent_count;
      while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (box->sent[middle].hash < hash) low = middle + 1;
        else high = middle;
      }
      if (low < box->sent_count && box->sent[low].hash == hash) return box->sent[low].row;
    }
    at = end ? end + 1 : NULL;
  }
  return SIZE_MAX;
}

/* ---- one message ---- */

static int file_read(const char *path, buffer *out) {
  FILE *file = fopen(path, "rb");
  size_t size = 0;
  int code = 0;
  if (!file) return fail_refused("%s: %s", path, strerror(errno));
  do {
    buffer_reserve(out, 65536);
    size = fread(out->data + out->size, 1, 65536, file);
    out->size += size;
    out->data[out->size] = 0;
  } while (size != 0 && out->size <= MAIL_MAX);
  if (ferror(file)) code = fail_refused("%s: %s", path, strerror(errno));
  else if (out->size > MAIL_MAX) code = fail_refused("%s: a message is at most %u bytes", path, MAIL_MAX);
  fclose(file);
  return code;
}

static int bounce_record(inbox *box, const char *name, size_t row) {
  arc_touch_outcome outcome = ARC_TOUCH_OUTCOME_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_status status = ARC_OK;
  outcome.touch = text_of(touch_cell(box, row, "key"));
  outcome.status = ARC_TOUCH_BOUNCED;
  outcome.day = box->o->day;
  if (!box->o->dry) status = arc_ledger_post_touch_outcomes(box->ledger, &outcome, 1, &err);
  if (status < 0) return status_is_refusal(status) ? fail_refused("%s: %s", name, err.text) : fail_status("record a bounce", status, &err);
  box->bounced++;
  if (box->o->folder) printf("%s: %s: bounced\n", name, touch_cell(box, row, "customer"));
  return 0;
}

static const char *cell(const arc_report *report, const char *column) {
  for (size_t c = 0; c < arc_report_columns(report); c++)
    if (strcmp(arc_report_column_name(report, c), column) == 0) return arc_report_text(report, 0, c, NULL);
  return "";
}

static int reply_tell(inbox *box, const char *name, const arc_report *report, arc_status status) {
  const char *verdict = cell(report, "verdict");
  if (status == ARC_ALREADY) box->known++;
  else if (strcmp(verdict, "acted") == 0) box->acted++;
  else if (strcmp(verdict, "person") == 0) box->handed++;
  else box->nothing++;
  if (!box->o->folder) return print_report(report, &box->o->print, stdout);
  printf("%s: %s: %s%s: %s\n", name, cell(report, "customer"), status == ARC_ALREADY ? "known: " : "", verdict,
         cell(report, "reason"));
  return 0;
}

/* A message without an id is known by what it says. */
static void reply_key(buffer *key, const mail *m, const buffer *bytes) {
  uint64_t hash = text_hash(TEXT_HASH_START, bytes->data, bytes->size);
  if (m->id.size != 0) buffer_add(key, m->id.data, m->id.size);
  else buffer_format(key, "file-%016llx", (unsigned long long)hash);
}

static int reply_read(inbox *box, const char *name, const mail *m, const buffer *bytes) {
  arc_incoming in = ARC_INCOMING_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_report *report = NULL;
  arc_status status;
  buffer key = {NULL, 0, 0};
  size_t row = sent_find(box, &m->parents);
  int code;
  if (m->bounced && row != SIZE_MAX) return bounce_record(box, name, row);
  if (!box->o->customer && row == SIZE_MAX) {
    box->left++;
    remark("%s: it answers no message of this book; say --customer", name);
    return box->o->folder ? 0 : EXIT_REFUSED;
  }
  reply_key(&key, m, bytes);
  in.key = (arc_text){key.data, key.size};
  in.customer = text_of(box->o->customer ? box->o->customer : touch_cell(box, row, "customer"));
  if (box->o->touch) in.touch = text_of(box->o->touch);
  else if (row != SIZE_MAX) in.touch = text_of(touch_cell(box, row, "key"));
  in.sender = (arc_text){m->sender.data, m->sender.size};
  in.subject = (arc_text){m->subject.data, m->subject.size};
  in.text = (arc_text){m->text.data, m->text.size};
  in.written = m->day;
  in.day = box->o->day;
  in.channel = ARC_CHANNEL_EMAIL;
  in.flags = (m->html ? ARC_INCOMING_HTML : 0) | (m->automatic ? ARC_INCOMING_AUTOMATIC : 0) |
             (box->o->dry ? ARC_INCOMING_DRY_RUN : 0);
  status = arc_collector_reply(&report, box->cycle.collector, &in, &err);
  if (status < 0 && status_is_refusal(status)) code = fail_refused("%s: %s", name, err.text);
  else code = status < 0 ? fail_status("take the reply", status, &err) : reply_tell(box, name, report, status);
  arc_report_free(report);
  buffer_free(&key);
  return code;
}

static int message_read(inbox *box, const char *path, const char *name) {
  buffer bytes = {NULL, 0, 0};
  mail m;
  int code = file_read(path, &bytes);
  if (code == 0) {
    mail_read(&m, bytes.data, bytes.size);
    code = reply_read(box, name, &m, &bytes);
    mail_free(&m);
  }
  buffer_free(&bytes);
  return code;
}

/* ---- a folder ---- */

static int compare_names(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

static int is_mail_name(const char *name) {
  size_t size = strlen(name);
  return name[0] != '.' && size > 4 && strcmp(name + size - 4, ".eml") == 0;
}

/* What is refused is told, and the rest is read all the same. */
static int folder_read(inbox *box) {
  DIR *folder = opendir(box->o->path);
  struct dirent *entry;
  char **names = NULL;
  size_t count = 0;
  arena kept = {NULL};
  int code = 0;
  if (!folder) return fail_refused("%s: %s", box->o->path, strerror(errno));
  while ((entry = readdir(folder)) != NULL) {
    if (!is_mail_name(entry->d_name)) continue;
    names = memory_array(names, count + 1, sizeof *names);
    names[count++] = arena_copy(&kept, entry->d_name, strlen(entry->d_name));
  }
  closedir(folder);
  if (count > 1) qsort(names, count, sizeof *names, compare_names);
  for (size_t i = 0; i < count && code != EXIT_FAULT; i++) {
    buffer path = {NULL, 0, 0};
    int one;
    buffer_format(&path, "%s/%s", box->o->path, names[i]);
    one = message_read(box, path.data, names[i]);
    if (one != 0) code = one;
    buffer_free(&path);
  }
  free(names);
  arena_free(&kept);
  printf("%zu acted on, %zu for a person, %zu ask for nothing, %zu bounced, %zu known already, %zu left\n", box->acted,
         box->handed, box->nothing, box->bounced, box->known, box->left);
  return code;
}

int inbox_read(book *b, const inbox_options *options) {
  inbox box = {.o = options};
  int code;
  if (options->day == ARC_DAY_NONE) return fail_usage("say on which day it came in: --date DATE");
  code = book_ledger(b, options->dry ? ARC_LEDGER_DETACHED : 0, &box.ledger);
  if (code != 0) return code;
  /* As a run of the day would; one of a day before is recorded when the book has come to. */
  (void)arc_ledger_set_clock(box.ledger, (int64_t)options->day * 86400000 + 6 * 3600000, NULL);
  code = cycle_open(&box.cycle, b, box.ledger, NULL, CYCLE_NO_MATCH, 0);
  if (code == 0) {
    code = sent_read(&box);
    if (code == 0) code = options->folder ? folder_read(&box) : message_read(&box, options->path, options->path);
    arc_report_free(box.touches);
    free(box.sent);
    cycle_close(&box.cycle);
  }
  arc_ledger_close(box.ledger);
  return code;
}

/* ---- what a person says ---- */

int inbox_done(book *b, const char *task, arc_day day, const char *by, const char *outcome) {
  arc_end row = ARC_END_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = NULL;
  arc_status status;
  int code = book_ledger(b, 0, &ledger);
  if (code != 0) return code;
  row.kind = ARC_END_TASK;
  row.key = text_of(task);
  row.author = text_of(by ? by : "");
  row.reason = text_of(outcome ? outcome : "done");
  row.day = day != ARC_DAY_NONE ? day : book_info(ledger).run;
  status = arc_ledger_post_ends(ledger, &row, 1, &err);
  arc_ledger_close(ledger);
  if (status == ARC_ALREADY) remark("that was said already");
  return status < 0 ? fail_status("end the task", status, &err) : 0;
}

int inbox_undo(book *b, const char *reply, arc_day day, const char *by, const char *reason) {
  arc_end row = ARC_END_INIT;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *ledger = NULL;
  arc_status status;
  int code = book_ledger(b, 0, &ledger);
  if (code != 0) return code;
  row.kind = ARC_END_REPLY;
  row.key = text_of(reply);
  row.author = text_of(by ? by : "");
  row.reason = text_of(reason ? reason : "");
  row.day = day != ARC_DAY_NONE ? day : book_info(ledger).run;
  status = arc_ledger_post_ends(ledger, &row, 1, &err);
  arc_ledger_close(ledger);
  if (status == ARC_ALREADY) remark("that was said already");
  return status < 0 ? fail_status("undo the reply", status, &err) : 0;
}
