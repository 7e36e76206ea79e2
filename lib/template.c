/* Owns how a template is read: its head, its parts, and the tags within them, into a list of nodes. All
 * that may be wrong with a template is found here, whatever message it will be used for: variables and
 * their types, blocks, and where values stand in HTML. Writing needs no more checks. One pass over the
 * text. */
#include "template_internal.h"

#include "text.h"

#include <string.h>

#define TEMPLATE_DEPTH     16
#define TEMPLATE_WIDTH_MAX 80

/* ---- variables ---- */

static const struct {
  const char *name;
  int type;
} template_variables[] = {
#define ARC__X(id, name, type) {name, ARC__VALUE_##type},
    ARC__VARIABLE_LIST(ARC__X)
#undef ARC__X
};

int arc__variable_type(int variable) {
  return variable == ARC__VARIABLE_WORDS ? ARC__VALUE_TEXT : template_variables[variable].type;
}

/* ---- reading ---- */

typedef struct template_block {
  int each;         /* else: if */
  uint32_t opened;  /* node */
  uint32_t skipped; /* node that goes from the first branch to the end; 0: no else yet */
  arc__html before, first; /* where it began, and where its first branch ended */
} template_block;

typedef struct template_reader {
  arc_template *t;
  const char *text;
  size_t size, at;
  int part; /* index; -1: in the head */
  arc__html html;
  template_block blocks[TEMPLATE_DEPTH];
  size_t depth;
  size_t tag; /* where the tag begins */
  arc_error *err;
} template_reader;

static arc_status template_fail(const template_reader *r, size_t at, const char *what) {
  uint32_t line = 1, column = 1;
  for (size_t i = 0; i < at && i < r->size; i++, column++)
    if (r->text[i] == '\n') {
      line++;
      column = 0;
    }
  return arc__fail_at(r->err, ARC_E_SYNTAX, line, column, "template, line %u: %s", line, what);
}

static arc_status template_fail_word(const template_reader *r, size_t at, const char *what, arc_text word) {
  char text[160];
  size_t used = strlen(what), more = word.size < 60 ? word.size : arc__text_whole(word.data, 60);
  memcpy(text, what, used);
  text[used++] = '"';
  if (more) memcpy(text + used, word.data, more);
  text[used + more] = '"';
  text[used + more + 1] = 0;
  return template_fail(r, at, text);
}

static int template_is(arc_text word, const char *text) {
  return word.size == strlen(text) && memcmp(word.data, text, word.size) == 0;
}

/* ---- nodes ---- */

static arc_status template_add(template_reader *r, const arc__template_node *node) {
  arc_template *t = r->t;
  if (arc__grow(&t->heap, (void **)&t->nodes, &t->node_capacity, t->node_count + 1, sizeof *t->nodes) < 0)
    return arc__fail_nomem(r->err);
  t->nodes[t->node_count++] = *node;
  return ARC_OK;
}

static arc_status template_literal(template_reader *r, size_t from, size_t to) {
  arc__template_node node = {0};
  if (from == to) return ARC_OK;
  if (r->part == ARC_PART_SUBJECT - 1 && memchr(r->text + from, '\n', to - from))
    return template_fail(r, from + (size_t)((const char *)memchr(r->text + from, '\n', to - from) -
                                            (r->text + from)), "a subject has one line");
  if (r->part == ARC_PART_HTML - 1) arc__html_feed(&r->html, r->text + from, to - from);
  node.kind = ARC__NODE_LITERAL;
  node.from = (uint32_t)from;
  node.size = (uint32_t)(to - from);
  return template_add(r, &node);
}

/* ---- words within a tag ---- */

static void template_blanks(template_reader *r) {
  while (r->at < r->size && r->text[r->at] == ' ') r->at++;
}

static int template_at_end_of_tag(const template_reader *r) {
  return r->at + 1 < r->size && r->text[r->at] == '}' && r->text[r->at + 1] == '}';
}

