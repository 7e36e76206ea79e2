#include "error.h"
#include "ledger_internal.h"

/* Owns how far the daily work has come: which payments were looked at, for which day touches were planned,
 * which days are complete, and which are closed in the books. These are facts of the book, so that whoever goes on after a crash goes on where it
 * stopped. */

#define DAYS_BOUNCES_WAIT 14 /* for which what bounced may wait for a day on which it may go by another channel */

/* The command takes one day. */
typedef struct days_row {
  uint32_t struct_size;
  arc_day day;
} days_row;

/* ---- days run ---- */

arc_status arc__check_day_run(const arc_ledger *ledger, const arc__day_run_record *r, arc_error *err) {
  ARC__TRY(arc__check_day(r->day, 1, "day", err));
  if (r->day > arc__ledger_last_day_run(ledger)) return ARC_OK;
  return arc__fail(err, ARC_E_REFUSED, "a later day was run already: days only go forward");
}

/* The newest bounce before which all are older than the days for which a message may wait for another channel. */
static uint32_t days_bounces_seen(const arc__tables *t, arc_day day) {
  uint32_t before = arc__u32(t, ARC__BOOK_BOUNCE_SEEN, 1), seen = before;
  for (uint32_t touch = arc__u32(t, ARC__BOOK_BOUNCE, 1); touch && touch != before;
       touch = arc__u32(t, ARC__TOUCH_BOUNCE_NEXT, touch)) {
    int old = arc__i32(t, ARC__TOUCH_OUTCOME_DAY, touch) <= day - DAYS_BOUNCES_WAIT;
    if (!old) seen = before;
    else if (seen == before) seen = touch;
  }
  return seen;
}

void arc__apply_day_run(arc_ledger *ledger, const arc__day_run_record *r) {
  arc__tables *t = ARC__L(ledger);
  arc__put(t, ARC__BOOK_LAST_DAY_RUN, 1, r->day);
  arc__put(t, ARC__BOOK_BOUNCE_SEEN, 1, days_bounces_seen(t, r->day));
}

static arc_status days_run(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__day_run_record record = {((const days_row *)row)->day};
  (void)index;
  if (record.day == arc__ledger_last_day_run(ledger)) return ARC_ALREADY;
  ARC__TRY(arc__check_day_run(ledger, &record, err));
  return arc__ledger_record(ledger, ARC__RECORD_DAY_RUN, &record, err);
}

arc_day arc__ledger_last_day_run(const arc_ledger *ledger) {
  return arc__i32(ARC__L(ledger), ARC__BOOK_LAST_DAY_RUN, 1);
}

/* ---- payments looked at ---- */

arc_status arc__check_matching(const arc_ledger *ledger, const arc__matching_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_day(r->day, 1, "day", err));
  if (r->credit <= t->rows[ARC__TABLE_CREDIT] && r->credit >= arc__u32(t, ARC__BOOK_MATCHED_CREDIT, 1) &&
      r->day >= arc__i32(t, ARC__BOOK_MATCHED_DAY, 1) && r->remittance <= t->rows[ARC__TABLE_REMITTANCE] &&
      r->remittance >= arc__u32(t, ARC__BOOK_MATCHED_REMITTANCE, 1))
    return ARC_OK;
  return arc__fail(err, ARC_E_REFUSED, "payments of a later day were looked at already: days only go forward");
}

void arc__apply_matching(arc_ledger *ledger, const arc__matching_record *r) {
  arc__put(ARC__L(ledger), ARC__BOOK_MATCHED_CREDIT, 1, r->credit);
  arc__put(ARC__L(ledger), ARC__BOOK_MATCHED_DAY, 1, r->day);
  arc__put(ARC__L(ledger), ARC__BOOK_MATCHED_REMITTANCE, 1, r->remittance);
}

