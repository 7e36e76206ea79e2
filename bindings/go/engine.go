package arcollect

/*
#include "binding.h"
*/
import "C"

import (
	"context"
	"runtime"
	"time"
	"unsafe"
)

// engine is a handle of the library's on a ledger.
type engine struct {
	ledger *ledger
	c      unsafe.Pointer
	free   func(unsafe.Pointer) // nil of a collector's own, which closes it
	stop   runtime.Cleanup
}

// start opens an engine within the lane.
func (e *engine) start(ctx context.Context, l *Ledger, fields []string, prepare func(*arena),
	open func(*unsafe.Pointer, *C.arc_error) C.arc_status) error {
	e.ledger = l.ledger
	_, err := l.do(ctx, l, fields, prepare, func(err *C.arc_error) C.arc_status {
		var c unsafe.Pointer
		status := open(&c, err)
		if status >= 0 {
			e.c = c
			l.children = append(l.children, e)
		}
		return status
	})
	return err
}

func (e *engine) end() {
	if e.c == nil || e.free == nil {
		return
	}
	e.free(e.c)
	e.c = nil
	e.ledger.forget(e)
}

func (e *engine) shut() error {
	g, err := e.ledger.lane.enter(context.Background())
	if err != nil {
		return err
	}
	defer g.leave()
	e.end()
	return nil
}

// Close ends it; its ledger does that, too. Again: nothing.
func (e *engine) Close() error {
	e.stop.Stop()
	return e.shut()
}

// forgotten makes the garbage collector close an engine that is not reachable any more.
func forgotten[T any](outer *T, e *engine) {
	e.stop = runtime.AddCleanup(outer, func(e *engine) { go func() { _ = e.shut() }() }, e)
}

// do calls the library with the engine.
func (e *engine) do(ctx context.Context, keep any, fields []string, prepare func(*arena), call func(*C.arc_error) C.arc_status) (
	bool, error) {
	status, err := e.ledger.do(ctx, keep, fields, e.checked(prepare), call)
	return err == nil && status == C.ARC_OK, err
}

func (e *engine) report(ctx context.Context, keep any, fields []string, prepare func(*arena),
	call func(**C.arc_report, *C.arc_error) C.arc_status) (*Report, error) {
	return e.ledger.report(ctx, keep, fields, e.checked(prepare), call)
}

func (e *engine) checked(prepare func(*arena)) func(*arena) {
	return func(a *arena) {
		if e.c == nil {
			a.err = ErrClosed
		} else if prepare != nil {
			prepare(a)
		}
	}
}

// key is a text for a call.
type key struct {
	text string
	data *C.char
}

func (k *key) write(a *arena) { k.data = a.bytes(k.text) }
func (k *key) size() C.size_t { return C.size_t(len(k.text)) }

// Cadence says which touch is due, through which channel, in which tone, and what holds it back.
type Cadence struct {
	*engine
	of any // the ledger, or the collector that it belongs to: what is used is not collected
}

// OpenCadence opens an engine on the ledger. The zero options are the default ones.
func (l *Ledger) OpenCadence(ctx context.Context, options CadenceOptions) (*Cadence, error) {
	if err := options.Calendar.retain(); err != nil {
		return nil, err
	}
	tables, calendar := new(arena), options.Calendar // the library keeps pointers to them
	c := &Cadence{engine: &engine{}, of: l}
	c.engine.free = func(p unsafe.Pointer) {
		C.arc_cadence_close((*C.arc_cadence)(p))
		tables.free()
		calendar.release()
	}
	var o *C.arc_cadence_options
	if err := c.start(ctx, l, fieldsOfCadenceOptions, func(a *arena) {
		o = encoded(tables, []CadenceOptions{options}, (*CadenceOptions).encode)
		a.err = tables.err
	}, func(out *unsafe.Pointer, err *C.arc_error) C.arc_status {
		return C.arc_cadence_open((**C.arc_cadence)(unsafe.Pointer(out)), l.c, o, err)
	}); err != nil {
		tables.free()
		calendar.release()
		return nil, err
	}
	forgotten(c, c.engine)
	return c, nil
}

func (c *Cadence) handle() *C.arc_cadence { return (*C.arc_cadence)(c.c) }

// Plan records the touches of a day as planned or withheld: how many of each. A day that was planned is planned no more.
func (c *Cadence) Plan(ctx context.Context, day Date) (planned, withheld int, err error) {
	var p, w C.size_t
	_, err = c.do(ctx, c, nil, nil, func(err *C.arc_error) C.arc_status { return C.arc_cadence_plan(c.handle(), day.c(), &p, &w, err) })
	return int(p), int(w), err
}

