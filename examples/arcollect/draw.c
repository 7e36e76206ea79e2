/*
 * A picture is a box with an SVG of 100 by 100 units in it, stretched to the box, whose lines keep
 * their width; labels lie over it at parts of its height and width. Colours are the style's, for
 * light and dark.
 */
#include "draw.h"

#include <string.h>

static const char *const style[] = {
    ":root{color-scheme:light "
    "dark;--page:#f6f5f1;--card:#fff;--ink:#1d2329;--soft:#66707a;--line:#e3e1da;--accent:#1f5f8b;"
    "--accent2:#8db4cf;--band:#1f5f8b2e;--grid:#ecebe5;--b0:#5b9a8b;--b1:#f0c808;--b2:#f08a24;--b3:"
    "#d64933;--b4:#84202b;"
    "--ok:#5b9a8b;--hold:#b9b4a7;--bad:#c0392b;--shadow:0 1px 2px #0000000d,0 4px 16px #0000000a}",
    "@media(prefers-color-scheme:dark){:root{--page:#14181c;--card:#1d2329;--ink:#e9ecef;--soft:#"
    "9aa5b0;--line:#303942;"
    "--accent:#6db3e0;--accent2:#3d6f91;--band:#6db3e038;--grid:#29313a;--b0:#5fa898;--b1:#e0c04a;-"
    "-b2:#e8924a;--b3:#e0604c;"
    "--b4:#b8475a;--ok:#5fa898;--hold:#5d665f;--bad:#e0604c;--shadow:none}}",
    "*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}",
    "body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 "
    "system-ui,-apple-system,'Segoe UI',Roboto,"
    "'Helvetica Neue',Arial,sans-serif;font-variant-numeric:tabular-nums}",
    "main{max-width:1160px;margin:0 auto;padding:40px 24px 64px}header{margin:0 0 8px}"
    "h1{font-size:2rem;line-height:1.15;letter-spacing:-.02em;margin:0}header "
    "p{color:var(--soft);margin:6px 0 0}"
    "section{margin:44px 0 0}h2{font-size:1.25rem;letter-spacing:-.01em;margin:0 0 2px}"
    "h2+p{margin:0 0 14px;color:var(--soft);font-size:.9rem;max-width:70ch}"
    "h3{font-size:.8rem;font-weight:600;letter-spacing:.06em;color:var(--soft);margin:0}",
    ".cards{display:grid;gap:16px;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr)"
    ")}"
    ".card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:18px "
    "20px;box-shadow:var(--shadow);"
    "min-width:0}.big{font-size:1.7rem;font-weight:650;letter-spacing:-.02em;line-height:1.25;"
    "margin:2px 0 12px}"
    ".big small{font-size:.85rem;font-weight:400;letter-spacing:0;color:var(--soft)}",
    "table{width:100%;border-collapse:collapse;font-size:.9rem}th{font-weight:600;font-size:.78rem;"
    "color:var(--soft);"
    "text-align:left;padding:6px 10px 6px 0;border-bottom:1px solid var(--line);white-space:nowrap}"
    "td{padding:7px 10px 7px 0;border-bottom:1px solid "
    "var(--grid);vertical-align:top}tr:last-child td{border-bottom:0}"
    "th:last-child,td:last-child{padding-right:0}th.n+th:not(.n),td.n+td:not(.n){padding-left:14px}"
    ".n{text-align:right;white-space:nowrap}td.none{color:var(--soft)}",
    ".parts{display:block;width:100%;height:14px;border-radius:7px;overflow:hidden;margin:0 0 10px}"
    ".b0{fill:var(--b0);background:var(--b0)}.b1{fill:var(--b1);background:var(--b1)}.b2{fill:var(-"
    "-b2);background:var(--b2)}"
    ".b3{fill:var(--b3);background:var(--b3)}.b4{fill:var(--b4);background:var(--b4)}.s0{fill:var(-"
    "-ok);background:var(--ok)}"
    ".s1{fill:var(--hold);background:var(--hold)}.s2{fill:var(--bad);background:var(--bad)}"
    ".dot{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:8px;vertical-"
    "align:baseline}"
    ".none-dot{border:1px solid var(--soft)}",
    ".plot{position:relative;height:190px;margin:26px 0 0 44px}.plot "
    "svg{position:absolute;inset:0;width:100%;height:100%;"
    "overflow:visible}.plot line,.plot path,.plot polyline{vector-effect:non-scaling-stroke}"
    ".grid{stroke:var(--grid);stroke-width:1}.upper{fill:none;stroke:var(--accent);stroke-width:2."
    "5;stroke-linejoin:round}"
    ".lower{fill:none;stroke:var(--accent2);stroke-width:2;stroke-linejoin:round}.between{fill:var("
    "--band)}"
    ".column{fill:var(--accent)}.whisker{stroke:var(--ink);stroke-width:1.5;opacity:.65}"
    ".y{position:absolute;right:100%;transform:translateY(50%);margin-right:8px;font-size:.72rem;"
    "color:var(--soft);"
    "white-space:nowrap}.v{position:absolute;transform:translateX(-50%);font-size:.72rem;white-"
    "space:nowrap;padding-bottom:3px}",
    ".first span:nth-child(even),.last span:nth-child(odd){visibility:hidden}"
    ".x{position:relative;height:20px;margin:6px 0 0 44px;font-size:.72rem;color:var(--soft)}.x "
    "span{position:absolute;"
    "transform:translateX(-50%);white-space:nowrap}"
    ".key{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:.8rem;color:var(--soft);margin:10px 0 "
    "0}"
    ".key "
    "i{display:inline-block;width:16px;height:3px;border-radius:2px;vertical-align:middle;margin-"
    "right:6px}"
    ".spark{width:96px;height:22px;display:block}.spark "
    "polyline{fill:none;stroke:var(--accent);stroke-width:1.5;"
    "vector-effect:non-scaling-stroke}",
    "details{margin:12px 0 0;font-size:.85rem}summary{cursor:pointer;color:var(--soft)}details "
    "table{margin-top:6px}"
    ".code{color:var(--soft);font-size:.78em;letter-spacing:.04em}.why{color:var(--soft)}.rank{"
    "color:var(--soft);width:2.2em}.empty{color:var(--soft)}"
    "footer{margin:48px 0 0;color:var(--soft);font-size:.8rem;border-top:1px solid "
    "var(--line);padding-top:14px}",
    "@media(max-width:640px){main{padding:24px 16px "
    "48px}h1{font-size:1.6rem}section{margin-top:34px}.card{padding:16px}"
    ".big{font-size:1.45rem}.list thead{display:none}.list,.list tbody{display:block}"
    ".list tr{display:grid;grid-template-columns:1fr auto;gap:0 12px;padding:10px "
    "0;border-bottom:1px solid var(--line)}"
    ".list tr:last-child{border-bottom:0}.list td{border:0;padding:0}.list .rank,.list "
    ".wide{display:none}"
    ".list .who{font-weight:600}.list .why{grid-column:1/-1;font-size:.82rem}.plot{height:160px}"
    ".big small{display:block}}",
    "@media "
    "print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--shadow:none}main{max-width:none;"
    "padding:0}"
    ".card,tr{break-inside:avoid}h2,h2+p{break-after:avoid}summary{display:none}}"};

