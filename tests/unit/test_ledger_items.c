/* Customers, contacts, invoices, credit notes and write-offs, through commands. */
#include "../support/ledger_case.h"
#include "../support/info.h"

static const arc_day DAY = 20089; /* 2025-01-01 */

static void customer_row(struct ledger_case *c, const char *key) {
  OK(CUSTOMER(.key = T(key), .name = T("Name")));
}

/* ---- customers ---- */

static uint32_t find_customer(struct ledger_case *c, const char *key) {
  arc_text text = {key, strlen(key)};
  return arc__find_customer(arc__ledger_tables(c->ledger), text);
}

static void test_customer_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A"), .name = T("Anna"), .terms_days = 30));
  ALREADY(CUSTOMER(.key = T("A"), .name = T("Anna"), .terms_days = 30));
  ALREADY(CUSTOMER(.key = T("A"), .name = T("Anna"), .terms_days = 30, .currency = "USD"));
  EXISTS(CUSTOMER(.key = T("A"), .name = T("Anna"), .terms_days = 31));
  FIELD(2);
  assert_non_null(strstr(c->err.text, "\"A\""));
  assert_int_equal(info_of(c->ledger).next_sequence, 3); /* the book and the customer */
}

/* Each attribute alone makes it another customer. */
static void test_customer_compares_every_attribute(void **state) {
  struct ledger_case *c = *state;
  customer_row(c, "P");
  customer_row(c, "A");
#define OTHER(...) EXISTS(CUSTOMER(.key = T("A"), __VA_ARGS__))
  OTHER(.name = T("Other"));
  OTHER(.name = T("Name"), .parent = T("P"));
  OTHER(.name = T("Name"), .segment = T("s"));
  OTHER(.name = T("Name"), .owner = T("o"));
  OTHER(.name = T("Name"), .policy = T("p"));
  OTHER(.name = T("Name"), .currency = "EUR");
  OTHER(.name = T("Name"), .flags = ARC_CUSTOMER_STRATEGIC);
  OTHER(.name = T("Name"), .credit_limit = 1);
  OTHER(.name = T("Name"), .terms_days = 1);
  OTHER(.name = T("Name"), .discount_bp = 1);
  OTHER(.name = T("Name"), .discount_days = 1);
#undef OTHER
  ALREADY(CUSTOMER(.key = T("A"), .name = T("Name")));
}

static void test_customer_is_replaced_as_a_whole(void **state) {
  struct ledger_case *c = *state;
  const arc__tables *t = arc__ledger_tables(c->ledger);
  OK(CUSTOMER(.key = T("P"), .name = T("Parent")));
  OK(CUSTOMER(.key = T("A"), .name = T("Anna"), .segment = T("gold"), .parent = T("P"), .credit_limit = 5));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 100));
  OK(CUSTOMER(.options = ARC_REPLACE, .key = T("A"), .name = T("Anna B."), .flags = ARC_CUSTOMER_LEGAL));
  ALREADY(CUSTOMER(.options = ARC_REPLACE, .key = T("A"), .name = T("Anna B."), .flags = ARC_CUSTOMER_LEGAL));
  uint32_t row = find_customer(c, "A");
  assert_string_equal(arc__text(t, ARC__CUSTOMER_NAME, row).data, "Anna B.");
  assert_int_equal(arc__u32(t, ARC__CUSTOMER_SEGMENT, row), 0);
  assert_int_equal(arc__u32(t, ARC__CUSTOMER_PARENT, row), 0);
  assert_int_equal(arc__i64(t, ARC__CUSTOMER_CREDIT_LIMIT, row), 0);
  assert_int_equal(arc__u32(t, ARC__CUSTOMER_FLAGS, row), ARC_CUSTOMER_LEGAL);
  assert_int_equal(RECEIVABLE("A", DAY), 100); /* what it owes does not change with it */
  case_reopen(c);
  t = arc__ledger_tables(c->ledger);
  assert_string_equal(arc__text(t, ARC__CUSTOMER_NAME, find_customer(c, "A")).data, "Anna B.");
}

