"""Storages: where the bytes of a book are kept. Write your own, or use these."""
from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from ._base import Pending, check, interrupted, new_error
from ._native import ffi, lib
from .errors import ConflictError, NotFoundError, UnknownOutcomeError


class Storage:
    """What a storage has to do; arcollect/storage.h is the contract to the letter.

    An exception of a method fails the command, changes nothing, and comes out of the command as itself. Those of
    arcollect.errors tell the library what happened: ConflictError, NotFoundError, CorruptError, UnknownOutcomeError.
    save_snapshot and load_snapshot, and drop, are optional: leave them out.
    """

    def append(self, first: int, count: int, data: bytes) -> None:
        """Stores a commit of `count` records, the first numbered `first`: durable and whole when it returns, or not at
        all. ConflictError if `first` is not the next number."""
        raise NotImplementedError

    def read(self, first: int, offset: int, size: int) -> bytes:
        """Up to `size` bytes of the commits from the one that begins with `first` on, from `offset` of them on; b"" at
        the end. NotFoundError if no commit begins with `first` and it is not the next number."""
        raise NotImplementedError

    save_snapshot: Any = None  #: save_snapshot(next: int, data: bytes) -> None
    load_snapshot: Any = None  #: load_snapshot() -> tuple[int, bytes] | None: next and data of the latest
    drop: Any = None  #: drop(first: int) -> None: forgets the commits before the one that begins with `first`

    def close(self) -> None:
        """Called once, when the ledger closes or cannot open."""


class _Tables(Storage):
    """A book in the tables arcollect_journal and arcollect_snapshot of a database that speaks SQL."""

    CREATE = (
        "CREATE TABLE IF NOT EXISTS arcollect_journal("
        " first_seq {integer} PRIMARY KEY, count INTEGER NOT NULL, bytes {bytes} NOT NULL)",
        "CREATE TABLE IF NOT EXISTS arcollect_snapshot("
        " id INTEGER PRIMARY KEY CHECK (id = 1), next_seq {integer} NOT NULL, bytes {bytes} NOT NULL)",
    )
    PIECE = 16  # commits that are read at a time

    def __init__(self) -> None:
        self._at: tuple[int, int] | None = None  # the stream and offset at which the next read goes on ...
        self._stream: Iterator[bytes] = iter(())  # ... and what is there
        self._left = b""

    def _all(self, sql: str, *values: Any) -> list[Any]:
        """The rows that a statement gives."""
        raise NotImplementedError

    def _write(self, work: Callable[[], None]) -> None:
        """Alone in the database, or within the host's transaction: all of the work or nothing."""
        raise NotImplementedError

    def _one(self, sql: str, *values: Any) -> Any:
        return next(iter(self._all(sql, *values)), None)

    def _next(self) -> int:
        last = self._one("SELECT first_seq + count FROM arcollect_journal ORDER BY first_seq DESC LIMIT 1")
        return int(last[0]) if last else 1

    def append(self, first: int, count: int, data: bytes) -> None:
        """Stores a commit, see Storage."""

        def work() -> None:
            if first != self._next():
                raise ConflictError(f"record {first} is not the next one")
            self._all("INSERT INTO arcollect_journal VALUES(?, ?, ?)", first, count, data)

        self._write(work)

    def _commits(self, seq: int) -> Iterator[bytes]:
        """The bytes of the commits from one on, a few at a time."""
        while piece := self._all("SELECT first_seq, bytes FROM arcollect_journal WHERE first_seq >= ? ORDER BY first_seq"
                                 f" LIMIT {self.PIECE}", seq):
            yield from (data for _, data in piece)
            seq = piece[-1][0] + 1

    def _begin(self, first: int, offset: int) -> None:
        """Lets the next read begin `offset` bytes behind the beginning of a commit."""
        if not self._one("SELECT 1 FROM arcollect_journal WHERE first_seq = ?", first) and first != self._next():
            raise NotFoundError(f"no commit begins with record {first}")
        self._stream, self._left = self._commits(first), b""
        while offset > 0 and (data := next(self._stream, None)) is not None:
            self._left, offset = data[offset:], offset - len(data)

    def read(self, first: int, offset: int, size: int) -> bytes:
        """Reads commits, see Storage."""
        if first == 0:
            first = (self._one("SELECT min(first_seq) FROM arcollect_journal") or (None,))[0] or 1
        if self._at != (first, offset):
            self._begin(first, offset)
        pieces, room = [self._left[:size]], size - len(self._left)
        self._left = self._left[size:]
        while room > 0 and (data := next(self._stream, None)) is not None:
            pieces.append(data[:room])
            self._left, room = data[room:], room - len(data)
        read = b"".join(pieces)
        self._at = (first, offset + len(read)) if read else None
        return read

    def save_snapshot(self, next: int, data: bytes) -> None:
        """Keeps a snapshot in place of the one before."""

        def work() -> None:
            first = self._one("SELECT min(first_seq) FROM arcollect_journal")[0]
            if first is not None and next < first:
                raise ConflictError(f"a snapshot before record {first} is of what was dropped")
            self._all("INSERT INTO arcollect_snapshot VALUES(1, ?, ?)"
                      " ON CONFLICT (id) DO UPDATE SET next_seq = excluded.next_seq, bytes = excluded.bytes", next, data)

        self._write(work)

    def load_snapshot(self) -> tuple[int, bytes] | None:
        """The snapshot kept: the number of the record after it, and its bytes."""
        found: tuple[int, bytes] | None = self._one("SELECT next_seq, bytes FROM arcollect_snapshot WHERE id = 1")
        return found

    def drop(self, first: int) -> None:
        """Deletes the commits before one."""

        def work() -> None:
            if not self._one("SELECT 1 FROM arcollect_journal WHERE first_seq = ?", first):
                raise NotFoundError(f"no commit begins with record {first}")
            kept = self._one("SELECT next_seq FROM arcollect_snapshot WHERE id = 1")
            if not kept or kept[0] < first:
                raise ConflictError(f"the snapshot stored is of before record {first}")
            self._all("DELETE FROM arcollect_journal WHERE first_seq < ?", first)

        self._at = None
        self._write(work)


