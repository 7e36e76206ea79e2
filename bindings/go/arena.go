package arcollect

/*
#include "binding.h"
*/
import "C"

import "unsafe"

const (
	arenaBlock = 64 << 10 // the first block
	arenaKept  = 8 << 20  // what is kept for the next call
)

// arena is C memory into which rows are written in one pass, so that a call of the library costs one call into C. What was
// allocated stays where it is until reset.
type arena struct {
	blocks []arenaPiece
	used   uintptr // of the last block
	err    error   // the first thing that cannot be written
	row    int     // that is being written
}

type arenaPiece struct {
	data unsafe.Pointer
	size uintptr
}

// room gives memory as it is.
func (a *arena) room(size uintptr) unsafe.Pointer {
	last := len(a.blocks) - 1
	if last < 0 || a.blocks[last].size < a.used+size {
		next := uintptr(arenaBlock)
		if last >= 0 {
			next = 2 * a.blocks[last].size
		}
		next = max(next, size)
		data := C.arcollect_take(C.size_t(next))
		if data == nil {
			panic("arcollect: out of memory") // as Go itself has it
		}
		a.blocks, a.used = append(a.blocks, arenaPiece{data, next}), 0
		last++
	}
	p := unsafe.Add(a.blocks[last].data, a.used)
	a.used += size
	return p
}

// take gives zeroed memory for structs.
func (a *arena) take(size uintptr) unsafe.Pointer {
	a.used = (a.used + 7) &^ 7
	p := a.room(size)
	clear(unsafe.Slice((*byte)(p), size))
	return p
}

// reset forgets everything, and keeps a block for what comes.
func (a *arena) reset() {
	a.used, a.err, a.row = 0, nil, 0
	last := len(a.blocks) - 1
	if last == 0 && a.blocks[0].size <= arenaKept {
		return
	}
	for i, block := range a.blocks {
		if i == last && block.size <= arenaKept {
			a.blocks[0] = block
			a.blocks = a.blocks[:1]
			return
		}
		C.arcollect_give(block.data, C.size_t(block.size))
	}
	a.blocks = a.blocks[:0]
}

// free gives everything back.
func (a *arena) free() {
	for _, block := range a.blocks {
		C.arcollect_give(block.data, C.size_t(block.size))
	}
	*a = arena{}
}

func allocate[C any](a *arena, n int) []C {
	var one C
	return unsafe.Slice((*C)(a.take(unsafe.Sizeof(one)*uintptr(n))), n)
}

// encoded writes rows one behind the other; there is room for one where there is none.
func encoded[R, T any](a *arena, rows []R, encode func(*R, *T, *arena)) *T {
	c := allocate[T](a, max(len(rows), 1))
	for i := range rows {
		a.row = i
		encode(&rows[i], &c[i], a)
	}
	return &c[0]
}

func (a *arena) bytes(text string) *C.char {
	p := a.room(uintptr(len(text)) + 1)
	data := unsafe.Slice((*byte)(p), len(text)+1)
	data[copy(data, text)] = 0
	return (*C.char)(p)
}

func (a *arena) text(c *C.arc_text, text string) {
	if text != "" {
		c.data, c.size = a.bytes(text), C.size_t(len(text))
	}
}

func (a *arena) texts(texts []string) (*C.arc_text, C.uint32_t) {
	if len(texts) == 0 {
		return nil, 0
	}
	c := allocate[C.arc_text](a, len(texts))
	for i, text := range texts {
		a.text(&c[i], text)
	}
	return &c[0], C.uint32_t(len(texts))
}

// chars fills an array within a struct, whose last byte is its end.
func (a *arena) chars(c []C.char, text, field string) {
	if len(text) >= len(c) {
		if a.err == nil {
			a.err = &Error{Status: ErrInvalid, Record: uint64(a.row), Field: field,
				Detail: text + " is too long for " + field}
		}
		return
	}
	for i := 0; i < len(text); i++ {
		c[i] = C.char(text[i])
	}
}

func (a *arena) calendar(calendar *Calendar) *C.arc_calendar {
	if calendar == nil {
		return nil
	}
	if calendar.c == nil {
		a.err = ErrClosed
	}
	return calendar.c
}

// Memory is what the library holds of the C heap in this process: bytes, and blocks. What a closed handle held is not in it.
func Memory() (bytes, blocks int64) {
	var b, n C.int64_t
	C.arcollect_memory(&b, &n)
	return int64(b), int64(n)
}
