/* Pieces of an HTML page: text, numbers, and pictures as inline SVG that stretch with the page; what is written on them is
 * HTML, so that it keeps its size on a phone. */
#ifndef DRAW_H
#define DRAW_H

#include <arcollect.h>

#include <stdio.h>

#define DRAW_POINTS_MAX 64

/* A value that may be undefined. */
typedef struct draw_point {
  double value, low, high; /* low and high: of a band */
  int defined;
  char label[16];
} draw_point;

void draw_begin(FILE *out, const char *title);
void draw_end(FILE *out);

void draw_text(FILE *out, const char *text);
void draw_part(FILE *out, const char *text, size_t size);
/* A number as the CSV has it, with its thousands set apart. */
void draw_number(FILE *out, const char *plain);
/* 1234567 as 1.2M; into at least 16 bytes. */
void draw_short(char *out, double value);
/* "30 June 2024"; into at least 24 bytes. */
void draw_date(char *out, arc_day day);

/* One bar of parts, each in the colour of its class "b0", "b1", ... */
void draw_parts(FILE *out, const char *label, const double *parts, size_t count);
/* Two lines over the same days, and what lies between them. */
void draw_course(FILE *out, const char *label, const draw_point *upper, const draw_point *lower, size_t count, const char *unit);
/* Columns, each with its band. */
void draw_columns(FILE *out, const char *label, const draw_point *points, size_t count);
/* A line without anything, the height of the text. */
void draw_spark(FILE *out, const draw_point *points, size_t count);

#endif