// Why tells why a touch was planned or withheld, or why a customer gets none on a day; it is given the key of either.
func (c *Cadence) Why(ctx context.Context, touchOrCustomer string, day Date) (*Report, error) {
	k := key{text: touchOrCustomer}
	return c.report(ctx, c, nil, k.write, func(out **C.arc_report, err *C.arc_error) C.arc_status {
		return C.arc_cadence_why(out, c.handle(), k.data, k.size(), day.c(), err)
	})
}

// Coverage is the certificate of a day: every overdue account with what became of it, and the sums.
func (c *Cadence) Coverage(ctx context.Context, day Date) (*Report, CadenceSums, error) {
	var sums CadenceSums
	var s []C.arc_cadence_sums
	report, err := c.report(ctx, c, nil, func(a *arena) {
		s = allocate[C.arc_cadence_sums](a, 1)
		s[0].struct_size = C.sizeof_arc_cadence_sums
	}, func(out **C.arc_report, err *C.arc_error) C.arc_status {
		status := C.arc_cadence_coverage(out, &s[0], c.handle(), day.c(), err)
		sums.decode(&s[0])
		return status
	})
	return report, sums, err
}

// SendFrom is when a touch may go out: the first instant from a given one on that is in no quiet hours.
func (c *Cadence) SendFrom(ctx context.Context, touch string, from time.Time) (time.Time, error) {
	k, out := key{text: touch}, C.int64_t(0)
	_, err := c.do(ctx, c, nil, k.write, func(err *C.arc_error) C.arc_status {
		return C.arc_cadence_send_from(&out, c.handle(), k.data, k.size(), C.int64_t(from.UnixMilli()), err)
	})
	if err != nil {
		return time.Time{}, err
	}
	return time.UnixMilli(int64(out)), nil
}

// Matcher says which open items a payment settles, how sure that is, and what is left over.
type Matcher struct {
	*engine
	of any
}

// OpenMatcher opens an engine on the ledger. The zero options are the default ones.
func (l *Ledger) OpenMatcher(ctx context.Context, options MatcherOptions) (*Matcher, error) {
	m := &Matcher{&engine{free: func(p unsafe.Pointer) { C.arc_matcher_close((*C.arc_matcher)(p)) }}, l}
	var o *C.arc_matcher_options
	if err := m.start(ctx, l, fieldsOfMatcherOptions, func(a *arena) {
		o = encoded(a, []MatcherOptions{options}, (*MatcherOptions).encode)
	}, func(out *unsafe.Pointer, err *C.arc_error) C.arc_status {
		return C.arc_matcher_open((**C.arc_matcher)(unsafe.Pointer(out)), l.c, o, err)
	}); err != nil {
		return nil, err
	}
	forgotten(m, m.engine)
	return m, nil
}

func (m *Matcher) handle() *C.arc_matcher { return (*C.arc_matcher)(m.c) }

// Run decides all payments received by a day: how many were applied, and how many are left for a human.
func (m *Matcher) Run(ctx context.Context, day Date) (applied, left int, err error) {
	var a, n C.size_t
	_, err = m.do(ctx, m, nil, nil, func(err *C.arc_error) C.arc_status { return C.arc_matcher_run(m.handle(), day.c(), &a, &n, err) })
	return int(a), int(n), err
}

// Propose is what the matcher proposes for a payment; "": for all that a run of the day would decide. Nothing is recorded.
func (m *Matcher) Propose(ctx context.Context, payment string, day Date) (*Report, error) {
	k := key{text: payment}
	return m.report(ctx, m, nil, k.write, func(out **C.arc_report, err *C.arc_error) C.arc_status {
		return C.arc_matcher_propose(out, m.handle(), k.data, k.size(), day.c(), err)
	})
}

// Why is what the matcher makes of a payment now, and why.
func (m *Matcher) Why(ctx context.Context, payment string, day Date) (*Report, error) {
	k := key{text: payment}
	return m.report(ctx, m, nil, k.write, func(out **C.arc_report, err *C.arc_error) C.arc_status {
		return C.arc_matcher_why(out, m.handle(), k.data, k.size(), day.c(), err)
	})
}

// Answer is a human's answer to a proposal: AnswerConfirm applies it and refuses those ranked above it, AnswerReject refuses
// it, so that it is not made for the payment again, and AnswerUndo takes back what the payment settles of one invoice, or of
// all.
func (m *Matcher) Answer(ctx context.Context, answer MatchAnswer) (recorded bool, err error) {
	var c *C.arc_match_answer
	return m.do(ctx, m, fieldsOfMatchAnswer, func(a *arena) { c = encoded(a, []MatchAnswer{answer}, (*MatchAnswer).encode) },
		func(err *C.arc_error) C.arc_status { return C.arc_matcher_answer(m.handle(), c, err) })
}

