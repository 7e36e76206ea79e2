/*
 * Every figure on the page is a cell of a report as its command prints it; data-report names the
 * command, data-value is the cell's text in its CSV. Pictures are drawn from the same cells.
 */
#include "sections.h"

#include "draw.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_DISPUTES 10
#define PAGE_REASONS  8
#define PAGE_CELL     512

/* ---- cells ---- */

static size_t column_of(const arc_report *report, const char *name) {
  size_t i = 0;
  while (i < arc_report_columns(report) && strcmp(arc_report_column_name(report, i), name) != 0)
    i++;
  return i;
}

static const char *cell(const arc_report *report, size_t row, const char *column,
                        char text[PAGE_CELL]) {
  size_t size;
  if (arc_report_format(report, row, column_of(report, column), text, PAGE_CELL, &size) != ARC_OK)
    text[0] = '\0';
  return text;
}

/* Where there is an exponent the amount in whole units is near enough to be drawn. */
static double value_of(const arc_report *report, size_t row, const char *column) {
  char text[PAGE_CELL];
  return strtod(cell(report, row, column, text), NULL);
}

static void put_cell(page *p, const arc_report *report, size_t row, const char *column,
                     const char *class_name) {
  char text[PAGE_CELL];
  int is_text = arc_report_column_type(report, column_of(report, column)) == ARC_COLUMN_TEXT;
  cell(report, row, column, text);
  fprintf(p->out, "<td class=\"%s%s\" data-column=\"%s\" data-value=\"", class_name,
          is_text ? "" : " n", column);
  draw_text(p->out, text);
  fputs("\">", p->out);
  if (is_text)
    draw_text(p->out, text);
  else
    draw_number(p->out, text);
  fputs("</td>", p->out);
}

/* An amount with its currency. */
static void put_amount(page *p, const arc_report *report, size_t row, const char *column,
                       const char *class_name) {
  char text[PAGE_CELL];
  fprintf(p->out, "<td class=\"%s n\" data-column=\"%s\" data-value=\"%s\">", class_name, column,
          cell(report, row, column, text));
  fprintf(p->out, "<span class=\"code\">%s</span> ", cell(report, row, "currency", text));
  draw_number(p->out, cell(report, row, column, text));
  fputs("</td>", p->out);
}

static void put_head(page *p, const char *report, const char *class_name,
                     const char *const *titles) {
  fprintf(p->out, "<table class=\"%s\" data-report=\"%s\"><thead><tr>", class_name, report);
  for (; *titles; titles++) {
    int number = **titles == '#'; /* of a column of numbers */
    fprintf(p->out, "<th%s>%s</th>", number ? " class=\"n\"" : "", *titles + number);
  }
  fputs("</tr></thead><tbody>\n", p->out);
}

static void put_foot(page *p) {
  fputs("</tbody></table>\n", p->out);
}

static void put_section(page *p, const char *title, const char *words) {
  fprintf(p->out, "<section>\n<h2>%s</h2>\n<p>%s</p>\n", title, words);
}

static int same_currency(const arc_report *report, size_t row, const char *currency) {
  char text[PAGE_CELL];
  return strcmp(cell(report, row, "currency", text), currency) == 0;
}

/* The row of a key figure; the number of rows if there is none. */
static size_t figure_row(const arc_report *metrics, const char *currency, const char *metric,
                         const char *variant) {
  size_t row = 0;
  for (; row < arc_report_rows(metrics); row++)
    if (strcmp(arc_report_text(metrics, row, 0, NULL), metric) == 0 &&
        strcmp(arc_report_text(metrics, row, 1, NULL), variant) == 0 &&
        same_currency(metrics, row, currency))
      break;
  return row;
}

/* A key figure over the months. */
static void figure_course(const page *p, const char *currency, const char *metric,
                          const char *variant, draw_point points[PAGE_MONTHS]) {
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (size_t i = 0; i < PAGE_MONTHS; i++) {
    int32_t year, month = 1, day;
    size_t row = figure_row(p->metrics[i], currency, metric, variant);
    arc_day_to_civil(p->days[i], &year, &month, &day);
    memset(&points[i], 0, sizeof points[i]);
    snprintf(points[i].label, sizeof points[i].label, "%s", months[month - 1]);
    if (row == arc_report_rows(p->metrics[i]) || arc_report_is_null(p->metrics[i], row, 2))
      continue;
    points[i].defined = 1;
    points[i].value = value_of(p->metrics[i], row, "value");
  }
}

