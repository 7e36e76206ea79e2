package arcollect

/*
#include "binding.h"
*/
import "C"

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// scratch is C memory for one call that needs no ledger.
func scratch(f func(*arena, *C.arc_error) (C.arc_status, []string)) (C.arc_status, error) {
	var a arena
	defer a.free()
	err := allocate[C.arc_error](&a, 1)
	err[0] = newError()
	status, fields := f(&a, &err[0])
	if a.err != nil {
		return 0, a.err
	}
	return status, check(status, &err[0], fields, nil)
}

// written is a text that the library writes into a buffer, whose size it tells first.
func written(f func(buf *C.char, capacity C.size_t, size *C.size_t, a *arena, err *C.arc_error) C.arc_status) (text string, err error) {
	_, err = scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		var size C.size_t
		if status := f(nil, 0, &size, a, err); status < 0 && size == 0 {
			return status, nil
		}
		buf := (*C.char)(a.room(uintptr(size) + 1))
		*err = newError()
		status := f(buf, size+1, &size, a, err)
		if status >= 0 {
			text = C.GoStringN(buf, C.int(size))
		}
		return status, nil
	})
	return text, err
}

// shared is a handle that others keep: it is freed when it is closed and nobody keeps it any more.
type shared struct {
	mutex  sync.Mutex
	kept   int
	closed bool
	free   func()
}

func (s *shared) retain() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.closed {
		return ErrClosed
	}
	s.kept++
	return nil
}

func (s *shared) release() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.kept--
	s.end()
}

func (s *shared) close() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.closed = true
	s.end()
}

func (s *shared) end() {
	if s.closed && s.kept == 0 && s.free != nil {
		s.free()
		s.free = nil
	}
}

// Calendar is business days: a weekend and a list of holidays. It never changes, and may be used by any number of ledgers
// and goroutines.
type Calendar struct {
	shared *shared
	c      *C.arc_calendar
}

// NewCalendar is a calendar with these holidays, and these weekdays off; without any, Saturday and Sunday are.
func NewCalendar(holidays []Date, weekend ...time.Weekday) (*Calendar, error) {
	bits := C.uint32_t(0)
	for _, day := range weekend {
		bits |= 1 << ((day+6)%7 + 1)
	}
	return newCalendar(C.arc_calendar_options{weekend: bits}, "", holidays)
}

// CountryCalendar is the calendar of a country, such as DE, GB or US, or of EU, the euro's payment system, from January of
// one year to December of another, with more holidays.
func CountryCalendar(country string, firstYear, lastYear int, more ...Date) (*Calendar, error) {
	return newCalendar(C.arc_calendar_options{first_year: C.int32_t(firstYear), last_year: C.int32_t(lastYear)}, country, more)
}

func newCalendar(options C.arc_calendar_options, country string, holidays []Date) (*Calendar, error) {
	var out *C.arc_calendar
	if _, err := scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		c, days := allocate[C.arc_calendar_options](a, 1), allocate[C.arc_day](a, len(holidays)+1)
		for i, day := range holidays {
			days[i] = day.c()
		}
		options.struct_size, options.allocator = C.sizeof_arc_calendar_options, C.arcollect_allocator()
		options.holidays, options.holiday_count = &days[0], C.uint32_t(len(holidays))
		a.chars(options.country[:], country, "Country")
		c[0] = options
		if a.err != nil {
			return 0, nil
		}
		return C.arc_calendar_new(&out, &c[0], err), nil
	}); err != nil {
		return nil, err
	}
	calendar := &Calendar{&shared{free: func() { C.arc_calendar_free(out) }}, out}
	runtime.AddCleanup(calendar, func(s *shared) { s.close() }, calendar.shared)
	return calendar, nil
}

func (c *Calendar) retain() error {
	if c == nil {
		return nil
	}
	return c.shared.retain()
}

func (c *Calendar) release() {
	if c != nil {
		c.shared.release()
	}
}

// Close frees it as soon as no ledger or engine uses it any more. Again: nothing.
func (c *Calendar) Close() error {
	c.shared.close()
	return nil
}

// use is the calendar for one call; nil is Saturday and Sunday off, and so is a closed one.
func use[T any](c *Calendar, f func(*C.arc_calendar) T) T {
	if c == nil || c.retain() != nil {
		return f(nil)
	}
	defer c.release()
	return f(c.c)
}

// Kind is what a day is: CalendarBusiness, CalendarWeekend or CalendarHoliday. A nil calendar has Saturday and Sunday off.
func (c *Calendar) Kind(day Date) CalendarDay {
	return use(c, func(c *C.arc_calendar) CalendarDay { return CalendarDay(C.arc_calendar_kind(c, day.c())) })
}