static void test_customer_parents_form_no_circle(void **state) {
  struct ledger_case *c = *state;
  NOT_FOUND(CUSTOMER(.key = T("A"), .parent = T("A"))); /* it does not exist yet */
  FIELD(4);
  customer_row(c, "A");
  OK(CUSTOMER(.key = T("B"), .parent = T("A")));
  OK(CUSTOMER(.key = T("C"), .parent = T("B")));
  REFUSED(CUSTOMER(.options = ARC_REPLACE, .key = T("A"), .parent = T("A")));
  REFUSED(CUSTOMER(.options = ARC_REPLACE, .key = T("A"), .parent = T("C")));
  REFUSED(CUSTOMER(.options = ARC_REPLACE, .key = T("B"), .parent = T("C")));
  OK(CUSTOMER(.options = ARC_REPLACE, .key = T("C"))); /* cut the chain: then it may turn round */
  OK(CUSTOMER(.options = ARC_REPLACE, .key = T("A"), .parent = T("C")));
  REFUSED(CUSTOMER(.options = ARC_REPLACE, .key = T("C"), .parent = T("B")));
}

static void test_customer_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  char long_key[66], long_name[514];
  memset(long_key, 'k', 65);
  memset(long_name, 'n', 513);
  long_key[65] = long_name[513] = 0;
  INVALID(CUSTOMER(.key = T("")));
  FIELD(2);
  INVALID(CUSTOMER(.key = T(long_key)));
  FIELD(2);
  INVALID(CUSTOMER(.key = T("a\nb")));
  FIELD(2);
  INVALID(CUSTOMER(.key = T("\xff")));
  FIELD(2);
  INVALID(CUSTOMER(.key = T("A"), .name = T(long_name)));
  FIELD(3);
  INVALID(CUSTOMER(.key = T("A"), .segment = T("a\tb")));
  FIELD(5);
  INVALID(CUSTOMER(.key = T("A"), .currency = "US"));
  FIELD(8);
  INVALID(CUSTOMER(.key = T("A"), .currency = "XAU"));
  FIELD(8);
  INVALID(CUSTOMER(.key = T("A"), .currency = {'U', 'S', 'D', 'X'}));
  FIELD(8);
  INVALID(CUSTOMER(.options = 2, .key = T("A")));
  FIELD(1);
  INVALID(CUSTOMER(.key = T("A"), .reserved = 1));
  INVALID(CUSTOMER(.key = T("A"), .flags = 64));
  INVALID(CUSTOMER(.key = T("A"), .credit_limit = -1));
  INVALID(CUSTOMER(.key = T("A"), .terms_days = -1));
  INVALID(CUSTOMER(.key = T("A"), .terms_days = 3661));
  INVALID(CUSTOMER(.key = T("A"), .discount_bp = 10001));
  GIVES(ARC_E_ABI, arc_ledger_post_customers(c->ledger, (arc_customer[]){{.struct_size = 8}}, 1, &c->err));
  long_key[64] = 0;
  long_name[512] = 0;
  OK(CUSTOMER(.key = T(long_key), .name = T(long_name), .flags = 63, .terms_days = 3660, .discount_bp = 10000,
              .discount_days = 3660, .credit_limit = INT64_MAX));
}

/* ---- contacts ---- */