/* ---- sections ---- */

static void put_aging(page *p) {
  static const char *const titles[] = {"Days past due", "#Open", "#Share", NULL};
  static const char *const columns[] = {"not_due", "1-30", "31-60", "61-90", "over_90"};
  static const char *const names[] = {"not due", "1 to 30", "31 to 60", "61 to 90", "over 90"};
  put_section(
      p, "Aging",
      "What is open, by days past due, each instalment by its own due date. Due today is not late. "
      "Cash and "
      "credit notes that are not applied yet stand apart; what is open less these is the balance.");
  fputs("<div class=\"cards\">\n", p->out);
  for (size_t row = 0; row < arc_report_rows(p->aging); row++) {
    double parts[5], sum = 0;
    char text[PAGE_CELL];
    fputs("<div class=\"card\"><h3>", p->out);
    draw_text(p->out, cell(p->aging, row, "currency", text));
    fputs("</h3><div class=\"big\">", p->out);
    draw_number(p->out, cell(p->aging, row, "balance", text));
    fputs(" <small>balance</small></div>\n", p->out);
    for (size_t i = 0; i < 5; i++)
      sum += parts[i] = value_of(p->aging, row, columns[i]);
    draw_parts(p->out, "open amounts by days past due, as in the table", parts, 5);
    put_head(p, "aging", "", titles);
    for (size_t i = 0; i < 5; i++) {
      fprintf(p->out, "<tr data-row=\"%u\"><td><span class=\"dot b%u\"></span>%s</td>",
              (unsigned)row, (unsigned)i, names[i]);
      put_cell(p, p->aging, row, columns[i], "");
      fprintf(p->out, "<td class=\"n\">%.0f %%</td></tr>\n", sum > 0 ? parts[i] / sum * 100 : 0);
    }
    fprintf(p->out, "<tr data-row=\"%u\"><td><span class=\"dot none-dot\"></span>not applied</td>",
            (unsigned)row);
    put_cell(p, p->aging, row, "unapplied", "");
    fputs("<td></td></tr>\n", p->out);
    put_foot(p);
    fputs("</div>\n", p->out);
  }
  if (arc_report_rows(p->aging) == 0) fputs("<p class=\"empty\">Nothing is open.</p>\n", p->out);
  fputs("</div></section>\n", p->out);
}

static void put_figure(page *p, size_t month, const char *currency, const char *metric,
                       const char *variant) {
  const arc_report *metrics = p->metrics[month];
  char day[11], text[PAGE_CELL];
  size_t row = figure_row(metrics, currency, metric, variant);
  int defined = row < arc_report_rows(metrics) && !arc_report_is_null(metrics, row, 2);
  arc_day_format(day, p->days[month]);
  fprintf(
      p->out,
      "<td class=\"n%s\" data-day=\"%s\" data-currency=\"%s\" data-metric=\"%s\" data-variant=\"",
      defined ? "" : " none", day, currency, metric);
  draw_text(p->out, variant);
  fprintf(p->out, "\" data-value=\"%s\">", defined ? cell(metrics, row, "value", text) : "");
  if (defined)
    draw_number(p->out, text);
  else
    fputs("\xe2\x80\x93", p->out);
  fputs("</td>", p->out);
}

