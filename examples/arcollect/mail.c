/*
 * A mail is read in one pass over its bytes: headers, then the parts one in another. Of alternatives the plain text
 * counts, else the HTML; attachments and forwarded mails are not the writer's words. Charsets are iconv's, from a list:
 * a mail does not choose what code is run.
 */
#include "mail.h"
#include "mime.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAIL_TEXT_MAX    (256u << 10) /* of what is decoded; the reader reads less */
#define MAIL_DEPTH_MAX   8
#define MAIL_PARTS_MAX   100
#define MAIL_HEADERS_MAX (128u << 10)
#define MAIL_PARENTS_MAX 8192
#define MAIL_ID_MAX      250
#define SUBJECT_MAX      4000

typedef struct slice {
  const char *at;
  size_t size;
} slice;

/* ---- lines and headers ---- */

/* The next line without its end; 0 behind the last. */
static int line_next(slice *rest, slice *line) {
  const char *end;
  if (rest->size == 0) return 0;
  end = memchr(rest->at, '\n', rest->size);
  line->at = rest->at;
  line->size = end ? (size_t)(end - rest->at) : rest->size;
  rest->size -= line->size + (end != NULL);
  rest->at += line->size + (end != NULL);
  if (line->size != 0 && line->at[line->size - 1] == '\r') line->size--;
  return 1;
}

/* The name of a header field and its colon; 0: the line is none. */
static size_t field_name(slice line) {
  size_t i;
  for (i = 0; i < line.size && line.at[i] > ' ' && line.at[i] < 0x7F; i++)
    if (line.at[i] == ':') return i;
  return 0;
}

/* Divides bytes into headers and body; 0: there are no headers. */
static int headers_split(slice all, slice *headers, slice *body) {
  slice rest = all, line;
  int fields = 0;
  while (line_next(&rest, &line)) {
    if (line.size == 0) break;
    if (line.at[0] != ' ' && line.at[0] != '\t') {
      if (field_name(line) == 0) return 0;
      fields++;
    }
    if ((size_t)(rest.at - all.at) > MAIL_HEADERS_MAX) return 0;
  }
  headers->at = all.at;
  headers->size = (size_t)(rest.at - all.at);
  *body = rest;
  return fields;
}

/* The value of the first field of a name, unfolded; empty: there is none. */
static void header_value(slice headers, const char *name, buffer *out) {
  slice line;
  int found = 0;
  out->size = 0;
  buffer_text(out, "");
  while (line_next(&headers, &line)) {
    int folded = line.size != 0 && (line.at[0] == ' ' || line.at[0] == '\t');
    size_t size = folded ? 0 : field_name(line);
    if (found && !folded) break;
    if (!found && (size != strlen(name) || strncasecmp(line.at, name, size) != 0)) continue;
    buffer_add(out, found ? line.at : line.at + size + 1, found ? line.size : line.size - size - 1);
    found = 1;
  }
  while (out->size != 0 && (unsigned char)out->data[out->size - 1] <= ' ') out->data[--out->size] = 0;
}

static const char *value_begin(const buffer *value) {
  const char *at = value->data;
  while (*at == ' ' || *at == '\t') at++;
  return at;
}

/* A parameter of a value such as "text/plain; charset=utf-8", into at most `size` bytes; "" if it has none. */
static void parameter(const buffer *value, const char *name, char *out, size_t size) {
  const char *at = value->data;
  size_t n = 0, length = strlen(name);
  out[0] = 0;
  while ((at = strchr(at, ';')) != NULL) {
    at++;
    while (*at == ' ' || *at == '\t') at++;
    if (strncasecmp(at, name, length) != 0 || at[length] != '=') continue;
    at += length + 1;
    if (*at == '"') {
      for (at++; *at && *at != '"' && n + 1 < size; at++) out[n++] = *at;
    } else {
      for (; *at && *at != ';' && *at != ' ' && *at != '\t' && n + 1 < size; at++) out[n++] = *at;
    }
    out[n] = 0;
    return;
  }
}

/* ---- what is encoded ---- */

