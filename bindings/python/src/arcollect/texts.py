"""What needs no ledger: terms of payment, policies, templates, references and replies."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from . import rows as _rows
from ._base import Amount, Encoder, check, decode, encoded, from_minor, new_error, to_day, to_minor
from ._native import ffi, lib
from .report import Report


def _written(function: Callable[[Any, int, Any, Any], int]) -> str:
    """The text that a function writes into a buffer, whose size it tells first."""
    size, err = ffi.new("size_t *"), new_error()
    status = function(ffi.NULL, 0, size, err)
    if status < 0 and not size[0]:
        check(status, err)
    err = new_error()
    buffer = ffi.new("char[]", size[0] + 1)
    check(function(buffer, size[0] + 1, size, err), err)
    return str(ffi.buffer(buffer, size[0])[:].decode())


def _own(currency: str) -> Callable[[Any, str, Any], str]:
    return lambda row, name, outer: currency


def check_terms(terms: str) -> None:
    """Checks terms of payment such as "2/10 net 30"; TextSyntaxError says what was expected, and where."""
    text, err = encoded(terms), new_error()
    check(lib.arc_terms_print(ffi.NULL, 0, ffi.NULL, text, len(text), err), err)


def print_terms(terms: str) -> str:
    """Terms in their one canonical form."""
    text = encoded(terms)
    return _written(lambda buf, cap, size, err: lib.arc_terms_print(buf, cap, size, text, len(text), err))


def apply_terms(terms: str, issued: date, amount: Amount, currency: str,
                calendar: Any = None) -> tuple[list[_rows.Instalment], list[_rows.TermsDiscount]]:
    """The instalments and discounts of an invoice; the instalments add up to the amount."""
    encoder, err = Encoder(_own(currency)), new_error()
    c = encoder.one(_rows.TermsInvoice(issued=issued, terms=terms, amount=amount, currency=currency, calendar=calendar))
    instalments = ffi.new("arc_instalment[]", lib.ARC_TERMS_INSTALMENTS_MAX)
    discounts = ffi.new("arc_terms_discount[]", lib.ARC_TERMS_DISCOUNTS_MAX)
    instalments[0].struct_size, discounts[0].struct_size = ffi.sizeof("arc_instalment"), ffi.sizeof("arc_terms_discount")
    count, discount_count = ffi.new("size_t *"), ffi.new("size_t *")
    check(lib.arc_terms_apply(instalments, len(instalments), count, discounts, len(discounts), discount_count, c, err), err,
          kind=_rows.TermsInvoice)
    return ([decode(_rows.Instalment, instalments[at], currency) for at in range(count[0])],
            [decode(_rows.TermsDiscount, discounts[at], currency) for at in range(discount_count[0])])


def discount_earned(discounts: Iterable[_rows.TermsDiscount], settlement: _rows.TermsSettlement, currency: str) -> Decimal:
    """The early-payment discount that a payment earns."""
    encoder, every, out, err = Encoder(_own(currency)), list(discounts), ffi.new("int64_t *"), new_error()
    check(lib.arc_terms_discount_earned(out, encoder.array(_rows.TermsDiscount, every), len(every), encoder.one(settlement), err),
          err, kind=_rows.TermsSettlement)
    return from_minor(out[0], currency)


def check_reference(reference: str, scheme: int) -> str:
    """A structured payment reference, normalised; InvalidError says what is wrong, such as its check digits.

    scheme: arcollect.constants.REFERENCE_RF, ...
    """
    text, err, out = encoded(reference), new_error(), ffi.new("arc_reference *")
    out.struct_size = ffi.sizeof("arc_reference")
    check(lib.arc_reference_check(out, scheme, text, len(text), err), err)
    return str(ffi.string(out.text).decode())


def default_policy() -> str:
    """The cadence policy of a book that has none of its own."""
    return str(ffi.string(lib.arc_cadence_default_policy()).decode())


def check_policy(policy: str) -> None:
    """Checks a cadence policy; TextSyntaxError has line and column."""
    text, err = encoded(policy), new_error()
    check(lib.arc_cadence_print(ffi.NULL, 0, ffi.NULL, text, len(text), err), err)


def print_policy(policy: str) -> str:
    """A policy in its one canonical form."""
    text = encoded(policy)
    return _written(lambda buf, cap, size, err: lib.arc_cadence_print(buf, cap, size, text, len(text), err))


def lint_policy(policy: str) -> Report:
    """A policy's faults that parse."""
    text, out, err = encoded(policy), ffi.new("arc_report **"), new_error()
    check(lib.arc_cadence_lint(out, text, len(text), ffi.NULL, err), err)
    return Report(out[0], None)


def built_in_template(tone: int, channel: int, language: str = "en") -> str:
    """The text of a built-in template, to begin one's own with."""
    name = encoded(language)
    return _written(lambda buf, cap, size, err: lib.arc_template_built_in(buf, cap, size, tone, channel, name, ffi.NULL, err))


