// Package arrowtest makes and reads streams of Arrow's C interface by hand, for the binding's tests, which depend on no
// Arrow library.
package arrowtest

/*
#cgo CFLAGS: -std=c11
#include <stdlib.h>
#include "table.h"
*/
import "C"

import (
	"fmt"
	"math/big"
	"runtime/cgo"
	"strings"
	"unsafe"
)

// Column is a column of a table: of a format of Arrow's, with []string, []int32 or []int64.
type Column struct {
	Name, Format string
	Data         any
}

// Table is a stream of one batch.
type Table struct {
	c      *C.struct_arrowtest_table
	blocks []unsafe.Pointer
	asked  cgo.Handle
}

// NewTable makes a stream of columns of the same length. asked, if not nil, is called whenever rows are asked for, and what it
// returns is the stream's answer: 0, or the number of an error.
func NewTable(asked func() int, columns ...Column) *Table {
	t := &Table{}
	t.c = (*C.struct_arrowtest_table)(t.block(C.sizeof_struct_arrowtest_table))
	n := len(columns)
	t.c.columns = (*C.struct_arrowtest_column)(t.block(n * C.sizeof_struct_arrowtest_column))
	t.c.schemas = (**C.struct_ArrowSchema)(t.block(n * int(unsafe.Sizeof(uintptr(0)))))
	t.c.arrays = (**C.struct_ArrowArray)(t.block(n * int(unsafe.Sizeof(uintptr(0)))))
	t.c.count = C.int64_t(n)
	if asked != nil {
		t.asked = cgo.NewHandle(asked)
		t.c.handle = C.uintptr_t(t.asked)
	}
	C.arrowtest_open(t.c)
	for i, column := range columns {
		var data, texts unsafe.Pointer
		switch cells := column.Data.(type) {
		case []string:
			t.c.rows = C.int64_t(len(cells))
			ends := make([]int32, 1, len(cells)+1)
			for _, cell := range cells {
				ends = append(ends, ends[len(ends)-1]+int32(len(cell)))
			}
			data, texts = copied(t, ends), copied(t, []byte(strings.Join(cells, "")))
		case []int32:
			t.c.rows, data = C.int64_t(len(cells)), copied(t, cells)
		case []int64:
			t.c.rows, data = C.int64_t(len(cells)), copied(t, cells)
		}
		C.arrowtest_column(t.c, C.int64_t(i), t.text(column.Name), t.text(column.Format), data, texts)
	}
	return t
}

//export arrowtestAsked
func arrowtestAsked(handle C.uintptr_t) C.int {
	return C.int(cgo.Handle(handle).Value().(func() int)())
}

func (t *Table) block(size int) unsafe.Pointer {
	p := C.calloc(1, C.size_t(max(size, 1)))
	t.blocks = append(t.blocks, p)
	return p
}

func (t *Table) text(text string) *C.char {
	return (*C.char)(copied(t, append([]byte(text), 0)))
}

func copied[T any](t *Table, cells []T) unsafe.Pointer {
	var one T
	p := t.block(len(cells) * int(unsafe.Sizeof(one)))
	copy(unsafe.Slice((*T)(p), len(cells)), cells)
	return p
}

// Stream is the stream, in C memory.
func (t *Table) Stream() unsafe.Pointer { return unsafe.Pointer(&t.c.stream) }

// Close frees the table, and returns how much of it was not released: the stream, schemas, batches.
func (t *Table) Close() int {
	live := int(t.c.live)
	for _, block := range t.blocks {
		C.free(block)
	}
	if t.asked != 0 {
		t.asked.Delete()
	}
	*t = Table{}
	return live
}

// Stream is one as a Go variable of its own, that holds nothing.
type Stream struct{ c C.struct_ArrowArrayStream }

// Pointer is what the binding takes.
func (s *Stream) Pointer() unsafe.Pointer { return unsafe.Pointer(&s.c) }

// Empty is whether there is nothing to release.
func (s *Stream) Empty() bool { return s.c.release == nil }

// Release releases what is there.
func (s *Stream) Release() { C.arrowtest_release(&s.c) }

// Read reads the stream to its end, a line for the names and formats of its columns and one for each row.
func (s *Stream) Read() (lines []string, err error) {
	schema := &C.struct_ArrowSchema{}
	if code := C.arrowtest_schema(&s.c, schema); code != 0 {
		return nil, fmt.Errorf("no schema: %d", code)
	}
	defer C.arrowtest_release_schema(schema)
	columns := unsafe.Slice(schema.children, int(schema.n_children))
	cells := make([]string, len(columns))
	for i, column := range columns {
		cells[i] = C.GoString(column.name) + ":" + C.GoString(column.format)
	}
	lines = append(lines, strings.Join(cells, " "))
	for {
		batch := &C.struct_ArrowArray{}
		if code := C.arrowtest_next(&s.c, batch); code != 0 {
			return nil, fmt.Errorf("no rows: %d", code)
		}
		if batch.release == nil {
			return lines, nil
		}
		for row := range int(batch.length) {
			for i, array := range unsafe.Slice(batch.children, int(batch.n_children)) {
				cells[i] = cell(C.GoString(columns[i].format), array, row+int(array.offset))
			}
			lines = append(lines, strings.Join(cells, " "))
		}
		C.arrowtest_release_array(batch)
	}
}

func cell(format string, array *C.struct_ArrowArray, row int) string {
	buffers := unsafe.Slice(array.buffers, int(array.n_buffers))
	if valid := (*byte)(buffers[0]); valid != nil && unsafe.Slice(valid, row/8+1)[row/8]>>(row%8)&1 == 0 {
		return "null"
	}
	switch kind, _, _ := strings.Cut(format, ":"); kind {
	case "u":
		ends := unsafe.Slice((*int32)(buffers[1]), row+2)
		return string(unsafe.Slice((*byte)(buffers[2]), int(ends[row+1]))[ends[row]:])
	case "tdD":
		return fmt.Sprint(unsafe.Slice((*int32)(buffers[1]), row+1)[row])
	case "l":
		return fmt.Sprint(unsafe.Slice((*int64)(buffers[1]), row+1)[row])
	case "d":
		half := unsafe.Slice((*uint64)(buffers[1]), 2*row+2)[2*row:]
		high := new(big.Int).Lsh(big.NewInt(int64(half[1])), 64)
		return high.Add(high, new(big.Int).SetUint64(half[0])).String()
	}
	return "?" + format
}
