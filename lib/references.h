/* Structured references inside the library. */
#ifndef ARC_REFERENCES_H
#define ARC_REFERENCES_H

#include "arcollect/references.h"

/* Whether normalised text has the scheme's length and check digit; its characters are the caller's care. */
int arc__reference_is_valid(int32_t scheme, const char *text, size_t size);

#endif
