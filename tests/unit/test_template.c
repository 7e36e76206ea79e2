/* Templates: what is refused when they are read, how amounts and dates are written, and that values stay values. */
#include "arcollect.h"
#include "test_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "language en\nfor any\n"

static arc_text text_of(const char *s) {
  arc_text text = {s, strlen(s)};
  return text;
}

static char out[ARC_TEMPLATE_OUTPUT_MAX + 16];

/* ---- a message to write ---- */

struct sample {
  arc_message m;
  arc_message_item items[3];
  arc_letterhead letterhead;
  arc_remit_to remit_to;
};

static void sample_init(struct sample *s, uint32_t count) {
  static const char *const numbers[] = {"RE-1", "RE-2", "RE-3"};
  memset(s, 0, sizeof *s);
  s->letterhead = (arc_letterhead)ARC_LETTERHEAD_INIT;
  s->letterhead.name = text_of("Example Ltd");
  s->letterhead.address = text_of("1 High Street\nLeeds");
  s->remit_to = (arc_remit_to)ARC_REMIT_TO_INIT;
  s->remit_to.account = text_of("GB33 BUKB 2020 1555 5555 55");
  s->remit_to.link = text_of("https://pay.example/?a=1&b=2");
  s->m.struct_size = sizeof s->m;
  s->m.channel = ARC_CHANNEL_EMAIL;
  s->m.tone = ARC_TONE_FIRM;
  s->m.customer = text_of("C1");
  s->m.customer_name = text_of("Customer & Sons");
  s->m.recipient = text_of("Pat Doe");
  s->m.step = text_of("overdue");
  s->m.day = arc_day_from_civil(2026, 3, 3);
  s->m.deadline = s->m.day + 7;
  memcpy(s->m.currency, "EUR", 4);
  s->m.letterhead = &s->letterhead;
  s->m.remit_to = &s->remit_to;
  s->m.items = s->items;
  s->m.item_count = count;
  for (uint32_t i = 0; i < count; i++) {
    arc_message_item *item = &s->items[i];
    item->struct_size = sizeof *item;
    item->invoice = text_of(numbers[i]);
    item->issued = arc_day_from_civil(2026, 1, 1) + (arc_day)i;
    item->due = item->issued + 30;
    item->invoiced = 100000;
    item->paid = i ? 0 : 25000;
    item->amount = item->invoiced - item->paid - (i == 1 ? 1000 : 0);
    s->m.amount += item->amount;
    s->m.invoiced += item->invoiced;
    s->m.paid += item->paid;
  }
}

/* Writes a part of a template; fails the test if it cannot be read or written. */
static const char *write_part(const char *text, int32_t part, const arc_message *m) {
  struct test_heap heap = {0};
  arc_allocator allocator = test_heap_allocator(&heap);
  arc_error err = ARC_ERROR_INIT;
  arc_template *t = NULL;
  size_t size = 0;
  if (arc_template_open(&t, text, strlen(text), &allocator, &err) != ARC_OK) fail_msg("%s", err.text);
  if (arc_template_write(out, sizeof out, &size, t, part, m, &err) < 0) fail_msg("%s", err.text);
  arc_template_close(t);
  assert_int_equal(heap.live, 0);
  assert_int_equal(strlen(out), size);
  return out;
}

static const char *write_text(const char *body, const arc_message *m) {
  static char text[4096];
  snprintf(text, sizeof text, HEAD "---- text\n%s", body);
  return write_part(text, ARC_PART_TEXT, m);
}

static const char *write_html(const char *body, const arc_message *m) {
  static char text[4096];
  snprintf(text, sizeof text, HEAD "---- text\nx\n---- html\n%s", body);
  return write_part(text, ARC_PART_HTML, m);
}

/* ---- what is refused ---- */

struct refused {
  const char *text;
  uint32_t line, column;
  const char *says; /* a part of the error */
};

