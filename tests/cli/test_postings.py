#!/usr/bin/env python3
"""Lets hledger, ledger and beancount read the postings, and compares what they make of them with the CSV.

usage: test_postings.py ARCOLLECT MAKE_SAMPLE_BOOK TEST_SIMULATION [unittest's arguments]

A program that is not installed is skipped, and so is the book of the data folder (see test_cli.py) without it.
"""
import collections
import csv
import datetime
import functools
import io
import os
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import unittest
import urllib.parse

import test_cli as cli

setUpModule, tearDownModule = cli.setUpModule, cli.tearDownModule

ACCOUNTS = {
    "receivables": "assets:receivables", "cash": "assets:cash", "unapplied_cash": "liabilities:unapplied_cash",
    "unidentified_cash": "liabilities:unidentified_cash", "unapplied_credits": "liabilities:unapplied_credits",
    "sales": "income:sales", "sales_returns": "income:sales_returns", "fees": "income:fees",
    "interest": "income:interest", "compensation": "income:compensation",
    "discounts_allowed": "expenses:discounts_allowed", "tolerance": "expenses:tolerance",
    "bad_debt": "expenses:bad_debt", "bad_debt_recovered": "income:bad_debt_recovered",
    "exchange": "equity:exchange", "exchange_difference": "income:exchange_difference"}
SAMPLE_DATES = ["2023-01-02", "2023-06-30", "2023-12-31", "2024-02-29", "2024-06-30"]
DATA_DATES = ["2022-01-31", "2022-12-31", "2023-06-30", "2024-02-29", "2024-12-31"]

# Keys, each of a customer and of an invoice, that mean something to a reader where they are not taken as text.
HOSTILE = [
    ";", "a;b", "a  ; customer: b", ";;x", "a | b", "|", '"', '""', "\\", '\\"', '" #tag ^link', "customer: x",
    "a, date:2020-01-01", "date:2020-01-01", "[2020-01-01]", "a [=2020-01-01] b", ":a:b:", "a:: 1", "a:", "! a", "*",
    "(12)", "= 5 USD", "5 @ 3 USD", "{1 USD}", "%41", "%", "%3B", "end comment", "assets:cash  5 USD", "a  b", "a   b",
    "~ monthly", "include x", "`x`", "$1.000,00", "<a>", "'a'", "a\u00a0b", "\u00a0a", "a\u3000", "\u2003a",
    "\u205fa", "\u1680a", "Bj\u00f6rk \u2014 \u5c71",
    "\ufeffa", "a\u200fb", "-", "--format", "0", " x", "x "] + [chr(c) + "/" for c in range(33, 127)]
SIMULATED_SEEDS = [int(seed) for seed in os.environ.get("ARC_SIMULATION_SEEDS", "3 14 15 92 65").split()]
HOSTILE_DATES = ["2024-01-01", "2024-01-15", "2024-02-01", "2024-03-05", "2024-12-31"]


# ---- the books ----

def quoted(rows):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue()


@functools.lru_cache(None)
def hostile_book():
    """Texts that could change the structure, currencies of 0, 2, 3 and 4 digits, and a tolerance."""
    amounts = [("USD", "1234.56"), ("JPY", "1234"), ("KWD", "1.234"), ("CLF", "1.2345"), ("USD", "90000000000000.01"),
               ("JPY", "1"), ("KWD", "0.001"), ("CLF", "1000.0000")]
    last = "2024-03-05"
    customers, invoices, payments = [["key", "name"]], [], []
    for i, key in enumerate(HOSTILE):
        currency, amount = amounts[i % len(amounts)]
        customers.append([key, "Name"])
        invoices.append([key, "N", key, f"2024-01-{i % 28 + 1:02}", "2024-02-28", currency, amount])
        payments.append([key, key if i % 3 else "", f"2024-02-{i % 28 + 1:02}", currency, amount])
    invoices.append(["T1", "T1", ";", "2024-01-09", "2024-02-28", "KWD", "100.000"])
    payments.append(["T1", "[2020-01-01]", "2024-03-01", "KWD", "98.995"])
    return cli.imported({
        "customers.csv": quoted(customers),
        "invoices.csv": quoted([["key", "number", "customer", "issued", "due", "currency", "amount"], *invoices]),
        "payments.csv": quoted([["key", "customer", "received", "currency", "amount"], *payments]),
        "applications.csv": f"payment,invoice,date,amount,discount,tolerance\nT1,T1,{last},98.995,1.000,0.005\n",
        "events.csv": quoted([["date", "type", "customer", "invoice", "payment", "amount", "text", "key"],
                              [last, "credit", "a;b", "", "", "1.00", "r", "; credit"],
                              [last, "writeoff", "", "a | b", "", "1.23", "r", '"w" | ;'],
                              [last, "reversal", "", "", "\\", "", "r", ""]])})


