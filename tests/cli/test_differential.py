#!/usr/bin/env python3
"""A book's open balances, aging and DSO by SQL from its CSV files, and what arcollect says, to the cent.

usage: test_differential.py ARCOLLECT MAKE_SAMPLE_BOOK [unittest's arguments]

The book is seed1_10000 of the data folder (see test_cli.py); without it there is nothing to compare. With
ARC_TEST_LONG=1 the one of 100,000 invoices, too.
"""
import csv
import decimal
import gzip
import os
import sqlite3
import sys
import unittest

import test_cli as cli

setUpModule, tearDownModule = cli.setUpModule, cli.tearDownModule
DATES = ["2022-01-31", "2022-06-30", "2022-12-31", "2023-03-15", "2023-12-31", "2024-02-29", "2024-10-07", "2025-01-01"]
WINDOWS = [30, 90, 365]


def load(folder):
    """Its files as they are, one table each; numbers as integers."""
    db = sqlite3.connect(":memory:")
    for name in ("customers", "invoices", "payments", "applications", "events"):
        path = os.path.join(folder, name + ".csv")
        with open(path, newline="") if os.path.exists(path) else gzip.open(path + ".gz", "rt", newline="") as f:
            lines = csv.reader(f)
            columns = next(lines)
            db.execute(f"CREATE TABLE {name}({', '.join(columns)})")
            rows = [[int(c) if c.lstrip('-').isdigit() else c for c in line] for line in lines]
            db.executemany(f"INSERT INTO {name} VALUES({', '.join('?' * len(columns))})", rows)
    # When a payment went back, and what took from an invoice from which day until which.
    db.executescript("""
        CREATE TABLE returned AS SELECT pay_id, date FROM events WHERE type = 'reversal';
        CREATE UNIQUE INDEX returned_by ON returned(pay_id);
        CREATE TABLE taken AS
          SELECT a.inv_id, a.pay_id, a.date AS since, ifnull(r.date, '9999') AS until, a.cash, a.cash + a.discount AS amount
            FROM applications a LEFT JOIN returned r USING(pay_id)
          UNION ALL SELECT inv_id, NULL, date, '9999', 0, amount FROM events WHERE type = 'writeoff';
        CREATE INDEX taken_by_invoice ON taken(inv_id);
        CREATE INDEX taken_by_payment ON taken(pay_id);
        CREATE TABLE owner AS
          SELECT p.pay_id, p.date, p.amount, ifnull(r.date, '9999') AS until, p.cust_id AS said,
                 (SELECT i.cust_id FROM taken t JOIN invoices i USING(inv_id) WHERE t.pay_id = p.pay_id LIMIT 1) AS found,
                 (SELECT min(t.since) FROM taken t WHERE t.pay_id = p.pay_id) AS found_on
            FROM payments p LEFT JOIN returned r USING(pay_id);
    """)
    return db


OPEN = """
    SELECT i.cust_id AS customer, i.issue, i.due, i.amount - ifnull((SELECT sum(t.amount) FROM taken t
           WHERE t.inv_id = i.inv_id AND t.since <= :day AND :day < t.until), 0) AS open
      FROM invoices i WHERE i.issue <= :day"""
UNAPPLIED = """
    SELECT CASE WHEN said <> '' THEN said WHEN found_on <= :day THEN found ELSE '' END AS customer,
           amount - ifnull((SELECT sum(t.cash) FROM taken t
           WHERE t.pay_id = o.pay_id AND t.since <= :day AND :day < t.until), 0) AS unapplied
      FROM owner o WHERE date <= :day AND :day < until
    UNION ALL SELECT cust_id, amount FROM events WHERE type = 'credit' AND date <= :day"""
AGING = f"""
    WITH open AS ({OPEN}), unapplied AS ({UNAPPLIED}),
    parts AS (
      SELECT customer, julianday(:day) - julianday(due) AS late, open, 0 AS unapplied FROM open WHERE open <> 0
      UNION ALL SELECT customer, NULL, 0, unapplied FROM unapplied WHERE unapplied <> 0)
    SELECT customer,
           sum(CASE WHEN late <= 0 THEN open ELSE 0 END), sum(CASE WHEN late BETWEEN 1 AND 30 THEN open ELSE 0 END),
           sum(CASE WHEN late BETWEEN 31 AND 60 THEN open ELSE 0 END),
           sum(CASE WHEN late BETWEEN 61 AND 90 THEN open ELSE 0 END), sum(CASE WHEN late > 90 THEN open ELSE 0 END),
           sum(unapplied), sum(open) - sum(unapplied)
      FROM parts GROUP BY customer"""
SALES = """
    SELECT ifnull((SELECT sum(amount) FROM invoices WHERE issue > :before AND issue <= :day), 0) -
           ifnull((SELECT sum(amount) FROM events WHERE type = 'credit' AND date > :before AND date <= :day), 0)"""
