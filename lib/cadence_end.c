/* A policy should end with somebody who decides (the linter asks for it); where one does not, whoever went through all of
 * its steps would be forgotten: here they are found. */
#include "cadence_end.h"

#include "cadence_internal.h"
#include "error.h"

static int end_is_reached(const arc__cadence_eval *eval, const arc__cadence_decision *d) {
  const arc__cadence_policy *policy = d->choice.policy;
  const arc__cadence_step *last = policy && policy->step_count ? &policy->steps[policy->step_count - 1] : NULL;
  return d->outcome == ARC__CADENCE_NOT_DUE && d->anchor && last && last->channel != ARC_CHANNEL_PLACEMENT &&
         arc__cadence_step_done(eval, d->anchor, 0) >= last->offset;
}

static arc_status end_account(arc__cadence_eval *eval, uint32_t account, arc__cadence_ended ended, void *user,
                              arc_error *err) {
  arc__cadence_decision d;
  arc_status status;
  ARC__TRY(arc__cadence_begin(eval, account, err));
  while ((status = arc__cadence_decide(eval, &d, err)) == ARC_OK)
    if (end_is_reached(eval, &d)) ended(user, account, d.anchor, d.choice.name);
  return status;
}

arc_status arc__cadence_ends(arc_cadence *cadence, arc_day day, arc__cadence_ended ended, void *user, arc_error *err) {
  arc__cadence_eval eval;
  arc_status status = ARC_OK;
  ARC__TRY(arc__cadence_refresh(cadence, err));
  ARC__TRY(arc__cadence_eval_open(&eval, cadence, day, err));
  for (uint32_t account = 1; account <= eval.tables->rows[ARC__TABLE_ACCOUNT] && status >= 0; account++)
    if (arc__view_receivable(&eval.view, account)) status = end_account(&eval, account, ended, user, err);
  arc__cadence_eval_close(&eval);
  return status < 0 ? status : ARC_OK;
}