static void put_turnover(page *p) {
  static const char *const titles[] = {"Day",         "#DSO",    "#Best possible",
                                       "#Count-back", "#CEI, %", NULL};
  put_section(p, "Days sales outstanding",
              "Open items by the sales of the 90 days before, at the end of each month. The lower "
              "line is what would be left if "
              "nobody paid late; what lies between is lateness.");
  fputs("<div class=\"cards\">\n", p->out);
  for (size_t row = 0; row < arc_report_rows(p->aging); row++) {
    draw_point upper[PAGE_MONTHS], lower[PAGE_MONTHS];
    char currency[PAGE_CELL];
    cell(p->aging, row, "currency", currency);
    figure_course(p, currency, "dso", "simple", upper);
    figure_course(p, currency, "best_possible_dso", "simple", lower);
    fprintf(p->out, "<div class=\"card\"><h3>%s</h3><div class=\"big\">", currency);
    if (upper[PAGE_MONTHS - 1].defined)
      fprintf(p->out, "%.1f <small>days, %.1f of them past due</small>",
              upper[PAGE_MONTHS - 1].value,
              upper[PAGE_MONTHS - 1].value - lower[PAGE_MONTHS - 1].value);
    else
      fputs("\xe2\x80\x93 <small>no sales in 90 days</small>", p->out);
    fputs("</div>\n", p->out);
    draw_course(p->out, "DSO and best possible DSO by month, as in the table", upper, lower,
                PAGE_MONTHS, " d");
    fputs("<div class=\"key\"><span><i style=\"background:var(--accent)\"></i>DSO</span>"
          "<span><i style=\"background:var(--accent2)\"></i>best "
          "possible</span></div>\n<details><summary>Figures</summary>\n",
          p->out);
    put_head(p, "metrics", "", titles);
    for (size_t i = PAGE_MONTHS; i-- > 0;) {
      char day[11];
      arc_day_format(day, p->days[i]);
      fprintf(p->out, "<tr><td>%s</td>", day);
      put_figure(p, i, currency, "dso", "simple");
      put_figure(p, i, currency, "best_possible_dso", "simple");
      put_figure(p, i, currency, "dso", "count-back");
      put_figure(p, i, currency, "collection_effectiveness", "CRF /N, N = days / 30");
      fputs("</tr>\n", p->out);
    }
    put_foot(p);
    fputs("</details></div>\n", p->out);
  }
  fputs("</div></section>\n", p->out);
}

static void put_inputs(page *p) {
  static const char *const titles[] = {"Last 90 days", "12 months", "#Now", NULL};
  static const struct {
    const char *name, *metric, *variant;
  } inputs[] = {{"Average payment delay, days", "average_payment_delay", "paid"},
                {"Overdue share, %", "overdue_share", "by value"},
                {"Promises kept, %", "promise_kept_rate", "by value"},
                {"Disputed, %", "dispute_rate", "by value"},
                {"Age of open disputes, days", "dispute_age", "mean"},
                {"Cash applied without anybody, %", "auto_match_rate", "by value"},
                {"Cash not applied, % of received", "unapplied_share", "of cash received"},
                {"Invoice accuracy, %", "invoice_accuracy", "by count"},
                {"Billing gap, days", "billing_gap", "by value"},
                {"Written off, % of sales", "bad_debt_ratio", "of credit sales"},
                {"Open 90 days after issue, %", "at_risk_rate", "open 90 days after issue"},
                {"Largest customer, %", "concentration", "largest customer"}};
  put_section(
      p, "What it depends on",
      "Each figure over the 90 days that end with the day. A dash: not defined, as there was "
      "nothing to divide by.");
  fputs("<div class=\"cards\">\n", p->out);
  for (size_t row = 0; row < arc_report_rows(p->aging); row++) {
    char currency[PAGE_CELL];
    fprintf(p->out, "<div class=\"card\"><h3>%s</h3>\n", cell(p->aging, row, "currency", currency));
    put_head(p, "metrics", "", titles);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
      draw_point points[PAGE_MONTHS];
      figure_course(p, currency, inputs[i].metric, inputs[i].variant, points);
      fprintf(p->out, "<tr><td>%s</td><td>", inputs[i].name);
      draw_spark(p->out, points, PAGE_MONTHS);
      fputs("</td>", p->out);
      put_figure(p, PAGE_MONTHS - 1, currency, inputs[i].metric, inputs[i].variant);
      fputs("</tr>\n", p->out);
    }
    put_foot(p);
    fputs("</div>\n", p->out);
  }
  fputs("</div></section>\n", p->out);
}

/* The rows of the forecast lie currency by currency. */
static size_t put_forecast_of(page *p, size_t first) {
  static const char *const titles[] = {"Week from", "#Expected", "#Low", "#High", NULL};
  draw_point points[PAGE_WEEKS];
  char currency[PAGE_CELL], text[PAGE_CELL];
  size_t count = 0;
  double sum = 0;
  cell(p->forecast, first, "currency", currency);
  for (size_t row = first; row < arc_report_rows(p->forecast) &&
                           same_currency(p->forecast, row, currency) && count < PAGE_WEEKS;
       row++, count++) {
    points[count].value = value_of(p->forecast, row, "expected");
    points[count].low = value_of(p->forecast, row, "low");
    points[count].high = value_of(p->forecast, row, "high");
    points[count].defined = 1;
    snprintf(points[count].label, sizeof points[count].label, "%.5s",
             cell(p->forecast, row, "from", text) + 5);
    sum += points[count].value;
  }
  draw_short(text, sum);
  fprintf(p->out,
          "<div class=\"card\"><h3>%s</h3><div class=\"big\">%s <small>expected in %u "
          "weeks</small></div>\n",
          currency, text, (unsigned)count);
  draw_columns(p->out, "expected cash by week with its 80 % interval, as in the table", points,
               count);
  fputs("<details><summary>Figures</summary>\n", p->out);
  put_head(p, "forecast", "", titles);
  for (size_t row = first; row < first + count; row++) {
    fprintf(p->out, "<tr data-row=\"%u\"><td data-column=\"from\" data-value=\"%s\">",
            (unsigned)row, cell(p->forecast, row, "from", text));
    fprintf(p->out, "%s</td>", text);
    put_cell(p, p->forecast, row, "expected", "");
    put_cell(p, p->forecast, row, "low", "");
    put_cell(p, p->forecast, row, "high", "");
    fputs("</tr>\n", p->out);
  }
  put_foot(p);
  fputs("</details></div>\n", p->out);
  return first + count;
}

