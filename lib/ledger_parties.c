#include "ledger_internal.h"

#include "arcollect/transport.h"
#include "currency.h"
#include "error.h"
#include "text.h"
#include "struct_sizes.h"

/* Owns customers and their contacts. Both can be replaced as a whole; everything else in a book only
 * grows. */

#define PARTIES_FLAGS 63u
#define PARTIES_CHECKS 31u
#define PARTIES_TERMS_MAX 3660
#define PARTIES_OFFSET_MAX 840 /* minutes: UTC-14 to UTC+14 */

/* ---- customers ---- */

static int parties_in_circle(const arc__tables *t, uint32_t customer, uint32_t parent) {
  for (; parent; parent = arc__u32(t, ARC__CUSTOMER_PARENT, parent))
    if (parent == customer) return 1;
  return 0;
}

arc_status arc__check_customer(const arc_ledger *ledger, const arc__customer_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  if (r->customer) {
    ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
    if (!arc__text_equal(r->key, arc__text(t, ARC__CUSTOMER_KEY, r->customer)))
      return arc__fail(err, ARC_E_INVALID, "a customer keeps its key");
  } else {
    ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_CUSTOMER, r->key, 0, "customer", err));
  }
  if (r->parent) ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->parent, "customer", err));
  if (r->customer && parties_in_circle(t, r->customer, r->parent))
    return arc__fail(err, ARC_E_REFUSED, "the parent of a customer may not be below it");
  ARC__TRY(arc__check_currency(r->currency, err));
  if (r->terms.size) ARC__TRY(arc_terms_print(NULL, 0, NULL, r->terms.data, r->terms.size, err));
  if (r->checks & ~PARTIES_CHECKS) return arc__fail_field(err, ARC_E_INVALID, 0, 16, "checks has bits that are not defined here");
  if (r->hold_days > PARTIES_TERMS_MAX || r->hold_amount < 0 || (r->hold_days && !r->hold_amount))
    return arc__fail_field(err, ARC_E_INVALID, 0, 17, "hold_days is at most %d and goes with a hold_amount above 0",
                           PARTIES_TERMS_MAX);
  if (r->flags & ~PARTIES_FLAGS || r->credit_limit < 0 || r->terms_days < 0 ||
      r->terms_days > PARTIES_TERMS_MAX || r->discount_bp > 10000 || r->discount_days > PARTIES_TERMS_MAX)
    return arc__fail(err, ARC_E_INVALID,
                     "flags, credit_limit, terms_days or discount is out of its range");
  return ARC_OK;
}

void arc__apply_customer(arc_ledger *ledger, const arc__customer_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = r->customer ? r->customer : arc__append_row(t, ARC__TABLE_CUSTOMER);
  uint32_t segment = arc__state_name(ledger, r->segment), owner = arc__state_name(ledger, r->owner);
  if (!r->customer) {
    arc__put_text(t, ARC__CUSTOMER_KEY, row, r->key);
    arc__index_add(t, ARC__INDEX_CUSTOMER, row);
  }
  arc__put_text(t, ARC__CUSTOMER_NAME, row, r->name);
  arc__put(t, ARC__CUSTOMER_SEGMENT, row, segment);
  arc__put(t, ARC__CUSTOMER_OWNER, row, owner);
  arc__put(t, ARC__CUSTOMER_POLICY, row, arc__state_name(ledger, r->policy));
  arc__put(t, ARC__CUSTOMER_PARENT, row, r->parent);
  arc__put(t, ARC__CUSTOMER_CURRENCY, row, r->currency);
  arc__put(t, ARC__CUSTOMER_FLAGS, row, r->flags);
  arc__put(t, ARC__CUSTOMER_CREDIT_LIMIT, row, r->credit_limit);
  arc__put(t, ARC__CUSTOMER_TERMS_DAYS, row, r->terms_days);
  arc__put(t, ARC__CUSTOMER_DISCOUNT_BP, row, r->discount_bp);
  arc__put(t, ARC__CUSTOMER_DISCOUNT_DAYS, row, r->discount_days);
  arc__put(t, ARC__CUSTOMER_TERMS, row, arc__state_name(ledger, r->terms));
  arc__put(t, ARC__CUSTOMER_CHECKS, row, r->checks);
  arc__put(t, ARC__CUSTOMER_HOLD_DAYS, row, r->hold_days);
  arc__put(t, ARC__CUSTOMER_HOLD_AMOUNT, row, r->hold_amount);
  for (int i = 0; i < ARC_TAGS; i++) arc__put(t, ARC__CUSTOMER_TAG + i, row, arc__state_name(ledger, r->tags[i]));
  if (r->customer) arc__state_customer_changed(ledger, row);
}

