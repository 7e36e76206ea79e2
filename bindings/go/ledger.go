package arcollect

/*
#include "binding.h"
*/
import "C"

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"runtime/cgo"
	"slices"
	"time"
	"unsafe"
)

// Options of a ledger. All zero: a new book in memory.
type Options struct {
	// Storage is where the book is kept; nil: in memory, as by arc_storage_memory_new. The ledger closes it, also when Open fails.
	Storage Storage
	// Book is the name of a new book, at most 64 bytes; it must equal that of an old one.
	Book string
	// Currency is that of customers and commands that name none; only for a new book.
	Currency string
	// Calendar is for terms with a business-day rule; nil: Saturday and Sunday off.
	Calendar *Calendar
	// Detached: every command stays in memory and is gone when the ledger closes.
	Detached bool
	// HashSeed is secret against made-up colliding keys; it changes no result.
	HashSeed [2]uint64
}

var fieldsOfOptions = []string{"Flags", "Allocator", "Storage", "Book", "Currency", "Reserved", "HashSeed", "Calendar"}

// Ledger is a book: what is owed, by whom, since when, and what happened to it.
//
// It may be used by any number of goroutines: one is inside at a time, the others wait, until their contexts end. A
// command that fails has changed nothing.
//
// Close it. One that is forgotten is closed some time after the garbage collector finds it.
type Ledger struct {
	*ledger
	parent *Ledger // of a fork
}

// ledger is what stays reachable from C and from a Ledger's children.
type ledger struct {
	lane     *lane
	c        *C.arc_ledger
	parent   *ledger
	children []child // engines and forks, in the order in which they were opened
	door     cgo.Handle
	calendar *Calendar
	stop     runtime.Cleanup
}

// child is closed before its ledger, within the lane.
type child interface{ end() }

// Open opens a book: it loads the latest snapshot if there is one and replays the records after it; an empty storage
// becomes a new book, in memory until the first command.
func Open(ctx context.Context, options Options) (*Ledger, error) {
	l := &ledger{lane: newLane(), calendar: options.Calendar}
	if err := l.open(ctx, options); err != nil {
		l.release()
		return nil, err
	}
	return own(&Ledger{ledger: l}), nil
}

// OpenFile opens the book in a file, which is made if it is not there. FileStorage says more.
func OpenFile(ctx context.Context, path, currency string) (*Ledger, error) {
	return Open(ctx, Options{Storage: FileStorage(path), Currency: currency})
}

func (l *ledger) open(ctx context.Context, options Options) error {
	n, c := l.lane, C.arc_ledger_options{struct_size: C.sizeof_arc_ledger_options}
	n.begin(ctx)
	if options.Calendar != nil {
		if err := options.Calendar.retain(); err != nil {
			l.calendar = nil
			return errors.Join(err, closeStorage(options.Storage))
		}
	}
	e := &n.arena
	copied := allocate[C.arc_ledger_options](e, 1)
	if options.Detached {
		c.flags = C.ARC_LEDGER_DETACHED
	}
	c.allocator = C.arcollect_allocator()
	c.hash_seed = [2]C.uint64_t{C.uint64_t(options.HashSeed[0]), C.uint64_t(options.HashSeed[1])}
	c.calendar = e.calendar(options.Calendar)
	e.text(&c.book, options.Book)
	e.chars(c.currency[:], options.Currency, "Currency")
	if e.err != nil {
		return errors.Join(e.err, closeStorage(options.Storage))
	}
	if options.Storage != nil {
		storage := allocate[C.arc_storage](e, 1)
		door, err := openStorage(&storage[0], options.Storage, n)
		if err != nil {
			return err
		}
		l.door, c.storage = door, &storage[0]
	}
	copied[0] = c
	return n.check(C.arc_ledger_open(&l.c, &copied[0], n.err), fieldsOfOptions)
}

// own makes the garbage collector close what is forgotten.
func own(l *Ledger) *Ledger {
	l.stop = runtime.AddCleanup(l, func(l *ledger) { go func() { _ = l.shut() }() }, l.ledger)
	return l
}