// IsBusinessDay says whether business is done on a day.
func (c *Calendar) IsBusinessDay(day Date) bool { return c.Kind(day) == CalendarBusiness }

// Adjust moves a day that is no business day; no date if there is none within 366 days.
func (c *Calendar) Adjust(day Date, rule Adjust) Date {
	return use(c, func(c *C.arc_calendar) Date { return dateOf(C.arc_calendar_adjust(c, day.c(), C.int32_t(rule))) })
}

// AddBusinessDays is the n-th business day after a day, or before it.
func (c *Calendar) AddBusinessDays(day Date, n int) Date {
	return use(c, func(c *C.arc_calendar) Date {
		return dateOf(C.arc_calendar_add_business_days(c, day.c(), C.int32_t(n)))
	})
}

// PrintTerms checks terms of payment such as "2/10 net 30", and gives their one canonical form. ErrSyntax says what was
// expected, and where.
func PrintTerms(terms string) (string, error) {
	return written(func(buf *C.char, capacity C.size_t, size *C.size_t, a *arena, err *C.arc_error) C.arc_status {
		return C.arc_terms_print(buf, capacity, size, a.bytes(terms), C.size_t(len(terms)), err)
	})
}

// ApplyTerms gives the instalments and discounts of an invoice; the instalments add up to the amount.
func ApplyTerms(invoice TermsInvoice) (instalments []Instalment, discounts []TermsDiscount, err error) {
	_, err = scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		c := allocate[C.arc_terms_invoice](a, 1)
		invoice.encode(&c[0], a)
		parts := allocate[C.arc_instalment](a, C.ARC_TERMS_INSTALMENTS_MAX)
		earned := allocate[C.arc_terms_discount](a, C.ARC_TERMS_DISCOUNTS_MAX)
		parts[0].struct_size, earned[0].struct_size = C.sizeof_arc_instalment, C.sizeof_arc_terms_discount
		var n, m C.size_t
		status := C.arc_terms_apply(&parts[0], C.size_t(len(parts)), &n, &earned[0], C.size_t(len(earned)), &m, &c[0], err)
		if status >= 0 {
			instalments, discounts = make([]Instalment, n), make([]TermsDiscount, m)
			for i := range instalments {
				instalments[i].decode(&parts[i])
			}
			for i := range discounts {
				discounts[i].decode(&earned[i])
			}
		}
		return status, fieldsOfTermsInvoice
	})
	runtime.KeepAlive(invoice.Calendar)
	return instalments, discounts, err
}

// DiscountEarned is the early-payment discount that a payment earns, in minor units.
func DiscountEarned(discounts []TermsDiscount, settlement TermsSettlement) (discount Minor, err error) {
	_, err = scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		rows := encoded(a, discounts, (*TermsDiscount).encode)
		c, out := allocate[C.arc_terms_settlement](a, 1), C.int64_t(0)
		settlement.encode(&c[0], a)
		status := C.arc_terms_discount_earned(&out, rows, C.size_t(len(discounts)), &c[0], err)
		discount = Minor(out)
		return status, fieldsOfTermsSettlement
	})
	return discount, err
}

// interestLines calls for the lines twice: for how many there are, and for them.
func interestLines(a *arena, call func(*C.arc_interest_line, C.size_t, *C.size_t) C.arc_status) []InterestLine {
	var count C.size_t
	if call(nil, 0, &count) < 0 || count == 0 {
		return nil
	}
	rows := allocate[C.arc_interest_line](a, int(count))
	rows[0].struct_size = C.sizeof_arc_interest_line
	if call(&rows[0], count, &count) < 0 {
		return nil
	}
	lines := make([]InterestLine, count)
	for i := range lines {
		lines[i].decode(&rows[i])
	}
	return lines
}

// Interest is what a late debt has come to: the total, and the lines it is made of, in minor units.
func Interest(claim InterestClaim) (total Minor, lines []InterestLine, err error) {
	_, err = scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		c, out := allocate[C.arc_interest_claim](a, 1), C.int64_t(0)
		claim.encode(&c[0], a)
		var status C.arc_status
		lines = interestLines(a, func(rows *C.arc_interest_line, capacity C.size_t, count *C.size_t) C.arc_status {
			status = C.arc_interest_accrue(&out, rows, capacity, count, &c[0], err)
			return status
		})
		total = Minor(out)
		return status, fieldsOfInterestClaim
	})
	return total, lines, err
}

