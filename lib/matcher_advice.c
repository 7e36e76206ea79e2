/*
 * Remittance advice that came apart from the funds: which payment one is of, and what its lines say is paid.
 *
 * An advice is of a payment by its key; by its reference, which stands in the payment; by payer and amount, if no other
 * advice and no other payment of the payer is like it; or by the amount alone, which is no more than a hint. Its lines
 * are read as the text of a payment is, one by one, and only what they say themselves is settled: arithmetic is a
 * check, not a guide. Rows of advice and of payments are found by amount: 8 bytes for each, none in a book without
 * advice. Costs the advice of the payment's amount, the lines, and for those that are no whole numbers the payer's
 * items.
 */
#include "matcher_internal.h"

#include "checked.h"
#include "hash.h"
#include "text.h"

#define ADVICE_DAYS      60 /* between the advice and the funds */
#define ADVICE_LEAST     64
#define ADVICE_LOOK      10000 /* payments of one amount */
#define ADVICE_STEPS     2000000 /* lines that are no whole numbers, times the payer's items */

/* ---- rows by amount ---- */

static uint64_t advice_row_key(const arc_matcher *m, int column, uint32_t row) {
  arc_text key = arc__text(m->tables, column, row);
  return arc__siphash(m->tables->hash_seed, key.data, key.size);
}

