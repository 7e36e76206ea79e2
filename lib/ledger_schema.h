/*
 * The ledger's state: tables and columns. An engine reads them through ledger_view.h; only ledger code
 * writes them. Rows are numbered from 1 in the order of first record, so that numbers in the journal mean
 * the same at every replay.
 *
 * X(column, table, kind) with kind U8 U16 U32 I32 I64 TEXT PERSONAL, or DAY: an I32 that is INT32_MIN (ARC_DAY_NONE)
 * in a new row. A U32 that refers to a row is named after what it refers to; 0 is none. Chains are newest first. Day
 * columns hold ARC_DAY_NONE where there is none. What keeps its initial value in most rows takes hardly any memory.
 *
 * PERSONAL is a text that may say something of a person: an erasure takes it (ledger_erasure.c). TEXT is kept: keys,
 * the host's own words, and references of business papers.
 *
 * Snapshots hold the tables in this order. From the first release on tables are added at the end of the list and
 * columns at the end of their table, and the initial value in a new column means what a book without it had.
 */
#ifndef ARC_LEDGER_SCHEMA_H
#define ARC_LEDGER_SCHEMA_H

#include "tables.h"

#define ARC__TABLE_LIST(T)                                                                         \
  T(BOOK) T(KNOWN) T(NAME) T(CONTROL) T(CUSTOMER) T(CONTACT) T(ACCOUNT) T(INVOICE) T(INSTALMENT) T(CREDIT)  \
  T(ENTRY) T(ENTRY_ZONE) T(EXCEPTION) T(TOUCH) T(TOUCH_ITEM) T(NOTE) T(POLICY) T(OPEN_ITEM)        \
  T(OPEN_FREE) T(DISCOUNT) T(CHARGE) T(PLAN) \
  T(PLAN_PART) T(DISPUTE_CHANGE) T(POLICY_OLD) T(TEMPLATE) T(EXCHANGE) T(UNAPPLICATION) \
  T(FINDING) T(CORRECTION) T(DELIVERY) T(REJECTION) T(FORWARD) \
  T(REMITTANCE) T(REMITTANCE_LINE) T(EVIDENCE) T(REPLY) T(DAY_NODE) T(DAY)

