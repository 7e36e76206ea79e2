/* The page's sections, and the reports that they are drawn from. */
#ifndef SECTIONS_H
#define SECTIONS_H

#include "book.h"

#include <stdio.h>

#define PAGE_MONTHS 12
#define PAGE_WEEKS  8
#define PAGE_WORK   15

typedef struct page {
  FILE *out;
  book *b;
  arc_day as_of;
  arc_collector *collector;
  arc_report *aging, *forecast, *worklist, *coverage, *disputes;
  arc_cadence_sums sums;            /* of the last day that anything was planned for */
  arc_report *metrics[PAGE_MONTHS]; /* the last one is of the day */
  arc_day days[PAGE_MONTHS];
} page;

/* Writes all of the page to p->out. */
void sections_write(page *p);

#endif
