package arcollect

/*
#include "binding.h"
*/
import "C"

import (
	"context"
	"unsafe"
)

// arrowOut is where a report goes instead of into Go, by way of a context.
type arrowOut struct {
	stream  *C.struct_ArrowArrayStream
	options C.uint32_t
	filled  bool
}

type arrowKey struct{}

// ToArrow hands a report over as a stream of Arrow record batches: the one that ask gets, from any method that gives a report, with
// the context that it is given. The rows do not become Go's; the Report that ask sees is empty.
//
//	var stream cdata.CArrowArrayStream
//	err := arcollect.ToArrow(ctx, unsafe.Pointer(&stream), arcollect.WholeUnits,
//		func(ctx context.Context) (*arcollect.Report, error) { return ledger.Report(ctx, query) })
//	reader, err := cdata.ImportCRecordReader(&stream, nil)
//
// The stream is a struct ArrowArrayStream of Arrow's C stream interface, in C memory or as a Go variable of its own, that holds
// nothing yet. It is yours then, to be read and released by any goroutine and any Arrow library, also after the ledger was closed; as
// what was read from it. After a failure there is nothing to release. Memory counts what is not released.
//
// options is 0 or WholeUnits: amounts are decimals then, else integers in minor units. arc_report_arrow in arcollect.h says what the
// columns are.
func ToArrow(ctx context.Context, stream unsafe.Pointer, options uint32,
	ask func(ctx context.Context) (*Report, error)) (err error) {
	if stream == nil {
		return &Error{Status: ErrInvalid, Detail: "the stream is nil"}
	}
	out := &arrowOut{stream: (*C.struct_ArrowArrayStream)(stream), options: C.uint32_t(options)}
	C.arcollect_no_stream(out.stream)
	done := false
	defer func() {
		if !done {
			C.arcollect_release_stream(out.stream)
		}
	}()
	if _, err := ask(context.WithValue(ctx, arrowKey{}, out)); err != nil {
		return err
	}
	if !out.filled {
		return &Error{Status: ErrInvalid, Detail: "no report was asked for with the context that was given"}
	}
	done = true
	return nil
}

// handOver gives a report of the library's to whom it is for.
func handOver(ctx context.Context, c *C.arc_report) (*Report, error) {
	out, _ := ctx.Value(arrowKey{}).(*arrowOut)
	if out == nil {
		return load(c), nil
	}
	defer C.arc_report_free(c)
	if out.filled {
		return nil, &Error{Status: ErrInvalid, Detail: "a stream is of one report, and this is the second"}
	}
	said := newError()
	if err := check(C.arc_report_arrow(out.stream, c, out.options, &said), &said, nil, nil); err != nil {
		return nil, err
	}
	out.filled = true
	return &Report{}, nil
}

var fieldsOfArrow = map[Rows][]string{
	RowsCustomers: fieldsOfCustomer, RowsContacts: fieldsOfContact, RowsInvoices: fieldsOfInvoice,
	RowsCreditNotes: fieldsOfCreditNote, RowsPayments: fieldsOfPayment,
}

// PostArrow records the rows of a stream of Arrow record batches, all of them in one commit, or within the batch of the context;
// and none if one is at fault. recorded is false when no row was new.
//
//	var stream cdata.CArrowArrayStream
//	cdata.ExportRecordReader(reader, &stream)
//	_, _, err := ledger.PostArrow(ctx, arcollect.RowsInvoices, unsafe.Pointer(&stream), arcollect.WholeUnits)
//
// Columns are named as the fields in C: those of each kind of rows, and their types, stand at arc_ledger_post_arrow in arcollect.h.
// Every row is looked at, so that all faults are told at once: by the Faults of the *Error, which says of the first where
// it is.
//
// options is 0 or of WholeUnits: integers are whole units of their currencies, not minor ones; SkipFaults: rows at fault are
// left out, and returned as faults, nil if there are none; and, of customers and contacts, Replace.
//
// The stream is a struct ArrowArrayStream, in C memory or as a Go variable of its own. PostArrow takes it over: it is released when the
// call returns, also when that failed. Its functions are called on this goroutine, and may neither panic nor call into the ledger
// (ErrBusy). It has to come from a program that is trusted with this one's memory. The context is looked at before the rows are read,
// and not while they are.
func (l *Ledger) PostArrow(ctx context.Context, rows Rows, stream unsafe.Pointer, options uint32) (
	recorded bool, faults *Report, err error) {
	in := (*C.struct_ArrowArrayStream)(stream)
	defer C.arcollect_release_stream(in)
	var told *C.arc_report
	status, err := l.do(ctx, l, fieldsOfArrow[rows], nil, func(err *C.arc_error) C.arc_status {
		defer l.lane.hosted()()
		return C.arc_ledger_post_arrow(&told, l.c, C.int32_t(rows), C.uint32_t(options), in, err)
	})
	if told != nil {
		faults = load(told)
	}
	if said, ok := err.(*Error); ok {
		said.Faults = faults
		return false, nil, err
	}
	return err == nil && status == C.ARC_OK, faults, err
}