/* The next word: letters, digits, '.', '_', '-', or one other character; empty at the end of the tag. */
static arc_text template_word(template_reader *r) {
  arc_text word = {NULL, 0};
  template_blanks(r);
  word.data = r->text + r->at;
  if (template_at_end_of_tag(r) || r->at == r->size) return word;
  while (r->at < r->size) {
    char c = r->text[r->at];
    if (!arc__is_alpha(c) && !arc__is_digit(c) && c != '.' && c != '_' && c != '-') break;
    r->at++;
    word.size++;
  }
  if (word.size == 0 && r->text[r->at] != '\n') {
    r->at++;
    word.size = 1;
  }
  return word;
}

/* Words in quotes, as a place in the text. */
static arc_status template_quoted(template_reader *r, arc__template_node *node) {
  size_t from = ++r->at;
  while (r->at < r->size && r->text[r->at] != '"' && r->text[r->at] != '\n') r->at++;
  if (r->at == r->size || r->text[r->at] != '"') return template_fail(r, from - 1, "quotes that are not closed");
  node->from = (uint32_t)from;
  node->size = (uint32_t)(r->at++ - from);
  return ARC_OK;
}

static int template_in_each(const template_reader *r) {
  for (size_t i = 0; i < r->depth; i++)
    if (r->blocks[i].each) return 1;
  return 0;
}

static arc_status template_variable(template_reader *r, uint8_t *variable) {
  size_t at;
  arc_text word;
  template_blanks(r);
  at = r->at;
  word = template_word(r);
  for (size_t i = 0; i < ARC__VARIABLE_WORDS; i++) {
    if (!template_is(word, template_variables[i].name)) continue;
    if (i >= ARC__VARIABLE_ITEM_NUMBER && !template_in_each(r))
      return template_fail_word(r, at, "this is known within {{each items}} only: ", word);
    *variable = (uint8_t)i;
    return ARC_OK;
  }
  return template_fail_word(r, at, "there is no variable ", word);
}

static arc_status template_end_tag(template_reader *r) {
  template_blanks(r);
  if (!template_at_end_of_tag(r)) return template_fail(r, r->at, "expected }} here");
  r->at += 2;
  return ARC_OK;
}

static arc_status template_digits(template_reader *r, int64_t max, int64_t *number, const char *what) {
  size_t at = r->at;
  arc_text word = template_word(r);
  *number = 0;
  for (size_t i = 0; i < word.size; i++) {
    if (!arc__is_digit(word.data[i])) return template_fail(r, at, what);
    *number = *number * 10 + (word.data[i] - '0');
    if (*number > max) return template_fail(r, at, what);
  }
  return word.size ? ARC_OK : template_fail(r, at, what);
}

/* ---- values ---- */

static arc_status template_width(template_reader *r, arc__template_node *node, int right) {
  int64_t width;
  if (r->part != ARC_PART_TEXT - 1)
    return template_fail(r, r->at, "left and right are for the text part");
  ARC__TRY(template_digits(r, TEMPLATE_WIDTH_MAX, &width, "expected a width of 1 to 80"));
  if (width == 0) return template_fail(r, r->at, "expected a width of 1 to 80");
  node->width = (uint8_t)width;
  if (right) node->format |= ARC__FORMAT_RIGHT;
  return ARC_OK;
}

static arc_status template_format(template_reader *r, arc__template_node *node) {
  int type = arc__variable_type(node->variable);
  for (;;) {
    size_t at;
    arc_text word;
    template_blanks(r);
    at = r->at;
    word = template_word(r);
    if (word.size == 0) return template_end_tag(r);
    if (template_is(word, "short") && type == ARC__VALUE_DATE) node->format |= ARC__FORMAT_SHORT;
    else if (template_is(word, "bare") && type == ARC__VALUE_MONEY) node->format |= ARC__FORMAT_BARE;
    else if (template_is(word, "left")) ARC__TRY(template_width(r, node, 0));
    else if (template_is(word, "right")) ARC__TRY(template_width(r, node, 1));
    else return template_fail_word(r, at, "no format for this value: ", word);
  }
}

