/* The policies of a book, compiled once, and which of them counts for an account. A policy's
 * earlier versions are compiled when somebody asks about the past. */
#include "cadence_internal.h"

#include "currency.h"
#include "error.h"
#include "text.h"

#include <string.h>

static const arc_text book_default = {"default", 7}; /* of customers that name none */
static const arc_text book_none = {"none", 4};

static void book_compiled_free(const arc__heap *heap, arc__cadence_compiled *compiled) {
  arc__free(heap, compiled->policy, sizeof *compiled->policy);
  arc__free(heap, compiled->text, compiled->size);
  memset(compiled, 0, sizeof *compiled);
}

void arc__cadence_forget(arc_cadence *cadence) {
  for (size_t i = 0; i < cadence->policy_capacity; i++)
    book_compiled_free(cadence->heap, &cadence->policies[i]);
  arc__free(cadence->heap, cadence->policies, cadence->policy_capacity * sizeof *cadence->policies);
}

static arc_status book_parse(arc__cadence_policy *policy, arc_text name, arc_text text,
                             arc_error *err) {
  arc_error detail = ARC_ERROR_INIT;
  arc_status status = arc__cadence_policy_parse(policy, text.data, text.size, &detail);
  if (status >= 0) return status;
  return arc__fail_at(err, ARC_E_SYNTAX, detail.line, detail.column, "policy \"%.*s\": %s",
                      (int)name.size, name.data, detail.text);
}

static arc_status book_compile(arc_cadence *cadence, uint32_t row, arc_error *err) {
  const arc__tables *t = arc__ledger_tables(cadence->ledger);
  arc_text text = arc__text(t, ARC__POLICY_TEXT, row);
  arc__cadence_compiled *old = &cadence->policies[row];
  arc__cadence_compiled fresh = {NULL, NULL, text.size};
  if (old->policy && old->size == text.size && memcmp(old->text, text.data, text.size) == 0)
    return ARC_OK;
  fresh.policy = arc__alloc(cadence->heap, sizeof *fresh.policy);
  arc_status status = fresh.policy
                          ? book_parse(fresh.policy, arc__text(t, ARC__POLICY_NAME, row), text, err)
                          : arc__fail_nomem(err);
  if (status >= 0) fresh.text = arc__alloc(cadence->heap, text.size);
  if (status >= 0 && !fresh.text) status = arc__fail_nomem(err);
  if (status < 0) {
    book_compiled_free(cadence->heap, &fresh);
    return status;
  }
  memcpy(fresh.text, text.data, text.size);
  book_compiled_free(cadence->heap, old);
  *old = fresh;
  cadence->all_due = 1;
  return ARC_OK;
}

arc_status arc__cadence_refresh(arc_cadence *cadence, arc_error *err) {
  uint32_t rows = arc__ledger_tables(cadence->ledger)->rows[ARC__TABLE_POLICY];
  size_t before = cadence->policy_capacity;
  if (arc__grow(cadence->heap, (void **)&cadence->policies, &cadence->policy_capacity,
                (size_t)rows + 1, sizeof *cadence->policies) != ARC_OK)
    return arc__fail_nomem(err);
  memset(cadence->policies + before, 0,
         (cadence->policy_capacity - before) * sizeof *cadence->policies);
  for (size_t row = (size_t)rows + 1; row < cadence->policy_capacity; row++) {
    if (!cadence->policies[row].policy) continue;
    book_compiled_free(cadence->heap, &cadence->policies[row]); /* its batch was dropped */
    cadence->all_due = 1;
  }
  for (uint32_t row = 1; row <= rows; row++)
    ARC__TRY(book_compile(cadence, row, err));
  cadence->selects = 0;
  for (uint32_t row = 1; row <= rows; row++)
    cadence->selects |= (cadence->policies[row].policy->lines & ARC__CADENCE_LINE_FOR) != 0;
  return ARC_OK;
}

/* ---- versions ---- */

/* The version with that number, or (0) the one in force at the end of a day: a row of POLICY_OLD,
 * or 0 for the latest. */
static uint32_t book_old_version(const arc__tables *t, uint32_t policy, uint32_t version,
                                 arc_day day) {
  uint32_t old = arc__u32(t, ARC__POLICY_BEFORE, policy), found = 0;
  if (version ? arc__u32(t, ARC__POLICY_VERSION, policy) == version
              : arc__i32(t, ARC__POLICY_DAY, policy) <= day)
    return 0;
  for (; old; old = arc__u32(t, ARC__POLICY_OLD_BEFORE, old)) {
    found = old; /* before the first version's day, that one: there was no other */
    if (version ? arc__u32(t, ARC__POLICY_OLD_VERSION, old) == version
                : arc__i32(t, ARC__POLICY_OLD_DAY, old) <= day)
      break;
  }
  return version && !old ? 0 : found;
}

