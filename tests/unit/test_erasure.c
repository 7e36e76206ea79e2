/*
 * Erasing a person's data, and dropping the journal that still has it: no byte of it is left in what is stored or told,
 * no amount changes, and a book whose journal was dropped does what the whole one does. With ARC_TEST_SQLITE defined, the
 * SQLite example takes part.
 */
#define _DEFAULT_SOURCE 1
#include "../support/ledger_case.h"

#include "hash.h"

#ifdef ARC_TEST_SQLITE
#include "storage_sqlite.h"
#include "../support/info.h"
#include "../support/calls.h"
#endif

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define CANARY "Xq7Zanary"
#define SAY(text) T(CANARY " " text)

/* ---- a book in which every personal text holds the canary, and one customer who is nobody's business ---- */

#define POST(ledger, kind, type, init, ...)                                                        \
  do {                                                                                             \
    type row_ = init;                                                                              \
    type given_ = {.struct_size = sizeof(type), __VA_ARGS__};                                      \
    arc_error err_ = ARC_ERROR_INIT;                                                               \
    (void)row_;                                                                                    \
    if (arc_ledger_post_##kind(ledger, &given_, 1, &err_) < 0) fail_msg("%s: %s", #kind, err_.text); \
  } while (0)

static const arc_day day0 = 20000;

static void tell_customer(arc_ledger *l, const char *key, arc_day day) {
  char invoice[16], other[16], payment[16], note[16];
  snprintf(invoice, sizeof invoice, "I%s", key);
  snprintf(other, sizeof other, "J%s", key);
  snprintf(payment, sizeof payment, "P%s", key);
  snprintf(note, sizeof note, "N%s", key);
  POST(l, customers, arc_customer, ARC_CUSTOMER_INIT, .key = T(key), .name = SAY("before"), .terms_days = 30);
  POST(l, customers, arc_customer, ARC_CUSTOMER_INIT, .key = T(key), .name = SAY("name"), .terms_days = 30,
       .options = ARC_REPLACE);
  POST(l, contacts, arc_contact, ARC_CONTACT_INIT, .key = T(key), .customer = T(key), .name = SAY("contact"),
       .email = T(CANARY "@example.com"), .phone = SAY("phone"), .postal = SAY("street"));
  POST(l, invoices, arc_invoice, ARC_INVOICE_INIT, .key = T(invoice), .customer = T(key), .issued = day,
       .due = day + 30, .amount = 100000);
  POST(l, invoices, arc_invoice, ARC_INVOICE_INIT, .key = T(other), .customer = T(key), .issued = day,
       .due = day + 30, .amount = 20000);
  POST(l, charges, arc_charge, ARC_CHARGE_INIT, .key = T(note), .kind = ARC_CHARGE_FEE, .invoice = T(invoice),
       .issued = day + 40, .due = day + 50, .from = ARC_DAY_NONE, .to = ARC_DAY_NONE, .amount = 4000, .reason = SAY("fee"));
  POST(l, payments, arc_payment, ARC_PAYMENT_INIT, .key = T(payment), .customer = T(key), .payer_name = SAY("payer"),
       .payer_account = T(CANARY "DE12"), .bank_reference = SAY("e2e"), .remittance = SAY("rent"), .received = day + 10,
       .value_day = ARC_DAY_NONE, .amount = 30000);
  POST(l, applications, arc_application, ARC_APPLICATION_INIT, .credit = T(payment), .invoice = T(invoice),
       .day = day + 10, .amount = 20000);
  POST(l, unapplications, arc_unapplication, ARC_UNAPPLICATION_INIT, .credit = T(payment), .invoice = T(invoice),
       .day = day + 11, .reason = SAY("not so"));
  POST(l, applications, arc_application, ARC_APPLICATION_INIT, .credit = T(payment), .invoice = T(invoice),
       .day = day + 12, .amount = 25000);
  POST(l, refunds, arc_refund, ARC_REFUND_INIT, .key = T(payment), .credit = T(payment), .reason = SAY("back"),
       .day = day + 13, .amount = 1000);
  POST(l, payments, arc_payment, ARC_PAYMENT_INIT, .key = T(other), .customer = T(key), .received = day + 10,
       .value_day = ARC_DAY_NONE, .amount = 500);
  POST(l, reversals, arc_reversal, ARC_REVERSAL_INIT, .payment = T(other), .day = day + 14, .reason = SAY("bounced"));
  POST(l, credit_notes, arc_credit_note, ARC_CREDIT_NOTE_INIT, .key = T(note), .customer = T(key), .issued = day + 2,
       .amount = 700, .reason = SAY("goodwill"));
  POST(l, writeoffs, arc_writeoff, ARC_WRITEOFF_INIT, .key = T(note), .invoice = T(other), .day = day + 60,
       .amount = 5000, .reason = SAY("lost"), .approved_by = T("Ida"));
  POST(l, writeoffs, arc_writeoff, ARC_WRITEOFF_INIT, .kind = ARC_WRITEOFF_RECOVERY, .key = T(note), .invoice = T(other), .day = day + 61,
       .amount = 2000, .reason = SAY("found"));
  POST(l, writeoffs, arc_writeoff, ARC_WRITEOFF_INIT, .kind = ARC_WRITEOFF_WAIVER, .key = T(note), .invoice = T(note), .day = day + 61, .amount = 1000,
       .reason = SAY("kind"));
  POST(l, disputes, arc_dispute, ARC_DISPUTE_INIT, .key = T(note), .invoice = T(invoice), .kind = T("quality"),
       .reason = SAY("broken"), .opened = day + 5, .amount = 100, .source = SAY("mail"), .documents = SAY("scan"));
  POST(l, disputes, arc_dispute, ARC_DISPUTE_INIT, .options = ARC_REPLACE, .key = T(note), .invoice = T(invoice),
       .kind = T("quality"), .reason = SAY("torn"), .opened = day + 5, .amount = 100, .source = SAY("mail"),
       .documents = SAY("scans"), .changed = day + 5);
  POST(l, ends, arc_end, ARC_END_INIT, .kind = ARC_END_DISPUTE, .key = T(note),
       .reason = T("agreed"), .day = day + 6);
  POST(l, promises, arc_promise, ARC_PROMISE_INIT, .key = T(note), .invoice = T(invoice), .made_by = SAY("son"),
       .made = day + 20, .pay_by = day + 50, .amount = 100);
  POST(l, holds, arc_hold, ARC_HOLD_INIT, .key = T(note), .customer = T(key), .reason = SAY("ill"), .from = day,
       .until = ARC_DAY_NONE);
  POST(l, ends, arc_end, ARC_END_INIT, .kind = ARC_END_HOLD, .key = T(note), .reason = SAY("well"), .day = day + 3);
  POST(l, plans, arc_plan, ARC_PLAN_INIT, .key = T(note), .agreed_by = SAY("mother"), .invoice_count = 1,
       .invoices = (const arc_text[]){T(other)}, .instalment_count = 1,
       .instalments = (const arc_instalment[]){{sizeof(arc_instalment), day + 90, 17000}}, .made = day + 62);
  POST(l, ends, arc_end, ARC_END_INIT, .kind = ARC_END_PLAN, .key = T(note), .reason = SAY("moved"), .day = day + 63);
  POST(l, touches, arc_touch, ARC_TOUCH_INIT, .key = T(note), .customer = T(key), .anchor = T(invoice),
       .anchor_instalment = 1, .step = T("s"), .policy = T("p"), .reason = SAY("asked not to"), .day = day + 33,
       .channel = ARC_CHANNEL_EMAIL, .status = ARC_TOUCH_WITHHELD);
  POST(l, touches, arc_touch, ARC_TOUCH_INIT, .key = T(invoice), .customer = T(key), .anchor = T(invoice),
       .anchor_instalment = 1, .step = T("s"), .policy = T("p"), .day = day + 34, .channel = ARC_CHANNEL_EMAIL,
       .status = ARC_TOUCH_PLANNED, .item_count = 1,
       .items = (const arc_touch_item[]){{sizeof(arc_touch_item), 1, T(invoice), 100}});
  POST(l, touches, arc_touch, ARC_TOUCH_INIT, .key = T(other), .customer = T(key), .anchor = T(other),
       .anchor_instalment = 1, .step = T("s"), .policy = T("p"), .day = day + 34, .channel = ARC_CHANNEL_EMAIL,
       .status = ARC_TOUCH_PLANNED, .item_count = 1,
       .items = (const arc_touch_item[]){{sizeof(arc_touch_item), 1, T(other), 100}});
  POST(l, touch_outcomes, arc_touch_outcome, ARC_TOUCH_OUTCOME_INIT, .touch = T(invoice), .detail = SAY("bounced"),
       .day = day + 35, .status = ARC_TOUCH_FAILED);
  POST(l, touch_outcomes, arc_touch_outcome, ARC_TOUCH_OUTCOME_INIT, .touch = T(other), .detail = SAY("mailbox full"), .day = day + 35,
       .not_before = 1);
  POST(l, corrections, arc_correction, ARC_CORRECTION_INIT, .key = T(note), .invoice = T(invoice), .reason = SAY("misspelt"),
       .author = T("Ida"), .day = day + 3, .faults = ARC_FAULT_CONTACT);
  POST(l, deliveries, arc_delivery, ARC_DELIVERY_INIT, .invoice = T(invoice), .detail = T(CANARY "@example.org"),
       .day = day + 1, .channel = ARC_CHANNEL_EMAIL);
  POST(l, rejections, arc_rejection, ARC_REJECTION_INIT, .payment = T(other), .author = T("Ida"), .reason = SAY("his uncle's"),
       .day = day + 12);
  POST(l, remittances, arc_remittance, ARC_REMITTANCE_INIT, .key = T(note), .customer = T(key), .payer_name = SAY("aunt"),
       .reference = SAY("cheque"), .received = day + 9, .line_count = 1,
       .lines = (const arc_remittance_line[]){{sizeof(arc_remittance_line), 0, SAY("for the roof"), T("price"), 100, 0, 0}});
  POST(l, notes, arc_note, ARC_NOTE_INIT, .key = T(note), .customer = T(key), .author = T("Ida"), .text = SAY("note"),
       .day = day + 7);
  POST(l, tasks, arc_task, ARC_TASK_INIT, .key = T(note), .customer = T(key), .kind = T("call"), .text = SAY("task"),
       .source = SAY("reply"), .documents = SAY("passport"), .opened = day + 36);
  POST(l, ends, arc_end, ARC_END_INIT, .kind = ARC_END_TASK, .key = T(note), .author = SAY("himself"), .reason = T("done"),
       .day = day + 37);
  POST(l, replies, arc_reply_entry, ARC_REPLY_ENTRY_INIT, .key = T(note), .customer = T(key), .touch = T(invoice),
       .sender = T(CANARY "@example.org"), .subject = SAY("re"), .text = SAY("dear"), .reason = SAY("says"),
       .written = day + 36, .day = day + 36, .channel = ARC_CHANNEL_EMAIL, .verdict = ARC_VERDICT_PERSON, .kind_count = 1,
       .kinds = (const arc_reply_kind[]){{sizeof(arc_reply_kind), 12, 9000, 0, T("thanks"), SAY("thank you")}},
       .made_count = 1, .made = (const arc_reply_made[]){{sizeof(arc_reply_made), ARC_MADE_TASK, T(note), 0, 0}});
  POST(l, ends, arc_end, ARC_END_INIT, .kind = ARC_END_REPLY, .key = T(note), .author = T("Ida"), .reason = SAY("not"),
       .day = day + 38);
}

/* A stranger's payment, too. */
static void tell(arc_ledger *l) {
  assert_int_equal(arc_ledger_set_clock(l, 1000, NULL), ARC_OK);
  tell_customer(l, "C1", day0);
  POST(l, payments, arc_payment, ARC_PAYMENT_INIT, .key = T("stray"), .payer_name = SAY("stranger"), .received = day0,
       .value_day = ARC_DAY_NONE, .amount = 123);
  POST(l, rejections, arc_rejection, ARC_REJECTION_INIT, .payment = T("stray"), .author = T("Ida"), .reason = SAY("no uncle"),
       .invoice_count = 1, .invoices = (const arc_text[]){T("IC1")}, .day = day0 + 1);
  POST(l, remittances, arc_remittance, ARC_REMITTANCE_INIT, .key = T("stray"), .payment = T("stray"), .payer_name = SAY("niece"),
       .received = day0, .line_count = 1,
       .lines = (const arc_remittance_line[]){{sizeof(arc_remittance_line), 0, SAY("gift"), T(""), 123, 0, 0}});
}

static void erase(arc_ledger *l) {
  POST(l, erasures, arc_erasure, ARC_ERASURE_INIT, .customer = T("C1"), .reason = T("asked, no. 1"), .day = day0 + 100,
       .retain_from = ARC_DAY_NONE);
  POST(l, erasures, arc_erasure, ARC_ERASURE_INIT, .payment = T("stray"), .day = day0 + 100, .retain_from = ARC_DAY_NONE);
}

static int holds(const void *bytes, size_t size, const char *what) {
  size_t length = strlen(what);
  for (const char *at = bytes, *end = at + size; (size_t)(end - at) >= length; at++) {
    at = memchr(at, what[0], (size_t)(end - at));
    if (!at || (size_t)(end - at) < length) return 0;
    if (memcmp(at, what, length) == 0) return 1;
  }
  return 0;
}

/* ---- what a book tells ---- */

struct told {
  char *data;
  size_t size, capacity;
};

static void told_add(struct told *t, const char *text, size_t size) {
  if (t->size + size + 2 > t->capacity) t->data = realloc(t->data, t->capacity = 2 * (t->size + size + 2));
  memcpy(t->data + t->size, text, size);
  t->size += size;
  t->data[t->size++] = '|';
  t->data[t->size] = 0;
}

static void told_report(struct told *t, arc_ledger *l, int32_t kind, arc_day as_of, int with_seq) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  char cell[6000];
  query.report = kind;
  query.as_of = as_of;
  if (kind == ARC_REPORT_STATEMENT) query.customer = T("C1");
  assert_int_equal(arc_ledger_report(&report, l, &query, NULL), ARC_OK);
  for (size_t row = 0; row < arc_report_rows(report); row++)
    for (size_t column = with_seq ? 0 : 1; column < arc_report_columns(report); column++) {
      assert_int_equal(arc_report_format(report, row, column, cell, sizeof cell, NULL), ARC_OK);
      told_add(t, cell, strlen(cell));
    }
  arc_report_free(report);
}