#define ARC__COLUMN_LIST(X)                                                                        \
  /* one row: the book itself */                                                                   \
  X(BOOK_NAME, BOOK, TEXT)                                                                         \
  X(BOOK_CURRENCY, BOOK, U32)         /* packed, see currency.h */                                 \
  X(BOOK_LAST_DAY_RUN, BOOK, DAY)                                                                  \
  X(BOOK_MATCHED_CREDIT, BOOK, U32)   /* credits up to this row were looked at ... */              \
  X(BOOK_MATCHED_DAY, BOOK, DAY)      /* ... if received by this day */                            \
  X(BOOK_MATCHED_REMITTANCE, BOOK, U32) /* remittances up to this row were looked at */            \
  X(BOOK_PLANNED_DAY, BOOK, DAY)      /* the last day for which touches were planned */            \
  X(BOOK_MAX_DAY, BOOK, DAY)          /* latest day on which any money event takes effect */       \
  X(BOOK_CLOSED_DAY, BOOK, DAY)       /* nothing is posted to this day or before */                \
  X(BOOK_BOUNCE, BOOK, U32)           /* TOUCH that bounced last */                                \
  X(BOOK_BOUNCE_SEEN, BOOK, U32)      /* from it on, all wait no longer: of BOOK_BOUNCE */          \
  X(BOOK_EXCEPTION, BOOK, U32)        /* holds of everybody; chain by EXCEPTION_NEXT */            \
  X(BOOK_GENERATION, BOOK, I64)       /* counts changes of accounts */                             \
  X(BOOK_CHANGED_ACCOUNT, BOOK, U32)  /* the account changed last; ACCOUNT_CHANGED_BEFORE goes on */ \
  /* per instant at which anything was recorded: the rows that were there before */                \
  X(KNOWN_INSTANT, KNOWN, I64)                                                                     \
  X(KNOWN_INVOICES, KNOWN, U32)                                                                    \
  X(KNOWN_CREDITS, KNOWN, U32)                                                                     \
  X(KNOWN_ENTRIES, KNOWN, U32)                                                                     \
  X(KNOWN_EXCEPTIONS, KNOWN, U32)                                                                  \
  X(KNOWN_TOUCHES, KNOWN, U32)                                                                     \
  X(KNOWN_DISPUTE_CHANGES, KNOWN, U32)                                                             \
  X(KNOWN_CORRECTIONS, KNOWN, U32)                                                                 \
  X(KNOWN_DELIVERIES, KNOWN, U32)                                                                  \
  X(KNOWN_CONTACTS, KNOWN, U32)                                                                    \
  X(KNOWN_REPLIES, KNOWN, U32)                                                                     \
  /* short texts that many rows share: segments, owners, steps, kinds */                           \
  X(NAME_TEXT, NAME, TEXT)                                                                         \
  /* per currency: balances of the books' accounts, debits positive */                             \
  X(CONTROL_CURRENCY, CONTROL, U32)                                                                \
  X(CONTROL_RECEIVABLES, CONTROL, I64)                                                             \
  X(CONTROL_CASH, CONTROL, I64)                                                                    \
  X(CONTROL_UNAPPLIED_CASH, CONTROL, I64)                                                          \
  X(CONTROL_UNIDENTIFIED_CASH, CONTROL, I64)                                                       \
  X(CONTROL_UNAPPLIED_CREDITS, CONTROL, I64)                                                       \
  X(CONTROL_SALES, CONTROL, I64)                                                                   \
  X(CONTROL_SALES_RETURNS, CONTROL, I64)                                                           \
  X(CONTROL_DISCOUNTS_ALLOWED, CONTROL, I64)                                                       \
  X(CONTROL_TOLERANCE, CONTROL, I64)                                                               \
  X(CONTROL_BAD_DEBT, CONTROL, I64)                                                                \
  X(CONTROL_BAD_DEBT_RECOVERED, CONTROL, I64)                                                      \
  X(CONTROL_FEES, CONTROL, I64)                                                                    \
  X(CONTROL_INTEREST, CONTROL, I64)                                                                \
  X(CONTROL_COMPENSATION, CONTROL, I64)                                                            \
  X(CONTROL_EXCHANGE, CONTROL, I64)                                                                \
  X(CONTROL_EXCHANGE_DIFFERENCE, CONTROL, I64)                                                     \
  X(CONTROL_DAYS, CONTROL, U32)       /* DAY_NODE: the root of its tree; 0: none */                \
  X(CONTROL_ACCOUNT, CONTROL, U32)    /* ACCOUNT: the first one in the currency */                 \
  X(CUSTOMER_KEY, CUSTOMER, TEXT)                                                                  \
  X(CUSTOMER_NAME, CUSTOMER, PERSONAL)                                                             \
  X(CUSTOMER_SEGMENT, CUSTOMER, U32)  /* NAME */                                                   \
  X(CUSTOMER_OWNER, CUSTOMER, U32)    /* NAME */                                                   \
  X(CUSTOMER_POLICY, CUSTOMER, U32)   /* NAME */                                                   \
  X(CUSTOMER_PARENT, CUSTOMER, U32)   /* CUSTOMER */                                               \
  X(CUSTOMER_CURRENCY, CUSTOMER, U32)                                                              \
  X(CUSTOMER_FLAGS, CUSTOMER, U32)    /* ARC_CUSTOMER_* */                                         \
  X(CUSTOMER_CREDIT_LIMIT, CUSTOMER, I64)                                                          \
  X(CUSTOMER_TERMS_DAYS, CUSTOMER, I32)                                                            \
  X(CUSTOMER_DISCOUNT_BP, CUSTOMER, U32)                                                           \
  X(CUSTOMER_DISCOUNT_DAYS, CUSTOMER, U32)                                                         \
  X(CUSTOMER_TERMS, CUSTOMER, U32)    /* NAME */                                                   \
  X(CUSTOMER_CHECKS, CUSTOMER, U32)   /* ARC_FAULT_* */                                            \
  X(CUSTOMER_HOLD_DAYS, CUSTOMER, U32)                                                             \
  X(CUSTOMER_HOLD_AMOUNT, CUSTOMER, I64)                                                           \
  X(CUSTOMER_ACCOUNT, CUSTOMER, U32)  /* chain by ACCOUNT_NEXT */                                  \
  X(CUSTOMER_CONTACT, CUSTOMER, U32)  /* chain by CONTACT_NEXT */                                  \
  X(CUSTOMER_EXCEPTION, CUSTOMER, U32) /* holds and tasks of the customer; chain by EXCEPTION_NEXT */        \
  X(CUSTOMER_ERASED, CUSTOMER, I64)   /* number of the record that erased it last; 0: none */     \
  X(CUSTOMER_TAG, CUSTOMER, U32)      /* NAME; the others follow it, ARC_TAGS in all */            \
  X(CUSTOMER_TAG_2, CUSTOMER, U32)                                                                 \
  X(CUSTOMER_TAG_3, CUSTOMER, U32)                                                                 \
  X(CUSTOMER_TAG_4, CUSTOMER, U32)                                                                 \
  X(CUSTOMER_REPLY, CUSTOMER, U32)    /* chain by REPLY_NEXT */                                    \
  X(CONTACT_KEY, CONTACT, TEXT)                                                                    \
  X(CONTACT_CUSTOMER, CONTACT, U32)                                                                \
  X(CONTACT_NAME, CONTACT, PERSONAL)                                                               \
  X(CONTACT_LANGUAGE, CONTACT, U32)   /* NAME */                                                   \
  X(CONTACT_EMAIL, CONTACT, PERSONAL)                                                              \
  X(CONTACT_PHONE, CONTACT, PERSONAL)                                                              \
  X(CONTACT_POSTAL, CONTACT, PERSONAL)                                                             \
  X(CONTACT_ROLE, CONTACT, U8)                                                                     \
  X(CONTACT_UTC_OFFSET, CONTACT, I32)                                                              \
  X(CONTACT_OPT_OUTS, CONTACT, U32)                                                                \
  X(CONTACT_BOUNCED, CONTACT, U16)    /* bits of channels whose address is wrong */                \
  X(CONTACT_TOUCHES, CONTACT, U32)    /* rows of TOUCH when an address changed last */             \
  X(CONTACT_NEXT, CONTACT, U32)                                                                    \
  X(CONTACT_ERASED, CONTACT, I64)     /* as of a customer */                                       \
  /* a customer's business in one currency */                                                      \
  X(ACCOUNT_CUSTOMER, ACCOUNT, U32)                                                                \
  X(ACCOUNT_CURRENCY, ACCOUNT, U32)                                                                \
  X(ACCOUNT_NEXT, ACCOUNT, U32)                                                                    \
  X(ACCOUNT_RECEIVABLE, ACCOUNT, I64) /* sum of INSTALMENT_OPEN */                                 \
  X(ACCOUNT_UNAPPLIED, ACCOUNT, I64)  /* sum of CREDIT_OPEN */                                     \
  X(ACCOUNT_INVOICE, ACCOUNT, U32)    /* chain by INVOICE_NEXT */                                  \
  X(ACCOUNT_CREDIT, ACCOUNT, U32)     /* chain by CREDIT_NEXT */                                   \
  X(ACCOUNT_TOUCH, ACCOUNT, U32)      /* chain by TOUCH_NEXT */                                    \
  X(ACCOUNT_OPEN_FIRST, ACCOUNT, U32) /* its block of OPEN_ITEM: open instalments, any order */    \
  X(ACCOUNT_OPEN_COUNT, ACCOUNT, U32)                                                              \
  X(ACCOUNT_OPEN_CLASS, ACCOUNT, U8)  /* the block holds 1 << class rows */                        \
  X(ACCOUNT_CHANGED, ACCOUNT, I64)    /* BOOK_GENERATION at its last change */                     \
  X(ACCOUNT_CHANGED_BEFORE, ACCOUNT, U32)                                                          \
  X(ACCOUNT_CHANGED_AFTER, ACCOUNT, U32)                                                           \
  X(ACCOUNT_EXCEPTION, ACCOUNT, U8)   /* 1: something was said of an invoice of it, such as a dispute */ \
  X(INVOICE_KEY, INVOICE, TEXT)                                                                    \
  X(INVOICE_NUMBER, INVOICE, TEXT)    /* empty: the key */                                         \
  X(INVOICE_PO_NUMBER, INVOICE, TEXT)                                                              \
  X(INVOICE_ACCOUNT, INVOICE, U32)                                                                 \
  X(INVOICE_ISSUED, INVOICE, I32)                                                                  \
  X(INVOICE_FULFILLED, INVOICE, DAY)  /* ARC_DAY_NONE: not stated */                               \
  X(INVOICE_AMOUNT, INVOICE, I64)                                                                  \
  X(INVOICE_TERMS, INVOICE, U32)      /* NAME: as the host said them */                             \
  X(INVOICE_DISCOUNT, INVOICE, U32)   /* the first; the others follow it */                        \
  X(INVOICE_DISCOUNTS, INVOICE, U8)                                                                \
  X(INVOICE_INSTALMENT, INVOICE, U32) /* the first; the others follow it, due dates rising */      \
  X(INVOICE_INSTALMENTS, INVOICE, U16)                                                             \
  X(INVOICE_EXCEPTION, INVOICE, U32)  /* chain by EXCEPTION_NEXT */                                \
  X(INVOICE_CHARGE, INVOICE, U32)     /* charges for its lateness, chain by CHARGE_NEXT; of a charge, its row */ \
  X(INVOICE_CORRECTION, INVOICE, U32) /* chain by CORRECTION_NEXT */                               \
  X(INVOICE_DELIVERY, INVOICE, U32)   /* chain by DELIVERY_NEXT */                                 \
  X(INVOICE_KIND, INVOICE, U8)        /* ARC__INVOICE_SALE, or ARC_CHARGE_* */                     \
  X(INVOICE_NEXT, INVOICE, U32)       /* of the account */                                         \
  X(INSTALMENT_INVOICE, INSTALMENT, U32)                                                           \
  X(INSTALMENT_DUE, INSTALMENT, I32)                                                               \
  X(INSTALMENT_AMOUNT, INSTALMENT, I64)                                                            \
  X(INSTALMENT_OPEN, INSTALMENT, I64)                                                              \
  X(INSTALMENT_OPEN_ITEM, INSTALMENT, U32) /* its row in OPEN_ITEM; 0: nothing open */             \
  X(INSTALMENT_ENTRY, INSTALMENT, U32)     /* chain by ENTRY_NEXT_OF_INSTALMENT */                 \
  X(INSTALMENT_STEP, INSTALMENT, DAY)      /* offset of the last step done; INT32_MIN: none */     \
  X(INSTALMENT_STEP_WITHHELD, INSTALMENT, DAY) /* the same for steps withheld */                   \
  /* payments and credit notes */                                                                  \
  X(CREDIT_KEY, CREDIT, TEXT)                                                                      \
  X(CREDIT_KIND, CREDIT, U8)          /* ARC_CREDIT_* */                                           \
  X(CREDIT_ACCOUNT, CREDIT, U32)      /* 0: payer not identified */                                \
  X(CREDIT_CURRENCY, CREDIT, U32)                                                                  \
  X(CREDIT_DAY, CREDIT, I32)          /* received or issued */                                     \
  X(CREDIT_VALUE_DAY, CREDIT, I32)                                                                 \
  X(CREDIT_AMOUNT, CREDIT, I64)                                                                    \
  X(CREDIT_OPEN, CREDIT, I64)         /* not applied; 0 once reversed */                           \
  X(CREDIT_REVERSED, CREDIT, DAY)     /* day, or ARC_DAY_NONE */                                   \
  X(CREDIT_REVERSED_KNOWN, CREDIT, U32) /* KNOWN: when that was recorded */                        \
  X(CREDIT_IDENTIFIED, CREDIT, DAY)   /* day the payer became known after receipt; ARC_DAY_NONE */ \
  X(CREDIT_IDENTIFIED_KNOWN, CREDIT, U32) /* KNOWN */                                              \
  X(CREDIT_PAYER_NAME, CREDIT, PERSONAL)                                                           \
  X(CREDIT_PAYER_ACCOUNT, CREDIT, PERSONAL)                                                        \
  X(CREDIT_REFERENCE, CREDIT, PERSONAL) /* bank reference; number of a credit note */                \
  X(CREDIT_REMITTANCE, CREDIT, PERSONAL) /* remittance text; reason of a credit note */               \
  X(CREDIT_INVOICE, CREDIT, U32)      /* named by a credit note */                                 \
  X(CREDIT_OUR_ERROR, CREDIT, U8)     /* of a credit note */                                       \
  X(CREDIT_ENTRY, CREDIT, U32)        /* chain by ENTRY_NEXT_OF_CREDIT */                          \
  X(CREDIT_REJECTION, CREDIT, U32)    /* chain by REJECTION_NEXT */                                \
  X(CREDIT_ADVICE, CREDIT, U32)       /* the REMITTANCE of a payment */                            \
  X(CREDIT_EVIDENCE, CREDIT, U8)      /* what a payment was matched on, see ledger_evidence.c */   \
  X(CREDIT_NEXT, CREDIT, U32)         /* of the account */                                         \
  X(CREDIT_ERASED, CREDIT, U8)        /* 1: its personal texts were */                             \
  /* what settles an instalment: a part of an application, of a write-off or waiver (no credit); a recovery,    \
     which takes back a write-off, of less than 0; and refunds, which take from a credit alone */  \
  X(ENTRY_KEY, ENTRY, TEXT)           /* only where the host gave one, on the first of its parts */ \
  X(ENTRY_KIND, ENTRY, U8)            /* ARC__ENTRY_* */                                           \
  X(ENTRY_INSTALMENT, ENTRY, U32)                                                                  \
  X(ENTRY_CREDIT, ENTRY, U32)                                                                      \
  X(ENTRY_DAY, ENTRY, I32)                                                                         \
  X(ENTRY_UNDONE, ENTRY, DAY)         /* day it was undone; ARC_DAY_NONE while it stands */        \
  X(ENTRY_UNDONE_KNOWN, ENTRY, U32) /* KNOWN */                                                    \
  X(ENTRY_AMOUNT, ENTRY, I64)         /* settled from the credit, or written off */                \
  X(ENTRY_DISCOUNT, ENTRY, I64)                                                                    \
  X(ENTRY_TOLERANCE, ENTRY, I64)                                                                   \
  X(ENTRY_ASKED, ENTRY, U16)          /* as in the record: 0, a number, or ARC__ASKED_MORE */ \
  X(ENTRY_HOW, ENTRY, U8)             /* ARC_HOW_* */                                              \
  X(ENTRY_CONFIDENCE, ENTRY, U32)     /* ppm */                                                    \
  X(ENTRY_NEXT_OF_INSTALMENT, ENTRY, U32)                                                          \
  X(ENTRY_NEXT_OF_CREDIT, ENTRY, U32)                                                              \
  /* per chunk of ENTRY (row = chunk + 1): the latest day in it, so that as-of reads skip chunks */ \
  X(ENTRY_ZONE_MAX_DAY, ENTRY_ZONE, DAY)                                                           \
  /* disputes, promises, holds, plans, tasks */                                                                  \
  X(EXCEPTION_KEY, EXCEPTION, TEXT)                                                                \
  X(EXCEPTION_KIND, EXCEPTION, U8)    /* ARC__EXCEPTION_* */                                       \
  X(EXCEPTION_CUSTOMER, EXCEPTION, U32) /* of a hold on a customer, of a task */                              \
  X(EXCEPTION_INVOICE, EXCEPTION, U32)                                                             \
  X(EXCEPTION_FROM, EXCEPTION, I32)   /* opened, made, from */                                     \
  X(EXCEPTION_UNTIL, EXCEPTION, DAY)  /* promise: pay by; hold: last day; dispute: answer by; ARC_DAY_NONE */ \
  X(EXCEPTION_GRACE, EXCEPTION, U16)  /* days, of a promise */                                     \
  X(EXCEPTION_CLOSED, EXCEPTION, DAY) /* resolved, released: no longer counts from here on */      \
  X(EXCEPTION_CLOSED_KNOWN, EXCEPTION, U32) /* KNOWN */                                            \
  X(EXCEPTION_AMOUNT, EXCEPTION, I64) /* in dispute, promised */                                   \
  X(EXCEPTION_CHANNEL, EXCEPTION, U8) /* of a hold; 0: all */                                      \
  X(EXCEPTION_WHAT, EXCEPTION, U32)   /* NAME: kind of dispute, author of a hold */                \
  X(EXCEPTION_OWNER, EXCEPTION, U32)  /* NAME */                                                   \
  X(EXCEPTION_REASON, EXCEPTION, PERSONAL)                                                         \
  X(EXCEPTION_OF_PLAN, EXCEPTION, U32)/* of a plan: one exception for each invoice, one after the other */ \
  X(EXCEPTION_ENTRY, EXCEPTION, U32)  /* the application whose short pay bore the dispute */       \
  X(EXCEPTION_SOURCE, EXCEPTION, PERSONAL) /* where a dispute comes from */                            \
  X(EXCEPTION_DOCUMENTS, EXCEPTION, PERSONAL)                                                          \
  X(EXCEPTION_OUTCOME, EXCEPTION, U32) /* NAME */                                                  \
  X(EXCEPTION_OUR_ERROR, EXCEPTION, U8) /* of a dispute that was resolved as such */               \
  X(EXCEPTION_CHANGE, EXCEPTION, U32) /* of a dispute; chain by DISPUTE_CHANGE_NEXT */             \
  X(EXCEPTION_NEXT, EXCEPTION, U32)                                                                \
  X(EXCEPTION_BY, EXCEPTION, PERSONAL) /* who promised, or agreed to a plan */                     \
  X(TOUCH_KEY, TOUCH, TEXT)                                                                        \
  X(TOUCH_ACCOUNT, TOUCH, U32)                                                                     \
  X(TOUCH_DAY, TOUCH, I32)                                                                         \
  X(TOUCH_ANCHOR, TOUCH, U32)         /* INSTALMENT */                                             \
  X(TOUCH_STEP, TOUCH, U32)           /* NAME */                                                   \
  X(TOUCH_POLICY, TOUCH, U32)         /* NAME */                                                   \
  X(TOUCH_REASON, TOUCH, PERSONAL)                                                                 \
  X(TOUCH_OFFSET, TOUCH, I32)                                                                      \
  X(TOUCH_CHANNEL, TOUCH, U8)                                                                      \
  X(TOUCH_TONE, TOUCH, U8)                                                                         \
  X(TOUCH_STATUS, TOUCH, U8)                                                                       \
  X(TOUCH_AMOUNT, TOUCH, I64)                                                                      \
  X(TOUCH_ITEM, TOUCH, U32)           /* the first; the others follow it */                        \
  X(TOUCH_ITEMS, TOUCH, U32)                                                                       \
  X(TOUCH_TEMPLATE, TOUCH, U32)       /* NAME */                                                   \
  X(TOUCH_VERSION, TOUCH, U32)        /* of the policy's text; 0: built in, or not known */        \
  X(TOUCH_CHECKS, TOUCH, U32)         /* ARC_CHECK_* */                                            \
  X(TOUCH_ROLES, TOUCH, U8)           /* bits of ARC_ROLE_* */                                     \
  X(TOUCH_COPIES, TOUCH, U8)                                                                       \
  X(TOUCH_OUTCOME_DAY, TOUCH, DAY)    /* of its latest outcome; ARC_DAY_NONE */                    \
  X(TOUCH_OUTCOME, TOUCH, PERSONAL)   /* its detail */                                             \
  X(TOUCH_TEMPLATES, TOUCH, U32)      /* rows of TEMPLATE when it was planned: later ones are not its */ \
  X(TOUCH_CONTACT, TOUCH, U32)        /* CONTACT that it was planned for; 0: the host knows */     \
  X(TOUCH_ATTEMPTS, TOUCH, U16)       /* that did not reach anybody yet */                         \
  X(TOUCH_NOT_BEFORE, TOUCH, I64)     /* the instant of the next attempt, milliseconds */          \
  X(TOUCH_BOUNCED, TOUCH, U8)         /* 1: it did, once; and is in the next chain */              \
  X(TOUCH_BOUNCE_NEXT, TOUCH, U32)    /* that bounced before; chain of BOOK_BOUNCE */              \
  X(TOUCH_NEXT, TOUCH, U32)           /* of the account */                                         \
  X(TOUCH_ITEM_INSTALMENT, TOUCH_ITEM, U32)                                                        \
  X(TOUCH_ITEM_AMOUNT, TOUCH_ITEM, I64)                                                            \
  X(NOTE_KEY, NOTE, TEXT)                                                                          \
  X(NOTE_CUSTOMER, NOTE, U32)                                                                      \
  X(NOTE_INVOICE, NOTE, U32)                                                                       \
  X(NOTE_DAY, NOTE, I32)                                                                           \
  X(NOTE_AUTHOR, NOTE, U32)           /* NAME */                                                   \
  X(NOTE_TEXT, NOTE, PERSONAL)                                                                     \
  X(POLICY_NAME, POLICY, TEXT)                                                                     \
  X(POLICY_TEXT, POLICY, TEXT)                                                                     \
  X(POLICY_DAY, POLICY, I32)                                                                       \
  X(POLICY_VERSION, POLICY, U32)      /* of the text, from 1 */                                    \
  X(POLICY_BEFORE, POLICY, U32)       /* POLICY_OLD: the version before; chain by POLICY_OLD_BEFORE */ \
  /* blocks of open instalments, one per account, and the free blocks of each size */              \
  X(OPEN_ITEM_INSTALMENT, OPEN_ITEM, U32)                                                          \
  X(OPEN_ITEM_DUE, OPEN_ITEM, I32)    /* INSTALMENT_DUE and _OPEN, side by side for whom reads them all */ \
  X(OPEN_ITEM_OPEN, OPEN_ITEM, I64)                                                                \
  X(OPEN_FREE_FIRST, OPEN_FREE, U32)  /* row = class + 1; chain in OPEN_ITEM_INSTALMENT */         \
  /* what early payment earns */                                                                   \
  X(DISCOUNT_LAST, DISCOUNT, I32)     /* the last day that earns it */                             \
  X(DISCOUNT_BP, DISCOUNT, U16)                                                                    \
  /* what is charged for lateness: an item of its own among the invoices */                        \
  X(CHARGE_ITEM, CHARGE, U32)         /* INVOICE: the charge */                                    \
  X(CHARGE_INVOICE, CHARGE, U32)      /* INVOICE: what it is charged for */                        \
  X(CHARGE_FROM, CHARGE, DAY)         /* the days of interest; ARC_DAY_NONE */                     \
  X(CHARGE_TO, CHARGE, DAY)                                                                        \
  X(CHARGE_REASON, CHARGE, PERSONAL)                                                               \
  X(CHARGE_NEXT, CHARGE, U32)         /* of the invoice */                                         \
  X(PLAN_EXCEPTION, PLAN, U32)        /* the first; the others follow it */                        \
  X(PLAN_EXCEPTIONS, PLAN, U32)                                                                    \
  X(PLAN_FIRST_PART, PLAN, U32)       /* the others follow it, due days rising */                  \
  X(PLAN_PARTS, PLAN, U32)                                                                         \
  X(PLAN_PART_DUE, PLAN_PART, I32)                                                                 \
  X(PLAN_PART_AMOUNT, PLAN_PART, I64)                                                              \
  /* what is said of a dispute from a day on */                                                    \
  X(DISPUTE_CHANGE_DAY, DISPUTE_CHANGE, I32)                                                       \
  X(DISPUTE_CHANGE_KIND, DISPUTE_CHANGE, U32)  /* NAME */                                          \
  X(DISPUTE_CHANGE_OWNER, DISPUTE_CHANGE, U32) /* NAME */                                          \
  X(DISPUTE_CHANGE_REASON, DISPUTE_CHANGE, PERSONAL)                                                   \
  X(DISPUTE_CHANGE_DOCUMENTS, DISPUTE_CHANGE, PERSONAL)                                                \
  X(DISPUTE_CHANGE_UNTIL, DISPUTE_CHANGE, I32)                                                     \
  X(DISPUTE_CHANGE_NEXT, DISPUTE_CHANGE, U32) \
  /* earlier texts of policies */                                                                  \
  X(POLICY_OLD_TEXT, POLICY_OLD, TEXT)                                                             \
  X(POLICY_OLD_DAY, POLICY_OLD, I32)                                                               \
  X(POLICY_OLD_VERSION, POLICY_OLD, U32)                                                           \
  X(POLICY_OLD_BEFORE, POLICY_OLD, U32)                                                            \
  /* versions of the book's templates */                                                           \
  X(TEMPLATE_NAME, TEMPLATE, TEXT)    /* on the first version only */                              \
  X(TEMPLATE_FIRST, TEMPLATE, U32)    /* TEMPLATE: the first version of the name */                \
  X(TEMPLATE_LATEST, TEMPLATE, U32)   /* TEMPLATE: on the first version */                         \
  X(TEMPLATE_BEFORE, TEMPLATE, U32)   /* TEMPLATE: the version before */                           \
  X(TEMPLATE_TEXT, TEMPLATE, TEXT)                                                                 \
  X(TEMPLATE_DAY, TEMPLATE, I32)                                                                   \
  /* of entries whose credit is of another currency than what it settles; ENTRY_AMOUNT is the invoice's */ \
  X(EXCHANGE_ENTRY, EXCHANGE, U32)    /* rising */                                                 \
  X(EXCHANGE_TAKEN, EXCHANGE, I64)    /* from the credit */                                        \
  X(EXCHANGE_RATE_INVOICE, EXCHANGE, I64) /* as stated; 0: not */                                  \
  X(EXCHANGE_RATE_CREDIT, EXCHANGE, I64)                                                           \
  X(EXCHANGE_VALUED, EXCHANGE, U8)    /* 1: with values in the book's currency */                  \
  X(EXCHANGE_INVOICE_VALUE, EXCHANGE, I64)                                                         \
  X(EXCHANGE_CREDIT_VALUE, EXCHANGE, I64)                                                          \
  /* unapplications that have a key */                                                             \
  X(UNAPPLICATION_KEY, UNAPPLICATION, TEXT)                                                        \
  X(UNAPPLICATION_ENTRY, UNAPPLICATION, U32)       /* the first that it undid */                   \
  X(UNAPPLICATION_APPLICATION, UNAPPLICATION, U32) /* ENTRY: the one application asked for; 0: all */ \
  X(UNAPPLICATION_INSTALMENT, UNAPPLICATION, U16)  /* the one instalment asked for; 0: all */         \
  /* what was found wrong when an invoice was recorded */                                          \
  X(FINDING_INVOICE, FINDING, U32)                                                                 \
  X(FINDING_FAULTS, FINDING, U8)      /* ARC_FAULT_* */                                            \
  X(FINDING_OTHER, FINDING, U32)      /* INVOICE: what it may be a duplicate of */                 \
  X(CORRECTION_KEY, CORRECTION, TEXT)                                                              \
  X(CORRECTION_INVOICE, CORRECTION, U32)                                                           \
  X(CORRECTION_DAY, CORRECTION, I32)                                                               \
  X(CORRECTION_FAULTS, CORRECTION, U8)                                                             \
  X(CORRECTION_FALSE_ALARM, CORRECTION, U8)                                                        \
  X(CORRECTION_REASON, CORRECTION, PERSONAL)                                                       \
  X(CORRECTION_AUTHOR, CORRECTION, U32) /* NAME */                                                 \
  X(CORRECTION_PO_NUMBER, CORRECTION, TEXT) /* from then on; empty: as it was */                   \
  X(CORRECTION_REISSUED, CORRECTION, U32) /* INVOICE */                                            \
  X(CORRECTION_CREDIT, CORRECTION, U32)                                                            \
  X(CORRECTION_NEXT, CORRECTION, U32) /* of the invoice */                                         \
  X(DELIVERY_DAY, DELIVERY, I32)                                                                   \
  X(DELIVERY_CHANNEL, DELIVERY, U8)                                                                \
  X(DELIVERY_DETAIL, DELIVERY, PERSONAL)                                                           \
  X(DELIVERY_NEXT, DELIVERY, U32)     /* of the invoice */ \
  /* sets of invoices that a human says a payment is not for */                                    \
  X(REJECTION_CREDIT, REJECTION, U32)                                                              \
  X(REJECTION_DAY, REJECTION, I32)                                                                 \
  X(REJECTION_INVOICES, REJECTION, TEXT) /* as in the record */                                    \
  X(REJECTION_AUTHOR, REJECTION, U32)  /* NAME */                                                  \
  X(REJECTION_REASON, REJECTION, PERSONAL)                                                         \
  X(REJECTION_NEXT, REJECTION, U32)    /* of the payment */ \
  /* where the journal was to begin anew, with what is older brought forward by a snapshot */      \
  X(FORWARD_RECORD, FORWARD, I64)     /* its number */                                             \
  X(FORWARD_KNOWN, FORWARD, U32)      /* KNOWN: a row of its own; whatever is older, is before it */ \
  /* advice that comes apart from the funds */                                                     \
  X(REMITTANCE_KEY, REMITTANCE, TEXT)                                                              \
  X(REMITTANCE_CUSTOMER, REMITTANCE, U32) /* 0: not stated */                                      \
  X(REMITTANCE_CREDIT, REMITTANCE, U32)   /* the payment that it is of; 0: not known */            \
  X(REMITTANCE_PAYER_NAME, REMITTANCE, PERSONAL)                                                   \
  X(REMITTANCE_REFERENCE, REMITTANCE, PERSONAL) /* of the payment */                               \
  X(REMITTANCE_CURRENCY, REMITTANCE, U32)                                                          \
  X(REMITTANCE_RECEIVED, REMITTANCE, I32)                                                          \
  X(REMITTANCE_AMOUNT, REMITTANCE, I64)                                                            \
  X(REMITTANCE_FIRST_LINE, REMITTANCE, U32) /* the others follow it */                             \
  X(REMITTANCE_LINES, REMITTANCE, U16)                                                             \
  X(REMITTANCE_LINE_REFERENCE, REMITTANCE_LINE, PERSONAL)                                          \
  X(REMITTANCE_LINE_AMOUNT, REMITTANCE_LINE, I64)                                                  \
  X(REMITTANCE_LINE_DISCOUNT, REMITTANCE_LINE, I64)                                                \
  X(REMITTANCE_LINE_DEDUCTION, REMITTANCE_LINE, I64)                                               \
  X(REMITTANCE_LINE_REASON, REMITTANCE_LINE, U32) /* NAME */                                       \
  /* how often the matcher's evidence was right; its rows are the kinds */                         \
  X(EVIDENCE_CONFIRMED, EVIDENCE, U32)                                                             \
  X(EVIDENCE_APPLIED, EVIDENCE, U32)                                                               \
  X(EVIDENCE_WRONG, EVIDENCE, U32)                                                                 \
  /* what customers answered, and what was made of it */                                           \
  X(REPLY_KEY, REPLY, TEXT)                                                                        \
  X(REPLY_CUSTOMER, REPLY, U32)                                                                    \
  X(REPLY_TOUCH, REPLY, U32)                                                                       \
  X(REPLY_CHANNEL, REPLY, U8)                                                                      \
  X(REPLY_WRITTEN, REPLY, DAY)                                                                     \
  X(REPLY_DAY, REPLY, DAY)            /* received, and recorded */                                 \
  X(REPLY_SENDER, REPLY, PERSONAL)                                                                 \
  X(REPLY_SUBJECT, REPLY, PERSONAL)                                                                \
  X(REPLY_TEXT, REPLY, PERSONAL)                                                                   \
  X(REPLY_LANGUAGE, REPLY, U32)       /* NAME */                                                   \
  X(REPLY_MODEL, REPLY, U32)          /* NAME */                                                   \
  X(REPLY_VERDICT, REPLY, U8)         /* ARC_VERDICT_* */                                          \
  X(REPLY_REASON, REPLY, PERSONAL)                                                                 \
  X(REPLY_KINDS, REPLY, TEXT)         /* as in the record */                                       \
  X(REPLY_WORDS, REPLY, PERSONAL)                                                                  \
  X(REPLY_ACTIONS, REPLY, TEXT)       /* as in the record */                                       \
  X(REPLY_UNDONE, REPLY, DAY)                                                                      \
  X(REPLY_UNDONE_KNOWN, REPLY, U32)   /* KNOWN */                                                  \
  X(REPLY_UNDONE_BY, REPLY, U32)      /* NAME */                                                   \
  X(REPLY_UNDONE_REASON, REPLY, PERSONAL)                                                          \
  X(REPLY_NEXT, REPLY, U32)           /* of the customer */                                        \
  /* sums by currency and day of what stands, see ledger_sums.c */                                 \
  X(DAY_NODE_BELOW, DAY_NODE, U32)    /* blocks of rows: of DAY_NODE, at the bottom of DAY; 0: none */ \
  X(DAY_OPENED, DAY, I64)             /* how INSTALMENT_OPEN changed with effect from the day */   \
  X(DAY_BILLED, DAY, I64)             /* items issued */                                           \
  X(DAY_CREDITED, DAY, I64)           /* credit notes issued */                                    \
  X(DAY_DUE_OPEN, DAY, I64)           /* INSTALMENT_OPEN of what is due on the day */