static uint32_t *advice_head(const arc__match_amounts *x, int64_t amount) {
  return &x->heads[(size_t)((uint64_t)amount * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (x->head_count - 1)];
}

static void advice_forget(arc__match_amounts *x) {
  if (x->heads) memset(x->heads, 0, x->head_count * sizeof *x->heads);
  x->rows = 0;
}

static arc_status advice_reserve(arc_matcher *m, arc__match_amounts *x, uint32_t rows, arc_error *err) {
  void *next = x->next;
  size_t count = ADVICE_LEAST;
  if (arc__grow(m->heap, &next, &x->capacity, (size_t)rows + 1, sizeof *x->next) < 0) return arc__fail_nomem(err);
  x->next = next;
  if (x->head_count >= rows / 2 && x->head_count > 0) return ARC_OK;
  while (count < rows)
    count *= 2;
  uint32_t *heads = arc__alloc(m->heap, count * sizeof *heads);
  if (!heads) return arc__fail_nomem(err);
  arc__free(m->heap, x->heads, x->head_count * sizeof *x->heads);
  x->heads = heads;
  x->head_count = count;
  x->rows = 0;
  return ARC_OK;
}

/* Follows the table: rows only grow, but for a batch that was dropped. */
static arc_status advice_follow(arc_matcher *m, arc__match_amounts *x, int table, int key, int amount, arc_error *err) {
  uint32_t rows = m->tables->rows[table];
  if (x->rows > rows || (x->rows > 0 && advice_row_key(m, key, x->rows) != x->last_key)) advice_forget(x);
  if (x->rows == rows) return ARC_OK;
  ARC__TRY(advice_reserve(m, x, rows, err));
  while (x->rows < rows) {
    uint32_t row = ++x->rows, *head = advice_head(x, arc__i64(m->tables, amount, row));
    x->next[row] = *head;
    *head = row;
  }
  x->last_key = advice_row_key(m, key, rows);
  return ARC_OK;
}

static uint32_t advice_first(const arc__match_amounts *x, int64_t amount) {
  return x->rows ? *advice_head(x, amount) : 0;
}

arc_status arc__match_advice_update(arc_matcher *m, arc_error *err) {
  if (m->tables->rows[ARC__TABLE_REMITTANCE] == 0 && m->advice.rows == 0) return ARC_OK;
  ARC__TRY(advice_follow(m, &m->advice, ARC__TABLE_REMITTANCE, ARC__REMITTANCE_KEY, ARC__REMITTANCE_AMOUNT, err));
  return advice_follow(m, &m->payments, ARC__TABLE_CREDIT, ARC__CREDIT_KEY, ARC__CREDIT_AMOUNT, err);
}

static void advice_free(const arc_matcher *m, arc__match_amounts *x) {
  arc__free(m->heap, x->heads, x->head_count * sizeof *x->heads);
  arc__free(m->heap, x->next, x->capacity * sizeof *x->next);
}

void arc__match_advice_free(arc_matcher *m) {
  advice_free(m, &m->advice);
  advice_free(m, &m->payments);
}

/* ---- which payment an advice is of ---- */

static int advice_fits(const arc__tables *t, uint32_t advice, uint32_t credit) {
  if (arc__u32(t, ARC__REMITTANCE_CREDIT, advice)) return 0;
  int64_t days = (int64_t)arc__i32(t, ARC__REMITTANCE_RECEIVED, advice) - arc__i32(t, ARC__CREDIT_DAY, credit);
  return arc__u8(t, ARC__CREDIT_KIND, credit) == ARC_CREDIT_PAYMENT && days <= ADVICE_DAYS && days >= -ADVICE_DAYS &&
         arc__i64(t, ARC__REMITTANCE_AMOUNT, advice) == arc__i64(t, ARC__CREDIT_AMOUNT, credit) &&
         arc__u32(t, ARC__REMITTANCE_CURRENCY, advice) == arc__u32(t, ARC__CREDIT_CURRENCY, credit);
}

/* A payment that may still get its first advice. */
static int advice_is_waiting(const arc__tables *t, uint32_t credit) {
  return arc__i64(t, ARC__CREDIT_OPEN, credit) > 0 && arc__u32(t, ARC__CREDIT_ENTRY, credit) == 0 &&
         arc__u32(t, ARC__CREDIT_ADVICE, credit) == 0;
}

/* The advice's reference stands in the payment: as a word, or as several that lie one behind the other. */
static int advice_is_named(const arc__decision *d, uint32_t advice) {
  const arc__match *match = d->match;
  char reference[ARC__MATCH_NUMBER_MAX];
  size_t size = arc__match_normalise(reference, sizeof reference, arc__text(d->view->tables, ARC__REMITTANCE_REFERENCE, advice));
  size_t digits = 0, first, last;
  for (size_t i = 0; i < size; i++)
    digits += arc__is_digit(reference[i]) != 0;
  return digits >= ARC__MATCH_DIGITS && arc__match_names(match, reference, size, &first, &last);
}

static int advice_same_name(arc_text a, arc_text b) {
  return a.size > 0 && arc__text_equal(a, b);
}

/* Whether the payer is the advice's customer, or bears its payer's name. */
static int advice_is_of_payer(const arc__decision *d, uint32_t advice) {
  const arc__tables *t = d->view->tables;
  uint32_t customer = arc__u32(t, ARC__REMITTANCE_CUSTOMER, advice), found[2];
  arc_text name = arc__text(t, ARC__REMITTANCE_PAYER_NAME, advice);
  if (!customer && name.size && arc__match_names_exact(d->m, name, found, 2) == 1) customer = found[0];
  if (customer) return arc__match_may_be_payer(d, customer);
  return advice_same_name(name, arc__text(t, ARC__CREDIT_PAYER_NAME, d->match->payment));
}

/* Another payment that the advice may be of: of the same account, or of nobody known. Among too many there is one. */
static int advice_has_rival(const arc__decision *d, uint32_t advice) {
  const arc__tables *t = d->view->tables;
  uint32_t payment = d->match->payment, account = arc__u32(t, ARC__CREDIT_ACCOUNT, payment);
  int looked = 0;
  for (uint32_t c = advice_first(&d->m->payments, arc__i64(t, ARC__CREDIT_AMOUNT, payment)); c; c = d->m->payments.next[c]) {
    uint32_t other = arc__u32(t, ARC__CREDIT_ACCOUNT, c);
    if (++looked > ADVICE_LOOK) return 1;
    if (c == payment || !advice_fits(t, advice, c) || !advice_is_waiting(t, c)) continue;
    if (!account || !other || account == other) return 1;
  }
  return 0;
}

static int advice_link(const arc__decision *d, uint32_t advice) {
  if (advice_is_named(d, advice)) return ARC__ADVICE_REFERENCE;
  int link = advice_is_of_payer(d, advice)  ? ARC__ADVICE_PAYER
             : d->match->payer_count == 0 ? ARC__ADVICE_AMOUNT
                                            : ARC__ADVICE_NONE;
  return link != ARC__ADVICE_NONE && !advice_has_rival(d, advice) ? link : ARC__ADVICE_NONE;
}

/* The one advice that is bound to the payment closest. */
static void advice_find(const arc__decision *d) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  int several = 0;
  match->advice = 0;
  match->advice_link = ARC__ADVICE_NONE;
  if (t->rows[ARC__TABLE_REMITTANCE] == 0) return;
  match->advice = arc__u32(t, ARC__CREDIT_ADVICE, match->payment);
  match->advice_link = match->advice ? ARC__ADVICE_STATED : ARC__ADVICE_NONE;
  if (match->advice || !advice_is_waiting(t, match->payment)) return;
  for (uint32_t r = advice_first(&d->m->advice, arc__i64(t, ARC__CREDIT_AMOUNT, match->payment)); r; r = d->m->advice.next[r]) {
    int link = advice_fits(t, r, match->payment) ? advice_link(d, r) : ARC__ADVICE_NONE;
    if (link == ARC__ADVICE_NONE || link < match->advice_link) continue;
    several = link == match->advice_link;
    match->advice_link = link;
    match->advice = r;
  }
  if (!several) return;
  match->advice = 0;
  match->advice_link = ARC__ADVICE_NONE;
}

