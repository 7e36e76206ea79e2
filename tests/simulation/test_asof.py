#!/usr/bin/env python3
"""Feeds a book of the data folder to asof.c, which compares it with books of a part of its events.

usage: test_asof.py ASOF DATES      the folder is ARC_TEST_DATA, else ../shared/data beside the source tree
"""
import csv
import datetime
import gzip
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.environ.get("ARC_TEST_DATA") or os.path.join(os.path.dirname(ROOT), "shared", "data")
FOLDER = os.path.join(DATA, "books", "seed1_10000")


def rows(name):
    packed = os.path.join(FOLDER, name + ".gz")
    opener, path = (gzip.open, packed) if os.path.exists(packed) else (open, os.path.join(FOLDER, name))
    with opener(path, "rt", newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def day(text):
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


def events():
    """Each with its day; on the same day in an order in which it can be told."""
    for r in rows("invoices.csv"):
        yield day(r["issue"]), 1, "I", r["inv_id"], r["cust_id"], day(r["due"]), r["amount"]
    for r in rows("payments.csv"):
        yield day(r["date"]), 2, "P", r["pay_id"], r["cust_id"] or -1, r["amount"]
    for r in rows("applications.csv"):
        yield day(r["date"]), 3, "A", r["pay_id"], r["inv_id"], r["cash"], r["discount"]
    for number, r in enumerate(rows("events.csv")):
        if r["type"] == "credit":
            yield day(r["date"]), 2, "K", number, r["cust_id"], r["amount"]
        elif r["type"] == "reversal":
            yield day(r["date"]), 4, "R", r["pay_id"]
        elif r["type"] in ("writeoff", "dispute"):
            yield day(r["date"]), 4, r["type"][0].upper(), number, r["inv_id"], r["amount"]
        elif r["type"] == "promise":
            yield day(r["date"]), 4, "M", number, r["inv_id"], r["amount"], day(r["text"][3:])


def main():
    asof, dates = sys.argv[1:]
    if not os.path.isdir(FOLDER):
        print(f"skipped: no data folder {FOLDER}; ARC_TEST_DATA names another one")
        return 77
    lines = [f"C {r['cust_id']} {r['currency']}" for r in rows("customers.csv")]
    for at, _, kind, *fields in sorted(events(), key=lambda e: e[:2]):
        lines.append(" ".join(map(str, (kind, at, *fields))))
    return subprocess.run([asof, dates], input="\n".join(lines) + "\n", text=True).returncode


if __name__ == "__main__":
    sys.exit(main())