static struct told tell_all(arc_ledger *l, int postings) {
  static const int32_t kinds[] = {ARC_REPORT_APPLICATIONS, ARC_REPORT_TOUCHES,   ARC_REPORT_STATEMENT, ARC_REPORT_OPEN_ITEMS,
                                  ARC_REPORT_PLANS,        ARC_REPORT_DISPUTES,  ARC_REPORT_EXCHANGES, ARC_REPORT_INVOICES,
                                  ARC_REPORT_FINDINGS,     ARC_REPORT_HOLDS,     ARC_REPORT_CREDIT,    ARC_REPORT_REPLIES,
                                  ARC_REPORT_TASKS,        ARC_REPORT_TIMELINE,  ARC_REPORT_POSTINGS};
  struct told told = {NULL, 0, 0};
  for (size_t i = 0; i < (postings ? 15 : 13); i++)
    for (arc_day day = day0; day < day0 + 120; day += 13) told_report(&told, l, kinds[i], day, 1);
  return told;
}

/* Postings as a sorted list of lines, without their numbers: what was brought forward comes in another order. */
static int compare_lines(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct told postings(arc_ledger *l) {
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  struct told told = {NULL, 0, 0};
  char **lines;
  query.report = ARC_REPORT_POSTINGS;
  assert_int_equal(arc_ledger_report(&report, l, &query, NULL), ARC_OK);
  size_t rows = arc_report_rows(report);
  lines = calloc(rows + 1, sizeof *lines);
  for (size_t row = 0; row < rows; row++) {
    lines[row] = calloc(1, 512);
    for (size_t column = 1; column < arc_report_columns(report); column++) {
      size_t used = strlen(lines[row]);
      arc_report_format(report, row, column, lines[row] + used, 500 - used, NULL);
      strcat(lines[row], ";");
    }
  }
  qsort(lines, rows, sizeof *lines, compare_lines);
  for (size_t row = 0; row < rows; row++) {
    told_add(&told, lines[row], strlen(lines[row]));
    free(lines[row]);
  }
  free(lines);
  arc_report_free(report);
  return told;
}

static void assert_told(struct told a, struct told b) {
  assert_string_equal(a.data ? a.data : "", b.data ? b.data : "");
  free(a.data);
  free(b.data);
}

static void assert_silent(arc_ledger *l) {
  struct told told = tell_all(l, 1);
  if (holds(told.data, told.size, CANARY)) fail_msg("a report still tells it: %.400s", strstr(told.data, CANARY) - 100);
  free(told.data);
}

/* ---- the state ---- */

static void test_every_personal_text_is_taken(void **state) {
  static const struct {
    int column;
    const char *name;
  } personal[] = {
#define COLUMN_U8(name)
#define COLUMN_U16(name)
#define COLUMN_U32(name)
#define COLUMN_I32(name)
#define COLUMN_I64(name)
#define COLUMN_DAY(name)
#define COLUMN_TEXT(name)
#define COLUMN_PERSONAL(name) {ARC__##name, #name},
#define COLUMN(name, table, kind) COLUMN_##kind(name)
      ARC__COLUMN_LIST(COLUMN)
#undef COLUMN_PERSONAL
#define COLUMN_PERSONAL(name)
  };
  struct ledger_case *c = *state;
  const arc__tables *t = ARC__L(c->ledger);
  tell(c->ledger);
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < sizeof personal / sizeof *personal; i++) {
      int seen = 0;
      for (uint32_t row = 1; row <= t->rows[t->schema->columns[personal[i].column].table]; row++) {
        arc_text text = arc__text(t, personal[i].column, row);
        seen |= holds(text.data, text.size, CANARY);
      }
      if (seen != !pass) fail_msg("%s holds it %s", personal[i].name, pass ? "still" : "never: tell it in this test");
    }
    if (pass == 0) erase(c->ledger);
  }
  assert_int_equal(arc_ledger_verify(c->ledger, &c->err), ARC_OK);
}

