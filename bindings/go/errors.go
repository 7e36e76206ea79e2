package arcollect

/*
#include "arcollect.h"
*/
import "C"

import (
	"errors"
	"fmt"
)

// Status is what a call of the library returned when it failed. It is an error by itself, to be compared with:
// errors.Is(err, arcollect.ErrConflict).
type Status int32

// What can go wrong. Numbers that are not here come from newer libraries.
const (
	ErrNoMemory       Status = C.ARC_E_NOMEM           // the allocator gave none
	ErrInvalid        Status = C.ARC_E_INVALID         // an argument or field is not acceptable in itself
	ErrABI            Status = C.ARC_E_ABI             // the binding and the library do not fit each other
	ErrStorage        Status = C.ARC_E_STORAGE         // the storage said no; nothing was recorded
	ErrCorrupt        Status = C.ARC_E_CORRUPT         // stored bytes or internal state fail a check
	ErrBusy           Status = C.ARC_E_BUSY            // called from inside a callback, or a batch is (not) open
	ErrOverflow       Status = C.ARC_E_OVERFLOW        // a sum or a count would not fit
	ErrStale          Status = C.ARC_E_STALE           // the ledger changed since this object was made
	ErrHost           Status = C.ARC_E_HOST            // a callback stopped the call
	ErrConflict       Status = C.ARC_E_CONFLICT        // somebody else appended to the book first: refresh, and say it again
	ErrUnknownOutcome Status = C.ARC_E_UNKNOWN_OUTCOME // the storage cannot tell whether it stored the commit: reopen
	ErrNotFound       Status = C.ARC_E_NOT_FOUND       // no record has this key
	ErrExists         Status = C.ARC_E_EXISTS          // a different record has this key
	ErrRefused        Status = C.ARC_E_REFUSED         // well formed, but the state of the book forbids it
	ErrSyntax         Status = C.ARC_E_SYNTAX          // a text does not parse; Line and Column say where
	ErrReadOnly       Status = C.ARC_E_READ_ONLY       // the handle reads only
)

// ErrClosed is what methods of a handle return that was closed, or whose ledger was.
var ErrClosed = errors.New("arcollect: the handle is closed")

// Name is the status's name in arcollect.h, such as ARC_E_CONFLICT.
func (s Status) Name() string { return C.GoString(C.arc_status_name(C.arc_status(s))) }

// Error is one English sentence.
func (s Status) Error() string { return C.GoString(C.arc_status_text(C.arc_status(s))) }

// Error says what failed and where. A call that returns one has changed nothing.
//
// errors.Is finds its Status in it, and what a storage, a transport, a progress function or a context said.
type Error struct {
	Status   Status
	HostCode int32  // what a callback returned to the library, else 0
	Record   uint64 // the index of the row at fault in the call, or the journal's sequence number
	Field    string // the name of the field at fault; "" where it does not apply
	Line     int    // in a text, from 1 on; 0 where it does not apply
	Column   int    // in bytes, from 1 on; 0 where it does not apply
	Detail   string // what is wrong, and what would be right
	Cause    error  // what a callback returned; nil if none failed

	// Faults are all rows at fault of a PostArrow: a report of row (from 0 on, over all of the stream), key, column, status and
	// message; nil of other calls, and where it is not the rows that are wrong.
	Faults *Report
}

func (e *Error) Error() string {
	text := "arcollect: " + e.Detail
	if e.Detail == "" {
		text += e.Status.Error()
	}
	switch {
	case e.Line > 0:
		text += fmt.Sprintf(" (%s, line %d, column %d)", e.Status.Name(), e.Line, e.Column)
	case e.Column > 0:
		text += fmt.Sprintf(" (%s, column %d)", e.Status.Name(), e.Column)
	case e.Field != "":
		text += fmt.Sprintf(" (%s, row %d, field %s)", e.Status.Name(), e.Record, e.Field)
	default:
		text += " (" + e.Status.Name() + ")"
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap gives the status and the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Status}
	}
	return []error{e.Status, e.Cause}
}

// PanicError is a panic of a storage, a transport or another callback, which does not cross C: the call that it
// happened in fails with it.
type PanicError struct {
	Value any    // what was panicked with
	Stack []byte // of the goroutine, as debug.Stack gives it
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("panic in a callback: %v\n\n%s", e.Value, e.Stack)
}

// Unwrap gives the value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

func newError() C.arc_error {
	return C.arc_error{struct_size: C.sizeof_arc_error}
}

// check is the error of a call, nil if it did not fail.
func check(status C.arc_status, c *C.arc_error, fields []string, cause error) error {
	if status >= 0 {
		return nil
	}
	err := &Error{
		Status: Status(status), HostCode: int32(c.host_code), Record: uint64(c.record), Line: int(c.line),
		Column: int(c.column), Detail: C.GoString(&c.text[0]), Cause: cause,
	}
	if field := int(c.field); field > 0 {
		err.Field = fmt.Sprint(field)
		if field <= len(fields) {
			err.Field = fields[field-1]
		}
	}
	return err
}

// hostCode is what a callback that failed with err returns to the library.
func hostCode(err error, otherwise C.int32_t) C.int32_t {
	var status Status
	if errors.As(err, &status) && status < 0 {
		return C.int32_t(status)
	}
	return otherwise
}
