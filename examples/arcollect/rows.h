/*
 * Rows: the facts of a book as they are imported, one kind per command of the ledger. All fields
 * are text in one canonical form: amounts in minor units, dates ISO, numbers in digits, "" where
 * nothing is stated.
 */
#ifndef ROWS_H
#define ROWS_H

#include "memory.h"

#include <arcollect.h>

/* Kinds in the order in which they are posted within a day. The numbers are stored: never reuse
 * one. */
enum row_kind {
  ROW_CUSTOMER = 10,
  ROW_CONTACT = 11,
  ROW_PERIOD_CLOSE = 15, /* on the day after the period: its last day's cash is still matched */
  ROW_INVOICE = 20,
  ROW_CHARGE = 25,
  ROW_DELIVERY = 28,
  ROW_CREDIT_NOTE = 30,
  ROW_PAYMENT = 40,
  ROW_RECOVERY = 45, /* before the application of what came in after all */
  ROW_REMITTANCE = 46, /* after the payment that it may name */
  ROW_UNAPPLICATION = 48,
  ROW_APPLICATION = 50,
  ROW_DISPUTE = 60,
  ROW_DISPUTE_RESOLUTION = 61,
  ROW_PROMISE = 70,
  ROW_HOLD = 80,
  ROW_HOLD_RELEASE = 81,
  ROW_NOTE = 90,
  ROW_CORRECTION = 95, /* after the invoices and credit notes that it names */
  ROW_WRITEOFF = 100,
  ROW_WAIVER = 102,
  ROW_REFUND = 105,
  ROW_REVERSAL = 110
};

/* Fields of each kind. The first one is the key, unique among the rows of the kind. */
enum {
  CUSTOMER_KEY,
  CUSTOMER_NAME,
  CUSTOMER_PARENT,
  CUSTOMER_SEGMENT,
  CUSTOMER_OWNER,
  CUSTOMER_POLICY,
  CUSTOMER_CURRENCY,
  CUSTOMER_FLAGS,
  CUSTOMER_CREDIT_LIMIT,
  CUSTOMER_TERMS_DAYS,
  CUSTOMER_DISCOUNT_BP,
  CUSTOMER_DISCOUNT_DAYS,
  CUSTOMER_TERMS,
  CUSTOMER_CHECKS,
  CUSTOMER_HOLD_DAYS,
  CUSTOMER_HOLD_AMOUNT,
  CUSTOMER_TAG1, /* and the others, ARC_TAGS in all */
  CUSTOMER_TAG2,
  CUSTOMER_TAG3,
  CUSTOMER_TAG4,
  CUSTOMER_FIELDS
};
enum {
  CONTACT_KEY,
  CONTACT_NAME,
  CONTACT_LANGUAGE,
  CONTACT_EMAIL,
  CONTACT_PHONE,
  CONTACT_POSTAL,
  CONTACT_UTC_OFFSET,
  CONTACT_ROLE,
  CONTACT_OPT_OUTS,
  CONTACT_FIELDS
}; /* key: the customer's */
enum {
  INVOICE_KEY,
  INVOICE_NUMBER,
  INVOICE_CUSTOMER,
  INVOICE_PO,
  INVOICE_CURRENCY,
  INVOICE_DUE,
  INVOICE_AMOUNT,
  INVOICE_DISCOUNT_BP,
  INVOICE_DISCOUNT_DAYS,
  INVOICE_TERMS,
  INVOICE_LINES_TOTAL,
  INVOICE_FULFILLED,
  INVOICE_FIELDS
};
enum {
  CHARGE_KEY,
  CHARGE_KIND, /* "fee", "interest", "compensation" */
  CHARGE_CUSTOMER,
  CHARGE_INVOICE,
  CHARGE_REASON,
  CHARGE_CURRENCY,
  CHARGE_DUE,
  CHARGE_FROM,
  CHARGE_TO,
  CHARGE_AMOUNT,
  CHARGE_FIELDS
};
enum {
  CREDIT_KEY,
  CREDIT_CUSTOMER,
  CREDIT_INVOICE,
  CREDIT_REASON,
  CREDIT_CURRENCY,
  CREDIT_AMOUNT,
  CREDIT_FIELDS
};
enum {
  PAYMENT_KEY,
  PAYMENT_CUSTOMER,
  PAYMENT_PAYER,
  PAYMENT_ACCOUNT,
  PAYMENT_BANK_REFERENCE,
  PAYMENT_REMITTANCE,
  PAYMENT_CURRENCY,
  PAYMENT_VALUE_DAY,
  PAYMENT_AMOUNT,
  PAYMENT_FIELDS
};
enum {
  REMITTANCE_KEY,
  REMITTANCE_PAYMENT,
  REMITTANCE_CUSTOMER,
  REMITTANCE_PAYER,
  REMITTANCE_REFERENCE,
  REMITTANCE_CURRENCY,
  REMITTANCE_AMOUNT,
  REMITTANCE_LINES, /* each: reference, kind, amount, discount, deduction, each but the last with
                       LINE_FIELD behind it, and LINE_END */
  REMITTANCE_FIELDS
};
#define LINE_FIELD '\x1E'
#define LINE_END '\x1D'
#define LINE_FIELDS 5
enum {
  UNAPPLICATION_KEY,
  UNAPPLICATION_PAYMENT,
  UNAPPLICATION_INVOICE,
  UNAPPLICATION_REASON,
  UNAPPLICATION_CREDIT_NOTE, /* in place of the payment */
  UNAPPLICATION_FIELDS
}; /* key: payment or credit note, invoice and day */
enum {
  APPLICATION_KEY,
  APPLICATION_PAYMENT,
  APPLICATION_INVOICE,
  APPLICATION_AMOUNT,
  APPLICATION_DISCOUNT,
  APPLICATION_TOLERANCE,
  APPLICATION_CREDIT_NOTE, /* in place of the payment */
  APPLICATION_SETTLED,     /* these are for another currency */
  APPLICATION_RATE_INVOICE,
  APPLICATION_RATE_CREDIT,
  APPLICATION_INVOICE_VALUE,
  APPLICATION_CREDIT_VALUE,
  APPLICATION_DEDUCTION, /* opens a dispute of this kind */
  APPLICATION_KIND,
  APPLICATION_FIELDS
}; /* key: as above */
enum { DELIVERY_KEY, DELIVERY_INVOICE, DELIVERY_CHANNEL, DELIVERY_DETAIL, DELIVERY_FIELDS };
enum {
  CORRECTION_KEY,
  CORRECTION_INVOICE,
  CORRECTION_FAULTS,
  CORRECTION_REASON,
  CORRECTION_PO,
  CORRECTION_FIELDS
};
enum {
  DISPUTE_KEY,
  DISPUTE_INVOICE,
  DISPUTE_KIND,
  DISPUTE_AMOUNT,
  DISPUTE_REASON,
  DISPUTE_OWNER,
  DISPUTE_ANSWER_BY,
  DISPUTE_FIELDS
};
enum { RESOLUTION_KEY, RESOLUTION_OUTCOME, RESOLUTION_OUR_ERROR, RESOLUTION_FIELDS }; /* key: the dispute's */
enum {
  PROMISE_KEY,
  PROMISE_INVOICE,
  PROMISE_MADE_BY,
  PROMISE_PAY_BY,
  PROMISE_AMOUNT,
  PROMISE_FIELDS
};
enum {
  HOLD_KEY,
  HOLD_CUSTOMER, /* "*": everybody */
  HOLD_INVOICE,
  HOLD_REASON,
  HOLD_UNTIL,
  HOLD_CHANNEL,
  HOLD_FIELDS
};
enum { RELEASE_KEY, RELEASE_REASON, RELEASE_FIELDS }; /* key: the hold's */
enum { NOTE_KEY, NOTE_CUSTOMER, NOTE_INVOICE, NOTE_TEXT, NOTE_FIELDS };
enum {
  WRITEOFF_KEY,
  WRITEOFF_INVOICE,
  WRITEOFF_REASON,
  WRITEOFF_AMOUNT,
  WRITEOFF_APPROVED_BY,
  WRITEOFF_FIELDS
}; /* waivers and recoveries as well */
enum {
  REFUND_KEY,
  REFUND_PAYMENT,
  REFUND_REASON,
  REFUND_AMOUNT,
  REFUND_CREDIT_NOTE, /* in place of the payment */
  REFUND_FIELDS
};
enum { REVERSAL_KEY, REVERSAL_REASON, REVERSAL_FIELDS }; /* key: the payment's */
enum { CLOSE_KEY, CLOSE_FIELDS };                        /* key: the last day of the period */

