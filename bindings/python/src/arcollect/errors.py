"""What the library refuses, as exceptions."""
from __future__ import annotations

from typing import Any

from ._native import ffi, lib


class Error(Exception):
    """A call failed and changed nothing.

    status: the number, ARC_E_*, and name: its name
    text: what is wrong, and what would be right
    record: the index of the row at fault in the call, or the journal's sequence number
    field: the name of the field at fault; None where it does not apply
    line, column: in a text, from 1 on; 0 where it does not apply
    host_code: what a callback of the host's returned
    faults: of Ledger.post_arrow, the report of all rows at fault
    """

    status = 0
    faults: Any = None

    def __init__(self, text: str = "", *, status: int | None = None, record: int = 0, field: str | None = None,
                 line: int = 0, column: int = 0, host_code: int = 0) -> None:
        super().__init__(text)
        if status is not None:
            self.status = status
        self.text, self.record, self.field = text, record, field
        self.line, self.column, self.host_code = line, column, host_code

    @property
    def name(self) -> str:
        """The name of the status, such as ARC_E_REFUSED."""
        return str(ffi.string(lib.arc_status_name(self.status)).decode())

    def __str__(self) -> str:
        place = [f"field {self.field}" if self.field else "",
                 f"line {self.line}, column {self.column}" if self.line else f"column {self.column}" if self.column else ""]
        named = ", ".join(part for part in place if part)
        return f"{self.text} ({self.name}{', ' + named if named else ''})"


class NoMemoryError(Error, MemoryError):
    """The allocator gave none."""

    status = lib.ARC_E_NOMEM


class InvalidError(Error, ValueError):
    """An argument or a field is not acceptable in itself."""

    status = lib.ARC_E_INVALID


class AbiError(Error):
    """The binding and the library do not fit each other."""

    status = lib.ARC_E_ABI


class StorageError(Error):
    """The storage said no; nothing was recorded."""

    status = lib.ARC_E_STORAGE


class CorruptError(Error):
    """Stored bytes fail a check."""

    status = lib.ARC_E_CORRUPT


class BusyError(Error):
    """Called from inside a callback, or a batch is (not) open."""

    status = lib.ARC_E_BUSY


class AmountOverflowError(Error, OverflowError):
    """A sum or a count would not fit."""

    status = lib.ARC_E_OVERFLOW


class StaleError(Error):
    """The ledger changed since the object was made."""

    status = lib.ARC_E_STALE


class HostError(Error):
    """A callback stopped the call."""

    status = lib.ARC_E_HOST


class ConflictError(Error):
    """Somebody else appended to the book first: refresh, and say it again."""

    status = lib.ARC_E_CONFLICT


class UnknownOutcomeError(Error):
    """The storage cannot tell whether it stored the commit: reopen the book."""

    status = lib.ARC_E_UNKNOWN_OUTCOME


class NotFoundError(Error, LookupError):
    """No record has this key."""

    status = lib.ARC_E_NOT_FOUND


class ExistsError(Error):
    """A different record has this key."""

    status = lib.ARC_E_EXISTS


class RefusedError(Error):
    """Well formed, but the state of the book forbids it."""

    status = lib.ARC_E_REFUSED


class TextSyntaxError(Error, ValueError):
    """A text does not parse; line and column say where."""

    status = lib.ARC_E_SYNTAX


class ReadOnlyError(Error):
    """The handle reads only."""

    status = lib.ARC_E_READ_ONLY


BY_STATUS: dict[int, type[Error]] = {kind.status: kind for kind in Error.__subclasses__()}

__all__ = [
    "Error", "NoMemoryError", "InvalidError", "AbiError", "StorageError", "CorruptError",
    "BusyError", "AmountOverflowError", "StaleError", "HostError", "ConflictError", "UnknownOutcomeError",
    "NotFoundError", "ExistsError", "RefusedError", "TextSyntaxError", "ReadOnlyError",
]
