/* What a person tells the book: its letterhead and templates, answers to exceptions, and what
 * became of messages. */
#ifndef DESK_H
#define DESK_H

#include "book.h"

/* Each returns 0 or an exit code after a message. */
int desk_letterhead(book *b, const char *path);
int desk_templates(book *b, const char *const *paths, size_t count);
/* @param status  ARC_TOUCH_APPROVED or ARC_TOUCH_REFUSED. @param by  who says so; NULL: nobody */
int desk_answer(book *b, const char *touch, int32_t status, const char *by);
/* A CSV file with the columns touch, status (sent, delivered, opened, bounced, failed), date and
 * detail: all of its rows are recorded, or none. */
int desk_delivery(book *b, const char *path);
/* Prints a built-in template, to begin one's own with. */
int desk_built_in(const char *tone, const char *channel, const char *language);

#endif