/* ---- what its lines say ---- */

typedef struct advice_reading {
  const arc__decision *d;
  size_t first;      /* of the match's lines */
  size_t pool_lines; /* lines that may still be looked for among the payer's items */
  int unread;        /* lines that name no open item, or do not fit */
  int weak, near;    /* items named by their end or order only; by a number put right */
  int64_t taken_off, deducted; /* of no item in particular */
  int64_t on_account;
  uint8_t credited[ARC__MATCH_CREDITS_MAX]; /* the payer's credit that lines name */
  uint32_t reason;
} advice_reading;

/* The only open item that the words mean; 0: none, or several. */
static uint32_t advice_named(const arc__match *match, int kind_first, int kind_last) {
  uint32_t invoice = 0;
  for (size_t i = 0; i < match->word_count; i++) {
    const arc__match_word *word = &match->words[i];
    if (word->kind < kind_first || word->kind > kind_last || !word->invoice || word->invoice == invoice) continue;
    if (invoice) return 0;
    invoice = word->invoice;
  }
  return invoice;
}

/* The only item that a misspelt or ambiguous word may mean of which just this is open. */
static uint32_t advice_judged(const arc__match *match, int64_t settles) {
  uint32_t invoice = 0;
  for (size_t i = 0; i < match->word_count; i++)
    for (size_t k = 0; k < match->words[i].near_count && k < ARC__MATCH_NEAR_MAX; k++) {
      const arc__match_line *line = arc__match_in_pool(match, match->words[i].near[k]);
      if (match->words[i].checked || !line || line->open != settles || line->invoice == invoice) continue;
      if (invoice) return 0;
      invoice = line->invoice;
    }
  return invoice;
}

/* An open item by its key, as the host's own advice may name it. */
static uint32_t advice_keyed(const arc__decision *d, arc_text reference) {
  const arc__tables *t = d->view->tables;
  uint32_t invoice = arc__find_invoice(t, reference);
  if (!invoice || arc__invoice_currency(t, invoice) != d->currency || !arc__match_is_open(d->view, invoice)) return 0;
  return d->match->payer_count == 0 || arc__match_may_be_payer(d, arc__match_customer(d->view, invoice)) ? invoice : 0;
}

