/*
 * The model behind the scorer's face: training.
 */
#include "scorer_internal.h"

arc_status arc_scorer_train(arc_scorer *scorer, arc_day cut, arc_error *err) {
  if (!scorer) return arc__fail(err, ARC_E_INVALID, "scorer must not be NULL");
  if (cut <= ARC_DAY_FIRST || cut > ARC_DAY_LAST)
    return arc__fail(err, ARC_E_INVALID, "cut must be a day of the years 1 to 9999, and not the first");
  return arc__model_train(&scorer->model, scorer->ledger, cut, err);
}
