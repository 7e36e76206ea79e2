"""Tables in and out without copying: the Arrow PyCapsule interface."""
from __future__ import annotations

import ctypes
from typing import Any

from ._base import check, new_error
from ._native import ffi, lib

NAME = b"arrow_array_stream"

_new = ctypes.pythonapi.PyCapsule_New
_new.restype, _new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
_free = int(ffi.cast("uintptr_t", ffi.addressof(lib, "arcollect_capsule_free")))


def give_stream(report: Any, options: int) -> Any:
    """A capsule with a stream of a report's batches, which share its memory and keep it alive."""
    stream, err = lib.arcollect_stream_new(), new_error()
    if not stream:
        raise MemoryError
    try:
        check(lib.arc_report_arrow(stream, report, options, err), err)
        return _new(int(ffi.cast("uintptr_t", stream)), NAME, _free)
    except BaseException:
        lib.arcollect_stream_free(stream)
        raise


class Taken:
    """A stream that somebody else made, and the capsule that owns it."""

    def __init__(self, data: Any) -> None:
        made = getattr(data, "__arrow_c_stream__", None)
        if made is None:
            raise TypeError(f"a {type(data).__name__} is no table: it has no __arrow_c_stream__")
        self.capsule = made()
        self.c = ffi.cast("struct ArrowArrayStream *", _pointer(self.capsule, NAME))


class MinorUnits:
    """A report as Arrow tables with amounts and shares as they are kept: nothing but text is copied."""

    def __init__(self, report: Any) -> None:
        self._report = report

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return give_stream(self._report._c, 0)