static void test_contact_is_recorded_once_and_replaced(void **state) {
  struct ledger_case *c = *state;
  customer_row(c, "A");
  customer_row(c, "B");
  OK(CONTACT(.key = T("K"), .customer = T("A"), .name = T("Kim"), .email = T("kim@a.example")));
  ALREADY(CONTACT(.key = T("K"), .customer = T("A"), .name = T("Kim"), .email = T("kim@a.example")));
#define OTHER(...) EXISTS(CONTACT(.key = T("K"), .customer = T("A"), .name = T("Kim"), .email = T("kim@a.example"), __VA_ARGS__))
  OTHER(.language = T("de"));
  OTHER(.phone = T("1"));
  OTHER(.postal = T("Road 1\nTown"));
  OTHER(.role = ARC_ROLE_OWNER);
  OTHER(.utc_offset_minutes = 60);
  OTHER(.opt_outs = 2);
  OTHER(.customer = T("B"));
#undef OTHER
  OK(CONTACT(.options = ARC_REPLACE, .key = T("K"), .customer = T("A"), .phone = T("1"), .opt_outs = 6));
  INVALID(CONTACT(.options = ARC_REPLACE, .key = T("K"), .customer = T("B"), .phone = T("1")));
  const arc__tables *t = arc__ledger_tables(c->ledger);
  assert_int_equal(t->rows[ARC__TABLE_CONTACT], 1);
  assert_int_equal(arc__text(t, ARC__CONTACT_EMAIL, 1).size, 0);
  assert_int_equal(arc__u32(t, ARC__CONTACT_OPT_OUTS, 1), 6);
}

static void test_contact_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  customer_row(c, "A");
  NOT_FOUND(CONTACT(.key = T("K"), .customer = T("nobody")));
  FIELD(3);
  INVALID(CONTACT(.key = T("K")));
  FIELD(3);
  INVALID(CONTACT(.key = T(""), .customer = T("A")));
  FIELD(2);
  INVALID(CONTACT(.key = T("K"), .customer = T("A"), .email = T("a\r\nBcc: b")));
  FIELD(6);
  INVALID(CONTACT(.key = T("K"), .customer = T("A"), .role = 4));
  FIELD(9);
  INVALID(CONTACT(.key = T("K"), .customer = T("A"), .role = -1));
  FIELD(9);
  INVALID(CONTACT(.key = T("K"), .customer = T("A"), .utc_offset_minutes = 841));
  INVALID(CONTACT(.key = T("K"), .customer = T("A"), .utc_offset_minutes = -841));
  INVALID(CONTACT(.key = T("K"), .customer = T("A"), .reserved = 1));
  OK(CONTACT(.key = T("K"), .customer = T("A"), .utc_offset_minutes = -840, .postal = T("a\nb")));
}

/* ---- invoices ---- */

static void test_invoice_is_recorded_once(void **state) {
  struct ledger_case *c = *state;
  customer_row(c, "A");
  customer_row(c, "B");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 1000));
  ALREADY(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 1000));
  ALREADY(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000, INSTALMENTS(PART(DAY + 30, 1000))));
#define OTHER(...)                                                                                 \
  EXISTS(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY + 30, .amount = 1000, __VA_ARGS__))
  OTHER(.number = T("1"));
  OTHER(.customer = T("B"));
  OTHER(.po_number = T("po"));
  OTHER(.currency = "EUR");
  OTHER(.issued = DAY + 1);
  OTHER(.due = DAY + 31);
  OTHER(.amount = 1001);
  OTHER(.discount_bp = 100);
  OTHER(INSTALMENTS(PART(DAY + 30, 500), PART(DAY + 31, 500)));
#undef OTHER
  assert_int_equal(RECEIVABLE("A", DAY), 1000);
}

/* Said again after the customer's terms changed, it is still the same invoice. */
static void test_invoice_keeps_the_terms_it_had(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A"), .terms_days = 30, .discount_bp = 200, .discount_days = 10));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000));
  const arc__tables *t = arc__ledger_tables(c->ledger);
  assert_int_equal(arc__i32(t, ARC__INSTALMENT_DUE, 1), DAY + 30);
  assert_int_equal(arc__invoice_discount(t, 1, DAY + 10), 200);
  assert_int_equal(arc__invoice_discount(t, 1, DAY + 11), 0);
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 1));
  OK(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = DAY, .amount = 1));
  OK(CUSTOMER(.options = ARC_REPLACE, .key = T("A"), .currency = "EUR", .terms_days = 14));
  ALREADY(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000));
  ALREADY(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 1));
  ALREADY(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = DAY, .amount = 1));
  EXISTS(INVOICE(.key = T("I"), .customer = T("A"), .currency = "EUR", .issued = DAY, .amount = 1000));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY, .discount_bp = 300, .discount_days = 5, .amount = 7));
  assert_int_equal(arc__i32(t, ARC__INSTALMENT_DUE, 2), DAY + 14);
  assert_int_equal(arc__invoice_discount(t, 2, DAY + 5), 300);
  assert_int_equal(RECEIVABLE("A", DAY), 1000); /* dollars; the other one is in euro */
}

