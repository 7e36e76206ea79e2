#!/usr/bin/env python3
"""Writes scenario.json anew with what comes of it today, for a person to read the difference: git diff shows every value that
the library tells otherwise than it was written down, and each is either meant or an error.

usage: tell_scenario.py    with the environment of the test `python`: build/tests/bindings/python/venv/bin/python tell_scenario.py
"""
import json
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, os.pardir, "bindings", "python", "tests"))
import test_scenario as played  # noqa: E402
from arcollect import errors, rows  # noqa: E402

SCENARIO = os.path.join(HERE, "scenario.json")


class Told(played.Play):
    def play(self, steps):
        for step in steps:
            try:
                new = getattr(self, "do_" + next(iter(step)))(step)
                step.pop("error", None)
                step.pop("is", None)
                step.update({"is": "ARC_ALREADY"} if new is False else {})
            except errors.Error as error:
                told = {"status": error.name, "record": error.record, "field": error.field, "line": error.line,
                        "column": error.column, "text": error.text}
                step["error"] = {name: value for name, value in told.items() if value}

    def table(self, step, report):
        step["columns"] = list(report.columns)
        told = [["" if cell is None else str(cell) for cell in one] for one in report]
        if "count" in step:
            step["count"], told = len(told), told[:len(step["rows"])]
        step["rows"] = told

    def do_run(self, step):
        named = [name for message in step.get("offered", []) for name in message] or ["idempotency_key", "customer", "amount", "subject"]
        self.offered.clear()
        report = played.fields(self.collector.run_day(played.day(step, "run")), rows.DayReport, self.ledger.currency)
        step["did"] = {name: count for name, count in report.items() if count and name != "day"}
        step["offered"] = [{name: told[name] for name in dict.fromkeys(named)} for told in self.offered]
        for name in ("did", "offered"):
            if not step[name]:
                del step[name]

    def do_train(self, step):
        self.scorer.train(played.day(step, "train"))
        step["bytes"] = len(self.scorer.save())

    def do_balance(self, step):
        told = self.ledger.balance(step["balance"], currency=step["currency"], as_of=played.day(step))
        step["receivable"], step["unapplied"] = (played.to_minor(amount, step["currency"]) for amount in told)

    def do_journal(self, step):
        self.ledger.verify()
        step["journal"] = {"next": self.ledger.next_sequence, "head": self.ledger.head.hex()}


def value(thing):
    return json.dumps(thing, ensure_ascii=False)


def line(step, pad):
    """A step as it stands in the file: a row a line."""
    parts = []
    for name, thing in step.items():
        if name in ("batch", "abort"):
            parts.append(f"{value(name)}: [\n" + ",\n".join(line(one, pad + "  ") for one in thing) + "]")
        elif name in ("rows", "offered") and thing and not ("post" in step and len(thing) == 1 and len(value(step)) < 170):
            parts.append(f"{value(name)}: [\n" + ",\n".join(f"{pad}  {value(one)}" for one in thing) + "]")
        else:
            parts.append(f"{value(name)}: {value(thing)}")
    return pad + "{" + ", ".join(parts) + "}"


def main():
    with open(SCENARIO, encoding="utf-8") as f:
        script = json.load(f)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "book")
        play = Told(script, path, unittest.TestCase())
        play.play(script["steps"])
        play.ledger.close()
        script["file_bytes"] = os.path.getsize(path)
    steps = script.pop("steps")
    with open(SCENARIO, "w", encoding="utf-8", newline="\n") as f:
        f.write("{\n" + "".join(f"{value(name)}: {value(thing)},\n" for name, thing in script.items()))
        f.write('"steps": [\n' + ",\n".join(line(step, "  ") for step in steps) + "\n]\n}\n")


if __name__ == "__main__":
    main()