static arc_status template_value(template_reader *r) {
  arc__template_node node = {0};
  const char *why = NULL;
  int context, type;
  node.kind = ARC__NODE_VALUE;
  template_blanks(r);
  if (r->at < r->size && r->text[r->at] == '"') {
    node.variable = ARC__VARIABLE_WORDS;
    ARC__TRY(template_quoted(r, &node));
  } else {
    ARC__TRY(template_variable(r, &node.variable));
  }
  type = arc__variable_type(node.variable);
  if (type == ARC__VALUE_LIST) return template_fail(r, r->tag, "a list is written with {{each items}}");
  context = r->part == ARC_PART_SUBJECT - 1 ? ARC__CONTEXT_HEADER : ARC__CONTEXT_PLAIN;
  if (r->part == ARC_PART_HTML - 1) context = arc__html_context(&r->html, type, &why);
  if (context < 0) return template_fail(r, r->tag, why);
  node.context = (uint8_t)context;
  ARC__TRY(template_format(r, &node));
  return template_add(r, &node);
}

/* ---- blocks ---- */

/* "= 1", "> 1", "= "words"" or nothing, behind a variable. */
static arc_status template_compare(template_reader *r, arc__template_node *node) {
  int type = arc__variable_type(node->variable);
  size_t at;
  arc_text word;
  template_blanks(r);
  at = r->at;
  word = template_word(r);
  if (word.size == 0) return ARC_OK;
  node->test = template_is(word, "=") ? ARC__TEST_EQUAL
               : template_is(word, "<") ? ARC__TEST_LESS
               : template_is(word, ">") ? ARC__TEST_MORE : ARC__TEST_SET;
  if (node->test == ARC__TEST_SET) return template_fail(r, at, "expected =, <, > or }} here");
  template_blanks(r);
  if (type == ARC__VALUE_NUMBER)
    return template_digits(r, INT32_MAX, &node->number, "a number is compared with digits");
  if (type != ARC__VALUE_TEXT || node->test != ARC__TEST_EQUAL)
    return template_fail(r, at, "only numbers are compared, and texts with =");
  if (r->at == r->size || r->text[r->at] != '"') return template_fail(r, r->at, "expected \"words\" here");
  return template_quoted(r, node);
}

static arc_status template_open_block(template_reader *r, int each) {
  template_block *block;
  if (r->depth == TEMPLATE_DEPTH) return template_fail(r, r->tag, "blocks nest at most 16 deep");
  if (each && template_in_each(r)) return template_fail(r, r->tag, "{{each items}} does not stand within another");
  block = &r->blocks[r->depth++];
  memset(block, 0, sizeof *block);
  block->each = each;
  block->before = r->html;
  block->opened = (uint32_t)r->t->node_count;
  return ARC_OK;
}

static arc_status template_if(template_reader *r) {
  arc__template_node node = {0};
  size_t at;
  node.kind = ARC__NODE_UNLESS;
  template_blanks(r);
  at = r->at;
  if (template_is(template_word(r), "not")) node.negated = 1;
  else r->at = at;
  ARC__TRY(template_variable(r, &node.variable));
  ARC__TRY(template_compare(r, &node));
  ARC__TRY(template_end_tag(r));
  ARC__TRY(template_open_block(r, 0));
  return template_add(r, &node);
}

static arc_status template_each(template_reader *r) {
  arc__template_node node = {0};
  size_t at;
  uint8_t variable;
  template_blanks(r);
  at = r->at;
  ARC__TRY(template_variable(r, &variable));
  if (variable != ARC__VARIABLE_ITEMS) return template_fail(r, at, "only items can be gone through");
  ARC__TRY(template_end_tag(r));
  ARC__TRY(template_open_block(r, 1));
  node.kind = ARC__NODE_EACH;
  return template_add(r, &node);
}