arc_text arc__cadence_version_text(const arc__tables *t, arc_text name, uint32_t version) {
  static const arc_text nothing = {"", 0};
  uint32_t row = name.size ? arc__index_find(t, ARC__INDEX_POLICY, name, 0) : 0;
  if (!row || !version || version > arc__u32(t, ARC__POLICY_VERSION, row)) return nothing;
  uint32_t old = book_old_version(t, row, version, ARC_DAY_NONE);
  return old ? arc__text(t, ARC__POLICY_OLD_TEXT, old) : arc__text(t, ARC__POLICY_TEXT, row);
}

/* The version of a policy of the book that counts on the day. */
static arc_status book_take(arc__cadence_eval *eval, uint32_t row, arc_error *err) {
  const arc__tables *t = eval->tables;
  uint32_t old = eval->past ? book_old_version(t, row, 0, eval->day) : 0;
  eval->choice.name = arc__text(t, ARC__POLICY_NAME, row);
  eval->choice.policy = eval->cadence->policies[row].policy;
  eval->choice.version = arc__u32(t, ARC__POLICY_VERSION, row);
  if (!old) return ARC_OK;
  if (!eval->old) eval->old = arc__alloc(eval->cadence->heap, sizeof *eval->old);
  if (!eval->old) return arc__fail_nomem(err);
  ARC__TRY(book_parse(eval->old, eval->choice.name, arc__text(t, ARC__POLICY_OLD_TEXT, old), err));
  eval->choice.policy = eval->old;
  eval->choice.version = arc__u32(t, ARC__POLICY_OLD_VERSION, old);
  return ARC_OK;
}

/* ---- selection ---- */

/* What an account is chosen by. */
typedef struct book_account {
  arc_text segment, terms;
  char currency[4];
  int64_t balance;
  uint32_t flags;
} book_account;

/* One condition: 0 if it is not stated, -1 if it does not hold. */
static int book_fits_text(const char *stated, arc_text text) {
  if (!*stated) return 0;
  return strlen(stated) == text.size && memcmp(stated, text.data, text.size) == 0 ? 1 : -1;
}

/* How many conditions hold; 0: there are none, or one does not hold. */
static int book_fits(const arc__cadence_selection *s, const book_account *a) {
  arc_text currency = {a->currency, 3};
  int fits[] = {
      book_fits_text(s->segment, a->segment),
      book_fits_text(s->terms, a->terms),
      book_fits_text(s->currency, currency),
      !s->strategic                       ? 0
      : a->flags & ARC_CUSTOMER_STRATEGIC ? 1
                                          : -1,
      !s->least.is_set                                           ? 0
      : a->balance >= arc__cadence_minor(&s->least, a->currency) ? 1
                                                                 : -1,
      !s->below.is_set                                          ? 0
      : a->balance < arc__cadence_minor(&s->below, a->currency) ? 1
                                                                : -1,
  };
  int count = 0;
  for (size_t i = 0; i < sizeof fits / sizeof *fits; i++) {
    if (fits[i] < 0) return 0;
    count += fits[i];
  }
  return count;
}

/* The policy with the most conditions that hold, among equals the one posted first; 0: none. */
static uint32_t book_select(const arc__cadence_eval *eval, uint32_t customer) {
  const arc__tables *t = eval->tables;
  book_account a;
  uint32_t selected = 0;
  int most = 0;
  if (!eval->cadence->selects) return 0;
  a.segment = arc__name(t, arc__u32(t, ARC__CUSTOMER_SEGMENT, customer));
  a.terms = arc__name(t, arc__u32(t, ARC__CUSTOMER_TERMS, customer));
  a.flags = arc__u32(t, ARC__CUSTOMER_FLAGS, customer);
  a.balance = arc__view_receivable(&eval->view, eval->account);
  arc__currency_unpack(a.currency, arc__u32(t, ARC__ACCOUNT_CURRENCY, eval->account));
  for (uint32_t row = 1; row <= t->rows[ARC__TABLE_POLICY]; row++) {
    int fits = book_fits(&eval->cadence->policies[row].policy->selection, &a);
    if (fits <= most) continue;
    most = fits;
    selected = row;
  }
  return selected;
}

arc_status arc__cadence_choose(arc__cadence_eval *eval, arc_error *err) {
  const arc__tables *t = eval->tables;
  uint32_t customer = arc__u32(t, ARC__ACCOUNT_CUSTOMER, eval->account);
  arc_text own = arc__name(t, arc__u32(t, ARC__CUSTOMER_POLICY, customer));
  memset(&eval->choice, 0, sizeof eval->choice);
  eval->choice.name = own;
  if (arc__text_equal(own, book_none)) return ARC_OK;
  uint32_t row = own.size ? arc__index_find(t, ARC__INDEX_POLICY, own, 0) : 0;
  if (!row && own.size && !arc__text_equal(own, book_default)) eval->choice.unknown = own;
  if (!row) row = book_select(eval, customer);
  if (!row) row = arc__index_find(t, ARC__INDEX_POLICY, book_default, 0);
  eval->choice.name = book_default;
  eval->choice.policy = &eval->cadence->built_in;
  return row ? book_take(eval, row, err) : ARC_OK;
}
