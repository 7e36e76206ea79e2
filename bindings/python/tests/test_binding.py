"""The binding from outside: what its README promises."""
import contextlib
import gc
import importlib.util
import io
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
import unittest
import unittest.mock
from datetime import date, datetime, timezone
from decimal import Decimal, localcontext

import arcollect
from arcollect import (Application, Channel, Collector, Contact, Customer, Dispute, EmlFolder, Invoice, Ledger, Minor, Payment,
                       ReportKind, SQLiteStorage, Storage, Writeoff, errors)

HERE = os.path.dirname(os.path.abspath(__file__))
DAY = date(2025, 3, 10)


def book(ledger):
    ledger.post(Customer(key="C1", name="Orchard Textiles"),
                Contact(key="K1", customer="C1", name="Ann Lee", email="ann@orchard.example"),
                Invoice(key="I1", customer="C1", issued=date(2025, 2, 1), due=date(2025, 3, 3), amount="1190.00"))
    return ledger


class Dictionary(Storage):
    """A storage of a few lines."""

    def __init__(self):
        self.commits, self.closed, self.fail = {}, 0, None

    def append(self, first, count, data):
        if self.fail:
            raise self.fail
        if first != max((seq + n for seq, (n, _) in self.commits.items()), default=1):
            raise errors.ConflictError("somebody was first")
        self.commits[first] = (count, data)

    def read(self, first, offset, size):
        return b"".join(data for seq, (_, data) in sorted(self.commits.items()) if seq >= first)[offset:offset + size]

    def close(self):
        self.closed += 1


class Readme(unittest.TestCase):
    def ten_lines(self):
        with open(os.path.join(HERE, os.pardir, "README.md"), encoding="utf-8") as f:
            return re.search(r"## Ten lines\n\n```python\n(.*?)```", f.read(), re.S).group(1)

    @unittest.skipUnless(importlib.util.find_spec("mypy"), "mypy is not installed")
    def test_types(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "ten_lines.py")
            with open(path, "w", encoding="utf-8") as f:
                f.write(self.ten_lines())
            examples = os.path.join(HERE, os.pardir, "examples")
            for what in ([path], ["-p", "arcollect"], [os.path.join(examples, "run_book.py")]):
                checked = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", folder, *what], cwd=folder,
                                         capture_output=True, text=True)
                self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_the_ten_lines_work_as_printed(self):
        program = self.ten_lines()
        self.assertLessEqual(len([line for line in program.splitlines() if line.strip()]), 10)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(program, "README.md", "exec"), {})
        self.assertIn("Overdue: €1,190.00, invoice 2025-0117", out.getvalue())
        self.assertRegex(out.getvalue(), r"C1 +EUR +0\.00 +1190\.00")