/* A host that says an erased name again, but not that it replaces, says what was recorded. */
static int parties_same_name(arc_text said, arc_text kept, uint32_t options) {
  return options & ARC_REPLACE ? arc__text_equal(said, kept) : arc__erasure_same(said, kept);
}

static int parties_same_tags(const arc__tables *t, const arc__customer_record *r, uint32_t row) {
  for (int i = 0; i < ARC_TAGS; i++)
    if (!arc__text_equal(r->tags[i], arc__name(t, arc__u32(t, ARC__CUSTOMER_TAG + i, row)))) return 0;
  return 1;
}

static int parties_same_customer(const arc__tables *t, const arc__customer_record *r, uint32_t row, uint32_t options) {
  return parties_same_name(r->name, arc__text(t, ARC__CUSTOMER_NAME, row), options) &&
         arc__text_equal(r->segment, arc__name(t, arc__u32(t, ARC__CUSTOMER_SEGMENT, row))) &&
         arc__text_equal(r->owner, arc__name(t, arc__u32(t, ARC__CUSTOMER_OWNER, row))) &&
         arc__text_equal(r->policy, arc__name(t, arc__u32(t, ARC__CUSTOMER_POLICY, row))) &&
         r->parent == arc__u32(t, ARC__CUSTOMER_PARENT, row) &&
         r->currency == arc__u32(t, ARC__CUSTOMER_CURRENCY, row) &&
         r->flags == arc__u32(t, ARC__CUSTOMER_FLAGS, row) &&
         r->credit_limit == arc__i64(t, ARC__CUSTOMER_CREDIT_LIMIT, row) &&
         r->terms_days == arc__i32(t, ARC__CUSTOMER_TERMS_DAYS, row) &&
         r->discount_bp == arc__u32(t, ARC__CUSTOMER_DISCOUNT_BP, row) &&
         r->discount_days == arc__u32(t, ARC__CUSTOMER_DISCOUNT_DAYS, row) &&
         r->checks == arc__u32(t, ARC__CUSTOMER_CHECKS, row) &&
         r->hold_days == arc__u32(t, ARC__CUSTOMER_HOLD_DAYS, row) &&
         r->hold_amount == arc__i64(t, ARC__CUSTOMER_HOLD_AMOUNT, row) &&
         arc__text_equal(r->terms, arc__name(t, arc__u32(t, ARC__CUSTOMER_TERMS, row))) &&
         parties_same_tags(t, r, row);
}

static arc_status parties_resolve_customer(const arc__input *in, arc_customer *c,
                                           arc__customer_record *r) {
  const arc__tables *t = ARC__L(in->ledger);
  ARC__TRY(arc__input_options(in, c->options, ARC_REPLACE, c->reserved));
  ARC__TRY(arc__input_key(in, &c->key, 2, "key"));
  ARC__TRY(arc__input_line(in, &c->name, 3, "name"));
  ARC__TRY(arc__input_customer(in, &c->parent, 4, 1, &r->parent));
  ARC__TRY(arc__input_line(in, &c->segment, 5, "segment"));
  ARC__TRY(arc__input_line(in, &c->owner, 6, "owner"));
  ARC__TRY(arc__input_line(in, &c->policy, 7, "policy"));
  ARC__TRY(arc__input_currency(in, c->currency, arc__u32(t, ARC__BOOK_CURRENCY, 1), 8, &r->currency));
  ARC__TRY(arc__input_terms(in, &c->terms, 15));
  for (int i = 0; i < ARC_TAGS; i++) {
    ARC__TRY(arc__input_line(in, &c->tags[i], 19, "tags"));
    r->tags[i] = c->tags[i];
  }
  r->key = c->key;
  r->name = c->name;
  r->segment = c->segment;
  r->owner = c->owner;
  r->policy = c->policy;
  r->flags = c->flags;
  r->credit_limit = c->credit_limit;
  r->terms_days = c->terms_days;
  r->discount_bp = c->discount_bp;
  r->discount_days = c->discount_days;
  r->terms = c->terms;
  r->checks = c->checks;
  r->hold_days = c->hold_days;
  r->hold_amount = c->hold_amount;
  return ARC_OK;
}