static void test_invoice_instalments_add_up_and_rise(void **state) {
  struct ledger_case *c = *state;
  customer_row(c, "A");
#define PLAN(...) INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = 0, .amount = 1000, INSTALMENTS(__VA_ARGS__))
  INVALID(PLAN(PART(DAY + 30, 500), PART(DAY + 60, 499)));
  assert_non_null(strstr(c->err.text, "999"));
  INVALID(PLAN(PART(DAY + 30, 1001)));
  INVALID(PLAN(PART(DAY + 60, 500), PART(DAY + 30, 500)));
  INVALID(PLAN(PART(DAY + 30, 0), PART(DAY + 60, 1000)));
  INVALID(PLAN(PART(DAY + 30, 1500), PART(DAY + 60, -500)));
  INVALID(PLAN(PART(DAY + 30, INT64_MAX), PART(DAY + 60, INT64_MAX), PART(DAY + 90, 1002)));
  INVALID(PLAN(PART(ARC_DAY_NONE, 1000)));
  INVALID(PLAN(PART(ARC_DAY_LAST + 1, 1000)));
  OK(PLAN(PART(DAY + 30, 300), PART(DAY + 60, 300), PART(DAY + 90, 400)));
  ALREADY(PLAN(PART(DAY + 30, 300), PART(DAY + 60, 300), PART(DAY + 90, 400)));
  EXISTS(PLAN(PART(DAY + 30, 300), PART(DAY + 60, 400), PART(DAY + 90, 300)));
  EXISTS(PLAN(PART(DAY + 30, 300), PART(DAY + 61, 300), PART(DAY + 90, 400)));
#undef PLAN
  assert_int_equal(OPEN("I", 1, DAY), 300);
  assert_int_equal(OPEN("I", 3, DAY), 400);
  REPORT_IS("A|I|I|1|2025-01-01|2025-01-31|USD|3.00|3.00|0.00|-30\n"
            "A|I|I|2|2025-01-01|2025-03-02|USD|3.00|3.00|0.00|-60\n"
            "A|I|I|3|2025-01-01|2025-04-01|USD|4.00|4.00|0.00|-90\n",
            .report = ARC_REPORT_OPEN_ITEMS, .as_of = DAY);
}

static void test_invoice_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  static arc_instalment many[1001];
  OK(CUSTOMER(.key = T("A"), .terms_days = 3660));
  NOT_FOUND(INVOICE(.key = T("I"), .customer = T("nobody"), .issued = DAY, .amount = 1));
  FIELD(4);
  INVALID(INVOICE(.key = T(""), .customer = T("A"), .issued = DAY, .amount = 1));
  FIELD(2);
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = ARC_DAY_NONE, .amount = 1));
  FIELD(7);
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 0));
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = -1));
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .currency = "usd"));
  FIELD(6);
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .discount_bp = 10001));
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .discount_bp = 1, .discount_days = 3661));
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = ARC_DAY_LAST, .amount = 1)); /* due after 9999 */
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1, .instalment_count = 1));
  FIELD(12);
  INVALID(INVOICE(.options = 1, .key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1));
  FIELD(1);
  for (size_t i = 0; i < 1001; i++) many[i] = (arc_instalment)PART(DAY, 1);
  INVALID(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1001, .instalment_count = 1001, .instalments = many));
  many[3].struct_size = 4;
  GIVES(ARC_E_ABI, INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000, .instalment_count = 1000, .instalments = many));
  many[3].struct_size = sizeof(arc_instalment);
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000, .instalment_count = 1000, .instalments = many));
  assert_int_equal(OPEN("I", 1000, DAY), 1);
}