// release frees what is not the library's.
func (l *ledger) release() {
	if l.door != 0 {
		l.door.Delete()
		l.door = 0
	}
	if l.calendar != nil {
		l.calendar.release()
		l.calendar = nil
	}
	if l.parent == nil && l.lane.err != nil {
		l.lane.free()
	}
}

// end closes the ledger within its lane, its engines and forks before it.
func (l *ledger) end() {
	if l.c == nil {
		return
	}
	for len(l.children) > 0 {
		l.children[len(l.children)-1].end()
	}
	C.arc_ledger_close(l.c)
	l.c = nil
	if l.parent != nil {
		l.parent.forget(l)
	}
	l.release()
}

func (l *ledger) forget(one child) {
	if i := slices.Index(l.children, one); i >= 0 {
		l.children = slices.Delete(l.children, i, i+1)
	}
}

func (l *ledger) shut() error {
	g, err := l.lane.enter(context.Background())
	if err != nil {
		return err
	}
	defer g.leave()
	l.end()
	err, l.lane.pending = l.lane.pending, nil
	return err
}

// Close closes the ledger, its engines, its forks and its storage; an open batch is dropped. Again: nothing. It returns
// what a Storage's Close does.
func (l *Ledger) Close() error {
	l.stop.Stop()
	defer runtime.KeepAlive(l)
	return l.shut()
}

// do calls the library within the lane: what prepare writes is there until the call is over.
func (l *ledger) do(ctx context.Context, keep any, fields []string, prepare func(*arena), call func(*C.arc_error) C.arc_status) (
	C.arc_status, error) {
	defer runtime.KeepAlive(keep)
	g, err := l.lane.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer g.leave()
	if l.c == nil {
		return 0, ErrClosed
	}
	if prepare != nil {
		if prepare(&l.lane.arena); l.lane.arena.err != nil {
			return 0, l.lane.arena.err
		}
	}
	status := call(l.lane.err)
	return status, l.lane.check(status, fields)
}

// simple is do for calls that are given no structs; whether anything is new.
func (l *Ledger) simple(ctx context.Context, call func(*C.arc_error) C.arc_status) (bool, error) {
	status, err := l.do(ctx, l, nil, nil, call)
	return err == nil && status == C.ARC_OK, err
}

func (l *ledger) report(ctx context.Context, keep any, fields []string, prepare func(*arena),
	call func(**C.arc_report, *C.arc_error) C.arc_status) (*Report, error) {
	var out *C.arc_report
	if _, err := l.do(ctx, keep, fields, prepare, func(err *C.arc_error) C.arc_status { return call(&out, err) }); err != nil {
		return nil, err
	}
	return handOver(ctx, out)
}

// reporter is what reports are asked of: a ledger, or an engine.
type reporter interface {
	report(ctx context.Context, keep any, fields []string, prepare func(*arena),
		call func(**C.arc_report, *C.arc_error) C.arc_status) (*Report, error)
}

// ask is for reports that are given a struct.
func ask[R, T any](ctx context.Context, of reporter, keep any, row R, fields []string, encode func(*R, *T, *arena),
	call func(**C.arc_report, *T, *C.arc_error) C.arc_status) (*Report, error) {
	var c *T
	return of.report(ctx, keep, fields, func(e *arena) { c = encoded(e, []R{row}, encode) },
		func(out **C.arc_report, err *C.arc_error) C.arc_status { return call(out, c, err) })
}

// post is a command that is given rows.
func post[R, T any](ctx context.Context, l *Ledger, rows []R, fields []string, encode func(*R, *T, *arena),
	call func(*T, C.size_t, *C.arc_error) C.arc_status) (bool, error) {
	var c *T
	status, err := l.do(ctx, l, fields, func(e *arena) { c = encoded(e, rows, encode) },
		func(err *C.arc_error) C.arc_status { return call(c, C.size_t(len(rows)), err) })
	return err == nil && status == C.ARC_OK, err
}