/* Whoever adds a text column decides: PERSONAL, or kept and named here. */
static void test_every_text_that_is_kept_is_meant_to_be(void **state) {
  static const char *const kept[] = {"BOOK_NAME",   "NAME_TEXT", "CUSTOMER_KEY",  "CONTACT_KEY", "INVOICE_KEY", "INVOICE_NUMBER",
                                     "INVOICE_PO_NUMBER", "CREDIT_KEY", "ENTRY_KEY", "EXCEPTION_KEY", "TOUCH_KEY",
                                     "NOTE_KEY",    "POLICY_NAME", "POLICY_TEXT", "POLICY_OLD_TEXT", "TEMPLATE_NAME", "UNAPPLICATION_KEY",
                                     "TEMPLATE_TEXT", "CORRECTION_KEY", "CORRECTION_PO_NUMBER", "REJECTION_INVOICES",
                                     "REMITTANCE_KEY", "REPLY_KEY", "REPLY_KINDS", "REPLY_ACTIONS"};
  static const char *const columns[] = {
#undef COLUMN_TEXT
#define COLUMN_TEXT(name) #name,
      ARC__COLUMN_LIST(COLUMN)
  };
  (void)state;
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    size_t k = 0;
    while (k < sizeof kept / sizeof *kept && strcmp(kept[k], columns[i]) != 0) k++;
    if (k == sizeof kept / sizeof *kept) fail_msg("%s is neither PERSONAL nor kept on purpose", columns[i]);
  }
}