static const struct refused refused[] = {
    {"", 0, 0, "1 to 65535 bytes"},
    {"---- text\nx", 1, 1, "says its language"},
    {"language\n---- text\nx", 1, 1, "expected language"},
    {"language e n\n---- text\nx", 1, 1, "expected a language"},
    {HEAD "language de\n---- text\nx", 3, 1, "each once"},
    {HEAD "for firm\n---- text\nx", 3, 1, "each once"},
    {"language en\nfor angry\n---- text\nx", 2, 1, "expected friendly"},
    {HEAD "channel pigeon\n---- text\nx", 3, 1, "no channel \"pigeon\""},
    {HEAD "color red\n---- text\nx", 3, 1, "expected language"},
    {HEAD "---- subject\nx\n", 5, 1, "needs a part ---- text"},
    {HEAD "---- text\n", 4, 1, "needs a part ---- text"},
    {HEAD "---- html\nx\n---- text\nx\n", 5, 1, "in this order"},
    {HEAD "---- text\nx\n---- text\nx\n", 5, 1, "in this order"},
    {HEAD "---- Text\nx\n", 3, 1, "in this order"},
    {HEAD "---- subject\na\nb\n---- text\nx\n", 4, 2, "one line"},
    {HEAD "---- text\na {{nme}}", 4, 5, "no variable \"nme\""},
    {HEAD "---- text\na {{customer}}", 4, 5, "no variable \"customer\""},
    {HEAD "---- text\na {{item.number}}", 4, 5, "within {{each items}} only"},
    {HEAD "---- text\n{{items}}", 4, 1, "{{each items}}"},
    {HEAD "---- text\n{{amount", 4, 1, "}} on the same line"},
    {HEAD "---- text\n{{amount\n}}", 4, 1, "}} on the same line"},
    {HEAD "---- text\n{{}}", 4, 3, "no variable \"\""},
    {HEAD "---- text\n{{amount short}}", 4, 10, "no format for this value: \"short\""},
    {HEAD "---- text\n{{today bare}}", 4, 9, "no format"},
    {HEAD "---- text\n{{contact.name upper}}", 4, 16, "no format"},
    {HEAD "---- text\n{{count left}}", 4, 13, "1 to 80"},
    {HEAD "---- text\n{{count left 0}}", 4, 15, "1 to 80"},
    {HEAD "---- text\n{{count left 81}}", 4, 13, "1 to 80"},
    {HEAD "---- subject\n{{count left 9}}\n---- text\nx", 4, 13, "text part"},
    {HEAD "---- text\n{{\"open}}", 4, 3, "quotes that are not closed"},
    {HEAD "---- text\n{{if}}x{{end}}", 4, 5, "no variable"},
    {HEAD "---- text\n{{if amount > 3}}x{{end}}", 4, 13, "only numbers are compared"},
    {HEAD "---- text\n{{if today = 3}}x{{end}}", 4, 12, "only numbers are compared"},
    {HEAD "---- text\n{{if count = \"3\"}}x{{end}}", 4, 14, "compared with digits"},
    {HEAD "---- text\n{{if count = 99999999999}}x{{end}}", 4, 14, "compared with digits"},
    {HEAD "---- text\n{{if tone = firm}}x{{end}}", 4, 13, "expected \"words\""},
    {HEAD "---- text\n{{if tone < \"firm\"}}x{{end}}", 4, 11, "only numbers are compared"},
    {HEAD "---- text\n{{if count}}x", 4, 14, "expected {{end}}"},
    {HEAD "---- text\n{{end}}", 4, 1, "no {{if}} or {{each}} for this {{end}}"},
    {HEAD "---- text\n{{else}}", 4, 1, "no {{if}} for this {{else}}"},
    {HEAD "---- text\n{{if count}}{{else}}{{else}}{{end}}", 4, 21, "no {{if}} for this {{else}}"},
    {HEAD "---- text\n{{each items}}{{else}}{{end}}", 4, 15, "no {{if}} for this {{else}}"},
    {HEAD "---- text\n{{each count}}{{end}}", 4, 8, "only items"},
    {HEAD "---- text\n{{each items}}{{each items}}{{end}}{{end}}", 4, 15, "within another"},
    {HEAD "---- text\na\tb", 4, 2, "control character"},
    {HEAD "---- text\na\xff", 4, 2, "valid UTF-8"},
    {HEAD "---- text\nx\n---- html\n<{{invoice}}>", 6, 2, "no value may stand in a tag"},
    {HEAD "---- text\nx\n---- html\n<p {{invoice}}>", 6, 4, "no value may stand in a tag"},
    {HEAD "---- text\nx\n---- html\n<p class={{invoice}}>", 6, 10, "in quotes"},
    {HEAD "---- text\nx\n---- html\n<p style=\"{{invoice}}\">", 6, 11, "this attribute"},
    {HEAD "---- text\nx\n---- html\n<p ONclick='{{invoice}}'>", 6, 13, "this attribute"},
    {HEAD "---- text\nx\n---- html\n<a href=\"{{invoice}}\">", 6, 10, "begins with https:"},
    {HEAD "---- text\nx\n---- html\n<a href=\"javascript:{{invoice}}\">", 6, 21, "begins with https:"},
    {HEAD "---- text\nx\n---- html\n<a href=\"http://{{invoice}}\">", 6, 17, "begins with https:"},
    {HEAD "---- text\nx\n---- html\n<script>{{invoice}}</script>", 6, 9, "script or style"},
    {HEAD "---- text\nx\n---- html\n<STYLE >{{invoice}}</style>", 6, 9, "script or style"},
    {HEAD "---- text\nx\n---- html\n<!-- {{invoice}} -->", 6, 6, "comment"},
    {HEAD "---- text\nx\n---- html\n<p title=\"a", 6, 12, "ends within a tag"},
    {HEAD "---- text\nx\n---- html\n{{if count}}<p title=\"{{end}}a\">", 6, 23, "same place of the HTML"},
    {HEAD "---- text\nx\n---- html\n{{if count}}<p>{{else}}<p {{end}}>", 6, 27, "same place of the HTML"},
};

