package arcollect

/*
#include "binding.h"
*/
import "C"

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"unsafe"
)

// gate lets in one call at a time. Who waits for it from inside of a callback would wait forever: that is noticed.
type gate struct {
	slot   chan struct{}
	holder atomic.Uint64 // the goroutine on which the host's code runs inside, else 0
	ledger *ledger       // of a batch: whose
	over   atomic.Bool   // the batch has ended
}

func newGate() *gate { return &gate{slot: make(chan struct{}, 1)} }

func (g *gate) enter(ctx context.Context) error {
	select {
	case g.slot <- struct{}{}:
		return nil
	default:
	}
	if holder := g.holder.Load(); holder != 0 && holder == goroutine() {
		return &Error{Status: ErrBusy, Detail: "called from inside a callback or a batch of the same ledger; in a batch, pass on the context that it gives"}
	}
	select {
	case g.slot <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gate) leave() { <-g.slot }

// goroutine is the number of the running one, as its stack tells it.
func goroutine() uint64 {
	var buf [40]byte
	text := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	number, _, _ := bytes.Cut(text, []byte(" "))
	n, _ := strconv.ParseUint(string(number), 10, 64)
	return n
}

// lane is what handles share that stay on one thread at a time: a ledger, its forks and their engines.
type lane struct {
	gate    *gate
	inner   *gate // of the batch that is open
	ctx     context.Context
	arena   arena
	err     *C.arc_error // in C, so that a call needs no memory
	pending error        // what a callback failed with, until the call that it was called in returns
}

type laneKey struct{ lane *lane }

func newLane() *lane {
	return &lane{gate: newGate(), err: (*C.arc_error)(C.arcollect_take(C.sizeof_arc_error)), ctx: context.Background()}
}

func (n *lane) free() {
	n.arena.free()
	C.arcollect_give(unsafe.Pointer(n.err), C.sizeof_arc_error)
	n.err = nil
}

// batch is the batch that a context belongs to, nil if it is over or there is none.
func (n *lane) batch(ctx context.Context) *gate {
	inner, _ := ctx.Value(laneKey{n}).(*gate)
	if inner == nil || inner.over.Load() {
		return nil
	}
	return inner
}

// enter waits for the lane; what it returns is to be left.
func (n *lane) enter(ctx context.Context) (*gate, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	g := n.batch(ctx)
	if g == nil {
		g = n.gate
	}
	if err := g.enter(ctx); err != nil {
		return nil, err
	}
	n.begin(ctx)
	return g, nil
}

func (n *lane) begin(ctx context.Context) {
	n.ctx, n.pending = ctx, nil
	n.arena.reset()
	if n.err != nil {
		*n.err = newError()
	}
}

// check is the error of a call within the lane.
func (n *lane) check(status C.arc_status, fields []string) error {
	cause := n.pending
	n.pending = nil
	if n.arena.err != nil {
		return n.arena.err
	}
	return check(status, n.err, fields, cause)
}

// hosted marks that the host's code may run on this goroutine inside a call of the library, until what it returns is called: a
// call that would wait for that one forever is noticed then.
func (n *lane) hosted() func() {
	self, inner := goroutine(), n.inner
	before, within := n.gate.holder.Swap(self), uint64(0)
	if inner != nil {
		within = inner.holder.Swap(self)
	}
	return func() {
		if inner != nil {
			inner.holder.Store(within)
		}
		n.gate.holder.Store(before)
	}
}

// host runs the host's code inside a call of the library: nothing that it does crosses C.
func (n *lane) host(f func(context.Context) error) (err error) {
	finished := false
	defer n.hosted()()
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{value, debug.Stack()}
		} else if !finished {
			err = errors.New("arcollect: runtime.Goexit in a callback")
		}
		if err != nil {
			n.pending = err
		}
	}()
	err = f(n.ctx)
	finished = true
	return err
}