class Rows(unittest.TestCase):
    def test_amounts(self):
        with Ledger(currency="EUR") as ledger:
            ledger.post_customers([Customer(key="C1"), Customer(key="J", currency="JPY"), Customer(key="K", currency="KWD")])
            same = [Decimal("1190"), Decimal("1.19e3"), 1190, "1190.00", Minor(119000)]
            for at, amount in enumerate(same):
                self.assertTrue(ledger.post_invoices(Invoice(key=f"I{at}", customer="C1", issued=DAY, due=DAY, amount=amount)))
            ledger.post_invoices({"key": "J1", "customer": "J", "issued": DAY, "due": DAY, "amount": 1190})
            ledger.post_invoices({"key": "K1", "customer": "K", "issued": DAY, "due": DAY, "amount": "1.234"})
            with localcontext() as context:
                context.prec = 3  # of the host, and none of ours
                items = {row.invoice: (row.currency, row.open) for row in ledger.open_items()}
            self.assertEqual({items[f"I{at}"] for at in range(len(same))}, {("EUR", Decimal("1190.00"))})
            self.assertEqual((items["J1"], items["K1"]), (("JPY", Decimal(1190)), ("KWD", Decimal("1.234"))))
            for bad, error in ((11.9, TypeError), ("1.234", ValueError), (Decimal("NaN"), ValueError), (True, TypeError),
                               (10**20, OverflowError)):
                with self.assertRaises(error, msg=repr(bad)):
                    ledger.post_invoices(Invoice(key="X", customer="C1", issued=DAY, due=DAY, amount=bad))

    def test_amounts_of_rows_that_name_no_currency(self):
        """In a book that was opened anew, and in a batch: what they are in is looked up."""
        storage = Dictionary()
        with Ledger(storage=storage, currency="EUR") as ledger:
            ledger.post(Customer(key="J", currency="JPY"), Customer(key="C1"),
                        Invoice(key="J1", customer="J", issued=DAY, due=DAY, amount=5000),
                        Payment(key="P1", customer="J", received=DAY, amount=3000))
        with Ledger(storage=storage) as ledger:
            self.assertTrue(ledger.post_applications(Application(credit="P1", invoice="J1", day=DAY, amount=3000)))
            self.assertTrue(ledger.post_disputes(Dispute(key="D1", invoice="J1", opened=DAY, amount=500)))
            with ledger.batch():
                ledger.post_invoices(Invoice(key="J2", customer="J", issued=DAY, due=DAY, amount=700))
                ledger.post_writeoffs(Writeoff(key="W1", invoice="J2", day=DAY, amount=200))
            items = {row.invoice: (row.open, row.disputed) for row in ledger.open_items()}
            self.assertEqual(items, {"J1": (Decimal(2000), Decimal(500)), "J2": (Decimal(500), Decimal(0))})
            ledger.verify()
        with Ledger(storage=storage) as ledger, ledger.fork() as fork:
            with fork.batch():
                fork.post_invoices(Invoice(key="J3", customer="J", issued=DAY, due=DAY, amount=7))
            self.assertEqual(fork.open_items(invoice="J3")["open"], [Decimal(7)])
            self.assertEqual(len(ledger.open_items()), 2)

    def test_nested_rows_and_words(self):
        with Ledger(currency="EUR") as ledger:
            ledger.post_customers(Customer(key="Ö", name="Ärger & Söhne", tags=("north", "retail")))
            ledger.post_invoices(Invoice(key="I", customer="Ö", issued=DAY, amount="100.01", instalments=[
                arcollect.Instalment(due=date(2025, 4, 1), amount="50.01"),
                arcollect.Instalment(due=date(2025, 5, 1), amount=50)]))
            self.assertEqual(ledger.open_items()["open"], [Decimal("50.01"), Decimal("50.00")])
            self.assertEqual(ledger.open_items()["customer"], ["Ö", "Ö"])
            with self.assertRaises(TypeError):
                ledger.post_invoices(Invoice(key="T", customer="Ö", issued=datetime(2025, 1, 1), amount=1))
            with self.assertRaises(TypeError):
                ledger.post_invoices([Customer(key="no invoice")])

    def test_every_command_has_its_method(self):
        from arcollect._native import lib
        posts = {name[len("arc_ledger_"):] for name in dir(lib) if name.startswith("arc_ledger_post_")}
        self.assertGreater(len(posts), 25)
        self.assertEqual({name for name in posts if not callable(getattr(Ledger, name, None))}, set())


    def test_every_function_is_reached(self):
        """What the binding does not call, each with its reason."""
        from arcollect._native import lib
        folder = os.path.dirname(arcollect.__file__)
        source = ""
        for name in os.listdir(folder):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), encoding="utf-8") as f:
                    source += f.read()
        missing = {name for name in dir(lib) if name.startswith("arc_") and not re.search(rf"\b{name}\b", source)}
        by_python = {"arc_day_from_civil", "arc_day_to_civil", "arc_day_weekday", "arc_day_add_months", "arc_day_parse",
                     "arc_day_format", "arc_money_parse", "arc_money_format", "arc_money_scale", "arc_report_format",
                     "arc_storage_memory_new", "arc_calendar_adjust"}
        self.assertEqual(missing - by_python, set())


