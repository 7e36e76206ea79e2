/* The outbox: a transport that writes each message as one .eml file into a folder. */
#ifndef OUTBOX_H
#define OUTBOX_H

#include <arcollect.h>

typedef struct outbox {
  const char *folder; /* made with the first message if it is not there */
  const char *sender; /* name in From: */
  const char *mail;   /* its address */
  arc_day day;        /* of sending, */
  int32_t minute;     /* and its minute, UTC: in Date: */
  uint64_t written;
} outbox;

/* The hash of a message's idempotency key, which its Message-ID begins with. */
uint64_t outbox_hash(arc_text idempotency_key);
/* 1 with that hash if an id, without <>, is one that the outbox writes. */
int outbox_id_hash(const char *id, size_t size, uint64_t *hash);

/* The transport that writes into `box`, which must outlive it. */
arc_transport outbox_transport(outbox *box);

#endif