/* Reads a line's reference like a text: a whole number of the book, else what it is among the payer's items. */
static arc_status advice_item(advice_reading *r, uint32_t line, uint32_t *invoice) {
  arc__match *match = r->d->match;
  const arc__tables *t = r->d->view->tables;
  arc_text reference = arc__text(t, ARC__REMITTANCE_LINE_REFERENCE, line);
  match->word_count = 0;
  arc__match_read(match, reference, 0);
  arc__match_numbers(r->d);
  *invoice = advice_named(match, ARC__WORD_NUMBER, ARC__WORD_NUMBER);
  if (!*invoice && !arc__match_has(match, ARC__WORD_NUMBER)) *invoice = advice_keyed(r->d, reference);
  if (*invoice || arc__match_has(match, ARC__WORD_NUMBER) || arc__match_has(match, ARC__WORD_SETTLED) ||
      match->payer_count == 0 || r->pool_lines == 0)
    return ARC_OK;
  r->pool_lines--;
  if (match->pool.count == 0) ARC__TRY(arc__match_load_pool(r->d));
  ARC__TRY(arc__match_words_in_pool(r->d));
  *invoice = advice_named(match, ARC__WORD_DIGITS, ARC__WORD_PO);
  r->weak |= *invoice != 0;
  if (*invoice) return ARC_OK;
  *invoice = advice_judged(match, arc__i64(t, ARC__REMITTANCE_LINE_AMOUNT, line) +
                                      arc__i64(t, ARC__REMITTANCE_LINE_DISCOUNT, line) +
                                      arc__i64(t, ARC__REMITTANCE_LINE_DEDUCTION, line));
  r->near |= *invoice != 0;
  return ARC_OK;
}

static arc_status advice_add(advice_reading *r, uint32_t invoice, arc__match_line **out) {
  arc__match_lines *lines = &r->d->match->lines;
  arc__match_line line;
  *out = NULL;
  for (size_t i = r->first; i < lines->count; i++)
    if (lines->data[i].invoice == invoice) *out = &lines->data[i];
  if (*out) return ARC_OK;
  ARC__TRY(arc__match_line_of(r->d, invoice, &line));
  if (line.open == 0) return ARC_OK;
  ARC__TRY(arc__match_lines_add(r->d, lines, &line));
  *out = &lines->data[lines->count - 1];
  return ARC_OK;
}

static arc_status advice_overflow(const arc__decision *d) {
  return arc__fail(d->err, ARC_E_OVERFLOW, "the lines of a remittance advice do not add up within 64 bits");
}

/* Whether the line takes off a credit note of the payer's, in full. */
static int advice_credit(advice_reading *r, uint32_t row, int64_t off) {
  uint32_t place = arc__match_find_credit(r->d, arc__text(r->d->view->tables, ARC__REMITTANCE_LINE_REFERENCE, row));
  if (!place || r->credited[place - 1] || r->d->match->credits[place - 1].open != off) return 0;
  r->credited[place - 1] = 1;
  return 1;
}

/* What is taken off without an item, or of one that is named in another line, is a deduction. */
static arc_status advice_line(advice_reading *r, uint32_t row) {
  const arc__tables *t = r->d->view->tables;
  int64_t amount = arc__i64(t, ARC__REMITTANCE_LINE_AMOUNT, row), off = amount < 0 ? -amount : 0;
  int64_t deduction = arc__i64(t, ARC__REMITTANCE_LINE_DEDUCTION, row);
  uint32_t reason = arc__u32(t, ARC__REMITTANCE_LINE_REASON, row), invoice = 0;
  arc__match_line *line = NULL;
  int none = arc__text(t, ARC__REMITTANCE_LINE_REFERENCE, row).size == 0;
  if (!none) ARC__TRY(advice_item(r, row, &invoice));
  if (invoice) ARC__TRY(advice_add(r, invoice, &line));
  if (line) {
    int fits = arc__add(&line->amount, line->amount, amount) &&
               arc__add(&line->discount, line->discount, arc__i64(t, ARC__REMITTANCE_LINE_DISCOUNT, row)) &&
               arc__add(&line->deduction, line->deduction, deduction) &&
               arc__add(&line->deduction, line->deduction, off);
    if (reason) line->reason = reason;
    return fits ? ARC_OK : advice_overflow(r->d);
  }
  if (off && !none && advice_credit(r, row, off)) return ARC_OK;
  r->unread += !none;
  if (none && amount > 0 && !arc__add(&r->on_account, r->on_account, amount)) return advice_overflow(r->d);
  if (!none || amount > 0) return ARC_OK;
  if (!arc__add(&r->taken_off, r->taken_off, off) || !arc__add(&r->deducted, r->deducted, deduction))
    return advice_overflow(r->d);
  if (reason) r->reason = reason;
  return ARC_OK;
}

