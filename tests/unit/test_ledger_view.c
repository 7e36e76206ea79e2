/* The book as of the end of a day: amounts, open items, contacts, lookups. */
#include "../support/ledger_case.h"

static const arc_day DAY = 20089; /* 2025-01-01 */

static void open_view(struct ledger_case *c, arc__view *view, arc_day day) {
  if (arc__view_open(view, c->ledger, day, &c->err) != ARC_OK) fail_msg("view: %s", c->err.text);
}

static uint32_t account_of(const arc__tables *t, const char *customer) {
  arc_text key = {customer, strlen(customer)};
  return arc__u32(t, ARC__CUSTOMER_ACCOUNT, arc__find_customer(t, key));
}

static void test_balance_of_every_day(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY + 1, .due = DAY + 31, .amount = 1000));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY + 3, .amount = 600));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 4, .amount = 550, .discount = 20));
  OK(REVERSE(.payment = T("P"), .day = DAY + 6));
  OK(CREDIT_NOTE(.key = T("N"), .customer = T("A"), .issued = DAY + 7, .amount = 70));
  OK(WRITEOFF(.key = T("W"), .invoice = T("I"), .day = DAY + 8, .amount = 1000));
  static const int64_t receivable[] = {0, 1000, 1000, 1000, 430, 430, 1000, 1000, 0, 0};
  static const int64_t unapplied[] = {0, 0, 0, 600, 50, 50, 0, 70, 70, 70};
  for (arc_day d = 0; d < 10; d++) {
    assert_int_equal(RECEIVABLE("A", DAY + d), receivable[d]);
    assert_int_equal(UNAPPLIED("A", DAY + d), unapplied[d]);
  }
  assert_int_equal(RECEIVABLE("A", ARC_DAY_NONE), 0);
  assert_int_equal(UNAPPLIED("A", ARC_DAY_NONE), 70);
  assert_int_equal(RECEIVABLE("A", ARC_DAY_FIRST), 0);
}

static void test_balance_input_is_checked(void **state) {
  struct ledger_case *c = *state;
  int64_t r = 7, u = 7;
  OK(CUSTOMER(.key = T("A"), .currency = "EUR"));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY, .amount = 5));
#define BALANCE(customer, currency, day)                                                           \
  arc_ledger_balance(c->ledger, &r, &u, customer, ARC_NUL_TERMINATED, currency, day, &c->err)
  NOT_FOUND(BALANCE("X", "EUR", DAY));
  INVALID(BALANCE("", "EUR", DAY));
  INVALID(BALANCE(NULL, "EUR", DAY));
  INVALID(BALANCE("A", "euro", DAY));
  INVALID(BALANCE("A", "EUR", ARC_DAY_LAST + 1));
  assert_int_equal(r, 7);
  OK(BALANCE("A", NULL, DAY)); /* the customer's currency */
  assert_int_equal(r, 5);
  OK(BALANCE("A", "", DAY));
  assert_int_equal(r, 5);
  OK(BALANCE("A", "USD", DAY)); /* never had any */
  assert_int_equal(r, 0);
  assert_int_equal(u, 0);
#undef BALANCE
  OK(arc_ledger_balance(c->ledger, NULL, NULL, "A", 1, "EUR", DAY, NULL));
  assert_int_equal(arc_ledger_balance(NULL, &r, &u, "A", 1, "EUR", DAY, NULL), ARC_E_INVALID);
}

/* Today's view takes what is maintained, an earlier one recomputes it: both must agree where they meet. */
static void test_current_and_past_views_agree(void **state) {
  struct ledger_case *c = *state;
  uint64_t seed = 88172645463325252u;
  OK(CUSTOMER(.key = T("A")));
  for (int i = 0; i < 400; i++) {
    char invoice[16], payment[16];
    snprintf(invoice, sizeof invoice, "I%d", i);
    snprintf(payment, sizeof payment, "P%d", i);
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    int64_t amount = (int64_t)(seed % 1000) + 1;
    OK(INVOICE(.key = T(invoice), .customer = T("A"), .issued = DAY + (arc_day)(seed % 50), .due = DAY + (arc_day)(seed / 7 % 90),
               .amount = amount));
    OK(PAYMENT(.key = T(payment), .customer = T("A"), .received = DAY + (arc_day)(seed % 50), .amount = amount));
    if (seed % 3)
      OK(APPLY(.credit = T(payment), .invoice = T(invoice), .day = DAY + 50, .amount = seed % 2 ? amount : (amount + 1) / 2));
  }
  arc__view now, past;
  open_view(c, &now, DAY + 60);
  assert_int_equal(now.current, 1);
  const arc__tables *t = now.tables;
  uint32_t account = account_of(t, "A");
  int64_t receivable = arc__view_receivable(&now, account), unapplied = arc__view_unapplied(&now, account);
  arc__open_items live = {arc__ledger_heap(c->ledger), NULL, 0, 0}, old = live;
  assert_int_equal(arc__view_open_items(&now, account, &live, NULL), ARC_OK);
  arc__view_close(&now);
  OK(PAYMENT(.key = T("later"), .customer = T("A"), .received = DAY + 100, .amount = 1)); /* makes that day a past one */
  open_view(c, &past, DAY + 60);
  assert_int_equal(past.current, 0);
  assert_int_equal(arc__view_receivable(&past, account), receivable);
  assert_int_equal(arc__view_unapplied(&past, account), unapplied);
  assert_int_equal(arc__view_open_items(&past, account, &old, NULL), ARC_OK);
  assert_int_equal(old.count, live.count);
  int64_t sum = 0;
  for (size_t i = 0; i < old.count; i++) {
    assert_int_equal(old.data[i].instalment, live.data[i].instalment);
    assert_int_equal(old.data[i].open, live.data[i].open);
    if (i) assert_true(old.data[i - 1].due <= old.data[i].due); /* in the order of their due dates */
    sum += old.data[i].open;
  }
  assert_int_equal(sum, receivable);
  arc__view_close(&past);
  arc__open_items_free(&live);
  arc__open_items_free(&old);
}