static arc_status parties_customer(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_customer *c = row;
  arc__customer_record record = {0};
  uint32_t known;
  ARC__TRY(parties_resolve_customer(&in, c, &record));
  known = arc__find_customer(ARC__L(ledger), c->key);
  if (known && parties_same_customer(ARC__L(ledger), &record, known, c->options)) return ARC_ALREADY;
  if (known && !(c->options & ARC_REPLACE)) return arc__input_exists(&in, c->key, "customer");
  record.customer = known;
  ARC__TRY(arc__check_customer(ledger, &record, err));
  return arc__ledger_record(ledger, ARC__RECORD_CUSTOMER, &record, err);
}

arc_status arc_ledger_post_customers(arc_ledger *ledger, const arc_customer *rows, size_t count,
                                     arc_error *err) {
  return ARC__POST(arc_customer, ledger, rows, count, parties_customer, err);
}

/* ---- contacts ---- */

arc_status arc__check_contact(const arc_ledger *ledger, const arc__contact_record *r, arc_error *err) {
  const arc__tables *t = ARC__L(ledger);
  ARC__TRY(arc__check_row(ledger, ARC__TABLE_CUSTOMER, r->customer, "customer", err));
  if (r->contact) {
    ARC__TRY(arc__check_row(ledger, ARC__TABLE_CONTACT, r->contact, "contact", err));
    if (!arc__text_equal(r->key, arc__text(t, ARC__CONTACT_KEY, r->contact)) ||
        r->customer != arc__u32(t, ARC__CONTACT_CUSTOMER, r->contact))
      return arc__fail(err, ARC_E_INVALID, "a contact keeps its key and its customer");
  } else {
    ARC__TRY(arc__check_new_key(ledger, ARC__INDEX_CONTACT, r->key, 0, "contact", err));
  }
  if (r->role > ARC_ROLE_EXECUTIVE || r->utc_offset_minutes < -PARTIES_OFFSET_MAX ||
      r->utc_offset_minutes > PARTIES_OFFSET_MAX)
    return arc__fail(err, ARC_E_INVALID, "role or utc_offset_minutes is out of its range");
  return ARC_OK;
}

void arc__apply_contact(arc_ledger *ledger, const arc__contact_record *r) {
  arc__tables *t = ARC__L(ledger);
  uint32_t row = r->contact ? r->contact : arc__append_row(t, ARC__TABLE_CONTACT);
  if (!r->contact && row) {
    arc__put_text(t, ARC__CONTACT_KEY, row, r->key);
    arc__put(t, ARC__CONTACT_CUSTOMER, row, r->customer);
    arc__put(t, ARC__CONTACT_NEXT, row, arc__u32(t, ARC__CUSTOMER_CONTACT, r->customer));
    arc__put(t, ARC__CUSTOMER_CONTACT, r->customer, row);
    arc__index_add(t, ARC__INDEX_CONTACT, row);
  }
  if (r->contact) arc__delivery_address(ledger, row, r);
  arc__put_text(t, ARC__CONTACT_NAME, row, r->name);
  arc__put(t, ARC__CONTACT_LANGUAGE, row, arc__state_name(ledger, r->language));
  arc__put_text(t, ARC__CONTACT_EMAIL, row, r->email);
  arc__put_text(t, ARC__CONTACT_PHONE, row, r->phone);
  arc__put_text(t, ARC__CONTACT_POSTAL, row, r->postal);
  arc__put(t, ARC__CONTACT_ROLE, row, r->role);
  arc__put(t, ARC__CONTACT_UTC_OFFSET, row, r->utc_offset_minutes);
  arc__put(t, ARC__CONTACT_OPT_OUTS, row, r->opt_outs);
  arc__state_customer_changed(ledger, r->customer);
}