// Row is a struct that a command of the ledger takes: a Customer, an Invoice, a Payment, ...
type Row interface {
	postAll(ctx context.Context, l *Ledger, rows []Row) (bool, error)
}

func alike[R Row](rows []Row) []R {
	out := make([]R, len(rows))
	for i, row := range rows {
		out[i] = row.(R)
	}
	return out
}

// Post records rows of any kinds in their order, all of them in one commit or none. recorded is false when all of them
// were recorded before. An error's Record is the index within the rows of one kind that follow each other.
func (l *Ledger) Post(ctx context.Context, rows ...Row) (recorded bool, err error) {
	var groups [][]Row
	for begin, end := 0, 0; begin < len(rows); begin = end {
		for end = begin + 1; end < len(rows) && reflect.TypeOf(rows[end]) == reflect.TypeOf(rows[begin]); end++ {
		}
		groups = append(groups, rows[begin:end])
	}
	all := func(ctx context.Context) error {
		for _, group := range groups {
			some, err := group[0].postAll(ctx, l, group)
			if err != nil {
				return err
			}
			recorded = recorded || some
		}
		return nil
	}
	if len(groups) < 2 || l.lane.batch(ctx) != nil {
		err := all(ctx)
		return recorded && err == nil, err
	}
	return l.Batch(ctx, all)
}

// Batch makes one commit of what f says with the context that it is given: commands, and runs of engines other than the
// collector. Reads with that context see it already; other goroutines wait. It is recorded if f returns nil and can be
// stored, else nothing of it is. recorded is false when nothing of it was new.
func (l *Ledger) Batch(ctx context.Context, f func(ctx context.Context) error) (recorded bool, err error) {
	return l.batch(ctx, f, func(err *C.arc_error) (C.arc_status, error) { return C.arc_batch_commit(l.c, err), nil })
}

// BatchInto is Batch for a host that stores the commit itself, such as in a transaction with what it belongs to: store is
// given the number of its first record, how many there are, and their bytes, which are a copy. If it fails, nothing was said.
func (l *Ledger) BatchInto(ctx context.Context, store func(first uint64, count uint32, data []byte) error,
	f func(ctx context.Context) error) (recorded bool, err error) {
	return l.batch(ctx, f, func(err *C.arc_error) (C.arc_status, error) {
		var first C.uint64_t
		var count C.uint32_t
		var data unsafe.Pointer
		var size C.size_t
		status := C.arc_batch_bytes(l.c, &first, &count, &data, &size, err)
		if status < 0 {
			return status, nil
		}
		if status == C.ARC_OK {
			copied := unsafe.Slice((*byte)(data), int(size))
			if err := l.lane.host(func(context.Context) error { return store(uint64(first), uint32(count), slices.Clone(copied)) }); err != nil {
				l.lane.pending = nil
				C.arc_batch_abort(l.c)
				return 0, err
			}
		}
		C.arc_batch_publish(l.c)
		return status, nil
	})
}

func (l *Ledger) batch(ctx context.Context, f func(ctx context.Context) error,
	commit func(*C.arc_error) (C.arc_status, error)) (recorded bool, err error) {
	defer runtime.KeepAlive(l)
	n := l.lane
	outer, err := n.enter(ctx)
	if err != nil {
		return false, err
	}
	defer outer.leave()
	if l.c == nil {
		return false, ErrClosed
	}
	if err := n.check(C.arc_batch_begin(l.c, n.err), nil); err != nil {
		return false, err
	}
	if err := l.inBatch(ctx, outer, f); err != nil {
		return false, err
	}
	n.begin(ctx)
	status, err := commit(n.err)
	if err != nil {
		return false, err
	}
	if err := n.check(status, nil); err != nil {
		return false, err
	}
	return status == C.ARC_OK, nil
}

