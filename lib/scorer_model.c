/*
 * The payment model as a whole: its prior, what it says of an instalment, and its bytes.
 *
 * A model owns its trees. It knows nothing of single accounts: their counts are taken from the ledger when something is
 * predicted, so that every prediction goes by all that is known on its morning, and the bytes stay small. They
 * begin with a mark and a version and end with a checksum.
 */
#include "scorer_internal.h"

#include <string.h>

#include "hash.h"

/* ---- the prior ---- */

/* Chances per day, in ppm, with which a book without history begins: most pay on the due day or in the weeks after. */
static const struct model_prior {
  int32_t from;
  int32_t ppm;
} model_priors[] = {{ARC__LATE_FIRST, 2000}, {-30, 6000}, {-7, 15000}, {0, 120000}, {1, 60000},
                    {8, 45000}, {31, 25000}, {61, 12000}, {91, 6000}};

void arc__model_prior(arc__payment_model *model) {
  size_t part = 0;
  memset(model, 0, sizeof *model);
  model->cut = ARC_DAY_NONE;
  model->shrink = 10;
  model->shrink_weekday = 20;
  model->mean_late = 8 * 5;
  for (int w = 0; w < ARC__WEEKS; w++) model->dependence[w] = 4 * 256;
  for (int d = 0; d < ARC__LATE_DAYS - 1; d++) {
    while (part + 1 < sizeof model_priors / sizeof *model_priors && d + ARC__LATE_FIRST >= model_priors[part + 1].from)
      part++;
    model->book[d] = (uint32_t)(model_priors[part].ppm * ARC__ONE / 1000000);
    for (int w = 0; w < 7; w++) model->weekday[w][d] = (uint32_t)ARC__UNIT;
  }
}

void arc__model_free(arc__payment_model *model, const arc__heap *heap) {
  arc__free(heap, model->nodes, model->node_capacity * sizeof *model->nodes);
  arc__free(heap, model->trees, model->tree_capacity * sizeof *model->trees);
  arc_calendar_free(model->holidays);
  arc__model_prior(model);
}

/* ---- predicting ---- */

void arc__outlook_finish(arc__payment_outlook *outlook) {
  uint64_t open = (uint64_t)ARC__ONE;
  for (int d = 0; d < ARC__LATE_DAYS; d++) {
    outlook->open[d] = (uint32_t)open;
    if (d + ARC__LATE_FIRST >= outlook->today) open = open * ((uint64_t)ARC__ONE - outlook->chance[d]) >> 30;
  }
  outlook->open[ARC__LATE_DAYS] = (uint32_t)open;
}

uint32_t arc__outlook_paid(const arc__payment_outlook *outlook, int64_t late) {
  return (uint32_t)ARC__ONE - outlook->open[arc__late_clip(late) - ARC__LATE_FIRST + 1];
}

int32_t arc__outlook_quantile(const arc__payment_outlook *outlook, uint32_t share) {
  for (int32_t late = outlook->today; late < ARC__LATE_LAST; late++)
    if (arc__outlook_paid(outlook, late) >= share) return late;
  return ARC__LATE_LAST;
}

int64_t arc__outlook_mean(const arc__payment_outlook *outlook) {
  int64_t sum = 0;
  for (int32_t late = outlook->today; late < ARC__LATE_LAST; late++) sum += outlook->open[late - ARC__LATE_FIRST + 1];
  return (int64_t)outlook->today * 1000 + sum * 1000 / ARC__ONE;
}

void arc__model_predict_until(const arc__payment_model *model, const arc__payment_history *h, size_t row, int level,
                              int32_t last, arc__payment_outlook *outlook) {
  arc__tables_chances(model, h, row, level, outlook);
  arc__outlook_finish(outlook);
  if (level < ARC__BY_ALL || !model->tree_count) return;
  int64_t difference[ARC__LATE_DAYS + 1] = {0}, log_odds = 0;
  arc__features_fill(model, h, row, outlook);
  arc__trees_apply(model, outlook, -1, last, difference);
  for (int d = outlook->today - ARC__LATE_FIRST; d <= last - ARC__LATE_FIRST && d < ARC__LATE_DAYS - 1; d++) {
    log_odds += difference[d];
    outlook->chance[d] = arc__fixed_odds(outlook->chance[d], arc__fixed_exp(log_odds));
  }
  arc__outlook_finish(outlook);
}

