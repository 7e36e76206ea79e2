/*
 * What the collector makes of messages, by the ledger: for act_on_replies.py. One message a line on standard input,
 * fields separated by tabs:
 *   id day text
 * Each comes from a customer of its own with one overdue invoice of 100,000.00, which has the number that the message
 * names (or INV-1) and the currency that it speaks of (or EUR). Prints: id, verdict, reason, what was made.
 */
#include "arcollect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static arc_text text_of(const char *s) {
  arc_text text = {s, strlen(s)};
  return text;
}

static void check(arc_status status, const arc_error *err, const char *id) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s\n", id, err->text);
  exit(1);
}

/* The words of the first fact of a kind that the reader finds, or its currency. */
static void find_fact(char *out, size_t size, const char *text, arc_day day, const char *fact, size_t column) {
  arc_reply reply = ARC_REPLY_INIT;
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  reply.text = text_of(text);
  reply.written = day;
  memcpy(reply.currency, "EUR", 4);
  check(arc_reply_read(&report, &reply, NULL, &err), &err, text);
  for (size_t row = 0; row < arc_report_rows(report); row++)
    if (strcmp(arc_report_text(report, row, 0, NULL), fact) == 0) {
      snprintf(out, size, "%s", arc_report_text(report, row, column, NULL));
      break;
    }
  arc_report_free(report);
}

static void fill(arc_ledger *ledger, const char *id, const char *text, arc_day day) {
  arc_error err = ARC_ERROR_INIT;
  arc_customer customer = ARC_CUSTOMER_INIT;
  arc_contact contact = ARC_CONTACT_INIT;
  arc_invoice invoice = ARC_INVOICE_INIT;
  char number[60] = "INV-1", currency[8] = "EUR";
  find_fact(number, sizeof number, text, day, "invoice", 7);
  find_fact(currency, sizeof currency, text, day, "amount", 5);
  customer.key = customer.name = text_of("C");
  memcpy(customer.currency, currency, 4);
  check(arc_ledger_post_customers(ledger, &customer, 1, &err), &err, id);
  contact.key = contact.customer = contact.name = text_of("C");
  contact.email = text_of("ap@customer.example");
  check(arc_ledger_post_contacts(ledger, &contact, 1, &err), &err, id);
  invoice.key = text_of("I");
  invoice.number = text_of(number);
  invoice.customer = text_of("C");
  memcpy(invoice.currency, currency, 4);
  invoice.issued = day - 60;
  invoice.due = day - 30;
  invoice.amount = 10000000;
  check(arc_ledger_post_invoices(ledger, &invoice, 1, &err), &err, id);
}

static void print_made(const char *id, const arc_report *report) {
  printf("%s\t%s\t%s\t", id, arc_report_text(report, 0, 7, NULL), arc_report_text(report, 0, 8, NULL));
  for (size_t row = 0, made = 0; row < arc_report_rows(report); row++)
    if (strcmp(arc_report_text(report, row, 11, NULL), "made") == 0)
      printf("%s%s", made++ ? "+" : "", arc_report_text(report, row, 12, NULL));
  printf("\n");
}

static void act(const char *id, arc_day day, const char *text) {
  arc_ledger *ledger = NULL;
  arc_collector *collector = NULL;
  arc_report *report = NULL;
  arc_error err = ARC_ERROR_INIT;
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_collector_options collecting = ARC_COLLECTOR_OPTIONS_INIT;
  arc_incoming in = ARC_INCOMING_INIT;
  options.book = text_of("replies");
  memcpy(options.currency, "EUR", 4);
  check(arc_ledger_open(&ledger, &options, &err), &err, id);
  fill(ledger, id, text, day);
  check(arc_collector_open(&collector, ledger, &collecting, &err), &err, id);
  in.key = text_of("R");
  in.customer = text_of("C");
  in.sender = text_of("ap@customer.example");
  in.text = text_of(text);
  in.day = day;
  in.channel = ARC_CHANNEL_EMAIL;
  check(arc_collector_reply(&report, collector, &in, &err), &err, id);
  print_made(id, report);
  arc_report_free(report);
  arc_collector_close(collector);
  arc_ledger_close(ledger);
}

int main(void) {
  static char line[1 << 20];
  while (fgets(line, sizeof line, stdin)) {
    arc_error err = ARC_ERROR_INIT;
    arc_day day;
    line[strcspn(line, "\n")] = 0;
    char *date = strchr(line, '\t'), *text = date ? strchr(date + 1, '\t') : NULL;
    if (!text) return 2;
    *date++ = *text++ = 0;
    check(arc_day_parse(&day, date, ARC_NUL_TERMINATED, &err), &err, line);
    act(line, day, text);
  }
  return 0;
}
