"""libarcollect: accounts-receivable collections inside your own program.

    from arcollect import Collector, Customer, Invoice, Ledger

    with Ledger("book.arcollect", currency="EUR") as ledger:
        ledger.post(Customer(key="C1", name="Orchard Textiles"),
                    Invoice(key="I1", customer="C1", issued=date(2025, 2, 1), due=date(2025, 3, 3), amount=Decimal("1190.00")))
        Collector(ledger, print).run_day(date(2025, 3, 10))

Amounts are Decimal, or whole units as int or str, or Minor(cents); days are datetime.date; what the library refuses is an
exception of arcollect.errors. The manual is the header arcollect.h: rows, reports and functions have its names.
"""
from . import constants, errors, rows, storage, transport
from ._base import Amount, Minor, currency_digits
from ._native import lib as _lib
from .constants import *  # noqa: F403 the enumerations
from .engines import Cadence, Calendar, Collector, Matcher, Scorer, progress_bar
from .errors import *  # noqa: F403
from .ledger import Fork, Ledger
from .report import Report
from .rows import *  # noqa: F403
from .storage import PostgresStorage, SQLiteStorage, Storage
from .texts import (Reader, Template, apply_terms, build_policy, built_in_template, check_policy, check_reference, check_terms,
                    compensation, default_policy, discount_earned, interest, lint_policy, print_policy, print_terms, read_reply,
                    reference_repairs, split)
from .transport import ByChannel, EmlFolder, Smtp

#: The version of the library.
__version__ = "{}.{}.{}".format(_lib.arc_library_version() // 1000000, _lib.arc_library_version() // 1000 % 1000,
                                _lib.arc_library_version() % 1000)

__all__ = [
    "Amount", "ByChannel", "Cadence", "Calendar", "Collector", "EmlFolder", "Fork", "Ledger", "Matcher", "Minor", "PostgresStorage", "Reader", "Report",
    "SQLiteStorage", "Scorer", "Smtp", "Storage", "Template", "apply_terms", "build_policy", "built_in_template", "check_policy", "check_reference",
    "check_terms", "compensation", "constants", "currency_digits", "default_policy", "discount_earned", "errors", "interest", "lint_policy",
    "print_policy", "print_terms", "progress_bar", "read_reply", "reference_repairs", "rows", "split", "storage", "transport",
]
__all__ += constants.__all__
__all__ += errors.__all__
__all__ += rows.__all__