void draw_begin(FILE *out, const char *title) {
  fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<link "
        "rel=\"icon\" href=\"data:,\">\n<title>",
        out);
  draw_text(out, title);
  fputs("</title>\n<style>\n", out);
  for (size_t i = 0; i < sizeof style / sizeof *style; i++)
    fprintf(out, "%s\n", style[i]);
  fputs("</style>\n</head>\n<body>\n<main>\n", out);
}

void draw_end(FILE *out) {
  fputs("</main>\n</body>\n</html>\n", out);
}

/* ---- text and numbers ---- */

void draw_text(FILE *out, const char *text) {
  draw_part(out, text, strlen(text));
}

void draw_part(FILE *out, const char *text, size_t size) {
  for (; size; text++, size--) {
    switch (*text) {
    case '<':
      fputs("&lt;", out);
      break;
    case '>':
      fputs("&gt;", out);
      break;
    case '&':
      fputs("&amp;", out);
      break;
    case '"':
      fputs("&quot;", out);
      break;
    default:
      fputc(*text, out);
    }
  }
}

void draw_number(FILE *out, const char *plain) {
  size_t digits;
  if (*plain == '-') {
    fputs("\xe2\x88\x92", out); /* the sign as long as a plus */
    plain++;
  }
  for (digits = strspn(plain, "0123456789"); digits; plain++) {
    fputc(*plain, out);
    if (--digits && digits % 3 == 0) fputc(',', out);
  }
  draw_text(out, plain);
}