static void test_what_is_wrong_is_said_with_its_place(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    struct test_heap heap = {0};
    arc_allocator allocator = test_heap_allocator(&heap);
    arc_error err = ARC_ERROR_INIT;
    arc_template *t = NULL;
    arc_status status = arc_template_open(&t, refused[i].text, strlen(refused[i].text), &allocator, &err);
    if (status != (refused[i].line ? ARC_E_SYNTAX : ARC_E_INVALID) || err.line != refused[i].line ||
        err.column != refused[i].column || !strstr(err.text, refused[i].says))
      fail_msg("\"%s\":\n%s, %u:%u, %s", refused[i].text, arc_status_name(status), err.line, err.column, err.text);
    assert_null(t);
    assert_int_equal(heap.live, 0);
  }
}

static void test_blocks_nest_sixteen_deep(void **state) {
  char text[1024] = HEAD "---- text\n";
  arc_error err = ARC_ERROR_INIT;
  arc_template *t;
  (void)state;
  for (int i = 0; i < 16; i++) strcat(text, "{{if count}}");
  strcat(text, "x");
  for (int i = 0; i < 16; i++) strcat(text, "{{end}}");
  assert_int_equal(arc_template_open(&t, text, ARC_NUL_TERMINATED, NULL, &err), ARC_OK);
  arc_template_close(t);
  memmove(text + sizeof HEAD "---- text\n" - 1 + 12, text + sizeof HEAD "---- text\n" - 1,
          strlen(text + sizeof HEAD "---- text\n" - 1) + 1);
  memcpy(text + sizeof HEAD "---- text\n" - 1, "{{if count}}", 12);
  assert_int_equal(arc_template_open(&t, text, ARC_NUL_TERMINATED, NULL, &err), ARC_E_SYNTAX);
  assert_non_null(strstr(err.text, "16 deep"));
}

/* ---- what is written ---- */

