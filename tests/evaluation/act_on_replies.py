#!/usr/bin/env python3
"""What the collector does about the data folder's replies, act by act, by what it leaves in the ledger.

usage: act_on_replies.py ACT_ON_REPLIES DATA [all]          all: also what it leaves to a person

Each message comes from a customer with one overdue invoice. An act is counted right if it does no harm whichever of
the labels holds and moves the matter on, as a careful clerk would: a payment that is claimed is looked for and
reminders rest meanwhile, also where a source calls that a dispute; one task more than was asked for does no harm.
"""

import csv
import os
import re
import subprocess
import sys

# Acts that are right for a label: what the sources call it, and what is made.
RIGHT = {
    "promise": {"promise", "pay_now"},
    "dispute": {"dispute"},
    "payment": {"paid_claim", "dispute"},
    "copy": {"doc_request"},
    "document": {"doc_request"},
    "plan": {"hardship_or_plan"},
    "process": {"process", "vague"},
    "contact": {"doc_request", "vague", "other"},
    "legal": {"dispute", "other"},
    "opt-out": {"opt_out"},
}


def main():
    program, data = sys.argv[1:3]
    with open(os.path.join(data, "replies/ar_replies.csv"), encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    text = "".join(
        "\t".join([r["set"] + ":" + r["id"], r["as_of"][:10] or "2025-01-15", re.sub(r"[\t\r\n]", " ", r["text"])]) + "\n"
        for r in rows
    )
    out = subprocess.run([program], input=text, capture_output=True, text=True, check=True).stdout
    acted = right = by_label = 0
    for row, line in zip(rows, out.splitlines()):
        _, verdict, reason, made = line.split("\t")
        acts = [re.sub(r"^task ", "", a) for a in reason.split("; ")]
        kinds = {re.sub("^opted out", "opt-out", a).split(" ")[0] for a in acts} & set(RIGHT)
        if verdict == "acted":
            labels = set(row["cls"].split("+"))
            good = any(RIGHT[k] & labels for k in kinds)
            good &= all(RIGHT[k] & labels for k in kinds & {"promise", "dispute", "opt-out"})
            day = re.findall(r" by (\d{4}-\d\d-\d\d)", reason)
            if "promise" in kinds and row["date"]:
                good = good and row["date"] in day
            acted += 1
            right += good
            by_label += good and not ("payment" in kinds and "dispute" in labels)
            print("right" if good else "WRONG", row["set"] + ":" + row["id"], row["cls"], "|", reason, "|", row["text"])
        elif len(sys.argv) > 3:
            print(verdict, row["set"] + ":" + row["id"], row["cls"], "|", reason)
    print(
        f"{len(rows)} messages: acted on {acted} ({acted / len(rows):.3f}), right {right / acted:.3f}, "
        f"by the source's label {by_label / acted:.3f}"
    )


if __name__ == "__main__":
    main()