// Scorer says when open items will be paid, which cash is to come, and whom to work first.
type Scorer struct {
	*engine
	of any
}

// OpenScorer opens an engine on the ledger.
func (l *Ledger) OpenScorer(ctx context.Context) (*Scorer, error) {
	s := &Scorer{&engine{free: func(p unsafe.Pointer) { C.arc_scorer_close((*C.arc_scorer)(p)) }}, l}
	if err := s.start(ctx, l, nil, nil, func(out *unsafe.Pointer, err *C.arc_error) C.arc_status {
		return C.arc_scorer_open((**C.arc_scorer)(unsafe.Pointer(out)), l.c, err)
	}); err != nil {
		return nil, err
	}
	forgotten(s, s.engine)
	return s, nil
}

func (s *Scorer) handle() *C.arc_scorer { return (*C.arc_scorer)(s.c) }

// Train learns from what the book knew on the morning of a day.
func (s *Scorer) Train(ctx context.Context, day Date) error {
	_, err := s.do(ctx, s, nil, nil, func(err *C.arc_error) C.arc_status { return C.arc_scorer_train(s.handle(), day.c(), err) })
	return err
}

// Save is the trained model, the same bytes on every platform.
func (s *Scorer) Save(ctx context.Context) (model []byte, err error) {
	_, err = s.do(ctx, s, nil, nil, func(err *C.arc_error) C.arc_status {
		var data unsafe.Pointer
		var size C.size_t
		status := C.arc_scorer_save(&data, &size, s.handle(), err)
		if status >= 0 {
			model = append([]byte{}, unsafe.Slice((*byte)(data), int(size))...)
		}
		return status
	})
	return model, err
}

// Load takes a saved model instead of its own.
func (s *Scorer) Load(ctx context.Context, model []byte) error {
	k := key{text: string(model)}
	_, err := s.do(ctx, s, nil, k.write, func(err *C.arc_error) C.arc_status {
		return C.arc_scorer_load(s.handle(), unsafe.Pointer(k.data), k.size(), err)
	})
	return err
}

// Report says when open instalments will be paid and what makes that up, whom to work first and why, or how customers pay,
// as the query says.
func (s *Scorer) Report(ctx context.Context, query ScoreQuery) (*Report, error) {
	return ask(ctx, s, s, query, fieldsOfScoreQuery, (*ScoreQuery).encode,
		func(out **C.arc_report, asked *C.arc_score_query, err *C.arc_error) C.arc_status {
			return C.arc_scorer_report(out, s.handle(), asked, err)
		})
}

// Forecast is the cash that is expected from what is open, with intervals.
func (s *Scorer) Forecast(ctx context.Context, options ForecastOptions) (*Report, error) {
	return ask(ctx, s, s, options, fieldsOfForecastOptions, (*ForecastOptions).encode,
		func(out **C.arc_report, asked *C.arc_forecast_options, err *C.arc_error) C.arc_status {
			return C.arc_scorer_forecast(out, s.handle(), asked, err)
		})
}

// Backtest is what the model would have said in the past, of payments or of cash, and what happened.
func (s *Scorer) Backtest(ctx context.Context, options BacktestOptions) (*Report, error) {
	return ask(ctx, s, s, options, fieldsOfBacktestOptions, (*BacktestOptions).encode,
		func(out **C.arc_report, asked *C.arc_backtest_options, err *C.arc_error) C.arc_status {
			return C.arc_scorer_backtest(out, s.handle(), asked, err)
		})
}

// Today is the list that is worth most in the minutes that people have.
func (s *Scorer) Today(ctx context.Context, options TodayOptions) (*Report, error) {
	return ask(ctx, s, s, options, fieldsOfTodayOptions, (*TodayOptions).encode,
		func(out **C.arc_report, asked *C.arc_today_options, err *C.arc_error) C.arc_status {
			return C.arc_scorer_today(out, s.handle(), asked, err)
		})
}

// Chase says whether chasing pays, item by item.
func (s *Scorer) Chase(ctx context.Context, options ChaseOptions) (*Report, error) {
	return ask(ctx, s, s, options, fieldsOfChaseOptions, (*ChaseOptions).encode,
		func(out **C.arc_report, asked *C.arc_chase_options, err *C.arc_error) C.arc_status {
			return C.arc_scorer_chase(out, s.handle(), asked, err)
		})
}
