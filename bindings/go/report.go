package arcollect

/*
#include "binding.h"
*/
import "C"

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"unsafe"
)

// Report is a table of named, typed columns. It is Go's own: it depends on no ledger, never changes, and may be read by any
// number of goroutines.
//
// Undefined cells are not zero: see Row.IsNull.
type Report struct {
	columns []Column
	rows    int
}

// Column is one of a report's.
type Column struct {
	Name string
	Type ColumnType

	numbers  []int64 // of all types but text
	text     string  // all texts, one behind the other
	ends     []int64 // of each text
	nulls    []uint8 // nil: none
	currency int     // the column that says what an amount is in; -1: none
}

// load reads a report of the library's, and frees it.
func load(c *C.arc_report) *Report {
	defer C.arc_report_free(c)
	r := &Report{rows: int(C.arc_report_rows(c)), columns: make([]Column, int(C.arc_report_columns(c)))}
	for i := range r.columns {
		at, column := C.size_t(i), &r.columns[i]
		column.Name, column.Type = C.GoString(C.arc_report_column_name(c, at)), ColumnType(C.arc_report_column_type(c, at))
		if r.rows == 0 {
			continue
		}
		nulls, numbers := make([]uint8, r.rows), make([]int64, r.rows)
		none := C.size_t(0)
		if column.Type == ColumnText {
			data := make([]byte, int(C.arcollect_text_size(c, at))+1)
			none = C.arcollect_texts(c, at, (*C.char)(unsafe.Pointer(&data[0])), (*C.int64_t)(unsafe.Pointer(&numbers[0])),
				(*C.uint8_t)(unsafe.Pointer(&nulls[0])))
			column.text, column.ends = unsafe.String(&data[0], len(data)-1), numbers
		} else {
			none = C.arcollect_numbers(c, at, (*C.int64_t)(unsafe.Pointer(&numbers[0])), (*C.uint8_t)(unsafe.Pointer(&nulls[0])))
			column.numbers = numbers
		}
		if none > 0 {
			column.nulls = nulls
		}
	}
	for i := range r.columns {
		r.columns[i].currency = r.currencyOf(i)
	}
	return r
}

func (r *Report) currencyOf(column int) int {
	for before := column - 1; before >= 0; before-- {
		if strings.HasSuffix(r.columns[before].Name, "_currency") {
			return before
		}
	}
	for i := range r.columns {
		if r.columns[i].Name == "currency" {
			return i
		}
	}
	return -1
}

// Len is the number of rows.
func (r *Report) Len() int { return r.rows }

// Columns are the columns in their order.
func (r *Report) Columns() []Column { return r.columns }

// Row is the i-th row, counting from 0. It panics if there is none.
func (r *Report) Row(i int) ReportRow {
	if i < 0 || i >= r.rows {
		panic(fmt.Sprintf("arcollect: no row %d of %d", i, r.rows))
	}
	return ReportRow{r, i}
}

// Rows are the rows with their numbers:
//
//	for i, row := range report.Rows() { ... }
func (r *Report) Rows() iter.Seq2[int, ReportRow] {
	return func(yield func(int, ReportRow) bool) {
		for i := range r.rows {
			if !yield(i, ReportRow{r, i}) {
				return
			}
		}
	}
}

// Texts is a column of texts, by its name. As all that names a column, it panics if there is none of that name and type.
func (r *Report) Texts(column string) iter.Seq2[int, string] {
	c := r.column(column, ColumnText)
	return func(yield func(int, string) bool) {
		for i := range r.rows {
			if !yield(i, c.at(i)) {
				return
			}
		}
	}
}

// Numbers is a column of integers, of amounts in minor units, or of shares in parts per million, with 0 where there is none.
func (r *Report) Numbers(column string) []int64 {
	c := r.named(column)
	if c.Type == ColumnText || c.Type == ColumnDay {
		panic("arcollect: column " + strconv.Quote(column) + " has no numbers")
	}
	return append([]int64(nil), c.numbers...)
}