static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `word`: as in a header, where a blank is "_". */
static void decode_quoted(buffer *out, slice in, int word) {
  size_t i;
  for (i = 0; i < in.size && out->size < MAIL_TEXT_MAX; i++) {
    int high, low;
    if (in.at[i] == '=' && i + 2 < in.size && (high = digit_of(in.at[i + 1])) >= 0 &&
        (low = digit_of(in.at[i + 2])) >= 0) {
      buffer_byte(out, (char)(high * 16 + low));
      i += 2;
    } else if (in.at[i] == '=' && i + 1 < in.size && (in.at[i + 1] == '\n' || in.at[i + 1] == '\r')) {
      i += in.at[i + 1] == '\r' && i + 2 < in.size && in.at[i + 2] == '\n' ? 2 : 1;
    } else {
      buffer_byte(out, word && in.at[i] == '_' ? ' ' : in.at[i]);
    }
  }
}

static void decode_base64(buffer *out, slice in) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint32_t group = 0;
  int bits = 0;
  size_t i;
  for (i = 0; i < in.size && in.at[i] != '=' && out->size < MAIL_TEXT_MAX; i++) {
    const char *digit = in.at[i] ? strchr(digits, in.at[i]) : NULL;
    if (!digit) continue;
    group = group << 6 | (uint32_t)(digit - digits);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    buffer_byte(out, (char)(group >> bits & 255));
  }
}

/* Adds text of a charset as UTF-8. What cannot be read is a blank; a charset that is not known is taken for UTF-8. */
static void add_text(buffer *out, const char *charset, const buffer *in) {
  static const char *const known[] = {"iso-8859-1",   "iso-8859-2",   "iso-8859-9",   "iso-8859-15",
                                      "windows-1250", "windows-1252", "windows-1254", "latin1"};
  char *at = in->data, piece[4096];
  size_t left = in->size, i = 0;
  iconv_t converter;
  while (i < sizeof known / sizeof *known && strcasecmp(charset, known[i]) != 0) i++;
  converter = i == sizeof known / sizeof *known ? (iconv_t)-1 : iconv_open("UTF-8", known[i]);
  if (converter == (iconv_t)-1) {
    buffer_add(out, in->data ? in->data : "", in->size);
    return;
  }
  while (left != 0) {
    char *to = piece;
    size_t room = sizeof piece, before = left;
    int failed = iconv(converter, &at, &left, &to, &room) == (size_t)-1;
    buffer_add(out, piece, sizeof piece - room);
    if (!failed || left == 0 || (left != before && room != sizeof piece)) continue;
    buffer_byte(out, ' ');
    at++;
    left--;
  }
  iconv_close(converter);
}

/* One encoded word (RFC 2047) at `in`: its size; 0: there is none. */
static size_t encoded_word(buffer *out, const char *in) {
  char charset[32];
  const char *encoding = strchr(in + 2, '?'), *text, *end;
  buffer bytes = {NULL, 0, 0};
  slice words;
  if (!encoding || (size_t)(encoding - in - 2) >= sizeof charset || !encoding[1] || encoding[2] != '?') return 0;
  text = encoding + 3;
  end = strstr(text, "?=");
  if (!end) return 0;
  memcpy(charset, in + 2, (size_t)(encoding - in - 2));
  charset[encoding - in - 2] = 0;
  words.at = text;
  words.size = (size_t)(end - text);
  if (encoding[1] == 'B' || encoding[1] == 'b') decode_base64(&bytes, words);
  else decode_quoted(&bytes, words, 1);
  add_text(out, charset, &bytes);
  buffer_free(&bytes);
  return (size_t)(end + 2 - in);
}

static void decode_words(buffer *out, const char *in) {
  int after_word = 0;
  while (*in && out->size < 4096) {
    size_t blanks = strspn(in, " \t"), size;
    if (after_word && in[blanks] == '=' && in[blanks + 1] == '?') in += blanks; /* blanks between two are not text */
    size = in[0] == '=' && in[1] == '?' ? encoded_word(out, in) : 0;
    after_word = size != 0;
    if (size != 0) in += size;
    else buffer_byte(out, *in++);
  }
}

/* ---- parts ---- */

typedef struct parts {
  mail *m;
  buffer html;
  size_t count;
  int depth;
} parts;

static void part_read(parts *p, slice headers, slice body);