/* Entries of more than one chunk: zones whose days are all earlier are skipped, the others are not. */
static void test_views_over_many_entries(void **state) {
  struct ledger_case *c = *state;
  enum { COUNT = 2500 };
  static arc_invoice invoices[COUNT];
  static arc_application applications[COUNT];
  static char keys[COUNT][8];
  OK(CUSTOMER(.key = T("A")));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 10 * COUNT));
  for (int i = 0; i < COUNT; i++) {
    snprintf(keys[i], sizeof keys[i], "%d", i);
    invoices[i] = (arc_invoice)ARC_INVOICE_INIT;
    invoices[i].key = T(keys[i]);
    invoices[i].customer = T("A");
    invoices[i].issued = DAY;
    invoices[i].amount = 10;
    applications[i] = (arc_application)ARC_APPLICATION_INIT;
    applications[i].credit = T("P");
    applications[i].invoice = T(keys[i]);
    applications[i].day = DAY + i / 100;
    applications[i].amount = 10;
  }
  OK(arc_ledger_post_invoices(c->ledger, invoices, COUNT, &c->err));
  OK(arc_ledger_post_applications(c->ledger, applications, COUNT, &c->err));
  for (arc_day day = 0; day <= COUNT / 100; day++) {
    int64_t settled = 10 * (int64_t)(day + 1) * 100;
    if (settled > 10 * COUNT) settled = 10 * COUNT;
    assert_int_equal(RECEIVABLE("A", DAY + day), 10 * COUNT - settled);
    assert_int_equal(UNAPPLIED("A", DAY + day), 10 * COUNT - settled);
  }
  OK(UNAPPLY(.credit = T("P"), .invoice = T("5"), .day = DAY + 300)); /* an entry of the first zone, long after */
  assert_int_equal(RECEIVABLE("A", DAY + 299), 0);
  assert_int_equal(RECEIVABLE("A", DAY + 300), 10);
  OK(arc_ledger_verify(c->ledger, &c->err));
}

static void test_view_of_a_day_that_is_none(void **state) {
  struct ledger_case *c = *state;
  arc__view view;
  INVALID(arc__view_open(&view, c->ledger, ARC_DAY_LAST + 1, &c->err));
  INVALID(arc__view_open(&view, c->ledger, ARC_DAY_FIRST - 1, &c->err));
  open_view(c, &view, ARC_DAY_NONE);
  assert_int_equal(view.day, ARC_DAY_LAST);
  arc__view_close(&view);
}

/* A view that gets no memory gives nothing and leaks nothing. */
static void test_view_without_memory(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A")));
  OK(INVOICE(.key = T("I"), .customer = T("A"), .issued = DAY, .due = DAY, .amount = 100));
  OK(PAYMENT(.key = T("P"), .customer = T("A"), .received = DAY, .amount = 100));
  OK(APPLY(.credit = T("P"), .invoice = T("I"), .day = DAY + 5, .amount = 60));
  OK(REVERSE(.payment = T("P"), .day = DAY + 9));
  size_t live = c->heap.live;
  int failures = 0;
  for (int once = 0; once < 2; once++)
    for (size_t k = 1;; k++) {
      arc__view view;
      test_heap_fail(&c->heap, k, once);
      arc_status status = arc__view_open(&view, c->ledger, DAY + 4, &c->err);
      int failed = test_heap_failed(&c->heap);
      test_heap_fail(&c->heap, 0, 0);
      if (!failed) {
        assert_int_equal(status, ARC_OK);
        arc__view_close(&view);
        break;
      }
      failures++;
      assert_int_equal(status, ARC_E_NOMEM);
      assert_int_equal(c->heap.live, live);
    }
  assert_true(failures >= 6);
  assert_int_equal(c->heap.live, live);
}

/* ---- contacts ---- */