// inBatch runs the host's part of a batch, which is dropped if that fails or panics.
func (l *Ledger) inBatch(ctx context.Context, outer *gate, f func(ctx context.Context) error) (err error) {
	n, done := l.lane, false
	inner := newGate()
	inner.ledger = l.ledger
	before := outer.holder.Swap(goroutine())
	n.inner = inner
	defer func() {
		inner.slot <- struct{}{} // who is inside still, on another goroutine, ends first
		inner.over.Store(true)
		outer.holder.Store(before)
		n.inner = nil
		if !done {
			C.arc_batch_abort(l.c)
		}
	}()
	if err := f(context.WithValue(ctx, laneKey{n}, inner)); err != nil {
		return err
	}
	done = true
	return nil
}

// Fork is a second ledger that begins with the state of this one and goes its own way in memory: nothing of it is ever
// stored. It costs microseconds. For dry runs and what-if.
func (l *Ledger) Fork(ctx context.Context) (*Ledger, error) { return l.fork(ctx, 0) }

// KnownAt is a fork that sees only what was recorded by an instant, whatever day it is asked for: what did we know then?
// It refuses commands (ErrReadOnly).
func (l *Ledger) KnownAt(ctx context.Context, instant time.Time) (*Ledger, error) {
	return l.fork(ctx, C.int64_t(instant.UnixMilli()))
}

func (l *Ledger) fork(ctx context.Context, knownAt C.int64_t) (*Ledger, error) {
	fork := &ledger{lane: l.lane, parent: l.ledger}
	if _, err := l.do(ctx, l, nil, nil, func(err *C.arc_error) C.arc_status {
		status := C.arc_ledger_fork(&fork.c, l.c, knownAt, err)
		if status >= 0 {
			l.children = append(l.children, fork)
		}
		return status
	}); err != nil {
		return nil, err
	}
	return own(&Ledger{fork, l}), nil
}

// SetClock sets the instant at which following commands are recorded. It never goes back (ErrInvalid); without this call it
// stays where it was.
func (l *Ledger) SetClock(ctx context.Context, instant time.Time) error {
	_, err := l.simple(ctx, func(err *C.arc_error) C.arc_status {
		return C.arc_ledger_set_clock(l.c, C.int64_t(instant.UnixMilli()), err)
	})
	return err
}

// Refresh reads on what other processes appended; false: nothing new. After ErrConflict: refresh, and say it again.
func (l *Ledger) Refresh(ctx context.Context) (read bool, err error) {
	return l.simple(ctx, func(err *C.arc_error) C.arc_status { return C.arc_ledger_refresh(l.c, err) })
}

// Verify reads the whole journal again and compares it with the state; ErrCorrupt has the first wrong record.
func (l *Ledger) Verify(ctx context.Context) error {
	_, err := l.simple(ctx, func(err *C.arc_error) C.arc_status { return C.arc_ledger_verify(l.c, err) })
	return err
}

// Snapshot stores a snapshot, so that the next Open replays only what comes after it.
func (l *Ledger) Snapshot(ctx context.Context) error {
	_, err := l.simple(ctx, func(err *C.arc_error) C.arc_status { return C.arc_ledger_snapshot(l.c, err) })
	return err
}

// DropJournal drops the journal up to here and keeps a snapshot in its place; false: there was nothing to drop. What is
// gone for good is told at arc_ledger_drop_journal in arcollect.h.
func (l *Ledger) DropJournal(ctx context.Context) (dropped bool, err error) {
	return l.simple(ctx, func(err *C.arc_error) C.arc_status { return C.arc_ledger_drop_journal(l.c, err) })
}

// PostDay records that a day was matched, planned or run, or closes the books to its end: what would be posted to it or
// before is ErrRefused from then on. Days only go forward.
func (l *Ledger) PostDay(ctx context.Context, day Date, what DayIs) (recorded bool, err error) {
	return l.simple(ctx, func(err *C.arc_error) C.arc_status { return C.arc_ledger_post_day(l.c, day.c(), C.int32_t(what), err) })
}