static void test_values_tests_and_items(void **state) {
  struct sample s;
  (void)state;
  sample_init(&s, 3);
  assert_string_equal(write_text("{{amount}} of {{invoiced}}, {{paid}} paid, {{disputed bare}} disputed", &s.m),
                      "€2,740.00 of €3,000.00, €250.00 paid, 10.00 disputed");
  s.m.on_account = 4000;
  s.m.net = 270000;
  assert_string_equal(write_text("{{if on_account}}{{on_account}} off: {{net}}{{end}}", &s.m),
                      "€40.00 off: €2,700.00");
  assert_string_equal(write_text("{{count}} {{days_late}} {{oldest_due}} {{today short}} {{deadline}}", &s.m),
                      "3 31 31 January 2026 3 Mar 2026 10 March 2026");
  assert_string_equal(write_text("{{step}} {{channel}} {{tone}} {{invoice}} {{customer.key}} {{pay.reference}} "
                                 "{{pay.holder}}", &s.m), "overdue email firm RE-1 C1 C1 Example Ltd");
  assert_string_equal(write_text("{{if count = 3}}a{{end}}{{if count > 3}}b{{else}}c{{end}}{{if count < 4}}d{{end}}"
                                 "{{if not paid}}e{{end}}{{if tone = \"firm\"}}f{{end}}{{if tone = \"final\"}}g{{end}}"
                                 "{{if items}}h{{end}}{{if pay.bank}}i{{end}}{{if pay.link}}j{{end}}{{if today}}k{{end}}",
                                 &s.m), "acdfhjk");
  assert_string_equal(write_text("{{each items}}{{item.position}}:{{item.number}} {{item.open bare}}"
                                 "{{if item.paid}}*{{end}}{{if item.disputed}}!{{end}} {{item.days_late}} {{item.kind}};"
                                 "{{end}}.", &s.m),
                      "1:RE-1 750.00* 31 invoice;2:RE-2 990.00! 30 invoice;3:RE-3 1,000.00 29 invoice;.");
  assert_string_equal(write_text("[{{invoice left 6}}|{{invoice right 6}}|{{invoice left 2}}|{{\"Größe\" left 7}}]", &s.m),
                      "[RE-1  |  RE-1|RE-1|Größe  ]");
  assert_string_equal(write_text("{{\"{{\"}}a}}", &s.m), "{{a}}");
  assert_string_equal(write_text("{{sender.address}}", &s.m), "1 High Street\nLeeds");
}

static void test_tags_alone_take_their_line(void **state) {
  struct sample s;
  (void)state;
  sample_init(&s, 2);
  assert_string_equal(write_text("a\n{{if count}}\nb\n  {{else}}  \nc\n{{end}}\nd\n{{each items}}\n- {{item.number}}\n"
                                 "{{end}}\ne {{if count}}\nf\n{{end}}", &s.m),
                      "a\nb\nd\n- RE-1\n- RE-2\ne \nf\n");
  s.m.item_count = 0;
  assert_string_equal(write_text("a\n{{if count}}\nb\n{{else}}\nc\n{{end}}\n{{each items}}\n- \n{{end}}\nd\n", &s.m),
                      "a\nc\nd\n");
}

static void test_windows_lines(void **state) {
  struct sample s;
  (void)state;
  sample_init(&s, 1);
  assert_string_equal(write_part("language en\r\nfor any\r\n---- subject\r\n{{invoice}}\r\n---- text\r\na\r\nb\r\n",
                                 ARC_PART_SUBJECT, &s.m), "RE-1");
  assert_string_equal(write_part("language en\r\nfor any\r\n---- text\r\na\r\nb\r\n", ARC_PART_TEXT, &s.m), "a\nb\n");
}

/* ---- languages ---- */

