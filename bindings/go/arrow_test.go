package arcollect_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"unsafe"

	"example.org/arcollect"
	"example.org/arcollect/internal/arrowtest"
)

// table is a stream that is to be released in full by the end of the test.
func table(t *testing.T, asked func() int, columns ...arrowtest.Column) unsafe.Pointer {
	made := arrowtest.NewTable(asked, columns...)
	t.Cleanup(func() {
		if live := made.Close(); live != 0 {
			t.Errorf("%d of the stream are not released", live)
		}
	})
	return made.Stream()
}

func customers(keys ...string) arrowtest.Column {
	return arrowtest.Column{Name: "key", Format: "u", Data: keys}
}

func invoices(customer string, amounts ...int64) []arrowtest.Column {
	keys, of, issued := []string{}, []string{}, []int32{}
	for i := range amounts {
		keys, of, issued = append(keys, "I"+string(rune('1'+i))), append(of, customer), append(issued, 20000)
	}
	return []arrowtest.Column{
		{Name: "key", Format: "u", Data: keys}, {Name: "customer", Format: "u", Data: of},
		{Name: "issued", Format: "tdD", Data: issued}, {Name: "due", Format: "tdD", Data: issued}, {Name: "amount", Format: "l", Data: amounts},
	}
}

func openItems(l *arcollect.Ledger) func(context.Context) (*arcollect.Report, error) {
	return func(ctx context.Context) (*arcollect.Report, error) {
		return l.Metrics(ctx, arcollect.MetricsQuery{Report: arcollect.MetricsAging, AsOf: day("2024-10-20")})
	}
}

func TestArrowRoundTrip(t *testing.T) {
	before := blocksLeft(0)
	l := must(arcollect.Open(ctx, arcollect.Options{Currency: "EUR"}))
	post := func(rows arcollect.Rows, stream unsafe.Pointer, options uint32) bool {
		t.Helper()
		recorded, faults, err := l.PostArrow(ctx, rows, stream, options)
		if err != nil || faults != nil {
			t.Error(faults, err)
		}
		return recorded
	}
	if !post(arcollect.RowsCustomers, table(t, nil, customers("C1", "C2")), 0) ||
		!post(arcollect.RowsInvoices, table(t, nil, invoices("C1", 119000, 250)...), 0) ||
		post(arcollect.RowsInvoices, table(t, nil, invoices("C1", 119000, 250)...), 0) {
		t.Error("recorded once each")
	}
	var minor, whole arrowtest.Stream
	if err := errors.Join(arcollect.ToArrow(ctx, minor.Pointer(), 0, openItems(l)),
		arcollect.ToArrow(ctx, whole.Pointer(), arcollect.WholeUnits, openItems(l)), l.Close()); err != nil {
		t.Fatal(err)
	}
	if got, want := must(minor.Read()), []string{
		"customer:u currency:u not_due:l 1-30:l 31-60:l 61-90:l over_90:l unapplied:l balance:l",
		"C1 EUR 0 119250 0 0 0 0 119250",
	}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := must(whole.Read()); len(got) != 2 || got[1] != "C1 EUR 0 11925000 0 0 0 0 11925000" { // 1192.5000
		t.Errorf("%q", got)
	}
	if _, held := arcollect.Memory(); held <= before {
		t.Error("what is handed out counts until it is released")
	}
	minor.Release()
	whole.Release()
	if after := blocksLeft(before); after != before {
		t.Errorf("%d blocks are left", after-before)
	}
}

func TestArrowFaults(t *testing.T) {
	l := book(t, arcollect.Options{})
	must(l.Post(ctx, arcollect.Customer{Key: "C1"}))
	recorded, faults, err := l.PostArrow(ctx, arcollect.RowsInvoices, table(t, nil, invoices("C1", 100, -5, 200, -6)...), 0)
	var said *arcollect.Error
	if recorded || faults != nil || !errors.Is(err, arcollect.ErrInvalid) || !errors.As(err, &said) || said.Record != 1 || said.Field != "Amount" {
		t.Fatal(recorded, faults, err)
	}
	told := func(faults *arcollect.Report) {
		t.Helper()
		if faults.Len() != 2 || faults.Row(0).Text("key") != "I2" || faults.Row(1).Int("row") != 3 || faults.Row(1).Text("column") != "amount" ||
			faults.Row(1).Text("status") != arcollect.ErrInvalid.Name() {
			t.Error(faults)
		}
	}
	told(said.Faults)
	if report := must(l.Report(ctx, arcollect.Query{Report: arcollect.ReportOpenItems})); report.Len() != 0 {
		t.Error("something was recorded", report)
	}
	recorded, faults, err = l.PostArrow(ctx, arcollect.RowsInvoices, table(t, nil, invoices("C1", 100, -5, 200, -6)...), arcollect.SkipFaults)
	if err != nil || !recorded {
		t.Fatal(recorded, err)
	}
	told(faults)
	if report := must(l.Report(ctx, arcollect.Query{Report: arcollect.ReportOpenItems})); report.Len() != 2 {
		t.Error(report)
	}
}