static void part_take(parts *p, const buffer *type, const buffer *encoding, slice body, int html) {
  buffer bytes = {NULL, 0, 0}, *out = html ? &p->html : &p->m->text;
  const char *how = value_begin(encoding);
  char charset[32];
  if (out->size >= MAIL_TEXT_MAX) return;
  parameter(type, "charset", charset, sizeof charset);
  if (strncasecmp(how, "base64", 6) == 0) decode_base64(&bytes, body);
  else if (strncasecmp(how, "quoted-printable", 16) == 0) decode_quoted(&bytes, body, 0);
  else buffer_add(&bytes, body.at, body.size < MAIL_TEXT_MAX ? body.size : MAIL_TEXT_MAX);
  if (out->size != 0) buffer_byte(out, '\n');
  add_text(out, charset, &bytes);
  buffer_free(&bytes);
}

/* A part without headers begins with the empty line behind them. */
static void part_between(parts *p, slice part) {
  slice headers = {part.at, 0}, inner = part, line;
  p->count++;
  if (!line_next(&inner, &line)) return;
  if (line.size == 0 || headers_split(part, &headers, &inner)) part_read(p, headers, inner);
}

/* 1: a line "--boundary"; 2: the last one, "--boundary--"; 0. */
static int boundary_line(slice line, const char *boundary, size_t length) {
  size_t i;
  if (line.size < length + 2 || memcmp(line.at, "--", 2) != 0 || memcmp(line.at + 2, boundary, length) != 0) return 0;
  if (line.size >= length + 4 && memcmp(line.at + length + 2, "--", 2) == 0) return 2;
  for (i = length + 2; i < line.size; i++)
    if (line.at[i] != ' ' && line.at[i] != '\t') return 0;
  return 1;
}

/* Each part between such lines; a mail that was cut off ends its last one. */
static void parts_read(parts *p, const char *boundary, slice body) {
  slice line, rest = body, part = {NULL, 0};
  size_t length = strlen(boundary);
  int found = 0;
  while (found != 2 && p->count < MAIL_PARTS_MAX && line_next(&rest, &line)) {
    if ((found = boundary_line(line, boundary, length)) == 0) continue;
    part.size = part.at ? (size_t)(line.at - part.at) : 0;
    if (part.at) part_between(p, part);
    part.at = rest.at;
  }
  part.size = part.at && found != 2 ? (size_t)(rest.at - part.at) : 0;
  if (part.size != 0 && p->count < MAIL_PARTS_MAX) part_between(p, part);
}

/* What a report of a delivery says of it, and of what message (RFC 3464). */
static void delivery_read(parts *p, slice body) {
  slice line;
  while (line_next(&body, &line))
    if (line.size >= 14 && strncasecmp(line.at, "Action: failed", 14) == 0) p->m->bounced = 1;
}

static void ids_add(mail *m, const char *value) {
  while ((value = strchr(value, '<')) != NULL) {
    const char *end = strchr(++value, '>');
    if (!end) return;
    if (end - value <= MAIL_ID_MAX && m->parents.size < MAIL_PARENTS_MAX) {
      buffer_add(&m->parents, value, (size_t)(end - value));
      buffer_byte(&m->parents, '\n');
    }
    value = end;
  }
}

static void returned_read(parts *p, slice body) {
  slice headers, rest;
  buffer id = {NULL, 0, 0};
  if (!headers_split(body, &headers, &rest)) return;
  header_value(headers, "Message-ID", &id);
  ids_add(p->m, id.data);
  buffer_free(&id);
}

static void part_read(parts *p, slice headers, slice body) {
  buffer type = {NULL, 0, 0}, encoding = {NULL, 0, 0}, disposition = {NULL, 0, 0};
  char boundary[128];
  const char *what;
  header_value(headers, "Content-Type", &type);
  header_value(headers, "Content-Transfer-Encoding", &encoding);
  header_value(headers, "Content-Disposition", &disposition);
  what = value_begin(&type);
  if (p->depth < MAIL_DEPTH_MAX && strncasecmp(what, "multipart/", 10) == 0) {
    parameter(&type, "boundary", boundary, sizeof boundary);
    p->depth++;
    if (boundary[0]) parts_read(p, boundary, body);
    p->depth--;
  } else if (strncasecmp(what, "message/delivery-status", 23) == 0) {
    delivery_read(p, body);
  } else if (strncasecmp(what, "message/rfc822", 14) == 0 || strncasecmp(what, "text/rfc822-headers", 19) == 0) {
    returned_read(p, body);
  } else if (strncasecmp(value_begin(&disposition), "attachment", 10) != 0) {
    if (strncasecmp(what, "text/html", 9) == 0) part_take(p, &type, &encoding, body, 1);
    else if (!*what || strncasecmp(what, "text/plain", 10) == 0) part_take(p, &type, &encoding, body, 0);
  }
  buffer_free(&type);
  buffer_free(&encoding);
  buffer_free(&disposition);
}

