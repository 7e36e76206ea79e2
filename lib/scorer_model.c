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

void arc__model_predict(const arc__payment_model *model, const arc__payment_history *h, size_t row, int level,
                        arc__payment_outlook *outlook) {
  arc__tables_chances(model, h, row, level, outlook);
  arc__outlook_finish(outlook);
  if (level < ARC__BY_ALL || !model->tree_count) return;
  int64_t difference[ARC__LATE_DAYS + 1] = {0}, log_odds = 0;
  arc__features_fill(model, h, row, outlook);
  arc__trees_apply(model, outlook, -1, difference);
  for (int d = outlook->today - ARC__LATE_FIRST; d < ARC__LATE_DAYS - 1; d++) {
    log_odds += difference[d];
    outlook->chance[d] = arc__fixed_odds(outlook->chance[d], arc__fixed_exp(log_odds));
  }
  arc__outlook_finish(outlook);
}
