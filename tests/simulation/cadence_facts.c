#include "cadence_facts.h"

#include <stdlib.h>
#include <string.h>

/* ---- bytes ---- */

struct reading {
  const unsigned char *at, *end;
  int bad;
};

static uint64_t little(const unsigned char *bytes, size_t size) {
  uint64_t value = 0;
  while (size--) value = value << 8 | bytes[size];
  return value;
}

static uint64_t read_number(struct reading *r) {
  uint64_t value = 0;
  for (unsigned bits = 0; bits < 64; bits += 7) {
    if (r->at == r->end) break;
    value |= (uint64_t)(*r->at & 127) << bits;
    if (*r->at++ < 128) return value;
  }
  r->bad = 1;
  return 0;
}

/* The fields of a record: n a number, d one of 32 bits with a sign, a an amount, 1 a byte, t a text, l a list. */
struct field {
  int64_t number;
  const unsigned char *bytes;
  size_t size;
};
enum { FIELDS = 24 };

static void read_field(struct reading *r, char kind, struct field *field) {
  memset(field, 0, sizeof *field);
  if (kind == '1') {
    if (r->at == r->end) r->bad = 1;
    else field->number = *r->at++;
    return;
  }
  uint64_t number = read_number(r);
  if (kind == 't' || kind == 'l') {
    field->bytes = r->at;
    field->size = (size_t)number;
    if (number > (uint64_t)(r->end - r->at)) r->bad = 1, field->size = 0;
    r->at += field->size;
  } else {
    field->number = kind == 'd' ? (int64_t)(int32_t)(uint32_t)number : (int64_t)number;
  }
}

enum { BOOK = 1, CUSTOMER, CONTACT, INVOICE, CREDIT_NOTE, PAYMENT, IDENTIFICATION, APPLICATION, UNAPPLICATION, REVERSAL,
       WRITEOFF, DISPUTE, DISPUTE_RESOLUTION, PROMISE, HOLD, HOLD_RELEASE, TOUCH, TOUCH_OUTCOME, NOTE, POLICY, DAY_RUN,
       MATCHING, PLANNING, CHARGE, WAIVER, RECOVERY, REFUND, PERIOD_CLOSE, PLAN, PLAN_END, EXCHANGE, DISPUTE_CHANGE = 34,
       RETRY = 57, TYPES };
static const char *const layouts[TYPES] = {
    [BOOK] = "tn", [CUSTOMER] = "ntttttnnnadnntnnatttt", [CONTACT] = "nntttttt1dn", [INVOICE] = "ttttnndalld1n",
    [CREDIT_NOTE] = "tttnnnda1", [PAYMENT] = "tttttnndda", [IDENTIFICATION] = "nnd", [APPLICATION] = "tnndaaan1n1",
    [UNAPPLICATION] = "tnnndt", [REVERSAL] = "ndt", [WRITEOFF] = "tndatt", [DISPUTE] = "ttttttnndna",
    [DISPUTE_RESOLUTION] = "nd1t", [PROMISE] = "ttnddna", [HOLD] = "tttnndd1", [HOLD_RELEASE] = "ndt",
    [TOUCH] = "ttttnndd111ltnn11", [TOUCH_OUTCOME] = "nd1t", [NOTE] = "tttnnd", [POLICY] = "ttd", [DAY_RUN] = "d",
    [MATCHING] = "ndn", [PLANNING] = "d", [CHARGE] = "ttt1nnndddda", [WAIVER] = "tndatt", [RECOVERY] = "tndatt",
    [REFUND] = "ttnda", [PERIOD_CLOSE] = "d", [PLAN] = "ttdnll", [PLAN_END] = "ndt", [EXCHANGE] = "tnndaaan1n1aaa1aa",
    [DISPUTE_CHANGE] = "ndttttn", [RETRY] = "ndat"};

/* ---- facts ---- */

