"""A whole book from CSV files, day by day, as the example host in C runs it: the journals have the same bytes."""
import csv
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from datetime import date, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.join(HERE, os.pardir, "examples", "run_book.py")
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None  # what is compared is the bytes, not the disk
HOST = os.environ.get("ARC_TEST_HOST", "")
DATA = os.path.join(os.environ.get("ARC_TEST_DATA", ""), "books", "seed1_10000")


def write(folder, name, header, rows):
    with open(os.path.join(folder, name + ".csv"), "w", newline="", encoding="utf-8") as f:
        csv.writer(f).writerows([header.split(","), *rows])


def make(folder):
    """A book of a quarter: cash that settles, cash that does not, and all that is said about it."""
    chance, first = random.Random(5), date(2023, 1, 2)
    invoices, payments, applications, events = [], [], [], []
    for n in range(300):
        issued = first + timedelta(n // 5)
        amount = chance.randrange(1000, 500000)
        invoices.append([n, f"INV-{n:05d}", n % 20, issued, issued + timedelta(14), amount, 0, 0, f"PO{n}"])
        paid = issued + timedelta(chance.randrange(5, 60))
        if n % 4:
            short = amount // 10 if n % 9 == 0 else 0
            payments.append([f"P{n}", "" if n % 13 == 0 else n % 20, paid, amount - short, f"PAYER {n % 20}", f"INV-{n:05d}"])
            applications.append([f"P{n}", n, paid, amount - short, 0, short])
            if short:
                events.append([paid, "dispute", n % 20, n, f"P{n}", short, "SHORTAGE"])
            if n % 50 == 3:
                events.append([paid + timedelta(2), "reversal", n % 20, "", f"P{n}", amount, "NSF"])
        elif n % 3 == 0:
            events.append([issued + timedelta(20), "promise", n % 20, n, "", amount, f"BY {issued + timedelta(30)}"])
            events += [[issued + timedelta(21), "note", n % 20, "", "", "", "Called, \u201cnext week\u201d\nthey said."]] * 2
        else:
            events.append([issued + timedelta(40), "writeoff", n % 20, n, "", amount, "bankrupt"])
            events.append([issued + timedelta(9), "credit", n % 20, n, "", 100, "price"])
    events.append([first + timedelta(50), "writeoff", 1, 1, "", 10**12, "more than is owed"])  # is refused
    write(folder, "customers", "cust_id,name,currency,terms_days,disc_bp,disc_days,credit_limit",
          [[n, f"Customer Nº {n}", ("USD", "EUR", "JPY")[n % 3], 14, 0, 0, 1000000] for n in range(20)])
    write(folder, "invoices", "inv_id,number,cust_id,issue,due,amount,disc_bp,disc_days,po", invoices)
    write(folder, "payments", "pay_id,cust_id,date,amount,payer,remit", sorted(payments, key=lambda row: row[2]))
    write(folder, "events", "date,type,cust_id,inv_id,pay_id,amount,text", sorted(events, key=lambda row: row[0]))
    write(folder, "applications", "pay_id,inv_id,date,cash,discount,deduction", sorted(applications, key=lambda row: row[2]))


def journal(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT first_seq, count, bytes FROM arcollect_journal ORDER BY first_seq").fetchall()
    finally:
        connection.close()


@unittest.skipUnless(HOST, "ARC_TEST_HOST names no program: the example host in C was not built")
class Books(unittest.TestCase):
    def both(self, folder, first, last, *options):
        with tempfile.TemporaryDirectory(dir=MEMORY) as out:
            theirs, ours = os.path.join(out, "c.book"), os.path.join(out, "python.book")
            for command in (["init", "--currency", "USD"], ["import", folder, "--skip-bad"],
                            ["run", "--from", first, "--to", last, "--outbox", os.path.join(out, "letters"), *options]):
                subprocess.run([HOST, "--book", theirs, *command], check=True, capture_output=True)
            middle = date.fromisoformat(first) + (date.fromisoformat(last) - date.fromisoformat(first)) // 2
            for end in (str(middle), last):  # in two runs, as the days come
                subprocess.run([sys.executable, SCRIPT, ours, folder, "--from", first, "--to", end, *options], check=True,
                               capture_output=True)
            a, b = journal(theirs), journal(ours)
            self.assertGreater(len(a), 30)
            for one, other in zip(a, b):
                self.assertEqual(one, other)
            self.assertEqual(len(a), len(b))
            return sum(len(row[2]) for row in a)

    def test_applications_as_they_are_given(self):
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            make(folder)
            self.assertGreater(self.both(folder, "2023-01-02", "2023-03-31"), 20000)

    def test_with_the_matcher(self):
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            make(folder)
            os.remove(os.path.join(folder, "applications.csv"))
            self.assertGreater(self.both(folder, "2023-01-02", "2023-03-31"), 20000)

    @unittest.skipUnless(os.path.isdir(DATA), "ARC_TEST_DATA names no folder with books/seed1_10000")
    def test_a_book_made_by_others(self):
        last = os.environ.get("ARC_TEST_BOOK_UNTIL", "2022-02-28")  # of three years, to 2024-12-31
        self.assertGreater(self.both(DATA, "2022-01-01", last), 50000)


if __name__ == "__main__":
    unittest.main()
