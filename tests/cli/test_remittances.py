#!/usr/bin/env python3
"""Remittances of one seller as they come, by lockbox, X12 820 and e-mail: what the example host makes of each.

usage: test_remittances.py ARCOLLECT DATA

DATA is the folder remittance/cases of the test data: open receivables, documents, and what is expected of each. What a
document says of single items becomes a line of remittances.csv; what it says as text, the payment's remittance.
"""
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile

PROGRAM, DATA = (os.path.abspath(path) for path in sys.argv[1:3])


def read(name):
    with open(os.path.join(DATA, name), encoding="utf-8", newline="") as f:
        return f.read()


def table(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def call(book, *arguments):
    done = subprocess.run([PROGRAM, "--book", book, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{arguments}: {done.stderr}")
    return done.stdout


def rows(book, *command):
    return table(call(book, *command, "--format", "csv"))


def write(folder, name, header, lines):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as f:
        out = csv.writer(f)
        out.writerow(header)
        out.writerows(lines)


def labelled(text, label):
    found = re.search(rf"^{label}:[ \t]*(.*?)\s*$", text, re.M)
    return found.group(1) if found else ""


def money(text):
    return text.replace("$", "").replace(",", "").split(" ")[0]


def edi(text):
    """X12 820: the payment's trace number, payer and amount, and a line for each RMR."""
    segments = [s.strip().split("*") for s in text.split("~") if s.strip()]
    first = {s[0] + s[1]: s for s in reversed(segments) if len(s) > 1}
    lines = [(s[2], s[4], "", "") for s in segments if s[0] == "RMR"]
    trace = next(s for s in segments if s[0] == "TRN")[2]
    amount = next(s for s in segments if s[0] == "BPR")[2]
    return {"payer": first["N1PR"][2], "amount": amount, "reference": trace, "text": "", "lines": lines}


def mail(text):
    amount, deduction = money(labelled(text, "Remitting")), labelled(text, "Deduction")
    amounts = [(labelled(text, "Invoices"), amount, money(deduction), deduction.split(" ", 1)[1].split(",")[0])]
    return {"payer": labelled(text, "Payer"), "amount": amount, "reference": "", "text": "", "lines": amounts}


def lockbox(text):
    named = " ".join(labelled(text, x) for x in ("Invoices", "PO", "Memo"))
    return {"payer": labelled(text, "Payer"), "amount": labelled(text, "Check amount"), "lines": [],
            "reference": labelled(text, "Check number"), "text": named}


def check(case, customers, invoices):
    text = read(case["file"])
    said = {"edi_820": edi, "email": mail, "lockbox": lockbox}[case["channel"]](text)
    folder = tempfile.mkdtemp()
    book = os.path.join(folder, "book")
    day = case["received"]
    write(folder, "customers.csv", ["key", "name"], [(c["account"], c["name"]) for c in customers])
    write(folder, "invoices.csv", ["key", "customer", "issued", "due", "amount", "po"],
          [(i["invoice"], i["account"], i["issue_date"], i["due_date"], i["amount"], i["po"]) for i in invoices])
    write(folder, "payments.csv", ["key", "received", "amount", "payer", "bank_reference", "remittance"],
          [("P", day, said["amount"], said["payer"], said["reference"], said["text"])])
    if said["lines"]:
        write(folder, "remittances.csv", ["key", "received", "payer", "bank_reference", "invoice", "paid", "deduction", "kind"],
              [("R", day, said["payer"], said["reference"], *line) for line in said["lines"]])
    call(book, "init", "--currency", "USD")
    call(book, "import", folder)
    call(book, "run", "--from", day, "--to", day)
    expected = case["expected"]
    applied = {line["invoice"]: line["amount"] for line in rows(book, "applications")}
    problems = []
    if applied != expected["apply"]:
        problems.append(f"applied {applied}")
    disputes = {line["invoice"]: line["amount"] for line in rows(book, "disputes")}
    if disputes != expected.get("dispute", {}):
        problems.append(f"disputed {disputes}")
    left = float(expected["amount"]) - sum(map(float, applied.values()))
    if abs(left - float(expected.get("unapplied") or expected.get("on_account"))) > 0.001:
        problems.append(f"{left} is not applied")
    for key, amount in expected.get("open_after", {}).items():
        whole = next(i["amount"] for i in invoices if i["invoice"] == key)
        if abs(float(whole) - float(applied.get(key, 0)) - float(amount)) > 0.001:
            problems.append(f"open of {key} is not {amount}")
    print(case["file"] + ":", "; ".join(problems) or "as expected")
    return len(problems)


def main():
    if not os.path.isdir(DATA):
        print(f"skipped: no {DATA}")
        return 77
    customers = table(read("customers.csv"))
    invoices = [i for i in table(read("invoices.csv")) if i["status"] == "open"]
    return int(sum(check(case, customers, invoices) for case in json.loads(read("expected.json"))["cases"]) > 0)


if __name__ == "__main__":
    sys.exit(main())
