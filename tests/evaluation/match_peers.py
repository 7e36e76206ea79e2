#!/usr/bin/env python3
"""Cases of other systems' tests (peer_cases.json of the data folder): the same items, or why not.

usage: match_peers.py PROGRAM FILE          PROGRAM is match_book

A case agrees if the first proposal is for the items expected; where none are expected, if nothing is applied; where the
case says so, also in whether it is applied without a person. DIFFERS names what this matcher says instead, and why.
"""
import csv
import json
import os
import subprocess
import sys

NOT_MATCHING = {
    "erp-1": "is about amounts of given allocations",
    "erp-3": "is about amounts of given allocations",
    "erp-4": "is about money paid out",
}
# first proposal's items, whether it is applied, why
DIFFERS = {
    "oca-11": (set(), False, "a number has digits: words without any name nothing"),
}


def cents(text):
    return round(float(text) * 100)


def first_proposal(program, case):
    rule, line = case["rule"], case["bank_line"]
    names = sorted({i.get("customer") or i.get("customer_name") or "somebody" for i in case["open_items"]})
    out = [f"C\tK{n}\t{name}" for n, name in enumerate(names)]
    for i in case["open_items"]:
        owner = names.index(i.get("customer") or i.get("customer_name") or "somebody")
        out.append("\t".join(["I", i["item"], i.get("reference", ""), "", f"K{owner}", "2019-01-01", "2019-01-31", str(cents(i["amount"])),
                              "0", "0", "EUR"]))
    if any(i.get("settled") for i in case["open_items"]):
        for i in case["open_items"]:
            out.append("\t".join(["P", "before", f"K{names.index(i['customer_name'])}", "", "", "2019-02-01", str(cents(i["amount"])), "EUR", ""]))
            out.append("\t".join(["T", "before", i["item"], "2019-02-01", str(cents(i["amount"])), "0", "a"]))
        out.append("E\t2019-02-01")
    customer = line.get("customer")
    text = " ".join(line[k] for k in rule.get("look_in", ("label", "reference", "note")) if line.get(k))
    payer = customer or (line["label"].split("//")[-1] if "//" in line.get("label", "") else "")
    out.append("\t".join(["P", "p", f"K{names.index(customer)}" if customer in names else "", payer, "", "2019-02-10", str(cents(line["amount"])),
                          line.get("foreign_currency", "EUR") if rule.get("same_currency") else "EUR", text]))
    out.append("D\t2019-02-10")
    tolerance = cents(rule.get("write_off_max", "0"))
    if "tolerance_pct" in rule:
        tolerance = cents(float(rule["tolerance_pct"]) / 100 * float(case["open_items"][0]["amount"]))
    run = subprocess.run([program, str(tolerance)], input="\n".join(out) + "\n", capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{case['id']}: {run.stderr}")
    rows = [r for r in csv.DictReader(run.stdout.splitlines()) if r["payment"] == "p" and r["rank"] == "1"]
    return {r["invoice"] for r in rows if r["invoice"]}, bool(rows) and rows[0]["auto"] == "1", rows[0]["why"] if rows else "no proposal"


def main():
    program, path = sys.argv[1:3]
    if not os.path.exists(path):
        print(f"skipped: no {path}")
        return 77
    with open(path, encoding="utf-8") as f:
        cases = json.load(f)
    failed = agreed = 0
    for case in cases:
        if case["id"] in NOT_MATCHING:
            print(f"{case['id']:8} no case of ours: {NOT_MATCHING[case['id']]}")
            continue
        items, alone, why = first_proposal(program, case)
        expected = set(case["expected"].get("items", ()))
        if case["id"] in DIFFERS:
            wanted, wanted_alone, reason = DIFFERS[case["id"]]
            good = items == wanted and alone == wanted_alone
            print(f"{case['id']:8} {'differs: ' + reason if good else 'FAILED'}")
        else:
            good = items == expected if expected else not alone
            good = good and alone == case["expected"].get("auto", alone)
            agreed += good
            print(f"{case['id']:8} {'agrees, ' + ('applied' if alone else 'proposed' if items else 'left') if good else 'FAILED'}")
        if not good:
            failed += 1
            print(f"         expected {case['expected']}, said {sorted(items)} {'applied' if alone else 'left'}: {why}")
    print(f"{agreed} of {len(cases)} agree, {len(DIFFERS)} differ, {len(NOT_MATCHING)} are about something else")
    return int(failed > 0 or agreed < 19)


if __name__ == "__main__":
    sys.exit(main())
