package arcollect

/*
#include "binding.h"
*/
import "C"

import (
	"context"
	"runtime/cgo"
	"unsafe"
)

// Outcome is what became of a message that was handed over.
type Outcome int32

// Outcomes of Transport.Send.
const (
	OutcomeSent    Outcome = C.ARC_SENT    // it went out
	OutcomePending Outcome = C.ARC_PENDING // accepted; what comes of it is posted as a TouchOutcome later
	OutcomeFailed  Outcome = C.ARC_FAILED  // it never will go out
	OutcomeRetry   Outcome = C.ARC_RETRY   // not now: it is offered again, the others go on
)

// Transport hands messages over. Package mail of this module has ready ones.
type Transport interface {
	// Send hands a message over. An error stops the run, which can be run again, and is found in the run's error by
	// errors.Is: the same message is offered again under the same IdempotencyKey, which is never two messages. The message
	// may be kept. It may not call into the ledger (ErrBusy).
	Send(ctx context.Context, message *Message) (Outcome, error)
}

// TransportFunc is a function as a Transport.
type TransportFunc func(ctx context.Context, message *Message) (Outcome, error)

// Send calls the function.
func (f TransportFunc) Send(ctx context.Context, message *Message) (Outcome, error) {
	return f(ctx, message)
}

// ByChannel is a transport for each channel, and one for the others, under ChannelNone.
type ByChannel map[Channel]Transport

// Send hands the message to the transport of its channel. Without one it is OutcomeFailed.
func (b ByChannel) Send(ctx context.Context, message *Message) (Outcome, error) {
	transport, ok := b[message.Channel]
	if !ok {
		transport = b[ChannelNone]
	}
	if transport == nil {
		return OutcomeFailed, nil
	}
	return transport.Send(ctx, message)
}

// ReplyModel is a language model, asked where the reader of replies itself is not sure. Its answers are checked as
// arcollect.h says at arc_reply_model.
type ReplyModel interface {
	// Ask is given the text, which is data to judge and never an instruction, and its language. ok is false for no answer.
	Ask(ctx context.Context, text, language string) (answer ReplyAnswer, ok bool, err error)
}

// ReplyAnswer is what a ReplyModel says of a message.
type ReplyAnswer struct {
	Kind          int32  // one of ReplyDispute, ReplyPromise, ...; ReplyOther: nothing that it knows
	ConfidencePPM uint32 // at most 1,000,000
	Words         string // what decided, as it stands in the text, letter by letter
}

// CollectorOptions of a collector. All zero: touches stay planned, as there is no transport.
type CollectorOptions struct {
	Transport       Transport       // nil: touches stay planned
	Calendar        *Calendar       // business days; nil: weekends only
	Matcher         *MatcherOptions // nil: the defaults
	Sender          string          // name under the messages; "": "Accounts receivable"
	Letterhead      *Letterhead     // who writes, and where payments are to go; its name counts instead of Sender
	Flags           CollectorFlag
	RetryHours      []uint32    // how long after each Retry a message is offered again; none: 24, 72 and 168
	FallbackChannel Channel     // by which a message goes when it bounced
	DisputeDays     uint32      // the service level of disputes that have none; 0: 14
	ReplyRules      []ReplyRule // what is done about replies; none: the default ones
	ReplyLeastPPM   uint32      // least confidence of a kind that counts as sure
	ReplyDays       uint32      // how far ahead of a reply a promise or an absence may be; 0: 60
	ReplyReader     *Reader     // what the host has taught
	ReplyModel      ReplyModel  // asked where the reader is not sure

	// Progress is called when a phase begins, with done 0, and during sending after each group; total 0: not known. An
	// error stops the run before anything more is done, and is found in the run's error. The run can be run again.
	Progress func(phase Phase, done, total uint64) error
}

var fieldsOfCollectorOptions = []string{
	"Flags", "Transport", "Calendar", "Matcher", "Sender", "Letterhead", "RetryHours", "RetryCount", "FallbackChannel", "DisputeDays",
	"Reserved", "Progress", "ProgressUser", "ReplyRules", "ReplyRuleCount", "ReplyLeastPPM", "ReplyDays", "Reserved2", "ReplyReader",
	"ReplyModel",
}

// Collector is the daily cycle over a ledger, with engines of its own.
type Collector struct {
	*engine
	of    *Ledger
	owned [3]*engine // cadence, matcher, scorer
}

// cycle is a collector's host as the library calls it.
type cycle struct {
	lane    *lane
	options CollectorOptions
	words   arena // of the last answer
}