func (r *Report) named(name string) *Column {
	for i := range r.columns {
		if r.columns[i].Name == name {
			return &r.columns[i]
		}
	}
	names := make([]string, len(r.columns))
	for i := range r.columns {
		names[i] = r.columns[i].Name
	}
	panic("arcollect: no column " + strconv.Quote(name) + ": there are " + strings.Join(names, ", "))
}

func (r *Report) column(name string, kind ColumnType) *Column {
	c := r.named(name)
	if c.Type != kind {
		panic(fmt.Sprintf("arcollect: column %q is of type %d, not %d", name, c.Type, kind))
	}
	return c
}

func (c *Column) at(row int) string {
	begin := int64(0)
	if row > 0 {
		begin = c.ends[row-1]
	}
	return c.text[begin:c.ends[row]]
}

// String is a table for people.
func (r *Report) String() string {
	lines := make([][]string, r.rows+1)
	widths := make([]int, len(r.columns))
	for i := range lines {
		lines[i] = make([]string, len(r.columns))
		for j := range r.columns {
			lines[i][j] = r.columns[j].Name
			if i > 0 {
				lines[i][j] = r.Row(i - 1).format(j)
			}
			widths[j] = max(widths[j], len([]rune(lines[i][j])))
		}
	}
	var out strings.Builder
	for _, line := range lines {
		text := ""
		for j, cell := range line {
			blanks := strings.Repeat(" ", widths[j]-len([]rune(cell)))
			if r.columns[j].Type == ColumnText {
				text += cell + blanks + "  "
			} else {
				text += blanks + cell + "  "
			}
		}
		out.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	return out.String()
}

// ReportRow is a row of a report. Its methods take the name of a column, and panic if there is none of that name and type.
type ReportRow struct {
	report *Report
	row    int
}

// IsNull is true of a cell that has no value, which is not zero.
func (r ReportRow) IsNull(column string) bool {
	c := r.report.named(column)
	return c.nulls != nil && c.nulls[r.row] != 0
}

// Text is a text.
func (r ReportRow) Text(column string) string { return r.report.column(column, ColumnText).at(r.row) }

// Int is a count, a number of days or a sequence number; 0 of a null.
func (r ReportRow) Int(column string) int64 {
	return r.report.column(column, ColumnInteger).numbers[r.row]
}

// PPM is a share or probability in parts per million; 0 of a null.
func (r ReportRow) PPM(column string) int64 { return r.report.column(column, ColumnPPM).numbers[r.row] }

// Money is an amount with its currency; nothing in that currency of a null.
func (r ReportRow) Money(column string) Money {
	c := r.report.column(column, ColumnMoney)
	money := Money{Minor: Minor(c.numbers[r.row])}
	if c.currency >= 0 {
		money.Currency = r.report.columns[c.currency].at(r.row)
	}
	return money
}

// Date is a day; no date of a null.
func (r ReportRow) Date(column string) Date {
	c := r.report.column(column, ColumnDay)
	if c.nulls != nil && c.nulls[r.row] != 0 {
		return Date{}
	}
	return dateOf(C.arc_day(c.numbers[r.row]))
}

// Format is any cell as text, as arc_report_format has it: amounts as decimals of their currency, days as YYYY-MM-DD, shares as decimals of six digits, a
// null as nothing.
func (r ReportRow) Format(column string) string {
	c := r.report.named(column)
	for i := range r.report.columns {
		if &r.report.columns[i] == c {
			return r.format(i)
		}
	}
	return ""
}

func (r ReportRow) format(column int) string {
	c := &r.report.columns[column]
	if c.nulls != nil && c.nulls[r.row] != 0 {
		return ""
	}
	switch c.Type {
	case ColumnText:
		return c.at(r.row)
	case ColumnMoney:
		return r.Money(c.Name).Decimal()
	case ColumnDay:
		return dateOf(C.arc_day(c.numbers[r.row])).String()
	case ColumnPPM:
		sign, n := "", c.numbers[r.row]
		if n < 0 {
			sign, n = "-", -n
		}
		return fmt.Sprintf("%s%d.%06d", sign, n/1000000, n%1000000)
	}
	return strconv.FormatInt(c.numbers[r.row], 10)
}