/* Deductions of no item in particular are of the largest. */
static int advice_take_off(advice_reading *r) {
  arc__match_lines *lines = &r->d->match->lines;
  arc__match_line *largest = arc__match_lines_from(lines, r->first);
  if (r->taken_off == 0 && r->deducted == 0) return 1;
  for (size_t i = r->first; i < lines->count; i++)
    if (lines->data[i].amount > largest->amount) largest = &lines->data[i];
  if (lines->count == r->first || largest->amount < r->taken_off) return 0;
  largest->amount -= r->taken_off;
  if (!arc__add(&largest->deduction, largest->deduction, r->taken_off) ||
      !arc__add(&largest->deduction, largest->deduction, r->deducted))
    return 0;
  if (r->reason) largest->reason = r->reason;
  return 1;
}

/* Credit that is taken off settles what the lines name. */
static arc_status advice_take_credit(advice_reading *r) {
  const arc__match *match = r->d->match;
  arc__match_line *lines = arc__match_lines_from(&match->lines, r->first);
  size_t count = match->lines.count - r->first;
  for (size_t i = 0; i < match->credit_count; i++) {
    int64_t left = 0;
    if (!r->credited[i]) continue;
    for (size_t k = 0; k < count; k++)
      if (lines[k].amount > 0 && !arc__add(&left, left, lines[k].amount)) return advice_overflow(r->d);
    r->unread += left < match->credits[i].open;
    if (left >= match->credits[i].open)
      ARC__TRY(arc__match_take_credit(r->d, lines, count, match->credits[i].credit, match->credits[i].open));
  }
  return ARC_OK;
}

/* A discount is granted as far as it is earned, and no more is settled or deducted than is open. */
static int advice_fit_line(const arc__decision *d, arc__match_line *line) {
  if (line->amount < 0 || line->amount > line->open || line->credited > line->open - line->amount) return 0;
  int64_t beyond = line->discount - line->early, left = line->open - line->amount - line->credited;
  if (beyond > 0) {
    line->discount = line->early;
    line->tolerance = beyond <= d->m->options.tolerance ? beyond : 0;
  }
  if (line->discount > left) return 0;
  left -= line->discount;
  if (line->tolerance > left) line->tolerance = left;
  left -= line->tolerance;
  if (line->deduction > left) line->deduction = left;
  return line->amount + line->discount + line->tolerance + line->credited > 0;
}

static arc_status advice_fit(advice_reading *r, int64_t *paid) {
  arc__match_lines *lines = &r->d->match->lines;
  size_t kept = r->first;
  *paid = 0;
  r->unread += !advice_take_off(r);
  ARC__TRY(advice_take_credit(r));
  for (size_t i = r->first; i < lines->count; i++) {
    int fits = advice_fit_line(r->d, &lines->data[i]);
    r->unread += !fits;
    if (!fits) continue;
    *paid += lines->data[i].amount; /* at most what is open, which fits */
    lines->data[kept++] = lines->data[i];
  }
  lines->count = kept;
  return ARC_OK;
}

/* Whose items they are, if all are of one customer or family; the payer is set if he was not known. */
static int advice_payer(advice_reading *r) {
  const arc__tables *t = r->d->view->tables;
  arc__match *match = r->d->match;
  uint32_t customer = 0;
  for (size_t i = r->first; i < match->lines.count; i++) {
    uint32_t other = match->lines.data[i].customer;
    if (customer && customer != other && arc__match_family(t, customer) != arc__match_family(t, other)) return 0;
    if (!customer || customer != other) customer = customer ? arc__match_family(t, customer) : other;
  }
  if (!customer || arc__match_may_be_payer(r->d, customer)) return 1;
  if (match->payer == ARC__PAYER_STATED || match->payer == ARC__PAYER_ADVICE) return 0;
  match->other_name = match->payer == ARC__PAYER_NAME;
  arc__match_one_payer(match, ARC__PAYER_ITEMS, customer);
  return 1;
}