class SQLiteStorage(_Tables):
    """A book in an SQLite database: the tables arcollect_journal and arcollect_snapshot, as libarcollect's own host
    keeps them, so that either opens what the other wrote.

    With a path the database is opened, durable with each command, and closed with the ledger. With a connection the
    tables live beside the host's own: an append inside the host's transaction joins it, is durable when the host
    commits, and gone if it rolls back; the ledger is to be reopened then.
    """

    def __init__(self, database: str | sqlite3.Connection) -> None:
        super().__init__()
        self._own = not isinstance(database, sqlite3.Connection)
        if isinstance(database, sqlite3.Connection):
            self.connection = database
        else:
            self.connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False, timeout=5)
            self.connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON")
        for statement in self.CREATE:
            self.connection.execute(statement.format(integer="INTEGER", bytes="BLOB"))

    def _all(self, sql: str, *values: Any) -> list[Any]:
        return self.connection.execute(sql, values).fetchall()

    def _write(self, work: Callable[[], None]) -> None:
        joined = self.connection.in_transaction
        self.connection.execute("SAVEPOINT arcollect" if joined else "BEGIN IMMEDIATE")
        try:
            work()
        except BaseException:
            for statement in ("ROLLBACK TO arcollect", "RELEASE arcollect") if joined else ("ROLLBACK",):
                self.connection.execute(statement)
            raise
        self.connection.execute("RELEASE arcollect" if joined else "COMMIT")

    def close(self) -> None:
        """Closes the database, if it was opened here."""
        if self._own:
            self.connection.close()