static const char *contact_for(struct ledger_case *c, int32_t channel, int *found) {
  const arc__tables *t = arc__ledger_tables(c->ledger);
  uint32_t contact;
  *found = arc__contact_for(t, 1, channel, &contact);
  assert_int_equal(contact != 0, *found == ARC__CONTACT_FOUND);
  return contact ? arc__text(t, ARC__CONTACT_KEY, contact).data : "";
}

static void test_who_is_written_to(void **state) {
  struct ledger_case *c = *state;
  int found;
  OK(CUSTOMER(.key = T("A")));
  contact_for(c, ARC_CHANNEL_EMAIL, &found);
  assert_int_equal(found, ARC__CONTACT_HOST); /* the book knows nobody */
  OK(CONTACT(.key = T("boss"), .customer = T("A"), .role = ARC_ROLE_OWNER, .email = T("b@a"), .postal = T("Road")));
  OK(CONTACT(.key = T("chief"), .customer = T("A"), .role = ARC_ROLE_EXECUTIVE, .email = T("c@a")));
  assert_string_equal(contact_for(c, ARC_CHANNEL_EMAIL, &found), "boss"); /* recorded first */
  OK(CONTACT(.key = T("ap"), .customer = T("A"), .role = ARC_ROLE_PAYABLES, .email = T("p@a")));
  OK(CONTACT(.key = T("ap2"), .customer = T("A"), .role = ARC_ROLE_PAYABLES, .email = T("q@a"), .phone = T("1")));
  assert_string_equal(contact_for(c, ARC_CHANNEL_EMAIL, &found), "ap");
  assert_string_equal(contact_for(c, ARC_CHANNEL_LETTER, &found), "boss");
  assert_string_equal(contact_for(c, ARC_CHANNEL_CALL, &found), "ap2");
  assert_string_equal(contact_for(c, ARC_CHANNEL_PORTAL, &found), "ap");
  contact_for(c, ARC_CHANNEL_PLACEMENT, &found);
  assert_int_equal(found, ARC__CONTACT_HOST);
  OK(CONTACT(.options = ARC_REPLACE, .key = T("ap"), .customer = T("A"), .email = T("p@a"), .opt_outs = 1u << ARC_CHANNEL_EMAIL));
  assert_string_equal(contact_for(c, ARC_CHANNEL_EMAIL, &found), "ap2");
  OK(CONTACT(.options = ARC_REPLACE, .key = T("ap2"), .customer = T("A"), .phone = T("1"), .opt_outs = 1u << ARC_CHANNEL_CALL));
  assert_string_equal(contact_for(c, ARC_CHANNEL_EMAIL, &found), "boss");
  contact_for(c, ARC_CHANNEL_CALL, &found);
  assert_int_equal(found, ARC__CONTACT_OPTED_OUT);
  OK(CONTACT(.options = ARC_REPLACE, .key = T("ap2"), .customer = T("A")));
  contact_for(c, ARC_CHANNEL_SMS, &found);
  assert_int_equal(found, ARC__CONTACT_NO_ADDRESS);
}

/* ---- lookups ---- */

static void test_lookups(void **state) {
  struct ledger_case *c = *state;
  OK(CUSTOMER(.key = T("A"), .segment = T("gold")));
  OK(INVOICE(.key = T("I"), .number = T("2025-1"), .customer = T("A"), .issued = DAY, .amount = 10,
             INSTALMENTS(PART(DAY, 4), PART(DAY, 6))));
  OK(INVOICE(.key = T("J"), .customer = T("A"), .issued = DAY, .due = DAY, .amount = 10));
  OK(PAYMENT(.key = T("I"), .customer = T("A"), .received = DAY, .amount = 1));
  const arc__tables *t = arc__ledger_tables(c->ledger);
  arc_text key = {"I", 1}, none = {"zz", 2}, empty = {"", 0}, gold = {"gold", 4};
  assert_int_equal(arc__find_invoice(t, key), 1);
  assert_int_equal(arc__find_invoice(t, none), 0);
  assert_int_equal(arc__find_invoice(t, empty), 0);
  assert_int_equal(arc__find_credit(t, ARC_CREDIT_PAYMENT, key), 1);
  assert_int_equal(arc__find_credit(t, ARC_CREDIT_CREDIT_NOTE, key), 0);
  assert_string_equal(arc__invoice_number(t, 1).data, "2025-1");
  assert_string_equal(arc__invoice_number(t, 2).data, "J");
  assert_int_equal(arc__instalment_number(t, 2), 2);
  assert_int_equal(arc__instalment_number(t, 3), 1);
  assert_string_equal(arc__name(t, arc__find_name(t, gold)).data, "gold");
  assert_int_equal(arc__find_name(t, none), 0);
  assert_int_equal(arc__name(t, 0).size, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_balance_of_every_day),
      LEDGER_TEST(test_balance_input_is_checked),
      LEDGER_TEST(test_current_and_past_views_agree),
      LEDGER_TEST(test_views_over_many_entries),
      LEDGER_TEST(test_view_of_a_day_that_is_none),
      LEDGER_TEST(test_view_without_memory),
      LEDGER_TEST(test_who_is_written_to),
      LEDGER_TEST(test_lookups),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
