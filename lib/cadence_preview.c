/* What the next days would bring: they are planned on a fork, by an engine of its own. */
#include "cadence_internal.h"

#include "currency.h"
#include "error.h"
#include "report.h"

#define PREVIEW_DAYS 366u

static void cadence_preview_text(arc_report *report, arc_text text) {
  arc__report_add_text(report, text.data, text.size);
}

static void cadence_preview_touches(arc_report *report, const arc__tables *t, uint32_t after) {
  for (uint32_t touch = after + 1; touch <= t->rows[ARC__TABLE_TOUCH]; touch++) {
    uint32_t account = arc__u32(t, ARC__TOUCH_ACCOUNT, touch);
    char currency[4];
    arc__currency_unpack(currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, account));
    arc__report_add_integer(report, arc__i32(t, ARC__TOUCH_DAY, touch));
    cadence_preview_text(
        report, arc__text(t, ARC__CUSTOMER_KEY, arc__u32(t, ARC__ACCOUNT_CUSTOMER, account)));
    arc__report_add_string(report, currency);
    cadence_preview_text(report, arc__name(t, arc__u32(t, ARC__TOUCH_STEP, touch)));
    arc__report_add_string(report, arc__cadence_channel(arc__u8(t, ARC__TOUCH_CHANNEL, touch)));
    arc__report_add_string(report, arc__cadence_tone(arc__u8(t, ARC__TOUCH_TONE, touch)));
    arc__report_add_string(report, arc__touch_withheld(t, touch) ? "withheld" : "planned");
    arc__report_add_integer(report, arc__i64(t, ARC__TOUCH_AMOUNT, touch));
    cadence_preview_text(report, arc__text(t, ARC__TOUCH_REASON, touch));
    cadence_preview_text(report, arc__text(t, ARC__TOUCH_KEY, touch));
  }
}

static arc_status cadence_preview_days(arc_report *report, arc_ledger *fork,
                                       const arc_cadence *like, arc_day from, uint32_t days,
                                       arc_error *err) {
  arc_cadence *cadence = NULL;
  ARC__TRY(arc_cadence_open(&cadence, fork, &like->options, err));
  uint32_t before = arc__ledger_tables(fork)->rows[ARC__TABLE_TOUCH];
  arc_status status = ARC_OK;
  for (uint32_t i = 0; i < days && status >= 0; i++)
    status = arc_cadence_plan(cadence, from + (arc_day)i, NULL, NULL, err);
  if (status >= 0) cadence_preview_touches(report, arc__ledger_tables(fork), before);
  arc_cadence_close(cadence);
  return status;
}

arc_status arc_cadence_preview(arc_report **out, arc_cadence *cadence, arc_day from, uint32_t days,
                               arc_error *err) {
  static const arc__report_column columns[] = {
      {"date", ARC_COLUMN_DAY},    {"customer", ARC_COLUMN_TEXT}, {"currency", ARC_COLUMN_TEXT},
      {"step", ARC_COLUMN_TEXT},   {"channel", ARC_COLUMN_TEXT},  {"tone", ARC_COLUMN_TEXT},
      {"status", ARC_COLUMN_TEXT}, {"amount", ARC_COLUMN_MONEY},  {"reason", ARC_COLUMN_TEXT},
      {"key", ARC_COLUMN_TEXT}};
  arc_ledger *fork = NULL;
  if (!out || !cadence)
    return arc__fail(err, ARC_E_INVALID,
                     "arc_cadence_preview: out and the cadence must not be NULL");
  if (days == 0 || days > PREVIEW_DAYS || from < ARC_DAY_FIRST ||
      from > ARC_DAY_LAST - (arc_day)PREVIEW_DAYS)
    return arc__fail(
        err, ARC_E_INVALID,
        "arc_cadence_preview: 1 to 366 days, in the years 1 to 9998, can be previewed");
  ARC__TRY(arc_ledger_fork(&fork, cadence->ledger, err));
  arc_report *report = arc__report_new(cadence->heap, columns, sizeof columns / sizeof *columns);
  arc_status status = cadence_preview_days(report, fork, cadence, from, days, err);
  arc_ledger_close(fork);
  if (status >= 0) return arc__report_finish(out, report, err);
  arc_report_free(report);
  return status;
}