static void put_forecast(page *p) {
  put_section(p, "Cash to come",
              "What the payment model expects of what is open now, week by week. In 8 of 10 weeks "
              "the cash lies "
              "within the whisker. Invoices still to be issued are not in it.");
  fputs("<div class=\"cards\">\n", p->out);
  for (size_t row = 0; row < arc_report_rows(p->forecast);)
    row = put_forecast_of(p, row);
  fputs("</div></section>\n", p->out);
}

static void put_worklist(page *p) {
  static const char *const titles[] = {
      "", "Customer", "#Overdue", "#Balance", "#Oldest, days", "#At risk", "Why", NULL};
  put_section(
      p, "Whom to work first",
      "By expected cash at risk: what is overdue and undisputed, times the risk of losing it.");
  fputs("<div class=\"card\">\n", p->out);
  put_head(p, "worklist", "list", titles);
  for (size_t row = 0; row < arc_report_rows(p->worklist); row++) {
    fprintf(p->out, "<tr data-row=\"%u\">", (unsigned)row);
    put_cell(p, p->worklist, row, "rank", "rank");
    put_cell(p, p->worklist, row, "customer", "who");
    put_amount(p, p->worklist, row, "overdue", "");
    put_cell(p, p->worklist, row, "balance", "wide");
    put_cell(p, p->worklist, row, "oldest_days", "wide");
    put_cell(p, p->worklist, row, "priority", "wide");
    fputs("<td class=\"why\">", p->out);
    draw_text(p->out, arc_report_text(p->worklist, row, column_of(p->worklist, "reason"), NULL));
    fputs("</td></tr>\n", p->out);
  }
  put_foot(p);
  if (arc_report_rows(p->worklist) == 0)
    fputs("<p class=\"empty\">Nobody is overdue.</p>\n", p->out);
  fputs("</div></section>\n", p->out);
}

/* Why touches were withheld, most frequent first: a reason and how often. */
typedef struct reason {
  const char *text;
  size_t size; /* without the day at its end */
  unsigned count;
} reason;

static size_t without_day(const char *text) {
  size_t size = strlen(text);
  arc_day day;
  return size > 11 && arc_day_parse(&day, text + size - 10, 10, NULL) == ARC_OK ? size - 10 : size;
}

static int same_reason(const reason *a, const char *text, size_t size) {
  return a->size == size && memcmp(a->text, text, size) == 0;
}

static int reason_compare(const void *left, const void *right) {
  const reason *a = left, *b = right;
  if (a->count != b->count) return a->count > b->count ? -1 : 1;
  return strcmp(a->text, b->text);
}

static size_t reasons_count(const arc_report *coverage, reason *found) {
  size_t count = 0, state = column_of(coverage, "state"), text = column_of(coverage, "reason");
  for (size_t row = 0; row < arc_report_rows(coverage); row++) {
    const char *why = arc_report_text(coverage, row, text, NULL);
    size_t i = 0;
    if (strcmp(arc_report_text(coverage, row, state, NULL), "withheld") != 0) continue;
    while (i < count && !same_reason(&found[i], why, without_day(why)))
      i++;
    if (i == count) found[count++] = (reason){why, without_day(why), 0};
    found[i].count++;
  }
  qsort(found, count, sizeof *found, reason_compare);
  return count;
}