@functools.lru_cache(None)
def data_book():
    folder = os.path.join(cli.DATA, "books", "seed1_10000")
    if not os.path.isdir(folder):
        return None
    book = cli.make_book()
    cli.call("--book", book, "import", folder)
    return book


def commits_of(journal):
    """Each with the number of its first record, and how many it has."""
    at = 0
    while at < len(journal):
        first, count, size = struct.unpack_from("<QII", journal, at + 8)
        yield first, count, journal[at:at + 80 + size]
        at += 80 + size


@functools.lru_cache(None)
def simulated_book(seed):
    """The book that a life of the simulation leaves, faults and all."""
    book = cli.make_book()
    path = book + ".journal"
    process = subprocess.run([TEST_SIMULATION, "--seed", str(seed), "--steps", "700", "--book", path], capture_output=True,
                             text=True)
    assert process.returncode == 0, process.stderr
    with open(path, "rb") as f:
        commits = list(commits_of(f.read()))
    with sqlite3.connect(book) as db:
        db.execute("CREATE TABLE IF NOT EXISTS arcollect_journal(first_seq INTEGER PRIMARY KEY, count INTEGER NOT NULL,"
                   " bytes BLOB NOT NULL)")
        db.executemany("INSERT INTO arcollect_journal VALUES(?, ?, ?)", commits)
    cli.call("--book", book, "verify")
    return book


