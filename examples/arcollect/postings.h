/* The postings as a journal of plain-text accounting: for hledger and ledger, or for beancount. */
#ifndef POSTINGS_H
#define POSTINGS_H

#include <arcollect.h>

#include <stdio.h>

/* @param report  of ARC_REPORT_POSTINGS, all legs of each event. @param format  PRINT_LEDGER or
 * PRINT_BEANCOUNT. @return 0 or an exit code after a message. */
int postings_print(const arc_report *report, int32_t format, FILE *out);

#endif