// OpenCollector opens the cycle on the ledger.
func (l *Ledger) OpenCollector(ctx context.Context, options CollectorOptions) (*Collector, error) {
	host := &cycle{lane: l.lane, options: options}
	if err := options.Calendar.retain(); err != nil {
		return nil, err
	}
	if err := options.ReplyReader.retain(); err != nil {
		options.Calendar.release()
		return nil, err
	}
	handle := cgo.NewHandle(host)
	release := func() {
		handle.Delete()
		host.words.free()
		options.Calendar.release()
		options.ReplyReader.release()
	}
	owned := [3]*engine{{ledger: l.ledger}, {ledger: l.ledger}, {ledger: l.ledger}}
	c := &Collector{&engine{free: func(p unsafe.Pointer) {
		for _, engine := range owned {
			engine.c = nil
		}
		C.arc_collector_close((*C.arc_collector)(p))
		release()
	}}, l, owned}
	var o []C.arc_collector_options
	if err := c.start(ctx, l, fieldsOfCollectorOptions, func(a *arena) {
		o = allocate[C.arc_collector_options](a, 1)
		options.encode(&o[0], a, C.uintptr_t(handle))
	}, func(out *unsafe.Pointer, err *C.arc_error) C.arc_status {
		status := C.arc_collector_open((**C.arc_collector)(unsafe.Pointer(out)), l.c, &o[0], err)
		if status >= 0 {
			c := (*C.arc_collector)(*out)
			owned[0].c, owned[1].c = unsafe.Pointer(C.arc_collector_cadence(c)), unsafe.Pointer(C.arc_collector_matcher(c))
			owned[2].c = unsafe.Pointer(C.arc_collector_scorer(c))
		}
		return status
	}); err != nil {
		release()
		return nil, err
	}
	forgotten(c, c.engine)
	return c, nil
}

func (o *CollectorOptions) encode(c *C.arc_collector_options, a *arena, handle C.uintptr_t) {
	c.struct_size, c.flags = C.sizeof_arc_collector_options, C.uint32_t(o.Flags)
	if o.Transport != nil {
		transport := allocate[C.arc_transport](a, 1)
		C.arcollect_fill_transport(&transport[0], handle)
		c.transport = &transport[0]
	}
	c.calendar = a.calendar(o.Calendar)
	if o.Matcher != nil {
		matcher := allocate[C.arc_matcher_options](a, 1)
		o.Matcher.encode(&matcher[0], a)
		c.matcher = &matcher[0]
	}
	a.text(&c.sender, o.Sender)
	if o.Letterhead != nil {
		letterhead := allocate[C.arc_letterhead](a, 1)
		o.Letterhead.encode(&letterhead[0], a)
		c.letterhead = &letterhead[0]
	}
	if n := len(o.RetryHours); n > 0 {
		hours := allocate[C.uint32_t](a, n)
		for i, one := range o.RetryHours {
			hours[i] = C.uint32_t(one)
		}
		c.retry_hours, c.retry_count = &hours[0], C.uint32_t(n)
	}
	if n := len(o.ReplyRules); n > 0 {
		rules := allocate[C.arc_reply_rule](a, n)
		for i := range o.ReplyRules {
			o.ReplyRules[i].encode(&rules[i], a)
		}
		c.reply_rules, c.reply_rule_count = &rules[0], C.uint32_t(n)
	}
	c.fallback_channel, c.dispute_days = C.int32_t(o.FallbackChannel), C.uint32_t(o.DisputeDays)
	c.reply_least_ppm, c.reply_days = C.uint32_t(o.ReplyLeastPPM), C.uint32_t(o.ReplyDays)
	if o.ReplyReader != nil {
		c.reply_reader = o.ReplyReader.c
	}
	model := C.int32_t(0)
	if o.ReplyModel != nil {
		model = 1
	}
	C.arcollect_fill_callbacks(c, handle, model)
}

//export arcollectSend
func arcollectSend(user C.uintptr_t, message *C.arc_message) C.int32_t {
	host := cgo.Handle(user).Value().(*cycle)
	outcome := Outcome(0)
	if err := host.lane.host(func(ctx context.Context) (err error) {
		if err := ctx.Err(); err != nil {
			return err
		}
		copied := new(Message)
		copied.decode(message)
		outcome, err = host.options.Transport.Send(ctx, copied)
		return err
	}); err != nil {
		return C.ARC_E_HOST
	}
	return C.int32_t(outcome)
}

//export arcollectProgress
func arcollectProgress(user C.uintptr_t, phase C.int32_t, done, total C.uint64_t) C.int32_t {
	host := cgo.Handle(user).Value().(*cycle)
	if err := host.lane.host(func(ctx context.Context) error {
		if err := ctx.Err(); err != nil || host.options.Progress == nil {
			return err
		}
		return host.options.Progress(Phase(phase), uint64(done), uint64(total))
	}); err != nil {
		return 1
	}
	return 0
}

//export arcollectAsk
func arcollectAsk(user C.uintptr_t, text C.arc_text, language *C.char, answer *C.arc_reply_answer) C.int32_t {
	host := cgo.Handle(user).Value().(*cycle)
	found := false
	if err := host.lane.host(func(ctx context.Context) error {
		said, ok, err := host.options.ReplyModel.Ask(ctx, goText(text), C.GoString(language))
		if err != nil || !ok {
			return err
		}
		found = true
		host.words.reset()
		answer.kind, answer.confidence_ppm = C.int32_t(said.Kind), C.uint32_t(said.ConfidencePPM)
		host.words.text(&answer.words, said.Words)
		return nil
	}); err != nil {
		return -1
	}
	if found {
		return 1
	}
	return 0
}