class Errors(unittest.TestCase):
    def test_detail(self):
        with book(Ledger(currency="EUR")) as ledger:
            before = ledger.next_sequence
            with self.assertRaises(errors.NotFoundError) as caught:
                ledger.post_invoices([Invoice(key="I2", customer="C1", issued=DAY, due=DAY, amount=1),
                                      Invoice(key="I3", customer="nobody", issued=DAY, due=DAY, amount=Minor(1))])
            self.assertEqual((caught.exception.record, caught.exception.field, caught.exception.name), (1, "customer", "ARC_E_NOT_FOUND"))
            self.assertIn("nobody", str(caught.exception))
            self.assertEqual(ledger.next_sequence, before)
            with self.assertRaises(errors.ExistsError):
                ledger.post_customers(Customer(key="C1", name="somebody else"))
            self.assertFalse(ledger.post_customers(Customer(key="C1", name="Orchard Textiles")))
            with self.assertRaises(errors.TextSyntaxError) as caught:
                arcollect.check_terms("net thirty")
            self.assertEqual(caught.exception.column, 5)
            with self.assertRaises(errors.ReadOnlyError):
                fork = ledger.fork(datetime(2025, 1, 1, tzinfo=timezone.utc))
                fork.post_customers(Customer(key="C9"))

    def test_options(self):
        for options, field in (({}, "currency"), ({"currency": "XXX"}, "currency"), ({"currency": "EUR", "book": "b" * 65}, "book")):
            with self.assertRaises(errors.InvalidError) as caught:
                Ledger(**options)
            self.assertEqual(caught.exception.field, field)
        with self.assertRaises(ValueError):
            Ledger(currency="EURO")

    def test_batches(self):
        with book(Ledger(currency="EUR")) as ledger:
            head = ledger.head
            with self.assertRaises(ZeroDivisionError):
                with ledger.batch():
                    ledger.post_customers(Customer(key="C2"))
                    1 / 0
            with self.assertRaises(errors.BusyError):
                with ledger.batch():
                    with ledger.batch():
                        pass
            self.assertEqual(ledger.head, head)
            self.assertTrue(ledger.post(Customer(key="C2"), Customer(key="C3")))

    def test_closed(self):
        ledger = book(Ledger(currency="EUR"))
        collector = Collector(ledger)
        ledger.close()
        ledger.close()
        for call in (ledger.open_items, lambda: collector.run_day(DAY), lambda: ledger.currency, lambda: ledger.fork()):
            with self.assertRaises(ValueError):
                call()
        collector.close()


class Reports(unittest.TestCase):
    def test_types(self):
        with book(Ledger(currency="EUR")) as ledger:
            report, timeline = ledger.open_items(as_of=DAY), ledger.timeline()
        row = report[0]  # of a ledger that is closed
        self.assertEqual((row.due, row.open, row.days_past_due, row.invoice), (date(2025, 3, 3), Decimal("1190.00"), 7, "I1"))
        self.assertEqual(next(report.dicts())["due"], date(2025, 3, 3))
        self.assertEqual(report["open"], [Decimal("1190.00")])
        self.assertEqual(len(report), len(list(report)))
        self.assertEqual([(row.date, row.event) for row in timeline][:3:2], [(None, "book"), (None, "contact")])
        self.assertEqual(timeline[-1], timeline[-1:][0])
        with self.assertRaises(KeyError):
            report["nothing"]
        with self.assertRaises(IndexError):
            report[1]

    def test_all_reports(self):
        with book(Ledger(currency="EUR")) as ledger:
            Collector(ledger).run_day(DAY)
            for kind in ReportKind:
                report = ledger.report(kind, customer="C1", as_of=DAY)
                self.assertEqual([len(row) for row in report], [len(report.columns)] * len(report))
            scorer = arcollect.Scorer(ledger)
            self.assertEqual(scorer.worklist(DAY)[0].customer, "C1")
            self.assertTrue(0 <= scorer.predict(DAY)[0].p_late30 <= 1)
            scorer.train(DAY)
            scorer.load(scorer.save())
            self.assertEqual(len(scorer.forecast(DAY, count=3)), 3)
            self.assertEqual(ledger.balance("C1"), (Decimal("1190.00"), Decimal("0.00")))
            self.assertGreater(len(ledger.metrics(DAY)), 5)