#define X(name)                                                                                                       \
  static struct fact_##name *add_##name(struct facts *f) {                                                           \
    if (f->name##_count + 1 >= f->name##_room) {                                                                      \
      f->name##_room = f->name##_room ? 2 * f->name##_room : 64;                                                      \
      f->name = realloc(f->name, (size_t)f->name##_room * sizeof *f->name);                                           \
      if (!f->name) abort();                                                                                          \
    }                                                                                                                 \
    memset(&f->name[++f->name##_count], 0, sizeof *f->name);                                                          \
    return &f->name[f->name##_count];                                                                                 \
  }
FACTS(X)
#undef X

static const char *text_of(struct facts *f, const struct field *field) {
  struct facts_text *text = malloc(sizeof *text + field->size + 1);
  if (!text) abort();
  if (field->size) memcpy(text->bytes, field->bytes, field->size);
  text->bytes[field->size] = 0;
  text->next = f->texts;
  f->texts = text;
  return text->bytes;
}

static void add_customer_of(struct facts *f, const struct field *v) {
  struct fact_customer *c = v[0].number ? &f->customer[v[0].number] : add_customer(f);
  c->key = text_of(f, &v[1]);
  c->policy = text_of(f, &v[5]);
  c->flags = (uint32_t)v[8].number;
}

static void add_contact_of(struct facts *f, const struct field *v) {
  struct fact_contact *c = v[0].number ? &f->contact[v[0].number] : add_contact(f);
  c->customer = (int)v[1].number;
  c->email = text_of(f, &v[5]);
  c->phone = text_of(f, &v[6]);
  c->postal = text_of(f, &v[7]);
  c->offset = (int)v[9].number;
  c->opt_outs = (uint32_t)v[10].number;
}

static void add_item_of(struct facts *f, const struct field *key, int64_t customer, int64_t currency, int64_t issued,
                        int64_t amount) {
  struct fact_invoice *i = add_invoice(f);
  i->key = text_of(f, key);
  i->customer = (int)customer;
  i->currency = (uint32_t)currency;
  i->issued = (int32_t)issued;
  i->amount = amount;
  i->first = f->instalment_count + 1;
}

static void add_instalment_of(struct facts *f, int32_t due, int64_t amount) {
  struct fact_instalment *i = add_instalment(f);
  i->invoice = f->invoice_count;
  i->due = due;
  i->amount = amount;
  f->invoice[f->invoice_count].count++;
}

static void add_invoice_of(struct facts *f, const struct field *v) {
  add_item_of(f, &v[0], v[4].number, v[5].number, v[6].number, v[7].number);
  for (size_t at = 0; at + 12 <= v[8].size; at += 12)
    add_instalment_of(f, (int32_t)little(v[8].bytes + at, 4), (int64_t)little(v[8].bytes + at + 4, 8));
}

static void add_charge_of(struct facts *f, const struct field *v) {
  add_item_of(f, &v[0], v[4].number, v[5].number, v[7].number, v[11].number);
  add_instalment_of(f, (int32_t)v[8].number, v[11].number);
}

static void add_entry_of(struct facts *f, int64_t instalment, int64_t day, int64_t amount, int applied) {
  struct fact_entry *e = add_entry(f);
  e->instalment = (int)instalment;
  e->day = (int32_t)day;
  e->undone = FACTS_NEVER;
  e->amount = amount;
  e->applied = applied;
  if (!instalment) return;
  e->before = f->instalment[instalment].entry;
  f->instalment[instalment].entry = f->entry_count;
}

static struct fact_exception *add_exception_of(struct facts *f, char kind, int64_t customer, int64_t invoice,
                                               int64_t from, int64_t until, int64_t amount) {
  struct fact_exception *x = add_exception(f);
  x->kind = kind;
  x->customer = (int)customer;
  x->invoice = (int)invoice;
  x->from = (int32_t)from;
  x->until = (int32_t)until;
  x->closed = FACTS_NEVER;
  x->amount = amount;
  return x;
}

static void add_plan_of(struct facts *f, const struct field *v) {
  int first = f->part_count + 1, parts = (int)(v[5].size / 12), row = f->exception_count + 1;
  for (size_t at = 0; at + 12 <= v[5].size; at += 12) {
    struct fact_part *part = add_part(f);
    part->due = (int32_t)little(v[5].bytes + at, 4);
    part->amount = (int64_t)little(v[5].bytes + at + 4, 8);
  }
  for (size_t at = 0; at + 12 <= v[4].size; at += 12) {
    struct fact_exception *x =
        add_exception_of(f, 'l', 0, (int64_t)little(v[4].bytes + at, 4), v[2].number, FACTS_NEVER, 0);
    x->grace = (int)v[3].number;
    x->part = first;
    x->parts = parts;
    x->plan = row;
    x->invoices = (int)(v[4].size / 12);
  }
}

static void close_exceptions(struct facts *f, int64_t first, int64_t day) {
  int count = f->exception[first].kind == 'l' ? f->exception[first].invoices : 1;
  for (int i = 0; i < count; i++) f->exception[first + i].closed = (int32_t)day;
}

static void add_policy_of(struct facts *f, const struct field *v) {
  struct fact_policy *p = add_policy(f);
  p->name = text_of(f, &v[0]);
  p->text = text_of(f, &v[1]);
  p->version = 1;
  for (int i = 1; i < f->policy_count; i++) p->version += strcmp(f->policy[i].name, p->name) == 0;
}

static void add_touch_of(struct facts *f, const struct field *v) {
  struct fact_touch *t = add_touch(f);
  t->key = text_of(f, &v[0]);
  t->step = text_of(f, &v[1]);
  t->policy = text_of(f, &v[2]);
  t->reason = text_of(f, &v[3]);
  t->anchor = (int)v[5].number;
  t->day = (int32_t)v[6].number;
  t->told = FACTS_NEVER;
  t->offset = (int)v[7].number;
  t->channel = (int)v[8].number;
  t->status = (int)v[10].number;
  t->version = (int)v[13].number;
  t->item = f->item_count + 1;
  t->items = (int)(v[11].size / 12);
  for (size_t at = 0; at + 12 <= v[11].size; at += 12) {
    struct fact_item *item = add_item(f);
    item->instalment = (int)little(v[11].bytes + at, 4);
    item->amount = (int64_t)little(v[11].bytes + at + 4, 8);
  }
  if (f->on_touch) f->on_touch(f->user, f->touch_count);
}

static void add_outcome_of(struct facts *f, const struct field *v) {
  struct fact_touch *t = &f->touch[v[0].number];
  t->status = (int)v[2].number;
  t->told = (int32_t)v[1].number;
}

static void add_record(struct facts *f, unsigned type, const struct field *v) {
  int64_t settled = v[4].number + v[5].number + v[6].number;
  switch (type) {
  case CUSTOMER: add_customer_of(f, v); break;
  case CONTACT: add_contact_of(f, v); break;
  case INVOICE: add_invoice_of(f, v); break;
  case CHARGE: add_charge_of(f, v); break;
  case CREDIT_NOTE: case PAYMENT: f->credit_count++; break;
  case APPLICATION: case EXCHANGE: add_entry_of(f, v[2].number, v[3].number, settled, 1); break;
  case WRITEOFF: case WAIVER: add_entry_of(f, v[1].number, v[2].number, v[3].number, 0); break;
  case RECOVERY: add_entry_of(f, v[1].number, v[2].number, -v[3].number, 0); break;
  case REFUND: add_entry_of(f, 0, v[3].number, 0, 0); break;
  case UNAPPLICATION: f->entry[v[3].number].undone = (int32_t)v[4].number; break;
  case DISPUTE: add_exception_of(f, 'd', 0, v[6].number, v[8].number, FACTS_NEVER, v[10].number); break;
  case PROMISE: add_exception_of(f, 'p', 0, v[2].number, v[3].number, v[4].number, v[6].number)->grace = (int)v[5].number; break;
  case HOLD: add_exception_of(f, 'h', v[3].number, v[4].number, v[5].number, v[6].number, 0)->channel = (int)v[7].number; break;
  case PLAN: add_plan_of(f, v); break;
  case DISPUTE_RESOLUTION: case HOLD_RELEASE: case PLAN_END: close_exceptions(f, v[0].number, v[1].number); break;
  case POLICY: add_policy_of(f, v); break;
  case TOUCH: add_touch_of(f, v); break;
  case TOUCH_OUTCOME: add_outcome_of(f, v); break;
  case PLANNING: f->planned = (int32_t)v[0].number; break;
  case DAY_RUN: f->run = (int32_t)v[0].number; break;
  default: break;
  }
}

const char *facts_read(struct facts *f, const unsigned char *bytes, size_t size) {
  const unsigned char *at = bytes + 80, *end = bytes + size;
  if (size < 80 || memcmp(bytes, "ARCJ\1\0\0", 8) != 0 || little(bytes + 20, 4) != size - 80) return "no commit";
  if (little(bytes + 8, 8) != f->records + 1) return "a commit out of order";
  f->instant = (int64_t)little(bytes + 24, 8);
  for (uint64_t left = little(bytes + 16, 4); left; left--) {
    struct field fields[FIELDS];
    unsigned type = end - at < 8 ? 0 : (unsigned)little(at, 2);
    size_t payload = type ? (size_t)little(at + 4, 4) : 0;
    if (type >= TYPES || !layouts[type] || payload > (size_t)(end - at) - 8) return "an unknown record";
    struct reading r = {at + 8, at + 8 + payload, 0};
    memset(fields, 0, sizeof fields);
    for (int i = 0; layouts[type][i]; i++) read_field(&r, layouts[type][i], &fields[i]);
    if (r.bad || r.at != r.end) return "a record of another layout";
    f->records++;
    add_record(f, type, fields);
    at = r.end;
  }
  return at == end ? NULL : "bytes left over";
}

void facts_free(struct facts *f) {
#define X(name) free(f->name);
  FACTS(X)
#undef X
  while (f->texts) {
    struct facts_text *next = f->texts->next;
    free(f->texts);
    f->texts = next;
  }
}

/* ---- what a day saw ---- */

static int counts(int32_t from, int32_t until, int32_t day) {
  if (day == FACTS_ALL) return until == FACTS_NEVER;
  return from <= day && (until == FACTS_NEVER || until > day);
}

int64_t facts_open(const struct facts *f, int instalment, int32_t day) {
  const struct fact_instalment *i = &f->instalment[instalment];
  int64_t open = i->amount;
  if (day != FACTS_ALL && f->invoice[i->invoice].issued > day) return 0;
  for (int e = i->entry; e; e = f->entry[e].before)
    if (counts(f->entry[e].day, f->entry[e].undone, day)) open -= f->entry[e].amount;
  return open;
}

static int64_t disputed(const struct facts *f, int invoice, int32_t day) {
  int64_t sum = 0;
  for (int x = 1; x <= f->exception_count; x++) {
    const struct fact_exception *d = &f->exception[x];
    if (d->kind == 'd' && d->invoice == invoice && counts(d->from, d->closed, day)) sum += d->amount;
  }
  return sum < f->invoice[invoice].amount ? sum : f->invoice[invoice].amount;
}

/* What is disputed of an invoice is taken from its last instalments first. */
int64_t facts_undisputed(const struct facts *f, int instalment, int32_t day) {
  const struct fact_invoice *i = &f->invoice[f->instalment[instalment].invoice];
  int64_t open = facts_open(f, instalment, day), left = disputed(f, f->instalment[instalment].invoice, day);
  for (int later = instalment + 1; left > 0 && later < i->first + i->count; later++) left -= facts_open(f, later, day);
  if (left <= 0) return open;
  return left < open ? open - left : 0;
}

/* What was applied to an invoice within some days, as a day saw it. */
static int64_t applied(const struct facts *f, int invoice, int32_t from, int32_t to, int32_t day) {
  const struct fact_invoice *i = &f->invoice[invoice];
  int64_t sum = 0;
  for (int n = i->first; n < i->first + i->count; n++)
    for (int e = f->instalment[n].entry; e; e = f->entry[e].before) {
      const struct fact_entry *entry = &f->entry[e];
      if (entry->applied && entry->day >= from && entry->day <= to && counts(entry->day, entry->undone, day))
        sum += entry->amount;
    }
  return sum;
}

static int64_t applied_to_plan(const struct facts *f, const struct fact_exception *x, int32_t to, int32_t day) {
  int64_t sum = 0;
  for (int row = x->plan; row < x->plan + x->invoices; row++)
    sum += applied(f, f->exception[row].invoice, x->from, to, day);
  return sum;
}

/* Neither missed, nor paid, nor ended. */
static int plan_runs(const struct facts *f, const struct fact_exception *x, int32_t day) {
  int64_t planned = 0;
  if (!counts(x->from, x->closed, day)) return 0;
  for (int part = x->part; part < x->part + x->parts; part++) {
    int32_t last = f->part[part].due + x->grace;
    planned += f->part[part].amount;
    if (last < day && applied_to_plan(f, x, last, day) < planned) return 0;
  }
  return applied_to_plan(f, x, day, day) < planned;
}

static int pauses(const struct facts *f, const struct fact_exception *x, int invoice, int channel, int32_t day) {
  int32_t last = x->until + (x->kind == 'p' ? x->grace : 0);
  switch (x->kind) {
  case 'p':
    return x->invoice == invoice && x->from <= day && day <= last && applied(f, invoice, x->from, last, day) < x->amount;
  case 'l': return x->invoice == invoice && plan_runs(f, x, day);
  case 'h':
    return (x->invoice == invoice || x->customer == f->invoice[invoice].customer || (!x->invoice && !x->customer)) &&
           counts(x->from, x->closed, day) && (x->until == FACTS_NEVER || day <= x->until) &&
           (!x->channel || x->channel == channel);
  default: return 0;
  }
}

int facts_pause(const struct facts *f, int invoice, int channel, int32_t day) {
  for (int x = 1; x <= f->exception_count; x++)
    if (pauses(f, &f->exception[x], invoice, channel, day)) return x;
  return 0;
}
