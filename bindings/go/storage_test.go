package arcollect_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"example.org/arcollect"
)

// memoryStorage is a storage in Go, that can be made to fail.
type memoryStorage struct {
	commits  []commit
	next     uint64
	snapshot []byte
	before   uint64
	fail     error
	do       func()
	closed   int
	closing  error
}

type commit struct {
	first uint64
	data  []byte
}

func (s *memoryStorage) Append(_ context.Context, first uint64, count uint32, data []byte) error {
	if s.do != nil {
		s.do()
	}
	if s.fail != nil {
		return s.fail
	}
	if first != max(s.next, 1) {
		return arcollect.ErrConflict
	}
	s.commits, s.next = append(s.commits, commit{first, data}), first+uint64(count)
	return nil
}

func (s *memoryStorage) Read(_ context.Context, first, offset uint64, buf []byte) (int, error) {
	if s.fail != nil {
		return 0, s.fail
	}
	if first == 0 && len(s.commits) > 0 {
		first = s.commits[0].first
	}
	var stream []byte
	found := first == max(s.next, 1) || first == 0
	for _, one := range s.commits {
		if found = found || one.first == first; one.first >= first {
			stream = append(stream, one.data...)
		}
	}
	if !found {
		return 0, arcollect.ErrNotFound
	}
	if offset >= uint64(len(stream)) {
		return 0, io.EOF
	}
	return copy(buf[:min(len(buf), 7)], stream[offset:]), nil
}

func (s *memoryStorage) SaveSnapshot(_ context.Context, next uint64, data []byte) error {
	if s.fail != nil {
		return s.fail
	}
	s.before, s.snapshot = next, data
	return nil
}

func (s *memoryStorage) LoadSnapshot(context.Context) (uint64, []byte, error) {
	if s.snapshot == nil {
		return 0, nil, io.EOF
	}
	return s.before, s.snapshot, nil
}

func (s *memoryStorage) Drop(_ context.Context, first uint64) error {
	for i, one := range s.commits {
		if one.first == first {
			s.commits = s.commits[i:]
			return nil
		}
	}
	return arcollect.ErrNotFound
}

func (s *memoryStorage) Close() error {
	s.closed++
	return s.closing
}

func (s *memoryStorage) holds(text string) bool {
	for _, one := range s.commits {
		if bytes.Contains(one.data, []byte(text)) {
			return true
		}
	}
	return bytes.Contains(s.snapshot, []byte(text))
}

func TestStorageInGo(t *testing.T) {
	storage := &memoryStorage{}
	l := must(arcollect.Open(ctx, arcollect.Options{Storage: storage, Currency: "EUR", Book: "mine"}))
	must(l.Post(ctx, someRows()...))
	head := must(l.Info(ctx)).Head
	if err := errors.Join(l.Verify(ctx), l.Snapshot(ctx), l.Close(), l.Close()); err != nil || storage.closed != 1 {
		t.Fatal(err, storage.closed)
	}
	l = must(arcollect.Open(ctx, arcollect.Options{Storage: storage}))
	if must(l.Info(ctx)).Head != head {
		t.Error("another book")
	}
	must(l.PostCustomers(ctx, []arcollect.Customer{{Key: "C2"}}))
	storage.closing = errors.New("mine")
	if err := l.Close(); err != storage.closing {
		t.Error(err)
	}
	if _, err := arcollect.Open(ctx, arcollect.Options{Storage: storage, Book: "yours"}); !errors.Is(err, arcollect.ErrInvalid) {
		t.Error(err)
	}
	if storage.closed != 3 {
		t.Error("what cannot open is closed:", storage.closed)
	}
}

func TestErrorsOfAStorageAreThemselves(t *testing.T) {
	storage := &memoryStorage{}
	l := book(t, arcollect.Options{Storage: storage})
	mine := errors.New("mine")
	for _, c := range []struct {
		fail error
		is   arcollect.Status
	}{{mine, arcollect.ErrStorage}, {errors.Join(mine, arcollect.ErrConflict), arcollect.ErrConflict}, {io.EOF, arcollect.ErrStorage}} {
		storage.fail = c.fail
		_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C1"}})
		if !errors.Is(err, c.is) || !errors.Is(err, c.fail) {
			t.Errorf("%v is not %v", err, c.fail)
		}
		var said *arcollect.Error
		if !errors.As(err, &said) || c.is == arcollect.ErrStorage && said.HostCode == 0 {
			t.Errorf("%+v", said)
		}
	}
	storage.fail = nil
	if info := must(l.Info(ctx)); info.NextSequence != 1 {
		t.Error("what failed changed something")
	}
	if _, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C1"}}); err != nil {
		t.Error(err)
	}
	canceled, cancel := context.WithCancel(ctx)
	_, err := l.Batch(canceled, func(ctx context.Context) error {
		_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C2"}})
		cancel()
		return err
	})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, arcollect.ErrStorage) {
		t.Error(err)
	}
	storage.fail = mine
	if _, err := arcollect.Open(ctx, arcollect.Options{Storage: storage}); !errors.Is(err, mine) {
		t.Error(err)
	}
	storage.fail = nil
}

func TestPanicsDoNotCrossC(t *testing.T) {
	storage := &memoryStorage{}
	l := book(t, arcollect.Options{Storage: storage})
	mine := errors.New("mine")
	storage.do = func() { panic(mine) }
	_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C1"}})
	var panicked *arcollect.PanicError
	if !errors.As(err, &panicked) || panicked.Value != mine || !errors.Is(err, mine) || !errors.Is(err, arcollect.ErrUnknownOutcome) {
		t.Fatal(err)
	}
	if !bytes.Contains(panicked.Stack, []byte("memoryStorage")) {
		t.Errorf("%s", panicked.Stack)
	}
	// It may have been stored before: the handle reads only.
	if _, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C1"}}); !errors.Is(err, arcollect.ErrReadOnly) {
		t.Error(err)
	}
}

func TestCallbacksMayNotCallBack(t *testing.T) {
	storage := &memoryStorage{}
	l := book(t, arcollect.Options{Storage: storage})
	fork := must(l.Fork(ctx))
	var inside []error
	storage.do = func() {
		_, err := l.Info(ctx)
		inside = append(inside, err, fork.Close(), l.Close())
	}
	must(l.PostCustomers(ctx, []arcollect.Customer{{Key: "C1"}}))
	must(l.Batch(ctx, func(ctx context.Context) error {
		_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C2"}})
		return err
	}))
	for _, err := range inside {
		if !errors.Is(err, arcollect.ErrBusy) {
			t.Error(err)
		}
	}
	if len(inside) != 6 {
		t.Error(inside)
	}
	storage.do = nil
}

func TestFileStorage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.book")
	l := must(arcollect.OpenFile(ctx, path, "EUR"))
	must(l.Post(ctx, someRows()...))
	if _, err := arcollect.OpenFile(ctx, path, "EUR"); !errors.Is(err, arcollect.ErrBusy) {
		t.Error("a file is open once:", err)
	}
	head := must(l.Info(ctx)).Head
	if err := errors.Join(l.Snapshot(ctx), l.Close()); err != nil {
		t.Fatal(err)
	}
	l = must(arcollect.OpenFile(ctx, path, ""))
	if must(l.Info(ctx)).Head != head {
		t.Error("another book")
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := arcollect.OpenFile(ctx, filepath.Join(path, "below"), "EUR"); !errors.Is(err, arcollect.ErrStorage) {
		t.Error(err)
	}
}