void arc__model_predict(const arc__payment_model *model, const arc__payment_history *h, size_t row, int level,
                        arc__payment_outlook *outlook) {
  arc__model_predict_until(model, h, row, level, ARC__LATE_LAST, outlook);
}

/* ---- bytes ---- */

#define MODEL_MARK 0x4d504361u /* "aCPM" */
#define MODEL_VERSION 2

void arc__model_save(const arc__payment_model *m, arc__buffer *out) {
  out->size = 0;
  arc__buffer_u32(out, MODEL_MARK);
  arc__buffer_u16(out, MODEL_VERSION);
  arc__buffer_u16(out, ARC__FEATURES);
  arc__buffer_u32(out, (uint32_t)m->cut);
  arc__buffer_i64(out, m->settled);
  arc__buffer_i64(out, m->rows);
  arc__buffer_u32(out, (uint32_t)m->shrink);
  arc__buffer_u32(out, (uint32_t)m->shrink_weekday);
  arc__buffer_u32(out, (uint32_t)m->mean_late);
  arc__buffer_u8(out, (uint8_t)m->country[0]);
  arc__buffer_u8(out, (uint8_t)m->country[1]);
  arc__buffer_u32(out, m->holiday_share);
  for (int w = 0; w < ARC__WEEKS; w++) arc__buffer_u32(out, m->dependence[w]);
  for (int d = 0; d < ARC__LATE_DAYS; d++) arc__buffer_u32(out, m->book[d]);
  for (int w = 0; w < 7; w++)
    for (int d = 0; d < ARC__LATE_DAYS; d++) arc__buffer_u32(out, m->weekday[w][d]);
  arc__buffer_u32(out, (uint32_t)m->tree_count);
  arc__buffer_u32(out, (uint32_t)m->node_count);
  for (size_t i = 0; i < m->tree_count; i++) arc__buffer_u32(out, m->trees[i]);
  for (size_t i = 0; i < m->node_count; i++) {
    arc__buffer_u32(out, (uint32_t)m->nodes[i].threshold);
    arc__buffer_u32(out, (uint32_t)m->nodes[i].value);
    arc__buffer_u16(out, m->nodes[i].child);
    arc__buffer_u8(out, m->nodes[i].feature);
  }
  if (!out->failed) arc__buffer_u32(out, arc__crc32c(0, out->data, out->size));
}

/* Children come after their parents and within the tree, so that walking a tree ends. */
static int model_tree_is_sound(const arc__payment_model *m, size_t tree) {
  size_t begin = m->trees[tree], end = tree + 1 < m->tree_count ? m->trees[tree + 1] : m->node_count;
  if (begin >= end || end > m->node_count) return 0;
  for (size_t i = begin; i < end; i++) {
    const arc__tree_node *node = &m->nodes[i];
    if (node->value < -ARC__UNIT || node->value > ARC__UNIT || node->feature >= ARC__FEATURES) return 0;
    if (node->child && (node->child <= i - begin || node->child + 1u >= end - begin)) return 0;
  }
  return 1;
}

static int model_is_sound(const arc__payment_model *m) {
  if (m->shrink < 1 || m->shrink > 1000 || m->shrink_weekday < 1 || m->shrink_weekday > 1000 || m->holiday_share > ARC__ONE)
    return 0;
  for (int d = 0; d < ARC__LATE_DAYS; d++)
    if (m->book[d] > ARC__ONE) return 0;
  for (size_t i = 0; i < m->tree_count; i++)
    if (!model_tree_is_sound(m, i)) return 0;
  return m->tree_count || !m->node_count;
}

