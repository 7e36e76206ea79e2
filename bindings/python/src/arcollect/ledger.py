"""The ledger: what is owed, by whom, since when, and what happened to it."""
from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from . import rows as _rows
from ._base import (Encoder, Pending, Row, check, currency_digits, decode, encoded, from_day, from_minor, new_error, to_day)
from ._native import ffi, lib
from ._posts import COMMANDS, Posts
from .arrow import Taken
from .constants import OK, AgingBasis, By, DayIs, MetricsKind, ReportKind, Rows
from .errors import BusyError, Error
from .report import Report
from .storage import Door, Watch

# What an amount is in where its row does not say so: of an invoice, of a credit, or of the book.
_OF_CREDIT = {"amount"}
_OF_BOOK = {"invoice_value", "credit_value"}
_CREDIT_NOTE = 1
_ROWS: dict[int, type[Row]] = {Rows.CUSTOMERS: _rows.Customer, Rows.CONTACTS: _rows.Contact, Rows.INVOICES: _rows.Invoice,
                               Rows.CREDIT_NOTES: _rows.CreditNote, Rows.PAYMENTS: _rows.Payment}


class Handle:
    """A handle of the library's that belongs to a ledger. Closed with it, or before by close() or with."""

    _ledger: Ledger
    _c: Any
    _free: Any

    def _own(self, ledger: Ledger, c: Any, free: Any) -> None:
        self._ledger, self._c, self._free = ledger, c, free
        ledger._children.append(self)

    @property
    def ledger(self) -> Ledger:
        """The ledger that it works on."""
        return self._ledger

    def close(self) -> None:
        """Ends it. Again: nothing."""
        c, self._c = self._c, None
        if c:
            with self._ledger._lock:
                self._free(c)
                if self in self._ledger._children:
                    self._ledger._children.remove(self)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, function: Any, *arguments: Any, kind: type[Row] | str | None = None) -> int:
        """Calls with this handle first behind the outputs, and an error last."""
        return self._ledger._call(function, *arguments, kind=kind)

    def _open(self) -> Any:
        if not self._c or not self._ledger._c:
            raise ValueError("it is closed")
        return self._c

    def _report(self, function: Any, *arguments: Any, kind: type[Row] | str | None = None) -> Report:
        return self._ledger._report(function, self._open(), *arguments, kind=kind)