func TestArrowThatFails(t *testing.T) {
	l := book(t, arcollect.Options{})
	fails := func(wanted error, rows arcollect.Rows, stream unsafe.Pointer, options uint32) {
		t.Helper()
		var said *arcollect.Error
		if recorded, faults, err := l.PostArrow(ctx, rows, stream, options); recorded || faults != nil || !errors.Is(err, wanted) ||
			!errors.As(err, &said) || said.Faults != nil {
			t.Error(recorded, faults, err)
		}
	}
	fails(arcollect.ErrInvalid, arcollect.RowsCustomers, nil, 0)
	fails(arcollect.ErrInvalid, arcollect.RowsCustomers, (&arrowtest.Stream{}).Pointer(), 0)
	fails(arcollect.ErrInvalid, 99, table(t, nil, customers("C1")), 0)
	fails(arcollect.ErrInvalid, arcollect.RowsInvoices, table(t, nil, invoices("C1", 1)...), arcollect.Replace)
	fails(arcollect.ErrInvalid, arcollect.RowsCustomers, table(t, nil, customers("C1"), arrowtest.Column{Name: "nmae", Format: "u", Data: []string{""}}), 0)
	fails(arcollect.ErrHost, arcollect.RowsCustomers, table(t, func() int { return 5 }, customers("C1")), 0)

	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := l.PostArrow(over, arcollect.RowsCustomers, table(t, nil, customers("C1")), 0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	var inside error
	stream := table(t, func() int {
		_, inside = l.Info(ctx)
		return 0
	}, customers("C1"))
	if recorded, _, err := l.PostArrow(ctx, arcollect.RowsCustomers, stream, 0); !recorded || err != nil || !errors.Is(inside, arcollect.ErrBusy) {
		t.Error(recorded, err, inside)
	}
	if _, err := l.Batch(ctx, func(ctx context.Context) error {
		if recorded, _, err := l.PostArrow(ctx, arcollect.RowsCustomers, table(t, nil, customers("C2")), 0); !recorded || err != nil {
			t.Error(recorded, err)
		}
		return context.Canceled
	}); err != context.Canceled {
		t.Error(err)
	}
	if _, _, err := l.Balance(ctx, "C2", "EUR", arcollect.Date{}); !errors.Is(err, arcollect.ErrNotFound) {
		t.Error("a batch that was dropped", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := l.PostArrow(ctx, arcollect.RowsCustomers, table(t, nil, customers("C1")), 0); err != arcollect.ErrClosed {
		t.Error(err)
	}
}

func TestArrowReportThatFails(t *testing.T) {
	l := book(t, arcollect.Options{})
	before := blocksLeft(0)
	fails := func(wanted error, options uint32, ask func(context.Context) (*arcollect.Report, error)) {
		t.Helper()
		var stream arrowtest.Stream
		if err := arcollect.ToArrow(ctx, stream.Pointer(), options, ask); !errors.Is(err, wanted) || !stream.Empty() {
			t.Error(err, stream.Empty())
		}
	}
	fails(arcollect.ErrInvalid, 1, openItems(l))
	fails(arcollect.ErrInvalid, 0, func(context.Context) (*arcollect.Report, error) { return openItems(l)(ctx) })
	fails(arcollect.ErrInvalid, 0, func(ctx context.Context) (*arcollect.Report, error) {
		must(openItems(l)(ctx))
		return openItems(l)(ctx)
	})
	fails(context.Canceled, 0, func(ctx context.Context) (*arcollect.Report, error) {
		must(openItems(l)(ctx))
		return nil, context.Canceled
	})
	fails(arcollect.ErrNotFound, 0, func(ctx context.Context) (*arcollect.Report, error) {
		return l.Report(ctx, arcollect.Query{Report: arcollect.ReportStatement, Customer: "nobody"})
	})
	if err := arcollect.ToArrow(ctx, nil, 0, openItems(l)); !errors.Is(err, arcollect.ErrInvalid) {
		t.Error(err)
	}
	if after := blocksLeft(before); after > before {
		t.Errorf("%d blocks are left", after-before)
	}
}
