/* Mails of any bytes: what is read of them is bounded, and what goes into keys and addresses can stand there. */
#include "../../examples/arcollect/mail.h"
#include "../../examples/arcollect/mime.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_id(const buffer *id) {
  if (id->size > 250) abort();
  for (size_t i = 0; i < id->size; i++)
    if (id->data[i] <= ' ' || id->data[i] > 0x7E) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  mail m;
  mail_read(&m, (const char *)bytes, size);
  check_id(&m.id);
  if (m.sender.size != 0 && !mime_address_is_safe(m.sender.data, m.sender.size)) abort();
  if (m.subject.size > 16000 || m.parents.size > 10000 || m.text.size > 4 * size + 1000) abort();
  if (m.parents.size != 0 && (m.parents.data[m.parents.size - 1] != '\n' || strlen(m.parents.data) > m.parents.size)) abort();
  if (!m.is_mail && (m.bounced || m.automatic || m.day != ARC_DAY_NONE)) abort();
  if (m.day != ARC_DAY_NONE && (m.day < ARC_DAY_FIRST || m.day > ARC_DAY_LAST)) abort();
  mail_free(&m);
  return 0;
}
