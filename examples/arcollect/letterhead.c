/* Lines "name: value". The library checks the values again; here it is said which line is wrong. */
#include "letterhead.h"
#include "mime.h"

#include <stdlib.h>
#include <string.h>

typedef struct letterhead_line {
  char key[16], currency[4];
  const char *value;
  size_t size;
} letterhead_line;

/* Splits "key [CUR]: value"; 0 if it is no such line. */
static int line_split(letterhead_line *out, const char *line, size_t size) {
  const char *colon = memchr(line, ':', size);
  size_t key = 0, end = colon ? (size_t)(colon - line) : 0;
  memset(out, 0, sizeof *out);
  while (key < end && line[key] != ' ') key++;
  if (key == 0 || key >= sizeof out->key) return 0;
  memcpy(out->key, line, key);
  if (key != end) {
    if (end - key != 4) return 0;
    memcpy(out->currency, line + key + 1, 3);
    if (arc_currency_digits(out->currency) < 0) return 0;
  }
  out->value = colon + 1;
  out->size = size - end - 1;
  for (; out->size != 0 && *out->value == ' '; out->size--) out->value++;
  while (out->size != 0 && (out->value[out->size - 1] == ' ' || out->value[out->size - 1] == '\r')) out->size--;
  return 1;
}

/* Sets a text, or adds a line to it. */
static void text_add(letterhead *l, arc_text *text, const letterhead_line *line, int lines) {
  char *joined = arena_get(&l->texts, text->size + line->size + 2);
  size_t size = lines ? text->size : 0;
  if (size != 0) memcpy(joined, text->data, size);
  if (size != 0) joined[size++] = '\n';
  memcpy(joined + size, line->value, line->size);
  joined[size + line->size] = '\0';
  text->data = joined;
  text->size = size + line->size;
}

static arc_remit_to *remit_to_of(letterhead *l, const char *currency) {
  uint32_t i;
  for (i = 0; i < l->head.remit_to_count; i++) {
    if (strcmp(l->remit_to[i].currency, currency) == 0) return &l->remit_to[i];
  }
  if (i == LETTERHEAD_ACCOUNTS) return NULL;
  l->head.remit_to_count++;
  l->remit_to[i] = (arc_remit_to)ARC_REMIT_TO_INIT;
  memcpy(l->remit_to[i].currency, currency, sizeof l->remit_to[i].currency);
  return &l->remit_to[i];
}

static arc_text *remit_to_text(arc_remit_to *r, const char *key) {
  if (strcmp(key, "holder") == 0) return &r->holder;
  if (strcmp(key, "account") == 0) return &r->account;
  if (strcmp(key, "bank") == 0) return &r->bank;
  if (strcmp(key, "reference") == 0) return &r->reference;
  if (strcmp(key, "link") == 0) return &r->link;
  return NULL;
}

static arc_text *head_text(letterhead *l, const char *key, int *lines) {
  *lines = strcmp(key, "address") == 0 || strcmp(key, "contact") == 0;
  if (strcmp(key, "name") == 0) return &l->head.name;
  if (strcmp(key, "address") == 0) return &l->head.address;
  if (strcmp(key, "contact") == 0) return &l->head.contact;
  if (strcmp(key, "language") == 0) return &l->head.language;
  return NULL;
}

/* 1, or 0 if it says nothing that a letterhead has. */
static int line_take(letterhead *l, const letterhead_line *line) {
  int lines;
  arc_text *text = line->currency[0] == '\0' ? head_text(l, line->key, &lines) : NULL;
  arc_remit_to *remit_to;
  arc_text none;
  if (text) {
    text_add(l, text, line, lines);
    return 1;
  }
  if (remit_to_text(&(arc_remit_to){0}, line->key)) {
    remit_to = remit_to_of(l, line->currency);
    if (remit_to) text_add(l, remit_to_text(remit_to, line->key), line, 0);
    return remit_to != NULL;
  }
  none.data = NULL;
  none.size = 0;
  text_add(l, &none, line, 0);
  if (strcmp(line->key, "deadline") == 0) {
    long days = strtol(none.data, NULL, 10);
    l->head.deadline_days = (uint32_t)days;
    return days >= 1 && days <= 366;
  }
  l->mail = none.data;
  return strcmp(line->key, "mail") == 0 && mime_address_is_safe(none.data, none.size);
}

int letterhead_read(letterhead *out, const char *text, const char *path) {
  unsigned number = 0;
  memset(out, 0, sizeof *out);
  out->head = (arc_letterhead)ARC_LETTERHEAD_INIT;
  out->head.remit_to = out->remit_to;
  out->mail = "";
  while (*text != '\0') {
    size_t size = strcspn(text, "\n");
    letterhead_line line;
    number++;
    if (size != 0 && text[0] != '#' && text[0] != '\r' &&
        (!line_split(&line, text, size) || !line_take(out, &line)))
      return fail_refused("%s:%u: expected 'name: value' with name, address, contact, mail, language, deadline, "
                          "or holder, account, bank, reference, link, each of these also with a currency",
                          path, number);
    text += size + (text[size] == '\n');
  }
  return 0;
}

void letterhead_free(letterhead *l) {
  arena_free(&l->texts);
}