class PostgresStorage(_Tables):
    """A book in a PostgreSQL database by psycopg (pip install arcollect[postgres]), in the same two tables.

    With a connection string the database is opened, durable with each command, and closed with the ledger. With a
    psycopg.Connection an append inside the host's transaction joins it, is durable when the host commits, and gone if it
    rolls back; the ledger is to be reopened then. Several processes may have the book open: whoever appends second gets
    ConflictError, refreshes, and says it again. A connection that is lost while a commit is on its way leaves open whether
    it was stored: UnknownOutcomeError.
    """

    def __init__(self, database: Any) -> None:
        import psycopg

        super().__init__()
        self._psycopg: Any = psycopg
        self._own = not isinstance(database, psycopg.Connection)
        self.connection: Any = psycopg.connect(database, autocommit=True) if self._own else database
        if self._own:
            self.connection.execute("SET synchronous_commit = on")
        with self.connection.transaction():
            self.connection.execute("SELECT pg_advisory_xact_lock(hashtext('arcollect'))")  # two that create at once
            for statement in self.CREATE:
                self.connection.execute(statement.format(integer="BIGINT", bytes="BYTEA"))

    def _all(self, sql: str, *values: Any) -> list[Any]:
        cursor = self.connection.execute(sql.replace("?", "%s"), values)
        return list(cursor.fetchall()) if cursor.description else []

    def _write(self, work: Callable[[], None]) -> None:
        done = False
        try:
            with self.connection.transaction():
                work()
                done = True
        except self._psycopg.errors.UniqueViolation as error:
            raise ConflictError("somebody else appended first") from error
        except self._psycopg.OperationalError as error:
            if done and self.connection.broken:
                raise UnknownOutcomeError(f"the connection was lost during the commit: {error}") from error
            raise

    def close(self) -> None:
        """Closes the connection, if it was opened here."""
        if self._own:
            self.connection.close()


class Door:
    """A Python storage as the library calls it."""

    def __init__(self, storage: Any, pending: Pending) -> None:
        self.storage, self.pending = storage, pending
        self.handle = ffi.new_handle(self)
        self.snapshot: tuple[int, bytes] | None = None
        self.closed = False
        c = self.c = ffi.new("arc_storage *")
        c.struct_size = ffi.sizeof("arc_storage")
        c.user = self.handle
        c.append, c.read, c.close = lib.arcollect_append, lib.arcollect_read, lib.arcollect_close_storage
        if getattr(storage, "load_snapshot", None) is not None and getattr(storage, "save_snapshot", None) is not None:
            c.save_snapshot, c.load_snapshot = lib.arcollect_save_snapshot, lib.arcollect_load_snapshot
            if getattr(storage, "drop", None) is not None:
                c.drop = lib.arcollect_drop

    def close(self) -> None:
        try:
            close = getattr(self.storage, "close", None)
            if close is not None and not self.closed:
                self.closed = True
                close()
        except BaseException as error:
            if self.pending.error is None:
                self.pending.error = error

    def has(self, first: int) -> bool | None:
        """Whether a commit begins with this record; None: nobody knows."""
        try:
            return bool(self.storage.read(first, 0, 1))
        except NotFoundError:
            return False
        except BaseException:
            return None


class Watch:
    """The library's own file storage, with a door for Ctrl-C."""

    def __init__(self, path: str | bytes, allocator: Any, pending: Pending) -> None:
        self.pending = pending
        self.handle = ffi.new_handle(self)
        self.watched, self.c, err = ffi.new("arcollect_watched *"), ffi.new("arc_storage *"), new_error()
        self.watched.inner.struct_size = ffi.sizeof("arc_storage")
        self.watched.watch = self.handle
        check(lib.arc_storage_file_open(ffi.addressof(self.watched, "inner"), path, allocator, err), err)
        lib.arcollect_watch(self.c, self.watched)

    def tick(self) -> None:
        """That this is Python at all lets the signal's handler run."""


