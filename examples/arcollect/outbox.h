/* The outbox: a transport that writes each message as one .eml file into a folder. */
#ifndef OUTBOX_H
#define OUTBOX_H

#include <arcollect.h>

typedef struct outbox {
  const char *folder; /* made with the first message if it is not there */
  const char *sender; /* name in From: */
  const char *mail;   /* its address */
  int32_t minute;     /* of the day, UTC: in Date: */
  uint64_t written;
} outbox;

/* The transport that writes into `box`, which must outlive it. */
arc_transport outbox_transport(outbox *box);

#endif
