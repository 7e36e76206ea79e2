// Package sqlitetest tests sqlstorage with a driver, which the binding itself does not depend on.
package sqlitetest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"example.org/arcollect"
	"example.org/arcollect/sqlstorage"
)

var ctx = context.Background()

func database(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", path+"?_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func storage(t *testing.T, db *sql.DB) *sqlstorage.Storage {
	t.Helper()
	s, err := sqlstorage.New(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func book(t *testing.T, s arcollect.Storage) *arcollect.Ledger {
	t.Helper()
	l, err := arcollect.Open(ctx, arcollect.Options{Storage: s, Currency: "EUR"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func all(t *testing.T, s *sqlstorage.Storage, first uint64, piece int) (data []byte) {
	t.Helper()
	for {
		buf := make([]byte, piece)
		n, err := s.Read(ctx, first, uint64(len(data)), buf)
		if err == io.EOF {
			return data
		}
		if err != nil {
			t.Fatal(err)
		}
		data = append(data, buf[:n]...)
	}
}

func TestContract(t *testing.T) {
	s := storage(t, database(t, filepath.Join(t.TempDir(), "a.db")))
	if _, err := s.Read(ctx, 1, 0, make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
	if _, _, err := s.LoadSnapshot(ctx); err != io.EOF {
		t.Error(err)
	}
	var whole []byte
	next := uint64(1)
	for n := range 10 {
		data := bytes.Repeat([]byte{byte('a' + n)}, 10*n+1)
		if err := s.Append(ctx, next, uint32(n+1), data); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []uint64{next, next + uint64(n) + 2, 0} {
			if err := s.Append(ctx, wrong, 1, data); !errors.Is(err, arcollect.ErrConflict) {
				t.Error(err)
			}
		}
		next += uint64(n) + 1
		whole = append(whole, data...)
	}
	for _, piece := range []int{1, 3, 10, 64, 10000} {
		if got := all(t, s, 1, piece); !bytes.Equal(got, whole) {
			t.Errorf("in pieces of %d: %d bytes", piece, len(got))
		}
	}
	if got := all(t, s, 4, 7); !bytes.Equal(got, whole[12:]) {
		t.Errorf("%q", got)
	}
	if _, err := s.Read(ctx, 1, uint64(len(whole)+5), make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
	if _, err := s.Read(ctx, next, 0, make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
	if _, err := s.Read(ctx, 5, 0, make([]byte, 1)); !errors.Is(err, arcollect.ErrNotFound) {
		t.Error(err)
	}
	if err := s.Drop(ctx, 4); !errors.Is(err, arcollect.ErrConflict) {
		t.Error("without a snapshot:", err)
	}
	if err := s.SaveSnapshot(ctx, 7, []byte("snapshot")); err != nil {
		t.Fatal(err)
	}
	if err := s.Drop(ctx, 5); !errors.Is(err, arcollect.ErrNotFound) {
		t.Error(err)
	}
	if err := s.Drop(ctx, 7); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveSnapshot(ctx, 4, []byte("older")); !errors.Is(err, arcollect.ErrConflict) {
		t.Error(err)
	}
	if n, data, err := s.LoadSnapshot(ctx); err != nil || n != 7 || string(data) != "snapshot" {
		t.Error(n, data, err)
	}
	if got := all(t, s, 0, 9); !bytes.Equal(got, whole[1+11+21:]) {
		t.Errorf("%q", got)
	}
	if _, err := s.Read(ctx, 1, 0, make([]byte, 1)); !errors.Is(err, arcollect.ErrNotFound) {
		t.Error(err)
	}
}

func TestTwoWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	one, two := book(t, storage(t, database(t, path))), book(t, storage(t, database(t, path)))
	post := func(l *arcollect.Ledger, key string) error {
		_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: key}})
		return err
	}
	for n := range 5 {
		if err := post(one, fmt.Sprint("A", n)); err != nil {
			t.Fatal(err)
		}
		if err := post(two, fmt.Sprint("B", n)); !errors.Is(err, arcollect.ErrConflict) {
			t.Fatal(err)
		}
		if read, err := two.Refresh(ctx); err != nil || !read {
			t.Fatal(read, err)
		}
		if err := post(two, fmt.Sprint("B", n)); err != nil {
			t.Fatal(err)
		}
		if read, err := one.Refresh(ctx); err != nil || !read {
			t.Fatal(read, err)
		}
	}
	a, _ := one.Info(ctx)
	b, _ := two.Info(ctx)
	if a != b || errors.Join(one.Verify(ctx), two.Verify(ctx)) != nil {
		t.Error(a, b)
	}
	if dropped, err := one.DropJournal(ctx); err != nil || !dropped {
		t.Error(dropped, err)
	}
	if err := book(t, storage(t, database(t, path))).Verify(ctx); err != nil {
		t.Error(err)
	}
}

// What the driver says comes out of the command as itself.
func TestErrorsAreThemselves(t *testing.T) {
	db := database(t, filepath.Join(t.TempDir(), "a.db"))
	l := book(t, storage(t, db))
	if _, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C1"}}); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithCancel(ctx)
	if _, err := l.Batch(short, func(ctx context.Context) error {
		_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C2"}})
		cancel()
		return err
	}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := db.Exec(`CREATE TRIGGER no BEFORE INSERT ON arcollect_journal BEGIN SELECT RAISE(ABORT, 'not today'); END`); err != nil {
		t.Fatal(err)
	}
	_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C2"}})
	if !errors.Is(err, arcollect.ErrStorage) || !bytes.Contains([]byte(err.Error()), []byte("not today")) {
		t.Error(err)
	}
	if _, err := db.Exec(`DROP TRIGGER no`); err != nil {
		t.Fatal(err)
	}
	if _, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C2"}}); err != nil {
		t.Error(err)
	}
	db.Close()
	if _, err := arcollect.Open(ctx, arcollect.Options{Storage: storage(t, database(t, filepath.Join(t.TempDir(), "b.db"))), Currency: "QQ"}); err == nil {
		t.Error("no such currency")
	}
	if _, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C3"}}); err == nil || !errors.Is(err, arcollect.ErrStorage) {
		t.Error(err)
	}
}

// The book that the example host in C writes into SQLite, and the one that examples/runbook writes into a file, have the
// same bytes; and Go opens what C wrote.
func TestABookOfTheHostInC(t *testing.T) {
	host, runbook, data := os.Getenv("ARC_TEST_HOST"), os.Getenv("ARC_TEST_RUNBOOK"), filepath.Join(os.Getenv("ARC_TEST_DATA"), "books", "seed1_10000")
	last := os.Getenv("ARC_TEST_BOOK_UNTIL") // of three years, to 2024-12-31
	if last == "" {
		last = "2022-01-31"
	}
	if host == "" || runbook == "" {
		t.Skip("ARC_TEST_HOST and ARC_TEST_RUNBOOK name no programs")
	}
	if _, err := os.Stat(data); err != nil {
		t.Skip("ARC_TEST_DATA names no folder with books/seed1_10000")
	}
	folder := t.TempDir()
	if memory, err := os.MkdirTemp("/dev/shm", "arcollect"); err == nil { // what is compared is the bytes, not the disk
		t.Cleanup(func() { os.RemoveAll(memory) })
		folder = memory
	}
	theirs, ours := filepath.Join(folder, "c.book"), filepath.Join(folder, "go.book")
	for _, command := range [][]string{
		{host, "--book", theirs, "init", "--currency", "USD"}, {host, "--book", theirs, "import", data, "--skip-bad"},
		{host, "--book", theirs, "run", "--from", "2022-01-01", "--to", last, "--outbox", filepath.Join(folder, "letters")},
		{runbook, "-from", "2022-01-01", "-to", "2022-01-15", ours, data}, {runbook, "-from", "2022-01-01", "-to", last, ours, data},
	} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", command, err, out)
		}
	}
	s := storage(t, database(t, theirs))
	written, err := os.ReadFile(ours)
	if err != nil {
		t.Fatal(err)
	}
	if journal := all(t, s, 1, 1<<20); len(journal) < 10000 || !bytes.Equal(journal, written) {
		t.Errorf("the journals differ: %d and %d bytes", len(journal), len(written))
	}
	if err := book(t, s).Verify(ctx); err != nil {
		t.Error(err)
	}
}
