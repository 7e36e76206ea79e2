package arcollect

/*
#include "binding.h"
*/
import "C"

import (
	"context"
	"errors"
	"io"
	"runtime/cgo"
	"unsafe"
)

// Storage is where the bytes of a book are kept. arcollect.h has the contract to the letter, at arc_storage. A storage may
// be a SnapshotStorage, a DroppingStorage and an io.Closer besides.
//
// What it returns as an error fails the command, changes nothing, and is found in the command's error by errors.Is.
// ErrConflict, ErrNotFound, ErrCorrupt and ErrUnknownOutcome, also wrapped, tell the library what happened. The context is
// that of the call of the ledger. A storage may not call into the ledger that it serves (ErrBusy).
type Storage interface {
	// Append stores a commit of count records, the first numbered first: durable and whole when it returns nil, or not at
	// all. ErrConflict if first is not the next number, 1 in an empty book. ErrUnknownOutcome if it cannot tell whether it
	// was stored. data may be kept.
	Append(ctx context.Context, first uint64, count uint32, data []byte) error

	// Read copies bytes of the commits from the one that begins with first on, from offset of them on; as few as it likes,
	// but one at least. io.EOF at the end and beyond, and where no commit is yet. ErrNotFound if no commit begins with
	// first. A DroppingStorage begins with the first commit that it holds when first is 0. buf must not be kept.
	Read(ctx context.Context, first, offset uint64, buf []byte) (int, error)
}

// SnapshotStorage keeps the latest snapshot of the state.
type SnapshotStorage interface {
	Storage

	// SaveSnapshot stores a snapshot of the state before the record next. If it fails, the one before is still there.
	// ErrConflict from a DroppingStorage for a next before the first commit that it holds. data may be kept.
	SaveSnapshot(ctx context.Context, next uint64, data []byte) error

	// LoadSnapshot gives the latest snapshot; io.EOF if there is none. The data is not changed.
	LoadSnapshot(ctx context.Context) (next uint64, data []byte, err error)
}

// DroppingStorage can forget the beginning of a journal.
type DroppingStorage interface {
	SnapshotStorage

	// Drop forgets every commit before the one that begins with first, all of them or none. ErrNotFound if no commit
	// begins with first, ErrConflict if the snapshot stored is of before first.
	Drop(ctx context.Context, first uint64) error
}

// FileStorage keeps a book in a file, which is made if it is not there, and a snapshot in another one beside it, named
// path + ".snapshot". It is the library's own: appends are synced, and the file is open once at a time (ErrBusy).
func FileStorage(path string) Storage { return fileStorage(path) }

type fileStorage string

func (fileStorage) Append(context.Context, uint64, uint32, []byte) error {
	return errors.New("arcollect: a FileStorage is for Options.Storage")
}

func (f fileStorage) Read(ctx context.Context, _, _ uint64, _ []byte) (int, error) {
	return 0, f.Append(ctx, 0, 0, nil)
}

// openStorage fills in a storage as the library calls it; it is the library's to close from then on.
func openStorage(c *C.arc_storage, storage Storage, n *lane) (cgo.Handle, error) {
	if path, ok := storage.(fileStorage); ok {
		c.struct_size = C.sizeof_arc_storage
		return 0, n.check(C.arc_storage_file_open(c, n.arena.bytes(string(path)), C.arcollect_allocator(), n.err), nil)
	}
	abilities := C.int32_t(0)
	if _, ok := storage.(SnapshotStorage); ok {
		abilities |= C.ARCOLLECT_SNAPSHOTS
	}
	if _, ok := storage.(DroppingStorage); ok {
		abilities |= C.ARCOLLECT_DROPS
	}
	handle := cgo.NewHandle(&door{lane: n, storage: storage})
	C.arcollect_fill_storage(c, C.uintptr_t(handle), abilities)
	return handle, nil
}

