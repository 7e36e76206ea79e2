// Package sqlstorage keeps a book of arcollect in an SQLite database, through database/sql and any driver: the tables
// arcollect_journal and arcollect_snapshot, as libarcollect's own host keeps them, so that either opens what the other wrote.
package sqlstorage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"example.org/arcollect"
)

// Storage is a book in a database. Its journal lies in commits, one a row.
type Storage struct {
	db *sql.DB
	at place
}

// place is where the next read goes on: the stream and the offset in it, the commit there and how far in it.
type place struct {
	stream, offset, commit, inside uint64
}

// New makes the tables if they are not there. The database stays the caller's: closing the ledger does not close it. For
// durability of each command it is to be opened with synchronous=FULL, which is SQLite's default.
func New(ctx context.Context, db *sql.DB) (*Storage, error) {
	for _, statement := range []string{
		`CREATE TABLE IF NOT EXISTS arcollect_journal(` +
			` first_seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, bytes BLOB NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS arcollect_snapshot(` +
			` id INTEGER PRIMARY KEY CHECK (id = 1), next_seq INTEGER NOT NULL, bytes BLOB NOT NULL)`,
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	return &Storage{db: db}, nil
}

type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func next(ctx context.Context, q queryer) (uint64, error) {
	n := uint64(1)
	err := q.QueryRowContext(ctx, `SELECT first_seq + count FROM arcollect_journal ORDER BY first_seq DESC LIMIT 1`).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n, err
}

// within does work in a transaction of its own.
func (s *Storage) within(ctx context.Context, work func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := work(tx); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%w: %w", arcollect.ErrUnknownOutcome, err)
	}
	return nil
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// Append stores a commit.
func (s *Storage) Append(ctx context.Context, first uint64, count uint32, data []byte) error {
	err := s.within(ctx, func(tx *sql.Tx) error {
		n, err := next(ctx, tx)
		if err != nil {
			return err
		}
		if n != first {
			return arcollect.ErrConflict
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO arcollect_journal VALUES(?, ?, ?)`, int64(first), int64(count), data)
		return err
	})
	if err == nil || errors.Is(err, arcollect.ErrConflict) || errors.Is(err, arcollect.ErrUnknownOutcome) {
		return err
	}
	// Another writer may have been first, which drivers say in words of their own.
	if n, failed := next(ctx, s.db); failed == nil && n > first {
		return fmt.Errorf("%w: %w", arcollect.ErrConflict, err)
	}
	return err
}

// Read copies bytes of the journal.
func (s *Storage) Read(ctx context.Context, first, offset uint64, buf []byte) (int, error) {
	if first == 0 {
		n := sql.NullInt64{}
		if err := s.db.QueryRowContext(ctx, `SELECT min(first_seq) FROM arcollect_journal`).Scan(&n); err != nil {
			return 0, err
		}
		first = max(uint64(n.Int64), 1)
	}
	at := s.at
	if at.stream != first || at.offset != offset {
		if err := s.begins(ctx, first); err != nil {
			return 0, err
		}
		at = place{first, offset, first, offset}
	}
	rows, err := s.db.QueryContext(ctx, `SELECT first_seq, count, bytes FROM arcollect_journal WHERE first_seq >= ? ORDER BY 1`,
		int64(at.commit))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	n := 0
	for n < len(buf) && rows.Next() {
		var seq, count uint64
		var data sql.RawBytes
		if err := rows.Scan(&seq, &count, &data); err != nil {
			return 0, err
		}
		if at.inside >= uint64(len(data)) {
			at.inside -= uint64(len(data))
			at.commit = seq + count
			continue
		}
		copied := copy(buf[n:], data[at.inside:])
		n += copied
		at.commit, at.inside = seq, at.inside+uint64(copied)
		if at.inside == uint64(len(data)) {
			at.commit, at.inside = seq+count, 0
		}
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	at.offset = offset + uint64(n)
	s.at = at
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// begins is nil if a commit begins with that record, or if it is the next one.
func (s *Storage) begins(ctx context.Context, first uint64) error {
	one := 0
	err := s.db.QueryRowContext(ctx, `SELECT 1 FROM arcollect_journal WHERE first_seq = ?`, int64(first)).Scan(&one)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if n, err := next(ctx, s.db); err != nil || n == first {
		return err
	}
	return arcollect.ErrNotFound
}

// SaveSnapshot stores a snapshot in the place of the one before.
func (s *Storage) SaveSnapshot(ctx context.Context, next uint64, data []byte) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		first := sql.NullInt64{}
		if err := tx.QueryRowContext(ctx, `SELECT min(first_seq) FROM arcollect_journal`).Scan(&first); err != nil {
			return err
		}
		if first.Valid && next < uint64(first.Int64) {
			return fmt.Errorf("%w: a snapshot before record %d is of what was dropped", arcollect.ErrConflict, first.Int64)
		}
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO arcollect_snapshot VALUES(1, ?, ?)`, int64(next), data)
		return err
	})
}

// LoadSnapshot gives the snapshot.
func (s *Storage) LoadSnapshot(ctx context.Context) (next uint64, data []byte, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT next_seq, bytes FROM arcollect_snapshot WHERE id = 1`).Scan(&next, &data)
	if errors.Is(err, sql.ErrNoRows) {
		err = io.EOF
	}
	return next, data, err
}

// Drop forgets the commits before a record.
func (s *Storage) Drop(ctx context.Context, first uint64) error {
	s.at = place{}
	return s.within(ctx, func(tx *sql.Tx) error {
		var one, kept uint64
		err := tx.QueryRowContext(ctx, `SELECT 1 FROM arcollect_journal WHERE first_seq = ?`, int64(first)).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			return arcollect.ErrNotFound
		}
		if err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT next_seq FROM arcollect_snapshot WHERE id = 1`).Scan(&kept)
		if errors.Is(err, sql.ErrNoRows) || err == nil && kept < first {
			return fmt.Errorf("%w: the snapshot stored is of before record %d", arcollect.ErrConflict, first)
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM arcollect_journal WHERE first_seq < ?`, int64(first))
		return err
	})
}

var _ arcollect.DroppingStorage = (*Storage)(nil)