static void test_sums_that_do_not_fit_are_refused(void **state) {
  struct ledger_case *c = *state;
  customer_row(c, "A");
  customer_row(c, "B");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = INT64_MAX - 5));
  GIVES(ARC_E_OVERFLOW, INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY, .amount = 6));
  GIVES(ARC_E_OVERFLOW, INVOICE(.key = T("J"), .customer = T("B"), .issued = DAY, .amount = 6)); /* the book's */
  OK(INVOICE(.key = T("J"), .customer = T("B"), .issued = DAY, .amount = 5));
  OK(INVOICE(.key = T("K"), .customer = T("B"), .issued = DAY, .currency = "EUR", .amount = INT64_MAX));
  assert_int_equal(RECEIVABLE("A", DAY), INT64_MAX - 5);
  case_reopen(c);
  OK(arc_ledger_verify(c->ledger, &c->err));
}

/* ---- credit notes ---- */

static void test_credit_note_stands_on_the_account(void **state) {
  struct ledger_case *c = *state;
  customer_row(c, "A");
  customer_row(c, "B");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000));
  OK(CREDIT_NOTE(.key = T("N"), .number = T("CN1"), .customer = T("A"), .invoice = T("I"), .reason = T("returned"),
                 .issued = DAY + 1, .amount = 300));
  ALREADY(CREDIT_NOTE(.key = T("N"), .number = T("CN1"), .customer = T("A"), .invoice = T("I"),
                      .reason = T("returned"), .issued = DAY + 1, .amount = 300));
#define OTHER(...)                                                                                 \
  EXISTS(CREDIT_NOTE(.key = T("N"), .number = T("CN1"), .customer = T("A"), .invoice = T("I"),     \
                     .reason = T("returned"), .issued = DAY + 1, .amount = 300, __VA_ARGS__))
  OTHER(.number = T("CN2"));
  OTHER(.invoice = T(""));
  OTHER(.reason = T(""));
  OTHER(.currency = "EUR");
  OTHER(.issued = DAY + 2);
  OTHER(.amount = 301);
#undef OTHER
  EXISTS(CREDIT_NOTE(.key = T("N"), .number = T("CN1"), .customer = T("B"), .reason = T("returned"), .issued = DAY + 1, .amount = 300));
  assert_int_equal(OPEN("I", 0, DAY + 1), 1000); /* naming an invoice settles nothing */
  assert_int_equal(UNAPPLIED("A", DAY), 0);
  assert_int_equal(UNAPPLIED("A", DAY + 1), 300);
  OK(PAYMENT(.key = T("N"), .customer = T("A"), .received = DAY, .amount = 1)); /* keys count per kind */
  OK(APPLY(.credit = T("N"), .credit_kind = ARC_CREDIT_CREDIT_NOTE, .invoice = T("I"), .day = DAY + 2, .amount = 300));
  assert_int_equal(OPEN("I", 0, DAY + 2), 700);
  assert_int_equal(UNAPPLIED("A", DAY + 2), 1);
  NOT_FOUND(REVERSE(.payment = T("nothing"), .day = DAY + 3));
}

static void test_credit_note_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  customer_row(c, "A");
  customer_row(c, "B");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000));
  REFUSED(CREDIT_NOTE(.key = T("N"), .customer = T("B"), .invoice = T("I"), .issued = DAY, .amount = 1));
  NOT_FOUND(CREDIT_NOTE(.key = T("N"), .customer = T("nobody"), .issued = DAY, .amount = 1));
  FIELD(4);
  NOT_FOUND(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .invoice = T("nothing"), .issued = DAY, .amount = 1));
  FIELD(5);
  INVALID(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = DAY, .amount = 0));
  INVALID(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = ARC_DAY_NONE, .amount = 1));
  INVALID(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .currency = "zz", .issued = DAY, .amount = 1));
  FIELD(7);
  INVALID(CREDIT_NOTE(.customer = T("A"), .issued = DAY, .amount = 1));
  FIELD(2);
}

