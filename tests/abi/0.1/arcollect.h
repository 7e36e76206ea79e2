#ifndef ARCOLLECT_H
#define ARCOLLECT_H
#ifndef ARCOLLECT_STATUS_H
#define ARCOLLECT_STATUS_H
#include <stddef.h>
#include <stdint.h>
#ifdef ARC_API
#elif defined(_WIN32) && defined(ARC_SHARED)
#ifdef ARC_BUILDING
#define ARC_API __declspec(dllexport)
#else
#define ARC_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define ARC_API __attribute__((visibility("default")))
#else
#define ARC_API
#endif
#ifdef __cplusplus
extern "C" {
#endif
#define ARC_VERSION_MAJOR 0
#define ARC_VERSION_MINOR 1
#define ARC_VERSION_PATCH 0
typedef int32_t arc_status;
#define ARC_OK 0
#define ARC_DONE 1
#define ARC_ALREADY 2
#define ARC_E_NOMEM (-1)
#define ARC_E_INVALID (-2)
#define ARC_E_ABI (-3)
#define ARC_E_STORAGE (-4)
#define ARC_E_CORRUPT (-5)
#define ARC_E_BUSY (-6)
#define ARC_E_OVERFLOW (-7)
#define ARC_E_STALE (-8)
#define ARC_E_HOST (-9)
#define ARC_E_CONFLICT (-10)
#define ARC_E_UNKNOWN_OUTCOME (-11)
#define ARC_E_NOT_FOUND (-12)
#define ARC_E_EXISTS (-13)
#define ARC_E_REFUSED (-14)
#define ARC_E_SYNTAX (-15)
#define ARC_E_READ_ONLY (-16)
typedef struct arc_error {
  uint32_t struct_size;
  int32_t status;
  int32_t host_code;
  uint32_t field;
  uint32_t line;
  uint32_t column;
  uint64_t record;
  char text[224];
} arc_error;
#define ARC_ERROR_INIT {(uint32_t)sizeof(arc_error), 0, 0, 0, 0, 0, 0, {0}}
typedef struct arc_text {
  const char *data;
  size_t size;
} arc_text;
#define ARC_NUL_TERMINATED ((size_t)-1)
#define ARC_TEXT(string) {(string), ARC_NUL_TERMINATED}
ARC_API const char *arc_status_name(arc_status status);
ARC_API const char *arc_status_text(arc_status status);
ARC_API uint32_t arc_library_version(void);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_MEMORY_H
#define ARCOLLECT_MEMORY_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct arc_allocator {
  uint32_t struct_size;
  uint32_t flags;
  void *user;
  void *(*resize)(void *user, void *ptr, size_t old_size, size_t new_size);
} arc_allocator;
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_MONEY_H
#define ARCOLLECT_MONEY_H
#ifdef __cplusplus
extern "C" {
#endif
#define ARC_CURRENCY_UNKNOWN (-1)
#define ARC_CURRENCY_NO_MINOR_UNIT (-2)
ARC_API int32_t arc_currency_digits(const char *code);
ARC_API arc_status arc_money_parse(int64_t *minor, const char *text, size_t size, const char *currency,
                                   arc_error *err);
ARC_API arc_status arc_money_format(char *buf, size_t cap, size_t *size, int64_t minor,
                                    const char *currency, arc_error *err);
ARC_API arc_status arc_money_scale(int64_t *out, int64_t amount, int64_t numerator, int64_t denominator,
                                   arc_error *err);
ARC_API arc_status arc_money_split(int64_t *parts, int64_t total, const int64_t *weights, size_t count,
                                   arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_DATES_H
#define ARCOLLECT_DATES_H
#ifdef __cplusplus
extern "C" {
#endif
typedef int32_t arc_day;
#define ARC_DAY_NONE INT32_MIN
#define ARC_DAY_FIRST (-719162)
#define ARC_DAY_LAST 2932896
ARC_API arc_day arc_day_from_civil(int32_t year, int32_t month, int32_t day);
ARC_API arc_status arc_day_to_civil(arc_day day, int32_t *year, int32_t *month, int32_t *day_of_month);
ARC_API int32_t arc_day_weekday(arc_day day);
ARC_API arc_day arc_day_add_months(arc_day day, int32_t months);
ARC_API arc_status arc_day_parse(arc_day *out, const char *text, size_t size, arc_error *err);
ARC_API arc_status arc_day_format(char buf[11], arc_day day);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_CALENDAR_H
#define ARCOLLECT_CALENDAR_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct arc_calendar arc_calendar;
#define ARC_WEEKEND_SATURDAY_SUNDAY 0u
#define ARC_WEEKEND_DAY(weekday) (1u << (weekday))
#define ARC_WEEKEND_NONE 1u
#define ARC_ADJUST_NONE 0
#define ARC_ADJUST_FOLLOWING 1
#define ARC_ADJUST_MODIFIED_FOLLOWING 2
#define ARC_ADJUST_PRECEDING 3
#define ARC_ADJUST_MODIFIED_PRECEDING 4
typedef struct arc_calendar_options {
  uint32_t struct_size;
  uint32_t weekend;
  const arc_day *holidays;
  uint32_t holiday_count;
  char country[4];
  int32_t first_year;
  int32_t last_year;
  const arc_allocator *allocator;
} arc_calendar_options;
#define ARC_CALENDAR_OPTIONS_INIT {(uint32_t)sizeof(arc_calendar_options), 0, 0, 0, {0}, 0, 0, 0}
ARC_API arc_status arc_calendar_new(arc_calendar **out, const arc_calendar_options *options, arc_error *err);
ARC_API void arc_calendar_free(arc_calendar *calendar);
#define ARC_CALENDAR_NONE 0
#define ARC_CALENDAR_BUSINESS 1
#define ARC_CALENDAR_WEEKEND 2
#define ARC_CALENDAR_HOLIDAY 3
ARC_API int32_t arc_calendar_kind(const arc_calendar *calendar, arc_day day);
ARC_API arc_day arc_calendar_adjust(const arc_calendar *calendar, arc_day day, int32_t rule);
ARC_API arc_day arc_calendar_add_business_days(const arc_calendar *calendar, arc_day day, int32_t n);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_TERMS_H
#define ARCOLLECT_TERMS_H
#ifdef __cplusplus
extern "C" {
#endif
#define ARC_TERMS_INSTALMENTS_MAX 36
#define ARC_TERMS_DISCOUNTS_MAX 8
typedef struct arc_terms_invoice {
  uint32_t struct_size;
  arc_day issued;
  arc_text terms;
  int64_t amount;
  char currency[4];
  uint32_t reserved;
  const arc_calendar *calendar;
} arc_terms_invoice;
#define ARC_TERMS_INVOICE_INIT {(uint32_t)sizeof(arc_terms_invoice), ARC_DAY_NONE, {0, 0}, 0, {0}, 0, 0}
typedef struct arc_instalment {
  uint32_t struct_size;
  arc_day due;
  int64_t amount;
} arc_instalment;
typedef struct arc_terms_discount {
  uint32_t struct_size;
  arc_day last;
  uint32_t basis_points;
  uint32_t reserved;
} arc_terms_discount;
typedef struct arc_terms_settlement {
  uint32_t struct_size;
  arc_day value_day;
  int64_t open;
  int64_t base;
  int64_t paid;
  uint32_t grace_days;
  uint32_t reserved;
} arc_terms_settlement;
#define ARC_TERMS_SETTLEMENT_INIT {(uint32_t)sizeof(arc_terms_settlement), ARC_DAY_NONE, 0, 0, 0, 0, 0}
ARC_API arc_status arc_terms_print(char *buf, size_t cap, size_t *size, const char *text, size_t text_size,
                                   arc_error *err);
ARC_API arc_status arc_terms_apply(arc_instalment *instalments, size_t capacity, size_t *count,
                                   arc_terms_discount *discounts, size_t discount_capacity,
                                   size_t *discount_count, const arc_terms_invoice *invoice, arc_error *err);
ARC_API arc_status arc_terms_discount_earned(int64_t *discount, const arc_terms_discount *discounts,
                                             size_t count, const arc_terms_settlement *settlement,
                                             arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_INTEREST_H
#define ARCOLLECT_INTEREST_H
#ifdef __cplusplus
extern "C" {
#endif
#define ARC_RATE_NONE 0
#define ARC_RATE_DAILY 1
#define ARC_RATE_HALF_YEAR 2
#define ARC_RATE_AT_START 3
#define ARC_DAY_COUNT_ACT_365F 0
#define ARC_DAY_COUNT_ACT_360 1
#define ARC_DAY_COUNT_ACT_ACT 2
#define ARC_DAY_COUNT_30_360_US 3
#define ARC_DAY_COUNT_30E_360 4
#define ARC_INTEREST_AT_END 0
#define ARC_INTEREST_PER_DAY 1
#define ARC_ROUND_HALF_EVEN 0
#define ARC_ROUND_HALF_UP 1
#define ARC_ROUND_DOWN 2
typedef struct arc_interest_rate {
  uint32_t struct_size;
  arc_day from;
  int32_t ppm;
  uint32_t reserved;
} arc_interest_rate;
typedef struct arc_interest_rule {
  uint32_t struct_size;
  int32_t reference;
  int32_t margin_ppm;
  int32_t round_up_ppm;
  int32_t day_count;
  int32_t rounded;
  int32_t rounding;
  uint32_t reserved;
} arc_interest_rule;
#define ARC_INTEREST_RULE_NONE {(uint32_t)sizeof(arc_interest_rule), 0, 0, 0, 0, 0, 0, 0}
#define ARC_INTEREST_RULE_CONTRACT(ppm) {(uint32_t)sizeof(arc_interest_rule), 0, (ppm), 0, 0, 0, 0, 0}
#define ARC_INTEREST_RULE_EU {(uint32_t)sizeof(arc_interest_rule), ARC_RATE_HALF_YEAR, 80000, 0, 0, 0, 0, 0}
#define ARC_INTEREST_RULE_UK {(uint32_t)sizeof(arc_interest_rule), ARC_RATE_AT_START, 80000, 0, 0, 0, 0, 0}
typedef struct arc_interest_balance {
  uint32_t struct_size;
  arc_day day;
  int64_t open;
} arc_interest_balance;
typedef struct arc_interest_claim {
  uint32_t struct_size;
  arc_day due;
  arc_day until;
  uint32_t balance_count;
  const arc_interest_balance *balances;
  const arc_interest_rate *rates;
  const arc_interest_rule *rule;
  uint32_t rate_count;
  uint32_t reserved;
} arc_interest_claim;
#define ARC_INTEREST_CLAIM_INIT {(uint32_t)sizeof(arc_interest_claim), ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0, 0, 0, 0}
typedef struct arc_interest_line {
  uint32_t struct_size;
  arc_day from;
  arc_day to;
  int32_t days;
  int32_t ppm;
  uint32_t reserved;
  int64_t balance;
  int64_t amount;
} arc_interest_line;
ARC_API arc_status arc_interest_accrue(int64_t *total, arc_interest_line *lines, size_t capacity,
                                       size_t *count, const arc_interest_claim *claim, arc_error *err);
typedef struct arc_compensation_band {
  uint32_t struct_size;
  char currency[4];
  int64_t from;
  int64_t amount;
} arc_compensation_band;
#define ARC_COMPENSATION_EU {(uint32_t)sizeof(arc_compensation_band), "EUR", 0, 4000}
#define ARC_COMPENSATION_UK {(uint32_t)sizeof(arc_compensation_band), "GBP", 0, 4000}, {(uint32_t)sizeof(arc_compensation_band), "GBP", 100000, 7000}, {(uint32_t)sizeof(arc_compensation_band), "GBP", 1000000, 10000}
ARC_API arc_status arc_compensation_find(int64_t *amount, int64_t debt, const char *currency,
                                         const arc_compensation_band *bands, size_t count, arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_REFERENCES_H
#define ARCOLLECT_REFERENCES_H
#ifdef __cplusplus
extern "C" {
#endif
#define ARC_REFERENCE_RF 1
#define ARC_REFERENCE_SWISS 2
#define ARC_REFERENCE_FINNISH 3
#define ARC_REFERENCE_BELGIAN 4
#define ARC_REFERENCE_KID_10 5
#define ARC_REFERENCE_KID_11 6
#define ARC_REFERENCE_OCR 7
#define ARC_REFERENCE_OCR_LENGTH 8
#define ARC_REFERENCE_SIZE 28
typedef struct arc_reference {
  uint32_t struct_size;
  int32_t scheme;
  char text[ARC_REFERENCE_SIZE];
} arc_reference;
#define ARC_REFERENCE_INIT {(uint32_t)sizeof(arc_reference), 0, {0}}
ARC_API arc_status arc_reference_check(arc_reference *out, int32_t scheme, const char *text, size_t size,
                                       arc_error *err);
ARC_API arc_status arc_reference_repairs(arc_reference *rows, size_t capacity, size_t *count, int32_t scheme,
                                         const char *text, size_t size, arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_REPORT_H
#define ARCOLLECT_REPORT_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct arc_report arc_report;
#define ARC_COLUMN_TEXT 1
#define ARC_COLUMN_MONEY 2
#define ARC_COLUMN_DAY 3
#define ARC_COLUMN_INTEGER 4
#define ARC_COLUMN_PPM 5
ARC_API size_t arc_report_rows(const arc_report *report);
ARC_API size_t arc_report_columns(const arc_report *report);
ARC_API const char *arc_report_column_name(const arc_report *report, size_t column);
ARC_API int32_t arc_report_column_type(const arc_report *report, size_t column);
ARC_API int32_t arc_report_is_null(const arc_report *report, size_t row, size_t column);
ARC_API int64_t arc_report_integer(const arc_report *report, size_t row, size_t column);
ARC_API const char *arc_report_text(const arc_report *report, size_t row, size_t column, size_t *size);
ARC_API arc_status arc_report_format(const arc_report *report, size_t row, size_t column, char *buf,
                                     size_t cap, size_t *size);
ARC_API void arc_report_free(arc_report *report);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_ARROW_H
#define ARCOLLECT_ARROW_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4
struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};
struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};
#endif
#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};
#endif
struct ArrowArrayStream;
#define ARC_WHOLE_UNITS 8u
ARC_API arc_status arc_report_arrow(struct ArrowArrayStream *out, arc_report *report, uint32_t options, arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_STORAGE_H
#define ARCOLLECT_STORAGE_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct arc_storage {
  uint32_t struct_size;
  uint32_t flags;
  void *user;
  int32_t (*append)(void *user, uint64_t first_seq, uint32_t count, const void *bytes, size_t size);
  int32_t (*read)(void *user, uint64_t first_seq, uint64_t offset, void *buf, size_t cap, size_t *size);
  int32_t (*save_snapshot)(void *user, uint64_t next_seq, const void *bytes, size_t size);
  int32_t (*load_snapshot)(void *user, uint64_t *next_seq, uint64_t *total, uint64_t offset, void *buf,
                           size_t cap, size_t *size);
  void (*close)(void *user);
  int32_t (*drop)(void *user, uint64_t first_seq);
} arc_storage;
#define ARC_STORAGE_INIT {(uint32_t)sizeof(arc_storage), 0, 0, 0, 0, 0, 0, 0, 0}
ARC_API arc_status arc_storage_memory_new(arc_storage *out, const arc_allocator *allocator,
                                          arc_error *err);
ARC_API arc_status arc_storage_file_open(arc_storage *out, const char *path,
                                         const arc_allocator *allocator, arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_TRANSPORT_H
#define ARCOLLECT_TRANSPORT_H
#ifdef __cplusplus
extern "C" {
#endif
#define ARC_CHANNEL_NONE 0
#define ARC_CHANNEL_EMAIL 1
#define ARC_CHANNEL_SMS 2
#define ARC_CHANNEL_LETTER 3
#define ARC_CHANNEL_REGISTERED_LETTER 4
#define ARC_CHANNEL_CALL 5
#define ARC_CHANNEL_VOICE 6
#define ARC_CHANNEL_PORTAL 7
#define ARC_CHANNEL_WEBHOOK 8
#define ARC_CHANNEL_PLACEMENT 9
#define ARC_TONE_NONE 0
#define ARC_TONE_FRIENDLY 1
#define ARC_TONE_NEUTRAL 2
#define ARC_TONE_FIRM 3
#define ARC_TONE_FINAL 4
typedef struct arc_message_item {
  uint32_t struct_size;
  arc_day due;
  arc_text invoice;
  arc_text key;
  int64_t amount;
  int64_t invoiced;
  int64_t paid;
  arc_text po_number;
  arc_day issued;
  int32_t kind;
} arc_message_item;
typedef struct arc_remit_to {
  uint32_t struct_size;
  char currency[4];
  arc_text holder;
  arc_text account;
  arc_text bank;
  arc_text reference;
  arc_text link;
} arc_remit_to;
#define ARC_REMIT_TO_INIT {(uint32_t)sizeof(arc_remit_to), {0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}
typedef struct arc_letterhead {
  uint32_t struct_size;
  uint32_t deadline_days;
  arc_text name;
  arc_text address;
  arc_text contact;
  arc_text language;
  const arc_remit_to *remit_to;
  uint32_t remit_to_count;
  uint32_t reserved;
} arc_letterhead;
#define ARC_LETTERHEAD_INIT {(uint32_t)sizeof(arc_letterhead), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0}
typedef struct arc_message {
  uint32_t struct_size;
  int32_t channel;
  arc_text idempotency_key;
  arc_text customer;
  arc_text customer_name;
  arc_text recipient;
  arc_text address;
  arc_text language;
  arc_text step;
  int32_t tone;
  arc_day day;
  char currency[4];
  uint32_t item_count;
  int64_t amount;
  arc_text subject;
  arc_text body;
  arc_text html;
  const arc_message_item *items;
  const arc_letterhead *letterhead;
  const arc_remit_to *remit_to;
  int64_t invoiced;
  int64_t paid;
  arc_text template_name;
  arc_day deadline;
  uint32_t attempt;
  uint32_t copy_count;
  uint32_t reserved;
  const arc_text *copies;
  int64_t on_account;
  int64_t net;
} arc_message;
typedef struct arc_transport {
  uint32_t struct_size;
  uint32_t flags;
  void *user;
  int32_t (*send)(void *user, const arc_message *message);
} arc_transport;
#define ARC_SENT 0
#define ARC_PENDING 1
#define ARC_FAILED 2
#define ARC_RETRY 3
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_TEMPLATE_H
#define ARCOLLECT_TEMPLATE_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct arc_template arc_template;
#define ARC_PART_SUBJECT 1
#define ARC_PART_TEXT 2
#define ARC_PART_HTML 3
#define ARC_TEMPLATE_OUTPUT_MAX 1048576
ARC_API arc_status arc_template_open(arc_template **out, const char *text, size_t size,
                                     const arc_allocator *allocator, arc_error *err);
ARC_API void arc_template_close(arc_template *tmpl);
ARC_API arc_status arc_template_write(char *buf, size_t cap, size_t *size, const arc_template *tmpl, int32_t part,
                                      const arc_message *message, arc_error *err);
ARC_API arc_status arc_template_built_in(char *buf, size_t cap, size_t *size, int32_t tone, int32_t channel,
                                         const char *language, const arc_allocator *allocator,
                                         arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_LEDGER_H
#define ARCOLLECT_LEDGER_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct arc_ledger arc_ledger;
typedef struct arc_ledger_options {
  uint32_t struct_size;
  uint32_t flags;
  const arc_allocator *allocator;
  const arc_storage *storage;
  arc_text book;
  char currency[4];
  uint32_t reserved;
  uint64_t hash_seed[2];
  const arc_calendar *calendar;
} arc_ledger_options;
#define ARC_LEDGER_OPTIONS_INIT {(uint32_t)sizeof(arc_ledger_options), 0, 0, 0, {0, 0}, {0}, 0, {0, 0}, 0}
#define ARC_LEDGER_DETACHED 1u
ARC_API arc_status arc_ledger_open(arc_ledger **out, const arc_ledger_options *options, arc_error *err);
ARC_API void arc_ledger_close(arc_ledger *ledger);
ARC_API arc_status arc_ledger_fork(arc_ledger **out, arc_ledger *ledger, int64_t known_at, arc_error *err);
ARC_API arc_status arc_ledger_refresh(arc_ledger *ledger, arc_error *err);
ARC_API arc_status arc_ledger_set_clock(arc_ledger *ledger, int64_t instant, arc_error *err);
typedef struct arc_ledger_info {
  uint32_t struct_size;
  char currency[4];
  uint64_t first_sequence;
  uint64_t next_sequence;
  arc_day matched;
  arc_day planned;
  arc_day run;
  arc_day closed;
  int64_t instant;
  uint8_t head[32];
} arc_ledger_info;
#define ARC_LEDGER_INFO_INIT {(uint32_t)sizeof(arc_ledger_info), {0}, 0, 0, ARC_DAY_NONE, ARC_DAY_NONE, ARC_DAY_NONE, ARC_DAY_NONE, 0, {0}}
ARC_API arc_status arc_ledger_describe(arc_ledger_info *out, const arc_ledger *ledger, arc_error *err);
ARC_API arc_status arc_ledger_verify(arc_ledger *ledger, arc_error *err);
ARC_API arc_status arc_ledger_snapshot(arc_ledger *ledger, arc_error *err);
ARC_API arc_status arc_ledger_drop_journal(arc_ledger *ledger, arc_error *err);
ARC_API arc_status arc_batch_begin(arc_ledger *ledger, arc_error *err);
ARC_API arc_status arc_batch_commit(arc_ledger *ledger, arc_error *err);
ARC_API arc_status arc_batch_bytes(arc_ledger *ledger, uint64_t *first_seq, uint32_t *count,
                                   const void **bytes, size_t *size, arc_error *err);
ARC_API void arc_batch_publish(arc_ledger *ledger);
ARC_API void arc_batch_abort(arc_ledger *ledger);
#define ARC_REPLACE 1u
#define ARC_OUR_ERROR 2u
#define ARC_FALSE_ALARM 4u
#define ARC_FAULT_PO_NUMBER 1u
#define ARC_FAULT_CONTACT 2u
#define ARC_FAULT_TERMS 4u
#define ARC_FAULT_AMOUNT 8u
#define ARC_FAULT_DUPLICATE 16u
#define ARC_FAULT_OTHER 32u
#define ARC_CUSTOMER_CREDIT_HOLD 1u
#define ARC_CUSTOMER_DO_NOT_CONTACT 2u
#define ARC_CUSTOMER_INSOLVENT 4u
#define ARC_CUSTOMER_DECEASED 8u
#define ARC_CUSTOMER_LEGAL 16u
#define ARC_CUSTOMER_STRATEGIC 32u
#define ARC_TAGS 4
typedef struct arc_customer {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text name;
  arc_text parent;
  arc_text segment;
  arc_text owner;
  arc_text policy;
  char currency[4];
  uint32_t flags;
  int64_t credit_limit;
  int32_t terms_days;
  uint32_t discount_bp;
  uint32_t discount_days;
  uint32_t reserved;
  arc_text terms;
  uint32_t checks;
  uint32_t hold_days;
  int64_t hold_amount;
  arc_text tags[ARC_TAGS];
} arc_customer;
#define ARC_CUSTOMER_INIT {(uint32_t)sizeof(arc_customer), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, 0, 0, 0, 0, 0, 0, {0, 0}, 0, 0, 0, {{0, 0}, {0, 0}, {0, 0}, {0, 0}}}
#define ARC_ROLE_PAYABLES 0
#define ARC_ROLE_APPROVER 1
#define ARC_ROLE_OWNER 2
#define ARC_ROLE_EXECUTIVE 3
typedef struct arc_contact {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text customer;
  arc_text name;
  arc_text language;
  arc_text email;
  arc_text phone;
  arc_text postal;
  int32_t role;
  int32_t utc_offset_minutes;
  uint32_t opt_outs;
  uint32_t reserved;
} arc_contact;
#define ARC_CONTACT_INIT {(uint32_t)sizeof(arc_contact), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0, 0}
ARC_API arc_status arc_ledger_post_customers(arc_ledger *ledger, const arc_customer *rows, size_t count,
                                             arc_error *err);
ARC_API arc_status arc_ledger_post_contacts(arc_ledger *ledger, const arc_contact *rows, size_t count,
                                            arc_error *err);
typedef struct arc_erasure {
  uint32_t struct_size;
  uint32_t options;
  arc_text customer;
  arc_text contact;
  arc_text payment;
  arc_text reason;
  arc_day day;
  arc_day retain_from;
} arc_erasure;
#define ARC_ERASURE_INIT {(uint32_t)sizeof(arc_erasure), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE}
ARC_API arc_status arc_ledger_post_erasures(arc_ledger *ledger, const arc_erasure *rows, size_t count,
                                            arc_error *err);
typedef struct arc_invoice {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text number;
  arc_text customer;
  arc_text po_number;
  char currency[4];
  arc_day issued;
  arc_day due;
  uint32_t discount_bp;
  int64_t amount;
  uint32_t discount_days;
  uint32_t instalment_count;
  const arc_instalment *instalments;
  arc_text terms;
  int64_t lines_total;
  arc_day fulfilled;
  uint32_t reserved;
} arc_invoice;
#define ARC_INVOICE_INIT {(uint32_t)sizeof(arc_invoice), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0, 0, 0, {0, 0}, 0, ARC_DAY_NONE, 0}
typedef struct arc_delivery {
  uint32_t struct_size;
  uint32_t options;
  arc_text invoice;
  arc_text detail;
  arc_day day;
  int32_t channel;
} arc_delivery;
#define ARC_DELIVERY_INIT {(uint32_t)sizeof(arc_delivery), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}
typedef struct arc_correction {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text invoice;
  arc_text reason;
  arc_text author;
  arc_text po_number;
  arc_text credit_note;
  arc_text reissued;
  arc_day day;
  uint32_t faults;
} arc_correction;
#define ARC_CORRECTION_INIT {(uint32_t)sizeof(arc_correction), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}
typedef struct arc_credit_note {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text number;
  arc_text customer;
  arc_text invoice;
  arc_text reason;
  char currency[4];
  arc_day issued;
  int64_t amount;
} arc_credit_note;
#define ARC_CREDIT_NOTE_INIT {(uint32_t)sizeof(arc_credit_note), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, ARC_DAY_NONE, 0}
#define ARC_WRITEOFF_BAD_DEBT 0
#define ARC_WRITEOFF_WAIVER 1
#define ARC_WRITEOFF_RECOVERY 2
typedef struct arc_writeoff {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text invoice;
  arc_text reason;
  arc_day day;
  int32_t kind;
  int64_t amount;
  arc_text approved_by;
} arc_writeoff;
#define ARC_WRITEOFF_INIT {(uint32_t)sizeof(arc_writeoff), 0, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0, 0, {0, 0}}
#define ARC_CHARGE_FEE 1
#define ARC_CHARGE_INTEREST 2
#define ARC_CHARGE_COMPENSATION 3
typedef struct arc_charge {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text number;
  arc_text customer;
  arc_text invoice;
  arc_text reason;
  char currency[4];
  int32_t kind;
  arc_day issued;
  arc_day due;
  arc_day from;
  arc_day to;
  int64_t amount;
} arc_charge;
#define ARC_CHARGE_INIT {(uint32_t)sizeof(arc_charge), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, 0, ARC_DAY_NONE, ARC_DAY_NONE, ARC_DAY_NONE, ARC_DAY_NONE, 0}
ARC_API arc_status arc_ledger_post_invoices(arc_ledger *ledger, const arc_invoice *rows, size_t count,
                                            arc_error *err);
ARC_API arc_status arc_ledger_post_deliveries(arc_ledger *ledger, const arc_delivery *rows, size_t count,
                                              arc_error *err);
ARC_API arc_status arc_ledger_post_corrections(arc_ledger *ledger, const arc_correction *rows, size_t count,
                                               arc_error *err);
ARC_API arc_status arc_ledger_post_credit_notes(arc_ledger *ledger, const arc_credit_note *rows,
                                                size_t count, arc_error *err);
ARC_API arc_status arc_ledger_post_writeoffs(arc_ledger *ledger, const arc_writeoff *rows, size_t count,
                                             arc_error *err);
ARC_API arc_status arc_ledger_post_charges(arc_ledger *ledger, const arc_charge *rows, size_t count,
                                           arc_error *err);
typedef struct arc_payment {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text customer;
  arc_text payer_name;
  arc_text payer_account;
  arc_text bank_reference;
  arc_text remittance;
  char currency[4];
  arc_day received;
  arc_day value_day;
  uint32_t reserved;
  int64_t amount;
} arc_payment;
#define ARC_PAYMENT_INIT {(uint32_t)sizeof(arc_payment), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0}
#define ARC_CREDIT_PAYMENT 0
#define ARC_CREDIT_CREDIT_NOTE 1
#define ARC_HOW_GIVEN 0
#define ARC_HOW_REFERENCE 1
#define ARC_HOW_AMOUNT 2
#define ARC_HOW_SUM 3
#define ARC_HOW_OLDEST_FIRST 4
#define ARC_HOW_CONFIRMED 5
typedef struct arc_dispute {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text invoice;
  arc_text kind;
  arc_text owner;
  arc_text reason;
  arc_day opened;
  uint32_t reserved;
  int64_t amount;
  arc_text source;
  arc_text documents;
  uint32_t answer_days;
  arc_day changed;
} arc_dispute;
#define ARC_DISPUTE_INIT {(uint32_t)sizeof(arc_dispute), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0, 0, {0, 0}, {0, 0}, 0, ARC_DAY_NONE}
typedef struct arc_application {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text credit;
  arc_text invoice;
  int32_t credit_kind;
  uint32_t instalment;
  arc_day day;
  int32_t how;
  int64_t amount;
  int64_t discount;
  int64_t tolerance;
  uint32_t confidence_ppm;
  uint32_t evidence;
  const arc_dispute *deduction;
  int64_t settled;
  int64_t rate_invoice;
  int64_t rate_credit;
  int64_t invoice_value;
  int64_t credit_value;
} arc_application;
#define ARC_APPLICATION_INIT {(uint32_t)sizeof(arc_application), 0, {0, 0}, {0, 0}, {0, 0}, 0, 0, ARC_DAY_NONE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
typedef struct arc_unapplication {
  uint32_t struct_size;
  uint32_t options;
  arc_text credit;
  arc_text invoice;
  arc_text reason;
  int32_t credit_kind;
  arc_day day;
  arc_text key;
  arc_text application;
  uint32_t instalment;
  uint32_t reserved;
} arc_unapplication;
#define ARC_UNAPPLICATION_INIT {(uint32_t)sizeof(arc_unapplication), 0, {0, 0}, {0, 0}, {0, 0}, 0, ARC_DAY_NONE, {0, 0}, {0, 0}, 0, 0}
typedef struct arc_reversal {
  uint32_t struct_size;
  uint32_t options;
  arc_text payment;
  arc_text reason;
  arc_day day;
  uint32_t reserved;
} arc_reversal;
#define ARC_REVERSAL_INIT {(uint32_t)sizeof(arc_reversal), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}
typedef struct arc_refund {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text credit;
  arc_text reason;
  int32_t credit_kind;
  arc_day day;
  int64_t amount;
} arc_refund;
#define ARC_REFUND_INIT {(uint32_t)sizeof(arc_refund), 0, {0, 0}, {0, 0}, {0, 0}, 0, ARC_DAY_NONE, 0}
typedef struct arc_rejection {
  uint32_t struct_size;
  uint32_t options;
  arc_text payment;
  arc_text author;
  arc_text reason;
  const arc_text *invoices;
  uint32_t invoice_count;
  arc_day day;
  uint32_t evidence;
  uint32_t reserved;
} arc_rejection;
#define ARC_REJECTION_INIT {(uint32_t)sizeof(arc_rejection), 0, {0, 0}, {0, 0}, {0, 0}, 0, 0, ARC_DAY_NONE, 0, 0}
typedef struct arc_remittance_line {
  uint32_t struct_size;
  uint32_t options;
  arc_text reference;
  arc_text reason;
  int64_t amount;
  int64_t discount;
  int64_t deduction;
} arc_remittance_line;
#define ARC_REMITTANCE_LINE_INIT {(uint32_t)sizeof(arc_remittance_line), 0, {0, 0}, {0, 0}, 0, 0, 0}
typedef struct arc_remittance {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text customer;
  arc_text payment;
  arc_text payer_name;
  arc_text reference;
  char currency[4];
  arc_day received;
  int64_t amount;
  const arc_remittance_line *lines;
  uint32_t line_count;
  uint32_t reserved;
} arc_remittance;
#define ARC_REMITTANCE_INIT {(uint32_t)sizeof(arc_remittance), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, ARC_DAY_NONE, 0, 0, 0, 0}
ARC_API arc_status arc_ledger_post_payments(arc_ledger *ledger, const arc_payment *rows, size_t count,
                                            arc_error *err);
ARC_API arc_status arc_ledger_post_applications(arc_ledger *ledger, const arc_application *rows,
                                                size_t count, arc_error *err);
ARC_API arc_status arc_ledger_post_unapplications(arc_ledger *ledger, const arc_unapplication *rows,
                                                  size_t count, arc_error *err);
ARC_API arc_status arc_ledger_post_reversals(arc_ledger *ledger, const arc_reversal *rows, size_t count,
                                             arc_error *err);
ARC_API arc_status arc_ledger_post_refunds(arc_ledger *ledger, const arc_refund *rows, size_t count,
                                           arc_error *err);
ARC_API arc_status arc_ledger_post_rejections(arc_ledger *ledger, const arc_rejection *rows, size_t count,
                                              arc_error *err);
ARC_API arc_status arc_ledger_post_remittances(arc_ledger *ledger, const arc_remittance *rows, size_t count,
                                               arc_error *err);
typedef struct arc_promise {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text invoice;
  arc_text made_by;
  arc_day made;
  arc_day pay_by;
  uint32_t grace_days;
  uint32_t reserved;
  int64_t amount;
} arc_promise;
#define ARC_PROMISE_INIT {(uint32_t)sizeof(arc_promise), 0, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0}
#define ARC_EVERYBODY 1u
typedef struct arc_hold {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text customer;
  arc_text invoice;
  arc_text reason;
  arc_text author;
  arc_day from;
  arc_day until;
  int32_t channel;
  uint32_t reserved;
} arc_hold;
#define ARC_HOLD_INIT {(uint32_t)sizeof(arc_hold), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0}
typedef struct arc_plan {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text agreed_by;
  const arc_text *invoices;
  const arc_instalment *instalments;
  uint32_t invoice_count;
  uint32_t instalment_count;
  arc_day made;
  uint32_t grace_days;
} arc_plan;
#define ARC_PLAN_INIT {(uint32_t)sizeof(arc_plan), 0, {0, 0}, {0, 0}, 0, 0, 0, 0, ARC_DAY_NONE, 0}
ARC_API arc_status arc_ledger_post_disputes(arc_ledger *ledger, const arc_dispute *rows, size_t count,
                                            arc_error *err);
ARC_API arc_status arc_ledger_post_promises(arc_ledger *ledger, const arc_promise *rows, size_t count,
                                            arc_error *err);
ARC_API arc_status arc_ledger_post_plans(arc_ledger *ledger, const arc_plan *rows, size_t count, arc_error *err);
ARC_API arc_status arc_ledger_post_holds(arc_ledger *ledger, const arc_hold *rows, size_t count,
                                         arc_error *err);
#define ARC_TOUCH_PLANNED 0
#define ARC_TOUCH_SENT 1
#define ARC_TOUCH_FAILED 2
#define ARC_TOUCH_PENDING 3
#define ARC_TOUCH_DELIVERED 4
#define ARC_TOUCH_WITHHELD 5
#define ARC_TOUCH_APPROVED 6
#define ARC_TOUCH_REFUSED 7
#define ARC_TOUCH_BOUNCED 8
#define ARC_TOUCH_OPENED 9
#define ARC_CHECK_OPEN 1u
#define ARC_CHECK_DISPUTE 2u
#define ARC_CHECK_PROMISE 4u
#define ARC_CHECK_PLAN 8u
#define ARC_CHECK_HOLD 16u
#define ARC_CHECK_CASH 32u
#define ARC_CHECK_FLAGS 64u
#define ARC_CHECK_OPT_OUT 128u
#define ARC_CHECK_QUIET_DAY 256u
#define ARC_CHECK_LIMIT 512u
#define ARC_CHECK_CONVERSATION 1024u
#define ARC_CHECK_APPROVAL 2048u
#define ARC_CHECK_ONCE 4096u
#define ARC_CHECK_NOT_BARRED 8192u
typedef struct arc_touch_item {
  uint32_t struct_size;
  uint32_t instalment;
  arc_text invoice;
  int64_t amount;
} arc_touch_item;
typedef struct arc_touch {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text customer;
  arc_text anchor;
  arc_text step;
  arc_text policy;
  arc_text reason;
  char currency[4];
  arc_day day;
  int32_t offset;
  int32_t channel;
  int32_t tone;
  int32_t status;
  uint32_t anchor_instalment;
  uint32_t item_count;
  const arc_touch_item *items;
  arc_text template_name;
  uint32_t policy_version;
  uint32_t checks;
  uint32_t roles;
  uint32_t copies;
} arc_touch;
#define ARC_TOUCH_INIT {(uint32_t)sizeof(arc_touch), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0}, ARC_DAY_NONE, 0, 0, 0, 0, 0, 0, 0, {0, 0}, 0, 0, 0, 0}
typedef struct arc_touch_outcome {
  uint32_t struct_size;
  uint32_t options;
  arc_text touch;
  arc_text detail;
  arc_day day;
  int32_t status;
  int64_t not_before;
} arc_touch_outcome;
#define ARC_TOUCH_OUTCOME_INIT {(uint32_t)sizeof(arc_touch_outcome), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, 0, 0}
typedef struct arc_template_text {
  uint32_t struct_size;
  uint32_t options;
  arc_text name;
  arc_text text;
  arc_day day;
  uint32_t reserved;
} arc_template_text;
#define ARC_TEMPLATE_TEXT_INIT {(uint32_t)sizeof(arc_template_text), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}
typedef struct arc_note {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text customer;
  arc_text invoice;
  arc_text author;
  arc_text text;
  arc_day day;
  uint32_t reserved;
} arc_note;
#define ARC_NOTE_INIT {(uint32_t)sizeof(arc_note), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}
typedef struct arc_policy {
  uint32_t struct_size;
  uint32_t options;
  arc_text name;
  arc_text text;
  arc_day day;
  uint32_t reserved;
} arc_policy;
#define ARC_POLICY_INIT {(uint32_t)sizeof(arc_policy), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}
typedef struct arc_task {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text customer;
  arc_text kind;
  arc_text owner;
  arc_text text;
  arc_text source;
  arc_text documents;
  arc_day opened;
  uint32_t answer_days;
} arc_task;
#define ARC_TASK_INIT {(uint32_t)sizeof(arc_task), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}
#define ARC_VERDICT_ACTED 1
#define ARC_VERDICT_NOTHING 2
#define ARC_VERDICT_PERSON 3
typedef struct arc_reply_kind {
  uint32_t struct_size;
  int32_t kind;
  uint32_t confidence_bp;
  uint32_t reserved;
  arc_text name;
  arc_text words;
} arc_reply_kind;
#define ARC_REPLY_KIND_INIT {(uint32_t)sizeof(arc_reply_kind), 0, 0, 0, {0, 0}, {0, 0}}
#define ARC_MADE_DISPUTE 1
#define ARC_MADE_PROMISE 2
#define ARC_MADE_HOLD 3
#define ARC_MADE_TASK 4
#define ARC_MADE_OPT_OUT 5
typedef struct arc_reply_made {
  uint32_t struct_size;
  int32_t what;
  arc_text key;
  uint32_t opt_outs;
  uint32_t reserved;
} arc_reply_made;
#define ARC_REPLY_MADE_INIT {(uint32_t)sizeof(arc_reply_made), 0, {0, 0}, 0, 0}
typedef struct arc_reply_entry {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text customer;
  arc_text touch;
  arc_text sender;
  arc_text subject;
  arc_text text;
  arc_text language;
  arc_text model;
  arc_text reason;
  arc_day written;
  arc_day day;
  int32_t channel;
  int32_t verdict;
  uint32_t kind_count;
  uint32_t made_count;
  const arc_reply_kind *kinds;
  const arc_reply_made *made;
} arc_reply_entry;
#define ARC_REPLY_ENTRY_INIT {(uint32_t)sizeof(arc_reply_entry), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0, 0, 0, 0}
ARC_API arc_status arc_ledger_post_tasks(arc_ledger *ledger, const arc_task *rows, size_t count, arc_error *err);
ARC_API arc_status arc_ledger_post_replies(arc_ledger *ledger, const arc_reply_entry *rows, size_t count,
                                           arc_error *err);
ARC_API arc_status arc_ledger_post_touches(arc_ledger *ledger, const arc_touch *rows, size_t count,
                                           arc_error *err);
ARC_API arc_status arc_ledger_post_touch_outcomes(arc_ledger *ledger, const arc_touch_outcome *rows,
                                                  size_t count, arc_error *err);
ARC_API arc_status arc_ledger_post_templates(arc_ledger *ledger, const arc_template_text *rows, size_t count,
                                             arc_error *err);
ARC_API arc_status arc_ledger_post_notes(arc_ledger *ledger, const arc_note *rows, size_t count,
                                         arc_error *err);
ARC_API arc_status arc_ledger_post_policies(arc_ledger *ledger, const arc_policy *rows, size_t count,
                                            arc_error *err);
#define ARC_END_DISPUTE 1
#define ARC_END_HOLD 2
#define ARC_END_PLAN 3
#define ARC_END_TASK 4
#define ARC_END_REPLY 5
typedef struct arc_end {
  uint32_t struct_size;
  uint32_t options;
  arc_text key;
  arc_text author;
  arc_text reason;
  arc_day day;
  int32_t kind;
} arc_end;
#define ARC_END_INIT {(uint32_t)sizeof(arc_end), 0, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}
ARC_API arc_status arc_ledger_post_ends(arc_ledger *ledger, const arc_end *rows, size_t count, arc_error *err);
#define ARC_DAY_IS_MATCHED 1
#define ARC_DAY_IS_PLANNED 2
#define ARC_DAY_IS_RUN 3
#define ARC_DAY_IS_CLOSED 4
ARC_API arc_status arc_ledger_post_day(arc_ledger *ledger, arc_day day, int32_t what, arc_error *err);
#define ARC_REPORT_APPLICATIONS 1
#define ARC_REPORT_TOUCHES 2
#define ARC_REPORT_POSTINGS 3
#define ARC_REPORT_TIMELINE 4
#define ARC_REPORT_STATEMENT 5
#define ARC_REPORT_OPEN_ITEMS 6
#define ARC_REPORT_PLANS 7
#define ARC_REPORT_DISPUTES 8
#define ARC_REPORT_EXCHANGES 9
#define ARC_REPORT_INVOICES 10
#define ARC_REPORT_FINDINGS 11
#define ARC_REPORT_HOLDS 12
#define ARC_REPORT_CREDIT 13
#define ARC_REPORT_REPLIES 14
#define ARC_REPORT_TASKS 15
#define ARC_REPORT_POLICIES 16
typedef struct arc_query {
  uint32_t struct_size;
  int32_t report;
  arc_text customer;
  arc_text invoice;
  arc_day as_of;
  arc_day from;
  arc_text reply;
} arc_query;
#define ARC_QUERY_INIT {(uint32_t)sizeof(arc_query), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE, {0, 0}}
ARC_API arc_status arc_ledger_report(arc_report **out, arc_ledger *ledger, const arc_query *query,
                                     arc_error *err);
ARC_API arc_status arc_ledger_balance(const arc_ledger *ledger, int64_t *receivable, int64_t *unapplied,
                                      const char *customer, size_t customer_size, const char *currency,
                                      arc_day as_of, arc_error *err);
typedef struct arc_interest_query {
  uint32_t struct_size;
  uint32_t rate_count;
  arc_text invoice;
  arc_day until;
  uint32_t reserved;
  const arc_interest_rule *rule;
  const arc_interest_rate *rates;
} arc_interest_query;
#define ARC_INTEREST_QUERY_INIT {(uint32_t)sizeof(arc_interest_query), 0, {0, 0}, ARC_DAY_NONE, 0, 0, 0}
ARC_API arc_status arc_ledger_interest(int64_t *total, int64_t *charged, arc_interest_line *lines, size_t capacity,
                                       size_t *count, const arc_ledger *ledger, const arc_interest_query *query,
                                       arc_error *err);
#define ARC_ROWS_CUSTOMERS 1
#define ARC_ROWS_CONTACTS 2
#define ARC_ROWS_INVOICES 3
#define ARC_ROWS_CREDIT_NOTES 4
#define ARC_ROWS_PAYMENTS 5
#define ARC_SKIP_FAULTS 16u
ARC_API arc_status arc_ledger_post_arrow(arc_report **faults, arc_ledger *ledger, int32_t rows, uint32_t options,
                                         struct ArrowArrayStream *stream, arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_CADENCE_H
#define ARCOLLECT_CADENCE_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct arc_cadence arc_cadence;
typedef struct arc_cadence_options {
  uint32_t struct_size;
  uint32_t flags;
  const arc_calendar *calendar;
  const arc_interest_rule *interest_rule;
  const arc_interest_rate *interest_rates;
  const arc_compensation_band *compensations;
  uint32_t interest_rate_count;
  uint32_t compensation_count;
} arc_cadence_options;
#define ARC_CADENCE_AS_OF 1u
#define ARC_CADENCE_OPTIONS_INIT {(uint32_t)sizeof(arc_cadence_options), 0, 0, 0, 0, 0, 0, 0}
ARC_API const char *arc_cadence_default_policy(void);
ARC_API arc_status arc_cadence_print(char *buf, size_t cap, size_t *size, const char *text,
                                     size_t text_size, arc_error *err);
typedef struct arc_cadence_step {
  uint32_t struct_size;
  uint32_t options;
  arc_text name;
  arc_text template_name;
  arc_text call;
  arc_text escalate;
  int32_t offset;
  int32_t channel;
  int32_t tone;
  int32_t otherwise;
  uint32_t roles;
  uint32_t copies;
  uint32_t share;
  uint32_t reserved;
  arc_text balance;
  arc_text fee;
} arc_cadence_step;
#define ARC_CADENCE_STEP_INIT {(uint32_t)sizeof(arc_cadence_step), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0, 0, 0, 0, 0, 0, {0, 0}, {0, 0}}
#define ARC_STEP_NEEDS_APPROVAL 1u
#define ARC_STEP_WARN_HOLD 2u
#define ARC_STEP_DECIDE 4u
#define ARC_STEP_CHARGE_INTEREST 8u
#define ARC_STEP_CHARGE_COMPENSATION 16u
typedef struct arc_cadence_spec {
  uint32_t struct_size;
  uint32_t flags;
  arc_text name;
  arc_text rules;
  const arc_cadence_step *steps;
  uint32_t step_count;
  uint32_t reserved;
} arc_cadence_spec;
#define ARC_CADENCE_SPEC_INIT {(uint32_t)sizeof(arc_cadence_spec), 0, {0, 0}, {0, 0}, 0, 0, 0}
ARC_API arc_status arc_cadence_build(char *buf, size_t cap, size_t *size, const arc_cadence_spec *spec,
                                     const arc_allocator *allocator, arc_error *err);
ARC_API arc_status arc_cadence_open(arc_cadence **out, arc_ledger *ledger,
                                    const arc_cadence_options *options, arc_error *err);
ARC_API void arc_cadence_close(arc_cadence *cadence);
ARC_API arc_status arc_cadence_plan(arc_cadence *cadence, arc_day day, size_t *planned, size_t *withheld,
                                    arc_error *err);
ARC_API arc_status arc_cadence_why(arc_report **out, arc_cadence *cadence, const char *key, size_t size,
                                   arc_day day, arc_error *err);
ARC_API arc_status arc_cadence_lint(arc_report **out, const char *text, size_t size,
                                    const arc_allocator *allocator, arc_error *err);
typedef struct arc_cadence_sums {
  uint32_t struct_size;
  arc_day day;
  uint64_t overdue;
  uint64_t touched;
  uint64_t withheld;
  uint64_t failed;
  uint64_t late;
} arc_cadence_sums;
#define ARC_CADENCE_SUMS_INIT {(uint32_t)sizeof(arc_cadence_sums), ARC_DAY_NONE, 0, 0, 0, 0, 0}
ARC_API arc_status arc_cadence_coverage(arc_report **out, arc_cadence_sums *sums, arc_cadence *cadence,
                                        arc_day day, arc_error *err);
ARC_API arc_status arc_cadence_send_from(int64_t *from, const arc_cadence *cadence, const char *touch, size_t size,
                                         int64_t instant, arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_MATCHER_H
#define ARCOLLECT_MATCHER_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct arc_matcher arc_matcher;
#define ARC_UNMATCHED_ON_ACCOUNT 0
#define ARC_UNMATCHED_OLDEST_FIRST 1
typedef struct arc_matcher_options {
  uint32_t struct_size;
  uint32_t flags;
  int32_t unmatched;
  uint32_t apply_ppm;
  int64_t tolerance;
  uint32_t discount_grace_days;
  uint32_t reserved;
} arc_matcher_options;
#define ARC_MATCHER_OPTIONS_INIT {(uint32_t)sizeof(arc_matcher_options), 0, 0, 0, 0, 0, 0}
ARC_API arc_status arc_matcher_open(arc_matcher **out, arc_ledger *ledger,
                                    const arc_matcher_options *options, arc_error *err);
ARC_API void arc_matcher_close(arc_matcher *matcher);
ARC_API arc_status arc_matcher_run(arc_matcher *matcher, arc_day day, size_t *applied, size_t *left,
                                   arc_error *err);
ARC_API arc_status arc_matcher_propose(arc_report **out, arc_matcher *matcher, const char *payment, size_t size,
                                       arc_day day, arc_error *err);
ARC_API arc_status arc_matcher_why(arc_report **out, arc_matcher *matcher, const char *payment,
                                   size_t size, arc_day day, arc_error *err);
#define ARC_ANSWER_CONFIRM 1
#define ARC_ANSWER_REJECT 2
#define ARC_ANSWER_UNDO 3
typedef struct arc_match_answer {
  uint32_t struct_size;
  uint32_t rank;
  arc_text payment;
  arc_text invoice;
  arc_text author;
  arc_text reason;
  arc_day day;
  int32_t answer;
} arc_match_answer;
#define ARC_MATCH_ANSWER_INIT {(uint32_t)sizeof(arc_match_answer), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, 0}
ARC_API arc_status arc_matcher_answer(arc_matcher *matcher, const arc_match_answer *answer, arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_SCORER_H
#define ARCOLLECT_SCORER_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct arc_scorer arc_scorer;
ARC_API arc_status arc_scorer_open(arc_scorer **out, arc_ledger *ledger, arc_error *err);
ARC_API void arc_scorer_close(arc_scorer *scorer);
ARC_API arc_status arc_scorer_train(arc_scorer *scorer, arc_day cut, arc_error *err);
ARC_API arc_status arc_scorer_save(const void **bytes, size_t *size, arc_scorer *scorer, arc_error *err);
ARC_API arc_status arc_scorer_load(arc_scorer *scorer, const void *bytes, size_t size, arc_error *err);
#define ARC_SCORE_PREDICTIONS 1
#define ARC_SCORE_EXPLANATION 2
#define ARC_SCORE_WORKLIST 3
#define ARC_SCORE_PRIORITY 4
#define ARC_SCORE_CUSTOMERS 5
typedef struct arc_score_query {
  uint32_t struct_size;
  int32_t report;
  arc_text customer;
  arc_text invoice;
  uint32_t instalment;
  arc_day as_of;
  uint32_t limit;
  uint32_t reserved;
} arc_score_query;
#define ARC_SCORE_QUERY_INIT {(uint32_t)sizeof(arc_score_query), 0, {0, 0}, {0, 0}, 0, ARC_DAY_NONE, 0, 0}
ARC_API arc_status arc_scorer_report(arc_report **out, arc_scorer *scorer, const arc_score_query *query, arc_error *err);
#define ARC_PERIOD_WEEK 0
#define ARC_PERIOD_DAY 1
#define ARC_PERIOD_MONTH 2
#define ARC_FORECAST_BY_CURRENCY 0
#define ARC_FORECAST_BY_CUSTOMER 1
typedef struct arc_forecast_options {
  uint32_t struct_size;
  arc_day as_of;
  int32_t by;
  int32_t period;
  uint32_t count;
} arc_forecast_options;
#define ARC_FORECAST_OPTIONS_INIT {(uint32_t)sizeof(arc_forecast_options), ARC_DAY_NONE, 0, 0, 0}
ARC_API arc_status arc_scorer_forecast(arc_report **out, arc_scorer *scorer, const arc_forecast_options *options,
                                       arc_error *err);
#define ARC_BACKTEST_PAYMENTS 0
#define ARC_BACKTEST_CASH 1
#define ARC_MOMENT_ISSUE 1u
#define ARC_MOMENT_DUE 2u
#define ARC_MOMENT_DUE_15 4u
typedef struct arc_backtest_options {
  uint32_t struct_size;
  arc_day cut;
  arc_day until;
  uint32_t moments;
  int32_t of;
} arc_backtest_options;
#define ARC_BACKTEST_OPTIONS_INIT {(uint32_t)sizeof(arc_backtest_options), ARC_DAY_NONE, ARC_DAY_NONE, 0, 0}
ARC_API arc_status arc_scorer_backtest(arc_report **out, arc_scorer *scorer, const arc_backtest_options *options,
                                       arc_error *err);
#define ARC_WORK_REMIND 0
#define ARC_WORK_CALL 1
#define ARC_WORK_DISPUTE 2
#define ARC_WORK_ESCALATE 3
#define ARC_WORK_KINDS 4
typedef struct arc_capacity {
  uint32_t struct_size;
  int32_t action;
  arc_text owner;
  uint32_t minutes;
  uint32_t reserved;
} arc_capacity;
#define ARC_CAPACITY_INIT {(uint32_t)sizeof(arc_capacity), -1, {0, 0}, 0, 0}
typedef struct arc_today_options {
  uint32_t struct_size;
  arc_day as_of;
  const arc_capacity *capacities;
  uint32_t capacity_count;
  uint32_t minutes[ARC_WORK_KINDS];
  uint32_t reserved;
} arc_today_options;
#define ARC_TODAY_OPTIONS_INIT {(uint32_t)sizeof(arc_today_options), ARC_DAY_NONE, 0, 0, {0, 0, 0, 0}, 0}
ARC_API arc_status arc_scorer_today(arc_report **out, arc_scorer *scorer, const arc_today_options *options, arc_error *err);
typedef struct arc_chase_options {
  uint32_t struct_size;
  arc_day as_of;
  uint32_t days;
  uint32_t reserved;
  int64_t cost;
} arc_chase_options;
#define ARC_CHASE_OPTIONS_INIT {(uint32_t)sizeof(arc_chase_options), ARC_DAY_NONE, 0, 0, 0}
ARC_API arc_status arc_scorer_chase(arc_report **out, arc_scorer *scorer, const arc_chase_options *options, arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_METRICS_H
#define ARCOLLECT_METRICS_H
#ifdef __cplusplus
extern "C" {
#endif
#define ARC_BY_CUSTOMER 0
#define ARC_BY_OWNER 1
#define ARC_BY_SEGMENT 2
#define ARC_BY_CURRENCY 3
#define ARC_BY_TAG 4
#define ARC_AGING_BY_DUE_DATE 0
#define ARC_AGING_BY_INVOICE_DATE 1
#define ARC_METRICS_AGING 1
#define ARC_METRICS_FIGURES 2
#define ARC_METRICS_DSO_CHANGE 3
typedef struct arc_metrics_query {
  uint32_t struct_size;
  int32_t report;
  arc_day as_of;
  arc_day from;
  uint32_t days;
  int32_t by;
  int32_t basis;
  uint32_t breakpoint_count;
  const int32_t *breakpoints;
  arc_text customer;
} arc_metrics_query;
#define ARC_METRICS_QUERY_INIT {(uint32_t)sizeof(arc_metrics_query), 0, ARC_DAY_NONE, ARC_DAY_NONE, 0, 0, 0, 0, 0, {0, 0}}
ARC_API arc_status arc_metrics_report(arc_report **out, const arc_ledger *ledger, const arc_metrics_query *query,
                                      arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_READER_H
#define ARCOLLECT_READER_H
#ifdef __cplusplus
extern "C" {
#endif
#define ARC_REPLY_OTHER 0
#define ARC_REPLY_DISPUTE 1
#define ARC_REPLY_PROMISE 2
#define ARC_REPLY_PAID 3
#define ARC_REPLY_COPY 4
#define ARC_REPLY_DOCUMENT 5
#define ARC_REPLY_PLAN 6
#define ARC_REPLY_PROCESS 7
#define ARC_REPLY_WRONG_CONTACT 8
#define ARC_REPLY_ABSENT 9
#define ARC_REPLY_LEGAL 10
#define ARC_REPLY_OPT_OUT 11
#define ARC_REPLY_THANKS 12
#define ARC_REPLY_HTML 1u
typedef struct arc_reader arc_reader;
typedef struct arc_reply_answer {
  uint32_t struct_size;
  int32_t kind;
  uint32_t confidence_ppm;
  uint32_t reserved;
  arc_text words;
} arc_reply_answer;
typedef struct arc_reply_model {
  void *user;
  int32_t (*ask)(void *user, arc_text text, const char *language, arc_reply_answer *answer);
} arc_reply_model;
typedef struct arc_reply {
  uint32_t struct_size;
  uint32_t flags;
  arc_text text;
  arc_text subject;
  arc_day written;
  char language[8];
  char currency[4];
  const arc_calendar *calendar;
  uint32_t least_ppm;
  uint32_t reserved;
  const arc_reader *reader;
  arc_reply_model model;
} arc_reply;
#define ARC_REPLY_INIT {(uint32_t)sizeof(arc_reply), 0, {0, 0}, {0, 0}, ARC_DAY_NONE, {0}, {0}, 0, 0, 0, 0, {0, 0}}
ARC_API arc_status arc_reply_read(arc_report **out, const arc_reply *reply, const arc_allocator *allocator,
                                  arc_error *err);
ARC_API arc_status arc_reader_new(arc_reader **out, const arc_allocator *allocator, arc_error *err);
ARC_API void arc_reader_free(arc_reader *reader);
ARC_API arc_status arc_reader_learn(arc_reader *reader, arc_text text, int32_t kind, arc_error *err);
#ifdef __cplusplus
}
#endif
#endif
#ifndef ARCOLLECT_COLLECTOR_H
#define ARCOLLECT_COLLECTOR_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct arc_collector arc_collector;
#define ARC_PHASE_LEFT_OVER 1
#define ARC_PHASE_CASH 2
#define ARC_PHASE_BOUNCES 3
#define ARC_PHASE_CADENCE 4
#define ARC_PHASE_SENDING 5
#define ARC_PHASE_SUMMARY 6
typedef int32_t (*arc_progress)(void *user, int32_t phase, uint64_t done, uint64_t total);
#define ARC_ACTION_PERSON 0
#define ARC_ACTION_NOTHING 1
#define ARC_ACTION_DISPUTE 2
#define ARC_ACTION_PROMISE 3
#define ARC_ACTION_FIND_PAYMENT 4
#define ARC_ACTION_TASK 5
#define ARC_ACTION_ABSENCE 6
#define ARC_ACTION_STOP 7
#define ARC_ACTION_OPT_OUT 8
typedef struct arc_reply_rule {
  uint32_t struct_size;
  int32_t kind;
  arc_text detail;
  int32_t action;
  uint32_t least_ppm;
  arc_text owner;
  uint32_t hold_days;
  uint32_t answer_days;
} arc_reply_rule;
#define ARC_REPLY_RULE_INIT {(uint32_t)sizeof(arc_reply_rule), 0, {0, 0}, 0, 0, {0, 0}, 0, 0}
typedef struct arc_collector_options {
  uint32_t struct_size;
  uint32_t flags;
  const arc_transport *transport;
  const arc_calendar *calendar;
  const arc_matcher_options *matcher;
  arc_text sender;
  const arc_letterhead *letterhead;
  const uint32_t *retry_hours;
  uint32_t retry_count;
  int32_t fallback_channel;
  uint32_t dispute_days;
  uint32_t reserved;
  arc_progress progress;
  void *progress_user;
  const arc_reply_rule *reply_rules;
  uint32_t reply_rule_count;
  uint32_t reply_least_ppm;
  uint32_t reply_days;
  uint32_t reserved_2;
  const arc_reader *reply_reader;
  arc_reply_model reply_model;
} arc_collector_options;
#define ARC_COLLECTOR_OPTIONS_INIT {(uint32_t)sizeof(arc_collector_options), 0, 0, 0, 0, {0, 0}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {0, 0}}
#define ARC_COLLECTOR_NO_MATCHING 1u
#define ARC_COLLECTOR_NO_RENDERING 2u
#define ARC_COLLECTOR_QUIET_HOURS 8u
#define ARC_COLLECTOR_SUMMARY 4u
typedef struct arc_day_report {
  uint32_t struct_size;
  arc_day day;
  uint64_t payments_applied;
  uint64_t payments_left;
  uint64_t touches_planned;
  uint64_t touches_withheld;
  uint64_t touches_sent;
  uint64_t touches_failed;
  uint64_t touches_pending;
  uint64_t touches_put_off;
  uint64_t touches_rerouted;
  uint64_t promises_kept;
  uint64_t promises_broken;
  uint64_t plans_broken;
  uint64_t exceptions;
  uint64_t customers_overdue;
  int64_t overdue;
  int64_t receivable;
  uint64_t touches_quiet;
} arc_day_report;
#define ARC_DAY_REPORT_INIT {(uint32_t)sizeof(arc_day_report), ARC_DAY_NONE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
ARC_API arc_status arc_collector_open(arc_collector **out, arc_ledger *ledger,
                                      const arc_collector_options *options, arc_error *err);
ARC_API void arc_collector_close(arc_collector *collector);
ARC_API arc_status arc_collector_run_day(arc_collector *collector, arc_day day, arc_day_report *report,
                                         arc_error *err);
ARC_API arc_status arc_collector_send(arc_collector *collector, arc_day day, arc_day_report *report,
                                      arc_error *err);
#define ARC_INCOMING_HTML 1u
#define ARC_INCOMING_AUTOMATIC 2u
#define ARC_INCOMING_DRY_RUN 4u
typedef struct arc_incoming {
  uint32_t struct_size;
  uint32_t flags;
  arc_text key;
  arc_text customer;
  arc_text touch;
  arc_text sender;
  arc_text subject;
  arc_text text;
  arc_day written;
  arc_day day;
  int32_t channel;
  char language[6];
  char reserved[6];
} arc_incoming;
#define ARC_INCOMING_INIT {(uint32_t)sizeof(arc_incoming), 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, ARC_DAY_NONE, ARC_DAY_NONE, 0, {0}, {0}}
ARC_API arc_status arc_collector_reply(arc_report **out, arc_collector *collector, const arc_incoming *message,
                                       arc_error *err);
ARC_API arc_status arc_collector_exceptions(arc_report **out, arc_collector *collector, arc_day day,
                                            arc_error *err);
ARC_API arc_status arc_collector_preview(arc_report **out, arc_collector *collector, arc_day from, arc_day to,
                                         arc_error *err);
typedef struct arc_previewed {
  uint32_t struct_size;
  arc_day day;
  arc_text touch;
  arc_text customer;
  int64_t amount;
  uint64_t since;
} arc_previewed;
#define ARC_PREVIEWED_INIT {(uint32_t)sizeof(arc_previewed), ARC_DAY_NONE, {0, 0}, {0, 0}, 0, 0}
ARC_API arc_status arc_collector_compare(arc_report **out, arc_collector *collector, const arc_previewed *rows,
                                         size_t count, arc_error *err);
#define ARC_WHATIF_CHANNELS 10
typedef struct arc_whatif_options {
  uint32_t struct_size;
  uint32_t flags;
  arc_day from, to;
  arc_text policy;
  arc_text name;
  int64_t cost[ARC_WHATIF_CHANNELS];
} arc_whatif_options;
#define ARC_WHATIF_OPTIONS_INIT {(uint32_t)sizeof(arc_whatif_options), 0, ARC_DAY_NONE, ARC_DAY_NONE, {0, 0}, {0, 0}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}
ARC_API arc_status arc_collector_whatif(arc_report **out, arc_collector *collector, const arc_whatif_options *options,
                                        arc_error *err);
ARC_API arc_cadence *arc_collector_cadence(arc_collector *collector);
ARC_API arc_matcher *arc_collector_matcher(arc_collector *collector);
ARC_API arc_scorer *arc_collector_scorer(arc_collector *collector);
#ifdef __cplusplus
}
#endif
#endif
#endif