MONTHS = """
    SELECT month, sum(amount) FROM (
      SELECT substr(issue, 1, 7) AS month, amount FROM invoices WHERE issue <= :day
      UNION ALL SELECT substr(date, 1, 7), -amount FROM events WHERE type = 'credit' AND date <= :day)
     GROUP BY month ORDER BY month DESC"""


def hundredths(top, bottom):
    """As the library rounds: half to even, two places."""
    if bottom <= 0:
        return None
    return (decimal.Decimal(top) * 100 / decimal.Decimal(bottom)).to_integral_value(decimal.ROUND_HALF_EVEN)


def count_back(db, day, receivables):
    """Whole months of sales back from the end of the day, until the receivables are used up; by the month's own days."""
    left, days = receivables, 0
    sales = dict(db.execute(MONTHS, {"day": day}))
    month = day[:7]
    while left > 0:
        if month < min(sales):
            return None
        length = int(day[8:]) if month == day[:7] else int(db.execute(
            "SELECT strftime('%d', date(? || '-01', '+1 month', '-1 day'))", (month,)).fetchone()[0])
        sold = sales.get(month, 0)
        if left < sold:
            return days * 100 + hundredths(left * length, sold)
        left, days = left - sold, days + length
        month = db.execute("SELECT strftime('%Y-%m', date(? || '-01', '-1 day'))", (month,)).fetchone()[0]
    return decimal.Decimal(days * 100)


@unittest.skipUnless(os.path.isdir(cli.DATA), f"no data folder {cli.DATA}; ARC_TEST_DATA names another one")
class Differential(unittest.TestCase):
    def compare(self, name):
        folder = os.path.join(cli.DATA, "books", name)
        db, book = load(folder), cli.make_book()
        cli.call("--book", book, "import", folder)
        for day in DATES:
            with self.subTest(day):
                self.compare_aging(db, book, day)
                for days in WINDOWS:
                    self.compare_metrics(db, book, day, days)

        # A cent more on one invoice would be seen.
        db.execute("UPDATE invoices SET amount = amount + 1 WHERE rowid = 1000")
        with self.assertRaises(AssertionError):
            self.compare_aging(db, book, DATES[-1])

    def compare_aging(self, db, book, day):
        expected = {str(line[0]): list(line[1:]) for line in db.execute(AGING, {"day": day})}
        said = {line["customer"]: [int(cli.money(line[c]) * 100) for c in cli.BUCKETS + ["unapplied", "balance"]]
                for line in cli.rows(book, "aging", "--as-of", day)}
        self.assertTrue(expected)
        self.assertEqual(said, expected)
        receivables = db.execute(f"SELECT sum(open) FROM ({OPEN})", {"day": day}).fetchone()[0]
        self.assertEqual(sum(sum(line[:5]) for line in said.values()), receivables)

    def compare_metrics(self, db, book, day, days):
        before = db.execute("SELECT date(?, ?)", (day, f"-{days} days")).fetchone()[0]
        sales = db.execute(SALES, {"day": day, "before": before}).fetchone()[0]
        total = lambda at: db.execute(f"SELECT ifnull(sum(open), 0) FROM ({OPEN})", {"day": at}).fetchone()[0]
        receivables, opening = total(day), total(before)
        overdue = db.execute(f"SELECT ifnull(sum(open), 0) FROM ({OPEN}) WHERE due < :day", {"day": day}).fetchone()[0]
        said = {(line["metric"], line["variant"]): line["value"]
                for line in cli.rows(book, "metrics", "--as-of", day, "--days", str(days))}
        expected = {
            ("receivables", "sum"): decimal.Decimal(receivables), ("overdue", "sum"): decimal.Decimal(overdue),
            ("credit_sales", "sum"): decimal.Decimal(sales),
            ("dso", "simple"): hundredths(receivables * days, sales),
            ("dso", "average-balance"): hundredths((opening + receivables) * days, 2 * sales),
            ("dso", "count-back"): count_back(db, day, receivables),
            ("best_possible_dso", "simple"): hundredths((receivables - overdue) * days, sales)}
        for key, value in expected.items():
            found = said[key]
            self.assertEqual(decimal.Decimal(found) * 100 if found else None, value, (day, days, key))

    def test_seed1_10000(self):
        self.compare("seed1_10000")

    @unittest.skipUnless(os.environ.get("ARC_TEST_LONG") == "1", "takes minutes; ARC_TEST_LONG=1 runs it")
    def test_seed1_100000(self):
        self.compare("seed1_100000")


if __name__ == "__main__":
    cli.ARCOLLECT, cli.MAKE_SAMPLE_BOOK = (os.path.abspath(path) for path in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