/* The same of an address, which is empty once it was erased. */
static int parties_same_address(const arc__tables *t, arc_text said, int column, uint32_t row, uint32_t options) {
  arc_text kept = arc__text(t, column, row);
  return arc__text_equal(said, kept) ||
         (!(options & ARC_REPLACE) && kept.size == 0 && arc__i64(t, ARC__CONTACT_ERASED, row));
}

static int parties_same_contact(const arc__tables *t, const arc__contact_record *r, uint32_t row, uint32_t options) {
  return r->customer == arc__u32(t, ARC__CONTACT_CUSTOMER, row) &&
         parties_same_name(r->name, arc__text(t, ARC__CONTACT_NAME, row), options) &&
         arc__text_equal(r->language, arc__name(t, arc__u32(t, ARC__CONTACT_LANGUAGE, row))) &&
         parties_same_address(t, r->email, ARC__CONTACT_EMAIL, row, options) &&
         parties_same_address(t, r->phone, ARC__CONTACT_PHONE, row, options) &&
         parties_same_address(t, r->postal, ARC__CONTACT_POSTAL, row, options) &&
         r->role == arc__u8(t, ARC__CONTACT_ROLE, row) &&
         r->utc_offset_minutes == arc__i32(t, ARC__CONTACT_UTC_OFFSET, row) &&
         r->opt_outs == arc__u32(t, ARC__CONTACT_OPT_OUTS, row);
}

static arc_status parties_resolve_contact(const arc__input *in, arc_contact *c, arc__contact_record *r) {
  ARC__TRY(arc__input_options(in, c->options, ARC_REPLACE, c->reserved));
  ARC__TRY(arc__input_key(in, &c->key, 2, "key"));
  ARC__TRY(arc__input_customer(in, &c->customer, 3, 0, &r->customer));
  ARC__TRY(arc__input_line(in, &c->name, 4, "name"));
  ARC__TRY(arc__input_line(in, &c->language, 5, "language"));
  ARC__TRY(arc__input_line(in, &c->email, 6, "email"));
  ARC__TRY(arc__input_line(in, &c->phone, 7, "phone"));
  ARC__TRY(arc__input_free_text(in, &c->postal, 8, "postal"));
  if (c->role < 0 || c->role > ARC_ROLE_EXECUTIVE)
    return arc__fail_field(in->err, ARC_E_INVALID, in->index, 9, "role must be one of ARC_ROLE_*");
  r->key = c->key;
  r->name = c->name;
  r->language = c->language;
  r->email = c->email;
  r->phone = c->phone;
  r->postal = c->postal;
  r->role = (uint32_t)c->role;
  r->utc_offset_minutes = c->utc_offset_minutes;
  r->opt_outs = c->opt_outs;
  return ARC_OK;
}

static arc_status parties_contact(arc_ledger *ledger, void *row, uint64_t index, arc_error *err) {
  arc__input in = {ledger, index, err};
  arc_contact *c = row;
  arc__contact_record record = {0};
  uint32_t known;
  ARC__TRY(parties_resolve_contact(&in, c, &record));
  known = arc__index_find(ARC__L(ledger), ARC__INDEX_CONTACT, c->key, 0);
  if (known && parties_same_contact(ARC__L(ledger), &record, known, c->options)) return ARC_ALREADY;
  if (known && !(c->options & ARC_REPLACE)) return arc__input_exists(&in, c->key, "contact");
  record.contact = known;
  ARC__TRY(arc__check_contact(ledger, &record, err));
  return arc__ledger_record(ledger, ARC__RECORD_CONTACT, &record, err);
}

arc_status arc_ledger_post_contacts(arc_ledger *ledger, const arc_contact *rows, size_t count,
                                    arc_error *err) {
  return ARC__POST(arc_contact, ledger, rows, count, parties_contact, err);
}
