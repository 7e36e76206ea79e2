#include "ledger_internal.h"

#include <string.h>

#include "currency.h"
#include "error.h"
#include "text.h"

/* Owns the checks of what a host passes in: form first, then whether what a key names exists. */

#define INPUT_TEXT(text) (int)(text).size, (text).data

arc_status arc__input_key(const arc__input *in, arc_text *text, uint32_t field, const char *what) {
  return arc__text_check(text, 1, ARC__KEY_MAX, ARC__TEXT_LINE, what, in->index, field, in->err);
}

arc_status arc__input_line(const arc__input *in, arc_text *text, uint32_t field, const char *what) {
  return arc__text_check(text, 0, ARC__LINE_MAX, ARC__TEXT_LINE, what, in->index, field, in->err);
}

arc_status arc__input_free_text(const arc__input *in, arc_text *text, uint32_t field, const char *what) {
  return arc__text_check(text, 0, ARC__FREE_MAX, ARC__TEXT_FREE, what, in->index, field, in->err);
}

arc_status arc__input_day(const arc__input *in, arc_day day, uint32_t field, const char *what) {
  if (day >= ARC_DAY_FIRST && day <= ARC_DAY_LAST) return ARC_OK;
  return arc__fail_field(in->err, ARC_E_INVALID, in->index, field, "%s must be a day of the years 1 to 9999",
                         what);
}

arc_status arc__input_options(const arc__input *in, uint32_t options, uint32_t allowed, uint32_t reserved) {
  if (options & ~allowed)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 1, "options has bits that are not defined here");
  if (reserved) return arc__fail_field(in->err, ARC_E_INVALID, in->index, 0, "reserved must be 0");
  return ARC_OK;
}

arc_status arc__input_terms(const arc__input *in, arc_text *terms, uint32_t field) {
  arc_status status;
  ARC__TRY(arc__text_check(terms, 0, ARC__LINE_MAX, ARC__TEXT_LINE, "terms", in->index, field, in->err));
  status = terms->size ? arc_terms_print(NULL, 0, NULL, terms->data, terms->size, in->err) : ARC_OK;
  return status < 0 ? arc__input_of_field(in, status, field) : ARC_OK;
}

arc_status arc__input_of_field(const arc__input *in, arc_status status, uint32_t field) {
  if (in->err) {
    in->err->record = in->index;
    in->err->field = field;
  }
  return status;
}

arc_status arc__input_currency(const arc__input *in, const char code[4], uint32_t otherwise,
                               uint32_t field, uint32_t *currency) {
  char usual[4];
  arc__currency_unpack(usual, otherwise); /* mostly that one is named: it need not be looked up */
  *currency = code[0] && strncmp(code, usual, sizeof usual) != 0 ? arc__currency_pack(code) : otherwise;
  if (*currency && (!code[0] || !code[3])) return ARC_OK;
  return arc__fail_field(in->err, ARC_E_INVALID, in->index, field,
                         "currency must be an ISO 4217 code with a minor unit, such as \"USD\"");
}

static arc_status input_missing(const arc__input *in, arc_text key, uint32_t field, const char *what) {
  return arc__fail_field(in->err, ARC_E_NOT_FOUND, in->index, field, "no %s has the key \"%.*s\"", what,
                         INPUT_TEXT(key));
}

arc_status arc__input_customer(const arc__input *in, arc_text *key, uint32_t field, int optional,
                               uint32_t *row) {
  ARC__TRY(arc__text_check(key, optional ? 0 : 1, ARC__KEY_MAX, ARC__TEXT_LINE, "customer", in->index,
                           field, in->err));
  *row = arc__find_customer(ARC__L(in->ledger), *key);
  return *row || key->size == 0 ? ARC_OK : input_missing(in, *key, field, "customer");
}