static arc_status model_read_trees(arc__payment_model *m, arc__reader *in, const arc__heap *heap) {
  size_t trees = arc__reader_u32(in), nodes = arc__reader_u32(in);
  if (in->failed || (size_t)(in->end - in->at) / 4 < trees || (size_t)(in->end - in->at) / 11 < nodes) return ARC_E_CORRUPT;
  if (!trees) return ARC_OK;
  if (arc__grow(heap, (void **)&m->trees, &m->tree_capacity, trees, sizeof *m->trees) < 0 ||
      arc__grow(heap, (void **)&m->nodes, &m->node_capacity, nodes ? nodes : 1, sizeof *m->nodes) < 0)
    return ARC_E_NOMEM;
  for (; m->tree_count < trees; m->tree_count++) m->trees[m->tree_count] = arc__reader_u32(in);
  for (; m->node_count < nodes; m->node_count++) {
    arc__tree_node *node = &m->nodes[m->node_count];
    node->threshold = (int32_t)arc__reader_u32(in);
    node->value = (int32_t)arc__reader_u32(in);
    node->child = arc__reader_u16(in);
    node->feature = arc__reader_u8(in);
  }
  return ARC_OK;
}

static arc_status model_read(arc__payment_model *m, arc__reader *in, const arc__heap *heap) {
  m->cut = (arc_day)arc__reader_u32(in);
  m->settled = arc__reader_i64(in);
  m->rows = arc__reader_i64(in);
  m->shrink = (int32_t)arc__reader_u32(in);
  m->shrink_weekday = (int32_t)arc__reader_u32(in);
  m->mean_late = (int32_t)arc__reader_u32(in);
  m->country[0] = (char)arc__reader_u8(in);
  m->country[1] = (char)arc__reader_u8(in);
  m->holiday_share = arc__reader_u32(in);
  for (int w = 0; w < ARC__WEEKS; w++) m->dependence[w] = arc__reader_u32(in);
  for (int d = 0; d < ARC__LATE_DAYS; d++) m->book[d] = arc__reader_u32(in);
  for (int w = 0; w < 7; w++)
    for (int d = 0; d < ARC__LATE_DAYS; d++) m->weekday[w][d] = arc__reader_u32(in);
  ARC__TRY(model_read_trees(m, in, heap));
  return arc__reader_ended(in) && model_is_sound(m) ? arc__holidays_open(m, heap) : ARC_E_CORRUPT;
}

arc_status arc__model_load(arc__payment_model *model, const arc__heap *heap, const void *bytes, size_t size,
                           arc_error *err) {
  arc__payment_model read;
  arc__reader in, end;
  if (!bytes || size < 12) return arc__fail(err, ARC_E_CORRUPT, "these bytes are no payment model");
  arc__reader_init(&end, (const unsigned char *)bytes + size - 4, 4);
  arc__reader_init(&in, bytes, size - 4);
  if (arc__reader_u32(&in) != MODEL_MARK || arc__crc32c(0, bytes, size - 4) != arc__reader_u32(&end))
    return arc__fail(err, ARC_E_CORRUPT, "these bytes are no payment model, or were damaged");
  uint32_t version = arc__reader_u16(&in), features = arc__reader_u16(&in);
  if (version != MODEL_VERSION || features != ARC__FEATURES)
    return arc__fail(err, ARC_E_ABI, "a payment model of version %u with %u features; this library has version %u with %u: train again",
                     version, features, MODEL_VERSION, ARC__FEATURES);
  arc__model_prior(&read);
  arc_status status = model_read(&read, &in, heap);
  if (status == ARC_OK) {
    arc__model_free(model, heap);
    *model = read;
    return ARC_OK;
  }
  arc__model_free(&read, heap);
  if (status == ARC_E_NOMEM) return arc__fail_nomem(err);
  return arc__fail(err, ARC_E_CORRUPT, "this payment model holds what no training makes");
}