// Compensation is the fixed sum for the recovery of a debt; ErrNotFound if it reaches no band of its currency.
func Compensation(debt Money, bands []CompensationBand) (Money, error) {
	out := C.int64_t(0)
	_, err := scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		rows := encoded(a, bands, (*CompensationBand).encode)
		return C.arc_compensation_find(&out, C.int64_t(debt.Minor), a.bytes(debt.Currency), rows, C.size_t(len(bands)), err),
			fieldsOfCompensationBand
	})
	return Money{Minor(out), debt.Currency}, err
}

// CheckReference checks a structured payment reference and gives it normalised; ErrInvalid says what is wrong with it.
func CheckReference(scheme ReferenceScheme, reference string) (normalised string, err error) {
	_, err = scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		out := allocate[C.arc_reference](a, 1)
		out[0].struct_size = C.sizeof_arc_reference
		status := C.arc_reference_check(&out[0], C.int32_t(scheme), a.bytes(reference), C.size_t(len(reference)), err)
		normalised = C.GoString(&out[0].text[0])
		return status, nil
	})
	return normalised, err
}

// ReferenceRepairs are what a reference with a wrong check digit may have been.
func ReferenceRepairs(scheme ReferenceScheme, reference string) (repairs []string, err error) {
	_, err = scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		text, count := a.bytes(reference), C.size_t(0)
		if status := C.arc_reference_repairs(nil, 0, &count, C.int32_t(scheme), text, C.size_t(len(reference)), err); status < 0 {
			return status, nil
		}
		rows := allocate[C.arc_reference](a, int(count)+1)
		rows[0].struct_size = C.sizeof_arc_reference
		status := C.arc_reference_repairs(&rows[0], count, &count, C.int32_t(scheme), text, C.size_t(len(reference)), err)
		for i := range int(count) {
			repairs = append(repairs, C.GoString(&rows[i].text[0]))
		}
		return status, nil
	})
	return repairs, err
}

// DefaultPolicy is the cadence policy of a book that has none of its own.
func DefaultPolicy() string { return C.GoString(C.arc_cadence_default_policy()) }

// PrintPolicy checks a cadence policy, and gives its one canonical form; ErrSyntax has line and column.
func PrintPolicy(policy string) (string, error) {
	return written(func(buf *C.char, capacity C.size_t, size *C.size_t, a *arena, err *C.arc_error) C.arc_status {
		return C.arc_cadence_print(buf, capacity, size, a.bytes(policy), C.size_t(len(policy)), err)
	})
}

// BuildPolicy is a policy's text out of structs.
func BuildPolicy(spec CadenceSpec) (string, error) {
	return written(func(buf *C.char, capacity C.size_t, size *C.size_t, a *arena, err *C.arc_error) C.arc_status {
		c := allocate[C.arc_cadence_spec](a, 1)
		spec.encode(&c[0], a)
		return C.arc_cadence_build(buf, capacity, size, &c[0], C.arcollect_allocator(), err)
	})
}

// LintPolicy is a policy's faults that parse.
func LintPolicy(policy string) (*Report, error) {
	var out *C.arc_report
	if _, err := scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		return C.arc_cadence_lint(&out, a.bytes(policy), C.size_t(len(policy)), C.arcollect_allocator(), err), nil
	}); err != nil {
		return nil, err
	}
	return load(out), nil
}

// BuiltInTemplate is the text of a built-in template, to begin one's own with.
func BuiltInTemplate(tone Tone, channel Channel, language string) (string, error) {
	return written(func(buf *C.char, capacity C.size_t, size *C.size_t, a *arena, err *C.arc_error) C.arc_status {
		return C.arc_template_built_in(buf, capacity, size, C.int32_t(tone), C.int32_t(channel), a.bytes(language),
			C.arcollect_allocator(), err)
	})
}

// Template is how a message reads, for hosts that write messages themselves. It never changes, and may be used by any
// number of goroutines.
type Template struct {
	shared *shared
	c      *C.arc_template
}

// NewTemplate reads a template; ErrSyntax has line and column.
func NewTemplate(text string) (*Template, error) {
	var out *C.arc_template
	if _, err := scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		return C.arc_template_open(&out, a.bytes(text), C.size_t(len(text)), C.arcollect_allocator(), err), nil
	}); err != nil {
		return nil, err
	}
	template := &Template{&shared{free: func() { C.arc_template_close(out) }}, out}
	runtime.AddCleanup(template, func(s *shared) { s.close() }, template.shared)
	return template, nil
}

