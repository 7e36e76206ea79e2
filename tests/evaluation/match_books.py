#!/usr/bin/env python3
"""Processes a book of payments in date order without its applications, and says how many were settled rightly.

usage: match_books.py PROGRAM book:DIR|llmeval:DIR [--out CSV] [--customers odd|even] [--least DECIDED] [--kinds] [--left N]
           [--advice]

PROGRAM is match_book. On a day the matcher sees the invoices issued by then, all earlier payments as a person settled
them in the evening, and the day's payments; never this day's applications. The CSV has one line per proposal and
invoice: payment,rank,invoice,cash,discount,deduction,auto,confidence,why. With --advice, texts that the bank cut are
followed by a remittance advice, apart from the funds and before them, with what was paid of each invoice.
"""
import argparse
import collections
import csv
import gzip
import json
import os
import subprocess
import sys


def rows(path):
    if not os.path.exists(path):
        path += ".gz"
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f)


class Book:
    def __init__(self):
        self.customers, self.invoices, self.payments, self.reversals, self.writeoffs = [], [], [], [], []
        self.truth = collections.defaultdict(dict)  # payment -> invoice -> (cash, discount, deduction)
        self.kind, self.closes = {}, collections.defaultdict(list)


def load_book(folder):
    b = Book()
    for r in rows(folder + "/customers.csv"):
        b.customers.append((r["cust_id"], r["name"]))
    for r in rows(folder + "/invoices.csv"):
        b.invoices.append((r["inv_id"], r["number"], r["po"], r["cust_id"], r["issue"], r["due"], int(r["amount"]),
                           r["disc_bp"], r["disc_days"], "USD"))
    for r in rows(folder + "/payments.csv"):
        b.payments.append((r["pay_id"], r["cust_id"], r["payer"], "", r["date"], int(r["amount"]), "USD", r["remit"]))
    for r in rows(folder + "/applications.csv"):
        b.truth[r["pay_id"]][r["inv_id"]] = (int(r["cash"]), int(r["discount"]), int(r["deduction"]))
    for r in rows(folder + "/truth.csv"):
        b.kind[r["pay_id"]] = r["kind"] + (" garbled" if r["garbled"] == "1" else "")
    for r in rows(folder + "/events.csv"):
        if r["type"] == "reversal":
            b.reversals.append((r["date"], r["pay_id"]))
        elif r["type"] == "writeoff":
            b.writeoffs.append((r["date"], r["inv_id"]))
    return b


def load_llmeval(folder):
    def iso(s):
        return f"{s[:4]}-{s[4:6]}-{s[6:]}"

    b, names, amount = Book(), {}, {}
    for r in rows(folder + "/invoices.csv"):
        names[r["Customer ID"]] = r["Customer Name"]
        amount[r["invoice_id"]] = round(float(r["Amount"]) * 100)
        issued, due = iso(r["Document Date"]), iso(r["Due Date"])
        b.invoices.append((r["invoice_id"], r["Assignment Number"], r["Billing Number"], r["Customer ID"], issued,
                           max(issued, due), amount[r["invoice_id"]], "0", "0", r["Currency Code"]))
    b.customers = sorted(names.items())
    paid = {}
    for r in rows(folder + "/payments.csv"):
        paid[r["payment_id"]] = (iso(r["Posting Date"]), round(float(r["Amount"]) * 100))
        b.payments.append((r["payment_id"], "", r["Business Partner"], r["Account Number"], iso(r["Posting Date"]),
                           paid[r["payment_id"]][1], r["Currency"], r["Memo Line"].strip()))
    for r in rows(folder + "/matches.csv"):
        invoices = [str(x) for x in json.loads(r["invoice_ids"])]
        payments = [str(x) for x in json.loads(r["payment_ids"])]
        for p in payments:
            b.kind[p] = r["match_category"] + " " + "".join(json.loads(r["perturbation_categories"]))
            if len(invoices) == 1:
                b.truth[p] = {invoices[0]: (paid[p][1], 0, 0)}
            else:
                short = sum(amount[i] for i in invoices) - paid[p][1]
                b.truth[p] = {i: (amount[i] - (short if i == invoices[-1] else 0), 0, 0) for i in invoices}
        b.closes[max(payments, key=lambda q: (paid[q][0], int(q)))] += invoices
    return b


def advice(b, p, number):
    lines = [f"{number[i]}:{c}:{d}:{x}" for i, (c, d, x) in b.truth.get(p[0], {}).items()]
    return ("A", "R" + p[0], p[1], p[4], p[5], p[6], ",".join(lines)) if lines else None


