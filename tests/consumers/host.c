/* A host as small as can be, which every way of building with the library builds. */
#include <arcollect.h>
#include <stdio.h>

int main(void) {
  arc_error err = ARC_ERROR_INIT;
  arc_ledger_options book = ARC_LEDGER_OPTIONS_INIT;
  arc_customer customer = ARC_CUSTOMER_INIT;
  arc_invoice invoice = ARC_INVOICE_INIT;
  arc_ledger_info info = ARC_LEDGER_INFO_INIT;
  arc_ledger *ledger = NULL;
  arc_status s;

  if (arc_library_version() != ARC_VERSION_MAJOR * 1000000u + ARC_VERSION_MINOR * 1000u + ARC_VERSION_PATCH) {
    fprintf(stderr, "the header is of another version than the library\n");
    return 1;
  }
  book.currency[0] = 'E', book.currency[1] = 'U', book.currency[2] = 'R';
  customer.key.data = "C1", customer.key.size = 2;
  invoice.key.data = "I1", invoice.key.size = 2;
  invoice.customer = customer.key;
  invoice.issued = arc_day_from_civil(2025, 2, 1);
  invoice.due = arc_day_from_civil(2025, 3, 3);
  invoice.amount = 119000;
  s = arc_ledger_open(&ledger, &book, &err);
  if (s >= 0) s = arc_ledger_post_customers(ledger, &customer, 1, &err);
  if (s >= 0) s = arc_ledger_post_invoices(ledger, &invoice, 1, &err);
  if (s >= 0) s = arc_ledger_describe(&info, ledger, &err);
  if (s < 0) fprintf(stderr, "%s: %s\n", arc_status_name(s), err.text);
  else printf("arcollect %d.%d: %u records\n", ARC_VERSION_MAJOR, ARC_VERSION_MINOR, (unsigned)info.next_sequence - 1);
  arc_ledger_close(ledger);
  return s < 0;
}
