package arcollect

/*
#include "arcollect.h"
*/
import "C"

import (
	"encoding"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Minor is an amount in minor units, such as cents, of the currency that its row is in: of the row's own, else of its
// invoice, its credit, its customer or the book.
type Minor int64

// In says which currency the amount is in.
func (m Minor) In(currency string) Money { return Money{m, currency} }

// Money is an exact amount in a currency of ISO 4217. Its zero value is nothing in no currency.
type Money struct {
	Minor    Minor  // minor units: 119000 is 1190.00 in EUR, 119000 in JPY
	Currency string // such as EUR
}

// CurrencyDigits is how many digits a currency has after its point: 0 (JPY), 2 (USD), 3 (KWD), 4 (CLF).
// ErrInvalid for a currency that there is not, or that has no minor unit, such as XAU.
func CurrencyDigits(currency string) (int, error) {
	code := cString(currency)
	digits := C.arc_currency_digits((*C.char)(unsafe.Pointer(&code[0])))
	if digits < 0 {
		return 0, &Error{Status: ErrInvalid, Detail: strconv.Quote(currency) + " is no currency of ISO 4217 with a minor unit"}
	}
	return int(digits), nil
}

// ParseMoney reads a decimal such as "-1234.56" or "1234", exactly: no grouping, no exponent, no more decimals than the
// currency has. ErrSyntax has the column.
func ParseMoney(amount, currency string) (Money, error) {
	text, code, minor, err := cString(amount), cString(currency), C.int64_t(0), newError()
	status := C.arc_money_parse(&minor, (*C.char)(unsafe.Pointer(&text[0])), C.size_t(len(amount)),
		(*C.char)(unsafe.Pointer(&code[0])), &err)
	if err := check(status, &err, nil, nil); err != nil {
		return Money{}, err
	}
	return Money{Minor(minor), currency}, nil
}

// MustMoney is ParseMoney for amounts that are written in a program; it panics for what is none.
func MustMoney(amount, currency string) Money {
	money, err := ParseMoney(amount, currency)
	if err != nil {
		panic(err)
	}
	return money
}

// Decimal is the amount with exactly the digits of its currency, such as "1190.00", and minor units behind a blank in a
// currency that there is not.
func (m Money) Decimal() string {
	var buf [24]C.char
	code := cString(m.Currency)
	if C.arc_money_format(&buf[0], C.size_t(len(buf)), nil, C.int64_t(m.Minor), (*C.char)(unsafe.Pointer(&code[0])), nil) < 0 {
		return fmt.Sprintf("%d minor units", m.Minor)
	}
	return C.GoString(&buf[0])
}

// String is the decimal and the currency, such as "1190.00 EUR".
func (m Money) String() string { return strings.TrimSpace(m.Decimal() + " " + m.Currency) }

// MarshalText writes as String does.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (m *Money) UnmarshalText(text []byte) error {
	amount, currency, found := strings.Cut(string(text), " ")
	if !found {
		return &Error{Status: ErrSyntax, Detail: strconv.Quote(string(text)) + ` is no amount with its currency, such as "1190.00 EUR"`}
	}
	read, err := ParseMoney(amount, currency)
	if err == nil {
		*m = read
	}
	return err
}

// Add is the sum; ErrInvalid for two currencies, ErrOverflow if it does not fit.
func (m Money) Add(other Money) (Money, error) {
	sum := m.Minor + other.Minor
	switch {
	case m.Currency != other.Currency:
		return Money{}, &Error{Status: ErrInvalid, Detail: "a sum of " + m.Currency + " and " + other.Currency}
	case (sum > m.Minor) != (other.Minor > 0):
		return Money{}, &Error{Status: ErrOverflow, Detail: "the sum does not fit"}
	}
	return Money{sum, m.Currency}, nil
}

// Scale is the amount times numerator / denominator, rounded half to even.
func (m Money) Scale(numerator, denominator int64) (Money, error) {
	out, err := C.int64_t(0), newError()
	status := C.arc_money_scale(&out, C.int64_t(m.Minor), C.int64_t(numerator), C.int64_t(denominator), &err)
	if err := check(status, &err, nil, nil); err != nil {
		return Money{}, err
	}
	return Money{Minor(out), m.Currency}, nil
}

// Split divides the amount by weights; the parts add up to it exactly.
func (m Money) Split(weights ...int64) ([]Money, error) {
	if len(weights) == 0 {
		return nil, &Error{Status: ErrInvalid, Detail: "no weights"}
	}
	parts, err := make([]C.int64_t, len(weights)), newError()
	status := C.arc_money_split(&parts[0], C.int64_t(m.Minor), (*C.int64_t)(unsafe.Pointer(&weights[0])), C.size_t(len(weights)), &err)
	if err := check(status, &err, nil, nil); err != nil {
		return nil, err
	}
	out := make([]Money, len(parts))
	for i, part := range parts {
		out[i] = Money{Minor(part), m.Currency}
	}
	return out, nil
}