arc_status arc__input_invoice(const arc__input *in, arc_text *key, uint32_t field, int optional,
                              uint32_t *row) {
  ARC__TRY(arc__text_check(key, optional ? 0 : 1, ARC__KEY_MAX, ARC__TEXT_LINE, "invoice", in->index,
                           field, in->err));
  *row = arc__find_invoice(ARC__L(in->ledger), *key);
  return *row || key->size == 0 ? ARC_OK : input_missing(in, *key, field, "invoice");
}

arc_status arc__input_credit(const arc__input *in, arc_text *key, int32_t kind, uint32_t field,
                             uint32_t *row) {
  const char *what = kind == ARC_CREDIT_PAYMENT ? "payment" : "credit note";
  if (kind != ARC_CREDIT_PAYMENT && kind != ARC_CREDIT_CREDIT_NOTE)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 5, /* of both structs that have one */
                           "credit_kind must be ARC_CREDIT_PAYMENT or ARC_CREDIT_CREDIT_NOTE");
  ARC__TRY(arc__input_key(in, key, field, what));
  *row = arc__find_credit(ARC__L(in->ledger), kind, *key);
  return *row ? ARC_OK : input_missing(in, *key, field, what);
}

arc_status arc__input_exception(const arc__input *in, arc_text *key, int kind, uint32_t field,
                                uint32_t *row) {
  const char *what = kind == ARC__EXCEPTION_DISPUTE ? "dispute"
                     : kind == ARC__EXCEPTION_PLAN  ? "plan"
                     : kind == ARC__EXCEPTION_TASK  ? "task"
                                                    : "hold";
  ARC__TRY(arc__input_key(in, key, field, what));
  *row = arc__index_find(ARC__L(in->ledger), ARC__INDEX_EXCEPTION, *key, kind);
  return *row ? ARC_OK : input_missing(in, *key, field, what);
}

arc_status arc__input_exists(const arc__input *in, arc_text key, const char *what) {
  return arc__fail_field(in->err, ARC_E_EXISTS, in->index, 2,
                         "a different %s is recorded under the key \"%.*s\"", what, INPUT_TEXT(key));
}

/* ---- checks that records of the journal get, too ---- */

arc_status arc__check_row(const arc_ledger *ledger, int table, uint32_t row, const char *what,
                          arc_error *err) {
  if (row >= 1 && row <= ARC__L(ledger)->rows[table]) return ARC_OK;
  return arc__fail(err, ARC_E_INVALID, "there is no %s number %u", what, row);
}

arc_status arc__check_day(arc_day day, uint32_t field, const char *what, arc_error *err) {
  if (day >= ARC_DAY_FIRST && day <= ARC_DAY_LAST) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, field, "%s must be a day of the years 1 to 9999", what);
}

arc_status arc__check_amount(int64_t amount, uint32_t field, const char *what, arc_error *err) {
  if (amount > 0) return ARC_OK;
  return arc__fail_field(err, ARC_E_INVALID, 0, field, "%s must be more than 0 minor units, not %lld", what,
                   (long long)amount);
}

arc_status arc__check_currency(uint32_t currency, arc_error *err) {
  char code[4];
  arc__currency_unpack(code, currency);
  if (currency && arc__currency_pack(code) == currency) return ARC_OK;
  return arc__fail(err, ARC_E_INVALID, "currency must be an ISO 4217 code with a minor unit");
}

arc_status arc__check_posting_currency(const arc_ledger *ledger, uint32_t currency, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  if (t->rows[ARC__TABLE_CONTROL] && currency == arc__u32(t, ARC__CONTROL_CURRENCY, 1)) return ARC_OK;
  return arc__check_currency(currency, err);
}

arc_status arc__check_new_key(const arc_ledger *ledger, int index, arc_text key, int64_t tag,
                              const char *what, arc_error *err) {
  if (key.size == 0) return arc__fail(err, ARC_E_INVALID, "a %s needs a key", what);
  if (!arc__index_find(ARC__L(ledger), index, key, tag)) return ARC_OK;
  return arc__fail(err, ARC_E_INVALID, "the key of a %s is in use", what);
}
