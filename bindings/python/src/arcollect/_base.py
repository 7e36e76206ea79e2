"""Between Python and C: amounts, days, rows, and errors."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any, ClassVar, Union

from ._native import ffi, lib
from .errors import BY_STATUS, Error

EXACT = Context(prec=200)  # whatever precision the host's own context has
EPOCH = date(1970, 1, 1).toordinal()
NO_DAY: int = lib.ARC_DAY_NONE


class Minor(int):
    """An amount in minor units, such as cents: Minor(119000) is Decimal("1190.00") in EUR."""

    __slots__ = ()


#: Money: a Decimal, a str such as "1190.00", or an int, all of them in whole units (1190 is Decimal("1190.00")), or
#: Minor(119000). A float is refused: most amounts are none.
Amount = Union[Decimal, int, str, Minor]

_digits: dict[str, int] = {}


def currency_digits(currency: str) -> int:
    """The digits after the decimal point of a currency: 0 (JPY), 2 (USD), 3 (KWD), 4 (CLF)."""
    found = _digits.get(currency)
    if found is None:
        found = int(lib.arc_currency_digits(currency.encode()))
        if found < 0:
            raise ValueError(f"{currency!r} is no currency of ISO 4217 with a minor unit")
        _digits[currency] = found
    return found


def to_minor(amount: Amount, currency: str) -> int:
    """An amount in minor units of a currency, exactly."""
    if isinstance(amount, Minor):
        return int(amount)
    digits = currency_digits(currency)
    if isinstance(amount, int) and not isinstance(amount, bool):
        return amount * int(10**digits)
    if isinstance(amount, str):
        amount = EXACT.create_decimal(amount)
    if not isinstance(amount, Decimal):
        raise TypeError(f"an amount is a Decimal, an int, a str or Minor, not {type(amount).__name__}")
    if not amount.is_finite():
        raise ValueError(f"{amount} is no amount")
    scaled = EXACT.scaleb(amount, digits)
    whole = scaled.to_integral_value()
    if whole != scaled:
        raise ValueError(f"{amount} has more decimals than the {digits} of {currency}")
    return int(whole)


def from_minor(minor: int, currency: str) -> Decimal:
    """Minor units as a Decimal with the digits of the currency."""
    return EXACT.scaleb(Decimal(minor), -currency_digits(currency))


def to_day(day: date | None) -> int:
    if day is None:
        return NO_DAY
    if isinstance(day, datetime) or not isinstance(day, date):
        raise TypeError(f"a day is a datetime.date, not {type(day).__name__}")
    return day.toordinal() - EPOCH


def from_day(day: int) -> date | None:
    return None if day == NO_DAY else date.fromordinal(day + EPOCH)


def from_text(text: Any) -> str:
    return str(ffi.buffer(text.data, text.size)[:].decode()) if text.size else ""


class Row:
    """A struct of the library's."""

    STRUCT: ClassVar[str]
    FIELDS: ClassVar[tuple[tuple[str, str, str, Any], ...]]


#: The currency of an amount in a row, by the row, the amount's name, and the row of the call that it is in.
Currencies = Callable[[Any, str, Any], str]


def no_currency(row: Any, name: str, outer: Any) -> str:
    for one in (row, outer):
        if getattr(one, "currency", ""):
            return str(one.currency)
    raise ValueError(f"the currency of {name} is not known here: say Minor(...)")