def read_reply(text: str, *, written: date | None = None, subject: str = "", language: str = "", currency: str = "",
               html: bool = False, reader: Reader | None = None) -> Report:
    """What a customer's reply says: kinds, dates and amounts, and whether it was read surely."""
    encoder, c, out, err = Encoder(), ffi.new("arc_reply *"), ffi.new("arc_report **"), new_error()
    c.struct_size, c.written, c.flags = ffi.sizeof("arc_reply"), to_day(written), lib.ARC_REPLY_HTML if html else 0
    encoder.text(c.text, text)
    encoder.text(c.subject, subject)
    c.language, c.currency = language.encode(), currency.encode()
    c.reader = reader._c if reader is not None else ffi.NULL
    check(lib.arc_reply_read(out, c, ffi.NULL, err), err)
    return Report(out[0], None)


class Reader:
    """What a host has taught: examples of replies, which read_reply and a Collector then know."""

    def __init__(self) -> None:
        out, err = ffi.new("arc_reader **"), new_error()
        check(lib.arc_reader_new(out, ffi.NULL, err), err)
        self._c = ffi.gc(out[0], lib.arc_reader_free)

    def learn(self, text: str, kind: int) -> None:
        """Teaches an example: the text of a reply, and what it is (arcollect.constants.REPLY_...)."""
        encoder, c, err = Encoder(), ffi.new("arc_text *"), new_error()
        encoder.text(c, text)
        check(lib.arc_reader_learn(self._c, c[0], kind, err), err)


class Template:
    """How a message reads; TextSyntaxError has line and column. For hosts that write messages themselves."""

    def __init__(self, text: str) -> None:
        data, out, err = encoded(text), ffi.new("arc_template **"), new_error()
        check(lib.arc_template_open(out, data, len(data), ffi.NULL, err), err)
        self._c = ffi.gc(out[0], lib.arc_template_close)

    def write(self, part: int, message: _rows.Message) -> str:
        """A part of a message (arcollect.constants.PART_SUBJECT, PART_TEXT, PART_HTML); "" if there is no such part."""
        encoder = Encoder()
        c = encoder.one(message)
        return _written(lambda buf, cap, size, err: lib.arc_template_write(buf, cap, size, self._c, part, c, err))


def build_policy(spec: _rows.CadenceSpec) -> str:
    """A policy's text out of structs."""
    encoder = Encoder()
    c = encoder.one(spec)
    return _written(lambda buf, cap, size, err: lib.arc_cadence_build(buf, cap, size, c, ffi.NULL, err))


def reference_repairs(reference: str, scheme: int) -> list[str]:
    """What a reference with a wrong check digit may have been."""
    text, err, count = encoded(reference), new_error(), ffi.new("size_t *")
    check(lib.arc_reference_repairs(ffi.NULL, 0, count, scheme, text, len(text), err), err)
    rows = ffi.new("arc_reference[]", max(count[0], 1))
    rows[0].struct_size = ffi.sizeof("arc_reference")
    check(lib.arc_reference_repairs(rows, count[0], count, scheme, text, len(text), err), err)
    return [ffi.string(rows[at].text).decode() for at in range(count[0])]


def split(total: Amount, weights: Sequence[int], currency: str) -> list[Decimal]:
    """An amount in parts by weights; they add up to it exactly."""
    parts, err = ffi.new("int64_t[]", max(len(weights), 1)), new_error()
    check(lib.arc_money_split(parts, to_minor(total, currency), ffi.new("int64_t[]", list(weights)), len(weights), err), err)
    return [from_minor(parts[at], currency) for at in range(len(weights))]


def interest(claim: _rows.InterestClaim, currency: str) -> tuple[Decimal, list[_rows.InterestLine]]:
    """Interest on a late debt: the total, and the lines it is made of."""
    encoder, total, count, err = Encoder(_own(currency)), ffi.new("int64_t *"), ffi.new("size_t *"), new_error()
    c = encoder.one(claim)
    check(lib.arc_interest_accrue(total, ffi.NULL, 0, count, c, err), err, kind=_rows.InterestClaim)
    lines = ffi.new("arc_interest_line[]", max(count[0], 1))
    lines[0].struct_size = ffi.sizeof("arc_interest_line")
    check(lib.arc_interest_accrue(total, lines, count[0], count, c, err), err, kind=_rows.InterestClaim)
    return from_minor(total[0], currency), [decode(_rows.InterestLine, lines[at], currency) for at in range(count[0])]


def compensation(debt: Amount, currency: str, bands: Sequence[_rows.CompensationBand]) -> Decimal:
    """The fixed sum for the recovery of a debt."""
    encoder, out, err = Encoder(), ffi.new("int64_t *"), new_error()
    check(lib.arc_compensation_find(out, to_minor(debt, currency), encoded(currency), encoder.array(_rows.CompensationBand, bands),
                                    len(bands), err), err)
    return from_minor(out[0], currency)