static arc_status days_matching(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  arc__matching_record record = {t->rows[ARC__TABLE_CREDIT], ((const days_row *)row)->day,
                                  t->rows[ARC__TABLE_REMITTANCE]};
  (void)index;
  if (record.credit == arc__u32(t, ARC__BOOK_MATCHED_CREDIT, 1) &&
      record.day == arc__i32(t, ARC__BOOK_MATCHED_DAY, 1) &&
      record.remittance == arc__u32(t, ARC__BOOK_MATCHED_REMITTANCE, 1))
    return ARC_ALREADY;
  ARC__TRY(arc__check_matching(ledger, &record, err));
  return arc__ledger_record(ledger, ARC__RECORD_MATCHING, &record, err);
}

/* ---- touches planned ---- */

arc_status arc__check_planning(const arc_ledger *ledger, const arc__planning_record *r, arc_error *err) {
  ARC__TRY(arc__check_day(r->day, 1, "day", err));
  if (r->day > arc__i32(ARC__L(ledger), ARC__BOOK_PLANNED_DAY, 1)) return ARC_OK;
  return arc__fail(err, ARC_E_REFUSED, "touches of that day or a later one were planned: days only go forward");
}

void arc__apply_planning(arc_ledger *ledger, const arc__planning_record *r) {
  arc__put(ARC__L(ledger), ARC__BOOK_PLANNED_DAY, 1, r->day);
}

static arc_status days_planning(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__planning_record record = {((const days_row *)row)->day};
  (void)index;
  if (record.day == arc__i32(ARC__L(ledger), ARC__BOOK_PLANNED_DAY, 1)) return ARC_ALREADY;
  ARC__TRY(arc__check_planning(ledger, &record, err));
  return arc__ledger_record(ledger, ARC__RECORD_PLANNING, &record, err);
}

/* ---- periods closed ---- */

arc_status arc__check_posting_day(const arc_ledger *ledger, arc_day day, uint32_t field, const char *what,
                                  arc_error *err) {
  arc_day closed = arc__ledger_closed_through(ledger);
  char text[11];
  ARC__TRY(arc__check_day(day, field, what, err));
  if (day > closed) return ARC_OK;
  (void)arc_day_format(text, closed);
  return arc__fail_field(err, ARC_E_REFUSED, 0, field, "%s lies in a closed period: the books are closed to %s", what,
                         text);
}

arc_status arc__check_period_close(const arc_ledger *ledger, const arc__period_close_record *r, arc_error *err) {
  ARC__TRY(arc__check_day(r->day, 1, "day", err));
  if (r->day > arc__ledger_closed_through(ledger)) return ARC_OK;
  return arc__fail(err, ARC_E_REFUSED, "a later day was closed already: periods are not opened again");
}

void arc__apply_period_close(arc_ledger *ledger, const arc__period_close_record *r) {
  arc__put(ARC__L(ledger), ARC__BOOK_CLOSED_DAY, 1, r->day);
}

static arc_status days_period_close(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__period_close_record record = {((const days_row *)row)->day};
  (void)index;
  if (record.day <= arc__ledger_closed_through(ledger)) return ARC_ALREADY;
  ARC__TRY(arc__check_period_close(ledger, &record, err));
  return arc__ledger_record(ledger, ARC__RECORD_PERIOD_CLOSE, &record, err);
}

arc_day arc__ledger_closed_through(const arc_ledger *ledger) {
  return arc__i32(ARC__L(ledger), ARC__BOOK_CLOSED_DAY, 1);
}

/* ---- the command ---- */

arc_status arc_ledger_post_day(arc_ledger *ledger, arc_day day, int32_t what, arc_error *err) {
  static const arc__command_function commands[] = {NULL, days_matching, days_planning, days_run, days_period_close};
  arc__command command = {sizeof(days_row), sizeof(days_row), "day", NULL, NULL, 0};
  days_row row = {sizeof row, day};
  ARC__TRY(arc__check_day(day, 0, "day", err));
  if (what < ARC_DAY_IS_MATCHED || what > ARC_DAY_IS_CLOSED)
    return arc__fail(err, ARC_E_INVALID, "what must be one of ARC_DAY_IS_*");
  command.one = commands[what];
  return arc__ledger_post(ledger, &row, 1, &command, err);
}