static void test_amounts_stay(void **state) {
  struct ledger_case *c = *state;
  tell(c->ledger);
  tell_customer(c->ledger, "C2", day0 + 3);
  struct told before = postings(c->ledger);
  erase(c->ledger);
  assert_told(before, postings(c->ledger));
  assert_int_equal(arc__state_check(c->ledger, &c->err), ARC_OK);
  struct told told = tell_all(c->ledger, 1);
  assert_true(holds(told.data, told.size, CANARY)); /* the other customer's */
  free(told.data);
}

static void test_no_report_tells_it_though_the_journal_has_it(void **state) {
  struct ledger_case *c = *state;
  tell(c->ledger);
  erase(c->ledger);
  assert_silent(c->ledger);
  case_reopen(c);
  assert_silent(c->ledger);
}

static void test_what_is_said_again_is_said_already(void **state) {
  struct ledger_case *c = *state;
  uint64_t next;
  tell(c->ledger);
  erase(c->ledger);
  next = info_of(c->ledger).next_sequence;
  tell(c->ledger); /* the customer's old and new names are both answered: none is recorded but by ARC_REPLACE */
  assert_int_equal(info_of(c->ledger).next_sequence, next + 1);
  arc_erasure again = ARC_ERASURE_INIT;
  again.customer = T("C1");
  again.day = day0 + 200;
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &again, 1, NULL), ARC_OK); /* the name was said anew */
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &again, 1, NULL), ARC_ALREADY);
}