typedef struct row {
  int64_t id;     /* in the staging table, from 1 on; 0: not staged yet */
  int32_t kind;   /* enum row_kind */
  arc_day day;    /* on which it takes effect; customers: before everything */
  uint32_t order; /* of new rows, within day and kind */
  uint32_t line;  /* of the file it was read from */
  uint16_t file;  /* index of that file */
  uint16_t refused;
  uint16_t changed; /* staged before, and says something else now */
  const char **fields;
} row;

/* The number of fields of a kind; 0 if there is no such kind. */
size_t row_field_count(int32_t kind);

/* The name of a kind for people, such as "credit note". */
const char *row_kind_name(int32_t kind);

/* Rows in order of arrival, owned together with their texts, and found again by kind and key. */
typedef struct row_book {
  arena texts;
  row **rows;
  size_t count;
  size_t capacity;
  row **slots; /* open addressing, a power of two, at most half full */
  size_t slot_count;
  size_t used;
} row_book;

/* A row of a kind with all fields "", not yet in the book. */
row *row_new(row_book *book, int32_t kind, arc_day day);

/* Sets a field to a copy of the text. */
void row_set(row_book *book, row *r, size_t field, const char *text, size_t size);

/* Adds the row to the list; to the index as well unless its key is there. @return the row that
 * holds the key (r itself if it was free; in the other case r is not added). */
row *row_book_add(row_book *book, row *r);

row *row_book_find(const row_book *book, int32_t kind, const char *key);

/* 1 if both state the same fact. */
int row_equal(const row *a, const row *b);

/* Sorts by day, kind, and arrival: staged rows first. */
void row_sort(row **rows, size_t count);

void row_book_free(row_book *book);

#endif
