/* The letterhead: who writes, and where payments are to go. A text file that the book keeps:
 *
 *   name: Nordlicht Werkzeuge GmbH      address: and contact: may come several times, a line each
 *   address: Hafenstrasse 12            language: of customers whose language is not known
 *   mail: office@nordlicht.example      deadline: days given for payment
 *   account: IBAN DE89 ...              also holder:, bank:, reference:, link:
 *   account USD: ...                    the same for messages in one currency
 */
#ifndef LETTERHEAD_H
#define LETTERHEAD_H

#include "memory.h"

#define LETTERHEAD_MAX 8192 /* bytes of the file */
#define LETTERHEAD_ACCOUNTS 16

typedef struct letterhead {
  arc_letterhead head; /* what the library takes */
  arc_remit_to remit_to[LETTERHEAD_ACCOUNTS];
  const char *mail; /* for From:; "": none */
  arena texts;
} letterhead;

/* Reads a text; `path` is for messages. @return 0 or an exit code after a message; letterhead_free
 * is needed in both cases. */
int letterhead_read(letterhead *out, const char *text, const char *path);
void letterhead_free(letterhead *l);

#endif