class Days(unittest.TestCase):
    def test_transport_and_preview(self):
        sent = []
        with book(Ledger(currency="EUR")) as ledger, Collector(ledger, sent.append) as collector:
            preview = collector.preview(DAY, DAY)
            report = collector.run_day(DAY)
            self.assertEqual((report.touches_sent, report.overdue, len(sent)), (1, Decimal("1190.00"), 1))
            message = sent[0]
            self.assertEqual((message.customer, message.amount, message.day, message.channel), ("C1", Decimal("1190.00"), DAY, Channel.EMAIL))
            self.assertEqual((message.items[0].key, message.items[0].due), ("I1", date(2025, 3, 3)))
            self.assertEqual(preview[0].touch, message.idempotency_key)
            self.assertEqual(collector.compare(preview)[0].outcome, "as previewed")
            self.assertIn("policy", collector.cadence.why(message.idempotency_key, DAY)["fact"])
            self.assertEqual(len(collector.exceptions(DAY)), 0)

    def test_an_exception_of_the_transport_comes_back_as_itself(self):
        failure = [RuntimeError("no line")]
        sent = []

        def send(message):
            if failure:
                raise failure[0]
            sent.append(message.idempotency_key)

        with book(Ledger(currency="EUR")) as ledger, Collector(ledger, send) as collector:
            for _ in range(2):
                with self.assertRaises(RuntimeError) as caught:
                    collector.run_day(DAY)
                self.assertIs(caught.exception, failure[0])
            failure.clear()
            self.assertEqual(collector.run_day(DAY).touches_sent, 1)
            self.assertEqual(len(sent), 1)

    def test_calling_back_is_busy(self):
        with book(Ledger(currency="EUR")) as ledger:
            with Collector(ledger, lambda message: ledger.post_customers(Customer(key="C2"))) as collector:
                with self.assertRaises(errors.BusyError):
                    collector.run_day(DAY)

    def test_progress_stops_and_goes_on(self):
        seen = []

        def stop(phase, done, total):
            seen.append(phase)
            return len(seen) != 2

        with book(Ledger(currency="EUR")) as ledger:
            with Collector(ledger, lambda message: None, progress=stop) as collector:
                with self.assertRaises(errors.HostError):
                    collector.run_day(DAY)
                self.assertEqual(len(seen), 2)
                self.assertEqual(collector.run_day(DAY).touches_sent, 1)
                self.assertEqual(ledger.last_day_run, DAY)

    @unittest.skipUnless(threading.current_thread() is threading.main_thread(), "signals need the main thread")
    def test_ctrl_c(self):
        """A signal in the midst of a run: KeyboardInterrupt, and the day goes on from there."""
        sent = []

        def send(message):
            sent.append(message.idempotency_key)
            if len(sent) == 1:
                os.kill(os.getpid(), signal.SIGINT)

        with book(Ledger(currency="EUR")) as ledger:
            with Collector(ledger, send) as collector:
                with self.assertRaises(KeyboardInterrupt):
                    collector.run_day(DAY)
                collector.run_day(DAY)
                self.assertEqual(len(set(sent)), 1)
                self.assertEqual(ledger.last_day_run, DAY)

    def test_matching_and_reply(self):
        with book(Ledger(currency="EUR")) as ledger:
            ledger.post(Invoice(key="I2", customer="C1", issued=date(2025, 2, 1), due=date(2025, 3, 3), amount=50),
                        Payment(key="P1", customer="C1", received=DAY, amount="1190.00", remittance="I1"))
            with Collector(ledger, lambda message: None) as collector:
                self.assertEqual(collector.matcher.propose(DAY)[0].decision, "apply")
                self.assertEqual(collector.run_day(DAY).payments_applied, 1)
                done = collector.reply(arcollect.Incoming(key="m1", customer="C1", text="We will pay I2 on 20 March 2025.", day=DAY))
                self.assertGreater(len(done), 0)
                self.assertTrue(collector.matcher.undo("P1", DAY, author="Ida"))
            self.assertEqual(ledger.balance("C1"), (Decimal("1240.00"), Decimal("1190.00")))

    def test_eml_folder(self):
        import email
        with tempfile.TemporaryDirectory() as folder, book(Ledger(currency="EUR")) as ledger:
            with Collector(ledger, EmlFolder(folder, "AR <ar@example.com>")) as collector:
                collector.run_day(DAY)
            names = os.listdir(folder)
            self.assertEqual(len(names), 1)
            with open(os.path.join(folder, names[0]), "rb") as f:
                mail = email.message_from_binary_file(f, policy=email.policy.default)
            self.assertEqual(mail["To"], "Ann Lee <ann@orchard.example>")
            self.assertIn("1,190.00", mail["Subject"])
            self.assertEqual([part.get_content_type() for part in mail.iter_parts()], ["text/plain", "text/html"])


