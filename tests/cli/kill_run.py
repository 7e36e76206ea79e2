#!/usr/bin/env python3
"""Kills the daily run at random moments and starts it again: the journal and the messages must come out the same.

usage: kill_run.py ARCOLLECT MAKE_SAMPLE_BOOK [--kills N] [--seed S] [--data DIR]

A kill is SIGKILL after a random share of the work that an undisturbed run does. Each book is killed until it is
through; books follow each other until there were N kills. Every second book has its cash matched by the
library, the others know their applications.
"""
import argparse
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time


def journal(book):
    with sqlite3.connect(f"file:{book}?mode=ro", uri=True) as db:
        return [(seq, hashlib.sha256(data).hexdigest())
                for seq, data in db.execute("SELECT first_seq, bytes FROM arcollect_journal ORDER BY first_seq")]


def messages(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".eml"):
            with open(os.path.join(folder, name), "rb") as f:
                found[name] = hashlib.sha256(f.read()).hexdigest()
    return found


def keys(folder):
    lines = []
    for name in os.listdir(folder):
        if name.endswith(".eml"):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                lines += [line for line in f if line.startswith("X-Idempotency-Key:")]
    return lines


class Host:
    def __init__(self, program, data, work):
        self.program, self.work = program, work
        self.imported = os.path.join(work, "imported.book")
        self.call("--book", self.imported, "init", "--currency", "USD")
        self.call("--book", self.imported, "import", data)

    def call(self, *arguments):
        return subprocess.run([self.program, *arguments], check=True, capture_output=True, text=True)

    def fresh(self, name):
        book, outbox = os.path.join(self.work, name + ".book"), os.path.join(self.work, name + "-outbox")
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(book + suffix):
                os.remove(book + suffix)
        shutil.rmtree(outbox, ignore_errors=True)
        shutil.copy(self.imported, book)
        return book, outbox

    def command(self, book, outbox, period, extra):
        return [self.program, "--book", book, "run", "--from", period[0], "--to", period[1], "--outbox", outbox, "--hourly", *extra]

    def run(self, book, outbox, period, extra):
        began = time.monotonic()
        subprocess.run(self.command(book, outbox, period, extra), check=True, capture_output=True)
        return time.monotonic() - began

    def run_until_killed(self, book, outbox, period, extra, seconds):
        """True if the process was killed, False if it was through before."""
        process = subprocess.Popen(self.command(book, outbox, period, extra), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return True
        assert process.returncode == 0, err.decode()
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("arcollect")
    parser.add_argument("make_sample_book")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data")
    parser.add_argument("--from", dest="first", default="2023-01-01")
    parser.add_argument("--to", dest="last", default="2024-06-30")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    period = (options.first, options.last)
    # A killed process loses nothing that it wrote, so memory does: a disk would only be waited for.
    memory = "/dev/shm"
    roomy = os.path.isdir(memory) and shutil.disk_usage(memory).free > 1 << 28
    with tempfile.TemporaryDirectory(dir=memory if roomy else None) as work:
        data = options.data or os.path.join(work, "data")
        if not options.data:
            subprocess.run([options.make_sample_book, data, "--customers", "120", "--seed", str(options.seed),
                            "--from", period[0], "--to", period[1]], check=True, capture_output=True)
        host = Host(options.arcollect, data, work)
        expected = {}
        for extra in ((), ("--match",)):
            book, outbox = host.fresh("reference")
            seconds = host.run(book, outbox, period, extra)
            again, outbox_again = host.fresh("again")
            host.run(again, outbox_again, period, extra)
            assert journal(book) == journal(again), "two undisturbed runs differ"
            idle = host.run(book, outbox, period, extra)  # all is done: what it takes to begin and end
            expected[extra] = (journal(book), messages(outbox), idle, max(seconds - idle, 0.01))
        kills, books = 0, 0
        while kills < options.kills:
            extra = ((), ("--match",))[books % 2]
            book, outbox = host.fresh("killed")
            # A run goes on where the last one stopped, so that each gets some of the way.
            idle, share = expected[extra][2:]
            while host.run_until_killed(book, outbox, period, extra, max(0.001, idle + share * chance.uniform(-0.05, 0.3))):
                kills += 1
            books += 1
            host.call("--book", book, "verify")
            assert journal(book) == expected[extra][0], f"the journal differs after {kills} kills (seed {options.seed})"
            assert messages(outbox) == expected[extra][1], f"the messages differ after {kills} kills (seed {options.seed})"
            assert len(set(keys(outbox))) == len(keys(outbox)), "one key on two messages"
    commits = len(expected[()][0])
    print(f"{kills} kills over {books} books of {commits} commits and {len(expected[()][1])} messages: "
          "journals and messages the same, no key twice")


if __name__ == "__main__":
    sys.exit(main())
