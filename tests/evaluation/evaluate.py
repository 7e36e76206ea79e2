#!/usr/bin/env python3
"""Feeds a book of the data folder to backtest.c and leaves its predictions for the evaluator beside the data.

usage: evaluate.py BACKTEST KIND:PATH OUT [CUT]    KIND is b2b, ibm or book, as the evaluator's; OUT gets .pred.csv, .cash.csv
"""
import csv
import datetime
import gzip
import os
import re
import subprocess
import sys

CUTS = {"b2b": "2019-09-01", "ibm": "2013-07-12", "book": "2024-01-01"}
DAY0 = datetime.date(1970, 1, 1)


def rows(path):
    path = path if os.path.exists(path) else path + ".gz"
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", newline="", encoding="utf-8") as f:
        yield from csv.DictReader(f)


def day(text, form="%Y-%m-%d"):
    return (datetime.datetime.strptime(text, form).date() - DAY0).days


def paid(number, at, issued, customer, invoice, cents):
    return max(at, issued), 2, f"P {at} p{number} {customer} {cents} {invoice} 0 {max(at, issued)}"


def b2b(path):
    customers = set()
    for r in rows(path):
        due, cents, customer = day(r["due_date"]), max(round(float(r["amount"]) * 100), 1), "c" + r["cust_number"]
        if customer not in customers:
            customers.add(customer)
            yield -10**6, 0, f"C {customer} USD -"
        issued = due - int(float(r["terms_days_modal"] or 15))  # the source has no issue day
        yield issued, 1, f"I {issued} {r['row']} {customer} {due} {cents} 0 0"
        if r["clear_date"]:
            yield paid(r["row"], day(r["clear_date"]), issued, customer, r["row"], cents)


def ibm(path):
    customers = set()
    for r in rows(path):
        d = {k: day(r[k], "%m/%d/%Y") for k in ("InvoiceDate", "DueDate", "SettledDate")}
        customer, cents = r["customerID"], round(float(r["InvoiceAmount"]) * 100)
        if customer not in customers:
            customers.add(customer)
            yield -10**6, 0, f"C {customer} USD {r['countryCode']}"
        yield d["InvoiceDate"], 1, f"I {d['InvoiceDate']} {r['invoiceNumber']} {customer} {d['DueDate']} {cents} 0 0"
        yield paid(r["invoiceNumber"], d["SettledDate"], d["InvoiceDate"], customer, r["invoiceNumber"], cents)


def book(path):
    at = lambda name: rows(os.path.join(path, name))
    bounced = {r["pay_id"] for r in at("events.csv") if r["type"] == "reversal"}
    invoices = {r["inv_id"]: r for r in at("invoices.csv")}
    for r in at("customers.csv"):
        yield -10**6, 0, f"C c{r['cust_id']} {r['currency']} -"
    for key, r in invoices.items():
        yield day(r["issue"]), 1, f"I {day(r['issue'])} {key} c{r['cust_id']} {day(r['due'])} {r['amount']} {r['disc_bp']} {r['disc_days']}"
    for n, r in enumerate(at("applications.csv")):
        if r["pay_id"] not in bounced:
            customer = "c" + invoices[r["inv_id"]]["cust_id"]
            yield day(r["date"]), 2, f"P {day(r['date'])} p{n} {customer} {r['cash']} {r['inv_id']} {r['discount']} {day(r['date'])}"
    for n, r in enumerate(at("events.csv")):
        if r["type"] == "writeoff":
            yield day(r["date"]), 3, f"W {day(r['date'])} w{n} {r['inv_id']} {r['amount']}"


def main():
    program, spec, out = sys.argv[1:4]
    kind, path = spec.split(":", 1)
    events = {"b2b": b2b, "ibm": ibm, "book": book}[kind](path)
    text = "\n".join(line for _, _, line in sorted(events, key=lambda e: e[:2])) + "\n"
    cut = sys.argv[4] if len(sys.argv) > 4 else CUTS[kind]
    done = subprocess.run([program, cut, out + ".raw.csv", out + ".rawcash.csv"], input=text, text=True)
    if done.returncode:
        return done.returncode
    with open(out + ".raw.csv", encoding="utf-8") as raw, open(out + ".pred.csv", "w", encoding="utf-8") as pred:
        pred.write(re.sub("^invoice,", "id,", raw.readline()))
        pred.writelines(raw)
    with open(out + ".rawcash.csv", encoding="utf-8") as raw, open(out + ".cash.csv", "w", encoding="utf-8") as cash:
        cash.write(raw.readline().replace("low,high,actual", "lo,hi"))
        cash.writelines(line.rsplit(",", 1)[0] + "\n" for line in raw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