static arc_status template_else(template_reader *r) {
  arc__template_node node = {0};
  template_block *block = r->depth ? &r->blocks[r->depth - 1] : NULL;
  if (!block || block->each || block->skipped) return template_fail(r, r->tag, "there is no {{if}} for this {{else}}");
  ARC__TRY(template_end_tag(r));
  node.kind = ARC__NODE_GO;
  block->skipped = (uint32_t)r->t->node_count;
  block->first = r->html;
  r->html = block->before;
  ARC__TRY(template_add(r, &node));
  r->t->nodes[block->opened].to = (uint32_t)r->t->node_count;
  return ARC_OK;
}

static arc_status template_end(template_reader *r) {
  arc__template_node node = {0};
  template_block *block = r->depth ? &r->blocks[r->depth - 1] : NULL;
  if (!block) return template_fail(r, r->tag, "there is no {{if}} or {{each}} for this {{end}}");
  ARC__TRY(template_end_tag(r));
  if (r->part == ARC_PART_HTML - 1 && !arc__html_same(&r->html, block->skipped ? &block->first : &block->before))
    return template_fail(r, r->tag, "each way through a block ends in the same place of the HTML");
  node.kind = ARC__NODE_GO;
  node.to = block->opened;
  if (block->each) ARC__TRY(template_add(r, &node));
  r->t->nodes[block->skipped ? block->skipped : block->opened].to = (uint32_t)r->t->node_count;
  r->depth--;
  return ARC_OK;
}

/* ---- parts ---- */

static size_t template_line_end(const template_reader *r, size_t at) {
  const char *end = memchr(r->text + at, '\n', r->size - at);
  return end ? (size_t)(end - r->text) : r->size;
}

/* A block's tag that stands alone on its line takes the line with it: where the words before it end. */
static size_t template_line_begin(const template_reader *r, size_t from) {
  size_t at = r->tag;
  while (at > from && r->text[at - 1] == ' ') at--;
  return at == from || r->text[at - 1] == '\n' ? at : r->tag;
}

static int template_alone(const template_reader *r, size_t from, size_t behind, size_t *next) {
  size_t begin = template_line_begin(r, from), end = behind;
  if (begin > 0 && r->text[begin - 1] != '\n') return 0;
  while (end < r->size && r->text[end] == ' ') end++;
  if (end < r->size && r->text[end] != '\n') return 0;
  *next = end < r->size ? end + 1 : end;
  return 1;
}

/* A tag, after the words since `from`; `*from` becomes where words go on. */
static arc_status template_tag(template_reader *r, size_t *from) {
  static const struct {
    const char *word;
    arc_status (*read)(template_reader *r);
  } blocks[] = {{"if", template_if}, {"each", template_each}, {"else", template_else}, {"end", template_end}};
  size_t begin = *from, inside = r->tag + 2, next = 0;
  const char *closed = NULL;
  arc_text word;
  arc_status (*read)(template_reader *) = NULL;
  int alone;
  r->at = inside;
  word = template_word(r);
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
    if (template_is(word, blocks[i].word)) read = blocks[i].read;
  for (size_t i = inside; i + 1 < r->size && r->text[i] != '\n' && !closed; i++)
    if (r->text[i] == '}' && r->text[i + 1] == '}') closed = r->text + i + 2;
  if (!closed) return template_fail(r, r->tag, "expected }} on the same line");
  alone = read && r->part != ARC_PART_SUBJECT - 1 &&
          template_alone(r, begin, (size_t)(closed - r->text), &next);
  ARC__TRY(template_literal(r, begin, alone ? template_line_begin(r, begin) : r->tag));
  if (!read) r->at = inside;
  ARC__TRY(read ? read(r) : template_value(r));
  if (alone) r->at = next;
  *from = r->at;
  return ARC_OK;
}

/* The words of a part up to `end`. */
static arc_status template_body(template_reader *r, size_t end) {
  size_t from = r->at, whole = r->size;
  r->size = end;
  for (r->tag = from; r->tag + 1 < end; r->tag++) {
    if (r->text[r->tag] != '{' || r->text[r->tag + 1] != '{') continue;
    ARC__TRY(template_tag(r, &from));
    r->tag = from - 1;
  }
  ARC__TRY(template_literal(r, from, end));
  if (r->depth) return template_fail(r, end, "a block is not closed: expected {{end}}");
  if (r->part == ARC_PART_HTML - 1 && !arc__html_at_text(&r->html))
    return template_fail(r, end, "the HTML ends within a tag");
  r->size = whole;
  r->at = end;
  return ARC_OK;
}