class Encoder:
    """Fills C structs, and keeps what they point to."""

    def __init__(self, currencies: Currencies = no_currency) -> None:
        self.keep: list[Any] = []
        self.currencies = currencies
        self.outer: Row | None = None

    def text(self, c: Any, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError(f"a text is a str, not {type(value).__name__}")
        data = value.encode()
        buffer = ffi.from_buffer(data)
        self.keep.append(buffer)
        c.data, c.size = buffer, len(data)

    def array(self, kind: type[Row], rows: Sequence[Row]) -> Any:
        c = ffi.new(kind.STRUCT + "[]", max(len(rows), 1))
        self.keep.append(c)
        size = ffi.sizeof(kind.STRUCT)
        for at, row in enumerate(rows):
            if not isinstance(row, kind):
                raise TypeError(f"row {at} is a {type(row).__name__}, not a {kind.__name__}")
            within, self.outer = self.outer, self.outer or row
            self.fill(c[at], row, size)
            self.outer = within
        return c

    def one(self, row: Row) -> Any:
        return self.array(type(row), [row])

    def fill(self, c: Any, row: Row, size: int) -> None:
        c.struct_size = size
        for python, name, what, detail in row.FIELDS:
            value = getattr(row, python)
            if what == "day":
                setattr(c, name, NO_DAY if value is None else to_day(value))
            elif not value:
                continue  # as it is in a struct of zeros
            elif what == "text":
                self.text(getattr(c, name), value)
            elif what == "money":
                minor = int(value) if isinstance(value, Minor) else to_minor(value, self.currencies(row, python, self.outer))
                setattr(c, name, minor)
            elif what == "int":
                setattr(c, name, value)
            elif what == "chars":
                data = value.encode()
                if len(data) >= detail:
                    raise ValueError(f"{python} {value!r} is too long: at most {detail - 1} bytes")
                setattr(c, name, data)
            elif what == "handle":
                self.keep.append(value)
                setattr(c, name, value._c)
            elif what == "row":
                setattr(c, name, self.one(value))
            elif what == "rows":
                from . import rows

                setattr(c, name, self.array(getattr(rows, detail[1]), value))
                setattr(c, detail[0], len(value))
            elif what == "texts":
                texts = ffi.new("arc_text[]", max(len(value), 1))
                self.keep.append(texts)
                for at, text in enumerate(value):
                    self.text(texts[at], text)
                setattr(c, name, texts)
                setattr(c, detail, len(value))
            elif what == "ints":
                numbers = ffi.new(detail[1] + "[]", list(value))
                self.keep.append(numbers)
                setattr(c, name, numbers)
                setattr(c, detail[0], len(value))
            else:
                self.fixed(getattr(c, name), row, python, what, value)

    def fixed(self, c: Any, row: Row, name: str, what: str, values: Sequence[Any]) -> None:
        """An array within the struct."""
        if len(values) > len(c):
            raise ValueError(f"{name} has {len(values)} values, of at most {len(c)}")
        for at, value in enumerate(values):
            if what == "texts_in":
                self.text(c[at], value)
            else:
                c[at] = to_minor(value, self.currencies(row, name, self.outer)) if what == "money_in" and value else value


def decode(kind: type[Any], c: Any, currency: str) -> Any:
    """A row out of a struct that the library filled; its amounts are of the currency, or its own."""
    from . import rows

    given: dict[str, Any] = {}
    for python, name, what, detail in kind.FIELDS:
        value = getattr(c, name)
        if what == "text":
            given[python] = from_text(value)
        elif what == "day":
            given[python] = from_day(value)
        elif what == "money":
            given[python] = from_minor(value, currency) if currency else Minor(value)
        elif what == "chars":
            given[python] = ffi.string(value).decode()
        elif what == "int":
            given[python] = value
        elif what == "row":
            given[python] = decode(getattr(rows, detail), value, currency) if value else None
        elif what == "rows":
            given[python] = [decode(getattr(rows, detail[1]), one, currency) for one in apart(value, getattr(c, detail[0]))]
        elif what == "texts":
            given[python] = [from_text(value[at]) for at in range(getattr(c, detail))]
    return kind(**given)


def apart(first: Any, count: int) -> list[Any]:
    """Structs that lie struct_size bytes apart."""
    if not count:
        return []
    at, size, kind = ffi.cast("char *", first), first.struct_size, ffi.typeof(first)
    return [ffi.cast(kind, at + size * number)[0] for number in range(count)]


class Pending:
    """The exception that a callback raised, until the call that it was called in returns."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def code(self, error: BaseException, otherwise: int) -> int:
        """Keeps an exception; what the callback returns."""
        self.error = error
        if isinstance(error, Error) and error.status < 0:
            return int(error.status)
        return int(lib.ARC_E_NOMEM) if isinstance(error, MemoryError) else otherwise

    @property
    def stops(self) -> bool:
        """Whether it is Ctrl-C or the like: then no callback is tried again, whatever the library falls back on."""
        return self.error is not None and not isinstance(self.error, Exception)

    def take(self) -> BaseException | None:
        error, self.error = self.error, None
        return error


def interrupted(kind: type[BaseException], error: BaseException, traceback: Any) -> None:
    """Where a callback itself cannot catch it: Ctrl-C while the library worked arrives at the callback's first step."""
    ffi.from_handle(traceback.tb_frame.f_locals["user"]).pending.error = error


def new_error() -> Any:
    err = ffi.new("arc_error *")
    err.struct_size = ffi.sizeof("arc_error")
    return err


def check(status: int, err: Any, pending: Pending | None = None, kind: type[Row] | str | None = None) -> int:
    """The status of a call that did not fail; raises what it failed with, a callback's own exception as itself."""
    error = pending.take() if pending is not None else None
    if error is not None and (status < 0 or not isinstance(error, Exception)):
        raise error
    if status >= 0:
        return status
    field = str(err.field) if err.field else None
    if err.field and kind is not None:
        fields = ffi.typeof(kind if isinstance(kind, str) else kind.STRUCT).fields
        field = fields[err.field][0] if err.field < len(fields) else field
    text = ffi.string(err.text).decode(errors="replace") or ffi.string(lib.arc_status_text(status)).decode()
    raise BY_STATUS.get(status, Error)(text, status=status, record=err.record, field=field, line=err.line,
                                       column=err.column, host_code=err.host_code)


def encoded(text: str) -> bytes:
    if not isinstance(text, str):
        raise TypeError(f"a text is a str, not {type(text).__name__}")
    return text.encode()