/* ---- write-offs ---- */

static void three_instalments(struct ledger_case *c) {
  customer_row(c, "A");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000,
             INSTALMENTS(PART(DAY + 30, 300), PART(DAY + 60, 300), PART(DAY + 90, 400))));
}

static void test_writeoff_takes_the_oldest_instalments_first(void **state) {
  struct ledger_case *c = *state;
  three_instalments(c);
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY + 1, .amount = 100));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .instalment = 2, .day = DAY + 1, .amount = 100));
  OK(WRITEOFF(.key = T("W"), .invoice = T("I"), .reason = T("insolvent"), .day = DAY + 100, .amount = 550));
  assert_int_equal(OPEN("I", 1, DAY + 100), 0);
  assert_int_equal(OPEN("I", 2, DAY + 100), 0);
  assert_int_equal(OPEN("I", 3, DAY + 100), 350);
  assert_int_equal(OPEN("I", 0, DAY + 99), 900);
  ALREADY(WRITEOFF(.key = T("W"), .invoice = T("I"), .reason = T("insolvent"), .day = DAY + 100, .amount = 550));
  EXISTS(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY + 100, .amount = 549));
  EXISTS(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY + 101, .amount = 550));
  REFUSED(WRITEOFF(.key = T("X"), .invoice = T("I"), .day = DAY + 100, .amount = 351));
  FIELD(7);
  OK(WRITEOFF(.key = T("X"), .invoice = T("I"), .day = DAY + 100, .amount = 350));
  ALREADY(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY + 100, .amount = 550)); /* neighbours stay apart */
  ALREADY(WRITEOFF(.key = T("X"), .invoice = T("I"), .day = DAY + 100, .amount = 350));
  assert_int_equal(RECEIVABLE("A", DAY + 100), 0);
  assert_int_equal(RECEIVABLE("A", DAY + 99), 900);
  REFUSED(WRITEOFF(.key = T("Y"), .invoice = T("I"), .day = DAY + 100, .amount = 1));
}

static void test_writeoff_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  three_instalments(c);
  NOT_FOUND(WRITEOFF(.key = T("W"), .invoice = T("nothing"), .day = DAY, .amount = 1));
  FIELD(3);
  INVALID(WRITEOFF(.invoice = T("I"), .day = DAY, .amount = 1));
  FIELD(2);
  INVALID(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = ARC_DAY_NONE, .amount = 1));
  FIELD(5);
  INVALID(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY, .amount = 0));
  INVALID(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY, .amount = 1, .kind = 3));
  FIELD(6);
  INVALID(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY, .amount = 1, .kind = -1));
  REFUSED(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY - 1, .amount = 1)); /* before the invoice */
  REFUSED(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY, .amount = INT64_MAX));
}

/* An open amount may be used once at any time: not by a write-off dated before an application undone later. */
static void test_writeoff_fits_between_dated_entries(void **state) {
  struct ledger_case *c = *state;
  customer_row(c, "A");
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .amount = 1000));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 800));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 10, .amount = 800));
  OK(UNAPPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 20));
  REFUSED(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY + 5, .amount = 201));
  REFUSED(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY + 19, .amount = 201));
  OK(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY + 5, .amount = 200));
  OK(WRITEOFF(.key = T("X"), .invoice = T("I"), .day = DAY + 20, .amount = 800));
  assert_int_equal(OPEN("I", 0, DAY + 9), 800);
  assert_int_equal(OPEN("I", 0, DAY + 10), 0);
  assert_int_equal(OPEN("I", 0, DAY + 19), 0);
  assert_int_equal(OPEN("I", 0, DAY + 20), 0);
}

/* ---- rows of a call ---- */

