#!/usr/bin/env python3
"""Imports a book from CSV files and runs its days, with the very journal that the example host in C writes:

    run_book.py BOOK FOLDER --currency USD --from 2022-01-01 --to 2024-12-31 [--letters FOLDER] [--match]

BOOK is an SQLite database, or where one of PostgreSQL is, such as postgresql://localhost/books. FOLDER holds customers,
invoices, payments, applications and events as .csv or .csv.gz, amounts in minor units. Run again, it goes on from the last
day. Its rules are the host's own: what happened on a day is one commit, recorded at 16:00 UTC; facts come in a fixed order
within the day; what the book refuses is named and left out; cash is matched unless the files say what each payment settles.
"""
from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from itertools import groupby
from typing import Any

from arcollect import (Application, Channel, Collector, CollectorFlag, CreditNote, Customer, DayReport, Dispute, EmlFolder, Invoice, Ledger, Minor,
                       Note, Payment, PostgresStorage, Promise, Reversal, SQLiteStorage, Writeoff, constants)
from arcollect.errors import ExistsError, InvalidError, NotFoundError, RefusedError, TextSyntaxError

#: The order within a day: parties, items, cash, what is said about them, and what takes cash back.
ORDER = (Customer, Invoice, CreditNote, Payment, Application, Dispute, Promise, Note, Writeoff, Reversal)
REFUSALS = (InvalidError, NotFoundError, ExistsError, RefusedError, TextSyntaxError)
FIRST = date.min  # customers are known before everything
ROWS = 512  # of a call


def day(text: str) -> date:
    return date.fromisoformat(text)


def money(text: str) -> Minor:
    return Minor(text or 0)


def table(folder: str, name: str) -> Iterator[dict[str, str]]:
    """The records of a file, as dictionaries; none where there is no such file."""
    for path in (f"{folder}/{name}.csv", f"{folder}/{name}.csv.gz"):
        if os.path.exists(path):
            opened: Any = gzip.open(path, "rt", encoding="utf-8", newline="") if path.endswith(".gz") else \
                open(path, encoding="utf-8", newline="")
            with opened as f:
                yield from csv.DictReader(f)


class Book:
    """The facts, by the day on which they take effect."""

    def __init__(self, folder: str) -> None:
        self.days: defaultdict[date, list[Any]] = defaultdict(list)
        self.currency: dict[str, str] = {}
        self.customer_of: dict[str, str] = {}
        self.keys: set[str] = set()
        self.applications = False
        for record in table(folder, "customers"):
            self.currency[record["cust_id"]] = record["currency"]
            self.add(FIRST, Customer(
                key=record["cust_id"], name=record["name"], currency=record["currency"], terms_days=int(record["terms_days"]),
                discount_bp=int(record["disc_bp"]), discount_days=int(record["disc_days"]), credit_limit=money(record["credit_limit"]),
                options=constants.REPLACE))
        for record in table(folder, "invoices"):
            self.customer_of[record["inv_id"]] = record["cust_id"]
            self.add(day(record["issue"]), Invoice(
                key=record["inv_id"], number=record["number"], customer=record["cust_id"], po_number=record["po"],
                issued=day(record["issue"]), due=day(record["due"]), amount=money(record["amount"]),
                discount_bp=int(record["disc_bp"]), discount_days=int(record["disc_days"])))
        for record in table(folder, "payments"):
            self.add(day(record["date"]), Payment(
                key=record["pay_id"], customer=record["cust_id"], payer_name=record["payer"], remittance=record["remit"],
                received=day(record["date"]), amount=money(record["amount"])))
        for record in table(folder, "events"):
            self.event(record, day(record["date"]))
        for record in table(folder, "applications"):
            self.applications = True
            self.add(day(record["date"]), Application(
                credit=record["pay_id"], invoice=record["inv_id"], day=day(record["date"]), amount=money(record["cash"]),
                discount=money(record["discount"])))

    def add(self, when: date, fact: Any) -> None:
        self.days[when].append(fact)

    def event(self, record: dict[str, str], when: date) -> None:
        kind, invoice, text = record["type"], record["inv_id"], record["text"]
        customer = record["cust_id"] or self.customer_of.get(invoice, "")
        amount = money(record["amount"])
        key = self.key(record, when, text if kind == "note" else str(int(amount)) if amount else "")
        if kind == "credit":
            self.add(when, CreditNote(key=key, customer=customer, invoice=invoice, reason=text, issued=when, amount=amount,
                                      currency=self.currency.get(customer, "")))
        elif kind == "dispute":
            self.add(when, Dispute(key=key, invoice=invoice, kind=text, opened=when, amount=amount))
        elif kind == "promise":
            self.add(when, Promise(key=key, invoice=invoice, made=when, pay_by=day(text.removeprefix("BY ")), amount=amount))
        elif kind == "note":
            self.add(when, Note(key=key, customer=customer, invoice=invoice, text=text, day=when))
        elif kind == "writeoff":
            self.add(when, Writeoff(key=key, invoice=invoice, reason=text, day=when, amount=amount))
        elif kind == "reversal":
            self.add(when, Reversal(payment=record["pay_id"], reason=text, day=when))
        else:
            raise ValueError(f"{kind!r} is no event")

    def key(self, record: dict[str, str], when: date, says: str) -> str:
        """The key of an event that has none: its type, its day, and FNV-1a of what it says; a number for equal ones."""
        code = 0xCBF29CE484222325
        for part in (record["type"], record["cust_id"], record["inv_id"], record["pay_id"], says):
            for byte in part.encode() + b"\0":
                code = (code ^ byte) * 0x100000001B3 % 2**64
        key, number = f"{record['type']}-{when}-{code:016x}", 1
        while key in self.keys:
            number += 1
            key = f"{record['type']}-{when}-{code:016x}-{number}"
        self.keys.add(key)
        return key