class Storages(unittest.TestCase):
    def test_python_storage(self):
        storage = Dictionary()
        with book(Ledger(storage=storage, currency="EUR")) as ledger:
            head = ledger.head
            storage.fail = OSError(28, "No space left on device")
            with self.assertRaises(OSError) as caught:
                ledger.post_customers(Customer(key="C2"))
            self.assertIs(caught.exception, storage.fail)
            storage.fail = errors.ConflictError("another one was first")
            with self.assertRaises(errors.ConflictError) as caught:
                ledger.post_customers(Customer(key="C2"))
            self.assertIs(caught.exception, storage.fail)
            storage.fail = None
            self.assertEqual(ledger.head, head)
            ledger.verify()
            with self.assertRaises(errors.InvalidError):
                ledger.snapshot()
        self.assertEqual(storage.closed, 1)
        with Ledger(storage=storage) as ledger:
            self.assertEqual((ledger.head, ledger.currency), (head, "EUR"))
        first = min(storage.commits)
        count, data = storage.commits[first]
        storage.commits[first] = count, data[:-1] + bytes([data[-1] ^ 1])
        with self.assertRaises(errors.CorruptError):
            Ledger(storage=storage)
        self.assertEqual(storage.closed, 3)

    def test_a_commit_in_the_hosts_hands(self):
        storage = Dictionary()
        with book(Ledger(storage=storage, currency="EUR")) as ledger:
            head = ledger.head
            with self.assertRaises(ZeroDivisionError):
                with ledger.batch(store=lambda first, count, data: 1 / 0):
                    ledger.post_customers(Customer(key="C2"))
            self.assertEqual(ledger.head, head)
            with ledger.batch(store=storage.append):
                self.assertTrue(ledger.post_customers(Customer(key="C2")))
            ledger.verify()
            with ledger.batch(store=lambda first, count, data: 1 / 0):
                self.assertFalse(ledger.post_customers(Customer(key="C2")))  # nothing new, nothing to store

    def test_two_writers(self):
        storage = Dictionary()
        with book(Ledger(storage=storage, currency="EUR")) as one, Ledger(storage=storage) as other:
            one.post_customers(Customer(key="C2"))
            with self.assertRaises(errors.ConflictError):
                other.post_customers(Customer(key="C3"))
            self.assertTrue(other.refresh())
            self.assertTrue(other.post_customers(Customer(key="C3")))

    def test_sqlite(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "book.db")
            with book(Ledger(storage=SQLiteStorage(path), currency="EUR")) as ledger:
                ledger.snapshot()
                ledger.post_customers(Customer(key="C2"))
                self.assertTrue(ledger.drop_journal())
                ledger.post_customers(Customer(key="C3"))
                ledger.verify()
                head, first = ledger.head, ledger.first_sequence
            self.assertGreater(first, 1)
            with Ledger(storage=SQLiteStorage(path)) as ledger:
                self.assertEqual((ledger.head, ledger.first_sequence), (head, first))
                self.assertEqual(len(ledger.open_items()), 1)

    def test_sqlite_within_the_hosts_transaction(self):
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.execute("CREATE TABLE postings(amount)")
        ledger = book(Ledger(storage=SQLiteStorage(connection), currency="EUR"))
        connection.execute("BEGIN")
        connection.execute("INSERT INTO postings VALUES(1)")
        ledger.post_customers(Customer(key="C2"))
        connection.execute("ROLLBACK")
        ledger.close()
        with Ledger(storage=SQLiteStorage(connection)) as ledger:
            self.assertTrue(ledger.post_customers(Customer(key="C2")))
        self.assertEqual(connection.execute("SELECT count(*) FROM postings").fetchone(), (0,))

    def test_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "book")
            with book(Ledger(path, currency="EUR")) as ledger:
                with self.assertRaises(errors.BusyError):
                    Ledger(path)
                head = ledger.head
            with Ledger(path) as ledger:
                self.assertEqual(ledger.head, head)


