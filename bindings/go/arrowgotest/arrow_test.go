// Package arrowgotest tests the exchange of tables with arrow-go, which the binding itself does not depend on.
package arrowgotest

import (
	"context"
	"errors"
	"io"
	"testing"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/cdata"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"

	"example.org/arcollect"
)

var ctx = context.Background()

// stream exports one batch, all of which is to be released by the end of the test.
func stream(t *testing.T, out *cdata.CArrowArrayStream, schema *arrow.Schema, fill func(*array.RecordBuilder)) {
	t.Helper()
	memory := mallocator.NewMallocator() // what C is given lies in C memory
	builder := array.NewRecordBuilder(memory, schema)
	defer builder.Release()
	fill(builder)
	batch := builder.NewRecordBatch()
	defer batch.Release()
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	cdata.ExportRecordReader(reader, out)
	t.Cleanup(func() {
		if left := memory.AllocatedBytes(); left != 0 {
			t.Errorf("%d bytes of the stream are not released", left)
		}
	})
}

func texts(b array.Builder, cells ...string) { b.(*array.StringBuilder).AppendValues(cells, nil) }

func customers(t *testing.T, out *cdata.CArrowArrayStream) {
	schema := arrow.NewSchema([]arrow.Field{{Name: "key", Type: arrow.BinaryTypes.String}, {Name: "name", Type: arrow.BinaryTypes.String}}, nil)
	stream(t, out, schema, func(b *array.RecordBuilder) {
		texts(b.Field(0), "C1", "C2")
		texts(b.Field(1), "Orchard Textiles", "Harbour Tools")
	})
}

func invoices(t *testing.T, out *cdata.CArrowArrayStream, amounts ...int64) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "key", Type: arrow.BinaryTypes.String}, {Name: "customer", Type: arrow.BinaryTypes.String},
		{Name: "issued", Type: arrow.FixedWidthTypes.Date32}, {Name: "amount", Type: &arrow.Decimal128Type{Precision: 12, Scale: 2}},
	}, nil)
	stream(t, out, schema, func(b *array.RecordBuilder) {
		for i, amount := range amounts {
			texts(b.Field(0), "I"+string(rune('1'+i)))
			texts(b.Field(1), "C1")
			b.Field(2).(*array.Date32Builder).Append(20000)
			b.Field(3).(*array.Decimal128Builder).Append(decimal128.FromI64(amount))
		}
	})
}

func TestRoundTrip(t *testing.T) {
	_, before := arcollect.Memory()
	l, err := arcollect.Open(ctx, arcollect.Options{Currency: "EUR"})
	if err != nil {
		t.Fatal(err)
	}
	var in, out cdata.CArrowArrayStream
	customers(t, &in)
	if recorded, faults, err := l.PostArrow(ctx, arcollect.RowsCustomers, unsafe.Pointer(&in), arcollect.WholeUnits); !recorded || faults != nil || err != nil {
		t.Fatal(recorded, faults, err)
	}
	var wrong cdata.CArrowArrayStream
	invoices(t, &wrong, 119000, -1)
	var said *arcollect.Error
	if _, _, err := l.PostArrow(ctx, arcollect.RowsInvoices, unsafe.Pointer(&wrong), 0); !errors.As(err, &said) || said.Faults.Len() != 1 {
		t.Fatal(err)
	}
	var right cdata.CArrowArrayStream
	invoices(t, &right, 119000, 250)
	if _, _, err := l.PostArrow(ctx, arcollect.RowsInvoices, unsafe.Pointer(&right), 0); err != nil {
		t.Fatal(err)
	}
	if err := arcollect.ToArrow(ctx, unsafe.Pointer(&out), arcollect.WholeUnits, func(ctx context.Context) (*arcollect.Report, error) {
		return l.Report(ctx, arcollect.Query{Report: arcollect.ReportOpenItems})
	}); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	read, err := cdata.ImportCRecordReader(&out, nil)
	if err != nil {
		t.Fatal(err)
	}
	reader := read.(array.RecordReader)
	batch, err := read.Read()
	if err != nil || batch.NumRows() != 2 {
		t.Fatal(batch, err)
	}
	open := batch.Column(batch.Schema().FieldIndices("open")[0]).(*array.Decimal128)
	invoice := batch.Column(batch.Schema().FieldIndices("invoice")[0]).(*array.String)
	if invoice.Value(1) != "I2" || open.ValueStr(0) != "1190" || open.ValueStr(1) != "2.5" {
		t.Error(batch)
	}
	if _, err := read.Read(); err != io.EOF {
		t.Error(err)
	}
	reader.Release()
	if _, after := arcollect.Memory(); after != before {
		t.Errorf("%d blocks are left", after-before)
	}
}