def simulated_dates(book):
    """Five days, one after the other, between its first posting and its last."""
    days = sorted({line["date"] for line in postings(book)})
    return [days[len(days) * i // 5] for i in range(1, 5)] + [min(days[-1], "9999-12-30")]


@functools.lru_cache(None)
def postings(book):
    return cli.rows(book, "postings")


@functools.lru_cache(None)
def journal(book, form):
    path = f"{book}.{form}"
    with open(path, "wb") as out:
        subprocess.run([cli.ARCOLLECT, "--book", book, "postings", "--format", form], stdout=out, check=True)
    return path


def balances(book, date):
    found = cli.sums([line for line in postings(book) if line["date"] <= date], "amount", by=("account", "currency"))
    aging = cli.sums(cli.rows(book, "aging", "--as-of", date, "--by", "currency"), *cli.BUCKETS)
    assert {(c,): amount for (account, c), amount in found.items() if account == "receivables"} == aging, date
    return {(ACCOUNTS[account], currency): amount for (account, currency), amount in found.items()}


# ---- the readers ----

def reader(*command):
    process = subprocess.run(command, capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    return process.returncode, process.stdout.decode(), process.stderr.decode()


def read(*command):
    code, out, err = reader(*command)
    assert code == 0, f"{command}: exit code {code}: {err}"
    return out


def day_after(date):
    return str(datetime.date.fromisoformat(date) + datetime.timedelta(1))


def hledger_balances(path, *arguments):
    out = read("hledger", "-f", path, "--strict", "balance", "--flat", "--no-total", "-O", "csv", *arguments)
    return {(line["account"], currency): cli.money(amount) for line in csv.DictReader(io.StringIO(out))
            for amount, currency in re.findall(r"(-?[0-9.]+) ([A-Z]{3})\b", line["balance"])}


def ledger_balances(path, *arguments):
    """The amounts of an account stand one below the other, its name at the last."""
    found, amounts = {}, {}
    for line in read("ledger", "--args-only", "-f", path, "--pedantic", "balance", "--flat", "--no-total",
                     *arguments).splitlines():
        amount, currency, account = re.fullmatch(r" *(-?[0-9.]+) ([A-Z]{3})(?:  (\S+))?", line).groups()
        amounts[currency] = cli.money(amount)
        if account:
            found.update({(account, c): a for c, a in amounts.items()})
            amounts = {}
    return found


def beancount_account(account):
    return ":".join("-".join(word.capitalize() for word in part.split("_")) for part in account.split(":"))


def beancount_check(path, assertions):
    """What bean-check says of a journal with assertions ((account, currency), end of day, amount) without tolerance."""
    with open(path) as given:
        text = given.read()
    with open(path + ".checked", "w") as out:
        out.write(text)
        for (account, currency), date, amount in assertions:
            out.write(f"{day_after(date)} balance {beancount_account(account)}  {amount:f} ~ 0 {currency}\n")
    return reader("bean-check", "--no-cache", path + ".checked")


# What each reader understood of every posting: seq, date, description, account, amount, currency, customer.

def hledger_postings(path):
    for line in csv.DictReader(io.StringIO(read("hledger", "-f", path, "--strict", "print", "-O", "csv"))):
        assert (line["status"], line["comment"]) == ("*", ""), line
        yield (line["code"], line["date"], line["description"], line["account"], line["amount"], line["commodity"],
               line["posting-comment"])


def ledger_postings(path):
    out = read("ledger", "--args-only", "-f", path, "--pedantic", "--date-format", "%Y-%m-%d", "csv")
    for date, code, description, account, currency, amount, status, comment in csv.reader(io.StringIO(out)):
        assert status == "*"
        yield code, date, description, account, amount, currency, comment


def decoded(lines):
    for *fixed, comment in lines:
        match = re.fullmatch(r" *(?:customer: ([^ ].*))?", comment)
        assert match, comment
        seq, date, description, account, amount, currency = fixed
        yield (seq, date, urllib.parse.unquote(description, errors="strict"), account, cli.money(amount), currency,
               urllib.parse.unquote(match.group(1) or "", errors="strict"))


def beancount_postings(path):
    """bean-query fills up the cells of its CSV with blanks, and rounds numbers, but not their texts."""
    out = read("bean-query", "-f", "csv", path, "SELECT entry_meta('seq'), date, narration, account, "
               "str(number), currency, meta('customer')")
    for cells in list(csv.reader(io.StringIO(out, newline="")))[1:]:
        seq, date, description, account, amount, currency, customer = (cell.rstrip(" ") for cell in cells)
        yield seq.strip(), date, description, account, cli.money(re.sub(r"[^-0-9.]", "", amount)), currency, customer


def posting_of(line):
    said = line["event"] + (" " + line["reference"] if line["reference"] else "")
    return (line["seq"], line["date"], said, ACCOUNTS[line["account"]],
            cli.money(line["amount"]), line["currency"], line["customer"])


class Postings(unittest.TestCase):
    maxDiff = 4000

    def books(self):
        for seed in SIMULATED_SEEDS:
            yield simulated_book(seed), simulated_dates(simulated_book(seed))
        yield cli.sample_book(), SAMPLE_DATES
        yield hostile_book(), HOSTILE_DATES
        if data_book():
            yield data_book(), DATA_DATES
        else:
            print("skipped: the data folder is not there", file=sys.stderr)

    def needs(self, program):
        if not shutil.which(program):
            print(f"skipped: {program} is not installed", file=sys.stderr)
            self.skipTest(f"{program} is not installed")

    def same_balances(self, form, read_balances, until):
        for book, dates in self.books():
            for date in dates:
                expected = balances(book, date)
                self.assertTrue(expected)
                self.assertEqual(read_balances(journal(book, form), until, day_after(date)), expected)

    def test_the_books_have_every_account_and_currencies_of_each_kind(self):
        lines = postings(cli.sample_book()) + postings(hostile_book())
        self.assertEqual({line["account"] for line in lines}, set(ACCOUNTS))
        self.assertEqual({line["event"] for line in lines},
                         {"invoice", "credit note", "payment", "payer identified", "application", "unapplication",
                          "payment returned", "write-off", "fee", "interest", "compensation", "waiver", "recovery",
                          "refund"})
        self.assertEqual({line["currency"] for line in lines}, {"USD", "JPY", "KWD", "CLF"})
        for column in ("customer", "reference"):
            self.assertLessEqual({key.strip(" ") for key in HOSTILE}, {line[column].strip(" ") for line in lines})

    def test_hledger_balances(self):
        self.needs("hledger")
        self.same_balances("ledger", hledger_balances, "--end")

    def test_ledger_balances(self):
        self.needs("ledger")
        self.same_balances("ledger", ledger_balances, "--end")

    def test_beancount_balances(self):
        self.needs("bean-check")
        for book, dates in self.books():
            path = journal(book, "beancount")
            read("bean-check", "--no-cache", path)
            seen, assertions = set(), []
            for date in dates:
                found = balances(book, date)
                seen.update(found)
                assertions += [(key, date, found.get(key, cli.money("0"))) for key in sorted(seen)]
            code, _, err = beancount_check(path, assertions)
            self.assertEqual(code, 0, err)
            (account, currency), date, amount = assertions[-1]
            least = cli.money("0.0001" if currency == "CLF" else "0.001" if currency == "KWD" else
                              "1" if currency == "JPY" else "0.01")
            self.assertNotEqual(beancount_check(path, [((account, currency), date, amount + least)])[0], 0)

    def test_a_customer_by_its_tag(self):
        book, path = cli.sample_book(), journal(cli.sample_book(), "ledger")
        aging = cli.sums(cli.rows(book, "aging", "--as-of", "2024-06-30"), *cli.BUCKETS, by=("customer", "currency"))
        customer = sorted(aging)[0][0]
        expected = {("assets:receivables", c): amount for (key, c), amount in aging.items() if key == customer}
        for program, found in (
                ("hledger", lambda: hledger_balances(path, f"tag:customer=^{customer}$", "assets:receivables")),
                ("ledger", lambda: ledger_balances(path, f"%customer=/^{customer}$/", "and", "assets:receivables"))):
            with self.subTest(program):
                self.needs(program)
                self.assertEqual(found(), expected)

    def test_the_tags_are_the_customers(self):
        # A tag's value ends earlier than its comment does, so this is not the same as reading the comment.
        customers = {line["customer"] for line in postings(hostile_book())} - {""}
        path = journal(hostile_book(), "ledger")
        for program, command in (("hledger", ["hledger", "-f", path, "tags", "--values", "^customer$"]),
                                 ("ledger", ["ledger", "--args-only", "-f", path, "tags", "--values"])):
            with self.subTest(program):
                self.needs(program)
                found = [re.sub("^customer: ", "", line) for line in read(*command).split("\n")[:-1]]
                self.assertEqual({urllib.parse.unquote(value) for value in found}, customers)

    def same_postings(self, form, read_postings, understood=lambda posting: posting):
        for book in (cli.sample_book(), hostile_book()):
            expected = collections.Counter(understood(posting_of(line)) for line in postings(book))
            found = collections.Counter(read_postings(journal(book, form)))
            self.assertEqual((list(found - expected), list(expected - found)), ([], []))

    def test_hledger_reads_every_posting_as_it_is(self):
        self.needs("hledger")
        self.same_postings("ledger", lambda path: decoded(hledger_postings(path)))

    def test_ledger_reads_every_posting_as_it_is(self):
        self.needs("ledger")
        self.same_postings("ledger", lambda path: decoded(ledger_postings(path)))

    def test_beancount_reads_every_posting_as_it_is(self):
        self.needs("bean-query")
        def understood(posting):
            seq, date, description, account, amount, currency, customer = posting
            return (seq, date, description.rstrip(" "), beancount_account(account), amount, currency,
                    customer.rstrip(" "))
        self.same_postings("beancount", beancount_postings, understood)

    def test_transactions_are_records(self):
        for book in (cli.sample_book(), hostile_book()):
            for options in ([], ["--as-of", "2024-02-10"], ["--from", "2024-02-10"]):
                records = [line["seq"] for line in cli.rows(book, "postings", *options)]
                records = list(dict.fromkeys(records))
                self.assertTrue(records)
                for form, pattern in (("ledger", r"^\d{4}-\d\d-\d\d \* \((\d+)\) "),
                                      ("beancount", r'^\d{4}-\d\d-\d\d \* ".*"\n  seq: (\d+)$')):
                    text = cli.call("--book", book, "postings", "--format", form, *options)
                    self.assertEqual(re.findall(pattern, text, re.M), records)

    def test_an_empty_book_is_an_empty_journal(self):
        book = cli.make_book()
        for form in ("ledger", "beancount"):
            self.assertEqual(cli.call("--book", book, "postings", "--format", form), "")

    def test_what_is_refused(self):
        for command, says in ((["postings", "--format", "ledger", "--customer", "C0001"], "--customer"),
                              (["postings", "--format", "beancount", "--customer", "C0001"], "--customer"),
                              (["postings", "--format", "xml"], "beancount"),
                              (["aging", "--as-of", "2024-06-30", "--format", "ledger"], "json")):
            code, out, err = cli.attempt("--book", cli.sample_book(), *command)
            self.assertEqual((code, out), (2, ""))
            self.assertIn(says, err)


if __name__ == "__main__":
    cli.ARCOLLECT, cli.MAKE_SAMPLE_BOOK, TEST_SIMULATION = (os.path.abspath(path) for path in sys.argv[1:4])
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=2)
