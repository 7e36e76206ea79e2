/* Rendering: which template a touch is written by, and its texts. */
#ifndef ARC_RENDERING_H
#define ARC_RENDERING_H

#include "arcollect/transport.h"
#include "ledger_view.h"
#include "template.h"

#define ARC__RENDERING_BUILT_IN (5 * ARC__TEMPLATE_KINDS * ARC__TEMPLATE_LANGUAGES)

/* Templates read so far, and buffers to be filled again and again. */
typedef struct arc__rendering {
  const arc__heap *heap;
  arc__buffer subject, body, html;
  arc_template *built_in[ARC__RENDERING_BUILT_IN];
  arc_template **book; /* by row of TEMPLATE, from 1 */
  size_t book_capacity;
} arc__rendering;

void arc__rendering_init(arc__rendering *r, const arc__heap *heap);
void arc__rendering_free(arc__rendering *r);

/* Writes the texts of a touch's message from its other fields, and points its subject, body and html at them:
 * valid until the next call. ARC_E_NOMEM; ARC_E_REFUSED for one that is too long; ARC_E_SYNTAX for a template of
 * the book that this library cannot read. */
arc_status arc__rendering_write(arc__rendering *r, const arc__tables *t, uint32_t touch, arc_message *message,
                                arc_error *err);

#endif