void draw_short(char *out, double value) {
  static const struct {
    double from;
    const char *unit;
  } units[] = {{1e12, "T"}, {1e9, "bn"}, {1e6, "M"}, {1e3, "k"}, {0, ""}};
  size_t i = 0;
  double size = value < 0 ? -value : value;
  while (units[i].from > 0 && size < units[i].from * 0.9995)
    i++;
  if (units[i].from > 0) value /= units[i].from;
  size = value < 0 ? -value : value;
  snprintf(out, 16, size < 9.95 && units[i].from > 0 ? "%.1f%s" : "%.0f%s", value, units[i].unit);
}

void draw_date(char *out, arc_day day) {
  static const char *const months[] = {"January",   "February", "March",    "April",
                                       "May",       "June",     "July",     "August",
                                       "September", "October",  "November", "December"};
  int32_t year = 0, month = 1, of_month = 0;
  arc_day_to_civil(day, &year, &month, &of_month);
  snprintf(out, 24, "%d %s %d", (int)of_month, months[month - 1], (int)year);
}

/* ---- pictures ---- */

void draw_parts(FILE *out, const char *label, const double *parts, size_t count) {
  double sum = 0, at = 0;
  const char letter = count == 3 ? 's' : 'b';
  for (size_t i = 0; i < count; i++)
    sum += parts[i];
  fputs("<svg class=\"parts\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" role=\"img\" "
        "aria-label=\"",
        out);
  draw_text(out, label);
  fputs("\">", out);
  for (size_t i = 0; i < count && sum > 0; at += parts[i++])
    fprintf(out, "<rect class=\"%c%u\" x=\"%.3f\" y=\"0\" width=\"%.3f\" height=\"10\"/>", letter,
            (unsigned)i, at / sum * 100, parts[i] / sum * 100);
  fputs("</svg>\n", out);
}

/* A round number at or above. */
static double scale_of(double most) {
  static const double steps[] = {1, 1.5, 2, 3, 4, 5, 6, 8, 10};
  double unit = 1;
  size_t i = 0;
  while (unit * 10 <= most)
    unit *= 10;
  while (i + 1 < sizeof steps / sizeof *steps && steps[i] * unit < most)
    i++;
  return steps[i] * unit;
}

static void plot_begin(FILE *out, const char *label, double top, const char *unit) {
  fputs("<div class=\"plot\">", out);
  for (int i = 0; i <= 2; i++) {
    char text[16];
    if (unit)
      snprintf(text, sizeof text, "%g%s", top * i / 2, unit);
    else
      draw_short(text, top * i / 2);
    fprintf(out, "<span class=\"y\" style=\"bottom:%d%%\">%s</span>", i * 50, text);
  }
  fputs("<svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"",
        out);
  draw_text(out, label);
  fputs("\">", out);
  for (int i = 0; i <= 2; i++)
    fprintf(out, "<line class=\"grid\" x1=\"0\" x2=\"100\" y1=\"%d\" y2=\"%d\"/>", i * 50, i * 50);
}

static double place(size_t i, size_t count, int columns) {
  if (columns) return ((double)i + 0.5) * 100 / (double)count;
  return count > 1 ? (double)i * 100 / (double)(count - 1) : 50;
}

static void plot_labels(FILE *out, const draw_point *points, size_t count, int columns) {
  fputs(columns ? "<div class=\"x first\">" : "<div class=\"x last\">",
        out); /* every second one, and that */
  for (size_t i = 0; i < count; i++)
    fprintf(out, "<span style=\"left:%.2f%%\">%s</span>", place(i, count, columns),
            points[i].label);
  fputs("</div>\n", out);
}