static void test_amounts_by_language(void **state) {
  static const struct {
    const char *head, *language, *currency;
    int64_t amount;
    const char *text;
  } cases[] = {
      {"en", "en", "EUR", 123456789, "€1,234,567.89"},    {"en", "en-US", "USD", 123450, "$1,234.50"},
      {"en", "en-GB", "USD", 123450, "USD 1,234.50"},     {"en", "en-CA", "CAD", 99, "$0.99"},
      {"en", "en-CA", "USD", 99, "USD 0.99"},             {"en", "en-GB", "GBP", -5, "-£0.05"},
      {"en", "en-IN", "INR", 1234567890, "₹1,23,45,678.90"}, {"en", "en", "JPY", 1234567, "JPY 1,234,567"},
      {"en", "en", "KWD", 1234567, "KWD 1,234.567"},      {"de", "de", "EUR", 123450, "1.234,50 €"},
      {"de", "de-AT", "EUR", 123450, "€ 1.234,50"},       {"de", "de-CH", "CHF", 123450, "CHF 1’234.50"},
      {"de", "de_CH", "EUR", 100, "€ 1.00"},              {"de", "de", "USD", -123450, "-1.234,50 USD"},
      {"fr", "fr-FR", "EUR", 123456789, "1 234 567,89 €"}, {"fr", "fr-CA", "CAD", 123450, "1 234,50 $"},
      {"fr", "fr-CH", "CHF", 123450, "1 234.50 CHF"},     {"es", "es", "EUR", 123450, "1234,50 €"},
      {"es", "es-ES", "EUR", 1234500, "12.345,00 €"},     {"es", "es-MX", "MXN", 123450, "$1,234.50"},
      {"es", "es-MX", "USD", 123450, "USD 1,234.50"},     {"es", "es-CL", "CLP", 123450, "$123.450"},
      {"es", "es-AR", "ARS", 123450, "$ 1.234,50"},       {"en", "de", "EUR", 123450, "€1,234.50"},
      {"it", "it", "EUR", 123450, "€1,234.50"},           {"zh-Hans-CN", "zh-Hans-CN", "CNY", 100, "CNY 1.00"},
      {"de-AT", "", "EUR", 100, "€ 1,00"},                {"en", "en", "CLF", 12345, "CLF 1.2345"},
      {"en", "en", "EUR", INT64_MIN, "-€92,233,720,368,547,758.08"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct sample s;
    char text[128];
    sample_init(&s, 0);
    s.m.language = text_of(cases[i].language);
    memcpy(s.m.currency, cases[i].currency, 4);
    s.m.amount = cases[i].amount;
    snprintf(text, sizeof text, "language %s\n---- text\n{{amount}}", cases[i].head);
    if (strcmp(write_part(text, ARC_PART_TEXT, &s.m), cases[i].text) != 0)
      fail_msg("%s %s: %s, expected %s", cases[i].language, cases[i].currency, out, cases[i].text);
  }
}

static void test_dates_by_language(void **state) {
  static const struct {
    const char *language;
    int year, month, day;
    const char *text;
  } cases[] = {
      {"en", 2026, 3, 3, "3 March 2026|3 Mar 2026"},       {"en-US", 2026, 12, 31, "December 31, 2026|Dec 31, 2026"},
      {"en-GB", 2026, 5, 1, "1 May 2026|1 May 2026"},      {"de", 2026, 3, 3, "3. März 2026|03.03.2026"},
      {"de-AT", 2026, 1, 9, "9. Jänner 2026|09.01.2026"},  {"de-CH", 2026, 1, 9, "9. Januar 2026|09.01.2026"},
      {"fr", 2026, 8, 1, "1er août 2026|01/08/2026"},      {"fr-CA", 2026, 8, 2, "2 août 2026|2026-08-02"},
      {"fr-CH", 2026, 2, 2, "2 février 2026|02.02.2026"},  {"es", 2026, 9, 7, "7 de septiembre de 2026|07/09/2026"},
      {"nl", 2026, 9, 7, "2026-09-07|2026-09-07"},         {"en", 1, 1, 1, "1 January 0001|1 Jan 0001"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct sample s;
    char text[128];
    sample_init(&s, 0);
    s.m.day = arc_day_from_civil(cases[i].year, cases[i].month, cases[i].day);
    snprintf(text, sizeof text, "language %s\n---- text\n{{today}}|{{today short}}", cases[i].language);
    if (strcmp(write_part(text, ARC_PART_TEXT, &s.m), cases[i].text) != 0)
      fail_msg("%s: %s, expected %s", cases[i].language, out, cases[i].text);
  }
}

/* ---- values stay values ---- */

static void test_html_is_escaped_where_it_stands(void **state) {
  struct sample s;
  (void)state;
  sample_init(&s, 1);
  s.m.customer_name = text_of("<script>alert(\"1\")</script> & 'x'");
  assert_string_equal(write_html("<p title=\"{{customer.name}}\">{{customer.name}}</p>", &s.m),
                      "<p title=\"&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;\">"
                      "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</p>");
  assert_string_equal(write_html("<a href=\"{{pay.link}}\">x</a>", &s.m),
                      "<a href=\"https://pay.example/?a=1&amp;b=2\">x</a>");
  s.m.customer = text_of("a/b?c&d=\"ü");
  assert_string_equal(write_html("<a href='https://x.example/{{customer.key}}'>x</a>", &s.m),
                      "<a href='https://x.example/a%2Fb%3Fc%26d%3D%22%C3%BC'>x</a>");
  assert_string_equal(write_html("{{sender.address}}", &s.m), "1 High Street<br />\nLeeds");
  assert_string_equal(write_html("{{amount}} {{today}}", &s.m), "€750.00 3\xC2\xA0March\xC2\xA0" "2026");
}

static void test_links_lead_to_https_and_mail_only(void **state) {
  static const char *const bad[] = {"javascript:alert(1)", "http://x.example", "data:text/html,x", "HTTPS", " https://x",
                                    "//x.example", "vbscript:x", "java\nscript:x"};
  struct sample s;
  (void)state;
  sample_init(&s, 1);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    s.remit_to.link = text_of(bad[i]);
    assert_string_equal(write_html("<a href=\"{{pay.link}}\">x</a>", &s.m), "<a href=\"#\">x</a>");
    assert_string_equal(write_text("{{pay.link}}", &s.m), "#");
  }
  s.remit_to.link = text_of("HTTPS://x.example/\" onclick=\"x");
  assert_string_equal(write_html("<a href=\"{{pay.link}}\">x</a>", &s.m),
                      "<a href=\"HTTPS://x.example/&quot; onclick=&quot;x\">x</a>");
  s.remit_to.link = text_of("mailto:a@b.example");
  assert_string_equal(write_html("<a href=\"{{pay.link}}\">x</a>", &s.m), "<a href=\"mailto:a@b.example\">x</a>");
}

/* Whatever a value holds, a subject is one line, and a text has the lines of its template. */
static void test_values_add_no_lines(void **state) {
  static const char *const values[] = {"a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\xE2\x80\xA8" "b", "a\xE2\x80\xA9" "b",
                                       "a\x0b" "b", "a\x01" "b", "a\xC2\x85" "b", "a\x7f" "b"};
  struct sample s;
  (void)state;
  sample_init(&s, 1);
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    s.m.customer_name = text_of(values[i]);
    write_part(HEAD "---- subject\n{{customer.name}}\n---- text\nx", ARC_PART_SUBJECT, &s.m);
    for (const char *c = out; *c; c++) assert_true((unsigned char)*c >= ' ' && *c != 0x7f);
    assert_null(strstr(out, "\xE2\x80\xA8"));
    assert_null(strstr(out, "\xE2\x80\xA9"));
    assert_null(strstr(out, "\xC2\x85"));
    write_text("{{customer.name}}", &s.m);
    assert_null(strpbrk(out, "\r\n\x0b\x01"));
  }
  s.letterhead.address = text_of("1 High Street\r\nLeeds\rBcc: x");
  assert_string_equal(write_part(HEAD "---- subject\n{{sender.address}}\n---- text\nx", ARC_PART_SUBJECT, &s.m),
                      "1 High Street, Leeds Bcc: x");
}