class Interrupts(unittest.TestCase):
    """Ctrl-C in the midst of things: KeyboardInterrupt comes out, and the book is whole."""

    def setUp(self):
        if threading.current_thread() is not threading.main_thread():
            self.skipTest("signals need the main thread")

    @staticmethod
    def ctrl_c():
        os.kill(os.getpid(), signal.SIGINT)

    def test_before_and_after_the_bytes_are_stored(self):
        for stored in (False, True):
            storage = Dictionary()
            with book(Ledger(storage=storage, currency="EUR")) as ledger:
                head, append = ledger.head, storage.append

                def interrupted(first, count, data):
                    if stored:
                        append(first, count, data)
                    self.ctrl_c()

                storage.append = interrupted
                with self.assertRaises(KeyboardInterrupt):
                    ledger.post_customers(Customer(key="C2"))
                storage.append = append
                self.assertEqual(ledger.head != head, stored)
                self.assertEqual(ledger.post_customers(Customer(key="C2")), not stored)
                ledger.verify()
                head = ledger.head
            with Ledger(storage=storage) as ledger:
                self.assertEqual(ledger.head, head)

    def test_nobody_knows_whether_it_is_stored(self):
        storage = Dictionary()
        with book(Ledger(storage=storage, currency="EUR")) as ledger:
            append, read = storage.append, storage.read

            def interrupted(first, count, data):
                append(first, count, data)
                storage.read = lambda *_: 1 / 0
                self.ctrl_c()

            storage.append = interrupted
            with self.assertRaises(KeyboardInterrupt):
                ledger.post_customers(Customer(key="C2"))
            storage.append, storage.read = append, read
            with self.assertRaises(errors.ReadOnlyError):
                ledger.post_customers(Customer(key="C3"))
        with Ledger(storage=storage) as ledger:
            self.assertFalse(ledger.post_customers(Customer(key="C2")))

    def test_while_a_journal_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "book")
            with book(Ledger(path, currency="EUR")) as ledger:
                ledger.post_customers([Customer(key=f"D{n}", name="D" * 100) for n in range(5000)])
                head, ticks = ledger.head, []

                def tick(watch):
                    ticks.append(watch)
                    if len(ticks) == 3:
                        self.ctrl_c()

                with unittest.mock.patch.object(arcollect.storage.Watch, "tick", tick):
                    with self.assertRaises(KeyboardInterrupt):
                        ledger.verify()
                self.assertEqual(ledger.head, head)
                ledger.verify()
            for read in range(3):  # the beginning; the journal behind a snapshot, if there is one; the journal
                ticks[:] = [None] * read
                with unittest.mock.patch.object(arcollect.storage.Watch, "tick", tick):
                    with self.assertRaises(KeyboardInterrupt):
                        Ledger(path)
            with Ledger(path) as ledger:  # its lock is gone
                self.assertEqual(ledger.head, head)
                self.assertTrue(ledger.post_customers(Customer(key="C2")))

    def test_at_any_moment(self):
        """Ctrl-C while the library reads a journal in C: it comes out as itself, whichever step it meets."""
        main = threading.main_thread().ident

        def kill(begun):
            begun.wait()
            for _ in range(100):  # until the main thread is in C
                frame = sys._current_frames()[main]
                if frame.f_code is Ledger._call.__code__:
                    break
            self.ctrl_c()

        said = io.StringIO()
        with tempfile.TemporaryDirectory() as folder, Ledger(os.path.join(folder, "book"), currency="EUR") as ledger:
            ledger.post_customers([Customer(key=f"D{n}", name="D" * 100) for n in range(5000)])
            head = ledger.head
            for _ in range(20):
                begun = threading.Event()
                killer = threading.Thread(target=kill, args=(begun,))
                killer.start()
                with contextlib.redirect_stderr(said):
                    with self.assertRaises(KeyboardInterrupt):
                        begun.set()
                        for _ in range(1000):
                            ledger.verify()
                    killer.join()
                self.assertEqual(ledger.head, head)
            ledger.verify()
        self.assertEqual(said.getvalue(), "")

    def test_while_messages_go_out(self):
        """The progress of sending: what went out is recorded, the rest goes out when the day is run again, all of it once."""
        sent, phases = [], []

        def progress(phase, done, total):
            phases.append((phase, done, total))
            if done == 64 and len(phases) < 20:
                self.ctrl_c()

        with Ledger(currency="EUR") as ledger:
            ledger.post_customers([Customer(key=f"C{n}") for n in range(150)])
            ledger.post_contacts([Contact(key=f"K{n}", customer=f"C{n}", email=f"c{n}@example.com") for n in range(150)])
            ledger.post_invoices([Invoice(key=f"I{n}", customer=f"C{n}", issued=date(2025, 2, 1), due=date(2025, 3, 3), amount=9)
                                  for n in range(150)])
            with Collector(ledger, lambda message: sent.append(message.idempotency_key), progress=progress) as collector:
                with self.assertRaises(KeyboardInterrupt):
                    collector.run_day(DAY)
                self.assertEqual(len(sent), 64)
                self.assertIsNone(ledger.last_day_run)
                ledger.verify()
                phases += [None] * 20
                self.assertEqual(collector.run_day(DAY).touches_sent, 150 - 64)
            self.assertEqual((len(sent), len(set(sent))), (150, 150))
            self.assertEqual(ledger.last_day_run, DAY)


