#!/usr/bin/env python3
"""Recomputes a book from its CSV files alone and compares what arcollect says of it.

usage: check_book.py DATA_DIR aging DATE AGING_CSV
       check_book.py DATA_DIR touches TOUCHES_CSV [APPLICATIONS_CSV]   applications as arcollect made them
"""
import csv, gzip, os, sys
from collections import defaultdict
from datetime import date

def rows(folder, name):
    for path, opener in ((os.path.join(folder, name), open), (os.path.join(folder, name + ".gz"), gzip.open)):
        if os.path.exists(path):
            with opener(path, "rt", newline="") as f:
                return list(csv.DictReader(f))
    return []

cents = lambda text: round(float(text) * 100)
data = sys.argv[1]
invoices = {r["inv_id"]: r for r in rows(data, "invoices.csv")}
payments = {r["pay_id"]: r for r in rows(data, "payments.csv")}
events = rows(data, "events.csv")
returned = {e["pay_id"]: e["date"] for e in events if e["type"] == "reversal"}
settled = defaultdict(list)  # invoice: (from, until, amount)
applied = defaultdict(list)  # payment: (from, until, cash, invoice)
def apply(payment, invoice, day, cash, rest):
    settled[invoice].append((day, returned.get(payment, "9999"), cash + rest))
    applied[payment].append((day, returned.get(payment, "9999"), cash, invoice))
def counts(parts, day):
    return sum(part[2] for part in parts if part[0] <= day < part[1])
for e in events:
    if e["type"] == "writeoff":
        settled[e["inv_id"]].append((e["date"], "9999", int(e["amount"])))
if len(sys.argv) > 4 and sys.argv[2] == "touches":
    for r in csv.DictReader(open(sys.argv[4], newline="")):
        if r["kind"] == "application":
            apply(r["payment"], r["invoice"], r["date"], cents(r["amount"]), cents(r["discount"]) + cents(r["writeoff"]))
else:
    for r in rows(data, "applications.csv"):
        apply(r["pay_id"], r["inv_id"], r["date"], int(r["cash"]), int(r["discount"]))

def aging(day, given):
    expect = defaultdict(lambda: [0] * 7)
    for key, r in invoices.items():
        if r["issue"] <= day and (left := int(r["amount"]) - counts(settled[key], day)):
            late = (date.fromisoformat(day) - date.fromisoformat(r["due"])).days
            expect[r["cust_id"]][0 if late <= 0 else 1 if late <= 30 else 2 if late <= 60 else 3 if late <= 90 else 4] += left
    for key, r in payments.items():
        if r["date"] <= day < returned.get(key, "9999"):
            owner = r["cust_id"] or next((invoices[a[3]]["cust_id"] for a in applied[key] if a[0] <= day), "")
            expect[owner][5] += int(r["amount"]) - counts(applied[key], day)
    for e in events:
        if e["type"] == "credit" and e["date"] <= day:
            expect[e["cust_id"]][5] += int(e["amount"])
    for line in expect.values():
        line[6] = sum(line[:5]) - line[5]
    names = ["not_due", "1-30", "31-60", "61-90", "over_90", "unapplied", "balance"]
    said = {r["customer"]: [cents(r[n]) for n in names] for r in csv.DictReader(open(given, newline=""))}
    wrong = [(k, expect[k], said.get(k)) for k in set(expect) | set(said) if said.get(k, [0] * 7) != expect[k]]
    print(f"aging {day}: {len(said)} customers, {len(wrong)} differ, balance {sum(v[6] for v in expect.values()) / 100:.2f}")
    return wrong

def touches(given):
    blocked, held, wrong, named = defaultdict(list), defaultdict(list), [], 0
    for e in events:
        if e["type"] in ("dispute", "promise"):
            blocked[e["inv_id"]].append(e)
        if e["type"] == "hold":
            held["I" + e["inv_id"] if e["inv_id"] else "C" + e["cust_id"]].append((e["date"], e["until"] or "9999"))
    for r in csv.DictReader(open(given, newline="")):
        for key in r["invoices"].split():
            day, named = r["date"], named + 1
            left = int(invoices[key]["amount"]) - counts(settled[key], day)
            disputed = sum(int(e["amount"]) for e in blocked[key] if e["type"] == "dispute" and e["date"] <= day)
            promised = [e for e in blocked[key] if e["type"] == "promise" and e["date"] <= day <= e["text"][3:] and
                        sum(p[2] for p in settled[key] if e["date"] <= p[0] <= day < p[1]) < int(e["amount"])]
            holds = [h for h in held["I" + key] + held["C" + r["customer"]] if h[0] <= day <= h[1]]
            if left - disputed <= 0 or promised or holds:
                wrong.append((r["date"], r["customer"], r["step"], key, left, disputed, len(promised), len(holds)))
    print(f"touches: {named} invoices named, {len(wrong)} settled, disputed, promised or held on that day; {len(held)} holds")
    return wrong

bad = aging(*sys.argv[3:5]) if sys.argv[2] == "aging" else touches(sys.argv[3])
for line in bad[:20]:
    print("wrong:", line)
sys.exit(1 if bad else 0)
