"""The scenario of all languages: the commands of scenario.json, and what has to come of them."""
import json
import os
import subprocess
import tempfile
import unittest
from datetime import date, datetime, timezone

import arcollect
from arcollect import Collector, DayIs, Ledger, Minor, errors, rows
from arcollect._base import to_minor
from arcollect._posts import COMMANDS

SCENARIO = os.environ.get("ARC_TEST_SCENARIO", "")
MARKS = {"matching": DayIs.MATCHED, "planning": DayIs.PLANNED, "day_run": DayIs.RUN, "period_close": DayIs.CLOSED}
ANSWERS = {name: getattr(arcollect.constants, name) for name in ("SENT", "PENDING", "FAILED", "RETRY")}


def row(kind, given):
    """A dataclass out of the fields that the file gives."""
    known, values = {name: (python, what, detail) for python, name, what, detail in kind.FIELDS}, {}
    for name, value in given.items():
        python, what, detail = known[name]
        if what == "day":
            value = date.fromisoformat(value)
        elif what == "money":
            value = Minor(value)
        elif what == "row":
            value = row(getattr(rows, detail), value)
        elif what == "rows":
            value = [row(getattr(rows, detail[1]), one) for one in value]
        values[python] = value
    return kind(**values)


def fields(given, kind, currency):
    """A row that the library told, as the file says it."""
    told = {}
    for python, name, what, _ in kind.FIELDS:
        value = getattr(given, python)
        told[name] = to_minor(value, currency) if what == "money" else value.isoformat() if what == "day" and value else value
    return told


def day(step, name="day"):
    return date.fromisoformat(step[name]) if name in step else None


