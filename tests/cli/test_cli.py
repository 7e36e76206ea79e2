#!/usr/bin/env python3
"""Tests the example host from outside, as a person or a script uses it.

usage: test_cli.py ARCOLLECT MAKE_SAMPLE_BOOK [unittest's arguments]

Books made by others are read from ARC_TEST_DATA, else ../shared/data beside the source tree; without that folder
their tests are skipped. ARC_TEST_LONG=1 adds the large one.
"""
import collections
import csv
import datetime
import email
import email.header
import email.policy
import functools
import gzip
import hashlib
import io
import json
import os
import pty
import random
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DATA = os.environ.get("ARC_TEST_DATA") or os.path.join(os.path.dirname(ROOT), "shared", "data")
ARCOLLECT, MAKE_SAMPLE_BOOK = "arcollect", "make_sample_book"  # replaced by the command line
WORK = ""

COMMANDS = ["init", "import", "run", "aging", "worklist", "metrics", "statement", "applications", "exchanges", "touches",
            "postings", "timeline", "predict", "forecast", "today", "customers", "chase", "backtest", "dso", "whatif", "report", "coverage", "why",
            "preview", "compare", "exceptions", "approve", "refuse", "delivery", "letterhead", "templates", "template",
            "verify", "snapshot", "erase", "help", "version"]
BUCKETS = ["not_due", "1-30", "31-60", "61-90", "over_90"]
SAMPLE_DATES = ["2023-01-01", "2023-03-15", "2023-09-30", "2023-12-31", "2024-02-29", "2024-06-30"]


def setUpModule():
    global WORK
    memory = "/dev/shm"  # a book syncs every commit: many times faster where no disk has to
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    WORK = tempfile.mkdtemp(prefix="arcollect-test-", dir=memory if roomy and "TMPDIR" not in os.environ else None)


def tearDownModule():
    shutil.rmtree(WORK)


# ---- calling the program ----

def attempt(*arguments, **options):
    process = subprocess.run([ARCOLLECT, *arguments], stdout=options.pop("stdout", subprocess.PIPE),
                             stderr=subprocess.PIPE, **options)
    return process.returncode, (process.stdout or b"").decode(), process.stderr.decode("utf-8", "replace")


def call(*arguments, **options):
    code, out, err = attempt(*arguments, **options)
    assert code == 0, f"{arguments}: exit code {code}: {err}"
    return out


def rows(book, *command):
    return list(csv.DictReader(io.StringIO(call("--book", book, *command, "--format", "csv"), newline="")))


def fresh(name=""):
    return tempfile.mkdtemp(prefix=name, dir=WORK)


def make_book(currency="USD", *options):
    book = os.path.join(fresh(), "my.book")
    call("--book", book, "init", "--currency", currency, *options)
    return book


def copy_of(book):
    copy = os.path.join(fresh(), "copy.book")
    shutil.copy(book, copy)
    return copy


def folder_of(files):
    folder = fresh()
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
    return folder


def imported(files, *options):
    book = make_book()
    call("--book", book, "import", folder_of(files), *options)
    return book


def run(book, first, last, *options):
    return call("--book", book, "run", "--from", first, "--to", last, *options)


def read_csv(*path):
    with open(os.path.join(*path), newline="") as f:
        return list(csv.DictReader(f))


def query(book, sql, *values):
    db = sqlite3.connect(book)
    try:
        found = db.execute(sql, values).fetchall()
        db.commit()
        return found
    finally:
        db.close()