/* The number of the part that a line begins; -1: it is none, or unknown. */
static int template_part_of(arc_text line) {
  static const char *const names[] = {"---- subject", "---- text", "---- html"};
  for (int i = 0; i < 3; i++)
    if (template_is(line, names[i])) return i;
  return -1;
}

static arc_text template_line(template_reader *r, size_t at) {
  arc_text line = {r->text + at, template_line_end(r, at) - at};
  while (line.size && line.data[line.size - 1] == ' ') line.size--;
  return line;
}

static int template_begins_part(arc_text line) {
  return line.size >= 5 && memcmp(line.data, "---- ", 5) == 0;
}

static arc_status template_parts(template_reader *r) {
  while (r->at < r->size) {
    size_t end;
    int part = template_part_of(template_line(r, r->at));
    if (part <= r->part) return template_fail(r, r->at, "expected ---- subject, ---- text or ---- html, in this order");
    r->part = part;
    r->at = template_line_end(r, r->at);
    if (r->at < r->size) r->at++;
    for (end = r->at; end < r->size && !template_begins_part(template_line(r, end));) {
      end = template_line_end(r, end);
      if (end < r->size) end++;
    }
    r->t->parts[part].first = (uint32_t)r->t->node_count;
    ARC__TRY(template_body(r, part == ARC_PART_SUBJECT - 1 && end > r->at && r->text[end - 1] == '\n' ? end - 1 : end));
    r->at = end;
    r->t->parts[part].end = (uint32_t)r->t->node_count;
  }
  if (r->t->parts[ARC_PART_TEXT - 1].end > r->t->parts[ARC_PART_TEXT - 1].first) return ARC_OK;
  return template_fail(r, r->size, "a template needs a part ---- text with words in it");
}

/* ---- the head ---- */

static const char *const template_channels[] = {"", "email", "sms", "letter", "registered-letter", "call",
                                                "voice", "portal", "webhook"};
static const char *const template_tones[] = {"", "friendly", "neutral", "firm", "final"};

static int32_t template_named(const char *const *names, size_t count, arc_text word) {
  for (size_t i = 1; i < count; i++)
    if (template_is(word, names[i])) return (int32_t)i;
  return 0;
}

/* What follows a word and a blank at the beginning of a line; no data: another word. */
static arc_text template_behind(arc_text line, const char *word) {
  size_t size = strlen(word);
  arc_text rest = {NULL, 0};
  if (line.size <= size || memcmp(line.data, word, size) != 0 || line.data[size] != ' ') return rest;
  rest.data = line.data + size;
  rest.size = line.size - size;
  while (rest.size && *rest.data == ' ') {
    rest.data++;
    rest.size--;
  }
  return rest;
}

static int template_is_name(arc_text word) {
  for (size_t i = 0; i < word.size; i++)
    if (!arc__is_alpha(word.data[i]) && !arc__is_digit(word.data[i]) && word.data[i] != '-') return 0;
  return word.size >= 1 && word.size <= ARC__LANGUAGE_MAX;
}

static arc_status template_head_line(template_reader *r, arc_text line) {
  arc__template_head *head = &r->t->head;
  arc_text language = template_behind(line, "language"), purpose = template_behind(line, "for"),
           step = template_behind(purpose, "step"), channel = template_behind(line, "channel");
  if (language.data && !head->language.size) {
    head->language = language;
    return template_is_name(language) ? ARC_OK : template_fail(r, r->at, "expected a language such as de or en-US");
  }
  if (purpose.data && !head->purpose) {
    head->step = step;
    head->tone = template_named(template_tones, sizeof template_tones / sizeof *template_tones, purpose);
    head->purpose = step.data ? ARC__FOR_STEP : head->tone ? ARC__FOR_TONE : ARC__FOR_ANY;
    if (step.data) return template_is_name(step) ? ARC_OK : template_fail(r, r->at, "expected the name of a step");
    if (head->tone || template_is(purpose, "any")) return ARC_OK;
    return template_fail(r, r->at, "expected friendly, neutral, firm, final, any or step NAME");
  }
  if (channel.data && !head->channel) {
    head->channel = template_named(template_channels, sizeof template_channels / sizeof *template_channels, channel);
    return head->channel ? ARC_OK : template_fail_word(r, r->at, "there is no channel ", channel);
  }
  return template_fail(r, r->at, "expected language, for, channel, each once, or ---- subject or ---- text");
}