class Play:
    """The book, and one method for each word of the file."""

    def __init__(self, script, path, check):
        self.script, self.path, self.check, self.offered = script, path, check, []
        self.open()

    def open(self):
        self.ledger = Ledger(self.path, book=self.script["book"], currency=self.script["currency"])
        self.collector = Collector(self.ledger, self.send)
        self.scorer = self.collector.scorer

    def send(self, message):
        self.offered.append(fields(message, rows.Message, message.currency))
        return ANSWERS[self.script["transport"].get(message.customer, "SENT")]

    def play(self, steps):
        for step in steps:
            word = next(iter(step))
            try:
                new = getattr(self, "do_" + word)(step)
            except errors.Error as error:
                told = {"status": error.name, "record": error.record, "field": error.field, "line": error.line,
                        "column": error.column, "text": error.text}
            else:
                told = {"status": "ARC_ALREADY" if new is False else "ARC_OK"}
            want = {"status": step.get("is", "ARC_OK")}
            if "error" in step:
                want = {"record": 0, "field": None, "line": 0, "column": 0, **step["error"]}
            self.check.assertEqual(told, want, step)

    # ---- commands ----

    def do_clock(self, step):
        self.ledger.set_clock(datetime.combine(day(step, "clock"), datetime.min.time(), timezone.utc))

    def do_post(self, step):
        command = getattr(self.ledger, "post_" + step["post"])
        return command([row(KINDS[step["post"]], given) for given in step["rows"]])

    def do_mark(self, step):
        return self.ledger.post_day(day(step), MARKS[step["mark"]])

    def do_batch(self, step):
        with self.ledger.batch():
            self.play(step["batch"])

    def do_abort(self, step):
        with self.check.assertRaises(ZeroDivisionError):
            with self.ledger.batch():
                self.play(step["abort"])
                raise ZeroDivisionError

    def do_run(self, step):
        self.offered.clear()
        try:
            report = fields(self.collector.run_day(day(step, "run")), rows.DayReport, self.ledger.currency)
        finally:
            want = step.get("offered", [])
            self.check.assertEqual([{name: told[name] for name in one} for one, told in zip(want, self.offered)], want)
            self.check.assertEqual(len(self.offered), len(want), self.offered)
        did = {name: count for name, count in report.items() if count and name != "day"}
        self.check.assertEqual(did, step.get("did", {}), step)

    def do_train(self, step):
        self.scorer.train(day(step, "train"))
        self.check.assertEqual(len(self.scorer.save()), step["bytes"])

    def do_reply(self, step):
        self.table(step, self.collector.reply(row(rows.Incoming, step["reply"])))

    def do_answer(self, step):
        given = dict(step["with"], day=day(step["with"]))
        return getattr(self.collector.matcher, step["answer"])(given.pop("payment"), given.pop("day"), **given)

    # ---- what comes of them ----

    def do_ask(self, step):
        self.table(step, self.tables()[step["ask"]](step))

    def tables(self):
        ledger, scorer, collector = self.ledger, self.scorer, self.collector
        query = lambda kind, s: {p: getattr(row(kind, s["with"]), p) for p, n, _, _ in kind.FIELDS if n in s["with"]}  # noqa: E731
        return {
            "report": lambda s: ledger.report(**query(rows.Query, s)),
            "aging": lambda s: ledger.aging(**query(rows.MetricsQuery, s)),
            "metrics": lambda s: ledger.metrics(day(s), days=s["days"]),
            "worklist": lambda s: scorer.worklist(day(s), s["limit"]),
            "why": lambda s: scorer.why(s["key"], day(s)),
            "predict": lambda s: scorer.predict(day(s), s["key"]),
            "explain": lambda s: scorer.explain(s["key"], day(s), s["instalment"]),
            "forecast": lambda s: scorer.forecast(**query(rows.ForecastOptions, s)),
            "customers": lambda s: scorer.customers(day(s)),
            "propose": lambda s: collector.matcher.propose(day(s), s["key"]),
            "match_why": lambda s: collector.matcher.why(s["key"], day(s)),
            "cadence_why": lambda s: collector.cadence.why(s["key"], day(s)),
            "coverage": lambda s: collector.cadence.coverage(day(s))[0],
            "exceptions": lambda s: collector.exceptions(day(s)),
            "preview": lambda s: collector.preview(day(s), day(s, "to")),
        }

    def table(self, step, report):
        self.check.assertEqual(list(report.columns), step["columns"], step)
        told = [["" if cell is None else str(cell) for cell in one] for one in report]
        for at, (one, want) in enumerate(zip(told, step["rows"])):
            self.check.assertEqual(one, want, f"row {at} of {step['ask'] if 'ask' in step else 'reply'}")
        self.check.assertEqual(len(told), step.get("count", len(step["rows"])), step)

    def do_balance(self, step):
        receivable, unapplied = self.ledger.balance(step["balance"], currency=step["currency"], as_of=day(step))
        self.check.assertEqual([to_minor(receivable, step["currency"]), to_minor(unapplied, step["currency"])],
                               [step["receivable"], step["unapplied"]], step)

    def do_journal(self, step):
        self.check.assertEqual({"next": self.ledger.next_sequence, "head": self.ledger.head.hex()}, step["journal"])
        self.ledger.verify()

    def do_reopen(self, step):
        self.ledger.close()
        self.open()

    def do_snapshot(self, step):
        self.ledger.snapshot()


#: The struct of each command.
KINDS = {function[len("arc_ledger_post_"):]: kind for kind, function in COMMANDS.items()}


def commands(steps):
    for step in steps:
        yield from commands(step.get("batch", step.get("abort", [])))
        if "post" in step:
            yield step["post"]


@unittest.skipUnless(SCENARIO, "ARC_TEST_SCENARIO names no file")
class Scenario(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        with open(SCENARIO, encoding="utf-8") as f:
            self.script = json.load(f)

    def test_every_command_is_said(self):
        known = {name[len("post_"):] for name in dir(arcollect.ledger.Posts) if name.startswith("post_")}
        self.assertEqual(set(commands(self.script["steps"])), known)

    def test_all_of_it_and_the_same_bytes_as_the_c_program(self):
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = os.path.join(folder, "python"), os.path.join(folder, "c")
            play = Play(self.script, ours, self)
            play.play(self.script["steps"])
            play.ledger.close()
            self.assertEqual(os.path.getsize(ours), self.script["file_bytes"])
            if not os.environ.get("ARC_TEST_PROGRAM"):
                self.skipTest("ARC_TEST_PROGRAM names no program to compare with")
            subprocess.run([os.environ["ARC_TEST_PROGRAM"], theirs], check=True)
            with open(ours, "rb") as a, open(theirs, "rb") as b:
                self.assertTrue(a.read() == b.read(), "the journals differ")


if __name__ == "__main__":
    unittest.main()
