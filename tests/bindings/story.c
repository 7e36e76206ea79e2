/* A small book, written to the file that is named: the tests of the bindings say the same commands and must come to the
 * same bytes (bindings/python/tests, class Story). */
#include <arcollect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CUSTOMERS 20
#define INVOICES 100

static arc_error err = ARC_ERROR_INIT;

static void must(arc_status status) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s\n", arc_status_name(status), err.text);
  exit(1);
}

static arc_text named(char buf[16], const char *format, int n) {
  arc_text text = {buf, 0};
  text.size = (size_t)snprintf(buf, 16, format, n);
  return text;
}

static int32_t take(void *user, const arc_message *message) {
  (void)user;
  (void)message;
  return ARC_SENT;
}

static void parties(arc_ledger *ledger) {
  static arc_customer customers[CUSTOMERS];
  static arc_contact contacts[CUSTOMERS];
  static char keys[2][CUSTOMERS][16], names[CUSTOMERS][16], mails[CUSTOMERS][24];
  for (int n = 1; n <= CUSTOMERS; n++) {
    arc_customer customer = ARC_CUSTOMER_INIT;
    arc_contact contact = ARC_CONTACT_INIT;
    customer.key = contact.customer = named(keys[0][n - 1], "C%d", n);
    customer.name = named(names[n - 1], "Customer %d", n);
    if (n % 3 == 0) memcpy(customer.currency, "JPY", 4);
    contact.key = named(keys[1][n - 1], "K%d", n);
    contact.email.data = mails[n - 1];
    contact.email.size = (size_t)snprintf(mails[n - 1], sizeof mails[0], "c%d@example.com", n);
    customers[n - 1] = customer;
    contacts[n - 1] = contact;
  }
  must(arc_ledger_post_customers(ledger, customers, CUSTOMERS, &err));
  must(arc_ledger_post_contacts(ledger, contacts, CUSTOMERS, &err));
}

static void invoices(arc_ledger *ledger) {
  static arc_invoice rows[INVOICES];
  static char keys[INVOICES][16], customers[INVOICES][16];
  for (int n = 1; n <= INVOICES; n++) {
    arc_invoice invoice = ARC_INVOICE_INIT;
    arc_text odd = ARC_TEXT("2/10 net 30"), even = ARC_TEXT("net 14");
    invoice.key = named(keys[n - 1], "I%d", n);
    invoice.customer = named(customers[n - 1], "C%d", (n - 1) % CUSTOMERS + 1);
    invoice.issued = arc_day_from_civil(2025, 1, 1 + n % 28);
    invoice.terms = n % 2 ? odd : even;
    invoice.amount = 1000 + 37 * n;
    rows[n - 1] = invoice;
  }
  must(arc_ledger_post_invoices(ledger, rows, INVOICES, &err));
}

static void pay(arc_ledger *ledger, int n, arc_day today) {
  char key[16], customer[16], remittance[16];
  arc_payment payment = ARC_PAYMENT_INIT;
  payment.key = named(key, "P%d", n);
  payment.customer = named(customer, "C%d", (n - 1) % CUSTOMERS + 1);
  payment.remittance = named(remittance, "I%d", n);
  payment.received = today;
  payment.amount = 1000 + 37 * n;
  must(arc_ledger_post_payments(ledger, &payment, 1, &err));
}

int main(int argc, char **argv) {
  arc_storage storage;
  arc_ledger_options book = ARC_LEDGER_OPTIONS_INIT;
  arc_collector_options cycle = ARC_COLLECTOR_OPTIONS_INIT;
  arc_transport transport = {sizeof transport, 0, NULL, take};
  arc_text name = ARC_TEXT("story");
  arc_ledger *ledger;
  arc_collector *collector;
  memset(&storage, 0, sizeof storage);
  storage.struct_size = sizeof storage;
  if (argc != 2) return 2;
  must(arc_storage_file_open(&storage, argv[1], NULL, &err));
  book.storage = &storage;
  book.book = name;
  memcpy(book.currency, "EUR", 4);
  must(arc_ledger_open(&ledger, &book, &err));
  parties(ledger);
  invoices(ledger);
  cycle.transport = &transport;
  must(arc_collector_open(&collector, ledger, &cycle, &err));
  for (int n = 1; n < 60; n++) {
    arc_day today = arc_day_from_civil(2025, 1, 28) + n;
    must(arc_ledger_set_clock(ledger, (int64_t)today * 86400000, &err));
    if (n % 2) pay(ledger, n, today);
    must(arc_collector_run_day(collector, today, NULL, &err));
  }
  arc_collector_close(collector);
  arc_ledger_close(ledger);
  return 0;
}