static void test_values_turn_no_writing(void **state) {
  struct sample s;
  (void)state;
  sample_init(&s, 1);
  s.m.customer_name = text_of("a\xE2\x80\xAE" "b\xE2\x81\xA6" "c\xE2\x80\x8F" "d\xD8\x9C" "e😀");
  assert_string_equal(write_text("{{customer.name}}", &s.m), "abcde😀");
  assert_string_equal(write_html("{{customer.name}}", &s.m), "abcde😀");
  s.m.customer_name = text_of("a\xff\xfe" "b\xF0\x9F\x98");
  assert_string_equal(write_text("{{customer.name}}", &s.m), "a  b   ");
}

static void test_values_are_no_templates(void **state) {
  struct sample s;
  (void)state;
  sample_init(&s, 1);
  s.m.customer_name = text_of("{{amount}}{{if count}}{{end}}\x7b{");
  assert_string_equal(write_text("{{customer.name}}", &s.m), "{{amount}}{{if count}}{{end}}{{");
}

/* ---- limits and wrong use ---- */

static void test_output_is_limited(void **state) {
  static char text[65535];
  struct sample s;
  arc_error err = ARC_ERROR_INIT;
  arc_template *t;
  size_t size;
  (void)state;
  sample_init(&s, 3);
  static arc_message_item many[100000];
  for (size_t i = 0; i < 100000; i++) many[i] = s.items[0];
  s.m.items = many;
  s.m.item_count = 100000;
  snprintf(text, sizeof text, HEAD "---- text\n{{each items}}%2000s{{end}}", "");
  assert_int_equal(arc_template_open(&t, text, ARC_NUL_TERMINATED, NULL, &err), ARC_OK);
  assert_int_equal(arc_template_write(out, sizeof out, &size, t, ARC_PART_TEXT, &s.m, &err), ARC_E_REFUSED);
  arc_template_close(t);
  /* Steps without output end, too. */
  snprintf(text, sizeof text, HEAD "---- text\nx{{each items}}");
  for (int i = 0; i < 2000; i++) strcat(text + 40, "{{if paid}}{{end}}");
  strcat(text, "{{end}}");
  assert_int_equal(arc_template_open(&t, text, ARC_NUL_TERMINATED, NULL, &err), ARC_OK);
  assert_int_equal(arc_template_write(out, sizeof out, &size, t, ARC_PART_TEXT, &s.m, &err), ARC_E_REFUSED);
  arc_template_close(t);
}

