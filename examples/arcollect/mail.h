/* Reading a mail (RFC 5322, MIME): what a program wants of a reply. Whatever stands in it, little is believed and less is
 * kept: sizes, depths and counts are bounded, and what cannot be decoded is left out. */
#ifndef MAIL_H
#define MAIL_H

#include "memory.h"

#define MAIL_MAX (10u << 20) /* bytes of a file */

typedef struct mail {
  int is_mail;    /* 0: there are no headers, and text is all of it */
  buffer id;      /* the Message-ID without <>; empty: none that can be a key */
  buffer parents; /* the message ids of In-Reply-To and References, and of a message that bounced, one a line */
  buffer sender;  /* the address alone */
  buffer subject;
  buffer text;    /* UTF-8: the plain text, else the HTML */
  int html;
  int automatic;  /* no person wrote it (RFC 3834) */
  int bounced;    /* the report of a delivery that failed for good (RFC 3464) */
  arc_day day;    /* by the sender's clock; ARC_DAY_NONE: it says none */
} mail;

/* Never fails: what it is not sure of is empty. */
void mail_read(mail *m, const char *bytes, size_t size);
void mail_free(mail *m);

#endif