static arc_status advice_propose(advice_reading *r) {
  arc__match *match = r->d->match;
  uint64_t doubts = 0;
  int64_t paid;
  size_t taken = match->takings.count;
  ARC__TRY(advice_fit(r, &paid));
  r->unread += !advice_payer(r);
  if (match->lines.count == r->first || paid > match->cash) return ARC_OK;
  if (match->advice_link == ARC__ADVICE_PAYER) doubts |= ARC__RULE_BIT(ARC__DOUBT_ADVICE_PAYER);
  if (match->advice_link == ARC__ADVICE_AMOUNT) doubts |= ARC__RULE_BIT(ARC__DOUBT_ADVICE_AMOUNT);
  if (r->weak) doubts |= ARC__RULE_BIT(ARC__DOUBT_WEAK);
  if (r->near) doubts |= ARC__RULE_BIT(ARC__DOUBT_NEAR);
  if (r->unread || match->cash - paid != r->on_account) doubts |= ARC__RULE_BIT(ARC__DOUBT_ADVICE_LINES);
  return arc__match_propose_less(r->d, ARC__RULE_ADVICE, doubts, "settles what the remittance advice says",
                                 arc__match_lines_from(&match->lines, r->first), match->lines.count - r->first, taken);
}

arc_status arc__match_by_advice(const arc__decision *d) {
  const arc__tables *t = d->view->tables;
  arc__match *match = d->match;
  advice_reading r;
  advice_find(d);
  if (!match->advice) return ARC_OK;
  memset(&r, 0, sizeof r);
  r.d = d;
  r.first = match->lines.count;
  r.pool_lines = ARC__MATCH_TEXT_MAX;
  uint32_t customer = arc__u32(t, ARC__REMITTANCE_CUSTOMER, match->advice);
  if (customer && match->payer != ARC__PAYER_STATED && match->advice_link >= ARC__ADVICE_REFERENCE)
    arc__match_one_payer(match, ARC__PAYER_ADVICE, customer);
  arc__match_load_credits(d);
  int cut = match->cut;
  match->cut = 0;
  uint32_t first = arc__u32(t, ARC__REMITTANCE_FIRST_LINE, match->advice);
  for (uint32_t i = 0; i < arc__u16(t, ARC__REMITTANCE_LINES, match->advice); i++) {
    if (match->pool.count && r.pool_lines > ADVICE_STEPS / match->pool.count) r.pool_lines = ADVICE_STEPS / match->pool.count;
    ARC__TRY(advice_line(&r, first + i));
  }
  match->cut = cut;
  ARC__TRY(advice_propose(&r));
  match->lengths = 0;
  match->pool.count = 0;
  return ARC_OK;
}

/* ---- advice that came after the funds ---- */

arc_status arc__match_advised(arc_matcher *m, arc__match_plan *plan, arc_error *err) {
  const arc__tables *t = m->tables;
  uint32_t matched = arc__u32(t, ARC__BOOK_MATCHED_CREDIT, 1);
  arc_day matched_day = arc__i32(t, ARC__BOOK_MATCHED_DAY, 1);
  size_t before = plan->payment_count;
  for (uint32_t r = arc__u32(t, ARC__BOOK_MATCHED_REMITTANCE, 1) + 1; r <= t->rows[ARC__TABLE_REMITTANCE]; r++) {
    uint32_t stated = arc__u32(t, ARC__REMITTANCE_CREDIT, r);
    uint32_t c = stated ? stated : advice_first(&m->payments, arc__i64(t, ARC__REMITTANCE_AMOUNT, r));
    for (; c; c = stated ? 0 : m->payments.next[c]) {
      size_t i = before;
      int added;
      if (c > matched || arc__i32(t, ARC__CREDIT_DAY, c) > matched_day) continue; /* not looked at yet */
      if (stated ? arc__u32(t, ARC__CREDIT_ENTRY, c) != 0 : !advice_fits(t, r, c) || !advice_is_waiting(t, c)) continue;
      while (i < plan->payment_count && plan->payments[i].row != c)
        i++;
      if (i < plan->payment_count) continue;
      ARC__TRY(arc__match_plan_add(m, plan, c, &added, err));
      if (added) plan->payments[plan->payment_count - 1].advised = 1;
    }
  }
  return ARC_OK;
}