HOST_SAID_NO = 1000


@ffi.def_extern(error=HOST_SAID_NO, onerror=interrupted)
def arcollect_tick(user: Any) -> int:
    door = ffi.from_handle(user)
    if door.pending.stops:
        return HOST_SAID_NO
    try:
        door.tick()
    except BaseException as error:
        return int(door.pending.code(error, HOST_SAID_NO))
    return 0


def append_interrupted(kind: type[BaseException], error: BaseException, traceback: Any) -> int:
    """Ctrl-C, before the bytes were stored or after it: the storage is asked."""
    door = ffi.from_handle(traceback.tb_frame.f_locals["user"])
    stored = door.has(traceback.tb_frame.f_locals["first"])
    door.pending.error = error
    return 0 if stored else HOST_SAID_NO if stored is False else int(lib.ARC_E_UNKNOWN_OUTCOME)


@ffi.def_extern(error=HOST_SAID_NO, onerror=append_interrupted)
def arcollect_append(user: Any, first: int, count: int, data: Any, size: int) -> int:
    door = ffi.from_handle(user)
    try:
        door.storage.append(first, count, ffi.buffer(data, size)[:])
    except Exception as error:
        return int(door.pending.code(error, HOST_SAID_NO))
    return 0


@ffi.def_extern(error=HOST_SAID_NO, onerror=interrupted)
def arcollect_read(user: Any, first: int, offset: int, buf: Any, cap: int, size: Any) -> int:
    door = ffi.from_handle(user)
    size[0] = 0
    if door.pending.stops:
        return HOST_SAID_NO
    try:
        data = door.storage.read(first, offset, cap)
        if len(data) > cap:
            raise ValueError(f"read() gave {len(data)} bytes where {cap} were asked for")
    except BaseException as error:
        return int(door.pending.code(error, HOST_SAID_NO))
    ffi.memmove(buf, data, len(data))
    size[0] = len(data)
    return 0 if data else int(lib.ARC_DONE)


@ffi.def_extern(error=HOST_SAID_NO, onerror=interrupted)
def arcollect_save_snapshot(user: Any, next_seq: int, data: Any, size: int) -> int:
    door = ffi.from_handle(user)
    try:
        door.storage.save_snapshot(next_seq, ffi.buffer(data, size)[:])
    except BaseException as error:
        return int(door.pending.code(error, HOST_SAID_NO))
    return 0


@ffi.def_extern(error=HOST_SAID_NO, onerror=interrupted)
def arcollect_load_snapshot(user: Any, next_seq: Any, total: Any, offset: int, buf: Any, cap: int, size: Any) -> int:
    door = ffi.from_handle(user)
    size[0] = 0
    if door.pending.stops:
        return HOST_SAID_NO
    try:
        if offset == 0:
            door.snapshot = door.storage.load_snapshot()
        if door.snapshot is None:
            return int(lib.ARC_DONE)
        next_seq[0], data = door.snapshot
    except BaseException as error:
        return int(door.pending.code(error, HOST_SAID_NO))
    piece = data[offset:offset + cap]
    ffi.memmove(buf, piece, len(piece))
    total[0], size[0] = len(data), len(piece)
    if offset + len(piece) >= len(data):
        door.snapshot = None
    return 0


@ffi.def_extern(error=HOST_SAID_NO, onerror=interrupted)
def arcollect_drop(user: Any, first: int) -> int:
    door = ffi.from_handle(user)
    try:
        door.storage.drop(first)
    except BaseException as error:
        return int(door.pending.code(error, HOST_SAID_NO))
    return 0


def close_interrupted(kind: type[BaseException], error: BaseException, traceback: Any) -> None:
    door = ffi.from_handle(traceback.tb_frame.f_locals["user"])
    door.close()
    door.pending.error = error


@ffi.def_extern(onerror=close_interrupted)
def arcollect_close_storage(user: Any) -> None:
    ffi.from_handle(user).close()