def script(b, with_advice=False):
    """The commands, a day at a time."""
    out = []
    say = lambda *f: out.append("\t".join(str(x).replace("\t", " ").replace("\n", " ") for x in f))
    open_of, disputes, used = {i[0]: i[6] for i in b.invoices}, collections.defaultdict(list), collections.Counter()
    for c in b.customers:
        say("C", *c)
    invoices = sorted(b.invoices, key=lambda i: (i[4], int(i[0])))
    payments = sorted(b.payments, key=lambda p: (p[4], int(p[0])))
    reversals, writeoffs = sorted(b.reversals), sorted(b.writeoffs)
    settled = collections.defaultdict(dict)
    number = {i[0]: i[1] for i in b.invoices}
    ni = nr = nw = k = 0
    while k < len(payments):
        day = payments[k][4]
        while ni < len(invoices) and invoices[ni][4] <= day:
            say("I", *invoices[ni])
            ni += 1
        while nr < len(reversals) and reversals[nr][0] < day:
            when, p = reversals[nr]
            say("V", p, when)
            for i, (cash, discount) in settled.pop(p, {}).items():
                open_of[i] += cash + discount
            for key in disputes.pop(p, []):
                say("R", key, when)
            nr += 1
        while nw < len(writeoffs) and writeoffs[nw][0] < day:
            when, i = writeoffs[nw]
            if open_of[i] > 0:
                say("W", f"w{nw}", i, when, open_of[i])
                open_of[i] = 0
            nw += 1
        end = k
        while end < len(payments) and payments[end][4] == day:
            if with_advice and len(payments[end][7]) >= 139 and (a := advice(b, payments[end], number)):
                say(*a)
            say("P", *payments[end])
            end += 1
        say("D", day)
        for p in payments[k:end]:
            for i, (cash, discount, deduction) in b.truth.get(p[0], {}).items():
                cash = min(cash, open_of[i])
                if cash + discount <= 0:
                    continue
                used[p[0], i] += 1
                say("T", p[0], i, day, cash, discount, f"{p[0]}:{i}:{used[p[0], i]}")
                open_of[i] -= cash + discount
                settled[p[0]][i] = (cash, discount)
                if deduction and open_of[i] > 0:
                    disputes[p[0]].append(f"d{p[0]}:{i}")
                    say("X", f"d{p[0]}:{i}", i, day, min(deduction, open_of[i]))
            for i in b.closes.get(p[0], ()):
                if open_of[i] > 0:
                    say("W", f"c{i}:{p[0]}", i, day, open_of[i])
                    open_of[i] = 0
        say("E", day)
        k = end
    return "\n".join(out) + "\n"


def judge(b, csv_text):
    """payment -> (decided alone, right, first right)"""
    said = collections.defaultdict(dict)
    for r in csv.DictReader(csv_text.splitlines()):
        q = said[r["payment"]].setdefault(int(r["rank"]), [set(), r["auto"] == "1", r["why"]])
        if r["invoice"]:
            q[0].add(r["invoice"])
    result = {}
    for p in b.payments:
        q = said.get(p[0])
        true = set(b.truth.get(p[0], ()))
        first = bool(q) and q[1][0] == true
        result[p[0]] = (bool(q) and q[1][1], bool(q) and q[1][1] and first, first, q[1][2] if q else "")
    return result


def main():
    a = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    a.add_argument("program")
    a.add_argument("data")
    a.add_argument("--out")
    a.add_argument("--customers", choices=["odd", "even"], help="counts only the payments of these (by the last digit)")
    a.add_argument("--tolerance", default="25")
    a.add_argument("--grace", default="2")
    a.add_argument("--least", type=float, default=0, help="fails if less than this share is rightly decided alone")
    a.add_argument("--wrong", type=float, default=1, help="fails if more than this share of what is decided alone is wrong")
    a.add_argument("--advice", action="store_true", help="remittance advice for texts that the bank cut")
    a.add_argument("--kinds", action="store_true", help="a table by kind of payment")
    a.add_argument("--left", type=int, default=0, help="prints so many payments that were left or settled wrongly")
    o = a.parse_args()
    kind, folder = o.data.split(":", 1)
    if not os.path.isdir(folder):
        print(f"skipped: no {folder}")
        return 77
    b = {"book": load_book, "llmeval": load_llmeval}[kind](folder)
    run = subprocess.run([o.program, o.tolerance, o.grace], input=script(b, o.advice), capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    sys.stderr.write(run.stderr)
    if o.out:
        with open(o.out, "w", encoding="utf-8") as f:
            f.write(run.stdout)
    verdicts = judge(b, run.stdout)
    count, value, why = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter), collections.Counter()
    owner = {i[0]: i[3] for i in b.invoices}
    left = []
    for p in b.payments:
        customer = p[1] or next((owner[i] for i in b.truth.get(p[0], ())), "0")
        if o.customers and (ord(customer[-1]) % 2 == 1) != (o.customers == "odd"):
            continue
        alone, right, first, reason = verdicts[p[0]]
        state = "right" if right else "wrong" if alone else "left, first right" if first else "left"
        for k in ("all", b.kind.get(p[0], "no invoice")):
            count[k][state] += 1
            value[k][state] += p[5]
        if state != "right":
            why[state, reason or "no proposal"] += 1
            left.append((state, p, sorted(b.truth.get(p[0], ())), reason))
    columns = ["right", "wrong", "left, first right", "left"]
    print("%-52s %8s" % ("", "payments") + "".join("%18s" % c for c in columns) + "   by value: right, wrong")
    for k in sorted(count, key=lambda k: -sum(count[k].values())) if o.kinds else ["all"]:
        n, v = sum(count[k].values()), sum(value[k].values())
        print("%-52s %8d" % (k[:52], n) + "".join("%9d %8.5f" % (count[k][c], count[k][c] / n) for c in columns) +
              "   %.4f %.5f" % (value[k]["right"] / v, value[k]["wrong"] / v))
    if o.kinds:
        for (state, reason), n in why.most_common(40):
            print("%6d  %s: %s" % (n, state, reason))
    for row in left[:o.left]:
        print(*row, sep=" | ")
    n, c = sum(count["all"].values()), count["all"]
    alone = c["right"] + c["wrong"]
    print("rightly decided alone %.5f, precision %.5f, first proposal right %.5f" %
          (c["right"] / n, c["right"] / max(alone, 1), (c["right"] + c["left, first right"]) / n))
    return int(c["right"] / n < o.least or c["wrong"] > o.wrong * alone)


if __name__ == "__main__":
    sys.exit(main())
