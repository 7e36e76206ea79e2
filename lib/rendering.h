/* Rendering: the built-in texts of messages, plain and as HTML, in English. */
#ifndef ARC_RENDERING_H
#define ARC_RENDERING_H

#include "arcollect/transport.h"
#include "buffer.h"

/* Buffers to be filled again and again. */
typedef struct arc__rendering {
  arc__buffer subject, body, html;
} arc__rendering;

void arc__rendering_init(arc__rendering *r, const arc__heap *heap);
void arc__rendering_free(arc__rendering *r);

/* Writes the texts of a message from its other fields, and points its subject, body and html at them: valid
 * until the next call. `sender` signs it. Data is escaped where it stands. ARC_E_NOMEM. */
arc_status arc__rendering_write(arc__rendering *r, arc_message *message, arc_text sender, arc_error *err);

#endif
