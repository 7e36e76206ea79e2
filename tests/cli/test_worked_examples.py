#!/usr/bin/env python3
"""Published worked examples of metrics and aging, each made into a book and asked of the example host.

usage: test_worked_examples.py ARCOLLECT

They are read from worked_examples.json of ARC_TEST_DATA, else of ../shared/data beside the source tree; without it the
test is skipped (exit code 77).
"""
import csv
import datetime
import io
import json
import os
import subprocess
import sys
import tempfile
from decimal import Decimal

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.environ.get("ARC_TEST_DATA") or os.path.join(os.path.dirname(ROOT), "shared", "data")
END = datetime.date(2024, 6, 30)
ARCOLLECT = ""


def day(before):
    return (END - datetime.timedelta(days=before)).isoformat()


def cents(amount):
    return f"{Decimal(amount):.2f}"


def call(book, *command):
    done = subprocess.run([ARCOLLECT, "--book", book, *command], capture_output=True)
    assert done.returncode == 0, f"{command}: {done.stderr.decode()}"
    return done.stdout.decode()


class Book:
    """Invoices as (issued, due, amount) and payments as (invoice, day, amount)."""

    def __init__(self, folder, invoices, payments=(), notes=()):
        self.path = os.path.join(folder, "my.book")
        files = {"invoices.csv": "key,customer,issued,due,amount,terms\n", "payments.csv": "key,customer,received,amount\n",
                 "applications.csv": "payment,credit_note,invoice,date,amount\n",
                 "events.csv": "key,date,type,customer,amount,text\n"}
        for i, (issued, due, amount, *terms) in enumerate(invoices):
            files["invoices.csv"] += f'I{i},C,{issued},{due},{cents(amount)},"{terms[0] if terms else ""}"\n'
        for i, (invoice, on, amount) in enumerate(payments):
            files["payments.csv"] += f"P{i},C,{on},{cents(amount)}\n"
            files["applications.csv"] += f"P{i},,I{invoice},{on},{cents(amount)}\n"
        for i, (invoice, on, amount) in enumerate(notes):
            files["events.csv"] += f"N{i},{on},credit,C,{cents(amount)},returned\n"
            files["applications.csv"] += f",N{i},I{invoice},{on},{cents(amount)}\n"
        for name, text in files.items():
            if text.count("\n") > 1:
                with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                    f.write(text)
        call(self.path, "init", "--currency", "USD")
        call(self.path, "import", folder)

    def rows(self, *command):
        return list(csv.DictReader(io.StringIO(call(self.path, *command, "--format", "csv"), newline="")))

    def figure(self, metric, variant, days):
        found = [r["value"] for r in self.rows("metrics", "--as-of", END.isoformat(), "--days", str(days))
                 if r["metric"] == metric and r["variant"] == variant]
        return Decimal(found[0])


def receivables(folder, days, opening, sales, ending, current):
    """A book that opens with something due, sells, and has of all that `current` not due and the rest past due."""
    opening, sales, ending, current = (Decimal(x) for x in (opening, sales, ending, current))
    invoices = [(day(days - 1), day(-20), current), (day(days - 1), day(1), sales - current), (day(days + 40), day(days + 10), opening)]
    paid, payments = opening + sales - ending, []
    for invoice, amount in ((1, sales - current), (2, opening)):
        part = min(paid, amount)
        if part > 0:
            payments.append((invoice, day(0), part))
        paid -= part
    assert paid == 0, "what is paid is not what is past due"
    kept = [i for i in range(3) if invoices[i][2] > 0]
    return Book(folder, [invoices[i] for i in kept], [(kept.index(i), on, amount) for i, on, amount in payments])


def dso(folder, given, expected):
    days = int(given["days"])
    sales, ending = Decimal(given["credit_sales"]), Decimal(given["ending_ar"])
    book = receivables(folder, days, max(ending - sales, 0), sales, ending, 0)
    assert abs(book.figure("dso", "simple", days) - Decimal(expected["dso_days"])) <= Decimal("0.05")


def cei(folder, given, expected):
    days = 30 * int(given["months"])
    book = receivables(folder, days, given["beginning_receivables"], given["credit_sales_total"], given["ending_total_receivables"],
                       given["ending_current_receivables"])
    found = [book.figure("collection_effectiveness", variant, days) for variant in ("CRF /N, N = days / 30", "plain")]
    assert any(abs(value - Decimal(expected["cei_pct"])) <= Decimal("0.05") for value in found), found


def buckets(folder, given, expected):
    terms = int(given["terms_days"])
    book = Book(folder, [(day(sale["days_since_sale"]), day(sale["days_since_sale"] - terms), sale["amount"]) for sale in given["sales"]])
    row = book.rows("aging", "--as-of", END.isoformat())[0]
    names = {"current": "not_due", "d1_30": "1-30", "d31_60": "31-60", "d61_90": "61-90", "d90_plus": "over_90", "d91_plus": "over_90"}
    for name, amount in expected.items():
        assert Decimal(row[names[name]]) == Decimal(amount), (name, row)


def instalments(folder, given, expected):
    parts = given["schedule"]
    terms = ", ".join([f"{part['pct']}% +{part['days']}d" for part in parts[:-1]] + [f"balance +{parts[-1]['days']}d"])
    issued, notes, payments, left = day(10), [], [], [Decimal(given["invoice"]) * part["pct"] / 100 for part in parts]
    for amount in given.get("payments", []):
        payments.append((0, day(5), Decimal(amount)))
    if given.get("applied"):
        notes.append((0, day(5), Decimal(given["credit_note"])))
    book = Book(folder, [(issued, "", given["invoice"], terms)], payments, notes)
    call(book.path, "run", "--from", issued, "--to", END.isoformat())
    found = [r for r in book.rows("predict", "--as-of", END.isoformat())]
    assert len(found) == len(expected["open_rows"]), found
    for row, wanted in zip(found, expected["open_rows"]):
        assert Decimal(row["open"]) == Decimal(wanted["outstanding"]) and left[int(row["instalment"]) - 1] == Decimal(wanted["invoiced"])


TOPICS = {"dso_simple": dso, "cei": cei, "aging_buckets": buckets, "ar_report_installments": instalments,
          "ar_report_credit_note": instalments}


def main():
    global ARCOLLECT
    ARCOLLECT = sys.argv[1]
    path = os.path.join(DATA, "worked_examples", "worked_examples.json")
    if not os.path.exists(path):
        print(f"skipped: {path} is not there")
        sys.exit(77)
    with open(path, encoding="utf-8") as f:
        examples = [e for e in json.load(f) if e["topic"] in TOPICS]
    for example in examples:
        with tempfile.TemporaryDirectory() as folder:
            try:
                TOPICS[example["topic"]](folder, example["inputs"], example["expected"])
            except AssertionError as failed:
                raise AssertionError(f"{example['id']}: {failed}") from failed
    print(f"{len(examples)} worked examples of metrics and aging come out")


if __name__ == "__main__":
    main()