enum {
#define ARC__T(name) ARC__TABLE_##name,
  ARC__TABLE_LIST(ARC__T)
#undef ARC__T
  ARC__TABLE_COUNT
};

enum {
#define ARC__X(name, table, kind) ARC__##name,
  ARC__COLUMN_LIST(ARC__X)
#undef ARC__X
  ARC__COLUMN_COUNT
};

/* Indexes by key. */
enum {
  ARC__INDEX_NAME,
  ARC__INDEX_CUSTOMER,
  ARC__INDEX_CONTACT,
  ARC__INDEX_INVOICE,
  ARC__INDEX_CREDIT,    /* tag: ARC_CREDIT_* */
  ARC__INDEX_ENTRY,     /* tag: ARC__ENTRY_* */
  ARC__INDEX_EXCEPTION, /* tag: ARC__EXCEPTION_* */
  ARC__INDEX_TOUCH,
  ARC__INDEX_NOTE,
  ARC__INDEX_POLICY,
  ARC__INDEX_TEMPLATE,
  ARC__INDEX_UNAPPLICATION,
  ARC__INDEX_CORRECTION,
  ARC__INDEX_REMITTANCE,
  ARC__INDEX_REPLY,
  ARC__INDEX_COUNT
};

#define ARC__ENTRY_APPLICATION 1
#define ARC__ENTRY_WRITEOFF 2
#define ARC__ENTRY_RECOVERY 3
#define ARC__ENTRY_WAIVER 4
#define ARC__ENTRY_REFUND 5

#define ARC__INVOICE_SALE 0

#define ARC__EXCEPTION_DISPUTE 1
#define ARC__EXCEPTION_PROMISE 2
#define ARC__EXCEPTION_HOLD 3
#define ARC__EXCEPTION_PLAN 4
#define ARC__EXCEPTION_TASK 5 /* of a customer: what a person is to do. It pauses nothing */

/* The highest number of a kind of evidence. */
#define ARC__EVIDENCE_MAX 63

#define ARC__STEP_NONE INT32_MIN

#endif