static void test_what_a_law_retains_stays(void **state) {
  struct ledger_case *c = *state;
  const arc__tables *t = ARC__L(c->ledger);
  uint32_t payment;
  arc_erasure e = ARC_ERASURE_INIT;
  tell(c->ledger);
  payment = arc__find_credit(t, ARC_CREDIT_PAYMENT, (arc_text){"PC1", 3});
  e.customer = T("C1");
  e.day = day0 + 100;
  e.retain_from = day0 + 10;
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &e, 1, NULL), ARC_OK);
  assert_true(arc__text(t, ARC__CREDIT_PAYER_ACCOUNT, payment).size > 0);
  assert_int_equal(arc__text(t, ARC__CONTACT_EMAIL, 1).size, 0);
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &e, 1, NULL), ARC_ALREADY);
  e.retain_from = day0 + 11;
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &e, 1, NULL), ARC_OK);
  assert_int_equal(arc__text(t, ARC__CREDIT_PAYER_ACCOUNT, payment).size, 0);
}

static void test_bad_input_is_refused(void **state) {
  struct ledger_case *c = *state;
  arc_erasure e = ARC_ERASURE_INIT;
  tell(c->ledger);
  struct case_mark before = case_mark_of(c->ledger), after;
  e.day = day0;
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &e, 1, NULL), ARC_E_INVALID); /* names nobody */
  e.customer = T("C1");
  e.contact = T("C1");
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &e, 1, NULL), ARC_E_INVALID);
  e.contact = T("nobody");
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &e, 1, NULL), ARC_E_NOT_FOUND);
  e.contact = T("");
  e.payment = T("none");
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &e, 1, NULL), ARC_E_NOT_FOUND);
  e.payment = T("");
  e.day = ARC_DAY_NONE;
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &e, 1, NULL), ARC_E_INVALID);
  e.day = day0;
  e.retain_from = ARC_DAY_LAST + 1;
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &e, 1, NULL), ARC_E_INVALID);
  e.retain_from = ARC_DAY_NONE;
  e.options = 1;
  assert_int_equal(arc_ledger_post_erasures(c->ledger, &e, 1, NULL), ARC_E_INVALID);
  after = case_mark_of(c->ledger);
  assert_memory_equal(&before, &after, sizeof before);
}

/* ---- the stored bytes ---- */

static char folder[64];

static void wipe_folder(void) {
  char path[512];
  DIR *dir = opendir(folder);
  if (!dir) return;
  for (struct dirent *e; (e = readdir(dir)) != NULL;) {
    snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
    unlink(path);
  }
  closedir(dir);
  rmdir(folder);
}