/* A bad row in the middle: none is recorded, and the error names the row. */
static void test_rows_of_a_call_are_all_or_none(void **state) {
  struct ledger_case *c = *state;
  customer_row(c, "A");
  for (size_t bad = 0; bad < 5; bad++) {
    arc_invoice rows[5];
    for (size_t i = 0; i < 5; i++) {
      static const char *const keys[] = {"I0", "I1", "I2", "I3", "I4"};
      rows[i] = (arc_invoice)ARC_INVOICE_INIT;
      rows[i].key = T(keys[i]);
      rows[i].customer = T("A");
      rows[i].issued = DAY;
      rows[i].amount = 100;
    }
    rows[bad].amount = 0;
    INVALID(arc_ledger_post_invoices(c->ledger, rows, 5, &c->err));
    assert_int_equal(c->err.record, bad);
    rows[bad].amount = 100;
    rows[bad].customer = T("nobody");
    NOT_FOUND(arc_ledger_post_invoices(c->ledger, rows, 5, &c->err));
    assert_int_equal(c->err.record, bad);
    assert_int_equal(c->err.field, 4);
    rows[bad].customer = T("A");
    rows[bad].struct_size = 12;
    GIVES(ARC_E_ABI, arc_ledger_post_invoices(c->ledger, rows, 5, &c->err));
    assert_int_equal(c->err.record, bad);
    if (bad == 4) {
      rows[bad].struct_size = sizeof rows[bad];
      OK(arc_ledger_post_invoices(c->ledger, rows, 5, &c->err));
      ALREADY(arc_ledger_post_invoices(c->ledger, rows, 5, &c->err));
      rows[4].key = T("I5");
      OK(arc_ledger_post_invoices(c->ledger, rows, 5, &c->err)); /* one is new */
      assert_int_equal(info_of(c->ledger).next_sequence, 9);
    }
  }
  ALREADY(arc_ledger_post_invoices(c->ledger, NULL, 0, &c->err));
  INVALID(arc_ledger_post_invoices(c->ledger, NULL, 1, &c->err));
}

/* A host compiled against a newer header: rows are longer, and the new fields are zero. */
static void test_longer_rows_of_a_newer_header(void **state) {
  struct ledger_case *c = *state;
  struct newer {
    arc_customer row;
    uint64_t unknown;
  } rows[3];
  memset(rows, 0, sizeof rows);
  for (size_t i = 0; i < 3; i++) {
    static const char *const keys[] = {"A", "B", "C"};
    rows[i].row.struct_size = sizeof rows[i];
    rows[i].row.key = T(keys[i]);
  }
  OK(arc_ledger_post_customers(c->ledger, &rows[0].row, 3, &c->err));
  assert_int_not_equal(find_customer(c, "C"), 0);
  rows[1].unknown = 1;
  GIVES(ARC_E_ABI, arc_ledger_post_customers(c->ledger, &rows[0].row, 3, &c->err));
  assert_int_equal(c->err.record, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_customer_is_recorded_once),
      LEDGER_TEST(test_customer_compares_every_attribute),
      LEDGER_TEST(test_customer_is_replaced_as_a_whole),
      LEDGER_TEST(test_customer_parents_form_no_circle),
      LEDGER_TEST(test_customer_input_is_checked),
      LEDGER_TEST(test_contact_is_recorded_once_and_replaced),
      LEDGER_TEST(test_contact_input_is_checked),
      LEDGER_TEST(test_invoice_is_recorded_once),
      LEDGER_TEST(test_invoice_keeps_the_terms_it_had),
      LEDGER_TEST(test_invoice_instalments_add_up_and_rise),
      LEDGER_TEST(test_invoice_input_is_checked),
      LEDGER_TEST(test_sums_that_do_not_fit_are_refused),
      LEDGER_TEST(test_credit_note_stands_on_the_account),
      LEDGER_TEST(test_credit_note_input_is_checked),
      LEDGER_TEST(test_writeoff_takes_the_oldest_instalments_first),
      LEDGER_TEST(test_writeoff_input_is_checked),
      LEDGER_TEST(test_writeoff_fits_between_dated_entries),
      LEDGER_TEST(test_rows_of_a_call_are_all_or_none),
      LEDGER_TEST(test_longer_rows_of_a_newer_header),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