static arc_status template_head(template_reader *r) {
  while (r->at < r->size && !template_begins_part(template_line(r, r->at))) {
    arc_text line = template_line(r, r->at);
    if (line.size && line.data[0] != '#') ARC__TRY(template_head_line(r, line));
    r->at = template_line_end(r, r->at);
    if (r->at < r->size) r->at++;
  }
  if (!r->t->head.language.size) return template_fail(r, r->at, "a template says its language: language en");
  return ARC_OK;
}

/* ---- opening ---- */

/* A copy whose lines end in "\n". */
static arc_status template_copy(arc_template *t, arc_text text, arc_error *err) {
  t->capacity = text.size;
  t->text = arc__alloc(&t->heap, t->capacity);
  if (!t->text) return arc__fail_nomem(err);
  for (size_t i = 0; i < text.size; i++)
    if (text.data[i] != '\r' || i + 1 == text.size || text.data[i + 1] != '\n') t->text[t->size++] = text.data[i];
  return ARC_OK;
}

static arc_status template_check_characters(const template_reader *r) {
  for (size_t i = 0; i < r->size;) {
    uint32_t number;
    size_t bytes = arc__text_character(r->text + i, r->size - i, &number);
    if (bytes == 0) return template_fail(r, i, "this is not valid UTF-8");
    if (number != '\n' && arc__text_is_control(number)) return template_fail(r, i, "a control character (a tab?)");
    i += bytes;
  }
  return ARC_OK;
}

arc_status arc__template_read(arc_template **out, arc_text text, const arc__heap *heap, arc_error *err) {
  template_reader reader;
  arc_template *t;
  arc_status status;
  *out = NULL;
  if (!text.data || text.size == 0 || text.size > ARC__TEMPLATE_MAX)
    return arc__fail(err, ARC_E_INVALID, "a template has 1 to %d bytes", ARC__TEMPLATE_MAX);
  t = arc__alloc(heap, sizeof *t);
  if (!t) return arc__fail_nomem(err);
  t->heap = *heap;
  status = template_copy(t, text, err);
  memset(&reader, 0, sizeof reader);
  reader.t = t;
  reader.text = t->text;
  reader.size = t->size;
  reader.part = -1;
  reader.err = err;
  if (status >= 0) status = template_check_characters(&reader);
  if (status >= 0) status = template_head(&reader);
  if (status >= 0) status = template_parts(&reader);
  if (status < 0) arc_template_close(t);
  else *out = t;
  return status;
}

arc_status arc_template_open(arc_template **out, const char *text, size_t size, const arc_allocator *allocator,
                             arc_error *err) {
  arc_text given = {text, arc__text_size(text, size)};
  arc__heap heap;
  if (!out) return arc__fail(err, ARC_E_INVALID, "out is NULL");
  *out = NULL;
  ARC__TRY(arc__heap_init(&heap, allocator, err));
  return arc__template_read(out, given, &heap, err);
}

void arc_template_close(arc_template *t) {
  arc__heap heap;
  if (!t) return;
  heap = t->heap;
  arc__free(&heap, t->text, t->capacity);
  arc__free(&heap, t->nodes, t->node_capacity * sizeof *t->nodes);
  arc__free(&heap, t, sizeof *t);
}

const arc__template_head *arc__template_head_of(const arc_template *t) {
  return &t->head;
}