/* As many lines as there are stretches of defined points. */
static void draw_line(FILE *out, const char *name, const draw_point *points, size_t count,
                      double top) {
  for (size_t i = 0; i < count;) {
    if (!points[i].defined) {
      i++;
      continue;
    }
    fprintf(out, "<polyline class=\"%s\" points=\"", name);
    for (; i < count && points[i].defined; i++)
      fprintf(out, "%.2f,%.2f ", place(i, count, 0), 100 - points[i].value / top * 100);
    fputs("\"/>", out);
  }
}

void draw_course(FILE *out, const char *label, const draw_point *upper, const draw_point *lower,
                 size_t count, const char *unit) {
  double most = 0;
  for (size_t i = 0; i < count; i++) {
    if (upper[i].defined && upper[i].value > most) most = upper[i].value;
    if (lower[i].defined && lower[i].value > most) most = lower[i].value;
  }
  double top = scale_of(most);
  plot_begin(out, label, top, unit);
  for (size_t i = 0; i + 1 < count; i++) {
    double from = place(i, count, 0), to = place(i + 1, count, 0);
    if (!upper[i].defined || !lower[i].defined || !upper[i + 1].defined || !lower[i + 1].defined)
      continue;
    fprintf(out, "<path class=\"between\" d=\"M%.2f %.2fL%.2f %.2fL%.2f %.2fL%.2f %.2fZ\"/>", from,
            100 - upper[i].value / top * 100, to, 100 - upper[i + 1].value / top * 100, to,
            100 - lower[i + 1].value / top * 100, from, 100 - lower[i].value / top * 100);
  }
  draw_line(out, "lower", lower, count, top);
  draw_line(out, "upper", upper, count, top);
  fputs("</svg></div>", out);
  plot_labels(out, upper, count, 0);
}

void draw_columns(FILE *out, const char *label, const draw_point *points, size_t count) {
  double most = 0, width = 56.0 / (double)(count ? count : 1);
  for (size_t i = 0; i < count; i++)
    if (points[i].high > most) most = points[i].high;
  double top = scale_of(most);
  plot_begin(out, label, top, NULL);
  for (size_t i = 0; i < count; i++) {
    double x = place(i, count, 1), y = 100 - points[i].value / top * 100;
    double low = points[i].low > 0 ? points[i].low : 0;
    fprintf(out, "<rect class=\"column\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>",
            x - width / 2, y, width, 100 - y);
    fprintf(out, "<line class=\"whisker\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%.2f\" y2=\"%.2f\"/>", x, x,
            100 - points[i].high / top * 100, 100 - low / top * 100);
    for (int end = 0; end < 2; end++) {
      double at = 100 - (end ? low : points[i].high) / top * 100;
      fprintf(out, "<line class=\"whisker\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%.2f\" y2=\"%.2f\"/>",
              x - width / 5, x + width / 5, at, at);
    }
  }
  fputs("</svg>", out);
  for (size_t i = 0; i < count;
       i += 2) { /* those that are labelled below: all would not have room */
    char text[16];
    draw_short(text, points[i].value);
    fprintf(out, "<span class=\"v\" style=\"left:%.2f%%;bottom:%.2f%%\">%s</span>",
            place(i, count, 1), points[i].high / top * 100, text);
  }
  fputs("</div>", out);
  plot_labels(out, points, count, 1);
}

void draw_spark(FILE *out, const draw_point *points, size_t count) {
  double least = 0, most = 0;
  int any = 0;
  draw_point moved[DRAW_POINTS_MAX];
  for (size_t i = 0; i < count; i++) {
    if (!points[i].defined) continue;
    if (!any || points[i].value < least) least = points[i].value;
    if (!any || points[i].value > most) most = points[i].value;
    any = 1;
  }
  for (size_t i = 0; i < count; i++) {
    moved[i] = points[i];
    moved[i].value = most > least ? 5 + (points[i].value - least) / (most - least) * 90 : 50;
  }
  fputs("<svg class=\"spark\" viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" "
        "aria-hidden=\"true\">",
        out);
  draw_line(out, "upper", moved, count, 100);
  fputs("</svg>", out);
}