static void put_coverage(page *p) {
  static const char *const states[] = {"touched", "withheld", "failed"};
  const double parts[] = {(double)p->sums.touched, (double)p->sums.withheld,
                          (double)p->sums.failed};
  char iso[11], date[24];
  reason *found;
  size_t count;
  put_section(p, "Coverage",
              "Every customer with something overdue was reminded, or there is a reason why not.");
  if (!p->coverage) {
    fputs("<div class=\"card\"><p class=\"empty\">No reminders were planned in the last "
          "days.</p></div></section>\n",
          p->out);
    return;
  }
  found = memory_array(NULL, arc_report_rows(p->coverage) + 1, sizeof *found);
  count = reasons_count(p->coverage, found);
  arc_day_format(iso, p->sums.day);
  draw_date(date, p->sums.day);
  fprintf(p->out,
          "<div class=\"card\" data-report=\"coverage\" data-day=\"%s\"><div class=\"big\"><span "
          "data-sum=\"overdue\">%u</span> "
          "<small>accounts overdue on %s</small></div>\n",
          iso, (unsigned)p->sums.overdue, date);
  draw_parts(p->out, "accounts touched, withheld and failed, as in the key", parts, 3);
  fputs("<div class=\"key\">", p->out);
  for (size_t i = 0; i < 3; i++)
    fprintf(p->out, "<span><span class=\"dot s%u\"></span><b data-sum=\"%s\">%.0f</b> %s</span>",
            (unsigned)i, states[i], parts[i], states[i]);
  fputs("</div>\n", p->out);
  if (count)
    fputs("<details open><summary>Why they were withheld</summary><table><tbody>\n", p->out);
  for (size_t i = 0; i < count && i < PAGE_REASONS; i++) {
    fputs("<tr><td>", p->out);
    draw_part(p->out, found[i].text, found[i].size);
    fprintf(p->out, "%s</td><td class=\"n\">%u</td></tr>\n",
            found[i].text[found[i].size] ? "\xe2\x80\xa6" : "", found[i].count);
  }
  if (count > PAGE_REASONS)
    fprintf(p->out, "<tr><td>and %u more reasons</td><td></td></tr>\n",
            (unsigned)(count - PAGE_REASONS));
  if (count) fputs("</tbody></table></details>\n", p->out);
  fputs("</div></section>\n", p->out);
  free(found);
}

static void put_disputes(page *p) {
  static const char *const titles[] = {"Customer", "Invoice",    "#Amount", "Kind",
                                       "Owner",    "#Age, days", NULL};
  size_t shown = 0, more = 0, status = column_of(p->disputes, "status");
  put_section(p, "Open disputes",
              "The oldest first. They hold what they dispute: nobody is asked for it.");
  fputs("<div class=\"card\">\n", p->out);
  put_head(p, "disputes", "list", titles);
  for (size_t row = 0; row < arc_report_rows(p->disputes); row++) {
    if (strcmp(arc_report_text(p->disputes, row, status, NULL), "resolved") == 0) continue;
    if (shown++ >= PAGE_DISPUTES) {
      more++;
      continue;
    }
    fprintf(p->out, "<tr data-row=\"%u\">", (unsigned)row);
    put_cell(p, p->disputes, row, "customer", "who");
    put_cell(p, p->disputes, row, "invoice", "wide");
    put_amount(p, p->disputes, row, "amount", "");
    put_cell(p, p->disputes, row, "kind", "why");
    put_cell(p, p->disputes, row, "owner", "wide");
    put_cell(p, p->disputes, row, "age_days", "wide");
    fputs("</tr>\n", p->out);
  }
  put_foot(p);
  if (!shown) fputs("<p class=\"empty\">None.</p>\n", p->out);
  if (more) fprintf(p->out, "<p class=\"empty\">and %u more</p>\n", (unsigned)more);
  fputs("</div></section>\n", p->out);
}

void sections_write(page *p) {
  char date[24], title[64];
  const char *name = strrchr(p->b->path, '/');
  draw_date(date, p->as_of);
  snprintf(title, sizeof title, "Receivables, %s", date);
  draw_begin(p->out, title);
  fputs("<header><h1>Receivables</h1><p>", p->out);
  draw_text(p->out, name ? name + 1 : p->b->path);
  fprintf(p->out, ", end of %s</p></header>\n", date);
  put_aging(p);
  put_turnover(p);
  put_forecast(p);
  put_worklist(p);
  put_coverage(p);
  put_disputes(p);
  put_inputs(p);
  fputs("<footer>Made by arcollect of the same reports that its commands print: aging, metrics, "
        "forecast, worklist, coverage, "
        "disputes.</footer>\n",
        p->out);
  draw_end(p->out);
}
