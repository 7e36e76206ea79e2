/*
 * What a host teaches the reader: its own examples, each a small step of the model's weights that
 * is bounded.
 *
 * The same examples in the same order make the same reader. Memory: one byte for each weight, 192
 * KB. Work: that of reading the example.
 */
#include "reader_model.h"

#include "arcollect/reader.h"

#include "error.h"
#include "text.h"

#define READER_STEP       8    /* of a weight, for an example that the reader does not know yet */
#define READER_ADDED_MOST 60   /* what examples may add to a weight in all, of 127 */
#define READER_KNOWN      4000 /* thousandths of log-odds from which on there is nothing to learn */

arc_status arc_reader_new(arc_reader **out, const arc_allocator *allocator, arc_error *err) {
  arc__heap heap;
  if (!out) return arc__fail(err, ARC_E_INVALID, "out: is NULL");
  *out = NULL;
  ARC__TRY(arc__heap_init(&heap, allocator, err));
  arc_reader *made = arc__alloc(&heap, sizeof *made);
  if (!made) return arc__fail_nomem(err);
  made->heap = heap;
  *out = made;
  return ARC_OK;
}

void arc_reader_free(arc_reader *reader) {
  if (!reader) return;
  arc__heap heap = reader->heap;
  arc__free(&heap, reader, sizeof *reader);
}

static void reader_step(signed char *weight, int step) {
  int next = *weight + step;
  if (next > READER_ADDED_MOST) next = READER_ADDED_MOST;
  if (next < -READER_ADDED_MOST) next = -READER_ADDED_MOST;
  *weight = (signed char)next;
}

static void reader_teach_kind(arc_reader *reader, const reader_text *t, int kind, int step) {
  uint32_t buckets[READER_FEATURES_MOST];
  for (size_t i = 0; i < t->count; i++) {
    size_t count = arc__reader_features(t, i, buckets);
    for (size_t f = 0; f < count; f++)
      reader_step(&reader->added[buckets[f]][kind - 1], step);
  }
}

static arc_status reader_teach(arc_reader *reader, reader_text *t, arc_text text, int32_t kind,
                               arc_error *err) {
  arc__reader_clean(&t->text, text, 0, &reader->heap);
  if (!t->text.failed && t->text.size > 0) arc__reader_split(t);
  if (t->text.failed || t->folded.failed || t->words.failed) return arc__fail_nomem(err);
  if (t->count == 0) return arc__fail(err, ARC_E_INVALID, "text: an example must have words");
  int32_t odds[READER_KINDS];
  arc__reader_odds(t, reader, odds);
  for (int k = 1; k <= READER_MODEL_KINDS; k++) {
    if (k == kind && odds[k] < READER_KNOWN) reader_teach_kind(reader, t, k, READER_STEP);
    if (k != kind && odds[k] > -READER_KNOWN / 2) reader_teach_kind(reader, t, k, -READER_STEP);
  }
  return ARC_OK;
}

arc_status arc_reader_learn(arc_reader *reader, arc_text text, int32_t kind, arc_error *err) {
  if (!reader) return arc__fail(err, ARC_E_INVALID, "reader: is NULL");
  if (kind < ARC_REPLY_OTHER || kind > ARC_REPLY_THANKS)
    return arc__fail(err, ARC_E_INVALID, "kind: %d is none of ARC_REPLY_OTHER to ARC_REPLY_THANKS",
                     (int)kind);
  if (!text.data && text.size != 0)
    return arc__fail(err, ARC_E_INVALID, "text: data is NULL, but size is not 0");
  text.size = arc__text_size(text.data, text.size);
  reader_text t;
  arc__reader_text_begin(&t, &reader->heap);
  arc_status status = reader_teach(reader, &t, text, kind, err);
  arc__reader_text_end(&t);
  return status;
}