func closeStorage(storage Storage) error {
	if closer, ok := storage.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// door is a Go storage as the library calls it.
type door struct {
	lane     *lane
	storage  Storage
	snapshot []byte // that is being loaded
	next     uint64
}

const hostSaidNo = 1000

func doorOf(user C.uintptr_t) *door { return cgo.Handle(user).Value().(*door) }

// call runs one of the storage's functions; otherwise is what its errors are that say nothing else.
func (d *door) call(otherwise C.int32_t, f func(context.Context) error) C.int32_t {
	err := d.lane.host(func(ctx context.Context) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return f(ctx)
	})
	var panicked *PanicError
	switch {
	case err == nil:
		return C.ARC_OK
	case err == io.EOF:
		d.lane.pending = nil
		return C.ARC_DONE
	case errors.As(err, &panicked):
		return otherwise
	}
	return hostCode(err, hostSaidNo)
}

//export arcollectAppend
func arcollectAppend(user C.uintptr_t, first C.uint64_t, count C.uint32_t, data unsafe.Pointer, size C.size_t) C.int32_t {
	d := doorOf(user)
	// Who panics may have stored it before.
	code := d.call(C.ARC_E_UNKNOWN_OUTCOME, func(ctx context.Context) error {
		return d.storage.Append(ctx, uint64(first), uint32(count), append([]byte(nil), unsafe.Slice((*byte)(data), int(size))...))
	})
	if code == C.ARC_DONE { // an io.EOF of the storage's own
		d.lane.pending = io.EOF
		return hostSaidNo
	}
	return code
}

//export arcollectRead
func arcollectRead(user C.uintptr_t, first, offset C.uint64_t, buf unsafe.Pointer, capacity C.size_t, size *C.size_t) C.int32_t {
	d := doorOf(user)
	*size = 0
	return d.call(hostSaidNo, func(ctx context.Context) error {
		n, err := d.storage.Read(ctx, uint64(first), uint64(offset), unsafe.Slice((*byte)(buf), int(capacity)))
		switch {
		case n < 0 || n > int(capacity):
			return errors.New("arcollect: Read of the storage says that it read more than was asked for")
		case n > 0 && (err == nil || err == io.EOF):
			*size = C.size_t(n)
			return nil
		case n == 0 && err == nil:
			return io.ErrNoProgress
		}
		return err
	})
}

//export arcollectSaveSnapshot
func arcollectSaveSnapshot(user C.uintptr_t, next C.uint64_t, data unsafe.Pointer, size C.size_t) C.int32_t {
	d := doorOf(user)
	return d.call(hostSaidNo, func(ctx context.Context) error {
		return d.storage.(SnapshotStorage).SaveSnapshot(ctx, uint64(next), append([]byte(nil), unsafe.Slice((*byte)(data), int(size))...))
	})
}

//export arcollectLoadSnapshot
func arcollectLoadSnapshot(user C.uintptr_t, next, total *C.uint64_t, offset C.uint64_t, buf unsafe.Pointer, capacity C.size_t,
	size *C.size_t) C.int32_t {
	d := doorOf(user)
	*size = 0
	return d.call(hostSaidNo, func(ctx context.Context) (err error) {
		if offset == 0 {
			d.next, d.snapshot, err = d.storage.(SnapshotStorage).LoadSnapshot(ctx)
			if err != nil {
				return err
			}
		}
		if len(d.snapshot) == 0 {
			return io.EOF
		}
		n := copy(unsafe.Slice((*byte)(buf), int(capacity)), d.snapshot[min(uint64(offset), uint64(len(d.snapshot))):])
		*next, *total, *size = C.uint64_t(d.next), C.uint64_t(len(d.snapshot)), C.size_t(n)
		if uint64(offset)+uint64(n) >= uint64(len(d.snapshot)) {
			d.snapshot = nil
		}
		return nil
	})
}

//export arcollectDrop
func arcollectDrop(user C.uintptr_t, first C.uint64_t) C.int32_t {
	d := doorOf(user)
	return d.call(hostSaidNo, func(ctx context.Context) error { return d.storage.(DroppingStorage).Drop(ctx, uint64(first)) })
}

//export arcollectCloseStorage
func arcollectCloseStorage(user C.uintptr_t) {
	d := doorOf(user)
	before := d.lane.pending
	_ = d.lane.host(func(context.Context) error { return closeStorage(d.storage) })
	if before != nil { // why it is closed is said first
		d.lane.pending = before
	}
}
