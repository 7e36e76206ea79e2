package arcollect

import (
	"context"
	"fmt"
	"testing"
)

const benchRows = 10000

func benchInvoices(prefix string) []Invoice {
	rows := make([]Invoice, benchRows)
	for i := range rows {
		rows[i] = Invoice{
			Key: fmt.Sprintf("%s-%07d", prefix, i), Number: fmt.Sprintf("2025-%07d", i), Customer: fmt.Sprintf("C%03d", i%1000),
			PONumber: fmt.Sprintf("PO-%05d", i), Currency: "EUR", Issued: MustDate("2025-02-01"), Due: MustDate("2025-03-03"), Amount: 119000,
		}
	}
	return rows
}

// What a row of a batch costs in Go before the library sees it.
func BenchmarkEncode(b *testing.B) {
	rows := benchInvoices("I")
	var a arena
	defer a.free()
	b.ReportAllocs()
	for b.Loop() {
		a.reset()
		encoded(&a, rows, (*Invoice).encode)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

// What it costs altogether, in memory: the same, one call into C, and the command itself.
func BenchmarkPost(b *testing.B) {
	ctx := context.Background()
	var customers []Customer
	for i := range 1000 {
		customers = append(customers, Customer{Key: fmt.Sprintf("C%03d", i)})
	}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		l, err := Open(ctx, Options{Currency: "EUR"})
		if err == nil {
			_, err = l.PostCustomers(ctx, customers)
		}
		if err != nil {
			b.Fatal(err)
		}
		rows := benchInvoices("I")
		b.StartTimer()
		if _, err := l.PostInvoices(ctx, rows); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

// The least that a call costs: a command of no new row.
func BenchmarkCall(b *testing.B) {
	ctx := context.Background()
	l, err := Open(ctx, Options{Currency: "EUR"})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	row := []Customer{{Key: "C1", Name: "Orchard Textiles"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.PostCustomers(ctx, row); err != nil {
			b.Fatal(err)
		}
	}
}

// A report of many rows into Go, for each row of eleven columns.
func BenchmarkReport(b *testing.B) {
	ctx := context.Background()
	l, err := Open(ctx, Options{Currency: "EUR"})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	var customers []Customer
	for i := range 1000 {
		customers = append(customers, Customer{Key: fmt.Sprintf("C%03d", i)})
	}
	if _, err := l.PostCustomers(ctx, customers); err != nil {
		b.Fatal(err)
	}
	if _, err := l.PostInvoices(ctx, benchInvoices("I")); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		report, err := l.Report(ctx, Query{Report: ReportOpenItems})
		if err != nil || report.Len() != benchRows {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}