class LongCalls(unittest.TestCase):
    def test_other_threads_go_on(self):
        """While one thread trains, another runs: it sees the first within the call again and again."""
        with Ledger(currency="EUR") as ledger:
            days = [date.fromordinal(date(2024, 1, 1).toordinal() + n % 300) for n in range(20000)]
            ledger.post_customers([Customer(key=f"C{n}") for n in range(100)])
            ledger.post_invoices([Invoice(key=f"I{n}", customer=f"C{n % 100}", issued=day, due=day, amount=Minor(100 + n))
                                  for n, day in enumerate(days)])
            ledger.post_payments([Payment(key=f"P{n}", customer=f"C{n % 100}", received=day, amount=Minor(100 + n))
                                  for n, day in enumerate(days)])
            ledger.post_applications([Application(credit=f"P{n}", invoice=f"I{n}", day=day, amount=Minor(100 + n))
                                      for n, day in enumerate(days)])
            scorer = arcollect.Scorer(ledger)
            for _ in range(10):  # a machine may be busy with others
                thread, within = threading.Thread(target=scorer.train, args=(date(2025, 1, 1),)), 0
                thread.start()
                while thread.is_alive():
                    time.sleep(0.001)
                    frame = sys._current_frames().get(thread.ident)
                    within += frame is not None and frame.f_code is Ledger._call.__code__
                if within > 5:
                    break
            self.assertGreater(within, 5)

    @unittest.skipUnless(importlib.util.find_spec("tqdm"), "tqdm is not installed")
    def test_progress_bar(self):
        from tqdm import tqdm
        out = io.StringIO()
        with book(Ledger(currency="EUR")) as ledger, tqdm(file=out, mininterval=0) as bar:
            with Collector(ledger, lambda message: None, progress=arcollect.progress_bar(bar)) as collector:
                self.assertEqual(collector.run_day(DAY).touches_sent, 1)
        self.assertIn("cadence", out.getvalue())
        self.assertIn("sending", out.getvalue())
        self.assertIn("1it", out.getvalue())


class Texts(unittest.TestCase):
    """What needs no ledger."""

    def test_terms_and_interest(self):
        instalments, discounts = arcollect.apply_terms("2/10 net 30", date(2025, 1, 1), "100.00", "EUR")
        self.assertEqual([(row.due, row.amount) for row in instalments], [(date(2025, 1, 31), Decimal("100.00"))])
        self.assertEqual([(row.last, row.basis_points) for row in discounts], [(date(2025, 1, 11), 200)])
        settlement = arcollect.TermsSettlement(value_day=date(2025, 1, 5), open=100, base=100, paid=98)
        self.assertEqual(arcollect.discount_earned(discounts, settlement, "EUR"), Decimal("2.00"))
        self.assertEqual(arcollect.print_terms("n/30"), "net 30")
        claim = arcollect.InterestClaim(due=date(2025, 1, 1), until=date(2025, 12, 31),
                                        balances=[arcollect.InterestBalance(day=date(2025, 1, 1), open=1000)],
                                        rule=arcollect.InterestRule(margin_ppm=100000))
        total, lines = arcollect.interest(claim, "EUR")
        self.assertEqual((total, len(lines), lines[0].days), (Decimal("99.73"), 1, 364))
        bands = [arcollect.CompensationBand(currency="EUR", amount=40)]
        self.assertEqual(arcollect.compensation(100, "EUR", bands), Decimal("40.00"))
        self.assertEqual(arcollect.split("0.10", [1, 1, 1], "EUR"), [Decimal("0.04"), Decimal("0.03"), Decimal("0.03")])

    def test_policies_and_templates(self):
        policy = arcollect.default_policy()
        arcollect.check_policy(policy)
        self.assertEqual(arcollect.print_policy(arcollect.print_policy(policy)), arcollect.print_policy(policy))
        self.assertEqual([row.severity for row in arcollect.lint_policy(policy) if row.severity == "error"], [])
        spec = arcollect.CadenceSpec(name="mine", steps=[
            arcollect.CadenceStep(name="first", offset=7, channel=Channel.EMAIL, tone=arcollect.Tone.FRIENDLY, balance="500.00"),
            arcollect.CadenceStep(name="agency", offset=60, channel=Channel.PLACEMENT)])
        self.assertIn("balance >= 500.00", arcollect.build_policy(spec))
        message = arcollect.Message(customer="C1", currency="JPY", amount=1190, day=DAY, subject="", items=[
            arcollect.MessageItem(invoice="I1", key="I1", due=DAY, issued=DAY, amount=1190, invoiced=1190)])
        template = arcollect.Template("language en\n---- subject\n{{amount}} for {{invoice}}\n---- text\nHello.\n")
        self.assertEqual(template.write(arcollect.constants.PART_SUBJECT, message).strip(), "JPY 1,190 for I1")
        self.assertEqual(template.write(arcollect.constants.PART_HTML, message), "")
        self.assertIn("---- subject", arcollect.built_in_template(arcollect.Tone.FIRM, Channel.EMAIL, "de"))
        with self.assertRaises(errors.TextSyntaxError) as caught:
            arcollect.Template("language en\n---- subject\n{{nothing}}\n---- text\n")
        self.assertEqual(caught.exception.line, 3)

    def test_references_and_replies(self):
        self.assertEqual(arcollect.check_reference("rf18 5390 0754 7034", arcollect.constants.REFERENCE_RF), "RF18539007547034")
        self.assertIn("RF18539007547034", arcollect.reference_repairs("RF18539007547043", arcollect.constants.REFERENCE_RF))
        report = arcollect.read_reply("We will pay on 20 March 2025.", written=DAY, language="en")
        self.assertIn(date(2025, 3, 20), report["day"])
        reader = arcollect.Reader()
        reader.learn("please resend the paperwork", arcollect.constants.REPLY_COPY)
        self.assertGreater(len(arcollect.read_reply("please resend the paperwork", written=DAY, reader=reader)), 1)

    def test_calendar(self):
        calendar = arcollect.Calendar.country("DE", 2024, 2026)
        self.assertFalse(calendar.is_business_day(date(2025, 10, 3)))
        self.assertEqual(calendar.add_business_days(date(2025, 10, 2), 1), date(2025, 10, 6))
        friday = arcollect.Calendar(weekend=[5, 6])
        self.assertEqual([friday.is_business_day(date(2025, 10, day)) for day in (3, 4, 5)], [False, False, True])