static void test_wrong_use(void **state) {
  struct sample s;
  arc_error err = ARC_ERROR_INIT;
  arc_template *t;
  size_t size = 99;
  char small[4] = "abc";
  (void)state;
  sample_init(&s, 1);
  assert_int_equal(arc_template_open(NULL, HEAD, ARC_NUL_TERMINATED, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_template_open(&t, NULL, 0, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_template_open(&t, HEAD "---- text\n{{amount}}", ARC_NUL_TERMINATED, NULL, &err), ARC_OK);
  assert_int_equal(arc_template_write(small, sizeof small, &size, t, ARC_PART_TEXT, &s.m, &err), ARC_E_INVALID);
  assert_int_equal(size, strlen("€750.00"));
  assert_string_equal(small, "abc");
  size = 0;
  assert_int_equal(arc_template_write(NULL, 0, &size, t, ARC_PART_TEXT, &s.m, &err), ARC_OK);
  assert_int_equal(size, strlen("€750.00"));
  assert_int_equal(arc_template_write(out, sizeof out, &size, t, 0, &s.m, &err), ARC_E_INVALID);
  assert_int_equal(arc_template_write(out, sizeof out, &size, t, 4, &s.m, &err), ARC_E_INVALID);
  assert_int_equal(arc_template_write(out, sizeof out, NULL, t, 1, &s.m, &err), ARC_E_INVALID);
  assert_int_equal(arc_template_write(out, sizeof out, &size, NULL, 1, &s.m, &err), ARC_E_INVALID);
  assert_int_equal(arc_template_write(out, sizeof out, &size, t, 2, NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_template_write(out, sizeof out, &size, t, ARC_PART_SUBJECT, &s.m, &err), ARC_DONE);
  assert_int_equal(size, 0);
  s.m.items = NULL;
  assert_int_equal(arc_template_write(out, sizeof out, &size, t, 2, &s.m, &err), ARC_E_INVALID);
  s.m.items = s.items;
  s.items[0].struct_size = 4;
  assert_int_equal(arc_template_write(out, sizeof out, &size, t, 2, &s.m, &err), ARC_E_INVALID);
  s.m.struct_size = 8;
  assert_int_equal(arc_template_write(out, sizeof out, &size, t, 2, &s.m, &err), ARC_E_ABI);
  arc_template_close(t);
  arc_template_close(NULL);
  assert_int_equal(arc_template_built_in(out, sizeof out, &size, 5, 1, "en", NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_template_built_in(out, sizeof out, &size, 1, 0, "en", NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_template_built_in(out, sizeof out, &size, 1, 1, "it", NULL, &err), ARC_E_INVALID);
  assert_int_equal(arc_template_built_in(out, sizeof out, &size, 1, 1, NULL, NULL, &err), ARC_E_INVALID);
}

/* ---- the built-in ones ---- */

static void check_built_in(const char *text, const struct sample *s, int32_t channel) {
  static const char *const left[] = {"{{", "}}", "@", " ,", "  .", NULL};
  int html = channel != ARC_CHANNEL_SMS;
  for (int32_t part = html ? ARC_PART_SUBJECT : ARC_PART_TEXT; part <= (html ? ARC_PART_HTML : ARC_PART_TEXT); part++) {
    write_part(text, part, &s->m);
    for (size_t i = 0; left[i]; i++)
      if (strstr(out, left[i]) && !(part == ARC_PART_HTML && i == 2)) fail_msg("\"%s\" in part %d of: %s", left[i], part, out);
    assert_true(strlen(out) > 10);
    if (part == ARC_PART_HTML) continue;
    assert_null(strstr(out, "<"));
    if (html && s->m.item_count == 1 && part == ARC_PART_TEXT) assert_non_null(strstr(out, "RE-1"));
  }
}

static void test_built_in_templates_can_be_written(void **state) {
  static const char *const languages[] = {"en", "de-AT", "fr-CA", "es"};
  static const int32_t channels[] = {ARC_CHANNEL_EMAIL, ARC_CHANNEL_LETTER, ARC_CHANNEL_SMS};
  static char text[65536];
  (void)state;
  for (int i = 0; i < 4 * 5 * 3 * 2 * 2; i++) {
    struct sample s;
    arc_error err = ARC_ERROR_INIT;
    size_t size;
    int32_t channel = channels[i / 20 % 3];
    sample_init(&s, i / 60 % 2 ? 3 : 1);
    s.m.language = text_of(languages[i % 4]);
    if (i / 120) s.m.day = s.items[0].due - 3, s.letterhead.address = text_of("");
    if (arc_template_built_in(text, sizeof text, &size, i / 4 % 5, channel, languages[i % 4], NULL, &err) != ARC_OK)
      fail_msg("%s", err.text);
    check_built_in(text, &s, channel);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_wrong_is_said_with_its_place),
      cmocka_unit_test(test_blocks_nest_sixteen_deep),
      cmocka_unit_test(test_values_tests_and_items),
      cmocka_unit_test(test_tags_alone_take_their_line),
      cmocka_unit_test(test_windows_lines),
      cmocka_unit_test(test_amounts_by_language),
      cmocka_unit_test(test_dates_by_language),
      cmocka_unit_test(test_html_is_escaped_where_it_stands),
      cmocka_unit_test(test_links_lead_to_https_and_mail_only),
      cmocka_unit_test(test_values_add_no_lines),
      cmocka_unit_test(test_values_turn_no_writing),
      cmocka_unit_test(test_values_are_no_templates),
      cmocka_unit_test(test_output_is_limited),
      cmocka_unit_test(test_wrong_use),
      cmocka_unit_test(test_built_in_templates_can_be_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