class Ledger(Posts):
    """A book.

    Ledger() is in memory; Ledger("book.arcollect") is in a file, made if it is not there; Ledger(storage=...) is where
    a Python object keeps it, see arcollect.storage.

    currency: of customers and commands that name none; only for a new book
    book: the name of a new book; must equal that of an old one
    detached: every command stays in memory and is gone when it closes
    calendar: for terms with a business-day rule; None: Saturday and Sunday off

    One thread at a time is inside a ledger; others wait. A command that fails has changed nothing.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, storage: Any = None, currency: str = "", book: str = "",
                 detached: bool = False, calendar: Any = None) -> None:
        self._c: Any = None
        self._lock = threading.RLock()
        self._pending = Pending()
        self._children: list[Any] = []
        self._calendar = calendar
        self._memory = ffi.gc(lib.arcollect_memory_new(), lib.arcollect_memory_leave)
        self._known = _Currencies(self)
        self._in_batch = False
        if path is not None and storage is not None:
            raise ValueError("a path or a storage, not both")
        allocator = ffi.new("arc_allocator *")
        allocator.struct_size, allocator.user = ffi.sizeof("arc_allocator"), self._memory
        allocator.resize = ffi.addressof(lib, "arcollect_counted")
        keep = Encoder()
        options = ffi.new("arc_ledger_options *")
        options.struct_size, options.allocator = ffi.sizeof("arc_ledger_options"), allocator
        options.flags = lib.ARC_LEDGER_DETACHED if detached else 0
        keep.text(options.book, book)
        if len(currency) > 3:
            raise ValueError(f"{currency!r} is no currency: three letters of ISO 4217")
        options.currency = currency.encode()
        if calendar is not None:
            options.calendar = calendar._c
        self._door: Door | Watch | None = None
        out, err = ffi.new("arc_ledger **"), new_error()
        if storage is not None:
            self._door = Door(storage, self._pending)
        elif path is not None:
            self._door = Watch(os.fsencode(path), allocator, self._pending)
        if self._door is not None:
            options.storage = self._door.c
        try:
            check(lib.arc_ledger_open(out, options, err), err, self._pending, "arc_ledger_options")
            self._c = out[0]
        except BaseException:
            self._c = None
            lib.arc_ledger_close(out[0])
            raise

    def close(self) -> None:
        """Closes the ledger, its engines and its storage; an open batch is dropped. Again: nothing."""
        with self._lock:
            c, self._c = self._c, None
            if not c:
                return
            self._known.close()
            for child in list(reversed(self._children)):
                child.close()
            lib.arc_ledger_close(c)
        error = self._pending.take()
        if error is not None:
            raise error

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_c", None):
            self.close()

    def __repr__(self) -> str:
        return f"<arcollect.Ledger {'at record ' + str(self.next_sequence) if self._c else 'closed'}>"

    # ---- inside ----

    def _open(self) -> Any:
        if not self._c:
            raise ValueError("the ledger is closed")
        return self._c

    def _call(self, function: Any, *arguments: Any, kind: type[Row] | str | None = None) -> int:
        """Calls the library, with an error last; a callback's own exception comes out as itself."""
        err = new_error()
        with self._lock:
            self._open()
            return check(function(*arguments, err), err, self._pending, kind)

    def _report(self, function: Any, *arguments: Any, kind: type[Row] | str | None = None) -> Report:
        out = ffi.new("arc_report **")
        self._call(function, out, *arguments, kind=kind)
        return Report(out[0], self._memory)

    def _encoder(self) -> Encoder:
        return Encoder(self._known.of)

    def _post(self, function: str, kind: type[Row], rows: Any) -> bool:
        if isinstance(rows, (kind, Mapping)):
            rows = [rows]
        every = [kind(**row) if isinstance(row, Mapping) else row for row in rows]
        with self._lock:
            self._open()
            encoder = self._encoder()
            self._known.begin(every)
            try:
                c = encoder.array(kind, every)
                new = self._call(getattr(lib, function), self._c, c, len(every), kind=kind) == OK
                self._known.learn()
            finally:
                self._known.begin([])
        return new

    # ---- commands ----

    def post(self, *rows: Row) -> bool:
        """Records rows of any kinds in their order, all of them in one commit or none.

            ledger.post(Customer(key="C1"), Invoice(key="I1", customer="C1", ...))
        """
        with self.batch() if not self._in_batch and len(rows) > 1 else _nothing():
            new, at = False, 0
            while at < len(rows):
                end = at
                while end < len(rows) and type(rows[end]) is type(rows[at]):
                    end += 1
                command = COMMANDS.get(type(rows[at]))
                if command is None:
                    raise TypeError(f"{type(rows[at]).__name__} is not what a command takes")
                new = self._post(command, type(rows[at]), rows[at:end]) or new
                at = end
        return new

    @contextmanager
    def batch(self, store: Callable[[int, int, bytes], Any] | None = None) -> Iterator[Ledger]:
        """Several commands as one commit: recorded together at the end, or none of them after an exception.

            with ledger.batch():
                ledger.post_invoices(...)
                ledger.post_payments(...)

        store: takes the commit instead of the storage's append, as store(first, count, data): it puts the bytes where the
        storage will find them and commits its own transaction. If it raises, nothing is recorded.
        """
        with self._lock:
            self._known.before_batch()
            try:
                self._call(lib.arc_batch_begin, self._open())
            except KeyboardInterrupt:
                if not self._in_batch:
                    lib.arc_batch_abort(self._c)
                raise
            self._in_batch = True
            try:
                yield self
            except BaseException:
                self._in_batch = False
                if self._c:
                    lib.arc_batch_abort(self._c)
                self._known.forget()
                raise
            self._in_batch = False
            try:
                if store is None:
                    self._call(lib.arc_batch_commit, self._open())
                else:
                    self._hand_out(store)
            except BaseException:
                self._known.forget()
                raise
            self._known.after_batch()

    def _hand_out(self, store: Callable[[int, int, bytes], Any]) -> None:
        """Ends the batch by the host's own commit."""
        first, count = ffi.new("uint64_t *"), ffi.new("uint32_t *")
        data, size = ffi.new("const void **"), ffi.new("size_t *")
        new = self._call(lib.arc_batch_bytes, self._open(), first, count, data, size) == OK
        try:
            if new:
                store(int(first[0]), int(count[0]), bytes(ffi.buffer(data[0], size[0])[:]))
        except BaseException:
            lib.arc_batch_abort(self._c)
            raise
        lib.arc_batch_publish(self._c)

    def post_arrow(self, rows: Rows, data: Any, *, minor: bool = False, skip_faults: bool = False,
                   replace: bool = False) -> Report | None:
        """Records the rows of a table: anything with __arrow_c_stream__, such as a pyarrow Table or RecordBatchReader, a
        Polars or pandas DataFrame, or a DuckDB relation. All rows are recorded in one commit, or none.

            ledger.post_arrow(Rows.INVOICES, pl.read_parquet("invoices.parquet"))

        Columns are fields of the row's dataclass, by name (see ROWS_INVOICES and others in ledger.h); one that there is
        not is refused. Amounts are decimals or integers in whole units, or text such as "1190.00"; never floating point.

        minor: integers are minor units, such as cents; decimals never are
        skip_faults: rows at fault are left out, and returned as a report of row, key, column, status and message; None:
        there are none. Without it the exception has them as its `faults`
        replace: of customers and contacts
        """
        stream = Taken(data)
        out = ffi.new("arc_report **")
        options = (0 if minor else lib.ARC_WHOLE_UNITS) | (lib.ARC_SKIP_FAULTS if skip_faults else 0) | (lib.ARC_REPLACE if replace else 0)
        try:
            self._call(lib.arc_ledger_post_arrow, out, self._open(), rows, options, stream.c, kind=_ROWS.get(rows))
        except Error as error:
            error.faults = Report(out[0], self._memory) if out[0] else None
            raise
        finally:
            if replace:
                self._known.customers.clear()
        return Report(out[0], self._memory) if out[0] else None

    def post_day(self, day: date, what: DayIs) -> bool:
        """Records that a day was matched, planned or run, or closes the books to its end."""
        return self._call(lib.arc_ledger_post_day, self._open(), to_day(day), int(what)) == OK

    def set_clock(self, now: datetime | int) -> None:
        """The instant at which following commands are recorded: an aware datetime, or milliseconds since 1970 in UTC."""
        self._call(lib.arc_ledger_set_clock, self._open(), instant(now))

    def refresh(self) -> bool:
        """Reads on what other processes appended; False: nothing new."""
        self._known.forget()
        return self._call(lib.arc_ledger_refresh, self._open()) == OK

    def verify(self) -> None:
        """Reads the whole journal again and compares; raises CorruptError with the first wrong record."""
        self._call(lib.arc_ledger_verify, self._open())

    def snapshot(self) -> None:
        """Stores a snapshot, so that the next open replays only what comes after it."""
        self._call(lib.arc_ledger_snapshot, self._open())

    def drop_journal(self) -> bool:
        """Drops the journal up to here, and keeps a snapshot in its place; False: there was nothing to drop."""
        return self._call(lib.arc_ledger_drop_journal, self._open()) == OK

    def fork(self, known_at: datetime | int = 0) -> Fork:
        """A second ledger that begins with this one's state and is never stored: for dry runs and what-if.

        known_at: reads see only what was recorded by this instant, and commands are refused; 0: everything
        """
        return Fork(self, known_at)

    # ---- reads ----

    def _info(self) -> Any:
        out = ffi.new("arc_ledger_info *")
        out.struct_size = ffi.sizeof("arc_ledger_info")
        self._call(lib.arc_ledger_describe, out, self._open())
        return out

    @property
    def currency(self) -> str:
        """The book's default currency."""
        info = self._info()
        return str(ffi.string(info.currency).decode())

    @property
    def next_sequence(self) -> int:
        """The number that the next record will get; 1 in a new book."""
        return int(self._info().next_sequence)

    @property
    def first_sequence(self) -> int:
        """The first record that the journal holds."""
        return int(self._info().first_sequence)

    @property
    def head(self) -> bytes:
        """The last link of the hash chain, to be kept elsewhere as evidence."""
        info = self._info()
        return bytes(ffi.buffer(info.head)[:])

    @property
    def clock(self) -> int:
        """The instant of the last commit, or of set_clock since: milliseconds since 1970 in UTC."""
        return int(self._info().instant)

    @property
    def matched(self) -> date | None:
        """The last day whose payments were looked at."""
        return from_day(self._info().matched)

    @property
    def planned(self) -> date | None:
        """The last day whose touches were planned."""
        return from_day(self._info().planned)

    @property
    def last_day_run(self) -> date | None:
        """The last day whose cycle was completed."""
        return from_day(self._info().run)

    @property
    def closed_through(self) -> date | None:
        """The day to whose end the books are closed."""
        return from_day(self._info().closed)

    @property
    def memory(self) -> tuple[int, int]:
        """Bytes and blocks that the ledger, its engines and reports hold of the C heap."""
        return int(self._memory.bytes), int(self._memory.blocks) - 1

    def report(self, report: ReportKind, *, customer: str = "", invoice: str = "", as_of: date | None = None,
               from_: date | None = None, reply: str = "") -> Report:
        """One of the ledger's reports, see ReportKind and ARC_REPORT_* of ledger.h for the columns."""
        query = _rows.Query(report=report, customer=customer, invoice=invoice, as_of=as_of, from_=from_, reply=reply)
        encoder = self._encoder()
        return self._report(lib.arc_ledger_report, self._open(), encoder.one(query), kind=_rows.Query)

    def open_items(self, *, customer: str = "", invoice: str = "", as_of: date | None = None) -> Report:
        """What is open: customer, invoice, instalment, due, open, disputed, days_past_due, ..."""
        return self.report(ReportKind.OPEN_ITEMS, customer=customer, invoice=invoice, as_of=as_of)

    def statement(self, customer: str, *, from_: date | None = None, as_of: date | None = None) -> Report:
        """A customer's statement of account."""
        return self.report(ReportKind.STATEMENT, customer=customer, from_=from_, as_of=as_of)

    def timeline(self, *, customer: str = "", invoice: str = "", as_of: date | None = None) -> Report:
        """What happened, in the order of the journal."""
        return self.report(ReportKind.TIMELINE, customer=customer, invoice=invoice, as_of=as_of)

    def touches(self, *, customer: str = "", from_: date | None = None, as_of: date | None = None) -> Report:
        """Reminders planned, sent and withheld."""
        return self.report(ReportKind.TOUCHES, customer=customer, from_=from_, as_of=as_of)

    def postings(self, *, from_: date | None = None, as_of: date | None = None) -> Report:
        """The double entries of every event."""
        return self.report(ReportKind.POSTINGS, from_=from_, as_of=as_of)

    def balance(self, customer: str, currency: str = "", as_of: date | None = None) -> tuple[Decimal, Decimal]:
        """What a customer owes in a currency (the book's), and its cash and credits that settle nothing yet."""
        currency, key = currency or self.currency, encoded(customer)
        receivable, unapplied = ffi.new("int64_t *"), ffi.new("int64_t *")
        self._call(lib.arc_ledger_balance, self._open(), receivable, unapplied, key, len(key), currency.encode(), to_day(as_of))
        return from_minor(receivable[0], currency), from_minor(unapplied[0], currency)

    def aging(self, as_of: date, *, by: By = By.CUSTOMER, basis: AgingBasis = AgingBasis.DUE_DATE,
              breakpoints: Iterable[int] = (), customer: str = "") -> Report:
        """Aging per instalment; the buckets less what is unapplied add up to the balance."""
        return self._metrics(_rows.MetricsQuery(report=MetricsKind.AGING, as_of=as_of, by=by, basis=basis,
                                                breakpoints=tuple(breakpoints), customer=customer))

    def metrics(self, as_of: date, *, days: int = 0, by: int = By.CURRENCY) -> Report:
        """Key figures for the window of days (90) that ends with a day; of each group with `by`."""
        return self._metrics(_rows.MetricsQuery(report=MetricsKind.FIGURES, as_of=as_of, days=days, by=by))

    def dso_change(self, from_: date, to: date, *, days: int = 0) -> Report:
        """What changed the days from fulfilment to cash between two days."""
        return self._metrics(_rows.MetricsQuery(report=MetricsKind.DSO_CHANGE, from_=from_, as_of=to, days=days))

    def _metrics(self, query: _rows.MetricsQuery) -> Report:
        encoder = self._encoder()
        return self._report(lib.arc_metrics_report, self._open(), encoder.one(query), kind=_rows.MetricsQuery)

    def policies(self, as_of: date | None = None) -> Report:
        """Every version of every policy recorded, the latest of each first: policy, version, date, text."""
        return self.report(ReportKind.POLICIES, as_of=as_of)

    def interest(self, invoice: str, until: date, *, rule: _rows.InterestRule,
                 rates: Iterable[_rows.InterestRate] = ()) -> tuple[Decimal, Decimal, list[_rows.InterestLine]]:
        """Late interest on an invoice to a day: the total, what was charged before, and the lines it is made of."""
        currency = self._known.invoice(invoice)
        encoder, every = self._encoder(), list(rates)
        query = ffi.new("arc_interest_query *")
        query.struct_size, query.until, query.rule = ffi.sizeof("arc_interest_query"), to_day(until), encoder.one(rule)
        query.rates, query.rate_count = encoder.array(_rows.InterestRate, every), len(every)
        encoder.text(query.invoice, invoice)
        total, charged, count = ffi.new("int64_t *"), ffi.new("int64_t *"), ffi.new("size_t *")
        with self._lock:
            self._call(lib.arc_ledger_interest, total, charged, ffi.NULL, 0, count, self._open(), query)
            lines = ffi.new("arc_interest_line[]", max(count[0], 1))
            lines[0].struct_size = ffi.sizeof("arc_interest_line")
            self._call(lib.arc_ledger_interest, total, charged, lines, count[0], count, self._open(), query)
        return (from_minor(total[0], currency), from_minor(charged[0], currency),
                [decode(_rows.InterestLine, lines[at], currency) for at in range(count[0])])


