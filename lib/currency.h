/* Currencies inside the library: the three letters packed into a number, 0 for none. */
#ifndef ARC_CURRENCY_H
#define ARC_CURRENCY_H

#include "arcollect/money.h"

#define ARC__CURRENCY_NONE 0u

/* 'U' | 'S' << 8 | 'D' << 16; ARC__CURRENCY_NONE unless it is a code with a minor unit. `code` need
 * not be NUL-terminated after three letters. */
uint32_t arc__currency_pack(const char *code);
void arc__currency_unpack(char code[4], uint32_t packed);

#endif