// Info is how far a book has come.
type Info struct {
	Currency      string    // the default one
	FirstSequence uint64    // of the first record that the journal holds: 1 unless its beginning was dropped
	NextSequence  uint64    // that the next record will get; 1 in a new book
	Matched       Date      // the last day whose payments were looked at
	Planned       Date      // the last day whose touches were planned
	Run           Date      // the last day whose cycle was completed
	Closed        Date      // the day to whose end the books are closed
	Instant       time.Time // at which the last commit was recorded, or that of SetClock since
	Head          [32]byte  // the last link of the hash chain, to be kept elsewhere as evidence
}

// Info tells how far the book has come.
func (l *Ledger) Info(ctx context.Context) (info Info, err error) {
	var c []C.arc_ledger_info
	_, err = l.do(ctx, l, nil, func(e *arena) {
		c = allocate[C.arc_ledger_info](e, 1)
		c[0].struct_size = C.sizeof_arc_ledger_info
	}, func(err *C.arc_error) C.arc_status {
		status, told := C.arc_ledger_describe(&c[0], l.c, err), &c[0]
		info = Info{
			C.GoString(&told.currency[0]), uint64(told.first_sequence), uint64(told.next_sequence), dateOf(told.matched),
			dateOf(told.planned), dateOf(told.run), dateOf(told.closed), time.UnixMilli(int64(told.instant)), [32]byte{},
		}
		for i, one := range told.head {
			info.Head[i] = byte(one)
		}
		return status
	})
	return info, err
}

// Report is one of the ledger's reports.
func (l *Ledger) Report(ctx context.Context, query Query) (*Report, error) {
	return ask(ctx, l, l, query, fieldsOfQuery, (*Query).encode,
		func(out **C.arc_report, asked *C.arc_query, err *C.arc_error) C.arc_status {
			return C.arc_ledger_report(out, l.c, asked, err)
		})
}

// Balance is what a customer owes in a currency at the end of a day, and its cash and credits that settle nothing yet.
// No date: with everything that is recorded.
func (l *Ledger) Balance(ctx context.Context, customer, currency string, asOf Date) (receivable, unapplied Money, err error) {
	var owed, left C.int64_t
	var code *C.char
	_, err = l.do(ctx, l, nil, func(e *arena) { code = e.bytes(currency) }, func(err *C.arc_error) C.arc_status {
		return C.arc_ledger_balance(l.c, &owed, &left, l.lane.arena.bytes(customer), C.size_t(len(customer)), code, asOf.c(), err)
	})
	return Minor(owed).In(currency), Minor(left).In(currency), err
}

// Metrics are the aging, the key figures, or what changed the days from fulfilment to cash, as the query says.
func (l *Ledger) Metrics(ctx context.Context, query MetricsQuery) (*Report, error) {
	return ask(ctx, l, l, query, fieldsOfMetricsQuery, (*MetricsQuery).encode,
		func(out **C.arc_report, asked *C.arc_metrics_query, err *C.arc_error) C.arc_status {
			return C.arc_metrics_report(out, l.c, asked, err)
		})
}

// Interest is late interest on an invoice to a day, the last one of interest: the total, what was charged before, and the
// lines it is made of, in minor units of the invoice's currency.
func (l *Ledger) Interest(ctx context.Context, invoice string, until Date, rule InterestRule, rates []InterestRate) (
	total, charged Minor, lines []InterestLine, err error) {
	query := InterestQuery{Invoice: invoice, Until: until, Rule: &rule, Rates: rates}
	var t, before C.int64_t
	_, err = l.do(ctx, l, fieldsOfInterestQuery, nil, func(err *C.arc_error) C.arc_status {
		e := &l.lane.arena
		c := encoded(e, []InterestQuery{query}, (*InterestQuery).encode)
		var status C.arc_status
		lines = interestLines(e, func(rows *C.arc_interest_line, capacity C.size_t, count *C.size_t) C.arc_status {
			status = C.arc_ledger_interest(&t, &before, rows, capacity, count, l.c, c, err)
			return status
		})
		return status
	})
	return Minor(t), Minor(before), lines, err
}