/* Looks at every file in the folder; how many hold it. */
static int files_with(const char *what, int *files) {
  char path[512];
  int count = 0;
  DIR *dir = opendir(folder);
  *files = 0;
  assert_non_null(dir);
  for (struct dirent *e; (e = readdir(dir)) != NULL;) {
    if (e->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    char *bytes = malloc(size + 1);
    rewind(file);
    assert_int_equal(fread(bytes, 1, size, file), size);
    fclose(file);
    count += holds(bytes, size, what);
    ++*files;
    free(bytes);
  }
  closedir(dir);
  return count;
}

enum { MEMORY, FILES, SQLITE, STORAGES };

static arc_status open_kind(int kind, arc_storage *memory, arc_ledger **out, arc_error *err) {
  char path[128];
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_storage storage = *memory;
  snprintf(path, sizeof path, "%s/book", folder);
  storage.close = NULL;
  if (kind == FILES) assert_int_equal(call_file(&storage, path, NULL, err), ARC_OK);
#ifdef ARC_TEST_SQLITE
  if (kind == SQLITE) assert_int_equal(storage_sqlite_open(&storage, path, err), ARC_OK);
#endif
  options.storage = &storage;
  memcpy(options.currency, "EUR", 4);
  return arc_ledger_open(out, &options, err);
}

/* The whole life on one storage; `check` is run on the book before the journal is dropped, after, and reopened. */
static void live(int kind) {
  arc_storage memory;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger *l, *fork;
  unsigned char digest[32], again[32], bytes[64 * 1024];
  uint64_t next_seq, total;
  size_t size;
  int files;
  strcpy(folder, "/tmp/arc_erasure_XXXXXX");
  assert_non_null(mkdtemp(folder));
  assert_int_equal(call_memory(&memory, NULL, NULL), ARC_OK);
  assert_int_equal(open_kind(kind, &memory, &l, &err), ARC_OK);
  tell(l);
  assert_int_equal(arc_ledger_snapshot(l, &err), ARC_OK); /* with everything in it */
  tell_customer(l, "C3", day0 + 1);
  erase(l);
  POST(l, erasures, arc_erasure, ARC_ERASURE_INIT, .customer = T("C3"), .day = day0 + 100, .retain_from = ARC_DAY_NONE);
  if (kind != MEMORY) assert_true(files_with(CANARY, &files) > 0);
  struct told whole = postings(l), rest = tell_all(l, 0);
  uint64_t seq = info_of(l).next_sequence;
  assert_int_equal(info_of(l).first_sequence, 1);
  if (arc_ledger_drop_journal(l, &err) != ARC_OK) fail_msg("storage %d: %s", kind, err.text);
  assert_int_equal(info_of(l).first_sequence, seq);
  assert_int_equal(info_of(l).next_sequence, seq + 1);
  assert_int_equal(arc_ledger_drop_journal(l, &err), ARC_ALREADY);
  for (int pass = 0; pass < 3; pass++) {
    if (pass) {
      arc_ledger_close(l);
      if (open_kind(kind, &memory, &l, &err) != ARC_OK) fail_msg("storage %d: %s", kind, err.text);
    }
    assert_int_equal(info_of(l).first_sequence, seq);
    if (kind != MEMORY && files_with(CANARY, &files)) fail_msg("storage %d: a file still holds it", kind);
    assert_silent(l);
    struct told now = postings(l), others = tell_all(l, 0);
    assert_string_equal(now.data, whole.data);
    assert_string_equal(others.data, rest.data);
    free(now.data);
    free(others.data);
    assert_int_equal(arc_ledger_verify(l, &err), ARC_OK);
    arc__tables_digest(ARC__L(l), pass ? again : digest);
    if (pass) assert_memory_equal(digest, again, 32);
    assert_int_equal(arc_ledger_fork(&fork, l, 0, &err), ARC_OK);
    assert_told(postings(l), postings(fork));
    arc_ledger_close(fork);
    if (pass == 1) assert_int_equal(arc_ledger_snapshot(l, &err), ARC_OK); /* one more, not the one brought forward */
  }
  if (kind == MEMORY) {
    assert_int_equal(memory.load_snapshot(memory.user, &next_seq, &total, 0, bytes, sizeof bytes, &size), ARC_OK);
    assert_int_equal(size, total);
    assert_false(holds(bytes, size, CANARY));
    assert_int_equal(memory.read(memory.user, 0, 0, bytes, sizeof bytes, &size), ARC_OK);
    assert_false(holds(bytes, size, CANARY));
  }
  /* It goes on, and the same can be done again. */
  tell_customer(l, "C4", day0 + 2);
  struct told after = postings(l);
  POST(l, erasures, arc_erasure, ARC_ERASURE_INIT, .customer = T("C4"), .day = day0 + 100, .retain_from = ARC_DAY_NONE);
  assert_int_equal(arc_ledger_drop_journal(l, &err), ARC_OK);
  arc_ledger_close(l);
  if (kind != MEMORY && files_with(CANARY, &files)) fail_msg("storage %d: a file holds it the second time", kind);
  assert_int_equal(open_kind(kind, &memory, &l, &err), ARC_OK);
  assert_silent(l);
  assert_told(after, postings(l));
  arc_ledger_close(l);
  free(whole.data);
  free(rest.data);
  memory.close(memory.user);
  wipe_folder();
}

static void test_no_byte_is_left_in_memory(void **state) {
  (void)state;
  live(MEMORY);
}

static void test_no_byte_is_left_in_files(void **state) {
  (void)state;
  live(FILES);
}

#ifdef ARC_TEST_SQLITE
static void test_no_byte_is_left_in_sqlite(void **state) {
  (void)state;
  live(SQLITE);
}
#endif

/* What was refused, or rolled back, never gets into a snapshot either. */
static void test_snapshots_hold_no_text_that_no_row_has(void **state) {
  struct ledger_case *c = *state;
  char *big = malloc(4097);
  unsigned char bytes[256 * 1024];
  uint64_t next_seq, total;
  size_t size;
  tell_customer(c->ledger, "C1", day0);
  memset(big, 'x', 4096);
  big[4096] = 0;
  memcpy(big, "rolled back", 11);
  for (int i = 0; i < 40; i++) { /* beyond the end of a piece of the arena */
    char key[16];
    arc_note n = ARC_NOTE_INIT;
    snprintf(key, sizeof key, "K%d", i);
    n.key = T(key);
    n.customer = T("C1");
    n.text = T(big);
    n.day = day0;
    assert_int_equal(arc_batch_begin(c->ledger, NULL), ARC_OK);
    assert_int_equal(arc_ledger_post_notes(c->ledger, &n, 1, NULL), ARC_OK);
    arc_batch_abort(c->ledger);
    memset(big, 'a' + i % 26, 4096);
    n.text.size = (size_t)(1000 + 70 * i);
    assert_int_equal(arc_ledger_post_notes(c->ledger, &n, 1, NULL), ARC_OK);
    memcpy(big, "rolled back", 11);
  }
  assert_int_equal(arc_ledger_snapshot(c->ledger, NULL), ARC_OK);
  assert_int_equal(c->memory.load_snapshot(c->memory.user, &next_seq, &total, 0, bytes, sizeof bytes, &size), ARC_OK);
  assert_int_equal(size, total);
  assert_false(holds(bytes, size, "rolled back"));
  assert_false(holds(bytes, size, CANARY " before")); /* the name it had once */
  assert_true(holds(bytes, size, CANARY " name"));
  case_reopen(c);
  assert_int_equal(arc_ledger_verify(c->ledger, &c->err), ARC_OK);
  free(big);
}

/* ---- known at ---- */

static void test_known_at_reads_go_on(void **state) {
  struct ledger_case *c = *state;
  arc_ledger *before, *after;
  tell(c->ledger);
  assert_int_equal(arc_ledger_set_clock(c->ledger, 2000, NULL), ARC_OK);
  tell_customer(c->ledger, "C2", day0 + 3);
  struct told told[3];
  int64_t instants[] = {999, 1500, 2000};
  for (int i = 0; i < 3; i++) {
    assert_int_equal(arc_ledger_fork(&before, c->ledger, instants[i], NULL), ARC_OK);
    told[i] = postings(before);
    arc_ledger_close(before);
  }
  assert_int_equal(arc_ledger_drop_journal(c->ledger, &c->err), ARC_OK); /* at the instant 2000 */
  tell_customer(c->ledger, "C5", day0 + 4);                              /* and this at the same */
  case_reopen(c);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(arc_ledger_fork(&after, c->ledger, instants[i], NULL), ARC_OK);
    assert_told(told[i], postings(after));
    arc_ledger_close(after);
  }
  free(told[2].data);
}