class Memory(unittest.TestCase):
    def test_nothing_is_left(self):
        ledger = book(Ledger(currency="EUR"))
        collector, fork = Collector(ledger, lambda message: None), ledger.fork()
        collector.run_day(DAY)
        report = collector.exceptions(DAY)
        scorer = arcollect.Scorer(fork)
        with self.assertRaises(errors.NotFoundError):
            scorer.why("nobody", DAY)
        with self.assertRaises(errors.NotFoundError):
            ledger.post_invoices(Invoice(key="I3", customer="nobody", issued=DAY, due=DAY, amount=1))
        self.assertGreater(ledger.memory[0], 1000)
        ledger.close()
        self.assertTrue(0 < ledger.memory[1] < 10, ledger.memory)  # the report
        del report
        gc.collect()
        self.assertEqual(ledger.memory, (0, 0))

    def test_what_is_forgotten_is_closed(self):
        storage = Dictionary()
        ledger = book(Ledger(storage=storage, currency="EUR"))
        collector = Collector(ledger)
        collector.run_day(DAY)
        memory = ledger._memory
        del ledger, collector
        gc.collect()
        self.assertEqual((storage.closed, memory.bytes, memory.blocks), (1, 0, 1))  # this one

    def test_python_keeps_nothing_of_books_that_are_gone(self):
        def live():
            with book(Ledger(storage=Dictionary(), currency="EUR")) as ledger:
                collector = Collector(ledger, lambda message: None)
                collector.run_day(DAY)
                collector.reply(arcollect.Incoming(key="r", customer="C1", text="We paid it.", day=DAY))
                with self.assertRaises(errors.NotFoundError):
                    ledger.post_invoices(Invoice(key="I3", customer="nobody", issued=DAY, due=DAY, amount=1))
                with ledger.fork() as fork:
                    self.assertTrue(list(ledger.open_items()) and fork.aging(DAY).dicts())
                collector.close()

        def kept(lives):
            for _ in range(lives):
                live()
            gc.collect()
            return tracemalloc.get_traced_memory()[0]

        tracemalloc.start()
        try:
            before = kept(60)  # with what is made once
            grown = kept(40) - before
        finally:
            tracemalloc.stop()
        self.assertLess(grown, 40 * 100, "bytes that 40 books left")  # an object of each would be more

    def test_threads(self):
        with book(Ledger(currency="EUR")) as ledger:
            failed = []

            def work(n):
                try:
                    for at in range(50):
                        ledger.post_customers(Customer(key=f"T{n}-{at}"))
                        len(ledger.open_items())
                except Exception as error:
                    failed.append(error)

            threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(failed, [])
            ledger.verify()


if __name__ == "__main__":
    unittest.main()