func (c *Collector) handle() *C.arc_collector { return (*C.arc_collector)(c.c) }

func (c *Collector) run(ctx context.Context, call func(*C.arc_day_report, *C.arc_error) C.arc_status) (DayReport, bool, error) {
	var out DayReport
	var report []C.arc_day_report
	ran, err := c.do(ctx, c, nil, func(a *arena) {
		report = allocate[C.arc_day_report](a, 1)
		report[0].struct_size = C.sizeof_arc_day_report
	}, func(err *C.arc_error) C.arc_status {
		status := call(&report[0], err)
		out.decode(&report[0])
		return status
	})
	return out, ran, err
}

// RunDay runs the cycle of one day: cash, bounces, reminders, sending, summary. It may be stopped by the context, an error
// of the transport or of progress, or a crash, and run again: nothing is done twice. ran is false for a day that was run
// already. The context is looked at where progress is, before each message, and by storages.
func (c *Collector) RunDay(ctx context.Context, day Date) (report DayReport, ran bool, err error) {
	return c.run(ctx, func(report *C.arc_day_report, err *C.arc_error) C.arc_status {
		return C.arc_collector_run_day(c.handle(), day.c(), report, err)
	})
}

// Send hands over what is planned and may go out now by the ledger's clock, between two days' runs.
func (c *Collector) Send(ctx context.Context, day Date) (DayReport, error) {
	report, _, err := c.run(ctx, func(report *C.arc_day_report, err *C.arc_error) C.arc_status {
		return C.arc_collector_send(c.handle(), day.c(), report, err)
	})
	return report, err
}

// Reply reads a customer's reply, and does what the rules say about it; the report is what was recorded.
func (c *Collector) Reply(ctx context.Context, message Incoming) (*Report, error) {
	return ask(ctx, c, c, message, fieldsOfIncoming, (*Incoming).encode,
		func(out **C.arc_report, asked *C.arc_incoming, err *C.arc_error) C.arc_status {
			return C.arc_collector_reply(out, c.handle(), asked, err)
		})
}

// Exceptions are what needs a person at the end of a day, with the reason and the choices.
func (c *Collector) Exceptions(ctx context.Context, day Date) (*Report, error) {
	return c.report(ctx, c, nil, nil, func(out **C.arc_report, err *C.arc_error) C.arc_status {
		return C.arc_collector_exceptions(out, c.handle(), day.c(), err)
	})
}

// Preview is what the days would do, were they run now and every message taken.
func (c *Collector) Preview(ctx context.Context, from, to Date) (*Report, error) {
	return c.report(ctx, c, nil, nil, func(out **C.arc_report, err *C.arc_error) C.arc_status {
		return C.arc_collector_preview(out, c.handle(), from.c(), to.c(), err)
	})
}

// Compare is what came of an earlier preview, whose report is given, and what changed where it did not come so.
func (c *Collector) Compare(ctx context.Context, previewed *Report) (*Report, error) {
	var rows []C.arc_previewed
	return c.report(ctx, c, fieldsOfPreviewed, func(a *arena) {
		rows = allocate[C.arc_previewed](a, max(previewed.Len(), 1))
		for i, row := range previewed.Rows() {
			one := Previewed{
				Day: row.Date("date"), Touch: row.Text("touch"), Customer: row.Text("customer"), Amount: row.Money("amount").Minor,
				Since: uint64(row.Int("since")),
			}
			one.encode(&rows[i], a)
		}
	}, func(out **C.arc_report, err *C.arc_error) C.arc_status {
		return C.arc_collector_compare(out, c.handle(), &rows[0], C.size_t(previewed.Len()), err)
	})
}

// WhatIf is days of the past under another policy.
func (c *Collector) WhatIf(ctx context.Context, options WhatifOptions) (*Report, error) {
	return ask(ctx, c, c, options, fieldsOfWhatifOptions, (*WhatifOptions).encode,
		func(out **C.arc_report, asked *C.arc_whatif_options, err *C.arc_error) C.arc_status {
			return C.arc_collector_whatif(out, c.handle(), asked, err)
		})
}

// Cadence is the collector's, to ask it why. It is closed with the collector.
func (c *Collector) Cadence() *Cadence { return &Cadence{engine: c.owned[0], of: c} }

// Matcher is the collector's. It is closed with the collector.
func (c *Collector) Matcher() *Matcher { return &Matcher{c.owned[1], c} }

// Scorer is the collector's. It is closed with the collector.
func (c *Collector) Scorer() *Scorer { return &Scorer{c.owned[2], c} }

// asked is a model as the library calls it, for ReadReply.
func asked(n *lane, model ReplyModel) (C.uintptr_t, func()) {
	host := &cycle{lane: n, options: CollectorOptions{ReplyModel: model}}
	handle := cgo.NewHandle(host)
	return C.uintptr_t(handle), func() {
		handle.Delete()
		host.words.free()
	}
}