def journal(book):
    return query(book, "SELECT first_seq, count, bytes FROM arcollect_journal ORDER BY first_seq")


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def messages(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as f:
            found[name] = f.read()
    return found


def money(text):
    return Decimal(text or 0)


def sums(lines, *columns, by=("currency",)):
    total = collections.defaultdict(Decimal)
    for line in lines:
        total[tuple(line[c] for c in by)] += sum(money(line[c]) for c in columns)
    return {key: value for key, value in total.items() if value != 0}


def documented_columns(command):
    """What the help says of a report's columns: in its list, up to what is no column."""
    text = call("help", command)
    name = "touch, match" if command == "why" else command
    lines = text[text.index("\n  " + name) + 1:].splitlines()
    words = lines[0][len("  " + name):].strip()
    for line in lines[1:]:
        if not words.endswith(","):
            break
        words += line.strip()
    return words.split()[0].split(",")


# ---- books that several tests read ----

@functools.lru_cache(None)
def sample_data(*options):
    folder = os.path.join(fresh(), "csv")
    subprocess.run([MAKE_SAMPLE_BOOK, folder, *options], check=True, stdout=subprocess.DEVNULL)
    return folder


@functools.lru_cache(None)
def sample_imported():
    book = make_book()
    call("--book", book, "import", sample_data())
    return book


@functools.lru_cache(None)
def sample_book():
    book = copy_of(sample_imported())
    run(book, "2023-01-01", "2024-06-30")
    return book


@functools.lru_cache(None)
def sample_text(*command):
    return call("--book", sample_book(), *command, "--format", "csv")


def sample(*command):
    return list(csv.DictReader(io.StringIO(sample_text(*command), newline="")))


def small_data():
    return sample_data("--customers", "15", "--from", "2023-01-01", "--to", "2023-06-30")


CUSTOMERS = "key,name\nC1,Acme\nC2,Brook\n"
INVOICES = ("key,number,customer,issued,due,amount\n"
            "I1,N-1,C1,2024-01-05,2024-02-04,100.00\n"
            "I2,N-2,C2,2024-01-08,2024-02-07,250.50\n")
PAYMENTS = "key,customer,received,amount\nP1,C1,2024-01-10,40.00\nP2,C2,2024-01-20,250.50\n"
APPLICATIONS = "payment,invoice,date,amount\nP1,I1,2024-01-10,40.00\nP2,I2,2024-01-20,250.50\n"
EVENTS = ("date,type,customer,invoice,payment,amount,text,key,until\n"
          "2024-01-11,credit,C1,,,5.00,goodwill,,\n"
          "2024-01-12,dispute,,I1,,20.00,price,,\n"
          "2024-01-13,dispute-resolved,,I1,,,settled,,\n"
          "2024-01-14,promise,,I1,,10.00,,,2024-01-20\n"
          "2024-01-15,note,C1,,,,called,,\n"
          "2024-01-15,hold,C1,,,,vip,,\n"
          "2024-01-16,hold-release,C1,,,,done,,\n"
          "2024-01-17,unapply,,I1,P1,,wrong invoice,,\n"
          "2024-01-18,reversal,,,P1,,bounced,,\n"
          "2024-01-19,writeoff,,I1,,3.00,small,,\n")
FOLDER = {"customers.csv": CUSTOMERS, "invoices.csv": INVOICES, "payments.csv": PAYMENTS,
          "applications.csv": APPLICATIONS, "events.csv": EVENTS}


# ---- the command line ----

class CommandLine(unittest.TestCase):
    def refuses(self, code, *arguments, says=""):
        got, out, err = attempt(*arguments)
        self.assertEqual(got, code, f"{arguments}: {err}")
        self.assertEqual(out, "")
        self.assertRegex(err.splitlines()[-1], "^arcollect: .")
        self.assertIn(says, err)

    def test_help_for_each_command(self):
        overview = call("help")
        self.assertEqual(overview, call("--help"))
        for command in COMMANDS:
            text = call("help", command)
            self.assertRegex(overview, rf"\b{command}\b")
            self.assertRegex(text, rf"\b{command}\b")
            self.assertEqual(text, call(command, "--help"))
            self.assertEqual(text, call(command, "-h"))
            self.assertLess(max(map(len, text.splitlines())), 80)
        self.refuses(2, "help", "nonsense", says="nonsense")

    def test_scores_refuse_what_they_cannot_do(self):
        for words, says in ((["backtest"], "--cut"), (["backtest", "--cut", "2024-01-01", "--moments", "later"], "--moments"),
                            (["dso"], "--from"), (["chase", "--cost", "x"], "--cost"), (["forecast", "--period", "year"], "--period")):
            self.refuses(2, "--book", sample_book(), *words, says=says)

    def test_version(self):
        self.assertRegex(call("version"), r"^arcollect \d+\.\d+\.\d+, library \d+\.\d+\.\d+, SQLite 3")
        self.assertEqual(call("version"), call("--version"))

    def test_wrong_usage_is_2(self):
        book = sample_book()
        for arguments, says in [
                ([], "say what to do"), (["nonsense"], "nonsense"), (["--nonsense"], "--nonsense"),
                (["--book"], "value"),
                (["aging"], "--book"), (["--book", book], "say what to do"),
                (["--book", book, "aging", "extra"], "extra"),
                (["--book", book, "aging", "--by", "colour"], "segment"),
                (["--book", book, "aging", "--format", "xml"], "json"),
                (["--book", book, "aging", "--as-of", "2024-02-30"], "2024-02-30"),
                (["--book", book, "aging", "--as-of", "30.06.2024"], "YYYY-MM-DD"),
                (["--book", book, "aging", "--limit", "3"], "--limit"),
                (["--book", book, "worklist", "--limit", "0"], "--limit"),
                (["--book", book, "worklist", "--limit", "x"], "--limit"),
                (["--book", book, "metrics", "--days", "9999"], "3660"),
                (["--book", book, "--book", book, "aging"], "twice"), (["--book", book, "statement"], "--customer"),
                (["--book", book, "why"], "why touch"), (["--book", book, "why", "touch"], "why touch"),
                (["--book", book, "why", "price", "C0001"], "why touch"),
                (["--book", book, "why", "touch", "C0001", "C0002"], "C0002"), (["--book", book, "run"], "--to"),
                (["--book", book, "run", "--to", "2024-07-01", "--match", "--no-match"], "exclude"),
                (["--book", book, "run", "--to", "2024-07-01", "--at", "24:00"], "HH:MM"),
                (["--book", book, "run", "--to", "2024-07-01", "--at", "8:00"], "HH:MM"),
                (["--book", book, "aging", "--at", "08:00"], "--at"),
                (["--book", book, "run", "--from", "2024-08-02", "--to", "2024-08-01"], "--from"),
                (["--book", make_book(), "run", "--to", "2024-08-01"], "--from"),
                (["--book", make_book(), "aging"], "--as-of"),
                (["--book", book, "import"], "what to import"), (["--book", book, "import", "a", "b"], "b"),
                (["--book", book, "import", WORK, "--map", "x"], "theirs=ours"),
                (["--book", book, "import", WORK, "--map", "x=nonsense"], "nonsense"),
                (["--book", book, "import", WORK, "--date-format", "%d.%m.%y"], "%Y"),
                (["--book", book, "import", WORK, "--date-format", "%d.%m"], "%Y"),
                (["--book", os.path.join(WORK, "never"), "init"], "--currency"),
                (["--book", book, "verify", "--format", "csv"], "--format"),
                (["--book", book, "aging", "--spreadsheet-safe=1"], "no value")]:
            with self.subTest(arguments=arguments[2:]):
                self.refuses(2, *arguments, says=says)
        self.assertFalse(os.path.exists(os.path.join(WORK, "never")))

    def test_what_is_refused_is_1(self):
        book, absent = sample_book(), os.path.join(WORK, "absent.book")
        with sqlite3.connect(os.path.join(WORK, "other.db")) as db:
            db.execute("CREATE TABLE IF NOT EXISTS t(a)")
        db.close()
        for arguments, says in [
                (["--book", absent, "aging"], "init"),
                (["--book", os.path.join(WORK, "other.db"), "aging"], "not a book"),
                (["--book", book, "init", "--currency", "USD"], "already"),
                (["--book", absent, "init", "--currency", "usd"], "usd"),
                (["--book", absent, "init", "--currency", "XQQ"], "XQQ"),
                (["--book", absent, "init", "--currency", "USD", "--policy", absent], "No such file"),
                (["--book", book, "import", absent], "No such file"),
                (["--book", book, "import", fresh()], "customers"),
                (["--book", book, "statement", "--customer", "C9999"], "C9999"),
                (["--book", book, "timeline", "--customer", "C9999"], "C9999"),
                (["--book", book, "touches", "--invoice", "I9999"], "I9999"),
                (["--book", book, "why", "touch", "nobody"], "nobody"),
                (["--book", book, "why", "match", "nobody"], "no payment"),
                (["--book", book, "why", "priority", "nobody"], "no customer")]:
            with self.subTest(arguments=arguments[2:]):
                self.refuses(1, *arguments, says=says)
        self.assertFalse(os.path.exists(absent))

    def test_faults_are_3(self):
        self.refuses(3, "--book", os.path.join(sample_data(), "customers.csv"), "aging", says="not a database")
        self.refuses(3, "--book", os.path.join(WORK, "no", "such", "folder"), "init", "--currency", "USD")
        for arguments in (["help"], ["--book", sample_book(), "timeline"], ["--book", sample_book(), "verify"]):
            with open("/dev/full", "wb") as full:
                code, _, err = attempt(*arguments, stdout=full)
            self.assertEqual(code, 3)
            self.assertIn("cannot be written", err)

    def test_options_in_any_order_and_form(self):
        book = sample_book()
        plain = call("--book", book, "aging", "--as-of", "2024-01-31", "--by", "currency")
        self.assertEqual(plain, call("aging", "--by=currency", "--as-of=2024-01-31", f"--book={book}"))
        self.assertEqual(plain, call("--as-of", "2024-01-31", "--by", "currency", "--book", book, "--", "aging"))

    def test_init_with_a_policy(self):
        folder = folder_of({"good": 'cadence "short"\nstep +3d email firm only\n', "bad": 'cadence "x"\nnonsense\n',
                            "binary": b"cadence\0", "long": "#" * 70000})
        book = os.path.join(folder, "b")
        init = ["--book", book, "init", "--currency", "EUR", "--policy"]
        for name, says in (("bad", "bad:2:1: expected"), ("binary", "text"), ("long", "65535")):
            self.refuses(1, *init, os.path.join(folder, name), says=says)
            self.assertFalse(os.path.exists(book))
        self.assertIn("with its own policy", call(*init, os.path.join(folder, "good")))
        files = {"customers.csv": "key,policy\nC1,\nC2,none\n", "invoices.csv": INVOICES}
        call("--book", book, "import", folder_of(files))
        run(book, "2024-01-01", "2024-06-30")
        touches = [(line["customer"], line["date"], line["step"], line["currency"]) for line in rows(book, "touches")]
        self.assertEqual(touches, [("C1", "2024-02-07", "only", "EUR")])

    def readme_block(self, command):
        """The commands of the one block that begins with this one."""
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
            blocks = re.findall(r"```sh\n(.*?)```", f.read(), re.S)
        blocks = [block for block in blocks if block.startswith("arcollect --book my.book " + command)]
        self.assertEqual(len(blocks), 1)
        return [shlex.split(line, comments=True)[1:] for line in blocks[0].strip().splitlines()]

    def test_the_readmes_commands(self):
        """Those under "With your own data", word by word, on a file with such headers."""
        folder = folder_of({"invoices.csv": "Inv No,Client,Issued,Due,Amount\n"
                                            "7,Client 17,1/2/2025,1/31/2025,19.90\n"
                                            "8,Client 3,01/15/2025,2/14/2025,5\n"})
        for words in self.readme_block("init"):
            self.assertNotEqual(call(*words, cwd=folder), "")
        self.assertTrue(os.listdir(os.path.join(folder, "letters")))

    def test_the_readmes_commands_for_cash(self):
        """Those about cash and what is to come, of a payment that fits two invoices."""
        book = imported(Matching.FILES)
        run(book, "2024-02-10", "2024-02-10")
        for words in self.readme_block("match"):
            words = [{"my.book": book, "P-1004": "P1"}.get(word, word) for word in words]
            self.assertNotEqual(call(*words), "")


# ---- formats ----

REPORTS = [
    ("aging",), ("aging", "--by", "owner"), ("aging", "--by", "segment"), ("aging", "--by", "currency"), ("worklist",),
    ("metrics",), ("metrics", "--by", "owner"), ("metrics", "--by", "segment"), ("metrics", "--by", "customer"),
    ("statement", "--customer", "C0015"), ("applications",), ("exchanges",), ("touches",), ("postings",), ("timeline",),
    ("why", "touch", "C0015"), ("why", "match", "P00001"), ("why", "priority", "C0015"),
    ("predict",), ("forecast",), ("today",), ("customers",), ("chase",), ("dso", "--from", "2024-03-31"),
    ("backtest", "--cut", "2024-06-10", "--moments", "due")]
# Those that train a payment model take a second each: one of them will do where it is not about what they say.
QUICK_REPORTS = [report for report in REPORTS if report[0] not in ("forecast", "today", "chase", "backtest")]


class Formats(unittest.TestCase):
    def expected_columns(self, command):
        if command[:2] == ("why", "priority"):
            return "customer,currency,rule,input,risk_ppm,contribution".split(",")
        if command[:2] == ("why", "payment"):
            return "invoice,instalment,factor,value,contribution,total,words".split(",")
        columns = documented_columns(command[0])
        if command[0] == "aging" and len(command) > 1:
            columns = columns[1:] if command[2] == "currency" else [command[2]] + columns[1:]
        return columns

    def test_csv_has_the_documented_columns(self):
        for command in REPORTS:
            with self.subTest(command=command):
                text = sample_text(*command)
                lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
                self.assertEqual(lines[0], self.expected_columns(command))
                self.assertGreater(len(lines), 1)
                self.assertEqual({len(line) for line in lines}, {len(lines[0])})
                self.assertTrue(text.endswith("\n"))

    def test_csv_is_what_comes_without_a_format(self):
        self.assertEqual(call("--book", sample_book(), "aging"), sample_text("aging"))

    def test_json_says_the_same_as_csv(self):
        for command in REPORTS:
            with self.subTest(command=command):
                text = call("--book", sample_book(), *command, "--format", "json")
                parsed = json.loads(text, parse_float=str, parse_int=str)
                self.assertEqual([{k: "" if v is None else v for k, v in line.items()} for line in parsed],
                                 sample(*command))

    def test_json_types(self):
        line = json.loads(call("--book", sample_book(), "worklist", "--limit", "1", "--format", "json"))[0]
        self.assertIsInstance(line["rank"], int)
        self.assertRegex(line["balance"], r"^-?\d+(\.\d+)?$")  # money is text: no reader rounds it
        line = json.loads(call("--book", sample_book(), "applications", "--format", "json"))[0]
        self.assertIsInstance(line["confidence"], float)
        undefined = json.loads(call("--book", sample_book(), "metrics", "--as-of", "2020-01-01", "--format", "json"))
        self.assertIn(None, [line["value"] for line in undefined])

    def test_table_shows_the_same_cells(self):
        for command in QUICK_REPORTS:
            with self.subTest(command=command):
                lines = call("--book", sample_book(), *command, "--format", "table").splitlines()
                cells = sample(*command)
                self.assertEqual(lines[0].split(), self.expected_columns(command))
                self.assertEqual(len(lines), len(cells) + 1)
                for shown, line in zip(lines[1:], cells):
                    at = 0
                    for cell in line.values():
                        wanted = re.sub(r"[\x00-\x1f\x7f]", " ", cell).strip()
                        wanted = wanted if len(wanted) <= 60 else wanted[:57]
                        at = shown.index(wanted, at) + len(wanted)

    def test_empty_reports(self):
        book = make_book()
        self.assertEqual(call("--book", book, "aging", "--as-of", "2024-01-01").count("\n"), 1)
        self.assertEqual(json.loads(call("--book", book, "aging", "--as-of", "2024-01-01", "--format", "json")), [])
        self.assertIn("(nothing)", call("--book", book, "aging", "--as-of", "2024-01-01", "--format", "table"))

    def test_default_is_a_table_on_a_terminal_only(self):
        command = [ARCOLLECT, "--book", sample_book(), "aging", "--by", "currency"]
        self.assertIn(",not_due,", subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        try:
            ours, theirs = pty.openpty()
        except OSError as error:
            self.skipTest(f"no terminal to be had here: {error}")
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            subprocess.run(command, stdout=theirs, check=True)
            os.close(theirs)
            shown = terminal.read(4096).decode()
        self.assertRegex(shown, r"^currency +not_due +1-30 ")

    def test_odd_texts_come_out_as_they_went_in(self):
        texts = ['say "yes", then, no', "=1+1", "@cmd", "Zürich 東京 €", "back\\slash /", "two\nlines"]
        quoted = "".join('2024-01-1{},note,C1,"{}"\n'.format(i, t.replace('"', '""')) for i, t in enumerate(texts))
        book = imported({"customers.csv": CUSTOMERS, "events.csv": "date,type,customer,text\n" + quoted})
        safe = [("'" if text[0] in "=@" else "") + text for text in texts]
        notes = ("timeline", "--from", "2024-01-01")
        self.assertEqual([line["text"] for line in rows(book, *notes)], texts)
        self.assertEqual([line["text"] for line in rows(book, *notes, "--spreadsheet-safe")], safe)
        lines = json.loads(call("--book", book, *notes, "--format", "json"))
        self.assertEqual([line["text"] for line in lines], texts)
        self.assertEqual(len(call("--book", book, *notes, "--format", "table").splitlines()), 7)


# ---- import ----

class Importing(unittest.TestCase):
    def bad(self, files, *expected, options=(), book=None):
        """Imports and is refused: `expected` is each bad line's message, and the book stays as it was."""
        book, folder = book or make_book(), folder_of(files)
        before = digest(book)
        code, out, err = attempt("--book", book, "import", folder, *options)
        self.assertEqual((code, out), (1, ""), err)
        told = re.findall("^" + re.escape(folder) + r"/([a-z.]+:\d+: .*)", err, re.M)
        self.assertEqual(len(told), len(expected), err)
        for line, (where, reason) in zip(told, expected):
            self.assertTrue(line.startswith(where + ": "), line)
            self.assertIn(reason, line[len(where) + 2:])
        self.assertIn("nothing was imported", err)
        self.assertEqual(digest(book), before)

    def good(self, files, *options):
        book, folder = make_book(), folder_of(files)
        return book, call("--book", book, "import", folder, *options)


class Import(Importing):
    def test_remittance_advice_is_checked(self):
        head = "key,received,customer,invoice,paid,deduction\n"
        for lines, where, said in [
                ("R1,2024-02-08,C9,N-1,90.00,\n", 2, "C9"), ("R1,2024-02-08,C1,N-1,much,\n", 2, "column paid"),
                ("R1,2024-02-08,C1,N-1,90.00,-1\n", 2, "column deduction"), ("R1,,C1,N-1,90.00,\n", 2, "column received"),
                ("R1,2024-02-08,C1,N-1,1.00,\nR2,2024-02-08,C1,I1,2.00,\nR1,2024-02-08,C1,I1,3.00,\n", 4, "key")]:
            with self.subTest(lines=lines):
                self.bad({"customers.csv": CUSTOMERS, "invoices.csv": INVOICES, "remittances.csv": head + lines},
                         (f"remittances.csv:{where}", said))

    def test_own_layout(self):
        book, out = self.good(FOLDER)
        self.assertEqual(out, "imported: 2 customers, 2 invoices, 2 payments, 2 applications, 10 events; "
                              "there already: 0; skipped lines: 0\n")
        # I1: 100.00 less a write-off of 3.00; P1 came, was applied, unapplied and returned; a credit note of 5.00.
        self.assertEqual(call("--book", book, "aging", "--as-of", "2024-03-01").splitlines()[1:],
                         ["C1,USD,0.00,97.00,0.00,0.00,0.00,5.00,92.00"])
        self.assertEqual(call("--book", book, "aging", "--as-of", "2024-01-10").splitlines()[1:],
                         ["C1,USD,60.00,0.00,0.00,0.00,0.00,0.00,60.00",
                          "C2,USD,250.50,0.00,0.00,0.00,0.00,0.00,250.50"])

    def test_every_event_is_in_the_timeline(self):
        book = imported(FOLDER)
        run(book, "2024-01-01", "2024-01-31")
        events = [line["event"] for line in rows(book, "timeline", "--from", "2024-01-01", "--customer", "C1")]
        self.assertEqual(events, ["invoice", "payment", "application", "credit note", "dispute", "dispute resolved",
                                  "promise", "hold", "note", "hold released", "unapplication", "payment returned",
                                  "write-off"])

    def test_same_again_changes_nothing(self):
        book, folder = make_book(), folder_of(FOLDER)
        call("--book", book, "import", folder)
        once = query(book, "SELECT * FROM arcollect_rows")
        self.assertIn("nothing new: 18 rows are in the book already", call("--book", book, "import", folder))
        self.assertEqual(query(book, "SELECT * FROM arcollect_rows"), once)
        run(book, "2024-01-01", "2024-03-01")
        ran = journal(book)
        self.assertIn("nothing new", call("--book", book, "import", folder))
        call("--book", book, "run", "--to", "2024-03-01")
        self.assertEqual(journal(book), ran)
        both = dict(FOLDER, **{"invoices.csv": INVOICES + "I3,N-3,C1,2024-03-05,2024-04-04,7.00\n"})
        self.assertIn("imported: 0 customers, 1 invoices, 0 payments, 0 applications, 0 events; there already: 18;",
                      call("--book", book, "import", folder_of(both)))

    def test_books_layout_plain_and_compressed(self):
        files = {"customers.csv": "cust_id,name,currency,terms_days,disc_bp,disc_days,credit_limit\n"
                                  "7,Acme,USD,30,200,10,910000\n",
                 "invoices.csv": "inv_id,number,cust_id,issue,due,amount,disc_bp,disc_days,po\n"
                                 "0,N-1,7,2024-01-01,2024-01-31,13461,200,10,0862\n",
                 "payments.csv": "pay_id,cust_id,date,amount,payer,remit\n4,,2024-02-10,10000,ACME,PREPAYMENT\n",
                 "applications.csv": "pay_id,inv_id,date,cash,discount,deduction\n4,0,2024-02-10,10000,61,3400\n",
                 "events.csv": "date,type,cust_id,inv_id,pay_id,amount,text\n2024-02-11,credit,7,0,,50,goodwill\n"}
        packed = {name + ".gz": gzip.compress(text.encode()) for name, text in files.items()}
        said = []
        for form in (files, packed):
            book, _ = self.good(form)
            run(book, "2024-01-01", "2024-03-01")
            said.append((call("--book", book, "aging"), journal(book)))
        self.assertEqual(said[0][0].splitlines()[1:], ["7,USD,0.00,34.00,0.00,0.00,0.00,0.50,33.50"])
        self.assertEqual(said[0], said[1])

    def test_ibm_layout(self):
        book, _ = self.good({"invoices.csv":
                             "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,"
                             "Disputed,SettledDate,PaperlessBill,DaysToSettle,DaysLate\n"
                             "1,AB-X,4/6/2013,611365,1/2/2013,2/1/2013,55.94,No,1/15/2013,Paper,13,0\n"
                             "1,AB-X,4/6/2013,611366,1/26/2013,2/25/2013,61.74,Yes,3/3/2013,Paper,36,6\n"})
        for day, left in [("2013-01-14", "55.94"), ("2013-01-15", "0.00"), ("2013-02-28", "61.74"),
                          ("2013-03-03", "0.00")]:
            lines = rows(book, "aging", "--by", "currency", "--as-of", day)
            self.assertEqual(lines[0]["balance"] if lines else "0.00", left)
        self.assertEqual(rows(book, "statement", "--customer", "AB-X", "--as-of", "2013-04-01")[-1]["balance"], "0.00")

    def test_map_date_format_minor(self):
        files = {"takings.csv": "Inv No;x,Client,Issued On,Total,Cost Centre\nA-1,Foo Ltd,31.12.2023,5000,9\n"}
        book, folder = make_book(), folder_of(files)
        path = os.path.join(folder, "takings.csv")
        call("--book", book, "import", path, "--map", "inv no;x=key", "--map", "Client=customer", "--map",
             "issued_on=issued", "--map", "Total=amount", "--date-format", "%d.%m.%Y", "--minor")
        self.assertEqual(rows(book, "aging", "--as-of", "2023-12-31")[0]["balance"], "50.00")
        for header in ("Inv No;x,Client,Issued On,Total", "id,customer,date,amount"):  # these could be anything
            path = os.path.join(folder_of({"takings.csv": header + "\n"}), "takings.csv")
            code, _, err = attempt("--book", make_book(), "import", path, "--map", "Client=customer")
            self.assertEqual(code, 1)
            self.assertIn("takings.csv:1: the columns do not say what the file holds", err)

    def test_a_map_that_no_file_needs_is_refused(self):
        book, folder = make_book(), folder_of({"invoices.csv": INVOICES})
        code, _, err = attempt("--book", book, "import", folder, "--map", "Order=po")
        self.assertEqual(code, 1)
        self.assertIn("--map Order=po: no file has such a column", err)
        self.assertEqual(query(book, "SELECT count(*) FROM arcollect_rows"), [(0,)])

    def test_bad_rows(self):
        head, line = "key,customer,issued,due,amount\n", "I1,C1,2024-01-05,2024-02-04,100.00\n"
        def invoices(rows):
            return {"customers.csv": CUSTOMERS, "invoices.csv": head.encode() + line.encode() +
                    (rows if isinstance(rows, bytes) else rows.encode())}
        for title, rows_, where, reason in [
                ("unknown customer", "I2,C9,2024-01-05,,1\n", "column customer", '"C9"'),
                ("letters as amount", "I2,C1,2024-01-05,,abc\n", "column amount", "'abc'"),
                ("too many decimals", "I2,C1,2024-01-05,,1.001\n", "column amount", "USD"),
                ("thousands separator", 'I2,C1,2024-01-05,,"1,000.00"\n', "column amount", "1,000.00"),
                ("amount with a sign", "I2,C1,2024-01-05,,-5\n", "column amount", "more than 0"),
                ("no amount", "I2,C1,2024-01-05,,\n", "column amount", "missing"),
                ("blank amount", "I2,C1,2024-01-05,,  \n", "column amount", "more than 0"),
                ("amount out of range", "I2,C1,2024-01-05,,99999999999999999999\n", "column amount", "64 bits"),
                ("no such day", "I2,C1,2024-02-30,,1\n", "column issued", "2024-02-30"),
                ("other form of date", "I2,C1,05.01.2024,,1\n", "column issued", "YYYY-MM-DD"),
                ("no date", "I2,C1,,,1\n", "column issued", "missing"),
                ("bad due date", "I2,C1,2024-01-05,soon,1\n", "column due", "soon"),
                ("same key, other content", "I1,C1,2024-01-05,2024-02-04,101.00\n", "column key", "'I1' (line 2)"),
                ("no key", ",C1,2024-01-05,,1\n", "column key", "missing"),
                ("text behind a quote", '"I2"x,C1,2024-01-05,,1\n', None, "closing quote"),
                ("quote inside", 'I"2,C1,2024-01-05,,1\n', None, "quote"),
                ("quote never closed", 'I2,C1,2024-01-05,,"1\n' + line, None, "never closed"),
                ("too few cells", "I2,C1,2024-01-05\n", None, "3 cells where the header has 5"),
                ("too many cells", "I2,C1,2024-01-05,,1,\n", None, "6 cells where the header has 5"),
                ("not UTF-8", b"I\xff,C1,2024-01-05,,1\n", "column key", "UTF-8"),
                ("Latin-1", b"I2,C\xe91,2024-01-05,,1\n", "column customer", ""),
                ("NUL", b"I2,C1,2024-01-05,,1\0\n", None, "NUL"),
                ("NUL in quotes", b'"I\x002",C1,2024-01-05,,1\n', None, "NUL"),
                ("control character", b"I\x012,C1,2024-01-05,,1\n", "column key", "control character")]:
            with self.subTest(title):
                self.bad(invoices(rows_), ("invoices.csv:3" + (": " + where if where else ""), reason))

    def test_bad_rows_of_other_files(self):
        def with_file(name, text):
            return dict(FOLDER, **{name: text})
        for name, text, where, reason in [
                ("customers.csv", CUSTOMERS + "C3,x\nC2,Other\n", "4", None),
                ("payments.csv", PAYMENTS + "P3,C9,2024-01-10,1\n", "4: column customer", '"C9"'),
                ("payments.csv", PAYMENTS + "P3,C1,2024-01-10,0\n", "4: column amount", "more than 0"),
                ("payments.csv", PAYMENTS + "P1,C1,2024-01-10,41.00\n", "4: column key", "'P1' (line 2)"),
                ("applications.csv", APPLICATIONS + "P9,I1,2024-01-10,1\n", "4: column payment", '"P9"'),
                ("applications.csv", APPLICATIONS + "P1,I9,2024-01-10,1\n", "4: column invoice", '"I9"'),
                ("applications.csv", APPLICATIONS + "P1,I2,2024-01-10,1\n", "4", "credit has 0 left"),
                ("applications.csv", APPLICATIONS + "P1,I1,2024-01-10,40.00\n", "4: column payment", "line 2"),
                ("applications.csv", APPLICATIONS + "P2,I2,2024-01-19,1\n", "4: column payment", '"P2"'),
                ("events.csv", EVENTS + "2024-01-20,foo,C1,,,,,,\n", "12: column type", "'foo' is no event"),
                ("events.csv", EVENTS + "2024-01-20,credit,C9,,,1,,,\n", "12: column customer", '"C9"'),
                ("events.csv", EVENTS + "2024-01-20,dispute,,I9,,1,,,\n", "12: column invoice", '"I9"'),
                ("events.csv", EVENTS + "2024-01-20,dispute-resolved,,I1,,,,,\n", "12: column invoice", "no open"),
                ("events.csv", EVENTS + "2024-01-20,promise,,I1,,1,someday,,\n", "12: column until", "until"),
                ("events.csv", EVENTS + "2024-01-20,reversal,,,P9,,,,\n", "12: column payment", '"P9"'),
                ("events.csv", EVENTS + "2024-01-20,writeoff,,I1,,500,,,\n", "12: column amount", "more than"),
                ("events.csv", EVENTS + "2024-01-20,note,,,,,hello,,\n", "12: column customer", ""),
                ("events.csv", EVENTS + "2024-01-20,hold-release,C2,,,,,,\n", "12: column customer", "no hold"),
                ("events.csv", EVENTS + "2024-01-20,unapply,,I2,P1,,,,\n", "12", "")]:
            with self.subTest(name=name, row=text.splitlines()[-1]):
                if reason is not None:
                    self.bad(with_file(name, text), (name + ":" + where, reason))
                else:
                    self.bad(with_file(name, text), (name + ":5: column key", "'C2' (line 3)"))

    def test_bad_customers(self):
        columns = "key,name,parent,currency,terms_days,flags,policy,email,utc_offset"
        for row, where, reason in [
                ("C1,A,C9,,,,,,", "parent", '"C9"'), ("C1,A,C1,,,,,,", "parent", '"C1"'),
                ("C1,A,,usd,,,,,", "currency", "usd"),
                ("C1,A,,,x,,,,", "terms_days", "'x'"), ("C1,A,,,-1,,,,", "terms_days", "-1"),
                ("C1,A,,,,vip,,,", "flags", "strategic"),
                ("C1,A,,,,,None,,", "policy", "none"), ("C1,A,,,,,,a@b.c,25:00", "utc_offset", "25:00"),
                ('C1,"A\nBcc: x@y.z",,,,,,,', "name", "control character"),
                ('C1,A,,,,,,"a@b.c\r\nBcc: x@y.z",', "email", "control")]:
            with self.subTest(row):
                self.bad({"customers.csv": columns + "\n" + row + "\n"}, ("customers.csv:2: column " + where, reason))
        book, _ = self.good({"customers.csv": columns + "\nC2,B,C1,,,,,,\nC1,A,,EUR,14,legal strategic,none,,+05:30\n"})
        self.assertEqual(len(query(book, "SELECT * FROM arcollect_rows")), 2)  # a parent may come later in the file

    def test_customers_change(self):
        book = imported({"customers.csv": "key,name,segment,terms_days,email\nC1,A,retail,30,a@x.example\nC2,B,,14,\n",
                         "invoices.csv": "key,customer,issued,amount\nI1,C1,2024-01-02,10.00\n"})
        run(book, "2024-01-01", "2024-01-03")
        # What the file has no column for stays: the segment, and the contact's address.
        folder = folder_of({"customers.csv": "key,name,terms_days,role,opt_outs\nC1,A & Sons,45,owner,sms call\nC2,B,14,,\n"})
        out, err = attempt("--book", book, "import", folder)[1:]
        self.assertIn("1 customers are changed", err)
        self.assertIn("nothing new", call("--book", book, "import", folder))
        self.assertEqual(query(book, "SELECT count(*) FROM arcollect_rows WHERE kind IN (10, 11)"), [(3,)])
        run(book, "2024-01-04", "2024-01-04")
        events = [line["event"] for line in rows(book, "timeline", "--customer", "C1")]
        self.assertEqual(events.count("customer changed"), 1)
        self.assertEqual(events.count("contact changed"), 1)
        self.assertEqual([line["segment"] for line in rows(book, "aging", "--by", "segment")], ["retail"])
        call("--book", book, "verify")
        call("--book", book, "import", folder_of({"customers.csv": "key,tag2\nC1,north\n"}))
        self.assertEqual([line["tag"] for line in rows(book, "aging", "--by", "tag2")], ["north"])
        self.assertEqual({line["group"] for line in rows(book, "metrics", "--by", "tag2")}, {"north"})
        self.bad({"customers.csv": "key,name,opt_outs\nC1,A,fax\n"}, ("customers.csv:2: column opt_outs", "'fax'"), book=book)
        self.bad({"customers.csv": "key,name,checks\nC1,A,all\n"}, ("customers.csv:2: column checks", "'all'"), book=book)
        self.bad({"customers.csv": "key,name,role\nC1,A,boss\n"}, ("customers.csv:2: column role", "'boss'"), book=book)
        self.bad({"customers.csv": "key,name,parent\nC1,A,C9\n"}, ("customers.csv:2: column parent", '"C9"'), book=book)

    def test_what_is_wrong_with_invoices(self):
        book = imported({
            "customers.csv": "key,name,checks,hold_amount,hold_days\nC1,A,po_number lines,5.00,10\n",
            "invoices.csv": "key,customer,issued,due,amount,lines_total,fulfilled\n"
                            "I1,C1,2024-01-02,2024-01-02,10.00,10.00,2023-12-30\nI2,C1,2024-01-02,2024-03-02,20.00,,\n",
            "events.csv": "date,type,customer,invoice,kind,text,po,owner,until,amount\n"
                          "2024-01-03,delivery,,I1,email,ap@x.example,,,,\n"
                          "2024-01-04,correction,,I1,po_number,missed,4500,,,\n"
                          "2024-01-05,dispute,,I2,price,too much,,Ida,2024-01-08,4.00\n"
                          "2024-01-09,dispute-resolved,,I2,our-error,valid,,,,\n"
                          "2024-01-05,hold,*,,letter,strike,,,2024-01-06,\n"})
        run(book, "2024-01-01", "2024-01-20")
        found = [(line["invoice"], line["fault"]) for line in rows(book, "findings", "--as-of", "2024-01-03")]
        self.assertEqual(found, [("I1", "po-number"), ("I2", "po-number"), ("I2", "lines")])
        self.assertEqual([line["invoice"] for line in rows(book, "findings")], ["I2", "I2"])
        first = rows(book, "invoices")[0]
        self.assertEqual((first["po_number"], first["billing_gap"], first["delivered"], first["channel"]),
                         ("4500", "3", "2024-01-03", "email"))
        self.assertEqual([line["status"] for day in ("2024-01-08", "2024-01-09")
                          for line in rows(book, "disputes", "--as-of", day)], ["open", "resolved"])
        self.assertEqual([(line["scope"], line["status"]) for line in rows(book, "holds")], [("channel", "expired")])
        self.assertEqual([line["advice"] for day in ("2024-01-06", "2024-01-07")
                          for line in rows(book, "credit", "--as-of", day)], ["none", "hold"])
        figures = {line["metric"]: line["value"] for line in rows(book, "metrics", "--days", "30")}
        self.assertEqual((figures["invoice_accuracy"], figures["billing_gap"]), ("0.00", "3.00"))
        self.bad({"events.csv": "date,type,invoice,kind\n2024-02-01,delivery,I1,fax\n"},
                 ("events.csv:2: column kind", "'fax'"), book=book)
        self.bad({"events.csv": "date,type,invoice,kind\n2024-02-01,correction,I1,colour\n"},
                 ("events.csv:2: column kind", "'colour'"), book=book)

    def test_the_column_is_called_as_in_the_file(self):
        header = "Inv ID,Client,Invoice Date,InvoiceAmount\n"
        for line, column, reason in [("I1,C1,2024-01-05,x\n", "InvoiceAmount", "'x'"),
                                     ("I1,C9,2024-01-05,1\n", "Client", '"C9"')]:
            self.bad({"customers.csv": CUSTOMERS, "invoices.csv": header + line},
                     ("invoices.csv:2: column " + column, reason), options=("--map", "Client=customer"))

    def test_bad_files(self):
        for files, says in [
                ({"customers.csv": ""}, "customers.csv: the file is empty"),
                ({"customers.csv": "name\nA\n"}, "customers.csv:1: a column 'key'"),
                ({"invoices.csv": "key,customer,due,amount\n"}, "invoices.csv:1: a column 'issued'"),
                ({"customers.csv": "key;name\nC1;A\n"}, "';'; commas are expected"),
                ({"customers.csv": "key,name,Name\nC1,A,B\n"}, "two columns are called 'name'"),
                ({"customers.csv": "key,name\nC1,A\n".encode("utf-16")}, "customers.csv:1: a NUL byte"),
                ({"customers.csv": CUSTOMERS, "customers.csv.gz": gzip.compress(b"key\n")}, "both"),
                ({"customers.csv.gz": gzip.compress(CUSTOMERS.encode() * 99)[:-9]}, "cut off")]:
            with self.subTest(says):
                book = make_book()
                code, out, err = attempt("--book", book, "import", folder_of(files))
                self.assertEqual((code, out), (1, ""))
                self.assertIn(says, err)
                self.assertEqual(query(book, "SELECT count(*) FROM arcollect_rows"), [(0,)])

    def test_forms_of_text_that_are_fine(self):
        expected = query(imported(FOLDER), "SELECT day, kind, fields FROM arcollect_rows")
        def same(change):
            files = {name: change(text) for name, text in FOLDER.items()}
            self.assertEqual(query(imported(files), "SELECT day, kind, fields FROM arcollect_rows"), expected)
        same(lambda text: b"\xef\xbb\xbf" + text.encode())
        same(lambda text: text.replace("\n", "\r\n"))
        same(lambda text: text.replace("\n", "\r"))
        same(lambda text: "\n" + text.replace("\n", "\n\n").rstrip("\n"))
        same(lambda text: "".join(",".join(f'"{c}"' for c in line.split(",")) + "\n" for line in text.splitlines()))
        same(lambda text: re.sub("^.*", lambda m: m.group().upper().replace("NUMBER", "In-voice Number"), text))
        same(lambda text: "".join(",".join(reversed(line.split(","))) + "\n" for line in text.splitlines()))
        same(lambda text: "".join(f'{line},"else,\nthat is not read"\n' for line in text.splitlines()))

    def test_newlines_in_quotes_keep_the_line_numbers(self):
        self.bad({"customers.csv": 'key,name,postal\nC1,Acme,"Street 1\nTown"\r\nC2,Brook,"a\r\nb\r\nc"\n'
                                   'C3,"un""der",\nC4,x\n'},
                 ("customers.csv:8", "2 cells"))
        book = imported({"customers.csv": 'key,name,postal\nC1,"A ""B"", C","Street 1\nTown"\n'})
        self.assertIn("Street 1\nTown", query(book, "SELECT fields FROM arcollect_rows ORDER BY kind")[1][0])

    def test_all_bad_lines_are_told_at_once(self):
        many = "".join(f"C{i},x,y\n" for i in range(60))
        code, _, err = attempt("--book", make_book(), "import", folder_of({"customers.csv": CUSTOMERS + many}))
        self.assertEqual(code, 1)
        self.assertEqual(len(re.findall(r"customers.csv:\d+: ", err)), 50)
        self.assertIn("... and more", err)
        self.assertIn("60 bad lines", err)

    def test_skip_bad(self):
        files = dict(FOLDER, **{"invoices.csv": INVOICES.replace("250.50", "abc"), "customers.csv": CUSTOMERS + "C3\n"})
        book, folder = make_book(), folder_of(files)
        code, out, err = attempt("--book", book, "import", folder, "--skip-bad")
        self.assertEqual(code, 0)
        skipped = [line for line in err.splitlines() if line.endswith("(skipped)")]
        self.assertEqual([re.search(r"/(\w+\.csv:\d+)", line).group(1) for line in skipped],
                         ["customers.csv:4", "invoices.csv:3", "applications.csv:3"])  # the last for its invoice
        self.assertEqual(out, "imported: 2 customers, 1 invoices, 2 payments, 1 applications, 10 events; "
                              "there already: 0; skipped lines: 3\n")
        run(book, "2024-01-01", "2024-03-01")
        self.assertEqual(rows(book, "aging", "--by", "currency")[0]["balance"], "-158.50")
        call("--book", book, "import", folder_of(FOLDER))  # corrected, and imported again
        call("--book", book, "run", "--to", "2024-03-02")
        self.assertEqual(rows(book, "aging", "--by", "currency")[0]["balance"], "92.00")

    def test_settled_before_issued(self):
        header = "key,customer,issued,amount,settled\n"
        self.bad({"invoices.csv": header + "A,Foo,2023-12-31,50.00,2023-12-01\n"},
                 ("invoices.csv:2: column settled", "before"))
        book, _ = self.good({"invoices.csv": header + 2 * "A,Foo,2023-12-31,50.00,2023-12-31\n"})
        self.assertEqual(rows(book, "aging", "--as-of", "2024-01-01"), [])

    def test_events_without_keys(self):
        def notes(*texts):
            lines = "".join(f"2024-01-15,note,C1,{text}\n" for text in texts)
            return {"customers.csv": CUSTOMERS, "events.csv": "date,type,customer,text\n" + lines}
        book = imported(notes("one", "one"))
        self.assertIn("nothing new", call("--book", book, "import", folder_of(notes("one", "one"))))
        self.assertIn("1 events", call("--book", book, "import", folder_of(notes("two"))))
        texts = [line["text"] for line in rows(book, "timeline", "--from", "2024-01-01")]
        self.assertEqual(texts, ["one", "one", "two"])

    def test_late_facts(self):
        """What is imported for days that were run is posted by the next run; the rest stays as it is."""
        book = imported(FOLDER)
        run(book, "2024-01-01", "2024-03-01")
        before = rows(book, "applications")
        late = {"payments.csv": "key,customer,received,amount\nP3,C1,2024-02-01,7.00\n"}
        call("--book", book, "import", folder_of(late))
        self.assertEqual(rows(book, "aging", "--as-of", "2024-03-01")[0]["unapplied"], "12.00")
        call("--book", book, "run", "--to", "2024-03-02")
        self.assertEqual(rows(book, "aging", "--as-of", "2024-03-01")[0]["unapplied"], "12.00")
        self.assertEqual(rows(book, "aging", "--as-of", "2024-01-31")[0]["unapplied"], "5.00")
        self.assertEqual(rows(book, "applications"), before)
        call("--book", book, "verify")

    def test_a_row_that_no_longer_fits(self):
        book = imported({"customers.csv": CUSTOMERS, "invoices.csv": INVOICES,
                         "events.csv": "date,type,invoice,amount,text\n2024-03-01,writeoff,I1,100.00,gone\n"})
        paid = folder_of({"payments.csv": PAYMENTS, "applications.csv": APPLICATIONS})
        _, _, err = attempt("--book", book, "import", paid)
        self.assertIn("1 rows imported before do not fit any more", err)
        _, aging, err = attempt("--book", book, "aging", "--as-of", "2024-03-01")
        self.assertIn("1 imported rows are refused", err)
        for options in (("--dry-run",), ()):
            code, out, err = attempt("--book", book, "run", "--from", "2024-01-01", "--to", "2024-03-01", *options)
            self.assertEqual(code, 0)
            self.assertIn("refused: write-off", err)
            self.assertRegex(out + err, r"rows refused +1, named above; they do not count")
        self.assertEqual(call("--book", book, "aging"), aging)
        self.assertEqual(rows(book, "aging")[0]["balance"], "60.00")
        call("--book", book, "import", folder_of({"events.csv": "date,type,customer,text\n2024-01-02,note,C1,late\n"}))
        for command in (["aging"], ["run", "--to", "2024-03-02"]):
            self.assertNotIn("refused", attempt("--book", book, *command)[2])  # it was told once
        call("--book", book, "verify")

    def test_currencies(self):
        book = imported({"customers.csv": "key,name,currency\nC1,A,\nC2,B,JPY\nC3,C,KWD\n",
                         "invoices.csv": "key,customer,issued,due,currency,amount\nI1,C1,2024-01-01,2024-02-01,,1.10\n"
                                         "I2,C2,2024-01-01,2024-02-01,,500\nI3,C3,2024-01-01,2024-02-01,,1.234\n"
                                         "I4,C1,2024-01-01,2024-02-01,EUR,2.20\n"})
        self.assertEqual(sums(rows(book, "aging", "--as-of", "2024-01-31"), "balance"),
                         {("USD",): Decimal("1.10"), ("JPY",): 500, ("KWD",): Decimal("1.234"),
                          ("EUR",): Decimal("2.20")})
        self.bad({"customers.csv": "key,currency\nC2,JPY\n",
                  "invoices.csv": "key,customer,issued,amount\nI2,C2,2024-01-01,500.5\n"},
                 ("invoices.csv:2: column amount", "JPY"))


# Terms, charges, and what undoes.
LATE_EVENTS = """date,type,customer,invoice,payment,amount,text,key,until,kind,due,from,approved_by
2024-03-10,charge,,I1,,12.50,fee,F1,,,2024-03-24,,
2024-03-10,charge,,I2,,300,second reminder,F2,2024-03-09,interest,,2024-02-08,
2024-03-11,charge,C1,,,40.00,,F3,,compensation,,,
2024-03-15,writeoff,,I2,,20000,gone,,,,,,Ida
2024-03-20,recovery,,I2,,5000,back,,,,,,Ida
2024-03-21,waiver,,F2,,100,goodwill,,,,,,Ida
2024-03-22,refund,,,P1,30.00,too much,,,,,,
2024-03-31,period-close,,,,,,,,,,,
"""
LATE = {"customers.csv": 'key,name,terms,currency\nC1,Acme,"3/10, 1/20, net 30",\nC2,Brook,,JPY\n',
        "invoices.csv": "key,customer,issued,due,amount,terms\nI1,C1,2024-01-05,,100.00,\n"
                        "I2,C2,2024-01-08,2024-02-07,25050,\n"
                        'I3,C1,2024-01-08,,100.00,"30% on issue, balance +60d"\n',
        "payments.csv": "key,customer,received,amount\nP1,C1,2024-01-10,140.00\nP2,C2,2024-03-20,25250\n",
        "applications.csv": "payment,invoice,date,amount\nP1,I1,2024-01-10,40.00\nP2,F2,2024-03-20,200\n"
                            "P2,I2,2024-03-20,10050\n",  # more than was open before the recovery of that day
        "events.csv": LATE_EVENTS}


# A book in USD: yen and dinars paid in dollars, dollars paid in euros, and a credit note that settles and goes back.
ABROAD = {"customers.csv": "key,name,currency\nC1,Acme,\nC2,Brook,JPY\nC3,Cerda,KWD\n",
          "invoices.csv": "key,customer,issued,due,amount\nI1,C1,2024-01-05,2024-02-04,100.00\n"
                          "I2,C2,2024-01-05,2024-02-04,15600\nI3,C3,2024-01-05,2024-02-04,30.800\n"
                          "I4,C2,2024-01-05,2024-02-04,1000\n",
          "payments.csv": "key,customer,received,currency,amount\nP1,C1,2024-01-10,EUR,95.00\nP2,C2,2024-01-10,USD,101.00\n"
                          "P3,C3,2024-01-10,USD,100.00\nP4,C2,2024-01-13,JPY,700\n",
          "applications.csv": "payment,credit_note,invoice,date,amount,settled,rate,invoice_value,credit_value,tolerance\n"
                              "P1,,I1,2024-01-10,92.00,99.99,,,100.50,0.01\nP2,,I2,2024-01-11,,15600,156,99.00,,\n"
                              "P3,,I3,2024-01-12,100.00,,308/1000,,,\n,N1,I4,2024-01-12,300,,,,,\n",
          "events.csv": "date,type,customer,invoice,payment,credit_note,amount,text,key\n"
                        "2024-01-11,credit,C2,,,,500,rebate,N1\n2024-01-20,refund,,,,N1,150,sent back,\n"
                        "2024-01-21,unapply,,I4,,N1,,not this one,\n2024-01-22,unapply,,I2,P2,,,wrong rate,\n"}


class Abroad(Importing):
    def test_another_currency(self):
        book = make_book()
        self.assertIn("3 customers, 4 invoices, 4 payments, 4 applications, 4 events", call("--book", book, "import",
                                                                                           folder_of(ABROAD)))
        self.assertIn("nothing new: 19 rows", call("--book", book, "import", folder_of(ABROAD)))
        self.assertRegex(run(book, "2024-01-01", "2024-01-21"), "rows refused +0")
        self.assertEqual(call("--book", book, "exchanges", "--format", "csv").splitlines()[1:], [
            "P1,I1,1,2024-01-10,application,USD,99.99,EUR,92.00,,,USD,99.99,100.50,0.51",
            "P2,I2,1,2024-01-11,application,JPY,15600,USD,100.00,156,1,USD,99.00,100.00,1.00",
            "P3,I3,1,2024-01-12,application,KWD,30.800,USD,100.00,308,1000,,,,"])
        self.assertRegex(run(book, "2024-01-22", "2024-01-23"), "rows refused +0")
        # Cash in one currency is still matched: P4 with what the credit note leaves of I4.
        self.assertEqual(sorted(call("--book", book, "aging", "--as-of", "2024-01-20", "--by", "currency").splitlines()[1:]), [
            "EUR,0.00,0.00,0.00,0.00,0.00,3.00,-3.00", "JPY,0,0,0,0,0,50,-50", "USD,0.00,0.00,0.00,0.00,0.00,1.00,-1.00"])
        self.assertEqual(sorted(call("--book", book, "aging", "--as-of", "2024-01-23", "--by", "currency").splitlines()[1:]), [
            "EUR,0.00,0.00,0.00,0.00,0.00,3.00,-3.00", "JPY,15900,0,0,0,0,350,15550",
            "USD,0.00,0.00,0.00,0.00,0.00,101.00,-101.00"])
        self.assertEqual(call("--book", book, "exchanges", "--from", "2024-01-22", "--format", "csv").splitlines()[1:], [
            "P2,I2,1,2024-01-22,unapplication,JPY,-15600,USD,-100.00,156,1,USD,-99.00,-100.00,-1.00"])
        self.assertEqual(sums(rows(book, "postings"), "amount", by=("seq", "currency")), {})
        call("--book", book, "verify")

    def test_bad_applications(self):
        head = ABROAD["applications.csv"].splitlines()[0] + "\n"
        credit = "".join(ABROAD["events.csv"].splitlines(True)[:2])
        for row, column, reason in [
                ("P1,,I1,2024-01-10,92.00,,,,,", "settled", "of EUR, the invoice of USD"),
                ("P1,,I1,2024-01-10,,,,,,", "amount", "missing"),
                ("P1,,I1,2024-01-10,92.00,,1.2x,,,", "rate", "1.0834"),
                ("P1,,I1,2024-01-10,92.00,,1/,,,", "rate", "1.0834"),
                ("P1,,I1,2024-01-10,92.00,,1.,,,", "rate", "1.0834"),
                ("P1,,I1,2024-01-10,92.00,,0,,,", "rate", "1.0834"),
                ("P1,,I1,2024-01-10,92.00,,123456789.1234567,,,", "rate", "14 digits"),
                ("P1,,I1,2024-01-10,92.00,-1,,,,", "settled", "below 0"),
                ("P1,,I1,2024-01-10,92.00,99.00,,98.00,,", "invoice_value", "own currency"),
                ("P1,,I1,2024-01-10,92.00,99.00,2,,,", "rate", "18400"),
                ("P2,,I2,2024-01-10,1.005,156,,,,", "amount", "USD"),
                ("P2,,I2,2024-01-10,1.00,156.5,,,,", "settled", "JPY"),
                ("P1,N1,I1,2024-01-10,92.00,99.00,,,,", "credit_note", "not both"),
                (",,I1,2024-01-10,92.00,99.00,,,,", "payment", "missing"),
                (",N9,I4,2024-01-12,1,,,,,", "payment", '"N9"')]:
            with self.subTest(row):
                self.bad(dict(ABROAD, **{"applications.csv": head + row + "\n", "events.csv": credit}),
                         (f"applications.csv:2: column {column}", reason))


class Late(Importing):
    def test_every_event(self):
        book = make_book()
        self.assertIn("2 customers, 3 invoices, 2 payments, 3 applications, 8 events; there already: 0",
                      call("--book", book, "import", folder_of(LATE)))
        imported_aging = rows(book, "aging", "--as-of", "2024-04-05")
        self.assertIn("nothing new: 18 rows", call("--book", book, "import", folder_of(LATE)))
        self.assertRegex(run(book, "2024-01-01", "2024-04-05"), "rows refused +0")
        self.assertIn("nothing new: 18 rows", call("--book", book, "import", folder_of(LATE)))
        self.assertEqual(rows(book, "aging"), imported_aging)
        timeline = [(line["event"], line["customer"], line["invoice"], line["amount"], line["text"])
                    for line in rows(book, "timeline", "--from", "2024-03-01") if "touch" not in line["event"]]
        self.assertEqual([line for line in timeline if line[0] not in ("day run", "payments looked at")], [
            ("fee", "C1", "F1", "12.50", ""), ("interest", "C2", "F2", "300", "second reminder"),
            ("compensation", "C1", "F3", "40.00", ""), ("write-off", "C2", "I2", "20000", "gone"),
            ("payment", "C2", "", "25250", ""), ("recovery", "C2", "I2", "5000", "back"),
            ("application", "C2", "F2", "200", "P2"), ("application", "C2", "I2", "10050", "P2"),
            ("waiver", "C2", "F2", "100", "goodwill"), ("refund", "C1", "", "30.00", "too much"),
            ("period closed", "", "", "", "")])
        # By terms: I1 is due on 2024-02-04, I3 with 30.00 on 2024-01-08 and 70.00 on 2024-03-08.
        self.assertEqual(call("--book", book, "aging", "--as-of", "2024-04-05").splitlines()[1:],
                         ["C1,USD,0.00,122.50,0.00,90.00,0.00,70.00,142.50",
                          "C2,JPY,0,0,0,0,0,15000,-15000"])
        self.assertEqual(sums(rows(book, "postings"), "amount", by=("account", "currency")), {
            ("receivables", "USD"): Decimal("212.50"), ("cash", "USD"): 110, ("unapplied_cash", "USD"): -70,
            ("sales", "USD"): -200, ("fees", "USD"): Decimal("-12.50"), ("compensation", "USD"): -40,
            ("cash", "JPY"): 25250, ("unapplied_cash", "JPY"): -15000, ("sales", "JPY"): -25050,
            ("interest", "JPY"): -200, ("bad_debt", "JPY"): 20000, ("bad_debt_recovered", "JPY"): -5000})
        call("--book", book, "verify")

    def test_bad_events(self):
        line = LATE_EVENTS.count("\n") + 1
        for event, where, reason in [
                ("2024-04-01,charge,,I1,,5.00,fee,,,,,,", "key", "missing"),
                ("2024-04-01,charge,,I1,,5.00,gift,F9,,,,,", "kind", "fee, interest or compensation"),
                ("2024-04-01,charge,,I1,,5.00,fee,F9,,gift,,,", "kind", "fee, interest or compensation"),
                ("2024-04-01,charge,,I1,,5.00,fee,I3,,,,,", "key", '"I3"'),
                ("2024-04-01,charge,,I1,,0,fee,F9,,,,,", "amount", "more than 0"),
                ("2024-04-01,charge,,I9,,5.00,fee,F9,,,,,", "invoice", '"I9"'),
                ("2024-04-01,charge,,F1,,5.00,fee,F9,,,,,", "invoice", "nothing is charged for a charge"),
                ("2024-04-01,charge,C2,I1,,5.00,fee,F9,,,,,", "invoice", "another customer"),
                ("2024-04-01,charge,,,,5.00,fee,F9,,,,,", "customer", "a customer or an invoice"),
                ("2024-04-01,charge,,I1,,5.00,fee,F9,,,soon,,", "due", "soon"),
                ("2024-04-01,charge,,I1,,5.00,,F9,,interest,,2024-02-01,", "from", "first and the last day"),
                ("2024-03-10,charge,,I1,,5.00,fee,F1,,,,,", "key", "'F1' (line 2)"),
                ("2024-04-01,waiver,,F9,,5.00,x,,,,,,", "invoice", '"F9"'),
                ("2024-04-01,waiver,,I1,,5.00,x,,,,,,", "invoice", "only a charge can be waived"),
                ("2024-04-01,waiver,,F1,,12.51,x,,,,,,", "amount", "more than the 1250 open"),
                ("2024-04-01,waiver,,F2,,0.50,x,,,,,,", "amount", "JPY"),
                ("2024-04-01,recovery,,I2,,15001,x,,,,,,", "amount", "more than the 15000 written off"),
                ("2024-04-01,recovery,,,,15001,x,,,,,,", "invoice", "missing"),
                ("2024-04-01,refund,,,P1,70.01,x,,,,,,", "amount", "more than the 7000 not applied"),
                ("2024-04-01,refund,,,P9,1,x,,,,,,", "payment", '"P9"'),
                ("2024-04-01,refund,,,,1,x,,,,,,", "payment", "missing"),
                ("soon,period-close,,,,,,,,,,,", "date", "soon"),
                ("2024-04-01,writeoff,,I1,,5.00,x,,,,,,a\x01b", "approved_by", "control character")]:
            with self.subTest(event):
                self.bad(dict(LATE, **{"events.csv": LATE_EVENTS + event + "\n"}),
                         (f"events.csv:{line}: column {where}", reason))

    def test_bad_terms(self):
        customers, invoices = LATE["customers.csv"], LATE["invoices.csv"]
        for name, row, where, reason in [
                ("customers.csv", "C3,x,whenever,", "4: column terms", "terms"),
                ("invoices.csv", "I9,C1,2024-01-05,,5.00,net", "5: column terms", "terms"),
                ("invoices.csv", "I9,C1,2024-01-05,2024-02-01,5.00,net 30", "5: column terms", "not both"),
                ("invoices.csv", 'I9,C1,2024-01-05,,5.00,"100.00 on issue, balance net 30"', "5", "come to more")]:
            with self.subTest(row):
                files = {"customers.csv": customers, "invoices.csv": invoices}
                self.bad(dict(files, **{name: files[name] + row + "\n"}), (name + ":" + where, reason))

    def test_a_charge_stands_before_what_names_it(self):
        waiver = "2024-04-02,waiver,,F9,,1.00,x,,,,,,\n"
        charge = "2024-04-01,charge,,I1,,5.00,fee,F9,,,,,\n"
        self.bad(dict(LATE, **{"events.csv": LATE_EVENTS + waiver + charge}), ("events.csv:10: column invoice", '"F9"'))
        self.good(dict(LATE, **{"events.csv": LATE_EVENTS + charge + waiver}))

    def test_the_last_day_of_a_period(self):
        """Its cash is matched on that day; from the next morning on, nothing is dated in the period."""
        files = {"customers.csv": CUSTOMERS, "invoices.csv": INVOICES,
                 "payments.csv": "key,customer,received,amount,remittance\nP1,C1,2024-01-31,100.00,N-1\n",
                 "events.csv": "date,type,customer,text\n2024-01-31,period-close,,\n2024-01-31,note,C1,bye\n"
                               "2024-02-29,period-close,,\n"}
        book = imported(files)
        late = {"events.csv": "date,type,customer,amount,key\n2024-01-15,credit,C1,1.00,K1\n"}
        not_yet = copy_of(book)
        run(not_yet, "2024-01-01", "2024-01-31")
        call("--book", not_yet, "import", folder_of(late))  # before the morning on which it is closed
        self.assertRegex(call("--book", not_yet, "run", "--to", "2024-03-03"), "rows refused +0")
        run(book, "2024-01-01", "2024-03-03")
        self.assertEqual([(line["date"], line["amount"]) for line in rows(book, "applications")],
                         [("2024-01-31", "100.00")])
        closed = [line["date"] for line in rows(book, "timeline") if line["event"] == "period closed"]
        self.assertEqual(closed, ["2024-01-31", "2024-02-29"])
        self.bad(late, ("events.csv:2: column date", "closed"), book=book)
        self.bad({"payments.csv": "key,customer,received,amount\nP9,C1,2024-02-29,1.00\n"},
                 ("payments.csv:2: column received", "the books are closed to 2024-02-29"), book=book)
        # A late note makes the next run look at all since then again, closed or not.
        call("--book", book, "import", folder_of({"events.csv": "date,type,customer,text\n2024-01-02,note,C1,late\n"}))
        self.assertRegex(call("--book", book, "run", "--to", "2024-03-04"), "rows refused +0")
        self.assertEqual(len([line for line in rows(book, "timeline") if line["event"] == "period closed"]), 2)
        call("--book", book, "verify")


# ---- runs ----

MAIL_HEADERS = ["Date", "From", "To", "Subject", "Message-ID", "X-Idempotency-Key", "X-Channel", "X-Customer", "X-Step",
                "MIME-Version", "Content-Type"]


class Run(unittest.TestCase):
    def test_twice_the_same_days(self):
        book = copy_of(sample_imported())
        run(book, "2023-01-01", "2023-03-31")
        before, sent = journal(book), messages(book + "-outbox")
        code, out, err = attempt("--book", book, "run", "--from", "2023-01-01", "--to", "2023-03-31")
        self.assertEqual((code, out), (0, ""))
        self.assertIn("nothing to do: the book was run until 2023-03-31 already", err)
        self.assertEqual((journal(book), messages(book + "-outbox")), (before, sent))
        code, out, err = attempt("--book", book, "run", "--from", "2023-03-01", "--to", "2023-04-02")
        self.assertIn("the days from 2023-03-01 to 2023-03-31 were run already and are skipped", err)
        self.assertIn("2 days run, 2023-04-01 to 2023-04-02", out)

    def test_split_runs_are_as_one(self):
        imported_book = make_book()
        call("--book", imported_book, "import", small_data())
        first, last = datetime.date(2023, 1, 1), datetime.date(2023, 7, 31)
        chance = random.Random(1)
        for extra in ((), ("--no-match",), ("--on-account", "oldest")):
            one = copy_of(imported_book)
            run(one, str(first), str(last), *extra)
            many = copy_of(imported_book)
            day, pieces = first, 0
            while day <= last:
                until = min(last, day + datetime.timedelta(days=chance.choice((0, 0, 1, 5, 30))))
                run(many, str(day), str(until), *extra)
                if pieces % 7 == 3:
                    call("--book", many, "snapshot")
                day, pieces = until + datetime.timedelta(days=1), pieces + 1
            self.assertGreater(pieces, 5)
            self.assertEqual(journal(one), journal(many))
            self.assertEqual(messages(one + "-outbox"), messages(many + "-outbox"))
            self.assertGreater(len(journal(one)), 200)

    def test_dry_run_writes_nothing_and_lists_what_a_run_sends(self):
        book = copy_of(sample_imported())
        for first, last in (("2023-01-01", "2023-12-31"), ("2024-01-01", "2024-06-30")):
            before, files = digest(book), sorted(os.listdir(os.path.dirname(book)))
            listed = run(book, first, last, "--dry-run", "--format", "csv")
            self.assertEqual((digest(book), sorted(os.listdir(os.path.dirname(book)))), (before, files))
            as_json = json.loads(run(book, first, last, "--dry-run", "--format", "json"))
            run(book, first, last)
            sent = rows(book, "touches", "--from", first, "--as-of", last)
            sent = [line for line in sent if line["status"] != "withheld"]
            self.assertEqual(list(csv.DictReader(io.StringIO(listed, newline=""))), sent)
            self.assertEqual([line["key"] for line in as_json], [line["key"] for line in sent])
            self.assertGreater(len(sent), 100)

    def test_summary(self):
        book = copy_of(sample_imported())
        out = run(book, "2023-01-01", "2024-06-30", "--outbox", os.path.join(os.path.dirname(book), "letters"))
        said = dict(re.findall(r"^(\w+ \w+) +(\d+)", out, re.M))
        status = collections.Counter(line["status"] for line in rows(book, "touches"))
        self.assertEqual(int(said["touches sent"]), status["sent"])
        self.assertEqual(int(said["touches planned"]), status["sent"] + status["planned"] + status["failed"])
        self.assertEqual(int(said["touches withheld"]), status["withheld"])
        self.assertEqual(int(said["messages written"]), len(os.listdir(os.path.join(os.path.dirname(book), "letters"))))
        self.assertEqual(said["rows refused"], "0")
        self.assertFalse(os.path.exists(book + "-outbox"))

    def test_matching(self):
        remittance = ("key,customer,received,amount,remittance\n"
                      "P1,C1,2024-02-10,100.00,invoice N-1\nP2,C2,2024-02-10,30.00,thanks\n")
        matched = {"customers.csv": CUSTOMERS, "invoices.csv": INVOICES, "payments.csv": remittance}
        given = dict(matched, **{"applications.csv": "payment,invoice,date,amount\nP2,I2,2024-02-10,30.00\n"})
        for files, options, expected in [
                (matched, (), {"I1": "100.00"}), (matched, ("--no-match",), {}), (given, (), {"I2": "30.00"}),
                (given, ("--match",), {"I1": "100.00", "I2": "30.00"}),
                (matched, ("--on-account", "hold"), {"I1": "100.00"}),
                (matched, ("--on-account", "oldest"), {"I1": "100.00", "I2": "30.00"})]:
            with self.subTest(options=options, given=files is given):
                book = imported(files)
                run(book, "2024-01-01", "2024-03-01", *options)
                self.assertEqual({line["invoice"]: line["amount"] for line in rows(book, "applications")}, expected)

    def test_remittance_advice(self):
        advice = ("key,received,customer,bank_reference,amount,invoice,paid,discount,deduction,kind\n"
                  "R1,{day},C1,TRN 8812399,,N-1,90.00,,10.00,damaged\n"
                  "R2,{day},C2,,30.00,I2,30.00,,,\n")
        payments = ("key,customer,received,amount,bank_reference\n"
                    "P1,,2024-02-10,90.00,TRN8812399\nP2,C2,2024-02-10,30.00,\n")
        for day in "2024-02-08", "2024-02-12":  # before the funds, and after them
            with self.subTest(day=day):
                book = imported({"customers.csv": CUSTOMERS, "invoices.csv": INVOICES, "payments.csv": payments,
                                 "remittances.csv": advice.format(day=day)})
                run(book, "2024-01-01", "2024-03-01")
                self.assertEqual({line["invoice"]: line["amount"] for line in rows(book, "applications")},
                                 {"I1": "90.00", "I2": "30.00"})
                self.assertEqual([(d["dispute"], d["invoice"], d["amount"], d["kind"], d["payment"], d["source"])
                                  for d in rows(book, "disputes")],
                                 [("P1/I1", "I1", "10.00", "damaged", "P1", "R1")])

    def test_deduction_opens_a_dispute(self):
        book = imported({"customers.csv": CUSTOMERS, "invoices.csv": INVOICES,
                         "payments.csv": "key,customer,received,amount\nP1,C1,2024-02-10,90.00\n",
                         "applications.csv": "payment,invoice,date,amount,deduction,kind\nP1,I1,2024-02-10,90.00,10.00,freight\n"})
        run(book, "2024-01-01", "2024-03-01")
        self.assertEqual([(d["dispute"], d["amount"], d["kind"], d["payment"]) for d in rows(book, "disputes")],
                         [("P1/I1", "10.00", "freight", "P1")])

    def test_mails(self):
        book = sample_book()
        touches = {line["key"]: line for line in rows(book, "touches") if line["status"] == "sent"}
        customers = {line["key"]: line for line in read_csv(sample_data(), "customers.csv")}
        numbers = {line["key"]: line["number"] for line in read_csv(sample_data(), "invoices.csv")}
        numbers.update({line["key"]: line["key"] for line in read_csv(sample_data(), "events.csv")
                        if line["type"] == "charge"})
        self.assertTrue(any(set(line["invoices"].split()) & {k for k in numbers if k[0] == "F"}
                            for line in touches.values()))
        mails = messages(book + "-outbox")
        self.assertEqual(len(mails), len(touches))
        for name, raw in mails.items():
            mail = self.parsed(raw)
            touch = touches.pop(str(mail["X-Idempotency-Key"]))
            self.assertRegex(name, rf"^{touch['date']}_{touch['customer']}_[0-9a-f]{{16}}\.eml$")
            self.assertEqual(mail["Date"].datetime.isoformat(), touch["date"] + "T16:00:00+00:00")
            for header in ("Customer", "Step", "Channel"):
                self.assertEqual(mail["X-" + header], touch[header.lower()])
            digits = touch["amount"].replace(".", "")  # how they are grouped depends on the language
            self.assertIn(digits, re.sub(r"\D", "", mail["Subject"]))
            if touch["channel"] == "email":
                self.assertEqual([a.addr_spec for a in mail["To"].addresses], [customers[touch["customer"]]["email"]])
            plain, html = (part.get_content() for part in mail.iter_parts())
            self.assertIn(digits, re.sub(r"\D", "", plain))
            for invoice in touch["invoices"].split():
                self.assertIn(numbers[invoice], plain)
                self.assertIn(numbers[invoice], html)
        self.assertEqual(touches, {})

    def parsed(self, raw):
        """A mail that any program can read: checked byte by byte, and by Python's parser without a defect."""
        self.assertTrue(raw.isascii())
        self.assertEqual(raw.count(b"\r"), raw.count(b"\n"))
        self.assertEqual(raw.count(b"\n"), raw.count(b"\r\n"))
        self.assertLessEqual(max(map(len, raw.split(b"\r\n"))), 98)
        for line in raw.split(b"\r\n"):
            self.assertTrue(len(line) <= 76 or b"=?" not in line, line)
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        optional = ("Content-Language", "X-Address")
        self.assertEqual([name for name in mail.keys() if name not in optional], MAIL_HEADERS)
        self.assertEqual([part.get_content_type() for part in mail.iter_parts()], ["text/plain", "text/html"])
        for part in mail.walk():
            self.assertEqual(part.defects, [])
            for value in part.values():
                self.assertEqual(list(value.defects), [], value)
        self.assertEqual(len(mail["From"].addresses), 1)
        self.assertEqual(len(mail["To"].addresses), 1)
        return mail

    def test_odd_names_make_no_headers(self):
        names = ["=?utf-8?q?Evil?= Co", '"Quoted" \\ back, <a@b.c>; (x)', "Ünïcödé & Söhne GmbH " * 3, " blanks around ",
                 "x" * 200, "日本" * 40, "Evil%0d%0aBcc: a@b.c", "a" * 67 + " b", "<script>alert(1)</script>", ".",
                 "From me", "--=_arcollect", "Bcc: evil@example.com", "../../../etc/passwd", "a@b.c, d@e.f",
                 "code=41 and = at end =", "e\u0301" * 60]
        keys = [name[:20] + str(i) for i, name in enumerate(names)]
        customers, invoices = io.StringIO(newline=""), io.StringIO(newline="")
        csv.writer(customers).writerow("key,name,email,contact,phone,language".split(","))
        csv.writer(invoices).writerow("key,number,customer,issued,due,amount,po".split(","))
        for i, name in enumerate(names):  # every third one has no contact, every fourth a contact without a name
            contact = [f"ap{i}@example.com", name if i % 4 else "", name[:40], name[:8]] if i % 3 else [""] * 4
            csv.writer(customers).writerow([keys[i], name, *contact])
            csv.writer(invoices).writerow(["I" + keys[i], name[:20], keys[i], "2024-01-01", "2024-01-31", 1, name[:20]])
        files = {"customers.csv": customers.getvalue(), "invoices.csv": invoices.getvalue()}
        book = imported(files)
        run(book, "2024-01-01", "2024-03-31")
        mails, seen = messages(book + "-outbox"), set()
        self.assertEqual(len(mails), len([line for line in rows(book, "touches") if line["status"] == "sent"]))
        for name, raw in mails.items():
            self.assertRegex(name, r"^2024-\d\d-\d\d_[A-Za-z0-9_-]+\.eml$")
            mail = self.parsed(raw)
            plain = email.message_from_bytes(raw)  # the older parser joins encoded words as RFC 2047 says
            decoded = {header: str(email.header.make_header(email.header.decode_header(plain[header])))
                       for header in ("To", "X-Customer", "Subject")}
            i = keys.index(decoded["X-Customer"])
            seen.add(i)
            display = re.sub(r"\s*<[^<>]*>$", "", re.sub(r"\r\n ", " ", decoded["To"]))
            display = re.sub(r"\\(.)", r"\1", display[1:-1]) if plain["To"].startswith('"') else display
            self.assertEqual(display.strip(), names[i].strip())
            self.assertIn("1.00", decoded["Subject"])
            html = mail.get_body(("html",)).get_content()
            self.assertNotIn("<script", html)
            plain = mail.get_body(("plain",)).get_content()
            self.assertIn("Dear " + names[i] if i % 3 and i % 4 else "Hello,", plain)
            self.assertIn(names[i][:20], plain)
        self.assertEqual(seen, set(range(len(names))))

    def test_an_address_that_cannot_be_written_to(self):
        files = {"customers.csv": 'key,email\nC1,nobody\nC2,"a@b.c>, <d@e.f"\n', "invoices.csv": INVOICES}
        book = imported(files)
        code, out, err = attempt("--book", book, "run", "--from", "2024-01-01", "--to", "2024-02-05")
        self.assertEqual(code, 0)
        self.assertIn("'nobody' is no mail address", err)
        self.assertRegex(out, r"touches failed +[1-9]")
        self.assertRegex(out, r"messages written +0 ")
        self.assertEqual({line["status"] for line in rows(book, "touches")}, {"failed"})

    def test_an_outbox_that_cannot_be_written(self):
        expected = copy_of(sample_imported())
        run(expected, "2023-01-01", "2023-04-30")
        book = copy_of(sample_imported())
        blocked = os.path.join(os.path.dirname(book), "blocked")
        with open(blocked, "w"):
            pass
        code, _, err = attempt("--book", book, "run", "--from", "2023-01-01", "--to", "2023-04-30", "--outbox", blocked)
        self.assertEqual(code, 3)
        self.assertIn("run again", err)
        os.remove(blocked)
        run(book, "2023-01-01", "2023-04-30", "--outbox", blocked)
        self.assertEqual(journal(book), journal(expected))
        self.assertEqual(messages(blocked), messages(expected + "-outbox"))


# ---- reports ----

class Reports(unittest.TestCase):
    def test_aging_adds_up(self):
        for date in SAMPLE_DATES:
            totals = {}
            for by in ("customer", "owner", "segment", "currency"):
                lines = sample("aging", "--as-of", date, "--by", by)
                for line in lines:
                    open_items = sum(money(line[b]) for b in BUCKETS)
                    self.assertEqual(open_items - money(line["unapplied"]), money(line["balance"]), line)
                self.assertEqual(len({(line.get(by), line["currency"]) for line in lines}), len(lines))
                totals[by] = [sums(lines, column) for column in BUCKETS + ["unapplied", "balance"]]
            for by in ("owner", "segment", "currency"):
                self.assertEqual(totals[by], totals["customer"], f"{date} by {by}")
        self.assertEqual(sample("aging"), sample("aging", "--as-of", "2024-06-30"))

    def test_postings_balance_and_equal_the_aging(self):
        for date in SAMPLE_DATES:
            postings = sample("postings", "--as-of", date)
            aging = sample("aging", "--as-of", date)
            self.assertEqual(sums(postings, "amount"), {})
            self.assertEqual(sums(postings, "amount", by=("seq", "currency")), {})
            accounts = sums(postings, "amount", by=("account", "customer", "currency"))
            def of(*names):
                found = collections.defaultdict(Decimal)
                for (account, customer, currency), amount in accounts.items():
                    if account in names:
                        found[customer, currency] += amount
                return {key: amount for key, amount in found.items() if amount != 0}
            self.assertEqual(of("receivables"), sums(aging, *BUCKETS, by=("customer", "currency")))
            unapplied = {currency: -amount for (currency,), amount in sums(aging, "unapplied").items()}
            booked = collections.defaultdict(Decimal)
            for (_, currency), amount in of("unapplied_cash", "unapplied_credits", "unidentified_cash").items():
                booked[currency] += amount
            self.assertEqual({k: v for k, v in booked.items() if v != 0}, unapplied)
        self.assertEqual(sample("postings"), sample("postings", "--as-of", "2024-06-30"))

    def test_applications_explain_what_is_open(self):
        customers = {line["key"]: line["currency"] for line in read_csv(sample_data(), "customers.csv")}
        charges = [dict(line, issued=line["date"], currency=customers[line["customer"]])
                   for line in read_csv(sample_data(), "events.csv") if line["type"] == "charge"]
        invoices = read_csv(sample_data(), "invoices.csv") + charges
        self.assertGreater(len(charges), 50)
        for date in SAMPLE_DATES:
            issued = sums([line for line in invoices if line["issued"] <= date], "amount", by=("customer", "currency"))
            owner = {line["key"]: line["customer"] for line in invoices}
            for line in sample("applications", "--as-of", date):
                if line["kind"] == "refund":
                    continue
                key = owner[line["invoice"]], line["currency"]
                issued[key] -= money(line["amount"]) + money(line["discount"]) + money(line["writeoff"])
            aging = sums(sample("aging", "--as-of", date), *BUCKETS, by=("customer", "currency"))
            self.assertEqual({key: amount for key, amount in issued.items() if amount != 0}, aging)

    def test_statement_closes_with_the_balance(self):
        for date in ("2023-09-30", "2024-06-30"):
            aging = sums(sample("aging", "--as-of", date), "balance", by=("customer", "currency"))
            customers = [line["key"] for line in read_csv(sample_data(), "customers.csv")]
            closing = {}
            for customer in customers:
                for first in ([], ["--from", date[:8] + "01"]):
                    lines = sample("statement", "--customer", customer, "--as-of", date, *first)
                    balance = {}
                    for line in lines:
                        if line["kind"] == "open item":
                            continue
                        if line["kind"] == "closing balance":
                            closing[customer, line["currency"]] = money(line["balance"])
                        balance[line["currency"]] = balance.get(line["currency"], 0) + money(line["amount"])
                        if line["kind"] == "opening balance":
                            balance[line["currency"]] = money(line["balance"])
                        self.assertEqual(balance[line["currency"]], money(line["balance"]), (customer, line))
            self.assertEqual({key: amount for key, amount in closing.items() if amount != 0},
                             {key: amount for key, amount in aging.items() if key[0] != ""})

    def test_timeline(self):
        lines = sample("timeline")
        self.assertEqual({line["event"] for line in lines} - {"payments looked at"}, {
            "book", "customer", "contact", "invoice", "credit note", "payment", "payer identified", "application",
            "unapplication", "payment returned", "write-off", "dispute", "dispute resolved", "promise", "hold",
            "hold released", "note", "touch planned", "touches planned", "touch sent", "touch withheld", "day run",
            "fee", "interest", "compensation", "waiver", "recovery", "refund", "period closed"})
        seqs = [int(line["seq"]) for line in lines]
        self.assertEqual(seqs, sorted(set(seqs)))
        one = next(line for line in lines if line["event"] == "touch sent")
        for column in ("customer", "invoice"):
            self.assertEqual(sample("timeline", "--" + column, one[column]),
                             [line for line in lines if line[column] == one[column]])
        self.assertEqual(sample("timeline", "--from", "2023-05-01", "--as-of", "2023-05-31"),
                         [x for x in lines if "2023-05-01" <= x["date"] <= "2023-05-31"])

    def test_lists_take_filters(self):
        for command, customer_column in (("postings", "customer"), ("touches", "customer"), ("applications", None)):
            lines = sample(command)
            self.assertEqual(sample(command, "--from", "2023-06-01", "--as-of", "2023-06-30"),
                             [x for x in lines if "2023-06-01" <= x["date"] <= "2023-06-30"])
            part = sample(command, "--customer", "C0015")
            self.assertTrue(0 < len(part) < len(lines))
            if customer_column:
                self.assertEqual(part, [x for x in lines if x[customer_column] == "C0015"])
        lines = sample("applications")
        self.assertEqual(sample("applications", "--invoice", lines[0]["invoice"]),
                         [x for x in lines if x["invoice"] == lines[0]["invoice"]])

    def test_worklist(self):
        lines = sample("worklist")
        self.assertEqual([int(line["rank"]) for line in lines], list(range(1, len(lines) + 1)))
        self.assertEqual(sample("worklist", "--limit", "3"), lines[:3])
        aging = {(line["customer"], line["currency"]): line for line in sample("aging")}
        for line in lines:
            old = aging[line["customer"], line["currency"]]
            self.assertEqual(line["balance"], old["balance"])
            overdue = sum(money(old[b]) for b in BUCKETS[1:])
            if "dispute" in line["reason"]:  # what is disputed is not asked for
                self.assertLess(money(line["overdue"]), overdue)
            else:
                self.assertEqual(money(line["overdue"]), overdue)
        dollars = [money(line["priority"]) for line in lines if line["currency"] == "USD"]
        self.assertEqual(dollars, sorted(dollars, reverse=True))

    def test_predictions_agree(self):
        lines = sample("predict")
        aging = sums(sample("aging", "--by", "currency"), *BUCKETS, by=("currency",))
        self.assertEqual(sums(lines, "open", by=("currency",)), aging)
        for line in lines:
            self.assertLessEqual(float(line["p_late30"]), float(line["p_late"]))
            self.assertLessEqual(line["early"], line["likely"] or "9999")
        one = next(line for line in lines if line["due"] > "2024-06-30" and line["instalment"] == "1")
        parts = sample("why", "payment", one["invoice"])
        self.assertEqual(parts[-1]["total"], one["p_late"])
        self.assertAlmostEqual(sum(float(part["contribution"]) for part in parts), float(one["p_late"]), places=9)
        self.assertEqual(sample("predict", "--customer", one["customer"]), [x for x in lines if x["customer"] == one["customer"]])

    def test_forecast_and_today(self):
        for line in sample("forecast", "--period", "month", "--limit", "3"):
            self.assertLessEqual(money(line["low"]), money(line["expected"]))
            self.assertLessEqual(money(line["expected"]), money(line["high"]))
        whole, part = sample("today", "--minutes", "10000"), sample("today", "--minutes", "60")
        self.assertEqual(int(whole[0]["left"]), 0)
        self.assertEqual(int(part[0]["worth"]) + int(part[0]["left"]), int(whole[0]["worth"]))
        self.assertLessEqual(sum(int(line["minutes"]) for line in part[1:]), 60)
        self.assertEqual(sum(int(line["worth"]) for line in part[1:]), int(part[0]["worth"]))

    def test_dso_parts_add_up(self):
        lines = sample("dso", "--from", "2024-03-31")
        for currency in {line["currency"] for line in lines}:
            of = {line["part"]: line["change"] for line in lines if line["currency"] == currency}
            if not of["change"]:
                continue
            micro = {name: round(float(value) * 1e6) for name, value in of.items() if value}
            self.assertEqual(sum(micro.values()) - micro["change"], micro["change"])

    def test_whatif(self):
        """The days again under the same policy are as they were; under another one they are not, and nothing is kept."""
        book = copy_of(sample_book())
        before = os.stat(book).st_size, query(book, "SELECT count(*) FROM arcollect_journal")
        same = rows(book, "whatif", "--from", "2024-04-01", "--to", "2024-06-30", "--cost", "email=0.02,letter=1.50")
        touches = {r["detail"]: r for r in same if r["measure"] == "touches"}
        self.assertGreater(int(touches["all"]["recorded"]), 0)
        self.assertTrue(all(r["recorded"] == r["replayed"] for r in same if r["recorded"]), same)
        self.assertEqual(Decimal(touches["email"]["replayed_amount"]), int(touches["email"]["replayed"]) * Decimal("0.02"))
        never = os.path.join(folder_of({"never.policy": 'cadence "never"\nnever\n'}), "never.policy")
        other = rows(book, "whatif", "--from", "2024-04-01", "--to", "2024-06-30", "--policy", never)
        self.assertEqual([r["replayed"] for r in other if r["measure"] == "touches" and r["detail"] == "all"], ["0"])
        for r in other:
            if r["measure"] == "cash" and r["low"]:
                self.assertLessEqual(Decimal(r["low"]), Decimal(r["high"]))
        self.assertEqual((os.stat(book).st_size, query(book, "SELECT count(*) FROM arcollect_journal")), before)
        self.assertEqual(attempt("--book", book, "whatif")[0], 2)
        self.assertEqual(attempt("--book", book, "whatif", "--from", "2023-03-01", "--cost", "pigeon=1")[0], 2)

    def test_metrics_agree_with_the_aging(self):
        for by in ("currency", "customer", "segment", "owner"):
            figures = sample("metrics", "--by", by)
            aging = sample("aging", "--by", by)
            for metric, columns in (("receivables", BUCKETS), ("overdue", BUCKETS[1:]), ("unapplied", ["unapplied"])):
                said = sums([line for line in figures if line["metric"] == metric], "value", by=("group", "currency"))
                aged = sums([dict(line, group=line[by] if by != "currency" else "") for line in aging], *columns,
                            by=("group", "currency"))
                self.assertEqual(said, aged, (by, metric))
        self.assertNotEqual(sample("metrics", "--days", "30"), sample("metrics"))

    def test_why_touch(self):
        touches = sample("touches")
        by_status = {line["status"]: line for line in touches}
        self.assertEqual(set(by_status), {"sent", "planned", "withheld"})
        for line in list(by_status.values()) + touches[::100]:
            facts = sample("why", "touch", line["key"])
            self.assertEqual({fact["subject"] for fact in facts}, {line["key"]})
            said = " ".join(fact["value"] for fact in facts)
            self.assertIn(line["step"], said)
            self.assertIn(line["customer"], said)
        for customer in ("C0001", "C0015"):
            facts = sample("why", "touch", customer, "--as-of", "2024-05-15")
            self.assertIn("outcome", [fact["fact"] for fact in facts])

    def test_why_match(self):
        lines = [line for line in sample("applications") if line["kind"] == "application"]
        for line in lines[::60]:
            facts = sample("why", "match", line["payment"])
            applied = [fact["value"] for fact in facts if fact["fact"] == "applied"]
            self.assertTrue(any(line["invoice"] in text and line["amount"] in text for text in applied), (line, facts))
        left = {line["key"] for line in read_csv(sample_data(), "payments.csv")} - {line["payment"] for line in lines}
        for payment in sorted(left)[:5]:
            self.assertIn("decision", [fact["fact"] for fact in sample("why", "match", payment)])

    def test_why_priority(self):
        for line in sample("worklist")[:10]:
            parts = sample("why", "priority", line["customer"])
            self.assertEqual(sums(parts, "contribution").get((line["currency"],), 0), money(line["priority"]))

    def test_reports_count_what_is_imported_before_it_is_run(self):
        book = copy_of(sample_imported())
        def aging():
            return [sorted(rows(book, "aging", "--as-of", date), key=lambda line: (line["customer"], line["currency"]))
                    for date in SAMPLE_DATES]
        before = aging()
        run(book, "2023-01-01", "2024-06-30", "--no-match")
        self.assertEqual(before, aging())

    def test_reports_write_nothing(self):
        book = copy_of(sample_book())
        before = digest(book)
        for command in QUICK_REPORTS + [("verify",)]:
            call("--book", book, *command)
        self.assertEqual(digest(book), before)
        self.assertEqual(os.listdir(os.path.dirname(book)), [os.path.basename(book)])


# ---- verify, snapshot ----

class Matching(unittest.TestCase):
    FILES = {"customers.csv": "key,name\nA,Acme Ltd\n",
             "invoices.csv": "key,customer,issued,due,amount\nI1,A,2024-01-01,2024-01-31,70.00\n"
                             "I2,A,2024-01-02,2024-01-31,70.00\nI3,A,2024-01-02,2024-02-15,11.00\n",
             "payments.csv": "key,customer,date,amount,text\nP1,A,2024-02-10,70.00,\nP2,A,2024-02-10,11.00,I3\n"}

    def test_what_a_person_says(self):
        book = imported(self.FILES)
        listed = rows(book, "match", "--dry-run", "--as-of", "2024-02-10")
        self.assertEqual([(r["payment"], r["rank"], r["invoice"]) for r in listed],
                         [("P1", "1", "I1"), ("P1", "2", "I2"), ("P2", "1", "I3")])
        self.assertEqual(listed[2]["decision"], "apply")
        run(book, "2024-02-10", "2024-02-10")
        self.assertEqual([r["invoice"] for r in rows(book, "applications")], ["I3"])
        facts = {r["fact"] for r in rows(book, "match", "--explain", "P1")}
        self.assertLessEqual({"payer", "item", "alternative", "missing", "decision"}, facts)
        self.assertEqual(call("--book", book, "reject", "P1"), "rejected\n")
        self.assertEqual([r["invoice"] for r in rows(book, "match", "P1")], ["I2"])
        self.assertEqual(call("--book", book, "confirm", "P1", "--rank", "1"), "confirmed\n")
        self.assertEqual(sorted(r["invoice"] for r in rows(book, "applications")), ["I2", "I3"])
        self.assertEqual(call("--book", book, "undo", "P2", "--invoice", "I3"), "undone\n")
        self.assertEqual(attempt("--book", book, "undo", "P2")[0], 1)
        self.assertEqual(attempt("--book", book, "confirm", "P9")[0], 1)
        self.assertEqual(attempt("--book", book, "confirm")[0], 2)
        self.assertIn("verified", call("--book", book, "verify"))


class Keeping(unittest.TestCase):
    def test_verify(self):
        out = call("--book", sample_book(), "verify")
        self.assertRegex(out, r"^verified: \d+ records; head [0-9a-f]{64}\n$")
        last = sample("timeline")[-1]["seq"]
        self.assertIn(f"verified: {last} records", out)

    def damaged(self, book, sql, *values):
        copy = copy_of(book)
        query(copy, sql, *values)
        code, out, err = attempt("--book", copy, "verify")
        self.assertEqual((code, out), (3, ""), (sql, values[1:]))
        self.assertRegex(err, r"arcollect: cannot .*record \d+: .*ARC_E_CORRUPT")

    def test_verify_finds_what_was_changed(self):
        plain, kept = sample_book(), copy_of(sample_book())
        call("--book", kept, "snapshot")
        commits = journal(plain)
        for book in (plain, kept):
            for first, _, data in (commits[0], commits[1], commits[len(commits) // 2], commits[-1]):
                for at in (0, 9, len(data) // 2, len(data) - 1):
                    changed = bytearray(data)
                    changed[at] ^= 1
                    self.damaged(book, "UPDATE arcollect_journal SET bytes=? WHERE first_seq=?", bytes(changed), first)
            self.damaged(book, "DELETE FROM arcollect_journal WHERE first_seq=?", commits[len(commits) // 2][0])
            self.damaged(book, "UPDATE arcollect_journal SET bytes=? WHERE first_seq=?", commits[-2][2], commits[-1][0])

    def test_snapshot_changes_no_report(self):
        book = copy_of(sample_book())
        before = [call("--book", book, *command) for command in QUICK_REPORTS + [("verify",)]]
        self.assertRegex(call("--book", book, "snapshot"), r"stored a snapshot after \d+ records")
        self.assertEqual(len(query(book, "SELECT * FROM arcollect_snapshot")), 1)
        self.assertEqual([call("--book", book, *command) for command in QUICK_REPORTS + [("verify",)]], before)
        query(book, "UPDATE arcollect_snapshot SET bytes=zeroblob(length(bytes))")  # a snapshot only saves time
        self.assertEqual([call("--book", book, *command) for command in QUICK_REPORTS + [("verify",)]], before)


# ---- erase ----

class Erasing(unittest.TestCase):
    CANARY = "Xq7Zanary"
    TABLES = {
        "customers.csv": "key,name,segment,email,phone,postal,contact\n"
                         "C1,{0} Ltd,s,{0}@example.com,{0} 1,{0} street,{0} person\nC2,Other,s,o@example.com,,,\n",
        "invoices.csv": "key,customer,issued,due,amount\nI1,C1,2024-01-01,2024-01-31,100.00\n"
                        "I2,C2,2024-01-01,2024-01-31,70.00\n",
        "payments.csv": "key,customer,received,amount,payer,payer_account,bank_reference,remittance\n"
                        "P1,C1,2024-02-02,40.00,{0} payer,{0} iban,{0} e2e,{0} pays I1\n",
        "events.csv": "date,type,customer,invoice,amount,text,key\n2024-02-03,note,C1,,,{0} called,N1\n"
                      "2024-02-04,writeoff,,I1,10.00,{0} is poor,W1\n",
    }

    def files_with(self, book, word):
        found = []
        for name in (book, book + "-wal", book + "-journal"):
            if os.path.exists(name):
                with open(name, "rb") as f:
                    if word.encode() in f.read():
                        found.append(os.path.basename(name))
        return found

    def test_no_byte_is_left(self):
        with tempfile.TemporaryDirectory() as folder:
            book, data = os.path.join(folder, "book"), os.path.join(folder, "data")
            os.mkdir(data)
            for name, text in self.TABLES.items():
                with open(os.path.join(data, name), "w", encoding="utf-8") as f:
                    f.write(text.format(self.CANARY))
            call("--book", book, "init", "--currency", "USD")
            call("--book", book, "import", data)
            call("--book", book, "run", "--from", "2024-01-01", "--to", "2024-04-01", "--outbox", os.path.join(folder, "out"))
            call("--book", book, "snapshot")
            self.assertTrue(self.files_with(book, self.CANARY))
            aging = call("--book", book, "aging")
            balances = call("--book", book, "postings", "--as-of", "2024-02-10", "--format", "csv")
            out = call("--book", book, "erase", "customer", "C1", "--reason", "request 1")
            self.assertRegex(out, r"^erased; the journal begins with record \d+\n$")
            self.assertEqual(self.files_with(book, self.CANARY), [])
            self.assertEqual(call("--book", book, "aging"), aging)
            rows = [sorted(line.split(",")[1:] for line in text.splitlines()[1:])
                    for text in (balances, call("--book", book, "postings", "--as-of", "2024-02-10", "--format", "csv"))]
            self.assertEqual(*rows)
            self.assertRegex(call("--book", book, "verify"), r"^records before \d+ were dropped; verified: \d+ records; head ")
            for command in [("statement", "--customer", "C1")] + [c for c in REPORTS if "--customer" not in c and c[0] != "why"]:
                self.assertNotIn(self.CANARY, call("--book", book, *command))
            # It goes on.
            call("--book", book, "run", "--to", "2024-05-01", "--outbox", os.path.join(folder, "out"))
            self.assertRegex(call("--book", book, "erase", "customer", "C1"), r"^erased; ")

    def test_wrong_usage(self):
        book = copy_of(sample_book())
        for words, code in ((["erase"], 2), (["erase", "C1"], 2), (["erase", "nobody", "C1"], 2),
                            (["erase", "customer", "nobody at all"], 1),
                            (["erase", "customer", "C1", "more"], 2)):
            self.assertEqual(attempt("--book", book, *words)[0], code, words)


# ---- books made by others ----

@unittest.skipUnless(os.path.isdir(DATA), f"no data folder {DATA}; ARC_TEST_DATA names another one")
class Data(unittest.TestCase):
    def book_rows(self, folder, name):
        packed = os.path.join(folder, name + ".gz")
        opener, path = (gzip.open, packed) if os.path.exists(packed) else (open, os.path.join(folder, name))
        with opener(path, "rt", newline="", encoding="utf-8") as f:
            return list(csv.DictReader(f))

    def check_book(self, *arguments):
        process = subprocess.run([sys.executable, os.path.join(HERE, "check_book.py"), *arguments],
                                 capture_output=True, text=True)
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)

    def report(self, book, *command):
        path = os.path.join(os.path.dirname(book), command[0] + ".csv")
        with open(path, "wb") as out:
            subprocess.run([ARCOLLECT, "--book", book, *command], stdout=out, check=True)
        return path

    def book_of(self, folder):
        book = make_book()
        call("--book", book, "import", folder)
        run(book, "2022-01-01", "2024-12-31")
        self.assertIn("verified", call("--book", book, "verify"))
        for date in ("2022-06-30", "2024-12-31"):
            postings = sums(rows(book, "postings", "--as-of", date), "amount", by=("account", "currency"))
            aging = sums(rows(book, "aging", "--as-of", date, "--by", "currency"), *BUCKETS)
            self.assertEqual({(c,): a for (account, c), a in postings.items() if account == "receivables"}, aging)
        return book

    def explained(self, book, count):
        """Why, and why not: customers on random days are told what became of them, and that is what was recorded."""
        chance, first = random.Random(11), datetime.date(2022, 1, 1)
        touched = collections.defaultdict(set)
        for line in rows(book, "touches"):
            touched[line["customer"], line["date"]].add(line["key"])
        customers = sorted({customer for customer, _ in touched})
        days = [(chance.choice(customers), str(first + datetime.timedelta(chance.randrange(1096)))) for _ in range(count)]
        days[::3] = chance.sample(sorted(touched), len(days[::3]))  # else most of them got nothing
        said = collections.Counter()
        for customer, day in days:
            facts = collections.defaultdict(list)
            for fact in rows(book, "why", "touch", customer, "--as-of", day):
                facts[fact["fact"]].append(fact["value"])
            self.assertTrue(facts["outcome"] and all(facts["outcome"]), (customer, day, facts))
            self.assertEqual(set(facts["touch"] + facts["withheld"]), touched[customer, day], (customer, day, facts))
            self.assertTrue(all(facts["reason"]), (customer, day, facts))
            said[bool(facts["touch"])] += 1
        self.assertGreater(min(said[True], said[False]), count // 6)

    def within_the_limit(self, book):
        """The default policy's "limit 1 per 3d": at most 3 messages a week to a customer, 3 days apart."""
        days, most = collections.defaultdict(list), 0
        for line in rows(book, "touches"):
            if line["status"] != "withheld" and line["channel"] not in ("call", "placement"):
                days[line["customer"], line["currency"]].append(datetime.date.fromisoformat(line["date"]).toordinal())
        for account, on in days.items():
            on.sort()
            self.assertTrue(all(b - a >= 3 for a, b in zip(on, on[1:])), account)
            most = max([most] + [sum(day <= other < day + 7 for other in on) for day in on])
        self.assertIn(most, (2, 3))
        return sum(map(len, days.values()))

    def both_ways(self, name, explained):
        folder = os.path.join(DATA, "books", name)
        given = self.book_of(folder)
        self.within_the_limit(given)
        self.explained(given, explained)
        for date in ("2023-06-30", "2025-01-01"):
            self.check_book(folder, "aging", date, self.report(given, "aging", "--as-of", date))
        self.check_book(folder, "touches", self.report(given, "touches"))
        without = fresh()
        for file in os.listdir(folder):
            if not file.startswith("applications"):
                shutil.copy(os.path.join(folder, file), without)
        matched = self.book_of(without)
        self.check_book(folder, "touches", self.report(matched, "touches"), self.report(matched, "applications"))

    def test_seed1_10000(self):
        self.both_ways("seed1_10000", 24)

    def test_holds_hold(self):
        """The same book with holds on customers and invoices, which it has none of."""
        folder, chance = fresh(), random.Random(7)
        shutil.copytree(os.path.join(DATA, "books", "seed1_10000"), folder, dirs_exist_ok=True)
        events = self.book_rows(folder, "events.csv")
        for name, key in (("customers.csv", "cust_id"), ("invoices.csv", "inv_id")):
            for line in chance.sample(self.book_rows(folder, name), 150):
                first = datetime.date(2022, 1, 1) + datetime.timedelta(chance.randrange(1095))
                if "issue" in line:
                    first = max(first, datetime.date.fromisoformat(line["issue"]))
                until = "" if chance.random() < 0.2 else first + datetime.timedelta(chance.randrange(5, 200))
                events.append({"date": first, "type": "hold", key: line[key], "until": until, "text": "asked to wait"})
        for file in os.listdir(folder):
            if file.startswith("events"):
                os.remove(os.path.join(folder, file))
        with open(os.path.join(folder, "events.csv"), "w", newline="", encoding="utf-8") as f:
            table = csv.DictWriter(f, ["date", "type", "cust_id", "inv_id", "pay_id", "amount", "text", "until"])
            table.writeheader()
            table.writerows(events)
        plain = self.book_of(os.path.join(DATA, "books", "seed1_10000"))
        held = self.book_of(folder)
        self.check_book(folder, "touches", self.report(held, "touches"))
        with self.assertRaises(AssertionError):  # the check does see touches of what was to be held
            self.check_book(folder, "touches", self.report(plain, "touches"))

    @unittest.skipUnless(os.environ.get("ARC_TEST_LONG") == "1", "takes minutes; ARC_TEST_LONG=1 runs it")
    def test_seed1_100000(self):
        self.both_ways("seed1_100000", 1000)

    def test_ibm_receivables(self):
        path = os.path.join(DATA, "invoices", "ibm_accounts_receivable.csv")
        book = make_book()
        self.assertIn("imported: 100 customers, 2466 invoices, 2466 payments, 2466 applications",
                      call("--book", book, "import", path))
        run(book, "2012-01-01", "2013-12-31")
        call("--book", book, "verify")
        def day(text):
            month, day_of_month, year = map(int, text.split("/"))
            return datetime.date(year, month, day_of_month)
        invoices = [(line["customerID"], day(line["InvoiceDate"]), day(line["DueDate"]), day(line["SettledDate"]),
                     Decimal(line["InvoiceAmount"])) for line in read_csv(path)]
        for date in (datetime.date(2012, 3, 31), datetime.date(2013, 1, 31), datetime.date(2013, 12, 31)):
            expected = collections.defaultdict(lambda: [Decimal(0)] * 5)
            for customer, issued, due, settled, amount in invoices:
                if issued <= date < settled:
                    late = (date - due).days
                    expected[customer][0 if late <= 0 else min((late - 1) // 30 + 1, 4)] += amount
            said = {line["customer"]: [money(line[b]) for b in BUCKETS]
                    for line in rows(book, "aging", "--as-of", str(date))}
            self.assertEqual(said, expected)


if __name__ == "__main__":
    ARCOLLECT, MAKE_SAMPLE_BOOK = (os.path.abspath(path) for path in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