// Close frees it. Again: nothing.
func (t *Template) Close() error {
	t.shared.close()
	return nil
}

// Write is a part of a message; "" if the template has no such part.
func (t *Template) Write(part Part, message *Message) (string, error) {
	if err := t.shared.retain(); err != nil {
		return "", err
	}
	defer t.shared.release()
	return written(func(buf *C.char, capacity C.size_t, size *C.size_t, a *arena, err *C.arc_error) C.arc_status {
		c := allocate[C.arc_message](a, 1)
		message.encode(&c[0], a)
		return C.arc_template_write(buf, capacity, size, t.c, C.int32_t(part), &c[0], err)
	})
}

// Reader is what a host has taught: examples of replies, which ReadReply and a Collector then know. Teach it before others
// use it.
type Reader struct {
	shared *shared
	c      *C.arc_reader
	mutex  sync.Mutex
}

// NewReader is a reader that has been taught nothing.
func NewReader() (*Reader, error) {
	var out *C.arc_reader
	if _, err := scratch(func(_ *arena, err *C.arc_error) (C.arc_status, []string) {
		return C.arc_reader_new(&out, C.arcollect_allocator(), err), nil
	}); err != nil {
		return nil, err
	}
	reader := &Reader{shared: &shared{free: func() { C.arc_reader_free(out) }}, c: out}
	runtime.AddCleanup(reader, func(s *shared) { s.close() }, reader.shared)
	return reader, nil
}

func (r *Reader) retain() error {
	if r == nil {
		return nil
	}
	return r.shared.retain()
}

func (r *Reader) release() {
	if r != nil {
		r.shared.release()
	}
}

// Close frees it as soon as no collector uses it any more. Again: nothing.
func (r *Reader) Close() error {
	r.shared.close()
	return nil
}

// Learn teaches an example: the text of a reply, and what it is, one of ReplyDispute, ReplyPromise, ...
func (r *Reader) Learn(text string, kind int32) error {
	if err := r.retain(); err != nil {
		return err
	}
	defer r.release()
	r.mutex.Lock()
	defer r.mutex.Unlock()
	_, err := scratch(func(a *arena, err *C.arc_error) (C.arc_status, []string) {
		var c C.arc_text
		a.text(&c, text)
		return C.arc_reader_learn(r.c, c, C.int32_t(kind), err), nil
	})
	return err
}

// Reply is a message as received, for ReadReply.
type Reply struct {
	Text     string
	HTML     bool // the text is HTML
	Subject  string
	Written  Date   // the day of writing, which dates are relative to
	Language string // "en", "en-GB", "de", ...; "": found from the words
	Currency string // of amounts without one
	Calendar *Calendar
	LeastPPM uint32 // least confidence of a kind that counts as sure; 0: 900,000
	Reader   *Reader
	Model    ReplyModel // asked where the reader is not sure
}

// ReadReply is what a customer's reply says: kinds, days and amounts, and whether it was read surely. It does nothing but
// read.
func ReadReply(ctx context.Context, reply Reply) (*Report, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, one := range []interface {
		retain() error
		release()
	}{reply.Calendar, reply.Reader} {
		if err := one.retain(); err != nil {
			return nil, err
		}
		defer one.release()
	}
	n := newLane()
	defer n.free()
	n.begin(ctx)
	a, handle, free := &n.arena, C.uintptr_t(0), func() {}
	if reply.Model != nil {
		handle, free = asked(n, reply.Model)
	}
	defer free()
	c := allocate[C.arc_reply](a, 1)
	c[0].struct_size, c[0].written, c[0].least_ppm = C.sizeof_arc_reply, reply.Written.c(), C.uint32_t(reply.LeastPPM)
	a.text(&c[0].text, reply.Text)
	a.text(&c[0].subject, reply.Subject)
	a.chars(c[0].language[:], reply.Language, "Language")
	a.chars(c[0].currency[:], reply.Currency, "Currency")
	if reply.HTML {
		c[0].flags = C.ARC_REPLY_HTML
	}
	c[0].calendar = a.calendar(reply.Calendar)
	if reply.Reader != nil {
		c[0].reader = reply.Reader.c
	}
	if reply.Model != nil {
		C.arcollect_fill_model(&c[0].model, handle)
	}
	if a.err != nil {
		return nil, a.err
	}
	var out *C.arc_report
	if err := n.check(C.arc_reply_read(&out, &c[0], C.arcollect_allocator(), n.err), nil); err != nil {
		return nil, err
	}
	return load(out), nil
}
