/* The currencies of ISO 4217 list one and their minor units: 178 codes in use, found by binary
 * search. */
#include "currency.h"

#include <stddef.h>

#define CURRENCY_NONE ARC_CURRENCY_NO_MINOR_UNIT

struct currency_entry {
  char code[4];
  int8_t digits;
};

/* In the order of the codes, which the search relies on. Withdrawn codes are left out. */
static const struct currency_entry currency_table[] = {
    {"AED", 2},
    {"AFN", 2},
    {"ALL", 2},
    {"AMD", 2},
    {"AOA", 2},
    {"ARS", 2},
    {"AUD", 2},
    {"AWG", 2},
    {"AZN", 2},
    {"BAM", 2},
    {"BBD", 2},
    {"BDT", 2},
    {"BHD", 3},
    {"BIF", 0},
    {"BMD", 2},
    {"BND", 2},
    {"BOB", 2},
    {"BOV", 2},
    {"BRL", 2},
    {"BSD", 2},
    {"BTN", 2},
    {"BWP", 2},
    {"BYN", 2},
    {"BZD", 2},
    {"CAD", 2},
    {"CDF", 2},
    {"CHE", 2},
    {"CHF", 2},
    {"CHW", 2},
    {"CLF", 4},
    {"CLP", 0},
    {"CNY", 2},
    {"COP", 2},
    {"COU", 2},
    {"CRC", 2},
    {"CUP", 2},
    {"CVE", 2},
    {"CZK", 2},
    {"DJF", 0},
    {"DKK", 2},
    {"DOP", 2},
    {"DZD", 2},
    {"EGP", 2},
    {"ERN", 2},
    {"ETB", 2},
    {"EUR", 2},
    {"FJD", 2},
    {"FKP", 2},
    {"GBP", 2},
    {"GEL", 2},
    {"GHS", 2},
    {"GIP", 2},
    {"GMD", 2},
    {"GNF", 0},
    {"GTQ", 2},
    {"GYD", 2},
    {"HKD", 2},
    {"HNL", 2},
    {"HTG", 2},
    {"HUF", 2},
    {"IDR", 2},
    {"ILS", 2},
    {"INR", 2},
    {"IQD", 3},
    {"IRR", 2},
    {"ISK", 0},
    {"JMD", 2},
    {"JOD", 3},
    {"JPY", 0},
    {"KES", 2},
    {"KGS", 2},
    {"KHR", 2},
    {"KMF", 0},
    {"KPW", 2},
    {"KRW", 0},
    {"KWD", 3},
    {"KYD", 2},
    {"KZT", 2},
    {"LAK", 2},
    {"LBP", 2},
    {"LKR", 2},
    {"LRD", 2},
    {"LSL", 2},
    {"LYD", 3},
    {"MAD", 2},
    {"MDL", 2},
    {"MGA", 2},
    {"MKD", 2},
    {"MMK", 2},
    {"MNT", 2},
    {"MOP", 2},
    {"MRU", 2},
    {"MUR", 2},
    {"MVR", 2},
    {"MWK", 2},
    {"MXN", 2},
    {"MXV", 2},
    {"MYR", 2},
    {"MZN", 2},
    {"NAD", 2},
    {"NGN", 2},
    {"NIO", 2},
    {"NOK", 2},
    {"NPR", 2},
    {"NZD", 2},
    {"OMR", 3},
    {"PAB", 2},
    {"PEN", 2},
    {"PGK", 2},
    {"PHP", 2},
    {"PKR", 2},
    {"PLN", 2},
    {"PYG", 0},
    {"QAR", 2},
    {"RON", 2},
    {"RSD", 2},
    {"RUB", 2},
    {"RWF", 0},
    {"SAR", 2},
    {"SBD", 2},
    {"SCR", 2},
    {"SDG", 2},
    {"SEK", 2},
    {"SGD", 2},
    {"SHP", 2},
    {"SLE", 2},
    {"SOS", 2},
    {"SRD", 2},
    {"SSP", 2},
    {"STN", 2},
    {"SVC", 2},
    {"SYP", 2},
    {"SZL", 2},
    {"THB", 2},
    {"TJS", 2},
    {"TMT", 2},
    {"TND", 3},
    {"TOP", 2},
    {"TRY", 2},
    {"TTD", 2},
    {"TWD", 2},
    {"TZS", 2},
    {"UAH", 2},
    {"UGX", 0},
    {"USD", 2},
    {"USN", 2},
    {"UYI", 0},
    {"UYU", 2},
    {"UYW", 4},
    {"UZS", 2},
    {"VED", 2},
    {"VES", 2},
    {"VND", 0},
    {"VUV", 0},
    {"WST", 2},
    {"XAD", 2},
    {"XAF", 0},
    {"XAG", CURRENCY_NONE},
    {"XAU", CURRENCY_NONE},
    {"XBA", CURRENCY_NONE},
    {"XBB", CURRENCY_NONE},
    {"XBC", CURRENCY_NONE},
    {"XBD", CURRENCY_NONE},
    {"XCD", 2},
    {"XCG", 2},
    {"XDR", CURRENCY_NONE},
    {"XOF", 0},
    {"XPD", CURRENCY_NONE},
    {"XPF", 0},
    {"XPT", CURRENCY_NONE},
    {"XSU", CURRENCY_NONE},
    {"XTS", CURRENCY_NONE},
    {"XUA", CURRENCY_NONE},
    {"XXX", CURRENCY_NONE},
    {"YER", 2},
    {"ZAR", 2},
    {"ZMW", 2},
    {"ZWG", 2},
};

/* The letters as a number in alphabetical order; 0 unless three capital letters begin there. Stops
 * at a NUL. */
static uint32_t currency_number(const char *code) {
  uint32_t number = 0;
  for (int i = 0; i < 3; i++) {
    if (code[i] < 'A' || code[i] > 'Z') return 0;
    number = number << 8 | (unsigned char)code[i];
  }
  return number;
}

static int32_t currency_find(uint32_t number) {
  size_t low = 0, high = sizeof currency_table / sizeof *currency_table;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    uint32_t found = currency_number(currency_table[middle].code);
    if (found == number) return currency_table[middle].digits;
    if (found < number)
      low = middle + 1;
    else
      high = middle;
  }
  return ARC_CURRENCY_UNKNOWN;
}

int32_t arc_currency_digits(const char *code) {
  uint32_t number = code ? currency_number(code) : 0;
  return number != 0 && code[3] == 0 ? currency_find(number) : ARC_CURRENCY_UNKNOWN;
}

uint32_t arc__currency_pack(const char *code) {
  uint32_t number = currency_number(code);
  if (number == 0 || currency_find(number) < 0) return ARC__CURRENCY_NONE;
  return number >> 16 | (number & 0xff00u) | (number & 0xffu) << 16;
}

void arc__currency_unpack(char code[4], uint32_t packed) {
  for (int i = 0; i < 4; i++)
    code[i] = (char)(packed >> 8 * i & 0x7f);
}
