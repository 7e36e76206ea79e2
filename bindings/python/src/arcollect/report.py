"""Reports: named, typed columns and rows."""
from __future__ import annotations

import keyword
from collections import namedtuple
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Union, overload

from ._base import EXACT, from_day, from_minor
from ._native import ffi, lib
from .arrow import MinorUnits, give_stream

#: What a cell holds: text, money or a share as a Decimal, a day, a count; None: undefined, which is not zero.
Cell = Union[str, Decimal, date, int, None]

BLOCK = 1024  # rows that are read at a time, column by column


class Report:
    """A table that does not depend on the ledger it was made of.

    Rows are named tuples: row.customer, row.from_ where Python has the word itself, and what is no name in Python (such as
    1-30) by its number. dicts() gives them by the columns' own names; report["amount"] is a column.

    It is a table for whatever reads Arrow: pyarrow.table(report), polars.DataFrame(report), pandas.DataFrame.from_arrow(report),
    duckdb.sql("select * from report"). Amounts and shares are decimals there, too; minor() gives them as they are kept.
    """

    def __init__(self, c: Any, keep: Any) -> None:
        def free(report: Any, keep: Any = keep) -> None:  # what the report is allocated by lives as long as it
            lib.arc_report_free(report)

        self._c = ffi.gc(c, free)
        count = lib.arc_report_columns(c)
        #: The names of the columns.
        self.columns: tuple[str, ...] = tuple(ffi.string(lib.arc_report_column_name(c, i)).decode() for i in range(count))
        self._types = [lib.arc_report_column_type(c, i) for i in range(count)]
        self._currency = [self._currency_column(i) for i in range(count)]
        self._row: Any = namedtuple("Row", [name + "_" if keyword.iskeyword(name) else name for name in self.columns], rename=True)  # type: ignore[misc]

    def _currency_column(self, column: int) -> int:
        """The column that says what an amount is in: the nearest one before that ends in _currency, else currency."""
        for before in range(column - 1, -1, -1):
            if self.columns[before].endswith("_currency"):
                return before
        return self.columns.index("currency") if "currency" in self.columns else -1

    def __len__(self) -> int:
        return int(lib.arc_report_rows(self._c))

    def _cells(self, column: int, begin: int, end: int) -> list[Cell]:
        """The cells of a column from one row to another."""
        c, kind, rows, is_null = self._c, self._types[column], range(begin, end), lib.arc_report_is_null
        if kind == lib.ARC_COLUMN_TEXT:
            text, size, buffer = lib.arc_report_text, ffi.new("size_t *"), ffi.buffer
            texts = (str(buffer(text(c, row, column, size), size[0]), "utf-8") for row in rows)
            return [None if not cell and is_null(c, row, column) else cell for row, cell in zip(rows, texts)]
        integer = lib.arc_report_integer
        numbers = [integer(c, row, column) or (None if is_null(c, row, column) else 0) for row in rows]
        if kind == lib.ARC_COLUMN_MONEY:
            currencies = self._cells(self._currency[column], begin, end)
            return [from_minor(n, str(code)) if n is not None and code else None for n, code in zip(numbers, currencies)]
        if kind == lib.ARC_COLUMN_DAY:
            return [None if n is None else from_day(n) for n in numbers]
        if kind == lib.ARC_COLUMN_PPM:
            return [None if n is None else EXACT.scaleb(Decimal(n), -6) for n in numbers]
        return list(numbers)

    def _rows(self, begin: int, end: int) -> list[Any]:
        if not self.columns:
            return [self._row() for _ in range(begin, end)]
        return [self._row(*cells) for cells in zip(*(self._cells(column, begin, end) for column in range(len(self.columns))))]

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> list[Any]: ...
    @overload
    def __getitem__(self, at: str) -> list[Any]: ...  # of Cell: what is in a column, its name says

    def __getitem__(self, at: int | slice | str) -> Any:
        if isinstance(at, str):
            if at not in self.columns:
                raise KeyError(f"no column {at!r}: there are {', '.join(self.columns)}")
            return self._cells(self.columns.index(at), 0, len(self))
        if isinstance(at, slice):
            begin, end, step = at.indices(len(self))
            return [self._rows(row, row + 1)[0] for row in range(begin, end, step)]
        row = at + len(self) if at < 0 else at
        if not 0 <= row < len(self):
            raise IndexError(f"no row {at} of {len(self)}")
        return self._rows(row, row + 1)[0]

    def __iter__(self) -> Iterator[Any]:
        for begin in range(0, len(self), BLOCK):
            yield from self._rows(begin, min(begin + BLOCK, len(self)))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The rows as Arrow batches. Text, days and counts are shared with this report, amounts and shares become decimals
        once: decimal128(23, 4) in whole units, whatever the currency, and decimal128(19, 6)."""
        return give_stream(self._c, lib.ARC_WHOLE_UNITS)

    def minor(self) -> MinorUnits:
        """The same table for what reads Arrow, with amounts as integers in minor units, such as cents, and shares in parts
        per million: they are shared with this report, too, and cost nothing. What they are the field's metadata says."""
        return MinorUnits(self)

    def dicts(self) -> Iterator[dict[str, Any]]:
        """The rows as dictionaries by the columns' names."""
        return (dict(zip(self.columns, row)) for row in self)

    def __repr__(self) -> str:
        return f"<arcollect.Report of {len(self)} rows: {', '.join(self.columns)}>"

    def __str__(self) -> str:
        """A table for people."""
        lines = [list(self.columns)] + [["" if cell is None else str(cell) for cell in row] for row in self]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        left = [kind == lib.ARC_COLUMN_TEXT for kind in self._types]
        return "\n".join("  ".join(c.ljust(w) if l else c.rjust(w) for c, w, l in zip(line, widths, left)).rstrip() for line in lines)