/* ---- headers of the whole ---- */

/* "Wed, 3 Apr 2024 10:22:33 +0200": the day where it was written. */
static arc_day date_read(const char *value) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const char *comma = strchr(value, ','), *month;
  int day, year;
  char name[4];
  if (sscanf(comma ? comma + 1 : value, " %2d %3s %4d", &day, name, &year) != 3 || strlen(name) != 3) return ARC_DAY_NONE;
  month = strstr(months, name);
  if (!month || (month - months) % 3 != 0 || year < 1900) return ARC_DAY_NONE;
  return arc_day_from_civil(year, (int32_t)(month - months) / 3 + 1, day);
}

/* The address of "Name <a@b.c>"; none if it is not one that could be written to. */
static void address_read(buffer *out, const char *value) {
  const char *open = strrchr(value, '<'), *close = open ? strchr(open, '>') : NULL;
  const char *at = open && close ? open + 1 : value;
  size_t size = open && close ? (size_t)(close - at) : strcspn(value, " \t(,");
  if (mime_address_is_safe(at, size)) buffer_add(out, at, size);
}

static int says(slice headers, const char *name, const char *what) {
  buffer value = {NULL, 0, 0};
  int found;
  header_value(headers, name, &value);
  found = what ? strncasecmp(value_begin(&value), what, strlen(what)) == 0 && *value_begin(&value)
               : *value_begin(&value) && strncasecmp(value_begin(&value), "no", 2) != 0;
  buffer_free(&value);
  return found;
}

static int is_automatic(slice headers) {
  return says(headers, "Auto-Submitted", NULL) || says(headers, "X-Autoreply", NULL) ||
         says(headers, "X-Autorespond", NULL) || says(headers, "X-Auto-Response-Suppress", "all-") ||
         says(headers, "Precedence", "bulk") || says(headers, "Precedence", "junk") ||
         says(headers, "Precedence", "auto_reply") || says(headers, "Precedence", "list");
}

static void headers_read(mail *m, slice headers) {
  buffer value = {NULL, 0, 0};
  const char *open, *close;
  header_value(headers, "Message-ID", &value);
  open = strchr(value.data, '<');
  close = open ? strchr(open, '>') : NULL;
  if (close && close - open > 1 && close - open <= MAIL_ID_MAX) buffer_add(&m->id, open + 1, (size_t)(close - open - 1));
  for (size_t i = 0; i < m->id.size; i++)
    if ((unsigned char)m->id.data[i] <= ' ' || (unsigned char)m->id.data[i] > 0x7E) m->id.size = 0;
  header_value(headers, "In-Reply-To", &value);
  ids_add(m, value.data);
  header_value(headers, "References", &value);
  ids_add(m, value.data);
  header_value(headers, "From", &value);
  address_read(&m->sender, value_begin(&value));
  header_value(headers, "Subject", &value);
  if (value.size > SUBJECT_MAX) value.data[SUBJECT_MAX] = 0;
  decode_words(&m->subject, value_begin(&value));
  header_value(headers, "Date", &value);
  m->day = date_read(value_begin(&value));
  m->automatic = is_automatic(headers);
  buffer_free(&value);
}

void mail_read(mail *m, const char *bytes, size_t size) {
  slice all = {bytes, size < MAIL_MAX ? size : MAIL_MAX}, headers, body;
  parts p = {m, {NULL, 0, 0}, 0, 0};
  memset(m, 0, sizeof *m);
  m->day = ARC_DAY_NONE;
  if (!headers_split(all, &headers, &body)) {
    buffer_add(&m->text, bytes, all.size);
    return;
  }
  m->is_mail = 1;
  headers_read(m, headers);
  part_read(&p, headers, body);
  m->html = m->text.size == 0 && p.html.size != 0;
  if (m->html) {
    buffer_free(&m->text);
    m->text = p.html;
  } else {
    buffer_free(&p.html);
  }
}

void mail_free(mail *m) {
  buffer_free(&m->id);
  buffer_free(&m->parents);
  buffer_free(&m->sender);
  buffer_free(&m->subject);
  buffer_free(&m->text);
}