/* ---- whatever does not fit together is refused ---- */

static arc_storage broken;
static int missing_snapshot, other_byte;

static int32_t broken_load(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset, void *buf, size_t cap,
                           size_t *size) {
  int32_t code = broken.load_snapshot(user, next_seq, total, offset, buf, cap, size);
  if (missing_snapshot) *size = 0;
  if (missing_snapshot) return ARC_DONE;
  if (code == ARC_OK && other_byte && offset <= 100 && offset + *size > 100) ((char *)buf)[100 - offset] ^= 1;
  return code;
}

static arc_status open_broken(struct ledger_case *c, arc_ledger **l) {
  arc_storage storage = broken;
  arc_ledger_options options = case_options(c, &storage);
  storage.load_snapshot = broken_load;
  storage.close = NULL;
  c->err = (arc_error)ARC_ERROR_INIT;
  return arc_ledger_open(l, &options, &c->err);
}

static void test_without_its_snapshot_the_book_does_not_open(void **state) {
  struct ledger_case *c = *state;
  arc_ledger *l;
  broken = c->memory;
  missing_snapshot = other_byte = 0;
  tell(c->ledger);
  assert_int_equal(arc_ledger_drop_journal(c->ledger, &c->err), ARC_OK);
  assert_int_equal(open_broken(c, &l), ARC_OK);
  missing_snapshot = 1;
  assert_int_equal(arc_ledger_verify(l, &c->err), ARC_E_CORRUPT);
  arc_ledger_close(l);
  assert_int_equal(open_broken(c, &l), ARC_E_CORRUPT);
  assert_int_equal(c->err.record, 1);
  missing_snapshot = 0;
  other_byte = 1;
  assert_int_equal(open_broken(c, &l), ARC_E_CORRUPT);
}

/* A snapshot of the right place with other contents and a right CRC is not the one the chain names. */
static void test_a_forged_snapshot_is_refused(void **state) {
  struct ledger_case *c = *state;
  unsigned char bytes[64 * 1024];
  uint64_t next_seq, total;
  size_t size, at;
  arc_ledger *l;
  tell(c->ledger);
  assert_int_equal(arc_ledger_drop_journal(c->ledger, &c->err), ARC_OK);
  assert_int_equal(c->memory.load_snapshot(c->memory.user, &next_seq, &total, 0, bytes, sizeof bytes, &size), ARC_OK);
  for (at = 0; memcmp(bytes + at, CANARY " name", sizeof CANARY + 4) != 0; at++) continue;
  bytes[at] = 'Y';
  uint32_t crc = arc__crc32c(arc__crc32c(0, bytes, 64), bytes + 68, size - 68);
  for (int i = 0; i < 4; i++) bytes[64 + i] = (unsigned char)(crc >> 8 * i);
  assert_int_equal(c->memory.save_snapshot(c->memory.user, next_seq, bytes, size), ARC_OK);
  c->err = (arc_error)ARC_ERROR_INIT;
  assert_int_equal(case_try_open(c, &l, 0), ARC_E_CORRUPT);
  assert_non_null(strstr(c->err.text, "not the one"));
  assert_int_equal(arc_ledger_verify(c->ledger, &c->err), ARC_E_CORRUPT);
}