class Fork(Ledger):
    """A ledger in memory that began as another's state: see Ledger.fork."""

    def __init__(self, parent: Ledger, known_at: datetime | int = 0) -> None:
        self._parent, self._calendar, self._door = parent, parent._calendar, None
        self._c = None
        self._lock, self._pending, self._memory = parent._lock, parent._pending, parent._memory  # one thread for both
        self._children, self._in_batch = [], False
        self._known = _Currencies(self)
        out = ffi.new("arc_ledger **")
        parent._call(lib.arc_ledger_fork, out, parent._open(), instant(known_at))
        self._c = out[0]
        parent._children.append(self)

    def close(self) -> None:
        super().close()
        if self in self._parent._children:
            self._parent._children.remove(self)


class _Currencies:
    """What amounts are in. The library keeps minor units only: which currency's, it knows of each row by itself; a
    Decimal needs the digits before. What was posted here is remembered, the rest is asked for once."""

    PROBE = "arcollect:what currency"

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.fork: Fork | None = None
        self.forget()

    def forget(self) -> None:
        self.customers: dict[str, str] = {}
        self.items: dict[str, Any] = {}
        self.credits: dict[str, Any] = {}
        self.read_at = -1
        self.rows: list[Row] = []
        self.fresh: dict[str, str] = {}
        self.close()

    def close(self) -> None:
        fork, self.fork = self.fork, None
        if fork is not None and fork._c:
            fork.close()

    def before_batch(self) -> None:
        """In a batch there are no forks: one is made before."""
        if not self.ledger._in_batch:
            self.close()
            self.fork = self.ledger.fork()

    def after_batch(self) -> None:
        self.close()

    def begin(self, rows: list[Row]) -> None:
        self.rows, self.fresh = rows, {}
        for row in rows:
            if isinstance(row, _rows.Customer):
                self.fresh[row.key] = row.currency or self.ledger.currency

    def learn(self) -> None:
        """What was posted is known now: its own currency, else how to come to it."""
        self.customers.update(self.fresh)
        for row in self.rows:
            if isinstance(row, (_rows.Invoice, _rows.Charge)):
                same_as = getattr(row, "invoice", "")
                self.items.setdefault(row.key, row.currency or (bool(same_as), same_as or row.customer))
            elif isinstance(row, (_rows.Payment, _rows.CreditNote)):
                self.credits.setdefault(row.key, row.currency or (False, row.customer))
        self.rows, self.fresh = [], {}

    def customer(self, key: str) -> str:
        known = self.fresh.get(key) or self.customers.get(key)
        if known is None:
            known = self.customers[key] = self.ask(key)
        return known

    def ask(self, key: str) -> str:
        """A customer's own currency: that of an invoice which names none, on a fork."""
        own = None
        try:
            fork = self.fork
            if fork is None:
                if self.ledger._in_batch:
                    raise ValueError(f"the currency of customer {key!r} is not known in this batch: name it in the row")
                fork = own = self.ledger.fork()
            encoder = Encoder()
            name = self.PROBE + " of " + key
            probe = _rows.Invoice(key=name[:60], customer=key, issued=date(2000, 1, 1), due=date(2000, 1, 1))
            c = encoder.one(probe)
            c[0].amount = 1
            try:
                fork._call(lib.arc_ledger_post_invoices, fork._c, c, 1)
            except BusyError:
                raise
            except Error:
                return self.ledger.currency  # no such customer: the command will say so
            return str(fork.open_items(customer=key, invoice=probe.key)["currency"][0])
        finally:
            if own is not None:
                own.close()

    def read(self) -> None:
        """Items and credits of the book, by its postings."""
        if self.read_at == self.ledger.next_sequence:
            return
        for row in self.ledger.postings():
            if row.event == "payment" or row.event.startswith("credit"):
                self.credits.setdefault(row.reference, row.currency)
            elif row.account == "receivables":
                self.items.setdefault(row.reference, row.currency)
        self.read_at = self.ledger.next_sequence

    def look_up(self, known: dict[str, Any], key: str) -> str:
        if key not in known:
            self.read()
        found = known.get(key)
        if found is None and self.ledger._in_batch:
            raise ValueError(f"the currency of {key!r} is not known in this batch: say Minor(...)")
        if isinstance(found, tuple):  # that of an invoice, or of a customer
            of_invoice, other = found
            found = known[key] = self.invoice(other) if of_invoice else self.customer(other) if other else ""
        return found or self.ledger.currency  # what is not there, the command will say

    def invoice(self, key: str) -> str:
        return self.look_up(self.items, key)

    def credit(self, key: str) -> str:
        return self.look_up(self.credits, key)

    def of(self, row: Any, name: str, outer: Any) -> str:
        """The currency of an amount in a row of `outer`, which is the row itself but for rows within rows."""
        if name in _OF_BOOK or isinstance(row, (_rows.MatcherOptions, _rows.WhatifOptions, _rows.ChaseOptions)):
            return self.ledger.currency
        if isinstance(row, _rows.Application) and name in _OF_CREDIT or isinstance(row, _rows.Refund):
            return self.credit(row.credit)
        if isinstance(row, (_rows.Instalment, _rows.RemittanceLine, _rows.Dispute)) and not getattr(row, "invoice", ""):
            if outer is row:
                raise ValueError(f"the currency of a {type(row).__name__} is not known: say Minor(...)")
            return self.of(outer, "settled", outer)
        if getattr(row, "currency", ""):
            return str(row.currency)
        if isinstance(row, _rows.Customer):
            return self.ledger.currency
        if isinstance(row, _rows.Charge) and row.invoice:
            return self.invoice(row.invoice)
        if isinstance(row, _rows.Remittance) and row.payment:
            return self.credit(row.payment)
        if isinstance(row, (_rows.Invoice, _rows.CreditNote, _rows.Payment, _rows.Charge, _rows.Remittance, _rows.Touch)):
            return self.customer(row.customer) if row.customer else self.ledger.currency
        if isinstance(row, _rows.Plan):
            return self.invoice(row.invoices[0]) if row.invoices else self.ledger.currency
        if getattr(row, "invoice", ""):
            return self.invoice(row.invoice)
        raise ValueError(f"the currency of {name} of a {type(row).__name__} is not known: say Minor(...)")


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def instant(then: datetime | int) -> int:
    """Milliseconds since 1970-01-01T00:00Z."""
    if isinstance(then, int):
        return then
    if then.tzinfo is None:
        raise ValueError("a datetime without a time zone is no instant: give it one, such as timezone.utc")
    since = then - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86400 + since.seconds) * 1000 + since.microseconds // 1000


Progress = Callable[[int, int, int], Any]