def post(ledger: Ledger, facts: Sequence[Any]) -> None:
    """Posts neighbours of a kind in one call; without what is refused."""
    for _, neighbours in groupby(sorted(facts, key=lambda fact: ORDER.index(type(fact))), key=type):
        rows = list(neighbours)
        for at in range(0, len(rows), ROWS):
            some = rows[at:at + ROWS]
            while some:
                try:
                    ledger.post(*some)
                    break
                except REFUSALS as refused:
                    ledger.post(*some[:refused.record])
                    print(f"refused: {some[refused.record]}: {refused}", file=sys.stderr)
                    some = some[refused.record + 1:]


def run(ledger: Ledger, book: Book, transport: Any, first: date, last: date, match: bool) -> Iterator[DayReport]:
    """Every day: its facts as one commit, then the cycle."""
    flags = CollectorFlag.QUIET_HOURS
    if book.applications and not match:
        flags |= CollectorFlag.NO_MATCHING
    waiting = sorted(when for when in book.days if when <= last)
    if ledger.last_day_run is not None:
        first = ledger.last_day_run + timedelta(days=1)
        waiting = [when for when in waiting if when >= first]
    with Collector(ledger, transport, flags=flags, fallback_channel=Channel.LETTER) as collector:
        for today in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            ledger.set_clock(datetime.combine(today, time(16), timezone.utc))
            facts: list[Any] = []
            while waiting and waiting[0] <= today:
                facts += book.days[waiting.pop(0)]
            if facts:
                with ledger.batch():
                    post(ledger, facts)
            yield collector.run_day(today)


def main() -> None:
    options = argparse.ArgumentParser(description="Imports a book from CSV files and runs its days.")
    options.add_argument("book")
    options.add_argument("folder")
    options.add_argument("--currency", default="USD")
    options.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    options.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    options.add_argument("--letters", help="writes messages to this folder as .eml files; otherwise they are dropped")
    options.add_argument("--match", action="store_true", help="matches cash though the files say what each payment settles")
    given = options.parse_args()
    transport: Any = EmlFolder(given.letters) if given.letters else lambda message: None
    storage = PostgresStorage(given.book) if given.book.startswith("postgres") else SQLiteStorage(given.book)
    with Ledger(storage=storage, book="arcollect", currency=given.currency) as ledger:
        done = list(run(ledger, Book(given.folder), transport, given.first, given.last, given.match))
        print(f"{len(done)} days run, {sum(report.touches_sent for report in done)} messages sent")


if __name__ == "__main__":
    main()