// Date is a day of the calendar, from 0001-01-01 to 9999-12-31, without a time or a zone. Its zero value is no date.
// Dates can be compared with == and used as keys.
type Date struct {
	day int32 // from 1, which is the first one
}

const beforeFirst = C.ARC_DAY_FIRST - 1

func dateOf(c C.arc_day) Date {
	if c == C.ARC_DAY_NONE {
		return Date{}
	}
	return Date{int32(c) - beforeFirst}
}

func (d Date) c() C.arc_day {
	if d.day == 0 {
		return C.ARC_DAY_NONE
	}
	return C.arc_day(d.day + beforeFirst)
}

// NewDate is the date of a year, month and day; no date if there is none such.
func NewDate(year int, month time.Month, day int) Date {
	return dateOf(C.arc_day_from_civil(C.int32_t(year), C.int32_t(month), C.int32_t(day)))
}

// DateOf is the day that an instant has in its own zone.
func DateOf(t time.Time) Date { return NewDate(t.Date()) }

// ParseDate reads "YYYY-MM-DD", exactly. ErrSyntax has the column.
func ParseDate(text string) (Date, error) {
	out, data, err := C.arc_day(0), cString(text), newError()
	status := C.arc_day_parse(&out, (*C.char)(unsafe.Pointer(&data[0])), C.size_t(len(text)), &err)
	if err := check(status, &err, nil, nil); err != nil {
		return Date{}, err
	}
	return dateOf(out), nil
}

// MustDate is ParseDate for dates that are written in a program; it panics for what is none.
func MustDate(text string) Date {
	date, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

// IsZero is true of no date.
func (d Date) IsZero() bool { return d.day == 0 }

// Date is the year, month and day; zeros of no date.
func (d Date) Date() (year int, month time.Month, day int) {
	var y, m, n C.int32_t
	if C.arc_day_to_civil(d.c(), &y, &m, &n) < 0 {
		return 0, 0, 0
	}
	return int(y), time.Month(m), int(n)
}

// In is the beginning of the day in a zone.
func (d Date) In(zone *time.Location) time.Time {
	year, month, day := d.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone)
}

// Weekday is the day of the week; -1 of no date.
func (d Date) Weekday() time.Weekday {
	switch weekday := C.arc_day_weekday(d.c()); weekday {
	case 0:
		return -1
	default:
		return time.Weekday(weekday % 7)
	}
}

// AddDays is the date n days later, or earlier; no date outside of the calendar.
func (d Date) AddDays(n int) Date {
	sum := int64(d.day) + int64(n)
	if d.day == 0 || sum < 1 || sum > C.ARC_DAY_LAST-beforeFirst {
		return Date{}
	}
	return Date{int32(sum)}
}

// AddMonths is the same day n months later, or earlier; the month's last day if it has no such day.
func (d Date) AddMonths(n int) Date {
	return dateOf(C.arc_day_add_months(d.c(), C.int32_t(n)))
}

// Sub is how many days it is after the other date.
func (d Date) Sub(other Date) int { return int(d.day) - int(other.day) }

// Compare is less than, equal to or greater than 0 as the date is before, on or after the other one; no date is before all.
func (d Date) Compare(other Date) int { return d.Sub(other) }

// Before is true if the date is earlier than the other one.
func (d Date) Before(other Date) bool { return d.day < other.day }

// After is true if the date is later than the other one.
func (d Date) After(other Date) bool { return d.day > other.day }

// String is "YYYY-MM-DD"; "" of no date.
func (d Date) String() string {
	var buf [11]C.char
	if C.arc_day_format(&buf[0], d.c()) < 0 {
		return ""
	}
	return C.GoString(&buf[0])
}

// MarshalText writes as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	read, err := ParseDate(string(text))
	if err == nil {
		*d = read
	}
	return err
}

var (
	_ encoding.TextUnmarshaler = (*Money)(nil)
	_ encoding.TextUnmarshaler = (*Date)(nil)
)

// Version is the version of the library that is compiled in.
func Version() string {
	v := uint32(C.arc_library_version())
	return fmt.Sprintf("%d.%d.%d", v/1000000, v/1000%1000, v%1000)
}

// cString is a text with a NUL behind it, for the length of a call.
func cString(text string) []byte { return append([]byte(text), 0) }

func goText(c C.arc_text) string {
	if c.size == 0 {
		return ""
	}
	return C.GoStringN(c.data, C.int(c.size))
}

// apart is the i-th of the structs that lie the first one's size apart.
func apart(first unsafe.Pointer, i int) unsafe.Pointer {
	return unsafe.Add(first, uintptr(*(*uint32)(first))*uintptr(i))
}