static void test_a_handle_left_behind_is_told(void **state) {
  struct ledger_case *c = *state;
  arc_ledger *other, *fork;
  tell(c->ledger);
  arc_query postings_of = ARC_QUERY_INIT;
  arc_report *told;
  postings_of.report = ARC_REPORT_POSTINGS;
  assert_int_equal(arc_ledger_fork(&fork, c->ledger, 0, NULL), ARC_OK);
  assert_int_equal(case_try_open(c, &other, 0), ARC_OK);
  tell_customer(c->ledger, "C9", day0);
  assert_int_equal(arc_ledger_drop_journal(c->ledger, &c->err), ARC_OK);
  assert_int_equal(arc_ledger_report(&told, fork, &postings_of, &c->err), ARC_E_STALE);
  arc_ledger_close(fork);
  assert_int_equal(arc_ledger_snapshot(other, &c->err), ARC_E_STALE); /* it must not take the place of the one that counts */
  assert_int_equal(arc_ledger_refresh(other, &c->err), ARC_E_STALE);
  assert_int_equal(arc_ledger_verify(other, &c->err), ARC_E_STALE);
  arc_query query = ARC_QUERY_INIT;
  arc_report *report;
  query.report = ARC_REPORT_POSTINGS;
  assert_int_equal(arc_ledger_report(&report, other, &query, &c->err), ARC_E_STALE);
  query.report = ARC_REPORT_OPEN_ITEMS; /* what the state tells is told */
  assert_int_equal(arc_ledger_report(&report, other, &query, &c->err), ARC_OK);
  arc_report_free(report);
  assert_int_equal(arc_ledger_drop_journal(other, &c->err), ARC_E_STALE);
  arc_ledger_close(other);
  assert_int_equal(case_try_open(c, &other, 0), ARC_OK);
  POST(c->ledger, customers, arc_customer, ARC_CUSTOMER_INIT, .key = T("new"));
  assert_int_equal(arc_ledger_refresh(other, &c->err), ARC_OK);
  POST(other, customers, arc_customer, ARC_CUSTOMER_INIT, .key = T("newer"));
  arc_ledger_close(other);
}

/* Between storing the snapshot and dropping, a handle that has read less stores its own: nothing is dropped then. */
static arc_ledger *meddler;

static int32_t meddled_drop(void *user, uint64_t first_seq) {
  if (meddler) assert_int_equal(arc_ledger_snapshot(meddler, NULL), ARC_OK);
  return broken.drop(user, first_seq);
}

static void test_an_older_snapshot_comes_between(void **state) {
  struct ledger_case *c = *state;
  arc_storage storage = c->memory;
  arc_ledger_options options = case_options(c, &storage);
  arc_ledger *l;
  broken = c->memory;
  tell(c->ledger);
  storage.close = NULL;
  storage.drop = meddled_drop;
  assert_int_equal(case_try_open(c, &meddler, 0), ARC_OK);
  assert_int_equal(arc_ledger_open(&l, &options, &c->err), ARC_OK);
  tell_customer(l, "C2", day0 + 3);
  assert_int_equal(arc_ledger_drop_journal(l, &c->err), ARC_E_CONFLICT);
  assert_int_equal(info_of(l).first_sequence, 1);
  assert_int_equal(arc_ledger_verify(l, &c->err), ARC_OK);
  arc_ledger_close(meddler);
  meddler = NULL;
  assert_int_equal(arc_ledger_drop_journal(l, &c->err), ARC_OK);
  arc_ledger_close(l);
  case_reopen(c);
  assert_int_equal(arc_ledger_verify(c->ledger, &c->err), ARC_OK);
}

static void test_nothing_to_drop(void **state) {
  struct ledger_case *c = *state;
  arc_ledger *fork;
  assert_int_equal(arc_ledger_drop_journal(NULL, NULL), ARC_E_INVALID);
  assert_int_equal(arc_ledger_drop_journal(c->ledger, NULL), ARC_E_INVALID); /* nothing is recorded */
  tell(c->ledger);
  assert_int_equal(arc_ledger_fork(&fork, c->ledger, 0, NULL), ARC_OK);
  assert_int_equal(arc_ledger_drop_journal(fork, NULL), ARC_E_INVALID);
  arc_ledger_close(fork);
  assert_int_equal(arc_batch_begin(c->ledger, NULL), ARC_OK);
  assert_int_equal(arc_ledger_drop_journal(c->ledger, NULL), ARC_E_BUSY);
  arc_batch_abort(c->ledger);
  assert_int_equal(info_of(NULL).first_sequence, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_every_personal_text_is_taken),
      cmocka_unit_test(test_every_text_that_is_kept_is_meant_to_be),
      LEDGER_TEST(test_amounts_stay),
      LEDGER_TEST(test_no_report_tells_it_though_the_journal_has_it),
      LEDGER_TEST(test_what_is_said_again_is_said_already),
      LEDGER_TEST(test_what_a_law_retains_stays),
      LEDGER_TEST(test_bad_input_is_refused),
      cmocka_unit_test(test_no_byte_is_left_in_memory),
      cmocka_unit_test(test_no_byte_is_left_in_files),
#ifdef ARC_TEST_SQLITE
      cmocka_unit_test(test_no_byte_is_left_in_sqlite),
#endif
      LEDGER_TEST(test_snapshots_hold_no_text_that_no_row_has),
      LEDGER_TEST(test_known_at_reads_go_on),
      LEDGER_TEST(test_without_its_snapshot_the_book_does_not_open),
      LEDGER_TEST(test_a_forged_snapshot_is_refused),
      LEDGER_TEST(test_a_handle_left_behind_is_told),
      LEDGER_TEST(test_an_older_snapshot_comes_between),
      LEDGER_TEST(test_nothing_to_drop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
