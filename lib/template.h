/* Templates for the floors above: what one is for, and writing into a buffer. */
#ifndef ARC_TEMPLATE_H
#define ARC_TEMPLATE_H

#include "arcollect/template.h"
#include "buffer.h"

#define ARC__TEMPLATE_MAX 65535
#define ARC__LANGUAGE_MAX 35 /* bytes of a tag */

enum { ARC__FOR_NAMED, ARC__FOR_ANY, ARC__FOR_TONE, ARC__FOR_STEP }; /* the later the closer */

/* What a template is for. Texts point into it. */
typedef struct arc__template_head {
  arc_text language;
  int purpose;     /* ARC__FOR_* */
  arc_text step;
  int32_t tone;
  int32_t channel; /* ARC_CHANNEL_NONE: any */
} arc__template_head;

const arc__template_head *arc__template_head_of(const arc_template *tmpl);

/* As arc_template_open, with a heap. */
arc_status arc__template_read(arc_template **out, arc_text text, const arc__heap *heap, arc_error *err);

/* Appends a part. ARC_DONE: there is none. ARC_E_REFUSED: too long. Memory: out->failed. */
arc_status arc__template_append(arc__buffer *out, const arc_template *tmpl, int32_t part,
                                const arc_message *message, arc_error *err);

/* The kinds of built-in templates: a letter, a short message, or mail. */
#define ARC__TEMPLATE_KINDS 3
#define ARC__TEMPLATE_LANGUAGES 4
int arc__template_kind(int32_t channel);
/* The number of a language that has built-in templates, by the first part of its tag; -1: none. */
int arc__template_language(arc_text tag);
/* Appends the text of a built-in template. Memory: out->failed. */
void arc__template_compose(arc__buffer *out, int32_t tone, int kind, int language);

/* Whether two tags are of one language, whatever the country. */
int arc__language_same(arc_text a, arc_text b);
/* The first part of a tag. */
arc_text arc__language_primary(arc_text tag);

/* Marks that turn the direction of writing. */
int arc__text_is_bidi(uint32_t number);

#endif
